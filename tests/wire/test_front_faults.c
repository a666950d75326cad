/* Byte faults: what a client of a listener that misbehaves sees, with and without TLS. */
#include "sim/sim.h"
#include "support/arm.h"
#include "support/tls_client.h"

#include "base/json.h"

#include <errno.h>

/* Answers each message with thirty bytes and closes. */
static const char answer[] = "0123456789abcdefghijklmnopqrst";

static size_t talk(struct link *link, const char *bytes, size_t len)
{
    link_write(link, answer, 30);
    link_close(link);
    return len;
}

static const struct link_service talker = {.name = "talker", .data = talk};

enum { PLAIN, SEALED };

static void given_talker(struct stage *stage)
{
    stage_init(stage);
    stage->options.mounts[FRONT_SIP_TCP] = (struct front_mount){&talker, NULL};
    stage->options.mounts[FRONT_SIP_TLS] = (struct front_mount){&talker, NULL};
    stage_add(stage, FRONT_SIP_TCP, "a tcp");
    stage_add(stage, FRONT_SIP_TLS, "a tls");
    stage_start(stage);
}

static void suffer(struct stage *stage, struct plan plan)
{
    pthread_mutex_lock(&stage->lock);
    plan.kind = PLAN_BYTES;
    stage->plan = plan;
    pthread_mutex_unlock(&stage->lock);
}

static void a_plain_client_sees_each_fault(void **state)
{
    static const struct {
        const char *label;
        struct plan plan;
        int end;
        const char *heard;
    } rows[] = {
        {"reset at once", {.bytes = BYTES_RESET}, HEARD_RESET, ""},
        {"reset later", {.bytes = BYTES_RESET, .after = 7}, HEARD_RESET, "0123456"},
        {"cut at once", {.bytes = BYTES_CUT}, HEARD_END, ""},
        {"cut later", {.bytes = BYTES_CUT, .after = 10}, HEARD_END, "0123456789"},
        {"cut after more than there is", {.bytes = BYTES_CUT, .after = 99}, HEARD_END, answer},
        {"half closed at once", {.bytes = BYTES_HALF_CLOSE}, HEARD_END, ""},
        {"half closed later", {.bytes = BYTES_HALF_CLOSE, .after = 3}, HEARD_END, "012"},
        {"dribble", {.bytes = BYTES_DRIBBLE, .piece = 7, .delay_ms = 1}, HEARD_END, answer},
        {"stall", {.bytes = BYTES_STALL, .after = 5, .delay_ms = 20}, HEARD_END, "01234"},
        {"silence", {.bytes = BYTES_SILENCE, .delay_ms = 20}, HEARD_RESET, ""},
        {"garbage",
         {.bytes = BYTES_GARBAGE, .body = "EHLO there\r\n"},
         HEARD_END,
         "EHLO there\r\n"},
        {"alert", {.bytes = BYTES_ALERT, .alert = 40}, HEARD_END, "\x15\x03\x03"},
        {"certificate", {.bytes = BYTES_CERTIFICATE}, HEARD_END, answer},
    };
    struct stage stage;
    given_talker(&stage);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char heard[200];
        suffer(&stage, rows[i].plan);
        int fd = dial(stage_port(&stage, PLAIN));
        /* Told once: to whoever asks first. */
        bool is_reset = send(fd, "hello", 5, MSG_NOSIGNAL) < 0 && errno == ECONNRESET;
        int end = hear(fd, heard, sizeof heard - 1);
        end = is_reset ? HEARD_RESET : end;
        /* Silence ends with what was never read: that is a reset. */
        if (end != rows[i].end || strcmp(heard, rows[i].heard) != 0)
            fail_msg("%s: heard \"%s\", end %d", rows[i].label, heard, end);
        close(fd);
    }
    stage_done(&stage);
}

