/* Causes in what REST answers, recordings among it. Source: reference/failures.md F034 to F057 and
 * F082 to F091. */
#include "explain/cause.h"

#define DENIED "CMN-402, CMN-404, CMN-408, CMN-419"
/* A new grant, a new role: what is refused now is refused anew. */
#define ANEW "{op: oauth.token, grant_type: [authorization_code, password], status: 200}"
#define READ "{layer: rest, status: '<400'}"

const struct cause causes_rest[] = {
    {
        "super-admin-downgraded",
        PLANE_REST,
        WEIGHT_BROKEN,
        .broken = "{layer: rest, status: 403, code: [" DENIED "], cause: '*'}",
        .heals = "[{op: set-role}, " ANEW "]",
        .works = READ,
        .begins = "{op: set-role}",
        .same = "user",
        .is_same_op = true,
        .says = "{user|The user} lost a role at the provider and may no longer read the company's "
                "data; "
                "the own extension's still comes.",
        .remedy = "Give the service user its Super Admin role back; a new login is not needed.",
    },
    {
        "wrong-account-authorized",
        PLANE_REST,
        WEIGHT_BROKEN,
        .broken =
            "{layer: rest, status: 403, code: [" DENIED "], cause: ~, path: '!*/extension/*'}",
        .heals = ANEW,
        .works = READ,
        .begins = "{op: oauth.token, grant_type: '!refresh_token', status: 200}",
        .is_same_op = true,
        .says =
            "{user|The user} authorized, who is no Super Admin: the company's data is refused, and "
            "always was.",
        .remedy = "Log out of the provider in that browser, or use a private window.\n"
                  "Authenticate as the dedicated Super Admin.\nSave, OK.",
    },
    {
        "recording-permission-missing",
        PLANE_RECORDING,
        WEIGHT_DEGRADED,
        .broken = "{op: '*CallRecording*', status: 403, code: [" DENIED "]}",
        .works = "{op: '*CallRecording*', status: '<400'}",
        .begins = "{op: [set-scopes, set-role]}",
        .says = "Recordings are refused: the app or {user|the user} may not read them.",
        .remedy =
            "Give the app ReadCallRecording and the service user the right to read recordings.\n"
            "Authenticate again.",
    },
    {
        "scope-added-needs-new-consent",
        PLANE_REST,
        WEIGHT_BROKEN,
        .broken = "{layer: rest, status: 403, code: CMN-401}",
        .heals = ANEW,
        .works = READ,
        .begins = "{op: set-scopes, args: '*add*'}",
        .needs_begin = true,
        .is_same_op = true,
        .says =
            "The app was given a permission, but the grant is from before: it does not have it.",
        .remedy = "Authenticate again, for a fresh consent.\nSave, OK.",
    },
    {
        "app-scope-missing",
        PLANE_REST,
        WEIGHT_BROKEN,
        .broken = "{layer: rest, status: 403, code: CMN-401}",
        .heals = ANEW,
        .works = READ,
        .begins = "{op: set-scopes}",
        .is_same_op = true,
        .says =
            "The app may not do what it asks for: it lacks the permission {scope|that is named}.",
        .remedy = "The vendor adds the permission to the app.\n"
                  "Authenticate again, for a fresh consent.\nSave, OK.",
    },
    {
        "recording-feature-or-license-off",
        PLANE_RECORDING,
        WEIGHT_DEGRADED,
        .broken = "[{op: set-account, args: '*Automatic*CallRecording*false*'}, {op: set, args: "
                  "'*rec.policy*off*'}, "
                  "{op: '*CallRecording*', status: 403, code: [CMN-109, CMN-403]}]",
        .works = "[{op: set-account, args: '*CallRecording*true*'}, "
                 "{op: set, args: ['*rec.policy*all*', '*rec.policy*inbound*', "
                 "'*rec.policy*outbound*']}]",
        .says = "Recording of calls is switched off at the provider: no new recording comes into "
                "being, "
                "whatever the client's Enable Recording says.",
        .remedy = "Turn on automatic recording at the provider, or buy it.\n"
                  "Calls of the time between stay without a recording.",
    },
    {
        "plan-feature-removed",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "{layer: rest, status: 403, code: [CMN-109, CMN-403]}",
        .works = READ,
        .begins = "{op: set-account, args: '*feature*false*'}",
        .is_same_op = true,
        .says = "A feature the client uses is not in the account's plan.",
        .remedy = "Buy or assign the feature at the provider.",
    },
    {
        "recording-not-ready-404",
        PLANE_RECORDING,
        WEIGHT_NOTE,
        .broken = "{op: readCallRecordingContent, status: 404}",
        .works = "{op: readCallRecordingContent, status: '<400'}",
        .says = "A recording was asked for that is not there yet; nobody has got one since.",
        .remedy = "Wait some minutes and ask again: a recording comes later than its call.",
    },
    {
        "recording-link-token-expired",
        PLANE_RECORDING,
        WEIGHT_DEGRADED,
        .broken = "{op: readCallRecordingContent, status: 401}",
        .works = "{op: readCallRecordingContent, status: '<400'}",
        .says = "A recording is fetched with a token that is no longer good.",
        .remedy = "The vendor makes the link anew with the current token.",
    },
    {
        "rate-limit-penalty-trap",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "{layer: rest, status: 429}",
        .works = "{layer: rest, status: '<400', rate_group: '*'}",
        .same = "rate_group",
        .says = "The client asks more often than its limit ({rate_group|a} group) allows and is "
                "refused; "
                "asking on prolongs that.",
        .remedy = "Stop asking until Retry-After has passed.\n"
                  "The vendor asks for less, or for a higher limit.",
    },
    {
        "isync-overflow",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "{layer: rest, code: CLG-103}",
        .works = "{op: 'sync*', status: 200}",
        .says =
            "So many records came since the last sync that the sync token is void: there is a gap.",
        .remedy = "Read the gap by dates, then begin a new full sync.",
    },
    {
        "isync-token-reset",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "{layer: rest, code: [CLG-101, CLG-102, CLG-104]}",
        .works = "{op: 'sync*', status: 200}",
        .begins = "{op: reset-sync}",
        .says = "The provider threw the sync token away: only a full sync goes on from here.",
        .remedy = "Begin a new full sync.",
    },
    {
        "extension-scope-by-mistake",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "{op: [readUserCallLog, syncUserCallLog], status: 200}",
        .works = "{op: [readCompanyCallLog, syncAccountCallLog], status: 200}",
        .begins = "{op: [readCompanyCallLog, syncAccountCallLog], status: 403}",
        .needs_begin = true,
        .same = "user",
        .is_aside = true,
        .says =
            "The company's call log is refused and the client reads the one of {user|the user}'s "
            "own extension instead: most calls are missing.",
        .remedy = "Restore the Super Admin role.\n"
                  "The vendor never falls back from the company to an extension silently.",
    },
    {
        "api-maintenance-503",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "[{layer: rest, status: [500, 502, 503, 504, 408]}, "
                  "{layer: rest, plan: [drop, close], fault: '*'}]",
        .works = "{layer: rest, status: '<500'}",
        .says = "The REST API is out of order or in maintenance; grant and settings are fine.",
        .remedy = "Wait, and look at the provider's status page.\nDo not authenticate again.",
    },
    {
        "egress-blocked-or-dns",
        PLANE_REST,
        WEIGHT_DEGRADED,
        .broken = "[{op: [net.connect, net.refuse], proxy: ~, fault: '*'}, "
                  "{op: net.tls, result: failed, proxy: ~}]",
        .works = "{layer: [rest, oauth], status: '<500'}",
        .begins = "{op: rotate-certificate}",
        .says =
            "Connections to the API are broken on the way ({plan|in TLS}): requests do not arrive.",
        .remedy = "Allow this host to be reached (firewall, proxy, DNS).\n"
                  "Check that the client trusts the provider's certificate.",
    },
    {0},
};
