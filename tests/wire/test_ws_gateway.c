/* The WebSocket gateway over real sockets: many of them, pings, dead paths, faults, resets.
 * rest.md 8; failures.md group F. */
#include "support/ws_client.h"

#include "sim/sim.h"

#include <sys/resource.h>

enum { MANY = 1000, READS = 50 };

struct stage {
    struct sim *sim;
    char token[256], socket_token[256];
    int port; /* of the gateway */
};

static void prepare(struct sim *sim, void *arg)
{
    struct stage *stage = arg;
    struct world *world = sim_world(sim);
    world->knobs.rate_limits = KNOB_RATE_OFF;
    world->knobs.ws_max_conn = world->knobs.sub_limit = 2 * MANY;
    world->knobs.ws_ping_interval_ms = 0;
    struct session *session = session_start(world, world->apps[0], user_named(world, "superadmin"),
                                            UINT64_MAX, 3600000, 604800000, true, NULL, 0);
    snprintf(stage->token, sizeof stage->token, "%s", session->current.access);
    snprintf(stage->socket_token, sizeof stage->socket_token, "%s",
             session_ws_token(world, session, 600000));
    const char *colon = strrchr(world->ws_url, ':');
    stage->port = (int)strtol(colon + 1, NULL, 10);
}

static int setup(void **state)
{
    struct diag diag;
    struct stage *stage = *state = xcalloc(1, sizeof *stage);
    struct sim_options options = {.clock = CLOCK_FROZEN, .has_no_sip = true, .call_log_records = 1};
    if (sim_start(&options, &stage->sim, &diag))
        fail_msg("%s", diag.text);
    door_call(stage->sim, prepare, stage);
    return 0;
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    sim_stop(stage->sim);
    free(stage);
    return 0;
}

/* Opens one and reads its ConnectionDetails. */
static void dial(struct stage *stage, struct ws_client *client)
{
    char target[400];
    snprintf(target, sizeof target, "/ws?access_token=%s", stage->socket_token);
    assert_int_equal(ws_client_open(client, stage->port, target), 101);
    assert_int_equal(ws_client_next(client), WSC_TEXT);
    assert_non_null(strstr(client->text, "\"ConnectionDetails\""));
}

static void request(struct ws_client *client, const char *method, const char *path,
                    const char *body)
{
    char text[1024];
    snprintf(text, sizeof text,
             "[{\"type\":\"ClientRequest\",\"messageId\":\"m\",\"method\":\"%s\",\"path\":\"%s\"}"
             "%s%s]",
             method, path, *body ? "," : "", body);
    ws_client_say(client, text);
}

static void subscribe(struct ws_client *client)
{
    request(client, "POST", "/restapi/v1.0/subscription",
            "{\"eventFilters\":[\"/restapi/v1.0/account/~/presence\"],\"deliveryMode\":"
            "{\"transportType\":\"WebSocket\"}}");
    assert_int_equal(ws_client_next(client), WSC_TEXT);
    assert_non_null(strstr(client->text, "\"status\":200"));
}

static void verb(struct stage *stage, const char *name, const char *json)
{
    struct diag diag;
    struct arena arena;
    arena_init(&arena);
    const struct node *args = json_parse(&arena, json, strlen(json), NULL);
    if (sim_verb(stage->sim, name, args, NULL, NULL, &diag))
        fail_msg("%s", diag.text);
    arena_done(&arena);
}

static void notify(struct stage *stage)
{
    verb(stage, "notify", "{\"event\":\"/restapi/v1.0/account/~/presence\"}");
}

/* A read over HTTP; how long it took. */
static int64_t read_over_http(struct stage *stage)
{
    char head[1024];
    int64_t began = clock_machine_ms();
    int fd = ws_client_dial(sim_http_port(stage->sim));
    int len = snprintf(head, sizeof head,
                       "GET /restapi/v1.0/account/~ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                       "Authorization: Bearer %s\r\n\r\n",
                       stage->token);
    assert_int_equal(send(fd, head, (size_t)len, MSG_NOSIGNAL), len);
    assert_true(ws_client_read(fd, head, 12));
    assert_memory_equal(head, "HTTP/1.1 200", 12);
    close(fd);
    return clock_machine_ms() - began;
}

