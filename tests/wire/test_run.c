/* Scenarios played in this process, and many of them by the runner; the client is rc-client, or a
 * script that behaves badly. */
#include "scenario/runner.h"

#include "base/mem.h"
#include "base/text.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "scenario: t\nfixture: " SOURCE_DIR "/fixtures/acme-rc.yaml\nrecords: 20\n"

struct play {
    struct scenario scenario;
    struct outcome outcome;
    char told[900]; /* the diag, or "" */
};

static void play_text(struct play *play, const char *text, const struct run_options *options)
{
    struct diag diag;
    if (scenario_read("/s/s.yaml", text, strlen(text), &play->scenario, &diag))
        fail_msg("%s\n%s", text, diag.text);
    outcome_init(&play->outcome, "/s/s.yaml");
    scenario_run(&play->scenario, options, &play->outcome);
    play->told[0] = '\0';
    if (play->outcome.err)
        diag_text(&play->outcome.diag, play->told, sizeof play->told);
}

static void play_done(struct play *play)
{
    outcome_done(&play->outcome);
    scenario_done(&play->scenario);
}

/* --- without a client --- */

static void each_story_ends_as_it_must(void **state)
{
    static const struct {
        const char *steps;
        int err;
        const char *told, *detail; /* globs */
    } rows[] = {
        {"steps:\n  - stop-proxy: a\n  - expect: { op: stop-proxy, proxy: a }\n", ERR_OK, "", ""},
        {"steps:\n  - stop-proxy: a\n  - expect: { op: stop-proxy, proxy: b }\n", ERR_EXPECT,
         "/s/s.yaml:6:5: expect: no event with op: stop-proxy, proxy: b",
         "    near: #1 *stop-proxy*\n          proxy: wanted b, saw a\n"
         "  the provider's side: primary-down-no-failover / PRIMARY_PROXY_DOWN: The primary proxy "
         "(a) "
         "is down*(broken link #1)\n"},
        {"steps:\n  - stop-proxy: a\n  - explain: PRIMARY_PROXY_DOWN\n  - explain: \"!HEALTHY\"\n",
         ERR_OK, "", ""},
        {"steps:\n  - stop-proxy: a\n  - explain: HEALTHY\n", ERR_EXPECT,
         "/s/s.yaml:6:14: explain: wanted HEALTHY, saw PRIMARY_PROXY_DOWN",
         "  the provider's side: primary-down-no-failover / *(broken link #1)\n"},
        {"steps:\n  - advance: 1m\n", ERR_EMPTY, "/s/s.yaml: nothing was expected: that is no pass",
         ""},
        {"faults:\n  - { name: never, match: {op: oauth.token}, kind: drop }\nsteps:\n  - advance: "
         "1m\n  - expect: { op: advance }\n",
         ERR_EXPECT, "/s/s.yaml:5:5: a fault was armed and never fired: never", ""},
        {"steps:\n  - fault: { name: late, match: {op: oauth.token}, kind: drop }\n  - expect: { "
         "op: fault }\n",
         ERR_EXPECT, "/s/s.yaml:5:12: a fault was armed and never fired: late", ""},
        {"steps:\n  - advance: 1m\n  - rotate-password: nobody\n  - expect: { op: advance }\n",
         ERR_USAGE, "/s/s.yaml:6:22: user: no user \"nobody\" here; *", ""},
        {"steps:\n  - start-proxy: a\n  - expect: { op: start-proxy }\n", ERR_USAGE,
         "/s/s.yaml:5:18: start-proxy: proxy a is up already", ""},
        {"steps:\n  - advance: 1m\n  - expect: { op: advance }\n  - expect: { op: advance, absent: "
         "true }\n",
         ERR_OK, "", ""},
        {"steps:\n  - advance: 1m\n  - expect: { op: advance, absent: true }\n", ERR_EXPECT,
         "/s/s.yaml:6:5: expect: wanted no event with op: advance", "    came all the same: #1 *"},
        {"steps:\n  - advance: 1m\n  - advance: 1m\n  - expect: { op: advance, times: 2 }\n",
         ERR_OK, "", ""},
        {"steps:\n  - rotate-password: { user: superadmin }\n  - rotate-password: { user: \"102\", "
         "password: \"${rotate-password.password}\" }\n  - expect: { op: rotate-password, times: 2 "
         "}\n",
         ERR_OK, "", ""},
        {"steps:\n  - rotate-password: { user: superadmin, password: x }\n  - set-user: { user: "
         "\"${rotate-password.password}\" }\n  - expect: { op: set-user }\n",
         ERR_USAGE, "/s/s.yaml:6:*nothing is known for \"${rotate-password.password}\"*", ""},
        {"steps:\n  - advance: 1m\n  - reset\n  - stop-proxy: a\n  - expect: { op: stop-proxy, "
         "seq: "
         "1 }\n",
         ERR_OK, "", ""},
        {"fixture: none\nsteps:\n  - advance: 1m\n", ERR_USAGE, "*none*", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct play play;
        char text[900];
        bool has_fixture = text_starts(rows[i].steps, "fixture:");
        snprintf(text, sizeof text, "%s%s", has_fixture ? "scenario: t\n" : HEAD, rows[i].steps);
        play_text(&play, text, &(struct run_options){0});
        if (play.outcome.err != rows[i].err || !text_glob(rows[i].told, play.told) ||
            !text_glob(rows[i].detail, buf_text(&play.outcome.detail)))
            fail_msg("%s\n%d %s\n%s", rows[i].steps, play.outcome.err, play.told,
                     buf_text(&play.outcome.detail));
        play_done(&play);
    }
}

static void a_name_that_is_not_there_stops_it_before_the_first_step(void **state)
{
    struct play play;
    play_text(&play, HEAD "steps:\n  - advance: 1m\n  - stop-proxy: z\n  - expect: {op: advance}\n",
              &(struct run_options){0});
    assert_int_equal(play.outcome.err, ERR_USAGE);
    assert_int_equal(play.outcome.steps, 0);
    assert_int_equal(play.outcome.events, 0);
    play_done(&play);
}

static void waiting_within_moves_world_time_and_no_more(void **state)
{
    struct play play;
    play_text(&play,
              HEAD
              "start: 2026-01-05T09:00:00Z\nsteps:\n  - advance: 1m\n"
              "  - expect: { op: stop-proxy, absent: true, within: 9m }\n"
              "  - stop-proxy: a\n"
              "  - expect: { op: stop-proxy, time: \"2026-01-05T09:10:00.000Z\", within: 1h }\n"
              "  - start-proxy: a\n"
              "  - expect: { op: start-proxy, time: \"2026-01-05T09:10:00.000Z\" }\n"
              "  - expect: { op: stop-proxy, within: 2m }\n",
              &(struct run_options){0});
    assert_int_equal(play.outcome.err, ERR_EXPECT);
    assert_int_equal(play.outcome.diag.line, 12);
    play_done(&play);
}

static void the_story_tells_every_step_and_event(void **state)
{
    struct play play;
    play_text(&play,
              HEAD "steps:\n  - note: it is night\n  - advance: 25h\n  - expect: { op: advance }\n",
              &(struct run_options){.is_narrated = true});
    assert_string_equal(buf_text(&play.outcome.story),
                        "  09:00:00  note: it is night\n"
                        "  09:00:00  advance: 25h\n"
                        "    #1   09:00:00 provider        advance {\"by\":\"25h\"}\n"
                        "  1d 10:00:00  expect: {op: advance}\n"
                        "    met by #1\n");
    play_done(&play);
}

/* --- with rc-client, and with scripts in its place --- */

static void script(char *path, size_t path_len, const char *text)
{
    snprintf(path, path_len, "/tmp/mockrc-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(fchmod(fd, 0700), 0);
    close(fd);
}

/* Every client is asked to open its store first. */
#define OPENS "#!/bin/sh\nread line\necho '{\"ok\":true}'\n"

static void a_client_that_behaves_badly_is_named(void **state)
{
    static const struct {
        const char *text;
        int err;
        const char *told;
    } rows[] = {
        {"#!/bin/sh\necho broken glass >&2\nexit 3\n", ERR_BUG,
         "/s/s.yaml:5:5: save: rc-client has ended: broken glass"},
        {OPENS "read line\necho 'no json'\nread line\n", ERR_BUG,
         "/s/s.yaml:5:5: save: rc-client answers what is not JSON"},
        {OPENS "read line\nread line\n", ERR_TIMEOUT,
         "/s/s.yaml:5:5: save: rc-client does not answer"},
        {"#!/bin/sh\nread line\nread line\n", ERR_TIMEOUT,
         "/s/s.yaml:5:5: save: rc-client does not answer"},
        {OPENS "read line\necho '{\"ok\":true,\"result\":{}}'\nread line\n", ERR_EMPTY,
         "/s/s.yaml: nothing was expected: that is no pass"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct play play;
        char path[64];
        script(path, sizeof path, rows[i].text);
        play_text(&play, HEAD "steps:\n  - save\n",
                  &(struct run_options){.client = path, .timeout_ms = 400});
        unlink(path);
        assert_string_equal(play.told, rows[i].told);
        assert_int_equal(play.outcome.err, rows[i].err);
        play_done(&play);
    }
}

static void a_client_that_is_not_there_is_this_machines_fault(void **state)
{
    struct play play;
    play_text(&play, HEAD "steps:\n  - save\n", &(struct run_options){.client = "/no/rc-client"});
    assert_int_equal(play.outcome.err, ERR_ENV);
    assert_non_null(strstr(play.told, "--client or MOCKRC_CLIENT"));
    play_done(&play);
}

/* What rc-client is told: a script writes it down. */
static void the_client_is_told_what_the_step_says_and_what_the_provider_knows(void **state)
{
    struct play play;
    char path[64], text[300], said[64], line[2000] = "";
    script(said, sizeof said, "");
    snprintf(text, sizeof text,
             "#!/bin/sh\ntest -z \"$RC_CLIENT_PROXY\" || exit 9\nwhile read line; do echo "
             "\"$line\" >>%s; echo '{\"ok\":true,\"result\":{}}';"
             " done\n",
             said);
    script(path, sizeof path, text);
    setenv("RC_CLIENT_PROXY", "would.change:1", 1);
    play_text(&play,
              HEAD "start: 2026-01-05T09:00:00Z\nsteps:\n  - connect: { recording: yes, proxy: "
                   "\"h:1\" }\n  - advance: 1s\n  - authenticate: { as: \"102\", decline: true }\n"
                   "  - save: { cancel: true }\n  - sync: { days: 3, max_wait: 9 }\n"
                   "  - expect: { op: client.sync, result: ok }\n",
              &(struct run_options){.client = path, .timeout_ms = 5000});
    unsetenv("RC_CLIENT_PROXY");
    assert_string_equal(play.told, "");
    FILE *file = fopen(said, "re");
    static const char *const lines[] = {
        "{\"cmd\":\"open\",\"db\":\"*/store.db\",\"seed\":\"1\"}\n",
        "{\"cmd\":\"connect\",\"now_ms\":1767603600000,\"proxy\":\"h:1\",\"recording\":\"yes\","
        "\"sip_timeout_ms\":\"500\",\"ws_timeout_ms\":\"250\",\"max_wait\":\"0\",\"client_id\":"
        "\"mRcAcmeCcaas0000001210\","
        "\"client_secret\":\"*\",\"redirect_uri\":\"http://*\",\"base_url\":\"http://127.0.0.1:*\","
        "\"brand\":\"1210\",\"sip_domain\":\"sip.ringcentral.com\"}\n",
        "{\"cmd\":\"authenticate\",\"now_ms\":1767603601000,\"decline\":true,*"
        "\"username\":\"*@acme-widgets.example\",\"password\":\"*\"}\n",
        "{\"cmd\":\"save\",*\"cancel\":true,*\"yes\":true}\n",
        "{\"cmd\":\"sync\",*\"days\":\"3\",\"max_wait\":\"9\",\"sip_timeout_ms\":\"500\",\"ws_"
        "timeout_ms\":\"250\"}\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_non_null(fgets(line, sizeof line, file));
        if (!text_glob(lines[i], line))
            fail_msg("wanted %s   saw %s", lines[i], line);
    }
    fclose(file);
    unlink(path);
    unlink(said);
    play_done(&play);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "re");
    struct buf text;
    char block[4096];
    size_t got;
    assert_non_null(file);
    buf_init(&text, 16 << 20);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(&text, block, got);
    fclose(file);
    return buf_take(&text);
}

static void one_seed_makes_one_journal_and_another_seed_another(void **state)
{
    char *journals[3];
    for (int i = 0; i < 3; i++) {
        struct scenario scenario;
        struct diag diag;
        struct outcome outcome;
        char path[64];
        script(path, sizeof path, "");
        assert_int_equal(
            scenario_load(SOURCE_DIR "/scenarios/password-rotated-at-once.yaml", &scenario, &diag),
            0);
        outcome_init(&outcome, scenario.file);
        if (scenario_run(&scenario, &(struct run_options){.journal = path, .seed = i == 2 ? 9 : 4},
                         &outcome))
            fail_msg("%s", outcome.diag.text);
        journals[i] = read_file(path);
        unlink(path);
        outcome_done(&outcome);
        scenario_done(&scenario);
    }
    assert_true(strlen(journals[0]) > 5000);
    assert_string_equal(journals[0], journals[1]);
    assert_string_not_equal(journals[0], journals[2]);
    assert_null(strstr(journals[0], "Harbor7!Kite"));
    for (int i = 0; i < 3; i++)
        free(journals[i]);
}

/* --- many at once --- */

struct seen {
    char files[400];
};

static void note(void *context, const struct outcome *outcome)
{
    struct seen *seen = context;
    size_t len = strlen(seen->files);
    snprintf(seen->files + len, sizeof seen->files - len, "%s%s:%d", len ? " " : "",
             strrchr(outcome->file, '/') + 1, outcome->err);
}

/* Writes files into a folder of their own; returns it. */
static void folder_of(char *folder, size_t len, const char *const *files)
{
    snprintf(folder, len, "/tmp/mockrc-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    for (; *files; files += 2) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, files[0]);
        FILE *file = fopen(path, "we");
        assert_non_null(file);
        fputs(files[1], file);
        fclose(file);
    }
}

static void forget_folder(const char *folder, const char *const *files)
{
    for (; *files; files += 2) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, files[0]);
        unlink(path);
    }
    rmdir(folder);
}

