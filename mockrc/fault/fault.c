#include "fault/fault.h"

#include "base/mem.h"
#include "base/text.h"
#include "fault/reach.h"
#include "fault/rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALERT_HANDSHAKE_FAILURE = 40 };

struct faults {
    struct rule **rules;
    size_t count, cap;
    uint64_t edition;
    uint64_t named; /* for names of rules that have none */
};

struct faults *faults_new(void)
{
    return xcalloc(1, sizeof(struct faults));
}

static void rule_free(struct rule *rule)
{
    arena_done(&rule->arena);
    free(rule);
}

void faults_free(struct faults *faults)
{
    if (!faults)
        return;
    fault_clear(faults, "*");
    free(faults->rules);
    free(faults);
}

static const struct fault_kind *kind_of(const struct node *map, const char *file, struct diag *diag)
{
    const struct node *kind = node_get(map, "kind");
    const char *names[32];
    char all[400] = "";
    for (size_t i = 0; i < fault_kind_count(); i++) {
        names[i] = fault_kind_name(i);
        if (text_eq(node_text(kind, NULL), names[i]))
            return fault_kind_at(i);
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", i ? ", " : "", names[i]);
    }
    if (!kind) {
        diag_set(diag, ERR_USAGE, file, map->line, map->col, "a fault needs `kind:` (%s)", all);
        return NULL;
    }
    const char *near = text_nearest(node_text(kind, ""), names, fault_kind_count());
    diag_set(diag, ERR_USAGE, file, kind->line, kind->col,
             "unknown fault kind \"%s\"; wanted one of %s%s%s%s", node_text(kind, ""), all,
             near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
    return NULL;
}

/* UDP has no connections. */
static bool is_out_of_reach(const struct fault_kind *kind, const struct node *match)
{
    const char *listener = node_text(node_get(match, "listener"), "");
    const char *transport = node_text(node_get(match, "transport"), "");
    const char *blank = strrchr(listener, ' ');
    const char *of_listener = blank ? blank + 1 : "";
    return kind->plan == PLAN_BYTES && (text_eq(transport, "udp") || text_eq(of_listener, "udp"));
}

/* A key that was meant to be `name`, by the look of it. */
static const struct node *slip_for(const struct node *map, const char *name)
{
    for (const struct node *child = map->first; child; child = child->next)
        if (text_nearest(child->key, &name, 1))
            return child;
    return NULL;
}

static int rule_read(struct rule *rule, const struct node *map, const char *file, struct diag *diag)
{
    if (!map || map->kind != NODE_MAP)
        return diag_set(diag, ERR_USAGE, file, map ? map->line : 0, map ? map->col : 0,
                        "a fault is a map with match and kind, saw %s", node_kind_name(map));
    rule->plan.retry_after_s = -1;
    rule->kind = kind_of(map, file, diag);
    if (!rule->kind)
        return ERR_USAGE;
    const struct node *match = node_get(map, "match");
    if (!match) {
        const struct node *slip = slip_for(map, "match");
        return diag_set(diag, ERR_USAGE, file, slip ? slip->key_line : map->line,
                        slip ? slip->key_col : map->col,
                        "a fault needs `match:` (for all, write match: {})%s%s%s",
                        slip ? ", saw \"" : "", slip ? slip->key : "", slip ? ":\"" : "");
    }
    if (is_out_of_reach(rule->kind, match))
        return diag_set(diag, ERR_USAGE, file, match->line, match->col,
                        "a fault of kind %s is about connections, and SIP over UDP has none; it "
                        "acts on http, https, "
                        "gateway, and of a proxy on tcp, tls, ws and wss",
                        rule->kind->name);
    int err = match_from_node(&rule->arena, match, NULL, file, &rule->match, diag);
    if (!err)
        err = reach_check(rule->kind, match, file, diag);
    for (const struct node *child = map->first; child && !err; child = child->next)
        if (!text_eq(child->key, "match") && !text_eq(child->key, "kind"))
            err = rule_read_field(rule, child, file, diag);
    if (!err && rule->kind->needs && !node_get(map, rule->kind->needs))
        err = diag_set(diag, ERR_USAGE, file, map->line, map->col, "a fault of kind %s needs `%s:`",
                       rule->kind->name, rule->kind->needs);
    if (!err && rule->until_ms && rule->until_ms <= rule->from_ms)
        err = diag_set(diag, ERR_USAGE, file, map->line, map->col,
                       "the window is empty: until must come after from");
    bool is_regular = rule->every_ms > rule->lasts_ms && rule->lasts_ms > 0;
    if (!err && (rule->every_ms || rule->lasts_ms) && !is_regular)
        err = diag_set(diag, ERR_USAGE, file, map->line, map->col,
                       "every and lasts go together, and lasts is the shorter one");
    rule->plan.kind = rule->kind->plan;
    rule->plan.bytes = rule->kind->bytes;
    if (rule->plan.bytes == BYTES_ALERT && !node_get(map, "alert"))
        rule->plan.alert = ALERT_HANDSHAKE_FAILURE;
    return err;
}

int fault_check(const struct node *map, const char *file, struct diag *diag)
{
    struct rule rule = {0};
    int err = rule_read(&rule, map, file, diag);
    arena_done(&rule.arena);
    return err;
}

static struct rule *rule_named(const struct faults *faults, const char *name)
{
    for (size_t i = 0; i < faults->count; i++)
        if (text_eq(faults->rules[i]->name, name))
            return faults->rules[i];
    return NULL;
}

int fault_arm(struct faults *faults, const struct node *map, const char *file, int64_t now_ms,
              uint64_t cause, const char **ret_name, struct diag *diag)
{
    int line = map ? map->line : 0, col = map ? map->col : 0;
    if (faults->count == FAULTS_MAX)
        return diag_set(diag, ERR_USAGE, file, line, col, "more than %d faults", FAULTS_MAX);
    struct rule *rule = xcalloc(1, sizeof *rule);
    int err = rule_read(rule, map, file, diag);
    if (!err && rule->name && rule_named(faults, rule->name))
        err = diag_set(diag, ERR_USAGE, file, line, col, "a fault \"%s\" is armed already",
                       rule->name);
    if (err) {
        rule_free(rule);
        return err;
    }
    while (!rule->name || (rule->name[0] == '\0'))
        rule->name = arena_printf(&rule->arena, "%s-%llu", rule->kind->name,
                                  (unsigned long long)++faults->named);
    rule->line = file ? line : 0;
    rule->col = file ? col : 0;
    rule->plan.rule = rule->name;
    rule->plan.cause = cause;
    rule->from_ms += now_ms;
    if (rule->until_ms)
        rule->until_ms += now_ms;
    xgrow(faults->rules, faults->count, &faults->cap);
    faults->rules[faults->count++] = rule;
    faults->edition++;
    if (ret_name)
        *ret_name = rule->name;
    return 0;
}

size_t fault_clear(struct faults *faults, const char *name)
{
    size_t kept = 0, before = faults->count;
    bool is_all = text_eq(name, "*");
    for (size_t i = 0; i < before; i++) {
        if (is_all || text_eq(faults->rules[i]->name, name))
            rule_free(faults->rules[i]);
        else
            faults->rules[kept++] = faults->rules[i];
    }
    faults->count = kept;
    faults->edition += before != kept;
    return before - kept;
}

static bool is_armed(const struct rule *rule, int64_t now_ms)
{
    return (rule->times == 0 || rule->hits < (uint64_t)rule->times) && now_ms >= rule->from_ms &&
           (rule->until_ms == 0 || now_ms < rule->until_ms) &&
           (rule->every_ms == 0 || (now_ms - rule->from_ms) % rule->every_ms < rule->lasts_ms);
}

static bool is_spent(const struct rule *rule)
{
    return rule->times && rule->hits >= (uint64_t)rule->times;
}

bool fault_is_about(const struct faults *faults, const struct event *event)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct rule *rule = faults->rules[i];
        if (rule->kind->plan == PLAN_BYTES && !rule->kind->is_of_hello && !is_spent(rule) &&
            match_event(rule->match, event))
            return true;
    }
    return false;
}

