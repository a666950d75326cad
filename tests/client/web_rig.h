/*
 * The tenant's page in this process on a free port, with a platform and two proxies of the test,
 * and a browser that keeps cookies and reads forms: open a page, fill in, press a button.
 */
#ifndef RC_CLIENT_TESTS_WEB_RIG_H
#define RC_CLIENT_TESTS_WEB_RIG_H

#include <curl/curl.h>
#include <poll.h>
#include <signal.h>

#include "fake_platform.h"
#include "fake_proxy.h"
#include "json.h"
#include "page.h"
#include "web/tenant.h"

#define USER     "admin"
#define PASSWORD "correct horse"

struct browser {
    struct tenant *tenant;
    char cookies[400]; /* "a=b; c=d" */
    int status;
    char location[1024];
    char headers[4096];
    char *body; /* of the last page */
};

struct web_rig {
    struct fake *platform;
    struct proxy *proxies[2];
    char dir[64], db[100];
    struct client like;
    struct tenant_options options;
    struct tenant *tenant;
    struct browser browser;
};

/* --- browser --- */

static inline size_t take_body(char *data, size_t size, size_t count, void *arg)
{
    sb_add_n(arg, data, size * count);
    return size * count;
}

/* "Set-Cookie: a=b; ..." into the jar; the name's older value goes. */
static inline void keep_cookie(struct browser *browser, const char *pair, size_t len)
{
    char kept[400] = "", name[64];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(pair, "="), pair);
    for (char *p = strtok(browser->cookies, ";"); p; p = strtok(NULL, ";")) {
        p += strspn(p, " ");
        size_t used = strlen(kept);
        if (strncmp(p, name, strlen(name)) != 0 || p[strlen(name)] != '=')
            snprintf(kept + used, sizeof(kept) - used, "%s%s", used ? "; " : "", p);
    }
    size_t used = strlen(kept);
    if (pair[strlen(name) + 1] != ';')
        snprintf(kept + used, sizeof(kept) - used, "%s%.*s", used ? "; " : "", (int)len, pair);
    snprintf(browser->cookies, sizeof(browser->cookies), "%s", kept);
}

static inline size_t take_header(char *data, size_t size, size_t count, void *arg)
{
    struct browser *browser = arg;
    size_t len = size * count, used = strlen(browser->headers);
    snprintf(browser->headers + used, sizeof(browser->headers) - used, "%.*s", (int)len, data);
    if (strncasecmp(data, "Location: ", 10) == 0)
        snprintf(browser->location, sizeof(browser->location), "%.*s",
                 (int)strcspn(data + 10, "\r\n"), data + 10);
    if (strncasecmp(data, "Set-Cookie: ", 12) == 0)
        keep_cookie(browser, data + 12, strcspn(data + 12, ";\r\n"));
    return len;
}

/* One request, no redirect followed. `header` and `form` may be NULL. */
static inline int send_with(struct browser *browser, const char *path, const char *form,
                            const char *header)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = NULL;
    struct sb body = SB_MAX(64u * 1024 * 1024), url = SB_MAX(64 * 1024);
    long status = 0;
    if (strncmp(path, "http", 4) == 0)
        sb_add(&url, path);
    else
        sb_addf(&url, "http://127.0.0.1:%d%s", tenant_port(browser->tenant), path);
    browser->location[0] = browser->headers[0] = '\0';
    curl_easy_setopt(curl, CURLOPT_URL, sb_text(&url));
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_COOKIE, browser->cookies);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, browser);
    if (form) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)strlen(form));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
        headers = curl_slist_append(headers, "Expect:");
    }
    if (header)
        headers = curl_slist_append(headers, header);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK)
        fail_msg("%s: %s", path, curl_easy_strerror(code));
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    sb_done(&url);
    free(browser->body);
    browser->body = body.text ? body.text : strdup("");
    browser->status = (int)status;
    return browser->status;
}

/* Follows redirects of the page itself, as a browser does. */
static inline int follow(struct browser *browser)
{
    for (int hops = 0; browser->status == 303 && hops < 5; hops++) {
        char to[1024];
        snprintf(to, sizeof(to), "%s", browser->location);
        send_with(browser, to, NULL, NULL);
    }
    return browser->status;
}

static inline int get(struct browser *browser, const char *path)
{
    send_with(browser, path, NULL, NULL);
    return follow(browser);
}

/* Fills the page's form whose action is `action` and presses the button of that value. `fields` is
 * "name", "value", ..., NULL over what the page holds. The caller ends with sb_done. */
