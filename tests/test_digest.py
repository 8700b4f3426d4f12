"""The digest room: what is chosen, what is said, and that nothing said is obeyed by a terminal or a browser.

`GOLDEN_UPDATE=1 pytest tests/test_digest.py` writes the golden files again.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from brainstemd.digest import Digest, band, compose, neutralise, render_html, render_json, render_text
from brainstemd.digest.compose import choose
from brainstemd.digest.words import buckets, duration
from brainstemd.models import (
    DAY_US,
    HOUR_US,
    MINUTE_US,
    SECOND_US,
    Episodes,
    Gap,
    Part,
    Related,
    SeenBefore,
    Story,
)

GOLDEN = Path(__file__).parent / "golden"
AT_US = 1_774_162_800 * SECOND_US  # 2026-03-22T07:00:00Z


class Totals(NamedTuple):
    events: int = 21_034
    sources: int = 12
    signatures: int = 310
    new_signatures: int = 4
    gaps: int = 0


TUNNEL = Story(
    id="i-3f2a9c41d0",
    state="worse",
    since_us=AT_US - 6 * DAY_US,
    attention=73.96,
    kinds=["self_heal", "rising"],
    title="VPN tunnel to branch-12 dropped and recovered 8 times (was 2 a day), each time within 41 s",
    what="The tunnel branch-12 on fw-01 went down and came back by itself; nobody was paged.",
    why=[
        "It happened on 8 of 8 days and more often each day.",
        "It is this tunnel's own trouble: five other tunnels on fw-01 did not drop once.",
    ],
    parts=[
        Part("prior", 22.04, "five items a day are wanted among 35 active keys"),
        Part("recurrence", 29.96, "on 8 of 8 days; one in eight of its class is as persistent"),
        Part(
            "specificity",
            20.0,
            "27 drops against none of five sibling tunnels, which carry the same traffic all day",
        ),
        Part("cost", 7.96, "13 minutes down in a week"),
        Part("youth", -6.0, "memory is 8 days old"),
    ],
    tenant="acme",
    hosts=["fw-01"],
    entity="branch-12",
    count=27,
    first_us=AT_US - 8 * DAY_US + 7 * MINUTE_US,
    last_us=AT_US - 13 * MINUTE_US + 250_000,
    signature="s1-0123456789abcdef",
    template="<*>[JOB] <<*>> DPD check timed out, enforcing DPD action",
    episodes=Episodes(27, 29.5, 41.0),
    trend=[1, 1, 2, 2, 3, 4, 6, 8],
    seen_before=[SeenBefore(AT_US - 40 * DAY_US, AT_US - 39 * DAY_US, "incident", "OPS-7")],
    related=[
        Related("s1-00000000000000aa", "<*>[IKE] initiating IKE_SA <*>", "within 2 s, 27 of 27 times", (3,))
    ],
    key_ids=(1, 2),
)
SILENT = Story(
    id="i-00aa11bb22",
    state="new",
    since_us=AT_US - 5 * HOUR_US,
    attention=100.0,
    kinds=["silence"],
    title="The nightly backup of db-01 has not reported",
    what="pg-main: Archive created came every night at 01:44; it did not come last night.",
    why=["A backup that stops is noticed when it is needed."],
    parts=[
        Part("prior", 50.0, "as many keys as items are wanted"),
        Part("change", 62.5, "one miss in 30 beats"),
    ],
    tenant="birch",
    hosts=[f"db-{number:02d}" for number in range(1, 8)],
    entity=None,
    count=1,
    first_us=AT_US - DAY_US,
    last_us=AT_US - DAY_US,
    signature=None,
    template=None,
    expected_us=AT_US - 5 * HOUR_US,
)
EVIDENCE = {
    1: [b"<30>Mar 22 06:46:56 fw-01 charon: 08[JOB] <branch-12|709> DPD check timed out", b"second of key 1"],
    2: [
        b"<30>Mar 22 06:47:20 fw-01 charon: \x1b[2J\x1b[31mIKE_SA\x07 caf\xc3\xa9 \xff"
        b"\xe2\x80\xaegnp.exe \xc2\x9b31m"
    ],
    3: [b"<script>alert(1)</script> & 'quotes' \"double\""],
}
GAPS = [
    Gap(AT_US - 3 * HOUR_US, AT_US - 2 * HOUR_US, "kernel dropped datagrams", 412),
    Gap(AT_US - 9 * HOUR_US, AT_US - 8 * HOUR_US, "receiver was down", None),
    Gap(AT_US - 9 * HOUR_US, AT_US - 8 * HOUR_US, "source fell silent", None, "birch", "web-01"),
]


def made(stories: Sequence[Story] = (TUNNEL, SILENT), **changes: object) -> Digest:
    arguments: dict[str, object] = {
        "at_us": AT_US,
        "window_us": DAY_US,
        "tenant": None,
        "since_us": AT_US - 8 * DAY_US,
        "totals": Totals(gaps=len(GAPS)),
        "gaps": GAPS,
        "footers": ["steady: snmpd error on subcontainer <*> on app-02, 288 lines, every 5 min"],
        "evidence": EVIDENCE,
        "top": 10,
    }
    return compose(stories, **{**arguments, **changes})  # type: ignore[arg-type]


def story(tenant: str, number: int) -> Story:
    return replace(TUNNEL, id=f"i-{tenant}{number}", tenant=tenant)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("digest.txt", lambda: render_text(made())),
        (
            "digest.json",
            lambda: json.dumps(json.loads(render_json(made())), indent=1, ensure_ascii=False) + "\n",
        ),
        ("digest.html", lambda: render_html(made())),
        ("digest-nothing.txt", lambda: render_text(made((), gaps=[], footers=[], totals=Totals()))),
        (
            "digest-silence.txt",
            lambda: render_text(
                made(
                    (),
                    gaps=[],
                    footers=[],
                    totals=Totals(0, 0, 0, 0),
                    newest_us=AT_US - 9 * DAY_US,
                    tenant="acme",
                )
            ),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_golden(name: str, content: object) -> None:
    """What people read changes only when somebody means it to."""
    text = content()  # type: ignore[operator]
    path = GOLDEN / name
    if os.environ.get("GOLDEN_UPDATE"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_json_has_the_keys_of_the_contract_in_order() -> None:
    """brainstemd.digest/1, to the key."""
    data = json.loads(render_json(made()))
    assert list(data) == (
        ["schema", "digest_id", "generated_at", "tenant", "window", "memory_since", "totals", "gaps", "items"]
    )
    assert data["schema"] == "brainstemd.digest/1"
    assert list(data["window"]) == ["start", "end"]
    assert list(data["totals"]) == ["events", "sources", "signatures", "new_signatures", "gaps"]
    assert list(data["gaps"][0]) == ["start", "end", "reason", "lost"]
    assert list(data["items"][0]) == (
        [
            "id",
            "rank",
            "state",
            "since",
            "attention",
            "band",
            "kinds",
            "title",
            "what",
            "why",
            "parts",
            "tenant",
            "hosts",
            "entity",
            "count",
            "first_seen",
            "last_seen",
            "expected_at",
            "signature",
            "episodes",
            "trend",
            "seen_before",
            "evidence",
            "related",
        ]
    )
    item = data["items"][0]
    assert list(item["parts"][0]) == ["name", "points", "because"]
    assert list(item["signature"]) == ["id", "template"]
    assert list(item["episodes"]) == ["count", "median_seconds", "max_seconds"]
    assert list(item["seen_before"][0]) == ["start", "end", "outcome", "ticket"]
    assert list(item["related"][0]) == ["signature", "template", "how", "evidence"]
    assert data["items"][1]["signature"] is data["items"][1]["episodes"] is data["items"][1]["entity"] is None


def test_json_line_is_the_digest() -> None:
    """A line of digest.jsonl reads back as the digest it was, and its text can be drawn again."""
    digest = made()
    line = render_json(digest)
    assert "\n" not in line
    back = Digest.model_validate_json(line)
    assert render_json(back) == line
    assert digest.items[0].title in back.items[0].title


@pytest.mark.parametrize(
    ("attention", "name"),
    [
        (0, "ignore"),
        (19.9, "ignore"),
        (20, "background"),
        (39.9, "background"),
        (40, "watch"),
        (60, "attend"),
        (79.9, "attend"),
        (80, "act"),
        (100, "act"),
    ],
)
def test_bands(attention: float, name: str) -> None:
    """Each band begins at its bound."""
    assert band(attention) == name


def test_no_tenant_takes_all_places() -> None:
    """Three places each before a second round; what is shown keeps the order of attention."""
    stories = [story("a", n) for n in range(9)] + [story("b", n) for n in range(5)] + [story("c", 0)]
    shown = [s.id for s in choose(stories, 10)]
    assert shown == ["i-a0", "i-a1", "i-a2", "i-a3", "i-a4", "i-a5", "i-b0", "i-b1", "i-b2", "i-c0"]
    digest = made(stories)
    assert [item.rank for item in digest.items] == list(range(1, 11))
    assert digest.waiting == 5
    assert "5 more stories found no place" in render_text(digest)


def test_whose_turn_it_is_gets_a_place_and_the_order_stays() -> None:
    """A story far down that has not been told yet takes the place of one above it, and stands where it stood."""
    stories = [story("a", n) for n in range(12)]
    stories[11].turn = 1.0
    assert [s.id for s in choose(stories, 10)] == [*(f"i-a{n}" for n in range(9)), "i-a11"]
    both = [story("a", n) for n in range(9)] + [story("b", n) for n in range(5)]
    both[13].turn = 1.0
    assert [s.id for s in choose(both, 8)] == [*(f"i-a{n}" for n in range(5)), "i-b0", "i-b1", "i-b4"]


def test_one_tenant_may_fill_the_digest() -> None:
    """The shared places bind only where others wait."""
    assert len(choose([story("a", n) for n in range(12)], 10)) == 10
    assert choose([story("a", 0)], 0) == []


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 10))
def test_choice_is_fair_and_keeps_order(tenants: list[str], top: int) -> None:
    """However stories come, a tenant has a fourth place only when no other tenant's first three wait."""
    stories = [story(tenant, number) for number, tenant in enumerate(tenants)]
    shown = choose(stories, top)
    assert len(shown) == min(top, len(stories))
    assert [stories.index(s) for s in shown] == sorted(stories.index(s) for s in shown)
    places = {t: sum(s.tenant == t for s in shown) for t in set(tenants)}
    for tenant in places:
        waiting = tenants.count(tenant) - places[tenant]
        if waiting and places[tenant] < 3:
            assert max(places.values()) <= 3


