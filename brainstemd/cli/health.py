"""`health`: the running daemon's own verdict, in the form that Nagios and its kin read."""

from __future__ import annotations

import json
from typing import Any

import click

from brainstemd.cli import App
from brainstemd.health import NotRunning, ask, socket_path

OK, WARNING, CRITICAL, UNKNOWN = 0, 1, 2, 3
_CODES = {"ok": OK, "degraded": WARNING, "failing": CRITICAL}
_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")

# Check, perfdata label, unit, warning and critical threshold ("" where the check has none).
_PERFDATA = (
    ("backlog", "lag", "s", "60", "900"),
    ("commit", "commit_age", "s", "", ""),
    ("worker_restarts", "restarts", "", "0", "4"),
    ("kernel_drops", "kernel_drops", "", "0", ""),
    ("lost_lines", "lost", "", "0", ""),
    ("buffer", "buffer", "", "0.5", "0.9"),
    ("disk_free", "free", "B", "", ""),
    ("quarantine", "quarantine", "", "0", ""),
)


@click.command(epilog="Example: brainstemd health   or   brainstemd health --json | jq .checks.backlog")
@click.option("--json", "as_json", is_flag=True, help="The whole answer of /healthz.")
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(min=0.1), default=5.0, show_default=True, help="Seconds."
)
@click.pass_obj
def health(app: App, as_json: bool, timeout_s: float) -> int:
    """Ask the running daemon how it is. Exit codes as Nagios has them: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."""
    path = socket_path(app.config.runtime_dir)
    try:
        answer = ask(path, "/healthz", timeout_s)
        document = json.loads(answer.body)
        code = _CODES[document["status"]]
    except NotRunning as error:
        return _say(CRITICAL, f"{error}; {error.hint}")
    except TimeoutError:
        return _say(CRITICAL, f"the daemon on {path} did not answer within {timeout_s:g} s")
    except (OSError, ValueError, KeyError, TypeError) as error:
        return _say(UNKNOWN, f"cannot ask the daemon on {path}: {error}")
    if as_json:
        click.echo(json.dumps(document, indent=2))
        return code
    return _say(code, summary(document["checks"]), perfdata(document["checks"]))


def _say(code: int, text: str, numbers: str = "") -> int:
    # A bar would end the text for whoever parses it.
    text = " ".join(text.replace("|", "/").split())
    click.echo(f"BRAINSTEMD {_WORDS[code]} - {text}" + (f" | {numbers}" if numbers else ""))
    return code


def summary(checks: dict[str, Any]) -> str:
    """What is wrong, worst first, in words; or that nothing is."""
    bad = [(name, check) for name, check in checks.items() if check["status"] != "ok"]
    if not bad:
        return f"all {len(checks)} checks are fine"
    bad.sort(key=lambda one: -_CODES[one[1]["status"]])
    return "; ".join(f"{name} {check['status']}: {check['hint'] or check['value']}" for name, check in bad)


def perfdata(checks: dict[str, Any]) -> str:
    """`label=value[unit];warning;critical` for each check that is a number."""
    words = []
    for name, label, unit, warning, critical in _PERFDATA:
        value = checks.get(name, {}).get("value")
        if isinstance(value, int | float) and not isinstance(value, bool):
            words.append(
                f"{label}={value:g}{unit};{warning};{critical}" if unit != "B" else f"{label}={value}B"
            )
    return " ".join(words)
