/* A whole simulator over real sockets, and what clients send that is wrong: each row is answered
 * with the platform's own error, nothing crashes, and afterwards it serves as before. */
#include "support/cmocka_all.h"

#include "base/codec.h"
#include "sim/sim.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 16 };

struct rig {
    struct sim *sim;
    char token[256], basic[256], no_scope[256];
    char answer[ANSWER_MAX];
};

static void prepare(struct sim *sim, void *arg)
{
    struct rig *rig = arg;
    struct world *world = sim_world(sim);
    struct app *app = world->apps[0];
    struct user *admin = user_named(world, "superadmin");
    struct buf pair, text;
    buf_init(&pair, 256);
    buf_init(&text, 256);
    buf_printf(&pair, "%s:%s", app->client_id, app->secret);
    codec_base64(&text, BASE64_STD, buf_text(&pair), pair.len);
    snprintf(rig->basic, sizeof rig->basic, "%s", buf_text(&text));
    buf_done(&pair);
    buf_done(&text);
    snprintf(rig->token, sizeof rig->token, "%s",
             session_start(world, app, admin, app->scopes, 3600000, 3600000, true, NULL, 0)
                 ->current.access);
    snprintf(rig->no_scope, sizeof rig->no_scope, "%s",
             session_start(world, app, admin, 0, 3600000, 3600000, true, NULL, 0)->current.access);
}

static int given_rig(void **state)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct diag diag;
    struct sim_options options = {.clock = CLOCK_FROZEN,
                                  .has_no_sip = true,
                                  .web_threads = 4,
                                  .sets = {"rest.rate.limits=off"}};
    if (sim_start(&options, &rig->sim, &diag))
        fail_msg("%s", diag.text);
    door_call(rig->sim, prepare, rig);
    *state = rig;
    return 0;
}

static int drop_rig(void **state)
{
    struct rig *rig = *state;
    sim_stop(rig->sim);
    free(rig);
    return 0;
}

/* Sends bytes and reads until the peer closes or a second of silence. */
static const char *say(struct rig *rig, const char *bytes, size_t len)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)sim_http_port(rig->sim)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    for (size_t sent = 0; sent < len;) {
        ssize_t got = send(fd, bytes + sent, len - sent, MSG_NOSIGNAL);
        if (got <= 0)
            break;
        sent += (size_t)got;
    }
    shutdown(fd, SHUT_WR);
    size_t used = 0;
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    while (used + 1 < ANSWER_MAX && poll(&wait, 1, 5000) == 1) {
        ssize_t got = recv(fd, rig->answer + used, ANSWER_MAX - used - 1, 0);
        if (got <= 0)
            break;
        used += (size_t)got;
    }
    rig->answer[used] = '\0';
    close(fd);
    return rig->answer;
}

/* $T: a good token, $N: one without scopes, $B: the app's Basic credentials. */
static void expand(const struct rig *rig, struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (text[0] == '$' && text[1] && strchr("TNB", text[1])) {
            buf_str(out, text[1] == 'T' ? rig->token : text[1] == 'N' ? rig->no_scope : rig->basic);
            text++;
        } else {
            buf_char(out, *text);
        }
    }
}

struct row {
    const char *line;    /* "GET /path" */
    const char *headers; /* each ended with \r\n; Host and Content-Length come by themselves */
    const char *body;
    int status;
    const char *code; /* in the body; "" none wanted */
};

#define BEARER "Authorization: Bearer $T\r\n"
#define BASIC  "Authorization: Basic $B\r\n"
#define FORM   "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON   "Content-Type: application/json\r\n"
#define EXT    "/restapi/v1.0/account/~/extension/~"
#define LOG    "/restapi/v1.0/account/~/call-log"
#define TOKEN  "POST /restapi/oauth/token"
#define SIPP   "POST /restapi/v1.0/client-info/sip-provision"

