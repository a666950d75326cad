/* The voice of a handset: two of them, face to face on loopback. */
#include "support/cmocka_all.h"

#include "voice.h"

#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>

static void a_description_says_where_to_send(void **state)
{
    static const struct {
        const char *sdp;
        bool is_met;
    } rows[] = {
        {"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\n", true},
        {"v=0\r\nc=IN IP6 ::1\r\nm=audio 4000 RTP/AVP 0\r\n", true},
        {"v=0\r\nc=IN IP4 224.2.1.1/127\r\nm=audio 4000 RTP/AVP 0\r\n", true},
        {"v=0\r\nc=IN IP4 phone.test\r\nm=audio 4000 RTP/AVP 0\r\n", false},
        {"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 0 RTP/AVP 0\r\n", false},
        {"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 99999 RTP/AVP 0\r\n", false},
        {"v=0\r\nm=audio 4000 RTP/AVP 0\r\n", false},
        {"v=0\r\nm=audio 4000\r\nc=IN IP", false},
        {"", false},
    };
    struct voice voice;
    voice_init(&voice);
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (voice_meet(&voice, rows[i].sdp) != rows[i].is_met)
            fail_msg("%s", rows[i].sdp);
        assert_int_equal(voice.far_len > 0, rows[i].is_met);
    }
}

static void waits_for_a_packet(const struct voice *voice)
{
    struct pollfd wait = {.fd = voice->fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, 10000), 1);
}

static void what_one_says_the_other_hears(void **state)
{
    struct rnd rnd;
    struct voice one, two;
    char sdp[100];
    rnd_init_seeded(&rnd, 1, 1);
    voice_init(&one);
    voice_init(&two);
    assert_false(voice_open(&one, "phone.test", &rnd));
    assert_true(voice_open(&one, "127.0.0.1", &rnd));
    assert_true(voice_open(&two, "127.0.0.1", &rnd));
    int port = one.port;
    assert_true(voice_open(&one, "127.0.0.1", &rnd)); /* it is open: the same */
    assert_int_equal(one.port, port);
    voice_frame(&one); /* to nowhere yet */
    assert_int_equal(one.sent, 0);
    snprintf(sdp, sizeof(sdp), "c=IN IP4 127.0.0.1\r\nm=audio %d RTP/AVP 0\r\n", two.port);
    assert_true(voice_meet(&one, sdp));
    for (int i = 0; i < 5; i++)
        voice_frame(&one);
    assert_int_equal(one.sent, 5);
    while (two.heard < 5) {
        waits_for_a_packet(&two);
        voice_listen(&two);
    }
    assert_int_equal(two.sent, 0);
    assert_int_equal(sendto(one.fd, "hello", 5, 0, &one.far.any, one.far_len), 5);
    waits_for_a_packet(&two);
    voice_listen(&two);
    assert_int_equal(two.heard, 5); /* that was no RTP */
    voice_close(&one);
    voice_close(&two);
    voice_close(&two);
}

static void which_ways_it_went_has_a_name(void **state)
{
    assert_string_equal(voice_ways(1, 1), "both");
    assert_string_equal(voice_ways(1, 0), "sent only");
    assert_string_equal(voice_ways(0, 1), "heard only");
    assert_string_equal(voice_ways(0, 0), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_description_says_where_to_send),
        cmocka_unit_test(what_one_says_the_other_hears),
        cmocka_unit_test(which_ways_it_went_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
