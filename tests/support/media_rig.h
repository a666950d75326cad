/*
 * A media session, or two that know each other, with the test as their network: 20 ms are 20,000 in
 * net.now_us.
 */
#ifndef MOCKRC_TESTS_MEDIA_RIG_H
#define MOCKRC_TESTS_MEDIA_RIG_H

#include "support/cmocka_all.h"

#include "media/session.h"

#include <stdlib.h>
#include <string.h>

enum { SENT_MAX = 4096 };

struct packet {
    struct session *to;
    struct rtp rtp;
    size_t len;
    uint8_t bytes[400];
};

struct rig {
    struct session a, b;
    struct session_net net;
    struct packet sent[SENT_MAX];
    size_t sent_count;
    char digits[64];
    bool is_deaf; /* nobody was heard of yet: nowhere to send to */
};

static inline bool rig_send(void *context, struct session *to, const uint8_t *bytes, size_t len)
{
    struct rig *rig = context;
    struct packet *packet = &rig->sent[rig->sent_count++];
    assert_true(rig->sent_count <= SENT_MAX && len <= sizeof packet->bytes);
    packet->to = to;
    packet->len = len;
    memcpy(packet->bytes, bytes, len);
    return rtp_read(packet->bytes, len, &packet->rtp);
}

static inline bool rig_can_send(void *context, const struct session *to)
{
    return !((struct rig *)context)->is_deaf;
}

static inline void rig_digit(void *context, struct session *from, char digit)
{
    struct rig *rig = context;
    size_t len = strlen(rig->digits);
    rig->digits[len] = digit;
    rig->digits[len + 1] = '\0';
}

static inline struct session *rig_line(void *context, uint64_t id)
{
    struct rig *rig = context;
    return id == 1 ? &rig->a : id == 2 ? &rig->b : NULL;
}

static inline int given_rig(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    session_init(&rig->a, 1, 11);
    session_init(&rig->b, 2, 22);
    rig->net = (struct session_net){.context = rig,
                                    .now_us = 1000000,
                                    .send = rig_send,
                                    .can_send = rig_can_send,
                                    .digit = rig_digit,
                                    .line = rig_line};
    *state = rig;
    return 0;
}

static inline int rig_done(void **state)
{
    struct rig *rig = *state;
    session_done(&rig->a);
    session_done(&rig->b);
    free(rig);
    return 0;
}

static const struct media_wish wish_ulaw = {
    .codec = MEDIA_PCMU, .clock_hz = 8000, .dtmf = 101, .dtmf_hz = 8000, .source = MEDIA_ECHO};

static inline void wish(struct session *session, enum media_source source)
{
    struct media_wish wish = wish_ulaw;
    wish.source = source;
    session_set(session, &wish);
}

/* The phone of `session` sends a packet; 160 bytes of `fill`. */
static inline void hears(struct rig *rig, struct session *session, int payload, uint16_t seq,
                         uint8_t fill)
{
    uint8_t body[160], bytes[400];
    memset(body, fill, sizeof body);
    const struct rtp rtp = {.payload = payload,
                            .seq = seq,
                            .ts = seq * 160u,
                            .ssrc = 99,
                            .body = body,
                            .body_len = sizeof body};
    session_hear(session, &rig->net, bytes, rtp_write(&rtp, bytes, sizeof bytes));
}

static inline void digit_packet(struct rig *rig, struct session *session, uint16_t seq, uint32_t ts,
                                const char body[4])
{
    uint8_t bytes[64];
    const struct rtp rtp = {.payload = 101,
                            .seq = seq,
                            .ts = ts,
                            .ssrc = 99,
                            .body = (const uint8_t *)body,
                            .body_len = 4};
    session_hear(session, &rig->net, bytes, rtp_write(&rtp, bytes, sizeof bytes));
}

/* Time passes in steps of 5 ms. */
static inline void pass_ms(struct rig *rig, struct session *session, int ms)
{
    for (int i = 0; i < ms; i += 5) {
        session_tick(session, &rig->net);
        rig->net.now_us += 5000;
    }
}

static inline struct media_figures figures(const struct session *session)
{
    struct media_figures figures;
    session_read(session, &figures);
    return figures;
}

#define in_rig(test) cmocka_unit_test_setup_teardown(test, given_rig, rig_done)

#endif
