"""tools/test: every test there is, two at a time, one closing line.

usage: tools/test [NAME...] [--no-interop] [--tsan] [--list] [--report junit=FILE] [--jobs N]

NAME       only the tests whose name contains NAME: `unit`, `wire/test_sip`, `house/includes`
--no-interop  leave out tests/interop (the vendor's SDKs, which need Node.js and npm; SIPp)
--tsan     run the wire tests built with the thread sanitizer as well
--list     print the names and stop
--report junit=FILE  write every result as JUnit XML too
--jobs N   how many test programs run at once (default 2)

Exit status: 0 nothing failed, 1 something did, 2 usage, 3 the set-up failed.
"""
import concurrent.futures
import dataclasses
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import readme
import result
import scenarios
from result import FAILED, PASSED, SKIPPED, Result

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 300
SANITIZERS = {
    "ASAN_OPTIONS": "abort_on_error=0:strict_string_checks=1:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
    "TSAN_OPTIONS": f"exitcode=66:suppressions={ROOT / 'tests/tsan.supp'}",
}
BUILDS = {  # what a preset has to have before its tests run
    "dev": ["all"],
    "release": ["mockrc", "rc-client", "mockrc_lib"],
    "tsan": ["all"],
}


@dataclasses.dataclass
class Job:
    name: str
    presets: tuple  # builds it reads
    run: callable  # () -> [Result]


def cmocka_jobs(layer, preset, prefix=""):
    for source in sorted((ROOT / "tests" / layer).glob("test_*.c")):
        name = f"{prefix}{layer}/{source.stem}"
        program = ROOT / "build" / preset / "bin" / f"{layer}_{source.stem}"
        yield Job(
            name,
            (preset,),
            lambda name=name, argv=[str(program)]: result.run_cmocka(name, argv, LIMIT_S, SANITIZERS),
        )


def house_jobs():
    for source in sorted((ROOT / "tests" / "house").glob("check_*.py")):
        name = "house/" + source.stem[len("check_") :]
        argv = ["/usr/bin/python3", "-B", str(source)]
        presets = ("release",) if "build/release" in source.read_text() else ()
        yield Job(name, presets, lambda name=name, argv=argv: result.run_tap(name, argv, LIMIT_S))


def tenant_jobs():
    for source in sorted((ROOT / "tests" / "tenant").glob("check_*.py")):
        name = "tenant/" + source.stem[len("check_") :]
        argv = ["/usr/bin/python3", "-B", str(source)]
        yield Job(name, ("release",), lambda name=name, argv=argv: result.run_tap(name, argv, LIMIT_S))


def bad_jobs():
    script = ROOT / "tests/bad/bad.py"
    for table in sorted(script.parent.glob("*.yaml")):
        argv = ["/usr/bin/python3", "-B", str(script), table.stem]
        run = lambda argv=argv, name=f"bad/{table.stem}": result.run_tap(name, argv, LIMIT_S, SANITIZERS)
        yield Job(f"bad/{table.stem}", ("dev",), run)


def interop_jobs(options):
    for name, script in (("interop", "run"), ("interop/sipp", "sipp/run")):
        if options.interop:
            argv = [str(ROOT / "tests/interop" / script)]
            run = lambda name=name, argv=argv: result.run_tap(name, argv, 2 * LIMIT_S, cwd=ROOT)
            yield Job(name, ("release",), run)
        else:
            left_out = Result(name, SKIPPED, 0.0, "left out (--no-interop)")
            yield Job(name, (), lambda left_out=left_out: [left_out])


def failover_job():
    argv = ["/usr/bin/python3", "-B", str(ROOT / "tests/failover/failover.py")]
    return Job("failover", ("release",), lambda: result.run_tap("failover", argv, LIMIT_S))


def all_jobs(options):
    jobs = []
    if (ROOT / "README.md").exists():
        jobs.append(Job("readme", (), lambda: readme.run(ROOT)))
    jobs += cmocka_jobs("wire", "dev")
    jobs += cmocka_jobs("client", "dev")
    if options.tsan:
        jobs += cmocka_jobs("wire", "tsan", "tsan-")
    jobs += interop_jobs(options)
    jobs += tenant_jobs()
    jobs.append(failover_job())
    jobs += bad_jobs()
    jobs += house_jobs()
    jobs += cmocka_jobs("unit", "dev")
    if list((ROOT / "scenarios").glob("*.yaml")):
        jobs.append(Job("scenarios", ("release",), lambda: scenarios.run(ROOT)))
        jobs.append(Job("scenarios-again", ("release",), lambda: scenarios.run_again(ROOT)))
    return jobs


