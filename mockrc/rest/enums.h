/*
 * Enumerations of the platform that a query may name (rest.md section 10). Our world may hold fewer
 * kinds of a thing than the platform has words: a word we have none of is a good filter that
 * nothing matches.
 */
#ifndef MOCKRC_REST_ENUMS_H
#define MOCKRC_REST_ENUMS_H

#include "rest/ask.h"

struct words enum_extension_status(void);
struct words enum_extension_type(void);
struct words enum_number_usage(void);
struct words enum_number_status(void);
struct words enum_payment(void);
struct words enum_device_type(void);
struct words enum_device_feature(void);
struct words enum_line_type(void);
struct words enum_line_pooling(void);

#endif
