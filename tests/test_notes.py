"""The operator's words: what can be meant, what is refused, and that each note reaches the stream."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from brainstemd.cli import main
from brainstemd.memory import Delta, Store, key_id
from brainstemd.models import DAY_US, SECOND_US, Cursor, Key, KeyFacts, Note, SignatureFacts, Told
from brainstemd.notes import load_notes, note_from_payload, note_payload, record, unreadable
from brainstemd.spool import append_note

AT_US = 1_774_162_800 * SECOND_US
SHARED = "s1-00000000000000aa"
OWN = "s1-00000000000000bb"
ITEM = "i-3f2a9c41d0"

EVERY_KIND = [
    Note("ack", AT_US, "ana", tenant="acme", signature=OWN),
    Note("mute", AT_US, "ana", item=ITEM, end_us=AT_US + DAY_US),
    Note("fixed", AT_US, "ana", signature=OWN, source="fw-01", entity="branch-12", text="new cable"),
    Note("mattered", AT_US, "ana", signature=OWN, ticket="OPS-7"),
    Note("incident", AT_US, "ana", source="fw-01", start_us=AT_US - DAY_US),
    Note("maintenance", AT_US, "ana", tenant="acme", start_us=AT_US, end_us=AT_US + SECOND_US, weekly=True),
    Note("split", AT_US, "ana", tenant="acme", signature=OWN, template="mail for <*> left"),
    Note("pin", AT_US, "ana", tenant="acme", signature=OWN, members=(SHARED,)),
]


@pytest.mark.parametrize("note", EVERY_KIND, ids=lambda note: note.kind)
def test_a_note_survives_its_payload(note: Note) -> None:
    """Note → payload → JSON → payload → note is the identity; what is open is not written."""
    payload = note_payload(note)
    assert note_from_payload(json.loads(json.dumps(payload))) == note
    assert None not in payload.values()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "odd"},
        {"kind": "mute"},
        {"kind": "incident"},
        {"kind": "maintenance", "start_us": AT_US},
        {"kind": "maintenance", "start_us": AT_US, "end_us": AT_US},
        {"signature": None},
        {"who": ""},
        {"recorded_us": 0},
        {"recorded_us": "2026"},
        {"text": "x" * 4001},
        {"kind": "split", "tenant": None},
        {"kind": "pin", "signature": None, "item": ITEM},
        {"kind": "pin", "members": [SHARED] * 201},
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any]) -> None:
    """A payload that lacks what its kind needs is a ValueError, not a note with a hole."""
    with pytest.raises(ValueError):
        note_from_payload({**note_payload(EVERY_KIND[0]), **change})


def test_notes_come_back_in_order_and_strange_ones_are_counted(tmp_path: Path) -> None:
    """A newer program's kind harms nobody; its keys are left alone; nothing at all is an empty list."""
    assert load_notes(tmp_path) == []
    later, earlier = EVERY_KIND[0]._replace(recorded_us=AT_US + 5), EVERY_KIND[1]
    record(tmp_path, later)
    record(tmp_path, earlier)
    append_note(tmp_path / "notes", {**note_payload(EVERY_KIND[2]), "mood": "good"}, AT_US)
    append_note(tmp_path / "notes", {"kind": "sing", "who": "ana"}, AT_US)
    assert load_notes(tmp_path) == [earlier, EVERY_KIND[2], later]
    assert unreadable(tmp_path) == 1


