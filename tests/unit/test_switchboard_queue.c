/* Whom a call to a queue rings, and what a caller leaves in a mailbox. All are simulated. */
#include "support/cmocka_all.h"
#include "support/sip_world.h"

#include "world/switchboard.h"

#include <stdio.h>

/* Users 101, 102, 103 of queue 200, each a simulated phone that does as said. */
static struct world *given_queue(enum queue_order order, enum party_does does, int64_t after_ms)
{
    struct world *world = sip_world_new();
    const struct party party = {.does = does, .after_ms = after_ms};
    user_set_extension(world, user_add(world, 102, 1), "102");
    user_set_extension(world, user_add(world, 103, 1), "103");
    struct user *queue = user_add(world, 200, 1);
    user_set_extension(world, queue, "200");
    queue->type = USER_DEPARTMENT;
    queue->queue.order = order;
    queue->queue.alert_s = 10;
    for (int64_t id = 101; id <= 103; id++)
        user_add_member(queue, id);
    assert_true(party_set(world, "10?", &party));
    return world;
}

static struct phone_call *rings(struct world *world, const char *to)
{
    const struct switch_draft draft = {
        .from = "+12025550199", .to = to, .is_simulated = true, .leaves_voicemail = true};
    struct phone_call *call = switch_begin(world, &draft);
    switch_dial(world, call, NULL);
    return call;
}

/* Ids of those who ring now, in order: "101 102". */
static const char *ringing(const struct phone_call *call, char out[64])
{
    size_t len = 0;
    out[0] = '\0';
    for (const struct phone_party *party = call->parties; party; party = party->next)
        if (party->is_called && !party->is_queue && party->status == PHONE_PROCEEDING)
            len += (size_t)snprintf(out + len, 64 - len, "%s%lld", len ? " " : "",
                                    (long long)party->user_id);
    return out;
}

static void members_ring_in_the_order_of_the_queue(void **state)
{
    static const struct {
        enum queue_order order;
        const char *first, *then, *last, *next_call;
    } rows[] = {
        {QUEUE_FIXED_ORDER, "101", "102", "103", "102"}, /* 101 rings already */
        {QUEUE_SIMULTANEOUS, "101 102 103", "101 102 103", "101 102 103", ""},
        {QUEUE_ROTATING, "102", "103", "101", "101"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[64];
        struct world *world = given_queue(rows[i].order, PARTY_RINGS, 60000);
        struct phone_call *call = rings(world, "200");
        assert_string_equal(ringing(call, text), rows[i].first);
        clock_advance(world, 10000);
        assert_string_equal(ringing(call, text), rows[i].then);
        clock_advance(world, 10000);
        assert_string_equal(ringing(call, text), rows[i].last);
        clock_advance(world, 10000);
        assert_string_equal(ringing(call, text), rows[i].first);
        struct phone_call *other = rings(world, "200");
        if (rows[i].order != QUEUE_ROTATING)
            assert_string_equal(ringing(other, text), rows[i].next_call);
        world_free(world);
    }
    (void)state;
}

static void the_first_of_all_who_ring_has_the_call(void **state)
{
    char text[64];
    struct world *world = given_queue(QUEUE_SIMULTANEOUS, PARTY_ANSWERS, 5000);
    struct phone_call *call = rings(world, "200");
    assert_string_equal(ringing(call, text), "101 102 103");
    clock_advance(world, 5000);
    assert_string_equal(ringing(call, text), "");
    int talking = 0;
    for (const struct phone_party *party = call->parties; party; party = party->next)
        talking += phone_party_talks(party);
    assert_int_equal(talking, 2);
    world_free(world);
    (void)state;
}

/* Who refuses at once is not asked for ever in the same instant. */
static void members_who_refuse_at_once_do_not_stop_the_world(void **state)
{
    for (int order = 0; order < QUEUE_ORDER_COUNT; order++) {
        struct world *world = given_queue((enum queue_order)order, PARTY_BUSY, 0);
        rings(world, "200");
        clock_advance(world, 60000);
        assert_int_equal(phone_call_count(world), 1);
        clock_advance(world, 900000); /* the longest wait */
        assert_int_equal(phone_call_count(world), 0);
        world_free(world);
    }
    (void)state;
}

static void what_is_said_to_a_mailbox_is_a_message(void **state)
{
    struct world *world = given_queue(QUEUE_ROTATING, PARTY_RINGS, 60000);
    struct phone_call *call = rings(world, "102");
    clock_advance(world, world->knobs.sip_ring_ms);
    assert_int_equal(message_count(world), 0);
    clock_advance(world, 2000 + 15000);
    switch_end(world, call, 200, "the caller hung up");
    assert_int_equal(message_count(world), 1);
    const struct message *message = message_at(world, 0);
    assert_int_equal(message->user_id, 102);
    assert_string_equal(message_kind_name(message->kind), "VoiceMail");
    assert_int_equal(message->direction, MESSAGE_INBOUND);
    assert_string_equal(message->from.number, "+12025550199");
    assert_int_equal(message->audio_ms, 15000);
    assert_false(message->is_read);
    world_free(world);
    (void)state;
}

static void who_hangs_up_before_the_tone_leaves_nothing(void **state)
{
    struct world *world = given_queue(QUEUE_ROTATING, PARTY_RINGS, 60000);
    struct phone_call *call = rings(world, "102");
    clock_advance(world, world->knobs.sip_ring_ms + 1000);
    switch_end(world, call, 487, "the caller gave up");
    assert_int_equal(message_count(world), 0);
    world_free(world);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_ring_in_the_order_of_the_queue),
        cmocka_unit_test(the_first_of_all_who_ring_has_the_call),
        cmocka_unit_test(members_who_refuse_at_once_do_not_stop_the_world),
        cmocka_unit_test(what_is_said_to_a_mailbox_is_a_message),
        cmocka_unit_test(who_hangs_up_before_the_tone_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
