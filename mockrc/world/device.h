/*
 * A device of a user, with its SIP credentials. OtherPhone ("Existing Phone") is the type a third
 * party may register by hand. Source: rest.md 5.5; sip.md 1.3, 1.4.
 */
#ifndef MOCKRC_WORLD_DEVICE_H
#define MOCKRC_WORLD_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum device_type {
    DEVICE_OTHER_PHONE,
    DEVICE_HARD_PHONE,
    DEVICE_SOFT_PHONE,
    DEVICE_WEB_PHONE,
    DEVICE_TYPE_COUNT
};

struct device {
    char *id; /* digits; also the digest username (authorizationId) */
    int64_t account_id, user_id;
    enum device_type type;
    char *name, *serial;
    char *sip_username; /* user part of the AOR: digits of its number; device_set_sip_username */
    char *sip_password;
    char *number;   /* E.164 of its line, NULL: none */
    char *instance; /* a provisioned soft device: last sip.instance, NULL else */
    bool has_line;  /* digital line assigned; without it REGISTER is 403 (F105) */
    uint64_t cause; /* journal number of the last credential or line change */

    char *sip_password_old; /* good until then beside the new one, NULL: none */
    int64_t sip_old_until_ms;
    int sip_failures;            /* wrong digests since the last right one */
    int64_t sip_locked_until_ms; /* knob sip.lockout.threshold; 0: not locked */
};

struct device *device_add(struct world *world, const char *id, int64_t account_id, int64_t user_id);
struct device *device_by_id(const struct world *world, const char *id);
void device_set_sip_username(struct world *world, struct device *device, const char *username);
/* By AOR user part. */
struct device *device_by_sip_username(const struct world *world, const char *username);
const char *device_type_name(enum device_type type); /* "OtherPhone" */
bool device_type_named(const char *name, enum device_type *ret);

void devices_done(struct world *world);

#endif
