#include "control/match_names.h"

#include "base/text.h"
#include "control/control.h"

#include <stdio.h>
#include <string.h>

enum { LISTENERS_MAX = 64, LISTENER_LEN = 64 };

static bool is_open(const char *text)
{
    return *text == '!' || strpbrk(text, "*?") || strstr(text, "${");
}

static int check_proxy(const struct node *value, const struct world *world, const char *file,
                       struct diag *diag)
{
    const char *names[LISTENERS_MAX];
    size_t count = 0;
    for (; count < world->proxy_count && count < LISTENERS_MAX; count++)
        names[count] = world->proxies[count]->name;
    if (is_open(value->text) || proxy_named(world, value->text))
        return ERR_OK;
    return verb_unknown(diag, file, value->line, value->col, "proxy: there is none", value->text,
                        names, count);
}

/* "http", "https", "gateway" and each proxy's "a tls", "a ws", ... */
static int check_listener(const struct node *value, const struct world *world, const char *file,
                          struct diag *diag)
{
    static const char *const transports[] = {"tcp", "tls", "ws", "wss", "udp"};
    char texts[LISTENERS_MAX][LISTENER_LEN];
    const char *names[LISTENERS_MAX] = {"http", "https", "gateway"};
    size_t count = 3;
    for (size_t i = 0; i < world->proxy_count; i++)
        for (size_t t = 0; t < sizeof transports / sizeof *transports && count < LISTENERS_MAX;
             t++) {
            snprintf(texts[count], LISTENER_LEN, "%.50s %s", world->proxies[i]->name,
                     transports[t]);
            names[count] = texts[count];
            count++;
        }
    if (is_open(value->text) || count == LISTENERS_MAX)
        return ERR_OK;
    for (size_t i = 0; i < count; i++)
        if (text_eq(value->text, names[i]))
            return ERR_OK;
    return verb_unknown(diag, file, value->line, value->col, "listener: there is none", value->text,
                        names, count);
}

int match_names_check(const struct node *match, const struct world *world, const char *file,
                      struct diag *diag)
{
    static const struct {
        const char *key;
        int (*check)(const struct node *, const struct world *, const char *, struct diag *);
    } rows[] = {{"proxy", check_proxy}, {"listener", check_listener}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct node *value = match ? node_get(match, rows[i].key) : NULL;
        const struct node *one = value && value->kind == NODE_LIST ? value->first : value;
        for (; one; one = value->kind == NODE_LIST ? one->next : NULL)
            if (one->text && one->kind != NODE_NULL && rows[i].check(one, world, file, diag))
                return ERR_USAGE;
    }
    return ERR_OK;
}
