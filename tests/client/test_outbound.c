/* When a handset asks which proxy, in made-up time against made-up proxies. */
#include "client/outbound_scene.h"

static void
a_handset_that_starts_while_the_primary_is_down_is_carried_within_one_timeout(void **state)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        struct scene scene;
        given_scene(&scene, i);
        goes_down(&scene, 1, &ways[i]);
        int64_t took_ms = until_carried_by(&scene, ROUTE_SECONDARY);
        print_message("%-18s %6lld ms\n", ways[i].name, (long long)took_ms);
        assert_in_range(took_ms, 0, ways[i].costs_ms + scene.outbound.policy.spread_ms + 2);
    }
}

static void a_primary_that_dies_under_a_quiet_handset_is_left_within_one_keep_alive(void **state)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        if (ways[i].flaps_ms)
            continue; /* up again when it is asked: rightly not left */
        struct scene scene;
        given_scene(&scene, i);
        until_carried_by(&scene, ROUTE_PRIMARY);
        play_until(&scene, scene.now_ms + 100000);
        goes_down(&scene, 1, &ways[i]);
        int64_t took_ms = until_carried_by(&scene, ROUTE_SECONDARY);
        const struct outbound_policy *policy = &scene.outbound.policy;
        print_message("%-18s %6lld ms\n", ways[i].name, (long long)took_ms);
        assert_in_range(took_ms, 1,
                        policy->keepalive_ms + ways[i].costs_ms + policy->spread_ms + 2);
    }
}

static void both_down_for_hours_is_no_storm_and_ends_when_one_is_up(void **state)
{
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
        struct scene scene;
        given_scene(&scene, i);
        if (ways[i].flaps_ms)
            continue;
        goes_down(&scene, 1, &ways[i]);
        goes_down(&scene, 2, &ways[i]);
        play_until(&scene, scene.now_ms + 4 * 3600000);
        int asked = scene.asked[0] + scene.asked[1];
        /* Doubling from 30 s reaches half an hour after 7 rounds; two proxies a round. */
        print_message("%-18s %d requests in 4 h\n", ways[i].name, asked);
        assert_in_range(asked, 8, 60);
        scene.down[1] = NULL;
        assert_in_range(until_carried_by(&scene, ROUTE_SECONDARY), 0,
                        scene.outbound.policy.retry_max_ms + 2 * TIMEOUT_MS);
    }
}

static void the_primary_is_taken_back_after_the_interval_and_its_jitter_when_it_is_up(void **state)
{
    struct scene scene;
    given_scene(&scene, 3);
    const struct outbound_policy *policy = &scene.outbound.policy;
    goes_down(&scene, 1, &ways[0]);
    until_carried_by(&scene, ROUTE_SECONDARY);
    int64_t begun_ms = scene.now_ms;
    /* Still down at the first try: the secondary goes on. */
    play_until(&scene, begun_ms + policy->switch_back_ms + policy->switch_back_jitter_ms + 1);
    assert_int_equal(scene.outbound.route, ROUTE_SECONDARY);
    assert_int_equal(scene.asked[0], 2);
    scene.down[0] = NULL;
    int64_t took_ms = until_carried_by(&scene, ROUTE_PRIMARY);
    assert_in_range(took_ms, 1, policy->switch_back_ms + policy->switch_back_jitter_ms + 2);
}

static void without_an_interval_the_secondary_is_left_only_when_it_fails(void **state)
{
    struct scene scene;
    given_scene(&scene, 4);
    scene.outbound.policy.switch_back_ms = 0;
    goes_down(&scene, 1, &ways[1]);
    until_carried_by(&scene, ROUTE_SECONDARY);
    scene.down[0] = NULL;
    play_until(&scene, scene.now_ms + 86400000);
    assert_int_equal(scene.outbound.route, ROUTE_SECONDARY);
    goes_down(&scene, 2, &ways[0]);
    until_carried_by(&scene, ROUTE_PRIMARY);
}

static void retry_after_is_obeyed(void **state)
{
    static const struct way asks_for_ten_minutes = {
        "", {.status = 503, .retry_after_s = 600}, 1, 0};
    struct scene scene;
    given_scene(&scene, 5);
    goes_down(&scene, 1, &asks_for_ten_minutes);
    goes_down(&scene, 2, &ways[0]);
    play_until(&scene, scene.now_ms + 599000);
    assert_int_equal(scene.asked[0], 1);
    assert_true(scene.asked[1] > 2);
    play_until(&scene, scene.now_ms + 4000000);
    assert_true(scene.asked[0] > 1);
}

