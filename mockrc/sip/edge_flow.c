#include "sip/edge_flow.h"

#include "base/mem.h"

#include <stdlib.h>
#include <uthash.h>

struct edge_flow {
    UT_hash_handle hh_transport, hh_id;
    tport_t *transport;
    uint64_t id;
};

uint64_t edge_flow_of(struct edge_flows *flows, tport_t *transport, uint64_t *last)
{
    struct edge_flow *flow;
    HASH_FIND(hh_transport, flows->by_transport, &transport, sizeof transport, flow);
    if (flow)
        return flow->id;
    flow = xcalloc(1, sizeof *flow);
    flow->transport = tport_ref(transport);
    flow->id = ++*last;
    HASH_ADD(hh_transport, flows->by_transport, transport, sizeof flow->transport, flow);
    HASH_ADD(hh_id, flows->by_id, id, sizeof flow->id, flow);
    return flow->id;
}

static void forget(struct edge_flows *flows, struct edge_flow *flow)
{
    HASH_DELETE(hh_transport, flows->by_transport, flow);
    HASH_DELETE(hh_id, flows->by_id, flow);
    tport_unref(flow->transport);
    free(flow);
}

tport_t *edge_flow_transport(const struct edge_flows *flows, uint64_t id)
{
    struct edge_flow *flow;
    HASH_FIND(hh_id, flows->by_id, &id, sizeof id, flow);
    return flow && !tport_is_shutdown(flow->transport) ? flow->transport : NULL;
}

bool edge_flow_close(struct edge_flows *flows, uint64_t id)
{
    struct edge_flow *flow;
    HASH_FIND(hh_id, flows->by_id, &id, sizeof id, flow);
    if (!flow)
        return false;
    tport_shutdown(flow->transport, 2);
    forget(flows, flow);
    return true;
}

void edge_flows_sweep(struct edge_flows *flows)
{
    struct edge_flow *flow, *next;
    HASH_ITER(hh_id, flows->by_id, flow, next)
    {
        if (!tport_is_shutdown(flow->transport))
            continue;
        if (!tport_is_closed(flow->transport))
            tport_shutdown(flow->transport, 2);
        forget(flows, flow);
    }
}

void edge_flows_done(struct edge_flows *flows)
{
    struct edge_flow *flow, *next;
    HASH_ITER(hh_id, flows->by_id, flow, next)
    forget(flows, flow);
}
