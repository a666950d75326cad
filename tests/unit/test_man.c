/* The manual page and --help know the same flags. */
#include "base/text.h"
#include "cli/options.h"
#include "support/cmocka_all.h"
#include "support/page_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char page[] = SOURCE_DIR "/man/mockrc.1";

/* The item of a flag, to the next one: ".It Fl v , Fl -verbose ... .Pq Ev MOCKRC_VERBOSE". */
static bool has_item(const char *text, const char *name, const char *env)
{
    char flag[64], variable[80];
    snprintf(flag, sizeof flag, "Fl -%s", name);
    snprintf(variable, sizeof variable, "\n.Pq Ev %s\n", env ? env : "MOCKRC_");
    for (const char *at = strstr(text, "\n.It Fl "); at; at = strstr(at + 1, "\n.It Fl ")) {
        const char *found = strstr(at, flag), *line_end = strchr(at + 1, '\n');
        const char *next = strstr(line_end, "\n.It "), *named = strstr(line_end, variable);
        if (!found || found > line_end || !strchr(" \n", found[strlen(flag)]))
            continue;
        return !env || (named && (!next || named < next));
    }
    return false;
}

static void the_page_has_every_flag_and_its_variable(void **state)
{
    char *text = page_text(page);
    for (size_t i = 0; option_name_at(i); i++)
        if (!has_item(text, option_name_at(i), option_env_at(i)))
            fail_msg("the page lacks --%s or its variable", option_name_at(i));
    assert_false(has_item(text, "por", NULL));
    assert_false(has_item(text, "port", "MOCKRC_SIP_PORT"));
    free(text);
}

static void the_page_has_no_flag_that_is_none(void **state)
{
    char *text = page_text(page), name[64];
    for (const char *at = text; (at = strstr(at, "Fl -")); at++) {
        bool is_known = false;
        snprintf(name, sizeof name, "%.*s", (int)strcspn(at + 4, " \n"), at + 4);
        for (size_t i = 0; option_name_at(i) && !is_known; i++)
            is_known = text_eq(option_name_at(i), name);
        if (!is_known)
            fail_msg("--%s is no flag", name);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_flag_and_its_variable),
        cmocka_unit_test(the_page_has_no_flag_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
