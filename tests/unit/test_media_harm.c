/* What faults do to a media session's packets, and SRTP. */
#include "support/media_rig.h"

static void packets_are_lost_as_often_as_was_asked(void **state)
{
    struct rig *rig = *state;
    struct media_wish lossy = wish_ulaw;
    lossy.from_phone.loss = 20;
    session_set(&rig->a, &lossy);
    for (uint16_t i = 0; i < 2000; i++)
        hears(rig, &rig->a, 0, i, 1);
    assert_in_range(figures(&rig->a).lost, 340, 460);
    assert_int_equal(figures(&rig->a).harmed + figures(&rig->a).received, 2000);
    assert_int_equal(figures(&rig->a).sent, figures(&rig->a).received);
    lossy.from_phone.loss = 0;
    lossy.to_phone.loss = 100;
    session_set(&rig->a, &lossy);
    size_t before = rig->sent_count;
    for (uint16_t i = 2000; i < 2100; i++)
        hears(rig, &rig->a, 0, i, 1);
    assert_int_equal(rig->sent_count, before);
}

static void jitter_delays_and_keeps_the_order(void **state)
{
    struct rig *rig = *state;
    struct media_wish late = wish_ulaw;
    late.to_phone.jitter_ms = 50;
    session_set(&rig->a, &late);
    for (uint16_t i = 0; i < 200; i++) {
        hears(rig, &rig->a, 0, i, 1);
        pass_ms(rig, &rig->a, 20);
    }
    pass_ms(rig, &rig->a, 100);
    assert_int_equal(rig->sent_count, 200);
    for (size_t i = 1; i < 200; i++)
        assert_int_equal(rig->sent[i].rtp.seq, (uint16_t)(rig->sent[i - 1].rtp.seq + 1));
    assert_int_equal(session_tick(&rig->a, &rig->net), 0);
    late.to_phone.jitter_ms = 0;
    late.from_phone.jitter_ms = 50;
    session_set(&rig->b, &late);
    for (uint16_t i = 0; i < 200; i++) {
        hears(rig, &rig->b, 0, i, 1);
        pass_ms(rig, &rig->b, 20);
    }
    assert_in_range(figures(&rig->b).jitter_us, 3000, 30000);
    assert_int_equal(figures(&rig->b).lost, 0);
}

static void some_packets_are_overtaken(void **state)
{
    struct rig *rig = *state;
    struct media_wish mixed = wish_ulaw;
    mixed.from_phone.reorder = 10;
    session_set(&rig->a, &mixed);
    for (uint16_t i = 0; i < 500; i++) {
        hears(rig, &rig->a, 0, i, 1);
        pass_ms(rig, &rig->a, 20);
    }
    pass_ms(rig, &rig->a, 100);
    assert_in_range(figures(&rig->a).late, 30, 70);
    assert_int_equal(figures(&rig->a).received, 500);
    assert_int_equal(figures(&rig->a).lost, 0);
}

/* However a phone floods, no more than so many packets wait. */
static void a_flood_does_not_pile_up(void **state)
{
    struct rig *rig = *state;
    struct media_wish late = wish_ulaw;
    late.from_phone.reorder = 100;
    session_set(&rig->a, &late);
    for (int i = 0; i < 5000; i++)
        hears(rig, &rig->a, 0, (uint16_t)i, 1);
    assert_int_equal(rig->a.held_count, SESSION_HELD_MAX);
    assert_int_equal(figures(&rig->a).harmed, 5000 - SESSION_HELD_MAX);
}

static void sealed_packets_come_open_and_echo_sealed(void **state)
{
    struct rig *rig = *state;
    const char *why;
    struct srtp_library *library = srtp_library_open(&why);
    assert_non_null(library);
    struct media_wish secure = wish_ulaw;
    secure.is_secure = true;
    memset(secure.key_in, 1, MEDIA_KEY_LEN);
    memset(secure.key_out, 2, MEDIA_KEY_LEN);
    struct srtp_line *phone = srtp_line_new(library, secure.key_out, secure.key_in);
    rig->net.srtp = library;
    session_set(&rig->a, &secure);
    uint8_t bytes[400];
    const struct rtp rtp = {.seq = 1, .ssrc = 9, .body = (const uint8_t *)"sound", .body_len = 5};
    size_t len = rtp_write(&rtp, bytes, sizeof bytes);
    assert_true(srtp_line_seal(phone, bytes, &len));
    session_hear(&rig->a, &rig->net, bytes, len);
    assert_int_equal(rig->sent_count, 1);
    struct packet *echo = &rig->sent[0];
    assert_true(srtp_line_unseal(phone, echo->bytes, &echo->len));
    assert_int_equal(echo->len, RTP_HEADER + 5);
    assert_memory_equal(echo->bytes + RTP_HEADER, "sound", 5);
    hears(rig, &rig->a, 0, 2, 1); /* in the clear: refused */
    assert_int_equal(figures(&rig->a).refused, 1);
    assert_int_equal(figures(&rig->a).received, 1);
    srtp_line_free(phone);
    session_done(&rig->a); /* before its library goes */
    session_init(&rig->a, 1, 11);
    srtp_library_close(library);
}

static void without_the_library_the_line_says_why_it_is_silent(void **state)
{
    struct rig *rig = *state;
    struct media_wish secure = wish_ulaw;
    secure.is_secure = true;
    secure.source = MEDIA_TONE;
    rig->net.srtp_trouble = "libsrtp2.so.1 is not installed";
    session_set(&rig->a, &secure);
    hears(rig, &rig->a, 0, 1, 1);
    pass_ms(rig, &rig->a, 100);
    assert_int_equal(rig->sent_count, 0);
    assert_int_equal(figures(&rig->a).refused, 1);
    assert_string_equal(figures(&rig->a).trouble, "libsrtp2.so.1 is not installed");
}

static void what_is_no_rtp_is_counted_and_rtcp_is_not_heard(void **state)
{
    struct rig *rig = *state;
    uint8_t hello[] = "hello", report[12] = {0x80, 200};
    session_set(&rig->a, &wish_ulaw);
    session_hear(&rig->a, &rig->net, hello, 5);
    session_hear(&rig->a, &rig->net, report, sizeof report);
    assert_int_equal(figures(&rig->a).refused, 1);
    assert_int_equal(figures(&rig->a).received, 0);
    assert_int_equal(rig->sent_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_rig(packets_are_lost_as_often_as_was_asked),
        in_rig(jitter_delays_and_keeps_the_order),
        in_rig(some_packets_are_overtaken),
        in_rig(a_flood_does_not_pile_up),
        in_rig(sealed_packets_come_open_and_echo_sealed),
        in_rig(without_the_library_the_line_says_why_it_is_silent),
        in_rig(what_is_no_rtp_is_counted_and_rtcp_is_not_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
