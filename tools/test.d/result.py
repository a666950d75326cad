"""What one test came to, and the ways to read it out of a test program's output."""
import dataclasses
import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclasses.dataclass
class Result:
    name: str  # "unit/test_buf: a_full_buffer_refuses_more"
    status: str  # PASSED, FAILED, SKIPPED
    seconds: float = 0.0
    text: str = ""  # why it failed or was skipped


@dataclasses.dataclass
class Ended:
    """How a program ended and what it printed."""

    code: int  # exit status, or minus the signal, or None: ended by us at its time limit
    out: str
    seconds: float

    def told(self):
        if self.code is None:
            return "did not end in time and was ended"
        if self.code < 0:
            return f"died of signal {-self.code} ({signal.Signals(-self.code).name})"
        return f"exit status {self.code}"


def run_program(argv, limit_s, env=None, cwd=None, stdin=None):
    """Runs argv in a process group of its own; what is left of the group afterwards is ended."""
    started = time.monotonic()
    with tempfile.TemporaryFile() as out:
        child = subprocess.Popen(
            argv,
            stdin=stdin or subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )
        try:
            code = child.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    return Ended(code, text, time.monotonic() - started)


def last_lines(text, count=60):
    lines = text.rstrip().splitlines()
    if len(lines) <= count:
        return "\n".join(lines)
    return f"[{len(lines) - count} lines before]\n" + "\n".join(lines[-count:])


# ---- cmocka ---------------------------------------------------------------------------------

# cmocka 1.1.5 escapes nothing, appends one whole document per group and writes to stderr when it
# cannot open the file: so its XML is read line by line, from both places, and never trusted to be
# well-formed.
SUITE = re.compile(r'^  <testsuite name="(.*)" time="[\d.]*" tests="(\d+)" .* errors="(\d+)"')
CASE = re.compile(r'^    <testcase name="(.*)" time="([\d.]*)" >')


def parse_cmocka(text):
    """The results in cmocka XML, and the number of results its groups promised."""
    results, promised, suite, in_failure = [], 0, "", False
    for line in text.splitlines():
        if in_failure:
            in_failure = "]]></failure>" not in line
            results[-1].text += "\n" + line.replace("]]></failure>", "")
            continue
        if match := SUITE.match(line):
            suite = match.group(1)
            promised += int(match.group(2))
            if int(match.group(3)):
                results.append(Result(f"{suite} set-up", FAILED, 0.0, "the group's set-up failed"))
                promised += 1
        elif match := CASE.match(line):
            results.append(Result(match.group(1), PASSED, float(match.group(2) or 0)))
        elif line.startswith("      <failure><![CDATA["):
            results[-1].status = FAILED
            results[-1].text = line[len("      <failure><![CDATA[") :].replace("]]></failure>", "")
            in_failure = "]]></failure>" not in line
        elif line.startswith("      <skipped/>"):
            results[-1].status = SKIPPED
    return results, promised


def run_cmocka(name, argv, limit_s, env=None):
    """Every test case of one cmocka program; a crash or a missing result is a failure as well."""
    with tempfile.TemporaryDirectory(prefix="mockrc-cmocka-") as folder:
        told = {
            "CMOCKA_MESSAGE_OUTPUT": "XML",
            "CMOCKA_XML_FILE": folder + "/%g.xml",
            "TMPDIR": folder,
            **(env or {}),
        }
        ended = run_program(argv, limit_s, told)
        xml = "".join(p.read_text("utf-8", "replace") for p in sorted(Path(folder).glob("*.xml")))
    results, promised = parse_cmocka(xml + "\n" + ended.out)
    for result in results:
        result.name = f"{name}: {result.name}"
    failed = [r for r in results if r.status == FAILED]
    for result in failed:
        result.text += "\n" + last_lines(ended.out)
    if len(results) != promised:
        text = f"{promised} results promised, {len(results)} found\n" + last_lines(ended.out)
        results.append(Result(f"{name}: every result is reported", FAILED, 0.0, text))
    elif ended.code != 0 and not failed:
        text = ended.told() + "\n" + last_lines(ended.out)
        results.append(Result(f"{name}: ends well", FAILED, ended.seconds, text))
    elif ended.code == 0 and failed:
        text = "exit status 0 although a test failed: main must return non-zero"
        results.append(Result(f"{name}: its exit status tells", FAILED, 0.0, text))
    elif not results:
        results.append(Result(f"{name}: has a test", FAILED, 0.0, last_lines(ended.out)))
    return results


# ---- TAP ------------------------------------------------------------------------------------

POINT = re.compile(r"^(not )?ok\b\s*(\d*)\s*(?:-\s*)?(.*?)(?:\s*#\s*(skip|todo)\S*\s*(.*))?$", re.I)
PLAN = re.compile(r"^1\.\.(\d+)")


def parse_tap(text):
    """The results in a TAP stream and its plan (None without one); sub-tests stay with their parent."""
    results, plan = [], None
    for line in text.splitlines():
        if match := PLAN.match(line):
            plan = int(match.group(1))
        elif match := POINT.match(line):
            status = FAILED if match.group(1) else PASSED
            if (match.group(4) or "").lower() == "skip":
                status = SKIPPED
            name = match.group(3) or f"test {match.group(2)}"
            results.append(Result(name, status, 0.0, match.group(5) or ""))
        elif results and (line.startswith("#") or line.startswith("  ")):
            results[-1].text += "\n" + line.lstrip("# ")
    return results, plan


def run_tap(name, argv, limit_s, env=None, cwd=None):
    """Every test point of a program that prints TAP."""
    ended = run_program(argv, limit_s, env, cwd)
    results, plan = parse_tap(ended.out)
    for result in results:
        result.name = f"{name}: {result.name}"
    failed = [r for r in results if r.status == FAILED]
    if plan is None or plan != len(results):
        text = f"plan {plan}, {len(results)} results; {ended.told()}\n" + last_lines(ended.out)
        results.append(Result(f"{name}: every result is reported", FAILED, ended.seconds, text))
    elif ended.code != 0 and not failed:
        text = ended.told() + "\n" + last_lines(ended.out)
        results.append(Result(f"{name}: ends well", FAILED, ended.seconds, text))
    elif plan == 0:
        results.append(Result(f"{name}: has a test", FAILED, 0.0, last_lines(ended.out)))
    return results
