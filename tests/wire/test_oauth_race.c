/* Many clients refresh one grant at the same moment, over real sockets: there must never be two
 * live pairs. oauth.md 7; issue of the refresh race, failures.md F022. */
#include "support/cmocka_all.h"

#include "base/codec.h"
#include "oauth/oauth.h"
#include "sim/sim.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { CLIENTS = 50, ROUNDS = 4, ANSWER_MAX = 8192 };

struct rc {
    struct sim *sim;
    int port;
    char client_id[64], basic[256], assertion[4096];
};

/* What a client knows of the grant, and what it was told. */
struct racer {
    pthread_t thread;
    const struct rc *rc;
    pthread_barrier_t *start;
    char refresh[256];
    int status;
    char access_got[256], refresh_got[256], code[16];
};

static void read_secrets(struct sim *sim, void *arg)
{
    struct rc *rc = arg;
    struct world *world = sim_world(sim);
    struct arena arena;
    struct buf pair, text;
    const struct app *app = world->apps[0];
    world->knobs.rate_limits = KNOB_RATE_OFF;
    arena_init(&arena);
    buf_init(&pair, 256);
    buf_init(&text, 256);
    buf_printf(&pair, "%s:%s", app->client_id, app->secret);
    codec_base64(&text, BASE64_STD, buf_text(&pair), pair.len);
    snprintf(rc->basic, sizeof rc->basic, "%s", buf_text(&text));
    snprintf(rc->assertion, sizeof rc->assertion, "%s",
             oauth_jwt_assertion(world, &arena, world->credentials[0]));
    buf_done(&pair);
    buf_done(&text);
    arena_done(&arena);
}

static void given_sim(struct rc *rc)
{
    struct diag diag;
    struct sim_options options = {.clock = CLOCK_FROZEN,
                                  .has_no_sip = true,
                                  .web_threads = CLIENTS + 8,
                                  .call_log_records = 1};
    *rc = (struct rc){0};
    if (sim_start(&options, &rc->sim, &diag))
        fail_msg("%s", diag.text);
    rc->port = sim_http_port(rc->sim);
    door_call(rc->sim, read_secrets, rc);
}

