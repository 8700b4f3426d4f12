"""Who and what a message is about: user, addresses, ports, interface and entity by wording and by key=value names.

`plan(text)` looks at a text without digits and chooses the few patterns that can match any line that differs from it in digits
only; the patterns (each begins with a literal, so that searching is quick) then run over the line itself.

An entity is what a person would say is broken: never a pid, port, time or number. In order: a named thing behind or
before a noun of its kind
("tunnel branch-12", `"web" service`), a unit (`nginx.service`), an interface or disk by its own shape, key=value
names, the account
of an attempt, the peer's address of a state, the first word when it is name-shaped and a state follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from brainstemd.models import Event
from brainstemd.pipeline.headers import address
from brainstemd.pipeline.names import (
    LOOSE,
    MEASURE,
    NO_NAMES,
    NO_USERS,
    NOUNS,
    NUMBERED,
    TROUBLE,
)
from brainstemd.pipeline.pair_slots import (
    ENTITY_KEY_NAMES,
    KEY_NAMES,
    entity_of_pairs,
    from_pairs,
    pairs_in,
    verdict,
)
from brainstemd.pipeline.products import WORDS, name_by_words
from brainstemd.pipeline.state_words import STATE_WORDS, word_set
from brainstemd.pipeline.subjects import numbered_by, subject_of
from brainstemd.pipeline.things import ENGLISH, SHAPED, good_name, set_entity

Rule = Callable[[Event, str], None]


def _any_noun() -> re.Pattern[str]:
    """Finds a noun in lower-case text, the longest first; it begins with a set of characters so that the engine can skip."""
    by_letter: dict[str, list[str]] = {}
    for noun in sorted(NOUNS, key=len, reverse=True):
        by_letter.setdefault(noun[0], []).append(re.escape(noun[1:]))
    branches = (f"(?<={letter})(?:{'|'.join(rests)})" for letter, rests in by_letter.items())
    return re.compile(rf"([{''.join(by_letter)}](?<![\w.=/-].)(?:{'|'.join(branches)}))(?![\w@-])")


_NOUN_FIRST = _any_noun()
_NOUN_TOKENS: Final = frozenset(re.split(r"[ \d-]", noun)[0] for noun in NOUNS)
_MNEMONIC = re.compile(r"%([A-Z][A-Z0-9_]{1,40}(?:-[A-Z0-9_]{1,40})?-[0-7]-[A-Z][A-Za-z0-9_]{1,60})\b")
_NAME = r"[A-Za-z0-9_/\\\[{][\w./:@%\\#+~*$-]{0,126}+(?!=)"

_IP4 = r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}"
_BARE_INTERFACE = re.compile(
    r"(?<![\w.@/-])((?:(?:Ten|Twenty(?:Two)?Five|Forty|Fifty|Hundred|TwoHundred|FourHundred|Five|Two"
    r"|Multi)?-?Gig(?:abit)?-?E(?:thernet)?|(?:XG|Ten-|GE)?"
    r"[Gg]igabit-?[Ee]thernet|[Ff]ast-?[Ee]thernet|TenGigE|HundredGigE|FortyGigE|Bundle-Ether|Ethernet"
    r"|Eth-Trunk|XGigabitEthernet|"
    r"[Pp]ort-?[Cc]hannel|Serial|Loopback|Vlanif|Vlan|Tunnel|Dialer|Cellular|Management|mgmt|Gi|Te|Fa|Hu|Fo|Twe|Po|Eth|ethernet|"
    r"ge|xe|et|ae|fe|so|irb|reth|st|lag|eth|ens|enp\w{0,12}|eno|enx\w{0,12}|em|bond|br|team|wlan"
    r"|wlp\w{0,8}|wwan|ppp|pppoe|pppoe-out|tun|tap|wg|veth\w{0,12}|vlan|docker|vtnet|igb|ix|ixl|re|bge|"
    r"igc|vmx|vmnic|vmk|wan|lan|ether|sfp-sfpplus|sfp|sfpplus|combo|internal|hw))(?=[/\s:,.;)\]'\"(]|-//|-/|$|/|:|v\d?)"
)
_ACCESS = re.compile(rf"({_IP4}) - ")
_UNIT = re.compile(
    r"(?<![\w@.\\-])[\w@:.\\-]{1,160}\.(?:service|socket|timer|mount|automount|target|swap|path)\b"
)
_DISK = re.compile(
    r"(?<![\w.-])(?:/dev/)?(?:[shv]d[a-z]\d{0,3}|sd[a-z]{2}\d{1,3}|xvd[a-z]\d{0,2}|nvme\d{1,3}n\d{1,3}(?:p\d{1,3})?"
    r"|md\d{1,4}|dm-\d{1,4}|mmcblk\d|ada\d{1,3}|da\d{1,3})\b"
)
_DISK_HINT = re.compile(
    r"(?<![\w.-])(?:/dev/)?(?:[shv]d[a-z]|sd[a-z]{2}|xvd[a-z]|nvmen|md|dm-|mmcblk|ada|da)(?![\w-])"
)

_IP = rf"(?:(?:::ffff:)?{_IP4}|\[?[0-9a-fA-F]{{0,4}}:[0-9a-fA-F:.]{{1,41}}\]?)"
_END = (
    rf"[ :=]+(?:\w+[:@] ?|host |address |ip |IP )?[\[(\"']?(?P<ip>{_IP})[\])\"']?"
    r"(?:[:/,(](?P<p>\d{1,5})|,? port[ :=]+(?P<q>\d{1,5}))?"
)
_FROM = re.compile(
    r"[fFcCbSsrvd](?<!\w.)(?:(?<=[fF])rom|(?<=F)ROM|(?<=[cC])lient|(?<=C)LIENT|(?<=v)on"
    r"|(?<=d)e(?:sde)?|(?<=b)y peer|(?<=[Ss])ource|(?<=r)emote)" + _END
)
_TO = re.compile(
    r"[tTdD-](?:(?<=-)(?<=\w-)>|(?<=[tTdD])(?<!\w.)(?:(?<=[tT])o|(?<=T)O|(?<=[dD])estination))" + _END
)
_AT = re.compile(rf"\bat [\[(\"']?(?P<ip>{_IP4}):(?P<p>\d{{1,5}})")
_ARROW = re.compile(
    rf"(?P<a>{_IP4})(?:[:/,(](?P<p>\d{{1,5}})\)?)?\s*(?:->|=>|→)\s*(?:\w+[:@])?(?P<b>{_IP4})(?:[:/,(](?P<q>\d{{1,5}}))?"
)
_ANY_IP = re.compile(
    rf"(?<![\w.:]){_IP4}(?![\w.])|(?<![\w:.])(?:[0-9a-fA-F]{{1,4}}:){{2,7}}(?::"
    rf"|[0-9a-fA-F]{{1,4}})(?::[0-9a-fA-F]{{1,4}}){{0,6}}(?![\w:])"
)
_USER = re.compile(
    r"\b(?:[Ff]or (?:invalid user |illegal user |unknown user |user |account )?|(?:[Ii]nvalid|[Ii]llegal"
    r"|[Uu]nknown) user |[Uu]ser(?:name)?[ :=]{1,3}(?:(?:name|ID)[ :=]{1,3})?|[Aa]ccount[ :=]{1,3}"
    r"|[Bb]enutzer |[Uu]tilisateur |[Uu]suario "
    r"|[Ll]ogname[ :=]{1,3}|[Ll]ogin[ :=]{1,3}|"
    r"[Aa]dmin(?:istrator)? |\bby (?:user )?"
    r"|USER[ :=]{1,3})[\"'(<\[`]?"
    r"(?P<user>(?!(?:by|for|as|from|user|through|via)\b)[A-Za-z_][\w.@\\$+-]{0,63})(?=$|[\s,;:)\]\"'>`(]|\.(?:\s|$))"
)
_INTERFACE = re.compile(r"[A-Za-z]{0,12}\d{1,4}(?:[/.:]\d{1,4}){0,4}$|[\w-]{1,16}/")
_MARKED = re.compile(r"[\d_/@:\\.-]")
_BY = re.compile(
    r"(?:created|changed|configured|deleted|modified|disabled|enabled|stopped|started|restarted|rebooted|issued|requested"
    r"|executed|approved|updated|set|removed|added|saved|cleared|reset|initiated|aborted|cancell?ed|acknowledged|acked|off|on"
    r"|down|up|online|offline|console|closed|opened|installed|uploaded|downloaded|committed|renamed|moved|locked"
    r"|unlocked|login|logout|command|run|triggered|performed|made|done|edited|assigned|revoked|granted|shutdown|exited|session"
    r"|reload|reboot|restart|request|uid=\d{1,7}\)?) $",
    re.I,
)
_WEAK_LEADS: Final = ("for ", "by ", "admin ", "administrator ", "login ")
_BEHIND_USER = re.compile(r"[\"')\]>`]?(?: from| on | via| in | using|\(| \(|,|$| for| ssh| logged| by |\.$)")
_ACCOUNTS = re.compile(
    r"\b(?:pass\w*|log\w*|auth\w*|credentials?|user\w*|accounts?|session|key\w*|publickey|locked"
    r"|su|sudo|sign(?:ed)?[ -]?(?:in|on))\b",
    re.I,
)
_AUTH_HINT = re.compile(
    r"\b(?:password|passwd|log(?:ged)?[ -]?(?:in|on|out|off)|logins?|logons?|authenticat\w*|auth|credentials?|accounts?"
    r"|session (?:opened|closed|started|ended)|anmeldung|connexion|sesión|contraseña|passwort"
    r"|locked out|pam_\w+|publickey)\b",
    re.I,
)
_AUTH_TOKENS: Final = word_set("""
    password passwd log logged login logins loggedin logon logons logout logoff auth credential credentials
    locked pam account accounts publickey session anmeldung connexion sesión contraseña passwort authenticate authenticated
    authentication authenticating authenticator authenticates
