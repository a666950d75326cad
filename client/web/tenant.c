/* The tenant's page: its table of pages, and bringing it up; see tenant.h. */
#include "web/tenant.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/secret.h"
#include "web/view.h"

struct page_row {
    const char *path;
    bool is_post;
    bool is_open; /* needs no session */
    void (*run)(struct visit *visit);
};

static const struct page_row pages[] = {
    {"/", false, false, page_overview},
    {"/check", true, false, page_check},
    {"/platform", false, false, page_platform},
    {"/platform", true, false, page_platform_post},
    {"/platform/confirm", false, false, page_confirm},
    {"/platform/confirm", true, false, page_confirm_post},
    {"/handsets", false, false, page_handsets},
    {"/handsets", true, false, page_handsets_post},
    {"/calls", false, false, page_calls},
    {"/call", false, false, page_call},
    {"/recording", false, false, page_recording},
    {"/transfer", false, false, page_transfer},
    {"/transfer", true, false, page_transfer_post},
    {"/help", false, false, page_help},
    {"/login", false, true, page_login},
    {"/login", true, true, page_login_post},
    {"/logout", true, false, page_logout},
};

static void say(struct visit *visit, int status, const char *title, const char *text)
{
    visit->reply->status = status;
    view_begin(visit, title, "");
    html_addf(visit->page,
              "<section class=window><h1>%s</h1><p>%s</p>"
              "<p><a href=\"/platform\">Platform Settings</a></p></section>",
              title, text);
    view_end(visit);
}

/* Names under which a browser may know us. Another one is a page of somebody else that had its name
 * point at this machine. */
static bool is_our_host(const struct tenant *tenant, const char *host)
{
    char own[32];
    static const char *const names[] = {"127.0.0.1", "localhost"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(own, sizeof(own), "%s:%d", names[i], tenant_port(tenant));
        if (text_same_nocase(host, own))
            return true;
    }
    return tenant->public_host[0] && text_same_nocase(host, tenant->public_host);
}

/* A POST names the page it was sent from, when the browser is not a very old one. */
static bool is_our_origin(const struct request *request)
{
    const char *origin = request->origin, *host = strstr(origin, "://");
    return *origin == '\0' || (host && text_same_nocase(host + 3, request->host));
}

static void run_page(struct visit *visit, const struct page_row *row)
{
    const struct request *request = visit->request;
    if (!row->is_open && !visit->has_session)
        login_ask(visit);
    else if (request->is_post && !row->is_open && row->run != page_platform_post &&
             !secret_same(form_text(&request->form, "csrf"), visit->session.csrf))
        say(visit, 403, "That form was old",
            "It was made before you signed in again. Nothing was done; please press the button "
            "once more.");
    else
        row->run(visit);
}

static void find_page(struct visit *visit)
{
    const struct request *request = visit->request;
    bool is_known = false;
    if (!request->is_post && strcmp(request->path, visit->tenant->callback) == 0) {
        page_return(visit);
        return;
    }
    for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
        if (strcmp(pages[i].path, request->path) != 0)
            continue;
        is_known = true;
        if (pages[i].is_post == request->is_post) {
            run_page(visit, &pages[i]);
            return;
        }
    }
    if (!visit->has_session)
        login_ask(visit);
    else if (is_known)
        say(visit, 405, "Not that way", "This address does not take that kind of request.");
    else
        say(visit, 404, "Not here", "There is no such page.");
}

static void plain(struct reply *reply, int status, const char *text)
{
    reply->status = status;
    reply->type = "text/plain; charset=utf-8";
    sb_addf(&reply->body, "%s\n", text);
}

