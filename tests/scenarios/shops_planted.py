"""World "shops": its weak signals, 24 of 33 by seed, and the series that each of them hides in."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

import random
from collections.abc import Callable

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

# fmt: off

PLANTED = 24
POSITIONS = (("chest row A", -20.0), ("dairy wall", 4.0), ("meat counter", 1.5), ("deep-freeze cell", -21.5))
CLIENT_PORTS = (2, 3, 5, 6, 8)

MOVED_OUT: Say = (4, "SpeedFusion", "Profile HQ moved from Fibre to Cellular, {n:2-9} packets reordered")
MOVED_BACK: Say = (5, "SpeedFusion", "Profile HQ moved from Cellular to Fibre, {n:2-9} packets reordered")
TRUNK: Say = (6, "netmgrd", "Bond 0 report: {up} of 2 members forwarding, LACP partner {partner}")
RESPAWN: Say = (4, "keeper", "zvt-bridge ended (70) after {n:3-9} s, started again as pid {n:2000-32000}")
SHARE: Say = (4, "qlogd", "conn log: Users: {user}, Source IP: {ip}, Computer name: ---, Connection type: SAMBA, Accessed resources: ---, Action: Login Fail")
LATE: Say = (4, "1012|Late response", "tid={tid} rtt={n:31000-44000} msg=reversal queued and confirmed")
MEAN: Say = (6, "refrig", "position {p} {name}: mean of last interval {c} C, setpoint {set} C")
VEEAM: Say = (6, "Veeam MP/190", "Backup job '{job}' finished with Success. Duration {took}, processed {gb} GB")
IMPORT: Say = (6, "artimp", "article file {n:10000-99999}.dat applied: {rows} records, 0 rejected")
AUDIT: Say = (6, "nightaudit", "business date closed, {n:38-97} rooms posted, next date open")
UPLOAD: Say = (6, "lockctl", "audit trail handed to server, {n:40-900} records, cursor {hex:6}")
HASH: Say = (6, "appwatch", "program {hash} new on this till, run permitted (audit mode)")
LOGON: Say = (
    5,
    "Microsoft-Windows-Security-Auditing/4625",
    "An account failed to log on. Account Name: {user} Workstation Name: {ws} Source Network Address: {ip} Sub Status: 0xC000006A",
)
LOOP: Say = (4, "loopguard", "port {p}: own frame seen, port held 60 s")
UPGRADED: Say = (5, "mcad", "radio firmware package 2.9.0.1 applied, rebooting")
RESYNC: Say = (6, "hostapd", "ath{n:0-1}: station table resynchronised with driver, {n:1-9} entries")
REKEY: Say = (6, "3301|HSM notice", "slot=2 msg=session key derived anew on request of card")
OFFLINE: Say = (3, "3001|Acquirer host", "state=unreachable msg=offline authorisation on, floor limit 50")
ONLINE: Say = (5, "3002|Acquirer host", "state=reachable msg=offline authorisation off, {n:3-60} stored")
BOOST: Say = (5, "upsd", "AVR boost engaged, input {f:198.0-206.0} V, for {n:2-11} s")
RENUM: Say = (6, "lockctl", "reader bus enumerated, {n:14-14} of 14 controllers present")
LOAD: Say = (4, "upsd", "Output load {n:86-97} % above user limit 85 %")
LOAD_OK: Say = (6, "upsd", "Output load below user limit 85 %")
SECOND_TRY: Say = (6, "msv3", "order {n:10000-99999} to nordpharm: first endpoint no reply in 8 s, accepted by second")
BYTES: Say = (6, "Application/DMSGate/300", "Process dmsgate.exe private bytes {mb} MB, handles {n:1900-2400}")
RECYCLED: Say = (6, "System/WAS/5117", "A worker process serving application pool 'dmsgate' has requested a recycle because it reached its private bytes memory limit.")
LINK_UP: Say = (6, "link", "Port {p} up, {speed} full duplex, flow control off")
LINK_DOWN: Say = (6, "link", "Port {p} down")
REMAINING: Say = (5, "konnektor", "SM-B card in slot {slot}: certificate valid for {days} more days")
PENDING: Say = (6, "konnektor", "SM-B follow-up certificate asked for at registry: not yet issued")
FOOTAGE: Say = (6, "rec", "storage cycle: oldest footage {d} d {h} h, {n:16-16} channels")
USAGE: Say = (6, "script,info", "lte1 volume in this billing period {mb} MB")
FALLBACK: Say = (6, "zvt", "{till}: chip not answered, magstripe used, approved")
DRAWER: Say = (6, "kassd", "{till}: drawer opened without sale, operator {op}")
JOURNAL: Say = (6, "kassd", "end of day: {left} journal blocks still to be sent to head office")
VOUCHER: Say = (5, "Event/Hotspot", 'log_subtype="System" message="Hotspot login: voucher {hex:6} unknown, client {mac}"')
TUNNEL_DOWN: Say = (4, "iked", "tunnel '{t}': no answer to 5 DPD probes from {gwip}, security associations removed")
TUNNEL_UP: Say = (6, "iked", "tunnel '{t}': established with {gwip}, P1 SA {hex:8}")
QUALIFY: Say = (6, "asterisk", "Endpoint {trunk} qualified: reachable, rtt {ms} ms")
GRIPS: Say = (6, "picker", "day statistics: {packs} packs, {again} gripped a second time, 0 lost")
MESH: Say = (6, "events", "type=vpn_connectivity_change vpn_type='site-to-site' peer_contact='{contact}:51856' connectivity='{up}'")
ROTATION: Say = (6, "img_backup", "[{task}] backup task finished, {n:180-240} GB on disk, {n:900-4000} files changed")


def plant(w: World) -> None:
    """Plant the seed's choice; each takes hosts of its own."""
    chosen = set(w.random("choice").sample(sorted(_ALL), PLANTED))
    for name, make in _ALL.items():
        if name in chosen:
            make(w)