static void a_client_of_tls_sees_each_fault(void **state)
{
    static const struct {
        const char *label;
        struct plan plan;
        const char *why; /* of the handshake */
        int end;
        const char *heard;
    } rows[] = {
        {"reset at once", {.bytes = BYTES_RESET}, "closed", 0, NULL},
        {"reset later", {.bytes = BYTES_RESET, .after = 7}, "", HEARD_RESET, "0123456"},
        {"cut at once", {.bytes = BYTES_CUT}, "unexpected eof while reading", 0, NULL},
        {"cut later", {.bytes = BYTES_CUT, .after = 10}, "", HEARD_RESET, "0123456789"},
        {"half closed", {.bytes = BYTES_HALF_CLOSE}, "unexpected eof while reading", 0, NULL},
        {"half closed later", {.bytes = BYTES_HALF_CLOSE, .after = 3}, "", HEARD_RESET, "012"},
        {"dribble", {.bytes = BYTES_DRIBBLE, .piece = 7, .delay_ms = 1}, "", HEARD_END, answer},
        {"stall", {.bytes = BYTES_STALL, .delay_ms = 20}, "unexpected eof while reading", 0, NULL},
        {"stall in the hello",
         {.bytes = BYTES_STALL, .after = 60, .delay_ms = 20},
         "unexpected eof while reading",
         0,
         NULL},
        {"garbage", {.bytes = BYTES_GARBAGE}, "wrong version number", 0, NULL},
        {"alert", {.bytes = BYTES_ALERT, .alert = 80}, "tlsv1 alert internal error", 0, NULL},
        {"expired",
         {.bytes = BYTES_CERTIFICATE, .certificate = FAULT_CERT_EXPIRED},
         "certificate has expired",
         0,
         NULL},
        {"not yet",
         {.bytes = BYTES_CERTIFICATE, .certificate = FAULT_CERT_NOT_YET},
         "certificate is not yet valid",
         0,
         NULL},
        {"wrong host",
         {.bytes = BYTES_CERTIFICATE, .certificate = FAULT_CERT_WRONG_HOST},
         "hostname mismatch",
         0,
         NULL},
        {"self-signed",
         {.bytes = BYTES_CERTIFICATE, .certificate = FAULT_CERT_SELF_SIGNED},
         "self-signed certificate",
         0,
         NULL},
        {"unknown authority",
         {.bytes = BYTES_CERTIFICATE, .certificate = FAULT_CERT_UNKNOWN_CA},
         "unable to get local issuer certificate",
         0,
         NULL},
    };
    struct stage stage;
    struct buf pem;
    given_talker(&stage);
    buf_init(&pem, 1 << 14);
    front_ca_pem(stage.front, 0, &pem);
    struct tls_wish wish = {.ca = buf_text(&pem), .host = "localhost"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char heard[200] = "";
        struct tls_client client;
        suffer(&stage, rows[i].plan);
        tls_dial(&client, stage_port(&stage, SEALED), &wish);
        if (strcmp(client.why, rows[i].why) != 0)
            fail_msg("%s: the handshake said \"%s\"", rows[i].label, client.why);
        if (rows[i].heard) {
            tls_say(&client, "hello");
            int end = tls_hear(&client, heard, sizeof heard - 1);
            if (end != rows[i].end || strcmp(heard, rows[i].heard) != 0)
                fail_msg("%s: heard \"%s\", end %d", rows[i].label, heard, end);
        }
        tls_hang_up(&client);
    }
    buf_done(&pem);
    stage_done(&stage);
}

static void who_waits_for_the_client_lets_go_when_it_leaves(void **state)
{
    static const enum byte_fault faults[] = {BYTES_SILENCE, BYTES_STALL, BYTES_GARBAGE,
                                             BYTES_HALF_CLOSE};
    struct stage stage;
    char heard[8];
    given_talker(&stage);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        suffer(&stage, (struct plan){.bytes = faults[i]});
        int fd = dial(stage_port(&stage, PLAIN));
        shutdown(fd, SHUT_WR);
        if (hear(fd, heard, 1) == HEARD_NOTHING)
            fail_msg("%s holds on", byte_fault_name(faults[i]));
        close(fd);
    }
    stage_done(&stage);
}

/* --- a whole simulator --- */

static struct sim *given_sim(void)
{
    struct sim_options options = {.fixture = "acme-rc", .clock = CLOCK_FROZEN, .web_threads = 4};
    struct sim *sim;
    struct diag diag;
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    return sim;
}

struct look {
    const char *op;
    uint64_t from;
    struct event event;
    bool is_found;
};

static void find(struct sim *sim, void *arg)
{
    struct look *look = arg;
    struct journal *journal = sim_journal(sim);
    for (uint64_t i = look->from; i <= journal_last(journal) && !look->is_found; i++)
        look->is_found =
            journal_get(journal, i, &look->event) && strcmp(look->event.op, look->op) == 0;
}

static void read_port(struct sim *sim, void *arg)
{
    *(int *)arg = sim_world(sim)->proxies[0]->port[TRANSPORT_TLS];
}

static int tls_port(struct sim *sim)
{
    int port;
    door_call(sim, read_port, &port);
    return port;
}

