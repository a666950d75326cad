/* mockrc verbs, knobs, do: what can be done to a provider, and doing it. */
#include "cli/cli.h"

#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"
#include "control/control.h"
#include "world/knob.h"

#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 1 << 20 };

static void put(struct buf *text)
{
    fwrite(buf_text(text), 1, text->len, stdout);
    buf_done(text);
}

/* "advance" and its arguments, each on a line of its own. */
static void verb_words(const struct verb *verb, struct buf *out)
{
    buf_printf(out, "%s\n    %s\n", verb->name, verb->help);
    for (size_t i = 0; i < VERB_ARGS_MAX && verb->args[i].name; i++) {
        const struct verb_arg *arg = &verb->args[i];
        bool is_main = text_eq(arg->name, verb->main_arg);
        buf_printf(out, "    %s: %s%s%s, %s\n", arg->name, arg->wants,
                   arg->is_required ? ", required" : "", is_main ? ", the lone value" : "",
                   arg->help);
    }
    if (verb->takes_any)
        buf_printf(out, "    further names: %s\n",
                   text_eq(verb->name, "fault") ? "of the kind; mockrc fault --help lists them"
                                                : "mockrc knobs lists them");
}

static int unknown_verb(const char *name, const char *near)
{
    return cli_fail(ERR_USAGE, "unknown verb \"%s\"%s%s%s", name, near ? "; did you mean \"" : "",
                    near ? near : "", near ? "\"?" : "; mockrc verbs lists them");
}

int cmd_verbs(struct options *options)
{
    struct buf text;
    const char *near = NULL;
    for (size_t i = 0; i < options->word_count; i++)
        if (!verb_named(options->words[i], &near))
            return unknown_verb(options->words[i], near);
    buf_init(&text, TEXT_MAX);
    if (options->is_json) {
        struct json_out out;
        json_out_init(&out, &text);
        json_open(&out, NULL);
        verbs_json(&out, "verbs");
        json_close(&out);
        buf_char(&text, '\n');
    }
    for (size_t i = 0; !options->is_json && i < options->word_count; i++)
        verb_words(verb_named(options->words[i], &near), &text);
    for (size_t i = 0; !options->is_json && !options->word_count && i < verb_count(); i++)
        verb_words(verb_at(i), &text);
    put(&text);
    return ERR_OK;
}

static bool is_knob_shown(const struct options *options, const char *name)
{
    for (size_t i = 0; i < options->word_count; i++)
        if (strstr(name, options->words[i]))
            return true;
    return options->word_count == 0;
}

int cmd_knobs(struct options *options)
{
    struct buf text;
    struct json_out out;
    size_t shown = 0;
    buf_init(&text, TEXT_MAX);
    json_out_init(&out, &text);
    if (options->is_json)
        json_list(&out, NULL);
    for (size_t i = 0; i < knob_count(); i++) {
        if (!is_knob_shown(options, knob_name(i)))
            continue;
        shown++;
        if (!options->is_json) {
            buf_printf(&text, "%-32s %-10s %s\n    %s\n", knob_name(i), knob_default(i),
                       knob_wants(i), knob_help(i));
            continue;
        }
        json_open(&out, NULL);
        json_str(&out, "name", knob_name(i));
        json_str(&out, "default", knob_default(i));
        json_str(&out, "wants", knob_wants(i));
        json_str(&out, "help", knob_help(i));
        json_close(&out);
    }
    if (options->is_json) {
        json_list_end(&out);
        buf_char(&text, '\n');
    }
    put(&text);
    return shown ? ERR_OK : cli_fail(ERR_USAGE, "no knob's name holds \"%s\"", options->words[0]);
}

/* Would JSON write this number as it was written? "+12125550100" and "0100" are texts. */
static bool is_plain_number(const char *text)
{
    size_t len = strspn(text, "0123456789");
    return len > 0 && len < 16 && !text[len] && (text[0] != '0' || len == 1);
}

/* One argument: read as YAML, or a text when it is none. */
static void argument(struct json_out *out, struct arena *arena, const char *key, const char *value)
{
    const struct node *node;
    if (!*value || yaml_parse(arena, key, value, strlen(value), &node, NULL))
        json_str(out, key, value);
    else if (node->kind == NODE_BOOL || node->kind >= NODE_LIST ||
             (node->kind == NODE_NUMBER && is_plain_number(value)))
        json_node(out, key, node);
    else
        json_str(out, key, value);
}

static int read_arguments(const struct options *options, const struct verb *verb,
                          struct arena *arena, struct json_out *out)
{
    for (size_t i = 1; i < options->word_count; i++) {
        const char *word = options->words[i], *equals = strchr(word, '=');
        bool is_lone = !equals && verb->main_arg && options->word_count == 2;
        if (!is_lone && (!equals || equals == word))
            return cli_fail(ERR_USAGE, "%s: wanted key=value, not \"%s\"; mockrc verbs %s",
                            verb->name, word, verb->name);
        argument(out, arena,
                 is_lone ? verb->main_arg : arena_strndup(arena, word, (size_t)(equals - word)),
                 is_lone ? word : equals + 1);
    }
    return ERR_OK;
}

int cmd_do(struct options *options)
{
    const char *near = NULL;
    char path[128];
    struct buf body, answer;
    struct arena arena;
    struct json_out out;
    if (!options->word_count)
        return cli_fail(ERR_USAGE, "do wants a verb; mockrc verbs lists them");
    const struct verb *verb = verb_named(options->words[0], &near);
    if (!verb)
        return unknown_verb(options->words[0], near);
    buf_init(&body, TEXT_MAX);
    buf_init(&answer, 16 << 20);
    arena_init(&arena);
    json_out_init(&out, &body);
    json_open(&out, NULL);
    int err = read_arguments(options, verb, &arena, &out);
    json_close(&out);
    snprintf(path, sizeof path, "/__admin/%s", verb->name);
    if (!err)
        err = cli_ask(options, path, buf_text(&body), &answer);
    if (!err)
        printf("%s\n", buf_text(&answer));
    arena_done(&arena);
    buf_done(&answer);
    buf_done(&body);
    return err;
}
