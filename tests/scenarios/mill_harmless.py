"""World "mill": what every site has and nobody needs to read, in this seed's words."""
# ruff: noqa: E501 (tables and lines are written whole)
# fmt: off

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from tests.scenarios.mill_words import PEOPLE, PLACES, Field, Product
from tests.scenarios.world import DAYS, HOUR, MINUTE, Host, World

_WORKDAYS = (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)


def harmless(w: World, made: Sequence[Product]) -> None:
    for part in (_changes, _people, _jobs, _numbers, _faults):
        part(w, made, w.random("harmless/" + part.__name__))


def _some(w: World, made: Sequence[Product], r: random.Random) -> tuple[Product, list[Host]]:
    product = r.choice(made)
    return product, w.of(product.name)


def _name(w: World, product: Product, cls: str, r: random.Random, host: Host) -> str:
    return w.fill(product.entity(cls), r, host, {})


def _changes(w: World, made: Sequence[Product], r: random.Random) -> None:
    label = w.harmless("patch night: many hosts take a revision and all their services start")
    night = r.choice((1, 2, 8, 9)) + 23 * HOUR
    for product in r.sample(made, 4):
        change = product.line("change", "proc", 5, Field("rev", "{n:3-9}.{n:0-40}"))
        stop, start = (product.line("exit", "proc", (4, 6)[k], which=k) for k in (0, 1))
        for host in w.of(product.name):
            t = night + r.uniform(0, 3) * HOUR
            w.say(host, t, change, label, e=product.name)
            for k in range(3):
                name = _name(w, product, "proc", r, host)
                w.flap(host, [t + k * MINUTE], stop, start, label, (20, 90), e=name)
    label = w.harmless("a host that is new in the second week")
    (new,), (leaving,) = w.of(made[0].name + "/new"), w.of(made[0].name + "/leaving")
    first = 7 + r.uniform(0.3, 0.6)
    w.dark(new, 0, first)
    w.say(new, first + 0.001, made[0].line("change", "proc", 5, Field("rev", "{n:3-9}.0")), label, e=made[0].name)
    label = w.harmless("a host is taken out of use as planned: it stops its services in order")
    last = 11 + r.uniform(0.35, 0.6)
    for k in range(6):
        name = _name(w, made[0], "proc", r, leaving)
        w.say(leaving, last - 0.002 + k / 5000, made[0].line("exit", "proc", 6, which=0), label, e=name)
    w.dark(leaving, last + 0.001)
    label = w.harmless("every host saves its settings at one time each night")
    product, hosts = _some(w, made, r)
    saved, at = product.line("change", "store", 6, key="nightly"), r.uniform(0, 0.9)
    for host in hosts:
        w.each(host, w.clock(f"saved/{host.name}", 0, DAYS, 1.0, at, 240), saved, label, e=product.name)


def _people(w: World, made: Sequence[Product], r: random.Random) -> None:
    label = w.harmless("strangers try names from the Internet all day")
    product, hosts = _some(w, made[1:], r)
    line = product.line("refused", "user", 4, Field("src", "{wan}"), key="scan")
    for host in hosts:
        for t in w.poisson(f"scan/{host.name}", 0, DAYS, 25):
            w.say(host, t, line, label, e=r.choice((*PEOPLE[:12], "root", "admin", "test", "oracle", "guest")))
    label = w.harmless("the weekly scan from inside tries every host")
    day, src = r.choice((1, 2, 3)) + r.uniform(0.1, 0.2), w.fill("{lan}", r, w.hosts[0], {})
    for product in made[:5]:
        line = product.line("refused", "user", 5, Field("src", src), key="weekly")
        for host in w.of(product.name):
            for week in (0, 7):
                w.say(host, day + week + r.uniform(0, 30) * MINUTE, line, label, e="auditscan")
    label = w.harmless("staff at work on workdays")
    product, hosts = _some(w, made, r)
    line = product.line("session", "user", 5, Field("src", "{lan}"), key="staff")
    for host in hosts:
        for k in _WORKDAYS:
            for _ in range(r.randint(0, 2)):
                w.say(host, k + r.uniform(7, 17) * HOUR, line, label, e=r.choice(PEOPLE[:20]))
    label = w.harmless("one forgot the password after the holidays: seven tries, then in")
    product, hosts = _some(w, made, r)
    line, entered = (product.line(act, "user", 5, Field("src", "{lan}"), key="forgot") for act in ("refused", "session"))
    host, day = r.choice(hosts), r.choice(_WORKDAYS) + 0.33
    w.each(host, [day + k * r.uniform(0.3, 0.5) * MINUTE for k in range(7)], line, label, e=PEOPLE[3])
    w.say(host, day + 5 * MINUTE, entered, label, e=PEOPLE[3])


