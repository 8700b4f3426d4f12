"""World "grid": what means nothing: fleets that report, orderly nights and changes, and the signals' own words without their point."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.scenarios.grid_words import FLEETS, PEOPLE, series, words
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

When = Callable[[World, Host, str], list[float]]


def _daily(hour: float, days: tuple[int, ...] = tuple(range(DAYS)), jitter_s: float = 40) -> When:
    return lambda w, host, part: [
        d + hour * HOUR + w.random(f"{part}/{host.name}/{d}").uniform(0, jitter_s) * SECOND for d in days
    ]


def _chronic(per_day: float, rhythm: str = "flat", start: float = 0) -> When:
    return lambda w, host, part: w.poisson(f"{part}/{host.name}", start, DAYS, per_day, rhythm)


def _every(days: float, start: float = 0) -> When:
    return lambda w, host, part: w.clock(
        f"{part}/{host.name}", start, DAYS, days, w.random(f"{part}/{host.name}").uniform(0, days), 20
    )


def _once(chance: float = 0.3) -> When:
    def when(w: World, host: Host, part: str) -> list[float]:
        r = w.random(f"{part}/{host.name}")
        return [r.uniform(1, DAYS)] if r.random() < chance or host == w.of(host.role)[0] else []

    return when


_WEEKDAYS = (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)


class Habit(NamedTuple):
    why: str
    role: str
    when: When
    said: tuple[Say, ...]  # one after the other, a few seconds apart


HABITS = (
    Habit("front ends change over each Monday, as planned", "scada", _daily(9.5, (0, 7)), ((5, "fepctl", "planned changeover drill begins"), (4, "fepctl", "partner lost its lead role"), (5, "fepctl", "planned changeover drill ends, roles as before"))),
    Habit("general interrogation at each midnight", "gw", _daily(0.01), ((6, "giq", "nightly interrogation of all stations queued"), (6, "giq", "nightly interrogation finished, missing=0"))),
    Habit("a scan of all networks each Saturday", "otfw", lambda w, h, p: [d + (3 + k * 0.01) * HOUR for d in (5, 12) for k in range(70)], ((4, "THREAT,scan", "10.120.9.44,{lan},0.0.0.0,0.0.0.0,audit-scan,,,unknown-tcp,vsys1,scada,field,ae1,ae2,,TCP port sweep({n:8001-8003}),medium,client-to-server"),)),
    Habit("the internet knocks", "srx", _chronic(16), ((4, "RT_IDS", "RT_SCREEN_IP: IP spoofing! source: {wan}, destination: {lan}, protocol-id: 6, zone name: untrust, action: drop"),)),
    Habit("relay clocks announce the daily sync check", "relay", _daily(5.2), ((6, "TIME/5101", "Daily sync check, sources 1 and 2 agree"),)),
    Habit("chronic and the same on all rugged switches", "rugged", _chronic(1.5), ((3, "TFTP", "error: configuration mirror 10.120.9.7 did not answer, kept local copy"),)),
    Habit("temperature of cabinets follows the sun", "hios", lambda w, h, p: w.clock(f"{p}/{h.name}", 0, DAYS, 0.25, 0.1, 50), ((6, "hm2_temp", "device temperature {n:31-44} C, limits 0..70"),)),
    Habit("all clocks note the leap second file on one morning", "clock", _daily(7.1, (4,)), ((4, "ntpd", "leapsecond file ('/etc/leap-seconds'): will expire in less than 60 days"),)),
    Habit("routers commit the same template in one change window", "wan", _daily(21.1, (8,)), ((5, "mgd", "UI_COMMIT: User 'auto-tpl' requested 'commit' operation (comment: CHG-4471 prefix lists)"), (4, "rpd", "RPD_LDP_NBRDOWN: LDP neighbor was reset by configuration change"), (5, "rpd", "RPD_LDP_NBRUP: LDP neighbor is up"))),
    Habit("an hour meter only grows", "pump", lambda w, h, p: w.clock(f"{p}/{h.name}", 0, DAYS, 0.5, 0.2, 30), ((6, "pumpctl", '"ev":"hours","grp":"G1","run_h":{grow}'),)),
    Habit("transmitter valves and fans are counted up", "tx", lambda w, h, p: w.clock(f"{p}/{h.name}", 0, DAYS, 0.5, 0.3, 30), ((6, "amp", "operating time {grow} h, switch-on cycles 41"),)),
    Habit("historian backups succeed", "hist", _daily(1.4), ((6, "Application/VeloBackup/100", "Job nightly-trend started."), (6, "Application/VeloBackup/190", "Job nightly-trend finished successfully, {n:41000-44000} MB in {n:22-29} minutes."))),
    Habit("snapshots of virtual machines, consolidated in order", "esx", _daily(2.2), ((5, "Hostd/Vimsvc.TaskManager", "Task Created : haTask-12-vim.VirtualMachine.createSnapshot-{n:100000-990000}"), (4, "Hostd/Vmsvc.vm:/vmfs/volumes/ds1/lims/lims.vmx", "Snapshot consolidation needed, began"), (5, "Hostd/Vmsvc.vm:/vmfs/volumes/ds1/lims/lims.vmx", "Snapshot consolidation done"))),
    Habit("chronic warning of one kind on all serial servers", "serial", _chronic(2.2), ((4, "NP5430", "[System] NTP server pool unreachable, using controller time"),)),
    Habit("weekday laboratory imports", "hist", _daily(10.3, _WEEKDAYS), ((6, "Application/LimsLink/7", "Sheet of water samples imported, {n:20-38} rows."),)),
    Habit("chlorine meters calibrated twice a week", "plc", _daily(8.6, (1, 4, 8, 11), 1200), ((5, "dose", "calibration mode on, measured value frozen"), (5, "dose", "calibration mode off, slope {n:96-102} pct"))),
    Habit("radio sites switch power with the weather, all together", "radio", _daily(15.3, (3, 6, 10), 300), ((5, "rlink", "adaptive modulation lowered to 4CPFSK"), (5, "rlink", "adaptive modulation raised to 16DEQAM"))),
    Habit("rapid topology messages after a planned cut", "weos", _daily(6.1, (9,), 100), ((5, "frnt", "maintenance CHG-2274: trunk opened by operator"), (4, "frnt", "trunk down"), (5, "frnt", "trunk up"), (5, "frnt", "maintenance CHG-2274 closed"))),
    Habit("satellite fades over all encoders in the sun's weeks", "enc", _daily(11.4, (2, 3, 9), 200), ((4, "encoderd", "sat feed C/N below 9 dB, holding last good picture"), (5, "encoderd", "sat feed recovered"))),
    Habit("schedules are published each evening", "mux", _daily(18.0), ((6, "psisi", "EIT p/f and schedule rebuilt for 14 days"),)),
    Habit("playout logs handed over each night", "play", _daily(3.1), ((6, "asrun", '"ev":"handover","files":3,"sha":"{hex:8}"'),)),
    Habit("ports of edit suites go dark in the evening", "leaf", lambda w, h, p: [d + (19 + k * 0.2) * HOUR for d in _WEEKDAYS for k in range(3)], ((5, "Ebra/LINEPROTO-5-UPDOWN", "Line protocol on Interface Ethernet{n:30-44}, changed state to down"),)),
    Habit("ports of edit suites come up in the morning", "leaf", lambda w, h, p: [d + (7.5 + k * 0.2) * HOUR for d in _WEEKDAYS for k in range(3)], ((5, "Ebra/LINEPROTO-5-UPDOWN", "Line protocol on Interface Ethernet{n:30-44}, changed state to up"),)),
    Habit("self tests of the supplies every second week", "ups", _daily(4.0, (2,), 600), ((5, "UPS", "Self-Test started by management device. 0x0137"), (4, "UPS", "On battery power in response to a self test. 0x0109"), (5, "UPS", "Self-Test passed. 0x0105"), (5, "UPS", "No longer on battery power. 0x010A"))),
    Habit("array alerts that have always been there", "pure", _chronic(1.3), ((4, "purity.alert", "Phone home is administratively disabled; support cannot be reached"),)),
    Habit("a month-end run", "traffic", _daily(20.2, (10,)), ((6, "PlanAir/900", "Invoice run April started."), (4, "PlanAir/902", "Invoice run uses all worker slots."), (6, "PlanAir/901", "Invoice run April finished, 1204 documents."))),
    Habit("scheduler housekeeping each night", "sched", _daily(0.5), ((6, "slurmdbd", "hourly and daily rollup done"), (6, "slurmctld", "backfill: cleared 0 stale reservations"))),
    Habit("a reservation for the users' course, announced and given back", "sched", _daily(8.0, (7, 8, 9)), ((5, "slurmctld", "Created reservation course_apr Nodes=hx[1-2] Duration=08:00:00"), (5, "slurmctld", "Reservation course_apr released"))),
    Habit("corrected memory errors on all nodes, as for years", "node", _chronic(0.5), ((6, "kernel", "EDAC MC{n:0-1}: 1 CE scrub on DIMM_{pick:A|B|C|D}{n:0-3}"),)),
    Habit("a new service on the file servers since the second week", "oss", _chronic(6, "flat", 8.4), ((6, "hsmagent", "archived {n:10-400} files, queue {n:0-9}"),)),
    Habit("certificates of the virtual hosts renewed in order", "pve", _daily(4.4, (5,), 400), ((6, "pveproxy", "certificate has 29 days left, ordering"), (6, "pveproxy", "order valid, certificate installed, 89 days left"))),
    Habit("backups of virtual machines succeed", "pve", _daily(23.1), ((6, "vzdump", "INFO: starting new backup job: vzdump --all 1 --mode snapshot"), (6, "vzdump", "INFO: Backup job finished successfully"))),
    Habit("weekly cleaning of all drives", "tape", _daily(6.3, (6, 13), 5), tuple((5, "changer", f"cleaning cartridge CLN00{k} used on drive {k}, good") for k in range(1, 7))),
    Habit("disk arrays exercise their batteries in week two", "vault", _daily(12.4, (8,)), ((4, "ME5", "A{n:1000-9000} event 168: write-back cache off while capacitors are tested"), (5, "ME5", "A{n:1000-9000} event 169: write-back cache on"))),
    Habit("an exercise in debugging on one afternoon", "instr", lambda w, h, p: w.poisson(f"{p}/{h.name}", 9.55, 9.65, 400), ((7, "daqlog", "dbg frame header {hex:16} ok"),)),
    Habit("rarities, once each", "node", _once(), ((4, "kernel", "INFO: task kworker/{n:0-63}:1 blocked for more than 120 seconds."),)),
    Habit("a crash, once and never again", "mux", _once(0), ((3, "systemd", "psisi.service: Main process exited, code=dumped, status=6/ABRT"), (5, "systemd", "psisi.service: Scheduled restart job, restart counter is at 1."))),
    Habit("a fan that stuttered once", "leaf", _once(0.2), ((4, "Thermostat/HARDWARE-4-FAN_SPEED", "fan 2/1 speed below target"), (5, "Thermostat/HARDWARE-5-FAN_OK", "fan 2/1 at target"))),
    Habit("password expiry reminders that go to everybody", "login", _daily(7.9, _WEEKDAYS), ((5, "pam_shhome", "reminder: passwords of {n:3-9} people end within 14 days"),)),
    Habit("users who mistype and get in", "login", _chronic(5, "office"), ((6, "sshd", "pam_unix(sshd:auth): authentication failure; rhost={lan} user={lab}"), (6, "sshd", "Accepted password for {lab} from {lan} port {port} ssh2"))),
)  # fmt: skip


def harmless(w: World) -> None:
    """All of it; what is planted is left out of its fleet."""
    planted = {(name, s.entity) for s in w.signals for name in s.hosts}
    for fleet in FLEETS.values():
        label = w.harmless(fleet.why)
        for host in w.of(fleet.role):
            for thing in fleet.things:
                if (host.name, thing) not in planted:
                    series(w, fleet, host, thing, label)
    _beats(w, planted)
    for number, habit in enumerate(HABITS):
        label = w.harmless(habit.why)
        for host in w.of(habit.role):
            for t in habit.when(w, host, f"habit/{number}"):
                for k, say in enumerate(habit.said):
                    at = t + k * w.random(f"habit/{number}/{host.name}/{t}").uniform(3, 90) * SECOND
                    w.say(host, at, say, label, grow=int(41_000 + host.serial % 9000 + t * 24))
    _moves(w)
    _twins(w)


def _beats(w: World, planted: set[tuple[str, str | None]]) -> None:
    """What is reported on a clock without a number: exports, archives, verifications, rings, rinses, keys."""
    clocks = (
        ("export", "scada", [f"LG-{k}" for k in range(20, 25)], 1.0, 260, "exports leave on time, all late on one day"),
        ("seal", "hist", [f"TR{k}" for k in range(70, 75)], 1 / 8, 0, "archives are sealed every three hours"),
        ("verify", "tape", [f"POOL-{x}" for x in ("RAW", "SIM", "DOC", "ADM", "LIB")], 1.0, 90, "tapes are verified nightly"),
    )  # fmt: skip
    for key, role, things, every, minute, why in clocks:
        label = w.harmless(why)
        for host in w.of(role):
            for thing in things:
                if (host.name, thing) not in planted:
                    at = minute * MINUTE or w.random(f"{key}/{host.name}/{thing}").uniform(0, every)
                    times = w.clock(f"{key}/{host.name}/{thing}", 0, DAYS, every, at, 200)
                    if key == "export":  # all wait for the month's closing
                        times = [t + 50 * MINUTE if 10 <= t < 11 else t for t in times]
                    w.each(host, times, words(w, key)[0], label, thing=thing)
    label = w.harmless("rings report their state every six hours")
    for host in w.of("hios"):
        w.each(
            host,
            w.clock(f"ring/{host.name}", 0, DAYS, 0.25, 0.08, 30),
            words(w, "ring")[1],
            label,
            ring="MRP-1",
        )
    label = w.harmless("filters are rinsed when they must, about daily")
    for host in w.of("plc"):
        for thing in (f"KF{k}" for k in range(6, 10)):
            if (host.name, thing) not in planted:
                r = w.random(f"rinse/{host.name}/{thing}")
                t, gap = r.uniform(0, 0.8), r.uniform(0.8, 1.1)
                while t < DAYS:
                    w.say(host, t, words(w, "backwash")[0], label, thing=thing)
                    t += gap * r.uniform(0.9, 1.1)
    label = w.harmless("keys with hundreds of days left; one renewed in time")
    told, asked = words(w, "licence")
    for host in w.of("tx"):
        for thing in ("OPT-SFN", "OPT-T2MI", "OPT-DPD", "OPT-PWR"):
            if (host.name, thing) not in planted:
                r = w.random(f"licence/{host.name}/{thing}")
                left = r.randint(180, 340) if (host, thing) != (w.of("tx")[-1], "OPT-PWR") else 25
                for d in range(DAYS):
                    if left - d == 20:
                        w.say(host, d + 5.9 * HOUR, asked, label, thing=thing)
                        left = 385
                    w.say(
                        host, d + 6 * HOUR + r.uniform(0, 60) * SECOND, told, label, thing=thing, v=left - d
                    )
    label = w.harmless("transfers that go through, now and then at the second try")
    for host in w.of("play"):
        for dest in ("studio-suhl", "studio-hof", "agentur-mitte", "archiv-nord"):
            r = w.random(f"transfer/{host.name}/{dest}")
            for t in w.poisson(f"transfer/{host.name}/{dest}", 0, DAYS, 2.5):
                tries = 2 if r.random() < 0.03 else 1
                w.say(host, t, words(w, "transfer")[0], label, dest=dest, tries=tries)


def _moves(w: World) -> None:
    """Hosts that come and go in order, and a night of patches."""
    label = w.harmless("a switch taken into service in the second week")
    new = w.of("leaf")[2]
    w.dark(new, 0, 7.4)
    w.say(new, 7.4 + MINUTE, (5, "Launcher/SYS-5-SYSTEM_INITIALIZED", "System is initialized"), label)
    w.say(new, 7.4 + 3 * MINUTE, (5, "ConfigAgent/SYS-5-CONFIG_I", "Configured from console by rollout on vty3 ({lan})"), label)  # fmt: skip
    label = w.harmless("a virtual host retired as announced, with an orderly stop")
    old, end = w.of("esx")[1], 11.6
    w.say(
        old, end - 2, (5, "Hostd/Hostsvc", "CHG-2291: host leaves service on Friday, guests are moved"), label
    )
    for k in range(5):
        w.say(old, end - (9 - k) * MINUTE, (5, "Hostd/Vmsvc", f"guest {k + 1} of 5 moved away, power off"), label)  # fmt: skip
    w.say(old, end - MINUTE, (5, "Hostd/Hostsvc", "CHG-2291: shutdown for retirement, syslog forwarding ends"), label)  # fmt: skip
    w.dark(old, end)
    label = w.harmless("patch night: all Windows hosts restart")
    for k, host in enumerate(w.of("hist")):
        at = 8 + (1.2 + k * 0.3) * HOUR
        w.say(host, at, (6, "System/User32/1074", "The process msiexec.exe has initiated the restart of computer {host} on behalf of user SYSTEM for the following reason: Operating System: Recovery (Planned)"), label)  # fmt: skip
        w.say(host, at + 2 * MINUTE, (6, "System/EventLog/6005", "The Event log service was started."), label)
        for unit in ("OPC-RW", "OPC-KL", "OPC-NT", "OPC-SB"):
            w.flap(host, [at + MINUTE], *_pair(w, "collector"), label, (60, 140), unit=unit, code="0x00")
    for host in w.of("traffic"):
        w.say(host, 8.08, (4, "User32/1074", "Restart of {host} initiated: Operating System: Service pack (Planned)"), label)  # fmt: skip
        w.say(host, 8.083, (6, "EventLog/6005", "The Event log service was started."), label)
    label = w.harmless("nodes restart one after another for a new kernel")
    for k, host in enumerate(w.of("node")):
        w.say(host, 9.3 + k * 0.02, (5, "systemd", "Reached target System Reboot."), label)
        w.say(host, 9.3 + k * 0.02 + 5 * MINUTE, (5, "kernel", "Linux version 5.14.0-503.40.1.el9_5.x86_64 (mockbuild@sh)"), label)  # fmt: skip


def _pair(w: World, key: str) -> tuple[Say, Say]:
    first, second = words(w, key)
    return first, second


def _twins(w: World) -> None:
    """The planted words once, on all at one time, by day, announced or healed."""
    r = w.random("twins")

    def everywhere(
        why: str, key: str, role: str, days: tuple[float, ...], which: int = 0, **values: object
    ) -> None:
        label = w.harmless(why)
        for t in days:
            for k, host in enumerate(w.of(role)):
                for step in words(w, key)[which : which + 2]:
                    w.say(host, t + (k * 2 + r.uniform(0, 2)) * SECOND, step, label, **values)

    def single(
        why: str, key: str, role: str, chance: float, which: int = 0, **choice: tuple[object, ...]
    ) -> None:
        label = w.harmless(why)
        for host in w.of(role):
            for t in w.poisson(f"twin/{key}/{host.name}", 0.5, DAYS, chance) or [r.uniform(1, 12)]:
                values = {name: r.choice(options) for name, options in choice.items()}
                w.say(host, t, words(w, key)[which], label, **values)

    label = w.harmless("all stations drop when a front end is patched at night")
    for host in w.of("gw"):
        for ca in range(2411, 2447, 5):
            w.flap(host, [2.09, 9.09], *_pair(w, "session"), label, (20, 70), link=ca)
    everywhere("all receivers lose the sky in one storm and find it again", "holdover", "clock", (6.71,), rx="GNS1")  # fmt: skip
    label = w.harmless("a relay under test, with the test announced")
    silent = {name for s in w.signals if s.kind == "source_silent" for name in s.hosts}
    host = next(h for h in w.of("relay") if h.name not in silent)
    w.say(host, 8.40, (5, "TEST/9001", "Test mode on, work order 55-1207"), label)
    for k in range(28):
        w.say(host, 8.401 + k * 2 * MINUTE, words(w, "goose")[0], label, stream="CTRL/LLN0$GO$gcb11")
    w.say(host, 8.46, (5, "TEST/9002", "Test mode off, work order 55-1207"), label)
    single("a stream missed once or twice on each relay", "goose", "relay", 0.12, stream=("CTRL/LLN0$GO$gcb03", "PROT/LLN0$GO$gcb01"))  # fmt: skip
    label = w.harmless("a ring opened for splicing and closed again the same day")
    host = w.of("hios")[0]
    w.say(host, 4.35, (5, "hm2_cli", "note by leitstelle1: ring MRP-9 opened for splicing"), label)
    for t in (4.4, 4.5):
        w.say(host, t, words(w, "ring")[0], label, ring="MRP-9")
    for t in (4.6, 4.85, 5.1):
        w.say(host, t, words(w, "ring")[1], label, ring="MRP-9")
    single("supplies that sagged once, and nothing came of it", "dip", "rugged", 0.05, pm=("PM3", "PM4"))
    label = w.harmless("a line card gone once without any forerunner, for planned work")
    host = w.of("rugged")[-1]
    w.say(host, 9.40, (5, "CLI", "leitstelle2: card behind PM4 swapped under CHG-4480"), label)
    _, down, up = words(w, "dip")
    w.flap(host, [9.402], down, up, label, (60, 90), pm="PM4", ports="13-16")
    single("people who mistype at the firewall", "account", "otfw", 0.9, who=("k.rahn", "j.osterloh", "schicht3", "t.voss", "b.amsel", "u.kern"), src=("10.120.60.8", "10.120.60.11", "10.120.60.14"))  # fmt: skip
    label = w.harmless("cabinets opened by day for work")
    for host in w.of("rtu"):
        for d in _WEEKDAYS:
            if r.random() < 0.5:
                w.say(host, d + r.uniform(7.2, 14.5) * HOUR, words(w, "door")[0], label)
    label = w.harmless("one archive closed for good, as announced")
    host = w.of("hist")[0]
    w.each(host, w.clock("seal/old", 0, 6.3, 1 / 8, 0.02, 30), words(w, "seal")[0], label, thing="TR12")
    w.say(host, 6.3, (6, "Application/TrendServer/4400", "Archive TR12 closed by mbraun, merged into TR70."), label)  # fmt: skip
    single("one collector ended once", "collector", "hist", 0.05, unit=("OPC-AL",), code=("0x00",))
    everywhere("the inventory opens all consoles on Sundays", "console", "serial", (6.2, 13.2), who="nms-inv", src="10.121.9.5")  # fmt: skip
    single("a coupling changed once", "coupling", "weos", 0.1, port=("eth3", "eth5"))
    everywhere("all encoders stumble over one uplink change", "cc", "enc", tuple(5.52 + k * 9 * SECOND for k in range(9)), inp="asi1")  # fmt: skip
    single("encoders conceal something now and then, all alike", "cc", "enc", 0.4, inp=("asi1", "asi2", "asi3", "asi4"))  # fmt: skip
    label = w.harmless("sources changed over in the Thursday drill")
    for host in w.of("mux"):
        for d in (3, 10):
            w.say(host, d + 0.44, (5, "remuxd", "drill by shift lead: all slots to reserve and back"), label)
            for k in range(11, 19):
                w.flap(
                    host, [d + 0.441 + k * 4 * SECOND], *_pair(w, "switch"), label, (300, 360), inp=f"IP{k}"
                )
    label = w.harmless("upgrade of the virtual hosts, followed by an hour of resettling")
    for k, host in enumerate(w.of("pve")):
        if not any(s.kind == "since_change" for s in w.signals):
            w.say(host, 5.917 + k * 20 * MINUTE, words(w, "upgraded")[0], label)
        w.say(host, 5.99 + k * MINUTE, (4, "pmxcfs", "[status] notice: members changed, resettling"), label)
    label = w.harmless("everybody's ticket refused in one minute while the directory restarts")
    for host in w.of("login"):
        for k, who in enumerate(PEOPLE):
            w.say(
                host, 7.36 + k * 3 * SECOND, words(w, "ticket")[0], label, who=who, why="directory restarting"
            )
    single("a cartridge seated twice, any drive", "reseat", "tape", 0.5, drive=tuple(range(1, 7)))
    everywhere("instrument processes recycled each second Wednesday", "heap", "instr", (2.1, 9.1), 1, thing="viewer")  # fmt: skip
    label = w.harmless("cores taken out for a day, announced, and given back")
    host = w.of("sched")[0]
    w.say(
        host, 6.30, (5, "slurmctld", "update_node: node hv01 reason set to: fan swap, back tomorrow"), label
    )
    for t in w.clock("cores/twin", 0, DAYS, 0.25, 0.05, 20):
        w.say(host, t, words(w, "cores")[0], label, thing="visual", v=96 if 6.3 < t < 7.3 else 128)
    w.say(host, 7.30, (5, "slurmctld", "update_node: node hv01 state set to IDLE"), label)
    label = w.harmless("nodes capped all together in the heat of one afternoon")
    for host in w.of("node"):
        w.say(host, 10.6 + r.uniform(0, 9) * MINUTE, words(w, "chiller")[1], label, loop="KK1")
    single("cooling out of its window once", "chiller", "instr", 0.04, loop=("KK1", "KK2"))
    label = w.harmless("a gauge out of service says the same for ever")
    w.each(w.of("plc")[0], w.clock("tank/off", 0, DAYS, 1 / 6, 0.03, 40), words(w, "level")[0], label, thing="HB9", v="0.000")  # fmt: skip
