"""The frame of the command line: names, help, exit codes, messages. What commands do is tested elsewhere."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from brainstemd import __version__
from brainstemd.cli import COMMANDS, GROUPS, App, cli, main
from brainstemd.config import Config
from brainstemd.errors import ConfigError

ROOT = Path(__file__).parent.parent
DESIGN = {
    "Run": {"run", "health"},
    "Read": {"digest", "why", "signatures", "show", "events"},
    "Tell it": {"ack", "mute", "fixed", "mattered", "split", "pin", "incident", "maintenance"},
    "Import and test": {"replay", "backtest", "demo", "bench", "decode", "fingerprint"},
    "Look after": {"spool", "backup", "restore", "rebuild", "config"},
}


def brainstemd(*words: str, environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BRAINSTEMD_")}
    return subprocess.run(
        [sys.executable, "-m", "brainstemd", *words],
        cwd=ROOT,
        env=clean | (environ or {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# ---------------------------------------------------------------- the table


def test_commands_are_those_of_the_design() -> None:
    """The visible commands, each under its heading; aliases and the daemon's own children are hidden."""
    shown = {g: {name for name, entry in COMMANDS.items() if entry.group == g} for g in GROUPS}
    assert shown == DESIGN
    assert all(entry.help for entry in COMMANDS.values() if entry.group)
    assert COMMANDS["explain"].target == COMMANDS["why"].target


@pytest.mark.parametrize("name", [name for name in COMMANDS if not name.startswith("_")])
def test_command_exists_and_its_help_ends_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each command can be imported, explains itself, and shows a line that a person can type."""
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"Usage: brainstemd {name}")
    body = text.partition("\n\n")[2]
    names = f"{name}|why" if name == "explain" else name
    assert re.search(rf"\bbrainstemd\b.*\b({names})\b", body), text
    last = [line for line in text.splitlines() if line.strip()][-6:]
    assert any("brainstemd" in line for line in last), "the example belongs at the end"


@pytest.mark.parametrize("name", [name for name in COMMANDS if name.startswith("_")])
def test_hidden_command_exists(name: str) -> None:
    """The daemon's children are commands too."""
    context = click.Context(cli, info_name="brainstemd")
    assert isinstance(cli.get_command(context, name), click.Command)


