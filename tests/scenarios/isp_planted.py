"""World "isp": its 23 planted weak signals, and the twins that use the same words without the telling property."""

from __future__ import annotations

from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

_BGP = "RPD_BGP_NEIGHBOR_STATE_CHANGED: BGP peer {peer} (External AS {asn}) changed state from "
BGP_DOWN: Say = (5, "rpd", _BGP + "Established to Idle (event HoldTime) (instance master)")
BGP_UP: Say = (5, "rpd", _BGP + "OpenConfirm to Established (event RecvKeepAlive) (instance master)")
OSPF_DOWN: Say = (
    5,
    "OSPF-5-ADJCHG",
    "Process 1, Nbr {nbr} on {port} from FULL to DOWN, Neighbor Down: Dead timer expired",
)
OSPF_UP: Say = (5, "OSPF-5-ADJCHG", "Process 1, Nbr {nbr} on {port} from LOADING to FULL, Loading Done")
PORT_DOWN: Say = (3, "LINK-3-UPDOWN", "Interface {port}, changed state to down")
PORT_UP: Say = (3, "LINK-3-UPDOWN", "Interface {port}, changed state to up")
L2TP_DOWN: Say = (6, "l2tp,ppp,info", "{tunnel}: terminating... - peer is not responding")
L2TP_UP: Say = (6, "l2tp,ppp,info", "{tunnel}: connected")
EXITED: Say = (6, "init", "{unit} (PID {n:2000-9000}) exited with status={code} Normal Exit")
STARTED: Say = (6, "init", "{unit} (PID {n:2000-9000}) started")
REFUSED: Say = (6, "sshd", "SSHD_LOGIN_FAILED: Login failed for user '{account}' from host '{src}'")
RANCID: Say = (6, "rancid", "{group}: collection complete, {n:38-38} of 38 routers reached")
AGGREGATE: Say = (6, "flowagg", "{job} rollup written, elapsed {s} s, 288 bins")
ARCHIVE: Say = (6, "acct-archive", "{table} dumped: {rows} rows, checksum ok")
PROBE: Say = (6, "smokeping", "probe {target} loss 0/20 median {n:8-14}ms")
OPTICS: Say = (
    6,
    "OPTIC/6/RXREPORT",
    "Optical module report. FrameID: 0, SlotID: {s}, PortID: {p}, RxPower(dBm): {dbm}",
)
HEAT: Say = (6, "chassisd", "CHASSISD_SENSOR_INFO: FPC {fpc} Exhaust B temperature {c} degrees C")
LEASES: Say = (6, "kea-stat", "subnet {net} assigned-addresses {used} total-addresses 2032")
EAPCERT: Say = (5, "radiusd", "TLS server certificate {name}: {days} days of validity remaining")
FRAMES: Say = (
    5,
    "CONTROLLER-5-CRCTHRESH",
    "{port}: input CRC counter advanced by {n:2-30}, interface remains in service",
)
SLIP: Say = (6, "lcmgr", "line card {c}: reference clock slip, realigned")
CARD: Say = (2, "lcmgr", "line card {c} lost, subscribers disconnected")
CARD_BACK: Say = (6, "lcmgr", "line card {c} in service")
SLOWSQL: Say = (6, "radiusd", "rlm_sql (sql): query took {n:3-9} seconds, retried on second connection")
PARTNER: Say = (
    6,
    "kea-dhcp4",
    "HA_COMMUNICATION_INTERRUPTED_CLIENT4 new client appears to be unacked by partner, resynchronising",
)
INCORRECT: Say = (
    5,
    "radiusd",
    "({n:1-99999}) Login incorrect (mschap: MS-CHAP2-Response is incorrect): [{u}] (from client bras-2 port 0 cli {cli})",
)
IMAGE: Say = (
    6,
    "ONTMGMT/6/IMAGEFALLBACK",
    "ONT image verification failed, bank B activated. SlotID: {n:1-6}, ONT ID: {n:0-63}",
)
REFRESH: Say = (
    6,
    "named",
    "zone {zone}/IN: refresh: failure trying master 198.51.100.2#53 (source 0.0.0.0#0): timed out",
)
TCAM: Say = (6, "PLATFORM-6-TCAMREPROG", "Forwarding entry rewritten after mismatch, bank {n:0-3}")
PARITY: Say = (6, "kernel", "pfe{k}: single bit parity event corrected in lookup memory, address 0x{hex:6}")
BEHIND: Say = (5, "mysqld", "[Note] replica channel '{channel}': applier is {s} seconds behind source")


