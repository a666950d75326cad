/* The form of Platform Settings as data; see platform.h. */
#include "web/platform.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "web/secret.h"

static bool always(const struct tenant_options *options)
{
    return true;
}

static bool in_form_a(const struct tenant_options *options)
{
    return !options->is_form_b;
}

/* The older window always has it; the newer one only for who may use it. */
static bool in_form_b_or_licensed(const struct tenant_options *options)
{
    return options->is_form_b || options->has_licence;
}

const struct platform_field platform_fields[PLATFORM_FIELDS] = {
    {"sip_domain", "sip.example.com:5060",
     "Enter the SIP Domain the provider shows, such as sip.example.com:5060.",
     "Host name and port number, as the provider's admin portal shows them. The name says who the "
     "handsets are; they are reached through the proxies below.",
     always},
    {"proxy", "sip10.example.com:5090",
     "Enter the Outbound Proxy the provider shows, such as sip10.example.com:5090.",
     "Host name and port number of the site's proxy. Registered handsets that bring calls to "
     "agents, and outbound calls of WebRTC agents, go through it. Without a port, 5060 is used.",
     always},
    {"secondary", "sip20.example.com:5090", NULL,
     "The site's other proxy. It takes over when the first does not answer or has moved. The "
     "provider may change both over time: keep them up to date here.",
     in_form_a},
    {"recording", "", NULL,
     "With Yes, recordings made at the provider are listed and play in Cradle to Grave. Needs the "
     "UC Realtime Logging licence. Recordings made while it was No are not fetched later.",
     in_form_b_or_licensed},
};

void platform_load(struct store *store, struct settings *ret_settings)
{
    if (!store_settings_load(store, SLOT_PENDING, ret_settings))
        store_settings_load(store, SLOT_LIVE, ret_settings);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Remarks come as parts of a sentence; beside a field they stand alone. */
static void fail(struct platform_form *form, size_t at, const char *text)
{
    size_t len = strlen(text);
    bool has_end = len > 0 && text[len - 1] == '.';
    snprintf(form->error[at], sizeof(form->error[at]), "%s%s", text, has_end ? "" : ".");
    form->error[at][0] = (char)toupper((unsigned char)form->error[at][0]);
    form->has_error = true;
}

/* One field: typed, kept as it was, or changed by somebody else meanwhile. `was`, what the window
 * showed, is NULL when nobody looks at that. */
static void read_field(struct platform_form *form, size_t at, const char *typed, const char *was,
                       bool may_be_blank)
{
    const struct platform_field *shown = &platform_fields[at];
    const struct settings_field *field = settings_find(shown->key);
    const char *now = settings_read(&form->before, field);
    bool is_untouched = typed == NULL || (was && strcmp(typed, was) == 0);
    const char *value = is_untouched ? now : typed;
    char why[300] = "";
    form->typed[at] = is_untouched ? NULL : typed;
    if (is_blank(value) && shown->blank) {
        if (!may_be_blank)
            fail(form, at, shown->blank);
        return;
    }
    if (!settings_set(&form->after, field, value, why, sizeof(why))) {
        fail(form, at, why);
        return;
    }
    text_copy(form->warning[at], sizeof(form->warning[at]), why);
    if (!is_untouched && was && strcmp(was, now) != 0 &&
        strcmp(settings_read(&form->after, field), now) != 0) {
        snprintf(why, sizeof(why),
                 "Somebody else changed this to \"%.100s\" since you opened the window. Save once "
                 "more to replace it.",
                 now);
        fail(form, at, why);
    }
}

void platform_read(struct visit *visit, const struct form_data *data, const char *prefix,
                   bool may_be_blank, struct platform_form *ret_form)
{
    struct platform_form *form = ret_form;
    memset(form, 0, sizeof(*form));
    platform_load(visit->client->store, &form->before);
    form->after = form->before;
    for (size_t i = 0; i < PLATFORM_FIELDS; i++) {
        char name[80];
        if (!platform_fields[i].is_shown(&visit->tenant->options))
            continue;
        snprintf(name, sizeof(name), "%swas.%s", prefix, platform_fields[i].key);
        const char *was =
            client_is_weak(visit->client, WEAK_LAST_SAVE_WINS) ? NULL : form_get(data, name);
        snprintf(name, sizeof(name), "%s%s", prefix, platform_fields[i].key);
        const char *typed = form_get(data, name);
        if (strcmp(platform_fields[i].key, "recording") == 0 && !visit->tenant->options.has_licence)
            typed = NULL; /* shown, but shut */
        read_field(form, i, typed, was, may_be_blank);
    }
    bool has_secondary = platform_fields[2].is_shown(&visit->tenant->options);
    if (has_secondary && form->after.secondary[0] && !form->error[2][0] &&
        settings_secondary_is_idle(&form->after))
        text_copy(form->warning[2], sizeof(form->warning[2]),
                  "the same as the Outbound Proxy; it cannot take over when that one fails");
}

static bool same_settings(const struct settings *a, const struct settings *b)
{
    for (size_t i = 0; i < settings_field_count; i++) {
        if (strcmp(settings_read(a, &settings_fields[i]), settings_read(b, &settings_fields[i])))
            return false;
    }
    return true;
}

bool platform_is_unsaved(struct visit *visit)
{
    struct settings live, pending;
    struct grant grant;
    struct store *store = visit->client->store;
    if (store_grant_load(store, SLOT_PENDING, &grant)) {
        explicit_bzero(&grant, sizeof(grant));
        return true;
    }
    store_settings_load(store, SLOT_LIVE, &live);
    return store_settings_load(store, SLOT_PENDING, &pending) && !same_settings(&live, &pending);
}

void platform_mark(struct visit *visit, char to[33])
{
    struct sb all = SB_MAX(64 * 1024);
    struct store *store = visit->client->store;
    for (int slot = SLOT_LIVE; slot <= SLOT_PENDING; slot++) {
        struct settings settings;
        struct grant grant = {0};
        bool is_there = store_settings_load(store, (enum slot)slot, &settings);
        store_grant_load(store, (enum slot)slot, &grant);
        /* Whose it is, not the tokens: a renewal in the background changes nothing an admin saw. */
        sb_addf(&all, "%d %s %s", is_there, grant.owner_id, grant.account_id);
        for (size_t i = 0; i < settings_field_count; i++)
            sb_addf(&all, "\n%s", settings_read(&settings, &settings_fields[i]));
        explicit_bzero(&grant, sizeof(grant));
    }
    secret_sum(visit->tenant->key, sb_text(&all), to);
    explicit_bzero(all.text, all.cap);
    sb_done(&all);
}
