"""Planted weak signals and their twins: the same words with only the telling property removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from worlds import DAY, HOUR, Say, World, tunnel_pair

DAYS = 14


@dataclass(frozen=True)
class Case:
    """A signal that must be told, found by `mark` in a story, and twins that must not."""

    name: str
    mark: str
    plant: Callable[[World], None]
    twins: dict[str, Callable[[World], None]]


# ---------------------------------------------------------------- a flapping tunnel among healthy siblings


def _tunnels(world: World, per_day: float = 0.05) -> None:
    for n in range(11):
        down, up = tunnel_pair(entity=f"site-{n:02d}")
        world.flap(down, up, world.some_times(per_day))


def _flapping(world: World) -> None:
    _tunnels(world)
    down, up = tunnel_pair()
    world.flap(down, up, world.some_times(3, 4))


def _flapped_once(world: World) -> None:
    _tunnels(world)
    down, up = tunnel_pair()
    world.flap(down, up, [DAYS - 0.2])


def _all_flap(world: World) -> None:
    for n in range(11):
        down, up = tunnel_pair(entity=f"site-{n:02d}")
        world.flap(down, up, world.some_times(3))
    down, up = tunnel_pair()
    world.flap(down, up, world.some_times(3))


def _flap_on_clock(world: World) -> None:
    _tunnels(world)
    down, up = tunnel_pair()
    world.flap(down, up, [day + 3 / 24 for day in range(DAYS + 1)])


def _flap_orderly(world: World) -> None:
    _tunnels(world)
    down, up = tunnel_pair()
    world.flap(replace(down, orderly=True), up, world.some_times(3, 4))


# ---------------------------------------------------------------- a low drip of failed logins of one account


FAILED = Say(
    "acme-srv-02", "Failed password for <user> from <ip> port <n>", app="sshd", kind="user", outcome="failure"
)


def _typos(world: World) -> None:
    for n in range(40):
        world.poisson(0.1, replace(FAILED, entity=f"user{n:02d}"))


def _drip(world: World) -> None:
    _typos(world)
    world.poisson(3, replace(FAILED, entity="svc-report"), first=2)


def _one_typo(world: World) -> None:
    _typos(world)
    world.say(world.end - 5 * HOUR, replace(FAILED, entity="svc-report"))


def _all_drip(world: World) -> None:
    for n in range(40):
        world.poisson(3, replace(FAILED, entity=f"user{n:02d}"))
    world.poisson(3, replace(FAILED, entity="svc-report"))


def _drip_on_clock(world: World) -> None:
    _typos(world)
    for hour in (1, 5, 9, 13, 17, 21):
        world.daily(hour * HOUR, replace(FAILED, entity="svc-report"))


# ---------------------------------------------------------------- a restart loop, at info severity


EXITED = Say(
    "acme-srv-06", "worker exited, starting it again", app="supervisord", entity="queue", kind="service"
)


def _loop(world: World) -> None:
    for day, hour in ((10, 15), (12, 4), (13, 20)):
        for n in range(5):
            world.say(world.start + day * DAY + hour * HOUR + n * 400 + world.random.randint(0, 90), EXITED)


def _one_restart(world: World) -> None:
    world.say(world.end - 3 * HOUR, EXITED)


def _restart_everywhere(world: World) -> None:
    for n in range(12):
        for day in world.some_times(1):
            world.say(world.start + day * DAY, replace(EXITED, host=f"acme-srv-{n:02d}"))


def _nightly_restart(world: World) -> None:
    world.daily(3.5 * HOUR, EXITED)


# ---------------------------------------------------------------- words that no list knows


BLORK = Say("acme-srv-04", "zork frobbed, blip <n>", app="zork", entity="cell-7", kind="thing")


def _unknown(world: World) -> None:
    for n in range(10):
        world.poisson(0.1, replace(BLORK, entity=f"cell-{n + 10}"))
    world.poisson(3, BLORK, first=3)


def _unknown_everywhere(world: World) -> None:
    for n in range(10):
        world.poisson(3, replace(BLORK, entity=f"cell-{n + 10}"), first=3)
    world.poisson(3, BLORK, first=3)


def _unknown_once(world: World) -> None:
    world.say(world.end - 2 * HOUR, BLORK)


CASES = (
    Case(
        "flapping tunnel",
        "branch-12",
        _flapping,
        {
            "once": _flapped_once,
            "all of them": _all_flap,
            "on a clock": _flap_on_clock,
            "orderly": _flap_orderly,
        },
    ),
    Case(
        "drip of failed logins",
        "svc-report",
        _drip,
        {"once": _one_typo, "all of them": _all_drip, "on a clock": _drip_on_clock},
    ),
    Case(
        "restart loop",
        "starting it again",
        _loop,
        {"once": _one_restart, "all of them": _restart_everywhere, "on a clock": _nightly_restart},
    ),
    Case(
        "unknown words",
        "cell-7",
        _unknown,
        {"once": _unknown_once, "all of them": _unknown_everywhere},
    ),
)
