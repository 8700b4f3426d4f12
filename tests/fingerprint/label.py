"""The true template of each line that a program wrote, told by its source and never by a person or by our own masks.

Three witnesses, by what the program can tell (`recipes/*.sh` make it tell):

- a *format string* that the logging library was handed (Python's `record.msg`), or that is found in the program's binary
  and matches the whole line; of several the one with the most text of its own;
- a *call site*: file and line, or class, method and line. Two sites that ever wrote the same text but for digits are one,
  as a reader of the lines cannot tell them apart.

A line that no witness explains is dropped, and so is one whose format has hardly any text of it (`%s: %s`): nobody can
say what its template is. `python tests/fingerprint/label.py RAW OUT ROOT` reads what recipes/*.sh left in RAW
and writes LogHub-format sets.
"""

from __future__ import annotations

import csv
import json
import random
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

LABEL_LINES_MAX = (
    12  # of one template in a set, drawn evenly from the run; sets stay small and rare events count
)
SET_LINES_MAX = 600
TEXT_MIN = 5  # letters of a format's own text
TEXT_SHARE_MIN = (
    1 / 3
)  # of a line's letters: what a format explains less of has its real text in a value (`InnoDB: %s`)
LINE_MAX = 300  # characters; longer lines are dumps

Row = tuple[str, str]  # message, true template

_PRINTF = re.compile(
    r"%(?:%|[-+ #0']*(?:\d+|\*)?(?:\.(?:\d+|\*))?(?:hh|h|ll|l|j|z|t|L|q)?[diouxXeEfFgGaAcspnmSCU](?:\d?[A-Z]?(?<=%p[A-Z]))?)"
)
_PYTHON = re.compile(r"%(?:\(\w+\))?[-+ #0]*(?:\d+)?(?:\.\d+)?[sdrxXofeigGcu]|\{[\w.!:\[\]]*\}")
_DIGITS = re.compile(r"\d+")
HERE = (
    str(Path(sys.argv[1]).resolve().parent) if len(sys.argv) > 1 else "/srv"
)  # no path of the machine gets into a set
_HOSTS = re.compile(
    r"(?<=https://)[\w.-]+|\b[\w-]+(?:\.[\w-]+)*\.(?:org|com|io|net)(?=\b(?![\w./-]*\.java|[.\w]))"
)


def formats_of(*binaries: Path) -> list[str]:
    """The printable strings of binaries that could be a message's format."""
    found: set[str] = set()
    for binary in binaries:
        done = subprocess.run(["strings", "-n", "6", str(binary)], capture_output=True, check=True)
        found.update(done.stdout.decode("utf-8", "replace").splitlines())
    return sorted(found)


class Formats:
    """Format strings of C: which of them wrote a line?"""

    def __init__(self, strings: Iterable[str]) -> None:
        found: list[tuple[int, str, list[str]]] = []
        for text in {" ".join(text.split()) for text in strings}:
            own = _PRINTF.sub("", text)
            if sum(map(str.isalpha, own)) >= TEXT_MIN and " " in text:
                found.append((len(own), _PRINTF.sub("<*>", text), _PRINTF.split(text)))
        self._by_size = sorted(found, key=lambda entry: (-entry[0], entry[1]))

    def __call__(self, line: str) -> str | None:
        line = " ".join(line.split())
        return next((template for _, template, parts in self._by_size if _fits(line, parts)), None)


def _fits(line: str, parts: list[str]) -> bool:
    """Whether the parts of a format stand in the line in their order, the first at its start and the last at its end."""
    if len(parts) == 1:
        return line == parts[0]
    if not line.startswith(parts[0]) or not line.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(line) - len(parts[-1])
    for part in parts[1:-1]:
        at = line.find(part, at, end)
        if at < 0:
            return False
        at += len(part)
    return at <= end


def by_format(lines: Iterable[str], formats: Formats) -> Iterator[Row]:
    for line in lines:
        template = formats(line)
        if template is not None and _explains(template, line):
            yield line, template


def _explains(template: str, line: str) -> bool:
    own = sum(map(str.isalpha, template.replace("<*>", "")))
    return own >= TEXT_SHARE_MIN * sum(map(str.isalpha, line))


