/*
 * What went wrong with something the user gave us (a file, a flag, a port), for people to read.
 * Not for answers the protocol gives (those are replies) and not for our own bugs (assert).
 *
 * A function that can fail this way returns 0 or one of enum err, fills a `struct diag` that the
 * caller owns, and leaves its results untouched. The enum values are the program's exit codes.
 */
#ifndef MOCKRC_BASE_ERR_H
#define MOCKRC_BASE_ERR_H

enum err {
    ERR_OK = 0,
    ERR_EXPECT = 1,  /* an expectation failed */
    ERR_USAGE = 2,   /* a flag or a file is wrong */
    ERR_ENV = 3,     /* port, TLS, permission, memory of this machine */
    ERR_TIMEOUT = 4, /* something waited for did not come */
    ERR_BUG = 5,     /* ours */
    ERR_EMPTY = 6,   /* nothing ran, nothing was asserted */
};

struct diag {
    char file[256]; /* "" when not about a file */
    int line, col;  /* 1-based, 0 when unknown */
    char text[512]; /* what was wanted, what was there */
};

/* Fills `diag` (which may be NULL) and returns `err`, so that a refusal is one line. */
int diag_set(struct diag *diag, int err, const char *file, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));

/* "file:line:col: text" into `out`, always NUL-terminated; returns `out`. */
char *diag_text(const struct diag *diag, char *out, int out_len);

#endif
