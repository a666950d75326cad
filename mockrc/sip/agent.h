/*
 * The platform's own phone apps and what is said with them beside a call: headers of the INVITEs
 * that ring them, MESSAGEs to them when a call was taken, closed or is over, and their MESSAGEs with
 * which a ringing call is forwarded, sent to voicemail, refused or replied to. A phone that was
 * set up by hand (OtherPhone, HardPhone) neither gets nor sends any of it. Source: sip.md 4.2, 4.3.
 */
#ifndef MOCKRC_SIP_AGENT_H
#define MOCKRC_SIP_AGENT_H

#include "sip/agent_xml.h"
#include "sip/exchange.h"

struct phone_leg;

bool agent_is_app(const struct device *device);
/* Header lines of the INVITE that rings `leg`; "" for a phone that is no app. In the arena. */
const char *agent_headers(struct world *world, const struct phone_leg *leg,
                          const struct device *device, struct arena *arena);
/* A MESSAGE of that command to the leg's phone, if it is an app. */
void agent_tell(struct world *world, const struct phone_leg *leg, enum agent_command command);

/* The checks that a MESSAGE outside of any dialog meets. NULL-ended. */
extern sip_check_fn *const agent_message_checks[];
/* What follows on a MESSAGE of an app; after its event. */
void agent_go_on(struct sip_exchange *exchange);

#endif
