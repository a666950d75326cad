#include "support/cmocka_all.h"

#include "media/stun.h"

#include <string.h>

/* The messages of RFC 5769, sections 2.1 to 2.3, and their password. */
static const char password[] = "VOkJxbRl1RmTxUk/WvJxBt";
static const uint8_t request[] = {
    0x00, 0x01, 0x00, 0x58, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x10, 0x53, 0x54, 0x55, 0x4e, 0x20, 0x74, 0x65, 0x73,
    0x74, 0x20, 0x63, 0x6c, 0x69, 0x65, 0x6e, 0x74, 0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff,
    0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36, 0x00, 0x06, 0x00, 0x09,
    0x65, 0x76, 0x74, 0x6a, 0x3a, 0x68, 0x36, 0x76, 0x59, 0x20, 0x20, 0x20, 0x00, 0x08, 0x00, 0x14,
    0x9a, 0xea, 0xa7, 0x0c, 0xbf, 0xd8, 0xcb, 0x56, 0x78, 0x1e, 0xf2, 0xb5, 0xb2, 0xd3, 0xf2, 0x49,
    0xc1, 0xb5, 0x71, 0xa2, 0x80, 0x28, 0x00, 0x04, 0xe5, 0x7a, 0x3b, 0xcf};
static const uint8_t answer_v4[] = {
    0x01, 0x01, 0x00, 0x3c, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43,
    0x00, 0x08, 0x00, 0x14, 0x2b, 0x91, 0xf5, 0x99, 0xfd, 0x9e, 0x90, 0xc3, 0x8c, 0x74, 0x89, 0xf9,
    0x2a, 0xf9, 0xba, 0x53, 0xf0, 0x6b, 0xe7, 0xd7, 0x80, 0x28, 0x00, 0x04, 0xc0, 0x7d, 0x4c, 0x96};
static const uint8_t answer_v6[] = {
    0x01, 0x01, 0x00, 0x48, 0x21, 0x12, 0xa4, 0x42, 0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86,
    0xfa, 0x87, 0xdf, 0xae, 0x80, 0x22, 0x00, 0x0b, 0x74, 0x65, 0x73, 0x74, 0x20, 0x76, 0x65, 0x63,
    0x74, 0x6f, 0x72, 0x20, 0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa,
    0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9, 0x00, 0x08, 0x00, 0x14,
    0xa3, 0x82, 0x95, 0x4e, 0x4b, 0xe6, 0x7b, 0xf1, 0x17, 0x84, 0xc9, 0x7c, 0x82, 0x92, 0xc2, 0x75,
    0xbf, 0xe3, 0xed, 0x41, 0x80, 0x28, 0x00, 0x04, 0xc8, 0xfb, 0x0b, 0x4c};

static void the_request_of_the_rfc_is_read(void **state)
{
    struct stun stun;
    assert_true(stun_read(request, sizeof request, &stun));
    assert_int_equal(stun.class, STUN_REQUEST);
    assert_int_equal(stun.method, STUN_BINDING);
    assert_int_equal(stun.username_len, 9);
    assert_memory_equal(stun.username, "evtj:h6vY", 9);
    assert_true(stun.is_controlled);
    assert_false(stun.is_nominating);
    assert_int_equal(stun.unknown_count, 0);
    assert_true(stun.has_fingerprint);
    assert_true(stun_is_signed(&stun, password));
    assert_false(stun_is_signed(&stun, "VOkJxbRl1RmTxUk/WvJxBu"));
}

static void the_answers_of_the_rfc_are_read(void **state)
{
    static const uint8_t v4[] = {192, 0, 2, 1};
    static const uint8_t v6[] = {0x20, 0x01, 0x0d, 0xb8, 0x12, 0x34, 0x56, 0x78,
                                 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77};
    struct stun stun;
    assert_true(stun_read(answer_v4, sizeof answer_v4, &stun));
    assert_int_equal(stun.class, STUN_SUCCESS);
    assert_true(stun.has_address && !stun.address.is_v6 && stun_is_signed(&stun, password));
    assert_int_equal(stun.address.port, 32853);
    assert_memory_equal(stun.address.bytes, v4, sizeof v4);
    assert_true(stun_read(answer_v6, sizeof answer_v6, &stun));
    assert_true(stun.has_address && stun.address.is_v6 && stun_is_signed(&stun, password));
    assert_int_equal(stun.address.port, 32853);
    assert_memory_equal(stun.address.bytes, v6, sizeof v6);
}

/* Whichever of its bytes another one stands in: it is broken, or its fingerprint is none. */
static void no_byte_can_be_changed(void **state)
{
    for (size_t i = 0; i < sizeof request; i++) {
        uint8_t bytes[sizeof request];
        struct stun stun;
        memcpy(bytes, request, sizeof bytes);
        bytes[i] ^= 1;
        assert_false(stun_read(bytes, sizeof bytes, &stun) && stun.has_fingerprint);
    }
}

