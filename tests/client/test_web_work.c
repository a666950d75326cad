/*
 * What the tenant does in the background, as its pages tell it: data transfer and its progress,
 * calls and recordings, handsets and their proxies, health and remedies; and the naive profile.
 */
#include "web_rig.h"

#include <semaphore.h>

static void given_saved(struct web_rig *rig)
{
    struct browser *browser = &rig->browser;
    struct sip_fields fields;
    log_in(browser);
    get(browser, "/platform");
    authorize(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    press(browser, "/platform/confirm", "ok", NULL);
    shows(browser, "Saved.");
}

/* Enable Recording is not in the form; the vendor, or the command line, set it. */
static void given_recording(struct web_rig *rig, const char *word)
{
    struct settings live;
    struct grant grant;
    char why[300];
    read_slot(rig, SLOT_LIVE, &live, &grant);
    snprintf(live.recording, sizeof(live.recording), "%s", word);
    struct store *store = store_open(rig->db, true, why, sizeof(why));
    assert_true(store_settings_put(store, SLOT_LIVE, &live));
    store_free(store);
}

/* --- data transfer --- */

struct gate {
    sem_t arrived, may_go;
};

/* Holds the second page of the call log back until the test has looked. */
static void hold_second_page(void *arg, const char *query)
{
    struct gate *gate = arg;
    if (strstr(query, "page=2") == NULL)
        return;
    sem_post(&gate->arrived);
    sem_wait(&gate->may_go);
}

static void a_transfer_tells_how_far_it_is(void **state)
{
    struct web_rig *rig = *state;
    struct gate gate;
    sem_init(&gate.arrived, 0, 0);
    sem_init(&gate.may_go, 0, 0);
    rig->platform->on_call_log_arg = &gate;
    rig->platform->on_call_log = hold_second_page;
    given_saved(rig); /* starts the transfer */
    sem_wait(&gate.arrived);
    await(&rig->browser, "/transfer", "2 records so far");
    shows(&rig->browser, "<progress");
    shows(&rig->browser, "http-equiv=refresh");
    /* and nothing waits for it */
    assert_int_equal(get(&rig->browser, "/platform"), 200);
    assert_int_equal(get(&rig->browser, "/calls"), 200);
    rig->platform->on_call_log = NULL;
    sem_post(&gate.may_go);
    await(&rig->browser, "/transfer", "Last transfer: 4 records, 3 of them new");
    hides(&rig->browser, "http-equiv=refresh");
    sem_destroy(&gate.arrived);
    sem_destroy(&gate.may_go);
}

static void a_transfer_that_is_refused_says_why_and_what_helps(void **state)
{
    struct web_rig *rig = *state;
    given_saved(rig);
    await(&rig->browser, "/transfer", "Last transfer: 4 records");
    rig->platform->call_log = (struct fake_answer){
        403, "{\"errorCode\":\"InsufficientPermissions\",\"errors\":[{\"errorCode\":\"CMN-408\"}]}",
        0};
    get(&rig->browser, "/transfer");
    press(&rig->browser, "/transfer", NULL, NULL);
    await(&rig->browser, "/transfer", "Call log incomplete: HTTP 403 CMN-408");
    shows(&rig->browser, "Role lost permissions");
    shows(&rig->browser, "Give the service user its Super Admin role back.");
}

static void a_limit_of_the_platform_is_told_with_its_end(void **state)
{
    struct web_rig *rig = *state;
    rig->platform->call_log = (struct fake_answer){429, "{\"errorCode\":\"CMN-301\"}", 3600};
    given_saved(rig);
    await(&rig->browser, "/transfer", "The provider asked to wait until <time");
}

/* --- Cradle to Grave --- */

static void calls_are_listed_with_their_recordings(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_recording(rig, "yes");
    given_saved(rig);
    await(browser, "/transfer", "Last transfer: 4 records");
    get(browser, "/calls");
    shows(browser, "/call?id=c1");
    shows(browser, "/call?id=c3");
    get(browser, "/calls?recorded=1");
    hides(browser, "/call?id=c1");
    shows(browser, "/call?id=c3");
    get(browser, "/call?id=c3");
    shows(browser, "/recording?id=r3&amp;call=c3");
}

static void calls_without_recordings_are_told_from_no_calls(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_recording(rig, "no");
    given_saved(rig);
    await(browser, "/transfer", "Last transfer: 4 records");
    get(browser, "/calls?recorded=1");
    hides(browser, "No call has come over yet.");
    shows(browser, "No call that came over has a recording.");
}

static void a_recording_is_fetched_with_the_tenants_grant(void **state)
{
    static const struct {
        const char *range;
        int status;
        const char *body, *header;
    } rows[] = {
        {NULL, 200, FAKE_SOUND, "Content-Type: audio/wav"},
        {"Range: bytes=0-3", 206, "RIFF", "Content-Range: bytes 0-3/16"},
        {"Range: bytes=99-", 416, "", "Content-Range: bytes */16"},
    };
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_recording(rig, "yes");
    given_saved(rig);
    await(browser, "/transfer", "Last transfer: 4 records");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        int status = send_with(browser, "/recording?id=r3&call=c3", NULL, rows[i].range);
        assert_int_equal(status, rows[i].status);
        assert_string_equal(browser->body, rows[i].body);
        assert_non_null(strstr(browser->headers, rows[i].header));
        assert_null(strstr(browser->headers, "xyz")); /* of the tokens */
    }
    /* what the call log never named is not asked for */
    assert_int_equal(send_with(browser, "/recording?id=r4&call=c3", NULL, NULL), 404);
    assert_int_equal(send_with(browser, "/recording?id=r3&call=c1", NULL, NULL), 404);
}

