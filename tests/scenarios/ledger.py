"""World "ledger": a bank, an insurance office, accountants and a payment processor. Hosts, rhythms and the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tests.scenarios import ledger_harmless, ledger_planted
from tests.scenarios.world import Chatter, World, monday, week

_COUNTER = [0.3] * 6 + [0.8, 1.6, 3.4, 4, 3.8, 3.2, 2.2, 3, 3.6, 3.4, 2.8, 1.8, 1.2, 1, 0.8, 0.6, 0.4, 0.3]
_CASH = [0.2] * 7 + [0.6, 1.2, 2, 2.2, 2.2, 1.8, 1.6, 1.6, 1.6, 1.4, 1.2, 1, 0.8, 0.6, 0.4, 0.3, 0.2]
_DESK = [0.2] * 6 + [1, 3, 4.4, 4.6, 4.4, 3.6, 2.8, 4, 4.4, 4, 3, 1.6, 0.8, 0.5, 0.3, 0.2, 0.2, 0.2]
_IDLE = [0.2] * 24
_CARDS = [
    0.5,
    0.3,
    0.3,
    0.3,
    0.4,
    0.7,
    1.2,
    2,
    2.8,
    3.2,
    3.6,
    4.2,
    4.4,
    4,
    3.8,
    4,
    4.4,
    5,
    5,
    4.2,
    3,
    2.2,
    1.4,
    0.8,
]
_SHOPPING = [0.7, 0.5, 0.4, 0.3, 0.3, 0.4, 0.8, 1.6, 3, 4.4, 5.4, 5.8, 5.6, 5.4, 5.4, 5.2, 5, 4.6, 4, 3.2, 2.6, 2.2, 1.8, 1.2]  # fmt: skip
_QUIET_SUNDAY = [0.6 * x for x in _CARDS]
_NIGHTS = [3, 4, 4, 4, 3, 2] + [1] * 14 + [1.5, 2, 2.5, 3]

ROLES = {
    "lpar": Chatter(
        "batch",
        (
            (6, (6, "tsm", "{pick:opfilt|dsmc|dsmcad}: session {n:1000-99999} object /data/{hex:4}/seg{n:1-900} expired by policy")),
            (5, (6, "srcmstr", "subserver {pick:tnlsnr|lgwr0|arcq|postd}{n:1-8} cycle {n:1-9000} complete")),
            (4, (6, "sshd", "Accepted publickey for {pick:eodrun|mon|tsmadm} from {lan} port {port} ssh2")),
            (2, (5, "su", "from {pick:ops1|ops2|batch} to {pick:db2inst1|eodrun} at /dev/pts/{n:0-9}")),
            (1.5, (4, "sendmail", "{hex:8}: to=<job-{n:1-90}@intern.example>, delay=00:00:0{n:1-9}, stat=Deferred: Connection refused by relay")),
            (2, (7, "aso", "[HIB] tracking window {n:1-99999}: {n:0-40} candidate regions")),
        ),
    ),
    "ibmi": Chatter(
        "bank",
        (
            (12, (6, "QHST", "CPF1124 Job {n:100000-999999}/{pick:QTMHHTTP|BRCUSR|QUSER}/{pick:QZDASOINIT|TELLER|QRWTSRVR} started in subsystem {pick:QUSRWRK|QINTER|BRANCH}.")),
            (10, (6, "QHST", "CPF1164 Job {n:100000-999999}/BRCUSR/TELLER ended; {n:1-400} seconds used; end code {pick:0|0|0|10}.")),
            (3, (6, "QAUDJRN", "T=PW user={brc} device=QPADEV{hex:4} reason=P")),
            (2, (5, "QSYSOPR", "CPI{pick:1131|1125|59B1} Job {n:100000-999999}/BRCUSR/TELLER disconnected by user")),
            (1, (4, "QSYSOPR", "CPA0701 {pick:RPG0100|MCH1202} received in program PRT{n:10-60} (C D I R), default reply sent")),
        ),
    ),
    "hsm": Chatter(
        "cash",
        (
            (8, (6, "audit", "cmd={pick:CA|CI|M0|M2|EC|BW} host={lan} rc=00 us={n:300-2100} seq={n:1-999999}")),
            (1, (5, "audit", "cmd={pick:EC|CA} host={lan} rc={pick:01|20|24} us={n:300-2100} seq={n:1-999999}")),
            (1, (6, "hsmd", "utilisation over last minute {n:1-38} percent, peak {n:2-60}")),
        ),
    ),
    "swift": Chatter(
        "bank",
        (
            (6, (6, "SNL", "Message {hex:10} {pick:MT103|pacs.008|MT940|camt.053|pacs.002} emitted, UUMID O{n:1000000-9999999}")),
            (3, (6, "SIS", "ACK received for O{n:1000000-9999999} after {n:300-4100} ms")),
            (1, (4, "SAA", "Message O{n:1000000-9999999} routed to _MP_verification: amount {n:100-90000}.00 above operator limit")),
            (0.6, (6, "RMA", "Authorisation of {bic} checked, status enabled")),
            (0.3, (3, "SIS", "NAK received for O{n:1000000-9999999}: T{n:10-99} at field {n:20-72}")),
        ),
    ),
    "atmsw": Chatter(
        "cash",
        (
            (16, (6, "atmsw", '{"evt":"auth","atm":"A{n:1000-2119}","rc":"{pick:00|00|00|00|55|51|00}","ms":{n:180-2400}}')),
            (5, (6, "atmsw", "terminal A{n:1000-2119} supervisory exit, notes {pick:5|10|20|50}/{n:1-400}")),
            (3, (4, "atmsw", "TRM=A{n:1000-2119} EVT=NO_REPLY RC=0091 ACTION=RETRY")),
            (1, (5, "atmsw", "terminal A{n:1000-2119} receipt printer paper low")),
            (1, (3, "atmsw", "TRM=A{n:1000-2119} EVT=PINPAD RC=0033 ACTION=CUSTOMER_CANCEL")),
        ),
    ),
    "branch": Chatter(
        "bank",
        (
            (5, (6, "dhcp,info", "lan assigned {lan} for {mac} SH-PC{n:1-60}")),
            (3, (6, "dhcp,info", "lan deassigned {lan} for {mac} SH-PC{n:1-60}")),
            (2, (6, "system,info,account", "user {pick:netops|backup|mon} logged {pick:in|out} from {lan} via {pick:ssh|api|winbox}")),
            (3, (6, "firewall,info", "drop input: in:wan1 out:(unknown 0), proto TCP (SYN), {wan}:{port}->198.51.100.{n:2-90}:{pick:22|23|8291|445|3389}, len 40")),
            (0.6, (4, "dns,warning", "resolve of wpad.fil.example took {n:1500-4000} ms")),
        ),
    ),
    "corefw": Chatter(
        "bank",
        (
            (16, (6, "VPN-1 & FireWall-1", 'action:"Accept"; src:"{lan}"; dst:"{wan}"; proto:"6"; service:"{pick:443|80|993|8443}"; rule:"{n:3-80}"')),
            (10, (5, "VPN-1 & FireWall-1", 'action:"Drop"; src:"{wan}"; dst:"198.51.100.{n:2-60}"; proto:"6"; service:"{n:1-65000}"; rule:"99"')),
            (2, (4, "SmartDefense", 'action:"Detect"; src:"{wan}"; attack:"{pick:Web Server Enforcement Violation|TCP Segment Limit|Non Compliant DNS}"; severity:"2"')),
            (1, (6, "Identity Awareness", 'action:"Log In"; src:"{lan}"; user:"{brc}"; identity_src:"AD Query"')),
        ),
    ),
    "dc": Chatter(
        "bank",
        (
            (14, (6, "Security/Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {brc} Workstation Name: SHW{n:1100-1900} Logon Type: 3")),
            (8, (6, "Security/Microsoft-Windows-Security-Auditing/4769", "A Kerberos service ticket was requested. Account Name: {brc} Service Name: SHW{n:1100-1900}$ Ticket Options: 0x40810000")),
            (1, (5, "Security/Microsoft-Windows-Security-Auditing/4771", "Kerberos pre-authentication failed. Account Name: {brc} Client Address: ::ffff:{lan} Failure Code: 0x18")),
            (1, (5, "Security/Microsoft-Windows-Security-Auditing/4776", "The computer attempted to validate the credentials for an account. Logon Account: {brc} Source Workstation: SHW{n:1100-1900} Error Code: 0xC000006A")),
            (1, (5, "Security/Microsoft-Windows-Security-Auditing/4625", "An account failed to log on. Account Name: {brc} Workstation Name: SHW{n:1100-1900} Source Network Address: {lan} Logon Type: 3")),
            (0.7, (4, "System/NETLOGON/5807", "During the past 4 hours there have been {n:10-60} connections from client machines whose IP addresses don't map to any existing site.")),
        ),
    ),
    "citrix": Chatter(
        "office",
        (
            (6, (6, "Citrix Desktop Service/1027", "The session of {ins} was {pick:established|disconnected|reconnected|ended}.")),
            (5, (6, "Service Control Manager/7036", "The {pick:Windows Update|Software Protection|WMI Performance Adapter|Windows Modules Installer} service entered the {pick:running|stopped} state.")),
            (3, (6, "UmsUsers/20", "Printer HP-{n:1-60} mapped for {ins}")),
            (2, (4, "TerminalServices-Printers/1111", "Driver {pick:Kyocera TASKalfa|Brother HL|Canon Generic Plus} required for printer {n:1-60} is unknown.")),
            (1, (3, "Application Hang/1002", "The program PolisView.exe version 11.{n:2-4}.0 stopped interacting with Windows and was closed.")),
        ),
    ),
    "ddc": Chatter(
        "office",
        (
            (6, (6, "Citrix Broker Service/1101", "Session request of {ins} brokered to AWCTX0{n:1-6} in {n:90-900} ms.")),
            (1, (4, "Citrix Broker Service/1017", "Desktop group PolisDesk: no capacity reply within {n:1-3} s, asked again.")),
            (1, (6, "Citrix Monitor/4", "Grooming removed {n:100-4000} rows.")),
        ),
    ),
    "print": Chatter(
        "office",
        (
            (9, (6, "Microsoft-Windows-PrintService/PrintService/307", "Document {n:1-255}, Print Document owned by {ins} was printed on HP-{n:1-60}. Pages printed: {n:1-30}.")),
            (1, (4, "Microsoft-Windows-PrintService/PrintService/372", "The document Print Document, owned by {ins}, failed to print on printer HP-{n:1-60}. Try to print the document again.")),
            (1, (6, "System/Print/20", "Printer HP-{n:1-60} settings were changed by SYSTEM.")),
        ),
    ),
    "scanhub": Chatter(
        "office",
        (
            (9, (6, "docflow", "batch {hex:6} from scanner SC{n:1-12}: {n:3-80} sheets, {n:0-2} blank removed")),
            (3, (6, "ocr", "batch {hex:6} recognised, mean confidence 0.9{n:1-9}")),
            (1, (4, "ocr", "batch {hex:6} sheet {n:1-80}: barcode unreadable, sent to manual index")),
            (0.4, (3, "docflow", "scanner SC{n:1-12}: double feed, operator asked")),
        ),
    ),
    "pbx": Chatter(
        "office",
        (
            (8, (6, "callrec", "from {n:100-499} to 0{n:20000000-99999999} via TK-{pick:AMT1|AMT2|HOTLINE|AGENTUR} {n:4-900} s normal clearing")),
            (3, (6, "sipd", "registration of {n:100-499} refreshed from {lan}:5060 expires 3600")),
            (2, (4, "sipd", "request from {wan} to extension {n:1000-9999} without account, dropped")),
            (0.6, (5, "acd", "agent {n:300-360} {pick:pause|ready|wrap-up}")),
        ),
    ),
    "switch": Chatter(
        "office",
        (
            (5, (6, "intfd/403", "Link status for interface 1/1/{n:1-48} is {pick:up at 1 Gbps|down}")),
            (2, (6, "port-access/5403", "Client {mac} authenticated on 1/1/{n:1-48} role {pick:clerk|phone|printer}")),
            (1, (5, "port-access/5408", "Client {mac} on 1/1/{n:1-48} not authenticated, guest role applied")),
            (1, (6, "lldpd/104", "LLDP neighbour {mac} added on 1/1/{n:1-48}")),
        ),
    ),
    "xgs": Chatter(
        "office",
        (
            (16, (6, "Firewall/Firewall Rule", 'fw_rule_id="{n:1-60}" src_ip="{lan}" dst_ip="{wan}" protocol="TCP" dst_port="{pick:443|80|25|5061}" con_event="Stop"')),
            (4, (4, "Firewall/Invalid Traffic", 'src_ip="{wan}" dst_ip="198.51.100.{n:100-120}" message="Could not associate packet to any connection."')),
            (2, (6, "Content Filtering/HTTP", 'user_name="{ins}" category="{pick:Insurance|News|Search Engines}" action="Allowed"')),
            (0.7, (5, "Event/SSL VPN Authentication", 'message="User {ins} {pick:authenticated|logged out of} SSL VPN" src_ip="{wan}"')),
        ),
    ),
    "filer": Chatter(
        "flat",
        (
            (4, (6, "wafl.scan.done", "Snapshot hourly.{n:0-5} on volume aw_vol{n:1-9} deleted")),
            (2, (5, "cifs.server.openfile", "Client {lan} holds {n:1-40} files across takeover boundary")),
            (1, (4, "nblade.vscanNoScannerConn", "Vserver aw_cifs has no virus scanner connection")),
        ),
    ),
    "bmc": Chatter(
        "flat",
        (
            (3, (6, "Audit/USR0030", "Successfully logged in using {pick:mon|ome}, from {lan} and REDFISH.")),
            (3, (6, "Audit/USR0032", "The session for {pick:mon|ome} from {lan} using REDFISH is logged off.")),
            (0.3, (4, "Audit/USR0031", "Unable to log in for root from {lan} using RACADM.")),
        ),
    ),
    "nas": Chatter(
        "office",
        (
            (8, (6, "qlogd", "conn log: Users: {mate}, Source IP: {lan}, Computer name: TO-PC{n:1-90}, Connection type: SAMBA, Accessed resources: {pick:Mandanten|Scan|Vorlagen}/{n:100-900}, Action: {pick:Read|Write|Rename}")),
            (2, (6, "qlogd", "conn log: Users: {mate}, Source IP: {lan}, Computer name: TO-PC{n:1-90}, Connection type: SAMBA, Action: {pick:Login OK|Logout}")),
            (1, (4, "qlogd", "conn log: Users: {pick:admin|guest}, Source IP: {lan}, Connection type: HTTP, Action: Login Fail")),
        ),
    ),
    "sonicwall": Chatter(
        "office",
        (
            (7, (5, "537", 'msg="Connection Closed" src={lan}:{port}:X0 dst={wan}:443:X1 proto=tcp/https sent={n:400-90000} rcvd={n:400-900000}')),
            (5, (1, "82", 'msg="Possible port scan detected" src={wan}:{port}:X1 dst=203.0.113.{n:1-9}:{n:1-9000}:X1 note="TCP scanned port list"')),
            (1, (6, "14", 'msg="Web site access denied" src={lan}:{port}:X0 dst={wan}:80:X1 Category="{pick:Advertisement|Gambling|Games}"')),
        ),
    ),
    "ts": Chatter(
        "office",
        (
            (6, (6, "System/TerminalServices-LocalSessionManager/24", "Remote Desktop Services: Session has been {pick:disconnected|reconnected}: User: {mate} Session ID: {n:2-60}")),
            (3, (6, "Application/FibuOffice/100", "Client file {n:1000-9999} opened by {mate}")),
            (1.5, (4, "Application/Microsoft-Windows-User Profiles Service/1534", "Profile notification of event Unload for component {hex:8} failed, error code is See Tracelogging.")),
            (0.6, (3, "Application/Outlook/27", "Outlook closed while item of {mate} was open.")),
        ),
    ),
    "mailgw": Chatter(
        "office",
        (
            (9, (6, "postfix/smtp", "{hex:10}: to=<info{n:1-900}@kunde.example>, relay=mx{n:1-4}.kunde.example[{wan}]:25, delay={f:0.2-9.0}, dsn=2.0.0, status=sent (250 ok)")),
            (6, (5, "postfix/smtpd", "NOQUEUE: reject: RCPT from unknown[{wan}]: 450 4.7.1 Client host rejected: cannot find your reverse hostname")),
            (3, (5, "postfix/submission/smtpd", "unknown[{wan}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username={mate}")),
            (2, (6, "dovecot", "imap-login: Disconnected (auth failed, 1 attempts in {n:2-6} secs): user=<{mate}>, rip={wan}, TLS")),
            (1, (6, "authgate", "token for {mate} not accepted, presented by {wan}")),
            (4, (6, "rspamd", "(normal) task {hex:6}: score {f:0.1-14.0}/15.00, {pick:no action|add header|greylist}")),
        ),
    ),
    "iap": Chatter(
        "office",
        (
            (5, (5, "stm/501100", "Assoc success @ {mac}: AP {lan} ssid to-{pick:intern|gast}")),
            (4, (5, "stm/501106", "Deauth to sta: {mac}: Ageout AP {lan} {pick:handle_sapcp|STA has left and is deauthenticated}")),
            (1, (4, "sapd/326271", "AM {host}: Interfering AP detected: BSSID {mac} channel {pick:1|6|11}")),
        ),
    ),
    "ups": Chatter(
        "flat",
        (
            (2, (6, "ups", "input {n:228-236} V, load {n:20-34} percent, runtime {n:28-35} min")),
            (0.3, (5, "web", "{pick:mon|facility} logged in from {lan}")),
        ),
    ),
    "fibu": Chatter(
        "office",
        (
            (6, (6, "elster-gw", "declaration {hex:8} type {pick:UStVA|LStA|EUer} transferred, ticket {n:100000-999999}")),
            (1, (4, "elster-gw", "declaration {hex:8} returned with hint {n:610001-610400}")),
            (2, (7, "fibud", "ledger {n:1000-9999}: {n:1-300} bookings in cache")),
        ),
    ),
    "lb": Chatter(
        "pay",
        (
            (5, (5, "mcpd", "01070642:5: Pool /Common/p_auth member 10.89.0.{n:20-40}:8443 session status {pick:enabled|draining for deploy}.")),
            (3, (4, "tmm", "01260013:4: SSL Handshake failed for TCP {wan}:{port} -> 198.51.100.201:443")),
            (2, (6, "httpd", "AUDIT - user {pick:mon|admin} - RAW: httpd(pam_audit): user={pick:mon|admin} host={lan} attempts=1")),
        ),
    ),
    "app": Chatter(
        "pay",
        (
            (24, (6, "authsvc", '{"lvl":"info","msg":"authorised","route":"{pick:girocard-a|maestra-eu|visage-2|amexa-1|dinersa|jcbx}","ms":{n:60-240}}')),
            (6, (6, "authsvc", '{"lvl":"info","msg":"declined","rc":"{pick:51|05|54|65}","route":"{pick:girocard-a|maestra-eu|visage-2}","ms":{n:60-240}}')),
            (1, (4, "authsvc", '{"lvl":"warn","msg":"merchant sent stale session","merchant":"M{n:10000-99999}"}')),
            (3, (7, "authsvc", "gc pause young {n:2-30} ms heap {n:400-900}M")),
            (1, (3, "authsvc", '{"lvl":"error","msg":"3ds challenge abandoned","merchant":"M{n:10000-99999}"}')),
        ),
    ),
    "pg": Chatter(
        "pay",
        (
            (6, (6, "postgres", "[{n:10-90}-1] LOG:  checkpoint complete: wrote {n:400-9000} buffers ({f:0.2-3.0}%); sync={f:0.1-2.0} s")),
            (4, (6, "postgres", '[{n:10-90}-1] LOG:  automatic vacuum of table "acq.part_{n:1-60}": index scans: {n:0-2}')),
            (3, (3, "postgres", '[{n:10-90}-1] ERROR:  duplicate key value violates unique constraint "idem_{n:1-12}_pkey"')),
            (1, (3, "postgres", "[{n:10-90}-1] ERROR:  canceling statement due to user request")),
        ),
    ),
    "mq": Chatter(
        "pay",
        (
            (6, (6, "amqp", "connection {lan}:{port} -> 5671: user '{pick:auth|settle|notify}' authenticated")),
            (6, (6, "amqp", "connection {lan}:{port} closed in order")),
            (1, (4, "amqp", "connection {lan}:{port}: client missed heartbeats, timeout 60s")),
        ),
    ),
    "settle": Chatter(
        "batch",
        (
            (5, (6, "clearing", "merchant M{n:10000-99999} net {n:10-90000}.{n:10-99} EUR booked")),
            (1, (4, "clearing", "merchant M{n:10000-99999} held: IBAN under review")),
        ),
    ),
    "leaf": Chatter(
        "flat",
        (
            (3, (6, "Aaa/AAA-6-LOGIN", "user {pick:mon|rancid} logged in [from: {lan}] [service: sshd]")),
            (3, (6, "Lldp/LLDP-5-NEIGHBOR_NEW", "LLDP neighbor with chassisId {mac} added on interface Ethernet{n:1-48}")),
            (2, (6, "Acl/ACL-6-IPACCESS", "list mgmt denied udp {lan}({port}) -> {lan}(161)")),
        ),
    ),
    "edgefw": Chatter(
        "pay",
        (
            (12, (6, "TRAFFIC,end", "{wan},198.51.100.{n:200-240},0.0.0.0,0.0.0.0,pci-in,,,ssl,allow,{n:1-999999}")),
            (8, (5, "TRAFFIC,drop", "{wan},198.51.100.{n:200-240},0.0.0.0,0.0.0.0,deny-all,,,not-applicable,{n:1-65000}")),
            (1, (4, "THREAT,vulnerability", "{wan},198.51.100.{n:200-240},{pick:ZGrab Scanner Detection|HTTP Non RFC-Compliant Response|PHP Probe}(5{n:1000-9999}),alert,low")),
        ),
    ),
}  # fmt: skip

_HOSTS: dict[str, tuple[tuple[str, str, str, int, int], ...]] = {
    # tenant: role, style, name with its number, how many, minutes east of UTC
    "sparhafen": (
        ("lpar", "aix", "shpwr{}", 4, 120), ("ibmi", "bsd", "SHKERN{}", 2, 120), ("hsm", "iso", "hsm-sh-{}", 3, 0),
        ("swift", "bracket", "shswg{}", 2, 120), ("atmsw", "iso", "shatm{}", 2, 120), ("branch", "topics", "fil-{}-rtr", 8, 0),
        ("corefw", "checkpoint", "shcp{}", 2, 0), ("dc", "snare", "SHDC0{}", 2, 120),
    ),
    "assekura-west": (
        ("citrix", "agent", "AWCTX0{}", 6, 0), ("ddc", "agent", "AWDDC{}", 2, 0), ("print", "snare", "AWPRT{}", 3, 120),
        ("scanhub", "bracket", "awdoc{}", 3, 120), ("pbx", "bsd", "awtk{}", 2, 120), ("switch", "arubacx", "aw-acc-{}", 5, 120),
        ("xgs", "sfos", "aw-xgs{}", 2, 60), ("filer", "ontap", "awfas-0{}", 2, 0), ("bmc", "idrac", "awbmc-r{}", 3, 0),
    ),
    "treuhand-oka": (
        ("nas", "bsd", "tonas{}", 5, 120), ("sonicwall", "sonic", "to-sw-{}", 6, 120), ("ts", "snare", "TOTS0{}", 4, 120),
        ("mailgw", "iso", "tomx{}", 2, 120), ("iap", "iap", "to-iap-{}", 3, 120), ("ups", "epoch", "toups{}", 3, 0),
        ("fibu", "rfc5424", "tofibu{}", 2, 0),
    ),
    "quittance": (
        ("lb", "bigip", "qtlb{}", 2, 0), ("app", "rfc5424", "qt-auth-0{}", 8, 0), ("pg", "iso", "qtpg{}", 4, 0),
        ("mq", "sd", "qtmq{}", 3, 0), ("settle", "kv", "qtset{}", 2, 0), ("leaf", "eos", "qt-leaf{}", 4, 0),
        ("edgefw", "pan", "qtfw{}", 2, 0),
    ),
}  # fmt: skip

_BRANCHES = ("husum", "toenning", "heide", "buesum", "marne", "garding", "lunden", "wesselburen")


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("ledger", monday(2026, 6, 22), seed, quiet)
    world.rhythms = {
        "bank": week(_COUNTER, _IDLE, _IDLE),
        "cash": week(_CASH, _CASH, [0.6 * x for x in _CASH]),
        "office": week(_DESK, [2 * x for x in _IDLE], _IDLE),
        "pay": week(_CARDS, _SHOPPING, _QUIET_SUNDAY),
        "batch": week(_NIGHTS, _NIGHTS, _NIGHTS),
        "flat": week([1] * 24, [1] * 24, [1] * 24),
    }
    world.words = {"brc": _clerk("k", 240), "ins": _clerk("aw", 190), "mate": _clerk("to", 120), "bic": _bic}
    world.networks = {name: f"10.{86 + k}.0.0/16" for k, name in enumerate(_HOSTS)}
    for tenant, groups in _HOSTS.items():
        for role, style, name, count, offset in groups:
            numbers = _BRANCHES if role == "branch" else range(1, count + 1)
            world.add(tenant, role, style, [name.format(k) for k in numbers], offset)
    if not quiet:
        ledger_planted.plant(world)
    ledger_harmless.harmless(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _clerk(prefix: str, count: int) -> Callable[[Random], str]:
    return lambda r: f"{prefix}{4000 + 3 * r.randrange(count)}"


def _bic(r: Random) -> str:
    return r.choice(("SPHADE21", "NORDDKKK", "BAKOATWW", "ZUERCHZZ", "LIONFRPP")) + "XXX"
