/*
 * Whatever is done to calls, in whatever order: events, presence, journal and call log tell one story.
 * By chance, from many seeds; what the state of a party does not allow must change nothing.
 */
#include "support/acme.h"
#include "support/call_watch.h"

#include "base/mem.h"

enum { SEEDS = 200, STEPS = 250 };

struct play {
    struct world *world;
    struct watcher *watcher;
    struct id chance; /* its own: the world's ids stay what they are */
    size_t moved[32]; /* how often each move did something */
};

static size_t below(struct play *play, size_t limit)
{
    return (size_t)id_below(&play->chance, limit);
}

static struct user *somebody(struct play *play)
{
    struct world *world = play->world;
    for (;;) {
        struct user *user = world->users[below(play, world->user_count)];
        if (user->type == USER_USER && user->status == USER_ENABLED && user->extension_number)
            return user;
    }
}

static struct phone_call *some_call(struct play *play)
{
    size_t count = phone_call_count(play->world);
    struct phone_call *call = play->world->phone_calls;
    for (size_t n = count ? below(play, count) : 0; call && n > 0; n--)
        call = call->next;
    return call;
}

/* NULL: there is none at all. */
static struct phone_party *some_party(struct play *play)
{
    struct phone_call *call = some_call(play);
    return call && call->party_count
               ? phone_party_by_number(call, 1 + (int)below(play, (size_t)call->party_count))
               : NULL;
}

/* --- the moves: true when one did something --- */

static bool begin(struct play *play)
{
    static const char *const outside[] = {"+13035550199", "+13035550198"};
    bool from_inside = below(play, 2), to_inside = !from_inside || below(play, 2);
    const struct switch_callee callee = {below(play, 4) > 0,
                                         {.does = (enum party_does)below(play, PARTY_DOES_COUNT),
                                          .after_ms = (int64_t)below(play, 8000)}};
    const struct switch_draft draft = {.caller = from_inside ? somebody(play) : NULL,
                                       .from = from_inside ? NULL : outside[below(play, 2)],
                                       .to = to_inside ? somebody(play)->extension_number
                                                       : outside[below(play, 2)],
                                       .is_simulated = true,
                                       .leaves_voicemail = below(play, 2),
                                       .gives_up_ms = below(play, 2) ? 10000 : 0};
    struct phone_call *call = switch_begin(play->world, &draft);
    switch_dial(play->world, call, &callee);
    return true;
}

static bool confer(struct play *play)
{
    return switch_conference(play->world, somebody(play), 0) != NULL;
}

/* Into a conference, or to where somebody is parked. */
static bool dial_in(struct play *play)
{
    const struct phone_call *call = some_call(play);
    const struct user *user = somebody(play);
    char place[40] = "";
    for (const struct phone_party *party = call ? call->parties : NULL; party; party = party->next)
        if (party->status == PHONE_PARKED)
            snprintf(place, sizeof place, "*%s", party->park_id);
    if (call && *call->token)
        snprintf(place, sizeof place, "%s", call->token);
    if (!*place || !switch_leads_into(play->world, user, place))
        return false;
    struct phone_call *into = switch_begin(
        play->world, &(struct switch_draft){.caller = user, .to = place, .is_simulated = true});
    switch_dial(play->world, into, NULL);
    return true;
}

static bool bring_in(struct play *play)
{
    struct phone_call *conference = play->world->phone_calls;
    struct phone_party *party = some_party(play);
    while (conference && (!phone_is_conference(conference) || conference->state != PHONE_CALL_UP))
        conference = conference->next;
    return conference && party &&
           switch_bring_in(play->world, conference, party, somebody(play)) != NULL;
}

static bool talk_on(struct play *play)
{
    clock_advance(play->world, (int64_t)below(play, 15000));
    return true;
}

/* What is done to one party; each is only asked for, and may be refused. */
#define MOVE(name, does)                                                                           \
    static bool name(struct play *play)                                                            \
    {                                                                                              \
        struct phone_party *party = some_party(play);                                              \
        return party && (does);                                                                    \
    }

static struct switch_target target_of(struct play *play)
{
    const struct user *user = somebody(play);
    switch (below(play, 3)) {
    case 0:
        return (struct switch_target){.user = user};
    case 1:
        return (struct switch_target){.voicemail = user};
    default:
        return (struct switch_target){.number = "+13035550197"};
    }
}

static bool transfer_to(struct play *play, struct phone_party *party)
{
    struct switch_target target = target_of(play);
    return switch_transfer(play->world, party, &target);
}

static bool forward_to(struct play *play, struct phone_party *party)
{
    struct switch_target target = target_of(play);
    return switch_forward(play->world, party, &target);
}

static bool bridge_with(struct play *play, struct phone_party *party)
{
    const struct user *user = party->user_id ? user_by_id(play->world, party->user_id) : NULL;
    struct phone_party *other = user ? user->parties : NULL;
    while (other && other->call == party->call)
        other = other->next_of_user;
    return other && switch_bridge(play->world, party, other);
}

static bool hang_up_one(struct play *play, struct phone_party *party)
{
    if (!phone_party_is_alive(party))
        return false;
    switch_hang_up(play->world, party, "by chance");
    return true;
}

