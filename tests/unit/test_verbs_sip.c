#include "support/control_scene.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_old_sip_secret_stays_good_for_the_overlap_only),
        cmocka_unit_test(check_sync_leaves_for_every_contact_that_can_be_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