static void a_recording_that_breaks_off_is_fetched_from_there_on(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_recording(rig, "yes");
    given_saved(rig);
    await(browser, "/transfer", "Last transfer: 4 records");
    for (int cuts = 1; cuts <= 3; cuts++) { /* the last one leaves four bytes */
        rig->platform->sound_ways = &"ccc"[3 - cuts];
        assert_int_equal(send_with(browser, "/recording?id=r3&call=c3", NULL, NULL), 200);
        assert_string_equal(browser->body, FAKE_SOUND);
    }
    /* A player that asked for what follows gets what came, and asks for the rest itself. */
    rig->platform->sound_ways = "c";
    assert_int_equal(send_with(browser, "/recording?id=r3&call=c3", NULL, "Range: bytes=4-"), 206);
    assert_string_equal(browser->body, "...."); /* of "RIFF....WAVEfmt " */
    assert_non_null(strstr(browser->headers, "Content-Range: bytes 4-7/16"));
}

static void without_enable_recording_nothing_plays(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    await(browser, "/transfer", "Last transfer: 4 records");
    get(browser, "/call?id=c3");
    hides(browser, "<audio");
    assert_int_equal(send_with(browser, "/recording?id=r3&call=c3", NULL, NULL), 404);
}

static void a_recording_that_does_not_come_is_explained(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_recording(rig, "yes");
    given_saved(rig);
    await(browser, "/transfer", "Last transfer: 4 records");
    rig->platform->is_grant_dead = true;
    assert_int_equal(send_with(browser, "/recording?id=r3&call=c3", NULL, NULL), 502);
    shows(browser, "No recording to play");
    shows(browser, "HTTP 401 OAU-213");
}

/* --- handsets --- */

static void handsets_name_the_proxy_they_are_registered_through(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    await(browser, "/handsets", "1 of 1 registered");
    shows(browser, "data-proxy=\"primary\"");
    rig->proxies[0]->answer = 503;
    get(browser, "/handsets");
    press(browser, "/handsets", "register", NULL);
    await(browser, "/handsets", "data-proxy=\"secondary\"");
    rig->proxies[1]->answer = 403;
    get(browser, "/handsets");
    press(browser, "/handsets", "register", NULL);
    await(browser, "/handsets", "Not registered");
    shows(browser, "the proxy answered 403");
}

static void the_older_window_has_no_second_proxy_to_go_to(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig); /* with a secondary proxy, in the newer window */
    await(browser, "/handsets", "1 of 1 registered");
    tenant_stop(rig->tenant);
    rig->options.is_form_b = true;
    start_tenant(rig);
    log_in(browser);
    rig->proxies[0]->answer = 503;
    get(browser, "/handsets");
    press(browser, "/handsets", "register", NULL);
    await(browser, "/handsets", "0 of 1 handsets registered");
}