def plant(w: World) -> None:
    """Plant all of them; each takes hosts of its own."""
    _sessions(w)
    _faults(w)
    _jobs(w)
    _numbers(w)
    _relations(w)


def _sessions(w: World) -> None:
    host = w.pick("bgp", "core")
    label = w.plant("neighbor_flap", host, "198.51.100.9 ", 2.5, entity="198.51.100.9")
    w.flap(
        host,
        w.poisson("bgp", 0, DAYS, 1.9),
        BGP_DOWN,
        BGP_UP,
        label,
        (20, 75),
        peer="198.51.100.9",
        asn=64512,
    )
    host = w.pick("ospf", "edge")
    label = w.plant("neighbor_flap_growing", host, "Nbr 172.31.4.2 ", 7.5, entity="172.31.4.2")
    w.flap(
        host,
        w.poisson("ospf", 2, DAYS, lambda d: 0.1 * 1.36 ** (d - 1)),
        OSPF_DOWN,
        OSPF_UP,
        label,
        (38, 50),
        nbr="172.31.4.2",
        port="GigabitEthernet0/0/3",
    )
    host = w.pick("te", "edge")
    label = w.plant(
        "interface_flap", host, "TenGigabitEthernet1/4,", (3.5, 10.7), entity="TenGigabitEthernet1/4"
    )
    w.flap(
        host, w.poisson("te", 0.5, 10.2, 1.7), PORT_DOWN, PORT_UP, label, (1, 3), port="TenGigabitEthernet1/4"
    )
    host = w.pick("l2tp", "pop")
    label = w.plant("tunnel_flap", host, "l2tp-backhaul-2:", (6.0, 11.5), entity="l2tp-backhaul-2")
    w.flap(host, w.poisson("l2tp", 4, 11, 3.1), L2TP_DOWN, L2TP_UP, label, (9, 15), tunnel="l2tp-backhaul-2")


def _faults(w: World) -> None:
    r = w.random("faults")
    host = w.pick("jsd", "core")
    label = w.plant("restart_loop", host, "jsd ", 3.2, entity="jsd")
    for t in w.poisson("jsd", 0.2, DAYS, 1.1):
        for k in range(r.randint(2, 4)):
            w.say(host, t + 6 * k * SECOND, EXITED, label, unit="jsd", code=1)
            w.say(host, t + (6 * k + 1) * SECOND, STARTED, label, unit="jsd")
    host = w.pick("rancid", "core")
    label = w.plant("login_drip", host, "'rancid-old'", 2.8, entity="rancid-old")
    w.each(host, w.poisson("rancid", 0, DAYS, 2.2), REFUSED, label, account="rancid-old", src="172.16.250.7")
    host = w.pick("spray", "radius")
    label = w.plant("spray", host, "cli 02:4d:aa:10:00:5e", (6.5, 10.5), entity="02:4d:aa:10:00:5e")
    for t in w.poisson("spray", 5.6, 9.6, 9):
        w.say(
            host,
            t,
            INCORRECT,
            label,
            u=f"pppoe{r.randint(100000, 118000)}@dsl.example",
            cli="02:4d:aa:10:00:5e",
        )
    host = w.pick("zone", "resolver")
    label = w.plant("returned", host, "kunden-sued.example", (2.0, 4.4), 9.5, entity="kunden-sued.example")
    w.each(
        host,
        [*w.poisson("zone1", 0.3, 3.2, 4), *w.poisson("zone2", 8.6, DAYS, 4)],
        REFRESH,
        label,
        zone="kunden-sued.example",
    )
    w.say(host, 3.25, (5, "named", "received control channel command 'retransfer kunden-sued.example'"))
    host = w.pick("tcam", "edge")
    label = w.plant("after_change", host, "TCAMREPROG", 5.8)
    w.say(
        host,
        4.35,
        (
            5,
            "SYS-5-RELOAD",
            "Reload requested by ghansen on vty0 (172.16.55.9). Reload Reason: install activate 17.9.4a.",
        ),
    )
    w.each(host, w.poisson("tcam", 4.4, DAYS, 2.7), TCAM, label)
    hosts = w.random("image").sample(w.of("olt", tenant="kuestefunk"), 5)
    label = w.plant("spread", hosts, "image verification failed", 7.6)
    for k, olt in enumerate(hosts):
        w.say(olt, 4.1 + 1.5 * k, IMAGE, label)
        w.each(olt, w.poisson(f"image{k}", 4.1 + 1.5 * k, DAYS, 0.9), IMAGE, label)
    host = w.pick("parity", "core")
    label = w.plant("rare_recurring", host, "parity event", 6.0, entity="pfe0")
    w.each(host, w.poisson("parity", 0.5, DAYS, 1.0), PARITY, label, k=0)


