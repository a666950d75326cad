#include "support/acme.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

static const struct call_filter anything = {
    .direction = -1, .kind = -1, .recording = -1, .transport = -1};

/* What a filter means, said again without lists. */
static bool should_match(const struct world *world, const struct call_filter *filter,
                         const struct call_record *record)
{
    const struct user *owner = world->users[record->user];
    const struct user *queue = record->queue == CALL_NO_QUEUE ? NULL : world->users[record->queue];
    const struct user *other = record->is_internal ? world->users[record->other] : NULL;
    char outside[24] = "", inside[24] = "";
    if (!record->is_internal) {
        snprintf(outside, sizeof outside, "%lu", (unsigned long)record->other);
        snprintf(inside, sizeof inside, "%lu", (unsigned long)call_inside_number(world, record));
    }
    if (record->start_ms < filter->from_ms || (filter->to_ms && record->start_ms >= filter->to_ms))
        return false;
    if (filter->user_id && owner->id != filter->user_id && !(queue && queue->id == filter->user_id))
        return false;
    if (filter->party_user_id && owner->id != filter->party_user_id &&
        !(queue && queue->id == filter->party_user_id) &&
        !(other && other->id == filter->party_user_id))
        return false;
    if (filter->direction >= 0 && record->direction != filter->direction)
        return false;
    if (filter->kind >= 0 && record->kind != filter->kind)
        return false;
    if (filter->transport >= 0 && record->is_internal != (unsigned)filter->transport)
        return false;
    if (filter->recording >= 0 && !record->has_recording)
        return false;
    if (filter->recording > 0 && record->is_on_demand != (filter->recording == 2))
        return false;
    if (filter->number && strcmp(outside, filter->number) != 0 &&
        strcmp(inside, filter->number) != 0)
        return false;
    if (record->modified_ms < filter->modified_from_ms)
        return false;
    return filter->with_deleted || !record->is_deleted;
}

static void expect_page(const struct world *world, const struct call_filter *filter, size_t offset,
                        size_t limit)
{
    uint32_t page[1000];
    bool has_more = true;
    size_t seen = 0, count = call_log_page(world, filter, offset, limit, page, &has_more);
    for (size_t i = call_log_count(world); i-- > 0 && seen <= offset + limit;) {
        if (!should_match(world, filter, call_log_at(world, i)))
            continue;
        if (seen >= offset && seen < offset + limit)
            assert_int_equal(page[seen - offset], i);
        seen++;
    }
    size_t want = seen <= offset ? 0 : seen - offset > limit ? limit : seen - offset;
    assert_int_equal(count, want);
    assert_int_equal(has_more, seen > offset + limit);
}

/* A filter made by chance: each restriction is there now and then. */
static struct call_filter random_filter(struct id *id, const struct world *world, char number[24])
{
    struct call_filter filter = anything;
    int64_t now = clock_now(world), day = 86400000;
    size_t some = id_below(id, call_log_count(world));
    const struct call_record *record = call_log_at(world, some);
    if (id_below(id, 2))
        filter.from_ms = now - (int64_t)id_below(id, (uint64_t)(31 * day));
    if (id_below(id, 2))
        filter.to_ms = now - (int64_t)id_below(id, (uint64_t)(15 * day));
    if (id_below(id, 8) == 0)
        filter.from_ms = record->start_ms;
    if (id_below(id, 8) == 0)
        filter.to_ms = record->start_ms;
    if (id_below(id, 2))
        filter.user_id = world->users[id_below(id, world->user_count)]->id;
    if (id_below(id, 4) == 0)
        filter.party_user_id = world->users[id_below(id, world->user_count)]->id;
    if (id_below(id, 3) == 0)
        filter.direction = (int)id_below(id, 2);
    if (id_below(id, 3) == 0)
        filter.kind = (int)id_below(id, 2);
    if (id_below(id, 3) == 0)
        filter.recording = (int)id_below(id, 3);
    if (id_below(id, 3) == 0)
        filter.transport = (int)id_below(id, 2);
    if (id_below(id, 4) == 0 && !record->is_internal) {
        uint64_t digits = id_below(id, 2) ? record->other : call_inside_number(world, record);
        snprintf(number, 24, "%lu", (unsigned long)digits);
        filter.number = number;
    }
    if (id_below(id, 5) == 0)
        filter.modified_from_ms = record->modified_ms - (int64_t)id_below(id, 2000);
    filter.with_deleted = id_below(id, 2);
    return filter;
}

static void pages_hold_what_the_filter_means(void **state)
{
    struct world *world = acme_world("acme-rc", 5, 3000);
    struct id id;
    id_init(&id, 1);
    for (int i = 0; i < 4000; i++) {
        char number[24];
        struct call_filter filter = random_filter(&id, world, number);
        size_t limit = 1 + id_below(&id, 120);
        size_t offset = id_below(&id, 3) ? 0 : id_below(&id, id_below(&id, 2) ? 40 : 3000);
        expect_page(world, &filter, offset, limit);
        if (i > 2000 && i % 10 == 0)
            call_log_delete(world, (uint32_t)id_below(&id, call_log_count(world)));
    }
    world_free(world);
}

static void pages_one_after_the_other_are_the_whole(void **state)
{
    struct world *world = acme_world("acme-rc", 5, 2500);
    uint32_t page[100];
    size_t offset = 0, count;
    bool has_more = true;
    while (has_more) {
        count = call_log_page(world, &anything, offset, 100, page, &has_more);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(page[i], 2499 - offset - i);
        offset += count;
    }
    assert_int_equal(offset, 2500);
    world_free(world);
}

