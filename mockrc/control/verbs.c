#include "control/verbs.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* THE list. Order is the order of listings. */
static const struct verb *const verbs[] = {
    &verb_advance,
    &verb_clock,
    &verb_rotate_password,
    &verb_unlock,
    &verb_revoke_sessions,
    &verb_set_role,
    &verb_set_user,
    &verb_set_account,
    &verb_set_app,
    &verb_set_scopes,
    &verb_stop_proxy,
    &verb_start_proxy,
    &verb_drain_proxy,
    &verb_stale_proxy,
    &verb_move_proxy,
    &verb_set_dns,
    &verb_rotate_certificate,
    &verb_rotate_sip_secret,
    &verb_drop_registrations,
    &verb_check_sync,
    &verb_close_connections,
    &verb_ring_user,
    &verb_set_party,
    &verb_call,
    &verb_traffic,
    &verb_reset_sync,
    &verb_delete_calls,
    &verb_notify,
    &verb_fault,
    &verb_clear_fault,
    &verb_set,
    &verb_reset,
    &verb_dtmf,
    &verb_play,
};

enum { VERBS = sizeof verbs / sizeof *verbs };

size_t verb_count(void)
{
    return VERBS;
}

const struct verb *verb_at(size_t i)
{
    return verbs[i];
}

const struct verb *verb_named(const char *name, const char **ret_near)
{
    const char *names[VERBS];
    for (size_t i = 0; i < VERBS; i++) {
        names[i] = verbs[i]->name;
        if (text_eq(name, names[i]))
            return verbs[i];
    }
    if (ret_near)
        *ret_near = text_nearest(name, names, VERBS);
    return NULL;
}

