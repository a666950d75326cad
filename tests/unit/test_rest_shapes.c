/* What kind of thing each member is: ids that are numbers, ids that are text (rest.md section 9).
 */
#include "support/rest_world.h"

#define NUMBER NODE_NUMBER
#define TEXT   NODE_STRING
#define BOOL   NODE_BOOL
#define LIST   NODE_LIST
#define MAP    NODE_MAP

static const struct {
    const char *target, *path;
    enum node_kind kind;
} rows[] = {
    {"/restapi", "apiVersions[0].versionString", TEXT},
    {"/restapi", "serverVersion", TEXT},
    {"/restapi/v1.0", "uriString", TEXT},
    {ACCOUNT_PATH, "id", NUMBER},
    {ACCOUNT_PATH, "operator.id", NUMBER},
    {ACCOUNT_PATH, "mainNumber", TEXT},
    {ACCOUNT_PATH, "serviceInfo.brand.id", TEXT},
    {ACCOUNT_PATH, "serviceInfo.brand.homeCountry.id", TEXT},
    {ACCOUNT_PATH, "serviceInfo.servicePlan.id", TEXT},
    {ACCOUNT_PATH, "regionalSettings.timezone.bias", TEXT},
    {ACCOUNT_PATH, "limits.meetingSize", NUMBER},
    {ACCOUNT_PATH "/service-info", "brand.id", TEXT},
    {ACCOUNT_PATH "/service-info", "serviceFeatures[0].enabled", BOOL},
    {ACCOUNT_PATH "/business-address", "businessAddress.city", TEXT},
    {ACCOUNT_PATH "/extension", "records[0].id", NUMBER},
    {ACCOUNT_PATH "/extension", "records[0].extensionNumber", TEXT},
    {ACCOUNT_PATH "/extension", "records[0].permissions.admin.enabled", BOOL},
    {ACCOUNT_PATH "/extension", "paging.totalElements", NUMBER},
    {ACCOUNT_PATH "/extension", "navigation.firstPage.uri", TEXT},
    {OWN_PATH, "id", NUMBER},
    {OWN_PATH, "account.id", TEXT},
    {OWN_PATH, "contact.emailAsLoginName", BOOL},
    {OWN_PATH, "roles[0].id", TEXT},
    {OWN_PATH, "roles[0].autoAssigned", BOOL},
    {OWN_PATH, "serviceFeatures[59].featureName", TEXT},
    {OWN_PATH, "regionalSettings.homeCountry.id", TEXT},
    {OWN_PATH "/phone-number", "records[0].id", NUMBER},
    {OWN_PATH "/phone-number", "records[0].features", LIST},
    {OWN_PATH "/phone-number", "records[0].country.id", TEXT},
    {OWN_PATH "/phone-number", "records[1].extension.id", NUMBER},
    {ACCOUNT_PATH "/phone-number", "records[0].id", NUMBER},
    {ACCOUNT_PATH "/phone-number/9002", "id", NUMBER},
    {ACCOUNT_PATH "/phone-number/9002", "extension.id", NUMBER},
    {OWN_PATH "/device", "records[0].id", TEXT},
    {OWN_PATH "/device", "records[0].extension.id", NUMBER},
    {OWN_PATH "/device", "records[0].phoneLines[0].id", TEXT},
    {OWN_PATH "/device", "records[0].phoneLines[0].phoneInfo.id", NUMBER},
    {ACCOUNT_PATH "/device/800000000001", "id", TEXT},
    {ACCOUNT_PATH "/device/800000000001/sip-info", "authorizationId", TEXT},
    {ACCOUNT_PATH "/device/800000000001/sip-info", "outboundProxies", LIST},
    {ACCOUNT_PATH "/call-log", "records", LIST},
    {ACCOUNT_PATH "/active-calls", "records", LIST},
    {OWN_PATH "/active-calls", "paging.perPage", NUMBER},
    {OWN_PATH "/authz-profile", "permissions[0].permission.id", TEXT},
    {OWN_PATH "/authz-profile", "permissions[0].effectiveRole.id", TEXT},
    {OWN_PATH "/authz-profile", "permissions[0].scopes", LIST},
    {OWN_PATH "/authz-profile/check?permissionId=Users", "successful", BOOL},
    {OWN_PATH "/assigned-role", "records[0].id", TEXT},
    {ACCOUNT_PATH "/assigned-role", "records[0].extensionId", TEXT},
    {ACCOUNT_PATH "/user-role", "records[0].id", TEXT},
    {ACCOUNT_PATH "/user-role/1", "permissions[0].id", TEXT},
    {OWN_PATH "/features", "records[0].available", BOOL},
    {"/restapi/v1.0/dictionary/country", "records[0].id", TEXT},
    {"/restapi/v1.0/dictionary/timezone/58", "bias", TEXT},
    {"/restapi/v1.0/dictionary/language/1033", "localeCode", TEXT},
    {"/restapi/v1.0/dictionary/user-role/1", "displayName", TEXT},
    {"/restapi/v1.0/dictionary/permission/Users", "id", TEXT},
};

static void members_have_the_kind_they_are_documented_with(void **state)
{
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s: %s\n", rows[i].target, rows[i].path);
        assert_int_equal(rest_get(rest, rows[i].target), 200);
        assert_non_null(rest->body);
        const struct node *node = rest_at(rest, rows[i].path);
        assert_non_null(node);
        assert_int_equal(node->kind, rows[i].kind);
    }
}

/* Every URI of an answer: absolute, of this host, with real ids for "~". */
static void look_at_uris(const struct node *node)
{
    for (const struct node *child = node_first(node); child; child = child->next) {
        if (child->key && (text_eq(child->key, "uri") || text_eq(child->key, "contentUri"))) {
            assert_true(text_starts(child->text, "http://api.test/restapi"));
            assert_null(strchr(child->text, '~'));
        }
        look_at_uris(child);
    }
}

static void uris_are_absolute_and_hold_real_ids(void **state)
{
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rest_get(rest, rows[i].target);
        look_at_uris(rest->body);
    }
}

/* The uri of each thing leads to the thing. */
static void a_record_is_found_where_its_uri_says(void **state)
{
    static const char *const lists[] = {
        ACCOUNT_PATH "/extension",
        ACCOUNT_PATH "/phone-number",
        ACCOUNT_PATH "/device",
        ACCOUNT_PATH "/user-role",
        "/restapi/v1.0/dictionary/country",
        "/restapi/v1.0/dictionary/timezone",
        "/restapi/v1.0/dictionary/language",
        "/restapi/v1.0/dictionary/user-role",
        "/restapi/v1.0/dictionary/permission",
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        char uri[256], id[64];
        print_message("%s\n", lists[i]);
        rest_get(rest, lists[i]);
        snprintf(uri, sizeof uri, "%s",
                 rest_text(rest, "records[1].uri") + strlen("http://api.test"));
        snprintf(id, sizeof id, "%s", rest_text(rest, "records[1].id"));
        assert_int_equal(rest_get(rest, uri), 200);
        assert_string_equal(rest_text(rest, "id"), id);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(members_have_the_kind_they_are_documented_with),
        TEST(uris_are_absolute_and_hold_real_ids),
        TEST(a_record_is_found_where_its_uri_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
