/*
 * Platform Settings over real sockets: fill in, Authenticate, Save, Confirm Changes, and what must
 * not happen on the way.
 */
#include "web_rig.h"

static void given_window(struct web_rig *rig)
{
    log_in(&rig->browser);
    assert_int_equal(get(&rig->browser, "/platform"), 200);
}

static void the_whole_flow_ends_with_settings_and_grant_in_force(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct settings settings;
    struct grant grant;
    struct sip_fields fields;
    given_window(rig);
    status_is(browser, "Not Authenticated");
    authorize(rig);
    status_is(browser, "Authenticated"); /* before Save */
    shows(browser, "Ada Admin (ext 101)");
    shows(browser, "Authorized, not saved.");
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(grant.access_token, ""); /* not in use yet */

    assert_int_equal(press(browser, "/platform", "save", sip_fields(rig, &fields)), 200);
    shows(browser, "Confirm Changes");
    live_proxy_is(rig, "");
    assert_int_equal(press(browser, "/platform/confirm", "ok", NULL), 200);
    shows(browser, "Saved. These settings are in force.");
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(settings.proxy, fields.proxy);
    assert_string_equal(settings.secondary, fields.secondary);
    assert_string_equal(settings.sip_domain, "d.test:5060");
    assert_string_not_equal(grant.access_token, "");
    assert_int_equal(grant.was_admin, 1);
}

