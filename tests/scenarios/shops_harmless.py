"""World "shops": the series that go as they should, routine, rarities, and the signals' own words without their meaning."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import shops_planted as sp
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

# fmt: off


def harmless(w: World) -> None:
    _series(w)
    _more_series(w)
    _routine(w)
    _maintenance(w)
    _chronic(w)
    _decoys(w)
    _decoys_of_loss(w)
    _rarities(w)


def _others(w: World, kind: str, *roles: str) -> list[Host]:
    """Hosts of these roles that do not carry the planted signal of this kind."""
    planted = sp.hosts_of(w, kind)
    return [h for h in w.of(*roles) if h.name not in planted]


def _series(w: World) -> None:
    label = w.harmless("both members of each bond forward")
    for host in _others(w, "redundancy_lost", "nas"):
        partner = f"00:a0:57:{w.random('partner' + host.name).randint(10, 99)}:1c:02"
        for t in w.clock(f"trunk/{host.name}", 0, DAYS, 0.25, 0.07, 3000):
            w.say(host, t, sp.TRUNK, label, up=2, partner=partner)
    label = w.harmless("cabinet means stray about their setpoints")
    for host in w.of("cool"):
        times = w.clock(f"cool/{host.name}", 0, DAYS, 0.25, 0.1, 20)
        for p, (name, setpoint) in enumerate(sp.POSITIONS, 1):
            if sp.spared(w, "temperature_creep", host, p):
                continue
            stray = sp.wander(w.random(f"cool/{host.name}/{p}"), 0.22)
            for t in times:
                w.say(host, t, sp.MEAN, label, p=p, name=name, c=f"{setpoint + 0.4 + stray():.1f}", set=setpoint)
    label = w.harmless("image backups take what they take; on Saturday the full one of files takes four times as long")
    for host in w.of("win"):
        for job, at in ((f"{host.name}-images", 22.2), (f"{host.name}-files", 20.6)):
            r = w.random("veeam/" + job)
            base = r.uniform(25, 80)
            if sp.spared(w, "job_slower", host, job):
                continue
            for t in w.clock("veeam/" + job, 0, DAYS, 1, at * HOUR, 600):
                took = base * (4 if int(t) % 7 == 5 and job.endswith("files") else 1) * r.uniform(0.85, 1.2)
                w.say(host, t, sp.VEEAM, label, job=job, took=sp.hms(took), gb=f"{r.uniform(290, 320):.1f}")
    label = w.harmless("article import of the usual size")
    for host in _others(w, "job_shrinks", "pos"):
        r = w.random("artimp/" + host.name)
        base = r.uniform(17000, 19500)
        for t in w.clock("artimp/" + host.name, 0, DAYS, 1, 3.3 * HOUR, 500):
            w.say(host, t, sp.IMPORT, label, rows=int(base * r.uniform(0.96, 1.04)))
    label = w.harmless("night audit at its hour")
    for host in _others(w, "job_later", "pms"):
        w.each(host, w.clock("audit/" + host.name, 0, DAYS, 1, 1.4 * HOUR, 1500), sp.AUDIT, label)
    label = w.harmless("lock servers hand over their audit trail every four hours")
    for host in _others(w, "heartbeat_stopped", "lock"):
        w.each(host, w.clock("trail/" + host.name, 0, DAYS, 1 / 6, 0.05, 60), sp.UPLOAD, label)


def _more_series(w: World) -> None:
    label = w.harmless("recorders keep thirty days")
    for host in _others(w, "retention_shrinks", "dvr"):
        r = w.random("kept/" + host.name)
        for t in w.clock("kept/" + host.name, 0, DAYS, 1, 4.1 * HOUR, 200):
            w.say(host, t, sp.FOOTAGE, label, d=r.choice((29, 30, 30)), h=r.randint(0, 23))
    label = w.harmless("LTE volume grows by keepalives; two branches ran over LTE for half a day")
    detour = {h.name for h in w.random("detour").sample(_others(w, "usage_jump", "gw"), 2)}
    for host in _others(w, "usage_jump", "gw"):
        r = w.random("volume/" + host.name)
        total, day = r.uniform(5, 60), r.randint(2, 9)
        for k, t in enumerate(w.clock("volume/" + host.name, 0, DAYS, 0.5, 0.26, 30)):
            total += r.uniform(400, 700) if host.name in detour and k == 2 * day else r.uniform(6, 14)
            w.say(host, t, sp.USAGE, label, mb=int(total))
    label = w.harmless("few blocks wait at the end of the day; once many, and gone the day after")
    for k, host in enumerate(_others(w, "queue_creep", "pos")):
        r = w.random("blocks/" + host.name)
        for t in w.clock("blocks/" + host.name, 0, DAYS, 1, 19.7 * HOUR, 300):
            w.say(host, t, sp.JOURNAL, label, left=r.randint(30, 70) if int(t) == 3 + k and k < 3 else r.randint(0, 4))
    label = w.harmless("memory of the dealer system strays, and is recycled weekly")
    for host in _others(w, "leak_restart", "dms"):
        stray = sp.wander(w.random("bytes/" + host.name), 45)
        for t in w.clock("bytes/" + host.name, 0, DAYS, 0.25, 0.04, 9):
            w.say(host, t, sp.BYTES, label, mb=int(520 + stray()))
        w.each(host, [6.08, 13.08], sp.RECYCLED, label)
    label = w.harmless("certificate of a card runs for years; one is renewed in time")
    for k, host in enumerate(_others(w, "expiry_rundown", "ti")):
        for day, t in enumerate(w.clock("smb/" + host.name, 0, DAYS, 1, 5 * HOUR, 900)):
            left = 640 - day - 77 * k if k else (33 - day if day < 5 else 1826 - day)
            w.say(host, t, sp.REMAINING, label, slot=1, days=left)
    label = w.harmless("round trips to the telephone provider stray")
    for host in w.of("pbx"):
        for trunk in ("trunk-a", "trunk-b"):
            stray = sp.wander(w.random(f"rtt/{host.name}/{trunk}"), 5)
            if not (trunk == "trunk-a" and host.name in sp.hosts_of(w, "latency_creep")):
                for t in w.clock(f"qualify/{host.name}", 0, DAYS, 0.25, 0.2, 60):
                    w.say(host, t, sp.QUALIFY, label, trunk=trunk, ms=int(38 + stray()))
    label = w.harmless("pickers grip one pack in seventy again, more packs on Mondays")
    for host in _others(w, "retries_creep", "robot"):
        r = w.random("grips/" + host.name)
        for t in w.clock("grips/" + host.name, 0, DAYS, 1, 18.3 * HOUR, 90):
            packs = int(r.uniform(380, 620) * (0.05 if int(t) % 7 == 6 else 1.6 if int(t) % 7 == 0 else 1))
            w.say(host, t, sp.GRIPS, label, packs=packs, again=round(packs * r.uniform(0.01, 0.02)))
    label = w.harmless("ports of tills and computers come up twice a day of trade and go down in order")
    printers = w.harmless("label printers have always had 100 Mbit/s")
    for host in w.of("fksw"):
        for p in (*sp.CLIENT_PORTS, 7):
            fast = "100 Mbit/s" if p == 7 else "1000 Mbit/s"
            for t in sp.mornings(w, host, p):
                if not sp.spared(w, "capacity_step", host, p):
                    w.say(host, t, sp.LINK_UP, printers if p == 7 else label, p=p, speed=fast)
                w.say(host, t + 6.5 * HOUR + p * SECOND, sp.LINK_DOWN, printers if p == 7 else label, p=p)


def _everywhere(w: World, why: str, hosts: list[Host], at: float, line: Say, spread_s: float = 40, /, **values: object) -> str:  # fmt: skip
    """All of them say it in the same moments."""
    label = w.harmless(why)
    r = w.random("everywhere/" + why)
    for host in hosts:
        w.say(host, at + r.uniform(0, spread_s) * SECOND, line, label, **values)
    return label


def _routine(w: World) -> None:
    label = w.harmless("no-sale drawer openings by day")
    for host in w.of("pos"):
        r = w.random("drawer/" + host.name)
        for t in w.poisson("drawer/" + host.name, 0, DAYS, 4, "open"):
            w.say(host, t, sp.DRAWER, label, till=f"K{r.randint(1, 6)}", op=r.randint(11, 48))
    label = w.harmless("rotation media written on work nights, another set's days differ")
    for host in _others(w, "job_stopped", "nas"):
        days = [d for d in range(DAYS) if d % 7 < 5]
        r = w.random("rotation/" + host.name)
        w.each(host, [d + (20.5 + r.uniform(0, 0.5)) * HOUR for d in days], sp.ROTATION, label, task="USB-Rotation")
    label = w.harmless("weekly self-test of the UPS passes")
    for host in w.of("ups"):
        w.each(host, [2.1, 9.1], (5, "upsd", "Self-test started: on battery for 8 s, result passed"), label)
    label = w.harmless("phones register anew each night at four")
    for host in w.of("pbx"):
        for t in w.clock("phones/" + host.name, 0, DAYS, 1, 3 * HOUR, 60):
            for k in range(6):
                w.say(host, t + k * 2 * SECOND, (5, "asterisk", "Contact {n:100-199} unreachable, then reachable ({n:9-40} ms)"), label)
    label = w.harmless("room count goes to the statistics office on Mondays")
    for host in w.of("pms"):
        w.each(host, [0.3, 7.3], (6, "report", "statistics file sent, {n:100-900} arrivals"), label)
    label = w.harmless("month-end stocktaking and closing")
    for host in w.of("pos", "dms"):
        app = "Application/DMSGate/900" if host.role == "dms" else "kassd"
        w.say(host, 5.79, (5, app, "Month closing started, postings locked for {n:11-40} min"), label)
        w.say(host, 5.82, (5, app, "Month closing finished, {n:900-9900} postings"), label)
    label = w.harmless("monthly scrub of the volumes")
    for host in w.of("nas"):
        w.say(host, 6.02, (5, "mdadm", "data scrubbing of volume 1 started"), label)
        w.say(host, 6.42, (5, "mdadm", "data scrubbing of volume 1 finished, {n:0-0} mismatches"), label)
    label = w.harmless("receipt counters only grow")
    for host in w.of("pos"):
        total = 400000
        for t in w.clock("counter/" + host.name, 0, DAYS, 1, 19.9 * HOUR, 100):
            total += 700 + int(t * 1000) % 300
            w.say(host, t, (6, "fiskal", f"TSE signature counter {total}, memory 4 % used"), label)
    label = w.harmless("certificates of the guest portal are renewed in order")
    for k, host in enumerate(w.of("sfos")):
        for d in (3, 2, 1):
            w.say(host, 4 + k - d + 0.2, (5, "Event/Certificate", f'log_subtype="System" message="Portal certificate expires in {d + 29} days"'), label)
        w.say(host, 4 + k + 0.2, (5, "Event/Certificate", 'log_subtype="System" message="Portal certificate renewed, valid 90 days"'), label)
    label = w.harmless("clock offsets stray")
    for host in w.of("dvr", "robot"):
        stray = sp.wander(w.random("clock/" + host.name), 9)
        for t in w.clock("clock/" + host.name, 0, DAYS, 0.5, 0.15, 900):
            w.say(host, t, (6, "ntpdate", f"adjust time server, offset {stray():.1f} ms"), label)


def _maintenance(w: World) -> None:
    label = w.harmless("patch night: Windows hosts restart")
    r = w.random("patches")
    for host in w.of("win", "dms"):
        t = 8.92 + r.uniform(0, 70) * MINUTE
        snare = host.role == "dms"
        log = "System/" if snare else ""
        w.say(host, t, (6, log + "User32/1074", "The process wuauclt.exe has initiated the restart of computer {host}"), label)
        w.say(host, t + 0.002, (4, log + "EventLog/6008", "The previous system shutdown was unexpected"), label)
        w.say(host, t + 0.003, (6, log + "EventLog/6005", "The Event log service was started."), label)
    _everywhere(w, "all branch routers take RouterOS in the night to Wednesday", w.of("gw"), 2.05, (5, "system,info", "verified routeros-7.16.2.npk, rebooting"), 300)
    _everywhere(w, "till bridges restart once with the rollout of tills", w.of("pos"), 8.13, sp.RESPAWN, 200)
    digest = f"{w.random('rollout').getrandbits(64):016x}"
    _everywhere(w, "a rollout brings one new program to all tills at one time", w.of("pos"), 8.11, sp.HASH, 240, hash=digest)
    _everywhere(w, "the provider of lines works at night: all pharmacies move to LTE and back", w.of("peplink"), 4.08, sp.MOVED_OUT, 20)
    _everywhere(w, "the provider's work ends", w.of("peplink"), 4.11, sp.MOVED_BACK, 20)
    wg = w.of("wg")
    label = _everywhere(w, "head office firewall restarts, all tunnels drop together", wg, 9.95, sp.TUNNEL_DOWN, 9, t="bovpn-zentrale", gwip="80.147.3.1")
    for host in wg:
        w.say(host, 9.954, sp.TUNNEL_UP, label, t="bovpn-zentrale", gwip="80.147.3.1")
    label = w.harmless("access points get firmware, four nights")
    for host in w.of("ap"):
        w.say(host, sp.upgraded(w, host), sp.UPGRADED, label)
        w.say(host, sp.upgraded(w, host) + 0.003, (6, "kernel", "[    0.{n:100000-999999}] booting, reset cause: software"), label)
    _everywhere(w, "wholesaler's first endpoint down for an hour, all pharmacies alike", w.of("wws") * 9, 3.41, sp.SECOND_TRY, 3300)
    label = w.harmless("weekly vulnerability scan on Saturday night")
    for host in w.of("sw", "fksw", "nas"):
        for t in w.clock("scan/" + host.name, 0, DAYS, 7, 5.95, 900):
            for k in range(5):
                w.say(host, t + k * 3 * SECOND, (4, "sshd", "Invalid user {pick:admin|root|cisco|support} from 10.113.99.9 port {port}"), label)
    label = w.harmless("a hotel firewall is updated in its window and its pair changes over and back")
    host = w.pick("window", "sfos")
    for t in (6.05, 6.07):
        w.say(host, t, (4, "HA/Cluster", 'log_subtype="System" message="Appliance became {pick:primary|auxiliary} after planned update"'), label)


def _chronic(w: World) -> None:
    label = w.harmless("a camera input that was never wired, on every recorder every half hour")
    for host in w.of("dvr"):
        w.each(host, w.clock("loss/" + host.name, 0, DAYS, 1 / 48, 0.01, 20), (3, "rec", "channel 16 video loss"), label)
    label = w.harmless("answers of card terminals are late now and then, everywhere")
    for host in w.of("eft"):
        r = w.random("tids/" + host.name)
        for t in w.poisson("tids/" + host.name, 0, DAYS, 5, "open"):
            w.say(host, t, sp.LATE, label, tid=f"60{r.randint(1000, 1039)}")
    label = w.harmless("chips not read, each till now and then")
    for host in w.of("pos"):
        r = w.random("chips/" + host.name)
        for t in w.poisson("chips/" + host.name, 0, DAYS, 0.35, "open"):
            w.say(host, t, sp.FALLBACK, label, till=f"K{r.randint(7, 12)}")
    label = w.harmless("each till meets a new program now and then, each its own")
    for host in w.of("pos"):
        r = w.random("programs/" + host.name)
        for t in w.poisson("programs/" + host.name, 0, DAYS, 0.4, "open"):
            w.say(host, t, sp.HASH, label, hash=f"{r.getrandbits(64):016x}")
    label = w.harmless("people mistype at the file store")
    for host in w.of("nas"):
        r = w.random("typos/" + host.name)
        for t in w.poisson("typos/" + host.name, 0, DAYS, 0.7, "desk"):
            w.say(host, t, sp.SHARE, label, user=w.words["staff"](r), ip=f"10.{host.peer.split('.')[1]}.52.{r.randint(2, 250)}")
    label = w.harmless("people mistype at Windows, each at a computer of theirs")
    for host in w.of("win"):
        r = w.random("logon/" + host.name)
        for t in w.poisson("logon/" + host.name, 0, DAYS, 1.2, "desk"):
            k = r.randint(10, 60)
            w.say(host, t, sp.LOGON, label, user=w.words["staff"](r), ws=f"CLIENT-{k}", ip=f"10.{host.peer.split('.')[1]}.53.{k}")
    label = w.harmless("guests mistype vouchers")
    for host in w.of("sfos"):
        w.each(host, w.poisson("vouchers/" + host.name, 0, DAYS, 2, "guest"), sp.VOUCHER, label)
    label = w.harmless("UPSes boost when the grid sags")
    for host in _others(w, "moves_together", "ups"):
        w.each(host, w.poisson("boost/" + host.name, 0, DAYS, 0.35), sp.BOOST, label)
    label = w.harmless("spooler of each Windows host complains about a driver at eight")
    for host in w.of("win"):
        w.each(host, w.clock("spool/" + host.name, 0, DAYS, 1, 7 * HOUR, 200), (3, "PrintService/372", "The document could not be printed: driver of ET-LABEL2 missing"), label)
    label = w.harmless("LTE modems of all branches register anew every night")
    for host in w.of("gw"):
        w.each(host, w.clock("modem/" + host.name, 0, DAYS, 1, 2.3 * HOUR, 900), (4, "lte,error", "lte1: lost registration, registered again to 26201"), label)


def _decoys(w: World) -> None:
    """A signal's words on another host, without what makes it one."""
    r = w.random("decoys")
    label = w.harmless("one failover that lasted three hours and was over")
    host = w.pick("decoy/move", "peplink")
    w.flap(host, [r.uniform(5, 11)], sp.MOVED_OUT, sp.MOVED_BACK, label, (9000, 12000))
    label = w.harmless("a bridge that ended three times once and never again")
    host, t = w.pick("decoy/respawn", "pos"), r.uniform(3, 11)
    w.each(host, [t, t + 11 * SECOND, t + 24 * SECOND], sp.RESPAWN, label)
    label = w.harmless("a user with a new password: five refusals in two minutes, then in")
    host, t = w.pick("decoy/share", "nas"), 9 + 9 * HOUR
    w.each(host, [t + k * 22 * SECOND for k in range(5)], sp.SHARE, label, user="skoch", ip=f"10.{host.peer.split('.')[1]}.52.77")
    label = w.harmless("a cabinet door stood open: warm for one report, then cold again")
    for host in w.of("cool")[:2]:
        t = r.uniform(5, 12)
        w.say(host, t, sp.MEAN, label, p=5, name="drinks wall", c="9.8", set=5.0)
        w.say(host, t + 0.25, sp.MEAN, label, p=5, name="drinks wall", c="5.2", set=5.0)
    label = w.harmless("a loop once, plugged wrongly and unplugged")
    for host in _others(w, "returned", "fksw")[:3]:
        w.say(host, r.uniform(2, 12), sp.LOOP, label, p=r.randint(1, 8))
    label = w.harmless("access points that resynchronised once")
    for host in _others(w, "after_upgrade", "ap")[:3]:
        w.say(host, r.uniform(1, 12), sp.RESYNC, label)
    label = w.harmless("a short loss of the acquirer without a sign before it")
    for host in _others(w, "precursor", "eft")[:2]:
        w.flap(host, [r.uniform(4, 12)], sp.OFFLINE, sp.ONLINE, label, (120, 300))
    label = w.harmless("session keys derived anew by the clock, nothing follows")
    for host in _others(w, "precursor", "eft"):
        w.each(host, w.clock("hsm/" + host.name, 0, DAYS, 2, 2.7 * HOUR, 20), sp.REKEY, label)
    label = w.harmless("lock readers enumerate after their weekly restart")
    for host in _others(w, "moves_together", "lock"):
        w.each(host, [1.11, 8.11], sp.RENUM, label)
    label = w.harmless("a heavy consumer on a UPS, twice, at any time")
    for host in _others(w, "time_of_day", "ups")[:3]:
        w.flap(host, [r.uniform(1, 6), r.uniform(7, 13)], sp.LOAD, sp.LOAD_OK, label, (60, 900))
    label = w.harmless("an order that went to the second endpoint once")
    for host in _others(w, "second_try", "wws"):
        w.say(host, r.uniform(1, 13), sp.SECOND_TRY, label)
    label = w.harmless("a bit of late drawer business on the evening before a holiday")
    for host in _others(w, "after_hours", "pos"):
        w.say(host, 4 + r.uniform(20.2, 20.9) * HOUR, sp.DRAWER, label, till="K1", op=r.randint(11, 48))


