/* Answers of name servers, byte by byte. */
#include "dnsread.h"

#include <string.h>

#include "support/cmocka_all.h"

#define COUNTS(answers) "\x00\x01\x00" answers "\x00\x00\x00\x00"
#define ASKS(name)      name "\x00\x01\x00\x01"
#define P_TEST          "\x01p\x04test\x00"
#define TO_NAME         "\xc0\x0c" /* the question's */

static bool reads(const char *bytes, size_t len, enum dns_type type, struct dns_records *ret)
{
    return dnsread((const unsigned char *)bytes, len, "p.test", type, ret);
}
#define READS(bytes, type, ret) reads(bytes, sizeof(bytes) - 1, type, ret)

static const char two_addresses[] = "\x12\x34\x81\x80" COUNTS("\x03") ASKS(P_TEST)
    /* of another name: not ours */
    "\x01q\x04test\x00\x00\x01\x00\x01\x00\x00\x00\x01\x00\x04\x7f\x00\x00\x09" TO_NAME
    "\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01" TO_NAME
    "\x00\x01\x00\x01\x00\x00\x00\x1e\x00\x04\x7f\x00\x00\x02";

static void addresses_of_the_name_are_taken_and_of_no_other(void **state)
{
    struct dns_records read;
    assert_true(READS(two_addresses, DNS_A, &read));
    assert_int_equal(read.count, 2);
    assert_string_equal(read.list[0].address, "127.0.0.1");
    assert_int_equal(read.list[0].ttl_s, 60);
    assert_string_equal(read.list[1].address, "127.0.0.2");
    assert_true(READS(two_addresses, DNS_AAAA, &read));
    assert_int_equal(read.count, 0);
}

static void an_alias_is_followed_and_its_life_counts(void **state)
{
    struct dns_records read;
    /* The address stands before the alias that leads to it. */
    assert_true(READS(
        "\x12\x34\x81\x80" COUNTS("\x02")
            ASKS(P_TEST) "\x01q\xc0\x0e\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x10"
                         "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" TO_NAME
                         "\x00\x05\x00\x01\x00\x00\x00\x05\x00\x04\x01q\xc0\x0e",
        DNS_AAAA, &read));
    assert_int_equal(read.count, 1);
    assert_string_equal(read.list[0].address, "::1");
    assert_int_equal(read.list[0].ttl_s, 5);
    /* Round and round. */
    assert_true(READS("\x12\x34\x81\x80" COUNTS("\x01") ASKS(P_TEST) TO_NAME
                      "\x00\x05\x00\x01\x00\x00\x00\x05\x00\x02" TO_NAME,
                      DNS_A, &read));
    assert_int_equal(read.count, 0);
}

static void services_are_read_with_their_targets(void **state)
{
    struct dns_records read;
    assert_true(READS("\x12\x34\x81\x80" COUNTS("\x02") ASKS(P_TEST) TO_NAME
                      "\x00\x21\x00\x01\x00\x00\x00\x3c\x00\x0a"
                      "\x00\x0a\x00\x05\x13\xe2\x01z\xc0\x0e" TO_NAME
                      "\x00\x21\x00\x01\x00\x00\x00\x3c\x00\x07\x00\x14\x00\x00\x13\xe2\x00",
                      DNS_SRV, &read));
    assert_int_equal(read.count, 2);
    assert_int_equal(read.list[0].priority, 10);
    assert_int_equal(read.list[0].weight, 5);
    assert_int_equal(read.list[0].port, 5090);
    assert_string_equal(read.list[0].target, "z.test");
    assert_string_equal(read.list[1].target, ""); /* the root: not available */

    assert_true(READS("\x12\x34\x81\x80" COUNTS("\x01") ASKS(P_TEST) TO_NAME
                      "\x00\x23\x00\x01\x00\x00\x00\x3c\x00\x16"
                      "\x00\x0a\x00\x14\x01s\x07SIP+D2U\x00\x04_udp\xc0\x0e",
                      DNS_NAPTR, &read));
    assert_int_equal(read.count, 1);
    assert_int_equal(read.list[0].order, 10);
    assert_int_equal(read.list[0].preference, 20);
    assert_string_equal(read.list[0].flags, "s");
    assert_string_equal(read.list[0].service, "SIP+D2U");
    assert_string_equal(read.list[0].target, "_udp.test");
}

static void a_life_beyond_reason_is_cut(void **state)
{
    static const struct {
        const char *ttl;
        uint32_t want_s;
    } rows[] = {{"\x00\x00\x00\x00", 0},
                {"\x00\x09\x3a\x80", 604800},
                {"\x7f\xff\xff\xff", 604800},
                {"\x80\x00\x00\x00", 0}, /* RFC 2181 section 8 */
                {"\xff\xff\xff\xff", 0}};
    char bytes[] = "\x12\x34\x81\x80" COUNTS("\x01") ASKS(P_TEST) TO_NAME
        "\x00\x01\x00\x01TTTT\x00\x04\x7f\x00\x00\x01";
    char *ttl = bytes + sizeof(bytes) - 1 - 10;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct dns_records read;
        memcpy(ttl, rows[i].ttl, 4);
        assert_true(READS(bytes, DNS_A, &read));
        assert_int_equal(read.count, 1);
        assert_int_equal(read.list[0].ttl_s, rows[i].want_s);
    }
}

static void a_refusal_says_which(void **state)
{
    struct dns_records read;
    assert_true(READS("\x12\x34\x81\x83" COUNTS("\x00") ASKS(P_TEST), DNS_A, &read));
    assert_int_equal(read.rcode, 3);
    assert_int_equal(read.count, 0);
}

static void what_breaks_off_or_is_a_question_is_refused(void **state)
{
    struct dns_records read;
    for (size_t len = 0; len < sizeof(two_addresses) - 1; len++)
        assert_false(reads(two_addresses, len, DNS_A, &read));
    assert_false(READS("\x12\x34\x01\x00" COUNTS("\x00") ASKS(P_TEST), DNS_A, &read));
    /* An address of five bytes, and a name that points at itself. */
    assert_false(READS("\x12\x34\x81\x80" COUNTS("\x01") ASKS(P_TEST) TO_NAME
                       "\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x05\x7f\x00\x00\x01\x01",
                       DNS_A, &read));
    assert_false(READS("\x12\x34\x81\x80" COUNTS("\x00") "\xc0\x0c\x00\x01\x00\x01", DNS_A, &read));
}

static void more_records_than_there_may_be_are_left_out(void **state)
{
    enum { MANY = 200, ONE = 16 };
    static const char head[] = "\x12\x34\x81\x80\x00\x01\x00\xc8\x00\x00\x00\x00" ASKS(P_TEST);
    static const char one[] = TO_NAME "\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00\x01";
    char bytes[sizeof(head) + MANY * ONE];
    memcpy(bytes, head, sizeof(head) - 1);
    for (int i = 0; i < MANY; i++)
        memcpy(bytes + sizeof(head) - 1 + i * ONE, one, ONE);
    struct dns_records read;
    assert_true(reads(bytes, sizeof(head) - 1 + MANY * ONE, DNS_A, &read));
    assert_int_equal(read.count, DNSREAD_RECORDS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_the_name_are_taken_and_of_no_other),
        cmocka_unit_test(an_alias_is_followed_and_its_life_counts),
        cmocka_unit_test(services_are_read_with_their_targets),
        cmocka_unit_test(a_life_beyond_reason_is_cut),
        cmocka_unit_test(a_refusal_says_which),
        cmocka_unit_test(what_breaks_off_or_is_a_question_is_refused),
        cmocka_unit_test(more_records_than_there_may_be_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