def hosts_of(w: World, kind: str) -> set[str]:
    return {name for s in w.signals if s.kind == kind for name in s.hosts}


def spared(w: World, kind: str, host: Host, entity: object) -> bool:
    """Is this one of the host's equal things the planted one?"""
    return any(s.kind == kind and host.name in s.hosts and s.entity == str(entity) for s in w.signals)


def upgraded(w: World, host: Host) -> float:
    """The night on which an access point gets its radio firmware."""
    return 1 + w.of("ap").index(host) % 4 + 2.4 * HOUR


def hms(minutes: float) -> str:
    seconds = int(minutes * 60)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def wander(r: random.Random, sigma: float) -> Callable[[], float]:
    """A number that strays and comes home."""
    at = [0.0]

    def step() -> float:
        at[0] = 0.7 * at[0] + r.gauss(0, sigma)
        return at[0]

    return step


def _begin(w: World, kind: str, *roles: str, tenant: str | None = None) -> tuple[random.Random, Host]:
    return w.random("draw/" + kind), w.pick(kind, *roles, tenant=tenant)


def _pingpong(w: World) -> None:
    r, host = _begin(w, "pingpong", "peplink")
    start, rate = r.uniform(0.4, 5), r.uniform(1.3, 4)
    label = w.plant("failover_pingpong", host, "Profile HQ moved", start, entity="HQ")
    w.flap(host, w.poisson("pingpong", start, DAYS, rate), MOVED_OUT, MOVED_BACK, label, (50, 900))


def _redundancy(w: World) -> None:
    r, host = _begin(w, "redundancy", "nas")
    lost, partner = r.uniform(2.5, 7), f"00:a0:57:{r.randint(10, 99)}:1c:02"
    label = w.plant("redundancy_lost", host, "members forwarding", lost + 0.8, entity="Bond 0")
    for t in w.clock("redundancy", 0, DAYS, 0.25, r.uniform(0, 0.2), 60):
        w.say(host, t, TRUNK, label, up=2 if t < lost else 1, partner=partner)


def _respawn(w: World) -> None:
    r, host = _begin(w, "respawn", "pos")
    start = r.uniform(0.3, 4)
    label = w.plant("restart_loop", host, "zvt-bridge ended", start, entity="zvt-bridge")
    for t in w.poisson("respawn", start, DAYS, r.uniform(0.9, 2.2), "open"):
        for k in range(r.randint(2, 4)):
            w.say(host, t + k * r.uniform(9, 14) * SECOND, RESPAWN, label)


