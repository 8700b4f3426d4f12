"""World "hosting": its 25 planted weak signals, each beside siblings and twins that say the same without the telling property."""
# ruff: noqa: E501 (a device's line is quoted whole, which the formatter would tear apart)
# fmt: off

from __future__ import annotations

from collections.abc import Callable, Sequence

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

SPARE: Say = (6, "nvmecheck", "nvme{d}n1 available_spare={s}% percentage_used={u}% temperature={n:31-44}C")
XID: Say = (6, "dbcheck", "database {db}: oldest transaction {m} M xids old")
BORG: Say = (6, "backup-report", "{src} archived: files={files} original={gb} GB new={n:2-9}.{n:0-9} GB minutes={m}")
SETTLE: Say = (6, "clearing", '{"lvl":"info","evt":"settlement.closed","acq":"{acq}","records":{n:41000-58000},"seq":{k}}')
CLAM: Say = (6, "freshclam", "daily.cld database is up-to-date (version: {v}, sigs: 2076{n:100-999}, f-level: 90)")
BELT: Say = (6, "beltlink", "line {line}: controller answered, cycle {k}")
CHECK_BAD: Say = (5, "haproxy", "Health check for server {srv} failed, reason: Layer7 timeout, check duration: 2001ms, status: 2/3 UP.")
CHECK_OK: Say = (5, "haproxy", "Health check for server {srv} succeeded, reason: Layer7 check passed, code: 200, check duration: {n:4-40}ms, status: 3/3 UP.")
SECOND_ROUTE: Say = (6, "authd", '{"lvl":"info","evt":"auth.done","acq":"{acq}","route":"secondary","ms":{n:3040-3490},"result":"approved","stan":"{n:100000-999999}"}')
MASTER: Say = (6, "Keepalived_vrrp", "({vi}) Entering MASTER STATE")
BACKUP: Say = (6, "Keepalived_vrrp", "({vi}) Entering BACKUP STATE")
PATHS: Say = (6, "pathreport", "{mp}: policy=service-time configured=4 usable={k}")
RECYCLE: Say = (6, "cms-pool", "worker {n:1-16} replaced at rss={n:2048-2090}MB, served for {h} h")
REFUSED: Say = (3, "postgres", '[{n:1-900}-1] FATAL:  password authentication failed for user "{user}"')
ACME: Say = (6, "acme", "{d}: order put off until tomorrow, CAA lookup at {ns} gave no answer")
DAYS_LEFT: Say = (6, "certwatch", "cn={cn} issuer=R11 days_left={d}")
RENEWED: Say = (6, "certwatch", "cn={cn} replaced on disk, reload sent")
EDNS: Say = (6, "systemd-resolved", "Using degraded feature set UDP instead of UDP+EDNS0 for DNS server {ns}.")
EDAC: Say = (4, "kernel", "EDAC MC{mc}: 1 CE memory read error on CPU_SrcID#{mc}_MC#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x{hex:6} offset:0x{hex:3} grain:32)")
DPKG: Say = (6, "dpkg", "status installed {what}")
TLS_REFUSED: Say = (6, "haproxy", "{src}:{port} [fe_partner/1]: SSL handshake failure (error:0A000102:SSL routines::unsupported protocol)")
TLS_SCAN: Say = (6, "haproxy", "{wan}:{port} [fe_www/1]: SSL handshake failure (error:0A00010B:SSL routines::wrong version number)")
LAGGED: Say = (6, "mongod", '{"s":"I","c":"WT","id":22430,"msg":"Journal flush took longer than usual","attr":{"ms":{n:700-1900}}}')
STEPDOWN: Say = (4, "mongod", '{"s":"I","c":"REPL","id":21809,"msg":"Stepping down from primary","attr":{"reason":"{why}","term":{k}}}')
ELECTED: Say = (6, "mongod", '{"s":"I","c":"REPL","id":21331,"msg":"Transition to primary complete; database writes are now permitted","attr":{"term":{k}}}')
SYNC_LONG: Say = (
    6,
    "postgres",
    "[{n:1-900}-1] LOG:  checkpoint complete: wrote {n:2000-9000} buffers (4.1%); write=209.{n:100-999} s, sync={n:6-17}.{n:100-999} s, total={n:230-260}.{n:100-999} s",
)
MIRROR: Say = (6, "replication.src.transfer", "SnapMirror of {vol} to {dst}: {n:2-40} GB handed over in {n:2-5} min")
STEPPED: Say = (4, "chronyd", "System clock wrong by {s} seconds")
GC: Say = (6, "elasticsearch", "[INFO ][o.e.m.j.JvmGcMonitorService] [{host}] [gc][{n:100000-900000}] overhead, spent [{n:260-480}ms] collecting in the last [1s]")
LAG_OUT: Say = (6, "Lag/LAG-6-MEMBER_INACTIVE", "Member {port} of Port-Channel{po} not collecting")
LAG_IN: Say = (6, "Lag/LAG-6-MEMBER_ACTIVE", "Member {port} of Port-Channel{po} collecting and distributing")
SLOW_OSD: Say = (6, "ceph-osd", "osd.{o} bluestore: log_latency_fn slow operation observed for _txc_committed_kv, latency = {n:5-14}.{n:100000000-999999999}s")  # fmt: skip


