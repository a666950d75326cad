/*
 * A command of rc-client: its words, its options and its function in one row; commands[] is the
 * list. A command writes its outcome as JSON into `call->result` and never to stdout; how that is
 * shown (text, --json, a line of batch) is the caller's matter. Adding one is a file and a row.
 */
#ifndef RC_CLIENT_COMMAND_H
#define RC_CLIENT_COMMAND_H

#include <stdio.h>

#include "client.h"
#include "clock_http.h"
#include "json.h"
#include "options.h"

struct call {
    struct client *client;
    const struct args *args;
    cJSON *env;      /* the --env-file, or NULL */
    cJSON *result;   /* an object; the command adds its members */
    char error[512]; /* one line, "" when all is well */
    bool is_batch;   /* nobody is there to answer a question */
};

struct command {
    const char *name;
    const char *summary; /* one line */
    const char *help;    /* paragraphs: what it does, how it ends, examples */
    const struct option *options;
    int (*run)(struct call *call);                /* returns an exit code */
    void (*show)(const cJSON *result, FILE *out); /* text for a person */
};

/* Ends with a row without a name. */
extern const struct command commands[];
extern const struct option common_options[];

const struct command *command_find(const char *name);
/* "; did you mean \"sync\"?", or "". Returns `to`. */
const char *command_hint(const char *name, char *to, size_t cap);

/* Sets call->error and returns `code`. */
int call_fail(struct call *call, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* An option, else the environment's RC_CLIENT_<NAME>, else NULL. */
const char *call_value(const struct call *call, const char *name);

/* Settings fields named by options, environment and env-file laid over the form (pending over
 * live). Problems and warnings go into result.problems and result.warnings; false when there are
 * problems. `platform_only` leaves the SIP part of environment and env-file alone. */
bool call_form(struct call *call, bool platform_only, struct settings *ret_form, bool *ret_changed);

/* What Confirm Changes lists, {field, old, new} each, into the array. False when a save needs
 * `accept_account`: another account authorized than before. */
bool call_changes(struct call *call, cJSON *changes);

int cmd_connect(struct call *call);
int cmd_authenticate(struct call *call);
int cmd_save(struct call *call);
int cmd_status(struct call *call);
int cmd_sync(struct call *call);
int cmd_calls(struct call *call);
int cmd_handsets(struct call *call);
int cmd_phone(struct call *call);
int cmd_doctor(struct call *call);
int cmd_events(struct call *call);
int cmd_serve(struct call *call);
void show_connect(const cJSON *result, FILE *out);
void show_authenticate(const cJSON *result, FILE *out);
void show_save(const cJSON *result, FILE *out);
void show_status(const cJSON *result, FILE *out);
void show_sync(const cJSON *result, FILE *out);
void show_calls(const cJSON *result, FILE *out);
void show_handsets(const cJSON *result, FILE *out);
void show_phone(const cJSON *result, FILE *out);
void show_doctor(const cJSON *result, FILE *out);
void show_events(const cJSON *result, FILE *out);
void show_serve(const cJSON *result, FILE *out);
extern const struct option connect_options[], authenticate_options[], save_options[],
    status_options[], sync_options[], calls_options[], events_options[], handsets_options[],
    phone_options[], doctor_options[], serve_options[];
extern const char connect_help[], authenticate_help[], save_help[], status_help[], sync_help[],
    calls_help[], events_help[], handsets_help[], phone_help[], doctor_help[], serve_help[];

/* Whole programs: the command line, and a line of JSON per command on stdin. */
int run_command_line(int argc, char **argv);
int run_batch(struct client *client, struct clock_http *http_clock, struct args *base, FILE *in,
              FILE *out);
/* Everything a run opens once, as the common options say; false with a sentence in `why`. Closed in
 * either case; `http_clock` is the caller's, and must live as long. */
bool run_open(struct client *client, struct clock_http *http_clock, const struct args *args,
              char *why, size_t cap);
void run_close(struct client *client);
/* One command with the common options of `args` applied; the result line is the caller's. */
int run_one(struct client *client, const struct command *command, const struct args *args,
            bool is_batch, cJSON **ret_result, char *error, size_t cap);

#endif
