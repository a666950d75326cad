/* The switchboard with simulated parties: what one may do to a call, and what its parties become. */
#include "support/acme.h"
#include "support/cmocka_all.h"

#include "journal/call_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything told of parties since the last look: "1:Setup 2:Proceeding/NoAnswer". */
struct story {
    char text[4096];
    size_t len;
};

static void hear(void *context, struct world *world, const struct notice *notice)
{
    struct story *story = context;
    if (notice->kind != NOTICE_PARTY)
        return;
    const struct phone_party *party = notice->party;
    const char *reason = phone_reason_name(party->reason);
    story->len +=
        (size_t)snprintf(story->text + story->len, sizeof story->text - story->len, "%s%d:%s%s%s",
                         story->len ? " " : "", party->number, phone_status_name(party->status),
                         reason ? "/" : "", reason ? reason : "");
}

#define assert_told(story, wanted)                                                                 \
    do {                                                                                           \
        assert_string_equal((story)->text, wanted);                                                \
        (story)->text[(story)->len = 0] = '\0';                                                    \
    } while (0)

struct scene {
    struct world *world;
    struct story story;
};

static int given(void **state)
{
    static _Thread_local struct scene scene;
    scene = (struct scene){.world = acme_world("acme-rc", 1, 1)};
    scene.world->knobs.calllog_delay_ms = 0;
    notice_listen(scene.world, hear, &scene.story);
    *state = &scene;
    return 0;
}

static int done(void **state)
{
    struct scene *scene = *state;
    world_free(scene->world);
    return 0;
}

static const struct switch_callee answers = {true, {.does = PARTY_ANSWERS, .after_ms = 1000}};
static const struct switch_callee rings = {true, {.does = PARTY_RINGS}};

static struct user *extension(struct scene *scene, const char *number)
{
    return user_by_extension(scene->world, scene->world->accounts[0]->id, number);
}

/* `from` an extension or a number outside; nothing has been told yet of what comes. */
static struct phone_call *given_call(struct scene *scene, const char *from, const char *to,
                                     const struct switch_callee *callee)
{
    struct user *caller = extension(scene, from);
    struct phone_call *call = switch_begin(scene->world, &(struct switch_draft){
                                                             .caller = caller,
                                                             .from = caller ? NULL : from,
                                                             .to = to,
                                                             .is_simulated = true,
                                                         });
    switch_dial(scene->world, call, callee);
    return call;
}

static struct phone_call *given_talk(struct scene *scene, const char *from, const char *to)
{
    struct phone_call *call = given_call(scene, from, to, &answers);
    clock_advance(scene->world, 1000);
    assert_int_equal(call->state, PHONE_CALL_UP);
    scene->story.text[scene->story.len = 0] = '\0';
    return call;
}

static struct phone_party *party(const struct phone_call *call, int number)
{
    return phone_party_by_number(call, number);
}

static void a_call_between_colleagues_is_told_from_setup_to_its_end(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call = given_call(scene, "102", "103", &answers);
    assert_told(&scene->story, "1:Setup 2:Setup 2:Proceeding 1:Proceeding");
    assert_int_equal(switch_telephony_of(extension(scene, "103")), CALL_RINGS);
    clock_advance(scene->world, 1000);
    assert_told(&scene->story, "1:Answered 2:Answered");
    assert_int_equal(presence_of(scene->world, extension(scene, "103")), PRESENCE_BUSY);
    size_t before = call_log_count(scene->world);
    clock_advance(scene->world, 60000);
    switch_hang_up(scene->world, party(call, 2), "over");
    assert_told(&scene->story, "1:Disconnected/CallFinished 2:Disconnected/CallFinished");
    assert_int_equal(presence_of(scene->world, extension(scene, "103")), PRESENCE_AVAILABLE);
    assert_int_equal(call_log_count(scene->world), before);
    const struct call_record *in = call_log_at(scene->world, before - 1);
    assert_true(in->is_mirror && in->is_internal && in->has_recording);
    assert_int_equal(in->duration_ms, 60000);
}

static void hold_is_for_who_talks(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call = given_call(scene, "+13035550199", "103", &rings);
    assert_false(switch_hold(scene->world, party(call, 2), true));
    assert_true(switch_answer(scene->world, party(call, 2), NULL));
    assert_false(switch_answer(scene->world, party(call, 2), NULL));
    scene->story.text[scene->story.len = 0] = '\0';
    assert_false(switch_hold(scene->world, party(call, 2), false));
    assert_true(switch_hold(scene->world, party(call, 2), true));
    assert_int_equal(switch_telephony_of(extension(scene, "103")), CALL_ON_HOLD);
    assert_false(switch_hold(scene->world, party(call, 2), true));
    assert_true(switch_hold(scene->world, party(call, 2), false));
    assert_told(&scene->story, "2:Hold 2:Answered");
}

