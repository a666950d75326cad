/*
 * advance: moves world time on, running everything that falls due on the way; returns when what was due
 * to be delivered has been, but after clock.settle of machine time at the latest.
 * clock: changes how world time runs.
 *
 *   advance: 61m
 *   clock: { mode: scaled, scale: 60 }
 *
 * Say: now (world time); clock also: mode, scale.
 */
#include "control/verbs.h"

#include "base/text.h"

enum { ADVANCE_MAX_DAYS = 3660 };

static int check_advance(const struct node *args, const char *file, struct diag *diag)
{
    const struct node *by = verb_arg_node(&verb_advance, args, "by");
    int64_t ms;
    if (text_duration_ms(node_text(by, ""), &ms) && ms > ADVANCE_MAX_DAYS * INT64_C(86400000))
        return diag_set(diag, ERR_USAGE, file, by->line, by->col,
                        "advance: wanted at most %dd, saw %s", ADVANCE_MAX_DAYS, by->text);
    return ERR_OK;
}

static int advance(struct verb_call *call)
{
    int64_t by_ms = 0;
    text_duration_ms(verb_text(call, "by", ""), &by_ms);
    clock_advance(call->world, by_ms);
    outbox_put(call->world, OUTBOX_SETTLE, 0);
    json_time(call->out, "now", clock_now(call->world));
    return ERR_OK;
}

const struct verb verb_advance = {
    .name = "advance",
    .help = "move world time on",
    .main_arg = "by",
    .args = {{"by", "duration", "how far", true}},
    .check = check_advance,
    .run = advance,
};

static int set_clock(struct verb_call *call)
{
    enum clock_mode mode = call->world->clock.mode;
    double scale = call->world->clock.scale;
    const struct node *by = verb_arg(call, "scale");
    if (!by && !verb_arg(call, "mode"))
        return verb_refuse(call, call->args, "nothing to change: give mode or scale");
    if (by)
        scale = by->number;
    if (verb_arg(call, "mode"))
        clock_mode_named(verb_text(call, "mode", ""), &mode);
    else if (by)
        mode = CLOCK_SCALED;
    clock_set_mode(call->world, mode, scale);
    json_str(call->out, "mode", clock_mode_name(mode));
    if (mode == CLOCK_SCALED)
        json_num(call->out, "scale", scale);
    json_time(call->out, "now", clock_now(call->world));
    return ERR_OK;
}

const struct verb verb_clock = {
    .name = "clock",
    .help = "change how world time runs",
    .main_arg = "mode",
    .args = {{"mode", "real|offset|scaled|frozen", "how world time runs", false},
             {"scale", "factor", "how many times as fast as the machine's time", false}},
    .run = set_clock,
};
