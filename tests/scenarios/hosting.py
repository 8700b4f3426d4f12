"""World "hosting": a hoster, a payment processor, a publisher and a logistics data centre. Hosts, rhythms, the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import hosting_harmless, hosting_planted
from tests.scenarios.world import Chatter, World, monday, week

_SITE = [2, 1.3, 0.9, 0.7, 0.7, 0.9, 1.5, 2.4, 3.2, 3.8, 4, 4.1, 4, 3.9, 3.8, 3.7, 3.8, 4, 4.4, 4.9, 5, 4.6, 3.6, 2.7]  # fmt: skip
_SHIFT = [0.8, 0.7, 0.7, 0.8, 1.6, 3, 3.4, 3.3, 3.2, 3.1, 3, 2.6, 2.9, 3.2, 3.4, 3.3, 3.2, 3, 2.8, 2.6, 2.2, 1.8, 1.1, 0.9]  # fmt: skip
_PRESS = [1.2, 0.8, 0.6, 0.7, 1.2, 2.6, 4.2, 5, 4.4, 3.6, 3.3, 3.4, 3.8, 3.3, 3, 3, 3.2, 3.6, 3.8, 4, 4.2, 3.8, 2.8, 1.8]  # fmt: skip
_FLAT = [1.0] * 24

ROLES = {
    "web": Chatter("site", (
        (12, (6, "nginx", "{wan} - - vhost={dom} \"GET /{pick:index.php|wp-login.php|shop/|assets/app.js} HTTP/2.0\" {pick:200|200|200|304|404|301} {n:200-90000}")),
        (4, (3, "nginx", "*{n:1000-999999} access forbidden by rule, client: {wan}, server: {dom}, request: \"GET /.env HTTP/1.1\"")),
        (2, (5, "php-fpm", "[pool {dom}] child {n:2000-60000} exited with code 0 after {n:20-900}.{n:100000-999999} seconds from start")),
        (1, (4, "php-fpm", "[pool {dom}] seems busy (you may need to increase pm.start_servers), spawning {n:8-32} children, there are 0 idle")),
        (1, (6, "CRON", "(www-data) CMD (php -f /srv/{dom}/cron.php)")),
    )),
    "hv": Chatter("flat", (
        (6, (6, "pvestatd", "status update time ({f:0.2-9.0} seconds)")),
        (3, (6, "pvedaemon", "<{ops}@pam> {pick:starting|end} task UPID:{host}:{hex:8}:{hex:8}:{pick:vncproxy|qmstart|qmigrate|vzdump}:{n:100-480}:root@pam:{pick:OK|}")),
        (2, (5, "pmxcfs", "[status] notice: received log")),
        (1, (6, "qmeventd", "Finished cleanup for {n:100-480}")),
    )),
    "ceph": Chatter("flat", (
        (8, (6, "ceph-osd", "osd.{n:0-31} pg[{n:1-9}.{hex:2}] scrub ok")),
        (3, (6, "ceph-mgr", "pgmap v{n:1000000-9000000}: 513 pgs: 513 active+clean; 41 TiB data, 124 TiB used, {n:80-90} TiB / 211 TiB avail; {n:20-300} MiB/s rd")),
        (1, (5, "ceph-mon", "log_channel(audit) log [DBG] : from='client.? {lan}:0/{n:100-9999}' entity='client.{ops}' cmd=[df]: dispatch")),
    )),
    "exim": Chatter("site", (
        (12, (6, "exim", "1{hex:5}-{hex:6}-{hex:2} => {mbox} R=dnslookup T=remote_smtp H=mx{n:1-9}.{dom} [{wan}] X=TLS1.3 C=\"250 2.0.0 OK\"")),
        (5, (5, "exim", "H=({dom}) [{wan}] F=<{mbox}> rejected RCPT <{mbox}>: {pick:relay not permitted|Unrouteable address|listed at zen.example}")),
        (2, (6, "rspamd", "({pick:normal|rspamd_proxy}) <{hex:6}>; task; rspamd_task_write_log: id: <{hex:12}@{dom}>, (default: {pick:F (no action)|F (no action)|T (reject)}: [{f:0.0-15.0}/15.00]")),
    )),
    "dovecot": Chatter("site", (
        (12, (6, "dovecot", "imap-login: Login: user=<{mbox}>, method=PLAIN, rip={wan}, lip={lan}, mpid={n:1000-99999}, TLS, session=<{hex:12}>")),
        (8, (6, "dovecot", "imap({mbox})<{n:1000-99999}><{hex:12}>: Disconnected: Logged out in={n:100-9000} out={n:500-90000} deleted=0 expunged=0")),
        (3, (6, "dovecot", "imap-login: Disconnected: Connection closed (auth failed, {n:1-3} attempts in {n:2-12} secs): user=<{mbox}>, method=PLAIN, rip={wan}, TLS")),
    )),
    "mysql": Chatter("site", (
        (4, (5, "mysqld", "[Note] Aborted connection {n:10000-999999} to db: '{pick:shop|wp|crm}{n:1-400}' user: 'u{n:1-400}' host: '{lan}' (Got timeout reading communication packets)")),
        (2, (6, "mysqld-slow", "Query_time: {f:1.0-9.0} Rows_examined: {n:10000-9000000} db: {pick:shop|wp|crm}{n:1-400}")),
        (1, (6, "systemd", "Started percona-toolkit digest of slow log.")),
    )),
    "leaf": Chatter("flat", (
        (3, (6, "Aaa/AAA-6-LOGIN", "user {ops} logged in [from: {lan}] [service: sshd]")),
        (4, (6, "PimBsr/PIM-6-BSR_UPDATE", "Bootstrap router {lan} refreshed, hold time 130")),
        (5, (6, "Bridging/ETH-6-HOST_FLAPPING_CLEARED", "Host {mac} in VLAN {n:10-400} settled on interface Ethernet{n:1-48}")),
    )),
    "lb": Chatter("site", (
        (16, (6, "haproxy", "{wan}:{port} fe_{pick:www|api}~ bk_{pick:cart|site|static}/app-{n:1-12} 0/0/{n:0-3}/{n:4-300}/{n:5-400} {pick:200|200|200|204|404|502} {n:200-90000} - - ---- {n:20-400}/{n:20-400}/{n:1-90}/{n:1-20}/0 0/0")),
        (1, (5, "haproxy", "Connect from {lan}:{port} to {lan}:8404 (stats/HTTP)")),
    )),
    "backup": Chatter("flat", (
        (3, (6, "borg", "Creating archive at repo::{pick:home|etc|vm}-{hex:6}")),
        (2, (6, "bareos-sd", "Volume \"Full-{n:1000-1999}\" previously written, moving to end of data.")),
        (1, (6, "sshd", "Accepted publickey for borg from {lan} port {port} ssh2: ED25519 SHA256:{hex:16}")),
    )),
    "paygw": Chatter("site", (
        (14, (6, "authd", '{"lvl":"info","evt":"auth.done","acq":"{pick:norbanq|visanet-eu|mcgate|amelink}","route":"primary","ms":{n:40-480},"result":"{pick:approved|approved|approved|declined_51|declined_05}","stan":"{n:100000-999999}"}')),
        (3, (6, "tokend", '{"lvl":"debug","evt":"vault.lookup","hit":{pick:true|true|false},"us":{n:90-900}}')),
        (1, (4, "authd", '{"lvl":"warn","evt":"3ds.abandoned","merchant":"m{n:1000-4000}","after_ms":{n:60000-300000}}')),
    )),
    "pg": Chatter("flat", (
        (8, (6, "postgres", "[{n:1-900}-1] LOG:  checkpoint complete: wrote {n:200-9000} buffers ({f:0.1-5.0}%); write={f:20.0-229.0} s, sync=0.0{n:10-99} s, total={f:230.0-269.0} s")),
        (3, (3, "postgres", "[{n:1-900}-1] ERROR:  canceling statement due to {pick:user request|user request|statement timeout}")),
        (2, (6, "postgres", "[{n:1-900}-1] LOG:  duration: {n:1000-9000}.{n:100-999} ms  execute <unnamed>: SELECT ...")),
        (1, (3, "postgres", "[{n:1-900}-1] ERROR:  duplicate key value violates unique constraint \"{pick:idem_key|orders_ref|session_uq}\"")),
    )),
    "hsm": Chatter("site", (
        (3, (6, "hostport", "session {n:1-64} from {lan} {pick:opened|closed} commands={n:10-9000}")),
        (1, (5, "console", "operator {ops} viewed utilisation, load {n:4-38}%")),
    )),
    "fw": Chatter("site", (
        (12, (5, "0000000013", "type=\"traffic\" subtype=\"forward\" srcip={wan} srcport={port} dstip={lan} dstport={pick:22|23|445|3389|8080} action=\"deny\" policyid=0 service=\"{pick:SSH|TELNET|SMB|RDP}\"")),
        (2, (6, "0101039947", "type=\"event\" subtype=\"vpn\" action=\"tunnel-{pick:up|down}\" tunneltype=\"ssl-tunnel\" remip={wan} user=\"{ops}\" msg=\"SSL tunnel statistics\"")),
        (2, (1, "0419016384", "type=\"utm\" subtype=\"ips\" srcip={wan} dstip={lan} attack=\"{pick:Apache.Log4j|PHPUnit.Eval|Zgrab.Scanner}\" action=\"dropped\"")),
    )),
    "kube": Chatter("site", (
        (6, (6, "kubelet", "prober.go:107] \"Probe succeeded\" probeType=\"Readiness\" pod=\"pay/{pick:api|ledger|risk}-{hex:8}-{hex:4}\"")),
        (3, (4, "kubelet", "prober.go:107] \"Probe failed\" probeType=\"Readiness\" pod=\"pay/{pick:api|ledger|risk}-{hex:8}-{hex:4}\" output=\"context deadline exceeded\"")),
        (3, (6, "containerd", "time=\"{hex:8}\" level=info msg=\"{pick:StartContainer|RemoveContainer|StopContainer} for \\\"{hex:12}\\\" returns successfully\"")),
    )),
    "redis": Chatter("site", (
        (3, (5, "redis", "{n:1-9999} changes in {pick:60|300} seconds. Saving...")),
        (3, (5, "redis", "Background saving terminated with success")),
    )),
    "waf": Chatter("site", (
        (10, (5, "ASM", "CEF:0|F5|ASM|17.1|{n:200000000-200099999}|{pick:SQL-Injection|Path Traversal|Bot}|{n:3-6}|src={wan} spt={port} act=blocked cs1=checkout requestMethod=POST")),
        (2, (5, "mcpd", "01070727:5: Pool /Common/p_{pick:api|web} member {lan}:8443 monitor status up.")),
    )),
    "varnish": Chatter("press", (
        (9, (6, "varnishncsa", "{wan} \"GET https://{pick:www|m}.press.example/{pick:politik|sport|kultur}/{n:10000-99999}\" {pick:200|200|200|304} {pick:hit|hit|miss}")),
        (1, (6, "varnishd", "CLI telnet {lan} {port} 127.0.0.1 6082 Rd ban req.url ~ /{pick:politik|sport|kultur}/")),
    )),
    "elastic": Chatter("press", (
        (4, (6, "elasticsearch", "[INFO ][o.e.c.m.MetadataMappingService] [{host}] [clicks-{n:1-400}] update_mapping [_doc]")),
        (3, (4, "elasticsearch", "[WARN ][o.e.d.r.RestController] [{host}] legacy _type in request from {lan}")),
        (2, (6, "elasticsearch", "[INFO ][o.e.x.i.IndexLifecycleTransition] [{host}] moving index [clicks-{n:1-400}] from [hot] to [warm]")),
    )),
    "mongo": Chatter("press", (
        (6, (6, "mongod", '{"s":"I","c":"NETWORK","id":22943,"msg":"Connection accepted","attr":{"remote":"{lan}:{port}","connectionCount":{n:80-400}}}')),
        (3, (6, "mongod", '{"s":"I","c":"COMMAND","id":51803,"msg":"Slow query","attr":{"ns":"cms.{pick:articles|media|drafts}","durationMillis":{n:100-2400}}}')),
    )),
    "cms": Chatter("press", (
        (5, (6, "cmsd", "article {n:100000-999999} {pick:saved|published|locked|unlocked} by {ops}")),
        (2, (4, "cmsd", "image {n:100000-999999} without alt text")),
        (1, (3, "cmsd", "agency feed {pick:apx|reutex|dpx}: item {hex:8} skipped, no headline")),
    )),
    "postfix": Chatter("press", (
        (8, (6, "postfix/smtp", "{hex:10}: to=<{mbox}>, relay=mx.{dom}[{wan}]:25, delay={f:0.2-9.0}, dsn=2.0.0, status=sent (250 ok)")),
        (2, (6, "postfix/smtp", "{hex:10}: to=<{mbox}>, relay=none, delay={n:300-90000}, dsn=4.4.1, status=deferred (connect to mx.{dom}[{wan}]:25: Connection timed out)")),
        (2, (6, "postfix/smtpd", "NOQUEUE: reject: RCPT from unknown[{wan}]: 554 5.7.1 <{mbox}>: Relay access denied")),
    )),
    "router": Chatter("flat", (
        (5, (5, "fpc0", "PFE_FW_SYSLOG_ETH_IP: FW: et-0/0/{n:0-7}.0 D 0800 tcp {wan} {lan} {port} {pick:22|179|830} (1 packets)")),
        (2, (6, "mgd", "UI_CMDLINE_READ_LINE: User '{ops}', command 'show {pick:bgp summary|interfaces diagnostics optics|system alarms} '")),
        (1, (4, "rpd", "bgp_recv: peer {wan} (External AS {n:64600-64700}): received prefix-limit {n:60-74} percent")),
    )),
    "esx": Chatter("flat", (
        (5, (6, "Hostd", "info hostd[{n:2098000-2099999}] [Originator@6876 sub=Vimsvc.TaskManager opID={hex:8}] Task Completed : haTask-{n:1-80}-vim.VirtualMachine.{pick:acquireTicket|createSnapshot|removeSnapshot} Status success")),
        (3, (4, "vmkernel", "cpu{n:0-63}:{n:2097000-2099999})ScsiDeviceIO: 4161: Cmd(0x{hex:12}) 0x{pick:1a|85}, CmdSN 0x{hex:4} from world 0 to dev \"naa.{hex:12}\" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x5 0x24 0x0")),
        (2, (6, "vpxa", "info vpxa[{n:2100000-2109999}] [Originator@6876 sub=vpxLro opID=HB-host-{n:10-20}@{n:1-90000}-{hex:8}] [VpxLRO] -- FINISH session")),
    )),
    "ontap": Chatter("flat", (
        (3, (5, "wafl.quota.user.exceeded", "User quota exceeded for user {n:1000-4000} on volume vol_home{n:1-4}")),
        (4, (6, "kern.uptime.filer", "{n:1-23}:00 up {n:100-160} days {n:1000-99999} NFS ops, {n:1000-99999} iSCSI ops")),
        (2, (6, "sis.op.done", "Deduplication operation for volume vol_vm{n:1-9} completed")),
    )),
    "wms": Chatter("shift", (
        (9, (6, "wmsd", '{"event":"pick.{pick:start|done|done|short}","zone":"{pick:A|B|C|K}{n:1-24}","order":{n:1000000-9999999},"picker":"p{n:100-480}"}')),
        (2, (4, "wmsd", '{"event":"scan.unreadable","gate":"g{n:1-18}","retry":{n:1-3}}')),
        (1, (6, "wmsd", '{"event":"carrier.label","carrier":"{pick:dxl|glx|upz}","ms":{n:80-900}}')),
    )),
    "kvm": Chatter("flat", (
        (3, (6, "libvirtd", "operation completed: domain {pick:edge|tms|yard}{n:1-30} {pick:blockjob|migrate|snapshot}")),
        (2, (3, "libvirtd", "internal error: End of file while reading data: Input/output error")),
        (1, (6, "systemd-machined", "New machine qemu-{n:1-90}-{pick:edge|tms|yard}{n:1-30}.")),
    )),
    "edi": Chatter("shift", (
        (7, (6, "as2d", "message {hex:10} from {pick:DEHAMLOG|NLRTMFWD|SEGOTCAR|PLGDNTRK} {pick:DESADV|ORDERS|IFTMIN|INVOIC} stored, MDN returned")),
        (2, (4, "as2d", "message {hex:10}: segment {pick:NAD|LIN|TDT} has unused qualifier, kept")),
        (1, (6, "chronyd", "Selected source {lan} (ntp{n:1-3}.fjord.example)")),
    )),
    "win": Chatter("shift", (
        (5, (6, "Security/Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {ops} Logon Type: {pick:3|10} Source Network Address: {lan}")),
        (3, (6, "System/Service Control Manager/7036", "The {pick:Print Spooler|WMI Performance Adapter|Software Protection} service entered the {pick:running|stopped} state.")),
        (1, (4, "Security/Microsoft-Windows-Security-Auditing/4625", "An account failed to log on. Account Name: {ops} Failure Reason: Unknown user name or bad password. Source Network Address: {lan}")),
    )),
}  # fmt: skip

_HOSTS = (
    ("kelpcloud", "kc", 0, (("web", "bsd", "shr0{}", 6), ("hv", "rfc5424", "pve{}", 6), ("ceph", "bsd", "osdn{}", 4), ("exim", "iso", "mx{}", 2), ("dovecot", "iso", "imap{}", 2), ("mysql", "iso", "my{}", 4), ("leaf", "eos", "leaf{}", 2), ("lb", "bsd", "lb{}", 2), ("backup", "bsd", "bak{}", 1))),
    ("tallypay", "tp", 0, (("paygw", "rfc5424", "gw{}", 4), ("pg", "iso", "pg{}", 4), ("lb", "bsd", "lb{}", 2), ("hsm", "kv", "hsm{}", 2), ("fw", "forti", "FGT{}", 2), ("kube", "rfc5424", "kn{}", 4), ("redis", "bsd", "red{}", 2), ("waf", "bsd", "asm{}", 2), ("backup", "bsd", "bak{}", 1))),
    ("inkpress", "ink", 60, (("varnish", "bsd", "var{}", 3), ("elastic", "bsd", "es{}", 4), ("mongo", "rfc5424", "mg{}", 3), ("cms", "iso", "cms{}", 4), ("postfix", "bsd", "mail{}", 2), ("leaf", "eos", "leaf{}", 2), ("pg", "iso", "pg{}", 2), ("router", "junos", "rt{}", 2), ("lb", "bsd", "lb{}", 2), ("backup", "bsd", "bak{}", 1))),
    ("fjordlog", "fl", 60, (("esx", "esxi", "esx{}", 5), ("ontap", "ontap", "nas{}", 2), ("wms", "iso", "wms{}", 4), ("pg", "iso", "pg{}", 3), ("kvm", "rfc5424", "kvm{}", 3), ("router", "junos", "rt{}", 2), ("fw", "forti", "FGT{}", 2), ("edi", "bsd", "edi{}", 2), ("win", "snare", "WIN{}", 2), ("backup", "bsd", "bak{}", 1))),
)  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("hosting", monday(2026, 1, 19), seed, quiet)
    world.rhythms = {
        "site": week(_SITE, _SITE, _SITE),
        "shift": week(_SHIFT, [x * 0.5 for x in _SHIFT], [0.4] * 24),
        "press": week(_PRESS, _SITE, _SITE),
        "flat": week(_FLAT, _FLAT, _FLAT),
    }
    world.words = {
        "dom": lambda r: (
            f"{r.choice(('blume', 'nautik', 'brot', 'rad', 'optik', 'garten', 'yoga'))}{r.randint(1, 240)}.example"
        ),
        "mbox": lambda r: (
            f"{r.choice(('info', 'office', 'eva', 'jan', 'shop', 'k.roth'))}@c{r.randint(1, 400)}.example"
        ),
        "ops": lambda r: r.choice(("mvoss", "akaya", "tlind", "jberg", "deploy", "rsoto", "hnagel")),
    }
    world.networks = {name: f"10.{181 + k}.0.0/16" for k, (name, *_) in enumerate(_HOSTS)}
    for tenant, short, offset, roles in _HOSTS:
        for role, style, name, count in roles:
            world.add(
                tenant,
                role,
                style,
                [f"{short}-{name.format(k)}" for k in range(1, count + 1)],
                0 if style in ("eos", "junos", "ontap") else offset,
            )
    hosting_planted.plant(world)
    hosting_harmless.harmless(world)
    world.chatter(ROLES, lines)
    return world.finish()
