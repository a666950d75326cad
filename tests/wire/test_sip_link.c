/* SIP clients through the front's links to the SIP edge: streams and WebSockets, without TLS. */
#include "sip/notify.h"
#include "support/sip_front.h"
#include "world/switchboard.h"

#include <dirent.h>
#include <string.h>

struct front_stage {
    struct stage *sip;
    struct sip_front front;
    struct sip_client stream, web;
};

static int given_front(void **state)
{
    struct front_stage *stage = xcalloc(1, sizeof *stage);
    given_stage((void **)&stage->sip);
    sip_front_start(&stage->front, stage->sip);
    assert_true(sip_client_open(&stage->stream, true, stage->front.ports[TRANSPORT_TCP]));
    assert_true(sip_client_open(&stage->web, true, stage->front.ports[TRANSPORT_WS]));
    *state = stage;
    return 0;
}

static int front_done(void **state)
{
    struct front_stage *stage = *state;
    sip_client_close(&stage->stream);
    sip_client_close(&stage->web);
    sip_front_stop(&stage->front);
    stage_done((void **)&stage->sip);
    free(stage);
    return 0;
}

#define on_front(test) cmocka_unit_test_setup_teardown(test, given_front, front_done)

/* --- a WebSocket client --- */

/* Says hello; the status of the answer, which is in client->text. */
static int web_hello(struct sip_client *client, const char *protocol)
{
    char text[512];
    snprintf(text, sizeof text, sip_web_hello, protocol);
    sip_client_send(client, text);
    assert_true(sip_client_receive(client)); /* a head without a body is cut alike */
    return (int)strtol(client->text + strlen("HTTP/1.1 "), NULL, 10);
}

static void web_send_as(struct sip_client *client, int opcode, const char *text)
{
    char frame[8192];
    sip_client_send_n(client, frame, sip_web_frame(frame, opcode, text, strlen(text)));
}

static void web_send(struct sip_client *client, const char *text)
{
    web_send_as(client, 1, text);
}

static bool web_fill(struct sip_client *client, size_t wanted)
{
    while (client->rest_len < wanted) {
        ssize_t len = sip_client_read(client, client->rest + client->rest_len,
                                      SIP_CLIENT_TEXT_MAX - client->rest_len, SIP_CLIENT_WAIT_MS);
        if (len < 0)
            fail_msg("no frame");
        if (len == 0)
            return false;
        client->rest_len += (size_t)len;
    }
    return true;
}

/* The next frame's payload into client->text; its opcode, -1: the connection was closed. */
static int web_receive(struct sip_client *client)
{
    if (!web_fill(client, 2))
        return -1;
    const unsigned char *rest = (const unsigned char *)client->rest;
    size_t head = rest[1] == 126 ? 4 : 2;
    assert_true(rest[1] < 127 && web_fill(client, head));
    size_t len = head == 4 ? (size_t)rest[2] << 8 | rest[3] : rest[1];
    assert_true(web_fill(client, head + len));
    int opcode = rest[0] & 0x0f;
    assert_int_equal(rest[0] & 0x80, 0x80);
    memcpy(client->text, client->rest + head, len);
    client->text[len] = '\0';
    client->rest_len -= head + len;
    memmove(client->rest, client->rest + head + len, client->rest_len);
    return opcode;
}

/* --- what clients send --- */

static const char *request(struct front_stage *stage, const char *method, const char *via, int cseq,
                           const char *more)
{
    return arena_printf(&stage->sip->scene->arena,
                        "%s sip:d.test SIP/2.0\r\n"
                        "Via: %s;branch=z9hG4bK-%s-%d\r\n"
                        "Max-Forwards: 70\r\n"
                        "From: <sip:" SIP_WORLD_AOR "@d.test>;tag=f\r\n"
                        "To: <sip:" SIP_WORLD_AOR "@d.test>\r\n"
                        "Call-ID: c-%s\r\n"
                        "CSeq: %d %s\r\n"
                        "%sContent-Length: 0\r\n\r\n",
                        method, via, method, cseq, via, cseq, method, more);
}

static const char *const web_via = "SIP/2.0/WS a.invalid", *const stream_via =
                                                               "SIP/2.0/TLS 10.0.0.1:9;rport";

