"""Frames do not depend on how reads cut the stream, and the reader cuts what the framer cut."""

from __future__ import annotations

import random
import time
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from brainstemd.framing import RECORD_BYTES_MAX, RECORD_FRAMES_MAX, Cut, Framer, count, split
from brainstemd.models import Flag, Framing


def run(chunks: list[bytes], max_line: int = 64) -> tuple[list[tuple[bytes, int]], Framer, list[Cut]]:
    """All frames with their flags, the framer, and the cuts."""
    framer = Framer(max_line)
    cuts = [cut for chunk in chunks for cut in framer.feed(chunk)] + framer.finish()
    frames = [(frame, cut.flags) for cut in cuts for frame in split(cut.framing, cut.payload, cut.lengths)]
    return frames, framer, cuts


def lines(data: bytes, max_line: int = 64) -> list[bytes]:
    return [frame for frame, _ in run([data], max_line)[0]]


def chop(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted({c % (len(data) + 1) for c in cuts}), len(data)]
    return [data[a:b] for a, b in pairwise(edges)]


# Pieces that make trouble when they meet.
PIECES = st.sampled_from(
    [b"\n", b"\0", b"\r", b"\r\n", b" ", b"<", b"<13>", b"1", b"5 ", b"12 <13>", b"9 <34>abc", b"70 <34>", b"x" * 30,
     b"abc", b"9999999 <1>", b"0", b"123456789012 <2>", b"99 ", b"\n<34>", b"\n7 <34>", b"6 <3>abc", b"11 <13>hello w"]
)  # fmt: skip
STREAMS = st.lists(PIECES, max_size=30).map(b"".join) | st.binary(max_size=120)


@settings(max_examples=400, deadline=None)
@given(STREAMS, st.lists(st.integers(0, 10_000), max_size=8), st.sampled_from([1, 7, 20, 64, 100_000]))
@example(b"12 <13>\r\n<13>abc\n", [4], 64)
@example(b"5 9999999 <1>", [], 7)
def test_the_lines_do_not_depend_on_the_cutting(data: bytes, cuts: list[int], max_line: int) -> None:
    """Any stream, cut anywhere, gives the same frames, flags and counters as in one read."""
    whole, one, _ = run([data], max_line)
    parts, other, _ = run(chop(data, cuts), max_line)
    bytewise, third, _ = run([data[i : i + 1] for i in range(len(data))], max_line)
    assert whole == parts == bytewise
    for framer in (other, third):
        assert (framer.oversize, framer.desync, framer.bytes_dropped) == (
            one.oversize,
            one.desync,
            one.bytes_dropped,
        )


@settings(max_examples=200, deadline=None)
@given(STREAMS, st.sampled_from([20, 64, 100_000]))
def test_no_byte_of_text_is_lost_uncounted(data: bytes, max_line: int) -> None:
    """Bytes in = bytes in frames + bytes counted as dropped + frame ends and octet counts."""
    frames, framer, _ = run([data], max_line)
    kept = sum(len(frame) for frame, _ in frames) + framer.bytes_dropped
    ends = sum(data.count(end) for end in (b"\n", b"\0", b"\r", b" "))
    digits = sum(byte in b"0123456789" for byte in data)
    assert kept <= len(data)
    assert kept >= len(data) - ends - digits


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=80).map(lambda b: b.translate(None, b"\n\0")), max_size=20))
def test_octet_counted_frames_come_back_as_they_were(bodies: list[bytes]) -> None:
    """RFC 6587 3.4.1: what was counted is one frame, whatever it holds."""
    frames = [b"<13>" + body for body in bodies]
    data = b"".join(b"%d %b" % (len(frame), frame) for frame in frames)
    assert lines(data, 1000) == frames


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=40), st.sampled_from([b"\n", b"\0", b"\r\n"]))
def test_newline_records_are_cut_the_same_by_both_ends(texts: list[bytes], end: bytes) -> None:
    """`split` of a record, `count` of it, and a naive cutting of the stream agree."""
    data = b"".join(text + end for text in texts)
    framer = Framer(1000)
    cuts = framer.feed(data)
    frames = [frame for cut in cuts for frame in split(cut.framing, cut.payload, cut.lengths)]
    assert sum(count(cut.framing, cut.payload, cut.lengths) for cut in cuts) == len(frames)
    if all(cut.framing is Framing.NEWLINE for cut in cuts):
        naive = [x for x in data.replace(b"\0", b"\n").split(b"\n")[:-1] if x not in (b"", b"\r")]
        assert frames == naive


@given(st.binary(max_size=60))
def test_count_is_the_length_of_split(payload: bytes) -> None:
    """The cheap count equals the real one on any payload."""
    payload = payload.translate(bytes(b"\n\0\rab"[i % 5] for i in range(256)))
    assert count(Framing.NEWLINE, payload) == len(split(Framing.NEWLINE, payload))


