#include "support/control_scene.h"

#include "base/text.h"

#include <stdio.h>

/* --- rows: what each verb takes and says, and what it refuses --- */

static const struct {
    const char *verb, *args, *says; /* says: all of it, or with '*' */
} plays[] = {
    {"advance", "\"61m\"", "{\"now\":\"2026-01-05T10:01:00.000Z\"}"},
    {"advance", "{\"by\":90}", "{\"now\":\"2026-01-05T09:01:30.000Z\"}"},
    {"clock", "{\"mode\":\"frozen\"}",
     "{\"mode\":\"frozen\",\"now\":\"2026-01-05T09:00:00.000Z\"}"},
    {"clock", "{\"scale\":60}", "{\"mode\":\"scaled\",\"scale\":60,\"now\":\"2026-01-05T09:*\"}"},
    {"rotate-password", "\"superadmin\"",
     "{\"user\":\"morgan.hale@acme-widgets.example\",\"password\":\"*-Aa1\",\"sessions\":\"at-"
     "once\",\"sessions_ended\":0}"},
    {"rotate-password", "{\"user\":\"102\",\"password\":\"N3w-one\",\"sessions\":\"lazily\"}",
     "{\"user\":\"*\",\"sessions\":\"lazily\",\"sessions_ended\":0}"},
    {"unlock", "\"superadmin\"", "{\"user\":\"*\",\"was_locked\":false}"},
    {"revoke-sessions", "\"superadmin\"", "{\"user\":\"*\",\"sessions_ended\":0}"},
    {"revoke-sessions", "{\"user\":\"superadmin\",\"app\":\"Acme CCaaS\"}",
     "{\"user\":\"*\",\"sessions_ended\":0}"},
    {"set-role", "{\"user\":\"superadmin\",\"role\":\"standard\"}",
     "{\"user\":\"*\",\"role\":\"Standard\",\"was\":\"Super Admin\"}"},
    {"set-user", "{\"user\":\"102\",\"status\":\"Disabled\",\"mfa\":true}",
     "{\"user\":\"*\",\"status\":\"Disabled\"}"},
    {"set-account", "{\"status\":\"Disabled\",\"reason\":\"SuspendedInvoluntarily\"}",
     "{\"account\":37439510,\"status\":\"Disabled\"}"},
    {"set-account", "{\"feature\":\"OnDemandCallRecording\",\"on\":false}",
     "{\"account\":37439510,\"status\":\"Confirmed\",\"OnDemandCallRecording\":false}"},
    {"set-app", "{\"status\":\"suspended\"}", "{\"app\":\"Acme CCaaS\",\"status\":\"suspended\"}"},
    {"set-app", "{\"app\":\"Acme CCaaS\",\"secret\":\"rotate\"}",
     "{\"app\":\"Acme CCaaS\",\"status\":\"active\",\"secret\":\"*\"}"},
    {"set-scopes", "{\"scopes\":[\"ReadAccounts\",\"ReadCallLog\"]}",
     "{\"app\":\"Acme CCaaS\",\"scopes\":\"ReadAccounts ReadCallLog\"}"},
    {"set-scopes", "{\"scopes\":\"ReadAccounts\",\"add\":\"SMS Faxes\",\"remove\":\"SMS\"}",
     "{\"app\":\"Acme CCaaS\",\"scopes\":\"ReadAccounts Faxes\"}"},
    {"stop-proxy", "\"a\"", "{\"proxy\":\"a\",\"state\":\"stopped\"}"},
    {"drain-proxy", "{\"proxy\":\"b\"}", "{\"proxy\":\"b\",\"state\":\"draining\"}"},
    {"stale-proxy", "\"a\"", "{\"proxy\":\"a\",\"state\":\"stale\"}"},
    {"rotate-certificate", "\"https\"", "{\"of\":\"https\",\"authority\":\"same\"}"},
    {"move-proxy", "{\"proxy\":\"a\",\"udp\":5070,\"tcp\":5070,\"leave\":\"stale\"}",
     "{\"proxy\":\"a\",\"state\":\"up\",\"old_address\":\"stale\"}"},
    {"set-dns", "{\"name\":\"x\",\"does\":\"silence\"}", "{\"name\":\"x\",\"does\":\"silence\",*}"},
    {"drop-registrations", "\"800110100000\"", "{\"dropped\":0}"},
    {"rotate-sip-secret", "\"800110100000\"",
     "{\"device\":\"800110100000\",\"user\":\"*\",\"secret\":\"*\"}"},
    {"rotate-sip-secret", "{\"device\":\"16505550101\",\"secret\":\"x\",\"line\":false}",
     "{\"device\":\"800110100000\",\"user\":\"*\"}"},
    {"rotate-sip-secret", "{\"device\":\"16505550101\",\"secret\":\"x\",\"overlap\":\"10m\"}",
     "{\"device\":\"800110100000\",\"user\":\"*\"}"},
    {"check-sync", "\"800110100000\"", "{\"notified\":0}"},
    {"check-sync", NULL, "{\"notified\":0}"},
    {"close-connections", "\"800110100000\"", "{\"closed\":0}"},
    {"close-connections", NULL, "{\"closed\":0}"},
    {"set-party", "{\"number\":\"1202*\",\"does\":\"busy\"}",
     "{\"number\":\"1202*\",\"does\":\"busy\"}"},
    {"call", "\"+12125550100\"", "{\"call\":1,\"session\":\"s-*\"}"},
    {"traffic", NULL, "{\"calls-per-hour\":200,\"for\":86400}"},
    {"fault", "{\"name\":\"f\",\"match\":{\"op\":\"oauth.token\"},\"kind\":\"drop\"}",
     "{\"fault\":\"f\"}"},
    {"clear-fault", NULL, "{\"cleared\":0}"},
    {"set", "{\"oauth.access_ttl\":\"10m\",\"rest.rate.limits\":\"off\"}",
     "{\"oauth.access_ttl\":\"600s\",\"rest.rate.limits\":\"off\"}"},
    {"reset", NULL, "{\"reset\":true}"},
    {"reset-sync", NULL, "{\"resets\":1}"},
    {"delete-calls", "\"102\"", "{\"user\":\"*\",\"deleted\":2}"},
    {"notify", "\"/restapi/v1.0/account/~/presence\"",
     "{\"event\":\"/restapi/v1.0/account/*/presence\",\"queued\":0}"},
    {"rotate-sip-secret", "{\"device\":\"800110100000\",\"overlap\":\"10m\"}",
     "{\"device\":\"800110100000\",\"user\":\"*\",\"secret\":\"*\"}"},
};

