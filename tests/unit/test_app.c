#include "support/cmocka_all.h"

#include "base/mem.h"
#include "world/world.h"

static void an_app_is_found_by_client_id_and_by_name(void **state)
{
    struct world world = {0};
    struct app *first = app_add(&world, "client-1"), *second = app_add(&world, "client-2");
    xset(&second->name, "Agent Desk");
    assert_ptr_equal(app_by_client_id(&world, "client-1"), first);
    assert_ptr_equal(app_named(&world, "client-2"), second);
    assert_ptr_equal(app_named(&world, "agent desk"), second);
    assert_null(app_by_client_id(&world, "Client-1"));
    assert_null(app_named(&world, "nothing"));
    assert_null(app_named(&world, NULL));
    apps_done(&world);
}

static void a_redirect_must_be_the_very_text_registered(void **state)
{
    struct world world = {0};
    struct app *app = app_add(&world, "client-1");
    assert_false(app_has_redirect(app, "http://127.0.0.1/cb"));
    app_add_redirect(app, "http://127.0.0.1/cb");
    app_add_redirect(app, "https://client.example.test/cb");
    assert_true(app_has_redirect(app, "http://127.0.0.1/cb"));
    assert_true(app_has_redirect(app, "https://client.example.test/cb"));
    assert_false(app_has_redirect(app, "http://127.0.0.1/cb/"));
    assert_false(app_has_redirect(app, "HTTP://127.0.0.1/cb"));
    assert_false(app_has_redirect(app, "http://127.0.0.1/cb?x=1"));
    assert_false(app_has_redirect(app, ""));
    assert_false(app_has_redirect(app, NULL));
    apps_done(&world);
}

static void an_app_may_use_the_grants_it_has(void **state)
{
    struct world world = {0};
    struct app *app = app_add(&world, "client-1");
    app->grants = 1u << GRANT_REFRESH_TOKEN | 1u << GRANT_JWT;
    assert_false(app_may_use(app, GRANT_AUTHORIZATION_CODE));
    assert_true(app_may_use(app, GRANT_REFRESH_TOKEN));
    assert_true(app_may_use(app, GRANT_JWT));
    assert_false(app_may_use(app, GRANT_PASSWORD));
    apps_done(&world);
}

static void a_credential_is_found_by_its_id(void **state)
{
    struct world world = {0};
    struct jwt_credential *credential = jwt_credential_add(&world, "jti-1", 7001);
    assert_ptr_equal(jwt_credential_by_id(&world, "jti-1"), credential);
    assert_int_equal(credential->user_id, 7001);
    assert_null(jwt_credential_by_id(&world, "jti-2"));
    assert_null(jwt_credential_by_id(&world, NULL));
    apps_done(&world);
}

static void every_name_leads_back_to_its_value(void **state)
{
    enum grant grant;
    enum app_status status;
    for (int i = 0; i < GRANT_COUNT; i++) {
        assert_true(grant_named(grant_wire_name((enum grant)i), &grant));
        assert_int_equal(grant, i);
    }
    for (int i = 0; i < APP_STATUS_COUNT; i++) {
        assert_true(app_status_named(app_status_name((enum app_status)i), &status));
        assert_int_equal(status, i);
    }
    assert_false(grant_named("client_credentials", &grant));
    assert_false(app_status_named("", &status));
    assert_string_equal(grant_wire_name(GRANT_JWT), "urn:ietf:params:oauth:grant-type:jwt-bearer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_app_is_found_by_client_id_and_by_name),
        cmocka_unit_test(a_redirect_must_be_the_very_text_registered),
        cmocka_unit_test(an_app_may_use_the_grants_it_has),
        cmocka_unit_test(a_credential_is_found_by_its_id),
        cmocka_unit_test(every_name_leads_back_to_its_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
