"""What lines say in pairs and columns that no dialect claims: whose they are, both ends of a flow, what was done with it.

The names are those of any container (structure.py). Nothing here raises.
"""

from __future__ import annotations

import re
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.dialect import Rest
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.makers import maker, maker_of_product
from brainstemd.pipeline.structure import fill, plan_of, port, verdict

PAIRS_MIN: Final = 5
_DOTS_MIN: Final = 6  # of two addresses
_COLUMNS = re.compile(
    r"(?<![\w.])\"?(?P<src>\d{1,3}(?:\.\d{1,3}){3})\"?(?P<sep>[ \t|,;]{1,2})\"?(?P<sport>\d{1,5})\"?(?P=sep)"
    r"\"?(?P<dst>\d{1,3}(?:\.\d{1,3}){3})\"?(?P=sep)\"?(?P<dport>\d{1,5})(?![\w.])"
)
_SIDES = re.compile(  # `src 10.0.0.9:1024 dst 10.0.0.10/22`
    r"\bsrc[ =:]{1,2}(?P<src>\d{1,3}(?:\.\d{1,3}){3})[:/](?P<sport>\d{1,5})\b.{0,60}?"
    r"\bdst[ =:]{1,2}(?P<dst>\d{1,3}(?:\.\d{1,3}){3})[:/](?P<dport>\d{1,5})\b"
)
_PAIRS_CHARS: Final = 4096
_EQUALS = re.compile(r'(?<![\w.-])([A-Za-z_][\w.-]{0,63})=(?:"([^"]{0,1024})"?|([^\s",;|]{0,1024}))')
_COLONS = re.compile(r"(?:^|[,;|] ?)([A-Za-z][\w /.-]{1,40}): ?([^,;|]{0,512})")
_SHOUTED = re.compile(
    r"\b(?:DROP|DENY|BLOCK|REJECT|ACCEPT|PERMIT|ALLOW|PASS)(?:PED|ED)?\b"
)  # `DROP "rule" packet …`
_VERB = re.compile(
    r"(?i)\b(?:(?P<bad>den(?:y|ied)|drop|block|reject|prevent|reset)|allow|permit|accept|pass)"
)


def has_pairs(text: str) -> bool:
    """Whether a message may hold as many pairs as `from_pairs` asks for; cheap, never wrongly False."""
    return (
        text.count("=") >= PAIRS_MIN
        or text.count(":") >= PAIRS_MIN
        or text.count("|") >= PAIRS_MIN
        or " dst " in text
    )


def from_pairs(event: Event) -> Rest:
    """`name=value` and `Name: value, …` text that no dialect claims: ends, accounts and verdicts by the names.

    A line with both ends of a flow and what was done with it is a flow: no standing thing, whatever else its words say.
    """
    text = event.message[:_PAIRS_CHARS]
    if text.count(".") >= _DOTS_MIN:
        columns(event, text)
    found = _EQUALS.findall(text)
    pairs = {name: quoted or plain for name, quoted, plain in found}
    if len(pairs) < PAIRS_MIN:
        pairs = dict(_COLONS.findall(text))
        if len(pairs) < PAIRS_MIN and event.src_ip is None:
            return Rest.ALL
    plan = plan_of(pairs)
    vendor = plan.first(pairs, ("vendor", "deviceVendor", "device_vendor", "vendor_name"))
    if vendor is not None:
        named = plan.first(pairs, ("product", "deviceProduct", "device_product", "product_name")) or ""
        event.vendor, event.product = maker(vendor, named)
    elif (whose := maker_of_product(pairs.get("product", ""))) is not None:
        event.vendor, event.product = whose
        event.dst_port = event.dst_port or port(pairs.get("service"))
    fill(event, pairs, plan)
    if event.interface is None and "SRC" in pairs and pairs.get("IN"):
        event.interface = pairs["IN"][:64]  # netfilter's own names
    verdict(event, plan.first(pairs, ("outcome", "result", "status")))
    if event.src_ip is None or event.dst_ip is None:
        return Rest.ALL
    if event.action is None and (spoken := _SHOUTED.search(text)) is not None:
        event.action = spoken[0].lower()
    if event.action is None:
        return Rest.ALL
    if event.outcome is None and (verb := _VERB.search(event.action)) is not None:
        event.outcome = "failure" if verb["bad"] else "success"
    return Rest.ALL if event.outcome is None else Rest.NOTHING


def columns(event: Event, text: str) -> None:
    """Address, port, address, port as four columns between equal delimiters: both ends of a flow."""
    match = _COLUMNS.search(text) or _SIDES.search(text)
    if match is None:
        return
    src, dst = address(match["src"]), address(match["dst"])
    if src is not None and dst is not None:
        event.src_ip, event.dst_ip = src, dst
        event.src_port, event.dst_port = port(match["sport"]) or None, port(match["dport"]) or None
