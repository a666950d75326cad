#include "base/json.h"

#include "base/text.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What cJSON lets through although JSON forbids it: one pass over the text. */
static const char *lexical_fault(const char *text, size_t len)
{
    bool in_string = false;
    int depth = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (in_string) {
            if (c < 0x20)
                return "a control character inside a string";
            if (c == '\\') {
                if (i + 5 < len && memcmp(text + i + 1, "u0000", 5) == 0)
                    return "\\u0000 inside a string";
                i++;
            } else if (c == '"') {
                in_string = false;
            }
            continue;
        }
        if (c == '"')
            in_string = true;
        else if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        else if (c < 0x20 && c != '\n' && c != '\r' && c != '\t')
            return "a control character";
        else if (c == '0' && i + 1 < len && isdigit((unsigned char)text[i + 1]) &&
                 (i == 0 || !strchr("0123456789.eE+-", text[i - 1]) ||
                  (text[i - 1] == '-' && (i < 2 || !strchr("eE", text[i - 2])))))
            return "a number with a leading zero";
        else if (c == '.' && (i == 0 || !isdigit((unsigned char)text[i - 1]) || i + 1 == len ||
                              !isdigit((unsigned char)text[i + 1])))
            return "a number with no digit beside its point";
        if (depth > JSON_DEPTH_MAX)
            return "nested too deeply";
    }
    return NULL;
}

static struct node *convert(struct arena *arena, const cJSON *item, const char **why)
{
    struct node *node = arena_alloc(arena, sizeof *node);
    if (item->string)
        node->key = arena_strdup(arena, item->string);
    switch (item->type & 0xff) {
    case cJSON_True:
    case cJSON_False:
        node->kind = NODE_BOOL;
        node->boolean = cJSON_IsTrue(item);
        node->text = node->boolean ? "true" : "false";
        break;
    case cJSON_Number:
        node->kind = NODE_NUMBER;
        node->number = item->valuedouble;
        if (!isfinite(node->number))
            *why = "a number out of range";
        node->text = fabs(node->number) < 9007199254740992.0 && node->number == floor(node->number)
                         ? arena_printf(arena, "%.0f", node->number)
                         : arena_printf(arena, "%.17g", node->number);
        break;
    case cJSON_String:
        node->kind = NODE_STRING;
        node->text = arena_strdup(arena, item->valuestring);
        break;
    case cJSON_Array:
    case cJSON_Object:
        node->kind = (item->type & 0xff) == cJSON_Array ? NODE_LIST : NODE_MAP;
        struct node **tail = &node->first;
        for (const cJSON *child = item->child; child; child = child->next) {
            *tail = convert(arena, child, why);
            tail = &(*tail)->next;
            if (++node->count > JSON_MEMBERS_MAX && node->kind == NODE_MAP)
                *why = "too many members";
            if (*why)
                return node;
        }
        if (node->kind == NODE_MAP && node_repeated(node))
            *why = "a member that is there twice";
        break;
    default:
        node->kind = NODE_NULL;
        node->text = "null";
    }
    return node;
}

const struct node *json_parse(struct arena *arena, const char *text, size_t len,
                              const char **ret_why)
{
    const char *why = NULL;
    const struct node *root = NULL;
    if (!text_is_utf8(text, len))
        why = "not UTF-8";
    if (!why)
        why = lexical_fault(text, len);
    if (!why) {
        const char *end = NULL;
        cJSON *tree = cJSON_ParseWithLengthOpts(text, len, &end, 0);
        if (!tree) {
            why = "not JSON";
        } else {
            while (end < text + len && isspace((unsigned char)*end))
                end++;
            if (end != text + len)
                why = "text after the value";
            else
                root = convert(arena, tree, &why);
            cJSON_Delete(tree);
        }
    }
    if (why && ret_why)
        *ret_why = why;
    return why ? NULL : root;
}

void json_out_init(struct json_out *out, struct buf *buf)
{
    *out = (struct json_out){.buf = buf};
}

/* Bytes that cannot stand in a JSON string as they are, or need a look. */
static const bool must_escape[256] = {
    [0] = true,  [1] = true,  [2] = true,   [3] = true,    [4] = true,           [5] = true,
    [6] = true,  [7] = true,  [8] = true,   [9] = true,    [10] = true,          [11] = true,
    [12] = true, [13] = true, [14] = true,  [15] = true,   [16] = true,          [17] = true,
    [18] = true, [19] = true, [20] = true,  [21] = true,   [22] = true,          [23] = true,
    [24] = true, [25] = true, [26] = true,  [27] = true,   [28] = true,          [29] = true,
    [30] = true, [31] = true, ['"'] = true, ['\\'] = true, [128 ... 255] = true,
};

