"""The kit that worlds are made of: hosts and tenants, clocks and rhythms, lines with labels beside them.

Everything is a function of (world, seed, lines, quiet). Time is in days since the world's start (a Monday, 00:00 UTC); each
part draws from a random generator of its own, so that planting a signal does not move the noise around it.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.scenarios.headers import STYLES

DAYS = 14
MINUTE = 1 / 1440
HOUR = 1 / 24
SECOND = 1 / 86400
_DAY_US = 86_400_000_000
_EPHEMERAL = frozenset({"sshd", "CRON", "crond", "sudo", "su", "systemd-logind", "dropbear"})
_SLOT = re.compile(r"\{(\w+)(?::([^{}]*))?\}")

Say = tuple[int, str, str]  # severity, app (or what the header style puts there), template
Times = Sequence[float]


@dataclass(eq=False)
class Host:
    name: str
    tenant: str
    role: str
    style: str
    peer: str
    offset_min: int = 0  # its wall clock east of UTC, in minutes
    skew_s: float = 0.0
    serial: int = 0
    sequence: int = 0
    weight: float = 1.0


class Line(NamedTuple):
    t_us: int  # when it is received
    peer: str
    raw: str
    label: str | None  # id of a signal or of a benign pattern


class Signal(NamedTuple):
    """One planted weak signal. `live`: intervals (days) in which a good human could tell; `tells`: its lines' words."""

    id: str
    kind: str
    tenant: str
    hosts: tuple[str, ...]
    entity: str | None
    tells: re.Pattern[str]
    live: tuple[tuple[float, float], ...]
    silence: bool = False

    def current(self, day: float) -> bool:
        return any(start <= day <= end for start, end in self.live)


class Benign(NamedTuple):
    id: str
    why: str


class Chatter(NamedTuple):
    """What a role says all day: `(weight, line)` pairs; the weight is relative among all hosts' chatter."""

    rhythm: str
    lines: Sequence[tuple[float, Say]]