static void each_verb_does_what_it_says(void **state)
{
    for (size_t i = 0; i < sizeof plays / sizeof *plays; i++) {
        struct scene scene;
        scene_init(&scene);
        int err = scene_verb(&scene, plays[i].verb, plays[i].args);
        if (err || !text_glob(plays[i].says, buf_text(&scene.said)))
            fail_msg("%s %s: said %s %s", plays[i].verb, plays[i].args, buf_text(&scene.said),
                     err ? scene.diag.text : "");
        struct event event; /* the first: what the verb set off stands behind it */
        assert_true(journal_get(scene.journal, journal_first(scene.journal), &event));
        assert_string_equal(event.op, plays[i].verb);
        assert_string_equal(event_get(&event, EVENT_RESULT), "done");
        assert_int_equal(event.layer, LAYER_CONTROL);
        scene_done(&scene);
    }
}

/* Not up, start-proxy; a phone, ring-user (test_verbs_sip.c); a call, dtmf, play (wire/test_media.c). */
static void every_verb_of_the_list_is_played_here(void **state)
{
    for (size_t i = 0; i < verb_count(); i++) {
        static const char *const elsewhere[] = {"start-proxy", "ring-user", "dtmf", "play"};
        bool is_there = false;
        for (size_t j = 0; j < sizeof elsewhere / sizeof *elsewhere; j++)
            is_there |= text_eq(verb_at(i)->name, elsewhere[j]);
        for (size_t j = 0; j < sizeof plays / sizeof *plays; j++)
            is_there |= text_eq(plays[j].verb, verb_at(i)->name);
        if (!is_there)
            fail_msg("%s has no row", verb_at(i)->name);
    }
}

