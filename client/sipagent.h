/*
 * Our own ends on the wire: agents of sofia-sip, each bound to the local address that reaches some
 * proxies, so that Via and Contact are true; one per (address, transport). Part of sipnet.
 */
#ifndef RC_CLIENT_SIPAGENT_H
#define RC_CLIENT_SIPAGENT_H

struct transaction;
struct sipnet;
#define NTA_OUTGOING_MAGIC_T struct transaction
#define NTA_LEG_MAGIC_T      struct sipnet
#include <sofia-sip/nta.h>
#include <sofia-sip/su_wait.h>

#include "names.h"

enum { SIPAGENTS_MAX = 8 };

struct sipagent {
    nta_agent_t *nta;
    nta_leg_t *leg; /* takes every request that comes in */
    char local[INET6_ADDRSTRLEN];
    char transport[4];
};

struct sipagents {
    su_root_t *root; /* borrowed */
    nta_request_f *on_request;
    struct sipnet *net;
    char *ca_file;      /* NULL: the system's */
    char ca_folder[40]; /* sofia-sip wants a folder with a cafile.pem; "" until TLS is used */
    struct sipagent list[SIPAGENTS_MAX];
    int count;
};

void sipagents_init(struct sipagents *agents, su_root_t *root, const char *ca_file,
                    nta_request_f *on_request, struct sipnet *net);
void sipagents_done(struct sipagents *agents);
/* Whom TLS trusts: the file given, or the system's. */
const char *sipagents_ca_file(const struct sipagents *agents);

/* NULL: no local address reaches it, or sofia-sip does not bind. */
struct sipagent *sipagents_reach(struct sipagents *agents, const struct names_target *target,
                                 const char *transport);
/* "host:port" of it, as Via and Contact say it. */
void sipagent_address(const struct sipagent *agent, char *to, size_t cap);

#endif
