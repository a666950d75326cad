#include "media/session_parts.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* A packet overtaken is this much later: behind the next one of a phone, and of ours. */
enum { OVERTAKEN_US = 30000 };

struct held {
    struct held *next;
    int64_t due_us;
    bool is_to_phone;
    size_t len;
    uint8_t bytes[];
};

static bool happens(struct session *session, int percent)
{
    return percent > 0 && id_below(&session->chance, 100) < (uint64_t)percent;
}

static void hold(struct session *session, bool is_to_phone, int64_t due_us, const uint8_t *bytes,
                 size_t len)
{
    struct held **slot = &session->held;
    struct held *held = xmalloc(sizeof *held + len);
    while (*slot && (*slot)->due_us <= due_us)
        slot = &(*slot)->next;
    *held = (struct held){*slot, due_us, is_to_phone, len};
    memcpy(held->bytes, bytes, len);
    *slot = held;
    session->held_count++;
}

bool session_loses(struct session *session, bool is_to_phone)
{
    const struct media_harm *harm =
        is_to_phone ? &session->wish.to_phone : &session->wish.from_phone;
    bool is_lost = happens(session, harm->loss);
    session->figures.harmed += is_lost;
    return is_lost;
}

/* Jitter alone keeps the order: a packet is never earlier than the one before it. */
bool session_harm(struct session *session, const struct session_net *net, bool is_to_phone,
                  const uint8_t *bytes, size_t len)
{
    const struct media_harm *harm =
        is_to_phone ? &session->wish.to_phone : &session->wish.from_phone;
    int64_t *last_us = &session->last_due_us[is_to_phone];
    if (!harm->loss && !harm->reorder && !harm->jitter_ms)
        return true;
    if (happens(session, harm->loss) || session->held_count == SESSION_HELD_MAX) {
        session->figures.harmed++;
        return false;
    }
    int64_t due_us = net->now_us;
    if (harm->jitter_ms)
        due_us += (int64_t)id_below(&session->chance, (uint64_t)harm->jitter_ms * 1000 + 1);
    if (due_us < *last_us)
        due_us = *last_us;
    bool is_overtaken = happens(session, harm->reorder);
    if (!is_overtaken)
        *last_us = due_us;
    if (!is_overtaken && due_us <= net->now_us)
        return true;
    hold(session, is_to_phone, due_us + (is_overtaken ? OVERTAKEN_US : 0), bytes, len);
    return false;
}

int64_t session_release(struct session *session, const struct session_net *net)
{
    while (session->held && session->held->due_us <= net->now_us) {
        struct held *held = session->held;
        session->held = held->next;
        session->held_count--;
        if (held->is_to_phone)
            session_put(session, net, held->bytes, held->len);
        else
            session_take(session, net, held->bytes, held->len);
        free(held);
    }
    return session->held ? session->held->due_us : 0;
}

void session_drop_held(struct session *session)
{
    while (session->held) {
        struct held *held = session->held;
        session->held = held->next;
        free(held);
    }
    session->held_count = 0;
}
