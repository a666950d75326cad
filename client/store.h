/*
 * What the client keeps, in one SQLite file (WAL, mode 0600): the form's pending settings and grant
 * beside the live ones, handsets, what the last probes saw, the call log.
 *
 * What holds: pending becomes live in one transaction (store_commit_pending), so that after a crash
 * at any instant a reader sees the old settings and grant or the new ones, never a mix. A typed
 * password is never stored. The caller of a store_* write that fails ends the command: the file is
 * the machine's trouble (full disk, permission), told by store_error.
 */
#ifndef RC_CLIENT_STORE_H
#define RC_CLIENT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "grant.h"
#include "settings.h"

struct store;

enum slot { SLOT_LIVE, SLOT_PENDING };

/* Opens, creates or migrates. NULL with a sentence in `why`. A durable store waits for the disk at
 * every commit; without that a crash of the program still loses nothing, a power cut may. */
struct store *store_open(const char *path, bool is_durable, char *why, size_t cap);

/* A new store's file as it was once made, for a program that makes many (batch): its tables are most of
 * what opening one costs. Zeroed at first; free() the bytes. */
struct store_image {
    unsigned char *bytes;
    size_t size;
    bool is_durable; /* of such a store */
};
/* As store_open; takes a new store's file from the image, or makes the image. NULL: as store_open. */
struct store *store_open_like(const char *path, bool is_durable, struct store_image *image,
                              char *why, size_t cap);
void store_free(struct store *store);
/* The last trouble, for people. */
const char *store_error(const struct store *store);
const char *store_path(const struct store *store); /* borrowed */

/* --- settings and grant --- */

/* False when the slot holds none (settings are then settings_init's). */
bool store_settings_load(struct store *store, enum slot slot, struct settings *ret_settings);
bool store_settings_put(struct store *store, enum slot slot, const struct settings *settings);
bool store_grant_load(struct store *store, enum slot slot, struct grant *ret_grant);
bool store_grant_put(struct store *store, enum slot slot, const struct grant *grant);
/* Puts `grant` in the place of the one with that access token, in whichever slot it is by now;
 * `*ret_found` is false when there is none any more: a person authorized or saved meanwhile, and
 * what an older request learned must not come over it. */
bool store_grant_renew(struct store *store, const char *old_access_token, const struct grant *grant,
                       bool *ret_found);
/* Pending settings and grant, whichever there are, become live; one transaction. */
bool store_commit_pending(struct store *store);
bool store_forget_pending(struct store *store);
/* A pending grant that came before `before_ms` is forgotten: nobody will save it any more. */
bool store_expire_pending(struct store *store, int64_t before_ms);

/* Held while a refresh token is exchanged, so that two processes never send the same one. */
bool store_refresh_lock(struct store *store);
void store_refresh_unlock(struct store *store);

/* --- small facts: a text under a name --- */

bool store_fact_get(struct store *store, const char *name, char *to, size_t cap);
bool store_fact_put(struct store *store, const char *name, const char *value);
int64_t store_fact_int(struct store *store, const char *name, int64_t fallback);
bool store_fact_put_int(struct store *store, const char *name, int64_t value);

/* Facts kept by store_commit_pending of a grant that becomes live: its number, and when it came. */
#define STORE_CONSENT    "consent"
#define STORE_CONSENT_MS "consent_ms"

/* --- health: what the last probe of a plane saw --- */

struct probe {
    bool is_ok;
    int64_t at_ms, good_ms; /* last probe, last good one; 0 = never */
    char reason[64];        /* a diagnosis, "" when good */
};

bool store_probe_load(struct store *store, const char *plane, struct probe *ret_probe);
/* Keeps the time of the last good one when this one is not. */
bool store_probe_put(struct store *store, const char *plane, bool is_ok, const char *reason,
                     int64_t now_ms);

/* --- handsets --- */

struct handset {
    char device_id[32];
    char extension_id[32];
    char extension[16]; /* number */
    char name[128];
    char username[64]; /* SIP user */
    char auth_id[64];
    char password[128]; /* the SIP secret */
    char instance[37];  /* UUID, stable for this handset */
    char used[16];      /* "primary", "secondary" or "none" */
    int status;         /* of the last REGISTER; 0 = no answer yet */
    int64_t registered_ms;
    int64_t until_ms; /* as the proxy granted it */
};

/* All of them in extension order; the caller frees `*ret_list`. Returns how many, or -1. */
int store_handset_list(struct store *store, struct handset **ret_list);
/* New or changed; keeps instance and registration when the device is known. */
bool store_handset_put(struct store *store, const struct handset *handset);
bool store_handset_note(struct store *store, const struct handset *handset);
bool store_handset_drop(struct store *store, const char *device_id);

