"""The fail-over table: every way a proxy can be down, met while a handset registers, calls, is in a
call, or is idle; how long until the secondary has it. One TAP point per cell.

usage: failover.py [--table FILE] [WAY...]

A real `mockrc serve` and a real `rc-client batch` per cell, in real time with short timers: no
answer within 400 ms is silence, a quiet proxy is asked every 300 ms. Needs the release build.
"""
import concurrent.futures
import dataclasses
import json
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from mockrc import LIMIT_S, Mockrc

TIMEOUT_MS, KEEPALIVE_MS, RETRY_MS = 400, 300, 500
AT_ONCE = 8  # cells wait far more than they work
NUMBER = "+12025550143"
# Whatever is asked and silent once, then asked elsewhere; the margin is for a busy machine.
BOUND_MS = 3 * (TIMEOUT_MS + 1000) + KEEPALIVE_MS + 5000


def verb(name, /, **args):
    def breaks(server):
        status, answer = server.verb(name, **args)
        if status != 200:
            raise RuntimeError(f"{name}: {status} {answer}")

    return breaks


def fault(kind, **args):
    match = {"layer": "sip", "proxy": "a"}
    return verb("fault", name="down", match=match, kind=kind, **args)


def connections(kind, **args):
    """New connections to the proxy suffer, and those there are end."""
    def breaks(server):
        match = {"op": "net.connect", "proxy": "a"}
        verb("fault", name="down", match=match, kind=kind, **args)(server)
        verb("close-connections")(server)

    return breaks


def only(match, kind, **args):
    return verb("fault", name="down", match={"proxy": "a", **match}, kind=kind, **args)


def both(*deeds):
    def breaks(server):
        for deed in deeds:
            deed(server)

    return breaks


def black_hole_in_connect(server):
    """Who connects hears nothing: the queue of the port is full, and nobody takes anything off."""
    verb("stop-proxy", proxy="a")(server)
    host, port = server.env["sip"]["tcp"].split(":")
    hole = socket.socket()
    hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    hole.bind((host, int(port)))
    hole.listen(0)
    server.holes = [hole]
    for _ in range(4):
        filler = socket.socket()
        filler.setblocking(False)
        filler.connect_ex((host, int(port)))
        server.holes.append(filler)


def name(host, **args):
    return verb("set-dns", name=f"{host}.ringcentral.com", **args)


def flaps(server):
    verb("stop-proxy", proxy="a")(server)

    def comes_back():
        try:
            verb("start-proxy", proxy="a")(server)
        except OSError:
            pass  # the cell is over and its simulator gone

    later = threading.Timer(1.5, comes_back)
    later.daemon = True
    later.start()


CALLS = ("INVITE", "in-dialog")
NAMES = ("--names", "--dns-port", "0")
# What DNS says may change from one question to the next.
UNKEPT = both(name("sip10", ttl="0s"), name("sip20", ttl="0s"))
SRV = {"proxy": "sip.ringcentral.com", "secondary": ""}


@dataclasses.dataclass(frozen=True)
class Way:
    title: str
    transport: str
    breaks: object
    cells: tuple = ("REGISTER", "INVITE", "in-dialog", "idle")  # where it can be met
    flags: tuple = ()
    before: object = lambda server: None  # before the client is there
    connect: dict = dataclasses.field(default_factory=dict)


