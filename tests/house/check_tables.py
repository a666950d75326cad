"""Every row of every table is exercised: a row nothing asks for is a row nobody knows to work."""
import json
import re
import subprocess
import sys

from house import ROOT, check, files, main, read

sys.path.insert(0, str(ROOT / "tests/support"))
from mockrc import Mockrc

BIN = ROOT / "build/release/bin"  # the harness reads here that this needs the release build
V1 = "/restapi/v1.0/account/~"


def told(*argv):
    done = subprocess.run([str(BIN / argv[0]), *argv[1:]], check=True, capture_output=True)
    return json.loads(done.stdout)


def rows(path, macro):
    """First arguments of MACRO(...) rows of a .def file."""
    return re.findall(rf"^{macro}\((.*)\)$", read(path), re.M)


def sources(*patterns):
    return "\n".join(read(p) for p in files(*patterns))


# ---- routes ---------------------------------------------------------------------------------


def ids_of(server, bearer):
    """What stands for a path's parameters: things that are there."""
    def first(path, of="id"):
        return str(server.ask("GET", path, headers=bearer)[1]["records"][0][of])

    json_too = {**bearer, "Content-Type": "application/json"}
    own = first(f"{V1}/extension/~/phone-number?usageType=DirectNumber", "phoneNumber")
    text = {"from": {"phoneNumber": own}, "to": [{"phoneNumber": "+15557770001"}], "text": "Hello"}
    sent = server.ask("POST", f"{V1}/extension/~/sms", json.dumps(text), json_too)[1]
    made = server.ask("POST", f"{V1}/call-monitoring-groups", '{"name": "Floor"}', json_too)[1]
    # The log's default window is a day, and on a quiet one nobody called.
    ever = "dateFrom=2000-01-01T00:00:00Z&perPage=1"
    calls = server.ask("GET", f"{V1}/call-log?recordingType=All&{ever}", headers=bearer)[1]
    return {
        "apiVersion": "v1.0",
        "accountId": "~",
        "extensionId": "~",
        "deviceId": first(f"{V1}/device"),
        "phoneNumberId": first(f"{V1}/phone-number"),
        "callRecordId": first(f"{V1}/extension/~/call-log?{ever}"),
        "recordingId": calls["records"][0]["recording"]["id"],
        "messageId": str(sent["id"]),
        "attachmentId": str(sent["attachments"][0]["id"]),
        "groupId": first(f"{V1}/call-queues"),
        "groupId of monitoring": made["id"],
        "departmentId": first(f"{V1}/call-queues"),
        "roleId": first("/restapi/v1.0/dictionary/user-role"),
        "countryId": "1",
        "timezoneId": first("/restapi/v1.0/dictionary/timezone"),
        "languageId": first("/restapi/v1.0/dictionary/language"),
        "permissionId": first("/restapi/v1.0/dictionary/permission"),
        "page": "no-such-page",
        "verb": "no-such-verb",
        "subscriptionId": "no-such-subscription",  # making one takes a receiver
        # What happens to a call is told right behind what was asked: here the last event is judged.
        "telephonySessionId": "no-such-session",
        "partyId": "no-such-party",
        "ringoutId": "no-such-ring-out",
    }


# What a call needs beside its path, and answers other than 200 that are right all the same.
QUERIES = {
    "syncAccountCallLog": "?syncType=FSync&recordCount=5",
    "syncUserCallLog": "?syncType=FSync&recordCount=5",
    "checkUserPermission": "?permissionId=ReadCompanyDevices",
    "admin.wait": "?op=oauth.token&timeout=1s",
    "admin.near-misses": "?op=oauth.token&status=999",
}
ANSWERS = {
    "oauth.authorize": 400,  # nothing was asked for
    "oauth.page": 400,  # nobody is logging in
    "admin.unknown": 404,
    "readSubscription": 404,
    "readCallSessionStatus": 404,
    "readCallPartyStatus": 404,
    "readRingOutCallStatus": 404,
}


@check("every endpoint answers under its own name")
def _():
    server = Mockrc("release")
    bearer = {"Authorization": "Bearer " + server.token()}
    ids = ids_of(server, bearer)
    # Reads first: what changes things may end the token.
    for row in sorted(told("mockrc", "routes", "--json"), key=lambda r: r["method"] != "GET"):
        method, op = row["method"], row["op"]
        unknown = [n for n in re.findall(r"\{(\w+)\}", row["path"]) if n not in ids]
        if unknown:
            yield f"{method} {row['path']}: nothing in ids_of() stands for {unknown}"
            continue
        kind = " of monitoring" if "call-monitoring" in row["path"] else ""
        path = re.sub(r"\{(\w+)\}", lambda m: ids.get(m.group(1) + kind, ids[m.group(1)]), row["path"])
        path += QUERIES.get(op, "")
        status = server.ask(method, path, headers=bearer)[0]
        wanted = ANSWERS.get(op, 200) if method == "GET" else None
        if status >= 500 or (wanted and status != wanted):
            yield f"{method} {path}: {status}, wanted {wanted or 'no failure of ours'}"
        seen = server.ask("GET", "/__admin/journal?last=1")[1]["events"][-1]["op"]
        if row["layer"] != "control" and seen != op:
            yield f"{method} {path}: the journal says {seen}, the table {op}"
    if problem := server.stop():
        yield problem


