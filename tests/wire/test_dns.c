/* The name service on its sockets, of a whole simulator. */
#include "base/json.h"
#include "sim/sim.h"
#include "support/cmocka_all.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LIMIT_S = 60, HEADER = 12 };

struct stage {
    struct sim *sim;
    struct sockaddr_in address;
    int udp, tcp;
};

#define ASK_A                                                                                      \
    "\x00\x07\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x05sip10\x0bringcentral\x03"                 \
    "com\x00\x00\x01\x00\x01"
#define ASK_SRV                                                                                    \
    "\x00\x08\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x04_sip\x04_udp\x03sip\x0bringcentral\x03"   \
    "com\x00\x00\x21\x00\x01"
/* What it is without a header: 127.0.0.1 for a minute, known by the question's name. */
#define ANSWER_A "\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x7f\x00\x00"

static int dialled(const struct stage *stage, int type)
{
    struct timeval limit = {.tv_sec = LIMIT_S};
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), small = 1 << 16;
    assert_true(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small); /* soon full */
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    assert_int_equal(connect(fd, (const struct sockaddr *)&stage->address, sizeof stage->address),
                     0);
    return fd;
}

/* The port that the environment of clients tells. */
static int told_port(struct sim *sim)
{
    struct buf env;
    struct arena arena;
    const char *why;
    buf_init(&env, 1 << 20);
    arena_init(&arena);
    sim_env(sim, &env);
    const struct node *map = json_parse(&arena, buf_text(&env), env.len, &why);
    const char *address = node_text(node_get(map, "dns"), "");
    assert_int_equal(strncmp(address, "127.0.0.1:", 10), 0);
    int port = (int)strtol(address + 10, NULL, 10);
    arena_done(&arena);
    buf_done(&env);
    return port;
}

static int given_stage(void **state)
{
    static struct stage stage;
    struct sim_options options = {.fixture = "acme-rc",
                                  .clock = CLOCK_FROZEN,
                                  .web_threads = 4,
                                  .has_no_front = true,
                                  .serves_names = true};
    struct diag diag;
    if (sim_start(&options, &stage.sim, &diag))
        fail_msg("%s", diag.text);
    stage.address = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)told_port(stage.sim)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    stage.udp = dialled(&stage, SOCK_DGRAM);
    stage.tcp = dialled(&stage, SOCK_STREAM);
    *state = &stage;
    return 0;
}

static int done(void **state)
{
    struct stage *stage = *state;
    sim_stop(stage->sim); /* while a client is still connected */
    close(stage->udp);
    close(stage->tcp);
    return 0;
}

static void verb(struct stage *stage, const char *name, const char *json)
{
    struct arena arena;
    struct diag diag;
    const char *why;
    arena_init(&arena);
    const struct node *args = json_parse(&arena, json, strlen(json), &why);
    if (sim_verb(stage->sim, name, args, NULL, NULL, &diag))
        fail_msg("%s", diag.text);
    arena_done(&arena);
}

static size_t asked_udp(struct stage *stage, const char *bytes, size_t len, uint8_t out[2048])
{
    assert_int_equal(send(stage->udp, bytes, len, 0), len);
    ssize_t got = recv(stage->udp, out, 2048, 0);
    assert_true(got >= HEADER);
    return (size_t)got;
}

static void say_tcp(struct stage *stage, const char *bytes, size_t len)
{
    uint8_t prefix[] = {(uint8_t)(len >> 8), (uint8_t)len};
    assert_int_equal(send(stage->tcp, prefix, 2, MSG_NOSIGNAL), 2);
    assert_int_equal(send(stage->tcp, bytes, len, MSG_NOSIGNAL), len);
}

static size_t heard_tcp(struct stage *stage, uint8_t out[2048])
{
    uint8_t prefix[2];
    assert_int_equal(recv(stage->tcp, prefix, 2, MSG_WAITALL), 2);
    size_t len = (size_t)(prefix[0] << 8 | prefix[1]);
    assert_true(len >= HEADER && len <= 2048);
    assert_int_equal(recv(stage->tcp, out, len, MSG_WAITALL), len);
    return len;
}

static void assert_address(const uint8_t *bytes, size_t len, uint8_t last)
{
    static const char head[] = "\x00\x07\x85\x00\x00\x01\x00\x01\x00\x00\x00\x00";
    size_t question = sizeof ASK_A - 1 - HEADER, records = HEADER + question;
    assert_int_equal(len, records + 16);
    assert_memory_equal(bytes, head, HEADER);
    assert_memory_equal(bytes + HEADER, ASK_A + HEADER, question);
    assert_memory_equal(bytes + records, ANSWER_A, sizeof ANSWER_A - 1);
    assert_int_equal(bytes[len - 1], last);
}

