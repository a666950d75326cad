/* mockrc run: plays scenarios, each with a simulator and a reference client of its own. */
#include "cli/cli.h"

#include "base/mem.h"
#include "base/text.h"
#include "scenario/report.h"
#include "scenario/runner.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct showing {
    bool is_quiet, has_color;
};

/* Results appear as they come, in the order of the files. */
static void show(void *context, const struct outcome *outcome)
{
    const struct showing *showing = context;
    struct buf text;
    if (showing->is_quiet)
        return;
    buf_init(&text, 64 << 20);
    report_outcome(outcome, showing->has_color, &text);
    fwrite(buf_text(&text), 1, text.len, stdout);
    fflush(stdout);
    buf_done(&text);
}

static int read_reports(const struct options *options, struct report_wish *wishes,
                        bool *ret_takes_stdout, struct diag *diag)
{
    *ret_takes_stdout = false;
    for (size_t i = 0; i < options->reports.count; i++) {
        if (!report_wish_read(options->reports.list[i], &wishes[i], diag))
            return ERR_USAGE;
        int err = wishes[i].file ? cli_check_writable(wishes[i].file, diag) : ERR_OK;
        if (err)
            return err;
        *ret_takes_stdout |= !wishes[i].file;
    }
    return ERR_OK;
}

static int write_reports(const struct options *options, const struct report_wish *wishes,
                         const struct outcome *outcomes, size_t count, struct diag *diag)
{
    int err = ERR_OK;
    for (size_t i = 0; i < options->reports.count && !err; i++) {
        struct buf text;
        buf_init(&text, 256 << 20);
        report_write(wishes[i].kind, outcomes, count, &text);
        if (wishes[i].file)
            err = cli_write_file(wishes[i].file, 0666, buf_text(&text), text.len, diag);
        else
            fwrite(buf_text(&text), 1, text.len, stdout);
        buf_done(&text);
    }
    return err;
}

static void summary(const struct outcome *outcomes, size_t count, int64_t started_ms)
{
    struct buf text;
    buf_init(&text, 4096);
    report_summary(outcomes, count, clock_machine_ms() - started_ms, cli_has_color(STDOUT_FILENO),
                   &text);
    fputs(buf_text(&text), stdout);
    buf_done(&text);
}

static int play_all(const struct options *options, const struct runner_options *how,
                    const struct file_list *files)
{
    struct diag diag;
    struct report_wish wishes[OPTION_LIST_MAX];
    bool takes_stdout;
    int64_t started_ms = clock_machine_ms();
    int err = read_reports(options, wishes, &takes_stdout, &diag);
    if (err)
        return cli_refuse(err, &diag);
    struct outcome *outcomes = xcalloc(files->count, sizeof *outcomes);
    struct showing showing = {options->is_quiet || takes_stdout, cli_has_color(STDOUT_FILENO)};
    int stopped_by = runner_run(files, how, outcomes, show, &showing);
    if (!takes_stdout)
        summary(outcomes, files->count, started_ms);
    err = write_reports(options, wishes, outcomes, files->count, &diag);
    int code = err ? cli_refuse(err, &diag) : report_exit(outcomes, files->count);
    for (size_t i = 0; i < files->count; i++)
        outcome_done(&outcomes[i]);
    free(outcomes);
    return stopped_by ? 128 + stopped_by : code;
}

int cmd_run(struct options *options)
{
    struct diag diag;
    struct file_list files = {0};
    const char *sets[OPTION_LIST_MAX + 1] = {0};
    size_t set_count = 0;
    for (size_t i = 0; i < options->sets.count; i++)
        sets[set_count++] = options->sets.list[i];
    if (options->rate_limits)
        sets[set_count++] =
            text_eq(options->rate_limits, "off") ? "rest.rate.limits=off" : "rest.rate.limits=real";
    if (options->word_count == 0)
        return cli_fail(ERR_USAGE, "run wants scenario files or folders: mockrc run scenarios/");
    if (options->journal && mkdir(options->journal, 0777) && errno != EEXIST)
        return cli_fail(ERR_ENV, "%s: --journal: cannot be made: %s", options->journal,
                        strerror(errno));
    int code = ERR_OK;
    for (size_t i = 0; i < options->word_count && !code; i++)
        if (file_list_add(&files, options->words[i], &diag))
            code = cli_refuse(ERR_USAGE, &diag);
    if (!code && files.count == 0)
        code = cli_fail(ERR_EMPTY, "there is no scenario in %s", options->words[0]);
    struct runner_options how = {
        .run = {.client = options->client,
                .fixture = options->fixture,
                .seed = (uint64_t)options->seed,
                .sets = sets,
                .records = (size_t)options->records,
                .timeout_ms = options->timeout_ms,
                .is_narrated = options->is_narrated},
        .journal_dir = options->journal,
        .jobs = (int)(options->jobs > RUNNER_JOBS_MAX ? RUNNER_JOBS_MAX : options->jobs),
    };
    if (!code)
        code = play_all(options, &how, &files);
    file_list_done(&files);
    return code;
}
