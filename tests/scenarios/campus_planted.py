"""World "campus": what its machines report about themselves all day, and 24 weak signals a seed out of 34."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

AUDIT = "Security/Microsoft-Windows-Security-Auditing/"
BUILDINGS = ("audimax", "physik", "mensa", "bib", "rz", "chemie", "sport", "klinik", "wiwi", "geo")
REALMS = ("hs-kleinau.example", "univ-delmar.example", "fh-ostsee.example", "uni-brenz.example", "tu-werra.example", "kh-saale.example", "eth-sued.example", "uni-lahn.example")  # fmt: skip

_PATH = "domain 127 six hour summary: rms {v} ns, path delay {n:840-860} ns, servo locked"
_LEGS = "receiver {e} two-leg intake: {v}, reconstructed output continuous"
_INODES = "[I] fileset {e}: {v} inodes allocated of 8000000, callback none"


class Series(NamedTuple):
    """Reports of one form: from each host of a role about each of some things, at fixed hours."""

    role: str
    things: tuple[str, ...]
    every: float
    line: Say
    value: Callable[
        [random.Random, float, float], object
    ]  # of a thing's own size in 0-1 on a day, nothing being wrong


# fmt: off
SERIES = {
    "offset": Series("gateway", ("clock",), 0.25, (6, "ptp4l", _PATH), lambda r, b, t: round(30 + 50 * b + r.gauss(0, 4))),
    "legs": Series("gateway", ("video-1", "audio-4", "anc-2"), 0.25, (6, "rtpd", _LEGS), lambda r, b, t: f"red {r.randint(80990, 81010)} pkt/s blue {r.randint(80990, 81010)} pkt/s"),
    "bytes": Series("tsm", ("KRBDB", "LDAPMAIN", "HOMESNAP", "MAILSTORE", "GITLAB", "WIKI", "LMSDB", "ILSDB"), 1, (6, "dsmserv", "ANE4961I (Session: {n:1000-9999}, Node: {e}) Total number of bytes transferred: {v} GB"), lambda r, b, t: f"{(2 + 60 * b) * r.gauss(1, 0.03):.2f}"),
    "trunk": Series("bms", ("1", "2", "3", "5"), 1 / 6, (6, "bacnetd", "MS/TP trunk {e} token round complete, {v} controllers heard"), lambda r, b, t: 8 + int(24 * b)),
    "acme": Series("portal", ("www", "api", "static"), 0.5, (6, "lego", "certificate {e}.{host} valid for {v}"), lambda r, b, t: f"{int(31 + 50 * b - t + 60 * (50 * b - t < 1))} more days, no action"),
    "inodes": Series("nsd", ("home", "proj", "scratch", "archive"), 0.25, (6, "mmfs", _INODES), lambda r, b, t: round((1 + 4 * b) * 1e6 + r.gauss(0, 40000))),
    "defects": Series("unix", tuple("01234567"), 1, (6, "smartd", "bay {e}: grown defect list {v} entries, health assessment OK"), lambda r, b, t: int(20 * b)),
    "sync": Series("ldap", ("idm-sync", "photo-sync", "group-sync", "alumni-sync", "card-sync"), 0.25, (6, "idmctl", "{e}: cycle complete, {n:41000-41400} entries compared, took {v} s"), lambda r, b, t: round((60 + 400 * b) * r.gauss(1, 0.05))),
    "sent": Series("asset", ("playlist", "epg", "promo-list", "ad-order"), 1, (6, "mamd", "{e} for tomorrow received from traffic system, {n:180-420} events"), lambda r, b, t: 0),
    "rows": Series("winfile", ("Meldewesen", "Gewerbe", "KFZ", "Standesamt", "Kasse"), 0.5, (6, "FachExport/1004", "Transfer {e} finished with status 0, {v} records handed over."), lambda r, b, t: round((200 + 4000 * b) * r.uniform(0.8, 1.2))),
    "nodes": Series("slurm", ("tide", "moon", "halo"), 0.25, (6, "slurmctld", "partition {e} census: {v} nodes usable, state UP"), lambda r, b, t: 16 + int(64 * b)),
    "rss": Series("parking", ("gated", "payd", "platecam"), 0.25, (6, "watchd", "{e} resident {v} MB, handles {n:210-230}"), lambda r, b, t: round(250 + 300 * b + r.gauss(0, 12))),
    "letters": Series("library", ("overdue", "reserve", "welcome", "expiry"), 1, (6, "notices", "{e} batch closed, {v} letters queued for mailing"), lambda r, b, t: round((20 + 300 * b) * r.uniform(0.6, 1.4))),
    "inlet": Series("bmc", ("front",), 0.25, (6, "Severity: Informational, Category: System Health, MessageID: TMP0120, Message:", "Inlet {e} mean of six hours {v} C, fans {n:31-38} %."), lambda r, b, t: f"{20 + 4 * b + r.gauss(0, 0.5):.1f}"),
}
GIVEN_UP: Say = (4, "radiusd", "({n:1-99999}) proxy: realm {realm} answered by 192.0.2.42 after 192.0.2.41 stayed mute for 6 s")
AP_GONE: Say = (5, "APMGR_TRACE_MESSAGE-5-AP_EVENT", "Chassis 1 R0/0: wncd: AP Event: AP Name: {ap}, MAC: {mac} Disjoined, DTLS alert from peer")
AP_BACK: Say = (5, "APMGR_TRACE_MESSAGE-5-AP_EVENT", "Chassis 1 R0/0: wncd: AP Event: AP Name: {ap}, MAC: {mac} Joined")
VPC_LOST: Say = (4, "VPC-4-PEER_KEEP_ALIVE_RECV_FAIL", "In domain {dom}, VPC peer keep-alive receive has failed")
VPC_FINE: Say = (6, "VPC-6-PEER_KEEP_ALIVE_RECV_SUCCESS", "In domain {dom}, vPC peer keep-alive receive is successful")
MASTER: Say = (6, "PTP-6-PTP_GM_CHANGE", "Grandmaster clock has changed from {a} to {b} for the PTP protocol")
DRAIN: Say = (6, "slurmctld", "update_node: node {node} state set to DRAINING, reason: nhc gpu link width")
RESUME: Say = (6, "slurmctld", "update_node: node {node} state set to RESUME")
NARROW: Say = (6, "kernel", "mlx5_core 0000:3b:00.0: ib0 trained at 2X HDR, adapter supports 4X, port stays active")
CLEAN: Say = (6, "robot", "cleaning cartridge CLN00{n:1-4}L1 mounted in drive {drive} at drive's request")
PREAUTH: Say = (6, "krb5kdc", "preauth (encrypted_timestamp) verify failure for {acc}@HALLBERG.EXAMPLE from {src}")
ALIEN: Say = (5, "radiusd", "({n:1-99999}) Login incorrect (eap_peap: (TLS) Alert read:fatal:unknown CA): [{roamer}] (from client {at} port 0 cli {mac})")
MUX: Say = (4, "lacpd", "LACP_INTF_MUX_STATE_CHANGED: {ae}: {port}: Lacp state changed from COLLECTING_DISTRIBUTING to ATTACHED, actor port state : |EXP|-|-|-|IN_SYNC|AGG|SHORT|ACT|")
COMMIT: Say = (5, "mgd", "UI_COMMIT: User '{noc}' requested 'commit' operation (comment: {why})")
SLIP: Say = (6, "genlock", "input {ch} reference moved by one line, absorbed")
SLATE: Say = (3, "tsout", "output {ch} carrier absent, slate inserted")
ONAIR: Say = (5, "tsout", "output {ch} programme restored after {n:20-90} s")
HELD: Say = (6, "slapd", "connection_input: conn={n:10000-99999} deferring operation: too many executing")
QUEUED: Say = (6, "pc-server", "release terminals told to wait, directory answer outstanding, jobs parked")
DETOUR: Say = (6, "sipd", "trunk {trunk} media anchored on second interface for {n:40-400} s")
RECYCLED: Say = (6, "watchd", "{e} recycled at resident {v} MB")
LOOP: Say = (4, "<Warn:ELRP.Report.Message>", "[CLI:{vlan}:0] own packet seen on port {port}, no action configured")
MOVED: Say = (4, "SW_MATM-4-MACFLAP_NOTIF", "Host {mac} in vlan {vlan} is flapping between port {a} and port Po1")
EXITED: Say = (6, "supervisord", "exited: {svc} (exit status 0; expected), spawned again with pid {n:1000-60000}")
MEMBER_OUT: Say = (5, "mcpd", "01070638:5: Pool /Common/{pool} member /Common/{member}:8443 monitor status down. [ /Common/https_app: down; last error: ] [ was up for {n:0-40}hrs:{n:0-59}mins:{n:0-59}secs ]")
MEMBER_IN: Say = (5, "mcpd", "01070727:5: Pool /Common/{pool} member /Common/{member}:8443 monitor status up. [ /Common/https_app: up ] [ was down for 0hr:0min:{n:5-30}sec ]")
ASIDE: Say = (6, "dhcpd", "failover peer {peer}: I move from normal to communications-interrupted")
NORMAL: Say = (6, "dhcpd", "failover peer {peer}: I move from communications-interrupted to normal")
SLOW: Say = (4, "kernel", "Lustre: tyfs-OST{ost}: slow journal start {n:31-90}s due to heavy IO load")
# fmt: on


def ap(r: random.Random) -> str:
    return f"ap-{r.choice(BUILDINGS)}-{r.randint(0, 5)}{r.randint(1, 24):02d}"


def realm(r: random.Random) -> str:
    return r.choice(("hallberg.example", "hallberg.example", *REALMS))


def hours(w: World, key: str, host: Host, thing: str, start: float = 0.0) -> list[float]:
    """When this host reports about this thing."""
    every = SERIES[key].every
    at = w.random(f"hour/{key}/{host.name}/{thing}").random() * min(every, 0.9)
    return [t for t in w.clock(f"{key}/{host.name}/{thing}", 0, DAYS, every, at, 40) if t >= start]


def size(w: World, key: str, host: Host, thing: str) -> float:
    return w.random(f"size/{key}/{host.name}/{thing}").random()


Told = dict[str, tuple[str, str]]  # series → host and thing that something is planted in
Number = Callable[[float, float, random.Random], object]  # days since the start of trouble, usual size


def _number(
    w: World, told: Told, key: str, kind: str, start: float, wait: float, worse: Number, tells: str
) -> None:
    """A report goes on in its form and hours, and what it says is no longer usual."""
    series = SERIES[key]
    host, r = w.pick(key, series.role), w.random("number/" + key)
    thing = r.choice(series.things)
    told[key] = (host.name, thing)
    b = size(w, key, host, thing)
    label = w.plant(kind, host, tells.replace("<e>", thing), start + wait, entity=thing)
    for t in hours(w, key, host, thing):
        v = series.value(r, b, t) if t < start else worse(t - start, b, r)
        w.say(host, t, series.line, label, e=thing, v=v)


def _offset(w: World, told: Told) -> None:
    slope, start = w.random("o").uniform(3.5, 12), w.random("o2").uniform(0, 4)
    _number(w, told, "offset", "offset_creep", start, 4, lambda d, b, r: round(30 + 50 * b + slope * d + r.gauss(0, 4)), "domain 127 six hour summary")  # fmt: skip


def _legs(w: World, told: Told) -> None:
    start = w.random("l").uniform(3, 9)
    _number(w, told, "legs", "redundancy_lost", start, 0.8, lambda d, b, r: f"red {r.randint(80990, 81010)} pkt/s blue 0 pkt/s", "receiver <e> two-leg")  # fmt: skip


def _bytes(w: World, told: Told) -> None:
    keep, start = w.random("b").uniform(0.86, 0.94), w.random("b2").uniform(1, 4)
    _number(w, told, "bytes", "job_shrinking", start, 4, lambda d, b, r: f"{(2 + 60 * b) * keep**d * r.gauss(1, 0.02):.2f}", "Node: <e>\\) Total")  # fmt: skip


def _acme(w: World, told: Told) -> None:
    left = w.random("a").randint(15, 24)
    _number(w, told, "acme", "renewal_in_vain", 0, 2, lambda d, b, r: f"{left - int(d)} more days, new order waits for its challenge record", "certificate <e>\\.")  # fmt: skip


def _inodes(w: World, told: Told) -> None:
    slope, start = w.random("i").uniform(1.2e5, 3e5), w.random("i2").uniform(0, 3)
    _number(w, told, "inodes", "inode_creep", start, 3, lambda d, b, r: min(8_000_000, round((1 + 4 * b) * 1e6 + slope * d + r.gauss(0, 40000))), "fileset <e>:")  # fmt: skip


def _defects(w: World, told: Told) -> None:
    slope, start = w.random("d").uniform(2, 9), w.random("d2").uniform(1, 4)
    _number(w, told, "defects", "sectors_creep", start, 3.5, lambda d, b, r: int(20 * b + slope * d**1.2), "bay <e>: grown")  # fmt: skip


def _sync(w: World, told: Told) -> None:
    slope, start = w.random("s").uniform(0.07, 0.2), w.random("s2").uniform(1, 5)
    _number(w, told, "sync", "job_slower", start, 3, lambda d, b, r: round((60 + 400 * b) * (1 + slope * d) * r.gauss(1, 0.05)), "<e>: cycle complete")  # fmt: skip


def _rows(w: World, told: Told) -> None:
    start = w.random("r").uniform(3, 8)
    _number(w, told, "rows", "hollow_success", start, 1.6, lambda d, b, r: 0, "Transfer <e> finished")


def _inlet(w: World, told: Told) -> None:
    slope, start = w.random("in").uniform(0.5, 1.2), w.random("in2").uniform(0, 3)
    _number(w, told, "inlet", "inlet_warmer", start, 3.5, lambda d, b, r: f"{20 + 4 * b + slope * d + r.gauss(0, 0.5):.1f}", "Inlet front mean of six")  # fmt: skip


def _nodes(w: World, told: Told) -> None:
    start, fewer = w.random("n").uniform(3, 9), w.random("n2").randint(2, 5)
    _number(w, told, "nodes", "capacity_lower", start, 0.8, lambda d, b, r: 16 + int(64 * b) - fewer, "partition <e> census")  # fmt: skip


def _late(w: World, told: Told) -> None:
    r, series = w.random("late"), SERIES["sent"]
    host, thing = w.pick("late", series.role), r.choice(series.things)
    told["sent"] = (host.name, thing)
    start, slope = r.uniform(1, 4), r.uniform(9, 25)
    label = w.plant("job_late", host, f"{thing} for tomorrow received", start + 4, entity=thing)
    for t in hours(w, "sent", host, thing):
        late = max(0.0, t - start) * slope + r.uniform(0, 3)
        w.say(host, t + late * MINUTE, series.line, label, e=thing)


def _rss(w: World, told: Told) -> None:
    r, series = w.random("rss"), SERIES["rss"]
    host, thing = w.pick("rss", series.role), r.choice(series.things)
    told["rss"] = (host.name, thing)
    usual = 250 + 300 * size(w, "rss", host, thing)
    rate, top = r.uniform(280, 620), usual + r.uniform(650, 950)
    label = w.plant("leak_and_restart", host, f"{thing} (resident|recycled)", 4.5, entity=thing)
    times, at = hours(w, "rss", host, thing), r.random()
    for t in times:
        v = usual + (t - at) * rate if t > at else usual
        if v > top:
            w.say(host, t - r.uniform(5, 200) * MINUTE, RECYCLED, label, e=thing, v=round(top))
            at, v = t, usual
        w.say(host, t, series.line, label, e=thing, v=round(v))


def _stops(w: World, told: Told, key: str, kind: str, stop: float, wait: float, tells: str) -> None:
    series, r = SERIES[key], w.random("stops/" + key)
    host, thing = w.pick(key, series.role), r.choice(series.things)
    told[key] = (host.name, thing)
    b = size(w, key, host, thing)
    times = [t for t in hours(w, key, host, thing) if t < stop]
    label = w.plant(kind, host, tells.replace("<e>", thing), times[-1] + wait, entity=thing, silence=True)
    for t in times:
        w.say(host, t, series.line, label, e=thing, v=series.value(r, b, t))


def _letters(w: World, told: Told) -> None:
    _stops(w, told, "letters", "job_stopped", w.random("le").uniform(6, 10), 1.2, "<e> batch closed")


def _trunk(w: World, told: Told) -> None:
    _stops(w, told, "trunk", "heartbeat_stopped", w.random("tr").uniform(5, 11), 0.4, "MS/TP trunk <e> token")


def _silent(w: World, told: Told) -> None:
    host, start = w.pick("silent", "kea", "exos", "proc", "ex"), w.random("si").uniform(5, 10)
    w.plant("source_silent", host, "$^", start + 0.6, silence=True)
    w.dark(host, start)


def _drip(
    w: World, kind: str, role: str, lines: tuple[Say, ...], tells: str, entity: str, rate: float, start: float,
    values: dict[str, object], until: float = DAYS, gap_s: tuple[float, float] = (8, 60),
) -> None:  # fmt: skip
    """One thing says the same at no particular time, and at once that it is well again."""
    host, r = w.pick(kind, role), w.random("drip/" + kind)
    label = w.plant(kind, host, tells, (start + 1.2, min(until + 0.5, DAYS)), entity=entity)
    for t in w.poisson(kind, start, until, rate):
        for line in lines:
            w.say(host, t, line, label, **values)
            t += r.uniform(*gap_s) * SECOND


def _realm(w: World, told: Told) -> None:
    r = w.random("realm")
    name = r.choice(REALMS)
    tells = f"realm {name} answered by 192.0.2.42 after"
    _drip(w, "second_try", "radius", (GIVEN_UP,), tells, name, r.uniform(2, 5), r.uniform(0, 5), {"realm": name})  # fmt: skip


def _ap(w: World, told: Told) -> None:
    r = w.random("ap")
    name, mac = ap(r), ":".join(f"{r.getrandbits(8):02x}" for _ in range(6))
    rate, start = r.uniform(0.9, 2.2), r.uniform(0, 6)
    _drip(w, "ap_rejoins", "wlc", (AP_GONE, AP_BACK), f"AP Name: {name}, MAC", name, rate, start, {"ap": name, "mac": mac})  # fmt: skip


def _member(w: World, told: Told) -> None:
    r = w.random("member")
    pool, member = r.choice(("pool_sis", "pool_lms", "pool_mail")), f"app-{r.randint(11, 29)}"
    rate, start = r.uniform(0.9, 2.5), r.uniform(0, 6)
    _drip(w, "member_flap", "bigip", (MEMBER_OUT, MEMBER_IN), f"member /Common/{member}:8443", member, rate, start, {"pool": pool, "member": member})  # fmt: skip


def _peer(w: World, told: Told) -> None:
    r = w.random("peer")
    _drip(w, "peer_interrupted", "infoblox", (ASIDE, NORMAL), "failover peer vlan400-pool:", "vlan400-pool", r.uniform(1, 2.5), r.uniform(0, 6), {"peer": "vlan400-pool"})  # fmt: skip


def _slow(w: World, told: Told) -> None:
    r = w.random("slow")
    ost, rate, start = f"00{r.randint(16, 60):02x}", r.uniform(1.5, 4), r.uniform(0, 6)
    _drip(w, "one_of_many", "oss", (SLOW,), f"tyfs-OST{ost}: slow", f"OST{ost}", rate, start, {"ost": ost})


def _vpc(w: World, told: Told) -> None:
    r = w.random("vpc")
    host, dom, start = w.pick("vpc", "nx"), r.randint(11, 40), r.uniform(0, 3)
    grows = r.uniform(1.25, 1.4)
    label = w.plant("keepalive_growing", host, f"In domain {dom}, v?V?PC peer", start + 5, entity=str(dom))
    times = w.poisson("vpc", start, DAYS, lambda d: 0.25 * grows ** (d - start))
    w.flap(host, times, VPC_LOST, VPC_FINE, label, (2, 9), dom=dom)


def _master(w: World, told: Told) -> None:
    r, host = w.random("master"), w.pick("master", "nx", tenant="senderwest")
    ids = [f"0x{r.getrandbits(64):016x}" for _ in range(2)]
    start = r.uniform(1, 7)
    label = w.plant("master_pingpong", host, f"from ({ids[0]}|{ids[1]}) to 0x", start + 1, entity=ids[0])
    for k, t in enumerate(w.poisson("master", start, DAYS, r.uniform(2, 4))):
        w.say(host, t, MASTER, label, a=ids[k % 2], b=ids[1 - k % 2])


def _drain(w: World, told: Told) -> None:
    r = w.random("drain")
    node = f"tyc{r.randint(20, 90)}"
    rate, start = r.uniform(0.8, 1.8), r.uniform(0, 5)
    _drip(w, "drain_resume", "slurm", (DRAIN, RESUME), f"node {node} state", node, rate, start, {"node": node}, DAYS, (400, 3000))  # fmt: skip


def _narrow(w: World, told: Told) -> None:
    r = w.random("narrow")
    hosts = r.sample(w.of("node"), r.randint(4, 6))
    start, gap = r.uniform(2, 4), r.uniform(1, 1.6)
    label = w.plant("spreading", hosts, "ib0 trained at 2X HDR", start + 2 * gap + 0.3)
    for k, host in enumerate(hosts):
        first = start + k * gap
        w.each(host, [first, *w.poisson(f"narrow{k}", first, DAYS, 0.6)], NARROW, label)


def _clean(w: World, told: Told) -> None:
    r = w.random("clean")
    host, drive = w.pick("clean", "tape"), r.randint(1, 8)
    told["clean"] = (host.name, str(drive))
    label = w.plant("cleaning_more_often", host, f"mounted in drive {drive} at", 6.5, entity=f"drive {drive}")
    t, gap, shrink = r.uniform(0, 1), r.uniform(2, 2.6), r.uniform(0.72, 0.82)
    while t < DAYS:
        w.say(host, t, CLEAN, label, drive=drive)
        t, gap = t + gap, max(0.25, gap * shrink * r.uniform(0.9, 1.1))


def _krb(w: World, told: Told) -> None:
    r = w.random("krb")
    acc = r.choice(("svc-moodle", "svc-scan2", "host-cups7", "svc-kiosk", "dwh-read"))
    src, rate, start = f"10.181.{r.randint(50, 90)}.{r.randint(2, 250)}", r.uniform(1.8, 5), r.uniform(0, 5)
    _drip(w, "login_drip", "ldap", (PREAUTH,), f"failure for {acc}@", acc, rate, start, {"acc": acc, "src": src})  # fmt: skip


def _alien(w: World, told: Told) -> None:
    r = w.random("alien")
    at, rate, start = "nas-" + r.choice(BUILDINGS), r.uniform(4, 8), r.uniform(3, 8)
    _drip(w, "many_accounts", "radius", (ALIEN,), f"unknown CA.*client {at} ", at, rate, start, {"at": at})


def _lacp(w: World, told: Told) -> None:
    r = w.random("lacp")
    ae, port, start = f"ae{r.randint(4, 30)}", f"xe-0/1/{r.randint(0, 3)}", r.uniform(4, 9)
    _drip(w, "after_change", "ex", (MUX,), f"CHANGED: {ae}: {port}:", ae, r.uniform(3, 6), start, {"ae": ae, "port": port})  # fmt: skip
    host = next(h for h in w.hosts if h.name == w.signals[-1].hosts[0])
    w.say(host, start - 6 * MINUTE, COMMIT, why="timers on uplinks")


def _genlock(w: World, told: Told) -> None:
    r = w.random("genlock")
    host, ch = w.pick("genlock", "encoder"), r.randint(9, 12)
    label = w.plant("precursor", host, f"(input|output) {ch} ", 6.5, entity=str(ch))
    t = r.uniform(0.5, 1.5)
    while t < DAYS:
        w.say(host, t - r.uniform(14, 40) * MINUTE, SLIP, label, ch=ch)
        w.flap(host, [t], SLATE, ONAIR, label, (20, 90), ch=ch)
        t += r.uniform(1.3, 2.2)


def _together(w: World, told: Told) -> None:
    a, r = w.pick("held", "ldap"), w.random("together")
    b = w.of("print", tenant=a.tenant)[0]
    start = r.uniform(0, 4)
    label = w.plant(
        "moves_together", [a, b], "deferring operation: too|directory answer outstanding", start + 3
    )
    for t in w.poisson("together", start, DAYS, r.uniform(1.1, 2.2)):
        w.say(a, t, HELD, label)
        w.say(b, t + r.uniform(4, 20) * SECOND, QUEUED, label)


def _detour(w: World, told: Told) -> None:
    r = w.random("detour")
    host, trunk = w.pick("detour", "sbc"), f"tk-{r.randint(10, 39)}"
    at, start = r.uniform(9, 17) * HOUR, r.randint(1, 4)
    label = w.plant("time_of_day", host, f"trunk {trunk} media", start + 4.0, entity=trunk)
    for day in range(start, DAYS):
        for _ in range(r.choice((0, 1, 1, 2, 3)) if day > start else 2):
            w.say(host, day + at + r.uniform(-9, 9) * MINUTE, DETOUR, label, trunk=trunk)


def _loop(w: World, told: Told) -> None:
    r, host = w.random("loop"), w.pick("loop", "exos")
    port, back = f"{r.randint(1, 2)}:{r.randint(1, 48)}", r.uniform(9.5, 11.3)
    label = w.plant("back_again", host, f"own packet seen on port {port},", (1.5, 4.1), (back, float(DAYS)), entity=port)  # fmt: skip
    for start, end in ((0.2, 3.4), (back, DAYS)):
        w.each(host, w.poisson(f"loop{end}", start, end, r.uniform(2.5, 5)), LOOP, label, port=port, vlan="regie")  # fmt: skip


def _burst(w: World, told: Told) -> None:
    r, host = w.random("burst"), w.pick("burst", "access")
    start, port, vlan = (
        r.randint(4, 11) + r.uniform(0.4, 0.8),
        f"Te{r.randint(1, 4)}/1/{r.randint(1, 4)}",
        612,
    )
    label = w.plant("burst", host, f"vlan {vlan} is flapping between port {port} ", (start, start + 1.2), entity=port)  # fmt: skip
    for t in w.poisson("burst", start, start + r.uniform(1, 3) * HOUR, 30 * 12):
        w.say(host, t, MOVED, label, vlan=vlan, a=port)


def _exits(w: World, told: Told) -> None:
    r, host = w.random("exits"), w.pick("exits", "playout", "portal")
    svc = "cas-proxy" if host.role == "portal" else r.choice(("cg-engine", "logo-inserter"))
    start = r.uniform(0, 6)
    label = w.plant("restart_loop", host, f"exited: {svc} ", start + 1.5, entity=svc)
    for t in w.poisson("exits", start, DAYS, r.uniform(0.7, 1.3)):
        for k in range(r.randint(2, 4)):
            w.say(host, t + k * r.uniform(6, 11) * SECOND, EXITED, label, svc=svc)


_ALL: tuple[Callable[[World, Told], None], ...] = (
    _offset, _legs, _bytes, _acme, _inodes, _defects, _sync, _rows, _nodes, _late, _rss, _letters, _trunk, _silent, _realm,
    _ap, _vpc, _master, _drain, _narrow, _clean, _krb, _alien, _lacp, _genlock, _together, _detour, _loop, _burst, _exits,
    _inlet, _member, _peer, _slow,
)  # fmt: skip


def plant(w: World) -> Told:
    """Plant this seed's choice; each takes a host of its own while there are enough."""
    told: Told = {}
    chosen = set(w.random("choice").sample(range(len(_ALL)), 24))
    for k, one in enumerate(_ALL):
        if k in chosen:
            one(w, told)
    return told
