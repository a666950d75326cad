/*
 * Which installation this is: this machine and the place of its store. A grant is bound to the one it
 * was given to, so that a copy of the store (a backup restored into staging) does not refresh it and
 * end it for the original (failures.md F033).
 */
#ifndef RC_CLIENT_INSTANCE_H
#define RC_CLIENT_INSTANCE_H

#include "client.h"

/* The grants of this store are this installation's from now on; false: the store refuses. */
bool instance_bind(struct client *client);
/* Whether the store was bound by this installation, or by none (a store from before this was kept). */
bool instance_is_ours(const struct client *client);

#endif
