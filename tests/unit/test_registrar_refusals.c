#include "support/sip_scene.h"

static void a_wrong_password_meets_what_the_knob_says(void **state)
{
    static const struct {
        const char *knob;
        int want;
        bool has_challenge;
    } rows[] = {{"403", 403, false}, {"401", 401, true}, {"404", 404, false}, {"drop", 0, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        scene_knob(scene, "sip.on_bad_auth", rows[i].knob);
        device_by_id(scene->world, "802001")->cause = 7;
        scene->secret.password = "old";
        assert_int_equal(scene_registers(scene), rows[i].want);
        assert_int_equal(scene->answer.challenge != NULL, rows[i].has_challenge);
        assert_string_equal(scene_saw(scene, EVENT_REASON), "the password is wrong");
        assert_int_equal(scene->event.cause, 7);
    }
}

static void another_domain_meets_what_the_knob_says(void **state)
{
    static const struct {
        const char *knob, *host;
        int want;
    } rows[] = {
        {"404", "other.test", 404},    {"403", "other.test", 403}, {"accept", "other.test", 200},
        {"404", "D.Test", 200},        {"404", "127.0.0.1", 200},  {"404", "[::1]", 200},
        {"404", "a", 200} /* proxy */, {"404", "d.test.", 404},    {"404", "sub.d.test", 404},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        scene_knob(scene, "sip.foreign_domain", rows[i].knob);
        scene->request.uri_host = rows[i].host;
        int status = scene_registers(scene);
        if (status != rows[i].want)
            fail_msg("%s with %s: %d, not %d", rows[i].host, rows[i].knob, status, rows[i].want);
    }
}

/* A known client has the proxy's name there, and the platform takes it (sip.md 2). */
static void the_hosts_of_from_and_to_do_not_count(void **state)
{
    struct scene *scene = *state;
    scene->request.from_host = scene->request.to_host = "elsewhere.test";
    assert_int_equal(scene_registers(scene), 200);
}

static void wrong_digests_lock_out_for_a_while_by_knob(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.lockout.threshold", "3");
    for (int i = 0; i < 2; i++) {
        scene->secret.password = "old";
        assert_int_equal(scene_registers(scene), 403);
        assert_int_equal(scene_registers(scene), 403);
        scene->secret.password = "pw"; /* a right one in between: counted from the start again */
        assert_int_equal(scene_registers(scene), 200);
    }
    scene->secret.password = "old";
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scene_registers(scene), 403);
        assert_string_equal(scene_saw(scene, EVENT_REASON), "the password is wrong");
    }
    scene->secret.password = "pw";
    assert_int_equal(scene_registers(scene), 403); /* not even challenged */
    assert_string_equal(scene_saw(scene, EVENT_REASON), "locked out after too many wrong digests");
    clock_advance(scene->world, 599999);
    assert_int_equal(scene_registers(scene), 403);
    clock_advance(scene->world, 1);
    assert_int_equal(scene_registers(scene), 200);
}

static void nobody_is_locked_out_without_the_knob(void **state)
{
    struct scene *scene = *state;
    scene->secret.password = "old";
    for (int i = 0; i < 20; i++)
        assert_int_equal(scene_registers(scene), 403);
    scene->secret.password = "pw";
    assert_int_equal(scene_registers(scene), 200);
}

static void stop_account(struct world *world)
{
    account_by_id(world, 1)->status = ACCOUNT_DISABLED;
    account_by_id(world, 1)->status_cause = 9;
}

static void stop_user(struct world *world, enum user_status status)
{
    user_by_id(world, 101)->status = status;
    user_by_id(world, 101)->status_cause = 9;
}

static void disable_user(struct world *world)
{
    stop_user(world, USER_DISABLED);
}

static void freeze_user(struct world *world)
{
    stop_user(world, USER_FROZEN);
}

static void delete_user(struct world *world)
{
    stop_user(world, USER_ENABLED);
    user_by_id(world, 101)->is_deleted = true;
}

static void take_line(struct world *world)
{
    device_by_id(world, "802001")->has_line = false;
    device_by_id(world, "802001")->cause = 9;
}

static void make_soft_phone(struct world *world)
{
    device_by_id(world, "802001")->type = DEVICE_SOFT_PHONE;
    device_by_id(world, "802001")->cause = 9;
}

/* failures.md F104, F105; sip.md 3.3. Each names what caused it. */
static void who_may_not_register_is_refused_with_the_cause(void **state)
{
    static const struct {
        void (*given)(struct world *world);
        const char *reason;
    } rows[] = {
        {stop_account, "the account is disabled"},
        {disable_user, "the extension is disabled"},
        {freeze_user, "the extension is frozen"},
        {delete_user, "the device belongs to no extension"},
        {take_line, "the device has no line"},
        {make_soft_phone, "a device of this type may not register"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene;
        given_scene((void **)&scene);
        scene_contact(scene, "sip:1@h", NULL, 60);
        rows[i].given(scene->world);
        assert_int_equal(scene_registers(scene), 403);
        assert_string_equal(scene_saw(scene, EVENT_REASON), rows[i].reason);
        assert_int_equal(scene->event.cause, 9);
        assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 0);
        scene_done((void **)&scene);
    }
    (void)state;
}

static void an_unknown_address_is_challenged_before_it_is_refused(void **state)
{
    struct scene *scene = *state;
    scene->request.to_user = "19995550000";
    assert_int_equal(scene_registers(scene), 403);
    assert_string_equal(scene_saw(scene, EVENT_REASON), "no device has this address");
    assert_string_equal(scene_saw(scene, EVENT_DEVICE), "");
    assert_string_equal(scene_saw(scene, EVENT_AOR), "19995550000");
}

static void bad_contacts_are_refused(void **state)
{
    struct scene *scene = *state;
    char *longest = arena_alloc(&scene->arena, BINDING_CONTACT_MAX + 2);
    memset(longest, 'x', BINDING_CONTACT_MAX);
    scene_contact(scene, longest, NULL, 60);
    assert_int_equal(scene_registers(scene), 200);
    longest[BINDING_CONTACT_MAX] = 'x';
    assert_int_equal(scene_registers(scene), 400);
    scene->request.contact_count = 0;
    scene->request.has_too_many_contacts = true;
    assert_int_equal(scene_registers(scene), 400);
    scene->request.has_too_many_contacts = false;
    scene->request.to_user = "";
    assert_int_equal(scene_sends(scene), 400);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(a_wrong_password_meets_what_the_knob_says),
        in_scene(another_domain_meets_what_the_knob_says),
        in_scene(the_hosts_of_from_and_to_do_not_count),
        in_scene(wrong_digests_lock_out_for_a_while_by_knob),
        in_scene(nobody_is_locked_out_without_the_knob),
        cmocka_unit_test(who_may_not_register_is_refused_with_the_cause),
        in_scene(an_unknown_address_is_challenged_before_it_is_refused),
        in_scene(bad_contacts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
