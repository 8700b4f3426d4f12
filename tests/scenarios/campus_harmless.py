"""World "campus": what looks like trouble there and is none, among it the signals' own words without what tells."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import campus_planted as p
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

_PATCH = 8 + 21 * HOUR  # Tuesday night of the second week
_WORK = 1 + 20 * HOUR  # announced work on the network, Tuesday evening of the first week

# fmt: off
_CLOCKS: tuple[tuple[str, str, float, float, Say], ...] = (
    ("backups end well each night", "tsm", 1, 0.21, (6, "dsmserv", "ANR2579E Schedule NIGHTLY in domain WS for node WS{n:100-400} failed 0 of {n:180-190} clients.")),
    ("snapshots each night", "nsd", 1, 0.05, (6, "mmfs", "[I] Command: successful mmcrsnapshot home nightly, oldest snapshot deleted")),
    ("content updates", "pan", 0.25, 0.03, (6, "SYSTEM,general", "content-update,,0,0,general,informational,\"Content update job succeeded, no new version, {n:8900-8990} stays installed\"")),
    ("configuration sync of the pair at each hour", "bigip", 1 / 12, 0.01, (5, "mcpd", "01071436:5: Sync of device group /Common/hb-dg to commit id {n:1-9} 7{n:100000000000000000-199999999999999999} complete.")),
    ("policy is installed each workday evening", "checkpoint", 1, 0.75, (6, "SmartConsole", "action:\"Install Policy\"; status:\"Success\"; policy:\"Rathaus_R8120\"; warnings:\"{n:3-3}\"")),
    ("a daily self-test whose words sound grave", "sbc", 1, 0.13, (4, "sysd", "redundancy self-test: link loss simulated, standby took over in {n:80-120} ms, returned")),
    ("weekly rolling read of disks", "bmc", 7, 5.1, (6, "Severity: Warning, Category: Storage, MessageID: VDR9, Message:", "Patrol read found {n:0-2} recoverable media blocks, remapped.")),
    ("weekly vulnerability scan of the web servers", "portal", 7, 6.08, (3, "sshd", "error: kex_exchange_identification: banner line contains invalid characters")),
    ("the same scan at the city's files", "winfile", 7, 6.1, (4, "Schannel/36874", "An TLS 1.0 connection request was received from a remote client application, but none of the cipher suites are supported.")),
    ("the unfinished license check of each morning", "library", 1, 0.28, (4, "licd", "module e-reserve has no license, function hidden")),
    ("zone transfers in order", "bind", 0.125, 0.02, (6, "named", "transfer of 'tycho.example/IN' from 10.182.0.2#53: Transfer completed: 1 messages, {n:30-60} records")),
    ("health report of clocks", "clockwork", 1 / 12, 0.005, (6, "gnss", "holdover estimate 1.5 us after {n:23-25} h, oscillator age {n:700-714} d")),
    ("ventilation switches over at its hour", "bms", 1, 0.23, (5, "bacnetd", "schedule night setback ended, {n:30-34} plants to comfort")),
    ("car park closes in the evening", "parking", 1, 0.96, (5, "lane", "entry lane {n:1-2} closed by timetable, barrier locked")),
    ("log rotation", "radius", 1, 0.0, (6, "systemd", "Reloaded radiusd.service - FreeRADIUS multi-protocol policy server.")),
    ("an export that is always empty", "winfile", 1, 0.3, (6, "FachExport/1004", "Transfer Jagdschein finished with status 0, 0 records handed over.")),
    ("a counter that only grows", "fabric", 0.25, 0.1, (6, "perfmgr", "counter sweep complete: xmit wait total {grows}")),
    ("a trunk out of use since years, polled nightly", "bms", 1, 0.11, (4, "bacnetd", "MS/TP trunk 9 no controllers heard")),
    ("UPS self-test on a clock", "proc", 7, 2.4, (4, "02421 chassis", "Power Supply failure: Supply: 2, Failures: 0 cleared after self test")),
    ("drives ask for scheduled cleaning in turn", "tape", 2, 0.52, (6, "robot", "cleaning cartridge CLN001L1 mounted in drive {turn} by schedule")),
)
_ALONE: tuple[tuple[str, str, Say], ...] = (
    ("crashed once", "gateway", (3, "systemd-coredump", "Process {n:2000-9000} (rtpd) of user 0 dumped core.")),
    ("crashed once", "mobility", (2, "nanny", "<399838> <CRIT> |nanny|  Process /mswitch/bin/httpd_wrap died, restarted")),
    ("a corrected memory word, once", "node", (4, "kernel", "EDAC MC1: 1 CE memory read error on CPU_SrcID#1_MC#0_Chan#1_DIMM#0 (channel:1 slot:0 page:0x{hex:6})")),
    ("a fan was exchanged", "ex", (4, "chassisd", "CHASSISD_FRU_EVENT: Fan Tray 1 removed, Fan Tray 1 inserted")),
    ("SNMP with a wrong community from one scan", "comware", (4, "SNMP/4/AUTHFAIL", "community name wrong, source {lan}")),
    ("a fault of the service manager, cleared by hand", "unix", (3, "fmd", "SUNW-MSG-ID: SMF-8000-YX, TYPE: defect, VER: 1, SEVERITY: major EVENT-TIME: once, DESC: A service failed - it is restarting too quickly.")),
    ("a certificate warning during a client's test", "bigip", (4, "tmm", "01260013:4: SSL Handshake failed for TCP {lan}:{port} -> 192.0.2.81:443")),
    ("disk exchanged", "bmc", (4, "Severity: Warning, Category: Storage, MessageID: PDR8, Message:", "Disk 3 in Backplane 1 of Integrated RAID Controller 1 is inserted.")),
    ("a licence reminder, once", "hyper", (4, "Hostd/LicMgr", "Evaluation feature 'vsan' not in use, license expires in 60 days")),
    ("path lost and found while a cable was laid", "hyper", (4, "Vobd", "[esx.problem.storage.redundancy.degraded] Path redundancy to naa.{hex:16} degraded; [esx.clear] restored after 41 s")),
    ("an account locked out once", "dc", (4, p.AUDIT + "4740", "A user account was locked out. Account Name: {uid} Caller Computer Name: PC{n:100-2400}")),
    ("month's audit report too large, sent in two", "print", (4, "pc-server", "report mail rejected by size limit, split and delivered")),
)
_TOGETHER: tuple[tuple[str, str, float, Say], ...] = (
    ("patch night reboots", "node", _PATCH, (5, "kernel", "reboot: Restarting system")),
    ("patch night reboots", "portal", _PATCH + HOUR, (5, "systemd-shutdown", "Syncing filesystems and block devices, rebooting.")),
    ("patch night reboots", "gateway", _PATCH + 2 * HOUR, (5, "systemd", "Reached target reboot.target - System Reboot.")),
    ("Windows updates on one night", "dc", _PATCH + 3 * HOUR, (6, "System/EventLog/6005", "The Event log service was started.")),
    ("controllers upgraded together", "hyper", 5 + 4 * HOUR, (4, "Vmkernel", "cpu0:2097152)vmnic2: link lost and regained, firmware activated")),
    ("time servers restarted, all notice", "unix", 9.33, (5, "ntpd", "time reset +0.{n:10-90}0012 s")),
    ("leap file renewed everywhere", "gateway", 4.5, (4, "ptp4l", "leap second table replaced, currentUtcOffset 37 unchanged")),
    ("a generator test darkens all studios' second supply", "encoder", 3 + 9.2 * HOUR, (3, "psu", "supply B input lost, 4 min, supply B restored")),
    ("the same generator test at the switches", "exos", 3 + 9.2 * HOUR, (4, "<Warn:HAL.Sys.Warning>", "Slot-1 PSU 2 input failed, returned")),
    ("all exporters reconnect after the collector's move", "comware", 10.4, (5, "INFO/5/LOGHOST", "Log host 10.183.0.5 unreachable, 10.183.0.6 in use.")),
    ("all nodes train their links when the cluster is started on the first evening", "node", 0.9, p.NARROW),
    ("all gates of the mail domain tell a new key", "bind", 7.2, (5, "named", "managed-keys-zone: Key 38696 for zone . is now trusted (acceptance timer complete)")),
)
_SPREAD: tuple[tuple[str, str, float, Say], ...] = (  # each of many things once or twice, in no place often
    ("each realm once", "radius", 0.5, p.GIVEN_UP),
    ("students come with devices that do not know the authority", "radius", 1.2, p.ALIEN),
    ("typing errors", "ldap", 1.6, p.PREAUTH),
    ("access points lose power all over the campus", "wlc", 1.5, p.AP_GONE),
    ("nodes drained by their users' jobs, another each time", "slurm", 0.9, p.DRAIN),
    ("loops in the studios at changing ports", "exos", 0.4, p.LOOP),
    ("members of many aggregates while patching cables", "ex", 0.6, p.MUX),
    ("trunks take the second interface at any hour", "sbc", 0.25, p.DETOUR),
    ("one directory query too many, nobody waits", "ldap", 0.3, p.HELD),
    ("services end as planned, another each time", "playout", 0.4, p.EXITED),
    ("references moved without a picture lost", "encoder", 0.2, p.SLIP),
    ("members of pools leave while their servers are deployed, another each time", "bigip", 0.8, p.MEMBER_OUT),
    ("any of the targets is slow under a big job", "oss", 0.9, p.SLOW),
    ("wandering laptops between two radios", "access", 3, p.MOVED),
)
# fmt: on


def harmless(w: World, told: p.Told) -> None:
    _fleets(w, told)
    for why, role, every, at, line in _CLOCKS:
        _clock(w, told, w.harmless(why), role, every, at, line)
    for why, role, line in _ALONE:
        r = w.random("alone/" + line[2])
        w.say(r.choice(w.of(role)), r.uniform(1, 13.5), line, w.harmless(why))
    for why, role, at, line in _TOGETHER:
        label = w.harmless(why)
        for host in w.of(role):
            w.say(host, at + w.random("all/" + host.name + line[2]).uniform(0, 150) * SECOND, line, label)
    for why, role, per_day, line in _SPREAD:
        _spread(w, w.harmless(why), role, per_day, line)
    _work(w)
    _people(w)
    _changes(w)


def _fleets(w: World, told: p.Told) -> None:
    """What reports about itself and is well: it wanders, stays, or (a batch of paper) depends on the day."""
    for key, series in p.SERIES.items():
        label = w.harmless(f"reports of {key}, all in order")
        for host in w.of(series.role):
            for thing in series.things:
                if told.get(key) == (host.name, thing):
                    continue
                r, b = w.random(f"fleet/{key}/{host.name}/{thing}"), p.size(w, key, host, thing)
                for t in p.hours(w, key, host, thing):
                    w.say(host, t, series.line, label, e=thing, v=series.value(r, b, t))


def _clock(w: World, told: p.Told, label: str, role: str, every: float, at: float, line: Say) -> None:
    asked = int(told["clean"][1]) if "clean" in told else 0
    for host in w.of(role):
        r, grows, turn = w.random(f"grows/{host.name}{line[2]}"), 4_000_000, 0
        for t in w.clock(f"{host.name}/{line[2]}", 0, DAYS, every, at, 90):
            grows += r.randint(9_000, 60_000)
            turn = turn % 8 + 1
            if turn == asked and "{turn}" in line[2]:
                continue
            w.say(host, t, line, label, grows=grows, turn=turn)


def _spread(w: World, label: str, role: str, per_day: float, line: Say) -> None:
    """The signals' words about another thing each time: no realm, port, account or node is named often."""
    for host in w.of(role):
        r = w.random(f"spread/{host.name}/{line[2]}")
        realms = r.sample(p.REALMS, len(p.REALMS))
        places = r.sample(p.BUILDINGS, len(p.BUILDINGS))
        for k, t in enumerate(w.poisson(f"spread/{host.name}/{line[2]}", 0, DAYS, per_day)):
            values: dict[str, object] = {
                "realm": realms[k % len(realms)],
                "at": "nas-" + places[k % len(places)],
                "acc": f"{r.choice('abcdefghk')}{r.choice('aeiou')}{r.randint(10, 99)}{r.choice('kmpqrst')}",
                "src": f"10.181.{r.randint(50, 90)}.{r.randint(2, 250)}",
                "ap": p.ap(r),
                "node": f"tyc{101 + k}",
                "port": f"{r.randint(1, 2)}:{49 + k}" if role == "exos" else f"xe-1/1/{k}",
                "vlan": f"v{r.randint(10, 90)}" if role == "exos" else r.randint(400, 560),
                "ae": f"ae{40 + k}",
                "trunk": f"tk-{50 + k}",
                "svc": f"render-{hex(r.getrandbits(16))[2:]}",
                "ch": 13 + k,
                "pool": r.choice(("pool_sis", "pool_lms", "pool_mail")),
                "member": f"app-{40 + k}",
                "ost": f"01{k:02x}",
                "a": f"Gi{r.randint(1, 4)}/0/{r.randint(1, 48)}",
            }
            w.say(host, t, line, label, **values)
            if line is p.AP_GONE:
                w.say(host, t + r.uniform(90, 300) * SECOND, p.AP_BACK, label, **values)
            elif line is p.MEMBER_OUT:
                w.say(host, t + r.uniform(10, 60) * SECOND, p.MEMBER_IN, label, **values)
            elif line is p.DRAIN:
                w.say(host, t + r.uniform(900, 4000) * SECOND, p.RESUME, label, **values)


