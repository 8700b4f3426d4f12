"""World "hosting": what means nothing there: clocks, patch night, scans, releases, chronic complaints, one-off rarities."""
# ruff: noqa: E501 (a device's line is quoted whole, which the formatter would tear apart)
# fmt: off

from __future__ import annotations

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

_LINUX = ("web", "ceph", "exim", "dovecot", "mysql", "lb", "pg", "kube", "redis", "varnish", "elastic", "mongo", "cms", "postfix", "wms", "kvm", "edi")  # fmt: skip
_RARE: tuple[tuple[str, Say], ...] = (
    ("web", (3, "kernel", "EXT4-fs error (device sdb1): ext4_lookup:1855: inode #{n:1000-90000}: comm php-fpm: deleted inode referenced")),
    ("pg", (4, "postgres", "[{n:1-900}-1] WARNING:  there is no transaction in progress")),
    ("pg", (3, "postgres", "[{n:1-900}-1] ERROR:  deadlock detected")),
    ("mysql", (3, "mysqld", "[ERROR] InnoDB: Operating system error number 11 in a file operation, retried")),
    ("kube", (4, "kernel", "eth0: received packet with own address as source address (addr:{mac}, vlan:0)")),
    ("wms", (3, "wmsd", '{"event":"gate.jammed","gate":"g{n:1-18}","cleared_by":"p{n:100-480}"}')),
    ("esx", (4, "vmkernel", "cpu{n:0-63}:{n:2097000-2099999})WARNING: vmw_ahci[0000:00:17.0]: IssueCommand: tag timed out")),
    ("ontap", (4, "ems.engine.inputSuppress", "Event 'callhome.spares.low' suppressed {n:1-4} times since startup")),
    ("router", (3, "chassisd", "CHASSISD_FAN_SPEED: Fan tray 1 went to full speed and back")),
    ("leaf", (4, "Ntp/NTP-4-SOURCE_JITTER", "source jitter {n:30-90} ms")),
    ("exim", (0, "exim", "no IP address found for host backup-mx.example (during SMTP connection)")),
    ("hv", (3, "pve-ha-crm", "unable to write lrm status file, retried")),
    ("cms", (2, "cmsd", "thumbnailer gave up on image {n:100000-999999}")),
    ("fw", (2, "0100022921", 'type="event" subtype="system" action="ha-member" msg="routing information synchronized late"')),
    ("mongo", (3, "mongod", '{"s":"E","c":"QUERY","id":23798,"msg":"Plan executor error during find","attr":{"error":"CursorKilled"}}')),
    ("win", (3, "System/disk/153", "The IO operation at logical block address 0x{hex:8} for Disk 1 was retried.")),
    ("hsm", (4, "tamper", "lid sensor sampled twice, no movement")),
    ("elastic", (3, "elasticsearch", "[ERROR][o.e.x.w.Watcher] [{host}] watch [legacy-report] could not be parsed")),
)  # fmt: skip


def harmless(w: World) -> None:
    _nights(w)
    _calendar(w)
    _everywhere(w)
    _scans(w)
    _numbers(w)
    _network(w)
    _once(w)
    _products(w)
    _newcomers(w)


def _b(w: World, why: str, hosts: list[Host], line: Say, start: float, every: float, jitter_s: float = 60) -> None:
    """One line of each host on a clock."""
    label = w.harmless(why)
    for host in hosts:
        w.each(host, w.clock(f"{why}/{host.name}", start, DAYS, every, start % 1, jitter_s), line, label)


