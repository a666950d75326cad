#include "support/sip_scene.h"

#include <stdio.h>

static void a_phone_is_challenged_then_bound(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h:5060", "urn:uuid:1", -1);
    assert_int_equal(scene_sends(scene), 401);
    assert_non_null(scene->answer.challenge);
    assert_string_equal(scene_saw(scene, EVENT_STATUS), "401");
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 0);

    sip_answer_challenge(&scene->arena, &scene->request, scene->answer.challenge, &scene->secret);
    assert_int_equal(scene_sends(scene), 200);
    assert_int_equal(scene->answer.contact_count, 1);
    assert_string_equal(scene->answer.contacts[0].uri, "sip:1@h:5060");
    assert_string_equal(scene->answer.contacts[0].instance, "urn:uuid:1");
    assert_int_equal(scene->answer.contacts[0].expires_s, 300);
    const struct binding *binding = binding_list(scene->world, SIP_WORLD_AOR);
    assert_int_equal(binding->expires_ms, SIP_WORLD_START_MS + 300000);
    assert_int_equal(binding->user_id, 101);
    assert_ptr_equal(binding->proxy, scene->request.proxy);
}

static void a_registration_is_an_event_with_all_it_can_say(void **state)
{
    static const struct {
        enum event_key key;
        const char *want;
    } rows[] = {
        {EVENT_METHOD, "REGISTER"}, {EVENT_PROXY, "a"},        {EVENT_TRANSPORT, "tcp"},
        {EVENT_AOR, SIP_WORLD_AOR}, {EVENT_CALL_ID, "c1"},     {EVENT_CSEQ, "2"},
        {EVENT_STATUS, "200"},      {EVENT_EXPIRES, "120"},    {EVENT_BINDINGS, "1"},
        {EVENT_DEVICE, "802001"},   {EVENT_INSTANCE, "urn:i"}, {EVENT_USER_AGENT, "phone/1"},
        {EVENT_REASON, ""},         {EVENT_FAULT, ""},         {EVENT_PLAN, ""},
    };
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h:5060", "urn:i", 120);
    assert_int_equal(scene_registers(scene), 200);
    assert_string_equal(scene->event.op, "sip.register");
    assert_int_equal(scene->event.layer, LAYER_SIP);
    assert_int_equal(scene->event.time_ms, SIP_WORLD_START_MS);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(scene_saw(scene, rows[i].key), rows[i].want);
}

static void the_interval_granted_is_the_lesser_of_asked_and_cap(void **state)
{
    static const struct {
        const char *label;
        int64_t contact_s, header_s, want;
    } rows[] = {
        {"nothing asked", -1, -1, 300},
        {"header below the cap", -1, 60, 60},
        {"header above the cap", -1, 3600, 300},
        {"contact before header", 50, 60, 50},
        {"contact above the cap", 301, 60, 300},
        {"at the cap", 300, -1, 300},
        {"one second", 1, -1, 1},
        {"unregister", 0, 60, 0},
        {"unregister by header", -1, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        scene->request.contact_count = 0;
        scene->request.expires_s = rows[i].header_s;
        scene_contact(scene, "sip:1@h", NULL, rows[i].contact_s);
        assert_int_equal(scene_registers(scene), 200);
        int64_t got = scene->answer.contact_count ? scene->answer.contacts[0].expires_s : 0;
        if (got != rows[i].want)
            fail_msg("%s: %lld", rows[i].label, (long long)got);
        assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), rows[i].want > 0);
    }
}

