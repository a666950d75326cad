/* Single things read: what they say, and that they follow the world. */
#include "support/rest_world.h"

static void the_brand_tells_whose_cloud_it_is(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/service-info");
    assert_string_equal(rest_text(rest, "brand.id"), "6010");
    assert_string_equal(rest_text(rest, "brand.name"), "Avaya Cloud Office");
}

static void a_suspended_account_says_why_to_another_call(void **state)
{
    struct rest *rest = *state;
    struct account *account = rest->world->accounts[0];
    xset(&account->status_reason, "SuspendedInvoluntarily");
    rest_get(rest, ACCOUNT_PATH);
    assert_string_equal(rest_text(rest, "status"), "Confirmed");
    assert_string_equal(rest_text(rest, "statusInfo.reason"), "SuspendedInvoluntarily");
}

static void a_feature_out_of_the_plan_shows_everywhere(void **state)
{
    struct rest *rest = *state;
    size_t feature;
    assert_true(account_feature_named("VoipCalling", &feature));
    rest->world->accounts[0]->features_off = (uint64_t)1 << feature;
    rest_get(rest, OWN_PATH "/features?featureId=VoipCalling");
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_false(rest_at(rest, "records[0].available")->boolean);
    assert_string_equal(rest_text(rest, "records[0].reason.code"), "ServicePlanLimitation");
    rest_get(rest, OWN_PATH "/features?featureId=VoipCalling&availableOnly=true");
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_get(rest, OWN_PATH);
    char path[64];
    snprintf(path, sizeof path, "serviceFeatures[%u].enabled", (unsigned)feature);
    assert_false(rest_at(rest, path)->boolean);
    rest_get(rest, ACCOUNT_PATH "/service-info");
    assert_false(rest_at(rest, path)->boolean);
    rest_call(rest, "POST", "/restapi/v1.0/client-info/sip-provision", NULL);
    assert_refused(rest, 403, "SPR-101");
}

static void service_features_are_told_about_oneself_only(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, OWN_PATH);
    assert_non_null(rest_at(rest, "serviceFeatures"));
    rest_get(rest, ACCOUNT_PATH "/extension/7102");
    assert_int_equal(rest->reply.status, 200);
    assert_null(rest_at(rest, "serviceFeatures"));
}

static void admins_are_marked(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, OWN_PATH);
    assert_true(rest_at(rest, "permissions.admin.enabled")->boolean);
    assert_string_equal(rest_text(rest, "roles[0].displayName"), "Super Admin");
    rest_as(rest, "Bob");
    rest_get(rest, OWN_PATH);
    assert_false(rest_at(rest, "permissions.admin.enabled")->boolean);
}

static void an_unassigned_extension_has_no_number(void **state)
{
    struct rest *rest = *state;
    user_named(rest->world, "Bob")->status = USER_UNASSIGNED;
    rest_get(rest, ACCOUNT_PATH "/extension/7102");
    assert_string_equal(rest_text(rest, "status"), "Unassigned");
    assert_null(rest_at(rest, "extensionNumber"));
}

static void sip_info_lists_the_accounts_proxies_by_region(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001/sip-info");
    assert_string_equal(rest_text(rest, "domain"), "sip.acme.test");
    assert_string_equal(rest_text(rest, "userName"), "12025550101");
    assert_string_equal(rest_text(rest, "authorizationId"), "800000000001");
    assert_string_equal(rest_text(rest, "password"), "pw");
    assert_int_equal(rest_count(rest, "outboundProxies"), 3);
    assert_string_equal(rest_text(rest, "outboundProxies[0].proxy"), "127.0.0.1:5090");
    assert_string_equal(rest_text(rest, "outboundProxies[1].region"), "EMEA");
    assert_null(strstr(buf_text(&rest->reply.body), "proxyTLS"));
    assert_string_equal(event_get(&rest->event, EVENT_DEVICE), "800000000001");
    rest->world->transports |= 1u << TRANSPORT_TLS;
    proxy_named(rest->world, "a")->port[TRANSPORT_TLS] = 5196;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001/sip-info");
    assert_string_equal(rest_text(rest, "outboundProxies[0].proxyTLS"), "127.0.0.1:5196");
}

static void a_proxy_that_moved_or_stopped_shows_where_it_is(void **state)
{
    struct rest *rest = *state;
    struct proxy *proxy = proxy_named(rest->world, "a");
    proxy_set_state(rest->world, proxy, PROXY_STOPPED, 0);
    proxy->port[TRANSPORT_UDP] = proxy->port[TRANSPORT_TCP] = 0;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001/sip-info");
    assert_string_equal(rest_text(rest, "outboundProxies[0].proxy"), "127.0.0.1:5090");
    proxy_move(rest->world, proxy, (int[TRANSPORTS]){6090, 6091}, false, 0);
    rest_get(rest, ACCOUNT_PATH "/device/800000000001/sip-info");
    assert_string_equal(rest_text(rest, "outboundProxies[0].proxy"), "127.0.0.1:6090");
    rest->world->names_resolve = true;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001/sip-info");
    assert_string_equal(rest_text(rest, "outboundProxies[0].proxy"), "a:6090");
}

static void a_device_is_online_while_it_is_registered(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001");
    assert_string_equal(rest_text(rest, "status"), "Offline");
    struct binding *binding = binding_put(
        rest->world, &(struct binding_key){.aor = "12025550101", .contact = "sip:x@192.0.2.1"});
    binding->expires_ms = clock_now(rest->world) + 60000;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001");
    assert_string_equal(rest_text(rest, "status"), "Online");
    clock_advance(rest->world, 60000);
    rest_get(rest, ACCOUNT_PATH "/device/800000000001");
    assert_string_equal(rest_text(rest, "status"), "Offline");
}

