/*
 * One running simulator: world, journal, faults, and its edges (web, SIP). Several per process are
 * fine: nothing is shared.
 *
 *   struct sim_options options = { .fixture = "acme-rc", .clock = CLOCK_FROZEN };
 *   err = sim_start(&options, &sim, &diag);   // every listener serves when this returns
 *   sim_base_url(sim) ...
 *   sim_stop(sim);
 */
#ifndef MOCKRC_SIM_SIM_H
#define MOCKRC_SIM_SIM_H

#include "api/serve.h"
#include "base/err.h"
#include "base/node.h"
#include "sim/door.h"
#include "world/world.h"

struct sim;

enum { SIM_SETS_MAX = 64 };

struct sim_options {
    const char *fixture; /* name or path; NULL: "acme-rc" */
    uint64_t seed;       /* 0: 1 */
    enum clock_mode clock;
    int64_t start_ms;   /* 0: now (real), 2026-01-05T09:00:00Z (frozen) */
    double clock_scale; /* scaled mode */
    const char *bind;   /* NULL: 127.0.0.1 */
    int port;           /* HTTP; 0: any free one */
    int sip_port;       /* first proxy's; 0: any free ones; next proxies follow */
    bool fixture_ports; /* where the fixture names a proxy's port, that one instead */
    int https_port;     /* REST, OAuth, pages and the WebSocket gateway over TLS; 0: any free one */
    int ws_port;        /* the same without TLS, for the gateway; 0: any free one */
    bool serves_names;  /* a name service for the proxies' names, over UDP and TCP */
    int dns_port;       /* its port; 0: any free one */
    const char
        *ca_file; /* gets the authority's certificate; NULL: a temporary file, if asked for */
    const char
        *hook_ca;  /* certificates that HTTPS webhooks are trusted by besides the system's and our
                            own authority's; NULL: none */
    bool tells_ca; /* sim_write_ca or sim_env follows: the certificate is made while all starts */
    const char *keylog; /* gets the secrets of TLS connections; NULL: nothing does */
    const char *tls_names[SIM_SETS_MAX];       /* further names for certificates, NULL-ended */
    const char *admin_token;                   /* required off loopback */
    bool names_resolve;                        /* show proxies by their provisioned names */
    size_t call_log_records;                   /* 0: the fixture's */
    size_t journal_events;                     /* 0: 100,000 */
    int web_threads;                           /* 0: 32 */
    bool has_no_sip, has_no_web, has_no_front; /* for tests and scenarios that need less */
    const char *openapi;            /* the vendor's document, for what has no handler; NULL: none */
    const char *sets[SIM_SETS_MAX]; /* "name=value" knobs, NULL-ended */
};

int sim_start(const struct sim_options *options, struct sim **ret_sim, struct diag *diag);
void sim_stop(struct sim *sim);

/* Back to the fixture: same seed, clock start and knobs; journal cleared. Ports stay. */
int sim_reset(struct sim *sim, struct diag *diag);

/* Returns when what clients had sent to the front (TLS, WebSocket) before has been dealt with: its
 * events are in the journal. */
void sim_catch_up(struct sim *sim);

/* Inside the door only. */
struct world *sim_world(struct sim *sim);
struct journal *sim_journal(struct sim *sim);
struct faults *sim_faults(struct sim *sim);

/* Outside the door. */
const char *sim_base_url(const struct sim *sim); /* "http://127.0.0.1:5880" */
int sim_http_port(const struct sim *sim);
bool sim_is_ready(struct sim *sim); /* every listener serves */

/* Sees to it that the certificate of the authority is in a file, and the world knows which (ca_file).
 * ERR_ENV when it cannot be written. */
int sim_write_ca(struct sim *sim, struct diag *diag);

/* The endpoints a client needs, as one JSON object (design.md section 6, --env-file). */
void sim_env(struct sim *sim, struct buf *out);
/* The same as shell lines under the names the vendor's samples use. */
void sim_env_shell(struct sim *sim, struct buf *out);

/* Runs a verb through the door; `ret_out` (may be NULL) gets what it said as a JSON object. */
int sim_verb(struct sim *sim, const char *verb, const struct node *args, const char *file,
             struct buf *ret_out, struct diag *diag);

#endif