static inline void fill(const char *html, const char *action, const char *button,
                        const char *const *fields, struct sb *form)
{
    struct page *page = page_read(html);
    int at = 0;
    while (at < page->form_count && strcmp(page->forms[at].action, action) != 0)
        at++;
    if (at == page->form_count)
        fail_msg("no form %s on: %s", action, html);
    for (int i = 0; i < page->control_count; i++) {
        const struct control *control = &page->controls[i];
        const char *value = control->value;
        if (control->form != at || control->name[0] == '\0' || control->kind == CONTROL_SUBMIT)
            continue;
        for (int f = 0; fields && fields[f]; f += 2)
            value = strcmp(fields[f], control->name) == 0 ? fields[f + 1] : value;
        sb_add_pair(form, control->name, value);
    }
    if (button)
        sb_add_pair(form, "action", button);
    page_free(page);
}

static inline int press_only(struct browser *browser, const char *action, const char *button,
                             const char *const *fields)
{
    struct sb form = SB_MAX(4u * 1024 * 1024);
    fill(browser->body, action, button, fields, &form);
    send_with(browser, action, sb_text(&form), NULL);
    sb_done(&form);
    return browser->status;
}

static inline int press(struct browser *browser, const char *action, const char *button,
                        const char *const *fields)
{
    press_only(browser, action, button, fields);
    return follow(browser);
}

static inline void shows(const struct browser *browser, const char *text)
{
    if (strstr(browser->body, text) == NULL)
        fail_msg("wanted \"%s\" on: %s", text, browser->body);
}

static inline void hides(const struct browser *browser, const char *text)
{
    if (strstr(browser->body, text) != NULL)
        fail_msg("did not want \"%s\" on: %s", text, browser->body);
}

/* Text of the element with that id; where a line may end (<wbr>) is no text. */
static inline const char *text_of(const struct browser *browser, const char *id, char *to,
                                  size_t cap)
{
    char mark[80];
    snprintf(mark, sizeof(mark), "id=%s", id);
    const char *p = strstr(browser->body, mark);
    if (p == NULL || (p = strchr(p, '>')) == NULL)
        fail_msg("no #%s on: %s", id, browser->body);
    *to = '\0';
    for (p++;; p += strlen("<wbr>")) {
        size_t used = strlen(to), len = strcspn(p, "<");
        snprintf(to + used, cap - used, "%.*s", (int)len, p);
        p += len;
        if (strncmp(p, "<wbr>", 5) != 0)
            return to;
    }
}

static inline void status_is(const struct browser *browser, const char *want)
{
    char word[200];
    assert_string_equal(text_of(browser, "auth-status", word, sizeof(word)), want);
}

static inline void log_in(struct browser *browser)
{
    const char *const fields[] = {"username", USER, "password", PASSWORD, NULL};
    get(browser, "/login");
    assert_int_equal(press(browser, "/login", NULL, fields), 200);
    shows(browser, "Log out");
}

/* --- rig --- */

static inline void start_tenant(struct web_rig *rig)
{
    char why[300];
    rig->tenant = tenant_start(&rig->options, why, sizeof(why));
    if (rig->tenant == NULL)
        fail_msg("%s", why);
    rig->browser.tenant = rig->tenant;
}

/* A store with a user and the vendor's part; the page is not started. */
static inline int given_store(void **state)
{
    struct web_rig *rig = calloc(1, sizeof(*rig));
    struct settings live;
    char why[300];
    signal(SIGPIPE, SIG_IGN);
    snprintf(rig->dir, sizeof(rig->dir), "/tmp/rc-client-web-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    snprintf(rig->db, sizeof(rig->db), "%s/store.db", rig->dir);
    rig->platform = fake_start();
    for (int i = 0; i < 2; i++) {
        rig->proxies[i] = proxy_start();
        snprintf(rig->platform->proxies[i], sizeof(rig->platform->proxies[i]), "127.0.0.1:%d",
                 rig->proxies[i]->port);
    }
    struct store *store = store_open(rig->db, true, why, sizeof(why));
    assert_non_null(store);
    settings_init(&live);
    snprintf(live.base_url, sizeof(live.base_url), "http://127.0.0.1:%d", rig->platform->port);
    snprintf(live.client_id, sizeof(live.client_id), "cid");
    snprintf(live.client_secret, sizeof(live.client_secret), "s3cret");
    snprintf(live.brand, sizeof(live.brand), "6010");
    assert_true(store_settings_put(store, SLOT_LIVE, &live));
    assert_true(tenant_set_user(store, USER, PASSWORD, why, sizeof(why)));
    store_free(store);
    rig->like = (struct client){
        .clock = clock_machine(), .sip_timeout_ms = 3000, .has_failover = true, .is_quiet = true};
    rig->options = (struct tenant_options){
        .like = &rig->like, .store_path = rig->db, .session_s = 600, .worker = {.days = 7}};
    *state = rig;
    return 0;
}

static inline int given_page(void **state)
{
    given_store(state);
    start_tenant(*state);
    return 0;
}

static inline int no_page(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".refresh"};
    struct web_rig *rig = *state;
    tenant_stop(rig->tenant);
    fake_stop(rig->platform);
    proxy_stop(rig->proxies[0]);
    proxy_stop(rig->proxies[1]);
    for (size_t i = 0; i < 4; i++) {
        char path[160];
        snprintf(path, sizeof(path), "%s%s", rig->db, ends[i]);
        unlink(path);
    }
    rmdir(rig->dir);
    free(rig->browser.body);
    free(rig);
    return 0;
}