static void results_come_in_order_whatever_each_process_does(void **state)
{
    static const char *const files[] = {
        "a-hangs.yaml",
        HEAD "steps: [save]\n",
        "b-passes.yaml",
        HEAD "steps:\n  - advance: 1m\n  - expect: { op: advance }\n",
        "c-fails.yml",
        HEAD "steps:\n  - advance: 1m\n  - expect: { op: set }\n",
        "d-is-wrong.json",
        "{\"scenario\": \"t\"}",
        "e-dies.yaml",
        HEAD "steps: [sync]\n",
        "notes.txt",
        "no scenario",
        "x.schema.json",
        "{}",
        NULL,
    };
    char folder[64], client[64];
    struct file_list list = {0};
    struct diag diag;
    struct outcome outcomes[5];
    struct seen seen = {""};
    folder_of(folder, sizeof folder, files);
    /* Never answers a save; at a sync it takes the process that asked down with it. */
    script(client, sizeof client,
           OPENS "read line\ncase $line in *sync*) kill -9 $PPID ;; esac\nread line\n");
    assert_int_equal(file_list_add(&list, folder, &diag), 0);
    assert_int_equal(list.count, 5);
    struct runner_options options = {.run = {.client = client, .timeout_ms = 700}, .jobs = 3};
    assert_int_equal(runner_run(&list, &options, outcomes, note, &seen), 0);
    assert_string_equal(seen.files, "a-hangs.yaml:4 b-passes.yaml:0 c-fails.yml:1 "
                                    "d-is-wrong.json:2 e-dies.yaml:5");
    assert_string_equal(outcomes[4].diag.text, "its process died: Killed");
    assert_int_equal(outcomes[1].expectations, 1);
    assert_string_equal(outcomes[1].title, "t");
    assert_non_null(strstr(buf_text(&outcomes[2].detail), "no event since the last expectation"));
    for (size_t i = 0; i < list.count; i++)
        outcome_done(&outcomes[i]);
    file_list_done(&list);
    unlink(client);
    forget_folder(folder, files);
}

