"""No globals: the archives' writable data is empty, apart from what is justified here."""
import re
import subprocess

from house import ROOT, check, main

# "symbol": "why it must be one". Every row must still exist.
ALLOWED = {
    "srtp_process": "libsrtp starts once in a process, and not for two threads at once",
}
ARCHIVES = ("mockrc/libmockrc.a", "client/librcclient.a")

ROW = re.compile(r"^[0-9a-f]+ .{7} (\S+)\s+([0-9a-f]+)\s+(?:\.hidden )?(\S+)$")
FILE = re.compile(r"^(\S+\.o):\s+file format")


def writable(archive):
    """(object file, symbol, section) of every object that can change; .data.rel.ro is const."""
    path = ROOT / "build/release" / archive
    argv = ["objdump", "-t", str(path)]
    text = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    where = ""
    for line in text.splitlines():
        if match := FILE.match(line):
            where = match.group(1)
        elif match := ROW.match(line):
            section, size, symbol = match.groups()
            if not int(size, 16) or section.startswith(".data.rel.ro"):
                continue
            if re.match(r"\.(data|bss|tdata|tbss)\b|\*COM\*", section):
                yield where, symbol, section


def problems(archive):
    for where, symbol, section in writable(archive):
        if symbol not in ALLOWED:
            yield f"{where}: {symbol} in {section}"


@check("the libraries have no global that can change")
def _():
    for archive in ARCHIVES:
        yield from problems(archive)


@check("every justified global still exists")
def _():
    there = {symbol for archive in ARCHIVES for _, symbol, _ in writable(archive)}
    return [f"{symbol}: gone; take its row out" for symbol in ALLOWED if symbol not in there]


main()
