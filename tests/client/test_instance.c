/*
 * A store that was copied elsewhere: its grant is the original's, and refreshing it here would end it
 * there (failures.md F033).
 */
#include "rig.h"

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    for (size_t len; (len = fread(bytes, 1, sizeof(bytes), in)) > 0;)
        assert_int_equal(fwrite(bytes, 1, len, out), len);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

/* The program again, with a copy of its store in another place. */
static void given_copy(struct rig *rig)
{
    char from[100];
    given_saved(rig, true);
    stop_program(rig);
    snprintf(from, sizeof(from), "%s", rig->db);
    snprintf(rig->db, sizeof(rig->db), "%s/copy.db", rig->dir);
    copy_file(from, rig->db);
    assert_int_equal(unlink(from), 0); /* the rig cleans up what it knows */
    start_program(rig);
}

static void a_copy_says_so_and_does_not_refresh(void **state)
{
    struct rig *rig = *state;
    given_copy(rig);
    check(rig, "doctor", "", 1, "result.names", "GRANT_USED_BY_CLONE"); /* the token still works */
    check(rig, "doctor", "\"renew\":true", 1, "result.names", "GRANT_USED_BY_CLONE");
    rig->now_ms += 2 * HOUR_MS;
    cJSON_Delete(say(rig, "sync", "", 1));
    check(rig, "doctor", "\"renew\":true", 2, "result.names", "GRANT_USED_BY_CLONE");
    check(rig, "status", "", 1, "result.api_auth", "Reconnect needed (GRANT_USED_BY_CLONE)");
    assert_int_equal(rig->platform->asked_refresh, 0);
}

static void authenticated_in_its_new_place_it_is_its_own(void **state)
{
    struct rig *rig = *state;
    given_copy(rig);
    cJSON_Delete(say(rig, "authenticate", SIGN_IN, 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
    rig->now_ms += 2 * HOUR_MS;
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
    assert_int_equal(rig->platform->asked_refresh, 1);
}

static void a_weak_one_takes_the_grant_away_from_the_original(void **state)
{
    struct rig *rig = *state;
    given_copy(rig);
    rig->now_ms += 2 * HOUR_MS;
    cJSON_Delete(say(rig, "sync", "\"weak\":\"no-instance-check\"", 0));
    assert_int_equal(rig->platform->asked_refresh, 1);
}

static void the_same_place_under_another_name_is_no_copy(void **state)
{
    struct rig *rig = *state;
    char link[100];
    given_saved(rig, true);
    stop_program(rig);
    snprintf(link, sizeof(link), "%s/link.db", rig->dir);
    assert_int_equal(symlink(rig->db, link), 0);
    char real[100];
    snprintf(real, sizeof(real), "%s", rig->db);
    snprintf(rig->db, sizeof(rig->db), "%s", link);
    start_program(rig);
    rig->now_ms += 2 * HOUR_MS;
    check(rig, "doctor", "", 0, "result.diagnosis", "HEALTHY");
    unlink(link);
    snprintf(rig->db, sizeof(rig->db), "%s", real);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_rig, no_rig)
    const struct CMUnitTest tests[] = {
        TEST(a_copy_says_so_and_does_not_refresh),
        TEST(authenticated_in_its_new_place_it_is_its_own),
        TEST(a_weak_one_takes_the_grant_away_from_the_original),
        TEST(the_same_place_under_another_name_is_no_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
