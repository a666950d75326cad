/*
 * The style sheet of the login pages. Uses the variables --primary, --dark, --accent, --ground.
 */
#ifndef MOCKRC_OAUTH_STYLE_H
#define MOCKRC_OAUTH_STYLE_H

extern const char page_style[];

#endif
