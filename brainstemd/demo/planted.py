"""What is quiet and matters: five weak signals, each with the numbers that it happens on each day."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from brainstemd.demo.noise import line_protocol
from brainstemd.demo.scene import AUTH, INFO, KERNEL, NOTICE, WARNING, Scene
from brainstemd.models import DAY_US, MINUTE_US, SECOND_US


class Planted(NamedTuple):
    """A weak signal that a digest at the world's end should name."""

    name: str
    tenant: str
    host: str
    entity: str  # as the lines write it
    words: str  # found in each of its lines that tells of the trouble
    daily: tuple[int, ...]  # happenings a day, the last one is the newest


PLANTED = (
    Planted("tunnel", "acme", "fw-01", "branch-12", "DPD check timed out", (1, 1, 2, 2, 3, 4, 6, 8)),
    Planted(
        "interface", "acme", "core-sw-01", "Ethernet48", "changed state to down", (2, 1, 3, 2, 4, 3, 5, 4)
    ),
    Planted(
        "restarts", "birch", "web-02", "queue-worker.service", "Failed with result", (0, 2, 2, 3, 2, 4, 3, 4)
    ),
    Planted(
        "drip", "corva", "jump-01", "svc-backup", "Failed password for svc-backup", (3, 4, 2, 4, 3, 5, 3, 4)
    ),
    Planted("disk-link", "corva", "nas-01", "ata3", "SATA link down", (0, 1, 0, 1, 2, 2, 3, 3)),
)


def _happenings(scene: Scene, planted: Planted) -> Iterator[tuple[int, Random]]:
    """The moments of a planted signal: so many each day, at no hour in particular, ten minutes apart or
    more.
    """
    rng = scene.random(planted.name)
    for ago, begin_us in scene.days():
        count = planted.daily[-1 - ago] if ago < len(planted.daily) else planted.daily[0]
        step_us = DAY_US // max(1, count)
        for number in range(count):
            room_us = step_us - 20 * MINUTE_US
            yield begin_us + number * step_us + 10 * MINUTE_US + rng.randrange(room_us), rng


def _tunnel(scene: Scene) -> None:
    planted = PLANTED[0]
    name = planted.entity
    for t_us, rng in _happenings(scene, planted):
        old, thread = rng.randrange(30, 900), rng.randrange(5, 16)
        lead = f"{thread:02d}[IKE] <{name}|{old + 1}>"
        peers = "198.51.100.2[fw-01.acme.example]...203.0.113.12[branch-12.acme.example]"
        down = f"{thread:02d}[JOB] <{name}|{old}> DPD check timed out, enforcing DPD action"
        scene.say(t_us, planted.host, INFO, "charon", down)
        scene.say(
            t_us + SECOND_US,
            planted.host,
            INFO,
            "charon",
            f"{lead} initiating IKE_SA {name}[{old + 1}] to 203.0.113.12",
        )
        up_us = t_us + rng.randrange(18, 42) * SECOND_US
        scene.say(
            up_us,
            planted.host,
            INFO,
            "charon",
            f"{lead} IKE_SA {name}[{old + 1}] established between {peers}",
        )
        spis = f"{rng.randrange(16**8):08x}_i {rng.randrange(16**8):08x}_o"
        child = (
            f"CHILD_SA {name}{{{old + 40}}} established with SPIs {spis} and TS 10.0.0.0/16 === 10.12.0.0/16"
        )
        scene.say(up_us, planted.host, INFO, "charon", f"{lead} {child}")


def _interface(scene: Scene) -> None:
    planted = PLANTED[1]
    for t_us, rng in _happenings(scene, planted):
        line_protocol(scene, t_us, planted.entity, "down")
        line_protocol(scene, t_us + rng.randrange(2, 7) * SECOND_US, planted.entity, "up")


def _restarts(scene: Scene) -> None:
    planted = PLANTED[2]
    unit = planted.entity
    for t_us, rng in _happenings(scene, planted):
        restart = t_us
        for _ in range(rng.randrange(2, 4)):
            counter = rng.randrange(1, 60)
            for text, severity in (
                (f"{unit}: Main process exited, code=exited, status=1/FAILURE", NOTICE),
                (f"{unit}: Failed with result 'exit-code'.", WARNING),
                (f"{unit}: Scheduled restart job, restart counter is at {counter}.", INFO),
                (f"Started {unit} - Queue worker.", INFO),
            ):
                scene.say(restart, planted.host, severity, "systemd[1]", text)
                restart += 400_000
            restart += rng.randrange(6, 15) * SECOND_US


def _drip(scene: Scene) -> None:
    planted = PLANTED[3]
    for t_us, rng in _happenings(scene, planted):
        text = f"Failed password for {planted.entity} from 10.40.9.21 port {rng.randrange(1025, 65_000)} ssh2"
        scene.say(t_us, planted.host, INFO, f"sshd[{rng.randrange(900, 90_000)}]", text, AUTH)


def _disk_link(scene: Scene) -> None:
    planted = PLANTED[4]
    for t_us, rng in _happenings(scene, planted):
        gone = "ata3: SATA link down (SStatus 0 SControl 300)"
        scene.say(t_us, planted.host, INFO, "kernel", gone, KERNEL)
        scene.say(t_us + SECOND_US, planted.host, INFO, "kernel", "ata3: hard resetting link", KERNEL)
        up_us = t_us + rng.randrange(4, 12) * SECOND_US
        back = "ata3: SATA link up 6.0 Gbps (SStatus 133 SControl 300)"
        scene.say(up_us, planted.host, INFO, "kernel", back, KERNEL)


SIGNALS = (_tunnel, _interface, _restarts, _drip, _disk_link)
