"""The command line: which commands exist, where each one lives, and what a failure looks like.

Invariants
- `--help` and unknown commands import nothing but click; all else waits for the command that needs it.
- Data goes to stdout; messages, hints and progress go to stderr.
- A `BrainstemdError` becomes its message, its hint and its exit code; anything else is a bug: a traceback.

This module never opens the spool or the database and never starts a loop: commands do.
"""

from __future__ import annotations

import importlib
import os
import select
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from brainstemd import __version__
from brainstemd.errors import BrainstemdError, ConfigError

if TYPE_CHECKING:
    from brainstemd.config import Config, Loaded

EXIT_USAGE = 2
EXIT_UNKNOWN = 3  # `health` speaks Nagios: 3 is "cannot tell", and 2 would be an alarm
EXIT_INTERRUPTED = 130

GROUPS = ("Run", "Read", "Tell it", "Import and test", "Look after")


class Entry(NamedTuple):
    """One command: where it lives, under which heading `--help` shows it, and its one line there."""

    target: str  # "package.module:attribute", imported when the command is asked for
    group: str  # one of GROUPS; "" hides it
    help: str = ""


COMMANDS: dict[str, Entry] = {
    "run": Entry("brainstemd.cli.run:run", "Run", "Run the daemon: receive, remember, write digests."),
    "health": Entry("brainstemd.cli.health:health", "Run", "Ask the running daemon how it is."),
    "digest": Entry("brainstemd.cli.digest:digest", "Read", "What deserves attention, now or then."),
    "why": Entry("brainstemd.cli.digest:why", "Read", "The arithmetic of an item, shown or not."),
    "explain": Entry("brainstemd.cli.digest:why", "", "The same as why."),
    "signatures": Entry("brainstemd.cli.events:signatures", "Read", "The message shapes in memory."),
    "show": Entry("brainstemd.cli.events:show", "Read", "All that memory knows of one item or signature."),
    "events": Entry("brainstemd.cli.events:events", "Read", "The lines themselves, filtered."),
    "ack": Entry("brainstemd.cli.notes:ack", "Tell it", "Known; show it again only when it gets worse."),
    "mute": Entry("brainstemd.cli.notes:mute", "Tell it", "Not interesting for a while."),
    "fixed": Entry("brainstemd.cli.notes:fixed", "Tell it", "Repaired; say so if it comes back."),
    "mattered": Entry("brainstemd.cli.notes:mattered", "Tell it", "This was worth knowing; name the ticket."),
    "split": Entry("brainstemd.cli.notes:split", "Tell it", "Take a learned class apart."),
    "pin": Entry("brainstemd.cli.notes:pin", "Tell it", "Keep signatures as one, or one as it is."),
    "incident": Entry("brainstemd.cli.notes:incident", "Tell it", "Record an outage that happened."),
    "maintenance": Entry("brainstemd.cli.notes:maintenance", "Tell it", "Announce planned work."),
    "replay": Entry("brainstemd.cli.replay:replay", "Import and test", "Take archived logs into memory."),
    "backtest": Entry(
        "brainstemd.cli.backtest:backtest", "Import and test", "Which incidents would have been foretold."
    ),
    "demo": Entry("brainstemd.cli.demo:demo", "Import and test", "See it work: days of events in seconds."),
    "bench": Entry("brainstemd.cli.bench:bench", "Import and test", "What this machine takes in."),
    "decode": Entry("brainstemd.cli.decode:decode", "Import and test", "Raw lines in, JSON events out."),
    "fingerprint": Entry(
        "brainstemd.cli.fingerprint:fingerprint", "Import and test", "Messages in, signatures out."
    ),
    "spool": Entry("brainstemd.cli.spool:spool", "Look after", "Measure, verify or dump the spool."),
    "backup": Entry("brainstemd.cli.backup:backup", "Look after", "An online copy of memory."),
    "restore": Entry("brainstemd.cli.backup:restore", "Look after", "Put a copy back in place."),
    "rebuild": Entry(
        "brainstemd.cli.rebuild:rebuild", "Look after", "Memory again, from backup, notes and spool."
    ),
    "config": Entry("brainstemd.cli.config:config", "Look after", "Write, check or show the configuration."),
    "_worker": Entry("brainstemd.cli.run:worker", ""),
    "_digest": Entry("brainstemd.cli.run:digest_job", ""),
    "_backup": Entry("brainstemd.cli.run:backup_job", ""),
}


