/*
 * What broke in a run, as the provider sees it: the step `explain`, and a line for a run that
 * failed.
 *
 *   - explain: GRANT_REVOKED       that name comes first (a diagnosis of failures.def)
 *   - explain: HEALTHY             nothing is broken; notes do not count
 *   - explain: "!GRANT_REVOKED"    anything else
 */
#include "scenario/run.h"

#include "base/text.h"
#include "explain/explain.h"
#include "explain/failure.h"
#include "scenario/step.h"

static const char healthy[] = "HEALTHY";

struct explaining {
    const char *name;
    struct buf line;
};

static void explain(struct sim *sim, void *arg)
{
    struct explaining *explaining = arg;
    struct explain_source source = explain_of_journal(sim_journal(sim));
    struct explanation *explanation = explain_new(&source);
    explaining->name = explain_is_broken(explanation)
                           ? failure_diagnosis(explain_at(explanation, 0)->failure)
                           : healthy;
    buf_init(&explaining->line, 16 << 10);
    explain_line(explanation, &explaining->line);
    explain_free(explanation);
}

void run_explain(struct run *run)
{
    struct explaining explaining;
    door_call(run->sim, explain, &explaining);
    if (explaining.line.len)
        buf_printf(&run->outcome->detail, "  the provider's side: %s\n",
                   buf_text(&explaining.line));
    buf_done(&explaining.line);
}

static bool is_name(const char *name)
{
    bool is_known = text_eq(name, healthy);
    for (size_t i = 0; i < failure_count() && !is_known; i++)
        is_known = text_eq(name, failure_diagnosis(i));
    return is_known;
}

int explain_check(const struct step *step, const char *file, struct diag *diag)
{
    const char *names[256] = {healthy}, *wanted = node_text(step->args, "");
    size_t count = 1;
    if (step->args->kind != NODE_STRING)
        return diag_set(diag, ERR_USAGE, file, step->line, step->col,
                        "explain: wanted a diagnosis or HEALTHY, saw %s",
                        node_kind_name(step->args));
    if (is_name(wanted + (*wanted == '!')))
        return ERR_OK;
    for (size_t i = 0; i < failure_count() && count < sizeof names / sizeof *names; i++)
        names[count++] = failure_diagnosis(i);
    return verb_unknown(diag, file, step->args->line, step->args->col, "explain: no diagnosis",
                        wanted + (*wanted == '!'), names, count);
}

int explain_play(struct run *run, const struct step *step, struct diag *diag)
{
    struct explaining explaining;
    int err = ERR_OK;
    door_call(run->sim, explain, &explaining);
    const struct node seen = {.kind = NODE_STRING, .text = explaining.name};
    if (!answer_holds(step->args, &seen))
        err = diag_set(diag, ERR_EXPECT, run->scenario->file, step->args->line, step->args->col,
                       "explain: wanted %s, saw %s", node_text(step->args, ""), explaining.name);
    buf_done(&explaining.line);
    return err;
}
