"""House rules as tests: what no linter knows and every change must keep (docs/architecture.md says why)."""

from __future__ import annotations

import ast
import importlib
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import _constants as sre  # type: ignore[attr-defined]  # no public parser of patterns
from re import _parser as sre_parse  # type: ignore[attr-defined]
from typing import Any

import pytest

from brainstemd import errors
from brainstemd.cli import COMMANDS
from brainstemd.config import RESERVED, keys
from brainstemd.config.write import reference
from brainstemd.metrics import FAMILIES

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "brainstemd"
ROOMS = ("intake", "spool", "pipeline", "memory", "attention", "digest")
SOURCES = sorted(PACKAGE.rglob("*.py"))
LINES_MAX = 450  # STYLE says about 400


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def in_rooms() -> list[Path]:
    return [path for path in SOURCES if path.relative_to(PACKAGE).parts[0] in ROOMS]


def docs() -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    )


# ---------------------------------------------------------------- what rooms must not do

BANNED = {
    # The clock is an argument. time.monotonic and perf_counter only measure, they never become data.
    "time.time": "the wall clock",
    "datetime.now": "the wall clock",
    "datetime.utcnow": "the wall clock",
    "datetime.today": "the wall clock",
    "date.today": "the wall clock",
    "os.environ": "the environment",
    "os.getenv": "the environment",
    "sys.argv": "the command line",
    "sys.stdout": "output",
    "sys.stderr": "output",
    "sys.exit": "ending the process",
    "os._exit": "ending the process",
    "time.sleep": "sleeping to wait",
    "random.random": "chance",
    "random.randint": "chance",
}
BANNED_IMPORTS = {
    "structlog": "logging",
    "logging": "logging",
    "click": "the command line",
    "rich": "the terminal",
}


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def defaults_of(module: ast.Module) -> set[ast.AST]:
    """Nodes inside the default values of arguments: a clock that is handed in is the seam, not the sin."""
    found: set[ast.AST] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for default in [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]:
                found.update(ast.walk(default))
    return found


def banned_in(module: ast.Module) -> Iterator[tuple[int, str]]:
    seams = defaults_of(module)
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node not in seams:
            text = dotted(node)
            for word, why in BANNED.items():
                if text == word or text.endswith(f".{word}") or text == f"{word}_ns":
                    yield node.lineno, f"{text}: {why}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("print", "input")
        ):
            yield node.lineno, f"{node.func.id}(): the terminal"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            for name in names:
                if name.split(".")[0] in BANNED_IMPORTS:
                    yield node.lineno, f"import {name}: {BANNED_IMPORTS[name.split('.')[0]]}"


def test_the_rule_about_rooms_can_fail() -> None:
    """The checker sees what it is for, and leaves a defaulted clock alone."""
    bad = "import time, os, logging\ndef f(clock=time.time_ns):\n    print(os.environ['X'], time.time())\n"
    assert [line for line, _ in banned_in(ast.parse(bad))] == [1, 3, 3, 3] or len(
        list(banned_in(ast.parse(bad)))
    ) == 4
    assert not list(banned_in(ast.parse("def f(clock=time.time_ns): return clock()")))


@pytest.mark.parametrize("path", in_rooms(), ids=name_of)
def test_rooms_read_no_clock_environment_or_terminal(path: Path) -> None:
    """Time, settings and output come in as arguments (DESIGN rules 4 and 6)."""
    assert [f"{name_of(path)}:{line}: {what}" for line, what in banned_in(tree(path))] == []


EFFECTS = (
    "open",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "mkdir",
    "connect",
    "run",
    "now",
    "time",
    "getenv",
)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_import_has_no_effects(path: Path) -> None:
    """No module reads a file, the environment or the clock when it is imported."""
    found = []
    for statement in tree(path).body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If):
            continue
        calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
        names = [(call.lineno, dotted(call.func)) for call in calls]
        found += [
            f"{name_of(path)}:{line}: {name}()" for line, name in names if name.split(".")[-1] in EFFECTS
        ]
    assert found == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_file_opens_with_its_purpose_and_is_short(path: Path) -> None:
    """A docstring first; at most LINES_MAX lines; no module that is named after nothing."""
    assert ast.get_docstring(tree(path)), f"{name_of(path)} has no docstring"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MAX
    assert path.stem not in ("utils", "util", "common", "base", "core", "helpers", "misc")