static void a_name_is_asked_for_over_udp_and_tcp(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    size_t len = asked_udp(stage, ASK_A, sizeof ASK_A - 1, out);
    assert_address(out, len, 1);
    say_tcp(stage, ASK_A, sizeof ASK_A - 1);
    assert_address(out, heard_tcp(stage, out), 1);
}

static void questions_on_one_connection_are_answered_in_order(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    say_tcp(stage, ASK_A, sizeof ASK_A - 1);
    say_tcp(stage, ASK_SRV, sizeof ASK_SRV - 1);
    say_tcp(stage, ASK_A, sizeof ASK_A - 1);
    assert_address(out, heard_tcp(stage, out), 1);
    heard_tcp(stage, out);
    assert_int_equal(out[1], 8);
    assert_address(out, heard_tcp(stage, out), 1);
}

/* Asks until nothing more goes, so that answers wait in the edge, and reads only then. That it is full
 * is told by time: on a slow machine less is tried. */
static void a_client_that_reads_late_gets_every_answer(void **state)
{
    enum { QUESTIONS = 200000, FULL_MS = 300 };
    struct stage *stage = *state;
    uint8_t out[2048];
    uint8_t one[2 + sizeof ASK_SRV - 1] = {0, sizeof ASK_SRV - 1};
    struct pollfd fd = {.fd = stage->tcp, .events = POLLOUT};
    int sent = 0;
    memcpy(one + 2, ASK_SRV, sizeof ASK_SRV - 1);
    for (size_t part = 0; sent < QUESTIONS && poll(&fd, 1, FULL_MS) > 0;) {
        ssize_t len = send(stage->tcp, one + part, sizeof one - part, MSG_NOSIGNAL | MSG_DONTWAIT);
        part += len < 0 ? 0 : (size_t)len;
        if (part == sizeof one) {
            part = 0;
            sent++;
        }
    }
    assert_true(sent > 1);
    for (int heard = 0; heard < sent; heard++) {
        heard_tcp(stage, out);
        assert_int_equal(out[1], 8);
    }
}

static void a_question_may_come_in_pieces(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048], bytes[2 + sizeof ASK_A - 1] = {0, sizeof ASK_A - 1};
    memcpy(bytes + 2, ASK_A, sizeof ASK_A - 1);
    int yes = 1;
    setsockopt(stage->tcp, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        assert_int_equal(send(stage->tcp, bytes + i, 1, MSG_NOSIGNAL), 1);
        /* Answered in between: the edge has seen the piece. */
        if (i % 8 == 0)
            asked_udp(stage, ASK_A, sizeof ASK_A - 1, out);
    }
    assert_address(out, heard_tcp(stage, out), 1);
}

struct port_visit {
    const char *proxy;
    int port;
};

static void read_port(struct sim *sim, void *arg)
{
    struct port_visit *visit = arg;
    visit->port = proxy_named(sim_world(sim), visit->proxy)->port[TRANSPORT_UDP];
}

/* The port in the first of two records of the same length but for the target's first label. */
static int srv_port(struct stage *stage)
{
    uint8_t out[2048];
    size_t len = asked_udp(stage, ASK_SRV, sizeof ASK_SRV - 1, out);
    assert_true(len > sizeof ASK_SRV + 18);
    assert_int_equal(out[7], 2); /* primary and secondary */
    const uint8_t *data = out + sizeof ASK_SRV - 1 + 12;
    assert_memory_equal(data, "\x00\x0a", 2);
    return data[4] << 8 | data[5];
}

static void a_proxy_that_moves_is_found_where_it_is(void **state)
{
    struct stage *stage = *state;
    struct port_visit visit = {.proxy = "a"};
    door_call(stage->sim, read_port, &visit);
    int before = visit.port;
    assert_int_equal(srv_port(stage), before);
    verb(stage, "move-proxy", "{\"proxy\":\"a\",\"leave\":\"stale\"}");
    door_call(stage->sim, read_port, &visit);
    assert_int_not_equal(visit.port, before);
    assert_int_equal(srv_port(stage), visit.port);
}

