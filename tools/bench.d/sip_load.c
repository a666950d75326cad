/*
 * Load for a SIP registrar: digest REGISTERs over UDP, a fixed number in flight, a fixed number in
 * all. One registration is what the field's clients do: a REGISTER without credentials, the 401,
 * a REGISTER with them, the 200.
 *
 *   bench_sip_load --to PORT --users FILE [--count N] [--flight N] [--seconds N] [--contacts N]
 *
 * FILE has a line "username authid password domain" per user; flow i plays user i mod users. With
 * --contacts N the registrations walk over N bindings (users times contact numbers) instead of one
 * per flow: what a registrar's memory is measured with. Prints one JSON object; exit status 1 when
 * a registration failed. Loopback only.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    USERS_MAX = 200000,
    FLIGHT_MAX = 256,
    MESSAGE_MAX = 2048,
    RETRY_MS = 500, /* RFC 3261's T1; doubled each time */
    TRIES_MAX = 7,
};

struct user {
    char name[48], auth_id[48], password[48], domain[64];
};

/* One registration at a time: asked -> challenged -> (next registration). */
struct flow {
    unsigned id;
    const struct user *user;
    unsigned contact;
    unsigned cseq;
    bool is_busy, is_challenged;
    int tries;
    int64_t sent_ms;
    char message[MESSAGE_MAX];
    int message_len;
};

struct load {
    int socket;
    int local_port;
    struct user *users;
    unsigned user_count;
    struct flow *flows;
    unsigned flight, contacts;
    unsigned long count, started, done, failed, resent;
    int first_bad_status;
    int64_t end_ms;
    EVP_MD *md5;
    EVP_MD_CTX *ctx;
};

static int64_t load_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t load_now_ms(void)
{
    return load_now_us() / 1000;
}

static void load_hash(struct load *load, const char *text, char out[33])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char sum[EVP_MAX_MD_SIZE];
    EVP_DigestInit_ex(load->ctx, load->md5, NULL);
    EVP_DigestUpdate(load->ctx, text, strlen(text));
    EVP_DigestFinal_ex(load->ctx, sum, NULL);
    for (int i = 0; i < 16; i++) {
        out[2 * i] = hex[sum[i] >> 4];
        out[2 * i + 1] = hex[sum[i] & 15];
    }
    out[32] = 0;
}

/* Copies the quoted value after `name` out of a message; false when it is not there. */
static bool load_quoted(const char *message, const char *name, char *out, size_t size)
{
    const char *at = strstr(message, name);
    if (!at)
        return false;
    at += strlen(name);
    size_t len = strcspn(at, "\"");
    if (len >= size)
        return false;
    memcpy(out, at, len);
    out[len] = 0;
    return true;
}

/* The Authorization line (RFC 2617 3.2.2) for a challenge; "" without one. */
static void load_answer(struct load *load, struct flow *flow, const char *challenge, char *out,
                        size_t size)
{
    char realm[128], nonce[256], text[640], ha1[33], ha2[33], response[33];
    out[0] = 0;
    if (!challenge || !load_quoted(challenge, "realm=\"", realm, sizeof realm) ||
        !load_quoted(challenge, "nonce=\"", nonce, sizeof nonce))
        return;
    const struct user *user = flow->user;
    bool has_qop = strstr(challenge, "qop=") != NULL;
    snprintf(text, sizeof text, "%s:%s:%s", user->auth_id, realm, user->password);
    load_hash(load, text, ha1);
    snprintf(text, sizeof text, "REGISTER:sip:%s", user->domain);
    load_hash(load, text, ha2);
    snprintf(text, sizeof text, has_qop ? "%s:%s:00000001:c0:auth:%s" : "%s:%s:%s", ha1, nonce,
             ha2);
    load_hash(load, text, response);
    snprintf(out, size,
             "Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"sip:%s\", "
             "response=\"%s\", algorithm=MD5%s\r\n",
             user->auth_id, realm, nonce, user->domain, response,
             has_qop ? ", qop=auth, nc=00000001, cnonce=\"c0\"" : "");
}

