"""Nothing is lost over a restart: datagrams wait in the kernel, plain connections live on with the frame they were in."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brainstemd import handover
from brainstemd.framing import Framer, split
from brainstemd.handover import FILE_NAME, listener_of, name_of
from brainstemd.intake import Leaving, Left, TcpEndpoint, depart, leave
from brainstemd.intake.tcp import TcpConnection
from brainstemd.logs import get
from brainstemd.models import RecordKind, Unfinished
from brainstemd.systemd import Notifier
from tests.daemon_kit import BASE, kill9, lines_of, spooled, wait_for
from tests.manager_kit import Service
from tests.test_intake import Sink, listening, sender, until
from tests.test_tls import pki

__all__ = ["pki"]


@contextmanager
def service(directory: Path, config: str = BASE, **environ: str) -> Iterator[tuple[Service, int]]:
    """A started service, and the port of the TCP socket that its manager holds."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as tcp:
        port = tcp.getsockname()[1]
        config = config.replace(
            '"tcp"\naddress = ["127.0.0.1:0"]', f'"tcp"\naddress = ["127.0.0.1:{port}"]', 1
        )
        with Service(directory, config, tcp, **environ) as one:
            yield one.begin(), port


def connected(port: int, source: str = "127.0.0.1") -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", port), source_address=(source, 0))
    sock.settimeout(30)
    return sock


def received(one: Service, lines: int) -> None:
    """Wait until so many lines came off the wire in this run."""
    wait_for(lambda: one.metric("brainstemd_received_lines_total") >= lines, 30)


def lines(one: Service) -> list[bytes]:
    return lines_of(spooled(one.state_dir))


def ends(one: Service) -> list[dict[str, int]]:
    """What each STOP says of connections."""
    stops = [r.control for r in spooled(one.state_dir) if r.kind is RecordKind.STOP]
    return [dict(stop["connections"]) for stop in stops if stop]


# ---------------------------------------------------------------- connections


SPLIT = [  # a stream before the restart, its rest, the lines of both
    (b"<13>a one\n<13>a ha", b"lf\n<13>a next\n", [b"<13>a one", b"<13>a half", b"<13>a next"]),
    (b"9 <13>b one10 <13>b", b" half10 <13>b next", [b"<13>b one", b"<13>b half", b"<13>b next"]),
    (b"<13>c one\n", b"<13>c two\n", [b"<13>c one", b"<13>c two"]),
    (b"<13>d one\n1", b"4 <13>d counted!<13>d two\n", [b"<13>d one", b"<13>d counted!", b"<13>d two"]),
]


def test_a_frame_split_by_a_restart_arrives_whole_and_once(tmp_path: Path) -> None:
    """By newline, by octet count, between frames, inside a count: one part before SIGTERM, the other while nobody runs; the
    connections go on afterwards and close in order."""
    with service(tmp_path) as (one, port), ExitStack() as stack:
        senders = [stack.enter_context(connected(port)) for _ in SPLIT]
        for sender, (before, _, _) in zip(senders, SPLIT, strict=True):
            sender.sendall(before)
        received(one, len(SPLIT))
        assert one.stop() == 0
        for sender, (_, after, _) in zip(senders, SPLIT, strict=True):
            sender.sendall(after)
        one.begin()
        received(one, sum(len(whole) - 1 for _, _, whole in SPLIT))
        assert one.metric("brainstemd_connections") == len(SPLIT)
        for sender in senders:
            sender.sendall(b"\n<13>last\n")
            sender.close()
        wait_for(lambda: one.metric("brainstemd_connections") == 0)
        assert not (one.state_dir / FILE_NAME).exists()
        assert one.kept == []
        assert one.stop() == 0
    assert sorted(lines(one)) == sorted([line for _, _, whole in SPLIT for line in [*whole, b"<13>last"]])
    assert ends(one) == [{"handed_over": 4, "ended": 0}, {"handed_over": 0, "ended": 0}]