static const struct row rows[] = {
    /* paths and methods */
    {"GET /", "", "", 404, "AGW-404"},
    {"GET /nothing", "", "", 404, "AGW-404"},
    {"GET /restapi/v1.0/nothing", "", "", 404, "CMN-120"},
    {"GET /restapi/v9.9", "", "", 404, "CMN-102"},
    {"GET " EXT "/nothing", BEARER, "", 404, "CMN-120"},
    {"GET //restapi", "", "", 404, ""},
    {"GET /restapi/../restapi/v1.0/x", "", "", 404, ""},
    {"GET /restapi/v1.0/%", "", "", 404, ""},
    {"GET /restapi/v1.0/account/%00", BEARER, "", 404, ""},
    {"GET /restapi/v1.0/account/%ff", BEARER, "", 404, ""},
    {"DELETE /restapi", "", "", 405, "CMN-120"},
    {"PUT " LOG, BEARER, "", 405, "CMN-120"},
    {"BREW " EXT, BEARER, "", 400, "CMN-104"},
    {"POST " EXT "?_method=GET", "X-HTTP-Method-Override: PUT\r\n" BEARER, "", 400, "CMN-101"},
    /* who is it */
    {"GET " EXT, "", "", 401, "AGW-401"},
    {"GET " EXT, "Authorization: \r\n", "", 401, "AGW-40"},
    {"GET " EXT, "Authorization: Bearer\r\n", "", 401, "AGW-402"},
    {"GET " EXT, "Authorization: Bearer \r\n", "", 401, "AGW-402"},
    {"GET " EXT, "Authorization: Basic $B\r\n", "", 401, "AGW-402"},
    {"GET " EXT, "Authorization: Digest x\r\n", "", 401, "AGW-402"},
    {"GET " EXT, "Authorization: Bearer short\r\n", "", 401, "OAU-149"},
    {"GET " EXT, "Authorization: Bearer \x01\x02\x03\r\n", "", 0, ""},
    {"GET " EXT, "Authorization: Bearer not!a!token!of!the!platform\r\n", "", 401, "OAU-149"},
    {"GET " EXT, "Authorization: Bearer QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo\r\n", "", 401,
     "OAU-213"},
    {"GET " EXT "?access_token=", "", "", 401, "AGW-402"},
    {"GET " EXT "?access_token=%00%01", "", "", 400, "CMN-104"},
    {"GET " EXT, "Authorization: Bearer $N\r\n", "", 403, "CMN-401"},
    /* query strings */
    {"GET " LOG "?perPage=%", BEARER, "", 400, "CMN-104"},
    {"GET " LOG "?perPage=%zz", BEARER, "", 400, "CMN-104"},
    {"GET " LOG "?x=%ff%fe", BEARER, "", 400, "CMN-104"},
    {"GET " LOG "?perPage=0", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?perPage=-1", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?perPage=many", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?perPage=99999999999999999999", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?page=0", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?dateFrom=yesterday", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?dateTo=2026-13-01", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?view=Huge", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?direction=Sideways", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?direction=Inbound,Outbound", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?type=Pigeon", BEARER, "", 400, "CMN-101"},
    {"GET " LOG "?sessionId=1&direction=Inbound", BEARER, "", 400, "CLG-110"},
    {"GET " LOG "/nosuchrecord", BEARER, "", 404, "CMN-102"},
    {"GET /restapi/v1.0/account/~/recording/0", BEARER, "", 404, "CMN-102"},
    {"GET /restapi/v1.0/account/~/device/0/sip-info", BEARER, "", 404, "CMN-102"},
    {"GET /restapi/v1.0/account/1/extension/~", BEARER, "", 404, "CMN-102"},
    {"GET /restapi/v1.0/account/abc", BEARER, "", 400, "CMN-101"},
    {"GET /restapi/v1.0/account/~/extension/0", BEARER, "", 404, "CMN-102"},
    {"GET /restapi/v1.0/account/~/extension/99999999999999999999", BEARER, "", 400, "CMN-101"},
    {"GET /restapi/v1.0/account/~/extension?status=Alive", BEARER, "", 400, "CMN-101"},
    /* JSON bodies */
    {SIPP, BEARER JSON, "{", 400, "CMN-103"},
    {SIPP, BEARER JSON, "{\"a\":1,}", 400, "CMN-103"},
    {SIPP, BEARER JSON, "{\"a\":1,\"a\":2}", 400, "CMN-103"},
    {SIPP, BEARER JSON, "{\"a\":\"\xff\"}", 400, "CMN-103"},
    {SIPP, BEARER JSON, "\"\\u0000\"", 400, "CMN-103"},
    {SIPP, BEARER JSON, "01", 400, "CMN-103"},
    {SIPP, BEARER JSON, "{} {}", 400, "CMN-103"},
    {SIPP, BEARER JSON, "[]", 400, "CMN-10"},
    {SIPP, BEARER JSON, "{\"sipInfo\":7}", 400, "CMN-101"},
    {SIPP, BEARER JSON, "{\"sipInfo\":[{\"transport\":\"PIGEON\"}]}", 400, "CMN-101"},
    {SIPP, BEARER "Content-Type: text/plain\r\n", "{}", 415, "CMN-120"},
    {SIPP, BEARER, "{}", 400, "CMN-110"},
    /* the token endpoint */
    {TOKEN, BASIC FORM, "", 400, "invalid_request"},
    {TOKEN, BASIC FORM, "grant_type=", 400, "invalid_request"},
    {TOKEN, BASIC FORM, "grant_type=device_code", 400, "OAU-250"},
    {TOKEN, BASIC FORM, "grant_type=client_credentials", 400, "OAU-250"},
    {TOKEN, BASIC FORM, "grant_type=password&username=a&password=b", 400, "OAU-251"},
    {TOKEN, BASIC FORM, "grant_type=refresh_token", 400, "invalid_request"},
    {TOKEN, BASIC FORM, "grant_type=refresh_token&refresh_token=x", 400, "OAU-213"},
    {TOKEN, BASIC FORM, "grant_type=authorization_code&code=x", 400, "OAU-106"},
    {TOKEN, BASIC FORM, "grant_type=refresh_token&grant_type=refresh_token", 400, "OAU-111"},
    {TOKEN, BASIC FORM, "grant_type=%zz", 400, "invalid_request"},
    {TOKEN, BASIC FORM, "grant_type=%ff", 400, "invalid_request"},
    {TOKEN, BASIC FORM, "assertion=x&grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer", 400,
     "invalid_grant"},
    {TOKEN, FORM, "grant_type=refresh_token&refresh_token=x", 400, "OAU-123"},
    {TOKEN, "Authorization: Basic !!!\r\n" FORM, "grant_type=refresh_token", 400, "invalid_client"},
    {TOKEN, "Authorization: Basic eDp5\r\n" FORM, "grant_type=refresh_token", 400, "OAU-153"},
    {TOKEN, BASIC JSON, "{\"grant_type\":\"refresh_token\"}", 415, ""},
    {"POST /restapi/oauth/revoke", FORM, "token=x", 400, "OAU-123"},
    {"GET /restapi/oauth/authorize", "", "", 400, "invalid_"},
    {"GET /restapi/oauth/authorize?response_type=code&client_id=nobody", "", "", 400, "OAU-"},
    {"GET /restapi/oauth/authorize?client_id=%zz", "", "", 400, ""},
    /* the control door */
    {"POST /__admin/nonsense", JSON, "{}", 404, "nonsense"},
    {"POST /__admin/advance", JSON, "{\"by\":", 400, "error"},
    {"POST /__admin/advance", JSON, "{\"by\":\"soon\"}", 400, "soon"},
    {"POST /__admin/fault", JSON, "{\"kind\":\"drop\"}", 400, "match"},
    {"GET /__admin/journal?sttus=400", "", "", 400, "sttus"},
    {"GET /__admin/wait?timeout=x", "", "", 400, "timeout"},
};