""")
_FAR_END = re.compile(r"\b(?:server|to|at|on|host|destination)[ :=]{1,3}[\"'(\[]?$", re.I)
LOGIN_MAX: Final = 512  # characters in which the only address of a login is looked for
_SESSION = re.compile(
    r"\b(?:password|account|user) (?:(?:was|has been|is) )?"
    r"(?:changed|reset|updated|locked|unlocked|created|deleted|disabled|enabled)\b"
    r"|\blog(?:ged)?[ -]?(?:out|off|in|on)\b|\bsession (?:opened|closed|started|ended)\b",
    re.I,
)
_FIRST_NAME = re.compile(
    r"[\"'\[(]?([A-Za-z0-9][\w./:@-]{0,63}?)[\"'\])]?:?,? (?=is |has |was |went |came |now |changed "
    r"|status |state |link |became |down\b|up\b|offline\b|online\b|un|dis|failed\b|lost\b|recovered\b"
    r"|dropped\b|not |no |restored\b|flap|degraded|crashed|died)",
    re.I,
)
_QUOTED = re.compile(r"[\"'`]([\w./:@ -]{1,64})[\"'`]")


def plan(text: str, word: str, tokens: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that can find something in lines of one shape (a text without digits, its case kept), in order;
    each only fills what is empty. `word` is the word of state that decides, `tokens` are all words."""
    rules: list[Rule] = []
    form, keys = pairs_in(text)
    if keys & KEY_NAMES:
        rules.append(from_pairs(form))
    if "%" in text:
        rules.append(mnemonic)
    if _USER.search(text):
        rules.append(user_by_wording)
    if "..." in text or text.count(":") > 1:
        rules.extend(rule for hint, rule in _ADDRESS_RULES if hint.search(text))
    if not _AUTH_TOKENS.isdisjoint(tokens) and _AUTH_HINT.search(text):
        rules.append(account)
    rules.extend(_named(noun) for noun in (() if _NOUN_TOKENS.isdisjoint(tokens) else _nouns(text)))
    if re.search(r"\.(?:service|socket|timer|mount|automount|target|swap|path)\b", text):
        rules.append(unit)
    if not NUMBERED.isdisjoint(tokens):
        rules.append(numbered_by(word, not TROUBLE.isdisjoint(tokens)))
    rules.extend(_bare_interface(prefix) for prefix in _six([m[1] for m in _BARE_INTERFACE.finditer(text)]))
    if _DISK_HINT.search(text):
        rules.append(disk)
    if keys & ENTITY_KEY_NAMES or "user" in keys:
        rules.append(entity_of_pairs(form))
    if word:
        rules.append(subject_of(word))
    if not WORDS.keys().isdisjoint(tokens):
        rules.append(_product(next(iter(WORDS.keys() & tokens))))
    rules.append(fallback)
    return (*rules, verdict) if "action" in keys or "act" in keys else tuple(rules)


