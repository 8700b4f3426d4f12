"""World "mill": the kinds of weak signal a seed draws from, and for each its decoys in the same words."""
# ruff: noqa: E501 (tables and lines are written whole)
# fmt: off

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tests.scenarios.mill_words import PEOPLE, Field, Product
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

Shape = Callable[[float], float]


class Case:
    """One kind in this seed: on which product, host and thing, and whether it is planted or only its decoys are."""

    def __init__(self, w: World, kind: str, product: Product, cls: str, live: bool) -> None:
        self.w, self.kind, self.product, self.cls, self.live = w, kind, product, cls, live
        self.r = w.random("case/" + kind)
        self.hosts = w.of(product.name)
        self.host = w.pick(kind, product.name)
        self.name = self.other()
        self._benign = 0

    def other(self) -> str:
        """The name of one more thing of this class."""
        name = known = getattr(self, "name", "")
        while name == known:
            name = self.w.fill(self.product.entity(self.cls), self.r, self.host, {})
        return name

    def line(self, act: str, *fields: Field, which: int = 0, cls: str = "", severity: int = 0) -> Say:
        level = severity or self.w.random(f"severity/{self.kind}/{act}").choices((6, 5, 4, 3), (50, 30, 13, 7))[0]
        key = self.kind if act in ("glitch", "spread", "done") else ""
        return self.product.line(act, cls or self.cls, level, *fields, which=which, key=key)

    def pair(self, act: str, *fields: Field) -> tuple[Say, Say]:
        return self.line(act, which=0), self.line(act, *fields, which=1)

    def plant(self, *live: float | tuple[float, float], hosts: Sequence[Host] = (), tells: str = "", silence: bool = False) -> str:
        entity = None if tells or self.kind == "source_silent" else self.name
        return self.w.plant(self.kind, hosts or self.host, tells or re.escape(self.name), *live, entity=entity, silence=silence)

    def benign(self, why: str) -> str:
        """A label; what follows draws from a generator of its own, whatever has been planted before."""
        self._benign += 1
        self.r = self.w.random(f"benign/{self.kind}/{self._benign}")
        return self.w.harmless(f"{self.kind}: {why}")

    def rest(self, count: int) -> list[Host]:
        """Other hosts of the product, for decoys."""
        found = [h for h in self.hosts if h is not self.host]
        return self.r.sample(found, min(count, len(found)))

    def times(self, part: str, start: float, end: float, rate: float | Shape) -> list[float]:
        return self.w.poisson(f"{self.kind}/{part}", start, end, rate)

    def once(self, *lines: Say) -> None:
        label = self.benign("these words once each on a few hosts")
        for host in [*self.rest(self.r.randint(2, 4)), self.host][: self.r.randint(3, 5)]:
            self._said(host, self.r.uniform(0.5, 13.5), lines, label)

    def everywhere(self, *lines: Say) -> None:
        label = self.benign("these words on all hosts within minutes, once")
        day = self.r.randint(1, 12) + self.r.uniform(0.1, 0.9)
        for host in self.hosts:
            self._said(host, day + self.r.uniform(0, 12) * MINUTE, lines, label)

    def works(self, *lines: Say) -> None:
        label = self.benign("these words about many things in one maintenance hour")
        day = self.r.randint(2, 12) + self.r.uniform(1, 4) * HOUR
        change = self.line("change", Field("rev", "{n:3-9}.{n:0-30}"), cls=self.cls)
        for host in self.rest(1):
            self.w.say(host, day, change, label, e=self.other())
            for _ in range(self.r.randint(6, 12)):
                self._said(host, day + self.r.uniform(2, 50) * MINUTE, lines, label)

    def stutter(self, *lines: Say) -> None:
        label = self.benign("three times within a minute and never again")
        for host in self.rest(1):
            name, day = self.other(), self.r.uniform(1, 13)
            for k in range(3):
                self._said(host, day + k * self.r.uniform(5, 20) * SECOND, lines, label, name)

    def chronic(self, *lines: Say) -> None:
        label = self.benign("these words now and then everywhere, always did")
        for host in self.hosts:
            for t in self.times(f"chronic/{host.name}", 0, DAYS, 0.35):
                self._said(host, t, lines, label)

    def orderly(self, *lines: Say) -> None:
        label = self.benign("switched off in the evening and on in the morning, on workdays")
        names = [self.other() for _ in range(2)]
        for host in self.rest(1):
            for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11):
                for k, name in enumerate(names):
                    self.w.say(host, day + (6.2 + k / 90 + self.r.random() / 9) * HOUR, lines[-1], label, e=name)
                    self.w.say(host, day + (18.4 + k / 90 + self.r.random() / 9) * HOUR, lines[0], label, e=name)

    def decoys(self, *lines: Say) -> None:
        found = [self.once, self.everywhere, self.works, self.stutter, self.chronic]
        for made in self.w.random("decoys/" + self.kind).sample([*found, self.orderly] if len(lines) == 2 else found, 2):
            made(*lines)

    def _said(self, host: Host, day: float, lines: Sequence[Say], label: str, name: str = "") -> None:
        name = name or self.other()
        for k, line in enumerate(lines):
            self.w.say(host, day + k * self.r.uniform(8, 60) * SECOND, line, label, e=name, s=self.r.randint(9, 60))

    def series(self, host: Host, times: Sequence[float], shape: Shape, line: Say, label: str | None, name: str) -> None:
        for t in times:
            value = shape(t)
            self.w.say(host, t, line, label, e=name, v=f"{value:.1f}" if value < 100 else f"{value:.0f}")

    def numbers(self, line: Say, shape: Shape, plain: Shape, live: float, every: float) -> None:
        """One thing's readings take a `shape`; the others' stay `plain`, and one rises for a day and is back."""
        at = self.r.uniform(0, every)
        if self.live:
            clock = self.w.clock(self.kind, 0, DAYS, every, at, 300)
            self.series(self.host, clock, shape, line, self.plant(live), self.name)
        wander = self.benign("the same reading of others wanders without trend")
        rest = self.rest(4)
        for host in rest[1:]:
            clock = self.w.clock(f"{self.kind}/{host.name}", 0, DAYS, every, at + self.r.uniform(0, 0.05), 300)
            self.series(host, clock, plain, line, wander, self.other())
        back, day = self.benign("rose for some hours and was back"), self.r.uniform(3, 11)
        clock = self.w.clock(f"{self.kind}/back", 0, DAYS, every, at, 300)
        bump: Shape = lambda t: plain(t) * (1.25 if day < t < day + 0.7 else 1)  # noqa: E731
        self.series(rest[0], clock, bump, line, back, self.other())

    def noisy(self, base: float, share: float) -> Shape:
        return lambda t: base * self.r.gauss(1, share)

    def base(self) -> float:
        return self.r.choice((14.0, 45.0, 160.0, 850.0, 21000.0)) * self.r.uniform(0.8, 1.3)

    def small(self) -> tuple[Say, dict[str, object]]:
        """Some little thing it says, with or without a number that means nothing."""
        fields = self.r.choice(((), (), (Field("count", "{n:1-9}"),), (Field("seq", "{n:1000-99000}"),), (Field("ms", "{n:3-90}", "ms"),)))
        return self.line("glitch", *fields), {"e": self.name}