/* Ends the program when the port is closed: waiting for every retry would tell nothing more. */
static void load_look(ssize_t result)
{
    if (result < 0 && errno == ECONNREFUSED) {
        fprintf(stderr, "bench_sip_load: nobody listens there\n");
        exit(3);
    }
}

static void load_send(struct load *load, struct flow *flow)
{
    flow->sent_ms = load_now_ms();
    flow->tries++;
    /* A full socket buffer is a loss like any other: the timer sends again. */
    load_look(send(load->socket, flow->message, (size_t)flow->message_len, 0));
}

static void load_register(struct load *load, struct flow *flow, const char *challenge)
{
    char authorization[1024];
    load_answer(load, flow, challenge, authorization, sizeof authorization);
    const struct user *user = flow->user;
    flow->cseq++;
    flow->tries = 0;
    flow->message_len =
        snprintf(flow->message, sizeof flow->message,
                 "REGISTER sip:%s SIP/2.0\r\n"
                 "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK-%u-%u;rport\r\n"
                 "Max-Forwards: 70\r\n"
                 "From: <sip:%s@%s>;tag=f%u\r\n"
                 "To: <sip:%s@%s>\r\n"
                 "Call-ID: load-%u-%u\r\n"
                 "CSeq: %u REGISTER\r\n"
                 "Contact: <sip:%s@127.0.0.1:%d;c=%u>\r\n"
                 "Expires: 3600\r\n"
                 "%s"
                 "Content-Length: 0\r\n\r\n",
                 user->domain, load->local_port, flow->id, flow->cseq, user->name, user->domain,
                 flow->id, user->name, user->domain, flow->id, flow->contact, flow->cseq,
                 user->name, load->local_port, flow->contact, authorization);
    load_send(load, flow);
}

/* The flow's next registration, while there are any left. */
static void load_next(struct load *load, struct flow *flow)
{
    flow->is_busy = load->started < load->count && load_now_ms() < load->end_ms;
    if (!flow->is_busy)
        return;
    unsigned long number = load->contacts ? load->started % load->contacts : flow->id;
    flow->user = &load->users[number % load->user_count];
    flow->contact = (unsigned)(number / load->user_count);
    flow->is_challenged = false;
    load->started++;
    load_register(load, flow, NULL);
}

static void load_end(struct load *load, struct flow *flow, int bad_status)
{
    load->done++;
    if (bad_status) {
        load->failed++;
        if (!load->first_bad_status)
            load->first_bad_status = bad_status;
    }
    load_next(load, flow);
}

static void load_receive(struct load *load, const char *message)
{
    const char *branch = strstr(message, "z9hG4bK-");
    unsigned id, cseq;
    int status;
    if (sscanf(message, "SIP/2.0 %d", &status) != 1 || status < 200 || !branch ||
        sscanf(branch, "z9hG4bK-%u-%u", &id, &cseq) != 2 || id >= load->flight)
        return;
    struct flow *flow = &load->flows[id];
    if (!flow->is_busy || flow->cseq != cseq)
        return; /* the answer to a copy of an earlier message */
    if (status == 401 && !flow->is_challenged) {
        flow->is_challenged = true;
        load_register(load, flow, strstr(message, "WWW-Authenticate:"));
    } else {
        load_end(load, flow, status == 200 ? 0 : status);
    }
}

static void load_resend(struct load *load)
{
    int64_t now = load_now_ms();
    for (unsigned i = 0; i < load->flight; i++) {
        struct flow *flow = &load->flows[i];
        if (!flow->is_busy || now - flow->sent_ms < (int64_t)RETRY_MS << (flow->tries - 1))
            continue;
        if (flow->tries >= TRIES_MAX) {
            load_end(load, flow, 408);
            continue;
        }
        load->resent++;
        load_send(load, flow);
    }
}

