"""World "town": the patterns that mean nothing, and the twins: a signal's words without the property that tells."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios.town_planted import (
    ACME,
    ARP,
    BANK,
    BEAT,
    CHECKPT,
    CRL,
    CYCLE,
    DUMP,
    ECC,
    EXIT,
    FTP,
    FTP_OK,
    GIVE,
    HYPER,
    IMPORT,
    ISCSI,
    MEMBER,
    MEMBER_OK,
    NATMAP,
    OFFSET,
    POOL,
    PORTAL,
    QUEUE,
    SAG,
    SMART,
    STACK,
    START,
    TAKE,
    UPGRADED,
    VPN_DOWN,
    VPN_UP,
    WORKER,
)
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World  # fmt: skip

_WEEKDAYS = (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)

# why, roles, tenant or None, hour of the day, lines each night, line: every night at the same hour on each of these hosts
_NIGHTLY: tuple[tuple[str, str, str | None, float, int, Say], ...] = (
    ("log rotation each night", "ldap", None, 0.1, 1, (6, "logrotate", "rotated {n:3-9} files, old ones compressed")),
    ("vacuum of every database", "pg", None, 1.3, 6, (6, "postgres", "[{n:2-900}-1] LOG:  automatic vacuum of table \"main.public.t{n:1-40}\": index scans: 1, tuples: {n:10-9000} removed")),
    ("antivirus on the hypervisors", "hyperv", None, 3.2, 3, (6, "Application/SentinelAgent/55", "Full disk scan {pick:started|progress 50|finished}: 0 threats, {n:3-19} files skipped (access denied)")),
    ("a job that always says error", "till", None, 4.0, 2, (3, "possync", "ERROR loyalty mirror not configured, skipping")),
    ("gateway pattern updates", "gate", None, 5.5, 2, (6, "1159", 'msg="Gateway Anti-Virus signature database updated" n={n:1-900} note="{n:100000-190000}"')),
    ("door controller resync", "door", None, 2.2, 5, (5, "acs", "controller {n:1-12} lost poll, resynchronised {n:100-900} badges")),
    ("camera reboot plan", "nas", None, 5.0, 2, (4, "SurveillanceStation", "Camera [hall-{n:1-9}] disconnected."),),
    ("voicemail purge", "pbx", None, 3.9, 3, (6, "asterisk", "NOTICE[{n:100-999}] app_voicemail.c: {n:1-9} old messages deleted from mailbox {n:100-299}")),
    ("garbage collection of the registry", "ci", None, 2.9, 8, (6, "registry", "blob eligible for deletion: sha256:{hex:20}")),
    ("scrub of the arrays", "san", None, 23.3, 1, (6, "array", "scheduled scrub started on vdisk vd0{n:1-4}")),
    ("printers that sleep", "print", None, 21.5, 2, (5, "printer", "network interface suspended, wake on magic packet")),
)  # fmt: skip

# why, roles, tenant, hour, line: on working days only
_WORKDAYS: tuple[tuple[str, str, str | None, float, Say], ...] = (
    ("insurance export on working days", "mail", "st-anna", 18.1, (6, "kvexport", "billing file transmitted, acknowledgement {n:1000-9999}")),
    ("cash report on working days", "dc", "brightmart", 23.2, (6, "Application/CashClose/100", "Daily close written for 12 stores")),
    ("attendance upload on school days", "ldap", "oakdale-isd", 15.7, (6, "sis-sync", "attendance posted, {n:780-812} records")),
    ("sprint build on working days", "ci", "quillsoft", 19.4, (6, "jenkins", "release-candidate #{n:100-190} completed: SUCCESS")),
)  # fmt: skip

# why, roles, tenant, per day, rhythm, line: comes all the time on each of these hosts
_CHRONIC: tuple[tuple[str, str, str | None, float, str, Say], ...] = (
    ("a chronic certificate complaint", "hyperv", None, 20, "flat", (4, "System/Schannel/36888", "A fatal alert was generated and sent to the remote endpoint. The TLS protocol defined fatal error code is 40.")),
    ("group policy noise", "dc", None, 14, "office", (3, "System/GroupPolicy/1058", "The processing of Group Policy failed. Windows attempted to read the file gpt.ini from a domain controller and was not successful.")),
    ("internet scanning of the store routers", "store", None, 9, "flat", (5, "sshd", "Received disconnect from {wan} port {port}:11: Bye Bye [preauth]")),
    ("internet scanning of the mail hosts", "mail", None, 30, "flat", (6, "postfix/smtpd", "warning: unknown[{wan}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6")),
    ("monitoring that probes with a bad login", "pg", None, 24, "flat", (3, "postgres", "[{n:2-900}-1] user=probe,db=probe FATAL:  password authentication failed for user \"probe\"")),
    ("health checks of the balancer", "k8s", None, 40, "flat", (6, "envoy", "health check failed then passed for cluster local, response 0.{n:1-9}s")),
    ("roaming of clients", "ap", None, 30, "lesson", (6, "hostapd", "wifi1ap0: STA {mac} IEEE 802.11: sta_stats roam timeout, reassociated")),
    ("lease renewals refused once each", "lease", None, 25, "lesson", (6, "dhcpd", "DHCPREQUEST for {lan} from {mac} via eth0: unknown lease {lan}.")),
    ("spanning tree on edge ports", "cx", None, 8, "ward", (6, "hpe-mstpd/2003", "Topology change received on port 1/1/{n:2-44}")),
    ("users who mistype at the VPN", "gate", None, 5, "office", (5, "1153", 'msg="VPN client authentication failed, retry accepted" n={n:1-900} usr="{user}" src={wan}::X1')),
    ("a self test that says battery", "ups", None, 1, "flat", (4, "apcupsd", "Battery disconnected. Battery reattached.")),
    ("a chronic disk complaint of virtual drives", "hyperv", None, 6, "flat", (4, "System/partmgr/58", "The disk signature of disk {n:4-9} is equal to the disk signature of disk {n:1-3}.")),
    ("phones that lag", "pbx", None, 40, "office", (5, "asterisk", "NOTICE[{n:100-999}] chan_sip.c: Peer '{n:100-299}' is now UNREACHABLE!  Last qualify: {n:20-90}")),
    ("bad cards at the doors", "door", None, 16, "ward", (4, "acs", "reader {n:1-40} parity error, card presented again")),
)  # fmt: skip


def harmless(w: World) -> None:
    """All benign patterns, each with its label."""
    for why, role, tenant, hour, count, line in _NIGHTLY:
        label = w.harmless(why)
        for host in w.of(role, tenant=tenant):
            r = w.random(f"nightly/{why}/{host.name}")
            for day in range(DAYS):
                for k in range(count):
                    w.say(host, day + hour * HOUR + (k * 1.5 + r.random()) * MINUTE, line, label)
    for why, role, tenant, hour, line in _WORKDAYS:
        label, host = w.harmless(why), w.of(role, tenant=tenant)[0]
        for day in _WEEKDAYS:
            w.say(host, day + hour * HOUR + w.random(f"{why}{day}").random() * 4 * MINUTE, line, label)
    for why, role, tenant, rate, rhythm, line in _CHRONIC:
        label = w.harmless(why)
        for host in w.of(role, tenant=tenant):
            w.each(host, w.poisson(f"{why}/{host.name}", 0, DAYS, rate, rhythm), line, label)
    _planned(w)
    _once(w)
    _typos(w)


def _planned(w: World) -> None:
    """Patch night, weekly scan, new service, debug flood, maintenance, failover test, reboots."""
    label = w.harmless("patch night of the Windows hosts")
    for k, host in enumerate(w.of("dc", "hyperv")):
        for step, text in enumerate(
            (
                "Installation Successful: Windows successfully installed the following update: KB50{n:10000-60000}",
                "The process C:\\Windows\\system32\\svchost.exe has initiated the restart of computer for the following reason: Operating System: Service pack (Planned)",
                "The Event log service was stopped.",
                "The Event log service was started.",
                "The previous system start took longer than expected.",
            )
        ):
            provider = "System/User32/1074" if step == 1 else "System/EventLog/6005"
            w.say(host, 8.9 + (k * 4 + step * 3) * MINUTE, (6, provider, text), label)
    label = w.harmless("the weekly vulnerability scan")
    for day in (5.1, 12.1):
        for host in w.of("cx", "san", "pbx", "print"):
            r = w.random(f"scan{day}{host.name}")
            for k in range(9):
                w.say(
                    host,
                    day + (k + r.random()) * MINUTE,
                    (
                        5,
                        "sshd",
                        "error: kex_exchange_identification: Connection closed by remote host {n:10-10}.60.9.9",
                    ),
                    label,
                )
    label = w.harmless("a new service rolled out on the nodes")
    for host in w.of("k8s"):
        w.each(
            host,
            w.poisson(f"mesh{host.name}", 6.4, DAYS, 18),
            (6, "linkerd", "outbound proxy: failed fast, endpoint {lan}:{port} reconnected in {n:1-90}ms"),
            label,
        )
    label = w.harmless("a debug flood after somebody left debugging on")
    host = w.of("wifiauth")[0]
    w.each(
        host,
        w.poisson("flood", 4.4, 4.62, 12000),
        (7, "radiusd", "({n:1-9999}) eap_peap: (TLS) recv TLS 1.2 Handshake, ClientHello, session {hex:8}"),
        label,
    )
    label = w.harmless("a maintenance hour of the store routers")
    for host in w.of("store"):
        r = w.random(f"maint{host.name}")
        for k in range(3):
            w.say(host, 9.04 + (k * 9 + r.random()) * MINUTE, (4, "kernel", "eth1: link down"), label)
            w.say(
                host,
                9.04 + (k * 9 + 2 + r.random()) * MINUTE,
                (6, "kernel", "eth1: link up, 1000 Mbps full duplex"),
                label,
            )
    label = w.harmless("a failover test that was announced")
    for host in w.of("proxy"):
        for k in range(4):
            w.say(
                host,
                10.6 + k * 3 * MINUTE,
                (5, "keepalived", "(VI_TEST) Entering {pick:MASTER|BACKUP} STATE, planned"),
                label,
            )
    label = w.harmless("orderly restarts by configuration management")
    for host in w.of("ldap", "wifiauth"):
        for day in (2.5, 9.5):
            for k, text in enumerate(
                ("daemon: shutdown requested and initiated.", "slapd stopped.", "slapd starting")
            ):
                w.say(host, day + k * 4 * SECOND, (6, "slapd", text), label)
    label = w.harmless("access points that upgrade in the summer of each week")
    for day in (3.12, 10.12):
        for host in w.of("ap"):
            w.say(
                host,
                day + w.random(f"up{host.name}{day}").random() * HOUR,
                (5, "mcad", "mcad.upgrade(): connection to inform host lost, upgrade applied"),
                label,
            )
    label = w.harmless("leases that churn at the start of a school week")
    for day in (0.33, 7.33):
        for host in w.of("lease"):
            w.each(
                host,
                w.poisson(f"monday{host.name}{day}", day, day + 0.05, 3000),
                (4, "dhcpd", "DHCPDISCOVER from {mac} via 10.62.41.1: network 10.62.40.0/22: no free leases"),
                label,
            )
    label = w.harmless("a planned power test")
    for host in w.of("ups"):
        w.say(host, 6.5, (3, "upsd", "UPS [rack] on battery, test {n:1-9}"), label)
        w.say(host, 6.5 + 2 * MINUTE, (5, "upsd", "UPS [rack] on line power, test over"), label)
    label = w.harmless("a wave: the upstream provider went away for four minutes")
    for host in w.of("gate", "store"):
        r = w.random(f"wave{host.name}")
        w.say(
            host,
            11.62 + r.random() * MINUTE,
            (3, "mwan", "WAN1 failed probe, default route withdrawn"),
            label,
        )
        w.say(
            host,
            11.62 + (4 + r.random()) * MINUTE,
            (5, "mwan", "WAN1 passed probe, default route restored"),
            label,
        )


def _once(w: World) -> None:
    """One-off rarities, some of them ugly."""
    ugly: tuple[tuple[str, float, Say], ...] = (
        (
            "k8s",
            4.4,
            (
                3,
                "kernel",
                "Memory cgroup out of memory: Killed process {n:900-9000} (convert) total-vm:{n:100000-900000}kB",
            ),
        ),
        (
            "pg",
            6.8,
            (
                3,
                "postgres",
                "[{n:2-900}-1] PANIC:  could not locate a valid checkpoint record in test cluster",
            ),
        ),
        ("cx", 8.3, (3, "fand/1302", "Fan tray 1 fault, fan back at speed")),
        (
            "dc",
            3.7,
            (
                2,
                "System/NTFS/55",
                "A corruption was discovered in the file system structure on volume E:, repaired.",
            ),
        ),
        ("pbx", 9.4, (3, "asterisk", "ERROR[{n:100-999}] res_timing: write to pipe failed")),
        ("san", 10.8, (3, "array", "controller B cache battery learn cycle failed, repeated")),
        ("door", 5.2, (2, "acs", "tamper contact open on reader 17")),
        ("lease", 12.4, (3, "dhcpd", "failover peer oak: I move from normal to communications-interrupted")),
    )
    label = w.harmless("rarities that came once")
    for role, day, line in ugly:
        w.say(w.pick(f"ugly{role}", role), day, line, label)


def _typos(w: World) -> None:
    """People who mistype and get in, each now and then."""
    label = w.harmless("users who mistype at the file server and get in")
    for host in w.of("nas"):
        r = w.random(f"typo{host.name}")
        for t in w.poisson(f"typo{host.name}", 0, DAYS, 2.2, "office"):
            user, src = (
                r.choice(("jhaas", "mberg", "akaur", "psilva", "truiz")),
                f"10.60.55.{r.randint(2, 60)}",
            )
            for k in range(r.randint(1, 2)):
                w.say(host, t + k * 7 * SECOND, FTP, label, user=user, src=src)
            w.say(host, t + r.uniform(16, 50) * SECOND, FTP_OK, label, user=user, src=src)


def twins(w: World) -> None:
    """The same words once, on all hosts, on a clock, orderly, flat, recovered."""
    _twins_once(w)
    _twins_healthy(w)


def _twins_once(w: World) -> None:
    once: tuple[tuple[str, str, str | None, float, tuple[Say, ...], dict[str, object]], ...] = (
        ("a tunnel that dropped once", "gate", "st-anna", 5.3, (VPN_DOWN, VPN_UP), {"policy": "lab-partner"}),
        ("a container that died once", "k8s", None, 7.7, (EXIT, START), {"pod": "web/front-9c", "code": 1}),
        ("a target lost once", "hyperv", "st-anna", 6.2, (ISCSI,), {"iqn": "iqn.1986-03.com.array:tgt2"}),
        ("one failover", "proxy", None, 8.8, (TAKE, GIVE), {"vrrp": "VI_WEB"}),
        ("one worker reaped", "ci", None, 4.9, (WORKER,), {"w": 7, "mb": 900}),
        ("one link renegotiated", "cx", "st-anna", 9.7, (STACK,), {"m": 2}),
        ("a member pulled once", "cx", "st-anna", 4.2, (MEMBER, MEMBER_OK), {"m": 1}),
        ("one sag of the mains", "ups", "brightmart", 7.1, (SAG,), {"ups": "rack"}),
        ("a device that cycled its port once", "cx", "oakdale-isd", 10.4, (CYCLE,), {}),
        ("one boot from the other slot", "ap", None, 5.9, (BANK,), {}),
        ("one mapping", "gate", "brightmart", 8.1, (NATMAP,), {"src": "10.61.0.4"}),
        ("an upgrade without aftermath", "gate", "quillsoft", 9.9, (UPGRADED,), {"v": "SonicOS 7.0.1-5161"}),
        ("a checkpoint that fell back once", "hyperv", "quillsoft", 3.6, (CHECKPT,), {"v": "VM-TEST4"}),
        ("one corrected error", "san", "st-anna", 8.6, (ECC,), {"vd": "vd01"}),
        ("one flip flop", "lease", None, 11.5, (ARP,), {"ip": "10.62.41.33"}),
    )  # fmt: skip
    for why, role, tenant, day, lines, values in once:
        label, host = w.harmless(why), w.pick("twin" + why, role, tenant=tenant)
        for k, line in enumerate(lines):
            w.say(host, day + 45 * k * SECOND, line, label, **values)
    label = w.harmless("users who forgot their portal password one morning")
    r = w.random("twin/portal")
    for k in range(6):
        gate = w.of("gate", tenant="quillsoft")[0]
        w.say(
            gate,
            0.35 + 2 * k + r.random() * 0.1,
            PORTAL,
            label,
            u=f"{r.choice('abcd')}weaver",
            src=f"80.12.4.{r.randint(2, 250)}",
        )


def _twins_healthy(w: World) -> None:
    r = w.random("twins")
    label = w.harmless("backups, dumps, imports and lists that are as every night")
    for nas in w.of("nas"):
        for t in w.clock(f"twin/{nas.name}", 0, DAYS, 1, 6.6 * HOUR, 300):
            w.say(nas, t, HYPER, label, task=f"{nas.name}-home", gb=f"{188 + r.uniform(-6, 6):.1f}")
    for pg in w.of("pg"):
        for t in w.clock(f"twin/{pg.name}", 0, DAYS, 1, 1.1 * HOUR, 120):
            w.say(pg, t, DUMP, label, cluster=f"{pg.name[:4]}aux", s=int(600 + r.uniform(-40, 40)))
    for till in w.of("till")[:4]:
        for t in w.clock(f"twin/{till.name}", 0, DAYS, 1, 2.2 * HOUR, 240):
            w.say(till, t, IMPORT, label, feed="base")
    for t in w.clock("twin/crl", 0, DAYS, 1, 5.4 * HOUR, 120):
        w.say(w.of("dc", tenant="brightmart")[0], t, CRL, label, ca="BM-CA1")
    label = w.harmless("a standby that confirms all the time")
    w.each(
        w.of("pg", tenant="quillsoft")[-1],
        w.clock("twin/beat", 0, DAYS, 1 / 12, 0.03, 40),
        BEAT,
        label,
        peer="local-b",
    )
    label = w.harmless("numbers that stand or wander")
    for k, nas in enumerate(w.of("nas")):
        w.each(nas, w.clock(f"twin/smart{k}", 0, DAYS, 0.5, 0.3, 60), SMART, label, k=2, nas="RS820", c=3 * k)
    for net in ("10.62.40.0/22", "10.62.48.0/22"):
        for t in w.clock("twin/pool" + net, 0, DAYS, 0.25, 0.03, 30):
            w.say(w.of("lease")[0], t, POOL, label, net=net, used=int(480 + r.gauss(0, 40)))
    walk = 30.0
    for t in w.clock("twin/queue", 0, DAYS, 0.25, 0.1, 30):
        walk = min(80.0, max(5.0, walk + r.gauss(0, 5)))
        w.say(w.of("mail", tenant="quillsoft")[0], t, QUEUE, label, q=int(walk), dest="newsletter.example")
    for node in w.of("k8s"):
        if f"{node.tenant}/{node.name}" not in w._taken:
            for t in w.clock(f"twin/offset{node.name}", 0, DAYS, 0.25, 0.05, 60):
                w.say(node, t, OFFSET, label, ms=f"{abs(r.gauss(0.3, 0.2)):.3f}")
    label = w.harmless("certificates that renew in time")
    host: Host = w.of("ci")[-1]
    for k, day in enumerate((1.4, 5.4, 9.4)):
        w.say(host, day, ACME, label, cert=f"shop{k}.quill.example")
