/* The WebSocket gateway without a socket: events, recovery, limits and faults (rest.md 8; failures.md
 * group F). */
#include "support/gateway_client.h"

static void events_are_notified(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    assert_int(meta(&client, 0, "status"), 200);
    assert_text(node_get(body(&client, 0, "deliveryMode"), "transportType"), "WebSocket");
    tell(rest, PRESENCE, 2);
    assert_true(take(&client));
    assert_int_equal(client.out.frame_count, 2);
    assert_int_equal(client.out.link, client.link);
    assert_text(meta(&client, 0, "type"), "ServerNotification");
    assert_int(meta(&client, 0, "status"), 200);
    assert_text(body(&client, 0, "event"), PRESENCE);
    assert_string_equal(node_text(meta(&client, 0, "messageId"), "a"),
                        node_text(body(&client, 0, "uuid"), "b"));
    assert_false(take(&client));
    lose(&client);
}

static void a_second_subscription_takes_the_place_of_the_first(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    subscribe(&client, "/restapi/v1.0/account/~/telephony/sessions");
    assert_int_equal(subscription_count(rest->world), 1);
    rest_set(rest, "ws.single_subscription", "false");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    assert_int_equal(subscription_count(rest->world), 2);
    lose(&client);
}

static void what_happens_meanwhile_comes_after_recovery(void **state)
{
    struct rest *rest = *state;
    struct client client, back;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    lose(&client);
    rest_set(rest, "ws.buffer", "3");
    tell(rest, PRESENCE, 5);
    clock_advance(rest->world, 179000);
    assert_int_equal(open_one(&back, rest, arena_printf(&rest->arena, "&wsc=%s", client.token)),
                     101);
    assert_text(body(&back, 0, "recoveryState"), "Successful");
    assert_null(body(&back, 0, "recoveryErrorCode"));
    assert_string_equal(back.token, client.token);
    assert_int_equal(back.out.frame_count, 1); /* and nothing with it */
    assert_int_equal(back.out.ready_ms, 101);
    tell(rest, PRESENCE, 1);
    assert_false(take(&back));
    gateway_ready(&rest->api, back.wsc, back.link);
    assert_true(take(&back));
    assert_int_equal(back.out.frame_count, 3 + 1); /* the newest, and the one since */
    assert_text(meta(&back, 0, "type"), "ServerNotification");
    lose(&back);
}

static void what_cannot_be_recovered_says_why_and_goes_on(void **state)
{
    struct rest *rest = *state;
    struct client client, back;
    char *more;

    /* Too late. */
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    lose(&client);
    clock_advance(rest->world, 180000);
    assert_int_equal(subscription_count(rest->world), 0);
    more = arena_printf(&rest->arena, "&wsc=%s", client.token);
    assert_int_equal(open_one(&back, rest, more), 101);
    assert_text(body(&back, 0, "recoveryState"), "Failed");
    assert_text(body(&back, 0, "recoveryErrorCode"), "WSG-1005");
    subscribe(&back, "/restapi/v1.0/account/~/presence");
    assert_int(meta(&back, 0, "status"), 200);
    lose(&back);

    /* Another login. */
    rest_as(rest, "Ann");
    more = arena_printf(&rest->arena, "&wsc=%s", back.token);
    assert_int_equal(open_one(&client, rest, more), 101);
    assert_text(body(&client, 0, "recoveryErrorCode"), "WSG-1003");

    /* No subscription. */
    lose(&client);
    more = arena_printf(&rest->arena, "&wsc=%s", client.token);
    assert_int_equal(open_one(&back, rest, more), 101);
    assert_text(body(&back, 0, "recoveryErrorCode"), "WSG-1005");

    /* Told to fail. */
    subscribe(&back, "/restapi/v1.0/account/~/presence");
    lose(&back);
    rest_set(rest, "ws.recovery_force_fail", "true");
    more = arena_printf(&rest->arena, "&wsc=%s", back.token);
    assert_int_equal(open_one(&client, rest, more), 101);
    assert_text(body(&client, 0, "recoveryState"), "Failed");
    lose(&client);

    /* Not a token at all. */
    assert_int_equal(open_one(&client, rest, "&wsc=x"), 101);
    assert_text(meta(&client, 0, "type"), "Error");
    assert_text(body(&client, 0, "errorCode"), "WSG-400");
    assert_int_equal(client.out.close_code, GATEWAY_CLOSE_REFUSED);
    gateway_out_done(&client.out);
}