class App:
    """What every command finds as `ctx.obj`: the global options and, on first use, the configuration."""

    def __init__(
        self,
        config_path: Path | None = None,
        log_format: str | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.option = config_path
        self.log_format = log_format  # "json", "console", or None: console on a terminal, JSON otherwise
        self.environ = environ

    @property
    def config_path(self) -> Path | None:
        """The file that is read (None: the built-in defaults): --config, $BRAINSTEMD_CONFIG, /etc."""
        from brainstemd.config import find

        return find(self.option, self.environ)

    @cached_property
    def loaded(self) -> Loaded:
        """The configuration and where each value came from, loaded once. Raises ConfigError."""
        return self.load()

    @property
    def config(self) -> Config:
        """The configuration, loaded once. Raises ConfigError."""
        return self.loaded.config

    def load(self) -> Loaded:
        """Read the configuration afresh (SIGHUP does). Raises ConfigError."""
        from brainstemd.config import load

        return load(self.config_path, self.environ)


class LazyGroup(click.Group):
    """A click group whose commands are imported only when one is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name, entry in COMMANDS.items() if entry.group]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module, _, attribute = entry.target.partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command), entry.target
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(_unknown_command(args[0]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(len(name) for name, entry in COMMANDS.items() if entry.group)
        for group in GROUPS:
            members = [(name, entry) for name, entry in COMMANDS.items() if entry.group == group]
            rows = [(name.ljust(width), entry.help) for name, entry in members]
            with formatter.section(group):
                formatter.write_dl(rows)


def _unknown_command(name: str) -> str:
    import difflib

    shown = [command for command, entry in COMMANDS.items() if entry.help]
    near = difflib.get_close_matches(name, shown, n=1, cutoff=0.5)
    return f"no command {name!r}" + (f"; did you mean {near[0]!r}?" if near else "; see brainstemd --help")


@click.group(
    cls=LazyGroup,
    invoke_without_command=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: brainstemd demo",
)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help="Default: $BRAINSTEMD_CONFIG, else /etc/brainstemd/brainstemd.toml, else what is built in.",
)
@click.option(
    "--log-format",
    type=click.Choice(["json", "console"]),
    envvar="BRAINSTEMD_LOG_FORMAT",
    help="Form of the program's own log on stderr; default: console on a terminal, else json.",
)
@click.version_option(__version__, prog_name="brainstemd", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, config_path: Path | None, log_format: str | None) -> None:
    """Notices what your systems keep doing that your team keeps missing."""
    ctx.obj = App(config_path, log_format)


def main(args: Sequence[str] | None = None) -> int:
    """Entry point. Returns the exit code; raises nothing but what is a bug."""
    argv = list(sys.argv[1:] if args is None else args)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Output is UTF-8 whatever the locale says, or the same command would fail in a cron job.
            stream.reconfigure(
                encoding="utf-8", errors="strict" if stream is sys.stdout else "backslashreplace"
            )
    try:
        if "_BRAINSTEMD_COMPLETE" in os.environ:
            return _complete(os.environ["_BRAINSTEMD_COMPLETE"])
        code = _run(argv)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        code = end.exit_code
    except click.ClickException as error:
        error.show()
        code = EXIT_UNKNOWN if _command_of(argv) == "health" else error.exit_code
    except BrainstemdError as error:
        _say(error)
        code = _exit_code(error, argv)
    except UnicodeEncodeError:
        if not any(_is_no_text(word) for word in argv):
            raise
        click.echo("brainstemd: an argument is not UTF-8", err=True)
        code = EXIT_UNKNOWN if _command_of(argv) == "health" else EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        if not _stdout_is_broken():
            raise
        # The reader (head, less) has what it wanted. Whatever is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    return code


def _run(argv: list[str]) -> int:
    """A command that returns an int means it as its exit code."""
    with cli.make_context("brainstemd", argv) as ctx:
        result: Any = cli.invoke(ctx)
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


def _complete(instruction: str) -> int:
    from click.shell_completion import shell_complete

    return shell_complete(cli, {}, "brainstemd", "_BRAINSTEMD_COMPLETE", instruction)


def _say(error: BrainstemdError) -> None:
    click.echo(f"brainstemd: {error}", err=True)
    if error.hint:
        click.echo(f"hint: {error.hint}", err=True)


def _exit_code(error: BrainstemdError, argv: list[str]) -> int:
    if _command_of(argv) == "health" and (isinstance(error, ConfigError) or error.exit_code == EXIT_USAGE):
        return EXIT_UNKNOWN
    return error.exit_code


def _command_of(argv: Sequence[str]) -> str | None:
    """The command's name as written, found also where the options before it are wrong."""
    words = iter(argv)
    for word in words:
        if word in ("--config", "--log-format"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _is_no_text(word: str) -> bool:
    """Bytes of the command line that are not UTF-8 arrive as surrogates: a file may be called so, nothing else."""
    return any("\ud800" <= letter <= "\udfff" for letter in word)


def _stdout_is_broken() -> bool:
    """Whether the other end of stdout is gone; a broken pipe elsewhere is not ours to hide."""
    poll = select.poll()
    try:
        poll.register(sys.stdout.fileno(), 0)
    except (OSError, ValueError):
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
