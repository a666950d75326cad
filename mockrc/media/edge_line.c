#include "media/edge_parts.h"

#include "base/mem.h"

#include <time.h>

struct line *line_find(const struct media *media, uint64_t id)
{
    size_t slot = id & (((uint64_t)1 << EDGE_SLOT_BITS) - 1);
    struct line *line = slot < media->count ? media->lines[slot] : NULL;
    return line && line->session.id == id ? line : NULL;
}

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* --- what sessions need --- */

/* NULL: nowhere yet. */
static const struct edge_address *target_of(const struct session *session)
{
    const struct line *line = (const struct line *)session;
    if (line->web)
        return web_line_target(line->web);
    const struct edge_address *to = session->wish.is_sent_there ? &line->described : &line->source;
    return to->len ? to : NULL;
}

static bool can_send(void *context, const struct session *session)
{
    return target_of(session) != NULL;
}

static bool send_to(void *context, struct session *session, const uint8_t *bytes, size_t len)
{
    const struct edge_address *to = target_of(session);
    return to && edge_socket_send(((struct line *)session)->fd, to, bytes, len);
}

static void digit_heard(void *context, struct session *session, char digit)
{
    struct media *media = context;
    xgrow(media->heard, media->heard_count, &media->heard_cap);
    media->heard[media->heard_count++] = (struct heard){session->id, digit};
}

static struct session *session_of(void *context, uint64_t id)
{
    struct line *line = line_find(context, id);
    return line ? &line->session : NULL;
}

struct session_net line_net(struct media *media)
{
    return (struct session_net){
        .context = media,
        .now_us = now_us(),
        .send = send_to,
        .can_send = can_send,
        .digit = digit_heard,
        .line = session_of,
        .srtp = media->srtp,
        .srtp_trouble = media->srtp_trouble,
    };
}

/* --- browsers --- */

static void send_beside(void *context, const struct edge_address *to, const uint8_t *bytes,
                        size_t len)
{
    struct line *line = context;
    if (!session_loses(&line->session, true))
        edge_socket_send(line->fd, to, bytes, len);
}

static struct web_net web_net_of(const struct media *media, struct line *line,
                                 const struct session_net *net)
{
    return (struct web_net){line, net->now_us, send_beside, media->identity};
}

static void is_due(struct media *media, int64_t due_us)
{
    if (due_us && (!media->due_us || due_us < media->due_us))
        media->due_us = due_us;
}

/* True: it is audio, of whom it should be. */
static bool passes_web(struct media *media, struct line *line, const struct session_net *net,
                       const struct edge_address *from, const uint8_t *bytes, size_t len)
{
    unsigned char in[MEDIA_KEY_LEN], out[MEDIA_KEY_LEN];
    const struct web_net beside = web_net_of(media, line, net);
    if (!web_is_media(bytes, len) && session_loses(&line->session, false))
        return false;
    enum web_what what = web_line_take(line->web, &beside, from, bytes, len);
    line->session.figures.refused += what == WEB_REFUSED;
    if (what == WEB_MEDIA)
        return true;
    if (web_line_take_keys(line->web, in, out)) {
        session_secure(&line->session, in, out);
        is_due(media, net->now_us); /* now it can be sent to */
    }
    is_due(media, web_line_tick(line->web, &beside));
    return false;
}

/* --- packets --- */

bool line_receive(struct media *media, struct line *line, const struct session_net *net)
{
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct edge_address from;
    ssize_t len = edge_socket_receive(line->fd, bytes, sizeof bytes, &from);
    if (len < 0)
        return false;
    if (line->web && !passes_web(media, line, net, &from, bytes, (size_t)len))
        return true;
    if (!line->source.len)
        is_due(media, net->now_us); /* now it can be sent to */
    line->source = from;
    session_hear(&line->session, net, bytes, (size_t)len);
    if (line->session.held)
        is_due(media, net->now_us); /* a fault holds its packets */
    return true;
}

int64_t line_tick(struct media *media, struct line *line, const struct session_net *net)
{
    const struct web_net beside = web_net_of(media, line, net);
    int64_t beside_us = line->web ? web_line_tick(line->web, &beside) : 0;
    int64_t due_us = session_tick(&line->session, net);
    return !due_us || (beside_us && beside_us < due_us) ? beside_us : due_us;
}
