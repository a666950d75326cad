/* Byte faults: what a plan does to a link. */
#include "front/parts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { DRIBBLE_BYTES = 1, DRIBBLE_MS = 20, GARBAGE_BYTES = 64 };

static void pace(struct link *link, int64_t delay_ms)
{
    timer_set(&link->front->timers, &link->pace, link->front->now_ms + delay_ms);
}

/* Nothing more is said, without a goodbye in TLS. */
static void hang_up(struct link *link, bool is_half)
{
    link->is_finished = true;
    if (is_half) {
        link->wants_finish = true;
    } else if (link->phase <= LINK_OPEN) {
        link->phase = LINK_CLOSING;
        link->end = LINK_END_OURS;
    }
    link_queue(link);
}

static void strike(struct link *link)
{
    link->fault.is_done = true;
    hang_up(link, link->fault.kind == BYTES_HALF_CLOSE);
}

void link_fault_begin(struct link *link, const struct plan *plan)
{
    link->fault = (struct link_fault){
        .kind = plan->bytes,
        .after = plan->after,
        .piece = plan->piece,
        .delay_ms = plan->delay_ms,
        .alert = plan->alert,
        .body = plan->body ? xstrdup(plan->body) : NULL,
    };
    switch (plan->bytes) {
    case BYTES_SILENCE:
        link->phase = LINK_SILENT;
        break;
    case BYTES_GARBAGE:
    case BYTES_ALERT:
        link->phase = LINK_RUDE;
        break;
    case BYTES_RESET:
        if (!plan->after)
            link_abort(link);
        break;
    case BYTES_HALF_CLOSE:
        if (!plan->after) {
            /* In TLS too: not even the handshake is spoken. */
            shutdown(link->watch.fd, SHUT_WR);
            link->phase = LINK_LINGERING;
        }
        break;
    case BYTES_CUT:
        if (!plan->after)
            strike(link);
        break;
    case BYTES_AS_THEY_ARE:
    case BYTES_REFUSE:
    case BYTES_DRIBBLE:
    case BYTES_STALL:
    case BYTES_CERTIFICATE:
        break;
    }
    bool is_timed = plan->bytes == BYTES_SILENCE || plan->bytes == BYTES_STALL;
    if (is_timed && plan->delay_ms)
        pace(link, plan->delay_ms);
}

void link_fault_write(struct link *link, const void *bytes, size_t len)
{
    struct link_fault *fault = &link->fault;
    int64_t room = fault->after - fault->sent;
    switch (fault->kind) {
    case BYTES_DRIBBLE:
        queue_add(&fault->held, bytes, len);
        if (!link->pace.at)
            pace(link, fault->delay_ms ? fault->delay_ms : DRIBBLE_MS);
        break;
    case BYTES_RESET:
    case BYTES_HALF_CLOSE:
    case BYTES_CUT:
        if (fault->is_done)
            return;
        link_put(link, bytes, (int64_t)len < room ? len : (size_t)room);
        fault->sent += (int64_t)len;
        if ((int64_t)len > room)
            strike(link);
        break;
    default:
        link_put(link, bytes, len);
    }
}

/* Its first bytes came: here is what they deserve. */
void link_fault_answer(struct link *link)
{
    const struct link_fault *fault = &link->fault;
    /* A TLS record: alert, version 1.2 as all records say, two bytes: fatal, which (RFC 8446 section
     * 6). */
    const char alert[] = {0x15, 0x03, 0x03, 0x00, 0x02, 0x02, (char)fault->alert};
    if (fault->kind == BYTES_ALERT) {
        queue_add(&link->out, alert, sizeof alert);
    } else if (fault->body) {
        queue_add(&link->out, fault->body, strlen(fault->body));
    } else {
        int64_t count = fault->piece ? fault->piece : GARBAGE_BYTES;
        for (int64_t i = 0; i < count; i++)
            queue_add(&link->out, (char[]){(char)(i * 167 + 200)}, 1);
    }
    hang_up(link, false);
}

/* Of `len` bytes for the wire, so many may leave; the rest is thrown away. */
size_t link_fault_may_send(struct link *link, size_t len)
{
    struct link_fault *fault = &link->fault;
    if (fault->kind != BYTES_STALL)
        return len;
    int64_t room = fault->after - fault->sent;
    if (room <= 0) {
        fault->is_done = true;
        queue_done(&link->out);
        return 0;
    }
    return (int64_t)len < room ? len : (size_t)room;
}

void link_fault_timer(struct link *link)
{
    struct link_fault *fault = &link->fault;
    size_t piece = fault->piece ? (size_t)fault->piece : DRIBBLE_BYTES;
    if (fault->kind != BYTES_DRIBBLE) {
        link_end(link, LINK_END_OURS);
        return;
    }
    if (piece > queue_len(&fault->held))
        piece = queue_len(&fault->held);
    link_put(link, queue_bytes(&fault->held), piece);
    queue_take(&fault->held, piece);
    if (queue_len(&fault->held) > 0)
        pace(link, fault->delay_ms ? fault->delay_ms : DRIBBLE_MS);
}
