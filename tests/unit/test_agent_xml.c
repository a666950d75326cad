#include "support/cmocka_all.h"

#include "sip/agent_xml.h"

static void a_command_is_read(void **state)
{
    struct arena arena;
    struct agent_message message;
    arena_init(&arena);
    assert_true(agent_read(&arena,
                           "<Msg><Hdr SID=\"900000000001\" Req=\"{G}\" From=\"1*101\" "
                           "To=\"#880001@d:5060\" Cmd=\"14\"/><Bdy Cln=\"700\" RepTp='0' "
                           "Bdy=\"a &lt;b&gt; &amp; &quot;c&quot; &x; &apos;\"/></Msg>",
                           &message));
    assert_string_equal(agent_get(&message.head, "SID"), "900000000001");
    assert_string_equal(agent_get(&message.head, "Cmd"), "14");
    assert_string_equal(agent_get(&message.body, "RepTp"), "0");
    assert_string_equal(agent_get(&message.body, "Bdy"), "a <b> & \"c\" &x; '");
    assert_null(agent_get(&message.body, "sid"));
    arena_done(&arena);
    (void)state;
}

static void what_is_no_such_line_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "hello",
        "<Msg>",
        "<Msg></Msg>",
        "<Msg><Hdr/></Msg>",
        "<Msg><Bdy/><Hdr/></Msg>",
        "<Msg><Hdr/><Bdy/>",
        "<Msg><Hdr/><Bdy/></Msg>x",
        "<Msg><Hdr a/><Bdy/></Msg>",
        "<Msg><Hdr a=/><Bdy/></Msg>",
        "<Msg><Hdr a=\"b/><Bdy/></Msg>",
        "<Msg><Hdr a=\"b\"b=\"c\"/><Bdy/></Msg>",
        "<Msg><HdrX a=\"b\"/><Bdy/></Msg>",
        "<Msg><Hdr><Bdy/></Msg>",
    };
    static const char *const good[] = {
        "<Msg><Hdr/><Bdy/></Msg>",
        " <Msg>\r\n<Hdr ></Hdr> <Bdy a = 'b' />\r\n</Msg>\r\n",
    };
    struct arena arena;
    struct agent_message message;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (agent_read(&arena, bad[i], &message))
            fail_msg("%s was read", bad[i]);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!agent_read(&arena, good[i], &message))
            fail_msg("%s was not read", good[i]);
    arena_done(&arena);
    (void)state;
}

static void what_is_written_stands_in_a_header_and_reads_the_same(void **state)
{
    struct arena arena;
    struct agent_message message = {0}, again;
    arena_init(&arena);
    agent_add(&message.head, "Cmd", "6");
    agent_add(&message.body, "Nm", "O\"Neil: <b> & 'co'\r\nX: \f y");
    agent_add(&message.body, "RecUrl", NULL);
    const char *line = agent_write(&arena, &message);
    assert_string_equal(line, "<Msg><Hdr Cmd=\"6\"/><Bdy Nm=\"O&quot;Neil:&lt;b&gt; &amp; "
                              "&apos;co&apos;  X:y\" RecUrl=\"\"/></Msg>");
    assert_true(agent_read(&arena, line, &again));
    assert_string_equal(agent_get(&again.body, "Nm"), "O\"Neil:<b> & 'co'  X:y");
    arena_done(&arena);
    (void)state;
}

static void more_attributes_than_there_may_be_are_left_out(void **state)
{
    struct arena arena;
    struct agent_message message;
    arena_init(&arena);
    assert_true(agent_read(&arena,
                           "<Msg><Hdr a='' b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l='' "
                           "m='' n='' o='' p='' q='' r=''/><Bdy/></Msg>",
                           &message));
    assert_int_equal(message.head.count, AGENT_PAIRS_MAX);
    assert_null(agent_get(&message.head, "r"));
    arena_done(&arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_command_is_read),
        cmocka_unit_test(what_is_no_such_line_is_refused),
        cmocka_unit_test(what_is_written_stands_in_a_header_and_reads_the_same),
        cmocka_unit_test(more_attributes_than_there_may_be_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
