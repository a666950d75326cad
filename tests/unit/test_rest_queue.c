/* Call queues: who is in them, and who takes their calls. Sales (7105) has Ann and Bob. */
#include "support/rest_world.h"

#define SALES ACCOUNT_PATH "/call-queues/7105"

static int setup(void **state)
{
    struct rest *rest = rest_new();
    user_add_member(user_by_id(rest->world, 7105), 7101);
    user_add_member(user_by_id(rest->world, 7105), 7102);
    *state = rest;
    return 0;
}

static struct user *sales(struct rest *rest)
{
    return user_by_id(rest->world, 7105);
}

static void queue_ids_are_text_and_member_ids_numbers(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/call-queues");
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_int_equal(rest_at(rest, "records[0].id")->kind, NODE_STRING);
    assert_string_equal(rest_text(rest, "records[0].name"), "Sales");
    rest_get(rest, SALES "/members");
    assert_int_equal(rest_count(rest, "records"), 2);
    assert_int_equal(rest_at(rest, "records[1].id")->kind, NODE_NUMBER);
    assert_null(rest_at(rest, "records[1].name"));
    rest_get(rest, ACCOUNT_PATH "/department/7105/members");
    assert_string_equal(rest_text(rest, "records[1].name"), "Bob");
}

static void queues_are_found_by_member(void **state)
{
    static const struct {
        const char *member;
        size_t count;
    } rows[] = {{"7102", 1}, {"7103", 0}, {"~", 1}};
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        snprintf(target, sizeof target, "%s/call-queues?memberExtensionId=%s", ACCOUNT_PATH,
                 rows[i].member);
        assert_int_equal(rest_get(rest, target), 200);
        assert_int_equal(rest_count(rest, "records"), rows[i].count);
    }
    rest_get(rest, ACCOUNT_PATH "/call-queues?memberExtensionId=1");
    assert_refused(rest, 404, "CMN-102");
}

static void what_is_no_queue_is_not_found(void **state)
{
    static const char *const paths[] = {"7101", "7902", "1", "x"};
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char target[200];
        snprintf(target, sizeof target, "%s/call-queues/%s", ACCOUNT_PATH, paths[i]);
        rest_get(rest, target);
        assert_refused(rest, 404, "CMN-102");
        assert_string_equal(rest_text(rest, "parameterName"), "groupId");
    }
}

static void members_are_assigned_in_bulk_or_not_at_all(void **state)
{
    struct rest *rest = *state;
    static const char good[] = "{\"addedExtensionIds\":[\"7103\",\"7102\"],"
                               "\"removedExtensionIds\":[\"7101\"]}";
    static const struct {
        const char *body, *code;
        int status;
    } bad[] = {
        {"{\"addedExtensionIds\":[\"7103\",\"1\"]}", "CMN-102", 404},
        {"{\"addedExtensionIds\":[\"7103\"],\"removedExtensionIds\":[\"7105\"]}", "CMN-101", 400},
        {"{\"addedExtensionIds\":\"7103\"}", "CMN-101", 400},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        print_message("%s\n", bad[i].body);
        rest_call(rest, "POST", SALES "/bulk-assign", bad[i].body);
        assert_refused(rest, bad[i].status, bad[i].code);
        assert_false(user_has_member(sales(rest), 7103));
    }
    assert_int_equal(rest_call(rest, "POST", SALES "/bulk-assign", good), 204);
    assert_true(user_has_member(sales(rest), 7103));
    assert_false(user_has_member(sales(rest), 7101));
    assert_int_equal(sales(rest)->member_count, 2);
}

static void a_persons_queues_are_set_as_a_whole(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7103/call-queues",
              "{\"records\":[{\"id\":\"7105\"}]}");
    assert_string_equal(rest_text(rest, "records[0].name"), "Sales");
    assert_true(user_has_member(sales(rest), 7103));
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7103/call-queues", "{\"records\":[]}");
    assert_int_equal(rest->reply.status, 200);
    assert_false(user_has_member(sales(rest), 7103));
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7103/call-queues", "{}");
    assert_refused(rest, 400, "CMN-100");
    rest_call(rest, "PUT", ACCOUNT_PATH "/extension/7102/call-queues",
              "{\"records\":[{\"id\":\"7101\"}]}");
    assert_refused(rest, 404, "CMN-102");
    assert_true(user_has_member(sales(rest), 7102));
}

static void a_queues_settings_are_kept(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", SALES,
              "{\"name\":\"Care\",\"extensionNumber\":\"310\",\"status\":\"Disabled\","
              "\"alertTimer\":45,\"editableMemberStatus\":false,"
              "\"serviceLevelSettings\":{\"slaGoal\":90,\"includeAbandonedCalls\":false}}");
    assert_int_equal(rest->reply.status, 200);
    rest_get(rest, SALES);
    assert_string_equal(rest_text(rest, "name"), "Care");
    assert_string_equal(rest_text(rest, "extensionNumber"), "310");
    assert_string_equal(rest_text(rest, "status"), "Disabled");
    assert_string_equal(rest_text(rest, "alertTimer"), "45");
    assert_string_equal(rest_text(rest, "serviceLevelSettings.slaGoal"), "90");
    assert_string_equal(rest_text(rest, "serviceLevelSettings.slaThresholdSeconds"), "30");
    assert_false(rest_at(rest, "serviceLevelSettings.includeAbandonedCalls")->boolean);
    assert_false(rest_at(rest, "editableMemberStatus")->boolean);
    static const struct {
        const char *body, *code, *parameter;
    } bad[] = {
        {"{\"name\":\"\"}", "CMN-101", "name"},
        {"{\"status\":\"Frozen\"}", "CMN-101", "status"},
        {"{\"extensionNumber\":\"101\"}", "CMN-406", "extensionNumber"},
        {"{\"alertTimer\":4}", "CMN-101", "alertTimer"},
        {"{\"name\":\"X\",\"serviceLevelSettings\":{\"slaGoal\":101}}", "CMN-101",
         "serviceLevelSettings.slaGoal"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        print_message("%s\n", bad[i].body);
        rest_call(rest, "PUT", SALES, bad[i].body);
        assert_refused(rest, 400, bad[i].code);
        assert_string_equal(rest_text(rest, "parameterName"), bad[i].parameter);
        assert_string_equal(sales(rest)->name, "Care");
    }
}

