/*
 * The edge that calls webhooks: one thread, libcurl's multi interface. Sends what the world has for
 * each subscription, one at a time per subscription and many subscriptions side by side; performs
 * handshakes for those who wait for them. Nothing of it runs inside the door.
 *
 * Redirects are not followed and the environment's proxy is not used: receivers stand nearby. HTTPS is
 * TLS 1.2 or newer, and checked (sub.hook_tls.verify) against the machine's clock, not the world's.
 */
#ifndef MOCKRC_NOTIFY_EDGE_H
#define MOCKRC_NOTIFY_EDGE_H

#include "api/errand.h"
#include "base/buf.h"
#include "notify/webhook.h"

struct hooks;

/* The next parcel to send; false when there is none now. Called on the edge's thread. */
typedef bool hooks_take_fn(void *context, struct parcel *ret);
/* A parcel's outcome is in its errand. */
typedef void hooks_done_fn(void *context, const struct parcel *parcel);

/* Adds the certificates, as PEM, of authorities that receivers over HTTPS may be signed by besides the
 * system's. Called on the edge's thread; may wait a moment. */
enum { HOOKS_TRUST_MAX = 1 << 20 };
typedef void hooks_trust_fn(void *context, struct buf *pem);

struct hooks_options {
    hooks_take_fn *take;
    hooks_done_fn *done;
    hooks_trust_fn *trust; /* NULL: the system's only */
    void *context;
};

/* Never NULL. Without libcurl, or a thread, every delivery fails and says so. */
struct hooks *hooks_start(const struct hooks_options *options);
/* There is something to take. Any thread, never blocks. */
void hooks_wake(struct hooks *hooks);
/* Performs an errand and returns when its outcome is there; any thread. */
void hooks_validate(struct hooks *hooks, struct errand *errand);
/* The same without waiting: `done` is called on the edge's thread, once. */
typedef void hooks_errand_fn(void *context);
void hooks_perform(struct hooks *hooks, struct errand *errand, hooks_errand_fn *done,
                   void *context);
/* Gives up what is under way: whoever waits in hooks_validate returns (unreachable). */
void hooks_halt(struct hooks *hooks);
/* After that, ends the thread and frees. Nobody may be waiting any more. */
void hooks_free(struct hooks *hooks);

#endif
