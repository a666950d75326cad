/*
 * Variables in a scenario's text: ${name}. They are looked up at the moment the step runs, so that
 * a proxy's address is the one it has then, and a password the one that is right then.
 *
 *   ${base} ${base.tls}            the provider's base URL, and over TLS
 *   ${ca_file}                     a file with what TLS clients are to trust
 *   ${dns}                         where names are served, with `names: true`
 *   ${sip.domain}                  the account's SIP domain
 *   ${proxy.a}  ${proxy.a.udp}  ${proxy.a.tcp}   host:port of a proxy (the bare form is UDP's; also
 *   .tls, .ws, .wss);
 *                                  while it is stopped, the address it had last
 *   ${user.101.email}  .password  .extension     of a user, by any name a verb takes
 *   ${username} ${password} ${extension}         the same of the Super Admin
 *   ${client_id} ${client_secret} ${redirect_uri}  of the app with a secret
 *   ${rotate-password.sessions_ended}            what that verb said last
 */
#ifndef MOCKRC_SCENARIO_VARS_H
#define MOCKRC_SCENARIO_VARS_H

#include "base/arena.h"
#include "base/err.h"
#include "base/node.h"
#include "world/world.h"

enum { VARS_SAID_MAX = 256, VARS_PROXIES_MAX = 16 };

/* What was said and seen so far in one run. */
struct vars {
    struct arena *arena; /* lives as long as the run */
    struct {
        const char *name, *value; /* "rotate-password.password" */
    } said[VARS_SAID_MAX];
    size_t said_count;
    struct {
        const char *name;
        int port[TRANSPORTS];
    } proxies[VARS_PROXIES_MAX];
    size_t proxy_count;
};

void vars_init(struct vars *vars, struct arena *arena);

/* Keeps what a verb said: the members of a JSON object. */
void vars_say(struct vars *vars, const char *verb, const struct node *said);
/* Keeps the proxies' ports of this moment. Inside the door. */
void vars_see(struct vars *vars, const struct world *world);

/* The node with every variable filled in: a copy in `arena` where there was one, else the same.
 * NULL with the diag filled when there is no such variable. Inside the door. */
const struct node *vars_fill(struct vars *vars, struct arena *arena, const struct world *world,
                             const struct node *node, const char *file, struct diag *diag);

/* Are these variables at all, as far as one can say without a run? ERR_OK or ERR_USAGE. With a
 * world also that the proxies and users are there. */
int vars_check(const struct node *node, const struct world *world, const char *file,
               struct diag *diag);

#endif
