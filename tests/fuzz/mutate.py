"""Hostile bytes made from honest ones: small changes that nearly keep a dialect's grammar, and floods up to 64 KiB."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from tests.fuzz.carriers import PLAIN, carriers, corpus
from tests.fuzz.patterns import BYTES_MAX, baits, compiled

_TOKEN = re.compile(rb"[A-Za-z0-9_.-]+|[^A-Za-z0-9_.-]")
_SIGNS = [bytes((c,)) for c in b" =,|\"'\\:;[](){}<>/@%#*+-_.!?&~^$`\t\n\r\0"] + [
    b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x92\xa9", b"\xe2\x86\x92", b"\xef\xbb\xbf", b"\x1b[0m", b"\x7f", b"\xd9\xa3", b"\xc4\xb0",
]  # fmt: skip
_PIECES = [
    b"<13>", b"<191>", b"<999>", b"<0013>", b"1 ", b"- - - - ", b"Feb 29 23:59:60 ", b"2026-03-22T00:00:01.123456789+14:00 ", b"0000-00-00T99:99:99Z",
    b"99999999999999999999", b"-1", b"0x", b"1e309", b"999.999.999.999", b"::ffff:1.2.3.4", b"fe80::%eth0", b"[::1]:514", b"%ASA-6-302013: ", b"%A-0-B: ",
    b"CEF:0|a|b|c|d|e|5|", b"LEEF:2.0|a|b|c|d|^|", b'{"a":{"b":[1,{"c":"d"}]}}', b"{", b'[a b="c"]', b"last message repeated 5 times", b"message repeated 2 times: [ ",
    b"date=2026-99-99 time=99:99:99 ", b'="', b"='", b"\\\"", b"#012", b"\\042", b"level=", b"status=down", b" is up", b" from down to up", b"not ", b"no longer ",
    b" user ", b" for root from 192.0.2.1 port 22", b"tunnel ", b"interface ", b"rc=0", b"0 errors", b"signal 15", b"lost 120 messages", b"kernel: [ 1.0] ", b"%%01A/4/B(l): ",
]  # fmt: skip
_FLOODS = (1_500, 2_040, 4_000, 8_200, 30_000, BYTES_MAX)
FLOOD_SHARE = 0.01


class Mutator:
    """An endless source of lines for one seed."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lines = [line for lines in corpus().values() for line in lines]
        self._tokens = [_TOKEN.findall(line) for line in self._lines]
        self._fronts = [_TOKEN.findall(front) for front in PLAIN if front]
        self._words = sorted({token for tokens in self._tokens for token in tokens})
        self._baits = [
            (bait, carrier)
            for where, pattern in compiled()
            for bait in baits(where, pattern)
            for carrier in carriers(where)
        ]
        self._small: Sequence[Callable[[list[bytes]], None]] = (
            self._drop, self._double, self._swap, self._word, self._word, self._sign, self._sign, self._piece, self._piece,
            self._flip, self._splice, self._splice, self._cut, self._number, self._case, self._carry,
        )  # fmt: skip
        self._large: Sequence[Callable[[int], bytes]] = (
            self._repeat_token, self._nest, self._run, self._bait, self._bait, self._bait, self._shuffle, self._noise, self._pairs, self._grow,
        )  # fmt: skip

    def line(self) -> bytes:
        """One line of at most 64 KiB."""
        rng = self._rng
        if rng.random() < FLOOD_SHARE:
            return rng.choice(self._large)(rng.choice(_FLOODS))[:BYTES_MAX]
        tokens = rng.choice(self._tokens).copy()
        for _ in range(rng.choice((1, 1, 2, 2, 3, 5, 8))):
            rng.choice(self._small)(tokens)
        return b"".join(tokens)[:BYTES_MAX]

    # ------------------------------------------------------------ small changes, in place

    def _at(self, tokens: list[bytes]) -> int:
        return self._rng.randrange(len(tokens) + 1)

    def _drop(self, tokens: list[bytes]) -> None:
        at = self._at(tokens)
        del tokens[at : at + self._rng.choice((1, 1, 1, 2, 8))]

    def _double(self, tokens: list[bytes]) -> None:
        at = self._at(tokens)
        tokens[at:at] = tokens[at : at + self._rng.choice((1, 1, 2, 4))] * self._rng.choice((1, 1, 2, 20))

    def _swap(self, tokens: list[bytes]) -> None:
        if tokens:
            one, two = self._rng.randrange(len(tokens)), self._rng.randrange(len(tokens))
            tokens[one], tokens[two] = tokens[two], tokens[one]

    def _word(self, tokens: list[bytes]) -> None:
        at = self._at(tokens)
        tokens[at : at + 1] = [self._rng.choice(self._words)]

    def _sign(self, tokens: list[bytes]) -> None:
        tokens.insert(self._at(tokens), self._rng.choice(_SIGNS))

    def _piece(self, tokens: list[bytes]) -> None:
        tokens.insert(self._at(tokens), self._rng.choice(_PIECES))

    def _flip(self, tokens: list[bytes]) -> None:
        if tokens and tokens[at := self._rng.randrange(len(tokens))]:
            token = bytearray(tokens[at])
            token[self._rng.randrange(len(token))] = self._rng.randrange(256)
            tokens[at] = bytes(token)

    def _splice(self, tokens: list[bytes]) -> None:
        other = self._rng.choice(self._tokens)
        tokens[self._at(tokens) :] = other[self._at(other) :]

    def _cut(self, tokens: list[bytes]) -> None:
        del tokens[self._at(tokens) :]

    def _number(self, tokens: list[bytes]) -> None:
        places = [at for at, token in enumerate(tokens) if token.isdigit()]
        if places:
            at = self._rng.choice(places)
            tokens[at] = self._rng.choice(
                (b"0", b"00", b"-1", b"256", b"65536", b"4294967296", b"9" * 30, b"\xd9\xa3", b"")
            )

    def _case(self, tokens: list[bytes]) -> None:
        if tokens:
            at = self._rng.randrange(len(tokens))
            tokens[at] = tokens[at].swapcase()

    def _carry(self, tokens: list[bytes]) -> None:
        """Another header: in place of some of the first words, or before them as a relay puts it."""
        del tokens[: self._rng.choice((0, 0, self._rng.randrange(20)))]
        tokens[:0] = self._rng.choice(self._fronts)

    # ------------------------------------------------------------ floods

    def _front(self) -> bytes:
        """A header, or the beginning of an honest line."""
        rng = self._rng
        if rng.random() < 0.4:
            return rng.choice(PLAIN)
        line = rng.choice(self._lines)
        return line[: rng.randrange(len(line) + 1)] + b" "

    def _repeat_token(self, size: int) -> bytes:
        rng = self._rng
        token = b"".join(
            rng.choice(self._words) + rng.choice((b"", b" ", b"=", b", "))
            for _ in range(rng.choice((1, 1, 2, 3)))
        )
        return self._front() + token * (size // len(token))

    def _nest(self, size: int) -> bytes:
        begin, end = self._rng.choice(
            (
                (b"[", b"]"),
                (b"(", b")"),
                (b"{", b"}"),
                (b"<", b">"),
                (b'"', b'"'),
                (b'[a b="', b'"]'),
                (b'{"a":', b"}"),
                (b'\\"', b'\\"'),
            )
        )
        count = size // (len(begin) + len(end))
        return self._front() + begin * count + b"x" + end * self._rng.choice((0, count))

    def _run(self, size: int) -> bytes:
        sign = self._rng.choice(
            (
                *_SIGNS,
                b"a",
                b"A",
                b"0",
                b"f",
                b"aA",
                b"a0",
                b". ",
                b"a.",
                b"1.",
                b"1:",
                b"a=",
                b"a ",
                b"/a",
                b"-1",
                b"\xc3\xa9",
            )
        )
        return self._front() + sign * (size // len(sign)) + self._rng.choice((b"", b"\x01", b"x", b"]"))

    def _bait(self, size: int) -> bytes:
        bait, carrier = self._rng.choice(self._baits)
        text = (
            bait.text(size)
            if self._rng.random() < 0.4
            else bait.again(size, self._rng.choice((1, 1, 2, 40, 300)))
        )
        return carrier + text.encode("utf-8", "surrogatepass")

    def _shuffle(self, size: int) -> bytes:
        """Fresh words without end: nothing that caches know."""
        words: list[bytes] = []
        room = size
        while room > 0:
            words.append(self._rng.choice(self._words))
            room -= len(words[-1]) + 1
        return self._front() + b" ".join(words)

    def _noise(self, size: int) -> bytes:
        return self._front() + self._rng.randbytes(size)

    def _pairs(self, size: int) -> bytes:
        rng = self._rng
        quote = rng.choice((b"", b'"', b"'"))
        between = rng.choice((b" ", b",", b"|", b";", b"\t"))
        pairs = [b"k%d=%s%s%s" % (n, quote, rng.choice(self._words), quote) for n in range(size // 12)]
        return self._front() + between.join(pairs)

    def _grow(self, size: int) -> bytes:
        """One honest line's part a thousand times."""
        line = self._rng.choice(self._lines)
        begin = self._rng.randrange(len(line))
        part = line[begin : begin + self._rng.choice((1, 3, 8, 20, 60))]
        return line[:begin] + part * (size // len(part)) + line[begin:]
