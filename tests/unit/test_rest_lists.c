/* Lists: filters, pages, navigation, and the parameters that are refused. */
#include "support/rest_world.h"

/* The ids of the records of the last answer, joined: "7101 7102". */
static const char *ids(struct rest *rest)
{
    const char *all = "";
    for (const struct node *record = node_first(rest_at(rest, "records")); record;
         record = record->next)
        all = arena_printf(&rest->arena, "%s%s%s", all, *all ? " " : "",
                           node_text(node_get(record, "id"), "?"));
    return all;
}

static void a_filter_leaves_what_it_names(void **state)
{
    static const struct {
        const char *target, *ids;
    } rows[] = {
        {ACCOUNT_PATH "/extension", "7101 7102 7103 7104 7105"},
        {ACCOUNT_PATH "/extension?status=Disabled", "7104"},
        {ACCOUNT_PATH "/extension?status=Enabled&status=Disabled&type=User", "7101 7102 7103 7104"},
        {ACCOUNT_PATH "/extension?type=Department", "7105"},
        {ACCOUNT_PATH "/extension?type=Bot", ""},
        {ACCOUNT_PATH "/extension?extensionNumber=102", "7102"},
        {ACCOUNT_PATH "/extension?extensionNumber=999", ""},
        {ACCOUNT_PATH "/extension?email=Bob@7001.test&email=ann@7001.TEST", "7101 7102"},
        {ACCOUNT_PATH "/phone-number", "9001 9002 9003"},
        {ACCOUNT_PATH "/phone-number?usageType=DirectNumber", "9002 9003"},
        {ACCOUNT_PATH "/phone-number?usageType=MainCompanyNumber&usageType=ELIN", "9001"},
        {ACCOUNT_PATH "/phone-number?paymentType=TollFree", "9003"},
        {ACCOUNT_PATH "/phone-number?status=Pending", ""},
        {ACCOUNT_PATH "/phone-number?status=Normal", "9001 9002 9003"},
        {ACCOUNT_PATH "/phone-number?extensionStatus=Enabled", "9002 9003"},
        {ACCOUNT_PATH "/phone-number?extensionStatus=Disabled", ""},
        {OWN_PATH "/phone-number", "9001 9002"},
        {OWN_PATH "/phone-number?usageType=DirectNumber", "9002"},
        {ACCOUNT_PATH "/device", "800000000001 800000000002"},
        {ACCOUNT_PATH "/device?type=HardPhone", "800000000002"},
        {OWN_PATH "/device", "800000000001"},
        {OWN_PATH "/device?type=HardPhone", ""},
        {OWN_PATH "/device?lineType=Standalone&linePooling=None", "800000000001"},
        {OWN_PATH "/device?lineType=BlaPrimary", ""},
        {OWN_PATH "/device?linePooling=Host", ""},
        {OWN_PATH "/device?feature=BLA", ""},
        {ACCOUNT_PATH "/user-role", "1 2 3 4 5 6 7"},
        {ACCOUNT_PATH "/user-role?custom=false", "1 2 3 4 5 6 7"},
        {ACCOUNT_PATH "/user-role?custom=true", ""},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].target);
        assert_int_equal(rest_get(rest, rows[i].target), 200);
        assert_string_equal(ids(rest), rows[i].ids);
        char count[12];
        snprintf(count, sizeof count, "%u", (unsigned)rest_count(rest, "records"));
        assert_string_equal(event_get(&rest->event, EVENT_RECORDS), count);
    }
}

