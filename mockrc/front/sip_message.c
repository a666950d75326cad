#include "front/sip_message.h"

#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **at, size_t *len)
{
    while (*len && is_blank(**at)) {
        ++*at;
        --*len;
    }
    while (*len && is_blank((*at)[*len - 1]))
        --*len;
}

/* The text up to the line end at or after `at`, and where the next line begins. */
static size_t line_len(const char *at, const char *end, const char **ret_next)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    *ret_next = newline ? newline + 1 : end;
    size_t len = (size_t)((newline ? newline : end) - at);
    return len && at[len - 1] == '\r' ? len - 1 : len;
}

bool sip_line_next(const char **at, const char *end, struct sip_line *ret)
{
    if (*at >= end)
        return false;
    const char *next = *at;
    *ret = (struct sip_line){.text = *at};
    do {
        const char *from = next;
        size_t len = line_len(from, end, &next);
        ret->text_len = (size_t)(from - *at) + len;
    } while (next < end && ret->text_len && (*next == ' ' || *next == '\t'));
    *at = next;
    const char *colon = memchr(ret->text, ':', ret->text_len);
    ret->name = ret->text;
    ret->name_len = colon ? (size_t)(colon - ret->text) : ret->text_len;
    ret->value = ret->text + ret->name_len + (colon != NULL);
    ret->value_len = ret->text_len - ret->name_len - (colon != NULL);
    trim(&ret->name, &ret->name_len);
    trim(&ret->value, &ret->value_len);
    return true;
}

bool sip_line_is(const struct sip_line *line, const char *name, char compact)
{
    if (line->name_len == 1 && compact)
        return (line->name[0] | 0x20) == compact;
    return line->name_len == strlen(name) && strncasecmp(line->name, name, line->name_len) == 0;
}

bool sip_message_line(const struct sip_message *message, const char *name, char compact,
                      struct sip_line *ret)
{
    const char *at = message->lines;
    while (sip_line_next(&at, message->lines_end, ret))
        if (sip_line_is(ret, name, compact))
            return true;
    return false;
}

/* How long the head is, its empty line included; 0: that has not come yet. */
static size_t head_len(const char *bytes, size_t len, size_t from)
{
    for (const char *at = bytes + from, *end = bytes + len;
         (at = memchr(at, '\n', (size_t)(end - at))) != NULL;) {
        at++;
        if (at < end && *at == '\n')
            return (size_t)(at - bytes) + 1;
        if (at + 1 < end && at[0] == '\r' && at[1] == '\n')
            return (size_t)(at - bytes) + 2;
    }
    return 0;
}

static bool has_odd_bytes(const char *head, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (head[i] == '\0' || (head[i] == '\r' && (i + 1 == len || head[i + 1] != '\n')))
            return true;
    return false;
}

/* "SIP/2.0 200 OK" or "OPTIONS sip:a SIP/2.0"; of what version is not asked here. */
static bool read_start(struct sip_message *message)
{
    const char *start = message->start;
    size_t len = message->start_len;
    message->is_request = len < 4 || strncasecmp(start, "SIP/", 4) != 0;
    if (!message->is_request)
        return true;
    const char *last = memrchr(start, ' ', len);
    return last && last > start && (size_t)(start + len - last) > 4 &&
           strncasecmp(last + 1, "SIP/", 4) == 0;
}

/* Digits only, within what a message may have; two lengths must agree. `*ret` -1: there is none. */
static bool read_length(const struct sip_message *message, long *ret)
{
    struct sip_line line;
    const char *at = message->lines;
    *ret = -1;
    while (sip_line_next(&at, message->lines_end, &line)) {
        if (!sip_line_is(&line, "Content-Length", 'l'))
            continue;
        long length = 0;
        for (size_t i = 0; i < line.value_len; i++) {
            char digit = line.value[i];
            if (digit < '0' || digit > '9' || length > SIP_MESSAGE_MAX)
                return false;
            length = length * 10 + (digit - '0');
        }
        if (!line.value_len || length > SIP_MESSAGE_MAX || (*ret >= 0 && *ret != length))
            return false;
        *ret = length;
    }
    return true;
}

