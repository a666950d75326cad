/*
 * One HTTP client, kept open: connections and (when asked) cookies live from request to request.
 * The user of libcurl beside wslink.h. It never follows redirects by itself and never retries: what to do
 * with an answer is decided by who asked.
 *
 * What holds: a reply has status 0 exactly when no HTTP answer came, and then `error` says why.
 * Bodies are bounded (WEB_BODY_MAX); a longer one counts as no answer.
 */
#ifndef RC_CLIENT_WEB_H
#define RC_CLIENT_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEB_BODY_MAX (32u * 1024 * 1024)

struct web;

struct web_request {
    const char *method; /* NULL: POST with a form, GET without */
    const char *url;
    const char *form;           /* x-www-form-urlencoded body, or NULL */
    const char *json;           /* JSON body instead, or NULL */
    const char *bearer;         /* access token, or NULL */
    const char *basic_user;     /* HTTP Basic, or NULL */
    const char *basic_password; /* "" for none */
    const char *accept;         /* NULL: application/json */
    const char *ca_file;        /* PEM bundle in place of the system's, or NULL or "" */
    const char *range;          /* of a Range header, such as "bytes=0-99", or NULL or "" */
    bool with_cookies;          /* send and keep cookies, as a browser does */
    long timeout_ms;            /* 0: 30 s */
};

struct web_reply {
    int status; /* 0: no answer */
    /* Of an answer whose body broke off (then status is 0): its status, and what came is in `body`. */
    int cut_status;
    char *body; /* NUL-terminated, never NULL after web_send */
    size_t body_len;
    char location[4096]; /* of a redirect, as sent */
    char rate_group[32]; /* X-Rate-Limit-Group */
    char content_type[100];
    char content_range[80]; /* of a 206 or 416 */
    int64_t date_ms;        /* Date, 0 when absent */
    int retry_after_s;      /* Retry-After in seconds, -1 when absent */
    char error[256];        /* why there is no answer: never a URL with its query */
};

/* `user_agent` is borrowed for the life of the client. NULL when libcurl cannot start. */
struct web *web_new(const char *user_agent);
void web_free(struct web *web);

/* Fills `reply` always; the caller ends with web_reply_done. */
void web_send(struct web *web, const struct web_request *request, struct web_reply *reply);
void web_reply_done(struct web_reply *reply);

/* --- one GET ahead: asked for now, taken later ---
 *
 * One at a time; a new one, or another that is taken, drops what was under way. A GET of JSON with
 * that bearer, as web_send would do it, on a connection of its own. */
void web_ahead(struct web *web, const char *url, const char *bearer, const char *ca_file,
               long timeout_ms);
/* Sends and receives what can be without waiting: to be called now and then meanwhile. */
void web_ahead_move(struct web *web);
/* False when none was asked for with exactly these. Else waits for its end and fills `reply` as
 * web_send does. */
bool web_ahead_take(struct web *web, const char *url, const char *bearer, struct web_reply *reply);
void web_ahead_drop(struct web *web);

/* The hosts that are asked directly, whatever proxy the environment names; commas between. */
const char *web_no_proxy(const struct web *web);
void web_forget_cookies(struct web *web);
/* The absolute URL that `reference` (perhaps relative) means on page `base`; false when it is no
 * URL or does not fit. */
bool web_resolve(const char *base, const char *reference, char *to, size_t cap);
/* Whether `url` is an absolute http or https URL; `host` (may be NULL) gets its host. */
bool web_is_url(const char *url, char *host, size_t cap);

#endif
