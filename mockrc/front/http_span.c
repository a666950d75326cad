#include "front/http_span.h"

#include <string.h>
#include <strings.h>

enum { CHUNK_LINE_MAX = 256, DIGITS_MAX = 18 /* below what size_t holds, in tens */ };

const char *http_header(const char *head, size_t len, const char *name, size_t *ret_len)
{
    size_t name_len = strlen(name);
    const char *end = head + len;
    for (const char *line = head; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *next = stop ? stop + 1 : end, *to = stop ? stop : end;
        const char *from = line + name_len + 1;
        if (to > line && to[-1] == '\r')
            to--;
        if (from <= to && line[name_len] == ':' && strncasecmp(line, name, name_len) == 0) {
            while (from < to && (*from == ' ' || *from == '\t'))
                from++;
            while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
                to--;
            *ret_len = (size_t)(to - from);
            return from;
        }
        line = next;
    }
    return NULL;
}

static size_t head_length(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(end - at))); at++) {
        if (end - at > 1 && at[1] == '\n')
            return (size_t)(at + 2 - bytes);
        if (end - at > 2 && at[1] == '\r' && at[2] == '\n')
            return (size_t)(at + 3 - bytes);
    }
    return 0;
}

static bool is_decimal(const char *text, size_t len, size_t *ret)
{
    size_t value = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (size_t)(text[i] - '0');
    }
    *ret = value;
    return len > 0 && len <= DIGITS_MAX;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The length a chunk's line begins with; false: there is none, or it is longer than `max`. */
static bool chunk_length(const char *line, size_t len, size_t max, size_t *ret)
{
    size_t value = 0, digits = 0;
    for (; digits < len && hex(line[digits]) >= 0 && value <= max; digits++)
        value = value * 16 + (size_t)hex(line[digits]);
    *ret = value;
    return digits > 0;
}

/* Walks from chunk to chunk (RFC 9112 section 7.1): `len` is behind the last one that is whole. */
static enum http_span_state read_chunks(struct http_span *span, const char *bytes, size_t len,
                                        size_t body_max)
{
    for (;;) {
        const char *line = bytes + span->len;
        const char *stop = memchr(line, '\n', len - span->len);
        size_t line_len = stop ? (size_t)(stop + 1 - line) : len - span->len, data;
        if (line_len > CHUNK_LINE_MAX)
            return HTTP_WRONG;
        if (!stop)
            return HTTP_BODY;
        if (!chunk_length(line, line_len, body_max, &data))
            return HTTP_WRONG;
        if (data > body_max || span->len - span->head_len > 2 * body_max)
            return HTTP_LARGE;
        if (data == 0) {
            /* Trailers, if any, and an empty line: as a head that begins at this line's end. */
            size_t rest = head_length(stop, len - (size_t)(stop - bytes));
            size_t end = rest ? (size_t)(stop - bytes) + rest : len;
            if (end - span->len > HTTP_HEAD_MAX)
                return HTTP_WRONG;
            if (!rest)
                return HTTP_BODY;
            span->len = end;
            return HTTP_WHOLE;
        }
        if (len - span->len < line_len + data + 2)
            return HTTP_BODY;
        if (bytes[span->len + line_len + data + 1] != '\n')
            return HTTP_WRONG;
        span->len += line_len + data + 2;
    }
}

static void read_head(struct http_span *span, const char *bytes)
{
    size_t len;
    const char *value = http_header(bytes, span->head_len, "Transfer-Encoding", &len);
    span->is_chunked = value && len == 7 && strncasecmp(value, "chunked", 7) == 0;
    value = http_header(bytes, span->head_len, "Expect", &len);
    span->wants_continue = value && len == 12 && strncasecmp(value, "100-continue", 12) == 0;
    span->is_head = strncmp(bytes, "HEAD ", 5) == 0;
    span->len = span->head_len;
}

enum http_span_state http_span_read(struct http_span *span, const char *bytes, size_t len,
                                    size_t body_max)
{
    if (!span->head_len) {
        span->head_len = head_length(bytes, len);
        if (!span->head_len || span->head_len > HTTP_HEAD_MAX) {
            span->head_len = 0;
            return len >= HTTP_HEAD_MAX ? HTTP_WRONG : HTTP_HEAD;
        }
        read_head(span, bytes);
    }
    if (span->is_chunked)
        return read_chunks(span, bytes, len, body_max);
    size_t text_len, body = 0;
    const char *text = http_header(bytes, span->head_len, "Content-Length", &text_len);
    if (text && !is_decimal(text, text_len, &body))
        return HTTP_WRONG;
    if (body > body_max)
        return HTTP_LARGE;
    span->len = span->head_len + body;
    return len >= span->len ? HTTP_WHOLE : HTTP_BODY;
}
