"""World "grid": a pool of 33 weak signals, of which the seed draws 24.

What a fleet reports all day (pumps, batteries, archives) is said for every unit; a planted unit differs in one property.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from tests.scenarios.grid_words import FLEETS, PEOPLE, series, words
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Say, World

COUNT = 24


def plant(w: World) -> None:
    """24 of the pool, drawn by the seed, each on a host of its own where there are enough."""
    drawn = set(w.random("drawn").sample(range(len(POOL)), COUNT))
    for k, one in enumerate(POOL):
        if k in drawn:
            one(w, w.random("plant/" + one.__name__))


def _often(w: World, part: str, start: float, rate: float | Callable[[float], float]) -> list[float]:
    """Irregular times to the end, at least seven of them however chance falls."""
    times, r = w.poisson(part, start, DAYS, rate), w.random("often/" + part)
    return sorted([*times, *(r.uniform(start, 12) for _ in range(7 - len(times)))])


def _tells(*parts: str) -> str:
    return "|".join(f"(?:^|[^\\w]){re.escape(p)}(?!\\w)" for p in parts)


def _ramp(start: float, total: float, power: float = 1.0) -> Callable[[float], float]:
    return lambda t: 1 + total * ((t - start) / (DAYS - start)) ** power


def _moved(
    w: World, r: Random, kind: str, key: str, start: float, live: float, shape: Callable[[float], float]
) -> None:
    """A fleet's unit whose number is multiplied by `shape(day)` from `start` on."""
    fleet = FLEETS[key]
    host, thing = w.pick(key, fleet.role), r.choice(fleet.things)
    label = w.plant(kind, host, _tells(thing), live, entity=thing)
    series(w, fleet, host, thing, label, lambda t, v: v * (shape(t) if t > start else 1.0))


# --- the power grid


def _session(w: World, r: Random) -> None:
    host, link, start = w.pick("session", "gw"), str(r.randrange(2403, 2449, 5)), r.uniform(0, 4)
    times = _often(w, "session", start, r.uniform(1.2, 3.2))
    label = w.plant("session_flap", host, _tells(link), times[3], entity=link)
    w.flap(host, times, *_two(w, "session"), label, (12, 80), link=link)


def _two(w: World, key: str) -> tuple[Say, Say]:
    first, second = words(w, key)
    return first, second


def _same_hour(w: World, r: Random) -> None:
    host, rx, hour = w.pick("holdover", "clock"), f"GNS{r.randint(1, 3)}", r.uniform(2, 22)
    times = [d + (hour + r.gauss(0, 0.12)) * HOUR for d in range(r.randint(0, 3), DAYS) if r.random() < 0.9]
    label = w.plant("same_hour", host, _tells(rx), times[4], entity=rx)
    w.flap(host, times, *_two(w, "holdover"), label, (150, 600), rx=rx)


def _growing(w: World, r: Random) -> None:
    host, stream, g = w.pick("goose", "relay"), f"CTRL/LLN0$GO$gcb{r.randint(20, 39)}", r.uniform(1.22, 1.36)
    times = [1.2, *_often(w, "goose", 1.5, lambda d: min(7.0, 0.2 * g ** (d - 0.5)))]
    label = w.plant("growing_rate", host, re.escape(stream), max(6.5, times[5]), entity=stream)
    w.each(host, times, words(w, "goose")[0], label, stream=stream)


def _ring(w: World, r: Random) -> None:
    host, ring, start = w.pick("ring", "hios"), f"MRP-{r.randint(2, 5)}", r.uniform(3.2, 8.5)
    label = w.plant("redundancy_lost", host, _tells(ring), start + 1, entity=ring)
    gone, ready = words(w, "ring")
    for t in w.clock("ring/planted", 0, DAYS, 0.25, r.uniform(0, 0.25), 30):
        w.say(host, t, gone if t > start else ready, label, ring=ring)


def _precursor(w: World, r: Random) -> None:
    host, pm, count = w.pick("dip", "rugged"), f"PM{r.randint(1, 2)}", r.randint(4, 6)
    times = [1 + (k + r.uniform(0.1, 0.9)) * 12.4 / count for k in range(count)]
    label = w.plant("precursor", host, _tells(pm), times[2] + 0.02, entity=pm)
    first, down, up = words(w, "dip")
    for t in times:
        for k in range(r.randint(1, 3)):
            w.say(host, t - (r.uniform(4, 22) + k) * MINUTE, first, label, pm=pm)
        w.say(host, t, down, label, pm=pm, ports="5-8")
        w.say(host, t + r.uniform(60, 300) * SECOND, up, label, pm=pm, ports="5-8")