def plant(w: World) -> None:
    """Each part takes a host of its own; a quiet world takes the same ones and plants nothing there."""
    for part in (_drives, _ages, _archives, _clearing, _signatures, _belts, _dark, _checks, _routes, _pair, _paths, _workers,
                 _accounts, _orders, _certificates, _resolvers, _memory, _upgrade, _stepdowns, _mirror, _clock, _garbage, _members, _osd):  # fmt: skip
        part(w)


def _sig(w: World, kind: str, hosts: Host | Sequence[Host], tells: str, *live: float | tuple[float, float],
         entity: str | None = None, silence: bool = False) -> str:  # fmt: skip
    return "" if w.quiet else w.plant(kind, hosts, tells, *live, entity=entity, silence=silence)


def _events(w: World, part: str, host: Host, start: float, rate: float | Callable[[float], float], line: Say, label: str,
            rhythm: str = "", /, **values: object) -> None:  # fmt: skip
    if label:
        w.each(host, w.poisson(part, start, DAYS, rate, rhythm), line, label, **values)


# --- numbers


def _drives(w: World) -> None:
    r = w.random("drives")
    worn, drive = w.pick("drives", "hv"), r.randrange(4)
    start, step = r.uniform(0.5, 3.5), r.uniform(0.7, 1.8)
    label = _sig(w, "spare_falling", worn, f"nvme{drive}n1 available", start + 4 / step, entity=f"nvme{drive}n1")
    same = w.harmless("drives whose spare stays while their use grows")
    for host in w.of("hv"):
        for d in range(4):
            mine = bool(label) and host is worn and d == drive
            use, grow = r.randint(2, 60), r.uniform(0.05, 0.3)
            full = 100 if mine else r.choice((100, 100, 100, 99, 97, 88))
            for t in w.clock(f"drives/{host.name}{d}", 0, DAYS, 1, 6.1 * HOUR, 40):
                s = full - round(step * max(0, t - start)) if mine else full
                w.say(host, t, SPARE, label if mine else same, d=d, s=s, u=int(use + grow * t))


def _ages(w: World) -> None:
    r = w.random("ages")
    old, stuck = w.pick("ages", "pg", tenant="tallypay"), r.choice(("ledger", "risk", "tokens"))
    first, climb = r.uniform(145, 175), r.uniform(8, 15)
    label = _sig(w, "sawtooth_lost", old, f"database {stuck}: oldest", (218 - first) / climb, entity=stuck)
    same = w.harmless("transaction age that vacuum brings down every few days")
    for host in w.of("pg"):
        for db in ("ledger", "risk", "tokens"):
            mine = bool(label) and host is old and db == stuck
            phase, rate = r.uniform(0, 150), r.uniform(24, 48)
            for t in w.clock(f"ages/{host.name}{db}", 0, DAYS, 0.5, 0.07, 60):
                m = first + climb * t if mine else 50 + (phase + rate * t) % 150
                w.say(host, t, XID, label if mine else same, db=db, m=round(m + r.uniform(0, 2)))


