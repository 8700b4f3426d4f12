"""World "isp": what is loud, odd, new or worded like a fault and means nothing."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import isp_planted
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, World


def harmless(w: World) -> None:
    """All of it, but for the twins of the signals."""
    _clockwork(w)
    _changes(w)
    _noise(w)


def _clockwork(w: World) -> None:
    label = w.harmless("collector rotates its files every six hours")
    for host in w.of("tools"):
        w.each(
            host,
            w.clock("nf" + host.name, 0, DAYS, 6 * HOUR),
            (6, "nfcapd", "Signal launcher: rotate, renamed nfcapd.current to archive"),
            label,
        )
    label = w.harmless("route refresh to the looking glass each night drops and restores its session")
    for host in w.of("core"):
        w.flap(
            host,
            w.clock("lg" + host.name, 0, DAYS, 1, 3.2 * HOUR),
            isp_planted.BGP_DOWN,
            isp_planted.BGP_UP,
            label,
            (20, 30),
            peer="192.0.2.250",
            asn=64999,
        )
    label = w.harmless("weekly self test of line cards, all DSLAMs on Tuesday")
    for host in w.of("dslam"):
        for tuesday in (1, 8):
            for card in range(1, 5):
                w.say(
                    host,
                    tuesday + 0.12 + card * MINUTE,
                    (4, "lcmgr", "line card {c} self test started, service not affected"),
                    label,
                    c=card,
                )
                w.say(
                    host,
                    tuesday + 0.12 + card * MINUTE + 40 * SECOND,
                    (6, "lcmgr", "line card {c} self test passed"),
                    label,
                    c=card,
                )
    label = w.harmless("log level reminder every hour of a resolver nobody configured")
    w.each(
        w.pick("reminder", "resolver"),
        w.clock("reminder", 0, DAYS, HOUR),
        (3, "named", "managed-keys-zone: Unable to fetch DNSKEY set '.': operation canceled"),
        label,
    )
    label = w.harmless("zone re-sign every night")
    for host in w.of("resolver"):
        for k, t in enumerate(w.clock("sign" + host.name, 0, DAYS, 1, 0.16)):
            w.say(
                host,
                t,
                (6, "named", "zone intern.example/IN (signed): reconfiguring zone keys, serial {serial}"),
                label,
                serial=2025100600 + 100 * k,
            )
    label = w.harmless("penetration scan of the provider's own security team every Thursday")
    for host in w.of("edge"):
        for thursday in (3, 10):
            w.each(
                host,
                w.poisson(f"pen{host.name}{thursday}", thursday + 0.08, thursday + 0.1, 2500),
                (
                    6,
                    "SEC-6-IPACCESSLOGP",
                    "list VTY denied tcp 192.0.2.66({port}) -> {lan}({n:1-1024}), 1 packet",
                ),
                label,
            )
    label = w.harmless("accounting summaries by the hour, breathing with the day")
    for host in w.of("radius"):
        for t in w.clock("acct" + host.name, 0, DAYS, 3 * HOUR, 0.01):
            w.say(
                host,
                t,
                (6, "acct-sum", "sessions active: {n}"),
                label,
                n=int(9000 + 600 * w.rhythms["evening"][int(t * 24) % 168]),
            )


def _changes(w: World) -> None:
    label = w.harmless("software release night: OLTs of one region restart one after another, announced")
    for k, host in enumerate(w.of("olt", tenant="havelglas")):
        at = 6.05 + k * 10 * MINUTE
        w.say(
            host,
            at,
            (
                5,
                "CONFIG/5/REBOOT",
                "The system will reboot. Reason: patch V800R021SPH{n:110-110} activated by User=lschuett",
            ),
            label,
        )
        for slot in range(1, 7):
            w.say(
                host,
                at + 0.004 + slot * 5 * SECOND,
                (4, "GPON/4/BOARD_UP", "The board state changes to normal. FrameID: 0, SlotID: {s}"),
                label,
                s=slot,
            )
    label = w.harmless("core routers restarted for new firmware on day 12, orderly")
    for k, host in enumerate(w.of("core")):
        at = 11.05 + k * 15 * MINUTE
        w.say(host, at, (5, "mgd", "UI_REBOOT_EVENT: System reboot requested by 'tkaya'"), label)
        w.say(host, at + 300 * SECOND, (6, "kernel", "JUNOS kernel booting, version 22.4R3"), label)
        w.flap(
            host,
            [at + 1 * SECOND],
            isp_planted.BGP_DOWN,
            isp_planted.BGP_UP,
            label,
            (320, 380),
            peer="198.51.100.1",
            asn=64500,
        )
    label = w.harmless("new wholesale partner connected on day 7: its own lines on all AAA servers")
    for host in w.of("radius"):
        w.each(
            host,
            w.poisson("partner" + host.name, 7.4, DAYS, 60, "evening"),
            (5, "radiusd", "proxy: realm wholesale.example home server {pick:a|b} answered in {n:3-40} ms"),
            label,
        )
    label = w.harmless("new flow exporter rolled out to all edges on day 9")
    for host in w.of("edge"):
        w.each(
            host,
            w.poisson("exp" + host.name, 8.5, DAYS, 8),
            (6, "FLOW-6-EXPORTSTATS", "exporter NOC-A template resent, {n:10-20} options"),
            label,
        )
    label = w.harmless("card swap in maintenance window: ports down for half an hour")
    host = w.pick("swap", "edge")
    for port in range(1, 13):
        w.say(host, 4.1 + port * SECOND, isp_planted.PORT_DOWN, label, port=f"TenGigabitEthernet2/{port}")
        w.say(host, 4.12 + port * SECOND, isp_planted.PORT_UP, label, port=f"TenGigabitEthernet2/{port}")
    label = w.harmless("an engineer's evening of configuration commits")
    host = w.pick("commit", "core")
    w.each(
        host,
        w.poisson("commit", 5.7, 5.85, 250),
        (
            5,
            "mgd",
            "UI_COMMIT_PROGRESS: Commit operation in progress: validating {pick:routing-options|policy-options|interfaces}",
        ),
        label,
    )
    label = w.harmless("resolver restarted by configuration management, orderly")
    for k, host in enumerate(w.of("resolver")):
        w.say(host, 2.5 + k, (5, "named", "shutting down: flushing changes"), label)
        w.say(host, 2.5 + k + 2 * SECOND, (5, "named", "running"), label)


def _noise(w: World) -> None:
    label = w.harmless("debugging of one subscriber left on: flood for three hours")
    host = w.pick("dbg", "radius")
    w.each(
        host,
        w.poisson("dbg", 6.6, 6.72, 22_000),
        (7, "radiusd", "({n:1-99999}) Debug: eap_ttls: (TLS) recv TLS 1.2 Handshake, fragment {n:1-9}"),
        label,
    )
    label = w.harmless("reflection attack on customers: edges deny for an hour")
    for host in w.of("edge", tenant="alpenlink"):
        w.each(
            host,
            w.poisson("ddos" + host.name, 9.8, 9.84, 15_000),
            (
                6,
                "SEC-6-IPACCESSLOGP",
                "list ANTISPOOF denied udp {wan}(123) -> {lan}({port}), {n:100-999} packets",
            ),
            label,
        )
    label = w.harmless("subscribers with a wrong password whose routers retry for ever")
    for host in w.of("radius"):
        for k in range(5):
            w.each(
                host,
                w.poisson(f"wrong{host.name}{k}", 0, DAYS, 9),
                (
                    5,
                    "radiusd",
                    "({n:1-99999}) Login incorrect (mschap: MS-CHAP2-Response is incorrect): [{u}] (from client bras-1 port {n:1-400} cli {mac})",
                ),
                label,
                u=f"pppoe90{k}77@dsl.example",
            )
    label = w.harmless("one building site's ONTs lose power every working morning and come back")
    host = w.pick("site", "olt")
    for day in range(DAYS):
        if day % 7 < 5:
            for ont in range(4):
                w.say(
                    host,
                    day + 0.25 + ont * SECOND,
                    (
                        4,
                        "GPON/4/ONT_DYING_GASP",
                        "The dying-gasp of ONT is received. FrameID: 0, SlotID: 5, PortID: 9, ONT ID: {o}",
                    ),
                    label,
                    o=ont,
                )
                w.say(
                    host,
                    day + 0.29 + ont * SECOND,
                    (
                        6,
                        "GPON/6/ONT_ONLINE",
                        "The ONT goes online. FrameID: 0, SlotID: 5, PortID: 9, ONT ID: {o}",
                    ),
                    label,
                    o=ont,
                )
    label = w.harmless("chronic: SNMP views missing for the old poller on all edges")
    for host in w.of("edge"):
        w.each(
            host,
            w.poisson("snmp" + host.name, 0, DAYS, 11),
            (3, "SNMP-3-AUTHFAIL", "Authentication failure for SNMP req from host 172.16.0.250"),
            label,
        )
    label = w.harmless("brute force from the internet against radio sites")
    for host in w.of("pop"):
        for k in range(6):
            start = w.random(f"bf{host.name}{k}").uniform(0, 13.9)
            w.each(
                host,
                w.poisson(f"bf{host.name}{k}", start, start + 0.02, 1500),
                (
                    3,
                    "system,error,critical",
                    "login failure for user {pick:admin|root|guest|test|user} from {w} via ssh",
                ),
                label,
                w=f"91.{k}.44.{k * 7 + 3}",
            )
    label = w.harmless("one-off rarities")
    r = w.random("odd")
    for role, line in (
        (
            "core",
            (
                3,
                "chassisd",
                "CHASSISD_SNMP_TRAP7: SNMP trap generated: redundancy switchover (jnxRedundancyContentsIndex 9)",
            ),
        ),
        ("core", (4, "rpd", "RPD_KRT_Q_RETRIES: route update: No buffer space available")),
        ("edge", (4, "SYS-4-CPURISINGTHRESHOLD", "Threshold: Total CPU Utilization(Total/Intr): 91%/12%")),
        (
            "edge",
            (
                3,
                "SYS-3-CPUHOG",
                "Task is running for (2004)msecs, more than (2000)msecs (0/0),process = Exec.",
            ),
        ),
        ("resolver", (4, "named", "max open files (1024) is smaller than max sockets (21000)")),
        (
            "dhcp",
            (
                3,
                "kea-dhcp4",
                "DHCPSRV_MEMFILE_LFC_SPAWN_FAIL lease file cleanup failed to run because kea-lfc process couldn't be spawned",
            ),
        ),
        ("tools", (4, "kernel", "nf_conntrack: table full, dropping packet")),
    ):
        w.say(r.choice(w.of(role)), r.uniform(0.5, 13.7), line, label)
    label = w.harmless("one subscriber's line retrains all day long, below any service level")
    host = w.pick("retrain", "dslam")
    w.each(
        host,
        w.poisson("retrain", 0, DAYS, 28),
        (5, "xdsld", "line 7/31 retrained, down {n:16000-18000} kbps up {n:2000-2400} kbps"),
        label,
    )
    label = w.harmless("thunderstorm: lines of one region retrain together")
    for host in w.of("dslam", tenant="alpenlink"):
        w.each(
            host,
            w.poisson("storm" + host.name, 4.65, 4.75, 2200),
            (
                5,
                "xdsld",
                "line {n:1-16}/{n:1-48} retrained, down {n:16000-99000} kbps up {n:2000-40000} kbps",
            ),
            label,
        )
    label = w.harmless("customers with spoofing routers, blocked for ever")
    host = w.pick("spoof", "edge")
    w.each(
        host,
        w.poisson("spoof", 0, DAYS, 60, "evening"),
        (
            4,
            "DHCP_SNOOPING-4-DHCP_SNOOPING_ERRDISABLE_WARNING",
            "DHCP Snooping received {n:10-90} DHCP packets on interface Gi0/{n:1-8}",
        ),
        label,
    )
