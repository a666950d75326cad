/* Webhooks over real sockets: the validation of a receiver, a burst in order, and a receiver that
 * is dead. rest.md 6.2 to 6.4; failures.md F058, F060, F062. */
#include "support/hook_scene.h"

#include "base/mem.h"

#include <poll.h>
#include <pthread.h>
#include <strings.h>

enum { BURST = 1000, PEERS_MAX = 16, BYTES_MAX = 16384 };

enum manner { GOOD, NO_TOKEN, WRONG_TOKEN, SLOW, TOO_LARGE, BAD_STATUS, NO_HTTP, HANGS_UP };

/* Takes webhooks and keeps the `sequence` of each event, in order of arrival. */
struct receiver {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t came;
    int listener, stop[2], port;
    enum manner manner;
    size_t handshakes, events;
    int64_t sequences[BURST];
    char verification[64];
};

struct peer {
    int fd;
    size_t len;
    char bytes[BYTES_MAX];
};

static void header_of(const char *head, const char *name, char *out, size_t out_len)
{
    const char *at = strcasestr(head, name);
    *out = '\0';
    if (at) {
        at += strlen(name);
        snprintf(out, out_len, "%.*s", (int)strcspn(at, "\r"), at);
    }
}

static void answer(enum manner manner, int fd, const char *token)
{
    static const char large[2048] = {0};
    char head[256];
    if (manner == NO_HTTP) {
        send(fd, "what?\r\n\r\n", 9, MSG_NOSIGNAL);
        shutdown(fd, SHUT_WR);
        return;
    }
    size_t body = manner == TOO_LARGE ? 1000 : 0;
    int len = snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s%s%s\r\n",
                       manner == BAD_STATUS ? 500 : 200, body,
                       *token && manner != NO_TOKEN ? "Validation-Token: " : "",
                       manner == NO_TOKEN      ? ""
                       : manner == WRONG_TOKEN ? "other"
                                               : token,
                       *token && manner != NO_TOKEN ? "\r\n" : "");
    send(fd, head, (size_t)len, MSG_NOSIGNAL);
    send(fd, large, body, MSG_NOSIGNAL);
}

/* One whole request at the front of what came: handled and taken off. */
static bool take_request(struct receiver *receiver, struct peer *peer)
{
    char length[16], token[80];
    char *end = memmem(peer->bytes, peer->len, "\r\n\r\n", 4);
    if (!end)
        return false;
    *end = '\0';
    header_of(peer->bytes, "Content-Length: ", length, sizeof length);
    size_t total = (size_t)(end + 4 - peer->bytes) + strtoul(length, NULL, 10);
    if (peer->len < total) {
        *end = '\r';
        return false;
    }
    header_of(peer->bytes, "Validation-Token: ", token, sizeof token);
    pthread_mutex_lock(&receiver->lock);
    enum manner manner = receiver->manner;
    if (*token) {
        receiver->handshakes++;
    } else if (receiver->events < BURST) {
        const char *at =
            memmem(end + 4, total - (size_t)(end + 4 - peer->bytes), "\"sequence\":", 11);
        receiver->sequences[receiver->events++] = at ? strtol(at + 11, NULL, 10) : -1;
        header_of(peer->bytes, "Verification-Token: ", receiver->verification,
                  sizeof receiver->verification);
    }
    pthread_cond_broadcast(&receiver->came);
    pthread_mutex_unlock(&receiver->lock);
    peer->len -= total;
    memmove(peer->bytes, peer->bytes + total, peer->len);
    if (manner == HANGS_UP)
        shutdown(peer->fd, SHUT_RDWR);
    else if (manner != SLOW)
        answer(manner, peer->fd, token);
    return true;
}

static void *receive(void *arg)
{
    struct receiver *receiver = arg;
    struct peer *peers = xcalloc(PEERS_MAX, sizeof *peers);
    size_t count = 0;
    for (;;) {
        struct pollfd fds[PEERS_MAX + 2] = {{receiver->stop[0], POLLIN, 0},
                                            {receiver->listener, POLLIN, 0}};
        for (size_t i = 0; i < count; i++)
            fds[i + 2] = (struct pollfd){peers[i].fd, POLLIN, 0};
        poll(fds, count + 2, -1);
        if (fds[0].revents)
            break;
        for (size_t i = count; i-- > 0;) {
            struct peer *peer = &peers[i];
            if (!fds[i + 2].revents)
                continue;
            ssize_t got = recv(peer->fd, peer->bytes + peer->len, BYTES_MAX - peer->len, 0);
            if (got <= 0) {
                close(peer->fd);
                memmove(peer, peer + 1, (--count - i) * sizeof *peer);
                continue;
            }
            peer->len += (size_t)got;
            while (take_request(receiver, peer))
                ;
        }
        if (fds[1].revents && count < PEERS_MAX) {
            peers[count] = (struct peer){.fd = accept(receiver->listener, NULL, NULL)};
            count += peers[count].fd >= 0;
        }
    }
    for (size_t i = 0; i < count; i++)
        close(peers[i].fd);
    free(peers);
    return NULL;
}