static void a_wrong_value_is_refused_by_its_name(void **state)
{
    static const struct {
        const char *target, *parameter;
    } rows[] = {
        {ACCOUNT_PATH "/extension?page=0", "page"},
        {ACCOUNT_PATH "/extension?page=-1", "page"},
        {ACCOUNT_PATH "/extension?page=x", "page"},
        {ACCOUNT_PATH "/extension?page=", "page"},
        {ACCOUNT_PATH "/extension?page=99999999999", "page"},
        {ACCOUNT_PATH "/extension?perPage=0", "perPage"},
        {ACCOUNT_PATH "/extension?perPage=1.5", "perPage"},
        {ACCOUNT_PATH "/extension?status=enabled", "status"},
        {ACCOUNT_PATH "/extension?status=Enabled,Disabled", "status"},
        {ACCOUNT_PATH "/extension?type=Persons", "type"},
        {ACCOUNT_PATH "/phone-number?usageType=Any", "usageType"},
        {ACCOUNT_PATH "/phone-number?paymentType=Free", "paymentType"},
        {ACCOUNT_PATH "/phone-number?status=Ok", "status"},
        {ACCOUNT_PATH "/phone-number?extensionStatus=Ok", "extensionStatus"},
        {ACCOUNT_PATH "/phone-number/x", "phoneNumberId"},
        {OWN_PATH "/device?type=Phone", "type"},
        {OWN_PATH "/device?feature=Wings", "feature"},
        {OWN_PATH "/device?lineType=Long", "lineType"},
        {OWN_PATH "/device?linePooling=Swim", "linePooling"},
        {ACCOUNT_PATH "/user-role?custom=maybe", "custom"},
        {ACCOUNT_PATH "/assigned-role?showHidden=1", "showHidden"},
        {OWN_PATH "/features?availableOnly=yes", "availableOnly"},
        {ACCOUNT_PATH "/active-calls?direction=Sideways", "direction"},
        {ACCOUNT_PATH "/active-calls?conferenceType=Party", "conferenceType"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].target);
        rest_get(rest, rows[i].target);
        assert_refused(rest, 400, "CMN-101");
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
    }
}

static void what_is_not_there_is_not_found(void **state)
{
    static const struct {
        const char *target, *parameter;
    } rows[] = {
        {ACCOUNT_PATH "/phone-number/9999", "phoneNumberId"},
        {ACCOUNT_PATH "/device/1", "deviceId"},
        {ACCOUNT_PATH "/device/800000000002/sip-info", "deviceId"},
        {ACCOUNT_PATH "/user-role/8", "roleId"},
        {ACCOUNT_PATH "/user-role/11", "roleId"},
        {ACCOUNT_PATH "/recording/1", "recordingId"},
        {ACCOUNT_PATH "/recording/1/content", "recordingId"},
        {ACCOUNT_PATH "/call-log/Q1", "callRecordId"},
        {"/restapi/v2.0", "apiVersion"},
        {"/restapi/v1.0/dictionary/country/0", "countryId"},
        {"/restapi/v1.0/dictionary/permission/Fly", "permissionId"},
        {OWN_PATH "/authz-profile/check?permissionId=Fly", "permissionId"},
        {OWN_PATH "/authz-profile?targetExtensionId=7902", "targetExtensionId"},
        {OWN_PATH "/authz-profile?targetExtensionId=x", "targetExtensionId"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].target);
        rest_get(rest, rows[i].target);
        assert_refused(rest, 404, "CMN-102");
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
    }
}

static void pages_tell_where_they_are_and_what_is_next(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/extension?status=Enabled&status=Disabled&page=2&perPage=2");
    assert_string_equal(ids(rest), "7103 7104");
    assert_string_equal(rest_text(rest, "paging.page"), "2");
    assert_string_equal(rest_text(rest, "paging.perPage"), "2");
    assert_string_equal(rest_text(rest, "paging.pageStart"), "2");
    assert_string_equal(rest_text(rest, "paging.pageEnd"), "3");
    assert_string_equal(rest_text(rest, "paging.totalPages"), "3");
    assert_string_equal(rest_text(rest, "paging.totalElements"), "5");
    static const char *const links[][2] = {
        {"navigation.firstPage.uri", "page=1"},
        {"navigation.nextPage.uri", "page=3"},
        {"navigation.previousPage.uri", "page=1"},
        {"navigation.lastPage.uri", "page=3"},
        {"uri", "page=2"},
    };
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char wanted[200];
        snprintf(wanted, sizeof wanted,
                 "http://api.test/restapi/v1.0/account/7001/extension"
                 "?status=Enabled&status=Disabled&%s&perPage=2",
                 links[i][1]);
        assert_string_equal(rest_text(rest, links[i][0]), wanted);
    }
}

