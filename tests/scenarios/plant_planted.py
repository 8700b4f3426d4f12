"""World "plant": its 24 planted weak signals, and the twins that use the same words without the telling property."""

from __future__ import annotations

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

IKE_LOST: Say = (
    5,
    "ASA-5-713259",
    "Group = {peer}, IP = {peer}, Session is being torn down. Reason: Lost Service",
)
IKE_DONE: Say = (5, "ASA-5-713120", "Group = {peer}, IP = {peer}, PHASE 2 COMPLETED (msgid={hex:8})")
BUS_LOST: Say = (5, "profinet", "device {dev} not responding, outputs held")
BUS_BACK: Say = (6, "profinet", "device {dev} data exchange resumed")
RING_OPEN: Say = (4, "hios", "MRP ring {ring} open, backup path active")
RING_SHUT: Say = (5, "hios", "MRP ring {ring} closed, redundancy available")
SPAWN: Say = (6, "supervisord", "spawned: '{worker}' with pid {n:2000-60000}")
GONE: Say = (6, "supervisord", "exited: {worker} (exit status 137; not expected)")
DENIED: Say = (5, "postgres", '[1-1] FATAL:  password authentication failed for user "{account}"')
CLOSE: Say = (6, "shiftclose", "shift closed for {line} after {s} s, 0 open lots")
EXPORT: Say = (6, "collector", "nightly export to {to}: {rows} samples in {n:3-3} files")
SYNC: Say = (6, "recipe", "comparison with master {master} done, {n:34-34} recipes equal")
SCALE: Say = (6, "mes-qm", "scale {k} daily check weight within tolerance")
WEAR: Say = (6, "storage", "flash {slot} remaining life {pct} percent")
RETRY: Say = (6, "modbus", "unit {unit} answered after {k} retries")
WARM: Say = (6, "spindle", "bearing {b} temperature {c} C, limit 85")
UACERT: Say = (5, "opc", "application certificate {name} will expire in {days} days")
POOL: Say = (6, "dhcpd", "pool {pool}: {used} of 250 leases in use")
LAG: Say = (6, "postgres", '[4-1] LOG:  standby "{standby}" replay lag {mb} MB')
ENCODER: Say = (6, "motion", "encoder {axis} missed pulse, position corrected")
HALT: Say = (3, "safety", "safe stop category 1, line {line} halted")
RESUME: Say = (6, "safety", "line {line} released by operator")
DIP: Say = (6, "air", "short pressure dip at manifold {m}, compensated")
CAMERA: Say = (6, "qvision", "camera {cam} stream reopened after time-out")
EAP: Say = (6, "aaaQueueReader", "%AAA-6-AUTHREJ: user {user} refused by server 1, station {sta}")
IOMODULE: Say = (6, "io", "module watchdog expired, soft reset of slot {n:1-4}")
OVERRUN: Say = (6, "collector", "ring buffer of collector {c} overrun, oldest samples discarded")
LOCK: Say = (6, "mes-api", "row lock on wip_lot waited {n:3-9} s, request finished")
ATA: Say = (6, "kernel", "ata{k}: link is slow to respond, resetting")


def plant(w: World) -> None:
    """Plant all of them; each takes hosts of its own."""
    _links(w)
    _faults(w)
    _jobs(w)
    _numbers(w)
    _relations(w)


def _links(w: World) -> None:
    host = w.pick("ike", "perimeter")
    label = w.plant("vpn_flap", host, "198.18.40.7", 2.6, entity="198.18.40.7")
    w.flap(host, w.poisson("ike", 0, DAYS, 2.3), IKE_LOST, IKE_DONE, label, (25, 70), peer="198.18.40.7")
    host = w.pick("bus", "gateway")
    label = w.plant("fieldbus_flap_growing", host, "device feeder-3", 8.2, entity="feeder-3")
    w.flap(
        host,
        w.poisson("bus", 4, DAYS, lambda d: 0.5 * (d - 3.5)),
        BUS_LOST,
        BUS_BACK,
        label,
        (1, 4),
        dev="feeder-3",
    )
    host = w.pick("mrp", "ring")
    label = w.plant("ring_flap", host, "MRP ring 2 ", (3.4, 11.3), entity="ring 2")
    w.flap(host, w.poisson("mrp", 0.3, 10.8, 1.6), RING_OPEN, RING_SHUT, label, (6, 20), ring=2)