def _nights(w: World) -> None:
    _b(w, "logs rotated at midnight", w.of(*_LINUX), (6, "systemd", "Finished logrotate.service - Rotate log files."), 0.002, 1, 30)
    _b(w, "disks trimmed on Mondays", w.of("web", "mysql", "pg", "mongo"), (6, "fstrim", "/var/lib: {n:2-90} GiB trimmed on /dev/vdb"), 0.02, 7, 900)
    _b(w, "arrays checked on Sundays", w.of("hv", "kvm"), (6, "kernel", "md: data-check of RAID array md{n:0-2}"), 6.04, 7, 60)
    _b(w, "restore tests on Wednesdays, with the refusals they expect", w.of("backup"), (4, "restore-test", "archive vm-{hex:6}: tampered copy refused as expected"), 2.3, 7, 600)
    dump = w.harmless("dumps of each database at night, all ending well")
    for host in w.of("mysql", "pg", "mongo"):
        for k in range(4):
            w.each(host, w.clock(f"dump/{host.name}{k}", 0, DAYS, 1, (2 + 0.3 * k) * HOUR, 200), (6, "dbdump", "db{k} written in {n:40-90} s, exit 0"), dump, k=k)
    off = w.harmless("test racks whose ports go down each evening and up each morning")
    for leaf in w.of("leaf"):
        for port in range(45, 49):
            for day in range(DAYS):
                for hour, state in ((19.0, "down"), (5.5, "up")):
                    at = day + hour * HOUR + w.random(f"rack/{leaf.name}{port}{day}{state}").uniform(0, 3) * MINUTE
                    w.say(leaf, at, (5, "Ebra/LINEPROTO-5-UPDOWN", "Line protocol on Interface Ethernet{port}, changed state to {state}"), off, port=port, state=state)
    patch = w.harmless("patch night: every Linux host of two tenants restarts")
    for k, host in enumerate(w.of(*_LINUX, tenant="kelpcloud") + w.of(*_LINUX, tenant="tallypay")):
        at = 8 + 1 * HOUR + k * 2.7 * MINUTE
        for after, line in (
            (0, (6, "dpkg", "status installed linux-image-amd64:amd64 6.1.162-1")),
            (40, (6, "systemd", "Reached target reboot.target - System Reboot.")),
            (95, (5, "kernel", "Linux version 6.1.0-42-amd64 (debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC")),
            (99, (4, "kernel", "ACPI BIOS Error (bug): Could not resolve symbol [\\_SB.PCI0.XHC.RHUB], AE_NOT_FOUND")),
            (101, (3, "systemd", "Failed to start systemd-networkd-wait-online.service - Wait for Network to be Configured.")),
            (130, (6, "systemd", "Startup finished in {n:3-9}.{n:100-999}s (kernel) + {n:14-30}.{n:100-999}s (userspace).")),
        ):
            w.say(host, at + after * SECOND, line, patch)  # fmt: skip