def _decoys_of_loss(w: World) -> None:
    r = w.random("loss")
    label = w.harmless("a bond lost a member while a switch restarted, and has it again")
    host = _others(w, "redundancy_lost", "nas")[0]
    w.say(host, 5.12, sp.TRUNK, label, up=1, partner="00:a0:57:44:1c:02")
    w.say(host, 5.14, sp.TRUNK, label, up=2, partner="00:a0:57:44:1c:02")
    label = w.harmless("a port that came up slowly once and was replugged")
    host, t = w.pick("decoy/port", "fksw"), r.uniform(4, 11)
    w.say(host, t, sp.LINK_UP, label, p=11, speed="100 Mbit/s")
    w.say(host, t + 0.01, sp.LINK_UP, label, p=11, speed="1000 Mbit/s")
    label = w.harmless("a tunnel that dropped twice in two weeks")
    w.flap(_others(w, "tunnel_flap", "wg")[0], [r.uniform(1, 6), r.uniform(8, 13)], sp.TUNNEL_DOWN, sp.TUNNEL_UP, label, (20, 90), t="bovpn-waage", gwip="80.147.7.4")
    label = w.harmless("mesh peers that were away now and then, none more and more often")
    for host in w.of("mx"):
        for t in w.poisson("peers/" + host.name, 0, DAYS, 0.25):
            contact = f"93.8.40.{r.randint(2, 9)}"
            for k, up in enumerate(("false", "true")):
                w.say(host, t + k * 40 * SECOND, sp.MESH, label, contact=contact, up=up)
    label = w.harmless("a picking robot is taken out of service in order and replaced")
    host = w.pick("decommission", "robot")
    for k, text in enumerate(("decommissioning confirmed by service, chutes empty", "picker stopped on request", "system halted by operator")):
        w.say(host, 11.62 + k * MINUTE, (5, "service", text), label)
    w.dark(host, 11.63)
    label = w.harmless("a branch is rebuilt: its switch goes down in order and is back three days later")
    host = w.pick("refit", "fksw")
    w.say(host, 7.7, (5, "system", "shutdown by user k.adler (refit until Friday), saving configuration"), label)
    w.say(host, 10.5, (5, "system", "cold start, configuration loaded"), label)
    w.dark(host, 7.702, 10.499)
    label = w.harmless("from the second week tills show advertisements")
    for host in w.of("pos"):
        w.each(host, w.poisson("signage/" + host.name, 7.3, DAYS, 7, "open"), (6, "signage", "playlist {hex:4} loaded, {n:4-12} clips"), label)
    label = w.harmless("from the ninth day payment gateways speak to a further acquirer")
    for host in w.of("eft"):
        w.each(host, w.poisson("acquirer/" + host.name, 8.4, DAYS, 6, "open"), (6, "1400|Routing", "acquirer=B2 tid=60{n:1000-1039} msg=routed by table 2"), label)


