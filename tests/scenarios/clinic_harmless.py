"""World "clinic": what recurs and means nothing, and the twins: the signals' own words without the telling property."""
# ruff: noqa: E501 (a device's line is quoted whole)
# fmt: off

from __future__ import annotations

from collections.abc import Sequence

from tests.scenarios import clinic_planted as p
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

_REBOOT: tuple[Say, ...] = (
    (6, "User32/1074", "The process msiexec.exe has initiated the restart of computer {host} on behalf of user NT AUTHORITY\\SYSTEM for the following reason: Operating System: Service pack (Planned)"),
    (6, "EventLog/6006", "The Event log service was stopped."),
    (6, "EventLog/6005", "The Event log service was started."),
)
_UPDATE: Say = (6, "Microsoft-Windows-WindowsUpdateClient/19", "Installation Successful: Windows successfully installed the following update: KB50{n:10000-72000}")
_LINK_DOWN: Say = (3, "LINK-3-UPDOWN", "Interface GigabitEthernet1/0/{port}, changed state to down")
_LINK_UP: Say = (3, "LINK-3-UPDOWN", "Interface GigabitEthernet1/0/{port}, changed state to up")
_RARE: tuple[tuple[str, Say], ...] = (
    ("san", (4, "disk.ioMediumError", "Medium error on disk 0b.{n:10-40}: op 0x28:{hex:8}, recovered by rereading")),
    ("nxcore", (3, "MODULE-3-MOD_SRG_NOT_COMPATIBLE", "Module {n:1-2} reported an unexpected buffer state, cleared")),
    ("pump", (3, "pumpgw", '{"evt":"exception","where":"druglib","msg":"library 2025.4 parsed with 1 warning"}')),
    ("wlc", (3, "fpapps", "<399803> <ERRS> |fpapps|  An internal system error has occurred at file mc_intf.c function intf_cb line {n:100-900}")),
    ("sfos", (4, "System/HA", 'log_subtype="System" message="heartbeat missed once on port 8"')),
    ("tele", (7, "900|Parser skipped element", "duid=P1400 cs1=firmware tag unknown")),
    ("nas", (4, "kernel", "ata3.00: exception Emask 0x10 SAct 0x0 SErr 0x400100 action 0x6 frozen, link reset ok")),
    ("hl7", (3, "mirth", "channel=MDM_ARZT script step 4: java.lang.OutOfMemoryError: requested array size, message skipped by operator")),
    ("db", (3, "postgres", "FATAL:  terminating connection due to administrator command")),
    ("cx", (4, "hw-health/3101", "Fan tray reading corrected after second poll")),
)  # fmt: skip


def _on(w: World, why: str, hosts: Sequence[Host], times: Sequence[float], *lines: Say, **values: object) -> None:
    """A pattern of some hosts: at each time they say all the lines, some seconds apart."""
    label = w.harmless(why)
    for host in hosts:
        r = w.random(f"on/{label}/{host.tenant}/{host.name}")
        for moment in times:
            t = moment + r.uniform(0, 5) * SECOND
            for line in lines:
                w.say(host, t, line, label, **values)
                t += r.uniform(1, 20) * SECOND


def _some(w: World, why: str, hosts: Sequence[Host], per_day: float, line: Say, rhythm: str = "", **values: object) -> None:
    """A pattern that comes now and then on each of the hosts, alike."""
    label = w.harmless(why)
    for host in hosts:
        w.each(host, w.poisson(f"some/{label}/{host.tenant}/{host.name}", 0, DAYS, per_day, rhythm), line, label, **values)
    w.say(hosts[0], 1.5, line, label, **values)


def _once(w: World, why: str, hosts: Sequence[Host], line: Say, values: Sequence[dict[str, object]]) -> None:
    """The line once of each of these values, scattered over hosts and days."""
    label = w.harmless(why)
    r = w.random(f"once/{label}")
    for among in values:
        w.say(r.choice(hosts), r.uniform(0.2, DAYS - 0.2), line, label, **among)


def _days(hour: float, days: Sequence[int] = range(DAYS)) -> list[float]:
    return [d + hour * HOUR for d in days]


_WORKDAYS = [d for d in range(DAYS) if d % 7 < 5]