static void a_transferred_caller_goes_on_in_another_session(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call = given_talk(scene, "+13035550199", "103");
    struct phone_party *agent = party(call, 2), *caller = party(call, 1);
    struct switch_target nobody = {0}, target;
    assert_false(switch_transfer(scene->world, agent, &nobody));
    party_set(scene->world, "104", &(struct party){.does = PARTY_RINGS});
    assert_true(switch_find(scene->world, scene->world->accounts[0]->id, "104", &target));
    assert_true(switch_transfer(scene->world, agent, &target));
    assert_told(&scene->story, "1:Gone/BlindTransfer 1:Answered 2:Disconnected/BlindTransfer "
                               "2:Proceeding");
    struct phone_call *second = scene->world->phone_calls;
    char id[CALL_ID_LEN];
    assert_string_equal(caller->peer_session, phone_session_id(second, id));
    assert_string_equal(caller->peer_party, phone_party_id(party(second, 1), id));
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_true(switch_answer(scene->world, party(second, 2), NULL));
    assert_told(&scene->story, "2:Answered");
    assert_int_equal(party(second, 2)->user_id, extension(scene, "104")->id);
    switch_hang_up(scene->world, party(second, 1), "over");
    assert_int_equal(phone_call_count(scene->world), 0);
}

static void a_parked_call_waits_for_whoever_takes_it(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call = given_talk(scene, "+13035550199", "103");
    struct phone_party *parked = switch_park(scene->world, party(call, 2));
    assert_ptr_equal(parked, party(call, 1));
    assert_string_equal(parked->park_id, "801");
    assert_told(&scene->story, "1:Parked/CallPark 2:Disconnected/CallPark");
    assert_ptr_equal(switch_parked(scene->world, "801"), parked);
    struct phone_call *other = given_talk(scene, "+13035550100", "105");
    assert_string_equal(switch_park(scene->world, party(other, 2))->park_id, "802");
    scene->story.text[scene->story.len = 0] = '\0';
    struct phone_party *taken = switch_pickup(scene->world, parked, extension(scene, "104"), NULL);
    assert_int_equal(taken->user_id, extension(scene, "104")->id);
    assert_told(&scene->story, "3:Proceeding 1:Answered/Pickup 3:Answered");
    assert_null(switch_parked(scene->world, "801"));
    assert_null(switch_pickup(scene->world, party(call, 1), extension(scene, "105"), NULL));
    switch_hang_up(scene->world, taken, "over");
    assert_int_equal(phone_call_count(scene->world), 1);
}