/* Of `head_len` bytes. */
static bool read_head(const char *bytes, size_t len, struct sip_message *ret, long *ret_length)
{
    if (has_odd_bytes(bytes, len))
        return false;
    const char *next;
    *ret = (struct sip_message){.start = bytes, .body = bytes + len};
    ret->start_len = line_len(bytes, bytes + len, &next);
    while (ret->start_len && is_blank(bytes[ret->start_len - 1]))
        ret->start_len--; /* RFC 4475 3.1.2.13: blanks behind it are let pass */
    ret->lines = next;
    ret->lines_end = bytes + len - (len > 1 && bytes[len - 2] == '\r' ? 2 : 1);
    if (ret->lines > ret->lines_end)
        ret->lines = ret->lines_end;
    return read_start(ret) && read_length(ret, ret_length);
}

/* What stands before a message. */
static enum sip_found find_blank(const char *bytes, size_t len, size_t *ret_len)
{
    if (len >= 4 && memcmp(bytes, "\r\n\r\n", 4) == 0) {
        *ret_len = 4;
        return SIP_FOUND_PING;
    }
    if (len < 4 && memcmp(bytes, "\r\n\r\n", len) == 0)
        return SIP_FOUND_MORE; /* perhaps a ping */
    *ret_len = bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 1;
    return bytes[0] == '\r' && *ret_len == 1 ? SIP_FOUND_BAD : SIP_FOUND_BLANK;
}

enum sip_found sip_message_find(const char *bytes, size_t len, size_t *scanned, size_t *ret_len,
                                struct sip_message *ret)
{
    long length;
    if (len == 0)
        return SIP_FOUND_MORE;
    if (bytes[0] == '\r' || bytes[0] == '\n')
        return find_blank(bytes, len, ret_len);
    size_t head = head_len(bytes, len, *scanned);
    if (!head) {
        *scanned = len > 2 ? len - 2 : 0; /* an empty line is told by three bytes */
        return len > SIP_MESSAGE_MAX ? SIP_FOUND_BAD : SIP_FOUND_MORE;
    }
    *scanned = head > 3 ? head - 3 : 0;
    if (!read_head(bytes, head, ret, &length))
        return SIP_FOUND_BAD;
    ret->body_len = length > 0 ? (size_t)length : 0;
    if (head + ret->body_len > SIP_MESSAGE_MAX)
        return SIP_FOUND_BAD;
    if (head + ret->body_len > len)
        return SIP_FOUND_MORE;
    *ret_len = head + ret->body_len;
    *scanned = 0;
    return SIP_FOUND_MESSAGE;
}

enum sip_found sip_message_whole(const char *bytes, size_t len, struct sip_message *ret)
{
    long length;
    if (len == 4 && memcmp(bytes, "\r\n\r\n", 4) == 0)
        return SIP_FOUND_PING;
    if (len == 0 || (len == 2 && memcmp(bytes, "\r\n", 2) == 0))
        return SIP_FOUND_BLANK;
    for (; len > 2 && bytes[0] == '\r' && bytes[1] == '\n'; bytes += 2, len -= 2)
        ; /* RFC 3261 7.5: empty lines before the message are nothing */
    size_t head = len <= SIP_MESSAGE_MAX ? head_len(bytes, len, 0) : 0;
    if (!head || !read_head(bytes, head, ret, &length))
        return SIP_FOUND_BAD;
    ret->body_len = len - head;
    if (length > (long)ret->body_len)
        return SIP_FOUND_BAD;
    if (length >= 0)
        ret->body_len = (size_t)length;
    return SIP_FOUND_MESSAGE;
}
