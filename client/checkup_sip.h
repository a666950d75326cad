/*
 * What a checkup saw of the SIP side, shared by its parts: the proxies (checkup_sip.c) and the handsets
 * (checkup_handsets.c).
 */
#ifndef RC_CLIENT_CHECKUP_SIP_H
#define RC_CLIENT_CHECKUP_SIP_H

#include "certlook.h"
#include "checkup_names.h"

struct proxy_look {
    bool is_set;
    struct hostport at;
    struct named_proxy named; /* its name, if it is one */
    bool is_up;
    bool is_provisioned; /* or nobody could say */
    struct sipua_result result;
    char text[280], said[96];
    enum certlook look; /* when it is not up over TLS; else CERTLOOK_GOOD */
    struct certlook_seen cert;
};

struct sip_look {
    struct provisioned provisioned;
    struct proxy_look proxies[2];
    struct handset *handsets;
    int count;
};

/* Our digest was sent, and nothing came back. */
bool look_is_ignored(const struct sipua_result *result);
/* The configured SIP Domain is not `known`, the platform's; a port is no part of it (sip.md 1.4). */
bool look_is_foreign(const struct settings *settings, const char *known,
                     struct hostport *ret_domain);

/* Asks the proxy that is up for each handset, and judges what it says. */
void checkup_handsets(struct client *client, struct checkup *checkup,
                      const struct settings *settings, struct sip_look *look);

#endif
