"""What the house checks share: the tree's files, C without comments, and TAP on stdout.

A check is a function that returns the problems it found, one line each; none means it holds.
"""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
checks = []


def check(name):
    def keep(fn):
        checks.append((name, fn))
        return fn

    return keep


def files(*patterns):
    """The files under ROOT that match, sorted, as paths relative to it."""
    found = {p.relative_to(ROOT) for pattern in patterns for p in ROOT.glob(pattern) if p.is_file()}
    return sorted(p for p in found if p.parts[0] != "build" and "node_modules" not in p.parts)


def read(path):
    return (ROOT / path).read_text("utf-8")


C_FILES = ("mockrc/**/*.[ch]", "client/**/*.[ch]", "tests/**/*.[ch]", "tools/**/*.[ch]")
C_NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)


def c_code(text):
    """C without comments, strings and character constants; line numbers stay."""
    return C_NOISE.sub(lambda m: '""' + "\n" * m.group().count("\n"), text)


def main():
    failed = 0
    print(f"1..{len(checks)}")
    for number, (name, fn) in enumerate(checks, 1):
        try:
            problems = list(fn())
        except Exception as error:
            problems = [f"the check itself broke: {type(error).__name__}: {error}"]
        print(f"{'not ' if problems else ''}ok {number} - {name}")
        for problem in problems:
            print("# " + str(problem).replace("\n", "\n# "))
        failed += bool(problems)
        sys.stdout.flush()
    sys.exit(1 if failed else 0)
