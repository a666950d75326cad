/*
 * Content that can be asked for in parts (RFC 9110 section 14): recordings, files of messages.
 */
#ifndef MOCKRC_REST_RANGE_H
#define MOCKRC_REST_RANGE_H

#include "api/route.h"

/* Begins the answer (206 with Content-Range, or 200) for content of `size` bytes, at least one, and
 * says which of them belong into its body. Refuses (CMN-107) and returns false when the range asked
 * for is outside. */
bool range_begin(struct call *call, const char *content_type, size_t size, size_t *ret_first,
                 size_t *ret_last);

#endif
