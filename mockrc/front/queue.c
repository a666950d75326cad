#include "front/queue.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 2048 };

char *queue_room(struct queue *queue, size_t len)
{
    if (queue->from && queue->cap - queue->to < len) {
        memmove(queue->data, queue->data + queue->from, queue_len(queue));
        queue->to -= queue->from;
        queue->from = 0;
    }
    if (queue->cap - queue->to < len) {
        size_t cap = queue->cap ? queue->cap : FIRST;
        while (cap - queue->to < len)
            cap *= 2;
        queue->data = xrealloc(queue->data, cap);
        queue->cap = cap;
    }
    return queue->data + queue->to;
}

void queue_commit(struct queue *queue, size_t len)
{
    assert(queue->cap - queue->to >= len);
    queue->to += len;
    if (queue_len(queue) == 0)
        queue_done(queue);
}

void queue_add(struct queue *queue, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    memcpy(queue_room(queue, len), bytes, len);
    queue_commit(queue, len);
}

void queue_take(struct queue *queue, size_t len)
{
    assert(len <= queue_len(queue));
    queue->from += len;
    if (queue_len(queue) == 0)
        queue_done(queue);
}

void queue_done(struct queue *queue)
{
    free(queue->data);
    *queue = (struct queue){0};
}
