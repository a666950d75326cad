/*
 * How the pages are dressed: by brand id (oauth.md 2). The marks are our own drawings; no vendor's
 * logo is in here. Adding a brand is a row.
 */
#ifndef MOCKRC_OAUTH_BRAND_H
#define MOCKRC_OAUTH_BRAND_H

struct brand {
    const char *id, *name;
    const char *primary, *primary_dark; /* buttons and links; pressed */
    const char *accent, *ground;        /* the bar and the mark; behind the card */
    const char *mark;                   /* SVG elements in a 48 x 48 box, colour `currentColor` */
};

/* NULL when no brand has that id. */
const struct brand *brand_by_id(const char *id);
/* What is shown when nobody said which. */
const struct brand *brand_default(void);

#endif
