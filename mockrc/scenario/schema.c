#include "scenario/schema.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "explain/failure.h"
#include "scenario/step.h"

#include <string.h>

/* What a value of each kind of argument looks like. A variable may stand for any. */
static const struct {
    const char *kind, *schema;
} kinds[] = {
    {"duration", "{\"type\":[\"string\",\"number\"]}"},
    {"count", "{\"type\":[\"integer\",\"string\"],\"minimum\":0,\"pattern\":\"^([0-9]+$|\\\\$)\"}"},
    {"port", "{\"type\":[\"integer\",\"string\"],\"minimum\":0,\"maximum\":65535}"},
    {"factor", "{\"type\":[\"number\",\"string\"],\"exclusiveMinimum\":0}"},
    {"switch", "{\"type\":[\"boolean\",\"string\"],\"pattern\":\"^\\\\$\"}"},
    {"map", "{\"type\":\"object\"}"},
    {"scopes", "{\"type\":[\"string\",\"array\"],\"items\":{\"type\":\"string\"}}"},
};
static const char any_text[] = "{\"type\":[\"string\",\"number\",\"boolean\"]}";

static void put_choice(struct json_out *out, const char *key, const char *words)
{
    json_open(out, key);
    json_list(out, "enum");
    for (size_t len; *words; words += len + (words[len] == '|')) {
        len = strcspn(words, "|");
        json_strn(out, NULL, words, len);
    }
    json_list_end(out);
    json_close(out);
}

static void put_kind(struct json_out *out, const char *key, const char *kind)
{
    if (strchr(kind, '|')) {
        put_choice(out, key, kind);
        return;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_eq(kinds[i].kind, kind)) {
            json_raw(out, key, kinds[i].schema);
            return;
        }
    json_raw(out, key, any_text);
}

static void put_refs(struct json_out *out, const char *key, const char *name)
{
    json_open(out, key);
    json_fmt(out, "$ref", "#/$defs/%s", name);
    json_close(out);
}

/* An argument: its kind, with its help for editors that show it. */
static void put_arg(struct json_out *out, const struct verb_arg *arg)
{
    json_open(out, arg->name);
    json_str(out, "description", arg->help);
    json_list(out, "allOf");
    put_kind(out, NULL, arg->wants);
    json_list_end(out);
    json_close(out);
}

static void put_required(struct json_out *out, const struct verb_arg *args, size_t max)
{
    bool is_any = false;
    for (size_t i = 0; i < max && args[i].name; i++)
        is_any |= args[i].is_required;
    if (!is_any)
        return;
    json_list(out, "required");
    for (size_t i = 0; i < max && args[i].name; i++)
        if (args[i].is_required)
            json_str(out, NULL, args[i].name);
    json_list_end(out);
}

static void put_verb_map(struct json_out *out, const struct verb *verb)
{
    json_open(out, NULL);
    json_str(out, "type", "object");
    put_required(out, verb->args, VERB_ARGS_MAX);
    json_open(out, "properties");
    for (size_t i = 0; i < VERB_ARGS_MAX && verb->args[i].name; i++)
        put_arg(out, &verb->args[i]);
    json_close(out);
    json_bool(out, "additionalProperties", false);
    json_close(out);
}

static const struct verb_arg *main_of(const struct verb *verb)
{
    for (size_t i = 0; verb->main_arg && i < VERB_ARGS_MAX && verb->args[i].name; i++)
        if (text_eq(verb->args[i].name, verb->main_arg))
            return &verb->args[i];
    return NULL;
}

static bool needs_args(const struct verb *verb)
{
    for (size_t i = 0; i < VERB_ARGS_MAX && verb->args[i].name; i++)
        if (verb->args[i].is_required)
            return true;
    return false;
}

static void put_verb(struct json_out *out, const struct verb *verb)
{
    const struct verb_arg *main_arg = main_of(verb);
    if (text_eq(verb->name, "set") || text_eq(verb->name, "fault")) {
        put_refs(out, verb->name, text_eq(verb->name, "set") ? "knobs" : "rule");
        return;
    }
    json_open(out, verb->name);
    json_str(out, "description", verb->help);
    json_list(out, "anyOf");
    put_verb_map(out, verb);
    if (main_arg)
        put_kind(out, NULL, main_arg->wants);
    if (!needs_args(verb))
        json_raw(out, NULL, "{\"type\":\"null\"}");
    json_list_end(out);
    json_close(out);
}

