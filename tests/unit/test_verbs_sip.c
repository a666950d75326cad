#include "support/control_scene.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void an_old_sip_secret_stays_good_for_the_overlap_only(void **state)
{
    struct scene scene;
    scene_init(&scene);
    struct device *device = device_by_id(scene.world, "800110100000");
    char *old = xstrdup(device->sip_password);
    assert_int_equal(scene_verb(&scene, "rotate-sip-secret",
                                "{\"device\":\"800110100000\",\"overlap\":\"10m\"}"),
                     0);
    assert_string_equal(device->sip_password_old, old);
    assert_int_equal(device->sip_old_until_ms, clock_now(scene.world) + 600000);
    assert_string_not_equal(device->sip_password, old);
    assert_int_equal(scene_verb(&scene, "rotate-sip-secret", "\"800110100000\""), 0);
    assert_null(device->sip_password_old);
    free(old);
    scene_done(&scene);
}

static void given_phone(struct scene *scene, const char *aor)
{
    struct binding_key key = {.aor = aor, .contact = "sip:1@h"};
    struct binding *binding = binding_put(scene->world, &key);
    binding->expires_ms = clock_now(scene->world) + 60000;
    binding->proxy = proxy_named(scene->world, "a");
    xset(&binding->peer, "127.0.0.1:9");
}

static void a_user_is_rung_at_his_phones(void **state)
{
    struct scene scene;
    struct event event;
    scene_init(&scene);
    assert_int_equal(scene_verb(&scene, "ring-user", "\"101\""), ERR_USAGE);
    assert_string_equal(scene.diag.text,
                        "ring-user: no phone of morgan.hale@acme-widgets.example can be reached");
    given_phone(&scene, "16505550101");
    assert_int_equal(scene_verb(&scene, "ring-user",
                                "{\"user\":\"101\",\"from\":\"+13035550199\",\"lasts\":\"5s\"}"),
                     0);
    assert_string_equal(buf_text(&scene.said), "{\"call\":1}");
    struct sip_out *out = sip_out_take(scene.world);
    assert_string_equal(out->method, "INVITE");
    assert_non_null(strstr(out->from, "\"TEST CALLER\" <sip:+13035550199@"));
    sip_out_free(out);
    assert_int_equal(scene.world->phone_calls->parties->plays.lasts_ms, 5000);
    uint64_t last = scene.world->phone_calls->cause;
    assert_true(journal_get(scene.journal, last + 1, &event)); /* the verb, then what it did */
    assert_string_equal(event.op, "call.start");
    assert_int_equal(event.cause, last);
    assert_true(journal_get(scene.journal, last, &event));
    assert_string_equal(event.op, "ring-user");
    assert_string_equal(event_get(&event, EVENT_CALL), "1");
    scene_done(&scene);
}

static void a_party_keeps_what_is_not_said_anew(void **state)
{
    struct scene scene;
    scene_init(&scene);
    assert_int_equal(scene_verb(&scene, "set-party",
                                "{\"number\":\"1202*\",\"does\":\"busy\",\"after\":\"3s\"}"),
                     0);
    assert_string_equal(buf_text(&scene.said), "{\"number\":\"1202*\",\"does\":\"busy\"}");
    assert_int_equal(scene_verb(&scene, "set-party", "{\"number\":\"1202*\",\"lasts\":\"9s\"}"), 0);
    struct party party = party_of(scene.world, "12025550100");
    assert_int_equal(party.does, PARTY_BUSY);
    assert_int_equal(party.after_ms, 3000);
    assert_int_equal(party.lasts_ms, 9000);
    scene_done(&scene);
}

