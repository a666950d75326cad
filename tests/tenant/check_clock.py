"""The call log over nights on which clocks change, and over clocks that jump: after every sync the
store holds exactly the provider's records. By sync tokens, by dates where the platform has none, and by
dates with nothing but the last minutes read twice (--weak start-cursor)."""
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/support"), str(ROOT / "tests/tenant")]
from house import check, main
from mockrc import Mockrc
from tenant import Tenant, provider_calls

# The instant at which a zone's clocks change.
NIGHTS = {
    "Europe/Berlin, forward": ("Europe/Berlin", "2026-03-29T01:00:00Z"),
    "Europe/Berlin, back": ("Europe/Berlin", "2026-10-25T01:00:00Z"),
    "America/New_York, forward": ("America/New_York", "2026-03-08T07:00:00Z"),
    "America/New_York, back": ("America/New_York", "2026-11-01T06:00:00Z"),
}
WAYS = {
    "by tokens": {},
    "by dates, as the platform has no tokens": {},
    "by the last start": {"weak": "start-cursor"},
}
# How far the tenant's clock is off when it syncs, in minutes, one sync after the other.
JUMPS = (-120, 0, 1440, 1440, 0, -120, -120, 0, 20, -40, 0, 0)


def text_of(at):
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Night:
    """A tenant of a zone; five calls in each half-hour."""

    def __init__(self, zone, begins, way):
        self.begins = begins
        self.server = Mockrc("release", "--clock", "frozen", "--start",
                             begins.strftime("%Y-%m-%dT%H:%M:%SZ"), "--set", "oauth.access_ttl=1h",
                             "--set", "oauth.session_limit=1000")  # we log in to look
        if way == "by dates, as the platform has no tokens":
            self.server.verb("fault", name="none", kind="answer", status=404,
                             match={"op": "syncAccountCallLog"})
        self.args = WAYS[way]
        self.tenant = Tenant(self.server)
        self.batch = self.tenant.batch(zone)
        self.calls = 0
        self.say("connect", env_file=str(self.tenant.env_file))
        self.say("authenticate", env_file=str(self.tenant.env_file))
        self.say("save", yes=True)

    def now_ms(self):
        return self.server.ask("GET", "/__admin/clock")[1]["now_ms"]

    def say(self, command, off_min=0, **args):
        return self.batch.say(command, self.now_ms() + off_min * 60000, **args)

    def half_hour(self):
        for _ in range(5):
            self.calls += 1
            self.server.verb("call", **{"from": f"+1303555{self.calls:04}", "to": "102",
                                        "does": "answer", "lasts": "40s"})
            self.server.verb("advance", by="6m")

    def sync(self, off_min=0):
        """What differs from the provider's records."""
        result = self.say("sync", off_min, days=1, **self.args)
        since = text_of(self.begins)
        stored = {id for id, record in self.tenant.calls().items() if record["startTime"] >= since}
        truth = set(provider_calls(self.server, since))
        ((rows, ids),) = self.tenant.ask("SELECT count(*), count(DISTINCT id) FROM call")
        at = f"{datetime.fromtimestamp(self.now_ms() / 1000, timezone.utc):%H:%M}, {off_min} min off"
        problems = [f"{at}: {len(truth - stored)} dropped ({result})"] if truth - stored else []
        problems += [f"{at}: {len(stored - truth)} made up"] if stored - truth else []
        problems += [f"{at}: {rows - ids} doubled"] if rows != ids else []
        return problems

    def end(self):
        problems = [] if self.batch.end() == 0 else ["rc-client batch ended badly"]
        if self.calls != len(provider_calls(self.server, text_of(self.begins))):
            problems.append(f"the provider does not have the {self.calls} calls that were made")
        word = self.server.stop()
        return problems + ([word] if word else [])


def at(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


@check("a night on which the clocks change: after every half-hour the provider's records, each once")
def _():
    for name, (zone, change) in NIGHTS.items():
        for way in WAYS:
            night = Night(zone, at(change) - timedelta(hours=2), way)
            for _ in range(8):
                night.half_hour()
                yield from (f"{name}, {way}: {problem}" for problem in night.sync())
            yield from (f"{name}, {way}: {problem}" for problem in night.end())


@check("the tenant's clock jumps: no record is dropped, none doubled")
def _():
    for way in WAYS:
        night = Night("UTC", at("2026-06-10T08:00:00Z"), way)
        for off_min in JUMPS:
            night.half_hour()
            # A clock that is behind has not seen the last minutes yet, where the end is its own time.
            problems = night.sync(off_min)
            if off_min >= 0 or way == "by tokens":
                yield from (f"{way}: {problem}" for problem in problems)
        yield from (f"{way}: {problem}" for problem in night.end())


@check("the provider's clock jumps ahead: no record is dropped, none doubled")
def _():
    for way in WAYS:
        night = Night("UTC", at("2026-06-10T08:00:00Z"), way)
        for hours in (0, 3, 30, 0):
            night.half_hour()
            yield from (f"{way}: {problem}" for problem in night.sync())
            night.server.verb("advance", by=f"{hours}h")
        night.half_hour()
        yield from (f"{way}: {problem}" for problem in night.sync())
        yield from (f"{way}: {problem}" for problem in night.end())


main()