def harmless(w: World) -> None:
    _maintenance(w)
    _habits(w)
    _chronic(w)
    _arrivals(w)
    _orderly(w)


def _maintenance(w: World) -> None:
    windows, linux = w.of("win", "dc"), w.of("hl7", "db", "tour", "web")
    label = w.harmless("patch night: every Windows server restarts once, in order")
    for k, host in enumerate(windows):
        for j, line in enumerate((_UPDATE, _UPDATE, *_REBOOT)):
            w.say(host, 8 + 1 * HOUR + k * 6 * MINUTE + j * 50 * SECOND, line, label)
    for host in linux:
        w.say(host, 9.13, (6, "systemd", "Reached target Reboot."), label)
        w.say(host, 9.13 + 70 * SECOND, (5, "kernel", "Linux version 6.1.0-28-amd64 booted, {n:1-2} sockets"), label)
    label = w.harmless("hypervisors taken through maintenance one after another on Saturday")
    for k, host in enumerate(w.of("esx")):
        w.say(host, 5.85 + k * 25 * MINUTE, (6, "Hostd/Vimsvc.HostSystem", "Host entered maintenance mode, reason: ESXi 8.0U3g"), label)
        w.say(host, 5.85 + (k * 25 + 16) * MINUTE, (6, "Hostd/Vimsvc.HostSystem", "Host left maintenance mode, build 24859861"), label)
    _on(w, "access points take new firmware the same night", w.of("ap"), [9.09], (6, "syswrapper", "[upgrade] upgrade 6.6.77 requested by controller, restarting"), (5, "kernel", "Booting 6.6.77, last reset by software"))
    _on(w, "monthly generator test: all supplies on battery for ten seconds", w.of("ups"), [9.23], (2, "apcd", "utility power lost, on battery"), (5, "apcd", "utility power back, on line"))
    _on(w, "monthly test of the fire panel's line to nurse call", w.of("nurse"), [2.44], (3, "rufd", "fire panel input 1 active"), (6, "rufd", "fire panel input 1 idle, test signed off"))
    _on(w, "time source away for minutes, all Linux hosts say it at once", linux, [6.42, 6.421, 6.423], (4, "chronyd", "Can't synchronise: no selectable sources"))
    _on(w, "debug logging switched on for an afternoon", w.of("hl7", tenant="kestrel-lab"), [4.55 + k * 40 * SECOND for k in range(260)], (7, "mirth", "DEBUG channel=ORU_LAB mapping step {n:1-20}: OBX-{n:1-16}={hex:6}"))
    label = w.harmless("results queued while the hospital system is in its window, then drained")
    for host in w.of("hl7"):
        for k in range(12):
            w.say(host, 8.05 + k * 5 * MINUTE, (5, "mirth", "destination=KIS_ORU queue depth {q}"), label, q=(40, 160, 330, 520, 700, 610, 420, 250, 90, 20, 4, 0)[k])
    label = w.harmless("port moves of a ward's refurbishment, one afternoon")
    for port in range(12, 30):
        w.flap(w.of("access")[2], [3.58 + port * 2 * MINUTE], p.POE_OFF, p.POE_ON, label, (200, 500), port=f"Gi1/0/{port}")
    _on(w, "database maintenance on Sunday: dispatch told so on both planners", w.of("tour"), [6.98], p.TOURS_DOWN, p.TOURS_UP)
    _on(
        w,
        "crashed once and never again",
        w.of("pbx", tenant="marienhof"),
        [3.37],
        (2, "kernel", "asterisk[{n:900-3000}]: segfault at 18 ip 00007f{hex:10} sp 00007f{hex:10} error 4"),
        (6, "systemd", "asterisk.service: Scheduled restart job, restart counter is at 1."),
    )
    label = w.harmless("rarities: each said once")
    r = w.random("rare")
    for role, line in _RARE:
        w.say(r.choice(w.of(role)), r.uniform(0.5, DAYS - 0.5), line, label)


