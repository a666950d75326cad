/* What subscribers are sent and what becomes of them when nobody takes it, without sockets: the
 * test is the edge. rest.md 6.3 to 6.5, 7. */
#include "support/subscriber.h"

static const struct node *first(struct rest *rest, const struct subscription *one)
{
    const struct delivery *delivery = subscription_first(one);
    assert_non_null(delivery);
    return json_parse(&rest->arena, delivery->body, delivery->len, NULL);
}

static void a_filter_hears_its_own_path_and_the_values_it_asks_for(void **state)
{
    static const struct {
        const char *filter, *path, *facts;
        size_t heard;
    } rows[] = {
        {"/restapi/v1.0/account/~/presence", P "/presence", "", 1},
        {"/restapi/v1.0/account/7001/presence", P "/presence", "", 1},
        {"/restapi/v1.0/account/~/presence", P "/extension/7101/presence", "", 0},
        {"/restapi/v1.0/account/~/presence?detailedTelephonyState=true", P "/presence", "", 1},
        {"/restapi/v1.0/account/~/extension/~/presence", P "/extension/7101/presence", "", 1},
        {"/restapi/v1.0/account/~/extension/~/presence", P "/extension/7102/presence", "", 0},
        {"/restapi/v1.0/account/~/telephony/sessions?direction=Inbound", P "/telephony/sessions",
         "direction=Inbound", 1},
        {"/restapi/v1.0/account/~/telephony/sessions?direction=Inbound", P "/telephony/sessions",
         "direction=Outbound", 0},
        {"/restapi/v1.0/account/~/telephony/sessions?direction=Inbound", P "/telephony/sessions",
         "", 0},
        {"/restapi/v1.0/account/~/telephony/sessions?statusCode=Setup&statusCode=Answered",
         P "/telephony/sessions", "statusCode=Answered", 1},
        {"/restapi/v1.0/account/~/telephony/sessions?direction=Inbound&missedCall=true",
         P "/telephony/sessions", "direction=Inbound&missedCall=false", 0},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s: %s?%s\n", rows[i].filter, rows[i].path, rows[i].facts);
        struct subscription *one = given(rest, rows[i].filter, 60000);
        struct params facts = {0};
        params_parse(&facts, &rest->arena, rows[i].facts, strlen(rows[i].facts));
        struct notify_event event = {.path = rows[i].path, .facts = &facts, .body = "{}"};
        assert_int_equal(notify_tell(rest->world, &event), rows[i].heard);
        subscription_remove(rest->world, one);
    }
}

static void the_envelope_says_to_whom_and_of_what(void **state)
{
    struct rest *rest = *state;
    struct subscription *one =
        given(rest, "/restapi/v1.0/account/~/presence?detailedTelephonyState=true", 60000);
    tell(rest, P "/presence");
    const struct node *body = first(rest, one);
    assert_string_equal(node_text(node_get(body, "event"), ""),
                        P "/presence?detailedTelephonyState=true");
    assert_string_equal(node_text(node_get(body, "subscriptionId"), ""), one->id);
    assert_string_equal(node_text(node_get(body, "ownerId"), ""), "7101");
    assert_string_equal(node_text(node_get(body, "timestamp"), ""), "2026-01-05T09:00:00.000Z");
    assert_int_equal(strlen(node_text(node_get(body, "uuid"), "")), 36);
    assert_string_equal(node_text(node_get(node_get(body, "body"), "x"), ""), "1");
}

static void what_rest_changes_is_told(void **state)
{
    struct rest *rest = *state;
    struct subscription *list = given(rest, "/restapi/v1.0/account/~/extension", 60000);
    struct subscription *bob = given(rest, "/restapi/v1.0/account/~/extension/7102", 60000);
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7102", "{\"contact\":{\"firstName\":\"Rob\"}}");
    assert_string_equal(node_text(node_get(node_get(first(rest, list), "body"), "eventType"), ""),
                        "Update");
    const struct node *body = node_get(first(rest, bob), "body");
    assert_string_equal(node_text(node_get(body, "extensionId"), ""), "7102");
    assert_string_equal(node_text(node_first(node_get(body, "hints")), ""), HINT_INFO);
    assert_int_equal(subscription_first(bob)->cause, rest->event.seq);
    deliver(rest, list, ok);
    deliver(rest, bob, ok);
    assert_int_equal(rest_call(rest, "DELETE", ACCOUNT_PATH "/extension/7102", NULL), 204);
    assert_string_equal(node_text(node_get(node_get(first(rest, list), "body"), "eventType"), ""),
                        "Delete");
}

