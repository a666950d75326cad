"""What the pages say is there is there."""
import re
from pathlib import Path

from house import ROOT, check, files, main, read

TOP = {p.name for p in ROOT.iterdir()} - {".git"}
BLOCK = re.compile(r"^```.*?^```$", re.S | re.M)


def pages():
    return files("*.md", "mockrc/**/*.md", "client/**/*.md", "fixtures/*.md", "scenarios/*.md",
                 "tests/**/*.md", "tools/**/*.md", "docs/**/*.md")


def anchors(text):
    for title in re.findall(r"^#+ (.*)$", BLOCK.sub("", text), re.M):
        yield re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")


@check("every link leads somewhere")
def _():
    for page in pages():
        for target in re.findall(r"\]\(([^)\s]+)\)", BLOCK.sub("", read(page))):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            there = (ROOT / page.parent / path) if path else ROOT / page
            if not there.exists():
                yield f"{page}: ({target}): no such file"
            elif anchor and anchor not in anchors(there.read_text("utf-8")):
                yield f"{page}: ({target}): no such heading"


@check("every path a page names exists")
def _():
    for page in pages():
        for word in re.findall(r"[\w.\-/*{}]+", read(page)):
            word = word.rstrip(".")
            if "/" not in word or word.split("/")[0] not in TOP - {"build"}:
                continue
            if re.search(r"[*{}]", word):
                found = list(ROOT.glob(re.sub(r"\{.*?\}", "*", word)))
            else:
                found = (ROOT / word).exists()
            if not found:
                yield f"{page}: {word}: no such path"


@check("the README's two commands exist")
def _():
    text = read(Path("README.md"))
    return [f"README.md: {c} is missing" for c in ("tools/run", "tools/test") if f"\n{c}\n" not in text]


main()