def _faults(w: World) -> None:
    r = w.random("faults")
    host = w.pick("worker", "mes")
    label = w.plant("restart_loop", host, "label-7", 3.4, entity="label-7")
    for t in w.poisson("worker", 0.6, DAYS, 1.3):
        for k in range(r.randint(1, 3)):
            w.say(host, t + 4 * k * SECOND, GONE, label, worker="label-7")
            w.say(host, t + (4 * k + 1) * SECOND, SPAWN, label, worker="label-7")
    host = w.pick("denied", "database")
    label = w.plant("login_drip", host, '"mes_report"', (3.0, 10.0), entity="mes_report")
    w.each(host, w.poisson("denied", 0, 9.5, 2.6), DENIED, label, account="mes_report")
    host = w.pick("spray", "wlc")
    label = w.plant("spray", host, "station 9a:00:4f:21:7b:c2", (8.4, 12.4), entity="9a:00:4f:21:7b:c2")
    for t in w.poisson("spray", 7.5, 11.5, 9):
        w.say(
            host,
            t,
            EAP,
            label,
            user=f"{r.choice('abcdefghjkm')}{r.choice(('novak', 'miller', 'smith', 'dvorak', 'jones', 'horak'))}",
            sta="9a:00:4f:21:7b:c2",
        )
    host = w.pick("overrun", "historian")
    label = w.plant("returned", host, "collector 5 overrun", (2.0, 4.0), 10.4, entity="collector 5")
    w.each(host, [*w.poisson("over1", 0.4, 2.8, 4), *w.poisson("over2", 9.6, DAYS, 4)], OVERRUN, label, c=5)
    w.say(host, 2.85, (5, "systemd", "Reloaded historian collector configuration."))
    host = w.pick("lock", "mes")
    label = w.plant("after_change", host, "row lock on wip_lot", 6.2)
    w.say(host, 4.7, (5, "deploy", "package mes-server 5.2.0 installed over 5.1.7 by cicd"))
    w.each(host, w.poisson("lock", 4.75, DAYS, 3.2, "shifts"), LOCK, label)
    hosts = w.random("iomod").sample(w.of("gateway", tenant="assembly-brno"), 6)
    label = w.plant("spread", hosts, "module watchdog expired", 6.0)
    for k, cell in enumerate(hosts):
        w.say(cell, 2.7 + 1.4 * k, IOMODULE, label)
        w.each(cell, w.poisson(f"iomod{k}", 2.7 + 1.4 * k, DAYS, 0.8), IOMODULE, label)
    host = w.pick("ata", "database")
    label = w.plant("rare_recurring", host, "ata2: link is slow", 4.5, entity="ata2")
    w.each(host, w.poisson("ata", 0.5, DAYS, 1.1), ATA, label, k=2)


def _jobs(w: World) -> None:
    r = w.random("jobs")
    host = w.pick("close", "mes")
    label = w.plant("job_duration", host, "shift closed for L4", 7.2, entity="L4")
    for t in w.clock("close", 0, DAYS, 8 * HOUR, 5.9 * HOUR, 200):
        w.say(host, t, CLOSE, label, line="L4", s=int(75 * 1.15 ** max(0, t - 3.5) * r.uniform(0.95, 1.05)))
    host = w.pick("export", "historian")
    label = w.plant("job_size", host, "export to datalake", 7.0, entity="datalake")
    for t in w.clock("export", 0, DAYS, 1, 3.1 * HOUR, 500):
        w.say(
            host,
            t,
            EXPORT,
            label,
            to="datalake",
            rows=int(1_940_000 * 0.8 ** max(0, t - 4) * r.uniform(0.98, 1.02)),
        )
    host = w.pick("sync", "gateway")
    label = w.plant("beat_stopped", host, "comparison with master", 9.0, entity="rcp-main", silence=True)
    w.each(host, w.clock("sync", 0, 8.5, 3 * HOUR, 0.03, 30), SYNC, label, master="rcp-main")
    host = w.pick("scale", "mes")
    label = w.plant("beat_stopped", host, "scale 6 daily", 9.0, entity="scale 6", silence=True)
    w.each(
        host, [t for t in w.clock("scale", 0, 7.5, 1, 5.4 * HOUR, 900) if int(t) % 7 < 6], SCALE, label, k=6
    )
    host = w.pick("dark", "badge")
    w.plant("source_silent", host, "$^", 8.3, silence=True)
    w.dark(host, 7.6)


