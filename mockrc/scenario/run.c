#include "scenario/run.h"

#include "base/mem.h"
#include "base/text.h"
#include "fixture/fixture.h"
#include "journal/story.h"
#include "scenario/expect.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TIMEOUT_MS = 60000, WEB_THREADS = 4, STORY_MAX = 16 << 20, DETAIL_MAX = 64 << 10 };

void outcome_init(struct outcome *outcome, const char *file)
{
    *outcome = (struct outcome){.file = xstrdup(file)};
    buf_init(&outcome->detail, DETAIL_MAX);
    buf_init(&outcome->story, STORY_MAX);
}

void outcome_done(struct outcome *outcome)
{
    free(outcome->file);
    free(outcome->title);
    free(outcome->failure);
    buf_done(&outcome->detail);
    buf_done(&outcome->story);
}

struct sim *run_sim(struct run *run)
{
    return run->sim;
}

/* --- starting the simulator --- */

/* A fixture given as a path is beside the scenario, and so is a file of that name. */
static const char *fixture_of(const struct scenario *scenario, struct arena *arena)
{
    const char *fixture = scenario->fixture, *slash = strrchr(scenario->file, '/');
    if (!fixture || *fixture == '/' || !slash)
        return fixture;
    const char *beside =
        arena_printf(arena, "%.*s/%s", (int)(slash - scenario->file), scenario->file, fixture);
    bool is_path = strchr(fixture, '/') || (strchr(fixture, '.') && access(beside, R_OK) == 0);
    return is_path ? beside : fixture;
}

/* The scenario's own fixture: that it is there, told where the scenario names it. */
static int check_fixture(const struct scenario *scenario, const char *fixture, struct diag *diag)
{
    char path[PATH_MAX];
    struct diag why;
    if (!fixture || !fixture_find(fixture, path, sizeof path, &why))
        return ERR_OK;
    return diag_set(diag, ERR_USAGE, scenario->file, scenario->fixture_line, scenario->fixture_col,
                    "%s%s%s", why.file, *why.file ? ": " : "", why.text);
}

int scenario_sim_options(const struct scenario *scenario, const struct run_options *options,
                         struct arena *arena, struct sim_options *ret, struct diag *diag)
{
    const char *own = options->fixture ? NULL : fixture_of(scenario, arena);
    if (check_fixture(scenario, own, diag))
        return ERR_USAGE;
    struct sim_options sim = {
        .fixture = options->fixture ? options->fixture : own,
        .seed = options->seed    ? options->seed
                : scenario->seed ? scenario->seed
                                 : 1,
        .clock = CLOCK_FROZEN,
        .start_ms = scenario->start_ms,
        .call_log_records = options->records ? options->records : scenario->records,
        .serves_names = scenario->has_names,
        .names_resolve = scenario->has_names,
        .web_threads = WEB_THREADS,
    };
    size_t count = 0;
    for (const struct node *knob = node_first(scenario->knobs); knob; knob = knob->next)
        sim.sets[count++] = arena_printf(arena, "%s=%s", knob->key, node_text(knob, ""));
    for (size_t i = 0; options->sets && options->sets[i]; i++) {
        if (count == SIM_SETS_MAX - 1)
            return diag_set(diag, ERR_USAGE, scenario->file, 0, 0, "more than %d knobs",
                            SIM_SETS_MAX - 1);
        sim.sets[count++] = options->sets[i];
    }
    *ret = sim;
    return ERR_OK;
}

struct arming {
    struct run *run;
    struct diag *diag;
    int err;
};

/* Names, then standing rules: nothing has happened yet. */
static void arm(struct sim *sim, void *arg)
{
    struct arming *arming = arg;
    const struct scenario *scenario = arming->run->scenario;
    const char *name;
    arming->err = scenario_check_names(scenario, sim_world(sim), arming->diag);
    for (const struct node *rule = node_first(scenario->faults); rule && !arming->err;
         rule = rule->next)
        arming->err = fault_arm(sim_faults(sim), rule, scenario->file, clock_now(sim_world(sim)), 0,
                                &name, arming->diag);
    arming->run->start_ms = clock_now(sim_world(sim));
    arming->run->cursor = arming->run->told = journal_next(sim_journal(sim));
}

/* --- the steps --- */

struct filling {
    struct run *run;
    const struct node *args, *filled;
    struct diag *diag;
};

