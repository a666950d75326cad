/*
 * A call that a handset places: INVITE with its digest, re-INVITE for hold, BYE; each through
 * whichever proxy the caller names, since all proxies share their dialogs (sip.md 5.1). Audio is the
 * voice's (voice.h); a call without one, or encrypted, names the discard port.
 */
#ifndef RC_CLIENT_SIPCALL_H
#define RC_CLIENT_SIPCALL_H

#include "sipnet.h"
#include "voice.h"

struct sipcall_line {
    const char *transport, *domain, *user, *auth_id, *password;
    int timeout_ms;
    struct voice *voice; /* opened when the call begins, told where to send; NULL: none */
};

/* A dialog of ours. */
struct sipcall {
    bool is_up, is_held;
    char at[SIPUA_ADDRESS]; /* of the proxy that knows us there: its requests come by that one */
    char from[600], to[700], call_id[64], target[300];
    char key[41]; /* SDES, base64 (RFC 4568); "": plain RTP, as over anything but TLS */
    unsigned cseq;
    int port; /* where we listen for audio; 0: nowhere */
};

/* The call is up when the result is a 2xx; it has been acknowledged then. */
void sipcall_begin(struct sipnet *net, struct rnd *rnd, const struct sipcall_line *line,
                   const struct hostport *proxy, const char *number, struct sipcall *ret_call,
                   struct sipua_result *ret_result);
/* Also as it was, to be known at another proxy. 481: there is no such call any more, and ours is over. */
void sipcall_hold(struct sipnet *net, const struct sipcall_line *line, const struct hostport *proxy,
                  struct sipcall *call, bool is_held, struct sipua_result *ret_result);
/* Any answer but a reason to try another proxy ends it. */
void sipcall_end(struct sipnet *net, const struct sipcall_line *line, const struct hostport *proxy,
                 struct sipcall *call, struct sipua_result *ret_result);

#endif
