"""Tier 1 of failures.md, played: a naive client still shows Authenticated, a good one
names it within one probe period of world time, and blames nothing else. Prints the table."""
import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/house"))
from house import check, main

MOCKRC = ROOT / "build/release/bin/mockrc"  # the harness reads here that this needs the release build
PROBE_S = 60

# failures.md section 2: the mode, its diagnosis, the story that plays it.
TIER_1 = [
    ("wrong-account-authorized", "AUTHORIZED_AS_WRONG_USER", "wrong-account-authorized"),
    ("service-account-locked-out", "SERVICE_ACCOUNT_LOCKED", "service-account-locked-out"),
    ("mfa-or-sso-enforced", "INTERACTIVE_LOGIN_BLOCKED_BY_POLICY", "mfa-enforced"),
    ("password-rotated-stale-grant", "GRANT_INVALIDATED_BY_PASSWORD_CHANGE", "password-rotated-at-once"),
    ("refresh-token-idle-expiry", "REFRESH_TOKEN_EXPIRED", "refresh-token-idle"),
    ("refresh-rotation-race", "REFRESH_RACE_LOST", "refresh-rotation-race"),
    ("super-admin-downgraded", "ROLE_LOST_PERMISSIONS", "super-admin-downgraded"),
    ("app-scope-missing", "APP_SCOPE_MISSING", "app-scope-missing"),
    ("rate-limit-penalty-trap", "RATE_LIMIT_TRAP", "rate-limit-penalty-trap"),
    ("webhook-blacklisted", "WEBHOOK_BLACKLISTED", "webhook-blacklisted"),
    ("webhook-subscription-expired", "SUBSCRIPTION_EXPIRED", "webhook-subscription-expired"),
    ("events-out-of-order-or-duplicated", "EVENT_ORDER_ANOMALY", "events-out-of-order-or-duplicated"),
    ("ws-silent-half-open", "WS_HALF_OPEN", "../tests/tenant/stories/ws-silent-half-open"),
    ("recording-not-ready-404", "RECORDING_PENDING", "recording-not-ready-404"),
    ("recording-feature-or-license-off", "RECORDING_DISABLED_AT_PLATFORM", "recording-feature-off"),
    ("outbound-proxy-changed", "OUTBOUND_PROXY_DRIFT", "outbound-proxy-changed"),
    ("primary-down-no-failover", "PRIMARY_PROXY_DOWN", "primary-down-no-failover"),
    ("sip-credentials-rotated", "SIP_SECRET_REJECTED", "sip-credentials-rotated"),
    ("registration-lost-silently", "REGISTRATION_LOST", "registration-lost-silently"),
    ("status-cached-not-probed", "STATUS_NOT_LIVE", "status-cached-not-probed"),
]


def play(story):
    """The journal of the story; raises with what was said when it does not pass."""
    with tempfile.TemporaryDirectory(prefix="mockrc-tier1-") as folder:
        argv = [MOCKRC, "run", "--journal", folder, ROOT / f"scenarios/{story}.yaml"]
        done = subprocess.run(list(map(str, argv)), capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        (path,) = Path(folder).iterdir()
        return [json.loads(line) for line in path.read_text().splitlines()]


def seconds(event):
    return datetime.fromisoformat(event["time"].replace("Z", "+00:00")).timestamp()


def is_break(event):
    """What the provider or time does, or an answer that is none of a healthy day (a challenge is)."""
    status = int(event.get("status", 200))
    is_refused = status >= 400 and not (event["layer"] == "sip" and status in (401, 407))
    return event["layer"] == "control" or is_refused or "fault" in event or "code" in event


def names(event, diagnosis):
    """Does this event of the good client name it, and nothing else?"""
    if event["op"] == "client.doctor":
        return event.get("findings") == diagnosis
    return event["op"] == "client.status" and event.get("reason", "").endswith(f"{diagnosis})")


def look(journal, diagnosis):
    """(what the naive client showed, when, when it was named, every name told), None where missing."""
    broken = shown = None
    for event in journal:
        broken = broken or (is_break(event) and event)
        if broken and not shown and event["op"] == "client.status" and event.get("reason") == "Authenticated":
            shown = event
        elif shown and names(event, diagnosis):
            return shown, event
    return shown, None


def row(mode, diagnosis, story):
    shown, named = look(play(story), diagnosis)
    if shown is None:
        yield f"{mode}: no naive client shows Authenticated over it"
        return
    if named is None:
        yield f"{mode}: nobody names {diagnosis} and nothing else"
        return
    took = seconds(named) - seconds(shown)
    print(f"#   {mode:36} {shown['reason']:14} {diagnosis:38} {took:3.0f} s  ({named['op'][7:]})")
    if took > PROBE_S:
        yield f"{mode}: {diagnosis} is named after {took:.0f} s, a probe period is {PROBE_S} s"


@check("the twenty modes of tier 1 are Authenticated to a naive client and named by a good one")
def _():
    print(f"#   {'mode':36} {'naive shows':14} {'good names':38} world time")
    for mode in TIER_1:
        yield from row(*mode)


main()