def _account(w: World, r: Random) -> None:
    host, who = w.pick("account", "otfw"), r.choice(("svc-relayread", "svc_faultrec", "meterpull"))
    times = _often(w, "account", r.uniform(0, 4), r.uniform(1.6, 3.8))
    label = w.plant("account_refused", host, _tells(who), times[3], entity=who)
    w.each(host, times, words(w, "account")[0], label, who=who, src=f"10.120.61.{r.randint(5, 240)}")


def _battery(w: World, r: Random) -> None:
    start, total = r.uniform(1, 4), r.uniform(0.35, 0.9)
    _moved(w, r, "creep_up", "battery", start, start + 5, _ramp(start, total, 1.2))


def _door(w: World, r: Random) -> None:
    host, first = w.pick("door", "rtu"), r.randint(1, 4)
    times = [d + r.uniform(0.5, 3.8) * HOUR for d in range(first, DAYS) if r.random() < 0.8]
    label = w.plant("odd_hours", host, _tells("cabinet"), times[3])
    w.each(host, times, words(w, "door")[0], label)


def _late(w: World, r: Random) -> None:
    host, thing = w.pick("export", "scada"), f"LG-{r.randint(20, 24)}"
    start, step = r.uniform(2, 4.5), r.uniform(7, 16)
    label = w.plant("job_late", host, _tells(thing), start + 4, entity=thing)
    for d in range(DAYS):
        late = max(0.0, d - start) * step + abs(r.gauss(0, 1.5))
        w.say(host, d + (4 * 60 + 20 + late) * MINUTE, words(w, "export")[0], label, thing=thing)


# --- the water works


def _pump(w: World, r: Random) -> None:
    start, total = r.uniform(1, 4), r.uniform(0.22, 0.6)
    _moved(w, r, "creep_up", "pump", start, start + 5.5, _ramp(start, total))


def _polls(w: World, r: Random) -> None:
    start, total = r.uniform(1, 5), r.uniform(1.5, 4)
    _moved(w, r, "retries_creep", "polls", start, start + 4, _ramp(start, total))


def _beat(w: World, r: Random) -> None:
    host, thing, stop = w.pick("seal", "hist"), f"TR{r.randint(70, 74)}", r.uniform(4, 9.5)
    label = w.plant("beat_stopped", host, _tells(thing), stop + 0.5, entity=thing, silence=True)
    times = w.clock("seal/p", 0, stop, 1 / 8, r.uniform(0, 0.1), 30)
    w.each(host, times, words(w, "seal")[0], label, thing=thing)


def _restarts(w: World, r: Random) -> None:
    host, unit = w.pick("collector", "hist"), f"OPC-{r.choice(('RW', 'KL', 'NT', 'SB'))}"
    times = _often(w, "collector", r.uniform(0.5, 3), r.uniform(0.7, 1.2))
    label = w.plant("restart_loop", host, _tells(unit), times[1] + 0.01, entity=unit)
    down, up = _two(w, "collector")
    for t in times:
        for k in range(r.randint(2, 4)):
            at = t + k * r.uniform(25, 60) * SECOND
            w.say(host, at, down, label, unit=unit, code=f"0x{r.choice((1, 5, 37)):02x}")
            w.say(host, at + r.uniform(8, 14) * SECOND, up, label, unit=unit)


def _spread(w: World, r: Random) -> None:
    hosts, who = w.of("serial"), r.choice(("wartung7", "fernsvc", "tmpadm"))
    src = f"10.121.77.{r.randint(4, 240)}"
    r.shuffle(hosts)
    start, gap = r.uniform(1.5, 3.5), r.uniform(0.9, 1.6)
    label = w.plant("spread", hosts, _tells(who), start + 2.2 * gap + 0.3, entity=who)
    for k, host in enumerate(hosts):
        first = start + k * gap
        times = [first, *w.poisson(f"spread/{host.name}", first + 0.1, DAYS, r.uniform(0.6, 1.3))]
        w.each(host, times, words(w, "console")[0], label, who=who, src=src)


def _back(w: World, r: Random) -> None:
    host, port = w.pick("coupling", "weos"), f"eth{r.randint(11, 16)}"
    gone, back = r.uniform(3.3, 4.2), r.uniform(9.8, 11.2)
    first = [0.3, *w.poisson("coupling/a", 0.4, gone, r.uniform(1.6, 2.8))]
    then = [back, back + 0.3, *w.poisson("coupling/b", back + 0.4, DAYS, r.uniform(1.8, 3))]
    label = w.plant("came_back", host, _tells(port), (1.0, gone + 1), (back, float(DAYS)), entity=port)
    w.each(host, first + then, words(w, "coupling")[0], label, port=port)