/* sip.md 3.3: browsers' phones are granted a minute at most. */
static void the_cap_is_that_of_the_transport(void **state)
{
    static const struct {
        const char *transport;
        int64_t want;
        enum transport bound;
    } rows[] = {{"udp", 300, TRANSPORT_UDP},
                {"tcp", 300, TRANSPORT_TCP},
                {"tls", 300, TRANSPORT_TLS},
                {"ws", 60, TRANSPORT_WS},
                {"wss", 60, TRANSPORT_WSS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        scene->request.contact_count = 0;
        scene->request.transport = rows[i].transport;
        scene_contact(scene, "sip:1@h", NULL, 600);
        assert_int_equal(scene_registers(scene), 200);
        print_message("%s\n", rows[i].transport);
        assert_int_equal(scene->answer.contacts[0].expires_s, rows[i].want);
        assert_int_equal(binding_list(scene->world, SIP_WORLD_AOR)->transport, rows[i].bound);
        assert_string_equal(scene_saw(scene, EVENT_TRANSPORT), rows[i].transport);
    }
}

/* sip.md 1.2: the soft devices of an extension share its address, each with credentials of its own. */
static void the_credentials_tell_which_device_of_an_address_it_is(void **state)
{
    struct scene *scene = *state;
    struct device *second = sip_world_phone(scene->world, "802002", SIP_WORLD_AOR, 101);
    xset(&second->sip_password, "other");
    scene_contact(scene, "sip:1@h", "urn:1", 60);
    assert_int_equal(scene_registers(scene), 200);
    assert_string_equal(scene_saw(scene, EVENT_DEVICE), "802001");
    scene->request.contact_count = 0;
    scene_contact(scene, "sip:2@h", "urn:2", 60);
    scene->secret = (struct sip_secret){.username = "802002", .password = "other"};
    assert_int_equal(scene_registers(scene), 200);
    assert_string_equal(scene_saw(scene, EVENT_DEVICE), "802002");
    assert_ptr_equal(binding_list(scene->world, SIP_WORLD_AOR)->device, second);
    scene->secret.password = "pw"; /* the other one's */
    assert_int_equal(scene_registers(scene), 403);
}

static void a_binding_ends_with_its_interval(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", NULL, 60);
    assert_int_equal(scene_registers(scene), 200);
    clock_advance(scene->world, 59999);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);
    clock_advance(scene->world, 1);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 0);
}

static void a_fetch_lists_what_is_left_of_each_binding(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", "urn:1", 60);
    assert_int_equal(scene_registers(scene), 200);
    clock_advance(scene->world, 10001);
    scene->request.contacts[0].uri = "sip:2@h";
    scene->request.contacts[0].instance = "urn:2";
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(scene->answer.contact_count, 1); /* its own only */
    scene->request.contact_count = 0;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(scene->answer.contact_count, 2);
    assert_string_equal(scene->answer.contacts[0].uri, "sip:2@h");
    assert_int_equal(scene->answer.contacts[0].expires_s, 60);
    assert_string_equal(scene->answer.contacts[1].uri, "sip:1@h");
    assert_int_equal(scene->answer.contacts[1].expires_s, 50);
    assert_string_equal(scene_saw(scene, EVENT_BINDINGS), "2");
}

static void a_star_removes_everything_and_stands_alone(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", "urn:1", -1);
    scene_contact(scene, "sip:2@h", "urn:2", -1);
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 2);

    scene->request.has_star_contact = true;
    scene->request.expires_s = 0;
    assert_int_equal(scene_registers(scene), 400); /* with other contacts */
    scene->request.contact_count = 0;
    scene->request.expires_s = 60;
    assert_int_equal(scene_registers(scene), 400); /* without Expires: 0 */
    scene->request.expires_s = -1;
    assert_int_equal(scene_registers(scene), 400);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 2);
    scene->request.expires_s = 0;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(scene->answer.contact_count, 0);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 0);
    assert_string_equal(scene_saw(scene, EVENT_EXPIRES), "0");
}

