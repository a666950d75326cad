/* How far it has come: a bar, lines, or nothing. */
#include "progress.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* What is written of two pages and an end. */
static char *told(bool is_terminal, const char *no_color, int64_t line_ms)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    if (no_color)
        setenv("NO_COLOR", no_color, 1);
    else
        unsetenv("NO_COLOR");
    struct progress progress = progress_begin(out, is_terminal);
    progress.line_ms = line_ms;
    progress_tell(&progress, 0.25, 1000);
    progress_tell(&progress, 1.0, 4000);
    progress_end(&progress);
    progress_end(&progress); /* twice is fine */
    assert_true(progress_seconds(&progress) >= 0);
    fclose(out);
    return text;
}

static void a_terminal_gets_a_bar_in_one_line(void **state)
{
    char *text = told(true, NULL, 0);
    assert_non_null(strstr(text, "\r\x1b[32m[##########..............................]"));
    assert_non_null(
        strstr(text, "[########################################]\x1b[0m 100%  4000 records"));
    assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1); /* one, at the end */
    free(text);
    text = told(true, "", 0); /* set to nothing is not set: no-color.org */
    assert_non_null(strchr(text, '\r'));
    free(text);
}

static void elsewhere_lines_come_without_a_bar(void **state)
{
    static const struct {
        bool is_terminal;
        const char *no_color;
    } rows[] = {{true, "1"}, {false, NULL}, {false, "1"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char *text = told(rows[i].is_terminal, rows[i].no_color, 0);
        const char *second = strstr(text, "\n100%, 4000 records, ");
        assert_int_equal(strncmp(text, "25%, 1000 records, ", 19), 0);
        assert_non_null(second);
        assert_ptr_equal(strchr(text, '\n'), second);
        assert_ptr_equal(strchr(second + 1, '\n'), text + strlen(text) - 1);
        free(text);
        text = told(rows[i].is_terminal, rows[i].no_color, 60000); /* short work is not told of */
        assert_string_equal(text, "");
        free(text);
    }
}

static void nobody_is_told_when_nobody_asks(void **state)
{
    struct progress progress = progress_begin(NULL, true);
    progress.line_ms = 0;
    progress_tell(&progress, 0.5, 1);
    progress_end(&progress);
    assert_false(progress.is_drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_gets_a_bar_in_one_line),
        cmocka_unit_test(elsewhere_lines_come_without_a_bar),
        cmocka_unit_test(nobody_is_told_when_nobody_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
