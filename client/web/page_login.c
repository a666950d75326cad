/* Signing in to the tenant and out of it. */
#include <stdio.h>
#include <string.h>

#include "web/platform.h"
#include "web/secret.h"

#define WRONG_MAX 5
#define CLOSED_MS 30000

/* A path of ours to go on to, or "/". */
static const char *safe_next(const char *next)
{
    bool is_path = next[0] == '/' && next[1] != '/' && next[1] != '\\' && strlen(next) < 500;
    for (const char *p = next; is_path && *p; p++)
        is_path = *p > ' ' && *p < 127;
    return is_path ? next : "/";
}

static bool read_nonce(struct visit *visit, char to[33])
{
    return request_cookie(visit->request, "rc_login", to, 33) && strlen(to) == 32 &&
           to[strspn(to, "0123456789abcdef")] == '\0';
}

/* The form is bound to the browser by a cookie, since there is no session yet. One that is there is
 * kept: another tab's form holds on to it. */
static void put_token(struct visit *visit)
{
    char nonce[33], sum[33];
    struct rnd rnd;
    if (!read_nonce(visit, nonce)) {
        rnd_init(&rnd);
        rnd_hex(&rnd, nonce, 32);
    }
    secret_sum(visit->tenant->key, nonce, sum);
    sb_addf(&visit->reply->headers,
            "Set-Cookie: rc_login=%s; Path=/login; HttpOnly; SameSite=Strict%s\r\n", nonce,
            visit->tenant->is_public_https ? "; Secure" : "");
    html_addf(visit->page, "<input type=hidden name=csrf value=\"%s\">", sum);
}

static bool has_token(struct visit *visit)
{
    char nonce[33], sum[33];
    if (!read_nonce(visit, nonce))
        return false;
    secret_sum(visit->tenant->key, nonce, sum);
    return secret_same(sum, form_text(&visit->request->form, "csrf"));
}

/* What was typed into Platform Settings comes along; `prefix` is how the request names it. */
static void put_kept(struct visit *visit, const char *prefix)
{
    char name[80];
    static const char *const kinds[] = {"", "was."};
    for (size_t i = 0; i < PLATFORM_FIELDS; i++) {
        for (size_t kind = 0; kind < 2; kind++) {
            snprintf(name, sizeof(name), "%s%s%s", prefix, kinds[kind], platform_fields[i].key);
            const char *value = form_get(&visit->request->form, name);
            if (value)
                html_addf(visit->page, "<input type=hidden name=\"keep.%s%s\" value=\"%s\">",
                          kinds[kind], platform_fields[i].key, value);
        }
    }
}

static void show(struct visit *visit, enum notice kind, const char *notice, const char *next,
                 const char *prefix)
{
    struct sb *page = visit->page;
    visit->has_session = false;
    view_begin(visit, "Log in", "");
    sb_add(page, "<section class=window><h1>Tenant log-in</h1>"
                 "<p>This is the tenant's own account, not the RingCentral or Avaya Cloud Office "
                 "one.</p>");
    if (notice)
        view_notice(page, kind, notice);
    sb_add(page, "<form method=post action=\"/login\">");
    put_token(visit);
    html_addf(page, "<input type=hidden name=next value=\"%s\">", next);
    put_kept(visit, prefix);
    html_addf(page,
              "<div class=field><label for=username>Username</label><input id=username "
              "name=username autocomplete=username autocapitalize=none spellcheck=false required "
              "autofocus maxlength=63 value=\"%s\"></div>",
              form_text(&visit->request->form, "username"));
    sb_add(page, "<div class=field><label for=password>Password</label><input id=password "
                 "name=password type=password autocomplete=current-password required "
                 "maxlength=1000></div>"
                 "<div class=buttons><button class=main>Login</button></div></form></section>");
    view_end(visit);
}

void page_login(struct visit *visit)
{
    const char *next = safe_next(form_text(&visit->request->query, "next"));
    if (visit->has_session) {
        reply_see_other(visit->reply, next);
        return;
    }
    bool is_back = strcmp(form_text(&visit->request->query, "said"), "returned") == 0;
    show(visit, NOTICE_INFO,
         is_back ? "Your log-in here had ended while you were at the provider. What came back was "
                   "kept: log in to see it."
                 : NULL,
         next, "");
}