def by_site(pairs: Iterable[tuple[str, str]]) -> Iterator[Row]:
    """(site, message) → rows; sites that wrote one text but for digits are one."""
    pairs = list(pairs)
    parent: dict[str, str] = {}

    def root(site: str) -> str:
        while parent.setdefault(site, site) != site:
            site = parent[site]
        return site

    first: dict[str, str] = {}
    for site, message in pairs:
        one, other = root(first.setdefault(_DIGITS.sub("0", message), site)), root(site)
        parent[max(one, other)] = min(one, other)
    for site, message in pairs:
        yield message, root(site)


def by_record(path: Path) -> Iterator[Row]:
    """Python: the format that was handed to logging, or the call site where the message came ready."""
    ready: list[tuple[str, str]] = []
    for line in path.read_text("utf-8", "replace").splitlines():
        site, form, message = json.loads(line)
        if form == message:
            ready.append((site, message))
        elif sum(map(str.isalpha, _PYTHON.sub("", form))) >= TEXT_MIN:
            template = " ".join(_PYTHON.sub("<*>", form).split())
            if _explains(template, message):
                yield message, template
    yield from by_site(ready)


def kept(rows: Iterable[Row]) -> list[Row]:
    """A small set: at most so many lines of one template; one-line messages only."""
    rng = random.Random(1)
    by_label: dict[str, list[tuple[int, Row]]] = defaultdict(list)
    for index, (message, template) in enumerate(rows):
        message = _HOSTS.sub("site.example", message.strip().replace(HERE, "/srv").replace("/root", "/srv"))
        if message and "\n" not in message and len(message) <= LINE_MAX and any(map(str.isalpha, message)):
            by_label[template].append((index, (message, template)))
    out = []
    for found in by_label.values():
        out += found if len(found) <= LABEL_LINES_MAX else rng.sample(found, LABEL_LINES_MAX)
    if len(out) > SET_LINES_MAX:
        labels = sorted(by_label)
        rng.shuffle(labels)
        chosen: set[str] = set()
        count = 0
        sizes = Counter(row[1] for _, row in out)
        for label in labels:
            if count + sizes[label] <= SET_LINES_MAX:
                chosen.add(label)
                count += sizes[label]
        out = [entry for entry in out if entry[1][1] in chosen]
    return [row for _, row in sorted(out)]