def _habits(w: World) -> None:
    label = w.harmless("workstations switched off in the evening and on in the morning, ports in order")
    for host in w.of("access"):
        r = w.random(f"desks/{host.name}")
        for port in range(2, 12):
            for day in _WORKDAYS:
                w.say(host, day + (6.8 + r.gauss(0, 0.3)) * HOUR, _LINK_UP, label, port=port)
                w.say(host, day + (17.2 + r.gauss(0, 0.5)) * HOUR, _LINK_DOWN, label, port=port)
    label = w.harmless("nightly backups that succeed, full ones on Saturday")
    for host in w.of("backup"):
        r = w.random(f"backup/{host.name}")
        for job, gb in (("VM-KERN", 310.0), ("VM-RAND", 120.0), ("FILE", 610.0), ("SQL-STAMM", 44.0)):
            for t in w.clock(f"backup/{host.name}/{job}", 0, DAYS, 1, 22 * HOUR, 1500):
                w.say(host, t, p.JOB_SIZE, label, job=job, gb=f"{gb * r.uniform(0.9, 1.12) * (6 if int(t) % 7 == 5 else 1):.1f}")
    label = w.harmless("durations that wander, one slow night after the month's end")
    for host in w.of("pacs"):
        r = w.random(f"walks/{host.name}")
        for job, base in (("thumbwalk", 33.0), ("prefetchwalk", 12.0)):
            for day in range(DAYS):
                minutes = base * r.uniform(0.88, 1.15) * (2.2 if day == 7 else 1)
                w.say(host, day + 2.5 * HOUR + minutes * MINUTE, (6, job, p.WALKED[2]), label, job=job, what="run", t=p._clock_text(minutes))
    _on(w, "working days' report, none at the weekend", w.of("win")[:2], _days(5.5, _WORKDAYS), (6, "KISReport/300", "ward occupancy report written, {n:18-22} wards"))
    _on(w, "virus patterns four times a day", w.of("win", "dc"), [d + h / 4 for d in range(DAYS) for h in range(4)], (6, "Microsoft-Windows-Windows Defender/2000", "Security intelligence version updated to 1.419.{n:100-900}.0"))
    _on(w, "trust list loaded each night", w.of("konnektor"), _days(1.2), (6, "konfig/TSL", "trust service list loaded, sequence {n:10700-10790}, signature valid"))
    label = w.harmless("weekly scan of the own networks")
    for role, line in (
        ("access", (4, "SSH-4-SSH2_UNEXPECTED_MSG", "Unexpected message type has arrived. Terminating the connection from 10.226.0.8")),
        ("db", (6, "sshd", "banner exchange: Connection from {lan} port {port}: invalid format")),
        ("tour", (6, "sshd", "banner exchange: Connection from {lan} port {port}: invalid format")),
        ("cx", (4, "ssh-server/7203", "session from scan-engine-2 ended before key exchange")),
    ):
        for host in w.of(role):
            w.each(host, (6.13, 6.14, 13.13, 13.14), line, label)
    _on(w, "month's end: billing runs and rejects what it always rejects", w.of("win", tenant="praxen-lahn"), [6.9 + k * 7 * MINUTE for k in range(22)], (4, "KVAbrechnung/61", "case {n:1000-9999} set aside: insurance card older than quarter"))
    _on(
        w,
        "shift change: terminal server sessions at six, two and ten",
        [h for h in w.of("win", tenant="marienhof") if "TS" in h.name],
        [d + h * HOUR for d in range(DAYS) for h in (6, 14, 22)],
        (6, "TerminalServices-LocalSessionManager/21", "Session logon succeeded, {n:14-32} sessions active"),
    )
    label = w.harmless("page counters that only grow")
    for host in w.of("printer"):
        for day in range(DAYS):
            w.say(host, day + 0.29, (6, "device", "life page count {c}"), label, c=182000 + day * 640 + day % 3 * 40)
    label = w.harmless("fridges filled each working morning, doors open long")
    for host in w.of("fridge"):
        w.each(host, w.clock(f"fill/{host.name}", 0, DAYS, 1, 6.4 * HOUR, 1500), (5, "door", "open {n:80-170} s, delivery mode, closed"), label)
    label = w.harmless("defrosting twice a day: warmer, and cold again")
    for host in w.of("fridge"):
        for t in w.clock(f"defrost/{host.name}", 0, DAYS, 0.5, 2.2 * HOUR, 60):
            w.say(host, t, (6, "coldlog", "defrost ended after {n:11-14} min, evaporator at {n:6-9} C"), label)