def _calendar(w: World) -> None:
    work = w.harmless("exports on working days only")
    for host in w.of("cms", "wms", "edi"):
        for day in (d for d in range(DAYS) if d % 7 < 5):
            w.say(host, day + 17.5 * HOUR + w.random(f"export/{host.name}{day}").uniform(0, 4) * MINUTE, (6, "export", "daily figures sent to controlling, {n:400-900} rows"), work)
    month = w.harmless("invoices at the turn of the month")
    for host in [*w.of("paygw"), *w.of("mysql"), *w.of("edi")]:
        w.each(host, w.poisson(f"month/{host.name}", 12.9, 13.4, 40), (5, "invoicing", "month closing: batch {n:1-400} retried once, then booked"), month)
    stock = w.harmless("stock-taking on Saturday night, with retries")
    for host in w.of("wms"):
        w.each(host, w.poisson(f"stock/{host.name}", 5.8, 6.1, 120), (4, "wmsd", '{"event":"count.mismatch","bin":"{pick:A|B|C}{n:1-900}","recount":true}'), stock)
    letter = w.harmless("the newsletter's hours, with a full queue")
    for host in w.of("postfix"):
        for day in (3, 10):
            w.each(
                host,
                w.poisson(f"letter/{host.name}{day}", day + 0.25, day + 0.35, 700),
                (4, "postfix/qmgr", "warning: mail for mx.{dom} is using up {n:4000-4900} of 5000 active queue entries"),
                letter,
            )
    decom = w.harmless("an FTP service taken out of use, as announced")
    host = w.of("edi")[1]
    w.each(host, w.clock("decom", 0, 9.4, 1 / 8, 0.1, 50), (6, "vsftpd-stat", "sessions since last report: {n:0-4}"), decom)
    w.say(host, 9.41, (5, "systemd", "Stopped vsftpd.service, disabled by change CHG-20417: vsftpd-stat retired, partners moved to AS2."), decom)
    care = w.harmless("a storage takeover and giveback in the announced window")
    for nas in w.of("ontap"):
        for k in range(5):
            w.say(nas, 9.86 + k * 4 * MINUTE, (5, "cf.fsm.takeover.mdp", "Failover monitor: {pick:takeover|giveback} step {n:1-9} of negotiated maintenance"), care)
    for esx in w.of("esx"):
        w.each(
            esx,
            w.poisson(f"care/{esx.name}", 9.86, 9.88, 400),
            (
                4,
                "vmkernel",
                'cpu{n:0-63}:{n:2097000-2099999})NMP: nmp_ThrottleLogForDevice:3867: Cmd 0x2a to dev "naa.{hex:12}" on path "vmhba2:C0:T{n:0-3}:L{n:0-9}" failed H:0x0 D:0x8 P:0x0',
            ),
            care,
        )


def _everywhere(w: World) -> None:
    snmp = w.harmless("an agent's chronic complaint, the same on every host")
    for host in w.of(*_LINUX):
        w.each(host, w.poisson(f"snmp/{host.name}", 0, DAYS, 1.1), (3, "snmpd", "error on subcontainer 'ia_addr' insert (-1)"), snmp)
    sensor = w.harmless("a management board that is slow to answer, on every hypervisor")
    for host in w.of("hv", "kvm"):
        w.each(host, w.poisson(f"ipmi/{host.name}", 0, DAYS, 3), (4, "ipmi-exporter", "reading SEL timed out after 10s, will read again"), sensor)
    ntp = w.harmless("all hosts without time source while the anycast server restarts")
    for host in w.of(*_LINUX):
        at = 4.71 + w.random(f"ntp/{host.name}").uniform(0, 5) * MINUTE
        w.say(host, at, (4, "chronyd", "Can't synchronise: no selectable sources"), ntp)
        w.say(host, at + 9 * MINUTE, (6, "chronyd", "Selected source 10.180.0.4"), ntp)
    puppet = w.harmless("configuration runs every twelve hours")
    for host in w.of("web", "mysql", "cms", "lb", "edi", "varnish"):
        w.each(
            host,
            w.clock(f"puppet/{host.name}", 0, DAYS, 0.5, w.random(f"puppet/{host.name}").random() / 5, 90),
            (5, "puppet-agent", "Applied catalog in {n:6-40}.{n:10-99} seconds"),
            puppet,
        )
    pool = w.harmless("connection pools that shrink at night everywhere")
    for host in w.of("pg"):
        w.each(host, w.clock(f"pool/{host.name}", 0, DAYS, 1, 1.8 * HOUR, 1800), (6, "pgbouncer", "closing {n:4-60} server connections: server idle timeout"), pool)
    agent = w.harmless("the monitoring agent that drops its connection while its server is updated")
    for host in w.of("hv", "ceph", "pg", "cms", "kvm"):
        for k in range(3):
            w.say(
                host,
                3.44 + k * 40 * SECOND + w.random(f"agent/{host.name}").uniform(0, 30) * SECOND,
                (4, "zabbix_agent2", "active check configuration update from [10.180.0.9:10051] started to fail"),
                agent,
            )


