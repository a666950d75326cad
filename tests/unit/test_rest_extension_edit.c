/* Extensions updated, created and deleted over REST, and what becomes of their tokens. */
#include "support/rest_world.h"

#define EXTENSIONS ACCOUNT_PATH "/extension"
#define BOB        EXTENSIONS "/7102"

static struct user *bob(struct rest *rest)
{
    return user_by_id(rest->world, 7102);
}

static void contact_and_name_change_together(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "PUT", BOB,
                               "{\"contact\":{\"firstName\":\"Rob\",\"lastName\":\"Roe\","
                               "\"email\":\"rob@x.test\",\"jobTitle\":\"Agent\","
                               "\"department\":\"Care\"},\"extensionNumber\":\"202\"}"),
                     200);
    assert_string_equal(rest_text(rest, "name"), "Rob Roe");
    assert_string_equal(rest_text(rest, "contact.email"), "rob@x.test");
    assert_string_equal(rest_text(rest, "extensionNumber"), "202");
    assert_ptr_equal(user_by_email(rest->world, "rob@x.test"), bob(rest));
    assert_null(user_by_email(rest->world, "Bob@7001.test"));
    assert_null(user_by_extension(rest->world, 7001, "102"));
    assert_string_equal(event_get(&rest->event, EVENT_REASON), "changed: contact extensionNumber");
    rest_get(rest, EXTENSIONS "?extensionNumber=202");
    assert_string_equal(rest_text(rest, "records[0].contact.jobTitle"), "Agent");
}

static void what_one_has_already_is_not_in_use(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "PUT", BOB,
                               "{\"contact\":{\"email\":\"BOB@7001.test\"},"
                               "\"extensionNumber\":\"102\"}"),
                     200);
    assert_ptr_equal(user_by_extension(rest->world, 7001, "102"), bob(rest));
}

static void what_is_wrong_is_named_and_nothing_is_changed(void **state)
{
    static const struct {
        const char *body, *code, *parameter;
    } rows[] = {
        {"[1]", "CMN-103", NULL},
        {"", "CMN-103", NULL},
        {"{\"contact\":[]}", "CMN-101", "contact"},
        {"{\"contact\":{\"firstName\":1}}", "CMN-101", "contact.firstName"},
        {"{\"contact\":{\"firstName\":\"\"}}", "CMN-101", "contact.firstName"},
        {"{\"contact\":{\"email\":\"none\"}}", "CMN-101", "contact.email"},
        {"{\"contact\":{\"email\":\"a b@c.test\"}}", "CMN-101", "contact.email"},
        {"{\"contact\":{\"email\":\"@c.test\"}}", "CMN-101", "contact.email"},
        {"{\"contact\":{\"email\":\"ANN@7001.test\"}}", "CMN-406", "contact.email"},
        {"{\"extensionNumber\":\"1x\"}", "CMN-101", "extensionNumber"},
        {"{\"extensionNumber\":\"1234567\"}", "CMN-101", "extensionNumber"},
        {"{\"extensionNumber\":\"\"}", "CMN-101", "extensionNumber"},
        {"{\"extensionNumber\":\"101\"}", "CMN-406", "extensionNumber"},
        {"{\"status\":\"Gone\"}", "CMN-101", "status"},
        {"{\"status\":\"Unassigned\"}", "CMN-101", "status"},
        {"{\"status\":5}", "CMN-101", "status"},
        {"{\"ivrPin\":\"12a4\"}", "CMN-101", "ivrPin"},
        {"{\"ivrPin\":123456}", "CMN-101", "ivrPin"},
        {"{\"password\":\"short\"}", "PWD-002", NULL},
        {"{\"password\":12345678}", "CMN-101", "password"},
        {"{\"contact\":{\"firstName\":\"Rob\"},\"password\":\"weak\"}", "PWD-002", NULL},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "PUT", BOB, rows[i].body);
        assert_refused(rest, 400, rows[i].code);
        if (rows[i].parameter)
            assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
        assert_string_equal(bob(rest)->name, "Bob");
        assert_string_equal(bob(rest)->extension_number, "102");
    }
}

static void a_password_is_never_echoed_nor_kept_in_the_journal(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", BOB, "{\"password\":\"N3w-s3cret\"}");
    assert_int_equal(rest->reply.status, 200);
    assert_null(strstr(buf_text(&rest->reply.body), "s3cret"));
    struct buf text;
    buf_init(&text, 4096);
    struct json_out out;
    json_out_init(&out, &text);
    event_json(&rest->event, &out);
    assert_null(strstr(buf_text(&text), "s3cret"));
    buf_done(&text);
}

