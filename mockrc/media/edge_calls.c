/* What callers ask of the edge, line by line. */
#include "media/edge_parts.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { DRAINED_MAX = 64 /* packets that came before the question for figures */ };

static size_t free_slot(struct media *media)
{
    size_t slot = 0;
    while (slot < media->count && media->lines[slot])
        slot++;
    if (slot == media->count) {
        xgrow(media->lines, media->count, &media->cap);
        media->lines[media->count++] = NULL;
    }
    return slot;
}

static int bind_any(struct media *media, const char *bind, int first, int last, int *ret_port)
{
    int count = last >= first ? last - first + 1 : 1;
    if (!first)
        return edge_socket_open(bind, 0, ret_port);
    for (int i = 0; i < count; i++) {
        int port = first + (int)(media->port_next++ % (size_t)count);
        int fd = port <= UINT16_MAX ? edge_socket_open(bind, port, ret_port) : -1;
        if (fd >= 0)
            return fd;
    }
    return -1;
}

bool media_open(struct media *media, const char *bind, int first, int last, uint64_t seed,
                uint64_t *ret_id, int *ret_port)
{
    media_enter(media);
    int fd = bind_any(media, bind, first, last, ret_port);
    size_t slot = fd >= 0 ? free_slot(media) : 0;
    if (fd >= 0) {
        uint64_t id = ++media->serial << EDGE_SLOT_BITS | slot;
        struct epoll_event event = {.events = EPOLLIN, .data.u64 = id};
        struct line *line = xcalloc(1, sizeof *line);
        session_init(&line->session, id, seed);
        line->fd = fd;
        media->lines[slot] = line;
        epoll_ctl(media->epoll, EPOLL_CTL_ADD, fd, &event);
        *ret_id = id;
    }
    media_leave(media);
    return fd >= 0;
}

static void set_web(struct line *line, const struct media_web *wish)
{
    if (!line->web)
        line->web = web_line_new();
    web_line_set(line->web, wish);
}

void media_set(struct media *media, uint64_t id, const struct media_wish *wish)
{
    media_enter(media);
    struct line *line = line_find(media, id);
    if (line) {
        session_set(&line->session, wish);
        edge_address_read(wish->address, wish->port, &line->described);
        if (wish->web.is_on)
            set_web(line, &wish->web);
        media->wants_srtp |= wish->is_secure && !media->srtp && !media->srtp_trouble;
    }
    media_leave(media);
    media_wake(media);
}

bool media_print_of(struct media *media, char ret[MEDIA_PRINT_TEXT])
{
    media_enter(media);
    if (!media->identity)
        media->identity = dtls_identity_new();
    bool has_one = media->identity != NULL;
    if (has_one)
        snprintf(ret, MEDIA_PRINT_TEXT, "%s", dtls_identity_print(media->identity));
    media_leave(media);
    return has_one;
}

bool media_dial(struct media *media, uint64_t id, const char *digits)
{
    media_enter(media);
    struct line *line = line_find(media, id);
    bool is_taken = line && session_dial(&line->session, digits);
    media_leave(media);
    media_wake(media);
    return is_taken;
}

bool media_read(struct media *media, uint64_t id, struct media_figures *ret)
{
    media_enter(media);
    struct line *line = line_find(media, id);
    struct session_net net = line_net(media);
    for (int i = 0; line && i < DRAINED_MAX && line_receive(media, line, &net); i++)
        ;
    if (line)
        session_read(&line->session, ret);
    if (line && line->web && !ret->trouble)
        ret->trouble = web_line_trouble(line->web);
    media_leave(media);
    return line != NULL;
}

static void end(struct media *media, size_t slot)
{
    struct line *line = media->lines[slot];
    media->lines[slot] = NULL;
    close(line->fd); /* epoll forgets it */
    session_done(&line->session);
    web_line_free(line->web);
    free(line);
}

void media_close(struct media *media, uint64_t id)
{
    media_enter(media);
    if (line_find(media, id))
        end(media, id & (((uint64_t)1 << EDGE_SLOT_BITS) - 1));
    media_leave(media);
}

void media_clear(struct media *media)
{
    if (!media)
        return;
    media_enter(media);
    for (size_t i = 0; i < media->count; i++)
        if (media->lines[i])
            end(media, i);
    media_leave(media);
}
