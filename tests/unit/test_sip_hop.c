/* One connection of the SIP hop: what goes in on either side, and when what comes out may leave. */
#include "support/cmocka_all.h"

#include "front/sip_hop.h"

#include <stdlib.h>
#include <string.h>

static const char request[] = "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\r\n"
                              "Content-Length: 0\r\n\r\n";
static const char bare[] = "SIP/2.0 100 Trying\r\nVia: SIP/2.0/TCP h\r\nVia: SIP/2.0/TLS a\r\n"
                           "Content-Length: 0\r\n\r\n";
static const char with_body[] = "SIP/2.0 183 Ring\r\nVia: SIP/2.0/TCP h\r\nVia: SIP/2.0/TLS a\r\n"
                                "Content-Length: 4\r\n\r\nv=0\n";

static int given_hop(void **state)
{
    struct sip_ends ends = {.transport = TRANSPORT_TLS,
                            .peer = "127.0.0.1",
                            .peer_port = 40112,
                            .outer = "127.0.0.1:5096",
                            .key = "k"};
    *state = sip_hop_new(&ends);
    return 0;
}

static int hop_done(void **state)
{
    sip_hop_free(*state);
    return 0;
}

#define in_hop(test) cmocka_unit_test_setup_teardown(test, given_hop, hop_done)

/* How often `text` is in what goes to the platform, which is then taken. */
static int inward(struct sip_hop *hop, const char *text)
{
    struct buf *out = sip_hop_inward(hop);
    int count = 0;
    for (const char *at = buf_text(out); (at = strstr(at, text)); at += strlen(text))
        count++;
    buf_reset(out);
    return count;
}

/* The status line's number of what may leave at `now_ms`; 0: a bare line end, -1: nothing. */
static int leaves(struct sip_hop *hop, int64_t now_ms, int64_t *ret_wait_ms)
{
    size_t len;
    char *bytes = sip_hop_next(hop, now_ms, &len, ret_wait_ms);
    if (!bytes)
        return -1;
    int status = len > 8 ? (int)strtol(bytes + 8, NULL, 10) : 0;
    free(bytes);
    return status;
}

static void a_stream_is_taken_message_by_message(void **state)
{
    struct sip_hop *hop = *state;
    char bytes[1024];
    size_t len = sizeof request - 1;
    memcpy(bytes, request, len);
    memcpy(bytes + len, request, len);
    assert_int_equal(sip_hop_client(hop, bytes, len + 10), len);
    assert_int_equal(inward(hop, "OPTIONS sip:a"), 1);
    assert_int_equal(sip_hop_client(hop, bytes + len, len), len);
    assert_int_equal(inward(hop, "OPTIONS sip:a"), 1);
    assert_false(sip_hop_is_over(hop));
}

static void a_ping_is_answered_and_goes_no_further(void **state)
{
    struct sip_hop *hop = *state;
    int64_t wait_ms;
    assert_int_equal(sip_hop_client(hop, "\r\n\r\n\r\n\r\n", 8), 8);
    assert_int_equal(sip_hop_inward(hop)->len, 0);
    assert_int_equal(leaves(hop, 0, &wait_ms), 0);
    assert_int_equal(leaves(hop, 0, &wait_ms), 0);
    assert_int_equal(leaves(hop, 0, &wait_ms), -1);
    sip_hop_client_message(hop, "\r\n\r\n", 4);
    assert_int_equal(leaves(hop, 0, &wait_ms), 0);
}

static void what_cannot_be_cut_ends_a_stream_but_no_websocket(void **state)
{
    struct sip_hop *hop = *state;
    sip_hop_client_message(hop, "hello", 5);
    assert_false(sip_hop_is_over(hop));
    assert_int_equal(sip_hop_client(hop, "hello\r\n\r\n", 9), 9);
    assert_true(sip_hop_is_over(hop));
    assert_int_equal(sip_hop_inward(hop)->len, 0);
}

static void behind_a_body_the_next_message_waits(void **state)
{
    struct sip_hop *hop = *state;
    int64_t wait_ms;
    sip_hop_platform(hop, bare, sizeof bare - 1);
    sip_hop_platform(hop, with_body, sizeof with_body - 1);
    sip_hop_platform(hop, bare, sizeof bare - 1);
    sip_hop_platform(hop, bare, sizeof bare - 1);
    assert_int_equal(leaves(hop, 1000, &wait_ms), 100);
    assert_int_equal(leaves(hop, 1000, &wait_ms), 183);
    assert_int_equal(leaves(hop, 1000, &wait_ms), -1);
    assert_int_equal(wait_ms, SIP_HOP_SPACE_MS);
    assert_int_equal(leaves(hop, 1000 + SIP_HOP_SPACE_MS - 1, &wait_ms), -1);
    assert_int_equal(wait_ms, 1);
    assert_int_equal(leaves(hop, 1000 + SIP_HOP_SPACE_MS, &wait_ms), 100);
    assert_int_equal(leaves(hop, 1000 + SIP_HOP_SPACE_MS, &wait_ms), 100);
    assert_int_equal(leaves(hop, 1000 + SIP_HOP_SPACE_MS, &wait_ms), -1);
    assert_int_equal(wait_ms, -1);
}

static void what_the_client_does_not_take_has_an_end(void **state)
{
    struct sip_hop *hop = *state;
    size_t count = 0;
    int64_t wait_ms, now_ms = 0;
    for (int i = 0; i < SIP_HOP_QUEUE_MAX / 50; i++, now_ms += SIP_HOP_SPACE_MS) {
        sip_hop_platform(hop, with_body, sizeof with_body - 1);
        assert_int_equal(leaves(hop, now_ms, &wait_ms), 183);
    }
    assert_false(sip_hop_is_over(hop)); /* what has left counts no more */
    while (!sip_hop_is_over(hop) && count < SIP_HOP_QUEUE_MAX) {
        sip_hop_platform(hop, with_body, sizeof with_body - 1);
        count++;
    }
    assert_true(sip_hop_is_over(hop));
    assert_in_range(count, SIP_HOP_QUEUE_MAX / sizeof with_body, SIP_HOP_QUEUE_MAX / 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_hop(a_stream_is_taken_message_by_message),
        in_hop(a_ping_is_answered_and_goes_no_further),
        in_hop(what_cannot_be_cut_ends_a_stream_but_no_websocket),
        in_hop(behind_a_body_the_next_message_waits),
        in_hop(what_the_client_does_not_take_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
