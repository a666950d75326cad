#include "api/message.h"

#include "base/text.h"

#include <string.h>

const char *web_header_get(const struct web_request *request, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++)
        if (text_eq_nocase(request->headers[i].name, name))
            return request->headers[i].value;
    return NULL;
}

/* The value of `name` in one Cookie header ("a=1; b=2", RFC 6265 section 4.2), or NULL. */
static const char *cookie_in(const char *header, const char *name, size_t *ret_len)
{
    size_t name_len = strlen(name);
    while (*(header += strspn(header, " \t;"))) {
        size_t len = strcspn(header, ";");
        if (len > name_len && strncmp(header, name, name_len) == 0 && header[name_len] == '=') {
            const char *value = header + name_len + 1;
            len -= name_len + 1;
            while (len > 0 && strchr(" \t", value[len - 1]))
                len--;
            if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
                value++;
                len -= 2;
            }
            *ret_len = len;
            return value;
        }
        header += len;
    }
    return NULL;
}

const char *web_cookie_get(const struct web_request *request, struct arena *arena, const char *name)
{
    for (size_t i = 0; i < request->header_count; i++) {
        size_t len;
        const char *value = text_eq_nocase(request->headers[i].name, "Cookie")
                                ? cookie_in(request->headers[i].value, name, &len)
                                : NULL;
        if (value)
            return arena_strndup(arena, value, len);
    }
    return NULL;
}

enum { HEAD_MAX = 32 << 10 };

void web_reply_init(struct web_reply *reply)
{
    *reply = (struct web_reply){.status = 200};
    buf_init(&reply->head, HEAD_MAX);
    buf_init(&reply->body, WEB_REPLY_MAX);
}

void web_reply_done(struct web_reply *reply)
{
    buf_done(&reply->head);
    buf_done(&reply->body);
}

void web_reply_reset(struct web_reply *reply)
{
    reply->status = 200;
    reply->content_type = NULL;
    reply->errand = NULL;
    buf_reset(&reply->head);
    buf_reset(&reply->body);
}

void web_reply_header(struct web_reply *reply, const char *name, const char *value)
{
    buf_str(&reply->head, name);
    buf_add(&reply->head, ": ", 2);
    while (*value) {
        size_t len = strcspn(value, "\r\n");
        buf_add(&reply->head, value, len);
        value += len;
        value += strspn(value, "\r\n");
    }
    buf_add(&reply->head, "\r\n", 2);
}

const char *web_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {205, "Reset Content"},
        {206, "Partial Content"},
        {207, "Multi-Status"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {426, "Upgrade Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].status == status)
            return texts[i].text;
    return status < 200   ? "Informational"
           : status < 300 ? "Success"
           : status < 400 ? "Redirection"
           : status < 500 ? "Client Error"
                          : "Server Error";
}
