"""The Windows event log's XML: read with bounded patterns, wherever the line is cut."""

from __future__ import annotations

import time

from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.eventxml import is_event_xml, read_event_xml

EVENT = (
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Service Control Manager'/>"
    "<EventID Qualifiers='49152'>7031</EventID><Level>2</Level><Keywords>0x8080000000000000</Keywords>"
    "<TimeCreated SystemTime='2026-11-20T10:00:00.0Z'/><Execution ProcessID='644' ThreadID='7'/>"
    "<Computer>srv9</Computer></System>"
    "<EventData><Data Name='param1'>A &lt;b&gt; &amp; C</Data><Data>second</Data></EventData>"
    "<RenderingInfo Culture='de-DE'><Message>Zeile 1&#13;\nZeile 2</Message><Level>Fehler</Level></RenderingInfo></Event>"
)


def test_what_an_event_holds() -> None:
    """System part, data with and without names, entities, the rendered message; a level in any language is the number's."""
    assert read_event_xml(EVENT) == {
        "SourceName": "Service Control Manager", "EventID": "7031", "Level": "error", "Keywords": "",
        "TimeCreated": "2026-11-20T10:00:00.0Z", "ProcessID": "644", "Computer": "srv9", "param1": "A <b> & C",
        "param2": "second", "Message": "Zeile 1\r\nZeile 2",
    }  # fmt: skip


def test_an_event_cut_off_anywhere_is_read_as_far_as_it_goes() -> None:
    """Agents and relays cut long lines; nothing raises and no byte of the message is dropped."""
    for end in range(len(EVENT)):
        event = decode(f"<29>Nov 20 10:00:00 srv9 {EVENT[:end]}".encode())
        normalise(event)
        assert event.message == EVENT[:end].strip() or end == 0
        assert event.hostname == "srv9"


def test_no_document_type_and_no_nesting_makes_work() -> None:
    """Entities are not expanded, and time grows with the line."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    assert (
        read_event_xml(f"<Event><System><EventID>1</EventID><Computer>&b;</Computer>{bomb}")["Computer"]
        == "&b;"
    )
    for filler in (
        "<Data Name='a'>x</Data>",
        "<Data ",
        "<Provider ",
        "<Message>",
        "<TimeCreated x='",
        "&amp;",
    ):
        text = f"<Event><EventID>1</EventID>{filler * (1_000_000 // len(filler))}"
        started = time.process_time()
        read_event_xml(text)
        assert time.process_time() - started < 2


def test_what_is_no_event() -> None:
    """Other markup is none."""
    for text in ("<EventData>x", "<Event>", "<event><EventID>", "<html>", "<Eventful <EventID"):
        assert not is_event_xml(text)
    assert is_event_xml(EVENT)
