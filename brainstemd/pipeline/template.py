"""From a line whose words are masked to its template: what only the company of words tells.

Key and value, quotes, names after their wording, units, brackets, lists. Placeholders are already in place
(placeholders.py); this module never sees a digit. Every rule is one pass of a pattern with bounded or
disjoint repetition: linear time.
"""

from __future__ import annotations

import re

from brainstemd.pipeline.lexicon import (
    BOOLEAN_KEYS,
    BOOLEAN_WORDS,
    EVENT_KEYS,
    NAME_KEYS,
    NOT_A_USER,
    POLAR_WORDS,
    RATE_UNITS,
    SIZE_UNITS,
    STATE_WORDS,
    STATUS_KEYS,
    TIME_UNITS,
)
from brainstemd.pipeline.placeholders import (
    ANY,
    HOST,
    ID,
    KEY_DIGIT,
    NONZERO,
    NUMBER,
    PATH,
    RATE,
    SIZE,
    STRING,
    TIME,
    USER,
    VERSION,
    ZERO,
    identifier,
)
from brainstemd.pipeline.vocabulary import OUTCOMES, is_known, is_protected

TEMPLATE_MAX = 1024  # characters; a longer template is cut, and the id is that of the cut one
STATUS_MAX = 8  # pairs
STATUS_VALUE_MAX = 32  # characters
_PERIOD_MAX = 6  # words in one element of a list

_PAIRS = re.compile(
    r'(?:(?<=[{,])|(?<=[{,] )|^)"(?P<jkey>[\w.@ -]{1,64})" ?: ?(?P<jvalue>"(?:[^"\\]|\\.)*"|[^\s,\[\]{}"]+)'
    r"|(?<![\w.<-])(?P<key>[A-Za-z_][\w.-]*|<id>) ?=(?![=>~])(?: (?![\w.-]+ ?=))?"
    r"""(?P<value>"[^"]*"|'[^']*'|\[[^\[\]]*\]|\{[^{}]*\}|[\w.]*\([^()]*\)|(?:[^\s,;|&)\]}"']|(?<=\w)'(?=\w)|\|(?![\w.-]{1,40}=))*)"""
    r'|(?<!\w)\\?"(?P<double>[^"]*)"'
    r"|(?<!\w)'(?P<single>(?:[^']|(?<=\w)'(?=\w))*)'(?!\w)"
    r"|(?<!\w)`(?P<back>[^`']*)[`'](?!\w)"
)
_WORDS = re.compile(r"(?<![\w.$/])[A-Za-z]+(?![\w$/]|\.\w)")
_STATE_PHRASE = re.compile(r"[A-Za-z][\w /-]*\Z")
_REQUEST = re.compile(r"(GET|POST|PUT|DELETE|HEAD|OPTIONS|PATCH|CONNECT|PROPFIND|TRACE) ")