static void what_is_cut_or_too_long_is_broken(void **state)
{
    uint8_t bytes[sizeof request + 4] = {0};
    struct stun stun;
    memcpy(bytes, request, sizeof request);
    for (size_t len = 0; len < sizeof request; len++)
        assert_false(stun_read(bytes, len, &stun));
    assert_false(stun_read(bytes, sizeof bytes, &stun));
    bytes[3] += 4; /* now something stands behind the fingerprint */
    assert_false(stun_read(bytes, sizeof bytes, &stun));
}

static void the_first_name_counts_and_one_too_long_is_broken(void **state)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {1};
    struct stun_out out;
    struct stun stun;
    stun_begin(&out, STUN_REQUEST, transaction);
    stun_add(&out, STUN_USERNAME, "a:b", 3);
    assert_true(stun_read(out.bytes, out.len, &stun));
    stun_add(&out, STUN_USERNAME, "second", 6);
    assert_true(stun_read(out.bytes, out.len, &stun));
    assert_int_equal(stun.username_len, 3);
    assert_memory_equal(stun.username, "a:b", 3);
    stun_begin(&out, STUN_REQUEST, transaction);
    stun_add(&out, STUN_USERNAME, "a:b", 3);
    out.bytes[STUN_HEADER + 3] = 5;
    assert_false(stun_read(out.bytes, out.len, &stun));
    out.bytes[STUN_HEADER + 2] = 0xff;
    out.bytes[STUN_HEADER + 3] = 0xff;
    assert_false(stun_read(out.bytes, out.len, &stun));
}

static void what_is_written_reads_back(void **state)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2};
    struct stun_out out;
    struct stun stun;
    for (int is_v6 = 0; is_v6 < 2; is_v6++) {
        struct stun_address address = {.is_v6 = is_v6, .port = 4711, .bytes = {127, 0, 0, 1}};
        stun_begin(&out, STUN_SUCCESS, transaction);
        stun_add_address(&out, &address);
        stun_sign(&out, "pass");
        stun_end(&out);
        assert_true(stun_read(out.bytes, out.len, &stun));
        assert_memory_equal(stun.transaction, transaction, sizeof transaction);
        assert_true(stun.has_fingerprint && stun_is_signed(&stun, "pass"));
        assert_int_equal(stun.address.is_v6, is_v6);
        assert_int_equal(stun.address.port, 4711);
        assert_memory_equal(stun.address.bytes, address.bytes, 16);
    }
    stun_begin(&out, STUN_ERROR, transaction);
    stun_add_error(&out, 487, "Role Conflict");
    assert_true(stun_read(out.bytes, out.len, &stun));
    assert_int_equal(stun.class, STUN_ERROR);
    assert_int_equal(stun.error, 487);
    assert_false(stun_is_signed(&stun, ""));
}

/* Who must not overlook something is told what it is; the rest is passed by. */
static void what_must_be_understood_and_is_not_is_counted(void **state)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {1};
    struct stun_out out;
    struct stun stun;
    stun_begin(&out, STUN_REQUEST, transaction);
    stun_add(&out, 0x7fff, "x", 1);
    stun_add(&out, 0xc057, "net", 3);
    for (int i = 0; i < 20; i++)
        stun_add(&out, 0x0100 + i, NULL, 0);
    assert_true(stun_read(out.bytes, out.len, &stun));
    assert_int_equal(stun.unknown_count, STUN_UNKNOWN_MAX);
    assert_int_equal(stun.unknown[0], 0x7fff);
    assert_int_equal(stun.unknown[1], 0x0100);
}

/* RFC 8489 14.5: what somebody put behind the signature is not read. */
static void behind_the_signature_nothing_counts(void **state)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {1};
    struct stun_out out;
    struct stun stun;
    stun_begin(&out, STUN_REQUEST, transaction);
    stun_sign(&out, "pass");
    stun_add(&out, STUN_USE_CANDIDATE, NULL, 0);
    stun_end(&out);
    assert_true(stun_read(out.bytes, out.len, &stun));
    assert_true(stun_is_signed(&stun, "pass"));
    assert_false(stun.is_nominating);
}

static void what_does_not_fit_is_left_out(void **state)
{
    static const uint8_t transaction[STUN_TRANSACTION] = {1};
    static const char much[STUN_WRITTEN_MAX];
    struct stun_out out;
    stun_begin(&out, STUN_REQUEST, transaction);
    stun_add(&out, STUN_USERNAME, much, sizeof much);
    assert_int_equal(out.len, STUN_HEADER);
    stun_add(&out, STUN_USERNAME, much, STUN_WRITTEN_MAX - STUN_HEADER - 4);
    assert_int_equal(out.len, STUN_WRITTEN_MAX);
    stun_sign(&out, "pass");
    assert_int_equal(out.len, STUN_WRITTEN_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_request_of_the_rfc_is_read),
        cmocka_unit_test(the_answers_of_the_rfc_are_read),
        cmocka_unit_test(no_byte_can_be_changed),
        cmocka_unit_test(what_is_cut_or_too_long_is_broken),
        cmocka_unit_test(the_first_name_counts_and_one_too_long_is_broken),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(what_must_be_understood_and_is_not_is_counted),
        cmocka_unit_test(behind_the_signature_nothing_counts),
        cmocka_unit_test(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
