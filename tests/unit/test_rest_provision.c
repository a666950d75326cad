/* sip-provision: which device, which credentials, which proxies. */
#include "support/rest_world.h"

static const char path[] = "/restapi/v1.0/client-info/sip-provision";

static void a_soft_device_is_made_with_credentials_and_both_proxies(void **state)
{
    struct rest *rest = *state;
    size_t before = rest->world->device_count;
    assert_int_equal(rest_call(rest, "POST", path, "{\"sipInfo\":[{\"transport\":\"TCP\"}]}"), 200);
    assert_int_equal(rest->world->device_count, before + 1);
    const char *id = rest_text(rest, "device.id");
    const struct device *device = device_by_id(rest->world, id);
    assert_int_equal(device->type, DEVICE_SOFT_PHONE);
    assert_string_equal(rest_text(rest, "sipInfo[0].authorizationId"), id);
    assert_string_equal(rest_text(rest, "sipInfo[0].username"), "12025550100*101");
    assert_string_equal(rest_text(rest, "sipInfo[0].password"), device->sip_password);
    assert_string_equal(rest_text(rest, "sipInfo[0].domain"), "sip.acme.test");
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxy"), "127.0.0.1:5091");
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxyBackup"), "127.0.0.1:5093");
    assert_string_equal(rest_text(rest, "sipInfo[0].switchBackInterval"), "3600");
    assert_string_equal(rest_text(rest, "pollingInterval"), "7200");
    assert_true(rest_at(rest, "sipFlags.voipFeatureEnabled")->boolean);
    assert_int_equal(rest_at(rest, "sipErrorCodes[0]")->kind, NODE_STRING);
    assert_int_equal(rest_at(rest, "sipInfoPstn")->kind, NODE_LIST);
    assert_int_equal(device->cause, rest->event.seq);
}

static void the_device_of_an_earlier_call_is_kept(void **state)
{
    struct rest *rest = *state;
    char body[80], id[32], password[32];
    rest_call(rest, "POST", path, NULL);
    snprintf(id, sizeof id, "%s", rest_text(rest, "device.id"));
    snprintf(password, sizeof password, "%s", rest_text(rest, "sipInfo[0].password"));
    snprintf(body, sizeof body, "{\"device\":{\"id\":\"%s\",\"serial\":\"mac\"}}", id);
    rest_call(rest, "POST", path, body);
    assert_string_equal(rest_text(rest, "device.id"), id);
    assert_string_equal(rest_text(rest, "device.serial"), "mac");
    assert_string_equal(rest_text(rest, "sipInfo[0].password"), password);
    rest_call(rest, "POST", path, NULL);
    assert_string_not_equal(rest_text(rest, "device.id"), id);
}

static void another_users_device_is_not_given_away(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    rest_call(rest, "POST", path, "{\"device\":{\"id\":\"800000000001\"}}");
    assert_string_not_equal(rest_text(rest, "device.id"), "800000000001");
}

/* What a client can make grow has an end: the oldest device is given anew, with a new password. */
static void a_user_has_sixty_four_soft_devices_at_most(void **state)
{
    struct rest *rest = *state;
    size_t before = rest->world->device_count;
    char first[32], password[32];
    rest_call(rest, "POST", path, NULL);
    snprintf(first, sizeof first, "%s", rest_text(rest, "device.id"));
    snprintf(password, sizeof password, "%s", rest_text(rest, "sipInfo[0].password"));
    for (int i = 0; i < 63; i++)
        rest_call(rest, "POST", path, NULL);
    assert_int_equal(rest->world->device_count, before + 64);
    rest_call(rest, "POST", path, NULL);
    assert_int_equal(rest->world->device_count, before + 64);
    assert_string_equal(rest_text(rest, "device.id"), first);
    assert_string_not_equal(rest_text(rest, "sipInfo[0].password"), password);
}

static void each_transport_is_answered_once_when_it_is_served(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "POST", path,
              "{\"sipInfo\":[{\"transport\":\"TCP\"},{\"transport\":\"UDP\"},"
              "{\"transport\":\"TCP\"},{\"transport\":\"WSS\"}]}");
    assert_int_equal(rest_count(rest, "sipInfo"), 2);
    assert_string_equal(rest_text(rest, "sipInfo[0].transport"), "TCP");
    assert_string_equal(rest_text(rest, "sipInfo[1].transport"), "UDP");
    rest_call(rest, "POST", path, "{\"sipInfo\":[{\"transport\":\"PIGEON\"}]}");
    assert_refused(rest, 400, "CMN-101");
    assert_string_equal(rest_text(rest, "parameterName"), "sipInfo.transport");
}

