"""A day's call log through a bad line: every tenth request is refused, not answered, cut somewhere or
answered with something else. The store ends with exactly the provider's records.

usage: check_sync.py [--seed N]      (default 1: in which order the faults come)
"""
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/support"), str(ROOT / "tests/tenant")]
from house import check, main
from line import Line, Server
from mockrc import Mockrc
from tenant import Tenant, provider_calls

SEED = int(sys.argv[sys.argv.index("--seed") + 1]) if "--seed" in sys.argv else 1
RECORDS, PER_PAGE, EVERY = 60000, 3, 10
TIMEOUT_MS = 400


def by_turns(seed):
    """Every tenth request suffers, each kind once before one comes again."""
    kinds = []

    def choose(number, _):
        if number % EVERY:
            return None
        if not kinds:
            kinds.extend(random.Random(seed + number).sample(Line.FAULTS, len(Line.FAULTS)))
        return kinds.pop()

    return choose


def bad_day(*flags):
    """(what differs from the provider's records, faults met, sync's result)"""
    server = Mockrc("release", "--records", str(RECORDS))
    line = Server(server.address, by_turns(SEED), TIMEOUT_MS)
    tenant = Tenant(server, "--retry-ms", "5", "--http-timeout-ms", TIMEOUT_MS, "--max-wait", "5")
    tenant.connect()
    tenant.authenticate()
    tenant.connect("--base-url", line.url())
    tenant.save()
    since = datetime.now(timezone.utc) - timedelta(days=1) + timedelta(minutes=1)
    code, result, said = tenant.run("sync", "--days", "1", "--per-page", PER_PAGE, *flags)
    line.stop()
    truth = provider_calls(server, since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    stored = {id: record for id, record in tenant.calls().items()
              if record["startTime"] >= since.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    problems = [f"exit {code}: {said} {result}"] if code else []
    problems += [f"dropped: {id}" for id in truth.keys() - stored.keys()]
    problems += [f"not the provider's: {id}" for id in stored.keys() - truth.keys()]
    problems += [f"differs: {id}" for id in truth.keys() & stored.keys() if truth[id] != stored[id]]
    word = server.stop()
    problems += [word] if word else []
    return problems, line.done, result, len(truth)


@check("a day's sync with a fault at every tenth request ends with exactly the provider's records")
def _():
    problems, faults, result, count = bad_day()
    kinds = {kind: faults.count(kind) for kind in sorted(set(faults))}
    print(f"#   {count} records in {result.get('pages')} pages; faults met: {kinds}; seed {SEED}")
    yield from problems[:10]
    if len(kinds) < len(Line.FAULTS):
        yield f"not every fault was met: {kinds}"
    if count < 200:
        yield f"the day has {count} records: too few to tell anything"


@check("a client that stops after a page is told from one that does not")
def _():
    problems, _, _, _ = bad_day("--weak", "first-page-only")
    if not any(problem.startswith("dropped") for problem in problems):
        yield "nothing was missed"


main()
