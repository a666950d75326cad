/*
 * What the files of sim/ share. Nobody else includes this.
 *
 * Locks: `lock` is the door. `edges` is held while the edges are brought to what the world wants;
 * it is taken before `lock`, never the other way round.
 */
#ifndef MOCKRC_SIM_INTERNAL_H
#define MOCKRC_SIM_INTERNAL_H

#include "api/serve.h"
#include "dns/edge.h"
#include "front/front.h"
#include "front/gateway_edge.h"
#include "front/link.h"
#include "front/http_link.h"
#include "front/sip_link.h"
#include "media/edge.h"
#include "notify/edge.h"
#include "openapi/openapi.h"
#include "sim/sim.h"
#include "sip/edge.h"
#include "web/listener.h"

#include <pthread.h>

enum { SIM_PROXIES_MAX = 64 };

struct sim {
    struct sim_options options;
    char fixture_path[512];

    pthread_mutex_t lock, edges;
    pthread_cond_t happened; /* an event was appended, or somebody should look at the agenda */
    uint64_t seen;           /* journal number at the last broadcast */
    int waiters;

    pthread_t ticker;
    bool has_ticker, is_stopping;

    struct api api;
    struct openapi *openapi; /* NULL: no document was given */
    struct sip_service sip;
    struct listener *listener;
    struct edge *edge;
    struct front *front;
    struct front_mount mounts[FRONT_ROLE_COUNT];
    uint64_t fault_edition; /* of the rules the front last looked at; in the door */
    bool has_plain_http;    /* the plain HTTP port is the front's; the same */
    bool has_yielded;       /* and civetweb knows; the front's thread's own */
    bool has_timed_rules;   /* one of them keeps a listener from listening, at times; the same */
    char ca_file[512];      /* under `edges`; "": not written yet */
    uint64_t ca_number;     /* of the authority in it */
    bool is_ca_temporary;   /* removed at the end */
    struct http_links http_links;
    struct sip_link_options sip_links;
    char hop_key[HOP_KEY_LEN + 1]; /* sip/hop_via.h */
    struct gateway_edge *gateway;
    struct gateway_call *performed; /* its calls whose errand came back; under `lock` */
    struct dns_edge *dns;           /* NULL: not asked for */
    struct media_carrier carrier;
    struct media *media; /* NULL until a first line is opened; made behind the door */

    pthread_mutex_t hook_lock; /* of the next two; taken after `lock` or alone */
    struct hooks *hooks;       /* webhooks' edge; NULL until the first is called */
    bool has_no_hooks;         /* stopping: none is started any more */
    struct buf hook_ca;        /* --hook-ca's certificates; as of the start */
    uint64_t life;             /* how often the world was replaced */

    char base_url[96], tls_url[96], ws_url[96], wss_url[96]; /* "": not served */
    char dns_address[96];                                    /* the same */
    int home[SIM_PROXIES_MAX][TRANSPORTS];                   /* ports at start: for reset */
    struct edge_ports
        ports[SIM_PROXIES_MAX]; /* of the proxies, as the SIP edge has them; in the door */
};

/* A world as the options want it; in `*ret`. */
int sim_build_world(struct sim *sim, struct world **ret, struct diag *diag);

/* The edges' way in (callbacks). */
void sim_serve_web(void *context, struct arena *arena, const struct web_request *request,
                   struct web_reply *reply, struct plan *plan);
void sim_serve_malformed(void *context, struct web_reply *reply);
void sim_serve_sip(void *context, struct arena *arena, size_t proxy, struct sip_request *request,
                   struct sip_answer *answer, struct plan *plan);
bool sim_proxy_wish(void *context, size_t index, struct edge_wish *wish);
void sim_proxy_opened(void *context, size_t index, const struct edge_ports *ports);
/* Inside the door: proxy number `index` has that port now; 0: none. */
void sim_proxy_has(struct sim *sim, struct proxy *proxy, size_t index, enum transport transport,
                   int port);
struct sip_out *sim_next_sip(void *context);
void sim_sip_replied(void *context, const struct sip_reply *reply);
void sim_sip_taken(void *context, uint64_t taken, enum sip_taken what, const char *body);

/* Webhooks (sim/hook.c): there is something to send; perform an errand and wait for it; let go of
 * all who wait. Not inside the door. */
void sim_hook_wake(struct sim *sim);
void sim_hook_perform(struct sim *sim, struct errand *errand);
void sim_hook_halt(struct sim *sim);
/* Reads the file of --hook-ca, if one is given. ERR_USAGE: it cannot be read, or holds none. */
int sim_read_hook_ca(struct sim *sim, struct diag *diag);
/* Without waiting: `told` is called on the webhooks' thread, or at once when there is none. */
void sim_hook_begin(struct sim *sim, struct errand *errand, hooks_errand_fn *told, void *context);

/* The WebSocket gateway (sim/gateway.c). */
void sim_gateway_init(struct sim *sim);
void sim_gateway_done(struct sim *sim);

/* The front (sim/front.c): which services it has; the transports that gives the world; start. */
void sim_mount(struct sim *sim);
void sim_serve_transports(const struct sim *sim, struct world *world);
int sim_start_front(struct sim *sim, struct diag *diag);
/* Inside the door: shall the front look again, because rules were armed or cleared, or time has passed
 * for one that keeps a listener from listening? */
bool sim_has_new_rules(struct sim *sim);
void sim_remove_ca(struct sim *sim);
/* What a rule about a listener's connections sees of one; which fault it suffers (sim/connections.c). In the
 * door. */
void sim_describe_listener(const struct sim *sim, const char *op, const char *listener,
                           enum front_role role, int index, struct event *event);
void sim_note_byte_fault(struct event *event, const struct plan *plan);
/* Of civetweb's: its workers get few, the front takes the plain port's connections from now on. */
void sim_web_crowded(void *context);
/* The front's callbacks about connections (front/front.h). */
void sim_link_accepted(void *context, const struct link_facts *facts, struct front_welcome *ret);
void sim_link_asked(void *context, const struct link_facts *facts, struct front_welcome *ret);
void sim_link_failed(void *context, const struct link_facts *facts, const char *reason);
/* Inside the door: where clients reach us, told to the world. */
void sim_tell_urls(const struct sim *sim, struct world *world);
/* The name service (sim/dns.c), if it was asked for. */
int sim_start_dns(struct sim *sim, struct diag *diag);
/* The audio of calls (sim/carry.c). */
struct media_carrier sim_carrier(struct sim *sim);

/* Lock and unlock; the second tells waiters and the ticker. */
void door_enter(struct sim *sim);
void door_leave(struct sim *sim);
void door_stop_ticker(struct sim *sim);

#endif