/* --- health --- */

static void health_names_the_plane_the_reason_and_the_remedy(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    await(browser, "/", "every probe was good");
    status_is(browser, "Authenticated");
    rig->platform->is_grant_dead = true;
    press(browser, "/check", NULL, NULL);
    await(browser, "/", "Reconnect needed");
    status_is(browser, "Reconnect needed (GRANT_INVALIDATED_BY_PASSWORD_CHANGE)");
    shows(browser, "data-diagnosis=\"GRANT_INVALIDATED_BY_PASSWORD_CHANGE\"");
    shows(browser, "<li>Authenticate again with the new password, Save, OK.</li>");
    const char *plane = strstr(browser->body, "id=\"plane-oauth\"");
    assert_non_null(plane);
    assert_non_null(strstr(plane, "Grant invalidated by password change"));
    assert_non_null(strstr(plane, "<time")); /* of the last good one */
    hides(browser, "xyz");                   /* no token */
}

static void a_new_grant_ends_the_old_ones_reason_at_once(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    rig->platform->is_grant_dead = true;
    get(browser, "/");
    press(browser, "/check", NULL, NULL);
    await(browser, "/", "Reconnect needed");
    rig->platform->is_grant_dead = false;
    get(browser, "/platform");
    authorize(rig);
    press(browser, "/platform", "save", NULL);
    press(browser, "/platform/confirm", "ok", NULL);
    status_is(browser, "Authenticated"); /* whether or not a probe has ended */
    await(browser, "/", "every probe was good");
}

static void what_authenticate_cannot_cure_says_so(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    await(browser, "/", "every probe was good");
    rig->platform->is_grant_dead = true;
    rig->platform->token = (struct fake_answer){
        400, "{\"error\":\"invalid_client\",\"errors\":[{\"errorCode\":\"OAU-146\"}]}", 0};
    press(browser, "/check", NULL, NULL);
    await(browser, "/platform", "VENDOR_APP_DISABLED");
    shows(browser, "Authenticating again does not help with this.");
}

static void the_naive_profile_knows_two_words(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    await(browser, "/", "every probe was good");
    tenant_stop(rig->tenant);
    rig->like.profile = PROFILE_NAIVE;
    start_tenant(rig);
    rig->platform->is_grant_dead = true;
    log_in(browser);
    get(browser, "/");
    status_is(browser, "Authenticated");
    hides(browser, "Planes");
    hides(browser, "Check now");
    get(browser, "/platform");
    status_is(browser, "Authenticated");
    hides(browser, "Last good probe");
}

static void a_restarted_page_tells_what_was_found_before(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    given_saved(rig);
    rig->platform->is_grant_dead = true;
    get(browser, "/");
    press(browser, "/check", NULL, NULL);
    await(browser, "/", "Reconnect needed");
    tenant_stop(rig->tenant);
    start_tenant(rig);
    log_in(browser);
    get(browser, "/platform"); /* probed again or not: never the good word by itself */
    status_is(browser, "Reconnect needed (GRANT_INVALIDATED_BY_PASSWORD_CHANGE)");
}

int main(void)
{
#define WORK(name) cmocka_unit_test_setup_teardown(name, given_page, no_page)
    const struct CMUnitTest tests[] = {
        WORK(a_transfer_tells_how_far_it_is),
        WORK(a_transfer_that_is_refused_says_why_and_what_helps),
        WORK(a_limit_of_the_platform_is_told_with_its_end),
        WORK(calls_are_listed_with_their_recordings),
        WORK(calls_without_recordings_are_told_from_no_calls),
        WORK(a_recording_is_fetched_with_the_tenants_grant),
        WORK(a_recording_that_breaks_off_is_fetched_from_there_on),
        WORK(without_enable_recording_nothing_plays),
        WORK(a_recording_that_does_not_come_is_explained),
        WORK(handsets_name_the_proxy_they_are_registered_through),
        WORK(the_older_window_has_no_second_proxy_to_go_to),
        WORK(health_names_the_plane_the_reason_and_the_remedy),
        WORK(a_new_grant_ends_the_old_ones_reason_at_once),
        WORK(what_authenticate_cannot_cure_says_so),
        WORK(the_naive_profile_knows_two_words),
        WORK(a_restarted_page_tells_what_was_found_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
