#include "front/ws.h"

#include "base/codec.h"
#include "base/hash.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { KEY_BYTES = 16, SHA1_BYTES = 20 };

static bool is_token_char(unsigned char c)
{
    /* RFC 9110 section 5.6.2. */
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_target_char(unsigned char c)
{
    return c > ' ' && c != 0x7f;
}

static bool is_value_char(unsigned char c)
{
    return c == '\t' || (c >= ' ' && c != 0x7f);
}

/* How many bytes from `at` on are such ones. */
static size_t run_of(const char *at, const char *end, bool (*is_one)(unsigned char))
{
    size_t len = 0;
    while (at + len < end && is_one((unsigned char)at[len]))
        len++;
    return len;
}

static bool read_request_line(char *line, char *end, struct ws_head *ret)
{
    static const char version[] = "HTTP/1.";
    size_t method = run_of(line, end, is_token_char);
    char *target = line + method + 1;
    if (method == 0 || target >= end || target[-1] != ' ')
        return false;
    size_t len = run_of(target, end, is_target_char);
    char *rest = target + len + 1;
    if (len == 0 || end - rest != sizeof version || rest[-1] != ' ' ||
        memcmp(rest, version, sizeof version - 1) != 0 || rest[7] < '0' || rest[7] > '9')
        return false;
    ret->minor = rest[7] - '0';
    line[method] = target[len] = '\0';
    ret->method = line;
    /* "http://host/path" is the same as "/path" (RFC 9112 section 3.2.2). */
    char *authority = *target == '/' ? NULL : strstr(target, "://");
    if (authority && !(target = strchr(authority + 3, '/')))
        return false;
    char *query = strchr(target, '?');
    if (query)
        *query++ = '\0';
    ret->path = target;
    ret->query = query ? query : target + strlen(target);
    return true;
}

/* "Name: value", the value without the blanks around it; no folding (RFC 9112 section 5.2). */
static bool read_header(char *line, char *end, struct ws_header *ret)
{
    size_t name = run_of(line, end, is_token_char);
    if (name == 0 || line + name == end || line[name] != ':')
        return false;
    char *value = line + name + 1;
    if (value + run_of(value, end, is_value_char) != end)
        return false;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    line[name] = *end = '\0';
    *ret = (struct ws_header){line, value};
    return true;
}

ssize_t ws_head_read(char *bytes, size_t len, struct ws_head *ret)
{
    size_t seen = len < WS_HEAD_MAX ? len : WS_HEAD_MAX;
    char *end = memmem(bytes, seen, "\r\n\r\n", 4);
    if (!end)
        return len < WS_HEAD_MAX ? 0 : -1;
    *ret = (struct ws_head){0};
    char *line = bytes;
    for (;;) {
        char *stop = memmem(line, (size_t)(end + 2 - line), "\r\n", 2);
        if (line == bytes ? !read_request_line(line, stop, ret)
                          : ret->count == WS_HEADERS_MAX ||
                                !read_header(line, stop, &ret->headers[ret->count++]))
            return -1;
        if (stop == end)
            return end + 4 - bytes;
        line = stop + 2;
    }
}

const char *ws_head_get(const struct ws_head *head, const char *name)
{
    for (size_t i = 0; i < head->count; i++)
        if (strcasecmp(head->headers[i].name, name) == 0)
            return head->headers[i].value;
    return NULL;
}

/* The next of the tokens "a, b ,c"; false past the last. Empty ones are passed over. */
static bool next_token(const char **at, const char **ret, size_t *ret_len)
{
    *at += strspn(*at, ", \t");
    *ret = *at;
    *at += strcspn(*at, ",");
    *ret_len = (size_t)(*at - *ret);
    while (*ret_len && ((*ret)[*ret_len - 1] == ' ' || (*ret)[*ret_len - 1] == '\t'))
        --*ret_len;
    return *ret_len > 0;
}

bool ws_head_has(const struct ws_head *head, const char *name, const char *token)
{
    const char *one;
    size_t len;
    for (size_t i = 0; i < head->count; i++) {
        const char *at = head->headers[i].value;
        while (strcasecmp(head->headers[i].name, name) == 0 && next_token(&at, &one, &len))
            if (len == strlen(token) && strncasecmp(one, token, len) == 0)
                return true;
    }
    return false;
}

static size_t count_of(const struct ws_head *head, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < head->count; i++)
        count += strcasecmp(head->headers[i].name, name) == 0;
    return count;
}

