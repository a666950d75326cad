/*
 * A SIP message as bytes, as far as a relay must know it: where it ends, its header lines, its body
 * (RFC 3261 sections 7 and 18.3, RFC 5626 3.5.1). Reads what other peers send, so line ends may be
 * bare LF and headers folded; what two readers could see differently (a CR alone, a NUL, two lengths)
 * is refused. Nothing is copied: all that is returned points into the bytes given.
 */
#ifndef MOCKRC_FRONT_SIP_MESSAGE_H
#define MOCKRC_FRONT_SIP_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

enum { SIP_MESSAGE_MAX = 65535 /* bytes of one message, as the SIP edge takes it */ };

enum sip_found {
    SIP_FOUND_MORE,    /* nothing whole yet */
    SIP_FOUND_BLANK,   /* line ends between messages: to be passed over */
    SIP_FOUND_PING,    /* CRLF CRLF: wants a CRLF back */
    SIP_FOUND_MESSAGE, /* one message */
    SIP_FOUND_BAD,     /* no SIP, too long, or nobody can tell where it ends */
};

/* One header line, continuation lines included. The value has no blanks around it. */
struct sip_line {
    const char *text, *name, *value;
    size_t text_len, name_len, value_len; /* text: without its line end */
};

struct sip_message {
    const char *start; /* the start line, without its line end */
    size_t start_len;
    const char *lines, *lines_end; /* for sip_line_next */
    const char *body;
    size_t body_len;
    bool is_request;
};

/* What stands at the start of a stream's bytes; `*ret_len` of them it is. `scanned`, 0 for a new
 * message, is kept between calls for the same one, which then get the bytes before and more. */
enum sip_found sip_message_find(const char *bytes, size_t len, size_t *scanned, size_t *ret_len,
                                struct sip_message *ret);
/* The same of a message that comes whole, as in a WebSocket frame: without a Content-Length the body
 * is all there is, with one it is no longer than that says (RFC 3261 18.3). Never SIP_FOUND_MORE. */
enum sip_found sip_message_whole(const char *bytes, size_t len, struct sip_message *ret);

/* The line at `*at`, which then is the next; false at the end. */
bool sip_line_next(const char **at, const char *end, struct sip_line *ret);
/* In any case of letters; `compact` is its short form (RFC 3261 7.3.3), 0: none. */
bool sip_line_is(const struct sip_line *line, const char *name, char compact);
/* The first of that name; false: none. */
bool sip_message_line(const struct sip_message *message, const char *name, char compact,
                      struct sip_line *ret);

#endif
