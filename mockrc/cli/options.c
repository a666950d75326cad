#include "cli/options.h"

#include "base/buf.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum kind { FLAG, TEXT, COUNT, PORT, DURATION, LIST };

/* THE table. `words` is what the value is called in --help; "a|b" also checks it. */
static const struct option {
    const char *name;
    char letter;
    enum kind kind;
    const char *words, *env;
    unsigned commands;
    size_t offset;
    const char *help;
} table[] = {
#define AT(field) offsetof(struct options, field)
    {"port", 0, PORT, "PORT", "MOCKRC_PORT", CMD_SERVE | CMD_EXEC, AT(port),
     "HTTP port; 0: any free one (serve: 5880, exec: 0)"},
    {"sip-port", 0, PORT, "PORT", "MOCKRC_SIP_PORT", CMD_SERVE | CMD_EXEC, AT(sip_port),
     "the first SIP proxy's port, the next ones follow, TLS, WS and WSS 100, 200 and 300 above; 0: "
     "any free ones (default: the fixture's, else serve: 5090, exec: 0)"},
    {"https-port", 0, PORT, "PORT", "MOCKRC_HTTPS_PORT", CMD_SERVE | CMD_EXEC, AT(https_port),
     "the same over TLS; 0: any free one (the one after the HTTP port)"},
    {"https", 0, FLAG, NULL, NULL, CMD_SERVE | CMD_EXEC, AT(asks_https),
     "HTTPS, SIP over TLS and WSS: served anyway; for start lines that ask for it"},
    {"ws-port", 0, PORT, "PORT", "MOCKRC_WS_PORT", CMD_SERVE | CMD_EXEC, AT(ws_port),
     "plain HTTP and WebSocket; 0: any free one (the second after the HTTP port)"},
    {"dns-port", 0, PORT, "PORT", "MOCKRC_DNS_PORT", CMD_SERVE | CMD_EXEC, AT(dns_port),
     "answer DNS for the proxies' names and the SIP domain, over UDP and TCP; 0: any free one (not "
     "served)"},
    {"ca-file", 0, TEXT, "FILE", "MOCKRC_CA_FILE", CMD_SERVE | CMD_EXEC, AT(ca_file),
     "write the certificate of the authority there that TLS clients are to trust"},
    {"tls-name", 0, LIST, "NAME", NULL, CMD_SERVE | CMD_EXEC, AT(tls_names),
     "one more name or address for the certificates; may be repeated"},
    {"hook-ca", 0, TEXT, "FILE", "MOCKRC_HOOK_CA", CMD_SERVE | CMD_EXEC, AT(hook_ca),
     "trust receivers of webhooks by the certificates in it, too, besides the system's and our "
     "own"},
    {"keylog", 0, TEXT, "FILE", "MOCKRC_KEYLOG", CMD_SERVE | CMD_EXEC, AT(keylog),
     "append the secrets of TLS connections, for Wireshark (NSS key log format)"},
    {"bind", 0, TEXT, "ADDRESS", "MOCKRC_BIND", CMD_SERVE | CMD_EXEC, AT(bind),
     "address to listen on (127.0.0.1); another than loopback wants --admin-token"},
    {"admin-token", 0, TEXT, "TOKEN", "MOCKRC_ADMIN_TOKEN", CMD_SERVE | CMD_EXEC | CMD_REMOTE,
     AT(admin_token), "what /__admin/ asks for"},
    {"admin-url", 0, TEXT, "URL", "MOCKRC_ADMIN_URL", CMD_REMOTE, AT(admin_url),
     "the running simulator (http://127.0.0.1:5880)"},
    {"fixture", 0, TEXT, "NAME|FILE", "MOCKRC_FIXTURE", CMD_SIM | CMD_LINT, AT(fixture),
     "the company to be: acme-rc, acme-aco or a file (acme-rc, or what the scenario says)"},
    {"seed", 0, COUNT, "N", "MOCKRC_SEED", CMD_SIM, AT(seed),
     "every id, token and nonce follows from it (1)"},
    {"clock", 0, TEXT, "real|frozen|offset|scaled:N", "MOCKRC_CLOCK", CMD_SERVE | CMD_EXEC,
     AT(clock), "how world time runs (real)"},
    {"start", 0, TEXT, "TIME", "MOCKRC_START", CMD_SERVE | CMD_EXEC, AT(start),
     "world time at the start, as 2026-01-05T09:00:00Z (now)"},
    {"records", 0, COUNT, "N", "MOCKRC_RECORDS", CMD_SIM, AT(records),
     "size of the call log, up to 1000000 (the fixture's)"},
    {"set", 0, LIST, "KNOB=VALUE", NULL, CMD_SIM, AT(sets),
     "turn a knob; may be repeated (mockrc knobs lists them)"},
    {"rate-limits", 0, TEXT, "real|off", "MOCKRC_RATE_LIMITS", CMD_SIM, AT(rate_limits),
     "the platform's rate limits (real)"},
    {"openapi", 0, TEXT, "FILE", "MOCKRC_OPENAPI", CMD_SERVE | CMD_EXEC | CMD_COVERAGE, AT(openapi),
     "the vendor's OpenAPI document: what has no handler here answers from its schema"},
    {"names", 0, FLAG, NULL, "MOCKRC_NAMES", CMD_SERVE | CMD_EXEC, AT(names_resolve),
     "tell clients the proxies' names instead of their addresses (your DNS resolves them, or "
     "--dns-port)"},
    {"journal-events", 0, COUNT, "N", "MOCKRC_JOURNAL_EVENTS", CMD_SERVE | CMD_EXEC,
     AT(journal_events), "how many events are kept (100000)"},
    {"threads", 0, COUNT, "N", "MOCKRC_THREADS", CMD_SERVE | CMD_EXEC, AT(threads),
     "HTTP connections served at once (32)"},
    {"ready-file", 0, TEXT, "FILE", "MOCKRC_READY_FILE", CMD_SERVE, AT(ready_file),
     "written, with the base URL, once every listener serves"},
    {"env-file", 0, TEXT, "FILE", "MOCKRC_ENV_FILE", CMD_SERVE | CMD_EXEC, AT(env_file),
     "write what a client needs as JSON"},
    {"scenario", 0, TEXT, "FILE", "MOCKRC_SCENARIO", CMD_SERVE, AT(scenario),
     "play the provider's side of a scenario; the verdict comes when it is stopped"},
    {"client", 0, TEXT, "PATH", "MOCKRC_CLIENT", CMD_RUN, AT(client),
     "the rc-client to play with (the one beside mockrc)"},
    {"jobs", 'j', COUNT, "N", "MOCKRC_JOBS", CMD_RUN, AT(jobs), "scenarios at once (8)"},
    {"timeout", 0, DURATION, "DURATION", "MOCKRC_TIMEOUT", CMD_RUN | CMD_EXEC, AT(timeout_ms),
     "machine time a scenario may take (60s)"},
    {"narrate", 'n', FLAG, NULL, "MOCKRC_NARRATE", CMD_RUN | CMD_EXEC, AT(is_narrated),
     "tell every step and every exchange"},
    {"report", 0, LIST, "KIND[=FILE]", NULL, CMD_RUN | CMD_EXEC, AT(reports),
     "text, tap, junit or jsonl; without a file: instead of the text; may be repeated"},
    {"journal", 0, TEXT, "DIR", "MOCKRC_JOURNAL", CMD_RUN | CMD_EXEC, AT(journal),
     "write each scenario's journal there, as <scenario>.jsonl"},
    {"journal", 0, TEXT, "FILE", NULL, CMD_EXPLAIN, AT(journal),
     "a saved journal instead (mockrc journal --json, or of mockrc run --journal); -: stdin"},
    {"limit", 0, COUNT, "N", NULL, CMD_JOURNAL, AT(limit), "at most so many events (1000)"},
    {"last", 0, COUNT, "N", NULL, CMD_JOURNAL, AT(last), "the newest so many instead"},
    {"follow", 'f', FLAG, NULL, NULL, CMD_JOURNAL, AT(follows), "go on with what happens next"},
    {"list", 0, FLAG, NULL, NULL, CMD_FAULT, AT(is_listing), "the rules that are armed"},
    {"clear", 0, TEXT, "NAME|all", NULL, CMD_FAULT, AT(clear), "take a rule away"},
    {"layer", 0, TEXT, "rest|oauth|control", NULL, CMD_LISTS, AT(layer), "only that layer's rows"},
    {"json", 0, FLAG, NULL, NULL, CMD_REMOTE | CMD_LISTS | CMD_COVERAGE | CMD_TABLES, AT(is_json),
     "print JSON"},
    {"log-format", 0, TEXT, "text|json", "MOCKRC_LOG_FORMAT", CMD_SERVE | CMD_EXEC, AT(log_format),
     "the form of stderr (text)"},
    {"verbose", 'v', FLAG, NULL, "MOCKRC_VERBOSE", CMD_SERVE, AT(is_verbose),
     "log every exchange on stderr"},
    {"quiet", 'q', FLAG, NULL, "MOCKRC_QUIET", CMD_ALL, AT(is_quiet),
     "only what was asked for, and errors"},
    {"help", 'h', FLAG, NULL, NULL, CMD_ALL, AT(wants_help), "this text"},
#undef AT
};
enum { OPTIONS = sizeof table / sizeof *table, HELP_COLUMN = 28 };