def _share(w: World) -> None:
    r, host = _begin(w, "share", "nas")
    user, start = r.choice(("scan-mfp2", "kopierer", "bkp_tk", "dvr-export")), r.uniform(0.3, 4)
    label = w.plant("account_fails", host, f"Users: {user},", start, entity=user)
    times = w.poisson("share", start, DAYS, r.uniform(1.8, 4.5), "desk")
    ip = f"{'.'.join(host.peer.split('.')[:2])}.55.{r.randint(20, 200)}"
    w.each(host, times, SHARE, label, user=user, ip=ip)


def _late(w: World) -> None:
    r, host = _begin(w, "late", "eft")
    tid, growth = f"60{r.randint(1000, 1039)}", r.uniform(1.28, 1.42)
    label = w.plant("growing_failures", host, f"tid={tid} ", 6.5, entity=tid)
    w.each(host, w.poisson("late", 1, DAYS, lambda d: 0.3 * growth ** (d - 1), "open"), LATE, label, tid=tid)


def _warm(w: World) -> None:
    r, host = _begin(w, "warm", "cool")
    p, start, slope = r.randint(1, 4), r.uniform(1, 4), r.uniform(0.17, 0.4)
    name, setpoint = POSITIONS[p - 1]
    label = w.plant("temperature_creep", host, f"position {p} {name}", start + 1.1 / slope, entity=str(p))
    stray = wander(r, 0.12)
    for t in w.clock(f"cool/{host.name}", 0, DAYS, 0.25, 0.1, 20):
        c = setpoint + 0.4 + stray() + slope * max(0, t - start)
        w.say(host, t, MEAN, label, p=p, name=name, c=f"{c:.1f}", set=setpoint)


def _slower(w: World) -> None:
    r, host = _begin(w, "slower", "win")
    job = f"{host.name}-images"
    start, growth, base = r.uniform(1, 3), r.uniform(1.06, 1.16), r.uniform(35, 90)
    label = w.plant("job_slower", host, f"'{job}'", start + 0.4 / (growth - 1), entity=job)
    for k, t in enumerate(w.clock("slower", 0, DAYS, 1, 22.2 * HOUR, 300)):
        took = base * growth ** max(0, k - start) * r.uniform(0.97, 1.04)
        w.say(host, t, VEEAM, label, job=job, took=hms(took), gb=f"{r.uniform(410, 425):.1f}")


def _shrinks(w: World) -> None:
    r, host = _begin(w, "shrinks", "pos")
    start, loss, base = r.uniform(1, 5), r.uniform(0.03, 0.09), r.uniform(17500, 19500)
    label = w.plant("job_shrinks", host, "article file", start + 4, entity="article file")
    for t in w.clock("shrinks", 0, DAYS, 1, 3.3 * HOUR, 400):
        rows = base * (1 - loss) ** max(0, t - start) * r.uniform(0.985, 1.015)
        w.say(host, t, IMPORT, label, rows=int(rows))


def _later(w: World) -> None:
    r, host = _begin(w, "later", "pms")
    start, step = r.uniform(2, 5), r.uniform(9, 24)
    label = w.plant("job_later", host, "business date closed", start + 45 / step + 1, entity="nightaudit")
    for t in w.clock("later", 0, DAYS, 1, 1.4 * HOUR, 300):
        w.say(host, t + step * max(0, t - start) * MINUTE, AUDIT, label)


def _heartbeat(w: World) -> None:
    r, host = _begin(w, "heartbeat", "lock")
    last = r.uniform(3, 9)
    label = w.plant("heartbeat_stopped", host, "audit trail handed", last + 0.6, entity="audit trail", silence=True)
    w.each(host, w.clock("heartbeat", 0, last, 1 / 6, r.uniform(0, 0.1), 40), UPLOAD, label)


def _silent(w: World) -> None:
    r, host = _begin(w, "silent", "dvr")
    last = r.randint(4, 9) + r.uniform(0.3, 0.9)
    w.plant("source_silent", host, "^", last + 0.8, silence=True)
    w.dark(host, last)


