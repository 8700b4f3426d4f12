"""World "mill": weak signals that are told by numbers, by when a job runs, or by what is no longer said."""

# fmt: off

from __future__ import annotations

import re

from tests.scenarios.mill_planted import Case, Shape, start_of
from tests.scenarios.mill_words import Field
from tests.scenarios.world import DAYS, HOUR, MINUTE


def gauge(c: Case) -> None:
    r, start = c.r, c.r.uniform(2, 5)
    concept, unit = r.choice((("level", ""), ("ms", "ms"), ("count", ""), ("level", r.choice(("C", "bar", "mm", "dB", "us")))))
    line = c.line("reading", Field(concept, "{v}", unit))
    base, noise = c.base(), r.uniform(0.01, 0.04)
    rise = max(1.5 * noise, r.uniform(0.03, 0.16))
    plain: Shape = lambda t: base * c.r.gauss(1, noise)  # noqa: E731
    shapes: dict[str, Shape] = {
        "creep": lambda t: plain(t) * (1 + rise * max(0.0, t - start)),
        "sinking": lambda t: plain(t) * max(0.2, 1 - 0.6 * rise * max(0.0, t - start)),
        "stuck_value": lambda t: plain(t) if t < start + 2 else base * 1.013,
        "diverging": lambda t: base * c.r.gauss(1, noise * (1 if t < start + 1 else 6)),
        "level_shift": lambda t: plain(t) * (1 if t < start + 1 else 1.45),
    }
    c.numbers(line, shapes[c.kind], plain, start + (4 if c.kind != "level_shift" else 3), r.choice((6, 8, 8, 12)) * HOUR)


def pool_fill(c: Case) -> None:
    line = c.line("reading", Field("share", "{v}", "%"))
    low, per_day = c.r.uniform(52, 66), c.r.uniform(1.6, 2.4)
    c.numbers(line, lambda t: low + per_day * t + c.r.gauss(0, 0.3), lambda t: low + 2 * c.r.gauss(0, 1), 5.0, 8 * HOUR)


def counter_accelerates(c: Case) -> None:
    """All counters of this kind grow evenly; this one ever faster."""
    line = c.line("reading", Field("count", "{v}"))
    base, step = c.r.randint(100, 4000), c.r.uniform(4, 20)
    if c.live:
        shape: Shape = lambda t: base + step * (t + 1.38**t)  # noqa: E731
        c.series(c.host, c.w.clock(c.kind, 0, DAYS, 8 * HOUR, 0.2, 300), shape, line, c.plant(7.5), c.name)
    label = c.benign("counters that grow evenly")
    for host in c.rest(4):
        pace = step * c.r.uniform(0.5, 3)
        even: Shape = lambda t, pace=pace: base + pace * t  # type: ignore[misc] # noqa: E731
        c.series(host, c.w.clock(c.kind + host.name, 0, DAYS, 8 * HOUR, 0.2, 900), even, line, label, c.other())


def capacity_lower(c: Case) -> None:
    """A count of members that never moved is smaller since one day, and nobody said so."""
    full = c.r.choice((2, 2, 4, 6, 8) if c.kind == "redundancy_lost" else (24, 48, 64, 96, 512))
    less = full - 1 if c.kind == "redundancy_lost" else full - full // c.r.choice((3, 4, 8))
    fields = (Field("members", "{v}"), Field("of", str(full))) if c.r.random() < 0.6 else (Field("members", "{v}"),)
    line, day, every = c.line("reading", *fields), c.r.uniform(4, 8), c.r.choice((6, 8)) * HOUR
    if c.live:
        label = c.plant(day + 1)
        for t in c.w.clock(c.kind, 0, DAYS, every, 0.07, 300):
            c.w.say(c.host, t, line, label, e=c.name, v=full if t < day else less)
    label = c.benign("others stay full, one is back after some hours")
    for k, host in enumerate(c.rest(4)):
        name, dip = c.other(), c.r.uniform(2, 12)
        for t in c.w.clock(c.kind + host.name, 0, DAYS, every, 0.07, 300):
            c.w.say(host, t, line, label, e=name, v=less if k == 0 and dip < t < dip + 0.4 else full)


def expiry(c: Case) -> None:
    line, renewed = c.line("expiry", Field("left", "{v}")), c.line("renewed")
    left = c.r.randint(16, 24)
    if c.live:
        label = c.plant(float(left - 14))
        for day in range(DAYS):
            c.w.say(c.host, day + 0.23 + c.r.uniform(0, 0.01), line, label, e=c.name, v=left - day)
    label = c.benign("others are renewed in time or far from their end")
    for host in c.rest(5):
        name, days, due = c.other(), c.r.choice((25, 27, 30, 60, 400)), c.r.choice((20, 21))
        for day in range(DAYS):
            days -= 1
            c.w.say(host, day + 0.23 + c.r.uniform(0, 0.01), line, label, e=name, v=days)
            if days <= due:
                days = 90
                c.w.say(host, day + 0.3, renewed, label, e=name)


