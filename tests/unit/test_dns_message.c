/* RFC 1035 section 4, byte by byte. */
#include "dns/message.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#define HEAD     "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
#define SIX(x)   x x x x x x
#define LABEL_60 "\x3c" SIX("0123456789")

static bool read_text(const char *bytes, size_t len, struct dns_query *ret)
{
    return dns_read((const uint8_t *)bytes, len, ret);
}

static void a_query_is_read(void **state)
{
    static const char bytes[] = HEAD "\x04_sip\x04_udp\x03"
                                     "a.b\x01"
                                     "\x07\x00\x00\x21\x00\x01";
    struct dns_query query;
    assert_true(read_text(bytes, sizeof bytes - 1, &query));
    assert_int_equal(query.rcode, DNS_OK);
    assert_null(query.reason);
    assert_int_equal(query.id, 0x1234);
    assert_true(query.wants_recursion);
    /* A dot inside a label is not the dot between two. */
    assert_string_equal(query.name, "_sip._udp.a\\046b.\\007");
    assert_int_equal(query.type, DNS_SRV);
    assert_int_equal(query.class, DNS_CLASS_IN);
    assert_int_equal(query.question_len, sizeof bytes - 1 - 12);
    assert_memory_equal(query.question, bytes + 12, query.question_len);
}

#define ROW(label, bytes, rcode)                                                                   \
    {                                                                                              \
        label, bytes, sizeof bytes - 1, rcode                                                      \
    }
enum { SILENCE = -1 };

static void what_is_no_question_is_refused_or_gets_silence(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
        int rcode;
    } rows[] = {
        ROW("nothing", "", SILENCE),
        ROW("half a header", "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00", SILENCE),
        ROW("an answer",
            "\x12\x34\x81\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01", SILENCE),
        ROW("the root", HEAD "\x00\x00\x01\x00\x01", DNS_OK),
        ROW("any class", HEAD "\x01x\x00\x00\x01\x00\xff", DNS_OK),
        ROW("something additional, as EDNS is",
            "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x01\x01x\x00\x00\x01\x00\x01\x00\x00\x29"
            "\x10",
            DNS_OK),
        ROW("class CHAOS", HEAD "\x01x\x00\x00\x10\x00\x03", DNS_REFUSED),
        ROW("an UPDATE", "\x12\x34\x28\x00\x00\x01\x00\x00\x00\x00\x00\x00", DNS_NOTIMP),
        ROW("no question", "\x12\x34\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00", DNS_FORMERR),
        ROW("two questions",
            "\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01\x01x\x00\x00"
            "\x01\x00\x01",
            DNS_FORMERR),
        ROW("a query with an answer",
            "\x12\x34\x01\x00\x00\x01\x00\x01\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01",
            DNS_FORMERR),
        ROW("a query with an authority",
            "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x01\x00\x00\x01x\x00\x00\x01\x00\x01",
            DNS_FORMERR),
        ROW("bytes behind", HEAD "\x01x\x00\x00\x01\x00\x01y", DNS_FORMERR),
        ROW("no name", HEAD, DNS_FORMERR),
        ROW("a label that is not there", HEAD "\x05x", DNS_FORMERR),
        ROW("no end of the name", HEAD "\x01x", DNS_FORMERR),
        ROW("no type", HEAD "\x01x\x00", DNS_FORMERR),
        ROW("half a class", HEAD "\x01x\x00\x00\x01\x00", DNS_FORMERR),
        ROW("a pointer to itself", HEAD "\xc0\x0c\x00\x01\x00\x01", DNS_FORMERR),
        ROW("a label of 64", HEAD "\x40" SIX("0123456789") "0123\x00\x00\x01\x00\x01", DNS_FORMERR),
        ROW("255 bytes",
            HEAD LABEL_60 LABEL_60 LABEL_60 LABEL_60 "\x09"
                                                     "012345678"
                                                     "\x00\x00\x01\x00\x01",
            DNS_OK),
        ROW("256 bytes",
            HEAD LABEL_60 LABEL_60 LABEL_60 LABEL_60 "\x0a"
                                                     "0123456789"
                                                     "\x00\x00\x01\x00\x01",
            DNS_FORMERR),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct dns_query query;
        /* Its own memory, so that a byte too far is seen. */
        char *bytes = test_malloc(rows[i].len + !rows[i].len);
        memcpy(bytes, rows[i].bytes, rows[i].len);
        bool is_query = read_text(bytes, rows[i].len, &query);
        int rcode = is_query ? (int)query.rcode : SILENCE;
        if (rcode != rows[i].rcode || (rcode > 0 && !query.reason))
            fail_msg("%s: %d", rows[i].label, rcode);
        test_free(bytes);
    }
}

static struct dns_query given_query(const char *wire_name, size_t len, enum dns_type type)
{
    struct dns_query query = {.id = 7, .wants_recursion = true, .type = (uint16_t)type};
    memcpy(query.question, wire_name, len);
    query.question[len + 1] = (uint8_t)type;
    query.question[len + 3] = DNS_CLASS_IN;
    query.question_len = len + 4;
    return query;
}

static void assert_written(const struct dns_query *query, const struct dns_answer *answer,
                           size_t max, const char *bytes, size_t len)
{
    struct buf out;
    buf_init(&out, DNS_ANSWER_MAX);
    dns_write(query, answer, max, &out);
    assert_int_equal(out.len, len);
    assert_memory_equal(out.data, bytes, len);
    buf_done(&out);
}
#define assert_bytes(query, answer, max, bytes)                                                    \
    assert_written(query, answer, max, bytes, sizeof bytes - 1)

