/* The way to the platform: its name, a connection and its certificate, and whether our clocks agree. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "checkup.h"
#include "text.h"

/* A refresh that comes this late is late, one this early is wasted (failures.md F025). */
#define SKEW_MAX_MS (60 * 1000)

/* Whether the host has an address here. */
static bool look_up(const char *host, char *why, size_t cap)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    char bare[256];
    size_t len = strlen(host);
    bool is_bracketed = len > 2 && *host == '[';
    text_copy(bare, sizeof(bare), host + is_bracketed);
    if (is_bracketed)
        bare[strcspn(bare, "]")] = '\0';
    int code = getaddrinfo(bare, NULL, &hints, &found);
    if (code == 0)
        freeaddrinfo(found);
    else
        snprintf(why, cap, "%s", gai_strerror(code));
    return code == 0;
}

static void check_clock(struct client *client, struct checkup *checkup,
                        const struct web_reply *reply)
{
    char theirs[32];
    if (reply->date_ms == 0)
        return;
    int64_t ahead_ms = client_now_ms(client) - reply->date_ms;
    checkup_probe(checkup, "clock", llabs(ahead_ms) <= SKEW_MAX_MS, "%s%lld s",
                  ahead_ms < 0 ? "behind by " : "ahead by ", llabs(ahead_ms) / 1000);
    if (llabs(ahead_ms) <= SKEW_MAX_MS)
        return;
    clock_text(reply->date_ms, theirs);
    checkup_add(checkup, "CLIENT_CLOCK_SKEW", "oauth", LEVEL_DEGRADED,
                "the platform's clock says %s, ours is %s by %lld s", theirs,
                ahead_ms < 0 ? "behind" : "ahead", llabs(ahead_ms) / 1000);
}

/* Both findings end the checkup of the platform: nothing behind them can be reached. */
bool checkup_network(struct client *client, struct checkup *checkup)
{
    struct settings settings;
    struct web_reply reply;
    char host[256] = "", why[200] = "", url[600];
    client_settings(client, &settings);
    if (!web_is_url(settings.base_url, host, sizeof(host)))
        return true; /* nothing is set up: others say so */
    bool has_address = look_up(host, why, sizeof(why));
    checkup_probe(checkup, "dns", has_address, "%s%s%s", host, *why ? ": " : "", why);
    if (!has_address) {
        checkup_add(checkup, "EGRESS_BLOCKED", "oauth", LEVEL_DEGRADED, "DNS: %s: %s", host, why);
        return false;
    }
    snprintf(url, sizeof(url), "%s/restapi", settings.base_url);
    web_send(client->web,
             &(struct web_request){
                 .url = url, .ca_file = settings.ca_file, .timeout_ms = client->http_timeout_ms},
             &reply);
    bool is_tls = strncmp(settings.base_url, "https:", 6) == 0;
    checkup_probe(checkup, is_tls ? "tls" : "connection", reply.status != 0, "%s",
                  reply.status ? host : reply.error);
    if (reply.status == 0)
        checkup_add(checkup, "EGRESS_BLOCKED", "oauth", LEVEL_DEGRADED, "%s: %s",
                    is_tls ? "connection or TLS" : "connection", reply.error);
    else
        check_clock(client, checkup, &reply);
    bool is_reached = reply.status != 0;
    web_reply_done(&reply);
    return is_reached;
}
