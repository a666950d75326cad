/*
 * set: turns knobs (`mockrc serve --help` and GET /__admin/knobs list them).
 *
 *   set: { oauth.access_ttl: 10m, rest.rate.limits: off }
 *
 * All or none: one wrong knob and nothing is set. Says every knob it set, with its value.
 */
#include "control/verbs.h"

#include "base/text.h"

/* YAML reads `off` as text and `true` as a switch; knobs take the text of either. */
static int apply(struct knobs *knobs, const struct node *args, const char *file, struct diag *diag)
{
    for (const struct node *arg = args->first; arg; arg = arg->next) {
        const char *value = node_text(arg, NULL);
        struct diag why;
        if (!value)
            return diag_set(diag, ERR_USAGE, file, arg->line, arg->col,
                            "set: %s: wanted a value, saw %s", arg->key, node_kind_name(arg));
        if (!knobs_set(knobs, arg->key, value, &why))
            return diag_set(diag, ERR_USAGE, file, arg->key_line, arg->key_col, "set: %s",
                            why.text);
    }
    return ERR_OK;
}

static int check(const struct node *args, const char *file, struct diag *diag)
{
    struct knobs scratch;
    if (!args || args->kind != NODE_MAP || args->count == 0)
        return diag_set(diag, ERR_USAGE, file, args ? args->line : 0, args ? args->col : 0,
                        "set: wanted a map of knobs, saw %s",
                        args && args->kind == NODE_MAP ? "an empty one" : node_kind_name(args));
    knobs_init(&scratch);
    return apply(&scratch, args, file, diag);
}

static int run(struct verb_call *call)
{
    int err = apply(&call->world->knobs, call->args, call->file, call->diag);
    for (size_t i = 0; !err && i < knob_count(); i++) {
        char value[64];
        if (node_get(call->args, knob_name(i)))
            json_str(call->out, knob_name(i),
                     knob_value(&call->world->knobs, i, value, sizeof value));
    }
    return err;
}

const struct verb verb_set = {
    .name = "set",
    .help = "turn knobs",
    .args = {{"<knob>", "text", "any knob, with its new value", false}},
    .takes_any = true,
    .check = check,
    .run = run,
};
