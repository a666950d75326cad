/* What `mockrc serve` prints once it serves: where to point a client. */
#ifndef MOCKRC_CLI_BANNER_H
#define MOCKRC_CLI_BANNER_H

#include "base/buf.h"
#include "sim/sim.h"

void banner_write(struct sim *sim, struct buf *out);

#endif
