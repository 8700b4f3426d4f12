"""World "grid": the words that its signals and their neighbours share, and the fleets whose units report on a clock."""
# ruff: noqa: E501 (a device's line is quoted whole)

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from tests.scenarios.world import DAYS, Host, Say, World

PEOPLE = ("aeder", "bnovak", "cruz", "dfischer", "ekman", "farouk", "gloria", "hirano", "ivanova", "jlang", "kpatel", "lmoreau",
          "mweiss", "nsato", "oyilmaz", "pquast")  # fmt: skip
WORDS: dict[str, tuple[tuple[Say, ...], ...]] = {
    "session": (((5, "link104", "station {link} t1 expired, closing transport"), (5, "link104", "station {link} STARTDT confirmed")),
        ((6, "link104", "ca={link} state=idle cause=remote-fin"), (6, "link104", "ca={link} state=active seq=0")),
        ((5, "link104", "association {link} given up by peer, standby route taken"), (5, "link104", "association {link} back on main route")),
        ((6, "link104", "peer {link} TCP half closed after {n:15-29} s of TESTFR"), (6, "link104", "peer {link} accepted, window k=12 w=8"))),
    "holdover": (((5, "lantimed", "receiver {rx}: too few satellites, oscillator free running"), (5, "lantimed", "receiver {rx}: phase locked again")),
        ((6, "lantimed", "{rx} mode HOLDOVER, quality TXCO"), (6, "lantimed", "{rx} mode NORMAL, quality restored"))),
    "goose": (((5, "GOOSE/6120", "Subscription {stream}: TAL elapsed, substitute value applied"),),
        ((6, "GOOSE/6133", "{stream} stNum gap bridged, {n:2-5} frames unseen"),),
        ((6, "GOOSE/6140", "{stream} heard again after {n:2200-5900} ms of quiet"),)),
    "ring": (((6, "hm2_mrp", "domain {ring} {n:6-9} members ring open"), (6, "hm2_mrp", "domain {ring} {n:6-9} members ring closed")),
        ((6, "hm2_mrp", "ring {ring} manager report: spare path none"), (6, "hm2_mrp", "ring {ring} manager report: spare path ready")),
        ((6, "hm2_mrp", "{ring} RM status 0x11 blocked_port=-"), (6, "hm2_mrp", "{ring} RM status 0x10 blocked_port=1/8"))),
    "dip": (((5, "PSU", "module {pm} input sagged to {n:38-43} V"), (4, "LINK", "{pm} bay supply swap, ports {ports} restarted"), (5, "LINK", "{pm} bay ports {ports} forwarding")),
        ((6, "PSU", "{pm} ripple {n:310-480} mV"), (4, "LINK", "line card behind {pm} gone, ports {ports} dark"), (5, "LINK", "line card behind {pm} ready, ports {ports} lit"))),
    "account": (((6, "SYSTEM,auth", "auth-fail,,0,0,general,informational,\"failed authentication for user '{who}'. Reason: Invalid username/password. From: {src}.\""),),
        ((5, "SYSTEM,auth", "auth-fail,,0,0,general,low,\"{who} from {src}: secret not accepted by profile OT-Radius\""),),
        ((6, "GLOBALPROTECT,0", "portal-auth,login,Other,,{who},DE,pc-{n:11-19},{src},result=not granted"),)),
    "battery": (((6, "dcmon", "string {thing} internal resistance {v} mOhm at {n:20-24} C"),),
        ((6, "dcmon", "battery test {thing}: float {f:53-54} V, Ri {v} mOhm, result passed"),),
        ((6, "dcmon", "{thing} milliohm={v} cells=54 verdict=A"),)),
    "door": (((6, "cabinet", "door contact opened, panel light on"),),
        ((6, "cabinet", "DI 61 panel door = 1"),)),
    "export": (((6, "mdexport", "{thing} delivered, 96 intervals, receipt {hex:6}"),),
        ((6, "mdexport", "profile {thing} handed to settlement desk ({n:380-420} meters)"),)),
    "pump": (((6, "pumpctl", '"ev":"bearing","pump":"{thing}","de_c":{v},"load_pct":{n:40-80}'),),
        ((6, "pumpctl", '"ev":"condition","unit":"{thing}","vib_um":{v},"state":"ok"'),),
        ((6, "pumpctl", '"ev":"trendpoint","id":"{thing}","amp":{v},"hz":{n:38-50}'),)),
    "polls": (((6, "polld", "remote {thing} 480 polls, {v} repeats"),),
        ((6, "polld", "{thing}: answered 480 of 480, second asks {v}"),),
        ((6, "polld", "cycle summary rtu={thing} ok=480 rep={v} lost=0"),)),
    "seal": (((6, "Application/TrendServer/4301", "Archive {thing} sealed a block of {n:3-9} MB."),),
        ((6, "Application/TrendServer/4318", "Shift of {thing} to disk complete, {n:20000-90000} samples."),),
        ((6, "Application/TrendServer/4325", "{thing}: compression pass done, ratio 1:{n:6-14}."),)),
    "collector": (((6, "Application/OpcBridge/18", "Collector {unit} ended with code {code}."), (6, "Application/OpcBridge/11", "Collector {unit} is attached, {n:200-900} items.")),
        ((5, "System/Service Control Manager/7031", "The {unit} bridge terminated. Corrective action in 10 s: Restart the service."), (6, "Application/OpcBridge/2", "The {unit} bridge is running."))),
    "console": (((5, "NP5430", "[Auth] console session of {who} from {src}"),),
        ((6, "NP5430", "[Config] settings page opened by {who} at {src}"),),
        ((6, "NP5430", "[Auth] {who}@{src} granted, level operator"),)),
    "coupling": (((5, "frnt", "coupling port {port} handed over to standby, {n:20-60} ms"),),
        ((6, "frnt", "ring topology recomputed, cause: {port} beacon"),),
        ((6, "frnt", "{port} focal point exchange took {n:14-90} ms"),)),
    "level": (((6, "tank", "{thing} level {v} m in-flow {n:20-90} l/s"),),
        ((6, "tank", "LT {thing} = {v} mWS ok"),),
        ((6, "tank", "{thing};{v};{n:20-90};OK"),)),
    "backwash": (((6, "filter", "{thing} backwash begun, head loss {n:14-19} kPa"),),
        ((6, "filter", "step 40 {thing} rinse programme"),),
        ((6, "filter", "sequence R2 {thing} from=service to=rinse"),)),
    "cc": (((5, "encoderd", "in={inp} continuity step pid=0x{hex:3}"),),
        ((6, "encoderd", "input {inp} concealed {n:1-14} slices"),),
        ((5, "encoderd", "TR101290 2.1 {inp} indicator once"),)),
    "conform": (((6, "jobrunner", '"job":"{thing}","ok":true,"elapsed_s":{v}'),),
        ((6, "jobrunner", '"done":"{thing}","clips":{n:80-99},"wall":{v}'),),
        ((6, "jobrunner", '"task":"{thing}","state":"completed","took":"{v}s"'),)),
    "import": (((6, "PlanAir/512", "Import {thing} finished: {v} rows, 0 rejected."),),
        ((6, "PlanAir/530", "Table {thing} loaded with {v} entries."),),
        ((6, "PlanAir/533", "{thing} -> database: {v} lines taken over."),)),
    "switch": (((5, "remuxd", "slot {inp} source primary -> reserve"), (5, "remuxd", "slot {inp} source reserve -> primary")),
        ((6, "remuxd", "SEL {inp} B"), (6, "remuxd", "SEL {inp} A")),
        ((6, "remuxd", "ts-input {inp} now fed by leg 2, no gap"), (6, "remuxd", "ts-input {inp} now fed by leg 1, no gap"))),
    "transfer": (((6, "mediapush", '"to":"{dest}","clip":"{hex:8}","tries":{tries},"ok":true'),),
        ((6, "mediapush", '"site":"{dest}","asset":"{hex:6}","result":"stored","attempt":{tries}'),)),
    "licence": (((6, "licd", "option {thing} good for {v} more days"), (6, "licd", "option {thing} extension asked, server had no offer")),
        ((5, "licd", "key {thing} remaining {v} d"), (6, "licd", "key {thing} refresh requested, reply empty"))),
    "mer": (((6, "monrx", "{thing} off-air MER {v} dB"),),
        ((6, "monrx", "probe {thing}: margin figure {v}, lock yes"),),
        ((6, "monrx", "{thing} S={n:61-68} dBuV Q={v} BER<1e-8"),)),
    "upgraded": (((5, "pve-upd", "packages brought to 8.4.1, reboot done"), (6, "kernel", "vmbr0: tx queue {n:0-7} restarted after stall of {n:5-9} s")),
        ((5, "pve-upd", "pve-manager 8.3.5 -> 8.4.1"), (6, "pvescheduler", "replica {n:100-140}-0 took a full copy instead of a delta"))),
    "ticket": (((6, "sshd", "gssapi: ticket of {who} not usable: {why}"),),
        ((5, "pam_shhome", "{who} let in without home directory ({why})"),),
        ((6, "sshd", "session for {who} opened with fallback shell, {why}"),)),
    "reseat": (((6, "changer", "drive {drive} load repeated, cartridge reseated"),),
        ((5, "changer", "picker corrected by {n:2-9} steps at drive {drive}"),),
        ((6, "changer", "barcode at drive {drive} read on pass {n:2-3}"),)),
    "heap": (((6, "daqlog", "{thing} holds {v} MB"), (5, "daqlog", "{thing} recycled by keeper")),
        ((6, "daqlog", "mem {thing} rss={v}"), (6, "daqlog", "mem {thing} new process")),
        ((6, "daqlog", "{thing} working set {v} MiB, {n:20-60} handles"), (6, "daqlog", "{thing} was given a fresh start"))),
    "cores": (((6, "nodewatch", "partition {thing} offers {v} cores"),),
        ((6, "nodewatch", "{thing}: schedulable {v}"),),
        ((6, "nodewatch", "res={thing} cpu_total={v}"),)),
    "chiller": (((6, "daqlog", "loop {loop} flow dipped to {f:2.1-3.4} l/min"), (6, "kernel", "package clock held at {n:1400-1900} MHz on {loop}")),
        ((6, "daqlog", "coolant {loop} inlet {f:17-20} C, out of window"), (6, "kernel", "socket 0 power capped, rack {loop}")),
        ((6, "daqlog", "{loop} valve trimmed by {n:6-19} pct"), (6, "kernel", "thermal: {loop} zone, governor step {n:2-6}"))),
    "defects": (((6, "ME5", "disk {thing} grown defects {v}"),),
        ((6, "ME5", "drive health {thing}: spare sectors used {v}, state OK"),),
        ((6, "ME5", "slot={thing} gdd={v} life=ok"),)),
    "verify": (((6, "mediamgr", "verify of pool {thing} passed, {n:8-30} cartridges read"),),
        ((6, "mediamgr", "{thing} checksum round complete, differing: 0"),)),
}  # fmt: skip