def test_top_never_exceeds_ten() -> None:
    """Ten is the contract, whatever is asked."""
    assert len(made([story("a", n) for n in range(20)], top=50).items) == 10


def test_a_tenants_digest_holds_nothing_of_others() -> None:
    """Stories, gaps and evidence of other tenants stay out; gaps that concern everybody stay in."""
    digest = made(tenant="acme")
    assert [item.tenant for item in digest.items] == ["acme"]
    assert len(digest.gaps) == 2
    for rendered in (render_text(digest), render_json(digest), render_html(digest)):
        assert "birch" not in rendered
        assert "db-01" not in rendered


def test_parts_add_up_to_the_score() -> None:
    """What is printed can be added up by hand, rounding included; a limited score says from what."""
    digest = made()
    tunnel, silent = digest.items
    assert round(sum(part.points for part in tunnel.parts), 1) == tunnel.attention == 74.0
    assert silent.attention == 100
    text = render_text(digest)
    flat = " ".join(text.split())
    assert "attention 74 = 22 prior + 30 recurrence + 20 specificity + 8 cost - 6 youth" in flat
    assert "youth: memory is 8 days old" in flat
    assert "attention 100, limited from 112.5 = 50 prior + 62.5 change" in flat


def test_text_says_no_sentence_twice() -> None:
    """A reason that `why care` gave is not repeated under the sum; JSON and `why` have it all."""
    tale = replace(
        TUNNEL, why=["On 8 of 8 days, more each day."], parts=[Part("r", 9, "on 8 of 8 days, more each day")]
    )
    assert render_text(made([tale])).casefold().count("on 8 of 8 days") == 1