static const struct {
    const char *verb, *args, *says;
} refusals[] = {
    {"advance", NULL, "advance: \"by\" is missing: how far"},
    {"advance", "\"soon\"", "by: wanted a duration (250ms, 61m, 7d), saw \"soon\""},
    {"advance", "\"4000d\"", "advance: wanted at most 3660d, saw 4000d"},
    {"advance", "[1]", "advance: wanted a map of arguments, saw a list"},
    {"advance", "{\"buy\":\"1m\"}", "advance: unknown argument \"buy\"; did you mean \"by\"?"},
    {"clock", NULL, "clock: nothing to change: give mode or scale"},
    {"clock", "\"frosen\"",
     "mode: wanted real|offset|scaled|frozen, saw \"frosen\"; did you mean \"frozen\"?"},
    {"clock", "{\"scale\":0}", "scale: wanted a number above 0, saw \"0\""},
    {"rotate-password", "\"superadmn\"",
     "user: no user \"superadmn\" here; did you mean \"superadmin\"?"},
    {"rotate-password", "{\"user\":\"superadmin\",\"sessions\":\"later\"}",
     "sessions: wanted at-once|lazily, saw \"later\""},
    {"rotate-password", "{\"user\":\"superadmin\",\"pasword\":\"x\"}",
     "rotate-password: unknown argument \"pasword\"; did you mean \"password\"?"},
    {"rotate-password", "{\"user\":\"superadmin\",\"password\":\"\"}",
     "password: wanted text, saw \"\""},
    {"rotate-password", "{}", "rotate-password: \"user\" is missing: whose"},
    {"set-role", "{\"user\":\"superadmin\",\"role\":\"standrad\"}",
     "role: wanted a role, saw \"standrad\"; did you mean \"Standard\"?"},
    {"set-role", "{\"user\":\"superadmin\"}",
     "set-role: \"role\" is missing: super-admin, manager, standard ..."},
    {"set-user", "{\"user\":\"102\",\"status\":\"Disabeld\"}",
     "status: wanted a status of a user, saw \"Disabeld\"; did you mean \"Disabled\"?"},
    {"set-user", "{\"user\":\"102\",\"mfa\":\"yes\"}", "mfa: wanted true or false, saw \"yes\""},
    {"set-account", "{}", "set-account: nothing to change: give status or feature"},
    {"set-account", "{\"account\":1,\"status\":\"Disabled\"}", "set-account: no such account: 1"},
    {"set-account", "{\"feature\":\"OnDemandCallRecordin\"}",
     "feature: no service feature \"OnDemandCallRecordin\"; did you mean "
     "\"OnDemandCallRecording\"?"},
    {"set-account", "{\"status\":\"Gone\"}", "status: wanted a status of an account, saw \"Gone\""},
    {"set-app", "{\"app\":\"Acme CCaS\",\"status\":\"active\"}",
     "app: no app \"Acme CCaS\" here; did you mean \"Acme CCaaS\"?"},
    {"set-app", "{\"app\":\"mRcAcmeDesk00000001210\",\"secret\":\"rotate\"}",
     "set-app: * is a public app: it has no secret"},
    {"set-scopes", "{\"add\":\"ReadCallLgo\"}",
     "add: wanted scope names, saw \"ReadCallLgo\"; did you mean \"ReadCallLog\"?"},
    {"set-scopes", "{\"add\":[\"SMS\",\"Nothing of the kind\"]}",
     "add: wanted scope names, saw \"Nothing\""},
    {"set-scopes", NULL, "set-scopes: nothing to change: give scopes, add or remove"},
    {"rotate-sip-secret", "\"101\"",
     "device: no device \"101\" here; a device goes by its id or its SIP user name"},
    {"stop-proxy", "\"z\"", "proxy: no proxy \"z\" here; did you mean \"a\"?"},
    {"start-proxy", "\"a\"", "start-proxy: proxy a is up already"},
    {"move-proxy", "{\"proxy\":\"a\",\"udp\":70000}",
     "udp: wanted a port (0 to 65535), saw \"70000\""},
    {"move-proxy", "{\"proxy\":\"a\",\"leave\":\"open\"}",
     "leave: wanted closed|stale, saw \"open\""},
    {"rotate-sip-secret", "\"800110100099\"",
     "device: no device \"800110100099\" here; did you mean \"8001101000*\"?"},
    {"revoke-sessions", "{\"user\":\"101\",\"app\":\"none\"}", "app: no app \"none\" here; *"},
    {"fault", NULL, "a fault is a map with match and kind, saw nothing"},
    {"fault", "{\"match\":{},\"kind\":\"anser\"}",
     "unknown fault kind \"anser\"; wanted one of answer, delay, drop, close, *; did you mean "
     "\"answer\"?"},
    {"dtmf", "{\"digits\":\"1\"}", "dtmf: \"call\" or \"user\" says which phones"},
    {"dtmf", "{\"user\":\"101\",\"digits\":\"1a\"}",
     "dtmf: wanted up to 32 of 0 to 9, *, #, A to D, saw \"1a\""},
    {"dtmf", "{\"user\":\"101\",\"digits\":\"1\"}", "dtmf: no phone in a call takes digits"},
    {"play", "{\"user\":\"101\",\"what\":\"tone\"}", "play: no phone is in a call"},
    {"play", "{\"user\":\"101\",\"what\":\"clip\"}",
     "play: wanted echo, tone, silence, nothing, usual or a WAV file, saw \"clip\""},
    {"play", "{\"user\":\"101\",\"what\":\"ringback\"}",
     "play: wanted echo, tone, silence, nothing, usual or a WAV file, saw \"ringback\""},
    {"play", "{\"user\":\"101\",\"what\":\"/none.wav\"}",
     "play: /none.wav: cannot be opened: No such file or directory"},
    {"clear-fault", "\"never\"", "clear-fault: no fault \"never\" is armed"},
    {"set", "{}", "set: wanted a map of knobs, saw an empty one"},
    {"set", NULL, "set: wanted a map of knobs, saw nothing"},
    {"set", "{\"oauth.acces_ttl\":\"1m\"}",
     "set: unknown knob \"oauth.acces_ttl\"; did you mean \"oauth.access_ttl\"?"},
    {"set", "{\"rest.rate.limits\":\"maybe\"}",
     "set: knob rest.rate.limits wants one of: real off no-plan, not \"maybe\""},
    {"set", "{\"oauth.access_ttl\":{}}", "set: oauth.access_ttl: wanted a value, saw a map"},
    {"reset", "{\"now\":true}", "reset: unknown argument \"now\""},
    {"reset", "\"now\"", "reset: wanted nothing, saw text"},
};

