/* Causes at the proxies, with handsets, and in the audio of calls. Source: reference/failures.md F091
 * to F121. Proxy a is the one that fixtures list as primary. */
#include "explain/cause.h"

#define REGISTERED "{op: sip.register, status: 200}"
#define REACHED    "{op: sip.register, status: [200, 401], reason: '!the proxy is stale*'}"
/* A proxy that is down: by the provider's deed, by a fault, by what it answers. */
#define DOWN(proxy)                                                                                \
    "[{op: [stop-proxy, drain-proxy], proxy: " proxy "}, "                                         \
    "{op: [sip.register, sip.options], proxy: " proxy ", status: '5*'}, "                          \
    "{op: 'sip.*', proxy: " proxy ", fault: '*', plan: [drop, close]}, "                           \
    "{op: [net.connect, net.refuse], proxy: " proxy ", listener: '* *', fault: '*'}]"
#define UP "[{op: start-proxy}, " REACHED "]"

const struct cause causes_sip[] = {
    {
        "outbound-proxy-changed",
        PLANE_SIP,
        WEIGHT_BROKEN,
        .broken = "{op: move-proxy}",
        .works = REACHED,
        .same = "proxy",
        .says = "The provider moved proxy {proxy}; nobody has come to its new address since, so "
                "handsets that know only the old one are lost.",
        .remedy = "Enter the proxy's new address and port as Outbound Proxy.\nSave, OK.\n"
                  "Keep the Secondary Outbound Proxy filled.",
    },
    {
        "tls-certificate-rotated",
        PLANE_SIP,
        WEIGHT_BROKEN,
        .broken = "[{op: rotate-certificate, proxy: '*', args: '*new*'}, "
                  "{op: net.tls, result: failed, proxy: '*'}, "
                  "{op: net.connect, proxy: '*', plan: certificate}]",
        .works = "{op: sip.register, transport: [tls, wss], status: [200, 401]}",
        .begins = "{op: rotate-certificate}",
        .same = "proxy",
        .says =
            "Proxy {proxy} has a certificate that handsets do not trust; over TLS none has come in "
            "since.",
        .remedy = "Give the handsets the new authority's certificate.\n"
                  "Use the proxy's host name, not its address.",
    },
    {
        "dns-failure-stops-registration",
        PLANE_SIP,
        WEIGHT_BROKEN,
        .broken = "{op: dns.query, result: [nxdomain, servfail, silence, refused], cause: '*'}",
        .works = "[{op: dns.query, result: answer}, {op: set-dns, args: '*normal*'}]",
        .begins = "{op: [set-dns, fault]}",
        .same = "name",
        .says =
            "The name {name|of a proxy} is not answered for ({result|no answer}): who asks for it "
            "finds no proxy.",
        .remedy = "Correct the host name, or the name server.",
    },
    {
        "dns-address-stale",
        PLANE_SIP,
        WEIGHT_BROKEN,
        .broken = "[{op: stale-proxy}, {op: sip.register, reason: 'the proxy is stale*'}]",
        .works =
            "[{op: start-proxy}, {op: sip.register, status: [200, 401], reason: '!the proxy is "
            "stale*'}]",
        .begins = "{op: [stale-proxy, move-proxy]}",
        .same = "proxy",
        .says = "Handsets register at an old address of proxy {proxy}, which answers but leads "
                "nowhere: no call reaches them.",
        .remedy = "Restart the connector, so that it looks the address up again.\n"
                  "Enter the proxy's new address.",
    },
    {
        "primary-down-no-failover",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = DOWN("a"),
        .works = UP,
        .same = "proxy",
        .says =
            "The primary proxy ({proxy}) is down: handsets work only through the secondary, and "
            "those that do not fail over not at all.",
        .remedy = "Keep the Secondary Outbound Proxy filled; swap the two as a stop-gap.\n"
                  "Tell the provider.",
    },
    {
        "sip-maintenance-or-vip-fault",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = DOWN("'!a'"),
        .works = UP,
        .same = "proxy",
        .says = "Proxy {proxy|at the provider} is down: there is nothing to fail over to.",
        .remedy = "Wait, and look at the provider's status page.",
    },
    {
        "sip-domain-malformed",
        PLANE_SIP,
        WEIGHT_BROKEN,
        .broken = "{op: sip.register, reason: the Request-URI names another domain than the SIP "
                  "domain}",
        .works = REGISTERED,
        .same = "device",
        .says = "Handsets register in another SIP domain than the provider's, and are refused.",
        .remedy = "Enter the SIP Domain that the provider shows, without a scheme.\nSave, OK.",
    },
    {
        "auth-id-username-swapped",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "{op: sip.register, reason: the digest user is the SIP user name*}",
        .works = REGISTERED,
        .same = "device",
        .says =
            "The handset of device {device|at the provider} signs with its user name, where its "
            "authorization id belongs: it is refused.",
        .remedy = "Enter the authorization id that sip-info shows.",
    },
    {
        "sip-credentials-rotated",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "[{op: sip.register, status: [403, 404], reason: the password is wrong}, "
                  "{op: sip.register, reason: the password is wrong, cause: '*'}, "
                  "{op: sip.register, reason: locked out after too many wrong digests}]",
        .works = REGISTERED,
        .begins = "{op: rotate-sip-secret}",
        .same = "device",
        .says =
            "The SIP password of device {device|of a handset} is not the one its handset uses: it "
            "is refused.",
        .remedy = "Read the handsets again, or copy the new manual-provisioning values.",
    },
    {
        "device-type-not-usable",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "{layer: sip, reason: a device of this type may not register}",
        .works = REGISTERED,
        .same = "device",
        .says = "Device {device|of a handset} is of a type that may not register.",
        .remedy = "Use a device of type Existing Phone (other phone) at the provider.",
    },
    {
        "line-or-license-removed",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "[{layer: sip, reason: the device has no line}, {layer: rest, code: SPR-101}]",
        .works = REGISTERED,
        .begins = "{op: rotate-sip-secret, args: '*line*false*'}",
        .same = "device",
        .says = "Device {device|of a handset} has lost its line: it may not register.",
        .remedy = "Assign the line to the extension again.",
    },
    {
        "too-many-contacts",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "{op: sip.register, status: 603}",
        .works = REGISTERED,
        .same = "device",
        .says = "The line of device {device|of a handset} has as many registrations as it may.",
        .remedy = "Close other clients of this extension.",
    },
    {
        "registration-stolen",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "{op: sip.register, reason: another endpoint registered this instance id}",
        .works = REGISTERED,
        .same = "device",
        .says = "Another endpoint registered in the place of device {device|of a handset}.",
        .remedy = "Find the other endpoint that uses the same instance id.",
    },
    {
        "registration-lost-silently",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "[{op: [drop-registrations, close-connections]}, "
                  "{op: sip.invite, reason: the caller is not registered}]",
        .works = "{op: sip.register, status: 200, expires: '>0'}",
        .same = "device",
        .says = "The provider forgot registrations without telling the handsets; they have not "
                "registered again, so no call reaches them.",
        .remedy = "Restart the connector: the handsets register again.\n"
                  "The vendor adds keep-alive and looks at the device's status.",
    },
    {
        "nonce-stale-or-realm-change",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "{op: sip.register, reason: [the realm is not this domain, 'the nonce *', "
                  "the algorithm is not the one asked for]}",
        .works = REGISTERED,
        .same = "device",
        .times = 3,
        .says = "The handset of device {device|of a line} keeps answering an old challenge.",
        .remedy = "Restart the handset.\nThe vendor takes nonce and realm from each challenge.",
    },
    {
        "srtp-or-codec-mismatch",
        PLANE_MEDIA,
        WEIGHT_DEGRADED,
        .broken = "{op: sip.invite, status: 488}",
        .works = "{op: sip.invite, status: '<400'}",
        .same = "device",
        .says =
            "A call was refused because of its audio: {reason|the description is not acceptable}.",
        .remedy = "Change codec or encryption of the handset's profile.",
    },
    {
        "registered-but-calls-refused",
        PLANE_SIP,
        WEIGHT_DEGRADED,
        .broken = "{op: sip.invite, status: [403, '5*', 603], fault: '*'}",
        .works = "{op: sip.invite, status: '<400'}",
        .says = "Handsets are registered, but the calls they make are refused.",
        .remedy = "Ask the provider why outbound calls of this account are blocked.",
    },
    {
        "one-way-or-no-audio",
        PLANE_MEDIA,
        WEIGHT_DEGRADED,
        .broken = "[{op: media.leg, audio: [from_phone, to_phone]}, {op: media.leg, audio: none, "
                  "seconds: '>2'}]",
        .works = "{op: media.leg, audio: both}",
        .says = "A call was answered, and its audio did not go both ways ({audio|one way}).",
        .remedy = "Disable SIP ALG on the router, and open the media ports.",
    },
    {0},
};
