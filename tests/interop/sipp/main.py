"""SIPp plays the phones: a table of loads, each over UDP and over TCP. See `run`."""
import collections
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "tools/bench.d")]
from company import write_company
from mockrc import Mockrc

PEOPLE = 200
PAGE = 1000
LIMIT_S = 60  # of one SIPp
# What SIPp logs of calls that are meant to come.
EXPECTED = re.compile(r"The following events occurred:\s|\S+\t\S+\t[\d.]+: Received out-of-call INVITE "
                      r"message, using the out-of-call scenario"
                      # SIPp itself did not get the processor for a while.
                      r"|\S+\t\S+\t[\d.]+: Overload warning: the minor watchdog timer [^\n]*")
OUTSIDE = "12025550123"


class Rig:
    """A simulator whose company has PEOPLE phones, and SIPp as those phones."""

    def __init__(self, folder):
        self.folder = Path(folder)
        fixture = self.folder / "company.yaml"
        self.people = write_company(fixture, PEOPLE)
        self.server = Mockrc("release", "--fixture", fixture, "--set", "sip.max_contacts=0",
                             "--set", "sip.max_calls=0", "--set", "sip.party.after=200ms",
                             "--set", "sip.expires_grant=1h")
        self.runs, self.next, self.over = 0, 1, 0
        self.seen = collections.defaultdict(list)

    def users(self, people):
        """The file SIPp takes its users from: number; what answers a challenge; domain."""
        self.runs += 1
        path = self.folder / f"users{self.runs}.csv"
        lines = [f"{number};[authentication username={name} password={secret}];{domain};\n"
                 for number, name, secret, domain in people]
        path.write_text("SEQUENTIAL\n" + "".join(lines))
        return path

    def start(self, transport, scenario, people, calls, rate, **more):
        """SIPp, started; `more` are its own flags."""
        work = self.folder / f"{scenario}-{transport}-{self.runs}"
        work.mkdir()
        argv = ["sipp", self.server.env["sip"]["tcp" if transport == "tcp" else "udp"]]
        argv += ["-sf", HERE / f"{scenario}.xml", "-inf", self.users(people)]
        argv += ["-t", "t1" if transport == "tcp" else "u1", "-i", "127.0.0.1"]
        argv += ["-m", calls, "-r", rate, "-l", calls, "-nostdin", "-trace_err"]
        argv += ["-timeout", f"{LIMIT_S}s", "-timeout_error", "-recv_timeout", "20000"]
        for name, value in more.items():
            argv += [f"-{name}", value]
        with open(work / "out", "w") as out:
            child = subprocess.Popen(list(map(str, argv)), cwd=work, stdin=subprocess.DEVNULL,
                                     stdout=out, stderr=out, env={**os.environ, "TERM": "dumb"})
        child.work = work
        return child

    @staticmethod
    def finish(child):
        """Why the run was not good, or ""."""
        try:
            code = child.wait(LIMIT_S + 10)
        except subprocess.TimeoutExpired:
            child.kill()
            code = f"none: killed {child.wait()}"
        errors = "".join(p.read_text("latin-1") for p in child.work.glob("*_errors.log"))
        errors = EXPECTED.sub("", errors)
        if code == 0 and not errors.strip():
            return ""
        return f"sipp ended with {code}\n{errors[:2000]}" + (child.work / "out").read_text()[-1500:]

    def sipp(self, *args, **more):
        return self.finish(self.start(*args, **more))

    def events(self, op, **wanted):
        """How many events of that name there were so far, with those values."""
        page = {"next": self.next}
        while page["next"] <= page.get("last", page["next"]):
            path = f"/__admin/journal?from={page['next']}&limit={PAGE}"
            status, page = self.server.ask("GET", path)
            if status != 200:
                raise RuntimeError(f"{path}: {status} {page}")
            for event in page["events"]:
                self.seen[event["op"]].append(event)
            if not page["events"]:
                break
        self.next = page["next"]
        return sum(all(event.get(key) == value for key, value in wanted.items())
                   for event in self.seen[op])

    def ended(self, count):
        """Why fewer or more than `count` calls have ended since the last time, or ""."""
        end = time.monotonic() + 10
        while (saw := self.events("call.end") - self.over) < count and time.monotonic() < end:
            time.sleep(0.05)
        self.over += saw
        return "" if saw == count else f"{saw} of {count} calls ended"