# ---- errors, knobs, keys, kinds -------------------------------------------------------------


@check("every API error of REST can be answered, with its own status and words")
def _():
    server = Mockrc("release")
    for row in told("mockrc", "errors", "--json"):
        if row["layer"] != "rest":
            continue
        server.verb("fault", match={"op": "readAPIVersions"}, kind="answer", status=row["status"],
                    code=row["code"], times=1)
        status, body = server.ask("GET", "/restapi")
        if status != row["status"] or row["code"] not in str(body) or not body.get("message"):
            yield f"{row['code']}: wanted {row['status']}, saw {status} {body}"
    server.stop()


@check("every API error of OAuth is wanted by a test")
def _():
    text = sources("tests/**/*.c", "tests/**/*.h", "tests/**/*.yaml", "scenarios/*.yaml", "tests/tenant/stories/*.yaml")
    for row in rows("mockrc/oauth/errors.def", "OAUTH_ERROR"):
        name, code = (part.strip(' "') for part in row.split(",")[:2])
        if name not in text and (not code or code not in text):
            yield f"{name} ({code})"


def another(knob):
    """A value the knob does not have now."""
    if knob["wants"].startswith("a duration"):
        return "17s"
    if knob["wants"].startswith("a count"):
        return "17"
    choices = ["true", "false"] if knob["wants"] == "true or false" else knob["wants"].split()
    return next(choice for choice in choices if choice != knob["value"])


@check("every knob is read by the code, and turns")
def _():
    code = sources("mockrc/**/*.c")
    for row in rows("mockrc/world/knob.def", "KNOB"):
        name, knob = (part.strip(' "') for part in row.split(",")[:2])
        if not re.search(rf"knobs(\.|->){name}\b", code):
            yield f"{knob}: no code reads it"
    server = Mockrc("release")
    for knob in server.ask("GET", "/__admin/knobs")[1]["knobs"]:
        status, said = server.verb("set", **{knob["name"]: another(knob)})
        now = {k["name"]: k["value"] for k in server.ask("GET", "/__admin/knobs")[1]["knobs"]}
        if status != 200 or now[knob["name"]] != another(knob):
            yield f"{knob['name']}: set to {another(knob)}, is {now[knob['name']]}: {said}"
    server.stop()


@check("every key of an event is set by something")
def _():
    code = sources("mockrc/**/*.c")
    for row in rows("mockrc/journal/event_keys.def", "KEY"):
        if not re.search(rf"\bEVENT_{row.split(',')[0]}\b", code):
            yield row


@check("every kind of fault is performed by a test on a real socket")
def _():
    tests = sources("tests/wire/*.c", "tests/interop/*.mjs", "scenarios/*.yaml", "tests/tenant/stories/*.yaml", "tests/bad/*.yaml")
    server = Mockrc("release")
    kinds = server.ask("GET", "/__admin/faults")[1]["kinds"]
    server.stop()
    for kind in kinds:
        plan = rf"(PLAN|BYTES)_{kind['kind'].upper().replace('-', '_')}\b"
        if not re.search(rf"kind\\?[\"']?: *\\?[\"']?{kind['kind']}\b|{plan}", tests):
            yield kind["kind"]


@check("every weakness of the client is caught by a scenario or a test, and its failure is known")
def _():
    text = sources("scenarios/*.yaml", "tests/tenant/stories/*.yaml", "tests/client/*.c", "tests/tenant/*.py",
                   "tests/failover/*.py")
    known = [row.split('"')[1] for row in rows("mockrc/explain/failures.def", "FAILURE")]
    table = re.findall(r'\[WEAK_\w+\] = *{"([\w-]+)",\s*"([\w-]+)"', read("client/weak.c"))
    if not table:
        yield "client/weak.c: no row is found"
    for name, failure in table:
        if not re.search(rf"weak[^\n]*\b{name}\b", text):
            yield f"{name}: nothing turns it on"
        if failure not in known:
            yield f"{name}: no failure {failure}"


main()
