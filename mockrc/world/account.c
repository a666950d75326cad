#include "world/account.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <assert.h>
#include <stdlib.h>

static const char *const status_names[ACCOUNT_STATUS_COUNT] = {
    [ACCOUNT_INITIAL] = "Initial",
    [ACCOUNT_UNCONFIRMED] = "Unconfirmed",
    [ACCOUNT_CONFIRMED] = "Confirmed",
    [ACCOUNT_DISABLED] = "Disabled",
};

static const char *const usage_names[NUMBER_USAGE_COUNT] = {
    [NUMBER_MAIN] = "MainCompanyNumber",
    [NUMBER_COMPANY] = "CompanyNumber",
    [NUMBER_DIRECT] = "DirectNumber",
};

/* rest.md section 10, enum featureName. The place of a row is its bit in `features_off`. */
static const char *const features[] = {
    "AccountFederation",
    "Archiver",
    "AutomaticCallRecordingMute",
    "AutomaticInboundCallRecording",
    "AutomaticOutboundCallRecording",
    "BlockedMessageForwarding",
    "Calendar",
    "CallerIdControl",
    "CallForwarding",
    "CallPark",
    "CallParkLocations",
    "CallSupervision",
    "CallSwitch",
    "CallQualitySurvey",
    "Conferencing",
    "ConferencingNumber",
    "ConfigureDelegates",
    "DeveloperPortal",
    "DND",
    "DynamicConference",
    "EmergencyAddressAutoUpdate",
    "EmergencyCalling",
    "EncryptionAtRest",
    "ExternalDirectoryIntegration",
    "Fax",
    "FaxReceiving",
    "FreeSoftPhoneLines",
    "HDVoice",
    "HipaaCompliance",
    "Intercom",
    "InternationalCalling",
    "InternationalSMS",
    "LinkedSoftphoneLines",
    "MMS",
    "MobileVoipEmergencyCalling",
    "OnDemandCallRecording",
    "Pager",
    "PagerReceiving",
    "Paging",
    "PasswordAuth",
    "PromoMessage",
    "Reports",
    "Presence",
    "RCTeams",
    "RingOut",
    "SalesForce",
    "SharedLines",
    "SingleExtensionUI",
    "SiteCodes",
    "SMS",
    "SMSReceiving",
    "SoftPhoneUpdate",
    "TelephonySessions",
    "UserManagement",
    "VideoConferencing",
    "VoipCalling",
    "VoipCallingOnMobile",
    "Voicemail",
    "VoicemailToText",
    "WebPhone",
};

enum { FEATURES = sizeof features / sizeof *features };
static_assert(FEATURES <= 64, "a feature is a bit of account.features_off");

/* Of every brand that has no cloud of its own (oauth.md "Hosts", rest.md 1.1). */
#define REST_HOSTS "platform.ringcentral.com media.ringcentral.com login.ringcentral.com"

struct account *account_add(struct world *world, int64_t id)
{
    struct account *account = xcalloc(1, sizeof *account);
    account->id = id;
    account->status = ACCOUNT_CONFIRMED;
    xset(&account->rest_hosts, REST_HOSTS);
    xgrow(world->accounts, world->account_count, &world->account_cap);
    return world->accounts[world->account_count++] = account;
}

/* Accounts are a handful: no index. */
struct account *account_by_id(const struct world *world, int64_t id)
{
    for (size_t i = 0; i < world->account_count; i++)
        if (world->accounts[i]->id == id)
            return world->accounts[i];
    return NULL;
}

const char *account_status_name(enum account_status status)
{
    return status_names[status];
}

bool account_status_named(const char *name, enum account_status *ret)
{
    for (int i = 0; i < ACCOUNT_STATUS_COUNT; i++)
        if (text_eq(name, status_names[i])) {
            *ret = (enum account_status)i;
            return true;
        }
    return false;
}

size_t account_feature_count(void)
{
    return FEATURES;
}

const char *account_feature_name(size_t i)
{
    return features[i];
}

bool account_feature_named(const char *name, size_t *ret)
{
    for (size_t i = 0; i < FEATURES; i++)
        if (text_eq(name, features[i])) {
            *ret = i;
            return true;
        }
    return false;
}

bool account_lacks(const struct account *account, const char *feature)
{
    size_t bit;
    return account && account_feature_named(feature, &bit) && (account->features_off >> bit & 1);
}

/* Where in the numbers, which are in order of id, `id` is or belongs. */
static size_t number_place(const struct world *world, int64_t id)
{
    size_t low = 0, high = world->number_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (world->numbers[middle]->id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct phone_number *phone_number_add(struct world *world, int64_t id, int64_t account_id)
{
    struct phone_number *number = xcalloc(1, sizeof *number);
    number->id = id;
    number->account_id = account_id;
    xgrow(world->numbers, world->number_count, &world->number_cap);
    size_t place = number_place(world, id);
    for (size_t i = world->number_count++; i > place; i--)
        world->numbers[i] = world->numbers[i - 1];
    return world->numbers[place] = number;
}

struct phone_number *phone_number_by_id(const struct world *world, int64_t id)
{
    size_t place = number_place(world, id);
    bool is_there = place < world->number_count && world->numbers[place]->id == id;
    return is_there ? world->numbers[place] : NULL;
}

/* Numbers are looked up without their '+'. */
static const char *bare(const char *number)
{
    return number && *number == '+' ? number + 1 : number;
}

void phone_number_set(struct world *world, struct phone_number *phone_number, const char *number)
{
    lookup_drop(&world->numbers_by_text, bare(phone_number->number), phone_number);
    xset(&phone_number->number, number);
    lookup_put(&world->numbers_by_text, bare(phone_number->number), phone_number);
}

struct phone_number *phone_number_find(const struct world *world, const char *number)
{
    return lookup_get(world->numbers_by_text, bare(number));
}

bool number_is_toll_free(const struct phone_number *number)
{
    static const char *const codes[] = {"+1800", "+1833", "+1844", "+1855",
                                        "+1866", "+1877", "+1888"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (number->number && text_starts(number->number, codes[i]))
            return true;
    return false;
}

const char *number_usage_name(enum number_usage usage)
{
    return usage_names[usage];
}

bool number_usage_named(const char *name, enum number_usage *ret)
{
    for (int i = 0; i < NUMBER_USAGE_COUNT; i++)
        if (text_eq(name, usage_names[i])) {
            *ret = (enum number_usage)i;
            return true;
        }
    return false;
}

static void account_free(struct account *account)
{
    char *texts[] = {
        account->company,     account->main_number,   account->brand_id,   account->brand_name,
        account->country_iso, account->country_name,  account->country_id, account->calling_code,
        account->timezone,    account->plan_id,       account->plan_name,  account->plan_edition,
        account->street,      account->city,          account->state,      account->zip,
        account->sip_domain,  account->status_reason, account->rest_hosts,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        free(texts[i]);
    free(account);
}

void accounts_done(struct world *world)
{
    for (size_t i = 0; i < world->account_count; i++)
        account_free(world->accounts[i]);
    for (size_t i = 0; i < world->number_count; i++) {
        free(world->numbers[i]->number);
        free(world->numbers[i]->label);
        free(world->numbers[i]);
    }
    free(world->accounts);
    free(world->numbers);
    lookup_done(&world->numbers_by_text);
    world->accounts = NULL;
    world->numbers = NULL;
    world->account_count = world->account_cap = world->number_count = world->number_cap = 0;
}
