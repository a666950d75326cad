"""The sections of tools/bench: what runs beside what."""
import json
import subprocess
import tempfile
from pathlib import Path

import rest
from server import BIN, ROOT, Server, bare, kamailio, mockrc, until


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


def bindings(bench):
    """Memory of a binding in Kamailio: many users, one contact each."""
    count = 20000 if bench.quick else 50000
    users = write_users((f"u{i}", f"u{i}", "secret", "sip.bench.test") for i in range(count))
    with kamailio() as other:
        register(other.port, write_users(SECRET_USERS), 100)
        before = other.memory_kb()
        register(other.port, users, count, contacts=count)
        bench.row("sip", "Kamailio, memory of a binding",
                  bytes=(other.memory_kb() - before) * 1024 / count)


# ---- start ----------------------------------------------------------------------------------


def start(bench):
    with tempfile.TemporaryDirectory(prefix="mockrc-bench-") as folder:
        ready, env = f"{folder}/ready", f"{folder}/env.json"
        for fixture in ("acme-rc", "acme-aco"):
            command = [BIN / "mockrc", "serve", "--port", "0", "--sip-port", "0", "--fixture", fixture]
            command += ["--ready-file", ready, "--env-file", env]
            argv = [BIN / "bench_start", 7 if bench.quick else 31, ready, env, "--", *command]
            done = subprocess.run(list(map(str, argv)), capture_output=True, text=True)
            if done.returncode != 0:
                raise RuntimeError(f"bench_start: {done.stderr}")
            bench.row("start", f"mockrc serve, {fixture}", **json.loads(done.stdout))


ALL = {"http": http, "sip": sip, "start": start}
