/* The small reads: health, ready, clock, faults, verbs, knobs, routes, env, metrics. */
#include "control/admin_parts.h"

#include "api/refuse.h"
#include "base/text.h"
#include "control/env.h"

#include <stdio.h>

void admin_health(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_str(&out, "status", "up");
    json_str(&out, "version", MOCKRC_VERSION);
    json_close(&out);
}

void admin_ready(struct call *call)
{
    bool is_ready = env_is_ready(call->world);
    struct json_out out = reply_json(call, is_ready ? 200 : 503);
    json_open(&out, NULL);
    json_bool(&out, "ready", is_ready);
    if (!is_ready)
        json_str(&out, "error", "a SIP proxy that should listen does not");
    json_close(&out);
}

void admin_clock(struct call *call)
{
    const struct world *world = call->world;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_time(&out, "now", clock_now(world));
    json_int(&out, "now_ms", clock_now(world));
    json_str(&out, "mode", clock_mode_name(world->clock.mode));
    json_num(&out, "scale", world->clock.mode == CLOCK_SCALED ? world->clock.scale : 1);
    if (clock_next_due(world) >= 0)
        json_time(&out, "next_due", clock_next_due(world));
    json_close(&out);
}

void admin_faults(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    faults_json(call->faults, &out, "faults");
    json_list(&out, "kinds");
    for (size_t i = 0; i < fault_kind_count(); i++) {
        json_open(&out, NULL);
        json_str(&out, "kind", fault_kind_name(i));
        json_str(&out, "help", fault_kind_help(i));
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

void admin_verbs(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    verbs_json(&out, "verbs");
    json_close(&out);
}

void admin_knobs(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "knobs");
    for (size_t i = 0; i < knob_count(); i++) {
        char value[64];
        json_open(&out, NULL);
        json_str(&out, "name", knob_name(i));
        json_str(&out, "value", knob_value(&call->world->knobs, i, value, sizeof value));
        json_str(&out, "default", knob_default(i));
        json_str(&out, "wants", knob_wants(i));
        json_str(&out, "help", knob_help(i));
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

void admin_routes_list(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "routes");
    for (size_t i = 0; i < router_count(call->router); i++) {
        const struct route *row = router_at(call->router, i);
        json_open(&out, NULL);
        json_str(&out, "method", row->method);
        json_str(&out, "path", row->path);
        json_str(&out, "op", row->op);
        json_str(&out, "layer", layer_name(row->layer));
        if (row->scope)
            json_str(&out, "scope", scope_name(row->scope));
        if (row->permission)
            json_str(&out, "permission", permission_name(row->permission));
        if (row->rate)
            json_str(&out, "rate", rate_group_name(row->rate));
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

bool admin_is_env(const struct web_request *request)
{
    return text_eq(request->path, "/__admin/env");
}

void admin_env(struct call *call)
{
    const char *format = params_get(&call->query, "format");
    call->reply->status = 200;
    if (text_eq(format, "shell")) {
        call->reply->content_type = "text/plain;charset=UTF-8";
        env_shell(call->world, call->arena, &call->reply->body);
        return;
    }
    call->reply->content_type = "application/json;charset=UTF-8";
    env_json(call->world, call->arena, &call->reply->body);
}

/* One line each, `name value`, as scrapers read it. */
void admin_metrics(struct call *call)
{
    struct world *world = call->world;
    const struct journal *journal = call->journal;
    const struct {
        const char *name;
        uint64_t value;
    } rows[] = {
        {"mockrc_journal_events",
         journal_last(journal) ? journal_last(journal) - journal_first(journal) + 1 : 0},
        {"mockrc_journal_events_total", journal_last(journal)},
        {"mockrc_journal_dropped_total", journal_dropped(journal)},
        {"mockrc_journal_bytes", journal_bytes(journal)},
        {"mockrc_accounts", world->account_count},
        {"mockrc_users", world->user_count},
        {"mockrc_devices", world->device_count},
        {"mockrc_sessions_live", session_count_live(world, 0, NULL)},
        {"mockrc_bindings", binding_count_all(world)},
        {"mockrc_call_log_records", call_log_count(world)},
        {"mockrc_outbox_overflowed_total", world->outbox.overflowed},
        {"mockrc_world_time_ms", (uint64_t)clock_now(world)},
    };
    call->reply->status = 200;
    call->reply->content_type = "text/plain;version=0.0.4;charset=UTF-8";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        buf_printf(&call->reply->body, "%s %llu\n", rows[i].name,
                   (unsigned long long)rows[i].value);
}
