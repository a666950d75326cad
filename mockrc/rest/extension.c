/* Extensions: the list, one of them, and the rows of those that change one. Source: rest.md 5.2. */
#include "rest/families.h"

#include "api/gate.h"
#include "api/refuse.h"
#include "base/text.h"
#include "rest/enums.h"
#include "rest/extension_edit.h"
#include "rest/page.h"
#include "rest/user_json.h"

struct wanted {
    uint64_t status, type;
    const char *extension_number;
};

static bool is_wanted(const struct call *call, const struct user *user, const struct wanted *wanted)
{
    if (user->is_deleted || user->account_id != call->account->id)
        return false;
    if (!(wanted->status & words_bit(enum_extension_status(), user_status_name(user->status))) ||
        !(wanted->type & words_bit(enum_extension_type(), user_type_name(user->type))))
        return false;
    if (wanted->extension_number && !text_eq(wanted->extension_number, user->extension_number))
        return false;
    const char *email = params_get(&call->query, "email");
    for (size_t n = 0; email; email = params_nth(&call->query, "email", ++n))
        if (user->email && text_eq_nocase(email, user->email))
            return true;
    return !params_get(&call->query, "email");
}

static void write_record(struct json_out *out, const struct call *call, const void *user)
{
    user_record(out, call, user);
}

static void list_extensions(struct call *call)
{
    struct page page;
    struct wanted wanted = {.extension_number = params_get(&call->query, "extensionNumber")};
    if (!page_read(call, &page) ||
        !ask_words(call, "status", enum_extension_status(), &wanted.status) ||
        !ask_words(call, "type", enum_extension_type(), &wanted.type))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, world->user_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->user_count; i++)
        if (is_wanted(call, world->users[i], &wanted))
            found[count++] = world->users[i];
    page_answer(call, &page, found, count, write_record);
}

static void read_extension(struct call *call)
{
    struct json_out out = reply_json(call, 200);
    user_whole(&out, call, call->target);
}

static const struct route routes[] = {
    {"GET", "/restapi/v1.0/account/{accountId}/extension", .op = "listExtensions",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_ACCOUNTS,
     .permission = PERMISSION_READ_EXTENSIONS, .rate = RATE_MEDIUM, .run = list_extensions},
    {"GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}", .op = "readExtension",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_ACCOUNTS,
     .permission = PERMISSION_READ_EXTENSIONS, .rate = RATE_LIGHT, .target = TARGET_EXTENSION,
     .run = read_extension},
    {"PUT", "/restapi/v1.0/account/{accountId}/extension/{extensionId}", .op = "updateExtension",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_EDIT_EXTENSIONS,
     .permission = PERMISSION_EDIT_USER_INFO, .rate = RATE_MEDIUM, .target = TARGET_EXTENSION,
     .run = extension_update},
    {"POST", "/restapi/v1.0/account/{accountId}/extension", .op = "createExtension",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_EDIT_ACCOUNTS,
     .permission = PERMISSION_ADD_REMOVE_USERS, .rate = RATE_MEDIUM, .target = TARGET_ACCOUNT,
     .run = extension_create},
    {"DELETE", "/restapi/v1.0/account/{accountId}/extension/{extensionId}", .op = "deleteExtension",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_EDIT_ACCOUNTS,
     .permission = PERMISSION_ADD_REMOVE_USERS, .rate = RATE_MEDIUM, .target = TARGET_EXTENSION,
     .run = extension_delete},
};

struct route_family extension_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
