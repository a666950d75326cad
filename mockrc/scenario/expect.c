#include "scenario/expect.h"

#include "base/text.h"
#include "scenario/run.h"
#include "journal/story.h"

enum { NEAREST = 3 };

static const char *const own_keys[] = {"within", "times", "absent", NULL};

static int read_own(const struct node *args, const char *file, struct expectation *expectation,
                    struct diag *diag)
{
    const struct node *within = node_get(args, "within"), *times = node_get(args, "times");
    const struct node *absent = node_get(args, "absent");
    int64_t count = 1;
    if (within && !text_duration_ms(node_text(within, ""), &expectation->within_ms))
        return diag_set(diag, ERR_USAGE, file, within->line, within->col,
                        "within: wanted a duration (30s, 5m), saw %s",
                        node_text(within, node_kind_name(within)));
    if (times && (!node_int(times, &count) || count < 1 || count > EXPECT_TIMES_MAX))
        return diag_set(diag, ERR_USAGE, file, times->line, times->col,
                        "times: wanted a whole number from 1 to %d, saw %s", EXPECT_TIMES_MAX,
                        node_text(times, node_kind_name(times)));
    if (absent && absent->kind != NODE_BOOL)
        return diag_set(diag, ERR_USAGE, file, absent->line, absent->col,
                        "absent: wanted true or false, saw %s",
                        node_text(absent, node_kind_name(absent)));
    expectation->times = (size_t)count;
    expectation->is_absent = node_bool(absent, false);
    if (times && expectation->is_absent)
        return diag_set(diag, ERR_USAGE, file, times->line, times->col,
                        "times: says nothing beside absent");
    return ERR_OK;
}

int expect_read(struct arena *arena, const struct node *args, const char *file,
                struct expectation *ret, struct diag *diag)
{
    struct expectation expectation = {.within_ms = -1};
    int err = match_from_node(arena, args, own_keys, file, &expectation.match, diag);
    if (!err)
        err = read_own(args, file, &expectation, diag);
    if (!err && match_terms(expectation.match) == 0)
        err = diag_set(diag, ERR_USAGE, file, args->line, args->col,
                       "expect: wanted at least one key of an event (op, status ...)");
    if (!err)
        *ret = expectation;
    return err;
}

int expect_check(const struct step *step, const char *file, struct diag *diag)
{
    struct arena arena;
    struct expectation ignored;
    arena_init(&arena);
    int err = expect_read(&arena, step->args, file, &ignored, diag);
    if (!err)
        err = op_check(node_get(step->args, "op"), file, diag);
    arena_done(&arena);
    return err;
}

bool expect_look(const struct expectation *expectation, const struct journal *journal,
                 uint64_t *cursor, size_t *ret_seen)
{
    struct event event;
    uint64_t from = *cursor;
    *ret_seen = 0;
    while (*ret_seen < expectation->times &&
           journal_find(journal, from, expectation->match, &event)) {
        from = event.seq + 1;
        (*ret_seen)++;
    }
    if (expectation->is_absent)
        return *ret_seen == 0;
    if (*ret_seen < expectation->times)
        return false;
    *cursor = from;
    return true;
}

/* Matches that came too early to count. */
static void explain_earlier(const struct expectation *expectation, const struct journal *journal,
                            uint64_t cursor, struct buf *out)
{
    struct event event;
    if (!journal_find(journal, 1, expectation->match, &event) || event.seq >= cursor)
        return;
    buf_printf(out,
               "    #%llu would do, but it is not after #%llu, which an earlier expectation "
               "took\n",
               (unsigned long long)event.seq, (unsigned long long)cursor - 1);
}

