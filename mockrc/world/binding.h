/*
 * Bindings: which contacts an address of record is reachable at (RFC 3261 section 10). Keyed by
 * instance (+sip.instance) and reg-id when there is an instance, else by contact URI. What came in
 * by a stale proxy is kept apart: it neither replaces nor counts against what is reachable. Expiry
 * is a comparison with world time; expired ones are dropped as they are met. Source: sip.md 3.3.
 */
#ifndef MOCKRC_WORLD_BINDING_H
#define MOCKRC_WORLD_BINDING_H

#include "world/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct proxy;
struct device;

enum { BINDING_CONTACT_MAX = 512, BINDINGS_PER_AOR_MAX = 64 };

struct binding {
    struct binding *next; /* of the same AOR */
    char *contact;        /* URI as registered */
    char *instance;       /* NULL: keyed by contact */
    char *call_id;
    uint32_t cseq;
    int reg_id;
    int64_t expires_ms; /* world time */
    int64_t user_id;
    const struct proxy *proxy;   /* came in by */
    const struct device *device; /* whose credentials it came with, as soft devices share an AOR;
                                    NULL: not told, then it is any device's of that AOR */
    uint64_t flow; /* the edge's handle of the connection; 0: UDP, and `peer` is its source */
    char *peer;    /* "127.0.0.1:40112" */
    enum transport transport;
    char *ousted;  /* contact that had this instance before and was not told, or NULL */
    bool is_stale; /* registered at a stale proxy: leads nowhere */
};

/* The live bindings of an AOR user part, the stale ones among them, newest first: a refresh keeps
 * its place, a new contact of an instance goes to the front. Drops the expired on the way. */
struct binding *binding_list(struct world *world, const char *aor);
size_t binding_count(struct world *world, const char *aor);
size_t binding_count_all(const struct world *world); /* including not yet dropped expired ones */

struct binding_key {
    const char *aor, *contact, *instance; /* instance may be NULL */
    int reg_id;
    bool is_stale;
};

struct binding *binding_find(struct world *world, const struct binding_key *key);
/* Creates or returns the one of that key, its contact now the key's; the caller fills expiry,
 * call-id and cseq. NULL when the AOR holds BINDINGS_PER_AOR_MAX others. */
struct binding *binding_put(struct world *world, const struct binding_key *key);
void binding_remove(struct world *world, const char *aor, struct binding *binding);
/* All of an AOR; returns how many. */
size_t binding_clear(struct world *world, const char *aor);
/* Calls `each` for every live binding, AORs in order of first registration. */
void binding_each(struct world *world,
                  void (*each)(void *context, const char *aor, const struct binding *binding),
                  void *context);

void bindings_done(struct world *world);

#endif
