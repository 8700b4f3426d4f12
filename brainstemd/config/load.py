"""From file and environment to one frozen `Config`: the origin of every value, every error at once."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from brainstemd.config.locate import Path as KeyPath
from brainstemd.config.locate import locate
from brainstemd.config.model import Config, Section
from brainstemd.errors import ConfigError

DEFAULT_PATH = Path("/etc/brainstemd/brainstemd.toml")
PREFIX = "BRAINSTEMD_"
RESERVED = {  # variables that stand for a global option, not for a key
    "BRAINSTEMD_CONFIG": "--config",
    "BRAINSTEMD_LOG_FORMAT": "--log-format",
}
_DIRECTORIES = ("state_dir", "runtime_dir", "digest_dir")
_LISTEN_FILES = ("certificate", "key", "client_ca")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration and, for each dotted key, "default", "FILE:LINE" or "environment VARIABLE"."""

    config: Config
    origins: dict[str, str]
    path: Path | None = None  # None: built-in defaults


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, as `config check` prints it."""

    where: str
    key: str
    reason: str
    value: object = None

    def __str__(self) -> str:
        head = f"{self.where}: {self.key}" if self.key else self.where
        text = f"{head}{'' if self.value is None else f' = {_short(self.value)}'}: {self.reason}"
        return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def find(option: Path | None, environ: Mapping[str, str]) -> Path | None:
    """The file to read: the option, else $BRAINSTEMD_CONFIG, else DEFAULT_PATH if it is there, else none."""
    if option is not None:
        return option
    if environ.get("BRAINSTEMD_CONFIG"):
        return Path(environ["BRAINSTEMD_CONFIG"])
    return DEFAULT_PATH if DEFAULT_PATH.exists() else None


def load(path: Path | None, environ: Mapping[str, str]) -> Loaded:
    """Read `path` (None: only defaults), lay the environment over it and check it all.

    A relative path counts from the file's directory; one in the environment from the working directory.
    Raises ConfigError, which lists every problem found.
    """
    text = "" if path is None else _read(path)
    data = _parse(path, text)
    lines = locate(text)
    whence: dict[KeyPath, str] = {key: f"{path}:{line}" for key, line in lines.items()}
    if path is not None:
        _anchor(data, path.absolute().parent)
    overlay, variables, problems = _overlay(environ)
    _anchor(overlay, Path.cwd())
    _merge(data, overlay)
    for key, variable in variables.items():
        whence = {k: w for k, w in whence.items() if k[: len(key)] != key} | {key: f"environment {variable}"}
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        default = str(path) if path is not None else "configuration"
        problems += _problems(error.errors(include_url=False), whence, default)
    if problems:
        raise _failure(problems)
    origins = {
        dotted(key): _origin(key, whence) if _holds(data, key) else "default" for key, _ in leaves(config)
    }
    return Loaded(config, origins, path)


def _holds(data: Any, path: KeyPath) -> bool:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError):
            return False
    return True


def leaves(section: Section, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every effective value with its path; a list of plain values is one value."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        here = (*path, name)
        if isinstance(value, Section):
            yield from leaves(value, here)
        elif isinstance(value, tuple) and value and isinstance(value[0], Section):
            for index, item in enumerate(value):
                yield from leaves(item, (*here, index))
        elif isinstance(value, dict) and value:
            yield from (((*here, key), item) for key, item in value.items())
        else:
            yield here, value


def dotted(path: KeyPath) -> str:
    """("listen", 0, "address") as people write it: listen[0].address."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def keys(model: type[Section] = Config, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key that a file may hold, tables of lists included."""
    for name in model.model_fields:
        table = table_of(model, name)
        if table is None:
            yield (*path, name)
        else:
            yield from keys(table, (*path, name))


def table_of(model: type[Section], name: str) -> type[Section] | None:
    """The model of a key that is a table or a list of tables."""
    annotation = model.model_fields[name].annotation
    for part in (annotation, *get_args(annotation)):
        if isinstance(part, type) and issubclass(part, Section):
            return part
    return None


# ---------------------------------------------------------------- file


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot be read: {error.strerror}",
            hint="name the file with --config; `config init` prints one",
        ) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{path}:{line}: not UTF-8: {error.reason}", hint="save the file as UTF-8"
        ) from error