def link_flap(c: Case) -> None:
    down, up = c.pair("flap")
    start = c.r.choice((0.0, 0.5, 2.0, 4.0))
    if c.live:
        label = c.plant(start + 2.2)
        c.w.flap(c.host, c.times("f", start, DAYS, c.r.uniform(1.1, 3.4)), down, up, label, (c.r.uniform(3, 30), 90), e=c.name)
    c.decoys(down, up)


def flap_growing(c: Case) -> None:
    down, up = c.pair("flap")
    grow, start = c.r.uniform(1.28, 1.5), c.r.uniform(1, 4)
    if c.live:
        times = c.times("f", start, DAYS, lambda t: min(7.0, 0.25 * grow ** (t - start)))
        c.w.flap(c.host, times, down, up, c.plant(8.0), (20, 60), e=c.name)
    c.decoys(down, up)


def slower_recovery(c: Case) -> None:
    down, up = c.pair("flap", *([Field("after", "{s}", "s")] if c.r.random() < 0.6 else []))
    if c.live:
        label, start = c.plant(6.5), c.r.uniform(0, 1.5)
        back = 0.0
        for t in c.times("f", start, DAYS, c.r.uniform(1.4, 2.2)):
            if t < back + 0.01:
                continue
            lasts = 8 * 1.45 ** (t - start) * c.r.uniform(0.8, 1.25)
            c.w.say(c.host, t, down, label, e=c.name)
            back = t + lasts * SECOND
            c.w.say(c.host, back, up, label, e=c.name, s=f"{lasts:.0f}")
    label = c.benign("now and then everywhere, back after seconds each time")
    for host in c.rest(6):
        for t in c.times(f"quick/{host.name}", 0, DAYS, 0.3):
            c.w.flap(host, [t], down, up, label, (7, 8), e=c.other(), s=c.r.randint(7, 8))


