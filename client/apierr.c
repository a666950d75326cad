/* The platform's refusals; see apierr.h. */
#include "apierr.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "text.h"

#define REFUSAL_MAX 65536

void apierr_read(const struct web_reply *reply, struct apierr *ret_err)
{
    struct apierr err = {.status = reply->status};
    /* A long answer is a good one, and so is one that names no error: they say nothing here. */
    bool is_short = reply->status && strnlen(reply->body, REFUSAL_MAX) < REFUSAL_MAX;
    bool is_refusal = is_short && (reply->status / 100 != 2 || strstr(reply->body, "\"error"));
    cJSON *json = is_refusal ? json_parse(reply->body) : NULL;
    const cJSON *first = cJSON_GetArrayItem(json_at(json, "errors"), 0);
    const char *outer = json_text(json, "errorCode", "");
    err.retry_after_s = reply->retry_after_s > 0 ? reply->retry_after_s : 0;
    text_copy(err.code, sizeof(err.code), json_text(first, "errorCode", outer));
    text_copy(err.error, sizeof(err.error), json_text(json, "error", outer));
    text_copy(err.permission, sizeof(err.permission),
              json_text(first, "permissionName", json_text(json, "permissionName", "")));
    const char *message = json_text(first, "message", json_text(json, "message", ""));
    if (*message == '\0')
        message = json_text(json, "error_description", "");
    text_copy(err.message, sizeof(err.message), reply->status ? message : reply->error);
    cJSON_Delete(json);
    *ret_err = err;
}

const char *apierr_text(const struct apierr *err, char *to, size_t cap)
{
    if (err->status == 0)
        snprintf(to, cap, "no answer (%s)", err->message);
    else if (*err->code)
        snprintf(to, cap, "HTTP %d %s", err->status, err->code);
    else if (*err->error)
        snprintf(to, cap, "HTTP %d %s", err->status, err->error);
    else
        snprintf(to, cap, "HTTP %d", err->status);
    return to;
}

bool apierr_is_transient(const struct apierr *err)
{
    return err->status == 0 || err->status == 200 || err->status == 408 || err->status == 429 ||
           err->status >= 500;
}