WAYS = (
    Way("stopped", "udp", verb("stop-proxy", proxy="a")),
    Way("stopped (TCP)", "tcp", verb("stop-proxy", proxy="a")),
    Way("stopped (TLS)", "tls", verb("stop-proxy", proxy="a")),
    Way("black hole", "udp", fault("drop")),
    Way("black hole (TCP)", "tcp", fault("drop")),
    Way("closes connections (TCP)", "tcp", fault("close")),
    Way("moved away", "udp", verb("move-proxy", proxy="a")),
    Way("draining, Retry-After", "udp", verb("drain-proxy", proxy="a")),
    Way("408", "udp", fault("answer", status=408)),
    Way("500", "udp", fault("answer", status=500)),
    Way("502", "udp", fault("answer", status=502)),
    Way("503", "udp", fault("answer", status=503)),
    Way("503, Retry-After", "udp", fault("answer", status=503, retry_after="30s")),
    Way("504", "udp", fault("answer", status=504)),
    Way("slow beyond the time-out", "udp", fault("delay", delay="5s")),
    Way("302 to the secondary", "udp", fault("answer", status=302, to="b")),
    Way("accepting, then silent (TCP)", "tcp", connections("silence")),
    Way("refusing connections (TCP)", "tcp", connections("refuse")),
    Way("sending garbage (TCP)", "tcp", connections("garbage")),
    Way("accepting, then silent (TLS)", "tls", connections("silence")),
    Way("stalled in the handshake (TLS)", "tls", connections("stall")),
    Way("resetting connections (TLS)", "tls", connections("reset")),
    Way("sending garbage (TLS)", "tls", connections("garbage")),
    Way("certified until yesterday (TLS)", "tls", connections("certificate", **{"is": "expired"})),
    Way("certified for another host (TLS)", "tls", connections("certificate", **{"is": "wrong-host"})),
    Way("certified by itself (TLS)", "tls", connections("certificate", **{"is": "self-signed"})),
    Way("a black hole in connect (TCP)", "tcp", black_hole_in_connect),
    Way("503, Retry-After of a day", "udp", fault("answer", status=503, retry_after="24h")),
    Way("302 to itself, round and round", "udp", fault("answer", status=302, to="a")),
    Way("503 to INVITE only", "udp", only({"op": "sip.invite"}, "answer", status=503), CALLS),
    Way("silent to INVITE only", "udp", only({"op": "sip.invite"}, "drop"), CALLS),
    Way("500 in dialogs only", "udp", only({"op": "sip.invite"}, "answer", status=500), ("in-dialog",)),
    Way("gone from DNS (NXDOMAIN)", "udp", name("sip10", does="nxdomain"), flags=NAMES, before=UNKEPT),
    Way("elsewhere in DNS, where nobody is", "udp", name("sip10", address="127.0.0.7"), flags=NAMES,
        before=UNKEPT),
    Way("stopped, and its name silent", "udp",
        both(verb("stop-proxy", proxy="a"), name("sip10", does="silence")), flags=NAMES, before=UNKEPT),
    Way("stopped, and its name SERVFAIL (TLS)", "tls",
        both(verb("stop-proxy", proxy="a"), name("sip10", does="servfail")), flags=NAMES, before=UNKEPT),
    Way("the first of a name's SRV, stopped", "udp", verb("stop-proxy", proxy="a"), flags=NAMES,
        connect=SRV),
    Way("the first of a name's SRV, black hole", "udp", fault("drop"), flags=NAMES, connect=SRV),
    Way("the first of a name's SRV, stopped (TLS)", "tls", verb("stop-proxy", proxy="a"), flags=NAMES,
        connect=SRV),
    Way("flapping", "udp", flaps),
)