struct reading {
    struct options *options;
    const char *command;
    unsigned bit;
    struct diag *diag;
};

static int refuse(struct reading *reading, const char *said, const char *wanted, const char *value)
{
    return diag_set(reading->diag, ERR_USAGE, NULL, 0, 0, "mockrc %s: %s wants %s, not \"%s\"",
                    reading->command, said, wanted, value);
}

static void *slot(struct reading *reading, const struct option *option)
{
    return (char *)reading->options + option->offset;
}

/* One of the words of "a|b"; a last word like "scaled:N" is the command's to check. */
static bool is_word(const char *words, const char *value)
{
    for (size_t len; *words; words += len + (words[len] == '|')) {
        len = strcspn(words, "|");
        if (strlen(value) == len && strncmp(words, value, len) == 0)
            return true;
        if (memchr(words, ':', len) && text_starts(value, "scaled"))
            return true;
    }
    return false;
}

static bool is_choice(const struct option *option)
{
    return option->words && strchr(option->words, '|') && option->words[0] >= 'a';
}

static int take_list(struct reading *reading, const struct option *option, const char *value)
{
    struct option_list *list = slot(reading, option);
    if (list->count == OPTION_LIST_MAX - 1)
        return diag_set(reading->diag, ERR_USAGE, NULL, 0, 0, "mockrc %s: more than %d --%s",
                        reading->command, OPTION_LIST_MAX - 1, option->name);
    list->list[list->count++] = value;
    return ERR_OK;
}

