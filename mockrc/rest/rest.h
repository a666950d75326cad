/*
 * The REST API: route tables and handlers by family. Source: reference/rest.md.
 */
#ifndef MOCKRC_REST_REST_H
#define MOCKRC_REST_REST_H

#include "api/route.h"

enum { REST_FAMILIES_MAX = 64 };

/* All families, for the router: writes them and returns how many (`max` must be enough). */
size_t rest_families(struct route_family *families, size_t max);

#endif