def _jobs(w: World) -> None:
    r = w.random("jobs")
    host = w.pick("agg", "tools")
    label = w.plant("job_duration", host, "transit rollup", 6.5, entity="transit")
    for t in w.clock("agg", 0, DAYS, 0.25, 0.03, 60):
        w.say(
            host,
            t,
            AGGREGATE,
            label,
            job="transit",
            s=int(140 * 1.11 ** max(0, t - 3) * r.uniform(0.97, 1.03)),
        )
    host = w.pick("archive", "radius")
    label = w.plant("job_size", host, "radacct_bng2 dumped", 8.0, entity="radacct_bng2")
    for t in w.clock("archive", 0, DAYS, 0.5, 0.09, 200):
        w.say(
            host,
            t,
            ARCHIVE,
            label,
            table="radacct_bng2",
            rows=int(61_000 * 0.86 ** max(0, t - 4.5) * r.uniform(0.98, 1.02)),
        )
    host = w.pick("rancidrun", "tools")
    label = w.plant("beat_stopped", host, "access-edge: collection", 8.2, entity="access-edge", silence=True)
    w.each(host, w.clock("rancidrun", 0, 7.6, 4 * HOUR, 0.02, 90), RANCID, label, group="access-edge")
    host = w.pick("smoke", "tools")
    label = w.plant("beat_stopped", host, "probe ix-frankfurt", 10.2, entity="ix-frankfurt", silence=True)
    w.each(host, w.clock("smoke", 0, 9.7, 3 * HOUR, 0.05, 20), PROBE, label, target="ix-frankfurt")
    host = w.pick("dark", "olt")
    w.plant("source_silent", host, "$^", 8.0, silence=True)
    w.dark(host, 7.35)
    w.each(
        host,
        w.poisson("dark", 0, 7.35, 25),
        (
            5,
            "SHELL/5/CMDRECORD",
            "Record command information. Ip={lan}, User=noc2, Command=display alarm active all",
        ),
    )