def _numbers(w: World) -> None:
    r = w.random("numbers")
    host = w.pick("wear", "gateway")
    label = w.plant("wear_drift", host, "flash mmc0", 6.0, entity="mmc0")
    for t in w.clock("wear", 0, DAYS, 12 * HOUR, 0.12):
        w.say(host, t, WEAR, label, slot="mmc0", pct=int(61 - 2.4 * t))
    host = w.pick("retry", "gateway")
    label = w.plant("retries_rising", host, "unit 14 answered", 6.8, entity="unit 14")
    for t in w.poisson("retry", 1, DAYS, lambda d: 0.6 * 1.17**d):
        w.say(host, t, RETRY, label, unit=14, k=min(9, 1 + int(t / 2.4)))
    host = w.pick("warm", "gateway")
    label = w.plant("temperature_drift", host, "bearing B2", 7.0, entity="B2")
    for t in w.clock("warm", 0, DAYS, 6 * HOUR, 0.09):
        w.say(host, t, WARM, label, b="B2", c=f"{48 + 2.1 * max(0, t - 3) + r.uniform(-0.8, 0.8):.1f}")
    host = w.pick("uacert", "gateway")
    label = w.plant("cert_expiry", host, "urn:cell-03:opc", 3.0, entity="urn:cell-03:opc")
    for day, t in enumerate(w.clock("uacert", 0, DAYS, 1, 0.27)):
        w.say(host, t, UACERT, label, name="urn:cell-03:opc", days=16 - day)
    host = w.pick("pool", "wlc")
    label = w.plant("pool_creep", host, "pool handhelds", 7.0, entity="handhelds")
    for t in w.clock("pool", 0, DAYS, 6 * HOUR, 0.02):
        w.say(host, t, POOL, label, pool="handhelds", used=int(131 + 7.8 * t + r.uniform(-2, 2)))
    host = w.pick("lag", "database")
    label = w.plant("replication_lag", host, 'standby "dr"', 6.8, entity="dr")
    for t in w.poisson("lag", 1.5, DAYS, 2.8):
        w.say(host, t, LAG, label, standby="dr", mb=int(9 * 1.36 ** (t - 1.5) * r.uniform(0.9, 1.1)) + 1)


def _relations(w: World) -> None:
    r = w.random("relations")
    host = w.pick("halt", "gateway")
    label = w.plant("precursor", host, "encoder X4|line 3 ", 7.4, entity="line 3")
    for k in range(6):
        stop = 0.8 + 2.1 * k + r.uniform(0, 1.2)
        w.say(host, stop - r.uniform(10, 38) * MINUTE, ENCODER, label, axis="X4")
        w.say(host, stop, HALT, label, line=3)
        w.say(host, stop + r.uniform(6, 30) * MINUTE, RESUME, label, line=3)
    gateway = w.pick("dip", "gateway")
    server = w.pick("camera", "mes", tenant=gateway.tenant)
    label = w.plant("together", [gateway, server], "manifold 2|camera 11", 6.2)
    for t in w.poisson("dip", 0.9, DAYS, 1.2):
        w.say(gateway, t, DIP, label, m=2)
        w.say(server, t + r.uniform(2, 45) * SECOND, CAMERA, label, cam=11)