def failover_pingpong(c: Case) -> None:
    line = c.line("lead")
    names = (c.name, c.other())
    if c.live:
        label, start = c.plant(c.r.uniform(3, 5), tells="|".join(map(re.escape, names))), c.r.uniform(0.5, 2)
        for k, t in enumerate(c.times("f", start, DAYS, c.r.uniform(1.3, 2.8))):
            c.w.say(c.host, t, line, label, e=names[k % 2])
    label = c.benign("one planned switch and one back")
    for host in c.rest(2):
        day, pair = c.r.uniform(1, 12), (c.other(), c.other())
        for k in (0, 1):
            c.w.say(host, day + k * 2 * HOUR, line, label, e=pair[k])


def address_conflict(c: Case) -> None:
    line = c.line("claim", Field("by", "{v}"))
    macs = [c.w.fill("{mac}", c.r, c.host, {}) for _ in range(2)]
    if c.live:
        label, start = c.plant(start_of(c) + 2), start_of(c)
        for k, t in enumerate(c.times("f", start, DAYS, c.r.uniform(1.5, 3))):
            c.w.say(c.host, t, line, label, e=c.name, v=macs[k % 2])
    label = c.benign("each thing once, after an exchange of the device")
    for host in c.rest(5):
        c.w.say(host, c.r.uniform(0, 13.9), line, label, e=c.other(), v=c.w.fill("{mac}", c.r, host, {}))


def start_of(c: Case) -> float:
    return c.w.random("start/" + c.kind).choice((0.0, 1.0, 2.5, 4.0))


def restart_loop(c: Case) -> None:
    end, begin = c.pair("exit")
    if c.live:
        label = c.plant(start_of(c) + 2)
        for t in c.times("f", start_of(c), DAYS, c.r.uniform(0.8, 1.4)):
            for k in range(c.r.randint(1, 3)):
                c.w.flap(c.host, [t + k * c.r.uniform(70, 160) * SECOND], end, begin, label, (2, 9), e=c.name)
    c.decoys(end, begin)


