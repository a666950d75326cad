/* events: the subscription and what it brings. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "calllog.h"
#include "command.h"
#include "diagnosis.h"
#include "events.h"
#include "gateway.h"
#include "text.h"

const struct option events_options[] = {
    {"transport", NULL, "NAME", "webhook (default) or websocket: how notifications come"},
    {"hook_port", NULL, "N", "loopback port the webhooks come to; 0 (default) a free one"},
    {"hook_url", NULL, "URL",
     "what the platform calls instead: a terminator's or a tunnel's address that leads there"},
    {"every", NULL, "SECONDS", "how often the subscription is read back (default 60)"},
    {"poll", NULL, "SECONDS",
     "read the call log too when it was not read for so long; 0 never (default 300)"},
    {"end", NULL, NULL, "end the subscription"},
    {0},
};

const char events_help[] =
    "Subscribes to the telephony events of the account, by webhook or WebSocket, and listens, "
    "until\n"
    "SIGINT or SIGTERM. The subscription is read back, renewed at half its life, and made anew "
    "when\n"
    "the platform dropped or blacklisted it; then the call log is read for what was missed.\n"
    "A socket is asked for a sign of life; one that gives none is replaced, and recovered if the\n"
    "platform still can.\n"
    "Notifications may come late or twice: what they tell of a call is put in order. They may not\n"
    "come at all: calls that went quiet are held against the platform's active calls, and the "
    "call\n"
    "log is read now and then (--poll) once a sync has begun it.\n"
    "In a batch it does one round and goes on listening.\n"
    "\n"
    "Exit: 0 stopped by a signal or (batch) subscribed, 1 refused, 2 usage, 3 no port.\n";

static const char *const done_names[] = {"kept", "renewed", "created", "replaced", "recovered"};

static int listen_for(struct call *call)
{
    char why[200];
    long port;
    if (!args_int(call->args, "hook_port", 0, 65535, 0, &port, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    return events_listen(call->client, (int)port, NULL, NULL, why, sizeof(why))
               ? EXIT_OK
               : call_fail(call, EXIT_ENVIRONMENT, "%s", why);
}

/* What no notification told is in the call log. */
static void read_log(struct call *call, struct rest *rest, bool is_gap)
{
    struct calllog_result result;
    calllog_sync(rest, &(struct calllog_options){.days = 7, .per_page = 1000}, &result);
    cJSON_AddNumberToObject(call->result, is_gap ? "backfilled" : "polled",
                            (double)(is_gap ? result.counts.records : result.counts.fresh));
    cJSON_AddBoolToObject(call->result, is_gap ? "backfill_complete" : "poll_complete",
                          result.is_complete);
}

/* Whether the safety poll is due: the log was begun by a sync, and nobody has read it lately. */
static bool is_poll_due(const struct client *client, long poll_s)
{
    int64_t mark_ms = store_fact_int(client->store, CALLLOG_MARK, 0);
    int64_t age_ms = client_now_ms(client) - mark_ms;
    return poll_s > 0 && mark_ms > 0 && (age_ms >= poll_s * 1000 || age_ms < -poll_s * 1000) &&
           !client_is_weak(client, WEAK_TRUST_EVENTS);
}

/* What came is held against what the platform has. */
static void reconcile(struct call *call, struct rest *rest, bool is_gap, long poll_s)
{
    struct apierr err;
    int ghosts = events_reconcile(rest, &err);
    if (ghosts > 0)
        client_log(call->client, "GHOST_CALL: %d calls ended unheard", ghosts);
    if (is_gap || is_poll_due(call->client, poll_s))
        read_log(call, rest, is_gap);
}

/* One round: the subscription, then what has come. `address` NULL: over the socket. */
static int look_after(struct call *call, const char *address, long poll_s)
{
    struct client *client = call->client;
    struct rest rest;
    struct events_state state;
    enum events_done done;
    const char *lost;
    struct apierr err;
    char text[300];
    if (!rest_open(client, SLOT_LIVE, &rest))
        return call_fail(call, EXIT_NEGATIVE, "not authenticated: there is no saved grant");
    bool is_ok = address ? events_ensure(&rest, address, &state, &done, &lost, &err)
                         : events_ensure_socket(&rest, &state, &done, &lost, &err);
    json_put(call->result, "lost", lost);
    if (!is_ok) {
        struct events_note note;
        events_explain(&rest, address == NULL, lost, &err, &note);
        events_note_put(client, note.trouble,
                        note.seen); /* there should be one: a checkup says so */
        json_put(call->result, "error_code", err.code);
        json_put(call->result, "diagnosis", note.trouble);
        return call_fail(call, EXIT_NEGATIVE, "no subscription: %s",
                         apierr_text(&err, text, sizeof(text)));
    }
    events_note_forget(client->store);
    events_drain(client, client->hook); /* what has come explains what is not active any more */
    reconcile(call, &rest, done == EVENTS_REPLACED || done == EVENTS_RECOVERED, poll_s);
    json_put(call->result, "subscription", done_names[done]);
    json_put(call->result, "status", state.status);
    json_put(call->result, "disabled", state.disabled[0] ? state.disabled : NULL);
    json_put_time(call->result, "until", state.until_ms);
    return EXIT_OK;
}