_USER = re.compile(
    r"(?<![\w.-])([Uu]ser(?:name)?|USER|[Aa]ccount)(:? )"
    r"(?:((?:[^\s,;:()\[\]\"'<>]|(?<=\w)'(?=\w))+)|<(?:id|email|n|host|path)>)(?![\w])"
)
_FULL_NAME = re.compile(r"(?<=<user>)((?: [A-Z][a-z][\w'-]{0,30}){1,2})(?![\w<:=/-])")
# Names between a value and the next key: `name=Jane Doe zone=dmz`.
_MORE_VALUE = re.compile(r"(?<==<\*>)((?: [A-Z][a-z][\w'-]{0,30}){1,3})(?= [\w.-]{1,40}=(?![=>~]))")
# What is listed after a colon, up to the end: three words and more, or two without a blank.
_ENTRY = r"[\w<>*.@/+-]{1,64}"
_LISTED = re.compile(
    rf"(?<=: ){_ENTRY}(?:(?:,{_ENTRY}){{1,64}}|(?:, {_ENTRY}){{1,64}}(?:,? and {_ENTRY})?)(?=\.?\Z)"
)
_TWO = re.compile(r"(<[a-z]+>)(?:,? and \1)+")
# The root is a path where a path is meant.
_ROOT = re.compile(
    r"\b(on|of|at|for|under|in|GET|HEAD|POST|PUT|filesystem|partition|volume|[Mm]ount(?:ed|point|ing)?|path|directory|disk)"
    r"(:? )/(?=$|[\s,;:)])(?! <n>)"
)
_NO_USER = re.compile(r"\b(user|User) from <")
_FOR_FROM = re.compile(r"\bfor ((?:(?:invalid|illegal|unknown) user )?)(?!<user>)[^\s]{1,128} from <host>")
_PASSWORD_FOR = re.compile(
    r"\b((?:[Pp]assword|publickey|keyboard-interactive/pam|hostbased|gssapi-with-mic|[Aa]uthentication failures?|[Ll]ogin)"
    r" for )(?!(?:user|invalid|illegal|unknown)\b)[^\s,;:]{1,128}"
)
_BY_AGENT = re.compile(r"\bby (client|process|peer|host|service|task|thread) ([^\s,;:()]{1,128})")
_BY_UID = re.compile(r"\bby [^\s()]{1,128}\(uid=")
_CRON = re.compile(r"^\([^\s()]{1,128}\) ([A-Z]{2,16}(?: [A-Z]{2,16})?) \((.*)\)")
_COMMAND = re.compile(r"\bCOMMAND=(.*)")
_PROCESS = re.compile(r"\b([Pp]rocess|pid|PID)([:=]? )<n> \([^\s()]{1,128}\)")
_ACCESS_LOG = re.compile(r"^<host> (-|[^\s\[]{1,128}) [^\s\[]{1,128} \[<time>")
_FROM_FOR = re.compile(r"\b(from <host> for|FROM <host> FOR) (?!<user>)[^\s,;:]{1,128}")
_OVERFLOW = re.compile(r"(?<=<n> )\*{3,8}(?: \*{3,8})*(?= )|(?<= )\*{3,8}(?: \*{3,8})*(?= <n>)")
_PACKAGE = re.compile(r"<package>(?: [^\s<>]{0,16}(?:<[a-z]+>[^\s<>]{0,16}){1,8}){1,2}(?!\S)")
_DEPRECATED = re.compile(r"(?<!\S)[^\s]{1,128} is deprecated")
_SUDO = re.compile(r"^[^\s:]{1,128} : (?=.*TTY=)")

# What stands behind a blank in a path (`C:\\Program Files\\…`): capitalised words up to the next backslash.
_PATH_WORD = r" (?:\((?:<id>|[\w.]{1,16})\)|and|of|[A-Z&-][\w.&'()-]{0,31})"
_PATH_TAIL = re.compile(
    rf"(?<=<path>)(?:(?:{_PATH_WORD}){{0,3}}{_PATH_WORD}\\(?:<[a-z]+>|[^\s<>\"':,;|]){{0,200}}){{1,4}}"
)

_UNITS = re.compile(r"(?:[<>~] ?)?<n> (%|[A-Za-zµμ]+(?:/[A-Za-z]+|\(s\))?)(?![\w/(])")
_RESTATED = re.compile(r"(<size>|<time>|<rate>) \((?:<size>|<time>|<rate>|<n>%?)\)")
_RESTATED_HOST = re.compile(r"(<host>|<mac>) ?(?:\(([^\s()]{0,256})\)|\[(?:<host>|unknown)?\])")
_ENDPOINT = re.compile(r"(?<![\w>\])}])\[<host>\]:<(?:n|id)>")
_NAMED_HOST = re.compile(r"(?<![\w.>\]-])([A-Za-z][\w.-]*|<host>|<id>)\[<host>\]")
_VERSION = re.compile(r"\b([Vv]ersion|[Rr]elease)(:? )(?:<n>|<id>|<host>)(?![\w<])")

# Names of properties, classes and members: three parts, or two with an underscore or a capital. A key before `=` is text.
_DOTTED = re.compile(
    r"(?<![\w.@$/\\<>-])(?=[\w$-]*(?:\.[\w$-]*\.|_[\w$-]*\.|\.[\w$-]*_)|[A-Z][\w$-]*\.[A-Za-z_]"
    r"|(?<=[ (\[])[a-z][\w-]+\.[a-z][\w-]+(?![\w.:]))"
    r"[A-Za-z_][\w$-]*(?:\.[A-Za-z0_][\w$-]*)+(?![\w(]|\.[\w<]| ?=)"
)
_TROUBLE = re.compile(r"(?:Exception|Error|Failure|Fault|Throwable|Warning|Timeout|Abort|Exit)0*\Z")

