"""Small seeded worlds: lines said straight into Histories, without a byte of syslog."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from brainstemd import config
from brainstemd.attention import Outcome, attend
from brainstemd.models import (
    DAY_US,
    SECOND_US,
    Day,
    Gap,
    History,
    KeyFacts,
    Note,
    Position,
    SignatureFacts,
    Slot,
    Story,
    Transition,
    TransitionKind,
)

DAY, HOUR, MINUTE = 86_400, 3600, 60
START = 20_000 * DAY  # a Friday


@dataclass(frozen=True)
class Say:
    """One line: who said what about whom."""

    host: str
    text: str  # the template
    app: str = "app"
    entity: str = ""
    kind: str = ""
    polarity: str = "neutral"
    outcome: str = ""
    severity: int = 6
    healed: bool = False
    orderly: bool = False
    status: str = ""
    tenant: str = "acme"
    event: str = ""

    @property
    def signature(self) -> str:
        return "s1-" + _hash("sig", self.text)[:16]

    @property
    def state(self) -> str:
        polarity = "healed" if self.healed else "" if self.polarity == "neutral" else self.polarity
        words = (polarity, "orderly" if self.orderly else "", self.outcome, self.status)
        return ",".join(word for word in words if word)

    def key(self) -> KeyFacts:
        identity = (self.tenant, self.signature, self.state, self.host, self.entity)
        number = int(_hash(*identity)[:15], 16)
        return KeyFacts(
            number,
            *identity,
            self.kind,
            "up" if self.healed else self.polarity,
            self.outcome,
            self.severity,
            self.app,
            self.healed,
            self.orderly,
        )


def _hash(*parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


@dataclass
class World:
    """Lines in time. `lines` may be transformed as a whole (metamorphic tests)."""

    days: int
    seed: int = 1
    lines: list[tuple[int, Say]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    start: int = START

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    @property
    def end(self) -> int:
        """07:00 of the morning after the last full day."""
        return self.start + self.days * DAY + 7 * HOUR

    def say(self, t: float, what: Say) -> None:
        if self.start <= t <= self.end:
            self.lines.append((int(t), what))

    def every(self, seconds: int, what: Say, *, jitter: int = 0, phase: int = 0) -> None:
        for t in range(self.start + phase, self.end, seconds):
            self.say(t + self.random.uniform(-jitter, jitter), what)

    def daily(self, at: float, what: Say, *, jitter: int = 60, days: Iterable[int] | None = None) -> None:
        for day in days if days is not None else range(self.days + 1):
            self.say(self.start + day * DAY + at + self.random.uniform(-jitter, jitter), what)

    def poisson(self, per_day: float, what: Say, *, first: float = 0, last: float | None = None) -> None:
        t = self.start + first * DAY
        stop = self.end if last is None else self.start + last * DAY
        while (t := t + self.random.expovariate(per_day / DAY)) < stop:
            self.say(t, what)

    def flap(self, down: Say, up: Say, times: Sequence[float], *, longest: int = 41) -> None:
        """A down and its up for each of `times` (in days since the start)."""
        for day in times:
            t = self.start + day * DAY
            self.say(t, down)
            self.say(t + self.random.randint(5, longest), up)

    def some_times(self, per_day: float, first: float = 0.0, last: float | None = None) -> list[float]:
        """Poisson times, in days."""
        out, t = [], first
        stop = self.days + 0.29 if last is None else last
        while (t := t + self.random.expovariate(per_day)) < stop:
            out.append(t)
        return out

    def mapped(self, change: Callable[[int, Say], tuple[int, Say] | None]) -> World:
        """The same world with every line changed (None deletes it)."""
        lines = [new for t, say in self.lines if (new := change(t, say)) is not None]
        return World(self.days, self.seed, lines, list(self.notes), list(self.gaps), self.start)

    def histories(self, at: int | None = None) -> list[History]:
        at = self.end if at is None else at
        return histories([(t, say) for t, say in self.lines if t <= at])

    def facts(self) -> dict[str, SignatureFacts]:
        return {
            say.signature: SignatureFacts(say.signature, say.text, "", "", say.event) for _, say in self.lines
        }

    def attend(
        self,
        at: int | None = None,
        weights: Mapping[str, float] | None = None,
        *,
        unmasked: bool = False,
        said: Mapping[int, Sequence[tuple[int, str]]] | None = None,
        without: frozenset[str] = frozenset(),
    ) -> Outcome:
        at = self.end if at is None else at
        return attend(
            self.histories(self.end if unmasked else at),
            self.facts(),
            at_us=at * SECOND_US,
            window_us=DAY_US,
            since_us=min(t for t, _ in self.lines) * SECOND_US,
            gaps=self.gaps,
            notes=self.notes,
            config=config.Attention(weights=dict(weights or {})),
            said=said,
            without=without,
        )


def histories(lines: Iterable[tuple[int, Say]]) -> list[History]:
    """As memory would hand them over: seconds are kept in slots of at most four lines."""
    seconds: defaultdict[KeyFacts, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    changes: defaultdict[tuple[str, str, str], list[Transition]] = defaultdict(list)
    for number, (t, say) in enumerate(sorted(lines, key=lambda pair: pair[0])):
        key = say.key()
        seconds[key][t // 300].append(t % 300)
        if say.healed or say.polarity != "neutral":
            kind = (
                TransitionKind.HEALED
                if say.healed
                else TransitionKind.DOWN
                if say.polarity == "down"
                else TransitionKind.UP
            )
            changes[key.tenant, key.source, key.entity].append(
                Transition(t * SECOND_US, kind, key.id, Position(1, number, 0))
            )
    out = []
    for key, slots in seconds.items():
        by_day: defaultdict[int, list[Slot]] = defaultdict(list)
        for slot, offsets in sorted(slots.items()):
            told = tuple(sorted(offsets)) if len(offsets) <= 4 else ()
            by_day[slot // 288].append(Slot(slot % 288, len(offsets), told))
        days = []
        for day, rows in sorted(by_day.items()):
            first = day * 288 + rows[0].slot
            last = day * 288 + rows[-1].slot
            days.append(
                Day(
                    day,
                    sum(row.count for row in rows),
                    (first * 300 + min(slots[first])) * SECOND_US,
                    (last * 300 + max(slots[last])) * SECOND_US,
                    tuple(rows),
                )
            )
        out.append(History(key, tuple(days), (), tuple(changes[key.tenant, key.source, key.entity])))
    return out


# ---------------------------------------------------------------- a site with its noise


def noise(world: World, hosts: int = 12, tenant: str = "acme") -> World:
    """What every site has and nobody wants to read: jobs, sessions, chatter at grave severities, scans, patches."""
    names = [f"{tenant}-srv-{n:02d}" for n in range(hosts)]
    gate = f"{tenant}-fw-1"
    rnd = world.random
    for n, name in enumerate(names):
        base = Say(name, "", tenant=tenant)
        world.every(300, replace(base, app="cron", text="(root) CMD (<path>)"), jitter=2)
        world.poisson(60, replace(base, app="snmpd", severity=3, text="error on subcontainer ia_addr insert"))
        world.poisson(6, replace(base, app="ntpd", severity=4, text="peer <ip> now invalid, retrying"))
        world.daily(
            3 * HOUR + 40 * n,
            replace(base, app="backup", outcome="success", text="nightly backup finished ok"),
        )
        world.daily(2 * HOUR, replace(base, app="logrotate", text="rotated logs"), jitter=200)
        for user in ("alice", "bob", "carol"):
            for day in range(world.days + 1):
                if (world.start // DAY + day + 3) % 7 < 5:
                    for _ in range(rnd.randint(0, 2)):
                        world.say(
                            world.start + day * DAY + rnd.gauss(12, 2.5) * HOUR,
                            replace(
                                base,
                                app="sshd",
                                outcome="success",
                                entity=user,
                                kind="user",
                                text="Accepted publickey for <user> from <ip> port <port>",
                            ),
                        )
        world.poisson(1.5, replace(base, app="smartd", text="Temperature changed from <num> to <num>"))
        world.poisson(0.7, replace(base, app="systemd", text="Starting <unit>"))
        if n == 3:  # patch night, everywhere within the hour
            pass
        t = world.start + (world.days - 3) * DAY + 2 * HOUR + n * 30
        for text in (
            "package <pkg> upgraded",
            "reboot: Restarting system",
            "kernel: booting version <v>",
            "service failed to stop in time, killed",
        ):
            world.say(t + rnd.randint(0, 200), replace(base, app="patch", severity=4, text=text))
    for k in range(400):
        scanner = Say(
            gate, "Deny tcp from <ip> to <ip> on interface outside", app="asa", severity=4, tenant=tenant
        )
        for t in world.some_times(0.1 if k % 3 else 0.4):
            world.say(
                world.start + t * DAY, replace(scanner, entity=f"198.51.{k // 250}.{k % 250}", kind="address")
            )
    world.every(
        150, Say(gate, "Built inbound connection <num> for outside", app="asa", tenant=tenant), jitter=9
    )
    world.daily(
        6.5 * HOUR,
        Say(gate, "disk full, emergency, system halted soon", app="asa", severity=0, tenant=tenant),
        days=[world.days],
    )
    fresh = Say(names[1], "request handled by new billing worker", app="billing", tenant=tenant)
    world.poisson(80, fresh, first=world.days - 2)
    world.daily(
        4 * HOUR,
        Say(
            names[2],
            "weekly vulnerability scan: 214 connections refused",
            app="scan",
            severity=4,
            tenant=tenant,
        ),
        days=range(1, world.days, 7),
    )
    return world


def tunnel_pair(host: str = "acme-fw-1", entity: str = "branch-12", **kw: str) -> tuple[Say, Say]:
    base = Say(host, "", app="charon", entity=entity, kind="tunnel", **kw)
    return (
        replace(base, polarity="down", text="tunnel <name> dropped, peer not responding"),
        replace(base, polarity="up", text="tunnel <name> established"),
    )


def find(outcome: Outcome, text: str) -> Story | None:
    """The first story whose title, entity, template or related templates hold `text`."""
    for story in outcome.stories:
        held = [
            story.title,
            story.entity or "",
            story.template or "",
            *(item.template for item in story.related),
        ]
        if any(text in item for item in held):
            return story
    return None


def told(outcome: Outcome) -> str:
    """The digest in a few lines, for messages of failed assertions."""
    return "\n".join(
        f"{story.attention:5.1f} {story.state:9} {story.title}   "
        + " ".join(f"{part.name}{part.points:+.0f}" for part in story.parts)
        for story in outcome.stories
    )
