#include "api/refuse.h"

#include "api/language.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { VALUE_MAX = 128 /* of a client's own text in an answer */ };

static const struct {
    const char *code;
    int status;
    const char *word, *message, *provenance;
} table[API_ERROR_COUNT] = {
#define API_ERROR(name, code, status, word, message, provenance)                                   \
    [name] = {code, status, word, message, provenance},
#include "api/errors.def"
#undef API_ERROR
};

static const char json_type[] = "application/json;charset=UTF-8";

const char *api_error_code(enum api_error error)
{
    return table[error].code;
}

int api_error_status(enum api_error error)
{
    return table[error].status;
}

const char *api_error_message(enum api_error error)
{
    return table[error].message;
}

const char *api_error_provenance(enum api_error error)
{
    return table[error].provenance;
}

enum api_error api_error_named(const char *code)
{
    for (int i = 0; i < API_ERROR_COUNT; i++)
        if (text_eq(code, table[i].code))
            return (enum api_error)i;
    return API_ERROR_COUNT;
}

void reply_begin(struct call *call)
{
    if (call->request_id[0] || (call->route && call->route->layer == LAYER_CONTROL))
        return;
    const struct world *world = call->world;
    bool is_british = world->account_count && text_eq(world->accounts[0]->country_iso, "GB");
    id_uuid(&call->world->ids, call->request_id);
    web_reply_header(call->reply, "RCRequestId", call->request_id);
    web_reply_header(call->reply, "RoutingKey", "MCK01P01PAS01");
    web_reply_header(call->reply, "Content-Language",
                     language_choose(web_header_get(call->request, "Accept-Language"),
                                     is_british ? "en-GB" : "en-US"));
    event_set(call->event, EVENT_REQUEST_ID, call->request_id);
}

/* Which attribute carries the parameter: those of the permission family have their own. */
static const char *attribute_of(enum api_error error)
{
    return error == CMN_401 || error == CMN_408 || error == CMN_419 ? "permissionName"
                                                                    : "parameterName";
}

/* The table's message with the parameter put in for %s. */
static void write_message(const char *message, const char *parameter, struct buf *out)
{
    const char *hole = strstr(message, "%s");
    buf_add(out, message, hole ? (size_t)(hole - message) : strlen(message));
    if (hole) {
        buf_str(out, parameter ? parameter : "");
        buf_str(out, hole + 2);
    }
}

/* No more than VALUE_MAX bytes, and no half of a character. */
static size_t shown_len(const char *value)
{
    size_t len = strnlen(value, VALUE_MAX + 1);
    if (len > VALUE_MAX)
        for (len = VALUE_MAX; len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80;)
            len--;
    return len;
}

static void envelope(struct buf *out, const char *word, const char *code, const char *message,
                     const char *attribute, const char *parameter, const char *value)
{
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_str(&json, "errorCode", word[0] ? word : code);
    json_str(&json, "message", message);
    json_list(&json, "errors");
    json_open(&json, NULL);
    json_str(&json, "errorCode", code);
    json_str(&json, "message", message);
    if (parameter)
        json_strn(&json, attribute, parameter, shown_len(parameter));
    if (value)
        json_strn(&json, "parameterValue", value, shown_len(value));
    json_close(&json);
    json_list_end(&json);
    if (parameter)
        json_strn(&json, attribute, parameter, shown_len(parameter));
    if (value)
        json_strn(&json, "parameterValue", value, shown_len(value));
    json_close(&json);
}

static void challenge(struct web_reply *reply)
{
    web_reply_header(reply, "WWW-Authenticate", "Bearer realm=\"RingCentral REST API\"");
}

void refuse_value(struct call *call, enum api_error error, const char *parameter, const char *value)
{
    reply_begin(call);
    if (parameter && value && event_is_secret_name(parameter, strlen(parameter)))
        value = NULL;
    struct buf message;
    buf_init(&message, 1024);
    write_message(table[error].message, parameter, &message);
    struct web_reply *reply = call->reply;
    reply->status = table[error].status;
    reply->content_type = json_type;
    buf_reset(&reply->body);
    envelope(&reply->body, table[error].word, table[error].code, buf_text(&message),
             attribute_of(error), parameter, value);
    buf_done(&message);
    if (reply->status == 401)
        challenge(reply);

    event_set(call->event, EVENT_CODE, table[error].code);
    if (table[error].word[0])
        event_set(call->event, EVENT_ERROR, table[error].word);
    if (parameter)
        event_set_n(call->event,
                    error == CMN_401                       ? EVENT_SCOPE
                    : error == CMN_408 || error == CMN_419 ? EVENT_PERMISSION
                                                           : EVENT_PARAMETER,
                    parameter, shown_len(parameter));
}

void refuse(struct call *call, enum api_error error, const char *parameter)
{
    refuse_value(call, error, parameter, NULL);
}

void refuse_because(struct call *call, enum api_error error, const char *parameter, uint64_t cause)
{
    call->event->cause = cause;
    refuse(call, error, parameter);
}

void refuse_raw(struct web_reply *reply, int status, const char *code, const char *message)
{
    enum api_error known = api_error_named(code);
    const char *word = known == API_ERROR_COUNT ? "" : table[known].word;
    struct buf text;
    buf_init(&text, 1024);
    if (!message && known != API_ERROR_COUNT)
        write_message(table[known].message, NULL, &text);
    else
        buf_str(&text, message ? message : web_status_text(status));
    reply->status = status;
    reply->content_type = json_type;
    buf_reset(&reply->body);
    envelope(&reply->body, word, code ? code : "CMN-203", buf_text(&text), NULL, NULL, NULL);
    buf_done(&text);
    if (status == 401)
        challenge(reply);
}

struct json_out reply_json(struct call *call, int status)
{
    reply_begin(call);
    call->reply->status = status;
    call->reply->content_type = json_type;
    buf_reset(&call->reply->body);
    struct json_out json;
    json_out_init(&json, &call->reply->body);
    return json;
}

void reply_empty(struct call *call, int status)
{
    reply_begin(call);
    call->reply->status = status;
    call->reply->content_type = NULL;
    buf_reset(&call->reply->body);
}