/* What the admin interface tells of the world, as text: equal before and after means unchanged. */
static void snapshot(struct scene *scene, struct buf *out)
{
    const struct world *world = scene->world;
    char value[64];
    for (size_t i = 0; i < knob_count(); i++)
        buf_printf(out, "%s;", knob_value(&world->knobs, i, value, sizeof value));
    for (size_t i = 0; i < world->user_count; i++)
        buf_printf(out, "%s %d %d %llu %d;", world->users[i]->password, (int)world->users[i]->role,
                   (int)world->users[i]->status,
                   (unsigned long long)world->users[i]->password_cause, world->users[i]->has_mfa);
    for (size_t i = 0; i < world->app_count; i++)
        buf_printf(out, "%s %d %llx;", world->apps[i]->secret, (int)world->apps[i]->status,
                   (unsigned long long)world->apps[i]->scopes);
    for (size_t i = 0; i < world->proxy_count; i++)
        buf_printf(out, "%d %u;", (int)world->proxies[i]->state, world->proxies[i]->generation);
    for (size_t i = 0; i < world->device_count; i++)
        buf_printf(out, "%s;", world->devices[i]->sip_password);
    buf_printf(out, "%d %llx %zu %lld", (int)world->accounts[0]->status,
               (unsigned long long)world->accounts[0]->features_off, world->outbox.count,
               (long long)clock_now(world));
}

static void a_refused_verb_says_why_and_changes_nothing(void **state)
{
    struct scene scene;
    scene_init(&scene);
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct buf before, after;
        buf_init(&before, 1 << 20);
        buf_init(&after, 1 << 20);
        snapshot(&scene, &before);
        int err = scene_verb(&scene, refusals[i].verb, refusals[i].args);
        if (err != ERR_USAGE || !text_glob(refusals[i].says, scene.diag.text))
            fail_msg("%s %s:\n  %s", refusals[i].verb, refusals[i].args,
                     err ? scene.diag.text : "was not refused");
        snapshot(&scene, &after);
        assert_string_equal(buf_text(&before), buf_text(&after));
        struct event event = scene_last(&scene);
        assert_string_equal(event_get(&event, EVENT_RESULT), "refused");
        assert_string_equal(event_get(&event, EVENT_REASON), scene.diag.text);
        buf_done(&before);
        buf_done(&after);
    }
    scene_done(&scene);
}