static void a_refused_secret_is_read_again_once_and_then_not_hammered(void **state)
{
    static const int statuses[] = {401, 403, 404, 410};
    for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        const struct way refuses = {"", SAYS(statuses[i]), 1, 0};
        struct scene scene;
        given_scene(&scene, i);
        goes_down(&scene, 1, &refuses);
        play_one(&scene);
        assert_int_equal(outbound_next(&scene.outbound).act, OUTBOUND_PROVISION);
        play_one(&scene);
        struct outbound_step step = play_one(&scene);
        assert_int_equal(step.act, OUTBOUND_REGISTER);
        assert_int_equal(step.route, ROUTE_PRIMARY);
        assert_int_equal(scene.asked[0], 2);
        play_until(&scene, scene.now_ms + 3600000);
        assert_in_range(scene.asked[0], 5, 12);
        assert_int_equal(scene.asked[1], 0); /* another proxy would say the same */
        assert_in_range(scene.asked[0] - scene.provisions, 0, 1); /* each time first */
    }
}

static void a_redirection_is_followed_twice_at_most(void **state)
{
    struct way moved[3];
    struct scene scene;
    given_scene(&scene, 6);
    for (int i = 0; i < 3; i++) {
        moved[i] = (struct way){"", SAYS(302), 1, 0};
        moved[i].says.has_moved = true;
        moved[i].says.moved = proxy(i == 0 ? 3 : i == 1 ? 4 : 1);
    }
    goes_down(&scene, 1, &moved[0]);
    until_carried_by(&scene, ROUTE_PRIMARY);
    assert_int_equal(scene.asked[2], 1);

    given_scene(&scene, 7);
    goes_down(&scene, 1, &moved[0]);
    goes_down(&scene, 3, &moved[1]);
    goes_down(&scene, 4, &moved[2]); /* round and round */
    goes_down(&scene, 2, &ways[0]);
    for (int i = 0; i < 4; i++)
        play_one(&scene);
    assert_true(outbound_next(&scene.outbound).act == OUTBOUND_PROVISION);
    play_until(&scene, scene.now_ms + 14000);
    assert_int_equal(scene.asked[0] + scene.asked[2] + scene.asked[3], 3);
    scene.down[1] = NULL; /* the other one carries whom they send round */
    assert_in_range(until_carried_by(&scene, ROUTE_SECONDARY), 0, 60000);
}

static void too_many_contacts_waits_a_minute_at_least(void **state)
{
    const struct way full = {"", SAYS(603), 1, 0};
    struct scene scene;
    given_scene(&scene, 8);
    goes_down(&scene, 1, &full);
    play_one(&scene);
    play_until(&scene, scene.now_ms + 59000);
    assert_int_equal(scene.asked[0], 1);
}

static void what_is_provisioned_helps_when_nobody_configured_does(void **state)
{
    struct scene scene;
    given_scene(&scene, 9);
    goes_down(&scene, 1, &ways[0]);
    goes_down(&scene, 2, &ways[0]);
    scene.provisioned[0] = proxy(1);
    scene.provisioned[1] = proxy(3);
    scene.provisioned_count = 2;
    until_carried_by(&scene, ROUTE_PRIMARY);
    assert_int_equal(scene.outbound.proxies[0].port, 3);
    assert_int_equal(scene.asked[2], 1);
    /* It dies too: back to the configured ones. */
    goes_down(&scene, 3, &ways[0]);
    scene.down[1] = NULL;
    until_carried_by(&scene, ROUTE_SECONDARY);
    assert_int_equal(scene.outbound.proxies[1].port, 2);
}

/* What the platform names besides is down as well: each round has a turn of both kinds, and no more. */
static void a_platform_that_names_others_makes_no_storm(void **state)
{
    struct scene scene;
    given_scene(&scene, 11);
    for (int port = 1; port <= PROXIES; port++) {
        goes_down(&scene, port, &ways[0]);
        scene.provisioned[port - 1] = proxy(port);
    }
    scene.provisioned_count = PROXIES;
    play_until(&scene, scene.now_ms + 4 * 3600000);
    for (int i = 0; i < PROXIES; i++) {
        print_message("proxy %d: %d requests in 4 h\n", i + 1, scene.asked[i]);
        assert_in_range(scene.asked[i], 4, 20);
    }
    assert_in_range(scene.provisions, 4, 20);
    scene.down[3] = NULL;
    assert_in_range(until_carried_by(&scene, ROUTE_SECONDARY), 0,
                    2 * scene.outbound.policy.retry_max_ms + 5000);
    assert_int_equal(scene.outbound.proxies[1].port, 4);
}

