"""`brainstemd config`: write a commented default file, check a file, show what is in effect and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from brainstemd.cli import App


@click.group(epilog="Example: brainstemd --config ./brainstemd.toml config check")
def config() -> None:
    """Write, check or show the configuration."""


@config.command(epilog="Example: brainstemd config init > brainstemd.toml")
def init() -> None:
    """Print a commented file with every key and its default."""
    from brainstemd.config.write import default_file

    click.echo(default_file(), nl=False)


@config.command(epilog="Example: brainstemd --config ./brainstemd.toml config check")
@click.pass_obj
def check(app: App) -> None:
    """Say whether the configuration can be used, or everything that is wrong with it (exit 78)."""
    loaded = app.loaded
    variables = sorted({origin for origin in loaded.origins.values() if origin.startswith("environment ")})
    click.echo(f"ok: {loaded.path or 'built-in defaults'}{''.join(f', {name}' for name in variables)}")


@config.command(epilog="Example: brainstemd config show --json")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: key to value and origin.")
@click.pass_obj
def show(app: App, as_json: bool) -> None:
    """Print the value of every key and where it came from."""
    from brainstemd.config import dotted, leaves
    from brainstemd.config.write import field_of, toml

    loaded = app.loaded
    values = [(key, value, loaded.origins[dotted(key)]) for key, value in leaves(loaded.config)]
    if as_json:
        tree = {dotted(key): {"value": _plain(value), "origin": origin} for key, value, origin in values}
        click.echo(json.dumps(tree, indent=2, ensure_ascii=False))
        return
    rows = [
        (f"{dotted(key)} = {'(none)' if value is None else toml(value, field_of(key))}", origin)
        for key, value, origin in values
    ]
    width = min(56, max(len(setting) for setting, _ in rows))
    for setting, origin in rows:
        click.echo(f"{setting:<{width}}  # {origin}")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Path) else value
