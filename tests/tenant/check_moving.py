"""The call log of a platform that does not stand still: calls end, come late at the place of an early
start and are deleted between two pages, sync frames are thrown away, the line is bad, the tenant's clock
is off. Once all that is over, one more sync leaves exactly the provider's records, as they are now.

usage: check_moving.py [--seed N] [--rounds N]      (default seed 1, 4 rounds)
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


def option(name, otherwise):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else otherwise


SEED, ROUNDS = option("--seed", 1), option("--rounds", 4)
TIMEOUT_MS, TRIES, MOVES = 600, 60, 30
DAYS = 3
PEOPLE = ("102", "103", "104", "105", "106")
WAYS = ("by tokens", "by dates, as the platform has no tokens")


class Story:
    def __init__(self, way):
        self.random = random.Random(f"{SEED} {way}")
        self.server = Mockrc("release", "--clock", "frozen", "--set", "oauth.session_limit=1000",
                             "--set", "rest.sync.max_records=20", "--set", "rec.min_seconds=1s")
        self.may_delete = way == "by tokens"  # else nobody tells of what is deleted after a day
        if not self.may_delete:
            self.server.verb("fault", name="none", kind="answer", status=404, match={"op": "syncAccountCallLog"})
        self.moves, self.is_bad, self.was_token_hit, self.calls = 0, False, False, 0
        self.line = Server(self.server.address, self.choose, TIMEOUT_MS, self.before)
        self.tenant = Tenant(self.server)
        self.batch = self.tenant.batch("UTC")
        self.begins = self.now() - timedelta(days=DAYS)
        self.say("connect", env_file=str(self.tenant.env_file), recording="yes")
        self.say("authenticate", env_file=str(self.tenant.env_file))
        self.say("connect", base_url=self.line.url())
        self.say("save", yes=True)
        self.sync(may_fail=False)

    def now(self):
        return datetime.fromtimestamp(self.server.ask("GET", "/__admin/clock")[1]["now_ms"] / 1000, timezone.utc)

    def say(self, command, off=timedelta(), **args):
        return self.batch.say(command, int((self.now() + off).timestamp() * 1000), **args)

    # --- what goes on meanwhile ---

    def choose(self, _, path):
        """No two answers in a row that may hold a new token pair get lost: there is no third."""
        is_token = "/oauth/token" in path
        may_suffer = self.is_bad and not (is_token and self.was_token_hit)
        fault = self.random.choice(Line.FAULTS) if may_suffer and self.random.random() < 0.2 else None
        self.was_token_hit = is_token and fault is not None
        return fault

    def before(self, path):
        if "/call-log" in path:
            moves = min(self.random.randrange(3), self.moves)
            self.moves -= moves
            for _ in range(moves):
                self.random.choices((self.call, self.wait, self.delete, self.reset), (6, 4, 2, 1))[0]()

    def call(self):
        self.calls += 1
        lasts = self.random.choice(("10s", "40s", "5m", "50m", "3h"))
        self.server.verb("call", **{"from": f"+1303555{self.calls:04}", "to": self.random.choice(PEOPLE),
                                    "does": "answer", "lasts": lasts})

    def wait(self):
        self.server.verb("advance", by=self.random.choice(("3s", "1m", "7m", "40m", "9h")))

    def delete(self):
        if self.may_delete:
            self.server.verb("delete-calls", user=self.random.choice(PEOPLE),
                             last=self.random.choice(("10m", "2h", "20h", "90h")))

    def reset(self):
        self.server.verb("reset-sync")

    # --- what the tenant does ---

    def sync(self, may_fail):
        """Until it is complete; while the line is bad its clock is off now and then."""
        for _ in range(TRIES):
            off = timedelta(minutes=self.random.choice((0, 0, 0, -90, 70, 1440)) if may_fail else 0)
            try:
                return self.say("sync", off, days=DAYS, per_page=self.random.choice((3, 8, 20)),
                                http_timeout_ms=TIMEOUT_MS if may_fail else 20000)
            except RuntimeError:
                if not may_fail:
                    raise
                if "not authenticated" in self.batch.last.get("error", ""):
                    raise
        raise RuntimeError(f"not complete after {TRIES} tries: {self.batch.last}")

    def judge(self):
        since = (self.begins + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        truth = provider_calls(self.server, since)
        stored = {id: call for id, call in self.tenant.calls().items() if call["startTime"] >= since}
        ((rows, ids),) = self.tenant.ask("SELECT count(*), count(DISTINCT id) FROM call")
        recorded = {id for id, call in truth.items() if "recording" in call}
        kept = {id for (id, start_ms) in self.tenant.ask("SELECT call_id, start_ms FROM recording") if id in stored}
        yield from (f"dropped: {id} of {truth[id]['startTime']}" for id in truth.keys() - stored.keys())
        yield from (f"deleted, or never there: {id}" for id in stored.keys() - truth.keys())
        yield from (f"not as it is now: {id}" for id in truth.keys() & stored.keys() if truth[id] != stored[id])
        yield from (f"recording of {id}: kept is {id in kept}" for id in recorded ^ kept)
        if rows != ids:
            yield f"{rows - ids} doubled"

    def play(self):
        for turn in range(ROUNDS):
            self.moves, self.is_bad = MOVES, True
            for _ in range(4):
                self.call()
                self.sync(may_fail=True)
            self.moves, self.is_bad = 0, False
            # Records come some seconds late, and what it costs much to look at is looked at hourly.
            self.server.verb("advance", by="61m")
            self.sync(may_fail=False)
            problems = [f"round {turn}: {problem}" for problem in self.judge()]
            if problems:
                return problems[:8]
        return [] if self.calls > ROUNDS else [f"{self.calls} calls were made: too few to tell anything"]

    def end(self):
        self.batch.end()
        self.line.stop()
        word = self.server.stop()
        return [word] if word else []


@check(f"a platform that moves while it is read, a bad line, a clock that is off: {ROUNDS} rounds, seed {SEED}")
def _():
    for way in WAYS:
        story = Story(way)
        yield from (f"{way}: {problem}" for problem in story.play())
        yield from story.end()
        print(f"#   {way}: {story.calls} calls, {story.line.count} requests, {len(story.line.done)} faults")


main()
