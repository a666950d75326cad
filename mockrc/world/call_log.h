/*
 * The call log: compact records in order of start time, newest last, with posting lists so that a
 * page costs the same at a thousand records and at a million. Text of a record (numbers, names) is
 * derived from what it points at or stored once in a pool. A call between two colleagues is two
 * records that stand side by side, the caller's and then the called one's (`is_mirror`); they have
 * one session. Calls that are under way have a place already (`is_open`). Source: rest.md 5.7.
 */
#ifndef MOCKRC_WORLD_CALL_LOG_H
#define MOCKRC_WORLD_CALL_LOG_H

#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

enum call_direction { CALL_INBOUND, CALL_OUTBOUND };
enum call_kind { CALL_VOICE, CALL_FAX };

/* Results the generator makes; names are the platform's (rest.md, enum `result`). */
enum call_result {
    CALL_ACCEPTED,
    CALL_MISSED,
    CALL_VOICEMAIL,
    CALL_HANG_UP,
    CALL_BUSY,
    CALL_NO_ANSWER,
    CALL_CONNECTED, /* "Call connected": outbound */
    CALL_REJECTED,
    CALL_ABANDONED, /* left the queue before anybody answered */
    CALL_RECEIVED,  /* a fax */
    CALL_SENT,      /* a fax */
    CALL_FAX_NOT_SENT,
    CALL_IN_PROGRESS, /* of active calls only */
    CALL_RESULT_COUNT
};
const char *call_result_name(enum call_result result);

struct call_record {
    int64_t start_ms;
    int64_t modified_ms;
    uint32_t duration_ms;
    uint32_t number; /* of the log: 0, 1, 2 ...; ids are derived from it */
    uint32_t user;   /* index into world->users: whose record it is */
    uint32_t queue;  /* index of the queue it came through, or CALL_NO_QUEUE */
    uint64_t
        other; /* the outside party's number as digits (0: withheld), or an inside user's index */
    uint16_t name; /* the outside party's: of call_log_name */
    uint16_t line; /* inside number it came or went by: of call_log_line; 0: none */
    uint8_t direction, kind, result;
    uint8_t is_internal : 1, has_recording : 1, is_on_demand : 1, is_deleted : 1;
    uint8_t is_mirror : 1;
    uint8_t is_open : 1;   /* reserved: its call is not over, or not told of yet */
    uint8_t is_joined : 1; /* of the session of another record that is not the one before it */
    uint8_t is_short_recording : 1; /* it was recorded, but not long enough to be kept */
};
enum { CALL_NO_QUEUE = UINT32_MAX, CALL_LOG_GENERATED_MAX = 1000000, CALL_LOG_MAX = 2000000 };

struct call_log_options {
    size_t count;         /* records; 0: 2,400; at most CALL_LOG_GENERATED_MAX */
    int days;             /* back from now; 0: 30 */
    int recorded_percent; /* of answered calls, 0 .. 100 */
};

/* Fills the empty log with an account's calls, from the world's seed, ending at world time now:
 * office hours of the account's zone, weekdays over weekends, queue calls, missed calls,
 * voicemail, some faxes. Stays empty when the account has no enabled user. */
void call_log_generate(struct world *world, int64_t account_id,
                       const struct call_log_options *options);

size_t call_log_count(const struct world *world);
const struct call_record *call_log_at(const struct world *world, size_t index); /* oldest first */

/* Adds one at the end (start times must not fall); sets `*ret_number`, which the record need not
 * have. False when the log is full (CALL_LOG_MAX). */
bool call_log_append(struct world *world, const struct call_record *record, uint32_t *ret_number);
/* A place for a call that begins now, so that its ids stand from the beginning and the log stays in
 * order of start whenever calls end. Of the session of the record `session`, or (UINT32_MAX) of one
 * of its own. No page and no id shows it before call_log_fill. False when the log is full. */
