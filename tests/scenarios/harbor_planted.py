"""World "harbor": its planted weak signals. A seed draws 25 of them, their hosts, hours, rates and sizes."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

CLERKS = (
    "a.brandt", "b.ozturk", "c.lorenz", "d.nowak", "e.harms", "f.silva", "g.janssen", "h.vogel", "i.pohl", "k.meier",
    "l.costa", "m.ritter", "n.dahl", "o.wendt", "p.sommer", "r.fink", "s.bauer", "t.hinz", "u.krug", "v.lange",
)  # fmt: skip
DRAWN = 25

SESSION_GONE: Say = (4, "mobifd", "data session {apn} released by network, cause {n:26-38}")
SESSION_UP: Say = (6, "mobifd", "data session {apn} established, bearer {n:5-9}, rat LTE")
REOPENED: Say = (4, "cranelink", "S7 session to {plc} reopened, {n:1-3} cycles bridged with held values")
STEP_DOWN: Say = (4, "rfmgr", "tx profile 256QAM -> 16QAM, capacity {n:88-104} Mbit/s")
STEP_UP: Say = (6, "rfmgr", "tx profile 16QAM -> 256QAM, capacity {n:380-412} Mbit/s")
WORKER: Say = (6, "lanevision", '{"evt":"worker_start","lane":"{lane}","prev_exit":{code},"prev_uptime_s":{up}}')  # fmt: skip
DRIVE: Say = (6, "cranelink", "drive report {axis}: heatsink {c} C, torque mean {n:20-64} pct")
PULSE: Say = (6, "cranelink", "wind mast pulse {seq}, gust {f:2-14} m/s")
LEAKAGE: Say = (5, "rackmon", "outlet={outlet} ev=residual_current ma={n:14-22} trip_ma=30 state=on")
PROBE: Say = (6, "rackmon", "probe={probe} supply_c={a} return_c={b} setpoint_c=2.0")
REEL: Say = (6, "cranelink", "cable reel: slack taken in, torque trim {n:2-9} pct")
SYMBOLS: Say = (4, "PLATFORM_IE-4-SYMBOLS", "{iface}: {n:9-60} symbol errors since last poll, link kept")
PATHS: Say = (6, "pathreport", "map=mpath_tos paths_active={up} paths_known=2 policy=service-time")
PATH_GONE: Say = (4, "multipathd", "mpath_tos: sdd - directio checker reports path is down")
PATH_BACK: Say = (5, "multipathd", "mpath_tos: sdd - path reinstated")
DEPTH: Say = (6, "spooler", "queue={queue} depth={d} taken_last_h={n:20-90}")
REFUSED: Say = (5, "AuthSvc", "sign-on not granted user={user} station={station} code=PIN_LENGTH_{n:0-2}")
DUMP: Say = (6, "dumpctl", "dump of {schema} closed: {size} bytes in {n:12-15} parts, checksum kept")
PLAN: Say = (6, "SlotPlanner", "{plan} slot plan published after {s} s, {n:4100-4400} locations")
LOGON: Say = (
    4, "Security/Microsoft-Windows-Security-Auditing/4625",
    "An account failed to log on. Account Name: {user} Logon Type: 5 Failure Reason: The user has not been granted the requested logon type at this machine. Process Name: C:\\Halyard\\LabelSpool.exe",
)  # fmt: skip
UPGRADED: Say = (5, "00061 update", "Firmware image changed to {image}, unit restarted by operator")
POWER: Say = (4, "00565 poe", "port {p} PD class renegotiated, power offered again")
CERT: Say = (6, "certwatch", '{"op":"cert.check","cn":"{cn}","days_left":{days}}')
RENEWED: Say = (6, "certwatch", '{"op":"cert.renewed","cn":"{cn}","days_left":{days}}')
ACTIVE: Say = (5, "sod", "010c0019:5: Active for traffic group {tg}")
STANDBY: Say = (5, "sod", "010c0018:5: Standby for traffic group {tg}")
PUSH: Say = (6, "pcsbridge", '{"op":"manifest.push","to":"{to}","voyage":"{n:100-990}W","endpoint":"{e}","tries":{k},"result":"accepted"}')  # fmt: skip
FOOTPRINT: Say = (6, "relayd", "worker {worker} footprint {mb} MiB, {n:300-420} handles")
RECYCLED: Say = (6, "relayd", "worker {worker} recycled, queue handed over")
TARIFF: Say = (6, "TariffSync/210", "Tariff table applied, revision {rev}, {n:17200-17400} rows")
GARBLED: Say = (6, "aisfeed", "talker {mmsi}: sentence checksum differs, last position kept")
DRIFT: Say = (6, "ace", "head {head}: drift compensation applied, {n:3-9} digits")
DISTURBED: Say = (4, "ace", "section {section} disturbed, route held, reset requested")
RESET: Say = (6, "ace", "section {section} reset accepted, sweep train ordered")
JOURNAL: Say = (4, "rdr", "tag table page {n:0-63} rebuilt from journal")
CONSIST: Say = (6, "consistd", "consist lists of the night taken over, {n:900-1400} wagons")
VOLUME: Say = (6, "recorder", "volume {vol} online {tb} TB, retention {days} days")
OFFSET: Say = (6, "clkwatch", "offset to {src} {us} us, path delay {n:180-240} us")
ACCEPTED: Say = (6, "sshd", "Accepted publickey for {who} from {ip} port {port} ssh2: RSA SHA256:{key}")
ZERO: Say = (6, "scaled", "zero point taken again, deviation {n:20-60} kg, plate {plate}")
DEFERRED: Say = (4, "certtool", "order for {cn} still pending at issuer, asked again later")
OBTAINED: Say = (6, "certtool", "certificate for {cn} obtained, valid 90 days")
LABEL: Say = (6, "CEF:0|Halyard|DockPoint|4.1|144|label printed twice|3|", "suser={clerk} cs1={hex:10} cs1Label=sscc")  # fmt: skip
SECTORS: Say = (4, "smartd", "Device: /dev/{disk} [SAT], Attribute 5 Reallocated_Sector_Ct raw value {a} (was {b})")  # fmt: skip
VOUCHER: Say = (4, "hotspot,account,info", "voucher {user}: session accounting sent again, server {n:1-2} silent for {s} ms")  # fmt: skip

Signal = Callable[[World, Random], None]


def plant(w: World) -> None:
    chosen = w.random("drawn").sample(range(len(SIGNALS)), DRAWN)
    for number in sorted(chosen):
        SIGNALS[number](w, w.random(f"signal/{number}"))


def spared(w: World, kind: str) -> set[tuple[str, str]]:
    """(host, entity) of a planted signal: harmless lines of the same words leave them alone."""
    return {(h, s.entity or "") for s in w.signals if s.kind == kind for h in s.hosts}


def swing(t: float, r: Random, base: float, day: float, noise: float) -> float:
    """A reading that follows the day and wanders."""
    return base + day * math.sin((t - 0.3) * 2 * math.pi) + r.gauss(0, noise)


def _until(r: Random, since: float) -> float:
    """Most go on; some end by themselves."""
    return min(DAYS, since + r.choice((DAYS, DAYS, r.uniform(5, 7))))


# --- quay


def link_flap(w: World, r: Random) -> None:
    host, since = w.pick("flap", "ltert"), r.uniform(0, 4)
    until = _until(r, since)
    label = w.plant("link_flap", host, "data session quay.tele", (since + 1.5, until + 0.7), entity="quay.tele")  # fmt: skip
    times = w.poisson("flap", since, until, r.uniform(1.6, 3.2))
    w.flap(host, times, SESSION_GONE, SESSION_UP, label, (8, 50), apn="quay.tele")


def reconnects_growing(w: World, r: Random) -> None:
    host, since, growth = w.pick("s7", "cranegw"), r.uniform(1, 3), r.uniform(1.2, 1.31)
    plc = f"10.54.8.{host.name[-1]}"
    label = w.plant("reconnects_growing", host, "S7 session to 10.54.8", since + 5.5, entity=plc)
    first = r.uniform(0.3, 0.5)
    w.each(host, w.poisson("s7", since, DAYS, lambda d: first * growth ** (d - since)), REOPENED, label, plc=plc)  # fmt: skip


def tidal_fade(w: World, r: Random) -> None:
    """High water reflects the beam: twice a day, fifty minutes later each day."""
    host, since = w.pick("tide", "radio"), r.uniform(0.3, 3)
    label = w.plant("tidal_fade", host, "tx profile ", since + 2.6, entity="tx profile")
    times = [
        since + k * 12.42 * HOUR + r.gauss(0, 9) * MINUTE
        for k in range(int((DAYS - since) * 24 / 12.42))
        if r.random() < 0.88
    ]
    w.flap(host, times, STEP_DOWN, STEP_UP, label, (900, 2900))


def restart_loop(w: World, r: Random) -> None:
    host, since, lane = w.pick("lane", "ocr"), r.uniform(0.5, 5), f"L{r.randint(1, 4)}"
    label = w.plant("restart_loop", host, '"evt":"worker_start"', since + 1.5, entity=lane)
    for t in w.poisson("lane", since, DAYS, r.uniform(0.7, 1.3)):
        at = t
        for k in range(r.randint(2, 4)):
            up = r.randint(9000, 70000) if k == 0 else r.randint(4, 40)
            w.say(host, at, WORKER, label, lane=lane, code=r.choice((139, 139, 134)), up=up)
            at += r.uniform(15, 60) * SECOND


def temperature_creep(w: World, r: Random) -> None:
    host, since, slope = w.pick("heat", "cranegw"), r.uniform(2, 5), r.uniform(1.0, 2.2)
    axis = r.choice(("hoist1", "hoist2"))
    label = w.plant("temperature_creep", host, f"drive report {axis}:", since + 4.5, entity=axis)
    for t in w.clock("heat", 0, DAYS, 6 * HOUR, 0.5 * HOUR, 600):
        c = swing(t, r, 51, 3, 1.2) + slope * max(0.0, t - since)
        w.say(host, t, DRIVE, label, axis=axis, c=round(c))


def heartbeat_stopped(w: World, r: Random) -> None:
    host, stop = w.pick("mast", "cranegw"), r.uniform(6, 10)
    label = w.plant("heartbeat_stopped", host, "wind mast pulse ", stop + 0.6, entity="mast", silence=True)
    for k, t in enumerate(w.clock("mast", 0, stop, 3 * HOUR, 0.2 * HOUR, 40)):
        w.say(host, t, PULSE, label, seq=7000 + k)


def repeats_on_one_thing(w: World, r: Random) -> None:
    host, since = w.pick("outlet", "reefer"), r.uniform(0, 5)
    outlet = f"R{r.randint(1, 4)}-{r.randint(10, 48)}"
    label = w.plant("repeats_on_one_thing", host, f"outlet={outlet} ", since + 2, entity=outlet)
    w.each(host, w.poisson("outlet", since, DAYS, r.uniform(1.1, 2.2)), LEAKAGE, label, outlet=outlet)


def frozen_reading(w: World, r: Random) -> None:
    """The sensor still answers, always with the same tenths."""
    host, since, probe = w.pick("probe", "reefer"), r.uniform(3, 7.5), f"P{r.randint(1, 3)}"
    label = w.plant("frozen_reading", host, f"probe={probe} ", since + 1.5, entity=probe)
    a, b = round(r.uniform(1.2, 2.6), 1), round(r.uniform(3.0, 4.4), 1)
    for t in w.clock("probe", since, DAYS, 4 * HOUR, 1 * HOUR, 90):
        w.say(host, t, PROBE, label, probe=probe, a=a, b=b)


def move_together(w: World, r: Random) -> None:
    crane, switch, since = w.pick("reel", "cranegw"), w.pick("reel2", "iesw"), r.uniform(0.5, 4)
    label = w.plant("move_together", [crane, switch], "cable reel: slack|Gi1/1: .*symbol", since + 2.2, entity="Gi1/1")  # fmt: skip
    for t in w.poisson("reel", since, DAYS, r.uniform(1.4, 2.4), "shifts"):
        w.say(crane, t, REEL, label)
        w.say(switch, t + r.uniform(6, 45) * SECOND, SYMBOLS, label, iface="Gi1/1")


def redundancy_lost(w: World, r: Random) -> None:
    host, since = w.pick("paths", "tosdb"), r.uniform(3, 9)
    label = w.plant("redundancy_lost", host, "mpath_tos paths_active=1|mpath_tos: sdd", since + 1.2, entity="mpath_tos")  # fmt: skip
    w.say(host, since, PATH_GONE, label)
    w.each(host, w.clock("paths", since, DAYS, 8 * HOUR, 1.3 * HOUR, 20), PATHS, label, up=1)


def burst(w: World, r: Random) -> None:
    host, since = w.pick("zero", "scale"), r.uniform(5, 11.4)
    label = w.plant("burst", host, "zero point taken again", (since + 1 * HOUR, since + 2.1), entity="zero")
    for _ in range(r.randint(28, 55)):
        w.say(host, since + r.uniform(0, 2.4) * HOUR, ZERO, label, plate=2)


def rate_stepped_up(w: World, r: Random) -> None:
    """A step in how often one dock point prints a label twice; the others stay where they were."""
    host, since = w.pick("twice", "dock"), r.uniform(4, 7.5)
    label = w.plant("rate_stepped_up", host, "label printed twice", since + 1.6, entity="144")
    w.each(host, w.poisson("twice", since, DAYS, r.uniform(4, 7), "desks"), LABEL, label)


# --- forwarder


def queue_creep(w: World, r: Random) -> None:
    host, since, slope = w.pick("depth", "edi"), r.uniform(2, 5), r.uniform(9, 22)
    label = w.plant("queue_creep", host, "queue=CUSRES-OUT ", since + 4, entity="CUSRES-OUT")
    for t in w.clock("depth", 0, DAYS, 6 * HOUR, 1.5 * HOUR, 300):
        d = swing(t, r, 34, 14, 5) + slope * max(0.0, t - since)
        w.say(host, t, DEPTH, label, queue="CUSRES-OUT", d=max(0, round(d)))


def many_accounts_one_cause(w: World, r: Random) -> None:
    host, since, station = w.pick("pin", "wms"), r.uniform(1.5, 6), f"DOCK-{r.randint(1, 24):02}"
    label = w.plant("many_accounts_one_cause", host, f"station={station} code=PIN", since + 1.4, entity=station)  # fmt: skip
    for t in w.poisson("pin", since, DAYS, r.uniform(2.5, 4.5), "desks"):
        w.say(host, t, REFUSED, label, user=r.choice(CLERKS), station=station)


def size_shrinking(w: World, r: Random) -> None:
    host, since, shrink = w.pick("dump", "maria"), r.uniform(1, 4), r.uniform(0.03, 0.08)
    schema = "wms_moves"
    label = w.plant("size_shrinking", host, f"dump of {schema} closed", since + 4.3, entity=schema)
    for t in w.clock("dump", 0, DAYS, 1, 2.3 * HOUR, 900):
        size = 18.4e9 * (1 - shrink) ** max(0.0, t - since) * r.gauss(1, 0.006)
        w.say(host, t, DUMP, label, schema=schema, size=round(size))


def job_growing(w: World, r: Random) -> None:
    host, since, growth = w.pick("plan", "wms"), r.uniform(1, 4.5), r.uniform(1.07, 1.16)
    label = w.plant("job_growing", host, "SlotPlanner: .*nightly slot plan", since + 4.5, entity="nightly")
    for t in w.clock("plan", 0, DAYS, 1, 3.1 * HOUR, 60):
        s = 410 * growth ** max(0.0, t - since) * r.gauss(1, 0.03)
        w.say(host, t, PLAN, label, plan="nightly", s=round(s))


def login_fails_daily(w: World, r: Random) -> None:
    host, since = w.pick("svc", "win"), r.uniform(0, 5)
    label = w.plant("login_fails_daily", host, "svc-labelspool Logon Type: 5", since + 1.8, entity="svc-labelspool")  # fmt: skip
    w.each(host, w.poisson("svc", since, DAYS, r.uniform(2, 4)), LOGON, label, user="svc-labelspool")


def after_change(w: World, r: Random) -> None:
    host, since, port = w.pick("image", "sw"), int(r.uniform(4, 9)) + 20.2 * HOUR, r.randint(3, 40)
    label = w.plant("after_change", host, "PD class renegotiated", since + 1.6, entity=f"port {port}")
    w.say(host, since, UPGRADED, None, image="YC.16.11.0023")
    w.each(host, w.poisson("image", since + 0.02, DAYS, r.uniform(2, 4)), POWER, label, p=port)


def renewal_in_vain(w: World, r: Random) -> None:
    host, since = w.pick("order", "mx"), r.uniform(1, 5)
    label = w.plant("renewal_in_vain", host, "order for mx.lodestar.example", since + 2.4, entity="mx.lodestar.example")  # fmt: skip
    times = w.poisson("order", since, DAYS, r.uniform(1.2, 2.4))
    w.each(host, times, DEFERRED, label, cn="mx.lodestar.example")


# --- agent


def expiry_running_down(w: World, r: Random) -> None:
    """The other names are renewed at fourteen days; this one is only counted."""
    host, days, cn = w.pick("cert", "decl"), r.randint(15, 19), "seal.meridian.example"
    label = w.plant("expiry_running_down", host, f'"cn":"{cn}"', days - 12.5, entity=cn)
    for t in w.clock("cert", 0, DAYS, 1, 5.2 * HOUR, 200):
        w.say(host, t, CERT, label, cn=cn, days=days - int(t))


def failover_pingpong(w: World, r: Random) -> None:
    one, other = w.of("ltm")
    since, group = r.uniform(1, 5), "/Common/tg-customs"
    label = w.plant("failover_pingpong", [one, other], f"for traffic group {group}", since + 1.8, entity=group)  # fmt: skip
    for t in w.poisson("group", since, DAYS, r.uniform(0.8, 1.6)):
        for at, up, down in ((t, other, one), (t + r.uniform(3, 11) * MINUTE, one, other)):
            w.say(down, at, STANDBY, label, tg=group)
            w.say(up, at + r.uniform(0.4, 2) * SECOND, ACTIVE, label, tg=group)


def second_try(w: World, r: Random) -> None:
    host, since = w.pick("push", "decl"), r.uniform(1.5, 7)
    until = _until(r, since)
    label = w.plant(
        "second_try", host, '"to":"PCS-NORTHGATE"', (since + 1.5, until + 0.7), entity="PCS-NORTHGATE"
    )
    for t in w.poisson("push", since, until, r.uniform(2.5, 5), "desks"):
        w.say(host, t, PUSH, label, to="PCS-NORTHGATE", e="b", k=2)


def leak_restart(w: World, r: Random) -> None:
    host, period, slope = w.pick("leak", "mq"), r.uniform(1.7, 2.7), r.uniform(180, 420)
    label = w.plant("leak_restart", host, "worker bank ", 2 * period + 0.5, entity="bank")
    fresh = -r.uniform(0, 1)
    for t in w.clock("leak", 0, DAYS, 6 * HOUR, 0.7 * HOUR, 60):
        if t - fresh > period:
            fresh = t - r.uniform(0.5, 5) * HOUR
            w.say(host, fresh, RECYCLED, label, worker="bank")
        mb = 310 + slope * (t - fresh) + r.gauss(0, 9)
        w.say(host, t, FOOTPRINT, label, worker="bank", mb=round(mb))


def job_stopped(w: World, r: Random) -> None:
    host, last = w.pick("tariff", "winapp"), r.randint(5, 9) + 5.6 * HOUR
    label = w.plant("job_stopped", host, "Tariff table applied", last + 1.4, entity="tariff", silence=True)
    for k, t in enumerate(w.clock("tariff", 0, last + 0.01, 1, 5.6 * HOUR, 300)):
        w.say(host, t, TARIFF, label, rev=5210 + k)


def gone_and_back(w: World, r: Random) -> None:
    host, first, back = w.pick("talker", "ais"), r.uniform(0.2, 0.8), r.uniform(9.8, 11.2)
    gone, mmsi = first + r.uniform(1.6, 2.6), f"2111{r.randint(10000, 99999)}"
    label = w.plant("gone_and_back", host, f"talker {mmsi}:", (1.4, gone + 0.8), back + 0.5, entity=mmsi)
    for part, start, end in (("1", first, gone), ("2", back, DAYS)):
        w.each(host, w.poisson("talker" + part, start, end, r.uniform(4, 7)), GARBLED, label, mmsi=mmsi)


def new_actor_at_night(w: World, r: Random) -> None:
    host, since, key = w.pick("actor", "jump"), r.randint(2, 6), f"{r.getrandbits(80):020x}"
    label = w.plant("new_actor_at_night", host, "publickey for dgps-archive", since + 2.6, entity="dgps-archive")  # fmt: skip
    ip = f"10.56.77.{r.randint(20, 200)}"
    for night in range(since, DAYS):
        for _ in range(r.choice((0, 1, 1, 2))):
            w.say(host, night + r.uniform(0.4, 3.6) * HOUR, ACCEPTED, label, who="dgps-archive", ip=ip, key=key)  # fmt: skip


# --- rail yard


def precursor(w: World, r: Random) -> None:
    host, count = w.pick("head", "axle"), r.randint(5, 7)
    head, section = f"H{r.randint(10, 60)}", f"S{r.randint(1, 40)}"
    times = [0.7 + (k + r.uniform(0.1, 0.9)) * 12.6 / count for k in range(count)]
    tells = f"head {head}: drift|section {section} (disturbed|reset)"
    label = w.plant("precursor", host, tells, times[2] + 1 * HOUR, entity=head)
    for t in times:
        w.say(host, t - r.uniform(6, 19) * MINUTE, DRIFT, label, head=head)
        w.say(host, t, DISTURBED, label, section=section)
        w.say(host, t + r.uniform(4, 14) * MINUTE, RESET, label, section=section)


def spreading(w: World, r: Random) -> None:
    hosts, since, step = w.of("wagon"), r.uniform(1, 2.5), r.uniform(1.1, 1.8)
    r.shuffle(hosts)
    label = w.plant("spreading", hosts, "tag table page ", since + 2.3 * step + 0.8, entity="tag table")
    for k, host in enumerate(hosts):
        start = since + k * step * r.uniform(0.9, 1.1)
        times = [start, *w.poisson(f"tags/{k}", start + 0.1, DAYS, r.uniform(0.8, 1.5))]
        w.each(host, times, JOURNAL, label)


def source_silent(w: World, r: Random) -> None:
    host, stop = w.pick("dark", "nvr", "tik"), r.uniform(5.3, 9.5)
    w.plant("source_silent", host, "", stop + 1, silence=True)
    w.dark(host, stop)


def job_late(w: World, r: Random) -> None:
    host, since, later = w.pick("consist", "yplan"), r.uniform(2.5, 5), r.uniform(15, 32)
    label = w.plant("job_late", host, "consist lists of the night", since + 3.3, entity="consist")
    for t in w.clock("consist", 0, DAYS, 1, 3.9 * HOUR, 240):
        w.say(host, t + later * max(0.0, t - since) * r.uniform(0.85, 1.15) * MINUTE, CONSIST, label)


def capacity_lower(w: World, r: Random) -> None:
    host, since = w.pick("volume", "nvr"), r.uniform(3.5, 9)
    label = w.plant("capacity_lower", host, "volume rec0 online 84", since + 1.2, entity="rec0")
    w.each(host, w.clock("volume", since, DAYS, 8 * HOUR, 2 * HOUR, 200), VOLUME, label, vol="rec0", tb="84.0", days=26)  # fmt: skip


def offset_creep(w: World, r: Random) -> None:
    host, since, slope = w.pick("offset", "clk"), r.uniform(2, 5), r.uniform(16, 45)
    label = w.plant("offset_creep", host, "offset to gnss-b ", since + 4, entity="gnss-b")
    for t in w.clock("offset", 0, DAYS, 6 * HOUR, 2.6 * HOUR, 60):
        us = swing(t, r, 60, 8, 9) + slope * max(0.0, t - since)
        w.say(host, t, OFFSET, label, src="gnss-b", us=round(us))


def sectors_growing(w: World, r: Random) -> None:
    host, since, disk, was = w.pick("disk", "nvr"), r.uniform(0.5, 4), f"sd{r.choice('cdefg')}", 8
    label = w.plant("sectors_growing", host, f"/dev/{disk} .*Reallocated", since + 3.5, entity=disk)
    for t in w.poisson("disk", since, DAYS, r.uniform(0.9, 1.6)):
        now = was + 8 * r.randint(1, 4)
        w.say(host, t, SECTORS, label, disk=disk, a=now, b=was)
        was = now


def latency_creep(w: World, r: Random) -> None:
    host, since, slope = w.pick("voucher", "tik"), r.uniform(1.5, 4.5), r.uniform(1.14, 1.26)
    label = w.plant("latency_creep", host, "session accounting sent again", since + 4.5, entity="hotspot")
    for t in w.poisson("voucher", 0, DAYS, r.uniform(2, 3)):
        s = 310 * slope ** max(0.0, t - since) * r.uniform(0.85, 1.15)
        w.say(host, t, VOUCHER, label, user=f"drv{r.randint(100, 999)}", s=round(s))


SIGNALS: tuple[Signal, ...] = (
    link_flap, reconnects_growing, tidal_fade, restart_loop, temperature_creep, heartbeat_stopped, repeats_on_one_thing,
    frozen_reading, move_together, redundancy_lost, burst, rate_stepped_up, queue_creep, many_accounts_one_cause,
    size_shrinking, job_growing, login_fails_daily, after_change, renewal_in_vain, expiry_running_down, failover_pingpong,
    second_try, leak_restart, job_stopped, gone_and_back, new_actor_at_night, precursor, spreading, source_silent, job_late,
    capacity_lower, offset_creep, sectors_growing, latency_creep,
)  # fmt: skip