def test_framing_is_told_apart_per_message() -> None:
    """One connection may change between the two framings (RFC 6587, as receivers in the field read it)."""
    data = b"<13>plain\n9 <13>count<13>again\n8 <13>abcd\n7 nopri x<13>end\0tail"
    assert lines(data) == [
        b"<13>plain",
        b"<13>count",
        b"<13>again",
        b"<13>abcd",
        b"nopri x",
        b"<13>end",
        b"tail",
    ]


def test_text_that_starts_with_digits_is_not_a_count() -> None:
    """Digits and a space without a PRI, on a connection that never counted, are text."""
    assert lines(b"2024 was a year\n12 monkeys\n") == [b"2024 was a year", b"12 monkeys"]


def test_stray_ends_between_frames_are_skipped() -> None:
    """LF, NUL and CR LF between frames give no lines."""
    assert lines(b"\n\0\r\n7 <1>abcd\r\n\n7 <1>efgh\n\n<1>x\r\n") == [b"<1>abcd", b"<1>efgh", b"<1>x\r"]


def test_a_count_that_is_too_large_does_not_swallow_the_next_messages() -> None:
    """The bytes that a count covers hold another message's start: the frame ends there, and it is counted."""
    frames, framer, _ = run([b"50 <13>short\n<13>next\n<13>more\n"])
    assert [frame for frame, _ in frames] == [b"<13>short", b"<13>next", b"<13>more"]
    assert framer.desync == 1


def test_a_count_that_is_too_small_leaves_its_rest_as_a_line() -> None:
    """Nothing is lost when a sender counts characters instead of bytes; the stream finds its feet again."""
    frames, framer, _ = run(["10 <13>ééé x12 <13>next one7 <13>abc".encode()])
    assert b"".join(frame for frame, _ in frames[:2]) == "<13>ééé x".encode()
    assert [frame for frame, _ in frames[2:]] == [b"<13>next one", b"<13>abc"]
    assert framer.desync == 1


def test_an_absurd_count_neither_wedges_nor_loses() -> None:
    """A count beyond max_line ends where another message begins."""
    frames, framer, _ = run([b"9999999 <13>hello\n<13>a\n", b"123456789 <13>there\n7 <13>abc"])
    assert [frame for frame, _ in frames] == [b"<13>hello", b"<13>a", b"<13>there", b"<13>abc"]
    assert framer.desync == 2


@pytest.mark.parametrize("counted", [False, True])
def test_the_head_of_an_oversize_line_is_kept_flagged_and_counted(counted: bool) -> None:
    """A 10 MiB line gives one TRUNCATED record of max_line bytes; what follows it is read."""
    size = 10 * 2**20
    body = b"<13>" + b"x" * (size - 4)
    data = b"%d %b7 <13>abc" % (size, body) if counted else body + b"\n<13>abc\n"
    frames, framer, cuts = run([data[i : i + 70_000] for i in range(0, len(data), 70_000)], 64 * 1024)
    assert frames[0] == (body[: 64 * 1024], Flag.TRUNCATED)
    assert frames[1][0] == b"<13>abc"
    assert (framer.oversize, framer.bytes_dropped) == (1, size - 64 * 1024)
    assert len(cuts) == 2


def test_the_unterminated_last_line_counts() -> None:
    """What a connection leaves is a line, flagged."""
    assert run([b"<13>a\n<13>b"])[0] == [(b"<13>a", 0), (b"<13>b", Flag.UNTERMINATED)]
    assert run([b"20 <13>half"])[0] == [(b"<13>half", Flag.UNTERMINATED)]
    assert run([b"<13>a\n\r"])[0] == [(b"<13>a", 0)]


def test_records_keep_their_bounds() -> None:
    """No record exceeds 64 KiB (but for one long line) or 1,000 frames."""
    random.seed(7)
    data = b"".join(b"y" * random.choice([0, 1, 5, 200]) + b"\n" for _ in range(30_000))
    frames, _, cuts = run([data[i : i + 262_144] for i in range(0, len(data), 262_144)], 64 * 1024)
    assert [frame for frame, _ in frames] == [line for line in data.split(b"\n") if line]
    for cut in cuts:
        assert len(cut.payload) <= RECORD_BYTES_MAX
        assert count(cut.framing, cut.payload, cut.lengths) <= RECORD_FRAMES_MAX


