/*
 * Where a proxy is: the addresses that host[:port] and a transport lead to, in the order in which they
 * are to be tried (RFC 3263 section 4), with a memory.
 *
 *   an address                as it is
 *   a name with a port        its A and AAAA
 *   a name without            the SRV that its NAPTR names for the transport, else _sip._udp, _sip._tcp
 *                             or _sips._tcp of the name; without SRV its A and AAAA, default port
 *
 * What holds:
 * - records are believed for as long as they say, then asked for anew; sooner when what they named
 *   failed (at most every NAMES_AGAIN_MS);
 * - when the name server fails (not: when it says that there is no such name), what was known last goes
 *   on for NAMES_OLD_MS (RFC 8767), and it is asked again after NAMES_PAUSE_MS;
 * - of SRV the lowest priority is first, within it by chance and weight (RFC 2782); who answered last
 *   goes on being asked while nobody of a lower priority may be; who failed comes last for
 *   NAMES_SHUT_MS, or as long as its Retry-After says.
 *
 * Time is the client's; nothing waits here but the question.
 */
#ifndef RC_CLIENT_NAMES_H
#define RC_CLIENT_NAMES_H

#include "clock.h"
#include "resolver.h"
#include "rnd.h"

enum {
    NAMES_TARGETS_MAX = 8, /* of one name; further ones are left out */
    NAMES_KEPT_MAX = 16,   /* names; the one that was used longest ago makes room */
    NAMES_AGAIN_MS = 5000,
    NAMES_PAUSE_MS = 30000,
    NAMES_SHUT_MS = 60000,
    NAMES_OLD_MS = 86400000
};

struct names_target {
    char address[INET6_ADDRSTRLEN];
    int port;
    unsigned priority; /* of its SRV; 0 */
    int64_t shut_ms;   /* not by choice before */
};

struct names_found {
    struct names_target targets[NAMES_TARGETS_MAX]; /* best first */
    int count;
    enum resolver_said said; /* by the name server at the last question */
    bool is_old;             /* it failed: these are the last that were known */
    bool is_fresh;           /* asked for just now */
};

typedef enum resolver_said names_ask_fn(void *arg, const char *name, enum dns_type type,
                                        struct dns_records *ret);

struct names;

/* Everything borrowed; NULL is fine to free. */
struct names *names_new(names_ask_fn *ask, void *arg, const struct clock *clock, struct rnd *rnd);
void names_free(struct names *names);
/* Another server, another clock: what is known is forgotten. */
void names_forget(struct names *names);

/* What weak clients do: keep the first answer for good; try the first target alone; take a failing name
 * server for the end of the name. */
struct names_weakness {
    bool asks_once, first_only, gives_up;
};
void names_weaken(struct names *names, struct names_weakness weakness);

/* `again`: what is known led nowhere. */
void names_find(struct names *names, const struct hostport *proxy, const char *transport,
                bool again, struct names_found *ret);
/* The same without memory: what the name server says now. */
void names_look(struct names *names, const struct hostport *proxy, const char *transport,
                struct names_found *ret);
void names_answered(struct names *names, const struct hostport *proxy, const char *transport,
                    const struct names_target *target);
void names_failed(struct names *names, const struct hostport *proxy, const char *transport,
                  const struct names_target *target, int retry_after_s);

/* Where it stands among them; -1: it does not. */
int names_position(const struct names_found *found, const struct names_target *target);
/* "127.0.0.1:5090", "[::1]:5090" */
void names_target_text(const struct names_target *target, char *to, size_t cap);

/* The port of a host without one (RFC 3261 19.1.2). */
int names_default_port(const char *transport);

#endif