static void limits_end_a_connection_in_world_time(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    clock_advance(rest->world, 1799000);
    assert_false(take(&client));
    hear(&client, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    clock_advance(rest->world, 1799000);
    assert_false(take(&client));
    clock_advance(rest->world, 1000);
    assert_true(take(&client));
    assert_text(body(&client, 0, "errorCode"), "WSG-902");
    assert_int_equal(client.out.close_code, GATEWAY_CLOSE_NORMAL);
    lose(&client);

    open_one(&client, rest, "");
    rest_set(rest, "ws.idle", "100h");
    clock_advance(rest->world, 1799999); /* what was on the agenda looks again */
    clock_advance(rest->world, 86400000 - 1799999 - 1);
    assert_false(take(&client));
    clock_advance(rest->world, 1);
    assert_true(take(&client));
    assert_text(body(&client, 0, "errorCode"), "WSG-903");
    lose(&client);
}

static void a_grant_that_ends_takes_its_connections_along(void **state)
{
    struct rest *rest = *state;
    struct client client, other;
    struct session *first = rest->session;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    rest_as(rest, "Ann");
    open_one(&other, rest, "");

    /* The access token that opened it may run out, and be exchanged. */
    clock_advance(rest->world, 1700000);
    hear(&client, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    clock_advance(rest->world, 1700000);
    hear(&client, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    hear(&other, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    clock_advance(rest->world, 300000);
    session_rotate(rest->world, first, 3600000, 604800000);
    hear(&client, REQUEST("m", "GET", OWN_PATH) "]");
    assert_int(meta(&client, 0, "status"), 200);
    tell(rest, PRESENCE, 1);
    assert_true(take(&client));

    session_end(rest->world, first, SESSION_REVOKED, 7);
    tell(rest, PRESENCE, 1);
    assert_true(take(&client));
    assert_int_equal(client.out.link, client.link); /* the other login's stays */
    assert_int_equal(client.out.frame_count, 1);
    assert_text(meta(&client, 0, "type"), "Error");
    assert_int(meta(&client, 0, "status"), 401);
    assert_text(body(&client, 0, "errorCode"), "OAU-213");
    assert_int_equal(client.out.close_code, GATEWAY_CLOSE_REFUSED);
    lose(&client);
    assert_false(take(&other));

    rest_set(rest, "ws.survives_grant", "true");
    session_end(rest->world, rest->session, SESSION_REVOKED, 7);
    assert_false(take(&other));
    hear(&other, REQUEST("m", "GET", OWN_PATH) "]");
    assert_int(meta(&other, 0, "status"), 401);
    lose(&other);
}

static void faults_act_on_frames(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    const char *match = "\"match\":{\"op\":\"ws.notification\"},\"times\":1,";
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"drop\"}", match));
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"duplicate\"}", match));
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"reorder\"}", match));
    tell(rest, PRESENCE, 4);
    assert_true(take(&client));
    /* 1 dropped; 2 twice; 3 lets 4 pass */
    assert_int_equal(client.out.frame_count, 4);
    uint64_t last = journal_last(rest->api.journal);
    static const char *const sequences[] = {"1", "2", "2", "4", "3"};
    static const char *const plans[] = {"drop", "duplicate", "duplicate", NULL, "reorder"};
    for (size_t i = 0; i < 5; i++) {
        assert_true(journal_get(rest->api.journal, last - 4 + i, &rest->event));
        assert_string_equal(event_get(&rest->event, EVENT_SEQUENCE), sequences[i]);
        const char *plan = event_get(&rest->event, EVENT_PLAN);
        assert_true(text_eq(plan, plans[i]));
    }

    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"delay\",\"delay\":\"5s\"}", match));
    tell(rest, PRESENCE, 2);
    assert_true(take(&client)); /* the second one */
    assert_int_equal(client.out.frame_count, 1);
    clock_advance(rest->world, 5000);
    assert_true(take(&client));
    assert_int_equal(client.out.frame_count, 1);

    /* A reordered one waits for who is to pass it. */
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"reorder\"}", match));
    tell(rest, PRESENCE, 1);
    assert_false(take(&client));
    tell(rest, PRESENCE, 1);
    assert_true(take(&client));
    assert_int_equal(client.out.frame_count, 2);

    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"close\",\"code\":\"1012\"}", match));
    tell(rest, PRESENCE, 1);
    assert_true(take(&client));
    assert_int_equal(client.out.frame_count, 0);
    assert_int_equal(client.out.close_code, 1012);
    lose(&client);
    open_one(&client, rest, arena_printf(&rest->arena, "&wsc=%s", client.token));
    gateway_ready(&rest->api, client.wsc, client.link);
    assert_true(take(&client)); /* it was not lost */
    assert_int_equal(client.out.frame_count, 1);
    lose(&client);

    rest_arm(rest,
             "{\"match\":{\"op\":\"ws.open\"},\"kind\":\"answer\",\"status\":503,\"times\":1}");
    assert_int_equal(open_one(&client, rest, ""), 503);
    lose(&client);
}