static void a_ringing_call_is_rejected_ignored_forwarded_or_replied_to(void **state)
{
    static const struct {
        const char *label;
        int what;
        const char *told;
        bool goes_on;
    } rows[] = {
        {"reject", 0, "1:Disconnected/Rejected 2:Disconnected/Rejected", false},
        {"ignore", 1, "1:Disconnected/NoAnswer 2:Disconnected/NoAnswer", false},
        {"forward", 2, "2:Disconnected/CallRedirected 3:Proceeding", true},
        {"reply", 3, "2:Disconnected/CallReplied 1:Disconnected/NoAnswer", false},
        {"to the mailbox", 4, "1:Disconnected/NoAnswer 2:Disconnected/NoAnswer", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *one;
        given(&one);
        struct scene *scene = one;
        struct phone_call *call = given_call(scene, "+13035550199", "103", &rings);
        struct phone_party *rung = party(call, 2);
        party_set(scene->world, "104", &(struct party){.does = PARTY_RINGS});
        struct switch_target target = {.user = extension(scene, "104")};
        struct switch_target mailbox = {.voicemail = extension(scene, "103")};
        scene->story.text[scene->story.len = 0] = '\0';
        switch (rows[i].what) {
        case 0:
            assert_true(switch_reject(scene->world, rung));
            break;
        case 1:
            assert_true(switch_ignore(scene->world, rung));
            break;
        case 2:
            assert_true(switch_forward(scene->world, rung, &target));
            break;
        case 3:
            assert_true(switch_reply(scene->world, rung));
            break;
        default:
            assert_true(switch_forward(scene->world, rung, &mailbox));
        }
        if (strcmp(scene->story.text, rows[i].told) != 0)
            fail_msg("%s: wanted %s, saw %s", rows[i].label, rows[i].told, scene->story.text);
        assert_int_equal(phone_call_count(scene->world), rows[i].goes_on);
        assert_false(switch_reject(scene->world, rung));
        done(&one);
    }
    (void)state;
}

static void two_calls_of_one_agent_are_bridged(void **state)
{
    struct scene *scene = *state;
    struct phone_call *first = given_talk(scene, "+13035550199", "103");
    struct phone_party *held = party(first, 2);
    assert_true(switch_hold(scene->world, held, true));
    struct phone_call *second = given_talk(scene, "103", "104");
    assert_false(switch_bridge(scene->world, held, party(second, 2)));
    assert_true(switch_bridge(scene->world, held, party(second, 1)));
    assert_told(&scene->story, "1:Gone/AttendedTransfer 3:Answered 2:Disconnected/AttendedTransfer "
                               "1:Disconnected/AttendedTransfer");
    assert_int_equal(phone_call_count(scene->world), 1);
    assert_ptr_equal(switch_peer_of(party(second, 2)), party(second, 3));
    switch_hang_up(scene->world, party(second, 3), "over");
    assert_int_equal(phone_call_count(scene->world), 0);
}

static void a_flipped_call_goes_on_as_another_party(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call = given_talk(scene, "+13035550199", "103");
    struct phone_party *flipped = switch_flip(scene->world, party(call, 2), "802");
    assert_told(&scene->story, "3:Proceeding 2:Gone/CallFlip 3:Answered");
    assert_int_equal(flipped->user_id, party(call, 2)->user_id);
    assert_string_equal(flipped->device_id, "802");
    switch_hang_up(scene->world, flipped, "over");
    assert_int_equal(phone_call_count(scene->world), 0);
}

static void a_supervisor_listens_and_is_nobodys_other_side(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call = given_talk(scene, "+13035550199", "103");
    struct phone_party *listens =
        switch_supervise(scene->world, party(call, 2), extension(scene, "101"), NULL, true);
    assert_int_equal(listens->status, PHONE_ANSWERED);
    assert_int_equal(listens->reason, PHONE_SUPERVISING);
    assert_ptr_equal(switch_peer_of(party(call, 2)), party(call, 1));
    assert_null(switch_supervise(scene->world, listens, extension(scene, "102"), NULL, true));
    switch_hang_up(scene->world, listens, "enough");
    assert_int_equal(phone_call_count(scene->world), 1);
    switch_hang_up(scene->world, party(call, 1), "over");
    assert_int_equal(phone_call_count(scene->world), 0);
}

static void a_queue_offers_the_call_to_one_after_the_other(void **state)
{
    struct scene *scene = *state;
    const struct user *queue = NULL;
    for (size_t i = 0; i < scene->world->user_count && !queue; i++)
        if (scene->world->users[i]->type == USER_DEPARTMENT &&
            scene->world->users[i]->member_count > 1)
            queue = scene->world->users[i];
    assert_non_null(queue);
    struct phone_call *call = given_call(scene, "+13035550199", queue->extension_number, &rings);
    assert_told(&scene->story, "1:Setup 2:Proceeding 3:Proceeding 1:Proceeding");
    assert_true(party(call, 2)->is_queue);
    clock_advance(scene->world, queue->queue.alert_s * 1000);
    assert_told(&scene->story, "3:Disconnected/NoAnswer 4:Proceeding");
    assert_int_not_equal(party(call, 4)->user_id, party(call, 3)->user_id);
    assert_true(switch_answer(scene->world, party(call, 4), NULL));
    assert_told(&scene->story, "2:Disconnected/AgentAnswered 1:Answered 4:Answered");
    int64_t agent = party(call, 4)->user_id;
    clock_advance(scene->world, 40000);
    size_t at = call->record;
    switch_hang_up(scene->world, party(call, 1), "over");
    const struct call_record *record = call_log_at(scene->world, at);
    assert_int_equal(scene->world->users[record->user]->id, agent);
    assert_int_equal(scene->world->users[record->queue]->id, queue->id);
    assert_int_equal(record->result, CALL_ACCEPTED);
}

static void who_leaves_a_queue_has_abandoned(void **state)
{
    struct scene *scene = *state;
    const struct user *queue = NULL;
    for (size_t i = 0; i < scene->world->user_count && !queue; i++)
        if (scene->world->users[i]->type == USER_DEPARTMENT)
            queue = scene->world->users[i];
    struct phone_call *call = given_call(scene, "+13035550199", queue->extension_number, &rings);
    size_t at = call->record;
    switch_hang_up(scene->world, party(call, 1), NULL);
    assert_int_equal(call_log_at(scene->world, at)->result, CALL_ABANDONED);
}

static void recordings_follow_policy_length_and_wish(void **state)
{
    static const struct {
        const char *policy;
        bool on_demand, want, want_on_demand;
        int64_t talk_ms;
    } rows[] = {{"all", false, true, false, 30000},       {"all", false, false, false, 29999},
                {"outbound", false, false, false, 60000}, {"inbound", false, true, false, 60000},
                {"off", false, false, false, 60000},      {"ondemand", true, true, true, 60000},
                {"ondemand", false, false, false, 60000}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *one;
        given(&one);
        struct scene *scene = one;
        assert_true(knobs_set(&scene->world->knobs, "rec.policy", rows[i].policy, NULL));
        struct phone_call *call = given_talk(scene, "+13035550199", "103");
        size_t at = call->record;
        if (rows[i].on_demand)
            assert_true(switch_record(scene->world, party(call, 2), true));
        clock_advance(scene->world, rows[i].talk_ms);
        switch_hang_up(scene->world, party(call, 2), "over");
        const struct call_record *record = call_log_at(scene->world, at);
        assert_int_equal(record->has_recording, rows[i].want);
        assert_int_equal(record->is_short_recording, i == 1);
        assert_int_equal(record->is_on_demand, rows[i].want_on_demand);
        done(&one);
    }
    (void)state;
}

static void he_who_wants_a_ring_out_is_rung_first(void **state)
{
    struct scene *scene = *state;
    struct phone_call *call =
        switch_begin(scene->world, &(struct switch_draft){.caller = extension(scene, "103"),
                                                          .to = "+12125550100",
                                                          .origin = PHONE_ORIGIN_RING_OUT});
    switch_dial(scene->world, call, NULL);
    assert_told(&scene->story, "1:Setup 1:Proceeding");
    clock_advance(scene->world, 2000);
    assert_told(&scene->story, "1:Answered 2:Proceeding");
    clock_advance(scene->world, 2000);
    assert_told(&scene->story, "2:Answered");
    assert_int_equal(call->state, PHONE_CALL_UP);
    switch_hang_up(scene->world, party(call, 1), "over");
    assert_int_equal(phone_call_count(scene->world), 0);
}

static void
a_call_is_in_progress_from_a_while_after_its_start_to_a_while_after_its_end(void **state)
{
    struct scene *scene = *state;
    struct call_record *records;
    struct phone_call *call = given_call(scene, "102", "103", &answers);
    clock_advance(scene->world, 2999);
    assert_int_equal(switch_active_records(scene->world, &records), 0);
    free(records);
    clock_advance(scene->world, 1);
    assert_int_equal(switch_active_records(scene->world, &records), 2);
    assert_true(records[0].number > records[1].number); /* newest first */
    assert_int_equal(records[0].result, CALL_IN_PROGRESS);
    free(records);
    switch_hang_up(scene->world, party(call, 1), "over");
    clock_advance(scene->world, 119999);
    assert_int_equal(switch_active_records(scene->world, &records), 2);
    free(records);
    clock_advance(scene->world, 1);
    assert_int_equal(switch_active_records(scene->world, &records), 0);
    free(records);
}

#define in_scene(test) cmocka_unit_test_setup_teardown(test, given, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(a_call_between_colleagues_is_told_from_setup_to_its_end),
        in_scene(hold_is_for_who_talks),
        in_scene(a_transferred_caller_goes_on_in_another_session),
        in_scene(a_parked_call_waits_for_whoever_takes_it),
        cmocka_unit_test(a_ringing_call_is_rejected_ignored_forwarded_or_replied_to),
        in_scene(two_calls_of_one_agent_are_bridged),
        in_scene(a_flipped_call_goes_on_as_another_party),
        in_scene(a_supervisor_listens_and_is_nobodys_other_side),
        in_scene(a_queue_offers_the_call_to_one_after_the_other),
        in_scene(who_leaves_a_queue_has_abandoned),
        cmocka_unit_test(recordings_follow_policy_length_and_wish),
        in_scene(he_who_wants_a_ring_out_is_rung_first),
        in_scene(a_call_is_in_progress_from_a_while_after_its_start_to_a_while_after_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
