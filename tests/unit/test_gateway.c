/* The WebSocket gateway without a socket: connections and requests (rest.md 8). */
#include "support/gateway_client.h"

static void a_connection_is_told_its_limits_first(void **state)
{
    struct rest *rest = *state;
    struct client client;
    assert_int_equal(open_one(&client, rest, ""), 101);
    assert_int_equal(client.out.frame_count, 1);
    assert_text(meta(&client, 0, "type"), "ConnectionDetails");
    assert_int(meta(&client, 0, "status"), 200);
    assert_int(node_get(meta(&client, 0, "wsc"), "sequence"), 1);
    assert_int(body(&client, 0, "recoveryBufferSize"), 100);
    assert_int(body(&client, 0, "recoveryTimeout"), 180);
    assert_int(body(&client, 0, "idleTimeout"), 1800);
    assert_int(body(&client, 0, "absoluteTimeout"), 86400);
    assert_int(body(&client, 0, "maxActiveRequests"), 10);
    assert_int(body(&client, 0, "maxConnectionsPerSession"), 50);
    assert_null(body(&client, 0, "recoveryState"));
    assert_string_equal(event_get(&rest->event, EVENT_RESULT), "new");
    assert_int_equal(client.out.ping_ms, 30000);
    assert_int_equal(client.out.pong_ms, 10000);
    lose(&client);
}

static void tokens_that_open_nothing_are_refused_in_the_upgrade(void **state)
{
    struct rest *rest = *state;
    struct client client;
    char *token = xstrdup(session_ws_token(rest->world, rest->session, 30000));
    assert_int_equal(open_with(&client, rest, "", ""), 401);
    assert_string_equal(event_get(&rest->event, EVENT_CODE), "AGW-401");
    lose(&client);
    assert_int_equal(open_with(&client, rest, "somethingElse", ""), 401);
    assert_string_equal(event_get(&rest->event, EVENT_CODE), "OAU-213");
    assert_non_null(strstr(buf_text(&client.out.refusal), "OAU-213"));
    lose(&client);
    /* An access token is no socket token. */
    assert_int_equal(open_with(&client, rest, rest->session->current.access, ""), 401);
    lose(&client);
    clock_advance(rest->world, 30000);
    assert_int_equal(open_with(&client, rest, token, ""), 401);
    assert_string_equal(event_get(&rest->event, EVENT_CODE), "OAU-128");
    lose(&client);
    free(token);
    token = xstrdup(session_ws_token(rest->world, rest->session, 30000));
    session_end(rest->world, rest->session, SESSION_REVOKED, 1);
    assert_int_equal(open_with(&client, rest, token, ""), 401);
    lose(&client);
    free(token);
}

static void a_token_opens_again_unless_it_is_single_use(void **state)
{
    struct rest *rest = *state;
    struct client one, two;
    char *token = xstrdup(session_ws_token(rest->world, rest->session, 600000));
    assert_int_equal(open_with(&one, rest, token, ""), 101);
    assert_int_equal(open_with(&two, rest, token, ""), 101);
    lose(&one);
    lose(&two);
    rest_set(rest, "ws.token_single_use", "true");
    assert_int_equal(open_with(&one, rest, token, ""), 101);
    assert_int_equal(open_with(&two, rest, token, ""), 401);
    lose(&one);
    lose(&two);
    free(token);
}

static void one_login_has_so_many_connections(void **state)
{
    struct rest *rest = *state;
    struct client one, two, three;
    rest_set(rest, "ws.max_conn", "2");
    assert_int_equal(open_one(&one, rest, ""), 101);
    assert_int_equal(open_one(&two, rest, ""), 101);
    assert_int_equal(open_one(&three, rest, ""), 429);
    assert_string_equal(event_get(&rest->event, EVENT_CODE), "CMN-301");
    lose(&three);
    rest_as(rest, "Bob");
    assert_int_equal(open_one(&three, rest, ""), 101);
    lose(&one);
    lose(&two);
    lose(&three);
}

