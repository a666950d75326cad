#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "sip/agent.h"
#include "sip/calls_parts.h"
#include "sip/leg_media.h"

#include <string.h>

const char *leg_contact(const struct world *world, const struct phone_leg *leg, struct arena *arena,
                        const char *user)
{
    char ours[MEDIA_ADDRESS_MAX], address[300];
    const struct proxy *proxy = leg->proxy;
    const char *host = world->names_resolve ? proxy->host : media_ours(world, leg->peer, ours);
    proxy_host_address(host, proxy->port[leg->transport], address, sizeof address);
    return arena_printf(arena, "sip:%s@%s;transport=%s", user, address,
                        transport_name(leg->transport));
}

static struct phone_leg *new_leg(struct world *world, struct phone_party *party,
                                 const struct device *device, const struct proxy *proxy)
{
    char tag[17];
    struct phone_leg *leg = phone_leg_add(party);
    leg->is_phone = true;
    leg->proxy = proxy;
    xset(&leg->device_id, device->id);
    xset(&leg->aor, device->sip_username);
    xset(&leg->local_tag, id_hex(&world->sip_ids, tag, 16));
    leg->cseq = SIP_OUT_CSEQ + (uint32_t)(party->call->id % 1000000) * 100;
    return leg;
}

void leg_follow(struct phone_leg *leg, const struct sip_request *request)
{
    leg->proxy = request->proxy;
    leg->flow = request->flow;
    leg->transport = transport_of(request);
    xset(&leg->peer, request->peer);
}

struct phone_leg *leg_of_caller(struct world *world, struct phone_party *party,
                                const struct sip_request *request, const struct device *device)
{
    struct phone_leg *leg = new_leg(world, party, device, request->proxy);
    struct arena arena;
    arena_init(&arena);
    leg_follow(leg, request);
    leg->taken = request->taken;
    leg->remote_cseq = request->cseq;
    xset(&leg->call_id, request->call_id);
    xset(&leg->remote_tag, request->from_tag);
    xset(&leg->local, arena_printf(&arena, "<sip:%s@%s>", request->to_user, request->to_host));
    xset(&leg->remote, arena_printf(&arena, "<sip:%s@%s>", request->from_user, request->from_host));
    /* Some phones send no Contact (sip.md 4.2): then it is their address. */
    xset(&leg->target,
         request->contact_count
             ? request->contacts[0].uri
             : arena_printf(&arena, "sip:%s@%s", request->from_user, request->from_host));
    arena_done(&arena);
    return leg;
}

/* A name before an address: RFC 3261 25.1's quoted-string and a blank; "" for none. */
static const char *quoted(struct arena *arena, const char *name)
{
    char *text = arena_alloc(arena, 2 * strlen(name) + 4), *to = text;
    if (!*name)
        return "";
    *to++ = '"';
    for (; *name; name++) {
        if (*name == '"' || *name == '\\')
            *to++ = '\\';
        *to++ = (unsigned char)*name < ' ' || *name == 0x7f ? ' ' : *name;
    }
    memcpy(to, "\" ", 3);
    return text;
}

/* sip.md 4.2: digits of the platform's own, and whether the phone shall answer by itself. */
static const char *call_info(const struct world *world, const struct phone_leg *leg,
                             struct arena *arena, bool answers_itself)
{
    return arena_printf(arena, "Call-Info: <%llu_%d@%s>;purpose=info%s\r\n",
                        (unsigned long long)(100000 + leg->call->id), leg->party->number,
                        world->bind, answers_itself ? ";Answer-After=0" : "");
}

struct phone_leg *leg_ring(struct world *world, struct phone_party *party,
                           const struct binding *binding, const struct device *device,
                           const char *from, const char *name, bool answers_itself)
{
    struct sip_out *out = sip_out_to(world, binding, device->sip_username, "INVITE");
    if (!out)
        return NULL;
    struct phone_leg *leg = new_leg(world, party, device, binding->proxy);
    leg->flow = binding->flow;
    leg->transport = binding->transport;
    leg->invite = out->id;
    leg->invite_cseq = out->cseq = ++leg->cseq;
    xset(&leg->peer, binding->peer);
    xset(&leg->call_id, out->call_id);
    xset(&leg->target, binding->contact);
    xset(&leg->local, arena_printf(&out->arena, "%s<sip:%s@%s>", quoted(&out->arena, name), from,
                                   binding->proxy->realm));
    xset(&leg->remote, out->to);
    out->from = arena_printf(&out->arena, "%s;tag=%s", leg->local, leg->local_tag);
    bool is_app = agent_is_app(device);
    out->headers = arena_printf(
        &out->arena, "Contact: <%s>\r\nContent-Type: application/sdp\r\n%s%s%s",
        leg_contact(world, leg, &out->arena, from),
        is_app || answers_itself ? call_info(world, leg, &out->arena, answers_itself) : "",
        answers_itself ? "Alert-Info: Auto Answer\r\n" : "",
        agent_headers(world, leg, device, &out->arena));
    out->body = leg_media_offer(world, leg, &out->arena);
    return leg;
}

