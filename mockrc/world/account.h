/*
 * The company: one account of the provider, its numbers and what it has bought. A world has one or
 * more; the first is the fixture's main one. Plain data, owned by the world.
 * Source: rest.md 5.1, 5.5; oauth.md 2 (brands).
 */
#ifndef MOCKRC_WORLD_ACCOUNT_H
#define MOCKRC_WORLD_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum account_status {
    ACCOUNT_INITIAL,
    ACCOUNT_UNCONFIRMED,
    ACCOUNT_CONFIRMED,
    ACCOUNT_DISABLED, /* suspended or cancelled: `status_reason` says which */
    ACCOUNT_STATUS_COUNT
};

struct account {
    int64_t id;
    char *company, *main_number; /* E.164 with + */
    char *brand_id, *brand_name; /* "1210" RingCentral, "6010" Avaya Cloud Office */
    char *country_iso, *country_name, *country_id, *calling_code;
    char *timezone;     /* "America/New_York" */
    int utc_offset_min; /* standard-time offset of `timezone`, used by the traffic generator */
    char *plan_id, *plan_name, *plan_edition;
    char *street, *city, *state, *zip;
    enum account_status status;
    char *status_reason;   /* "SuspendedInvoluntarily", NULL when confirmed */
    uint64_t status_cause; /* journal number of what changed the status, 0: the fixture */
    char *sip_domain;      /* also the realm; no port */
    char *rest_hosts;      /* names of REST and OAuth on the network, a blank between them */
    int64_t operator_id;   /* user id */
    uint64_t features_off; /* bit n: service feature n of account.c's list is not in the plan */
};

enum number_usage { NUMBER_MAIN, NUMBER_COMPANY, NUMBER_DIRECT, NUMBER_USAGE_COUNT };

struct phone_number {
    int64_t id, account_id;
    char *number; /* E.164 with +; set by phone_number_set */
    char *label;
    enum number_usage usage;
    int64_t user_id; /* whose it is; 0 for the company's own */
    bool can_sms;
};

/* Ids are the caller's to keep unique, here and below. */
struct account *account_add(struct world *world, int64_t id);
struct account *account_by_id(const struct world *world, int64_t id);
const char *account_status_name(enum account_status status); /* "Confirmed" */
bool account_status_named(const char *name, enum account_status *ret);

/* Service features by name ("OnDemandCallRecording", ...): rest.md 10, enum featureName. */
size_t account_feature_count(void);
const char *account_feature_name(size_t i);
bool account_feature_named(const char *name, size_t *ret);
/* Is this feature not in the plan? */
bool account_lacks(const struct account *account, const char *feature);

struct phone_number *phone_number_add(struct world *world, int64_t id, int64_t account_id);
struct phone_number *phone_number_by_id(const struct world *world, int64_t id);
void phone_number_set(struct world *world, struct phone_number *phone_number, const char *number);
/* With or without '+'. */
struct phone_number *phone_number_find(const struct world *world, const char *number);
/* By its North American code (800, 833 ...); elsewhere a number's prefix does not tell. */
bool number_is_toll_free(const struct phone_number *number);
const char *number_usage_name(enum number_usage usage); /* "MainCompanyNumber" */
bool number_usage_named(const char *name, enum number_usage *ret);

/* Frees everything of this file; for world_free. */
void accounts_done(struct world *world);

#endif
