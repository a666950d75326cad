/*
 * Where a REFER points: the URI of Refer-To, and the dialog it replaces when it names one. Pure.
 * Source: RFC 3515, RFC 3891; sip.md 4.5 for the forms the vendor's phones send.
 */
#ifndef MOCKRC_SIP_REFER_H
#define MOCKRC_SIP_REFER_H

#include "base/arena.h"

#include <stdbool.h>

struct refer_target {
    const char *number;                      /* user part */
    const char *call_id, *to_tag, *from_tag; /* of Replaces; NULL: there is none */
};

/* False: the URI names nobody, or its Replaces is incomplete. Texts in the arena. */
bool refer_read(struct arena *arena, const char *uri, struct refer_target *ret);

#endif
