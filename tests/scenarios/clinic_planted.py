"""World "clinic": its 25 planted weak signals; what they draw from the seed ranges from obvious to faint."""
# ruff: noqa: E501 (a device's line is quoted whole)
# fmt: off

from __future__ import annotations

from collections.abc import Sequence

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

_VPN = 'type="event" subtype="vpn" logdesc="IPsec connection status changed" msg="IPsec connection status change" action="tunnel-{state}" remip={rem} vpntunnel="{tunnel}" tunnelid={n:100000-999999}'
TUNNEL: Say = (5, "0101037138", _VPN)
NO_ACK: Say = (4, "mirth", "destination={dest} no acknowledgement within 30000 ms, msg={n:100000-999999} kept in queue, sent again")
KERBEROS: Say = (5, "Microsoft-Windows-Security-Auditing/4771", "Kerberos pre-authentication failed. Account Name: {account} Client Address: ::ffff:{src} Failure Code: 0x18 Pre-Authentication Type: 2")
COLD: Say = (6, "coldlog", "probe={probe} t={t}C min={low}C max={high}C setpoint=5.0C relay=cycling")
SELFTEST: Say = (6, "apcd", "bank {bank} self-test passed, charge 100 pct, runtime at present load {m} min")
VALIDITY: Say = (6, "konfig/CERT", "component certificate {cert} valid, {d} days left of its term")
PENDING: Say = (6, "acme.sh", "{dom}: order pending, authorization not yet valid, leaving the installed certificate in place")
WALKED: Say = (6, "{job}", "{job}: {what} finished, {n:411000-419000} studies, elapsed {t}")
JOB_SIZE: Say = (6, "Application/Veeam MP/190", "Backup job '{job}' finished with Success. Processed {gb} GB, {n:3-3} of 3 objects.")
PUSHED: Say = (6, "walarchive", "{what}: segment set handed to vault, {n:14-31} files, checksum ok")
BUS: Say = (6, "rufd", "field bus {bus}: ring closed, {n:22-24} terminals polled")
PARTIAL: Say = (4, "archive", "{ae}: peer ended the association early, {n:20-70} of {n:90-400} objects stored, series left open")
INSTALLED: Say = (6, "Service Control Manager/7045", "A service was installed in the system. Service Name: {svc} Service File Name: {path} Service Type: user mode service Service Start Type: auto start Service Account: LocalSystem")
ENTERED: Say = (6, "Service Control Manager/7036", "The {svc} service entered the running state.")
SSL_REJECT: Say = (4, "sslvpn", 'msg_id="2500-0002" Mobile VPN with SSL: user {u} from {src} was not admitted, credentials do not match')
POE_OFF: Say = (5, "ILPOWER-5-IEEE_DISCONNECT", "Interface {port}: PD removed")
POE_ON: Say = (5, "ILPOWER-5-POWER_GRANTED", "Interface {port}: Power granted")
STARTED: Say = (6, "mirth", "Mirth Connect {version} (Built on August 27, 2025) server successfully started")
SHORTENED: Say = (5, "mirth", "destination={dest} field {field} holds more than {n:180-180} characters, shortened, msg={n:100000-999999}")
GEO_LOCK: Say = (6, "tourplan", "route cache rebuild put off, lock held by session {n:100-900}")
TOURS_DOWN: Say = (3, "tourplan", "planner does not answer dispatch, printed tours in use")
TOURS_UP: Say = (6, "tourplan", "planner answers dispatch again")
BOOST: Say = (4, "apcd", "input low at {n:196-205} V, boost engaged for {n:2-6} s")
GRADIENT: Say = (6, "archive", "{ae}: console reports gradient supply re-initialised, acquisition repeated by operator")
HSRP: Say = (5, "HSRP_ENGINE-5-GRPSTATECHANGE", "Interface Vlan{vlan}, Grp {vlan} state changed {move}")
FSYNC: Say = (6, "postgres", "LOG:  checkpoint held up {n:31-58} s waiting for fsync of base/{base}")
FABRICS: Say = (6, "Hostd/PathReport", "volume {vol}: {k} of 2 fabrics carry live paths, policy VMW_PSP_RR")
FALLBACK: Say = (6, "fachmodul/ERP", "task 160.{n:100-999}.{n:100-999} delivered by way {way}, first way took {n:20-30} s without answer")
HEAP: Say = (6, "labmw", '{"evt":"mem","svc":"{svc}","used_mb":{mb},"limit_mb":2048}')
RELAUNCH: Say = (4, "labmw", '{"evt":"launch","svc":"{svc}","by":"supervisor","prev_uptime_h":{h}}')
RESPAWN: Say = (4, "dectd", "{what} ended with status 70, started anew by watch process")
SECTORS: Say = (6, "smartd", "Device: /dev/{disk} [SAT], attribute 5 Reallocated_Sector_Ct raw value {v}")
TOUR_EXPORT: Say = (6, "export", "{file} handed over to billing clearing house")  # fmt: skip