static bool end_all(struct play *play, struct phone_party *party)
{
    switch_end(play->world, party->call, 200, "by chance");
    return true;
}

static bool leave_alive(struct play *play, struct phone_party *party)
{
    if (!phone_is_conference(party->call) || !phone_party_is_alive(party))
        return false;
    switch_leave_conference(play->world, party, true, "by chance");
    return true;
}

MOVE(answer, switch_answer(play->world, party, NULL))
MOVE(reject, switch_reject(play->world, party))
MOVE(ignore, switch_ignore(play->world, party))
MOVE(reply, switch_reply(play->world, party))
MOVE(hold, switch_hold(play->world, party, below(play, 2)))
MOVE(mute, switch_mute(play->world, party, below(play, 2)))
MOVE(park, switch_park(play->world, party) != NULL)
MOVE(pickup, switch_pickup(play->world, party, somebody(play), NULL) != NULL)
MOVE(flip, switch_flip(play->world, party, NULL) != NULL)
MOVE(supervise, switch_supervise(play->world, party, somebody(play), NULL, true) != NULL)
MOVE(record, switch_record(play->world, party, below(play, 2)))
MOVE(transfer, transfer_to(play, party))
MOVE(forward, forward_to(play, party))
MOVE(bridge, bridge_with(play, party))
MOVE(hang_up, hang_up_one(play, party))
MOVE(end, below(play, 4) == 0 && end_all(play, party))
MOVE(leave, leave_alive(play, party))

static const struct {
    const char *name;
    bool (*run)(struct play *play);
} moves[] = {
    {"begin", begin},       {"confer", confer},    {"dial in", dial_in},     {"bring in", bring_in},
    {"talk on", talk_on},   {"answer", answer},    {"reject", reject},       {"ignore", ignore},
    {"reply", reply},       {"hold", hold},        {"mute", mute},           {"park", park},
    {"pick up", pickup},    {"flip", flip},        {"supervise", supervise}, {"record", record},
    {"transfer", transfer}, {"forward", forward},  {"bridge", bridge},       {"hang up", hang_up},
    {"end", end},           {"leave alive", leave}};
enum { MOVES = sizeof moves / sizeof *moves };

/* --- what must be true --- */

static void assert_presence_agrees(const struct play *play)
{
    const struct world *world = play->world;
    for (size_t i = 0; i < world->user_count; i++)
        assert_int_equal(switch_telephony_of(world->users[i]),
                         expected(play->watcher, world->users[i]->id));
}

/* Records belong to calls that the journal tells of, none is longer than its call; and there are no
 * others. */
static void assert_log_agrees(const struct play *play, size_t before)
{
    const struct world *world = play->world;
    struct told *told = xcalloc(SEEN_MAX, sizeof *told);
    size_t calls = read_journal(play->watcher->journal, told), records = 0, filled = 0;
    for (size_t i = 1; i <= calls; i++) {
        uint32_t first, numbers[64];
        assert_true(told[i].is_ended);
        assert_true(call_by_telephony_id(world, told[i].session, &first));
        size_t count = call_log_session(world, first, numbers, 64);
        records += count;
        for (size_t j = 0; j < count; j++)
            assert_in_range(call_log_at(world, numbers[j])->duration_ms, 0,
                            told[i].end_ms - told[i].start_ms);
    }
    for (size_t i = before; i < call_log_count(world); i++) {
        const struct call_record *record = call_log_at(world, i);
        filled += !record->is_open;
        assert_true(!record->is_open || record->is_deleted);
    }
    assert_int_equal(records, filled);
    free(told);
}

static void play_seed(uint64_t seed, size_t moved[MOVES])
{
    struct play play = {.world = acme_world("acme-rc", seed, 1),
                        .watcher = xcalloc(1, sizeof *play.watcher)};
    struct watcher *watcher = play.watcher;
    watcher->journal = journal_new(NULL);
    watcher->list = xcalloc(SEEN_MAX, sizeof *watcher->list);
    id_init(&play.chance, seed);
    notice_listen(play.world, watch, watcher);
    size_t before = call_log_count(play.world);
    for (int i = 0; i < STEPS; i++) {
        size_t move = below(&play, 4) ? below(&play, MOVES) : 0; /* calls are what it is about */
        moved[move] += moves[move].run(&play);
        assert_presence_agrees(&play);
    }
    while (play.world->phone_calls)
        switch_end(play.world, play.world->phone_calls, 200, "the day is over");
    clock_advance(play.world, 3600000);
    for (size_t i = 0; i < play.world->user_count; i++)
        assert_null(play.world->users[i]->parties);
    assert_presence_agrees(&play);
    assert_log_agrees(&play, before);
    journal_free(watcher->journal);
    free(watcher->list);
    free(watcher);
    world_free(play.world);
}

static void all_tell_one_story_whatever_is_done(void **state)
{
    size_t moved[MOVES] = {0};
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        play_seed(seed, moved);
    for (size_t i = 0; i < MOVES; i++) {
        print_message("%s: %zu times\n", moves[i].name, moved[i]);
        assert_true(moved[i] > 0); /* a move that never comes about shows nothing */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_tell_one_story_whatever_is_done)};
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
