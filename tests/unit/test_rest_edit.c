/* Small changes over REST: roles, addresses, devices, the call log; and the v2 tree. */
#include "support/rest_world.h"

#define ROLE(id) "{\"records\":[{\"id\":\"" id "\"}]}"
#define V2       "/restapi/v2/accounts/~"

static void a_role_taken_away_is_felt_at_once(void **state)
{
    struct rest *rest = *state;
    struct session *ann = rest->session;
    user_named(rest->world, "Mia")->role = ROLE_SUPER_ADMIN;
    rest_as(rest, "Mia");
    assert_int_equal(
        rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7101/assigned-role", ROLE("7")), 200);
    assert_string_equal(rest_text(rest, "records[0].displayName"), "Standard");
    uint64_t taken = rest->event.seq;
    rest->session = ann;
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
    rest_get(rest, ACCOUNT_PATH "/call-log");
    assert_refused(rest, 403, "CMN-408");
    assert_int_equal(rest->event.cause, taken);
    rest_call(rest, "PUT", OWN_PATH "/assigned-role", ROLE("1"));
    assert_refused(rest, 403, "CMN-408");
}

static void roles_have_their_refusals(void **state)
{
    static const struct {
        const char *extension, *body;
        int status;
        const char *code;
    } rows[] = {
        {"7102", "{}", 400, "CMN-100"},
        {"7102", "{\"records\":[]}", 400, "CMN-101"},
        {"7102", "{\"records\":[{\"id\":\"1\"},{\"id\":\"2\"}]}", 400, "CMN-101"},
        {"7102", ROLE("9"), 404, "CMN-102"},
        {"7105", ROLE("1"), 403, "CMN-403"},
        {"7102", "[]", 400, "CMN-103"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        print_message("%s\n", rows[i].body);
        snprintf(target, sizeof target, "%s/extension/%s/assigned-role", ACCOUNT_PATH,
                 rows[i].extension);
        rest_call(rest, "PUT", target, rows[i].body);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_int_equal(user_named(rest->world, "Bob")->role, ROLE_STANDARD);
    }
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7105/assigned-role/default", NULL);
    assert_refused(rest, 403, "CMN-403");
}

static void the_default_role_is_that_of_new_users(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7102/assigned-role/default", NULL);
    assert_string_equal(rest_text(rest, "records[0].displayName"), "Standard (International)");
    rest_get(rest, ACCOUNT_PATH "/user-role/default");
    assert_string_equal(rest_text(rest, "displayName"), "Standard (International)");
    rest_get(rest, OWN_PATH "/assignable-roles");
    assert_int_equal(rest_count(rest, "records"), ROLE_COUNT);
    rest_get(rest, ACCOUNT_PATH "/extension/7105/assignable-roles");
    assert_int_equal(rest_count(rest, "records"), 0);
}

static void an_address_changes_whole_or_not_at_all(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", ACCOUNT_PATH "/business-address",
              "{\"company\":\"New\",\"businessAddress\":{\"city\":\"Rome\",\"zip\":5}}");
    assert_refused(rest, 400, "CMN-101");
    assert_string_equal(rest_text(rest, "parameterName"), "zip");
    assert_string_equal(rest->world->accounts[0]->company, "Acme");
    rest_call(rest, "PUT", ACCOUNT_PATH "/business-address",
              "{\"company\":\"New\",\"businessAddress\":{\"city\":\"Rome\"}}");
    assert_string_equal(rest_text(rest, "company"), "New");
    assert_string_equal(rest_text(rest, "businessAddress.city"), "Rome");
    rest_get(rest, OWN_PATH);
    assert_string_equal(rest_text(rest, "contact.company"), "New");
}

static void a_device_is_renamed(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", ACCOUNT_PATH "/device/800000000001", "{\"name\":\"Lobby\"}");
    assert_string_equal(rest_text(rest, "name"), "Lobby");
    static const char *const bad[] = {"{\"name\":\"\"}", "{\"name\":7}"};
    for (size_t i = 0; i < 2; i++) {
        rest_call(rest, "PUT", ACCOUNT_PATH "/device/800000000001", bad[i]);
        assert_refused(rest, 400, "CMN-101");
    }
}

static void add_calls(struct rest *rest, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t number;
        struct call_record record = {.start_ms = REST_START_MS - (count - i) * 1000,
                                     .user = 1,
                                     .queue = CALL_NO_QUEUE,
                                     .other = 15557770001};
        assert_true(call_log_append(rest->world, &record, &number));
    }
}

static void a_log_is_deleted_up_to_a_time(void **state)
{
    struct rest *rest = *state;
    add_calls(rest, 600);
    rest_as(rest, "Bob");
    assert_int_equal(
        rest_call(rest, "DELETE", OWN_PATH "/call-log?dateTo=2026-01-05T08:50:10Z", NULL), 204);
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "10");
    rest_get(rest, OWN_PATH "/call-log?perPage=1000");
    assert_int_equal(rest_count(rest, "records"), 590);
    assert_int_equal(rest_call(rest, "DELETE", OWN_PATH "/call-log", NULL), 204);
    rest_get(rest, OWN_PATH "/call-log");
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "DELETE", OWN_PATH "/call-log?dateTo=x", NULL);
    assert_refused(rest, 400, "CMN-101");
}

