#include "support/cmocka_all.h"

#include "media/rtp.h"
#include "media/srtp.h"

#include <string.h>

/* The key and salt of RFC 3711 B.3. */
static const unsigned char key[MEDIA_KEY_LEN] = {
    0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c, 0x06, 0xde, 0x41,
    0x39, 0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6};
static const unsigned char other_key[MEDIA_KEY_LEN] = {1};

static struct srtp_library *given_library(void)
{
    const char *why;
    struct srtp_library *library = srtp_library_open(&why);
    if (!library)
        fail_msg("%s", why);
    return library;
}

static const uint8_t plain[] = {0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
                                0xba, 0xbe, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab,
                                0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab, 0xab};

/* The reference packet of libsrtp's own self-test for this suite and key. */
static void a_packet_is_sealed_as_everybody_does(void **state)
{
    static const uint8_t want[] = {0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe,
                                   0xba, 0xbe, 0x4e, 0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8,
                                   0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d, 0x24, 0x02, 0xb7, 0x8d,
                                   0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb};
    struct srtp_library *library = given_library();
    struct srtp_line *line = srtp_line_new(library, other_key, key);
    uint8_t bytes[sizeof plain + SRTP_MORE];
    size_t len = sizeof plain;
    memcpy(bytes, plain, sizeof plain);
    assert_true(srtp_line_seal(line, bytes, &len));
    assert_int_equal(len, sizeof want);
    assert_memory_equal(bytes, want, sizeof want);
    srtp_line_free(line);
    srtp_library_close(library);
}

static void two_lines_with_their_keys_crossed_understand_each_other(void **state)
{
    struct srtp_library *library = given_library();
    struct srtp_line *here = srtp_line_new(library, other_key, key);
    struct srtp_line *there = srtp_line_new(library, key, other_key);
    for (int seq = 0; seq < 70000; seq += 777) { /* past a roll-over */
        uint8_t bytes[sizeof plain + SRTP_MORE], want[sizeof plain];
        const struct rtp rtp = {.seq = (uint16_t)seq, .ssrc = 7, .body = plain, .body_len = 16};
        size_t len = rtp_write(&rtp, want, sizeof want);
        memcpy(bytes, want, len);
        assert_true(srtp_line_seal(here, bytes, &len));
        assert_int_equal(len, RTP_HEADER + 16 + 10);
        assert_true(memcmp(bytes + RTP_HEADER, plain, 16) != 0);
        assert_true(srtp_line_unseal(there, bytes, &len));
        assert_int_equal(len, RTP_HEADER + 16);
        assert_memory_equal(bytes, want, len);
    }
    srtp_line_free(here);
    srtp_line_free(there);
    srtp_library_close(library);
}

static void a_changed_a_foreign_and_a_repeated_packet_are_refused(void **state)
{
    struct srtp_library *library = given_library();
    struct srtp_line *here = srtp_line_new(library, other_key, key);
    struct srtp_line *there = srtp_line_new(library, key, other_key);
    uint8_t bytes[sizeof plain + SRTP_MORE], copy[sizeof bytes];
    size_t sealed = sizeof plain, len;
    memcpy(bytes, plain, sizeof plain);
    assert_true(srtp_line_seal(here, bytes, &sealed));

    memcpy(copy, bytes, sealed);
    copy[14] ^= 1;
    assert_false(srtp_line_unseal(there, copy, &(size_t){sealed}));
    memcpy(copy, bytes, sealed);
    assert_false(srtp_line_unseal(here, copy, &(size_t){sealed})); /* its own, not the other's */
    for (len = 0; len < sealed; len += 5) {
        memcpy(copy, bytes, sealed);
        assert_false(srtp_line_unseal(there, copy, &(size_t){len}));
    }
    memcpy(copy, bytes, sealed);
    assert_true(srtp_line_unseal(there, copy, &(size_t){sealed}));
    memcpy(copy, bytes, sealed);
    assert_false(srtp_line_unseal(there, copy, &(size_t){sealed}));
    srtp_line_free(here);
    srtp_line_free(there);
    srtp_line_free(NULL);
    srtp_library_close(library);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_is_sealed_as_everybody_does),
        cmocka_unit_test(two_lines_with_their_keys_crossed_understand_each_other),
        cmocka_unit_test(a_changed_a_foreign_and_a_repeated_packet_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
