/* Reading a scenario file: see scenario.h for the format. */
#include "scenario/scenario.h"

#include "base/text.h"
#include "base/yaml.h"
#include "control/match_names.h"
#include "explain/failure.h"
#include "scenario/step.h"
#include "scenario/vars.h"
#include "sim/sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct reader {
    struct scenario *scenario;
    struct diag *diag;
};

static int refuse(struct reader *reader, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static int refuse(struct reader *reader, const struct node *at, const char *fmt, ...)
{
    char text[sizeof reader->diag->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return diag_set(reader->diag, ERR_USAGE, reader->scenario->file, at->line, at->col, "%s", text);
}

static int wrong_kind(struct reader *reader, const struct node *node, const char *wanted)
{
    return refuse(reader, node, "%s: wanted %s, saw %s", node->key, wanted, node_kind_name(node));
}

/* --- the top level: one function per key --- */

static int take_text(struct reader *reader, const struct node *node, const char **ret)
{
    if (node->kind == NODE_NULL || node->kind >= NODE_LIST || !*node->text)
        return wrong_kind(reader, node, "text");
    *ret = node->text;
    return ERR_OK;
}

static int take_title(struct reader *reader, const struct node *node)
{
    return take_text(reader, node, &reader->scenario->title);
}

static int take_failure(struct reader *reader, const struct node *node)
{
    int err = take_text(reader, node, &reader->scenario->failure);
    if (err || failure_named(node->text) != SIZE_MAX)
        return err;
    const char *names[256];
    size_t count = 0;
    while (count < failure_count() && count < sizeof names / sizeof *names) {
        names[count] = failure_id(count);
        count++;
    }
    return verb_unknown(reader->diag, reader->scenario->file, node->line, node->col,
                        "failure: no such id", node->text, names, count);
}

static int take_fixture(struct reader *reader, const struct node *node)
{
    reader->scenario->fixture_line = node->line;
    reader->scenario->fixture_col = node->col;
    return take_text(reader, node, &reader->scenario->fixture);
}

static int take_count(struct reader *reader, const struct node *node, int64_t least, int64_t most,
                      int64_t *ret)
{
    if (!node_int(node, ret) || *ret < least || *ret > most)
        return refuse(reader, node, "%s: wanted a whole number from %lld to %lld, saw %s",
                      node->key, (long long)least, (long long)most,
                      node_text(node, node_kind_name(node)));
    return ERR_OK;
}

static int take_seed(struct reader *reader, const struct node *node)
{
    int64_t seed = 0;
    int err = take_count(reader, node, 1, INT64_C(9007199254740991), &seed);
    reader->scenario->seed = (uint64_t)seed;
    return err;
}

static int take_records(struct reader *reader, const struct node *node)
{
    int64_t records = 0;
    int err = take_count(reader, node, 1, 1000000, &records);
    reader->scenario->records = (size_t)records;
    return err;
}

static int take_names(struct reader *reader, const struct node *node)
{
    if (node->kind != NODE_BOOL)
        return wrong_kind(reader, node, "true or false");
    reader->scenario->has_names = node->boolean;
    return ERR_OK;
}

static int take_start(struct reader *reader, const struct node *node)
{
    if (!text_time_ms(node_text(node, ""), &reader->scenario->start_ms))
        return refuse(reader, node, "start: wanted a time (2026-01-05T09:00:00Z), saw %s",
                      node_text(node, node_kind_name(node)));
    return ERR_OK;
}

/* Knobs are what the verb `set` takes. */
static int take_knobs(struct reader *reader, const struct node *node)
{
    const char *file = reader->scenario->file;
    reader->scenario->knobs = node;
    if (node->count >= SIM_SETS_MAX / 2)
        return refuse(reader, node, "knobs: at most %d", SIM_SETS_MAX / 2 - 1);
    return verb_check(verb_named("set", NULL), node, file, NULL, reader->diag);
}

static int check_rule(struct reader *reader, const struct node *rule)
{
    const char *file = reader->scenario->file;
    int err = fault_check(rule, file, reader->diag);
    return err ? err : op_check(node_get(node_get(rule, "match"), "op"), file, reader->diag);
}

static int take_faults(struct reader *reader, const struct node *node)
{
    if (node->kind != NODE_LIST)
        return wrong_kind(reader, node, "a list of rules");
    reader->scenario->faults = node;
    int err = ERR_OK;
    for (const struct node *rule = node->first; rule && !err; rule = rule->next)
        err = check_rule(reader, rule);
    return err;
}

/* --- steps --- */

static int unknown_step(struct reader *reader, const struct node *word, const char *name, int line,
                        int col)
{
    const char *names[64];
    size_t count = 0;
    for (size_t i = 0; i < verb_count(); i++)
        names[count++] = verb_at(i)->name;
    for (size_t i = 0; i < step_kind_count() && count < sizeof names / sizeof *names; i++)
        names[count++] = step_kind_at(i)->name;
    const char *file = reader->scenario->file;
    if (strchr(name, ':'))
        return diag_set(reader->diag, ERR_USAGE, file, line, col,
                        "unknown step \"%s\"; a blank belongs behind the colon", name);
    if (!text_nearest(name, names, count))
        return diag_set(reader->diag, ERR_USAGE, file, line, col,
                        "unknown step \"%s\"; mockrc-scenario(5) lists the steps", name);
    return verb_unknown(reader->diag, file, line, col, "unknown step", name, names, count);
}

static int check_step(struct reader *reader, const struct step *step)
{
    const char *file = reader->scenario->file;
    int err = vars_check(step->args, NULL, file, reader->diag);
    if (err)
        return err;
    struct node at = *step->args; /* a step without arguments is complained of at its word */
    struct step copy = *step;
    if (at.kind == NODE_NULL) {
        at.line = step->line;
        at.col = step->col;
        copy.args = &at;
    }
    if (step->verb && text_eq(step->name, "fault"))
        return check_rule(reader, copy.args);
    return step->verb ? verb_check(step->verb, copy.args, file, NULL, reader->diag)
                      : step_check(&copy, file, reader->diag);
}

/* "- save" or "- save: {...}" */
static int take_step(struct reader *reader, const struct node *item, struct step *step)
{
    static const struct node nothing = {.kind = NODE_NULL};
    bool is_bare = item->kind == NODE_STRING;
    if (!is_bare && (item->kind != NODE_MAP || item->count != 1))
        return refuse(reader, item, "a step is one word with its arguments (\"- save:\"), saw %s",
                      item->kind == NODE_MAP ? "several words; is one indented too little?"
                                             : node_kind_name(item));
    const struct node *word = is_bare ? item : item->first;
    *step = (struct step){
        .name = is_bare ? item->text : word->key,
        .args = is_bare ? &nothing : word,
        .line = is_bare ? item->line : word->key_line,
        .col = is_bare ? item->col : word->key_col,
    };
    step->verb = verb_named(step->name, NULL);
    step->kind = step_kind_named(step->name);
    if (!step->verb && !step->kind)
        return unknown_step(reader, word, step->name, step->line, step->col);
    return check_step(reader, step);
}

static int take_steps(struct reader *reader, const struct node *node)
{
    struct scenario *scenario = reader->scenario;
    if (node->kind != NODE_LIST)
        return wrong_kind(reader, node, "a list of steps");
    if (node->count == 0 || node->count > SCENARIO_STEPS_MAX)
        return refuse(reader, node, "steps: wanted 1 to %d, saw %zu", SCENARIO_STEPS_MAX,
                      node->count);
    scenario->steps = arena_alloc(&scenario->arena, node->count * sizeof *scenario->steps);
    int err = ERR_OK;
    for (const struct node *item = node->first; item && !err; item = item->next)
        err = take_step(reader, item, &scenario->steps[scenario->step_count++]);
    return err;
}

static const struct {
    const char *name;
    int (*take)(struct reader *reader, const struct node *node);
    bool is_required;
} keys[] = {
    {"scenario", take_title, true},   {"failure", take_failure, false},
    {"fixture", take_fixture, false}, {"seed", take_seed, false},
    {"start", take_start, false},     {"records", take_records, false},
    {"names", take_names, false},     {"knobs", take_knobs, false},
    {"faults", take_faults, false},   {"steps", take_steps, true},
};
enum { KEYS = sizeof keys / sizeof *keys };

static int take_key(struct reader *reader, const struct node *node)
{
    const char *names[KEYS];
    for (size_t i = 0; i < KEYS; i++) {
        names[i] = keys[i].name;
        if (text_eq(node->key, keys[i].name))
            return keys[i].take(reader, node);
    }
    return verb_unknown(reader->diag, reader->scenario->file, node->key_line, node->key_col,
                        "unknown key", node->key, names, KEYS);
}

static int take_root(struct reader *reader, const struct node *root)
{
    if (root->kind != NODE_MAP)
        return refuse(reader, root, "a scenario is a map (scenario:, steps: ...), saw %s",
                      node_kind_name(root));
    for (const struct node *node = root->first; node; node = node->next) {
        int err = take_key(reader, node);
        if (err)
            return err;
    }
    for (size_t i = 0; i < KEYS; i++)
        if (keys[i].is_required && !node_get(root, keys[i].name))
            return refuse(reader, root, "\"%s:\" is missing", keys[i].name);
    return ERR_OK;
}

static void init(struct scenario *scenario, const char *file)
{
    *scenario = (struct scenario){0};
    arena_init(&scenario->arena);
    scenario->file = arena_strdup(&scenario->arena, file);
}

int scenario_read(const char *file, const char *text, size_t len, struct scenario *scenario,
                  struct diag *diag)
{
    const struct node *root;
    init(scenario, file);
    int err = yaml_parse(&scenario->arena, scenario->file, text, len, &root, diag);
    return err ? err : take_root(&(struct reader){scenario, diag}, root);
}

int scenario_load(const char *path, struct scenario *scenario, struct diag *diag)
{
    const struct node *root;
    init(scenario, path);
    int err = yaml_load(&scenario->arena, path, &root, diag);
    return err ? err : take_root(&(struct reader){scenario, diag}, root);
}

void scenario_done(struct scenario *scenario)
{
    arena_done(&scenario->arena);
    *scenario = (struct scenario){0};
}

/* The users a client step names are checked like a verb's. */
static int check_client_user(const struct step *step, const struct world *world, const char *file,
                             struct diag *diag)
{
    static const struct verb by_user = {.name = "authenticate",
                                        .main_arg = "as",
                                        .args = {{"as", "user", "who logs in", false}},
                                        .takes_any = true};
    return text_eq(step->name, "authenticate") ? verb_check(&by_user, step->args, file, world, diag)
                                               : ERR_OK;
}

int scenario_check_names(const struct scenario *scenario, struct world *world, struct diag *diag)
{
    int err = ERR_OK;
    for (const struct node *rule = node_first(scenario->faults); rule && !err; rule = rule->next)
        err = match_names_check(node_get(rule, "match"), world, scenario->file, diag);
    for (size_t i = 0; i < scenario->step_count && !err; i++) {
        const struct step *step = &scenario->steps[i];
        bool is_fault = step->verb && text_eq(step->name, "fault");
        if (is_fault || text_eq(step->name, "expect"))
            err = match_names_check(is_fault ? node_get(step->args, "match") : step->args, world,
                                    scenario->file, diag);
        if (err)
            return err;
        err = vars_check(step->args, world, scenario->file, diag);
        if (!err)
            err = step->verb ? verb_check(step->verb, step->args, scenario->file, world, diag)
                             : check_client_user(step, world, scenario->file, diag);
    }
    return err;
}

bool scenario_expects(const struct scenario *scenario, bool has_client)
{
    for (size_t i = 0; i < scenario->step_count; i++) {
        const struct step *step = &scenario->steps[i];
        if (step_asserts(step) && (has_client || !step->kind->cmd))
            return true;
    }
    return false;
}

bool scenario_needs_client(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->step_count; i++)
        if (scenario->steps[i].kind && scenario->steps[i].kind->cmd)
            return true;
    return false;
}
