/*
 * set-app: the app's vendor or the provider changes the registered app: suspended, or another
 * secret (failures.md F029). set-scopes: its permissions in the developer console (F035, F036).
 *
 *   set-app: { app: "Acme CCaaS", status: suspended }
 *   set-app: { app: "Acme CCaaS", secret: rotate }      a new one, said back
 *   set-app: { redirect: "http://127.0.0.1:41234/cb" }  registered as well, for a client on a free port
 *   set-scopes: { app: "Acme CCaaS", remove: ReadCallLog }
 *   set-scopes: { app: "Acme CCaaS", scopes: [ReadAccounts, ReadCallLog] }
 *
 * `app` may be left out when the world has one confidential app only. A running grant keeps its
 * scopes or loses them at once: knob oauth.scope_binding. Say: app, status, secret; app, scopes.
 */
#include "control/verbs.h"

#include "base/mem.h"
#include "base/text.h"

enum { APP_REDIRECTS_MAX = 64 };

static struct app *which(struct verb_call *call)
{
    if (verb_arg(call, "app"))
        return verb_app(call, "app");
    struct app *only = NULL;
    for (size_t i = 0; i < call->world->app_count; i++) {
        struct app *app = call->world->apps[i];
        if (!app->secret)
            continue;
        if (only) {
            verb_refuse(call, call->args, "which app? There are several: give app");
            return NULL;
        }
        only = app;
    }
    if (!only)
        verb_refuse(call, call->args, "the world has no app with a secret: give app");
    else
        event_set(call->event, EVENT_APP, only->name);
    return only;
}

static int set_app(struct verb_call *call)
{
    struct app *app = which(call);
    if (!app)
        return ERR_USAGE;
    const char *status = verb_text(call, "status", NULL), *secret = verb_text(call, "secret", NULL);
    if (secret && !app->secret)
        return verb_refuse(call, verb_arg(call, "secret"), "%s is a public app: it has no secret",
                           app->name);
    const char *redirect = verb_text(call, "redirect", NULL);
    if (redirect && !app_has_redirect(app, redirect) && app->redirect_count >= APP_REDIRECTS_MAX)
        return verb_refuse(call, verb_arg(call, "redirect"), "%s has %d redirect URIs already",
                           app->name, APP_REDIRECTS_MAX);
    if (redirect && !app_has_redirect(app, redirect))
        app_add_redirect(app, redirect);
    uint64_t cause = journal_next(call->journal);
    char made[33];
    bool is_made = text_eq(secret, "rotate");
    if (status) {
        app->status = text_eq(status, "suspended") ? APP_SUSPENDED : APP_ACTIVE;
        app->status_cause = cause;
    }
    if (secret) {
        xset(&app->secret, is_made ? id_word(&call->world->ids, made, 32) : secret);
        app->secret_cause = cause;
    }
    json_str(call->out, "app", app->name);
    json_str(call->out, "status", app->status == APP_SUSPENDED ? "suspended" : "active");
    if (is_made)
        json_str(call->out, "secret", made);
    return ERR_OK;
}

const struct verb verb_set_app = {
    .name = "set-app",
    .help = "suspend an app or change its secret",
    .args = {{"app", "app", "which (default: the only one with a secret)", false},
             {"status", "active|suspended", "whether it may be used", false},
             {"secret", "secret", "the new client secret; \"rotate\": one is made and said back",
              false},
             {"redirect", "text", "one more redirect URI, as clients will send it", false}},
    .run = set_app,
};

static scope_set scopes_of(const struct node *named)
{
    scope_set set = 0, more = 0;
    if (named && named->kind != NODE_LIST)
        scope_read(named->text, &set);
    for (const struct node *item = node_first(named); item; item = item->next, set |= more)
        scope_read(item->text, &more);
    return set;
}

static int set_scopes(struct verb_call *call)
{
    struct app *app = which(call);
    if (!app)
        return ERR_USAGE;
    const struct node *whole = verb_arg(call, "scopes");
    const struct node *add = verb_arg(call, "add"), *without = verb_arg(call, "remove");
    if (!whole && !add && !without)
        return verb_refuse(call, call->args, "nothing to change: give scopes, add or remove");
    scope_set scopes = whole ? scopes_of(whole) : app->scopes;
    app->scopes = (scopes | scopes_of(add)) & ~scopes_of(without);
    app->scopes_cause = journal_next(call->journal);
    struct buf text;
    buf_init(&text, 4096);
    scope_write(app->scopes, &text);
    event_set(call->event, EVENT_SCOPE, buf_text(&text));
    json_str(call->out, "app", app->name);
    json_str(call->out, "scopes", buf_text(&text));
    buf_done(&text);
    return ERR_OK;
}

const struct verb verb_set_scopes = {
    .name = "set-scopes",
    .help = "change the permissions an app is registered with",
    .args = {{"app", "app", "which (default: the only one with a secret)", false},
             {"scopes", "scopes", "all it shall have", false},
             {"add", "scopes", "further ones", false},
             {"remove", "scopes", "these no longer", false}},
    .run = set_scopes,
};