static void a_remedy_that_comes_late_in_an_outage_is_found(void **state)
{
    struct scene scene;
    given_scene(&scene, 12);
    scene.outbound.provision_ms = 0; /* not by its poll */
    scene.outbound.policy.poll_ms = 0;
    goes_down(&scene, 1, &ways[0]);
    goes_down(&scene, 2, &ways[0]);
    play_until(&scene, scene.now_ms + 600000);
    scene.provisioned[0] = proxy(3);
    scene.provisioned_count = 1;
    assert_in_range(until_carried_by(&scene, ROUTE_PRIMARY), 0, scene.outbound.policy.retry_max_ms);
    assert_int_equal(scene.outbound.proxies[0].port, 3);
}

static void who_is_no_longer_provisioned_is_left_once_no_call_is_up(void **state)
{
    struct scene scene;
    given_scene(&scene, 15);
    until_carried_by(&scene, ROUTE_PRIMARY);
    scene.provisioned[0] = proxy(3);
    scene.provisioned[1] = proxy(2);
    scene.provisioned_count = 2;
    scene.is_busy = true;
    outbound_check_sync(&scene.outbound, scene.now_ms);
    int64_t told_ms = scene.now_ms;
    play_until(&scene, told_ms + 100000);
    assert_true(scene.provisions > 1); /* not forgotten */
    assert_int_equal(scene.outbound.proxies[0].port, 1);
    assert_int_equal(scene.outbound.route, ROUTE_PRIMARY);
    scene.is_busy = false;
    int asked = scene.asked[0];
    while (scene.outbound.proxies[0].port != 3) {
        assert_true(scene.now_ms - told_ms < 200000);
        play_one(&scene);
    }
    until_carried_by(&scene, ROUTE_PRIMARY);
    assert_in_range(scene.asked[0] - asked, 0, 2); /* it was asked while it carried, not left to */
    assert_int_equal(scene.asked[2], 1);
    /* What took its place dies: what was configured is there as ever. */
    goes_down(&scene, 3, &ways[0]);
    goes_down(&scene, 2, &ways[0]);
    scene.provisioned_count = 0;
    outbound_lost(&scene.outbound, &ways[0].says, scene.now_ms);
    assert_in_range(until_carried_by(&scene, ROUTE_PRIMARY), 0, 300000);
    assert_int_equal(scene.outbound.proxies[0].port, 1);
}

static void a_provisioning_that_cannot_be_read_changes_nothing(void **state)
{
    struct scene scene;
    given_scene(&scene, 16);
    until_carried_by(&scene, ROUTE_PRIMARY);
    outbound_check_sync(&scene.outbound, scene.now_ms);
    play_until(&scene, scene.now_ms + 100000);
    assert_int_equal(scene.provisions, 1);
    assert_int_equal(scene.outbound.proxies[0].port, 1);
    assert_int_equal(scene.outbound.route, ROUTE_PRIMARY);
}

static void a_retry_after_of_years_is_not_believed(void **state)
{
    static const struct way for_ever = {"", {.status = 503, .retry_after_s = INT32_MAX}, 1, 0};
    struct scene scene;
    given_scene(&scene, 13);
    goes_down(&scene, 1, &for_ever);
    goes_down(&scene, 2, &for_ever);
    play_until(&scene, scene.now_ms + 1000);
    scene.down[0] = NULL;
    play_until(&scene, scene.now_ms + 3500000);
    assert_int_equal(scene.asked[0], 1);
    assert_in_range(until_carried_by(&scene, ROUTE_PRIMARY), 1, 600000);
}