static void a_new_password_ends_the_users_sessions(void **state)
{
    struct rest *rest = *state;
    struct session *admin = rest->session;
    rest_as(rest, "Bob");
    struct session *his = rest->session;
    rest->session = admin;
    rest_call(rest, "PUT", BOB, "{\"password\":\"N3w-s3cret\"}");
    assert_string_equal(bob(rest)->password, "N3w-s3cret");
    uint64_t changed = rest->event.seq;
    rest->session = his;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-213");
    assert_int_equal(rest->event.cause, changed);
}

static void single_sign_on_keeps_passwords_but_not_the_rest(void **state)
{
    struct rest *rest = *state;
    bob(rest)->has_sso = true;
    rest_call(rest, "PUT", BOB, "{\"password\":\"N3w-s3cret\"}");
    assert_refused(rest, 400, "EXT-413");
    assert_int_equal(rest_call(rest, "PUT", BOB, "{\"ivrPin\":\"123456\"}"), 200);
    assert_int_equal(rest_call(rest, "PUT", BOB, "{\"status\":\"Frozen\"}"), 200);
}

static void a_queue_has_neither_password_nor_last_name(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "PUT", EXTENSIONS "/7105", "{\"password\":\"N3w-s3cret\"}");
    assert_refused(rest, 403, "CMN-403");
    rest_call(rest, "PUT", EXTENSIONS "/7105", "{\"contact\":{\"lastName\":\"X\"}}");
    assert_refused(rest, 400, "EXT-356");
    rest_call(rest, "PUT", EXTENSIONS "/7105", "{\"contact\":{\"firstName\":\"Support\"}}");
    assert_string_equal(rest_text(rest, "name"), "Support");
}

/* While disabled OAU-236; enabled again, the old token stays dead. */
static void who_is_disabled_is_told_so_and_must_log_in_again(void **state)
{
    struct rest *rest = *state;
    struct session *admin = rest->session;
    rest_as(rest, "Bob");
    struct session *his = rest->session;
    rest->session = admin;
    rest_call(rest, "PUT", BOB, "{\"status\":\"Disabled\"}");
    assert_string_equal(rest_text(rest, "status"), "Disabled");
    uint64_t disabled = rest->event.seq;
    rest->session = his;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 400, "OAU-236");
    assert_int_equal(rest->event.cause, disabled);
    rest->session = admin;
    rest_call(rest, "PUT", BOB, "{\"status\":\"Enabled\"}");
    rest->session = his;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 401, "OAU-213");
}

static void ones_own_contact_may_change_but_not_ones_number(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    assert_int_equal(rest_call(rest, "PUT", OWN_PATH, "{\"contact\":{\"jobTitle\":\"Boss\"}}"),
                     200);
    static const char *const bodies[] = {"{\"status\":\"Enabled\"}",
                                         "{\"extensionNumber\":\"999\"}"};
    for (size_t i = 0; i < 2; i++) {
        rest_call(rest, "PUT", OWN_PATH, bodies[i]);
        assert_refused(rest, 403, "CMN-408");
        assert_string_equal(rest_text(rest, "permissionName"), "Users");
    }
    rest_call(rest, "PUT", EXTENSIONS "/7101", "{\"contact\":{\"jobTitle\":\"X\"}}");
    assert_refused(rest, 403, "CMN-404");
}

static void a_new_extension_is_there_for_everybody(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "POST", EXTENSIONS,
                               "{\"contact\":{\"firstName\":\"Kim\",\"email\":\"kim@x.test\"},"
                               "\"password\":\"N3w-s3cret\",\"status\":\"Enabled\"}"),
                     200);
    assert_string_equal(rest_text(rest, "id"), "7903");
    assert_string_equal(rest_text(rest, "extensionNumber"), "105");
    assert_string_equal(rest_text(rest, "status"), "Enabled");
    assert_string_equal(rest_text(rest, "roles[0].displayName"), "Standard (International)");
    rest_as(rest, "Kim");
    assert_int_equal(rest_get(rest, OWN_PATH), 200);
    assert_string_equal(rest_text(rest, "account.id"), "7001");
}

