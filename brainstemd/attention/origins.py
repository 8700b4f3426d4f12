"""Origins: the place from which accounts are refused. It is in no key; the lines that memory keeps hold it.

Of messages with an account that was refused, the sampled lines of whole days are searched for addresses (IPv4, IPv6,
MAC) and for names of machines (behind `from`, `workstation`, `client=` and their like, with a digit, a hyphen or a dot;
where a message names four of them or more: what all lines name is the server). One that tried as many accounts as no
other of its message did, and more than itself before, sprays: the number is judged as `spray` judges a host's, and p is
not under the share of the message's origins that tried half as many.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from brainstemd.attention import valence
from brainstemd.attention.detectors import spray
from brainstemd.attention.evidence import Evidence
from brainstemd.attention.units import RECENT_DAYS, Identity, Scene, Stat
from brainstemd.attention.windows import DAY
from brainstemd.models import SECOND_US, History, KeyFacts, SignatureFacts

ACCOUNTS_MAX = 1000  # of one message at one host; the newest
LINES_A_DAY_MAX = 4  # of one account
_HEX = "[0-9A-Fa-f]"
ADDRESS = re.compile(
    rf"(?<![\w.:-])(?:\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\d.]*\d)|{_HEX}{{2}}(?:[:-]{_HEX}{{2}}){{5}}(?![:-]?\w)"
    rf"|{_HEX}{{1,4}}(?::{{1,2}}{_HEX}{{1,4}}){{3,7}}(?![:\w]))"
)
NAME = re.compile(
    r"(?<![\w.-])(?:from|via|workstation|computer|client|device|machine|station|terminal|host|caller|origin|source|src)"
    r"(?:[ _-]?name)?(?:\"?[=:] ?|[ ])[\"'\[(<]{0,2}(?:\\\\)?([a-z0-9_](?:[\w.-]{0,61}[a-z0-9_])?)(?![\w.-]{0,64}[@\\/])",
    re.IGNORECASE | re.ASCII,
)
_MARK = re.compile(r"[\d.-]")  # of a name that somebody gave a machine
_STAMP = re.compile(r"\d+(?:[.:_T-]\d+)*Z?", re.IGNORECASE | re.ASCII)  # numbers, dates, versions
NAMES_MIN = 4  # that a message speaks of, before one is an origin
_TEXT_MAX = 1000


def asked(histories: Iterable[History], signatures: Mapping[str, SignatureFacts], at_us: int) -> set[int]:
    """The keys of accounts that are refused, where at least five were of late."""
    today = at_us // SECOND_US // DAY
    groups: defaultdict[tuple[str, str, str, str], list[tuple[int, int]]] = defaultdict(list)
    refused: dict[tuple[str, str], bool] = {}
    for history in histories:
        key, days = history.key, history.days
        if not key.entity or key.entity_kind != "user" or not days or days[-1].day < today - RECENT_DAYS:
            continue
        sort = (key.signature, key.outcome)
        if sort not in refused:
            facts = signatures.get(key.signature)
            refused[sort] = key.outcome == "failure" or (
                key.outcome != "success" and facts is not None and bool(valence.words(facts.template).fault)
            )
        if refused[sort] and sum(day.lines for day in days) <= LINES_A_DAY_MAX * len(days):
            groups[key.tenant, key.signature, key.state, key.source].append((-days[-1].day, key.id))
    out: set[int] = set()
    for found in groups.values():
        if sum(-day >= today - max(spray.WINDOWS_DAYS) for day, _ in found) >= spray.MEMBERS_MIN:
            out.update(key_id for _, key_id in sorted(found)[:ACCOUNTS_MAX])
    return out


def survey(
    said: Mapping[int, Sequence[tuple[int, str]]], keys: set[int], scene: Scene
) -> dict[Identity, tuple[Evidence, list[Stat]]]:
    """Each (tenant, signature, state, source, address) that sprays, with what says so and the accounts it tried."""
    groups: defaultdict[tuple[str, str, str, str], list[Stat]] = defaultdict(list)
    for item in scene.stats:
        if item.key.id in keys and item.key.id in said:
            groups[_message(item.key)].append(item)
    out: dict[Identity, tuple[Evidence, list[Stat]]] = {}
    edge = scene.at_s // DAY * DAY
    for message, stats in sorted(groups.items()):
        if len(stats) < spray.MEMBERS_MIN:
            continue
        tried: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, item in enumerate(stats):
            for t_us, text in said[item.key.id]:
                t = t_us // SECOND_US
                if scene.floor_s <= t < edge:
                    for place in _places(text[:_TEXT_MAX], item.key):
                        tried[place].append((t, number))
        names = [place for place in tried if not ADDRESS.fullmatch(place)]
        if len(names) < NAMES_MIN:
            for place in names:
                del tried[place]
        accounts = {address: len({n for _, n in marks}) for address, marks in tried.items()}
        for address, marks in sorted(tried.items()):
            own = accounts[address]
            if own < spray.MEMBERS_MIN:
                continue
            alike = sum(2 * number >= own for other, number in accounts.items() if other != address)
            found = spray.judged(sorted(marks), edge - 1, scene.floor_s, refused=True, lasting=True)
            p = max(found.value, alike / len(accounts)) if found else 1.0
            if found and p <= spray.P_MAX:
                members = [stats[n] for n in sorted({n for _, n in marks})]
                out[(*message, address)] = (found._replace(value=p), members)
    return out


def _places(text: str, key: KeyFacts) -> set[str]:
    """The addresses in a line and, where it has none, the machines that it names; not the account, not the speaker."""
    found = {address.lower() for address in ADDRESS.findall(text)}
    if found:
        return found
    named = {name.lower() for name in NAME.findall(text) if _MARK.search(name) and not _STAMP.fullmatch(name)}
    return named - {key.entity.lower(), key.source.lower()}


def _message(key: KeyFacts) -> tuple[str, str, str, str]:
    return key.tenant, key.signature, key.state, key.source