def _stuck(w: World, r: Random) -> None:
    fleet, start = FLEETS["level"], r.uniform(3.5, 8)
    host, thing, held = w.pick("level", "plc"), r.choice(FLEETS["level"].things), [0.0]
    label = w.plant("stuck_value", host, _tells(thing), start + 1.2, entity=thing)

    def stuck(t: float, v: float) -> float:
        if t < start:
            held[0] = v
        return held[0]

    series(w, fleet, host, thing, label, stuck)


def _cycle(w: World, r: Random) -> None:
    host, thing, start = w.pick("backwash", "plc"), f"KF{r.randint(6, 9)}", r.uniform(3, 6)
    label = w.plant("cycle_faster", host, _tells(thing), start + 3.5, entity=thing)
    t, gap, floor = r.uniform(0.1, 0.8), r.uniform(0.8, 1.0), r.uniform(0.18, 0.3)
    while t < DAYS:
        w.say(host, t, words(w, "backwash")[0], label, thing=thing)
        now = gap if t < start else max(floor, gap * (1 - 0.11 * (t - start)))
        t += now * r.uniform(0.93, 1.07)


# --- the broadcaster


def _burst(w: World, r: Random) -> None:
    host, inp, at = w.pick("cc", "enc"), f"asi{r.randint(5, 8)}", r.uniform(3.4, 11.5)
    label = w.plant("burst", host, _tells(inp), (at + 0.02, at + 1.3), entity=inp)
    times = sorted(at + r.uniform(0, r.uniform(9, 26)) * MINUTE for _ in range(r.randint(22, 40)))
    w.each(host, times, words(w, "cc")[0], label, inp=inp)


def _slower(w: World, r: Random) -> None:
    start, total = r.uniform(2, 5), r.uniform(0.5, 1.4)
    _moved(w, r, "job_slower", "conform", start, start + 4.5, _ramp(start, total))


def _smaller(w: World, r: Random) -> None:
    start, low, step = r.uniform(3.5, 6.5), r.uniform(0.5, 0.78), r.random() < 0.5

    def sinks(t: float) -> float:
        return low if step else 1 - (1 - low) * min(1.0, (t - start) / 7)

    _moved(w, r, "job_smaller", "import", start, start + (3.0 if step else 4.5), sinks)


def _pingpong(w: World, r: Random) -> None:
    host, inp = w.pick("switch", "mux"), f"IP{r.randint(31, 38)}"
    times = _often(w, "switch", r.uniform(0, 4), r.uniform(1.1, 2.4))
    label = w.plant("failover_pingpong", host, _tells(inp), times[3], entity=inp)
    w.flap(host, times, *_two(w, "switch"), label, (200, 2600), inp=inp)


def _second(w: World, r: Random) -> None:
    host, start = w.pick("transfer", "play"), r.uniform(2, 6)
    dest = f"studio-{r.choice(('fulda', 'gera', 'jena'))}"
    label = w.plant("second_try", host, _tells(dest), start + 1.2, entity=dest)
    for t in w.poisson("transfer/p", 0, DAYS, r.uniform(2.5, 4)):
        tries = 2 if t > start else 1
        w.say(host, t, words(w, "transfer")[0], label if tries == 2 else None, dest=dest, tries=tries)


def _expiry(w: World, r: Random) -> None:
    host, thing, left = w.pick("licence", "tx"), f"OPT-{r.choice(('SFN', 'T2MI', 'DPD'))}", r.randint(15, 24)
    label = w.plant("expiry_countdown", host, _tells(thing), 4.0, entity=thing)
    told, asked = words(w, "licence")
    for d in range(DAYS):
        w.say(host, d + 6 * HOUR + r.uniform(0, 60) * SECOND, told, label, thing=thing, v=left - d)
        if d > 1:
            w.say(host, d + 6 * HOUR + r.uniform(120, 400) * SECOND, asked, label, thing=thing)


def _margin(w: World, r: Random) -> None:
    start, total = r.uniform(1, 5), r.uniform(0.1, 0.24)
    _moved(w, r, "margin_sinks", "mer", start, start + 4.5, _ramp(start, -total))


# --- the laboratory, and a silence anywhere


def _silent(w: World, r: Random) -> None:
    host, stop = w.pick("silent", r.choice(("node", "enc", "relay", "pure"))), r.uniform(4, 10.5)
    w.plant("source_silent", host, "", stop + 0.5, silence=True)
    w.dark(host, stop)


