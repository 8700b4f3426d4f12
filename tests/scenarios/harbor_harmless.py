"""World "harbor": what happens and means nothing, and twins that use the signals' words without their telling property."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tests.scenarios import harbor_planted as p
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

_WORKDAYS = (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)


def harmless(w: World) -> None:
    for part in (_quay_twins, _quay_series, _forwarder_twins, _agent_twins, _rail_twins, _nights, _ordinary):
        part(w)


def _others(w: World, kind: str, *roles: str) -> list[Host]:
    """Hosts of the roles on which no such signal is planted."""
    names = {host for host, _ in p.spared(w, kind)}
    return [h for h in w.of(*roles) if h.name not in names]


def _some(w: World, label: str, part: str, hosts: Iterable[Host], per_day: float, line: Say, rhythm: str = "", **values: Callable[[], object]) -> None:  # fmt: skip
    """Now and then on each of the hosts; values are drawn anew for each line."""
    for host in hosts:
        for t in w.poisson(f"{part}/{host.name}", 0, DAYS, per_day, rhythm):
            w.say(host, t, line, label, **{key: draw() for key, draw in values.items()})


def _round(w: World, label: str, part: str, hosts: Sequence[Host], at: float, within_s: float, line: Say, **values: object) -> None:  # fmt: skip
    """Each host once, all of them shortly after one moment."""
    r = w.random(part)
    for host in hosts:
        w.say(host, at + r.uniform(0, within_s) * SECOND, line, label, **values)


def _quay_twins(w: World) -> None:
    r = w.random("quay twins")
    label = w.harmless("a router loses its data session once or twice in a fortnight")
    for host in _others(w, "link_flap", "ltert"):
        times = [r.uniform(0.2, 13.8) for _ in range(r.randint(1, 2))]
        w.flap(host, times, p.SESSION_GONE, p.SESSION_UP, label, (8, 50), apn="quay.tele")
    label = w.harmless("the carrier's maintenance: all routers lose their session in one night")
    for host in w.of("ltert"):
        w.flap(host, [5 + (1 + r.random() / 6) * HOUR], p.SESSION_GONE, p.SESSION_UP, label, (200, 400), apn="quay.fleet")  # fmt: skip
    label = w.harmless("PLC backup on Sunday morning: every crane's session is reopened")
    for sunday in (6, 13):
        for host in w.of("cranegw"):
            w.say(host, sunday + 4 * HOUR + r.uniform(0, 300) * SECOND, p.REOPENED, label, plc=f"10.54.9.{host.name[-1]}")  # fmt: skip
    label = w.harmless("sessions reopened at a flat low rate on every crane")
    for host in _others(w, "reconnects_growing", "cranegw"):
        w.each(host, w.poisson(f"s7 flat/{host.name}", 0, DAYS, 0.3), p.REOPENED, label, plc=f"10.54.8.{host.name[-1]}")  # fmt: skip
    label = w.harmless("a rain front passes: all radio links step down together")
    for front in (2.61, 9.33):
        for host in w.of("radio"):
            w.flap(host, [front + r.uniform(0, 15) * MINUTE], p.STEP_DOWN, p.STEP_UP, label, (600, 1500))
    label = w.harmless("recognition workers are started anew at the turn of a shift, all lanes in order")
    for day in range(DAYS):
        for host in w.of("ocr"):
            for k in (1, 2, 3, 4):
                w.say(host, day + 4.9 * HOUR + k * 20 * SECOND, p.WORKER, label, lane=f"L{k}", code=0, up=86400)  # fmt: skip
    label = w.harmless("one recognition worker crashed four times in a minute, once and never again")
    host = _others(w, "restart_loop", "ocr")[0]
    for k in range(4):
        w.say(host, 6.43 + k * 15 * SECOND, p.WORKER, label, lane="L2", code=139, up=11 + k)
    label = w.harmless("residual current noted once at an outlet when a container is plugged in wet")
    for host in w.of("reefer"):
        for _ in range(7):
            w.say(host, r.uniform(0, DAYS), p.LEAKAGE, label, outlet=f"R{r.randint(5, 8)}-{r.randint(10, 48)}")  # fmt: skip
    label = w.harmless("cable reels take in slack on every crane, nothing beside it")
    _some(w, label, "slack", _others(w, "move_together", "cranegw"), 1.4, p.REEL, "shifts")
    label = w.harmless("symbol errors on any port of any quay switch, nothing beside it")
    for host in w.of("iesw"):
        for t in w.poisson(f"symbols/{host.name}", 0, DAYS, 0.5):
            w.say(host, t, p.SYMBOLS, label, iface=f"Fa1/{r.randint(1, 8)}")
    label = w.harmless("scales are zeroed eight times each by the calibration service on Monday morning")
    for monday in (0, 7):
        for host in w.of("scale"):
            for k in range(8):
                w.say(host, monday + 5 * HOUR + (k * 3 + r.random()) * MINUTE, p.ZERO, label, plate=1 + k % 4)
    label = w.harmless("a scale takes its zero point again every few days")
    for host in w.of("scale"):
        w.each(host, w.poisson(f"zeroed/{host.name}", 0, DAYS, 0.3), p.ZERO, label, plate=2)


def _quay_series(w: World) -> None:
    r = w.random("quay series")
    label = w.harmless("inverter temperatures follow the day and wander")
    spared = p.spared(w, "temperature_creep")
    for host in w.of("cranegw"):
        for axis, base in (("hoist1", 51), ("hoist2", 51), ("trolley", 46)):
            if (host.name, axis) in spared:
                continue
            mean = base + r.uniform(-4, 4)
            for t in w.clock(f"heat/{host.name}/{axis}", 0, DAYS, 6 * HOUR, 0.5 * HOUR, 600):
                w.say(host, t, p.DRIVE, label, axis=axis, c=round(p.swing(t, r, mean, 3, 1.2)))
    label = w.harmless("wind masts pulse on and on; one pauses for an announced inspection and returns")
    beating = _others(w, "heartbeat_stopped", "cranegw")
    for host in beating:
        for k, t in enumerate(w.clock(f"mast/{host.name}", 0, DAYS, 3 * HOUR, 0.2 * HOUR, 40)):
            if host is not beating[0] or not 8.3 < t < 8.9:
                w.say(host, t, p.PULSE, label, seq=5000 + k)
    note: Say = (5, "cranelink", "wind mast inspection begins, pulses paused until 22:00 by order of maintenance")  # fmt: skip
    w.say(beating[0], 8.29, note, label)
    label = w.harmless("reefer probes wander by some tenths")
    for host in w.of("reefer"):
        for probe in ("P1", "P2", "P3"):
            frozen = (host.name, probe) in p.spared(w, "frozen_reading")
            end = next(s.live[0][0] - 1.5 for s in w.signals if s.kind == "frozen_reading") if frozen else DAYS  # fmt: skip
            for t in w.clock(f"probe/{host.name}/{probe}", 0, end, 4 * HOUR, 1 * HOUR, 90):
                a, b = p.swing(t, r, 1.9, 0.3, 0.3), p.swing(t, r, 3.7, 0.4, 0.4)
                w.say(host, t, p.PROBE, label, probe=probe, a=f"{a:.1f}", b=f"{b:.1f}")
    label = w.harmless("both paths up, reported on a clock")
    for host in w.of("tosdb"):
        lost = [s.live[0][0] - 1.2 for s in w.signals if s.kind == "redundancy_lost" and host.name in s.hosts]
        times = w.clock(f"paths/{host.name}", 0, lost[0] if lost else DAYS, 8 * HOUR, 1.3 * HOUR, 20)
        w.each(host, times, p.PATHS, label, up=2)
    label = w.harmless("a path goes and is back within the maintenance hour")
    for host in _others(w, "redundancy_lost", "tosdb"):
        w.flap(host, [2 + 21.4 * HOUR], p.PATH_GONE, p.PATH_BACK, label, (900, 1900))
    label = w.harmless("odometers of the cranes only grow")
    odometer: Say = (6, "cranelink", "counter report: hoist hours {h}, spreader locks {locks}")
    for k, host in enumerate(w.of("cranegw")):
        for day in range(DAYS):
            w.say(host, day + 5.1 * HOUR, odometer, label, h=20400 + 911 * k + 17 * day, locks=801000 + 7001 * k + 612 * day)  # fmt: skip


def _forwarder_twins(w: World) -> None:
    r = w.random("forwarder twins")
    label = w.harmless("queues breathe with the day; one is high for a day and drains")
    for host in w.of("edi"):
        for queue in ("CUSRES-OUT", "IFTSTA-OUT", "INVOIC-OUT"):
            if (host.name, queue) in p.spared(w, "queue_creep"):
                continue
            for t in w.clock(f"depth/{host.name}/{queue}", 0, DAYS, 6 * HOUR, 1.5 * HOUR, 300):
                high = 160 if queue == "INVOIC-OUT" and 5.2 < t < 6.2 else 0
                w.say(host, t, p.DEPTH, label, queue=queue, d=max(0, round(p.swing(t, r, 34, 14, 5) + high)))
    label = w.harmless("sign-ons not granted here and there, any user at any station")
    _some(w, label, "pins", w.of("wms"), 1.6, p.REFUSED, "desks", user=lambda: r.choice(p.CLERKS), station=lambda: f"DOCK-{r.randint(30, 69)}")  # fmt: skip
    label = w.harmless("one clerk mistypes eleven times at one station on one morning")
    for k in range(11):
        w.say(w.of("wms")[1], 2.31 + k * 25 * SECOND, p.REFUSED, label, user="n.dahl", station="DOCK-29")
    label = w.harmless("dumps vary and grow; one was small for a night")
    for host in w.of("maria"):
        for schema, size in (("wms_moves", 17.2e9), ("billing", 6.1e9), ("archive", 41e9)):
            if (host.name, schema) in p.spared(w, "size_shrinking"):
                continue
            for t in w.clock(f"dump/{host.name}/{schema}", 0, DAYS, 1, 2.3 * HOUR, 900):
                once = 0.3 if schema == "billing" and 6 < t < 7 else 1.0
                w.say(host, t, p.DUMP, label, schema=schema, size=round(size * 1.004**t * once * r.gauss(1, 0.006)))  # fmt: skip
    label = w.harmless("slot plans take as long as ever, at month's end longer")
    for host in w.of("wms"):
        for plan, base in (("nightly", 410), ("noon", 150)):
            if plan == "nightly" and host.name in {h for h, _ in p.spared(w, "job_growing")}:
                continue
            for t in w.clock(f"plan/{host.name}/{plan}", 0, DAYS, 1, 3.1 * HOUR if plan == "nightly" else 11 * HOUR, 60):  # fmt: skip
                s = base * r.gauss(1, 0.04) * (2.3 if int(t) == 6 else 1)
                w.say(host, t, p.PLAN, label, plan=plan, s=round(s))
    label = w.harmless("a user back from holiday tries nine old passwords on Monday")
    wrong: Say = (*p.LOGON[:2], "An account failed to log on. Account Name: k.meier Logon Type: 2 Failure Reason: Unknown user name or bad password. Source Network Address: 10.55.61.18")  # fmt: skip
    for k in range(9):
        w.say(w.of("win")[0], 7.3 + k * 40 * SECOND, wrong, label)
    label = w.harmless("a service account was refused twice while its right was being granted")
    for k in (0, 1):
        w.say(w.of("win")[1], 3.52 + k * 11 * MINUTE, p.LOGON, label, user="svc-archive")
    label = w.harmless("the other switches took their firmware one night and go on as before")
    for k, host in enumerate(_others(w, "after_change", "sw")):
        w.say(host, 3 + (20.1 + k / 4) * HOUR, p.UPGRADED, label, image="YC.16.11.0023")
        for _ in range(2):
            w.say(host, r.uniform(0, DAYS), p.POWER, label, p=r.randint(3, 40))
    label = w.harmless("an order for a certificate was pending twice, then obtained")
    for cn in ("edi.lodestar.example", "portal.lodestar.example"):
        t = r.uniform(1, 11)
        for k in (0, 1):
            w.say(w.of("mx")[0], t + k * 0.4, p.DEFERRED, label, cn=cn)
        w.say(w.of("mx")[0], t + 0.8, p.OBTAINED, label, cn=cn)
    label = w.harmless("labels printed twice now and then on every dock point")
    _some(w, label, "twice", w.of("dock"), 0.9, p.LABEL, "desks")
    label = w.harmless("office ports go down in the evening and come up in the morning")
    for day in _WORKDAYS:
        for host in w.of("sw"):
            for port in (5, 9, 12, 17, 22, 31):
                w.say(host, day + r.uniform(5.5, 7) * HOUR, (6, "00076 ports", "port {k} is now on-line"), label, k=port)  # fmt: skip
                w.say(host, day + r.uniform(15.5, 18) * HOUR, (6, "00077 ports", "port {k} is now off-line"), label, k=port)  # fmt: skip


def _agent_twins(w: World) -> None:
    r = w.random("agent twins")
    label = w.harmless("certificates run down to fourteen days and are renewed in order")
    for host in w.of("decl"):
        for cn in ("edge", "inbox", "archive"):
            left = r.randint(16, 42)
            for t in w.clock(f"cert/{host.name}/{cn}", 0, DAYS, 1, 5.2 * HOUR, 200):
                left -= 1
                w.say(host, t, p.CERT, label, cn=f"{cn}.meridian.example", days=left)
                if left == 14:
                    left = 90
                    w.say(host, t + 9 * MINUTE, p.RENEWED, label, cn=f"{cn}.meridian.example", days=left)
    label = w.harmless("one planned change of sides in the maintenance night")
    one, other = w.of("ltm")
    for at, up, down in ((9 + 22 * HOUR, other, one), (9 + 22.7 * HOUR, one, other)):
        w.say(down, at, p.STANDBY, label, tg="/Common/traffic-group-1")
        w.say(up, at + 1 * SECOND, p.ACTIVE, label, tg="/Common/traffic-group-1")
    label = w.harmless("manifests are taken at once; any partner needs a second try now and then")
    since = {h: x.live[0][0] - 1.5 for x in w.signals if x.kind == "second_try" for h in x.hosts}
    for host in w.of("decl"):
        for t in w.poisson(f"push/{host.name}", 0, DAYS, 12, "desks"):
            again, to = r.random() < 0.06, r.choice(("PCS-SOUTHQUAY", "PCS-NORTHGATE", "LINE-ORBIS", "LINE-TALLOW"))  # fmt: skip
            if to != "PCS-NORTHGATE" or t < since.get(host.name, DAYS):
                w.say(host, t, p.PUSH, label, to=to, e="b" if again else "a", k=2 if again else 1)
    label = w.harmless("workers keep their footprint and are recycled on Sunday")
    for host in w.of("mq"):
        for worker in ("bank", "port", "carrier"):
            if (host.name, worker) in p.spared(w, "leak_restart"):
                continue
            base = r.uniform(300, 700)
            for t in w.clock(f"leak/{host.name}/{worker}", 0, DAYS, 6 * HOUR, 0.7 * HOUR, 60):
                w.say(host, t, p.FOOTPRINT, label, worker=worker, mb=round(p.swing(t, r, base, 30, 12)))
            for sunday in (6, 13):
                w.say(host, sunday + 3 * HOUR, p.RECYCLED, label, worker=worker)
    label = w.harmless("daily tables are applied on time")
    for host in _others(w, "job_stopped", "winapp"):
        for k, t in enumerate(w.clock(f"tariff/{host.name}", 0, DAYS, 1, 5.6 * HOUR, 300)):
            w.say(host, t, p.TARIFF, label, rev=5210 + k)
    label = w.harmless("exchange rates come on weekdays only")
    rates: Say = (6, "RateSync/220", "Exchange rates taken over, {n:31-31} currencies")
    for day in _WORKDAYS:
        w.say(w.of("winapp")[0], day + 14.3 * HOUR + r.uniform(0, 200) * SECOND, rates, label)
    label = w.harmless("a job ends for good: its schedule was removed by name")
    export: Say = (6, "LegacyExport/230", "Export to old portal written, {n:200-300} records")
    w.each(w.of("winapp")[2], w.clock("export", 0, 8.5, 1, 2.8 * HOUR, 100), export, label)
    w.say(w.of("winapp")[2], 8.55, (5, "LegacyExport/231", "Schedule removed by rklein: portal retired, export no longer needed"), label)  # fmt: skip
    label = w.harmless("any vessel's sentences are garbled once in a while")
    for host in w.of("ais"):
        for t in w.poisson(f"garbled/{host.name}", 0, DAYS, 5):
            w.say(host, t, p.GARBLED, label, mmsi=f"{r.randint(2, 5)}{r.randint(10000000, 99999999)}")
    label = w.harmless("the archive robot logs in each night at the same minute")
    for host in w.of("jump"):
        w.each(host, w.clock(f"robot/{host.name}", 0, DAYS, 1, 1.5 * HOUR, 20), p.ACCEPTED, label, who="robot", ip="10.56.77.9", key="5d1fa0c2")  # fmt: skip
    label = w.harmless("an announced vendor works for one afternoon")
    for k in range(6):
        w.say(w.of("jump")[0], 8.52 + k * 0.03, p.ACCEPTED, label, who="vendor-halyard", ip="203.0.113.40", key="77be01d9")  # fmt: skip


def _rail_twins(w: World) -> None:
    r = w.random("rail twins")
    label = w.harmless("sections are disturbed now and then, nothing comes before")
    for host in w.of("axle"):
        for t in w.poisson(f"disturbed/{host.name}", 0, DAYS, 0.35):
            section = f"S{r.randint(41, 70)}"
            w.say(host, t, p.DISTURBED, label, section=section)
            w.say(host, t + r.uniform(4, 14) * MINUTE, p.RESET, label, section=section)
    label = w.harmless("heads compensate drift in the cold of the morning, all of them, nothing follows")
    for host in w.of("axle"):
        for day in range(DAYS):
            w.say(host, day + r.uniform(3.8, 5) * HOUR, p.DRIFT, label, head=f"H{r.randint(61, 80)}")
    label = w.harmless("a tag table page is rebuilt once on all readers after the push of a new table")
    _round(w, label, "tags", w.of("wagon"), 0.42, 200, p.JOURNAL)
    label = w.harmless("the hump's consist is taken over on time, once forty minutes late")
    for host in _others(w, "job_late", "yplan"):
        for t in w.clock(f"consist/{host.name}", 0, DAYS, 1, 3.9 * HOUR, 240):
            w.say(host, t + (40 * MINUTE if int(t) == 5 else 0), p.CONSIST, label)
    label = w.harmless("recorder volumes are all there; one is smaller during a disk's exchange")
    for host in w.of("nvr"):
        lost = [s.live[0][0] - 1.2 for s in w.signals if s.kind == "capacity_lower" and host.name in s.hosts]
        for vol in ("rec0", "rec1"):
            end = lost[0] if lost and vol == "rec0" else DAYS
            for t in w.clock(f"volume/{host.name}/{vol}", 0, end, 8 * HOUR, 2 * HOUR, 200):
                swap = vol == "rec1" and host.name.endswith("1") and 4.3 < t < 4.7
                w.say(host, t, p.VOLUME, label, vol=vol, tb="84.0" if swap else "96.0", days=26 if swap else 30)  # fmt: skip
    label = w.harmless("clock offsets wander by some microseconds")
    for host in w.of("clk"):
        for src in ("gnss-a", "gnss-b"):
            if (host.name, src) not in p.spared(w, "offset_creep"):
                for t in w.clock(f"offset/{host.name}/{src}", 0, DAYS, 6 * HOUR, 2.6 * HOUR, 60):
                    w.say(host, t, p.OFFSET, label, src=src, us=max(3, round(p.swing(t, r, 60, 8, 16))))
    label = w.harmless("disks say a sector was replaced once in a fortnight")
    for host in w.of("nvr"):
        w.say(host, r.uniform(1, 13), p.SECTORS, label, disk="sdh", a=16, b=8)
    label = w.harmless("disk temperatures go up and down")
    heat: Say = (6, "smartd", "Device: /dev/sd{pick:c|d|e|f|g|h} [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from {n:61-72} to {n:61-72}")  # fmt: skip
    _some(w, label, "disk heat", w.of("nvr"), 9, heat)
    label = w.harmless("accounting is sent again now and then, as slow as ever")
    for host in _others(w, "latency_creep", "tik"):
        for t in w.poisson(f"voucher/{host.name}", 0, DAYS, 2.5):
            w.say(host, t, p.VOUCHER, label, user=f"drv{r.randint(100, 999)}", s=round(310 * r.uniform(0.7, 1.4)))  # fmt: skip


def _nights(w: World) -> None:
    """Patching, scans, backups, and the power dip that all UPSes saw."""
    r = w.random("nights")
    linux = w.of("tosdb", "maria", "jump", "yplan", "clk", "mq", "bak", "mx", "ais")
    label = w.harmless("patch night: Linux hosts restart one after another")
    for k, host in enumerate(linux):
        at = 8 + 20 * HOUR + k * 6 * MINUTE
        w.say(host, at, (6, "systemd", "Stopping {pick:Session 1 of User root|D-Bus System Message Bus|OpenSSH server daemon}..."), label)  # fmt: skip
        w.say(host, at + 5 * SECOND, (4, "kernel", "watchdog: watchdog0: watchdog did not stop!"), label)
        w.say(host, at + 70 * SECOND, (5, "kernel", "Linux version 6.1.0-42-amd64 (gcc-12 (Debian 12.2.0-14)) #1 SMP PREEMPT_DYNAMIC"), label)  # fmt: skip
        w.say(host, at + 85 * SECOND, (6, "systemd", "Startup finished in {f:3-6}s (kernel) + {f:9-19}s (userspace)."), label)  # fmt: skip
    label = w.harmless("Windows hosts install updates and restart")
    for host in w.of("win", "winapp"):
        log = "System/" if host.role == "win" else ""
        at = 9 + r.uniform(20, 22) * HOUR
        w.say(host, at, (6, f"{log}Microsoft-Windows-WindowsUpdateClient/19", "Installation Successful: Windows successfully installed the following update: Security Update (KB50{n:10000-99999})"), label)  # fmt: skip
        w.say(host, at + 200 * SECOND, (6, f"{log}User32/1074", "The process TrustedInstaller.exe has initiated the restart of computer {host} on behalf of user NT AUTHORITY\\SYSTEM"), label)  # fmt: skip
        w.say(host, at + 330 * SECOND, (6, f"{log}EventLog/6005", "The Event log service was started."), label)  # fmt: skip
    label = w.harmless("the weekly scan knocks at every Linux host")
    for week in (2, 9):
        for host in linux:
            for k in range(4):
                w.say(host, week + 1 * HOUR + (k * 9 + r.uniform(0, 5)) * SECOND, (4, "sshd", "error: maximum authentication attempts exceeded for invalid user {pick:admin|nessus|guest} from 10.54.99.7 port {port} ssh2 [preauth]"), label)  # fmt: skip
    label = w.harmless("backups succeed every night")
    done: Say = (6, "backup-agent", "set nightly finished, {n:12-90} GB read, {n:1-9} GB sent, 0 skipped")
    for host in linux:
        w.each(host, w.clock(f"backup/{host.name}", 0, DAYS, 1, r.uniform(20, 23) * HOUR, 600), done, label)
    label = w.harmless("one night's backup needed a second snapshot and was fine")
    w.say(linux[3], 4.91, (4, "backup-agent", "snapshot not taken in 60 s, second request accepted"), label)
    label = w.harmless("a dip in the port's medium voltage: every UPS is on battery for seconds")
    _round(w, label, "dip", w.of("ups"), 6.77, 3, (4, "nmc", "UPS: On battery power in response to an input power problem."))  # fmt: skip
    _round(w, label, "dip over", w.of("ups"), 6.77 + 12 * SECOND, 3, (6, "nmc", "UPS: No longer on battery power."))  # fmt: skip
    label = w.harmless("UPSes test themselves on Wednesday")
    for week in (2, 9):
        _round(w, label, f"selftest/{week}", w.of("ups"), week + 10 * HOUR, 60, (6, "nmc", "UPS: Passed a self-test, runtime {n:33-36} min."))  # fmt: skip
    label = w.harmless("month's end: statements are closed and the tables locked for an hour")
    for host in w.of("maria"):
        w.each(host, w.clock(f"month/{host.name}", 5.9, 5.95, 5 * MINUTE, 21.7 * HOUR), (4, "closing", "ledger 2026-01: {n:100-900} rows wait for the lock of the monthly statement"), label)  # fmt: skip
    label = w.harmless("scratch space fills through the day and is emptied at midnight")
    for host in w.of("tosapp", "wms"):
        for t in w.clock(f"scratch/{host.name}", 0, DAYS, 4 * HOUR, 0.6 * HOUR, 200):
            w.say(host, t, (6, "dfwatch", "/var/spool/scratch {pct} pct used"), label, pct=round(14 + 60 * (t % 1) * r.uniform(0.9, 1.1)))  # fmt: skip
    label = w.harmless("all Linux hosts step their clocks at once when the reference is exchanged")
    _round(w, label, "step", w.of("tosdb", "yplan", "jump", "maria"), 3.46, 90, (4, "chronyd", "System clock was stepped by {f:1-2} seconds"))  # fmt: skip
    label = w.harmless("the weekly trim of the file systems")
    trim: Say = (
        6,
        "fstrim",
        "/srv: {f:10-90} GiB ({n:10737418240-96636764160} bytes) trimmed on /dev/mapper/vg0-srv",
    )
    for week in (0, 7):
        _round(w, label, f"trim/{week}", linux, week + 0.2 * HOUR, 3600, trim)


def _ordinary(w: World) -> None:
    r = w.random("ordinary")
    label = w.harmless("the SNMP poller with an old community, chronic and the same on every switch")
    old: Say = (3, "SNMP-3-AUTHFAIL", "Authentication failure for SNMP req from host 10.54.60.4")
    for host in w.of("iesw"):
        w.each(host, w.clock(f"snmp/{host.name}", 0, DAYS, 6 * HOUR, 0.1 * HOUR, 60), old, label)
    label = w.harmless("expired tokens of tablets, chronic on every declaration server")
    _some(w, label, "tokens", w.of("decl"), 6, (3, "authz", '{"op":"token.check","error":"expired","client":"tablet-{n:1-90}"}'), "desks")  # fmt: skip
    label = w.harmless("a developer left debug logging on for two hours")
    for t in w.poisson("debug", 3.4, 3.48, 4000):
        w.say(w.of("tosapp")[1], t, (7, "tosnode", "cache probe key={hex:12} miss, fallback failed over to loader, retry 0"), label)  # fmt: skip
    label = w.harmless("a new host is taken into service in the second week")
    host = w.of("esx")[1]
    w.dark(host, 0, 7.37)
    w.say(host, 7.371, (5, "Hostd/Hostsvc", "Host joined cluster QUAY by vcadmin, maintenance mode off"), label)  # fmt: skip
    label = w.harmless("a new service starts in the second week and says so often")
    service: Say = (6, "berthcam", "frame {n:1000-99999} annotated, {n:0-9} persons on apron")
    for t in w.poisson("berthcam", 8.3, DAYS, 40, "shifts"):
        w.say(w.of("tosapp")[2], t, service, label)
    label = w.harmless("an old UPS is retired: announced, then silent")
    host = w.of("ups")[1]
    w.say(host, 11.549, (5, "nmc", "UPS: Graceful shutdown ordered by facility, unit retired, load transferred to feed B"), label)  # fmt: skip
    w.dark(host, 11.55)
    label = w.harmless("a storm from one network knocks at the firewall for an hour")
    for t in w.poisson("storm", 5.1, 5.14, 4000):
        w.say(w.of("forti")[0], t, (5, "0000000013", 'type="traffic" subtype="forward" srcip=45.9.20.{n:2-250} srcport={port} dstip={lan} dstport=3389 proto=6 action="deny" policyid=0'), label)  # fmt: skip
    rarities: tuple[tuple[str, float, Say], ...] = (
        ("forti", 1.7, (3, "0100020003", 'type="event" subtype="system" logdesc="Fan anomaly" msg="Fan 2 below threshold, recovered after 4 s"')),
        ("tosdb", 4.2, (2, "postgres", "PANIC:  could not locate a valid checkpoint record in standby, rebuilt from primary")),
        ("asa", 10.2, (1, "ASA-1-104001", "(Primary) Switching to ACTIVE - Other unit wants me Standby.")),
        ("nx", 7.9, (2, "PLATFORM-2-PS_CAPACITY_CHANGE", "Power supply PS1 changed its capacity. possibly due to On/Off or power cable removal/insertion")),
        ("bak", 12.1, (3, "bareos-dir", "Error: Volume \"SPH131\" has been marked in error, next volume taken")),
        ("cx", 3.3, (4, "fand/1202", "Fan tray 1/1 slow for 9 s, normal again")),
    )  # fmt: skip
    label = w.harmless("rarities, each said once by one host")
    for role, day, line in rarities:
        w.say(w.of(role)[0], day + r.uniform(0, 0.3), line, label)
    label = w.harmless("one program crashed once and has run since")
    host = w.of("yplan")[1]
    for k, text in enumerate(("segfault at 18 ip 000055d0 sp 00007ffc error 4 in printspool", "printspool: main process exited, code=dumped", "printspool: scheduled restart job, counter is at 1")):  # fmt: skip
        w.say(host, 10.62 + k * SECOND, (3, "systemd", text), label)
    label = w.harmless("drivers' tablets roam between the yard's access points")
    roam: Say = (6, "caps,info", "tablet-{n:1-60} roamed from ap-{n:1-9} to ap-{n:1-9}, signal strength -{n:50-80}")  # fmt: skip
    _some(w, label, "roam", w.of("tik"), 14, roam, "trains")
    label = w.harmless("agents' remote sessions reach their idle limit")
    _some(w, label, "idle", w.of("asa"), 12, (4, "ASA-4-113019", "Group = agents, Username = {clerk}, IP = {wan}, Session disconnected. Session Type: SSL, Duration: {n:1-7}h:{n:10-59}m, Reason: Idle Timeout"), "desks")  # fmt: skip
    label = w.harmless("the yard's switch ports follow the locomotives' mobile workshops")
    for host in w.of("nx"):
        for day in range(DAYS):
            w.say(host, day + r.uniform(5, 6) * HOUR, (5, "ETHPORT-5-IF_UP", "Interface Ethernet1/3 is up in mode access"), label)  # fmt: skip
            w.say(host, day + r.uniform(19, 20) * HOUR, (5, "ETHPORT-5-IF_DOWN_ADMIN_DOWN", "Interface Ethernet1/3 is down (Administratively down)"), label)  # fmt: skip
    label = w.harmless("deferred mail to a partner who is often slow")
    _some(w, label, "deferred", w.of("mx"), 9, (4, "postfix/smtp", "{hex:10}: to=<edi@slowpartner.example>, relay=none, delay={n:100-4000}, status=deferred (connect to mx.slowpartner.example[198.51.100.77]:25: Connection timed out)"))  # fmt: skip