def _archives(w: World) -> None:
    """Nightly archives: one that takes longer each night, one that lost a part of what it holds."""
    r = w.random("archives")
    slow, thin = w.pick("longer", "backup"), w.pick("thinner", "backup")
    growth, since, kept = r.uniform(1.08, 1.16), r.uniform(1, 4), r.uniform(0.55, 0.8)
    cut = r.randint(3, 6)
    longer = _sig(w, "job_longer", slow, "vol-mail archived", since + 5, entity="vol-mail")
    shrunk = _sig(w, "backup_shrinks", thin, "vol-media archived", cut + 2.5, entity="vol-media")
    same = w.harmless("archives of about the same size and time, fuller at weekends; one short night and back")
    for host in w.of("backup"):
        for k, src in enumerate(("vol-home", "vol-mail", "vol-media", "etc", "vol-db")):
            gb, minutes = r.uniform(40, 900), r.uniform(18, 70)
            odd = r.randint(2, 11)
            for t in w.clock(f"archives/{host.name}{src}", 0, DAYS, 1, (0.9 + 0.7 * k) * HOUR, 600):
                weekend = 1.25 if int(t) % 7 >= 5 else 1.0
                size, took, label = (gb * r.uniform(0.985, 1.015), minutes * weekend * r.uniform(0.93, 1.07), same)
                if longer and host is slow and src == "vol-mail":
                    took, label = took / weekend * growth ** max(0, t - since), longer
                elif shrunk and host is thin and src == "vol-media":
                    size, label = size * (kept if t >= cut else 1), shrunk
                elif int(t) == odd and src == "vol-home":
                    size, took = size * 0.6, took * 0.6
                w.say(host, t, BORG, label, src=src, files=int(size * 2310), gb=f"{size:.1f}", m=round(took))


# --- clocks


def _clearing(w: World) -> None:
    r = w.random("clearing")
    host, acquirers = w.pick("clearing", "paygw"), ("norbanq", "visanet-eu", "mcgate", "amelink")
    late, since, drift = r.choice(acquirers), r.uniform(2, 4.5), r.uniform(9, 22)
    label = _sig(w, "job_later", host, f'settlement.closed","acq":"{late}"', since + 4, entity=late)
    same = w.harmless("settlements on time, once late for all acquirers together")
    for k, acq in enumerate(acquirers):
        for t in w.clock(f"clearing/{acq}", 0, DAYS, 1, (3 + 0.4 * k) * HOUR, 260):
            mine = bool(label) and acq == late
            after = drift * max(0, t - since) if mine else 95 if int(t) == 6 else 0
            w.say(host, t + after * MINUTE, SETTLE, label if mine else same, acq=acq, k=int(t) + 7402)


def _signatures(w: World) -> None:
    r = w.random("signatures")
    stale, stop = w.pick("signatures", "exim", "dovecot", "postfix"), r.uniform(5.5, 9.5)
    label = _sig(w, "job_stopped", stale, "daily.cld database is", stop + 0.5, silence=True)
    same = w.harmless("signature checks every four hours, two left out while the mirror was down")
    for host in w.of("exim", "dovecot", "postfix"):
        mine = bool(label) and host is stale
        for t in w.clock(f"signatures/{host.name}", 0, stop if mine else DAYS, 1 / 6, r.uniform(0, 3.9) * HOUR, 30):
            if not 4.1 <= t <= 4.4:
                w.say(host, t, CLAM, label if mine else same, v=27880 + int(t))


def _belts(w: World) -> None:
    r = w.random("belts")
    dead, line, stop = w.pick("belts", "wms"), r.randint(1, 3), r.uniform(6, 10)
    label = _sig(w, "heartbeat_gone", dead, f"line {line}: controller answered", stop + 0.6, entity=f"line {line}", silence=True)
    same = w.harmless("belt controllers that answer every four hours")
    for host in w.of("wms"):
        for k in (1, 2, 3):
            mine = bool(label) and host is dead and k == line
            for n, t in enumerate(w.clock(f"belts/{host.name}{k}", 0, stop if mine else DAYS, 1 / 6, k * 0.3 * HOUR, 20)):
                w.say(host, t, BELT, label if mine else same, line=k, k=88100 + n)