def _parse(path: Path | None, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        reason = str(error).partition(" (at ")[0]
        last = max(1, len(text.splitlines()))
        line = int(match[1]) if match else last
        shown = (text.splitlines() or [""])[min(line, last) - 1].strip()
        problem = Problem(f"{path}:{line}", "", f"not TOML: {reason}: {_short(shown)}")
        raise _failure([problem]) from error
    except RecursionError as error:
        raise _failure([Problem(str(path), "", "not TOML: nested too deeply")]) from error


def _anchor(data: dict[str, Any], directory: Path) -> None:
    """Make relative paths absolute, in place."""
    tables = data.get("listen")
    for table in tables if isinstance(tables, list) else []:
        if isinstance(table, dict):
            _anchor_keys(table, _LISTEN_FILES, directory)
    _anchor_keys(data, _DIRECTORIES, directory)


def _anchor_keys(table: dict[str, Any], names: tuple[str, ...], directory: Path) -> None:
    for name in names:
        if isinstance(table.get(name), str):
            table[name] = str(directory / table[name])


# ---------------------------------------------------------------- environment


def _overlay(environ: Mapping[str, str]) -> tuple[dict[str, Any], dict[KeyPath, str], list[Problem]]:
    """What the environment sets, the variable of each key, and what is wrong with the rest."""
    tree: dict[str, Any] = {}
    variables: dict[KeyPath, str] = {}
    problems = []
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name in RESERVED:
            continue
        where = f"environment {name}"
        key = _key_of(name)
        if key is None:
            problems.append(Problem(where, "", f"no such setting{_nearest_variable(name)}"))
            continue
        if not environ[name]:
            problems.append(Problem(where, dotted(key), "is empty; unset it to get the default"))
            continue
        try:
            value = _value(key, environ[name])
        except ValueError as error:
            problems.append(Problem(where, dotted(key), str(error), environ[name]))
            continue
        _put(tree, key, value)
        variables[key] = name
    return tree, variables, problems


def _key_of(variable: str) -> tuple[str, ...] | None:
    key = tuple(variable.removeprefix(PREFIX).lower().split("__"))
    if key in _settable() or (len(key) == 3 and key[:2] == ("attention", "weights") and key[2]):
        return key
    return None


def _settable() -> dict[tuple[str, ...], str]:
    """Keys that a variable may set, with their variable: all but the insides of lists of tables."""
    known = {key if key[0] not in ("listen", "source") else key[:1] for key in keys()}
    return {key: PREFIX + "__".join(key).upper() for key in sorted(known - {("attention", "weights")})}


def _nearest_variable(name: str) -> str:
    known = [*_settable().values(), *RESERVED]
    near = [other for other in known if other.startswith(f"{name}__") or name.startswith(f"{other}__")]
    near = near or difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def _value(key: tuple[str, ...], text: str) -> Any:
    if key in (("listen",), ("source",)):
        return _tables(text)
    return text


def _tables(text: str) -> list[Any]:
    expected = 'expected an array of tables, such as [{transport = "udp", address = ["127.0.0.1:5514"]}]'
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise ValueError(expected) from error
    if not isinstance(value, list):
        raise ValueError(expected)  # noqa: TRY004 - a problem of the value, listed like the others
    return value


def _put(tree: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    for part in key[:-1]:
        tree = tree.setdefault(part, {})
    tree[key[-1]] = value


def _merge(data: dict[str, Any], overlay: dict[str, Any]) -> None:
    for key, value in overlay.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        elif not isinstance(value, dict) or key not in data:
            data[key] = value


# ---------------------------------------------------------------- problems


def _problems(details: list[ErrorDetails], whence: dict[KeyPath, str], default: str) -> list[Problem]:
    """In the order of the file. A list that is too short because its members are wrong is told once."""
    wrong = {detail["loc"][:-1] for detail in details}
    order = {key: number for number, key in enumerate(sorted(whence, key=lambda key: _line(whence[key])))}
    told = [detail for detail in details if detail["type"] != "too_short" or detail["loc"] not in wrong]
    told.sort(key=lambda detail: order.get(_known(_path(detail), whence), -1))
    return [_problem(detail, whence, default) for detail in told]


def _line(origin: str) -> int:
    line = origin.rpartition(":")[2]
    return int(line) if line.isdecimal() else 0


def _path(detail: ErrorDetails) -> KeyPath:
    return (*detail["loc"], *detail.get("ctx", {}).get("at", ()))


def _problem(detail: ErrorDetails, whence: dict[KeyPath, str], default: str) -> Problem:
    path = _path(detail)
    origin = _origin(path, whence)
    value = detail["input"]
    if detail["type"] in ("missing", "misfit") or isinstance(value, dict):
        value = None
    return Problem(default if origin == "default" else origin, dotted(path), _reason(detail, path), value)


def _reason(detail: ErrorDetails, path: KeyPath) -> str:
    match detail["type"]:
        case "extra_forbidden":
            return f"unknown key{_nearest_key(path)}"
        case "missing":
            return "is required"
        case "model_type" | "model_attributes_type" | "dict_type":
            return "expected a table"
        case "tuple_type" if isinstance(detail["input"], dict):
            return f"expected a list of tables: write [[{dotted(path)}]]"
        case "tuple_type":
            return 'expected a list, such as ["a", "b"]'
        case _:
            reason = detail["msg"].removeprefix("Value error, ")
            return reason[:1].lower() + reason[1:]


def _nearest_key(path: KeyPath) -> str:
    """The nearest key of the same table, else of any table, else what this table knows."""
    names = [part for part in path if isinstance(part, str)]
    model = Config
    for part in names[:-1]:
        model = table_of(model, part) or model  # type: ignore[assignment]
    near = difflib.get_close_matches(names[-1], list(model.model_fields), n=1, cutoff=0.6)
    if near:
        return f"; did you mean {near[0]}?"
    elsewhere = {key[-1]: ".".join(key) for key in keys()}
    near = difflib.get_close_matches(names[-1], elsewhere, n=1, cutoff=0.7)
    if near:
        return f"; did you mean {elsewhere[near[0]]}?"
    return f"; known here: {', '.join(model.model_fields)}"


def _origin(path: KeyPath, whence: dict[KeyPath, str]) -> str:
    return whence.get(_known(path, whence), "default")


def _known(path: KeyPath, whence: dict[KeyPath, str]) -> KeyPath:
    """The key itself, else the nearest table around it whose place is known."""
    while path and path not in whence:
        path = path[:-1]
    return path


def _failure(problems: list[Problem]) -> ConfigError:
    return ConfigError(
        "\n".join(str(problem) for problem in problems),
        hint="`brainstemd config init` prints every key with its default",
    )


def _short(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    text = text.lower() if isinstance(value, bool) else text
    return text if len(text) <= 80 else text[:77] + "..."
