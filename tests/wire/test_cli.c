/* The program itself: what it prints where, and how it ends. */
#include "cli/http.h"

#include "base/json.h"
#include "base/text.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- one line in, one clear line out, the right exit code --- */

static const char story[] = "scenario: t\nrecords: 20\nsteps:\n"
                            "  - expect: { op: advance, within: 60s }\n  - stop-proxy: a\n"
                            "  - save\n  - expect: { op: fault, within: 60s }\n";

static void each_line_ends_with_its_exit_code(void **state)
{
    static const struct typed rows[] = {
        {"$MOCKRC", 2, "mockrc: wanted a command; mockrc --help lists them\n"},
        {"$MOCKRC --help", 0, "mockrc: *usage: mockrc COMMAND*serve*run*exec*lint*"},
        {"$MOCKRC help serve", 0, "mockrc serve *--port PORT*[MOCKRC_PORT]*"},
        {"$MOCKRC run --help", 0, "mockrc run *--narrate*"},
        {"$MOCKRC fault --help", 0, "mockrc fault *Kinds:\n  answer *\n  certificate *Flags:*"},
        {"$MOCKRC serve --help | awk 'length > 92'", 0, ""},
        {"$MOCKRC version", 0, "mockrc *.*.*\n"},
        {"$MOCKRC --version", 0, "mockrc *.*.*\n"},
        {"$MOCKRC srve", 2, "mockrc: unknown command \"srve\"; did you mean \"serve\"?\n"},
        {"$MOCKRC serve --prot 1", 2,
         "mockrc serve: unknown flag \"--prot\"; did you mean \"--port\"?\n"},
        {"$MOCKRC serve now", 2, "mockrc: serve takes flags only, not \"now\"; *\n"},
        {"$MOCKRC serve --bind 0.0.0.0", 2,
         "mockrc: --bind 0.0.0.0 is not loopback: *--admin-token\n"},
        {"$MOCKRC serve --port 0 --fixture none", 2, "mockrc: *none*acme-rc*\n"},
        {"$MOCKRC serve --port 0 --set oauth.acess_ttl=1m", 2,
         "mockrc: unknown knob \"oauth.acess_ttl\"; did you mean \"oauth.access_ttl\"?\n"},
        {"$MOCKRC serve --port 0 --set nonsense", 2,
         "mockrc: a knob is set as name=value, not \"nonsense\"\n"},
        {"$MOCKRC serve --port 0 --start noon", 2,
         "mockrc: --start wants a time *, not \"noon\"\n"},
        {"$MOCKRC serve --port 0 --clock scaled:0", 2,
         "mockrc: --clock scaled:N wants N above 0*\n"},
        {"$MOCKRC serve --port 0 --records 2000000", 2,
         "mockrc: --records wants at most 1000000*\n"},
        {"$MOCKRC serve --port 0 --sip-port 0 --env-file /no/where", 3,
         "mockrc: /no/where: cannot be written: No such file*"},
        {"$MOCKRC serve --port 0 --scenario /none.yaml", 2,
         "mockrc: /none.yaml: cannot be read: *\n"},
        {"$MOCKRC serve --port 0 --sip-port 65234", 2,
         "mockrc: with the first SIP port 65234 there is none left for proxy c\n"},
        {"$MOCKRC serve --bind 192.0.2.1 --admin-token t --port 0 --sip-port 0", 3,
         "mockrc: cannot listen for HTTP on 192.0.2.1:0: Cannot assign requested address\n"},
        {"$MOCKRC run", 2, "mockrc: run wants scenario files or folders: *\n"},
        {"$MOCKRC run /no/such", 2, "mockrc: /no/such: cannot be read: *\n"},
        {"mkdir $DIR/empty; $MOCKRC run $DIR/empty", 6, "mockrc: there is no scenario in *\n"},
        {"$MOCKRC run --report xml $DIR", 2, "mockrc: --report wants text, tap, junit or jsonl*\n"},
        {"$MOCKRC run $DIR/wrong.yaml", 2,
         "FAIL *wrong.yaml:2:8: steps: wanted 1 to 1000, saw 0\n1 scenario: 0 passed, 1 failed *"},
        {"$MOCKRC run $DIR/empty.yaml", 6, "FAIL *nothing was expected: that is no pass\n*"},
        {"$MOCKRC run $DIR/fails.yaml", 1, "FAIL *fails.yaml:3:29: expect: no event*"},
        {"$MOCKRC run $DIR/passes.yaml $DIR/fails.yaml", 1,
         "PASS *FAIL *2 scenarios: 1 passed, 1 *"},
        {"$MOCKRC run -q $DIR/passes.yaml", 0, "1 scenario: 1 passed, 0 failed *"},
        {"$MOCKRC run --report tap $DIR/passes.yaml", 0, "TAP version 14\n1..1\nok 1 - *"},
        {"$MOCKRC run -q --report junit=$DIR/out.xml $DIR/passes.yaml && cat $DIR/out.xml", 0,
         "*<testsuites name=\"mockrc\">*tests=\"1\" failures=\"0\"*"},
        {"umask 022; $MOCKRC run -q --report junit=$DIR/m.xml $DIR/passes.yaml && stat -c %a "
         "$DIR/m.xml",
         0, "*\n644\n"},
        {"$MOCKRC run -q --report junit=/no/out.xml $DIR/passes.yaml", 3,
         "*/no/out.xml: cannot be *"},
        {"$MOCKRC run -q --journal $DIR/j $DIR/passes.yaml && cat $DIR/j/passes.jsonl", 0,
         "*{\"seq\":1,*\"op\":\"advance\"*}\n"},
        {"$MOCKRC run --client /none $DIR/client.yaml", 3,
         "FAIL *not possible*--client or MOCKRC_CLIENT*"},
        {"$MOCKRC lint $ROOT/scenarios $ROOT/fixtures", 0,
         "*connect-authenticate-save.yaml: ok\n*acme-rc.yaml: ok\n"},
        {"$MOCKRC lint -q $ROOT/scenarios", 0, ""},
        {"$MOCKRC lint $DIR/passes.yaml $DIR/wrong.yaml", 2,
         "*passes.yaml: ok\n*wrong.yaml:2:8: steps: wanted 1 to 1000, saw 0\n"},
        {"$MOCKRC lint $DIR/names.yaml", 2,
         "*names.yaml:3:17: proxy: no proxy \"z\" here; did you *\n"},
        {"$MOCKRC lint $DIR/empty.yaml", 2,
         "*empty.yaml: it expects nothing: that can be no pass\n"},
        {"printf 'scenario: t\\nfixture: mine.yaml\\nsteps: [expect: {op: advance}]\\n' "
         ">$DIR/own.yaml; "
         "cd / && $MOCKRC lint $DIR/own.yaml",
         2, "*/own.yaml:2:10: mine.yaml: no such fixture file\n"},
        {"cp $ROOT/fixtures/acme-aco.yaml $DIR/mine.yaml && cd / && $MOCKRC lint $DIR/own.yaml", 0,
         "*/own.yaml: ok\n"},
        {"$MOCKRC lint", 2, "mockrc: lint wants files or folders: *\n"},
        {"$MOCKRC exec", 2, "mockrc: exec wants a scenario and a program: *\n"},
        {"$MOCKRC exec $DIR/story.yaml", 2, "mockrc: exec wants a scenario and a program: *\n"},
        {"$MOCKRC exec $DIR/wrong.yaml -- true", 2, "mockrc: *wrong.yaml:2:8: *\n"},
        {"$MOCKRC exec $DIR/story.yaml -- /no/program", 3,
         "mockrc: /no/program: cannot be run: No such file*\n"},
        {"$MOCKRC exec $DIR/story.yaml -- sh -c 'head -1 $MOCKRC_CA_FILE'", 1,
         "-----BEGIN CERTIFICATE-----\nFAIL *"},
        {"$MOCKRC exec --ca-file $DIR/ca.pem --dns-port 0 --keylog $DIR/keys --rate-limits off "
         "--openapi $DIR/none.yaml $DIR/story.yaml -- true",
         2, "mockrc: *none.yaml: cannot be read: *\n"},
        {"cd $DIR; $MOCKRC exec --ca-file ca.pem --dns-port 0 --keylog keys --rate-limits off "
         "--tls-name here $DIR/story.yaml -- sh -c 'echo $MOCKRC_CA_FILE $MOCKRC_DNS; ls "
         "$DIR/keys; "
         "curl -s $MOCKRC_ADMIN_URL/knobs | grep -o \"rate.limits[^}]*\"'",
         1, "/*/ca.pem 127.0.0.1:*\n*/keys\nrate.limits*off*"},
        {"touch $DIR/target; ln -s target $DIR/link; $MOCKRC run -q --report tap=$DIR/link "
         "$DIR/passes.yaml && readlink "
         "$DIR/link && cat $DIR/target",
         0, "*target\nTAP version 14\n*"},
        {"$MOCKRC exec $DIR/story.yaml -- sh -c '$MOCKRC clock advance 1m && $MOCKRC fault \"name: "
         "f, "
         "match: {op: oauth.token}, kind: drop\" && $MOCKRC fault --clear f'",
         0, "2*Z\narmed: f\ncleared: 1\nPASS *story.yaml: t  (3 steps, 2 expectations, 4 events*"},
        {"$MOCKRC exec $DIR/story.yaml -- true", 1,
         "FAIL *story.yaml:4:5: expect: no event with op: *"},
        {"$MOCKRC exec $DIR/story.yaml -- sh -c '$MOCKRC clock advance 1m >/dev/null; $MOCKRC "
         "fault "
         "\"match: {op: oauth.token}, kind: drop\" >/dev/null; $MOCKRC fault --clear all; exit 7'",
         7, "*PASS *sh ended with 7\n"},
        {"$MOCKRC exec --timeout 300ms $DIR/story.yaml -- sleep 5", 4,
         "mockrc: the program does not end: killed (--timeout)\n*nothing happened "
         "since*expectation\n"},
        {"$MOCKRC exec $DIR/story.yaml -- sh -c 'echo $RINGCENTRAL_SERVER_URL $MOCKRC_ADMIN_URL'",
         1, "http://127.0.0.1:* http://127.0.0.1:*/__admin\n*"},
        {"$MOCKRC explain --admin-url http://127.0.0.1:1", 3,
         "mockrc: http://127.0.0.1:1: Connection refused; *\n"},
        {"$MOCKRC explain now", 2, "mockrc: explain takes no words, only flags; *\n"},
        {"$MOCKRC explain --journal - </dev/null", 0,
         "Nothing has happened yet: the journal is empty.\n*"},
        {"$MOCKRC env --admin-url http://127.0.0.1:1", 3,
         "mockrc: http://127.0.0.1:1: Connection refused; *\n"},
        {"$MOCKRC env --admin-url ftp://x", 2,
         "mockrc: --admin-url wants http://host:port, not *\n"},
        {"$MOCKRC errors | grep OAU-213", 0, "rest  OAU-213  401  *\n*"},
        {"$MOCKRC errors --json", 0, "[{\"layer\":\"rest\",\"code\":*}]\n"},
        {"$MOCKRC routes | grep call-log", 0, "GET *"},
        {"$MOCKRC routes --json", 0, "[{\"method\":*}]\n"},
        {"$MOCKRC schema", 0, "{\n  \"$schema\": *}\n"},
        {"$MOCKRC schema fixture", 2, "mockrc: schema takes no words, only flags; *\n"},
        {"$MOCKRC schema --layer rest", 2, "mockrc schema: --layer is a flag of other *\n"},
        {"{ $MOCKRC routes; echo $? >$DIR/left; } | head -1; cat $DIR/left", 0, "GET *\n0\n"},
        {"mkdir -p $DIR/p/bin $DIR/p/share/mockrc && cp $MOCKRC $DIR/p/bin && "
         "cp -r $ROOT/fixtures $DIR/p/share/mockrc && cd / && "
         "$DIR/p/bin/mockrc run $DIR/passes.yaml",
         0, "PASS *"},
        {"cp $MOCKRC $DIR/alone && $DIR/alone run $DIR/passes.yaml", 2,
         "*no folder \"fixtures\" above the program; set MOCKRC_DATA\n*"},
        {"$MOCKRC errors >/dev/full", 3, "mockrc: stdout cannot be written\n"},
    };
    char dir[40];
    folder(dir);
    write_to(dir, "story.yaml", story);
    write_to(dir, "wrong.yaml", "scenario: t\nsteps: []\n");
    write_to(dir, "empty.yaml", "scenario: t\nrecords: 20\nsteps: [ { advance: 1m } ]\n");
    write_to(dir, "fails.yaml",
             "scenario: t\nrecords: 20\nsteps: [ { advance: 1m }, { expect: { op: set } } ]\n");
    write_to(dir, "passes.yaml",
             "scenario: t\nrecords: 20\nsteps: [ { advance: 1m }, { expect: { op: advance } } ]\n");
    write_to(dir, "names.yaml",
             "scenario: t\nsteps:\n  - stop-proxy: z\n  - expect: { op: stop-proxy }\n");
    write_to(dir, "client.yaml", "scenario: t\nrecords: 20\nsteps: [ save ]\n");
    size_t bad = typed_wrong(rows, sizeof rows / sizeof *rows, BIN_DIR, SOURCE_DIR, "", dir);
    forget(dir);
    assert_int_equal(bad, 0);
}

