/* THE table of fault kinds. A new kind is a row: its name, the plan the edge performs, and which
 * arguments it takes. */
#include "fault/kinds.h"

/* Asked and answered: HTTP, SIP, what a client says of itself. Notifications only leave. */
#define ANSWERED                                                                                   \
    (~0u & ~(1u << LAYER_MEDIA) & ~(1u << LAYER_NET) & ~(1u << LAYER_DNS) & ~NOTIFICATIONS)
#define NAMES         (1u << LAYER_DNS)
#define NOTIFICATIONS (1u << LAYER_NOTIFY)

static const struct fault_kind kinds[] = {
    {.name = "answer",
     .plan = PLAN_ANSWER,
     .help = "answers this instead: status, code (CMN-301; of OAuth: OAU-213 or invalid_grant), "
             "message, body (without code or body: empty), retry_after; SIP: to (3xx: a proxy)",
     .args = {"status", "code", "message", "body", "retry_after", "to"},
     .needs = "status"},
    {.name = "delay",
     .plan = PLAN_DELAY,
     .help = "answers as usual, later: delay; a notification: in world time",
     .args = {"delay"},
     .needs = "delay",
     .layers = ANSWERED | NOTIFICATIONS | NAMES},
    {.name = "drop",
     .plan = PLAN_DROP,
     .help = "does the work but never answers; HTTP is closed after `delay` (10s)",
     .args = {"delay"},
     .layers = ANSWERED | NOTIFICATIONS | NAMES},
    {.name = "close",
     .plan = PLAN_CLOSE,
     .help =
         "closes the connection without doing the work (SIP over UDP: silence); a WebSocket with "
         "the close code `code`",
     .args = {"code"},
     .layers = ANSWERED | NOTIFICATIONS},
    {.name = "resolve",
     .plan = PLAN_RESOLVE,
     .help = "answers a DNS query with what it `gives`: nxdomain, servfail, refused, empty (no "
             "record), truncated "
             "(over UDP), or an address",
     .args = {"gives"},
     .needs = "gives",
     .layers = NAMES},
    {.name = "impair",
     .plan = PLAN_IMPAIR,
     .help = "harms a phone's audio from media.start on: loss and reorder (percent), jitter, "
             "direction (to_phone, from_phone; both unless told)",
     .args = {"loss", "reorder", "jitter", "direction"},
     .layers = 1u << LAYER_MEDIA},
    {.name = "duplicate",
     .plan = PLAN_DUPLICATE,
     .help = "delivers a notification twice",
     .layers = NOTIFICATIONS},
    {.name = "reorder",
     .plan = PLAN_REORDER,
     .help = "lets the next notification of the subscription pass",
     .layers = NOTIFICATIONS},
#define BYTES(word, what) .name = word, .plan = PLAN_BYTES, .layers = 1u << LAYER_NET, .bytes = what
    {BYTES("refuse", BYTES_REFUSE), .help = "nobody listens: connections are refused",
     .is_uncountable = true},
    {BYTES("silence", BYTES_SILENCE),
     .help = "accepts a connection and never reads nor answers; closed after `delay`, if given",
     .args = {"delay"}},
    {BYTES("reset", BYTES_RESET),
     .help = "resets a connection, after so many bytes of the answer (`after`, 0)",
     .args = {"after"}},
    {BYTES("half-close", BYTES_HALF_CLOSE),
     .help = "sends nothing after so many bytes of the answer (`after`, 0), and goes on reading",
     .args = {"after"}},
    {BYTES("cut", BYTES_CUT),
     .help = "closes a connection after so many bytes of the answer (`after`, 0), in TLS without "
             "a goodbye",
     .args = {"after"}},
    {BYTES("dribble", BYTES_DRIBBLE),
     .help = "the answer leaves so many `bytes` (1) every `delay` (20ms)",
     .args = {"bytes", "delay"}},
    {BYTES("stall", BYTES_STALL),
     .help = "reads, but after so many bytes (`after`, 0; the TLS handshake's count) nothing "
             "leaves; closed after `delay`, if given",
     .args = {"after", "delay"}},
    {BYTES("garbage", BYTES_GARBAGE),
     .help = "wrong bytes for an answer, without TLS: `body`, or so many `bytes` (64)",
     .args = {"body", "bytes"}},
    {BYTES("alert", BYTES_ALERT),
     .help = "a fatal TLS alert (`alert`, handshake_failure) for an answer", .args = {"alert"}},
    {BYTES("certificate", BYTES_CERTIFICATE),
     .help = "shows a certificate that `is` expired, not-yet-valid, wrong-host, self-signed or of "
             "an unknown-ca",
     .args = {"is"}, .needs = "is", .is_of_hello = true},
#undef BYTES
};

size_t fault_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

bool fault_kind_acts_on(const struct fault_kind *kind, enum layer layer)
{
    return (kind->layers ? kind->layers : ANSWERED) >> layer & 1;
}

const struct fault_kind *fault_kind_at(size_t i)
{
    return &kinds[i];
}

const char *fault_kind_name(size_t i)
{
    return kinds[i].name;
}

const char *fault_kind_help(size_t i)
{
    return kinds[i].help;
}

const char *plan_kind_name(enum plan_kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].plan == kind)
            return kinds[i].name;
    return NULL;
}

const char *byte_fault_name(enum byte_fault bytes)
{
    for (size_t i = 0; bytes && i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].bytes == bytes)
            return kinds[i].name;
    return NULL;
}
