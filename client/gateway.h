/*
 * The platform's WebSocket gateway (rest.md section 8): a socket, the requests and heartbeats that go
 * over it, and the notifications that come, which are taken in as the webhooks' are (events_take).
 *
 * What holds: each connection has a token of its own (failures.md F075); a connection that was lost
 * is recovered with the newest recovery token, so that what the platform kept is delivered. A
 * heartbeat that stays unanswered means that the path is dead though both ends look open (F072): the
 * gateway is lost from then on, until it is connected anew.
 */
#ifndef RC_CLIENT_GATEWAY_H
#define RC_CLIENT_GATEWAY_H

#include "rest.h"

struct gateway;

struct gateway *gateway_new(struct client *client);
void gateway_free(struct gateway *gateway); /* NULL is fine */

/* A new connection. `*ret_recovered`: the subscription of the one before lives on. False with `err`:
 * its status is the refusal's, or 0 with a message. */
bool gateway_connect(struct gateway *gateway, struct rest *rest, bool *ret_recovered,
                     struct apierr *err);
/* Ends the connection, and forgets the one before. */
void gateway_end(struct gateway *gateway);
/* Takes in what has come, asks for a sign of life and waits for it. False: the gateway is lost. */
bool gateway_beat(struct gateway *gateway);
/* Waits so long at most for something to come; gateway_drain takes it in. */
void gateway_wait(struct gateway *gateway, int wait_ms);
/* Takes in what has come; returns how many notifications. */
int gateway_drain(struct gateway *gateway);
/* A request with a JSON body; its JSON answer when its status is 200, which the caller deletes; else
 * NULL with `err`. */
cJSON *gateway_ask(struct gateway *gateway, const char *method, const char *path, const cJSON *body,
                   struct apierr *err);

bool gateway_is_open(const struct gateway *gateway); /* NULL: it is not */
/* Why it is no longer: WS_HALF_OPEN, WS_TIMEOUT_CLOSED, WS_CLOSED; NULL when it is open or never was. */
const char *gateway_lost(const struct gateway *gateway);

#endif
