"""Learned classes as a view on reading: whose words teach whom, as of when, and what split, pin and notes make of it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.cli import main
from brainstemd.cli.run import deliver
from brainstemd.config import Memory
from brainstemd.memory import Store, joined
from brainstemd.models import DAY_US, SECOND_US, Day, History, Key, KeyFacts, Note, SignatureFacts, Slot
from brainstemd.notes import load_notes, record
from brainstemd.pipeline.fingerprint import SCHEME, Fingerprinter
from brainstemd.report import Report, report
from brainstemd.view import Scheme, View, present_scheme, view_at
from tests.memory_world import T0, Line, remember
from tests.test_replay import archive, config, digest_at, replayed

END = datetime(2026, 3, 22, tzinfo=UTC)
END_US = int(END.timestamp()) * SECOND_US
NAMES = ("alice", "bob", "carol", "jdoe")
OF = Fingerprinter().of


def facts_of(message: str) -> SignatureFacts:
    mark = OF(message)
    return SignatureFacts(mark.base, mark.template, "", "", "")


def mailed(name: str) -> SignatureFacts:
    return facts_of(f"quota warning mailed for {name} tonight")


MAILED = [mailed(name) for name in NAMES]
Said = tuple[str, str, SignatureFacts]  # tenant, source, signature


def view_of(said: Iterable[Said], notes: Sequence[Note] = (), tenant: str | None = None) -> View:
    said = list(said)
    seen = [(whose, source, one.id) for whose, source, one in said]
    return View(seen, {one.id: one for _, _, one in said}, {}, notes, SCHEME, tenant)


def key(one: SignatureFacts, source: str = "nas-1", entity: str = "", tenant: str = "acme") -> KeyFacts:
    parts = Key(tenant, one.id, "", source, entity)
    return KeyFacts(hash(parts) & ((1 << 62) - 1), *parts, "", "neutral", "", 6, "app", False, False)


def ids(view: View, source: str = "nas-1", tenant: str = "acme") -> set[str]:
    return {view.of(key(one, source, tenant=tenant)).id for one in MAILED}


# ---------------------------------------------------------------- whose words teach whom


def test_a_source_learns_from_its_own_words() -> None:
    """Four names at one source are one class there; another source that said one of them learns nothing from it."""
    view = view_of([("acme", "nas-1", one) for one in MAILED] + [("acme", "nas-2", MAILED[0])])
    (one,) = ids(view)
    facts = view.facts(one)
    assert facts is not None
    assert facts.template == "quota warning mailed for <*> tonight"
    assert view.of(key(MAILED[0], "nas-2")).id == MAILED[0].id


def test_what_two_sources_said_teaches_all_of_their_tenant() -> None:
    """And none of another tenant, unless two tenants said it."""
    said = [("acme", source, one) for one in MAILED for source in ("nas-1", "nas-2")]
    view = view_of([*said, ("acme", "nas-3", MAILED[0]), ("birch", "nas-1", MAILED[0])])
    assert ids(view, "nas-3") == ids(view, "nas-1")
    assert len(ids(view)) == 1
    assert view.of(key(MAILED[0], tenant="birch")).id == MAILED[0].id
    both = view_of([*said, *(("birch", "x", one) for one in MAILED), ("cedar", "y", MAILED[1])])
    assert both.of(key(MAILED[1], "y", tenant="cedar")).id in ids(both)


WORDS = st.sampled_from([*NAMES, "quota", "warning", "mailed", "for", "tonight", "disk", "unalice", "failed"])
MESSAGES = st.lists(st.lists(WORDS, min_size=2, max_size=5).map(" ".join), max_size=40)
SAID = st.lists(
    st.tuples(st.sampled_from(["acme", "birch"]), st.sampled_from(["a", "b", "c"]), MESSAGES), max_size=6
)


def flat(groups: Iterable[tuple[str, str, list[str]]]) -> list[Said]:
    return [(tenant, source, facts_of(text)) for tenant, source, texts in groups for text in texts]


@given(SAID, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_a_view_is_a_function_of_the_set(
    groups: list[tuple[str, str, list[str]]], rng: random.Random
) -> None:
    """Order and repetition change nothing, and a tenant alone sees what it sees among all."""
    said = flat(groups)
    again = [*said, *said[::2]]
    rng.shuffle(again)
    one, other, alone = view_of(said), view_of(again), view_of(again, tenant="acme")
    for tenant, source, facts in said:
        asked = key(facts, source, tenant=tenant)
        assert one.of(asked) == other.of(asked)
        assert tenant != "acme" or one.of(asked) == alone.of(asked)


@given(SAID, MESSAGES)
@settings(max_examples=60)
def test_one_source_changes_no_other(groups: list[tuple[str, str, list[str]]], flood: list[str]) -> None:
    """Whatever only one source says, however it is chosen, others are shown as before."""
    said = flat(groups)
    known = {facts.id for _, _, facts in said}
    noise = [one for one in map(facts_of, flood) if one.id not in known]
    before, after = view_of(said), view_of([*said, *(("acme", "flooder", one) for one in noise)])
    for tenant, source, facts in said:
        asked = key(facts, source, tenant=tenant)
        assert before.of(asked) == after.of(asked)


def test_a_flood_teaches_a_bounded_number() -> None:
    """Of more templates than may teach, those of smallest id do: a function of the set."""
    rng = random.Random(3)
    flood = [facts_of(f"ran {''.join(rng.choices('bcdfgklmnprstvz', k=9))} again today") for _ in range(600)]
    seen = [("acme", "flooder", one.id) for one in flood]
    view = View(seen, {one.id: one for one in flood}, {}, (), SCHEME, taught_words=500 * 4)
    shown = sorted(one.id for one in flood if view.of(key(one, "flooder")).id != one.id)
    assert shown == sorted(one.id for one in flood)[:500]


# ---------------------------------------------------------------- histories


def history(one: SignatureFacts, entity: str = "", source: str = "nas-1") -> History:
    return History(key(one, source, entity), (), (), ())


def test_the_word_that_varies_is_the_entity() -> None:
    """So that members stay siblings; a key about something else keeps its base id, and no count is mixed."""
    view = view_of([("acme", "nas-1", one) for one in MAILED])
    items = [*map(history, MAILED), history(MAILED[0], "Alice"), history(MAILED[1], "vol-3")]
    shown = {item.key.id: item.key for item in view.histories(items)}
    assert [shown[item.key.id].entity for item in items] == [*NAMES, "Alice", "vol-3"]
    assert {shown[item.key.id].signature for item in items[:5]} == ids(view)
    assert shown[items[5].key.id].signature == MAILED[1].id


async def test_joined_histories_are_what_one_key_would_have(tmp_path: Path) -> None:
    """Days, slots, seconds and weeks of two keys, joined, equal those of a memory that counted them as one."""
    rng = random.Random(5)
    times = sorted(T0 + rng.randrange(-20 * DAY_US, DAY_US) // SECOND_US * SECOND_US for _ in range(400))
    apart = [Line(t, rng.choice(("s1-a", "s1-b")), severity=rng.choice((3, 5))) for t in times]
    found = []
    for name, lines in (("two", apart), ("one", [line._replace(signature="s1-a") for line in apart])):
        async with await remember(tmp_path / name, lines, config=Memory(day_rows=7)) as store:
            found.append(await store.histories(T0 + DAY_US))
    parts, (whole,) = found
    assert len(parts) == 2
    assert joined(parts, whole.key) == whole
    assert whole.weeks


def day(number: int, lines: int = 1) -> Day:
    start = number * DAY_US
    slots = tuple(Slot(n, 1, (0,)) for n in range(lines))
    return Day(number, lines, start, start + (lines - 1) * 300 * SECOND_US, slots)


def test_words_that_never_came_back_are_one() -> None:
    """Six of them at a source are values, as a number is: their lines are one history. A word that came back is an entity."""
    words = ["alice", "bob", "carol", "jdoe", "olga", "henk", "dmitri", "kowalski"]
    said = [("acme", source, mailed(name)) for name in words for source in ("nas-1", "nas-2")]
    view = view_of(said)
    back = History(key(mailed("alice")), (day(3), day(9)), (), ())
    loud = History(key(mailed("bob")), (day(4, 3),), (), ())
    once = [History(key(mailed(name)), (day(number),), (), ()) for number, name in enumerate(words[2:])]
    elsewhere = [History(key(mailed(name), "nas-2"), (day(1),), (), ()) for name in words[:5]]
    shown = view.histories([back, loud, *once, *elsewhere])
    assert sorted(item.key.entity for item in shown if item.key.source == "nas-1") == ["", "alice", "bob"]
    assert sorted(item.key.entity for item in shown if item.key.source == "nas-2") == sorted(words[:5])
    (crowd,) = [item for item in shown if not item.key.entity]
    assert [one.day for one in crowd.days] == list(range(6))
    assert {behind.id for behind in view.behind(crowd.key.id)} == {item.key.id for item in once}
    for name, entities in (("kowalski", [None]), ("carol", [None, "carol"])):
        mute = Note("mute", 1, "ana", "acme", mailed(name).id, end_us=END_US)
        heeded = view.notes([mute])
        assert [one.entity for one in heeded] == entities, "a word about one is none about the crowd"
        assert heeded[0] == mute


@given(SAID)
@settings(max_examples=40)
def test_a_view_loses_no_line(groups: list[tuple[str, str, list[str]]]) -> None:
    """Whatever is joined or renamed: lines by day and source are the same, and each key is shown once."""
    said = sorted(set(flat(groups)))
    items = [
        History(key(one, source, tenant=tenant), (day(number % 3), day(3 + number % 5, 2)), (), ())
        for number, (tenant, source, one) in enumerate(said)
    ]
    view = view_of(said)
    shown = view.histories(items)
    assert counted(items) == counted(shown)
    behind = [own for item in shown for own in view.spread([item.key.id])]
    assert sorted(behind) == sorted(item.key.id for item in items)


def counted(items: Iterable[History]) -> Counter[tuple[str, str, int]]:
    found: Counter[tuple[str, str, int]] = Counter()
    for item in items:
        for one in item.days:
            found[item.key.tenant, item.key.source, one.day] += one.lines
            assert one.lines == sum(slot.count for slot in one.slots)
    return found


# ---------------------------------------------------------------- split and pin


def note(kind: str, signature: str, recorded_us: int = 1, **more: Any) -> Note:
    return Note(kind, recorded_us, "ana", tenant="acme", signature=signature, **more)


def test_split_takes_a_class_apart_and_pin_puts_it_back() -> None:
    """The newest word holds; a template that comes later is meant too; another tenant is not."""
    said = [("acme", "nas-1", one) for one in MAILED] + [("birch", "nas-1", one) for one in MAILED]
    (class_,) = ids(view_of(said, tenant="acme"))
    pattern = "quota warning mailed for <*> tonight"
    split = note("split", class_, 1, template=pattern)
    view = view_of([*said, ("acme", "nas-1", mailed("olga"))], [split])
    assert ids(view) == {one.id for one in MAILED}
    assert view.of(key(mailed("olga"))).id == mailed("olga").id
    assert ids(view, tenant="birch") == {class_}
    again = view_of(said, [split, note("pin", class_, 2, template=pattern)])
    assert ids(again) == {class_}
    few = view_of([("acme", "nas-1", MAILED[0])], [note("pin", class_, template=pattern)])
    assert few.of(key(MAILED[0])) == (class_, pattern, "alice")


def test_a_pinned_signature_stays_as_it_is() -> None:
    """One base id pinned or split is in no class; the others are."""
    said = [("acme", "nas-1", one) for one in [*MAILED, mailed("olga")]]
    for kind in ("pin", "split"):
        view = view_of(said, [note(kind, MAILED[0].id)])
        assert view.of(key(MAILED[0])).id == MAILED[0].id
        assert view.of(key(MAILED[1])).id not in {one.id for one in MAILED}


def test_pinned_signatures_are_one() -> None:
    """All count as the first, whatever their wording; a later pin of the first takes them along; its own word frees one."""
    done, over, ready = (
        facts_of(text) for text in ("backup of <*> is done", "saved it all", "ready at last")
    )
    said = [("acme", "nas-1", one) for one in (done, over, ready)]
    pin = note("pin", done.id, 1, members=(over.id,))
    view = view_of(said, [pin])
    assert view.of(key(over)).id == done.id
    (one,) = view.histories([history(done), history(over)])
    assert one.key.signature == done.id
    assert {behind.signature for behind in view.behind(one.key.id)} == {done.id, over.id}
    chained = view_of(said, [pin, note("pin", ready.id, 2, members=(done.id,))])
    assert {chained.of(key(each)).id for each in (done, over, ready)} == {ready.id}
    freed = view_of(said, [pin, note("split", over.id, 3)])
    assert freed.of(key(over)).id == over.id


# ---------------------------------------------------------------- over time


def syncs(names: Sequence[str], days: range) -> list[bytes]:
    """One account on nas-1 whose nightly sync fails three times a day, and others that failed once."""
    out = []
    for day in days:
        for number, name in enumerate(names):
            hours = (2, 7, 12) if not number else (3,) if day == days[0] + number else ()
            out += [
                (END - timedelta(days=day) + timedelta(hours=h, minutes=7 * day % 60), name) for h in hours
            ]
    return [
        f"<11>{when:%b} {when.day:2d} {when:%H:%M:%S} nas-1 syncer: sync to Vienna for {name} aborted, retry later".encode()
        for when, name in sorted(out)
    ]


EARLY = syncs(NAMES[:2], range(9, 5, -1)[::-1])
LATE = syncs(NAMES, range(1, 6))
EARLY_US = END_US - 5 * DAY_US


async def made(root: Path, at_us: int) -> Report:
    async with await Store.open(config(root).state_dir / "memory.db", readonly=True) as store:
        return await report(store, config(root), at_us)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A configuration file for what `replayed` makes."""
    where = config(tmp_path)
    names = ("state_dir", "digest_dir", "runtime_dir")
    text = "".join(f'{name} = "{getattr(where, name)}"\n' for name in names)
    (tmp_path / "c.toml").write_text(text)
    return tmp_path


