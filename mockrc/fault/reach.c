#include "fault/reach.h"

#include "base/text.h"

#include <string.h>

#define BIT(layer) (1u << (layer))

/* Where rules are asked at all: not for verbs, calls and what a client reports. */
static const unsigned asked = BIT(LAYER_OAUTH) | BIT(LAYER_REST) | BIT(LAYER_SIP) |
                              BIT(LAYER_NOTIFY) | BIT(LAYER_MEDIA) | BIT(LAYER_NET) |
                              BIT(LAYER_DNS);

/* Which layer's events have a name like this; the first row that fits. The rest are of those that
 * are asked and answered. */
static const struct {
    const char *prefix;
    enum layer layer;
} of_names[] = {
    {"net.", LAYER_NET},     {"dns.", LAYER_DNS},       {"media.", LAYER_MEDIA},
    {"call.", LAYER_WORLD},  {"admin.", LAYER_CONTROL}, {"notify.", LAYER_NOTIFY},
    {"ws.open", LAYER_REST}, {"ws.", LAYER_NOTIFY},
};

/* What a kind acts on, for people; by the layer it is alone with. */
static const struct {
    enum layer layer;
    const char *what;
} of_layers[] = {
    {LAYER_NET, "connections, before anything is asked on them: match listener, proxy, transport "
                "or sni"},
    {LAYER_DNS, "questions for names: match op: dns.query, or name"},
    {LAYER_MEDIA, "the audio of phones: match op: media.start"},
    {LAYER_NOTIFY, "what leaves for subscribers: match op: notify.webhook or ws.notification"},
};

/* Known of an event only when it is over, and then no rule is asked. */
static const char *const outcome_keys[] = {"status", "code", "error", "records", "bytes", "plan"};

/* A connection is judged before anything came over it. */
static const char *const connection_keys[] = {"op",       "layer", "seq",       "time", "cause",
                                              "listener", "proxy", "transport", "sni"};

static bool is_one_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text_eq(word, words[i]))
            return true;
    return false;
}

static unsigned layers_of_name(const char *op)
{
    for (size_t i = 0; i < sizeof of_names / sizeof *of_names; i++)
        if (text_starts(op, of_names[i].prefix))
            return BIT(of_names[i].layer);
    return BIT(LAYER_OAUTH) | BIT(LAYER_REST) | BIT(LAYER_SIP);
}

static unsigned layers_of_layer(const char *name)
{
    for (int i = 0; i < LAYER_COUNT; i++)
        if (text_eq(name, layer_name((enum layer)i)))
            return BIT(i);
    return asked; /* the matcher refuses it */
}

/* The layers that a term's value leaves open. */
static unsigned layers_of(const struct node *value, unsigned (*of_text)(const char *))
{
    if (!value || value->kind == NODE_NULL)
        return asked;
    if (value->kind == NODE_LIST) {
        unsigned layers = 0;
        for (const struct node *one = value->first; one; one = one->next)
            layers |= layers_of(one, of_text);
        return layers;
    }
    const char *text = node_text(value, "*");
    bool is_open = *text == '!' || strpbrk(text, "*?") || strstr(text, "${");
    return is_open ? asked : of_text(text);
}

static int refuse_term(const struct fault_kind *kind, const struct node *term, const char *file,
                       struct diag *diag)
{
    const char *what = !fault_kind_acts_on(kind, LAYER_NOTIFY)
                           ? "what is asked and answered (oauth, rest, sip)"
                           : "what is asked and answered, and what leaves for subscribers";
    for (size_t i = 0; i < sizeof of_layers / sizeof *of_layers; i++)
        if (kind->layers == BIT(of_layers[i].layer))
            what = of_layers[i].what;
    return diag_set(diag, ERR_USAGE, file, term->key_line, term->key_col,
                    "a fault of kind %s acts on %s; with %s: %s it would never fire", kind->name,
                    what, term->key, node_text(term, "..."));
}

int reach_check(const struct fault_kind *kind, const struct node *match, const char *file,
                struct diag *diag)
{
    for (const struct node *term = match->first; term; term = term->next) {
        unsigned layers = asked;
        if (text_eq(term->key, "op"))
            layers = layers_of(term, layers_of_name);
        else if (text_eq(term->key, "layer"))
            layers = layers_of(term, layers_of_layer);
        else if (text_eq(term->key, "listener") || text_eq(term->key, "sni"))
            layers = term->kind == NODE_NULL ? asked : BIT(LAYER_NET);
        bool is_reached = false;
        for (int i = 0; i < LAYER_COUNT && !is_reached; i++)
            is_reached = (layers & asked) >> i & 1 && fault_kind_acts_on(kind, (enum layer)i);
        bool is_known =
            kind->plan != PLAN_BYTES || term->kind == NODE_NULL || *node_text(term, "") == '!' ||
            is_one_of(term->key, connection_keys, sizeof connection_keys / sizeof *connection_keys);
        if (!is_reached || !is_known)
            return refuse_term(kind, term, file, diag);
        if (is_one_of(term->key, outcome_keys, sizeof outcome_keys / sizeof *outcome_keys) &&
            term->kind != NODE_NULL && *node_text(term, "") != '!')
            return diag_set(diag, ERR_USAGE, file, term->key_line, term->key_col,
                            "%s: is known when the answer is made, and a fault acts before; match "
                            "what comes in (op, path, user ...)",
                            term->key);
    }
    return ERR_OK;
}
