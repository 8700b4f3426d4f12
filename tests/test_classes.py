"""The learned layer: a function of the set of templates, careful with what tells what happened, every id resolves."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd.pipeline.classes import VALUES_MIN, Base, form_of, learn
from brainstemd.pipeline.fingerprint import Fingerprinter
from brainstemd.pipeline.state_words import TABLES
from brainstemd.pipeline.states import read_state
from brainstemd.pipeline.vocabulary import is_known, is_protected

NAMES = (
    "alice",
    "bob",
    "carol",
    "dmitri",
    "svc-backup",
    "jdoe",
    "mwagner",
    "kowalski",
    "tkrause",
    "olga",
    "henk",
    "prometheus",
)
OPPOSITES = [
    ("up", "down"),
    ("opened", "closed"),
    ("succeeded", "failed"),
    ("started", "stopped"),
    ("connected", "disconnected"),
    ("attached", "detached"),
    ("mounted", "unmounted"),
    ("registered", "deregistered"),
    ("joined", "left"),
    ("acquired", "released"),
    ("granted", "revoked"),
    ("armed", "disarmed"),
    ("promoted", "demoted"),
    ("suspended", "resumed"),
    ("banned", "unbanned"),
    ("blocked", "unblocked"),
    ("elected", "evicted"),
    ("inserted", "ejected"),
    ("charging", "discharging"),
    ("raised", "lowered"),
    ("LinkUp", "LinkDown"),
    ("nodeJoin", "nodeLeave"),
    ("on_connect", "on_disconnect"),
    ("master", "slave"),
    ("enter", "leave"),
    ("accepted", "rejected"),
    ("enabled", "disabled"),
    ("loaded", "unloaded"),
    ("allowed", "denied"),
    ("passed", "dropped"),
    ("healthy", "degraded"),
    ("online", "offline"),
    ("login", "logout"),
    ("plugged", "unplugged"),
    ("primary", "secondary"),
    ("link_up", "link_down"),
    ("session.open", "session.close"),
    ("VM_STARTED", "VM_STOPPED"),
    ("PeerEstablished", "PeerLost"),
    ("mount/ok", "mount/failed"),
    ("verbunden", "getrennt"),
    ("aktiviert", "deaktiviert"),
    ("gestartet", "gestoppt"),
    ("kommt", "geht"),
    ("connecté", "déconnecté"),
    ("activé", "désactivé"),
    ("abierto", "cerrado"),
    ("conectado", "desconectado"),
    ("acceso", "spento"),
    ("gestart", "gestopt"),
]
FRAMES = [
    "Peer <host> was {} by operator",
    "{} interface <id> of chassis",
    "watcher said {} for member <n>",
    "port <n> is {}",
    "event {} on ring <id> seen",
    "{}",
    "unit {} now",
    "member node7 of ring: type:{} epoch=7",
    "Changed to {} ({}) for /srv/x",
    "status[{}] set by controller",
    "line=<4> phase={} of bus 0xff",
]


def bases(*messages: str) -> list[Base]:
    of = Fingerprinter().of
    return [Base(mark.base, mark.template) for mark in map(of, messages)]


def ids(*messages: str) -> list[str]:
    classes = learn(bases(*messages))
    return [classes.of(base.id) for base in bases(*messages)]


def greeting(name: str) -> str:
    return f"quota warning mailed for {name} tonight"


def test_names_in_one_frame_are_one_class() -> None:
    """Twelve people, one message; the message of nobody else is untouched."""
    found = ids(*map(greeting, NAMES), "quota database rebuilt")
    assert len(set(found[:-1])) == 1
    assert found[-1] == bases("quota database rebuilt")[0].id
    classes = learn(bases(*map(greeting, NAMES)))
    assert [one.template for one in classes.found.values()] == ["quota warning mailed for <*> tonight"]


def test_too_few_values_are_no_variable() -> None:
    """Two names may be two things that happen; a third makes it a place where names stand."""
    few = NAMES[: VALUES_MIN - 1]
    assert len(set(ids(*map(greeting, few)))) == len(few)
    assert len(set(ids(*map(greeting, NAMES[:VALUES_MIN])))) == 1


def test_text_that_varies_is_not_a_name() -> None:
    """Nouns of the trade in one frame are different events."""
    found = ids(
        *(f"cannot find the {noun} of peer" for noun in ("gateway", "certificate", "interface", "route"))
    )
    assert len(set(found)) == 4


def test_what_is_lone_is_in_no_class() -> None:
    """A frame without a word of its own tells nothing."""
    assert len(set(ids(*NAMES))) == len(NAMES)


def test_event_codes_keep_apart() -> None:
    """The vendor's code is part of the identity, of classes too."""
    of = Fingerprinter().of
    marks = [(of(greeting(name), code), code) for name in NAMES for code in ("A-1", "A-2")]
    classes = learn(Base(mark.base, mark.template, code) for mark, code in marks)
    assert len({classes.of(mark.base) for mark, _ in marks}) == 2


