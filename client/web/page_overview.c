/* Health: what each plane's last probe saw, and what to do about it. */
#include <stdlib.h>
#include <string.h>

#include "web/view.h"

static const struct {
    const char *caption, *about;
} plane_texts[PLANE_COUNT] = {
    [PLANE_OAUTH] = {"Authorization", "the grant opens the API as the Super Admin"},
    [PLANE_REST] = {"Call data", "the company's call log can be read"},
    [PLANE_EVENTS] = {"Live events", "the provider tells of calls as they happen"},
    [PLANE_RECORDING] = {"Recordings", "a recording of the last days can be fetched"},
    [PLANE_SIP_PRIMARY] = {"Outbound Proxy", "the proxy answers and is the one provisioned"},
    [PLANE_SIP_SECONDARY] = {"Secondary Outbound Proxy", "the second proxy can take over"},
    [PLANE_HANDSET] = {"Handsets", "the proxies accept the handsets' secrets"},
};

static const struct {
    const char *mark, *word, *tone;
} state_texts[] = {
    [STATE_UNKNOWN] = {"?", "Not probed", "none"},
    [STATE_GOOD] = {"\xe2\x9c\x93", "Good", "good"},
    [STATE_BAD] = {"\xe2\x9c\x97", "Bad", "bad"},
    [STATE_NOT_USED] = {"\xe2\x80\x93", "Not used", "none"},
};

/* By which way events come, when the last one did, and whether the way was lost before. */
static void hearing_line(struct sb *page, const struct hearing_state *hearing, int64_t now_ms)
{
    static const char *const ways[] = {
        [HEARING_WEBHOOK] = "webhook", [HEARING_SOCKET] = "WebSocket"};
    if (hearing->by == HEARING_OFF)
        return;
    html_addf(page, "<span class=small id=hearing>By %s; ", ways[hearing->by]);
    sb_add(page, !hearing->is_known         ? "not subscribed yet"
                 : hearing->is_subscribed   ? "subscribed"
                 : hearing->trouble[0] == 0 ? "waits for Authenticate and Save"
                                            : "not subscribed");
    if (hearing->heard_ms) {
        html_addf(page, "; %lld events, the last ", (long long)hearing->received);
        html_add_age(page, hearing->heard_ms, now_ms);
    } else {
        sb_add(page, "; no event yet");
    }
    if (hearing->lost[0]) {
        sb_add(page, hearing->is_subscribed ? "; subscribed anew " : "; lost ");
        html_add_age(page, hearing->lost_ms, now_ms);
        sb_add(page, ": ");
        view_words(page, hearing->lost);
    }
    sb_add(page, ".</span>");
}

static void plane_row(struct visit *visit, const struct worker_state *work, enum plane plane,
                      int64_t now_ms)
{
    const struct health *health = &work->health;
    struct sb *page = visit->page;
    struct probe probe = {0};
    bool has_probe = store_probe_load(visit->client->store, plane_name(plane), &probe);
    enum plane_state state = health->planes[plane];
    const char *reason = health->reasons[plane];
    if (!health->is_known && has_probe) {
        state = probe.is_ok ? STATE_GOOD : STATE_BAD;
        reason = probe.reason;
    }
    html_addf(page,
              "<tr id=\"plane-%s\"><th scope=row>%s<br><span class=small>%s</span></th>"
              "<td data-label=State><span class=\"status %s\">%s %s</span></td>"
              "<td data-label=\"Last good probe\">",
              plane_name(plane), plane_texts[plane].caption, plane_texts[plane].about,
              state_texts[state].tone, state_texts[state].mark, state_texts[state].word);
    html_add_time(page, probe.good_ms);
    sb_add(page, probe.good_ms ? "<br><span class=small>" : "");
    html_add_age(page, probe.good_ms, now_ms);
    sb_add(page, probe.good_ms ? "</span></td>" : "</td>");
    sb_add(page, "<td data-label=Reason>");
    if (state == STATE_BAD && *reason) {
        view_words(page, reason);
        sb_add(page, "<br>");
        view_code(page, reason);
        sb_add(page, plane == PLANE_EVENTS ? "<br>" : "");
    }
    if (plane == PLANE_EVENTS)
        hearing_line(page, &work->hearing, now_ms);
    sb_add(page, "</td></tr>");
}

