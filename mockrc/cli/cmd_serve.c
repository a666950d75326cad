/* mockrc serve: the simulator, until it is stopped. */
#include "cli/cli.h"

#include "base/text.h"
#include "cli/banner.h"
#include "scenario/report.h"
#include "journal/story.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PORT = 5880, SIP_PORT = 5090, LOOK_MS = 25 };

struct serving {
    struct options *options;
    struct sim *sim;
    int signals;
    bool is_json;
    uint64_t next; /* the first event not yet logged */
    struct buf lines;
};

/* A line of the log; text or one JSON object. */
static void say(const struct serving *serving, const char *event, const char *text)
{
    if (serving->options->is_quiet)
        return;
    if (!serving->is_json) {
        fprintf(stderr, "mockrc: %s\n", text);
        return;
    }
    struct buf line;
    struct json_out out;
    buf_init(&line, 4096);
    json_out_init(&out, &line);
    json_open(&out, NULL);
    json_str(&out, "log", event);
    json_str(&out, "text", text);
    json_close(&out);
    fprintf(stderr, "%s\n", buf_text(&line));
    buf_done(&line);
}

static bool is_signalled(const struct serving *serving, int wait_ms)
{
    struct pollfd fd = {.fd = serving->signals, .events = POLLIN};
    return poll(&fd, 1, wait_ms) > 0;
}

static bool collect(struct sim *sim, void *arg)
{
    struct serving *serving = arg;
    struct journal *journal = sim_journal(sim);
    struct event event;
    struct json_out out;
    if (serving->next < journal_first(journal) || serving->next > journal_next(journal))
        serving->next = journal_first(journal) ? journal_first(journal) : 1;
    for (; serving->next <= journal_last(journal); serving->next++) {
        if (!journal_get(journal, serving->next, &event))
            continue;
        if (!serving->is_json) {
            story_event(&event, &serving->lines);
            continue;
        }
        json_out_init(&out, &serving->lines);
        json_open(&out, NULL);
        event_json(&event, &out);
        json_close(&out);
        buf_char(&serving->lines, '\n');
    }
    return serving->lines.len > 0;
}

/* Logs events as they come; looks for a signal in between. */
static void follow(struct serving *serving)
{
    buf_init(&serving->lines, 64 << 20);
    while (!is_signalled(serving, 0)) {
        door_wait(serving->sim, collect, serving, LOOK_MS);
        fwrite(buf_text(&serving->lines), 1, serving->lines.len, stderr);
        buf_reset(&serving->lines);
    }
    buf_done(&serving->lines);
}

static void wait_for_signal(struct serving *serving)
{
    if (serving->options->is_verbose)
        follow(serving);
    else
        while (!is_signalled(serving, -1))
            ;
}

static int announce(struct serving *serving, struct diag *diag)
{
    const struct options *options = serving->options;
    const char *url = sim_base_url(serving->sim);
    char line[400];
    int err = ERR_OK;
    if (options->env_file)
        err = cli_write_env(serving->sim, options->env_file, diag);
    snprintf(line, sizeof line, "%s\n", url);
    if (!err && options->ready_file)
        err = cli_write_file(options->ready_file, 0666, line, strlen(line), diag);
    if (!err && !options->is_quiet) {
        struct buf text;
        buf_init(&text, 64 << 10);
        banner_write(serving->sim, &text);
        fputs(buf_text(&text), stdout);
        puts("\nCtrl-C stops it.");
        fflush(stdout);
        buf_done(&text);
    }
    return err;
}

static bool is_stopped(void *context)
{
    return is_signalled(context, 0);
}

/* The provider's side of a scenario; its verdict is the command's. */
static int play(struct serving *serving, const struct scenario *scenario,
                const struct run_options *run)
{
    struct outcome outcome;
    struct buf text;
    outcome_init(&outcome, scenario->file);
    scenario_play(scenario, run, serving->sim, is_stopped, serving, &outcome);
    if (outcome.err)
        say(serving, "scenario", "the scenario failed");
    while (!is_stopped(serving))
        is_signalled(serving, -1);
    buf_init(&text, 16 << 20);
    report_outcome(&outcome, cli_has_color(STDOUT_FILENO), &text);
    fwrite(buf_text(&text), 1, text.len, stdout);
    buf_done(&text);
    int err = outcome.err;
    outcome_done(&outcome);
    return err;
}

static int serve(struct serving *serving, const struct sim_options *sim,
                 const struct scenario *scenario, const struct run_options *run)
{
    struct diag diag;
    int err = sim_start(sim, &serving->sim, &diag);
    if (err)
        return cli_refuse_start(err, &diag);
    err = announce(serving, &diag);
    if (err) {
        cli_refuse(err, &diag);
    } else {
        if (scenario)
            err = play(serving, scenario, run);
        else
            wait_for_signal(serving);
        say(serving, "stop", "stopping");
    }
    sim_stop(serving->sim);
    if (serving->options->ready_file)
        unlink(serving->options->ready_file);
    return err;
}

int cmd_serve(struct options *options)
{
    struct diag diag;
    struct sim_options sim, theirs;
    struct scenario scenario = {0};
    struct arena arena;
    struct run_options run = {.timeout_ms = INT64_MAX / 4, .is_narrated = !options->is_quiet};
    struct serving serving = {
        .options = options, .is_json = text_eq(options->log_format, "json"), .next = 1};
    if (options->word_count)
        return cli_fail(ERR_USAGE, "serve takes flags only, not \"%s\"; mockrc serve --help",
                        options->words[0]);
    arena_init(&arena);
    int err = cli_sim_options(options, PORT, SIP_PORT, &sim, &diag);
    if (!err && options->scenario) {
        err = scenario_load(options->scenario, &scenario, &diag);
        if (!err)
            err = scenario_sim_options(&scenario, &run, &arena, &theirs, &diag);
        if (!err)
            err = cli_join_scenario(options, &theirs, &sim, &diag);
    }
    if (err) {
        cli_refuse(err, &diag);
    } else {
        serving.signals = cli_signals(NULL);
        err = serve(&serving, &sim, options->scenario ? &scenario : NULL, &run);
        close(serving.signals);
    }
    if (options->scenario)
        scenario_done(&scenario);
    arena_done(&arena);
    return err;
}
