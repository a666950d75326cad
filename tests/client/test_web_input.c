/*
 * Bad input in every field of Platform Settings: told beside the field, stored nowhere; and what
 * others named (devices, callers) is shown as text.
 */
#include "web_rig.h"

static void given_window(struct web_rig *rig)
{
    log_in(&rig->browser);
    assert_int_equal(get(&rig->browser, "/platform"), 200);
}

#define LONG_TEXT "(ten thousand)"
#define NUL_TEXT  "a.example%00:5090" /* the byte itself is put in below */

static const struct bad {
    const char *label, *value, *message;
} bad_inputs[] = {
    {"ten thousand characters", LONG_TEXT, "Longer than"},
    {"port out of range", "host:99999", "Port 99999 is not between 1 and 65535."},
    {"port zero", "host:0", "not between 1 and 65535"},
    {"port no number", "host:sip", "is not a number"},
    {"no port after the colon", "host:", "Nothing after"},
    {"Unicode", "pr\xc3\xb6xy.example:5090", "cannot stand in a host name"},
    {"emoji", "\xf0\x9f\x98\x80:5090", "cannot stand in a host name"},
    {"script", "<script>alert(1)</script>", "cannot stand here"},
    {"attribute", "\" onfocus=alert(1) x=\"", "A space inside"},
    {"spaces inside", "a host:5090", "A space inside"},
    {"IPv6 without brackets", "2001:db8::1", "stands in brackets"},
    {"broken IPv6", "[2001:db8::zz]:5090", "is not an IPv6 address"},
    {"several by comma", "a.example:5090,b.example:5090", "Several values"},
    {"several by semicolon", "a.example;b.example", "Several values"},
    {"URL", "https://a.example:5090", "A URL"},
    {"SIP URI", "sip:a.example:5090", "only host[:port] belongs here"},
    {"user", "me@a.example", "belongs to a user address"},
    {"path", "a.example/x", "cannot stand here"},
    {"NUL byte", NUL_TEXT, "cannot stand in a host name"},
    {"newline", "a.example\n:5090", "A space inside"},
    {"bad IPv4", "256.1.1.1:5090", "is not an IPv4 address"},
    {"empty label", "a..example", "empty part"},
};

static void check_bad(struct web_rig *rig, const char *field, const struct bad *bad)
{
    struct browser *browser = &rig->browser;
    struct settings settings;
    struct grant grant;
    struct sb form = SB_MAX(4u * 1024 * 1024);
    char mark[64], *large = NULL;
    const char *fields[] = {"sip_domain", "d.test", "proxy", "p.test:1", field, bad->value, NULL};
    if (strcmp(bad->value, LONG_TEXT) == 0) {
        large = xmalloc(10001);
        memset(large, 'a', 10000);
        large[10000] = '\0';
        fields[5] = large;
    }
    if (strcmp(field, "sip_domain") == 0)
        fields[1] = fields[5];
    if (strcmp(field, "proxy") == 0)
        fields[3] = fields[5];
    get(browser, "/platform");
    fill(browser->body, "/platform", "save", fields, &form);
    if (strcmp(bad->value, NUL_TEXT) == 0) {
        char *nul = strstr(form.text, "%2500"); /* "%00" as fill encodes it */
        assert_non_null(nul);
        memmove(nul + 1, nul + 3, strlen(nul + 3) + 1);
    }
    if (send_with(browser, "/platform", sb_text(&form), NULL) != 422)
        fail_msg("%s in %s: %d", bad->label, field, browser->status);
    snprintf(mark, sizeof(mark), "id=%s-error role=alert>", field);
    const char *error = strstr(browser->body, mark);
    if (error == NULL)
        fail_msg("%s in %s: no message beside the field", bad->label, field);
    size_t len = strcspn(error + strlen(mark), "<");
    char text[400];
    snprintf(text, sizeof(text), "%.*s", (int)len, error + strlen(mark));
    if (len == 0 || (bad->message && strstr(text, bad->message) == NULL))
        fail_msg("%s in %s: \"%s\"", bad->label, field, text);
    hides(browser, "<script>");
    hides(browser, "\" onfocus");
    if (large)
        shows(browser, large); /* given back whole, to be mended */
    if (read_slot(rig, SLOT_PENDING, &settings, &grant))
        fail_msg("%s in %s: something was stored", bad->label, field);
    live_proxy_is(rig, "");
    sb_done(&form);
    free(large);
}

