"""World "town": its planted weak signals. Most are said in neutral words at info."""

from __future__ import annotations

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

VPN_DOWN: Say = (
    6,
    "427",
    'msg="IPsec Tunnel status changed" n={n:10-900} src={lan} dst={wan} note="VPN Policy: {policy}; Tunnel Down"',
)
VPN_UP: Say = (
    6,
    "427",
    'msg="IPsec Tunnel status changed" n={n:10-900} src={lan} dst={wan} note="VPN Policy: {policy}; Tunnel Up"',
)
EXIT: Say = (6, "kubelet", '"SyncLoop (PLEG): event for pod" pod="{pod}" event=ContainerDied exitCode={code}')
START: Say = (
    6,
    "kubelet",
    '"SyncLoop (PLEG): event for pod" pod="{pod}" event=ContainerStarted restartCount={n:3-90}',
)
FTP: Say = (6, "vsftpd", '[{user}] FAIL LOGIN: Client "{src}"')
FTP_OK: Say = (6, "vsftpd", '[{user}] OK LOGIN: Client "{src}"')
HYPER: Say = (
    6,
    "img_backup",
    "[Network][{task}] Backup task finished successfully. [{n:180000-184000} files scanned] [{gb} GB transferred]",
)
DUMP: Say = (6, "pg_backup", "base backup of cluster {cluster} archived, took {s} s")
IMPORT: Say = (6, "pricefeed", "assortment {feed} imported, {n:41000-41900} articles")
CRL: Say = (
    6,
    "Application/Microsoft-Windows-CertificationAuthority/4872",
    "Active Directory Certificate Services successfully published base CRL to the server {ca}.",
)
BEAT: Say = (6, "walship", "standby {peer} confirmed segment 0000000{hex:8}")
SMART: Say = (6, "hotspare", "Drive {k} on {nas}: bad sector count {c}")
POOL: Say = (6, "dhcpd", "pool stats {net}: {used} of 1000 addresses in use")
QUEUE: Say = (6, "qshape", "active queue holds {q} messages for {dest}")
OFFSET: Say = (6, "chronyc", "tracking: reference 10.63.0.1, system time {ms} ms slow of NTP time")
STACK: Say = (6, "vsfd/9921", "VSF link 2 of member {m} renegotiated")
MEMBER: Say = (2, "vsfd/9906", "VSF member {m} lost, its ports are down")
MEMBER_OK: Say = (6, "vsfd/9905", "VSF member {m} joined, ports forwarding")
SAG: Say = (6, "upsd", "UPS [{ups}]: input sag, boost for {n:1-4} s")
CYCLE: Say = (6, "poed/7102", "PoE port 1/1/{n:3-40} power cycled by device")
BANK: Say = (6, "fwupdate", "boot slot B chosen after image check, version 6.5.{n:28-28}")
PORTAL: Say = (
    5,
    "1080",
    'msg="User login denied due to bad credentials" n={n:1-900} usr="{u}" src={src}::X1',
)
UPGRADED: Say = (6, "1268", 'msg="Firmware {v} is active, settings saved by {adm}"')
NATMAP: Say = (
    6,
    "1197",
    'msg="NAT mapping reassigned" n={n:10-900} src={src}:5060:X2 dst={wan}:5060:X1 note="SIP transformation"',
)
CHECKPT: Say = (
    6,
    "Application/Hyper-V-VMMS/10172",
    "'{v}': production checkpoint fell back to standard checkpoint. VMID {hex:8}",
)
ECC: Say = (6, "array", "vdisk {vd}: media error corrected from parity, LBA 0x{hex:6}")
ARP: Say = (6, "arpwatch", "flip flop {ip} {mac} ({mac}) eth{n:1-1}")
ISCSI: Say = (
    6,
    "System/iScsiPrt/34",
    "A connection to the target {iqn} was lost, but Initiator successfully reconnected to the target.",
)
TAKE: Say = (5, "keepalived", "({vrrp}) Entering MASTER STATE")
GIVE: Say = (5, "keepalived", "({vrrp}) Entering BACKUP STATE")
ACME: Say = (6, "certbot", "renewal of {cert} attempted, next attempt tomorrow")
WORKER: Say = (6, "unicorn", "worker={w} reaped at {mb} MB, forked anew")


def plant(w: World) -> None:
    """Plant all of them; each takes hosts of its own."""
    _faults(w)
    _jobs(w)
    _numbers(w)
    _relations(w)
    _shapes(w)