static void cancel_saves_nothing_and_keeps_the_entries(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct sip_fields fields;
    given_window(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    shows(browser, "Confirm Changes");
    press(browser, "/platform/confirm", "cancel", NULL);
    shows(browser, "Cancelled. Nothing was saved");
    shows(browser, fields.proxy); /* the form keeps it */
    live_proxy_is(rig, "");
    press(browser, "/platform", "discard", NULL);
    hides(browser, fields.proxy);
}

static void a_second_save_without_a_change_is_harmless(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct sip_fields fields;
    given_window(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    char *confirm = strdup(browser->body);
    press(browser, "/platform/confirm", "ok", NULL);
    press(browser, "/platform", "save", NULL);
    shows(browser, "Nothing to save");
    live_proxy_is(rig, fields.proxy);
    /* and the OK of the old window pressed again, as a double click or a reload does */
    struct sb form = SB_MAX(4096);
    fill(confirm, "/platform/confirm", "ok", NULL, &form);
    send_with(browser, "/platform/confirm", sb_text(&form), NULL);
    follow(browser);
    shows(browser, "Saved. These settings are in force.");
    live_proxy_is(rig, fields.proxy);
    sb_done(&form);
    free(confirm);
}

static void ok_saves_what_the_window_showed_or_nothing(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const other[] = {"proxy", "other.test:5090", NULL};
    struct sip_fields fields;
    given_window(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    char *confirm = browser->body;
    browser->body = NULL;
    get(browser, "/platform"); /* another tab */
    press(browser, "/platform", "save", other);
    struct sb form = SB_MAX(4096);
    fill(confirm, "/platform/confirm", "ok", NULL, &form);
    send_with(browser, "/platform/confirm", sb_text(&form), NULL);
    follow(browser);
    shows(browser, "changed in another window meanwhile");
    shows(browser, "other.test:5090");
    live_proxy_is(rig, "");
    sb_done(&form);
    free(confirm);
}

static void two_windows_do_not_undo_each_other(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const domain[] = {"sip_domain", "new.test", NULL};
    const char *const proxy[] = {"proxy", "third.test:5090", NULL};
    struct sip_fields fields;
    given_window(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    press(browser, "/platform/confirm", "ok", NULL);
    char *old_window = strdup(browser->body);
    press(browser, "/platform", "save", domain);
    press(browser, "/platform/confirm", "ok", NULL);

    /* the other window saves its proxy: the domain it never touched stays the new one */
    struct sb form = SB_MAX(8192);
    fill(old_window, "/platform", "save", proxy, &form);
    send_with(browser, "/platform", sb_text(&form), NULL);
    follow(browser);
    press(browser, "/platform/confirm", "ok", NULL);
    struct settings settings;
    struct grant grant;
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(settings.sip_domain, "new.test");
    assert_string_equal(settings.proxy, "third.test:5090");

    /* and a third one that changes the same field is told first */
    sb_reset(&form);
    const char *const clash[] = {"proxy", "fourth.test:5090", NULL};
    fill(old_window, "/platform", "save", clash, &form);
    assert_int_equal(send_with(browser, "/platform", sb_text(&form), NULL), 422);
    shows(browser, "Somebody else changed this to &quot;third.test:5090&quot;");
    live_proxy_is(rig, "third.test:5090");
    press(browser, "/platform", "save", NULL);
    shows(browser, "Confirm Changes");
    sb_done(&form);
    free(old_window);
}

static void a_port_may_be_missing_with_a_remark(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const fields[] = {"sip_domain", "d.test", "proxy", "proxy.test", NULL};
    given_window(rig);
    press(browser, "/platform", "save", fields);
    shows(browser, "Outbound Proxy: no port; DNS is asked (SRV), else the transport&#39;s default "
                   "is used, 5060, over TLS 5061.");
    shows(browser, "nothing takes over");
    press(browser, "/platform/confirm", "ok", NULL);
    live_proxy_is(rig, "proxy.test");
}

static void authenticate_keeps_what_was_typed(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const typed[] = {"proxy", "typed.test:5090", NULL};
    struct sb form = SB_MAX(8192);
    given_window(rig);
    fill(browser->body, "/platform", "authenticate", typed, &form);
    assert_int_equal(send_with(browser, "/platform", sb_text(&form), NULL), 200);
    shows(browser, "restapi/oauth/authorize?");
    get(browser, "/platform"); /* back button, or reload in the middle */
    shows(browser, "typed.test:5090");
    live_proxy_is(rig, "");
    sb_done(&form);
}

static void a_return_that_comes_twice_exchanges_once(void **state)
{
    struct web_rig *rig = *state;
    char mark[64];
    given_window(rig);
    leave(rig, mark, sizeof(mark));
    come_back(rig, mark);
    status_is(&rig->browser, "Authenticated");
    come_back(rig, mark);
    status_is(&rig->browser, "Authenticated");
    hides(&rig->browser, "Not authorized");
    assert_int_equal(rig->platform->asked_code, 1);
}

static void a_return_nobody_waits_for_is_named(void **state)
{
    struct web_rig *rig = *state;
    given_window(rig);
    come_back(rig, "0123456789abcdef0123456789abcdef");
    shows(&rig->browser, "RETURN_STATE_LOST");
    assert_int_equal(rig->platform->asked_code, 0);
    status_is(&rig->browser, "Not Authenticated");
}

static void a_declined_consent_leaves_the_old_grant_alone(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct settings settings;
    struct grant before, after;
    struct sip_fields fields;
    char mark[64], path[200];
    given_window(rig);
    authorize(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    press(browser, "/platform/confirm", "ok", NULL);
    read_slot(rig, SLOT_LIVE, &settings, &before);
    leave(rig, mark, sizeof(mark));
    snprintf(path, sizeof(path), "/oauth/callback?error=access_denied&state=%s", mark);
    get(browser, path);
    shows(browser, "CONSENT_DECLINED");
    shows(browser, "Repeat Authenticate and press Authorize.");
    read_slot(rig, SLOT_LIVE, &settings, &after);
    assert_string_equal(before.access_token, after.access_token);
    assert_int_equal(read_slot(rig, SLOT_PENDING, &settings, &after), 0);
}

static void another_account_is_saved_only_when_told_so(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const accept[] = {"accept", "yes", NULL};
    struct settings settings;
    struct grant grant;
    struct sip_fields fields;
    given_window(rig);
    authorize(rig);
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    press(browser, "/platform/confirm", "ok", NULL);
    rig->platform->account = "9999";
    authorize(rig);
    shows(browser, "AUTHORIZED_AS_WRONG_USER");
    press(browser, "/platform", "save", NULL);
    shows(browser, "Another account authorized");
    struct sb form = SB_MAX(4096);
    fill(browser->body, "/platform/confirm", "ok", NULL, &form);
    /* the box is not ticked */
    char *ticked = strstr(form.text, "&accept=yes");
    if (ticked)
        memmove(ticked, ticked + 11, strlen(ticked + 11) + 1);
    send_with(browser, "/platform/confirm", form.text, NULL);
    follow(browser);
    shows(browser, "Not saved: another account");
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(grant.account_id, "7001");
    press(browser, "/platform/confirm", "ok", accept);
    shows(browser, "Saved. These settings are in force.");
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(grant.account_id, "9999");
    sb_done(&form);
}

static void a_weak_page_lets_the_later_save_undo_the_earlier(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    const char *const domain[] = {"sip_domain", "new.test", NULL};
    const char *const proxy[] = {"proxy", "third.test:5090", NULL};
    struct sip_fields fields;
    struct settings settings;
    struct grant grant;
    struct sb form = SB_MAX(8192);
    given_window(rig);
    restart_weak(rig, "last-save-wins");
    press(browser, "/platform", "save", sip_fields(rig, &fields));
    press(browser, "/platform/confirm", "ok", NULL);
    fill(browser->body, "/platform", "save", proxy, &form); /* the window of another admin */
    press(browser, "/platform", "save", domain);
    press(browser, "/platform/confirm", "ok", NULL);
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(settings.sip_domain, "new.test");

    send_with(browser, "/platform", sb_text(&form), NULL);
    assert_int_equal(follow(browser), 200);
    press(browser, "/platform/confirm", "ok", NULL);
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(settings.proxy, "third.test:5090");
    assert_string_equal(settings.sip_domain, "d.test:5060"); /* without a word (F128) */
    sb_done(&form);
}

int main(void)
{
#define FLOW(name) cmocka_unit_test_setup_teardown(name, given_page, no_page)
    const struct CMUnitTest tests[] = {
        FLOW(the_whole_flow_ends_with_settings_and_grant_in_force),
        FLOW(cancel_saves_nothing_and_keeps_the_entries),
        FLOW(a_second_save_without_a_change_is_harmless),
        FLOW(ok_saves_what_the_window_showed_or_nothing),
        FLOW(a_weak_page_lets_the_later_save_undo_the_earlier),
        FLOW(two_windows_do_not_undo_each_other),
        FLOW(a_port_may_be_missing_with_a_remark),
        FLOW(authenticate_keeps_what_was_typed),
        FLOW(a_return_that_comes_twice_exchanges_once),
        FLOW(a_return_nobody_waits_for_is_named),
        FLOW(a_declined_consent_leaves_the_old_grant_alone),
        FLOW(another_account_is_saved_only_when_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
