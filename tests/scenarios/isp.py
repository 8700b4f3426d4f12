"""World "isp": an access provider's four regions. Hosts, the evening rhythm, the ordinary day and what is harmless."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import isp_harmless, isp_planted
from tests.scenarios.world import Chatter, World, monday, week

_EVENING = [
    1.2,
    0.7,
    0.4,
    0.3,
    0.3,
    0.4,
    0.8,
    1.4,
    1.6,
    1.7,
    1.8,
    2,
    2.1,
    2,
    2,
    2.2,
    2.6,
    3.2,
    4,
    4.8,
    5.2,
    5,
    3.8,
    2.2,
]
_WEEKEND = [
    1.8,
    1.2,
    0.7,
    0.4,
    0.3,
    0.3,
    0.5,
    1,
    1.8,
    2.6,
    3,
    3.2,
    3.2,
    3.2,
    3.2,
    3.4,
    3.6,
    4,
    4.6,
    5.2,
    5.4,
    5.2,
    4.2,
    2.8,
]
_NOC = [0.4] * 7 + [2, 3, 3, 3, 2.4, 3, 3, 3, 2.4, 1.2] + [0.5] * 7

ROLES = {
    "core": Chatter(
        "noc",
        (
            (3, (6, "mgd", "UI_CMDLINE_READ_LINE: User '{noc}', command 'show {pick:bgp summary|interfaces terse|chassis alarms|route summary} '")),
            (3, (6, "sshd", "Accepted keyboard-interactive/pam for {noc} from {lan} port {port} ssh2")),
            (5, (4, "rpd", "RPD_ISIS_OVERLOAD: ignored LSP fragment {hex:4}.00-00 lifetime {n:300-1100}")),
            (8, (5, "fpc0", "PFE_FW_SYSLOG_ETH_IP: FW: ae{n:0-3}.0 D 0800 tcp {wan} {lan} {port} {pick:22|23|179|80} (1 packets)")),
            (1, (3, "snmpd", "SNMPD_AUTH_FAILURE: nsa_log_community: unauthorized SNMP community from {wan} to unknown community name (public)")),
        ),
    ),
    "edge": Chatter(
        "evening",
        (
            (20, (6, "SEC-6-IPACCESSLOGP", "list ANTISPOOF denied udp {wan}({port}) -> {lan}({pick:53|123|1900|5060}), {n:1-9} packets")),
            (3, (5, "LINEPROTO-5-UPDOWN", "Line protocol on Interface Virtual-Access{n:100-2900}, changed state to {pick:up|down}")),
            (0.5, (5, "SYS-5-CONFIG_I", "Configured from console by {noc} on vty{n:0-4} ({lan})")),
            (1, (4, "ARP-4-ARPLEARN", "Learned ARP installed {n:1-9} unwanted entries on BVI{n:10-40}")),
        ),
    ),
    "olt": Chatter(
        "evening",
        (
            (9, (4, "GPON/4/ONT_DYING_GASP", "The dying-gasp of ONT is received. FrameID: 0, SlotID: {n:1-6}, PortID: {n:0-15}, ONT ID: {n:0-63}")),
            (9, (6, "GPON/6/ONT_ONLINE", "The ONT goes online. FrameID: 0, SlotID: {n:1-6}, PortID: {n:0-15}, ONT ID: {n:0-63}")),
            (2, (5, "SHELL/5/CMDRECORD", "Record command information. Ip={lan}, User={noc}, Command=display ont info summary {n:1-6}")),
        ),
    ),
    "dslam": Chatter(
        "evening",
        (
            (8, (5, "xdsld", "line {n:1-16}/{n:1-48} retrained, down {n:16000-99000} kbps up {n:2000-40000} kbps")),
            (3, (6, "igmp", "host left group 232.{n:0-9}.{n:1-200}.{n:1-250} on line {n:1-16}/{n:1-48}")),
            (1, (4, "xdsld", "line {n:1-16}/{n:1-48} excessive CRC seconds: {n:10-60}")),
        ),
    ),
    "radius": Chatter(
        "evening",
        (
            (30, (5, "radiusd", "({n:1-99999}) Login OK: [{sub}] (from client bras-{n:1-4} port {n:1-4000} cli {mac})")),
            (4, (5, "radiusd", "({n:1-99999}) Login incorrect (pap: Cleartext password does not match \"known good\" password): [{sub}] (from client bras-{n:1-4} port {n:1-4000} cli {mac})")),
            (1, (6, "radiusd", "rlm_sql (sql): Closing connection ({n:1-900}): Hit idle_timeout, was idle for {n:61-90} seconds")),
        ),
    ),
    "resolver": Chatter(
        "evening",
        (
            (12, (6, "named", "client @0x{hex:12} {wan}#{port} (example.{pick:net|org|com}): query (cache) 'example.org/ANY/IN' denied")),
            (8, (6, "named", "lame server resolving 'ns{n:1-9}.parked{n:1-400}.example' (in 'parked.example'?): {wan}#53")),
            (3, (5, "named", "DNS format error from {wan}#53 resolving cdn{n:1-99}.example/AAAA for client {lan}#{port}: unrelated A in answer")),
        ),
    ),
    "dhcp": Chatter(
        "evening",
        (
            (16, (6, "kea-dhcp4", "DHCP4_LEASE_ALLOC [hwtype=1 {mac}], cid=[no info], tid=0x{hex:8}: lease {lan} has been allocated for 3600 seconds")),
            (3, (6, "kea-dhcp4", "DHCP4_LEASE_EXPIRED expired lease {lan} reclaimed")),
            (1, (4, "kea-dhcp4", "DHCP4_PACKET_NAK_0001 [hwtype=1 {mac}], cid=[no info], tid=0x{hex:8}: failed to select a subnet for incoming packet")),
        ),
    ),
    "pop": Chatter(
        "evening",
        (
            (3, (6, "pppoe,ppp,info", "<pppoe-{sub}>: {pick:connected|disconnected|authenticated}")),
            (2, (6, "wireless,info", "{mac}@wlan{n:1-3}: {pick:connected, signal strength -6|disconnected, received deauth: unspecified (}{n:1-9}")),
            (0.4, (3, "system,error,critical", "login failure for user {pick:admin|root|support|ubnt} from {wan} via ssh")),
        ),
    ),
    "tools": Chatter(
        "noc",
        (
            (5, (6, "icinga2", "information/Checkable: Checking for configured notifications for object 'sw{n:1-400}!ping4'")),
            (2, (6, "nfcapd", "Ident: 'r{n:1-30}' Flows: {n:20000-90000}, Packets: {n:100000-990000}, Bytes: {n:10000000-90000000}, Sequence Errors: 0, Bad Packets: 0")),
            (1, (4, "icinga2", "warning/PluginCheckTask: Check command for object 'olt{n:1-24}!optics' returned exit code 3")),
        ),
    ),
}  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("isp", monday(2025, 10, 6), seed, quiet)
    world.rhythms = {"evening": week(_EVENING, _WEEKEND, _WEEKEND), "noc": week(_NOC, [0.4] * 24, [0.4] * 24)}
    world.words = {
        "sub": lambda r: f"pppoe{r.randint(100000, 118000)}@dsl.example",
        "noc": lambda r: r.choice(("ghansen", "pwolff", "tkaya", "noc2", "lschuett")),
    }
    world.networks = {
        "nordnetz": "172.16.0.0/16",
        "havelglas": "172.17.0.0/16",
        "alpenlink": "172.18.0.0/16",
        "kuestefunk": "172.19.0.0/16",
    }
    for tenant in world.networks:
        _region(
            world,
            tenant,
            {"nordnetz": "hh", "havelglas": "po", "alpenlink": "ke", "kuestefunk": "ki"}[tenant],
        )
    if not quiet:
        isp_planted.plant(world)
    isp_harmless.harmless(world)
    isp_planted.twins(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _region(world: World, tenant: str, city: str) -> None:
    world.add(tenant, "core", "junos", [f"cr{k}.{city}" for k in (1, 2, 3)])
    world.add(tenant, "edge", "ios", [f"er{k}-{city}" for k in (1, 2, 3, 4)])
    world.add(tenant, "olt", "huawei", [f"OLT-{city.upper()}-{k:02}" for k in range(1, 7)])
    world.add(tenant, "dslam", "bsd", [f"{city}-dslam{k}" for k in (1, 2, 3)])
    world.add(tenant, "radius", "iso", [f"aaa{k}.{city}" for k in (1, 2)], 120)
    world.add(tenant, "resolver", "bsd", [f"ns{k}-{city}" for k in (1, 2)])
    world.add(tenant, "dhcp", "rfc5424", [f"kea{k}.{city}" for k in (1, 2)])
    world.add(tenant, "pop", "topics", [f"pop-{city}-{k}" for k in (1, 2)])
    world.add(tenant, "tools", "iso", [f"noc-{city}"])
