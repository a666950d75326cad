/*
 * Who is signed in to the page: a bounded table of sessions, by an unguessable id that the browser
 * keeps as a cookie. A session ends when it was not used for the table's life, and at the latest
 * after twelve hours. Life is measured on the machine's steady clock. Safe from several threads.
 */
#ifndef RC_CLIENT_WEB_SESSION_H
#define RC_CLIENT_WEB_SESSION_H

#include <stdbool.h>

#include "rnd.h"

#define SESSIONS_MAX 64

struct session {
    char id[65];
    char csrf[33]; /* every form of the session carries it */
    char user[64];
};

struct sessions;

struct sessions *sessions_new(int life_s);
void sessions_free(struct sessions *sessions);

/* A full table loses the session that was idle longest. */
void sessions_open(struct sessions *sessions, const char *user, struct session *ret_session);
/* Copies the session and prolongs it; false when there is none. */
bool sessions_find(struct sessions *sessions, const char *id, struct session *ret_session);
void sessions_close(struct sessions *sessions, const char *id);

#endif
