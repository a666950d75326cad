/*
 * A small fixture, and what becomes of it with one thing changed.
 */
#ifndef MOCKRC_TESTS_SMALL_FIXTURE_H
#define MOCKRC_TESTS_SMALL_FIXTURE_H

#include "fixture/fixture.h"

extern const char small_fixture[];

/* The small fixture with the first `old` replaced by `new`, in a world of its own (free it);
 * `complaint` is what was said, "" when nothing. */
struct world *small_fixture_with(const char *old, const char *new,
                                 const struct fixture_options *options, char complaint[800]);

#endif
