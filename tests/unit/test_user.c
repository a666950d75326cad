#include "support/cmocka_all.h"

#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

enum { ACCOUNT = 7001, ALICE = 7001, BRUNO, CARLA, QUEUE, GONE };

/* Alice (Super Admin, 101), Bruno (Standard, 102), Carla (Super Admin, 103, disabled), a queue
 * (104), somebody deleted (105); the company's number and Bruno's own. */
static int given_company(void **state)
{
    static const struct {
        int64_t id;
        const char *extension, *email, *name;
        enum role role;
        enum user_status status;
        enum user_type type;
        bool is_deleted;
    } rows[] = {
        {CARLA, "103", "carla@example.test", "Carla Coe", ROLE_SUPER_ADMIN, USER_DISABLED, 0, 0},
        {ALICE, "101", "Alice@Example.test", "Alice Ames", ROLE_SUPER_ADMIN, 0, 0, 0},
        {BRUNO, "102", "bruno@example.test", "Bruno Bell", ROLE_STANDARD, 0, 0, 0},
        {QUEUE, "104", NULL, "Support", ROLE_STANDARD, 0, USER_DEPARTMENT, 0},
        {GONE, "105", "gone@example.test", "Gone Away", ROLE_SUPER_ADMIN, 0, 0, true},
    };
    struct world *world = xcalloc(1, sizeof *world);
    xset(&account_add(world, ACCOUNT)->calling_code, "1");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct user *user = user_add(world, rows[i].id, ACCOUNT);
        user_set_extension(world, user, rows[i].extension);
        user_set_email(world, user, rows[i].email);
        xset(&user->name, rows[i].name);
        user->role = rows[i].role;
        user->status = rows[i].status;
        user->type = rows[i].type;
        user->is_deleted = rows[i].is_deleted;
    }
    phone_number_set(world, phone_number_add(world, 1, ACCOUNT), "+12025550100");
    struct phone_number *direct = phone_number_add(world, 2, ACCOUNT);
    phone_number_set(world, direct, "+12025550102");
    direct->user_id = BRUNO;
    *state = world;
    return 0;
}

static int done(void **state)
{
    struct world *world = *state;
    users_done(world);
    accounts_done(world);
    free(world);
    return 0;
}

static int64_t id_of(const struct user *user)
{
    return user ? user->id : 0;
}

static void users_stand_in_order_of_id(void **state)
{
    struct world *world = *state;
    for (size_t i = 1; i < world->user_count; i++)
        assert_true(world->users[i - 1]->id < world->users[i]->id);
    assert_int_equal(id_of(user_by_id(world, CARLA)), CARLA);
    assert_int_equal(id_of(user_by_id(world, GONE)), GONE);
    assert_null(user_by_id(world, GONE + 1));
    assert_null(user_by_id(world, 0));
}

static void the_deleted_are_found_by_id_only(void **state)
{
    struct world *world = *state;
    assert_null(user_by_extension(world, ACCOUNT, "105"));
    assert_null(user_by_email(world, "gone@example.test"));
    assert_null(user_named(world, "Gone Away"));
}

static void an_extension_belongs_to_its_account(void **state)
{
    struct world *world = *state;
    assert_int_equal(id_of(user_by_extension(world, ACCOUNT, "102")), BRUNO);
    assert_null(user_by_extension(world, ACCOUNT + 1, "102"));
    assert_null(user_by_extension(world, ACCOUNT, NULL));
}

static void an_email_has_no_case(void **state)
{
    struct world *world = *state;
    assert_int_equal(id_of(user_by_email(world, "aLICE@example.TEST")), ALICE);
    assert_null(user_by_email(world, NULL));
}

static void a_changed_key_is_found_under_its_new_text_only(void **state)
{
    struct world *world = *state;
    struct user *bruno = user_by_id(world, BRUNO);
    user_set_extension(world, bruno, "202");
    user_set_email(world, bruno, "b@example.test");
    assert_null(user_by_extension(world, ACCOUNT, "102"));
    assert_int_equal(id_of(user_by_extension(world, ACCOUNT, "202")), BRUNO);
    assert_null(user_by_email(world, "bruno@example.test"));
    assert_int_equal(id_of(user_by_email(world, "B@example.test")), BRUNO);
}

