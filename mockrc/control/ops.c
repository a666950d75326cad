#include "control/ops.h"

#include "api/cors.h"
#include "base/text.h"
#include "control/control.h"
#include "dns/serve.h"
#include "front/front.h"
#include "journal/call_event.h"
#include "notify/tell.h"
#include "oauth/oauth.h"
#include "rest/rest.h"
#include "sip/wire.h"

#include <string.h>

enum { FAMILIES_MAX = REST_FAMILIES_MAX + 8 };

/* What leaves for subscribers (notify/webhook.c). */
static const char *const notify_ops[] = {"notify.webhook", "notify.validation",
                                         "notify.blacklisted", "notify.overflow"};

void ops_add(struct ops *ops, const char *op)
{
    if (op && ops->count < OPS_MAX)
        ops->list[ops->count++] = op;
}

static void add_families(struct ops *ops)
{
    struct route_family families[FAMILIES_MAX];
    size_t count = 0;
    families[count++] = oauth_routes();
    count += rest_families(families + count, FAMILIES_MAX - count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < families[i].count; j++)
            ops_add(ops, families[i].routes[j].op);
}

void ops_gather(const struct router *router, struct arena *arena, struct ops *ops)
{
    ops->list = arena_alloc(arena, OPS_MAX * sizeof *ops->list);
    ops->count = 0;
    ops_add(ops, "unknown");   /* api/serve.c: a path without a row */
    ops_add(ops, "malformed"); /* and bytes that were no request */
    ops_add(ops, CORS_OP);
    if (!router)
        add_families(ops);
    for (size_t i = 0; router && i < router_count(router); i++)
        ops_add(ops, router_at(router, i)->op);
    for (size_t i = 0; sip_op_at(i); i++)
        ops_add(ops, sip_op_at(i));
    for (size_t i = 0; notify_op_at(i); i++)
        ops_add(ops, notify_op_at(i));
    for (size_t i = 0; call_event_op_at(i); i++)
        ops_add(ops, call_event_op_at(i));
    for (size_t i = 0; i < sizeof notify_ops / sizeof *notify_ops; i++)
        ops_add(ops, notify_ops[i]);
    for (size_t i = 0; front_op_at(i); i++)
        ops_add(ops, front_op_at(i));
    ops_add(ops, dns_op);
    for (size_t i = 0; i < verb_count(); i++)
        ops_add(ops, verb_at(i)->name);
}

static int check_one(const struct ops *ops, const struct node *op, const char *file,
                     struct diag *diag)
{
    const char *text = node_text(op, "*");
    text += *text == '!';
    if (strstr(text, "${"))
        return ERR_OK;
    for (size_t i = 0; i < ops->count; i++)
        if (text_glob(text, ops->list[i]))
            return ERR_OK;
    return verb_unknown(diag, file, op->line, op->col, "op: nothing is named", text, ops->list,
                        ops->count);
}

int ops_check(const struct ops *ops, const struct node *op, const char *file, struct diag *diag)
{
    int err = ERR_OK;
    if (!op)
        return ERR_OK;
    if (op->kind != NODE_LIST)
        return check_one(ops, op, file, diag);
    for (const struct node *one = op->first; one && !err; one = one->next)
        err = check_one(ops, one, file, diag);
    return err;
}
