/*
 * A byte buffer that grows, and is born with its maximum: past it nothing more is added and
 * `truncated` says so. Always NUL-terminated once something was added.
 */
#ifndef MOCKRC_BASE_BUF_H
#define MOCKRC_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct buf {
    char *data; /* NULL until the first byte */
    size_t len, cap, max;
    bool truncated;
};

/* Life. `buf_done` frees; `buf_reset` empties and keeps the memory for reuse. */
void buf_init(struct buf *buf, size_t max);
void buf_done(struct buf *buf);
void buf_reset(struct buf *buf);

/* The text so far ("" when empty); borrowed until the next change. */
const char *buf_text(const struct buf *buf);

/* Hands the memory over (free() it) and leaves the buffer empty. Never NULL. */
char *buf_take(struct buf *buf);

/* Makes room for `len` more bytes and returns where they go (NULL past the maximum);
 * buf_commit says how many were written. */
char *buf_room(struct buf *buf, size_t len);

static inline void buf_commit(struct buf *buf, size_t len)
{
    buf->len += len;
    buf->data[buf->len] = '\0';
}

/* Changes. */
static inline void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    bool fits = !buf->truncated && buf->len + len < buf->cap;
    char *room = fits ? buf->data + buf->len : buf_room(buf, len);
    if (!room)
        return;
    if (len)
        memcpy(room, bytes, len);
    buf_commit(buf, len);
}

static inline void buf_str(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

static inline void buf_char(struct buf *buf, char c)
{
    buf_add(buf, &c, 1);
}

void buf_int(struct buf *buf, int64_t value);
void buf_printf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
