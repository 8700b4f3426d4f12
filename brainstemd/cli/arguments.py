"""Argument types that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from brainstemd.config import parse_duration
from brainstemd.models import SECOND_US


class Instant(click.ParamType[int]):
    """ISO 8601; without a zone it is UTC. Microseconds since the epoch."""

    name = "ISO"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            instant = datetime.fromisoformat(value.strip())
        except ValueError:
            self.fail(f"{value!r} is no ISO 8601 time such as 2026-03-22T07:00:00Z", param, ctx)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        whole = int(instant.replace(microsecond=0).timestamp())
        return whole * SECOND_US + instant.microsecond


class Duration(click.ParamType[int]):
    """ "30s", "15m", "24h", "7d", "2w". Microseconds."""

    name = "DURATION"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            seconds = parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if seconds <= 0:
            self.fail(f"{value!r} is no time at all", param, ctx)
        return int(seconds * SECOND_US)


INSTANT = Instant()
DURATION = Duration()


def iso(us: int) -> str:
    """UTC with Z; microseconds only when there are any."""
    seconds, micro = divmod(us, SECOND_US)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{micro:06d}Z" if micro else f"{text}Z"