static void all_of_the_log_is_extracted_in_order(void **state)
{
    struct rest *rest = *state;
    add_calls(rest, 7);
    char target[400] = ACCOUNT_PATH "/call-log-extract-sync?recordCount=3";
    static const struct {
        size_t count;
        bool is_more;
    } steps[] = {{3, true}, {3, true}, {1, false}, {0, false}};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rest_get(rest, target), 200);
        assert_int_equal(rest_count(rest, "records"), steps[i].count);
        assert_int_equal(rest_at(rest, "syncInfo.newerRecordsExist")->boolean, steps[i].is_more);
        snprintf(target, sizeof target,
                 "%s/call-log-extract-sync?syncType=ISync&recordCount=3&syncToken=%s", ACCOUNT_PATH,
                 rest_text(rest, "syncInfo.syncToken"));
    }
    add_calls(rest, 1);
    rest_get(rest, target);
    assert_int_equal(rest_count(rest, "records"), 1);
    rest->world->call_log_resets++;
    rest_get(rest, target);
    assert_refused(rest, 400, "CLG-104");
    rest_get(rest, ACCOUNT_PATH "/call-log-extract-sync?syncType=ISync&syncToken=x");
    assert_refused(rest, 400, "CLG-101");
    rest_get(rest, ACCOUNT_PATH "/call-log-extract-sync?syncType=ISync");
    assert_refused(rest, 400, "CMN-100");
}

static void the_newer_tree_writes_ids_as_text(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, V2);
    assert_int_equal(rest_at(rest, "id")->kind, NODE_STRING);
    assert_string_equal(rest_text(rest, "serviceInfo.brand.id"), "6010");
    rest_get(rest, V2 "/phone-numbers");
    assert_int_equal(rest_count(rest, "records"), 3);
    assert_int_equal(rest_at(rest, "records[1].id")->kind, NODE_STRING);
    assert_int_equal(rest_at(rest, "records[1].extension.id")->kind, NODE_STRING);
    static const struct {
        const char *query;
        size_t count;
    } rows[] = {
        {"tollType=TollFree", 1},
        {"tollType=Toll", 2},
        {"usageType=MainCompanyNumber", 1},
        {"phoneNumber=%2B12025550101", 1},
        {"byocNumber=true", 0},
        {"extensionStatus=Enabled", 2},
        {"type=FaxOnly", 0},
        {"status=Pending", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        print_message("%s\n", rows[i].query);
        snprintf(target, sizeof target, "%s/phone-numbers?%s", V2, rows[i].query);
        assert_int_equal(rest_get(rest, target), 200);
        assert_int_equal(rest_count(rest, "records"), rows[i].count);
    }
    rest_get(rest, V2 "/phone-numbers?tollType=Free");
    assert_refused(rest, 400, "CMN-101");
}

static void deleting_many_tells_each_ones_fate(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(
        rest_call(rest, "DELETE", V2 "/extensions",
                  "{\"records\":[{\"id\":\"7102\"},{\"id\":\"7101\"},{\"id\":\"7902\"}]}"),
        200);
    static const bool good[] = {true, false, false};
    static const char *const codes[] = {NULL, "CMN-101", "CMN-102"};
    for (size_t i = 0; i < 3; i++) {
        char path[80];
        snprintf(path, sizeof path, "records[%zu].bulkItemSuccessful", i);
        assert_int_equal(rest_at(rest, path)->boolean, good[i]);
        snprintf(path, sizeof path, "records[%zu].bulkItemErrors[0].errorCode", i);
        if (codes[i])
            assert_string_equal(rest_text(rest, path), codes[i]);
    }
    assert_true(user_by_id(rest->world, 7102)->is_deleted);
    assert_false(user_by_id(rest->world, 7902)->is_deleted);
    rest_call(rest, "DELETE", V2 "/extensions", "{}");
    assert_refused(rest, 400, "CMN-100");
    rest_call(rest, "DELETE", V2 "/extensions", "{\"records\":{}}");
    assert_refused(rest, 400, "CMN-101");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_role_taken_away_is_felt_at_once),
        TEST(roles_have_their_refusals),
        TEST(the_default_role_is_that_of_new_users),
        TEST(an_address_changes_whole_or_not_at_all),
        TEST(a_device_is_renamed),
        TEST(a_log_is_deleted_up_to_a_time),
        TEST(all_of_the_log_is_extracted_in_order),
        TEST(the_newer_tree_writes_ids_as_text),
        TEST(deleting_many_tells_each_ones_fate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
