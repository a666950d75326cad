#include "sip/agent.h"

#include "base/text.h"
#include "sip/body.h"
#include "world/switchboard.h"

#include <stdlib.h>
#include <string.h>

/* A call's session id in the XML: digits, and found again by them. */
static const int64_t first_sid = 900000000000;

bool agent_is_app(const struct device *device)
{
    return device && (device->type == DEVICE_SOFT_PHONE || device->type == DEVICE_WEB_PHONE);
}

static const struct device *app_of(const struct world *world, const struct phone_leg *leg)
{
    const struct device *device = leg->is_phone ? device_by_id(world, leg->device_id) : NULL;
    return agent_is_app(device) ? device : NULL;
}

/* --- to the phone --- */

static void write_head(struct arena *arena, const struct phone_leg *leg, enum agent_command command,
                       const char *request, struct agent_element *head)
{
    const char *realm = leg->proxy->realm;
    agent_add(head, "SID",
              arena_printf(arena, "%lld", (long long)(first_sid + (int64_t)leg->call->id)));
    agent_add(head, "Req", request);
    agent_add(head, "From", arena_printf(arena, "#880001@%s:5060", realm));
    agent_add(head, "To",
              command == AGENT_INCOMING_CALL ? leg->aor
                                             : arena_printf(arena, "%s@%s:5060", leg->aor, realm));
    agent_add(head, "Cmd", arena_printf(arena, "%d", command));
}

static const char *new_guid(struct world *world, struct arena *arena)
{
    char hex[33];
    id_hex(&world->sip_ids, hex, 32);
    return arena_printf(arena, "{%.8s-%.4s-4%.3s-8%.3s-%.12s}", hex, hex + 8, hex + 13, hex + 17,
                        hex + 20);
}

/* What is shown of the call: of a queue's call also the queue. */
static const char *call_info(struct world *world, const struct phone_leg *leg, struct arena *arena)
{
    const struct user *queue =
        leg->party->queue_id ? user_by_id(world, leg->party->queue_id) : NULL;
    if (!queue)
        return "callAttributes=reject,send-vm";
    return arena_printf(arena,
                        "callAttributes=queue-call,reject;callerIdName=%s;displayInfo=queueName;"
                        "displayInfoSub=callerIdName;queueName=%s",
                        leg->call->name ? leg->call->name : "", queue->name);
}