@given(st.lists(st.floats(-60, 60), min_size=1, max_size=9))
def test_rounded_parts_always_add_up(points: list[float]) -> None:
    """For any parts whose sum is the score, the printed tenths sum to the printed score."""
    total = sum(points)
    if not 0 <= total <= 100:
        return
    tale = replace(TUNNEL, attention=total, parts=[Part(str(n), p, "") for n, p in enumerate(points)])
    item = made([tale]).items[0]
    assert round(sum(part.points for part in item.parts), 1) == item.attention


def test_equal_arguments_equal_bytes_and_another_world_another_id() -> None:
    """digest_id is a function of what the digest says."""
    assert render_json(made()) == render_json(made())
    assert made().digest_id != made(at_us=AT_US + SECOND_US).digest_id
    assert made().digest_id != made(footers=[]).digest_id
    assert re.fullmatch(r"d-[0-9a-f]{12}", made().digest_id)


def test_evidence_is_bounded_and_shared_between_keys() -> None:
    """At most five lines, the newest of each key first in, none twice, none longer than a thousand."""
    lines = {1: [b"a", b"b", b"c", b"d", b"same", b"f"], 2: [b"z" * 70_000, b"same"]}
    found = made([TUNNEL], evidence=lines).items[0].evidence
    assert found == ["c", "d", "f", "z" * 997 + "...", "same"]
    assert len(found) == 5
    assert len(set(found)) == 5


