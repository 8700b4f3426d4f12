"""Where each key of a TOML text stands. tomllib gives values without lines; an error has to name the line.

tomllib has parsed the text before, so it is valid: the scanner only has to find keys and to step over
values. Quoted and dotted keys, inline tables, arrays of tables and multi-line strings are followed.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*+)*+")
_SPACE = re.compile(r"[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}' r"|'''(?:[^']|'(?!''))*'{3,5}" r'|"(?:[^"\\\n]|\\.)*"' r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}#\n]*")


def locate(text: str) -> dict[Path, int]:
    """Line number (from 1) of each key and table header, by path; `text` must be valid TOML."""
    return _Scanner(text.replace("\r\n", "\n")).run()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.tables: dict[Path, int] = {}  # number of tables so far of each array of tables

    def run(self) -> dict[Path, int]:
        table: Path = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)
        return self.lines

    def header(self) -> Path:
        array = self.text.startswith("[[", self.at)
        self.at += 2 if array else 1
        *parents, last = self.keys()
        self.at += 2 if array else 1
        path: Path = ()
        for key in parents:
            path = self.newest((*path, key))
        path = (*path, last)
        self.note(path)
        if array:
            self.tables[path] = self.tables.get(path, -1) + 1
            path = self.newest(path)
            self.note(path)
        return path

    def newest(self, path: Path) -> Path:
        """`[a.b]` below `[[a]]` belongs to the last of them."""
        return (*path, self.tables[path]) if path in self.tables else path

    def keys(self) -> list[str]:
        keys = []
        while True:
            self.skip(_SPACE)
            word = self.take(_KEY)
            keys.append(word[1:-1] if word[0] in "\"'" else word)
            self.skip(_SPACE)
            if not self.text.startswith(".", self.at):
                return keys
            self.at += 1

    def pair(self, table: Path) -> None:
        start = self.at
        path = table
        for key in self.keys():
            path = (*path, key)
            self.note(path, start)
        self.at += 1  # the equals sign
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self.members("]", path)
        elif first == "{":
            self.members("}", path)
        elif first in "\"'":
            self.take(_STRING)
        else:
            self.take(_SCALAR)

    def members(self, end: str, path: Path) -> None:
        """The inside of an array or an inline table."""
        self.at += 1
        index = 0
        self.skip(_BLANK)
        while self.text[self.at] != end:
            if end == "}":
                self.pair(path)
            else:
                self.note((*path, index))
                self.value((*path, index))
                index += 1
            self.skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self.skip(_BLANK)
        self.at += 1

    def note(self, path: Path, at: int | None = None) -> None:
        self.lines.setdefault(path, self.text.count("\n", 0, self.at if at is None else at) + 1)

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        assert match is not None, f"not valid TOML at offset {self.at}"
        self.at = match.end()
        return match[0]
