/* What the gateway's files share: frames written, events begun. Private to notify/. */
#ifndef MOCKRC_NOTIFY_GATEWAY_PARTS_H
#define MOCKRC_NOTIFY_GATEWAY_PARTS_H

#include "notify/gateway.h"

enum { GATEWAY_FRAME_MAX = WEB_REPLY_MAX };

/* A frame being written: begun with its meta object, ended into `out`. */
struct gateway_writer {
    struct buf text;
    struct json_out json;
};

/* "[{"type":...,"messageId":...,"status":...": the meta object stays open. `status` 0: none. */
void gateway_frame_begin(struct gateway_writer *writer, const char *type, const char *message_id,
                         int status);
/* Closes the meta object, with the session's next sequence; `wsc` NULL: without. */
void gateway_frame_meta_end(struct gateway_writer *writer, struct wsc *wsc);
/* Closes the frame; the frame is the last of `out` then. */
struct gateway_frame *gateway_frame_end(struct gateway_writer *writer, struct gateway_out *out);

/* An error frame (rest.md 8.3) and its event; `message_id` NULL: one of ours. */
void gateway_error(struct api *api, struct wsc *wsc, const char *message_id, int status,
                   const char *code, const char *message, struct gateway_out *out);

/* An event of a connection, which names its session's app and user. `session` may be NULL. */
void gateway_event(struct api *api, struct event *event, enum layer layer, const char *op,
                   const struct session *session);

/* ws.half_open: what would be sent is lost, and so is what came. */
bool gateway_is_half_open(const struct api *api, struct gateway_out *out);

/* A ClientRequest's frame, already parsed (notify/gateway_request.c). */
void gateway_request(struct api *api, struct wsc *wsc, const struct node *frame,
                     struct gateway_out *out);

#endif