static void load_run(struct load *load)
{
    for (unsigned i = 0; i < load->flight; i++)
        load_next(load, &load->flows[i]);
    int64_t looked_ms = load_now_ms();
    while (load->done < load->started) {
        struct pollfd wait = {.fd = load->socket, .events = POLLIN};
        if (poll(&wait, 1, 100) > 0) {
            char message[65536];
            ssize_t len;
            while ((len = recv(load->socket, message, sizeof message - 1, MSG_DONTWAIT)) > 0) {
                message[len] = 0;
                load_receive(load, message);
            }
            load_look(len);
        }
        if (load_now_ms() - looked_ms >= 100) {
            load_resend(load);
            looked_ms = load_now_ms();
        }
    }
}

static int load_users(struct load *load, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    load->users = calloc(USERS_MAX, sizeof *load->users);
    struct user user;
    while (load->users && load->user_count < USERS_MAX &&
           fscanf(file, "%47s %47s %47s %63s", user.name, user.auth_id, user.password,
                  user.domain) == 4)
        load->users[load->user_count++] = user;
    fclose(file);
    return load->user_count ? 0 : -1;
}

static int load_connect(struct load *load, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}, me;
    socklen_t me_len = sizeof me;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    load->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (load->socket < 0 || connect(load->socket, (struct sockaddr *)&to, sizeof to) != 0 ||
        getsockname(load->socket, (struct sockaddr *)&me, &me_len) != 0)
        return -1;
    load->local_port = ntohs(me.sin_port);
    return 0;
}

int main(int argc, char **argv)
{
    struct load load = {.count = 10000, .flight = 16};
    const char *users = NULL;
    long port = 0, seconds = 60;
    for (int i = 1; i + 1 < argc; i += 2) {
        long number = strtol(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--to") == 0)
            port = number;
        else if (strcmp(argv[i], "--users") == 0)
            users = argv[i + 1];
        else if (strcmp(argv[i], "--count") == 0)
            load.count = (unsigned long)number;
        else if (strcmp(argv[i], "--flight") == 0)
            load.flight = (unsigned)number;
        else if (strcmp(argv[i], "--seconds") == 0)
            seconds = number;
        else if (strcmp(argv[i], "--contacts") == 0)
            load.contacts = (unsigned)number;
    }
    if (port < 1 || port > 65535 || !users || load.flight < 1 || load.flight > FLIGHT_MAX) {
        fprintf(stderr, "usage: bench_sip_load --to PORT --users FILE [--count N] [--flight N] "
                        "[--seconds N] [--contacts N]\n");
        return 2;
    }
    if (load_users(&load, users) != 0 || load_connect(&load, (int)port) != 0) {
        perror("bench_sip_load");
        return 3;
    }
    load.md5 = EVP_MD_fetch(NULL, "MD5", NULL);
    load.ctx = EVP_MD_CTX_new();
    load.flows = calloc(load.flight, sizeof *load.flows);
    for (unsigned i = 0; i < load.flight; i++)
        load.flows[i].id = i;
    int64_t started_us = load_now_us();
    load.end_ms = started_us / 1000 + seconds * 1000;
    load_run(&load);
    double elapsed = (double)(load_now_us() - started_us) / 1e6;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                 (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    printf("{\"registrations\": %lu, \"failed\": %lu, \"first_bad_status\": %d, \"resent\": %lu, "
           "\"seconds\": %.3f, \"per_second\": %.0f, \"own_cpu_s\": %.3f}\n",
           load.done, load.failed, load.first_bad_status, load.resent, elapsed,
           (double)load.done / elapsed, cpu);
    EVP_MD_CTX_free(load.ctx);
    EVP_MD_free(load.md5);
    free(load.flows);
    free(load.users);
    close(load.socket);
    return load.failed || !load.done ? 1 : 0;
}
