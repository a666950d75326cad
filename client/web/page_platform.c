/* The window Platform Settings, and its buttons. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_authenticate.h"
#include "web/platform.h"
#include "web/secret.h"

static const char dash[] = " \xe2\x80\x93 ";

/* --- API Auth Status --- */

static void pending_warnings(struct visit *visit)
{
    struct settings settings;
    struct grant grant;
    struct args args = {0};
    const cJSON *line;
    struct call call = {.client = visit->client, .args = &args, .is_batch = true};
    platform_load(visit->client->store, &settings);
    if (!store_grant_load(visit->client->store, SLOT_PENDING, &grant))
        return;
    call.result = cJSON_CreateObject();
    authenticate_warn(&call, &settings, &grant);
    cJSON_ArrayForEach(line, json_at(call.result, "warnings"))
    {
        view_notice(visit->page, NOTICE_WARN, line->valuestring);
    }
    cJSON_Delete(call.result);
    explicit_bzero(&grant, sizeof(grant));
}

/* What a person at the login page cannot cure; pressing on may make it worse (a lock, a limit). */
static bool is_beyond_authenticate(const char *diagnosis)
{
    static const char *const names[] = {
        "ACCOUNT_SUSPENDED",
        "VENDOR_APP_DISABLED",
        "CLIENT_CREDENTIALS_REJECTED",
        "SERVICE_ACCOUNT_LOCKED",
        "REDIRECT_URI_NOT_REGISTERED",
        "APP_HAS_NO_REDIRECT",
        "AUTH_RATE_LIMITED",
        "APP_NOT_AVAILABLE_FOR_ACCOUNT",
        "EGRESS_BLOCKED",
        "TOKEN_ENDPOINT_UNAVAILABLE",
        "PLATFORM_UNAVAILABLE",
        "RATE_LIMIT_TRAP",
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (strcmp(names[i], diagnosis) == 0)
            return true;
    }
    return false;
}

static void status_details(struct visit *visit, const struct auth_status *status)
{
    struct sb *page = visit->page;
    int64_t now_ms = client_now_ms(visit->client);
    if (status->owner[0])
        html_addf(page, "<p class=small>Authorized by %s.</p>", status->owner);
    if (status->is_pending)
        sb_add(page, "<p class=small><strong>Authorized, not saved.</strong> It is used after Save "
                     "and OK; until then the tenant works with what was saved before.</p>");
    if (visit->client->profile == PROFILE_NAIVE)
        return;
    if (status->owner[0]) {
        sb_add(page, "<p class=small>Last good probe of the API: ");
        html_add_time(page, status->good_ms);
        sb_add(page, status->good_ms ? ", " : "");
        html_add_age(page, status->good_ms, now_ms);
        sb_add(page, status->is_checking ? "; checking now" : "");
        sb_add(page, ".</p>");
    }
    if (status->diagnosis[0]) {
        sb_add(page, "<div class=reason><p><strong>");
        view_words(page, status->diagnosis);
        html_addf(page, "</strong> <code>%s</code></p>", status->diagnosis);
        if (status->evidence[0])
            html_addf(page, "<p class=small>Seen: %s.</p>", status->evidence);
        view_steps(visit, status->diagnosis);
        if (is_beyond_authenticate(status->diagnosis))
            sb_add(page, "<p><strong>Authenticating again does not help with this.</strong></p>");
        sb_add(page, "</div>");
    }
}

static void status_row(struct visit *visit)
{
    struct auth_status status;
    view_auth_status(visit, &status);
    sb_add(visit->page, "<div class=field><span class=label id=auth-label>API Auth Status</span>"
                        "<div class=beside>");
    view_status(visit->page, status.word);
    sb_add(visit->page, "<button name=action value=authenticate>Authenticate</button>");
    if (visit->client->profile == PROFILE_GOOD && status.owner[0] && !status.is_pending)
        sb_add(visit->page, "<button name=action value=check class=plain>Check now</button>");
    sb_add(visit->page, "</div>");
    status_details(visit, &status);
    if (status.is_pending)
        pending_warnings(visit);
    sb_add(visit->page,
           "<details class=help><summary>About API Auth Status</summary><p>It speaks of the API "
           "only. Authenticate leads to the provider's own login page; log in there as the "
           "dedicated Super Admin and press Authorize. This tenant never sees that password.");
    if (!visit->tenant->options.is_form_b)
        sb_add(visit->page, " After every password change of that Super Admin, authenticate again, "
                            "or data transfer stops although this may still read Authenticated.");
    sb_add(visit->page, "</p></details></div>");
}

/* --- the other fields --- */