_SQUARE = re.compile(r"(\b[A-Za-z_]{2,20})?\[([^\[\]]*)\]")
_NODES = re.compile(r"(?<![\w.-])[A-Za-z][\w-]{0,64}-\[(?:<[a-z*]{1,9}>[ ,-]{0,2})+\]")
_BRACES = re.compile(r"(?<=[\w>]) ?\{([^{}\"]*)\}")
_PLACEHOLDER = re.compile(r"<[a-z]+>\Z")
_CALL = re.compile(r"(?<=[\w>])\(([^()]*)\)")
_COLLECTION = re.compile(
    r"\b(\w{0,40}(?:Set|List|Vector|Map|Array|Seq|Buffer|Some|Queue|Stream|Tuple|Range|Iterator|Table))\([^()]*\)"
)
_GROUP = re.compile(r"(?<![\w>])\(([^()]*)\)")
_ITEM = r"[^\s,;]+"
_LIST = re.compile(rf"{_ITEM}(?:[,;] ?{_ITEM})*\Z")
_LIST_OF_TWO = re.compile(rf"{_ITEM}(?:[,;] ?{_ITEM})+\Z|[^\s,;|]+(?:\|[^\s,;|]+)+\Z")
_NESTED_MAX = 4

_COLON = re.compile(r"(?<![\w.<])([A-Za-z_][\w-]*)(: ?)([A-Za-z][\w.@$\\-]*|<[a-z]+>)(?=$|[\s,;)\]}])")
_SAME = re.compile(r"(<[a-z*]+>)(?:[,;/|#&+:.-]{0,2} ?\1)+")


class _Shaper:
    """The pass over one line; holds the status pairs that it meets."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status: set[str] = set()

    def _note(self, key: str, value: str) -> None:
        if len(self.status) < STATUS_MAX:
            self.status.add(f"{key}={value.lower()[:STATUS_VALUE_MAX]}")

    def pair(self, match: re.Match[str]) -> str:
        """One key with its value, or one quoted string."""
        kind = match.lastgroup
        if kind == "value":
            return f"{match['key']}={self._value(match['key'], match['value'])}"
        if kind == "jvalue":
            return f'"{match["jkey"]}":{self._value(match["jkey"], match["jvalue"])}'
        inner = match[kind or 0]
        return f'"{_quoted(inner)}"'

    def _value(self, key: str, text: str) -> str:
        name = key.rpartition(".")[2].lower()
        value = text.strip("\"'")
        if name in STATUS_KEYS:
            if _STATE_PHRASE.match(value):
                self._note(name, value)
            return value
        if name in EVENT_KEYS and value.lower() not in BOOLEAN_WORDS:
            return value
        if not value:
            return ""  # a value that is absent says something: a local login has no rhost
        if ZERO in value or NONZERO in value:
            return value
        lowered = value.lower()
        if name in NAME_KEYS:
            return lowered if lowered in POLAR_WORDS else ANY
        if lowered in STATE_WORDS or lowered in OUTCOMES:
            return lowered
        if lowered in BOOLEAN_WORDS:
            return lowered if name in BOOLEAN_KEYS else ANY
        return _keep(ANY, lowered)

    def colon(self, match: re.Match[str]) -> str:
        """`key: value`, where the key says what kind of value a lone word is."""
        key, colon, value = match.groups()
        name = key.lower()
        if name in NAME_KEYS and value.lower() not in STATE_WORDS:
            return f"{key}{colon}{ANY}"
        lone = match.end() == len(match.string) or match.string[match.end()] != " "
        if value.lower() in BOOLEAN_WORDS and lone and name not in BOOLEAN_KEYS and name not in STATUS_KEYS:
            return f"{key}{colon}{ANY}"
        if name in STATUS_KEYS and value[0] != "<" and (lone or value.lower() in STATE_WORDS):
            self._note(name, value)
        return match.group()


def _keep(placeholder: str, lowered: str) -> str:
    """The placeholder for a text, together with the state words in it: what tells a state is never masked."""
    kept = [word for word in _WORDS.findall(lowered) if word in STATE_WORDS]
    if not kept:
        return placeholder
    return f"{placeholder[:-1]} {' '.join(kept[:8])}>"


def _tells(lowered: str) -> bool:
    return lowered in STATE_WORDS or lowered in OUTCOMES


def _quoted(inner: str) -> str:
    request = _REQUEST.match(inner)
    if request:
        return f"{request[1]} {STRING}"
    return _keep(STRING, inner.lower())


def _user(match: re.Match[str]) -> str:
    word = match[3]
    if word is not None:
        lowered = word.lower().rstrip(".!")
        if lowered in NOT_A_USER or lowered in STATE_WORDS:
            return match.group()
    stop = "." if word is not None and word.endswith(".") else ""
    return f"{match[1]}{match[2]}{USER}{stop}"


def _full_name(match: re.Match[str]) -> str:
    """The rest of a person's name, unless one of the words is text."""
    return match[0] if any(is_known(word) or is_protected(word) for word in match[0].split()) else ""


