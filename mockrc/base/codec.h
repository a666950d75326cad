/*
 * Bytes to text and back: base64 (both alphabets), hex, percent-encoding, HTML escaping.
 * Decoders are strict: one wrong character refuses the whole.
 */
#ifndef MOCKRC_BASE_CODEC_H
#define MOCKRC_BASE_CODEC_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum base64_kind { BASE64_STD, BASE64_URL /* no padding, RFC 4648 section 5 */ };

void codec_base64(struct buf *out, enum base64_kind kind, const void *bytes, size_t len);
/* Padding is optional when reading. False: `out` holds nothing of worth. */
bool codec_unbase64(struct buf *out, enum base64_kind kind, const char *text, size_t len);

/* Lower-case hex; `out` takes 2 * len + 1. */
char *codec_hex(char *out, const void *bytes, size_t len);

/* Escapes everything but RFC 3986 unreserved characters. */
void codec_percent(struct buf *out, const char *text);
/* '+' means a blank only in a form (`is_form`). False at a broken %xx. */
bool codec_unpercent(struct buf *out, const char *text, size_t len, bool is_form);

/* Text as HTML text or attribute value. */
void codec_html(struct buf *out, const char *text);

#endif
