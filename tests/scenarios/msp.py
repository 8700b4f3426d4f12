"""World "msp": a service provider's four small offices in Germany. Hosts, rhythms, the ordinary day and what is harmless."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from datetime import datetime

from tests.scenarios import msp_planted
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Chatter, World, monday, week

_START = monday(2026, 3, 2)
_OFFICE = [0.3] * 6 + [0.6, 1.5, 4, 6, 6, 5.5, 3.5, 5, 6, 5.5, 4, 2, 1, 0.7, 0.5, 0.4, 0.3, 0.3]
_CALM = [0.3] * 8 + [0.6] * 8 + [0.3] * 8
_FLAT = [1.0] * 168
_USERS = (
    "a.brandt",
    "j.vogel",
    "m.ilic",
    "s.krause",
    "t.ohm",
    "h.weiss",
    "empfang",
    "k.lenz",
    "b.aydin",
    "r.moll",
)

_FORTI_TRAFFIC = (
    'type="traffic" subtype="forward" srcip={lan} srcport={port} srcintf="internal" dstip={wan} dstport={pick:443|443|80|53|993} '
    'dstintf="wan1" action="{pick:accept|close|close|timeout}" policyid={n:1-24} service="{pick:HTTPS|HTTPS|DNS|IMAPS}" '
    "duration={n:1-900} sentbyte={n:200-90000} rcvdbyte={n:200-900000}"
)
_FORTI_DENY = (
    'type="traffic" subtype="local" srcip={wan} srcport={port} srcintf="wan1" dstip={lan} dstport={pick:22|23|445|3389|8080|5060} '
    'action="deny" policyid=0 service="tcp/{n:20-9000}" duration=0 sentbyte=0 rcvdbyte=0'
)
ROLES = {
    "firewall": Chatter(
        "office",
        (
            (60, (5, "0000000013", _FORTI_TRAFFIC)),
            (14, (5, "0001000014", _FORTI_DENY)),
            (6, (4, "0316013056", 'type="utm" subtype="webfilter" eventtype="ftgd_blk" srcip={lan} hostname="{pick:ads|cdn|track}{n:1-80}.example" action="blocked" catdesc="{pick:Advertising|Games|Meaningless Content}"')),
            (2, (6, "0100026001", 'type="event" subtype="system" logdesc="DHCP Ack log" dhcp_msg="Ack" mac="{mac}" ip={lan} lease=86400 hostname="PC-{n:10-60}"')),
        ),
    ),
    "switch": Chatter(
        "office",
        (
            (2.0, (6, "00076 ports", "port {n:2-20} is now on-line")),
            (2.0, (6, "00077 ports", "port {n:2-20} is now off-line")),
            (0.3, (6, "00179 mgr", "SME SSH from {lan} - MANAGER Mode")),
            (0.8, (4, "00332 FFI", "port {n:2-20}-Excessive Broadcasts. See help.")),
        ),
    ),
    "windows": Chatter(
        "office",
        (
            (16, (6, "Microsoft-Windows-Security-Auditing/4624", "An account was successfully logged on. Account Name: {user} Logon Type: 3 Source Network Address: {lan} Source Port: {port}")),
            (14, (6, "Microsoft-Windows-Security-Auditing/4634", "An account was logged off. Account Name: {user} Logon ID: 0x{hex:7} Logon Type: 3")),
            (4, (6, "Microsoft-Windows-Security-Auditing/4672", "Special privileges assigned to new logon. Account Name: {pick:SYSTEM|admin-ub|svc_sql} Logon ID: 0x{hex:6}")),
            (2, (6, "Service Control Manager/7036", "The {pick:Windows Update|WinHTTP Web Proxy Auto-Discovery|Software Protection|Background Intelligent Transfer} service entered the {pick:running|stopped} state.")),
            (1, (3, "DCOM/10016", "The application-specific permission settings do not grant Local Activation permission for the COM Server application with CLSID {hex:8}-{hex:4} to the user NT AUTHORITY\\SYSTEM")),
            (0.6, (4, "Microsoft-Windows-Time-Service/36", "The time service has not synchronized the system time for {n:60000-90000} seconds because none of the time service providers provided a usable time stamp.")),
        ),
    ),
    "linux": Chatter(
        "office",
        (
            (6, (6, "CRON", "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)")),
            (3, (6, "sshd", "Accepted publickey for monitor from {lan} port {port} ssh2: ED25519 SHA256:{hex:20}")),
            (3, (6, "sshd", "pam_unix(sshd:session): session closed for user monitor")),
            (3, (6, "systemd", "Started Session {n:1000-9000} of User monitor.")),
            (2, (6, "dovecot", "imap-login: Login: user=<{user}>, method=PLAIN, rip={lan}, lip={lan}, TLS, session=<{hex:12}>")),
            (2, (6, "postfix/smtpd", "connect from unknown[{wan}]")),
            (1, (4, "postfix/smtpd", "warning: hostname mail{n:1-99}.example does not resolve to address {wan}")),
            (1, (3, "dhclient", "receive_packet failed on ens18: Network is down")),
        ),
    ),
    "nas": Chatter(
        "office",
        (
            (8, (6, "Connection", "User [{user}] from [{lan}] via [CIFS(SMB3)] accessed shared folder [{pick:Daten|Scan|Akten|Ablage}].")),
            (1, (6, "System", "Disk hibernation: internal disks woke up from hibernation.")),
            (0.5, (4, "Connection", "User [{user}] from [{lan}] failed to sign in to [DSM] due to authorization failure.")),
        ),
    ),
    "ups": Chatter("flat", ((1.2, (6, "apcupsd", "Self test passed, battery charge {n:98-100} percent")), (0.6, (6, "apcupsd", "UPS communication polling ok, linev {n:226-234}")))),
    "printer": Chatter(
        "office",
        (
            (2, (6, "printer", "printer is ready to print, tray {n:1-3}")),
            (1, (4, "printer", "tray {n:1-3} empty or open")),
            (0.6, (4, "printer", "toner low: {pick:black|cyan|magenta|yellow} cartridge")),
        ),
    ),
    "ap": Chatter(
        "office",
        (
            (7, (6, "hostapd", "wlan{n:0-1}: STA {mac} IEEE 802.11: associated")),
            (7, (6, "hostapd", "wlan{n:0-1}: STA {mac} IEEE 802.11: disassociated")),
            (2, (4, "hostapd", "wlan{n:0-1}: STA {mac} WPA: EAPOL-Key timeout")),
        ),
    ),
}  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False, start: datetime = _START) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted; `start`: its first midnight."""
    world = World("msp", start, seed, quiet)
    world.rhythms = {"office": week(_OFFICE, _CALM, [0.3] * 24), "flat": _FLAT}
    world.words = {"user": lambda r: r.choice(_USERS)}
    world.networks = {
        "kanzlei-brandt": "10.21.0.0/16",
        "praxis-moll": "10.22.0.0/16",
        "tischlerei-aurich": "10.23.0.0/16",
        "steuer-lenz": "10.24.0.0/16",
    }
    for number, tenant in enumerate(world.networks):
        _office(world, tenant, tenant.split("-")[0][:4], 60 if number == 1 else 0)
    if not quiet:
        msp_planted.plant(world)
    _harmless(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _office(world: World, tenant: str, short: str, offset_min: int) -> None:
    world.add(tenant, "firewall", "forti", [f"{short}-fw1", f"{short}-fw2"])
    world.add(tenant, "switch", "procurve", [f"{short}-sw{k}" for k in range(1, 4)])
    world.add(
        tenant,
        "windows",
        "agent",
        [f"{short.upper()}-{n}" for n in ("DC01", "FS01", "APP01", "TS01", "SQL01")],
    )
    world.add(tenant, "linux", "bsd", [f"{short}-{n}" for n in ("mail", "web", "backup")], offset_min)
    world.add(tenant, "nas", "bsd", [f"{short}-nas1", f"{short}-nas2"], offset_min)
    world.add(tenant, "ups", "iso", [f"{short}-usv"])
    world.add(tenant, "printer", "bsd", [f"{short}-mfp1", f"{short}-mfp2"], offset_min)
    world.add(tenant, "ap", "rfc5424", [f"{short}-ap{k}" for k in range(1, 4)])


def _harmless(w: World) -> None:
    _clockwork(w)
    _changes(w)
    _noise(w)
    msp_planted.twins(w)


def _clockwork(w: World) -> None:
    """What comes by the clock: jobs, scans, rotation, reports."""
    label = w.harmless("nightly backup of each file server, duration steady")
    for host in w.of("windows"):
        if host.name.endswith("FS01"):
            r = w.random("backup/" + host.name)
            for t in w.clock("backup" + host.name, 0, DAYS, 1, 21.5 * HOUR, 600):
                line = (
                    6,
                    "Veeam MP/190",
                    "Backup job '{job}' finished with Success. Duration: 0:{m}:{n:10-59} Processed: {f:410-420} GB",
                )
                w.say(host, t, line, label, job=f"{host.name}-daily", m=r.randint(38, 43))
    label = w.harmless("weekly vulnerability scan of every Linux host on Saturday")
    for host in w.of("linux"):
        for saturday in (5, 12):
            for t in w.poisson(f"scan{host.name}{saturday}", saturday + 0.1, saturday + 0.13, 700):
                w.say(
                    host,
                    t,
                    (6, "sshd", "Connection closed by {scanner} port {port} [preauth]"),
                    label,
                    scanner="10.21.200.9",
                )
    label = w.harmless("log rotation restarts the log daemon every night")
    for host in w.of("linux"):
        w.each(
            host,
            w.clock("rot" + host.name, 0, DAYS, 1, 0.26),
            (6, "rsyslogd", '[origin software="rsyslogd" swVersion="8.2302.0"] rsyslogd was HUPed'),
            label,
        )
    label = w.harmless("weekly RAID scrub")
    for host in w.of("nas"):
        for sunday in (6, 13):
            w.say(host, sunday + 0.04, (6, "System", "Data scrubbing started on [Storage Pool 1]."), label)
            w.say(
                host,
                sunday + 0.31,
                (6, "System", "Data scrubbing completed on [Storage Pool 1], no inconsistencies found."),
                label,
            )
    label = w.harmless("UPS self test each Monday")
    for host in w.of("ups"):
        for day in (0, 7):
            w.say(host, day + 0.37, (4, "apcupsd", "UPS Self Test switch to battery."), label)
            w.say(host, day + 0.37 + 9 * SECOND, (4, "apcupsd", "UPS Self Test completed: Battery OK"), label)
    label = w.harmless("licence check warns hourly on every application server, for years")
    for host in w.of("windows"):
        if host.name.endswith("APP01"):
            w.each(
                host,
                w.clock("lic" + host.name, 0, DAYS, HOUR, 7 * MINUTE),
                (4, "DATEV-Lizenz/1203", "Lizenzserver nicht erreichbar, verwende lokalen Cache"),
                label,
            )
    label = w.harmless("printer's SNMP trap noise on the clock")
    w.each(
        w.pick("snmp", "printer"),
        w.clock("snmp", 0, DAYS, HOUR / 2, 0),
        (3, "snmpd", "error on subcontainer 'ia_addr' insert (-1)"),
        label,
    )


def _changes(w: World) -> None:
    """What somebody did on purpose."""
    label = w.harmless("patch night: all Windows servers restart on the second Wednesday")
    for host in w.of("windows"):
        at = 9 + w.random("patch" + host.name).uniform(0.02, 0.14)
        w.say(
            host,
            at,
            (
                6,
                "User32/1074",
                "The process wuauclt.exe has initiated the restart of computer {host} on behalf of user NT AUTHORITY\\SYSTEM for the following reason: Operating System: Service pack (Planned)",
            ),
            label,
        )
        w.say(host, at + 40 * SECOND, (6, "EventLog/6006", "The Event log service was stopped."), label)
        w.say(host, at + 200 * SECOND, (6, "EventLog/6005", "The Event log service was started."), label)
        for service in ("Netlogon", "W32Time", "Spooler", "LanmanServer"):
            w.say(
                host,
                at + 230 * SECOND,
                (6, "Service Control Manager/7036", "The {service} service entered the running state."),
                label,
                service=service,
            )
    label = w.harmless("new endpoint agent rolled out to all Windows servers on day 8")
    for host in w.of("windows"):
        at = 8.4 + w.random("edr" + host.name).uniform(0, 0.1)
        w.say(
            host,
            at,
            (
                6,
                "MsiInstaller/1033",
                "Windows Installer installed the product. Product Name: Sentinel Endpoint. Product Version: 7.3.1.",
            ),
            label,
        )
        w.each(
            host,
            w.poisson("edr" + host.name, at, DAYS, 9, "office"),
            (6, "SentinelEndpoint/31", "Policy refresh completed, {n:40-60} rules active"),
            label,
        )
    label = w.harmless("firewall firmware upgraded orderly on day 5, one host a night")
    for k, host in enumerate(w.of("firewall")[:4]):
        at = 5 + k + 0.9
        w.say(
            host,
            at,
            (
                4,
                "0100032138",
                'type="event" subtype="system" logdesc="Device rebooted" user="admin-ub" action="reboot" msg="User admin-ub rebooted the device. The reason is \'upgrade firmware\'"',
            ),
            label,
        )
        w.say(
            host,
            at + 150 * SECOND,
            (
                5,
                "0100032009",
                'type="event" subtype="system" logdesc="FortiGate started" msg="FortiGate started"',
            ),
            label,
        )
    label = w.harmless("maintenance on one site: switches moved to another rack on Saturday, announced")
    for host in w.of("switch", tenant="tischlerei-aurich"):
        for port in range(1, 9):
            at = 5.4 + port * MINUTE
            w.say(host, at, (6, "00077 ports", "port {p} is now off-line"), label, p=port)
            w.say(host, at + 0.02, (6, "00076 ports", "port {p} is now on-line"), label, p=port)
    label = w.harmless("administrator's orderly service restarts")
    for k, host in enumerate(w.of("linux")[:6]):
        w.say(host, 3.5 + k, (6, "systemd", "Stopping Postfix Mail Transport Agent..."), label)
        w.say(host, 3.5 + k + SECOND, (6, "systemd", "Started Postfix Mail Transport Agent."), label)
    label = w.harmless("a new web application writes its own lines from day 6 on")
    host = w.pick("newapp", "linux")
    w.each(
        host,
        w.poisson("newapp", 6.4, DAYS, 90, "office"),
        (6, "terminportal", "GET /api/slots 200 {n:3-90}ms client={lan}"),
        label,
    )


def _noise(w: World) -> None:
    """What is loud, odd or worded like a fault and means nothing."""
    label = w.harmless("debug left on for an afternoon: a flood")
    host = w.pick("debug", "linux")
    w.each(
        host,
        w.poisson("debug", 4.55, 4.7, 20_000),
        (7, "dovecot", "auth: Debug: client in: AUTH {n:1-9} PLAIN service=imap session={hex:10} rip={lan}"),
        label,
    )
    label = w.harmless("internet scanning of published mail servers")
    for host in w.of("linux"):
        if host.name.endswith("mail"):
            for k in range(10):
                start = w.random(f"net{host.name}{k}").uniform(0, 13.9)
                w.each(
                    host,
                    w.poisson(f"net{host.name}{k}", start, start + 0.01, 2500),
                    (
                        6,
                        "sshd",
                        "Failed password for invalid user {pick:admin|test|oracle|ubuntu|pi|git|ftp} from {w} port {port} ssh2",
                    ),
                    label,
                    w=f"185.{k}.7.{k + 20}",
                )
    label = w.harmless("users mistype their password in the morning")
    for host in w.of("windows"):
        if host.name.endswith("DC01"):
            w.each(
                host,
                w.poisson("typo" + host.name, 0, DAYS, 4, "office"),
                (
                    6,
                    "Microsoft-Windows-Security-Auditing/4625",
                    "An account failed to log on. Account Name: {user} Failure Reason: Unknown user name or bad password. Source Network Address: {lan}",
                ),
                label,
            )
    label = w.harmless("one phone that roams and flaps between access points all day")
    for host in w.of("ap", tenant="praxis-moll"):
        w.flap(
            host,
            w.poisson("phone" + host.name, 0, DAYS, 14, "office"),
            (6, "hostapd", "wlan0: STA {sta} IEEE 802.11: disassociated"),
            (6, "hostapd", "wlan0: STA {sta} IEEE 802.11: associated"),
            label,
            (2, 30),
            sta="3c:22:fb:7a:01:9e",
        )
    label = w.harmless("one-off rarities, each said once")
    odd = (
        (
            4,
            "kernel",
            "perf: interrupt took too long (2511 > 2500), lowering kernel.perf_event_max_sample_rate to 79500",
        ),
        (3, "systemd", "Failed to set up mount unit: Invalid argument"),
        (4, "dovecot", "master: Warning: Time moved forwards by 0.1{n:1-9} seconds - adjusting timeouts"),
        (3, "postfix/smtpd", "fatal: no SASL authentication mechanisms"),
        (5, "sudo", "admin-ub : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/less /var/log/syslog"),
        (4, "kernel", "TCP: out of memory -- consider tuning tcp_mem"),
    )
    r = w.random("odd")
    for line in odd:
        w.say(r.choice(w.of("linux")), r.uniform(0.5, 13.8), line, label)
    label = w.harmless("desktop ports switched on and off with the working day")
    for host in w.of("switch"):
        for day in range(DAYS):
            if day % 7 < 5:
                w.say(
                    host, day + 0.31 + 0.01 * (day % 3), (6, "00076 ports", "port 21 is now on-line"), label
                )
                w.say(host, day + 0.72, (6, "00077 ports", "port 21 is now off-line"), label)
    label = w.harmless("chronic error: group policy cannot read one printer, on all terminal servers")
    for host in w.of("windows"):
        if host.name.endswith("TS01"):
            w.each(
                host,
                w.poisson("gpo" + host.name, 0, DAYS, 22, "office"),
                (
                    3,
                    "Group Policy Printers/4098",
                    "The user 'MFP-Alt' preference item did not apply because it failed with error code '0x80070709 The printer name is invalid.' This error was suppressed.",
                ),
                label,
            )
    label = w.harmless("chronic warning: certificate name mismatch on the mail relay, for ever the same")
    for host in w.of("linux"):
        if host.name.endswith("mail"):
            w.each(
                host,
                w.poisson("tls" + host.name, 0, DAYS, 12, "office"),
                (
                    4,
                    "postfix/smtp",
                    "certificate verification failed for mx.{pick:alpha|beta|gamma}.example[{wan}]:25: untrusted issuer",
                ),
                label,
            )
    label = w.harmless("Sunday power company tests: every UPS notes a dip at the same minute")
    for host in w.of("ups"):
        w.say(host, 6.5, (4, "apcupsd", "Power failure."), label)
        w.say(host, 6.5 + 3 * SECOND, (4, "apcupsd", "Power is back. UPS running on mains."), label)