def test_an_empty_digest_says_so() -> None:
    """Nothing to tell is an answer."""
    assert "Nothing deserves attention." in render_text(made((), gaps=[], totals=Totals()))
    assert "Nothing deserves attention." in render_html(made((), gaps=[], totals=Totals()))


def test_an_empty_window_names_the_newest_event_and_the_command() -> None:
    """A reader of an old archive learns how to see it; memory without any event says that."""
    none = Totals(0, 0, 0, 0)
    digest = made((), gaps=[], totals=none, newest_us=AT_US - 9 * DAY_US + 1)
    for rendered in (render_text(digest), render_html(digest)):
        assert "brainstemd digest --at 2026-03-13T07:00:01Z" in " ".join(rendered.split())
    assert "holds none at all" in render_text(made((), gaps=[], totals=none, since_us=None))
    assert json.loads(render_json(made((), totals=none, since_us=None)))["memory_since"] is None


def test_the_newest_event_does_not_leak_into_an_older_digest() -> None:
    """As of its instant: with events in the window, what came later changes no byte."""
    assert render_json(made(newest_us=AT_US + DAY_US)) == render_json(made())


def test_gaps_are_said() -> None:
    """Blindness is data: reason, interval, and how many lines, or that nobody knows."""
    text = render_text(made())
    assert "What we could not see:" in text
    assert "2026-03-22T04:00:00-05:00:00Z kernel dropped datagrams; lines lost: 412" in text
    assert "receiver was down; lines lost: unknown" in text
    assert "source fell silent (tenant birch, source web-01)" in text


def test_text_fits_a_hundred_columns() -> None:
    """No line is wider than the terminal it is made for."""
    assert max(len(line) for line in render_text(made()).splitlines()) <= 100


HOSTILE = (
    "\x1b]0;owned\x07\x1b[31m \x9b31m \x00 \r\n </pre><script>x"
    "\u202e\u2066\u2028\u2029\u200b\ufeff\U000e0041 \ud800"
)


