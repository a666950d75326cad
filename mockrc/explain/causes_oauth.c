/* Causes in the grant: how it was got, and how it lives. Order: what stands in the way of every cure
 * comes first. Source: reference/failures.md F001 to F033. */
#include "explain/cause.h"

#define AUTHORIZED   "{op: oauth.token, grant_type: [authorization_code, password], status: 200}"
#define TOKEN_GIVEN  "{op: oauth.token, status: 200}"
#define REFRESHED    "{op: oauth.token, grant_type: refresh_token, status: 200}"
#define TOKEN_PASSES "{layer: rest, status: '<400', session: '*'}"

const struct cause causes_oauth[] = {
    {
        "account-suspended",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "[{layer: [rest, oauth], code: OAU-142}, {layer: sip, reason: the account is "
                  "disabled}]",
        .heals = "{op: set-account, args: '*status*Confirmed*'}",
        .works = "[{layer: rest, status: '<400', user: '*'}, " TOKEN_GIVEN "]",
        .begins = "{op: set-account, args: '*status*Disabled*'}",
        .says = "The customer's account is suspended at the provider: everything that needs it is "
                "refused, although the grant is still there.",
        .remedy = "The customer settles it with the provider, who restores the account.\n"
                  "Nothing to do in the client: it works again by itself, without a new login.",
    },
    {
        "app-suspended-or-secret-rotated",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "[{layer: [oauth, rest], code: [OAU-127, OAU-164]}, "
                  "{op: oauth.token, grant_type: refresh_token, error: invalid_client, code: "
                  "'!OAU-165'}]",
        .heals = "{op: set-app, args: '*status*active*'}",
        .works = TOKEN_GIVEN,
        .begins = "{op: set-app}",
        .says =
            "The vendor's app was suspended, or its secret was changed and the client still sends "
            "the old one: no token can be renewed.",
        .remedy = "The vendor restores the app, or gives the client the new secret.\n"
                  "Do not authenticate again: that is refused for the same reason.",
    },
    {
        "sandbox-client-on-production",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: [oauth, rest], code: OAU-165}",
        .works = TOKEN_GIVEN,
        .says = "The client shows keys of a sandbox app to the production host.",
        .remedy = "Use the key pair that belongs to this host.\nAuthenticate again.",
    },
    {
        "client-credentials-invalid",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: oauth, error: invalid_client, code: '!OAU-113'}",
        .works = TOKEN_GIVEN,
        .begins = "{op: set-app}",
        .says = "The client's id or secret is wrong: the token endpoint does not know who asks.",
        .remedy = "The vendor corrects client id and secret.\nAuthenticate again.",
    },
    {
        "redirect-uri-mismatch",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: oauth, code: OAU-109}",
        .works = AUTHORIZED,
        .says =
            "The address the client wants to be called back at is none that is registered for its "
            "app.",
        .remedy = "The vendor registers exactly this redirect URI.\nRepeat Authenticate.",
    },
    {
        "redirect-uri-none-registered",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: oauth, code: OAU-113}",
        .works = AUTHORIZED,
        .says = "The app has no redirect URI at all: it is not made for a login in a browser.",
        .remedy = "Use the client id of an app made for a browser login.\nRepeat Authenticate.",
    },
    {
        "brand-mismatch-login",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken =
            "[{layer: oauth, code: OAU-101}, {layer: oauth, reason: 'the page is of brand *'}]",
        .works = AUTHORIZED,
        .says =
            "The login page was that of another brand than the account's, where its users are not "
            "known.",
        .remedy = "Set the brand of the account (1210 RingCentral, 6010 Avaya Cloud Office).\n"
                  "Repeat Authenticate.",
    },
    {
        "app-not-open-to-account",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: oauth, code: [OAU-102, OAU-121]}",
        .works = AUTHORIZED,
        .says = "The app is not open to this account.",
        .remedy = "The vendor opens the app to the account or brand.\nRepeat Authenticate.",
    },
    {
        "grant-type-or-client-type-mismatch",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: oauth, code: [OAU-112, OAU-116, OAU-125, OAU-250, OAU-251]}",
        .works = TOKEN_GIVEN,
        .says = "The client asks for a token in a way its app is not registered for.",
        .remedy = "The vendor changes the app's type or grants, or the client's way of asking.",
    },
    {
        "service-account-locked-out",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken =
            "[{layer: oauth, code: [OAU-147, OAU-148]}, {layer: oauth, reason: locked out by this "
            "attempt}, {layer: [rest, oauth], reason: locked-out}]",
        .works = "[{op: unlock}, {op: oauth.login.password, status: 302}, " AUTHORIZED "]",
        .begins = "{op: oauth.login.password, code: OAU-140}",
        .same = "user",
        .says =
            "The login of {user|the service account} is locked after too many wrong passwords: it "
            "can not authenticate, not even with the right one.",
        .remedy = "Another administrator clears the lock in the user list, or wait until it ends.\n"
                  "Find what tries the old password.\n"
                  "Authenticate once, with the right password.",
    },
    {
        "mfa-or-sso-enforced",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken =
            "[{op: oauth.login.password, mfa_code: '*'}, {layer: oauth, code: OAU-168}, "
            "{op: oauth.page, page: [code, sso]}, {layer: oauth, reason: 'the identity provider "
            "*'}, {layer: [rest, oauth], reason: policy, error: '*', code: [OAU-210, OAU-213]}]",
        .works = "[{op: oauth.consent}, {op: oauth.token, status: 200}]",
        .begins =
            "{op: [set-user, set], args: ['*mfa*true*', '*sso*true*', '*mfa*on*', '*sso*on*']}",
        .says =
            "A second factor or single sign-on is asked of {user|the service user}: a login needs "
            "a person, and the one that was begun did not get through.",
        .remedy = "Exempt the service account from it, or enrol it.\nAuthenticate again.",
    },
    {
        "password-expired-forced-change",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken = "{op: oauth.page, page: new-password}",
        .works = "[{op: oauth.consent}, {op: oauth.token, status: 200}]",
        .begins = "{op: set-user, args: '*must-change-password*true*'}",
        .says = "The password of {user|the service user} has expired: the login stops at choosing "
                "a new "
                "one.",
        .remedy = "Choose a new password at the provider.\nAuthenticate again with it.\n"
                  "Give the service account a password that does not expire.",
    },
    {
        "consent-denied",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken = "{layer: oauth, decision: decline}",
        .works = "[{layer: oauth, decision: authorize}, " AUTHORIZED "]",
        .says = "{user|Somebody} logged in and then declined to give the app access.",
        .remedy = "Repeat Authenticate and press Authorize.",
    },
    {
        "service-user-deleted-or-disabled",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken =
            "[{layer: [oauth, rest], code: [OAU-141, OAU-136, OAU-232, OAU-236, CMN-405]}, "
            "{layer: sip, reason: ['the extension is *', the device belongs to no extension]}]",
        .heals = "{op: set-user, args: '*status*Enabled*'}",
        .works = "[{layer: rest, status: '<400', user: '*'}, " TOKEN_GIVEN
                 ", {op: sip.register, status: 200}]",
        .begins = "{op: set-user}",
        .same = "user",
        .says = "{user|The user} was disabled or deleted at the provider: whatever belongs to this "
                "user "
                "is refused.",
        .remedy = "Enable the user again, or make another dedicated Super Admin.\n"
                  "Authenticate again, Save, OK.",
    },
    {
        "authorization-code-replayed",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken =
            "[{layer: [rest, oauth], reason: code-replayed}, {op: oauth.token, code: OAU-106}]",
        .works = "[" TOKEN_GIVEN ", {layer: rest, status: '<400', session: '*'}]",
        .says =
            "The callback ran twice: the same authorization code was exchanged a second time, and "
            "the provider takes back what the first one got.",
        .remedy = "Authenticate again, and do not reload the page that comes back.\n"
                  "The vendor takes each code once.",
    },
    {
        "authorization-code-expired",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{op: oauth.token, code: OAU-108}",
        .works = AUTHORIZED,
        .says = "The authorization code came too late to be exchanged.",
        .remedy = "Authenticate again without pausing.\nThe vendor exchanges the code at once.",
    },
    {
        "password-rotated-stale-grant",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: [rest, oauth], reason: password-changed}",
        .works = TOKEN_GIVEN,
        .begins = "{op: rotate-password}",
        .same = "user",
        .says =
            "The password of {user|the service user} was changed at the provider, which ended the "
            "client's grant; nobody authenticated again, so data no longer flows.",
        .remedy =
            "Authenticate again with the new password.\nSave, OK.\nRead what was missed (a sync).",
    },
    {
        "grant-revoked-by-user",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: [rest, oauth], reason: revoked}",
        .works = TOKEN_GIVEN,
        .begins = "{op: [revoke-sessions, oauth.revoke]}",
        .same = "user",
        .says =
            "The app's access was taken away from {user|the user}'s account at the provider: the "
            "grant is dead.",
        .remedy = "Find out who removed the access, and why.\nAuthenticate again.\nSave, OK.",
    },
    {
        "absolute-session-timeout",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: [rest, oauth], reason: timed-out}",
        .works = TOKEN_GIVEN,
        .begins = TOKEN_GIVEN,
        .same = "user",
        .says = "The session of {user|the user} reached the longest life a session may have.",
        .remedy = "Authenticate again.\nSave, OK.",
    },
    {
        "parallel-session-limit",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: [rest, oauth], reason: evicted}",
        .works = TOKEN_GIVEN,
        .same = "user",
        .says = "{user|The user} authorized more often than sessions may be open at once, and the "
                "provider ended this one for a newer.",
        .remedy =
            "Find the other places that log in as this user, and give them users of their own.\n"
            "Authenticate again.\nSave, OK.",
    },
    {
        "refresh-token-idle-expiry",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "[{op: oauth.token, grant_type: refresh_token, code: OAU-210}, "
                  "{op: oauth.token, grant_type: refresh_token, reason: expired}]",
        .works = TOKEN_GIVEN,
        .begins = TOKEN_GIVEN,
        .same = "user",
        .says = "Nobody renewed the grant of {user|the user} for so long that its refresh token "
                "expired.",
        .remedy = "Authenticate again.\nSave, OK.\nKeep the client running during freezes.",
    },
    {
        "rotated-token-not-persisted",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{op: oauth.token, reason: superseded by a refresh}",
        .works = TOKEN_GIVEN,
        .begins = "{op: oauth.token, grant_type: refresh_token, plan: '*'}",
        .needs_begin = true,
        .same = "user",
        .says =
            "The answer with the new token pair of {user|the user} was lost on its way; the client "
            "came back with the old pair, which is spent.",
        .remedy = "Authenticate again.\nSave, OK.\n"
                  "The vendor repeats a lost refresh at once, within the provider's grace.",
    },
    {
        "refresh-rotation-race",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{op: oauth.token, reason: superseded by a refresh}",
        .works = TOKEN_GIVEN,
        .begins = REFRESHED,
        .same = "user",
        .says = "A refresh token of {user|the user} was sent that had been exchanged before: two "
                "processes refresh one grant, or the new pair was never stored.",
        .remedy = "If data still flows, nothing; otherwise authenticate again, Save, OK.\n"
                  "Find the second process that refreshes this grant.\n"
                  "The vendor stores a new pair before using it, under one lock.",
    },
    {
        "old-access-token-in-flight",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken = "{layer: rest, reason: superseded by a refresh}",
        .works = TOKEN_PASSES,
        .begins = REFRESHED,
        .same = "user",
        .says = "A part of the client still uses the access token from before the last refresh.",
        .remedy = "Restart the workers that keep a token of their own.\n"
                  "The vendor reads the current token for every call.",
    },
    {
        "access-token-expired-no-refresh",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "{layer: rest, status: 401, code: [OAU-128, OAU-213], reason: ~, session: '*'}",
        .works = "[{layer: rest, status: '<400', session: '*'}, " TOKEN_GIVEN "]",
        .same = "user",
        .times = 2, /* once is how a client may notice */
        .says = "The access token of {user|the user} has run out and the client goes on using it "
                "instead of renewing it.",
        .remedy = "Restart the part of the client that refreshes tokens.\n"
                  "Authenticate again if its refresh token is gone as well.",
    },
    {
        "token-corrupt-at-rest",
        PLANE_OAUTH,
        WEIGHT_BROKEN,
        .broken = "[{layer: rest, status: 401, code: [OAU-213, OAU-129, OAU-149, AGW-402], "
                  "session: ~}, "
                  "{op: oauth.token, grant_type: refresh_token, code: OAU-213, session: ~}]",
        .works = "[" TOKEN_GIVEN ", " TOKEN_PASSES "]",
        .says = "A token came that this provider never gave out: it was cut or changed where the "
                "client keeps it, or is of another provider (or of a run before).",
        .remedy = "Authenticate again.\nThe vendor checks that a token is stored whole.",
    },
    {
        "refresh-retry-storm",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken = "{op: oauth.token, status: 429}",
        .works = "{op: oauth.token, status: '!429'}",
        .says = "Tokens are asked for more often than the provider allows.",
        .remedy = "Stop asking for a minute.\nLower the number of processes that refresh.",
    },
    {
        "transient-error-treated-as-logout",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken = "[{op: oauth.token, status: ['5*', 408]}, "
                  "{op: oauth.token, plan: [drop, close], fault: '*'}]",
        .works = "{op: oauth.token, status: '<500'}",
        .says = "The token endpoint is out of order; the grant itself is fine.",
        .remedy = "Wait: the grant is kept.\nDo not authenticate again.",
    },
    {
        "dead-grant-retried-forever",
        PLANE_OAUTH,
        WEIGHT_DEGRADED,
        .broken = "{op: oauth.token, grant_type: refresh_token, error: invalid_grant}",
        .works = TOKEN_GIVEN,
        .same = "user",
        .is_aside = true,
        .times = 5,
        .says = "The client sends a refresh that was refused for good again and again.",
        .remedy = "Cure what refused it (above): retrying does not.\n"
                  "The vendor treats invalid_grant as an end and asks for a person.",
    },
    {
        "password-rotated-stale-grant",
        PLANE_OAUTH,
        WEIGHT_NOTE,
        .broken = "{op: rotate-password, reason: '*will be refused*'}",
        .works = "{op: oauth.token, grant_type: '!refresh_token', status: 200}",
        .same = "user",
        .says =
            "The password of {user|a user} was changed; the client's grant works until its next "
            "refresh, which will be refused.",
        .remedy = "Authenticate again with the new password now.\nSave, OK.",
    },
    {
        "authorized-but-not-saved",
        PLANE_OAUTH,
        WEIGHT_NOTE,
        .broken = "{op: oauth.token, grant_type: authorization_code, status: 200}",
        .works =
            "[{layer: rest, op: ['*CallLog*', 'list*', '*Subscription*', '*Device*', '*Presence*', "
            "'*Message*', '*Call*']}, {op: sip.register}]",
        .says = "{user|Somebody} authorized, and nothing has been read with that grant since but "
                "who it "
                "is: was Save pressed?",
        .remedy = "Click Save and OK in the client; otherwise authenticate again.",
    },
    {0},
};
