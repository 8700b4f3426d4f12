"""What is loud and harmless."""

from __future__ import annotations

from brainstemd.demo.scene import (
    ANY_HOUR,
    AUTH,
    CRON,
    ERR,
    INFO,
    KERNEL,
    LOCAL4,
    LOCAL7,
    MAIL,
    NOTICE,
    OFFICE,
    WARNING,
    Scene,
)
from brainstemd.models import DAY_US, HOUR_US, MINUTE_US, SECOND_US

STAFF = (
    "ana",
    "bekele",
    "chloe",
    "dmitri",
    "elif",
    "farah",
    "goran",
    "hana",
    "ines",
    "jamal",
    "kofi",
    "lena",
)


def _snmp_error(scene: Scene) -> None:
    """Error severity, every five minutes, for ever: everybody has one of these."""
    for t_us in scene.clock(5 * MINUTE_US, 17 * SECOND_US):
        text = "error on subcontainer 'ia_addr' insert (-1)"
        scene.say(t_us, "app-02", ERR, "snmpd[612]", text)


def _cron(scene: Scene) -> None:
    for minute, host in enumerate(("app-01", "app-02", "web-01", "web-02", "db-01", "mail-01", "jump-01")):
        rng = scene.random(f"cron {host}")
        for t_us in scene.clock(HOUR_US, (5 + 2 * minute) * MINUTE_US + SECOND_US):
            text = "(root) CMD (cd / && run-parts --report /etc/cron.hourly)"
            scene.say(t_us, host, INFO, f"CRON[{rng.randrange(900, 90_000)}]", text, CRON)


def _firewall(scene: Scene) -> None:
    """Connections of an ASA: most of what a firewall says."""
    rng = scene.random("asa")
    for t_us in scene.moments(rng, 420, OFFICE):
        number, port, octet = rng.randrange(10**6, 10**7), rng.randrange(1025, 65_000), rng.randrange(2, 250)
        inside, outside = f"inside:10.40.1.{octet}/{port}", f"outside:203.0.113.{rng.randrange(1, 30)}/443"
        built = (
            f"Built outbound TCP connection {number} for {outside} ({outside[8:]}) to {inside} ({inside[7:]})"
        )
        scene.say(t_us, "asa-01", INFO, "ASA-6-302013", built, LOCAL4)
        spent = rng.randrange(1, 1500)
        took = f"{spent // 3600}:{spent // 60 % 60:02d}:{spent % 60:02d}"
        torn = (
            f"Teardown TCP connection {number} for {outside} to {inside} duration {took} "
            f"bytes {rng.randrange(300, 900_000)} TCP FINs"
        )
        scene.say(t_us + spent * SECOND_US, "asa-01", INFO, "ASA-6-302014", torn, LOCAL4)
    for t_us in scene.moments(rng, 150, ANY_HOUR):
        text = (
            f"Deny tcp src outside:198.51.100.{rng.randrange(1, 254)}/{rng.randrange(1025, 65_000)} dst "
            f"inside:192.0.2.{rng.randrange(8, 16)}/{rng.choice((22, 23, 445, 3389, 8080))} "
            'by access-group "outside_in"'
        )
        scene.say(t_us, "asa-01", WARNING, "ASA-4-106023", text, LOCAL4)


def _fortigate_traffic(scene: Scene) -> None:
    rng = scene.random("fortigate")
    for t_us in scene.moments(rng, 420, OFFICE):
        accepted = rng.random() < 0.9
        action = 'action="close" policyid=7' if accepted else 'action="deny" policyid=0'
        text = (
            'type="traffic" subtype="forward" level="notice" vd="root" '
            f'srcip=10.20.3.{rng.randrange(2, 240)} srcport={rng.randrange(1025, 65_000)} srcintf="lan" '
            f'dstip=203.0.113.{rng.randrange(1, 200)} dstport=443 dstintf="wan1" '
            f'sessionid={rng.randrange(10**5, 10**7)} proto=6 {action} service="HTTPS" '
            f"sentbyte={rng.randrange(200, 90_000)} rcvdbyte={rng.randrange(200, 900_000)}"
        )
        scene.say(t_us, "fgt-edge", NOTICE, "0000000013", text, LOCAL7)