/* --- a server and its end --- */

/* Waits until the file's first line is there and whole. */
static void read_line(const char *path, char *line, int cap)
{
    int64_t deadline_ms = clock_machine_ms() + PROGRAM_PATIENCE_MS;
    for (line[0] = '\0'; !strchr(line, '\n') && clock_machine_ms() < deadline_ms;) {
        FILE *file = fopen(path, "re");
        if (file && !fgets(line, cap, file))
            line[0] = '\0';
        file ? fclose(file) : poll(NULL, 0, 5);
    }
}

static void read_ready(const char *path, struct http_server *server)
{
    char url[100];
    struct diag diag;
    read_line(path, url, sizeof url);
    url[strcspn(url, "\n")] = '\0';
    assert_int_equal(http_server_read(url, server, &diag), 0);
}

static int ask(const struct http_server *server, const char *path, const char *body,
               struct buf *answer)
{
    struct diag diag;
    int status = 0;
    buf_reset(answer);
    if (http_ask(server, path, body, PROGRAM_PATIENCE_MS, &status, answer, &diag))
        fail_msg("%s", diag.text);
    return status;
}

static void a_server_tells_that_it_is_ready_and_ends_at_once_when_told(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        struct program run;
        struct http_server server = {.token = NULL};
        struct buf answer;
        struct arena arena;
        char dir[40], path[80];
        folder(dir);
        snprintf(path, sizeof path, "%s/ready", dir);
        buf_init(&answer, 1 << 20);
        arena_init(&arena);
        program_start(
            &run, BIN_DIR, SOURCE_DIR,
            "exec $MOCKRC serve --port 0 --sip-port 0 --records 20 --ready-file $DIR/ready "
            "--env-file $DIR/env.json",
            dir);
        read_ready(path, &server);
        assert_int_equal(ask(&server, "/__admin/ready", NULL, &answer), 200);
        snprintf(path, sizeof path, "%s/env.json", dir);
        FILE *file = fopen(path, "re");
        char env[16384] = "";
        assert_non_null(file);
        assert_true(fread(env, 1, sizeof env - 1, file) > 0);
        fclose(file);
        const struct node *root = json_parse(&arena, env, strlen(env), NULL);
        assert_non_null(node_get(root, "restUrl"));
        assert_non_null(node_get(node_get(root, "sip"), "udp"));
        int64_t told_ms = clock_machine_ms();
        kill(run.pid, signals[i]);
        program_end(&run);
        assert_int_equal(run.code, 0);
        assert_true(run.ended_ms - told_ms < 1000); /* under ASan; tools/bench has the figure */
        assert_true(
            text_glob("mockrc *\n  REST and OAuth *\n  proxy a *log in as *Ctrl-C stops it.\n"
                      "mockrc: stopping\n",
                      buf_text(&run.said)));
        snprintf(path, sizeof path, "%s/ready", dir);
        assert_int_equal(access(path, F_OK), -1);
        buf_done(&run.said);
        buf_done(&answer);
        arena_done(&arena);
        forget(dir);
    }
}

