/*
 * Country, language and time zone as the platform writes them inside other objects and in its
 * dictionaries. The ids of a dictionary are chosen where the platform's are not known to us.
 */
#ifndef MOCKRC_REST_REGION_H
#define MOCKRC_REST_REGION_H

#include "api/route.h"

struct country {
    const char *id, *iso, *name, *calling_code;
};
struct timezone_row {
    const char *id, *name, *description;
    int bias_min; /* standard time against UTC */
};
struct language {
    const char *id, *locale, *name;
};

size_t country_count(void);
const struct country *country_at(size_t i);
size_t timezone_count(void);
const struct timezone_row *timezone_at(size_t i);
size_t language_count(void);
const struct language *language_at(size_t i);

/* {id,uri,name,isoCode,callingCode} of the account's country. */
void region_country(struct json_out *out, const char *key, const struct call *call,
                    const struct account *account);
/* {id,uri,name} of it: how phone numbers name a country. */
void region_country_short(struct json_out *out, const char *key, const struct call *call,
                          const struct account *account);
/* regionalSettings of an account or of its users. */
void region_settings(struct json_out *out, const char *key, const struct call *call,
                     const struct account *account);

/* One row of a dictionary as an object's members. */
void country_write(struct json_out *out, const struct call *call, const struct country *country);
void timezone_write(struct json_out *out, const struct call *call, const struct timezone_row *zone);
void language_write(struct json_out *out, const struct call *call, const struct language *language);

#endif