def _web(scene: Scene) -> None:
    for host in ("web-01", "web-02"):
        rng = scene.random(f"web {host}")
        for t_us in scene.moments(rng, 260, OFFICE):
            path = rng.choice(("/", "/login", "/api/v1/orders", "/api/v1/items", "/static/app.js"))
            status = rng.choice((200, 200, 200, 200, 304, 404))
            address = f"198.51.100.{rng.randrange(1, 254)}"
            request = f'{address} - - "GET {path} HTTP/1.1"'
            text = f'{request} {status} {rng.randrange(120, 40_000)} "-" "Mozilla/5.0"'
            scene.say(t_us, host, INFO, "nginx", text, LOCAL7)


def _scanners(scene: Scene) -> None:
    """The internet tries names, all day, at whatever answers: fifty accounts, each a few times a day."""
    rng = scene.random("scanners")
    names = ("admin", "test", "oracle", "ubuntu", "git", "postgres", "pi", "ftp", "user", "www")
    for t_us in scene.moments(rng, 120, ANY_HOUR):
        name = f"{rng.choice(names)}{rng.choice(('', '1', '2', '01', '123'))}"
        text = f"Failed password for invalid user {name} from 198.51.100.{rng.randrange(1, 254)}"
        tail = f" port {rng.randrange(1025, 65_000)} ssh2"
        scene.say(t_us, "web-01", INFO, f"sshd[{rng.randrange(900, 90_000)}]", text + tail, AUTH)


def _people(scene: Scene) -> None:
    """People log in over the jump host; now and then one mistypes a password, and is in at the second try."""
    rng = scene.random("people")
    for t_us in scene.moments(rng, 110, OFFICE):
        name, pid = rng.choice(STAFF), rng.randrange(900, 90_000)
        source = f"from 10.40.2.{10 + STAFF.index(name)} port {rng.randrange(1025, 65_000)} ssh2"
        if rng.random() < 0.05:
            failed = f"Failed password for {name} {source}"
            scene.say(t_us - 9 * SECOND_US, "jump-01", INFO, f"sshd[{pid}]", failed, AUTH)
        scene.say(t_us, "jump-01", INFO, f"sshd[{pid}]", f"Accepted password for {name} {source}", AUTH)
        opened = f"pam_unix(sshd:session): session opened for user {name} by (uid=0)"
        scene.say(t_us + 40_000, "jump-01", INFO, f"sshd[{pid}]", opened, AUTH)
        closed = f"pam_unix(sshd:session): session closed for user {name}"
        scene.say(t_us + rng.randrange(60, 5000) * SECOND_US, "jump-01", INFO, f"sshd[{pid}]", closed, AUTH)


def _mail(scene: Scene) -> None:
    rng = scene.random("mail")
    for t_us in scene.moments(rng, 260, OFFICE):
        queue_id = f"{rng.randrange(16**9, 16**10):X}"
        text = (
            f"{queue_id}: to=<{rng.choice(STAFF)}@corva.example>, relay=local, delay={rng.random():.2f}, "
            f"delays=0.02/0/0/{rng.random() / 3:.2f}, dsn=2.0.0, status=sent (delivered to mailbox)"
        )
        scene.say(t_us, "mail-01", INFO, f"postfix/local[{rng.randrange(900, 90_000)}]", text, MAIL)


def _work(scene: Scene) -> None:
    """What an application server and a file server say while people work."""
    rng = scene.random("work")
    for t_us in scene.moments(rng, 180, OFFICE):
        text = f"job {rng.randrange(10**5, 10**6)} finished in {rng.randrange(20, 4000)} ms"
        scene.say(t_us, "app-01", INFO, "orders[811]", text)
    for t_us in scene.moments(rng, 120, OFFICE):
        name, pid = rng.choice(STAFF), rng.randrange(900, 90_000)
        text = f"connect to service projects initially as user {name} (pid {pid})"
        scene.say(t_us, "nas-01", INFO, f"smbd[{pid}]", text)


