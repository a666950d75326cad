#include "scenario/vars.h"

#include "base/text.h"
#include "control/control.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 120 };

void vars_init(struct vars *vars, struct arena *arena)
{
    *vars = (struct vars){.arena = arena};
}

void vars_say(struct vars *vars, const char *verb, const struct node *said)
{
    for (const struct node *one = node_first(said); one; one = one->next) {
        const char *value = node_text(one, NULL);
        const char *name = arena_printf(vars->arena, "%s.%s", verb, one->key);
        size_t at = 0;
        while (at < vars->said_count && !text_eq(vars->said[at].name, name))
            at++;
        if (!value || at == VARS_SAID_MAX)
            continue;
        vars->said[at].name = name;
        vars->said[at].value = arena_strdup(vars->arena, value);
        if (at == vars->said_count)
            vars->said_count++;
    }
}

void vars_see(struct vars *vars, const struct world *world)
{
    for (size_t i = 0; i < world->proxy_count; i++) {
        const struct proxy *proxy = world->proxies[i];
        size_t at = 0;
        while (at < vars->proxy_count && !text_eq(vars->proxies[at].name, proxy->name))
            at++;
        if (at == VARS_PROXIES_MAX)
            return;
        if (at == vars->proxy_count)
            vars->proxies[vars->proxy_count++].name = arena_strdup(vars->arena, proxy->name);
        for (int t = 0; t < TRANSPORTS; t++)
            if (proxy->port[t])
                vars->proxies[at].port[t] = proxy->port[t];
    }
}

static const struct app *app_with_secret(const struct world *world)
{
    for (size_t i = 0; i < world->app_count; i++)
        if (world->apps[i]->secret)
            return world->apps[i];
    return NULL;
}

static const char *of_user(const struct world *world, const char *name, const char *what)
{
    const struct user *user = user_named(world, name);
    if (!user)
        return NULL;
    return text_eq(what, "email")      ? user->email
           : text_eq(what, "password") ? user->password
                                       : user->extension_number;
}

/* "proxy.a", "proxy.a.tcp" */
static const char *of_proxy(const struct vars *vars, struct arena *arena, const struct world *world,
                            const char *name)
{
    char bare[NAME_MAX_LEN];
    snprintf(bare, sizeof bare, "%s", name);
    char *end = strrchr(bare, '.');
    enum transport transport = TRANSPORT_UDP;
    if (end && transport_named(end + 1, &transport))
        *end = '\0';
    const struct proxy *proxy = proxy_named(world, bare);
    if (!proxy)
        return NULL;
    int port = proxy->port[transport];
    for (size_t i = 0; vars && i < vars->proxy_count && port == 0; i++)
        if (text_eq(vars->proxies[i].name, bare))
            port = vars->proxies[i].port[transport];
    char *address = arena_alloc(arena, 280);
    proxy_address(world, proxy, port, address, 280);
    return address;
}

static const char *of_user_path(const struct world *world, const char *path)
{
    char name[NAME_MAX_LEN];
    snprintf(name, sizeof name, "%s", path);
    char *end = strrchr(name, '.');
    if (!end)
        return NULL;
    *end = '\0';
    return of_user(world, name, end + 1);
}

static const char *const plain_names[] = {
    "base",          "sip.domain",   "username", "password", "extension", "client_id",
    "client_secret", "redirect_uri", "base.tls", "ca_file",  "dns"};

static const char *of_plain(const struct world *world, const char *name)
{
    const struct app *app = app_with_secret(world);
    const struct account *account = world->account_count ? world->accounts[0] : NULL;
    if (text_eq(name, "base"))
        return world->base_url;
    if (text_eq(name, "base.tls"))
        return world->tls_url;
    if (text_eq(name, "ca_file"))
        return world->ca_file;
    if (text_eq(name, "dns"))
        return world->dns_address;
    if (text_eq(name, "sip.domain"))
        return account ? account->sip_domain : NULL;
    if (text_eq(name, "username"))
        return of_user(world, "superadmin", "email");
    if (text_eq(name, "password") || text_eq(name, "extension"))
        return of_user(world, "superadmin", name);
    if (!app)
        return NULL;
    return text_eq(name, "client_id")       ? app->client_id
           : text_eq(name, "client_secret") ? app->secret
           : app->redirect_count            ? app->redirect_uris[0]
                                            : NULL;
}

static bool is_plain(const char *name)
{
    for (size_t i = 0; i < sizeof plain_names / sizeof *plain_names; i++)
        if (text_eq(name, plain_names[i]))
            return true;
    return false;
}

/* "rotate-password.password": the verb's name, or NULL. */
static const struct verb *verb_of(const char *name)
{
    char verb[NAME_MAX_LEN];
    snprintf(verb, sizeof verb, "%.*s", (int)strcspn(name, "."), name);
    return name[strlen(verb)] == '.' ? verb_named(verb, NULL) : NULL;
}

static const char *look_up(struct vars *vars, struct arena *arena, const struct world *world,
                           const char *name)
{
    if (is_plain(name))
        return of_plain(world, name);
    if (text_starts(name, "proxy."))
        return of_proxy(vars, arena, world, name + strlen("proxy."));
    if (text_starts(name, "user."))
        return of_user_path(world, name + strlen("user."));
    for (size_t i = 0; i < vars->said_count; i++)
        if (text_eq(vars->said[i].name, name))
            return vars->said[i].value;
    return NULL;
}

