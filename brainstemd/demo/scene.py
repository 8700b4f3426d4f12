"""The stage: devices, how each writes its header, and moments in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from brainstemd.models import DAY_US, HOUR_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OFFICE = (2, 1, 1, 1, 1, 2, 4, 8, 12, 13, 12, 11, 9, 11, 12, 11, 10, 8, 5, 4, 3, 3, 2, 2)
ANY_HOUR = (1,) * 24
DAEMON, AUTH, KERNEL, CRON, MAIL, LOCAL4, LOCAL7 = 3, 4, 0, 9, 2, 20, 23
ERR, WARNING, NOTICE, INFO = 3, 4, 5, 6


class Speaker(NamedTuple):
    """A device: where it speaks from, whose it is, and how it writes its header."""

    host: str
    tenant: str
    peer: str
    style: str  # bsd | iso | rfc5424 | asa | fortigate


SPEAKERS = (
    Speaker("fw-01", "acme", "127.0.1.1", "bsd"),
    Speaker("core-sw-01", "acme", "127.0.1.2", "bsd"),
    Speaker("app-01", "acme", "127.0.1.3", "rfc5424"),
    Speaker("app-02", "acme", "127.0.1.4", "bsd"),
    Speaker("fgt-edge", "birch", "127.0.1.5", "fortigate"),
    Speaker("web-01", "birch", "127.0.1.6", "rfc5424"),
    Speaker("web-02", "birch", "127.0.1.7", "rfc5424"),
    Speaker("db-01", "birch", "127.0.1.8", "iso"),
    Speaker("asa-01", "corva", "127.0.1.9", "asa"),
    Speaker("mail-01", "corva", "127.0.1.10", "iso"),
    Speaker("nas-01", "corva", "127.0.1.11", "bsd"),
    Speaker("jump-01", "corva", "127.0.1.12", "rfc5424"),
)
BY_HOST = {speaker.host: speaker for speaker in SPEAKERS}


class _Line(NamedTuple):
    t_us: int
    order: int  # keeps lines of one instant in the order in which they were said
    peer: str
    raw: bytes


class Scene:
    """Collects what the devices say between `start_us` and `end_us`."""

    def __init__(self, seed: int, start_us: int, end_us: int) -> None:
        self.seed, self.start_us, self.end_us = seed, start_us, end_us
        self.lines: list[_Line] = []

    def random(self, name: str) -> Random:
        """Chance of its own for each part of the world, so that a change to one leaves the others alone."""
        return Random(f"{self.seed}/{name}")  # noqa: S311 - a synthetic world, not a secret

    def say(self, t_us: int, host: str, severity: int, app: str, text: str, facility: int = DAEMON) -> None:
        if self.start_us <= t_us < self.end_us:
            speaker = BY_HOST[host]
            raw = _HEADERS[speaker.style](t_us, host, facility * 8 + severity, app, text)
            self.lines.append(_Line(t_us, len(self.lines), speaker.peer, raw.encode()))

    def days(self) -> Iterator[tuple[int, int]]:
        """Each whole or cut day back from the end: how many days ago it ended, and when it began."""
        ago, begin_us = 0, self.end_us - DAY_US
        while begin_us > self.start_us - DAY_US:
            yield ago, begin_us
            ago, begin_us = ago + 1, begin_us - DAY_US

    def moments(self, rng: Random, a_day: float, weights: Sequence[int]) -> Iterator[int]:
        """Random instants, so many a day, spread over the hours of the day (UTC) by weight."""
        scale = a_day / sum(weights)
        hour_us = self.start_us - self.start_us % HOUR_US
        while hour_us < self.end_us:
            weekend = (hour_us // DAY_US + 3) % 7 >= 5 and weights is OFFICE
            mean = scale * weights[hour_us // HOUR_US % 24] * (0.3 if weekend else 1.0)
            for _ in range(int(mean + rng.random())):
                yield hour_us + rng.randrange(HOUR_US)
            hour_us += HOUR_US

    def clock(self, every_us: int, phase_us: int = 0) -> Iterator[int]:
        """Instants on a clock."""
        t_us = self.start_us - self.start_us % every_us + phase_us
        while t_us < self.end_us:
            yield t_us
            t_us += every_us


def _moment(t_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=t_us)


def _bsd(t_us: int, host: str, pri: int, app: str, text: str) -> str:
    at = _moment(t_us)
    return f"<{pri}>{_MONTHS[at.month - 1]} {at.day:2d} {at:%H:%M:%S} {host} {app}: {text}"


def _iso(t_us: int, host: str, pri: int, app: str, text: str) -> str:
    return f"<{pri}>{_moment(t_us):%Y-%m-%dT%H:%M:%S.%f}+00:00 {host} {app}: {text}"


def _rfc5424(t_us: int, host: str, pri: int, app: str, text: str) -> str:
    name, _, pid = app.partition("[")
    return f"<{pri}>1 {_moment(t_us):%Y-%m-%dT%H:%M:%S.%f}Z {host} {name} {pid.rstrip(']') or '-'} - - {text}"


def _asa(t_us: int, host: str, pri: int, app: str, text: str) -> str:
    return f"<{pri}>{_MONTHS[_moment(t_us).month - 1]} {_moment(t_us):%d %Y %H:%M:%S} {host} : %{app}: {text}"


def _fortigate(t_us: int, host: str, pri: int, app: str, text: str) -> str:
    at = _moment(t_us)
    return (
        f'<{pri}>date={at:%Y-%m-%d} time={at:%H:%M:%S} devname="{host}" devid="FGT60FTK21000001" '
        f'eventtime={t_us * 1000} tz="+0000" logid="{app}" {text}'
    )


_HEADERS: dict[str, Callable[[int, str, int, str, str], str]] = {
    "bsd": _bsd,
    "iso": _iso,
    "rfc5424": _rfc5424,
    "asa": _asa,
    "fortigate": _fortigate,
}