def _dark(w: World) -> None:
    host, stop = w.pick("dark", "varnish", "waf", "kube"), w.random("dark").uniform(7.2, 10.8)
    if not w.quiet:
        w.plant("source_silent", host, "$^", stop + 0.4, silence=True)
        w.dark(host, stop)


# --- redundancy


def _checks(w: World) -> None:
    r = w.random("checks")
    host, server = w.pick("checks", "lb", tenant="inkpress"), f"bk_cart/app-{r.randint(1, 12)}"
    label, start = "", r.uniform(0, 5)
    rate = r.uniform(1.3, 3)
    if label := _sig(w, "near_down", host, f"server {server} ", start + 3.5 / rate, entity=server):
        w.flap(host, w.poisson("checks", start, DAYS, rate), CHECK_BAD, CHECK_OK, label, (2, 9), srv=server)
    roll = w.harmless("each server misses a health check once while a release rolls over them")
    for lb in w.of("lb"):
        for day in (1, 3, 8, 10):
            for k in range(1, 13):
                w.flap(lb, [day + 13 * HOUR + k * 2.5 * MINUTE], CHECK_BAD, CHECK_OK, roll, (2, 9), srv=f"bk_site/app-{k}")


def _routes(w: World) -> None:
    r = w.random("routes")
    host, acq = w.pick("routes", "paygw"), r.choice(("mcgate", "amelink"))
    start, rate = r.uniform(1, 5), r.uniform(2, 4.5)
    label = _sig(w, "second_try", host, f'"{acq}","route":"secondary"', start + 5 / rate, entity=acq)
    _events(w, "routes", host, start, rate, SECOND_ROUTE, label, "site", acq=acq)
    hour = w.harmless("all acquirers over the second route during the carrier's announced hour")
    for gw in w.of("paygw"):
        for name in ("norbanq", "visanet-eu", "mcgate", "amelink"):
            w.each(gw, w.poisson(f"routes/{gw.name}{name}", 8.08, 8.125, 120), SECOND_ROUTE, hour, acq=name)


def _pair(w: World) -> None:
    r = w.random("pair")
    one, two = w.of("lb", tenant="kelpcloud")
    start, rate = r.uniform(1, 5), r.uniform(0.8, 1.7)
    if label := _sig(w, "failover_pingpong", (one, two), r"\(VI_shared\) Entering", start + 2.5 / rate, entity="VI_shared"):
        for t in w.poisson("pair", start, DAYS, rate):
            back = t + r.uniform(40, 400) * SECOND
            for host, at, line in ((two, t, MASTER), (one, t + 2 * SECOND, BACKUP), (one, back, MASTER), (two, back + SECOND, BACKUP)):
                w.say(host, at, line, label, vi="VI_shared")
    once = w.harmless("a planned failover to the other balancer and back")
    a, b = w.of("lb", tenant="tallypay")
    for host, at, line in ((a, 9.9, BACKUP), (b, 9.9, MASTER), (a, 9.97, MASTER), (b, 9.97, BACKUP)):
        w.say(host, at, line, once, vi="VI_pay")


def _paths(w: World) -> None:
    r = w.random("paths")
    poor, mp, lost = w.pick("paths", "kvm"), f"mpath{r.choice('abc')}", r.uniform(2.5, 8)
    label = _sig(w, "redundancy_lost", poor, f"{mp}: policy", lost + 1.4, entity=mp)
    same = w.harmless("all paths usable; two of four while the fabric was serviced")
    for host in w.of("kvm"):
        for name in ("mpatha", "mpathb", "mpathc"):
            mine = bool(label) and host is poor and name == mp
            for t in w.clock(f"paths/{host.name}{name}", 0, DAYS, 1 / 3, 1.2 * HOUR, 90):
                k = 3 if mine and t > lost else 2 if 9 <= int(t * 3) / 3 < 9.4 else 4
                w.say(host, t, PATHS, label if mine else same, mp=name, k=k)


