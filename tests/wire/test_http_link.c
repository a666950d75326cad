/* HTTP of clients at the front: whole requests reach the library, slow ones wait outside. */
#include "front/http_link.h"
#include "sim/sim.h"
#include "support/tls_client.h"

#include <stdlib.h>

/* --- a library of the test's own --- */

static _Atomic int asked;

struct library {
    bool is_over;
};

/* Takes a request to its end, and answers how many bytes it had; some paths do otherwise. */
static size_t library_data(struct link *link, const char *bytes, size_t len)
{
    struct library *library = link_state(link);
    char text[200], line[60];
    if (!library->is_over)
        return 0;
    asked++;
    const char *end = memchr(bytes, '\r', len);
    snprintf(line, sizeof line, "%.*s", (int)(end ? end - bytes : (ptrdiff_t)len), bytes);
    int body = snprintf(NULL, 0, "%s %zu", line, len);
    snprintf(text, sizeof text,
             "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n%s %zu", body,
             strstr(line, "/last") ? "close" : "keep-alive", line, len);
    if (strstr(line, "/silent"))
        link_close(link);
    else if (strstr(line, "/gone"))
        link_abort(link);
    else if (strstr(line, "/half"))
        link_write(link, text, strlen(text) - 5);
    else if (strncmp(line, "HEAD", 4) == 0)
        link_write(link, text, strlen(text) - (size_t)body);
    else
        link_write(link, text, strlen(text));
    if (strstr(line, "/much")) {
        static char much[3 << 20];
        link_write(link, much, sizeof much);
    }
    link_close(link);
    return len;
}

static void library_ended(struct link *link)
{
    ((struct library *)link_state(link))->is_over = true;
    link_pause(link, false); /* shows the bytes once more */
}

static const struct link_service library_service = {
    .name = "library",
    .state_len = sizeof(struct library),
    .in_max = 9 << 20,
    .out_max = 9 << 20,
    .data = library_data,
    .ended = library_ended,
};

static size_t gateway_data(struct link *link, const char *bytes, size_t len)
{
    link_write(link, "gateway", 7);
    return len;
}

static const struct link_service gateway = {.name = "gateway", .data = gateway_data};

enum { LIBRARY, HTTP };

static void given_patient(struct stage *stage, struct http_links *links, int64_t patience_ms)
{
    asked = 0;
    stage_init(stage);
    *links = (struct http_links){.path = "/ws",
                                 .gateway = &gateway,
                                 .body_max = 1000,
                                 .held_max = 100000,
                                 .head_ms = patience_ms,
                                 .body_ms = patience_ms,
                                 .idle_ms = patience_ms};
    stage->options.mounts[FRONT_SIP_TCP] = (struct front_mount){&library_service, NULL};
    stage->options.mounts[FRONT_WS] = (struct front_mount){&http_link_service, links};
    stage_add(stage, FRONT_SIP_TCP, "library");
    stage_start(stage);
    stage_add(stage, FRONT_WS, "http")->upstream = stage_port(stage, LIBRARY);
    stage_reconcile(stage);
}

static void given_links(struct stage *stage, struct http_links *links)
{
    given_patient(stage, links, STAGE_WAIT_MS);
}

/* The answer to `count` requests ends with this. */
static void wants(int fd, const char *last)
{
    char heard[4000] = "";
    size_t len = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (!strstr(heard, last)) {
        if (poll(&wait, 1, STAGE_WAIT_MS) != 1)
            fail_msg("no \"%s\" but \"%s\"", last, heard);
        ssize_t got = recv(fd, heard + len, sizeof heard - 1 - len, 0);
        if (got <= 0)
            fail_msg("no \"%s\" but \"%s\" and an end", last, heard);
        len += (size_t)got;
        heard[len] = '\0';
    }
}

