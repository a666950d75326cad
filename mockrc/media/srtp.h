/*
 * SRTP (RFC 3711) with the keys of SDES (RFC 4568): AES_CM_128_HMAC_SHA1_80, by libsrtp2. The
 * library is loaded when the first phone encrypts: it brings others along that most runs never use.
 * Only this file pair knows it.
 */
#ifndef MOCKRC_MEDIA_SRTP_H
#define MOCKRC_MEDIA_SRTP_H

#include "world/media.h"

enum { SRTP_MORE = 148 }; /* what the library wants behind a packet that it seals */

struct srtp_library;
struct srtp_line;

/* NULL: it is not there; `*ret_why` then says so in words (a literal). Any thread. */
struct srtp_library *srtp_library_open(const char **ret_why);
void srtp_library_close(struct srtp_library *library);

/* The two directions of one line; NULL: the library refused. The library is borrowed. */
struct srtp_line *srtp_line_new(const struct srtp_library *library,
                                const unsigned char key_in[MEDIA_KEY_LEN],
                                const unsigned char key_out[MEDIA_KEY_LEN]);
void srtp_line_free(struct srtp_line *line);

/* In place; `*len` becomes that of the plain packet. False: not authentic, or a replay. */
bool srtp_line_unseal(struct srtp_line *line, uint8_t *bytes, size_t *len);
/* In place; `bytes` has room for SRTP_MORE bytes more. */
bool srtp_line_seal(struct srtp_line *line, uint8_t *bytes, size_t *len);

#endif
