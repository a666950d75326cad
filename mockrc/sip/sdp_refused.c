#include "sip/sdp_refused.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

enum { REFUSED_MAX = 256 << 10 }; /* what a message of 64 KiB can grow to here */

static size_t word(const char *at)
{
    return strcspn(at, " \r\n");
}

/* "video 40000/2 RTP/AVP 96 97": port 0, and one format, as one there must be. */
static void refuse(struct buf *out, const char *line)
{
    const char *at[4] = {line};
    for (size_t i = 1; i < 4; i++) {
        at[i] = at[i - 1] + word(at[i - 1]);
        at[i] += strspn(at[i], " ");
    }
    buf_printf(out, "m=%.*s 0 %.*s %.*s\r\n", (int)word(at[0]), at[0], (int)word(at[2]), at[2],
               (int)word(at[3]), at[3]);
}

struct sdp_refused sdp_refuse_others(struct arena *arena, const char *offer, size_t taken)
{
    struct buf sides[2]; /* before and behind */
    size_t number = 0;   /* of the stream whose part it is, counted from 1 */
    buf_init(&sides[0], REFUSED_MAX);
    buf_init(&sides[1], REFUSED_MAX);
    for (const char *line = offer; *line;) {
        size_t len = strcspn(line, "\r\n");
        bool is_media = text_starts(line, "m=");
        number += is_media;
        struct buf *side = &sides[number > taken];
        bool is_refused = number > 0 && number - 1 != taken;
        if (is_refused && is_media)
            refuse(side, line + 2);
        else if (is_refused && text_starts(line, "a=mid:"))
            buf_printf(side, "%.*s\r\n", (int)len, line);
        line += len + strspn(line + len, "\r\n");
    }
    const struct sdp_refused refused = {arena_strdup(arena, buf_text(&sides[0])),
                                        arena_strdup(arena, buf_text(&sides[1]))};
    buf_done(&sides[0]);
    buf_done(&sides[1]);
    return refused;
}