static void requests_reach_the_library_when_they_are_whole(void **state)
{
    struct stage stage;
    struct http_links links;
    given_links(&stage, &links);
    int fd = dial(stage_port(&stage, HTTP));
    say(fd, "GET /a HTTP/1.1\r\nHo");
    front_catch_up(stage.front);
    assert_int_equal(asked, 0);
    say(fd, "st: h\r\n\r\n");
    wants(fd, "GET /a HTTP/1.1 28");
    say(fd, "PUT /b HTTP/1.1\r\nContent-Length: 5\r\n\r\nab");
    front_catch_up(stage.front);
    assert_int_equal(asked, 1);
    say(fd, "cde");
    wants(fd, "PUT /b HTTP/1.1 43");
    /* Two in one piece, and one whose answer has no body. */
    say(fd, "GET /c HTTP/1.1\r\n\r\nHEAD /d HTTP/1.1\r\n\r\nGET /e HTTP/1.1\r\n\r\n");
    wants(fd, "GET /e HTTP/1.1 19");
    say(fd, "PUT /f HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    wants(fd, "HTTP/1.1 100 Continue\r\n\r\n");
    say(fd, "ab");
    wants(fd, "PUT /f HTTP/1.1 62");
    say(fd, "GET /last HTTP/1.1\r\n\r\n");
    char heard[400];
    assert_int_equal(hear(fd, heard, 399), HEARD_END);
    assert_non_null(strstr(heard, "GET /last HTTP/1.1 22"));
    close(fd);
    stage_done(&stage);
    assert_int_equal(links.held, 0);
}

static void what_is_not_whole_goes_as_far_as_it_came(void **state)
{
    static const struct {
        const char *label, *bytes, *answer;
        bool is_ended;
    } rows[] = {
        {"ended in the head", "POST /a\r\n", "POST /a 9", true},
        {"ended in the body", "PUT /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
         "PUT /a HTTP/1.1 41", true},
        {"ended behind it", "GET /a HTTP/1.1\r\n\r\n", "GET /a HTTP/1.1 19", true},
        {"of no length", "PUT /a HTTP/1.1\r\nContent-Length: x\r\n\r\nabc", "PUT /a HTTP/1.1 41",
         false},
        {"too large", "PUT /a HTTP/1.1\r\nContent-Length: 1001\r\n\r\nabc", "PUT /a HTTP/1.1 41",
         false},
        {"nothing", "", "", true},
        {"without an answer", "GET /silent HTTP/1.1\r\n\r\n", "", false},
        {"with half an answer", "GET /half HTTP/1.1\r\n\r\n", "GET /half HTTP/1", false},
    };
    struct stage stage;
    struct http_links links;
    given_links(&stage, &links);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char heard[400];
        int fd = dial(stage_port(&stage, HTTP));
        say(fd, rows[i].bytes);
        if (rows[i].is_ended)
            shutdown(fd, SHUT_WR);
        int end = hear(fd, heard, sizeof heard - 1);
        if (end != HEARD_END || (*rows[i].answer ? !strstr(heard, rows[i].answer) : *heard))
            fail_msg("%s: \"%s\", end %d", rows[i].label, heard, end);
        close(fd);
    }
    char heard[64];
    int fd = dial(stage_port(&stage, HTTP));
    say(fd, "GET /gone HTTP/1.1\r\n\r\n");
    assert_int_equal(hear(fd, heard, 60), HEARD_RESET);
    close(fd);
    stage.wishes[HTTP].upstream = 1; /* nobody listens there */
    stage_reconcile(&stage);
    fd = dial(stage_port(&stage, HTTP));
    say(fd, "GET / HTTP/1.1\r\n\r\n");
    assert_int_equal(hear(fd, heard, 60), HEARD_RESET);
    close(fd);
    stage_done(&stage);
    assert_int_equal(links.held, 0);
}

