/* mockrc lint: checks scenarios and fixtures without running anything; no port is opened. */
#include "cli/cli.h"

#include "base/text.h"
#include "base/yaml.h"
#include "fixture/fixture.h"
#include "scenario/runner.h"

#include <stdio.h>
#include <string.h>

/* A small log is enough to check against. */
enum { LINT_RECORDS = 1 };

static int load_fixture(const char *name, struct world **ret, struct diag *diag)
{
    char path[4096];
    struct fixture_options options = {.call_log_records = LINT_RECORDS};
    int err = fixture_find(name ? name : "acme-rc", path, sizeof path, diag);
    if (err)
        return err;
    struct world *world = world_new(1, CLOCK_FROZEN, 1);
    err = fixture_load(world, path, &options, diag);
    if (err)
        world_free(world);
    else
        *ret = world;
    return err;
}

static int lint_scenario(const char *file, const char *fixture, struct diag *diag)
{
    struct scenario scenario;
    struct arena arena;
    struct sim_options sim;
    struct world *world = NULL;
    struct run_options run = {.fixture = fixture};
    arena_init(&arena);
    int err = scenario_load(file, &scenario, diag);
    if (!err && !scenario_expects(&scenario, true))
        err = diag_set(diag, ERR_USAGE, file, 0, 0, "it expects nothing: that can be no pass");
    if (!err)
        err = scenario_sim_options(&scenario, &run, &arena, &sim, diag);
    if (!err)
        err = load_fixture(sim.fixture, &world, diag);
    if (!err)
        err = scenario_check_names(&scenario, world, diag);
    world_free(world);
    scenario_done(&scenario);
    arena_done(&arena);
    return err;
}

/* A file with users is a fixture; everything else means to be a scenario. */
static bool is_fixture(const char *file)
{
    struct arena arena;
    const struct node *root = NULL;
    arena_init(&arena);
    bool is_it = yaml_load(&arena, file, &root, NULL) == 0 &&
                 (node_get(root, "users") || node_get(root, "account")) &&
                 !node_get(root, "steps") && !node_get(root, "scenario");
    arena_done(&arena);
    return is_it;
}

static int lint_fixture(const char *file, struct diag *diag)
{
    char path[4096];
    struct world *world = NULL;
    snprintf(path, sizeof path, "%s%s", strchr(file, '/') ? "" : "./", file);
    int err = load_fixture(path, &world, diag);
    if (!err)
        world_free(world);
    return err;
}

int cmd_lint(struct options *options)
{
    struct file_list files = {0};
    struct diag diag;
    int code = ERR_OK;
    size_t wrong = 0;
    if (options->word_count == 0)
        return cli_fail(ERR_USAGE, "lint wants files or folders: mockrc lint scenarios/ fixtures/");
    for (size_t i = 0; i < options->word_count && !code; i++)
        if (file_list_add(&files, options->words[i], &diag))
            code = cli_refuse(ERR_USAGE, &diag);
    for (size_t i = 0; i < files.count && code != ERR_USAGE; i++) {
        char text[900];
        const char *file = files.list[i];
        int err = is_fixture(file) ? lint_fixture(file, &diag)
                                   : lint_scenario(file, options->fixture, &diag);
        if (err)
            printf("%s\n", diag_text(&diag, text, sizeof text));
        else if (!options->is_quiet)
            printf("%s: ok\n", file);
        wrong += err != 0;
    }
    if (!code && files.count == 0)
        code = cli_fail(ERR_EMPTY, "there is no file in %s", options->words[0]);
    file_list_done(&files);
    return code ? code : wrong ? ERR_USAGE : ERR_OK;
}
