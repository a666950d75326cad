/* A request made ahead: taken by who asks for the same, thrown away for anything else. */
#include "web.h"

#include "fake_platform.h"

struct given {
    struct fake *fake;
    struct web *web;
    char url[120], other_url[120];
};

static int given_web(void **state)
{
    struct given *given = calloc(1, sizeof(*given));
    given->fake = fake_start();
    given->fake->serial = 1;
    given->web = web_new("test");
    const char *path = "/restapi/v1.0/account/~/call-log?page=";
    snprintf(given->url, sizeof(given->url), "http://127.0.0.1:%d%s2", given->fake->port, path);
    snprintf(given->other_url, sizeof(given->other_url), "http://127.0.0.1:%d%s1",
             given->fake->port, path);
    *state = given;
    return 0;
}

static int no_web(void **state)
{
    struct given *given = *state;
    web_free(given->web);
    fake_stop(given->fake);
    free(given);
    return 0;
}

#define BEARER "access-1-xyz"

static int asked(struct given *given)
{
    pthread_mutex_lock(&given->fake->mutex);
    int count = given->fake->asked_all;
    pthread_mutex_unlock(&given->fake->mutex);
    return count;
}

static void it_is_taken_as_if_it_had_been_asked_for_then(void **state)
{
    struct given *given = *state;
    for (int i = 1; i <= 3; i++) {
        struct web_reply ahead, now;
        web_ahead(given->web, given->url, BEARER, NULL, 5000);
        for (int moves = 0; moves < 1000 && asked(given) < 2 * i - 1; moves++) {
            web_ahead_move(given->web);
            poll(NULL, 0, 1);
        }
        assert_true(web_ahead_take(given->web, given->url, BEARER, &ahead));
        web_send(given->web, &(struct web_request){.url = given->url, .bearer = BEARER}, &now);
        assert_int_equal(ahead.status, 200);
        assert_string_equal(ahead.body, now.body);
        assert_int_equal(ahead.body_len, now.body_len);
        assert_int_equal(asked(given), 2 * i);
        assert_false(web_ahead_take(given->web, given->url, BEARER, &now)); /* once */
        web_reply_done(&ahead);
        web_reply_done(&now);
    }
}

static void a_refusal_comes_as_it_is(void **state)
{
    struct given *given = *state;
    struct web_reply reply;
    given->fake->call_log = (struct fake_answer){429, "{}", 17};
    web_ahead(given->web, given->url, BEARER, NULL, 5000);
    assert_true(web_ahead_take(given->web, given->url, BEARER, &reply));
    assert_int_equal(reply.status, 429);
    assert_int_equal(reply.retry_after_s, 17);
    assert_string_equal(reply.rate_group, "heavy");
    web_reply_done(&reply);
}

static void no_answer_comes_as_none(void **state)
{
    struct given *given = *state;
    struct web_reply reply;
    web_ahead(given->web, "http://127.0.0.1:1/restapi/x", BEARER, NULL, 5000);
    assert_true(web_ahead_take(given->web, "http://127.0.0.1:1/restapi/x", BEARER, &reply));
    assert_int_equal(reply.status, 0);
    assert_string_not_equal(reply.error, "");
    web_reply_done(&reply);
}

static void who_asks_for_something_else_does_not_get_it(void **state)
{
    struct given *given = *state;
    struct web_reply reply;
    web_ahead(given->web, given->url, BEARER, NULL, 5000);
    assert_false(web_ahead_take(given->web, given->other_url, BEARER, &reply));
    assert_false(web_ahead_take(given->web, given->url, BEARER, &reply)); /* thrown away */
    web_ahead(given->web, given->url, BEARER, NULL, 5000);
    assert_false(web_ahead_take(given->web, given->url, "another", &reply));
    web_ahead(given->web, given->url, BEARER, NULL, 5000);
    web_ahead(given->web, given->other_url, BEARER, NULL, 5000);
    assert_false(web_ahead_take(given->web, given->url, BEARER, &reply));
    web_ahead(given->web, given->url, BEARER, NULL, 5000);
    web_ahead_drop(given->web);
    assert_false(web_ahead_take(given->web, given->url, BEARER, &reply));
    web_ahead(given->web, given->url, BEARER, NULL, 5000); /* still under way at the end */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_web, no_web)
    const struct CMUnitTest tests[] = {
        TEST(it_is_taken_as_if_it_had_been_asked_for_then),
        TEST(a_refusal_comes_as_it_is),
        TEST(no_answer_comes_as_none),
        TEST(who_asks_for_something_else_does_not_get_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
