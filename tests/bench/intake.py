"""How many lines a second intake and spool take without loss, and what a line costs.

    python tests/bench/intake.py                      # UDP, rising rates
    python tests/bench/intake.py --transport tcp      # as fast as it goes
    python tests/bench/intake.py --transport tcp --connections 500 --rate 10000

A child process receives (endpoint + spool writer, as the receiver does); this one sends numbered lines at a steady
pace. Lost lines are counted in the spool itself, by number; the kernel's own count stands beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from brainstemd.config import Listen
from brainstemd.intake import bind, endpoint
from brainstemd.process import collect_less
from brainstemd.spool import Reader, Writer

LINE = b"<38>Mar 22 00:01:10 fw-01 sshd[4242]: Failed password for invalid user admin from 203.0.113.99 port %09d ssh2 - the rest of a usual line xx"
BURST = 1000  # datagrams of one sendmmsg


# ---------------------------------------------------------------- the receiving child


async def receive(transport: str, directory: str) -> None:
    listen = Listen(transport=transport, address=("127.0.0.1:0",))  # type: ignore[arg-type]
    writer = Writer(Path(directory) / "spool", min_free_bytes=0)
    writer.start()
    (sock,) = bind(listen)
    made = endpoint(listen, sock, append=writer.append, has_room=writer.has_room)
    await made.start()
    print(json.dumps({"port": made.address[1], "receive_buffer": made.counters.receive_buffer}), flush=True)
    collect_less()  # as the receiver does
    before = resource.getrusage(resource.RUSAGE_SELF)
    end = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    buffered = 0
    while not end.done():
        buffered = max(buffered, writer.buffered_bytes)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    after = resource.getrusage(resource.RUSAGE_SELF)
    await made.close()
    clean = writer.close(20)
    result = {
        "lines": made.counters.lines,
        "refused": made.counters.lines_refused,
        "records": made.counters.records,
        "kernel_drops": made.kernel_drops(),
        "utime_s": round(after.ru_utime - before.ru_utime, 3),
        "stime_s": round(after.ru_stime - before.ru_stime, 3),
        "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "rss_mib": peak_rss_kib() // 1024,
        "buffered_kib": buffered // 1024,
        "written": writer.counters.lines_written,
        "fsyncs": writer.counters.fsyncs,
        "fsync_ms_max": writer.counters.fsync_us_max // 1000,
        "clean": clean,
    }
    print(json.dumps(result), flush=True)


def peak_rss_kib() -> int:
    """Of this program; ru_maxrss would remember the parent's size at the fork."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


# ---------------------------------------------------------------- the sender


class _Iovec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


