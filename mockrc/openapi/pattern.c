#include "openapi/pattern.h"

#include <stdlib.h>
#include <string.h>

static void add_range(struct pattern_atom *atom, int from, int to)
{
    for (int c = from; c <= to && c < 128; c++)
        atom->has[c] = true;
}

/* What follows a backslash; false when it is no single character. */
static bool read_escape(struct pattern_atom *atom, char c)
{
    if (c == 'd') {
        add_range(atom, '0', '9');
    } else if (c == 'w') {
        add_range(atom, '0', '9');
        add_range(atom, 'A', 'Z');
        add_range(atom, 'a', 'z');
        add_range(atom, '_', '_');
    } else if (c && strchr("+-.*?/\\()[]{}^$|\"", c)) {
        add_range(atom, c, c);
    } else {
        return false;
    }
    return true;
}

/* From behind '[' to behind ']', or NULL. */
static const char *read_class(struct pattern_atom *atom, const char *at)
{
    if (*at == '^')
        return NULL;
    while (*at && *at != ']') {
        if (*at == '\\') {
            if (!read_escape(atom, at[1]))
                return NULL;
            at += 2;
        } else if (at[1] == '-' && at[2] && at[2] != ']') {
            add_range(atom, (unsigned char)at[0], (unsigned char)at[2]);
            at += 3;
        } else {
            add_range(atom, (unsigned char)*at, (unsigned char)*at);
            at++;
        }
    }
    return *at ? at + 1 : NULL;
}

/* {n}, {n,}, {n,m}, from behind '{' to behind '}', or NULL. */
static const char *read_braces(struct pattern_atom *atom, const char *at)
{
    char *end;
    long least = strtol(at, &end, 10), most = least;
    if (end == at || *at == '-' || *at == '+')
        return NULL;
    if (*end == ',') {
        at = end + 1;
        most = *at == '}' ? PATTERN_COUNT_MAX : strtol(at, &end, 10);
        if (*at == '}')
            end = (char *)at;
    }
    if (*end != '}' || least < 0 || most < least || most > PATTERN_COUNT_MAX)
        return NULL;
    atom->least = (int)least;
    atom->most = (int)most;
    return end + 1;
}

static const char *read_count(struct pattern_atom *atom, const char *at)
{
    atom->least = *at == '?' || *at == '*' ? 0 : 1;
    atom->most = *at == '*' || *at == '+' ? PATTERN_COUNT_MAX : 1;
    if (*at && strchr("?*+", *at))
        return at + 1;
    return *at == '{' ? read_braces(atom, at + 1) : at;
}

static const char *read_atom(struct pattern_atom *atom, const char *at)
{
    if (*at == '[')
        return read_class(atom, at + 1);
    if (*at == '\\')
        return read_escape(atom, at[1]) ? at + 2 : NULL;
    if (strchr("().|*+?{}^$", *at) || (unsigned char)*at >= 128)
        return NULL;
    add_range(atom, *at, *at);
    return at + 1;
}

static bool is_empty(const struct pattern_atom *atom)
{
    for (int c = 1; c < 128; c++)
        if (atom->has[c])
            return false;
    return true;
}

bool pattern_read(const char *text, struct pattern *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->is_from_start = *text == '^';
    text += ret->is_from_start;
    while (*text) {
        if (text[0] == '$' && !text[1]) {
            ret->is_to_end = true;
            return true;
        }
        if (ret->count == PATTERN_ATOMS_MAX)
            return false;
        struct pattern_atom *atom = &ret->atoms[ret->count++];
        text = read_atom(atom, text);
        text = text ? read_count(atom, text) : NULL;
        if (!text || is_empty(atom))
            return false;
    }
    return true;
}

/* Where a match may stand: one mark for each place between characters. */
struct places {
    bool at[PATTERN_TEXT_MAX + 1];
};

/* From each marked place on, one more character of the atom's; true when any place is left. */
static bool step(const struct pattern_atom *atom, const char *text, size_t len,
                 struct places *places)
{
    bool is_alive = false;
    for (size_t i = len; i > 0; i--) {
        unsigned char c = (unsigned char)text[i - 1];
        places->at[i] = places->at[i - 1] && c < 128 && atom->has[c];
        is_alive = is_alive || places->at[i];
    }
    places->at[0] = false;
    return is_alive;
}

static void advance(const struct pattern_atom *atom, const char *text, size_t len,
                    struct places *places)
{
    struct places now = *places, reached = {{0}};
    for (int n = 0; n <= atom->most; n++) {
        for (size_t i = 0; n >= atom->least && i <= len; i++)
            reached.at[i] = reached.at[i] || now.at[i];
        if (!step(atom, text, len, &now))
            break;
    }
    *places = reached;
}

bool pattern_matches(const struct pattern *pattern, const char *text)
{
    size_t len = strlen(text);
    struct places places = {{0}};
    if (len > PATTERN_TEXT_MAX)
        return false;
    for (size_t i = 0; i <= len; i++)
        places.at[i] = i == 0 || !pattern->is_from_start;
    for (int i = 0; i < pattern->count; i++)
        advance(&pattern->atoms[i], text, len, &places);
    if (pattern->is_to_end)
        return places.at[len];
    for (size_t i = 0; i <= len; i++)
        if (places.at[i])
            return true;
    return false;
}

static char pick(const struct pattern_atom *atom, struct id *id)
{
    int c = (int)id_below(id, 127) + 1;
    for (int tries = 0; tries < 127 && !atom->has[c]; tries++)
        c = c % 127 + 1;
    return (char)c;
}

void pattern_make(const struct pattern *pattern, struct id *id, struct buf *out)
{
    for (int i = 0; i < pattern->count; i++) {
        const struct pattern_atom *atom = &pattern->atoms[i];
        int room = atom->most - atom->least;
        int count = atom->least + (room > 8 ? 8 : room);
        for (int n = 0; n < count; n++)
            buf_char(out, pick(atom, id));
    }
}