@pytest.mark.parametrize(
    "data",
    [b"1" * 65_000, b"1 " * 32_000, b"12 <" * 16_000, b"\r" * 65_000, b"\n\r" * 30_000, b"9 <1" * 15_000 + b"\n",
     b"5 <13>" + b"1 <" * 20_000, b"\n<" * 30_000, b"9999999 " * 8_000, b"7 <13>a\nb" * 7_000,
     b"5 <13>xy" + b"1\n" * 30_000, b"60000 <13>" + b"\n1 " * 20_000, b"5 <13>xy" + b"1\n" * 30_000 + b"x" * 65_000],
)  # fmt: skip
@pytest.mark.parametrize("max_line", [1, 1000, 64 * 1024])
def test_no_stream_costs_more_than_linear_time(data: bytes, max_line: int) -> None:
    """256 KiB of the worst input, one read of a connection: a bound that anything quadratic breaks by far."""
    started = time.process_time()
    run([data * 4], max_line)
    assert time.process_time() - started < 1.5


@given(
    before=st.sampled_from([b"", b"<1>half", b"5 <1>ab", b"x" * 50, b"5 x\n<1>y"]),
    data=st.lists(st.sampled_from([b"<", b"1>", b"a", b"\n", b"\0", b"\r", b"5 ", b"x" * 9]), max_size=6).map(
        b"".join
    ),
)
def test_what_is_told_to_be_one_line_is_one(before: bytes, data: bytes) -> None:
    """`is_line` is a short way to what `feed` would do, never another way."""
    framer = Framer(20)
    framer.feed(before)
    if framer.is_line(data):
        assert framer.feed(data) == [Cut(Framing.NEWLINE, data)]
        assert framer.pending == 0
        assert len(split(Framing.NEWLINE, data)) == count(Framing.NEWLINE, data) == 1
    assert Framer(20).is_line(b"<1>a line\n")


@pytest.mark.parametrize("pending", [b"<13>no end", b"text", b"<13>no end\r"])
def test_text_that_its_sender_left_is_a_line(pending: bytes) -> None:
    """And what comes after it starts a frame."""
    framer = Framer(1000)
    framer.feed(b"<13>one\n" + pending)
    cuts = framer.lapse()
    assert cuts is not None
    assert [(cut.payload, cut.flags) for cut in cuts] == [(pending, int(Flag.UNTERMINATED))]
    assert framer.pending == 0
    assert [cut.payload for cut in framer.feed(b"<13>two\n")] == [b"<13>two\n"]


@pytest.mark.parametrize("pending", [b"40 <13>half", b"4", b"40 ", b"<13>" + b"x" * 2000])
def test_what_would_misread_the_rest_does_not_lapse(pending: bytes) -> None:
    """A count, what may become one, a line of which the end is being dropped: as if nobody had asked."""
    framer = Framer(1000)
    framer.feed(pending)
    held = framer.pending
    assert framer.lapse() is None
    assert framer.pending == held


# ------------------------------------------------------------------ RFC 6587 as a table

A, B, C = b"<13>Nov 20 10:00:00 host app: a", b"<34>1 - - - - - - b", b"<0>c"


def counted(*bodies: bytes) -> bytes:
    return b"".join(b"%d %s" % (len(body), body) for body in bodies)