def test_hundreds_of_connections_over_two_restarts(tmp_path: Path) -> None:
    """More than one message holds: every connection, every half frame, once; under a load that never pauses."""
    count = 600
    with service(tmp_path) as (one, port), ExitStack() as stack:
        senders = [stack.enter_context(connected(port)) for _ in range(count)]
        for n, sender in enumerate(senders):
            sender.sendall(b"<13>%d a\n<13>%d" % (n, n))
        received(one, count)
        for word in (b" b\n<13>%d", b" c\n<13>%d"):
            assert one.stop() == 0
            assert len(one.kept) == count
            for n, sender in enumerate(senders):
                sender.sendall(word % n)
            one.begin()
            received(one, count)
        assert one.metric("brainstemd_connections") == count
        for sender in senders:
            sender.sendall(b" d\n")
        received(one, 2 * count)
        assert one.stop() == 0
    assert sorted(lines(one)) == sorted(
        b"<13>%d %b" % (n, w) for n in range(count) for w in (b"a", b"b", b"c", b"d")
    )


def test_a_store_that_is_emptied_costs_no_byte_that_was_read(tmp_path: Path) -> None:
    """`systemctl stop`, later start: the half frame is a line of the next run, flagged, of its own peer; once."""
    with service(tmp_path) as (one, port), connected(port) as sender:
        sender.sendall(b"<13>one\n12 <13>half")
        received(one, 1)
        assert one.stop() == 0
        one.drop()
        assert sender.recv(1) == b""
        peer = sender.getsockname()
        one.begin()
        received(one, 1)
        assert one.restart().stop() == 0
    assert lines(one) == [b"<13>one", b"<13>half"]
    (half,) = [r for r in spooled(one.state_dir) if b"<13>half" in r.frames]
    assert half.origin is not None
    assert (half.origin.peer, half.origin.port) == peer


@pytest.mark.parametrize("environ", [{"FDSTORE": "0"}, {}], ids=["no store", "nobody listens"])
def test_without_a_store_connections_are_drained_and_closed(tmp_path: Path, environ: dict[str, str]) -> None:
    """The unit allows none, or the manager is gone: the half frame is a line at once, the peer sees the close."""
    with service(tmp_path, **environ) as (one, port), connected(port) as sender:
        sender.sendall(b"<13>one\n<13>half")
        received(one, 1)
        if not environ:
            (tmp_path / "notify").unlink()
        assert one.stop() == 0
        assert sender.recv(1) == b""
    assert lines(one) == [b"<13>one", b"<13>half"]
    assert ends(one) == [{"handed_over": 0, "ended": 1}]
    assert not (one.state_dir / FILE_NAME).exists()


def test_tls_connections_are_drained_closed_and_counted(tmp_path: Path, pki: Path) -> None:
    """Their keys die with the process: what was sent is kept, the client is told the end, STOP says how many."""
    table = '[[listen]]\ntransport = "tls"\naddress = ["127.0.0.1:0"]\n'
    table += f'certificate = "{pki}/server.pem"\nkey = "{pki}/server.key"\n'
    context = ssl.create_default_context(cafile=str(pki / "ca.pem"))
    with service(tmp_path, BASE + table) as (one, port), connected(port) as plain:
        plain.sendall(b"<13>plain\n")
        with context.wrap_socket(connected(one.port("tls")), server_hostname="localhost") as secret:
            secret.sendall(b"<13>secret\n")
            received(one, 2)
            secret.sendall(b"<13>more\n" * 50)
            assert one.stop() == 0
            assert secret.recv(1) == b""
    assert sorted(set(lines(one))) == [b"<13>more", b"<13>plain", b"<13>secret"]
    assert len(lines(one)) == 52
    assert ends(one) == [{"handed_over": 1, "ended": 1}]


