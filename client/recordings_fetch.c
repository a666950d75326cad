/* A recording's bytes, over a line that breaks; see recordings.h. Source: RFC 9110 section 14. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "recordings.h"
#include "text.h"

bool recordings_is_sound(const struct web_reply *reply)
{
    return strncasecmp(reply->content_type, "text/", 5) != 0 &&
           strncasecmp(reply->content_type, "application/json", 16) != 0;
}

/* Content-Range: which bytes these are, and of how many. */
struct stretch {
    size_t from, to, total; /* `to` included; of "bytes *\/16" only the total is known */
    bool is_part;
};

static bool read_stretch(const char *text, struct stretch *ret_stretch)
{
    struct stretch stretch = {0};
    int used = 0;
    stretch.is_part =
        sscanf(text, "bytes %zu-%zu/%zu%n", &stretch.from, &stretch.to, &stretch.total, &used) == 3;
    if (!stretch.is_part && sscanf(text, "bytes */%zu%n", &stretch.total, &used) != 1)
        return false;
    bool is_ok = text[used] == '\0' &&
                 (!stretch.is_part || (stretch.from <= stretch.to && stretch.to < stretch.total));
    if (is_ok)
        *ret_stretch = stretch;
    return is_ok;
}

/* "bytes=N-": a range without an end. */
static bool is_open(const char *range, size_t *ret_from)
{
    int used = 0;
    return sscanf(range, "bytes=%9zu-%n", ret_from, &used) == 1 && used > 0 && range[used] == '\0';
}

static int status_of(const struct web_reply *reply)
{
    return reply->status ? reply->status : reply->cut_status;
}

/* No sound, and `why`. */
static void give_up(struct web_reply *reply, struct apierr *err, const char *why)
{
    reply->status = reply->cut_status = 0;
    reply->body_len = 0;
    if (why) {
        *err = (struct apierr){0};
        text_copy(err->message, sizeof(err->message), why);
    }
}

static void fetch_open(struct rest *rest, const char *uri, size_t from, struct web_reply *reply,
                       struct apierr *err)
{
    char range[64];
    struct stretch stretch;
    snprintf(range, sizeof(range), "bytes=%zu-%zu", from, from + RECORDINGS_STEP - 1);
    rest_fetch(rest, uri, range, "heavy", reply, err);
    if (reply->cut_status != 206 || !read_stretch(reply->content_range, &stretch) ||
        !stretch.is_part || stretch.from != from || reply->body_len > stretch.to - from)
        return;
    snprintf(reply->content_range, sizeof(reply->content_range), "bytes %zu-%zu/%zu", from,
             from + reply->body_len - 1, stretch.total);
    reply->status = 206;
    *err = (struct apierr){.status = 206};
}

/* What is there of a sound that comes in parts. */
struct sound {
    struct sb bytes;
    size_t total; /* 0: not known */
    bool is_whole;
};

/* Adds what the answer has to what is there. False when it does not go with it, or there is no reason to
 * ask on. */
static bool add(struct sound *sound, const struct web_reply *part)
{
    struct stretch stretch = {0};
    int status = status_of(part);
    bool has_stretch = read_stretch(part->content_range, &stretch);
    if (status == 200) { /* all of it, whatever was asked for */
        sb_reset(&sound->bytes);
        sound->total = 0;
        sound->is_whole = part->status == 200;
    } else if (status == 206 && has_stretch && stretch.is_part &&
               stretch.from == sound->bytes.len &&
               part->body_len <= stretch.to - stretch.from + 1 &&
               (sound->total == 0 || sound->total == stretch.total)) {
        sound->total = stretch.total;
        sound->is_whole = sound->bytes.len + part->body_len == stretch.total;
    } else if (status == 416 && has_stretch && sound->bytes.len > 0 &&
               stretch.total == sound->bytes.len &&
               (sound->total == 0 || sound->total == stretch.total)) {
        sound->is_whole = true; /* it had only promised more */
        return true;
    } else {
        return status == 0 || status >= 500; /* a bad moment, perhaps */
    }
    sb_add_n(&sound->bytes, part->body, part->body_len);
    return !sb_is_cut(&sound->bytes);
}

static void fetch_all(struct rest *rest, const char *uri, struct web_reply *reply,
                      struct apierr *err)
{
    rest_fetch(rest, uri, "", "heavy", reply, err);
    int status = status_of(reply);
    if (reply->status == 200 || (status != 200 && status != 206))
        return;
    struct sound sound = {.bytes = SB_MAX(WEB_BODY_MAX)};
    bool goes_on = add(&sound, reply);
    for (int i = 1; i < RECORDINGS_PARTS && goes_on && !sound.is_whole; i++) {
        struct web_reply part;
        char rest_of[40];
        snprintf(rest_of, sizeof(rest_of), "bytes=%zu-", sound.bytes.len);
        rest_fetch(rest, uri, rest_of, "heavy", &part, err);
        goes_on =
            recordings_is_sound(&part) || status_of(&part) >= 400 ? add(&sound, &part) : false;
        web_reply_done(&part);
    }
    if (!sound.is_whole || sb_is_cut(&sound.bytes)) {
        sb_done(&sound.bytes);
        give_up(reply, err, err->status / 100 == 2 ? "its parts do not make a whole" : NULL);
        return;
    }
    free(reply->body);
    reply->body = sound.bytes.text ? sound.bytes.text : xstrdup("");
    reply->body_len = sound.bytes.len;
    reply->content_range[0] = '\0';
    reply->status = 200;
    *err = (struct apierr){.status = 200};
}

void recordings_fetch(struct rest *rest, const char *uri, const char *range,
                      struct web_reply *ret_reply, struct apierr *err)
{
    size_t from;
    if (*range == '\0')
        fetch_all(rest, uri, ret_reply, err);
    else if (is_open(range, &from))
        fetch_open(rest, uri, from, ret_reply, err);
    else
        rest_fetch(rest, uri, range, "heavy", ret_reply, err);
    if (ret_reply->status / 100 == 2 && !recordings_is_sound(ret_reply))
        give_up(ret_reply, err, "the answer is no sound");
}
