#include "journal/call_event.h"

#include "world/world.h"

static const struct {
    enum notice_kind kind;
    const char *op;
} rows[] = {
    {NOTICE_CALL_STARTED, "call.start"},
    {NOTICE_CALL_ANSWERED, "call.answer"},
    {NOTICE_CALL_ENDED, "call.end"},
};
enum { ROWS = sizeof rows / sizeof *rows };

const char *call_event_op_at(size_t i)
{
    return i < ROWS ? rows[i].op : NULL;
}

void call_event_hear(struct journal *journal, const struct world *world,
                     const struct notice *notice)
{
    const struct phone_call *call = notice->call;
    size_t row = 0;
    while (row < ROWS && rows[row].kind != notice->kind)
        row++;
    if (row == ROWS)
        return;
    struct event event;
    char session[CALL_ID_LEN];
    event_init(&event, LAYER_WORLD, rows[row].op);
    event.time_ms = clock_now(world);
    event.cause = notice->cause;
    event_set_int(&event, EVENT_CALL, (int64_t)call->id);
    event_set(&event, EVENT_FROM, call->from);
    event_set(&event, EVENT_TO, call->to);
    event_set(&event, EVENT_SESSION, phone_session_id(call, session));
    event_set_int(&event, EVENT_STATUS, notice->status);
    event_set(&event, EVENT_REASON, notice->reason);
    if (notice->kind == NOTICE_CALL_ENDED && call->state == PHONE_CALL_UP)
        event_set_int(&event, EVENT_SECONDS, (clock_now(world) - call->answered_ms) / 1000);
    journal_follow(journal, &event);
}
