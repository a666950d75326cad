#include "fault/fault.h"

#include "base/mem.h"
#include "base/text.h"
#include "fault/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rule {
    struct arena arena;
    const char *name;
    const struct fault_kind *kind;
    const struct match *match;
    struct plan plan;
    int64_t times;              /* 0: any number */
    int64_t from_ms, until_ms;  /* window in world time; until 0: open */
    int64_t every_ms, lasts_ms; /* only in the first lasts_ms of each every_ms; 0: always */
    uint64_t hits;
};

struct faults {
    struct rule **rules;
    size_t count, cap;
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

/* Reading a rule: one row per argument. */
static int read_text(struct rule *rule, const struct node *value, const char **slot)
{
    const char *text = node_text(value, NULL);
    if (!text)
        return -1;
    *slot = arena_strdup(&rule->arena, text);
    return 0;
}

static int read_name(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->name);
}

static int read_status(struct rule *rule, const struct node *value)
{
    int64_t status;
    if (!node_int(value, &status) || status < 100 || status > 699)
        return -1;
    rule->plan.status = (int)status;
    return 0;
}

static int read_code(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.code);
}

static int read_message(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.message);
}

static int read_body(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.body);
}

static int read_retry_after(struct rule *rule, const struct node *value)
{
    int64_t ms;
    if (!text_duration_ms(node_text(value, NULL), &ms) || ms > 86400000)
        return -1;
    rule->plan.retry_after_s = (int)(ms / 1000);
    return 0;
}

static int read_delay(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->plan.delay_ms) &&
                   rule->plan.delay_ms <= 600000
               ? 0
               : -1;
}

static int read_times(struct rule *rule, const struct node *value)
{
    return node_int(value, &rule->times) && rule->times > 0 ? 0 : -1;
}

static int read_from(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->from_ms) ? 0 : -1;
}

static int read_until(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->until_ms) ? 0 : -1;
}

static int read_every(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->every_ms) && rule->every_ms ? 0 : -1;
}

static int read_lasts(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->lasts_ms) && rule->lasts_ms ? 0 : -1;
}

static int read_to(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.to);
}

static bool is_percent(const struct node *value, int *slot)
{
    int64_t percent;
    if (!node_int(value, &percent) || percent < 0 || percent > 100)
        return false;
    *slot = (int)percent;
    return true;
}

static int read_loss(struct rule *rule, const struct node *value)
{
    return is_percent(value, &rule->plan.loss) ? 0 : -1;
}

static int read_reorder(struct rule *rule, const struct node *value)
{
    return is_percent(value, &rule->plan.reorder) ? 0 : -1;
}

static int read_jitter(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->plan.jitter_ms) &&
                   rule->plan.jitter_ms <= 1000
               ? 0
               : -1;
}

static int read_direction(struct rule *rule, const struct node *value)
{
    static const char *const names[] = {[FAULT_BOTH_WAYS] = "both",
                                        [FAULT_TO_PHONE] = "to_phone",
                                        [FAULT_FROM_PHONE] = "from_phone"};
    for (int i = FAULT_BOTH_WAYS; i <= FAULT_FROM_PHONE; i++)
        if (text_eq(node_text(value, NULL), names[i])) {
            rule->plan.direction = (enum fault_direction)i;
            return 0;
        }
    return -1;
}

static const struct field {
    const char *name, *wants;
    int (*read)(struct rule *rule, const struct node *value);
    bool is_common; /* every kind takes it */
} fields[] = {
    {"name", "text", read_name, true},
    {"times", "a count from 1", read_times, true},
    {"from", "a duration from now in world time", read_from, true},
    {"until", "a duration from now in world time", read_until, true},
    {"every", "a duration in world time", read_every, true},
    {"lasts", "a duration in world time", read_lasts, true},
    {"status", "a status from 100 to 699", read_status, false},
    {"code", "an error code", read_code, false},
    {"message", "text", read_message, false},
    {"body", "text", read_body, false},
    {"retry_after", "a duration up to 24h", read_retry_after, false},
    {"delay", "a duration up to 10m", read_delay, false},
    {"to", "a SIP proxy's name or an address", read_to, false},
    {"loss", "a percentage from 0 to 100", read_loss, false},
    {"reorder", "a percentage from 0 to 100", read_reorder, false},
    {"jitter", "a duration up to 1s", read_jitter, false},
    {"direction", "to_phone, from_phone or both", read_direction, false},
};
enum { FIELDS = sizeof fields / sizeof *fields };