struct stage {
    struct hook_scene scene;
    struct receiver receiver;
};

static int setup(void **state)
{
    struct stage *stage = *state = xcalloc(1, sizeof *stage);
    struct receiver *receiver = &stage->receiver;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    struct sim_options options = {.clock = CLOCK_FROZEN, .has_no_sip = true, .call_log_records = 1};
    hook_scene_start(&stage->scene, &options);
    receiver->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(receiver->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(receiver->listener, 16), 0);
    assert_int_equal(getsockname(receiver->listener, (struct sockaddr *)&at, &len), 0);
    receiver->port = ntohs(at.sin_port);
    assert_int_equal(pipe(receiver->stop), 0);
    pthread_mutex_init(&receiver->lock, NULL);
    pthread_cond_init(&receiver->came, NULL);
    return pthread_create(&receiver->thread, NULL, receive, receiver);
}

static int teardown(void **state)
{
    struct stage *stage = *state;
    struct receiver *receiver = &stage->receiver;
    sim_stop(stage->scene.sim);
    close(receiver->stop[1]);
    pthread_join(receiver->thread, NULL);
    close(receiver->stop[0]);
    close(receiver->listener);
    free(stage);
    return 0;
}

static int create(struct stage *stage, int port, char *out, size_t out_len)
{
    char address[64];
    snprintf(address, sizeof address, "http://127.0.0.1:%d/hook", port);
    return hook_scene_create(&stage->scene, address, out, out_len);
}

static void await_events(struct receiver *receiver, size_t count)
{
    pthread_mutex_lock(&receiver->lock);
    while (receiver->events < count)
        pthread_cond_wait(&receiver->came, &receiver->lock);
    pthread_mutex_unlock(&receiver->lock);
}

static void how_the_receiver_answers_decides(void **state)
{
    static const struct {
        const char *label;
        enum manner manner;
        int status;
        const char *code;
    } rows[] = {
        {"echoes the token", GOOD, 200, "\"status\":\"Active\""},
        {"forgets the header", NO_TOKEN, 400, "SUB-520"},
        {"sends another token", WRONG_TOKEN, 400, "SUB-520"},
        {"says nothing in time", SLOW, 400, "SUB-521"},
        {"hangs up", HANGS_UP, 400, "SUB-521"},
        {"says more than 1,024 bytes", TOO_LARGE, 400, "SUB-525"},
        {"answers 500", BAD_STATUS, 400, "SUB-525"},
        {"speaks no HTTP", NO_HTTP, 400, "SUB-525"},
    };
    struct stage *stage = *state;
    char out[4096];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].label);
        pthread_mutex_lock(&stage->receiver.lock);
        stage->receiver.manner = rows[i].manner;
        pthread_mutex_unlock(&stage->receiver.lock);
        int status = create(stage, stage->receiver.port, out, sizeof out);
        if (!strstr(out, rows[i].code))
            fail_msg("wanted %s, saw %s", rows[i].code, out);
        assert_int_equal(status, rows[i].status);
    }
}

static void nobody_there_is_unreachable(void **state)
{
    char out[4096];
    assert_int_equal(create(*state, 1, out, sizeof out), 400);
    assert_non_null(strstr(out, "SUB-521"));
}

static void a_burst_arrives_whole_and_in_order(void **state)
{
    struct stage *stage = *state;
    char out[4096];
    assert_int_equal(create(stage, stage->receiver.port, out, sizeof out), 200);
    hook_scene_notify(&stage->scene, "1000");
    await_events(&stage->receiver, BURST);
    for (size_t i = 0; i < BURST; i++)
        assert_int_equal(stage->receiver.sequences[i], i + 1);
    assert_string_equal(stage->receiver.verification, "v1");
    assert_int_equal(stage->receiver.handshakes, 1);
}

static void delay_each(struct sim *sim, void *arg)
{
    sim_world(sim)->knobs.sub_deliver_delay_ms = 30000;
    sim_world(sim)->knobs.clock_settle_ms = 20000;
}

static void wait_long(struct sim *sim, void *arg)
{
    sim_world(sim)->knobs.sub_deliver_timeout_ms = 60000;
    sim_world(sim)->knobs.clock_settle_ms = 50;
}

