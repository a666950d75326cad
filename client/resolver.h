/*
 * One question to the name service and its answer: of the server that was named (--dns), or of the
 * system's. With dnsread.c the only user of libc's resolver (<resolv.h>, which repeats a lost question,
 * asks over TCP what was cut, and checks that the answer is one): it is in libc, so it costs no library
 * at start.
 *
 * Blocks its thread: RESOLVER_TRIES times a second for each server that is silent; for addresses by the
 * system as long as that pleases.
 */
#ifndef RC_CLIENT_RESOLVER_H
#define RC_CLIENT_RESOLVER_H

#include "dnsread.h"
#include "hostport.h"

enum { RESOLVER_TRIES = 2, RESOLVER_PORT = 53 };

enum resolver_said {
    RESOLVER_RECORDS,
    RESOLVER_NO_RECORDS, /* the name is there, without such records */
    RESOLVER_NO_NAME,    /* NXDOMAIN: there is no such name */
    RESOLVER_FAILED,     /* SERVFAIL, or an answer that cannot be read */
    RESOLVER_REFUSED,
    RESOLVER_SILENT
};

struct resolver;

/* `server`: an address, with a port or without (53); NULL: the system's, which answers for addresses
 * from its hosts file too. Ended with resolver_free. */
struct resolver *resolver_new(const struct hostport *server);
void resolver_free(struct resolver *resolver);
/* Whether the answer is final: what is not may be otherwise in a moment, and says nothing of the name. */
bool resolver_is_final(enum resolver_said said);
const char *resolver_text(enum resolver_said said); /* "NXDOMAIN, there is no such name" */

/* The system's addresses come with RESOLVER_SYSTEM_TTL_S, since it tells none. */
enum { RESOLVER_SYSTEM_TTL_S = 30 };
enum resolver_said resolver_ask(struct resolver *resolver, const char *name, enum dns_type type,
                                struct dns_records *ret);

#endif
