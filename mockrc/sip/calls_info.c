/* INFO of phones within their calls: commands in JSON (sip.md 4.4) and digits (dtmf-relay). */
#include "base/json.h"
#include "base/text.h"
#include "sip/body.h"
#include "sip/calls_parts.h"
#include "sip/leg_media.h"
#include "world/switchboard.h"

#include <string.h>

enum { REPLY_MAX = 2048, RESULT_DONE = 0, RESULT_REFUSED = 1 /* chosen: no source names one */ };

/* "Signal=5" */
static char dtmf_digit(const char *body)
{
    while (body && *body) {
        size_t len = strcspn(body, "\r\n");
        if (text_starts_nocase(body, "Signal=")) {
            const char *at = body + 7 + strspn(body + 7, " ");
            return at < body + len && strchr("0123456789*#ABCD", *at) ? *at : '\0';
        }
        body += len + strspn(body + len, "\r\n");
    }
    return '\0';
}

/* {"request":{"reqid":1,"command":"callpark"}} */
struct command {
    int64_t reqid;
    const char *name, *target;
};

static bool read_command(struct arena *arena, const char *body, struct command *ret)
{
    const char *why;
    const struct node *root = json_parse(arena, body, strlen(body), &why);
    const struct node *request = root ? node_get(root, "request") : NULL;
    const struct node *reqid = request ? node_get(request, "reqid") : NULL;
    *ret = (struct command){
        .name = request ? node_text(node_get(request, "command"), NULL) : NULL,
        .target = request ? node_text(node_get(request, "target"), "") : "",
    };
    return ret->name && reqid && reqid->kind == NODE_NUMBER && node_int(reqid, &ret->reqid);
}

bool info_run(struct sip_exchange *exchange, struct phone_leg *leg)
{
    static const char *const types[] = {BODY_JSON, BODY_DTMF, NULL};
    const struct sip_request *request = exchange->request;
    struct command command;
    char digit = '\0';
    if (!request->body)
        return exchange_answer(exchange, 200, NULL, NULL);
    if (body_refuse(exchange, types))
        return true;
    if (text_eq_nocase(request->content_type, BODY_DTMF)) {
        digit = dtmf_digit(request->body);
        if (!digit)
            return exchange_answer(exchange, 400, "Bad Signal", "the body names no digit");
        exchange->leg = leg;
    } else if (!request->is_body_optional) {
        if (!read_command(exchange->arena, request->body, &command))
            return exchange_answer(exchange, 400, "Bad JSON", "the body is no command");
        event_set(exchange->event, EVENT_RESULT, command.name);
        exchange->leg = leg;
    }
    return exchange_answer(exchange, 200, NULL, NULL);
}

/* --- commands --- */

/* What a command says beside that it was done; NULL: not. Borrowed. */
struct result {
    const char *park_extension, *number, *target;
};
/* False: it cannot be done. */
typedef bool command_fn(struct world *world, struct phone_leg *leg, const struct command *command,
                        struct result *result);

static bool park(struct world *world, struct phone_leg *leg, const struct command *command,
                 struct result *result)
{
    leg->hangs_up = true; /* as the phone does when it hears that it is done */
    const struct phone_party *parked = switch_park(world, leg->party);
    if (!parked) {
        leg->hangs_up = false;
        return false;
    }
    result->park_extension = parked->park_id;
    return true;
}

/* A phone of the user by its id or its number. */
static const struct device *device_of(const struct world *world, int64_t user_id,
                                      const char *target)
{
    const char *digits = target + (*target == '+');
    for (size_t i = 0; i < world->device_count; i++) {
        const struct device *device = world->devices[i];
        if (device->user_id == user_id &&
            (text_eq(device->id, target) || text_eq(device->sip_username, digits) ||
             (device->number && text_eq(device->number + 1, digits))))
            return device;
    }
    return NULL;
}

static bool flip(struct world *world, struct phone_leg *leg, const struct command *command,
                 struct result *result)
{
    const struct device *device = device_of(world, leg->party->user_id, command->target);
    if (!device || text_eq(device->id, leg->device_id) ||
        !switch_flip(world, leg->party, device->id))
        return false;
    result->number = device->number ? device->number : command->target;
    result->target = command->target;
    return true;
}

static bool record(struct world *world, struct phone_leg *leg, const struct command *command,
                   struct result *result)
{
    return switch_record(world, leg->party, true);
}

static bool stop_record(struct world *world, struct phone_leg *leg, const struct command *command,
                        struct result *result)
{
    return switch_record(world, leg->party, false);
}

static const struct {
    const char *name;
    command_fn *run;
} commands[] = {{"callpark", park},
                {"callflip", flip},
                {"startcallrecord", record},
                {"stopcallrecord", stop_record}};

static bool run(struct world *world, struct phone_leg *leg, const struct command *command,
                struct result *result)
{
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (text_eq(command->name, commands[i].name))
            return commands[i].run(world, leg, command, result);
    return false;
}

/* Our own INFO says what came of it. It is put into the queue before the command is run: after it the
 * dialog may be gone. */
static void answer_command(struct sip_exchange *exchange, const struct command *command)
{
    struct world *world = exchange->world;
    struct sip_out *out = leg_request(world, exchange->leg, "INFO");
    struct result result = {0};
    bool is_done = run(world, exchange->leg, command, &result);
    struct buf text;
    struct json_out json;
    buf_init(&text, REPLY_MAX);
    json_out_init(&json, &text);
    json_open(&json, NULL);
    json_open(&json, "response");
    json_int(&json, "reqid", command->reqid);
    json_str(&json, "command", command->name);
    json_open(&json, "result");
    json_int(&json, "code", is_done ? RESULT_DONE : RESULT_REFUSED);
    json_str(&json, "description", is_done ? "Succeeded" : "Failed");
    json_str(&json, "park extension", result.park_extension);
    json_str(&json, "number", result.number);
    json_str(&json, "target", result.target);
    json_close(&json);
    json_close(&json);
    json_close(&json);
    if (out) {
        out->headers = "Content-Type: application/json;charset=utf-8\r\n";
        out->body = arena_strdup(&out->arena, buf_text(&text));
    }
    buf_done(&text);
}

void info_go_on(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    struct command command;
    if (text_eq_nocase(request->content_type, BODY_DTMF))
        leg_media_heard(exchange->service, exchange->leg, dtmf_digit(request->body));
    else if (read_command(exchange->arena, request->body, &command))
        answer_command(exchange, &command);
}
