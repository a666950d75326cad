/*
 * DNS messages: what is read keeps to the limits, its question comes back as it was, and the answer is
 * one that reads as none of our own questions.
 */
#include "dns/message.h"

#include "fuzz.d/fuzz.h"

static void fuzz_answer(const struct dns_query *query, size_t max)
{
    static struct dns_answer answer = {
        .records = {{.type = DNS_A},
                    {.type = DNS_SRV, .target = "a.b"},
                    {.type = DNS_NAPTR, .flags = "s", .service = "SIP+D2U", .target = "c"}},
        .count = 3,
    };
    struct dns_query again;
    struct buf out;
    buf_init(&out, DNS_ANSWER_MAX);
    answer.rcode = query->rcode;
    dns_write(query, &answer, max, &out);
    assert(out.len >= 12 && (out.len <= max || out.len == 12 + query->question_len));
    assert(!memcmp(out.data + 12, query->question, query->question_len));
    assert(!dns_read((const uint8_t *)out.data, out.len, &again));
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_query query;
    uint8_t *copy = malloc(size + !size); /* its own, so that a byte too far is seen */
    if (size)
        memcpy(copy, data, size);
    if (dns_read(copy, size, &query)) {
        assert(strlen(query.name) < DNS_TEXT_LEN);
        assert(query.question_len <= size - 12);
        assert(!query.question_len || !memcmp(query.question, copy + 12, query.question_len));
        assert((query.rcode == DNS_OK) == (query.reason == NULL));
        assert(query.rcode != DNS_OK || query.question_len >= 5);
        fuzz_answer(&query, DNS_UDP_MAX);
        fuzz_answer(&query, 12);
    }
    free(copy);
    char *text = fuzz_text(data, size);
    if (dns_is_name(text))
        assert(strlen(text) <= DNS_NAME_MAX - 1);
    free(text);
    return 0;
}