static void heartbeats_come_back(void **state)
{
    struct client client;
    open_one(&client, *state, "");
    hear(&client, "[{\"type\":\"Heartbeat\",\"messageId\":\"h1\"}]");
    assert_int_equal(client.out.frame_count, 1);
    assert_text(meta(&client, 0, "type"), "Heartbeat");
    assert_text(meta(&client, 0, "messageId"), "h1");
    lose(&client);
}

static void a_request_is_a_call_like_any_other(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    hear(&client, REQUEST("m1", "GET", OWN_PATH) "]");
    assert_text(meta(&client, 0, "type"), "ClientRequest");
    assert_text(meta(&client, 0, "messageId"), "m1");
    assert_int(meta(&client, 0, "status"), 200);
    assert_non_null(node_get(meta(&client, 0, "headers"), "RCRequestId"));
    assert_text(body(&client, 0, "id"), "7101");
    journal_get(rest->api.journal, journal_last(rest->api.journal), &rest->event);
    assert_string_equal(rest->event.op, "readExtension");
    assert_string_equal(event_get(&rest->event, EVENT_TRANSPORT), "ws");
    assert_string_equal(event_get(&rest->event, EVENT_USER), "Ann@7001.test");

    /* A body, a query as an object, a whole address. */
    hear(&client, REQUEST("m2", "PUT",
                          "http://api.test" ACCOUNT_PATH
                          "/extension/7102") ","
                                             "{\"contact\":{\"firstName\":\"Rob\"}}]");
    assert_int(meta(&client, 0, "status"), 200);
    assert_text(node_get(body(&client, 0, "contact"), "firstName"), "Rob");
    hear(&client, "[{\"type\":\"ClientRequest\",\"messageId\":\"m3\",\"method\":\"GET\",\"path\":"
                  "\"" ACCOUNT_PATH "/extension?page=1\",\"query\":{\"perPage\":2,\"type\":"
                  "[\"User\",\"Department\"]}}]");
    assert_int(node_get(body(&client, 0, "paging"), "perPage"), 2);

    /* An old access token does not matter, a dead session does. */
    clock_advance(rest->world, 3600000);
    wsc_hear(rest->world, wsc_by_number(rest->world, client.wsc));
    take(&client); /* the idle limit has passed as well */
    lose(&client);
    open_one(&client, rest, "");
    hear(&client, REQUEST("m4", "GET", OWN_PATH) "]");
    assert_int(meta(&client, 0, "status"), 200);
    session_end(rest->world, rest->session, SESSION_REVOKED, 1);
    hear(&client, REQUEST("m5", "GET", OWN_PATH) "]");
    assert_int(meta(&client, 0, "status"), 401);
    lose(&client);
}

static void several_ids_make_a_frame_that_is_no_json(void **state)
{
    struct client client;
    open_one(&client, *state, "");
    hear(&client, REQUEST("m1", "GET", ACCOUNT_PATH "/extension/7101,7102/presence") "]");
    assert_int_equal(client.out.frame_count, 1);
    assert_non_null(strstr(client.out.frames[0].text, "\"status\":207"));
    assert_non_null(strstr(client.out.frames[0].text, ",--Boundary"));
    assert_null(frame(&client, 0));
    lose(&client);
}

static void what_is_no_rest_call_is_not_found(void **state)
{
    static const char *const paths[] = {"/__admin/world", "/oauth/login", "/restapi/oauth/token",
                                        "/", "/restapi/oauth/../oauth/token"};
    struct client client;
    open_one(&client, *state, "");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        hear(&client, arena_printf(&client.rest->arena, REQUEST("m", "GET", "%s") "]", paths[i]));
        assert_int(meta(&client, 0, "status"), 404);
    }
    lose(&client);
}

