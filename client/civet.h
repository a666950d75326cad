/*
 * What both users of civetweb here need: a quick stop (mg_stop alone sleeps for a second or two).
 */
#ifndef RC_CLIENT_CIVET_H
#define RC_CLIENT_CIVET_H

struct mg_context;

/* Ends the server on this loopback port; no handler runs after it returned. */
void civet_stop(struct mg_context *server, int port);

#endif