static void who_is_too_slow_is_told_so(void **state)
{
    static const struct {
        const char *label, *bytes, *answer;
    } rows[] = {
        {"head", "GET /a HTTP/1.1\r\nHost:", "HTTP/1.1 408 "},
        {"body", "PUT /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nab", "HTTP/1.1 408 "},
        {"chunks", "PUT /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", "HTTP/1.1 408 "},
        {"nothing", "", ""},
    };
    struct stage stage;
    struct http_links links;
    given_patient(&stage, &links, 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char heard[400];
        int fd = dial(stage_port(&stage, HTTP));
        say(fd, rows[i].bytes);
        int end = hear(fd, heard, sizeof heard - 1);
        if (end != HEARD_END || strncmp(heard, rows[i].answer, strlen(rows[i].answer)) != 0 ||
            (!*rows[i].answer && *heard))
            fail_msg("%s: \"%s\", end %d", rows[i].label, heard, end);
        close(fd);
    }
    stage_done(&stage);
    assert_int_equal(asked, 0);
    assert_int_equal(links.held, 0);
}

static void what_waits_is_bounded_in_all(void **state)
{
    enum { CLIENTS = 150, PIECE = 900 };
    struct stage stage;
    struct http_links links;
    int fds[CLIENTS], closed = 0;
    given_links(&stage, &links);
    for (int i = 0; i < CLIENTS; i++) {
        char text[PIECE + 100], piece[PIECE + 1];
        memset(piece, 'x', PIECE);
        piece[PIECE] = '\0';
        snprintf(text, sizeof text, "PUT / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n%s", piece);
        fds[i] = dial(stage_port(&stage, HTTP));
        send(fds[i], text, strlen(text), MSG_NOSIGNAL);
        front_catch_up(stage.front);
    }
    /* 100,000 bytes are held: of each 942 and its neighbours' share of nothing. */
    const int least = CLIENTS - 100000 / (PIECE + 39) - 1,
              most = CLIENTS - 100000 / (PIECE + 45) + 1;
    for (int64_t deadline_ms = clock_machine_ms() + 20000;
         closed < least && clock_machine_ms() < deadline_ms; front_catch_up(stage.front)) {
        closed = 0;
        for (int i = 0; i < CLIENTS; i++) {
            struct pollfd wait = {.fd = fds[i], .events = POLLIN};
            closed += poll(&wait, 1, 0) == 1;
        }
    }
    assert_in_range(closed, least, most);
    for (int i = 0; i < CLIENTS; i++)
        close(fds[i]);
    stage_done(&stage);
    assert_int_equal(links.held, 0);
}

static void a_slow_reader_gets_a_long_answer_whole(void **state)
{
    struct stage stage;
    struct http_links links;
    given_links(&stage, &links);
    int fd = dial(stage_port(&stage, HTTP));
    say(fd, "GET /much HTTP/1.1\r\n\r\n");
    size_t heard = 0;
    static char some[50000];
    for (ssize_t got; (got = recv(fd, some, sizeof some, 0)) > 0; heard += (size_t)got)
        if (heard >= 3 << 20)
            break;
    assert_true(heard >= 3 << 20);
    close(fd);
    stage_done(&stage);
}