@dataclasses.dataclass
class Options:
    names: list = dataclasses.field(default_factory=list)
    interop: bool = True
    tsan: bool = False
    list: bool = False
    junit: str = ""
    jobs: int = 2


def usage(text):
    print(f"tools/test: {text}; see tools/test --help", file=sys.stderr)
    sys.exit(2)


def parse_args(argv):
    options, words = Options(), iter(argv)
    for word in words:
        if word in ("-h", "--help"):
            print(__doc__.strip())
            sys.exit(0)
        elif word == "--no-interop":
            options.interop = False
        elif word == "--tsan":
            options.tsan = True
        elif word == "--list":
            options.list = True
        elif word == "--jobs":
            value = next(words, "")
            if not value.isdigit() or not 1 <= int(value) <= 64:
                usage(f"--jobs wants a number from 1 to 64, not \"{value}\"")
            options.jobs = int(value)
        elif word == "--report" or word.startswith("--report="):
            value = word[len("--report=") :] if "=" in word else next(words, "")
            if not value.startswith("junit=") or value == "junit=":
                usage(f"--report wants junit=FILE, not \"{value}\"")
            options.junit = value[len("junit=") :]
        elif word.startswith("-"):
            usage(f"unknown flag {word}")
        else:
            options.names.append(word)
    return options


def build(preset):
    script = 'source "$0/tools/setup"; setup_build "$@"'
    done = subprocess.run(["bash", "-c", script, str(ROOT), preset, *BUILDS[preset]])
    if done.returncode != 0:
        sys.exit(3)


def show(job, results, seconds):
    """One line per program; what failed or was skipped is told at once, in full."""
    counts = {s: sum(r.status == s for r in results) for s in (PASSED, FAILED, SKIPPED)}
    told = ", ".join(f"{n} {s}" for s, n in counts.items() if n)
    mark = "FAIL" if counts[FAILED] else " ok "
    print(f"[{mark}] {job.name}: {told} ({seconds:.1f} s)", flush=True)
    for r in results:
        if r.status == FAILED:
            print(f"  failed: {r.name}\n    " + r.text.strip().replace("\n", "\n    "), flush=True)
        elif r.status == SKIPPED:
            print(f"  skipped: {r.name}: {r.text.strip()}", flush=True)


def run_job(job):
    started = time.monotonic()
    try:
        results = job.run()
    except Exception as error:  # a broken harness is a failed test, not a lost one
        results = [Result(f"{job.name}: runs", FAILED, 0.0, f"{type(error).__name__}: {error}")]
    show(job, results, time.monotonic() - started)
    return results


def write_junit(path, results):
    allowed = lambda text: "".join(c if c in "\n\t" or " " <= c < "\ufffe" else "?" for c in text)
    top = ET.Element("testsuites", name="tools/test")
    suites = {}
    for r in results:
        suite_name, _, case_name = r.name.partition(": ")
        suite = suites.get(suite_name)
        if suite is None:
            suite = suites[suite_name] = ET.SubElement(top, "testsuite", name=allowed(suite_name))
        case = ET.SubElement(
            suite,
            "testcase",
            classname=allowed(suite_name),
            name=allowed(case_name or suite_name),
            time=f"{r.seconds:.3f}",
        )
        if r.status == FAILED:
            ET.SubElement(case, "failure", message="failed").text = allowed(r.text)
        elif r.status == SKIPPED:
            ET.SubElement(case, "skipped", message=allowed(r.text))
    for suite in suites.values():
        suite.set("tests", str(len(suite)))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    ET.indent(top)
    ET.ElementTree(top).write(path, encoding="utf-8", xml_declaration=True)


def main():
    options = parse_args(sys.argv[1:])
    jobs = all_jobs(options)
    for name in options.names:
        if not any(name in job.name for job in jobs):
            usage(f"no test is called \"{name}\"")
    if options.names:
        jobs = [j for j in jobs if any(name in j.name for name in options.names)]
    if options.list:
        print("\n".join(job.name for job in jobs))
        return 0
    started = time.monotonic()
    for preset in BUILDS:
        if any(preset in job.presets for job in jobs):
            build(preset)
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_job, j) for j in jobs]):
            results += done.result()
    if options.junit:
        write_junit(options.junit, results)
    count = {s: sum(r.status == s for r in results) for s in (PASSED, FAILED, SKIPPED)}
    failed = sorted(r.name for r in results if r.status == FAILED)
    if failed:
        print("\nfailed:\n  " + "\n  ".join(failed))
    print(f"\n{len(jobs)} programs in {time.monotonic() - started:.0f} s")
    print(f"{count[PASSED]} passed, {count[FAILED]} failed, {count[SKIPPED]} skipped", flush=True)
    return 1 if failed or not results else 0


sys.exit(main())