static void a_filter_that_can_match_nothing_is_an_empty_page(void **state)
{
    struct world *world = acme_world("acme-rc", 5, 1000);
    int64_t now = clock_now(world);
    const struct call_filter rows[] = {
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .user_id = 1},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .party_user_id = 1},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .number = "1999"},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .number = "none"},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .number = ""},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .number = "0"},
        {.direction = -1,
         .kind = -1,
         .recording = -1,
         .transport = -1,
         .number = "99999999999999999999"},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .from_ms = now},
        {.direction = -1, .kind = -1, .recording = -1, .transport = -1, .to_ms = 1},
        {.direction = -1, .kind = CALL_FAX, .recording = 0, .transport = -1},
        {.direction = -1, .kind = CALL_FAX, .recording = -1, .transport = 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t page[10];
        bool has_more = true;
        assert_int_equal(call_log_page(world, &rows[i], 0, 10, page, &has_more), 0);
        assert_false(has_more);
    }
    world_free(world);
}

static void a_world_without_calls_has_empty_pages(void **state)
{
    struct world world = {0};
    uint32_t page[10];
    bool has_more = true;
    assert_int_equal(call_log_page(&world, &anything, 0, 10, page, &has_more), 0);
    assert_false(has_more);
    assert_int_equal(call_log_count(&world), 0);
}

static void a_number_is_found_with_and_without_plus(void **state)
{
    struct world *world = acme_world("acme-rc", 5, 1000);
    struct call_filter with = anything, without = anything;
    uint32_t one[100], two[100];
    bool more;
    with.number = "+16505550104";
    without.number = "16505550104";
    size_t count = call_log_page(world, &with, 0, 100, one, &more);
    assert_true(count > 10);
    assert_int_equal(call_log_page(world, &without, 0, 100, two, &more), count);
    assert_memory_equal(one, two, count * sizeof *one);
    world_free(world);
}

/* Filters as clients send them, over the whole log. */
static size_t filters_of(const struct world *world, struct call_filter filters[12])
{
    size_t count = 0;
    for (; count < 12; count++)
        filters[count] = anything;
    filters[1].direction = CALL_INBOUND;
    filters[2].kind = CALL_FAX;
    filters[3].recording = 0;
    filters[4].recording = 2;
    filters[5].user_id = user_named(world, "104")->id;
    filters[6].user_id = user_named(world, "104")->id;
    filters[6].direction = CALL_OUTBOUND;
    filters[6].recording = 1;
    filters[7].party_user_id = user_named(world, "104")->id;
    filters[8].user_id = user_named(world, "201")->id; /* a queue */
    filters[9].number = "16505550104";
    filters[10].transport = 1;
    filters[11].from_ms = clock_now(world) - 86400000;
    return count;
}

/* A page of 100 looks at 101 records, the first and the last one alike, whatever the size. */
static void a_page_looks_at_no_more_than_it_shows(void **state)
{
    static const size_t sizes[] = {1000, 10000, 100000, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct world *world = acme_world("acme-rc", 5, sizes[i]);
        struct call_filter filters[12];
        size_t filter_count = filters_of(world, filters);
        assert_int_equal(call_log_count(world), sizes[i]);
        for (size_t f = 0; f < filter_count; f++) {
            const size_t offsets[] = {0, 100, sizes[i] / 50, sizes[i] / 2, sizes[i] - 1};
            for (size_t o = 0; o < sizeof offsets / sizeof *offsets; o++) {
                uint32_t page[100];
                size_t looked_at = 0;
                bool more;
                filters[f].looked_at = &looked_at;
                size_t count = call_log_page(world, &filters[f], offsets[o], 100, page, &more);
                assert_int_equal(looked_at, count + more);
            }
        }
        world_free(world);
    }
}

/* Two restrictions that only records themselves answer together: the shorter list is walked. */
static void the_shorter_list_is_walked(void **state)
{
    struct world *world = acme_world("acme-rc", 5, 100000);
    struct call_filter filter = anything;
    const struct call_record *some = call_log_at(world, 70000);
    char number[24];
    uint32_t page[1000];
    size_t looked_at = 0;
    bool more;
    while (some->is_internal)
        some++;
    snprintf(number, sizeof number, "%lu", (unsigned long)some->other);
    filter.number = number;
    size_t of_number = call_log_page(world, &filter, 0, 1000, page, &more);
    filter.user_id = world->users[some->user]->id;
    filter.looked_at = &looked_at;
    size_t of_both = call_log_page(world, &filter, 0, 1000, page, &more);
    assert_true(of_both > 0 && of_both < of_number);
    assert_true(looked_at <= of_number);
    world_free(world);
}

/* Changes of the last minutes do not ask for the whole past. */
static void a_sync_looks_at_the_end_only(void **state)
{
    struct world *world = acme_world("acme-rc", 5, 100000);
    struct call_filter filter = anything;
    uint32_t page[250];
    size_t looked_at = 0;
    bool more;
    filter.modified_from_ms = clock_now(world) - 60000;
    filter.looked_at = &looked_at;
    assert_true(call_log_page(world, &filter, 0, 250, page, &more) > 0);
    assert_true(looked_at < 5000);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages_hold_what_the_filter_means),
        cmocka_unit_test(pages_one_after_the_other_are_the_whole),
        cmocka_unit_test(a_filter_that_can_match_nothing_is_an_empty_page),
        cmocka_unit_test(a_world_without_calls_has_empty_pages),
        cmocka_unit_test(a_number_is_found_with_and_without_plus),
        cmocka_unit_test(a_page_looks_at_no_more_than_it_shows),
        cmocka_unit_test(the_shorter_list_is_walked),
        cmocka_unit_test(a_sync_looks_at_the_end_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