def _office_ports(scene: Scene) -> None:
    """Laptops come in the morning and leave in the evening: their ports go up and down for hours."""
    rng = scene.random("ports")
    midnight_us = scene.start_us - scene.start_us % DAY_US
    while midnight_us < scene.end_us:
        weekend = (midnight_us // DAY_US + 3) % 7 >= 5
        for port in range(1, 25):
            if weekend or rng.random() < 0.2:
                continue
            up_us = midnight_us + int(rng.gauss(8.2, 0.5) * HOUR_US)
            down_us = midnight_us + int(rng.gauss(17.0, 0.8) * HOUR_US)
            line_protocol(scene, up_us, f"Ethernet{port}", "up")
            line_protocol(scene, down_us, f"Ethernet{port}", "down")
        midnight_us += DAY_US


def _backups(scene: Scene) -> None:
    """Every night at half past one, on two machines; the work takes a while and ends well."""
    for host, pool in (("db-01", "pg-main"), ("mail-01", "mailstore")):
        rng = scene.random(f"backup {host}")
        for t_us in scene.clock(DAY_US, HOUR_US + 30 * MINUTE_US + 2 * SECOND_US):
            pid, took = rng.randrange(900, 90_000), int(rng.gauss(840, 40))
            scene.say(t_us, host, INFO, f"borgmatic[{pid}]", f"{pool}: Creating archive")
            done = f"{pool}: Archive created, {rng.gauss(41.0, 0.4):.1f} GB in {took} seconds"
            scene.say(t_us + took * SECOND_US, host, INFO, f"borgmatic[{pid}]", done)
            scene.say(
                t_us + (took + 20) * SECOND_US,
                host,
                INFO,
                f"borgmatic[{pid}]",
                f"{pool}: Prune finished, 0 errors",
            )


def _patch_night(scene: Scene) -> None:
    """One night three days before the end: packages, orderly restarts, reboots, on every server of two
    tenants.
    """
    night_us = scene.end_us - 3 * DAY_US
    night_us += -night_us % DAY_US + 2 * HOUR_US - DAY_US
    for order, host in enumerate(("app-01", "app-02", "web-01", "web-02", "db-01")):
        rng = scene.random(f"patch {host}")
        t_us = night_us + order * 7 * MINUTE_US
        for package in ("openssl", "libc6", "linux-image-amd64", "systemd", "curl"):
            t_us += rng.randrange(5, 20) * SECOND_US
            scene.say(t_us, host, INFO, "unattended-upgrade[7001]", f"Packages that were upgraded: {package}")
        for unit in (
            "nginx.service",
            "queue-worker.service",
            "postgresql.service",
            "ssh.service",
            "cron.service",
        ):
            for verb in ("Stopping", "Stopped", "Starting", "Started"):
                t_us += rng.randrange(1, 3) * SECOND_US
                scene.say(t_us, host, INFO, "systemd[1]", f"{verb} {unit}.")
        scene.say(t_us + 5 * SECOND_US, host, INFO, "systemd-logind[500]", "The system will reboot now!")
        scene.say(
            t_us + 60 * SECOND_US, host, NOTICE, "kernel", "Linux version 6.1.0-28-amd64 (debian)", KERNEL
        )


def _tunnel_rekeys(scene: Scene) -> None:
    """All tunnels rekey on their clocks, the planted one too: that is health, not trouble."""
    for number in (3, 5, 7, 9, 12, 14):
        rng = scene.random(f"rekey {number}")
        for t_us in scene.clock(8 * HOUR_US, number * 11 * MINUTE_US):
            text = f"CHILD_SA branch-{number:02d}{{{rng.randrange(10, 999)}}} rekeyed"
            scene.say(
                t_us + rng.randrange(40) * SECOND_US,
                "fw-01",
                INFO,
                "charon",
                f"12[IKE] <branch-{number:02d}|{number}> {text}",
            )


def line_protocol(scene: Scene, t_us: int, port: str, state: str) -> None:
    text = f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {port}, changed state to {state}"
    scene.say(t_us, "core-sw-01", NOTICE, "Ebra", text, LOCAL4)


NOISE = (
    _snmp_error,
    _cron,
    _firewall,
    _fortigate_traffic,
    _web,
    _scanners,
    _people,
    _mail,
    _work,
    _office_ports,
    _backups,
    _patch_night,
    _tunnel_rekeys,
)
