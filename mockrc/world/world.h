/*
 * The world: all nouns of one simulated provider. Plain, single-threaded data; reached only through
 * the door (sim/door.h). Pointers into it are borrowed until the door call ends.
 * No sockets, no threads, no JSON text, no machine clock (clock.c excepted).
 */
#ifndef MOCKRC_WORLD_WORLD_H
#define MOCKRC_WORLD_WORLD_H

#include "base/id.h"
#include "base/recent.h"
#include "world/account.h"
#include "world/app.h"
#include "world/binding.h"
#include "world/call_log.h"
#include "world/clock.h"
#include "world/device.h"
#include "world/knob.h"
#include "world/lookup.h"
#include "world/media.h"
#include "world/message.h"
#include "world/notice.h"
#include "world/monitoring.h"
#include "world/name.h"
#include "world/outbox.h"
#include "world/party.h"
#include "world/phone_call.h"
#include "world/proxy.h"
#include "world/rate.h"
#include "world/scope.h"
#include "world/session.h"
#include "world/sip_out.h"
#include "world/subscription.h"
#include "world/switchboard.h"
#include "world/user.h"
#include "world/wsc.h"

struct world {
    uint64_t seed;
    struct id ids; /* tokens, request ids, nonces */
    struct clock clock;
    struct knobs knobs;
    struct outbox outbox;
    struct sip_outs sip_outs;
    struct sip_service *sip; /* who serves SIP, for calls begun here; borrowed, NULL: nobody */
    const struct media_carrier *media; /* who carries audio; borrowed, NULL: nobody */
    struct id
        sip_ids; /* Call-IDs and tags of our own: a stream apart, as phones come at any time */

    /* Each list is owned; elements are allocated one by one, so pointers stay valid. */
    struct account **accounts;
    size_t account_count, account_cap;
    struct phone_number **numbers;
    size_t number_count, number_cap;
    struct user **users;
    size_t user_count, user_cap;
    struct app **apps;
    size_t app_count, app_cap;
    struct jwt_credential **credentials;
    size_t credential_count, credential_cap;
    struct device **devices;
    size_t device_count, device_cap;
    struct monitoring_group **monitoring;
    size_t monitoring_count, monitoring_cap, monitoring_made;
    struct proxy **proxies;
    size_t proxy_count, proxy_cap;
    struct name_entry *names; /* world/name.h */
    size_t name_count, name_cap;

    /* The nouns by what clients name them with; kept by the nouns' own files. */
    struct lookup *numbers_by_text, *users_by_email, *users_by_extension;
    struct lookup *apps_by_client_id, *credentials_by_id;
    struct lookup *devices_by_id, *devices_by_sip_username;

    struct phone_call *phone_calls; /* newest first */
    struct phone_call *phone_calls_by_id[PHONE_CALL_BUCKETS];
    size_t phone_call_count;
    struct phone_call *phone_calls_gone[PHONE_CALLS_GONE]; /* the last ones over */
    size_t phone_calls_gone_at;
    uint64_t last_phone_call;
    struct ended_call *ended; /* oldest first; kept by switchboard_log.c */
    size_t ended_count, ended_cap;
    struct ring_out *ring_outs; /* oldest first; world/ring_out.h */
    size_t ring_out_count, ring_out_cap;
    int64_t last_ring_out;
    struct traffic *traffic;         /* world/traffic.h; NULL: none */
    const struct phone_side *phones; /* who rings phones (world/switchboard.h); NULL: nobody */
    struct party_rule *parties;
    size_t party_count, party_cap;

    /* Opaque stores of their files. */
    struct session_store *sessions;
    struct binding_store *bindings;
    struct call_log *call_log;
    uint32_t call_log_resets;      /* how often its sync frames were thrown away (CLG-104) */
    uint64_t call_log_reset_cause; /* journal number of the last time */
    struct message_store *messages;
    struct rate_store *rates;
    struct login_store *logins; /* oauth's browser sessions and codes: world/login.h */
    struct keyring *keyring;    /* world/keyring.h */
    struct subscription_store *subscriptions;
    struct wsc_store *wscs;

    notice_fn *listener; /* world/notice.h */
    void *listener_context;

    /* What the SIP side remembers for a short while; made when first needed. */
    struct recent *sip_nonces;    /* nonces answered with a count: the highest count seen */
    uint64_t sip_nonce_count;     /* nonces given so far: no two are the same */
    struct recent *sip_exchanges; /* answered requests, to tell a retransmission */
    struct recent *sip_goodbyes;  /* dialogs we hung up on: the phone's BYE may cross ours */
    uint64_t sip_retransmits;     /* how many were told; not in the journal, they depend on load */

    /* Where clients reach us, set by sim once the ports are known. */
    char *base_url;       /* "http://127.0.0.1:5880", no trailing slash */
    char *tls_url;        /* the same over TLS: "https://127.0.0.1:5881"; NULL: not served */
    char *ws_url;         /* the WebSocket gateway: "ws://127.0.0.1:5882/ws"; NULL: not served */
    char *wss_url;        /* the same over TLS */
    char *ca_file;        /* where the certificate of our authority was written; NULL: nowhere */
    char *dns_address;    /* of the name service: "127.0.0.1:5053"; NULL: not served */
    char *media_url;      /* same unless the fixture says otherwise */
    char *bind;           /* "127.0.0.1" */
    bool names_resolve;   /* proxies are shown by their provisioned names, not by address */
    uint64_t authority;   /* rises with every new certificate authority */
    uint64_t certificate; /* rises with every new certificate of the HTTPS listener */
    uint64_t restarts;    /* rises when that ends its connections */
    unsigned transports; /* bits by enum transport: what every proxy serves; UDP and TCP at first */
};

static inline bool world_serves(const struct world *world, enum transport transport)
{
    return world->transports >> transport & 1;
}

/* An empty world. `start_ms` 0: now. */
struct world *world_new(uint64_t seed, enum clock_mode mode, int64_t start_ms);
void world_free(struct world *world);

#endif
