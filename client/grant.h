/*
 * A grant: the token pair the platform gave, whose it is and how long it lasts. Plain data.
 * Getting one is in oauth.h; keeping it is in store.h.
 */
#ifndef RC_CLIENT_GRANT_H
#define RC_CLIENT_GRANT_H

#include <stdbool.h>
#include <stdint.h>

struct grant {
    char access_token[4096];
    char refresh_token[4096]; /* "" when the app issues none */
    char scope[2048];         /* space-separated permission names */
    char owner_id[32];        /* extension id of who authorized */
    char account_id[32];
    char owner_name[128];
    char owner_extension[16]; /* extension number */
    char brand_id[16];        /* of the account, from service-info; "" when it was not readable */
    bool was_admin;           /* the owner could read all the product needs when authorizing */
    int64_t issued_ms;        /* when this pair came */
    int64_t access_until_ms;  /* nominal end, by our clock at issue */
    int64_t refresh_until_ms; /* 0: no refresh token */
    char dead_code[48];       /* why the platform refused the refresh for good; "" while alive */
    int64_t dead_ms;
    char sum[44]; /* of the pair as it came; "" of a store from before this was kept */
};

/* Whether the scope list names `scope` or one that includes it (rest.md section 4). */
bool grant_has_scope(const struct grant *grant, const char *scope);
/* Whether the pair is the one that came: a store may have cut or garbled it (failures.md F030). */
bool grant_is_whole(const struct grant *grant);
/* Reads a token answer (oauth.md 6.1) over `grant`, whose identity part stays. False when it is no
 * token answer. */
bool grant_read(struct grant *grant, const char *body, int64_t now_ms);

#endif