class Fleet(NamedTuple):
    """Units of one kind that report a number on a clock; `sway`: its daily swing, relative."""

    key: str
    role: str
    things: tuple[str, ...]
    every: float
    low: float
    high: float
    noise: float
    sway: float
    digits: int
    why: str


FLEETS = {
    f.key: f
    for f in (
        Fleet("battery", "rtu", ("DC-1", "DC-2"), 0.5, 3.2, 5.1, 0.025, 0.01, 2, "batteries measured twice a day wander a little"),
        Fleet("pump", "pump", ("P1", "P2", "P3", "P4"), 0.25, 44, 58, 0.02, 0.05, 1, "pumps are warmer in the afternoon"),
        Fleet("polls", "radio", ("OUT-11", "OUT-12", "OUT-14", "OUT-15", "OUT-17"), 1 / 3, 9, 34, 0.14, 0.1, 0, "radio polls always need some repeats"),
        Fleet("level", "plc", ("HB1", "HB2", "HB3"), 1 / 6, 2.1, 4.4, 0.03, 0.16, 3, "tanks fill at night and empty by day"),
        Fleet("conform", "play", ("conform-tv1", "proxy-build", "loudness-pass"), 1.0, 600, 2900, 0.05, 0, 0, "job durations wander without a trend"),
        Fleet("import", "traffic", ("ASRUN", "SPOTS", "EPGFEED", "MUSICREP"), 1.0, 4200, 9400, 0.015, 0, 0, "imports of nearly the same size daily"),
        Fleet("mer", "tx", ("MUX-N1", "MUX-N2"), 1 / 3, 32, 37, 0.006, 0.004, 1, "signal quality wanders"),
        Fleet("heap", "instr", ("grabber", "framewriter"), 0.25, 160, 280, 0.06, 0.02, 0, "memory that breathes and is given back"),
        Fleet("cores", "sched", ("batch", "short", "gpu", "long"), 0.25, 400, 2300, 0, 0, 0, "capacities that never change"),
        Fleet("defects", "vault", ("0.1", "0.2", "0.3", "0.4", "0.5", "0.6"), 0.5, 2, 60, 0, 0, 0, "old disks with old defects, unchanged for months"),
    )
}  # fmt: skip

Shape = Callable[[float, float], float]


def words(w: World, key: str) -> tuple[Say, ...]:
    """How this seed says it."""
    return w.random("words/" + key).choice(WORDS[key])


def series(w: World, fleet: Fleet, host: Host, thing: str, label: str, shape: Shape = lambda t, v: v) -> None:
    """One unit's reports of the fortnight; `shape` turns day and ordinary value into what is said."""
    r = w.random(f"series/{fleet.key}/{host.name}/{thing}")
    base, at = r.uniform(fleet.low, fleet.high), r.uniform(0, fleet.every)
    for t in w.clock(f"{fleet.key}/{host.name}/{thing}", 0, DAYS, fleet.every, at, 40):
        swing = 1 + r.gauss(0, fleet.noise) + fleet.sway * math.sin((t % 1 - 0.4) * 2 * math.pi)
        value = shape(t, base * swing)
        w.say(host, t, words(w, fleet.key)[0], label, thing=thing, v=f"{max(0.0, value):.{fleet.digits}f}")