def _jobs(w: World, made: Sequence[Product], r: random.Random) -> None:
    for why, days, every in (
        ("nightly copies succeed", range(DAYS), 1),
        ("a job of workdays", _WORKDAYS, 1),
        ("a job that is new in the second week", range(8, DAYS), 1),
        ("a job of Sundays", (6, 13), 1),
        ("month's end: long, once", (r.choice((9, 10, 11)),), 3),
        ("a job of Mondays and Thursdays", (0, 3, 7, 10), 1),
    ):
        label = w.harmless(why)
        product, hosts = _some(w, made, r)
        line = product.line("done", "job", r.choice((5, 6)), Field("duration", "{v}", "s"), Field("rows", "{n:4000-4900}"), key=why)
        at, base = r.uniform(0, 0.9), r.uniform(80, 900)
        for host in r.sample(hosts, min(len(hosts), 4)):
            name = _name(w, product, "job", r, host)
            for day in days:
                w.say(host, day + at + r.uniform(0, 6) * MINUTE, line, label, e=name, v=round(base * every * r.gauss(1, 0.04)))


def _numbers(w: World, made: Sequence[Product], r: random.Random) -> None:
    for why in ("follows the day", "grows for ever, evenly", "wanders", "two levels in turn"):
        label = w.harmless(f"a number that {why}")
        product, hosts = _some(w, made, r)
        cls = r.choice(("sense", "store", "path", "queue"))
        line = product.line("reading", cls, 6, Field(r.choice(("level", "ms", "count")), "{v}"), key=why)
        for host in r.sample(hosts, min(len(hosts), 5)):
            base, pace, walk, name = r.uniform(20, 4000), r.uniform(2, 30), 0.0, _name(w, product, cls, r, host)
            for t in w.clock(f"{why}/{host.name}", 0, DAYS, 4 * HOUR, r.uniform(0, 0.1), 600):
                walk = 0.7 * walk + r.gauss(0, 0.03)
                value = {
                    "follows the day": base * (1 + 0.2 * math.sin(2 * math.pi * (t - 0.3))) * r.gauss(1, 0.02),
                    "grows for ever, evenly": base + pace * t, "wanders": base * (1 + walk), "two levels in turn": base * (1.4 if int(t * 6) % 2 else 1),
                }[why]
                w.say(host, t, line, label, e=name, v=f"{value:.1f}" if base < 100 else round(value))


def _faults(w: World, made: Sequence[Product], r: random.Random) -> None:
    for k in range(3):
        label = w.harmless("fault-worded, but everywhere and always")
        product, hosts = _some(w, made, r)
        cls = r.choice(("path", "store", "sense", "queue", "proc"))
        line = product.line("glitch", cls, r.choice((3, 4)), key=f"chronic{k}", entity=product.entity(cls))
        for host in hosts:
            w.each(host, w.poisson(f"chronic{k}/{host.name}", 0, DAYS, r.uniform(3, 4)), line, label)
    label = w.harmless("rarities: each once")
    for k in range(25):
        product, hosts = _some(w, made, r)
        act, cls = r.choice((("glitch", "proc"), ("glitch", "store"), ("outage", "sense"), ("change", "queue"), ("lead", "path")))
        line = product.line(act, cls, r.choice((2, 3, 4, 5, 6)), key=f"rare{k}", entity=r.choice(PLACES) + str(k))
        w.say(r.choice(hosts), r.uniform(0, 13.9), line, label)
    label = w.harmless("crashed once and never again")
    product, hosts = _some(w, made, r)
    bad, good = (product.line("outage", "proc", (2, 6)[k], which=k) for k in (0, 1))
    for host in r.sample(hosts, 2):
        w.flap(host, [r.uniform(1, 13)], bad, good, label, (60, 300), e=_name(w, product, "proc", r, host))
    label = w.harmless("the line of the house was gone for a minute: all say so at once")
    day = r.uniform(1, 12.5)
    for product in r.sample(made, 4):
        down, up = (product.line("flap", "path", (3, 5)[k], which=k) for k in (0, 1))
        for host in w.of(product.name):
            w.flap(host, [day + r.uniform(0, 20) / 86400], down, up, label, (50, 70), e=_name(w, product, "path", r, host))
    label = w.harmless("works announced: links of one host down and up for an hour")
    product, hosts = _some(w, made, r)
    host, day = r.choice(hosts), r.choice(_WORKDAYS) + 0.85
    down, up = (product.line("flap", "path", 5, which=k) for k in (0, 1))
    w.say(host, day, product.line("change", "path", 5, Field("by", "works"), key="works"), label, e=product.name)
    for _ in range(10):
        w.flap(host, [day + r.uniform(5, 60) * MINUTE], down, up, label, (20, 200), e=_name(w, product, "path", r, host))