int verb_unknown(struct diag *diag, const char *file, int line, int col, const char *what,
                 const char *word, const char *const *names, size_t count)
{
    const char *near = text_nearest(word, names, count);
    return diag_set(diag, ERR_USAGE, file, line, col, "%s \"%s\"%s%s%s", what, word,
                    near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static size_t arg_count(const struct verb *verb)
{
    size_t count = 0;
    while (count < VERB_ARGS_MAX && verb->args[count].name)
        count++;
    return count;
}

static const struct verb_arg *arg_named(const struct verb *verb, const char *name)
{
    for (size_t i = 0; i < arg_count(verb); i++)
        if (text_eq(verb->args[i].name, name))
            return &verb->args[i];
    return NULL;
}

static int refuse_name(const struct verb *verb, const struct node *arg, const char *file,
                       struct diag *diag)
{
    char what[80];
    const char *names[VERB_ARGS_MAX];
    size_t count = arg_count(verb);
    for (size_t i = 0; i < count; i++)
        names[i] = verb->args[i].name;
    snprintf(what, sizeof what, "%s: unknown argument", verb->name);
    return verb_unknown(diag, file, arg->key_line, arg->key_col, what, arg->key, names, count);
}

static int check_one(const struct verb_arg *arg, const struct node *value, const char *file,
                     const struct world *world, struct diag *diag)
{
    int err = verb_arg_check(arg, value, file, diag);
    return err || !world ? err : verb_noun_check(arg, value, file, world, diag);
}

static int check_shape(const struct verb *verb, const struct node *args, const char *file,
                       const struct world *world, struct diag *diag)
{
    if (!args || args->kind == NODE_NULL)
        return 0;
    if (args->kind != NODE_MAP) {
        if (verb->main_arg && args->kind != NODE_LIST)
            return check_one(arg_named(verb, verb->main_arg), args, file, world, diag);
        return diag_set(diag, ERR_USAGE, file, args->line, args->col, "%s: wanted %s, saw %s",
                        verb->name, verb->args[0].name ? "a map of arguments" : "nothing",
                        node_kind_name(args));
    }
    for (const struct node *value = args->first; value; value = value->next) {
        const struct verb_arg *arg = arg_named(verb, value->key);
        if (!arg && verb->takes_any)
            continue;
        int err =
            arg ? check_one(arg, value, file, world, diag) : refuse_name(verb, value, file, diag);
        if (err)
            return err;
    }
    return 0;
}

int verb_check(const struct verb *verb, const struct node *args, const char *file,
               const struct world *world, struct diag *diag)
{
    int err = check_shape(verb, args, file, world, diag);
    for (size_t i = 0; !err && i < arg_count(verb); i++) {
        const struct verb_arg *arg = &verb->args[i];
        if (arg->is_required && !verb_arg_node(verb, args, arg->name))
            err = diag_set(diag, ERR_USAGE, file, args ? args->line : 0, args ? args->col : 0,
                           "%s: \"%s\" is missing: %s", verb->name, arg->name, arg->help);
    }
    return err || !verb->check ? err : verb->check(args, file, diag);
}

/* The arguments as JSON, secrets masked, for the event. A verb's arguments are as the author wrote
 * them, but for ports: those of a machine must not make two journals differ. */
static void tell_args(const struct verb *verb, const struct node *args, struct event *event)
{
    struct buf text;
    struct json_out out;
    buf_init(&text, EVENT_TEXT_MAX / 2);
    json_out_init(&out, &text);
    json_open(&out, NULL);
    for (const struct node *arg = node_first(args); arg && arg->key; arg = arg->next) {
        const struct verb_arg *known = arg_named(verb, arg->key);
        bool is_hidden = known
                             ? text_eq(known->wants, "secret") || text_eq(known->wants, "port")
                             : !verb->takes_any && event_is_secret_name(arg->key, strlen(arg->key));
        if (is_hidden)
            json_str(&out, arg->key, "***");
        else
            json_node(&out, arg->key, arg);
    }
    if (args && args->kind != NODE_MAP && args->kind != NODE_NULL && verb->main_arg)
        json_node(&out, verb->main_arg, args);
    json_close(&out);
    if (text.len > 2 && !text.truncated)
        event_set(event, EVENT_ARGS, buf_text(&text));
    buf_done(&text);
}

int verb_fill(const struct verb *verb, struct verb_call *call)
{
    call->verb = verb;
    event_set(call->event, EVENT_VERB, verb->name);
    int err = verb_check(verb, call->args, call->file, NULL, call->diag);
    if (!err) {
        tell_args(verb, call->args, call->event);
        err = verb->run(call);
    }
    event_set(call->event, EVENT_RESULT, err ? "refused" : "done");
    if (err && call->diag)
        event_set(call->event, EVENT_REASON, call->diag->text);
    return err;
}

int verb_run(const struct verb *verb, struct verb_call *call)
{
    struct event event;
    event_init(&event, LAYER_CONTROL, verb->name);
    event.time_ms = clock_now(call->world);
    call->event = &event;
    int err = verb_fill(verb, call);
    journal_append(call->journal, &event);
    call->event = NULL;
    return err;
}

const struct node *verb_arg_node(const struct verb *verb, const struct node *args, const char *name)
{
    if (!args || args->kind == NODE_NULL)
        return NULL;
    if (args->kind == NODE_MAP) {
        const struct node *arg = node_get(args, name);
        return arg && arg->kind != NODE_NULL ? arg : NULL;
    }
    return text_eq(name, verb->main_arg) ? args : NULL;
}

const struct node *verb_arg(const struct verb_call *call, const char *name)
{
    return verb_arg_node(call->verb, call->args, name);
}

const char *verb_text(const struct verb_call *call, const char *name, const char *otherwise)
{
    return node_text(verb_arg(call, name), otherwise);
}

int verb_refuse(struct verb_call *call, const struct node *at, const char *fmt, ...)
{
    char text[sizeof call->diag->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return diag_set(call->diag, ERR_USAGE, call->file, at ? at->line : 0, at ? at->col : 0,
                    "%s: %s", call->verb->name, text);
}

void verbs_json(struct json_out *out, const char *key)
{
    json_list(out, key);
    for (size_t i = 0; i < VERBS; i++) {
        const struct verb *verb = verbs[i];
        json_open(out, NULL);
        json_str(out, "name", verb->name);
        json_str(out, "help", verb->help);
        json_str(out, "main", verb->main_arg);
        json_list(out, "args");
        for (size_t j = 0; j < arg_count(verb); j++) {
            json_open(out, NULL);
            json_str(out, "name", verb->args[j].name);
            json_str(out, "wants", verb->args[j].wants);
            json_str(out, "help", verb->args[j].help);
            json_bool(out, "required", verb->args[j].is_required);
            json_close(out);
        }
        json_list_end(out);
        json_close(out);
    }
    json_list_end(out);
}