static void presence_is_told_with_a_rising_sequence(void **state)
{
    struct rest *rest = *state;
    struct subscription *one = given(
        rest, "/restapi/v1.0/account/~/extension/~/presence?detailedTelephonyState=true", 60000);
    for (int i = 1; i <= 2; i++) {
        assert_int_equal(rest_call(rest, "PUT", OWN_PATH "/presence", "{\"userStatus\":\"Busy\"}"),
                         200);
        const struct node *body = node_get(first(rest, one), "body");
        int64_t sequence;
        assert_true(node_int(node_get(body, "sequence"), &sequence));
        assert_int_equal(sequence, i);
        assert_string_equal(node_text(node_get(body, "userStatus"), ""), "Busy");
        assert_non_null(node_get(body, "activeCalls"));
        deliver(rest, one, ok);
    }
}

static void only_one_of_a_subscription_is_under_way(void **state)
{
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
    struct parcel parcel, second;
    tell(rest, P "/presence");
    tell(rest, P "/presence");
    assert_true(take(rest, one->number, &parcel));
    assert_false(take(rest, one->number, &second));
    parcel.errand = ok;
    webhook_done(rest->world, rest->api.journal, &parcel);
    parcel_done(&parcel);
    assert_true(deliver(rest, one, ok));
    assert_string_equal(event_get(&rest->event, EVENT_SEQUENCE), "2");
    assert_false(deliver(rest, one, ok));
}

static void nobody_is_told_after_expiry_or_deletion(void **state)
{
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
    tell(rest, P "/presence");
    clock_advance(rest->world, 60000);
    assert_int_equal(tell(rest, P "/presence"), 0);
    assert_false(deliver(rest, one, ok));
    one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
    tell(rest, P "/presence");
    struct parcel parcel;
    assert_true(take(rest, one->number, &parcel));
    subscription_remove(rest->world, one);
    parcel.errand = ok;
    uint64_t before = journal_last(rest->api.journal);
    webhook_done(rest->world, rest->api.journal, &parcel);
    assert_int_equal(journal_last(rest->api.journal), before);
    parcel_done(&parcel);
}

static void ten_minutes_of_failing_blacklist(void **state)
{
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 3600000);
    tell(rest, P "/presence");
    deliver(rest, one, dead);
    clock_advance(rest->world, 599999);
    tell(rest, P "/presence");
    deliver(rest, one, dead);
    assert_int_equal(one->status, SUBSCRIPTION_ACTIVE);
    clock_advance(rest->world, 1);
    tell(rest, P "/presence");
    tell(rest, P "/presence");
    deliver(rest, one, dead);
    assert_int_equal(one->status, SUBSCRIPTION_BLACKLISTED);
    assert_string_equal(rest->event.op, "notify.blacklisted");
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "1");
    assert_string_equal(one->reason, "I/O operation is failed. Details: [Read timed out]");
    assert_int_equal(tell(rest, P "/presence"), 0);
    clock_advance(rest->world, 3000000);
    assert_int_equal(one->queue_count, 0);
}

static void one_success_forgives_the_failures_before_it(void **state)
{
    struct rest *rest = *state;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 3600000);
    static const struct errand gone = {.result = ERRAND_ANSWERED, .status = 404};
    tell(rest, P "/presence");
    deliver(rest, one, gone);
    assert_string_equal(one->reason, "Webhook responses with code: [404], reason: [Not Found]");
    tell(rest, P "/presence");
    deliver(rest, one, ok);
    clock_advance(rest->world, 600000);
    tell(rest, P "/presence");
    deliver(rest, one, dead);
    assert_int_equal(one->status, SUBSCRIPTION_ACTIVE);
}