static void a_port_in_use_is_this_machines_fault(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    char line[100], says[100];
    struct program run;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 1), 0);
    getsockname(fd, (struct sockaddr *)&address, &len);
    snprintf(line, sizeof line, "$MOCKRC serve --sip-port 0 --records 20 --port %d",
             ntohs(address.sin_port));
    program_start(&run, BIN_DIR, SOURCE_DIR, line, NULL);
    program_end(&run);
    snprintf(says, sizeof says, "mockrc: *%d*\n", ntohs(address.sin_port));
    assert_int_equal(run.code, 3);
    if (!text_glob(says, buf_text(&run.said)))
        fail_msg("%s", buf_text(&run.said));
    assert_ptr_equal(strchr(buf_text(&run.said), '\n'), buf_text(&run.said) + run.said.len - 1);
    buf_done(&run.said);
    close(fd);
}

static void a_served_scenario_is_judged_when_it_is_stopped(void **state)
{
    for (int is_played = 0; is_played < 2; is_played++) {
        struct program run;
        struct http_server server = {.token = NULL};
        struct buf answer;
        char dir[40], path[80];
        folder(dir);
        write_to(dir, "story.yaml", story);
        snprintf(path, sizeof path, "%s/ready", dir);
        buf_init(&answer, 1 << 20);
        program_start(&run, BIN_DIR, SOURCE_DIR,
                      "exec $MOCKRC serve --port 0 --sip-port 0 --ready-file $DIR/ready --scenario "
                      "$DIR/story.yaml",
                      dir);
        read_ready(path, &server);
        if (is_played) {
            assert_int_equal(ask(&server, "/__admin/advance", "\"1m\"", &answer), 200);
            assert_int_equal(ask(&server, "/__admin/wait?op=stop-proxy&timeout=1m", NULL, &answer),
                             200);
            assert_int_equal(ask(&server, "/__admin/fault",
                                 "{\"name\":\"f\",\"match\":{\"op\":\"oauth.token\"},"
                                 "\"kind\":\"drop\"}",
                                 &answer),
                             200);
            assert_int_equal(ask(&server, "/__admin/clear-fault", "\"f\"", &answer), 200);
        }
        kill(run.pid, SIGTERM);
        program_end(&run);
        assert_int_equal(run.code, is_played ? 0 : 1);
        assert_non_null(strstr(buf_text(&run.said), is_played ? "PASS  " : "FAIL  "));
        buf_done(&run.said);
        buf_done(&answer);
        forget(dir);
    }
}

