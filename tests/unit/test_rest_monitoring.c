/* Call monitoring groups: made, filled, changed and taken away. */
#include "support/rest_world.h"

#define GROUPS ACCOUNT_PATH "/call-monitoring-groups"

static int setup(void **state)
{
    struct rest *rest = rest_new();
    monitoring_add(rest->world, 7001, "Floor");
    *state = rest;
    return 0;
}

static struct monitoring_group *floor_group(struct rest *rest)
{
    return monitoring_by_id(rest->world, 600001);
}

static void groups_are_made_renamed_and_removed(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "POST", GROUPS, "{\"name\":\"Night\"}"), 200);
    assert_int_equal(rest_at(rest, "id")->kind, NODE_STRING);
    assert_string_equal(rest_text(rest, "id"), "600002");
    rest_call(rest, "PUT", GROUPS "/600002", "{\"name\":\"Day\"}");
    rest_get(rest, GROUPS);
    assert_int_equal(rest_count(rest, "records"), 2);
    assert_string_equal(rest_text(rest, "records[1].name"), "Day");
    assert_int_equal(rest_call(rest, "DELETE", GROUPS "/600001", NULL), 204);
    rest_get(rest, GROUPS);
    assert_int_equal(rest_count(rest, "records"), 1);
    rest_get(rest, GROUPS "/600001/members");
    assert_refused(rest, 404, "CMN-102");
    /* An id is not given twice. */
    rest_call(rest, "POST", GROUPS, "{\"name\":\"Late\"}");
    assert_string_equal(rest_text(rest, "id"), "600003");
}

static void names_have_their_limits(void **state)
{
    static const struct {
        const char *body, *code;
    } rows[] = {
        {"{}", "CMN-100"},
        {"{\"name\":\"\"}", "CMN-101"},
        {"{\"name\":5}", "CMN-101"},
        {"[]", "CMN-103"},
        {"{\"name\":\"12345678901234567890123456789012345678901234567890123456789012345\"}",
         "CMN-101"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "POST", GROUPS, rows[i].body);
        assert_refused(rest, 400, rows[i].code);
    }
    while (rest->world->monitoring_count < MONITORING_GROUPS_MAX)
        monitoring_add(rest->world, 7001, "more");
    rest_call(rest, "POST", GROUPS, "{\"name\":\"One too many\"}");
    assert_refused(rest, 403, "CMN-109");
}

static void members_are_assigned_with_what_they_may(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(
        rest_call(rest, "POST", GROUPS "/600001/bulk-assign",
                  "{\"addedExtensions\":["
                  "{\"id\":\"7101\",\"permissions\":[\"Monitoring\"]},"
                  "{\"id\":\"7102\",\"permissions\":[\"Monitored\"]},"
                  "{\"id\":\"7103\",\"permissions\":[\"Monitoring\",\"Monitored\"]}]}"),
        204);
    rest_get(rest, GROUPS "/600001/members");
    assert_int_equal(rest_count(rest, "records"), 3);
    assert_string_equal(rest_text(rest, "records[1].id"), "7102");
    assert_string_equal(rest_text(rest, "records[1].permissions[0]"), "Monitored");
    assert_int_equal(rest_count(rest, "records[2].permissions"), 2);
    rest_call(rest, "POST", GROUPS "/600001/bulk-assign",
              "{\"updatedExtensions\":[{\"id\":\"7103\",\"permissions\":[\"Monitored\"]}],"
              "\"removedExtensions\":[{\"id\":\"7101\"}]}");
    assert_int_equal(monitoring_of(floor_group(rest), 7103), IS_MONITORED);
    assert_int_equal(monitoring_of(floor_group(rest), 7101), 0);
    rest_get(rest, GROUPS "?memberExtensionId=7102");
    assert_int_equal(rest_count(rest, "records"), 1);
    rest_get(rest, GROUPS "?memberExtensionId=7101");
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "DELETE", ACCOUNT_PATH "/extension/7102", NULL);
    rest_get(rest, GROUPS "/600001/members");
    assert_int_equal(rest_count(rest, "records"), 1);
}

static void a_wrong_list_changes_nothing(void **state)
{
    static const struct {
        const char *body;
        int status;
        const char *code;
    } rows[] = {
        {"{\"addedExtensions\":[{\"id\":\"7101\",\"permissions\":[\"Monitoring\"]},"
         "{\"id\":\"1\",\"permissions\":[\"Monitoring\"]}]}",
         404, "CMN-102"},
        {"{\"addedExtensions\":[{\"id\":\"7101\",\"permissions\":[\"Monitoring\"]},"
         "{\"id\":\"7102\"}]}",
         400, "CMN-100"},
        {"{\"addedExtensions\":[{\"id\":\"7101\",\"permissions\":[\"Whispering\"]}]}", 400,
         "CMN-101"},
        {"{\"addedExtensions\":[{\"id\":\"7105\",\"permissions\":[\"Monitoring\"]}]}", 400,
         "CMN-101"},
        {"{\"addedExtensions\":{}}", 400, "CMN-101"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "POST", GROUPS "/600001/bulk-assign", rows[i].body);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_int_equal(floor_group(rest)->member_count, 0);
    }
}

static void groups_are_of_an_account_and_for_its_administrators(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Eve@7901.test");
    rest_get(rest, GROUPS);
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "DELETE", GROUPS "/600001", NULL);
    assert_refused(rest, 404, "CMN-102");
    rest_as(rest, "Bob");
    rest_call(rest, "POST", GROUPS, "{\"name\":\"X\"}");
    assert_refused(rest, 403, "CMN-408");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(groups_are_made_renamed_and_removed),
        TEST(names_have_their_limits),
        TEST(members_are_assigned_with_what_they_may),
        TEST(a_wrong_list_changes_nothing),
        TEST(groups_are_of_an_account_and_for_its_administrators),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
