/* What a connection's first request wants: the gateway's WebSocket, or civetweb. */
#include "front/relay.h"

#include <string.h>
#include <strings.h>

enum { HEAD_MAX = 32 << 10, PATIENCE_MS = 5000 };

/* Is the word among the comma-separated ones of a header's value? */
static bool lists(const char *value, size_t len, const char *word)
{
    size_t word_len = strlen(word);
    for (size_t at = 0; at < len;) {
        const char *comma = memchr(value + at, ',', len - at);
        size_t end = comma ? (size_t)(comma - value) : len, from = at, to = end;
        while (from < to && (value[from] == ' ' || value[from] == '\t'))
            from++;
        while (to > from && (value[to - 1] == ' ' || value[to - 1] == '\t'))
            to--;
        if (to - from == word_len && strncasecmp(value + from, word, word_len) == 0)
            return true;
        at = end + 1;
    }
    return false;
}

/* Does a header line of this name list the word? */
static bool has_header(const char *head, size_t len, const char *name, const char *word)
{
    size_t name_len = strlen(name);
    const char *end = head + len;
    for (const char *line = head; line < end;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        const char *next = stop ? stop + 1 : end;
        size_t line_len = (size_t)((stop ? stop : end) - line);
        if (line_len && line[line_len - 1] == '\r')
            line_len--;
        if (line_len > name_len && line[name_len] == ':' &&
            strncasecmp(line, name, name_len) == 0 &&
            lists(line + name_len + 1, line_len - name_len - 1, word))
            return true;
        line = next;
    }
    return false;
}

bool relay_is_upgrade(const char *head, size_t len, const char *path)
{
    size_t path_len = strlen(path), get = strlen("GET ");
    if (len < get + path_len + 1 || memcmp(head, "GET ", get) != 0 ||
        memcmp(head + get, path, path_len) != 0)
        return false;
    char after = head[get + path_len];
    if (after != ' ' && after != '?')
        return false;
    return has_header(head, len, "Upgrade", "websocket") &&
           has_header(head, len, "Connection", "upgrade");
}

static void http_opened(struct link *link)
{
    link_timer(link, PATIENCE_MS);
}

static size_t http_data(struct link *link, const char *bytes, size_t len)
{
    const struct relay_http *http = link_context(link);
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);
    bool may_be = http->gateway && memcmp(bytes, "GET ", len < 4 ? len : 4) == 0;
    if (may_be && !end && len < HEAD_MAX)
        return 0;
    if (may_be && end && relay_is_upgrade(bytes, (size_t)(end + 4 - bytes), http->path))
        link_become(link, http->gateway, http->context);
    else
        link_become(link, &relay_service, NULL);
    return 0;
}

/* civetweb's limits judge a head that does not come, and an early end. */
static void http_give_up(struct link *link)
{
    link_become(link, &relay_service, NULL);
}

/* The gateway's links are not of a mount of its own. */
static void http_woken(struct front *front, void *context)
{
    const struct relay_http *http = context;
    if (http->gateway && http->gateway->woken)
        http->gateway->woken(front, http->context);
}

const struct link_service relay_http_service = {
    .name = "http",
    .opened = http_opened,
    .data = http_data,
    .ended = http_give_up,
    .timer = http_give_up,
    .woken = http_woken,
};