static void select_control(struct visit *visit, const char *value, const char *describedby)
{
    bool is_shut = !visit->tenant->options.has_licence;
    html_addf(visit->page, "<select id=recording name=recording aria-describedby=\"%s\"",
              describedby);
    sb_add(visit->page, is_shut ? " disabled>" : ">");
    bool is_yes = strcmp(value, "yes") == 0;
    sb_addf(visit->page, "<option value=yes%s>Yes</option><option value=no%s>No</option></select>",
            is_yes ? " selected" : "", is_yes ? "" : " selected");
    if (is_shut)
        sb_add(visit->page, "<p class=small>The UC Realtime Logging licence is missing: this "
                            "cannot be changed. Buy the licence, then set Yes and save.</p>");
}

static void field_row(struct visit *visit, size_t at, const struct platform_form *form)
{
    const struct platform_field *shown = &platform_fields[at];
    const struct settings_field *field = settings_find(shown->key);
    struct sb *page = visit->page;
    const char *now = settings_read(&form->before, field);
    const char *value = form->typed[at] ? form->typed[at] : now;
    const char *error = form->error[at], *warning = form->warning[at];
    char described[160];
    snprintf(described, sizeof(described), "%s-help%s%s%s%s", shown->key, *error ? " " : "",
             *error ? shown->key : "", *error ? "-error" : "", "");
    html_addf(page,
              "<div class=\"field%s\"><label for=%s>%s</label><input type=hidden "
              "name=\"was.%s\" value=\"%s\">",
              *error ? " wrong" : "", shown->key, field->label, shown->key, now);
    if (strcmp(shown->key, "recording") == 0)
        select_control(visit, value, described);
    else
        html_addf(page,
                  "<input id=%s name=%s type=text inputmode=url autocomplete=off "
                  "autocapitalize=none spellcheck=false placeholder=\"%s\" "
                  "aria-describedby=\"%s\"%s value=\"%s\">",
                  shown->key, shown->key, shown->example, described,
                  *error ? " aria-invalid=true" : "", value);
    if (*error)
        html_addf(page, "<p class=error id=%s-error role=alert>%s</p>", shown->key, error);
    else if (*warning)
        html_addf(page, "<p class=warning id=%s-warning>Note: %s.</p>", shown->key, warning);
    html_addf(page,
              "<details class=help><summary>About %s</summary><p id=%s-help>%s</p></details></div>",
              field->label, shown->key, shown->help);
}

/* --- the window --- */

static void outcome_notice(struct visit *visit)
{
    struct errand_outcome outcome;
    const char *state = form_text(&visit->request->query, "returned");
    if (*state == '\0')
        return;
    if (strcmp(state, "lost") == 0) {
        snprintf(outcome.diagnosis, sizeof(outcome.diagnosis), "RETURN_STATE_LOST");
        snprintf(outcome.text, sizeof(outcome.text),
                 "what came back from the provider belongs to no Authenticate of this tenant that "
                 "still waits");
        outcome.is_ok = false;
    } else if (!errands_outcome(visit->tenant->errands, state, &outcome)) {
        return;
    }
    if (outcome.is_ok) {
        if (platform_is_unsaved(visit))
            view_notice(visit->page, NOTICE_GOOD,
                        "The provider authorized this tenant. Click Save, then OK.");
        return;
    }
    sb_add(visit->page, "<div class=\"notice bad\" role=alert><p><strong>Not authorized");
    sb_add(visit->page, outcome.diagnosis[0] ? dash : "");
    view_words(visit->page, outcome.diagnosis);
    html_addf(visit->page, "</strong> <code>%s</code></p><p>%s.</p>", outcome.diagnosis,
              outcome.text);
    view_steps(visit, outcome.diagnosis);
    sb_add(visit->page, "</div>");
}

static bool has_typed(const struct platform_form *form)
{
    for (size_t i = 0; form && i < PLATFORM_FIELDS; i++) {
        if (form->typed[i])
            return true;
    }
    return false;
}