/* One place for all: who comes after the dead and after the failed finds it as the first did. */
static void a_process_that_died_is_replaced(void **state)
{
    static const char *const files[] = {
        "a-passes.yaml",
        HEAD "steps:\n  - advance: 1m\n  - expect: { op: advance }\n",
        "b-dies.yaml",
        HEAD "steps: [sync]\n",
        "c-fails.yaml",
        HEAD "steps:\n  - advance: 1m\n  - expect: { op: set }\n",
        "d-passes.yaml",
        HEAD "steps:\n  - advance: 1m\n  - expect: { op: advance }\n",
        NULL,
    };
    char folder[64], client[64];
    struct file_list list = {0};
    struct diag diag;
    struct outcome outcomes[4];
    struct seen seen = {""};
    folder_of(folder, sizeof folder, files);
    script(client, sizeof client, OPENS "read line\ncase $line in *sync*) kill -9 $PPID ;; esac\n");
    assert_int_equal(file_list_add(&list, folder, &diag), 0);
    struct runner_options options = {.run = {.client = client}, .jobs = 1};
    assert_int_equal(runner_run(&list, &options, outcomes, note, &seen), 0);
    assert_string_equal(seen.files, "a-passes.yaml:0 b-dies.yaml:5 c-fails.yaml:1 d-passes.yaml:0");
    for (size_t i = 0; i < list.count; i++)
        outcome_done(&outcomes[i]);
    file_list_done(&list);
    unlink(client);
    forget_folder(folder, files);
}

