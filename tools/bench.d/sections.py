"""The sections of tools/bench: what runs beside what."""
import contextlib
import functools
import json
import re
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import rest
from client import client
from company import write_company
from flow import Walk
from server import BIN, ROOT, bare, kamailio, mockrc


def per_request(server, load):
    """Runs `load` (-> count, seconds) and gives the server's rate and CPU for it."""
    before = server.cpu_s()
    count, seconds = load()
    return {"per_s": count / seconds, "cpu_us": (server.cpu_s() - before) / count * 1e6}


def compare(bench, section, floor, figures, ours="mockrc"):
    """A row per contender, and ours against the others."""
    for name, row in figures.items():
        bench.row(section, name, **row)
    mine = figures[ours]
    for name, row in figures.items():
        if name == ours or (floor and name != floor):
            continue
        bench.row(section, f"{ours} against {name}", rate_ratio=mine["per_s"] / row["per_s"],
                  cpu_ratio=mine["cpu_us"] / row["cpu_us"])


# ---- http -----------------------------------------------------------------------------------


def http(bench):
    with mockrc() as ours:
        client = rest.Rest(ours.env)
        answer = Path(ours.folder.name) / "answer"
        answer.write_bytes(client.raw(rest.EXTENSION))
        with bare("http_bare", answer) as floor:
            def load(url):
                return lambda: rest.wrk(url, bench.seconds(), client.bearer())

            runs = {
                "bare civetweb": (floor, load(f"http://127.0.0.1:{floor.port}{rest.EXTENSION}")),
                "mockrc": (ours, load(ours.env["restUrl"].rstrip("/") + rest.EXTENSION)),
            }
            figures = bench.in_turns(
                {name: lambda s=s, l=l: per_request(s, l) for name, (s, l) in runs.items()}
            )
        bench.row("http", "GET extension/~, 16 connections", answer_bytes=answer.stat().st_size)
        compare(bench, "http", None, figures)
        grants(bench, ours, client)


def grants(bench, ours, client):
    """Token grants beside a bare handler that sends the same bytes: JWT, and chains of refreshes."""
    answer = Path(ours.folder.name) / "grant"
    answer.write_bytes(client.raw(rest.TOKEN, client.jwt_form()))
    headers, chains = {"Authorization": client.basic}, 4

    def jwt(port):
        return rest.wrk(f"http://127.0.0.1:{port}{rest.TOKEN}", bench.seconds(), headers,
                        rest.WRK_POST.format(body=client.jwt_form()))

    def refresh(port):
        tokens = [client.grant(client.jwt_form())["refresh_token"] for _ in range(chains)]
        return rest.wrk(f"http://127.0.0.1:{port}{rest.TOKEN}", bench.seconds(), headers,
                        rest.wrk_refresh(tokens), threads=chains, connections=chains)

    with bare("http_bare", answer) as floor:
        own = int(ours.env["restUrl"].rpartition(":")[2])
        servers = {"bare civetweb": (floor, floor.port), "mockrc": (ours, own)}
        for what, load in (("JWT grant, 16 connections", jwt),
                           (f"refresh, {chains} chains", refresh)):
            figures = bench.in_turns({
                name: lambda s=s, p=p, l=load: per_request(s, lambda: l(p))
                for name, (s, p) in servers.items()
            })
            bench.row("http", what, answer_bytes=answer.stat().st_size)
            compare(bench, "http", None, figures)


# ---- flow -----------------------------------------------------------------------------------


def flow(bench):
    """What a person waits for the provider in all, from Authenticate to the token, in both dresses."""
    for fixture in ("acme-rc", "acme-aco"):
        with mockrc("--fixture", fixture) as ours:
            waits, before = [], ours.cpu_s()
            for _ in range(4 * bench.rounds()):
                walk = Walk(ours.env)
                walk.run()
                waits.append(1000 * walk.seconds)
            bench.row("flow", f"login, consent and token, {fixture}", requests=walk.requests,
                      waited_ms=statistics.median(waits), waited_ms_worst=max(waits),
                      server_cpu_ms=1000 * (ours.cpu_s() - before) / len(waits))


# ---- sip ------------------------------------------------------------------------------------


