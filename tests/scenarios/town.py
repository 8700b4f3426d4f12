"""World "town": a hospital, a retail chain, a school district and a software house. Hosts, hours and the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import town_harmless, town_planted
from tests.scenarios.world import Chatter, World, monday, week

_OFFICE = [0.2] * 6 + [0.6, 2.2, 4, 4.4, 4.2, 4, 3, 3.6, 4, 3.8, 3.2, 2, 1, 0.6, 0.4, 0.3, 0.2, 0.2]
_WARD = [
    1.2,
    1,
    1,
    1,
    1.1,
    1.6,
    2.8,
    3.4,
    3.4,
    3.2,
    3,
    3,
    2.8,
    2.8,
    2.8,
    2.6,
    2.4,
    2.2,
    2,
    2,
    1.8,
    1.6,
    1.4,
    1.2,
]
_SHOP = [0.1] * 7 + [0.5, 1.6, 3, 3.6, 4, 4.2, 4, 3.8, 3.8, 4.2, 4.6, 4.2, 3, 1.4, 0.4, 0.2, 0.1]
_LESSON = [0.1] * 6 + [0.8, 4, 5.2, 4.8, 3.6, 4.8, 4.6, 3.8, 3, 1.6, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1]
_FLAT = [1.0] * 24

ROLES = {
    "gate": Chatter(
        "office",
        (
            (30, (6, "537", 'msg="Connection Closed" app=2 n={n:1000-99999} src={lan}:{port}:X0 dst={wan}:{pick:443|80|53}:X1 proto=tcp/https sent={n:200-90000} rcvd={n:200-900000}')),
            (14, (5, "36", 'msg="TCP connection dropped" n={n:1000-99999} src={wan}:{port}:X1 dst={lan}:{pick:23|445|3389|5060}:X0 note="TCP Flag(s): SYN" rule="{n:1-40}"')),
            (1, (5, "29", 'msg="Administrator login allowed" n={n:1-900} usr="{adm}" src={lan}:0:X0 dst={lan}:443:X0 proto=tcp/https')),
            (0.6, (6, "1080", 'msg="SSL VPN zone remote user login allowed" n={n:1-900} usr="{user}" src={wan}::X1')),
            (0.3, (5, "1080", 'msg="User login denied due to bad credentials" n={n:1-900} usr="{user}" src={wan}::X1')),
        ),
    ),
    "cx": Chatter(
        "ward",
        (
            (4, (6, "hpe-routing/403", "Link status for interface 1/1/{n:2-44} is {pick:up|down}")),
            (3, (6, "lldpd/104", "LLDP neighbor {mac} {pick:added|deleted} on 1/1/{n:2-44}")),
            (2, (6, "port-accessd/10502", "Client {mac} on port 1/1/{n:2-44} assigned to role {pick:clinical|voice|guest|print}")),
            (0.5, (6, "hpe-restd/4608", "User {adm} logged in from {lan} through REST session")),
        ),
    ),
    "ap": Chatter(
        "lesson",
        (
            (8, (6, "hostapd", "wifi{n:0-1}ap{n:0-3}: STA {mac} IEEE 802.11: {pick:associated|disassociated|authenticated}")),
            (4, (6, "stahtd", "[STA-TRACKER].stahtd_dump_event(): message_type=STA_ASSOC_TRACKER mac={mac} vap=wifi1ap{n:0-3} event_type={pick:soft failure|fixup|success} dns_resp_seen=yes")),
            (1, (5, "hostapd", "wifi0ap1: STA {mac} WPA: {pick:pairwise key handshake completed (RSN)|EAPOL-Key timeout}")),
        ),
    ),
    "store": Chatter(
        "shop",
        (
            (9, (4, "kernel", "[WAN_LOCAL-default-D]IN=eth0 OUT= MAC={mac} SRC={wan} DST={lan} LEN=40 TTL={n:30-250} PROTO=TCP SPT={port} DPT={pick:22|23|8080|5555} WINDOW=1024 SYN")),
            (5, (6, "dnsmasq-dhcp", "DHCPACK(eth1) {lan} {mac} till{n:1-90}")),
            (1, (6, "ubnt-daemon", "speedtest: down {f:80-240} Mbps up {f:20-40} Mbps ping {n:6-19} ms")),
        ),
    ),
    "till": Chatter(
        "shop",
        (
            (10, (6, "posbridge", "basket {n:100000-999999} settled, {n:1-30} lines, terminal T{n:1-8}")),
            (0.8, (5, "posbridge", "card declined by issuer, code {pick:51|05|54|61}, terminal T{n:1-8}")),
            (0.5, (6, "posbridge", "drawer T{n:1-8} opened by shift lead {n:100-160}")),
        ),
    ),
    "dc": Chatter(
        "office",
        (
            (14, (6, "Security/Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {user} Logon Type: 3 Source Network Address: {lan}")),
            (2, (6, "Security/Microsoft-Windows-Security-Auditing/4771", "Kerberos pre-authentication failed. Account Name: {user} Client Address: ::ffff:{lan} Failure Code: 0x18")),
            (3, (6, "Security/Microsoft-Windows-Security-Auditing/4634", "An account was logged off. Account Name: {user} Logon Type: 3")),
            (0.4, (4, "System/Microsoft-Windows-DNS-Client/1014", "Name resolution for the name wpad.{pick:ward|till|class|dev}.example timed out after none of the configured DNS servers responded.")),
            (0.3, (4, "System/Schannel/36874", "An TLS 1.0 connection request was received from a remote client application, but none of the cipher suites supported by the client application are supported by the server.")),
        ),
    ),
    "hyperv": Chatter(
        "flat",
        (
            (2, (6, "System/Service_Control_Manager/7036", "The {pick:Volume Shadow Copy|Windows Update|WMI Performance Adapter|Software Protection} service entered the {pick:running|stopped} state.")),
            (1, (6, "Application/Hyper-V-VMMS/18304", "'{vm}' was imported. VMID {hex:8}")),
            (0.6, (4, "System/disk/153", "The IO operation at logical block address 0x{hex:7} for Disk {n:4-9} was retried.")),
        ),
    ),
    "mail": Chatter(
        "office",
        (
            (10, (6, "postfix/smtp", "{hex:10}: to=<{user}@example.net>, relay=mx{n:1-3}.example.net[{wan}]:25, delay={f:0-4}, dsn=2.0.0, status=sent (250 2.0.0 OK)")),
            (3, (6, "postfix/smtpd", "NOQUEUE: reject: RCPT from unknown[{wan}]: 450 4.7.25 Client host rejected: cannot find your hostname")),
            (1.4, (6, "postfix/smtp", "{hex:10}: to=<{user}@gone{n:1-90}.example>, relay=none, delay={n:300-9000}, dsn=4.4.1, status=deferred (connect to gone.example: Connection timed out)")),
            (1, (6, "dovecot", "imap-login: Login: user=<{user}>, method=PLAIN, rip={wan}, lip={lan}, TLS")),
        ),
    ),
    "pg": Chatter(
        "office",
        (
            (5, (6, "postgres", "[{n:2-900}-1] user={pick:app|his|web},db=main LOG:  duration: {f:1000-4000} ms  execute S_{n:1-60}")),
            (3, (6, "postgres", "[{n:2-900}-1] LOG:  checkpoint complete: wrote {n:90-9000} buffers ({f:0-9}%); 0 WAL file(s) added, {n:0-3} removed; write={f:10-269} s, sync={f:0-1} s")),
            (1, (3, "postgres", "[{n:2-900}-1] user=app,db=main ERROR:  duplicate key value violates unique constraint \"orders_pkey{n:1-4}\"")),
        ),
    ),
    "nas": Chatter(
        "office",
        (
            (6, (6, "Connection", "User [{user}] from [{pick:PC|NB}{n:10-99}({lan})] via [CIFS(SMB3)] accessed shared folder [{pick:scan|akten|media|home}].")),
            (1, (6, "System", "System successfully synchronized time with time.example.")),
        ),
    ),
    "k8s": Chatter(
        "flat",
        (
            (8, (6, "containerd", "time=\"run\" level=info msg=\"Container to stop \\\"{hex:12}\\\" must be in running state, current state \\\"CONTAINER_EXITED\\\"\"")),
            (5, (6, "kubelet", "\"SyncLoop (PLEG): event for pod\" pod=\"{pick:shop|ci|mon|edge}/{pod}\" event={pick:ContainerStarted|ContainerDied}")),
            (2, (4, "kubelet", "\"Probe failed\" probeType=\"Readiness\" pod=\"ci/{pod}\" probeResult=\"failure\" output=\"HTTP probe failed with statuscode: 503\"")),
        ),
    ),
    "proxy": Chatter(
        "office",
        (
            (16, (6, "haproxy", "{wan}:{port} https~ {pick:app|api|git}/{pick:n1|n2|n3} 0/0/{n:0-3}/{n:5-400}/{n:8-500} {pick:200|200|200|304|404} {n:200-90000} - - ---- {n:1-90}/{n:1-90}/{n:0-9}/0/0 0/0")),
            (1, (6, "haproxy", "{wan}:{port} https/1: SSL handshake failure")),
        ),
    ),
    "wifiauth": Chatter(
        "lesson",
        (
            (12, (6, "radiusd", "Auth: ({n:1-9999}) Login OK: [{user}] (from client unifi port 0 cli {mac})")),
            (2, (6, "radiusd", "Auth: ({n:1-9999}) Login incorrect (eap_peap: TLS session ended): [{user}] (from client unifi port 0 cli {mac})")),
        ),
    ),
    "lease": Chatter(
        "lesson",
        (
            (9, (6, "dhcpd", "DHCPACK on {lan} to {mac} (CB-{n:1000-4000}) via 10.62.{n:40-44}.1")),
            (4, (6, "dhcpd", "DHCPDISCOVER from {mac} via 10.62.{n:40-44}.1")),
            (0.5, (6, "dhcpd", "DHCPNAK on {lan} to {mac} via 10.62.{n:40-44}.1")),
        ),
    ),
    "ldap": Chatter(
        "lesson",
        (
            (9, (6, "slapd", "conn={n:1000-90000} op=0 BIND dn=\"uid={user},ou=people,dc=oakdale\" method=128")),
            (9, (6, "slapd", "conn={n:1000-90000} op=0 RESULT tag=97 err={pick:0|0|0|0|0|0|49} qtime=0.00000{n:1-9} etime=0.000{n:100-900} text=")),
        ),
    ),
    "print": Chatter(
        "office",
        (
            (3, (6, "printer", "job {n:100-9000} printed, {n:1-40} pages, user {user}")),
            (0.6, (4, "printer", "tray {n:1-3} empty, load A4")),
            (0.3, (4, "printer", "{pick:paper jam cleared in duplex unit|toner low: cyan|door A open}")),
        ),
    ),
    "ups": Chatter("flat", ((1, (6, "upsd", "User monslave@{lan} logged into UPS [rack]")), (0.4, (6, "apcupsd", "UPS Self Test switch to battery. Self test completed: Not on battery")))),
    "door": Chatter(
        "ward",
        (
            (8, (6, "acs", "door {n:1-40} access granted badge {n:10000-19999}")),
            (0.8, (5, "acs", "door {n:1-40} access denied badge {n:10000-19999} reason {pick:schedule|unknown|antipassback}")),
            (0.3, (5, "acs", "door {n:1-40} held open {n:31-200} s")),
        ),
    ),
    "san": Chatter("flat", ((2, (6, "array", "A{n:1000-9999} host port {n:1-4} login wwn 50:{hex:2}:{hex:2}:{hex:2}")), (0.6, (6, "array", "scrub pass on vdisk vd0{n:1-4}: 0 errors found, 0 fixed")))),
    "pbx": Chatter(
        "office",
        (
            (8, (5, "asterisk", "VERBOSE[{n:100-999}][C-{hex:8}] pbx.c: Executing [{n:100-299}@internal:1] Dial(\"SIP/{n:100-299}\")")),
            (2, (5, "asterisk", "NOTICE[{n:100-999}] chan_sip.c: Registration from '<sip:{n:100-999}@{lan}>' failed for '{wan}:{port}' - Wrong password")),
            (0.6, (5, "asterisk", "NOTICE[{n:100-999}] chan_sip.c: Peer '{n:100-299}' is now {pick:Reachable|Lagged}. ({n:20-2100}ms / 2000ms)")),
        ),
    ),
    "ci": Chatter(
        "office",
        (
            (6, (6, "jenkins", "{pick:api|web|mobile|billing} #{n:100-9000} completed: {pick:SUCCESS|SUCCESS|SUCCESS|FAILURE|ABORTED}")),
            (2, (6, "sshd", "Accepted publickey for git from {lan} port {port} ssh2: ED25519 SHA256:{hex:20}")),
            (2, (6, "sshd", "Invalid user {pick:oracle|test|ftp|ubuntu|pi} from {wan} port {port}")),
        ),
    ),
}  # fmt: skip


def build(seed: int = 1, lines: int = 170_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("town", monday(2026, 1, 12), seed, quiet)
    world.rhythms = {
        "office": week(_OFFICE, [0.4] * 24, [0.3] * 24),
        "ward": week(_WARD, [0.8 * x for x in _WARD], [0.75 * x for x in _WARD]),
        "shop": week(_SHOP, [1.3 * x for x in _SHOP], [0.15] * 24),
        "lesson": week(_LESSON, [0.2] * 24, [0.15] * 24),
        "flat": week(_FLAT, _FLAT, _FLAT),
    }
    world.words = {
        "user": lambda r: r.choice("abcdefghjklmnprstw") + r.choice(_NAMES),
        "adm": lambda r: r.choice(("netops", "k.adm", "m.adm")),
        "vm": lambda r: f"VM-{r.choice(('APP', 'SQL', 'PRN', 'WEB'))}{r.randint(1, 9)}",
        "pod": lambda r: f"{r.choice(('runner', 'web', 'api', 'cache'))}-{r.getrandbits(36):09x}-{r.getrandbits(20):05x}",
    }  # fmt: skip
    world.networks = {
        "st-anna": "10.60.0.0/16",
        "brightmart": "10.61.0.0/16",
        "oakdale-isd": "10.62.0.0/16",
        "quillsoft": "10.63.0.0/16",
    }
    _hosts(world)
    if not quiet:
        town_planted.plant(world)
    town_harmless.harmless(world)
    town_harmless.twins(world)
    world.chatter(ROLES, lines)
    return world.finish()


_NAMES = ("weaver", "okoro", "lindqvist", "silva", "novak", "haas", "ruiz", "mbeki", "tanaka", "oneill", "petrov", "yilmaz", "costa", "berg", "dubois", "kaur")  # fmt: skip


def _hosts(w: World) -> None:
    hospital = "st-anna"
    w.add(hospital, "gate", "sonic", ["anna-fw1", "anna-fw2"])
    w.add(
        hospital, "cx", "arubacx", [f"anna-sw-{floor}" for floor in ("u1", "eg", "og1", "og2", "og3", "or")]
    )
    w.add(hospital, "dc", "snare", ["ANNADC01", "ANNADC02"], 60)
    w.add(hospital, "hyperv", "snare", ["ANNAHV01", "ANNAHV02", "ANNAHV03"], 60)
    w.add(hospital, "pg", "iso", ["his-db1", "his-db2"], 60)
    w.add(hospital, "nas", "bsd", ["anna-rs1", "anna-rs2"], 60)
    w.add(hospital, "ups", "bsd", ["anna-usv1", "anna-usv2"], 60)
    w.add(hospital, "print", "bsd", ["prn-radio", "prn-labor", "prn-aufn"], 60)
    w.add(hospital, "door", "kv", ["anna-acs"])
    w.add(hospital, "san", "bsd", ["anna-san1"], 60)
    w.add(hospital, "mail", "iso", ["anna-mx1"], 60)
    shops = "brightmart"
    w.add(shops, "store", "bsd", [f"edge-store{n:02}" for n in range(1, 13)], -300)
    w.add(shops, "till", "rfc5424", [f"till-gw-{n:02}" for n in range(1, 7)])
    w.add(shops, "gate", "sonic", ["bm-fw-hq"], -300)
    w.add(shops, "dc", "snare", ["BMDC1"], -300)
    w.add(shops, "nas", "bsd", ["bm-nas1", "bm-nas2"], -300)
    w.add(shops, "pbx", "bsd", ["bm-pbx"], -300)
    w.add(shops, "ups", "bsd", ["bm-ups1"], -300)
    w.add(shops, "door", "kv", ["bm-acs"])
    school = "oakdale-isd"
    w.add(school, "cx", "arubacx", [f"oak-cx-{n}" for n in range(1, 9)])
    w.add(school, "ap", "bsd", [f"oak-u6-{n:02}" for n in range(1, 13)], -360)
    w.add(school, "ldap", "rfc5424", ["oak-ldap1", "oak-ldap2"])
    w.add(school, "wifiauth", "rfc5424", ["oak-nps1"])
    w.add(school, "lease", "bsd", ["oak-dhcp1", "oak-dhcp2"], -360)
    w.add(school, "print", "bsd", ["oak-prn-a", "oak-prn-b"], -360)
    w.add(school, "nas", "bsd", ["oak-ds1"], -360)
    soft = "quillsoft"
    w.add(soft, "k8s", "iso", [f"kn{n}.quill" for n in range(1, 8)])
    w.add(soft, "pg", "iso", ["pg-a.quill", "pg-b.quill", "pg-c.quill"])
    w.add(soft, "proxy", "iso", ["lb1.quill", "lb2.quill"])
    w.add(soft, "mail", "iso", ["mx1.quill", "mx2.quill"])
    w.add(soft, "ci", "iso", ["ci.quill", "git.quill", "reg.quill"])
    w.add(soft, "hyperv", "snare", ["QLHV1", "QLHV2"])
    w.add(soft, "san", "bsd", ["ql-msa1", "ql-msa2"])
    w.add(soft, "gate", "sonic", ["ql-fw"])
    w.add(soft, "ups", "bsd", ["ql-ups"])