static void last_event(struct front_stage *stage, struct event *ret)
{
    struct journal *journal = stage->sip->scene->journal;
    pthread_mutex_lock(&stage->sip->lock);
    assert_true(journal_get(journal, journal_last(journal), ret));
    pthread_mutex_unlock(&stage->sip->lock);
}

static void a_stream_is_answered_with_its_own_via(void **state)
{
    struct front_stage *stage = *state;
    char via[256];
    struct event event;
    sip_client_send(&stage->stream, request(stage, "OPTIONS", stream_via, 1, ""));
    assert_true(sip_client_receive(&stage->stream));
    assert_int_equal(sip_client_status(&stage->stream), 200);
    snprintf(via, sizeof via,
             "SIP/2.0/TLS 10.0.0.1:9;rport=%d;branch=z9hG4bK-OPTIONS-1;received=127.0.0.1",
             stage->stream.port);
    char got[256];
    assert_string_equal(sip_client_header(&stage->stream, "Via", got, sizeof got), via);
    assert_null(strstr(strstr(stage->stream.text, "Via: ") + 1, "Via: "));
    assert_null(strstr(stage->stream.text, "hop"));
    last_event(stage, &event);
    assert_string_equal(event_get(&event, EVENT_TRANSPORT), "tcp");
}

/* sip.md section 0, rule 8. */
static void content_length_stands_last(void **state)
{
    struct front_stage *stage = *state;
    sip_client_send(&stage->stream, request(stage, "REGISTER", stream_via, 1, ""));
    assert_true(sip_client_receive(&stage->stream));
    assert_int_equal(sip_client_status(&stage->stream), 401);
    const char *end = strstr(stage->stream.text, "\r\n\r\n");
    assert_int_equal(strncmp(end - 19, "\r\nContent-Length: 0", 19), 0);
}

static void a_websocket_takes_a_message_per_frame(void **state)
{
    struct front_stage *stage = *state;
    struct event event;
    char value[256];
    assert_int_equal(web_hello(&stage->web, "chat, sip"), 101);
    assert_string_equal(
        sip_client_header(&stage->web, "Sec-WebSocket-Protocol", value, sizeof value), "sip");
    for (int i = 1; i <= 2; i++) {
        web_send_as(&stage->web, i, request(stage, "OPTIONS", web_via, i, ""));
        assert_int_equal(web_receive(&stage->web), 1); /* text, however it was asked */
        assert_int_equal(sip_client_status(&stage->web), 200);
        assert_string_equal(sip_client_header(&stage->web, "Via", value, sizeof value),
                            arena_printf(&stage->sip->scene->arena,
                                         "SIP/2.0/WS a.invalid;branch=z9hG4bK-OPTIONS-%d;"
                                         "received=127.0.0.1",
                                         i));
    }
    last_event(stage, &event);
    assert_string_equal(event_get(&event, EVENT_TRANSPORT), "ws");
}

static void pings_are_answered_on_both(void **state)
{
    struct front_stage *stage = *state;
    char pong[8];
    sip_client_send(&stage->stream, "\r\n\r\n");
    assert_int_equal(sip_client_read(&stage->stream, pong, sizeof pong, SIP_CLIENT_WAIT_MS), 2);
    assert_int_equal(web_hello(&stage->web, "sip"), 101);
    web_send(&stage->web, "\r\n\r\n");
    assert_int_equal(web_receive(&stage->web), 1);
    assert_string_equal(stage->web.text, "\r\n");
    web_send_as(&stage->web, 9, "alive?"); /* WebSocket's own */
    assert_int_equal(web_receive(&stage->web), 10);
    assert_string_equal(stage->web.text, "alive?");
}

static void without_its_subprotocol_no_websocket_is_opened(void **state)
{
    struct front_stage *stage = *state;
    assert_int_equal(web_hello(&stage->web, "chat"), 400);
    sip_client_close(&stage->web);
    assert_true(sip_client_open(&stage->web, true, stage->front.ports[TRANSPORT_WS]));
    sip_client_send(&stage->web, "OPTIONS sip:a SIP/2.0\r\n\r\n");
    assert_true(sip_client_receive(&stage->web));
    assert_int_equal(strncmp(stage->web.text, "HTTP/1.1 400 ", 13), 0);
}

