/* What the admin family's files share. Only for control/. */
#ifndef MOCKRC_CONTROL_ADMIN_PARTS_H
#define MOCKRC_CONTROL_ADMIN_PARTS_H

#include "control/admin.h"
#include "control/control.h"

/* {"error": "..."}; `status` as admin.h says. */
void admin_refuse(struct web_reply *reply, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* admin_journal.c */
void admin_journal(struct call *call);
void admin_near_misses(struct call *call);
void admin_wait(struct call *call);

/* admin_world.c: everything of the world but secrets. */
void admin_world(struct call *call);

/* admin_media.c: lines of audio, with their figures */
void admin_media(struct call *call);

/* admin_reads.c */
void admin_health(struct call *call);
void admin_ready(struct call *call);
void admin_clock(struct call *call);
void admin_faults(struct call *call);
void admin_verbs(struct call *call);
void admin_knobs(struct call *call);
void admin_routes_list(struct call *call);
void admin_metrics(struct call *call);
void admin_env(struct call *call);

/* admin_verb.c: POST /__admin/<verb> */
void admin_verb(struct call *call);

#endif
