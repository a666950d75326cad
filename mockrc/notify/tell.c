#include "notify/tell.h"

#include "api/subscription_json.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "journal/call_event.h"
#include "notify/tell_call.h"
#include "notify/tell_message.h"

#include <stdio.h>
#include <string.h>

/* These choose how a body is written, not whether it is sent. */
static bool is_rendering(const char *name)
{
    static const char *const names[] = {"detailedTelephonyState", "sipData", "withRecordings"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (text_eq(name, names[i]))
            return true;
    return false;
}

static bool has_fact(const struct params *facts, const char *name, const char *value)
{
    const char *fact;
    for (size_t n = 0; facts && (fact = params_nth(facts, name, n)); n++)
        if (text_eq_nocase(fact, value))
            return true;
    return false;
}

/* Every name the filter's query has must be a fact with one of the values it gives (repeats are
 * alternatives). */
static bool holds(const char *query, const struct params *facts)
{
    struct arena arena;
    struct params asked = {0};
    arena_init(&arena);
    bool is_heard = params_parse(&asked, &arena, query, strlen(query)) == PARAMS_OK;
    for (size_t i = 0; is_heard && i < asked.count; i++) {
        const char *name = asked.list[i].name, *value;
        bool is_one = is_rendering(name);
        for (size_t n = 0; !is_one && (value = params_nth(&asked, name, n)); n++)
            is_one = has_fact(facts, name, value);
        is_heard = is_one;
    }
    arena_done(&arena);
    return is_heard;
}

static bool hears(const struct filter *filter, const struct notify_event *event, size_t len,
                  uint64_t sum)
{
    if (!filter_hears(filter, event->path, len, sum))
        return false;
    const char *query = filter->text + filter->path_len;
    return !*query || holds(query + 1, event->facts);
}

/* rest.md 7: the envelope is the same for webhook and WebSocket. */
static void write_envelope(struct buf *out, const struct world *world,
                           const struct subscription *to, const struct filter *filter,
                           const char *uuid, const char *body)
{
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_str(&json, "uuid", uuid);
    json_str(&json, "event", filter->text);
    json_time(&json, "timestamp", clock_now(world));
    json_str(&json, "subscriptionId", to->id);
    json_fmt(&json, "ownerId", "%lld", (long long)to->user_id);
    json_raw(&json, "body", body);
    json_close(&json);
}

/* Every n-th: the knobs that make deliveries go wrong (failures.md F067, F068); 0 is never. */
static bool is_nth(uint64_t number, int64_t n)
{
    return n > 0 && number % (uint64_t)n == 0;
}

/* What waits for a client that is to come back: the newest ws.buffer events (rest.md 8.4). */
static void limit_buffer(struct world *world, struct subscription *to)
{
    const struct wsc *wsc = wsc_by_number(world, to->wsc);
    while (wsc && !wsc->link && to->queue_count &&
           (int64_t)to->queue_count >= world->knobs.ws_buffer) {
        subscription_pop(world, to);
        to->overflowed++;
    }
}

static struct delivery *push(struct world *world, struct subscription *to,
                             const struct filter *filter, const struct notify_event *event,
                             const struct buf *body, const char *uuid)
{
    struct delivery *one =
        subscription_push(world, to, buf_text(body), body->len, uuid, event->cause);
    if (!one)
        return NULL;
    xset(&one->event, filter->text);
    const char *state = event->facts ? params_get(event->facts, "statusCode") : NULL;
    snprintf(one->state, sizeof one->state, "%s", state ? state : "");
    return one;
}

/* sipData is for filters that say so: in presence with detailedTelephonyState (rest.md 6.5). */
static const char *body_for(const struct filter *filter, const struct notify_event *event)
{
    bool is_detailed = strstr(filter->text, "detailedTelephonyState=true");
    bool wants_sip = strstr(filter->text, "sipData=true");
    if (event->with_sip && wants_sip && (is_detailed || !event->detailed))
        return event->with_sip;
    return event->detailed && is_detailed ? event->detailed : event->body;
}

static bool queue(struct world *world, struct subscription *to, const struct filter *filter,
                  const struct notify_event *event)
{
    char uuid[ID_UUID_LEN];
    struct buf out;
    if (to->status == SUBSCRIPTION_BLACKLISTED)
        return false; /* not kept for later: events are not replayed (rest.md 6.4) */
    if (!subscription_serves(world, to->transport))
        return false; /* retired: nothing comes, and nobody says why (failures.md F081) */
    if (is_nth(++to->told, world->knobs.sub_deliver_drop))
        return false;
    id_uuid(&world->ids, uuid);
    buf_init(&out, NOTIFY_BODY_MAX + 4096);
    write_envelope(&out, world, to, filter, uuid, body_for(filter, event));
    if (to->transport == TRANSPORT_WEBSOCKET)
        limit_buffer(world, to);
    const struct delivery *first = subscription_first(to);
    bool is_idle = !first || first->is_swapped; /* that one waits for another to overtake it */
    bool is_queued = !out.truncated && push(world, to, filter, event, &out, uuid);
    if (is_queued && is_nth(to->told, world->knobs.sub_deliver_dup))
        push(world, to, filter, event, &out, uuid);
    else if (is_queued && is_nth(to->told, world->knobs.sub_deliver_reorder))
        subscription_swap_last(to);
    buf_done(&out);
    if (is_queued && is_idle)
        subscription_announce(world, to);
    return is_queued;
}

size_t notify_tell(struct world *world, const struct notify_event *event)
{
    size_t queued = 0, len = strlen(event->path);
    uint64_t sum = filter_sum(event->path, len);
    for (size_t i = 0; i < subscription_count(world); i++) {
        struct subscription *one = subscription_at(world, i);
        for (size_t j = 0; j < one->filter_count; j++)
            if (hears(&one->filters[j], event, len, sum) && subscription_is_live(world, one))
                queued += queue(world, one, &one->filters[j], event);
    }
    return queued;
}

static void write_hints(struct json_out *json, const char *hints)
{
    json_list(json, "hints");
    for (const char *at = hints; *at; at += at[0] == ' ') {
        size_t len = strcspn(at, " ");
        json_strn(json, NULL, at, len);
        at += len;
    }
    json_list_end(json);
}

/* ExtensionListEventBody and ExtensionInfoEventBody (rest.md section 10). */
static void extension_body(struct buf *out, const struct notice *notice, const char *change,
                           bool is_list)
{
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_fmt(&json, "extensionId", "%lld", (long long)notice->user->id);
    json_str(&json, "eventType", change);
    if (!is_list && notice->hints)
        write_hints(&json, notice->hints);
    json_fmt(&json, "ownerId", "%lld", (long long)notice->user->id);
    json_close(&json);
}

/* The account's list hears of what comes and goes and changes; the extension itself of what changes
 * and goes: its schema has no Create. */
static void tell_extension(struct world *world, const struct notice *notice)
{
    static const char *const changes[NOTICE_COUNT] = {[NOTICE_EXTENSION_CREATED] = "Create",
                                                      [NOTICE_EXTENSION_CHANGED] = "Update",
                                                      [NOTICE_EXTENSION_DELETED] = "Delete"};
    const char *change = changes[notice->kind];
    long long account = notice->user->account_id, id = notice->user->id;
    struct arena arena;
    struct params facts = {0};
    struct buf body;
    char path[96], asked[256];
    size_t len = 0;
    arena_init(&arena);
    buf_init(&body, NOTIFY_BODY_MAX);
    extension_body(&body, notice, change, true);
    snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/extension", account);
    struct notify_event event = {.path = path, .body = buf_text(&body), .cause = notice->cause};
    notify_tell(world, &event);
    if (notice->kind != NOTICE_EXTENSION_CREATED) {
        for (const char *at = notice->hints; at && *at && len < sizeof asked; at += at[0] == ' ') {
            size_t word = strcspn(at, " ");
            len += (size_t)snprintf(asked + len, sizeof asked - len, "%shint=%.*s", len ? "&" : "",
                                    (int)word, at);
            at += word;
        }
        params_parse(&facts, &arena, asked, len < sizeof asked ? len : sizeof asked - 1);
        buf_reset(&body);
        extension_body(&body, notice, change, false);
        snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/extension/%lld", account, id);
        event.body = buf_text(&body);
        event.facts = &facts;
        notify_tell(world, &event);
    }
    buf_done(&body);
    arena_done(&arena);
}

/* The body is not documented: SubscriptionInfo is chosen (rest.md 6.4). */
static void tell_reminder(struct world *world, const struct notice *notice)
{
    struct buf body;
    struct json_out json;
    buf_init(&body, NOTIFY_BODY_MAX);
    json_out_init(&json, &body);
    json_open(&json, NULL);
    subscription_json(&json, "subscriptionInfo", world, notice->subscription);
    json_close(&json);
    struct notify_event event = {.body = buf_text(&body)};
    queue(world, notice->subscription, notice->filter, &event);
    buf_done(&body);
}

/* The platform says nothing of it; the journal does. */
static void note_expiry(struct journal *journal, const struct world *world,
                        const struct notice *notice)
{
    const struct subscription *one = notice->subscription;
    struct event event;
    event_init(&event, LAYER_NOTIFY, "notify.expired");
    event.time_ms = clock_now(world);
    event_set(&event, EVENT_SUBSCRIPTION, one->id);
    event_set_int(&event, EVENT_EXTENSION, one->user_id);
    event_set_int(&event, EVENT_RECORDS, (int64_t)(one->queue_count + one->aside_count));
    journal_append(journal, &event);
}

bool notify_is_settled(const struct world *world)
{
    for (size_t i = 0; i < subscription_count(world); i++) {
        const struct subscription *one = subscription_at(world, i);
        const struct delivery *first = subscription_first(one);
        const struct wsc *wsc = wsc_by_number(world, one->wsc);
        bool is_reachable = one->transport == TRANSPORT_WEBHOOK || (wsc && wsc->link);
        /* Let pass by nobody yet: it waits for an event to come. */
        bool is_held = first && first->is_swapped && one->queue_count == 1;
        if (first && !is_held && is_reachable && subscription_is_live(world, one) &&
            !(wsc && world->knobs.ws_half_open))
            return false;
    }
    return true;
}

const char *notify_op_at(size_t i)
{
    static const char *const ops[] = {"notify.webhook", "notify.validation", "notify.blacklisted",
                                      "notify.expired", "notify.overflow",   "ws.open",
                                      "ws.close",       "ws.error",          "ws.heartbeat",
                                      "ws.notification"};
    return i < sizeof ops / sizeof *ops ? ops[i] : NULL;
}

void notify_hear(void *context, struct world *world, const struct notice *notice)
{
    static void (*const tells[NOTICE_COUNT])(struct world *, const struct notice *) = {
        [NOTICE_EXTENSION_CREATED] = tell_extension,
        [NOTICE_EXTENSION_CHANGED] = tell_extension,
        [NOTICE_EXTENSION_DELETED] = tell_extension,
        [NOTICE_PRESENCE] = tell_presence,
        [NOTICE_SUBSCRIPTION_EXPIRES] = tell_reminder,
        [NOTICE_PARTY] = tell_party,
        [NOTICE_MISSED] = tell_missed,
        [NOTICE_MESSAGES] = tell_message,
    };
    if (context)
        call_event_hear(context, world, notice);
    if (context && notice->kind == NOTICE_SUBSCRIPTION_EXPIRED)
        note_expiry(context, world, notice);
    if (tells[notice->kind])
        tells[notice->kind](world, notice);
}