static void a_profile_holds_what_the_role_gives(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, OWN_PATH "/authz-profile");
    assert_int_equal(rest_count(rest, "permissions"), PERMISSION_COUNT - 1);
    assert_int_equal(rest_count(rest, "permissions[0].scopes"), 7);
    rest_as(rest, "Bob");
    rest_get(rest, OWN_PATH "/authz-profile");
    size_t few = rest_count(rest, "permissions");
    assert_true(few > 0 && few < PERMISSION_COUNT - 1);
    assert_int_equal(rest_count(rest, "permissions[0].scopes"), 1);
    assert_string_equal(rest_text(rest, "permissions[0].scopes[0]"), "Self");
    /* Upon somebody else a standard user may do nothing. */
    rest_get(rest, OWN_PATH "/authz-profile?targetExtensionId=7101");
    assert_int_equal(rest_count(rest, "permissions"), 0);
    rest_get(rest, OWN_PATH "/authz-profile?targetExtensionId=7102");
    assert_int_equal(rest_count(rest, "permissions"), few);
}

static void a_check_is_answered_from_the_role_as_it_is_now(void **state)
{
    static const struct {
        const char *who, *query;
        bool is_successful;
    } rows[] = {
        {"Ann", "permissionId=Users", true},
        {"Ann", "permissionId=ReadCallLog&targetExtensionId=7102", true},
        {"Bob", "permissionId=Users", false},
        {"Bob", "permissionId=ReadCallLog", true},
        {"Bob", "permissionId=ReadCallLog&targetExtensionId=~", true},
        {"Bob", "permissionId=ReadCallLog&targetExtensionId=7101", false},
        {"Mia", "permissionId=FullCompanyCallLog", true},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        print_message("%s: %s\n", rows[i].who, rows[i].query);
        rest_as(rest, rows[i].who);
        snprintf(target, sizeof target, "%s/authz-profile/check?%s", OWN_PATH, rows[i].query);
        assert_int_equal(rest_get(rest, target), 200);
        assert_int_equal(rest_at(rest, "successful")->boolean, rows[i].is_successful);
        assert_int_equal(rest_at(rest, "details") != NULL, rows[i].is_successful);
    }
    rest_get(rest, OWN_PATH "/authz-profile/check");
    assert_refused(rest, 400, "CMN-100");
    rest_as(rest, "Bob");
    rest_get(rest, ACCOUNT_PATH "/extension/7101/authz-profile");
    assert_refused(rest, 403, "CMN-404");
}

static void roles_are_listed_for_people_not_for_queues(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/assigned-role");
    assert_int_equal(rest_count(rest, "records"), 4);
    assert_string_equal(rest_text(rest, "records[0].roles[0].displayName"), "Super Admin");
    rest_get(rest, ACCOUNT_PATH "/extension/7105/assigned-role");
    assert_int_equal(rest_count(rest, "records"), 0);
}

static void the_versions_need_no_token(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, NULL);
    assert_int_equal(rest_get(rest, "/restapi"), 200);
    assert_string_equal(rest_text(rest, "apiVersions[0].uri"), "http://api.test/restapi/v1.0");
    assert_int_equal(rest_get(rest, "/restapi/v1.0/"), 200);
    assert_int_equal(rest_get(rest, "/restapi/v1.0/status"), 200);
    assert_int_equal(rest->reply.body.len, 0);
}

static void paths_and_methods_that_are_not_there_are_told_apart(void **state)
{
    static const struct {
        const char *method, *target;
        int status;
        const char *code;
    } rows[] = {
        {"GET", "/restapi/v1.0/account/~/nothing", 404, "CMN-120"},
        {"GET", "/elsewhere", 404, "AGW-404"},
        {"DELETE", "/restapi/v1.0/account/~/phone-number", 405, "CMN-120"},
        {"POST", OWN_PATH "/device?_method=DELETE", 405, "CMN-120"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s %s\n", rows[i].method, rows[i].target);
        rest_call(rest, rows[i].method, rows[i].target, NULL);
        assert_refused(rest, rows[i].status, rows[i].code);
    }
    assert_string_equal(rest_reply_header(rest, "Allow"), "GET");
}

static void a_post_may_stand_for_another_method(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "POST", OWN_PATH "?_method=GET", NULL), 200);
    rest_header(rest, "X-HTTP-Method-Override", "GET");
    assert_int_equal(rest_call(rest, "POST", OWN_PATH, NULL), 200);
    rest_header(rest, "X-HTTP-Method-Override", "PUT");
    assert_int_equal(rest_call(rest, "POST", OWN_PATH "?_method=GET", NULL), 400);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_brand_tells_whose_cloud_it_is),
        TEST(a_suspended_account_says_why_to_another_call),
        TEST(a_feature_out_of_the_plan_shows_everywhere),
        TEST(service_features_are_told_about_oneself_only),
        TEST(admins_are_marked),
        TEST(an_unassigned_extension_has_no_number),
        TEST(sip_info_lists_the_accounts_proxies_by_region),
        TEST(a_proxy_that_moved_or_stopped_shows_where_it_is),
        TEST(a_device_is_online_while_it_is_registered),
        TEST(a_profile_holds_what_the_role_gives),
        TEST(a_check_is_answered_from_the_role_as_it_is_now),
        TEST(roles_are_listed_for_people_not_for_queues),
        TEST(the_versions_need_no_token),
        TEST(paths_and_methods_that_are_not_there_are_told_apart),
        TEST(a_post_may_stand_for_another_method),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