def _spread(w: World) -> None:
    r = w.random("draw/spread")
    hosts = w.of("pos")
    r.shuffle(hosts)
    hosts, digest = hosts[: r.randint(5, 7)], f"{r.getrandbits(64):016x}"
    first, gap = r.uniform(0.5, 3), r.uniform(0.8, 1.5)
    label = w.plant("spreading", hosts, digest, first + 2 * gap + 0.2, entity=digest)
    for k, host in enumerate(hosts):
        since = first + k * gap * r.uniform(0.8, 1.1)
        times = [since + r.uniform(0, 0.1), *w.poisson(f"spread/{k}", since, DAYS, r.uniform(0.3, 0.9), "open")]
        w.each(host, times, HASH, label, hash=digest)


def _accounts(w: World) -> None:
    r, host = _begin(w, "accounts", "win")
    start, ws = r.uniform(1, 6), f"SEMINAR-PC{r.randint(1, 9)}"
    ip = f"{'.'.join(host.peer.split('.')[:2])}.61.{r.randint(20, 200)}"
    label = w.plant("many_accounts", host, ws, start, entity=ws)
    for k, t in enumerate(w.poisson("accounts", start, DAYS, r.uniform(3, 7), "guest")):
        w.say(host, t, LOGON, label, user=w.words["staff"](r) if k % 3 else f"azubi{k % 17}", ws=ws, ip=ip)


def _returned(w: World) -> None:
    r, host = _begin(w, "returned", "fksw")
    p, again = r.randint(9, 12), r.uniform(8.8, 10.4)
    label = w.plant("returned", host, f"port {p}: own frame", (0.8, 4.2), (again, DAYS), entity=f"port {p}")
    times = w.poisson("returned/1", 0.3, 3.4, 3.5) + w.poisson("returned/2", again, DAYS, r.uniform(1.5, 3.5))
    w.each(host, times, LOOP, label, p=p)


def _after(w: World) -> None:
    r, host = _begin(w, "after", "ap")
    since = upgraded(w, host)
    label = w.plant("after_upgrade", host, "station table resynch", since, entity="hostapd")
    w.each(host, w.poisson("after", since + 0.02, DAYS, r.uniform(1.5, 4), "guest"), RESYNC, label)


def _precursor(w: World) -> None:
    r, host = _begin(w, "precursor", "eft")
    outages = [d + r.uniform(8, 18) * HOUR for d in sorted(r.sample(range(1, DAYS), r.randint(5, 8)))]
    label = w.plant("precursor", host, "session key derived|Acquirer host", outages[2] + 0.02, entity="slot=2")
    for t in outages:
        for _ in range(r.randint(1, 3)):
            w.say(host, t - r.uniform(4, 18) * MINUTE, REKEY, label)
        w.say(host, t, OFFLINE, label)
        w.say(host, t + r.uniform(2, 9) * MINUTE, ONLINE, label)


def _together(w: World) -> None:
    r, ups = _begin(w, "together", "ups", tenant="belmare")
    lock = w.pick("together/lock", "lock", tenant="belmare")
    start, rate = r.uniform(0.3, 4), r.uniform(0.7, 1.8)
    times = w.poisson("together", start, DAYS, rate)
    since = times[3] + 0.01 if len(times) > 3 else 12.0
    label = w.plant("moves_together", [ups, lock], "AVR boost|reader bus enum", since)
    for t in times:
        w.say(ups, t, BOOST, label)
        w.say(lock, t + r.uniform(2, 35) * SECOND, RENUM, label)


def _hour(w: World) -> None:
    r, host = _begin(w, "hour", "ups")
    at, start = r.uniform(16.5, 19) * HOUR, r.randint(0, 3)
    label = w.plant("time_of_day", host, "user limit", start + 3.0, entity="Output load")
    for day in range(start, DAYS):
        if day % 7 < 5 and r.random() < 0.93:
            w.flap(host, [day + at + r.uniform(-9, 9) * MINUTE], LOAD, LOAD_OK, label, (200, 800))


def _second(w: World) -> None:
    r, host = _begin(w, "second", "wws")
    start = r.uniform(1, 6)
    label = w.plant("second_try", host, "accepted by second", start, entity="nordpharm")
    w.each(host, w.poisson("second", start, DAYS, r.uniform(2, 6), "open"), SECOND_TRY, label)


def _leak(w: World) -> None:
    r, host = _begin(w, "leak", "dms")
    period, start = r.uniform(1.3, 2.6), r.uniform(0.5, 3)
    label = w.plant("leak_restart", host, "private bytes", start + 2 * period + 0.2, entity="dmsgate")
    for t in w.clock(f"bytes/{host.name}", 0, DAYS, 0.25, 0.04, 9):
        grown = (t - start) % period / period if t > start else 0
        w.say(host, t, BYTES, label, mb=int(430 + 1400 * grown + r.gauss(0, 18)))
    for k in range(1, 12):
        w.say(host, start + k * period, RECYCLED, label)