def leak_restart(c: Case) -> None:
    line, again = c.line("reading", Field("level", "{v}")), c.line("exit", which=1)
    base, cycle, rise = c.base(), c.r.uniform(1.9, 3.0), c.r.uniform(0.8, 2.0)
    phase = c.r.uniform(0, cycle)
    if c.live:
        label = c.plant(3 * cycle)
        shape: Shape = lambda t: base * (1 + rise * ((t + phase) % cycle) / cycle) * c.r.gauss(1, 0.02)  # noqa: E731
        c.series(c.host, c.w.clock(c.kind, 0, DAYS, 6 * HOUR, 0.1, 300), shape, line, label, c.name)
        for k in range(1, 8):
            c.w.say(c.host, k * cycle - phase, again, label, e=c.name)
    flat = c.benign("the same reading of others stays")
    for host in c.rest(3):
        c.series(host, c.w.clock(c.kind + host.name, 0, DAYS, 6 * HOUR, 0.1, 900), c.noisy(base, 0.04), line, flat, c.other())
    c.once(again)


def small_fault(c: Case) -> None:
    """Kinds that differ only in when one thing says its little sentence."""
    line, values = c.small()
    r, start = c.r, start_of(c)
    hour = r.uniform(0, 23)
    grow, per_day, gone, back = r.uniform(1.25, 1.5), r.uniform(1.0, 2.6), r.uniform(2.8, 3.5), r.uniform(9.5, 11)
    plans: dict[str, tuple[list[float], list[float | tuple[float, float]]]] = {
        "odd_one": (c.times("f", start, DAYS, per_day), [start + 2.5]),
        "error_growing": (c.times("f", 1, DAYS, lambda t: min(8.0, 0.3 * grow ** (t - 1))), [8.0]),
        "periodic_hour": ([d + hour * HOUR + r.gauss(0, 9) * MINUTE for d in range(int(start), DAYS) if r.random() < 0.85], [start + 4]),
        "returned": (c.times("f", 0, gone, 2.5) + c.times("b", back, DAYS, 2.5), [(1.5, gone + 0.7), (back, float(DAYS))]),
        "burst": ([t for day in (hour / 9 + 3.2, hour / 9 + 4.4) for t in c.w.poisson(f"burst/{day}", day, day + 0.01, 1500)],
                  [(hour / 9 + 3.2, hour / 9 + 7)]),
        "weekend_only": ([t for day in (5, 12) for t in c.times(str(day), day, day + 2, 5)], [(5.5, 8.0), (12.2, 14.0)]),
    }
    times, live = plans[c.kind]
    if c.live:
        c.w.each(c.host, times, line, c.plant(*live), **values)
    c.decoys(line)


def after_change(c: Case) -> None:
    change = c.line("change", Field("rev", "{v}"), severity=5)
    line, values = c.small()
    day, rev = c.r.randint(3, 7) + c.r.uniform(0.05, 0.8), f"{c.r.randint(2, 9)}.{c.r.randint(0, 30)}"
    label = c.benign("the new revision comes to several hosts, most without consequence")
    for host in [c.host, *c.rest(5)]:
        c.w.say(host, day + c.r.uniform(0, 0.04), change, label, e=c.product.name, v=rev)
    if c.live:
        c.w.each(c.host, c.times("f", day + 0.06, DAYS, c.r.uniform(1.8, 4)), line, c.plant(day + 2), **values)
    c.once(line)


def precursor(c: Case) -> None:
    line, values = c.small()
    bad, good = c.product.line("outage", c.cls, 3), c.product.line("outage", c.cls, 6, which=1)
    t, days = c.r.uniform(0.5, 1.5), list[float]()
    while t < DAYS - 0.5:
        days.append(t)
        t += c.r.uniform(1.6, 2.8)
    if c.live:
        label = c.plant(days[2])
        for day in days:
            c.w.say(c.host, day - c.r.uniform(4, 22) * MINUTE, line, label, **values)
            c.w.flap(c.host, [day], bad, good, label, (120, 400), e=c.name)
    c.once(bad, good)
    c.once(line)