@pytest.mark.parametrize("room", ROOMS)
def test_room_opens_with_its_contract(room: str) -> None:
    """Purpose, invariants as a list, and what it never does."""
    contract = ast.get_docstring(tree(PACKAGE / room / "__init__.py")) or ""
    assert re.search(r"^\s*[-*] ", contract, re.MULTILINE), "invariants as a list"
    assert re.search(r"\bnever\b", contract, re.IGNORECASE), "what it never does"


# ---------------------------------------------------------------- what must be documented


def test_every_key_is_documented() -> None:
    """docs/configuration.md holds the table made of the models, as it is now."""
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert reference().strip() in text, "paste the output of brainstemd.config.write.reference()"
    assert all(f"`{'.'.join(key)}`" in text for key in keys())
    assert all(variable in text for variable in RESERVED)


def test_examples_of_the_configuration_are_valid(tmp_path: Path) -> None:
    """Every TOML block of docs and README loads."""
    from brainstemd.config import load

    blocks = re.findall(r"^```toml\n(.*?)^```", docs(), re.MULTILINE | re.DOTALL)
    assert blocks
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.toml"
        path.write_text(block, encoding="utf-8")
        load(path, {})


@pytest.mark.parametrize("name", [name for name in COMMANDS if not name.startswith("_")])
def test_every_command_is_documented(name: str) -> None:
    """In README.md or docs/, as code."""
    assert re.search(rf"(`|brainstemd (--\S+ \S+ )*){name}\b", docs())


@pytest.mark.parametrize("name", [name for name, value in vars(errors).items() if isinstance(value, type)])
def test_every_error_is_documented(name: str) -> None:
    """Drawn in the tree at the top of errors.py, and explained by its own docstring."""
    assert errors.__doc__ is not None
    assert name in errors.__doc__
    assert vars(errors)[name].__doc__


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_metric_is_documented(name: str) -> None:
    """docs/operations.md names it, and the name ends as Prometheus wants a counter's to end."""
    assert f"`{name}`" in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert name.startswith("brainstemd_")
    assert name.endswith("_total") == (FAMILIES[name].kind == "counter")


def members(*parts: str) -> list[Path]:
    """The files of a package that is extended by adding one."""
    return [path for path in sorted(PACKAGE.joinpath(*parts).glob("*.py")) if path.stem != "__init__"]


@pytest.mark.parametrize("path", members("pipeline", "dialects"), ids=name_of)
def test_every_dialect_has_a_corpus_and_a_place_in_the_docs(path: Path) -> None:
    """Real lines and expected fields beside it, or it does not exist."""
    corpus = ROOT / "tests" / "corpus" / f"{path.stem}.jsonl"
    assert corpus.is_file(), f"{name_of(corpus)} is missing"
    assert corpus.read_bytes().count(b"\n") >= 5
    assert path.stem in (ROOT / "docs" / "dialects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", members("attention", "detectors"), ids=name_of)
def test_every_detector_has_cases_and_a_place_in_the_docs(path: Path) -> None:
    """A table of cases in tests/attention, and its facet explained in docs/attention.md."""
    cases = ROOT / "tests" / "attention" / f"{path.stem}.json"
    assert len(json.loads(cases.read_text(encoding="utf-8"))) >= 2
    words = path.stem.replace("_", "[_ -]")
    assert re.search(words, (ROOT / "docs" / "attention.md").read_text(encoding="utf-8"))


# ---------------------------------------------------------------- regular expressions in linear time

UNBOUNDED = 256  # a repeat of up to so many is a constant factor


ALPHABET = [chr(code) for code in range(0x180)]


