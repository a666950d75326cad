/*
 * A name server's answer, read into records (RFC 1035 section 4.1): those of one type that belong to
 * the name asked for, or to the name it is an alias of. Takes any bytes.
 *
 * Not here: sending and waiting (resolver.h), and what follows from the records (names.h).
 */
#ifndef RC_CLIENT_DNSREAD_H
#define RC_CLIENT_DNSREAD_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DNSREAD_RECORDS_MAX = 32, DNSREAD_NAME = 256 };

/* As arpa/nameser.h numbers them; that header is not wanted everywhere. */
enum dns_type { DNS_A = 1, DNS_AAAA = 28, DNS_SRV = 33, DNS_NAPTR = 35 };

struct dns_record {
    uint32_t ttl_s;                  /* the shortest on the way to it, aliases included */
    char address[INET6_ADDRSTRLEN];  /* of A and AAAA */
    unsigned priority, weight, port; /* of SRV (RFC 2782) */
    unsigned order, preference;      /* of NAPTR (RFC 3403) */
    char flags[8], service[32];      /* of NAPTR; "" when longer than any of SIP's */
    char target[DNSREAD_NAME];       /* of SRV; of NAPTR the replacement; "" for the root */
};

struct dns_records {
    int rcode; /* RFC 1035: 0 fine, 2 SERVFAIL, 3 NXDOMAIN, 5 REFUSED */
    struct dns_record list[DNSREAD_RECORDS_MAX]; /* further ones are left out */
    int count;
};

/* False: it is no answer, or breaks off within one. */
bool dnsread(const unsigned char *bytes, size_t len, const char *name, enum dns_type type,
             struct dns_records *ret);

#endif
