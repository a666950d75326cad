#include "world/sip_out.h"

#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>

static size_t index_of(const struct world *world, const struct proxy *proxy)
{
    size_t i = 0;
    while (i < world->proxy_count && world->proxies[i] != proxy)
        i++;
    return i;
}

struct sip_out *sip_out_add(struct world *world, enum sip_out_kind kind, const struct proxy *proxy)
{
    struct sip_outs *outs = &world->sip_outs;
    if (outs->count == SIP_OUT_MAX) {
        outs->overflowed++;
        return NULL;
    }
    struct sip_out *out = xcalloc(1, sizeof *out);
    out->kind = kind;
    out->id = ++outs->last_id;
    out->proxy = index_of(world, proxy);
    out->peer = out->headers = "";
    if (outs->last)
        outs->last->next = out;
    else
        outs->first = out;
    outs->last = out;
    outs->count++;
    return out;
}

struct sip_out *sip_out_to(struct world *world, const struct binding *binding, const char *aor,
                           const char *method)
{
    struct sip_out *out = sip_out_add(world, SIP_OUT_REQUEST, binding->proxy);
    if (!out)
        return NULL;
    char call_id[33], tag[17];
    const char *realm = binding->proxy->realm;
    out->flow = binding->flow;
    out->transport = binding->transport;
    out->peer = arena_strdup(&out->arena, binding->peer ? binding->peer : "");
    out->aor = arena_strdup(&out->arena, aor);
    out->method = arena_strdup(&out->arena, method);
    out->uri = arena_strdup(&out->arena, binding->contact);
    out->from =
        arena_printf(&out->arena, "<sip:%s>;tag=%s", realm, id_hex(&world->sip_ids, tag, 16));
    out->to = arena_printf(&out->arena, "<sip:%s@%s>", aor, realm);
    out->call_id = arena_strdup(&out->arena, id_hex(&world->sip_ids, call_id, 32));
    out->cseq = sip_out_cseq(world, out);
    return out;
}

uint32_t sip_out_cseq(const struct world *world, const struct sip_out *out)
{
    return SIP_OUT_CSEQ + (uint32_t)((out->id - world->sip_outs.first_id) % SIP_OUT_CSEQ);
}

void sip_outs_move(struct world *to, struct world *from)
{
    to->sip_outs = from->sip_outs;
    to->sip_outs.first_id = from->sip_outs.last_id;
    to->sip_outs.overflowed = 0;
    from->sip_outs = (struct sip_outs){0};
}

struct sip_out *sip_out_take(struct world *world)
{
    struct sip_outs *outs = &world->sip_outs;
    struct sip_out *out = outs->first;
    if (!out)
        return NULL;
    outs->first = out->next;
    if (!outs->first)
        outs->last = NULL;
    outs->count--;
    out->next = NULL;
    return out;
}

void sip_out_free(struct sip_out *out)
{
    if (!out)
        return;
    arena_done(&out->arena);
    free(out);
}

void sip_outs_done(struct world *world)
{
    struct sip_out *out;
    while ((out = sip_out_take(world)))
        sip_out_free(out);
}
