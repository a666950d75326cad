/* Pages of other origins: a browser asks first, then reads the answer (Fetch standard, 3.3). */
#include "support/rest_world.h"

static int setup(void **state)
{
    *state = rest_new();
    return 0;
}

static int ask(struct rest *rest, const char *target, const char *method, const char *headers)
{
    rest->session = NULL;
    rest_header(rest, "Origin", "https://page.test");
    rest_header(rest, "Access-Control-Request-Method", method);
    if (headers)
        rest_header(rest, "Access-Control-Request-Headers", headers);
    return rest_call(rest, "OPTIONS", target, NULL);
}

static void a_browser_asks_without_a_token_and_is_told(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(ask(rest, OWN_PATH "/presence", "PUT", "authorization,content-type"), 204);
    assert_string_equal(rest_reply_header(rest, "Access-Control-Allow-Origin"),
                        "https://page.test");
    assert_string_equal(rest_reply_header(rest, "Access-Control-Allow-Methods"), "GET, PUT");
    assert_string_equal(rest_reply_header(rest, "Access-Control-Allow-Headers"),
                        "authorization,content-type");
    assert_string_equal(rest_reply_header(rest, "Access-Control-Allow-Credentials"), "true");
    assert_string_equal(rest_reply_header(rest, "Vary"), "Origin");
    assert_int_equal(rest->reply.body.len, 0);
    assert_string_equal(rest->event.op, "preflight");
    assert_string_equal(event_get(&rest->event, EVENT_STATUS), "204");
}

static void a_page_may_read_answers_and_refusals(void **state)
{
    struct rest *rest = *state;
    static const struct {
        const char *target;
        int status;
    } rows[] = {{OWN_PATH, 200}, {ACCOUNT_PATH "/nothing", 404}, {"/nowhere", 404}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rest_header(rest, "Origin", "null");
        assert_int_equal(rest_get(rest, rows[i].target), rows[i].status);
        assert_string_equal(rest_reply_header(rest, "Access-Control-Allow-Origin"), "null");
        const char *readable = rest_reply_header(rest, "Access-Control-Expose-Headers");
        assert_non_null(strstr(readable, "X-Rate-Limit-Remaining"));
        assert_null(strstr(readable, "Retry-After")); /* rest.md 1.2 */
    }
    assert_int_equal(ask(rest, ACCOUNT_PATH "/nothing", "GET", NULL), 204); /* to read its 404 */
}

static void who_is_no_page_sees_nothing_of_it(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
    assert_null(rest_reply_header(rest, "Access-Control-Allow-Origin"));
    assert_int_equal(rest_call(rest, "OPTIONS", OWN_PATH, NULL), 405);
    rest_header(rest, "Origin", "https://page.test");
    assert_int_equal(rest_call(rest, "OPTIONS", OWN_PATH, NULL), 405); /* asks for no method */
}

/* What people are shown is not for scripts of other pages. */
static void sign_in_pages_and_control_are_closed(void **state)
{
    struct rest *rest = *state;
    static const char *const closed[] = {"/oauth/login", "/restapi/oauth/authorize",
                                         "/__admin/world"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        assert_int_equal(ask(rest, closed[i], "GET", NULL), 404); /* of this small router */
        assert_null(rest_reply_header(rest, "Access-Control-Allow-Origin"));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_browser_asks_without_a_token_and_is_told),
        TEST(a_page_may_read_answers_and_refusals),
        TEST(who_is_no_page_sees_nothing_of_it),
        TEST(sign_in_pages_and_control_are_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