static void on_request(void *arg, const struct request *request, struct reply *reply)
{
    struct tenant *tenant = arg;
    char why[300], id[80];
    struct visit visit = {
        .tenant = tenant, .request = request, .reply = reply, .page = &reply->body};
    if (!tenant->is_up) {
        plain(reply, 503, "Starting; try again in a moment.");
        return;
    }
    if (tenant->has_hsts) /* a year (RFC 6797) */
        sb_add(&reply->headers, "Strict-Transport-Security: max-age=31536000\r\n");
    if (!is_our_host(tenant, request->host)) {
        plain(reply, 421, "This is not the host you asked for.");
        return;
    }
    if (request->is_post && !is_our_origin(request)) {
        plain(reply, 403, "This form was sent from another site.");
        return;
    }
    if (!request->is_post && asset_serve(request, reply))
        return;
    visit.client = pool_take(tenant->pool, why, sizeof(why));
    if (visit.client == NULL) {
        plain(reply, 503, why);
        return;
    }
    visit.has_session = request_cookie(request, "rc_tenant", id, sizeof(id)) &&
                        sessions_find(tenant->sessions, id, &visit.session);
    find_page(&visit);
    pool_give(tenant->pool, visit.client);
}

/* --- users --- */

#define USER_FACT "web.user."

static bool is_user_name(const char *user)
{
    size_t len = strlen(user);
    return len > 0 && len < sizeof(((struct session *)0)->user);
}

bool tenant_set_user(struct store *store, const char *user, const char *password, char *why,
                     size_t cap)
{
    char name[96], hash[SECRET_TEXT];
    struct rnd rnd;
    if (!is_user_name(user)) {
        snprintf(why, cap, "the user name has 1 to 63 characters");
        return false;
    }
    if (strlen(password) < 8 || strlen(password) > 1000) {
        snprintf(why, cap, "the password has 8 to 1000 characters");
        return false;
    }
    rnd_init(&rnd);
    secret_hash(password, &rnd, hash);
    snprintf(name, sizeof(name), USER_FACT "%s", user);
    if (store_fact_put(store, name, hash) && store_fact_put(store, "web.user", user))
        return true;
    snprintf(why, cap, "store: %s", store_error(store));
    return false;
}

bool tenant_has_user(struct store *store)
{
    char user[64];
    return store_fact_get(store, "web.user", user, sizeof(user));
}

/* --- life --- */

static bool is_loopback(const char *host)
{
    return strcmp(host, "127.0.0.1") == 0 || strcmp(host, "localhost") == 0;
}

/* Path and host of the redirect URI; the default path when there is none. A port of it is ours when
 * we answer what it says. */
