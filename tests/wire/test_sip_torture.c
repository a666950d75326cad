#include "support/sip_front.h"
#include "support/sip_torture.h"

/* One message under way, and what came of it. */
struct shot {
    struct sip_client *client; /* of its own; NULL: the stage's */
    struct sip_pipe pipe;      /* to the front */
    const char *text;          /* what is sent by it */
    enum transport transport;
    bool may_come_again;
    int number, status;
};

/* A stage, and the front before it. */
struct torture_stage {
    struct stage *sip;
    struct sip_front front;
};

/* A way to the proxy. A transport is a row; `finish` says the status of the first answer that came
 * before the answer to a good request sent behind, or before the end of the connection. */
struct door {
    const char *transport; /* as Via has it */
    bool is_stream;
    void (*send)(struct torture_stage *all, struct shot *shot, const char *text);
    void (*finish)(struct torture_stage *all, struct shot *shot);
};

static void udp_send(struct torture_stage *all, struct shot *shot, const char *text)
{
    struct stage *stage = all->sip;
    struct sip_client *client = &stage->udp;
    char cseq[32], mark[32];
    snprintf(mark, sizeof mark, "%d OPTIONS", shot->number);
    sip_client_send(client, text);
    sip_client_send(client, stage_message(stage, client, "OPTIONS", shot->number, ""));
    for (;;) {
        assert_true(sip_client_receive(client));
        if (strcmp(sip_client_header(client, "CSeq", cseq, sizeof cseq), mark) == 0)
            return;
        if (!shot->status)
            shot->status = sip_client_status(client);
    }
}

static void udp_finish(struct torture_stage *all, struct shot *shot)
{
    (void)all, (void)shot; /* the good request behind it said so already */
}