async def test_a_class_is_not_used_before_it_was_learned(place: Path) -> None:
    """A digest of before is the same bytes when more was learned; the later one tells of the class, and of the word."""
    await replayed(place, archive(place / "early.log", EARLY))
    before = await digest_at(place, EARLY_US)
    await replayed(place, archive(place / "late.log", LATE))
    assert await digest_at(place, EARLY_US) == before
    (early,) = json.loads(before)["items"]
    (late,) = (await made(place, END_US)).digest.items
    assert early["signature"]["template"] == "sync to Vienna for alice aborted, retry later"
    assert early["entity"] is None
    assert late.signature is not None
    assert late.signature.template == "sync to Vienna for <*> aborted, retry later"
    assert (late.entity, late.state, len(late.evidence)) == ("alice", "ongoing", 3)


async def test_as_of_any_instant(tmp_path: Path) -> None:
    """Names come one after the other, words come back, crowds form: a memory cut at an instant and the whole one give the same
    bytes for it."""
    rng = random.Random(11)
    names = ["alice", "bob", "carol", "jdoe", "olga", "henk", "dmitri", "kowalski", "mwagner", "tkrause"]
    said: list[tuple[int, bytes]] = []
    for _ in range(500):
        t_us = END_US - 9 * DAY_US + rng.randrange(9 * DAY_US // SECOND_US) * SECOND_US
        known = names[: 1 + (t_us - END_US + 9 * DAY_US) * 12 // (9 * DAY_US)]
        text = rng.choice(
            ("sync of {} aborted, giving up", "quota warning mailed for {} tonight", "mail for {} left")
        )
        when = datetime.fromtimestamp(t_us // SECOND_US, UTC)
        host = f"nas-{rng.choice('112')}"
        if rng.random() < 0.05:
            host, text = "nas-1", "consistency check aborted on error"
        line = f"<11>{when:%b} {when.day:2d} {when:%H:%M:%S} {host} syncer: {text.format(rng.choice(known))}"
        said.append((t_us, line.encode()))
    said.sort()
    (tmp_path / "whole").mkdir()
    await replayed(tmp_path / "whole", archive(tmp_path / "whole.log", [line for _, line in said]))
    classes = set()
    for part in range(1, 8):
        at_us = END_US - 9 * DAY_US + part * 9 * DAY_US // 8 + 1
        root = tmp_path / str(part)
        root.mkdir()
        await replayed(
            root, archive(tmp_path / f"{part}.log", [line for t_us, line in said if t_us <= at_us])
        )
        cut = await digest_at(root, at_us)
        assert await digest_at(tmp_path / "whole", at_us) == cut
        classes.update(
            item["signature"]["template"] for item in json.loads(cut)["items"] if item["signature"]
        )
    assert any("<*>" in template for template in classes)
    assert any("<*>" not in template for template in classes)


async def test_a_fault_is_told_whose_lines_never_say_the_same_twice(place: Path) -> None:
    """Three lines a day, each with a word that was never seen: one item, with all of them."""
    rng = random.Random(4)
    said: list[tuple[datetime, str]] = []
    for hours in range(9 * 24, 0, -8):
        word = "".join(rng.choice("bdfgklmnprst") + rng.choice("aeiou") for _ in range(4))
        when = END - timedelta(hours=hours, minutes=-rng.randrange(7 * 60))
        said.append((when, f"app-1 worker: lock of {word} was lost, giving up"))
        said += [
            (END - timedelta(hours=hours), f"{host} worker: cache refreshed") for host in ("app-2", "app-3")
        ]
    lines = [f"<11>{when:%b} {when.day:2d} {when:%H:%M:%S} {text}" for when, text in sorted(said)]
    await replayed(place, archive(place / "a.log", [line.encode() for line in lines]))
    (item,) = (await made(place, END_US)).digest.items
    assert item.signature is not None
    lost = [line for line in lines if "lost" in line]
    assert (item.signature.template, item.count) == ("lock of <*> was lost, giving up", len(lost))
    assert item.evidence == lost[-3:]


async def test_two_machines_that_saw_the_same_show_the_same(tmp_path: Path) -> None:
    """In another order and another number of archives."""
    one, two = tmp_path / "one", tmp_path / "two"
    for root, parts in ((one, [EARLY + LATE]), (two, [LATE, EARLY])):
        root.mkdir()
        for number, lines in enumerate(parts):
            await replayed(root, archive(root / f"{number}.log", lines))
    first, second = [json.loads(await digest_at(root, END_US)) for root in (one, two)]
    assert [item["signature"] for item in first["items"]] == [item["signature"] for item in second["items"]]
    assert first == second


def run(place: Path, capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert main(("--config", str(place / "c.toml"), *words)) == 0, capsys.readouterr().err
    return capsys.readouterr().out.splitlines()


def learn_in(place: Path, name: str, lines: list[bytes]) -> None:
    asyncio.run(replayed(place, archive(place / f"{name}.log", lines)))


def test_every_id_that_was_printed_answers(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An item and a signature of before a class was learned, the class, and the class of before it grew, to every command."""
    learn_in(place, "early", EARLY)
    (early,) = asyncio.run(made(place, EARLY_US)).digest.items
    learn_in(place, "late", LATE)
    (late,) = asyncio.run(made(place, END_US)).digest.items
    assert early.signature is not None
    assert late.signature is not None
    words = (b"Leipzig", b"Porto", b"Gdansk")
    failed_once = [line for line in LATE if b"alice" in line][:1]
    learn_in(place, "grown", [line.replace(b"Vienna", word) for word in words for line in failed_once])
    (now,) = asyncio.run(made(place, END_US)).digest.items
    assert now.signature is not None
    assert now.signature.template == "sync to <*> for <*> aborted, retry later"
    for signature in (early.signature.id, late.signature.id, now.signature.id):
        counted = [
            json.loads(line) for line in run(place, capsys, "signatures", "--signature", signature, "--json")
        ]
        shown = [json.loads(line) for line in run(place, capsys, "show", signature, "--json")]
        events = run(place, capsys, "events", "--signature", signature, "--json")
        lines = sum(one["count"] for one in counted)
        assert lines == sum(one["count"] for one in shown) == len(events)
        assert {json.loads(line)["signature"] for line in events} == {now.signature.id}
        assert {one["id"] for one in counted} == {now.signature.id}
        assert "attention" in run(place, capsys, "why", signature, "--at", END.isoformat())[1]
        run(place, capsys, "ack", signature)
    for item in (early.id, late.id, now.id):
        assert any(
            "attention" in line for line in run(place, capsys, "why", item, "--at", END.isoformat())[:3]
        )
    listed = [json.loads(line) for line in run(place, capsys, "signatures", "--base", "--json")]
    assert {one["id"] for one in listed} >= {early.signature.id}
    assert all(not one["members"] for one in listed)


def test_split_and_pin_as_commands(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They hold from when they were recorded, in the digest too; what memory does not know is refused."""
    learn_in(place, "all", EARLY + LATE)
    (class_,) = [json.loads(line) for line in run(place, capsys, "signatures", "--json")]
    assert len(class_["members"]) == len(NAMES)
    run(place, capsys, "split", class_["id"], "--note", "four accounts")
    (item,) = json.loads(*run(place, capsys, "digest", "--at", END.isoformat(), "--format", "json"))["items"]
    assert item["signature"]["id"] == class_["id"], "as of then nobody had split it"
    apart = [json.loads(line) for line in run(place, capsys, "signatures", "--json")]
    assert sorted(one["id"] for one in apart) == class_["members"]
    (noted,) = load_notes(config(place).state_dir)
    assert (noted.kind, noted.template, noted.tenant) == ("split", class_["template"], "default")
    assert [line.split()[0] for line in run(place, capsys, "show", class_["id"]) if line.startswith(SCHEME)]
    run(place, capsys, "pin", class_["id"])
    assert [json.loads(line) for line in run(place, capsys, "signatures", "--json")] == [class_]
    first, second, *_ = class_["members"]
    run(place, capsys, "pin", first, second)
    pinned = {one["id"]: one for one in map(json.loads, run(place, capsys, "signatures", "--json"))}
    assert pinned[first]["members"] == [second]
    for wrong in (["s1-0000000000000000"], ["i-0000000000"], [first, class_["id"]], [first, "--tenant", "x"]):
        assert main(("--config", str(place / "c.toml"), "pin", *wrong)) == 2
        capsys.readouterr()


async def test_a_note_on_a_signature_speaks_of_it_in_its_class(place: Path) -> None:
    """Recorded on the base id, on the item of before, or on the class: the digest heeds it."""
    await replayed(place, archive(place / "early.log", EARLY))
    (early,) = (await made(place, EARLY_US)).digest.items
    await replayed(place, archive(place / "late.log", LATE))
    (late,) = (await made(place, END_US)).digest.items
    assert early.signature is not None
    assert late.signature is not None
    mute = Note("mute", EARLY_US, "ana", tenant="default", end_us=END_US + DAY_US)
    other = mailed("bob").id
    for scope, heeded in (
        ({"signature": early.signature.id}, True),
        ({"signature": early.signature.id, "item": early.id, "source": "nas-1"}, True),
        ({"signature": late.signature.id, "template": late.signature.template}, True),
        ({"signature": early.signature.id, "source": "nas-2"}, False),
        ({"signature": other}, False),
    ):
        notes = config(place).state_dir / "notes"
        for old in notes.glob("*") if notes.exists() else ():
            old.unlink()
        record(config(place).state_dir, mute._replace(**scope))
        told = (await made(place, END_US)).digest.items
        assert (not told) == heeded, scope


async def test_what_was_told_under_the_old_id_is_not_told_again(place: Path) -> None:
    """The tailed file gets only what changed: a new name for an old item is no change."""
    await replayed(place, archive(place / "early.log", EARLY))
    where = config(place)
    path = where.state_dir / "memory.db"
    async with await Store.open(path) as store:
        await store.tell(await deliver(store, where, EARLY_US, whole=True))
    await replayed(place, archive(place / "late.log", LATE))
    async with await Store.open(path) as store:
        assert await deliver(store, where, EARLY_US + 600 * SECOND_US, whole=False) == []


# ---------------------------------------------------------------- another scheme


def of_another_scheme(raw: bytes) -> SignatureFacts:
    """A scheme to come: as today's, and it knows accounts."""
    found = present_scheme().of(raw)
    return mailed_in("s9", re.sub("|".join(NAMES), "<user>", found.template))


def mailed_in(version: str, template: str) -> SignatureFacts:
    return SignatureFacts(
        f"{version}-{hashlib.sha256(template.encode()).hexdigest()[:16]}", template, "", "", ""
    )


NEXT = Scheme("s9", of_another_scheme)


async def test_history_goes_on_under_the_ids_of_a_new_scheme(tmp_path: Path) -> None:
    """What the old scheme counted is read under the new one's ids, joined with what that one counted: as if it had always
    been so. The rows stay; every old id still names its keys."""
    new = of_another_scheme(b"line 0").id
    times = [T0 + hours * 3_600 * SECOND_US for hours in range(0, 96, 5)]
    old = [Line(t, "s1-a" if n % 2 else "s1-b", entity="e") for n, t in enumerate(times)]
    mixed = [*old[:12], *(line._replace(signature=new) for line in old[12:])]
    same = Scheme("s9", lambda raw: of_another_scheme(b"line 0"))
    found = []
    for name, lines in (("mixed", mixed), ("new", [line._replace(signature=new) for line in old])):
        async with await remember(tmp_path / name, lines) as store:
            view = await view_at(store, [], T0 + 5 * DAY_US, scheme=same)
            found.append(view.histories(await store.histories(T0 + 5 * DAY_US)))
            keys = await store.keys()
            for id_ in {key.signature for key in keys}:
                assert {key.signature for key in view.named(id_, keys)} >= {id_}
            assert view.named(new, keys) == keys
    assert found[0] == found[1]
    assert len(found[0]) == 1


async def test_notes_of_an_old_scheme_are_heeded(place: Path) -> None:
    """The digest under a new scheme shows its ids; a mute of an id of before holds for the same lines."""
    await replayed(place, archive(place / "all.log", EARLY + LATE))
    where = config(place)
    async with await Store.open(where.state_dir / "memory.db", readonly=True) as store:
        before = (await report(store, where, END_US - DAY_US, scheme=NEXT)).digest.items
        assert [item.signature.id[:3] for item in before if item.signature] == ["s9-"]
        signatures = await store.signature_facts({key.signature for key in await store.keys()})
        (alice,) = [one.id for one in signatures.values() if "alice" in one.template]
        record(where.state_dir, Note("mute", 1, "ana", "default", alice, end_us=END_US + DAY_US))
        assert not (await report(store, where, END_US, scheme=NEXT)).digest.items
