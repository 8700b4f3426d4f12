"""Argument types that several commands share."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from brainstemd.config import parse_duration
from brainstemd.models import SECOND_US

_FIRST_S = int(datetime(1, 1, 1, tzinfo=UTC).timestamp())
_LAST_S = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_LONGEST_S = 100 * 366 * 86_400
_TENANT_CHARS = 64  # as in the configuration


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
        if not _FIRST_S <= whole <= _LAST_S:
            self.fail(f"{value!r} is not between the years 1 and 9999 in UTC", param, ctx)
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
        if seconds > _LONGEST_S:
            self.fail(f"{value!r} is more than a hundred years", param, ctx)
        return int(seconds * SECOND_US)


class Tenant(click.ParamType[str]):
    """A tenant's name to write down: it becomes part of envelopes, labels and file names."""

    name = "TEXT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value)
        if not text.strip() or not text.isprintable() or len(text) > _TENANT_CHARS:
            self.fail(f"a tenant's name has 1 to {_TENANT_CHARS} printable characters", param, ctx)
        return text


INSTANT = Instant()
DURATION = Duration()
TENANT = Tenant()


def iso(us: int) -> str:
    """UTC with Z; microseconds only when there are any."""
    seconds, micro = divmod(us, SECOND_US)
    text = (
        datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()
    )  # strftime does not pad year 1
    return f"{text}.{micro:06d}Z" if micro else f"{text}Z"
