"""Digests printed whole, every number of their items beside what SQL says, and whether the title names a planted signal.

    python -m tests.scenarios.checked --world isp --seed 21 --lines 40000 --mornings 3,8

The event index is loaded into a table of (instant, key); counts, instants and trends are asked of it, episodes of the
transitions, first sights of the day rows as well. Only which keys a story is about is taken from the story.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from brainstemd.config import Config
from brainstemd.digest import Digest, Item, render_text
from brainstemd.memory import Store
from brainstemd.models import DAY_US, HOUR_US, SECOND_US, Story
from brainstemd.report import Report, report
from tests.scenarios.measure import MORNINGS, Judge
from tests.scenarios.score import build, place, replayed, shown

_EPISODES = """
WITH turn AS (
    SELECT t.t_us, CASE WHEN t.kind = -1 AND k.orderly THEN 2 ELSE t.kind END AS kind,
           row_number() OVER (ORDER BY t.t_us, t.segment, t.offset, t.line) AS n
    FROM transition t JOIN key k ON k.id = t.key_id
    WHERE k.tenant = :tenant AND k.source = :source AND k.entity = :entity AND t.t_us <= :at
      AND (:entity != '' OR (t.kind = 0 AND k.id = :key)
           OR (t.kind != 0 AND json_extract(k.app_names, '$[0][0]') = json_extract(:app, '$[0][0]')))
), edge AS (
    SELECT t_us, kind, n, lag(kind) OVER (ORDER BY n) AS before FROM turn WHERE kind != 0
), step AS (
    SELECT t_us, kind, lead(kind) OVER (ORDER BY n) AS next, lead(t_us) OVER (ORDER BY n) AS next_us
    FROM edge WHERE before IS NULL OR before != kind
)
SELECT t_us, next_us - t_us FROM step WHERE kind = -1 AND next = 1 AND next_us - t_us <= 86400000000
UNION ALL SELECT t_us, NULL FROM turn WHERE kind = 0
"""


class Check(NamedTuple):
    """One number of one item: as told, and as SQL has it."""

    rank: int
    what: str
    told: object
    found: object
    right: bool


_CREEPS = re.compile(
    r'number after "([^"]+)" went from (-?[\d.]+)([^\d].*?)? to (-?[\d.]+)([^\d].*?)? in \d+ days'
)
_READINGS_US = 28 * DAY_US


async def load(store: Store, database: Path, at_us: int, made: Report) -> sqlite3.Connection:
    """The database, read-only, with all that it indexed up to an instant in a table `line`, and the kept lines in `kept`."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.execute("CREATE TEMP TABLE line (t_us INTEGER NOT NULL, key_id INTEGER NOT NULL)")
    rows = [(event.t_us, event.key_id) async for event in store.events(0, at_us)]
    connection.executemany("INSERT INTO line VALUES (?, ?)", rows)
    connection.execute("CREATE INDEX temp.line_key ON line (key_id, t_us)")
    connection.execute("CREATE TEMP TABLE kept (key_id INTEGER NOT NULL, raw TEXT NOT NULL)")
    keys = {key_id for story in made.outcome.stories for key_id in story.key_ids}
    lines = await store.lines(keys, at_us, _READINGS_US)
    texts = ((key_id, raw.decode("utf-8", "replace")) for key_id, found in lines.items() for _, raw in found)
    connection.executemany("INSERT INTO kept VALUES (?, ?)", texts)
    await _load_parts(store, connection, keys & made.wholes.keys(), at_us, made)
    return connection


