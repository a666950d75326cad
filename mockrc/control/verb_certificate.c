/*
 * rotate-certificate: the HTTPS listener or a SIP proxy gets a new certificate, and restarts: its
 * connections over TLS end.
 *
 *   rotate-certificate: https
 *   rotate-certificate: { of: a, authority: new }     signed by a new authority, as all are from then on
 *   rotate-certificate: { of: a, connections: kept }  who is connected stays so
 *
 * A new authority is not in the file that clients trust until its name is asked for again (`mockrc
 * env`, /__admin/env, a scenario's connect with ca_file). For certificates that are not right there is
 * the fault `certificate`.
 *
 * Say: of, authority.
 */
#include "control/verbs.h"

#include "base/text.h"

static int rotate_certificate(struct verb_call *call)
{
    struct world *world = call->world;
    bool is_https = text_eq(verb_text(call, "of", "https"), "https");
    struct proxy *proxy = is_https ? NULL : verb_proxy(call, "of");
    if (!is_https && !proxy)
        return ERR_USAGE;
    bool is_new = text_eq(verb_text(call, "authority", "same"), "new");
    bool ends = text_eq(verb_text(call, "connections", "end"), "end");
    if (is_new)
        world->authority++;
    if (proxy)
        proxy->certificate++;
    else
        world->certificate++;
    if (ends && proxy)
        proxy->restarts++;
    else if (ends)
        world->restarts++;
    outbox_put(world, OUTBOX_PROXY, 0);
    json_str(call->out, "of", proxy ? proxy->name : "https");
    json_str(call->out, "authority", is_new ? "new" : "same");
    return ERR_OK;
}

const struct verb verb_rotate_certificate = {
    .name = "rotate-certificate",
    .help = "the HTTPS listener or a SIP proxy gets a new certificate and restarts",
    .main_arg = "of",
    .args = {{"of", "text", "https or a proxy's name (default: https)", false},
             {"authority", "same|new", "who signs it (default: same)", false},
             {"connections", "end|kept", "what becomes of those over TLS (default: end)", false}},
    .run = rotate_certificate,
};