/* `said` is how it was given, for messages: "--port", "MOCKRC_PORT". */
static int take(struct reading *reading, const struct option *option, const char *said,
                const char *value)
{
    int64_t number = 0;
    switch (option->kind) {
    case FLAG:
        *(bool *)slot(reading, option) = true;
        return ERR_OK;
    case TEXT:
        if (!*value)
            return refuse(reading, said, option->words, value);
        if (is_choice(option) && !is_word(option->words, value))
            return refuse(reading, said, option->words, value);
        *(const char **)slot(reading, option) = value;
        return ERR_OK;
    case COUNT:
        if (!text_int64(value, &number) || number < 1)
            return refuse(reading, said, "a count from 1", value);
        break;
    case PORT:
        if (!text_int64(value, &number) || number < 0 || number > 65535)
            return refuse(reading, said, "a port (0 to 65535)", value);
        break;
    case DURATION:
        if (!text_duration_ms(value, &number) || number <= 0)
            return refuse(reading, said, "a duration (500ms, 30s, 5m)", value);
        break;
    case LIST:
        return take_list(reading, option, value);
    }
    *(int64_t *)slot(reading, option) = number;
    return ERR_OK;
}

static const struct option *find(struct reading *reading, const char *name, size_t len)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (table[i].commands & reading->bit && strlen(table[i].name) == len &&
            strncmp(table[i].name, name, len) == 0)
            return &table[i];
    return NULL;
}

static const struct option *find_letter(struct reading *reading, char letter)
{
    for (size_t i = 0; i < OPTIONS; i++)
        if (table[i].commands & reading->bit && table[i].letter == letter)
            return &table[i];
    return NULL;
}

static int unknown(struct reading *reading, const char *arg)
{
    const char *names[OPTIONS], *other = NULL;
    char name[64];
    size_t count = 0, len = strcspn(arg + 2, "=");
    snprintf(name, sizeof name, "%.*s", (int)(len < 60 ? len : 60), arg + 2);
    for (size_t i = 0; i < OPTIONS; i++) {
        if (table[i].commands & reading->bit)
            names[count++] = table[i].name;
        else if (text_eq(table[i].name, name))
            other = table[i].name;
    }
    if (other)
        return diag_set(
            reading->diag, ERR_USAGE, NULL, 0, 0,
            "mockrc %s: --%s is a flag of other commands; mockrc %s --help lists its own",
            reading->command, other, reading->command);
    const char *near = arg[1] == '-' ? text_nearest(name, names, count) : NULL;
    return diag_set(reading->diag, ERR_USAGE, NULL, 0, 0, "mockrc %s: unknown flag \"%s\"%s%s%s",
                    reading->command, arg, near ? "; did you mean \"--" : "", near ? near : "",
                    near ? "\"?" : "");
}

