/* What every page shares; see view.h. */
#include "web/view.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"

static const char cog[] =
    "<svg class=cog viewBox=\"0 0 24 24\" width=18 height=18 role=img aria-label=\"cogwheel\">"
    "<path fill=currentColor d=\"M10 1h4l.6 3.1 1.9.8 2.6-1.8 2.8 2.8-1.8 2.6.8 1.9L23 10v4l-3.1"
    ".6-.8 1.9 1.8 2.6-2.8 2.8-2.6-1.8-1.9.8L14 23h-4l-.6-3.1-1.9-.8-2.6 1.8-2.8-2.8 1.8-2.6-.8"
    "-1.9L1 14v-4l3.1-.6.8-1.9-1.8-2.6 2.8-2.8 2.6 1.8 1.9-.8zM12 8a4 4 0 100 8 4 4 0 000-8z\"/>"
    "</svg>";

static void nav_link(struct visit *visit, const char *path, const char *caption, bool is_here)
{
    html_addf(visit->page, "<li><a href=\"%s\"", path);
    sb_add(visit->page, is_here ? " aria-current=page" : "");
    html_addf(visit->page, ">%s</a></li>", caption);
}

static void navigation(struct visit *visit, const char *here)
{
    static const struct {
        const char *key, *path, *caption;
    } rows[] = {
        {"overview", "/", "Health"},
        {"handsets", "/handsets", "Handsets"},
        {"calls", "/calls", "Cradle to Grave"},
        {"transfer", "/transfer", "Data transfer"},
        {"help", "/help", "Help"},
    };
    sb_addf(visit->page,
            "<nav aria-label=\"Main\"><ul><li class=group><details open><summary>%s"
            "<span>Admin(System)</span></summary><ul>",
            cog);
    nav_link(visit, "/platform",
             visit->tenant->options.is_form_b ? "Target Platform Configuration" : "Target Platform",
             strcmp(here, "platform") == 0);
    sb_add(visit->page, "</ul></details></li>");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        nav_link(visit, rows[i].path, rows[i].caption, strcmp(here, rows[i].key) == 0);
    sb_add(visit->page, "</ul></nav>");
}

static void unsaved_banner(struct visit *visit, const char *here)
{
    struct settings ignored;
    struct grant pending;
    struct store *store = visit->client->store;
    bool has_grant = store_grant_load(store, SLOT_PENDING, &pending);
    if (!has_grant && !store_settings_load(store, SLOT_PENDING, &ignored))
        return;
    if (strcmp(here, "platform") == 0)
        return; /* the window says it itself */
    explicit_bzero(&pending, sizeof(pending));
    sb_addf(visit->page,
            "<p class=\"notice warn\" role=status>Platform Settings holds %s that %s not saved. "
            "<a href=\"/platform\">Go and save, or discard</a></p>",
            has_grant ? "an authorization" : "changes", has_grant ? "is" : "are");
}

void view_begin_running(struct visit *visit, const char *title, const char *here, bool is_running)
{
    struct sb *page = visit->page;
    sb_add(page, "<!doctype html><html lang=en><head><meta charset=utf-8>"
                 "<meta name=viewport content=\"width=device-width, initial-scale=1\">");
    if (is_running)
        sb_add(page, "<meta http-equiv=refresh content=2>");
    html_addf(page,
              "<title>%s - Tenant</title><link rel=icon href=\"/icon.svg\"><link rel=stylesheet "
              "href=\"/style.css\">",
              title);
    sb_add(page, "<script src=\"/page.js\" defer></script></head><body>"
                 "<a class=skip href=\"#main\">Skip to the content</a>");
    if (visit->has_session) {
        sb_add(page, "<header><strong>Tenant</strong>");
        view_form(visit, "/logout");
        html_addf(page, "<span>%s</span> <button class=plain>Log out</button></form></header>",
                  visit->session.user);
        sb_add(page, "<div class=frame>");
        navigation(visit, here);
        sb_add(page, "<main id=main tabindex=-1>");
        unsaved_banner(visit, here);
        view_said(visit);
    } else {
        sb_add(page, "<div class=alone><main id=main tabindex=-1>");
    }
}

void view_begin(struct visit *visit, const char *title, const char *here)
{
    view_begin_running(visit, title, here, false);
}