/* `advance` returns when what fell due was delivered, without a wait in the test. */
static void time_moves_on_behind_what_is_due(void **state)
{
    struct stage *stage = *state;
    struct diag diag;
    struct node by = {.kind = NODE_STRING, .key = "by", .text = "1m"},
                args = {.kind = NODE_MAP, .count = 1, .first = &by};
    char out[4096];
    assert_int_equal(create(stage, stage->receiver.port, out, sizeof out), 200);
    door_call(stage->scene.sim, delay_each, NULL);
    hook_scene_notify(&stage->scene, "100");
    assert_int_equal(sim_verb(stage->scene.sim, "advance", &args, NULL, NULL, &diag), 0);
    pthread_mutex_lock(&stage->receiver.lock);
    size_t events = stage->receiver.events;
    pthread_mutex_unlock(&stage->receiver.lock);
    assert_int_equal(events, 100);
}

/* Nobody waits for a receiver that is dead longer than clock.settle. */
static void time_does_not_wait_for_the_dead(void **state)
{
    struct stage *stage = *state;
    struct diag diag;
    struct node by = {.kind = NODE_STRING, .key = "by", .text = "1s"},
                args = {.kind = NODE_MAP, .count = 1, .first = &by};
    char out[4096];
    assert_int_equal(create(stage, stage->receiver.port, out, sizeof out), 200);
    pthread_mutex_lock(&stage->receiver.lock);
    stage->receiver.manner = SLOW;
    pthread_mutex_unlock(&stage->receiver.lock);
    door_call(stage->scene.sim, wait_long, NULL);
    hook_scene_notify(&stage->scene, "10");
    int64_t began = clock_machine_ms();
    assert_int_equal(sim_verb(stage->scene.sim, "advance", &args, NULL, NULL, &diag), 0);
    int64_t took = clock_machine_ms() - began;
    assert_true(took >= 50 && took < 10000); /* deliveries may take 60,000 */
}

static bool is_blacklisted(struct sim *sim, void *arg)
{
    return subscription_at(sim_world(sim), 0)->status == SUBSCRIPTION_BLACKLISTED;
}

static void blacklist_at_once(struct sim *sim, void *arg)
{
    sim_world(sim)->knobs.sub_blacklist_after_ms = 0;
}

static long resident_kb(void)
{
    long pages = 0, all;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld %ld", &all, &pages), 2);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void a_dead_receiver_delays_nobody_and_is_blacklisted(void **state)
{
    struct stage *stage = *state;
    char out[4096];
    assert_int_equal(create(stage, stage->receiver.port, out, sizeof out), 200);
    pthread_mutex_lock(&stage->receiver.lock);
    stage->receiver.manner = SLOW;
    pthread_mutex_unlock(&stage->receiver.lock);
    long before = resident_kb();
    hook_scene_notify(&stage->scene, "10000");
    print_message("10,000 queued: %ld KB more\n", resident_kb() - before);
    assert_true(resident_kb() - before < 64 << 10); /* some 500 bytes each, and the journal */
    int64_t began = clock_machine_ms();
    for (int i = 0; i < 20; i++)
        assert_int_equal(
            hook_scene_ask(&stage->scene, "GET", "/restapi/v1.0/account/~", "", out, sizeof out),
            200);
    assert_true(clock_machine_ms() - began < 2000); /* 20 waits behind the receiver were 3,000 */
    door_call(stage->scene.sim, blacklist_at_once, NULL);
    assert_true(door_wait(stage->scene.sim, is_blacklisted, NULL, 10000));
    assert_int_equal(
        hook_scene_ask(&stage->scene, "GET", "/restapi/v1.0/subscription", "", out, sizeof out),
        200);
    assert_non_null(strstr(out, "\"status\":\"Blacklisted\""));
    assert_non_null(strstr(out, "Read timed out"));
}

static void stopping_waits_for_no_receiver(void **state)
{
    struct stage *stage = *state;
    char out[4096];
    assert_int_equal(create(stage, stage->receiver.port, out, sizeof out), 200);
    pthread_mutex_lock(&stage->receiver.lock);
    stage->receiver.manner = SLOW;
    stage->receiver.events = 0;
    pthread_mutex_unlock(&stage->receiver.lock);
    door_call(stage->scene.sim, wait_long, NULL);
    hook_scene_notify(&stage->scene, "10");
    await_events(&stage->receiver, 1);
    int64_t began = clock_machine_ms();
    sim_stop(stage->scene.sim);
    stage->scene.sim = NULL;
    assert_true(clock_machine_ms() - began < 10000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(how_the_receiver_answers_decides),
        TEST(nobody_there_is_unreachable),
        TEST(a_burst_arrives_whole_and_in_order),
        TEST(time_moves_on_behind_what_is_due),
        TEST(time_does_not_wait_for_the_dead),
        TEST(a_dead_receiver_delays_nobody_and_is_blacklisted),
        TEST(stopping_waits_for_no_receiver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
