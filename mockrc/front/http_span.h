/*
 * Where an HTTP/1.1 request ends (RFC 9112 section 6): pure code over the bytes that came so far, called again
 * when more have come. It judges nothing: what cannot be measured is the library's to refuse.
 *
 * A head has at most HTTP_HEAD_MAX bytes, as civetweb takes them; like civetweb it may end in two LF.
 */
#ifndef MOCKRC_FRONT_HTTP_SPAN_H
#define MOCKRC_FRONT_HTTP_SPAN_H

#include <stdbool.h>
#include <stddef.h>

enum { HTTP_HEAD_MAX = 32 << 10 };

enum http_span_state {
    HTTP_HEAD,  /* the head is not whole */
    HTTP_BODY,  /* the body is not */
    HTTP_WHOLE, /* `len` bytes are the request */
    HTTP_LARGE, /* its body is longer than the limit */
    HTTP_WRONG, /* there is no telling */
};

/* Zero before the first call for a request. */
struct http_span {
    size_t head_len; /* 0: not known yet */
    size_t len;      /* of all there is of it so far; with HTTP_WHOLE of the request */
    bool is_chunked;
    bool wants_continue; /* the client waits to be told to go on (RFC 9110 section 10.1.1) */
    bool is_head;        /* HEAD: its answer has no body */
};

/* `bytes` is the request from its first byte on. */
enum http_span_state http_span_read(struct http_span *span, const char *bytes, size_t len,
                                    size_t body_max);

/* The value of the first header line of this name in a head, trimmed: `*ret_len` bytes; NULL: none. */
const char *http_header(const char *head, size_t len, const char *name, size_t *ret_len);

#endif