void view_end(struct visit *visit)
{
    sb_add(visit->page, "</main></div></body></html>\n");
}

void view_notice(struct sb *page, enum notice notice, const char *text)
{
    static const char *const names[] = {"good", "info", "warn", "bad"};
    html_addf(page, "<p class=\"notice %s\" role=%s>%s</p>", names[notice],
              notice == NOTICE_BAD ? "alert" : "status", text);
}

void view_form(struct visit *visit, const char *action)
{
    html_addf(visit->page,
              "<form method=post action=\"%s\"><input type=hidden name=csrf value=\"%s\">", action,
              visit->session.csrf);
}

void view_words(struct sb *page, const char *diagnosis)
{
    static const char *const kept[] = {"SIP", "DNS", "API", "URI", "TLS", "REST"};
    if (diagnosis_find(diagnosis) == NULL) {
        html_add(page, diagnosis); /* a raw code of the platform */
        return;
    }
    const bool is_socket = strncmp(diagnosis, "WS_", 3) == 0;
    sb_add(page, is_socket ? "WebSocket" : "");
    for (const char *p = is_socket ? diagnosis + 2 : diagnosis; *p;) {
        size_t len = strcspn(p, "_");
        bool is_kept = false;
        for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
            is_kept = is_kept || (strlen(kept[i]) == len && strncmp(p, kept[i], len) == 0);
        for (size_t i = 0; i < len; i++) {
            bool is_upper = is_kept || (p == diagnosis && i == 0);
            char c[2] = {is_upper ? p[i] : (char)tolower((unsigned char)p[i]), '\0'};
            html_add(page, c);
        }
        p += len;
        if (*p == '_') {
            sb_add(page, " ");
            p++;
        }
    }
}

/* A line may end after each '_', and nowhere else inside of a name. */
static void add_name(struct sb *page, const char *text)
{
    for (const char *p = text; *p;) {
        size_t len = strcspn(p, "_");
        char part[200];
        snprintf(part, sizeof(part), "%.*s", (int)len, p);
        html_add(page, part);
        p += len;
        if (*p == '_') {
            sb_add(page, "_<wbr>");
            p++;
        }
    }
}

void view_code(struct sb *page, const char *diagnosis)
{
    sb_add(page, "<code>");
    add_name(page, diagnosis);
    sb_add(page, "</code>");
}

static const char *tone_of(const char *word)
{
    if (strcmp(word, "Authenticated") == 0)
        return "good";
    return strncmp(word, "Authenticated", 13) == 0 ? "warn" : "bad";
}

void view_status(struct sb *page, const char *word)
{
    html_addf(page, "<output id=auth-status aria-labelledby=auth-label class=\"status %s\">",
              tone_of(word));
    add_name(page, word);
    sb_add(page, "</output>");
}

/* Remedies are sentences; a sentence, or a part of one before ';', is a step. */
void view_steps(struct visit *visit, const char *diagnosis)
{
    struct sb *page = visit->page;
    const struct diagnosis *known = diagnosis_find(diagnosis);
    char step[400];
    if (known == NULL)
        return;
    sb_add(page, "<ol class=steps>");
    for (const char *p = known->remedy; *p;) {
        size_t len = strcspn(p, ";.");
        while (p[len] == '.' && p[len + 1] != ' ' && p[len + 1] != '\0')
            len += 1 + strcspn(p + len + 1, ";."); /* a dot inside a name */
        snprintf(step, sizeof(step), "%.*s", (int)len, p);
        step[0] = (char)toupper((unsigned char)step[0]);
        /* The older window has no second proxy. */
        if (!visit->tenant->options.is_form_b || !text_has_nocase(step, "the secondary"))
            html_addf(page, "<li>%s.</li>", step);
        p += len;
        p += strspn(p, ";. ");
    }
    sb_add(page, "</ol>");
}