def plant(w: World) -> None:
    """Plant all of them; each takes hosts of its own where there are enough."""
    _network(w)
    _accounts(w)
    _clocks(w)
    _jobs(w)
    _numbers(w)
    _faults(w)
    _relations(w)


def _nth(times: Sequence[float], number: int, least: float = 0.0) -> float:
    """The moment of the number-th time, from which on it is more than chance."""
    return max(least, sorted(times)[min(number, len(times)) - 1])


def _clock_text(minutes: float) -> str:
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{int(minutes * 60) % 60:02}"


def _network(w: World) -> None:
    r = w.random("network")
    host = w.pick("tunnel", "forti")
    start, rate = r.uniform(0, 5.5), r.uniform(1.1, 2.4)
    times = w.poisson("tunnel", start, DAYS, rate)
    tunnel = f"S2S-{host.name[-3:]}-mh"
    label = w.plant("tunnel_flap", host, f"{tunnel}", _nth(times, 3, 1.5), entity=tunnel)
    for t in times:
        w.say(host, t, TUNNEL, label, state="down", rem="10.226.1.1", tunnel=tunnel)
        w.say(host, t + r.uniform(9, 80) * SECOND, TUNNEL, label, state="up", rem="10.226.1.1", tunnel=tunnel)

    host = w.pick("poe", "access")
    port = f"Gi1/0/{r.randint(3, 40)}"
    gone, back = r.uniform(2.0, 2.9), r.uniform(9.2, 11.3)
    times = [0.6, gone, *w.poisson("poe1", 0.1, gone, r.uniform(2, 3.2))]
    later = [back, *w.poisson("poe2", back, DAYS, r.uniform(1.6, 3))]
    label = w.plant("returned", host, f"{port}:", (1.4, gone + 1.2), (_nth(later, 2), float(DAYS)), entity=port)
    w.flap(host, times + later, POE_OFF, POE_ON, label, (4, 40), port=port)

    cores = w.of("nxcore")
    vlan, start, rate = r.choice((112, 118, 127, 131)), r.uniform(1, 6), r.uniform(0.9, 1.7)
    times = w.poisson("hsrp", start, DAYS, rate)
    label = w.plant("failover_pingpong", cores, f"Vlan{vlan},", _nth(times, 3), entity=f"Vlan{vlan}")
    for k, t in enumerate(times):
        up, down = cores[k % 2], cores[1 - k % 2]
        w.say(up, t, HSRP, label, vlan=vlan, move="Standby -> Active")
        w.say(down, t + r.uniform(1, 4) * SECOND, HSRP, label, vlan=vlan, move="Active -> Standby")