def _restated_host(match: re.Match[str]) -> str:
    word = (match[2] or "").lower()
    return match.group() if (word in STATE_WORDS and word != "unknown") or "=" in word else match[1]


def _named_host(match: re.Match[str]) -> str:
    return match.group() if match[1].lower() in POLAR_WORDS else HOST


def _agent(match: re.Match[str]) -> str:
    return match.group() if match[2].lower() in STATE_WORDS else f"by {match[1]} {ANY}"


def _dotted(match: re.Match[str]) -> str:
    """That of an exception tells what happened."""
    return match[0] if _TROUBLE.search(match[0]) else identifier(match[0])


def _cron(match: re.Match[str]) -> str:
    return f"({USER}) {match[1]} ({_keep(STRING, match[2].lower())})"


def _command(match: re.Match[str]) -> str:
    return "COMMAND=" + _keep(ANY, match[1].lower())


def _unit(match: re.Match[str]) -> str:
    unit = match[1]
    lowered = unit.lower()
    if unit == "%":
        return f"{NUMBER}%"
    if lowered in TIME_UNITS:
        return TIME
    if lowered in SIZE_UNITS and unit != "b":
        return SIZE
    return RATE if lowered in RATE_UNITS else match.group()


def _square(match: re.Match[str]) -> str:
    name, inner = match[1] or "", match[2].strip()
    if inner and (not _LIST.match(inner) or "=" in inner or _tells(inner.lower())):
        return match.group()
    if name.lower() in STATUS_KEYS and inner and "<" not in inner:
        return match.group()
    return f"{name}[{_keep(ANY, inner.lower())}]"


def _braces(match: re.Match[str]) -> str:
    if match[0][0] == " " and _PLACEHOLDER.match(match[1]):
        return f" {match[1]}"
    return _keep(ANY, match[1].lower())


def _call(match: re.Match[str]) -> str:
    inner = match[1].strip()
    if inner in ("", "s", "es") or "=" in inner or not _LIST.match(inner) or _tells(inner.lower()):
        return match.group()
    return f"({_keep(ANY, inner.lower())})"


def _listed(match: re.Match[str]) -> str:
    """A list of things is a value of any length; words that tell what happened are none, nor are two words of the trade."""
    key = match.string[: match.start() - 2].rpartition(" ")[2].lower()
    if key in STATUS_KEYS or key in EVENT_KEYS:
        return match[0]
    words = re.split(r",? and |, ?", match[0])
    names = sum(1 for word in words if word[0] == "<" or not is_known(word))
    if any(map(is_protected, words)) or (len(words) == 2 and names < 2):
        return match[0]
    return _keep(ANY, match[0].lower())


def _group(match: re.Match[str]) -> str:
    inner = match[1].strip()
    if "=" in inner or not _LIST_OF_TWO.match(inner):
        return match.group()
    return f"({_keep(ANY, inner.lower())})"


def _collapse(words: list[str]) -> list[str]:
    """Lists of any length become one element: a group of up to six words that repeats itself is written
    once."""
    tagged = [word.rstrip(",;") for word in words if "<" in word]
    if len(set(tagged)) == len(tagged):
        return words  # what is written twice has at least one word with a placeholder twice
    out: list[str] = []
    bare: list[str] = []  # the same words without the separator that ends an element
    for word in words:
        out.append(word)
        bare.append(word.rstrip(",;"))
        for period in range(1, _PERIOD_MAX + 1):
            if len(out) < 2 * period:
                break
            if bare[-1] != bare[-1 - period]:
                continue
            if bare[-period:] == bare[-2 * period : -period] and any("<" in item for item in bare[-period:]):
                last = out[-1]
                del out[-period:], bare[-period:]
                out[-1] = last
                break
    return out


