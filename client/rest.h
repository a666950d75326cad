/*
 * The REST API through one grant: bearer, refresh, and the platform's rate limits.
 *
 * What holds: a rotated pair is in the store before it is used; one process at a time refreshes
 * (others find the new pair in the store); after 401 the request is repeated once; a rate group
 * that answered 429 is left alone until its Retry-After is over (failures.md F042), except by the
 * naive profile.
 */
#ifndef RC_CLIENT_REST_H
#define RC_CLIENT_REST_H

#include "apierr.h"
#include "client.h"
#include "diagnosis.h"
#include "json.h"

struct rest {
    struct client *client;
    enum slot slot;
    struct settings settings;
    struct grant grant;
    struct apierr refresh_err; /* of the last refresh that failed */
    bool has_refresh_failed;   /* in this run; no second try then */
    bool is_refreshed;
    bool is_copy;    /* no refresh: the store is a copy of another installation's (instance.h) */
    bool is_probing; /* knocks even where it would wait: the doctor */
};

/* The settings and grant of `slot`; for SLOT_PENDING what the form shows, pending over live.
 * False when there is no grant; settings are filled all the same. */
bool rest_open(struct client *client, enum slot slot, struct rest *ret_rest);

/* GET of a path ("/restapi/v1.0/...") or of an absolute URL on the same platform. The JSON of a
 * 200 answer, which the caller deletes; else NULL with `err`. `group` is the rate group to respect
 * before asking ("heavy", ...; lower case) and may be NULL. */
cJSON *rest_get(struct rest *rest, const char *path, const char *group, struct apierr *err);

/* The same with another method and a JSON body (NULL: none). An answer without a body gives NULL too:
 * `err->status` tells. */
cJSON *rest_send(struct rest *rest, const char *method, const char *path, const char *json,
                 const char *group, struct apierr *err);

/* The same as text. `range` NULL: JSON all the same; "" or "bytes=..": anything (a recording). Fills `reply` always, as web_send does; an answer that
 * was not asked for (the grant has ended, the group is closed) has status 0 and `err`. */
void rest_fetch(struct rest *rest, const char *path, const char *range, const char *group,
                struct web_reply *reply, struct apierr *err);

/* Asks for the JSON at `path` already now; rest_fetch of the same path then waits for that answer in
 * place of asking again, and judges it as any other. Does nothing when rest_fetch would not ask at once,
 * or perhaps with another token. To be moved on by web_ahead_move, and dropped by web_ahead_drop when
 * nobody will want it. */
void rest_ahead(struct rest *rest, const char *path, const char *group);

/* Exchanges the refresh token now. False with rest->refresh_err. */
bool rest_refresh(struct rest *rest);

/* What is known of the refresh token beside the platform's answer: the table of symptoms asks. */
enum condition rest_condition(const struct rest *rest);
/* When another process's refresh was last found to have come before ours; 0: never. */
int64_t rest_raced_ms(struct rest *rest);

/* What a refresh said in passing is forgotten: the next request may try one again. */
void rest_retry(struct rest *rest);

/* --- rate limits (rest_limit.c) --- */

/* When the group may be asked again; 0 when it may now. */
int64_t rest_blocked_until(struct rest *rest, const char *group);
/* A 429 to a request of the group, unless the answer names another. */
void rest_note_limit(struct rest *rest, const struct web_reply *reply, const char *group);
/* How many 429 of the group came one inside the other's penalty, the last ones in a row. */
int rest_knocks(struct rest *rest, const char *group);

#endif
