/*
 * A multipart body (RFC 2046 section 5.1; as form data RFC 7578) taken apart. Parts point into the
 * body where they can; what had to be decoded is of the arena. Lines end in CRLF. Bounded: parts,
 * their heads, the boundary.
 */
#ifndef MOCKRC_BASE_MULTIPART_H
#define MOCKRC_BASE_MULTIPART_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { MULTIPART_PARTS_MAX = 64, MULTIPART_HEAD_MAX = 4096, MULTIPART_BOUNDARY_MAX = 70 };

struct multipart_part {
    const char *name;      /* Content-Disposition's, or NULL */
    const char *file_name; /* likewise */
    const char *type;      /* Content-Type as written; NULL: none */
    const char *data;      /* not NUL-terminated */
    size_t len;
};

struct multipart {
    struct multipart_part *parts;
    size_t count;
};

enum multipart_fault {
    MULTIPART_OK,
    MULTIPART_NO_BOUNDARY, /* none in the Content-Type, or one that cannot be */
    MULTIPART_UNFINISHED,  /* no first or no last boundary */
    MULTIPART_BAD_HEAD,
    MULTIPART_BAD_CODING, /* a Content-Transfer-Encoding unknown or broken */
    MULTIPART_TOO_MANY,
};

/* `content_type` is the request's header. At a fault `*ret` holds nothing of worth. */
enum multipart_fault multipart_parse(struct arena *arena, const char *content_type,
                                     const char *body, size_t len, struct multipart *ret);

#endif