def _chronic(w: World) -> None:
    _some(w, "monitoring asks with an old community everywhere", w.of("access"), 4, (3, "SNMP-3-AUTHFAIL", "Authentication failure for SNMP req from host 10.226.0.9"))
    _some(w, "the same printer driver complaint on all servers", w.of("win"), 2, (3, "Microsoft-Windows-PrintService/808", "The print spooler failed to load a plug-in module KOAXPJ_P.DLL, error code 0x45A"), "ward")
    _some(w, "radar seen and channel left, by any access point", w.of("wlc", "ap"), 1.5, (4, "sapd", "radar detected on channel {pick:52|60|100|116|124}, moving to {pick:36|40|44|48}"))
    _some(w, "toner and paper run out and are refilled", w.of("printer"), 1.2, (4, "device", "{pick:toner K low|tray 2 empty|waste box nearly full}, service desk informed"), "office")
    _some(w, "core temperatures that wander without trend", w.of("nxcore"), 4, (6, "PLATFORM-6-TEMPREPORT", "Module 1 inlet {n:22-26} C, outlet {n:33-39} C"))
    _some(w, "shelf temperatures that wander without trend", w.of("san"), 4, (6, "ses.status.temperatureInformation", "shelf {n:0-2} ambient {n:21-25} C, module A {n:31-36} C"))
    _some(w, "clock offsets that wander", w.of("hl7", "db"), 4, (6, "chronyd", "System clock wrong by 0.00{n:1000-4800} seconds"))
    _some(w, "optical levels that wander", w.of("nxcore"), 4, (6, "ETHPORT-6-DOM", "Ethernet1/{n:1-8} rx -{f:2-3} dBm tx -{f:1-2} dBm"))
    _some(w, "leases in use follow the day", w.of("dc"), 4, (6, "DHCP-Server/1020", "Scope 10.x is {n:58-74} percent full with {n:60-110} addresses left"), "ward")
    _some(w, "archive retries an index lock, always at once granted", w.of("pacs"), 2, (4, "archive", "index lock wait {n:1-5} ms, granted"), "ward")
    _some(w, "home devices whose clocks are set right, all alike", w.of("tele"), 5, (5, "300|Clock of device adjusted", "duid=P{n:1000-1600} cn1={n:61-900}"), "ward")
    _some(w, "pumps that start over after a change of ward", w.of("pump"), 4, (4, "pumpgw", '{"evt":"rejoin","pump":"IP-{n:100-399}","after_s":{n:20-400}}'), "ward")
    _some(w, "trunk of the provider answers 503 now and then on both exchanges", w.of("pbx"), 2.5, (4, "asterisk", "WARNING[{n:1000-9000}]: trunk answered 503, call placed over second trunk"), "office")
    _some(w, "storage sync conflicts that users make", w.of("nas"), 1.5, (4, "syncd", "conflicting copy of document {hex:6}.docx kept"), "office")
    _some(w, "voucher codes typed wrong on guest access", w.of("wlc"), 3, (5, "authmgr", "<522275> <NOTI> |authmgr|  Guest voucher not accepted: MAC={mac} role=gast"), "ward")
    _some(w, "seats of an office suite short for seconds everywhere", w.of("win"), 0.8, (4, "OfficeLicensing/8198", "No free seat for {staff}, granted after {n:2-9} s"), "office")
    label = w.harmless("users mistype after the weekend, each a few times within minutes")
    r = w.random("mistype")
    for host in w.of("dc"):
        for _ in range(9):
            t, who = (r.choice((0, 7)) + r.uniform(6.2, 8.5) * HOUR, f"{r.choice('abcdefgh')}{r.choice(('berger', 'kranz', 'yildiz', 'pohl', 'sauer'))}")
            for _ in range(r.randint(1, 3)):
                t += r.uniform(6, 40) * SECOND
                w.say(host, t, p.KERBEROS, label, account=who, src=f"{host.peer.rsplit('.', 2)[0]}.55.{r.randint(2, 200)}")