RFC6587 = {
    "3.4.1 octet counting": (counted(A, B, C), [A, B, C]),
    "3.4.1 one message": (counted(A), [A]),
    "3.4.1 a line end inside": (counted(b"<13>a\nb", B), [b"<13>a\nb", B]),
    "3.4.1 CR LF inside": (counted(b"<13>a\r\nb\r\n", B), [b"<13>a\r\nb\r\n", B]),
    "3.4.1 NUL inside": (counted(b"<13>a\0b", B), [b"<13>a\0b", B]),
    "3.4.1 LF as last octet": (counted(A + b"\n", B + b"\n"), [A + b"\n", B + b"\n"]),
    "3.4.1 UTF-8 is counted in octets": (counted("<13>ünï".encode(), B), ["<13>ünï".encode(), B]),
    "3.4.1 no PRI, after one that had": (counted(A, b"plain text", b"7 more"), [A, b"plain text", b"7 more"]),
    "3.4.1 text that looks like a count": (counted(b"<13>12 <14>x", B), [b"<13>12 <14>x", B]),
    "3.4.1 MSG-LEN is not 0": (counted(A) + b"0 " + counted(B), [A, B]),
    "3.4.1 no leading zero": (b"0%d %s" % (len(A), A) + b"000%d %s" % (len(B), B), [A, B]),
    "3.4.1 no sign": (b"+%d %s\n" % (len(A), A) + B + b"\n", [b"+%d %s" % (len(A), A), B]),
    "3.4.1 one blank": (b"%d\t%s\n" % (len(A), A) + B + b"\n", [b"%d\t%s" % (len(A), A), B]),
    "3.4.1 more digits than a number has": (
        b"99999999999 " + A + b"\n" + B + b"\n",
        [b"99999999999 " + A, B],
    ),
    "3.4.1 a count beyond any frame": (b"4294967296 " + A + b"\n" + B + b"\n", [A, B]),
    "3.4.1 LF behind each, as some senders do": (b"".join(counted(x) + b"\n" for x in (A, B, C)), [A, B, C]),
    "3.4.1 CR LF behind each": (b"".join(counted(x) + b"\r\n" for x in (A, B)), [A, B]),
    "3.4.1 the count is too large": (b"500 " + A + counted(B, C), [A, B, C]),
    "3.4.1 the connection ends inside": (counted(A) + b"90 " + B, [A, B]),
    "3.4.1 no PRI anywhere": (counted(b"hello", b"world", b'{"a": 1}'), [b"hello", b"world", b'{"a": 1}']),
    "3.4.1 no PRI, one message": (b"5 hello", [b"hello"]),
    "3.4.1 no PRI, the second is cut off": (b"5 hello9 wor", [b"hello", b"wor"]),
    "3.4.1 no PRI, then one that has": (counted(b"hello") + counted(A, b"more"), [b"hello", A, b"more"]),
    "3.4.1 words that begin with a number": (
        b"5 items and 3 more\n2 x 3 y\n",
        [b"5 items and 3 more", b"2 x 3 y"],
    ),
    "3.4.1 words like counts": (b"2 x 3 y\n5 items\n", [b"2 x 3 y", b"5 items"]),
    "3.4.2 LF": (A + b"\n" + B + b"\n" + C + b"\n", [A, B, C]),
    "3.4.2 CR LF": (A + b"\r\n" + B + b"\r\n", [A + b"\r", B + b"\r"]),
    "3.4.2 NUL": (A + b"\0" + B + b"\0", [A, B]),
    "3.4.2 LF and NUL": (A + b"\n\0" + B + b"\n\0", [A, B]),
    "3.4.2 the last one has no end": (A + b"\n" + B, [A, B]),
    "3.4.2 CR alone is text": (A + b"\r" + B + b"\n", [A + b"\r" + B]),
    "3.4.2 empty lines": (b"\n\r\n\0" + A + b"\n\n\0\n" + B + b"\n\r\n", [A, B]),
    "3.4.2 no PRI": (b"plain\n" + B + b"\n", [b"plain", B]),
    "3.4.2 text that starts with digits": (
        b"42 is the answer\n2026 x\n" + B + b"\n",
        [b"42 is the answer", b"2026 x", B],
    ),
    "3.4.2 digits alone": (b"12\n12 \n" + B + b"\n", [b"12", b"12 ", B]),
    "3.4.2 tabs and form feeds": (b"<13>a\tb\f\n" + B + b"\n", [b"<13>a\tb\f", B]),
    "3.4 LF, then counts": (A + b"\n" + counted(B, C), [A, B, C]),
    "3.4 counts, then LF": (counted(A, B) + C + b"\n", [A, B, C]),
    "3.4 in turn": (counted(A) + B + b"\n" + counted(C) + A + b"\0" + counted(B), [A, B, C, A, B]),
    "nothing": (b"", []),
    "a count alone": (b"12", [b"12"]),
}


@pytest.mark.parametrize("name", RFC6587)
def test_rfc6587(name: str) -> None:
    """Every transparent and non-transparent framing, and what breaks them, however the stream is cut: at every byte once."""
    data, meant = RFC6587[name]
    assert [frame for frame, _ in run([data], 4096)[0]] == meant
    for at in range(1, len(data)):
        assert [frame for frame, _ in run([data[:at], data[at:]], 4096)[0]] == meant


@pytest.mark.parametrize("name", RFC6587)
def test_another_framer_goes_on_at_any_byte(name: str) -> None:
    """All that decides how a stream goes on is in `unfinished`, at its first frame too."""
    data, meant = RFC6587[name]
    for at in range(len(data) + 1):
        one, other = Framer(4096), Framer(4096)
        cuts = one.feed(data[:at])
        other.go_on(one.unfinished())
        cuts += other.feed(data[at:]) + other.finish()
        assert [frame for cut in cuts for frame in split(cut.framing, cut.payload, cut.lengths)] == meant


def test_gelf_over_tcp_ends_at_nul() -> None:
    """Objects with NUL between them are frames, blanks and quoted line ends inside them kept."""
    objects = [b'{"short_message":"a\\nb"}', b'{"short_message": "c d"}']
    assert lines(b"".join(one + b"\0" for one in objects)) == objects


def test_counts_within_a_count_that_is_too_large_cost_linear_time() -> None:
    """A count that covers thousands of counted messages, all of them too large, is taken apart in one go."""
    data = b"".join(b"900000 <13>m%d." % n for n in range(20_000))
    started = time.process_time()
    frames, framer, _ = run([data], 1_000_000)
    assert [frame for frame, _ in frames] == [b"<13>m%d." % n for n in range(20_000)]
    assert framer.desync == 1
    assert time.process_time() - started < 10