/* Before the first probe of this run: what the last run's probes left in the store. */
static void word_from_store(struct visit *visit, struct auth_status *status)
{
    static const enum plane order[] = {PLANE_OAUTH,     PLANE_REST,        PLANE_EVENTS,
                                       PLANE_RECORDING, PLANE_SIP_PRIMARY, PLANE_SIP_SECONDARY,
                                       PLANE_HANDSET};
    snprintf(status->word, sizeof(status->word), "Authenticated");
    for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
        struct probe probe;
        if (!store_probe_load(visit->client->store, plane_name(order[i]), &probe) || probe.is_ok)
            continue;
        const struct diagnosis *known = diagnosis_find(probe.reason);
        text_copy(status->diagnosis, sizeof(status->diagnosis), probe.reason);
        if (known && known->needs_reconnect)
            snprintf(status->word, sizeof(status->word), "Reconnect needed (%s)", probe.reason);
        else
            snprintf(status->word, sizeof(status->word),
                     "Authenticated \xe2\x80\x93 degraded (%s: %s)", plane_name(order[i]),
                     probe.reason);
        return;
    }
}

static void word_from_health(const struct health *health, struct auth_status *status)
{
    text_copy(status->word, sizeof(status->word), health->word);
    status->at_ms = health->at_ms;
    if (health->count > 0 && health->findings[0].level > LEVEL_ADVICE) {
        text_copy(status->diagnosis, sizeof(status->diagnosis), health->findings[0].diagnosis);
        text_copy(status->evidence, sizeof(status->evidence), health->findings[0].evidence);
    }
}

void view_auth_status(struct visit *visit, struct auth_status *ret_status)
{
    struct auth_status status = {0};
    struct worker_state *state = xcalloc(1, sizeof(*state));
    struct grant grant;
    struct probe probe;
    struct store *store = visit->client->store;
    worker_look(visit->tenant->worker, state);
    status.is_pending = store_grant_load(store, SLOT_PENDING, &grant);
    bool is_there = status.is_pending || store_grant_load(store, SLOT_LIVE, &grant);
    status.is_checking = state->is_probing || !state->health.is_known;
    bool is_proven = status.is_pending && grant.owner_id[0]; /* it opened the API when it came */
    if (is_there)
        identity_text(grant.owner_name, grant.owner_extension, status.owner, sizeof(status.owner));
    if (store_probe_load(store, "oauth", &probe)) {
        status.good_ms = probe.good_ms;
        status.at_ms = probe.at_ms;
    }
    if (is_proven && grant.issued_ms > status.good_ms)
        status.good_ms = grant.issued_ms;
    if (!is_there)
        snprintf(status.word, sizeof(status.word), "Not Authenticated");
    else if (status.is_pending || visit->client->profile == PROFILE_NAIVE ||
             state->health.is_forgotten) /* saved just now, and proven when it came */
        snprintf(status.word, sizeof(status.word), "Authenticated");
    else if (state->health.is_known && strcmp(state->health.word, "Not Authenticated") != 0)
        word_from_health(&state->health, &status);
    else
        word_from_store(visit, &status); /* a grant that no probe of this run has seen yet */
    explicit_bzero(&grant, sizeof(grant));
    free(state);
    *ret_status = status;
}

void view_said(struct visit *visit)
{
    static const struct {
        const char *word;
        enum notice notice;
        const char *text;
    } table[] = {
        {"saved", NOTICE_GOOD, "Saved. These settings are in force."},
        {"nothing", NOTICE_INFO, "Nothing to save: everything shown is in force already."},
        {"kept", NOTICE_INFO,
         "Cancelled. Nothing was saved; what is in force has not changed. The form keeps your "
         "entries."},
        {"discarded", NOTICE_INFO, "Discarded. The form shows what is in force."},
        {"changed", NOTICE_WARN,
         "The form was changed in another window meanwhile. Please look at the changes again."},
        {"refused", NOTICE_BAD,
         "Not saved: another account authorized than before. Tick the box if that is meant."},
        {"trouble", NOTICE_BAD,
         "Not saved: this machine's store did not take it. What was in force still is."},
        {"checked", NOTICE_INFO, "Checked just now."},
        {"checking", NOTICE_INFO, "Still checking; the result appears here when it is there."},
        {"asked", NOTICE_INFO, "Started."},
        {"in", NOTICE_GOOD, "Signed in."},
    };
    const char *said = form_text(&visit->request->query, "said");
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (strcmp(table[i].word, said) == 0)
            view_notice(visit->page, table[i].notice, table[i].text);
    }
}