async def _fill(state: Path) -> None:
    """Memory in which `acme` and `birch` share a signature and `acme` has one of its own and a told item."""
    keys = [
        Key("acme", SHARED, "down", "fw-01", "branch-12"),
        Key("birch", SHARED, "down", "fw-01", "branch-03"),
        Key("acme", OWN, "", "app-01", ""),
    ]
    delta = Delta(Cursor(1, 64))
    for key in keys:
        name = key_id(key)
        delta.keys[name] = KeyFacts(
            name,
            key.tenant,
            key.signature,
            key.state,
            key.source,
            key.entity,
            "",
            "neutral",
            "",
            6,
            "charon",
            False,
            False,
        )
        delta.times[(name, AT_US // DAY_US)] = [AT_US]
        delta.signatures[key.signature] = SignatureFacts(key.signature, "t", "", "", "")
        delta.line_times.append(AT_US)
        delta.line_keys.append(name)
    delta.records.append((1, 0, len(keys)))
    delta.watermark_us = AT_US
    delta.told = [
        Told(ITEM, "acme", AT_US - DAY_US, 70.0, "attend", "new", SHARED, "branch-12", ("fw-01", "fw-02")),
        Told(ITEM, "acme", AT_US, 70.0, "attend", "ongoing", SHARED, "branch-12", ("fw-01",)),
    ]
    async with await Store.open(state / "memory.db") as store:
        await store.commit(delta)


class Place:
    """A state directory, its configuration file and `brainstemd` run on it."""

    def __init__(self, root: Path) -> None:
        self.state, self.digests = root / "state", root / "digests"
        self.state.mkdir()
        self.digests.mkdir()
        self.config = root / "brainstemd.toml"
        self.config.write_text(f'state_dir = "{self.state}"\ndigest_dir = "{self.digests}"\n')

    def run(self, *arguments: str) -> int:
        return main(["--config", str(self.config), *arguments])

    def last(self) -> Note:
        return load_notes(self.state)[-1]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    asyncio.run(_fill(made.state))
    return made


def test_an_item_is_resolved_by_what_was_told_last(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """ack ITEM knows the tenant, the signature, the one host and the entity; stdout stays empty."""
    assert place.run("ack", ITEM, "--note", "known", "--who", "ana") == 0
    note = place.last()
    assert note[:1] + note[2:8] == ("ack", "ana", "acme", SHARED, "fw-01", "branch-12", ITEM)
    assert note.text == "known"
    assert note.recorded_us > AT_US
    out, err = capsys.readouterr()
    assert out == ""
    assert "noted: ack" in err


def test_an_item_told_only_in_a_file_is_found_there(place: Place) -> None:
    """digest.jsonl knows items that memory does not (a rebuilt one); a damaged line is passed over."""
    item = {
        "id": "i-00000000ff",
        "tenant": "birch",
        "signature": {"id": SHARED, "template": "t"},
        "entity": None,
        "hosts": ["fw-01", "fw-02"],
    }
    line = json.dumps({"generated_at": "2026-03-22T07:00:00Z", "items": [item]})
    (place.digests / "digest.jsonl").write_text(f'{line}\n{{"items": [{{"id": "i-00000000ff", "ten\n')
    assert place.run("fixed", "i-00000000ff", "--ticket", "OPS-9") == 0
    note = place.last()
    assert (note.kind, note.tenant, note.signature, note.source, note.ticket) == (
        "fixed",
        "birch",
        SHARED,
        None,
        "OPS-9",
    )


def test_a_signature_of_several_tenants_needs_one(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, the tenants are named, nothing is written; with --tenant it is meant."""
    assert place.run("mattered", SHARED, "--ticket", "OPS-1") == 2
    assert "acme, birch" in capsys.readouterr().err
    assert load_notes(place.state) == []
    assert (
        place.run("mattered", SHARED, "--ticket", "OPS-1", "--tenant", "birch", "--entity", "branch-03") == 0
    )
    assert place.last().tenant == "birch"
    assert place.last().entity == "branch-03"


def test_a_signature_of_one_tenant_needs_no_tenant(place: Place) -> None:
    """Where nothing can be mistaken, nothing need be said."""
    assert place.run("mute", OWN, "--for", "7d") == 0
    note = place.last()
    assert note.tenant == "acme"
    assert note.end_us is not None
    assert abs(note.end_us - note.recorded_us - 7 * DAY_US) < SECOND_US


@pytest.mark.parametrize(
    "arguments",
    [
        ("ack", "fw-01"),
        ("ack", "s1-ffffffffffffffff"),
        ("ack", "i-0123456789"),
        ("ack", OWN, "--tenant", "birch"),
        ("ack", ITEM, "--tenant", "birch"),
        ("mute", OWN),
        ("mute", OWN, "--for", "7d", "--until", "2099-01-01"),
        ("mute", OWN, "--until", "2020-01-01"),
        ("mute", OWN, "--for", "soon"),
        ("mattered", OWN),
        ("incident", "add", "--at", "yesterday"),
        ("incident", "add", "--at", "2026-03-22T04:00Z", "--until", "2026-03-22T03:00Z"),
        ("incident", "add", "--at", "2026-03-22T04:00Z", "--host", "fw-01"),
        ("maintenance", "add", "--from", "2026-03-22", "--to", "2026-03-23"),
        ("maintenance", "add", "--tenant", "acme", "--from", "2026-03-23", "--to", "2026-03-22"),
        ("maintenance", "add", "--tenant", "acme", "--weekly", "--from", "2026-03-01", "--to", "2026-03-22"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_exit_2(place: Place, arguments: tuple[str, ...]) -> None:
    """Wrong usage writes no note."""
    assert place.run(*arguments) == 2
    assert load_notes(place.state) == []


def test_incident_and_maintenance_find_their_tenant(place: Place) -> None:
    """By the host where one tenant has it; times without a zone are UTC."""
    assert (
        place.run("incident", "add", "--at", "2026-03-22T04:10", "--host", "app-01", "--note", "offline") == 0
    )
    note = place.last()
    assert (note.tenant, note.source, note.text) == ("acme", "app-01", "offline")
    assert note.start_us == AT_US - 10_200 * SECOND_US
    window = ("--from", "2026-03-22T22:00+02:00", "--to", "2026-03-23T02:00+02:00")
    assert place.run("maintenance", "add", "--source", "unheard-of", "--weekly", *window) == 0
    note = place.last()
    assert (note.kind, note.tenant, note.source, note.weekly) == ("maintenance", None, "unheard-of", True)
    assert note.end_us is not None
    assert note.start_us is not None
    assert note.end_us - note.start_us == 4 * 3600 * SECOND_US


def test_every_command_shows_an_example(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    """--help of each command has one that can be copied."""
    for command in (
        ["ack"],
        ["mute"],
        ["fixed"],
        ["mattered"],
        ["incident"],
        ["incident", "add"],
        ["maintenance"],
        ["maintenance", "add"],
    ):
        assert place.run(*command, "--help") == 0
        assert f"Example: brainstemd {command[0]}" in " ".join(capsys.readouterr().out.split())
