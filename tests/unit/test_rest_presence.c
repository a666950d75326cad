/* Presence: what is said, what is seen of it, and by whom. */
#include "support/rest_world.h"

#define PRESENCE OWN_PATH "/presence"

static void a_person_is_available_until_they_say_otherwise(void **state)
{
    static const struct {
        const char *path, *text;
    } rows[] = {
        {"extension.id", "7101"},          {"presenceStatus", "Available"},
        {"userStatus", "Available"},       {"telephonyStatus", "NoCall"},
        {"dndStatus", "TakeAllCalls"},     {"dndStatusPersonal", "TakeAllCalls"},
        {"meetingStatus", "Disconnected"},
    };
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, PRESENCE), 200);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(rest_text(rest, rows[i].path), rows[i].text);
    assert_true(rest_at(rest, "allowSeeMyPresence")->boolean);
    assert_null(rest_at(rest, "activeCalls"));
    rest_get(rest, PRESENCE "?detailedTelephonyState=true&sipData=true");
    assert_int_equal(rest_at(rest, "activeCalls")->kind, NODE_LIST);
}

static void what_is_put_is_read_again(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "PUT", PRESENCE,
                               "{\"userStatus\":\"Busy\",\"message\":\"At lunch\","
                               "\"dndStatus\":\"DoNotAcceptDepartmentCalls\","
                               "\"allowSeeMyPresence\":false,\"ringOnMonitoredCall\":true,"
                               "\"pickUpCallsOnHold\":true}"),
                     200);
    uint64_t changed = rest->event.seq;
    rest_get(rest, PRESENCE);
    assert_string_equal(rest_text(rest, "presenceStatus"), "Busy");
    assert_string_equal(rest_text(rest, "message"), "At lunch");
    assert_string_equal(rest_text(rest, "dndStatus"), "DoNotAcceptDepartmentCalls");
    assert_false(rest_at(rest, "acceptCallQueueCalls")->boolean);
    assert_false(rest_at(rest, "allowSeeMyPresence")->boolean);
    assert_true(rest_at(rest, "ringOnMonitoredCall")->boolean);
    assert_true(rest_at(rest, "pickUpCallsOnHold")->boolean);
    assert_int_equal(user_named(rest->world, "Ann")->presence.cause, changed);
    /* What a later call does not name stays. */
    rest_call(rest, "PUT", PRESENCE, "{\"userStatus\":\"Offline\"}");
    assert_string_equal(rest_text(rest, "message"), "At lunch");
    assert_string_equal(rest_text(rest, "presenceStatus"), "Offline");
}

static void taking_calls_has_four_states(void **state)
{
    static const struct {
        const char *body, *dnd;
    } rows[] = {
        {"{\"acceptCallQueueCalls\":false}", "DoNotAcceptDepartmentCalls"},
        {"{\"dndStatusPersonal\":\"DoNotAcceptAnyCalls\"}", "DoNotAcceptAnyCalls"},
        {"{\"acceptCallQueueCalls\":true}", "TakeDepartmentCallsOnly"},
        {"{\"dndStatusPersonal\":\"TakeAllCalls\"}", "TakeAllCalls"},
        {"{\"dndStatus\":\"DoNotAcceptAnyCalls\"}", "DoNotAcceptAnyCalls"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "PUT", PRESENCE, rows[i].body);
        assert_string_equal(rest_text(rest, "dndStatus"), rows[i].dnd);
    }
}

static void wrong_values_change_nothing(void **state)
{
    static const struct {
        const char *body, *parameter;
    } rows[] = {
        {"{\"userStatus\":\"Away\"}", "userStatus"},
        {"{\"userStatus\":\"Busy\",\"dndStatus\":\"Unknown\"}", "dndStatus"},
        {"{\"dndStatusPersonal\":\"TakeDepartmentCallsOnly\"}", "dndStatusPersonal"},
        {"{\"userStatus\":\"Busy\",\"allowSeeMyPresence\":\"no\"}", "allowSeeMyPresence"},
        {"{\"userStatus\":\"Busy\",\"message\":\"1234567890123456789012345678901234567890"
         "123456789012345678901234567890123456\"}",
         "message"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "PUT", PRESENCE, rows[i].body);
        assert_refused(rest, 400, "CMN-101");
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
        assert_int_equal(user_named(rest->world, "Ann")->presence.said, PRESENCE_AVAILABLE);
    }
    rest_call(rest, "PUT", PRESENCE, "[]");
    assert_refused(rest, 400, "CMN-103");
    /* 75 characters that are two bytes each are not too many. */
    char body[200] = "{\"message\":\"";
    for (int i = 0; i < 75; i++)
        snprintf(body + strlen(body), sizeof body - strlen(body), "\xc3\xa9");
    snprintf(body + strlen(body), sizeof body - strlen(body), "\"}");
    assert_int_equal(rest_call(rest, "PUT", PRESENCE, body), 200);
}

