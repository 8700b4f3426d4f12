"""World "harbor": a container port's four businesses: quay, forwarder, ship's agent, rail yard. Hosts, shifts, the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

import random

from tests.scenarios import harbor_harmless, harbor_planted
from tests.scenarios.world import Chatter, World, monday, week

# Three shifts with their breaks; ships do not keep weekends, lorries nearly do.
_SHIFTS = [2, 2, 1.8, 1.2, 1.8, 2.4, 4, 5, 5, 4.8, 3.4, 4.4, 4.8, 4.2, 4, 4.6, 4.4, 3.8, 2.6, 3.2, 3.2, 3, 1.8, 2]  # fmt: skip
_SHIFTS_SUNDAY = [1.4] * 6 + [1.8] * 12 + [1.5] * 6
_DESKS = [0.3] * 6 + [1.4, 4.2, 5, 5, 4.6, 3.2, 4.4, 4.8, 4.4, 3.6, 2, 0.9] + [0.4] * 6
_TRAINS = [4, 4.4, 4.6, 4, 3, 2.2, 1.6, 1.4, 1.6, 1.8, 2, 2, 1.8, 2, 2, 2.2, 2.4, 2.6, 3, 3.4, 3.6, 4, 4.2, 4.2]  # fmt: skip

ROLES = {
    "cranegw": Chatter("shifts", (
        (14, (6, "cranelink", "move {n:1000-9999} done: box {box} from {bay} to {pick:AGV|truck|apron} {n:1-60}, {n:70-190} s")),
        (5, (6, "cranelink", "spreader locked, load {f:4-31} t, sway {f:0-2} deg")),
        (3, (7, "cranelink", "profinet cycle jitter max {n:40-900} us over 60 s")),
        (0.7, (4, "cranelink", "anti-collision zone {n:1-9} entered at creep speed, operator informed")),
        (0.4, (4, "cranelink", "twistlock confirmation late, {n:300-900} ms")),
        (0.05, (4, "cranelink", "encoder trolley: home flag crossed {n:2-9} mm early, offset kept")),
        (0.03, (3, "cranelink", "remote desk asked for takeover without key, denied")),
    )),
    "ltert": Chatter("shifts", (
        (4, (6, "mobifd", "signal rsrp -{n:78-112} dBm rsrq -{n:7-15} dB sinr {n:2-24} cell {n:21000-21040}")),
        (3, (6, "mobifd", "handover cell {n:21000-21040} to {n:21000-21040}, {n:30-90} ms")),
        (1, (6, "openvpn", "quay-hub: TLS: soft reset sec=3600/3600 bytes={n:100000-9000000}/0 pkts={n:1000-60000}/0")),
        (0.4, (4, "openvpn", "Authenticate/Decrypt packet error: bad packet ID (may be a replay): [ #{n:1000-99999} ]")),
        (0.05, (4, "kernel", "usb 1-1.2: reset high-speed USB device number {n:3-30} using ehci-platform")),
    )),
    "ocr": Chatter("shifts", (
        (12, (6, "lanevision", '{"evt":"read","lane":"L{n:1-4}","box":"{box}","conf":0.{n:71-99},"ms":{n:180-640}}')),
        (4, (6, "lanevision", '{"evt":"plate","lane":"L{n:1-4}","plate":"{truck}","conf":0.{n:80-99}}')),
        (1.2, (4, "lanevision", '{"evt":"glare","lane":"L{n:1-4}","exposure_us":{n:80-900}}')),
        (0.06, (3, "lanevision", '{"evt":"camera_timeout","lane":"L{n:1-4}","ms":{n:3000-9000}}')),
        (0.8, (5, "gatectl", '{"evt":"barrier_hold","lane":"L{n:1-4}","why":"{pick:paper|damage|weight|customs}","s":{n:20-400}}')),
    )),
    "scale": Chatter("shifts", (
        (8, (6, "scaled", "ticket {n:100000-999999} plate {truck} gross {n:14000-44000} kg settled in {f:1-4} s")),
        (1, (4, "scaled", "axle group over plate edge, weighing repeated for {truck}")),
        (0.06, (3, "scaled", "printer out of paper, ticket {n:100000-999999} sent by mail")),
    )),
    "reefer": Chatter("shifts", (
        (6, (6, "rackmon", "outlet=R{n:1-4}-{n:10-48} ev={pick:plugged|unplugged|defrost_start|defrost_end} box={box}")),
        (2, (6, "rackmon", "ev=poll_done outlets={n:40-48} answered={n:40-48} took_ms={n:900-4000}")),
        (0.7, (4, "rackmon", "outlet=R{n:1-4}-{n:10-48} ev=modem_no_answer box={box} next_poll_s=900")),
        (0.06, (3, "rackmon", "outlet=R{n:1-4}-{n:10-48} ev=alarm code=AL{n:10-99} box={box} acked_by=reefer_crew")),
    )),
    "radio": Chatter("flat", (
        (3, (6, "rfmgr", "rssi -{n:48-57} dBm, cinr {n:26-34} dB, rx errors {n:0-9} in 15 min")),
        (1, (6, "lldpd", "neighbour seen on eth0: qsw-ie-0{n:1-5} port {n:1-10}")),
        (0.3, (4, "snmpd", "Connection from UDP: [{lan}]:{port} refused")),
    )),
    "iesw": Chatter("shifts", (
        (3, (5, "LINEPROTO-5-UPDOWN", "Line protocol on Interface FastEthernet1/{n:1-8}, changed state to {pick:up|down}")),
        (2, (6, "DHCP_SNOOPING-6-AGENT_OPERATION_SUCCEEDED", "DHCP snooping database Write succeeded.")),
        (0.6, (4, "SW_MATM-4-MACFLAP_NOTIF", "Host {hex:4}.{hex:4}.{hex:4} in vlan {n:110-119} is flapping between port Gi1/{n:1-2} and port Fa1/{n:1-8}")),
        (0.3, (5, "SYS-5-CONFIG_I", "Configured from console by quayadm on vty{n:0-2} ({lan})")),
    )),
    "forti": Chatter("shifts", (
        (22, (5, "0000000013", 'type="traffic" subtype="forward" srcip={wan} srcport={port} dstip={lan} dstport={pick:22|23|445|3389|8080|5060} proto=6 action="deny" policyid=0')),
        (5, (6, "0000000020", 'type="traffic" subtype="forward" srcip={lan} srcport={port} dstip={wan} dstport=443 proto=6 action="close" policyid={n:3-40} sentbyte={n:900-90000}')),
        (0.7, (4, "0100032002", 'type="event" subtype="system" logdesc="Admin login failed" user="{pick:admin|root|fortinet}" ui="https({wan})" status="failed"')),
    )),
    "tosapp": Chatter("shifts", (
        (14, (6, "tosnode", "job {hex:8} {pick:LOAD|DISCH|SHIFT|HOUSEKEEP} {box} -> {bay} dispatched to CHE {n:1-64}")),
        (4, (6, "tosnode", "berth window {vessel} updated, ETA {n:10-23}:{n:10-59}")),
        (1.2, (4, "tosnode", "yard position {bay} occupied, planner asked again")),
        (0.5, (3, "tosnode", "EDI segment EQD without SEL in message {n:100000-999999}, stored for clerk")),
        (0.05, (3, "tosnode", "message bus answered after {n:5-29} s, job {hex:8} kept")),
        (0.04, (4, "tosnode", "clerk {clerk} overrode restow limit for {vessel}")),
        (2, (7, "tosnode", "heap {n:900-3900} MB after minor collection, {n:4-60} ms")),
    )),
    "tosdb": Chatter("shifts", (
        (4, (6, "postgres", "LOG:  checkpoint complete: wrote {n:400-19000} buffers ({f:1-19}%); write={f:20-269} s, sync={f:0-3} s")),
        (2, (6, "postgres", "LOG:  duration: {n:1000-4800}.{n:100-999} ms  statement: SELECT * FROM yard_slot WHERE block = '{hex:2}'")),
        (1, (3, "postgres", "ERROR:  canceling statement due to user request")),
        (0.4, (3, "postgres", "ERROR:  deadlock detected")),
    )),
    "esx": Chatter("flat", (
        (6, (6, "Hostd/Vimsvc.TaskManager", "Task Completed : haTask-{n:10-90}-vim.VirtualMachine.{pick:createSnapshot|removeSnapshot|reconfigure}-{n:1000-90000} Status success")),
        (3, (6, "Vpxa/vpxaInvtVm", "Increment Gen, VM {n:10-90} config changed")),
        (1, (4, "Hostd/Default", "Statssvc: Calculated write I/O size {n:500000-900000} for scsi0:{n:0-3} is out of range")),
    )),
    "ups": Chatter("flat", (
        (2, (6, "nmc", "UPS: Output load {n:31-44} percent, input {n:226-234} V, frequency 50.0 Hz")),
        (0.5, (6, "nmc", "System: User 'facility' logged in from {lan} to the Web interface")),
    )),
    "xgs": Chatter("desks", (
        (20, (6, "Firewall/Firewall Rule", 'log_subtype="{pick:Denied|Denied|Allowed}" src_ip="{wan}" dst_ip="{lan}" dst_port={pick:22|443|445|1433|5900}')),
        (3, (6, "Content Filtering/HTTP", 'log_subtype="Allowed" user_name="{clerk}" category="{pick:Logistics|News|Business|Webmail}" src_ip="{lan}"')),
        (0.6, (4, "Event/Firewall Authentication", 'log_subtype="Authentication" status="Failed" user_name="{clerk}" src_ip="{lan}"')),
    )),
    "sw": Chatter("desks", (
        (4, (6, "00076 ports", "port {n:1-46} is now on-line")),
        (4, (6, "00077 ports", "port {n:1-46} is now off-line")),
        (0.5, (4, "00331 FFI", "port {n:1-46}-Excessive undersized/giant packets. See help.")),
    )),
    "edi": Chatter("desks", (
        (10, (6, "translator", "in={pick:IFTMIN|IFTSTA|INVOIC|DESADV} ref={n:100000-999999} partner=P{n:100-180} segs={n:12-400} ok=1")),
        (5, (6, "as2", "mdn received partner=P{n:100-180} ms={n:90-4000} disposition=processed")),
        (0.8, (4, "translator", "in=IFTMIN ref={n:100000-999999} partner=P{n:100-180} warn=unknown_qualifier seg=NAD")),
    )),
    "wms": Chatter("desks", (
        (10, (6, "PickSvc", "wave {n:1000-9999} line {n:1-80} confirmed by {clerk} at {aisle}")),
        (3, (6, "DockSvc", "door {n:1-24} assigned to {truck}, slot {n:6-21}:{pick:00|15|30|45}")),
        (1, (4, "PickSvc", "short pick at {aisle}, replenishment asked")),
        (0.06, (4, "DockSvc", "door {n:1-24} booked twice, later booking moved")),
        (0.4, (3, "LabelSvc", "printer ZP-{n:10-39} answered 'head open', label kept")),
    )),
    "dock": Chatter("desks", (
        (6, (6, "CEF:0|Halyard|DockPoint|4.1|120|pallet scanned|3|", "suser={clerk} cs1={hex:10} cs1Label=sscc")),
        (1, (4, "CEF:0|Halyard|DockPoint|4.1|131|barcode not readable|4|", "suser={clerk} cnt={n:1-4}")),
        (0.05, (3, "CEF:0|Halyard|DockPoint|4.1|190|battery swapped while scanning|5|", "suser={clerk}")),
    )),
    "win": Chatter("desks", (
        (8, (6, "Security/Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {clerk} Logon Type: {pick:2|3|3|10} Source Network Address: {lan}")),
        (4, (6, "System/Service Control Manager/7036", "The {pick:Print Spooler|Windows Update|Software Protection|WinHTTP Web Proxy Auto-Discovery Service} service entered the {pick:running|stopped} state.")),
        (0.7, (4, "Security/Microsoft-Windows-Security-Auditing/4625", "An account failed to log on. Account Name: {clerk} Failure Reason: Unknown user name or bad password. Source Network Address: {lan}")),
        (0.4, (3, "System/DistributedCOM/10016", "The application-specific permission settings do not grant Local Activation permission for the COM Server application with CLSID {hex:8}")),
    )),
    "maria": Chatter("desks", (
        (3, (5, "mariadbd", "[Warning] Aborted connection {n:1000-99999} to db: 'wms' user: 'wms' host: '{lan}' (Got timeout reading communication packets)")),
        (2, (6, "dbstat", "threads={n:20-90} qps={n:100-1900} buffer_hit=99.{n:1-9}")),
    )),
    "mx": Chatter("desks", (
        (6, (6, "postfix/smtpd", "connect from unknown[{wan}]")),
        (5, (6, "postfix/smtp", "{hex:10}: to=<ops@partner{n:1-99}.example>, relay=mx{n:1-3}.partner.example[{wan}]:25, delay={f:0-4}, dsn=2.0.0, status=sent (250 OK)")),
        (3, (6, "postfix/smtpd", "NOQUEUE: reject: RCPT from unknown[{wan}]: 554 5.7.1 Service unavailable; Client host [{wan}] blocked using zen.example")),
    )),
    "pan": Chatter("desks", (
        (16, (6, "TRAFFIC,drop", "{wan},{lan},0.0.0.0,0.0.0.0,deny-all,,,not-applicable,{port},{pick:22|23|445|3389},tcp,deny")),
        (2, (6, "SYSTEM,dhcp", "lease-started,,0,0,general,informational,DHCP lease started ip {lan} --> mac {mac}")),
        (0.8, (4, "THREAT,vulnerability", "{wan},{lan},{pick:HTTP Directory Traversal|Bash Remote Code|SIPVicious Scanner},reset-both,{pick:medium|high}")),
    )),
    "asa": Chatter("desks", (
        (10, (4, "ASA-4-106023", "Deny tcp src outside:{wan}/{port} dst dmz:{lan}/{pick:22|25|443|8443} by access-group \"outside_in\" [0x0, 0x0]")),
        (4, (6, "ASA-6-722022", "Group <agents> User <{clerk}> IP <{wan}> TCP SVC connection established without compression")),
        (2, (5, "ASA-5-722012", "Group <agents> User <{clerk}> IP <{wan}> SVC Message: 16/NOTICE: The user has requested to disconnect the connection.")),
    )),
    "ltm": Chatter("flat", (
        (4, (5, "mcpd", "01070638:5: Pool /Common/decl_pool member /Common/{lan}:8443 session status enabled")),
        (2, (6, "tmm", "Rule /Common/redirect_https <HTTP_REQUEST>: {lan} asked /health")),
        (1, (4, "tmm", "01260009:4: Connection error: ssl_passthru:5935: not SSL (40)")),
    )),
    "decl": Chatter("desks", (
        (12, (6, "declare", '{"op":"declaration.sent","mrn":"26DE{hex:12}","kind":"{pick:IM|EX|T1|T2}","ms":{n:120-2400}}')),
        (4, (6, "declare", '{"op":"declaration.released","mrn":"26DE{hex:12}","hold_min":{n:2-600}}')),
        (1, (4, "declare", '{"op":"declaration.queried","mrn":"26DE{hex:12}","by":"customs","code":"{n:100-180}"}')),
        (0.4, (3, "declare", '{"op":"tariff.lookup","hs":"{n:100000-999999}","result":"ambiguous"}')),
        (0.05, (3, "declare", '{"op":"xml.invalid","mrn":"26DE{hex:12}","line":{n:10-900}}')),
    )),
    "winapp": Chatter("desks", (
        (6, (6, "Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {clerk} Logon Type: 3 Source Network Address: {lan}")),
        (2, (6, "Service Control Manager/7036", "The {pick:Print Spooler|Windows Update|BITS} service entered the {pick:running|stopped} state.")),
        (0.7, (4, "Microsoft-Windows-Time-Service/36", "The time service has not synchronized the system time for the last 86400 seconds because none of the time service providers provided a usable time stamp.")),
    )),
    "jump": Chatter("desks", (
        (3, (6, "sshd", "Accepted publickey for {op} from {lan} port {port} ssh2: ED25519 SHA256:{hex:20}")),
        (3, (6, "sudo", "{op} : TTY=pts/{n:0-4} ; PWD=/srv ; USER=root ; COMMAND=/usr/bin/{pick:less|journalctl|systemctl} -n {n:10-200}")),
        (4, (6, "sshd", "Invalid user {pick:test|oracle|ubuntu|git|pi} from {wan} port {port}")),
    )),
    "ais": Chatter("flat", (
        (8, (6, "aisfeed", "{n:200-900} position reports in 60 s, {n:10-60} vessels in range")),
        (3, (6, "aisfeed", "{vessel} passed line {pick:OUTER|PILOT|BASIN} {pick:inbound|outbound}")),
        (0.6, (4, "aisfeed", "static report with impossible draught {f:26-90} m dropped")),
    )),
    "mq": Chatter("desks", (
        (8, (6, "relayd", "route {pick:customs|carrier|port|bank} forwarded {n:10-400} messages, oldest {n:1-40} s")),
        (1, (4, "relayd", "consumer {pick:billing|archive|notify} slow, prefetch lowered to {n:5-40}")),
        (0.05, (3, "relayd", "message {hex:8} not routable, parked for the clerk")),
    )),
    "cx": Chatter("desks", (
        (3, (6, "intfd/403", "Link status for interface 1/1/{n:1-46} is {pick:up|down}")),
        (1, (6, "lldpd/104", "LLDP neighbor {mac} added on 1/1/{n:1-46}")),
    )),
    "axle": Chatter("trains", (
        (10, (6, "ace", "section S{n:1-40} {pick:occupied|clear}, count {n:0-180}")),
        (1, (4, "ace", "head H{n:1-80}: amplitude at lower tolerance, wheel counted")),
        (0.05, (3, "ace", "section S{n:1-40}: count out differs from count in, direction reversed on site")),
    )),
    "wagon": Chatter("trains", (
        (8, (6, "rdr", "wagon {wagon} antenna {n:1-4} rssi -{n:41-69} track {n:1-32}")),
        (1, (4, "rdr", "tag reply garbled on antenna {n:1-4}, second inventory round")),
        (0.05, (3, "rdr", "antenna {n:1-4} return loss over limit, power lowered")),
    )),
    "tik": Chatter("trains", (
        (4, (6, "dhcp,info", "yard-dhcp assigned {lan} for {mac} tablet-{n:1-60}")),
        (2, (6, "wireless,info", "{mac}@wlan1: {pick:connected|disconnected}, signal strength -{n:50-88}")),
        (1, (3, "system,error,critical", "login failure for user {pick:admin|ftp|root} from {wan} via {pick:ssh|telnet|winbox}")),
    )),
    "nx": Chatter("flat", (
        (3, (5, "ETHPORT-5-IF_UP", "Interface Ethernet1/{n:5-44} is up in mode access")),
        (3, (5, "ETHPORT-5-IF_DOWN_LINK_FAILURE", "Interface Ethernet1/{n:5-44} is down (Link failure)")),
        (1, (6, "VSHD-6-VSHD_SYSLOG_CONFIG_I", "Configured from vty by {op} on {lan}@pts/0")),
    )),
    "yplan": Chatter("trains", (
        (8, (6, "yardplan", "wagon {wagon} planned to track {n:1-32} position {n:1-40}")),
        (3, (6, "yardplan", "train {n:40000-59999} cut released, {n:8-38} wagons, brake sheet printed")),
        (0.8, (4, "yardplan", "hazmat spacing rule bent for track {n:1-32}, confirmed by {op}")),
        (0.05, (3, "yardplan", "train {n:40000-59999} brake weight missing for {wagon}, asked by phone")),
    )),
    "nvr": Chatter("trains", (
        (5, (6, "recorder", "camera {n:1-64}: motion clip {n:3-90} s stored")),
        (1, (4, "recorder", "camera {n:1-64}: {n:2-40} frames skipped")),
        (0.05, (3, "recorder", "camera {n:1-64}: no keyframe for {n:11-60} s")),
    )),
    "clk": Chatter("flat", (
        (3, (6, "chronyd", "Selected source 10.57.0.{n:20-24}")),
        (0.6, (4, "chronyd", "System clock wrong by 0.00{n:1000-9000} seconds")),
    )),
    "bak": Chatter("flat", (
        (3, (6, "bareos-sd", "Forward spacing Volume \"SPH{n:100-180}\" to file:block {n:1-90}:0.")),
        (2, (6, "bareos-dir", "Purging oldest volume \"SPH{n:100-180}\" from pool Incremental")),
    )),
}  # fmt: skip

# tenant: network and hosts as (role, style, names)
_SITES: dict[str, tuple[str, tuple[tuple[str, str, list[str]], ...]]] = {
    "quaymaster": ("10.54.0.0/16", (
        ("cranegw", "bsd", [f"stsgw-{k}" for k in range(1, 8)]),
        ("ltert", "bsd", [f"rtg-cpe-{k}" for k in range(21, 27)]),
        ("ocr", "rfc5424", [f"gate-ocr-{k}" for k in "abcde"]),
        ("scale", "epoch", ["wb-north", "wb-south", "wb-depot"]),
        ("reefer", "sd", [f"rackmon-{k}" for k in range(1, 5)]),
        ("radio", "bsd", ["ptp-basin", "ptp-mole", "ptp-lock", "ptp-depot"]),
        ("iesw", "ios", [f"qsw-ie-0{k}" for k in range(1, 6)]),
        ("forti", "forti", ["qm-fgt-a", "qm-fgt-b"]),
        ("tosapp", "bracket", ["tosnode1", "tosnode2", "tosnode3"]),
        ("tosdb", "iso", ["tosdb-1", "tosdb-2"]),
        ("esx", "vmware", ["qm-esx1", "qm-esx2"]),
        ("ups", "bsd", ["qm-ups-quay", "qm-ups-gate"]),
    )),
    "lodestar": ("10.55.0.0/16", (
        ("xgs", "sfos", ["lode-xgs"]),
        ("sw", "procurve", [f"lode-sw{k}" for k in range(1, 5)]),
        ("edi", "kv", ["lode-edi1", "lode-edi2"]),
        ("wms", "bracket", ["lode-wms1", "lode-wms2"]),
        ("dock", "topics", [f"lode-dock{k}" for k in range(1, 5)]),
        ("win", "snare", ["LODE-DC1", "LODE-FS1", "LODE-RDS1"]),
        ("maria", "iso", ["lode-db1", "lode-db2"]),
        ("mx", "bsd", ["lode-mx1"]),
    )),
    "meridian": ("10.56.0.0/16", (
        ("pan", "pan", ["mer-pa1"]),
        ("asa", "asa", ["mer-asa1"]),
        ("ltm", "bigip", ["mer-ltm1", "mer-ltm2"]),
        ("decl", "rfc5424", ["mer-decl1", "mer-decl2", "mer-decl3"]),
        ("winapp", "agent", ["MER-DC1", "MER-APP1", "MER-FILE1"]),
        ("jump", "iso", ["mer-lx1", "mer-lx2"]),
        ("ais", "bsd", ["mer-ais1", "mer-ais2"]),
        ("mq", "rfc5424", ["mer-mq1", "mer-mq2"]),
        ("cx", "arubacx", ["mer-cx1"]),
    )),
    "spoorhaven": ("10.57.0.0/16", (
        ("axle", "bsd", ["ace-west", "ace-east", "ace-hump"]),
        ("wagon", "epoch", [f"wrd-{k:02}" for k in range(1, 7)]),
        ("tik", "topics", ["yard-rb1", "yard-rb2", "yard-rb3"]),
        ("nx", "nxos", ["sph-nx1", "sph-nx2"]),
        ("yplan", "iso", ["yplan1", "yplan2"]),
        ("nvr", "bsd", ["sph-nvr1", "sph-nvr2", "sph-nvr3"]),
        ("clk", "iso", ["sph-clk1", "sph-clk2"]),
        ("bak", "bsd", ["sph-bak1"]),
        ("ups", "bsd", ["sph-ups1", "sph-ups2"]),
    )),
}  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("harbor", monday(2026, 1, 26), seed, quiet)
    world.rhythms = {
        "shifts": week(_SHIFTS, [x * 0.7 for x in _SHIFTS], _SHIFTS_SUNDAY),
        "desks": week(_DESKS, [x * 0.25 + 0.2 for x in _DESKS], [0.4] * 24),
        "trains": week(_TRAINS, _TRAINS, [x * 0.6 for x in _TRAINS]),
        "flat": [1.0] * 168,
    }
    world.words = {
        "box": lambda r: f"{r.choice(('HLXU', 'MSKU', 'TGHU', 'CMAU', 'OOLU'))}{r.randint(1000000, 9999999)}",
        "bay": lambda r: f"{r.choice('ABCDEFGH')}{r.randint(10, 79)}.{r.randint(1, 6)}.{r.randint(1, 5)}",
        "truck": lambda r: f"{r.choice(('HB', 'OL', 'WHV', 'CUX'))}-{_letters(r)}{r.randint(100, 999)}",
        "vessel": lambda r: r.choice(("MV Aurelia", "MV Kestrel Bay", "MV Nordvag", "MV Sagitta", "MV Tern")),
        "clerk": lambda r: r.choice(harbor_planted.CLERKS),
        "op": lambda r: r.choice(("rklein", "jdekker", "mosei", "tlund")),
        "aisle": lambda r: f"{r.choice('KLMN')}-{r.randint(1, 40):02}-{r.randint(1, 6)}",
        "wagon": lambda r: (
            f"{r.choice((31, 33, 37))} {r.choice((80, 84, 51))} {r.randint(4500, 4999)} {r.randint(100, 999)}-{r.randint(0, 9)}"
        ),
    }
    world.networks = {tenant: network for tenant, (network, _) in _SITES.items()}
    for tenant, (_, groups) in _SITES.items():
        for role, style, names in groups:
            world.add(tenant, role, style, names, 60)
    if not quiet:
        harbor_planted.plant(world)
    harbor_harmless.harmless(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _letters(r: random.Random) -> str:
    return "".join(r.choice("ABCEHKLMNPRSTX") for _ in range(2))
