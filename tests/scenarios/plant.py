"""World "plant": a manufacturer's four works in Ohio and Bohemia. Hosts, shifts, the ordinary day and what is harmless."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

from tests.scenarios import plant_planted
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Chatter, World, monday, week

_SHIFTS = [2, 2, 2, 2, 1.8, 0.8, 3, 3.4, 3.4, 3, 3.4, 3.2, 2.4, 1.2, 3, 3.2, 3.2, 2.6, 3.2, 3, 2.6, 1, 2, 2.2]
_SATURDAY = [2, 2, 2, 2, 1.8, 0.6, 2.4, 2.4, 2.4, 2, 2.4, 2.4, 1.6, 0.6] + [0.25] * 10
_SUNDAY = [0.2] * 22 + [1.2, 2]
_ALWAYS = [1.0] * 168

ROLES = {
    "gateway": Chatter(
        "shifts",
        (
            (14, (6, "opc", "session {n:100-999} publish ok, {n:40-400} monitored items, queue 0")),
            (8, (6, "cycle", "part {n:100000-999999} done on station {n:1-9}, cycle {n:30-60}.{n:0-9} s")),
            (3, (4, "io", "digital input {n:1-32} bounced, filtered")),
            (2, (5, "recipe", "recipe {n:100-140} selected by operator {op}")),
            (1, (3, "opc", "BadNodeIdUnknown while browsing ns=3;s=Obsolete.{n:1-12}")),
        ),
    ),
    "mes": Chatter(
        "shifts",
        (
            (26, (6, "mes-api", "POST /v2/lots/{n:10000-99999}/moves 201 {n:5-180} ms user={op}")),
            (8, (6, "mes-print", "label job {n:1000-9999} sent to zebra-{n:1-20}")),
            (3, (4, "mes-api", "stale version of lot {n:10000-99999}, client told to reload")),
            (1.5, (3, "mes-erp", "IDoc 0000000{n:100000-999999} has status 51: material locked by user, will be repeated")),
        ),
    ),
    "database": Chatter(
        "shifts",
        (
            (6, (6, "postgres", "[{n:1-9}-1] LOG:  checkpoint complete: wrote {n:100-9000} buffers ({n:1-9}.{n:0-9}%); 0 WAL file(s) added, {n:0-4} removed")),
            (4, (6, "postgres", "[{n:1-9}-1] LOG:  automatic vacuum of table \"mes.public.{pick:lot|move|label|operator}\": index scans: {n:0-2}")),
            (2, (3, "postgres", "[{n:1-9}-1] ERROR:  canceling statement due to user request")),
            (2, (4, "postgres", "[{n:1-9}-1] WARNING:  there is already a transaction in progress")),
        ),
    ),
    "badge": Chatter(
        "shifts",
        (
            (12, (6, "doord", "door {n:1-40} opened, card {n:20000-29999} accepted")),
            (2, (5, "doord", "door {n:1-40} card {n:20000-29999} refused: wrong time zone")),
            (1, (4, "doord", "door {n:1-40} held open longer than 30 s")),
        ),
    ),
    "wlc": Chatter(
        "shifts",
        (
            (16, (6, "apfReceiveTask", "%APF-6-RADIUS_OVERRIDE_DISABLED: apf_ms_radius_override.c:204 Radius overrides disabled, ignoring source 2 for mobile {mac}")),
            (8, (4, "spamApTask2", "%CAPWAP-4-DISC_INTF_ERR2: capwap_ac_sm.c:2052 Ignoring Primary discovery request received on a wrong VLAN ({n:10-30}) from AP {mac}")),
            (6, (3, "Dot1x_NW_MsgTask_1", "%DOT1X-3-MAX_EAP_RETRIES: 1x_auth_pae.c:6543 Max EAP identity request retries (3) exceeded for client {mac}")),
        ),
    ),
    "ring": Chatter(
        "shifts",
        (
            (2, (6, "hios", "Port {n:1-8}: link up 100 Mbit/s full duplex")),
            (2, (6, "hios", "Port {n:1-8}: link down")),
            (0.6, (5, "hios", "LLDP neighbour table changed on port {n:1-8}")),
        ),
    ),
    "historian": Chatter(
        "always",
        (
            (10, (6, "collector", "batch {n:100000-999999} stored, {n:300-2000} samples, lag 0 s")),
            (2, (4, "collector", "tag LINE{n:1-6}.ST{n:1-9}.TORQUE quality uncertain for {n:1-20} s")),
        ),
    ),
    "perimeter": Chatter(
        "shifts",
        (
            (50, (6, "ASA-6-302013", "Built outbound TCP connection {n:100000-99999999} for outside:{wan}/443 ({wan}/443) to inside:{lan}/{port} ({lan}/{port})")),
            (44, (6, "ASA-6-302014", "Teardown TCP connection {n:100000-99999999} for outside:{wan}/443 to inside:{lan}/{port} duration 0:{n:0-9}:{n:10-59} bytes {n:100-900000} TCP {pick:FINs|Reset-I|FINs}")),
            (16, (4, "ASA-4-106023", "Deny tcp src outside:{wan}/{port} dst inside:{lan}/{pick:22|23|3389|502|44818} by access-group \"outside_in\" [0x0, 0x0]")),
            (1, (3, "ASA-3-710003", "TCP access denied by ACL from {wan}/{port} to outside:{wan}/22")),
        ),
    ),
}  # fmt: skip


def build(seed: int = 1, lines: int = 150_000, *, quiet: bool = False) -> World:
    """The world of `seed` with about `lines` lines; `quiet`: the same without anything planted."""
    world = World("plant", monday(2026, 6, 8), seed, quiet)
    world.rhythms = {"shifts": week(_SHIFTS, _SATURDAY, _SUNDAY), "always": _ALWAYS}
    world.words = {"op": lambda r: f"op{r.randint(1001, 1240)}"}
    world.networks = {
        "stamping-lima": "10.140.0.0/16",
        "foundry-toledo": "10.141.0.0/16",
        "paint-plzen": "10.142.0.0/16",
        "assembly-brno": "10.143.0.0/16",
    }
    for number, tenant in enumerate(world.networks):
        _works(world, tenant, ("LIM", "TOL", "PLZ", "BRN")[number], (-240, -240, 120, 120)[number])
    if not quiet:
        plant_planted.plant(world)
    _clockwork(world)
    _changes(world)
    _noise(world)
    plant_planted.twins(world)
    world.chatter(ROLES, lines)
    return world.finish()


def _works(world: World, tenant: str, code: str, offset_min: int) -> None:
    low = code.lower()
    world.add(tenant, "gateway", "kv", [f"{code}-CELL{k:02}-GW" for k in range(1, 9)])
    world.add(tenant, "mes", "rfc5424", [f"{low}mes0{k}" for k in (1, 2, 3)])
    world.add(tenant, "database", "iso", [f"{low}pg0{k}" for k in (1, 2)], offset_min)
    world.add(tenant, "badge", "bsd", [f"{low}-gate-{k}" for k in ("north", "south")], offset_min)
    world.add(tenant, "wlc", "bsd", [f"{low}-wlc"], offset_min)
    world.add(tenant, "ring", "rfc5424", [f"{low}-ring-{k}" for k in "abc"])
    world.add(tenant, "historian", "iso", [f"{low}hist"])
    world.add(tenant, "perimeter", "asa", [f"{code}-ASA1"])


def _clockwork(w: World) -> None:
    label = w.harmless("shift change: all gateways reset their counters three times a day")
    for host in w.of("gateway"):
        w.each(
            host,
            w.clock("shift" + host.name, 0, DAYS, 8 * HOUR, 6 * HOUR, 90),
            (5, "cycle", "counters reset for new shift"),
            label,
        )
    label = w.harmless("torque tools recalibrate on Sunday and report faults while they do")
    for host in w.of("gateway"):
        for sunday in (6, 13):
            for tool in range(1, 5):
                w.say(
                    host,
                    sunday + 0.4 + tool * MINUTE,
                    (3, "torque", "tool {k} transducer out of range, calibration active"),
                    label,
                    k=tool,
                )
                w.say(
                    host,
                    sunday + 0.41 + tool * MINUTE,
                    (6, "torque", "tool {k} calibration finished"),
                    label,
                    k=tool,
                )
    label = w.harmless("base backup of databases each night, steady")
    for host in w.of("database"):
        for t in w.clock("base" + host.name, 0, DAYS, 1, 2.5 * HOUR, 400):
            w.say(
                host,
                t,
                (
                    6,
                    "pgbackrest",
                    "P00 INFO: backup command end: completed successfully ({n:610000-660000}ms)",
                ),
                label,
            )
    label = w.harmless("access rules re-evaluated at midnight")
    for host in w.of("badge"):
        w.each(
            host,
            w.clock("rules" + host.name, 0, DAYS, 1, 0.003),
            (6, "doord", "access rules reloaded, 412 cards active"),
            label,
        )
    label = w.harmless("monthly fire drill: all doors open at once")
    for host in w.of("badge", tenant="paint-plzen"):
        for door in range(1, 21):
            w.say(
                host,
                9.42 + door * 0.2 * SECOND,
                (2, "doord", "door {d} released by fire alarm panel"),
                label,
                d=door,
            )
    label = w.harmless("OT vulnerability scanner on Wednesdays")
    for host in w.of("perimeter"):
        for wednesday in (2, 9):
            w.each(
                host,
                w.poisson(f"ot{host.name}{wednesday}", wednesday + 0.8, wednesday + 0.83, 8000),
                (
                    4,
                    "ASA-4-106023",
                    'Deny tcp src inside:10.140.250.4/{port} dst dmz:{lan}/{n:1-1024} by access-group "inside_in" [0x0, 0x0]',
                ),
                label,
            )
    label = w.harmless("hourly complaint of a retired ERP interface")
    for host in w.of("mes"):
        if host.name.endswith("03"):
            w.each(
                host,
                w.clock("erp" + host.name, 0, DAYS, HOUR, 0.02),
                (3, "mes-erp", "queue ZOLD_CONF has no receiver, message kept"),
                label,
            )
    label = w.harmless("compressor stops for the weekend and starts again")
    for host in w.of("gateway"):
        if "CELL08" in host.name:
            for saturday in (5, 12):
                w.say(host, saturday + 0.6, (4, "air", "supply pressure below 5.8 bar"), label)
                w.say(host, saturday + 1.93, (6, "air", "supply pressure restored"), label)


def _changes(w: World) -> None:
    label = w.harmless("MES release on day 10: every server restarts its workers, orderly")
    for host in w.of("mes"):
        at = 9.1 + w.random("release" + host.name).uniform(0, 0.05)
        for worker in ("api", "print", "erp", "label"):
            w.say(
                host,
                at,
                (5, "supervisord", "stopped: {worker} (terminated by SIGTERM)"),
                label,
                worker=worker,
            )
            w.say(
                host,
                at + 8 * SECOND,
                (
                    6,
                    "supervisord",
                    "success: {worker} entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)",
                ),
                label,
                worker=worker,
            )
    label = w.harmless("new quality camera service on all MES servers from day 7")
    for host in w.of("mes"):
        w.each(
            host,
            w.poisson("cam" + host.name, 6.3, DAYS, 40, "shifts"),
            (6, "qcam", "image {n:100000-999999} classified {pick:ok|ok|ok|rework} in {n:20-90} ms"),
            label,
        )
    label = w.harmless("firmware of ring switches updated on a Sunday, announced")
    for k, host in enumerate(w.of("ring")):
        at = 6.5 + k * 9 * MINUTE
        w.say(host, at, (5, "hios", "Cold start requested by user admin, new software 08.7.02"), label)
        for port in range(1, 9):
            w.say(
                host,
                at + 100 * SECOND + port * 0.3 * SECOND,
                (6, "hios", "Port {p}: link up 100 Mbit/s full duplex"),
                label,
                p=port,
            )
    label = w.harmless("line moved in the foundry: gateways off and on for a day of work")
    for host in w.of("gateway", tenant="foundry-toledo")[:3]:
        for k in range(5):
            w.say(host, 11.4 + k * HOUR, (4, "power", "supply switched off at main switch"), label)
            w.say(
                host, 11.4 + k * HOUR + 9 * MINUTE, (6, "power", "start after power on, self test ok"), label
            )
    label = w.harmless("operators re-teach a robot for a morning")
    host = w.pick("teach", "gateway")
    w.each(
        host,
        w.poisson("teach", 3.3, 3.55, 400),
        (4, "robot", "teach mode: speed limited, enabling switch {pick:pressed|released}"),
        label,
    )
    label = w.harmless("access points moved to new VLAN: controllers complain for an hour")
    for host in w.of("wlc"):
        w.each(
            host,
            w.poisson("vlan" + host.name, 8.4, 8.45, 3000),
            (
                3,
                "spamApTask1",
                "%CAPWAP-3-DTLS_CONN_ERR: capwap_ac.c:934 {mac}: DTLS connection not found for AP",
            ),
            label,
        )
    label = w.harmless("one planned database switch-over")
    host = w.pick("switchover", "database")
    w.say(host, 5.2, (5, "postgres", "[2-1] LOG:  received fast shutdown request"), label)
    w.say(
        host,
        5.2 + 30 * SECOND,
        (6, "postgres", "[3-1] LOG:  database system is ready to accept connections"),
        label,
    )


def _noise(w: World) -> None:
    label = w.harmless("trace of a tag left on: flood")
    host = w.pick("trace", "historian")
    w.each(
        host,
        w.poisson("trace", 7.35, 7.5, 25_000),
        (7, "collector", "TRACE LINE2.ST4.TORQUE raw={n:0-65535} scaled={f:0-99}"),
        label,
    )
    label = w.harmless("scanners that roam between access points in the warehouse")
    for host in w.of("wlc"):
        for k in range(3):
            w.each(
                host,
                w.poisson(f"roam{host.name}{k}", 0, DAYS, 24, "shifts"),
                (
                    4,
                    "apfRoamTask",
                    "%APF-4-ASSOC_REJECT: client 00:15:70:aa:bb:{k:02} moved between APs too fast, reassociation refused once",
                ),
                label,
                **{"k": 10 + k},
            )
    label = w.harmless("operators mistype their pin")
    for host in w.of("mes"):
        w.each(
            host,
            w.poisson("pin" + host.name, 0, DAYS, 6, "shifts"),
            (5, "mes-api", "login refused for {op}: wrong pin"),
            label,
        )
    label = w.harmless("internet scanning of the perimeter in bursts")
    for host in w.of("perimeter"):
        for k in range(12):
            start = w.random(f"scan{host.name}{k}").uniform(0, 13.9)
            w.each(
                host,
                w.poisson(f"scan{host.name}{k}", start, start + 0.01, 4000),
                (
                    4,
                    "ASA-4-106023",
                    'Deny tcp src outside:{x}/{port} dst inside:{lan}/{n:1-9999} by access-group "outside_in" [0x0, 0x0]',
                ),
                label,
                x=f"141.{k}.98.{k + 9}",
            )
    label = w.harmless("chronic: one fork-lift's tablet rejected by the RADIUS server since spring")
    host = w.pick("tablet", "wlc")
    w.each(
        host,
        w.poisson("tablet", 0, DAYS, 30, "shifts"),
        (
            3,
            "Dot1x_NW_MsgTask_3",
            "%DOT1X-3-AAA_AUTH_SEND_FAIL: 1x_aaa.c:870 Unable to send AAA message for client 7c:d1:c3:00:12:fe",
        ),
        label,
    )
    label = w.harmless("chronic: sequence gaps after scrap parts on all presses")
    for host in w.of("gateway", tenant="stamping-lima"):
        w.each(
            host,
            w.poisson("gap" + host.name, 0, DAYS, 10, "shifts"),
            (4, "cycle", "part sequence not continuous, assumed scrap"),
            label,
        )
    label = w.harmless("ports of mobile test benches go up and down with the shift")
    for host in w.of("ring"):
        for t in w.clock("bench" + host.name, 0, DAYS, 8 * HOUR, 6.2 * HOUR, 300):
            w.say(host, t, (6, "hios", "Port 5: link down"), label)
            w.say(host, t + 0.01, (6, "hios", "Port 5: link up 100 Mbit/s full duplex"), label)
    label = w.harmless("one-off rarities")
    r = w.random("odd")
    for role, line in (
        ("mes", (3, "kernel", "BUG: Bad rss-counter state mm:00000000 type:MM_ANONPAGES val:1")),
        ("mes", (4, "systemd-journald", "Missed {n:3-40} kernel messages")),
        ("database", (3, "postgres", "[1-1] PANIC test of the monitoring by dba, please ignore")),
        ("database", (4, "chronyd", "System clock wrong by 1.{n:1000-9999} seconds")),
        ("historian", (3, "collector", "unexpected end of file in archive segment, repaired from journal")),
        ("badge", (4, "doord", "tamper contact of reader {n:1-40} opened and closed")),
        ("perimeter", (2, "ASA-2-106017", "Deny IP due to Land Attack from {lan} to {lan}")),
        ("gateway", (2, "power", "backup battery low")),
    ):
        w.say(r.choice(w.of(role)), r.uniform(0.5, 13.7), line, label)
    label = w.harmless("night security checks every door by hand")
    for host in w.of("badge"):
        for t in w.clock("guard" + host.name, 0, DAYS, 1, 0.05, 900):
            for door in range(1, 7):
                w.say(
                    host,
                    t + door * MINUTE,
                    (5, "doord", "door {d} card 20001 refused: wrong time zone"),
                    label,
                    d=door,
                )