def twins(w: World) -> None:
    """The signals' words, harmless: once, on all hosts, on a clock, orderly, flat, recovered."""
    r = w.random("twins")
    once = (
        ("perimeter", IKE_LOST, IKE_DONE, {"peer": "198.18.77.1"}, "a supplier's tunnel dropped once"),
        ("gateway", BUS_LOST, BUS_BACK, {"dev": "gripper-1"}, "a device replugged once"),
        ("ring", RING_OPEN, RING_SHUT, {"ring": 1}, "a ring cable moved once"),
        ("mes", GONE, SPAWN, {"worker": "print-2"}, "a worker crashed once"),
        ("gateway", HALT, RESUME, {"line": 1}, "somebody walked through a light curtain"),
        ("mes", CAMERA, CAMERA, {"cam": 3}, "a camera cleaned"),
    )  # fmt: skip
    for role, first, second, values, why in once:
        label = w.harmless(why)
        host, t = r.choice(w.of(role)), r.uniform(2, 13)
        w.say(host, t, first, label, **values)
        w.say(host, t + r.uniform(10, 60) * SECOND, second, label, **values)
    label = w.harmless("carrier's work at night: all perimeters lose the central tunnel together")
    for host in w.of("perimeter"):
        w.flap(
            host, [5.07 + r.uniform(0, 5) * MINUTE], IKE_LOST, IKE_DONE, label, (90, 300), peer="198.18.0.1"
        )
    label = w.harmless("devices drop off at every tool change on a clock, all cells of the paint shop")
    for host in w.of("gateway", tenant="paint-plzen"):
        w.flap(
            host,
            w.clock("tool" + host.name, 0, DAYS, 12 * HOUR, 6.05 * HOUR, 60),
            BUS_LOST,
            BUS_BACK,
            label,
            (30, 40),
            dev="dock",
        )
    label = w.harmless("flash life of other gateways, unchanged")
    for host in w.of("gateway"):
        pct = r.randint(70, 99)
        w.each(host, w.clock("wearok" + host.name, 0, DAYS, 1, 0.13), WEAR, label, slot="mmc1", pct=pct)
    label = w.harmless("bearings that warm up with the shift and cool down")
    for host in w.of("gateway", tenant="stamping-lima"):
        for t in w.clock("warmok" + host.name, 0, DAYS, 6 * HOUR, 0.1):
            w.say(
                host, t, WARM, label, b="A1", c=f"{(41, 52, 55, 50)[int(t * 4) % 4] + r.uniform(-1, 1):.1f}"
            )
    label = w.harmless("certificates with much time left")
    for host in w.of("gateway", tenant="foundry-toledo"):
        for day, t in enumerate(w.clock("uaok" + host.name, 0, DAYS, 1, 0.28)):
            w.say(host, t, UACERT, label, name=f"urn:{host.name.lower()}:opc", days=700 - day)
    label = w.harmless("leases of the visitors' pool breathe with the day")
    for host in w.of("wlc"):
        for t in w.clock("poolok" + host.name, 0, DAYS, 6 * HOUR, 0.03):
            w.say(
                host,
                t,
                POOL,
                label,
                pool="visitors",
                used=(12, 30, 160, 90)[int(t * 4) % 4] + r.randint(-9, 9),
            )
    label = w.harmless("shift close of other lines, steady")
    for host in w.of("mes"):
        for t in w.clock("closeok" + host.name, 0, DAYS, 8 * HOUR, 5.95 * HOUR, 200):
            w.say(host, t, CLOSE, label, line="L1", s=r.randint(60, 84))
    label = w.harmless("exports to the quality system, sizes vary")
    for host in w.of("historian"):
        for t in w.clock("exportok" + host.name, 0, DAYS, 1, 3.6 * HOUR, 500):
            w.say(host, t, EXPORT, label, to="quality", rows=r.randint(300_000, 700_000))
    label = w.harmless("recipe comparisons on all cells twice a day")
    for host in w.of("gateway"):
        w.each(
            host, w.clock("syncok" + host.name, 0, DAYS, 12 * HOUR, 0.06, 30), SYNC, label, master="rcp-site"
        )
    label = w.harmless("scale checks on working days only")
    for host in w.of("mes"):
        if host.name.endswith("01"):
            w.each(
                host,
                [t for t in w.clock("scaleok" + host.name, 0, DAYS, 1, 5.6 * HOUR, 900) if int(t) % 7 < 5],
                SCALE,
                label,
                k=1,
            )
    label = w.harmless("replay lag after the monthly reorganisation, gone by noon")
    host = r.choice(w.of("database"))
    for k, mb in enumerate((40, 220, 610, 480, 150, 8)):
        w.say(host, 4.2 + k * 30 * MINUTE, LAG, label, standby="reporting", mb=mb)
    label = w.harmless("a developer's wrong password for an hour")
    w.each(r.choice(w.of("database")), w.poisson("dev", 3.4, 3.44, 250), DENIED, label, account="dev_kk")
    label = w.harmless("watchdog resets on all gateways at the grid dip")
    for host in w.of("gateway"):
        w.say(host, 10.62 + r.uniform(0, 40) * SECOND, IOMODULE, label)
    label = w.harmless("pressure dips everywhere at the same grid dip")
    for host in w.of("gateway"):
        w.say(host, 10.62 + r.uniform(40, 80) * SECOND, DIP, label, m=1)
    label = w.harmless("slow disk links, once each on three servers")
    for host in r.sample(w.of("database", "mes"), 3):
        w.say(host, r.uniform(1, 13), ATA, label, k=1)
    label = w.harmless("single encoder corrections on several machines, nothing follows")
    for host in r.sample(w.of("gateway"), 9):
        w.say(host, r.uniform(0.5, 13.5), ENCODER, label, axis="Z1")
    label = w.harmless("lock waits on all servers during the release night")
    for host in w.of("mes"):
        w.each(host, [9.16 + r.uniform(0, 0.02) for _ in range(3)], LOCK, label)
    label = w.harmless("the supervisor's nightly recycling of one worker, on a clock")
    for host in w.of("mes"):
        for t in w.clock("recycle" + host.name, 0, DAYS, 1, 0.14):
            w.say(host, t, (6, "supervisord", "stopped: recycle-1 (terminated by SIGTERM)"), label)
            w.say(host, t + 2 * SECOND, SPAWN, label, worker="recycle-1")