def _workers(w: World) -> None:
    r = w.random("workers")
    leaky, start, t = w.pick("workers", "cms"), r.uniform(1.5, 4.5), 0.0
    label = _sig(w, "leak_restart", leaky, "replaced at rss=20", start + 3)
    every, shrink, t = r.uniform(16, 24), r.uniform(0.93, 0.97), start
    while label and t < DAYS:
        w.say(leaky, t, RECYCLE, label, h=f"{every:.1f}")
        every = max(4.5, every * shrink)
        t += every * r.uniform(0.9, 1.1) * HOUR
    weekly = w.harmless("workers replaced once a week at the quiet hour")
    for host in w.of("cms"):
        for t in w.clock(f"workers/{host.name}", 0, DAYS, 7, 6 + 3.2 * HOUR, 900):
            w.say(host, t, RECYCLE, weekly, h="167.9")


# --- accounts and names


def _accounts(w: World) -> None:
    r = w.random("accounts")
    host, start, rate = w.pick("accounts", "pg"), r.uniform(0, 6), r.uniform(1.6, 4)
    label = _sig(w, "account_refused", host, 'user "bi_reader"', start + 4 / rate, entity="bi_reader")
    _events(w, "accounts", host, start, rate, REFUSED, label, user="bi_reader")
    typo = w.harmless("a mistyped database password, once or twice a person")
    for pg in w.of("pg"):
        for t in w.poisson(f"accounts/{pg.name}", 0, DAYS, 0.25, "shift"):
            w.say(pg, t, REFUSED, typo, user=r.choice(("mvoss", "akaya", "tlind", "jberg", "rsoto", "hnagel", "pruiz", "ldahl")))


def _orders(w: World) -> None:
    r = w.random("orders")
    host, start, rate = w.pick("orders", "web"), r.uniform(2, 6.5), r.uniform(3, 5.5)
    label = _sig(w, "many_one_cause", host, "put off until tomorrow, CAA lookup at 10.181.53.12", start + 6 / rate, entity="10.181.53.12")
    if label:
        for t in w.poisson("orders", start, DAYS, rate):
            w.say(host, t, ACME, label, d=f"{r.choice(('laden', 'kanu', 'stadl', 'moebel'))}{r.randint(1, 200)}.example", ns="10.181.53.12")
    own = w.harmless("a customer's domain that points elsewhere, each morning")
    for k, web in enumerate(w.of("web")):
        w.each(web, w.clock(f"orders/{web.name}", 0, DAYS, 1, (5 + 0.1 * k) * HOUR, 20), ACME, own, d=f"alt{k}.example", ns=f"198.51.100.{k + 3}")


def _certificates(w: World) -> None:
    r = w.random("certificates")
    host, name, first = w.pick("certificates", "lb", "waf", "edi"), "partner-api.example", r.randint(19, 24)
    label = _sig(w, "expiry_countdown", host, "cn=partner-api.example issuer", first - 16 + 0.5, entity=name)
    same = w.harmless("certificates counted down and renewed three weeks before their end")
    for peer in w.of("lb", "waf", "edi"):
        for k in range(3):
            left = r.randint(22, 88)
            for t in w.clock(f"certificates/{peer.name}{k}", 0, DAYS, 1, 7 * HOUR, 300):
                if left <= 20:
                    left = 89
                    w.say(peer, t - 3 * HOUR, RENEWED, same, cn=f"site{k}.{peer.name}.example")
                w.say(peer, t, DAYS_LEFT, same, cn=f"site{k}.{peer.name}.example", d=left)
                left -= 1
    if label:
        for t in w.clock("certificates/old", 0, DAYS, 1, 7.05 * HOUR, 300):
            w.say(host, t, DAYS_LEFT, label, cn=name, d=first - int(t))


def _resolvers(w: World) -> None:
    r = w.random("resolvers")
    at, among = r.uniform(1, 3.5), w.of("web", "hv", "mysql", "exim", tenant="kelpcloud")
    reached, pace = r.sample(among, r.randint(7, 10)), r.uniform(0.55, 0.95)
    label = _sig(w, "spreading", reached, "10.181.53.11", at + 4.2 * pace, entity="10.181.53.11")
    for host in reached:
        if label:
            for t in (at, *w.poisson(f"resolvers/{host.name}", at, DAYS, 0.25)):
                w.say(host, t, EDNS, label, ns="10.181.53.11")
        at += pace * r.uniform(0.6, 1.3)
    wave = w.harmless("the same resolver message from a whole tenant within minutes, once")
    for host in w.of("pg", "lb", "kube", "redis", tenant="tallypay"):
        w.say(host, 5.58 + r.uniform(0, 6) * MINUTE, EDNS, wave, ns="10.182.53.11")


