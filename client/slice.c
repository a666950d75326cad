/* JSON by slices; see slice.h. */
#include "slice.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/* All of these return the place after what they skipped, NULL when it is not there. */

static const char *skip_escape(const char *at, const char *end)
{
    if (at == end)
        return NULL;
    if (*at != 'u')
        return strchr("\"\\/bfnrt", *at) && *at ? at + 1 : NULL;
    at++;
    for (int i = 0; i < 4; i++, at++)
        if (at == end || !strchr("0123456789abcdefABCDEF", *at) || *at == '\0')
            return NULL;
    return at;
}

/* How many of the eight bytes at `at` come before the first quote, backslash or control character; 8:
 * there is none. (x - low) & ~x has the high bit of a byte below `low`, and a byte equal to c is 0 in
 * x ^ c; a borrow may mark bytes above the first one marked, never below. */
static int plain_bytes(const char *at)
{
    const uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
    uint64_t x, quote, slash;
    memcpy(&x, at, sizeof(x));
    x = le64toh(x);
    quote = x ^ ones * '"';
    slash = x ^ ones * '\\';
    uint64_t special =
        (((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & highs;
    return special ? __builtin_ctzll(special) / 8 : 8;
}

static const char *skip_string(const char *at, const char *end)
{
    for (at++; at && at < end;) {
        int plain = 8;
        while (end - at >= 8 && (plain = plain_bytes(at)) == 8)
            at += 8;
        at += plain % 8;
        if (at == end)
            return NULL;
        if (*at == '"')
            return at + 1;
        if ((unsigned char)*at < 0x20)
            return NULL;
        at = *at == '\\' ? skip_escape(at + 1, end) : at + 1;
    }
    return NULL;
}

static const char *skip_number(const char *at, const char *end)
{
    const char *from = at;
    while (at < end && ((*at >= '0' && *at <= '9') || (*at && strchr("+-.eE", *at))))
        at++;
    return at > from ? at : NULL;
}

static const char *skip_word(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);
    return (size_t)(end - at) >= len && memcmp(at, word, len) == 0 ? at + len : NULL;
}

static const char *skip_plain(const char *at, const char *end)
{
    switch (*at) {
    case '"':
        return skip_string(at, end);
    case 't':
        return skip_word(at, end, "true");
    case 'f':
        return skip_word(at, end, "false");
    case 'n':
        return skip_word(at, end, "null");
    default:
        return skip_number(at, end);
    }
}

/* "name" and its colon. */
static const char *skip_name(const char *at, const char *end)
{
    at = skip_blanks(at, end);
    if (at == end || *at != '"' || (at = skip_string(at, end)) == NULL)
        return NULL;
    at = skip_blanks(at, end);
    return at < end && *at == ':' ? at + 1 : NULL;
}

/* What follows a value inside the innermost open thing: its next value, or (closing as many as end
 * here) the place after. `*depth` things are open; closers[] ends them. */
static const char *after_value(const char *at, const char *end, const char *closers, int *depth)
{
    while (*depth > 0) {
        at = skip_blanks(at, end);
        if (at == end)
            return NULL;
        if (*at == ',')
            return closers[*depth - 1] == '}' ? skip_name(at + 1, end) : at + 1;
        if (*at != closers[*depth - 1])
            return NULL;
        at++;
        --*depth;
    }
    return at;
}

static const char *skip_value(const char *at, const char *end)
{
    char closers[SLICE_DEPTH_MAX];
    int depth = 0;
    do {
        at = skip_blanks(at, end);
        if (at == end)
            return NULL;
        if (*at != '{' && *at != '[') {
            at = skip_plain(at, end);
        } else {
            if (depth == SLICE_DEPTH_MAX)
                return NULL;
            char closer = *at == '{' ? '}' : ']';
            closers[depth++] = closer;
            const char *inside = skip_blanks(at + 1, end);
            if (inside == end || *inside != closer) {
                at = closer == '}' ? skip_name(at + 1, end) : at + 1;
                if (at == NULL)
                    return NULL;
                continue;
            }
            at = inside + 1;
            depth--;
        }
        at = at ? after_value(at, end, closers, &depth) : NULL;
    } while (at && depth > 0);
    return at;
}

bool slice_text(const char *text, size_t len, struct slice *ret_value)
{
    const char *end = text + len, *from = skip_blanks(text, end);
    const char *to = skip_value(from, end);
    if (to == NULL || skip_blanks(to, end) != end)
        return false;
    *ret_value = (struct slice){from, (size_t)(to - from)};
    return true;
}

struct walk walk_begin(struct slice value)
{
    struct walk walk = {.at = value.at, .end = value.at ? value.at + value.len : NULL};
    if (value.at && value.len >= 2 && (*value.at == '{' || *value.at == '[')) {
        walk.close = *value.at == '{' ? '}' : ']';
        walk.at++;
    }
    return walk;
}

static bool stop(struct walk *walk, bool is_broken)
{
    if (is_broken)
        walk->close = '\0';
    return false;
}

/* To the start of the next value; false at the end or where the text is broken. */
static bool to_value(struct walk *walk, struct slice *ret_name)
{
    struct slice name = {0};
    if (walk->close == '\0')
        return false;
    const char *at = skip_blanks(walk->at, walk->end);
    if (at == walk->end)
        return stop(walk, true);
    walk->at = at;
    if (*at == walk->close)
        return stop(walk, walk->is_inside);
    if (walk->has_begun && *at != ',')
        return stop(walk, true);
    at = skip_blanks(at + walk->has_begun, walk->end);
    if (walk->close == '}') {
        const char *after = skip_name(at, walk->end);
        if (after == NULL)
            return stop(walk, true);
        const char *quote = skip_string(at, walk->end);
        name = (struct slice){at + 1, (size_t)(quote - at) - 2};
        at = skip_blanks(after, walk->end);
    }
    if (ret_name)
        *ret_name = name;
    walk->at = at;
    walk->has_begun = true;
    return at < walk->end || stop(walk, true);
}

bool walk_next(struct walk *walk, struct slice *ret_name, struct slice *ret_value)
{
    if (!to_value(walk, ret_name))
        return false;
    const char *to = skip_value(walk->at, walk->end);
    if (to == NULL)
        return stop(walk, true);
    *ret_value = (struct slice){walk->at, (size_t)(to - walk->at)};
    walk->at = to;
    return true;
}

bool walk_enter(struct walk *walk, const char *open, struct slice *ret_name,
                struct walk *ret_inside, struct slice *ret_value)
{
    *ret_value = (struct slice){0};
    if (!to_value(walk, ret_name))
        return false;
    *ret_inside = walk_begin((struct slice){walk->at, (size_t)(walk->end - walk->at)});
    walk->is_inside = *walk->at && strchr(open, *walk->at);
    if (walk->is_inside)
        return true;
    const char *to = skip_value(walk->at, walk->end);
    if (to == NULL)
        return stop(walk, true);
    *ret_value = (struct slice){walk->at, (size_t)(to - walk->at)};
    walk->at = to;
    return true;
}

bool walk_leave(struct walk *walk, const struct walk *inside, struct slice *ret_value)
{
    walk->is_inside = false;
    if (!walk_is_whole(inside) || inside->at >= inside->end || *inside->at != inside->close)
        return stop(walk, true);
    if (ret_value)
        *ret_value = (struct slice){walk->at, (size_t)(inside->at + 1 - walk->at)};
    walk->at = inside->at + 1;
    return true;
}

bool walk_is_whole(const struct walk *walk)
{
    return walk->close != '\0';
}

struct slice slice_member(struct slice object, const char *name)
{
    struct walk walk = walk_begin(object);
    struct slice found, value;
    size_t len = strlen(name);
    while (walk.close == '}' && walk_next(&walk, &found, &value)) {
        if (found.len == len && memcmp(found.at, name, len) == 0)
            return value;
    }
    return (struct slice){0};
}

bool slice_copy(struct slice value, char *to, size_t cap)
{
    if (value.at == NULL || value.len == 0)
        return false;
    bool is_string = *value.at == '"';
    const char *from = value.at + is_string;
    size_t len = value.len - 2 * (size_t)is_string;
    bool is_number = *value.at == '-' || (*value.at >= '0' && *value.at <= '9');
    if ((!is_string && !is_number) || len >= cap || memchr(from, '\\', len))
        return false;
    memcpy(to, from, len);
    to[len] = '\0';
    return true;
}

int64_t slice_int(struct slice value, int64_t fallback)
{
    char text[24], *end;
    if (!slice_copy(value, text, sizeof(text)))
        return fallback;
    int64_t number = strtoll(text, &end, 10);
    return end > text && (*end == '\0' || *end == '.') ? number : fallback;
}
