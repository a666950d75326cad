#include "rest/region.h"

#include "base/text.h"
#include "rest/uri.h"

#include <stdio.h>

/* ISO 3166-1 and ITU-T E.164; ids 1, 39 and 224 are the platform's, the others chosen. */
static const struct country countries[] = {
    {"1", "US", "United States", "1"},     {"39", "CA", "Canada", "1"},
    {"224", "GB", "United Kingdom", "44"}, {"16", "AU", "Australia", "61"},
    {"17", "AT", "Austria", "43"},         {"24", "BE", "Belgium", "32"},
    {"31", "BR", "Brazil", "55"},          {"59", "DK", "Denmark", "45"},
    {"74", "FI", "Finland", "358"},        {"75", "FR", "France", "33"},
    {"82", "DE", "Germany", "49"},         {"106", "IE", "Ireland", "353"},
    {"109", "IT", "Italy", "39"},          {"112", "JP", "Japan", "81"},
    {"144", "MX", "Mexico", "52"},         {"155", "NL", "Netherlands", "31"},
    {"158", "NZ", "New Zealand", "64"},    {"166", "NO", "Norway", "47"},
    {"176", "PL", "Poland", "48"},         {"177", "PT", "Portugal", "351"},
    {"195", "SG", "Singapore", "65"},      {"204", "ES", "Spain", "34"},
    {"210", "SE", "Sweden", "46"},         {"211", "CH", "Switzerland", "41"},
};

/* Names of the time zone database; ids chosen. */
static const struct timezone_row zones[] = {
    {"1", "UTC", "Coordinated Universal Time", 0},
    {"51", "Pacific/Honolulu", "Hawaii", -600},
    {"54", "America/Anchorage", "Alaska", -540},
    {"58", "America/Los_Angeles", "Pacific Time (US & Canada)", -480},
    {"60", "America/Phoenix", "Arizona", -420},
    {"61", "America/Denver", "Mountain Time (US & Canada)", -420},
    {"63", "America/Chicago", "Central Time (US & Canada)", -360},
    {"65", "America/New_York", "Eastern Time (US & Canada)", -300},
    {"66", "America/Toronto", "Eastern Time (Canada)", -300},
    {"67", "America/Halifax", "Atlantic Time (Canada)", -240},
    {"70", "America/Sao_Paulo", "Brasilia", -180},
    {"80", "Europe/London", "London", 0},
    {"81", "Europe/Dublin", "Dublin", 0},
    {"82", "Europe/Lisbon", "Lisbon", 0},
    {"83", "Europe/Paris", "Paris", 60},
    {"84", "Europe/Berlin", "Berlin", 60},
    {"85", "Europe/Amsterdam", "Amsterdam", 60},
    {"86", "Europe/Madrid", "Madrid", 60},
    {"87", "Europe/Rome", "Rome", 60},
    {"88", "Europe/Zurich", "Zurich", 60},
    {"90", "Europe/Helsinki", "Helsinki", 120},
    {"100", "Asia/Singapore", "Singapore", 480},
    {"101", "Asia/Tokyo", "Tokyo", 540},
    {"102", "Australia/Sydney", "Sydney", 600},
    {"103", "Pacific/Auckland", "Auckland", 720},
};

/* Locales of rest.md 1.2; ids are the Windows language codes the platform uses. */
static const struct language languages[] = {
    {"1033", "en-US", "English (United States)"},
    {"2057", "en-GB", "English (United Kingdom)"},
    {"1031", "de-DE", "German (Germany)"},
    {"3082", "es-ES", "Spanish (Spain)"},
    {"58378", "es-419", "Spanish (Latin America)"},
    {"1036", "fr-FR", "French (France)"},
    {"3084", "fr-CA", "French (Canada)"},
    {"1040", "it-IT", "Italian (Italy)"},
    {"1043", "nl-NL", "Dutch (Netherlands)"},
    {"1046", "pt-BR", "Portuguese (Brazil)"},
    {"2070", "pt-PT", "Portuguese (Portugal)"},
    {"1035", "fi-FI", "Finnish (Finland)"},
    {"1042", "ko_KR", "Korean (Korea)"},
    {"1041", "ja-JP", "Japanese (Japan)"},
    {"2052", "zh-CN", "Chinese (China)"},
    {"1028", "zh-TW", "Chinese (Taiwan)"},
    {"3076", "zh-HK", "Chinese (Hong Kong)"},
};

size_t country_count(void)
{
    return sizeof countries / sizeof *countries;
}

const struct country *country_at(size_t i)
{
    return &countries[i];
}

size_t timezone_count(void)
{
    return sizeof zones / sizeof *zones;
}

const struct timezone_row *timezone_at(size_t i)
{
    return &zones[i];
}

size_t language_count(void)
{
    return sizeof languages / sizeof *languages;
}

const struct language *language_at(size_t i)
{
    return &languages[i];
}

void country_write(struct json_out *out, const struct call *call, const struct country *country)
{
    uri_dictionary(out, "uri", call->world, "country", country->id);
    json_str(out, "id", country->id);
    json_str(out, "name", country->name);
    json_str(out, "isoCode", country->iso);
    json_str(out, "callingCode", country->calling_code);
}

void timezone_write(struct json_out *out, const struct call *call, const struct timezone_row *zone)
{
    char bias[16];
    snprintf(bias, sizeof bias, "%d", zone->bias_min);
    uri_dictionary(out, "uri", call->world, "timezone", zone->id);
    json_str(out, "id", zone->id);
    json_str(out, "name", zone->name);
    json_str(out, "description", zone->description);
    json_str(out, "bias", bias);
}

void language_write(struct json_out *out, const struct call *call, const struct language *language)
{
    json_str(out, "id", language->id);
    json_str(out, "name", language->name);
    json_str(out, "localeCode", language->locale);
}

void region_country(struct json_out *out, const char *key, const struct call *call,
                    const struct account *account)
{
    json_open(out, key);
    country_write(out, call,
                  &(struct country){account->country_id ? account->country_id : "1",
                                    account->country_iso, account->country_name,
                                    account->calling_code});
    json_close(out);
}

void region_country_short(struct json_out *out, const char *key, const struct call *call,
                          const struct account *account)
{
    const char *id = account->country_id ? account->country_id : "1";
    json_open(out, key);
    uri_dictionary(out, "uri", call->world, "country", id);
    json_str(out, "id", id);
    json_str(out, "name", account->country_name);
    json_close(out);
}

static const struct timezone_row *zone_of(const struct account *account)
{
    for (size_t i = 0; i < timezone_count(); i++)
        if (text_eq(zones[i].name, account->timezone))
            return &zones[i];
    return NULL;
}

void region_settings(struct json_out *out, const char *key, const struct call *call,
                     const struct account *account)
{
    bool is_british = text_eq(account->country_iso, "GB");
    const struct language *language = &languages[is_british];
    const struct timezone_row *zone = zone_of(account);
    struct timezone_row unlisted = {"0", account->timezone, account->timezone,
                                    account->utc_offset_min};
    json_open(out, key);
    region_country(out, "homeCountry", call, account);
    if (account->timezone) {
        json_open(out, "timezone");
        timezone_write(out, call, zone ? zone : &unlisted);
        json_close(out);
    }
    static const char *const uses[] = {"language", "greetingLanguage", "formattingLocale"};
    for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
        json_open(out, uses[i]);
        language_write(out, call, language);
        json_close(out);
    }
    json_str(out, "timeFormat", is_british ? "24h" : "12h");
    json_close(out);
}