static void a_queue_is_offline_and_says_no_more(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/extension/7105/presence");
    assert_string_equal(rest_text(rest, "presenceStatus"), "Offline");
    static const char *const absent[] = {"telephonyStatus", "userStatus", "dndStatus", "message"};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
        assert_null(rest_at(rest, absent[i]));
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7105/presence", "{\"userStatus\":\"Busy\"}");
    assert_refused(rest, 403, "CMN-403");
}

static void who_is_disabled_is_offline(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/extension/7104/presence");
    assert_string_equal(rest_text(rest, "presenceStatus"), "Offline");
}

static void who_hides_is_seen_by_administrators_only(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension/7103/presence"), 200);
    rest_get(rest, ACCOUNT_PATH "/presence");
    assert_int_equal(rest_count(rest, "records"), 5);
    user_named(rest->world, "Mia")->presence.is_hidden = true;
    user_named(rest->world, "Mia")->presence.cause = 8;
    rest_get(rest, ACCOUNT_PATH "/extension/7103/presence");
    assert_refused(rest, 403, "CMN-404");
    assert_int_equal(rest->event.cause, 8);
    rest_get(rest, ACCOUNT_PATH "/presence");
    assert_int_equal(rest_count(rest, "records"), 4);
    rest_as(rest, "Ann");
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension/7103/presence"), 200);
}

static void another_is_changed_by_administrators_only(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7102/presence",
                               "{\"userStatus\":\"Busy\"}"),
                     200);
    rest_as(rest, "Bob");
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7101/presence", "{\"userStatus\":\"Busy\"}");
    assert_refused(rest, 403, "CMN-404");
}

static void the_unified_form_is_the_same_presence(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PATCH", OWN_PATH "/unified-presence",
              "{\"glip\":{\"visibility\":\"Invisible\",\"availability\":\"DND\"}}");
    assert_string_equal(rest_text(rest, "status"), "Offline");
    assert_string_equal(rest_text(rest, "glip.status"), "Offline");
    assert_string_equal(rest_text(rest, "telephony.availability"), "DoNotAcceptAnyCalls");
    rest_call(rest, "PATCH", OWN_PATH "/unified-presence",
              "{\"glip\":{\"visibility\":\"Visible\"},"
              "\"telephony\":{\"availability\":\"DoNotAcceptQueueCalls\"}}");
    assert_string_equal(rest_text(rest, "telephony.availability"), "DoNotAcceptQueueCalls");
    rest_get(rest, PRESENCE);
    assert_string_equal(rest_text(rest, "dndStatus"), "DoNotAcceptDepartmentCalls");
    rest_call(rest, "PATCH", OWN_PATH "/unified-presence", "{\"glip\":{\"availability\":\"DND\"}}");
    assert_string_equal(rest_text(rest, "status"), "DND");
    rest_call(rest, "PATCH", OWN_PATH "/unified-presence", "{\"glip\":{\"visibility\":\"?\"}}");
    assert_refused(rest, 400, "CMN-101");
}

static void several_are_read_at_once(void **state)
{
    struct rest *rest = *state;
    rest_header(rest, "Accept", "application/vnd.ringcentral.multipart+json");
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension/7101,7102/presence"), 207);
    assert_string_equal(rest_text(rest, "[1].body.extension.id"), "7102");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_person_is_available_until_they_say_otherwise),
        TEST(what_is_put_is_read_again),
        TEST(taking_calls_has_four_states),
        TEST(wrong_values_change_nothing),
        TEST(a_queue_is_offline_and_says_no_more),
        TEST(who_is_disabled_is_offline),
        TEST(who_hides_is_seen_by_administrators_only),
        TEST(another_is_changed_by_administrators_only),
        TEST(the_unified_form_is_the_same_presence),
        TEST(several_are_read_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
