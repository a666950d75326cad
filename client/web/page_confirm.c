/* The window Confirm Changes. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "web/platform.h"
#include "web/secret.h"

/* What the last OK saved: the same OK pressed twice is told so, and does nothing. */
#define SAVED_FACT "web.saved"

static void put_changes(struct visit *visit, const cJSON *changes)
{
    const cJSON *change;
    struct sb *page = visit->page;
    sb_add(page, "<table class=stack><thead><tr><th scope=col>Setting</th><th scope=col>In force "
                 "now</th><th scope=col>After OK</th></tr></thead><tbody>");
    cJSON_ArrayForEach(change, changes)
    {
        const char *before = json_text(change, "old", ""), *after = json_text(change, "new", "");
        html_addf(page,
                  "<tr><th scope=row>%s</th><td data-label=\"In force now\">%s</td>"
                  "<td data-label=\"After OK\"><strong>%s</strong></td></tr>",
                  json_text(change, "field", ""), *before ? before : "(empty)",
                  *after ? after : "(empty)");
    }
    sb_add(page, "</tbody></table>");
}

/* What was accepted with a remark is confirmed with the remark. */
static void put_warnings(struct visit *visit)
{
    struct settings pending;
    char why[300], line[400];
    platform_load(visit->client->store, &pending);
    for (size_t i = 0; i < PLATFORM_FIELDS; i++) {
        const struct settings_field *field = settings_find(platform_fields[i].key);
        struct settings scratch = pending;
        const char *value = settings_read(&pending, field);
        if (!platform_fields[i].is_shown(&visit->tenant->options) || *value == '\0' ||
            !settings_set(&scratch, field, value, why, sizeof(why)) || why[0] == '\0')
            continue;
        snprintf(line, sizeof(line), "%s: %s.", field->label, why);
        view_notice(visit->page, NOTICE_WARN, line);
    }
    if (!visit->tenant->options.is_form_b && settings_secondary_is_idle(&pending))
        view_notice(
            visit->page, NOTICE_WARN,
            pending.secondary[0]
                ? "Secondary Outbound Proxy: the same as the Outbound Proxy; it cannot take "
                  "over."
                : "Secondary Outbound Proxy: blank; nothing takes over when the Outbound "
                  "Proxy fails.");
}

static void show(struct visit *visit, const cJSON *changes, bool may_save)
{
    char mark[33];
    struct sb *page = visit->page;
    platform_mark(visit, mark);
    view_begin(visit, "Confirm Changes", "platform");
    platform_window(visit, NULL, true);
    sb_add(page, "<div class=veil><section class=dialog role=dialog aria-modal=true "
                 "aria-labelledby=confirm-title><h2 id=confirm-title>Confirm Changes</h2>");
    view_said(visit);
    put_changes(visit, changes);
    put_warnings(visit);
    view_form(visit, "/platform/confirm");
    html_addf(page, "<input type=hidden name=mark value=\"%s\">", mark);
    if (!may_save)
        sb_add(page,
               "<p class=\"notice bad\" role=alert>Another account authorized than the one this "
               "tenant served before (AUTHORIZED_AS_WRONG_USER). Cancel and authenticate as the "
               "dedicated Super Admin, unless the account really changed.</p>"
               "<p><label><input type=checkbox name=accept value=yes> The account really changed: "
               "save all the same</label></p>");
    sb_add(page, "<div class=buttons><button class=main name=action value=ok autofocus>OK</button>"
                 "<button name=action value=cancel>Cancel</button></div></form></section></div>");
    view_end(visit);
}

void page_confirm(struct visit *visit)
{
    struct args args = {0};
    struct call call = {.client = visit->client, .args = &args, .is_batch = true};
    cJSON *changes = cJSON_CreateArray();
    bool may_save = call_changes(&call, changes);
    if (cJSON_GetArraySize(changes) > 0)
        show(visit, changes, may_save);
    else
        reply_see_other(visit->reply, "/platform?said=nothing");
    cJSON_Delete(changes);
}

/* Which work the saved changes make: new proxies move the handsets, a new grant does not. */
static int jobs_after(struct visit *visit, const struct settings *before, bool has_new_grant)
{
    static const char *const sip[] = {"sip_domain", "proxy", "secondary", "transport"};
    struct settings after;
    int jobs = JOB_PROBE;
    store_settings_load(visit->client->store, SLOT_LIVE, &after);
    for (size_t i = 0; i < sizeof(sip) / sizeof(*sip); i++) {
        const struct settings_field *field = settings_find(sip[i]);
        if (strcmp(settings_read(before, field), settings_read(&after, field)) != 0)
            jobs |= JOB_REGISTER;
    }
    if (strcmp(before->recording, after.recording) != 0 || has_new_grant)
        jobs |= JOB_SYNC;
    if (has_new_grant && store_count(visit->client->store, "handset") == 0)
        jobs |= JOB_REGISTER; /* the first time: there is nothing to disturb */
    return jobs;
}

/* Saves what the form's mark says was shown. Returns what to say. */
static const char *press_ok(struct visit *visit)
{
    const struct form_data *data = &visit->request->form;
    struct store *store = visit->client->store;
    struct settings before;
    struct grant pending;
    struct args args = {0};
    struct call call = {.client = visit->client, .args = &args, .is_batch = true};
    const struct option *const tables[] = {save_options, NULL};
    char mark[33], saved[64] = "", why[200];
    platform_mark(visit, mark);
    store_fact_get(store, SAVED_FACT, saved, sizeof(saved));
    if (!platform_is_unsaved(visit))
        return secret_same(saved, form_text(data, "mark")) ? "saved" : "nothing";
    if (!secret_same(mark, form_text(data, "mark")))
        return "changed";
    bool has_grant = store_grant_load(store, SLOT_PENDING, &pending);
    explicit_bzero(&pending, sizeof(pending));
    store_settings_load(store, SLOT_LIVE, &before);
    cJSON *wanted = cJSON_CreateObject();
    cJSON_AddBoolToObject(wanted, "yes", true);
    cJSON_AddBoolToObject(wanted, "accept_account", strcmp(form_text(data, "accept"), "yes") == 0);
    args_read_json(&args, wanted, tables, (const char *const[]){NULL}, why, sizeof(why));
    call.result = cJSON_CreateObject();
    int code = cmd_save(&call);
    if (code == EXIT_OK) {
        store_fact_put(store, SAVED_FACT, mark);
        if (has_grant)
            worker_forget(visit->tenant->worker);
        worker_ask(visit->tenant->worker, jobs_after(visit, &before, has_grant));
    }
    cJSON_Delete(call.result);
    cJSON_Delete(wanted);
    args_done(&args);
    return code == EXIT_OK ? "saved" : code == EXIT_NEGATIVE ? "refused" : "trouble";
}

void page_confirm_post(struct visit *visit)
{
    static const struct {
        const char *said, *location;
    } table[] = {
        {"saved", "/platform?said=saved"},
        {"nothing", "/platform?said=nothing"},
        {"changed", "/platform/confirm?said=changed"},
        {"refused", "/platform/confirm?said=refused"},
        {"trouble", "/platform?said=trouble"},
        {"kept", "/platform?said=kept"},
    };
    const char *said = "kept";
    if (strcmp(form_text(&visit->request->form, "action"), "ok") == 0) {
        pthread_mutex_lock(&visit->tenant->saving);
        said = press_ok(visit);
        pthread_mutex_unlock(&visit->tenant->saving);
    }
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        if (strcmp(table[i].said, said) == 0)
            reply_see_other(visit->reply, table[i].location);
    }
}