/* Names come from people: nothing of them may end a line. */
static const char *one_line(struct arena *arena, const char *text)
{
    char *plain = arena_strdup(arena, text);
    for (char *at = plain; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
    return plain;
}

const char *agent_headers(struct world *world, const struct phone_leg *leg,
                          const struct device *device, struct arena *arena)
{
    if (!agent_is_app(device))
        return "";
    char party[CALL_ID_LEN], session[CALL_ID_LEN];
    const struct user *user = user_by_id(world, device->user_id);
    struct agent_message message = {0};
    write_head(arena, leg, AGENT_INCOMING_CALL, new_guid(world, arena), &message.head);
    agent_add(&message.body, "SrvLvl", "-1");
    agent_add(&message.body, "SrvLvlExt", "406");
    agent_add(&message.body, "Phn", leg->call->from);
    agent_add(&message.body, "Nm", leg->call->name);
    agent_add(&message.body, "ToPhn", device->number ? device->number : leg->call->to);
    agent_add(&message.body, "ToNm", user ? user->name : NULL);
    agent_add(&message.body, "RecUrl", NULL);
    return arena_printf(arena,
                        "P-rc: %s\r\np-rc-api-ids: party-id=%s;session-id=%s\r\n"
                        "p-rc-api-call-info: %s\r\n",
                        agent_write(arena, &message), phone_party_id(leg->party, party),
                        phone_session_id(leg->call, session),
                        one_line(arena, call_info(world, leg, arena)));
}

void agent_tell(struct world *world, const struct phone_leg *leg, enum agent_command command)
{
    const struct device *device = app_of(world, leg);
    struct sip_out *out = device ? sip_out_add(world, SIP_OUT_REQUEST, leg->proxy) : NULL;
    if (!out)
        return;
    char call_id[33], tag[17];
    struct arena *arena = &out->arena;
    struct agent_message message = {0};
    write_head(arena, leg, command, "", &message.head);
    agent_add(&message.body, "Cln", device->id);
    agent_add(&message.body, "IP", "4294967295");
    agent_add(&message.body, "Sts", "0");
    agent_add(&message.body, "CtrlCln", "");
    out->flow = leg->flow;
    out->transport = leg->transport;
    out->peer = arena_strdup(arena, leg->peer ? leg->peer : "");
    out->aor = arena_strdup(arena, leg->aor);
    out->method = "MESSAGE";
    out->uri = arena_strdup(arena, leg->target);
    out->from = arena_printf(arena, "<sip:%%23880001@%s>;tag=%s", leg->proxy->realm,
                             id_hex(&world->sip_ids, tag, 16));
    out->to = arena_printf(arena, "<sip:%s@%s>", leg->aor, leg->proxy->realm);
    out->call_id = arena_strdup(arena, id_hex(&world->sip_ids, call_id, 32));
    out->cseq = sip_out_cseq(world, out);
    out->headers = "Content-Type: " BODY_AGENT "\r\n";
    out->body = agent_write(arena, &message);
}

/* --- from the phone --- */

/* Who speaks of which call: by SID, and by Cln or the address it is sent from. */
static struct phone_leg *leg_of(const struct sip_exchange *exchange,
                                const struct agent_message *message)
{
    int64_t sid;
    const char *client = agent_get(&message->body, "Cln");
    const char *text = agent_get(&message->head, "SID");
    if (!text || !text_int64(text, &sid) || sid <= first_sid)
        return NULL;
    const struct phone_call *call = phone_call_by_id(exchange->world, (uint64_t)(sid - first_sid));
    struct phone_leg *leg = call ? call->legs : NULL;
    while (leg && (!leg->is_phone || (!text_eq(leg->device_id, client) &&
                                      !text_eq(leg->aor, exchange->request->from_user))))
        leg = leg->next;
    return leg;
}

static const char *const agent_only[] = {BODY_AGENT, NULL};

static bool check_body(struct sip_exchange *exchange)
{
    return body_refuse(exchange, agent_only);
}

static bool answer_message(struct sip_exchange *exchange)
{
    struct agent_message message;
    const char *body = exchange->request->body;
    if (!body || !agent_read(exchange->arena, body, &message))
        return exchange_answer(exchange, 400, "Bad Message", "the body is no message of an app");
    event_set(exchange->event, EVENT_RESULT, agent_get(&message.head, "Cmd"));
    struct phone_leg *leg = leg_of(exchange, &message);
    if (!leg)
        return exchange_answer(exchange, 481, NULL, "no such call of that phone");
    event_set_int(exchange->event, EVENT_CALL, (int64_t)leg->call->id);
    exchange->call = leg->call;
    exchange->leg = leg;
    return exchange_answer(exchange, 200, NULL, NULL);
}

sip_check_fn *const agent_message_checks[] = {check_body, answer_message, NULL};

/* --- what follows --- */

typedef void agent_fn(struct world *world, struct phone_leg *leg,
                      const struct agent_message *message);

static void forward(struct world *world, struct phone_leg *leg, const struct agent_message *message)
{
    struct switch_target target;
    const struct user *user = user_by_id(world, leg->party->user_id);
    const char *number = agent_get(&message->body, "Phn");
    if (user && number && switch_find(world, user->account_id, number, &target))
        switch_forward(world, leg->party, &target);
}

static void to_voicemail(struct world *world, struct phone_leg *leg,
                         const struct agent_message *message)
{
    const struct switch_target target = {.voicemail = user_by_id(world, leg->party->user_id)};
    if (target.voicemail)
        switch_forward(world, leg->party, &target);
}

static void refuse(struct world *world, struct phone_leg *leg, const struct agent_message *message)
{
    switch_reject(world, leg->party);
}

static void reply(struct world *world, struct phone_leg *leg, const struct agent_message *message)
{
    switch_reply(world, leg->party);
}

static const struct {
    enum agent_command command;
    agent_fn *run;
} actions[] = {
    {AGENT_FORWARD, forward},
    {AGENT_VOICEMAIL, to_voicemail},
    {AGENT_REJECT, refuse},
    {AGENT_REPLY, reply},
};

void agent_go_on(struct sip_exchange *exchange)
{
    struct agent_message message;
    agent_read(exchange->arena, exchange->request->body, &message);
    const char *command = agent_get(&message.head, "Cmd");
    long number = command ? strtol(command, NULL, 10) : 0;
    if (exchange->leg->state != LEG_RINGING || !exchange->leg->invite)
        return; /* taken or closed meanwhile */
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if ((long)actions[i].command == number)
            actions[i].run(exchange->world, exchange->leg, &message);
}