void login_ask(struct visit *visit)
{
    const struct request *request = visit->request;
    struct sb next = SB_MAX(600);
    if (request->is_post) {
        visit->reply->status = 403;
        bool is_form = strcmp(request->path, "/platform") == 0;
        const char *path = strcmp(request->path, "/check") == 0 ? "/" : request->path;
        show(visit, NOTICE_WARN,
             is_form ? "Your log-in had ended. Nothing was saved; log in and your entries are back."
                     : "Your log-in had ended. Nothing was done; log in and try again.",
             safe_next(path), "");
        return;
    }
    sb_add(&next, request->path);
    if (*request->query_text)
        sb_addf(&next, "?%s", request->query_text);
    struct sb location = SB_MAX(4096);
    sb_add(&location, "/login");
    if (strcmp(request->path, "/") != 0 && strcmp(request->path, "/logout") != 0) {
        sb_add(&location, "?next=");
        sb_add_url(&location, sb_text(&next));
    }
    reply_see_other(visit->reply, sb_text(&location));
    sb_done(&location);
    sb_done(&next);
}

/* One guess at a time; after some wrong ones in a row the door stays shut for a while. */
static const char *check_password(struct visit *visit, const char *user, const char *password)
{
    struct tenant *tenant = visit->tenant;
    char name[200], hash[SECRET_TEXT] = "";
    const char *problem = NULL;
    snprintf(name, sizeof(name), "web.user.%.100s", user);
    pthread_mutex_lock(&tenant->signing_in);
    if (clock_steady_ms() < tenant->closed_until_ms) {
        problem = "Too many wrong passwords. Wait half a minute, then try again.";
        visit->reply->status = 429;
    } else {
        bool is_user =
            strlen(user) < 64 && store_fact_get(visit->client->store, name, hash, sizeof(hash));
        if (secret_is(password, hash) && is_user) {
            tenant->wrong_passwords = 0;
        } else {
            problem = "Username or password is wrong.";
            visit->reply->status = 403;
            if (++tenant->wrong_passwords >= WRONG_MAX) {
                tenant->wrong_passwords = 0;
                tenant->closed_until_ms = clock_steady_ms() + CLOSED_MS;
            }
        }
    }
    pthread_mutex_unlock(&tenant->signing_in);
    return problem;
}

static bool has_kept(const struct form_data *form)
{
    for (int i = 0; i < form->count; i++) {
        if (strncmp(form->fields[i].name, "keep.", 5) == 0)
            return true;
    }
    return false;
}

void page_login_post(struct visit *visit)
{
    const struct form_data *form = &visit->request->form;
    const char *next = safe_next(form_text(form, "next"));
    const char *user = form_text(form, "username"), *problem;
    char id[80];
    if (!has_token(visit)) {
        visit->reply->status = 403;
        problem = "The form was old. Please log in once more.";
    } else {
        problem = check_password(visit, user, form_text(form, "password"));
    }
    if (problem) {
        show(visit, NOTICE_BAD, problem, next, "keep.");
        return;
    }
    /* A fresh id, whatever the browser came with. */
    if (request_cookie(visit->request, "rc_tenant", id, sizeof(id)))
        sessions_close(visit->tenant->sessions, id);
    sessions_open(visit->tenant->sessions, user, &visit->session);
    visit->has_session = true;
    sb_addf(&visit->reply->headers,
            "Set-Cookie: rc_tenant=%s; Path=/; HttpOnly; SameSite=Lax%s\r\n", visit->session.id,
            visit->tenant->is_public_https ? "; Secure" : "");
    if (!has_kept(form)) {
        reply_see_other(visit->reply, next);
        return;
    }
    struct platform_form typed;
    platform_read(visit, form, "keep.", true, &typed);
    platform_show(visit, &typed, NOTICE_WARN,
                  "Welcome back. Your entries are as you typed them; nothing was saved yet.");
}

void page_logout(struct visit *visit)
{
    sessions_close(visit->tenant->sessions, visit->session.id);
    sb_add(&visit->reply->headers,
           "Set-Cookie: rc_tenant=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\r\n");
    reply_see_other(visit->reply, "/login");
}