/* The same page, started again with a weakness. */
static inline void restart_weak(struct web_rig *rig, const char *names)
{
    char why[200];
    tenant_stop(rig->tenant);
    assert_true(weak_read(names, &rig->like.weak, why, sizeof(why)));
    start_tenant(rig);
    log_in(&rig->browser);
    get(&rig->browser, "/platform");
}

/* The live or pending settings and grant, read by somebody else. */
static inline bool read_slot(struct web_rig *rig, enum slot slot, struct settings *settings,
                             struct grant *grant)
{
    char why[300];
    struct store *store = store_open(rig->db, true, why, sizeof(why));
    assert_non_null(store);
    bool has_settings = store_settings_load(store, slot, settings);
    if (!store_grant_load(store, slot, grant))
        *grant = (struct grant){0};
    store_free(store);
    return has_settings;
}

static inline void live_proxy_is(struct web_rig *rig, const char *want)
{
    struct settings settings;
    struct grant grant;
    read_slot(rig, SLOT_LIVE, &settings, &grant);
    assert_string_equal(settings.proxy, want);
}

/* Presses Authenticate, and comes back as the provider would send the browser. */
static inline void leave(struct web_rig *rig, char *state, size_t cap)
{
    struct browser *browser = &rig->browser;
    assert_int_equal(press_only(browser, "/platform", "authenticate", NULL), 200);
    const char *url = strstr(browser->body, "content=\"0;url=");
    assert_non_null(url);
    char query[2048];
    const char *from = strchr(url, '?') + 1;
    snprintf(query, sizeof(query), "%.*s", (int)strcspn(from, "\""), from);
    for (char *p; (p = strstr(query, "&amp;")) != NULL;)
        memmove(p + 1, p + 5, strlen(p + 5) + 1);
    assert_true(text_query(query, "state", state, cap));
    char path[2200];
    snprintf(path, sizeof(path), "http://127.0.0.1:%d/restapi/oauth/authorize?%s",
             rig->platform->port, query);
    struct browser provider = {.tenant = rig->tenant};
    assert_int_equal(send_with(&provider, path, NULL, NULL), 302);
    free(provider.body);
}

static inline int come_back(struct web_rig *rig, const char *state)
{
    char path[300];
    snprintf(path, sizeof(path), "/oauth/callback?code=U0pD%%7Cabc&state=%s&expires_in=60", state);
    return get(&rig->browser, path);
}

static inline void authorize(struct web_rig *rig)
{
    char state[64];
    leave(rig, state, sizeof(state));
    assert_int_equal(come_back(rig, state), 200);
}

/* Loads the page until it holds `text`; the work it tells of goes on by itself. */
static inline void await(struct browser *browser, const char *path, const char *text)
{
    int64_t until_ms = clock_steady_ms() + 20000;
    for (get(browser, path); strstr(browser->body, text) == NULL; get(browser, path)) {
        if (clock_steady_ms() > until_ms)
            fail_msg("%s never told \"%s\": %s", path, text, browser->body);
        poll(NULL, 0, 5);
    }
}

/* SIP fields of the form, from the rig's proxies. */
struct sip_fields {
    char proxy[40], secondary[40];
    const char *list[7];
};

static inline const char *const *sip_fields(struct web_rig *rig, struct sip_fields *fields)
{
    snprintf(fields->proxy, sizeof(fields->proxy), "127.0.0.1:%d", rig->proxies[0]->port);
    snprintf(fields->secondary, sizeof(fields->secondary), "127.0.0.1:%d", rig->proxies[1]->port);
    const char *const list[] = {"sip_domain", "d.test:5060",     "proxy", fields->proxy,
                                "secondary",  fields->secondary, NULL};
    memcpy(fields->list, list, sizeof(list));
    return fields->list;
}

#endif
