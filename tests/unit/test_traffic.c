/*
 * Traffic by chance, and whether journal, events, presence and call log tell the same story. The
 * events are followed from outside, notice by notice; nothing of the switchboard's state is believed.
 */
#include "support/acme.h"
#include "support/call_watch.h"

#include "base/mem.h"
#include "notify/tell.h"
#include "world/traffic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SEEDS = 200 };

/* Every call of the journal is in the log, as long as it says there, and nothing else is. */
static void assert_log_agrees(const struct world *world, const struct told *told, size_t calls,
                              size_t before)
{
    size_t records = 0;
    for (size_t i = 1; i <= calls; i++) {
        uint32_t first, numbers[8];
        assert_true(told[i].is_ended);
        assert_true(call_by_telephony_id(world, told[i].session, &first));
        size_t count = call_log_session(world, first, numbers, 8);
        assert_in_range(count, 1, 8);
        records += count;
        uint32_t longest_ms = 0;
        for (size_t j = 0; j < count; j++) {
            const struct call_record *record = call_log_at(world, numbers[j]);
            assert_int_equal(record->start_ms, told[i].start_ms);
            if (record->duration_ms > longest_ms)
                longest_ms = record->duration_ms;
        }
        assert_int_equal(longest_ms / 1000, told[i].seconds);
    }
    size_t filled = 0;
    for (size_t i = before; i < call_log_count(world); i++) {
        const struct call_record *record = call_log_at(world, i);
        filled += !record->is_open;
        assert_true(!record->is_open || record->is_deleted);
        assert_true(i == 0 || call_log_at(world, i - 1)->start_ms <= record->start_ms);
    }
    assert_int_equal(records, filled);
}

static size_t play_day(uint64_t seed, int64_t calls_per_hour, int64_t for_ms)
{
    struct world *world = acme_world("acme-rc", seed, 1);
    struct watcher *watcher = xcalloc(1, sizeof *watcher);
    struct told *told = xcalloc(SEEN_MAX, sizeof *told);
    watcher->journal = journal_new(NULL);
    watcher->list = xcalloc(SEEN_MAX, sizeof *watcher->list);
    notice_listen(world, watch, watcher);
    size_t before = call_log_count(world);
    struct traffic_plan plan = traffic_usual();
    plan.calls_per_hour = calls_per_hour;
    plan.for_ms = for_ms;
    assert_true(traffic_start(world, &plan));
    clock_advance(world, for_ms + 7200000);

    assert_int_equal(phone_call_count(world), 0);
    for (size_t i = 0; i < world->user_count; i++) {
        assert_null(world->users[i]->parties);
        assert_int_equal(expected(watcher, world->users[i]->id), NO_CALL);
    }
    size_t calls = read_journal(watcher->journal, told);
    assert_int_equal(calls, traffic_begun(world));
    assert_log_agrees(world, told, calls, before);
    journal_free(watcher->journal);
    free(watcher->list);
    free(watcher);
    free(told);
    world_free(world);
    return calls;
}

static void journal_events_presence_and_log_agree_for_every_seed(void **state)
{
    size_t calls = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        calls += play_day(seed, 60, 3600000);
    assert_in_range(calls, SEEDS * 40, SEEDS * 80);
}

/* Somebody who hears of everything about calls. */
static struct subscription *given_listener(struct world *world)
{
    static const char *const texts[] = {
        "/restapi/v1.0/account/~/telephony/sessions?sipData=true",
        "/restapi/v1.0/account/~/presence?detailedTelephonyState=true",
    };
    const struct user *admin = user_super_admin(world, world->accounts[0]->id);
    struct filter *filters = xcalloc(2, sizeof *filters);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(filter_read(world, admin, texts[i], 86400000, "", &filters[i]), FILTER_OK);
    const struct session session = {.user_id = admin->id, .app = world->apps[0]};
    const struct subscription_draft draft = {.id = "1",
                                             .session = &session,
                                             .transport = TRANSPORT_WEBHOOK,
                                             .address = "http://127.0.0.1:1/",
                                             .filters = filters,
                                             .filter_count = 2,
                                             .ttl_ms = 10 * (int64_t)86400000};
    return subscription_add(world, &draft);
}

/* With everything told to a subscriber who takes it. How long it takes is printed, not judged: on
 * a release build it is what the simulator is held to. */
static void a_day_of_five_thousand_calls(void **state)
{
    struct world *world = acme_world("acme-rc", 1, 1);
    struct journal *journal = journal_new(NULL);
    notice_listen(world, notify_hear, journal);
    struct subscription *subscription = given_listener(world);
    struct traffic_plan plan = traffic_usual();
    plan.calls_per_hour = 220;
    assert_true(traffic_start(world, &plan));
    struct timespec before, after;
    size_t told = 0;
    clock_gettime(CLOCK_MONOTONIC, &before);
    for (int minute = 0; minute < 25 * 60; minute++) {
        clock_advance(world, 60000);
        told += subscription_drain(world, subscription);
    }
    clock_gettime(CLOCK_MONOTONIC, &after);
    int64_t took_ms =
        (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
    print_message("a day: %zu calls (%zu could not begin), %zu events, %zu records, %lld ms\n",
                  traffic_begun(world), traffic_skipped(world), told, call_log_count(world),
                  (long long)took_ms);
    assert_in_range(traffic_begun(world), 4900, 5300);
    assert_int_equal(phone_call_count(world), 0);
    assert_in_range(told, 5 * traffic_begun(world), 40 * traffic_begun(world));
    assert_int_equal(subscription->overflowed, 0);
    journal_free(journal);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_of_five_thousand_calls),
        cmocka_unit_test(journal_events_presence_and_log_agree_for_every_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
