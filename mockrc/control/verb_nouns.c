/* Nouns that arguments name: finding them, and saying which there are. */
#include "control/verbs.h"

#include "base/text.h"

#include <string.h>

static const void *find_user(const struct world *world, const char *name)
{
    return user_named(world, name);
}

static const void *find_app(const struct world *world, const char *name)
{
    return app_named(world, name);
}

static const void *find_proxy(const struct world *world, const char *name)
{
    return proxy_named(world, name);
}

static const void *find_device(const struct world *world, const char *name)
{
    const struct device *device = device_by_id(world, name);
    return device ? device : device_by_sip_username(world, name);
}

static const char *user_name_at(const struct world *world, size_t i)
{
    const struct user *user = world->users[i];
    return user->email ? user->email : user->extension_number;
}

static const char *app_name_at(const struct world *world, size_t i)
{
    return world->apps[i]->name;
}

static const char *proxy_name_at(const struct world *world, size_t i)
{
    return world->proxies[i]->name;
}

static const char *device_name_at(const struct world *world, size_t i)
{
    return world->devices[i]->id;
}

static const struct noun {
    const char *name;
    const void *(*find)(const struct world *world, const char *name);
    const char *(*name_at)(const struct world *world, size_t i);
    size_t count;    /* offset of the world's count */
    const char *how; /* they are named, when nothing is near */
} nouns[] = {
    {"user", find_user, user_name_at, offsetof(struct world, user_count),
     "; a user goes by extension number, e-mail, name, id or superadmin"},
    {"app", find_app, app_name_at, offsetof(struct world, app_count),
     "; an app goes by its client id or its name"},
    {"proxy", find_proxy, proxy_name_at, offsetof(struct world, proxy_count), ""},
    {"device", find_device, device_name_at, offsetof(struct world, device_count),
     "; a device goes by its id or its SIP user name"},
};

static const struct noun *noun_named(const char *name)
{
    for (size_t i = 0; i < sizeof nouns / sizeof *nouns; i++)
        if (text_eq(nouns[i].name, name))
            return &nouns[i];
    return NULL;
}

enum { NAMES_MAX = 256 };

static int refuse_noun(const struct noun *noun, const struct world *world, const char *arg,
                       const struct node *value, const char *file, struct diag *diag)
{
    const char *names[NAMES_MAX];
    size_t count = 0;
    if (text_eq(noun->name, "user"))
        names[count++] = "superadmin"; /* a name for whoever that is */
    size_t there = *(const size_t *)((const char *)world + noun->count);
    for (size_t i = 0; i < there && count < NAMES_MAX; i++)
        if (noun->name_at(world, i))
            names[count++] = noun->name_at(world, i);
    const char *near = text_nearest(value->text, names, count);
    return diag_set(diag, ERR_USAGE, file, value->line, value->col, "%s: no %s \"%s\" here%s%s%s",
                    arg, noun->name, value->text, near ? "; did you mean \"" : noun->how,
                    near ? near : "", near ? "\"?" : "");
}

/* A value with a variable in it is not known before the run. */
static bool is_open(const struct node *value)
{
    return strstr(node_text(value, ""), "${") != NULL;
}

int verb_noun_check(const struct verb_arg *arg, const struct node *value, const char *file,
                    const struct world *world, struct diag *diag)
{
    const struct noun *noun = noun_named(arg->wants);
    if (!noun || is_open(value) || noun->find(world, node_text(value, "")))
        return 0;
    return refuse_noun(noun, world, arg->name, value, file, diag);
}

static void *find(struct verb_call *call, const char *kind, const char *arg)
{
    const struct noun *noun = noun_named(kind);
    const struct node *value = verb_arg(call, arg);
    const void *found = noun->find(call->world, node_text(value, ""));
    if (!found)
        refuse_noun(noun, call->world, arg, value, call->file, call->diag);
    return (void *)found; /* the verbs may change what the world owns */
}

struct user *verb_user(struct verb_call *call, const char *name)
{
    struct user *user = find(call, "user", name);
    if (user)
        event_set(call->event, EVENT_USER, user->email ? user->email : user->extension_number);
    return user;
}

struct app *verb_app(struct verb_call *call, const char *name)
{
    struct app *app = find(call, "app", name);
    if (app)
        event_set(call->event, EVENT_APP, app->name);
    return app;
}

struct proxy *verb_proxy(struct verb_call *call, const char *name)
{
    struct proxy *proxy = find(call, "proxy", name);
    if (proxy)
        event_set(call->event, EVENT_PROXY, proxy->name);
    return proxy;
}

struct device *verb_device(struct verb_call *call, const char *name)
{
    struct device *device = find(call, "device", name);
    if (device)
        event_set(call->event, EVENT_DEVICE, device->id);
    return device;
}
