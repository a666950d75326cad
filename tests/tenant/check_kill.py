"""kill -9 at random instants of authenticate, save and sync: the grant is never lost, no record is
doubled or dropped, settings are the old ones or the new ones.

usage: check_kill.py [--kills N] [--seed N]      (default 24 kills, seed 1)
"""
import random
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/support"), str(ROOT / "tests/tenant")]
from house import check, main
from mockrc import Mockrc
from tenant import Tenant, provider_calls


def option(name, otherwise):
    return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else otherwise


KILLS, SEED = option("--kills", 24), option("--seed", 1)
RECORDS, SYNC_KILLS = 40000, 6
SYNC = ("--days", 1, "--per-page", 20, "--refresh", "proactive")


class Story:
    """Tenants one after the other against one provider, killed on their way."""

    def __init__(self):
        # A token this close to its end is renewed before each request: every page rotates the pair,
        # and the old refresh token is dead as soon as the new access token was used.
        self.server = Mockrc("release", "--records", str(RECORDS), "--set", "oauth.access_ttl=25s",
                             "--set", "oauth.refresh_reuse_grace=0s")
        self.random = random.Random(SEED)
        self.kills = {"authenticate": 0, "save": 0, "sync": 0}
        self.problems = []
        self.truth = None

    def kill(self, tenant, command, within_s, *flags):
        """Kills `command` at a random instant of the time it takes."""
        was_killed = tenant.killed(command, self.random.uniform(0.002, within_s), *flags)
        self.kills[command] += was_killed
        return was_killed

    def expect(self, holds, what):
        if not holds:
            self.problems.append(f"after {sum(self.kills.values())} kills: {what}")

    def authenticate(self, tenant, took_s):
        self.kill(tenant, "authenticate", took_s, "--env-file", tenant.env_file)
        for access, refresh in tenant.ask("SELECT access_token, refresh_token FROM grant_"):
            self.expect(access and refresh, "half a grant is stored")
        tenant.authenticate()

    def save(self, tenant, took_s):
        self.kill(tenant, "save", took_s, "--yes")
        slots = lambda table: {row[0] for row in tenant.ask(f"SELECT DISTINCT slot FROM {table}")}
        settings, grants = slots("setting"), slots("grant_")
        self.expect(settings == grants and len(grants) == 1,
                    f"a mix of old and new: settings of {settings}, grants of {grants}")
        tenant.save()

    def sync(self, tenant, took_s):
        for _ in range(SYNC_KILLS):
            self.kill(tenant, "sync", took_s, *SYNC)
        code, result, said = tenant.run("sync", *SYNC)
        self.expect(code == 0, f"the grant or the way on is lost: {said}{result}")
        stored = tenant.calls()
        recent = {id for id, record in stored.items() if record["startTime"] >= self.since}
        dropped, made_up = self.truth - recent, recent - self.truth
        self.expect(not dropped, f"dropped: {len(dropped)}, such as {sorted(dropped)[:3]}")
        self.expect(not made_up, f"not the provider's: {sorted(made_up)[:3]}")
        ((count, ids),) = tenant.ask("SELECT count(*), count(DISTINCT id) FROM call")
        self.expect(count == ids, f"doubled: {count - ids}")

    def measure(self):
        """How long each command takes undisturbed; what the provider has."""
        tenant = Tenant(self.server)
        tenant.connect()
        began = datetime.now(timezone.utc) - timedelta(days=1) + timedelta(minutes=5)
        self.since = began.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.truth = set(provider_calls(self.server, self.since))
        times = {"authenticate": tenant.timed("authenticate", "--env-file", tenant.env_file),
                 "save": tenant.timed("save", "--yes"), "sync": tenant.timed("sync", *SYNC)}
        return times

    def play(self):
        times = self.measure()
        while sum(self.kills.values()) < KILLS and not self.problems:
            tenant = Tenant(self.server)
            tenant.connect()
            self.authenticate(tenant, times["authenticate"])
            self.save(tenant, times["save"])
            self.sync(tenant, times["sync"])
        word = self.server.stop()
        self.expect(not word, word)