static void the_remote_commands_reach_a_server_that_wants_a_token(void **state)
{
    static const struct typed rows[] = {
        {"$MOCKRC clock", 2, "mockrc: the admin token is missing: *\n"},
        {"MOCKRC_ADMIN_TOKEN=wrong $MOCKRC clock", 2, "mockrc: the admin token is wrong: *\n"},
        {"$MOCKRC clock --admin-token t0k", 0, "2026-01-05T09:00:00.000Z frozen\n"},
        {"$MOCKRC clock advance 61m --admin-token t0k", 0, "2026-01-05T10:01:00.000Z\n"},
        {"$MOCKRC clock --json --admin-token t0k", 0, "{\"now\":\"2026-01-05T10:01:00.000Z\",*}\n"},
        {"$MOCKRC clock scaled:x --admin-token t0k", 2,
         "mockrc: scale: wanted a number above 0, saw \"x\"\n"},
        {"$MOCKRC journal op=advnace --admin-token t0k", 2,
         "mockrc: op: nothing is named \"advnace\"; did you mean \"advance\"?\n"},
        {"$MOCKRC clock advance --admin-token t0k", 2, "mockrc: clock wants nothing, a mode*\n"},
        {"$MOCKRC clock frosen --admin-token t0k", 2,
         "mockrc: mode: wanted *; did you mean \"frozen\"?\n"},
        {"$MOCKRC clock scaled:2 --admin-token t0k", 0, "2026-01-05T*Z scaled:2\n"},
        {"$MOCKRC fault 'match: {op: oauth.token}, kind: drop, name: f' --admin-token t0k", 0,
         "armed: f\n"},
        {"$MOCKRC fault 'match: {op: oauth.tokn}, kind: drop' --admin-token t0k", 2,
         "mockrc: op: nothing is named \"oauth.tokn\"; did you mean \"oauth.token\"?\n"},
        {"$MOCKRC fault --admin-token t0k", 0,
         "f: drop on {op: oauth.token}, hits 0\n\nkinds:\n  answer *\n"},
        {"$MOCKRC fault --json --admin-token t0k", 0, "{\"faults\":[{\"name\":\"f\",*}\n"},
        {"$MOCKRC fault '{match: {}, kind: dorp}' --admin-token t0k", 2,
         "mockrc: unknown fault kind \"dorp\"*\n"},
        {"$MOCKRC fault 'match: [' --admin-token t0k", 2, "mockrc: rule:1:*\n"},
        {"$MOCKRC do set oauth.mfa=true --admin-token t0k", 0, "{\"oauth.mfa\":\"true\"}\n"},
        {"$MOCKRC do set oauth.mfa=perhaps --admin-token t0k", 2, "mockrc: *true or false*\n"},
        {"$MOCKRC do set-user user=101 mfa=false --admin-token t0k", 0, "{\"user\":*}\n"},
        {"$MOCKRC do set-scopes 'add=[Faxes]' --admin-token t0k", 0, "{\"app\":*Faxes*}\n"},
        {"$MOCKRC do clear-fault nobody --admin-token t0k", 2,
         "mockrc: clear-fault: no fault \"nobody\" is armed\n"},
        {"$MOCKRC do advnace 1m --admin-token t0k", 2,
         "mockrc: unknown verb \"advnace\"; did you mean \"advance\"?\n"},
        {"$MOCKRC do advance 1m 2m --admin-token t0k", 2, "mockrc: advance: wanted key=value*\n"},
        {"$MOCKRC verbs advance | head -1", 0, "advance\n"},
        {"$MOCKRC knobs oauth.mfa", 0,
         "oauth.mfa * false * true or false\n    everybody is asked for a code at login\n"},
        {"$MOCKRC fault --clear f --admin-token t0k", 0, "cleared: 1\n"},
        {"$MOCKRC fault --clear f --admin-token t0k", 2,
         "mockrc: clear-fault: no fault \"f\" is armed\n"},
        {"$MOCKRC env --admin-token t0k | head -1", 0,
         "export RINGCENTRAL_SERVER_URL='http://*'\n"},
        {"$MOCKRC env --json --admin-token t0k", 0, "{\"restUrl\":*}\n"},
        {"$MOCKRC journal op=advance --admin-token t0k", 0,
         "#1 * provider * advance {\"by\":\"61m\"}\n"},
        {"$MOCKRC journal --json --last 1 --admin-token t0k", 0,
         "{\"seq\":*,\"op\":\"clear-fault\",*\"result\":\"refused\"*}\n"},
        {"$MOCKRC clock advance 24h --admin-token t0k >/dev/null; $MOCKRC do unlock 101 "
         "--admin-token "
         "t0k >/dev/null; $MOCKRC journal op=advance op=unlock --admin-token t0k | tail -2",
         0, "-- 2026-01-06\n#* provider * unlock *\n"},
        {"$MOCKRC journal stats=1 --admin-token t0k", 2,
         "mockrc: unknown key \"stats\"; did you mean \"status\"?\n"},
        {"$MOCKRC journal status --admin-token t0k", 2, "mockrc: journal: wanted key=value *\n"},
        {"$MOCKRC explain --admin-token t0k", 0,
         "Nothing is broken, as far as the provider sees.\n*Read: * events, #1 to #*\n"},
        {"$MOCKRC do stop-proxy a --admin-token t0k", 0, "{\"proxy\":\"a\",*}\n"},
        {"$MOCKRC explain --admin-token t0k", 1,
         "The primary proxy (a) is down: *primary-down-no-failover / PRIMARY_PROXY_DOWN *first "
         "cause "
         " #* provider * stop-proxy *What to do\n  1. *"},
        {"$MOCKRC journal --json --admin-token t0k | $MOCKRC explain --json --journal -", 1,
         "{\"broken\":true,\"findings\":[{\"failure\":\"primary-down-no-failover\",*}\n"},
        {"$MOCKRC do start-proxy a --admin-token t0k", 0, "{\"proxy\":\"a\",*}\n"},
        {"$MOCKRC explain --admin-token t0k", 0,
         "Nothing is broken, *\nOver already\n- primary-down-no-failover / PRIMARY_PROXY_DOWN: "
         "from "
         "#* on, well again at #*\n"},
        {"($MOCKRC clock frozen --admin-token t0k >$DIR/out; $MOCKRC journal --follow op=clock "
         "--admin-token t0k | head -1)",
         0, "#* provider * clock *\n"},
    };
    struct program run;
    struct http_server server = {.token = "t0k"};
    char dir[40], path[80], url[40];
    folder(dir);
    snprintf(path, sizeof path, "%s/ready", dir);
    program_start(&run, BIN_DIR, SOURCE_DIR,
                  "exec $MOCKRC serve -q --port 0 --sip-port 0 --records 20 --clock frozen "
                  "--admin-token t0k --ready-file $DIR/ready",
                  dir);
    read_ready(path, &server);
    snprintf(url, sizeof url, "http://127.0.0.1:%d", server.port);
    setenv("MOCKRC_ADMIN_URL", url, 1);
    size_t bad = typed_wrong(rows, sizeof rows / sizeof *rows, BIN_DIR, SOURCE_DIR, "", dir);
    unsetenv("MOCKRC_ADMIN_URL");
    kill(run.pid, SIGTERM);
    program_end(&run);
    assert_int_equal(run.code, 0);
    assert_string_equal(buf_text(&run.said), "");
    buf_done(&run.said);
    forget(dir);
    assert_int_equal(bad, 0);
}