const char *fault_field_name(size_t i)
{
    return i < FIELDS ? fields[i].name : NULL;
}

const char *fault_field_wants(size_t i)
{
    return i < FIELDS ? fields[i].wants : NULL;
}

static bool takes(const struct fault_kind *kind, const struct field *field)
{
    if (field->is_common)
        return true;
    for (size_t i = 0; i < KIND_ARGS_MAX && kind->args[i]; i++)
        if (text_eq(kind->args[i], field->name))
            return true;
    return false;
}

static const struct fault_kind *kind_of(const struct node *map, const char *file, struct diag *diag)
{
    const struct node *kind = node_get(map, "kind");
    const char *names[16];
    char all[200] = "";
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

static int read_field(struct rule *rule, const struct node *value, const char *file,
                      struct diag *diag)
{
    const char *names[FIELDS + 2] = {"match", "kind"};
    for (size_t i = 0; i < FIELDS; i++) {
        names[i + 2] = fields[i].name;
        if (!text_eq(value->key, fields[i].name))
            continue;
        if (!takes(rule->kind, &fields[i]))
            return diag_set(diag, ERR_USAGE, file, value->key_line, value->key_col,
                            "a fault of kind %s takes no `%s`", rule->kind->name, value->key);
        if (fields[i].read(rule, value))
            return diag_set(diag, ERR_USAGE, file, value->line, value->col, "%s: wanted %s, saw %s",
                            value->key, fields[i].wants, node_text(value, node_kind_name(value)));
        return 0;
    }
    const char *near = text_nearest(value->key, names, FIELDS + 2);
    return diag_set(diag, ERR_USAGE, file, value->key_line, value->key_col,
                    "unknown key \"%s\" in a fault%s%s%s", value->key,
                    near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
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
    if (!match)
        return diag_set(diag, ERR_USAGE, file, map->line, map->col,
                        "a fault needs `match:` (for all, write match: {})");
    int err = match_from_node(&rule->arena, match, NULL, file, &rule->match, diag);
    for (const struct node *child = map->first; child && !err; child = child->next)
        if (!text_eq(child->key, "match") && !text_eq(child->key, "kind"))
            err = read_field(rule, child, file, diag);
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
    rule->plan.rule = rule->name;
    rule->plan.cause = cause;
    rule->from_ms += now_ms;
    if (rule->until_ms)
        rule->until_ms += now_ms;
    xgrow(faults->rules, faults->count, &faults->cap);
    faults->rules[faults->count++] = rule;
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
    return before - kept;
}

static bool is_armed(const struct rule *rule, int64_t now_ms)
{
    return (rule->times == 0 || rule->hits < (uint64_t)rule->times) && now_ms >= rule->from_ms &&
           (rule->until_ms == 0 || now_ms < rule->until_ms) &&
           (rule->every_ms == 0 || (now_ms - rule->from_ms) % rule->every_ms < rule->lasts_ms);
}

void fault_decide(struct faults *faults, const struct event *event, int64_t now_ms,
                  struct plan *ret)
{
    *ret = (struct plan){.retry_after_s = -1};
    for (size_t i = 0; i < faults->count; i++) {
        struct rule *rule = faults->rules[i];
        if (!fault_kind_acts_on(rule->kind, event->layer) || !is_armed(rule, now_ms) ||
            !match_event(rule->match, event))
            continue;
        rule->hits++;
        *ret = rule->plan;
        return;
    }
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

bool faults_unfired(const struct faults *faults, struct buf *out)
{
    bool is_any = false;
    for (size_t i = 0; i < faults->count; i++) {
        if (faults->rules[i]->hits)
            continue;
        buf_printf(out, "%s%s", is_any ? ", " : "", faults->rules[i]->name);
        is_any = true;
    }
    return is_any;
}
