/* Frames: a list of a meta object and perhaps a body (rest.md 8.2, 8.3). */
#include "notify/gateway_parts.h"

#include "base/mem.h"

void gateway_frame_begin(struct gateway_writer *writer, const char *type, const char *message_id,
                         int status)
{
    buf_init(&writer->text, GATEWAY_FRAME_MAX);
    json_out_init(&writer->json, &writer->text);
    json_list(&writer->json, NULL);
    json_open(&writer->json, NULL);
    json_str(&writer->json, "type", type);
    json_str(&writer->json, "messageId", message_id);
    if (status)
        json_int(&writer->json, "status", status);
}

void gateway_frame_meta_end(struct gateway_writer *writer, struct wsc *wsc)
{
    if (wsc) {
        json_open(&writer->json, "wsc");
        json_str(&writer->json, "token", wsc->token);
        json_int(&writer->json, "sequence", (int64_t)++wsc->sequence);
        json_close(&writer->json);
    }
    json_close(&writer->json);
}

struct gateway_frame *gateway_frame_end(struct gateway_writer *writer, struct gateway_out *out)
{
    json_list_end(&writer->json);
    xgrow(out->frames, out->frame_count, &out->frame_cap);
    struct gateway_frame *frame = &out->frames[out->frame_count++];
    *frame = (struct gateway_frame){.len = writer->text.len};
    frame->text = buf_take(&writer->text);
    return frame;
}

void gateway_error(struct api *api, struct wsc *wsc, const char *message_id, int status,
                   const char *code, const char *message, struct gateway_out *out)
{
    struct gateway_writer writer;
    struct event event;
    char id[ID_UUID_LEN];
    const struct session *session = wsc ? session_by_id(api->world, wsc->session_id) : NULL;
    gateway_event(api, &event, LAYER_NOTIFY, "ws.error", session);
    event_set_int(&event, EVENT_STATUS, status);
    event_set(&event, EVENT_CODE, code);
    event_set(&event, EVENT_REASON, message);
    journal_append(api->journal, &event);
    gateway_frame_begin(&writer, "Error", message_id ? message_id : id_uuid(&api->world->ids, id),
                        status);
    gateway_frame_meta_end(&writer, NULL);
    json_open(&writer.json, NULL);
    json_str(&writer.json, "errorCode", code);
    json_str(&writer.json, "message", message);
    json_close(&writer.json);
    gateway_frame_end(&writer, out);
}