def _scans(w: World) -> None:
    scan = w.harmless("the weekly vulnerability scan of all hosts")
    for k, host in enumerate(w.of(*_LINUX)):
        for day in (6, 13):
            w.each(
                host,
                [day + 2.5 * HOUR + k * MINUTE + n * 3 * SECOND for n in range(3)],
                (6, "sshd", "Unable to negotiate with 10.180.0.77 port {port}: no matching host key type found. Their offer: ssh-dss [preauth]"),
                scan,
            )
    brute = w.harmless("the internet trying passwords")
    for host in w.of("web", "exim", "lb", "varnish"):
        w.each(
            host,
            w.poisson(f"brute/{host.name}", 0, DAYS, 5),
            (6, "sshd", "Failed password for invalid user {pick:admin|oracle|test|ubuntu|git|pi|deploy1} from {wan} port {port} ssh2"),
            brute,
        )
    wave = w.harmless("one afternoon of password spraying at all mail hosts")
    for host in w.of("dovecot", "exim", "postfix"):
        w.each(host, w.poisson(f"wave/{host.name}", 7.55, 7.7, 300), (5, "auth-worker", "conn unix:auth-worker: pam({mbox},{wan}): unknown user"), wave)
    probe = w.harmless("probes for old TLS at the mail ports, flat")
    for host in w.of("exim", "dovecot", "postfix"):
        w.each(host, w.poisson(f"probe/{host.name}", 0, DAYS, 5), (4, "tlsprobe", "SSL_accept: unsupported protocol from {wan}"), probe)


def _numbers(w: World) -> None:
    row = w.harmless("temperatures that wander with the weather")
    for host in w.of("hv", "ceph", "kvm"):
        r, c = w.random(f"row/{host.name}"), 24.0
        for t in w.clock(f"row/{host.name}", 0, DAYS, 1 / 2, 0.02, 60):
            c += (24 - c) * 0.15 + r.gauss(0, 0.6)
            w.say(host, t, (6, "inlet", "sensor front {c} C"), row, c=f"{c:.1f}")
    total = w.harmless("counters that only grow")
    for host in w.of("backup"):
        for k, t in enumerate(w.clock(f"total/{host.name}", 0, DAYS, 1, 0.33, 90)):
            w.say(host, t, (6, "restic", "repository holds {k} snapshots"), total, k=4100 + 6 * k)
    fill = w.harmless("spool use that climbs for days and falls when it is emptied")
    for host in w.of("cms", "edi", "varnish"):
        r = w.random(f"fill/{host.name}")
        level, up = r.uniform(30, 70), r.uniform(8, 14)
        for t in w.clock(f"fill/{host.name}", 0, DAYS, 1 / 2, 0.15, 60):
            level = 31.0 if level > 82 else level + up / 2
            w.say(host, t, (6, "duwatch", "/var/spool {c}% used"), fill, c=round(level))
    lag = w.harmless("replica delay that follows the day's load")
    for host in w.of("mysql"):
        for t in w.clock(f"lag/{host.name}", 0, DAYS, 1 / 6, 0.01, 60):
            busy = 1 if t % 1 < 0.3 else 9
            w.say(host, t, (6, "lagwatch", "replica of {n:1-4} channels behind by {c} s"), lag, c=w.random(f"lag/{host.name}{t}").randint(0, busy))
    hits = w.harmless("hit rates that wander")
    for host in w.of("varnish", "redis"):
        w.each(host, w.clock(f"hits/{host.name}", 0, DAYS, 1 / 6, 0.03, 60), (6, "cachestat", "hit rate {n:86-95} percent over four hours"), hits)
    lic = w.harmless("licence seats in use, by the working week")
    for host in w.of("win"):
        for t in w.clock(f"seats/{host.name}", 0, DAYS, 1 / 4, 0.04, 30):
            base = 60 if t % 7 < 5 and 0.25 < t % 1 < 0.8 else 9
            w.say(host, t, (6, "Application/RDS-Licensing/4110", "{c} of 120 device licences issued."), lic, c=base + w.random(f"seats{t}").randint(0, 14))


