/*
 * Messages of the Domain Name System (RFC 1035 section 4) as pure code: a query is read, an answer is
 * written. One question each. Without EDNS: what follows the question is not read, and an answer by
 * UDP has at most 512 bytes. RFC 6891 section 7 wants FORMERR for a query with EDNS then; resolvers
 * would ask twice, and take an answer without EDNS as well.
 */
#ifndef MOCKRC_DNS_MESSAGE_H
#define MOCKRC_DNS_MESSAGE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DNS_NAME_MAX = 255, /* bytes on the wire (RFC 1035 section 2.3.4) */
    DNS_LABEL_MAX = 63,
    DNS_TEXT_LEN = 4 * DNS_NAME_MAX + 1, /* every byte as \ddd */
    DNS_UDP_MAX = 512,
    DNS_QUERY_MAX = 4096,  /* of a longer one no more is read */
    DNS_ANSWER_MAX = 65535 /* what the length before it can say on TCP */
};

enum dns_type {
    DNS_A = 1,
    DNS_AAAA = 28,
    DNS_SRV = 33,   /* RFC 2782 */
    DNS_NAPTR = 35, /* RFC 3403 */
    DNS_ANY = 255
};

enum { DNS_CLASS_IN = 1, DNS_CLASS_ANY = 255 };

enum dns_rcode {
    DNS_OK,
    DNS_FORMERR,
    DNS_SERVFAIL,
    DNS_NXDOMAIN,
    DNS_NOTIMP,
    DNS_REFUSED,
    DNS_RCODE_COUNT
};

/* What was asked. `rcode` is not DNS_OK when it can only be refused so, for the `reason`; the name may
 * then be "". */
struct dns_query {
    uint16_t id;
    uint8_t opcode;
    bool wants_recursion;
    enum dns_rcode rcode;
    const char *reason;      /* static; NULL with DNS_OK */
    char name[DNS_TEXT_LEN]; /* as people write it (RFC 1035 section 5.1), no dot at the end */
    uint16_t type, class;
    uint8_t question[DNS_NAME_MAX + 4]; /* its bytes, for the answer */
    size_t question_len;
};

/* One answer about the name that was asked for. Texts are borrowed. */
struct dns_record {
    enum dns_type type;
    uint32_t ttl_s;
    uint8_t address[16];             /* A: four of them; AAAA */
    uint16_t priority, weight, port; /* SRV */
    uint16_t order, preference;      /* NAPTR */
    const char *flags, *service;     /* NAPTR */
    char target[2 * DNS_NAME_MAX]; /* of SRV; of NAPTR the replacement; longer than a name may be */
};

enum { DNS_RECORDS_MAX = 64 };

struct dns_answer {
    enum dns_rcode rcode;
    struct dns_record records[DNS_RECORDS_MAX];
    size_t count;
};

/* False: it is no query (too short, or an answer) and gets silence; answers to answers would go round
 * for ever. */
bool dns_read(const uint8_t *bytes, size_t len, struct dns_query *ret);

/* Appends the answer. Longer than `max` it is empty and marked as cut (TC): the client asks again over
 * TCP. A record that cannot be written (a target that is no name) makes it SERVFAIL. */
void dns_write(const struct dns_query *query, const struct dns_answer *answer, size_t max,
               struct buf *out);

/* Can this text be a name? Labels of 1 to 63 bytes, 255 in all, no escapes. */
bool dns_is_name(const char *text);

const char *dns_rcode_name(enum dns_rcode rcode); /* "nxdomain" */
/* "SRV"; NULL for those not served here. */
const char *dns_type_name(uint16_t type);

#endif
