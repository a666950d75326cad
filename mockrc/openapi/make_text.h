/*
 * The scalars of made answers: text and numbers that fit a schema's formats and limits, and look
 * like what the property's name says. For make.c.
 */
#ifndef MOCKRC_OPENAPI_MAKE_TEXT_H
#define MOCKRC_OPENAPI_MAKE_TEXT_H

#include "base/buf.h"
#include "base/id.h"
#include "openapi/shape.h"

/* Times of made answers lie in the month before this moment (2026-01-05T09:00:00Z): they must not
 * depend on when they are asked for. */
#define MAKE_NOW_MS ((int64_t)1767603600000)

/* Does the name say that this is something's id ("id", "chatId")? */
bool make_is_id(const char *name);

/* Text for `name` (NULL: an element of a list). */
void make_text(const struct shape *shape, const char *name, struct id *id, struct buf *out);
/* A whole number within the limits. */
int64_t make_integer(const struct shape *shape, const char *name, struct id *id);
double make_number(const struct shape *shape, struct id *id);

#endif