static void a_new_extension_has_defaults(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "POST", EXTENSIONS,
              "{\"contact\":{\"firstName\":\"Q\",\"email\":\"q@x.test\"},"
              "\"type\":\"Department\",\"extensionNumber\":\"310\"}");
    assert_string_equal(rest_text(rest, "type"), "Department");
    assert_string_equal(rest_text(rest, "status"), "NotActivated");
    assert_null(user_by_extension(rest->world, 7001, "310")->password);
    rest_call(rest, "POST", EXTENSIONS,
              "{\"contact\":{\"firstName\":\"Kim\",\"email\":\"kim@x.test\"}}");
    const struct user *kim = user_named(rest->world, "Kim");
    assert_non_null(kim->password);
    assert_null(strstr(buf_text(&rest->reply.body), kim->password));
}

static void what_a_new_extension_lacks_is_named(void **state)
{
    static const struct {
        const char *body, *code, *parameter;
    } rows[] = {
        {"{}", "CMN-100", "contact.firstName"},
        {"{\"contact\":{\"firstName\":\"K\"}}", "CMN-100", "contact.email"},
        {"{\"type\":\"Robot\"}", "CMN-101", "type"},
        {"{\"contact\":{\"firstName\":\"K\",\"email\":\"Bob@7001.test\"}}", "CMN-406",
         "contact.email"},
        {"{\"contact\":{\"firstName\":\"K\",\"email\":\"k@x.test\"},\"extensionNumber\":\"102\"}",
         "CMN-406", "extensionNumber"},
    };
    struct rest *rest = *state;
    size_t before = rest->world->user_count;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "POST", EXTENSIONS, rows[i].body);
        assert_refused(rest, 400, rows[i].code);
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
    }
    assert_int_equal(rest->world->user_count, before);
    rest_as(rest, "Bob");
    rest_call(rest, "POST", EXTENSIONS, "{}");
    assert_refused(rest, 403, "CMN-408");
}

static void who_is_deleted_leaves_number_line_and_token(void **state)
{
    struct rest *rest = *state;
    struct session *admin = rest->session;
    rest_as(rest, "Bob");
    struct session *his = rest->session;
    rest->session = admin;
    assert_int_equal(rest_call(rest, "DELETE", BOB, NULL), 204);
    assert_int_equal(rest->reply.body.len, 0);
    uint64_t deleted = rest->event.seq;
    assert_int_equal(phone_number_by_id(rest->world, 9003)->user_id, 0);
    assert_false(device_by_id(rest->world, "800000000002")->has_line);
    rest_get(rest, BOB);
    assert_refused(rest, 404, "CMN-102");
    rest->session = his;
    rest_get(rest, OWN_PATH);
    assert_refused(rest, 400, "OAU-232");
    assert_int_equal(rest->event.cause, deleted);
    rest->session = admin;
    rest_call(rest, "DELETE", OWN_PATH, NULL);
    assert_refused(rest, 400, "CMN-101");
}

/* The call log names its people by their place: a new user must not shift them. */
static void a_new_extension_leaves_the_call_log_as_it_was(void **state)
{
    struct rest *rest = *state;
    uint32_t number;
    struct call_record record = {
        .start_ms = REST_START_MS - 1000, .user = 1, .queue = CALL_NO_QUEUE, .other = 15557770001};
    assert_true(call_log_append(rest->world, &record, &number));
    rest_call(rest, "POST", EXTENSIONS,
              "{\"contact\":{\"firstName\":\"Kim\",\"email\":\"kim@x.test\"}}");
    assert_int_equal(rest->reply.status, 200);
    rest_get(rest, ACCOUNT_PATH "/call-log");
    assert_string_equal(rest_text(rest, "records[0].to.name"), "Bob");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(contact_and_name_change_together),
        TEST(what_one_has_already_is_not_in_use),
        TEST(what_is_wrong_is_named_and_nothing_is_changed),
        TEST(a_password_is_never_echoed_nor_kept_in_the_journal),
        TEST(a_new_password_ends_the_users_sessions),
        TEST(single_sign_on_keeps_passwords_but_not_the_rest),
        TEST(a_queue_has_neither_password_nor_last_name),
        TEST(who_is_disabled_is_told_so_and_must_log_in_again),
        TEST(ones_own_contact_may_change_but_not_ones_number),
        TEST(a_new_extension_is_there_for_everybody),
        TEST(a_new_extension_has_defaults),
        TEST(what_a_new_extension_lacks_is_named),
        TEST(who_is_deleted_leaves_number_line_and_token),
        TEST(a_new_extension_leaves_the_call_log_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
