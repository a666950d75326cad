/* Data transfer: how far the call log has come over. */
#include <stdlib.h>
#include <string.h>

#include "calllog.h"
#include "web/view.h"

static void running(struct visit *visit, const struct transfer *transfer)
{
    int percent = (int)(transfer->done * 100.0);
    html_addf(visit->page,
              "<p role=status>Transferring: %d%%, %lld records so far.</p>"
              "<progress id=progress aria-label=\"Transferred\" max=100 value=%d>%d%%</progress>",
              percent, (long long)transfer->records, percent, percent);
}

/* Which plane held it up, in words, and the remedy: what the transfer itself noted. */
static void reason(struct visit *visit)
{
    static const char *const planes[] = {"oauth", "rest"};
    struct probe probe;
    for (size_t i = 0; i < sizeof(planes) / sizeof(*planes); i++) {
        if (!store_probe_load(visit->client->store, planes[i], &probe) || probe.is_ok ||
            probe.reason[0] == '\0')
            continue;
        sb_add(visit->page, "<div class=reason><p><strong>");
        view_words(visit->page, probe.reason);
        html_addf(visit->page, "</strong> <code>%s</code></p>", probe.reason);
        view_steps(visit, probe.reason);
        sb_add(visit->page, "</div>");
        return;
    }
}

static void ended(struct visit *visit, const struct transfer *transfer)
{
    struct sb *page = visit->page;
    if (!transfer->is_known) {
        sb_add(page, "<p>No transfer has ended since this page was started.</p>");
        return;
    }
    if (transfer->error[0]) {
        view_notice(page, NOTICE_BAD, transfer->error);
        reason(visit);
        sb_add(page, "<p class=small>What was read so far is kept; the next transfer fills the "
                     "gap.</p>");
    }
    html_addf(page, "<p>Last transfer: %lld records, %lld of them new, ended ",
              (long long)transfer->records, (long long)transfer->fresh);
    html_add_time(page, transfer->ended_ms);
    sb_add(page, ".</p>");
    if (transfer->retry_at_ms) {
        sb_add(page, "<p>The provider asked to wait until ");
        html_add_time(page, transfer->retry_at_ms);
        sb_add(page, ".</p>");
    }
}

static void stored(struct visit *visit)
{
    struct store *store = visit->client->store;
    struct sb *page = visit->page;
    int64_t mark_ms = store_fact_int(store, CALLLOG_MARK, 0);
    html_addf(page,
              "<dl><dt>Calls in the store</dt><dd id=stored>%lld</dd><dt>Of those recorded"
              "</dt><dd>%lld</dd><dt>Complete up to</dt><dd>",
              (long long)store_count(store, "call"), (long long)store_count(store, "recording"));
    html_add_time(page, mark_ms);
    sb_add(page, "</dd></dl>");
}

void page_transfer(struct visit *visit)
{
    struct worker_state *state = xcalloc(1, sizeof(*state));
    struct sb *page = visit->page;
    worker_look(visit->tenant->worker, state);
    view_begin_running(visit, "Data transfer", "transfer", state->transfer.is_running);
    sb_add(page, "<section class=window><h1>Data transfer</h1>");
    if (state->transfer.is_running)
        running(visit, &state->transfer);
    else
        ended(visit, &state->transfer);
    stored(visit);
    view_form(visit, "/transfer");
    sb_add(page, "<div class=buttons><button>Transfer now</button></div></form></section>");
    view_end(visit);
    free(state);
}

void page_transfer_post(struct visit *visit)
{
    worker_ask(visit->tenant->worker, JOB_SYNC);
    reply_see_other(visit->reply, "/transfer?said=asked");
}
