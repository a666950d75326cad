/*
 * The route table's rows and the call that runs through them. A family (oauth, rest, control) has
 * an array of rows; adding an endpoint is a function and a row. The row drives routing, the gate,
 * rate limits, the journal's name, fault matching, the listings and the coverage test.
 */
#ifndef MOCKRC_API_ROUTE_H
#define MOCKRC_API_ROUTE_H

#include "api/message.h"
#include "base/arena.h"
#include "base/json.h"
#include "base/multipart.h"
#include "base/node.h"
#include "base/params.h"
#include "journal/journal.h"
#include "world/world.h"

struct call;
struct errand;
struct faults;
struct router;
typedef void route_fn(struct call *call);

enum auth {
    AUTH_NONE,   /* anybody */
    AUTH_BEARER, /* a user's access token: the gate finds session, app, user */
    AUTH_CLIENT, /* the handler authenticates the app itself (token, revoke) */
};

/* Which other parties a user without company-wide reach may touch. */
enum target {
    TARGET_NONE,
    TARGET_ACCOUNT,   /* needs reach over the account when the permission is an admin's */
    TARGET_EXTENSION, /* {extensionId} of the path: own is enough with REACH_SELF */
};

struct route {
    const char *method; /* "GET" */
    const char *path;   /* "/restapi/v1.0/account/{accountId}/extension/{extensionId}" */
    const char *op;     /* vendor's operation id, or "oauth.token" */
    enum layer layer;
    enum auth auth;
    enum scope scope;
    enum permission permission;
    enum permission or_permission; /* has it too who has this one; PERMISSION_NONE: no other */
    enum rate_group rate;
    enum target target;
    route_fn *run;
    const void *context; /* what the row is about, when one function serves many rows */
    const char *bulk;    /* path parameter that may hold several ids (api/bulk.h), NULL: none */
    int bulk_max;
    /* How an error that a fault answers with is told; NULL: in REST's envelope. */
    void (*refuse_planned)(struct call *call, int status, const char *code, const char *message);
};

struct route_family {
    const struct route *routes;
    size_t count;
};

enum { ROUTE_ARGS_MAX = 6 };

/* One call, from the gate to the reply. Everything borrowed until the door closes. */
struct call {
    struct world *world;
    struct journal *journal;
    struct faults *faults;       /* for the admin family only: handlers know of no faults */
    const struct router *router; /* likewise */
    struct arena *arena;
    const struct web_request *request;
    struct web_reply *reply;
    struct event *event; /* the call's own event: handlers add what they know */
    const struct route *route;
    const char *args[ROUTE_ARGS_MAX]; /* path parameters in order, decoded */
    struct params query;              /* decoded */
    struct params form;               /* decoded, when the body is a form */
    enum params_fault form_fault;     /* what is wrong with that form */
    const struct node *body; /* parsed, when the body (or a part of it) is JSON; else NULL */
    struct multipart parts;  /* of a multipart body; none otherwise */

    /* Set by the gate for AUTH_BEARER. */
    struct session *session;
    struct app *app;
    struct user *user;
    struct account *account;      /* of the path's {accountId}, or the user's */
    struct user *target;          /* of the path's {extensionId}, or the user */
    const struct errand *errand;  /* performed for this call (api/errand.h), NULL: not yet */
    char request_id[ID_UUID_LEN]; /* "" until reply_begin (api/refuse.h) */
};

/* The value of path parameter `name` ("deviceId"), or NULL. */
const char *call_arg(const struct call *call, const char *name);
/* Appends the called path with real ids where it said "~" (rest.md 1.1), percent-encoded. */
void call_path(const struct call *call, struct buf *out);
/* What to write as cause into nouns this call changes. */
uint64_t call_seq(const struct call *call);

/* An index over families, built once at start. */
struct router;
struct router *router_new(const struct route_family *families, size_t count);
void router_free(struct router *router);

enum route_result { ROUTE_FOUND, ROUTE_WRONG_METHOD, ROUTE_UNKNOWN };
/* Finds the row; fills call->route and call->args. On WRONG_METHOD `allow` gets "GET, PUT". */
enum route_result router_find(const struct router *router, const char *method, const char *path,
                              struct call *call, struct buf *allow);
/* Every row, in family order: for listings and the coverage test. */
size_t router_count(const struct router *router);
const struct route *router_at(const struct router *router, size_t i);

#endif