# --- faults


def _memory(w: World) -> None:
    r = w.random("memory")
    host, gone, again, rate = (w.pick("memory", "hv", "kvm"), r.uniform(3.3, 4.2), r.uniform(9.8, 10.8), r.uniform(2, 3.5))
    if label := _sig(w, "came_back", host, r"EDAC MC1: 1 CE", (2.0, gone), again + 2 / rate, entity="MC1"):
        w.each(host, [*w.poisson("memory", 0, gone, rate), *w.poisson("memory/again", again, DAYS, rate)], EDAC, label, mc=1)
    single = w.harmless("a corrected memory error once on some hypervisors")
    for peer in w.of("hv", "kvm"):
        if peer is not host:
            w.each(peer, w.poisson(f"memory/{peer.name}", 0, DAYS, 0.09)[:1], EDAC, single, mc=0)


def _upgrade(w: World) -> None:
    r = w.random("upgrade")
    host, day, rate = (w.pick("upgrade", "lb", tenant="tallypay"), r.randint(3, 7) + r.uniform(8, 15) * HOUR, r.uniform(3, 6))
    if label := _sig(w, "after_change", host, r"fe_partner|haproxy:amd64 3\.0", day + 5 / rate, entity="fe_partner"):
        w.say(host, day, DPKG, label, what="haproxy:amd64 3.0.14-1")
        for t in w.poisson("upgrade", day + 0.02, DAYS, rate, "site"):
            w.say(host, t, TLS_REFUSED, label, src=f"91.{r.choice((3, 40, 77, 120))}.18.{r.randint(2, 9)}")
    scan = w.harmless("scanners that speak no TLS to all balancers alike")
    others = w.harmless("package upgrades that change nothing else")
    for peer in w.of("lb"):
        w.each(peer, w.poisson(f"upgrade/scan/{peer.name}", 0, DAYS, 3), TLS_SCAN, scan)
    for peer in w.of("web", "mysql", "cms", "edi"):
        w.each(peer, w.poisson(f"upgrade/{peer.name}", 0, DAYS, 0.3, "shift"), DPKG, others, what="tzdata:all 2025b-4+deb12u2")


def _stepdowns(w: World) -> None:
    r = w.random("stepdowns")
    host, other = w.pick("stepdowns", "mongo"), w.pick("stepdown", "mongo")
    t, times = r.uniform(0.8, 2.2), []
    while t < DAYS - 0.5:
        times.append(t)
        t += r.uniform(1.3, 2.6)
    if label := _sig(w, "precursor", host, "Journal flush|Stepping down|Transition to primary", times[2] + 0.05):
        for k, t in enumerate(times):
            for before in sorted(r.uniform(3, 14) for _ in range(r.randint(1, 3))):
                w.say(host, t - before * MINUTE, LAGGED, label)
            w.say(host, t, STEPDOWN, label, why="election timeout", k=k + 61)
            w.say(host, t + r.uniform(8, 15) * SECOND, ELECTED, label, k=k + 62)
    full = w.harmless("long journal flushes during the weekly dump, and one asked-for stepdown")
    w.each(other, w.poisson("stepdowns/dump", 6.05, 6.2, 60) + w.poisson("stepdowns/dump2", 13.05, 13.2, 60), LAGGED, full)
    w.say(other, 8.45, STEPDOWN, full, why="received replSetStepDown", k=31)
    w.say(other, 8.46, ELECTED, full, k=33)


