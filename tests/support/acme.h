/*
 * The shipped fixtures, as worlds of their own.
 */
#ifndef MOCKRC_TESTS_ACME_H
#define MOCKRC_TESTS_ACME_H

#include "fixture/fixture.h"

/* "acme-rc" or "acme-aco" on Tuesday, 6 January 2026, 17:00 UTC, the clock frozen. Fails the test
 * when it does not load. */
struct world *acme_world(const char *name, uint64_t seed, size_t call_log_records);

#endif