static void put_counts(struct call *call)
{
    struct events_counts counts;
    int64_t ghosts, ghost_ms;
    events_drain(call->client, call->client->hook);
    events_count(call->client->store, &counts);
    cJSON_AddNumberToObject(call->result, "received", (double)counts.received);
    cJSON_AddNumberToObject(call->result, "duplicates", (double)counts.duplicates);
    cJSON_AddNumberToObject(call->result, "late", (double)counts.late);
    cJSON_AddNumberToObject(call->result, "calls", (double)counts.calls);
    events_count_ghosts(call->client->store, &ghosts, &ghost_ms);
    cJSON_AddNumberToObject(call->result, "ghosts", (double)ghosts);
}

static int end_it(struct call *call)
{
    if (call->client->gateway)
        gateway_end(call->client->gateway);
    struct rest rest;
    struct apierr err;
    char text[300];
    if (!rest_open(call->client, SLOT_LIVE, &rest))
        return call_fail(call, EXIT_NEGATIVE, "not authenticated: there is no saved grant");
    if (!events_end(&rest, &err))
        return call_fail(call, EXIT_NEGATIVE, "not ended: %s",
                         apierr_text(&err, text, sizeof(text)));
    events_note_forget(call->client->store);
    json_put(call->result, "subscription", "ended");
    return EXIT_OK;
}

/* Rounds until a signal; what comes between them is taken in every second. */
static int watch(struct call *call, const char *address, long every_s, long poll_s)
{
    sigset_t signals;
    int code = EXIT_OK;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    bool is_lost = false;
    for (long second = 0;; second++) {
        if (second % every_s == 0 || is_lost) {
            cJSON_Delete(call->result);
            call->result = cJSON_CreateObject();
            call->error[0] = '\0';
            code = look_after(call, address, poll_s);
            const char *lost = json_text(call->result, "lost", NULL);
            if (lost)
                client_log(call->client, "%s", lost);
            client_log(call->client, "%s", call->error[0] ? call->error : "subscribed");
        }
        bool was_open = gateway_is_open(call->client->gateway);
        int got = events_drain(call->client, call->client->hook);
        is_lost = was_open && !gateway_is_open(call->client->gateway);
        if (got > 0)
            client_log(call->client, "%d notifications", got);
        if (sigtimedwait(&signals, NULL, &(struct timespec){.tv_sec = 1}) > 0)
            return code;
    }
}

/* Opens what the webhooks come to, and says where that is. */
static int webhook_address(struct call *call, char *to, size_t cap)
{
    int code = listen_for(call);
    if (code != EXIT_OK)
        return code;
    if (call->client->gateway)
        gateway_end(call->client->gateway);
    const char *url = call_value(call, "hook_url");
    if (url && !web_is_url(url, NULL, 0))
        return call_fail(call, EXIT_USAGE, "hook_url: \"%.80s\" is no http or https URL", url);
    if (url)
        text_copy(to, cap, url);
    else
        snprintf(to, cap, "http://127.0.0.1:%d" HOOK_PATH, hook_port(call->client->hook));
    return EXIT_OK;
}

int cmd_events(struct call *call)
{
    char hook[600], why[200];
    const char *transport = args_get(call->args, "transport");
    bool is_socket = transport && text_same_nocase(transport, "websocket");
    const char *address = is_socket ? NULL : hook;
    long every_s, poll_s;
    if (transport && !is_socket && !text_same_nocase(transport, "webhook"))
        return call_fail(call, EXIT_USAGE, "transport: wanted webhook or websocket, was \"%.40s\"",
                         transport);
    if (args_has(call->args, "end"))
        return end_it(call);
    if (!args_int(call->args, "every", 1, 86400, 60, &every_s, why, sizeof(why)) ||
        !args_int(call->args, "poll", 0, 86400, 300, &poll_s, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    if (!call->is_batch)
        pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before the listener's threads */
    int code = is_socket ? EXIT_OK : webhook_address(call, hook, sizeof(hook));
    if (code != EXIT_OK)
        return code;
    code =
        call->is_batch ? look_after(call, address, poll_s) : watch(call, address, every_s, poll_s);
    put_counts(call);
    return code;
}

void show_events(const cJSON *result, FILE *out)
{
    if (json_text(result, "subscription", NULL))
        fprintf(out, "Subscription %s, %s until %s.\n", json_text(result, "subscription", "?"),
                json_text(result, "status", "gone"), json_text(result, "until", "now"));
    if (json_text(result, "disabled", NULL))
        fprintf(out, "Switched off by the platform: %s.\n", json_text(result, "disabled", ""));
    if (json_at(result, "received"))
        fprintf(out, "%lld notifications, %lld twice, %lld late; %lld calls are up.\n",
                (long long)json_int(result, "received", 0),
                (long long)json_int(result, "duplicates", 0),
                (long long)json_int(result, "late", 0), (long long)json_int(result, "calls", 0));
}