static int dial(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

/* Sends on an open connection and reads to its end; the status, or 0. `ret_body` is into `answer`. */
static int exchange(int fd, const char *head, const char *body, char *answer, const char **ret_body)
{
    char request[ANSWER_MAX];
    int len = snprintf(request, sizeof request,
                       "%sHost: h\r\nConnection: close\r\nContent-Length: %zu\r\n\r\n%s", head,
                       strlen(body), body);
    size_t got = 0;
    ssize_t more;
    if (send(fd, request, (size_t)len, MSG_NOSIGNAL) != len)
        return 0;
    while ((more = recv(fd, answer + got, ANSWER_MAX - 1 - got, 0)) > 0)
        got += (size_t)more;
    answer[got] = '\0';
    *ret_body = strstr(answer, "\r\n\r\n");
    return got > 12 && *ret_body ? atoi(answer + 9) : 0;
}

static void copy_member(const char *json, const char *key, char *out, size_t out_len)
{
    char mark[64];
    snprintf(mark, sizeof mark, "\"%s\":\"", key);
    const char *at = strstr(json, mark);
    at = at ? at + strlen(mark) : "\"";
    snprintf(out, out_len, "%.*s", (int)strcspn(at, "\""), at);
}

static void *race(void *arg)
{
    struct racer *racer = arg;
    char head[512], body[512], answer[ANSWER_MAX];
    const char *json = "";
    int fd = dial(racer->rc->port);
    snprintf(head, sizeof head,
             "POST /restapi/oauth/token HTTP/1.1\r\nAuthorization: Basic %s\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n",
             racer->rc->basic);
    snprintf(body, sizeof body, "grant_type=refresh_token&refresh_token=%s", racer->refresh);
    pthread_barrier_wait(racer->start);
    racer->status = exchange(fd, head, body, answer, &json);
    close(fd);
    if (!racer->status)
        return NULL;
    copy_member(json, "access_token", racer->access_got, sizeof racer->access_got);
    copy_member(json, "refresh_token", racer->refresh_got, sizeof racer->refresh_got);
    copy_member(json, "errorCode", racer->code, sizeof racer->code);
    return NULL;
}

/* All at once with the same token. */
static void race_all(const struct rc *rc, struct racer racers[CLIENTS], const char *refresh)
{
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, CLIENTS);
    for (int i = 0; i < CLIENTS; i++) {
        racers[i] = (struct racer){.rc = rc, .start = &start};
        snprintf(racers[i].refresh, sizeof racers[i].refresh, "%s", refresh);
        assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (int i = 0; i < CLIENTS; i++)
        pthread_join(racers[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

/* A grant by JWT; its refresh token. */
static void given_grant(const struct rc *rc, char refresh[256])
{
    char head[512], body[5000], answer[ANSWER_MAX];
    const char *json;
    int fd = dial(rc->port);
    snprintf(head, sizeof head,
             "POST /restapi/oauth/token HTTP/1.1\r\nAuthorization: Basic %s\r\n"
             "Content-Type: application/x-www-form-urlencoded\r\n",
             rc->basic);
    snprintf(body, sizeof body,
             "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=%s", rc->assertion);
    assert_int_equal(exchange(fd, head, body, answer, &json), 200);
    close(fd);
    copy_member(json, "refresh_token", refresh, 256);
    assert_true(refresh[0]);
}

static int use(const struct rc *rc, const char *access)
{
    char head[512], answer[ANSWER_MAX];
    const char *json;
    int fd = dial(rc->port);
    snprintf(head, sizeof head,
             "GET /restapi/oauth/userinfo HTTP/1.1\r\nAuthorization: Bearer %s\r\n", access);
    int status = exchange(fd, head, "", answer, &json);
    close(fd);
    return status;
}

static void fifty_refreshing_one_grant_at_once_end_with_one_pair(void **state)
{
    struct rc rc;
    struct racer *racers = calloc(CLIENTS, sizeof *racers);
    char refresh[256];
    given_sim(&rc);
    given_grant(&rc, refresh);
    for (int round = 0; round < ROUNDS; round++) {
        race_all(&rc, racers, refresh);
        for (int i = 0; i < CLIENTS; i++) {
            assert_int_equal(racers[i].status, 200);
            assert_string_equal(racers[i].access_got, racers[0].access_got);
            assert_string_equal(racers[i].refresh_got, racers[0].refresh_got);
        }
        assert_string_not_equal(racers[0].refresh_got, refresh);
        assert_int_equal(use(&rc, racers[0].access_got), 200);
        snprintf(refresh, sizeof refresh, "%s", racers[0].refresh_got);
    }
    free(racers);
    sim_stop(rc.sim);
}

static void lose_grace(struct sim *sim, void *arg)
{
    sim_world(sim)->knobs.oauth_refresh_grace_unused_ms = 0;
    sim_world(sim)->knobs.oauth_refresh_grace_ms = 0;
}

static void without_any_grace_one_wins_and_all_others_are_told_so(void **state)
{
    struct rc rc;
    struct racer *racers = calloc(CLIENTS, sizeof *racers);
    char refresh[256];
    const char *won = NULL;
    int winners = 0;
    given_sim(&rc);
    door_call(rc.sim, lose_grace, NULL);
    given_grant(&rc, refresh);
    race_all(&rc, racers, refresh);
    for (int i = 0; i < CLIENTS; i++) {
        if (racers[i].status == 200) {
            winners++;
            won = racers[i].access_got;
        } else {
            assert_int_equal(racers[i].status, 400);
            assert_string_equal(racers[i].code, "OAU-213");
        }
    }
    assert_int_equal(winners, 1);
    assert_int_equal(use(&rc, won), 200);
    free(racers);
    sim_stop(rc.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fifty_refreshing_one_grant_at_once_end_with_one_pair),
        cmocka_unit_test(without_any_grace_one_wins_and_all_others_are_told_so),
    };
    return cmocka_run_group_tests_name("oauth_race", tests, NULL, NULL) != 0;
}
