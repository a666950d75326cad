/*
 * The media edge: one thread, one UDP socket for each line, epoll. Packets come in, go through
 * their session and out again; frames and digits of ours go when they are due. A line sends to where
 * its phone's last packet came from (symmetric RTP; the vendor's phone names a port in its
 * description that it does not listen at), unless it is wished otherwise; a browser's line to where
 * ICE says (media/web_line.h).
 *
 * Any thread may call; none of the calls waits for the network. Those behind the door hold the
 * edge's lock for as long as a few packets take.
 */
#ifndef MOCKRC_MEDIA_EDGE_H
#define MOCKRC_MEDIA_EDGE_H

#include "base/err.h"
#include "world/media.h"

struct media;

/* A digit was heard on a line: on the edge's thread, without its lock. */
typedef void media_digit_fn(void *context, uint64_t line, char digit);

/* NULL: no thread or no epoll. Raises the process's soft limit of open files to the hard one. */
struct media *media_start(media_digit_fn *digit, void *context);
/* Ends the thread and every line; NULL is fine. */
void media_stop(struct media *media);

/* Binds a port of `bind`, from `first` to `last` or any (first 0); false: there is none. `seed`:
 * of the line's numbers and of its faults' chance. */
bool media_open(struct media *media, const char *bind, int first, int last, uint64_t seed,
                uint64_t *ret_id, int *ret_port);
void media_set(struct media *media, uint64_t id, const struct media_wish *wish);
/* The fingerprint of the edge's certificate, which is made when first asked for (it takes a fraction
 * of a millisecond). False: it cannot be made. */
bool media_print_of(struct media *media, char ret[MEDIA_PRINT_TEXT]);
bool media_dial(struct media *media, uint64_t id, const char *digits);
/* Figures, with what has arrived by now. */
bool media_read(struct media *media, uint64_t id, struct media_figures *ret);
void media_close(struct media *media, uint64_t id);
/* All lines: their world is gone. */
void media_clear(struct media *media);

#endif