_ONCE: tuple[tuple[str, Say], ...] = (
    ("gw", (4, "interface,warning", "sfp1 excessive broadcasts, probably a loop")),
    ("nas", (3, "synostoraged", "external disk usbshare1 was not ejected properly")),
    ("pbx", (4, "asterisk", "WARNING[2210]: chan_pjsip.c: Fax detected, but no fax extension found")),
    ("dms", (3, "Application/Application Error/1000", "Faulting application name: winword.exe, version 16.0, faulting module ntdll.dll")),
    ("pms", (3, "ifc-tv", "unhandled message type 0x4f, ignored")),
    ("lock", (3, "lockctl", "encoder 2 firmware checksum differed, reloaded")),
    ("robot", (3, "picker", "gripper collision, referenced anew")),
    ("ti", (4, "konnektor", "terminal 2 removed and paired again")),
    ("mx", (4, "events", "type=dhcp_no_offers vlan='20' client_mac='02:11:32:aa:10:07'")),
    ("vsz", (3, "Core", "@@114,apLostConnection,\"apMac\"=\"1c:3a:60:00:1f:20\"")),
)  # fmt: skip


def _rarities(w: World) -> None:
    for k, (role, line) in enumerate(_ONCE):
        label = w.harmless("said once: " + line[2][:30])
        r = w.random(f"once/{k}")
        host = r.choice(w.of(role))
        w.say(host, r.uniform(1, 11.5), line, label)
