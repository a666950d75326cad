/* The client's steps: what a step says becomes one line to rc-client, and its answer is judged. */
#include "scenario/run.h"

#include "base/text.h"
#include "explain/failure.h"
#include "scenario/step.h"

#include <stdio.h>
#include <string.h>

/* Arguments of the client that are named otherwise there. */
static const struct {
    const char *ours, *theirs;
} renamed[] = {{"domain", "sip_domain"}};

struct asking {
    struct run *run;
    const struct step *step;
    const struct node *args;
    struct json_out out;
    struct diag *diag;
    int err;
};

static const struct node *given(const struct asking *asking, const char *name)
{
    if (asking->args->kind == NODE_MAP)
        return node_get(asking->args, name);
    bool is_it = asking->args->kind != NODE_NULL && text_eq(name, asking->step->kind->main);
    return is_it ? asking->args : NULL;
}

static void put(struct asking *asking, const char *name, const struct node *value)
{
    for (size_t i = 0; i < sizeof renamed / sizeof *renamed; i++)
        if (text_eq(renamed[i].ours, name))
            name = renamed[i].theirs;
    if (value->kind == NODE_BOOL)
        json_bool(&asking->out, name, value->boolean);
    else
        json_str(&asking->out, name, node_text(value, ""));
}

static void put_given(struct asking *asking, const struct verb_arg *args, size_t max)
{
    for (size_t i = 0; i < max && args[i].name; i++) {
        const struct node *value = given(asking, args[i].name);
        if (value && !text_eq(args[i].name, "as") && !text_eq(args[i].name, "node") &&
            !text_eq(args[i].name, "skew"))
            put(asking, args[i].name, value);
    }
}

/* What a step need not say because this provider knows it. */
static void put_default(struct asking *asking, const char *name, const char *their_name,
                        const char *value)
{
    if (!given(asking, name) && value)
        json_str(&asking->out, their_name, value);
}

/* A variable's value of this moment. */
static const char *variable(struct asking *asking, const struct world *world, const char *name)
{
    struct node node = {.kind = NODE_STRING,
                        .text = arena_printf(&asking->run->arena, "${%s}", name)};
    struct diag ignored;
    const struct node *filled = vars_fill(&asking->run->vars, &asking->run->arena, world, &node,
                                          asking->run->scenario->file, &ignored);
    return node_text(filled, NULL);
}

static void put_connect(struct asking *asking, const struct world *world)
{
    static const char *const same[] = {"client_id", "client_secret", "redirect_uri"};
    const char *transport = node_text(given(asking, "transport"), "udp");
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        put_default(asking, same[i], same[i], variable(asking, world, same[i]));
    put_default(asking, "base_url", "base_url", variable(asking, world, "base"));
    if (world->account_count)
        put_default(asking, "brand", "brand", world->accounts[0]->brand_id);
    put_default(asking, "dns", "dns", world->dns_address);
    if (asking->run->has_connected)
        return;
    put_default(asking, "domain", "sip_domain", variable(asking, world, "sip.domain"));
    put_default(
        asking, "proxy", "proxy",
        variable(asking, world, arena_printf(&asking->run->arena, "proxy.a.%s", transport)));
    asking->run->has_connected = true;
}

static void put_login(struct asking *asking, const struct world *world)
{
    const struct node *as = given(asking, "as");
    const struct user *user = user_named(world, node_text(as, "superadmin"));
    if (!user && !given(asking, "username")) {
        asking->err = diag_set(asking->diag, ERR_USAGE, asking->run->scenario->file, as->line,
                               as->col, "as: no user \"%s\" here", node_text(as, ""));
        return;
    }
    if (!user)
        return;
    put_default(asking, "username", "username", user->email);
    put_default(asking, "password", "password", user->password);
}

static int64_t skew_ms(const struct asking *asking)
{
    const char *text = node_text(given(asking, "skew"), "0");
    bool is_behind = *text == '-';
    int64_t ms = 0;
    text_duration_ms(text + is_behind, &ms);
    return is_behind ? -ms : ms;
}