def together(c: Case) -> None:
    mate = next((h for h in c.rest(99) if h.tenant == c.host.tenant), None)
    one, values = c.small()
    two, name = one, c.other()
    if c.r.random() < 0.6:  # another sort of thing with other words
        cls = c.r.choice([x for x in ("path", "store", "sense", "queue", "proc") if x != c.cls])
        two, name = c.line("glitch", cls=cls), c.w.fill(c.product.entity(cls), c.r, mate or c.host, {})
    if c.live and mate:
        label = c.plant(start_of(c) + 2.5, hosts=[c.host, mate], tells=f"{re.escape(c.name)}|{re.escape(name)}")
        for t in c.times("f", start_of(c), DAYS, c.r.uniform(0.9, 1.6)):
            c.w.say(c.host, t, one, label, **values)
            c.w.say(mate, t + c.r.uniform(10, 80) * SECOND, two, label, e=name)
    c.chronic(one)
    c.once(two)


def spreading(c: Case) -> None:
    line = c.line("spread")
    found = [h for h in c.w.hosts if h.role == c.product.name and h.tenant == c.host.tenant]
    c.r.shuffle(found)
    step, t, days = c.r.uniform(0.7, 1.4), c.r.uniform(1.5, 3.5), list[tuple[Host, float]]()
    for host in found[:9]:
        days.append((host, t))
        t += step * c.r.uniform(0.6, 1.4)
    days = [(host, day) for host, day in days if day < 13.2]
    if c.live:
        label = c.plant(days[3][1], hosts=[host for host, _ in days], tells=re.escape(c.name))
        for host, day in days:
            c.w.each(host, [day, *(day + c.r.uniform(0.1, 0.6) for _ in range(c.r.randint(0, 2)))], line, label, e=c.name)
    c.r.choice((c.everywhere, c.works, c.chronic))(line)


def login_few(c: Case) -> None:
    line = c.line("refused", Field("src", "{src}"))
    src = c.w.fill("{lan}", c.r, c.host, {})
    c.name = c.r.choice(PEOPLE)
    if c.live:
        c.w.each(c.host, c.times("f", start_of(c), DAYS, c.r.uniform(1.5, 3.5)), line, c.plant(start_of(c) + 2), e=c.name, src=src)
    typed = c.benign("people mistype, each once or twice")
    for host in c.hosts:
        for t in c.times(f"typo/{host.name}", 0, DAYS, 0.6):
            c.w.say(host, t, line, typed, e=c.other(), src=c.w.fill("{lan}", c.r, host, {}))


def accounts_one_cause(c: Case) -> None:
    line = c.line("refused", Field("src", "{src}"))
    src, start = c.w.fill("{lan}", c.r, c.host, {}), c.r.uniform(2, 6)
    if c.live:
        label = c.plant(start + 1.5, tells=re.escape(src))
        for t in c.times("f", start, DAYS, c.r.uniform(2.5, 5)):
            c.w.say(c.host, t, line, label, e=c.other(), src=src)
    label = c.benign("people mistype, each from somewhere else")
    for t in c.times("typo", 0, DAYS, 3):
        c.w.say(c.r.choice(c.rest(9)), t, line, label, e=c.other(), src=c.w.fill("{lan}", c.r, c.host, {}))


def odd_hours(c: Case) -> None:
    line = c.line("session", Field("src", "{src}"), severity=c.r.choice((5, 6)))
    src = c.w.fill("{wan}", c.r, c.host, {})
    c.name = c.r.choice(PEOPLE)
    if c.live:
        start, label = start_of(c), c.plant(start_of(c) + 3)
        for day in range(int(start), DAYS):
            for _ in range(c.r.choice((0, 1, 1, 2))):
                c.w.say(c.host, day + c.r.uniform(1, 4) * HOUR, line, label, e=c.name, src=src)
    label = c.benign("the same kind of session in working hours, by staff")
    for host in c.rest(6):
        for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11):
            if c.r.random() < 0.5:
                c.w.say(host, day + c.r.uniform(8, 17) * HOUR, line, label, e=c.other(), src=c.w.fill("{lan}", c.r, host, {}))