/* Reading a pipe that nobody writes never ends, whatever time the scenario has. */
static void a_process_that_hangs_is_killed(void **state)
{
    char path[] = "/tmp/mockrc-test-XXXXXX";
    struct file_list list = {0};
    struct diag diag;
    struct outcome outcome;
    struct seen seen = {""};
    int fd = mkstemp(path);
    close(fd);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(file_list_add(&list, path, &diag), 0);
    struct runner_options options = {.run = {.timeout_ms = 100}, .grace_ms = 100};
    assert_int_equal(runner_run(&list, &options, &outcome, note, &seen), 0);
    assert_int_equal(outcome.err, ERR_TIMEOUT);
    assert_string_equal(outcome.diag.text, "the scenario hung and was ended");
    outcome_done(&outcome);
    file_list_done(&list);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_story_ends_as_it_must),
        cmocka_unit_test(a_name_that_is_not_there_stops_it_before_the_first_step),
        cmocka_unit_test(waiting_within_moves_world_time_and_no_more),
        cmocka_unit_test(the_story_tells_every_step_and_event),
        cmocka_unit_test(a_client_that_behaves_badly_is_named),
        cmocka_unit_test(a_client_that_is_not_there_is_this_machines_fault),
        cmocka_unit_test(the_client_is_told_what_the_step_says_and_what_the_provider_knows),
        cmocka_unit_test(one_seed_makes_one_journal_and_another_seed_another),
        cmocka_unit_test(results_come_in_order_whatever_each_process_does),
        cmocka_unit_test(a_process_that_died_is_replaced),
        cmocka_unit_test(a_process_that_hangs_is_killed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
