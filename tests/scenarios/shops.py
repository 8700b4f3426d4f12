"""World "shops": four tenants of a service provider for supermarkets, hotels, pharmacies and car dealers."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import shops_harmless, shops_planted
from tests.scenarios.world import Chatter, World, monday, week

_TRADING = [0.05, 0.05, 0.05, 0.05, 0.3, 1.2, 2.4, 3, 3.4, 3.8, 4.2, 3.8, 3.4, 3.4, 3.8, 4.6, 5, 4.6, 3.2, 1.4, 0.3, 0.1, 0.05, 0.05]  # fmt: skip
_SHUT = [0.04] * 24
_OPEN = [0.0] * 6 + [2, 3, 3, 4, 4, 4, 3, 3, 4, 5, 5, 4, 3, 1] + [0.0] * 4
_GUESTS = [1.4, 0.8, 0.5, 0.4, 0.5, 1.4, 2.6, 3.2, 2.8, 2.2, 1.8, 1.6, 1.6, 1.8, 2.4, 3, 3.4, 3.8, 4.2, 4.6, 4.6, 4, 3, 2]  # fmt: skip
_DESK = [0.3] * 6 + [1.5, 3, 4, 4, 3.6, 2.6, 3, 3.8, 3.6, 3, 1.6, 0.8] + [0.3] * 6

ROLES = {
    "gw": Chatter(
        "trade",
        (
            (9, (6, "dhcp,info", "filiale assigned {lan} for {mac}")),
            (4, (6, "dhcp,info", "filiale deassigned {lan} for {mac}")),
            (8, (6, "firewall,info", "drop-in input: in:ether1 out:(unknown 0), connection-state:new proto TCP (SYN), {wan}:{port}->{lan}:{pick:22|23|8291|445|3389}, len 44")),
            (0.6, (3, "system,error,critical", "login failure for user {pick:admin|test|ftp|user|oracle} from {wan} via {pick:ssh|winbox}")),
            (1, (6, "script,info", "netwatch hq-ping up rtt {n:11-48}ms")),
        ),
    ),
    "fksw": Chatter(
        "trade",
        (
            (5, (6, "snmp", "GET from {lan} community monitoring, {n:4-40} varbinds")),
            (1, (6, "lldp", "neighbour refreshed on port {n:1-24}, ttl 120")),
            (0.5, (5, "web", "user {tech} logged in from {lan}, https")),
        ),
    ),
    "pos": Chatter(
        "trade",
        (
            (24, (6, "kassd", "K{n:1-6}: receipt {n:100000-990000} closed, {n:1-48} items, {pick:card|cash|card|cash|voucher}")),
            (5, (6, "kassd", "K{n:1-6}: {pick:scale zeroed|line void, supervisor ok|coupon applied|age check confirmed|deposit slip read}")),
            (2, (4, "printd", "K{n:1-6}: {pick:paper near end|head temperature high, slowed|cover open|cutter retried}")),
            (2, (6, "esl-gw", "label {hex:8} acknowledged after {n:1-3} frames, rssi -{n:50-88}")),
            (1, (3, "esl-gw", "label {hex:8} no acknowledge, requeued")),
        ),
    ),
    "cool": Chatter(
        "flat",
        (
            (3, (6, "refrig", "compressor {n:1-3} {pick:start|stop}, suction {f:1.8-3.4} bar")),
            (1, (6, "refrig", "defrost position {n:1-4} ended by {pick:temperature|time} after {n:11-29} min")),
            (0.4, (4, "refrig", "door contact position {n:1-4} open {n:2-6} min")),
        ),
    ),
    "dvr": Chatter(
        "flat",
        (
            (6, (6, "rec", "motion channel {n:1-16} clip {hex:6} {n:8-90} s")),
            (1, (4, "rec", "channel {n:1-16} frame gap {n:1-4} s, stream resumed")),
            (0.6, (6, "web", "live view opened by {tech} from {lan}")),
        ),
    ),
    "eft": Chatter(
        "trade",
        (
            (14, (6, "1000|Authorisation", "tid=60{n:1000-1039} amt={n:100-19900} cur=978 rc=00 rtt={n:180-1900}")),
            (1, (5, "1005|Declined", "tid=60{n:1000-1039} rc={pick:05|51|55|61|65|75} cardType={pick:girocard|maestro|visa|mc}")),
            (1, (6, "1200|Settlement", "tid=60{n:1000-1039} batch={n:100-999} count={n:20-700} msg=batch accepted")),
        ),
    ),
    "nas": Chatter(
        "desk",
        (
            (6, (6, "qlogd", "conn log: Users: {staff}, Source IP: {lan}, Computer name: {pick:BUERO|LAGER|KASSE|EMPFANG}-{n:1-9}, Connection type: SAMBA, Accessed resources: {pick:Daten|Scan|Vorlagen|Export}/{hex:6}.pdf, Action: {pick:Read|Write|Add|Delete}")),
            (2, (6, "smbd", "{staff} connected to share {pick:Daten|Scan|Vorlagen} from {lan}")),
            (1, (6, "synoindexd", "{n:1-90} files indexed in {n:1-40} s")),
        ),
    ),
    "win": Chatter(
        "desk",
        (
            (10, (6, "Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {staff} Logon Type: 3 Source Network Address: {lan}")),
            (3, (6, "Service Control Manager/7036", "The {pick:Windows Update|Background Intelligent Transfer Service|Software Protection|WMI Performance Adapter} service entered the {pick:running|stopped} state.")),
            (1, (3, "DCOM/10016", "The application-specific permission settings do not grant Local Activation permission for the COM Server application")),
            (0.5, (4, "Microsoft-Windows-GroupPolicy/1085", "Windows failed to apply the Group Policy Printers settings. Printers settings might have its own log file.")),
        ),
    ),
    "dms": Chatter(
        "desk",
        (
            (8, (6, "Application/DMSGate/210", "Order {n:400000-499999} saved by {staff}, workshop {n:1-4}, lines {n:1-30}")),
            (3, (6, "Security/Microsoft-Windows-Security-Auditing/4634", "An account was logged off. Account Name: {staff}")),
            (1, (4, "Application/DMSGate/611", "Parts catalogue server answered in {n:2100-4900} ms")),
            (0.6, (3, "Application/VSS/8194", "Volume Shadow Copy Service error: Unexpected error querying for the IVssWriterCallback interface. hr = 0x80070005")),
        ),
    ),
    "pbx": Chatter(
        "desk",
        (
            (8, (6, "asterisk", "-- Executing [{n:100-499}@intern:1] Dial(\"PJSIP/{n:100-499}-{hex:8}\", \"PJSIP/trunk/0{n:100000-9999999}\")")),
            (3, (5, "asterisk", "NOTICE[{n:1000-9000}]: res_pjsip/pjsip_distributor.c: Request 'REGISTER' from '\"{n:100-9999}\" <sip:{n:100-9999}@{wan}>' failed for '{wan}:{n:1024-65000}' - No matching endpoint found")),
            (1, (6, "provisioning", "Yealink T46U {mac} fetched {n:1-9}.cfg")),
        ),
    ),
    "ups": Chatter(
        "flat",
        (
            (4, (6, "upsd", "Status: online, input {f:224.0-236.0} V, load {n:22-61} %, battery 100 %")),
            (0.3, (5, "upsd", "SNMP manager {lan} re-registered for notifications")),
        ),
    ),
    "sfos": Chatter(
        "guest",
        (
            (14, (6, "Firewall/Firewall Rule", 'log_subtype="Denied" src_ip={wan} dst_ip={lan} protocol="TCP" src_port={port} dst_port={pick:22|445|3389|8080} con_duration=0')),
            (5, (6, "Event/Hotspot", 'log_subtype="System" message="Hotspot login: voucher accepted for {mac}, quota {n:1-7} days"')),
            (2, (6, "Event/DHCP Server", 'log_subtype="System" status="Renew" message="Lease IP {lan} renewed for MAC {mac}"')),
            (0.6, (4, "IDP/Signatures", 'log_subtype="Detect" signature_msg="SERVER-WEBAPP {pick:directory traversal|scripting|PHP shell} attempt" src_ip={wan} dst_ip={lan}')),
        ),
    ),
    "pms": Chatter(
        "guest",
        (
            (8, (6, "frontdesk", "{pick:check-in|check-out|room move|folio split} room {n:101-460} by {staff}")),
            (4, (6, "ifc-phone", "wake-up call room {n:101-460} {pick:answered|answered|answered|repeated}")),
            (2, (6, "ifc-keys", "card coded room {n:101-460} sector {n:1-4} encoder {n:1-3}")),
            (0.5, (4, "ifc-tv", "STB {n:101-460} no reply to welcome screen")),
        ),
    ),
    "lock": Chatter(
        "guest",
        (
            (6, (6, "lockctl", "door {n:101-460} opened, card {hex:8}, {pick:guest|guest|guest|staff}")),
            (1, (4, "lockctl", "door {n:101-460} {pick:card expired|wrong room|privacy set|battery low reported}")),
        ),
    ),
    "ap": Chatter(
        "guest",
        (
            (10, (6, "hostapd", "ath{n:0-3}: STA {mac} IEEE 802.11: {pick:associated|disassociated|authenticated|deauthenticated due to inactivity}")),
            (2, (6, "stahtd", "[STA-TRACKER].stahtd_dump_event(): sta {mac} roamed, dns_resp {n:4-190} ms")),
            (1, (4, "kernel", "[{n:1000-990000}.{n:100000-999999}] ieee80211 phy{n:0-1}: rx fifo pressure, {n:1-9} descriptors dropped")),
        ),
    ),
    "sw": Chatter(
        "desk",
        (
            (4, (6, "omada", "[{n:1-24}] client {mac} online on VLAN {pick:10|20|30|99}")),
            (2, (5, "trapmgr", "Link {pick:Up|Down}: 0/{n:13-24}")),
            (0.4, (4, "igmp-snoop", "querier on VLAN {pick:10|20|30} changed to {lan}")),
        ),
    ),
    "vsz": Chatter(
        "guest",
        (
            (6, (6, "Core", "@@202,clientJoin,\"apMac\"=\"{mac}\",\"clientMac\"=\"{mac}\",\"ssid\"=\"Gaeste\",\"rssi\"=\"{n:18-60}\"")),
            (2, (6, "Core", "@@209,clientRoaming,\"apMac\"=\"{mac}\",\"clientMac\"=\"{mac}\",\"ssid\"=\"Gaeste\"")),
            (0.3, (4, "Core", "@@322,apRadioChannelChange,\"apMac\"=\"{mac}\",\"radio\"=\"{pick:2.4|5}G\",\"to\"=\"{pick:1|6|11|36|44|100}\"")),
        ),
    ),
    "peplink": Chatter(
        "trade",
        (
            (5, (6, "DHCP", "Lease {lan} given to {mac}")),
            (2, (5, "Firewall", "Denied CONN=wan MARK=0 SRC={wan} DST={lan} PROTO=TCP DPT={pick:23|80|443|2000}")),
            (0.4, (6, "System", "Cellular: signal {pick:good|good|fair}, RSRP -{n:78-104} dBm, band {pick:3|7|20}")),
        ),
    ),
    "mx": Chatter(
        "trade",
        (
            (6, (6, "urls", "src={lan}:{port} dst={wan}:443 mac={mac} request: UNKNOWN https://{pick:shop|update|cdn|api}{n:1-40}.example/...")),
            (4, (6, "flows", "src={lan} dst={wan} mac={mac} protocol=tcp sport={port} dport=443 pattern: allow all")),
            (1, (6, "events", "type=8021x_deauth radio='{n:0-1}' vap='{n:0-3}' client_mac='{mac}'")),
        ),
    ),
    "ti": Chatter(
        "trade",
        (
            (5, (6, "konnektor", "VSDM card read, terminal {n:1-3}, result {pick:1|2|2|2}, {n:900-3800} ms")),
            (2, (6, "konnektor", "e-prescription {hex:12} fetched, {n:1-3} items")),
            (0.5, (4, "konnektor", "card terminal {n:1-3} slow answer {n:4000-7900} ms")),
        ),
    ),
    "robot": Chatter(
        "trade",
        (
            (6, (6, "picker", "pack {n:1000000-9999999} delivered to chute {n:1-5} in {f:6.0-14.0} s")),
            (1, (4, "picker", "pack {n:1000000-9999999} dimension mismatch, set aside")),
        ),
    ),
    "wws": Chatter(
        "trade",
        (
            (6, (6, "msv3", "order {n:10000-99999} to {pick:nordpharm|sanacorp|gehe}: accepted by first endpoint, {n:1-40} lines")),
            (2, (6, "sales", "till {n:1-4} receipt {n:10000-99999}, {pick:prescription|otc|otc}")),
            (0.6, (4, "stock", "article {n:1000000-9999999} below minimum, proposed")),
        ),
    ),
    "wg": Chatter(
        "desk",
        (
            (12, (6, "firewall", 'msg_id="3000-0148" Deny 0-External Firebox {n:40-60} tcp 20 {n:40-120} {wan} {lan} {port} {pick:23|445|8443|3389} offset 5 S win 4 (Unhandled External Packet-00)')),
            (2, (6, "iked", "({wan}<->{wan}) P2 SA rekeyed before lifetime, route {n:1-6}")),
            (1, (5, "sslvpn", 'msg_id="2500-0000" user {staff} from {wan} assigned virtual IP {lan}')),
        ),
    ),
}  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("shops", monday(2026, 2, 23), seed, quiet)
    world.rhythms = {
        "trade": week(_TRADING, _TRADING, _SHUT),
        "open": week(_OPEN, _OPEN, [0.0] * 24),
        "guest": week(_GUESTS, [1.3 * x for x in _GUESTS], _GUESTS),
        "desk": week(_DESK, [0.4 * x + 0.2 for x in _DESK], [0.3] * 24),
        "flat": [1.0] * 168,
    }
    world.words = {
        "staff": lambda r: r.choice(
            (
                "mbauer",
                "skoch",
                "jwirth",
                "ahoff",
                "ipetrov",
                "lengel",
                "nfuchs",
                "rdietz",
                "tgross",
                "yarslan",
            )
        ),
        "tech": lambda r: r.choice(("svc-rmm", "t.reuter", "k.adler")),
    }
    world.networks = {
        "frischkorb": "10.113.0.0/16",
        "belmare": "10.147.0.0/16",
        "lindenapo": "10.171.0.0/16",
        "autovogt": "10.206.0.0/16",
    }
    _hosts(world)
    if not quiet:
        shops_planted.plant(world)
    shops_harmless.harmless(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _hosts(w: World) -> None:
    branches = (11, 14, 17, 22, 25, 31, 36, 40, 43, 47)
    w.add("frischkorb", "gw", "topics", [f"fk{b}-gw" for b in branches], 60)
    w.add("frischkorb", "fksw", "bsd", [f"fk{b}-sw" for b in branches[:6]], 60)
    w.add("frischkorb", "pos", "bsd", [f"fk{b}-pos" for b in branches[:8]], 60)
    w.add("frischkorb", "cool", "rfc5424", [f"fk{b}-cool" for b in branches[2:8]], 60)
    w.add("frischkorb", "dvr", "bsd", [f"fk{b}-dvr" for b in branches[:3]], 60)
    w.add("frischkorb", "eft", "cef", ["fk-eft1", "fk-eft2", "fk-eft3"], 60)
    w.add("frischkorb", "nas", "bsd", ["FKNAS01"], 60)
    w.add("frischkorb", "win", "agent", ["FKDC01", "FKAPP01", "FKVBR01"])
    w.add("frischkorb", "pbx", "bsd", ["fk-tk"], 60)
    w.add("frischkorb", "ups", "bsd", ["fk-usv1", "fk-usv2"], 60)
    houses = ("lux", "park", "see", "alt")
    w.add("belmare", "sfos", "sfos", [f"bm-{h}-fw" for h in houses], 60)
    w.add("belmare", "pms", "rfc5424", [f"bm-{h}-pms" for h in houses])
    w.add("belmare", "lock", "iso", [f"bm-{h}-lock" for h in houses[:3]], 60)
    w.add("belmare", "ap", "unifi", [f"bm-{h}-ap{k}" for h in houses[:3] for k in (1, 2)], 60)
    w.add("belmare", "sw", "rfc5424", ["bm-lux-sw", "bm-see-sw"])
    w.add("belmare", "vsz", "bsd", ["bm-vsz"], 60)
    w.add("belmare", "dvr", "bsd", ["bm-park-nvr"], 60)
    w.add("belmare", "pbx", "bsd", ["bm-3cx"], 60)
    w.add("belmare", "ups", "iso", ["bm-lux-ups", "bm-see-ups"], 60)
    w.add("belmare", "nas", "iso", ["bm-qnap"], 60)
    w.add("belmare", "win", "agent", ["BM-DC1", "BM-FS1"])
    w.add("lindenapo", "peplink", "bsd", [f"la-{x}-max" for x in ("markt", "bahnhof", "nord", "klinik")], 60)
    w.add("lindenapo", "mx", "meraki", ["la-zentrale-mx", "la-west-mx"])
    w.add("lindenapo", "ti", "iso", ["la-markt-ti", "la-nord-ti", "la-klinik-ti"], 60)
    w.add("lindenapo", "robot", "bsd", ["la-markt-rowa", "la-nord-rowa", "la-klinik-rowa"], 60)
    w.add("lindenapo", "wws", "rfc5424", [f"la-{x}-wws" for x in ("markt", "bahnhof", "nord", "klinik")])
    w.add("lindenapo", "nas", "bsd", ["la-ds920", "la-ds218"], 60)
    w.add("lindenapo", "sw", "bsd", ["la-markt-sw", "la-nord-sw"], 60)
    w.add("autovogt", "wg", "watchguard", ["AV-FB-HQ", "AV-FB-SUED", "AV-FB-OST"], 60)
    w.add("autovogt", "dms", "snare", ["AVDMS1", "AVDMS2", "AVTS1"], 60)
    w.add("autovogt", "nas", "bsd", ["avnas1", "avnas2"], 60)
    w.add("autovogt", "pbx", "bsd", ["av-tk"], 60)
    w.add("autovogt", "ups", "bsd", ["av-usv-hq"], 60)
    w.add("autovogt", "dvr", "bsd", ["av-hof-nvr"], 60)
    w.add("autovogt", "ap", "unifi", ["av-ap-halle", "av-ap-buero"], 60)
    w.add("autovogt", "sw", "bsd", ["av-gs724"], 60)
