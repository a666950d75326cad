/*
 * The registration of one handset over time: what is due next, through which of its two outbound
 * proxies, and what follows from what was heard. Pure: time is given, nothing is sent here.
 *
 * What holds, whatever is heard (RFC 3263 4.3, RFC 5626 4.5, sip.md 5.2):
 * - primary first; left for a connection failure, silence, 408, 500, 502, 503, 504 only;
 * - a proxy that said Retry-After is not asked before that, the other one at once; more than
 *   OUTBOUND_RETRY_AFTER_MAX_S is not believed, it would be an outage without an end;
 * - a proxy whose name leads to several places is one proxy: when another of them answers than the one
 *   registered at, registration follows;
 * - on the secondary: back to the primary after switch_back_ms and a jitter; when that fails the
 *   secondary goes on carrying;
 * - the provisioning is read every poll_ms and when the platform says so; when it no longer names who
 *   carries, what it names is taken up, once no call is up;
 * - nobody carries: after each round of the configured proxies the provisioning is asked, and what it
 *   names besides has a turn; rounds follow with growing, jittered pauses; they never end and never
 *   come closer than half of retry_ms;
 * - 401, 403, 404, 410: the secret may have been changed: the provisioning is asked each time before
 *   the same proxy is, the first time at once; 603: not before a minute;
 * - 301, 302, 305: that proxy's place is taken by the Contact for the session, twice at most; who
 *   redirects further, or to nowhere, has failed.
 */
#ifndef RC_CLIENT_OUTBOUND_H
#define RC_CLIENT_OUTBOUND_H

#include "failover.h"

#include <stdint.h>

enum { OUTBOUND_RETRY_AFTER_MAX_S = 3600 };

struct outbound_policy {
    int64_t keepalive_ms;           /* between proofs that the carrying proxy answers */
    int64_t switch_back_ms;         /* 0: the secondary is left only when it fails */
    int64_t switch_back_jitter_ms;  /* added, up to this */
    int64_t poll_ms;                /* between readings of the provisioning; 0: never by itself */
    int64_t retry_ms, retry_max_ms; /* the first pause after a round of failures, and the longest */
    int64_t spread_ms; /* a switch waits up to this, so that a site does not go as one */
};

enum outbound_act { OUTBOUND_REGISTER, OUTBOUND_PING, OUTBOUND_PROVISION };

struct outbound_step {
    enum outbound_act act;
    enum route route; /* through whom; ROUTE_NONE with OUTBOUND_PROVISION */
    int64_t at_ms;
};

struct outbound {
    struct outbound_policy policy;
    struct rnd *rnd; /* borrowed */
    struct failover configured;
    struct hostport proxies[2]; /* in force: the configured ones, or others for this session */
    bool has_secondary;
    enum route route;         /* who carries the handset; ROUTE_NONE: nobody */
    char at[SIPUA_ADDRESS];   /* the address that `route` registered at */
    int64_t refresh_ms;       /* next REGISTER through `route` */
    int64_t ping_ms, back_ms; /* next OPTIONS; next try of the primary from the secondary */
    int64_t provision_ms;     /* next reading of the provisioning; 0: none */
    enum route try_route;     /* with ROUTE_NONE: whom to try, and when */
    int64_t try_ms;
    int64_t shut_ms[2]; /* a proxy is not asked before */
    int failures;       /* rounds since somebody carried it */
    int hops;           /* redirections followed since then */
    bool has_asked;     /* the provisioning, since then, because of a failure */
};

struct outbound_policy outbound_policy_default(void);

void outbound_start(struct outbound *outbound, const struct outbound_policy *policy,
                    const struct failover *proxies, struct rnd *rnd, int64_t now_ms);
/* What is due next; there is always something, and its time may have passed. */
struct outbound_step outbound_next(const struct outbound *outbound);

/* What the step's request got. */
void outbound_heard(struct outbound *outbound, const struct outbound_step *step,
                    const struct sipua_result *result, int64_t now_ms);
/* A call found out that the carrying proxy is gone: as a REGISTER that got `result`. */
void outbound_lost(struct outbound *outbound, const struct sipua_result *result, int64_t now_ms);
/* Whether the proxy that carries the handset is one of the provisioned. */
enum outbound_listing {
    OUTBOUND_LISTED,
    OUTBOUND_LEFT_OUT,     /* it may go on saying 200, and lead nowhere */
    OUTBOUND_LEFT_OUT_BUSY /* the same, and a call is up: that is not disturbed */
};

/* The provisioning was read: `list` are its proxies, best first (0: it could not be read). They take
 * the configured ones' places for this session when nobody carries the handset, or somebody whom it no
 * longer names; with a call up that waits. */
void outbound_provisioned(struct outbound *outbound, const struct hostport *list, int count,
                          enum outbound_listing listing, int64_t now_ms);
/* The platform said that it has changed (NOTIFY check-sync): it is read now. */
void outbound_check_sync(struct outbound *outbound, int64_t now_ms);

#endif