/* p-rc-api-ids in exactly the order and form clients anchor at (sip.md 4.1). */
void leg_answer(struct world *world, struct phone_leg *leg, int status, const char *sdp)
{
    struct sip_out *out = sip_out_add(world, SIP_OUT_ANSWER, leg->proxy);
    if (!out)
        return;
    char party[CALL_ID_LEN], session[CALL_ID_LEN];
    out->of = leg->taken;
    out->status = status;
    out->to_tag = arena_strdup(&out->arena, leg->local_tag);
    if (status >= 300)
        return;
    out->headers = arena_printf(
        &out->arena, "Contact: <%s>\r\n%s%s", leg_contact(world, leg, &out->arena, leg->call->to),
        sdp ? "Content-Type: application/sdp\r\n" : "",
        status == 183
            ? arena_printf(&out->arena, "p-rc-api-ids: party-id=%s;session-id=%s\r\n",
                           phone_party_id(leg->party, party), phone_session_id(leg->call, session))
            : "");
    out->body = sdp ? arena_strdup(&out->arena, sdp) : NULL;
}

struct sip_out *leg_request(struct world *world, struct phone_leg *leg, const char *method)
{
    struct sip_out *out = sip_out_add(world, SIP_OUT_REQUEST, leg->proxy);
    if (!out)
        return NULL;
    struct arena *arena = &out->arena;
    out->flow = leg->flow;
    out->transport = leg->transport;
    out->peer = arena_strdup(arena, leg->peer ? leg->peer : "");
    out->aor = arena_strdup(arena, leg->aor);
    out->method = arena_strdup(arena, method);
    out->uri = arena_strdup(arena, leg->target);
    out->from = arena_printf(arena, "%s;tag=%s", leg->local, leg->local_tag);
    out->to = leg->remote_tag ? arena_printf(arena, "%s;tag=%s", leg->remote, leg->remote_tag)
                              : arena_strdup(arena, leg->remote);
    out->call_id = arena_strdup(arena, leg->call_id);
    out->cseq = ++leg->cseq;
    return out;
}

void leg_ack(struct world *world, struct phone_leg *leg)
{
    struct sip_out *out = leg_request(world, leg, "ACK");
    if (!out)
        return;
    out->cseq = leg->invite_cseq;
    leg->cseq--;
}

void leg_notify(struct world *world, struct phone_leg *leg, const char *fragment, const char *state)
{
    struct sip_out *out = leg_request(world, leg, "NOTIFY");
    if (!out)
        return;
    out->headers = arena_printf(&out->arena,
                                "Event: refer\r\nSubscription-State: %s\r\n"
                                "Content-Type: message/sipfrag;version=2.0\r\n",
                                state);
    out->body = arena_strdup(&out->arena, fragment);
    out->behind = leg->notify;
    if (!leg->notify)
        leg->notify = out->id;
}

/* --- hanging up --- */

enum { GOODBYES_MAX = 4096, GOODBYE_LIFE_MS = 32000 /* 64 times T1 */ };

static uint64_t goodbye_key(const struct world *world, const char *call_id, const char *local_tag,
                            const char *remote_tag)
{
    const uint64_t key[2] = {world->seed, GOODBYES_MAX};
    const char *texts[] = {call_id, local_tag, remote_tag};
    uint64_t parts[3];
    for (size_t i = 0; i < 3; i++)
        parts[i] = texts[i] ? hash_keyed(key, texts[i], strlen(texts[i])) : 0;
    return hash_keyed(key, parts, sizeof parts);
}

static void remember(struct world *world, const struct phone_leg *leg)
{
    uint64_t key = goodbye_key(world, leg->call_id, leg->local_tag, leg->remote_tag);
    if (!world->sip_goodbyes)
        world->sip_goodbyes = recent_new(GOODBYES_MAX);
    struct recent_entry *entry = recent_find(world->sip_goodbyes, key);
    if (!entry)
        entry = recent_put(world->sip_goodbyes, key);
    entry->stamp = clock_now(world);
}

bool calls_is_late_bye(struct world *world, const struct sip_request *request)
{
    if (!text_eq(request->method, "BYE") || !request->to_tag || !world->sip_goodbyes)
        return false;
    const struct recent_entry *entry =
        recent_find(world->sip_goodbyes,
                    goodbye_key(world, request->call_id, request->to_tag, request->from_tag));
    return entry && clock_now(world) - entry->stamp < GOODBYE_LIFE_MS;
}

/* Not before the phone has heard what came of its REFER. */
static void bye(struct world *world, struct phone_leg *leg)
{
    struct sip_out *out = leg_request(world, leg, "BYE");
    if (out && leg->refers)
        out->behind = leg->notify;
}

void leg_hang_up(struct world *world, struct phone_leg *leg, int status)
{
    if (!leg->is_phone)
        return;
    if (leg->state == LEG_UP) {
        if (leg->refers)
            leg_notify(world, leg, "SIP/2.0 200 OK\r\n", "terminated;reason=noresource");
        if (!leg->hangs_up)
            bye(world, leg);
        agent_tell(world, leg, AGENT_FREE_RESOURCES);
        remember(world, leg);
    } else if (leg->taken) {
        leg_answer(world, leg, status, NULL);
    } else if (leg->invite) {
        struct sip_out *out = sip_out_add(world, SIP_OUT_CANCEL, leg->proxy);
        if (out)
            out->of = leg->invite;
        agent_tell(world, leg, AGENT_SESSION_CLOSE);
    }
}
