#include "base/yaml.h"
#include "scenario/step.h"
#include "scenario/vars.h"
#include "support/control_scene.h"

#include <stdio.h>

static const struct node *yaml(struct arena *arena, const char *text)
{
    const struct node *root = NULL;
    struct diag diag;
    if (yaml_parse(arena, "t", text, strlen(text), &root, &diag))
        fail_msg("%s: %s", text, diag.text);
    return root;
}

static void a_wanted_value_holds_or_not(void **state)
{
    static const struct {
        const char *wanted, *seen;
        bool holds;
    } rows[] = {
        {"Authenticated", "authenticated", true}, /* case does not matter */
        {"Authenticated", "Not Authenticated", false},
        {"5", "5", true},
        {"5", "5.0", true},
        {"5", "\"5\"", true},
        {"5", "6", false},
        {"\">=5\"", "5", true},
        {"\">=5\"", "4", false},
        {"\"<5\"", "4", true},
        {"\">0\"", "many", false},
        {"\"<=5\"", "5", true},
        {"\">\"", "\">\"", true}, /* no number: plain text */
        {"\"*(ext 101)\"", "\"Morgan Hale (ext 101)\"", true},
        {"\"*(ext 102)\"", "\"Morgan Hale (ext 101)\"", false},
        {"\"!none\"", "primary", true},
        {"\"!none\"", "none", false},
        {"\"!none\"", "~", true},
        {"\"!*ary\"", "primary", false},
        {"[a, b]", "b", true},
        {"[a, b]", "c", false},
        {"~", "~", true},
        {"~", "x", false},
        {"x", "~", false},
        {"true", "true", true},
        {"true", "false", false},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (answer_holds(yaml(&arena, rows[i].wanted), yaml(&arena, rows[i].seen)) != rows[i].holds)
            fail_msg("%s against %s", rows[i].wanted, rows[i].seen);
    assert_true(answer_holds(yaml(&arena, "~"), NULL));
    assert_false(answer_holds(yaml(&arena, "x"), NULL));
    arena_done(&arena);
}

/* A step, the client's answer, and what is said: NULL for fine. */
static void an_answer_is_judged_by_the_words_of_its_step(void **state)
{
    static const char good[] =
        "{ok: true, exit: 0, result: {registered: 2, handsets: [{proxy: primary, answer: SIP 200},"
        " {proxy: secondary, answer: SIP 200}], planes: {sip.primary: {state: bad}}, "
        "findings: [{diagnosis: A}, {diagnosis: B}], changes: []}}";
    static const char bad[] =
        "{ok: false, exit: 1, error: it rains, result: {error: access_denied}}";
    static const struct {
        const char *kind, *args, *answer, *says;
    } rows[] = {
        {"save", "~", good, NULL},
        {"save", "~", bad, "s.yaml:7:5: save: the client failed: it rains"},
        {"save", "{ expect: { ok: false } }", bad, NULL},
        {"save", "{ changes: ~ }", good, NULL},
        {"authenticate", "{ error: access_denied }", bad, NULL},
        {"authenticate", "{ error: server_error }", bad,
         "s.yaml:1:10: authenticate: error: wanted server_error, saw access_denied (the client "
         "says: "
         "it rains)"},
        {"handsets", "{ registered: 2 }", good, NULL},
        {"handsets", "{ registered: \">=3\" }", good,
         "s.yaml:1:15: handsets: registered: wanted >=3, saw 2"},
        {"handsets", "{ through: primary }", good,
         "s.yaml:1:12: handsets: through: wanted primary, saw primary, secondary"},
        {"handsets", "{ through: [primary, secondary] }", good, NULL},
        {"handsets", "{ total: 3 }", good, "s.yaml:1:10: handsets: total: wanted 3, saw nothing"},
        {"status", "{ primary: bad }", good, NULL},
        {"status", "{ expect: { planes/sip.primary/state: good } }", good,
         "s.yaml:1:39: status: planes/sip.primary/state: wanted good, saw bad"},
        {"diagnose", "{ also: B }", good, NULL},
        {"diagnose", "{ also: C }", good, "s.yaml:1:9: diagnose: also: wanted C, saw A, B"},
        {"diagnose", "HEALTHY", good,
         "s.yaml:1:1: diagnose: diagnosis: wanted HEALTHY, saw nothing"},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diag diag;
        char text[900] = "fine";
        struct step step = {.name = rows[i].kind,
                            .kind = step_kind_named(rows[i].kind),
                            .args = yaml(&arena, rows[i].args),
                            .line = 7,
                            .col = 5};
        int err = answer_check(&step, step.args, yaml(&arena, rows[i].answer), "s.yaml", &diag);
        if (err)
            diag_text(&diag, text, sizeof text);
        assert_true(err == ERR_OK || err == ERR_EXPECT);
        assert_string_equal(text, rows[i].says ? rows[i].says : "fine");
    }
    arena_done(&arena);
}

/* The tables keep what step.h promises: unique words, every one with help. */
static void the_tables_of_steps_are_whole(void **state)
{
    for (size_t i = 0; i < step_kind_count(); i++) {
        const struct step_kind *kind = step_kind_at(i);
        assert_true(*kind->help && kind->play);
        assert_true(kind->cmd ? kind->op != NULL : kind->check != NULL);
        assert_null(verb_named(kind->name, NULL));
        for (size_t j = 0; j < STEP_RESULTS_MAX && kind->results[j].name; j++) {
            assert_true(*kind->results[j].help && *kind->results[j].path);
            assert_ptr_equal(step_result_named(kind, kind->results[j].name), &kind->results[j]);
            for (size_t k = 0; k < STEP_ARGS_MAX && kind->args[k].name; k++)
                assert_string_not_equal(kind->args[k].name, kind->results[j].name);
        }
    }
}

/* --- variables --- */

static void variables_are_filled_in_as_the_world_is_then(void **state)
{
    static const struct {
        const char *text, *filled; /* NULL: refused */
    } rows[] = {
        {"plain", "plain"},
        {"${sip.domain}", "sip.ringcentral.com"},
        {"${proxy.a}", "127.0.0.1:5090"},
        {"${proxy.a.udp}", "127.0.0.1:5090"},
        {"${proxy.a.tcp}", "127.0.0.1:5091"},
        {"<${proxy.b}|${proxy.a}>", "<127.0.0.1:0|127.0.0.1:5090>"},
        {"${username}/${extension}", "morgan.hale@acme-widgets.example/101"},
        {"${user.101.extension}", "101"},
        {"${client_id}", "mRcAcmeCcaas0000001210"},
        {"${base}", "http://127.0.0.1"},
        {"${rotate-password.password}", "N3w"},
        {"${rotate-password.nothing}", NULL},
        {"${proxy.z}", NULL},
        {"${nothing}", NULL},
        {"${open", NULL},
    };
    struct scene scene;
    struct vars vars;
    scene_init(&scene);
    vars_init(&vars, &scene.arena);
    vars_say(&vars, "rotate-password", yaml(&scene.arena, "{password: Old, n: 1}"));
    vars_say(&vars, "rotate-password", yaml(&scene.arena, "{password: N3w}"));
    struct proxy *proxy = proxy_named(scene.world, "a");
    proxy->port[TRANSPORT_UDP] = 5090;
    proxy->port[TRANSPORT_TCP] = 5091;
    vars_see(&vars, scene.world);
    proxy->port[TRANSPORT_UDP] = proxy->port[TRANSPORT_TCP] =
        0; /* stopped: the address it had last */
    vars_see(&vars, scene.world);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct node node = {.kind = NODE_STRING, .text = rows[i].text};
        const struct node *filled =
            vars_fill(&vars, &scene.arena, scene.world, &node, "s.yaml", &scene.diag);
        if ((filled == NULL) != (rows[i].filled == NULL))
            fail_msg("%s", rows[i].text);
        if (filled)
            assert_string_equal(filled->text, rows[i].filled);
    }
    const struct node *tree =
        yaml(&scene.arena, "{a: [x, \"${extension}\"], b: {c: \"${extension}\"}}");
    const struct node *copy =
        vars_fill(&vars, &scene.arena, scene.world, tree, "s.yaml", &scene.diag);
    assert_string_equal(node_get(node_get(copy, "b"), "c")->text, "101");
    assert_string_equal(node_get(copy, "a")->first->next->text, "101");
    assert_string_equal(node_get(tree, "a")->first->next->text, "${extension}");
    scene_done(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wanted_value_holds_or_not),
        cmocka_unit_test(an_answer_is_judged_by_the_words_of_its_step),
        cmocka_unit_test(the_tables_of_steps_are_whole),
        cmocka_unit_test(variables_are_filled_in_as_the_world_is_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
