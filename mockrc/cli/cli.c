#include "cli/cli.h"

#include "base/buf.h"
#include "base/descriptors.h"
#include "base/text.h"
#include "fault/fault.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* The kinds of faults, for who has no simulator running to ask. */
static void add_kinds(struct buf *out)
{
    enum { COLUMN = 14 };
    buf_str(out, "Kinds:\n");
    for (size_t i = 0; i < fault_kind_count(); i++) {
        buf_printf(out, "  %-*s", COLUMN - 2, fault_kind_name(i));
        options_fold(out, COLUMN, fault_kind_help(i));
    }
    buf_str(out, "Any of them takes name, times (but refuse), from, until, every and lasts.\n\n");
}

/* THE table of commands. `about` teaches: what it does, how it ends, and lines to copy. */
static const struct command {
    const char *name, *usage, *summary, *about;
    unsigned bit;
    command_fn *run;
} commands[] = {
    {"serve", "[FLAG...]", "be the provider until stopped",
     "Starts one simulated provider on loopback: OAuth, REST, its control interface and its SIP\n"
     "proxies, and prints what to point a client at. Ctrl-C or SIGTERM stops it.\n"
     "\n"
     "  mockrc serve                                  acme-rc on port 5880, proxies from 5090 on\n"
     "  mockrc serve --port 0 --sip-port 0 --env-file env.json   free ports, told in a file\n"
     "  mockrc serve --fixture acme-aco --set oauth.access_ttl=5m\n"
     "  mockrc serve --clock scaled:60                an hour passes in a minute\n"
     "  mockrc serve --scenario scenarios/password-rotated-lazily.yaml\n"
     "\n"
     "With --scenario the provider's steps are played and its expectations judge whatever client\n"
     "comes; the verdict is printed when it is stopped, and is the exit code.",
     CMD_SERVE, cmd_serve},
    {"run", "FILE|FOLDER...", "play scenarios and judge them",
     "Plays each scenario with a simulator and a reference client (rc-client) of its own, several\n"
     "at once, in world time that stands still between steps. Results come in the order of files.\n"
     "\n"
     "  mockrc run scenarios/\n"
     "  mockrc run --narrate scenarios/primary-down.yaml    every exchange, in order\n"
     "  mockrc run --report junit=out.xml --report tap scenarios/\n"
     "  mockrc run --journal /tmp/journals --seed 7 scenarios/\n"
     "\n"
     "Exit: 0 all passed, 1 an expectation failed, 2 usage or a wrong file, 3 this machine,\n"
     "4 timeout, 5 internal, 6 nothing ran or nothing was expected.",
     CMD_RUN, cmd_run},
    {"exec", "FILE -- CMD [ARG...]", "play a scenario while a program of yours is the client",
     "Starts the simulator of a scenario on free ports, runs CMD with everything it needs in its\n"
     "environment (RINGCENTRAL_SERVER_URL, RINGCENTRAL_CLIENT_ID, RINGCENTRAL_JWT_TOKEN,\n"
     "MOCKRC_ADMIN_URL, MOCKRC_SIP_PROXY and more: see mockrc env), and plays the provider's "
     "steps.\n"
     "Steps of the reference client are left out: CMD does that part, and the scenario's\n"
     "expectations wait for it (10 s each, unless they say within:).\n"
     "\n"
     "  mockrc exec scenarios/password-rotated-lazily.yaml -- npm test\n"
     "  mockrc exec --report junit=out.xml FILE -- ./my-tests --fast\n"
     "\n"
     "Exit: the worse of the scenario's and the program's.",
     CMD_EXEC, cmd_exec},
    {"lint", "FILE|FOLDER...", "check scenarios and fixtures without running them",
     "Reads each file whole and says what is wrong with file, line and column; also that the "
     "users,\n"
     "proxies and apps a scenario names are in its fixture. Opens no port.\n"
     "\n"
     "  mockrc lint scenarios/ fixtures/\n"
     "\n"
     "Exit: 0 all good, 2 something is wrong.",
     CMD_LINT, cmd_lint},
    {"env", "[FLAG...]", "what a client of the running simulator needs",
     "Prints shell lines under the names the vendor's SDK samples use, or JSON.\n"
     "\n"
     "  eval \"$(mockrc env)\"\n"
     "  mockrc env --json | jq -r .sip.udp",
     CMD_ENV, cmd_env},
    {"fault", "[RULE]", "arm a fault in the running simulator",
     "A rule is a match on the journal's keys, a kind and its arguments, as in a scenario's\n"
     "`faults:`. Without one it lists what is armed, and the kinds there are.\n"
     "mockrc-scenario(5) has the keys, and which kind acts on what.\n"
     "\n"
     "  mockrc fault 'match: {op: oauth.token}, kind: answer, status: 503, times: 2'\n"
     "  mockrc fault 'name: slow, match: {layer: rest}, kind: delay, delay: 2s'\n"
     "  mockrc fault --clear slow\n"
     "  mockrc fault --clear all",
     CMD_FAULT, cmd_fault},
    {"clock", "[MODE | advance DURATION]", "world time of the running simulator",
     "Says world time and how it runs, after moving it when told to.\n"
     "\n"
     "  mockrc clock                   what time it is there\n"
     "  mockrc clock advance 61m       the access token has expired now\n"
     "  mockrc clock frozen            real, frozen, offset or scaled:N",
     CMD_CLOCK, cmd_clock},
    {"journal", "[KEY=VALUE...]", "what happened in the running simulator",
     "Every exchange and every verb, in order. Values may be globs (op=oauth.*), comparisons\n"
     "(status='>=400') or negations (status='!200'); mockrc-scenario(5) has the keys.\n"
     "\n"
     "  mockrc journal --last 20\n"
     "  mockrc journal --follow layer=sip\n"
     "  mockrc journal --json status='>=400' | jq .code",
     CMD_JOURNAL, cmd_journal},
    {"explain", "[--journal FILE]", "what broke, where it began and what to do",
     "Reads the journal of the running simulator, or a saved one, and names the first broken "
     "link:\n"
     "what is wrong in one sentence, its name in the catalogue of failures, the events that prove "
     "it\n"
     "from first cause to symptoms, the remedy, what else was found and what is fine. It speaks "
     "from\n"
     "the provider's side only; what a client shows, or keeps, it does not know.\n"
     "\n"
     "  mockrc explain\n"
     "  mockrc explain --journal build/journals/password-rotated-lazily.jsonl\n"
     "  mockrc journal --json --limit 100000 > saved.jsonl; mockrc explain --journal saved.jsonl\n"
     "  mockrc explain --json | jq -r '.findings[0].diagnosis'\n"
     "\n"
     "Exit: 0 nothing is broken, 1 something is, 2 usage or a wrong file, 3 nobody can be asked.",
     CMD_EXPLAIN, cmd_explain},
    {"errors", "", "the API errors it can answer with, and where each is known from",
     "Layer, code, HTTP status, message, and in brackets how the code is known; chosen: by us.\n"
     "\n"
     "  mockrc errors | grep OAU\n"
     "  mockrc errors --layer oauth    those of authorize, token and revoke only\n"
     "  mockrc errors --json",
     CMD_LISTS, cmd_errors},
    {"routes", "", "every endpoint, with scope, permission and rate group",
     "Under each the name by which faults, expectations and the journal know it (op).\n"
     "\n"
     "  mockrc routes | grep -A1 call-log\n"
     "  mockrc routes --json",
     CMD_LISTS, cmd_routes},
    {"coverage", "--openapi FILE", "how each operation of the vendor's document is answered",
     "Three ways: by a handler over the one world (stateful), from the document's schema, or not "
     "at\n"
     "all (absent; then why). The document is rc-public-openapi.yml of the npm package\n"
     "ringcentral-open-api-parser.\n"
     "\n"
     "  mockrc coverage --openapi rc-public-openapi.yml | tail -4      the totals\n"
     "  mockrc coverage --openapi rc-public-openapi.yml --json | jq '.operations[].op'",
     CMD_COVERAGE, cmd_coverage},
    {"verbs", "[VERB...]", "what can be done to the provider, with every argument",
     "Each verb is a step of a scenario, `POST /__admin/<verb>` of a running simulator, and what\n"
     "mockrc do takes. Words choose some.\n"
     "\n"
     "  mockrc verbs\n"
     "  mockrc verbs rotate-password move-proxy\n"
     "  mockrc verbs --json | jq -r '.verbs[].name'",
     CMD_TABLES, cmd_verbs},
    {"knobs", "[WORD...]", "behaviours that can be turned: what each does, kind and default",
     "Turned at the start with --set NAME=VALUE, in a fixture or scenario under knobs:, or later\n"
     "with mockrc do set NAME=VALUE. Words choose those whose name holds one.\n"
     "\n"
     "  mockrc knobs oauth\n"
     "  mockrc serve --set oauth.access_ttl=5m\n"
     "  mockrc do set oauth.mfa=true",
     CMD_TABLES, cmd_knobs},
    {"do", "VERB [VALUE | KEY=VALUE...]", "do something to the running simulator",
     "Runs a verb there and prints what it says. A lone value is the verb's main argument; values\n"
     "are read as in a scenario, so lists and maps in braces work. mockrc verbs lists the verbs.\n"
     "\n"
     "  mockrc do advance 61m\n"
     "  mockrc do rotate-password user=superadmin\n"
     "  mockrc do set-scopes remove=ReadCallLog",
     CMD_DO, cmd_do},
    {"schema", "", "the JSON Schema of scenarios, for editors",
     "Prints it; a first line as in scenarios/ makes editors use it.\n"
     "\n"
     "  mockrc schema > scenarios/scenario.schema.json",
     CMD_PLAIN, cmd_schema},
    {"version", "", "print the version", "  mockrc version", CMD_PLAIN, cmd_version},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void help_all(void)
{
    puts("mockrc: RingCentral / Avaya Cloud Office in one small program, for tests\n\n"
         "usage: mockrc COMMAND [FLAG...]\n");
    for (size_t i = 0; i < COMMANDS; i++)
        printf("  %-9s %s\n", commands[i].name, commands[i].summary);
    puts("\nmockrc COMMAND --help tells more, with examples. To begin:\n\n"
         "  mockrc serve                  then, elsewhere: eval \"$(mockrc env)\"\n"
         "  mockrc run scenarios/\n\n"
         "Flags win over the environment (MOCKRC_PORT, MOCKRC_FIXTURE ...), that over defaults.\n"
         "Exit: 0 pass, 1 an expectation failed, 2 usage or a wrong file, 3 this machine (port,\n"
         "permission), 4 timeout, 5 internal, 6 nothing ran, 130 Ctrl-C (run).\n"
         "Fixtures are found beside the program (share/mockrc) or above it; MOCKRC_DATA names\n"
         "another folder that holds fixtures/. Manual: mockrc(1), scenarios: mockrc-scenario(5).");
}

static void help_one(const struct command *command)
{
    struct buf text;
    buf_init(&text, 1 << 16);
    buf_printf(&text, "mockrc %s%s%s\n\n%s\n\n", command->name, *command->usage ? " " : "",
               command->usage, command->about);
    if (command->run == cmd_fault)
        add_kinds(&text);
    buf_str(&text, "Flags:\n");
    options_help(command->bit, &text);
    fputs(buf_text(&text), stdout);
    buf_done(&text);
}

static const struct command *command_named(const char *name, const char **ret_near)
{
    const char *names[COMMANDS];
    for (size_t i = 0; i < COMMANDS; i++) {
        names[i] = commands[i].name;
        if (text_eq(name, names[i]))
            return &commands[i];
    }
    *ret_near = text_nearest(name, names, COMMANDS);
    return NULL;
}

static bool is_help(const char *word)
{
    return text_eq(word, "help") || text_eq(word, "--help") || text_eq(word, "-h");
}

int cli_main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL, *near = NULL;
    struct options options;
    struct diag diag;
    signal(SIGPIPE, SIG_IGN);
    descriptors_allow_all();
    if (!name)
        return cli_fail(ERR_USAGE, "wanted a command; mockrc --help lists them");
    if (is_help(name) && argc == 2) {
        help_all();
        return ERR_OK;
    }
    if (is_help(name))
        name = argv[2];
    if (text_eq(name, "--version") || text_eq(name, "-V"))
        name = "version";
    const struct command *command = command_named(name, &near);
    if (!command)
        return cli_fail(ERR_USAGE, "unknown command \"%s\"%s%s%s", name,
                        near ? "; did you mean \"" : "", near ? near : "",
                        near ? "\"?" : "; mockrc --help lists them");
    if (is_help(argv[1])) {
        help_one(command);
        return ERR_OK;
    }
    int err = options_read(&options, command->name, command->bit, argc - 2, argv + 2, &diag);
    if (err)
        return cli_refuse(err, &diag);
    if (options.wants_help) {
        help_one(command);
        return ERR_OK;
    }
    if (options.word_count && command->bit & (CMD_LISTS | CMD_COVERAGE | CMD_PLAIN))
        return cli_fail(ERR_USAGE, "%s takes no words, only flags; mockrc %s --help", command->name,
                        command->name);
    int code = command->run(&options);
    bool is_unsaid = fflush(stdout) || ferror(stdout);
    if (is_unsaid && !code && !cli_is_nobody_reading()) /* `| head` has what it wanted */
        code = cli_fail(ERR_ENV, "stdout cannot be written");
    return code;
}