def test_help_imports_nothing_but_click() -> None:
    """`--help`, `--version` and a wrong command never wait for the rooms or for any other package."""
    code = (
        "import sys; from brainstemd.cli import main; main(['--help']); main(['--version'])\n"
        "main(['confg'])\n"
        "own = [m for m in sys.modules if m.startswith('brainstemd')]\n"
        "heavy = {'pydantic', 'aiosqlite', 'structlog', 'rich', 'jinja2', 'asyncio'} & set(sys.modules)\n"
        "assert sorted(own) == ['brainstemd', 'brainstemd.cli', 'brainstemd.errors'], own\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, timeout=60)


def test_help_shows_every_command_under_its_heading() -> None:
    """In the order of GROUPS, hidden ones not at all."""
    done = brainstemd("--help")
    assert done.returncode == 0
    headings = [line[:-1] for line in done.stdout.splitlines() if re.fullmatch(r"[A-Z][a-z ]+:", line)]
    assert headings == ["Options", *GROUPS]
    listed = re.findall(r"^  ([a-z]+)  ", done.stdout, re.MULTILINE)
    assert set(listed) == set.union(*DESIGN.values())
    assert "_worker" not in done.stdout


# ---------------------------------------------------------------- exit codes


def test_version() -> None:
    """On stdout, alone."""
    done = brainstemd("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"brainstemd {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["conifg"], 2, "did you mean 'config'?"),
        (["helth"], 2, "did you mean 'health'?"),
        (["qqqq"], 2, "see brainstemd --help"),
        (["--log-format", "xml", "config", "show"], 2, "xml"),
        (["config", "shwo"], 2, "shwo"),
        (["--config", "/no/such.toml", "config", "check"], 78, "No such file"),
        (["--config", "/no/such.toml", "health"], 3, "No such file"),
        (["health", "--no-such-option"], 3, "no-such-option"),
        (["--no-such-option", "health"], 3, "no-such-option"),
        (["--log-format", "health", "config", "check"], 2, "health"),
    ],
)
def test_exit_codes(words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """2 for a wrong command line, 78 for a bad configuration, 3 for both where Nagios asks."""
    assert main(words) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err


def test_bad_configuration_names_everything(tmp_path: Path) -> None:
    """A whole process: 78, each problem and a hint on stderr, nothing on stdout."""
    path = tmp_path / "b.toml"
    path.write_text("[digest]\ntop = 0\nevry = 1\n", encoding="utf-8")
    done = brainstemd("--config", str(path), "config", "check")
    assert (done.returncode, done.stdout) == (78, "")
    assert f"{path}:2: digest.top = 0: " in done.stderr
    assert f"{path}:3: digest.evry = 1: unknown key; did you mean every?" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr


def test_reader_that_leaves_is_no_error() -> None:
    """`brainstemd … | head -1`: no message, no failure."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        [sys.executable, "-m", "brainstemd", "config", "show"],
        cwd=ROOT,
        stdout=write_end,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(write_end)
    assert (done.returncode, done.stderr) == (0, b"")


def test_output_is_utf8_whatever_the_locale() -> None:
    """A path or a line in any language comes out as UTF-8 also where the locale knows only ASCII."""
    environ = {"PYTHONIOENCODING": "ascii", "LC_ALL": "C", "BRAINSTEMD_STATE_DIR": "/srv/Füße-日本"}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BRAINSTEMD_")}
    done = subprocess.run(
        [sys.executable, "-m", "brainstemd", "config", "show"],
        cwd=ROOT,
        env=clean | environ,
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert 'state_dir = "/srv/Füße-日本"' in done.stdout.decode("utf-8")


def test_interrupt_is_130() -> None:
    """Ctrl-C ends a command without a traceback."""
    with subprocess.Popen(
        [sys.executable, "-m", "brainstemd", "fingerprint"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Who starts the tests in the background of a shell hands them an ignored SIGINT.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None
        # It reads until end of file: once it has taken more than a pipe holds, it is inside the command.
        for _ in range(40):
            process.stdin.write(b"one line\n" * 4000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in error


# ---------------------------------------------------------------- config


def test_config_init_is_a_file_that_check_accepts(tmp_path: Path) -> None:
    """init > file; check file."""
    path = tmp_path / "b.toml"
    path.write_text(brainstemd("config", "init").stdout, encoding="utf-8")
    done = brainstemd("--config", str(path), "config", "check")
    assert (done.returncode, done.stdout) == (0, f"ok: {path}\n")


def test_config_show_tells_origins(tmp_path: Path) -> None:
    """Every value is TOML that reads back, beside the place it came from."""
    path = tmp_path / "b.toml"
    path.write_text("[digest]\ntop = 3\n", encoding="utf-8")
    environ = {"BRAINSTEMD_CONFIG": str(path), "BRAINSTEMD_SPOOL__MAX_AGE": "36h"}
    text = brainstemd("config", "show", environ=environ).stdout
    assert re.search(rf"^digest.top = 3 +# {re.escape(str(path))}:2$", text, re.MULTILINE)
    assert re.search(
        r"^spool.max_age = \"36h\" +# environment BRAINSTEMD_SPOOL__MAX_AGE$", text, re.MULTILINE
    )
    assert re.search(r"^memory.backups = 2 +# default$", text, re.MULTILINE)
    settings = [line.partition("  # ")[0] for line in text.splitlines()]
    values = [setting.partition(" = ")[2].strip() for setting in settings]
    assert all(value == "(none)" or tomllib.loads(f"v = {value}") for value in values)

    tree = json.loads(brainstemd("config", "show", "--json", environ=environ).stdout)
    assert tree["digest.top"] == {"value": 3, "origin": f"{path}:2"}
    assert tree["spool.max_age"]["value"] == 129_600.0
    assert len(tree) == len(values)


def test_app_loads_once_and_late(tmp_path: Path) -> None:
    """Nothing is read before it is asked for; then once; `load` reads afresh."""
    path = tmp_path / "b.toml"
    app = App(path, None, {})
    with pytest.raises(ConfigError):
        app.load()
    path.write_text("", encoding="utf-8")
    assert app.config == Config()
    path.write_text("[digest]\ntop = 1\n", encoding="utf-8")
    assert app.config is app.loaded.config
    assert app.config == Config()
    assert app.load().config.digest.top == 1
