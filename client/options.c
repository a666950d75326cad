/* Options; see options.h. */
#include "options.h"

#include <stdio.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "slip.h"
#include "text.h"

static bool same_name(const char *name, const char *given, size_t len)
{
    if (name == NULL || strlen(name) != len)
        return false;
    for (size_t i = 0; i < len; i++) {
        char c = given[i] == '-' ? '_' : given[i];
        if (name[i] != c)
            return false;
    }
    return true;
}

static const struct option *find(const struct option *const *tables, const char *given, size_t len)
{
    for (; *tables; tables++) {
        for (const struct option *option = *tables; option->name; option++) {
            if (same_name(option->name, given, len) || same_name(option->alias, given, len))
                return option;
        }
    }
    return NULL;
}

/* "; did you mean ...", or "". */
static const char *hint(const struct option *const *tables, const char *given, size_t len,
                        const char *prefix, char *to, size_t cap)
{
    struct slip slip;
    slip_init(&slip, given, len);
    for (; *tables; tables++) {
        for (const struct option *option = *tables; option->name; option++)
            slip_try(&slip, option->name);
    }
    return slip_hint(&slip, prefix, to, cap);
}

static bool keep(struct args *args, const struct option *option, const char *value, char *why,
                 size_t cap)
{
    if (args->count == ARGS_MAX) {
        snprintf(why, cap, "more than %d options", ARGS_MAX);
        return false;
    }
    args->list[args->count].option = option;
    args->list[args->count++].value = xstrdup(value);
    return true;
}

bool args_read_line(struct args *args, int argc, char **argv, const struct option *const *tables,
                    char *why, size_t cap)
{
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0 || argv[i][2] == '\0') {
            snprintf(why, cap, "\"%.60s\" is no option; options start with --", argv[i]);
            return false;
        }
        const char *name = argv[i] + 2;
        size_t len = strcspn(name, "=");
        const struct option *option = find(tables, name, len);
        if (option == NULL) {
            char near[80];
            snprintf(why, cap, "unknown option \"--%.*s\"%s", len > 60 ? 60 : (int)len, name,
                     hint(tables, name, len, "--", near, sizeof(near)));
            return false;
        }
        const char *value = name[len] == '=' ? name + len + 1 : NULL;
        if (option->value == NULL && value) {
            snprintf(why, cap, "\"--%.*s\" takes no value", (int)len, name);
            return false;
        }
        if (option->value && value == NULL) {
            if (++i == argc) {
                snprintf(why, cap, "\"--%.*s\" needs a value (%s)", (int)len, name, option->value);
                return false;
            }
            value = argv[i];
        }
        if (!keep(args, option, value ? value : "yes", why, cap))
            return false;
    }
    return true;
}

static bool is_listed(const char *const *list, const char *name)
{
    for (; *list; list++) {
        if (strcmp(*list, name) == 0)
            return true;
    }
    return false;
}

bool args_read_json(struct args *args, const cJSON *json, const struct option *const *tables,
                    const char *const *skip, char *why, size_t cap)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, json)
    {
        char number[32];
        const char *value = NULL;
        if (is_listed(skip, member->string) || cJSON_IsNull(member))
            continue;
        const struct option *option = find(tables, member->string, strlen(member->string));
        if (option == NULL) {
            char near[80];
            snprintf(why, cap, "unknown argument \"%.60s\"%s", member->string,
                     hint(tables, member->string, strlen(member->string), "", near, sizeof(near)));
            return false;
        }
        if (cJSON_IsString(member)) {
            value = member->valuestring;
        } else if (cJSON_IsNumber(member)) {
            snprintf(number, sizeof(number), "%.0f", member->valuedouble);
            value = number;
        } else if (cJSON_IsBool(member)) {
            /* false for a switch is the same as leaving it out */
            if (option->value == NULL && !cJSON_IsTrue(member))
                continue;
            value = cJSON_IsTrue(member) ? "yes" : "no";
        }
        if (value == NULL) {
            snprintf(why, cap, "\"%.60s\" takes a string, a number or a boolean", member->string);
            return false;
        }
        if (!keep(args, option, value, why, cap))
            return false;
    }
    return true;
}

void args_done(struct args *args)
{
    for (int i = 0; i < args->count; i++) {
        explicit_bzero(args->list[i].value, strlen(args->list[i].value)); /* perhaps a password */
        free(args->list[i].value);
    }
    args->count = 0;
}

const char *args_get(const struct args *args, const char *name)
{
    for (int i = args->count - 1; i >= 0; i--) {
        if (strcmp(args->list[i].option->name, name) == 0)
            return args->list[i].value;
    }
    return NULL;
}

const char *args_get_nth(const struct args *args, const char *name, int nth)
{
    for (int i = 0; i < args->count; i++) {
        if (strcmp(args->list[i].option->name, name) == 0 && nth-- == 0)
            return args->list[i].value;
    }
    return NULL;
}

bool args_has(const struct args *args, const char *name)
{
    const char *value = args_get(args, name);
    return value != NULL && strcmp(value, "no") != 0;
}

const char *option_environment(const char *name)
{
    char variable[64] = "RC_CLIENT_";
    size_t len = strlen(variable);
    for (; *name && len + 1 < sizeof(variable); name++)
        variable[len++] = (char)toupper((unsigned char)*name);
    variable[len] = '\0';
    return getenv(variable);
}

bool args_int(const struct args *args, const char *name, long low, long high, long fallback,
              long *ret_value, char *why, size_t cap)
{
    const char *given = args_get(args, name), *text = given ? given : option_environment(name);
    long value = fallback;
    if (text) {
        char *end;
        value = strtol(text, &end, 10);
        if (*text == '\0' || *end != '\0' || value < low || value > high) {
            snprintf(why, cap, "%s: wanted a whole number from %ld to %ld, was \"%.40s\"", name,
                     low, high, text);
            return false;
        }
    }
    *ret_value = value;
    return true;
}

const char *option_flag(const struct option *option, char *to, size_t cap)
{
    snprintf(to, cap, "--%s", option->name);
    for (char *p = to; *p; p++) {
        if (*p == '_')
            *p = '-';
    }
    return to;
}
