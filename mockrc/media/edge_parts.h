/* What the files edge*.c share. Nobody else includes this. */
#ifndef MOCKRC_MEDIA_EDGE_PARTS_H
#define MOCKRC_MEDIA_EDGE_PARTS_H

#include "media/edge.h"
#include "media/edge_socket.h"
#include "media/session.h"
#include "media/web_line.h"

#include <pthread.h>

enum { EDGE_SLOT_BITS = 20 /* of an id; the rest counts, so that no id is used twice */ };

struct line {
    struct session session; /* first */
    int fd;
    struct edge_address source, described;
    struct web_line *web; /* a browser's; else NULL */
};

struct heard {
    uint64_t line;
    char digit;
};

struct media {
    media_digit_fn *digit;
    void *context;
    pthread_t thread;
    /* Whoever wants `lock` takes `gate` before and leaves it after: so the thread, which is seldom
     * without the lock, cannot pass by who waits. */
    pthread_mutex_t gate, lock;
    int epoll, wake;
    bool is_stopping, wants_srtp;
    struct line **lines;
    size_t count, cap, port_next;
    uint64_t serial;
    struct srtp_library *srtp;
    const char *srtp_trouble;
    struct dtls_identity *identity; /* made for the first browser */
    int64_t due_us;                 /* when the next tick is; 0: nothing is due */
    struct heard *heard;            /* digits that somebody must be told */
    size_t heard_count, heard_cap;
};

/* --- edge.c --- */

void media_enter(struct media *media);
void media_leave(struct media *media);
/* The thread looks at every line: something was asked for. */
void media_wake(struct media *media);

/* --- edge_line.c: one line and its packets. All with the lock --- */

/* NULL: it is gone. */
struct line *line_find(const struct media *media, uint64_t id);
struct session_net line_net(struct media *media);
/* One datagram; false: there is none. */
bool line_receive(struct media *media, struct line *line, const struct session_net *net);
/* What is due by now; when the next thing is, or 0: nothing is. */
int64_t line_tick(struct media *media, struct line *line, const struct session_net *net);

#endif