static void a_rule_strikes_its_listener_as_often_as_told(void **state)
{
    struct sim *sim = given_sim();
    struct tls_wish wish = {0};
    struct tls_client client;
    arm(sim, "fault",
        "{\"name\":\"t\",\"match\":{\"op\":\"net.connect\",\"proxy\":\"a\",\"listener\":\"a tls\"},"
        "\"kind\":\"alert\",\"alert\":\"internal_error\",\"times\":1}");
    tls_dial(&client, tls_port(sim), &wish);
    assert_string_equal(client.why, "tlsv1 alert internal error");
    tls_hang_up(&client);
    tls_dial(&client, tls_port(sim), &wish);
    assert_string_equal(client.why, "");
    tls_hang_up(&client);

    struct look look = {.op = "net.connect", .from = 1};
    door_call(sim, find, &look);
    assert_true(look.is_found);
    assert_string_equal(event_get(&look.event, EVENT_LISTENER), "a tls");
    assert_string_equal(event_get(&look.event, EVENT_TRANSPORT), "tls");
    assert_string_equal(event_get(&look.event, EVENT_FAULT), "t");
    assert_string_equal(event_get(&look.event, EVENT_PLAN), "alert");
    assert_int_equal(look.event.cause, 1);
    sim_stop(sim);
}

static void a_refusal_lasts_as_long_as_its_window(void **state)
{
    struct sim *sim = given_sim();
    int port = tls_port(sim), fd = dial(port);
    close(fd);
    arm(sim, "fault",
        "{\"name\":\"r\",\"match\":{\"proxy\":\"a\"},\"kind\":\"refuse\",\"from\":\"10s\","
        "\"until\":\"20s\"}");
    fd = dial(port);
    assert_true(fd >= 0);
    close(fd);
    arm(sim, "advance", "{\"by\":\"15s\"}");
    assert_int_equal(dial(port), -1);
    struct look look = {.op = "net.refuse", .from = 1};
    door_call(sim, find, &look);
    assert_true(look.is_found);
    assert_string_equal(event_get(&look.event, EVENT_FAULT), "r");
    arm(sim, "advance", "{\"by\":\"15s\"}");
    fd = dial(port);
    assert_true(fd >= 0);
    close(fd);
    sim_stop(sim);
}

/* What a GET of the plain port ends with. */
static int ask(struct sim *sim, char *heard, size_t size)
{
    int fd = dial(sim_http_port(sim));
    assert_true(fd >= 0);
    send(fd, "GET /restapi HTTP/1.0\r\n\r\n", 25, MSG_NOSIGNAL);
    int end = hear(fd, heard, size);
    close(fd);
    return end;
}

static void the_plain_http_port_suffers_too_once_a_rule_is_about_it(void **state)
{
    struct sim *sim = given_sim();
    char heard[4000];
    int before = dial(sim_http_port(sim));
    assert_int_equal(ask(sim, heard, 3999), HEARD_END);
    assert_non_null(strstr(heard, "200 OK"));

    arm(sim, "fault",
        "{\"name\":\"c\",\"match\":{\"listener\":\"http\"},\"kind\":\"cut\",\"after\":12,"
        "\"times\":1}");
    assert_int_equal(ask(sim, heard, 3999), HEARD_END);
    assert_string_equal(heard, "HTTP/1.1 200");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ask(sim, heard, 3999), HEARD_END);
        assert_non_null(strstr(heard, "200 OK"));
    }
    /* Who was connected before is served as before. */
    send(before, "GET /restapi HTTP/1.0\r\n\r\n", 25, MSG_NOSIGNAL);
    assert_int_equal(hear(before, heard, 3999), HEARD_END);
    assert_non_null(strstr(heard, "200 OK"));
    close(before);

    arm(sim, "fault", "{\"name\":\"r\",\"match\":{\"listener\":\"http\"},\"kind\":\"refuse\"}");
    assert_int_equal(dial(sim_http_port(sim)), -1);
    arm(sim, "clear-fault", "{\"name\":\"r\"}");
    assert_int_equal(ask(sim, heard, 3999), HEARD_END);
    assert_non_null(strstr(heard, "200 OK"));
    sim_stop(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_client_sees_each_fault),
        cmocka_unit_test(a_client_of_tls_sees_each_fault),
        cmocka_unit_test(who_waits_for_the_client_lets_go_when_it_leaves),
        cmocka_unit_test(a_rule_strikes_its_listener_as_often_as_told),
        cmocka_unit_test(a_refusal_lasts_as_long_as_its_window),
        cmocka_unit_test(the_plain_http_port_suffers_too_once_a_rule_is_about_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
