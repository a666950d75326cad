"""`mockrc explain` judged by the stories: wherever rc-client names a diagnosis, the provider's own
journal up to that moment has to give the same one, and nothing where rc-client says healthy. A story
that names none is explained at its end. Prints the table, and how many agree."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/house"))
from house import check, main

MOCKRC = ROOT / "build/release/bin/mockrc"  # the harness reads here that this needs the release build
STORIES = sorted([*(ROOT / "scenarios").glob("*.yaml"), *(ROOT / "tests/tenant/stories").glob("*.yaml")])

REVOKED = "the provider knows that the grant was revoked; the client can not tell"
READS = "every answer was right; what the client asked for was wrong or too little"
GOOD = "a story of a client that does it right: nothing is broken"
# Where the provider can not say what the client says, and why. "#2" is the second diagnosis.
DIFFERS = {
    "call-log-late": GOOD,
    "call-log-long-call": GOOD,
    "clock-skew#1": "the client's clock is not told to the provider",
    "clock-skew#2": "the client's clock is not told to the provider",
    "disabled-filters-silent": "it is the platform's point not to tell, and its journal has a good subscription",
    "duplicate-subscriptions#1": "two subscriptions of one user are right, each for itself",
    "egress-blocked#1": "what never arrives leaves no event at the provider",
    "event-filter-disabled#2": "the answer that says so is a fault's; the provider's own subscription is whole",
    "heavy-group-starved#1": "the client waits and is well; the provider has seen no good read of that group yet",
    "proxy-moved-in-dns#2": "who knows the proxy by its name, and who by its port, is in the client alone",
    "proxy-moved-in-dns#3": "the old place is still stale; that nobody comes there any more is no event",
    "proxy-port-transport-mismatch#1": "what never arrives leaves no event at the provider",
    "recording-media-host-blocked#1": "what never arrives leaves no event at the provider",
    "recording-purged#1": "a recording that is gone and one that is not there yet answer alike (404)",
    "recording-rate-limited": "which of its reads a client starves is its own order",
    "refresh-token-not-issued#1": "no event says whether a refresh token was given",
    "refresh-token-not-issued#2": "no event says whether a refresh token was given",
    "registration-lost-silently#1": "the weak client calls healthy what the provider knows to be lost",
    "renewal-with-dead-grant#1": REVOKED,
    "renewal-with-dead-grant#2": REVOKED,
    "sip-node-fault#1": "that a proxy answers, but nonsense, and that it does not serve are one row of explain's",
    "sip-domain-malformed#2": "the registrar lets the other domain pass; which one is right to type is the client's",
    "srv-fails-over-and-back#1": "which of the places that DNS names it tries is in the client alone",
    "status-cached-not-probed#1": REVOKED,
    "stuck-on-backup#2": "both proxies serve; which one should be used is in the client alone",
    "subscription-limit#1": "the provider knows that the subscription went with the old grant",
    "weak-dead-grant-retried": "three tries are too few to be called a storm",
    "weak-first-page-only": READS,
    "weak-last-event-wins": "events came once and in order; how the client read them is its own affair",
    "weak-local-time": READS,
    "weak-no-backfill": READS,
    "weak-no-backfill-good": GOOD,
    "weak-no-identity-check": "who should have authorized is in the client alone",
    "weak-no-validation": "the wrong proxy is in the client alone",
    "weak-persist-late#1": "a spent token looks alike, whether another process or a restart sent it",
    "weak-settings-cached": "both proxies are right; which one was typed in is in the client alone",
    "weak-simple-view": READS,
    "weak-start-cursor": READS,
    "weak-status-sticks#1": "the wrong password is mended; what sticks is on the client's screen",
    "webhook-subscription-expired#1": "the client warns a day ahead; nothing has run out yet",
    "wrong-region#1": "which proxy is the client's first one is in the client alone",
}


def diagnoses():
    rows = re.findall(r'^FAILURE\("(.*?)", ".*?", "(.*?)"\)', (ROOT / "mockrc/explain/failures.def").read_text(), re.M)
    return dict(rows)


def play(folder):
    """Every story's journal, as lines."""
    argv = [str(MOCKRC), "run", "-q", "--journal", folder, *map(str, STORIES)]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=240)
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return {story: (Path(folder) / f"{story.stem}.jsonl").read_text().splitlines(True) for story in STORIES}


def explain(lines):
    argv = [str(MOCKRC), "explain", "--json", "--journal", "-"]
    done = subprocess.run(argv, input="".join(lines), capture_output=True, text=True, timeout=60)
    said = json.loads(done.stdout)
    worst = said["findings"][0]["level"] if said["findings"] else "note"
    if done.returncode != (worst != "note") or said["broken"] != (worst != "note"):
        raise RuntimeError(f"exit {done.returncode}, broken {said['broken']}, worst finding a {worst}")
    return said


def cases():
    """(name, wanted by the story, by its failure: id, is it well by then?, what explain says)"""
    names = diagnoses()
    with tempfile.TemporaryDirectory(prefix="mockrc-explain-") as folder:
        for story, lines in play(folder).items():
            failure = re.search(r"^failure: (\S+)", story.read_text(), re.M)
            own = names[failure.group(1)] if failure else None
            events = [json.loads(line) for line in lines]
            asked = [i for i, event in enumerate(events) if event["op"] == "client.doctor"]
            for number, i in enumerate(asked, 1):
                wanted = [w for w in events[i]["findings"].split(", ") if w != "none"]
                yield f"{story.stem}#{number}", wanted[0] if wanted else None, own, events[i]["result"] == "ok", explain(lines[:i])
            if not asked:
                yield story.stem, own, own, True, explain(lines)


def judge(wanted, own, is_well, said):
    """"yes"; "as over:" for what rc-client still tells of when it is well; "as failure:" when it gives
    the name of the story's own failure; or "no"."""
    found = [f["diagnosis"] for f in said["findings"]]
    first = found[0] if found else None
    if first == wanted:
        return "yes"
    if is_well and not said["broken"] and wanted in [f["diagnosis"] for f in said["over"]]:
        return "as over:"
    return "as failure:" if wanted and first == own else "no"


@check("explain names what the stories name, but for a list with reasons")
def _():
    total = agreed = 0
    for name, wanted, own, is_well, said in cases():
        total += 1
        verdict = judge(wanted, own, is_well, said)
        found = [f["diagnosis"] + (" (note)" if f["level"] == "note" else "") for f in said["findings"]]
        over = [f["diagnosis"] for f in said["over"]]
        print(f"# {verdict:11} {name:38} {wanted or 'healthy':38} {', '.join(found) or 'healthy'}"
              f"{'; over: ' + ', '.join(over) if over else ''}")
        agreed += verdict != "no"
        if verdict == "no" and name not in DIFFERS:
            yield f"{name}: the story says {wanted or 'healthy'}, explain {', '.join(found) or 'healthy'}"
        if verdict != "no" and name in DIFFERS:
            yield f"{name}: they agree, and DIFFERS says: {DIFFERS[name]}"
    print(f"# {agreed} of {total} agree; {total - agreed} differ, with a reason each")


main()