static void people_name_users_in_many_ways(void **state)
{
    static const struct {
        const char *name;
        int64_t want;
    } rows[] = {
        {"superadmin", ALICE},
        {"7002", BRUNO},
        {"102", BRUNO},
        {"bruno@example.test", BRUNO},
        {"bruno bell", BRUNO},
        {"Support", QUEUE},
        {"nobody", 0},
        {"", 0},
        {"999", 0},
        {"Superadministr", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (id_of(user_named(*state, rows[i].name)) != rows[i].want)
            fail_msg("\"%s\" is %ld", rows[i].name, (long)id_of(user_named(*state, rows[i].name)));
}

static void the_super_admin_is_the_first_enabled_one(void **state)
{
    struct world *world = *state;
    assert_int_equal(id_of(user_super_admin(world, ACCOUNT)), ALICE);
    user_by_id(world, ALICE)->status = USER_FROZEN;
    assert_null(user_super_admin(world, ACCOUNT));
    user_by_id(world, CARLA)->status = USER_ENABLED;
    assert_int_equal(id_of(user_super_admin(world, ACCOUNT)), CARLA);
    assert_null(user_super_admin(world, ACCOUNT + 1));
}

static void a_login_is_an_email_or_a_number(void **state)
{
    static const struct {
        const char *identifier, *extension;
        int64_t want;
    } rows[] = {
        {"alice@example.test", NULL, ALICE},
        {"alice@example.test", "102", ALICE},
        {"+12025550100", "102", BRUNO},
        {"12025550100", "102", BRUNO},
        {"(202) 555-0100", "102", BRUNO},
        {"+1 202.555.0100", "103", CARLA},
        {"2025550100", NULL, ALICE},
        {"2025550100", "", ALICE},
        {"2025550102", NULL, BRUNO},
        {"2025550102", "101", ALICE},
        {"2025550100", "104", QUEUE}, /* which may not log in: oauth says so */
        {"2025550100", "105", 0},     /* the deleted do not even name one */
        {"2025550199", "101", 0},
        {"gone@example.test", NULL, 0},
        {"", NULL, 0},
        {"+", NULL, 0},
        {"bruno", NULL, 0},
        {"123456789012345678901234567890123456789012345678901234567890", NULL, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t seen = id_of(user_by_login(*state, rows[i].identifier, rows[i].extension));
        if (seen != rows[i].want)
            fail_msg("%s + %s: wanted %ld, saw %ld", rows[i].identifier, rows[i].extension,
                     (long)rows[i].want, (long)seen);
    }
}

static void keys_longer_than_any_are_nobodys(void **state)
{
    char text[2000];
    memset(text, '1', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_null(user_by_extension(*state, ACCOUNT, text));
    assert_null(user_by_login(*state, "2025550100", text));
    text[5] = '@';
    assert_null(user_by_login(*state, text, NULL));
}

static void only_the_enabled_may_do_anything(void **state)
{
    struct world *world = *state;
    struct user *alice = user_by_id(world, ALICE), *bruno = user_by_id(world, BRUNO);
    assert_int_equal(user_reach(alice, PERMISSION_READ_CALL_LOG), REACH_ACCOUNT);
    assert_int_equal(user_reach(bruno, PERMISSION_READ_CALL_LOG), REACH_SELF);
    assert_int_equal(user_reach(bruno, PERMISSION_FULL_COMPANY_CALL_LOG), REACH_NONE);
    bruno->status = USER_DISABLED;
    assert_int_equal(user_reach(bruno, PERMISSION_READ_CALL_LOG), REACH_NONE);
    alice->is_deleted = true;
    assert_int_equal(user_reach(alice, PERMISSION_READ_CALL_LOG), REACH_NONE);
}

static void every_name_leads_back_to_its_value(void **state)
{
    enum user_status status;
    enum user_type type;
    for (int i = 0; i < USER_STATUS_COUNT; i++) {
        assert_true(user_status_named(user_status_name((enum user_status)i), &status));
        assert_int_equal(status, i);
    }
    for (int i = 0; i < USER_TYPE_COUNT; i++) {
        assert_true(user_type_named(user_type_name((enum user_type)i), &type));
        assert_int_equal(type, i);
    }
    assert_false(user_status_named("Enabeld", &status));
    assert_false(user_type_named(NULL, &type));
}

#define in_company(test) cmocka_unit_test_setup_teardown(test, given_company, done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_company(users_stand_in_order_of_id),
        in_company(the_deleted_are_found_by_id_only),
        in_company(an_extension_belongs_to_its_account),
        in_company(an_email_has_no_case),
        in_company(a_changed_key_is_found_under_its_new_text_only),
        in_company(people_name_users_in_many_ways),
        in_company(the_super_admin_is_the_first_enabled_one),
        in_company(a_login_is_an_email_or_a_number),
        in_company(keys_longer_than_any_are_nobodys),
        in_company(only_the_enabled_may_do_anything),
        cmocka_unit_test(every_name_leads_back_to_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