static void planes(struct visit *visit, const struct worker_state *work)
{
    int64_t now_ms = client_now_ms(visit->client);
    sb_add(visit->page, "<section class=window><h2>Planes</h2><table class=stack><thead><tr>"
                        "<th scope=col>Plane</th><th scope=col>State</th><th scope=col>Last good "
                        "probe</th><th scope=col>Reason</th></tr></thead><tbody>");
    for (int plane = 0; plane < PLANE_COUNT; plane++) {
        bool is_hidden = plane == PLANE_SIP_SECONDARY && visit->tenant->options.is_form_b;
        if (!is_hidden)
            plane_row(visit, work, (enum plane)plane, now_ms);
    }
    sb_add(visit->page, "</tbody></table></section>");
}

static void findings(struct visit *visit, const struct health *health)
{
    struct sb *page = visit->page;
    sb_add(page, "<section class=window><h2>What to do</h2>");
    int shown = 0;
    for (int i = 0; i < health->count; i++) {
        const struct finding *finding = &health->findings[i];
        static const char *const tones[] = {"info", "warn", "bad"};
        if (visit->tenant->options.is_form_b && strcmp(finding->plane, "sip.secondary") == 0)
            continue; /* that window has no such field */
        shown++;
        html_addf(page, "<article class=\"finding %s\" data-diagnosis=\"%s\"><h3>",
                  tones[finding->level], finding->diagnosis);
        view_words(page, finding->diagnosis);
        html_addf(page, "</h3><p class=small><code>%s</code> %s, %s</p><p>Seen: %s.</p>",
                  finding->diagnosis, finding->plane, level_text(finding->level),
                  finding->evidence);
        sb_add(page, "<p><strong>What helps:</strong></p>");
        view_steps(visit, finding->diagnosis);
        sb_add(page, "</article>");
    }
    if (shown == 0)
        sb_add(page, health->is_known
                         ? "<p>Nothing: every probe was good.</p>"
                         : "<p>The first check since the start has not ended yet.</p>");
    sb_add(page, "</section>");
}

void page_overview(struct visit *visit)
{
    struct auth_status status;
    struct worker_state *state = xcalloc(1, sizeof(*state));
    struct sb *page = visit->page;
    bool is_good = visit->client->profile == PROFILE_GOOD;
    worker_look(visit->tenant->worker, state);
    view_auth_status(visit, &status);
    view_begin_running(visit, "Health", "overview",
                       is_good && (state->is_probing || !state->health.is_known));
    sb_add(page, "<section class=window><h1>Health</h1><p><span id=auth-label>API Auth "
                 "Status:</span> ");
    view_status(page, status.word);
    sb_add(page, "</p>");
    if (is_good) {
        sb_add(page, "<p class=small>Last check: ");
        html_add_time(page, state->health.at_ms);
        sb_add(page, state->is_probing ? "; checking now." : ".");
        sb_add(page, "</p>");
        view_form(visit, "/check");
        sb_add(page, "<div class=buttons><button>Check now</button></div></form>");
    }
    sb_add(page, "</section>");
    if (is_good) {
        findings(visit, &state->health);
        planes(visit, state);
    }
    view_end(visit);
    free(state);
}

void page_check(struct visit *visit)
{
    struct worker_state *state = xcalloc(1, sizeof(*state));
    worker_look(visit->tenant->worker, state);
    int64_t probes = state->probes;
    worker_ask(visit->tenant->worker, JOB_PROBE);
    worker_await_probe(visit->tenant->worker, probes, 2000);
    worker_look(visit->tenant->worker, state);
    reply_see_other(visit->reply, state->probes > probes ? "/?said=checked" : "/?said=checking");
    free(state);
}