def _faults(w: World) -> None:
    host = w.pick("tunnel", "gate", tenant="brightmart")
    label = w.plant("tunnel_flap", host, "Policy: dc-reserve;", 2.6, entity="dc-reserve")
    w.flap(host, w.poisson("tunnel", 0, DAYS, 2.1), VPN_DOWN, VPN_UP, label, (15, 50), policy="dc-reserve")
    host = w.pick("loop", "k8s")
    label = w.plant("restart_loop", host, "ledger-sync-0", 3.1, entity="ledger-sync-0")
    r = w.random("loop")
    for t in w.poisson("loop", 0.3, DAYS, 1.0):
        for k in range(r.randint(2, 4)):
            w.say(host, t + 14 * k * SECOND, EXIT, label, pod="fin/ledger-sync-0", code=137)
            w.say(host, t + (14 * k + 3) * SECOND, START, label, pod="fin/ledger-sync-0")
    host = w.pick("ftp", "nas", tenant="st-anna")
    label = w.plant("login_drip", host, "svc-scan", 2.8, entity="svc-scan")
    w.each(host, w.poisson("ftp", 0, DAYS, 2.3), FTP, label, user="svc-scan", src="10.60.1.77")
    host = w.pick("iscsi", "hyperv", tenant="quillsoft")
    label = w.plant("periodic_fault", host, "iqn.2002-03.com.array:tgt7", 3.0, entity="tgt7")
    w.each(host, w.clock("iscsi", 0, DAYS, 0.263, 0.1, 400), ISCSI, label, iqn="iqn.2002-03.com.array:tgt7")
    host = w.pick("vrrp", "proxy")
    label = w.plant("failover_pingpong", host, "VI_GIT", 4.0, entity="VI_GIT")
    for t in w.poisson("vrrp", 1.5, DAYS, 1.4):
        w.say(host, t, TAKE, label, vrrp="VI_GIT")
        w.say(host, t + r.uniform(40, 200) * SECOND, GIVE, label, vrrp="VI_GIT")
    host = w.pick("leak", "ci")
    label = w.plant("leak_restart", host, "worker=3 ", 4.0, entity="worker=3")
    w.each(host, w.clock("leak", 0, DAYS, 0.59, 0.2, 2500), WORKER, label, w=3, mb=4096)


def _jobs(w: World) -> None:
    host = w.pick("shrink", "nas", tenant="brightmart")
    label = w.plant("job_shrank", host, r"\[ledger-vol\]", 8.2, entity="ledger-vol")
    r = w.random("jobs")
    for k, t in enumerate(w.clock("shrink", 0, DAYS, 1, 8.4 * HOUR, 300)):
        w.say(host, t, HYPER, label, task="ledger-vol", gb=f"{(412 if k < 7 else 9) + r.uniform(-4, 4):.1f}")
    host = w.pick("longer", "pg", tenant="st-anna")
    label = w.plant("job_longer", host, "cluster his ", 7.3, entity="his")
    for k, t in enumerate(w.clock("longer", 0, DAYS, 1, 2.5 * HOUR, 60)):
        w.say(host, t, DUMP, label, cluster="his", s=int(1250 * 1.085**k + r.uniform(-30, 30)))
    host = w.pick("late", "till")
    label = w.plant("job_late", host, "assortment fresh ", 8.3, entity="fresh")
    for k in range(DAYS):
        at = 3.1 * HOUR if k < 7 else 3.1 * HOUR + (2.2 + 0.35 * (k - 7)) * HOUR
        w.say(host, k + at + r.uniform(0, 4) * MINUTE, IMPORT, label, feed="fresh")
    host = w.pick("crl", "dc", tenant="st-anna")
    label = w.plant("job_stopped", host, "server ANNA-CA1", 8.0, entity="ANNA-CA1", silence=True)
    w.each(host, w.clock("crl", 0, 7, 1, 4.75 * HOUR, 120), CRL, label, ca="ANNA-CA1")
    host = w.pick("beat", "pg", tenant="quillsoft")
    label = w.plant("heartbeat_stopped", host, "standby dr-east ", 8.7, entity="dr-east", silence=True)
    w.each(host, w.clock("beat", 0, 8.35, 1 / 12, 0.01, 40), BEAT, label, peer="dr-east")
    host = w.pick("dark", "store")
    w.plant("source_silent", host, "", 9.6, silence=True)
    w.dark(host, 9.1)
    host = w.pick("acme", "ci")
    label = w.plant("renewal_failing", host, "registry.quill.example", 5.5, entity="registry.quill.example")
    w.each(host, w.clock("acme", 2, DAYS, 1, 0.4, 3000), ACME, label, cert="registry.quill.example")


