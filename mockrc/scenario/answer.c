/* Comparing what rc-client answered with what a step wants: the rules are in step.h. */
#include "scenario/step.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_number(const char *text, double *ret)
{
    char *end;
    *ret = strtod(text, &end);
    return *text && !*end;
}

/* ">=5" against "7"; `*ret_is_related` tells whether `wanted` is such a thing at all. */
static bool compares(const char *wanted, const char *seen, bool *ret_is_related)
{
    static const char *const signs[] = {">=", "<=", ">", "<"};
    double than, number;
    *ret_is_related = false;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!text_starts(wanted, signs[i]) || !is_number(wanted + strlen(signs[i]), &than))
            continue;
        *ret_is_related = true;
        if (!is_number(seen, &number))
            return false;
        return i == 0   ? number >= than
               : i == 1 ? number <= than
               : i == 2 ? number > than
                        : number < than;
    }
    return false;
}

static bool is_like(const char *wanted, const char *seen)
{
    double a, b;
    if (strpbrk(wanted, "*?"))
        return text_glob(wanted, seen);
    if (is_number(wanted, &a) && is_number(seen, &b))
        return a >= b && a <= b;
    return text_eq_nocase(wanted, seen);
}

bool answer_holds(const struct node *wanted, const struct node *seen)
{
    bool is_there = seen && seen->kind != NODE_NULL, is_related;
    if (wanted->kind == NODE_LIST) {
        for (const struct node *one = wanted->first; one; one = one->next)
            if (answer_holds(one, seen))
                return true;
        return false;
    }
    if (wanted->kind == NODE_NULL)
        return !is_there;
    const char *text = node_text(wanted, ""), *saw = is_there ? node_text(seen, NULL) : NULL;
    if (*text == '!' && text[1])
        return !saw || !is_like(text + 1, saw);
    if (!saw)
        return false;
    bool holds = compares(text, saw, &is_related);
    return is_related ? holds : is_like(text, saw);
}

/* What a path leads to: at most this many places, through lists. */
enum { PLACES_MAX = 512 };
struct places {
    const struct node *list[PLACES_MAX];
    size_t count;
};

static void follow(const struct node *from, const char *path, struct places *places)
{
    if (from && from->kind == NODE_LIST) {
        for (const struct node *item = from->first; item; item = item->next)
            follow(item, path, places);
        return;
    }
    if (!*path) {
        if (from && places->count < PLACES_MAX)
            places->list[places->count++] = from;
        return;
    }
    char key[64];
    size_t len = strcspn(path, "/");
    snprintf(key, sizeof key, "%.*s", (int)len, path);
    const struct node *next = node_get(from, key);
    if (next)
        follow(next, path + len + (path[len] == '/'), places);
}

static bool places_hold(const struct places *places, const struct node *wanted, bool is_for_all)
{
    size_t held = 0;
    if (places->count == 0)
        return answer_holds(wanted, NULL);
    for (size_t i = 0; i < places->count; i++)
        held += answer_holds(wanted, places->list[i]);
    return is_for_all ? held == places->count : held > 0;
}

static void tell_value(const struct node *node, struct buf *out)
{
    if (node->kind == NODE_LIST)
        for (const struct node *one = node->first; one; one = one->next) {
            tell_value(one, out);
            buf_str(out, one->next ? " or " : "");
        }
    else
        buf_str(out, node->kind == NODE_NULL ? "nothing" : node_text(node, "?"));
}

static int refuse(const struct step *step, const char *word, const struct node *wanted,
                  const struct places *places, const char *sentence, const char *file,
                  struct diag *diag)
{
    struct buf text;
    buf_init(&text, 400);
    tell_value(wanted, &text);
    buf_str(&text, ", saw ");
    for (size_t i = 0; i < places->count && i < 8; i++) {
        buf_str(&text, i ? ", " : "");
        buf_str(&text, places->list[i]->kind == NODE_NULL
                           ? "nothing"
                           : node_text(places->list[i], node_kind_name(places->list[i])));
    }
    buf_printf(&text, "%s%s", places->count == 0 ? "nothing" : "", places->count > 8 ? " ..." : "");
    diag_set(diag, ERR_EXPECT, file, wanted->line, wanted->col, "%s: %s: wanted %s%s%s%s",
             step->name, word, buf_text(&text), sentence ? " (the client says: " : "",
             sentence ? sentence : "", sentence ? ")" : "");
    buf_done(&text);
    return ERR_EXPECT;
}

static int check_path(const struct step *step, const char *word, const char *path, bool is_for_all,
                      const struct node *wanted, const struct node *answer, const char *file,
                      struct diag *diag)
{
    struct places places = {.count = 0};
    follow(node_get(answer, "result"), path, &places);
    if (places.count == 0)
        follow(answer, path, &places);
    if (places_hold(&places, wanted, is_for_all))
        return ERR_OK;
    return refuse(step, word, wanted, &places, node_text(node_get(answer, "error"), NULL), file,
                  diag);
}

static int check_result(const struct step *step, const char *name, const struct node *wanted,
                        const struct node *answer, const char *file, struct diag *diag)
{
    const struct step_result *result = step_result_named(step->kind, name);
    return result ? check_path(step, name, result->path, result->is_for_all, wanted, answer, file,
                               diag)
                  : ERR_OK;
}

static int check_success(const struct step *step, const struct node *answer, const char *file,
                         struct diag *diag)
{
    if (step->kind->may_fail || node_bool(node_get(answer, "ok"), false))
        return ERR_OK;
    return diag_set(diag, ERR_EXPECT, file, step->line, step->col, "%s: the client failed: %s",
                    step->name, node_text(node_get(answer, "error"), "it does not say why"));
}

int answer_check(const struct step *step, const struct node *args, const struct node *answer,
                 const char *file, struct diag *diag)
{
    if (!step_asserts(step))
        return check_success(step, answer, file, diag);
    if (args->kind != NODE_MAP)
        return check_result(step, step->kind->main, args, answer, file, diag);
    int err = ERR_OK;
    for (const struct node *word = args->first; word && !err; word = word->next) {
        if (!text_eq(word->key, "expect"))
            err = check_result(step, word->key, word, answer, file, diag);
        else
            for (const struct node *one = word->first; one && !err; one = one->next)
                err = check_path(step, one->key, one->key, false, one, answer, file, diag);
    }
    return err;
}
