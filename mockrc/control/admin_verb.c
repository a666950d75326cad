/* POST /__admin/<verb>: the body is the verb's arguments as JSON, whatever its type says. */
#include "control/admin_parts.h"

#include "api/refuse.h"

#include <string.h>

static const char *verb_name(const struct call *call)
{
    const char *named = call_arg(call, "verb");
    return named ? named : strrchr(call->route->path, '/') + 1;
}

void admin_verb(struct call *call)
{
    const char *why = "", *near = NULL, *name = verb_name(call);
    const struct verb *verb = verb_named(name, &near);
    if (!verb) {
        admin_refuse(call->reply, 404, "unknown verb \"%s\"%s%s%s", name,
                     near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
        return;
    }
    const struct web_request *request = call->request;
    const struct node *args = NULL;
    if (request->body_len)
        args = json_parse(call->arena, request->body, request->body_len, &why);
    if (request->body_len && !args) {
        const char *first = verb->args[0].name;
        admin_refuse(call->reply, 400, "%s: the body is %s; wanted an object, as {%s%s%s}",
                     verb->name, why, first ? "\"" : "", first ? first : "",
                     first ? "\": ..." : "");
        return;
    }
    struct diag diag;
    struct json_out out = reply_json(call, 200);
    struct verb_call run = {
        .world = call->world,
        .journal = call->journal,
        .faults = call->faults,
        .router = call->router,
        .arena = call->arena,
        .args = args,
        .out = &out,
        .diag = &diag,
    };
    json_open(&out, NULL);
    int err = verb_run(verb, &run);
    json_close(&out);
    if (err)
        admin_refuse(call->reply, 400, "%s", diag.text);
}