static bool is_key(const char *key)
{
    struct buf bytes;
    buf_init(&bytes, 64);
    bool is_right =
        strlen(key) == 24 && codec_unbase64(&bytes, BASE64_STD, key, 24) && bytes.len == KEY_BYTES;
    buf_done(&bytes);
    return is_right;
}

int ws_check(const struct ws_head *head, const char **ret_why)
{
    const char *key = ws_head_get(head, "Sec-WebSocket-Key");
    const char *version = ws_head_get(head, "Sec-WebSocket-Version");
    if (!text_eq(head->method, "GET"))
        *ret_why = "a WebSocket is opened with GET";
    else if (head->minor < 1)
        *ret_why = "a WebSocket is opened with HTTP/1.1";
    else if (count_of(head, "Host") != 1)
        *ret_why = "one Host header is wanted";
    else if (!ws_head_has(head, "Upgrade", "websocket"))
        *ret_why = "Upgrade: websocket is wanted";
    else if (!ws_head_has(head, "Connection", "Upgrade"))
        *ret_why = "Connection: Upgrade is wanted";
    else if (count_of(head, "Sec-WebSocket-Key") != 1 || !is_key(key))
        *ret_why = "one Sec-WebSocket-Key of 16 bytes in base64 is wanted";
    else if (!text_eq(version, "13")) {
        *ret_why = "Sec-WebSocket-Version: 13 is wanted";
        return 426;
    } else
        return 0;
    return 400;
}

const char *ws_choose(const struct ws_head *head, const char *const *known)
{
    const char *one;
    size_t len;
    for (size_t i = 0; i < head->count; i++) {
        const char *at = head->headers[i].value;
        while (strcasecmp(head->headers[i].name, "Sec-WebSocket-Protocol") == 0 &&
               next_token(&at, &one, &len))
            for (const char *const *ours = known; ours && *ours; ours++)
                if (len == strlen(*ours) && strncmp(one, *ours, len) == 0)
                    return *ours;
    }
    return NULL;
}

void ws_accept(const struct ws_head *head, const char *protocol, struct buf *out)
{
    unsigned char sum[HASH_MAX];
    char text[24 + 36 + 1];
    /* RFC 6455 section 4.2.2, step 5.4. */
    int len = snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
                       ws_head_get(head, "Sec-WebSocket-Key"));
    hash_bytes(HASH_SHA1, text, (size_t)len, sum);
    buf_str(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                 "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    codec_base64(out, BASE64_STD, sum, SHA1_BYTES);
    if (protocol)
        buf_printf(out, "\r\nSec-WebSocket-Protocol: %s", protocol);
    buf_str(out, "\r\n\r\n");
}

void ws_refuse(int status, const char *type, const char *body, struct buf *out)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {{400, "Bad Request"}, {401, "Unauthorized"},     {403, "Forbidden"},
                 {404, "Not Found"},   {426, "Upgrade Required"}, {503, "Service Unavailable"}};
    const char *text = "Refused";
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].status == status)
            text = texts[i].text;
    buf_printf(out, "HTTP/1.1 %d %s\r\n", status, text);
    if (status == 426)
        buf_str(out, "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
    if (body && type)
        buf_printf(out, "Content-Type: %s\r\n", type);
    buf_printf(out, "Content-Length: %zu\r\nConnection: close\r\n\r\n", body ? strlen(body) : 0);
    if (body)
        buf_str(out, body);
}
