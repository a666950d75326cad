/* The reference client itself: what it prints and how it ends. */
#include "base/text.h"
#include "support/cmocka_all.h"
#include "support/program.h"

#include <stdio.h>

/* The reference client as people type it: its messages and its exit codes. */
static void each_line_of_rc_client_ends_with_its_exit_code(void **state)
{
    static const struct typed rows[] = {
        {"rc-client", 2, "rc-client: *usage: rc-client COMMAND*"},
        {"rc-client --help", 0, "rc-client: *usage: rc-client COMMAND*"},
        {"rc-client conect", 2,
         "rc-client: unknown command \"conect\"; did you mean \"connect\"?; rc-client --help lists "
         "them\n"},
        {"rc-client --json status", 2,
         "rc-client: options come after the command: rc-client COMMAND --json*"},
        {"rc-client batch --help", 0, "rc-client batch: *{\"cmd\":\"quit\"}*Options:*--db FILE*"},
        {"rc-client batch --foo", 2,
         "rc-client batch: unknown option \"--foo\"; rc-client batch --help lists the options\n"},
        {"rc-client sync --days abc", 2,
         "rc-client sync: days: wanted a whole number from 1 to 3650, was \"abc\"\n"},
        {"rc-client sync", 1,
         "rc-client sync: not authenticated: there is no saved grant; rc-client authenticate, then "
         "save\n"},
        {"rc-client connect --redirect_ury x", 2,
         "rc-client connect: unknown option \"--redirect_ury\"; did you mean \"--redirect-uri\"?; "
         "*"},
        {"rc-client batch --foo bar", 2, "rc-client batch: unknown option \"--foo\"; *"},
        {"echo '{\"cmd\":\"statsu\"}' | rc-client batch", 0,
         "{*unknown command \\\"statsu\\\"; did you mean \\\"status\\\"?\"}\n"},
        {"rc-client sync --weak no-backfil", 2,
         "rc-client sync: weak: no weakness \"no-backfil\"; did you mean \"no-backfill\"?; *"},
        {"rc-client phone --do register,cal", 2,
         "rc-client phone: do: \"cal\" is no step; did you mean \"call\"?\n"},
        {"rc-client status --profile naiv", 2,
         "rc-client status: profile: wanted naive or good, was \"naiv\"\n"},
        {"rc-client handsets", 2,
         "rc-client handsets: SIP Domain and Outbound Proxy are not *save\n"},
        {"rc-client weak >/dev/full", 3, "rc-client: stdout cannot be written\n"},
        {"rc-client doctor", 2, "NOT_CONFIGURED (broken)\n*"},
        {"rc-client connect --proxy 'a b'", 2, "*Outbound Proxy: a space inside*"},
        {"rc-client status --clock http://127.0.0.1:1/", 3,
         "rc-client: --clock http://127.0.0.1:1/: no answer with now_ms\n"},
        {"RC_CLIENT_DAYS=abc rc-client sync", 2,
         "rc-client sync: days: wanted a whole number from 1 to 3650, was \"abc\"\n"},
    };
    static const char before[] = "export RC_CLIENT_DB=$DIR/store.db; PATH=${MOCKRC%/*}:$PATH; ";
    char dir[40];
    folder(dir);
    size_t bad = typed_wrong(rows, sizeof rows / sizeof *rows, BIN_DIR, SOURCE_DIR, before, dir);
    forget(dir);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_of_rc_client_ends_with_its_exit_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