static void check_sync_leaves_for_every_contact_that_can_be_reached(void **state)
{
    static const char aor[] = "16505550101";
    struct scene scene;
    scene_init(&scene);
    for (int i = 0; i < 3; i++) {
        char contact[32];
        snprintf(contact, sizeof contact, "sip:%d@h", i);
        struct binding_key key = {.aor = aor, .contact = contact, .is_stale = i == 2};
        struct binding *binding = binding_put(scene.world, &key);
        binding->expires_ms = clock_now(scene.world) + 60000;
        binding->proxy = proxy_named(scene.world, "b");
        xset(&binding->peer, "127.0.0.1:9");
    }
    assert_int_equal(scene_verb(&scene, "check-sync", NULL), 0);
    assert_string_equal(buf_text(&scene.said), "{\"notified\":2}");
    for (int i = 1; i >= 0; i--) {
        struct sip_out *out = sip_out_take(scene.world);
        char contact[32];
        snprintf(contact, sizeof contact, "sip:%d@h", i);
        assert_string_equal(out->uri, contact);
        assert_string_equal(out->method, "NOTIFY");
        assert_string_equal(out->peer, "127.0.0.1:9");
        assert_string_equal(out->aor, aor);
        assert_ptr_equal(scene.world->proxies[out->proxy], proxy_named(scene.world, "b"));
        assert_true(out->cseq > SIP_OUT_CSEQ);
        sip_out_free(out);
    }
    assert_null(sip_out_take(scene.world));
    scene_done(&scene);
}

static void a_call_is_made_between_simulated_parties(void **state)
{
    struct scene scene;
    struct event event;
    scene_init(&scene);
    assert_int_equal(scene_verb(&scene, "call", "{\"to\":\"12\"}"), ERR_USAGE);
    assert_string_equal(scene.diag.text, "call: 12 cannot be dialled");
    assert_int_equal(scene_verb(&scene, "call",
                                "{\"from\":\"+13035550199\",\"to\":\"102\",\"does\":\"answer\","
                                "\"after\":\"3s\",\"lasts\":\"40s\"}"),
                     0);
    assert_non_null(strstr(buf_text(&scene.said), "{\"call\":1,\"session\":\"s-"));
    const struct phone_call *call = scene.world->phone_calls;
    assert_true(journal_get(scene.journal, call->cause, &event));
    assert_string_equal(event.op, "call");
    assert_true(journal_get(scene.journal, call->cause + 1, &event));
    assert_string_equal(event.op, "call.start");
    size_t before = call_log_count(scene.world);
    clock_advance(scene.world, 3000);
    assert_int_equal(scene.world->phone_calls->state, PHONE_CALL_UP);
    clock_advance(scene.world, 40000);
    assert_int_equal(phone_call_count(scene.world), 0);
    assert_true(call_log_at(scene.world, before - 1)->is_open); /* rest.calllog.delay */
    clock_advance(scene.world, 5000);
    assert_false(call_log_at(scene.world, before - 1)->is_open);
    assert_int_equal(call_log_at(scene.world, before - 1)->duration_ms, 40000);
    scene_done(&scene);
}

static void traffic_comes_until_it_is_stopped(void **state)
{
    struct scene scene;
    scene_init(&scene);
    assert_int_equal(scene_verb(&scene, "traffic", "{\"queue-share\":101}"), ERR_USAGE);
    assert_string_equal(scene.diag.text, "traffic: queue-share is percent: 0 to 100");
    assert_int_equal(scene_verb(&scene, "traffic", "{\"queue-share\":60,\"outbound-share\":50}"),
                     ERR_USAGE);
    assert_int_equal(scene_verb(&scene, "traffic", "100001"), ERR_USAGE);
    assert_int_equal(scene_verb(&scene, "traffic", "{\"calls-per-hour\":120,\"for\":\"2h\"}"), 0);
    assert_string_equal(buf_text(&scene.said), "{\"calls-per-hour\":120,\"for\":7200}");
    clock_advance(scene.world, 3600000);
    size_t calls = scene.world->last_phone_call;
    assert_in_range(calls, 60, 200);
    assert_int_equal(scene_verb(&scene, "traffic", "0"), 0);
    clock_advance(scene.world, 3600000);
    assert_int_equal(scene.world->last_phone_call, calls);
    assert_int_equal(phone_call_count(scene.world), 0);
    scene_done(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_call_is_made_between_simulated_parties),
        cmocka_unit_test(traffic_comes_until_it_is_stopped),
        cmocka_unit_test(an_old_sip_secret_stays_good_for_the_overlap_only),
        cmocka_unit_test(a_user_is_rung_at_his_phones),
        cmocka_unit_test(a_party_keeps_what_is_not_said_anew),
        cmocka_unit_test(check_sync_leaves_for_every_contact_that_can_be_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