class Client:
    """`rc-client batch`: one line of JSON a command."""

    def __init__(self, server, folder, way):
        argv = [ROOT / "build/release/bin/rc-client", "batch", "--db", Path(folder) / "store.db"]
        argv += ["--env-file", Path(server.folder.name) / "env.json", "--durable", "no", "--quiet"]
        argv += ["--sip-timeout-ms", str(TIMEOUT_MS)]
        self.child = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        for command in ({"cmd": "connect", "transport": way.transport, **way.connect}, {"cmd": "authenticate"},
                        {"cmd": "save", "yes": True}, {"cmd": "handsets"}):
            answer = self.ask(**command)
            if not answer["ok"]:
                raise RuntimeError(f"{command}: {answer}")

    def ask(self, **command):
        self.child.stdin.write(json.dumps(command) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    def phone(self, do, **more):
        answer = self.ask(cmd="phone", do=do, to=NUMBER, keepalive_ms=KEEPALIVE_MS,
                          retry_ms=RETRY_MS, limit=LIMIT_S, **more)
        if "steps" not in answer["result"]:
            raise RuntimeError(f"phone {do}: {answer}")
        return answer["result"]["steps"]

    def stop(self):
        self.child.stdin.close()
        return self.child.wait(timeout=LIMIT_S)


def reached(steps, do):
    """When the last step was reached; a step that was not ends the row with what was tried."""
    for step in steps:
        if not step["reached"]:
            raise AssertionError(f"{do}: {step['step']} not reached: {step['tries'][-5:]}")
    return steps[-1]["took_ms"]


def registering(client, breaks):
    breaks()
    return reached(client.phone("register"), "register")


def calling(client, breaks):
    reached(client.phone("register"), "register")
    breaks()
    return reached(client.phone("call"), "call")


def in_a_call(client, breaks):
    # A round trip behind the ACK: the proxy has it when it is broken.
    reached(client.phone("register,call,keep", **{"for": 1}), "call")
    breaks()
    took = reached(client.phone("hold"), "hold")
    reached(client.phone("resume,hangup"), "hang up")
    return took


def place(one):
    return one.get("address", one["proxy"])


def idle(client, breaks):
    """Until a REGISTER is answered 200 by another proxy than before; or by the same, when it came
    back before it was missed."""
    before = place(client.phone("register")[-1]["tries"][-1])
    breaks()
    for _ in range(4):
        step = client.phone("keep", **{"for": 2})[-1]
        gone = False
        for one in step["tries"]:
            good = one["answer"] == "SIP 200"
            if good and one["request"] == "REGISTER" and (gone or place(one) != before):
                return one["at_ms"]
            gone = gone or not good
    raise AssertionError(f"idle: nobody has it: {step['tries'][-5:]}")


CELLS = {"REGISTER": registering, "INVITE": calling, "in-dialog": in_a_call, "idle": idle}


def play(way, cell):
    """Milliseconds to recover; AssertionError says why not."""
    server = Mockrc("release", "--set", "sip.party.after=50ms", "--seed", "5", *way.flags)
    try:
        with tempfile.TemporaryDirectory(prefix="mockrc-failover-") as folder:
            way.before(server)
            client = Client(server, folder, way)
            try:
                took = CELLS[cell](client, lambda: way.breaks(server))
                for rule in server.ask("GET", "/__admin/faults")[1]["faults"]:
                    if not rule["hits"]:
                        raise RuntimeError(f"{way.title}: the fault was never met: {rule}")
                return took
            finally:
                client.stop()
    finally:
        server.stop()


def judge(way, cell):
    """(milliseconds or None, what is wrong or "")"""
    try:
        ms = play(way, cell)
        return ms, "" if ms <= BOUND_MS else f"took {ms} ms, more than {BOUND_MS}"
    except AssertionError as error:
        return None, str(error)


def hang_up_after(transport, *weak):
    """The far end hangs up after a call's proxy was lost: the answer to its BYE, and what the client
    makes of the call then."""
    server = Mockrc("release", "--set", "sip.party.after=50ms", "--set", "sip.party.lasts=2m")
    try:
        with tempfile.TemporaryDirectory(prefix="mockrc-failover-") as folder:
            client = Client(server, folder, Way("", transport, None))
            ask = {"weak": ",".join(weak)} if weak else {}
            try:
                before = place(client.phone("register,call,keep", for_ms=200)[0]["tries"][-1])
                verb("stop-proxy", proxy="a")(server)
                moved = lambda: [one for one in client.phone("keep", for_ms=200, **ask)[-1]["tries"]
                                 if one["answer"] == "SIP 200" and place(one) != before]
                until(moved, "the registration moves")
                verb("advance", by="2m")(server)

                def bye():
                    client.phone("keep", for_ms=100, **ask)
                    events = server.ask("GET", "/__admin/journal?op=sip.bye")[1]["events"]
                    return events and events[-1].get("status")

                status = until(bye, "the BYE is answered")
                held = client.ask(cmd="phone", do="hold", limit=LIMIT_S, **ask)["result"]
                return status, held["steps"][-1]["reached"], held.get("diagnosis")
            finally:
                client.stop()
    finally:
        server.stop()


def until(happens, what):
    for _ in range(50):
        found = happens()
        if found:
            return found
    raise AssertionError(f"in vain: {what}")


def leaves_a_stale_proxy():
    """The proxy moves, its old place says 200 and leads nowhere, and the platform says check-sync: where
    the handset is while it has a call, and after it."""
    server = Mockrc("release", "--set", "sip.party.after=50ms")
    try:
        with tempfile.TemporaryDirectory(prefix="mockrc-failover-") as folder:
            client = Client(server, folder, Way("", "udp", None))
            try:
                steps = client.phone("register,call,keep", for_ms=200)
                before = steps[-1]["proxy"]
                verb("move-proxy", proxy="a", leave="stale")(server)
                verb("check-sync")(server)
                asked = lambda: server.ask("GET", "/__admin/journal?op=readDeviceSipInfo")[1]["events"]
                seen = len(asked())
                until(lambda: client.phone("keep", for_ms=100) and len(asked()) > seen, "sip-info is read")
                during = client.phone("keep", for_ms=100)[-1]["proxy"]
                client.phone("hangup")
                until(lambda: client.phone("keep", for_ms=200)[-1].get("proxy") not in (None, before), "it moves")
                return during == before
            finally:
                client.stop()
    finally:
        server.stop()


# transport, weaknesses, what comes of it
weak_one = ("dialogs-left",)
HANG_UPS = (
    ("udp", (), (200, False, None)),
    ("tcp", (), (200, False, None)),
    ("tls", (), (200, False, None)),
    ("udp", weak_one, (503, False, "DIALOG_ORPHANED")),
)


def shown(outcome):
    """A cell of the table; a dash where the way cannot be met."""
    if outcome is None:
        return "–"
    ms = outcome.result()[0]
    return "never" if ms is None else str(ms)


def usage(text):
    print(f"failover.py: {text}; see failover.py --help", file=sys.stderr)
    sys.exit(2)


def main(argv):
    table, names, words = None, [], iter(argv)
    for word in words:
        if word in ("-h", "--help"):
            print(__doc__.strip())
            return 0
        if word == "--table":
            table = next(words, None) or usage("--table wants a file")
        elif word in (way.title for way in WAYS):
            names.append(word)
        else:
            usage(f'"{word}" is none of {", ".join(way.title for way in WAYS)}')
    ways = [way for way in WAYS if not names or way.title in names]
    lines = ["| a proxy that is | " + " | ".join(f"{cell}, ms" for cell in CELLS) + " |",
             "| --- |" + " ---: |" * len(CELLS)]
    number = bad = 0
    hang_ups = () if names else HANG_UPS
    print(f"1..{sum(len(way.cells) for way in ways) + len(hang_ups) + (not names)}")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        played = [{cell: pool.submit(judge, way, cell) for cell in way.cells} for way in ways]
        for way, row in zip(ways, played):
            for cell, outcome in row.items():
                number += 1
                problem = outcome.result()[1]
                bad += bool(problem)
                print(f"{'not ' if problem else ''}ok {number} - a proxy that is {way.title}: {cell}",
                      flush=True)
                if problem:
                    print(f"# {problem}")
            lines.append(f"| {way.title} | " + " | ".join(shown(row.get(cell)) for cell in CELLS) + " |")
    for transport, weak, wanted in hang_ups:
        number += 1
        seen = hang_up_after(transport, *weak)
        bad += seen != wanted
        how = f" by a client with {', '.join(weak)}" if weak else ""
        print(f"{'' if seen == wanted else 'not '}ok {number} - a hang-up after a fail-over over {transport}{how}: "
              f"{wanted}")
        if seen != wanted:
            print(f"# {seen}")
    if not names:
        is_right = leaves_a_stale_proxy()
        bad += not is_right
        print(f"{'' if is_right else 'not '}ok {number + 1} - a stale proxy is left when the platform says so, "
              "after the call")
    for line in lines:
        print("# " + line)
    if table:
        Path(table).write_text("\n".join(lines) + "\n")
    return 1 if bad else 0


sys.exit(main(sys.argv[1:]))
