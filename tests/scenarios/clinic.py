"""World "clinic": a hospital, a group of practices, a laboratory and a home-care provider. Hosts, rhythms, the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import clinic_harmless, clinic_planted
from tests.scenarios.world import Chatter, World, monday, week

_WARD = [1.4] * 5 + [2, 3.4, 4, 4.4, 4.6, 4.6, 4.2, 3.6, 3.8, 4, 3.6, 3, 2.8, 2.8, 2.6, 2.4, 2.2, 2, 1.6]
_WARD_WEEKEND = [1.3] * 6 + [
    2.2,
    2.4,
    2.6,
    2.6,
    2.4,
    2.4,
    2.2,
    2.2,
    2.4,
    2.4,
    2.2,
    2.2,
    2.2,
    2,
    2,
    1.8,
    1.6,
    1.4,
]
_OFFICE = [0.3] * 6 + [1.4, 3.6, 4.8, 5, 5, 4.6, 2.2, 3.2, 4.6, 4.4, 3.6, 2, 0.9, 0.5, 0.4, 0.3, 0.3, 0.3]
_OFFICE_WEEKEND = [0.3] * 8 + [0.6] * 6 + [0.3] * 10

ROLES = {
    "pan": Chatter(
        "ward",
        (
            (22, (6, "TRAFFIC,end", "{wan},{lan},0.0.0.0,0.0.0.0,{pick:dmz-portal|edi-in|guest-out},,,ssl,vsys1,untrust,dmz,ethernet1/1,ethernet1/3,fwd-syslog,{n:10000-99999},1,{port},443,0,0,0x1c,tcp,allow,{n:900-90000}")),
            (12, (6, "TRAFFIC,drop", "{wan},{lan},0.0.0.0,0.0.0.0,default-deny,,,not-applicable,vsys1,untrust,untrust,ethernet1/1,,fwd-syslog,0,1,{port},{pick:23|22|445|3389|8080|5900|104},0,0,0x0,tcp,deny,60")),
            (3, (6, "THREAT,url", "{lan},{wan},0.0.0.0,0.0.0.0,staff-web,,,web-browsing,vsys1,trust,untrust,ethernet1/2,ethernet1/1,fwd-syslog,{n:10000-99999},1,{port},443,0,0,0xb000,tcp,block-url,\"{pick:ads|cdn|track}{n:1-90}.example/\",(9999),{pick:advertisements|web-hosting|unknown},informational")),
            (1, (6, "GLOBALPROTECT,0", "globalprotectportal-auth-succ,,,MHAUTH,{staff},DE,NB-{n:1000-1999},{wan},0.0.0.0")),
            (0.4, (4, "THREAT,scan", "{wan},{lan},0.0.0.0,0.0.0.0,default-deny,,,not-applicable,vsys1,untrust,untrust,,,fwd-syslog,0,{n:2-40},0,0,0,0,0x0,tcp,drop,\"SCAN: TCP Port Scan(8001)\",any,medium")),
        ),
    ),
    "nxcore": Chatter(
        "flat",
        (
            (2, (6, "ETHPORT-6-IF_SFP_WARNING", "Interface Ethernet1/{n:1-8}, low Rx power warning cleared")),
            (3, (6, "AUTHPRIV-6-SYSTEM_MSG", "pam_aaa:Accepted publickey for netbackup from {lan} - dcos_sshd[{n:2000-30000}]")),
            (2, (4, "ARP-4-OWN_SRCMAC", "arp [{n:4000-9000}]  Received packet with a local source MAC address ({mac}) from {lan} on Vlan{n:100-140}")),
            (1, (5, "VSHD-5-VSHD_SYSLOG_CONFIG_I", "Configured from vty by {adm} on {lan}@pts/{n:0-3}")),
        ),
    ),
    "access": Chatter(
        "ward",
        (
            (5, (5, "DOT1X-5-FAIL", "Authentication failed for client ({mac}) on Interface Gi{n:1-2}/0/{n:1-48} AuditSessionID {hex:24}")),
            (5, (5, "AUTHMGR-5-SUCCESS", "Authorization succeeded for client ({mac}) on Interface Gi{n:1-2}/0/{n:1-48} AuditSessionID {hex:24}")),
            (3, (6, "MAB-5-SUCCESS", "Authentication successful for client ({mac}) on Interface Gi{n:1-2}/0/{n:1-48}")),
            (1, (4, "CDP-4-NATIVE_VLAN_MISMATCH", "Native VLAN mismatch discovered on GigabitEthernet1/0/{n:49-50} (1), with printer-loop (20)")),
        ),
    ),
    "wlc": Chatter(
        "ward",
        (
            (14, (5, "stm", "<501100> <NOTI> |stm|  Assoc success @ {n:10-23}:{n:10-59}: {mac}: AP {lan}-{mac}-{ap}")),
            (12, (5, "stm", "<501105> <NOTI> |stm|  Deauth from sta: {mac}: AP {lan}-{mac}-{ap} Reason STA has left and is deauthenticated")),
            (7, (5, "authmgr", "<522008> <NOTI> |authmgr|  User Authentication Successful: username={staff} MAC={mac} IP={lan} role={pick:pumpe|visite|dienst|gast} VLAN={n:100-140} AP={ap}")),
            (3, (4, "stm", "<501093> <WARN> |stm|  Auth failure: {mac}: AP {lan}-{mac}-{ap} Reason {pick:Invalid PMKID|Cipher suite rejected|Timeout}")),
            (2, (6, "arm", "<404400> <INFO> |AP {ap} sapd| AM:SM: Spectrum: new Wi-Fi device found = {mac} SSID = {pick:DIRECT-|iPhone|AndroidAP|FRITZ!Box} BSSID = {mac}")),
        ),
    ),
    "esx": Chatter(
        "flat",
        (
            (8, (6, "Hostd/Vimsvc.TaskManager", "opID={hex:8} user=vpxuser] Task Created : haTask-{n:1-90}-vim.VirtualMachine.{pick:reconfigure|createSnapshot|removeSnapshot}-{n:10000-900000}")),
            (5, (5, "vmkernel/", "cpu{n:0-47}:{n:2097152-2099999})NMP: nmp_ThrottleLogForDevice:3867: Cmd 0x{pick:1a|85|9e} (0x45d9{hex:8}) to dev \"naa.600a{hex:8}\" failed H:0x0 D:0x2 P:0x0 Valid sense data: 0x5 0x20 0x0")),
            (3, (6, "Rhttpproxy/Proxy Req", "Connected to localhost:8307 (/sdk) over <io_obj p:0x{hex:12}, h:{n:20-60}, <TCP '127.0.0.1 : {port}'>>")),
            (1, (4, "Hostd/Statssvc", "Calculated write I/O size {n:524000-900000} for scsi0:{n:0-3} is out of range -- 0,prevBytes = {n:1000000-9999999}")),
        ),
    ),
    "san": Chatter(
        "flat",
        (
            (4, (6, "wafl.scan.done", "Completed WAFL layout measurement on volume vol_{pick:pacs|kis|home|vm}{n:1-6}@vserver:{hex:8}")),
            (3, (5, "raid.rg.scrub.resume", "/aggr{n:1-3}/plex0/rg{n:0-2}: resuming scrub at stripe {n:100000-9000000} ({n:1-99}% complete)")),
            (2, (6, "app.log.notice", "snapmirror: schedule hourly, relationship svm1:vol_{pick:kis|home}{n:1-6} transfer complete")),
            (1, (5, "ems.engine.inputSuppress", "Event 'nblade.nfs4SequenceInvalid' suppressed {n:2-80} times in last {n:600-900} seconds.")),
        ),
    ),
    "pacs": Chatter(
        "ward",
        (
            (16, (6, "archive", "{modality}({n:1-999}) -> C-STORE 1.2.840.{n:100000-999999}.{n:1-900} stored in {n:12-240} ms")),
            (8, (6, "archive", "{modality}({n:1-999}): association released, {n:1-400} objects")),
            (4, (6, "viewer", "study {hex:10} opened by {staff} on WS-{n:1-60}, first image after {n:180-1400} ms")),
            (2, (4, "archive", "coerced empty (0008,0050) AccessionNumber of object from {modality}")),
            (0.7, (3, "worklist", "C-FIND from {modality} carries unsupported matching key (0040,{hex:4}), ignored")),
        ),
    ),
    "hl7": Chatter(
        "ward",
        (
            (14, (6, "mirth", "channel={channel} msg={n:100000-999999} type={pick:ADT^A01|ADT^A03|ADT^A08|ORM^O01|ORU^R01|MDM^T02} status=SENT ms={n:8-160}")),
            (3, (6, "mirth", "channel={channel} connection from {lan}:{port} opened")),
            (2, (4, "mirth", "channel={channel} msg={n:100000-999999} filtered: no mapping for ward code {pick:Z9|TMP|X0}{n:1-9}")),
            (1, (3, "mirth", "channel={channel} msg={n:100000-999999} transformer: TypeError: Cannot read property \"PV1.3\" from undefined")),
        ),
    ),
    "nurse": Chatter(
        "ward",
        (
            (14, (6, "rufd", "call {n:1000-9999} room {n:101-480} bed {n:1-4} {pick:raised|answered after|cleared after} {n:4-400} s")),
            (2, (6, "rufd", "staff presence set, room {n:101-480}, group {pick:A|B|C}")),
            (0.8, (4, "rufd", "pear push contact unplugged, room {n:101-480} bed {n:1-4}, replugged")),
        ),
    ),
    "pbx": Chatter(
        "office",
        (
            (8, (5, "asterisk", "NOTICE[{n:1000-9000}]: chan_sip.c:28{n:100-999} handle_request_register: Registration from '<sip:{n:100-999}@{wan}>' failed for '{wan}:{port}' - Wrong password")),
            (6, (6, "asterisk", "VERBOSE[{n:1000-9000}]: Called PJSIP/{n:200-699}@trunk, answered, {n:5-900} seconds")),
            (1, (4, "asterisk", "WARNING[{n:1000-9000}]: res_rtp_asterisk.c: RTP Read too short")),
        ),
    ),
    "win": Chatter(
        "ward",
        (
            (10, (6, "Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Logon Type: {pick:3|3|3|10|5} Account Name: {staff} Source Network Address: {lan}")),
            (8, (6, "Microsoft-Windows-Security-Auditing/4634", "An account was logged off. Account Name: {staff} Logon ID: 0x{hex:7}")),
            (3, (3, "Microsoft-Windows-DistributedCOM/10016", "The application-specific permission settings do not grant Local Activation permission for the COM Server application with CLSID {hex:8}-0000 to the user {staff}")),
            (3, (6, "Service Control Manager/7036", "The {pick:Windows Update|WinHTTP Web Proxy|Portable Device Enumerator|Software Protection} service entered the {pick:running|stopped} state.")),
            (1, (4, "Microsoft-Windows-Time-Service/134", "NtpClient was unable to set a manual peer to use as a time source because of DNS resolution error on 'time{n:1-4}.example'")),
            (1, (3, "Schannel/36874", "An TLS 1.2 connection request was received from a remote client application, but none of the cipher suites supported by the client are supported by the server.")),
        ),
    ),
    "dc": Chatter(
        "ward",
        (
            (12, (6, "Microsoft-Windows-Security-Auditing/4769", "A Kerberos service ticket was requested. Account Name: {staff}@CARE Service Name: {pick:KIS|FILE|PRINT|LIS}{n:1-9}$ Client Address: ::ffff:{lan} Failure Code: 0x0")),
            (8, (6, "Microsoft-Windows-Security-Auditing/4768", "A Kerberos authentication ticket (TGT) was requested. Account Name: {staff} Client Address: ::ffff:{lan} Result Code: 0x0")),
            (1, (4, "NETLOGON/5807", "During the past 4.{n:10-30} hours there have been {n:20-300} connections to this Domain Controller from client machines whose IP addresses don't map to any of the existing sites")),
            (1, (4, "Microsoft-Windows-ActiveDirectory_DomainService/2889", "The following client performed a SASL bind without requesting signing. Client IP address: {lan}:{port}")),
        ),
    ),
    "db": Chatter(
        "ward",
        (
            (6, (6, "postgres", "LOG:  checkpoint complete: wrote {n:200-9000} buffers ({f:0.2-9}%); write={f:20-260} s, sync={f:0.1-2} s")),
            (5, (6, "postgres", "LOG:  automatic vacuum of table \"{pick:kis|lis|tour}.public.{pick:audit|orders|results|sessions}\": index scans: {n:0-1}")),
            (4, (6, "postgres", "LOG:  duration: {n:1000-4800}.{n:100-999} ms  statement: SELECT * FROM v_{pick:patient|order|finding}_list WHERE ward = $1")),
            (2, (3, "postgres", "ERROR:  duplicate key value violates unique constraint \"import_{pick:adt|oru|kvk}_key\"")),
            (1, (4, "postgres", "WARNING:  there is already a transaction in progress")),
        ),
    ),
    "backup": Chatter(
        "flat",
        (
            (4, (6, "Application/Veeam MP/10010", "VM {vm} task has finished with 'Success' state. Speed {n:80-340} MB/s")),
            (1, (6, "Application/Veeam MP/40700", "Repository scale-out-{n:1-3} rescan completed")),
        ),
    ),
    "ups": Chatter(
        "flat",
        (
            (3, (6, "snmp-ups", "output load {n:31-52} pct, input {n:226-236} V")),
            (1, (4, "upsd", "Data for UPS [local] is stale - check driver; Data is no longer stale")),
        ),
    ),
    "printer": Chatter(
        "office",
        (
            (6, (6, "job", "id={n:1000-99999} user={staff} pages={n:1-14} state=done")),
            (2, (5, "device", "tray {n:1-4} opened; tray {n:1-4} closed")),
            (1, (4, "device", "sleep mode delayed, {n:1-4} connections held")),
        ),
    ),
    "fridge": Chatter("ward", ((3, (6, "door", "open {n:3-40} s by badge {n:1000-1999}")), (1, (6, "coldlog", "buffer flushed, {n:10-60} records, link wlan rssi -{n:51-72}")))),
    "pump": Chatter(
        "ward",
        (
            (12, (6, "pumpgw", '{"evt":"infusion","pump":"IP-{n:100-399}","ward":"{pick:ITS|OP|3B|4A}","state":"{pick:running|paused|complete|kvo}","rate_ml_h":{f:0.5-120}}')),
            (2, (4, "pumpgw", '{"evt":"alarm","pump":"IP-{n:100-399}","code":"{pick:AIR|OCCL_DN|BATT_LOW|DOOR}","acked_s":{n:2-90}}')),
        ),
    ),
    "forti": Chatter(
        "office",
        (
            (14, (5, "0000000013", 'type="traffic" subtype="forward" srcip={lan} srcport={port} dstip={wan} dstport=443 proto=6 action="{pick:close|close|client-rst|timeout}" policyid={n:1-14} service="HTTPS" duration={n:1-240} sentbyte={n:900-90000}')),
            (6, (5, "0001000014", 'type="traffic" subtype="local" srcip={wan} srcport={port} dstip={lan} dstport={pick:22|23|443|8443} proto=6 action="deny" policyid=0 service="tcp"')),
            (1, (4, "0100032002", 'type="event" subtype="system" logdesc="Admin login failed" user="{pick:admin|root|fortinet|test}" ui="https({wan})" action="login" status="failed" reason="name_invalid"')),
        ),
    ),
    "procurve": Chatter(
        "office",
        (
            (8, (6, "00076 ports", "port {n:1-44} is now {pick:on|off}-line")),
            (3, (4, "00331 FFI", "port {n:1-44}-Excessive Broadcasts. See help.")),
            (1, (6, "00413 SNTP", "Updated time by {n:1-4} seconds from server at {lan}")),
        ),
    ),
    "ap": Chatter(
        "office",
        (
            (6, (6, "hostapd", "ath0: STA {mac} IEEE 802.11: {pick:associated|disassociated|authenticated}")),
            (2, (6, "stahtd", '[STA-TRACKER] {"message_type":"STA_ASSOC_TRACKER","mac":"{mac}","vap":"ath{n:0-3}","event_type":"{pick:success|soft failure}"}')),
            (1, (4, "kernel", "[{n:100000-999999}.{n:100-999}] wlan: [0:I:ANY] ieee80211_ucfg_setwmmparams: {n:1-4}")),
        ),
    ),
    "konnektor": Chatter(
        "office",
        (
            (9, (6, "fachmodul/VSDM", "eGK check done, result {pick:1|1|1|2|3}, {n:900-4200} ms, terminal KT-{n:1-9}")),
            (3, (6, "signdienst/QES", "comfort signature {n:1-250} for eRezept task 160.{n:100-999}.{n:100-999}, {n:200-900} ms")),
            (1, (4, "fachmodul/VSDM", "card in KT-{n:1-9} not readable, insert again")),
        ),
    ),
    "nas": Chatter(
        "flat",
        (
            (4, (6, "smbd", "closed connection to service {pick:befunde|scan|home|austausch}")),
            (2, (6, "synoscgi", "user [{staff}] from [{lan}] accessed shared folder")),
            (1, (4, "winbindd", "idmap range not specified for domain '*'")),
        ),
    ),
    "sfos": Chatter(
        "ward",
        (
            (12, (6, "Firewall/Firewall Rule", 'log_subtype="Allowed" fw_rule_id="{n:1-30}" src_ip="{lan}" dst_ip="{wan}" protocol="TCP" dst_port=443 bytes_sent={n:300-90000}')),
            (8, (6, "Firewall/Invalid Traffic", 'log_subtype="Denied" src_ip="{wan}" dst_ip="{lan}" protocol="TCP" dst_port={pick:23|445|3389|2575} message="Could not associate packet to any connection."')),
            (1, (4, "IDP/Signatures", 'log_subtype="Drop" idp_policy_name="WAN to DMZ" message="{pick:SERVER-WEBAPP|MALWARE-CNC|POLICY-OTHER} attempt" src_ip="{wan}"')),
        ),
    ),
    "cx": Chatter(
        "flat",
        (
            (10, (6, "hpe-restd/4608", "User {adm} logged in from {lan} through REST session")),
            (8, (6, "lldpd/103", "LLDP neighbor {mac} updated on 1/1/{n:1-24}")),
            (3, (4, "port-accessd/10510", "Client {mac} on 1/1/{n:1-24} held, retry in {n:30-60} s")),
        ),
    ),
    "mw": Chatter(
        "ward",
        (
            (14, (6, "labmw", '{"evt":"result","sample":"{n:20000000-29999999}","assay":"{pick:NA|K|CREA|TSH|CRP|HB|INR|GLU}","flag":"{pick:N|N|N|H|L}","tat_s":{n:300-2600}}')),
            (3, (6, "labmw", '{"evt":"order","sample":"{n:20000000-29999999}","tests":{n:1-18},"src":"{pick:LIS|STAT}"}')),
            (2, (4, "labmw", '{"evt":"rerun","sample":"{n:20000000-29999999}","why":"{pick:clot detected|short sample|linearity}"}')),
            (0.6, (3, "labmw", '{"evt":"barcode","error":"unreadable","rack":{n:1-400},"pos":{n:1-5}}')),
        ),
    ),
    "wg": Chatter(
        "office",
        (
            (9, (6, "firewall", 'msg_id="3000-0148" Deny 0-External Firebox 40 tcp 20 {n:40-250} {wan} {lan} {port} {pick:23|22|445|8291} offset 5 S win {n:100-900} (Unhandled External Packet-00)')),
            (7, (6, "https-proxy", 'msg_id="2CFF-0000" Allow 1-Trusted 0-External tcp {lan} {wan} {port} 443 msg="ProxyAllow: HTTPS domain name match" (HTTPS-proxy-00)')),
            (1, (5, "sslvpn", 'msg_id="2500-0000" Mobile VPN with SSL user {staff} logged in. Virtual IP address is {lan}. Real IP address is {wan}.')),
        ),
    ),
    "tour": Chatter(
        "ward",
        (
            (10, (6, "tourplan", "tour {n:100-180} visit {n:1-22} {pick:started|completed|moved} nurse={staff}")),
            (4, (6, "tourplan", "sync device tab-{n:100-260} sent={n:1-80} received={n:1-40} ms={n:200-3900}")),
            (1, (4, "tourplan", "signature missing on visit {n:1000-9999}, reminder sent")),
            (0.6, (3, "tourplan", "geocoder: address of client {n:1000-9999} not resolved, postcode centre used")),
        ),
    ),
    "web": Chatter(
        "ward",
        (
            (8, (6, "nginx", '{wan} - {staff} "{pick:GET /api/visit|POST /api/visit|POST /api/login|GET /portal} HTTP/1.1" {pick:200|200|200|304} {n:100-9000}')),
            (4, (6, "nginx", '{wan} - - "GET /{pick:.env|wp-login.php|favicon.ico|actuator/health|owa/} HTTP/1.1" 404 {n:140-170}')),
            (1, (3, "nginx", '{n:1000-9000}#0: *{n:1000-99999} access forbidden by rule, client: {wan}, server: portal.daheim.example')),
        ),
    ),
    "tele": Chatter(
        "ward",
        (
            (8, (6, "100|Vital received", "duid=P{n:1000-1600} cs1Label=kind cs1={pick:bp|weight|spo2|glucose} cn1={n:40-180}")),
            (2, (5, "140|Device low battery", "duid=P{n:1000-1600} cn1={n:8-19}")),
            (1, (4, "210|Reading implausible", "duid=P{n:1000-1600} cs1={pick:bp|weight|spo2} act=asked again")),
        ),
    ),
}  # fmt: skip
ROLES["nasold"], ROLES["newkon"] = ROLES["nas"], ROLES["konnektor"]


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("clinic", monday(2025, 11, 24), seed, quiet)
    world.rhythms = {
        "ward": week(_WARD, _WARD_WEEKEND, _WARD_WEEKEND),
        "office": week(_OFFICE, _OFFICE_WEEKEND, _OFFICE_WEEKEND),
        "flat": [1.0] * 168,
    }
    world.words = {
        "staff": lambda r: (
            f"{r.choice(('a', 'b', 'c', 'd', 'h', 'j', 'k', 'm', 's', 't'))}{r.choice(('altmann', 'behr', 'celik', 'dorn', 'engel', 'funke', 'gruber', 'hoff', 'jansen', 'kolb', 'lorenz', 'maier', 'novak', 'otto', 'peters', 'roth'))}"
        ),
        "adm": lambda r: r.choice(("adm-wirth", "adm-sahin", "adm-klee")),
        "ap": lambda r: f"ap-{r.choice(('b', 'h', 'op', 'its'))}{r.randint(0, 5)}-{r.randint(1, 14):02}",
        "modality": lambda r: r.choice(
            ("CT1_RAD", "CT2_NOT", "MR1_RAD", "MR2_NEU", "US4_KAR", "DX2_AMB", "XA1_HKL", "MG1_SEN")
        ),
        "channel": lambda r: r.choice(("ADT_IN", "ADT_KIS_RIS", "ORU_LAB", "MDM_ARZT", "ORM_RAD")),
        "vm": lambda r: f"vm-{r.choice(('kis', 'ris', 'lis', 'file', 'app'))}{r.randint(1, 9)}",
    }
    world.networks = {
        "marienhof": "10.226.0.0/16",
        "praxen-lahn": "10.227.0.0/16",
        "kestrel-lab": "10.228.0.0/16",
        "daheimcare": "10.229.0.0/16",
    }
    _hospital(world)
    _practices(world)
    _laboratory(world)
    _home_care(world)
    if not quiet:
        clinic_planted.plant(world)
    clinic_harmless.harmless(world)
    clinic_harmless.twins(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _hospital(w: World) -> None:
    own = "marienhof"
    w.add(own, "pan", "pan", ["MH-PA-A", "MH-PA-B"])
    w.add(own, "nxcore", "nxos", ["mh-core-1", "mh-core-2"])
    w.add(own, "access", "ios", [f"mh-as-{x}" for x in ("a1", "a2", "b1", "b3", "op", "its")])
    w.add(own, "wlc", "bsd", ["mh-wlc-1", "mh-wlc-2"], 60)
    w.add(own, "esx", "vmware", [f"mh-esx{k:02}" for k in range(1, 5)])
    w.add(own, "san", "ontap", ["mh-fas-a", "mh-fas-b"])
    w.add(own, "pacs", "bracket", ["mh-pacs1", "mh-pacs2", "mh-dicomgw"], 60)
    w.add(own, "hl7", "iso", ["mh-mirth1", "mh-mirth2"], 60)
    w.add(own, "nurse", "bsd", ["mh-ruf-a", "mh-ruf-b"], 60)
    w.add(own, "pbx", "bsd", ["mh-tk1"], 60)
    w.add(own, "win", "agent", ["MHKIS1", "MHKIS2", "MHAPP3", "MHTS1", "MHTS2"])
    w.add(own, "dc", "agent", ["MHDC1", "MHDC2"])
    w.add(own, "db", "iso", ["mh-pg1", "mh-pg2"], 60)
    w.add(own, "backup", "snare", ["MHVBR1"], 60)
    w.add(own, "ups", "bsd", ["mh-usv-og", "mh-usv-rz"], 60)
    w.add(own, "printer", "epoch", ["mh-mfp-amb", "mh-mfp-rad"])
    w.add(own, "fridge", "sd", ["mh-kuehl-apo", "mh-kuehl-st3", "mh-kuehl-onko"], 60)
    w.add(own, "pump", "rfc5424", ["mh-pumpgw"])


def _practices(w: World) -> None:
    own = "praxen-lahn"
    w.add(own, "forti", "forti", [f"pl-fg-{x}" for x in ("hq", "ems", "nass", "diez", "wetz", "brau")])
    w.add(own, "procurve", "procurve", [f"pl-sw-{x}" for x in ("hq", "ems", "wetz")])
    w.add(own, "ap", "unifi", [f"pl-ap-{x}" for x in ("hq", "ems", "wetz")], 60)
    w.add(own, "konnektor", "atna", [f"pl-kon-{x}" for x in ("hq", "ems", "wetz")])
    w.add(own, "newkon", "atna", ["pl-kon-brau"])
    w.add(own, "win", "agent", ["PLPVS1", "PLTS1"])
    w.add(own, "dc", "agent", ["PLDC1"])
    w.add(own, "nas", "bsd", ["pl-nas-hq"], 60)
    w.add(own, "nasold", "bsd", ["pl-nas-brau"], 60)
    w.add(own, "fridge", "sd", ["pl-kuehl-ems", "pl-kuehl-wetz"], 60)
    w.add(own, "ups", "bsd", ["pl-usv-hq"], 60)


def _laboratory(w: World) -> None:
    own = "kestrel-lab"
    w.add(own, "sfos", "sfos", ["KL-XGS-1", "KL-XGS-2"], 60)
    w.add(own, "cx", "arubacx", [f"kl-cx-{k}" for k in (1, 2, 3)])
    w.add(own, "esx", "vmware", ["kl-esx1", "kl-esx2"])
    w.add(own, "mw", "rfc5424", [f"kl-mw-{x}" for x in ("chem", "haem", "coag", "sero", "pcr")])
    w.add(own, "hl7", "iso", ["kl-orch1"], 60)
    w.add(own, "win", "agent", ["KLLIS1", "KLLIS2", "KLAPP1"])
    w.add(own, "dc", "agent", ["KLDC1"])
    w.add(own, "db", "iso", ["kl-pg1", "kl-pg2"], 60)
    w.add(own, "backup", "snare", ["KLVBR1"], 60)
    w.add(own, "fridge", "sd", ["kl-kuehl-1", "kl-kuehl-2"], 60)
    w.add(own, "ups", "bsd", ["kl-usv1"], 60)


def _home_care(w: World) -> None:
    own = "daheimcare"
    w.add(own, "wg", "watchguard", ["DH-M390", "DH-T45"], 60)
    w.add(own, "tour", "iso", ["dh-tour1", "dh-tour2"], 60)
    w.add(own, "web", "iso", ["dh-web1"], 60)
    w.add(own, "tele", "telecef", ["dh-tele1"], 60)
    w.add(own, "db", "iso", ["dh-pg1"], 60)
    w.add(own, "win", "agent", ["DHTS1"])
    w.add(own, "dc", "agent", ["DHDC1"])
    w.add(own, "nas", "bsd", ["dh-nas1"], 60)
    w.add(own, "procurve", "procurve", ["dh-sw1"])
    w.add(own, "ap", "unifi", ["dh-ap1"], 60)
    w.add(own, "pbx", "bsd", ["dh-tk1"], 60)
    w.add(own, "ups", "bsd", ["dh-usv1"], 60)