static void what_set_dns_says_is_seen_at_once_and_reset_ends_it(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    verb(stage, "set-dns", "{\"name\":\"sip10.ringcentral.com\",\"address\":\"127.0.0.2\"}");
    assert_address(out, asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), 2);
    verb(stage, "set-dns", "{\"name\":\"sip10.ringcentral.com\",\"does\":\"nxdomain\"}");
    assert_int_equal(asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), sizeof ASK_A - 1);
    assert_int_equal(out[3], 3);
    verb(stage, "reset", "{}");
    assert_address(out, asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), 1);
}

/* Silence is told from slowness by what is asked behind it. */
static void silence_leaves_the_next_question_its_answer(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    verb(stage, "set-dns", "{\"name\":\"sip10.ringcentral.com\",\"does\":\"silence\"}");
    assert_int_equal(send(stage->udp, ASK_A, sizeof ASK_A - 1, 0), sizeof ASK_A - 1);
    asked_udp(stage, ASK_SRV, sizeof ASK_SRV - 1, out);
    assert_int_equal(out[1], 8);
    say_tcp(stage, ASK_A, sizeof ASK_A - 1);
    say_tcp(stage, ASK_SRV, sizeof ASK_SRV - 1);
    heard_tcp(stage, out);
    assert_int_equal(out[1], 8);
}

/* What each rule makes of a question for an address, and that the next one is answered as ever. */
static void rules_answer_a_question_as_often_as_told(void **state)
{
    static const struct {
        const char *rule;
        uint8_t flags, rcode, records, last;
    } rows[] = {
        {"\"gives\":\"nxdomain\"", 0x85, 3, 0, 0},  {"\"gives\":\"servfail\"", 0x81, 2, 0, 0},
        {"\"gives\":\"refused\"", 0x81, 5, 0, 0},   {"\"gives\":\"empty\"", 0x85, 0, 0, 0},
        {"\"gives\":\"truncated\"", 0x87, 0, 0, 0}, {"\"gives\":\"127.0.0.9\"", 0x85, 0, 1, 9},
        {"\"gives\":\"::1\"", 0x85, 0, 0, 0},
    };
    struct stage *stage = *state;
    uint8_t out[2048];
    char rule[300];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(rule, sizeof rule,
                 "{\"name\":\"r%zu\",\"match\":{\"op\":\"dns.query\",\"name\":\"sip10.*\","
                 "\"qtype\":\"A\"},"
                 "\"kind\":\"resolve\",%s,\"times\":1}",
                 i, rows[i].rule);
        verb(stage, "fault", rule);
        asked_udp(stage, ASK_SRV, sizeof ASK_SRV - 1, out); /* it is not about that */
        assert_int_equal(out[7], 2);
        size_t len = asked_udp(stage, ASK_A, sizeof ASK_A - 1, out);
        if (out[2] != rows[i].flags || (out[3] & 15) != rows[i].rcode ||
            out[7] != rows[i].records || (rows[i].last && out[len - 1] != rows[i].last))
            fail_msg("%s: %02x %02x, %d records, the last byte %d", rows[i].rule, out[2], out[3],
                     out[7], out[len - 1]);
        assert_address(out, asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), 1);
    }
}

static void an_answer_held_back_comes_behind_later_ones(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    verb(stage, "fault",
         "{\"name\":\"late\",\"match\":{\"qtype\":\"A\"},\"kind\":\"delay\",\"delay\":\"50ms\","
         "\"times\":2}");
    assert_int_equal(send(stage->udp, ASK_A, sizeof ASK_A - 1, 0), sizeof ASK_A - 1);
    asked_udp(stage, ASK_SRV, sizeof ASK_SRV - 1, out);
    assert_int_equal(out[1], 8);
    ssize_t len = recv(stage->udp, out, sizeof out, 0);
    assert_address(out, (size_t)len, 1);
    say_tcp(stage, ASK_A, sizeof ASK_A - 1); /* on a connection the order stays */
    say_tcp(stage, ASK_SRV, sizeof ASK_SRV - 1);
    assert_address(out, heard_tcp(stage, out), 1);
    heard_tcp(stage, out);
    assert_int_equal(out[1], 8);

    verb(stage, "fault",
         "{\"name\":\"lost\",\"match\":{\"op\":\"dns.query\",\"qtype\":\"A\"},\"kind\":\"drop\","
         "\"times\":1}");
    assert_int_equal(send(stage->udp, ASK_A, sizeof ASK_A - 1, 0), sizeof ASK_A - 1);
    assert_address(out, asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), 1);
    /* One that still waits when the service ends is lost, and nothing else. */
    verb(stage, "fault", "{\"name\":\"later\",\"match\":{},\"kind\":\"delay\",\"delay\":\"10m\"}");
    assert_int_equal(send(stage->udp, ASK_A, sizeof ASK_A - 1, 0), sizeof ASK_A - 1);
    verb(stage, "clear-fault", "{\"name\":\"later\"}");
}

