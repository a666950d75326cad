/*
 * Bytes that wait: added at the end, taken from the start. Memory goes back when it is empty.
 */
#ifndef MOCKRC_FRONT_QUEUE_H
#define MOCKRC_FRONT_QUEUE_H

#include <stddef.h>

struct queue {
    char *data; /* NULL while empty */
    size_t from, to, cap;
};

static inline size_t queue_len(const struct queue *queue)
{
    return queue->to - queue->from;
}

static inline const char *queue_bytes(const struct queue *queue)
{
    return queue->data + queue->from;
}

void queue_add(struct queue *queue, const void *bytes, size_t len);
/* Where `len` more bytes can be written; queue_commit says how many were. */
char *queue_room(struct queue *queue, size_t len);
void queue_commit(struct queue *queue, size_t len);
void queue_take(struct queue *queue, size_t len);
void queue_done(struct queue *queue);

#endif