bool fault_refuses(const struct faults *faults, const struct event *event, int64_t now_ms,
                   struct plan *ret, bool *ret_is_timed)
{
    for (size_t i = 0; i < faults->count; i++) {
        const struct rule *rule = faults->rules[i];
        if (rule->kind->bytes != BYTES_REFUSE || !match_event(rule->match, event))
            continue;
        *ret_is_timed = true;
        *ret = rule->plan;
        if (is_armed(rule, now_ms))
            return true;
    }
    return false;
}

void fault_hit(struct faults *faults, const char *name)
{
    struct rule *rule = rule_named(faults, name);
    if (rule)
        rule->hits++;
}

uint64_t faults_edition(const struct faults *faults)
{
    return faults->edition;
}

/* When a rule can act: on all but what a client says hello with; on that; on that, and on nothing else. */
enum moment { ANY_OTHER, HELLO, HELLO_ONLY };

static bool acts_at(const struct fault_kind *kind, enum moment moment)
{
    return kind->is_of_hello ? moment != ANY_OTHER : moment != HELLO_ONLY;
}

static void decide(struct faults *faults, const struct event *event, int64_t now_ms,
                   enum moment moment, struct plan *ret)
{
    *ret = (struct plan){.retry_after_s = -1};
    for (size_t i = 0; i < faults->count; i++) {
        struct rule *rule = faults->rules[i];
        if (rule->kind->is_uncountable || !acts_at(rule->kind, moment) ||
            !fault_kind_acts_on(rule->kind, event->layer) || !is_armed(rule, now_ms) ||
            !match_event(rule->match, event))
            continue;
        rule->hits++;
        *ret = rule->plan;
        return;
    }
}