def write_users(users):
    file = tempfile.NamedTemporaryFile("w", suffix=".users")
    file.writelines(" ".join(user) + "\n" for user in users)
    file.flush()
    return file


def register(port, users, count, **more):
    """A bounded run of digest REGISTERs; raises when one failed."""
    argv = [BIN / "bench_sip_load", "--to", port, "--users", users.name, "--count", count]
    argv += ["--seconds", 10]
    for name, value in more.items():
        argv += [f"--{name}", value]
    done = subprocess.run(list(map(str, argv)), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"bench_sip_load to {port}: {done.stdout}{done.stderr}")
    figures = json.loads(done.stdout)
    return figures["registrations"], figures["seconds"]


def sip_port(ours):
    return int(ours.env["sip"]["udp"].rpartition(":")[2])


SECRET_USERS = [(f"u{i}", f"u{i}", "secret", "sip.bench.test") for i in range(16)]


def sip(bench):
    count = 10000 if bench.quick else 40000
    # Each run comes from another port, so its contacts are new ones beside those of the last.
    with mockrc("--set", "sip.max_contacts=0") as ours, \
            bare("sip_bare", "sip.bench.test") as floor, kamailio() as other:
        secret, own = write_users(SECRET_USERS), write_users(rest.Rest(ours.env).sip_users())
        runs = {
            "bare NTA, stateless": (floor, floor.port, secret),
            "Kamailio, one worker": (other, other.port, secret),
            "mockrc": (ours, sip_port(ours), own),
        }
        figures = bench.in_turns({
            name: lambda s=s, p=p, u=u: per_request(s, lambda: register(p, u, count))
            for name, (s, p, u) in runs.items()
        })
        bench.row("sip", "REGISTER with digest, UDP, 16 in flight", registrations=count)
        compare(bench, "sip", None, figures)
        for name, (server, _, _) in runs.items():
            bench.row("sip", f"{name}, memory afterwards", pss_kb=server.memory_kb())
    bindings(bench)


PEOPLE, PER_PERSON = 2000, 50


def bindings(bench):
    """Memory of a binding: two thousand people with twenty or fifty contacts each, 100,000 in all."""
    count = PEOPLE * (20 if bench.quick else PER_PERSON)
    secret = write_users((f"u{i}", f"u{i}", "secret", "sip.bench.test") for i in range(PEOPLE))
    with tempfile.TemporaryDirectory(prefix="mockrc-bench-") as folder:
        fixture = Path(folder) / "company.yaml"
        own = write_users(write_company(fixture, PEOPLE))
        with mockrc("--fixture", fixture, "--set", "sip.max_contacts=0", "--journal-events", "1000") as ours:
            bytes_per_binding(bench, "mockrc", ours, sip_port(ours), own, count)
            bench.row("sip", "mockrc, bindings held", bindings=bindings_held(ours))
    with kamailio() as other:
        bytes_per_binding(bench, "Kamailio", other, other.port, secret, count)


def bindings_held(ours):
    with urllib.request.urlopen(ours.env["restUrl"].rstrip("/") + "/__admin/metrics") as answer:
        return int(re.search(rb"^mockrc_bindings (\d+)", answer.read(), re.M).group(1))


def bytes_per_binding(bench, name, server, port, users, count):
    # The first registrations pay for what any requests need. The next come from another port: their
    # contacts are all new ones.
    register(port, users, 2 * PEOPLE, contacts=PEOPLE)
    before = server.memory_kb()
    register(port, users, count, contacts=count)
    bench.row("sip", f"{name}, memory of a binding", bindings=count,
              bytes=(server.memory_kb() - before) * 1024 / count)


# ---- start ----------------------------------------------------------------------------------


def start_figures(runs, *flags):
    """Medians of `runs` starts and stops of `mockrc serve FLAG...`."""
    with tempfile.TemporaryDirectory(prefix="mockrc-bench-") as folder:
        ready, env = f"{folder}/ready", f"{folder}/env.json"
        command = [BIN / "mockrc", "serve", "--port", "0", "--sip-port", "0", "--quiet", *flags]
        command += ["--ready-file", ready, "--env-file", env]
        argv = [BIN / "bench_start", runs, ready, env, "--", *command]
        done = subprocess.run(list(map(str, argv)), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"bench_start: {done.stderr}")
    return json.loads(done.stdout)


