/*
 * Probes every plane of the tenant, in the order of the chain (form, oauth, rest, recording, SIP
 * proxies, handsets), and collects findings. `doctor` shows them; the good profile's `status` is
 * computed from them. It sees only the wire and the store.
 *
 * Evidence holds codes, host names and times, never tokens, secrets, digests or full numbers.
 */
#ifndef RC_CLIENT_CHECKUP_H
#define RC_CLIENT_CHECKUP_H

#include "diagnosis.h"
#include "handsets.h"

#define FINDINGS_MAX 32

enum plane {
    PLANE_OAUTH,
    PLANE_REST,
    PLANE_EVENTS,
    PLANE_RECORDING,
    PLANE_SIP_PRIMARY,
    PLANE_SIP_SECONDARY,
    PLANE_HANDSET,
    PLANE_COUNT
};

enum plane_state { STATE_UNKNOWN, STATE_GOOD, STATE_BAD, STATE_NOT_USED };

struct finding {
    char diagnosis[64];
    const char *plane;
    enum level level;
    char evidence[320];
};

/* One thing that was asked, in the order it was asked: what doctor lists. */
#define PROBES_MAX 16
struct probing {
    const char *name; /* "dns", "oauth", ... */
    bool is_ok;
    char seen[120];
};

struct checkup {
    struct probing probes[PROBES_MAX];
    int probe_count;
    int64_t
        unproven_since_ms; /* the refresh token was last proven good then; 0: just now, or none */
    struct finding findings[FINDINGS_MAX]; /* headline first */
    int count;
    enum plane_state planes[PLANE_COUNT];
    char reasons[PLANE_COUNT][64]; /* the diagnosis that made a plane bad */
    bool has_live_grant;
    bool has_pending_grant;
    bool is_oauth_good; /* the live grant opened extension/~ just now */
    struct rest rest;   /* on the live slot */
};

const char *plane_name(enum plane plane);

/* Fills `checkup`, writes each probed plane's outcome to the store. `with_refresh` also exchanges
 * the refresh token, which is the only way to learn that it died before the access token does. */
void checkup_run(struct client *client, bool with_refresh, struct checkup *ret_checkup);

/* Highest level found; -1 when nothing was. */
int checkup_level(const struct checkup *checkup);
/* The status word of failures.md item 39. */
void checkup_word(const struct checkup *checkup, char *to, size_t cap);

/* For the parts of the checkup. A second finding of the same name joins the first. */
void checkup_add(struct checkup *checkup, const char *diagnosis, const char *plane,
                 enum level level, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Whether a finding of that name is there. */
bool checkup_has(const struct checkup *checkup, const char *diagnosis);
/* Marks a plane good unless something bad was found there. */
void checkup_good(struct checkup *checkup, enum plane plane);
/* A consequence of something found before: joins it as evidence and marks `plane` bad by it. False
 * when none of the named causes (NULL ends) was found. */
bool checkup_fold(struct checkup *checkup, const char *const *causes, const char *plane,
                  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* What was found before under `effect` is a consequence of `cause`: it becomes evidence of it. Nothing
 * happens unless both were found. */
void checkup_absorb(struct checkup *checkup, const char *cause, const char *effect);
/* A refused request: the table's name, or the raw code under `fallback`. */
void checkup_refusal(struct checkup *checkup, enum symptom_of at, const struct apierr *err,
                     const char *what, enum level level);

void checkup_probe(struct checkup *checkup, const char *name, bool is_ok, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* False when the platform cannot be reached at all. */
bool checkup_network(struct client *client, struct checkup *checkup);
void checkup_platform(struct client *client, bool with_refresh, struct checkup *checkup);
void checkup_events(struct client *client, struct checkup *checkup);
void checkup_sip(struct client *client, struct checkup *checkup);

#endif