def _network(w: World) -> None:
    carrier = w.harmless("an upstream lost for twenty minutes once, and back")
    for host in w.of("router"):
        for at, a, b in ((5.33, "Established", "Idle"), (5.345, "OpenConfirm", "Established")):
            w.say(host, at, (5, "rpd", "bgp_peer 203.0.113.61 (External AS 64801): state {a} -> {b}"), carrier, a=a, b=b)
    roam = w.harmless("staff whose remote sessions drop as they travel")
    for host in w.of("fw"):
        w.each(
            host,
            w.poisson(f"roam/{host.name}", 0, DAYS, 4, "shift"),
            (5, "0101039948", 'type="event" subtype="vpn" action="tunnel-down" user="{ops}" remip={wan} reason="DPD timeout" duration={n:200-30000}'),
            roam,
        )
    _b(
        w,
        "signature updates of the firewalls",
        w.of("fw"),
        (5, "0100041000", 'type="event" subtype="system" action="update" msg="FortiGuard engine and signatures renewed, ips {n:30-31}.{n:100-999}"'),
        0.08,
        0.25,
        400,
    )
    commit = w.harmless("configuration commits in working hours that change nothing else")
    for host in w.of("router"):
        w.each(host, w.poisson(f"commit/{host.name}", 0, DAYS, 0.7, "shift"), (5, "mgd", "UI_COMMIT_COMPLETED: commit complete by '{ops}'"), commit)
    mac = w.harmless("virtual machines that move between leaf ports")
    for host in w.of("leaf"):
        w.each(
            host, w.poisson(f"mac/{host.name}", 0, DAYS, 8), (4, "Bridging/ETH-4-HOST_FLAPPING", "Host {mac} in VLAN {n:10-400} moved between Ethernet{n:1-20} and Port-Channel{n:1-20}"), mac
        )
    lease = w.harmless("scanners' leases on the warehouse network")
    for host in w.of("fw", tenant="fjordlog"):
        w.each(
            host,
            w.poisson(f"lease/{host.name}", 0, DAYS, 9, "shift"),
            (6, "0100026001", 'type="event" subtype="dhcp" dhcp_msg="Ack" mac="{mac}" ip={lan} lease=28800 hostname="ct{n:10-99}"'),
            lease,
        )


def _once(w: World) -> None:
    rare = w.harmless("rare lines, each once and never again")
    for k, (role, line) in enumerate(_RARE):
        r = w.random(f"rare/{k}")
        w.say(r.choice(w.of(role)), r.uniform(0.3, DAYS - 0.3), line, rare)
    crash = w.harmless("one crash of a worker, restarted and well since")
    host = w.of("cms")[1]
    w.say(host, 6.61, (6, "kernel", "cmsd[{n:1000-9000}]: segfault at 0 ip 00007f{hex:8} sp 00007f{hex:8} error 4 in libvips.so.42.16[7f{hex:8}+3a1000]"), crash)
    w.say(host, 6.6101, (4, "systemd", "cmsd.service: Main process exited, code=dumped, status=11/SEGV"), crash)
    w.say(host, 6.6103, (6, "systemd", "cmsd.service: Scheduled restart job, restart counter is at 1."), crash)
    burst = w.harmless("two hours of timeouts at a parcel carrier, over")
    for host in w.of("wms"):
        w.each(host, w.poisson(f"burst/{host.name}", 2.4, 2.48, 500), (4, "wmsd", '{"event":"carrier.timeout","carrier":"glx","ms":{n:5000-9000}}'), burst)
    full = w.harmless("an hour of refused inserts while a partition was missing, put right")
    for host in w.of("pg", tenant="inkpress"):
        w.each(host, w.poisson(f"full/{host.name}", 4.0, 4.05, 600), (3, "postgres", '[{n:1-900}-1] ERROR:  no partition of relation "clicks" found for row'), full)


