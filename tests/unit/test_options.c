#include "cli/options.h"

#include "base/buf.h"
#include "base/text.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS = 12 };

/* Splits at blanks; "" is a word too when written as ''. */
static int read_line(struct options *options, unsigned bit, const char *line, struct diag *diag)
{
    static char text[500];        /* the options borrow from it */
    static char *argv[WORDS + 1]; /* "rest" points into it */
    int argc = 0;
    memset(argv, 0, sizeof argv);
    snprintf(text, sizeof text, "%s", line);
    for (char *at = text, *blank; at && *at && argc < WORDS; at = blank) {
        blank = strchr(at, ' ');
        if (blank)
            *blank++ = '\0';
        argv[argc++] = text_eq(at, "''") ? at + 2 : at;
    }
    return options_read(options, "serve", bit, argc, argv, diag);
}

static void flags_are_read_in_every_form(void **state)
{
    struct options options;
    struct diag diag;
    assert_int_equal(read_line(&options, CMD_SERVE,
                               "--port 0 --sip-port=5090 -v --fixture acme-aco --set a=b "
                               "--set=c=d",
                               &diag),
                     0);
    assert_int_equal(options.port, 0);
    assert_int_equal(options.sip_port, 5090);
    assert_true(options.is_verbose);
    assert_false(options.is_quiet);
    assert_string_equal(options.fixture, "acme-aco");
    assert_int_equal(options.sets.count, 2);
    assert_string_equal(options.sets.list[1], "c=d");
    assert_int_equal(read_line(&options, CMD_RUN, "-j4 a.yaml --timeout 5s b.yaml -n", &diag), 0);
    assert_int_equal(options.jobs, 4);
    assert_int_equal(options.timeout_ms, 5000);
    assert_true(options.is_narrated);
    assert_int_equal(options.word_count, 2);
    assert_string_equal(options.words[1], "b.yaml");
    assert_int_equal(options.port, -1);
    assert_null(options.rest);
}

static void what_follows_two_dashes_is_anothers(void **state)
{
    struct options options;
    struct diag diag;
    assert_int_equal(read_line(&options, CMD_EXEC, "f.yaml -- npm test --quiet", &diag), 0);
    assert_int_equal(options.word_count, 1);
    assert_false(options.is_quiet);
    assert_string_equal(options.rest[0], "npm");
    assert_string_equal(options.rest[2], "--quiet");
    assert_null(options.rest[3]);
}