def _numbers(w: World) -> None:
    r = w.random("numbers")
    host = w.pick("rx", "olt")
    label = w.plant("level_drift", host, "SlotID: 3, PortID: 7, RxPower", 6.5, entity="0/3/7")
    for t in w.clock("rx", 0, DAYS, 0.25, 0.11):
        w.say(
            host, t, OPTICS, label, s=3, p=7, dbm=f"{-18.2 - 0.62 * max(0, t - 2) + r.uniform(-0.1, 0.1):.2f}"
        )
    host = w.pick("heat", "core")
    label = w.plant("temperature_drift", host, "FPC 2 Exhaust", 7.0, entity="FPC 2")
    for t in w.clock("heat", 0, DAYS, 6 * HOUR, 0.07):
        w.say(host, t, HEAT, label, fpc=2, c=int(43 + 1.9 * max(0, t - 3) + r.uniform(-0.9, 0.9)))
    host = w.pick("leases", "dhcp")
    label = w.plant("pool_creep", host, "100.72.8.0/21", 6.5, entity="100.72.8.0/21")
    for t in w.clock("leases", 0, DAYS, 6 * HOUR, 0.04):
        w.say(host, t, LEASES, label, net="100.72.8.0/21", used=int(1180 + 58 * t + r.uniform(-12, 12)))
    host = w.pick("eapcert", "radius")
    label = w.plant("cert_expiry", host, "eap.wifi.example", 3.0, entity="eap.wifi.example")
    for day, t in enumerate(w.clock("eapcert", 0, DAYS, 1, 0.3)):
        w.say(host, t, EAPCERT, label, name="eap.wifi.example", days=14 - day)
    host = w.pick("frames", "edge")
    label = w.plant(
        "rising_errors", host, "TenGigabitEthernet0/2: input CRC", 6.8, entity="TenGigabitEthernet0/2"
    )
    w.each(
        host,
        w.poisson("frames", 1, DAYS, lambda d: 0.3 * 1.26**d),
        FRAMES,
        label,
        port="TenGigabitEthernet0/2",
    )
    host = w.pick("behind", "radius")
    label = w.plant("replication_lag", host, "channel 'aaa'", 7.0, entity="aaa")
    for t in w.poisson("behind", 2, DAYS, 2.6):
        w.say(host, t, BEHIND, label, channel="aaa", s=int(6 * 1.4 ** (t - 2) * r.uniform(0.9, 1.15)) + 2)


def _relations(w: World) -> None:
    r = w.random("relations")
    host = w.pick("card", "dslam")
    label = w.plant("precursor", host, "line card 4", 7.0, entity="line card 4")
    for k in range(6):
        outage = 0.6 + 2.15 * k + r.uniform(0, 1.1)
        w.say(host, outage - r.uniform(8, 28) * MINUTE, SLIP, label, c=4)
        w.say(host, outage, CARD, label, c=4)
        w.say(host, outage + r.uniform(3, 9) * MINUTE, CARD_BACK, label, c=4)
    radius = w.pick("slowsql", "radius")
    dhcp = w.pick("partner", "dhcp", tenant=radius.tenant)
    label = w.plant("together", [radius, dhcp], "query took|unacked by partner", 6.0)
    for t in w.poisson("slowsql", 0.8, DAYS, 1.2):
        w.say(radius, t, SLOWSQL, label)
        w.say(dhcp, t + r.uniform(5, 70) * SECOND, PARTNER, label)


