/* Questions to the name service; see resolver.h. */
#include "resolver.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "text.h"

enum { QUESTION_MAX = 512, ANSWER_MAX = 16384, RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3 };

struct resolver {
    struct __res_state state;
    bool has_state, is_system;
};

/* A server of IPv6 stands where resolv.conf's are kept; res_nclose frees it. */
static bool set_server(struct __res_state *state, const struct hostport *server)
{
    uint16_t port = htons((uint16_t)(server->port ? server->port : RESOLVER_PORT));
    res_nclose(state); /* those of the system's that are of IPv6 */
    memset(state->nsaddr_list, 0, sizeof(state->nsaddr_list));
    state->nscount = 1;
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = port};
    if (inet_pton(AF_INET, server->host, &v4.sin_addr) == 1) {
        state->nsaddr_list[0] = v4;
        return true;
    }
    struct sockaddr_in6 *v6 = xcalloc(1, sizeof(*v6));
    v6->sin6_family = AF_INET6;
    v6->sin6_port = port;
    state->_u._ext.nsaddrs[0] = v6;
    return inet_pton(AF_INET6, server->host, &v6->sin6_addr) == 1;
}

struct resolver *resolver_new(const struct hostport *server)
{
    struct resolver *resolver = xcalloc(1, sizeof(*resolver));
    resolver->is_system = server == NULL;
    resolver->has_state = res_ninit(&resolver->state) == 0;
    resolver->state.retrans = 1;
    resolver->state.retry = RESOLVER_TRIES;
    if (server && resolver->has_state) {
        resolver->state.options &= ~((unsigned long)RES_ROTATE | RES_USEVC);
        if (!set_server(&resolver->state, server)) {
            res_nclose(&resolver->state);
            resolver->has_state = false;
        }
    }
    return resolver;
}

void resolver_free(struct resolver *resolver)
{
    if (resolver && resolver->has_state)
        res_nclose(&resolver->state);
    free(resolver);
}

bool resolver_is_final(enum resolver_said said)
{
    return said == RESOLVER_RECORDS || said == RESOLVER_NO_RECORDS || said == RESOLVER_NO_NAME;
}

const char *resolver_text(enum resolver_said said)
{
    static const char *const texts[] = {[RESOLVER_RECORDS] = "found",
                                        [RESOLVER_NO_RECORDS] = "the name has no address",
                                        [RESOLVER_NO_NAME] = "NXDOMAIN, there is no such name",
                                        [RESOLVER_FAILED] = "SERVFAIL, the name server failed",
                                        [RESOLVER_REFUSED] =
                                            "REFUSED, the name server refuses to say",
                                        [RESOLVER_SILENT] = "the name server does not answer"};
    return texts[said];
}

/* As every other program on this machine would find it, hosts file and all. */
static enum resolver_said ask_system(const char *name, enum dns_type type, struct dns_records *ret)
{
    struct addrinfo hints = {.ai_family = type == DNS_A ? AF_INET : AF_INET6,
                             .ai_socktype = SOCK_DGRAM},
                    *found = NULL;
    int code = getaddrinfo(name, NULL, &hints, &found);
    if (code != 0)
        return code == EAI_NODATA || code == EAI_ADDRFAMILY ? RESOLVER_NO_RECORDS
               : code == EAI_NONAME                         ? RESOLVER_NO_NAME
                                                            : RESOLVER_FAILED;
    for (const struct addrinfo *at = found; at && ret->count < DNSREAD_RECORDS_MAX;
         at = at->ai_next) {
        struct dns_record record = {.ttl_s = RESOLVER_SYSTEM_TTL_S};
        if (getnameinfo(at->ai_addr, at->ai_addrlen, record.address, sizeof(record.address), NULL,
                        0, NI_NUMERICHOST) == 0)
            ret->list[ret->count++] = record;
    }
    freeaddrinfo(found);
    return ret->count > 0 ? RESOLVER_RECORDS : RESOLVER_NO_RECORDS;
}

/* The hosts file knows no services: for its names there are none, whether or not a server answers. */
static bool is_in_hosts(const struct resolver *resolver, const char *service)
{
    struct dns_records read = {.count = 0};
    while (*service == '_') { /* _sip._udp.NAME */
        const char *dot = strchr(service, '.');
        service = dot ? dot + 1 : "";
    }
    return resolver->is_system && ask_system(service, DNS_A, &read) == RESOLVER_RECORDS;
}

static enum resolver_said judge(const struct dns_records *read)
{
    switch (read->rcode) {
    case 0:
        return read->count > 0 ? RESOLVER_RECORDS : RESOLVER_NO_RECORDS;
    case RCODE_NXDOMAIN:
        return RESOLVER_NO_NAME;
    case RCODE_SERVFAIL:
        return RESOLVER_FAILED;
    default:
        return RESOLVER_REFUSED;
    }
}

enum resolver_said resolver_ask(struct resolver *resolver, const char *name, enum dns_type type,
                                struct dns_records *ret)
{
    unsigned char question[QUESTION_MAX], answer[ANSWER_MAX];
    memset(ret, 0, sizeof(*ret));
    if (resolver->is_system && (type == DNS_A || type == DNS_AAAA))
        return ask_system(name, type, ret);
    if (!resolver->has_state)
        return RESOLVER_FAILED;
    int asked = res_nmkquery(&resolver->state, ns_o_query, name, ns_c_in, (int)type, NULL, 0, NULL,
                             question, sizeof(question));
    if (asked < 0)
        return RESOLVER_NO_NAME; /* no name of DNS at all */
    /* libc tells nothing apart when all servers failed, but leaves the last one's answer. */
    memset(answer, 0, HFIXEDSZ);
    int len = res_nsend(&resolver->state, question, asked, answer, sizeof(answer));
    bool has_refusal = len < 0 && answer[2] & 0x80 && memcmp(answer, question, 2) == 0;
    if (len < 0 && !has_refusal)
        return is_in_hosts(resolver, name) ? RESOLVER_NO_RECORDS : RESOLVER_SILENT;
    if (has_refusal)
        ret->rcode = answer[3] & 15;
    else if (!dnsread(answer, (size_t)len < sizeof(answer) ? (size_t)len : sizeof(answer), name,
                      type, ret))
        return RESOLVER_FAILED;
    return judge(ret);
}