def write(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """NAME_structured.csv, and what it holds in one line of output."""
    chosen = kept(rows)
    with (folder / f"{name}_structured.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("Content", "EventTemplate"))
        out.writerows(chosen)
    print(f"{name:12s} {len(chosen):5d} lines {len({template for _, template in chosen}):4d} templates")


def _lines(*paths: Path) -> Iterator[str]:
    for path in paths:
        yield from path.read_text("utf-8", "replace").splitlines()


def _tabbed(*paths: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(*paths):
        site, tab, message = line.partition("\t")
        if tab and site.strip() and not site.endswith("?"):
            yield site.rpartition(" ")[2], message


def _behind(pattern: str, *paths: Path) -> Iterator[str]:
    """What stands behind the program's own header."""
    for line in _lines(*paths):
        match = re.match(pattern, line)
        if match:
            yield line[match.end() :]


def _postgres(path: Path) -> Iterator[tuple[str, str]]:
    """`LEVEL:  SQLSTATE: message`, then `LOCATION:  function, file:line`."""
    message = None
    for line in _lines(path):
        match = re.match(r"@(?:LOG|DEBUG|ERROR|FATAL|WARNING|NOTICE|PANIC|INFO):  \w{5}: (.*)", line)
        if match:
            message = match[1]
        elif message is not None and (found := re.match(r"@LOCATION:  (.*)", line)):
            yield found[1], message
            message = None


def _samba(path: Path) -> Iterator[tuple[str, str]]:
    """`[time, level] file:line(function)`, then the message, indented by two."""
    site, said = None, []
    for line in [*_lines(path), "["]:
        match = re.match(r"\[\d{4}/.*\] (\S+:\d+\(\w+\))", line)
        if match or line == "[":
            if site is not None and len(said) == 1:  # dumps of many lines are no messages
                yield site, said[0]
            site, said = match[1] if match else None, []
        elif line.strip():
            said.append(line.strip())


def _systemd(path: Path) -> Iterator[tuple[str, str]]:
    for line in _lines(path):
        match = re.match(r"((?:\.\./)?src/[\w./-]+:\d+): (.*)", line)
        if match:
            yield match[1], match[2]


def _squid(path: Path) -> Iterator[tuple[str, str]]:
    """`stamp kid| section,level| file.cc(line) function: message`; what has no call site is dropped."""
    for line in _lines(path):
        match = re.match(
            r"[\d/]+ [\d:.]+(?: kid\d+)?\| \d+,\d+\| ([\w.]+\(\d+\)) [^\s:]+(?:::[^\s:]+)*: (.*)", line
        )
        if match:
            yield match[1], match[2]


_STAMP = r"\d{4}-\d+-\d+ +[\d:]+ "
BY_FORMAT = (  # set, its lines' own header, binaries that hold its format strings
    (
        "slurm",
        r"slurm\w+: (?:(?:debug\d?|error|info|fatal|verbose): +)?",
        ("usr/lib/x86_64-linux-gnu/slurm-wlm/*.so*", "usr/sbin/slurm*-wlm"),
    ),
    ("redis", r"\d+:\w \d+ \w+ \d+ [\d:.]+ [.*#-] ", ("usr/bin/redis-check-rdb",)),
    ("unbound", r"\[\d+\] unbound\[\d+:\d+\] \w+: ", ("usr/sbin/unbound",)),
    ("exim", r"[\d:.]+ +\d+ +", ("usr/sbin/exim4",)),
    ("openvpn", rf"{_STAMP}(?:us=\d+ )?", ("usr/sbin/openvpn",)),
    # Made and measured after the last change of the masks; nobody looked at what they miss.
    ("named", r"\d+-\w+-\d+ [\d:.]+ ", ("usr/sbin/named", "usr/lib/x86_64-linux-gnu/lib*9.18*.so")),
    ("mosquitto", r"\d+: ", ("usr/sbin/mosquitto",)),
    ("mariadb", rf"{_STAMP}\d+ \[\w+\] ", ("usr/sbin/mariadbd", "usr/share/mysql/english/errmsg.sys")),
    # The same for the second round (`s2` as of before and after it).
    ("cups", r"\w \[[^\]]*\] ", ("usr/sbin/cupsd",)),
    (
        "dovecot",
        r"\w+ \d+ [\d:]+ \w[\w-]*(?:\([^)]*\))?(?:<[^>]*><[^>]*>)?: (?:\w+: )?",
        (
            "usr/lib/dovecot/*.so*",
            "usr/lib/dovecot/auth",
            "usr/lib/dovecot/imap*",
            "usr/lib/dovecot/log",
            "usr/lib/dovecot/stats",
        ),
    ),
)


def main() -> None:
    raw, out, root = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(exist_ok=True)
    write(out, "postgresql", by_site(_postgres(raw / "postgres.txt")))
    write(out, "zookeeper38", by_site(_tabbed(*sorted(raw.glob("zookeeper*.txt")))))
    write(out, "spark35", by_site(_tabbed(raw / "spark.txt")))
    write(out, "apache24", by_site(_tabbed(raw / "apache2.txt")))
    write(out, "systemd", by_site(_systemd(raw / "systemd.txt")))
    write(out, "samba", by_site(_samba(raw / "samba.txt")))
    write(out, "squid", by_site(_squid(raw / "squid.txt")))
    for name in ("keystone", "nova", "glance", "pip"):
        write(out, name, by_record(raw / f"{name}.rec"))
    for name, header, binaries in BY_FORMAT:
        files = [file for pattern in binaries for file in sorted(root.glob(pattern))]
        lines = _behind(header, *sorted(raw.glob(f"{name}*.txt")))
        write(out, name, by_format(lines, Formats(formats_of(*files))))


if __name__ == "__main__":
    main()
