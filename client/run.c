/* Running commands: the command line, the common options, one command; see command.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backoff.h"
#include "clock_http.h"
#include "command.h"
#include "gateway.h"
#include "hook.h"
#include "phone.h"
#include "text.h"

static bool one_of(const char *value, const char *first, const char *second, const char *third,
                   int *ret_at)
{
    const char *const words[] = {first, second, third};
    for (int i = 0; i < 3; i++) {
        if (words[i] && text_same_nocase(value, words[i])) {
            *ret_at = i;
            return true;
        }
    }
    return false;
}

/* Every --weak, and the environment's when there is none. */
static bool read_weak(const struct call *call, uint64_t *ret_set, char *why, size_t cap)
{
    const char *from_environment = option_environment("weak"), *value;
    bool is_given = false;
    *ret_set = 0;
    for (int i = 0; (value = args_get_nth(call->args, "weak", i)) != NULL; i++) {
        is_given = true;
        if (!weak_read(value, ret_set, why, cap))
            return false;
    }
    return is_given || !from_environment || weak_read(from_environment, ret_set, why, cap);
}

/* The common options that hold for one command. */
static bool apply_options(struct call *call, char *why, size_t cap)
{
    struct client *client = call->client;
    const char *profile = call_value(call, "profile"), *refresh = call_value(call, "refresh");
    const char *failover = call_value(call, "failover");
    long max_wait, sip_timeout, ws_timeout, retry, http_timeout, pending;
    int at = 0;
    if (profile && !one_of(profile, "good", "naive", NULL, &at)) {
        snprintf(why, cap, "profile: wanted naive or good, was \"%.40s\"", profile);
        return false;
    }
    client->profile = at == 1 ? PROFILE_NAIVE : PROFILE_GOOD;
    at = client->profile == PROFILE_NAIVE ? REFRESH_LAZY : REFRESH_PROACTIVE;
    if (refresh && !one_of(refresh, "proactive", "lazy", "off", &at)) {
        snprintf(why, cap, "refresh: wanted proactive, lazy or off, was \"%.40s\"", refresh);
        return false;
    }
    client->refresh = (enum refresh_mode)at;
    at = 0;
    if (failover && !one_of(failover, "yes", "no", NULL, &at)) {
        snprintf(why, cap, "failover: wanted yes or no, was \"%.40s\"", failover);
        return false;
    }
    if (!read_weak(call, &client->weak, why, cap))
        return false;
    client->has_failover = at == 0 && !client_is_weak(client, WEAK_NO_FAILOVER);
    if (!args_int(call->args, "max_wait", 0, 86400, 65, &max_wait, why, cap) ||
        !args_int(call->args, "ws_timeout_ms", 100, 60000, 5000, &ws_timeout, why, cap) ||
        !args_int(call->args, "sip_timeout_ms", 100, 60000, 5000, &sip_timeout, why, cap))
        return false;
    if (!args_int(call->args, "retry_ms", 1, BACKOFF_MAX_MS, 1000, &retry, why, cap) ||
        !args_int(call->args, "pending_minutes", 1, 525600, 1440, &pending, why, cap) ||
        !args_int(call->args, "http_timeout_ms", 100, 600000, 30000, &http_timeout, why, cap))
        return false;
    client->retry_ms = (int)retry;
    client->http_timeout_ms = (int)http_timeout;
    client->pending_min = (int)pending;
    client->max_wait_s = (int)max_wait;
    client->sip_timeout_ms = (int)sip_timeout;
    client->ws_timeout_ms = (int)ws_timeout;
    client->is_quiet = args_has(call->args, "quiet");
    client->has_progress = !call->is_batch && !client->is_quiet && !args_has(call->args, "json") &&
                           isatty(STDERR_FILENO);
    return true;
}

static bool read_env_file(const char *path, cJSON **ret_env, char *why, size_t cap)
{
    struct sb text = SB_MAX(1024 * 1024);
    char part[4096];
    size_t len;
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(why, cap, "%s: %s", path, strerror(errno));
        return false;
    }
    while ((len = fread(part, 1, sizeof(part), file)) > 0)
        sb_add_n(&text, part, len);
    fclose(file);
    *ret_env = json_parse(sb_text(&text));
    explicit_bzero(part, sizeof(part));
    if (text.text)
        explicit_bzero(text.text, text.cap);
    sb_done(&text);
    if (!cJSON_IsObject(*ret_env)) {
        snprintf(why, cap, "%s: not a JSON object", path);
        return false;
    }
    return true;
}