/* --- what they do to the world --- */

static void a_password_rotated_at_once_ends_the_grants_and_is_their_cause(void **state)
{
    struct scene scene;
    scene_init(&scene);
    struct session *session = scene_session(&scene);
    scene_verb(&scene, "advance", "\"1m\"");
    assert_int_equal(
        scene_verb(&scene, "rotate-password", "{\"user\":\"superadmin\",\"password\":\"x\"}"), 0);
    const struct user *admin = user_named(scene.world, "superadmin");
    assert_string_equal(admin->password, "x");
    assert_int_equal(admin->password_cause, 2);
    assert_int_equal(admin->password_changed_ms, clock_now(scene.world));
    assert_int_equal(session->end, SESSION_PASSWORD_CHANGED);
    assert_int_equal(session->end_cause, 2);
    assert_non_null(strstr(buf_text(&scene.said), "\"sessions_ended\":1"));
    scene_done(&scene);
}

static void a_password_rotated_lazily_dooms_the_grants_only(void **state)
{
    struct scene scene;
    scene_init(&scene);
    struct session *session = scene_session(&scene);
    scene_verb(&scene, "set", "{\"oauth.password_change.mode\":\"at_refresh\"}");
    assert_int_equal(scene_verb(&scene, "rotate-password", "\"superadmin\""), 0);
    assert_int_equal(session->end, SESSION_LIVE);
    assert_true(session->is_doomed);
    assert_int_equal(session->doom_cause, 2);
    scene_done(&scene);
}

static void the_same_seed_makes_the_same_password(void **state)
{
    char first[200];
    for (int round = 0; round < 2; round++) {
        struct scene scene;
        scene_init(&scene);
        scene_verb(&scene, "rotate-password", "\"superadmin\"");
        const struct user *admin = user_named(scene.world, "superadmin");
        assert_non_null(strstr(buf_text(&scene.said), admin->password));
        if (round == 0)
            snprintf(first, sizeof first, "%s", buf_text(&scene.said));
        else
            assert_string_equal(first, buf_text(&scene.said));
        scene_done(&scene);
    }
}

static void unlock_lifts_what_wrong_passwords_did(void **state)
{
    struct scene scene;
    scene_init(&scene);
    struct user *admin = user_named(scene.world, "superadmin");
    admin->locked_until_ms = clock_now(scene.world) + 3600000;
    admin->failed_logins = 5;
    assert_int_equal(scene_verb(&scene, "unlock", "\"superadmin\""), 0);
    assert_non_null(strstr(buf_text(&scene.said), "\"was_locked\":true"));
    assert_int_equal(admin->locked_until_ms, 0);
    assert_int_equal(admin->failed_logins, 0);
    assert_int_equal(admin->lock_cause, 1);
    scene_done(&scene);
}

/* What becomes of the sessions is the gate's to say, call by call. */
static void a_disabled_user_is_the_cause_of_what_follows(void **state)
{
    struct scene scene;
    scene_init(&scene);
    const struct user *admin = user_named(scene.world, "superadmin");
    scene_verb(&scene, "advance", "\"1m\"");
    scene_verb(&scene, "set-user", "{\"user\":\"superadmin\",\"status\":\"Disabled\"}");
    assert_int_equal(admin->status, USER_DISABLED);
    assert_int_equal(admin->status_cause, 2);
    scene_done(&scene);
}

static void sessions_of_one_app_end_and_the_others_live(void **state)
{
    struct scene scene;
    scene_init(&scene);
    struct session *session = scene_session(&scene);
    scene_verb(&scene, "revoke-sessions",
               "{\"user\":\"superadmin\",\"app\":\"mRcAcmeDesk00000001210\"}");
    assert_int_equal(session->end, SESSION_LIVE);
    scene_verb(&scene, "revoke-sessions", "{\"user\":\"superadmin\",\"app\":\"Acme CCaaS\"}");
    assert_int_equal(session->end, SESSION_REVOKED);
    assert_int_equal(session->end_cause, 2);
    scene_done(&scene);
}

