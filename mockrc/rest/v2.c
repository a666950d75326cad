/* The newer tree, /restapi/v2/accounts: here every id is text. Source: rest.md 1.1, 5.2, 5.5. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/enums.h"
#include "rest/extension_edit.h"
#include "rest/page.h"
#include "rest/uri.h"

enum { DELETE_MOST = 500 };

static void read_account(struct call *call)
{
    const struct account *account = call->account;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_id(&out, "id", account->id);
    json_str(&out, "mainNumber", account->main_number);
    json_str(&out, "status", account_status_name(account->status));
    json_str(&out, "companyName", account->company);
    json_open(&out, "companyAddress");
    json_str(&out, "street", account->street ? account->street : "");
    json_str(&out, "city", account->city ? account->city : "");
    json_str(&out, "state", account->state);
    json_str(&out, "zip", account->zip ? account->zip : "");
    json_str(&out, "country", account->country_iso);
    json_close(&out);
    json_open(&out, "serviceInfo");
    json_open(&out, "package");
    json_str(&out, "id", account->plan_id);
    json_str(&out, "version", "1");
    json_close(&out);
    json_open(&out, "brand");
    json_str(&out, "id", account->brand_id);
    json_str(&out, "name", account->brand_name);
    json_close(&out);
    json_open(&out, "contractedCountry");
    json_str(&out, "id", account->country_id);
    json_close(&out);
    json_close(&out);
    json_close(&out);
}

static void write_number(struct json_out *out, const struct call *call, const void *element)
{
    const struct phone_number *number = element;
    const struct user *owner = number->user_id ? user_by_id(call->world, number->user_id) : NULL;
    json_open(out, NULL);
    uri_id(out, "id", number->id);
    json_str(out, "phoneNumber", number->number);
    json_str(out, "type", "VoiceFax");
    json_str(out, "tollType", number_is_toll_free(number) ? "TollFree" : "Toll");
    json_str(out, "usageType", number_usage_name(number->usage));
    json_bool(out, "byocNumber", false);
    json_str(out, "status", "Normal");
    json_str(out, "activationStatus", "Active");
    if (owner) {
        json_open(out, "extension");
        uri_id(out, "id", owner->id);
        json_str(out, "extensionNumber", owner->extension_number);
        json_close(out);
    }
    json_close(out);
}

static struct words toll_types(void)
{
    static const char *const list[] = {"Toll", "TollFree"};
    return WORDS(list);
}

static void list_numbers(struct call *call)
{
    static const char *const types[] = {"VoiceFax", "VoiceOnly", "FaxOnly"};
    struct page page;
    uint64_t type, usage;
    int status, toll, state;
    bool is_byoc;
    const char *wanted = params_get(&call->query, "phoneNumber");
    if (!page_read(call, &page) || !ask_words(call, "type", WORDS(types), &type) ||
        !ask_words(call, "usageType", enum_number_usage(), &usage) ||
        !ask_word(call, "status", enum_number_status(), &status) ||
        !ask_word(call, "tollType", toll_types(), &toll) ||
        !ask_word(call, "extensionStatus", enum_extension_status(), &state) ||
        !ask_bool(call, "byocNumber", false, &is_byoc))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, world->number_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->number_count; i++) {
        const struct phone_number *number = world->numbers[i];
        const struct user *owner = number->user_id ? user_by_id(world, number->user_id) : NULL;
        if (number->account_id == call->account->id && (type & 1) && status <= 0 && !is_byoc &&
            (usage & words_bit(enum_number_usage(), number_usage_name(number->usage))) &&
            (toll < 0 || toll == number_is_toll_free(number)) &&
            (state < 0 || (owner && text_eq(enum_extension_status().list[state],
                                            user_status_name(owner->status)))) &&
            (!wanted || phone_number_find(world, wanted) == number))
            found[count++] = number;
    }
    page_answer(call, &page, found, count, write_number);
}

/* Each is tried; what went wrong is said beside its id, and the answer is 200 all the same. */
static void delete_extensions(struct call *call)
{
    if (!ask_body(call))
        return;
    const struct node *list = node_get(call->body, "records");
    if (!list || list->kind != NODE_LIST || list->count > DELETE_MOST) {
        refuse(call, !list ? CMN_100 : list->kind == NODE_LIST ? CMN_106 : CMN_101, "records");
        return;
    }
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "records");
    for (const struct node *item = list->first; item; item = item->next) {
        const char *id = node_text(node_get(item, "id"), "");
        int64_t number;
        struct user *user = text_int64(id, &number) ? user_by_id(call->world, number) : NULL;
        bool is_there = user && !user->is_deleted && user->account_id == call->account->id;
        bool is_above = is_there && extension_is_above(call, user);
        enum api_error error = is_above ? CMN_402 : is_there ? CMN_101 : CMN_102;
        bool is_good = is_there && !is_above && user != call->user;
        if (is_good)
            extension_remove(call, user);
        json_open(&out, NULL);
        json_str(&out, "id", id);
        json_bool(&out, "bulkItemSuccessful", is_good);
        if (!is_good) {
            json_list(&out, "bulkItemErrors");
            json_open(&out, NULL);
            json_str(&out, "errorCode", api_error_code(error));
            json_str(&out, "message",
                     is_above   ? api_error_message(error)
                     : is_there ? "Nobody may delete oneself"
                                : "Not found");
            json_close(&out);
            json_list_end(&out);
        }
        json_close(&out);
    }
    json_list_end(&out);
    json_close(&out);
}

#define ROW(method_, path_, op_, scope_, permission_, rate_, target_, run_)                        \
    {                                                                                              \
        .method = method_, .path = "/restapi/v2/accounts/{accountId}" path_, .op = op_,            \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = scope_, .permission = permission_,      \
        .rate = rate_, .target = target_, .run = run_                                              \
    }

static const struct route routes[] = {
    ROW("GET", "", "getAccountInfoV2", SCOPE_READ_ACCOUNTS, PERMISSION_READ_COMPANY_INFO,
        RATE_LIGHT, TARGET_NONE, read_account),
    ROW("GET", "/phone-numbers", "listAccountPhoneNumbersV2", SCOPE_READ_ACCOUNTS,
        PERMISSION_READ_COMPANY_PHONE_NUMBERS, RATE_HEAVY, TARGET_ACCOUNT, list_numbers),
    ROW("DELETE", "/extensions", "bulkDeleteUsersV2", SCOPE_EDIT_ACCOUNTS, PERMISSION_USERS,
        RATE_HEAVY, TARGET_ACCOUNT, delete_extensions),
};

struct route_family v2_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
