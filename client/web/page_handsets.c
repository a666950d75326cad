/* The handsets, and the proxy each is registered through. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/view.h"

static void result_notice(struct visit *visit, const struct registering *registering)
{
    struct sb *page = visit->page;
    if (registering->is_running) {
        view_notice(page, NOTICE_INFO, "Registering now.");
    } else if (registering->is_known && registering->error[0]) {
        view_notice(page, NOTICE_BAD, registering->error);
    } else if (registering->is_known) {
        sb_addf(page, "<p class=small>%d of %d registered at ", registering->registered,
                registering->total);
        html_add_time(page, registering->ended_ms);
        sb_add(page, ".</p>");
    }
}

static void handset_row(struct visit *visit, const struct handset *handset,
                        const struct settings *settings)
{
    struct sb *page = visit->page;
    bool is_secondary = strcmp(handset->used, "secondary") == 0;
    bool is_registered = strcmp(handset->used, "none") != 0;
    const char *address = is_secondary ? settings->secondary : settings->proxy;
    html_addf(page,
              "<tr data-proxy=\"%s\"><th scope=row>%s</th><td data-label=Handset>%s</td>"
              "<td data-label=\"SIP user\">%s</td><td data-label=\"Registered through\">",
              handset->used, handset->extension, handset->name, handset->username);
    if (is_registered)
        html_addf(page, "<span class=\"status %s\">%s</span><br><span class=small>%s</span>",
                  is_secondary ? "warn" : "good", is_secondary ? "Secondary" : "Primary", address);
    else if (handset->status)
        html_addf(page,
                  "<span class=\"status bad\">Not registered</span><br><span class=small>the "
                  "proxy answered %d</span>",
                  handset->status);
    else
        sb_add(page, "<span class=\"status bad\">Not registered</span><br><span class=small>no "
                     "answer</span>");
    sb_add(page, "</td><td data-label=Since>");
    html_add_time(page, is_registered ? handset->registered_ms : 0);
    sb_add(page, "</td></tr>");
}

void page_handsets(struct visit *visit)
{
    struct handset *list = NULL;
    struct settings live;
    struct worker_state *state = xcalloc(1, sizeof(*state));
    struct sb *page = visit->page;
    /* First what has ended, then what is stored: so the list is never older than what is said. */
    worker_look(visit->tenant->worker, state);
    int count = store_handset_list(visit->client->store, &list);
    store_settings_load(visit->client->store, SLOT_LIVE, &live);
    view_begin_running(visit, "Handsets", "handsets", state->registering.is_running);
    sb_add(page, "<section class=window><h1>Handsets</h1>");
    result_notice(visit, &state->registering);
    view_form(visit, "/handsets");
    sb_add(page, "<div class=buttons><button name=action value=register>Register again</button>"
                 "<button name=action value=reload class=plain>Read the devices again</button>"
                 "</div></form>");
    if (count > 0) {
        sb_add(page, "<table class=stack><thead><tr><th scope=col>Ext.</th><th scope=col>Handset"
                     "</th><th scope=col>SIP user</th><th scope=col>Registered through</th>"
                     "<th scope=col>Since</th></tr></thead><tbody>");
        for (int i = 0; i < count; i++)
            handset_row(visit, &list[i], &live);
        sb_add(page, "</tbody></table>");
    } else {
        sb_add(page, "<p>No handset is known yet. They are read over the API when Platform "
                     "Settings has been saved with an authorization and the proxies.</p>");
    }
    sb_add(page, "</section>");
    view_end(visit);
    if (list)
        explicit_bzero(list, (size_t)count * sizeof(*list)); /* SIP secrets */
    free(list);
    free(state);
}

void page_handsets_post(struct visit *visit)
{
    bool is_reload = strcmp(form_text(&visit->request->form, "action"), "reload") == 0;
    worker_ask(visit->tenant->worker, is_reload ? JOB_RELOAD : JOB_REGISTER);
    reply_see_other(visit->reply, "/handsets?said=asked");
}