def _arrivals(w: World) -> None:
    mh = "marienhof"
    _on(w, "a new score service, from the second Tuesday on", w.of("db", tenant=mh), [8.4 + k / 12 for k in range(65)], (6, "sepsis-score", "batch of {n:30-90} patients scored in {n:200-800} ms"))
    new, old = w.of("newkon")[0], w.of("nasold")[0]
    _on(w, "a new connector, delivered in the second week", [new], [8.41], (5, "konfig/BOOT", "first start, paired with operator PIN"))
    w.dark(new, 0, 8.4)
    _on(w, "a storage box retired in order", [old], [11.6], (5, "synoscgi", "change 20251: all shares moved to pl-nas-hq"), (5, "synoscgi", "System is going to be shut down for good by [adm-klee]"))
    w.dark(old, 11.61)


def _orderly(w: World) -> None:
    """What moves, spreads, counts down or starts over because it was meant to."""
    label = w.harmless("a migration's progress, begun and finished as planned")
    mover = w.of("san")[0]
    w.say(mover, 1.9, (5, "vol.move.start", "change 20233: move of vol_altarchiv to aggr3 started by adm-wirth"), label)
    for k in range(27):
        w.say(mover, 1.9 + k * 6 * HOUR, (6, "vol.move.progress", "move of vol_altarchiv: {pct} percent done"), label, pct=round(k * 100 / 27))
    w.say(mover, 1.9 + 27 * 6 * HOUR, (5, "vol.move.done", "move of vol_altarchiv: cutover complete"), label)
    label = w.harmless("a planned roll-out, one wave a night, each said to be one")
    for k, host in enumerate(w.of("win", "dc")):
        w.say(host, 1 + k // 3 + (2 + k % 3 * 0.2) * HOUR, (6, "MsiInstaller/1033", "Windows Installer installed the product. Product Name: Inventory Agent 11.4. Change 20240, wave {wave} of 4. Status: 0."), label, wave=k // 3 + 1)
    label = w.harmless("passwords of people run down and are changed in time")
    r = w.random("passwords")
    for host in w.of("dc"):
        for who in ("dmertens", "lhahn", "opape", "vschulte"):
            first, left = r.randint(0, 9), r.randint(2, 5)
            for day in range(first, first + left):
                w.say(host, day + 7.5 * HOUR, (6, "PasswordNotice/12", "mail to {who}: password valid for {d} more days"), label, who=who, d=14 - day + first)
    label = w.harmless("scratch space fills by day and is emptied at night")
    for host in w.of("win"):
        r = w.random(f"scratch/{host.name}")
        for day in range(DAYS):
            for hour in (3, 9, 14, 21):
                w.say(host, day + hour * HOUR + r.uniform(0, 8) * MINUTE, (6, "ScratchSweep/4", "profile cache volume {u} percent in use"), label, u=int(6 + 3 * (hour - 3) * (1 if day % 7 < 5 else 0.4) + r.uniform(0, 5)))
    _on(w, "worker processes recycled by the clock each night", w.of("win"), _days(3.5), (6, "WAS/5076", "A worker process with process id of '{n:1000-9900}' serving application pool 'Portal' has requested a recycle because the worker process reached its allowed processing time limit."))
    _on(w, "the scanner's account tries all domain controllers once a week", w.of("dc"), [6.15, 6.151, 13.15, 13.151], p.KERBEROS, account="svc-vulnscan", src="10.226.0.8")
    label = w.harmless("clients on air follow the day and the week")
    for host in w.of("wlc"):
        r = w.random(f"clients/{host.name}")
        for t in w.clock(f"clients/{host.name}", 0, DAYS, 3 * HOUR, 0.1 * HOUR):
            busy = w.rhythms["ward"][int(t * 24) % 168]
            w.say(host, t, (6, "stm", "<501210> <INFO> |stm|  clients associated {c}"), label, c=int(120 + 70 * busy + r.uniform(-15, 15)))


def twins(w: World) -> None:
    """The signals' own words without what tells."""
    _network_twins(w)
    _number_twins(w)
    _job_twins(w)
    _fault_twins(w)


def _network_twins(w: World) -> None:
    r = w.random("network-twins")
    label = w.harmless("provider's daily reconnect: each branch once a night, at its own fixed minute")
    for host in w.of("forti"):
        for t in w.clock(f"reconnect/{host.name}", 0, DAYS, 1, r.uniform(2.1, 4) * HOUR, 50):
            for k, state in enumerate(("down", "up")):
                w.say(host, t + k * 38 * SECOND, p.TUNNEL, label, state=state, rem="10.227.0.10", tunnel="WAN-BACKUP")
    label = w.harmless("carrier's announced work: all tunnels at once, for an hour")
    for host in w.of("forti"):
        w.say(host, 10.04, p.TUNNEL, label, state="down", rem="10.227.0.10", tunnel=f"MPLS-{host.name[-3:]}")
        w.say(host, 10.08, p.TUNNEL, label, state="up", rem="10.227.0.10", tunnel=f"MPLS-{host.name[-3:]}")
    label = w.harmless("announced failover test: all groups to the second core and back")
    for k, (first, second) in enumerate((("Active -> Standby", "Standby -> Active"), ("Standby -> Active", "Active -> Standby"))):
        for vlan in (101, 102, 103, 104, 105, 106):
            for host, move in zip(w.of("nxcore"), (first, second), strict=True):
                w.say(host, 4.9 + k * 30 * MINUTE, p.HSRP, label, vlan=vlan, move=move)
    label = w.harmless("home offices mistype, each from an address of its own")
    for host in w.of("wg"):
        for t in w.poisson(f"mistyped/{host.name}", 0, DAYS, 2.2, "office"):
            w.say(host, t, p.SSL_REJECT, label, u=f"{r.choice('abdgr')}{r.choice(('lenz', 'buch', 'stark', 'oezer'))}", src=f"{r.randint(77, 95)}.{r.randint(1, 250)}.{r.randint(1, 250)}.7")
    label = w.harmless("software distribution: one service on all servers within the hour")
    for host in w.of("win", "dc"):
        t = 2.9 + r.uniform(0, 40) * MINUTE
        w.say(host, t, p.INSTALLED, label, svc="BaramundiAgentUpdate", path=r"C:\Program Files\baramundi\bMAUpd.exe")
        w.say(host, t + 3 * SECOND, p.ENTERED, label, svc="BaramundiAgentUpdate")


def _number_twins(w: World) -> None:
    label = w.harmless("other probes: the same words, steady; one evening with a door ajar")
    for host in w.of("fridge"):
        for probe in ("k1", "k3"):
            p._cold(w, host, f"{host.name[-3:]}-{probe}", label)
    host = w.of("fridge")[-1]
    for k, now in enumerate((6.6, 7.1, 7.4, 6.9, 5.8)):
        w.say(host, 4.70 + k * 20 * MINUTE, p.COLD, label, probe=f"{host.name[-3:]}-k3", t=now, low=f"{now - 1:.1f}", high=now)
    label = w.harmless("supplies whose runtime wanders with the load")
    for host in w.of("ups"):
        r = w.random(f"selftest/{host.name}")
        for day in range(DAYS):
            w.say(host, day + 5 * HOUR + r.uniform(0, 5) * SECOND, p.SELFTEST, label, bank=1, m=f"{31 + r.uniform(-1.8, 1.8):.1f}")
    label = w.harmless("certificates with long terms, one renewed a month before its end")
    for host in w.of("konnektor"):
        for cert, left in (("C.SAK.AUT", 411), ("C.AK.ENC", 33)):
            for day in range(DAYS):
                w.say(host, day + 0.5 * HOUR + (day * 7 % 5 + left / 90) * SECOND, p.VALIDITY, label, cert=cert, d=left - day if left > 99 or day < 4 else 1825 - day)
    label = w.harmless("acknowledgements late here and there, no more often than ever")
    for host in w.of("hl7"):
        for dest in ("LABOR_ORM", "RIS_ORM", "SAP_DFT"):
            w.each(host, w.poisson(f"late-ack/{host.name}/{dest}", 0, DAYS, 0.6, "ward"), p.NO_ACK, label, dest=dest)
    label = w.harmless("memory that wanders, no restart")
    for host in w.of("mw"):
        r = w.random(f"steady/{host.name}")
        for t in w.clock(f"steady/{host.name}", 0, DAYS, 6 * HOUR, r.uniform(0.5, 3) * HOUR):
            w.say(host, t, p.HEAP, label, svc="orderfeed", mb=int(r.uniform(690, 910)))
    label = w.harmless("raw values that stand still")
    for host in w.of("nas"):
        for k, disk in enumerate(("sda", "sdb", "sdc")):
            w.each(host, w.clock(f"raw/{host.name}/{disk}", 0, DAYS, 0.5, 3.1 * HOUR), p.SECTORS, label, disk=disk, v=24 if k == 1 else 0)


def _job_twins(w: World) -> None:
    label = w.harmless("segments handed over steadily")
    for host in w.of("db"):
        w.each(host, w.clock(f"vault/{host.name}", 0, DAYS, 8 * HOUR, 2.2 * HOUR, 120), p.PUSHED, label, what=f"{host.name[-3:]}-basis")
    label = w.harmless("segments of the outpatient system, on working days only")
    w.each(w.of("db")[0], _days(19.2, _WORKDAYS), p.PUSHED, label, what="ambulanz")
    label = w.harmless("nurse call buses that keep their ring")
    for host in w.of("nurse"):
        for bus in "ABE":
            w.each(host, w.clock(f"ring/{host.name}/{bus}", 0, DAYS, 4 * HOUR, 0.3 * HOUR, 20), p.BUS, label, bus=bus)
    label = w.harmless("certificates ordered and put in place in order")
    for k, dom in enumerate(("portal", "tablet", "kim")):
        for t in w.clock(f"acme/{dom}", 0, DAYS, 0.5, 4.3 * HOUR, 400):
            w.say(w.of("web")[0], t, (6, "acme.sh", "{dom}: next renewal time not reached, skipping"), label, dom=f"{dom}.daheim.example")
        w.say(w.of("web")[0], 2.68 + 3 * k, p.PENDING, label, dom=f"{dom}.daheim.example")
        w.say(w.of("web")[0], 2.6801 + 3 * k, (6, "acme.sh", "{dom}: order valid, certificate installed, nginx reloaded"), label, dom=f"{dom}.daheim.example")
    label = w.harmless("exports on their minute, once an hour late")
    for host in w.of("tour"):
        for t in w.clock(f"csv/{host.name}", 0, DAYS, 1, 3.7 * HOUR, 60):
            w.say(host, t + (HOUR if int(t) == 7 else 0), p.TOUR_EXPORT, label, file=f"fahrten-{host.name[-1]}.csv")


def _fault_twins(w: World) -> None:
    _once(w, "other modalities end early once each", w.of("pacs"), p.PARTIAL, [{"ae": ae} for ae in ("CT1_RAD", "CT2_NOT", "MR2_NEU", "US4_KAR", "XA1_HKL")])
    _once(w, "a console restarted by its vendor's service", w.of("pacs"), p.GRADIENT, [{"ae": "MR2_NEU"}])
    _some(w, "fields too long for the archive since ever, on all engines", w.of("hl7"), 1.6, p.SHORTENED, "ward", dest="ARCHIV_MDM", field="TXA-17")
    _once(w, "each connector took the third way once", w.of("konnektor"), p.FALLBACK, [{"way": 3}, {"way": 3}, {"way": 4}])
    _once(w, "checkpoints held up once each", w.of("db"), p.FSYNC, [{"base": b} for b in (13011, 13455, 14020, 14777)])
    _once(w, "telephony's other parts started anew once", w.of("pbx"), p.RESPAWN, [{"what": x} for x in ("cell-manager-1", "provisioner", "voicebox")])
    _on(w, "an engine restarted after an update, and nothing came of it", w.of("hl7"), [1.86], p.STARTED, version="4.5.3")
    _on(w, "caches rebuilt behind a lock twice a week, nothing follows", w.of("tour"), _days(3.1, (2, 6, 9, 13)), p.GEO_LOCK)
    _some(w, "supplies elsewhere boost now and then", [h for h in w.of("ups") if h.name != "mh-usv-og"], 0.35, p.BOOST)
    label = w.harmless("paths counted steadily; one fabric at rest during the storage's window")
    for host in w.of("esx"):
        for t in w.clock(f"paths/{host.name}", 0, DAYS, 8 * HOUR, 4.5 * HOUR):
            w.say(host, t, p.FABRICS, label, vol=f"vol-{host.name[-2:]}-kis", k=1 if 5.8 < t < 6.19 else 2)
    _on(w, "reports written each evening", w.of("tele"), _days(20.5), (6, "500|Daily report sent", "cn1={n:420-460} cs1=patients"))