static void reconciliation_asks_every_quarter_of_an_hour(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.sub_blacklist_after_ms = 0;
    rest->world->knobs.sub_blacklist_recover = KNOB_RECOVER_RECONCILE;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 36000000);
    tell(rest, P "/presence");
    deliver(rest, one, dead);
    clock_advance(rest->world, 899999);
    assert_false(deliver(rest, one, ok));
    clock_advance(rest->world, 1);
    assert_true(deliver(rest, one, dead));
    assert_int_equal(one->status, SUBSCRIPTION_BLACKLISTED);
    clock_advance(rest->world, 900000);
    assert_true(deliver(rest, one, ok));
    assert_string_equal(rest->event.op, "notify.validation");
    assert_int_equal(one->status, SUBSCRIPTION_ACTIVE);
    assert_int_equal(tell(rest, P "/presence"), 1);
}

static void a_full_queue_loses_the_newest_and_says_so(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.sub_deliver_queue = 3;
    struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
    for (int i = 0; i < 5; i++)
        assert_int_equal(tell(rest, P "/presence"), i < 3);
    assert_int_equal(one->overflowed, 2);
    deliver(rest, one, ok);
    journal_get(rest->api.journal, journal_last(rest->api.journal) - 1, &rest->event);
    assert_string_equal(rest->event.op, "notify.overflow");
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "2");
    assert_int_equal(tell(rest, P "/presence"), 1);
}

static void deliveries_can_be_dropped_doubled_and_turned_around(void **state)
{
    static const struct {
        int64_t drop, dup, reorder;
        const char *wanted;
    } rows[] = {
        {0, 0, 0, "123456"}, {3, 0, 0, "1245"}, {0, 3, 0, "12334566"},
        {0, 0, 3, "132465"}, {1, 0, 0, ""},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char seen[16] = "";
        struct subscription *one = given(rest, "/restapi/v1.0/account/~/presence", 60000);
        rest->world->knobs.sub_deliver_drop = rows[i].drop;
        rest->world->knobs.sub_deliver_dup = rows[i].dup;
        rest->world->knobs.sub_deliver_reorder = rows[i].reorder;
        for (int n = 1; n <= 6; n++) {
            struct notify_event event = {.path = P "/presence",
                                         .body = arena_printf(&rest->arena, "%d", n)};
            notify_tell(rest->world, &event);
        }
        for (size_t len = 0; subscription_first(one); len++) {
            seen[len] = node_text(node_get(first(rest, one), "body"), "?")[0];
            deliver(rest, one, ok);
        }
        assert_string_equal(seen, rows[i].wanted);
        subscription_remove(rest->world, one);
    }
}

static void reminders_come_from_the_threshold_on_until_expiry(void **state)
{
    struct rest *rest = *state;
    struct subscription *one =
        given(rest, "/restapi/v1.0/subscription/~?threshold=30&interval=10", 100000);
    clock_advance(rest->world, 69999);
    assert_int_equal(one->queue_count, 0);
    clock_advance(rest->world, 1);
    assert_int_equal(one->queue_count, 1);
    const struct node *info = node_get(node_get(first(rest, one), "body"), "subscriptionInfo");
    assert_string_equal(node_text(node_get(info, "id"), ""), one->id);
    assert_string_equal(node_text(node_get(info, "expiresIn"), ""), "30");
    clock_advance(rest->world, 10000);
    assert_int_equal(one->queue_count, 2);
    subscription_renew(rest->world, one, 100000);
    clock_advance(rest->world, 69999);
    assert_int_equal(one->queue_count, 2);
    clock_advance(rest->world, 30001);
    assert_int_equal(one->queue_count, 5);
    clock_advance(rest->world, 100000);
    assert_int_equal(one->queue_count, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, subscriber_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_filter_hears_its_own_path_and_the_values_it_asks_for),
        TEST(the_envelope_says_to_whom_and_of_what),
        TEST(what_rest_changes_is_told),
        TEST(presence_is_told_with_a_rising_sequence),
        TEST(only_one_of_a_subscription_is_under_way),
        TEST(nobody_is_told_after_expiry_or_deletion),
        TEST(ten_minutes_of_failing_blacklist),
        TEST(one_success_forgives_the_failures_before_it),
        TEST(reconciliation_asks_every_quarter_of_an_hour),
        TEST(a_full_queue_loses_the_newest_and_says_so),
        TEST(deliveries_can_be_dropped_doubled_and_turned_around),
        TEST(reminders_come_from_the_threshold_on_until_expiry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