void platform_window(struct visit *visit, const struct platform_form *form, bool is_inert)
{
    struct sb *page = visit->page;
    struct platform_form stored;
    bool is_unsaved = platform_is_unsaved(visit) || has_typed(form);
    if (form == NULL) {
        memset(&stored, 0, sizeof(stored));
        platform_load(visit->client->store, &stored.before);
        form = &stored;
    }
    sb_addf(page,
            "<section class=window aria-labelledby=window-title%s>"
            "<h1 id=window-title>Platform Settings</h1>",
            is_inert ? " inert" : "");
    if (!is_inert) {
        outcome_notice(visit);
        if (form->has_error)
            view_notice(page, NOTICE_BAD, "Nothing was saved. Please look at the marked fields.");
    }
    sb_addf(page,
            "<form method=post action=\"/platform\" id=platform novalidate%s>"
            "<input type=hidden name=csrf value=\"%s\">"
            /* Enter in a field means Save, not the first button on the page. */
            "<button name=action value=save class=unseen tabindex=-1 aria-hidden=true>Save"
            "</button>",
            is_unsaved ? " data-unsaved" : "", visit->session.csrf);
    for (size_t i = 0; i < PLATFORM_FIELDS; i++) {
        if (platform_fields[i].is_shown(&visit->tenant->options))
            field_row(visit, i, form);
    }
    status_row(visit);
    sb_add(page, "<div class=buttons><button class=main name=action value=save>Save</button>");
    if (is_unsaved)
        sb_add(page, "<button name=action value=discard class=plain>Discard changes</button>"
                     "<span class=small id=unsaved>There are unsaved changes.</span>");
    sb_add(page, "</div></form></section>");
}

void platform_show(struct visit *visit, const struct platform_form *form, enum notice kind,
                   const char *notice)
{
    view_begin(visit, "Platform Settings", "platform");
    if (notice)
        view_notice(visit->page, kind, notice);
    platform_window(visit, form, false);
    view_end(visit);
}

void page_platform(struct visit *visit)
{
    platform_show(visit, NULL, NOTICE_INFO, NULL);
}

/* --- buttons --- */

static void store_trouble(struct visit *visit)
{
    visit->reply->status = 503;
    platform_show(visit, NULL, NOTICE_BAD, store_error(visit->client->store));
}

/* True when the form's entries are in the pending slot, or were there already. */
static bool keep(struct visit *visit, const struct platform_form *form)
{
    bool is_changed = false;
    for (size_t i = 0; i < settings_field_count; i++)
        is_changed = is_changed || strcmp(settings_read(&form->before, &settings_fields[i]),
                                          settings_read(&form->after, &settings_fields[i])) != 0;
    return !is_changed || store_settings_put(visit->client->store, SLOT_PENDING, &form->after);
}

static void press_save(struct visit *visit, const struct platform_form *form)
{
    if (!keep(visit, form)) {
        store_trouble(visit);
    } else if (platform_is_unsaved(visit)) {
        reply_see_other(visit->reply, "/platform/confirm");
    } else {
        store_forget_pending(visit->client->store); /* equal to what is live */
        reply_see_other(visit->reply, "/platform?said=nothing");
    }
}

static void press_authenticate(struct visit *visit, const struct platform_form *form)
{
    char why[300];
    if (!keep(visit, form)) {
        store_trouble(visit);
    } else if (!authorize_leave(visit, &form->after, why, sizeof(why))) {
        visit->reply->status = 422;
        platform_show(visit, form, NOTICE_BAD, why);
    }
}

/* Answers with the form as typed, not with a redirect: a look must not cost an admin's entries. */
static void press_check(struct visit *visit, const struct platform_form *form)
{
    struct worker *worker = visit->tenant->worker;
    struct worker_state *state = xcalloc(1, sizeof(*state));
    worker_look(worker, state);
    int64_t probes = state->probes;
    worker_ask(worker, JOB_PROBE);
    worker_await_probe(worker, probes, 4000);
    worker_look(worker, state);
    platform_show(visit, form, NOTICE_INFO,
                  state->probes > probes ? "Checked just now."
                                         : "Still checking; look again in a moment.");
    free(state);
}

void page_platform_post(struct visit *visit)
{
    const struct form_data *data = &visit->request->form;
    const char *action = form_text(data, "action");
    struct platform_form form;
    bool is_leaving = strcmp(action, "authenticate") == 0;
    bool is_looking = strcmp(action, "check") == 0;
    if (is_looking) {
        platform_read(visit, data, "", true, &form);
        press_check(visit, &form);
        return;
    }
    pthread_mutex_lock(&visit->tenant->saving);
    platform_read(visit, data, "", is_leaving, &form);
    if (!secret_same(form_text(data, "csrf"), visit->session.csrf)) {
        visit->reply->status = 403;
        platform_show(visit, &form, NOTICE_WARN,
                      "You logged in again since this form was made. Your entries are as you typed "
                      "them; nothing was saved yet.");
    } else if (strcmp(action, "discard") == 0) {
        store_forget_pending(visit->client->store);
        reply_see_other(visit->reply, "/platform?said=discarded");
    } else if (form.has_error) {
        visit->reply->status = 422;
        platform_show(visit, &form, NOTICE_INFO, NULL);
    } else if (is_leaving) {
        press_authenticate(visit, &form);
    } else {
        press_save(visit, &form);
    }
    pthread_mutex_unlock(&visit->tenant->saving);
}