static void bad_input_is_told_beside_its_field_and_stored_nowhere(void **state)
{
    static const char *const fields[] = {"sip_domain", "proxy", "secondary"};
    static const struct bad empty[] = {{"empty", "", "Enter the "},
                                       {"blanks", "   ", "Enter the "}};
    struct web_rig *rig = *state;
    given_window(rig);
    for (size_t f = 0; f < 3; f++) {
        for (size_t i = 0; i < sizeof(bad_inputs) / sizeof(*bad_inputs); i++)
            check_bad(rig, fields[f], &bad_inputs[i]);
    }
    for (size_t i = 0; i < 2; i++) { /* the secondary may be blank */
        check_bad(rig, "sip_domain", &empty[i]);
        check_bad(rig, "proxy", &empty[i]);
    }
}

static void enable_recording_takes_yes_and_no_only(void **state)
{
    struct web_rig *rig = *state;
    static const char *const bad[] = {"maybe", "", "<b>", "yes, please, but only now and then"};
    tenant_stop(rig->tenant);
    rig->options.is_form_b = rig->options.has_licence = true;
    start_tenant(rig);
    given_window(rig);
    hides(&rig->browser, "Secondary Outbound Proxy");
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        check_bad(rig, "recording", &(struct bad){"word", bad[i], NULL});
}

static void without_the_licence_enable_recording_is_shut(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    struct settings settings;
    struct grant grant;
    const char *const fields[] = {"sip_domain", "d.test", "proxy", "p.test:1",
                                  "recording",  "yes",    NULL};
    tenant_stop(rig->tenant);
    rig->options.is_form_b = true;
    start_tenant(rig);
    given_window(rig);
    shows(browser, "UC Realtime Logging licence is missing");
    press(browser, "/platform", "save", fields); /* a browser would not even send it */
    press(browser, "/platform/confirm", "ok", NULL);
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(settings.proxy, "p.test:1");
    assert_string_equal(settings.recording, "no");
}

static void what_others_named_is_shown_as_text(void **state)
{
    struct web_rig *rig = *state;
    struct browser *browser = &rig->browser;
    char why[300];
    bool is_new;
    struct store *store = store_open(rig->db, true, why, sizeof(why));
    struct handset handset = {.device_id = "<d>",
                              .extension = "<1>",
                              .name = "<script>x</script>",
                              .username = "\"><img>",
                              .instance = "i",
                              .used = "primary"};
    struct call_row row = {
        .id = "a/b+c=&<d>",
        .start_ms = 1740819600000,
        .json =
            "{\"direction\":\"<b>in</b>\",\"from\":{\"name\":\"<script>y</script>\"},"
            "\"legs\":[{\"legType\":\"</li><script>z\",\"duration\":-5,\"durationMs\":1e300}]}"};
    assert_true(store_handset_put(store, &handset));
    assert_true(store_call_put(store, &row, false, &is_new));
    store_free(store);
    log_in(browser);
    get(browser, "/handsets");
    shows(browser, "&lt;script&gt;x");
    hides(browser, "<img>");
    get(browser, "/calls");
    shows(browser, "&lt;script&gt;y");
    shows(browser, "/call?id=a%2Fb%2Bc%3D%26%3Cd%3E");
    assert_int_equal(get(browser, "/call?id=a%2Fb%2Bc%3D%26%3Cd%3E"), 200);
    shows(browser, "&lt;/li&gt;&lt;script&gt;z");
    hides(browser, "<script>");
}

int main(void)
{
#define PAGE(name) cmocka_unit_test_setup_teardown(name, given_page, no_page)
    const struct CMUnitTest tests[] = {
        PAGE(bad_input_is_told_beside_its_field_and_stored_nowhere),
        PAGE(enable_recording_takes_yes_and_no_only),
        PAGE(without_the_licence_enable_recording_is_shut),
        PAGE(what_others_named_is_shown_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
