/* Authenticate: out to the provider's login page, and what comes back from it. */
#include <stdio.h>
#include <string.h>

#include "cmd_authenticate.h"
#include "web/platform.h"

bool authorize_leave(struct visit *visit, const struct settings *settings, char *why, size_t cap)
{
    struct pkce pkce;
    struct sb url = SB_MAX(8192);
    struct sb *page = visit->page;
    if (!settings->base_url[0] || !settings->client_id[0] || !settings->redirect_uri[0]) {
        snprintf(why, cap,
                 "The connection to the platform is not set up here (address, client id). That is "
                 "the vendor's part: rc-client serve --base-url --client-id, or --env-file.");
        return false;
    }
    oauth_pkce(&visit->client->rnd, &pkce);
    /* The same steps every time: an older session in this browser, perhaps of another user, must
     * not answer for the Super Admin (failures.md F014). */
    oauth_authorize_url(settings, &pkce,
                        visit->client->profile == PROFILE_GOOD ? "login consent" : NULL, &url);
    errands_start(visit->tenant->errands, &pkce, settings);
    /* A page and not a redirect: the policy on forms would hold the browser back on the way. */
    html_addf(page,
              "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport "
              "content=\"width=device-width, initial-scale=1\"><title>Going to the provider</title>"
              "<meta http-equiv=refresh content=\"0;url=%s\">"
              "<link rel=icon href=\"/icon.svg\"><link rel=stylesheet "
              "href=\"/style.css\"></head><body class=alone><main "
              "class=window><h1>Going to the provider's login page</h1><p>Log in there as the "
              "dedicated Super Admin and press Authorize.</p><p><a href=\"%s\" id=go>Continue</a> "
              "if nothing happens, or <a href=\"/platform\">go back</a>.</p></main></body></html>",
              sb_text(&url), sb_text(&url));
    explicit_bzero(&pkce, sizeof(pkce));
    sb_done(&url);
    return true;
}

static void read_landing(struct visit *visit, struct landing *landing)
{
    const struct form_data *query = &visit->request->query;
    *landing = (struct landing){.has_landed = true, .http_status = 302};
    if (!text_copy(landing->code, sizeof(landing->code), form_text(query, "code")))
        landing->code[0] = '\0'; /* no code of the platform is so long */
    text_copy(landing->state, sizeof(landing->state), form_text(query, "state"));
    text_copy(landing->error, sizeof(landing->error), form_text(query, "error"));
    text_copy(landing->description, sizeof(landing->description),
              form_text(query, "error_description"));
}

/* The exchange, and who authorized; ends with a pending grant or with why not. */
static void run_errand(struct visit *visit, const struct settings *settings,
                       const struct pkce *pkce, struct errand_outcome *ret_outcome)
{
    struct errand_outcome outcome = {0};
    struct landing landing;
    struct args args = {0};
    struct call call = {.client = visit->client, .args = &args, .is_batch = true};
    call.result = cJSON_CreateObject();
    read_landing(visit, &landing);
    outcome.is_ok = authenticate_finish(&call, settings, pkce, &landing) == EXIT_OK;
    text_copy(outcome.diagnosis, sizeof(outcome.diagnosis),
              json_text(call.result, "diagnosis", ""));
    text_copy(outcome.text, sizeof(outcome.text), call.error);
    if (!outcome.is_ok && strcmp(outcome.diagnosis, "CONSENT_DECLINED") == 0)
        snprintf(outcome.text, sizeof(outcome.text),
                 "access was declined on the provider's page; what was saved before is untouched");
    explicit_bzero(&landing, sizeof(landing));
    cJSON_Delete(call.result);
    *ret_outcome = outcome;
}

void page_return(struct visit *visit)
{
    struct errands *errands = visit->tenant->errands;
    struct errand_outcome outcome;
    struct settings settings;
    struct pkce pkce;
    char location[200], next[120];
    const char *state = form_text(&visit->request->query, "state");
    bool is_thrown_away =
        !visit->has_session && client_is_weak(visit->client, WEAK_STATE_IN_SESSION);
    enum errand_found found =
        is_thrown_away ? ERRAND_UNKNOWN : errands_take(errands, state, &pkce, &settings, &outcome);
    if (found == ERRAND_MINE) {
        run_errand(visit, &settings, &pkce, &outcome);
        errands_finish(errands, pkce.state, &outcome);
        if (!outcome.is_ok)
            worker_ask(visit->tenant->worker, JOB_PROBE); /* the attempt is news for the status */
    }
    /* A known state is one we made: hex digits. */
    const char *mark = found == ERRAND_UNKNOWN ? "lost" : state;
    snprintf(next, sizeof(next), "/platform?returned=%.64s", mark);
    if (visit->has_session) {
        reply_see_other(visit->reply, next);
        return;
    }
    /* The admin's own log-in ended meanwhile: the result waits behind it. */
    snprintf(location, sizeof(location),
             "/login?said=returned&next=%%2Fplatform%%3Freturned%%3D%.64s", mark);
    reply_see_other(visit->reply, location);
}