/* A number of /proc/self/status. */
static long status_of(const char *name)
{
    char line[256];
    long value = -1;
    FILE *file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    while (value < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtol(line + strlen(name) + 1, NULL, 10);
    fclose(file);
    return value;
}

static void a_thousand_sockets_cost_no_thread_and_starve_nobody(void **state)
{
    struct stage *stage = *state;
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 2 * MANY + 200) {
        print_message("only %lu files may be open here\n", (unsigned long)files.rlim_cur);
        skip();
    }
    struct ws_client *clients = xcalloc(MANY, sizeof *clients);
    read_over_http(stage); /* what is started on first use is there */
    long threads = status_of("Threads"), kilobytes = status_of("VmRSS");
    int64_t began = clock_machine_ms();
    for (int i = 0; i < MANY; i++) {
        dial(stage, &clients[i]);
        subscribe(&clients[i]);
    }
    int64_t opened = clock_machine_ms(), slowest = 0;
    assert_int_equal(status_of("Threads"), threads);
    print_message("%d sockets in %lld ms, %ld KB\n", MANY, (long long)(opened - began),
                  status_of("VmRSS") - kilobytes);
    notify(stage);
    for (int i = 0; i < READS; i++) {
        int64_t took = read_over_http(stage);
        slowest = took > slowest ? took : slowest;
    }
    print_message("slowest of %d reads: %lld ms\n", READS, (long long)slowest);
    assert_true(slowest < 2000);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(ws_client_next(&clients[i]), WSC_TEXT);
        assert_non_null(strstr(clients[i].text, "\"ServerNotification\""));
    }
    for (int i = 0; i < MANY; i++)
        ws_client_done(&clients[i]);
    free(clients);
}

static void a_wrong_token_is_told_in_the_upgrade(void **state)
{
    struct stage *stage = *state;
    struct ws_client client;
    assert_int_equal(ws_client_open(&client, stage->port, "/ws?access_token=x"), 401);
    char body[512] = "";
    assert_true(recv(client.fd, body, sizeof body - 1, MSG_WAITALL) > 0); /* to the end */
    assert_non_null(strstr(body, "OAU-213"));
    ws_client_done(&client);
}

static void a_broken_frame_ends_that_connection_only(void **state)
{
    struct stage *stage = *state;
    struct ws_client broken, other;
    dial(stage, &broken);
    dial(stage, &other);
    assert_int_equal(send(broken.fd, "\x81\x02hi", 4, MSG_NOSIGNAL), 4); /* without a mask */
    assert_int_equal(ws_client_next(&broken), WSC_CLOSE);
    assert_int_equal(broken.code, 1002);
    assert_int_equal(ws_client_next(&broken), 0);
    ws_client_say(&other, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    assert_int_equal(ws_client_next(&other), WSC_TEXT);
    ws_client_send(&other, WSC_CLOSE, "\x03\xe8", 2);
    assert_int_equal(ws_client_next(&other), WSC_CLOSE);
    assert_int_equal(other.code, 1000);
    assert_int_equal(ws_client_next(&other), 0);
    ws_client_done(&broken);
    ws_client_done(&other);
}

struct wanted {
    const char *op, *reason;
};

static bool has_event(struct sim *sim, void *arg)
{
    const struct wanted *wanted = arg;
    struct event event;
    for (uint64_t i = journal_last(sim_journal(sim)); i > 0; i--)
        if (journal_get(sim_journal(sim), i, &event) && strcmp(event.op, wanted->op) == 0 &&
            strstr(event_get(&event, EVENT_REASON) ? event_get(&event, EVENT_REASON) : "",
                   wanted->reason))
            return true;
    return false;
}

static void await_event(struct stage *stage, const char *op, const char *reason)
{
    struct wanted wanted = {op, reason};
    if (!door_wait(stage->sim, has_event, &wanted, WSC_PATIENCE_S * 1000))
        fail_msg("no %s: %s", op, reason);
}

static void who_does_not_pong_is_dropped(void **state)
{
    struct stage *stage = *state;
    struct ws_client mute, good;
    verb(stage, "set", "{\"ws.ping_interval\":\"20ms\",\"ws.pong_deadline\":\"60s\"}");
    dial(stage, &good);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ws_client_next(&good), WSC_PING);
        ws_client_send(&good, WSC_PONG, good.text, good.len);
    }
    verb(stage, "set", "{\"ws.pong_deadline\":\"30ms\"}");
    dial(stage, &mute);
    await_event(stage, "ws.close", "no pong");
    while (ws_client_next(&mute) == WSC_PING)
        ;
    assert_int_equal(mute.opcode, 0);
    ws_client_done(&mute);
    ws_client_done(&good);
}

