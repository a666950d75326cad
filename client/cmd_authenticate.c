/* authenticate: get a grant, pending until saved. */
#include <stdlib.h>
#include <string.h>

#include "attempt.h"
#include "cmd_authenticate.h"
#include "diagnosis.h"
#include "identity.h"
#include "instance.h"
#include "listener.h"
#include "oauth.h"
#include "signin.h"

const struct option authenticate_options[] = {
    {"username", NULL, "NAME", "walk the provider's pages as this user"},
    {"password", NULL, "SECRET", "the password; better in RC_CLIENT_PASSWORD. Never stored"},
    {"extension", NULL, "NUMBER", "with a phone number as user name"},
    {"decline", NULL, NULL, "press Decline on the consent page"},
    {"timeout", NULL, "SECONDS", "how long to wait for a browser (default 300)"},
    {"base_url", NULL, "URL", "as in connect"},
    {"client_id", NULL, "ID", "as in connect"},
    {"client_secret", NULL, "SECRET", "as in connect"},
    {"redirect_uri", NULL, "URL", "as in connect"},
    {"brand", NULL, "ID", "as in connect"},
    {"ca_file", NULL, "FILE", "as in connect"},
    {0},
};

const char authenticate_help[] =
    "Gets a grant (OAuth authorization code with PKCE). Without --username it prints the\n"
    "provider's URL for a browser and waits on the loopback redirect URI. With --username it\n"
    "walks the provider's own pages: identifier, password, Access Request. The password goes to\n"
    "the provider's form and nowhere else.\n"
    "\n"
    "The grant is part of the form: jobs use it after `save`. Who authorized is probed and shown.\n"
    "\n"
    "Exit: 0 authorized, 1 refused or declined, 2 settings missing, 3 no listener.\n";

static int note_failure(struct call *call, const struct attempt_note *note, const char *text)
{
    const char *name = diagnosis_of(AT_SIGN_IN, note->status, note->code, note->error, ALWAYS);
    attempt_save(call->client->store, note);
    cJSON_AddBoolToObject(call->result, "authorized", false);
    json_put(call->result, "error", note->error);
    json_put(call->result, "code", note->code);
    json_put(call->result, "diagnosis", name);
    cJSON_AddNumberToObject(call->result, "http_status", note->status);
    return call_fail(call, EXIT_NEGATIVE, "not authorized: %s%s%s%s%s", note->error,
                     note->code[0] ? " " : "", note->code, text[0] ? ": " : "", text);
}

static const char *sign_in_value(struct call *call, const char *name)
{
    const char *value = call_value(call, name);
    return value ? value : json_text(call->env, name, NULL);
}