def _changed(w: World, r: Random) -> None:
    host, when = w.pick("upgraded", "pve"), r.randint(3, 6) + 22 * HOUR
    upgrade, after = _two(w, "upgraded")
    times = _often(w, "upgraded", when + 0.05, r.uniform(1.8, 4))
    label = w.plant("since_change", host, r"tx queue \d restarted after|took a full copy instead", times[3])
    for k, each in enumerate(w.of("pve")):
        w.say(each, when + k * 20 * MINUTE, upgrade)
    w.each(host, times, after, label)


def _accounts(w: World, r: Random) -> None:
    host, why = w.pick("ticket", "login"), r.choice(("realm SH.LAB, kvno mismatch", "homefs2 stale"))
    start = r.uniform(3.3, 9.5)
    times = w.poisson("ticket", start, start + 2.6, r.uniform(9, 15))
    label = w.plant("accounts_one_cause", host, re.escape(why), (times[7], times[-1] + 0.8))
    who = r.sample(PEOPLE, r.randint(8, 13))
    for k, t in enumerate(times):
        w.say(host, t, words(w, "ticket")[0], label, who=who[k] if k < len(who) else r.choice(who), why=why)


def _lone(w: World, r: Random) -> None:
    host, drive = w.pick("reseat", "tape"), r.randint(1, 6)
    times = _often(w, "reseat", r.uniform(0, 3.5), r.uniform(1.1, 2.6))
    label = w.plant("lone_unit", host, f"drive {drive}\\b(?! to)", times[3], entity=f"drive {drive}")
    w.each(host, times, words(w, "reseat")[0], label, drive=drive)


def _leak(w: World, r: Random) -> None:
    fleet, period, top = FLEETS["heap"], r.uniform(1.7, 2.9), r.uniform(2.0, 3.2)
    host, thing, at = w.pick("heap", "instr"), r.choice(FLEETS["heap"].things), r.uniform(0.4, 1.6)
    label = w.plant("leak_restart", host, _tells(thing), at + 2 * period + 0.1, entity=thing)
    ends = [at]
    while ends[-1] < DAYS:
        ends.append(ends[-1] + period * r.uniform(0.88, 1.12))

    def sawtooth(t: float, v: float) -> float:
        since = t - max((e for e in ends if e <= t), default=at - period)
        return v * (1 + (top - 1) * since / period)

    series(w, fleet, host, thing, label, sawtooth)
    w.each(host, ends, words(w, "heap")[1], label, thing=thing)


def _capacity(w: World, r: Random) -> None:
    start, share = r.uniform(3.3, 8), r.uniform(0.03, 0.2)
    _moved(w, r, "capacity_lower", "cores", start, start + 1, lambda t: 1 - share)


def _together(w: World, r: Random) -> None:
    first, loop = w.pick("loop", "instr"), f"KK{r.randint(3, 6)}"
    others = [w.pick(f"loop{k}", "node") for k in (1, 2)]
    times = _often(w, "loop", r.uniform(0, 3), r.uniform(1.1, 2.0))
    label = w.plant("moves_together", [first, *others], _tells(loop), times[3] + 0.01, entity=loop)
    cause, effect = _two(w, "chiller")
    for t in times:
        w.say(first, t, cause, label, loop=loop)
        for node in others:
            w.say(node, t + r.uniform(40, 170) * SECOND, effect, label, loop=loop)


def _defects(w: World, r: Random) -> None:
    start, step = r.uniform(2.5, 5), r.uniform(1.2, 4)
    fleet = FLEETS["defects"]
    host, thing = w.pick("defects", "vault"), r.choice(fleet.things)
    label = w.plant("defects_grow", host, _tells(thing), start + 2.5, entity=thing)
    steps: Sequence[float] = w.poisson("defects", start, DAYS, step)
    series(w, fleet, host, thing, label, lambda t, v: v + sum(1 for s in steps if s <= t))


def _stopped(w: World, r: Random) -> None:
    host, thing, last = w.pick("verify", "tape"), f"POOL-{r.choice(('RAW', 'SIM', 'DOC'))}", r.randint(4, 9)
    label = w.plant("job_stopped", host, _tells(thing), last + 1.5, entity=thing, silence=True)
    for d in range(last + 1):
        w.say(host, d + (90 + r.uniform(0, 8)) * MINUTE, words(w, "verify")[0], label, thing=thing)


POOL = (
    _session, _same_hour, _growing, _ring, _precursor, _account, _battery, _door, _late, _pump, _polls, _beat, _restarts, _spread,
    _back, _stuck, _cycle, _burst, _slower, _smaller, _pingpong, _second, _expiry, _margin, _silent, _changed, _accounts, _lone,
    _leak, _capacity, _together, _defects, _stopped,
)  # fmt: skip