static void a_dead_path_says_nothing_and_is_recovered_from(void **state)
{
    struct stage *stage = *state;
    struct ws_client dead, back;
    char token[64], target[500];
    verb(stage, "set", "{\"ws.ping_interval\":\"30ms\",\"ws.pong_deadline\":\"30ms\"}");
    dial(stage, &dead);
    const char *at = strstr(dead.text, "\"token\":\"");
    snprintf(token, sizeof token, "%.36s", at + strlen("\"token\":\""));
    subscribe(&dead);
    verb(stage, "set", "{\"ws.half_open\":\"true\"}");
    notify(stage);
    await_event(stage, "ws.close", "no pong");
    verb(stage, "set", "{\"ws.half_open\":\"false\",\"ws.ping_interval\":\"60s\"}");
    struct timeval soon = {.tv_usec = 50000};
    setsockopt(dead.fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
    while (ws_client_next(&dead) == WSC_PING)
        ;
    assert_int_equal(dead.opcode, 0);
    char byte;
    assert_int_equal(recv(dead.fd, &byte, 1, MSG_DONTWAIT), -1); /* not even an end */

    snprintf(target, sizeof target, "/ws?access_token=%s&wsc=%s", stage->socket_token, token);
    assert_int_equal(ws_client_open(&back, stage->port, target), 101);
    ws_client_next(&back);
    assert_non_null(strstr(back.text, "\"recoveryState\":\"Successful\""));
    ws_client_next(&back);
    assert_non_null(strstr(back.text, "\"ServerNotification\""));
    ws_client_done(&dead);
    ws_client_done(&back);
}

static void a_fault_holds_back_its_own_answer_only(void **state)
{
    struct stage *stage = *state;
    struct ws_client client;
    verb(stage, "fault",
         "{\"match\":{\"op\":\"readExtension\"},\"kind\":\"delay\",\"delay\":\"100ms\"}");
    verb(stage, "fault",
         "{\"match\":{\"op\":\"ws.notification\"},\"kind\":\"duplicate\",\"times\":1}");
    verb(stage, "fault",
         "{\"match\":{\"op\":\"ws.heartbeat\"},\"kind\":\"close\",\"code\":\"4001\"}");
    dial(stage, &client);
    subscribe(&client);
    request(&client, "GET", "/restapi/v1.0/account/~/extension/~", "");
    request(&client, "GET", "/restapi/v1.0/account/~", "");
    assert_int_equal(ws_client_next(&client), WSC_TEXT);
    assert_non_null(strstr(client.text, "\"mainNumber\""));
    assert_int_equal(ws_client_next(&client), WSC_TEXT);
    assert_non_null(strstr(client.text, "\"extensionNumber\""));
    notify(stage);
    char *first;
    assert_int_equal(ws_client_next(&client), WSC_TEXT);
    first = xstrdup(strstr(client.text, "\"uuid\""));
    assert_int_equal(ws_client_next(&client), WSC_TEXT);
    assert_string_equal(strstr(client.text, "\"uuid\""), first);
    free(first);
    ws_client_say(&client, "[{\"type\":\"Heartbeat\",\"messageId\":\"h\"}]");
    assert_int_equal(ws_client_next(&client), WSC_CLOSE);
    assert_int_equal(client.code, 4001);
    ws_client_done(&client);
}

static void an_errand_blocks_no_other_request(void **state)
{
    struct stage *stage = *state;
    struct ws_client client;
    dial(stage, &client);
    request(&client, "POST", "/restapi/v1.0/subscription",
            "{\"eventFilters\":[\"/restapi/v1.0/account/~/presence\"],\"deliveryMode\":"
            "{\"transportType\":\"WebHook\",\"address\":\"http://127.0.0.1:1/\"}}");
    request(&client, "GET", "/restapi/v1.0/account/~", "");
    bool has_refusal = false, has_account = false;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ws_client_next(&client), WSC_TEXT);
        has_refusal |= strstr(client.text, "SUB-521") != NULL;
        has_account |= strstr(client.text, "\"mainNumber\"") != NULL;
    }
    assert_true(has_refusal && has_account);
    ws_client_done(&client);
}

static void a_reset_ends_what_was_of_the_old_world(void **state)
{
    struct stage *stage = *state;
    struct ws_client client;
    dial(stage, &client);
    subscribe(&client);
    verb(stage, "reset", "{}");
    assert_int_equal(ws_client_next(&client), WSC_CLOSE);
    assert_int_equal(client.code, 1001);
    ws_client_done(&client);
}

static void an_idle_limit_comes_with_world_time(void **state)
{
    struct stage *stage = *state;
    struct ws_client client;
    dial(stage, &client);
    verb(stage, "advance", "{\"by\":\"30m\"}");
    assert_int_equal(ws_client_next(&client), WSC_TEXT);
    assert_non_null(strstr(client.text, "WSG-902"));
    assert_int_equal(ws_client_next(&client), WSC_CLOSE);
    assert_int_equal(client.code, 1000);
    ws_client_done(&client);
}

static void stopping_waits_for_no_client(void **state)
{
    struct stage *stage = *state;
    struct ws_client client;
    dial(stage, &client);
    int64_t began = clock_machine_ms();
    sim_stop(stage->sim);
    stage->sim = NULL;
    assert_true(clock_machine_ms() - began < 5000);
    ws_client_done(&client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_thousand_sockets_cost_no_thread_and_starve_nobody),
        TEST(a_wrong_token_is_told_in_the_upgrade),
        TEST(a_broken_frame_ends_that_connection_only),
        TEST(who_does_not_pong_is_dropped),
        TEST(a_dead_path_says_nothing_and_is_recovered_from),
        TEST(a_fault_holds_back_its_own_answer_only),
        TEST(an_errand_blocks_no_other_request),
        TEST(a_reset_ends_what_was_of_the_old_world),
        TEST(an_idle_limit_comes_with_world_time),
        TEST(stopping_waits_for_no_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
