"""The commented default file and the table of keys: both made of the models, so that neither can be wrong."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from pydantic.fields import FieldInfo

from brainstemd.config.load import PREFIX, table_of
from brainstemd.config.model import Config, Section
from brainstemd.config.values import writes

_WIDTH = 110
_HEAD = f"""\
Configuration of brainstemd. Every key is optional; here are the defaults; keys behind # have none.
Durations: "250ms" "1s" "15m" "24h" "7d"; sizes: "64KiB" "500MB" "1GiB". An unknown key is an error.
Variables override keys: {PREFIX}STATE_DIR, {PREFIX}SPOOL__MAX_AGE. `config check` checks all of it."""


def default_file() -> str:
    """The file that `config init` prints: loads to exactly the defaults."""
    lines = [*(f"# {line}" for line in _HEAD.splitlines()), ""]
    config = Config()
    tables = []
    for name in Config.model_fields:
        if table_of(Config, name) is None:
            lines += _pair(config, name)
        else:
            tables.append(name)
    for name in tables:
        value = getattr(config, name)
        lines += ["", *_comment(Config.model_fields[name].description)]
        if isinstance(value, Section):
            lines += [f"[{name}]", *_pairs(value)]
        elif value:
            for item in value:
                lines += [f"[[{name}]]", *_pairs(item), ""]
            lines.pop()
        else:
            lines += _example(name, cast(type[Section], table_of(Config, name)))
    return "\n".join(lines) + "\n"


def reference() -> str:
    """docs/configuration.md's table of keys, in Markdown."""
    lines = []
    for title, path, model in _tables():
        lines += [f"### {title}", "", "| key | default | what |", "|---|---|---|"]
        for name, field in model.model_fields.items():
            if table_of(model, name) is None:
                default = "required" if field.is_required() else _default(field)
                lines.append(f"| `{'.'.join((*path, name))}` | {default} | {field.description} |")
        lines.append("")
    return "\n".join(lines)


def toml(value: Any, field: FieldInfo | None = None) -> str:
    """A value as the file writes it: durations and sizes with their unit."""
    writer = cast(Callable[[Any], str] | None, field and writes(field.annotation, field.metadata))
    if writer is not None and value is not None and not isinstance(value, str):
        value = writer(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml(item) for item in value)}]"
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, int | float):
        return repr(value)
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def field_of(path: tuple[str | int, ...]) -> FieldInfo | None:
    """The field behind a path of `leaves`; None inside a free table such as attention.weights."""
    model: type[Section] | None = Config
    field = None
    for part in path:
        if isinstance(part, str):
            field = model.model_fields.get(part) if model else None
            model = table_of(model, part) if model and field else None
    return field


def _tables() -> Iterator[tuple[str, tuple[str, ...], type[Section]]]:
    yield "Top level", (), Config
    for name in Config.model_fields:
        model = table_of(Config, name)
        if model is not None:
            yield (
                (f"[[{name}]]" if isinstance(Config.model_fields[name].default, tuple) else f"[{name}]"),
                (name,),
                model,
            )


def _pairs(section: Section) -> list[str]:
    return [line for name in type(section).model_fields for line in _pair(section, name)]


def _pair(section: Section, name: str) -> list[str]:
    field = type(section).model_fields[name]
    value = getattr(section, name)
    if _absent(value):
        return _beside(f"#{name} = {toml(field.examples[0] if field.examples else '')}", field.description)
    return _beside(f"{name} = {toml(value, field)}", field.description)


def _example(name: str, model: type[Section]) -> list[str]:
    lines = [f"#[[{name}]]"]
    for key, field in model.model_fields.items():
        value = field.examples[0] if field.examples else field.default
        lines += _beside(f"#{key} = {toml(value, field)}", field.description)
    return lines


def _beside(setting: str, description: str | None) -> list[str]:
    line = f"{setting:<38}  # {description}"
    return [line] if len(line) <= _WIDTH else [*_comment(description), setting]


def _comment(description: str | None) -> list[str]:
    return textwrap.wrap(description or "", _WIDTH, initial_indent="# ", subsequent_indent="# ")


def _default(field: FieldInfo) -> str:
    return "" if _absent(field.default) else f"`{toml(field.default, field)}`"


def _absent(value: object) -> bool:
    return value is None or value == {}
