#include "support/cmocka_all.h"

#include "base/descriptors.h"

#include <sys/resource.h>

static void the_soft_limit_is_lifted_to_the_hard_one(void **state)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlim_t most = limit.rlim_max;
    limit.rlim_cur = 64;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    descriptors_allow_all();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    assert_int_equal(limit.rlim_cur, most);
    assert_int_equal(limit.rlim_max, most);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_soft_limit_is_lifted_to_the_hard_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