static void faults_of_calls_hold_for_requests(void **state)
{
    struct rest *rest = *state;
    struct client client;
    const char *ask = REQUEST("m", "GET", OWN_PATH) "]";
    open_one(&client, rest, "");
    const char *match = "\"match\":{\"op\":\"readExtension\"},\"times\":1,";
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"answer\",\"status\":503}", match));
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"drop\"}", match));
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"delay\",\"delay\":\"1s\"}", match));
    rest_arm(rest, arena_printf(&rest->arena, "{%s\"kind\":\"close\",\"code\":\"4001\"}", match));
    hear(&client, ask);
    assert_int(meta(&client, 0, "status"), 503);
    hear(&client, ask);
    assert_int_equal(client.out.frame_count, 0);
    rest_set(rest, "ws.max_active_req", "1");
    hear(&client, ask);
    assert_int_equal(client.out.frames[0].delay_ms, 1000);
    assert_true(client.out.frames[0].is_active);
    hear(&client, ask); /* one is active */
    assert_int(meta(&client, 0, "status"), 429);
    gateway_answered(&rest->api, client.wsc, client.link);
    hear(&client, ask);
    assert_int_equal(client.out.close_code, 4001);
    lose(&client);
}

static void a_webhook_can_be_asked_for_over_a_socket(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    hear(&client, REQUEST("m9", "POST",
                          "/restapi/v1.0/subscription") ","
                                                        "{\"eventFilters\":[\"/restapi/v1.0/"
                                                        "account/~/presence\"],\"deliveryMode\":"
                                                        "{\"transportType\":\"WebHook\","
                                                        "\"address\":\"http://cc.test/\"}}]");
    assert_int_equal(client.out.frame_count, 0);
    struct gateway_call *call = client.out.call;
    assert_non_null(call);
    call->reply.errand->result = ERRAND_ANSWERED;
    call->reply.errand->status = 200;
    call->reply.errand->has_token = true;
    clear(&client);
    gateway_resume(&rest->api, call, &client.out);
    assert_text(meta(&client, 0, "messageId"), "m9");
    assert_int(meta(&client, 0, "status"), 200);
    assert_text(node_get(body(&client, 0, "deliveryMode"), "transportType"), "WebHook");
    lose(&client);
}

static void a_dead_path_is_silent(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    rest_set(rest, "ws.half_open", "true");
    tell(rest, PRESENCE, 1);
    assert_true(take(&client));
    assert_true(client.out.is_dead);
    assert_int_equal(client.out.frame_count, 0);
    hear(&client, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    assert_true(client.out.is_dead);
    assert_int_equal(client.out.frame_count, 0);
    lose(&client);
}

static void sessions_are_forgotten(void **state)
{
    struct rest *rest = *state;
    struct client client;
    for (int i = 0; i < 100; i++) {
        open_one(&client, rest, "");
        if (i % 2)
            subscribe(&client, "/restapi/v1.0/account/~/presence");
        lose(&client);
        if (i % 10 == 9)
            clock_advance(rest->world, 180000);
    }
    assert_int_equal(wsc_count(rest->world), 0);
    assert_int_equal(subscription_count(rest->world), 0);
    clock_advance(rest->world, 100 * 86400000LL);
    assert_int_equal(clock_next_due(rest->world), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_are_notified),
        TEST(a_second_subscription_takes_the_place_of_the_first),
        TEST(what_happens_meanwhile_comes_after_recovery),
        TEST(what_cannot_be_recovered_says_why_and_goes_on),
        TEST(limits_end_a_connection_in_world_time),
        TEST(a_grant_that_ends_takes_its_connections_along),
        TEST(faults_act_on_frames),
        TEST(faults_of_calls_hold_for_requests),
        TEST(a_webhook_can_be_asked_for_over_a_socket),
        TEST(a_dead_path_is_silent),
        TEST(sessions_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
