"""tools/bench: figures side by side in one run, so that they are ratios and not stop-watch times.

usage: tools/bench [SECTION...] [--quick] [--json FILE]

SECTION  http, flow, sip, start, journal, calllog, client, scenarios (default: all)
--quick  shorter runs and fewer of them: for a look, not for a record
--json FILE  write the figures there as well

Servers listen on loopback; every load is bounded. What is compared is run in turns (A B A B) and
the median is shown. CPU is the server's own, user and system.
"""
import json
import os
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import sections


class Bench:
    """Collects rows and prints each as it comes."""

    def __init__(self, quick):
        self.quick = quick
        self.rows = []

    def rounds(self):
        return 2 if self.quick else 5

    def seconds(self):
        return 1 if self.quick else 3

    def row(self, section, what, **figures):
        self.rows.append({"section": section, "what": what, **figures})
        told = "  ".join(f"{name} {show(value)}" for name, value in figures.items())
        print(f"{section:<10} {what:<44} {told}", flush=True)

    def in_turns(self, runs):
        """Calls each of `runs` (name -> function) in turns; medians of the figures each returns."""
        seen = {name: [] for name in runs}
        for _ in range(self.rounds()):
            for name, run in runs.items():
                seen[name].append(run())
        return {
            name: {key: statistics.median(r[key] for r in results) for key in results[0]}
            for name, results in seen.items()
        }


def show(value):
    if isinstance(value, int) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}"


def usage(text):
    print(f"tools/bench: {text}; see tools/bench --help", file=sys.stderr)
    sys.exit(2)


def main():
    names, quick, out, words = [], False, None, iter(sys.argv[1:])
    for word in words:
        if word in ("-h", "--help"):
            print(__doc__.strip())
            return 0
        if word == "--quick":
            quick = True
        elif word == "--json":
            out = next(words, None) or usage("--json wants a file")
        elif word in sections.ALL:
            names.append(word)
        else:
            usage(f"\"{word}\" is neither a flag nor one of {', '.join(sections.ALL)}")
    bench = Bench(quick)
    print(f"{os.cpu_count()} cores, {bench.rounds()} rounds, medians")
    for name in names or sections.ALL:
        sections.ALL[name](bench)
    if out:
        Path(out).write_text(json.dumps(bench.rows, indent=1) + "\n")
    return 0


sys.exit(main())
