"""Lexical classes: which parts of one word are values, and of which type.

Works on *folded* words: every run of digits is a single `0` (fingerprint.py), so a class may look at the
shape of a value and at its letters, never at the digits or their number. Every pattern starts at a guarded
position and holds no nested repetition of overlapping parts: linear time on any word.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from brainstemd.pipeline.lexicon import (
    ARCHITECTURES,
    COUNTRY_DOMAINS,
    FILE_ENDINGS,
    POLAR_WORDS,
    REVERSED_DOMAINS,
    TOP_DOMAINS,
    TOP_DOMAINS_CAPITAL,
    UNIT_ENDINGS,
)

NUMBER, HEX, ID, TIME, SIZE, RATE = "<n>", "<hex>", "<id>", "<time>", "<size>", "<rate>"
HOST, MAC, UUID, EMAIL, URL, PATH = "<host>", "<mac>", "<uuid>", "<email>", "<url>", "<path>"
UNIT, VERSION, PACKAGE, USER, STRING, ANY = "<unit>", "<version>", "<package>", "<user>", "<str>", "<*>"
ZERO, NONZERO = (
    "\x01",
    "\x02",
)  # stand for a number whose being zero matters; no folded text holds control characters
HEX_NAME_SIGN = "ff0"  # stands for a word of hexadecimal digits that looks like a name (`dc01`; forms.py)
KEY_DIGIT = "\ua78f"  # stands for the digits in the name of a key: a letter that no class knows

_H = "[0a-fA-F]"
_TIME_UNIT = r"(?:ns|us|µs|μs|msecs?|ms|secs?|seconds?|s|mins?|minutes?|m|hrs?|hours?|h|days?|d|weeks?|w)"
_PATH_END = r"(?<![.:!?])"
# A name with the type of a DNS record behind it (`example.com/AAAA/IN`, `./NS`); `N/A` is none.
_RECORD = (
    r"(?:A|AAAA|ANY|CAA|CNAME|DNSKEY|DS|HINFO|HTTPS|MX|NAPTR|NS|NSEC0?|PTR|RRSIG|SOA|SRV|SVCB|TLSA|TXT|TYPE0)"
)

# In order: the first class that matches at a position wins.
_CLASSES: tuple[tuple[str, str], ...] = (
    (
        "package",
        rf"(?<![\w.+-])[A-Za-z0_][\w.+-]*(?::{ARCHITECTURES}|\.(?:x0_0|noarch|aarch0|i0))(?![\w-])",
    ),
    ("hosts", r"(?<![\w.-])[A-Za-z][\w-]{0,64}(?:(?<=-)\[0(?:[-,]0)*\]|\[0(?:[-,]0)+\])"),
    ("bundle", r"(?<![\w.@/$-])(?:com|org|net|io|edu|de|cn)(?:\.[a-z0_][a-z0_-]*){2,}(?![\w$])(?!\.\w)"),
    ("mnemonic", r"%[A-Z][A-Z0_]{1,40}-0-[A-Z0_]{1,80}(?!\w)"),
    ("url", r"(?<![A-Za-z0])[A-Za-z][A-Za-z0+.-]{1,20}://[^\s\"'<>\\^`{|}\x01\x02]*(?<![.,:;!?)\]])"),
    ("unit", rf"(?<![\w.@\\:-])[A-Za-z0_][\w.@\\:-]*\.(?:{UNIT_ENDINGS})(?![\w=-])(?!\.\w)"),
    ("rootunit", r"(?<![\w.@\\:-])-\.(?:slice|mount)(?![\w=.-])"),
    ("email", r"(?<![\w.%+-])[\w.%+-]{1,64}(?:'\w{1,64})?@[A-Za-z][\w-]*(?:\.[\w-]+)*"),
    (
        "record",
        rf"(?<![\w./@-])[a-z0_](?:[\w-]|\.(?!/)){{0,250}}\.?/{_RECORD}(?:/(?:IN|CH|HS|ANY))?(?![\w/.-])",
    ),
    ("rootrecord", rf"(?<![\w./@-])\./{_RECORD}(?:/IN)?(?![\w/.-])"),
    (
        "domain",
        rf"(?<![\w.@-])(?!(?:{REVERSED_DOMAINS})\.[A-Za-z])[A-Za-z0_][\w-]*(?:\.[\w-]+)*"
        rf"(?:\.(?:{TOP_DOMAINS})|\.[\w-]+\.(?:{COUNTRY_DOMAINS}))(?::0)?(?![\w-])(?!\.\w)"
        rf"|(?<![\w.@-])[A-Z0_][A-Z0_-]*(?:\.[A-Z0_-]+)*\.(?:{TOP_DOMAINS_CAPITAL})(?::0)?(?![\w-])(?!\.\w)"
        r"|(?<![\w.@-])localhost(?::0)?(?![\w.-])",
    ),
    ("dashes", rf"(?<![\w-])(?:{_H}{{1,2}}-){{5}}{_H}{{1,2}}(?![\w-])"),
    ("uuid", rf"(?<![\w-]){_H}{{1,12}}(?:-{_H}{{1,12}}){{3,}}(?![A-Za-z_])"),
    ("clf", r"0/[A-Z][a-z]{2}/0(?::0:0:0|(?![\w/]))"),
    (
        "date",
        r"(?<![\w.])0(?:-0-0|/0/0)(?:[Tt_:-]0:0(?::0)?(?:[.,]0)?(?:Z|[+-]0(?::?0)?)?)?(?![\w/-])",
    ),
    (
        "colons",
        rf"(?<![\w:.])(?:{_H}{{0,4}}:){{2,}}(?:0\.0\.0\.0|{_H}{{0,4}})(?:[.,]0)?(?:%[\w.-]+)?(?:/0)?(?![\w:])",
    ),
    (
        "ipv4",
        r"(?:(?<![\w.-])[A-Za-z][\w-]*(?:\.[\w-]+)*/|(?<![\w.])/?)0\.0\.0\.0(?:[:/#]0)?(?![\w])(?!\.\w)",
    ),
    ("blob", r"(?:(?<![\w+/=])[A-Za-z0+]|(?<=[:=])/)[A-Za-z0+/_-]{15,}={0,2}(?![\w=]|\.\w)"),
    (
        "winpath",
        r"(?<![A-Za-z0])[A-Za-z]:\\[^\s\"'<>|,;)\]]*|(?<![\w\\])\\{1,2}[A-Za-z0][\w.$~-]*\\[^\s\"'<>|,;)\]]*"
        r"|(?<!\w)%[A-Za-z]+%\\[^\s\"'<>|,;)\]]*|(?<![\w.\\()~-])[\w.()~-]+\\[\w.()~-]+\\[^\s\"'<>|,;)\]]*",
    ),
    (
        "path",
        rf"(?<![\w.>)\]}}/\x01\x02])(?:~|\.{{1,2}})?/[\w.@%+~-][^\s\"'()\[\]{{}}<>;,|\x01\x02]*{_PATH_END}",
    ),
    ("file", rf"(?<![\w.@/+~-])[\w.+~@-]*[\w+~@-]\.(?:{FILE_ENDINGS})(?:\.0|\.gz)?(?![\w-])(?!\.\w)"),
    (
        "version",
        r"(?<![\w.])(?:0:)?[vV]?0(?:\.0){2,}(?:[A-Za-z][A-Za-z0]*)?(?:[-+~_.][A-Za-z0]+)*(?!\w)"
        r"|(?<![\w.])(?!0\.0[eE][-+]0(?![\w.]))(?:0:)?(?:[vV]0(?:\.0)*|0\.0(?:[A-Za-z][A-Za-z0]*)?(?:[-+~][A-Za-z0]+)(?:[-+~_.][A-Za-z0]+)*)(?!\w)",
    ),
    ("port", r"(?<![\w./-])[A-Za-z][A-Za-z-]{1,40}0(?:[/.:]0)+(?![\w/])"),
    ("relpath", rf"(?<![\w./@~-])[\w.~@-]+/[\w.~@%+:-]+/[\w.~@%+:/-]*{_PATH_END}"),
    ("hex", rf"(?<![A-Za-z0_])0[xX]{_H}+(?!\w)"),
    (
        "rate",
        r"(?<![\w.])0(?:[.,]0)?(?:[KMGTkmgt]?i?(?:[Bb]|bytes|bits?)(?:/s(?:ec)?|ps)|[pr]ps|/s(?:ec)?)(?!\w)",
    ),
    ("size", r"(?<![\w.])0(?:[.,]0)?(?:[KMGTPkmgtp]i?[Bb](?:ytes?)?|B|bytes?|[KMGTkg])(?!\w)"),
    ("duration", rf"(?<![\w.])-?0(?:[.,]0)?{_TIME_UNIT}(?:0(?:[.,]0)?{_TIME_UNIT})*(?!\w)"),
    (
        "amount",
        r"(?<![\w.])[-+]?0(?:[.,]0)?(?:dBm?|[mkMG]?(?:VA|V|W|A|Hz)|°[CF]?|rpm|RPM|ppm)(?!\w)",
    ),
    ("clock", r"(?<![\w.:])0:0(?:[.,]0)?(?![\w:])"),
    ("number", r"(?<![\w.])[-+]?0(?:[.,]0)*(?:[eE][-+]?0)?(?![\w-])"),
    ("several", r"(?<![\w.])0(?:[-./:]0)+(?![\w-])"),
    ("base64", r"(?<![\w+/-])[\w+/-]{12,}={1,2}(?![\w=\"'])"),
    ("disk", r"(?<![\w.-])(?:sd|vd|xvd)[a-z](?![\w-])"),
    ("word", r"\w+(?:[-~$#+]{1,2}\w+)*"),
)
# A short word of letters before a character that no class crosses: most of what a line holds, found without asking every
# class. What a class may cross is less where the text has neither `@` nor a backslash.
_LONE = r"(?P<plain>(?!(?:sd|x?vd)[a-z](?![A-Za-z])|localhost)[A-Za-z]{{1,15}}(?=\.?(?:[{ends}]|\Z){more}))"
_LONE_ANY = _LONE.format(ends=r"\"<>{{}},;|*&!?^`\]", more="")
_LONE_TAME = _LONE.format(ends=r"\"<>{{}},;|*&!?^`\]()'%", more=r"|\[(?!0)|(?<![A-Za-z]{{11}})=")
# What can begin with a sign, what with a letter or digit, and of the latter what only with a digit: the engine asks no other.
_BY_SIGN = frozenset(
    [
        "rootunit",
        "rootrecord",
        "email",
        "colons",
        "ipv4",
        "blob",
        "winpath",
        "path",
        "file",
        "relpath",
        "duration",
        "amount",
        "number",
        "base64",
    ]
)
_BY_DIGIT = (
    frozenset(("clf", "date")),
    frozenset(["hex", "rate", "size", "duration", "amount", "clock", "number", "several"]),
)
_WILD = frozenset(("email", "winpath"))  # need an `@` or a backslash


def _all_classes(without: frozenset[str] = frozenset()) -> re.Pattern[str]:
    """All classes in their order; those that begin with a sign have a `_` behind their names."""
    patterns = {name: pattern for name, pattern in _CLASSES if name not in without}
    signed = [f"(?P<{name}_>{patterns[name]})" for name in patterns if name in _BY_SIGN]
    letters: list[str] = []
    waiting = [name for name in patterns if name not in ("mnemonic", "rootunit", "rootrecord")]
    while waiting:
        digits = next((names for names in _BY_DIGIT if waiting[0] in names), frozenset((waiting[0],)))
        run = [f"(?P<{name}>{patterns[name]})" for name in waiting if name in digits]
        waiting = [name for name in waiting if name not in digits]
        letters.append(run[0] if len(run) == 1 else f"(?=0)(?:{'|'.join(run)})")
    lone = _LONE_TAME if without >= _WILD else _LONE_ANY
    return re.compile(
        rf"(?=\w)(?:{lone}|{'|'.join(letters)})"
        rf"|(?=[%/~\\+:.()@-])(?:(?P<mnemonic>{patterns['mnemonic']})|(?<!\w)(?:{'|'.join(signed)}))"
    )


_MASKS = (_all_classes(_WILD), _all_classes())
_MASKS_TEXT = (_all_classes(_WILD | {"blob"}), _all_classes(frozenset(("blob",))))
_BLOB_TURNS = (
    0.35  # changes between capitals, small letters and digits a character: random text has twice as many
)
_TURN = re.compile(r"[A-Z](?=[a-z0])|[a-z](?=[A-Z0])|0(?=[A-Za-z])")
_HEX_WORD = re.compile(r"(?:[0a-f]+|[0A-F]+)\Z")
_NUMBER_WORD = re.compile(r"0-[A-Za-z]{2,}(?:-[A-Za-z]+)*\Z")
_JOINERS = re.compile(r"[-~$#+_0./:]+")
_CAMEL = re.compile(
    r"[a-z](Up|Down|Opened|Closed|Failed|Succeeded|Started|Stopped|Connected|Disconnected|Enabled|Disabled|Online|Offline)0*\Z"
)
_PLAIN = re.compile(r"\(?[^\W\d_]+[,.:;!?)]?\Z")
_LETTER = re.compile(r"[^\W\d_]")


def _word(text: str) -> str:
    """A run of letters, digits and joiners: a number, hexadecimal digits, an identifier, or a plain word."""
    if "0" not in text:
        return text
    if not _LETTER.search(text):
        return NUMBER
    if text != HEX_NAME_SIGN and _HEX_WORD.match(text):
        return NUMBER
    if _NUMBER_WORD.match(text):
        return NUMBER + text[1:]
    return identifier(text)


def identifier(text: str) -> str:
    """`<id>`, with the opposites in it: `eth0-down` is no `eth0-up`."""
    kept = [part for part in map(_bare, _JOINERS.split(text)) if part in POLAR_WORDS]
    camel = _CAMEL.search(text)
    if camel:
        kept.append(camel[1].lower())
    return f"<id {' '.join(kept[:4])}>" if kept else ID


def _bare(part: str) -> str:
    return part.strip("0").lower()


def _blob(text: str) -> str:
    """A long run of letters, digits, `+` and `/`: base64 if it looks drawn at random, else a path or
    words."""
    if len(_TURN.findall(text)) >= _BLOB_TURNS * len(text):
        return ID
    return _masked(_MASKS_TEXT, text)


def _base64(text: str) -> str:
    """Base64 has capitals, small letters and digits; anything else is a key before its `=`."""
    if "0" in text and text.lower() != text and text.upper() != text:
        return ID
    body = text.rstrip("=")
    return mask_word(body) + text[len(body) :]


def _colons(text: str) -> str:
    """Groups of hexadecimal digits between colons: a time, a MAC address, an IPv6 address, a PCI address."""
    if text == "::":
        return HOST
    tail = ":" if text.endswith(":") and not text.endswith("::") else ""
    body = text[: len(text) - len(tail)]
    if "0" not in body:
        return text
    groups = body.split(":")
    if "" in groups:
        return HOST + tail if "::" in body else text.replace("0", NUMBER)
    letters = _LETTER.search(body)
    if len(groups) == 6 or len(groups) >= 10:
        return MAC + tail
    if len(groups) >= 7:
        return HOST + tail
    return (NUMBER if letters else TIME) + tail


_FIXED: dict[str, str] = {
    "url": URL,
    "email": EMAIL,
    "uuid": UUID,
    "clf": TIME,
    "record": HOST,
    "rootrecord": HOST,
    "rootunit": UNIT,
    "date": TIME,
    "dashes": MAC,
    "ipv4": HOST,
    "winpath": PATH,
    "path": PATH,
    "unit": UNIT,
    "file": PATH,
    "relpath": PATH,
    "domain": HOST,
    "hex": HEX,
    "version": VERSION,
    "package": PACKAGE,
    "hosts": ID,
    "bundle": ID,
    "rate": RATE,
    "size": SIZE,
    "duration": TIME,
    "clock": TIME,
    "amount": NUMBER,
    "number": NUMBER,
    "several": NUMBER,
    "disk": ID,
}
_COMPUTED: dict[str, Callable[[str], str]] = {
    "plain": str,
    "word": _word,
    "colons": _colons,
    "port": identifier,
    "blob": _blob,
    "base64": _base64,
    "mnemonic": str,
}


def _replace(match: re.Match[str]) -> str:
    name = (match.lastgroup or "word").rstrip("_")
    fixed = _FIXED.get(name)
    return fixed if fixed is not None else _COMPUTED[name](match.group())


def mask_word(word: str) -> str:
    """One folded word (no white space) with its values replaced by typed placeholders. Pure; linear time."""
    if _PLAIN.match(word) and "localhost" not in word and (len(word) > 4 or "d" not in word):
        return word
    return _masked(_MASKS, word)


def _masked(masks: tuple[re.Pattern[str], re.Pattern[str]], text: str) -> str:
    return masks["@" in text or "\\" in text].sub(_replace, text)