static void a_late_request_of_the_same_call_changes_nothing(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", NULL, 60);
    assert_int_equal(scene_registers(scene), 200);
    scene->request.cseq--; /* the same number again */
    scene->request.contacts[0].expires_s = 0;
    assert_int_equal(scene_sends(scene), 400);
    assert_string_equal(scene->answer.phrase, "Invalid CSeq Number");
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);

    struct sip_request star = scene->request;
    scene->request.contact_count = 0;
    scene->request.has_star_contact = true;
    scene->request.expires_s = 0;
    scene->request.cseq = 0;
    assert_int_equal(scene_sends(scene), 400);

    scene->request = star;
    scene->request.cseq = 0;
    scene->request.call_id = "c2"; /* another call has its own count */
    assert_int_equal(scene_sends(scene), 200);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 0);
}

static void nothing_is_bound_when_one_contact_is_refused(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", NULL, 60);
    assert_int_equal(scene_registers(scene), 200);
    scene->request.contacts[0].uri = "sip:2@h";
    scene_contact(scene, "sip:1@h", NULL, 60);
    scene->request.cseq = 1;
    assert_int_equal(scene_sends(scene), 400);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);
}

static void too_brief_an_interval_is_told_the_least(void **state)
{
    static const struct {
        int64_t asked_s;
        int want;
    } rows[] = {{59, 423}, {60, 200}, {0, 200}, {3600, 200}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct scene *scene = *state;
        scene_knob(scene, "sip.min_expires", "60s");
        scene->request.contact_count = 0;
        scene_contact(scene, "sip:1@h", NULL, rows[i].asked_s);
        assert_int_equal(scene_registers(scene), rows[i].want);
        assert_int_equal(scene->answer.min_expires_s, rows[i].want == 423 ? 60 : 0);
    }
    struct scene *scene = *state;
    scene_knob(scene, "sip.min_expires", "2h"); /* one hour is never too brief */
    scene->request.contacts[0].expires_s = 3600;
    assert_int_equal(scene_registers(scene), 200);
}

static int registers_instance(struct scene *scene, int number)
{
    char *uri = arena_printf(&scene->arena, "sip:%d@h", number);
    char *instance = arena_printf(&scene->arena, "urn:%d", number);
    scene->request.contact_count = 0;
    scene_contact(scene, uri, instance, 60);
    return scene_registers(scene);
}

static void a_sixth_endpoint_finds_no_room_until_one_goes(void **state)
{
    struct scene *scene = *state;
    for (int i = 1; i <= 5; i++)
        assert_int_equal(registers_instance(scene, i), 200);
    assert_int_equal(registers_instance(scene, 6), 603);
    assert_string_equal(scene->answer.phrase, "Too Many Contacts");
    assert_int_equal(registers_instance(scene, 3), 200); /* a refresh needs no room */

    scene->request.contacts[0].expires_s = 0;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(registers_instance(scene, 6), 200);
    assert_int_equal(registers_instance(scene, 7), 603);
    clock_advance(scene->world, 60000);
    assert_int_equal(registers_instance(scene, 7), 200);
}

static void flows_of_one_instance_are_one_endpoint(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.max_contacts", "1");
    scene_contact(scene, "sip:1@h", "urn:1", 60)->reg_id = 1;
    assert_int_equal(scene_registers(scene), 200);
    scene->request.contacts[0].reg_id = 2;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 2);
    assert_int_equal(registers_instance(scene, 2), 603);
}

static void without_a_limit_an_address_still_holds_only_so_many(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.max_contacts", "0");
    for (int i = 1; i <= BINDINGS_PER_AOR_MAX; i++)
        assert_int_equal(registers_instance(scene, i), 200);
    assert_int_equal(registers_instance(scene, 100), 603);
    assert_int_equal(registers_instance(scene, 1), 200);
}

static void hosts_other_than_the_domain_are_taken(void **state)
{
    struct scene *scene = *state;
    scene->request.uri_user = SIP_WORLD_AOR;
    scene->request.uri_host = scene->request.from_host = scene->request.to_host = "10.0.0.1";
    scene_contact(scene, "sip:1@h", NULL, 60);
    assert_int_equal(scene_registers(scene), 200);
}