def start(bench):
    for fixture in ("acme-rc", "acme-aco"):
        figures = start_figures(7 if bench.quick else 31, "--fixture", fixture)
        bench.row("start", f"mockrc serve, {fixture}", **{
            name: figures[name] for name in ("serving_ms", "serving_ms_best", "serving_ms_worst",
                                             "stop_ms", "stop_ms_worst", "rss_kb", "endpoints")
        })
    for records in (100000, 1000000):
        figures = start_figures(2 if bench.quick else 5, "--records", records)
        bench.row("start", f"mockrc serve, {records:,} call records",
                  serving_ms=figures["serving_ms"], rss_kb=figures["rss_kb"])


# ---- the journal ----------------------------------------------------------------------------


def journal(bench):
    """Memory with 100,000 events, and the cost of a call as the journal fills."""
    with mockrc() as ours:
        client = rest.Rest(ours.env)
        url = ours.env["restUrl"].rstrip("/") + rest.EXTENSION
        empty = ours.memory_kb()
        first = per_request(ours, lambda: rest.wrk(url, 1, client.bearer()))
        while client.get("/__admin/journal?last=1")["last"] < 110000:
            rest.wrk(url, 1, client.bearer())
        full = per_request(ours, lambda: rest.wrk(url, 1, client.bearer()))
        bench.row("journal", "memory, idle", pss_kb=empty)
        bench.row("journal", "memory, 100,000 events", pss_kb=ours.memory_kb())
        bench.row("journal", "GET extension/~, journal full against filling",
                  cpu_ratio=full["cpu_us"] / first["cpu_us"])


# ---- the call log ---------------------------------------------------------------------------

SINCE = "dateFrom=2000-01-01T00:00:00Z"


def calllog(bench):
    """CPU of a page as the log grows. The sizes are asked in turns and the pages are equally long,
    so that neither a machine that gets busy nor a short page counts as growth."""
    sizes = (1000, 10000, 100000, 1000000)
    account = "/restapi/v1.0/account/~"
    with contextlib.ExitStack() as stack:
        servers = {size: stack.enter_context(mockrc("--records", size)) for size in sizes}
        clients = {size: rest.Rest(server.env) for size, server in servers.items()}
        for name, path, records in (
            ("first page", "/call-log?perPage=100", 100),
            ("middle page", "/call-log?perPage=100&page={middle}", 100),
            ("one extension", "/extension/~/call-log?perPage=20", 20),
            ("with recording", "/call-log?perPage=100&recordingType=All", 100),
        ):
            def ask(size):
                target = f"{account}{path.format(middle=size // 200)}&{SINCE}"
                got = len(clients[size].get(target)["records"])
                if got != records:
                    raise RuntimeError(f"{target}: {got} of {size} records, not {records}")
                base = servers[size].env["restUrl"].rstrip("/")
                bearer = clients[size].bearer()
                return per_request(servers[size], lambda: rest.wrk(base + target, bench.seconds(),
                                                                   bearer, connections=4))

            costs = bench.in_turns({size: functools.partial(ask, size) for size in sizes})
            figures = {f"us_{size}": costs[size]["cpu_us"] for size in sizes}
            bench.row("calllog", f"{name}, {records} records", **figures,
                      million_to_thousand=costs[sizes[-1]]["cpu_us"] / costs[sizes[0]]["cpu_us"])


# ---- scenarios ------------------------------------------------------------------------------


def scenarios(bench):
    """Wall time of all scenarios: eight at a time, and one after the other."""
    def play(jobs):
        started = time.monotonic()
        argv = [BIN / "mockrc", "run", "--quiet", "--jobs", str(jobs), "scenarios/"]
        subprocess.run(argv, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        return {"seconds": time.monotonic() - started}

    count = len(list((ROOT / "scenarios").glob("*.yaml")))
    runs = {f"{count} scenarios, {jobs} at a time": lambda j=jobs: play(j) for jobs in (8, 2, 1)}
    for name, figures in bench.in_turns(runs).items():
        bench.row("scenarios", name, **figures)


ALL = {
    "http": http, "flow": flow, "sip": sip, "start": start, "journal": journal, "calllog": calllog,
    "client": client, "scenarios": scenarios,
}