@pytest.mark.parametrize("pair", OPPOSITES, ids="/".join)
def test_opposites_are_never_one_class(pair: tuple[str, str]) -> None:
    """Whatever else varies around them, in every frame: polarity collisions are 0."""
    of = Fingerprinter().of
    for frame in FRAMES:
        messages = [
            (word, f"{frame.format(word, word)} {name}") for word in (*pair, *NAMES) for name in NAMES[::2]
        ]
        marks = [(word, of(message)) for word, message in messages]
        classes = learn(Base(mark.base, mark.template) for _, mark in marks)
        shown = {word: {classes.of(mark.base) for said, mark in marks if said == word} for word in pair}
        assert not shown[pair[0]] & shown[pair[1]], frame


WORDS = st.sampled_from(
    [*NAMES, "disk", "failed", "up", "down", "port", "<n>", "<host>", "kept", "for", "gateway"]
)
TEMPLATES = st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), max_size=60)


@given(TEMPLATES, st.randoms(use_true_random=False))
def test_a_function_of_the_set(templates: list[str], rng: random.Random) -> None:
    """Order and repetition change nothing."""
    known = [Base(f"s1-{hash_of(template)}", template) for template in templates]
    again = [*known, *known[::2]]
    rng.shuffle(again)
    first, second = learn(known), learn(again)
    assert first.found == second.found
    assert [first.of(base.id) for base in known] == [second.of(base.id) for base in known]


def test_words_that_change_places_are_in_no_frame() -> None:
    """Two templates that differ in more than one place have no frame in common, however their hashes fall."""
    for one, other in combinations([f"unit-{n}" for n in range(60)], 2):
        assert not learn(
            [Base("s1-a", f"{one} {other} moo_W <n>"), Base("s1-b", f"{other} {one} moo_X <n>")]
        ).found


@given(TEMPLATES)
def test_a_class_keeps_what_tells(templates: list[str]) -> None:
    """All members of a class say the same protected words in the same places."""
    known = {f"s1-{hash_of(template)}": template for template in templates}
    for one in learn(Base(id_, template) for id_, template in known.items()).found.values():
        rows = [form_of(known[member]).split(" ") for member in one.members]
        for column in zip(*rows, strict=True):
            if any(map(is_protected, column)):
                assert len(set(column)) == 1


def hash_of(template: str) -> str:
    return template.encode().hex()


@pytest.mark.parametrize(
    "word", ["Failed", "reconnecting", "joins", "LINK_UP", "un-mounted", "the", "releases"]
)
def test_protected(word: str) -> None:
    """States, verbs in any form, small words, and names made of them."""
    assert is_protected(word)


STATES = sorted({word.replace("~", " ") for words in TABLES.values() for word in words.split("|")})
TOLD = st.lists(
    st.one_of(
        st.sampled_from(STATES), st.from_regex(r"[a-z]{0,3}[0-9]{1,4}[a-z=/.-]{0,2}", fullmatch=True), WORDS
    ),
    min_size=1,
    max_size=6,
)


@given(TOLD, st.permutations("0123456789"))
def test_which_digit_it_is_says_nothing(words: list[str], digits: list[str]) -> None:
    """Neither the state of a template nor whether a word is text depends on it: such names are read once."""
    text = " ".join(words)
    other = text.translate(str.maketrans("0123456789", "".join(digits)))
    assert read_state(text)[:2] == read_state(other)[:2]
    for one, two in zip(text.split(" "), other.split(" "), strict=True):
        assert (is_protected(one), is_known(one)) == (is_protected(two), is_known(two))


@pytest.mark.parametrize("word", NAMES)
def test_names_are_neither(word: str) -> None:
    """A name is no text."""
    assert not is_protected(word)
    assert not is_known(word)


def test_kinds_of_placeholders_are_one_slot() -> None:
    """A node that is named by a number, a host name or an address is a node."""
    values = ("n7", "web.example.com", "10.0.0.1", "0x7f", "/srv/x")
    assert len({base.template for base in bases(*map("lost contact with {}".format, values))}) > 2
    assert len(set(ids(*map("lost contact with {}".format, values)))) == 1


def test_a_state_beside_a_placeholder_is_text() -> None:
    """`eth0-down` and `eth0-up` are identifiers that say opposite things."""
    assert len(set(ids("watch saw eth0-down again", "watch saw eth0-up again", "watch saw eth0 again"))) == 3


def test_a_value_elsewhere_is_a_value_here() -> None:
    """One name is enough where the slot holds an identifier in another line."""
    assert len(set(ids("problems with node vm today", "problems with node n07 today"))) == 1


def test_a_line_begins_with_its_subject() -> None:
    """Eight daemons that started are eight events; a name in the middle of a line is a value."""
    assert len(set(ids(*(f"{name} finished its startup" for name in NAMES[:8])))) == 8


def test_the_id_of_a_form_is_that_of_the_class_it_grows_into() -> None:
    """A slot that held kinds of placeholders alone, and now names too, is shown under the id it had."""
    early = bases("mail for 7 kept here", "mail for 10.0.0.1 kept here")
    (one,) = learn(early).found.values()
    grown = learn([*early, *bases(*(f"mail for {name} kept here" for name in NAMES))])
    assert {grown.of(base.id) for base in early} == {one.id}
    assert set(grown.found[one.id].members) > {base.id for base in early}