@dataclass
class World:
    name: str
    start: datetime
    seed: int
    quiet: bool
    rhythms: dict[str, list[float]] = field(default_factory=dict)
    hosts: list[Host] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    benign: list[Benign] = field(default_factory=list)
    networks: dict[str, str] = field(default_factory=dict)  # tenant → its peers' network
    lines: list[Line] = field(default_factory=list)
    words: dict[str, Callable[[Random], str]] = field(default_factory=dict)
    _dark: list[tuple[str, float, float]] = field(default_factory=list)  # peer, from, to
    _taken: set[str] = field(default_factory=set)
    _compiled: dict[str, list[str | tuple[str, str]]] = field(default_factory=dict)

    # --- who and when

    def random(self, part: str) -> Random:
        return Random(f"{self.name}/{self.seed}/{part}")

    def add(self, tenant: str, role: str, style: str, names: Iterable[str], offset_min: int = 0) -> None:
        """Hosts of one role in one tenant; peers are numbered inside the tenant's /16."""
        first, second = self.networks[tenant].split(".")[:2]
        for name in names:
            number = sum(1 for host in self.hosts if host.tenant == tenant) + 10
            r = self.random(f"host/{tenant}/{name}")
            peer = f"{first}.{second}.{number // 200}.{number % 200}"
            self.hosts.append(
                Host(
                    name,
                    tenant,
                    role,
                    style,
                    peer,
                    offset_min,
                    r.uniform(-2, 2),
                    r.randrange(10**9),
                    r.randrange(10**5),
                    r.lognormvariate(0, 0.5),
                )
            )

    def of(self, *roles: str, tenant: str | None = None) -> list[Host]:
        return [h for h in self.hosts if h.role in roles and tenant in (None, h.tenant)]

    def pick(self, part: str, *roles: str, tenant: str | None = None) -> Host:
        """A host for one planted thing, another each time while there are enough."""
        found = self.of(*roles, tenant=tenant)
        free = [h for h in found if f"{h.tenant}/{h.name}" not in self._taken] or found
        host = self.random("pick/" + part).choice(free)
        self._taken.add(f"{host.tenant}/{host.name}")
        return host

    def poisson(
        self, part: str, start: float, end: float, per_day: float | Callable[[float], float], rhythm: str = ""
    ) -> list[float]:
        """Arrivals in [start, end); `per_day` may depend on the day."""
        r = self.random("poisson/" + part)
        rate = per_day if callable(per_day) else (lambda day, fixed=per_day: fixed)
        hours = self.rhythms.get(rhythm)
        mean = sum(hours) / len(hours) if hours else 1.0
        peak = max(rate(start + (end - start) * k / 50) for k in range(51))
        peak *= max(hours) / mean if hours else 1.0
        out, t = [], start
        while peak > 0:
            t += r.expovariate(peak)
            if t >= end:
                break
            now = rate(t) * (hours[int(t * 24) % 168] / mean if hours else 1.0)
            if r.random() * peak < now:
                out.append(t)
        return out

    def clock(
        self, part: str, start: float, end: float, every: float, at: float = 0.0, jitter_s: float = 5.0
    ) -> list[float]:
        r = self.random("clock/" + part)
        out, t = [], int(start) + at
        while t < end:
            if t >= start:
                out.append(t + r.uniform(0, jitter_s) * SECOND)
            t += every
        return out

    # --- what is said

    def fill(self, template: str, r: Random, host: Host, values: dict[str, object]) -> str:
        parts = self._compiled.get(template)
        if parts is None:
            parts = self._compiled[template] = list(_parts(template))
        return "".join(p if isinstance(p, str) else self._slot(p, r, host, values) for p in parts)

    def _slot(self, slot: tuple[str, str], r: Random, host: Host, values: dict[str, object]) -> str:
        name, argument = slot
        if name in values:
            return str(values[name])
        if name == "n":
            low, _, high = argument.partition("-")
            return str(r.randint(int(low), int(high)))
        if name == "f":
            low, _, high = argument.partition("-")
            return f"{r.uniform(float(low), float(high)):.1f}"
        if name == "hex":
            return f"{r.getrandbits(4 * int(argument)):0{int(argument)}x}"
        if name == "pick":
            return r.choice(argument.split("|"))
        return _BUILTIN[name](r, host) if name in _BUILTIN else self.words[name](r)

    def say(self, host: Host, day: float, line: Say, label: str | None = None, /, **values: object) -> None:
        """One line, received a moment after it was written. Outside the fortnight it is not said."""
        if not 0 <= day < DAYS:
            return
        severity, app, template = line
        t_us = int(day * _DAY_US)
        r = Random(f"{self.seed}{host.name}{t_us}{template}")
        pid = zlib.crc32(f"{host.name}{app}".encode()) % 30000 + 300
        if app in _EPHEMERAL:
            pid = r.randint(1000, 64000)
        message = self.fill(template, r, host, values)
        written = self.start + timedelta(microseconds=t_us, seconds=host.skew_s)
        raw = STYLES[host.style](host, written, severity, app, message, pid)
        self.lines.append(Line(t_us + r.randint(2_000, 400_000), host.peer, raw, label))

    def each(
        self, host: Host, times: Times, line: Say, label: str | None = None, /, **values: object
    ) -> None:
        for t in times:
            self.say(host, t, line, label, **values)

    def flap(
        self,
        host: Host,
        times: Times,
        down: Say,
        up: Say,
        label: str | None,
        lasts_s: tuple[float, float],
        /,
        **values: object,
    ) -> None:
        """A down and its up, some seconds later, at each of the times."""
        for t in times:
            r = Random(f"{host.name}{t}")
            self.say(host, t, down, label, **values)
            self.say(host, t + r.uniform(*lasts_s) * SECOND, up, label, **values)

    # --- labels

    def plant(
        self,
        kind: str,
        hosts: Host | Sequence[Host],
        tells: str,
        *live: float | tuple[float, float],
        entity: str | None = None,
        silence: bool = False,
    ) -> str:
        """Declare a signal and return its label. `live`: days from which a human could tell, or intervals."""
        among = [hosts] if isinstance(hosts, Host) else list(hosts)
        intervals = tuple(x if isinstance(x, tuple) else (x, float(DAYS)) for x in live)
        label = f"s{len(self.signals) + 1:02d}-{kind}"
        names = tuple(h.name for h in among)
        tenant = among[0].tenant
        self.signals.append(Signal(label, kind, tenant, names, entity, re.compile(tells), intervals, silence))
        return label

    def harmless(self, why: str) -> str:
        label = f"b{len(self.benign) + 1:02d}"
        self.benign.append(Benign(label, why))
        return label

    # --- the ordinary day

    def chatter(self, roles: dict[str, Chatter], lines: int) -> None:
        """Fill up to `lines` in all with what each role says, over the hours of its rhythm."""
        pairs = [
            (host, roles[host.role].rhythm, weight * host.weight, line)
            for host in self.hosts
            for weight, line in roles[host.role].lines
        ]
        total = sum(weight for _, _, weight, _ in pairs)
        left = max(0, lines - len(self.lines))
        hours = {name: list(accumulate(week + week)) for name, week in self.rhythms.items()}
        spots = range(24 * DAYS)
        for host, rhythm, weight, line in pairs:
            r = self.random(f"chatter/{host.tenant}/{host.name}/{line[2]}")
            mean = left * weight / total
            count = max(0, round(r.gauss(mean, mean**0.5)))
            for hour in r.choices(spots, cum_weights=hours[rhythm], k=count):
                self.say(host, (hour + r.random()) * HOUR, line)

    def dark(self, host: Host, start: float, end: float = DAYS) -> None:
        """Nothing of this host is received in the interval, whatever else is said of it."""
        self._dark.append((host.peer, start * _DAY_US, end * _DAY_US))

    def finish(self) -> World:
        """Drop what dark hosts would have said and bring all into the order of arrival."""
        for peer, start, end in self._dark:
            self.lines = [x for x in self.lines if x.peer != peer or not start <= x.t_us < end]
        self.lines.sort(key=lambda line: line[:3])
        self.signals = [self._told(signal) for signal in self.signals]
        return self

    def _told(self, signal: Signal) -> Signal:
        """Nobody can tell before the fourth line, wherever chance has put it; a return, before its second."""
        times = [line.t_us / _DAY_US for line in self.lines if line.label == signal.id]
        live, after, need = [], 0.0, 4
        for start, end in signal.live:
            seen = [t for t in times if t > after]
            if signal.silence or len(seen) >= need:
                live.append((start if signal.silence else max(start, seen[need - 1]), end))
            after, need = end, 2
        return signal._replace(live=tuple(live))

    # --- out

    def t_us(self, day: float) -> int:
        return int(self.start.timestamp() * 1_000_000) + int(day * _DAY_US)

    def write_envelopes(self, path: Path) -> None:
        with path.open("w", encoding="utf-8") as out:
            for line in self.lines:
                moment = self.start + timedelta(microseconds=line.t_us)
                stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}Z"
                out.write(
                    json.dumps({"received_at": stamp, "peer": line.peer, "transport": "udp", "raw": line.raw})
                    + "\n"
                )

    def fingerprint(self) -> str:
        """Eight hex digits of all lines: another world of the same name has another."""
        seen = 0
        for line in self.lines:
            seen = zlib.crc32(line.raw.encode(), seen)
        return f"{seen:08x}"

    def config_toml(self, root: Path) -> str:
        """A configuration that gives each tenant its network."""
        text = "".join(f'{key} = "{root / key}"\n' for key in ("state_dir", "runtime_dir", "digest_dir"))
        for tenant, network in self.networks.items():
            text += f'\n[[source]]\nmatch = ["{network}"]\ntenant = "{tenant}"\n'
        return text


