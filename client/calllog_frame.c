/* What stretch of time is to be read; see calllog_reading.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calllog_reading.h"
#include "text.h"

/* Records arrive some minutes late. A call is in the log, at the place of its start, when it has ended:
 * so now and then a reading goes back by the length of the longest call. */
#define OVERLAP_MS (15 * 60 * 1000LL)
#define WIDE_MS    (26 * 3600 * 1000LL)
#define DEEP_MS    (CALLLOG_TOLD_MS + WIDE_MS)
#define EVERY_MS   (3600 * 1000LL) /* a wide one, and a deep one, at most */
/* Even while tokens tell all: what they told is held against the log itself. */
#define RECONCILE_MS (24 * 3600 * 1000LL)
#define WIDE         "calllog.wide" /* when the last was, of these and deeper ones */
#define DEEP         "calllog.deep"
#define OWED         "calllog.owed" /* the reach of what is still to be read */
/* What a weak client takes for UTC: a wall clock on the US west coast. */
#define WALL_OFFSET_MS (-8 * 3600 * 1000LL)

void frame_rewind(const struct client *client, const struct calllog_options *options,
                  struct frame *frame)
{
    char from[32], to[32], per_page[16];
    struct sb query = SB_MAX(1024);
    int64_t off_ms = client_is_weak(client, WEAK_LOCAL_TIME) ? WALL_OFFSET_MS : 0;
    clock_text(frame->from_ms + off_ms, from);
    clock_text(frame->to_ms + off_ms, to);
    snprintf(per_page, sizeof(per_page), "%d", options->per_page);
    sb_add_pair(&query, "view", client_is_weak(client, WEAK_SIMPLE_VIEW) ? "Simple" : "Detailed");
    sb_add_pair(&query, "dateFrom", from);
    sb_add_pair(&query, "dateTo", to);
    sb_add_pair(&query, "perPage", per_page);
    if (client->profile == PROFILE_GOOD)
        sb_add_pair(&query, "showDeleted", "true"); /* to know of those that are stored */
    snprintf(frame->next, sizeof(frame->next), "/restapi/v1.0/account/~%s/call-log?%s",
             options->is_own ? "/extension/~" : "", sb_text(&query));
    sb_done(&query);
}

/* Whether the last such reading is so old; one in what is the future by now does not count. */
static bool is_older(const struct client *client, const char *last, int64_t now_ms, int64_t than_ms)
{
    int64_t age_ms = now_ms - store_fact_int(client->store, last, 0);
    return age_ms >= than_ms || age_ms < 0;
}

bool frame_is_due(const struct client *client, int64_t now_ms)
{
    int64_t owed = store_fact_int(client->store, OWED, REACH_NARROW);
    return is_older(client, WIDE, now_ms, owed == REACH_WIDE ? EVERY_MS : RECONCILE_MS) ||
           (owed == REACH_DEEP && is_older(client, DEEP, now_ms, EVERY_MS));
}

bool frame_owe_deep(struct store *store)
{
    return store_fact_put_int(store, OWED, REACH_DEEP);
}

/* As far as it has to be; what costs more pages no more often than once an hour. */
static enum reach choose_reach(const struct client *client, int64_t now_ms)
{
    if (client->profile != PROFILE_GOOD || client_is_weak(client, WEAK_START_CURSOR))
        return REACH_NARROW;
    if (store_fact_int(client->store, OWED, REACH_NARROW) == REACH_DEEP &&
        is_older(client, DEEP, now_ms, EVERY_MS))
        return REACH_DEEP;
    return is_older(client, WIDE, now_ms, EVERY_MS) ? REACH_WIDE : REACH_NARROW;
}

/* Where a reading begins; a deep one not before the oldest call that is stored. */
static int64_t begin_of(const struct client *client, enum reach reach, int64_t mark_ms)
{
    static const int64_t back_ms[] = {OVERLAP_MS, WIDE_MS, DEEP_MS};
    int64_t wide_ms = mark_ms - WIDE_MS, oldest_ms = store_call_oldest(client->store, wide_ms);
    int64_t from_ms = mark_ms - back_ms[reach];
    if (reach == REACH_DEEP && from_ms < oldest_ms)
        return oldest_ms < wide_ms ? oldest_ms : wide_ms;
    return from_ms;
}

void frame_new(const struct client *client, const struct calllog_options *options, int64_t to_ms,
               struct frame *ret_frame)
{
    int64_t mark_ms = store_fact_int(client->store, CALLLOG_MARK, 0);
    struct frame frame = {.to_ms = to_ms};
    if (mark_ms && client_is_weak(client, WEAK_NO_BACKFILL))
        mark_ms = to_ms;
    else
        frame.reach = choose_reach(client, to_ms);
    /* A clock that was set back must not turn the frame around. */
    if (mark_ms > to_ms)
        mark_ms = to_ms;
    frame.from_ms =
        mark_ms ? begin_of(client, frame.reach, mark_ms) : to_ms - options->days * 86400000LL;
    frame_rewind(client, options, &frame);
    *ret_frame = frame;
}

bool frame_load(struct store *store, struct frame *ret_frame)
{
    char text[2200] = "";
    struct frame frame;
    long long from_ms, to_ms;
    int reach, used = 0;
    if (!store_fact_get(store, CALLLOG_FRAME, text, sizeof(text)) ||
        sscanf(text, "%lld %lld %d %n", &from_ms, &to_ms, &reach, &used) != 3 ||
        reach < REACH_NARROW || reach > REACH_DEEP || text[used] != '/')
        return false;
    frame = (struct frame){.from_ms = from_ms, .to_ms = to_ms, .reach = (enum reach)reach};
    text_copy(frame.next, sizeof(frame.next), text + used);
    *ret_frame = frame;
    return true;
}

/* All up to its end is stored; what it did not reach stays owed. */
static bool note_full(struct store *store, const struct frame *frame)
{
    int64_t owed = store_fact_int(store, OWED, REACH_NARROW);
    if (frame->reach == REACH_DEEP || owed < REACH_DEEP)
        owed = frame->reach == REACH_NARROW ? REACH_WIDE : REACH_NARROW;
    return store_fact_put_int(store, CALLLOG_MARK, frame->to_ms) &&
           store_fact_put_int(store, OWED, owed) &&
           (frame->reach < REACH_WIDE || store_fact_put_int(store, WIDE, frame->to_ms)) &&
           (frame->reach < REACH_DEEP || store_fact_put_int(store, DEEP, frame->to_ms));
}

bool frame_keep(struct store *store, const struct frame *frame)
{
    char text[2200] = "";
    bool is_full = frame->next[0] == '\0';
    if (!is_full)
        snprintf(text, sizeof(text), "%lld %lld %d %s", (long long)frame->from_ms,
                 (long long)frame->to_ms, frame->reach, frame->next);
    return store_fact_put(store, CALLLOG_FRAME, text) && (!is_full || note_full(store, frame));
}
