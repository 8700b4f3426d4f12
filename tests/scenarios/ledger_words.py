"""World "ledger": what its planted things and their decoys say, in several wordings, and what they are called."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios.world import Say, World

# One of the wordings is drawn; `harmless` uses the same one for other things.
SAID: dict[str, tuple[tuple[Say, ...], ...]] = {
    "tunnel": (
        ((6, "interface,info", "{e} link down"), (6, "interface,info", "{e} link up")),
        ((6, "ipsec,info", "ISAKMP-SA of {e} deleted, DPD unanswered"), (6, "ipsec,info", "ISAKMP-SA of {e} established {hex:16}:{hex:16}")),
        ((4, "wireguard,warning", "{e}: handshake for peer did not complete after 5 seconds, retrying (try {n:2-9})"), (6, "wireguard,info", "{e}: handshake with peer completed")),
    ),
    "atm": (
        ((6, "atmsw", '{"evt":"settle_read","atm":"{e}","cass":{n:1-4},"note":"count taken from second read","rc":"00"}'),),
        ((6, "atmsw", "terminal {e}: shutter cycle repeated before notes were taken"),),
        ((5, "atmsw", "TRM={e} EVT=CARD_RETRACT BIN=2 RC=0017 ACTION=CONTINUE"),),
    ),
    "eod": (
        ((6, "QHST", "CPF1164 Job {n:100000-999999}/EODUSR/{e} ended; {v} seconds used; end code 0."),),
        ((6, "EODMON", "{e} completed normally, run time {v} s, {n:81000-84000} postings"),),
        ((6, "QSYSOPR", "step={e} rc=0000 wall={v}s nextstep=released"),),
    ),
    "recovered": (
        ((4, "errlog", "SC_DISK_ERR7 id=DE3B8540 T=T C=H resource={e} DISK OPERATION RECOVERED"),),
        ((3, "errdemon", "{e}: command re-driven and completed, sense key 01, lba {n:100000-99000000}"),),
        ((5, "errlog", "26623394 FCP_ERR12 TEMP {e} - link response late, exchange resumed"),),
    ),
    "paths": (
        ((6, "mpiocheck", "{e}: {v} of 4 paths enabled, I/O balanced"),),
        ((6, "pathmon", "disk={e} routes={v}/4 policy=round_robin state=available"),),
        ((6, "lspathrpt", "{e} answers on {v} adapter ports"),),
    ),
    "late": (
        ((6, "fileact", "inbound {e} received complete, {n:8100-8900} records, session closed"),),
        ((6, "FTA", "<- {e} stored in /in/clr, {n:410000-430000} bytes, acknowledgement sent"),),
        ((6, "xferd", "profile={e} dir=in state=DONE parts={n:6-8}"),),
    ),
    "expiry": (
        ((5, "ICA", 'subject:"CN={e}"; days_left:"{v}"; action:"renewal requested"; reply:"pending"'),),
        ((6, "VPN-1 & FireWall-1", 'sys_msg:"certificate {e} valid for {v} more days, enrolment not answered"'),),
        ((4, "SmartDashboard", 'object:"{e}"; info:"IKE certificate ends in {v} days; automatic renewal rescheduled"'),),
    ),
    "login": (
        ((5, "Security/Microsoft-Windows-Security-Auditing/4771", "Kerberos pre-authentication failed. Account Name: {e} Client Address: ::ffff:{src} Failure Code: 0x18"),),
        ((5, "Security/Microsoft-Windows-Security-Auditing/4776", "The computer attempted to validate the credentials for an account. Logon Account: {e} Source Workstation: {ws} Error Code: 0xC000006A"),),
        ((5, "Security/Microsoft-Windows-Security-Auditing/4625", "An account failed to log on. Account Name: {e} Workstation Name: {ws} Source Network Address: {src} Logon Type: 3"),),
    ),
    "precursor": (
        ((6, "hsmd", "fan tray tachometer read a second time"), (4, "hsmd", "host channel {n:1-8} closed, sessions released"), (6, "hsmd", "host channel {n:1-8} open, sessions restored")),
        ((6, "envmon", "12V rail settled after {n:3-9} ms"), (4, "cmdproc", "command processor halted, queue discarded"), (6, "cmdproc", "command processor ready")),
        ((5, "rngd", "noise source took an extra conditioning pass"), (3, "netd", "port 1500 stopped listening"), (6, "netd", "port 1500 listening")),
    ),
    "restart": (
        ((6, "Service Control Manager/7036", "The {e} service entered the stopped state."), (6, "Service Control Manager/7036", "The {e} service entered the running state.")),
        ((6, "CtxSupervisor/210", "worker '{e}' left with code 0"), (6, "CtxSupervisor/211", "worker '{e}' started as process {n:1200-9900}")),
        ((4, "AppHostMonitor/4", "{e} no longer answers its pipe, recycled"), (6, "AppHostMonitor/5", "{e} answers its pipe again")),
    ),
    "spread": (
        ((4, "FSLogix-Apps/26", "Container attach deferred, local profile used for this logon. User: {ins}"),),
        ((6, "LicenseCheckout/3071", "Checkout for {ins} answered from the grace cache"),),
        ((6, "HdxGraphics/40", "Session of {ins} settled on fallback bitmap mode"),),
    ),
    "shrink": (
        ((6, "docflow", "export {e} done: {v} documents, checksum ok"),),
        ((6, "ingest", "set {e} sealed pages={v} status=complete"),),
        ((6, "archiver", "{e} handed to archive, {v} objects accepted, 0 refused"),),
    ),
    "hour": (
        ((4, "sipd", "trunk {e}: jitter buffer resized 40->120 ms, {n:2-14} calls in progress"),),
        ((6, "tdmsync", "TRK {e} slip absorbed, {n:1-30} channels realigned"),),
        ((6, "mediagw", "{e} media path renegotiated mid-call, codec kept"),),
    ),
    "leak": (
        ((6, "hpe-restd/6801", "{e} resident set {v} kB"), (6, "pmd/6802", "{e} left and was started again by supervisor")),
        ((6, "systemd-mon/301", "unit={e} mem_kb={v} state=active"), (6, "systemd-mon/302", "unit={e} state=activating cause=watermark")),
        ((6, "healthd/77", "heap of {e}: {v} kB in use"), (3, "healthd/78", "heap of {e} exhausted its quota, daemon replaced")),
    ),
    "realloc": (
        ((6, "disk.health.counters", "Disk {e} reassigned blocks {v}, no action needed"),),
        ((6, "shm.defect.list", "{e}: grown defect list length {v}"),),
        ((6, "raid.scrub.media", "Media scrub of {e} complete, remapped total {v}"),),
    ),
    "temperature": (
        ((6, "System Health/TMP0199", "The {e} temperature reading is {v} degrees Celsius."),),
        ((6, "Telemetry/TEL002", "Sensor={e} Reading={v} Unit=Cel Health=OK"),),
    ),
    "returned": (
        ((6, "Event/Up2Date", 'message="Pattern set kept, new one not verified yet" set="{e}"'),),
        ((6, "System/RED", 'message="Uplink re-announced by branch" red_id="{e}"'),),
        ((4, "Event/HA", 'message="Auxiliary asked for full table again" table="{e}"'),),
    ),
    "stopped": (
        ((6, "hbs", "[Backup] job {e} finished, {n:11000-13000} files, verified"),),
        ((6, "qlogd", "event log: Users: System, Source IP: 127.0.0.1, Content: [Replica] {e}: snapshot copied to vault."),),
        ((6, "rsyncd-job", "job={e} result=ok sent={n:300-420}MB"),),
    ),
    "heartbeat": (
        ((6, "1232", 'msg="Keepalive of reporting channel {e} acknowledged"'),),
        ((6, "1573", 'msg="Log shipped" dst={e} batch={n:200-900} result=ok'),),
        ((6, "882", 'msg="Licence manager {e} contacted, entitlement unchanged"'),),
    ),
    "accounts": (
        ((5, "postfix/submission/smtpd", "unknown[{src}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username={mate}"),),
        ((6, "dovecot", "imap-login: Disconnected (auth failed, 1 attempts in {n:2-6} secs): user=<{mate}>, rip={src}, TLS"),),
        ((6, "authgate", "token for {mate} not accepted, presented by {src}"),),
    ),
    "change": (
        ((6, "Application/FibuOffice/301", "Ledger add-in loaded on second pass, session {n:2-60}"),),
        ((6, "Application/TermSrvPrint/82", "Session {n:2-60} continued without its printer mapping"),),
        ((3, "Application/KanzleiDMS/119", "Document handle of session {n:2-60} kept by previous owner, read-only copy opened"),),
    ),
    "pingpong": (
        ((5, "sod", "010c0053:5: Active for traffic group {e}."), (5, "sod", "010c0052:5: Standby for traffic group {e}.")),
        ((4, "hactl", "unit took {e}, requested by partner"), (4, "hactl", "unit gave {e} to partner")),
    ),
    "second": (
        ((6, "authsvc", '{"lvl":"info","msg":"authorised by alternate endpoint","route":"{e}","ms":{n:180-420}}'),),
        ((6, "authsvc", "route {e}: first connection passed over, answered on the second in {n:180-420} ms"),),
        ((6, "authsvc", "scheme={e} dest=alt why=first_no_reply outcome=ok rt={n:180-420}"),),
    ),
    "pool": (
        ((6, "pgbouncer", "stats: pool {e} in use {v} of 400, waiting 0"),),
        ((6, "poolstat", "db={e} checked_out={v} cap=400 timeouts=0"),),
    ),
    "capacity": (
        ((6, "clearing", "window closed, lane {e} ceiling {v} tps, backlog 0"),),
        ((6, "clearing", "lane={e} sustained={v}/s limiter=off"),),
    ),
    "together": (
        ((6, "Lanz/QUEUE_MONITOR-6-LENGTH", "Interface {e} queue rose to {n:4000-9000} segments and drained"), (5, "amqp", "publishers on {ch} held for {n:40-900} ms by flow control")),
        ((6, "Xcvr/XCVR-6-RETUNE", "Receiver of {e} retuned, link kept"), (6, "amqp", "consumer {ch} fell back to polling for {n:2-9} s")),
    ),
    "offset": (
        ((6, "timed", "difference to reference {e}: {v} ms, within limit"),),
        ((6, "ntpmon", "ref={e} offset_ms={v} stratum=2 reach=377"),),
    ),
    "burst": (
        ((6, "amqp", "channel {e} reopened by client, {n:1-60} messages redelivered"),),
        ((4, "amqp", "lease on {e} handed over before its end, {n:1-60} unacknowledged"),),
    ),
}  # fmt: skip

NAMES: dict[str, tuple[str, ...]] = {
    "tunnel": ("gre-rz2", "gre-rz1", "sdw-west", "wan-b", "lte-spare", "vpn-kasse"),
    "atm": tuple(f"A{1000 + 7 * k}" for k in range(160)),
    "eod": ("EODPOST", "EODACCR", "EODSTMT", "EODFEES", "EODRECN", "EODEXTR"),
    "recovered": tuple(f"hdisk{k}" for k in range(4, 44)),
    "paths": ("hdiskpower3", "hdiskpower8", "hdiskpower11", "hdiskpower17"),
    "late": ("CLR.SCTINST", "CLR.SDDCORE", "CLR.CARDNET", "CLR.FXRATES", "CLR.TARGET"),
    "expiry": ("vpn-zentrale", "gw-filialen", "partner-rza", "mobile-vorstand"),
    "login": ("svc_ktoexport", "svc_archiv2", "adm.rstahl", "svc_kasse7", "t.ohlsen", "svc_dispo"),
    "restart": ("Citrix Print Manager", "Citrix HDX Browser", "Citrix Profile Telemetry", "PolisView Bridge"),
    "shrink": ("KFZ-NEU", "LEBEN-POST", "HAUSRAT", "SCHADEN-A", "SCHADEN-B"),
    "hour": ("TK-AMT1", "TK-AMT2", "TK-HOTLINE", "TK-FAX", "TK-AGENTUR"),
    "leak": ("hpe-sysmond", "ops-snmpd", "ndmd", "l2macd", "vrrpd"),
    "realloc": ("1.0.4", "1.0.7", "1.0.11", "1.1.2", "1.1.9", "1.1.14"),
    "temperature": ("CPU2 VR", "Riser 1", "DIMM B", "Exhaust", "PERC"),
    "returned": ("ips-core", "R40-DUEREN", "conntrack", "avira-sig", "R60-KLEVE"),
    "stopped": ("MANDANT-A", "BELEGE", "PROFILE", "DMS-ARCHIV", "LOHN"),
    "heartbeat": ("gms-eu3", "anlz-02", "lm-central", "col-ost"),
    "pingpong": ("tg-acquiring", "tg-issuing"),
    "second": ("girocard-a", "maestra-eu", "visage-2", "amexa-1", "dinersa", "jcbx"),
    "pool": ("acq_ledger", "tokens", "disputes", "mandates", "fees"),
    "capacity": ("L1", "L2", "L3", "L4"),
    "together": ("Ethernet7", "Ethernet19", "Ethernet23", "Ethernet31"),
    "offset": ("tsp-a", "tsp-b", "gps-dach"),
    "burst": ("q.capture", "q.refund", "q.payout", "q.notify"),
}  # fmt: skip

INSTALLED: Say = (6, "Application/MsiInstaller/1033", "Windows Installer installed the product. Product Name: {product}. Installation success or error status: 0.")  # fmt: skip


def said(w: World, key: str) -> tuple[Say, ...]:
    return w.random(f"said/{key}").choice(SAID[key])


def named(w: World, key: str) -> list[str]:
    """The names of such things; the planted one is the first."""
    names = list(NAMES[key])
    w.random(f"named/{key}").shuffle(names)
    return names
