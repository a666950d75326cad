#include "rest/range.h"

#include "api/refuse.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum range { RANGE_NONE, RANGE_GOOD, RANGE_OUTSIDE };

/* One byte range (RFC 9110 section 14.1.2). Several, or what is no range at all, count as none:
 * the whole is answered, as the RFC allows. */
static enum range read_range(const char *header, size_t size, size_t *ret_first, size_t *ret_last)
{
    char first[24] = "", last[24] = "";
    if (!header || !text_starts_nocase(header, "bytes="))
        return RANGE_NONE;
    header += strlen("bytes=");
    header += strspn(header, " \t");
    size_t first_len = strspn(header, "0123456789");
    if (header[first_len] != '-' || first_len >= sizeof first)
        return RANGE_NONE;
    memcpy(first, header, first_len);
    header += first_len + 1;
    size_t last_len = strspn(header, "0123456789");
    const char *rest = header + last_len;
    if (last_len >= sizeof last || rest[strspn(rest, " \t")])
        return RANGE_NONE;
    memcpy(last, header, last_len);

    int64_t from = 0, to = (int64_t)size - 1, value = 0;
    bool has_first = text_int64(first, &from), has_last = text_int64(last, &value);
    if (!has_first && !has_last)
        return RANGE_NONE;
    if (!has_first) {
        from = value > to ? 0 : to + 1 - value; /* the last `value` bytes */
    } else if (has_last) {
        if (value < from)
            return RANGE_NONE;
        to = value < to ? value : to;
    }
    if (from >= (int64_t)size)
        return RANGE_OUTSIDE;
    *ret_first = (size_t)from;
    *ret_last = (size_t)to;
    return RANGE_GOOD;
}

bool range_begin(struct call *call, const char *content_type, size_t size, size_t *ret_first,
                 size_t *ret_last)
{
    char text[96];
    size_t first = 0, last = size - 1;
    enum range range = read_range(web_header_get(call->request, "Range"), size, &first, &last);
    if (range == RANGE_OUTSIDE) {
        snprintf(text, sizeof text, "bytes */%zu", size);
        web_reply_header(call->reply, "Content-Range", text);
        refuse(call, CMN_107, NULL);
        return false;
    }
    reply_empty(call, range == RANGE_GOOD ? 206 : 200);
    call->reply->content_type = content_type;
    web_reply_header(call->reply, "Accept-Ranges", "bytes");
    if (range == RANGE_GOOD) {
        snprintf(text, sizeof text, "bytes %zu-%zu/%zu", first, last, size);
        web_reply_header(call->reply, "Content-Range", text);
    }
    *ret_first = first;
    *ret_last = last;
    return true;
}