def _speed(w: World) -> None:
    r, host = _begin(w, "speed", "fksw")
    p, lost = r.choice(CLIENT_PORTS), r.randint(2, 5)
    label = w.plant("capacity_step", host, f"Port {p} up", lost + 3.0, entity=str(p))
    for t in mornings(w, host, p):
        w.say(host, t, LINK_UP, label, p=p, speed="1000 Mbit/s" if t < lost else "100 Mbit/s")


def mornings(w: World, host: Host, p: int) -> list[float]:
    """When a till's or office computer's port comes up: twice on days of trade."""
    r = w.random(f"ports/{host.name}/{p}")
    return [d + at * HOUR + r.uniform(0, 30) * MINUTE for d in range(DAYS) if d % 7 < 6 for at in (4.8, 12.2)]


def _expiry(w: World) -> None:
    r, host = _begin(w, "expiry", "ti")
    slot, left, at = r.randint(1, 2), r.randint(17, 34), r.uniform(4, 6) * HOUR
    label = w.plant("expiry_rundown", host, "SM-B", 3.0, entity=f"slot {slot}")
    for k, t in enumerate(w.clock("expiry", 0, DAYS, 1, at, 60)):
        w.say(host, t, REMAINING, label, slot=slot, days=left - k)
        if k % 2:
            w.say(host, t + r.uniform(1, 9) * MINUTE, PENDING, label)


def _footage(w: World) -> None:
    r, host = _begin(w, "footage", "dvr")
    start, loss = r.uniform(1, 5), r.uniform(0.6, 1.5)
    label = w.plant("retention_shrinks", host, "oldest footage", start + 4, entity="storage cycle")
    for t in w.clock(f"footage/{host.name}", 0, DAYS, 1, 4.1 * HOUR, 200):
        kept = 30.3 + r.uniform(-0.3, 0.3) - loss * max(0, t - start)
        w.say(host, t, FOOTAGE, label, d=int(kept), h=int(kept % 1 * 24))


def _usage(w: World) -> None:
    r, host = _begin(w, "usage", "gw")
    jump, rate, total = r.uniform(3, 8.5), r.uniform(200, 1400), r.uniform(5, 60)
    label = w.plant("usage_jump", host, "lte1 volume", jump + 1.6, entity="lte1")
    for t in w.clock(f"lte/{host.name}", 0, DAYS, 0.5, 0.26, 30):
        total += r.uniform(6, 14) if t < jump else rate * r.uniform(0.7, 1.3)
        w.say(host, t, USAGE, label, mb=int(total))


def _chip(w: World) -> None:
    r, host = _begin(w, "chip", "pos")
    till, start = f"K{r.randint(1, 6)}", r.uniform(0.3, 5)
    label = w.plant("one_of_many", host, f"{till}: chip not answered", start, entity=till)
    w.each(host, w.poisson("chip", start, DAYS, r.uniform(1.1, 3.6), "open"), FALLBACK, label, till=till)


def _night(w: World) -> None:
    r, host = _begin(w, "night", "pos")
    till, op, start = f"K{r.randint(1, 3)}", r.randint(11, 48), r.randint(0, 3)
    label = w.plant("after_hours", host, "drawer opened without sale", start + 1.0, entity=f"operator {op}")
    for day in range(start, DAYS):
        if day % 7 < 6 and r.random() < 0.85:
            w.say(host, day + r.uniform(21.2, 23) * HOUR, DRAWER, label, till=till, op=op)


def _journal(w: World) -> None:
    r, host = _begin(w, "journal", "pos")
    start, step = r.uniform(1, 5), r.uniform(3, 9)
    label = w.plant("queue_creep", host, "journal blocks", start + 12 / step + 2, entity="journal")
    for t in w.clock(f"journal/{host.name}", 0, DAYS, 1, 19.7 * HOUR, 300):
        w.say(host, t, JOURNAL, label, left=int(r.randint(0, 3) + step * max(0, t - start)))


