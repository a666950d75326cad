/* The names of everything that can happen: routes, SIP methods, verbs and the client's commands. */
#include "base/text.h"
#include "front/front.h"
#include "journal/call_event.h"
#include "notify/tell.h"
#include "oauth/oauth.h"
#include "rest/rest.h"
#include "scenario/scenario.h"
#include "scenario/step.h"
#include "sip/wire.h"

#include <string.h>

enum { OPS_MAX = 1024, FAMILIES_MAX = REST_FAMILIES_MAX + 8 };

struct ops {
    const char *list[OPS_MAX];
    size_t count;
};

static void add(struct ops *ops, const char *op)
{
    if (op && ops->count < OPS_MAX)
        ops->list[ops->count++] = op;
}

/* What leaves for subscribers (notify/webhook.c). */
static const char *const notify_ops[] = {"notify.webhook", "notify.validation",
                                         "notify.blacklisted", "notify.overflow"};

static void gather(struct ops *ops)
{
    struct route_family families[FAMILIES_MAX];
    size_t count = 0;
    ops->count = 0;
    add(ops, "unknown");   /* api/serve.c: a path without a row */
    add(ops, "malformed"); /* and bytes that were no request */
    families[count++] = oauth_routes();
    count += rest_families(families + count, FAMILIES_MAX - count);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < families[i].count; j++)
            add(ops, families[i].routes[j].op);
    for (size_t i = 0; sip_op_at(i); i++)
        add(ops, sip_op_at(i));
    for (size_t i = 0; notify_op_at(i); i++)
        add(ops, notify_op_at(i));
    for (size_t i = 0; call_event_op_at(i); i++)
        add(ops, call_event_op_at(i));
    for (size_t i = 0; i < sizeof notify_ops / sizeof *notify_ops; i++)
        add(ops, notify_ops[i]);
    for (size_t i = 0; front_op_at(i); i++)
        add(ops, front_op_at(i));
    for (size_t i = 0; i < verb_count(); i++)
        add(ops, verb_at(i)->name);
    for (size_t i = 0; i < step_kind_count(); i++)
        add(ops, step_kind_at(i)->op);
}

static int check_one(const struct node *op, const char *file, struct diag *diag)
{
    struct ops ops;
    const char *text = node_text(op, "*");
    text += *text == '!';
    if (strstr(text, "${"))
        return ERR_OK;
    gather(&ops);
    for (size_t i = 0; i < ops.count; i++)
        if (text_glob(text, ops.list[i]))
            return ERR_OK;
    return verb_unknown(diag, file, op->line, op->col, "op: nothing is named", text, ops.list,
                        ops.count);
}

int op_check(const struct node *op, const char *file, struct diag *diag)
{
    int err = ERR_OK;
    if (!op)
        return ERR_OK;
    if (op->kind != NODE_LIST)
        return check_one(op, file, diag);
    for (const struct node *one = op->first; one && !err; one = one->next)
        err = check_one(one, file, diag);
    return err;
}
