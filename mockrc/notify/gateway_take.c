/* What the world has for a connection: notifications, and limits that were reached. */
#include "notify/gateway_parts.h"

#include "notify/judge.h"

/* `headers` and the messageId are the event's own (rest.md 8.3: it equals the body's uuid). */
static void write_notification(struct api *api, struct wsc *wsc, const struct delivery *delivery,
                               struct gateway_out *out)
{
    struct gateway_writer writer;
    char request_id[ID_UUID_LEN];
    gateway_frame_begin(&writer, "ServerNotification", delivery->uuid, 200);
    json_open(&writer.json, "headers");
    json_str(&writer.json, "RCRequestId", id_uuid(&api->world->ids, request_id));
    json_close(&writer.json);
    gateway_frame_meta_end(&writer, wsc);
    json_raw(&writer.json, NULL, delivery->body);
    gateway_frame_end(&writer, out);
}

static void tell_loss(struct api *api, struct subscription *one)
{
    struct event event;
    if (one->overflowed == one->overflow_told)
        return;
    event_init(&event, LAYER_NOTIFY, "notify.overflow");
    event.time_ms = clock_now(api->world);
    event_set(&event, EVENT_SUBSCRIPTION, one->id);
    event_set_int(&event, EVENT_RECORDS, (int64_t)(one->overflowed - one->overflow_told));
    event_set(&event, EVENT_REASON, "the buffer was full: events are lost");
    journal_append(api->journal, &event);
    one->overflow_told = one->overflowed;
}

static void notify_of(struct api *api, struct wsc *wsc, struct subscription *one,
                      struct gateway_out *out)
{
    struct judge judge = {api->world, api->journal, api->faults};
    struct event event;
    enum verdict verdict;
    int code = 0;
    tell_loss(api, one);
    while ((verdict = judge_next(&judge, one, &code)) == VERDICT_SEND) {
        const struct delivery *first = subscription_first(one);
        for (int i = first->is_twice ? 2 : 1; i > 0; i--) {
            judge_event(&event, api->world, one, first);
            event_set(&event, EVENT_RESULT, "sent");
            journal_append(api->journal, &event);
            write_notification(api, wsc, first, out);
        }
        one->delivered++;
        subscription_pop(api->world, one);
    }
    if (verdict == VERDICT_CLOSE) {
        out->close_code = code ? code : GATEWAY_CLOSE_AWAY;
        out->close_reason = "";
    }
}

static void notify(struct api *api, struct wsc *wsc, struct gateway_out *out)
{
    struct subscription *one;
    for (size_t i = 0; !out->close_code && (one = wsc_subscription(api->world, wsc, i)); i++)
        if (subscription_is_live(api->world, one))
            notify_of(api, wsc, one, out);
}

/* How the gateway takes its leave. The last row is chosen: as of a token that opens nothing. */
static void end(struct api *api, struct wsc *wsc, struct gateway_out *out)
{
    static const struct {
        int status;
        const char *code, *message;
        int close_code;
        const char *close_reason;
    } rows[] = {
        [WSC_IDLE] = {408, "WSG-902", "Idle timeout", GATEWAY_CLOSE_NORMAL, "idle timeout"},
        [WSC_TOO_OLD] = {408, "WSG-903", "Absolute timeout", GATEWAY_CLOSE_NORMAL,
                         "absolute timeout"},
        [WSC_GRANT_ENDED] = {401, "OAU-213", "Token not found", GATEWAY_CLOSE_REFUSED,
                             "grant has ended"},
    };
    gateway_error(api, wsc, NULL, rows[wsc->end].status, rows[wsc->end].code,
                  rows[wsc->end].message, out);
    out->close_code = rows[wsc->end].close_code;
    out->close_reason = rows[wsc->end].close_reason;
}

bool gateway_take(struct api *api, struct gateway_out *out)
{
    struct outbox_item item;
    while (outbox_take(api->world, OUTBOX_FRAME, &item)) {
        struct wsc *wsc = wsc_by_number(api->world, item.number);
        if (!wsc || !wsc->link)
            continue;
        out->link = wsc->link;
        out->wsc = wsc->number;
        if (gateway_is_half_open(api, out))
            return true;
        if (wsc->end != WSC_STAYS)
            end(api, wsc, out);
        else if (!wsc->is_quiet)
            notify(api, wsc, out);
        if (out->frame_count || out->close_code)
            return true;
    }
    return false;
}
