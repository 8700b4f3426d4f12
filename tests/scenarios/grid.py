"""World "grid": a power grid, a water works, a broadcaster and a laboratory. Hosts, rhythms and the ordinary day."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import grid_harmless, grid_planted, grid_words
from tests.scenarios.world import Chatter, World, monday, week

_FLAT = [1.0] * 24
_DEMAND = [0.7] * 5 + [
    1.4,
    2.4,
    2.6,
    2.0,
    1.6,
    1.4,
    1.5,
    1.6,
    1.4,
    1.2,
    1.2,
    1.4,
    1.9,
    2.5,
    2.6,
    2.1,
    1.6,
    1.1,
    0.8,
]
_OFFICE = [0.15] * 6 + [0.6, 2, 3.4, 3.6, 3.5, 3.2, 2.2, 3, 3.4, 3.2, 2.4, 1.2, 0.6] + [0.25] * 5
_WEEKEND = [0.12] * 8 + [0.3] * 10 + [0.15] * 6
_SHOWTIME = [
    1.5,
    1,
    0.8,
    0.8,
    1.1,
    1.9,
    2.4,
    2.2,
    1.8,
    1.6,
    1.7,
    2.0,
    2.1,
    1.8,
    1.7,
    1.8,
    2.2,
    2.7,
    3.4,
    3.7,
    3.6,
    3.2,
    2.6,
    2.0,
]

ROLES = {
    "rtu": Chatter("demand", (
        (8, (6, "iec104d", "ASDU 36 spontaneous CA={n:2401-2448} IOA={n:4000-4900} val={f:0-420} q=00")),
        (3, (7, "bio", "input {n:1-64} settled after {n:2-12} ms")),
        (1.5, (6, "tsync", "SNTP poll answered, stratum 1, offset {f:0-0.9} ms")),
        (0.6, (5, "ctrl", "select-before-operate CA={n:2401-2448} IOA={n:5000-5100} executed for {disp}")),
        (0.5, (4, "iec104d", "IOA {n:4000-4900} outside plausibility band, substituted by last good value")))),
    "gw": Chatter("demand", (
        (10, (6, "fwd", "batch forwarded items={n:12-240} dest={pick:scada-a|scada-b} took_ms={n:3-40}")),
        (3, (6, "giq", "general interrogation complete ca={n:2401-2448} points={n:180-660}")),
        (2, (7, "buf", "ring buffer level={n:1-9} pct hwm={n:12-30}")),
        (1, (4, "map", "unmapped ioa={n:4900-4990} ca={n:2401-2448} ignored")))),
    "rugged": Chatter("flat", (
        (5, (6, "LLDP", "remote table changed on port {n:1-24}")),
        (3, (5, "SNMP", "get request from {lan} served with community ******")),
        (1, (4, "SNMP", "request from {lan} with unknown community dropped")),
        (1, (6, "RSTP", "BPDU age on port {n:1-24} back to {n:0-3} s")))),
    "hios": Chatter("flat", (
        (5, (6, "hm2_ptp", "sync message on 1/{n:1-8} path delay {n:120-940} ns")),
        (2, (6, "hm2_lldp", "neighbour refreshed on 1/{n:1-8} chassis {mac}")),
        (1, (5, "hm2_web", "session of {disp} from {lan} closed after {n:60-900} s")),
        (1, (4, "hm2_dai", "ARP packet without binding discarded on 1/{n:1-8}, sender {lan}")))),
    "clock": Chatter("flat", (
        (6, (6, "ntpd", "client {lan} mode 3 served, stratum 1")),
        (2, (6, "lantimed", "receiver: {n:7-12} satellites in view, {n:6-7} used, mean C/N0 {n:38-46} dBHz")),
        (1, (5, "lantimed", "clock jitter {f:2-30} ns, oscillator DAC {n:31000-31900}")))),
    "relay": Chatter("flat", (
        (4, (6, "MMS/2011", "Report control block brcbMX{n:1-6} sent to {lan}, entry {hex:8}")),
        (2, (6, "MEAS/3100", "Line current {n:110-640} A, voltage {f:108-114} kV, angle {n:1-12} deg")),
        (1, (5, "REC/4007", "Disturbance record {n:100-999} triggered by {pick:pickup U<|manual trigger|external input}, length {n:400-1200} ms")),
        (0.4, (4, "TIME/5102", "Sync source {pick:1|2} jitter above 1 ms, filter extended")))),
    "wan": Chatter("flat", (
        (6, (6, "rpd", "RPD_LDP_INTF_KEEP: ldp hello adjacency on xe-0/1/{n:0-3}.{n:100-140} refreshed")),
        (3, (5, "mgd", "UI_CMDLINE_READ_LINE: User '{disp}', command 'show {pick:interfaces diagnostics|ldp session|lldp neighbors} '")),
        (2, (4, "fpc0", "XMCHIP(0): FI: packet of {n:1519-9100} bytes counted as oversize on stream {n:1-40}")),
        (1, (3, "snmpd", "SNMPD_AUTH_FAILURE: nsa_log_community: unauthorized community from {lan}")))),
    "otfw": Chatter("office", (
        (14, (6, "TRAFFIC,end", "{lan},{lan},0.0.0.0,0.0.0.0,OT-{pick:read|poll|hist},,,{pick:iec-60870-5-104|dnp3|ntp|opc-ua},vsys1,scada,field,ae1,ae2,allow,{n:300-90000},{n:1-900}")),
        (5, (6, "TRAFFIC,drop", "{wan},{lan},0.0.0.0,0.0.0.0,edge-deny,,,not-applicable,vsys1,untrust,dmz,ae3,,deny,60,1")),
        (2, (4, "THREAT,vulnerability", "{wan},{lan},0.0.0.0,0.0.0.0,edge-in,,,web-browsing,vsys1,untrust,dmz,scan probe({n:30000-58000}),{pick:low|informational},client-to-server")))),
    "scada": Chatter("demand", (
        (9, (6, "alarmsrv", "AL-{n:1000-9999} {pick:raised|cleared} {pick:voltage band|tap position|feeder load|bus coupler} class {n:3-5}")),
        (4, (6, "tagdb", "snapshot of {n:400-2200} tags written in {n:12-90} ms")),
        (2, (5, "hmi", "{disp} acknowledged {n:1-14} alarms at desk {n:1-6}")),
        (1, (3, "alarmsrv", "printer queue desk{n:1-6} not attached, page discarded")))),
    "plc": Chatter("demand", (
        (5, (6, "cyc", "OB1 cycle {n:11-19} ms max {n:20-34} ms")),
        (3, (6, "valve", "V{n:100-180} {pick:opened|closed} in {f:3-9} s")),
        (1, (4, "ana", "AI{n:1-48} noise filter active for {n:1-9} s")),
        (0.7, (6, "dose", "chlorine dose {f:0.2-0.4} mg/l at flow {n:80-420} m3/h")))),
    "radio": Chatter("flat", (
        (6, (6, "rlink", "frame batch {n:200-900} delivered to {pick:0A|0B|1C|2F|31}{n:10-99}, airtime {n:4-38} pct")),
        (2, (7, "rlink", "rssi {n:64-92} dq {n:170-232}")),
        (1, (4, "rlink", "foreign carrier on channel for {n:1-9} s, deferred")))),
    "serial": Chatter("demand", (
        (5, (6, "NP5430", "[Opmode] TCP client {lan} took port {n:1-4}")),
        (5, (6, "NP5430", "[Opmode] TCP client {lan} left port {n:1-4}")),
        (1, (4, "NP5430", "[Serial] frame with wrong parity on port {n:1-4}, {n:1-6} bytes skipped")))),
    "pump": Chatter("demand", (
        (6, (6, "pumpctl", '"ev":"setpoint","grp":"G{n:1-3}","bar":{f:3-6},"by":"{pick:auto|auto|operator}"')),
        (3, (6, "pumpctl", '"ev":"rotate","from":"P{n:1-4}","to":"P{n:1-4}","hours":{n:6-30}')),
        (1, (4, "pumpctl", '"ev":"ripple","grp":"G{n:1-3}","mbar":{n:60-210},"note":"damped"')))),
    "hist": Chatter("office", (
        (7, (6, "Application/TrendServer/4012", "Client {pick:DESK|LAB|VIEW}{n:10-60} requested {n:1-40} trends over {n:1-31} days.")),
        (4, (6, "Security/Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {oper} Logon Type: {pick:3|10} Source Network Address: {lan}")),
        (2, (4, "Application/TrendServer/4090", "Tag {pick:FLOW|PRES|TURB|COND}.{n:100-480} delivered {n:2-60} samples out of order; sorted.")),
        (1, (6, "System/Service Control Manager/7036", "The {pick:Windows Update|BITS|WinHTTP Web Proxy Auto-Discovery} service entered the {pick:running|stopped} state.")))),
    "esx": Chatter("flat", (
        (6, (6, "Hostd/Vimsvc.TaskManager", "Task Completed : haTask-{n:1-60}-vim.VirtualMachine.{pick:queryStats|reloadFromPath|acquireTicket}-{n:100000-990000} Status success")),
        (3, (5, "Vpxa/vpxLro", "[VpxLRO] -- FINISH lro-{n:10000-99999}")),
        (1, (4, "Hostd/Statssvc", "Calculated write I/O size {n:524288-900000} for scsi0:{n:0-3} is out of range -- 524288,capped")))),
    "srx": Chatter("office", (
        (10, (6, "RT_FLOW", "RT_FLOW_SESSION_CLOSE: session closed TCP FIN: {lan}/{port}->{wan}/443 0x0 junos-https")),
        (5, (5, "RT_FLOW", "RT_FLOW_SESSION_DENY: session denied {wan}/{port}->{lan}/{pick:23|445|8080|102} 0x0 untrust-deny")),
        (1, (4, "RT_IDS", "RT_SCREEN_TCP: TCP port scan! source: {wan}:{port}, destination: {lan}:{pick:80|502|102}, zone name: untrust, action: drop")))),
    "weos": Chatter("flat", (
        (4, (6, "snmpd", "trap inform to {lan} acknowledged")),
        (3, (6, "mactbl", "address {mac} learned on eth{n:1-10} vlan {n:10-40}")),
        (1, (4, "mactbl", "address {mac} moved eth{n:1-10} to eth{n:1-10}")))),
    "enc": Chatter("show", (
        (8, (6, "encoderd", "svc={n:1-8} gop closed size={n:180-900}kB qp={n:18-34} cplx={f:0.8-3.2}")),
        (4, (7, "encoderd", "audio pair {n:1-4} loudness {f:20-25} LUFS below full scale")),
        (1, (4, "encoderd", "svc={n:1-8} VBV fullness {n:82-96} pct, quantiser raised")))),
    "mux": Chatter("flat", (
        (8, (6, "remuxd", "statmux pool={pick:SD|HD|UHD} allocated {n:18-33} Mbit/s to {n:4-12} services")),
        (2, (5, "psisi", "EIT schedule version {n:0-31} published for service {n:28100-28140}")),
        (1, (4, "remuxd", "null packet ratio {n:1-4} pct below target on pool {pick:SD|HD|UHD}")))),
    "play": Chatter("show", (
        (8, (6, "airplay-ctl", '"ev":"take","ch":"{pick:TV1|TV2|R3}","item":"{hex:8}","late_frames":0')),
        (3, (6, "airplay-ctl", '"ev":"cued","ch":"{pick:TV1|TV2|R3}","item":"{hex:8}","preroll_s":{n:5-20}')),
        (1, (4, "airplay-ctl", '"ev":"gap_filled","ch":"{pick:TV2|R3}","frames":{n:1-12},"with":"ident"')))),
    "tx": Chatter("flat", (
        (5, (6, "exciter", "MIP time offset {n:2-38} us, SFN delay adjusted by {n:0-3} samples")),
        (2, (6, "cool", "pump {pick:A|B} {n:1400-1700} rpm, outlet {n:31-39} C")),
        (1, (4, "exciter", "input ts {pick:1|2} jitter {n:12-40} us above soft limit")))),
    "pure": Chatter("flat", (
        (6, (6, "purity.audit", "pureuser {pick:monitor|snapsched|vvol} purevol list --notitle")),
        (3, (6, "purity.repl", "pgroup {pick:news|archive|promo} snapshot {n:1000-9999} sent, {n:1-40} GiB wire")),
        (1, (4, "purity.san", "initiator {pick:play|enc}-{n:1-5} logged in with fewer paths than peers: {n:3-3} of 4")))),
    "leaf": Chatter("flat", (
        (5, (5, "IgmpSnooping/IGMPSNOOPING-6-GROUP_JOINED", "Group 239.20.{n:1-9}.{n:1-250} joined on Vlan{n:200-230}")),
        (3, (6, "Lldp/LLDP-5-NEIGHBOR_MODIFIED", "LLDP neighbor with chassisId {mac} modified on interface Ethernet{n:1-48}")),
        (1, (4, "Acl/ACL-4-ACL_DENY", "list MEDIA-IN denied udp {lan}({port}) -> 239.20.{n:1-9}.{n:1-250}(5004)")))),
    "ups": Chatter("flat", (
        (4, (6, "System", "Logged in user '{pick:facility|device}' from {lan} via SNMPv3. 0x0015")),
        (2, (6, "UPS", "Input voltage {n:226-234} VAC, output load {n:31-58} percent. 0x0113")),
        (0.5, (4, "System", "Detected an unauthorized user attempting to access the Web interface from {lan}. 0x0006")))),
    "traffic": Chatter("office", (
        (7, (6, "Microsoft-Windows-Security-Auditing/4634", "An account was logged off. Account Name: {oper} Logon Type: 3")),
        (4, (6, "PlanAir/210", "Spot {n:100000-990000} moved to break {n:1-40} by {oper}")),
        (2, (4, "PlanAir/377", "Break {n:1-40} exceeds target by {n:1-14} s; editor informed.")))),
    "node": Chatter("flat", (
        (7, (6, "slurmstepd", "[{n:700000-799999}.{pick:batch|0|1}] task {n:0-63} exited with exit code 0")),
        (4, (6, "slurmd", "launch task StepId={n:700000-799999}.0 request from UID:{n:5000-5200} HOST:{lan}")),
        (2, (4, "kernel", "perf: interrupt took too long ({n:2500-9900} > {n:2400-2499}), lowering rate")),
        (1, (6, "kernel", "LNet: {n:100-900}:0:(o2iblnd_cb.c) peer credits replenished {n:1-8}")))),
    "sched": Chatter("office", (
        (16, (6, "slurmctld", "sched: Allocate JobId={n:700000-799999} NodeList=hx[{n:1-3},{n:5-8}] #CPUs={n:64-512} Partition={pick:batch|short|gpu}")),
        (8, (6, "slurmctld", "_job_complete: JobId={n:700000-799999} WEXITSTATUS {pick:0|0|0|1}")),
        (2, (3, "slurmctld", "error: _find_node_record: lookup failure for node \"hxold{n:1-9}\"")))),
    "oss": Chatter("flat", (
        (5, (6, "kernel", "Lustre: scr-OST000{n:0-8}: Client {hex:8} (at {lan}@o2ib) reconnecting")),
        (3, (6, "kernel", "Lustre: scr-OST000{n:0-8}: haven't heard from client {hex:8} in {n:220-230} seconds; evicting idle export")),
        (1, (3, "kernel", "LustreError: {n:1000-9000}:0:(ldlm_lockd.c:256:expired_lock_main()) ### lock callback timer expired after {n:100-150}s")))),
    "pve": Chatter("flat", (
        (5, (6, "pvestatd", "status update time ({f:5-9} seconds)")),
        (3, (6, "pvedaemon", "<{lab}@lab> successful auth for user '{lab}@lab'")),
        (1, (4, "pmxcfs", "[dcdb] notice: data verification of {n:1-40} entries took {n:300-900} ms")))),
    "instr": Chatter("office", (
        (7, (6, "daqlog", "run {n:4000-4999} shot {n:1-900}: trigger ok, {n:10-240} frames, dark level {n:90-130}")),
        (3, (6, "daqlog", "stage moved to x={f:0-90} y={f:0-60} um by {lab}")),
        (1, (4, "daqlog", "baseline restless for {n:1-9} frames, kept")))),
    "tape": Chatter("flat", (
        (10, (6, "changer", "MOVE cartridge LAB{n:100-899}L8 slot {n:1-200} to drive {n:1-6} complete")),
        (4, (6, "mediamgr", "drive {n:1-6} wrote {n:80-900} GB to LAB{n:100-899}L8, compression {f:1-2}")),
        (1, (4, "mediamgr", "drive {n:1-6} repositioned {n:3-40} times at low feed rate")))),
    "vault": Chatter("flat", (
        (5, (6, "ME5", "A{n:1000-9000} event 206: background scrub of disk group dg{pick:A|B}0{n:1-3} at {n:1-99} pct")),
        (2, (6, "ME5", "A{n:1000-9000} event 139: management controller {pick:A|B} session of {lab} started")),
        (1, (4, "ME5", "A{n:1000-9000} event 305: SCSI command on port {n:0-3} serviced after {n:2-5} s")))),
    "login": Chatter("office", (
        (12, (6, "sshd", "Accepted publickey for {lab} from {lan} port {port} ssh2: ED25519 SHA256:{hex:16}")),
        (6, (6, "sshd", "pam_unix(sshd:session): session closed for user {lab}")),
        (4, (6, "sshd", "Invalid user {pick:oracle|test|git|ubuntu|ftpuser|pi} from {wan} port {port}")),
        (2, (6, "sshd", "Failed password for {lab} from {lan} port {port} ssh2")))),
}  # fmt: skip

_STATIONS = ("lindow", "karwe", "perleb", "gransee", "zehden", "temmen")
_WORKS = ("quellgrund", "seewiese", "bergrohr", "mooslauf", "hangtal")
_MASTS = ("brocksen", "keulen", "inselb", "hoherod")


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("grid", monday(2026, 4, 20), seed, quiet)
    world.rhythms = {
        "flat": week(_FLAT, _FLAT, _FLAT),
        "demand": week(_DEMAND, [x * 0.9 for x in _DEMAND], [x * 0.85 for x in _DEMAND]),
        "office": week(_OFFICE, _WEEKEND, _WEEKEND),
        "show": week(_SHOWTIME, [x * 1.1 for x in _SHOWTIME], [x * 1.15 for x in _SHOWTIME]),
    }
    world.words = {
        "disp": lambda r: r.choice(("leitstelle1", "leitstelle2", "k.rahn", "j.osterloh", "schicht3")),
        "oper": lambda r: r.choice(("mbraun", "cwiese", "tlohse", "ahinz", "dispo2", "rkuhn", "sgraf")),
        "lab": lambda r: r.choice(grid_words.PEOPLE),
    }
    world.networks = {
        "voltara": "10.120.0.0/16",
        "aquaris": "10.121.0.0/16",
        "rundwelle": "10.122.0.0/16",
        "strahlhaus": "10.123.0.0/16",
    }
    _hosts(world)
    if not quiet:
        grid_planted.plant(world)
    grid_harmless.harmless(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _hosts(world: World) -> None:
    add = world.add
    add("voltara", "rtu", "bsd", [f"rtu-{x}" for x in _STATIONS])
    add("voltara", "gw", "kv", [f"sgw-{x}" for x in ("nord", "mitte", "sued")])
    add("voltara", "rugged", "ros", [f"rsg-{x}" for x in _STATIONS[:4]])
    add("voltara", "hios", "rfc5424", [f"mach-{x}" for x in _STATIONS[1:5]])
    add("voltara", "clock", "bsd", ["lantime-a", "lantime-b"])
    add("voltara", "relay", "ied", [f"SIP-{x.upper()}" for x in _STATIONS[:5]])
    add("voltara", "wan", "junos", [f"acx-{x}" for x in _STATIONS[3:]])
    add("voltara", "otfw", "pan", ["pa-otdmz"])
    add("voltara", "scada", "bracket", ["fep-leit1", "fep-leit2"], 120)
    add("aquaris", "plc", "epoch", [f"s7-{x}" for x in _WORKS])
    add("aquaris", "radio", "bsd", [f"ripex-{x}" for x in _WORKS[:4]])
    add("aquaris", "serial", "nport", [f"np-{x}" for x in (*_WORKS, "depot")], 120)
    add("aquaris", "pump", "jsonlog", [f"druck-{x}" for x in _WORKS[:3]])
    add("aquaris", "hist", "snare", ["AQ-TREND1", "AQ-TREND2"], 120)
    add("aquaris", "esx", "vmware", ["aq-vh1", "aq-vh2"])
    add("aquaris", "srx", "junos", ["srx-aqua"])
    add("aquaris", "weos", "bsd", ["lynx-west", "lynx-ost"])
    add("rundwelle", "enc", "iso", [f"venc{k}-rw" for k in range(1, 6)], 120)
    add("rundwelle", "mux", "rfc5424", ["remux-a", "remux-b"])
    add("rundwelle", "play", "jsonlog", [f"sendeablauf{k}" for k in range(1, 5)])
    add("rundwelle", "tx", "bsd", [f"mast-{x}" for x in _MASTS], 120)
    add("rundwelle", "pure", "bsd", ["fa-sendung", "fa-archiv"])
    add("rundwelle", "leaf", "eos", ["media-leaf1", "media-leaf2", "media-leaf3"])
    add("rundwelle", "ups", "procurve", ["usv-schaltraum", "usv-studio"])
    add("rundwelle", "traffic", "agent", ["RW-DISPO1", "RW-DISPO2"])
    add("strahlhaus", "node", "iso", [f"hx{k:03d}" for k in range(1, 9)])
    add("strahlhaus", "sched", "bsd", ["slurm-sh"])
    add("strahlhaus", "oss", "bsd", ["scr-oss1", "scr-oss2", "scr-mds"])
    add("strahlhaus", "pve", "bsd", ["kiste1", "kiste2", "kiste3"], 120)
    add("strahlhaus", "instr", "sd", ["beamcam", "cryostat", "laserhall", "spektro"], 120)
    add("strahlhaus", "tape", "rfc5424", ["bandrobot"])
    add("strahlhaus", "vault", "bsd", ["me5-home", "me5-scratch"])
    add("strahlhaus", "login", "bsd", ["gate-sh1", "gate-sh2"], 120)