static void put_client_map(struct json_out *out, const struct step_kind *kind)
{
    json_open(out, NULL);
    json_str(out, "type", "object");
    json_open(out, "properties");
    for (size_t i = 0; i < STEP_ARGS_MAX && kind->args[i].name; i++)
        put_arg(out, &kind->args[i]);
    for (const struct verb_arg *arg = step_common_args(); arg->name; arg++)
        put_arg(out, arg);
    for (size_t i = 0; i < STEP_RESULTS_MAX && kind->results[i].name; i++) {
        json_open(out, kind->results[i].name);
        json_str(out, "description", kind->results[i].help);
        json_str(out, "$ref", "#/$defs/wanted");
        json_close(out);
    }
    json_raw(out, "expect",
             "{\"description\":\"anything else of the answer, by path\",\"type\":\"object\","
             "\"additionalProperties\":{\"$ref\":\"#/$defs/wanted\"}}");
    json_close(out);
    json_bool(out, "additionalProperties", false);
    json_close(out);
}

static void put_kind_step(struct json_out *out, const struct step_kind *kind)
{
    json_open(out, kind->name);
    json_str(out, "description", kind->help);
    if (!kind->cmd) {
        json_str(out, "$ref",
                 text_eq(kind->name, "expect") ? "#/$defs/expectation" : "#/$defs/note");
        json_close(out);
        return;
    }
    json_list(out, "anyOf");
    put_client_map(out, kind);
    json_raw(out, NULL, "{\"type\":\"null\"}");
    if (kind->main)
        json_raw(out, NULL, any_text);
    json_list_end(out);
    json_close(out);
}

static void put_step(struct json_out *out)
{
    json_open(out, "step");
    json_list(out, "anyOf");
    json_open(out, NULL);
    json_list(out, "enum");
    for (size_t i = 0; i < verb_count(); i++)
        if (!needs_args(verb_at(i)) && !verb_at(i)->check)
            json_str(out, NULL, verb_at(i)->name);
    for (size_t i = 0; i < step_kind_count(); i++)
        if (step_kind_at(i)->cmd)
            json_str(out, NULL, step_kind_at(i)->name);
    json_list_end(out);
    json_close(out);
    json_open(out, NULL);
    json_str(out, "type", "object");
    json_int(out, "minProperties", 1);
    json_int(out, "maxProperties", 1);
    json_open(out, "properties");
    for (size_t i = 0; i < verb_count(); i++)
        put_verb(out, verb_at(i));
    for (size_t i = 0; i < step_kind_count(); i++)
        put_kind_step(out, step_kind_at(i));
    json_close(out);
    json_bool(out, "additionalProperties", false);
    json_close(out);
    json_list_end(out);
    json_close(out);
}

/* Keys of an event, with what a term of a match may be. */
static void put_match(struct json_out *out, const char *name, bool is_expectation)
{
    static const char *const others[] = {"op", "layer", "seq", "cause", "time"};
    json_open(out, name);
    json_str(out, "type", "object");
    json_open(out, "properties");
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        put_refs(out, others[i], "wanted");
    for (int key = 0; key < EVENT_KEY_COUNT; key++)
        put_refs(out, event_key_name((enum event_key)key), "wanted");
    if (is_expectation) {
        json_raw(out, "within",
                 "{\"description\":\"world time it may still take\","
                 "\"type\":[\"string\",\"number\"]}");
        json_raw(out, "times",
                 "{\"description\":\"how many such events\",\"type\":\"integer\","
                 "\"minimum\":1}");
        json_raw(out, "absent", "{\"description\":\"there must be none\",\"type\":\"boolean\"}");
    }
    json_close(out);
    json_bool(out, "additionalProperties", false);
    json_close(out);
}

static void put_rule(struct json_out *out)
{
    json_open(out, "rule");
    json_str(out, "type", "object");
    json_raw(out, "required", "[\"match\",\"kind\"]");
    json_open(out, "properties");
    put_refs(out, "match", "match");
    json_open(out, "kind");
    json_list(out, "enum");
    for (size_t i = 0; i < fault_kind_count(); i++)
        json_str(out, NULL, fault_kind_name(i));
    json_list_end(out);
    json_close(out);
    for (size_t i = 0; fault_field_name(i); i++) {
        json_open(out, fault_field_name(i));
        json_str(out, "description", fault_field_wants(i));
        json_raw(out, "type", "[\"string\",\"number\",\"boolean\"]");
        json_close(out);
    }
    json_close(out);
    json_bool(out, "additionalProperties", false);
    json_close(out);
}

