/* The handlers of oauth.c's rows; each is told in its file. */
#ifndef MOCKRC_OAUTH_HANDLERS_H
#define MOCKRC_OAUTH_HANDLERS_H

#include "api/route.h"

route_fn oauth_authorize; /* authorize.c */

route_fn form_page, form_identifier, form_password, form_code; /* login.c */
route_fn form_sso, form_new_password, form_restart, form_consent;

route_fn oauth_token;  /* token.c */
route_fn oauth_revoke; /* revoke.c */

route_fn oauth_userinfo, oauth_wstoken; /* userinfo.c */
route_fn oauth_jwks, oauth_discovery;   /* discovery.c */

#endif
