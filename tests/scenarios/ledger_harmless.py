"""World "ledger": what means nothing, and the decoys: a planted thing's own words without what would tell."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from collections.abc import Callable

from tests.scenarios.ledger_words import INSTALLED, named, said
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

_STOP: tuple[Say, ...] = ((6, "System/EventLog/6006", "The Event log service was stopped."), (6, "System/EventLog/6005", "The Event log service was started."))  # fmt: skip
_SAME: Say = (5, "syslogd", "collector address changed by operator, connection opened anew")

# Why it means nothing; roles; every so many days, from and to; lines each time, minutes they take; weekdays only; lines.
_CLOCKED: tuple[tuple[str, str, float, float, float, int, float, bool, tuple[Say, ...]], ...] = (
    ("nightly backup of the AIX partitions, each a success", "lpar", 1, 0.06, DAYS, 1, 15, False, ((6, "dsmc", "Total number of bytes transferred: {f:20.0-29.0} GB, elapsed 00:{n:31-38}:12"),)),
    ("library saved to tape every evening", "ibmi", 1, 0.87, DAYS, 3, 6, False, ((5, "QSYSOPR", "CPC3701 {n:180-190} objects saved from library KERN{n:1-9}DTA."),)),
    ("error log trimmed by cron", "lpar", 1, 0.004, DAYS, 1, 1, False, ((6, "errclear", "{n:0-12} entries older than 90 days removed"),)),
    ("key custodians' audit log sealed daily", "hsm", 1, 0.99, DAYS, 1, 1, False, ((5, "audit", "log segment {n:1000-9000} sealed, MAC {hex:16}"),)),
    ("logical terminal leaves in the evening by its timetable", "swift", 1, 0.81, DAYS, 1, 1, True, ((5, "SIS", "LT SPHADE21A quit by timetable, session {n:1000-9999} aborted: no"),)),
    ("logical terminal comes in the morning by its timetable", "swift", 1, 0.23, DAYS, 1, 1, True, ((6, "SIS", "LT SPHADE21A select and login acknowledged"),)),
    ("cash machines restart one after another at night", "atmsw", 1, 0.11, DAYS, 22, 50, False, ((5, "atmsw", "terminal A{n:1000-2119} offline, scheduled restart"), (6, "atmsw", "terminal A{n:1000-2119} online after scheduled restart"))),
    ("cash machines refilled twice a week, offline meanwhile", "atmsw", 3.5, 1.35, DAYS, 30, 200, False, ((5, "atmsw", "terminal A{n:1000-2119} out of service: replenishment by carrier"),)),
    ("the bank's own penetration test every Thursday night", "corefw", 7, 3.08, DAYS, 150, 30, False, ((5, "VPN-1 & FireWall-1", 'action:"Drop"; src:"192.0.2.77"; dst:"{lan}"; proto:"6"; service:"{n:1-1024}"; rule:"12"'),)),
    ("weekly vulnerability scan of the payment hosts", "app", 7, 1.9, DAYS, 40, 25, False, ((4, "authsvc", '{"lvl":"warn","msg":"malformed request line","src":"10.89.90.9","n":{n:1-9}}'),)),
    ("licence reminder by the hour, the same on both", "xgs", 1 / 24, 0.01, DAYS, 1, 1, False, ((4, "Event/License", 'message="Sandbox subscription expires or has failed to synchronise" module="Zero-Day"'),)),
    ("quota warning of a volume that is meant to be full", "filer", 0.25, 0.1, DAYS, 1, 1, False, ((4, "wafl.vol.nearlyFull", "Volume aw_worm is nearly full (using or reserving 95% of space)"),)),
    ("desks switched off in the evening, link after link", "switch", 1, 0.7, DAYS, 14, 45, True, ((6, "intfd/403", "Link status for interface 1/2/{n:1-48} is down"),)),
    ("desks switched on in the morning", "switch", 1, 0.21, DAYS, 14, 60, True, ((6, "intfd/403", "Link status for interface 1/2/{n:1-48} is up at 1 Gbps"),)),
    ("battery test every Wednesday", "ups", 7, 2.2, DAYS, 1, 2, False, ((4, "ups", "on battery: self-test started"), (6, "ups", "self-test passed, back on mains"))),
    ("radio channels planned anew every night", "iap", 1, 0.1, DAYS, 3, 4, False, ((5, "arm/404400", "AP {host} radio {n:0-1} channel changed to {pick:1|6|11|36|44|100}, noise below threshold"),)),
    ("indexes rebuilt on Sundays", "pg", 7, 6.08, DAYS, 20, 40, False, ((6, "maint", "reindex concurrently acq.part_{n:1-60} done"),)),
    ("quarantine summary each morning", "mailgw", 1, 0.2, DAYS, 1, 1, False, ((6, "rspamd", "digest: {n:100-300} rejected, {n:5-40} held"),)),
    ("directory complains each morning of the same stale computers", "dc", 1, 0.17, DAYS, 6, 3, False, ((3, "System/NETLOGON/5722", "The session setup from the computer SHALT{n:10-15} failed to authenticate."),)),
    ("tariff tables loaded on weekdays only", "scanhub", 1, 0.19, DAYS, 1, 3, True, ((6, "tarif", "table set {n:300-330} loaded, {n:5000-5100} rows"),)),
    ("a service new in the second week", "app", 1 / 12, 7.4, DAYS, 1, 60, False, ((6, "fraudscore", '{"model":"m{n:1-3}","scored":{n:200-4000},"late":{n:0-3}}'),)),
    ("fax gateway until it was taken out of service, as announced", "pbx", 0.25, 0.05, 8.2, 1, 20, False, ((6, "hylafax", "queue walked, {n:0-4} jobs sent, 0 failed"),)),
    ("period close: jobs of the half-year's end", "ibmi", 1, 8.85, 10.5, 25, 90, False, ((6, "QHST", "CPF1164 Job {n:100000-999999}/CLOSE/HALFYR{n:10-40} ended; {n:100-2900} seconds used; end code 0."), (4, "QSYSOPR", "HALFYR{n:10-40} waits for lock on KERN1DTA/GLBAL"))),
    ("statistics that breathe with the day", "mq", 1 / 8, 0.02, DAYS, 1, 1, False, ((6, "stat", "queue depth q.audit {n:20-80} consumers 12"),)),
    ("virtual desktops restarted every Saturday night", "citrix", 7, 5.9, DAYS, 1, 30, False, ((6, "EventLog/6006", "The Event log service was stopped."), (6, "EventLog/6005", "The Event log service was started."))),
    ("certificate sync that finds nothing to do", "lb", 0.5, 0.3, DAYS, 1, 1, False, ((6, "acme", "11 certificates checked, none due"),)),
)  # fmt: skip

# Why; roles; day; how many a host; minutes they take; on one host only; lines.
_DATED: tuple[tuple[str, str, float, int, float, bool, tuple[Say, ...]], ...] = (
    ("patch night: Windows servers restart once", "ts dc print", 2.9, 1, 70, False, _STOP),
    ("syslog collector moved: everybody says so in one minute", "lpar hsm atmsw pg mailgw nas", 6.45, 1, 1, False, (_SAME,)),
    ("new password rules on a Monday morning: clerks fail until they have read the mail", "dc", 7.27, 70, 120, False, ((5, "Security/Microsoft-Windows-Security-Auditing/4771", "Kerberos pre-authentication failed. Account Name: {brc} Client Address: ::ffff:{lan} Failure Code: 0x12"),)),
    ("a newsletter meets one slow provider, once", "mailgw", 9.4, 60, 40, True, ((4, "postfix/smtp", "{hex:10}: to=<info{n:1-900}@postfach.example>, relay=none, delay={n:60-900}, status=deferred (connection timed out)"),)),
    ("configuration committed, nothing follows", "leaf", 5.6, 1, 20, False, ((5, "Sys/SYS-5-CONFIG_I", "Configured from console by neteng on vty3 ({lan})"),)),
    ("a program crashed once and never again", "scanhub", 4.41, 1, 1, True, ((2, "ocr", "signal 11 in page worker, core written"), (6, "ocr", "page worker started"))),
    ("fax gateway taken out of service by change", "pbx", 8.21, 1, 1, False, ((5, "hylafax", "stopped by admin mkoch: decommissioned, CHG-20931"),)),
    ("certificates of the gateway renewed in order", "lb", 4.3, 3, 9, False, ((5, "acme", "certificate of pay{n:1-9}.quittance.example: 29 days left, renewed, 90 days now"),)),
    ("a partner's line card swapped, announced", "edgefw", 10.1, 2, 12, False, ((4, "SYSTEM,general", "ethernet1/{n:1-2} link down, maintenance window CHG-20977"), (5, "SYSTEM,general", "ethernet1/{n:1-2} link up"))),
    ("one bad block of a disk nobody uses", "fibu", 3.7, 1, 1, True, ((3, "kernel", "blk_update_request: I/O error, dev sdq, sector {n:1000-9000} op 0x0:(READ)"),)),
    ("a lightning strike: one dip of the mains", "ups", 8.66, 1, 1, False, ((1, "ups", "input power failed"), (5, "ups", "input power restored"))),
    ("a cleaner pulled a plug, once", "bmc", 5.75, 1, 1, True, ((3, "System Health/PSU0003", "The power input for power supply 2 is lost."), (6, "System Health/PSU0017", "Power supply 2 is operating normally."))),
    ("an auditor reads many files", "nas", 3.4, 60, 200, True, ((6, "qlogd", "conn log: Users: revision1, Source IP: {lan}, Accessed resources: Mandanten/{n:100-900}, Action: Read"),)),
)  # fmt: skip

# A planted thing's words; which of them (from, to); roles; how often a day on each host; why that is nothing.
_SPARSE: tuple[tuple[str, int, int, str, float, str], ...] = (
    ("tunnel", 0, 2, "branch", 0.07, "any branch's line blinks once in a while"),
    ("atm", 0, 1, "atmsw", 2.5, "every cash machine does that now and then"),
    ("recovered", 0, 1, "lpar", 0.4, "disks of a large array recover something now and then, ever others"),
    ("login", 0, 1, "dc", 0.5, "somebody mistypes, another each time"),
    ("precursor", 0, 1, "hsm", 0.08, "the small thing by itself, rarely"),
    ("restart", 0, 2, "citrix", 0.12, "services restarted after a policy came, each once"),
    ("hour", 0, 1, "pbx", 0.8, "other trunks at any time of day"),
    ("returned", 0, 1, "xgs", 0.35, "the same of other things, any day"),
    ("second", 0, 1, "app", 0.45, "any route once in a while"),
    ("together", 0, 1, "leaf", 0.3, "other ports by themselves"),
    ("together", 1, 2, "mq", 0.4, "the other end by itself"),
    ("burst", 0, 1, "mq", 0.6, "single ones of other queues"),
    ("change", 0, 1, "ts", 0.1, "that happened before, rarely, everywhere"),
)  # fmt: skip


def harmless(w: World) -> None:
    for row, (why, roles, every, start, end, count, minutes, workdays, says) in enumerate(_CLOCKED):
        label = w.harmless(why)
        for host in w.of(*roles.split()):
            r = w.random(f"clocked/{row}/{host.name}")
            for t in w.clock(f"clocked/{row}/{host.name}", start, end, every, start % 1):
                if workdays and int(t) % 7 > 4:
                    continue
                for _ in range(count):
                    at = t + r.uniform(0, minutes) * MINUTE
                    for k, line in enumerate(says):
                        w.say(host, at + k * r.uniform(60, 140) * SECOND, line, label)
    for row, (why, roles, day, count, minutes, alone, says) in enumerate(_DATED):
        label, hosts = w.harmless(why), w.of(*roles.split())
        r = w.random(f"dated/{row}")
        for host in [r.choice(hosts)] if alone else hosts:
            for _ in range(count):
                at = day + r.uniform(0, minutes) * MINUTE
                for k, line in enumerate(says):
                    w.say(host, at + k * r.uniform(60, 400) * SECOND, line, label)
    for key, first, last, roles, rate, why in _SPARSE:
        label, names = w.harmless(why), named(w, key)[1:] if key not in _NAMELESS else [""]
        for host in w.of(*roles.split()):
            r = w.random(f"sparse/{key}{first}/{host.name}")
            for t in w.poisson(f"sparse/{key}{first}/{host.name}", 0, DAYS, rate):
                e = f"k{4000 + 3 * r.randrange(240)}" if key == "login" else r.choice(names)
                src, ws = f"10.86.{r.randint(50, 90)}.{r.randint(2, 250)}", f"SHW{r.randint(1100, 1900)}"
                values: dict[str, object] = {"e": e, "src": src, "ws": ws, "ch": f"x.{e[8:]}.auth"}
                for k, line in enumerate(said(w, key)[first:last]):
                    w.say(host, t + k * r.uniform(3, 50) * SECOND, line, label, **values)
    _numbers(w)
    _alike(w)


_NAMELESS = ("precursor", "change")


def _numbers(w: World) -> None:
    """Numbers of the planted kinds that stay, wander or follow the week."""
    r = w.random("numbers")
    week_end: Callable[[float], bool] = lambda t: int(t) % 7 > 4  # noqa: E731
    shapes: tuple[tuple[str, str, float, str, Callable[[float, float], str]], ...] = (
        ("eod", "ibmi", 1, "jobs as long as ever, longer at the half-year's end", lambda b, t: f"{(400 + 3000 * b) * (1.8 if 8 < t < 10 else 1) * r.gauss(1, 0.04):.0f}"),
        ("paths", "lpar", 0.5, "all paths there, but for a night of cabling at all of them", lambda b, t: "3" if 9.6 < t < 10.2 else "4"),
        ("shrink", "scanhub", 1, "exports that are small at weekends", lambda b, t: f"{(2000 + 6000 * b) * (0.2 if week_end(t) else 1) * r.gauss(1, 0.06):.0f}"),
        ("leak", "switch", 0.25, "memory that wanders", lambda b, t: f"{(40000 + 60000 * b) * r.gauss(1, 0.03):.0f}"),
        ("realloc", "filer", 1, "old disks with counts that stay", lambda b, t: f"{int(40 * b)}"),
        ("temperature", "bmc", 0.25, "temperatures that follow the day", lambda b, t: f"{30 + 14 * b + 2 * (0.3 < t % 1 < 0.75) + r.gauss(0, 0.6):.0f}"),
        ("pool", "pg", 0.25, "pools that follow the day", lambda b, t: f"{30 + 150 * b + 25 * (0.3 < t % 1 < 0.8) + r.gauss(0, 9):.0f}"),
        ("capacity", "settle", 0.25, "all ceilings lower for half a day of tests, and back", lambda b, t: f"{(600 + 600 * b) * (0.7 if 3.4 < t < 3.9 else 1) * r.gauss(1, 0.02):.0f}"),
        ("offset", "hsm", 0.25, "clocks that wander about nought", lambda b, t: f"{r.gauss(0, 0.2 + 0.4 * b):.2f}"),
    )  # fmt: skip
    for key, role, every, why, value in shapes:
        label = w.harmless(why)
        for host in w.of(role):
            for e in named(w, key)[1:]:
                base, at = r.random(), r.uniform(0, every)
                for t in w.clock(f"number/{key}/{host.name}/{e}", 0, DAYS, every, at, 90):
                    w.say(host, t, said(w, key)[0], label, e=e, v=value(base, t))
    label = w.harmless("energy counters only grow")
    for host in w.of("ups"):
        for t in w.clock("energy" + host.name, 0, DAYS, 0.5, 0.02):
            w.say(
                host, t, (6, "ups", "energy meter {v} kWh"), label, v=int(81000 + host.serial % 9000 + 31 * t)
            )


def _alike(w: World) -> None:
    """The remaining decoys, each in a way of its own."""
    r = w.random("alike")
    label, (down, up) = (
        w.harmless("the carrier works one night: all branches' lines at once"),
        said(w, "tunnel"),
    )
    for host in w.of("branch"):
        for _ in range(3):
            w.flap(host, [4.06 + r.uniform(0, 0.06)], down, up, label, (20, 200), e=named(w, "tunnel")[1])
    label = w.harmless("files on time, one of them two hours late once")
    for e in named(w, "late")[1:]:
        hour, host = r.uniform(3, 7), r.choice(w.of("swift"))
        for day in range(DAYS):
            late = 2 * (day == 9 and e == named(w, "late")[1]) + r.gauss(0, 0.05)
            w.say(host, day + (hour + late) * HOUR, said(w, "late")[0], label, e=e)
    labels = w.harmless("certificates with months to go"), w.harmless("one renewed in order at thirty days")
    for k, e in enumerate(named(w, "expiry")[1:]):
        for day in range(DAYS):
            left = 170 + 90 * k - day if k else (33 - day if day < 4 else 368 - day)
            w.say(w.of("corefw")[k % 2], day + 0.26, said(w, "expiry")[0], labels[k == 0], e=e, v=left)
    label = w.harmless("back from holiday: six tries in ten minutes, then the right password")
    times = w.poisson("holiday", 7.3, 7.307, 900)
    w.each(w.of("dc")[0], times, said(w, "login")[0], label, e="k4711", src="10.86.66.6", ws="SHW1234")
    label = w.harmless("boxes taken out of use in turn for firmware, announced")
    for k, host in enumerate(w.of("hsm")):
        w.say(host, 9.9 + k * 0.02, (5, "console", "maintenance state entered, CHG-20960"), label)
        for step, line in enumerate(said(w, "precursor")[1:], 1):
            w.say(host, 9.901 + k * 0.02 + step * 0.004, line, label)
    label = w.harmless("a golden image is rolled out: all virtual desktops say it within the hour, twice")
    for host in w.of("citrix"):
        w.each(host, [day + r.uniform(0, HOUR) for day in (3.22, 10.22)], said(w, "spread")[0], label)
    label = w.harmless("one daemon restarted by hand on each switch")
    for host in w.of("switch"):
        w.say(host, 5.9 + r.uniform(0, 0.02), said(w, "leak")[1], label, e=named(w, "leak")[1])
    label = w.harmless("nightly jobs that succeed")
    off = w.harmless("a job that an administrator switched off")
    for host in w.of("nas"):
        for e in named(w, "stopped")[1:]:
            end = 6.6 if e == named(w, "stopped")[-1] and host is w.of("nas")[1] else DAYS
            times = w.clock(f"alike/{host.name}/{e}", 0, end, 1, r.uniform(0, 0.25), 200)
            w.each(host, times, said(w, "stopped")[0], label, e=e)
            if end < DAYS:
                w.say(
                    host, end, (5, "qlogd", "event log: Users: admin, Content: Job {e} disabled."), off, e=e
                )
    label = w.harmless("keepalives that go on")
    for host in w.of("sonicwall"):
        times = w.clock("alike/" + host.name, 0, DAYS, 3 * HOUR, r.uniform(0, 0.1), 40)
        w.each(host, times, said(w, "heartbeat")[0], label, e=r.choice(named(w, "heartbeat")[1:]))
    label = w.harmless("an outsider tries one account after another for an hour, as every week")
    for night in (2.6, 9.6):
        times, src = w.poisson(f"spray{night}", night, night + 0.04, 700), f"45.9.148.{r.randint(2, 250)}"
        w.each(w.of("mailgw")[0], times, said(w, "accounts")[0], label, src=src)
    label = w.harmless("a product installed everywhere, nothing follows")
    for host in w.of("ts"):
        w.say(host, 8.91 + r.uniform(0, 0.02), INSTALLED, label, product="PDF Werkstatt 14")
    label = w.harmless("a planned failover and the way back")
    one, other = w.of("lb")
    active, standby = said(w, "pingpong")
    for t in (2.93, 2.98):
        one, other = other, one
        w.say(one, t, standby, label, e=named(w, "pingpong")[1])
        w.say(other, t + SECOND, active, label, e=named(w, "pingpong")[1])
