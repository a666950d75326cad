/* Phone numbers of the company and of one extension. Source: rest.md 5.5. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/enums.h"
#include "rest/page.h"
#include "rest/region.h"
#include "rest/uri.h"
#include "rest/user_json.h"

#include <stdio.h>

static const char *payment_of(const struct phone_number *number)
{
    return number_is_toll_free(number) ? "TollFree" : "Local";
}

/* Members both kinds of record have. */
static void write_common(struct json_out *out, const struct call *call,
                         const struct phone_number *number)
{
    json_int(out, "id", number->id);
    json_str(out, "phoneNumber", number->number);
    json_str(out, "paymentType", payment_of(number));
    json_str(out, "label", number->label);
    json_str(out, "status", "Normal");
    json_str(out, "type", "VoiceFax");
    json_str(out, "usageType", number_usage_name(number->usage));
    json_bool(out, "primary", number->usage == NUMBER_MAIN);
    struct user *owner = number->user_id ? user_by_id(call->world, number->user_id) : NULL;
    if (owner)
        user_reference(out, "extension", call, owner, true);
}

static void write_company_record(struct json_out *out, const struct call *call, const void *element)
{
    const struct phone_number *number = element;
    char tail[48];
    snprintf(tail, sizeof tail, "/phone-number/%lld", (long long)number->id);
    json_open(out, NULL);
    uri_account(out, "uri", call->world, number->account_id, tail);
    write_common(out, call, number);
    json_close(out);
}

static void write_user_record(struct json_out *out, const struct call *call, const void *element)
{
    const struct phone_number *number = element;
    char tail[48];
    snprintf(tail, sizeof tail, "/phone-number/%lld", (long long)number->id);
    json_open(out, NULL);
    uri_user(out, "uri", call->world, call->target, tail);
    write_common(out, call, number);
    region_country_short(out, "country", call, call->account);
    json_list(out, "features");
    json_str(out, NULL, "CallerId");
    if (number->can_sms && number->user_id == call->target->id) { /* else MSG-304 */
        json_str(out, NULL, "SmsSender");
        json_str(out, NULL, "MmsSender");
    }
    json_list_end(out);
    json_close(out);
}

struct wanted {
    uint64_t usage, payment;
    int status, extension_status; /* -1: any */
};

static bool has_owner_status(const struct call *call, const struct phone_number *number,
                             const char *status)
{
    struct user *owner = number->user_id ? user_by_id(call->world, number->user_id) : NULL;
    return owner && text_eq(user_status_name(owner->status), status);
}

static bool is_wanted(const struct call *call, const struct phone_number *number,
                      const struct wanted *wanted)
{
    return (wanted->usage & words_bit(enum_number_usage(), number_usage_name(number->usage))) &&
           (wanted->payment & words_bit(enum_payment(), payment_of(number))) &&
           wanted->status <= 0 && /* all of ours are Normal, the first word */
           (wanted->extension_status < 0 ||
            has_owner_status(call, number, enum_extension_status().list[wanted->extension_status]));
}

/* The numbers that are the company's, and an extension's own. */
static void list(struct call *call, const struct user *owner, record_fn *write)
{
    struct page page;
    struct wanted wanted;
    if (!page_read(call, &page) ||
        !ask_words(call, "usageType", enum_number_usage(), &wanted.usage) ||
        !ask_words(call, "paymentType", enum_payment(), &wanted.payment) ||
        !ask_word(call, "status", enum_number_status(), &wanted.status) ||
        !ask_word(call, "extensionStatus", enum_extension_status(), &wanted.extension_status))
        return;
    const struct world *world = call->world;
    const void **found = arena_alloc(call->arena, world->number_count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < world->number_count; i++) {
        const struct phone_number *number = world->numbers[i];
        bool is_in_reach = number->account_id == call->account->id &&
                           (!owner || number->user_id == 0 || number->user_id == owner->id);
        if (is_in_reach && is_wanted(call, number, &wanted))
            found[count++] = number;
    }
    page_answer(call, &page, found, count, write);
}

static void list_of_account(struct call *call)
{
    list(call, NULL, write_company_record);
}

static void list_of_extension(struct call *call)
{
    list(call, call->target, write_user_record);
}

static void read_of_account(struct call *call)
{
    const char *id = call_arg(call, "phoneNumberId");
    int64_t wanted;
    if (!text_int64(id, &wanted)) {
        refuse_value(call, CMN_101, "phoneNumberId", id);
        return;
    }
    const struct phone_number *number = phone_number_by_id(call->world, wanted);
    if (!number || number->account_id != call->account->id) {
        refuse_value(call, CMN_102, "phoneNumberId", id);
        return;
    }
    struct json_out out = reply_json(call, 200);
    write_company_record(&out, call, number);
}

static const struct route routes[] = {
    {"GET", "/restapi/v1.0/account/{accountId}/phone-number", .op = "listAccountPhoneNumbers",
     .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = SCOPE_READ_ACCOUNTS,
     .permission = PERMISSION_READ_COMPANY_PHONE_NUMBERS, .rate = RATE_HEAVY,
     .target = TARGET_ACCOUNT, .run = list_of_account},
    {"GET", "/restapi/v1.0/account/{accountId}/phone-number/{phoneNumberId}",
     .op = "readAccountPhoneNumber", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_READ_ACCOUNTS, .permission = PERMISSION_READ_COMPANY_PHONE_NUMBERS,
     .rate = RATE_LIGHT, .target = TARGET_ACCOUNT, .run = read_of_account, .bulk = "phoneNumberId",
     .bulk_max = 50},
    {"GET", "/restapi/v1.0/account/{accountId}/extension/{extensionId}/phone-number",
     .op = "listExtensionPhoneNumbers", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_READ_ACCOUNTS, .permission = PERMISSION_READ_USER_PHONE_NUMBERS,
     .rate = RATE_LIGHT, .target = TARGET_EXTENSION, .run = list_of_extension},
};

struct route_family number_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