/* By a person's browser: shows the URL, waits for the redirect. */
static int wait_for_browser(struct call *call, const struct settings *settings,
                            const struct pkce *pkce, const char *authorize_url,
                            struct landing *landing)
{
    char why[300], url[9000];
    long timeout_s = 300;
    if (!args_int(call->args, "timeout", 1, 86400, 300, &timeout_s, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    struct listener *listener = listener_start(settings->redirect_uri, why, sizeof(why));
    if (listener == NULL)
        return call_fail(call, EXIT_ENVIRONMENT, "%s", why);
    fprintf(stderr, "Open this page in a browser and sign in as the Super Admin:\n%s\n",
            authorize_url);
    bool has_come = listener_wait(listener, pkce->state, (int)timeout_s, url, sizeof(url));
    listener_stop(listener);
    if (has_come)
        landing_read(url, landing);
    else
        text_copy(landing->error, sizeof(landing->error), "no_return");
    return EXIT_OK;
}

static int get_landing(struct call *call, const struct settings *settings, const struct pkce *pkce,
                       struct landing *landing)
{
    struct sb url = SB_MAX(8192);
    int code = EXIT_OK;
    const char *username = sign_in_value(call, "username");
    const char *password = sign_in_value(call, "password");
    /* Who agreed once is not asked again, so a refusal has to ask for the page. */
    oauth_authorize_url(settings, pkce, args_has(call->args, "decline") ? "login consent" : NULL,
                        &url);
    if (username == NULL) {
        if (call->is_batch)
            code = call_fail(call, EXIT_USAGE, "batch needs username and password");
        else
            code = wait_for_browser(call, settings, pkce, sb_text(&url), landing);
    } else if (password == NULL) {
        code = call_fail(call, EXIT_USAGE,
                         "no password for %s: give RC_CLIENT_PASSWORD or --password", username);
    } else {
        signin_walk(call->client->web,
                    &(struct signin){.authorize_url = sb_text(&url),
                                     .redirect_uri = settings->redirect_uri,
                                     .ca_file = settings->ca_file,
                                     .username = username,
                                     .password = password,
                                     .extension = sign_in_value(call, "extension"),
                                     .is_declined = args_has(call->args, "decline")},
                    landing);
    }
    sb_done(&url);
    return code;
}

/* Who authorized; the answer goes into the grant and the result. */
static bool probe_identity(struct call *call, struct grant *grant)
{
    struct client *client = call->client;
    struct rest rest;
    struct identity identity;
    struct apierr err;
    char who[200];
    rest_open(client, SLOT_PENDING, &rest);
    rest.is_probing = true;
    bool is_ok = identity_probe(&rest, &identity, &err);
    *grant = rest.grant; /* a refresh may have renewed the pair */
    if (!is_ok) {
        json_put(call->result, "owner", NULL);
        return false;
    }
    text_copy(grant->owner_id, sizeof(grant->owner_id), identity.owner_id);
    text_copy(grant->account_id, sizeof(grant->account_id), identity.account_id);
    text_copy(grant->owner_name, sizeof(grant->owner_name), identity.name);
    text_copy(grant->owner_extension, sizeof(grant->owner_extension), identity.extension);
    text_copy(grant->brand_id, sizeof(grant->brand_id), identity.brand_id);
    grant->was_admin = identity.is_admin && identity.missing[0] == '\0';
    json_put(call->result, "owner",
             identity_text(identity.name, identity.extension, who, sizeof(who)));
    json_put(call->result, "account_id", identity.account_id);
    json_put(call->result, "brand", identity.brand_id);
    cJSON_AddBoolToObject(call->result, "admin", identity.is_admin);
    return true;
}

static void add_warning(struct call *call, const char *text)
{
    cJSON *warnings = cJSON_GetObjectItemCaseSensitive(call->result, "warnings");
    if (warnings == NULL)
        warnings = cJSON_AddArrayToObject(call->result, "warnings");
    cJSON_AddItemToArray(warnings, cJSON_CreateString(text));
}

void authenticate_warn(struct call *call, const struct settings *settings,
                       const struct grant *grant)
{
    char missing[200], account[32] = "", line[300];
    identity_missing_scopes(grant, strcmp(settings->recording, "yes") == 0, missing,
                            sizeof(missing));
    store_fact_get(call->client->store, "service.account", account, sizeof(account));
    if (missing[0]) {
        snprintf(line, sizeof(line), "APP_SCOPE_MISSING: the granted scope lacks %s", missing);
        add_warning(call, line);
    }
    if (grant->refresh_token[0] == '\0')
        add_warning(call, "NO_REFRESH_TOKEN_ISSUED: this grant ends with its access token");
    if (!identity_is_of(call->client, grant, account))
        add_warning(call, "AUTHORIZED_AS_WRONG_USER: another account than the one connected "
                          "before");
    else if (!grant->was_admin)
        add_warning(call,
                    "AUTHORIZED_AS_WRONG_USER: this user may not read all of the company's data");
    if (grant->brand_id[0] && strcmp(grant->brand_id, settings->brand) != 0) {
        snprintf(line, sizeof(line), "BRAND_MISMATCH: the account's brand is %s, the form says %s",
                 grant->brand_id, settings->brand);
        add_warning(call, line);
    }
}

/* What a column of too few characters keeps. */
static void cut(char *token)
{
    size_t len = strlen(token);
    token[len > 8 ? len - 8 : 0] = '\0';
}

/* The callback runs a second time with the same code; its outcome is what is remembered. */
static void exchange_again(struct call *call, const struct settings *settings,
                           const struct pkce *pkce, const struct landing *landing,
                           struct attempt_note *note)
{
    struct client *client = call->client;
    struct grant ignored = {0};
    struct apierr err = {0};
    if (oauth_exchange(client->web, settings, pkce, landing->code, client_now_ms(client), &ignored,
                       &err))
        return;
    note->status = err.status;
    text_copy(note->error, sizeof(note->error), err.error);
    text_copy(note->code, sizeof(note->code), err.code);
}

static int take_grant(struct call *call, const struct settings *settings, const struct pkce *pkce,
                      const struct landing *landing)
{
    struct client *client = call->client;
    struct grant grant = {.issued_ms = client_now_ms(client)};
    struct apierr err;
    if (client_is_weak(client, WEAK_SAVE_BEFORE_EXCHANGE))
        store_grant_put(client->store, SLOT_PENDING, &grant);
    if (!oauth_exchange(client->web, settings, pkce, landing->code, client_now_ms(client), &grant,
                        &err)) {
        struct attempt_note note = {.status = err.status, .at_ms = client_now_ms(client)};
        text_copy(note.error, sizeof(note.error), err.error[0] ? err.error : "no_token");
        text_copy(note.code, sizeof(note.code), err.code);
        return note_failure(call, &note, err.message);
    }
    if (client_is_weak(client, WEAK_SHORT_COLUMN)) {
        cut(grant.access_token);
        cut(grant.refresh_token);
    }
    struct attempt_note note = {.at_ms = client_now_ms(client)};
    if (client_is_weak(client, WEAK_CODE_TWICE))
        exchange_again(call, settings, pkce, landing, &note);
    if (!store_grant_put(client->store, SLOT_PENDING, &grant) || !instance_bind(client))
        return call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(client->store));
    cJSON_AddBoolToObject(call->result, "authorized", true);
    bool is_known = probe_identity(call, &grant);
    json_put(call->result, "scope", grant.scope);
    json_put_time(call->result, "expires", grant.access_until_ms);
    cJSON_AddBoolToObject(call->result, "pending", true);
    if (client_is_weak(client, WEAK_NO_IDENTITY_CHECK))
        ; /* whoever it was */
    else if (is_known)
        authenticate_warn(call, settings, &grant);
    else
        add_warning(call, "the grant came, but its owner could not be read");
    if (!client_is_weak(client, WEAK_STATUS_STICKS))
        attempt_save(client->store, &note);
    /* Over itself only: it may have been saved, or discarded, while its owner was probed. */
    bool is_there;
    if (!store_grant_renew(client->store, grant.access_token, &grant, &is_there))
        return call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(client->store));
    return EXIT_OK;
}

