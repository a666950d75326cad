/*
 * The REST API: route tables and handlers by family. Source: reference/rest.md.
 */
#ifndef MOCKRC_REST_REST_H
#define MOCKRC_REST_REST_H

#include "api/route.h"

/* All families, for the router; NULL-terminated by a family of count 0. */
size_t rest_families(struct route_family *families, size_t max);

#endif