def renew_in_vain(c: Case) -> None:
    line, renewed = c.line("renew"), c.line("renewed", severity=6)
    if c.live:
        c.w.each(c.host, c.times("f", start_of(c), DAYS, c.r.uniform(1.2, 2.4)), line, c.plant(start_of(c) + 2.5), e=c.name)
    label = c.benign("asked once or twice, then renewed")
    for host in c.rest(4):
        name, day = c.other(), c.r.uniform(0, 12)
        for k in range(c.r.choice((1, 1, 2))):
            c.w.say(host, day + k / 4, line, label, e=name)
        c.w.say(host, day + 0.6, renewed, label, e=name)


def job(c: Case) -> None:
    """A daily job whose one property moves."""
    r, kind = c.r, c.kind
    fields = {
        "job_longer": (Field("duration", "{v}", "s"),), "job_smaller": (Field("size", "{v}", r.choice(("kB", "MB", ""))),),
        "job_stopped": (Field("rows", "{v}"),) * r.randint(0, 1), "job_later": (Field("rows", "{v}"),) * r.randint(0, 1),
        "second_try": (Field("try", "{x}"), Field("rows", "{v}")), "shortfall": (Field("rows", "{v}"), Field("kept", "{x}")),
    }[kind]
    line = c.line("done", *fields)
    base, start, grow = c.base() * 3, r.uniform(2, 6), r.uniform(0.07, 0.16)
    every, at = (1.0, r.uniform(0, 0.9)) if kind in ("job_later", "job_longer") else (r.choice((0.5, 1.0)), r.uniform(0, 0.45))

    def runs(name: str, host_part: str, moves: bool) -> list[tuple[float, dict[str, object]]]:
        out = list[tuple[float, dict[str, object]]]()
        for t in c.w.clock(f"{kind}/{host_part}", 0, DAYS, every, at, 400):
            since = max(0.0, t - start) if moves else 0.0
            factor = {"job_longer": 1 + grow * since, "job_smaller": max(0.15, 1 - 0.7 * grow * since)}.get(kind, 1)
            value = round(base * factor * c.r.gauss(1, 0.02))
            x = value if kind == "shortfall" else 1
            if since and kind == "second_try":
                x = 2
            elif since and kind == "shortfall":
                x = round(value * c.r.uniform(0.96, 0.99))
            late = c.r.uniform(18, 26) * MINUTE * since if kind == "job_later" else 0
            if not (since and kind == "job_stopped"):
                out.append((t + late, {"e": name, "v": value, "x": x}))
        return out

    if c.live:
        silent = kind == "job_stopped"
        if silent:
            start += 1.5
        label = c.plant(start + (every + 0.6 if silent else 4 if grow < 0.1 else 3), silence=silent)
        for t, values in runs(c.name, "", True):
            c.w.say(c.host, t, line, label, **values)
    label = c.benign("the same job of others runs as ever")
    for host in c.rest(4):
        base = base * c.r.uniform(0.6, 1.6)
        for t, values in runs(c.other(), host.name, False):
            c.w.say(host, t, line, label, **values)
    label = c.benign("once late, long and small, on a Sunday")
    for host in c.rest(1):
        c.w.say(host, 6.99, line, label, e=c.other(), v=round(base * 1.2), x=1 if kind == "second_try" else round(base * 1.2))


def rarer(c: Case) -> None:
    """Something that was done many times a day is done seldom."""
    line, day = c.line("done", Field("rows", "{n:20-90}")), c.r.uniform(5, 9)
    if c.live:
        label = c.plant(day + 2)
        c.w.each(c.host, c.times("f", 0, DAYS, lambda t: 5.0 if t < day else 0.9), line, label, e=c.name)
    label = c.benign("as often as ever on others")
    for host in c.rest(4):
        c.w.each(host, c.times("f" + host.name, 0, DAYS, 5.0), line, label, e=c.other())


def heartbeat_stopped(c: Case) -> None:
    line, every, last = c.line("beat"), c.r.choice((3, 4, 6)) * HOUR, c.r.uniform(4, 9)
    if c.live:
        label = c.plant(last + 2 * every, silence=True)
        c.w.each(c.host, c.w.clock(c.kind, 0, last, every, 0.02, 60), line, label, e=c.name)
    beat = c.benign("the beats of others go on, one misses two and is back")
    gap = c.r.uniform(2, 12)
    for k, host in enumerate(c.rest(5)):
        times = c.w.clock(c.kind + host.name, 0, DAYS, every, c.r.uniform(0, 0.1), 60)
        c.w.each(host, [t for t in times if k or not gap < t < gap + 2 * every], line, beat, e=c.other())


def source_silent(c: Case) -> None:
    (c.host,) = c.w.of(c.product.name + "/silent")
    if c.live:
        last = c.r.choice((4, 5, 6, 7, 8)) + c.r.uniform(0.72, 0.98)
        c.w.dark(c.host, last)
        c.plant(last + c.r.uniform(0.6, 1), tells=re.escape(c.host.name), silence=True)
    label = c.benign("quiet for half a night, then back")
    for host in (h for h in c.w.hosts if h.role.endswith("/asleep")):
        day = c.r.randint(2, 11) + 0.05
        c.w.dark(host, day, day + 0.15)
        c.w.say(host, day + 0.16, c.line("change", Field("rev", "{n:2-9}.{n:0-20}"), severity=6), label, e=c.product.name)