def _accounts(w: World) -> None:
    r = w.random("accounts")
    host = w.pick("kerberos", "dc")
    start, rate = r.uniform(0, 5), r.uniform(1.8, 3.6)
    account = r.choice(("svc-befundscan", "svc-rispoll", "svc-etikett"))
    times = w.poisson("kerberos", start, DAYS, rate)
    label = w.plant("account_failing", host, f"{account} ", _nth(times, 6), entity=account)
    address = f"{host.peer.rsplit('.', 2)[0]}.61.{r.randint(10, 90)}"
    w.each(host, times, KERBEROS, label, account=account, src=address)

    host = w.pick("spray", "wg")
    start, rate = r.uniform(2, 7.5), r.uniform(2.6, 5)
    times = w.poisson("spray", start, DAYS, rate)
    source = f"146.70.{r.randint(10, 200)}.{r.randint(3, 250)}"
    label = w.plant("many_accounts", host, f"{source} ", _nth(times, 6), entity=source)
    for t in times:
        name = r.choice(("m", "s", "k", "p", "e")) + r.choice(("weber", "funke", "ilic", "kranz", "adam", "thiel", "rau", "sommer", "vogel", "zimmer"))
        w.say(host, t, SSL_REJECT, label, u=name, src=source)

    hosts = w.of("win", "dc", tenant="marienhof")
    r.shuffle(hosts)
    hosts = hosts[: r.randint(5, 7)]
    start, step = r.uniform(1, 4), r.uniform(0.7, 1.5)
    svc, path = r.choice((("NetAssistHelper", r"C:\ProgramData\nah\nah64.exe"), ("SpoolTelemetryKit", r"C:\Windows\Temp\stk\stk.exe")))
    times = [start + k * step + r.uniform(0, 0.3) for k in range(len(hosts))]
    label = w.plant("spreading", hosts, svc, times[3], entity=svc)
    for host, t in zip(hosts, times, strict=True):
        w.say(host, t, INSTALLED, label, svc=svc, path=path)
        w.say(host, t + r.uniform(1, 6) * SECOND, ENTERED, label, svc=svc)


def _clocks(w: World) -> None:
    """Clocks that stop, and one that is always late by the same thing."""
    r = w.random("clocks")
    host, stop = w.pick("push", "db", tenant="marienhof"), r.uniform(5, 9)
    what = f"{host.name[-3:]}-fallakte"
    label = w.plant("job_stopped", host, what, stop + 1.1, entity=what, silence=True)
    w.each(host, w.clock("push", 0, stop, 8 * HOUR, r.uniform(0.5, 7) * HOUR, 90), PUSHED, label, what=what)

    host, stop, bus = w.pick("bus", "nurse"), r.uniform(4, 9), r.choice("CD")
    label = w.plant("heartbeat_stopped", host, f"bus {bus}:", stop + 0.9, entity=f"bus {bus}", silence=True)
    w.each(host, w.clock("bus", 0, stop, 4 * HOUR, 0.3 * HOUR, 20), BUS, label, bus=bus)

    host, stop = w.pick("mute", r.choice(("mw", "esx", "cx"))), r.randint(4, 9) + r.uniform(0.3, 0.7)
    w.plant("source_silent", host, f"{host.name} ", stop + 0.9, silence=True)
    w.dark(host, stop)

    host, start = w.pick("fsync", "db"), r.uniform(1, 5)
    base = r.randint(16400, 16900)
    hour = r.choice((4.6, 11.3, 20.4)) * HOUR
    times = [d + hour + r.uniform(0, 14) * MINUTE for d in range(int(start), DAYS) if r.random() < 0.93]
    label = w.plant("daily_hour", host, f"base/{base}", _nth(times, 4), entity=f"base/{base}")
    w.each(host, times, FSYNC, label, base=base)

    host, start = w.pick("acme", "web"), r.uniform(0.5, 5)
    dom = "ablage.daheim.example"
    times = w.clock("acme", start, DAYS, 0.5, 4.3 * HOUR, 400)
    label = w.plant("renewal_in_vain", host, f"{dom}:", _nth(times, 5), entity=dom)
    w.each(host, times, PENDING, label, dom=dom)


