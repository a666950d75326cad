"""The harness counts right: what it is given, what it must make of it."""
import subprocess
import sys
import tempfile
from pathlib import Path

from house import ROOT, check, main

sys.path.insert(0, str(ROOT / "tools/test.d"))
import readme
import result

GROUP = """<?xml version="1.0" encoding="UTF-8" ?>
<testsuites>
  <testsuite name="{name}" time="0.000" tests="{tests}" failures="0" errors="{errors}" skipped="0" >
{cases}  </testsuite>
</testsuites>
"""
GOOD = '    <testcase name="good" time="0.250" >\n    </testcase>\n'
BAD = """    <testcase name="a < b & c" time="0.000" >
      <failure><![CDATA[0x1 != 0x2
    <testcase name="not a case" time="0.000" >
t.c:9: error: Failure!]]></failure>
    </testcase>
"""
SKIP = '    <testcase name="later" time="0.000" >\n      <skipped/>\n    </testcase>\n'


def group(tests, cases, name="tests", errors=0):
    return GROUP.format(name=name, tests=tests, cases=cases, errors=errors)


def statuses(results):
    return [r.status for r in results]


def differ(want, got):
    return [] if want == got else [f"want {want}, got {got}"]


@check("cmocka's XML is read case by case, ill-formed or not")
def _():
    results, promised = result.parse_cmocka("noise" + "\n" + group(3, GOOD + BAD + SKIP))
    yield from differ((3, ["passed", "failed", "skipped"]), (promised, statuses(results)))
    yield from differ("a < b & c", results[1].name)
    yield from differ(True, "t.c:9" in results[1].text and "not a case" in results[1].text)
    yield from differ(0.25, results[0].seconds)


@check("two groups in one file are both counted")
def _():
    results, promised = result.parse_cmocka(group(1, GOOD) + group(1, SKIP))
    yield from differ((2, ["passed", "skipped"]), (promised, statuses(results)))


@check("a group whose set-up failed is a failure")
def _():
    results, promised = result.parse_cmocka(group(0, "", errors=1))
    yield from differ((1, ["failed"]), (promised, statuses(results)))


def cmocka_of(script):
    return result.run_cmocka("t", ["/bin/sh", "-c", script], 5)


@check("a cmocka program fails when it crashes, hangs, reports less than it promised, or is empty")
def _():
    rows = [
        ("prints no report and dies", "kill -SEGV $$", ["failed"]),
        ("ends badly after good results", f"cat <<'E'\n{group(1, GOOD)}E\nexit 3", ["passed", "failed"]),
        ("promises two, reports one", f"cat <<'E'\n{group(2, GOOD)}E", ["passed", "failed"]),
        ("reports a failure and exits 0", f"cat <<'E'\n{group(1, BAD)}E", ["failed", "failed"]),
        ("runs nothing", "true", ["failed"]),
        ("is fine", f"cat <<'E'\n{group(1, GOOD)}E", ["passed"]),
    ]
    for label, script, want in rows:
        yield from (f"{label}: {p}" for p in differ(want, statuses(cmocka_of(script))))


@check("a program past its time limit is ended and counted as failed")
def _():
    ended = result.run_program(["/bin/sh", "-c", "echo early; exec sleep 30"], 0.2)
    yield from differ((None, "early\n"), (ended.code, ended.out))


@check("TAP is read with its skips, and a plan not met is a failure")
def _():
    tap = "1..4\nok 1 - one\nnot ok 2 - two\n# why\nok 3 - three # SKIP no node\n    ok 1 - sub\n"
    results, plan = result.parse_tap(tap)
    yield from differ((4, ["passed", "failed", "skipped"]), (plan, statuses(results)))
    yield from differ(("one", True, "no node"),
                      (results[0].name, "why" in results[1].text, results[2].text.splitlines()[0]))
    short = result.run_tap("t", ["/bin/sh", "-c", "echo 1..2; echo ok 1"], 5)
    yield from differ(["passed", "failed"], statuses(short))
    none = result.run_tap("t", ["/bin/sh", "-c", "true"], 5)
    yield from differ(["failed"], statuses(none))


@check("README sections are split into commands")
def _():
    text = "a\n```sh\none --x  # why\n```\nb\n```sh\n\ntwo \\\n  three\n```\n"
    text += "## next\n```yaml\nno: command\n```\n## last\n```sh\n# a comment\nfour\n```\n"
    want = [["one --x  # why", "two \\\n  three"], ["four"]]
    yield from differ(want, list(readme.sections(text)))


@check("a build is noted in its own folder, also where that has blanks in its name")
def _():
    with tempfile.TemporaryDirectory(prefix="mockrc setup ") as folder:
        build = Path(folder) / "build/release"
        build.mkdir(parents=True)
        (build / "build.ninja").touch()
        script = 'source "$1/tools/setup"; setup_root=$2; cmake() { :; }; setup_build release a b'
        argv = ["bash", "-euc", script, "bash", str(ROOT), folder]
        done = subprocess.run(argv, capture_output=True, text=True)
        there = sorted(p.name for p in build.iterdir())
        yield from differ((0, [".built-a-b", "build.ninja", "setup.log"]), (done.returncode, there))


main()
