/* The names of who answered; see sipnames.h. */
#include "sipnames.h"

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/su_strlst.h>
#include <sofia-sip/tport.h>

#include "text.h"

bool sipnames_hold(struct nta_agent_s *agent, struct nta_outgoing_s *answered, const char *host,
                   const char *domain)
{
    bool is_found = false;
    msg_t *answer = nta_outgoing_getresponse(answered);
    tport_t *by = answer ? tport_delivered_by(nta_agent_tports(agent), answer) : NULL;
    const su_strlst_t *names = by ? tport_delivered_from_subjects(by, answer) : NULL;
    for (usize_t i = 0; names && i < su_strlst_len(names); i++) {
        const char *name = su_strlst_item(names, i);
        is_found = is_found || (*host && text_same_nocase(name, host)) ||
                   (*domain && text_same_nocase(name, domain));
    }
    if (answer)
        msg_destroy(answer);
    return is_found;
}
