/*
 * `host[:port]` as an admin types it into SIP Domain, Outbound Proxy and Secondary Outbound Proxy.
 *
 * A port may be missing (accepted with a warning; the transport's default is used), an IPv6 address
 * stands in brackets, and one field holds one value. Everything else is refused with a sentence
 * that says what was wrong (failures.md 0.1 items 6-8, 0.3 item 37, F100).
 */
#ifndef RC_CLIENT_HOSTPORT_H
#define RC_CLIENT_HOSTPORT_H

#include <stdbool.h>
#include <stddef.h>

struct hostport {
    char host[254]; /* lower case, without the root's dot, IPv6 without brackets */
    int port;       /* 0: not given */
    bool is_ipv6;
};

/* False with a sentence in `why` (cap bytes) when `text` is no host[:port]. Blanks around it pass.
 */
bool hostport_parse(const char *text, struct hostport *ret_hp, char *why, size_t cap);
/* Same host (case does not matter) and same port, a missing port meaning `default_port`. */
bool hostport_same(const struct hostport *a, const struct hostport *b, int default_port);
/* Whether the host is an IPv4 or IPv6 address, not a name. */
bool hostport_is_address(const struct hostport *hp);
/* "host:port" ("[v6]:port"), without the port when it is 0; returns `to`. */
const char *hostport_text(const struct hostport *hp, char *to, size_t cap);

#endif
