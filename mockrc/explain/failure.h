/*
 * The failure modes by name: what scenarios reproduce, what a good client names and what explain
 * finds. The list is failures.def, made from reference/failures.md section 3.
 */
#ifndef MOCKRC_EXPLAIN_FAILURE_H
#define MOCKRC_EXPLAIN_FAILURE_H

#include <stddef.h>

size_t failure_count(void);
const char *failure_id(size_t i);        /* "password-rotated-stale-grant" */
const char *failure_layer(size_t i);     /* "oauth" */
const char *failure_diagnosis(size_t i); /* "GRANT_INVALIDATED_BY_PASSWORD_CHANGE" */
/* SIZE_MAX when there is no such id. */
size_t failure_named(const char *id);

#endif
