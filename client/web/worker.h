/*
 * What the page's tenant does in the background: probes the planes, keeps the handsets registered,
 * hears of calls and reads the call log, each on its own schedule and when asked. Three threads: one
 * owns the SIP endpoint (probes and handsets), one transfers data, so that a long transfer delays no
 * probe, one listens for events (hearing.h). A call that ended, as events tell, is read at once; the
 * schedule counts from the last read, so that it is the safety poll of times without events.
 * Anybody may look at what they are at; nobody waits for them to paint a page.
 */
#ifndef RC_CLIENT_WEB_WORKER_H
#define RC_CLIENT_WEB_WORKER_H

#include "checkup.h"
#include "web/hearing.h"
#include "web/pool.h"

enum job {
    JOB_RELOAD = 1,   /* read the devices from the platform, then register */
    JOB_REGISTER = 2, /* register the stored handsets */
    JOB_PROBE = 4,
    JOB_SYNC = 8,
};

struct worker_options {
    int probe_s, register_s, sync_s; /* how often; 0: only when asked */
    int days;                        /* how far back the first transfer goes */
    struct hearing_options hearing;  /* `on_news` and `arg` are the worker's */
};

/* What the last probe of everything found; the tokens it worked with are not in it. */
struct health {
    bool is_known;
    bool is_forgotten; /* by worker_forget, and no probe has ended since */
    int64_t at_ms;
    char word[160]; /* failures.md item 39 */
    struct finding findings[FINDINGS_MAX];
    int count;
    enum plane_state planes[PLANE_COUNT];
    char reasons[PLANE_COUNT][64];
};

struct transfer {
    bool is_running, is_known; /* known: one has ended */
    double done;               /* 0 to 1, of the one running */
    int64_t records;           /* read so far, or by the last one */
    int64_t fresh;
    int64_t from_ms, to_ms, ended_ms, retry_at_ms;
    bool is_complete;
    char error[400]; /* "" when all went well */
};

struct registering {
    bool is_running, is_known;
    int registered, total;
    int64_t ended_ms;
    char error[400];
};

struct worker_state {
    struct health health;
    struct transfer transfer;
    struct registering registering;
    struct hearing_state hearing;
    bool is_probing;
    int64_t probes; /* how many have ended */
};

struct worker;

/* Takes three clients out of `pool` until worker_stop. NULL with a sentence in `why`. */
struct worker *worker_start(struct pool *pool, const struct worker_options *options, char *why,
                            size_t cap);
/* Ends after the step each thread is at. NULL is fine. */
void worker_stop(struct worker *worker);

/* `jobs` of enum job, or-ed; a job that runs already runs once more. */
void worker_ask(struct worker *worker, int jobs);
/* What was found so far is of a grant that is no longer the one in force; a probe under way is of it
 * too and will not count. */
void worker_forget(struct worker *worker);
void worker_look(struct worker *worker, struct worker_state *ret_state);
/* Waits until more probes than `probes` have ended, at most `timeout_ms`. */
void worker_await_probe(struct worker *worker, int64_t probes, int timeout_ms);

#endif