def letters(item: Any) -> set[str]:
    """Every character of ALPHABET that one item of a parsed pattern can contain."""
    operation, argument = item
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return letters_of(argument[2])
    if operation is sre.SUBPATTERN:
        return letters_of(argument[-1])
    if operation is sre.ATOMIC_GROUP:
        return letters_of(argument)
    if operation is sre.BRANCH:
        return set().union(*(letters_of(branch) for branch in argument[1]))
    if operation in (sre.AT, sre.ASSERT, sre.ASSERT_NOT):
        return set()
    return {letter for letter in ALPHABET if matches(operation, argument, ord(letter))}


def letters_of(items: Any) -> set[str]:
    return set().union(*(letters(item) for item in items)) if items else set()


def matches(operation: Any, argument: Any, code: int) -> bool:
    """Whether a one-character item takes this character; what is not understood takes any."""
    if operation is sre.LITERAL:
        return bool(code == argument)
    if operation is sre.NOT_LITERAL:
        return bool(code != argument)
    if operation is sre.RANGE:
        return bool(argument[0] <= code <= argument[1])
    if operation is sre.CATEGORY:
        word = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[str(argument).rpartition("_")[2]]
        return bool(re.match(word, chr(code))) != ("_NOT_" in str(argument))
    if operation is sre.IN:
        negated = argument[0][0] is sre.NEGATE
        return any(matches(*member, code) for member in argument if member[0] is not sre.NEGATE) != negated
    return True


ONE_LETTER = (sre.LITERAL, sre.NOT_LITERAL, sre.IN)


def mandatory(item: Any) -> bool:
    """One character, or a repeat of at least one."""
    operation, argument = item
    if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return bool(argument[0] >= 1)
    return operation in ONE_LETTER


def separated(body: Any) -> bool:
    """Whether each round of a repeat begins (or ends) with a character that nothing else in it can match.

    Then there is one way to cut a text into rounds, as in `\\w+(?:\\.\\w+)*`.
    """
    items = list(body)
    while len(items) == 1 and items[0][0] is sre.SUBPATTERN:
        items = list(items[0][1][-1])
    return any(
        letters(edge).isdisjoint(letters_of(rest))
        and (edge[0] in ONE_LETTER or (mandatory(edge) and any(map(mandatory, rest))))
        for edge, rest in ((items[0], items[1:]), (items[-1], items[:-1]))
        if rest
    )


def nested_repeats(parsed: Any, inside: bool = False) -> Iterator[str]:
    """Unbounded repeats inside unbounded repeats, where a text can be cut into rounds in more than one way.

    Possessive repeats and atomic groups never give back, so they are safe, and so is what they hold.
    """
    for operation, argument in parsed:
        if operation in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            _, high, body = argument
            unbounded = high > UNBOUNDED
            if unbounded and inside:
                yield str(body)
            yield from nested_repeats(body, inside or (unbounded and not separated(body)))
        elif operation is sre.BRANCH:
            for branch in argument[1]:
                yield from nested_repeats(branch, inside)
        elif operation is sre.SUBPATTERN:
            yield from nested_repeats(argument[-1], inside)
        elif operation in (sre.ASSERT, sre.ASSERT_NOT):
            yield from nested_repeats(argument[1], inside)


RE_CALLS = {
    f"re.{name}"
    for name in ("compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer")
}


def patterns_of(path: Path) -> Iterator[tuple[str, str]]:
    """Every pattern that the module holds compiled at its top level, and every literal handed to `re`."""
    module = importlib.import_module(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    )
    for name, value in vars(module).items():
        for item in (
            value
            if isinstance(value, list | tuple)
            else value.values()
            if isinstance(value, dict)
            else [value]
        ):
            if isinstance(item, re.Pattern):
                yield name, text_of(item.pattern)
    for node in ast.walk(tree(path)):
        if (
            isinstance(node, ast.Call)
            and dotted(node.func) in RE_CALLS
            and isinstance(node.args[0], ast.Constant)
        ):
            yield f"line {node.lineno}", text_of(node.args[0].value)


def text_of(pattern: str | bytes) -> str:
    return pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern


def flags_of(pattern: str) -> list[str]:
    return list(nested_repeats(sre_parse.parse(pattern, re.VERBOSE if "(?x)" in pattern else 0)))