static void each_row_gets_the_platforms_error(void **state)
{
    struct rig *rig = *state;
    struct buf bytes;
    buf_init(&bytes, 1 << 16);
    int failed = 0;
    assert_true(sizeof rows / sizeof *rows >= 60);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        buf_reset(&bytes);
        buf_printf(&bytes, "%s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n", row->line);
        expand(rig, &bytes, row->headers);
        if (row->body[0])
            buf_printf(&bytes, "Content-Length: %zu\r\n", strlen(row->body));
        buf_str(&bytes, "\r\n");
        buf_str(&bytes, row->body);
        say(rig, bytes.data, bytes.len);
        int status = 0;
        sscanf(rig->answer, "HTTP/1.1 %d", &status);
        bool is_good = (row->status == 0 || status == row->status) && status < 500 &&
                       status >= 400 && (!row->code[0] || strstr(rig->answer, row->code)) &&
                       !strstr(rig->answer, rig->token);
        if (is_good)
            continue;
        print_error("row %zu: %s %s: wanted %d %s, saw:\n%s\n", i, row->line, row->body,
                    row->status, row->code, rig->answer);
        failed++;
    }
    buf_done(&bytes);
    assert_int_equal(failed, 0);
}

static void it_serves_as_before_after_all_that(void **state)
{
    struct rig *rig = *state;
    struct buf bytes;
    buf_init(&bytes, 4096);
    expand(rig, &bytes, "GET " EXT " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" BEARER "\r\n");
    assert_non_null(strstr(say(rig, bytes.data, bytes.len), "HTTP/1.1 200 OK"));
    buf_done(&bytes);
}

/* Every byte of a good request changed, one at a time, to each of some nasty values. */
static void one_changed_byte_never_kills_it(void **state)
{
    static const char nasty[] = {'\0', '\r', '\n', ' ', '%', ':', '\x7f', '\xff'};
    struct rig *rig = *state;
    struct buf bytes;
    buf_init(&bytes, 4096);
    expand(rig, &bytes,
           TOKEN " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" BASIC FORM
                 "Content-Length: 49\r\n\r\ngrant_type=refresh_token&refresh_token=whatever&x=");
    for (size_t i = 0; i < bytes.len; i++) {
        char keep = bytes.data[i];
        bytes.data[i] = nasty[i % sizeof nasty];
        say(rig, bytes.data, bytes.len);
        bytes.data[i] = keep;
    }
    buf_done(&bytes);
    it_serves_as_before_after_all_that(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_gets_the_platforms_error),
        cmocka_unit_test(it_serves_as_before_after_all_that),
        cmocka_unit_test(one_changed_byte_never_kills_it),
    };
    return cmocka_run_group_tests(tests, given_rig, drop_rig) != 0;
}