int authenticate_finish(struct call *call, const struct settings *settings, const struct pkce *pkce,
                        struct landing *landing)
{
    if (landing->error[0] == '\0' && strcmp(landing->state, pkce->state) != 0)
        text_copy(landing->error, sizeof(landing->error), "state_mismatch");
    if (landing->error[0] == '\0' && landing->code[0] == '\0')
        text_copy(landing->error, sizeof(landing->error), "no_code");
    if (landing->error[0]) {
        struct attempt_note note = {.status = landing->http_status,
                                    .at_ms = client_now_ms(call->client)};
        text_copy(note.error, sizeof(note.error), landing->error);
        text_copy(note.code, sizeof(note.code), landing->error_code);
        return note_failure(call, &note, landing->description);
    }
    return take_grant(call, settings, pkce, landing);
}

int cmd_authenticate(struct call *call)
{
    struct client *client = call->client;
    struct settings settings;
    struct landing landing = {0};
    struct pkce pkce;
    bool changed = false;
    if (!call_form(call, true, &settings, &changed))
        return call_fail(call, EXIT_USAGE, "a value is wrong; see problems");
    if (changed && !store_settings_put(client->store, SLOT_PENDING, &settings))
        return call_fail(call, EXIT_ENVIRONMENT, "store: %s", store_error(client->store));
    if (!settings.base_url[0] || !settings.client_id[0] || !settings.redirect_uri[0])
        return call_fail(call, EXIT_USAGE,
                         "Platform URL, Client ID and Redirect URI come first: rc-client connect");
    oauth_pkce(&client->rnd, &pkce);
    int code = get_landing(call, &settings, &pkce, &landing);
    if (code != EXIT_OK)
        return code;
    return authenticate_finish(call, &settings, &pkce, &landing);
}

void show_authenticate(const cJSON *result, FILE *out)
{
    const cJSON *line;
    if (!json_is_true(result, "authorized"))
        return; /* the error line says it */
    fprintf(out, "Authorized by %s of account %s, brand %s.\n", json_text(result, "owner", "?"),
            json_text(result, "account_id", "?"), json_text(result, "brand", "?"));
    cJSON_ArrayForEach(line, json_at(result, "warnings"))
    {
        fprintf(out, "warning: %s\n", line->valuestring);
    }
    fprintf(out, "API Auth Status: Authenticated (not saved yet: click Save)\n");
}
