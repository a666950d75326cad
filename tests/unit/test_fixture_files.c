/* The fixtures that are shipped. */
#include "support/acme.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t devices_of_type(const struct world *world, enum device_type type)
{
    size_t count = 0;
    for (size_t i = 0; i < world->device_count; i++)
        count += world->devices[i]->type == type;
    return count;
}

static size_t users_where(const struct world *world, enum user_type type, enum user_status status,
                          enum role role)
{
    size_t count = 0;
    for (size_t i = 0; i < world->user_count; i++)
        count += world->users[i]->type == type && world->users[i]->status == status &&
                 world->users[i]->role == role;
    return count;
}

/* What every scenario may count on. */
static void holds_what_scenarios_need(const char *name, const char *brand, const char *domain)
{
    struct world *world = acme_world(name, 1, 0);
    assert_int_equal(world->account_count, 1);
    assert_string_equal(world->accounts[0]->brand_id, brand);
    assert_string_equal(world->accounts[0]->sip_domain, domain);
    assert_true(world->user_count >= 12);
    assert_int_equal(users_where(world, USER_USER, USER_ENABLED, ROLE_SUPER_ADMIN), 1);
    assert_true(users_where(world, USER_USER, USER_ENABLED, ROLE_MANAGER) >= 1);
    assert_true(users_where(world, USER_USER, USER_ENABLED, ROLE_STANDARD) >= 3);
    assert_true(users_where(world, USER_USER, USER_DISABLED, ROLE_STANDARD) >= 1);
    assert_true(users_where(world, USER_DEPARTMENT, USER_ENABLED, ROLE_STANDARD) >= 1);
    assert_true(devices_of_type(world, DEVICE_OTHER_PHONE) >= 8);
    assert_true(devices_of_type(world, DEVICE_HARD_PHONE) >= 1);
    assert_non_null(user_named(world, "superadmin")->password);

    assert_int_equal(world->app_count, 2);
    assert_non_null(world->apps[0]->secret);
    assert_true(app_may_use(world->apps[0], GRANT_AUTHORIZATION_CODE));
    assert_true(app_may_use(world->apps[0], GRANT_REFRESH_TOKEN));
    assert_true(app_may_use(world->apps[0], GRANT_JWT));
    assert_true(app_has_redirect(world->apps[0], "http://127.0.0.1:53210/oauth/callback"));
    assert_null(world->apps[1]->secret);
    assert_true(world->apps[1]->redirect_count > 0);

    assert_int_equal(world->credential_count, 2);
    assert_int_equal(world->credentials[0]->user_id, user_named(world, "superadmin")->id);
    assert_int_not_equal(world->credentials[1]->user_id, world->credentials[0]->user_id);

    assert_int_equal(world->proxy_count, 4);
    static const bool is_secondary[] = {false, true, false, true};
    static const enum proxy_region regions[] = {REGION_NA, REGION_NA, REGION_EMEA, REGION_EMEA};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(world->proxies[i]->name, ((const char *[]){"a", "b", "c", "d"})[i]);
        assert_int_equal(world->proxies[i]->is_secondary, is_secondary[i]);
        assert_int_equal(world->proxies[i]->region, regions[i]);
        assert_true(world->proxies[i]->is_listed);
        assert_string_equal(world->proxies[i]->realm, domain);
    }
    assert_int_equal(call_log_count(world), 2400);
    world_free(world);
}

static void acme_rc_holds_what_scenarios_need(void **state)
{
    holds_what_scenarios_need("acme-rc", "1210", "sip.ringcentral.com");
}

static void acme_aco_holds_what_scenarios_need(void **state)
{
    holds_what_scenarios_need("acme-aco", "6010", "sip.aco.mockrc.test");
}

static void options_say_how_many_calls(void **state)
{
    struct world *world = acme_world("acme-rc", 1, 5000);
    assert_int_equal(call_log_count(world), 5000);
    world_free(world);
}

static void a_fixture_is_found_by_name_or_by_path(void **state)
{
    char path[512], same[512];
    struct diag diag;
    assert_int_equal(fixture_find("acme-rc", path, sizeof path, &diag), 0);
    assert_string_equal(path, SOURCE_DIR "/fixtures/acme-rc.yaml");
    assert_int_equal(fixture_find(path, same, sizeof same, &diag), 0);
    assert_string_equal(same, path);
}

static void a_fixture_that_is_not_there_is_told_what_there_is(void **state)
{
    static const struct {
        const char *data, *name, *want;
    } rows[] = {
        {NULL, "acme", "no fixture \"acme\"; there are: acme-aco, acme-rc"},
        {NULL, "", "no fixture \"\"; there are: acme-aco, acme-rc"},
        {NULL, "fixture.schema", "no fixture \"fixture.schema\"; there are: acme-aco, acme-rc"},
        {NULL, "no/such.yaml", "no/such.yaml: no such fixture file"},
        {NULL, "such.json", "such.json: no such fixture file"},
        {NULL, SOURCE_DIR "/", SOURCE_DIR "/: no such fixture file"},
        {SOURCE_DIR "/nowhere", "acme-rc",
         "fixture \"acme-rc\": no folder \"fixtures\" in MOCKRC_DATA"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[512] = "untouched", text[1024];
        struct diag diag;
        if (rows[i].data)
            setenv("MOCKRC_DATA", rows[i].data, 1);
        assert_int_equal(fixture_find(rows[i].name, path, sizeof path, &diag), ERR_USAGE);
        unsetenv("MOCKRC_DATA");
        assert_string_equal(diag_text(&diag, text, sizeof text), rows[i].want);
    }
}

static void mockrc_data_says_where_data_lies(void **state)
{
    char path[512], tiny[8];
    setenv("MOCKRC_DATA", SOURCE_DIR, 1);
    assert_true(fixture_data_dir("fixtures", path, sizeof path));
    assert_string_equal(path, SOURCE_DIR "/fixtures");
    assert_false(fixture_data_dir("no-such-folder", path, sizeof path));
    assert_false(fixture_data_dir("fixtures", tiny, sizeof tiny));
    unsetenv("MOCKRC_DATA");
    assert_true(fixture_data_dir("fixtures", path, sizeof path));
    assert_false(fixture_data_dir("no-such-folder", path, sizeof path));
}

static void a_file_that_cannot_be_read_is_said_so(void **state)
{
    struct diag diag;
    char text[1024];
    struct world *world = world_new(1, CLOCK_FROZEN, 1);
    assert_int_equal(fixture_load(world, SOURCE_DIR "/fixtures/none.yaml", NULL, &diag), ERR_USAGE);
    assert_string_equal(diag_text(&diag, text, sizeof text),
                        SOURCE_DIR "/fixtures/none.yaml: cannot be read: No such file or "
                                   "directory");
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acme_rc_holds_what_scenarios_need),
        cmocka_unit_test(acme_aco_holds_what_scenarios_need),
        cmocka_unit_test(options_say_how_many_calls),
        cmocka_unit_test(a_fixture_is_found_by_name_or_by_path),
        cmocka_unit_test(a_fixture_that_is_not_there_is_told_what_there_is),
        cmocka_unit_test(mockrc_data_says_where_data_lies),
        cmocka_unit_test(a_file_that_cannot_be_read_is_said_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