void expect_explain(const struct expectation *expectation, const struct journal *journal,
                    uint64_t cursor, size_t seen, struct buf *out)
{
    uint64_t seqs[NEAREST];
    struct event event;
    if (expectation->is_absent) {
        if (journal_find(journal, cursor, expectation->match, &event)) {
            buf_str(out, "    came all the same: ");
            story_event(&event, out);
        }
        return;
    }
    if (expectation->times > 1)
        buf_printf(out, "    wanted %zu times, saw %zu\n", expectation->times, seen);
    explain_earlier(expectation, journal, cursor, out);
    size_t count = journal_near(journal, cursor, expectation->match, seqs, NEAREST);
    for (size_t i = 0; i < count; i++) {
        if (!journal_get(journal, seqs[i], &event) || match_event(expectation->match, &event))
            continue;
        buf_str(out, "    near: ");
        story_event(&event, out);
        buf_str(out, "          ");
        match_explain(expectation->match, &event, out);
        buf_char(out, '\n');
    }
    if (journal_last(journal) < cursor)
        buf_str(out, "    nothing happened since the last expectation\n");
    else if (count == 0)
        buf_str(out, "    no event since the last expectation is like it in anything\n");
}

/* --- playing --- */

struct look {
    struct run *run;
    const struct expectation *expectation;
    size_t seen;
    bool is_found;
    int64_t until_ms; /* world time */
};

static bool look_again(struct sim *sim, void *arg)
{
    struct look *look = arg;
    look->is_found =
        expect_look(look->expectation, sim_journal(sim), &look->run->cursor, &look->seen);
    return look->is_found;
}

static void look_once(struct sim *sim, void *arg)
{
    look_again(sim, arg);
}

/* World time goes on to the next due thing, at most to the end of the wait; false at that end. */
static void step_on(struct sim *sim, void *arg)
{
    struct look *look = arg;
    struct world *world = sim_world(sim);
    int64_t due = clock_next_due(world), now = clock_now(world);
    int64_t to = due >= 0 && due < look->until_ms ? due : look->until_ms;
    if (to > now)
        clock_advance(world, to - now);
    look_again(sim, arg);
    if (to == look->until_ms)
        look->until_ms = -1;
}

static void start_wait(struct sim *sim, void *arg)
{
    struct look *look = arg;
    look->until_ms = clock_now(sim_world(sim)) + look->expectation->within_ms;
}

static void wait_in_world(struct look *look)
{
    struct sim *sim = run_sim(look->run);
    door_call(sim, start_wait, look);
    while (look->until_ms >= 0 && (look->expectation->is_absent || !look->is_found))
        door_call(sim, step_on, look);
}

static void fail(struct sim *sim, void *arg)
{
    struct look *look = arg;
    expect_explain(look->expectation, sim_journal(sim), look->run->cursor, look->seen,
                   &look->run->outcome->detail);
}

static int refuse(struct look *look, const struct step *step, struct diag *diag)
{
    struct buf wanted;
    buf_init(&wanted, 400);
    match_text(look->expectation->match, &wanted);
    door_call(run_sim(look->run), fail, look);
    diag_set(diag, ERR_EXPECT, look->run->scenario->file, step->line, step->col,
             look->expectation->is_absent ? "expect: wanted no event with %s"
                                          : "expect: no event with %s",
             buf_text(&wanted));
    buf_done(&wanted);
    return ERR_EXPECT;
}

int expect_play(struct run *run, const struct step *step, struct diag *diag)
{
    struct expectation expectation;
    const struct node *args = run_fill(run, step->args, diag);
    if (!args || expect_read(&run->arena, args, run->scenario->file, &expectation, diag))
        return ERR_USAGE;
    struct look look = {.run = run, .expectation = &expectation};
    door_call(run_sim(run), look_once, &look);
    bool may_wait = expectation.is_absent ? look.is_found : !look.is_found;
    if (may_wait && run->is_live)
        run_wait(run, look_again, &look,
                 expectation.within_ms >= 0 ? expectation.within_ms
                 : expectation.is_absent    ? 0
                                            : EXPECT_LIVE_MS,
                 expectation.is_absent);
    else if (may_wait && expectation.within_ms >= 0)
        wait_in_world(&look);
    if (!look.is_found)
        return refuse(&look, step, diag);
    run_tell(run);
    if (run->options->is_narrated && expectation.is_absent)
        buf_str(&run->outcome->story, "    none came\n");
    else if (run->options->is_narrated)
        buf_printf(&run->outcome->story, "    met by #%llu\n", (unsigned long long)run->cursor - 1);
    return ERR_OK;
}