def _work(w: World) -> None:
    """What happened inside announced work, and in its hours only."""
    label = w.harmless("vPC partners lose their keepalive while the management switch is exchanged")
    for host in w.of("nx"):
        times = [
            _WORK + k * 11 * MINUTE + w.random(f"work/{host.name}/{k}").random() * MINUTE for k in range(4)
        ]
        w.flap(host, times, p.VPC_LOST, p.VPC_FINE, label, (5, 40), dom=9)
    label = w.harmless("the members' failover pauses in the same hour")
    for host in w.of("infoblox"):
        for pool in ("vlan402-pool", "vlan410-pool", "vlan412-pool"):
            w.flap(host, [_WORK + 0.3 * HOUR], p.ASIDE, p.NORMAL, label, (200, 900), peer=pool)
    label = w.harmless("clocks change master while one is moved to another rack")
    for host in w.of("nx", tenant="senderwest"):
        for k in range(4):
            a, b = f"0x{17 + k % 2:016x}", f"0x{18 - k % 2:016x}"
            w.say(host, 2 + 13 * HOUR + k * 9 * MINUTE, p.MASTER, label, a=a, b=b)
    label = w.harmless("all access points of a controller reload their image at night")
    for host in w.of("wlc"):
        r = w.random("image/" + host.name)
        for building in p.BUILDINGS:
            for k in range(4):
                t, name = 6.1 + r.uniform(0, 20) * MINUTE, f"ap-{building}-1{k + 1:02d}"
                w.say(host, t, p.AP_GONE, label, ap=name)
                w.say(host, t + r.uniform(200, 400) * SECOND, p.AP_BACK, label, ap=name)
    label = w.harmless("a loop in one bridge that all switches see for ten minutes")
    for host in w.of("access"):
        for t in w.poisson("loop/" + host.name, 7.52, 7.527, 1600):
            w.say(host, t, p.MOVED, label, vlan=400, a="Te1/1/8")
    label = w.harmless("commits of every day that nothing follows")
    for host in w.of("ex"):
        w.each(host, w.poisson("commit/" + host.name, 0, DAYS, 0.5), p.COMMIT, label, why="vlan for office")
    label = w.harmless("channels black on air during the yearly test of the chain, announced")
    for host in w.of("encoder"):
        w.flap(
            host, [6 + 2 * HOUR + k * 8 * MINUTE for k in range(3)], p.SLATE, p.ONAIR, label, (20, 60), ch=1
        )


