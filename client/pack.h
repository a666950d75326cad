/*
 * Texts that are much alike, packed one by one against a sample of them (LZ4 with a dictionary): each
 * can be had without the others. For the records of a long call log, which are eight times smaller so.
 *
 * What holds: a packed text is got back byte for byte with the same sample, and only with it; bytes that
 * were never packed, or with another sample, give NULL or some other text, never more than that.
 */
#ifndef RC_CLIENT_PACK_H
#define RC_CLIENT_PACK_H

#include <stdbool.h>
#include <stddef.h>

#define PACK_SAMPLE_MAX (16 * 1024)
#define PACK_TEXT_MAX   (256 * 1024)

struct pack;

/* Copies the sample, of which the first PACK_SAMPLE_MAX bytes count. */
struct pack *pack_new(const char *sample, size_t len);
void pack_free(struct pack *pack);

/* The packed text, which is the pack's until the next call. NULL: too long, or it would not be shorter. */
const void *pack_text(struct pack *pack, const char *text, size_t len, size_t *ret_len);
/* The text with its NUL, the caller's to free; NULL when these bytes are none. */
char *pack_open(const struct pack *pack, const void *bytes, size_t len);

#endif
