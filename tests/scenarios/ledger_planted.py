"""World "ledger": its planted weak signals. A seed draws 24 of the 29 and, for each, the words, the names and the numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from tests.scenarios.ledger_words import INSTALLED, named, said
from tests.scenarios.world import DAYS, HOUR, MINUTE, SECOND, Host, Say, World

EXAM = 24
_SLOT = re.compile(r"\{[^{}]*\}")


def plant(w: World) -> None:
    for number in sorted(w.random("exam").sample(range(len(_ALL)), EXAM)):
        _ALL[number](w)


def _mark(
    w: World, kind: str, hosts: Host | Sequence[Host], says: Sequence[Say], live: tuple[float | tuple[float, float], ...],
    entity: str = "", silence: bool = False,
) -> str:  # fmt: skip
    """Declare it; its words are the entity, where every line has it, else the longest piece of each template."""
    if entity and all("{e}" in text for _, _, text in says):
        tells = re.escape(entity)
    else:
        tells = "|".join(re.escape(max(_SLOT.split(text), key=len)) for _, _, text in says)
    return w.plant(kind, hosts, tells, *live, entity=entity or None, silence=silence)


def _series(
    w: World, part: str, host: Host, label: str, every: float, value: Callable[[float], str], e: str
) -> None:
    """A number said by the clock, all fortnight, from a minute of the hour that the seed draws."""
    at = w.random(part + "/at").uniform(0, every)
    for t in w.clock(part, 0, DAYS, every, at, 90):
        w.say(host, t, said(w, part)[0], label, v=value(t), e=e)


def _tunnel(w: World) -> None:
    r, e, (down, up) = w.random("tunnel"), named(w, "tunnel")[0], said(w, "tunnel")
    host, start = w.pick("tunnel", "branch"), r.uniform(0, 4)
    label = _mark(w, "tunnel_flap", host, (down, up), (start + 1.5,), e)
    times = w.poisson("tunnel", start, DAYS, r.uniform(1.3, 2.8))
    w.flap(host, times, down, up, label, (6, 90), e=e)


def _atm(w: World) -> None:
    r, e, (line,) = w.random("atm"), named(w, "atm")[0], said(w, "atm")
    host, start = w.pick("atm", "atmsw"), r.uniform(0, 3)
    label = _mark(w, "one_of_many", host, (line,), (start + 1.5,), e)
    w.each(host, w.poisson("atm", start, DAYS, r.uniform(1.8, 4), "bank"), line, label, e=e)


def _eod(w: World) -> None:
    r, e, start = w.random("eod"), named(w, "eod")[0], w.random("eod/start").uniform(0, 3)
    base, grow, host = r.uniform(900, 4000), r.uniform(0.05, 0.09), w.pick("eod", "ibmi")
    label = _mark(w, "job_duration_growing", host, said(w, "eod"), (start + 4.2,), e)

    def lasted(t: float) -> str:
        return f"{base * (1 + grow) ** max(0, t - start) * r.gauss(1, 0.015):.0f}"

    _series(w, "eod", host, label, 1.0, lasted, e)


def _recovered(w: World) -> None:
    r, e, (line,) = w.random("recovered"), named(w, "recovered")[0], said(w, "recovered")
    low, grow, host = r.uniform(0.15, 0.35), r.uniform(1.24, 1.36), w.pick("recovered", "lpar")
    label = _mark(w, "failures_more_frequent", host, (line,), (6.0,), e)
    w.each(host, w.poisson("recovered", 0, DAYS, lambda day: low * grow**day), line, label, e=e)


def _paths(w: World) -> None:
    r, e, host = w.random("paths"), named(w, "paths")[0], w.pick("paths", "lpar")
    lost = r.uniform(3.5, 9)
    label = _mark(w, "redundancy_lost", host, said(w, "paths"), (lost + 0.8,), e)
    _series(w, "paths", host, label, 0.5, lambda t: "4" if t < lost else "3", e)


def _late(w: World) -> None:
    r, e, (line,) = w.random("late"), named(w, "late")[0], said(w, "late")
    host, base, start, step = w.pick("late", "swift"), r.uniform(4, 6), r.uniform(1, 4), r.uniform(7, 14)
    label = _mark(w, "job_drifting_late", host, (line,), (start + 3.5,), e)
    for day in range(DAYS):
        late = max(0.0, day - start) * step + r.gauss(0, 1.5)
        w.say(host, day + base * HOUR + late * MINUTE, line, label, e=e)


def _expiry(w: World) -> None:
    r, e, (line,) = w.random("expiry"), named(w, "expiry")[0], said(w, "expiry")
    host, left, at = w.pick("expiry", "corefw"), r.randint(14, 21), r.uniform(4, 9)
    label = _mark(w, "expiry_countdown", host, (line,), (4.0,), e)
    for day in range(DAYS):
        w.say(host, day + at * HOUR + r.uniform(0, 9) * SECOND, line, label, e=e, v=left - day)


def _login(w: World) -> None:
    r, e, (line,) = w.random("login"), named(w, "login")[0], said(w, "login")
    host, start = w.pick("login", "dc"), r.uniform(0, 4)
    label = _mark(w, "login_fails_daily", host, (line,), (start + 1.5,), e)
    src, ws = f"10.86.61.{r.randint(10, 90)}", f"SHW{r.randint(1100, 1900)}"
    times = w.poisson("login", start, DAYS, r.uniform(1.8, 4.5))
    w.each(host, times, line, label, e=e, src=src, ws=ws)


def _precursor(w: World) -> None:
    r, (small, out, back) = w.random("precursor"), said(w, "precursor")
    host, t, outages = w.pick("precursor", "hsm"), r.uniform(0.3, 1.6), list[float]()
    while t < DAYS - 0.3:
        outages.append(t)
        t += r.uniform(1.1, 2.5)
    label = _mark(w, "precursor", host, (small, out, back), (outages[2] + 0.05,))
    for t in outages:
        w.say(host, t - r.uniform(5, 28) * MINUTE, small, label)
        w.say(host, t, out, label)
        w.say(host, t + r.uniform(0.5, 4) * MINUTE, back, label)


def _restart(w: World) -> None:
    r, e, (gone, back) = w.random("restart"), named(w, "restart")[0], said(w, "restart")
    host, start = w.pick("restart", "citrix"), r.uniform(0, 4.5)
    label = _mark(w, "restart_loop", host, (gone, back), (start + 1.5,), e)
    for t in w.poisson("restart", start, DAYS, r.uniform(0.7, 1.3)):
        for k in range(r.randint(1, 3)):
            w.flap(host, [t + k * r.uniform(12, 30) * SECOND], gone, back, label, (1, 6), e=e)


def _spread(w: World) -> None:
    r, (line,), hosts = w.random("spread"), said(w, "spread"), w.of("citrix")
    r.shuffle(hosts)
    hosts, start, gap, rate = (
        hosts[: r.randint(4, 6)],
        r.uniform(0.5, 4),
        r.uniform(0.8, 1.5),
        r.uniform(1, 2),
    )
    label = _mark(w, "spreading", hosts, (line,), (start + 2 * gap + 0.5,))
    for k, host in enumerate(hosts):
        joined = start + k * gap
        later = w.poisson(f"spread{k}", joined, DAYS, rate / (1 + k / 2), "office")
        w.each(host, [joined, *later], line, label)


def _shrink(w: World) -> None:
    r, e, host = w.random("shrink"), named(w, "shrink")[0], w.pick("shrink", "scanhub")
    start, base, loss = r.uniform(0, 3.5), r.uniform(3000, 9000), r.uniform(0.05, 0.09)
    label = _mark(w, "job_size_shrinking", host, said(w, "shrink"), (start + 4.5,), e)

    def size(t: float) -> str:
        return f"{base * (1 - loss) ** max(0, t - start) * r.gauss(1, 0.015):.0f}"

    _series(w, "shrink", host, label, 1.0, size, e)


def _hour(w: World) -> None:
    r, e, (line,) = w.random("hour"), named(w, "hour")[0], said(w, "hour")
    host, start, at = w.pick("hour", "pbx"), r.randint(0, 4), r.uniform(9, 16)
    label = _mark(w, "daily_hour_fault", host, (line,), (start + 3.6,), e)
    for day in range(start, DAYS):
        for _ in range(r.choice((1, 1, 2, 3))):
            w.say(host, day + at * HOUR + r.gauss(0, 4) * MINUTE, line, label, e=e)


def _leak(w: World) -> None:
    r, e, (size, again) = w.random("leak"), named(w, "leak")[0], said(w, "leak")
    host, base, top = w.pick("leak", "switch"), r.uniform(40_000, 90_000), r.uniform(1.8, 3.2)
    period, phase = r.uniform(1.7, 2.8), r.random()
    restarts = [(k - phase) * period for k in range(1, 10)]
    label = _mark(w, "leak_and_restart", host, (size, again), (restarts[1] + 0.3,), e)

    def heap(t: float) -> str:
        return f"{base * (1 + (top - 1) * ((t / period + phase) % 1)) * r.gauss(1, 0.01):.0f}"

    _series(w, "leak", host, label, 6 * HOUR, heap, e)
    w.each(host, restarts, again, label, e=e)


def _realloc(w: World) -> None:
    r, e, host = w.random("realloc"), named(w, "realloc")[0], w.pick("realloc", "filer")
    start, base, most = r.uniform(0.5, 4), r.randint(2, 30), r.choice((2, 4, 9))
    counts = [base]
    for day in range(1, DAYS + 1):
        counts.append(counts[-1] + (r.randint(0, most) if day > start else 0))
    label = _mark(w, "reallocated_growth", host, said(w, "realloc"), (start + 4,), e)
    _series(w, "realloc", host, label, 1.0, lambda t: str(counts[int(t)]), e)


def _temperature(w: World) -> None:
    r, e, host = w.random("temperature"), named(w, "temperature")[0], w.pick("temperature", "bmc")
    start, slope, base = r.uniform(0.5, 3.5), r.uniform(0.6, 1.2), r.uniform(33, 44)
    label = _mark(w, "temperature_creep", host, said(w, "temperature"), (start + 4 / slope,), e)

    def degrees(t: float) -> str:
        warm = 1.2 * math.sin((t - 0.35) * math.tau) + max(0, t - start) * slope
        return f"{base + warm + r.gauss(0, 0.4):.0f}"

    _series(w, "temperature", host, label, 6 * HOUR, degrees, e)


def _returned(w: World) -> None:
    r, e, (line,) = w.random("returned"), named(w, "returned")[0], said(w, "returned")
    host, end, rate = w.pick("returned", "xgs"), r.uniform(3.0, 3.6), r.uniform(2.2, 4.5)
    back = end + r.uniform(6.3, 7.4)
    label = _mark(w, "returned", host, (line,), ((1.5, end + 0.6), (back + 0.2, float(DAYS))), e)
    times = w.poisson("returned/1", 0, end, rate) + w.poisson("returned/2", back, DAYS, rate)
    w.each(host, times, line, label, e=e)


def _stopped(w: World) -> None:
    r, e, (line,) = w.random("stopped"), named(w, "stopped")[0], said(w, "stopped")
    host, last, at = w.pick("stopped", "nas"), r.randint(5, 9), r.uniform(0.5, 5) * HOUR
    label = _mark(w, "job_stopped", host, (line,), (last + 1 + at + 0.1,), e, silence=True)
    w.each(host, w.clock("stopped", 0, last + 0.9, 1, at, 200), line, label, e=e)


def _heartbeat(w: World) -> None:
    r, e, (line,) = w.random("heartbeat"), named(w, "heartbeat")[0], said(w, "heartbeat")
    host, last, every = w.pick("heartbeat", "sonicwall"), r.uniform(5, 9.5), r.choice((3, 4, 6)) * HOUR
    label = _mark(w, "heartbeat_stopped", host, (line,), (last + 3 * every,), e, silence=True)
    w.each(host, w.clock("heartbeat", 0, last, every, r.uniform(0, 0.05), 40), line, label, e=e)


def _silent(w: World) -> None:
    host, at = w.pick("silent", "ups", "iap"), w.random("silent").uniform(4.5, 9)
    w.plant("source_silent", host, "", at + 1, silence=True)
    w.dark(host, at)


def _accounts(w: World) -> None:
    r, (line,), host = w.random("accounts"), said(w, "accounts"), w.pick("accounts", "mailgw")
    src, start = f"10.88.{r.randint(50, 90)}.{r.randint(5, 240)}", r.uniform(0, 4.5)
    label = w.plant("accounts_from_one_source", host, re.escape(src), start + 1.5, entity=src)
    w.each(host, w.poisson("accounts", start, DAYS, r.uniform(2.5, 5), "office"), line, label, src=src)


def _change(w: World) -> None:
    r, (line,), host = w.random("change"), said(w, "change"), w.pick("change", "ts")
    start = r.uniform(2.2, 7.5)
    label = _mark(w, "trouble_after_change", host, (INSTALLED, line), (start + 1.4,))
    w.say(host, start, INSTALLED, label, product="FibuSuite 26.2 Client")
    w.each(host, w.poisson("change", start + 0.1, DAYS, r.uniform(1.8, 4), "office"), line, label)


def _pingpong(w: World) -> None:
    r, e, (on, off), pair = w.random("pingpong"), named(w, "pingpong")[0], said(w, "pingpong"), w.of("lb")
    start = r.uniform(0, 4)
    label = _mark(w, "failover_pingpong", pair, (on, off), (start + 2,), e)
    for k, t in enumerate(w.poisson("pingpong", start, DAYS, r.uniform(0.7, 1.5))):
        w.say(pair[k % 2], t, off, label, e=e)
        w.say(pair[1 - k % 2], t + r.uniform(0.2, 2.5) * SECOND, on, label, e=e)


def _second(w: World) -> None:
    r, e, (line,) = w.random("second"), named(w, "second")[0], said(w, "second")
    host, start = w.pick("second", "app"), r.uniform(0, 6)
    label = _mark(w, "second_try", host, (line,), (start + 1.2,), e)
    w.each(host, w.poisson("second", start, DAYS, r.uniform(2.5, 6), "pay"), line, label, e=e)


def _pool(w: World) -> None:
    r, e, host = w.random("pool"), named(w, "pool")[0], w.pick("pool", "pg")
    start, slope, base = r.uniform(0.5, 3.5), r.uniform(13, 24), r.uniform(50, 80)
    label = _mark(w, "pool_usage_creep", host, said(w, "pool"), (start + 4,), e)

    def used(t: float) -> str:
        daily = 14 * math.sin((t - 0.35) * math.tau)
        return f"{base + daily + slope * max(0, t - start) + r.gauss(0, 6):.0f}"

    _series(w, "pool", host, label, 6 * HOUR, used, e)


def _capacity(w: World) -> None:
    r, e, host = w.random("capacity"), named(w, "capacity")[0], w.pick("capacity", "settle")
    cut, full, part = r.uniform(4, 9), r.uniform(700, 1200), r.uniform(0.55, 0.75)
    label = _mark(w, "capacity_step_down", host, said(w, "capacity"), (cut + 1,), e)

    def ceiling(t: float) -> str:
        return f"{full * (part if t > cut else 1) * r.gauss(1, 0.015):.0f}"

    _series(w, "capacity", host, label, 6 * HOUR, ceiling, e)


def _together(w: World) -> None:
    r, e, (here, there) = w.random("together"), named(w, "together")[0], said(w, "together")
    leaf, broker = w.pick("together/1", "leaf"), w.pick("together/2", "mq")
    label = _mark(w, "moves_together", (leaf, broker), (here, there), (4.0,), e)
    for t in w.poisson("together", 0.5, DAYS, r.uniform(0.9, 1.9)):
        w.say(leaf, t, here, label, e=e)
        w.say(broker, t + r.uniform(4, 40) * SECOND, there, label, ch=f"x.{e[8:]}.auth")


def _offset(w: World) -> None:
    r, e, host = w.random("offset"), named(w, "offset")[0], w.pick("offset", "hsm")
    start, slope, sign = r.uniform(0.5, 4), r.uniform(0.35, 0.8), r.choice((1, -1))
    label = _mark(w, "clock_offset_creep", host, said(w, "offset"), (start + 4,), e)

    def apart(t: float) -> str:
        return f"{sign * (0.6 + slope * max(0, t - start)) + r.gauss(0, 0.25):.2f}"

    _series(w, "offset", host, label, 6 * HOUR, apart, e)


def _burst(w: World) -> None:
    r, e, (line,) = w.random("burst"), named(w, "burst")[0], said(w, "burst")
    host, first = w.pick("burst", "mq"), r.uniform(2.5, 6.5)
    bursts = (first, first + r.uniform(2.2, 5.5))
    label = _mark(w, "burst", host, (line,), tuple((t + 0.02, t + 2.0) for t in bursts), e)
    w.each(host, w.poisson("burst", 0, DAYS, 0.35), line, label, e=e)
    for t in bursts:
        w.each(host, w.poisson(f"burst{t}", t, t + r.uniform(8, 20) * MINUTE, 2200), line, label, e=e)


_ALL: tuple[Callable[[World], None], ...] = (
    _tunnel, _atm, _eod, _recovered, _paths, _late, _expiry, _login, _precursor, _restart,
    _spread, _shrink, _hour, _leak, _realloc, _temperature, _returned, _stopped, _heartbeat, _silent,
    _accounts, _change, _pingpong, _second, _pool, _capacity, _together, _offset, _burst,
)  # fmt: skip
