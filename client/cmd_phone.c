/* phone: one handset that stays registered, calls, and fails over with what it does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "phone.h"
#include "slip.h"
#include "text.h"

const struct option phone_options[] = {
    {"extension", NULL, "NUMBER", "whose handset (default: the first one)"},
    {"to", NULL, "NUMBER", "whom to call"},
    {"do", NULL, "STEPS",
     "of register, call, talk, hold, resume, hangup, keep, with commas between (default: "
     "register,keep, "
     "with --to register,call,keep,hangup)"},
    {"for", NULL, "SECONDS", "how long keep keeps, and how much talk says (default 10)"},
    {"for_ms", NULL, "MS", "the same in milliseconds"},
    {"limit", NULL, "SECONDS", "how long any other step may take (default 60)"},
    {"keepalive_ms", NULL, "MS", "between proofs that the proxy answers (default 30000)"},
    {"switch_back_ms", NULL, "MS",
     "on the secondary: when the primary is tried again (default 3600000 and a jitter up to a "
     "quarter; 0: only when the secondary fails)"},
    {"retry_ms", NULL, "MS", "the first pause when no proxy carries it (default 30000)"},
    {0},
};

const char phone_help[] =
    "Plays one handset in real time: registers through the Outbound Proxy, proves every "
    "keep-alive\n"
    "that the proxy still answers, and moves to the Secondary Outbound Proxy when it is refused,\n"
    "hears nothing or gets 408, 500, 502, 503 or 504, whatever it is doing: registering, calling,\n"
    "in a call, or nothing. Retry-After is obeyed; when nobody carries it the provisioned proxies\n"
    "are read over the API and tries follow with growing pauses. A call keeps its dialog over a\n"
    "switch, and is told to the new proxy by a re-INVITE. Talk sends a tone and counts what comes\n"
    "back; over TLS audio is encrypted and not spoken.\n"
    "In batch the handset stays from one line to the next; another extension begins anew.\n"
    "\n"
    "Exit: 0 every step was reached, 1 one was not, 2 the SIP settings are missing.\n"
    "\n"
    "  rc-client phone --extension 102 --to +12025550143 --for 5\n"
    "  rc-client phone --do register,keep --for 600 --json\n";

static bool read_policy(struct call *call, struct outbound_policy *ret, char *why, size_t cap)
{
    long keepalive, back, retry;
    struct outbound_policy policy = outbound_policy_default();
    if (!args_int(call->args, "keepalive_ms", 100, 3600000, (long)policy.keepalive_ms, &keepalive,
                  why, cap) ||
        !args_int(call->args, "switch_back_ms", 0, 86400000, (long)policy.switch_back_ms, &back,
                  why, cap) ||
        !args_int(call->args, "retry_ms", 100, 3600000, (long)policy.retry_ms, &retry, why, cap))
        return false;
    policy.keepalive_ms = keepalive;
    policy.switch_back_ms = back;
    policy.switch_back_jitter_ms = back / 4;
    policy.retry_ms = retry;
    *ret = policy;
    return true;
}

static bool find_handset(struct store *store, const char *extension, struct handset *ret)
{
    struct handset *list = NULL;
    int count = store_handset_list(store, &list), at = 0;
    while (at < count && extension && strcmp(list[at].extension, extension) != 0)
        at++;
    bool is_found = count > 0 && at < count;
    if (is_found)
        *ret = list[at];
    free(list);
    return is_found;
}

/* The one of the line before, or a new one. */
static int take_phone(struct call *call)
{
    struct client *client = call->client;
    const char *extension = args_get(call->args, "extension");
    struct settings settings;
    struct handset handset;
    struct outbound_policy policy;
    char why[300];
    if (client->phone && (!extension || strcmp(extension, client->phone->handset.extension) == 0))
        return EXIT_OK;
    store_settings_load(client->store, SLOT_LIVE, &settings);
    if (settings.proxy[0] == '\0' || settings.sip_domain[0] == '\0')
        return call_fail(call, EXIT_USAGE,
                         "SIP Domain and Outbound Proxy are not saved yet: connect, then save");
    if (!find_handset(client->store, extension, &handset))
        return call_fail(call, EXIT_USAGE, "no handset%s%.16s is stored: rc-client handsets",
                         extension ? " of extension " : "", extension ? extension : "");
    if (!read_policy(call, &policy, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    phone_free(client->phone);
    client->phone = phone_new(client, &settings, &handset, &policy, why, sizeof(why));
    return client->phone ? EXIT_OK : call_fail(call, EXIT_USAGE, "%s", why);
}

static void put_tries(cJSON *step, const struct phone_took *took)
{
    cJSON *tries = cJSON_AddArrayToObject(step, "tries");
    for (int i = 0; i < took->try_count && i < PHONE_TRIES_MAX; i++) {
        const struct phone_try *try = &took->tries[i];
        char said[96];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddNumberToObject(row, "at_ms", (double)try->at_ms);
        json_put(row, "request", try->what);
        json_put(row, "proxy", try->proxy);
        if (try->result.by[0] && strcmp(try->result.by, try->proxy) != 0)
            json_put(row, "address", try->result.by);
        json_put(row, "answer", sipua_text(&try->result, said, sizeof(said)));
        cJSON_AddItemToArray(tries, row);
    }
    cJSON_AddNumberToObject(step, "requests", took->try_count);
}

/* Audio one way only is what a user of the handset complains of first. */
static void put_audio(struct call *call, cJSON *step, const struct phone_took *took)
{
    bool is_one_way = (took->sent == 0) != (took->heard == 0);
    cJSON_AddNumberToObject(step, "sent", (double)took->sent);
    cJSON_AddNumberToObject(step, "heard", (double)took->heard);
    json_put(call->result, "audio", voice_ways(took->sent, took->heard));
    if (is_one_way)
        json_put(call->result, "diagnosis", "RTP_ONE_WAY");
}

/* 481: the call ended where we were not heard any more (failures.md F118). 488: the platform wants SRTP, or has none of our codecs (failures.md F092). */
static void put_refusal(struct call *call, const struct phone_took *took)
{
    int last = took->try_count - 1;
    if (last >= 0 && last < PHONE_TRIES_MAX && took->tries[last].result.status == 488)
        json_put(call->result, "diagnosis", "SDP_NOT_ACCEPTABLE");
    if (took->has_lost_call)
        json_put(call->result, "diagnosis", "DIALOG_ORPHANED");
}

/* Registered, and not allowed to call (failures.md F119): a checkup makes no call, and is told so. */
static void note_call(struct call *call, const struct phone_took *took)
{
    struct client *client = call->client;
    int last = took->try_count - 1;
    bool is_blocked = !took->is_reached && last >= 0 && last < PHONE_TRIES_MAX &&
                      took->tries[last].result.status == 403;
    if (is_blocked)
        json_put(call->result, "diagnosis", "OUTBOUND_CALLS_BLOCKED");
    if (is_blocked || took->is_reached)
        store_fact_put_int(client->store, PHONE_REFUSED_MS, is_blocked ? client_now_ms(client) : 0);
}

static int play(struct call *call, cJSON *steps, enum phone_goal goal, const char *number,
                int64_t limit_ms)
{
    struct phone *phone = call->client->phone;
    struct phone_took *took = xcalloc(1, sizeof(*took));
    char proxy[300];
    phone_reach(phone, goal, number, limit_ms, took);
    bool is_reached = took->is_reached;
    cJSON *step = cJSON_CreateObject();
    json_put(step, "step", phone_goal_text(goal));
    cJSON_AddBoolToObject(step, "reached", is_reached);
    cJSON_AddNumberToObject(step, "took_ms", (double)took->ms);
    json_put(step, "route", route_text(phone->outbound.route));
    if (phone->outbound.route != ROUTE_NONE)
        json_put(
            step, "proxy",
            hostport_text(&phone->outbound.proxies[phone->outbound.route], proxy, sizeof(proxy)));
    if (goal == PHONE_TALK)
        put_audio(call, step, took);
    put_refusal(call, took);
    if (goal == PHONE_CALL)
        note_call(call, took);
    put_tries(step, took);
    cJSON_AddItemToArray(steps, step);
    free(took);
    return is_reached ? EXIT_OK
                      : call_fail(call, EXIT_NEGATIVE, "%s: not reached", phone_goal_text(goal));
}

/* All steps, before the first is done. */
static int check_steps(struct call *call, const char *at, const char *number)
{
    while (*at) {
        enum phone_goal goal;
        size_t len = strcspn(at, ",");
        if (!phone_goal_named(at, len, &goal)) {
            char near[80];
            struct slip slip;
            slip_init(&slip, at, len);
            for (int i = 0; i < PHONE_GOALS; i++)
                slip_try(&slip, phone_goal_text((enum phone_goal)i));
            return call_fail(call, EXIT_USAGE, "do: \"%.*s\" is no step%s",
                             len > 40 ? 40 : (int)len, at,
                             slip_hint(&slip, "", near, sizeof(near)));
        }
        if (goal == PHONE_CALL && !number)
            return call_fail(call, EXIT_USAGE, "call: --to NUMBER is missing");
        at += len + (at[len] == ',');
    }
    return EXIT_OK;
}

int cmd_phone(struct call *call)
{
    const char *number = args_get(call->args, "to"), *at = args_get(call->args, "do");
    char why[200];
    long keep_s, keep_ms, limit_s;
    if (!args_int(call->args, "for", 0, 86400, 10, &keep_s, why, sizeof(why)) ||
        !args_int(call->args, "for_ms", 0, 86400000, 1000 * keep_s, &keep_ms, why, sizeof(why)) ||
        !args_int(call->args, "limit", 1, 86400, 60, &limit_s, why, sizeof(why)))
        return call_fail(call, EXIT_USAGE, "%s", why);
    if (at == NULL)
        at = number ? "register,call,keep,hangup" : "register,keep";
    int code = check_steps(call, at, number);
    if (code == EXIT_OK)
        code = take_phone(call);
    if (code != EXIT_OK)
        return code;
    json_put(call->result, "extension", call->client->phone->handset.extension);
    cJSON *steps = cJSON_AddArrayToObject(call->result, "steps");
    while (*at && code == EXIT_OK) {
        enum phone_goal goal;
        size_t len = strcspn(at, ",");
        phone_goal_named(at, len, &goal);
        code = play(call, steps, goal, number,
                    goal == PHONE_KEEP || goal == PHONE_TALK ? keep_ms : 1000 * limit_s);
        at += len + (at[len] == ',');
    }
    return code;
}

void show_phone(const cJSON *result, FILE *out)
{
    const cJSON *step, *try;
    cJSON_ArrayForEach(step, json_at(result, "steps"))
    {
        fprintf(out, "%-9s %s after %lld ms, through %s %s\n", json_text(step, "step", ""),
                json_is_true(step, "reached") ? "reached" : "NOT reached",
                (long long)json_int(step, "took_ms", 0), json_text(step, "route", ""),
                json_text(step, "proxy", ""));
        if (json_at(step, "heard"))
            fprintf(out, "  audio     %lld packets sent, %lld heard\n",
                    (long long)json_int(step, "sent", 0), (long long)json_int(step, "heard", 0));
        cJSON_ArrayForEach(try, json_at(step, "tries"))
        {
            fprintf(out, "  %8lld ms  %-9s %-24s %s\n", (long long)json_int(try, "at_ms", 0),
                    json_text(try, "request", ""), json_text(try, "proxy", ""),
                    json_text(try, "answer", ""));
        }
    }
}
