/*
 * The tenant's web page: what a running one is made of, and what a page works with while it answers
 * one request. tenant_start brings it up on a loopback port; the pages are rows of a table in
 * tenant.c.
 *
 * What holds: every page but the sign-in, the provider's return and the static files needs a
 * session; every POST carries the session's token and comes from our own origin; nothing a page
 * shows waits for the platform.
 */
#ifndef RC_CLIENT_WEB_TENANT_H
#define RC_CLIENT_WEB_TENANT_H

#include <pthread.h>
#include <stdatomic.h>

#include "web/errand.h"
#include "web/html.h"
#include "web/pool.h"
#include "web/server.h"
#include "web/session.h"
#include "web/tls_relay.h"
#include "web/worker.h"

/* Where the fixtures of this project register the provider's way back. */
#define TENANT_PORT     53210
#define TENANT_CALLBACK "/oauth/callback"

struct tenant_options {
    int port;         /* -1: the redirect URI's, else TENANT_PORT; 0: a free one */
    bool is_form_b;   /* the older window: no secondary proxy, Enable Recording */
    bool has_licence; /* UC Realtime Logging */
    int session_s;    /* how long a sign-in lives unused */
    struct worker_options worker;
    const struct client *like; /* how the clients behave */
    const char *store_path;
    const char *clock_url;          /* NULL: the machine's clock */
    const char *tls_cert, *tls_key; /* PEM files: the page answers HTTPS; NULL: plain HTTP */
};

struct tenant {
    struct tenant_options options;
    struct pool *pool;
    struct worker *worker;
    struct sessions *sessions;
    struct errands *errands;
    struct server *server;
    struct tls_relay *tls;      /* in front of it; NULL: plain HTTP */
    unsigned char key[32];      /* of the sums in forms; of this run */
    atomic_bool is_up;          /* all of this is there: requests are answered */
    char callback[512];         /* path of the redirect URI */
    char public_host[256];      /* host[:port] of the redirect URI */
    bool is_public_https;       /* ours or a terminator's: cookies only over TLS */
    bool has_hsts;              /* the same, and not under a name of loopback */
    pthread_mutex_t saving;     /* one look-and-save of the form at a time */
    pthread_mutex_t signing_in; /* one password check at a time, and the two below */
    int wrong_passwords;        /* in a row */
    int64_t closed_until_ms;    /* steady clock: no sign-in before */
};

struct visit {
    struct tenant *tenant;
    struct client *client; /* this request's own */
    const struct request *request;
    struct reply *reply;
    struct sb *page; /* &reply->body */
    struct session session;
    bool has_session;
};

/* NULL with a sentence in `why`. */
struct tenant *tenant_start(const struct tenant_options *options, char *why, size_t cap);
int tenant_port(const struct tenant *tenant);
/* Where a browser on this machine finds it: "https://127.0.0.1:53210/". */
void tenant_url(const struct tenant *tenant, char *to, size_t cap);
/* NULL is fine. */
void tenant_stop(struct tenant *tenant);

/* The page's users, in the store. False with a sentence: too short, or the store refuses. */
bool tenant_set_user(struct store *store, const char *user, const char *password, char *why,
                     size_t cap);
bool tenant_has_user(struct store *store);

/* --- pages: each fills visit->reply --- */

void page_login(struct visit *visit);
void page_login_post(struct visit *visit);
void page_logout(struct visit *visit);
void page_overview(struct visit *visit);
void page_check(struct visit *visit);
void page_platform(struct visit *visit);
void page_platform_post(struct visit *visit);
void page_confirm(struct visit *visit);
void page_confirm_post(struct visit *visit);
void page_return(struct visit *visit); /* the provider's redirect */
void page_handsets(struct visit *visit);
void page_handsets_post(struct visit *visit);
void page_calls(struct visit *visit);
void page_call(struct visit *visit);
void page_recording(struct visit *visit);
void page_transfer(struct visit *visit);
void page_transfer_post(struct visit *visit);
void page_help(struct visit *visit);

/* The sign-in form instead of a page that needs a session; what was typed is kept in it. */
void login_ask(struct visit *visit);

/* One of our own static files into the reply; false when the path names none. */
bool asset_serve(const struct request *request, struct reply *reply);
extern const char asset_style[], asset_script[];

#endif