static void put_knobs(struct json_out *out)
{
    json_open(out, "knobs");
    json_str(out, "type", "object");
    json_open(out, "properties");
    for (size_t i = 0; i < knob_count(); i++) {
        json_open(out, knob_name(i));
        json_fmt(out, "description", "%s: %s (default %s)", knob_help(i), knob_wants(i),
                 knob_default(i));
        json_raw(out, "type", "[\"string\",\"number\",\"boolean\"]");
        json_close(out);
    }
    json_close(out);
    json_bool(out, "additionalProperties", false);
    json_close(out);
}

static void put_top(struct json_out *out)
{
    json_open(out, "properties");
    json_raw(out, "scenario",
             "{\"description\":\"what happens, in a sentence\",\"type\":\"string\"}");
    json_open(out, "failure");
    json_str(out, "description", "the failure it shows");
    json_list(out, "enum");
    for (size_t i = 0; i < failure_count(); i++)
        json_str(out, NULL, failure_id(i));
    json_list_end(out);
    json_close(out);
    json_raw(out, "fixture",
             "{\"description\":\"a name, or a path beside this file\",\"type\":\"string\"}");
    json_raw(out, "seed", "{\"type\":\"integer\",\"minimum\":1}");
    json_raw(out, "start",
             "{\"description\":\"world time at the first step\",\"type\":\"string\"}");
    json_raw(out, "records",
             "{\"description\":\"size of the call log\",\"type\":\"integer\","
             "\"minimum\":1,\"maximum\":1000000}");
    json_raw(
        out, "names",
        "{\"description\":\"proxies are told by name, and the simulator answers DNS at ${dns}\","
        "\"type\":\"boolean\"}");
    put_refs(out, "knobs", "knobs");
    json_raw(out, "faults", "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/rule\"}}");
    json_raw(out, "steps",
             "{\"type\":\"array\",\"minItems\":1,\"maxItems\":1000,"
             "\"items\":{\"$ref\":\"#/$defs/step\"}}");
    json_close(out);
}

static void put_schema(struct json_out *out)
{
    json_open(out, NULL);
    json_str(out, "$schema", "https://json-schema.org/draft/2020-12/schema");
    json_str(out, "title", "A scenario of mockrc");
    json_str(out, "$comment", "Written by `mockrc schema`");
    json_str(out, "type", "object");
    json_raw(out, "required", "[\"scenario\",\"steps\"]");
    put_top(out);
    json_bool(out, "additionalProperties", false);
    json_open(out, "$defs");
    put_step(out);
    put_match(out, "match", false);
    put_match(out, "expectation", true);
    put_rule(out);
    put_knobs(out);
    json_raw(out, "note", "{\"type\":\"string\"}");
    json_raw(out, "wanted",
             "{\"type\":[\"string\",\"number\",\"boolean\",\"null\",\"array\"],"
             "\"minItems\":1}");
    json_close(out);
    json_close(out);
}

/* --- indenting --- */

static void indent(struct buf *out, int depth)
{
    buf_char(out, '\n');
    for (int i = 0; i < depth; i++)
        buf_str(out, "  ");
}

static void pretty(const struct node *node, int depth, struct buf *out)
{
    struct json_out json;
    bool is_flat = node->kind < NODE_LIST || !node->first;
    for (const struct node *child = node_first(node); child && !is_flat; child = child->next)
        if (child->kind >= NODE_LIST && child->first)
            break;
        else if (!child->next && node->count <= 5)
            is_flat = true;
    if (is_flat) {
        json_out_init(&json, out);
        json_node(&json, NULL, node);
        return;
    }
    buf_char(out, node->kind == NODE_MAP ? '{' : '[');
    for (const struct node *child = node->first; child; child = child->next) {
        indent(out, depth + 1);
        if (child->key) {
            json_out_init(&json, out);
            json_str(&json, NULL, child->key);
            buf_str(out, ": ");
        }
        pretty(child, depth + 1, out);
        buf_str(out, child->next ? "," : "");
    }
    indent(out, depth);
    buf_char(out, node->kind == NODE_MAP ? '}' : ']');
}

void schema_write(struct buf *out)
{
    struct buf flat;
    struct json_out json;
    struct arena arena;
    buf_init(&flat, 4 << 20);
    json_out_init(&json, &flat);
    arena_init(&arena);
    put_schema(&json);
    pretty(json_parse(&arena, buf_text(&flat), flat.len, NULL), 0, out);
    buf_char(out, '\n');
    arena_done(&arena);
    buf_done(&flat);
}