def test_a_kill_loses_the_half_frame_and_says_so(tmp_path: Path) -> None:
    """kill -9 stores nothing: the peer sees a cut, whole lines are kept, and no STOP precedes the next START."""
    with service(tmp_path) as (one, port), connected(port) as sender:
        sender.sendall(b"<13>one\n<13>half")
        wait_for(lambda: one.metric("brainstemd_spool_appended_lines_total") == 1)
        assert one.process is not None
        kill9(one.pid)
        one.process.wait(30)
        assert one.kept == []
        one.begin()
        assert one.stop() == 0
    assert lines(one) == [b"<13>one"]
    kinds = [r.kind for r in spooled(one.state_dir) if r.kind is not RecordKind.LINES]
    assert kinds == [RecordKind.START, RecordKind.START, RecordKind.STOP]


def test_a_harmed_file_is_said_and_the_sockets_go_on(tmp_path: Path) -> None:
    """Half frames are lost with a message; the connection itself is found by its name in the store."""
    with service(tmp_path) as (one, port), connected(port) as sender:
        sender.sendall(b"<13>one\n")
        received(one, 1)
        assert one.stop() == 0
        (one.state_dir / FILE_NAME).write_text('{"format": 1, "connections": [{}]}')
        sender.sendall(b"<13>two\n")
        one.begin()
        received(one, 1)
        assert [row["level"] for row in one.logs() if "half frames" in row["event"]] == ["error"]
        assert one.stop() == 0
    assert lines(one) == [b"<13>one", b"<13>two"]


def test_a_connection_whose_listener_is_gone_is_closed(tmp_path: Path) -> None:
    """The new configuration has no TCP: the peer sees the close, and its half frame is a line all the same."""
    with service(tmp_path) as (one, port), connected(port) as sender:
        sender.sendall(b"<13>one\n<13>half")
        received(one, 1)
        assert one.stop() == 0
        tcp = BASE.index('[[listen]]\ntransport = "tcp"')
        one.config.write_text(BASE[:tcp] + BASE[BASE.index("[spool]") :])
        one.held = ()
        one.begin()
        assert sender.recv(1) == b""
        assert one.stop() == 0
    assert lines(one) == [b"<13>one", b"<13>half"]


async def test_a_departed_connection_has_counted_what_it_lost() -> None:
    """Its counters stay with the process that saw it; in the middle of a line that is too long, too."""
    sink = Sink()
    async with listening("tcp", sink, max_line=480) as made:
        assert isinstance(made, TcpEndpoint)
        with sender(made) as sock:
            sock.sendall(b"<13>" + b"x" * 1000)
            await until(lambda: made.counters.oversize == 1, 30)
            (item,) = leave(made)
            dropped = made.counters.bytes_dropped
            depart(item.connection)
            await until(lambda: made.counters.connections_open == 0, 30)
        assert (made.counters.oversize, made.counters.bytes_dropped) == (1, dropped)
        assert made.counters.unterminated == made.counters.connections_cut == 0


# ---------------------------------------------------------------- datagrams