static void a_wrong_flag_is_one_clear_line(void **state)
{
    static const struct {
        unsigned bit;
        const char *line, *says;
    } rows[] = {
        {CMD_SERVE, "--prot 1", "mockrc serve: unknown flag \"--prot\"; did you mean \"--port\"?"},
        {CMD_SERVE, "--nothing", "mockrc serve: unknown flag \"--nothing\""},
        {CMD_SERVE, "-x", "mockrc serve: unknown flag \"-x\""},
        {CMD_SERVE, "-vq", "mockrc serve: unknown flag \"-vq\""},
        {CMD_SERVE, "--narrate",
         "mockrc serve: --narrate is a flag of other commands; mockrc serve --help lists its own"},
        {CMD_SERVE, "--port", "mockrc serve: --port wants a value: PORT"},
        {CMD_SERVE, "--port x", "mockrc serve: --port wants a port (0 to 65535), not \"x\""},
        {CMD_SERVE, "--port 65536",
         "mockrc serve: --port wants a port (0 to 65535), not \"65536\""},
        {CMD_SERVE, "--port=-1", "mockrc serve: --port wants a port (0 to 65535), not \"-1\""},
        {CMD_SERVE, "--seed 1.5", "mockrc serve: --seed wants a count from 1, not \"1.5\""},
        {CMD_SERVE, "--records 0", "mockrc serve: --records wants a count from 1, not \"0\""},
        {CMD_SERVE, "--quiet=yes", "mockrc serve: --quiet takes no value"},
        {CMD_SERVE, "--rate-limits maybe",
         "mockrc serve: --rate-limits wants real|off, not \"maybe\""},
        {CMD_SERVE, "--clock fast",
         "mockrc serve: --clock wants real|frozen|offset|scaled:N, not \"fast\""},
        {CMD_SERVE, "--log-format xml", "mockrc serve: --log-format wants text|json, not \"xml\""},
        {CMD_SERVE, "--fixture ''", "mockrc serve: --fixture wants NAME|FILE, not \"\""},
        {CMD_RUN, "--timeout soon",
         "mockrc serve: --timeout wants a duration (500ms, 30s, 5m), not \"soon\""},
        {CMD_RUN, "--timeout 0",
         "mockrc serve: --timeout wants a duration (500ms, 30s, 5m), not \"0\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct options options;
        struct diag diag = {.text = "was not refused"};
        int err = read_line(&options, rows[i].bit, rows[i].line, &diag);
        assert_string_equal(diag.text, rows[i].says);
        assert_int_equal(err, ERR_USAGE);
    }
}

/* The environment is under the flags. setenv in a test is the test's own business. */
static void flags_win_over_the_environment(void **state)
{
    struct options options;
    struct diag diag;
    setenv("MOCKRC_PORT", "7000", 1);
    setenv("MOCKRC_FIXTURE", "acme-aco", 1);
    setenv("MOCKRC_QUIET", "0", 1);
    setenv("MOCKRC_VERBOSE", "1", 1);
    int err = read_line(&options, CMD_SERVE, "--port 8000", &diag);
    int64_t port = options.port;
    const char *fixture = options.fixture;
    bool is_quiet = options.is_quiet, is_verbose = options.is_verbose;
    setenv("MOCKRC_PORT", "many", 1);
    int wrong = read_line(&options, CMD_SERVE, "", &diag);
    int others = read_line(&options, CMD_RUN, "", &(struct diag){.line = 0});
    unsetenv("MOCKRC_PORT");
    unsetenv("MOCKRC_FIXTURE");
    unsetenv("MOCKRC_QUIET");
    unsetenv("MOCKRC_VERBOSE");
    assert_int_equal(err, 0);
    assert_int_equal(port, 8000);
    assert_string_equal(fixture, "acme-aco");
    assert_false(is_quiet);
    assert_true(is_verbose);
    assert_int_equal(wrong, ERR_USAGE);
    assert_string_equal(diag.text,
                        "mockrc serve: MOCKRC_PORT wants a port (0 to 65535), not \"many\"");
    assert_int_equal(others, 0); /* run has no --port, so the variable is not its business */
}

static void too_many_of_a_kind_are_refused(void **state)
{
    struct options options;
    struct diag diag;
    char *argv[2 * OPTION_LIST_MAX];
    for (int i = 0; i < 2 * OPTION_LIST_MAX; i += 2) {
        argv[i] = (char *)"--set";
        argv[i + 1] = (char *)"a=b";
    }
    assert_int_equal(options_read(&options, "run", CMD_RUN, 2 * OPTION_LIST_MAX, argv, &diag),
                     ERR_USAGE);
    assert_string_equal(diag.text, "mockrc run: more than 47 --set");
}

static void every_flag_is_in_the_help_of_its_commands(void **state)
{
    for (size_t i = 0; option_name_at(i); i++) {
        char flag[64];
        snprintf(flag, sizeof flag, " --%s", option_name_at(i));
        for (unsigned bit = 1; bit <= CMD_ALL; bit <<= 1) {
            struct buf text;
            buf_init(&text, 1 << 16);
            options_help(bit, &text);
            bool is_there = strstr(buf_text(&text), flag) != NULL;
            bool has_other = false; /* --journal is the beginning of --journal-events */
            for (size_t j = 0; option_name_at(j); j++)
                has_other |= j != i && option_commands_at(j) & bit &&
                             text_starts(option_name_at(j), option_name_at(i));
            if (!has_other)
                assert_int_equal(is_there, (option_commands_at(i) & bit) != 0);
            if (is_there && option_env_at(i))
                assert_true(text_starts(option_env_at(i), "MOCKRC_"));
            buf_done(&text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_read_in_every_form),
        cmocka_unit_test(what_follows_two_dashes_is_anothers),
        cmocka_unit_test(a_wrong_flag_is_one_clear_line),
        cmocka_unit_test(flags_win_over_the_environment),
        cmocka_unit_test(too_many_of_a_kind_are_refused),
        cmocka_unit_test(every_flag_is_in_the_help_of_its_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
