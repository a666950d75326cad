/*
 * The page at /__admin, for people: the world as it is now, a form for every verb, and the journal as it
 * grows; below it every read and verb as a list, which is all there is without scripts. The page and its
 * two files hold nothing of the world, so they are served without the admin token; what they ask for
 * is not.
 */
#ifndef MOCKRC_CONTROL_DASHBOARD_H
#define MOCKRC_CONTROL_DASHBOARD_H

#include "api/route.h"

/* Everything above the lists, and what follows them. */
void dashboard_head(struct call *call);
void dashboard_foot(struct call *call);

void dashboard_script(struct call *call);
void dashboard_style(struct call *call);

/* Is it the page itself or one of its files? */
bool dashboard_is_path(const char *path);

#endif