static void the_last_to_register_an_instance_has_it(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:old@h", "urn:1", 60);
    assert_int_equal(scene_registers(scene), 200);
    scene->request.contacts[0].uri = "sip:new@h";
    scene->request.call_id = "c2";
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);
    assert_string_equal(binding_list(scene->world, SIP_WORLD_AOR)->contact, "sip:new@h");
    scene->request.contacts[0].uri = "sip:old@h";
    assert_int_equal(scene_registers(scene), 200);
}

static void the_older_endpoint_is_told_once_when_the_knob_says_so(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.contact_policy", "intercept_403");
    scene_contact(scene, "sip:old@h", "urn:1", 60);
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(scene_registers(scene), 200); /* a refresh is no theft */
    scene->request.contacts[0].uri = "sip:new@h";
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(scene_registers(scene), 200);
    scene->request.contacts[0].uri = "sip:old@h";
    assert_int_equal(scene_registers(scene), 403);
    assert_string_equal(scene->answer.phrase,
                        "Forbidden, instance id is intercepted by another registration");
    assert_string_equal(binding_list(scene->world, SIP_WORLD_AOR)->contact, "sip:new@h");
    assert_int_equal(scene_registers(scene), 200);
    assert_string_equal(binding_list(scene->world, SIP_WORLD_AOR)->contact, "sip:old@h");
}

static void a_stale_proxy_says_200_and_binds_into_the_void(void **state)
{
    struct scene *scene = *state;
    scene_contact(scene, "sip:1@h", "urn:1", 60);
    assert_int_equal(scene_registers(scene), 200);

    struct proxy *old = proxy_named(scene->world, "b");
    old->state = PROXY_STALE;
    old->cause = 5;
    scene->request.proxy = old;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(scene->event.cause, 5);
    assert_string_equal(scene_saw(scene, EVENT_BINDINGS), "1");
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 2);
    assert_true(binding_list(scene->world, SIP_WORLD_AOR)->is_stale);

    /* Unregistering there leaves the good one alone, whichever way it is done. */
    const struct sip_contact contact = scene->request.contacts[0];
    scene->request.contacts[0].expires_s = 0;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);
    assert_false(binding_list(scene->world, SIP_WORLD_AOR)->is_stale);
    scene->request.contacts[0] = contact;
    assert_int_equal(scene_registers(scene), 200);
    scene->request.contact_count = 0;
    scene->request.has_star_contact = true;
    scene->request.expires_s = 0;
    assert_int_equal(scene_registers(scene), 200);
    assert_int_equal(binding_count(scene->world, SIP_WORLD_AOR), 1);
    assert_false(binding_list(scene->world, SIP_WORLD_AOR)->is_stale);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_scene(a_phone_is_challenged_then_bound),
        in_scene(a_registration_is_an_event_with_all_it_can_say),
        in_scene(the_interval_granted_is_the_lesser_of_asked_and_cap),
        in_scene(the_cap_is_that_of_the_transport),
        in_scene(the_credentials_tell_which_device_of_an_address_it_is),
        in_scene(a_binding_ends_with_its_interval),
        in_scene(a_fetch_lists_what_is_left_of_each_binding),
        in_scene(a_star_removes_everything_and_stands_alone),
        in_scene(a_late_request_of_the_same_call_changes_nothing),
        in_scene(nothing_is_bound_when_one_contact_is_refused),
        in_scene(too_brief_an_interval_is_told_the_least),
        in_scene(a_sixth_endpoint_finds_no_room_until_one_goes),
        in_scene(flows_of_one_instance_are_one_endpoint),
        in_scene(without_a_limit_an_address_still_holds_only_so_many),
        in_scene(hosts_other_than_the_domain_are_taken),
        in_scene(the_last_to_register_an_instance_has_it),
        in_scene(the_older_endpoint_is_told_once_when_the_knob_says_so),
        in_scene(a_stale_proxy_says_200_and_binds_into_the_void),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