static void a_proxy_goes_and_comes_back_and_the_edge_is_told(void **state)
{
    struct scene scene;
    struct outbox_item item;
    scene_init(&scene);
    const struct proxy *proxy = proxy_named(scene.world, "a");
    assert_int_equal(scene_verb(&scene, "stop-proxy", "\"a\""), 0);
    assert_int_equal(proxy->state, PROXY_STOPPED);
    assert_int_equal(proxy->cause, 1);
    assert_true(outbox_take(scene.world, OUTBOX_PROXY, &item));
    assert_int_equal(scene_verb(&scene, "start-proxy", "\"a\""), 0);
    assert_int_equal(proxy->state, PROXY_UP);
    assert_true(outbox_take(scene.world, OUTBOX_PROXY, &item));
    unsigned generation = proxy->generation;
    assert_int_equal(scene_verb(&scene, "move-proxy", "\"a\""), 0);
    assert_true(proxy->generation > generation);
    scene_done(&scene);
}

static void reset_is_asked_for_not_done(void **state)
{
    struct scene scene;
    struct outbox_item item;
    scene_init(&scene);
    assert_int_equal(scene_verb(&scene, "reset", NULL), 0);
    assert_true(outbox_take(scene.world, OUTBOX_RESET, &item));
    scene_done(&scene);
}

static void a_wrong_knob_leaves_the_right_ones_beside_it_alone(void **state)
{
    struct scene scene;
    scene_init(&scene);
    int64_t before = scene.world->knobs.oauth_access_ttl_ms;
    scene_verb(&scene, "set", "{\"oauth.access_ttl\":\"1m\",\"oauth.nothing\":\"1m\"}");
    assert_int_equal(scene.world->knobs.oauth_access_ttl_ms, before);
    scene_done(&scene);
}

static void the_list_is_told_with_every_argument(void **state)
{
    struct buf text;
    struct json_out out;
    buf_init(&text, 1 << 20);
    json_out_init(&out, &text);
    json_open(&out, NULL);
    verbs_json(&out, "verbs");
    json_close(&out);
    for (size_t i = 0; i < verb_count(); i++) {
        char name[80];
        snprintf(name, sizeof name, "{\"name\":\"%s\"", verb_at(i)->name);
        assert_non_null(strstr(buf_text(&text), name));
        assert_true(*verb_at(i)->help);
        for (size_t j = 0; j < VERB_ARGS_MAX && verb_at(i)->args[j].name; j++)
            assert_true(*verb_at(i)->args[j].help);
    }
    buf_done(&text);
}

/* A row whose kind does not exist would refuse every value. */
static void every_argument_is_of_a_kind_that_is_there(void **state)
{
    for (size_t i = 0; i < verb_count(); i++)
        for (size_t j = 0; j < VERB_ARGS_MAX && verb_at(i)->args[j].name; j++) {
            const char *wants = verb_at(i)->args[j].wants;
            bool is_there = strchr(wants, '|') != NULL;
            for (size_t k = 0; verb_kind_at(k); k++)
                is_there |= text_eq(verb_kind_at(k), wants);
            if (!is_there)
                fail_msg("%s: no kind \"%s\"", verb_at(i)->name, wants);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verb_does_what_it_says),
        cmocka_unit_test(every_verb_of_the_list_is_played_here),
        cmocka_unit_test(a_refused_verb_says_why_and_changes_nothing),
        cmocka_unit_test(a_password_rotated_at_once_ends_the_grants_and_is_their_cause),
        cmocka_unit_test(a_password_rotated_lazily_dooms_the_grants_only),
        cmocka_unit_test(the_same_seed_makes_the_same_password),
        cmocka_unit_test(unlock_lifts_what_wrong_passwords_did),
        cmocka_unit_test(a_disabled_user_is_the_cause_of_what_follows),
        cmocka_unit_test(sessions_of_one_app_end_and_the_others_live),
        cmocka_unit_test(a_proxy_goes_and_comes_back_and_the_edge_is_told),
        cmocka_unit_test(reset_is_asked_for_not_done),
        cmocka_unit_test(a_wrong_knob_leaves_the_right_ones_beside_it_alone),
        cmocka_unit_test(the_list_is_told_with_every_argument),
        cmocka_unit_test(every_argument_is_of_a_kind_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