static void frames_that_are_wrong_get_an_error(void **state)
{
    static const char *const rows[] = {
        "nonsense",
        "",
        "{}",
        "[]",
        "[1]",
        "[{}]",
        "[{\"type\":\"Heartbeat\"}]",
        "[{\"type\":\"Heartbeat\",\"messageId\":7}]",
        "[{\"type\":\"Hello\",\"messageId\":\"m\"}]",
        "[{\"type\":\"ClientRequest\",\"messageId\":\"m\"}]",
        "[{\"type\":\"ClientRequest\",\"messageId\":\"m\",\"method\":7,\"path\":\"/\"}]",
        REQUEST("m", "GET", OWN_PATH) ",null]",
        REQUEST("m", "GET", OWN_PATH) ",{},{}]",
    };
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i]);
        hear(&client, rows[i]);
        assert_int_equal(client.out.frame_count, 1);
        assert_text(meta(&client, 0, "type"), "Error");
        assert_int(meta(&client, 0, "status"), 400);
        assert_text(body(&client, 0, "errorCode"), "WSG-808");
        assert_int_equal(client.out.close_code, 0);
    }
    rest_set(rest, "ws.strict_frames", "false");
    hear(&client, REQUEST("m", "GET", OWN_PATH) ",null]");
    assert_int(meta(&client, 0, "status"), 200);
    clear(&client);
    gateway_hear(&rest->api, client.wsc, client.link, false, "x", 1, &client.out);
    assert_int_equal(client.out.close_code, GATEWAY_CLOSE_NO_TEXT);
    lose(&client);
}

static void a_sockets_subscription_is_not_changed_over_http(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    char *path = xstrdup(arena_printf(&rest->arena, "/restapi/v1.0/subscription/%s",
                                      node_text(body(&client, 0, "id"), "")));
    assert_int_equal(rest_get(rest, path), 200);
    assert_int_equal(rest_call(rest, "PUT", path, "{}"), 400);
    assert_refused(rest, 400, "CMN-101");
    hear(&client, arena_printf(&rest->arena, REQUEST("m", "PUT", "%s") ",{}]", path));
    assert_int(meta(&client, 0, "status"), 200);
    assert_int_equal(rest_call(rest, "POST", "/restapi/v1.0/subscription",
                               "{\"eventFilters\":[\"/restapi/v1.0/account/~/presence\"],"
                               "\"deliveryMode\":{\"transportType\":\"WebSocket\"}}"),
                     400);
    free(path);
    lose(&client);
}

static void without_its_scope_there_is_no_subscription(void **state)
{
    struct rest *rest = *state;
    struct client client;
    open_one(&client, rest, "");
    rest->session->scopes &= ~((scope_set)1 << SCOPE_WEB_SOCKET);
    subscribe(&client, "/restapi/v1.0/account/~/presence");
    assert_int(meta(&client, 0, "status"), 403);
    assert_text(body(&client, 0, "errorCode"), "SUB-528");
    lose(&client);
}

static void a_token_can_be_refused_in_a_frame(void **state)
{
    struct rest *rest = *state;
    struct client client;
    rest_set(rest, "ws.refusal", "frame");
    rest_set(rest, "ws.token_single_use", "true");
    session_end(rest->world, rest->session, SESSION_REVOKED, 0);
    assert_int_equal(open_one(&client, rest, ""), 101);
    assert_int_equal(client.out.frame_count, 1);
    assert_text(meta(&client, 0, "type"), "Error");
    assert_int(meta(&client, 0, "status"), 401);
    assert_text(body(&client, 0, "errorCode"), "OAU-213");
    assert_int_equal(client.out.close_code, GATEWAY_CLOSE_REFUSED);
    assert_int_equal(wsc_count(rest->world), 0);
    gateway_out_done(&client.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_is_told_its_limits_first),
        TEST(tokens_that_open_nothing_are_refused_in_the_upgrade),
        TEST(a_token_opens_again_unless_it_is_single_use),
        TEST(one_login_has_so_many_connections),
        TEST(heartbeats_come_back),
        TEST(a_request_is_a_call_like_any_other),
        TEST(several_ids_make_a_frame_that_is_no_json),
        TEST(what_is_no_rest_call_is_not_found),
        TEST(a_token_can_be_refused_in_a_frame),
        TEST(frames_that_are_wrong_get_an_error),
        TEST(a_sockets_subscription_is_not_changed_over_http),
        TEST(without_its_scope_there_is_no_subscription),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