static void a_websocket_on_the_path_is_the_gateways(void **state)
{
    static const struct {
        const char *head;
        bool is_upgrade;
    } rows[] = {
        {"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", true},
        {"GET /ws?access_token=x HTTP/1.1\r\nconnection: keep-alive , upgrade\r\n"
         "UPGRADE:WebSocket\r\n\r\n",
         true},
        {"GET /ws HTTP/1.1\r\nConnection: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
         true},
        {"GET /wsx HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", false},
        {"GET /ws HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", false},
        {"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", false},
        {"GET /ws HTTP/1.1\r\n\r\n", false},
        {"PUT /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", false},
        {"GET /ws", false},
        {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (http_is_upgrade(rows[i].head, strlen(rows[i].head), "/ws") != rows[i].is_upgrade)
            fail_msg("%s", rows[i].head);

    struct stage stage;
    struct http_links links;
    char heard[128];
    given_links(&stage, &links);
    int fd = dial(stage_port(&stage, HTTP));
    say(fd, "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\nConnec");
    front_catch_up(stage.front);
    say(fd, "tion: Upgrade\r\n\r\n");
    assert_int_equal(hear(fd, heard, 7), HEARD_ENOUGH);
    assert_string_equal(heard, "gateway");
    close(fd);
    stage_done(&stage);
    assert_int_equal(asked, 0);
    assert_int_equal(links.held, 0);
}

/* --- a whole simulator --- */

static void read_https(struct sim *sim, void *arg)
{
    *(int *)arg = atoi(strrchr(sim_world(sim)->tls_url, ':') + 1);
}

static const char *const slow[] = {
    "GET /restapi HTTP/1.1\r\nHost:",
    "POST /restapi/oauth/token HTTP/1.1\r\nContent-Length: 100\r\n\r\ngrant",
    "POST /restapi/oauth/token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
};

enum { SLOW = 200, KINDS = sizeof slow / sizeof *slow, ASKED = 20 };

/* The 200 are all connected and have sent what they have before anybody else asks; none is let go
 * meanwhile, since that takes five seconds and more. */
static void slow_senders_keep_nobody_from_being_answered(void **state)
{
    struct sim_options options = {.fixture = "acme-rc", .clock = CLOCK_FROZEN, .web_threads = 8};
    struct sim *sim;
    struct diag diag;
    int fds[SLOW], https;
    char heard[4000];
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    door_call(sim, read_https, &https);
    for (int i = 0; i < SLOW; i++) {
        fds[i] = dial(sim_http_port(sim));
        assert_true(fds[i] >= 0);
        say(fds[i], slow[i % KINDS]);
    }
    for (int i = 0; i < ASKED; i++) {
        int fd = dial(sim_http_port(sim));
        say(fd, "GET /restapi HTTP/1.0\r\n\r\n");
        assert_int_equal(hear(fd, heard, sizeof heard - 1), HEARD_END);
        assert_non_null(strstr(heard, "200 OK"));
        close(fd);
    }
    struct tls_client client;
    struct tls_wish wish = {0};
    tls_dial(&client, https, &wish);
    tls_say(&client, "GET /restapi HTTP/1.0\r\n\r\n");
    assert_int_equal(tls_hear(&client, heard, sizeof heard - 1), HEARD_END);
    assert_non_null(strstr(heard, "200 OK"));
    tls_hang_up(&client);
    for (int i = 0; i < SLOW; i++)
        close(fds[i]);
    sim_stop(sim);
}

static void slow_senders_over_tls_neither(void **state)
{
    struct sim_options options = {.fixture = "acme-rc", .clock = CLOCK_FROZEN, .web_threads = 4};
    struct sim *sim;
    struct diag diag;
    static struct tls_client clients[SLOW];
    struct tls_wish wish = {0};
    int https;
    char heard[4000];
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    door_call(sim, read_https, &https);
    for (int i = 0; i < SLOW; i++) {
        tls_dial(&clients[i], https, &wish);
        tls_say(&clients[i], slow[i % KINDS]);
    }
    for (int i = 0; i < ASKED; i++) {
        struct tls_client client;
        tls_dial(&client, https, &wish);
        tls_say(&client, "GET /restapi HTTP/1.0\r\n\r\n");
        assert_int_equal(tls_hear(&client, heard, sizeof heard - 1), HEARD_END);
        assert_non_null(strstr(heard, "200 OK"));
        tls_hang_up(&client);
    }
    for (int i = 0; i < SLOW; i++)
        tls_hang_up(&clients[i]);
    sim_stop(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_reach_the_library_when_they_are_whole),
        cmocka_unit_test(what_is_not_whole_goes_as_far_as_it_came),
        cmocka_unit_test(who_is_too_slow_is_told_so),
        cmocka_unit_test(what_waits_is_bounded_in_all),
        cmocka_unit_test(a_slow_reader_gets_a_long_answer_whole),
        cmocka_unit_test(a_websocket_on_the_path_is_the_gateways),
        cmocka_unit_test(slow_senders_keep_nobody_from_being_answered),
        cmocka_unit_test(slow_senders_over_tls_neither),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
