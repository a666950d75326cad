/*
 * What the verbs' files share: their rows for verbs.c, and reading arguments that verb_check has
 * already passed. Only for control/.
 */
#ifndef MOCKRC_CONTROL_VERBS_H
#define MOCKRC_CONTROL_VERBS_H

#include "control/control.h"

extern const struct verb verb_rotate_password, verb_stop_proxy, verb_start_proxy, verb_drain_proxy,
    verb_stale_proxy, verb_move_proxy, verb_rotate_certificate, verb_set_role, verb_set_scopes,
    verb_set_user, verb_unlock, verb_set_account, verb_set_app, verb_rotate_sip_secret,
    verb_drop_registrations, verb_check_sync, verb_close_connections, verb_ring_user,
    verb_set_party, verb_call, verb_traffic, verb_revoke_sessions, verb_set, verb_advance,
    verb_clock, verb_fault, verb_clear_fault, verb_reset, verb_reset_sync, verb_delete_calls,
    verb_notify;

extern const struct verb verb_dtmf, verb_play, verb_set_dns;

/* An argument's node, or NULL when it was not given; a scalar stands for the verb's main one. */
const struct node *verb_arg_node(const struct verb *verb, const struct node *args,
                                 const char *name);
const struct node *verb_arg(const struct verb_call *call, const char *name);
const char *verb_text(const struct verb_call *call, const char *name, const char *otherwise);

/* Nouns by argument; NULL with the diag filled ("no such user ...; did you mean") when there is
 * none. They also name the noun in the event. */
struct user *verb_user(struct verb_call *call, const char *name);
struct app *verb_app(struct verb_call *call, const char *name);
struct proxy *verb_proxy(struct verb_call *call, const char *name);
struct device *verb_device(struct verb_call *call, const char *name);

/* Refuses at an argument: ERR_USAGE. */
int verb_refuse(struct verb_call *call, const struct node *at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* Does what an argument names exist? (verb_nouns.c) */
int verb_noun_check(const struct verb_arg *arg, const struct node *value, const char *file,
                    const struct world *world, struct diag *diag);

#endif