static void give_long_hosts(struct sim *sim, void *arg)
{
    static const char label[] = "0123456789012345678901234567890123456789012345678901234567890";
    struct world *world = sim_world(sim);
    for (size_t i = 0; i < world->proxy_count; i++) {
        struct proxy *proxy = world->proxies[i];
        free(proxy->host);
        proxy->host = malloc(256);
        assert_non_null(proxy->host);
        snprintf(proxy->host, 256, "%s.%s.%s.h%zu", label, label, label, i);
        proxy->region = REGION_NA;
    }
}

static void an_answer_too_long_for_udp_is_whole_over_tcp(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    door_call(stage->sim, give_long_hosts, NULL);
    assert_int_equal(asked_udp(stage, ASK_SRV, sizeof ASK_SRV - 1, out), sizeof ASK_SRV - 1);
    assert_int_equal(out[2], 0x87); /* cut */
    assert_int_equal(out[7], 0);
    say_tcp(stage, ASK_SRV, sizeof ASK_SRV - 1);
    assert_true(heard_tcp(stage, out) > 512);
    assert_int_equal(out[2], 0x85);
    assert_int_equal(out[7], 4);
}

static void what_is_no_query_does_no_harm(void **state)
{
    struct stage *stage = *state;
    uint8_t out[2048];
    static const char answer[] = "\x00\x07\x81\x00\x00\x00\x00\x00\x00\x00\x00\x00";
    send(stage->udp, "", 0, 0);
    send(stage->udp, "x", 1, 0);
    send(stage->udp, answer, sizeof answer - 1, 0);
    /* A name that points at itself. */
    size_t len = asked_udp(stage,
                           "\x00\x09\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\x00\x01\x00"
                           "\x01",
                           18, out);
    assert_int_equal(len, HEADER);
    assert_memory_equal(out, "\x00\x09\x81\x01\x00\x00", 6);
    /* Longer than any question: the connection ends. */
    assert_int_equal(send(stage->tcp, "\xff\xff", 2, MSG_NOSIGNAL), 2);
    static const char filler[8192];
    send(stage->tcp, filler, sizeof filler, MSG_NOSIGNAL);
    assert_true(recv(stage->tcp, out, 1, 0) <= 0);
    assert_address(out, asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), 1);
}

static void more_connections_than_there_may_be_do_not_stop_udp(void **state)
{
    enum { MANY = 40 };
    struct stage *stage = *state;
    uint8_t out[2048];
    int fds[MANY];
    for (int i = 0; i < MANY; i++)
        fds[i] = dialled(stage, SOCK_STREAM);
    assert_address(out, asked_udp(stage, ASK_A, sizeof ASK_A - 1, out), 1);
    /* Who waited is served once others hung up. */
    for (int i = 0; i < MANY - 1; i++)
        close(fds[i]);
    close(stage->tcp);
    stage->tcp = fds[MANY - 1];
    say_tcp(stage, ASK_A, sizeof ASK_A - 1);
    assert_address(out, heard_tcp(stage, out), 1);
}

static void a_port_that_is_taken_is_told(void **state)
{
    struct stage *stage = *state;
    struct sim_options options = {.fixture = "acme-rc",
                                  .has_no_front = true,
                                  .has_no_sip = true,
                                  .has_no_web = true,
                                  .serves_names = true,
                                  .dns_port = ntohs(stage->address.sin_port)};
    struct sim *sim = NULL;
    struct diag diag;
    assert_int_equal(sim_start(&options, &sim, &diag), ERR_ENV);
    assert_non_null(strstr(diag.text, "Address already in use"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_is_asked_for_over_udp_and_tcp),
        TEST(questions_on_one_connection_are_answered_in_order),
        TEST(a_client_that_reads_late_gets_every_answer),
        TEST(a_question_may_come_in_pieces),
        TEST(a_proxy_that_moves_is_found_where_it_is),
        TEST(what_set_dns_says_is_seen_at_once_and_reset_ends_it),
        TEST(silence_leaves_the_next_question_its_answer),
        TEST(rules_answer_a_question_as_often_as_told),
        TEST(an_answer_held_back_comes_behind_later_ones),
        TEST(an_answer_too_long_for_udp_is_whole_over_tcp),
        TEST(what_is_no_query_does_no_harm),
        TEST(more_connections_than_there_may_be_do_not_stop_udp),
        TEST(a_port_that_is_taken_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