/* Registers over the WebSocket and leaves the binding's flow. */
static uint64_t register_web(struct front_stage *stage)
{
    struct scene *scene = stage->sip->scene;
    struct sip_request request_ = {.method = "REGISTER"};
    char challenge[256];
    static const char contact[] = "Contact: <sip:u@a.invalid;transport=ws>;expires=600\r\n";
    assert_int_equal(web_hello(&stage->web, "sip"), 101);
    web_send(&stage->web, request(stage, "REGISTER", web_via, 1, contact));
    assert_int_equal(web_receive(&stage->web), 1);
    assert_int_equal(sip_client_status(&stage->web), 401);
    sip_client_header(&stage->web, "WWW-Authenticate", challenge, sizeof challenge);
    sip_answer_challenge(&scene->arena, &request_, challenge, &scene->secret);
    const struct sip_credentials *with = &request_.credentials;
    web_send(&stage->web,
             request(stage, "REGISTER", web_via, 2,
                     arena_printf(&scene->arena,
                                  "%sAuthorization: Digest username=\"%s\", realm=\"%s\", "
                                  "nonce=\"%s\", uri=\"%s\", response=\"%s\"\r\n",
                                  contact, with->username, with->realm, with->nonce, with->uri,
                                  with->response)));
    assert_int_equal(web_receive(&stage->web), 1);
    assert_int_equal(sip_client_status(&stage->web), 200);
    assert_non_null(strstr(stage->web.text, ";expires=60\r\n")); /* the cap of browsers */
    pthread_mutex_lock(&stage->sip->lock);
    const struct binding *binding = binding_list(scene->world, SIP_WORLD_AOR);
    assert_int_equal(binding->transport, TRANSPORT_WS);
    assert_string_equal(binding->peer,
                        arena_printf(&scene->arena, "127.0.0.1:%d", stage->web.port));
    uint64_t flow = binding->flow;
    pthread_mutex_unlock(&stage->sip->lock);
    return flow;
}

/* sip.md 4.2: one Via, of the client's transport; the answer finds back to its request. */
static void a_request_of_ours_goes_back_over_the_websocket(void **state)
{
    struct front_stage *stage = *state;
    struct scene *scene = stage->sip->scene;
    char via[256], from[128], to[128], call_id[128], cseq[64];
    struct event event;
    register_web(stage);
    pthread_mutex_lock(&stage->sip->lock);
    assert_int_equal(notify_check_sync(scene->world, SIP_WORLD_AOR), 1);
    uint64_t seq = journal_last(scene->journal) + 1;
    pthread_mutex_unlock(&stage->sip->lock);
    edge_wake(stage->sip->edge);
    assert_int_equal(web_receive(&stage->web), 1);
    assert_int_equal(
        strncmp(stage->web.text, "NOTIFY sip:u@a.invalid;transport=ws SIP/2.0\r\n", 45), 0);
    sip_client_header(&stage->web, "Via", via, sizeof via);
    const char *want =
        arena_printf(&scene->arena, "SIP/2.0/WS 127.0.0.1:%d;", stage->front.ports[TRANSPORT_WS]);
    assert_int_equal(strncmp(via, want, strlen(want)), 0);
    sip_client_header(&stage->web, "From", from, sizeof from);
    sip_client_header(&stage->web, "To", to, sizeof to);
    sip_client_header(&stage->web, "Call-Id", call_id, sizeof call_id);
    sip_client_header(&stage->web, "CSeq", cseq, sizeof cseq);
    web_send(&stage->web, arena_printf(&scene->arena,
                                       "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=t\r\n"
                                       "Call-ID: %s\r\nCSeq: %s\r\n\r\n",
                                       via, from, to, call_id, cseq));
    pthread_mutex_lock(&stage->sip->lock);
    stage_wait(stage->sip, seq);
    pthread_mutex_unlock(&stage->sip->lock);
    last_event(stage, &event);
    assert_string_equal(event_get(&event, EVENT_STATUS), "200");
    assert_string_equal(event_get(&event, EVENT_TRANSPORT), "ws");
}

/* A call that rings at it and is given up: the CANCEL takes the way of its INVITE, though the Contact is
 * an address that could be tried. */
