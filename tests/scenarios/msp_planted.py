"""World "msp": its 23 planted weak signals, and the twins that use the same words without the telling property."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

_VPN = 'type="event" subtype="vpn" logdesc="IPsec connection status changed" msg="IPsec connection status change" '
VPN_DOWN: Say = (
    5,
    "0101037138",
    _VPN + 'action="tunnel-down" remip=203.0.113.{n:5-5} vpntunnel="{tunnel}" status="N/A"',
)
VPN_UP: Say = (
    5,
    "0101037138",
    _VPN + 'action="tunnel-up" remip=203.0.113.{n:5-5} vpntunnel="{tunnel}" status="N/A"',
)
PORT_OFF: Say = (6, "00077 ports", "port {p} is now off-line")
PORT_ON: Say = (6, "00076 ports", "port {p} is now on-line")
CRASH: Say = (6, "systemd", "{unit}.service: Scheduled restart job, restart counter is at {k}.")
CRASHED: Say = (6, "systemd", "{unit}.service: Main process exited, code=exited, status=3/NOTIMPLEMENTED")
BADLOGIN: Say = (
    6,
    "Microsoft-Windows-Security-Auditing/4625",
    "An account failed to log on. Account Name: {account} Failure Reason: Unknown user name or bad password. Source Network Address: {src}",
)
BACKUP: Say = (
    6,
    "Veeam MP/190",
    "Backup job '{job}' finished with Success. Duration: {h}:{m:02} Processed: {gb} GB",
)
COPY: Say = (6, "rsnapshot", "/usr/bin/rsnapshot {job}: completed successfully, {mb} MB transferred")
SMART: Say = (
    6,
    "smartd",
    "Device: /dev/{disk} [SAT], SMART Usage Attribute: 5 Reallocated_Sector_Ct changed from {was} to {now}",
)
LATENCY: Say = (
    6,
    "MSSQLSERVER/833",
    "SQL Server has encountered occurrences of I/O requests taking {ms} ms to complete on file [{file}] in database [{db}]",
)
CERT: Say = (5, "certwatch", "certificate for {name} expires in {days} days")
POOL: Say = (
    5,
    "0100026003",
    'type="event" subtype="system" logdesc="DHCP statistics" interface="{intf}" total=200 used={used} msg="DHCP statistics"',
)
SPOOLER: Say = (
    6,
    "Service Control Manager/7031",
    "The {service} service terminated unexpectedly. It has done this {k} time(s). The following corrective action will be taken in 60000 milliseconds: Restart the service.",
)
ECC: Say = (
    6,
    "kernel",
    "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_Ha#0_Chan#{chan}_DIMM#0 (channel:{chan} slot:0 page:0x{hex:6})",
)
DFSR: Say = (
    6,
    "DFSR/4202",
    "The DFS Replication service has detected that the staging space in use for the replicated folder {folder} is above the high watermark. Backlog: {n} files",
)
BATTERY: Say = (6, "apcupsd", "Input voltage sag, transfer to battery and back within {n:1-2} seconds")
HANG: Say = (3, "System", "System volume [{vol}] remounted read-only, services stopped")
QUEUE: Say = (6, "System", "iSCSI LUN [{vol}] command queue latency high, retrying")
UPDATED: Say = (
    6,
    "0100032104",
    'type="event" subtype="system" logdesc="Signature package updated" msg="Fortigate scheduled update fcni=yes fdni=yes fsci=yes idsdb({n:20-29}.{n:100-900})"',
)
IPS: Say = (
    6,
    "0100020010",
    'type="event" subtype="system" logdesc="Conserve mode entered" service="wad" msg="Worker process left idle state late, session helper restarted"',
)
EXPORT: Say = (6, "DatevExport/77", "Mandantenexport abgeschlossen, {n:180-260} Dateien uebertragen")
WORM: Say = (6, "TaskScheduler/106", "User registered Task Scheduler task '\\{task}'")
FAN: Say = (6, "00070 chassis", "Fan {n:1-1} speed changed to high")
CRC: Say = (6, "00331 FFI", "port {p}-High collision or drop rate. See help.")


def plant(w: World) -> None:
    """Plant all of them; each takes hosts of its own."""
    _links(w)
    _services(w)
    _jobs(w)
    _numbers(w)
    _relations(w)


def _links(w: World) -> None:
    r = w.random("links")
    host = w.pick("vpn1", "firewall")
    label = w.plant("vpn_flap", host, "tunnel-(down|up)", 2.6, entity="zweigstelle-ost")
    w.flap(host, w.poisson("vpn1", 0, DAYS, 2.6), VPN_DOWN, VPN_UP, label, (12, 41), tunnel="zweigstelle-ost")
    host = w.pick("vpn2", "firewall")
    label = w.plant("vpn_flap_growing", host, "tunnel-(down|up)", 8.0, entity="rz-nord")
    w.flap(
        host,
        w.poisson("vpn2", 3, DAYS, lambda d: 0.12 * (d - 2) ** 1.4),
        VPN_DOWN,
        VPN_UP,
        label,
        (8, 90),
        tunnel="rz-nord",
    )
    host = w.pick("port", "switch")
    port = r.randint(22, 24)
    label = w.plant("interface_flap", host, "port .* is now o(n|ff)-line", (3.0, 11.0), entity=str(port))
    w.flap(host, w.poisson("port", 0.3, 10.5, 2.2), PORT_OFF, PORT_ON, label, (2, 6), p=port)
    host = w.pick("crc", "switch")
    label = w.plant("rare_recurring", host, "High collision", 5.0, entity="23")
    w.each(host, w.poisson("crc", 1, DAYS, 1.3), CRC, label, p=23)


def _services(w: World) -> None:
    r = w.random("services")
    host = w.pick("loop", "linux")
    label = w.plant("restart_loop", host, "rspamd", 3.2, entity="rspamd")
    for k, t in enumerate(w.poisson("loop", 0.5, DAYS, 2.5)):
        w.say(host, t, CRASHED, label, unit="rspamd")
        w.say(host, t + 0.2 * SECOND, CRASH, label, unit="rspamd", k=k + 1)
    host = next(h for h in w.of("windows", tenant=r.choice(list(w.networks))) if h.name.endswith("DC01"))
    label = w.plant("login_drip", host, "svc_scan2mail", (3.0, 10.3), entity="svc_scan2mail")
    w.each(host, w.poisson("drip", 0, 9.8, 3), BADLOGIN, label, account="svc_scan2mail", src="10.21.60.17")
    spray = next(h for h in w.of("windows") if h.name.endswith("DC01") and h is not host)
    label = w.plant("spray", spray, "Source Network Address: 10.66.4.9", (7.6, 11.5), entity="10.66.4.9")
    for k, t in enumerate(w.poisson("spray", 7, 10.5, 10)):
        w.say(
            spray,
            t,
            BADLOGIN,
            label,
            account=f"{'abcdefghijklmnopqrstuvw'[k % 23]}.{('meier', 'kurz', 'fuchs', 'horn', 'wolf')[k % 5]}",
            src="10.66.4.9",
        )
    host = w.pick("spooler", "windows")
    label = w.plant("returned", host, "LexwareDienst", (2.0, 4.5), 10.0, entity="LexwareDienst")
    for k, t in enumerate([*w.poisson("ret1", 0.6, 3.4, 3), *w.poisson("ret2", 9.2, DAYS, 3)]):
        w.say(host, t, SPOOLER, label, service="LexwareDienst", k=k % 7 + 1)
    w.say(
        host,
        3.45,
        (
            6,
            "Service Control Manager/7045",
            "A service was installed in the system. Service Name: LexwareDienst Service Start Type: auto start",
        ),
    )
    host = w.pick("ips", "firewall")
    label = w.plant("after_change", host, "Worker process left idle", 7.0)
    w.say(
        host,
        5.9,
        (
            4,
            "0100032138",
            'type="event" subtype="system" logdesc="Device rebooted" user="admin-ub" action="reboot" msg="User admin-ub rebooted the device. The reason is \'upgrade firmware\'"',
        ),
    )
    w.each(host, w.poisson("ips", 6.0, DAYS, 3), IPS, label)
    hosts = w.of("windows", tenant="steuer-lenz") + w.of("windows", tenant="kanzlei-brandt")
    hosts = w.random("worm").sample([h for h in hosts if h.tenant == "steuer-lenz"], 5)
    label = w.plant("spread", hosts, "WinSvcUpd", 6.5, entity="WinSvcUpd")
    for k, victim in enumerate(hosts):
        w.each(victim, w.poisson(f"worm{k}", 3.2 + 1.6 * k, DAYS, 1), WORM, label, task="WinSvcUpd")
        w.say(victim, 3.2 + 1.6 * k, WORM, label, task="WinSvcUpd")


def _jobs(w: World) -> None:
    host = w.pick("dur", "windows")
    label = w.plant("job_duration", host, "job 'VM-Akte'", 7.0, entity="VM-Akte")
    for day, t in enumerate(w.clock("dur", 0, DAYS, 1, 22.2 * HOUR, 300)):
        minutes = int(52 * 1.13 ** max(0, day - 3)) + day % 3
        _backup(w, host, t, label, "VM-Akte", minutes, 310 + day)
    host = w.pick("size", "linux")
    label = w.plant("job_size", host, "rsnapshot praxisdaten", 7.5, entity="praxisdaten")
    for day, t in enumerate(w.clock("size", 0, DAYS, 1, 23.1 * HOUR, 300)):
        w.say(host, t, COPY, label, job="praxisdaten", mb=int(8400 * 0.74 ** max(0, day - 4)) + day % 5)
    host = w.pick("miss", "linux")
    label = w.plant("beat_stopped", host, "rsnapshot kanzleiakten", 9.2, entity="kanzleiakten", silence=True)
    for day, t in enumerate(w.clock("miss", 0, 8, 1, 1.2 * HOUR, 200)):
        w.say(host, t, COPY, label, job="kanzleiakten", mb=2200 + 37 * (day % 4))
    host = w.pick("export", "windows")
    label = w.plant("beat_stopped", host, "Mandantenexport", 7.4, silence=True)
    w.each(host, w.clock("export", 0, 7, 6 * HOUR, 0.04, 40), EXPORT, label)
    host = w.pick("dark", "nas")
    w.plant("source_silent", host, "$^", 6.9, silence=True)
    w.dark(host, 6.4)
    w.each(
        host,
        w.poisson("dark", 0, 6.4, 40),
        (6, "System", "Disk hibernation: internal disks woke up from hibernation."),
    )


def _backup(w: World, host: Host, t: float, label: str | None, job: str, minutes: int, gb: int) -> None:
    line = (6, BACKUP[1], BACKUP[2].replace("{m:02}", f"{minutes % 60:02d}"))
    w.say(host, t + minutes * MINUTE, line, label, job=job, h=minutes // 60, gb=gb)


def _numbers(w: World) -> None:
    host = w.pick("smart", "nas")
    label = w.plant("disk_drift", host, "Reallocated_Sector_Ct", 6.0, entity="sdc")
    now = 8
    for k, t in enumerate(w.poisson("smart", 2, DAYS, 1.6)):
        was, now = now, now + 8 * (1 + k // 4)
        w.say(host, t, SMART, label, disk="sdc", was=was, now=now)
    host = w.pick("io", "windows")
    label = w.plant("latency_drift", host, "I/O requests taking", 7.0, entity="PRAXIS")
    r = w.random("io")
    for t in w.poisson("io", 1, DAYS, 3.5):
        w.say(
            host,
            t,
            LATENCY,
            label,
            ms=int(15000 * 1.14**t * r.uniform(0.92, 1.08)),
            file="D:\\data\\praxis.mdf",
            db="PRAXIS",
        )
    host = w.pick("cert", "linux")
    label = w.plant("cert_expiry", host, "certificate for owa", 3.0, entity="owa.lenz.example")
    for day, t in enumerate(w.clock("cert", 0, DAYS, 1, 0.21)):
        w.say(host, t, CERT, label, name="owa.lenz.example", days=15 - day)
    host = w.pick("pool", "firewall")
    label = w.plant("pool_creep", host, 'interface="gast"', 7.0, entity="gast")
    for k, t in enumerate(w.clock("pool", 0, DAYS, 0.25, 0.05)):
        w.say(host, t, POOL, label, intf="gast", used=88 + int(1.9 * k) + k % 3)
    host = w.pick("dfsr", "windows")
    label = w.plant("backlog_growing", host, "DFS Replication", 7.5, entity="Akten")
    for t in w.poisson("dfsr", 3, DAYS, 2.4):
        w.say(host, t, DFSR, label, folder="Akten", n=int(120 * 1.35 ** (t - 2)))
    host = w.pick("ecc", "linux")
    label = w.plant("rare_recurring", host, "CE memory read error", 5.5, entity="DIMM")
    w.each(host, w.poisson("ecc", 1, DAYS, 1.2), ECC, label, chan=2)


def _relations(w: World) -> None:
    host = w.pick("hang", "nas")
    label = w.plant("precursor", host, "command queue latency|System volume .volume2.", 7.5, entity="volume2")
    r = w.random("hang")
    for k in range(6):
        outage = 0.9 + 2.2 * k + r.uniform(0, 0.9)
        w.say(host, outage - r.uniform(12, 35) * MINUTE, QUEUE, label, vol="volume2")
        w.say(host, outage, HANG, label, vol="volume2")
        w.say(
            host,
            outage + r.uniform(5, 25) * MINUTE,
            (6, "System", "System volume [{vol}] mounted, services started"),
            label,
            vol="volume2",
        )
    ups = w.pick("sag", "ups")
    switch = w.pick("fan", "switch", tenant=ups.tenant)
    label = w.plant("together", [ups, switch], "voltage sag|Fan", 7.0)
    for t in w.poisson("sag", 1, DAYS, 1.1):
        w.say(ups, t, BATTERY, label)
        w.say(switch, t + r.uniform(3, 40) * SECOND, FAN, label)


def twins(w: World) -> None:
    """The signals' words, harmless: once, on all hosts, on a clock, orderly, flat, recovered."""
    r = w.random("twins")
    once: tuple[tuple[str, Say, Say, dict[str, object], str], ...] = (
        ("firewall", VPN_DOWN, VPN_UP, {"tunnel": "homeoffice-7"}, "a tunnel dropped and recovered once"),
        ("switch", (6, "00077 ports", "port {p} is now off-line"), (6, "00076 ports", "port {p} is now on-line"), {"p": 22}, "an uplink was replugged once"),
        ("linux", CRASHED, CRASH, {"unit": "clamav-freshclam", "k": 1}, "a daemon crashed and was restarted once"),
        ("nas", HANG, (6, "System", "System volume [{vol}] mounted, services started"), {"vol": "volume1"}, "a volume was remounted once"),
        ("ups", BATTERY, BATTERY, {}, "one brown-out"),
    )  # fmt: skip
    for role, first, second, values, why in once:
        label = w.harmless(why)
        host = r.choice(w.of(role))
        t = r.uniform(2, 13)
        w.say(host, t, first, label, **values)
        w.say(host, t + r.uniform(10, 60) * SECOND, second, label, **values)
    label = w.harmless("provider's maintenance: every tunnel drops within the same ten minutes at night")
    for host in w.of("firewall"):
        w.flap(host, [8.1 + r.uniform(0, 10) * MINUTE], VPN_DOWN, VPN_UP, label, (60, 200), tunnel="rz-sued")
    label = w.harmless("dial-on-demand tunnel goes down and up on a clock")
    w.flap(
        r.choice(w.of("firewall")),
        w.clock("ondemand", 0, DAYS, 1, 0.9),
        VPN_DOWN,
        VPN_UP,
        label,
        (28_000, 28_100),
        tunnel="abend-sync",
    )
    label = w.harmless("disks with a few old reallocated sectors, unchanged")
    for host in w.of("nas"):
        w.each(
            host,
            w.clock("oldsmart" + host.name, 0, DAYS, 1, 0.12),
            (6, "smartd", "Device: /dev/sda [SAT], SMART Usage Attribute: 5 Reallocated_Sector_Ct is 16"),
            label,
        )
    label = w.harmless("certificates with many days left, told daily")
    for host in w.of("linux"):
        for day, t in enumerate(w.clock("oldcert" + host.name, 0, DAYS, 1, 0.22)):
            w.say(host, t, CERT, label, name=f"{host.name}.example", days=240 - day)
    label = w.harmless("DHCP statistics that breathe with the day")
    for host in w.of("firewall"):
        for k, t in enumerate(w.clock("stat" + host.name, 0, DAYS, 0.25, 0.06)):
            w.say(host, t, POOL, label, intf="intern", used=(40, 44, 92, 80)[k % 4] + r.randint(-4, 4))
    label = w.harmless("a service account with a forgotten password, corrected within the hour")
    host = next(h for h in w.of("windows") if h.name.endswith("DC01"))
    w.each(host, w.poisson("fixed", 3.4, 3.44, 300), BADLOGIN, label, account="svc_backup", src="10.21.60.40")
    label = w.harmless("copies whose size varies and duration is steady")
    for host in w.of("linux"):
        if host.name.endswith("backup"):
            for t in w.clock("copy" + host.name, 0, DAYS, 1, 0.11, 400):
                w.say(host, t, COPY, label, job="system", mb=r.randint(700, 1900))
    label = w.harmless("scheduled tasks registered by the software deployment on all servers in an hour")
    for host in w.of("windows"):
        w.say(host, 8.45 + r.uniform(0, 60) * MINUTE, WORM, label, task="SentinelUpdate")
    label = w.harmless("signature updates of the firewalls")
    for host in w.of("firewall"):
        w.each(host, w.clock("sig" + host.name, 0, DAYS, 4 * HOUR, 0.07), UPDATED, label)
    label = w.harmless("one corrected memory error on each of three hosts")
    for host in r.sample(w.of("linux"), 3):
        w.say(host, r.uniform(1, 13), ECC, label, chan=0)
    label = w.harmless("replication backlog after patch night, gone by morning")
    for host in w.of("windows"):
        if host.name.endswith("FS01"):
            for k in range(5):
                w.say(host, 9.15 + k * HOUR, DFSR, label, folder="Programme", n=900 - 200 * k)
    label = w.harmless("fans speed up on two warm afternoons, everywhere")
    for host in w.of("switch"):
        for warm in (3.6, 4.6):
            w.say(host, warm + r.uniform(0, 0.03), FAN, label)
    label = w.harmless("terminated once by an installer")
    w.say(r.choice(w.of("windows")), 6.55, SPOOLER, label, service="AdobeARMservice", k=1)
    label = w.harmless("I/O stalls on every database server during the backup window")
    for host in w.of("windows"):
        if host.name.endswith("SQL01"):
            w.each(
                host,
                w.clock("stall" + host.name, 0, DAYS, 1, 0.92, 900),
                LATENCY,
                label,
                ms=r.randint(15000, 16000),
                file="E:\\tempdb.mdf",
                db="tempdb",
            )