/* --- call log --- */

struct call_row {
    const char *id, *json;
    size_t json_len; /* 0: to its NUL */
    int64_t start_ms;
    int64_t ended_ms;
    const char *recording_id; /* NULL: none */
    const char *recording_type, *recording_uri;
};

bool store_begin(struct store *store);
bool store_commit(struct store *store);
void store_rollback(struct store *store);
/* Replaces a record of the same id and start, which is what a call is known by: the log is in order of
 * its start (rest.md 5.7). `*ret_new` says whether there was none. */
bool store_call_put(struct store *store, const struct call_row *row, bool with_recording,
                    bool *ret_new);
/* Within a transaction: from now on records are stored packed (pack.h), with this text, of which they are
 * a part, as their sample, unless they have been already. A million of them take an eighth of the room. */
bool store_sample(struct store *store, const char *text, size_t len);
/* A call that is deleted at the platform, and what it recorded; `*ret_was` says whether it was there. */
bool store_call_drop(struct store *store, const char *id, int64_t start_ms, bool *ret_was);
/* The start of the oldest call; `fallback` when there is none. */
int64_t store_call_oldest(struct store *store, int64_t fallback);
/* While on, a commit does not wait for the disk: for what can be read again. */
void store_hurry(struct store *store, bool is_on);
int64_t store_count(struct store *store, const char *table); /* "call", "recording", ...; or -1 */
/* The newest recording's id; false when there is none. */
bool store_recording_newest(struct store *store, char *to, size_t cap);

/* A recording that may not be there yet (recordings.h). */
struct due_recording {
    char id[64], uri[600];
    int64_t start_ms, ended_ms; /* of its call */
    int tries;
};

/* One to ask for now: never asked and of a call that ended after `recent_ms`, or pending and due; due
 * later than `latest_ms` is nothing, but of a clock that was set back since. */
bool store_recording_due(struct store *store, int64_t now_ms, int64_t recent_ms, int64_t latest_ms,
                         struct due_recording *ret_due);
/* What came of asking for `due`, and when to ask again. */
bool store_recording_note(struct store *store, const struct due_recording *due, const char *state,
                          int64_t next_ms);
/* How many are in that state, and when the next of them is due. */
int store_recording_count(struct store *store, const char *state, int64_t *ret_next_ms);

/* Which calls: newest first, from a point in the list on. */
struct call_filter {
    int64_t until_ms; /* start before this, or at it with an id after `after_id`; 0: from the top */
    const char *after_id; /* NULL or "": none */
    bool recorded_only;
    int limit;
};

struct stored_call {
    char id[128];
    int64_t start_ms;
    char recording_id[64]; /* "" when none is known */
    char *json;            /* the record as the platform gave it; "{}" when its bytes are damaged */
};

/* How many, or -1; the caller ends with store_calls_free. */
int store_call_list(struct store *store, const struct call_filter *filter,
                    struct stored_call **ret_list);
/* False when there is no such call; the caller frees ret_call->json. `start_ms` 0: not known, and then
 * all of them are looked through. */
bool store_call_load(struct store *store, const char *id, int64_t start_ms,
                     struct stored_call *ret_call);
void store_calls_free(struct stored_call *list, int count);

/* --- what notifications told --- */

struct party_state {
    int64_t sequence;
    char status[32];
    bool is_over;
    int64_t at_ms;
};

/* Remembers a notification's uuid for a day; `*ret_new` says whether it was unknown. */
bool store_event_see(struct store *store, const char *uuid, int64_t now_ms, bool *ret_new);
bool store_party_load(struct store *store, const char *session, const char *id,
                      struct party_state *ret_party);
bool store_party_put(struct store *store, const char *session, const char *id,
                     const struct party_state *party);
/* The highest of a session's parties; 0: none is known. */
int64_t store_session_sequence(struct store *store, const char *session);
/* Sessions with a party that has not gone. */
int64_t store_session_live(struct store *store);

struct quiet_session {
    char id[100];
};

/* Of those, the ones nothing was heard of since `before_ms`, the quietest first; at most `max`, returns
 * how many. */
int store_session_quiet(struct store *store, int64_t before_ms, struct quiet_session *ret_list,
                        int max);
/* All its parties are gone, although nobody said so. */
bool store_session_end(struct store *store, const char *session, int64_t now_ms);
#define STORE_UNHEARD "Unheard" /* their status then */

#endif
