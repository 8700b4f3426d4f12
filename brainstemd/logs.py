"""The daemon's own words: structlog to stderr, for people on a terminal and as JSON lines otherwise.

Invariants:
- One event is one line, whatever text it carries: control characters, escapes and bidirectional marks of a hostile
  log line or file name are written as `\\x1b`-like escapes and never reach a terminal.
- ERROR: data was lost or a person is needed. WARNING: unexpected, nothing lost. INFO: life cycle. Nothing per line.

Only the top (receiver, worker, cli) logs; rooms raise.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

# structlog imports rich for coloured tracebacks, which we do not draw: 4 MiB in each process of the daemon, and 0.1 s.
_HIDDEN = "rich" not in sys.modules
if _HIDDEN:
    sys.modules["rich"] = None  # type: ignore[assignment]
import structlog  # noqa: E402

if _HIDDEN:
    del sys.modules["rich"]

Logger = structlog.typing.FilteringBoundLogger

# C0, DEL and C1 controls, line and paragraph separators, bidirectional marks, BOM, lone surrogates.
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_TEXT_MAX = 4000  # characters of one value


def configure(log_format: str | None, stream: TextIO | None = None) -> None:
    """Set the process's logging up, once, at the top. `log_format` is json, console, or None: by the stream."""
    out = stream if stream is not None else sys.stderr
    tty = out.isatty()
    console = log_format == "console" or (log_format is None and tty)
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=tty)
        if console
        else structlog.processors.JSONRenderer(sort_keys=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            harmless,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def get(process: str) -> Logger:
    """The logger of one process, bound to its name."""
    logger: Logger = structlog.get_logger().bind(process=process)
    return logger


def harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: no value can move a cursor, forge a line or change what a reader sees."""
    return {escape(name): _harmless_value(value) for name, value in event.items()}


def escape(text: str) -> str:
    """Text with every hostile character as a visible escape, and cut to a bounded length."""
    if len(text) > _TEXT_MAX:
        text = text[:_TEXT_MAX] + "…"
    return _HOSTILE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _harmless_value(value: Any) -> Any:
    if isinstance(value, bool | int | float) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_harmless_value(one) for one in value]
    if isinstance(value, dict):
        return {escape(str(name)): _harmless_value(one) for name, one in value.items()}
    return escape(value if isinstance(value, str) else str(value))