def _products(w: World) -> None:
    move = w.harmless("live migrations, each with a short pause")
    for host in w.of("kvm", "hv"):
        w.each(host, w.poisson(f"move/{host.name}", 0, DAYS, 1.5, "shift"), (6, "qemu-move", "guest {n:100-480} migrated, downtime {n:20-90} ms"), move)
    snap = w.harmless("virtual machine snapshots kept longer than a day, listed each morning")
    for host in w.of("esx"):
        w.each(host, w.clock(f"snap/{host.name}", 0, DAYS, 1, 7.5 * HOUR, 60), (4, "snapcheck", "{n:1-9} snapshots older than 24 h"), snap)
    deploy = w.harmless("pods replaced at each release on every node")
    for day in (1, 2, 4, 8, 9, 11):
        for host in w.of("kube"):
            w.each(
                host,
                w.poisson(f"deploy/{host.name}{day}", day + 0.42, day + 0.43, 2500),
                (4, "kubelet", "Back-off restarting container ledger in pod ledger-{hex:8}-{hex:4}, waiting for migration"),
                deploy,
            )
    _b(
        w,
        "indices closed and merged each night",
        w.of("elastic"),
        (6, "elasticsearch", "[INFO ][o.e.c.m.MetadataIndexStateService] [{host}] closing index [clicks-{n:1-400}] {n:1-5} shards"),
        0.06,
        1,
        900,
    )
    key = w.harmless("keys rotated weekly in both security modules")
    for host in w.of("hsm"):
        for day in (2, 9):
            for k in range(4):
                w.say(host, day + 9 * HOUR + k * 3 * MINUTE, (5, "keystore", "working key {k} replaced under dual control, previous kept for 7 days"), key, k=k)
    retry = w.harmless("greylisted mail that is taken at the second try")
    for host in w.of("exim"):
        w.each(
            host,
            w.poisson(f"grey/{host.name}", 0, DAYS, 12, "site"),
            (6, "exim", "1{hex:5}-{hex:6}-{hex:2} == {mbox} R=dnslookup T=remote_smtp defer (-44): 451 4.7.1 Greylisting in action"),
            retry,
        )
    vacuum = w.harmless("tables vacuumed")
    for host in w.of("pg"):
        w.each(host, w.poisson(f"vacuum/{host.name}", 0, DAYS, 3), (6, "postgres", '[{n:1-900}-1] LOG:  automatic vacuum of table "main.public.t{n:1-40}": index scans: 1'), vacuum)
    mdn = w.harmless("partners whose receipts come late, all of them now and then")
    for host in w.of("edi"):
        w.each(host, w.poisson(f"mdn/{host.name}", 0, DAYS, 7, "shift"), (5, "as2d", "no MDN from {pick:DEHAMLOG|NLRTMFWD|SEGOTCAR|PLGDNTRK} within 60 s, message {hex:10} sent again"), mdn)


def _newcomers(w: World) -> None:
    score = w.harmless("a fraud scoring service that begins in the second week")
    for host in w.of("kube"):
        w.each(host, w.poisson(f"score/{host.name}", 8.4, DAYS, 25, "site"), (6, "fraudscore", '{"lvl":"info","evt":"scored","model":"gb-7","ms":{n:3-40},"score":0.{n:10-99}}'), score)
        w.each(host, w.poisson(f"score/warn/{host.name}", 8.4, DAYS, 4, "site"), (4, "fraudscore", '{"lvl":"warn","evt":"feature.missing","name":"device_age"}'), score)
    new = w.harmless("a node that joins in the second week")
    host = w.of("redis")[1]
    w.say(host, 8.36, (5, "kernel", "Command line: BOOT_IMAGE=/vmlinuz-6.1.0-42-amd64 root=/dev/vda1 ro console=ttyS0"), new)
    w.dark(host, 0, 8.36)
