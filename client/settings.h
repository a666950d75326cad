/*
 * Platform Settings as the tenant's form holds them, and the connection to the platform beside
 * them. Plain data; the one table of fields drives storing, comparing and showing, so a new field
 * is a member and a row.
 */
#ifndef RC_CLIENT_SETTINGS_H
#define RC_CLIENT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "hostport.h"

struct settings {
    char sip_domain[256];
    char proxy[256];
    char secondary[256];
    char recording[8];  /* "yes" or "no" */
    char transport[8];  /* "udp", "tcp" or "tls" */
    char base_url[512]; /* without a slash at the end */
    char client_id[256];
    char client_secret[256]; /* "" for a public app */
    char redirect_uri[512];
    char brand[16]; /* 1210 RingCentral, 6010 Avaya Cloud Office */
    char ca_file[512];
    char dns[256]; /* the name server for the proxies' names, an address; "": the system's */
};

struct settings_field {
    const char *key;   /* in the store, in JSON and as an option (with '-') */
    const char *label; /* as the form shows it */
    size_t offset, cap;
    bool is_secret;
    /* False with a sentence in `why`; may write a warning there and still return true. */
    bool (*check)(char *value, char *why, size_t cap);
};

extern const struct settings_field settings_fields[];
extern const size_t settings_field_count;

char *settings_value(struct settings *settings, const struct settings_field *field);
const char *settings_read(const struct settings *settings, const struct settings_field *field);
const struct settings_field *settings_find(const char *key);

/* Checks `value` and puts it into `settings`. False with the reason in `why`; true with a warning
 * there, or with "". */
bool settings_set(struct settings *settings, const struct settings_field *field, const char *value,
                  char *why, size_t cap);
/* What a tenant starts from: RingCentral, UDP, no recording. */
void settings_init(struct settings *settings);
/* The port that a host without one means (RFC 3261 19.1.2). */
#define SETTINGS_SIP_PORT 5060

/* Whether the secondary proxy adds nothing: blank, or the same host and port as the primary. */
bool settings_secondary_is_idle(const struct settings *settings);

#endif