static void read_redirect(struct tenant *tenant, const char *redirect_uri, int *ret_port)
{
    const char *own_scheme = tenant->options.tls_cert ? "https" : "http";
    char *scheme = NULL, *host = NULL, *port = NULL, *path = NULL;
    CURLU *url = curl_url();
    text_copy(tenant->callback, sizeof(tenant->callback), TENANT_CALLBACK);
    if (url && curl_url_set(url, CURLUPART_URL, redirect_uri, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
        curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK) {
        bool has_port = curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK;
        text_copy(tenant->callback, sizeof(tenant->callback), path);
        snprintf(tenant->public_host, sizeof(tenant->public_host), "%.200s%s%.20s", host,
                 has_port ? ":" : "", has_port ? port : "");
        tenant->is_public_https = strcmp(scheme, "https") == 0;
        tenant->has_hsts = tenant->is_public_https && !is_loopback(host);
        if (strcmp(scheme, own_scheme) == 0 && has_port && is_loopback(host))
            *ret_port = (int)strtol(port, NULL, 10);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    curl_free(path);
    curl_url_cleanup(url);
}

/* The form's redirect URI; ours when nobody gave one. */
static bool settle_redirect(struct tenant *tenant, struct store *store, int port)
{
    struct settings live;
    store_settings_load(store, SLOT_LIVE, &live);
    if (live.redirect_uri[0])
        return true;
    snprintf(live.redirect_uri, sizeof(live.redirect_uri), "%s://127.0.0.1:%d%s",
             tenant->tls ? "https" : "http", port, TENANT_CALLBACK);
    return store_settings_put(store, SLOT_LIVE, &live);
}

/* Over plain HTTP where it is asked for; else that is behind TLS, on a port nobody needs to know. */
static bool start_server(struct tenant *tenant, int port, char *why, size_t cap)
{
    const struct tenant_options *options = &tenant->options;
    tenant->server = server_start(options->tls_cert ? 0 : port, on_request, tenant, why, cap);
    if (tenant->server == NULL || options->tls_cert == NULL)
        return tenant->server != NULL;
    tenant->is_public_https = true;
    tenant->tls =
        tls_relay_start(&(struct tls_relay_options){.port = port,
                                                    .cert_file = options->tls_cert,
                                                    .key_file = options->tls_key,
                                                    .to_port = server_port(tenant->server)},
                        why, cap);
    return tenant->tls != NULL;
}

static bool start_parts(struct tenant *tenant, char *why, size_t cap)
{
    const struct tenant_options *options = &tenant->options;
    struct settings live;
    int port = TENANT_PORT;
    struct client *client = pool_take(tenant->pool, why, cap);
    if (client == NULL)
        return false;
    store_settings_load(client->store, SLOT_LIVE, &live);
    read_redirect(tenant, live.redirect_uri, &port);
    if (options->tls_cert && live.redirect_uri[0] && !tenant->is_public_https) {
        snprintf(why, cap,
                 "redirect_uri: %.200s is no https address, and the page answers nothing else",
                 live.redirect_uri);
        pool_give(tenant->pool, client);
        return false;
    }
    tenant->worker = worker_start(tenant->pool, &options->worker, why, cap);
    bool is_up =
        tenant->worker && start_server(tenant, options->port >= 0 ? options->port : port, why, cap);
    bool is_ok = is_up && settle_redirect(tenant, client->store, tenant_port(tenant));
    if (is_up && !is_ok)
        snprintf(why, cap, "store: %s", store_error(client->store));
    pool_give(tenant->pool, client);
    return is_ok;
}

struct tenant *tenant_start(const struct tenant_options *options, char *why, size_t cap)
{
    struct tenant *tenant = xcalloc(1, sizeof(*tenant));
    struct client like = *options->like;
    struct rnd rnd;
    tenant->options = *options;
    if (options->is_form_b)
        like.has_failover = false; /* that window has no secondary proxy */
    tenant->options.like = NULL;   /* the pool has its copy */
    pthread_mutex_init(&tenant->saving, NULL);
    pthread_mutex_init(&tenant->signing_in, NULL);
    rnd_init(&rnd);
    rnd_bytes(&rnd, tenant->key, sizeof(tenant->key));
    tenant->pool = pool_new(&like, options->store_path, options->clock_url);
    tenant->sessions = sessions_new(options->session_s);
    tenant->errands = errands_new();
    if (!start_parts(tenant, why, cap)) {
        tenant_stop(tenant);
        return NULL;
    }
    tenant->is_up = true;
    worker_ask(tenant->worker, JOB_PROBE);
    return tenant;
}

int tenant_port(const struct tenant *tenant)
{
    return tenant->tls ? tls_relay_port(tenant->tls) : server_port(tenant->server);
}

void tenant_url(const struct tenant *tenant, char *to, size_t cap)
{
    snprintf(to, cap, "%s://127.0.0.1:%d/", tenant->tls ? "https" : "http", tenant_port(tenant));
}

void tenant_stop(struct tenant *tenant)
{
    if (tenant == NULL)
        return;
    tls_relay_stop(tenant->tls);
    server_stop(tenant->server);
    worker_stop(tenant->worker);
    pool_free(tenant->pool);
    errands_free(tenant->errands);
    sessions_free(tenant->sessions);
    pthread_mutex_destroy(&tenant->saving);
    pthread_mutex_destroy(&tenant->signing_in);
    explicit_bzero(tenant, sizeof(*tenant));
    free(tenant);
}
