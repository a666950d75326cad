/*
 * The walk through the login pages: which is due, what it shows, and the way back to the client.
 * The forms' handlers are in login.c; the request that starts the walk in authorize.c.
 */
#ifndef MOCKRC_OAUTH_FLOW_H
#define MOCKRC_OAUTH_FLOW_H

#include "oauth/page.h"
#include "oauth/refuse.h"

#define FLOW_PATH "/oauth/login"

/* The cookie that names the browser; a fresh login, or one that was just signed in, sends it. */
const char *flow_cookie(const struct call *call);
void flow_set_cookie(struct call *call, const struct login *login);

/* Names the login's app, brand and user in the event. */
void flow_name(struct call *call, const struct login *login);

/* Shows the due page. */
void flow_show(struct call *call, const struct login *login, int status,
               const struct page_alert *alert);
/* The due page again, with what was refused in words; the event is told too. */
void flow_show_refused(struct call *call, const struct login *login, enum oauth_error error,
                       uint64_t cause);
/* A page without a form: nothing can be done from here. */
void flow_show_dead(struct call *call, int status, const char *code, const char *text);

/* To the due page; or, when somebody is signed in and has consented before, back to the client. */
void flow_advance(struct call *call, struct login *login);
/* Authorized: back to the client with a code. The request is done. */
void flow_grant(struct call *call, struct login *login);
/* Back to the client with an error of the redirect kind. */
void flow_redirect_error(struct call *call, const struct authorize_request *request,
                         const char *error, const char *description);
/* What a person declining sends back; the request is done. */
void flow_decline(struct call *call, struct login *login);

/* 302, after a GET and after a form alike. */
void flow_redirect(struct call *call, const char *location);

#endif