static void the_last_page_has_no_next_and_the_first_no_previous(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/extension?page=3&perPage=2");
    assert_string_equal(ids(rest), "7105");
    assert_string_equal(rest_text(rest, "paging.pageEnd"), "4");
    assert_null(rest_at(rest, "navigation.nextPage"));
    rest_get(rest, ACCOUNT_PATH "/extension");
    assert_null(rest_at(rest, "navigation.previousPage"));
    assert_null(rest_at(rest, "navigation.nextPage"));
}

static void a_page_that_does_not_exist_is_empty(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension?page=1000000000&perPage=1000"), 200);
    assert_int_equal(rest_count(rest, "records"), 0);
    assert_null(rest_at(rest, "paging.pageStart"));
    assert_null(rest_at(rest, "navigation.nextPage"));
    assert_string_equal(rest_text(rest, "paging.totalElements"), "5");
    /* Back from there is the last page there is. */
    assert_string_equal(rest_text(rest, "navigation.previousPage.uri"),
                        rest_text(rest, "navigation.lastPage.uri"));
}

static void following_next_meets_each_record_once(void **state)
{
    struct rest *rest = *state;
    char target[300] = ACCOUNT_PATH "/extension?perPage=2";
    int met = 0;
    for (int64_t wanted = 7101; *target;) {
        assert_int_equal(rest_get(rest, target), 200);
        for (const struct node *record = node_first(rest_at(rest, "records")); record;
             record = record->next, met++, wanted++)
            assert_int_equal(node_get(record, "id")->number, wanted);
        const char *next = rest_text(rest, "navigation.nextPage.uri");
        snprintf(target, sizeof target, "%s", next ? next + strlen("http://api.test") : "");
    }
    assert_int_equal(met, 5);
}

static void too_large_pages_are_cut_in_silence(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/extension?perPage=5000");
    assert_string_equal(rest_text(rest, "paging.perPage"), "1000");
    rest_get(rest, ACCOUNT_PATH "/extension?perPage=max");
    assert_string_equal(rest_text(rest, "paging.perPage"), "1000");
    rest->world->knobs.paging_max = 0;
    rest_get(rest, ACCOUNT_PATH "/extension?perPage=5");
    assert_string_equal(rest_text(rest, "paging.perPage"), "1");
}

static void navigation_repeats_no_secret_and_escapes_the_rest(void **state)
{
    struct rest *rest = *state;
    char target[400];
    snprintf(target, sizeof target, "%s/extension?access_token=%s&email=a%%26b%%20%%22",
             ACCOUNT_PATH, rest->session->current.access);
    assert_int_equal(rest_get(rest, target), 200);
    assert_null(strstr(buf_text(&rest->reply.body), rest->session->current.access));
    assert_string_equal(rest_text(rest, "navigation.firstPage.uri"),
                        "http://api.test/restapi/v1.0/account/7001/extension"
                        "?email=a%26b%20%22&page=1&perPage=100");
}

static void deleted_extensions_are_gone(void **state)
{
    struct rest *rest = *state;
    user_named(rest->world, "Bob")->is_deleted = true;
    rest_get(rest, ACCOUNT_PATH "/extension");
    assert_string_equal(ids(rest), "7101 7103 7104 7105");
    rest_get(rest, ACCOUNT_PATH "/extension/7102");
    assert_refused(rest, 404, "CMN-102");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_filter_leaves_what_it_names),
        TEST(a_wrong_value_is_refused_by_its_name),
        TEST(what_is_not_there_is_not_found),
        TEST(pages_tell_where_they_are_and_what_is_next),
        TEST(the_last_page_has_no_next_and_the_first_no_previous),
        TEST(a_page_that_does_not_exist_is_empty),
        TEST(following_next_meets_each_record_once),
        TEST(too_large_pages_are_cut_in_silence),
        TEST(navigation_repeats_no_secret_and_escapes_the_rest),
        TEST(deleted_extensions_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