static void compose(struct sim *sim, void *arg)
{
    static const struct {
        const char *name, *otherwise;
    } patience[] = {{"sip_timeout_ms", "500"}, {"ws_timeout_ms", "250"}, {"max_wait", "0"}};
    struct asking *asking = arg;
    const struct step_kind *kind = asking->step->kind;
    struct world *world = sim_world(sim);
    json_open(&asking->out, NULL);
    json_str(&asking->out, "cmd", kind->cmd);
    json_int(&asking->out, "now_ms", clock_now(world) + skew_ms(asking));
    put_given(asking, kind->args, STEP_ARGS_MAX);
    put_given(asking, step_common_args(), STEP_ARGS_MAX);
    for (size_t i = 0; i < sizeof patience / sizeof *patience; i++)
        put_default(asking, patience[i].name, patience[i].name, patience[i].otherwise);
    if (text_eq(kind->cmd, "connect"))
        put_connect(asking, world);
    else if (text_eq(kind->cmd, "authenticate"))
        put_login(asking, world);
    else if (text_eq(kind->cmd, "save"))
        json_bool(&asking->out, "yes", true);
    json_close(&asking->out);
}

/* The node a step names, started when it is first named. */
static int ensure_client(struct run *run, const struct node *args, struct client **ret,
                         struct diag *diag)
{
    char path[600];
    const struct run_options *options = run->options;
    const struct node *named = args->kind == NODE_MAP ? node_get(args, "node") : NULL;
    const char *name = node_text(named, "");
    size_t at = 0;
    while (at < RUN_NODES_MAX && run->nodes[at].client && !text_eq(run->nodes[at].name, name))
        at++;
    if (at == RUN_NODES_MAX)
        return diag_set(diag, ERR_USAGE, run->scenario->file, named ? named->line : 0,
                        named ? named->col : 0, "node: at most %d of them", RUN_NODES_MAX);
    struct run_node *node = &run->nodes[at];
    *ret = node->client;
    if (node->client)
        return ERR_OK;
    uint64_t seed = options->seed ? options->seed : run->scenario->seed ? run->scenario->seed : 1;
    int err = client_find(options->client, path, sizeof path, diag);
    if (!err)
        err = client_start(path, options->folder, seed + at, at ? run->nodes[0].client : NULL,
                           options->clients, run->deadline_ms, &node->client, diag);
    node->name = name;
    *ret = node->client;
    return err;
}

struct noting {
    const struct step *step;
    const struct node *answer;
};

/* What the client came to, as an event: words of its own only, no addresses. */
static void note_answer(struct sim *sim, void *arg)
{
    struct noting *noting = arg;
    const struct node *result = node_get(noting->answer, "result");
    const struct step_kind *kind = noting->step->kind;
    const char *word = node_text(node_get(result, "diagnosis"), NULL);
    struct event event;
    event_init(&event, LAYER_CLIENT, kind->op);
    event.time_ms = clock_now(sim_world(sim));
    event_set(&event, EVENT_RESULT,
              node_bool(node_get(noting->answer, "ok"), false) ? "ok" : "failed");
    event_set(&event, EVENT_CODE, node_text(node_get(result, "code"), NULL));
    event_set(&event, EVENT_ERROR, node_text(node_get(result, "error"), NULL));
    event_set(&event, EVENT_RECORDS, node_text(node_get(result, "records"), NULL));
    event_set(&event, EVENT_BINDINGS, node_text(node_get(result, "registered"), NULL));
    event_set(&event, EVENT_FINDINGS, node_text(node_get(result, "names"), NULL));
    event_set(&event, EVENT_REASON, word ? word : node_text(node_get(result, "api_auth"), NULL));
    journal_append(sim_journal(sim), &event);
}

static void tell_json(const char *before, const struct node *value, struct buf *out)
{
    struct json_out json;
    buf_str(out, before);
    json_out_init(&json, out);
    json_node(&json, NULL, value);
    buf_char(out, '\n');
}