int run_one(struct client *client, const struct command *command, const struct args *args,
            bool is_batch, cJSON **ret_result, char *error, size_t cap)
{
    struct call call = {.client = client, .args = args, .is_batch = is_batch};
    char why[300];
    int code = EXIT_USAGE;
    call.result = cJSON_CreateObject();
    const char *env_file = call_value(&call, "env_file");
    if ((env_file && !read_env_file(env_file, &call.env, why, sizeof(why))) ||
        !apply_options(&call, why, sizeof(why)))
        call_fail(&call, EXIT_USAGE, "%s", why);
    else {
        client_expire_pending(client);
        code = command->run(&call);
    }
    cJSON_Delete(call.env);
    text_copy(error, cap, call.error);
    *ret_result = call.result;
    return code;
}

/* --- the process --- */

static bool default_path(struct sb *path)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state && *state == '/')
        sb_addf(path, "%s/rc-client/store.db", state);
    else if (home && *home)
        sb_addf(path, "%s/.local/state/rc-client/store.db", home);
    return path->len > 0;
}

bool run_open(struct client *client, struct clock_http *http_clock, const struct args *args,
              char *why, size_t cap)
{
    struct call look = {.args = args};
    struct sb path = SB_MAX(4096);
    const char *db = call_value(&look, "db"), *seed = call_value(&look, "seed");
    const char *clock = call_value(&look, "clock");
    const char *durable = call_value(&look, "durable");
    bool is_ok = true, is_throwaway = durable && text_same_nocase(durable, "no");
    if (db)
        sb_add(&path, db);
    else
        is_ok = default_path(&path);
    if (!is_ok)
        snprintf(why, cap, "no --db and no HOME to put the store under");
    if (is_ok)
        client->store = store_open_like(sb_text(&path), !is_throwaway, client->new_store, why, cap);
    sb_done(&path);
    if (client->store == NULL)
        return false;
    client->web = web_new(CLIENT_AGENT);
    if (client->web == NULL) {
        snprintf(why, cap, "libcurl does not start");
        return false;
    }
    client->clock = clock ? clock_http(http_clock, client->web, clock) : clock_machine();
    if (clock && clock_now_ms(&client->clock) > 0 && http_clock->last_ms == 0) {
        snprintf(why, cap, "--clock %.200s: no answer with now_ms", clock);
        return false;
    }
    rnd_init(&client->rnd);
    if (seed) {
        /* Two runs with one seed must not send the same Call-ID: the store counts them. */
        int64_t run = store_fact_int(client->store, "run", 0) + 1;
        store_fact_put_int(client->store, "run", run);
        rnd_init_seeded(&client->rnd, strtoull(seed, NULL, 10), (uint64_t)run);
    }
    return true;
}

void run_close(struct client *client)
{
    hook_stop(client->hook);
    gateway_free(client->gateway);
    client_forget(client);
    phone_free(client->phone);
    client_hang_up(client);
    web_free(client->web);
    store_free(client->store);
}