static void each_record_has_its_bytes(void **state)
{
    struct dns_query query = given_query("\x01x\x00", 3, DNS_ANY);
    struct dns_answer answer = {
        .records = {{.type = DNS_A, .ttl_s = 0x01020304, .address = {127, 0, 0, 2}},
                    {.type = DNS_AAAA, .address = {[15] = 1}},
                    {.type = DNS_SRV, .priority = 1, .weight = 2, .port = 5090, .target = "h.t"},
                    {.type = DNS_NAPTR,
                     .order = 1,
                     .preference = 2,
                     .flags = "s",
                     .service = "SIP+D2U",
                     .target = "_sip._udp.t."}},
        .count = 4,
    };
    assert_bytes(
        &query, &answer, DNS_UDP_MAX,
        "\x00\x07\x85\x00\x00\x01\x00\x04\x00\x00\x00\x00"
        "\x01x\x00\x00\xff\x00\x01"
        "\xc0\x0c\x00\x01\x00\x01\x01\x02\x03\x04\x00\x04\x7f\x00\x00\x02"
        "\xc0\x0c\x00\x1c\x00\x01\x00\x00\x00\x00\x00\x10"
        "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01"
        "\xc0\x0c\x00\x21\x00\x01\x00\x00\x00\x00\x00\x0b\x00\x01\x00\x02\x13\xe2\x01h\x01t\x00"
        "\xc0\x0c\x00\x23\x00\x01\x00\x00\x00\x00\x00\x1c\x00\x01\x00\x02\x01s\x07SIP+D2U\x00"
        "\x04_sip\x04_udp\x01t\x00");
}

static void refusals_name_their_code(void **state)
{
    struct dns_query query = given_query("\x01x\x00", 3, DNS_A);
    assert_bytes(&query, (&(struct dns_answer){.rcode = DNS_NXDOMAIN}), DNS_UDP_MAX,
                 "\x00\x07\x85\x03\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01");
    assert_bytes(&query, (&(struct dns_answer){.rcode = DNS_SERVFAIL}), DNS_UDP_MAX,
                 "\x00\x07\x81\x02\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01");
    query = (struct dns_query){.id = 7, .opcode = 5};
    assert_bytes(&query, (&(struct dns_answer){.rcode = DNS_NOTIMP}), DNS_UDP_MAX,
                 "\x00\x07\xa8\x04\x00\x00\x00\x00\x00\x00\x00\x00");
}

static void what_is_longer_than_it_may_be_is_cut(void **state)
{
    struct dns_query query = given_query("\x01x\x00", 3, DNS_A);
    struct dns_answer answer = {.count = 31}; /* 12 + 7 + 31 * 16 = 515 */
    struct buf out;
    for (size_t i = 0; i < answer.count; i++)
        answer.records[i].type = DNS_A;
    assert_bytes(&query, &answer, DNS_UDP_MAX,
                 "\x00\x07\x87\x00\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x01\x00\x01");
    buf_init(&out, DNS_ANSWER_MAX);
    dns_write(&query, &answer, DNS_ANSWER_MAX, &out);
    assert_int_equal(out.len, 515);
    answer.count = 30;
    buf_reset(&out);
    dns_write(&query, &answer, DNS_UDP_MAX, &out);
    assert_int_equal(out.len, 499);
    buf_done(&out);
}

static void a_target_that_is_no_name_is_a_failure_of_the_server(void **state)
{
    struct dns_query query = given_query("\x01x\x00", 3, DNS_SRV);
    struct dns_answer answer = {.records = {{.type = DNS_SRV, .target = "a..b"}}, .count = 1};
    assert_bytes(&query, &answer, DNS_UDP_MAX,
                 "\x00\x07\x81\x02\x00\x01\x00\x00\x00\x00\x00\x00\x01x\x00\x00\x21\x00\x01");
}

static void names_keep_to_their_limits(void **state)
{
    static const char label[] = SIX("0123456789") "012";
    char text[300];
    assert_true(dns_is_name("sip10.ringcentral.com"));
    assert_true(dns_is_name("_sip._udp.x."));
    static const char *const none[] = {"", ".", "a..b", ".a", "a b", "a\\046b", "a\"", "a\n"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (dns_is_name(none[i]))
            fail_msg("\"%s\" is a name", none[i]);
    assert_true(dns_is_name(label));
    snprintf(text, sizeof text, "%s3", label);
    assert_false(dns_is_name(text));
    snprintf(text, sizeof text, "%s.%s.%s.%.61s", label, label, label, label);
    assert_int_equal(strlen(text), 253);
    assert_true(dns_is_name(text));
    snprintf(text, sizeof text, "%s.%s.%s.%.62s", label, label, label, label);
    assert_false(dns_is_name(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_query_is_read),
        cmocka_unit_test(what_is_no_question_is_refused_or_gets_silence),
        cmocka_unit_test(each_record_has_its_bytes),
        cmocka_unit_test(refusals_name_their_code),
        cmocka_unit_test(what_is_longer_than_it_may_be_is_cut),
        cmocka_unit_test(a_target_that_is_no_name_is_a_failure_of_the_server),
        cmocka_unit_test(names_keep_to_their_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
