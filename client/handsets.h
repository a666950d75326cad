/*
 * The handsets of the account: its OtherPhone devices with their SIP credentials (rest.md 5.5),
 * read over REST into the store, and their registration through the configured outbound proxies.
 */
#ifndef RC_CLIENT_HANDSETS_H
#define RC_CLIENT_HANDSETS_H

#include "failover.h"
#include "rest.h"

#define PROVISIONED_MAX 32

/* What sip-info says the site should use; of the last device read. */
struct provisioned {
    bool is_known;
    char domain[256];
    struct hostport proxies[PROVISIONED_MAX]; /* for the transport in use */
    int count;
    struct hostport others[PROVISIONED_MAX]; /* for the other one: TLS has ports of its own */
    int other_count;
};

/* Reads extensions, their devices and each OtherPhone's sip-info into the store; handsets no longer
 * there are forgotten, the others keep their instance id. False with `err`. */
bool handsets_load(struct rest *rest, struct provisioned *ret_provisioned, struct apierr *err);

/* sip-info of one device: the credentials go into `handset`, the proxies into `provisioned` (each
 * may be NULL). */
bool handsets_sip_info(struct rest *rest, const char *device_id, struct handset *handset,
                       struct provisioned *provisioned, struct apierr *err);

/* Is it one of those? Without a port also the SIP domain, which stands for all of them. */
bool provisioned_has(const struct provisioned *provisioned, const struct hostport *proxy);

/* Is it one of the other transport's? */
bool provisioned_has_other(const struct provisioned *provisioned, const struct hostport *proxy);

/* The configured proxies as failover wants them; false with a sentence in `why`. */
bool handsets_failover(const struct client *client, const struct settings *settings,
                       struct failover *ret_failover, char *why, size_t cap);

/* One REGISTER of `handset` through one proxy. */
void handsets_send(struct client *client, const struct settings *settings,
                   const struct handset *handset, enum sipua_kind kind,
                   const struct hostport *proxy, struct sipua_result *ret_result);

/* Registers (or unregisters) `handset` with failover and notes the outcome in it, not in the
 * store. */
void handsets_register(struct client *client, const struct settings *settings,
                       struct failover *failover, struct handset *handset, enum sipua_kind kind,
                       struct sipua_result *ret_result);

/* Which address of the route's proxy they registered at last, when it has a name; "": none. */
void handsets_registered_at(struct client *client, enum route route, char *to, size_t cap);

/* client->sipnet, made when first needed; NULL: sofia-sip does not start. */
struct sipnet *handsets_net(struct client *client, const struct settings *settings);

#endif