def _jobs(w: World) -> None:
    r = w.random("jobs")
    host, start, pace = w.pick("walk", "pacs"), r.uniform(1, 5), r.uniform(1.07, 1.16)
    label = w.plant("job_slower", host, "integritywalk:", start + 4, entity="integritywalk")
    base = r.uniform(18, 44)
    for t in w.clock("walk", 0, DAYS, 1, 1.4 * HOUR):
        minutes = base * pace ** max(0, t - start) * r.uniform(0.97, 1.03)
        w.say(host, t + minutes * MINUTE, (6, "integritywalk", WALKED[2]), label, job="integritywalk", what="pass", t=_clock_text(minutes))

    host, start, pace = w.pick("shrink", "backup"), r.uniform(2, 6), r.uniform(0.82, 0.93)
    job = f"{host.tenant[:2].upper()}-BEFUND-SQL"
    label = w.plant("job_smaller", host, f"'{job}'", start + 3.5, entity=job)
    base = r.uniform(38, 170)
    for t in w.clock("shrink", 0, DAYS, 1, 21.2 * HOUR, 600):
        w.say(host, t, JOB_SIZE, label, job=job, gb=f"{base * pace ** max(0, t - start) * r.uniform(0.985, 1.015):.1f}")

    if r.random() < 0.5:
        host, start, late = w.pick("late", "tour"), r.uniform(0.5, 4), r.uniform(11, 26)
        label = w.plant("job_later", host, "leistungsnachweis.p7m", start + 4.5, entity="leistungsnachweis")
        for t in w.clock("late", 0, DAYS, 1, 2.2 * HOUR, 120):
            w.say(host, t + max(0, t - start) * late * r.uniform(0.9, 1.1) * MINUTE, TOUR_EXPORT, label, file="leistungsnachweis.p7m")
    else:
        host, start, loss = w.pick("runtime", "ups"), r.uniform(0, 3), r.uniform(0.7, 1.6)
        label = w.plant("runtime_shrinking", host, "bank 2 ", start + 5, entity="bank 2")
        for t in w.clock("runtime", 0, DAYS, 1, 5 * HOUR):
            w.say(host, t, SELFTEST, label, bank=2, m=f"{37 - loss * max(0, t - start) + r.uniform(-0.4, 0.4):.1f}")


def _numbers(w: World) -> None:
    r = w.random("numbers")
    host, start, slope = w.pick("cold", "fridge"), r.uniform(2, 5.5), r.uniform(0.18, 0.36)
    probe = f"{host.name[-3:]}-k2"
    label = w.plant("temperature_creep", host, f"probe={probe} ", start + 1.0 / slope, entity=probe)
    _cold(w, host, probe, label, start, slope)

    host, left = w.pick("cert", "konnektor"), r.randint(15, 19)
    cert = f"C.NK.VPN-{r.randint(2, 4)}"
    label = w.plant("expiry_countdown", host, f"{cert} ", left - 12.5, entity=cert)
    for t in w.clock("cert", 0, DAYS, 1, 0.5 * HOUR):
        w.say(host, t, VALIDITY, label, cert=cert, d=left - int(t))

    host, growth = w.pick("ack", "hl7"), r.uniform(1.26, 1.4)
    dest = r.choice(("ARZTBRIEF_KIM", "ORU_PRAXIS", "BLUTBANK_ORM"))
    rate = r.uniform(0.18, 0.32)
    times = w.poisson("ack", r.uniform(0, 2), DAYS, lambda day: rate * growth**day)
    label = w.plant("retries_growing", host, f"destination={dest} ", _nth(times, 6, 5), entity=dest)
    w.each(host, times, NO_ACK, label, dest=dest)

    host, svc = w.pick("heap", "mw"), r.choice(("resultcache", "rulesrunner"))
    label = w.plant("leak_restart", host, f'"svc":"{svc}"', 5.0, entity=svc)
    period, born = r.uniform(1.7, 2.8), -r.uniform(0.2, 1.5)
    for t in w.clock("heap", 0, DAYS, 6 * HOUR, 1.1 * HOUR):
        if t - born > period:
            w.say(host, born + period, RELAUNCH, label, svc=svc, h=int(24 * period))
            born, period = born + period, period * r.uniform(0.9, 1.1)
        w.say(host, t, HEAP, label, svc=svc, mb=int(380 + 1600 * (t - born) / period + r.uniform(-40, 40)))


def _cold(w: World, host: Host, probe: str, label: str | None, start: float = DAYS, slope: float = 0.0) -> None:
    """A probe's six reports a day; it warms from `start` on."""
    r = w.random(f"cold/{host.name}/{probe}")
    usual = r.uniform(3.9, 4.8)
    for t in w.clock(f"cold/{host.name}/{probe}", 0, DAYS, 4 * HOUR, r.uniform(0, 1) * HOUR):
        now = usual + slope * max(0, t - start) + (0.25 if 0.3 < t % 1 < 0.75 else 0) + r.gauss(0, 0.12)
        w.say(host, t, COLD, label, probe=probe, t=f"{now:.1f}", low=f"{now - r.uniform(0.5, 0.8):.1f}", high=f"{now + r.uniform(0.5, 0.9):.1f}")