/* Bytes of the UTF-8 character that it begins with; 0: it does with none. */
static size_t rune_len(const char *text, size_t len)
{
    unsigned char first = (unsigned char)*text;
    size_t want = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    return want <= len && text_is_utf8(text, want) ? want : 0;
}

/* What is no UTF-8, as text of strangers may be, becomes the character for that (RFC 8259 8.1). */
static void escaped(struct buf *buf, unsigned char c)
{
    if (c >= 0x80) {
        buf_str(buf, "\\ufffd");
        return;
    }
    static const char digits[] = "0123456789abcdef";
    const char *names = "\"\"\\\\n\nr\rt\t"; /* pairs: how it is written, what it is */
    for (; *names; names += 2)
        if (names[1] == (char)c) {
            char two[2] = {'\\', names[0]};
            buf_add(buf, two, 2);
            return;
        }
    char six[6] = {'\\', 'u', '0', '0', digits[c >> 4], digits[c & 15]};
    buf_add(buf, six, 6);
}

static void quoted(struct buf *buf, const char *text, size_t len)
{
    buf_char(buf, '"');
    size_t from = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (!must_escape[c])
            continue;
        size_t rune = c >= 0x80 ? rune_len(text + i, len - i) : 0;
        if (rune) {
            i += rune - 1;
            continue;
        }
        buf_add(buf, text + from, i - from);
        escaped(buf, c);
        from = i + 1;
    }
    buf_add(buf, text + from, len - from);
    buf_char(buf, '"');
}

/* The comma and the key. Keys are names of ours: nothing in them needs escaping. */
static void lead(struct json_out *out, const char *key)
{
    struct buf *buf = out->buf;
    size_t len = key ? strlen(key) : 0;
    char *at = buf_room(buf, len + 4);
    if (!at)
        return;
    char *from = at;
    if (out->needs_comma)
        *at++ = ',';
    out->needs_comma = true;
    if (key) {
        *at++ = '"';
        memcpy(at, key, len);
        at += len;
        *at++ = '"';
        *at++ = ':';
    }
    buf_commit(buf, (size_t)(at - from));
}

void json_open(struct json_out *out, const char *key)
{
    lead(out, key);
    buf_char(out->buf, '{');
    out->needs_comma = false;
}

void json_close(struct json_out *out)
{
    buf_char(out->buf, '}');
    out->needs_comma = true;
}

void json_list(struct json_out *out, const char *key)
{
    lead(out, key);
    buf_char(out->buf, '[');
    out->needs_comma = false;
}

void json_list_end(struct json_out *out)
{
    buf_char(out->buf, ']');
    out->needs_comma = true;
}

void json_strn(struct json_out *out, const char *key, const char *value, size_t len)
{
    lead(out, key);
    quoted(out->buf, value, len);
}

void json_str(struct json_out *out, const char *key, const char *value)
{
    if (value)
        json_strn(out, key, value, strlen(value));
}

void json_int(struct json_out *out, const char *key, int64_t value)
{
    lead(out, key);
    buf_int(out->buf, value);
}

void json_num(struct json_out *out, const char *key, double value)
{
    lead(out, key);
    if (isfinite(value))
        buf_printf(out->buf, "%.15g", value);
    else
        buf_str(out->buf, "null");
}

void json_bool(struct json_out *out, const char *key, bool value)
{
    lead(out, key);
    buf_str(out->buf, value ? "true" : "false");
}

void json_null(struct json_out *out, const char *key)
{
    lead(out, key);
    buf_str(out->buf, "null");
}

void json_raw(struct json_out *out, const char *key, const char *json)
{
    lead(out, key);
    buf_str(out->buf, json);
}

void json_fmt(struct json_out *out, const char *key, const char *fmt, ...)
{
    char text[1024];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    json_str(out, key, text);
}

void json_time(struct json_out *out, const char *key, int64_t ms)
{
    char text[TEXT_TIME_LEN];
    json_str(out, key, text_time(ms, text));
}

void json_node(struct json_out *out, const char *key, const struct node *node)
{
    if (!node || node->kind == NODE_NULL) {
        json_null(out, key);
        return;
    }
    switch (node->kind) {
    case NODE_BOOL:
        json_bool(out, key, node->boolean);
        break;
    case NODE_NUMBER:
        json_num(out, key, node->number);
        break;
    case NODE_LIST:
        json_list(out, key);
        for (const struct node *child = node->first; child; child = child->next)
            json_node(out, NULL, child);
        json_list_end(out);
        break;
    case NODE_MAP:
        json_open(out, key);
        for (const struct node *child = node->first; child; child = child->next) {
            /* A key that somebody else wrote. */
            lead(out, NULL);
            quoted(out->buf, child->key, strlen(child->key));
            buf_char(out->buf, ':');
            out->needs_comma = false;
            json_node(out, NULL, child);
        }
        json_close(out);
        break;
    default:
        json_str(out, key, node->text);
    }
}