def _people(w: World) -> None:
    """What follows from people: hours of lectures, holidays, tests, closing time."""
    label = w.harmless("an exam: hundreds join in one hall within minutes and the pool is nearly used")
    line: Say = (4, "dhcpd", "pool 10.181.31.0/24 at {n:91-97} % of leases, threshold 90 %")
    for day in (2, 4, 9, 11):
        for host in w.of("infoblox"):
            w.each(host, w.poisson(f"exam/{host.name}/{day}", day + 0.37, day + 0.46, 50), line, label)
    label = w.harmless("ports of classrooms go down when the lights do")
    for host in w.of("proc"):
        for day in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11):
            for k in range(6):
                t = day + (18.5 + 0.01 * k) * HOUR
                w.say(host, t, (6, "00077 ports", f"port {20 + k} is now off-line, energy plan"), label)
    label = w.harmless("the fire alarm's monthly test opens the doors and stops the fans")
    for host in w.of("bms"):
        for k in range(12):
            alarm: Say = (2, "bacnetd", f"fire input loop {k + 1} ALARM, fans stopped, test key active")
            w.say(host, 3 + 10 * HOUR + k * 40 * SECOND, alarm, label)
    label = w.harmless("students forget passwords on the first day after a forced change")
    denied: Say = (
        6,
        p.AUDIT + "4771",
        "Kerberos pre-authentication failed. Account Name: {uid} Failure Code: 0x18 Client Address: ::ffff:{lan}",
    )
    for host in w.of("dc"):
        w.each(host, w.poisson("forgot/" + host.name, 7.3, 7.7, 180), denied, label)
    label = w.harmless("the scanner of a security lecture, announced, tries all doors for one hour")
    knock: Say = (6, "sshd", "Connection closed by 10.181.66.6 port {port} [preauth]")
    for host in w.of("portal", "radius"):
        w.each(host, w.poisson("lecture/" + host.name, 9.55, 9.6, 600), knock, label)
    label = w.harmless("receipts of month's end: one long run, then as always")
    run: Say = (6, "idmctl", "semester-report: cycle complete, 41000 entries compared, took {v} s")
    for host in w.of("ldap"):
        for day in range(DAYS):
            took = 7400 if day == 6 else 900 + w.random(f"report/{host.name}/{day}").randint(-60, 60)
            w.say(host, day + 0.09, run, label, v=took)
    label = w.harmless("a queue of jobs after the announced stop of the cluster")
    requeue: Say = (4, "slurmctld", "requeue JobId={n:400000-520000} due to failure of node tyc{n:11-90}")
    w.each(w.of("slurm")[0], w.poisson("requeue", _PATCH, _PATCH + 2 * HOUR, 400), requeue, label)


