/* What the fault rules and the receiver's answers make of deliveries. rest.md 6.4; failures.md F067,
 * F068. */
#include "support/subscriber.h"

/* "1 dropped drop" and so on of the last `count` events. */
static void assert_went(struct rest *rest, const char *const *wanted, size_t count)
{
    uint64_t first = journal_last(rest->api.journal) + 1 - count;
    for (size_t i = 0; i < count; i++) {
        assert_true(journal_get(rest->api.journal, first + i, &rest->event));
        const char *plan = event_get(&rest->event, EVENT_PLAN);
        assert_string_equal(rest->event.op, "notify.webhook");
        assert_string_equal(
            arena_printf(&rest->arena, "%s %s%s%s", event_get(&rest->event, EVENT_SEQUENCE),
                         event_get(&rest->event, EVENT_RESULT), plan ? " " : "", plan ? plan : ""),
            wanted[i]);
    }
}

#define RULE(more) "{\"match\":{\"op\":\"notify.webhook\"},\"times\":1," more "}"

static void rules_act_on_what_is_delivered(void **state)
{
    static const char *const turned[] = {"1 dropped drop", "2 received duplicate",
                                         "2 received duplicate", "4 received",
                                         "3 received reorder"};
    static const char *const late[] = {"6 received", "5 received delay", "7 dropped close"};
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
    rest_arm(rest, "{\"match\":{\"op\":\"notify.webhook\",\"event\":\"*/telephony/*\"},"
                   "\"kind\":\"drop\"}"); /* of other events */
    rest_arm(rest, RULE("\"kind\":\"drop\""));
    rest_arm(rest, RULE("\"kind\":\"duplicate\""));
    rest_arm(rest, RULE("\"kind\":\"reorder\""));
    for (int i = 0; i < 4; i++)
        tell(rest, P "/presence");
    while (deliver(rest, one, ok))
        ;
    assert_went(rest, turned, 5);

    rest_arm(rest, RULE("\"kind\":\"delay\",\"delay\":\"5s\""));
    tell(rest, P "/presence");
    tell(rest, P "/presence");
    assert_true(deliver(rest, one, ok));
    clock_advance(rest->world, 4999);
    assert_false(deliver(rest, one, ok));
    clock_advance(rest->world, 1);
    assert_true(deliver(rest, one, ok));
    rest_arm(rest, RULE("\"kind\":\"close\"")); /* there is no connection to close but its own */
    tell(rest, P "/presence");
    assert_false(deliver(rest, one, ok));
    assert_went(rest, late, 3);
    assert_int_equal(one->failed, 0);
    assert_int_equal(one->queue_count + one->aside_count, 0);
}

static void a_delivery_is_tried_again_as_often_as_told(void **state)
{
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 600000);
    rest_set(rest, "sub.deliver.retries", "3");
    tell(rest, P "/presence");
    assert_true(deliver(rest, one, dead));
    for (int64_t wait_ms = 1000; wait_ms <= 4000; wait_ms *= 2) {
        clock_advance(rest->world, wait_ms - 1);
        assert_false(deliver(rest, one, dead));
        clock_advance(rest->world, 1);
        assert_true(deliver(rest, one, dead));
    }
    clock_advance(rest->world, 60000);
    assert_false(deliver(rest, one, ok));
    assert_int_equal(one->failed, 4);
}

static void what_counts_as_received(void **state)
{
    static const struct {
        int status;
        bool is_received;
    } rows[] = {{200, true},  {202, true},  {204, true},  {299, true},  {301, false},
                {307, false}, {400, false}, {401, false}, {410, false}, {503, false}};
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tell(rest, P "/presence");
        deliver(rest, one, (struct errand){.result = ERRAND_ANSWERED, .status = rows[i].status});
        assert_string_equal(event_get(&rest->event, EVENT_RESULT),
                            rows[i].is_received ? "received" : "failed");
    }
    assert_int_equal(one->status, SUBSCRIPTION_ACTIVE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, subscriber_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rules_act_on_what_is_delivered),
        TEST(a_delivery_is_tried_again_as_often_as_told),
        TEST(what_counts_as_received),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
