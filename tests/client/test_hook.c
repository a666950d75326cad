/* The webhook listener, by bytes; and what notifications make of calls. */
#include "events.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/cmocka_all.h"

struct stage {
    struct hook *hook;
    struct client client;
    int64_t now_ms;
};

static int given_stage(void **state)
{
    char why[200];
    struct stage *stage = calloc(1, sizeof(*stage));
    stage->now_ms = 1740819600000;
    stage->client.store = store_open(":memory:", false, why, sizeof(why));
    stage->client.clock = clock_told(&stage->now_ms);
    stage->hook = hook_start(&(struct hook_options){.secret = "s3cret"}, why, sizeof(why));
    assert_non_null(stage->client.store);
    assert_non_null(stage->hook);
    *state = stage;
    return 0;
}

static int no_stage(void **state)
{
    struct stage *stage = *state;
    hook_stop(stage->hook);
    store_free(stage->client.store);
    free(stage);
    return 0;
}

/* Sends bytes, reads the answer to its end. */
static void send_bytes(struct stage *stage, const char *bytes, char *answer, size_t cap)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)hook_port(stage->hook)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    size_t len = 0;
    ssize_t got;
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (ssize_t)strlen(bytes));
    while (len + 1 < cap && (got = recv(fd, answer + len, cap - 1 - len, 0)) > 0)
        len += (size_t)got;
    answer[len] = '\0';
    close(fd);
}

static void what_comes_is_answered_by_its_header(void **state)
{
    static const struct {
        const char *label, *request;
        int status;
    } rows[] = {
        {"a notification",
         "POST /hook HTTP/1.1\r\nHost: h\r\nVerification-Token: s3cret\r\nContent-Length: 2\r\n"
         "\r\n{}",
         200},
        {"without a token", "POST /hook HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", 401},
        {"another token",
         "POST /hook HTTP/1.1\r\nHost: h\r\nVerification-Token: x\r\nContent-Length: 2\r\n\r\n{}",
         401},
        {"another path", "POST /hook2 HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 404},
        {"a look", "GET /hook HTTP/1.1\r\nHost: h\r\n\r\n", 405},
        {"too long",
         "POST /hook HTTP/1.1\r\nHost: h\r\nVerification-Token: s3cret\r\n"
         "Content-Length: 300000\r\n\r\n",
         413},
    };
    struct stage *stage = *state;
    char answer[2000], want[40];
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        send_bytes(stage, rows[i].request, answer, sizeof(answer));
        snprintf(want, sizeof(want), "HTTP/1.1 %d ", rows[i].status);
        if (strncmp(answer, want, strlen(want)) != 0)
            fail_msg("%s: wanted %s, saw %s", rows[i].label, want, answer);
    }
    assert_int_equal(hook_refused(stage->hook), 2);
    char *body = hook_take(stage->hook);
    assert_string_equal(body, "{}");
    free(body);
    assert_null(hook_take(stage->hook));
}

static void the_handshake_gets_its_token_back_in_few_bytes(void **state)
{
    struct stage *stage = *state;
    char answer[2000];
    send_bytes(stage,
               "POST /hook HTTP/1.1\r\nHost: h\r\nValidation-Token: t-42\r\nContent-Length: 0\r\n"
               "\r\n",
               answer, sizeof(answer));
    assert_non_null(strstr(answer, "HTTP/1.1 200 "));
    assert_non_null(strstr(answer, "\r\nValidation-Token: t-42\r\n"));
    assert_true(strlen(answer) <= 1024); /* rest.md 6.2 */
}

static void tell(struct stage *stage, const char *uuid, int sequence, const char *status, bool want)
{
    char body[400];
    snprintf(body, sizeof(body),
             "{\"uuid\":\"%s\",\"body\":{\"telephonySessionId\":\"s1\",\"sequence\":%d,"
             "\"parties\":[{\"id\":\"p1\",\"status\":{\"code\":\"%s\"}}]}}",
             uuid, sequence, status);
    assert_int_equal(events_take(&stage->client, body), want);
}

static void a_call_that_is_over_stays_over_in_any_order(void **state)
{
    static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                     {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    static const char *const statuses[] = {"Proceeding", "Answered", "Disconnected"};
    struct stage *stage = *state;
    struct events_counts counts;
    for (int order = 0; order < 6; order++) {
        char why[100];
        store_free(stage->client.store);
        stage->client.store = store_open(":memory:", false, why, sizeof(why));
        for (int i = 0; i < 3; i++) {
            char uuid[8];
            int at = orders[order][i];
            snprintf(uuid, sizeof(uuid), "u%d", at);
            tell(stage, uuid, at + 1, statuses[at], true);
            tell(stage, uuid, at + 1, statuses[at], true); /* and once more */
        }
        events_count(stage->client.store, &counts);
        assert_int_equal(counts.calls, 0);
        assert_int_equal(counts.received, 6);
        assert_int_equal(counts.duplicates, 3);
        assert_int_equal(counts.late > 0, order > 0);
    }
}

static void a_call_we_ended_ourselves_may_go_on_after_all(void **state)
{
    struct stage *stage = *state;
    struct events_counts counts;
    tell(stage, "u1", 1, "Answered", true);
    assert_true(store_session_end(stage->client.store, "s1", stage->now_ms));
    tell(stage, "u0", 1, "Answered", true); /* older news do not wake it */
    events_count(stage->client.store, &counts);
    assert_int_equal(counts.calls, 0);
    tell(stage, "u2", 2, "Hold", true);
    events_count(stage->client.store, &counts);
    assert_int_equal(counts.calls, 1);
    tell(stage, "u3", 3, "Disconnected", true);
    tell(stage, "u4", 4, "Answered", true); /* what the platform ended stays over */
    events_count(stage->client.store, &counts);
    assert_int_equal(counts.calls, 0);
}

static void what_is_no_notification_changes_nothing(void **state)
{
    static const char *const bodies[] = {
        "",
        "{",
        "[]",
        "null",
        "{\"uuid\":\"\",\"body\":{}}",
        "{\"uuid\":1,\"body\":{}}",
        "{\"uuid\":\"u\"}",
        "{\"uuid\":\"u\",\"body\":[]}",
    };
    struct stage *stage = *state;
    struct events_counts counts;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
        if (events_take(&stage->client, bodies[i]))
            fail_msg("taken: %s", bodies[i]);
    events_count(stage->client.store, &counts);
    assert_int_equal(counts.received, 0);
}

static void a_notification_of_another_kind_counts_and_tells_of_no_call(void **state)
{
    struct stage *stage = *state;
    struct events_counts counts;
    assert_true(events_take(&stage->client,
                            "{\"uuid\":\"u\",\"body\":{\"extensionId\":\"7\",\"parties\":7}}"));
    events_count(stage->client.store, &counts);
    assert_int_equal(counts.received, 1);
    assert_int_equal(counts.calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, no_stage)
        TEST(what_comes_is_answered_by_its_header),
        TEST(the_handshake_gets_its_token_back_in_few_bytes),
        TEST(a_call_that_is_over_stays_over_in_any_order),
        TEST(a_call_we_ended_ourselves_may_go_on_after_all),
        TEST(what_is_no_notification_changes_nothing),
        TEST(a_notification_of_another_kind_counts_and_tells_of_no_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