@lru_cache(maxsize=64)
def _product(word: str) -> Rule:
    def product(event: Event, text: str) -> None:
        name_by_words(event, word)

    return product


def _nouns(text: str) -> list[str]:
    """The nouns of things as they are written."""
    lower = text.lower() if len(text.lower()) == len(text) else text
    return _six([text[match.start(1) : match.end(1)] for match in _NOUN_FIRST.finditer(lower)])


def _six(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))[:6]  # different ones


@lru_cache(maxsize=1024)
def _patterns(noun: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    word = re.escape(noun)
    behind = re.compile(
        rf"{word}(?<![\w.=/-]{word})(?:s|\(s\))?(?:[ \t]+(?:name|named|called|id|ID|Name))?(?P<link>[ \t]+(?:to|with"
        rf"|for|towards|of|on|between|at))?(?:[ \t]*[:=][ \t]*"
        rf"|[ \t]+)(?:(?P<q>[\"'`\[(<])(?P<quoted>[^\"'`\])>]{{1,128}})[\"'`\])>]|(?P<name>{_NAME}))"
    )
    before = re.compile(
        rf"(?<![\w.=/@:-])(?:[\"'`](?P<quoted>[^\"'`]{{1,64}})[\"'`]|(?P<name>[A-Za-z0-9][\w./@-]{{0,63}})) {word}\b(?!=| ?\d)"
    )
    return behind, before


@lru_cache(maxsize=1024)
def _named(noun: str) -> Rule:
    """`tunnel branch-12`, `tunnel "HQ"`, `branch-12 tunnel`: the thing that stands by this noun."""
    kind = NOUNS[noun.lower()]
    behind, before = _patterns(noun)

    def rule(event: Event, text: str) -> None:
        if event.entity is not None:
            return None
        for match in behind.finditer(text):
            quoted = match["quoted"] is not None and match["q"] in "\"'`"
            name = good_name(match["quoted"] or match["name"], kind, quoted=quoted)
            if name is None or len(name) == 1:
                continue
            plain = not quoted and SHAPED.search(name) is None
            if not quoted and noun.lower() in LOOSE and _MARKED.search(name) is None:
                continue
            silent = event.polarity == "neutral" and event.outcome is None
            if plain and (silent or match["link"] is not None or noun.lower() in LOOSE):
                continue  # plain words are names only where something is said of them
            if noun.lower() in ("connection", "adjacency") and (
                match["link"] is None or event.polarity == "neutral"
            ):
                continue
            name = name.removesuffix("/IN") if kind == "domain" else name
            if kind == "interface" and (match["link"] is not None or not _is_interface(noun, name)):
                return set_entity(event, name, "peer")
            return set_entity(event, name, kind)
        match_before = None if noun.lower() == "adjacency" else before.search(text)
        if match_before is not None:
            quoted = match_before["quoted"] is not None
            word = match_before["quoted"] or match_before["name"]
            said = event.polarity != "neutral" or event.outcome is not None
            if quoted or re.search(r"[\d_./@-]", word) or (kind == "service" and said and word.islower()):
                return set_entity(event, good_name(word, kind, quoted=quoted), kind)
        return None

    return rule


def _is_interface(noun: str, name: str) -> bool:
    """A trunk, a link or a circuit is an interface only if it is named like one."""
    return noun.lower() not in ("trunk", "link", "circuit") or _INTERFACE.match(name) is not None


@lru_cache(maxsize=1024)
def _bare_interface(prefix: str) -> Rule:
    """`GigabitEthernet0/1`, `ge-0/0/1.0`, `eth0`: an interface by its own name."""
    word = re.escape(prefix)
    pattern = re.compile(
        rf"{word}(?<![\w.@/-]{word})[ -]?\d[\d/.]{{0,24}}(?::\d{{1,4}}(?![\d.]))?(?:v\d{{1,4}})?(?![\w-])(?!{MEASURE})"
    )

    def rule(event: Event, text: str) -> None:
        match = pattern.search(text)
        if match is None:
            return
        name = match[0].rstrip(".:/")
        if event.interface is None:
            event.interface = name
        set_entity(event, name, "interface")

    return rule


def mnemonic(event: Event, text: str) -> None:
    """Cisco's `%FACILITY-SEVERITY-MNEMONIC`."""
    if event.event_code is None and (match := _MNEMONIC.search(text)) is not None:
        event.event_code = match[1]


def unit(event: Event, text: str) -> None:
    """`nginx.service`; sessions and users' managers are no things of their own."""
    if event.entity is None and (match := _UNIT.search(text)) is not None:
        set_entity(event, match[0], "service")


def disk(event: Event, text: str) -> None:
    if event.entity is None and (match := _DISK.search(text)) is not None:
        set_entity(event, match[0].removeprefix("/dev/"), "disk")


def user_by_wording(event: Event, text: str) -> None:
    """`for admin from …`, `user 'anna'`, `by operator`."""
    if event.user is not None:
        return
    accounts: bool | None = None  # looked up once a line, and only if it is asked
    for match in _USER.finditer(text):
        name = match["user"]
        lead = match[0][: match.start("user") - match.start()].lower()
        called = text.startswith("(", match.end())
        if name.lower() in NO_USERS or (called and lead.startswith("for")):
            continue
        if lead in _WEAK_LEADS and not _BEHIND_USER.match(text, match.end()):
            continue
        if lead == "by " and not _BY.search(text, max(0, match.start() - 16), match.start()):
            continue
        if lead == "for ":
            accounts = _ACCOUNTS.search(text) is not None if accounts is None else accounts
            if not accounts:
                continue
        if lead in ("for ", "by ") and (
            SHAPED.search(name) is None and (name.lower() in NO_NAMES or ENGLISH.match(name.lower()))
        ):
            continue
        event.user = name
        return


def account(event: Event, text: str) -> None:
    """An attempt to log in is about the account, whatever host or port it names too; its only address is where it came from."""
    if (
        event.user is not None
        and event.polarity == "neutral"
        and (event.outcome is not None or _SESSION.search(text))
    ):
        set_entity(event, event.user, "user")
    if (
        event.src_ip is None
        and event.dst_ip is None
        and (event.outcome is not None or event.user is not None)
    ):
        found = list(_ANY_IP.finditer(text, 0, LOGIN_MAX))
        if len(found) == 1 and not _FAR_END.search(text, max(0, found[0].start() - 16), found[0].start()):
            event.src_ip = address(found[0][0])


def flow(event: Event, text: str) -> None:
    """`A:p -> B:q`."""
    if event.src_ip is None and event.dst_ip is None and (match := _ARROW.search(text)) is not None:
        event.src_ip, event.dst_ip = address(match["a"]), address(match["b"])
        event.src_port, event.dst_port = _port(match["p"]), _port(match["q"])


def access(event: Event, text: str) -> None:
    """`A - - …`: an access log's client."""
    if event.src_ip is None and (match := _ACCESS.match(text)) is not None:
        event.src_ip = address(match[1])


def from_address(event: Event, text: str) -> None:
    """`from A port N`, `client A`."""
    if event.src_ip is None and (match := _FROM.search(text)) is not None:
        event.src_ip = address(match["ip"].rstrip(":."))
        if event.src_port is None and event.src_ip is not None:
            event.src_port = _port(match["p"] or match["q"])


def to_address(event: Event, text: str) -> None:
    """`to B:443`."""
    if event.dst_ip is None and (match := _TO.search(text)) is not None:
        event.dst_ip = address(match["ip"].rstrip(":."))
        if event.dst_port is None and event.dst_ip is not None:
            event.dst_port = _port(match["p"] or match["q"])


def at_address(event: Event, text: str) -> None:
    """`at B:5432`."""
    if event.dst_ip is None and (match := _AT.search(text)) is not None:
        event.dst_ip, event.dst_port = address(match["ip"]), _port(match["p"])


# In a text without digits an IPv4 address is "..." and an IPv6 address has colons.
_LEFT = r"[ :=]+(?:\w+[:@] ?|host |address |ip |IP )?[\[(\"']?(?:::[fF]{4}:)?(?:\.\.\.|[a-fA-F]{0,4}:)"
_ADDRESS_RULES: Final = (
    (re.compile(r"[-=]>|→"), flow),
    (re.compile(r"\.\.\. - "), access),
    (
        re.compile(
            rf"\b(?:from|From|FROM|client|Client|CLIENT|von|de|desde|by peer|Source|source|remote){_LEFT}"
        ),
        from_address,
    ),
    (re.compile(rf"(?:\b(?:to|To|TO|destination|Destination)|->){_LEFT}"), to_address),
    (re.compile(r"\bat [\[(\"']?\.\.\.:"), at_address),
)


def _port(digits: str | None) -> int | None:
    return int(digits) if digits is not None and int(digits) < 65_536 else None


def fallback(event: Event, text: str) -> None:
    """Where no rule named a thing: the account of an attempt, the interface, the address or the quoted name of a state."""
    if event.entity is not None:
        return None
    stateful = event.polarity != "neutral"
    if event.user is not None and event.outcome is not None and not stateful:
        return set_entity(event, event.user, "user")
    if not stateful:
        return None
    if (first := _FIRST_NAME.match(text)) is not None and re.search(r"[\d_./-]", first[1]):
        set_entity(event, good_name(first[1], "host"), "thing")
    if event.interface is not None:
        set_entity(event, event.interface, "interface")
    if (quoted := _QUOTED.search(text)) is not None and STATE_WORDS.isdisjoint(quoted[1].lower().split()):
        set_entity(event, good_name(quoted[1], "thing", quoted=True), "thing")
    if (found := _ANY_IP.search(text)) is not None:
        peer = event.dst_ip or event.src_ip or address(found[0])
        set_entity(event, None if peer in ("0.0.0.0", "127.0.0.1", "::1") else peer, "peer")  # noqa: S104
    if event.entity is None and event.user is not None:
        set_entity(event, event.user, "user")
    return None