static void a_cancel_goes_back_over_the_websocket(void **state)
{
    struct front_stage *stage = *state;
    struct scene *scene = stage->sip->scene;
    char via[256], from[128], to[128], call_id[128], cseq[64], cancel_via[256];
    register_web(stage);
    pthread_mutex_lock(&stage->sip->lock);
    xset(&binding_list(scene->world, SIP_WORLD_AOR)->contact, "sip:u@127.0.0.1:9;transport=ws");
    struct phone_call *call =
        switch_begin(scene->world, &(struct switch_draft){.from = "+12025550199", .to = "101"});
    switch_dial(scene->world, call, NULL);
    pthread_mutex_unlock(&stage->sip->lock);
    edge_wake(stage->sip->edge);
    assert_int_equal(web_receive(&stage->web), 1);
    assert_int_equal(strncmp(stage->web.text, "INVITE sip:u@127.0.0.1:9;", 25), 0);
    sip_client_header(&stage->web, "Via", via, sizeof via);
    sip_client_header(&stage->web, "From", from, sizeof from);
    sip_client_header(&stage->web, "To", to, sizeof to);
    sip_client_header(&stage->web, "Call-Id", call_id, sizeof call_id);
    sip_client_header(&stage->web, "CSeq", cseq, sizeof cseq);
    web_send(&stage->web, arena_printf(&scene->arena,
                                       "SIP/2.0 180 Ringing\r\nVia: %s\r\nFrom: %s\r\n"
                                       "To: %s;tag=t\r\nCall-ID: %s\r\nCSeq: %s\r\n\r\n",
                                       via, from, to, call_id, cseq));
    pthread_mutex_lock(&stage->sip->lock);
    switch_end(scene->world, call, 487, "gave up");
    pthread_mutex_unlock(&stage->sip->lock);
    edge_wake(stage->sip->edge);
    assert_int_equal(web_receive(&stage->web), 1);
    assert_int_equal(strncmp(stage->web.text, "CANCEL sip:u@127.0.0.1:9;", 25), 0);
    assert_string_equal(sip_client_header(&stage->web, "Via", cancel_via, sizeof cancel_via), via);
}

static void a_closed_flow_ends_the_clients_connection(void **state)
{
    struct front_stage *stage = *state;
    uint64_t flow = register_web(stage);
    assert_true(edge_close_flow(stage->sip->edge, flow));
    assert_int_equal(web_receive(&stage->web), 8);
    assert_int_equal((unsigned char)stage->web.text[0] << 8 | (unsigned char)stage->web.text[1],
                     1001);
    web_send_as(&stage->web, 8, stage->web.text);
    assert_int_equal(web_receive(&stage->web), -1);
}

static int open_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

/* The client's end, the hop's two and the proxy's one: all go with the client. */
static void a_client_that_leaves_ends_its_flow(void **state)
{
    struct front_stage *stage = *state;
    struct event event;
    register_web(stage);
    int before = open_descriptors();
    sip_client_close(&stage->web);
    struct timespec pause = {.tv_nsec = 2000000};
    for (int i = 0; i < 5000 && open_descriptors() > before - 4; i++)
        nanosleep(&pause, NULL);
    assert_int_equal(open_descriptors(), before - 4);
    pthread_mutex_lock(&stage->sip->lock);
    assert_int_equal(notify_check_sync(stage->sip->scene->world, SIP_WORLD_AOR), 1);
    uint64_t seq = journal_last(stage->sip->scene->journal) + 1;
    pthread_mutex_unlock(&stage->sip->lock);
    edge_wake(stage->sip->edge);
    pthread_mutex_lock(&stage->sip->lock);
    stage_wait(stage->sip, seq);
    pthread_mutex_unlock(&stage->sip->lock);
    last_event(stage, &event);
    assert_string_equal(event_get(&event, EVENT_STATUS), "503"); /* it could not be sent */
    assert_true(
        sip_client_open(&stage->web, true, stage->front.ports[TRANSPORT_WS])); /* for front_done */
}

static void what_is_no_sip_ends_the_stream(void **state)
{
    struct front_stage *stage = *state;
    sip_client_send(&stage->stream, "GET / HTTP/1.1\r\n\r\n");
    assert_false(sip_client_receive(&stage->stream));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_front(a_stream_is_answered_with_its_own_via),
        on_front(content_length_stands_last),
        on_front(a_websocket_takes_a_message_per_frame),
        on_front(pings_are_answered_on_both),
        on_front(without_its_subprotocol_no_websocket_is_opened),
        on_front(a_request_of_ours_goes_back_over_the_websocket),
        on_front(a_cancel_goes_back_over_the_websocket),
        on_front(a_closed_flow_ends_the_clients_connection),
        on_front(a_client_that_leaves_ends_its_flow),
        on_front(what_is_no_sip_ends_the_stream),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