def _burst(w: World) -> None:
    r, host = _begin(w, "burst", "sfos")
    t = r.uniform(3.2, 11.5)
    label = w.plant("burst", host, "voucher [0-9a-f]{6} unknown", (t, t + 2.0), entity="Hotspot")
    for _ in range(r.randint(24, 45)):
        w.say(host, t + r.uniform(0, 14) * MINUTE, VOUCHER, label)


def _tunnel(w: World) -> None:
    r, host = _begin(w, "tunnel", "wg")
    name = f"bovpn-{r.choice(('lackiererei', 'teilelager', 'datev', 'importeur'))}"
    start, rate = r.uniform(0.2, 6), r.uniform(1.1, 3.2)
    label = w.plant("tunnel_flap", host, f"'{name}'", start, entity=name)
    times = w.poisson("tunnel", start, DAYS, rate)
    w.flap(host, times, TUNNEL_DOWN, TUNNEL_UP, label, (15, 140), t=name, gwip=f"80.147.{r.randint(1, 250)}.9")


def _rotation(w: World) -> None:
    r, host = _begin(w, "rotation", "nas")
    last, at = r.choice((3, 4, 7, 8, 9)), 20.5 * HOUR
    missed = 7 if last == 4 else last + 1
    label = w.plant("job_stopped", host, r"\[USB-Rotation\]", missed + at + 0.1, entity="USB-Rotation", silence=True)
    days = [d for d in range(last + 1) if d % 7 < 5]
    w.each(host, [d + at + r.uniform(0, 25) * MINUTE for d in days], ROTATION, label, task="USB-Rotation")


def _latency(w: World) -> None:
    r, host = _begin(w, "latency", "pbx")
    start, slope, stray = r.uniform(1, 5), r.uniform(4, 12), wander(r, 2.5)
    label = w.plant("latency_creep", host, "Endpoint trunk-a qualified", start + 26 / slope, entity="trunk-a")
    for t in w.clock(f"qualify/{host.name}", 0, DAYS, 0.25, 0.2, 60):
        w.say(host, t, QUALIFY, label, trunk="trunk-a", ms=int(31 + stray() + slope * max(0, t - start)))


def _grips(w: World) -> None:
    r, host = _begin(w, "grips", "robot")
    start, slope = r.uniform(1, 5), r.uniform(0.004, 0.011)
    label = w.plant("retries_creep", host, "gripped a second", start + 0.026 / slope + 1, entity="picker")
    for t in w.clock(f"grips/{host.name}", 0, DAYS, 1, 18.3 * HOUR, 90):
        packs = int(r.uniform(380, 620) * (0.05 if int(t) % 7 == 6 else 1))
        share = r.uniform(0.011, 0.018) + slope * max(0, t - start)
        w.say(host, t, GRIPS, label, packs=packs, again=round(packs * share))


def _mesh(w: World) -> None:
    r, host = _begin(w, "mesh", "mx")
    contact, growth = f"91.20.{r.randint(1, 250)}.{r.randint(2, 250)}", r.uniform(1.22, 1.36)
    label = w.plant("flap_growing", host, contact, 6.5, entity=contact)
    for t in w.poisson("mesh", 1, DAYS, lambda d: 0.3 * growth ** (d - 1)):
        w.say(host, t, MESH, label, contact=contact, up="false")
        w.say(host, t + r.uniform(20, 200) * SECOND, MESH, label, contact=contact, up="true")


_ALL: dict[str, Callable[[World], None]] = {
    "pingpong": _pingpong,
    "redundancy": _redundancy,
    "respawn": _respawn,
    "share": _share,
    "late": _late,
    "warm": _warm,
    "slower": _slower,
    "shrinks": _shrinks,
    "later": _later,
    "heartbeat": _heartbeat,
    "silent": _silent,
    "spread": _spread,
    "accounts": _accounts,
    "returned": _returned,
    "after": _after,
    "precursor": _precursor,
    "together": _together,
    "hour": _hour,
    "second": _second,
    "leak": _leak,
    "speed": _speed,
    "expiry": _expiry,
    "footage": _footage,
    "usage": _usage,
    "chip": _chip,
    "night": _night,
    "journal": _journal,
    "burst": _burst,
    "tunnel": _tunnel,
    "rotation": _rotation, "latency": _latency, "grips": _grips, "mesh": _mesh,
}