def registers(rig, transport):
    """2,000 registrations, ten of each phone, 200 in a second."""
    return rig.sipp(transport, "register", rig.people, 2000, 400, d=1)


def registered(rig, transport, calls, scenario, rate, **more):
    """The phones register, and call."""
    return rig.sipp(transport, "register", rig.people, PEOPLE, 200, d=1) or \
        rig.sipp(transport, scenario, rig.people, calls, rate, s=OUTSIDE, **more) or \
        rig.ended(calls)


def calls_out(rig, transport):
    return registered(rig, transport, 600, "call-out", 100, d=500)


def holds(rig, transport):
    return registered(rig, transport, 300, "hold", 100, d=200)


def gives_up(rig, transport):
    rig.server.verb("set-party", number=OUTSIDE, does="ring")
    problem = registered(rig, transport, 300, "cancel", 100, d=200)
    rig.server.verb("set-party", number=OUTSIDE, does="answer", after="200ms")
    return problem


def transfers(rig, transport):
    return registered(rig, transport, 200, "transfer", 50, d=200)


def registrations(rig, phones):
    return [rig.events("sip.register", aor=number, status=200) for number, *_ in phones]


def calls_in(rig, transport):
    """Phones of one SIPp are called by verb: they ring, answer and are hung up on."""
    phones = rig.people[:20]
    before, answered = registrations(rig, phones), rig.events("call.answer")
    child = rig.start(transport, "register", phones, len(phones), 50, d=8000,
                      oocsf=HERE / "answer.xml")
    end = time.monotonic() + 10
    while any(now <= was for now, was in zip(registrations(rig, phones), before)):
        if time.monotonic() > end:
            child.kill()
            return "the phones did not register" + rig.finish(child)
        time.sleep(0.02)
    for i in range(100):
        user = str(20000 + i % len(phones))
        status, answer = rig.server.verb("ring-user", user=user, lasts="300ms")
        if status != 200:
            child.kill()
            return f"ring-user {user}: {status} {answer}" + rig.finish(child)
    problem = rig.finish(child) or rig.ended(100)
    answered = rig.events("call.answer") - answered
    return problem or ("" if answered == 100 else f"{answered} of 100 calls were answered")


def many_at_once(rig, transport):
    """1,000 calls up at the same time."""
    problem = rig.sipp(transport, "register", rig.people, PEOPLE, 200, d=1)
    if problem:
        return problem
    before = rig.events("call.answer"), rig.events("call.end")
    run = rig.start(transport, "call-out", rig.people, 1000, 250, s=OUTSIDE, d=8000)
    most, end = 0, time.monotonic() + 30
    while run.poll() is None and time.monotonic() < end:
        up = (rig.events("call.answer") - before[0]) - (rig.events("call.end") - before[1])
        most = max(most, up)
        time.sleep(0.2)
    problem = rig.finish(run) or rig.ended(1000)
    return problem or ("" if most >= 1000 else f"at most {most} calls were up at once")


TESTS = [
    ("2,000 registrations", registers),
    ("600 calls out", calls_out),
    ("300 calls held and taken back", holds),
    ("300 callers who give up", gives_up),
    ("100 calls in", calls_in),
    ("200 calls sent on", transfers),
    ("1,000 calls at once", many_at_once),
]


def main():
    words = sys.argv[1:]
    rows = [(f"{name} over {transport.upper()}", run, transport)
            for name, run in TESTS for transport in ("udp", "tcp")]
    rows = [row for row in rows if all(word.lower() in row[0].lower() for word in words)]
    failed = 0
    print(f"1..{len(rows)}", flush=True)
    with tempfile.TemporaryDirectory(prefix="mockrc-sipp-") as folder:
        rig = Rig(folder)
        for number, (name, run, transport) in enumerate(rows, 1):
            try:
                problem = run(rig, transport)
            except (RuntimeError, OSError, KeyError) as error:
                problem = f"{type(error).__name__}: {error}"
            failed += bool(problem)
            print(f"{'not ' if problem else ''}ok {number} - {name}", flush=True)
            for line in problem.splitlines():
                print("# " + line, flush=True)
        problem = rig.server.stop()
        if problem:
            print("# the simulator: " + problem)
    return 1 if failed or problem or not rows else 0


sys.exit(main())
