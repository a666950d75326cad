/*
 * One SIP message as the library parsed it, through our reading of it, the registrar and the writing
 * of the answer, in a world of acme-rc: digest parameters, contacts, expiry, option tags.
 */
#include "sip/edge_wire.h"

#include "fuzz.d/fuzz.h"
#include "fuzz.d/world.h"

#include <sofia-sip/msg.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/su.h>

static void fuzz_sip(const sip_t *sip)
{
    struct journal_limits limits = {.events = 100};
    struct arena arena;
    struct buf lines;
    struct plan plan;
    struct sip_answer answer = {0};
    struct sip_request request = {0};
    struct sip_service service = {fuzz_world(), journal_new(&limits), faults_new()};
    arena_init(&arena);
    buf_init(&lines, 1 << 20);
    edge_read(sip, &arena, &request);
    request.proxy = service.world->proxies[0];
    request.transport = "udp";
    sip_serve(&service, &arena, &request, &answer, &plan);
    assert(answer.status == 0 || (answer.status >= 200 && answer.status < 700));
    assert(answer.contact_count <= BINDINGS_PER_AOR_MAX);
    edge_write(&answer, &lines);
    /* No line of ours may carry a line end that a client smuggled in. */
    for (const char *at = buf_text(&lines); *at; at++)
        assert(*at != '\n' || (at > buf_text(&lines) && at[-1] == '\r'));
    buf_done(&lines);
    arena_done(&arena);
    world_free(service.world);
    journal_free(service.journal);
    faults_free(service.faults);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    msg_t *msg = msg_make(sip_default_mclass(), 0, data, (ssize_t)size);
    sip_t *sip = msg ? (sip_t *)msg_object(msg) : NULL;
    /* What NTA answers or drops by itself never gets to us. */
    if (sip && sip->sip_request && !sip->sip_error && sip->sip_from && sip->sip_to &&
        sip->sip_call_id && sip->sip_cseq && sip->sip_via)
        fuzz_sip(sip);
    msg_destroy(msg);
    return 0;
}
