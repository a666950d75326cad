/* Frames over libwslay; see frames.h. */
#include "frames.h"

#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

struct frames {
    wslay_event_context_ptr wslay;
    struct rnd *rnd;
    frames_hear_fn *hear;
    void *arg;
    const uint8_t *in; /* what frames_feed was given and wslay has not taken */
    size_t in_len;
    struct sb out;
    size_t out_sent; /* of `out` */
    bool is_feeding;
    bool is_over;
};

static ssize_t take_in(wslay_event_context_ptr wslay, uint8_t *room, size_t len, int flags,
                       void *arg)
{
    struct frames *frames = arg;
    (void)flags;
    if (frames->in_len == 0) {
        wslay_event_set_error(wslay, WSLAY_ERR_WOULDBLOCK);
        return -1;
    }
    if (len > frames->in_len)
        len = frames->in_len;
    memcpy(room, frames->in, len);
    frames->in += len;
    frames->in_len -= len;
    return (ssize_t)len;
}

static ssize_t put_out(wslay_event_context_ptr wslay, const uint8_t *bytes, size_t len, int flags,
                       void *arg)
{
    struct frames *frames = arg;
    (void)wslay;
    (void)flags;
    sb_add_n(&frames->out, (const char *)bytes, len);
    return (ssize_t)len;
}

static int draw_mask(wslay_event_context_ptr wslay, uint8_t *mask, size_t len, void *arg)
{
    struct frames *frames = arg;
    (void)wslay;
    rnd_bytes(frames->rnd, mask, len);
    return 0;
}

static void hear(wslay_event_context_ptr wslay, const struct wslay_event_on_msg_recv_arg *message,
                 void *arg)
{
    struct frames *frames = arg;
    (void)wslay;
    if (message->opcode == WSLAY_TEXT_FRAME)
        frames->hear(frames->arg, message->msg ? (const char *)message->msg : "",
                     message->msg_length);
}

struct frames *frames_new(struct rnd *rnd, frames_hear_fn *on_text, void *arg)
{
    static const struct wslay_event_callbacks callbacks = {.recv_callback = take_in,
                                                           .send_callback = put_out,
                                                           .genmask_callback = draw_mask,
                                                           .on_msg_recv_callback = hear};
    struct frames *frames = xcalloc(1, sizeof(*frames));
    frames->rnd = rnd;
    frames->hear = on_text;
    frames->arg = arg;
    /* Answers to control frames may pass the limit that frames_text keeps. */
    frames->out = SB_MAX(2 * FRAMES_OUT_MAX);
    if (wslay_event_context_client_init(&frames->wslay, &callbacks, frames) != 0)
        abort(); /* out of memory: as xmalloc */
    wslay_event_config_set_max_recv_msg_length(frames->wslay, FRAMES_TEXT_MAX);
    return frames;
}

void frames_free(struct frames *frames)
{
    if (frames == NULL)
        return;
    wslay_event_context_free(frames->wslay);
    sb_done(&frames->out);
    free(frames);
}

static void flush(struct frames *frames)
{
    if (!frames->is_feeding && wslay_event_want_write(frames->wslay))
        wslay_event_send(frames->wslay);
    frames->is_over = frames->is_over || sb_is_cut(&frames->out);
}

void frames_feed(struct frames *frames, const void *bytes, size_t len)
{
    int failed = 0;
    if (frames->is_over)
        return;
    frames->in = bytes;
    frames->in_len = len;
    frames->is_feeding = true;
    while (frames->in_len && failed == 0 && wslay_event_want_read(frames->wslay))
        failed = wslay_event_recv(frames->wslay);
    frames->is_feeding = false;
    frames->in_len = 0;
    flush(frames);
    frames->is_over = frames->is_over || failed != 0 || !wslay_event_want_read(frames->wslay);
}

bool frames_text(struct frames *frames, const char *text, size_t len)
{
    const struct wslay_event_msg message = {WSLAY_TEXT_FRAME, (const uint8_t *)text, len};
    if (frames->is_over || frames->out.len - frames->out_sent + len > FRAMES_OUT_MAX ||
        wslay_event_queue_msg(frames->wslay, &message) != 0)
        return false;
    flush(frames);
    return true;
}

void frames_close(struct frames *frames)
{
    if (wslay_event_queue_close(frames->wslay, WSLAY_CODE_NORMAL_CLOSURE, NULL, 0) == 0)
        flush(frames);
}

const char *frames_pending(const struct frames *frames, size_t *ret_len)
{
    *ret_len = frames->out.len - frames->out_sent;
    return *ret_len ? sb_text(&frames->out) + frames->out_sent : NULL;
}

void frames_sent(struct frames *frames, size_t len)
{
    frames->out_sent += len;
    if (frames->out_sent < frames->out.len)
        return;
    sb_reset(&frames->out);
    frames->out_sent = 0;
}

bool frames_is_over(const struct frames *frames)
{
    return frames->is_over;
}