def shape(text: str) -> tuple[str, set[str]]:
    """A line whose words are masked → its template and its status pairs (`key=word`)."""
    shaper = _Shaper()
    if "{" in text:
        text = _objects(text)
    if "." in text:
        text = _DOTTED.sub(_dotted, text)
    if "[<host>]" in text:
        text = _ENDPOINT.sub(HOST, text)
        text = _NAMED_HOST.sub(_named_host, text)
    if "=" in text or '"' in text or "'" in text or "`" in text:
        text = _PAIRS.sub(shaper.pair, text)
    if "\\" in text and "<path> " in text:
        text = _PATH_TAIL.sub("", text)
    if "=<*> " in text:
        text = _MORE_VALUE.sub(_full_name, text)
    if " /" in text:
        text = _ROOT.sub(rf"\1\2{PATH}", text)
    text = _wording(text)
    if "<n>" in text:
        if "***" in text:
            text = _OVERFLOW.sub(NUMBER, text)
        if "<n> " in text:
            text = _UNITS.sub(_unit, text)
    if "> (<" in text:
        text = _RESTATED.sub(r"\1", text)
    if "<host>" in text or "<mac>" in text:
        text = _RESTATED_HOST.sub(_restated_host, text)
    if "[" in text:
        text = _NODES.sub(ID, _SQUARE.sub(_square, text))
    if "(" in text:
        text = _COLLECTION.sub(r"\1(<*>)", text)
        text = _CALL.sub(_call, text)
        text = _GROUP.sub(_group, text)
    if ":" in text:
        text = _COLON.sub(shaper.colon, text)
        if "," in text:
            text = _LISTED.sub(_listed, text)
    if text.count("<") > 1:
        if "> and <" in text:
            text = _TWO.sub(r"\1", _SAME.sub(r"\1", text))
        text = _SAME.sub(r"\1", text)
        text = " ".join(_collapse(text.split()))
    if "0" in text:  # what folding left of digits inside words: `%ASA-6-302013` is not `%ASA-0-0`
        text = text.replace("0", NUMBER)
    text = text.replace(ZERO, "0").replace(NONZERO, "<nonzero>").replace(KEY_DIGIT, NUMBER)
    if len(text) > TEMPLATE_MAX:
        text = text[: TEMPLATE_MAX - 1] + "…"
    return text, shaper.status


def _objects(text: str) -> str:
    """`Name{…}`, nested as objects print themselves, is one value."""
    for _ in range(_NESTED_MAX):
        text, changed = _BRACES.subn(_braces, text)
        if not changed:
            break
    return text


def _wording(text: str) -> str:
    """Names that only the words around them give away."""
    if "for " in text:
        text = _FOR_FROM.sub(rf"for \1{USER} from {HOST}", text)
        text = _PASSWORD_FOR.sub(rf"\1{USER}", text)
    if "<host> for" in text or "<host> FOR" in text:
        text = _FROM_FOR.sub(rf"\1 {USER}", text)
    if "user" in text or "User" in text or "USER" in text or "ccount" in text:
        text = _FULL_NAME.sub(_full_name, _USER.sub(_user, _NO_USER.sub(rf"\1 {USER} from <", text)))
    if " by " in text:
        text = _BY_AGENT.sub(_agent, text)
    if "uid=" in text:
        text = _BY_UID.sub(f"by {USER}(uid=", text)
    if text.startswith("("):
        text = _CRON.sub(_cron, text)
    if "<package>" in text:
        text = _PACKAGE.sub("<package> <version>", text)
    if "deprecated" in text:
        text = _DEPRECATED.sub(ANY + " is deprecated", text)
    if "TTY=" in text:
        text = _COMMAND.sub(_command, _SUDO.sub(f"{USER} : ", text))
    if "<n> (" in text:
        text = _PROCESS.sub(rf"\1\2<n> ({ANY})", text)
    if text.startswith(HOST):
        text = _ACCESS_LOG.sub(rf"{HOST} \1 {USER} [{TIME}", text)
    if "ersion" in text or "elease" in text:
        text = _VERSION.sub(rf"\1\2{VERSION}", text)
    return text