/* What the client answered, for people: a line for each thing it says, and for each of a list. */
static void tell_answer(const struct node *answer, struct buf *out)
{
    const struct node *error = node_get(answer, "error");
    buf_printf(out, "    the client answered: exit %s%s%s\n",
               node_text(node_get(answer, "exit"), "?"), error ? ", " : "", node_text(error, ""));
    for (const struct node *one = node_first(node_get(answer, "result")); one; one = one->next) {
        if (one->kind < NODE_LIST)
            buf_printf(out, "      %s: %s\n", one->key, node_text(one, "~"));
        else if (one->first)
            buf_printf(out, "      %s:\n", one->key);
        for (const struct node *item = one->kind == NODE_LIST ? one->first : NULL; item;
             item = item->next)
            tell_json("        - ", item, out);
        if (one->kind == NODE_MAP && one->first)
            tell_json("        ", one, out);
    }
}

int run_client(struct run *run, const struct step *step, struct diag *diag)
{
    struct buf line;
    const struct node *answer = NULL;
    struct asking asking = {.run = run, .step = step, .diag = diag};
    bool wants_ca = step->args->kind == NODE_MAP && node_get(step->args, "ca_file");
    if (wants_ca && sim_write_ca(run->sim, diag))
        return ERR_ENV;
    asking.args = run_fill(run, step->args, diag);
    struct client *client = NULL;
    int err = asking.args ? ensure_client(run, asking.args, &client, diag) : ERR_USAGE;
    if (err)
        return err;
    buf_init(&line, 1 << 16);
    json_out_init(&asking.out, &line);
    door_call(run->sim, compose, &asking);
    err = asking.err;
    if (!err)
        err = client_ask(client, buf_text(&line), &run->arena, run->deadline_ms, &answer, diag);
    buf_done(&line);
    if (err)
        return err;
    sim_catch_up(run->sim); /* what its connections came to is told before what it says of itself */
    door_call(run->sim, note_answer, &(struct noting){step, answer});
    err = answer_check(step, asking.args, answer, run->scenario->file, diag);
    if (err)
        tell_answer(answer, &run->outcome->detail);
    return err;
}

int run_note(struct run *run, const struct step *step, struct diag *diag)
{
    (void)run, (void)step, (void)diag;
    return ERR_OK; /* telling the step tells it */
}

int run_check_note(const struct step *step, const char *file, struct diag *diag)
{
    if (step->args->kind == NODE_STRING)
        return ERR_OK;
    return diag_set(diag, ERR_USAGE, file, step->args->line, step->args->col,
                    "note: wanted text, saw %s", node_kind_name(step->args));
}

/* A name nobody can come to is a slip of the pen. Names of rc-client's own are few. */
static bool is_diagnosis(const char *name)
{
    static const char *const others[] = {"HEALTHY",           "NOT_CONFIGURED",
                                         "NOT_AUTHENTICATED", "SIGN_IN_REFUSED",
                                         "REST_REFUSED",      "REGISTRATION_REFUSED"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (text_eq(others[i], name))
            return true;
    for (size_t i = 0; i < failure_count(); i++)
        if (text_eq(failure_diagnosis(i), name))
            return true;
    return false;
}

static int check_diagnosis(const struct node *wanted, const char *file, struct diag *diag)
{
    int err = ERR_OK;
    if (wanted->kind == NODE_LIST) {
        for (const struct node *one = wanted->first; one && !err; one = one->next)
            err = check_diagnosis(one, file, diag);
        return err;
    }
    const char *text = node_text(wanted, "");
    const char *name = text + (*text == '!');
    if (strpbrk(name, "*?$:") || !*name || is_diagnosis(name))
        return ERR_OK;
    const char *names[256] = {"HEALTHY"};
    size_t count = 1;
    for (size_t i = 0; i < failure_count() && count < sizeof names / sizeof *names; i++)
        names[count++] = failure_diagnosis(i);
    return verb_unknown(diag, file, wanted->line, wanted->col, "diagnose: no diagnosis", name,
                        names, count);
}

int run_check_diagnose(const struct step *step, const char *file, struct diag *diag)
{
    if (step->args->kind != NODE_MAP)
        return check_diagnosis(step->args, file, diag);
    static const char *const words[] = {"diagnosis", "also"};
    int err = ERR_OK;
    for (size_t i = 0; i < 2 && !err; i++) {
        const struct node *wanted = node_get(step->args, words[i]);
        if (wanted)
            err = check_diagnosis(wanted, file, diag);
    }
    return err;
}
