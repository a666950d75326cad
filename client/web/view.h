/*
 * What every page shares: the frame with navigation and banners, notices, forms' hidden token, the
 * words for a diagnosis, and API Auth Status.
 */
#ifndef RC_CLIENT_WEB_VIEW_H
#define RC_CLIENT_WEB_VIEW_H

#include "web/tenant.h"

/* Opens the page up to <main>. `here` is the navigation's row ("platform", ...; "" for none). */
void view_begin(struct visit *visit, const char *title, const char *here);
/* The same, asking the browser to load the page again in `refresh_s` seconds while work runs. */
void view_begin_running(struct visit *visit, const char *title, const char *here, bool is_running);
void view_end(struct visit *visit);

enum notice { NOTICE_GOOD, NOTICE_INFO, NOTICE_WARN, NOTICE_BAD };

/* A paragraph that screen readers announce; `text` is escaped. */
void view_notice(struct sb *page, enum notice notice, const char *text);
/* <form method=post action=...> and its token. The caller closes it. */
void view_form(struct visit *visit, const char *action);

/* "GRANT_INVALIDATED_BY_PASSWORD_CHANGE" as "Grant invalidated by password change". */
void view_words(struct sb *page, const char *diagnosis);
/* The name itself, so that it may be broken after its parts. */
void view_code(struct sb *page, const char *diagnosis);
/* Remedy of a diagnosis as an ordered list of steps; nothing for an unknown one. */
void view_steps(struct visit *visit, const char *diagnosis);

/* API Auth Status as the form has it: a pending grant over the live one. */
struct auth_status {
    char word[160];
    bool is_pending;    /* authorized, not saved */
    bool is_checking;   /* no probe has ended since the start, or one runs */
    char owner[200];    /* "" when nobody authorized */
    int64_t good_ms;    /* last good probe of the API; 0 never */
    int64_t at_ms;      /* last probe */
    char diagnosis[64]; /* the headline's, "" when all is well */
    char evidence[320];
};
/* Its word, in the colour of how bad it is; what has the id auth-label names it. */
void view_status(struct sb *page, const char *word);
void view_auth_status(struct visit *visit, struct auth_status *ret_status);

/* What a page says after a redirect (?said=WORD), from a fixed table. */
void view_said(struct visit *visit);

#endif
