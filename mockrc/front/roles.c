#include "front/front.h"

static const struct {
    const char *transport;
    bool is_tls, is_sip;
} roles[FRONT_ROLE_COUNT] = {
    [FRONT_HTTPS] = {"https", true, false}, [FRONT_WS] = {"ws", false, false},
    [FRONT_HTTP] = {"http", false, false},  [FRONT_SIP_TLS] = {"tls", true, true},
    [FRONT_SIP_WS] = {"ws", false, true},   [FRONT_SIP_WSS] = {"wss", true, true},
    [FRONT_SIP_TCP] = {"tcp", false, true},
};

const char *front_role_transport(enum front_role role)
{
    return roles[role].transport;
}

bool front_role_is_tls(enum front_role role)
{
    return roles[role].is_tls;
}

bool front_role_is_sip(enum front_role role)
{
    return roles[role].is_sip;
}

const char *front_op_at(size_t i)
{
    static const char *const ops[] = {[FRONT_OP_CONNECT] = "net.connect",
                                      [FRONT_OP_REFUSE] = "net.refuse",
                                      [FRONT_OP_TLS] = "net.tls"};
    return i < sizeof ops / sizeof *ops ? ops[i] : NULL;
}
