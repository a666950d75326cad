#include "journal/story.h"

#include "base/text.h"

#include <string.h>

void story_time(int64_t ms, int64_t start_ms, struct buf *out)
{
    char text[TEXT_TIME_LEN];
    int64_t days = start_ms ? ms / 86400000 - start_ms / 86400000 : 0;
    if (days > 0)
        buf_printf(out, "%lldd ", (long long)days);
    buf_printf(out, "%.8s", text_time(ms, text) + 11);
}

/* Values worth a word, in this order; the key's name goes before those that need it. */
static const struct {
    enum event_key key;
    const char *before;
} asides[] = {
    {EVENT_CODE, ""},
    {EVENT_ERROR, ""},
    {EVENT_GRANT_TYPE, ""},
    {EVENT_PAGE, "page "},
    {EVENT_DECISION, ""},
    {EVENT_SCOPE, "scope "},
    {EVENT_PERMISSION, "needs "},
    {EVENT_PARAMETER, ""},
    {EVENT_AOR, ""},
    {EVENT_EXPIRES, "for "},
    {EVENT_BINDINGS, "bindings "},
    {EVENT_RECORDS, "records "},
    {EVENT_PARTY_STATE, ""},
    {EVENT_SECONDS, "for "},
    {EVENT_LOST, "lost "},
    {EVENT_CODEC, ""},
    {EVENT_PLAYS, "plays "},
    {EVENT_AUDIO, "audio "},
    {EVENT_DIGITS, "digits "},
    {EVENT_QTYPE, "type "},
    {EVENT_REASON, ""},
    {EVENT_FAULT, "fault "},
    {EVENT_PLAN, ""},
};

static void story_asides(const struct event *event, struct buf *out)
{
    bool is_first = true;
    for (size_t i = 0; i < sizeof asides / sizeof *asides; i++) {
        const char *value = event_get(event, asides[i].key);
        if (!value || (asides[i].key == EVENT_SCOPE && event->layer == LAYER_OAUTH))
            continue;
        buf_printf(out, "%s%s%.80s%s", is_first ? "  (" : ", ", asides[i].before, value,
                   asides[i].key == EVENT_EXPIRES || asides[i].key == EVENT_SECONDS ? " s" : "");
        is_first = false;
    }
    if (event->cause)
        buf_printf(out, "%sbecause of #%llu", is_first ? "  (" : ", ",
                   (unsigned long long)event->cause);
    if (event->cause || !is_first)
        buf_char(out, ')');
}

/* A path's last parts say what it is; the head is the same for all. */
static const char *short_path(const char *path)
{
    static const char *const heads[] = {"/restapi/v1.0/account/~", "/restapi/v1.0"};
    for (size_t i = 0; path && i < sizeof heads / sizeof *heads; i++)
        if (text_starts(path, heads[i]) && path[strlen(heads[i])] == '/')
            return path + strlen(heads[i]);
    return path;
}

static void story_http(const struct event *event, struct buf *out)
{
    const char *path = event_get(event, EVENT_PATH), *cut = short_path(path);
    const char *status = event_get(event, EVENT_STATUS), *method = event_get(event, EVENT_METHOD);
    buf_printf(out, "client -> %-5s %-8s %s%s  %s", layer_name(event->layer), method ? method : "?",
               cut == path ? "" : "...", cut ? cut : event->op, status ? status : "no answer");
}

static void story_sip(const struct event *event, struct buf *out)
{
    const char *status = event_get(event, EVENT_STATUS), *method = event_get(event, EVENT_METHOD);
    const char *proxy = event_get(event, EVENT_PROXY);
    bool is_ours = text_eq(event_get(event, EVENT_DIRECTION), "out");
    buf_printf(out, "%s   %-8s proxy %s%s%s  %s", is_ours ? "sip -> client" : "client -> sip",
               method ? method : event->op, proxy ? proxy : "?",
               event_get(event, EVENT_TRANSPORT) ? " " : "",
               event_get(event, EVENT_TRANSPORT) ? event_get(event, EVENT_TRANSPORT) : "",
               status ? status : "no answer");
}

static void story_control(const struct event *event, struct buf *out)
{
    const char *result = event_get(event, EVENT_RESULT);
    buf_printf(out, "provider        %s", event->op);
    if (event_get(event, EVENT_ARGS))
        buf_printf(out, " %.120s", event_get(event, EVENT_ARGS));
    if (text_eq(result, "refused"))
        buf_str(out, "  refused");
}

/* What leaves for subscribers: "provider -> hook POST     .../telephony/sessions  401 failed". */
static void story_notify(const struct event *event, struct buf *out)
{
    const char *told = event_get(event, EVENT_EVENT), *status = event_get(event, EVENT_STATUS);
    const char *result = event_get(event, EVENT_RESULT), *cut = short_path(told);
    bool is_hook = text_eq(event->op, "notify.webhook") || text_eq(event->op, "notify.validation");
    if (!is_hook && !text_eq(event->op, "ws.notification")) {
        story_control(event, out);
        return;
    }
    buf_printf(out, "provider -> %-4s %s%s  %s%s%s", is_hook ? "hook" : "ws", told ? "..." : "",
               cut ? cut : event->op, status ? status : "", status && result ? " " : "",
               result   ? result
               : status ? ""
                        : "no answer");
}

/* A call, from whom to whom, and its audio: "provider        call.end call 2 from 101 to +12025550143  486". */
static void story_call(const struct event *event, struct buf *out)
{
    static const struct {
        enum event_key key;
        const char *before;
    } words[] = {{EVENT_CALL, " call "}, {EVENT_FROM, " from "},       {EVENT_TO, " to "},
                 {EVENT_STATUS, "  "},   {EVENT_RECEIVED, "  heard "}, {EVENT_SENT, " sent "}};
    buf_printf(out, "provider        %s", event->op);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (event_get(event, words[i].key))
            buf_printf(out, "%s%s", words[i].before, event_get(event, words[i].key));
}

static void story_client(const struct event *event, struct buf *out)
{
    const char *result = event_get(event, EVENT_RESULT);
    buf_printf(out, "rc-client       %s: %s",
               strchr(event->op, '.') ? strchr(event->op, '.') + 1 : event->op,
               result ? result : "?");
}

static void story_net(const struct event *event, struct buf *out)
{
    const char *result = event_get(event, EVENT_RESULT),
               *listener = event_get(event, EVENT_LISTENER);
    const char *name = event_get(event, EVENT_NAME);
    buf_printf(out, "network         %s %s", event->op, listener ? listener : name ? name : "");
    if (result)
        buf_printf(out, "  %s", result);
}

void story_event(const struct event *event, struct buf *out)
{
    story_event_since(event, 0, out);
}

void story_event_since(const struct event *event, int64_t start_ms, struct buf *out)
{
    static void (*const by_layer[LAYER_COUNT])(const struct event *, struct buf *) = {
        [LAYER_OAUTH] = story_http,      [LAYER_REST] = story_http,     [LAYER_SIP] = story_sip,
        [LAYER_CONTROL] = story_control, [LAYER_CLIENT] = story_client, [LAYER_WORLD] = story_call,
        [LAYER_NOTIFY] = story_notify,   [LAYER_MEDIA] = story_call,    [LAYER_NET] = story_net,
        [LAYER_DNS] = story_net,
    };
    buf_printf(out, "#%-3llu ", (unsigned long long)event->seq);
    story_time(event->time_ms, start_ms, out);
    buf_char(out, ' ');
    by_layer[event->layer](event, out);
    story_asides(event, out);
    buf_char(out, '\n');
}