def twins(w: World) -> None:
    """The signals' words, harmless: once, on all hosts, on a clock, orderly, flat, recovered."""
    r = w.random("twins")
    once: tuple[tuple[str, Say, Say, dict[str, object], str], ...] = (
        ("core", BGP_DOWN, BGP_UP, {"peer": "203.0.113.77", "asn": 64700}, "a peer reset its session once"),
        ("edge", OSPF_DOWN, OSPF_UP, {"nbr": "172.31.9.9", "port": "GigabitEthernet0/0/1"}, "one adjacency lost once"),
        ("edge", PORT_DOWN, PORT_UP, {"port": "TenGigabitEthernet0/7"}, "a patch cord moved once"),
        ("pop", L2TP_DOWN, L2TP_UP, {"tunnel": "l2tp-lab"}, "a laboratory tunnel, once"),
        ("core", EXITED, STARTED, {"unit": "lldpd", "code": 1}, "a daemon restarted once"),
        ("dslam", CARD, CARD_BACK, {"c": 2}, "a line card pulled once"),
        ("radius", SLOWSQL, SLOWSQL, {}, "two slow queries on one evening"),
    )  # fmt: skip
    for role, first, second, values, why in once:
        label = w.harmless(why)
        host, t = r.choice(w.of(role)), r.uniform(2, 13)
        w.say(host, t, first, label, **values)
        w.say(host, t + r.uniform(10, 60) * SECOND, second, label, **values)
    label = w.harmless("upstream's announced work: all core routers lose one peer in the same night")
    for host in w.of("core"):
        w.flap(
            host,
            [10.08 + r.uniform(0, 6) * MINUTE],
            BGP_DOWN,
            BGP_UP,
            label,
            (200, 500),
            peer="198.51.100.1",
            asn=64500,
        )
    label = w.harmless("optical levels of other ports, steady")
    for host in w.of("olt"):
        level = r.uniform(-22, -15)
        for t in w.clock("rxok" + host.name, 0, DAYS, 0.5, 0.12):
            w.say(host, t, OPTICS, label, s=1, p=1, dbm=f"{level + r.uniform(-0.2, 0.2):.2f}")
    label = w.harmless("temperatures that breathe with the day")
    for host in w.of("core"):
        for t in w.clock("heatok" + host.name, 0, DAYS, 6 * HOUR, 0.08):
            w.say(host, t, HEAT, label, fpc=0, c=(38, 39, 44, 43)[int(t * 4) % 4] + r.randint(-1, 1))
    label = w.harmless("other address pools, steady")
    for host in w.of("dhcp"):
        for t in w.clock("poolok" + host.name, 0, DAYS, 6 * HOUR, 0.05):
            w.say(host, t, LEASES, label, net="100.64.0.0/21", used=900 + r.randint(-60, 60))
    label = w.harmless("certificates with much time left")
    for host in w.of("radius"):
        for day, t in enumerate(w.clock("certok" + host.name, 0, DAYS, 1, 0.31)):
            w.say(host, t, EAPCERT, label, name=f"{host.name}.example", days=310 - day)
    label = w.harmless("an engineer mistypes his password")
    for host in w.of("core"):
        w.each(
            host,
            w.poisson("typo" + host.name, 0, DAYS, 0.35, "noc"),
            (6, "sshd", "SSHD_LOGIN_FAILED: Login failed for user '{noc}' from host '{lan}'"),
            label,
        )
    label = w.harmless("accounting dumps of other tables, sizes vary")
    for host in w.of("radius"):
        for t in w.clock("dumpok" + host.name, 0, DAYS, 1, 0.1, 300):
            w.say(host, t, ARCHIVE, label, table="radpostauth", rows=r.randint(20_000, 45_000))
    label = w.harmless("rollups of other exporters, steady")
    for host in w.of("tools"):
        for t in w.clock("aggok" + host.name, 0, DAYS, 0.5, 0.04, 60):
            w.say(host, t, AGGREGATE, label, job="peering", s=r.randint(88, 97))
    label = w.harmless("image fall-backs everywhere in the hour of a vendor's bad release, withdrawn")
    for host in w.of("olt"):
        w.say(host, 9.3 + r.uniform(0, 50) * MINUTE, IMAGE, label)
    label = w.harmless("zones of a closed customer fail to refresh on a clock")
    for host in w.of("resolver"):
        w.each(
            host,
            w.clock("gone" + host.name, 0, DAYS, 3 * HOUR, 0.01),
            REFRESH,
            label,
            zone="aufgegeben.example",
        )
    label = w.harmless("replica behind during the monthly report, back after two hours")
    host = r.choice(w.of("radius"))
    for k, s in enumerate((30, 120, 260, 200, 60, 3)):
        w.say(host, 3.2 + k * 20 * MINUTE, BEHIND, label, channel="reports", s=s)
    label = w.harmless("corrected parity events, one each on three routers")
    for host in r.sample(w.of("core"), 3):
        w.say(host, r.uniform(1, 13), PARITY, label, k=1)
    label = w.harmless("forwarding entries rewritten on all edges after the route flood")
    for host in w.of("edge"):
        w.each(host, [9.81 + r.uniform(0, 0.02) for _ in range(3)], TCAM, label)
    label = w.harmless("probe with a pause at night by its calendar")
    for host in w.of("tools"):
        w.each(
            host,
            [t for t in w.clock("calm" + host.name, 0, DAYS, 2 * HOUR, 0.06, 20) if 7 <= t % 1 * 24 <= 19],
            PROBE,
            label,
            target="office-lan",
        )
    label = w.harmless("input errors for one evening during a splice, repaired")
    w.each(
        r.choice(w.of("edge")),
        w.poisson("splice", 5.75, 5.95, 80),
        FRAMES,
        label,
        port="TenGigabitEthernet1/1",
    )
