#include "base/multipart.h"

#include "base/buf.h"
#include "base/codec.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct span {
    const char *text;
    size_t len;
};

struct reading {
    struct arena *arena;
    const char *at, *end;
    char delimiter[MULTIPART_BOUNDARY_MAX + 5]; /* CRLF -- boundary */
    size_t delimiter_len;
};

/* The value of `name` among ";"-parted parameters, unquoted into the arena; NULL: not there. */
static const char *parameter(struct arena *arena, struct span header, const char *name)
{
    const char *at = header.text, *end = header.text + header.len;
    size_t name_len = strlen(name);
    while ((at = memchr(at, ';', (size_t)(end - at)))) {
        for (at++; at < end && (*at == ' ' || *at == '\t');)
            at++;
        if ((size_t)(end - at) <= name_len || strncasecmp(at, name, name_len) != 0 ||
            at[name_len] != '=')
            continue;
        at += name_len + 1;
        char *value = arena_alloc(arena, (size_t)(end - at) + 1), *out = value;
        bool is_quoted = at < end && *at == '"';
        for (at += is_quoted; at < end && *at != (is_quoted ? '"' : ';'); at++) {
            if (!is_quoted && (*at == ' ' || *at == '\t'))
                break;
            if (is_quoted && *at == '\\' && at + 1 < end)
                at++;
            *out++ = *at;
        }
        return value;
    }
    return NULL;
}

/* RFC 2046: 1 to 70 of these, the last no space. */
static bool is_boundary(const char *text)
{
    size_t len = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "'()+_,-./:=? ");
    return len > 0 && !text[len] && len <= MULTIPART_BOUNDARY_MAX && text[len - 1] != ' ';
}

/* Behind a delimiter at `at`: "--", or blanks and the line's end; NULL: it is none, only data that
 * begins alike. */
static const char *delimiter_end(const struct reading *reading, const char *at, bool *ret_is_last)
{
    *ret_is_last = reading->end - at >= 2 && at[0] == '-' && at[1] == '-';
    if (*ret_is_last)
        return at + 2;
    while (at < reading->end && (*at == ' ' || *at == '\t'))
        at++;
    return reading->end - at >= 2 && at[0] == '\r' && at[1] == '\n' ? at + 2 : NULL;
}

/* From reading->at to the next delimiter: what is before it, and reading->at behind it. */
static bool to_delimiter(struct reading *reading, struct span *ret, bool *ret_is_last)
{
    const char *begin = reading->at;
    for (const char *from = begin; from < reading->end;) {
        const char *found =
            memmem(from, (size_t)(reading->end - from), reading->delimiter, reading->delimiter_len);
        if (!found)
            return false;
        const char *next = delimiter_end(reading, found + reading->delimiter_len, ret_is_last);
        if (next) {
            *ret = (struct span){begin, (size_t)(found - begin)};
            reading->at = next;
            return true;
        }
        from = found + 2;
    }
    return false;
}

/* The first delimiter may begin the body, or follow a preamble. */
static bool to_first(struct reading *reading, bool *ret_is_last)
{
    struct span preamble;
    size_t len = reading->delimiter_len - 2;
    bool is_first = (size_t)(reading->end - reading->at) >= len &&
                    memcmp(reading->at, reading->delimiter + 2, len) == 0;
    const char *next = is_first ? delimiter_end(reading, reading->at + len, ret_is_last) : NULL;
    if (!next)
        return to_delimiter(reading, &preamble, ret_is_last);
    reading->at = next;
    return true;
}

static struct span trimmed(const char *text, const char *end)
{
    while (text < end && (*text == ' ' || *text == '\t'))
        text++;
    while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct span){text, (size_t)(end - text)};
}

static bool is_named(struct span name, const char *wanted)
{
    return name.len == strlen(wanted) && strncasecmp(name.text, wanted, name.len) == 0;
}

