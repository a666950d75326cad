/* The account: what it is, what it has bought, where it is. Source: rest.md 5.1. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/mem.h"
#include "rest/ask.h"
#include "rest/region.h"
#include "rest/uri.h"

#include <string.h>

enum { FIELD_MAX = 256 };

static void write_brand(struct json_out *out, const struct call *call)
{
    json_open(out, "brand");
    json_str(out, "id", call->account->brand_id); /* text: "6010" tells Avaya Cloud Office */
    json_str(out, "name", call->account->brand_name);
    region_country(out, "homeCountry", call, call->account);
    json_close(out);
}

static void write_plan(struct json_out *out, const struct call *call)
{
    const struct account *account = call->account;
    json_open(out, "servicePlan");
    json_str(out, "id", account->plan_id);
    json_str(out, "name", account->plan_name);
    json_str(out, "edition", account->plan_edition);
    json_close(out);
}

static void write_limits(struct json_out *out)
{
    json_open(out, "limits");
    json_int(out, "freeSoftPhoneLinesPerExtension", 3);
    json_int(out, "meetingSize", 200);
    json_int(out, "cloudRecordingStorage", 100);
    json_int(out, "maxMonitoredExtensionsPerUser", 100);
    json_int(out, "maxExtensionNumberLength", 6);
    json_int(out, "siteCodeLength", 0);
    json_int(out, "shortExtensionNumberLength", 3);
    json_close(out);
}

static void write_operator(struct json_out *out, const struct call *call)
{
    const struct user *operator= user_by_id(call->world, call->account->operator_id);
    if (!operator)
        return;
    json_open(out, "operator");
    uri_user(out, "uri", call->world, operator, "");
    json_int(out, "id", operator->id);
    json_str(out, "extensionNumber", operator->extension_number);
    json_close(out);
}

static void read_account(struct call *call)
{
    const struct account *account = call->account;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_int(&out, "id", account->id);
    uri_account(&out, "uri", call->world, account->id, "");
    json_str(&out, "mainNumber", account->main_number);
    write_operator(&out, call);
    json_open(&out, "serviceInfo");
    uri_account(&out, "uri", call->world, account->id, "/service-info");
    write_brand(&out, call);
    write_plan(&out, call);
    region_country(&out, "contractedCountry", call, account);
    json_close(&out);
    json_str(&out, "setupWizardState",
             account->status == ACCOUNT_CONFIRMED ? "Completed" : "NotStarted");
    json_str(&out, "status", account_status_name(account->status));
    if (account->status_reason) {
        json_open(&out, "statusInfo");
        json_str(&out, "reason", account->status_reason);
        json_close(&out);
    }
    region_settings(&out, "regionalSettings", call, account);
    json_bool(&out, "federated", false);
    write_limits(&out);
    json_close(&out);
}

static void read_service_info(struct call *call)
{
    const struct account *account = call->account;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_str(&out, "servicePlanName", account->plan_name);
    write_brand(&out, call);
    region_country(&out, "contractedCountry", call, account);
    write_plan(&out, call);
    json_list(&out, "serviceFeatures");
    for (size_t i = 0; i < account_feature_count(); i++) {
        json_open(&out, NULL);
        json_str(&out, "featureName", account_feature_name(i));
        json_bool(&out, "enabled", !(account->features_off >> i & 1));
        json_close(&out);
    }
    json_list_end(&out);
    write_limits(&out);
    json_close(&out);
}

static void read_business_address(struct call *call)
{
    const struct account *account = call->account;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_self(&out, "uri", call);
    json_str(&out, "company", account->company);
    json_open(&out, "businessAddress");
    json_str(&out, "country", account->country_name);
    json_str(&out, "state", account->state);
    json_str(&out, "city", account->city);
    json_str(&out, "street", account->street);
    json_str(&out, "zip", account->zip);
    json_close(&out);
    json_close(&out);
}

/* A text of the body's address; absent leaves the field. */
static bool read_field(struct call *call, const struct node *parent, const char *name, char **field,
                       bool is_apply)
{
    const struct node *node = node_get(parent, name);
    if (!node || (node->kind == NODE_STRING && strlen(node->text) <= FIELD_MAX)) {
        if (node && is_apply)
            xset(field, node->text);
        return true;
    }
    refuse(call, CMN_101, name);
    return false;
}

static void update_business_address(struct call *call)
{
    struct account *account = call->account;
    if (!ask_body(call))
        return;
    const struct node *address = node_get(call->body, "businessAddress");
    struct {
        const struct node *parent;
        const char *name;
        char **field;
    } fields[] = {
        {call->body, "company", &account->company},
        {address, "city", &account->city},
        {address, "state", &account->state},
        {address, "street", &account->street},
        {address, "zip", &account->zip},
    };
    enum { FIELDS = sizeof fields / sizeof *fields };
    for (int pass = 0; pass < 2; pass++) /* all are read before one is changed */
        for (size_t i = 0; i < FIELDS; i++)
            if (!read_field(call, fields[i].parent, fields[i].name, fields[i].field, pass == 1))
                return;
    read_business_address(call);
}

#define ROW(path_, op_, run_)                                                                      \
    {                                                                                              \
        .method = "GET", .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,       \
        .scope = SCOPE_READ_ACCOUNTS, .permission = PERMISSION_READ_COMPANY_INFO,                  \
        .rate = RATE_LIGHT, .run = run_                                                            \
    }

static const struct route routes[] = {
    ROW("/restapi/v1.0/account/{accountId}", "readAccountInfo", read_account),
    ROW("/restapi/v1.0/account/{accountId}/service-info", "readAccountServiceInfo",
        read_service_info),
    ROW("/restapi/v1.0/account/{accountId}/business-address", "readAccountBusinessAddress",
        read_business_address),
    {"PUT", "/restapi/v1.0/account/{accountId}/business-address",
     .op = "updateAccountBusinessAddress", .layer = LAYER_REST, .auth = AUTH_BEARER,
     .scope = SCOPE_EDIT_ACCOUNTS, .permission = PERMISSION_EDIT_COMPANY_INFO, .rate = RATE_MEDIUM,
     .target = TARGET_ACCOUNT, .run = update_business_address},
};

struct route_family account_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
