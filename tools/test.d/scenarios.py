"""Every file of scenarios/ through the release build: a scenario is a test, and so is its repetition."""
import random
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

import result
from result import FAILED, PASSED, SKIPPED, Result

LIMIT_S = 120
AGAIN = 20  # runs that must write the same journals
# Stories with an open WebSocket or a TLS handshake that fails: what it tells and what REST is asked
# come by two ways at once, so that their events may change places. They are played, and not compared.
SOCKETS = "tests/tenant/stories/"


def files_of(root):
    return sorted(str(p.relative_to(root)) for p in (root / "scenarios").rglob("*.yaml"))


def play(root, *words):
    return result.run_program([str(root / "build/release/bin/mockrc"), "run", *words], LIMIT_S, cwd=root)


def run(root):
    """One result per file, out of mockrc's own JUnit report."""
    with tempfile.TemporaryDirectory(prefix="mockrc-scenarios-") as folder:
        report = Path(folder) / "report.xml"
        ended = play(root, "--report", f"junit={report}", "scenarios/", SOCKETS)
        try:
            cases = list(ET.parse(report).iter("testcase"))
        except (OSError, ET.ParseError) as error:
            text = f"{error}; {ended.told()}\n{result.last_lines(ended.out)}"
            return [Result("scenarios: the report is written", FAILED, ended.seconds, text)]
    results = []
    for case in cases:
        bad = [e for e in case if e.tag in ("failure", "error")]
        text = "\n".join((e.get("message") or "") + "\n" + (e.text or "") for e in bad)
        status = FAILED if bad else SKIPPED if case.find("skipped") is not None else PASSED
        seconds = float(case.get("time") or 0)
        results.append(Result(f"scenarios: {case.get('name')}", status, seconds, text))
    wanted = len(files_of(root)) + len(list((root / SOCKETS).glob("*.yaml")))
    if len(results) != wanted:
        text = f"{wanted} files, {len(results)} results\n{result.last_lines(ended.out)}"
        results.append(Result("scenarios: every file is played", FAILED, 0.0, text))
    if (ended.code == 0) != all(r.status != FAILED for r in results):
        results.append(Result("scenarios: its exit status tells", FAILED, 0.0, ended.told()))
    return results


def journals(folder):
    return {p.name: p.read_bytes() for p in Path(folder).iterdir()}


def differences(first, again):
    for name in sorted(first.keys() | again.keys()):
        ours, theirs = first.get(name, b"").splitlines(), again.get(name, b"").splitlines()
        for number, (a, b) in enumerate(zip(ours, theirs), 1):
            if a != b:
                yield f"{name}:{number}:\n  {a.decode()}\n  {b.decode()}"
                break
        else:
            if len(ours) != len(theirs):
                yield f"{name}: {len(ours)} events, then {len(theirs)}"


def run_again(root):
    """One seed, one journal: in any order, any number at once, however often."""
    files, first, ended = files_of(root), None, None
    shuffle = random.Random(1).shuffle
    name = f"scenarios-again: {AGAIN} runs in any order, 1 to 8 at a time, write the same journals"
    seconds = 0.0
    for number in range(AGAIN):
        with tempfile.TemporaryDirectory(prefix="mockrc-scenarios-") as folder:
            ended = play(root, "-q", "-j", str(8 - number % 8), "--journal", folder, *files)
            seconds += ended.seconds
            if ended.code != 0:
                text = f"run {number + 1}: {ended.told()}\n{result.last_lines(ended.out)}"
                return [Result(name, FAILED, seconds, text)]
            again = journals(folder)
        first = first or again
        if len(again) != len(files) or again != first:
            text = f"run {number + 1}:\n" + "\n".join(differences(first, again))
            return [Result(name, FAILED, seconds, text or f"{len(again)} journals")]
        shuffle(files)
    return [Result(name, PASSED, seconds, "")]