def monday(year: int, month: int, day: int) -> datetime:
    moment = datetime(year, month, day, tzinfo=UTC)
    if moment.weekday():
        raise ValueError(f"{moment:%Y-%m-%d} is not a Monday")
    return moment


def week(workday: Sequence[float], saturday: Sequence[float], sunday: Sequence[float]) -> list[float]:
    """A week of 168 hours from three days of 24."""
    return [*workday] * 5 + [*saturday, *sunday]


def _parts(template: str) -> Iterator[str | tuple[str, str]]:
    at = 0
    for found in _SLOT.finditer(template):
        yield template[at : found.start()]
        yield found.group(1), found.group(2) or ""
        at = found.end()
    yield template[at:]


def _lan(r: Random, host: Host) -> str:
    first, second = host.peer.split(".")[:2]
    return f"{first}.{second}.{r.randint(50, 90)}.{r.randint(2, 250)}"


def _wan(r: Random, host: Host) -> str:
    return f"{r.choice((45, 80, 91, 103, 141, 185, 193, 212))}.{r.randint(1, 250)}.{r.randint(0, 255)}.{r.randint(1, 254)}"


def _mac(r: Random, host: Host) -> str:
    return ":".join(f"{r.getrandbits(8):02x}" for _ in range(6))


_BUILTIN: dict[str, Callable[[Random, Host], str]] = {
    "lan": _lan,
    "wan": _wan,
    "mac": _mac,
    "port": lambda r, host: str(r.randint(1024, 65000)),
    "host": lambda r, host: host.name,
}
