"""Put on PYTHONPATH of a Python program: appends [call site, format, message] of each log record to $LOG_RECORDS."""

import json
import logging
import os
from pathlib import Path

_path = os.environ.get("LOG_RECORDS")
_handle = logging.Logger.handle


def _recorded(self: logging.Logger, record: logging.LogRecord) -> None:
    row = [f"{record.pathname}:{record.lineno}", str(record.msg), record.getMessage()]
    with Path(str(_path)).open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    _handle(self, record)


def _enabled(self: logging.Logger, level: int) -> bool:
    return level >= logging.DEBUG


if _path:
    logging.Logger.handle = _recorded  # type: ignore[method-assign]
    logging.Logger.isEnabledFor = _enabled  # type: ignore[method-assign]
