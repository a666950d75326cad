/* What the files session*.c share. Nobody else includes this. */
#ifndef MOCKRC_MEDIA_SESSION_PARTS_H
#define MOCKRC_MEDIA_SESSION_PARTS_H

#include "media/session.h"

/* --- session.c --- */

/* Seals and sends one packet of ours. */
void session_emit(struct session *session, const struct session_net *net, const struct rtp *rtp);
bool session_ready_srtp(struct session *session, const struct session_net *net);
/* A datagram that no fault holds back any more. */
void session_take(struct session *session, const struct session_net *net, uint8_t *bytes,
                  size_t len);
bool session_put(struct session *session, const struct session_net *net, const uint8_t *bytes,
                 size_t len);

/* --- session_play.c: what the phone hears --- */

/* Passes on what `from` heard. */
void session_pass(struct session *session, const struct session_net *net,
                  const struct session *from, const struct rtp *rtp, bool is_digit);
/* Frames and digits of ours that are due; when the next is, or 0. */
int64_t session_play(struct session *session, const struct session_net *net);

/* --- session_harm.c: what a fault does to packets --- */

/* True when the packet goes on now; else it is lost, or held and goes on later. */
bool session_harm(struct session *session, const struct session_net *net, bool is_to_phone,
                  const uint8_t *bytes, size_t len);
/* Packets whose moment has come; when the next one's is, or 0. */
int64_t session_release(struct session *session, const struct session_net *net);
void session_drop_held(struct session *session);

#endif
