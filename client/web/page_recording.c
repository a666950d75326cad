/* A recording's sound, fetched with the tenant's own grant; the browser never sees a token. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "diagnosis.h"
#include "recordings.h"
#include "web/view.h"

/* Why there is no sound, for a person. */
static void explain(struct visit *visit, const struct apierr *err)
{
    char text[300];
    const char *name = diagnosis_of(AT_RECORDING, err->status, err->code, err->error, ALWAYS);
    bool is_pending = err->status == 404; /* not ready yet, or purged (failures.md F082) */
    visit->reply->status = is_pending ? 404 : 502;
    view_begin(visit, "Recording", "calls");
    sb_add(visit->page, "<section class=window><h1>No recording to play</h1>");
    html_addf(visit->page, "<p>The provider answered: %s.</p>",
              apierr_text(err, text, sizeof(text)));
    if (is_pending)
        sb_add(visit->page, "<p>Right after a call it takes some minutes until the recording is "
                            "there; old ones are deleted by the provider. Try again later.</p>");
    else if (name)
        view_steps(visit, name);
    sb_add(visit->page, "<p><a href=\"/calls\">Cradle to Grave</a></p></section>");
    view_end(visit);
}

/* Sounds only: what claims to be a page must not run as one of ours. */
static const char *sound_type(const char *type)
{
    static const char *const types[] = {"audio/mpeg", "audio/wav", "audio/x-wav", "audio/ogg"};
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        if (strncasecmp(type, types[i], strlen(types[i])) == 0)
            return types[i];
    }
    return "application/octet-stream";
}

static const char *uri_in(const cJSON *record, const char *id)
{
    return strcmp(json_text(record, "recording.id", ""), id) == 0
               ? json_text(record, "recording.contentUri", NULL)
               : NULL;
}

/* Where a call's recording is: of the call itself or of one of its legs. Only what the call log
 * named can be asked for, and only while Enable Recording says Yes. */
static bool find_uri(struct visit *visit, char *to, size_t cap)
{
    const struct form_data *query = &visit->request->query;
    const char *id = form_text(query, "id");
    struct stored_call call = {0};
    struct settings live;
    const cJSON *leg;
    store_settings_load(visit->client->store, SLOT_LIVE, &live);
    if (strcmp(live.recording, "yes") != 0 || *id == '\0' ||
        !store_call_load(visit->client->store, form_text(query, "call"),
                         strtoll(form_text(query, "at"), NULL, 10), &call))
        return false;
    cJSON *record = json_parse(call.json);
    const char *uri = uri_in(record, id);
    cJSON_ArrayForEach(leg, json_at(record, "legs"))
    {
        uri = uri ? uri : uri_in(leg, id);
    }
    bool is_there = uri && text_copy(to, cap, uri);
    cJSON_Delete(record);
    free(call.json);
    return is_there;
}

void page_recording(struct visit *visit)
{
    struct rest rest;
    struct web_reply got;
    struct apierr err = {.status = 404};
    char uri[600];
    if (!find_uri(visit, uri, sizeof(uri))) {
        explain(visit, &err);
        return;
    }
    if (!rest_open(visit->client, SLOT_LIVE, &rest)) {
        err = (struct apierr){.status = 401};
        explain(visit, &err);
        return;
    }
    recordings_fetch(&rest, uri, visit->request->range, &got, &err);
    if (got.status == 200 || got.status == 206 || got.status == 416) {
        visit->reply->status = got.status;
        visit->reply->type = sound_type(got.content_type);
        sb_add(&visit->reply->headers, "Accept-Ranges: bytes\r\n");
        if (got.content_range[0])
            sb_addf(&visit->reply->headers, "Content-Range: %s\r\n", got.content_range);
        sb_add_n(visit->page, got.body, got.status == 416 ? 0 : got.body_len);
    } else {
        explain(visit, &err);
    }
    web_reply_done(&got);
    explicit_bzero(&rest.grant, sizeof(rest.grant));
}
