/* Dictionaries: lists that are the same for everybody. Source: rest.md 5.4. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/page.h"
#include "rest/region.h"
#include "rest/role_json.h"
#include "rest/uri.h"

#include <string.h>

/* A dictionary: how many rows, a row's id, and a row written as an element. */
struct dictionary {
    const char *name, *id_parameter;
    size_t (*count)(void);
    const char *(*id)(size_t i);
    void (*write)(struct json_out *out, const struct call *call, size_t i);
};

static const char *country_id(size_t i)
{
    return country_at(i)->id;
}

static void country_element(struct json_out *out, const struct call *call, size_t i)
{
    json_open(out, NULL);
    country_write(out, call, country_at(i));
    json_bool(out, "emergencyCalling", true);
    json_bool(out, "numberSelling", true);
    json_bool(out, "loginAllowed", true);
    json_bool(out, "signupAllowed", true);
    json_bool(out, "freeSoftphoneLine", true);
    json_close(out);
}

static const char *timezone_id(size_t i)
{
    return timezone_at(i)->id;
}

static void timezone_element(struct json_out *out, const struct call *call, size_t i)
{
    json_open(out, NULL);
    timezone_write(out, call, timezone_at(i));
    json_close(out);
}

static const char *language_id(size_t i)
{
    return language_at(i)->id;
}

static void language_element(struct json_out *out, const struct call *call, size_t i)
{
    json_open(out, NULL);
    uri_dictionary(out, "uri", call->world, "language", language_at(i)->id);
    language_write(out, call, language_at(i));
    json_bool(out, "ui", true);
    json_bool(out, "greeting", true);
    json_bool(out, "formattingLocale", true);
    json_close(out);
}

static size_t role_count(void)
{
    return ROLE_COUNT;
}

static const char *role_id_at(size_t i)
{
    return role_id((enum role)i);
}

static void role_element(struct json_out *out, const struct call *call, size_t i)
{
    role_write(out, call, (enum role)i, NULL, true);
}

static size_t permission_count(void)
{
    return PERMISSION_COUNT - 1;
}

static const char *permission_id(size_t i)
{
    return permission_name((enum permission)(i + 1));
}

static void permission_element(struct json_out *out, const struct call *call, size_t i)
{
    json_open(out, NULL);
    permission_members(out, call, (enum permission)(i + 1));
    json_str(out, "displayName", permission_id(i));
    json_close(out);
}

static const struct dictionary dictionaries[] = {
    {"country", "countryId", country_count, country_id, country_element},
    {"timezone", "timezoneId", timezone_count, timezone_id, timezone_element},
    {"language", "languageId", language_count, language_id, language_element},
    {"user-role", "roleId", role_count, role_id_at, role_element},
    {"permission", "permissionId", permission_count, permission_id, permission_element},
};

/* The dictionary of the called path. */
static const struct dictionary *asked(const struct call *call)
{
    const char *name = call->route->path + strlen("/restapi/v1.0/dictionary/");
    size_t len = strcspn(name, "/");
    const struct dictionary *at = dictionaries;
    while (strlen(at->name) != len || strncmp(at->name, name, len) != 0)
        at++;
    return at;
}

struct element {
    const struct dictionary *dictionary;
    size_t i;
};

static void write_element(struct json_out *out, const struct call *call, const void *element)
{
    const struct element *one = element;
    one->dictionary->write(out, call, one->i);
}

static void list_all(struct call *call)
{
    const struct dictionary *dictionary = asked(call);
    struct page page;
    if (!page_read(call, &page))
        return;
    size_t count = dictionary->count();
    struct element *elements = arena_alloc(call->arena, count * sizeof *elements);
    const void **found = arena_alloc(call->arena, count * sizeof *found);
    for (size_t i = 0; i < count; i++) {
        elements[i] = (struct element){dictionary, i};
        found[i] = &elements[i];
    }
    page_answer(call, &page, found, count, write_element);
}

static void read_one(struct call *call)
{
    const struct dictionary *dictionary = asked(call);
    for (size_t i = 0; i < dictionary->count(); i++)
        if (text_eq(dictionary->id(i), call->args[0])) {
            struct json_out out = reply_json(call, 200);
            dictionary->write(&out, call, i);
            return;
        }
    refuse_value(call, CMN_102, dictionary->id_parameter, call->args[0]);
}

#define ROW(path_, op_, run_)                                                                      \
    {                                                                                              \
        .method = "GET", .path = "/restapi/v1.0/dictionary/" path_, .op = op_,                     \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .rate = RATE_LIGHT, .run = run_                  \
    }

static const struct route routes[] = {
    ROW("country", "listCountries", list_all),
    ROW("country/{countryId}", "readCountry", read_one),
    ROW("timezone", "listTimezones", list_all),
    ROW("timezone/{timezoneId}", "readTimezone", read_one),
    ROW("language", "listLanguages", list_all),
    ROW("language/{languageId}", "readLanguage", read_one),
    ROW("user-role", "listStandardUserRole", list_all),
    ROW("user-role/{roleId}", "readStandardUserRole", read_one),
    ROW("permission", "listPermissions", list_all),
    ROW("permission/{permissionId}", "readPermission", read_one),
};

struct route_family dictionary_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