/* The next "${name}" of `text` from `*at` on: its name into `name`, `*at` behind it. Returns where
 * it starts, NULL when there is none; `*ret_is_broken` when it is not closed or too long. */
static const char *next_var(const char **at, char name[NAME_MAX_LEN], bool *ret_is_broken)
{
    const char *start = strstr(*at, "${");
    *ret_is_broken = false;
    if (!start)
        return NULL;
    size_t len = strcspn(start + 2, "}");
    *ret_is_broken = start[2 + len] != '}' || len == 0 || len >= NAME_MAX_LEN;
    if (*ret_is_broken)
        return start;
    memcpy(name, start + 2, len);
    name[len] = '\0';
    *at = start + 2 + len + 1;
    return start;
}

static int refuse_var(const struct node *node, const char *name, const char *why, const char *file,
                      struct diag *diag)
{
    static const char *const families[] = {"proxy", "user"};
    char slip[NAME_MAX_LEN], meant[NAME_MAX_LEN + 8];
    const char *near = text_nearest(name, plain_names, sizeof plain_names / sizeof *plain_names);
    snprintf(slip, sizeof slip, "%.*s", (int)strcspn(name, "."), name);
    const char *family = near ? NULL : text_nearest(slip, families, 2);
    if (family && !text_eq(family, slip)) { /* ${proxi.a} */
        snprintf(meant, sizeof meant, "%s%s", family, name + strlen(slip));
        near = meant;
    }
    return diag_set(diag, ERR_USAGE, file, node->line, node->col, "%s \"${%s}\"%s%s%s", why, name,
                    near ? "; did you mean \"${" : "", near ? near : "", near ? "}\"?" : "");
}

static const char *fill_text(struct vars *vars, struct arena *arena, const struct world *world,
                             const struct node *node, const char *file, struct diag *diag)
{
    struct buf text;
    char name[NAME_MAX_LEN];
    const char *at = node->text, *from = at, *start, *filled = NULL;
    bool is_broken;
    buf_init(&text, 1 << 16);
    while ((start = next_var(&at, name, &is_broken))) {
        const char *value = is_broken ? NULL : look_up(vars, arena, world, name);
        if (!value) {
            refuse_var(node, is_broken ? "" : name, "nothing is known for", file, diag);
            goto out;
        }
        buf_add(&text, from, (size_t)(start - from));
        buf_str(&text, value);
        from = at;
    }
    buf_str(&text, from);
    filled = arena_strdup(arena, buf_text(&text));
out:
    buf_done(&text);
    return filled;
}

static bool is_open(const struct node *node)
{
    if (node->kind < NODE_LIST)
        return node->text && strstr(node->text, "${");
    for (const struct node *child = node->first; child; child = child->next)
        if (is_open(child))
            return true;
    return false;
}

const struct node *vars_fill(struct vars *vars, struct arena *arena, const struct world *world,
                             const struct node *node, const char *file, struct diag *diag)
{
    if (!is_open(node))
        return node;
    struct node *copy = arena_alloc(arena, sizeof *copy);
    *copy = *node;
    if (node->kind < NODE_LIST) {
        copy->text = fill_text(vars, arena, world, node, file, diag);
        return copy->text ? copy : NULL;
    }
    struct node **tail = &copy->first;
    for (const struct node *child = node->first; child; child = child->next) {
        const struct node *filled = vars_fill(vars, arena, world, child, file, diag);
        if (!filled)
            return NULL;
        struct node *link = arena_alloc(arena, sizeof *link);
        *link = *filled;
        *tail = link;
        tail = &link->next;
    }
    *tail = NULL;
    return copy;
}

static bool could_be(const char *name, const struct world *world)
{
    if (is_plain(name))
        return true;
    const struct verb *verb = verb_of(name);
    if (verb)
        return true;
    struct arena arena;
    arena_init(&arena);
    bool is_there = false;
    if (text_starts(name, "proxy."))
        is_there = !world || of_proxy(NULL, &arena, world, name + strlen("proxy."));
    else if (text_starts(name, "user."))
        is_there = strchr(name + strlen("user."), '.') &&
                   (!world || of_user_path(world, name + strlen("user.")));
    arena_done(&arena);
    return is_there;
}

int vars_check(const struct node *node, const struct world *world, const char *file,
               struct diag *diag)
{
    int err = ERR_OK;
    if (node->kind >= NODE_LIST) {
        for (const struct node *child = node->first; child && !err; child = child->next)
            err = vars_check(child, world, file, diag);
        return err;
    }
    char name[NAME_MAX_LEN];
    bool is_broken;
    for (const char *at = node->text; at && next_var(&at, name, &is_broken);) {
        if (is_broken)
            return diag_set(diag, ERR_USAGE, file, node->line, node->col,
                            "a variable is written ${name}, saw \"%s\"", node->text);
        if (!could_be(name, world))
            return refuse_var(node, name, "no such variable", file, diag);
    }
    return ERR_OK;
}