static void registration_follows_to_where_the_name_answers(void **state)
{
    struct scene scene;
    given_scene(&scene, 14);
    struct sipua_result result = {.status = 200, .granted_s = GRANTED_S, .by = "127.0.0.1:1"};
    struct outbound_step step = outbound_next(&scene.outbound);
    outbound_heard(&scene.outbound, &step, &result, scene.now_ms);
    scene.now_ms = outbound_next(&scene.outbound).at_ms;
    step = outbound_next(&scene.outbound);
    assert_int_equal(step.act, OUTBOUND_PING);
    outbound_heard(&scene.outbound, &step, &result, scene.now_ms);
    assert_int_equal(outbound_next(&scene.outbound).act, OUTBOUND_PING);
    assert_true(outbound_next(&scene.outbound).at_ms > scene.now_ms);
    /* The next proof comes from another of its places. */
    scene.now_ms = outbound_next(&scene.outbound).at_ms;
    snprintf(result.by, sizeof(result.by), "127.0.0.2:1");
    outbound_heard(&scene.outbound, &step, &result, scene.now_ms);
    step = outbound_next(&scene.outbound);
    assert_int_equal(step.act, OUTBOUND_REGISTER);
    assert_int_equal(step.at_ms, scene.now_ms);
    outbound_heard(&scene.outbound, &step, &result, scene.now_ms);
    assert_true(outbound_next(&scene.outbound).at_ms > scene.now_ms);
}

static void a_call_that_loses_its_proxy_moves_the_registration(void **state)
{
    struct scene scene;
    given_scene(&scene, 10);
    until_carried_by(&scene, ROUTE_PRIMARY);
    goes_down(&scene, 1, &ways[0]);
    outbound_lost(&scene.outbound, &ways[0].says, scene.now_ms);
    assert_in_range(until_carried_by(&scene, ROUTE_SECONDARY), 0, 502);
    assert_int_equal(scene.asked[0], 1);
}

static void a_site_does_not_move_as_one(void **state)
{
    enum { HANDSETS = 1000, SLOTS = 10 };
    int moved[SLOTS] = {0}, again[SLOTS] = {0}, back[SLOTS] = {0};
    for (int i = 0; i < HANDSETS; i++) {
        struct scene scene;
        given_scene(&scene, 100 + (uint64_t)i);
        until_carried_by(&scene, ROUTE_PRIMARY);
        int64_t begun_ms = scene.now_ms;
        outbound_lost(&scene.outbound, &ways[0].says, begun_ms);
        int64_t at_ms = outbound_next(&scene.outbound).at_ms - begun_ms;
        moved[at_ms * SLOTS / scene.outbound.policy.spread_ms]++;
        until_carried_by(&scene, ROUTE_SECONDARY);
        back[(scene.outbound.back_ms - scene.now_ms - scene.outbound.policy.switch_back_ms + 2) *
             SLOTS / (scene.outbound.policy.switch_back_jitter_ms + 3)]++;
        outbound_lost(&scene.outbound, &ways[0].says, scene.now_ms);
        play_one(&scene); /* the provisioning */
        at_ms = outbound_next(&scene.outbound).at_ms - scene.now_ms;
        again[at_ms * SLOTS / scene.outbound.policy.retry_ms]++;
    }
    for (int i = 0; i < SLOTS; i++) {
        assert_in_range(moved[i], 50, 150);
        assert_in_range(back[i], 50, 150);
        assert_in_range(again[i], 0, 280); /* the upper half of retry_ms is used */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_handset_that_starts_while_the_primary_is_down_is_carried_within_one_timeout),
        cmocka_unit_test(a_primary_that_dies_under_a_quiet_handset_is_left_within_one_keep_alive),
        cmocka_unit_test(both_down_for_hours_is_no_storm_and_ends_when_one_is_up),
        cmocka_unit_test(the_primary_is_taken_back_after_the_interval_and_its_jitter_when_it_is_up),
        cmocka_unit_test(without_an_interval_the_secondary_is_left_only_when_it_fails),
        cmocka_unit_test(retry_after_is_obeyed),
        cmocka_unit_test(a_refused_secret_is_read_again_once_and_then_not_hammered),
        cmocka_unit_test(a_redirection_is_followed_twice_at_most),
        cmocka_unit_test(too_many_contacts_waits_a_minute_at_least),
        cmocka_unit_test(what_is_provisioned_helps_when_nobody_configured_does),
        cmocka_unit_test(a_platform_that_names_others_makes_no_storm),
        cmocka_unit_test(a_remedy_that_comes_late_in_an_outage_is_found),
        cmocka_unit_test(who_is_no_longer_provisioned_is_left_once_no_call_is_up),
        cmocka_unit_test(a_provisioning_that_cannot_be_read_changes_nothing),
        cmocka_unit_test(a_retry_after_of_years_is_not_believed),
        cmocka_unit_test(registration_follows_to_where_the_name_answers),
        cmocka_unit_test(a_call_that_loses_its_proxy_moves_the_registration),
        cmocka_unit_test(a_site_does_not_move_as_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
