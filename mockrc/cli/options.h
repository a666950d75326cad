/*
 * What people type after a command: one table of flags, with the commands each belongs to, the
 * environment variable that also sets it, and its words for --help. Flags win over the environment,
 * the environment over defaults.
 *
 *   --port 0   --port=0   -v   -j 4   -j4   --   (the rest is another program's)
 */
#ifndef MOCKRC_CLI_OPTIONS_H
#define MOCKRC_CLI_OPTIONS_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The commands, as bits: which flags belong to which. */
enum {
    CMD_SERVE = 1 << 0,
    CMD_RUN = 1 << 1,
    CMD_EXEC = 1 << 2,
    CMD_LINT = 1 << 3,
    CMD_ENV = 1 << 4,
    CMD_FAULT = 1 << 5,
    CMD_CLOCK = 1 << 6,
    CMD_JOURNAL = 1 << 7,
    CMD_LISTS = 1 << 8, /* errors, routes */
    CMD_PLAIN = 1 << 9, /* schema, version: no flags of their own */
    CMD_SIM = CMD_SERVE | CMD_RUN | CMD_EXEC,
    CMD_COVERAGE = 1 << 10,
    CMD_TABLES = 1 << 11, /* verbs, knobs */
    CMD_DO = 1 << 12,
    CMD_EXPLAIN = 1 << 13,
    CMD_REMOTE = CMD_ENV | CMD_FAULT | CMD_CLOCK | CMD_JOURNAL | CMD_DO | CMD_EXPLAIN,
    CMD_ALL = (1 << 14) - 1,
};

enum { OPTION_LIST_MAX = 48, OPTION_WORDS_MAX = 4096 };

/* A flag that may be given several times. NULL-ended. */
struct option_list {
    const char *list[OPTION_LIST_MAX];
    size_t count;
};

/* What was said. Texts are borrowed from argv and the environment; not given: NULL, 0, -1. */
struct options {
    int64_t port, https_port, ws_port, sip_port, dns_port, records, journal_events, seed, jobs,
        threads, limit, last;
    int64_t timeout_ms;
    const char *bind, *admin_token, *admin_url, *fixture, *clock, *start, *hook_ca, *ready_file,
        *env_file, *rate_limits, *openapi, *log_format, *scenario, *client, *journal, *clear,
        *ca_file, *keylog, *format, *layer;
    bool is_quiet, is_verbose, is_narrated, is_json, is_listing, follows, names_resolve, asks_https,
        wants_help;
    struct option_list sets, reports, tls_names;

    const char *words[OPTION_WORDS_MAX]; /* what is no flag, in order; NULL-ended */
    size_t word_count;
    char **rest; /* after "--": NULL when there was none; NULL-ended */
};

/* Reads argv[0..argc) (without program and command). ERR_USAGE with one clear line. `command` is the
 * name for messages, `bit` its CMD_*. */
int options_read(struct options *options, const char *command, unsigned bit, int argc, char **argv,
                 struct diag *diag);

/* The words of `text` in lines no longer than a terminal's, the further ones from `column` on. */
void options_fold(struct buf *out, int column, const char *text);
/* Appends the flags of a command for --help. */
struct buf;
void options_help(unsigned bit, struct buf *out);

/* For the tests: every flag there is. NULL past the last. */
const char *option_name_at(size_t i);
const char *option_env_at(size_t i);
unsigned option_commands_at(size_t i);

#endif