def test_datagrams_wait_in_the_kernel(tmp_path: Path) -> None:
    """As ReceiveBuffer=64M has it: what fits is sent while nobody runs, and is all there, once, in order."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        try:
            udp.setsockopt(socket.SOL_SOCKET, 33, 64 * 2**20)  # SO_RCVBUFFORCE, as PID 1 does it
        except PermissionError:
            pass
        count = min(20_000, udp.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 1024)
        config = BASE.replace("127.0.0.1:0", f"127.0.0.1:{udp.getsockname()[1]}", 1)
        with Service(tmp_path, config, udp) as one:
            one.begin()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.sendto(b"<13>before", udp.getsockname())
                received(one, 1)
                assert one.stop() == 0
                for n in range(count):
                    sender.sendto(b"<13>%d while nobody runs" % n, udp.getsockname())
            one.begin()
            received(one, count)
            assert one.metric("brainstemd_kernel_dropped_datagrams_total") == 0
            assert one.stop() == 0
        assert lines(one) == [b"<13>before", *(b"<13>%d while nobody runs" % n for n in range(count))]
        reasons = {
            r.control["reason"] for r in spooled(one.state_dir) if r.kind is RecordKind.GAP and r.control
        }
        assert "kernel_drop" not in reasons


# ---------------------------------------------------------------- parts


@given(
    st.lists(
        st.sampled_from(
            [
                b"<13>a\n",
                b"7 <13>abc",
                b"<13>" + b"x" * 40 + b"\n",
                b"99 <13>",
                b"\r\n",
                b"\0",
                b"50 ",
                b"junk",
            ]
        ),
        max_size=12,
    ),
    st.integers(0, 400),
)
def test_a_framer_goes_on_where_another_was(parts: Sequence[bytes], at: int) -> None:
    """However the stream is cut between two processes, through the file, frames and losses are as if it never was."""
    stream = b"".join(parts)
    whole, first, second = Framer(32), Framer(32), Framer(32)
    cuts = [*first.feed(stream[:at])]
    left = Left("tcp:514", ("::1", 1), ("::1", 514), False, first.unfinished())
    again = handover._left(json.loads(json.dumps(handover._plain(left))))
    assert again == left
    second.go_on(again.unfinished)
    cuts += [*second.feed(stream[at:]), *second.finish()]
    wanted = [*whole.feed(stream), *whole.finish()]

    def frames(some: list) -> list[tuple[bytes, int]]:
        return [(frame, cut.flags) for cut in some for frame in split(cut.framing, cut.payload, cut.lengths)]

    assert frames(cuts) == frames(wanted)
    assert first.oversize + second.oversize == whole.oversize
    assert first.desync + second.desync == whole.desync
    assert first.bytes_dropped + second.bytes_dropped == whole.bytes_dropped


def left_with(pending: int, listener: str = "tcp:514") -> Left:
    return Left(listener, ("192.0.2.1", 5), ("192.0.2.2", 514), False, Unfinished(b"x" * pending))


def test_what_is_handed_over_is_bounded() -> None:
    """By number, by the names that the next process gets in one variable, by bytes of half frames."""

    def bounded(lefts: list[Left], limit: int = handover.CONNECTIONS_MAX) -> int:
        items = [Leaving(TcpConnection.__new__(TcpConnection), left, 0) for left in lefts]
        return len(list(handover._bounded(items, limit)))

    assert bounded([left_with(1)] * 10, 3) == 3
    assert bounded([left_with(0, "x" * 64)] * 4096) == handover.NAMES_BYTES_MAX // (
        64 + 1 + len(handover.PREFIX)
    )
    assert bounded([left_with(handover.PENDING_BYTES_MAX // 2 + 1)] * 3 + [left_with(5)]) == 2


def test_a_file_that_cannot_be_written_hands_nothing_over(tmp_path: Path) -> None:
    """A full or read-only disk: what was stored is taken back, so that each half frame is a line exactly once."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, socket.socket() as some:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        item = Leaving(TcpConnection.__new__(TcpConnection), left_with(1), some.fileno())
        with pytest.raises(FileNotFoundError):
            handover.store([item], Notifier(str(tmp_path / "notify")), tmp_path / "missing", None)
        assert b"FDSTORE=1" in manager.recv(4096)
        assert manager.recv(4096) == b"FDSTOREREMOVE=1\nFDNAME=connection@tcp/514"


def test_names_in_the_store_hold_no_colon() -> None:
    """LISTEN_FDNAMES separates by colons."""
    assert name_of("tcp:514") == "connection@tcp/514"
    assert listener_of(name_of("tcp:514")) == "tcp:514"
    assert listener_of(name_of("edge-1")) == "edge-1"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b'{"format": 2}',
        b'{"format": 1, "connections": 3}',
        b"\xff",
        b'{"format": 1, "connections": [{"unfinished": {}}]}',
    ],
)
def test_whatever_the_file_holds_is_no_crash(tmp_path: Path, content: bytes) -> None:
    """It is taken away, and as none."""
    (tmp_path / FILE_NAME).write_bytes(content)
    assert handover.take(tmp_path, get("receiver")) == []
    assert list(tmp_path.iterdir()) == []