def _changes(w: World) -> None:
    """What is new, or gone, as somebody has planned."""
    label = w.harmless("a panel taken out of the supervision by its operator, its reports end")
    host = w.of("bms")[0]
    old: Say = (6, "bacnetd", "MS/TP trunk 4 token round complete, 6 controllers heard")
    w.each(host, w.clock("trunk4", 0, 7.4, 1 / 6, 0.07), old, label)
    w.say(
        host,
        7.45,
        (5, "bacnetd", "MS/TP trunk 4 removed from supervision by operator mkrause, order 2217"),
        label,
    )
    label = w.harmless("a service introduced in the second week speaks at a steady rate")
    for host in w.of("asset"):
        new: Say = (
            6,
            "speech2text",
            "job {n:1000-9999} transcript of {hex:8} written, confidence 0.{n:81-97}",
        )
        w.each(host, w.poisson("speech/" + host.name, 7.4, DAYS, 14), new, label)
    label = w.harmless("a node bought for the cluster says its first words in the second week")
    host = w.of("arrived")[0]
    w.dark(host, 0, 7.41)
    boot: Say = (5, "kernel", "Linux version 5.14.0-503.el9.x86_64 (mockbuild@build) #1 SMP PREEMPT_DYNAMIC")
    w.each(host, [7.42, 7.44, 7.51], boot, label)
    label = w.harmless("deprecated options of the new service, told at each start of a job")
    for host in w.of("asset"):
        w.each(
            host,
            w.poisson("option/" + host.name, 7.4, DAYS, 6),
            (4, "speech2text", "option beam_width is deprecated, ignored"),
            label,
        )
    label = w.harmless("a scratch fileset fills on workdays and is purged each Sunday")
    host, r = w.of("nsd")[0], w.random("scratch")
    for t in w.clock("purge", 0, DAYS, 0.5, 0.1):
        v = 2_100_000 + int(t % 7 * 140_000) + r.randint(-30_000, 30_000)
        w.say(
            host,
            t,
            (6, "mmfs", f"[I] fileset tmpjobs: {v} inodes allocated of 20000000, purge on Sunday"),
            label,
        )
    label = w.harmless("one gateway's clock has always been far from the others, and is steady")
    odd, r = w.of("clockwork")[0], w.random("odd")
    for t in w.clock("odd", 0, DAYS, 0.25, 0.17):
        w.say(
            odd,
            t,
            (6, "gmd", f"domain 0 six hour summary: rms {420 + round(r.gauss(0, 9))} ns against GNSS"),
            label,
        )
    label = w.harmless("a restored copy of a database makes one night's save large")
    host = w.of("tsm")[0]
    for day in range(DAYS):
        gb = 188.4 if day == 8 else 21 + w.random(f"copy/{day}").uniform(-0.6, 0.6)
        w.say(
            host,
            day + 0.17,
            (
                6,
                "dsmserv",
                f"ANE4961I (Session: {3000 + day}, Node: MOODLETEST) Total number of bytes transferred: {gb:.2f} GB",
            ),
            label,
        )
