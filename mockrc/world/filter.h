/*
 * An event filter: the path of what a subscriber wants to hear of, with a query that narrows it
 * ("/restapi/v1.0/account/~/telephony/sessions?direction=Inbound"). Known filters are the table of
 * filter.c; a new one is a row. Source: rest.md 6.5, 6.4 (reminder).
 */
#ifndef MOCKRC_WORLD_FILTER_H
#define MOCKRC_WORLD_FILTER_H

#include "world/scope.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct user;

enum { FILTER_TEXT_MAX = 512, FILTERS_MAX = 100 /* of one subscription */ };

enum filter_fault {
    FILTER_OK,
    FILTER_BAD,           /* not a filter of the platform's, or a query it does not take */
    FILTER_OTHER_ACCOUNT, /* of an account that is not the subscriber's */
    FILTER_UNKNOWN_USER,  /* names an extension that is not there */
    FILTER_BAD_REMINDER,  /* threshold and interval do not fit the subscription's life */
    FILTER_NO_PRESENCE,   /* the extension is of a type that has none */
    FILTER_PRESENCE_OFF,  /* the subscriber's plan has none, not for himself either */
};

/* A row of the table. */
struct filter_kind {
    const char *path; /* below the account, {e} an extension; or the reminder's */
    enum scope scope;
    enum permission permission;
    bool needs_account;    /* reach over the account, unless it is about oneself */
    const char *of_others; /* the code by which another's is refused as a whole; NULL: it is only
                            * switched off */
    bool is_reminder;
    const char *query; /* parameters it takes, parted by blanks */
};

struct filter {
    char *text;      /* with real ids, query kept */
    size_t path_len; /* where the query starts, or the end */
    uint64_t path_sum;
    const struct filter_kind *kind;
    int64_t user_id;        /* whom it is about; 0: the account */
    const char *disabled;   /* a literal: the code why it is switched off; NULL: it is on */
    const char *permission; /* a literal: which permission or scope was missing */
    int64_t threshold_ms, interval_ms; /* of a reminder; else 0 */
    int64_t due_ms;                    /* when a reminder is told next */
};

/* Reads `text` as `user` wrote it and fills `ret`, whose text the caller then owns (filter_done).
 * `ttl_ms` is the subscription's life, `subscription_id` what "~" means in a reminder. */
enum filter_fault filter_read(const struct world *world, const struct user *user, const char *text,
                              int64_t ttl_ms, const char *subscription_id, struct filter *ret);
void filter_done(struct filter *filter);
/* Switches it on or off as the user's permissions are now. */
void filter_judge(const struct user *user, struct filter *filter);
/* Do two lists name the same events, in whatever order? */
bool filters_are_same(const struct filter *a, size_t a_count, const struct filter *b,
                      size_t b_count);

/* Quick sum of a path, for filter_hears. */
uint64_t filter_sum(const char *path, size_t len);
/* Is it on, and of this very path? */
bool filter_hears(const struct filter *filter, const char *path, size_t len, uint64_t sum);

#endif
