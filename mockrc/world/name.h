/*
 * What the name service says of a name instead of what follows from the proxies (dns/zone.h): how a
 * test moves a proxy in DNS, or takes its name away. Names are compared without case and without the
 * dot at the end; a rule is about that name alone, not about names below it.
 */
#ifndef MOCKRC_WORLD_NAME_H
#define MOCKRC_WORLD_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum name_does {
    NAME_NORMAL,  /* as if there was no rule */
    NAME_ANSWERS, /* `address` is its A or AAAA record; records of other types stay */
    NAME_UNKNOWN, /* NXDOMAIN */
    NAME_FAILS,   /* SERVFAIL */
    NAME_SILENT,  /* no answer */
    NAME_DOES_COUNT
};

enum { NAME_ADDRESS_LEN = 46, NAME_RULES_MAX = 1000, NAME_TTL_MAX_S = 604800 };

struct name_rule {
    enum name_does does;
    char address[NAME_ADDRESS_LEN]; /* IPv4 or IPv6; "": the one it has */
    uint32_t ttl_s;
    uint64_t cause; /* journal number of who set it */
};

/* Sets, replaces or (NAME_NORMAL) removes what a name does. False when there are too many. */
bool name_set(struct world *world, const char *name, const struct name_rule *rule);
/* False when nothing was set. */
bool name_is_set(const struct world *world, const char *name, struct name_rule *ret);
/* Number `i` of the names that something was set for; NULL past the last. */
const char *name_rule_at(const struct world *world, size_t i);
/* Without case, and without the dot at the end of either. */
bool name_eq(const char *a, const char *b);

const char *name_does_name(enum name_does does); /* "nxdomain" */
bool name_does_named(const char *name, enum name_does *ret);

void names_done(struct world *world);

#endif
