/*
 * What calls become, followed from outside: every notice as it is put, and the journal at the end.
 * Nothing of the switchboard's own state is believed.
 */
#ifndef MOCKRC_TESTS_CALL_WATCH_H
#define MOCKRC_TESTS_CALL_WATCH_H

#include "support/cmocka_all.h"

#include "journal/call_event.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEN_MAX = 20000 };

/* A party as its events told of it. */
struct seen {
    char id[CALL_ID_LEN];
    int64_t user_id;
    enum phone_status status;
};

struct watcher {
    struct journal *journal;
    struct seen *list;
    size_t count;
    size_t events, presences;
    uint64_t sequences[SEEN_MAX]; /* by call id: the last told */
};

static inline struct seen *seen_of(struct watcher *watcher, const struct phone_party *party)
{
    char id[CALL_ID_LEN];
    phone_party_id(party, id);
    for (size_t i = watcher->count; i-- > 0 && i + 500 > watcher->count;)
        if (strcmp(watcher->list[i].id, id) == 0)
            return &watcher->list[i];
    assert_in_range(watcher->count, 0, SEEN_MAX - 1);
    struct seen *seen = &watcher->list[watcher->count++];
    memcpy(seen->id, id, sizeof id);
    seen->user_id = party->user_id;
    return seen;
}

/* What a user's telephonyStatus has to be after the events so far. */
static inline enum telephony_status expected(const struct watcher *watcher, int64_t user_id)
{
    bool rings = false, holds = false, is_parked = false, is_connected = false;
    for (size_t i = 0; i < watcher->count; i++) {
        const struct seen *seen = &watcher->list[i];
        if (seen->user_id != user_id)
            continue;
        rings = rings || seen->status == PHONE_SETUP || seen->status == PHONE_PROCEEDING;
        holds = holds || seen->status == PHONE_HOLD;
        is_parked = is_parked || seen->status == PHONE_PARKED;
        is_connected = is_connected || seen->status == PHONE_ANSWERED;
    }
    return is_connected ? CALL_IS_CONNECTED
           : rings      ? CALL_RINGS
           : holds      ? CALL_ON_HOLD
           : is_parked  ? CALL_IS_PARKED
                        : NO_CALL;
}

static inline void watch(void *context, struct world *world, const struct notice *notice)
{
    struct watcher *watcher = context;
    call_event_hear(watcher->journal, world, notice);
    if (notice->kind == NOTICE_PARTY) {
        const struct phone_call *call = notice->call;
        assert_in_range(call->id, 1, SEEN_MAX - 1);
        assert_int_equal(call->sequence, watcher->sequences[call->id] + 1);
        watcher->sequences[call->id] = call->sequence;
        seen_of(watcher, notice->party)->status = notice->party->status;
        watcher->events++;
    }
    if (notice->kind == NOTICE_PRESENCE) {
        watcher->presences++;
        assert_int_equal(switch_telephony_of(notice->user), expected(watcher, notice->user->id));
    }
}

/* One call as the journal tells it. */
struct told {
    int64_t start_ms, end_ms;
    char session[CALL_ID_LEN];
    bool is_ended;
    int64_t seconds;
};

static inline size_t read_journal(const struct journal *journal, struct told *told)
{
    struct event event;
    size_t most = 0;
    for (uint64_t seq = journal_first(journal); seq && seq <= journal_last(journal); seq++) {
        assert_true(journal_get(journal, seq, &event));
        if (strncmp(event.op, "call.", 5) != 0)
            continue;
        size_t call = strtoul(event_get(&event, EVENT_CALL), NULL, 10);
        assert_in_range(call, 1, SEEN_MAX - 1);
        most = call > most ? call : most;
        if (strcmp(event.op, "call.start") == 0) {
            assert_int_equal(told[call].start_ms, 0); /* begins once */
            told[call].start_ms = event.time_ms;
            snprintf(told[call].session, CALL_ID_LEN, "%s", event_get(&event, EVENT_SESSION));
        } else if (strcmp(event.op, "call.end") == 0) {
            assert_false(told[call].is_ended); /* ends once */
            told[call].is_ended = true;
            told[call].end_ms = event.time_ms;
            const char *seconds = event_get(&event, EVENT_SECONDS);
            told[call].seconds = seconds ? strtol(seconds, NULL, 10) : 0;
        }
    }
    return most;
}

#endif