def _faults(w: World) -> None:
    r = w.random("faults")
    host, start, rate = w.pick("partial", "pacs"), r.uniform(0, 4.5), r.uniform(0.7, 1.6)
    ae = r.choice(("MG1_SEN", "DX2_AMB"))
    times = [start, start + 1.9, start + 4.2, *w.poisson("partial", start, DAYS, rate)]
    label = w.plant("lone_fault", host, f"{ae}: peer", _nth(times, 5), entity=ae)
    w.each(host, times, PARTIAL, label, ae=ae)

    host, change = w.pick("upgrade", "hl7"), r.uniform(3.5, 7.5)
    w.say(host, change, STARTED, None, version="4.5.4")
    times = w.poisson("upgrade", change + 0.04, DAYS, r.uniform(1.8, 4), "ward")
    label = w.plant("after_change", host, "KIS_BEFUND field OBX-5 ", _nth(times, 4), entity="KIS_BEFUND")
    w.each(host, times, SHORTENED, label, dest="KIS_BEFUND", field="OBX-5")

    host, start, rate = w.pick("way", "konnektor"), r.uniform(0.5, 5), r.uniform(2, 4.5)
    times = w.poisson("way", start, DAYS, rate, "office")
    label = w.plant("second_try", host, "by way 2,", _nth(times, 7), entity="way 2")
    w.each(host, times, FALLBACK, label, way=2)

    if r.random() < 0.5:
        host, rate = w.pick("respawn", "pbx"), r.uniform(0.8, 1.5)
        bouts = w.poisson("respawn", r.uniform(0, 4), DAYS, rate)
        label = w.plant("restart_loop", host, "cell-manager-2 ", _nth(bouts, 3), entity="cell-manager-2")
        for t in bouts:
            for k in range(r.randint(2, 4)):
                w.say(host, t + k * r.uniform(15, 40) * SECOND, RESPAWN, label, what="cell-manager-2")
    else:
        host, value = w.pick("sectors", "nas"), r.choice((0, 8, 16))
        times = w.clock("sectors", 0, DAYS, 0.5, 3.1 * HOUR)
        start, rate = r.uniform(2, 6), r.uniform(0.5, 0.9)
        label = w.plant("sectors_creeping", host, "/dev/sdd .*Reallocated", start + 2.5, entity="/dev/sdd")
        for t in times:
            value += 8 * r.randint(1, 3) if t > start and r.random() < rate else 0
            w.say(host, t, SECTORS, label, disk="sdd", v=value)


def _relations(w: World) -> None:
    r = w.random("relations")
    host, times, t = w.pick("lock", "tour"), [], r.uniform(1, 3)
    while t < DAYS:
        times.append(t)
        t += r.uniform(1.5, 2.9)
    label = w.plant("precursor", host, "route cache rebuild put off|planner (does not )?answers? dispatch", times[2] + 0.1, entity="route cache")
    for t in times:
        w.say(host, t, GEO_LOCK, label)
        fails = t + r.uniform(14, 45) * MINUTE
        w.say(host, fails, TOURS_DOWN, label)
        w.say(host, fails + r.uniform(2, 11) * MINUTE, TOURS_UP, label)

    supply, scanner = next(h for h in w.hosts if h.name == "mh-usv-og"), w.pick("gradient", "pacs")
    times = w.poisson("gradient", r.uniform(0.5, 4), DAYS, r.uniform(0.8, 1.4))
    label = w.plant("moving_together", [supply, scanner], "boost engaged|MR1_RAD: console", _nth(times, 4), entity="MR1_RAD")
    for t in times:
        w.say(supply, t, BOOST, label)
        w.say(scanner, t + r.uniform(8, 70) * SECOND, GRADIENT, label, ae="MR1_RAD")

    host, lost = w.pick("fabric", "esx"), r.uniform(4, 8.5)
    volume = f"vol-{host.name[-2:]}-pacs"
    label = w.plant("redundancy_lost", host, f"{volume}:", lost + 1.2, entity=volume)
    for t in w.clock("fabric", 0, DAYS, 8 * HOUR, r.uniform(1, 6) * HOUR):
        w.say(host, t, FABRICS, label, vol=volume, k=1 if t > lost else 2)
