/*
 * Who is it, and may his device use the platform: the checks that REGISTER and INVITE share. They
 * stand in this order in a row; those below the credentials need exchange->device.
 */
#ifndef MOCKRC_SIP_AUTH_H
#define MOCKRC_SIP_AUTH_H

#include "sip/exchange.h"

/* failures.md F102: banned for a while after too many wrong digests (knob sip.lockout.*). */
bool auth_check_lockout(struct sip_exchange *exchange);
/* Challenges with 401, other requests than REGISTER with 407. */
bool auth_check_credentials(struct sip_exchange *exchange);
/* failures.md F104, F105; sip.md 3.3: each refuses with 403 and its cause. */
bool auth_check_line(struct sip_exchange *exchange);
bool auth_check_account(struct sip_exchange *exchange);
bool auth_check_user(struct sip_exchange *exchange);

#endif
