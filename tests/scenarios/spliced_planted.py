"""The weak signals planted among real logs, each with its twin: the same words without the telling property."""

from __future__ import annotations

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

LINK_LOST: Say = (6, "shipper", "stream to {peer} closed by remote side, buffering")
LINK_BACK: Say = (6, "shipper", "stream to {peer} established again, buffer drained")
BORN: Say = (6, "supervisord", "spawned: '{job}' with pid {n:2000-60000}")
DIED: Say = (6, "supervisord", "exited: {job} (exit status {n:1-2}; not expected)")
REFUSED: Say = (6, "vault", "token for {user} rejected: wrong password from {lan}")
NIGHTLY: Say = (6, "restic", "snapshot {hex:8} of {what} saved")
LASTED: Say = (6, "etl", "{job} done in {s} s")
DISK: Say = (6, "zpool-report", "pool {pool}: {used} % used, health online")
DAYS_LEFT: Say = (6, "certwatch", "{name}: certificate is valid for {days} more days")
FEVER: Say = (6, "bmcpoll", "{sensor} temperature {c} C")
RESET: Say = (5, "kernel", "{dev}: link is slow to respond, please be patient (ready=0)")
OOPS: Say = (4, "kernel", "EDAC MC0: 1 CE memory read error on DIMM_{slot}")
LATE: Say = (5, "ntp-check", "peer {peer} answered late, offset not applied")
HUNG: Say = (3, "watch-fs", "mount /srv/{vol} is gone")
BACK: Say = (6, "watch-fs", "mount /srv/{vol} is back")
SLOW: Say = (6, "watch-fs", "mount /srv/{vol} answered after {n:4-9} s")
RETRIED: Say = (6, "queue", "delivery to {dest} needed a second attempt")
UPGRADED: Say = (5, "dpkg", "status installed {package}:amd64 {n:2-9}.{n:0-9}.{n:0-30}")
MISSED: Say = (6, "indexer", "segment {hex:6} skipped, checksum differs")


def plant(w: World) -> None:
    """All of them, on hosts of their own as long as there are enough, over the tenants in turn."""
    tenants = list(w.networks)
    turn = iter(range(10_000))

    def host(part: str) -> Host:
        tenant = tenants[next(turn) % len(tenants)]
        return w.pick(part, *{h.role for h in w.hosts if h.tenant == tenant}, tenant=tenant)

    _healing(w, host("stream"))
    _restarts(w, host("loop"))
    _logins(w, host("drip"))
    _backups(w, host("nightly"))
    _numbers(w, host("etl"), host("disk"), host("cert"), host("fever"))
    _memory(w, host("edac"))
    _returned(w, host("slow-link"))
    _precursor(w, host("mount"))
    _upgrade(w, host("after"))
    _rising(w, host("queue"))
    _spread(w, tenants[0])
    _silent(w, host("dark"))


def _healing(w: World, host: Host) -> None:
    label = w.plant("link_flap", host, "stream to dr-9 ", 3.0, entity="dr-9")
    w.flap(host, w.poisson("stream", 0, DAYS, 1.6), LINK_LOST, LINK_BACK, label, (15, 50), peer="dr-9")
    twin = w.harmless("streams of the other hosts, closed and opened again on a clock every night")
    for other in w.hosts:
        if other is not host:
            times = w.clock(f"stream/{other.name}", 0, DAYS, 1.0, at=2 * HOUR, jitter_s=60)
            w.flap(other, times, LINK_LOST, LINK_BACK, twin, (15, 50), peer="dr-1")


def _restarts(w: World, host: Host) -> None:
    label = w.plant("restart_loop", host, "thumbnailer", 3.5, entity="thumbnailer")
    r = w.random("thumbnailer")
    for t in w.poisson("thumbnailer", 0.3, DAYS, 1.2):
        for k in range(r.randint(2, 4)):
            w.say(host, t + k * 20 * SECOND, DIED, label, job="thumbnailer")
            w.say(host, t + (k * 20 + 1) * SECOND, BORN, label, job="thumbnailer")
    twin = w.harmless("an importer that died once")
    other = w.pick("loop twin", *{h.role for h in w.hosts})
    w.say(other, 6.4, DIED, twin, job="importer")
    w.say(other, 6.4 + SECOND, BORN, twin, job="importer")


def _logins(w: World, host: Host) -> None:
    label = w.plant("login_drip", host, "token for svc-render ", 3.2, entity="svc-render")
    w.each(host, w.poisson("drip", 0, DAYS, 2.4), REFUSED, label, user="svc-render")
    twin = w.harmless("people who mistype their password now and then")
    r = w.random("mistyped")
    for k in range(60):
        other = r.choice(w.hosts)
        w.say(other, r.uniform(0, DAYS), REFUSED, twin, user=f"user{k % 40:02}")


def _backups(w: World, host: Host) -> None:
    label = w.plant("beat_stopped", host, "of vol-main saved", 9.4, entity="vol-main", silence=True)
    w.each(
        host, w.clock("nightly", 0, 8.9, 1.0, at=1.5 * HOUR, jitter_s=200), NIGHTLY, label, what="vol-main"
    )
    twin = w.harmless("backups of the other hosts, every night to the end")
    for other in w.hosts:
        if other is not host:
            times = w.clock(f"nightly/{other.name}", 0, DAYS, 1.0, at=1.6 * HOUR, jitter_s=200)
            w.each(other, times, NIGHTLY, twin, what="vol-main")