class Changes:
    """Calls go on, and what the platform tells of them is taken in by a client that is killed."""

    def __init__(self):
        self.server = Mockrc("release", "--clock", "frozen", "--set", "oauth.session_limit=1000")
        self.tenant = Tenant(self.server)
        self.tenant.connect()
        self.tenant.authenticate()
        self.tenant.save()
        self.clock = ("--clock", self.server.env["adminUrl"] + "/clock")
        self.random, self.kills, self.calls = random.Random(SEED), 0, 0

    def now(self):
        at_ms = self.server.ask("GET", "/__admin/clock")[1]["now_ms"]
        return datetime.fromtimestamp(at_ms / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def some_calls(self):
        for _ in range(20):
            self.calls += 1
            self.server.verb("call", **{"from": f"+1303555{self.calls:04}", "to": "102",
                                        "does": "answer", "lasts": "5s"})
        self.server.verb("advance", by="1m")

    def play(self):
        """What is wrong in the end, and the ways the call log was read."""
        since, ways = self.now(), set()
        self.tenant.must("sync", "--days", 1, *self.clock)
        took_s = self.tenant.timed("sync", *self.clock)
        for turn in range(KILLS // 2 + 1):
            self.some_calls()
            is_last = turn == KILLS // 2  # nobody is killed: both ways are gone in any case
            if turn % 5 == 4 or is_last:
                self.server.verb("reset-sync")
            if not is_last:
                self.kills += self.tenant.killed("sync", self.random.uniform(0.002, took_s), *self.clock)
            ways.add(self.tenant.must("sync", *self.clock)["way"])
            stored = {id for id, record in self.tenant.calls().items() if record["startTime"] >= since}
            truth = set(provider_calls(self.server, since))
            ((rows, ids),) = self.tenant.ask("SELECT count(*), count(DISTINCT id) FROM call")
            if stored != truth or rows != ids or len(truth) != self.calls:
                yield (f"turn {turn}: {len(truth - stored)} dropped, {len(stored - truth)} made up, "
                       f"{rows - ids} doubled; {len(truth)} of {self.calls} calls are in the log")
        word = self.server.stop()
        if word:
            yield word
        print(f"#   killed: {self.kills} of {KILLS // 2}; {self.calls} calls, read by {sorted(ways)}")
        if ways != {"changes", "dates"}:
            yield f"read by {ways} only"


@check("kill -9 while the platform tells what has changed loses nothing and doubles nothing")
def _():
    yield from Changes().play()


class Long:
    """The first reading of a log that is long enough to be packed."""

    DAYS, SYNC = 30, ("--days", 30, "--per-page", 250)

    def __init__(self):
        self.server = Mockrc("release", "--clock", "frozen", "--records", str(RECORDS))
        self.random = random.Random(SEED)

    def given(self):
        tenant = Tenant(self.server)
        tenant.connect()
        tenant.authenticate()
        tenant.save()
        return tenant

    def play(self):
        now_ms = self.server.ask("GET", "/__admin/clock")[1]["now_ms"]
        since = datetime.fromtimestamp(now_ms / 1000, timezone.utc) - timedelta(days=self.DAYS)
        clock = ("--clock", self.server.env["adminUrl"] + "/clock")
        truth = provider_calls(self.server, since.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        took_s, kills = self.given().timed("sync", *self.SYNC, *clock), 0
        tenant = self.given()
        for _ in range(SYNC_KILLS):
            kills += tenant.killed("sync", self.random.uniform(0.002, took_s / 2), *self.SYNC, *clock)
        tenant.must("sync", *self.SYNC, *clock)
        ((packed, rows),) = tenant.ask("SELECT sum(typeof(json) = 'blob'), count(*) FROM call")
        stored = tenant.calls()
        print(f"#   killed: {kills}; {packed} of {rows} records are packed")
        if rows != len(truth) or packed < rows / 2:
            yield f"{rows} records are stored, {packed} of them packed; the provider has {len(truth)}"
        unlike = [id for id, record in truth.items() if stored.get(id) != record]
        yield from (f"not as the provider has it: {id}" for id in unlike[:5])
        word = self.server.stop()
        yield from [word] if word else []


@check("kill -9 while a long log is read and packed: every record is there, as the provider gave it")
def _():
    yield from Long().play()


@check(f"kill -9 at {KILLS} instants of authenticate, save and sync loses nothing and doubles nothing")
def _():
    story = Story()
    story.play()
    print(f"#   killed: {story.kills}; {len(story.truth)} records, seed {SEED}")
    yield from story.problems


main()