def test_the_rule_about_patterns_can_fail() -> None:
    """The checker sees nested repeats and only them."""
    assert flags_of(r"(a+)+b")
    assert flags_of(r"(?:x|(?:y*z)?)*")
    assert not flags_of(r"a+b*(?:c{1,9})+")
    assert not flags_of(r"(?:[^a]++a)*")
    assert not flags_of(r"(?:[0-9]{1,3}\.){3}[0-9]+")
    assert not flags_of(r"\w+(?:[.-]\w+)*")
    assert not flags_of(r"(?:[^,]*,)*")
    assert flags_of(r"\w+(?:[._]\w+)*")
    assert flags_of(r"(?:,?\w+)*")
    assert flags_of(r"(?:-{1,2}\w*)*")


@pytest.mark.parametrize("path", [path for path in SOURCES if path.stem != "__main__"], ids=name_of)
def test_patterns_have_no_nested_unbounded_repeats(path: Path) -> None:
    """A hostile line of 64 KiB must not cost more than a polite one."""
    found = [
        f"{name_of(path)}: {name}: {pattern!r}" for name, pattern in patterns_of(path) if flags_of(pattern)
    ]
    assert found == []


# ---------------------------------------------------------------- what must not be in the repository


def tracked() -> list[Path]:
    """The files of the repository; of an unpacked archive everything but what set-up made."""
    if shutil.which("git") and (ROOT / ".git").exists():
        done = subprocess.run(
            [
                "git",
                "-c",
                f"safe.directory={ROOT}",
                "ls-files",
                "--cached",
                "--others",
                "--exclude-standard",
                "-z",
            ],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        return [
            path for name in done.stdout.split(b"\0") if name and (path := ROOT / name.decode()).is_file()
        ]
    made = {
        ".git",
        ".venv",
        ".run",
        "__pycache__",
        ".hypothesis",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
    }
    return [
        path for path in ROOT.rglob("*") if path.is_file() and not made & set(path.relative_to(ROOT).parts)
    ]


# Spelled so that this file does not contain what it forbids.
FORBIDDEN = [
    (
        "a package registry",
        rb"(?i)\b(?:test\.)?pypi\.(?:org|python\.org)|pythonhosted|\bregistry\.npm|--(?:extra-)?index-url",
    ),
    ("a path of somebody's machine", rb"(?<![\w.])/(?:work/[a-z.]|root/\.|Users/[A-Z])"),
    ("a merge conflict", rb"(?m)^(?:<{7}|>{7}) "),
]


def test_repository_holds_nothing_foreign() -> None:
    """No registry host, no path of the machine it was written on, no key, no conflict marker."""
    found = []
    for path in tracked():
        if path == Path(__file__) or path.is_relative_to(ROOT / "tests" / "corpus"):
            continue
        content = path.read_bytes()
        for what, pattern in FORBIDDEN:
            for match in re.finditer(pattern, content):
                line = content.count(b"\n", 0, match.start()) + 1
                found.append(f"{name_of(path)}:{line}: {what}: {match[0].decode('latin-1')}")
    assert found == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_exact(name: str) -> None:
    """Every package at one version with hashes, no option lines; the dev lock agrees with the other."""
    text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    pins = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(pins) > 10
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"^-", text, re.MULTILINE)
    other = (ROOT / "packaging" / "requirements-dev.lock").read_text(encoding="utf-8")
    assert pins.items() <= dict(re.findall(r"^([a-z0-9-]+)==(\S+)", other, re.MULTILINE)).items()


def test_locks_hold_every_dependency() -> None:
    """What pyproject.toml names is in the lock."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for lock, wanted in (
        ("requirements.lock", project["dependencies"]),
        ("requirements-dev.lock", [*project["dependencies"], *extras["test"], *extras["lint"]]),
    ):
        text = (ROOT / "packaging" / lock).read_text(encoding="utf-8")
        for requirement in wanted:
            name = re.match(r"[A-Za-z0-9_-]+", requirement)
            assert name is not None
            assert re.search(rf"^{name[0].replace('_', '-').lower()}==", text, re.MULTILINE), (
                f"{name[0]}: make lock"
            )