static void serve_all(struct rest *rest)
{
    struct proxy *proxy = proxy_named(rest->world, "a");
    rest->world->transports = (1u << TRANSPORTS) - 1;
    proxy->port[TRANSPORT_TLS] = 5196;
    proxy->port[TRANSPORT_WSS] = 8183;
}

static void encrypted_transports_are_given_their_own_ports(void **state)
{
    struct rest *rest = *state;
    serve_all(rest);
    rest_call(rest, "POST", path,
              "{\"sipInfo\":[{\"transport\":\"WSS\"},{\"transport\":\"TLS\"}]}");
    assert_int_equal(rest_count(rest, "sipInfo"), 2);
    assert_string_equal(rest_text(rest, "device.type"), "WebPhone");
    assert_string_equal(rest_text(rest, "sipInfo[0].transport"), "WSS");
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxy"), "127.0.0.1:8183");
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxyBackup"), "127.0.0.1:8083");
    assert_string_equal(rest_text(rest, "sipInfo[1].outboundProxy"), "127.0.0.1:5196");
}

static void who_asks_for_no_transport_gets_the_browsers(void **state)
{
    struct rest *rest = *state;
    serve_all(rest);
    rest_call(rest, "POST", path, NULL);
    assert_int_equal(rest_count(rest, "sipInfo"), 1);
    assert_string_equal(rest_text(rest, "sipInfo[0].transport"), "WSS");
    assert_string_equal(rest_text(rest, "device.type"), "WebPhone");
}

static void proxies_follow_the_world(void **state)
{
    struct rest *rest = *state;
    proxy_move(rest->world, proxy_named(rest->world, "a"), (int[TRANSPORTS]){7000, 7001}, true, 0);
    proxy_named(rest->world, "a")->port[TRANSPORT_UDP] = 7000;
    proxy_named(rest->world, "b")->is_listed = false;
    rest->world->knobs.sip_switch_back_ms = 0;
    rest_call(rest, "POST", path, NULL);
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxy"), "127.0.0.1:7000");
    assert_null(rest_at(rest, "sipInfo[0].outboundProxyBackup"));
    assert_null(rest_at(rest, "sipInfo[0].switchBackInterval"));
}

static void the_backup_is_of_the_primarys_region_when_there_is_one(void **state)
{
    struct rest *rest = *state;
    proxy_named(rest->world, "far")->is_secondary = true;
    rest_call(rest, "POST", path, NULL);
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxyBackup"), "127.0.0.1:5092");
    proxy_named(rest->world, "b")->is_listed = false;
    rest_call(rest, "POST", path, NULL);
    assert_string_equal(rest_text(rest, "sipInfo[0].outboundProxyBackup"), "127.0.0.1:5094");
}

static void bodies_that_are_no_object_are_refused(void **state)
{
    static const char *const bodies[] = {"[]", "{", "\"x\"", "{} {}", "{\"a\":1,\"a\":2}"};
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        print_message("%s\n", bodies[i]);
        rest_call(rest, "POST", path, bodies[i]);
        assert_refused(rest, 400, "CMN-103");
    }
}

static void without_the_scope_nothing_is_made(void **state)
{
    struct rest *rest = *state;
    size_t before = rest->world->device_count;
    rest->session->scopes = SCOPE_BIT(READ_ACCOUNTS);
    rest_call(rest, "POST", path, NULL);
    assert_refused(rest, 403, "CMN-401");
    assert_string_equal(rest_text(rest, "permissionName"), "VoipCalling");
    assert_int_equal(rest->world->device_count, before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_soft_device_is_made_with_credentials_and_both_proxies),
        TEST(the_device_of_an_earlier_call_is_kept),
        TEST(another_users_device_is_not_given_away),
        TEST(a_user_has_sixty_four_soft_devices_at_most),
        TEST(each_transport_is_answered_once_when_it_is_served),
        TEST(encrypted_transports_are_given_their_own_ports),
        TEST(who_asks_for_no_transport_gets_the_browsers),
        TEST(proxies_follow_the_world),
        TEST(the_backup_is_of_the_primarys_region_when_there_is_one),
        TEST(bodies_that_are_no_object_are_refused),
        TEST(without_the_scope_nothing_is_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