/* One "--name", "--name=value", "--name value" or "-x"; moves `*at` over what it took. */
static int take_flag(struct reading *reading, int argc, char **argv, int *at)
{
    const char *arg = argv[*at], *value = NULL;
    bool is_long = arg[1] == '-';
    const struct option *option;
    char said[64];
    if (is_long) {
        const char *equals = strchr(arg, '=');
        option = find(reading, arg + 2, strcspn(arg + 2, "="));
        value = equals ? equals + 1 : NULL;
    } else {
        option = find_letter(reading, arg[1]);
        value = arg[2] ? arg + 2 : NULL;
        if (option && option->kind == FLAG && value)
            option = NULL; /* -vq: flags are given one by one */
    }
    if (!option)
        return unknown(reading, arg);
    snprintf(said, sizeof said, "--%s", option->name);
    if (option->kind == FLAG && value)
        return diag_set(reading->diag, ERR_USAGE, NULL, 0, 0, "mockrc %s: %s takes no value",
                        reading->command, said);
    if (option->kind != FLAG && !value) {
        if (*at + 1 >= argc)
            return diag_set(reading->diag, ERR_USAGE, NULL, 0, 0, "mockrc %s: %s wants a value: %s",
                            reading->command, said, option->words);
        value = argv[++*at];
    }
    return take(reading, option, said, value);
}

static int take_environment(struct reading *reading)
{
    int err = ERR_OK;
    for (size_t i = 0; i < OPTIONS && !err; i++) {
        const char *value =
            table[i].env && table[i].commands & reading->bit ? getenv(table[i].env) : NULL;
        bool is_off = table[i].kind == FLAG && (text_eq(value, "0") || text_eq(value, "false"));
        if (value && *value && !is_off)
            err = take(reading, &table[i], table[i].env, value);
    }
    return err;
}

int options_read(struct options *options, const char *command, unsigned bit, int argc, char **argv,
                 struct diag *diag)
{
    struct reading reading = {options, command, bit, diag};
    memset(options, 0, sizeof *options);
    options->port = options->https_port = options->ws_port = options->sip_port = options->dns_port =
        options->limit = options->last = -1;
    int err = take_environment(&reading);
    for (int at = 0; at < argc && !err; at++) {
        if (text_eq(argv[at], "--")) {
            options->rest = argv + at + 1;
            break;
        }
        if (argv[at][0] == '-' && argv[at][1])
            err = take_flag(&reading, argc, argv, &at);
        else if (options->word_count < OPTION_WORDS_MAX - 1)
            options->words[options->word_count++] = argv[at];
    }
    return err;
}

void options_fold(struct buf *out, int column, const char *text)
{
    enum { TERMINAL = 80 };
    size_t used = 0, room = (size_t)(TERMINAL - column);
    while (*text) {
        size_t len = strcspn(text, " ");
        if (used && used + 1 + len > room) {
            buf_printf(out, "\n%*s", column, "");
            used = 0;
        } else if (used) {
            buf_char(out, ' ');
            used++;
        }
        buf_add(out, text, len);
        used += len;
        text += len + strspn(text + len, " ");
    }
    buf_char(out, '\n');
}

void options_help(unsigned bit, struct buf *out)
{
    for (size_t i = 0; i < OPTIONS; i++) {
        char left[80];
        if (!(table[i].commands & bit))
            continue;
        snprintf(left, sizeof left, "%s%c%s --%s%s%s", table[i].letter ? "-" : "",
                 table[i].letter ? table[i].letter : ' ', table[i].letter ? "," : "  ",
                 table[i].name, table[i].words ? " " : "", table[i].words ? table[i].words : "");
        bool is_wide = strlen(left) > HELP_COLUMN; /* its help gets a line of its own */
        char help[400];
        snprintf(help, sizeof help, "%s%s%s%s", table[i].help, table[i].env ? " [" : "",
                 table[i].env ? table[i].env : "", table[i].env ? "]" : "");
        buf_printf(out, "  %-*s%s%*s ", HELP_COLUMN, left, is_wide ? "\n" : "",
                   is_wide ? HELP_COLUMN + 2 : 0, "");
        options_fold(out, HELP_COLUMN + 3, help);
    }
}

const char *option_name_at(size_t i)
{
    return i < OPTIONS ? table[i].name : NULL;
}

const char *option_env_at(size_t i)
{
    return i < OPTIONS ? table[i].env : NULL;
}

unsigned option_commands_at(size_t i)
{
    return i < OPTIONS ? table[i].commands : 0;
}