class _Msghdr(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_size", ctypes.c_uint32),
        ("iov", ctypes.POINTER(_Iovec)),
        ("iov_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_size", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class _Mmsghdr(ctypes.Structure):
    _fields_ = [("header", _Msghdr), ("size", ctypes.c_uint32)]


class Bursts:
    """sendmmsg of BURST numbered lines: all share one counter in memory, each has its own last three digits."""

    def __init__(self, sock: socket.socket) -> None:
        self._send = ctypes.CDLL(None, use_errno=True).sendmmsg
        self._fd = sock.fileno()
        before, after = (LINE % 0).split(b"0" * 9)
        self._counter = ctypes.create_string_buffer(b"0" * 6, 6)
        keep = [ctypes.create_string_buffer(part, len(part)) for part in (before, after)]
        digits = [ctypes.create_string_buffer(b"%03d" % i, 3) for i in range(BURST)]
        self._keep = (keep, digits)
        self._headers = (_Mmsghdr * BURST)()
        self._iovecs = []
        for i in range(BURST):
            parts = (keep[0], self._counter, digits[i], keep[1])
            iovec = (_Iovec * 4)(*[_Iovec(ctypes.addressof(part), ctypes.sizeof(part)) for part in parts])
            self._iovecs.append(iovec)
            self._headers[i].header.iov = iovec
            self._headers[i].header.iov_count = 4

    def send(self, number: int) -> int:
        """Send the lines number … number + BURST - 1, where number is a multiple of BURST."""
        self._counter.raw = b"%06d" % (number // BURST)
        sent = 0
        while sent < BURST:
            size = ctypes.sizeof(_Mmsghdr)
            n = self._send(self._fd, ctypes.byref(self._headers, sent * size), BURST - sent, 0)
            if n <= 0:
                raise OSError(ctypes.get_errno(), "sendmmsg")
            sent += n
        return sent


def send_udp(port: int, rate: int, seconds: float) -> tuple[int, float]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(("127.0.0.1", port))
        bursts = Bursts(sock)
        total = int(rate * seconds)
        sent = 0
        started = time.perf_counter()
        while sent < total:
            sent += bursts.send(sent)
            ahead = sent / rate - (time.perf_counter() - started)
            if ahead > 0.0005:
                time.sleep(ahead)
        return sent, time.perf_counter() - started


def send_tcp(port: int, rate: int, seconds: float, connections: int) -> tuple[int, float]:
    socks = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    total = int(rate * seconds)
    sent = 0
    started = time.perf_counter()
    if connections > 1:  # a line a write, round robin
        while sent < total:
            for sock in socks:
                sock.sendall(LINE % sent + b"\n")
                sent += 1
            ahead = sent / rate - (time.perf_counter() - started)
            if ahead > 0.0005:
                time.sleep(ahead)
    else:
        chunk = 1000
        made = [b"".join(LINE % i + b"\n" for i in range(a, a + chunk)) for a in range(0, total, chunk)]
        started = time.perf_counter()
        for data in made:
            socks[0].sendall(data)
            sent += chunk
    for sock in socks:
        sock.close()
    return sent, time.perf_counter() - started


# ---------------------------------------------------------------- one run


def count_in_spool(directory: Path, total: int) -> tuple[int, int]:
    """(distinct numbers found, lines found twice)."""
    seen = bytearray(total)
    twice = 0
    at = (LINE % 0).index(b"000000000")
    reader = Reader(directory / "spool", None)
    while records := reader.read(100_000, 1 << 25):
        for record in records:
            for frame in record.frames:
                number = int(frame[at : at + 9])
                twice += seen[number]
                seen[number] = 1
    reader.close()
    return sum(seen), twice


def run(transport: str, rate: int, seconds: float, connections: int, state: str | None) -> float:
    """One run, told; the rate that was sent without loss, 0 if any line was lost."""
    directory = Path(tempfile.mkdtemp(prefix="bench-intake-", dir=state))
    child = subprocess.Popen(
        [sys.executable, __file__, "--receive", transport, str(directory)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert child.stdin is not None
        assert child.stdout is not None
        hello = json.loads(child.stdout.readline())
        if transport == "udp":
            sent, took = send_udp(hello["port"], rate, seconds)
        else:
            sent, took = send_tcp(hello["port"], rate, seconds, connections)
        child.stdin.write("\n")
        child.stdin.flush()
        result = json.loads(child.stdout.readline())
        child.wait(30)
        found, twice = count_in_spool(directory, sent)
    finally:
        child.kill()
        child.wait()
        shutil.rmtree(directory)
    lost = sent - found
    print(
        f"{transport} {sent / took / 1000:6.0f}k/s  sent {sent}  lost {lost} ({lost / sent:.2%})  twice {twice}"
        f"  kernel drops {result['kernel_drops']}  refused {result['refused']}"
        f"  cpu {result['cpu_s'] / max(1, result['lines']) * 1e6:.2f} us/line"
        f"  {result['lines'] / max(1, result['records']):.0f} lines/record"
        f"  rss {result['rss_mib']} MiB  buffered max {result['buffered_kib']} KiB  fsync max {result['fsync_ms_max']} ms"
    )
    return sent / took if lost == 0 else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--transport", choices=["udp", "tcp"], default="udp")
    parser.add_argument("--rate", type=int, help="lines a second; default: rising rates (UDP), no pace (TCP)")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--connections", type=int, default=1, help="TCP: more than one sends a line a write")
    parser.add_argument("--state", help="directory to spool in (default: the temporary directory)")
    parser.add_argument("--receive", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.receive:
        asyncio.run(receive(*options.receive))
        return
    rates = [options.rate] if options.rate else [50_000, 100_000, 150_000, 200_000, 300_000]
    if options.transport == "tcp" and not options.rate:
        rates = [500_000]
    reached = [
        run(options.transport, rate, options.seconds, options.connections, options.state) for rate in rates
    ]
    print(
        f"lossless up to {max(reached) / 1000:.0f}k lines/s (as sent)"
        if any(reached)
        else "no rate was lossless"
    )


if __name__ == "__main__":
    main()