static void queue_presence_is_one_thing_seen_from_both_sides(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "PUT", SALES "/presence",
                               "{\"records\":[{\"member\":{\"id\":\"7102\"},"
                               "\"acceptCurrentQueueCalls\":false}]}"),
                     200);
    assert_string_equal(rest_text(rest, "records[1].member.id"), "7102");
    assert_true(rest_at(rest, "records[0].acceptCurrentQueueCalls")->boolean);
    assert_false(rest_at(rest, "records[1].acceptCurrentQueueCalls")->boolean);
    assert_true(rest_at(rest, "records[1].acceptQueueCalls")->boolean);
    rest_as(rest, "Bob");
    rest_get(rest, OWN_PATH "/call-queue-presence");
    assert_string_equal(rest_text(rest, "records[0].callQueue.id"), "7105");
    assert_false(rest_at(rest, "records[0].acceptCalls")->boolean);
    rest_call(rest, "PUT", OWN_PATH "/call-queue-presence",
              "{\"records\":[{\"callQueue\":{\"id\":\"7105\"},\"acceptCalls\":true}]}");
    assert_true(rest_at(rest, "records[0].acceptCalls")->boolean);
    rest_call(rest, "PUT", OWN_PATH "/presence", "{\"acceptCallQueueCalls\":false}");
    rest_get(rest, SALES "/presence");
    assert_false(rest_at(rest, "records[1].acceptQueueCalls")->boolean);
    assert_true(rest_at(rest, "records[1].acceptCurrentQueueCalls")->boolean);
}

static void saying_it_twice_is_saying_it_once(void **state)
{
    struct rest *rest = *state;
    struct user *bob = user_by_id(rest->world, 7102);
    for (int i = 0; i < 3; i++)
        presence_set_takes_calls_of(bob, sales(rest), false);
    assert_int_equal(bob->presence.queues_off_count, 1);
    for (int i = 0; i < 3; i++)
        presence_set_takes_calls_of(bob, sales(rest), true);
    assert_true(presence_takes_calls_of(bob, sales(rest)));
    assert_int_equal(bob->presence.queues_off_count, 0);
    for (int i = 0; i < 3; i++)
        user_add_member(sales(rest), 7103);
    assert_int_equal(sales(rest)->member_count, 3);
}

static void queue_presence_is_for_members_and_where_they_may_choose(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", SALES "/presence",
              "{\"records\":[{\"member\":{\"id\":\"7101\"},\"acceptCurrentQueueCalls\":false},"
              "{\"member\":{\"id\":\"7103\"},\"acceptCurrentQueueCalls\":false}]}");
    assert_refused(rest, 404, "CMN-102");
    assert_true(presence_takes_calls_of(user_named(rest->world, "Ann"), sales(rest)));
    rest_call(rest, "PUT", SALES "/presence", "{\"records\":[{\"member\":{\"id\":\"7101\"}}]}");
    assert_refused(rest, 400, "CMN-100");
    rest_call(rest, "PUT", SALES "/presence", "{\"records\":{}}");
    assert_refused(rest, 400, "CMN-101");
    sales(rest)->queue.lets_members_choose = false;
    rest_as(rest, "Bob");
    rest_call(rest, "PUT", OWN_PATH "/call-queue-presence",
              "{\"records\":[{\"callQueue\":{\"id\":\"7105\"},\"acceptCalls\":false}]}");
    assert_refused(rest, 403, "CMN-109");
    rest_get(rest, OWN_PATH "/call-queue-presence?editableMemberStatus=true");
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "PUT", SALES "/presence", "{\"records\":[]}");
    assert_refused(rest, 403, "CMN-408");
}

static void who_is_deleted_is_in_no_queue(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "DELETE", ACCOUNT_PATH "/extension/7102", NULL), 204);
    rest_get(rest, SALES "/members");
    assert_int_equal(rest_count(rest, "records"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(queue_ids_are_text_and_member_ids_numbers),
        TEST(queues_are_found_by_member),
        TEST(what_is_no_queue_is_not_found),
        TEST(members_are_assigned_in_bulk_or_not_at_all),
        TEST(a_persons_queues_are_set_as_a_whole),
        TEST(a_queues_settings_are_kept),
        TEST(queue_presence_is_one_thing_seen_from_both_sides),
        TEST(saying_it_twice_is_saying_it_once),
        TEST(queue_presence_is_for_members_and_where_they_may_choose),
        TEST(who_is_deleted_is_in_no_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