bool call_log_reserve(struct world *world, uint32_t session, uint32_t *ret_number);
/* What became of it; it counts as changed now. `record` needs no number, start or session. */
void call_log_fill(struct world *world, uint32_t number, const struct call_record *record);
/* The same but that nobody sees it yet: to be filled later with what it then holds. */
void call_log_keep(struct world *world, uint32_t number, const struct call_record *record);
/* Nothing will become of it (nobody of ours was in the call): it stays a gap. */
void call_log_drop(struct world *world, uint32_t number);
/* All filled records of the session that `first` began, in order; returns how many of them (at most
 * `max`) were written. */
size_t call_log_session(const struct world *world, uint32_t first, uint32_t *numbers, size_t max);
/* Pages no longer show it, unless asked to; its ids still lead to it. */
void call_log_delete(struct world *world, uint32_t number);
/* Its recording is gone for good; the record stays and counts as changed. */
void call_log_drop_recording(struct world *world, uint32_t number);
/* For `name` and `line` of a record to append; 0 when there is no room (65,535 of each). */
uint16_t call_log_name(struct world *world, const char *name);
uint16_t call_log_line(struct world *world, const char *number);

enum { CALL_ID_LEN = 24 };
/* The record's id ("Q...": base64-like), telephony session id ("s-..."), session id (digits),
 * recording id (digits), party id ("p-...-n"): derived from seed and number, and back. */
char *call_log_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN]);
bool call_log_by_id(const struct world *world, const char *id, uint32_t *ret_number);
char *call_session_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN]);
bool call_by_session_id(const struct world *world, const char *id, uint32_t *ret_number);
char *call_telephony_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN]);
bool call_by_telephony_id(const struct world *world, const char *id, uint32_t *ret_number);
char *recording_id(const struct world *world, uint32_t number, char out[CALL_ID_LEN]);
bool recording_by_id(const struct world *world, const char *id, uint32_t *ret_number);
/* Party `n` (from 1) of the record's telephony session. */
char *call_party_id(const struct world *world, uint32_t number, int n, char out[CALL_ID_LEN]);

struct call_filter {
    int64_t from_ms, to_ms;   /* start time: from <= start < to; `to_ms` 0: no end */
    int64_t user_id;          /* 0: whole account; a queue has the calls that came through it */
    int direction;            /* -1: both, else enum call_direction */
    int kind;                 /* -1: both */
    int recording;            /* -1: does not matter, 0 any recorded, 1 automatic, 2 on demand */
    const char *number;       /* outside or inside number, with or without +; NULL: any */
    int64_t party_user_id;    /* `extensionNumber` filter: a party inside; 0: any */
    int64_t modified_from_ms; /* for sync; 0: any */
    int transport;            /* -1: both, 0 PSTN (outside calls), 1 VoIP (inside calls) */
    bool with_deleted;        /* deleted records too; else they are passed over */
    size_t *looked_at;        /* NULL, or counts the records examined (not binary searches) */
};

/* A page, newest first: skips `offset` matches, writes up to `limit` record numbers to `numbers`,
 * returns how many; `*ret_has_more` when there are matches after them. */
size_t call_log_page(const struct world *world, const struct call_filter *filter, size_t offset,
                     size_t limit, uint32_t *numbers, bool *ret_has_more);
/* Deletes what matches; returns how many. */
size_t call_log_delete_all(struct world *world, const struct call_filter *filter);

/* The outside party's name, "" when unknown. */
const char *call_outside_name(const struct world *world, const struct call_record *record);
/* The inside number without '+', as digits; 0: none. */
uint64_t call_inside_number(const struct world *world, const struct call_record *record);

/* WAV of a recording, made on the fly: two tones, 8 kHz, 16-bit, mono, as long as the call. Sizes
 * in bytes; `offset` .. `offset + len` of the file into `out`. */
size_t recording_size(const struct call_record *record);
void recording_read(const struct world *world, const struct call_record *record, size_t offset,
                    size_t len, unsigned char *out);

void call_log_done(struct world *world);

#endif