static void fill(struct sim *sim, void *arg)
{
    struct filling *filling = arg;
    struct run *run = filling->run;
    vars_see(&run->vars, sim_world(sim));
    filling->filled = vars_fill(&run->vars, &run->arena, sim_world(sim), filling->args,
                                run->scenario->file, filling->diag);
}

const struct node *run_fill(struct run *run, const struct node *args, struct diag *diag)
{
    struct filling filling = {run, args, NULL, diag};
    door_call(run->sim, fill, &filling);
    return filling.filled;
}

struct doing {
    struct run *run;
    const struct step *step;
    const struct node *args;
    struct buf said;
    struct diag *diag;
    int err;
};

static void do_verb(struct sim *sim, void *arg)
{
    struct doing *doing = arg;
    struct json_out out;
    json_out_init(&out, &doing->said);
    json_open(&out, NULL);
    struct verb_call call = {
        .world = sim_world(sim),
        .journal = sim_journal(sim),
        .faults = sim_faults(sim),
        .arena = &doing->run->arena,
        .args = doing->args,
        .file = doing->run->scenario->file,
        .out = &out,
        .diag = doing->diag,
    };
    doing->err = verb_run(doing->step->verb, &call);
    json_close(&out);
}

static int play_verb(struct run *run, const struct step *step, struct diag *diag)
{
    const char *why;
    struct doing doing = {.run = run, .step = step, .diag = diag};
    doing.args = run_fill(run, step->args, diag);
    if (!doing.args)
        return ERR_USAGE;
    buf_init(&doing.said, 1 << 16);
    door_call(run->sim, do_verb, &doing);
    if (!doing.err)
        vars_say(&run->vars, step->verb->name,
                 json_parse(&run->arena, buf_text(&doing.said), doing.said.len, &why));
    buf_done(&doing.said);
    if (text_eq(step->name, "reset"))
        run->cursor = run->told = 1;
    return doing.err;
}

/* --- telling --- */

static void tell_events(struct sim *sim, void *arg)
{
    struct run *run = arg;
    struct journal *journal = sim_journal(sim);
    struct event event;
    if (run->told < journal_first(journal))
        run->told = journal_first(journal);
    for (; run->told && run->told <= journal_last(journal); run->told++)
        if (journal_get(journal, run->told, &event)) {
            buf_str(&run->outcome->story, "    ");
            story_event_since(&event, run->start_ms, &run->outcome->story);
        }
}

void run_tell(struct run *run)
{
    if (run->options->is_narrated)
        door_call(run->sim, tell_events, run);
}

static void tell_time(struct sim *sim, void *arg)
{
    struct run *run = arg;
    buf_str(&run->outcome->story, "  ");
    story_time(clock_now(sim_world(sim)), run->start_ms, &run->outcome->story);
}

static void tell_value(const struct node *value, struct buf *out)
{
    if (value->kind < NODE_LIST) {
        buf_str(out, value->kind == NODE_NULL ? "~" : value->text);
        return;
    }
    buf_char(out, value->kind == NODE_LIST ? '[' : '{');
    for (const struct node *child = value->first; child; child = child->next) {
        if (child->key)
            buf_printf(out, "%s: ", child->key);
        tell_value(child, out);
        buf_str(out, child->next ? ", " : "");
    }
    buf_char(out, value->kind == NODE_LIST ? ']' : '}');
}

static void tell_step(struct run *run, const struct step *step)
{
    struct buf *story = &run->outcome->story;
    if (!run->options->is_narrated)
        return;
    door_call(run->sim, tell_time, run);
    buf_printf(story, "  %s", step->name);
    if (step->args->kind != NODE_NULL) {
        buf_str(story, ": ");
        tell_value(step->args, story);
    }
    buf_char(story, '\n');
}

/* --- the run --- */

static int play_step(struct run *run, const struct step *step, struct diag *diag)
{
    bool is_ours = !step->kind || !step->kind->cmd || !run->is_live;
    if (clock_machine_ms() >= run->deadline_ms)
        return diag_set(diag, ERR_TIMEOUT, run->scenario->file, step->line, step->col,
                        "%s: the scenario's time is over (--timeout)", step->name);
    if (!is_ours)
        return ERR_OK;
    tell_step(run, step);
    run->outcome->steps++;
    run->outcome->expectations += step_asserts(step);
    int err = step->verb ? play_verb(run, step, diag) : step->kind->play(run, step, diag);
    if (step->verb && !err && !run->is_live)
        run_settle(run);
    if (!run->is_live) /* what the front has to do or to hear of is in the journal, too */
        sim_catch_up(run->sim);
    run_tell(run);
    if (err && !diag->file[0]) {
        struct diag bare = *diag;
        diag_set(diag, err, run->scenario->file, step->line, step->col, "%s: %s", step->name,
                 bare.text);
    }
    return err;
}