void fault_decide(struct faults *faults, const struct event *event, int64_t now_ms,
                  struct plan *ret)
{
    decide(faults, event, now_ms, ANY_OTHER, ret);
}

void fault_decide_hello(struct faults *faults, const struct event *event, int64_t now_ms,
                        bool is_faulty, struct plan *ret)
{
    decide(faults, event, now_ms, is_faulty ? HELLO_ONLY : HELLO, ret);
}

void faults_json(const struct faults *faults, struct json_out *out, const char *key)
{
    json_list(out, key);
    for (size_t i = 0; i < faults->count; i++) {
        const struct rule *rule = faults->rules[i];
        struct buf text;
        buf_init(&text, 4096);
        match_text(rule->match, &text);
        json_open(out, NULL);
        json_str(out, "name", rule->name);
        json_str(out, "kind", rule->kind->name);
        json_str(out, "match", buf_text(&text));
        json_int(out, "hits", (int64_t)rule->hits);
        if (rule->times)
            json_int(out, "times", rule->times);
        json_time(out, "from", rule->from_ms);
        if (rule->until_ms)
            json_time(out, "until", rule->until_ms);
        json_bool(out, "spent", rule->times && rule->hits >= (uint64_t)rule->times);
        json_close(out);
        buf_done(&text);
    }
    json_list_end(out);
}

bool faults_unfired(const struct faults *faults, struct buf *out, int *ret_line, int *ret_col)
{
    bool is_any = false;
    *ret_line = *ret_col = 0;
    for (size_t i = 0; i < faults->count; i++) {
        const struct rule *rule = faults->rules[i];
        if (rule->hits)
            continue;
        if (!*ret_line) {
            *ret_line = rule->line;
            *ret_col = rule->col;
        }
        buf_printf(out, "%s%s", is_any ? ", " : "", rule->name);
        is_any = true;
    }
    return is_any;
}
