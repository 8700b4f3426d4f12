"""World "mill": no fixed wording. Each seed draws products, words, formats, rhythms, kinds of signal and where they are."""
# ruff: noqa: E501, SIM905 (tables and lines are written whole)
# fmt: off

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.scenarios import mill_harmless
from tests.scenarios import mill_planted as p
from tests.scenarios import mill_series as s
from tests.scenarios.mill_words import PLACES, Field, Product, products
from tests.scenarios.world import Chatter, Say, World

_BUSINESSES = "mills harbour clinic works dairy press transit foods college archive quarry brewery airfield optics".split()
_MATTER = "path store sense queue proc"

KINDS: dict[str, tuple[tuple[str, ...], Callable[[p.Case], None]]] = {
    kind: (tuple(classes.split()), plant)
    for kind, classes, plant in (
        ("link_flap", "path", p.link_flap),
        ("flap_growing", "path", p.flap_growing),
        ("slower_recovery", "path", p.slower_recovery),
        ("failover_pingpong", "path", p.failover_pingpong),
        ("address_conflict", "path", p.address_conflict),
        ("restart_loop", "proc", p.restart_loop),
        ("leak_restart", "proc", p.leak_restart),
        *((kind, _MATTER, p.small_fault) for kind in "odd_one error_growing periodic_hour returned burst weekend_only".split()),
        ("after_change", _MATTER, p.after_change),
        ("precursor", "store sense queue", p.precursor),
        ("together", _MATTER, p.together),
        ("spreading", "proc", p.spreading),
        ("login_few", "user", p.login_few),
        ("accounts_one_cause", "user", p.accounts_one_cause),
        ("odd_hours", "user", p.odd_hours),
        *((kind, "sense path queue store", s.gauge) for kind in "creep sinking diverging level_shift".split()),
        ("stuck_value", "sense", s.gauge),
        ("pool_fill", "store queue", s.pool_fill),
        ("counter_accelerates", "store path sense", s.counter_accelerates),
        ("capacity_lower", "store queue", s.capacity_lower),
        ("redundancy_lost", "path store sense", s.capacity_lower),
        ("expiry", "cert", s.expiry),
        ("renew_in_vain", "cert", s.renew_in_vain),
        *((kind, "job", s.job) for kind in "job_longer job_smaller job_stopped job_later second_try shortfall".split()),
        ("rarer", "job", s.rarer),
        ("heartbeat_stopped", "proc", s.heartbeat_stopped),
        ("source_silent", "proc", s.source_silent),
    )
}


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    r = random.Random(f"mill/{seed}")
    start = datetime(2025, 1, 6, tzinfo=UTC) + timedelta(weeks=r.randrange(70))
    world = World("mill", start, seed, quiet)
    world.rhythms = {name: _week(r) for name in ("one", "two", "three")}
    world.rhythms["round"] = [r.uniform(0.9, 1.1) for _ in range(168)]
    block = 176 + 4 * r.randrange(4)
    sites = r.sample(PLACES, 4)
    for k, (site, business) in enumerate(zip(sites, r.sample(_BUSINESSES, 4), strict=True)):
        world.networks[f"{site}-{business}"] = f"10.{block + k}.0.0/16"
    made = products(r, r.randint(9, 12))
    _hosts(world, made, r)
    drawn = set(r.sample(sorted(KINDS), r.randint(22, 25)))
    load = dict.fromkeys(made, 0)
    for kind in sorted(KINDS, key=lambda kind: (kind not in drawn, r.random())):
        classes, plant = KINDS[kind]
        cls = r.choice(classes)
        fit = {"together": made[:2], "spreading": made[:1], "source_silent": made[2:3]}.get(kind, made)
        product = min(fit, key=lambda x: (load[x], r.random()))
        load[product] += 1
        plant(p.Case(world, kind, product, cls, kind in drawn and not quiet))
    mill_harmless.harmless(world, made)
    talk = {product.name: _talk(product, r, "round" if k == 2 else "") for k, product in enumerate(made)}
    world.chatter({h.role: talk[h.role.split("/")[0]] for h in world.hosts}, lines)
    return world.finish()


def _week(r: random.Random) -> list[float]:
    """A peak or two a day, less at weekends, and never quite nothing."""
    peak, wide, second = r.uniform(7, 20), r.uniform(2, 5), r.choice((0, 0.5, 0.9))
    weekend, floor = r.choice((0.15, 0.4, 0.9, 1.2)), r.uniform(0.1, 0.4)

    def at(hour: int) -> float:
        first, later = (math.exp(-((abs((hour - x + 12) % 24 - 12) / wide) ** 2)) for x in (peak, peak + 7))
        return first + second * later

    return [floor + at(h % 24) * (weekend if h >= 120 else 1) for h in range(168)]


def _hosts(world: World, made: list[Product], r: random.Random) -> None:
    """Seven of the first product at each tenant, three of the second, two of the third, one or two of each other."""
    for k, product in enumerate(made):
        stem = r.choice((product.name.lower(), product.name[:4].lower(), product.vendor[:4].lower() + product.name[0].lower()))
        if any(stem in h.name.lower() for h in world.hosts):
            stem = product.name.lower() + "x"
        form = r.choice(("{p}-{s}-{k:02}", "{s}{p}{k}", "{p}{k}.{s}", "{S}-{P}-{k}", "{p}{k:03}-{s}", "{s}-{p}-{k}.lan"))
        offset = r.choice((0, 0, 60, 120, -300))
        for tenant in world.networks:
            count = (7, 3, 2)[k] if k < 3 else r.choice((1, 1, 2) if len(made) > 10 else (1, 2, 2, 2))
            names = (form.format(p=stem, P=stem.upper(), s=tenant[:4], S=tenant[:4].upper(), k=i + 1) for i in range(count))
            world.add(tenant, product.name, product.style, names, offset)
    for product, alone in zip((made[0], made[0], made[2], made[2]), ("new", "leaving", "silent", "asleep"), strict=True):
        host = r.choice(world.of(product.name))
        host.role += f"/{alone}"  # takes no other part, whose lines would be lost in its dark
        host.weight = max(1.0, host.weight)


def _talk(product: Product, r: random.Random, rhythm: str) -> Chatter:
    """What a product says all day about any of its things, some of it fault-worded."""
    lines: list[tuple[float, Say]] = []
    fields = ((), (Field("ms", "{n:1-900}", "ms"),), (Field("src", "{lan}"),), (Field("count", "{n:1-99}"), Field("src", "{lan}")), (Field("size", "{n:90-90000}"),))
    for k in range(r.randint(6, 11)):
        cls = r.choice((*_MATTER.split(), "user"))
        act = product.line("talk", cls, r.choice((6, 6, 6, 7, 5)), *r.choice(fields), key=str(k), entity=product.entity(cls))
        lines.append((r.lognormvariate(1.5, 1), act))
    for k in range(r.randint(1, 3)):
        cls = r.choice(_MATTER.split())
        fault = product.line("glitch", cls, r.choice((3, 4, 4, 6)), key=f"talk{k}", entity=product.entity(cls))
        lines.append((r.uniform(0.3, 1.5), fault))
    lines.append((r.uniform(0.1, 0.6), product.line("refused", "user", r.choice((4, 5)), Field("src", "{wan}"), key="talk", entity=product.entity("user"))))
    return Chatter(rhythm or r.choice(("one", "two", "three", "round")), lines)
