/* Recordings: what is known of one, and its sound. Source: rest.md 5.8. */
#include "rest/families.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/call_json.h"
#include "rest/range.h"

#include <stdio.h>
#include <string.h>

enum { DELETE_MOST = 500 };

/* The path's recording; refuses and returns NULL when there is none, or not yet, or not for you. */
static const struct call_record *recording_of(struct call *call)
{
    const char *id = call_arg(call, "recordingId");
    uint32_t number;
    const struct call_record *record =
        recording_by_id(call->world, id, &number) ? call_log_at(call->world, number) : NULL;
    if (!record || !record->has_recording || record->is_deleted ||
        call_owner(call->world, record)->account_id != call->account->id) {
        refuse_value(call, CMN_102, "recordingId", id);
        return NULL;
    }
    if (!gate_may_touch(call, call_owner(call->world, record)))
        return NULL;
    if (call_is_recorded(call, record))
        return record;
    bool is_done = record->start_ms + record->duration_ms + call->world->knobs.rec_ready_delay_ms <=
                   clock_now(call->world);
    if (is_done)
        refuse(call, CMN_109, NULL); /* the plan lost the feature */
    else
        refuse_value(call, CMN_102, "recordingId", id);
    return NULL;
}

static void read_recording(struct call *call)
{
    const struct call_record *record = recording_of(call);
    if (!record)
        return;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_str(&out, "id", call_arg(call, "recordingId"));
    recording_uri(&out, "contentUri", call, call->world->media_url, record, "/content");
    json_str(&out, "contentType", "audio/x-wav");
    json_int(&out, "duration", record->duration_ms / 1000);
    json_close(&out);
}

/* contentDisposition and its file name, of which only harmless characters are kept. */
static bool write_disposition(struct call *call)
{
    static const char *const words[] = {"Inline", "Attachment"};
    int word;
    if (!ask_word(call, "contentDisposition", WORDS(words), &word))
        return false;
    const char *name = params_get(&call->query, "contentDispositionFilename");
    if (word < 0 && !name)
        return true;
    char kept[128];
    size_t len = 0;
    for (const char *at = name ? name : "recording.wav"; *at && len < sizeof kept - 1; at++)
        if ((unsigned char)*at >= 0x20 && !strchr("\"\\/\x7f", *at))
            kept[len++] = *at;
    kept[len] = '\0';
    char value[192];
    snprintf(value, sizeof value, "%s; filename=\"%s\"", word == 0 ? "inline" : "attachment", kept);
    web_reply_header(call->reply, "Content-Disposition", value);
    return true;
}

/* With rest.media.strict_host the sound is served by the media host only (chosen: AGW-404). */
static bool is_at_media_host(struct call *call)
{
    const char *host = web_header_get(call->request, "Host");
    const char *media = strstr(call->world->media_url, "://");
    if (!call->world->knobs.media_strict || (host && media && text_eq_nocase(host, media + 3)))
        return true;
    refuse(call, AGW_404, NULL);
    return false;
}

static void read_content(struct call *call)
{
    if (!is_at_media_host(call))
        return;
    const struct call_record *record = recording_of(call);
    if (!record || !write_disposition(call))
        return;
    size_t size = recording_size(record), first = 0, last = size - 1;
    if (!range_begin(call, "audio/x-wav", size, &first, &last))
        return;
    char *room = buf_room(&call->reply->body, last - first + 1);
    if (!room) { /* longer than one answer may be: ask for ranges */
        refuse(call, CMN_201, NULL);
        return;
    }
    recording_read(call->world, record, first, last - first + 1, (unsigned char *)room);
    buf_commit(&call->reply->body, last - first + 1);
}

/* All or none: each id is looked at before the first sound is dropped. */
static void delete_recordings(struct call *call)
{
    if (!ask_body(call))
        return;
    const struct node *list = node_get(call->body, "records");
    if (!list || list->kind != NODE_LIST || list->count > DELETE_MOST) {
        refuse(call, !list ? CMN_100 : list->kind == NODE_LIST ? CMN_106 : CMN_101, "records");
        return;
    }
    for (int pass = 0; pass < 2; pass++)
        for (const struct node *item = list->first; item; item = item->next) {
            const char *id = node_text(item, "");
            uint32_t number;
            bool is_there = recording_by_id(call->world, id, &number);
            if (is_there && pass == 1)
                call_log_drop_recording(call->world, number);
            if (pass == 0 &&
                (!is_there ||
                 call_owner(call->world, call_log_at(call->world, number))->account_id !=
                     call->account->id)) {
                refuse_value(call, CMN_102, "recordingId", id);
                return;
            }
        }
    event_set_int(call->event, EVENT_RECORDS, (int64_t)list->count);
    reply_empty(call, 204);
}

/* Content carries the permission of the metadata: the specification names none, but then anybody
 * could hear everybody (chosen). */
#define ROW(path_, op_, run_)                                                                      \
    {                                                                                              \
        .method = "GET",                                                                           \
        .path = "/restapi/v1.0/account/{accountId}/recording/{recordingId}" path_, .op = op_,      \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_CALL_RECORDING,              \
        .permission = PERMISSION_READ_CALL_RECORDING, .rate = RATE_HEAVY, .run = run_              \
    }

static const struct route routes[] = {
    ROW("", "readCallRecording", read_recording),
    ROW("/content", "readCallRecordingContent", read_content),
    {"DELETE", "/restapi/v1.0/account/{accountId}/call-recordings",
     .op = "deleteCompanyCallRecordings", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_EDIT_CALL_LOG, .permission = PERMISSION_EDIT_COMPANY_CALL_RECORDINGS,
     .rate = RATE_HEAVY, .target = TARGET_ACCOUNT, .run = delete_recordings},
};

struct route_family recording_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
