/*
 * notify: makes an event by hand, so that a subscriber can be tried before anything happens.
 *
 *   notify: /restapi/v1.0/account/~/extension/~/presence
 *   notify: { event: "/restapi/v1.0/account/~/telephony/sessions", user: superadmin,
 *             body: { sequence: 1, parties: [ { direction: Inbound, status: { code: Proceeding } } ] } }
 *   notify: { event: "/restapi/v1.0/account/~/extension/~/presence", times: 1000 }
 *
 * `event` is what subscribers' filters name; "~" are the account and extension of `user` (the Super
 * Admin when not given). A filter with a query hears of it when the event's query, or the body, has
 * those values (direction, statusCode, missedCall; any member at the top). Without `body` one is
 * made of extensionId and ownerId; a body without `sequence` gets one, 1 to `times`. Says: event,
 * queued (deliveries).
 */
#include "control/verbs.h"

#include "base/text.h"
#include "notify/tell.h"

#include <string.h>

enum { TIMES_MAX = 10000, FACTS_MAX = 32 };

static void fill_id(struct buf *out, const char *at, const struct user *user)
{
    bool is_account = out->len >= 9 && memcmp(out->data + out->len - 9, "/account/", 9) == 0;
    if (*at == '~' && strchr("/?", at[1]))
        buf_int(out, is_account ? user->account_id : user->id);
    else
        buf_char(out, *at);
}

/* The path with real ids. */
static const char *expand(struct arena *arena, const char *event, const struct user *user)
{
    struct buf out;
    buf_init(&out, 1024);
    for (const char *at = event; *at && *at != '?'; at++)
        fill_id(&out, at, user);
    const char *path = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return path;
}

static void add_fact(struct params *facts, const char *name, const struct node *node)
{
    if (facts->count < FACTS_MAX && node && node->text)
        facts->list[facts->count++] = (struct param){name, node->text};
}

/* What filters may ask for: members at the body's top, and a telephony event's first party. */
static void read_facts(struct arena *arena, const char *event, const struct node *body,
                       struct params *ret)
{
    struct params asked = {0};
    const char *query = strchr(event, '?');
    if (query)
        params_parse(&asked, arena, query + 1, strlen(query + 1));
    ret->list = arena_alloc(arena, FACTS_MAX * sizeof *ret->list);
    for (size_t i = 0; i < asked.count && ret->count < FACTS_MAX; i++)
        ret->list[ret->count++] = asked.list[i];
    for (const struct node *item = node_first(body); item; item = item->next)
        add_fact(ret, item->key, item);
    const struct node *party = node_first(node_get(body, "parties"));
    add_fact(ret, "direction", node_get(party, "direction"));
    add_fact(ret, "missedCall", node_get(party, "missedCall"));
    add_fact(ret, "statusCode", node_get(node_get(party, "status"), "code"));
}

static void write_body(struct buf *out, const struct node *body, const struct user *user,
                       int64_t sequence)
{
    struct json_out json;
    buf_reset(out);
    json_out_init(&json, out);
    json_open(&json, NULL);
    if (!node_get(body, "sequence"))
        json_int(&json, "sequence", sequence);
    for (const struct node *item = node_first(body); item; item = item->next)
        json_node(&json, item->key, item);
    if (!body) {
        json_fmt(&json, "extensionId", "%lld", (long long)user->id);
        json_fmt(&json, "ownerId", "%lld", (long long)user->id);
    }
    json_close(&json);
}

static int check(const struct node *args, const char *file, struct diag *diag)
{
    const struct node *times = verb_arg_node(&verb_notify, args, "times");
    int64_t count;
    if (times && node_int(times, &count) && (count < 1 || count > TIMES_MAX))
        return diag_set(diag, ERR_USAGE, file, times->line, times->col,
                        "notify: wanted 1 to %d times, saw %s", TIMES_MAX, times->text);
    return 0;
}

static int run(struct verb_call *call)
{
    const struct user *user =
        verb_arg(call, "user") ? verb_user(call, "user") : user_named(call->world, "superadmin");
    const char *event = verb_text(call, "event", "");
    if (!user)
        return verb_arg(call, "user")
                   ? ERR_USAGE
                   : verb_refuse(call, NULL, "there is no Super Admin to be \"~\"");
    if (!text_starts(event, "/restapi/v1.0/"))
        return verb_refuse(call, verb_arg(call, "event"),
                           "an event is a path like /restapi/v1.0/account/~/presence");
    const struct node *body = verb_arg(call, "body");
    struct params facts = {0};
    struct buf text;
    int64_t times = 1;
    size_t queued = 0;
    node_int(verb_arg(call, "times"), &times);
    read_facts(call->arena, event, body, &facts);
    struct notify_event notice = {.path = expand(call->arena, event, user),
                                  .facts = &facts,
                                  .cause = journal_next(call->journal)};
    buf_init(&text, NOTIFY_BODY_MAX);
    for (int64_t i = 1; i <= times && !text.truncated; i++) {
        write_body(&text, body, user, i);
        notice.body = buf_text(&text);
        if (!text.truncated)
            queued += notify_tell(call->world, &notice);
    }
    bool is_too_large = text.truncated;
    buf_done(&text);
    if (is_too_large)
        return verb_refuse(call, body, "a body has at most %d bytes", NOTIFY_BODY_MAX);
    json_str(call->out, "event", notice.path);
    json_int(call->out, "queued", (int64_t)queued);
    event_set(call->event, EVENT_EVENT, notice.path);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)queued);
    return ERR_OK;
}

const struct verb verb_notify = {
    .name = "notify",
    .help = "make an event by hand and send it to whoever subscribed to it",
    .main_arg = "event",
    .args = {{"event", "text", "the path a filter names, ~ for ids of `user`", true},
             {"user", "user", "whose ids ~ are (default: the Super Admin)", false},
             {"body", "map", "the event's body (default: ids and a sequence)", false},
             {"times", "count", "how many of them, numbered by `sequence` (default 1)", false}},
    .check = check,
    .run = run,
};
