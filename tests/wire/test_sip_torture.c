#include "support/sip_stage.h"
#include "support/sip_torture.h"

/* One message under way, and what came of it. */
struct shot {
    struct sip_client *client; /* of its own; NULL: the stage's */
    int number, status;
};

/* A way to the proxy. A transport is a row; `finish` says the status of the first answer that came
 * before the answer to a good request sent behind, or before the end of the connection. */
struct door {
    const char *transport; /* as Via has it */
    bool is_stream;
    void (*send)(struct stage *stage, struct shot *shot, const char *text);
    void (*finish)(struct stage *stage, struct shot *shot);
};

static void udp_send(struct stage *stage, struct shot *shot, const char *text)
{
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

static void udp_finish(struct stage *stage, struct shot *shot)
{
    (void)stage, (void)shot; /* the good request behind it said so already */
}

static void tcp_send(struct stage *stage, struct shot *shot, const char *text)
{
    shot->client = xcalloc(1, sizeof *shot->client);
    assert_true(sip_client_open(shot->client, true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
    sip_client_send(shot->client, text);
    shutdown(shot->client->fd, SHUT_WR);
}

static void tcp_finish(struct stage *stage, struct shot *shot)
{
    (void)stage;
    while (sip_client_receive(shot->client))
        if (!shot->status)
            shot->status = sip_client_status(shot->client);
    sip_client_close(shot->client);
    free(shot->client);
}

static const struct door doors[] = {{"UDP", false, udp_send, udp_finish},
                                    {"TCP", true, tcp_send, tcp_finish}};
enum { DOORS = sizeof doors / sizeof *doors };

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
    struct stage *stage = *state;
    struct shot shots[TORTURES];
    int wrong = 0;
    stage_registers(stage, &stage->tcp, "Contact: <sip:1@h>\r\n");
    for (size_t j = 0; j < DOORS; j++) {
        const struct door *door = &doors[j];
        for (size_t i = 0; i < TORTURES; i++) {
            shots[i] = (struct shot){.number = 1000 + (int)(j * TORTURES + i)};
            door->send(stage, &shots[i],
                       torture_fill(&stage->scene->arena, torture_rows[i].text, door->transport,
                                    stage->udp.port, shots[i].number));
        }
        for (size_t i = 0; i < TORTURES; i++) {
            const struct torture *row = &torture_rows[i];
            bool is_other = door->is_stream && row->want_stream != TORTURE_SAME;
            int want = is_other ? row->want_stream : row->want;
            door->finish(stage, &shots[i]);
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
    struct stage *stage = *state;
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
            doors[j].send(stage, &shots[i], text);
        }
        for (int i = 0; i < MUTATIONS; i++) {
            doors[j].finish(stage, &shots[i]);
            int status = shots[i].status;
            assert_true(status == TORTURE_SILENCE || (status >= 200 && status < 700));
        }
    }
    free(shots);
    free(text);
    assert_at_rest(stage, 900);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(every_message_of_rfc_4475_gets_its_answer),
        on_stage(mutated_messages_are_answered_or_not_and_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
