/* Our own ends; see sipagent.h. */
#include "sipagent.h"

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/tport_tag.h>

#include <arpa/inet.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define SYSTEM_CA_FILE "/etc/ssl/certs/ca-certificates.crt"

void sipagents_init(struct sipagents *agents, su_root_t *root, const char *ca_file,
                    nta_request_f *on_request, struct sipnet *net)
{
    *agents = (struct sipagents){.root = root, .on_request = on_request, .net = net};
    agents->ca_file = ca_file && *ca_file ? xstrdup(ca_file) : NULL;
}

const char *sipagents_ca_file(const struct sipagents *agents)
{
    return agents->ca_file ? agents->ca_file : SYSTEM_CA_FILE;
}

static void ca_path(const struct sipagents *agents, char *to, size_t cap)
{
    snprintf(to, cap, "%s/cafile.pem", agents->ca_folder);
}

/* A folder of our own that names the authorities; false when it cannot be made. */
static bool make_ca_folder(struct sipagents *agents)
{
    char path[64], real[PATH_MAX];
    if (agents->ca_folder[0])
        return true;
    if (realpath(sipagents_ca_file(agents), real) == NULL)
        return false;
    text_copy(agents->ca_folder, sizeof(agents->ca_folder), "/tmp/rc-client-ca-XXXXXX");
    if (mkdtemp(agents->ca_folder) == NULL) {
        agents->ca_folder[0] = '\0';
        return false;
    }
    ca_path(agents, path, sizeof(path));
    return symlink(real, path) == 0;
}

static void forget_ca_folder(const struct sipagents *agents)
{
    char path[64];
    if (!agents->ca_folder[0])
        return;
    ca_path(agents, path, sizeof(path));
    unlink(path);
    rmdir(agents->ca_folder);
}

void sipagents_done(struct sipagents *agents)
{
    for (int i = 0; i < agents->count; i++) {
        nta_leg_destroy(agents->list[i].leg);
        nta_agent_destroy(agents->list[i].nta);
    }
    forget_ca_folder(agents);
    free(agents->ca_file);
}

/* --- where to send --- */

/* The local address that reaches the target; false: none does. */
static bool local_towards(const struct names_target *target, char local[INET6_ADDRSTRLEN])
{
    struct sockaddr_storage remote = {0}, own;
    struct sockaddr_in *v4 = (struct sockaddr_in *)&remote;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&remote;
    socklen_t own_len = sizeof(own);
    bool is_ipv6 = strchr(target->address, ':') != NULL;
    remote.ss_family = is_ipv6 ? AF_INET6 : AF_INET;
    if (is_ipv6)
        v6->sin6_port = htons((uint16_t)target->port);
    else
        v4->sin_port = htons((uint16_t)target->port);
    if (inet_pton(remote.ss_family, target->address,
                  is_ipv6 ? (void *)&v6->sin6_addr : (void *)&v4->sin_addr) != 1)
        return false;
    int fd = socket(remote.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool is_ok =
        connect(fd, (struct sockaddr *)&remote, is_ipv6 ? sizeof(*v6) : sizeof(*v4)) == 0 &&
        getsockname(fd, (struct sockaddr *)&own, &own_len) == 0 &&
        getnameinfo((struct sockaddr *)&own, own_len, local, INET6_ADDRSTRLEN, NULL, 0,
                    NI_NUMERICHOST) == 0;
    close(fd);
    return is_ok;
}

static struct sipagent *agent_for(struct sipagents *agents, const char *local,
                                  const char *transport)
{
    for (int i = 0; i < agents->count; i++) {
        if (strcmp(agents->list[i].local, local) == 0 &&
            strcmp(agents->list[i].transport, transport) == 0)
            return &agents->list[i];
    }
    if (agents->count == SIPAGENTS_MAX)
        return NULL;
    struct sipagent *agent = &agents->list[agents->count];
    bool is_ipv6 = strchr(local, ':') != NULL;
    char url[128];
    bool is_tls = strcmp(transport, "tls") == 0;
    if (is_tls && !make_ca_folder(agents))
        return NULL;
    snprintf(url, sizeof(url), is_tls ? "sips:%s%s%s:*" : "sip:%s%s%s:*;transport=%s",
             is_ipv6 ? "[" : "", local, is_ipv6 ? "]" : "", transport);
    agent->nta = nta_agent_create(agents->root, (url_string_t *)-1, NULL, NULL,
                                  NTATAG_CLIENT_RPORT(1), TAG_END());
    if (agent->nta == NULL)
        return NULL;
    if (nta_agent_add_tport(
            agent->nta, (url_string_t *)url, TAG_IF(is_tls, TPTAG_CERTIFICATE(agents->ca_folder)),
            TAG_IF(is_tls, TPTAG_TLS_VERIFY_POLICY(TPTLS_VERIFY_OUT)), TAG_END()) != 0) {
        nta_agent_destroy(agent->nta);
        return NULL;
    }
    agent->leg = nta_leg_tcreate(agent->nta, agents->on_request, agents->net, NTATAG_NO_DIALOG(1),
                                 TAG_END());
    text_copy(agent->local, sizeof(agent->local), local);
    text_copy(agent->transport, sizeof(agent->transport), transport);
    agents->count++;
    return agent;
}

void sipagent_address(const struct sipagent *agent, char *to, size_t cap)
{
    const sip_via_t *via = nta_agent_via(agent->nta);
    bool is_ipv6 = strchr(agent->local, ':') != NULL;
    snprintf(to, cap, "%s%s%s:%s", is_ipv6 ? "[" : "", agent->local, is_ipv6 ? "]" : "",
             via && via->v_port ? via->v_port : "5060");
}

struct sipagent *sipagents_reach(struct sipagents *agents, const struct names_target *target,
                                 const char *transport)
{
    char local[INET6_ADDRSTRLEN];
    return local_towards(target, local) ? agent_for(agents, local, transport) : NULL;
}
