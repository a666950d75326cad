/* Which of our addresses a phone reaches us by. */
#include "support/cmocka_all.h"

#include "media/edge_socket.h"

#include <string.h>

static void our_side_of_the_way_to_a_peer_is_told(void **state)
{
    static const struct {
        const char *peer, *want; /* NULL: cannot be told */
    } rows[] = {
        {"127.0.0.1:5060", "127.0.0.1"},
        {"[::1]:5060", "::1"},
        {"[::ffff:127.0.0.1]:9", "127.0.0.1"},
        {"127.0.0.1", NULL},
        {"::1", NULL},
        {"", NULL},
        {":", NULL},
        {"[]:1", NULL},
        {"phone.test:5060", NULL},
        {"[::1", NULL},
        {"1111111111111111111111111111111111111111111111111111:1", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char ours[64] = "";
        bool is_told = edge_socket_ours(rows[i].peer, ours, sizeof ours);
        if (is_told != (rows[i].want != NULL) || (is_told && strcmp(ours, rows[i].want) != 0))
            fail_msg("%s: %s", rows[i].peer, is_told ? ours : "not told");
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_side_of_the_way_to_a_peer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
