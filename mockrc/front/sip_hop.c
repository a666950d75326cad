#include "front/sip_hop.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* What waits for the client. */
struct waiting {
    struct waiting *next;
    char *bytes;
    size_t len;
    bool has_body;
};

struct sip_hop {
    struct sip_ends ends;
    char *peer, *outer, *key;
    size_t client_scanned, platform_scanned; /* sip_message_find */
    struct buf inward;
    struct waiting *first, **last;
    size_t queued;   /* bytes */
    int64_t free_ms; /* when the next may be sent */
    bool is_over;
};

struct sip_hop *sip_hop_new(const struct sip_ends *ends)
{
    struct sip_hop *hop = xcalloc(1, sizeof *hop);
    hop->ends = *ends;
    hop->ends.peer = hop->peer = xstrdup(ends->peer);
    hop->ends.outer = hop->outer = xstrdup(ends->outer);
    hop->ends.key = hop->key = xstrdup(ends->key);
    hop->last = &hop->first;
    hop->free_ms = INT64_MIN;
    buf_init(&hop->inward, 4 * SIP_HOP_QUEUE_MAX);
    return hop;
}

void sip_hop_free(struct sip_hop *hop)
{
    if (!hop)
        return;
    while (hop->first) {
        struct waiting *waiting = hop->first;
        hop->first = waiting->next;
        free(waiting->bytes);
        free(waiting);
    }
    buf_done(&hop->inward);
    free(hop->peer);
    free(hop->outer);
    free(hop->key);
    free(hop);
}

static void queue(struct sip_hop *hop, struct buf *bytes, bool has_body)
{
    if (hop->queued + bytes->len > SIP_HOP_QUEUE_MAX) {
        hop->is_over = true;
        return;
    }
    struct waiting *waiting = xcalloc(1, sizeof *waiting);
    waiting->len = bytes->len;
    waiting->bytes = buf_take(bytes);
    waiting->has_body = has_body;
    *hop->last = waiting;
    hop->last = &waiting->next;
    hop->queued += waiting->len;
}

/* RFC 5626 3.5.1; over WebSocket it is a message of its own. */
static void answer_ping(struct sip_hop *hop)
{
    struct buf pong;
    buf_init(&pong, 8);
    buf_str(&pong, "\r\n");
    queue(hop, &pong, false);
    buf_done(&pong);
}

static void take_inward(struct sip_hop *hop, const struct sip_message *message)
{
    sip_via_inward(&hop->ends, message, &hop->inward);
    if (hop->inward.truncated)
        hop->is_over = true;
}

static void take_outward(struct sip_hop *hop, const struct sip_message *message)
{
    struct buf out;
    buf_init(&out, 4 * SIP_MESSAGE_MAX);
    if (sip_via_outward(&hop->ends, message, &out))
        queue(hop, &out, message->body_len > 0);
    buf_done(&out);
}

size_t sip_hop_client(struct sip_hop *hop, const char *bytes, size_t len)
{
    size_t taken = 0, piece;
    while (!hop->is_over) {
        struct sip_message message;
        switch (
            sip_message_find(bytes + taken, len - taken, &hop->client_scanned, &piece, &message)) {
        case SIP_FOUND_MORE:
            return taken;
        case SIP_FOUND_BAD:
            hop->is_over = true;
            return len;
        case SIP_FOUND_PING:
            answer_ping(hop);
            break;
        case SIP_FOUND_BLANK:
            break;
        case SIP_FOUND_MESSAGE:
            take_inward(hop, &message);
        }
        taken += piece;
    }
    return len;
}

void sip_hop_client_message(struct sip_hop *hop, const char *bytes, size_t len)
{
    struct sip_message message;
    enum sip_found found = sip_message_whole(bytes, len, &message);
    if (found == SIP_FOUND_PING)
        answer_ping(hop);
    else if (found == SIP_FOUND_MESSAGE)
        take_inward(hop, &message);
}

size_t sip_hop_platform(struct sip_hop *hop, const char *bytes, size_t len)
{
    size_t taken = 0, piece;
    while (!hop->is_over) {
        struct sip_message message;
        enum sip_found found =
            sip_message_find(bytes + taken, len - taken, &hop->platform_scanned, &piece, &message);
        if (found == SIP_FOUND_MORE)
            return taken;
        if (found == SIP_FOUND_BAD) {
            hop->is_over = true;
            return len;
        }
        if (found == SIP_FOUND_MESSAGE)
            take_outward(hop, &message);
        taken += piece;
    }
    return len;
}

struct buf *sip_hop_inward(struct sip_hop *hop)
{
    return &hop->inward;
}

char *sip_hop_next(struct sip_hop *hop, int64_t now_ms, size_t *ret_len, int64_t *ret_wait_ms)
{
    struct waiting *waiting = hop->first;
    *ret_wait_ms = -1;
    if (!waiting)
        return NULL;
    if (now_ms < hop->free_ms) {
        *ret_wait_ms = hop->free_ms - now_ms;
        return NULL;
    }
    char *bytes = waiting->bytes;
    *ret_len = waiting->len;
    if (waiting->has_body)
        hop->free_ms = now_ms + SIP_HOP_SPACE_MS;
    hop->first = waiting->next;
    if (!hop->first)
        hop->last = &hop->first;
    hop->queued -= waiting->len;
    free(waiting);
    return bytes;
}

bool sip_hop_is_over(const struct sip_hop *hop)
{
    return hop->is_over;
}
