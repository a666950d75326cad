/*
 * Options of a command, from the command line or from a line of `batch`: one table per command,
 * one look-up. On the command line "--client-id X" or "--client-id=X"; in batch "client_id": "X".
 */
#ifndef RC_CLIENT_OPTIONS_H
#define RC_CLIENT_OPTIONS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct option {
    const char *name;  /* with '_', as in batch; '-' on the command line */
    const char *alias; /* another name for it, or NULL */
    const char *value; /* what it takes ("HOST[:PORT]"), or NULL for a switch */
    const char *help;
};

#define ARGS_MAX 48

struct args {
    struct {
        const struct option *option;
        char *value; /* "yes" for a switch */
    } list[ARGS_MAX];
    int count;
};

/* Tables end with a row without a name. Both read into `args` (to be ended with args_done) and
 * return false with a sentence in `why` about the first thing they do not know. */
bool args_read_line(struct args *args, int argc, char **argv, const struct option *const *tables,
                    char *why, size_t cap);
/* Members named in `skip` (NULL-terminated) are not options. */
bool args_read_json(struct args *args, const cJSON *json, const struct option *const *tables,
                    const char *const *skip, char *why, size_t cap);
void args_done(struct args *args);

/* The last value given, or NULL. */
const char *args_get(const struct args *args, const char *name);
/* The first (0), second, ... value given, or NULL. */
const char *args_get_nth(const struct args *args, const char *name, int nth);
bool args_has(const struct args *args, const char *name);
/* RC_CLIENT_<NAME>, or NULL. */
const char *option_environment(const char *name);
/* A whole number in a range, else from the environment; `fallback` when absent; false with a sentence when it is none. */
bool args_int(const struct args *args, const char *name, long low, long high, long fallback,
              long *ret_value, char *why, size_t cap);

/* "--client-id" into `to`. */
const char *option_flag(const struct option *option, char *to, size_t cap);

#endif
