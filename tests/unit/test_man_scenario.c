/* The manual page of scenarios tells every word a scenario can have that no command lists. */
#include "base/text.h"
#include "fault/fault.h"
#include "scenario/step.h"
#include "support/cmocka_all.h"
#include "support/page_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char path[] = SOURCE_DIR "/man/mockrc-scenario.5";

/* ".It Li name", alone or in a list with commas. */
static bool has_item(const char *text, const char *name)
{
    for (const char *at = text; (at = strstr(at, "\n.It Li ")); at++) {
        const char *line = at + strlen("\n.It Li "), *end = strchr(line, '\n');
        for (const char *word = line; word && word < end;) {
            size_t len = strcspn(word, " ,\n");
            if (len == strlen(name) && strncmp(word, name, len) == 0)
                return true;
            word = strpbrk(word + len, "abcdefghijklmnopqrstuvwxyz\n");
        }
    }
    return false;
}

static void the_page_has_every_key_of_an_event(void **state)
{
    static const char *const more[] = {"op", "layer", "seq", "cause", "time"};
    char *text = page_text(path), *keys = strstr(text, ".Sh KEYS");
    assert_non_null(keys);
    for (int i = 0; i < EVENT_KEY_COUNT; i++)
        if (!has_item(keys, event_key_name((enum event_key)i)))
            fail_msg("the page lacks the key %s", event_key_name((enum event_key)i));
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        assert_true(has_item(keys, more[i]));
    assert_false(has_item(keys, "no_key"));
    free(text);
}

static void the_page_has_every_word_of_the_clients_steps(void **state)
{
    char *text = page_text(path), *steps = strstr(text, ".Sh STEPS OF THE REFERENCE CLIENT");
    assert_non_null(steps);
    for (size_t i = 0; i < step_kind_count(); i++) {
        const struct step_kind *kind = step_kind_at(i);
        char item[80];
        snprintf(item, sizeof item, "\n.It Li %s\n", kind->name);
        const char *at = kind->cmd ? strstr(steps, item) : text;
        if (!at)
            fail_msg("the page lacks the step %s", kind->name);
        for (int j = 0; kind->cmd && j < STEP_ARGS_MAX && kind->args[j].name; j++)
            if (!has_item(at, kind->args[j].name))
                fail_msg("%s: the page lacks %s", kind->name, kind->args[j].name);
        for (int j = 0; j < STEP_RESULTS_MAX && kind->results[j].name; j++)
            if (!has_item(at, kind->results[j].name))
                fail_msg("%s: the page lacks %s", kind->name, kind->results[j].name);
    }
    for (const struct verb_arg *arg = step_common_args(); arg->name; arg++)
        if (!has_item(steps, arg->name))
            fail_msg("the page lacks %s", arg->name);
    free(text);
}

static void the_page_has_every_kind_of_fault(void **state)
{
    char *text = page_text(path), *faults = strstr(text, ".Sh FAULTS"), word[60];
    assert_non_null(faults);
    for (size_t i = 0; i < fault_kind_count(); i++) {
        snprintf(word, sizeof word, " %s ", fault_kind_name(i));
        if (!strstr(faults, word))
            fail_msg("the page lacks the kind %s", fault_kind_name(i));
    }
    free(text);
}

static void its_example_is_a_scenario(void **state)
{
    char *text = page_text(path), *from = strstr(text, "\nscenario: "), *end;
    struct scenario scenario;
    struct diag diag = {0};
    assert_non_null(from);
    end = strstr(from, "\n.Ed");
    assert_non_null(end);
    if (scenario_read("page", from + 1, (size_t)(end - from), &scenario, &diag))
        fail_msg("%d: %s", diag.line, diag.text);
    scenario_done(&scenario);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_key_of_an_event),
        cmocka_unit_test(the_page_has_every_word_of_the_clients_steps),
        cmocka_unit_test(the_page_has_every_kind_of_fault),
        cmocka_unit_test(its_example_is_a_scenario),
    };
    return cmocka_run_group_tests_name("man_scenario", tests, NULL, NULL) != 0;
}
