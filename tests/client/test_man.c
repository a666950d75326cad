/* The manual page and --help know the same commands and options. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/page_text.h"

static const char page[] = SOURCE_DIR "/man/rc-client.1";

/* ".It Fl -client-id Ar ID" or ".It Fl -yes", as a whole line. */
static void check_item(const char *text, const struct option *option)
{
    char flag[64], line[160];
    option_flag(option, flag, sizeof(flag));
    snprintf(line, sizeof(line), "\n.It Fl %s%s%s\n", flag + 1, option->value ? " Ar " : "",
             option->value ? option->value : "");
    if (strstr(text, line) == NULL)
        fail_msg("the page has no line%s", line);
}

static void the_page_has_every_command_and_option(void **state)
{
    char *text = page_text(page), line[80];
    for (const struct command *command = commands; command->name; command++) {
        snprintf(line, sizeof(line), "\n.It Cm %s\n", command->name);
        assert_non_null(strstr(text, line));
        for (const struct option *option = command->options; option->name; option++)
            check_item(text, option);
    }
    for (const struct option *option = common_options; option->name; option++)
        check_item(text, option);
    free(text);
}

static bool is_option(const char *flag, size_t len)
{
    char known[64];
    for (const struct option *option = common_options; option->name; option++)
        if (strlen(option_flag(option, known, sizeof(known))) == len + 1 &&
            strncmp(known + 1, flag, len) == 0)
            return true;
    for (const struct command *command = commands; command->name; command++)
        for (const struct option *option = command->options; option->name; option++)
            if (strlen(option_flag(option, known, sizeof(known))) == len + 1 &&
                strncmp(known + 1, flag, len) == 0)
                return true;
    return false;
}

static void the_page_has_no_option_that_is_none(void **state)
{
    char *text = page_text(page);
    for (const char *at = text; (at = strstr(at, "Fl -")); at++)
        if (!is_option(at + 3, strcspn(at + 3, " \n")))
            fail_msg("no option: %.30s", at + 3);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_has_every_command_and_option),
        cmocka_unit_test(the_page_has_no_option_that_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