static bool take_header(struct arena *arena, struct span name, struct span value,
                        struct multipart_part *part, const char **coding)
{
    if (!name.len || !text_is_utf8(value.text, value.len))
        return false;
    if (is_named(name, "Content-Disposition")) {
        part->name = parameter(arena, value, "name");
        part->file_name = parameter(arena, value, "filename");
    } else if (is_named(name, "Content-Type")) {
        part->type = arena_strndup(arena, value.text, value.len);
    } else if (is_named(name, "Content-Transfer-Encoding")) {
        *coding = arena_strndup(arena, value.text, value.len);
    }
    return true;
}

/* The head's lines, each ended with CRLF, and an empty one. Folded lines are none of today's. */
static bool read_head(struct reading *reading, struct multipart_part *part, const char **coding)
{
    const char *begin = reading->at, *line = begin;
    while (line && line < reading->end) {
        const char *stop = memmem(line, (size_t)(reading->end - line), "\r\n", 2);
        if (!stop || stop - begin > MULTIPART_HEAD_MAX)
            return false;
        if (stop == line) {
            reading->at = stop; /* the delimiter of an empty part begins with this very CRLF */
            return true;
        }
        const char *colon = memchr(line, ':', (size_t)(stop - line));
        if (!colon || !take_header(reading->arena, (struct span){line, (size_t)(colon - line)},
                                   trimmed(colon + 1, stop), part, coding))
            return false;
        line = stop + 2;
    }
    return false;
}

static bool decode(struct arena *arena, const char *coding, struct multipart_part *part)
{
    static const char *const plain[] = {"7bit", "8bit", "binary"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (!coding || text_eq_nocase(coding, plain[i]))
            return true;
    if (!text_eq_nocase(coding, "base64"))
        return false;
    struct buf packed, bytes;
    buf_init(&packed, part->len + 1);
    buf_init(&bytes, part->len + 1);
    for (size_t i = 0; i < part->len; i++)
        if (!strchr("\r\n \t", part->data[i]) || !part->data[i])
            buf_char(&packed, part->data[i]);
    bool is_good = codec_unbase64(&bytes, BASE64_STD, buf_text(&packed), packed.len);
    if (is_good) {
        part->data = arena_strndup(arena, buf_text(&bytes), bytes.len);
        part->len = bytes.len;
    }
    buf_done(&packed);
    buf_done(&bytes);
    return is_good;
}

static enum multipart_fault read_part(struct reading *reading, struct multipart_part *part,
                                      bool *ret_is_last)
{
    const char *coding = NULL;
    struct span data;
    if (!read_head(reading, part, &coding))
        return MULTIPART_BAD_HEAD;
    const char *empty_line = reading->at;
    if (!to_delimiter(reading, &data, ret_is_last))
        return MULTIPART_UNFINISHED;
    bool is_empty = data.len == 0; /* the delimiter was the empty line itself */
    part->data = is_empty ? empty_line : data.text + 2;
    part->len = is_empty ? 0 : data.len - 2;
    return decode(reading->arena, coding, part) ? MULTIPART_OK : MULTIPART_BAD_CODING;
}

enum multipart_fault multipart_parse(struct arena *arena, const char *content_type,
                                     const char *body, size_t len, struct multipart *ret)
{
    struct reading reading = {.arena = arena, .at = body, .end = body + len};
    struct span type = {content_type, content_type ? strlen(content_type) : 0};
    const char *boundary = content_type ? parameter(arena, type, "boundary") : NULL;
    bool is_last = false;
    if (!boundary || !is_boundary(boundary))
        return MULTIPART_NO_BOUNDARY;
    reading.delimiter_len =
        (size_t)snprintf(reading.delimiter, sizeof reading.delimiter, "\r\n--%s", boundary);
    if (!to_first(&reading, &is_last))
        return MULTIPART_UNFINISHED;
    *ret = (struct multipart){arena_alloc(arena, MULTIPART_PARTS_MAX * sizeof *ret->parts), 0};
    while (!is_last) {
        if (ret->count == MULTIPART_PARTS_MAX)
            return MULTIPART_TOO_MANY;
        enum multipart_fault fault = read_part(&reading, &ret->parts[ret->count], &is_last);
        if (fault)
            return fault;
        ret->count++;
    }
    return MULTIPART_OK;
}