static void a_run_that_is_stopped_leaves_nothing_behind(void **state)
{
    struct program run;
    char dir[40];
    folder(dir);
    write_to(dir, "hangs.yaml", "scenario: t\nrecords: 20\nsteps: [ save ]\n");
    write_to(dir, "client", "#!/bin/sh\nread line\nls $TMPDIR >$DIR/asked\nread line\n");
    program_start(&run, BIN_DIR, SOURCE_DIR,
                  "chmod +x $DIR/client; mkdir $DIR/tmp; TMPDIR=$DIR/tmp exec $MOCKRC run --client "
                  "$DIR/client $DIR/hangs.yaml",
                  dir);
    char path[80], there[80];
    snprintf(path, sizeof path, "%s/asked", dir);
    read_line(path, there, sizeof there);
    kill(run.pid, SIGTERM);
    program_end(&run);
    assert_int_equal(run.code, 128 + SIGTERM);
    assert_true(text_starts(there, "mockrc-run-"));
    assert_non_null(strstr(buf_text(&run.said), "the run was stopped"));
    snprintf(path, sizeof path, "%s/tmp", dir);
    assert_int_equal(rmdir(path), 0); /* it is empty */
    buf_done(&run.said);
    forget(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_ends_with_its_exit_code),
        cmocka_unit_test(a_server_tells_that_it_is_ready_and_ends_at_once_when_told),
        cmocka_unit_test(a_port_in_use_is_this_machines_fault),
        cmocka_unit_test(a_served_scenario_is_judged_when_it_is_stopped),
        cmocka_unit_test(the_remote_commands_reach_a_server_that_wants_a_token),
        cmocka_unit_test(a_run_that_is_stopped_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