def hostile() -> Digest:
    """Every string that comes from outside is hostile."""
    bad = replace(
        TUNNEL,
        title=HOSTILE,
        what=HOSTILE,
        why=[HOSTILE],
        parts=[Part(HOSTILE, 1.0, HOSTILE)],
        tenant=HOSTILE,
        hosts=[HOSTILE],
        entity=HOSTILE,
        template=HOSTILE,
        seen_before=[SeenBefore(AT_US, AT_US, HOSTILE, HOSTILE)],
        related=[Related(HOSTILE, HOSTILE, HOSTILE, (1,))],
    )
    raw = HOSTILE.encode("utf-8", "surrogatepass")
    return made(
        [bad], footers=[HOSTILE], gaps=[Gap(AT_US, AT_US, HOSTILE, 1)], evidence={1: [raw]}, tenant=HOSTILE
    )


@pytest.mark.parametrize("render", [render_text, render_json, render_html])
def test_nothing_is_obeyed(render: object) -> None:
    """No control but newline, no format character, no surrogate reaches the output, wherever it was."""
    text: str = render(hostile())  # type: ignore[operator]
    text.encode("utf-8")
    bad = {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co") and c != "\n"}
    assert bad == set()


def test_json_keeps_hostile_data_exactly() -> None:
    """Escaped in JSON is not changed: data equal what came in (surrogates apart, which UTF-8 cannot hold)."""
    data = json.loads(render_json(hostile()))
    assert data["items"][0]["title"] == HOSTILE.replace("\ud800", "\ufffd")


def test_page_runs_nothing() -> None:
    """No script element, no handler, no reference to elsewhere; a policy that forbids them anyway."""
    page = render_html(hostile())
    assert "<script" not in page
    assert not re.search(r"<[^>]*\son[a-z]+\s*=", page)
    assert not re.search(r"(src|href|url)\s*[=(]", page)
    assert "default-src 'none'" in page


@given(st.text(max_size=200))
def test_neutralise_gives_one_harmless_line(text: str) -> None:
    """Any text becomes one line that can be encoded, and doing it twice changes nothing."""
    shown = neutralise(text)
    shown.encode("utf-8")
    assert shown.splitlines() in ([], [shown])
    assert neutralise(shown) == shown


def test_values_outside_the_contract_are_refused() -> None:
    """An unknown state or a score that is no number is a defect of ours and must not reach a file."""
    with pytest.raises(ValidationError):
        made([replace(TUNNEL, state="odd")])
    with pytest.raises((ValidationError, ValueError)):
        made([replace(TUNNEL, parts=[Part("x", float("nan"), "")])])


def test_trends_fit_a_line() -> None:
    """Many buckets are summed in groups; nothing is lost."""
    assert buckets([]) == []
    assert buckets([1, 2, 3]) == [1, 2, 3]
    long = list(range(300))
    assert len(buckets(long)) <= 28
    assert sum(buckets(long)) == sum(long)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.5, "0.5 s"),
        (41, "41 s"),
        (119, "119 s"),
        (150, "2.5 min"),
        (7200, "2 h"),
        (86_400, "24 h"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    """In the unit that a person would use."""
    assert duration(seconds) == words


def test_documented_digest_is_the_golden_one() -> None:
    """docs/digest.md shows what the renderer draws today."""
    page = Path(__file__).parent.parent / "docs" / "digest.md"
    mark = "<!-- tests/golden/digest.txt -->\n```\n"
    before, _, rest = page.read_text(encoding="utf-8").partition(mark)
    shown, _, after = rest.partition("\n```\n")
    golden = (GOLDEN / "digest.txt").read_text(encoding="utf-8").rstrip("\n")
    if os.environ.get("GOLDEN_UPDATE"):
        page.write_text(f"{before}{mark}{golden}\n```\n{after}", encoding="utf-8")
        shown = golden
    assert shown == golden