static void tcp_send(struct torture_stage *all, struct shot *shot, const char *text)
{
    struct stage *stage = all->sip;
    shot->client = xcalloc(1, sizeof *shot->client);
    assert_true(sip_client_open(shot->client, true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
    sip_client_send(shot->client, text);
    shutdown(shot->client->fd, SHUT_WR);
}

static void tcp_finish(struct torture_stage *all, struct shot *shot)
{
    (void)all;
    while (sip_client_receive(shot->client))
        if (!shot->status)
            shot->status = sip_client_status(shot->client);
    sip_client_close(shot->client);
    free(shot->client);
}

static void tls_send(struct torture_stage *all, struct shot *shot, const char *text)
{
    shot->text = text;
    sip_pipe_open(&shot->pipe, &all->front, TRANSPORT_TLS);
    sip_pipe_send(&shot->pipe, text, strlen(text));
    sip_pipe_finish(&shot->pipe);
}

/* The status of the first answer on a stream that has ended; false: nothing came. */
static bool tls_listen(struct shot *shot)
{
    char text[SIP_CLIENT_TEXT_MAX + 1];
    size_t len = 0, got;
    while ((got = sip_pipe_read(&shot->pipe, text + len, SIP_CLIENT_TEXT_MAX - len)))
        len += got;
    text[len] = '\0';
    if (strncmp(text, "SIP/2.0 ", 8) == 0)
        shot->status = (int)strtol(text + 8, NULL, 10);
    sip_pipe_close(&shot->pipe);
    return len > 0;
}

/* When somebody sent what is no SIP the proxy hangs up on all who have not said anything yet
 * (edge_agent_tick), so perhaps on this one: whom it never heard may come again. */
static void tls_finish(struct torture_stage *all, struct shot *shot)
{
    int tries = shot->may_come_again ? 3 : 1;
    while (!tls_listen(shot) && --tries > 0)
        tls_send(all, shot, shot->text);
}

static void frame_send(struct sip_pipe *conn, int opcode, const char *text)
{
    char *frame = xcalloc(1, strlen(text) + 8);
    sip_pipe_send(conn, frame, sip_web_frame(frame, opcode, text, strlen(text)));
    free(frame);
}

/* Binary frames, as the messages are not all UTF-8. A good request behind tells the end. */
static void web_send(struct torture_stage *all, struct shot *shot, enum transport transport,
                     const char *text)
{
    char hello[512];
    struct sip_pipe *conn = &shot->pipe;
    shot->text = text;
    shot->transport = transport;
    sip_pipe_open(conn, &all->front, transport);
    snprintf(hello, sizeof hello, sip_web_hello, "sip");
    sip_pipe_send(conn, hello, strlen(hello));
    frame_send(conn, 2, text);
    frame_send(conn, 2, stage_message(all->sip, &conn->tcp, "OPTIONS", shot->number, ""));
}

static void ws_send(struct torture_stage *all, struct shot *shot, const char *text)
{
    web_send(all, shot, TRANSPORT_WS, text);
}

static void wss_send(struct torture_stage *all, struct shot *shot, const char *text)
{
    web_send(all, shot, TRANSPORT_WSS, text);
}

/* A frame of the server; true when it is the answer to the good request. */
static bool web_heard(struct shot *shot, const char *payload, size_t len)
{
    char text[SIP_CLIENT_TEXT_MAX + 1], mark[64];
    snprintf(text, sizeof text, "%.*s", (int)len, payload);
    snprintf(mark, sizeof mark, "\r\nCSeq: %d OPTIONS\r\n", shot->number);
    if (strstr(text, mark))
        return true;
    if (!shot->status && strncmp(text, "SIP/2.0 ", 8) == 0)
        shot->status = (int)strtol(text + 8, NULL, 10);
    return false;
}

/* Hears all there is to hear; false: the connection was ended before the good request's answer. */
static bool web_listen(struct shot *shot)
{
    char bytes[SIP_CLIENT_TEXT_MAX];
    size_t len = 0, at = 0, got, payload_len;
    bool is_over = false;
    while (!is_over && (got = sip_pipe_read(&shot->pipe, bytes + len, sizeof bytes - len))) {
        len += got;
        const char *end = at ? NULL : memmem(bytes, len, "\r\n\r\n", 4), *payload;
        if (end)
            at = (size_t)(end + 4 - bytes);
        while (at && at < len && !is_over &&
               (got = sip_web_read(bytes + at, len - at, &payload, &payload_len))) {
            is_over = web_heard(shot, payload, payload_len);
            at += got;
        }
    }
    sip_pipe_close(&shot->pipe);
    return is_over;
}

/* As tls_finish. */
static void web_finish(struct torture_stage *all, struct shot *shot)
{
    int tries = shot->may_come_again ? 3 : 1;
    while (!web_listen(shot) && !shot->status && --tries > 0)
        web_send(all, shot, shot->transport, shot->text);
}

static const struct door doors[] = {{"UDP", false, udp_send, udp_finish},
                                    {"TCP", true, tcp_send, tcp_finish},
                                    {"TLS", true, tls_send, tls_finish},
                                    {"WS", false, ws_send, web_finish},
                                    {"WSS", false, wss_send, web_finish}};
enum { DOORS = sizeof doors / sizeof *doors };

/* Behind the front's hop some come out otherwise: what cannot be cut off a stream, or is cut short in
 * its frame, ends there without an answer; and to what has a broken Via the hop's own brings one. */
static const struct {
    const char *name;
    int want;
} behind_hop[] = {{"badinv01", 400},
                  {"clerr", TORTURE_SILENCE},
                  {"ncl", TORTURE_SILENCE},
                  {"mcl01", TORTURE_SILENCE}};

static int wanted(const struct torture *row, const struct door *door)
{
    bool has_hop = door->finish == tls_finish || door->finish == web_finish;
    for (size_t i = 0; has_hop && i < sizeof behind_hop / sizeof *behind_hop; i++)
        if (strcmp(behind_hop[i].name, row->name) == 0)
            return behind_hop[i].want;
    return door->is_stream && row->want_stream != TORTURE_SAME ? row->want_stream : row->want;
}

/* Nothing of what was sent is still going on, and a good request is answered. */
static void assert_at_rest(struct stage *stage, int number)
{
    assert_int_equal(
        stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", number, "")), 200);
    pthread_mutex_lock(&stage->lock);
    assert_int_equal(phone_call_count(stage->scene->world), 0);
    assert_int_equal(stage->scene->world->sip_outs.count, 0);
    pthread_mutex_unlock(&stage->lock);
}

static void every_message_of_rfc_4475_gets_its_answer(void **state)
{
    struct torture_stage *all = *state;
    struct stage *stage = all->sip;
    struct shot shots[TORTURES];
    int wrong = 0;
    stage_registers(stage, &stage->tcp, "Contact: <sip:1@h>\r\n");
    for (size_t j = 0; j < DOORS; j++) {
        const struct door *door = &doors[j];
        for (size_t i = 0; i < TORTURES; i++) {
            shots[i] =
                (struct shot){.number = 1000 + (int)(j * TORTURES + i), .may_come_again = true};
            door->send(all, &shots[i],
                       torture_fill(&stage->scene->arena, torture_rows[i].text, door->transport,
                                    stage->udp.port, shots[i].number));
        }
        for (size_t i = 0; i < TORTURES; i++) {
            const struct torture *row = &torture_rows[i];
            int want = wanted(row, door);
            door->finish(all, &shots[i]);
            if (shots[i].status == want)
                continue;
            print_error("%s over %s: wanted %d, saw %d (%s)\n", row->name, door->transport, want,
                        shots[i].status, row->idea);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
    assert_at_rest(stage, 900);
}

/* Bytes are changed, swapped for what delimits, cut, doubled or a whole line goes, at chance. */
static size_t mutate(struct id *chance, char *text, size_t len, size_t room)
{
    size_t at = (size_t)id_below(chance, len), end;
    switch (id_below(chance, 6)) {
    case 0:
        text[at] = (char)(1 + id_below(chance, 255));
        return len;
    case 1:
        text[at] = "<>\"\\;:=,@ \r\n%?"[id_below(chance, 14)];
        return len;
    case 2:
        memmove(text + at, text + at + 1, len - at);
        return len - 1;
    case 3:
        text[at] = '\0';
        return at;
    case 4:
        end = at + strcspn(text + at, "\n");
        end += end < len;
        memmove(text + at, text + end, len - end + 1);
        return len - (end - at);
    default:
        if (len + 17 >= room)
            return len;
        memmove(text + at + 16, text + at, len - at + 1);
        memset(text + at, text[at + 16], 16);
        return len + 16;
    }
}

static void mutated_messages_are_answered_or_not_and_leave_nothing_behind(void **state)
{
    enum { MUTATIONS = 250, TEXT_MAX = 16384 };
    struct torture_stage *all = *state;
    struct stage *stage = all->sip;
    struct shot *shots = xcalloc(MUTATIONS, sizeof *shots);
    struct id chance;
    char *text = xcalloc(1, TEXT_MAX);
    id_init(&chance, 4475);
    stage_registers(stage, &stage->tcp, "Contact: <sip:1@h>\r\n");
    for (size_t j = 0; j < DOORS; j++) {
        for (int i = 0; i < MUTATIONS; i++) {
            shots[i] = (struct shot){.number = 10000 + (int)j * MUTATIONS + i};
            const char *good =
                torture_fill(&stage->scene->arena, torture_rows[(size_t)i % TORTURES].text,
                             doors[j].transport, stage->udp.port, shots[i].number);
            size_t len = (size_t)snprintf(text, TEXT_MAX, "%s", good);
            for (uint64_t k = 0; len && k <= id_below(&chance, 4); k++)
                len = mutate(&chance, text, len, TEXT_MAX);
            text[len] = '\0';
            doors[j].send(all, &shots[i], arena_strdup(&stage->scene->arena, text));
        }
        for (int i = 0; i < MUTATIONS; i++) {
            doors[j].finish(all, &shots[i]);
            int status = shots[i].status;
            assert_true(status == TORTURE_SILENCE || (status >= 200 && status < 700));
        }
    }
    free(shots);
    free(text);
    assert_at_rest(stage, 900);
}

static int given_torture_stage(void **state)
{
    struct torture_stage *all = xcalloc(1, sizeof *all);
    given_stage((void **)&all->sip);
    sip_front_start(&all->front, all->sip);
    *state = all;
    return 0;
}

static int torture_stage_done(void **state)
{
    struct torture_stage *all = *state;
    sip_front_stop(&all->front);
    stage_done((void **)&all->sip);
    free(all);
    return 0;
}

#define on_all(test) cmocka_unit_test_setup_teardown(test, given_torture_stage, torture_stage_done)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_all(every_message_of_rfc_4475_gets_its_answer),
        on_all(mutated_messages_are_answered_or_not_and_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