/* Words of `text` in lines no longer than a terminal's, the next ones under the first. */
static void print_folded(const char *text, int column, FILE *out)
{
    enum { TERMINAL = 80 };
    int at = column;
    while (*text) {
        int len = (int)strcspn(text, " ");
        if (at > column && at + 1 + len > TERMINAL) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", len, text);
        at += len;
        text += len;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_options(const struct option *options, FILE *out)
{
    enum { OPTION_COLUMN = 28 };
    for (; options->name; options++) {
        char flag[40], left[64];
        option_flag(options, flag, sizeof(flag));
        snprintf(left, sizeof(left), "%s %s", flag, options->value ? options->value : "");
        fprintf(out, "  %-*s%s%*s ", OPTION_COLUMN, left, strlen(left) > OPTION_COLUMN ? "\n" : "",
                strlen(left) > OPTION_COLUMN ? OPTION_COLUMN + 2 : 0, "");
        print_folded(options->help, OPTION_COLUMN + 3, out);
    }
}

static void print_help(FILE *out)
{
    fprintf(out, "rc-client: a tenant's side of a RingCentral / Avaya Cloud Office connection\n\n"
                 "usage: rc-client COMMAND [options]\n\n");
    for (const struct command *command = commands; command->name; command++)
        fprintf(out, "  %-14s %s\n", command->name, command->summary);
    fprintf(out, "  %-14s %s\n", "batch", "one command per line of JSON on stdin, one answer each");
    fprintf(out, "  %-14s %s\n", "weak", "list what --weak can turn on");
    fprintf(out, "  %-14s %s\n\n", "version", "print the version");
    fprintf(out,
            "Options of every command (with a value: also RC_CLIENT_<NAME> in the environment):\n");
    print_options(common_options, out);
    fprintf(out, "\nThe usual order: connect, authenticate, save; then sync, handsets, status,\n"
                 "doctor. rc-client COMMAND --help says more.\n"
                 "Exit: 0 ok, 1 degraded or a negative outcome, 2 usage (doctor: broken), 3 this\n"
                 "machine (store, port).\n");
}

static void print_command_help(const struct command *command, FILE *out)
{
    fprintf(out, "rc-client %s: %s\n\n%s\nOptions:\n", command->name, command->summary,
            command->help);
    print_options(command->options, out);
    print_options(common_options, out);
}

static void print_result(const struct command *command, const struct args *args,
                         const cJSON *result, const char *error)
{
    if (args_has(args, "json")) {
        char *line = json_line(result);
        puts(line);
        cJSON_free(line);
    } else {
        command->show(result, stdout);
    }
    if (*error)
        fprintf(stderr, "rc-client %s: %s\n", command->name, error);
}

static int run_parsed(const struct command *command, struct args *args)
{
    struct store_image new_store = {0};
    struct client client = {.new_store = command ? NULL : &new_store};
    struct clock_http http_clock;
    char error[512] = "";
    int code = EXIT_ENVIRONMENT;
    if (!run_open(&client, &http_clock, args, error, sizeof(error))) {
        fprintf(stderr, "rc-client: %s\n", error);
    } else if (command == NULL) {
        code = run_batch(&client, &http_clock, args, stdin, stdout);
    } else {
        cJSON *result = NULL;
        code = run_one(&client, command, args, false, &result, error, sizeof(error));
        print_result(command, args, result, error);
        cJSON_Delete(result);
    }
    run_close(&client);
    free(new_store.bytes);
    return code;
}

static const struct option no_options[] = {{0}};

static void print_batch_help(FILE *out)
{
    fprintf(
        out,
        "rc-client batch: one command per line of JSON on stdin, one answer each\n\n"
        "Options of the command are keys with _ for -; now_ms sets the client's clock from\n"
        "then on; {\"cmd\":\"open\",\"db\":\"FILE\"} goes on with another store, as a new process\n"
        "would; {\"cmd\":\"quit\"} or the end of stdin ends it. Options given here hold for every\n"
        "line that does not say otherwise.\n\n"
        "  {\"cmd\":\"connect\",\"now_ms\":1740819600000,\"proxy\":\"127.0.0.1:5090\"}\n"
        "  {\"ok\":true,\"exit\":0,\"cmd\":\"connect\",\"result\":{...}}\n\n"
        "Exit: 0 whatever the lines' own \"exit\" says, 2 usage, 3 this machine.\n\nOptions:\n");
    print_options(common_options, out);
}

static int print_weaknesses(FILE *out)
{
    fprintf(out, "What --weak NAME turns on, and the failure it leads to:\n\n");
    for (int i = 0; i < WEAK_COUNT; i++)
        fprintf(out, "  %-22s %s\n  %-22s (%s)\n", weaknesses[i].name, weaknesses[i].help, "",
                weaknesses[i].failure);
    return EXIT_OK;
}

static int refuse_command(const char *name)
{
    char near[80];
    if (*name == '-')
        fprintf(stderr, "rc-client: options come after the command: rc-client COMMAND %s ...\n",
                name);
    else
        fprintf(stderr, "rc-client: unknown command \"%s\"%s; rc-client --help lists them\n", name,
                command_hint(name, near, sizeof(near)));
    return EXIT_USAGE;
}

int run_command_line(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "--help";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_help(argc > 1 ? stdout : stderr);
        return argc > 1 ? EXIT_OK : EXIT_USAGE;
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "version") == 0) {
        puts("rc-client " CLIENT_VERSION);
        return EXIT_OK;
    }
    if (strcmp(name, "weak") == 0)
        return print_weaknesses(stdout);
    const struct command *command = command_find(name);
    bool is_batch = strcmp(name, "batch") == 0;
    if (command == NULL && !is_batch)
        return refuse_command(name);
    struct args args = {0};
    char why[300];
    int code = EXIT_USAGE;
    const struct option *const tables[] = {command ? command->options : no_options, common_options,
                                           NULL};
    if (!args_read_line(&args, argc - 2, argv + 2, tables, why, sizeof(why))) {
        fprintf(stderr, "rc-client %s: %s; rc-client %s --help lists the options\n", name, why,
                name);
    } else if (args_has(&args, "help") && command) {
        print_command_help(command, stdout);
        code = EXIT_OK;
    } else if (args_has(&args, "help")) {
        print_batch_help(stdout);
        code = EXIT_OK;
    } else {
        code = run_parsed(command, &args);
    }
    args_done(&args);
    return code;
}