async def _load_parts(
    store: Store, connection: sqlite3.Connection, parts: set[int], at_us: int, made: Report
) -> None:
    """The lines of strands, of which no table knows: what was kept of the whole key on its complete days, by its words."""
    connection.create_function("has_word", 2, _has_word, deterministic=True)
    connection.execute("CREATE TEMP TABLE told_of (key_id INTEGER, t_us INTEGER, message TEXT)")
    for part in sorted(parts):
        own = made.view.spread([made.wholes[part]])
        marks = ",".join(map(str, own))
        rows = connection.execute(
            "SELECT DISTINCT o.id, o.entity != '' FROM key k JOIN key o USING (tenant, source, signature)"
            f" WHERE k.id IN ({marks})"
        ).fetchall()
        pooled = {key_id for key_id, _ in rows} if any(named for _, named in rows) else set(own)
        said = await store.said(pooled, at_us, 35 * DAY_US)
        connection.execute("DELETE FROM told_of")
        connection.executemany(
            "INSERT INTO told_of VALUES (?, ?, ?)",
            [(key, *line) for key, found in said.items() for line in found],
        )
        key = made.outcome.verdicts[part].key
        words = [
            word.rpartition(end)[2]
            for word, end in ((key.entity, " "), (key.state, "="))
            if end == " " or end in word
        ]
        connection.execute(
            "INSERT INTO line SELECT t_us, ? FROM told_of t WHERE has_word(message, ?) AND has_word(message, ?) AND"
            " (SELECT count(*) FROM told_of o WHERE o.key_id = t.key_id AND o.t_us / 86400000000 = t.t_us / 86400000000)"
            " >= (SELECT lines FROM day d WHERE d.key_id = t.key_id AND d.day = t.t_us / 86400000000 AND d.day < ?"
            "  UNION ALL SELECT 0 LIMIT 1)",
            (part, words[0] if words else "", words[1] if len(words) > 1 else "", at_us // DAY_US),
        )


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def check(connection: sqlite3.Connection, made: Report, at_us: int) -> list[Check]:
    """All numbers of all items. A story of several hosts or accounts is asked over all its keys."""
    stories = {story.id: story for story in made.outcome.stories}
    return [
        found
        for item in made.digest.items
        for found in _item(connection, item, stories[item.id], made, at_us)
    ]


def _item(
    connection: sqlite3.Connection, item: Item, story: Story, made: Report, at_us: int
) -> Iterator[Check]:
    ids = story.key_ids
    if item.signature is None:  # a host that fell silent: all that it ever said
        rows = connection.execute(
            "SELECT id FROM key WHERE tenant = ? AND source = ?", (item.tenant, item.hosts[0])
        )
        ids = tuple(key_id for (key_id,) in rows)
    keys = f"key_id IN ({','.join(map(str, ids))})"

    def one(text: str, *values: object) -> int | None:
        found: int | None = connection.execute(text, values).fetchone()[0]
        return found

    first = one(f"SELECT min(t_us) FROM line WHERE {keys}")
    last = one(f"SELECT max(t_us) FROM line WHERE {keys}")
    part = any(key_id in made.wholes for key_id in ids)  # of which no day rows and no transitions are stored
    by_day = None if part else one(f"SELECT min(day * 86400 + first_s) FROM day WHERE {keys}")
    if item.signature is not None and len(ids) < len(_all_keys(made, story)):
        return  # its lines are those of more keys than a story names
    assert first is not None
    assert last is not None
    told_first = _us(item.first_seen)
    yield Check(
        item.rank, "first_seen", item.first_seen, _iso(first), first // SECOND_US == told_first // SECOND_US
    )
    if not part:
        yield Check(
            item.rank, "first_seen (day rows)", item.first_seen, by_day, by_day == told_first // SECOND_US
        )
    yield Check(
        item.rank, "last_seen", item.last_seen, _iso(last), abs(last - _us(item.last_seen)) < SECOND_US
    )
    since_us = _us(item.since) if item.expected_at is None else told_first
    count = one(f"SELECT count(*) FROM line WHERE {keys} AND t_us >= ?", since_us)
    assert count is not None
    common = sum(
        int(found) for why in item.why for found in re.findall(r"^(\d+) lines that the whole tenant", why)
    )
    alike = count - common <= item.count <= count if item.expected_at is None else item.count <= count
    yield Check(item.rank, "count", item.count, count, alike)
    memory_us = at_us - _us(made.digest.memory_since or item.first_seen)
    width = HOUR_US if memory_us < 2 * DAY_US else DAY_US
    recent = one(f"SELECT count(*) FROM line WHERE {keys} AND t_us > ?", at_us - len(item.trend) * width)
    assert recent is not None
    yield Check(item.rank, "trend", sum(item.trend), recent, recent - common <= sum(item.trend) <= recent)
    total = round(sum(part.points for part in item.parts), 1)
    yield Check(
        item.rank, "sum of parts", item.attention, total, abs(min(100.0, total) - item.attention) < 0.06
    )
    if item.episodes is not None and not part:
        yield from _episodes(connection, item, story, at_us)
    yield from _creeping(connection, item, keys)


def _creeping(connection: sqlite3.Connection, item: Item, keys: str) -> Iterator[Check]:
    """Both ends of a number that creeps lie among its readings; asked of plain numbers, whose unit needs no conversion, and
    which stand right behind the words that name them."""
    said = next((found for why in item.why if (found := _CREEPS.search(why))), None)
    if said is None or (said[3] or "").strip(" %") or (said[5] or "").strip(" %"):
        return
    name = r"\W+".join(map(re.escape, said[1].split()))
    pattern = re.compile(rf"{name}\W{{0,3}}(-?\d+(?:\.\d+)?)(?![.\d])", re.IGNORECASE)
    rows = connection.execute(f"SELECT raw FROM kept WHERE {keys}").fetchall()
    readings = [float(found[1]) for (raw,) in rows if (found := pattern.search(raw))]
    if readings:
        told = (float(said[2]), float(said[4]))
        span = (min(readings), max(readings))
        right = all(span[0] <= end <= span[1] for end in told)
        yield Check(item.rank, "title: the number creeps", told, span, right)


def _episodes(connection: sqlite3.Connection, item: Item, story: Story, at_us: int) -> Iterator[Check]:
    app, key = connection.execute(
        "SELECT app_names, id FROM key WHERE id = ?", (story.key_ids[0],)
    ).fetchone()
    place = {
        "tenant": item.tenant,
        "source": item.hosts[0],
        "entity": item.entity or "",
        "app": app,
        "key": key,
    }
    rows = connection.execute(_EPISODES, {**place, "at": at_us}).fetchall()
    week = [row for row in rows if row[0] // SECOND_US > at_us // SECOND_US - 7 * DAY_US // SECOND_US]
    longest = max((row[1] for row in week if row[1] is not None), default=None)
    assert item.episodes is not None
    yield Check(item.rank, "episodes", item.episodes.count, len(week), item.episodes.count == len(week))
    told_max = item.episodes.max_seconds
    seconds = None if longest is None else longest / SECOND_US
    yield Check(item.rank, "longest episode", told_max, seconds, told_max == seconds)
    said = re.search(r"(\d+) times in the last day\b", item.title)
    if said is not None and "self_heal" in item.kinds and "restart_loop" not in item.kinds:
        day = sum(row[0] > at_us - DAY_US for row in rows)
        yield Check(item.rank, "title: in the last day", int(said[1]), day, int(said[1]) == day)


def _all_keys(made: Report, story: Story) -> set[int]:
    """The keys whose verdict names this story as led by them; of a story of one key, that one."""
    leads = {
        key_id
        for key_id, verdict in made.outcome.verdicts.items()
        if verdict.story == story.id and not verdict.kept_out
    }
    return leads or set(story.key_ids)


def _us(text: str) -> int:
    at = datetime.fromisoformat(text)
    return int(at.replace(microsecond=0).timestamp()) * SECOND_US + at.microsecond


def _iso(us: int) -> str:
    return datetime.fromtimestamp(us / SECOND_US, UTC).isoformat()


async def checks_at(config: Config, at_us: int) -> tuple[Digest, list[Check]]:
    """The digest of an instant and its numbers, checked."""
    database = config.state_dir / "memory.db"
    async with await Store.open(database, readonly=True, config=config.memory) as store:
        made = await report(store, config, at_us)
        with closing(await load(store, database, at_us, made)) as connection:
            return made.digest, check(connection, made, at_us)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--world", default="isp")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--mornings", default="3,8", help="0 to 10: days 4 to 14")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(arguments)
    world = build(options.world, options.seed, options.lines, quiet=False)
    judge = Judge(world)
    why = {benign.id: benign.why for benign in world.benign}
    with tempfile.TemporaryDirectory(prefix="checked-") as scratch:
        config = replayed(world, (options.keep or Path(scratch)) / place(world))
        for morning in map(int, options.mornings.split(",")):
            day = MORNINGS[morning]
            digest, checks = asyncio.run(checks_at(config, world.t_us(day)))
            print(render_text(digest))
            judged = judge.judge(shown(digest), day)
            for item, one in zip(digest.items, judged, strict=True):
                verdict = (
                    f"true: {one.label}"
                    if one.right
                    else f"not a live signal: {why.get(one.label or '', one.label)}"
                )
                mine = [found for found in checks if found.rank == item.rank]
                wrong = [f"{c.what} told {c.told}, SQL {c.found}" for c in mine if not c.right]
                print(
                    f"{item.rank:>2}. {verdict}; {len(mine)} numbers checked, {'; '.join(wrong) or 'all right'}"
                )
            missing = {s.id for s in world.signals if s.current(day)} - {one.label for one in judged}
            print(f"live and not shown: {', '.join(sorted(missing)) or 'none'}\n")


if __name__ == "__main__":
    main()