def _numbers(w: World, etl: Host, disk: Host, cert: Host, fever: Host) -> None:
    r = w.random("numbers")
    label = w.plant("job_duration", etl, "ledger-sync done", 8.0, entity="ledger-sync")
    for day in range(DAYS):
        seconds = int(240 * (1.09 ** max(0, day - 2)) * r.uniform(0.97, 1.03))
        w.say(etl, day + 4.2 * HOUR, LASTED, label, job="ledger-sync", s=seconds)
    twin = w.harmless("a job whose duration goes up and down")
    other = w.pick("etl twin", *{h.role for h in w.hosts})
    for day in range(DAYS):
        w.say(other, day + 4.3 * HOUR, LASTED, twin, job="price-import", s=r.randint(200, 320))
    label = w.plant("pool_creep", disk, "pool tank7:", 8.5, entity="tank7")
    for step in range(DAYS * 2):
        w.say(disk, step / 2 + 3 * HOUR, DISK, label, pool="tank7", used=round(71 + 0.9 * step))
    twin = w.harmless("a pool that fills and is emptied again")
    other = w.pick("disk twin", *{h.role for h in w.hosts})
    for step in range(DAYS * 2):
        w.say(other, step / 2 + 3.1 * HOUR, DISK, twin, pool="tank2", used=60 + (step * 3) % 12)
    label = w.plant("cert_expiry", cert, "ldap.int.example:", 4.0, entity="ldap.int.example")
    for day in range(DAYS):
        w.say(cert, day + 6 * HOUR, DAYS_LEFT, label, name="ldap.int.example", days=19 - day)
    twin = w.harmless("a certificate with most of a year left")
    other = w.pick("cert twin", *{h.role for h in w.hosts})
    for day in range(DAYS):
        w.say(other, day + 6.1 * HOUR, DAYS_LEFT, twin, name="www.int.example", days=301 - day)
    label = w.plant("temperature_drift", fever, "inlet-2 temperature", 8.5, entity="inlet-2")
    for step in range(DAYS * 4):
        warm = 26 + 0.19 * max(0, step - 10) + r.uniform(-0.5, 0.5)
        w.say(fever, step / 4 + HOUR, FEVER, label, sensor="inlet-2", c=f"{warm:.1f}")
    twin = w.harmless("the inlets of the other hosts, about where they were")
    for other in w.hosts[::3]:
        if other is not fever:
            for step in range(DAYS * 4):
                w.say(
                    other,
                    step / 4 + 1.1 * HOUR,
                    FEVER,
                    twin,
                    sensor="inlet-2",
                    c=f"{26 + r.uniform(-1, 1):.1f}",
                )


def _memory(w: World, host: Host) -> None:
    label = w.plant("rare_recurring", host, "DIMM_A3", 5.0, entity="DIMM_A3")
    w.each(host, w.poisson("edac", 0.5, DAYS, 0.8), OOPS, label, slot="A3")
    twin = w.harmless("a corrected error that came once")
    w.say(w.pick("edac twin", *{h.role for h in w.hosts}), 7.3, OOPS, twin, slot="B1")


def _returned(w: World, host: Host) -> None:
    label = w.plant("returned", host, "ata5: link is slow", (2.0, 3.4), 11.8, entity="ata5")
    w.each(host, w.poisson("slow", 0, 3, 3.0), RESET, label, dev="ata5")
    w.each(host, w.poisson("slow again", 11, DAYS, 3.0), RESET, label, dev="ata5")


def _precursor(w: World, host: Host) -> None:
    label = w.plant("precursor", host, "/srv/archive", 6.5, entity="/srv/archive")
    r = w.random("mount")
    for t in (1.6, 3.9, 6.2, 8.7, 11.1):
        w.say(host, t - r.uniform(8, 25) * MINUTE, SLOW, label, vol="archive")
        w.say(host, t, HUNG, label, vol="archive")
        w.say(host, t + r.uniform(3, 6) * MINUTE, BACK, label, vol="archive")
    twin = w.harmless("slow answers of other mounts that led to nothing")
    for other in w.hosts[1::5]:
        if other is not host:
            w.each(other, w.poisson(f"mount/{other.name}", 0, DAYS, 0.4), SLOW, twin, vol="home")


def _upgrade(w: World, host: Host) -> None:
    label = w.plant("after_change", host, "segment [0-9a-f]+ skipped", 7.6, entity=None)
    twin = w.harmless("the upgrade of the indexer on all hosts, after which the others were well")
    for other in w.hosts:
        if other.tenant == host.tenant:
            w.say(other, 6.1 + 0.2 * MINUTE, UPGRADED, twin, package="indexer")
    w.each(host, w.poisson("skipped", 6.13, DAYS, 3.2), MISSED, label)


def _rising(w: World, host: Host) -> None:
    label = w.plant("rising_errors", host, "delivery to mx-far", 8.5, entity="mx-far")
    times = w.poisson("queue", 0, DAYS, lambda d: 0.5 if d < 5 else 0.5 * 1.35 ** (d - 5))
    w.each(host, times, RETRIED, label, dest="mx-far")
    twin = w.harmless("second attempts to other places, as many as ever")
    other = w.pick("queue twin", *{h.role for h in w.hosts})
    w.each(other, w.poisson("queue twin", 0, DAYS, 2.0, "even"), RETRIED, twin, dest="mx-near")


def _spread(w: World, tenant: str) -> None:
    hosts = [h for h in w.hosts if h.tenant == tenant][:6]
    label = w.plant("spread", hosts, "peer ntp-old answered late", 8.0, entity="ntp-old")
    for number, host in enumerate(hosts):
        w.each(
            host, w.poisson(f"late/{host.name}", 4.2 + 1.1 * number, DAYS, 1.1), LATE, label, peer="ntp-old"
        )


def _silent(w: World, host: Host) -> None:
    w.plant("source_silent", host, r".", 9.9, silence=True)
    w.dark(host, 9.6)
