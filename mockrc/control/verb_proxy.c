/*
 * stop-proxy, start-proxy, drain-proxy, stale-proxy, move-proxy: what the provider does to a SIP
 * outbound proxy. All proxies share one registrar, so what was registered elsewhere stays.
 *
 *   stop-proxy: a         nothing listens any more
 *   drain-proxy: a        new requests get 503 with Retry-After
 *   stale-proxy: a        it answers, but what registers there leads nowhere; no longer provisioned
 *   start-proxy: a        up again, whatever it was
 *   move-proxy: a         new ports (any free ones); the old ones close
 *   move-proxy: { proxy: a, udp: 5070, tcp: 5070, leave: stale }   the old address stays, stale
 *   (as udp and tcp: tls, ws, wss)
 *
 * Say: proxy, state. The new ports are in `mockrc env` and `GET /__admin/world`, and in a
 * scenario's
 * ${proxy.a}; no event holds them.
 */
#include "control/verbs.h"

#include "base/text.h"

static void say(struct verb_call *call, const struct proxy *proxy)
{
    json_str(call->out, "proxy", proxy->name);
    json_str(call->out, "state", proxy_state_name(proxy->state));
}

static int become(struct verb_call *call, enum proxy_state state)
{
    struct proxy *proxy = verb_proxy(call, "proxy");
    if (!proxy)
        return ERR_USAGE;
    if (proxy->state == state)
        return verb_refuse(call, verb_arg(call, "proxy"), "proxy %s is %s already", proxy->name,
                           proxy_state_name(state));
    proxy_set_state(call->world, proxy, state, journal_next(call->journal));
    say(call, proxy);
    return ERR_OK;
}

static int stop(struct verb_call *call)
{
    return become(call, PROXY_STOPPED);
}

static int start(struct verb_call *call)
{
    return become(call, PROXY_UP);
}

static int drain(struct verb_call *call)
{
    return become(call, PROXY_DRAINING);
}

static int stale(struct verb_call *call)
{
    return become(call, PROXY_STALE);
}

static int wished(const struct verb_call *call, const char *name)
{
    int64_t port = 0;
    node_int(verb_arg(call, name), &port);
    return (int)port;
}

static int move(struct verb_call *call)
{
    struct proxy *proxy = verb_proxy(call, "proxy");
    if (!proxy)
        return ERR_USAGE;
    int want[TRANSPORTS];
    for (int i = 0; i < TRANSPORTS; i++)
        want[i] = wished(call, transport_name((enum transport)i));
    bool leaves_stale = text_eq(verb_text(call, "leave", "closed"), "stale");
    proxy_move(call->world, proxy, want, leaves_stale, journal_next(call->journal));
    say(call, proxy);
    json_str(call->out, "old_address", leaves_stale ? "stale" : "closed");
    return ERR_OK;
}

#define ONE_PROXY                                                                                  \
    {                                                                                              \
        {                                                                                          \
            "proxy", "proxy", "which", true                                                        \
        }                                                                                          \
    }

const struct verb verb_stop_proxy = {
    .name = "stop-proxy",
    .help = "a SIP proxy stops listening",
    .main_arg = "proxy",
    .args = ONE_PROXY,
    .run = stop,
};

const struct verb verb_start_proxy = {
    .name = "start-proxy",
    .help = "a SIP proxy serves again",
    .main_arg = "proxy",
    .args = ONE_PROXY,
    .run = start,
};

const struct verb verb_drain_proxy = {
    .name = "drain-proxy",
    .help = "a SIP proxy answers 503 to everything new",
    .main_arg = "proxy",
    .args = ONE_PROXY,
    .run = drain,
};

const struct verb verb_stale_proxy = {
    .name = "stale-proxy",
    .help = "a SIP proxy answers, but what registers there leads nowhere",
    .main_arg = "proxy",
    .args = ONE_PROXY,
    .run = stale,
};

const struct verb verb_move_proxy = {
    .name = "move-proxy",
    .help = "a SIP proxy gets other ports",
    .main_arg = "proxy",
    .args = {{"proxy", "proxy", "which", true},
             {"udp", "port", "its new UDP port; 0 or none: any free one", false},
             {"tcp", "port", "its new TCP port; 0 or none: any free one", false},
             {"tls", "port", "its new TLS port; 0 or none: any free one", false},
             {"ws", "port", "its new port for WebSocket; 0 or none: any free one", false},
             {"wss", "port", "its new port for secure WebSocket; 0 or none: any free one", false},
             {"leave", "closed|stale", "what becomes of the old address (default: closed)", false}},
    .run = move,
};
