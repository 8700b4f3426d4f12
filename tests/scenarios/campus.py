"""World "campus": a university, a computing institute, a city hall and a broadcaster. Hosts, rhythms and the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import campus_harmless, campus_planted
from tests.scenarios.campus_planted import AUDIT, realm
from tests.scenarios.world import Chatter, Say, World, monday, week

_LECTURES = [0.6, 0.4, 0.3, 0.2, 0.2, 0.3, 0.8, 2.2, 4, 4.4, 4.8, 4.6, 3.6, 4.6, 4.8, 4.4, 3.8, 3, 2.2, 1.8, 1.6, 1.4, 1.2, 0.8]  # fmt: skip
_LAWN = [0.6, 0.5, 0.4, 0.3, 0.2, 0.2, 0.3, 0.4, 0.7, 1, 1.3, 1.4, 1.3, 1.4, 1.5, 1.4, 1.3, 1.2, 1.1, 1.1, 1, 1, 0.9, 0.7]  # fmt: skip
_COUNTER = [0.3] * 6 + [0.8, 2.4, 3.6, 4, 4, 3.6, 2.2, 3.2, 3.4, 3, 2, 1] + [0.4] * 6
_AIR = [1.2, 0.8, 0.6, 0.6, 1, 2, 2.8, 3, 2.6, 2.2, 2.2, 2.4, 2.6, 2.2, 2.2, 2.4, 2.8, 3.2, 3.4, 3.6, 3.4, 2.8, 2.2, 1.6]  # fmt: skip
_QUEUE = [2.2] * 8 + [2.6, 3, 3.2, 3, 2.6, 3, 3.2, 3.4, 3.6, 3.4, 3] + [2.4] * 5

ROLES = {
    "nx": Chatter("lectures", (
        (4, (6, "ACLLOG-6-ACLLOG_FLOW_INTERVAL", "Source IP: {wan}, Destination IP: {lan}, Source Port: {port}, Destination Port: {pick:22|23|445|3389}, Source Interface: Ethernet1/{n:1-48}, Protocol: tcp, Hit-count = {n:1-40}")),
        (1, (6, "AUTHPRIV-6-SYSTEM_MSG", "pam_aaa:Authentication success for user {noc} from {lan} - sshd[{n:2000-30000}]")),
        (1, (5, "VSHD-5-VSHD_SYSLOG_CONFIG_I", "Configured from vty by {noc} on {lan}@pts/{n:0-3}")),
        (0.5, (6, "PTP-6-PTP_TIMESTAMP", "delay request from {mac} on Ethernet1/{n:1-48} served")),
    )),
    "access": Chatter("lectures", (
        (7, (5, "LINEPROTO-5-UPDOWN", "Line protocol on Interface GigabitEthernet{n:1-4}/0/{n:1-48}, changed state to {pick:up|down}")),
        (3, (5, "ILPOWER-5-POWER_GRANTED", "Interface Gi{n:1-4}/0/{n:1-48}: Power granted")),
        (3, (5, "DOT1X-5-FAIL", "Authentication failed for client ({mac}) on Interface Gi{n:1-4}/0/{n:1-48} AuditSessionID {hex:24}")),
        (1, (4, "SW_MATM-4-MACFLAP_NOTIF", "Host {mac} in vlan {n:200-399} is flapping between port Gi{n:1-4}/0/{n:1-48} and port Po{n:1-4}")),
    )),
    "wlc": Chatter("lectures", (
        (12, (6, "CLIENT_ORCH_LOG-6-CLIENT_ADDED_TO_RUN_STATE", "Chassis 1 R0/0: wncd: Username entry ({roamer}) joined with ssid (eduroam) for device with MAC: {mac} on AP {ap}")),
        (4, (6, "CLIENT_ORCH_LOG-6-CLIENT_DELETED", "Chassis 1 R0/0: wncd: Client {mac} deleted, reason CO_CLIENT_DELETE_REASON_{pick:IDLE_TIMEOUT|ROAM_ACROSS|DEAUTH_BY_CLIENT|SESSION_TIMEOUT}")),
        (2, (5, "RRM_MGR_TRACE_MESSAGE-5-RRM_CHANNEL", "Chassis 1 R0/0: wncd: {ap} slot {n:0-1} moved to channel {pick:36|44|52|60|100|108|1|6|11}")),
        (1, (4, "APMGR_TRACE_MESSAGE-4-WLC_APMGR_WARNING_MSG", "Chassis 1 R0/0: wncd: rogue {mac} heard by {ap} rssi -{n:60-88}")),
    )),
    "mobility": Chatter("lectures", (
        (6, (5, "authmgr", "<522008> <NOTI> |authmgr|  User Authentication Successful: username={roamer} MAC={mac} IP={lan} role=eduroam-{pick:staff|student|guest} VLAN={n:400-420} AP={ap} SSID=eduroam AAA profile=eduroam-aaa auth method=802.1x")),
        (3, (5, "stm", "<501102> <NOTI> |AP {ap}@{lan} stm|  Disassoc from sta: {mac}: Reason Unspecified Failure")),
        (1, (4, "stm", "<304065> <WARN> |stm|  PMK Caching disabled for {mac}, full exchange")),
    )),
    "radius": Chatter("lectures", (
        (16, (5, "radiusd", "({n:1-99999}) Login OK: [{roamer}] (from client {nas} port 0 cli {mac})")),
        (4, (5, "radiusd", "({n:1-99999}) Login incorrect (mschap: MS-CHAP2-Response is incorrect): [{roamer}] (from client {nas} port 0 cli {mac})")),
        (3, (6, "radiusd", "({n:1-99999}) proxy: realm {realm} answered by 192.0.2.{n:41-42} in {n:40-700} ms")),
        (2, (4, "radiusd", "({n:1-99999}) WARNING: Outer and inner identities are the same. User privacy is compromised. [{roamer}]")),
    )),
    "infoblox": Chatter("lectures", (
        (9, (6, "dhcpd", "DHCPACK on {lan} to {mac} via eth1 relay 10.181.{n:20-40}.1 lease-duration {n:1200-3600}")),
        (4, (6, "dhcpd", "DHCPDISCOVER from {mac} via 10.181.{n:20-40}.1: TransID {hex:8}")),
        (4, (6, "named", "client @0x{hex:12} {lan}#{port}: UDP: query: www{n:1-90}.example.org IN {pick:A|AAAA|HTTPS} response: NOERROR +")),
        (0.5, (3, "named", "client @0x{hex:12} {lan}#{port}: update 'campus.example/IN' denied")),
    )),
    "ldap": Chatter("lectures", (
        (8, (7, "slapd", "conn={n:10000-99999} op={n:0-9} SRCH base=\"ou=people,dc=hallberg,dc=example\" scope=2 deref=0 filter=\"(uid={uid})\"")),
        (5, (6, "krb5kdc", "AS_REQ (8 etypes) {lan}: ISSUE: authtime {n:1760000000-1769999999}, {uid}@HALLBERG.EXAMPLE for krbtgt/HALLBERG.EXAMPLE@HALLBERG.EXAMPLE")),
        (1.5, (6, "krb5kdc", "AS_REQ (8 etypes) {lan}: PREAUTH_FAILED: {uid}@HALLBERG.EXAMPLE for krbtgt/HALLBERG.EXAMPLE@HALLBERG.EXAMPLE, Preauthentication failed")),
        (1, (6, "krb5kdc", "TGS_REQ {lan}: LOOKING_UP_SERVER: authtime 0, {uid}@HALLBERG.EXAMPLE for host/pool{n:1-400}.hallberg.example@HALLBERG.EXAMPLE, Server not found in Kerberos database")),
    )),
    "dc": Chatter("counter", (
        (9, (6, AUDIT + "4624", "An account was successfully logged on. Account Name: {uid} Logon Type: 3 Source Network Address: {lan}")),
        (2, (6, AUDIT + "4625", "An account failed to log on. Account Name: {uid} Failure Reason: Unknown user name or bad password. Source Network Address: {lan}")),
        (3, (6, AUDIT + "4769", "A Kerberos service ticket was requested. Account Name: {uid} Service Name: PC{n:100-2400}$ Ticket Options: 0x40810000")),
        (0.4, (4, "System/NETLOGON/5807", "During the past {n:4-5}.{n:10-23} hours there have been {n:2-80} connections to this Domain Controller from client machines whose IP addresses don't map to any of the existing sites")),
    )),
    "hyper": Chatter("queue", (
        (5, (6, "Hostd/Vimsvc.ha-eventmgr", "Event {n:1000-99999} : User {noc}@{lan} logged {pick:in|out} as vmware-client")),
        (4, (6, "Vpxa/vpxLro", "opID={hex:8} [VpxLRO] -- FINISH lro-{n:1000-99999}")),
        (2, (4, "Vmkernel", "cpu{n:0-63}:{n:2097152-2199999})ScsiDeviceIO: Cmd(0x{hex:10}) 0x1a, CmdSN 0x{hex:4} from world 0 to dev \"mpx.vmhba0:C0:T{n:0-3}:L0\" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x5 0x20 0x0")),
    )),
    "bigip": Chatter("lectures", (
        (5, (6, "tmm1", "Rule /Common/ir_moodle <HTTP_REQUEST>: {lan} -> /course/view.php?id={n:100-9000}")),
        (2, (5, "apmd", "01490500:5: /Common/ap_vpn:Common:{hex:8}: New session from client IP {wan} (ST=DE/C=EU) at VIP 192.0.2.80 Listener /Common/vpn")),
        (1, (4, "tmm2", "01260009:4: Connection error: ssl_passthru:6036: alert(40) not SSL from {wan}:{port}")),
    )),
    "pan": Chatter("lectures", (
        (9, (6, "TRAFFIC,drop", "{wan},{lan},0.0.0.0,0.0.0.0,deny-inet,,,not-applicable,untrust,campus,ethernet1/1,,fwd,{n:1000-999999},1,{port},{pick:22|23|445|3389|8080|5060},0,0,tcp,deny")),
        (2, (4, "THREAT,vulnerability", "{wan},{lan},0.0.0.0,0.0.0.0,dmz-web,,,web-browsing,untrust,dmz,alert,HTTP Unauthorized Brute-force({n:40000-40100}),any,medium")),
        (1, (6, "SYSTEM,globalprotect", "gateway-connected,GP-GW,0,0,general,informational,\"GlobalProtect gateway client configuration generated. User name: {uid}, Private IP: {lan}\"")),
    )),
    "print": Chatter("counter", (
        (7, (6, "pc-server", "document released: user={uid} device=MFP-{n:1-180} pages={n:1-40} cost={f:0-4}")),
        (2, (4, "pc-server", "device MFP-{n:1-180} reports tray {n:1-4} empty")),
        (1, (5, "pc-server", "device MFP-{n:1-180} toner {pick:black|cyan|magenta|yellow} at {n:2-14} %")),
    )),
    "library": Chatter("lectures", (
        (6, (6, "circ", "selfcheck SC{n:1-12} {pick:checkout|checkin|renew} item 3{n:100000000-199999999} patron {n:100000-180000} ok")),
        (2, (5, "gate", "EAS gate {n:1-4} passage, item 3{n:100000000-199999999} {pick:cleared|not cleared}")),
        (1, (4, "sip2", "selfcheck SC{n:1-12} checksum mismatch, message resent")),
    )),
    "portal": Chatter("lectures", (
        (8, (6, "shibd", "new session created: ID (_{hex:32}) IdP (https://idp.{realm}/idp/shibboleth) Protocol(urn:oasis:names:tc:SAML:2.0:protocol) Address ({wan})")),
        (3, (6, "sshd", "Invalid user {pick:admin|oracle|test|postgres|git} from {wan} port {port}")),
        (2, (5, "php-fpm", "NOTICE: [pool moodle] child {n:1000-60000} exited with code 0 after {n:100-4000}.{n:100000-999999} seconds from start")),
    )),
    "bmc": Chatter("queue", (
        (2, (6, "Severity: Informational, Category: Audit, MessageID: USR0030, Message:", "Successfully logged in using {pick:monitor|redfish}, from {lan} and REDFISH.")),
        (2, (6, "Severity: Informational, Category: Audit, MessageID: USR0032, Message:", "The session for {pick:monitor|redfish} from {lan} using REDFISH is logged off.")),
        (0.3, (6, "Severity: Informational, Category: Storage, MessageID: PDR26, Message:", "Disk {n:0-11} in Backplane 1 of Integrated RAID Controller 1 is online.")),
    )),
    "slurm": Chatter("queue", (
        (14, (6, "slurmctld", "sched: Allocate JobId={n:400000-520000} NodeList=tyc{n:11-19} #CPUs={n:1-96} Partition={pick:tide|moon|halo}")),
        (12, (6, "slurmctld", "_job_complete: JobId={n:400000-520000} WEXITSTATUS {pick:0|0|0|1|2|137}")),
        (2, (3, "slurmctld", "error: _slurm_rpc_submit_batch_job: Job violates accounting/QOS policy (job submit limit, user's size and/or time limits) uid={n:5000-5600}")),
    )),
    "node": Chatter("queue", (
        (5, (6, "slurmd", "launch task StepId={n:400000-520000}.{n:0-9} request from UID:{n:5000-5600} GID:500 HOST:{lan} PORT:{port}")),
        (3, (6, "slurmd", "[{n:400000-520000}.batch] done with job")),
        (2, (4, "kernel", "Memory cgroup out of memory: Killed process {n:2000-60000} (python3) total-vm:{n:100000-9000000}kB")),
        (1, (6, "kernel", "Lustre: tyfs-OST{hex:4}-osc-ffff{hex:12}: Connection restored to 10.182.60.{n:2-9}@o2ib (at 10.182.60.{n:2-9}@o2ib)")),
    )),
    "oss": Chatter("queue", (
        (4, (6, "kernel", "Lustre: tyfs-OST{hex:4}: Client {hex:8}-{hex:4} (at 10.182.{n:50-60}.{n:2-250}@o2ib) reconnecting")),
        (2, (4, "kernel", "Lustre: {n:2000-60000}:0:(client.c:2310:ptlrpc_expire_one_request()) @@@ Request sent has timed out for slow reply: [sent {n:1760000000-1769999999}]")),
        (1, (6, "zed", "eid={n:1-9999} class=history_event pool='ost{n:0-9}'")),
    )),
    "nsd": Chatter("queue", (
        (5, (6, "mmfs", "[I] Accepted and connected to 10.182.{n:50-60}.{n:2-250} tyc{n:11-99} <c0n{n:1-90}>")),
        (3, (4, "mmfs", "[W] long waiter on tyc{n:11-99}: {n:10-60}.{n:1-9} s SharedHashTabFetchHandlerThread")),
        (2, (6, "mmfs", "[I] Command: successful mmlsquota -j {pick:home|proj|scratch|archive}")),
    )),
    "fabric": Chatter("queue", (
        (5, (6, "opensm", "{n:1000-90000} [{hex:8}] 0x02 -> log_trap_info: Received Generic Notice type:1 num:128 (Link state change) Producer:2 (Switch) from LID:{n:1-90}")),
        (2, (6, "opensm", "{n:1000-90000} [{hex:8}] 0x02 -> osm_ucast_mgr_process: minhop tables configured on all switches")),
    )),
    "tape": Chatter("queue", (
        (5, (6, "robot", "volume T{n:10000-11180}L8 moved from slot {n:1001-2180} to drive {n:1-8}")),
        (5, (6, "robot", "volume T{n:10000-11180}L8 returned from drive {n:1-8}")),
        (1, (5, "robot", "I/O station opened by operator panel, inventory of {n:2-24} cells refreshed")),
    )),
    "tsm": Chatter("queue", (
        (6, (6, "dsmserv", "ANR0406I Session {n:1000-99999} started for node TYC{n:11-99} (Linux x86-64) (Tcp/Ip 10.182.{n:50-60}.{n:2-250}({port})).")),
        (6, (6, "dsmserv", "ANR0403I Session {n:1000-99999} ended for node TYC{n:11-99} (Linux x86-64).")),
        (1, (4, "dsmserv", "ANR0481W Session {n:1000-99999} for node WS{n:100-400} (WinNT) terminated - client did not respond within 60 seconds.")),
    )),
    "ex": Chatter("queue", (
        (4, (6, "mgd", "UI_CMDLINE_READ_LINE: User '{noc}', command 'show {pick:lacp interfaces|ethernet-switching table|chassis environment|lldp neighbors} '")),
        (4, (5, "mib2d", "SNMP_TRAP_LINK_{pick:UP|DOWN}: ifIndex {n:500-900}, ifName ge-{n:0-3}/0/{n:0-47}")),
        (2, (5, "eswd", "ESWD_DAI_FAILED: {n:1-5} ARP_REQUEST received, interface ge-{n:0-3}/0/{n:0-47}.0, vlan office, sender ip/mac {lan}/{mac}")),
    )),
    "bind": Chatter("queue", (
        (6, (6, "named", "lame server resolving 'ptr{n:1-900}.in-addr.example' (in 'in-addr.example'?): {wan}#53")),
        (4, (6, "named", "client @0x{hex:12} {wan}#{port} (sl.example): rate limit drop all response to {wan}/24")),
        (2, (5, "named", "DNSKEY for dnssec{n:1-200}.example: no valid signature found, answer from {wan}#53")),
    )),
    "unix": Chatter("queue", (
        (3, (6, "sshd", "Accepted publickey for {uid} from {lan} port {port} ssh2: ED25519 SHA256:{hex:24}")),
        (2, (5, "su", "'su root' succeeded for {noc} on /dev/pts/{n:1-9}")),
        (2, (6, "ntpd", "synchronized to 10.182.0.{n:2-4}, stratum 2")),
    )),
    "comware": Chatter("counter", (
        (6, (5, "IFNET/5/LINK_UPDOWN", "Line protocol state on the interface GigabitEthernet{n:1-2}/0/{n:1-48} changed to {pick:up|down}.")),
        (3, (6, "LLDP/6/LLDP_CREATE_NEIGHBOR", "Nearest bridge agent neighbor created on port GigabitEthernet{n:1-2}/0/{n:1-48} (IfIndex {n:1-96}), neighbor's chassis ID is {mac}, port ID is {mac}.")),
        (1, (4, "PORTSEC/4/PORTSEC_VIOLATION", "-IfName=GigabitEthernet{n:1-2}/0/{n:1-48}-MACAddr={mac}-VLANID={n:10-60}; Intrusion protection was triggered.")),
    )),
    "checkpoint": Chatter("counter", (
        (9, (6, "VPN-1 & FireWall-1", "action:\"Drop\"; ifdir:\"inbound\"; ifname:\"eth{n:1-4}\"; src:\"{wan}\"; dst:\"{lan}\"; service:\"{pick:23|22|445|3389|5060}\"; rule:\"{n:30-44}\"")),
        (2, (6, "Identity Awareness", "action:\"Log In\"; src:\"{lan}\"; src_user_name:\"{uid}\"; auth_method:\"AD Query\"")),
        (1, (4, "IPS", "action:\"Detect\"; src:\"{wan}\"; dst:\"{lan}\"; attack:\"Web Server Enforcement Violation\"; severity:\"2\"")),
    )),
    "kea": Chatter("counter", (
        (7, (6, "kea-dhcp4", "INFO  DHCP4_LEASE_RENEW [hwtype=1 {mac}], cid=[01:{mac}], tid=0x{hex:8}: lease {lan} has been renewed for 28800 seconds")),
        (1, (4, "kea-dhcp4", "WARN  ALLOC_ENGINE_V4_DISCOVER_ADDRESS_CONFLICT [hwtype=1 {mac}]: conflicting reservation for address {lan}")),
    )),
    "parking": Chatter("counter", (
        (9, (6, "lane", "{pick:entry|exit} lane {n:1-6} ticket {n:100000-999999} {pick:barrier raised|plate recognised|paid at pay station} {n:1-5}")),
        (2, (4, "lane", "exit lane {n:1-6} plate unreadable, ticket requested")),
        (1, (6, "pay", "pay station {n:1-5} coin vault level {n:10-90} %")),
    )),
    "bms": Chatter("counter", (
        (5, (6, "bacnetd", "COV {pick:AHU|RTU|VAV}-{n:1-40} supply temperature {f:15-24} C setpoint 20.0")),
        (2, (5, "bacnetd", "operator {noc} acknowledged alarm {n:1000-9999} at panel P{n:1-14}")),
        (1, (4, "bacnetd", "device {n:20000-20400} did not confirm write within 3 s, write repeated")),
    )),
    "proc": Chatter("counter", (
        (6, (6, "00076 ports", "port {n:1-48} is now {pick:on-line|off-line}")),
        (2, (4, "00331 FFI", "port {n:1-48}-Excessive Broadcasts. See help.")),
        (1, (6, "00179 mgr", "SME SSH from {lan} - MANAGER Mode")),
    )),
    "sbc": Chatter("counter", (
        (8, (6, "sipd", "call leg {hex:12} {pick:established|released cause=16|released cause=17} from-realm {pick:core|access} codec {pick:PCMA|G722|OPUS}")),
        (3, (4, "sipd", "403 sent to {wan} REGISTER sip:{n:100-9999}@192.0.2.60 user-agent {pick:friendly-scanner|sipcli|pplsip}")),
        (1, (6, "acli", "session by {noc} from {lan} closed")),
    )),
    "winfile": Chatter("counter", (
        (6, (6, "Microsoft-Windows-Security-Auditing/5140", "A network share object was accessed. Account Name: {uid} Share Name: \\\\*\\amt{n:10-70}$")),
        (1, (6, "Service Control Manager/7036", "The {pick:Windows Update|BITS|WinHTTP Web Proxy Auto-Discovery|Volume Shadow Copy} service entered the {pick:running|stopped} state.")),
        (0.4, (4, "Schannel/36887", "A fatal alert was received from the remote endpoint. The TLS protocol defined fatal alert code is 46.")),
    )),
    "exos": Chatter("air", (
        (4, (6, "<Info:vlan.msgs.portLinkStateUp>", "Port {n:1-2}:{n:1-48} link UP at speed {pick:1|10} Gbps and full-duplex")),
        (4, (6, "<Info:vlan.msgs.portLinkStateDown>", "Port {n:1-2}:{n:1-48} link down")),
        (2, (6, "<Info:AAA.LogSsh>", "Msg from Master : User {noc} (admin) from {lan} logged in through ssh")),
    )),
    "clockwork": Chatter("air", (
        (4, (6, "gmd", "announce interval 250 ms, {n:60-80} slaves seen in domain 127")),
        (2, (6, "gnss", "satellites used {n:7-12} of {n:12-18}, hdop 0.{n:6-9}")),
    )),
    "gateway": Chatter("air", (
        (6, (6, "nmosd", "IS-05 {pick:receiver|sender} {hex:8}-{hex:4} staged by controller {lan}, activated immediate")),
        (5, (7, "nmosd", "heartbeat of node {hex:8}-{hex:4} accepted by registry, 200")),
        (3, (6, "sdpd", "session description for sender {n:1-64} refreshed, 239.{n:1-20}.{n:0-99}.{n:1-250}:5004")),
        (2, (4, "rtpd", "receiver {n:1-64} sequence discontinuity of {n:1-4} packets at source switch")),
    )),
    "encoder": Chatter("air", (
        (6, (6, "rate", "channel {n:1-8} statmux share {n:1200-9000} kbit/s")),
        (2, (5, "scte", "channel {n:1-8} splice {pick:out|in} event {n:100000-999999} preroll {n:3-8} s")),
        (1, (4, "audio", "channel {n:1-8} pair {n:1-4} silence for {n:5-20} s")),
    )),
    "playout": Chatter("air", (
        (6, (6, "automation", "cue {n:10000-99999} clip {hex:8} taken on channel {n:1-4}, on time")),
        (2, (6, "automation", "operator {noc} moved event {n:10000-99999} by {n:1-90} s")),
        (1, (4, "automation", "clip {hex:8} has no subtitles")),
    )),
    "asset": Chatter("air", (
        (5, (6, "mamd", "ingest of {hex:8}.mxf complete, {n:20-9000} s duration, checksum verified")),
        (4, (6, "transcoded", "job {n:10000-99999} proxy {hex:8} done in {n:20-900} s")),
        (1, (4, "transcoded", "job {n:10000-99999} source {hex:8} odd field order, assumed tff")),
    )),
}  # fmt: skip

_LINUX = (
    "radius",
    "ldap",
    "portal",
    "slurm",
    "node",
    "oss",
    "nsd",
    "tsm",
    "bind",
    "gateway",
    "playout",
    "asset",
    "print",
)
_COMMON: tuple[tuple[float, Say], ...] = (
    (1.5, (6, "CRON", "(root) CMD (/usr/lib64/sa/sa1 1 1)")),
    (0.6, (6, "systemd", "Started session-{n:1-9999}.scope - Session of User {noc}.")),
    (0.6, (6, "systemd-logind", "Removed session {n:1-9999}.")),
    (0.5, (5, "sudo", "{noc} : TTY=pts/{n:0-3} ; PWD=/root ; USER=root ; COMMAND=/usr/bin/{pick:less|tail|journalctl|systemctl status}")),
    (0.4, (4, "chronyd", "Source {wan} unreachable, other sources in use")),
    (0.3, (3, "snmpd", "error on subcontainer 'ia_addr' insert (-1)")),
    (0.3, (6, "dbus-daemon", "[system] Successfully activated service 'org.freedesktop.{pick:hostname1|timedate1|nm_dispatcher}'")),
    (0.2, (4, "systemd", "/usr/lib/systemd/system/site-agent.service:{n:9-12}: Unknown key name 'RestartMode' in section 'Service', ignoring.")),
    (1.2, (7, "site-agent", "facts collected in {f:0.4-3.0} s, {n:180-220} values, cache {hex:8}")),
)  # fmt: skip

# tenant, role, header style, names, minutes east of UTC
_HOSTS = (
    ("hallberg", "nx", "nxos", "n9k-hb-core1 n9k-hb-core2", 0),
    ("hallberg", "access", "ios", "c93-audimax c93-physik c93-mensa c93-bib c93-rz", 0),
    ("hallberg", "wlc", "ios", "wlc98-a wlc98-b", 0),
    ("hallberg", "mobility", "bsd", "amc-klinik", 60),
    ("hallberg", "radius", "iso", "edu-rad1 edu-rad2", 60),
    ("hallberg", "infoblox", "bsd", "ib-member1 ib-member2", 0),
    ("hallberg", "ldap", "iso", "ldap-hb1 ldap-hb2", 60),
    ("hallberg", "dc", "snare", "HBDC01", 60),
    ("hallberg", "hyper", "vmware", "esx-hb1 esx-hb2 esx-hb3", 0),
    ("hallberg", "bigip", "bigip", "f5-hb-a f5-hb-b", 60),
    ("hallberg", "pan", "pan", "pa-hb-1 pa-hb-2", 0),
    ("hallberg", "print", "rfc5424", "followme-hb", 0),
    ("hallberg", "library", "kv", "ils-hb", 0),
    ("hallberg", "portal", "rfc5424", "idp-hb lms-hb1 lms-hb2", 0),
    ("tycho", "slurm", "iso", "tysched", 60),
    ("tycho", "node", "bsd", " ".join(f"tyc{k}" for k in range(11, 20)), 60),
    ("tycho", "arrived", "bsd", "tyc20", 60),
    ("tycho", "oss", "bsd", "tyoss1 tyoss2 tyoss3", 60),
    ("tycho", "nsd", "iso", "tynsd1 tynsd2", 60),
    ("tycho", "fabric", "rfc5424", "tysm1", 0),
    ("tycho", "tape", "kv", "ts4500-ty", 0),
    ("tycho", "tsm", "bsd", "tysp1", 60),
    ("tycho", "ex", "junos", "ex-ty-1 ex-ty-2 ex-ty-3", 0),
    ("tycho", "bind", "bsd", "ns-ty-a ns-ty-b", 60),
    ("tycho", "unix", "bsd", "sol-ty11 fbsd-ty-nas", 60),
    ("tycho", "bmc", "topics", "idrac-tyc11 idrac-tyc12 idrac-tyoss1", 0),
    ("hallstadt", "comware", "comware", "rathaus-sw1 rathaus-sw2 bauamt-sw1 feuerwehr-sw1", 60),
    ("hallstadt", "checkpoint", "checkpoint", "cp-rathaus1 cp-rathaus2", 0),
    ("hallstadt", "dc", "snare", "STADTDC1 STADTDC2", 60),
    ("hallstadt", "kea", "rfc5424", "kea-stadt1 kea-stadt2", 0),
    ("hallstadt", "parking", "kv", "pgs-marktplatz pgs-bahnhof", 0),
    ("hallstadt", "bms", "bsd", "glt-rathaus glt-baeder", 60),
    ("hallstadt", "proc", "procurve", "hp-schule1 hp-schule2 hp-museum", 0),
    ("hallstadt", "sbc", "bsd", "sbc-stadt", 60),
    ("hallstadt", "hyper", "vmware", "esx-stadt1 esx-stadt2", 0),
    ("hallstadt", "print", "rfc5424", "druck-stadt", 0),
    ("hallstadt", "winfile", "agent", "STADTFS1 STADTFACH2", 0),
    ("senderwest", "nx", "nxos", "media-leaf-red media-leaf-blue", 0),
    ("senderwest", "exos", "topics", "x670-studio x460-regie x460-archiv", 0),
    ("senderwest", "clockwork", "bsd", "gm-sw-1 gm-sw-2", 0),
    ("senderwest", "gateway", "iso", "ipg-sw1 ipg-sw2 ipg-sw3 ipg-sw4 ipg-sw5", 60),
    ("senderwest", "encoder", "kv", "enc-sw1 enc-sw2 enc-sw3 enc-sw4", 0),
    ("senderwest", "playout", "rfc5424", "playout-sw1 playout-sw2", 0),
    ("senderwest", "asset", "iso", "mam-sw1 mam-sw2", 60),
    ("senderwest", "sbc", "bsd", "sbc-studio", 60),
    ("senderwest", "bmc", "topics", "ilo-playout1 ilo-mam1", 0),
)  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    w = World("campus", monday(2025, 11, 3), seed, quiet)
    w.rhythms = {
        "lectures": week(_LECTURES, _LAWN, _LAWN),
        "counter": week(_COUNTER, [0.5] * 24, [0.3] * 24),
        "air": week(_AIR, _AIR, _AIR),
        "queue": week(_QUEUE, [2.4] * 24, [2.2] * 24),
    }
    w.words = {
        "uid": lambda r: (
            f"{r.choice('abcdefghklmnrstw')}{r.choice('aeioulrn')}{r.randint(10, 99)}{r.choice('kmpqrst')}"
        ),
        "realm": realm,
        "roamer": lambda r: f"{r.choice('abcdefghklmnrstw')}{r.randint(1000, 9999)}@{realm(r)}",
        "nas": lambda r: f"nas-{r.choice(campus_planted.BUILDINGS)}",
        "ap": campus_planted.ap,
        "noc": lambda r: r.choice(("jlindner", "nocschicht", "pwagner", "aydemir", "mkrause")),
    }
    w.networks = {
        "hallberg": "10.181.0.0/16",
        "tycho": "10.182.0.0/16",
        "hallstadt": "10.183.0.0/16",
        "senderwest": "10.184.0.0/16",
    }
    for tenant, role, style, names, offset in _HOSTS:
        w.add(tenant, role, style, names.split(), offset)
    told = {} if quiet else campus_planted.plant(w)
    campus_harmless.harmless(w, told)
    roles = {k: Chatter(c.rhythm, (*c.lines, *_COMMON)) if k in _LINUX else c for k, c in ROLES.items()}
    w.chatter(roles | {"arrived": roles["node"]}, lines)
    return w.finish()