struct ending {
    struct run *run;
    struct buf unfired;
    bool is_unfired;
    int line, col;
};

static void end(struct sim *sim, void *arg)
{
    struct ending *ending = arg;
    struct journal *journal = sim_journal(sim);
    ending->is_unfired =
        faults_unfired(sim_faults(sim), &ending->unfired, &ending->line, &ending->col);
    ending->run->outcome->events = journal_last(journal);
}

static int strict_end(struct run *run, struct diag *diag)
{
    int err = ERR_OK;
    const char *file = run->scenario->file;
    struct ending ending = {.run = run};
    buf_init(&ending.unfired, 400);
    door_call(run->sim, end, &ending);
    if (ending.is_unfired)
        err = diag_set(diag, ERR_EXPECT, file, ending.line, ending.col,
                       "a fault was armed and never fired: %s", buf_text(&ending.unfired));
    else if (run->outcome->expectations == 0)
        err = diag_set(diag, ERR_EMPTY, file, 0, 0, "nothing was expected: that is no pass");
    buf_done(&ending.unfired);
    return err;
}

/* The other program may use up faults after the last step: the end is judged when it is over. */
static void wait_for_end(struct run *run)
{
    enum { LOOK_MS = 20 };
    while (run->is_live && run->is_over && !run->is_over(run->context) &&
           clock_machine_ms() < run->deadline_ms)
        poll(NULL, 0, LOOK_MS);
}

/* Names and rules, every step, the end. */
static int play(struct run *run, struct diag *diag)
{
    struct arming arming = {.run = run, .diag = diag};
    arena_init(&run->arena);
    vars_init(&run->vars, &run->arena);
    door_call(run->sim, arm, &arming);
    int err = arming.err;
    for (size_t i = 0; i < run->scenario->step_count && !err; i++)
        err = play_step(run, &run->scenario->steps[i], diag);
    if (!err)
        wait_for_end(run);
    if (!err)
        err = strict_end(run, diag);
    if (err == ERR_EXPECT)
        run_explain(run);
    for (size_t i = RUN_NODES_MAX; i-- > 0;)
        client_stop(run->nodes[i].client); /* whose store it is, last */
    arena_done(&run->arena);
    return err;
}

static void note_scenario(const struct scenario *scenario, struct outcome *outcome)
{
    xset(&outcome->title, scenario->title);
    xset(&outcome->failure, scenario->failure);
}

static struct run new_run(const struct scenario *scenario, const struct run_options *options,
                          struct outcome *outcome)
{
    note_scenario(scenario, outcome);
    return (struct run){
        .scenario = scenario,
        .options = options,
        .outcome = outcome,
        .deadline_ms =
            clock_machine_ms() + (options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS),
    };
}

int scenario_play(const struct scenario *scenario, const struct run_options *options,
                  struct sim *sim, run_over_fn *is_over, void *context, struct outcome *outcome)
{
    struct run run = new_run(scenario, options, outcome);
    int64_t started_ms = clock_machine_ms();
    run.sim = sim;
    run.is_live = true;
    run.is_over = is_over;
    run.context = context;
    outcome->err = play(&run, &outcome->diag);
    outcome->machine_ms = clock_machine_ms() - started_ms;
    return outcome->err;
}

int scenario_run(const struct scenario *scenario, const struct run_options *options,
                 struct outcome *outcome)
{
    struct run run = new_run(scenario, options, outcome);
    struct diag *diag = &outcome->diag;
    struct sim_options sim_options;
    struct arena arena;
    int64_t started_ms = clock_machine_ms();
    arena_init(&arena);
    int err = scenario_sim_options(scenario, options, &arena, &sim_options, diag);
    if (!err)
        err = sim_start(&sim_options, &run.sim, diag);
    if (!err)
        err = play(&run, diag);
    if (run.sim && options->journal) {
        struct diag why;
        int failed = run_write_journal(run.sim, options->journal, &why);
        if (failed && !err) {
            err = failed;
            *diag = why;
        }
    }
    sim_stop(run.sim);
    arena_done(&arena);
    outcome->err = err;
    outcome->machine_ms = clock_machine_ms() - started_ms;
    return err;
}