def _mirror(w: World) -> None:
    """A transfer that starts at no fixed time, and a database whose checkpoint then waits."""
    r = w.random("mirror")
    nas, pg = w.pick("mirror", "ontap"), w.pick("mirror/pg", "pg", tenant="fjordlog")
    start, rate = r.uniform(0, 3), r.uniform(1.4, 2.6)
    if label := _sig(w, "together", (nas, pg), r"SnapMirror of vol_pg|sync=\d+\.\d+ s, total=2", start + 4 / rate, entity="vol_pg"):
        for t in w.poisson("mirror", start, DAYS, rate):
            w.say(nas, t, MIRROR, label, vol="vol_pg", dst="svm_dr:vol_pg")
            w.say(pg, t + r.uniform(5, 80) * SECOND, SYNC_LONG, label)
    other = w.harmless("transfers of other volumes after which nothing waits")
    for host in w.of("ontap"):
        for vol in ("vol_home", "vol_vm", "vol_cad"):
            w.each(host, w.poisson(f"mirror/{host.name}{vol}", 0, DAYS, 2.2), MIRROR, other, vol=vol, dst=f"svm_dr:{vol}")
    reindex = w.harmless("long checkpoints everywhere in Sunday's reindex hour")
    for host in w.of("pg", tenant="fjordlog"):
        for day in (6.2, 13.2):
            w.each(host, w.poisson(f"mirror/re{day}{host.name}", day, day + 0.04, 90), SYNC_LONG, reindex)


def _clock(w: World) -> None:
    r = w.random("clock")
    host, at, start = w.pick("clock", "edi", "wms"), r.uniform(1, 22) * HOUR, r.randint(0, 4)
    if label := _sig(w, "daily_fault", host, "System clock wrong by -", start + 4, entity="chronyd"):
        for day in range(start, DAYS):
            if r.random() < 0.92:
                w.say(host, day + at + r.uniform(0, 14) * MINUTE, STEPPED, label, s=f"-{r.uniform(1.1, 2.7):.6f}")
    moved = w.harmless("a clock step after a machine's move to another hypervisor")
    for peer in w.of("edi", "wms", "cms", "mysql"):
        for t in w.poisson(f"clock/{peer.name}", 0, DAYS, 0.12)[:2]:
            w.say(peer, t, STEPPED, moved, s=f"{r.uniform(1.02, 1.9):.6f}")


def _garbage(w: World) -> None:
    r = w.random("garbage")
    host, base, growth = w.pick("garbage", "elastic"), r.uniform(0.25, 0.5), r.uniform(1.24, 1.34)
    label = _sig(w, "more_frequent", host, "overhead, spent", 8.0)
    _events(w, "garbage", host, 0, lambda day: base * growth**day, GC, label)
    flat = w.harmless("garbage collection now and then on the other nodes")
    for peer in w.of("elastic"):
        if peer is not host or w.quiet:
            w.each(peer, w.poisson(f"garbage/{peer.name}", 0, DAYS, 0.8), GC, flat)


def _members(w: World) -> None:
    r = w.random("members")
    host, port, start, rate = (w.pick("members", "leaf"), f"Ethernet{r.randint(30, 44)}/1", r.uniform(0, 4), r.uniform(0.9, 2.2))
    if label := _sig(w, "member_flap", host, f"Member {port} of", start + 3.5 / rate, entity=port):
        w.flap(host, w.poisson("members", start, DAYS, rate), LAG_OUT, LAG_IN, label, (3, 25), port=port, po=41)
    reboot = w.harmless("bundle members that leave while their server restarts, each once")
    for leaf in w.of("leaf"):
        for k in range(1, 22):
            w.flap(leaf, [r.uniform(0.2, DAYS - 0.2)], LAG_OUT, LAG_IN, reboot, (150, 260), port=f"Ethernet{k}/1", po=k)


def _osd(w: World) -> None:
    r = w.random("osd")
    host = w.pick("osd", "ceph")
    osd, start, rate = 8 * w.of("ceph").index(host) + r.randrange(8), r.uniform(0, 5), r.uniform(1.2, 3)
    label = _sig(w, "one_of_many", host, rf"osd\.{osd} bluestore", start + 4 / rate, entity=f"osd.{osd}")
    _events(w, "osd", host, start, rate, SLOW_OSD, label, o=osd)
    refill = w.harmless("slow operations on every disk while a replaced one is refilled")
    for k, peer in enumerate(w.of("ceph")):
        for t in w.poisson(f"osd/{peer.name}", 2.6, 2.72, 110):
            w.say(peer, t, SLOW_OSD, refill, o=8 * k + r.randrange(8))