def _numbers(w: World) -> None:
    r = w.random("numbers")
    host = w.pick("smart", "nas", tenant="oakdale-isd")
    label = w.plant("bad_sectors", host, "Drive 4 ", 6.0, entity="Drive 4")
    count = 2.0
    for k, t in enumerate(w.clock("smart", 0, DAYS, 0.5, 0.2, 60)):
        count += r.choice((0, 1, 1, 2)) if k > 3 else 0
        w.say(host, t, SMART, label, k=4, nas="DS1621", c=int(count))
    host = w.pick("pool", "lease")
    label = w.plant("pool_nearly_full", host, "stats 10.62.44.0/22:", 6.5, entity="10.62.44.0/22")
    for t in w.clock("pool", 0, DAYS, 0.25, 0.02, 30):
        w.say(host, t, POOL, label, net="10.62.44.0/22", used=int(560 + 31 * t + r.uniform(-9, 9)))
    host = w.pick("queue", "mail", tenant="st-anna")
    label = w.plant("mail_queue", host, "for kv-portal.example", 8.0, entity="kv-portal.example")
    for t in w.clock("queue", 0, DAYS, 0.25, 0.08, 30):
        q = 14 + r.randint(-3, 3) + (max(0, t - 4) * 9)
        w.say(host, t, QUEUE, label, q=int(q), dest="kv-portal.example")
    host = w.pick("offset", "k8s")
    label = w.plant("clock_drift", host, "tracking: reference 10.63.0.1", 6.5)
    for t in w.clock("offset", 0, DAYS, 0.25, 0.05, 60):
        w.say(host, t, OFFSET, label, ms=f"{0.4 + 0.21 * t * t / 4 + r.uniform(0, 0.15):.3f}")


def _relations(w: World) -> None:
    r = w.random("relations")
    host = w.pick("stack", "cx", tenant="oakdale-isd")
    label = w.plant("precursor", host, "link 2 of member 3|VSF member 3 ", 6.8, entity="member 3")
    for outage in (2.41, 4.73, 6.37, 9.58, 12.22):
        w.say(host, outage - r.uniform(9, 27) * MINUTE, STACK, label, m=3)
        w.say(host, outage, MEMBER, label, m=3)
        w.say(host, outage + r.uniform(4, 11) * MINUTE, MEMBER_OK, label, m=3)
    ups = w.pick("sag", "ups", tenant="st-anna")
    switch = w.pick("poe", "cx", tenant="st-anna")
    label = w.plant("together", [ups, switch], "input sag|power cycled by", 6.2)
    for t in w.poisson("sag", 1, DAYS, 1.1):
        w.say(ups, t, SAG, label, ups="rack")
        w.say(switch, t + r.uniform(1, 50) * SECOND, CYCLE, label)
    hosts = [w.pick(f"bank{k}", "ap") for k in range(8)]
    label = w.plant("spread", hosts, "boot slot B", 7.4)
    for k, ap in enumerate(hosts):
        first = 3.3 + 1.05 * k + r.uniform(0, 0.6)
        w.say(ap, first, BANK, label)
        w.each(ap, w.poisson(f"bank{k}", first + 0.4, DAYS, 0.4), BANK, label)
    host = w.pick("spray", "gate", tenant="quillsoft")
    label = w.plant("spray", host, r"src=185\.66\.9\.14:", (6.0, 10.8), entity="185.66.9.14")
    for t in w.poisson("spray", 5.2, 9.9, 8):
        user = r.choice("abcdefghjklmnprstw") + r.choice(
            ("meyer", "smith", "ivanov", "garcia", "li", "khan", "olsen", "moreau")
        )
        w.say(host, t, PORTAL, label, u=f"{user}{r.randint(1, 60)}", src="185.66.9.14")
    host = w.pick("firmware", "gate", tenant="st-anna")
    w.say(host, 5.94, UPGRADED, None, v="SonicOS 7.0.1-5161")
    label = w.plant("after_change", host, r"src=10\.60\.0\.250:5060", 7.6, entity="10.60.0.250")
    w.each(host, w.poisson("natmap", 5.96, DAYS, 3.4), NATMAP, label, src="10.60.0.250")


def _shapes(w: World) -> None:
    host = w.pick("returned", "hyperv", tenant="st-anna")
    label = w.plant("returned", host, "'VM-PACS':", (2.2, 4.5), 11.2, entity="VM-PACS")
    w.each(host, w.poisson("returned-a", 0, 2.9, 2.6), CHECKPT, label, v="VM-PACS")
    w.each(host, w.poisson("returned-b", 10.8, DAYS, 2.4), CHECKPT, label, v="VM-PACS")
    host = w.pick("ecc", "san", tenant="quillsoft")
    label = w.plant("corrected_rising", host, "vdisk vd03: media", 7.2, entity="vd03")
    w.each(host, w.poisson("ecc", 0, DAYS, lambda d: 0.25 * 1.32**d), ECC, label, vd="vd03")
    host = w.pick("arp", "lease")
    label = w.plant("burst", host, "flip flop 10.62.40.9 ", (6.1, 8.0), (10.3, 12.0), entity="10.62.40.9")
    w.each(host, w.poisson("arp", 0, DAYS, 0.4), ARP, label, ip="10.62.40.9")
    for start in (6.02, 10.21):
        w.each(host, [start + r * 0.9 * MINUTE for r in range(14)], ARP, label, ip="10.62.40.9")
