/* The kinds of arguments a verb can take, and whether a value is of one. */
#include "control/verbs.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

typedef bool kind_fn(const struct node *value);

static bool is_duration(const struct node *value)
{
    int64_t ms;
    return text_duration_ms(node_text(value, ""), &ms);
}

static bool is_scalar(const struct node *value)
{
    return value->kind != NODE_NULL && value->kind < NODE_LIST && *value->text;
}

static bool is_count(const struct node *value)
{
    int64_t count;
    return node_int(value, &count) && count >= 0;
}

static bool is_port(const struct node *value)
{
    int64_t port;
    return node_int(value, &port) && port >= 0 && port <= 65535;
}

static bool is_factor(const struct node *value)
{
    return value->kind == NODE_NUMBER && value->number > 0 && value->number <= 1e6;
}

static bool is_switch(const struct node *value)
{
    return value->kind == NODE_BOOL;
}

static bool is_map(const struct node *value)
{
    return value->kind == NODE_MAP;
}

/* Names one by one, or one text of them parted by blanks. */
static bool is_scopes(const struct node *value)
{
    scope_set set;
    if (value->kind != NODE_LIST)
        return is_scalar(value) && scope_read(value->text, &set);
    for (const struct node *item = value->first; item; item = item->next)
        if (!is_scalar(item) || scope_named(item->text) == SCOPE_NONE)
            return false;
    return true;
}

static bool is_role(const struct node *value)
{
    enum role role;
    return is_scalar(value) && role_named(value->text, &role);
}

static bool is_user_status(const struct node *value)
{
    enum user_status status;
    return is_scalar(value) && user_status_named(value->text, &status);
}

static bool is_account_status(const struct node *value)
{
    enum account_status status;
    return is_scalar(value) && account_status_named(value->text, &status);
}

/* `names` lists what can be said, for "did you mean" and for the message; NULL: `words` alone. */
static const struct kind {
    const char *name, *words;
    kind_fn *is;
} kinds[] = {
    {"duration", "a duration (250ms, 61m, 7d)", is_duration},
    {"user", "a user (e-mail, extension number, id, name or \"superadmin\")", is_scalar},
    {"app", "an app (client id or name)", is_scalar},
    {"proxy", "a proxy (its name: a, b)", is_scalar},
    {"device", "a device (its id or SIP user name)", is_scalar},
    {"count", "a count (0 or more)", is_count},
    {"port", "a port (0 to 65535)", is_port},
    {"factor", "a number above 0", is_factor},
    {"switch", "true or false", is_switch},
    {"text", "text", is_scalar},
    {"secret", "text", is_scalar},
    {"map", "a map", is_map},
    {"scopes", "scope names", is_scopes},
    {"role", "a role", is_role},
    {"user status", "a status of a user", is_user_status},
    {"account status", "a status of an account", is_account_status},
};

const char *verb_kind_at(size_t i)
{
    return i < sizeof kinds / sizeof *kinds ? kinds[i].name : NULL;
}

enum { WORDS_MAX = 64 };

/* What can be said for kinds that are lists of words. */
static size_t words_of(const char *kind, const char *names[WORDS_MAX])
{
    size_t count = 0;
    if (text_eq(kind, "scopes"))
        for (int i = 1; i < SCOPE_COUNT; i++)
            names[count++] = scope_name((enum scope)i);
    if (text_eq(kind, "role"))
        for (int i = 0; i < ROLE_COUNT; i++)
            names[count++] = role_name((enum role)i);
    if (text_eq(kind, "user status"))
        for (int i = 0; i < USER_STATUS_COUNT; i++)
            names[count++] = user_status_name((enum user_status)i);
    if (text_eq(kind, "account status"))
        for (int i = 0; i < ACCOUNT_STATUS_COUNT; i++)
            names[count++] = account_status_name((enum account_status)i);
    return count;
}

_Static_assert((int)SCOPE_COUNT < (int)WORDS_MAX, "words_of has room for every scope");

/* The first name of `text` (parted by blanks) that is no scope, into `out`. */
static bool has_wrong_scope(const char *text, char out[64])
{
    while (*(text += strspn(text, " "))) {
        size_t len = strcspn(text, " ");
        size_t kept = len < 63 ? len : 63;
        memcpy(out, text, kept);
        out[kept] = '\0';
        if (scope_named(out) == SCOPE_NONE)
            return true;
        text += len;
    }
    return false;
}

/* What of a value is not one of the kind's words; "" when it is no word at all. */
static const char *wrong_word(const struct kind *kind, const struct node *value, char out[64])
{
    if (!text_eq(kind->name, "scopes"))
        return node_text(value, "");
    if (value->kind != NODE_LIST)
        return has_wrong_scope(node_text(value, ""), out) ? out : "";
    for (const struct node *item = value->first; item; item = item->next)
        if (has_wrong_scope(node_text(item, ""), out))
            return out;
    return "";
}

static int refuse_word(const struct verb_arg *arg, const struct kind *kind,
                       const struct node *value, const char *file, struct diag *diag)
{
    char what[80], wrong[64];
    const char *names[WORDS_MAX];
    size_t count = words_of(kind->name, names);
    const char *word = wrong_word(kind, value, wrong);
    if (count == 0 || !*word)
        return diag_set(diag, ERR_USAGE, file, value->line, value->col, "%s: wanted %s, saw %s%s%s",
                        arg->name, kind->words, value->text ? "\"" : "",
                        value->text ? value->text : node_kind_name(value), value->text ? "\"" : "");
    snprintf(what, sizeof what, "%s: wanted %s, saw", arg->name, kind->words);
    return verb_unknown(diag, file, value->line, value->col, what, word, names, count);
}

/* "a|b|c" */
static int check_choice(const struct verb_arg *arg, const struct node *value, const char *file,
                        struct diag *diag)
{
    const char *said = node_text(value, "");
    char words[160], what[240];
    const char *names[8];
    size_t count = 0;
    snprintf(words, sizeof words, "%s", arg->wants);
    for (char *at = words, *bar; at && count < 8; at = bar) {
        bar = strchr(at, '|');
        if (bar)
            *bar++ = '\0';
        if (text_eq(at, said))
            return 0;
        names[count++] = at;
    }
    snprintf(what, sizeof what, "%s: wanted %s, saw", arg->name, arg->wants);
    if (!*said)
        return diag_set(diag, ERR_USAGE, file, value->line, value->col, "%s %s", what,
                        node_kind_name(value));
    return verb_unknown(diag, file, value->line, value->col, what, said, names, count);
}

int verb_arg_check(const struct verb_arg *arg, const struct node *value, const char *file,
                   struct diag *diag)
{
    /* In a file a value with a variable is known only in the run, which checks it again. */
    if (file && strstr(node_text(value, ""), "${"))
        return 0;
    if (strchr(arg->wants, '|'))
        return check_choice(arg, value, file, diag);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (text_eq(kinds[i].name, arg->wants))
            return kinds[i].is(value) ? 0 : refuse_word(arg, &kinds[i], value, file, diag);
    return diag_set(diag, ERR_BUG, file, value->line, value->col, "%s: no kind \"%s\"", arg->name,
                    arg->wants);
}
