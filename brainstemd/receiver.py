"""The receiver: the service's main process. Its way of a line is short: a socket, a batch, the spool.

Composes intake, the spool's writer, the signs of life, the health socket and the worker's supervision, and says to
systemd what is true of the receiver alone.

Invariants:
- READY means that the sockets are bound and the spool accepts. Nothing here ever waits for memory.
- The watchdog is fed from the loop that receives: a loop that hangs is restarted.
- The receive loop never waits for the disk: it appends to a bounded buffer that one thread writes out.
- An orderly end takes in what the sockets still hold, writes and syncs it, says STOP, and lets the worker catch up for a
  bounded time. Any other end costs nothing that was accepted.
- A new configuration that is invalid changes nothing.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import secrets
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from brainstemd import __version__, beats, handover, health, process, systemd
from brainstemd.beats import Beats
from brainstemd.config import Config
from brainstemd.errors import BrainstemdError, Locked, SpoolError
from brainstemd.intake import Leaving
from brainstemd.listeners import Listeners
from brainstemd.logs import Logger
from brainstemd.models import SECOND_US, Record, RecordKind
from brainstemd.news import News
from brainstemd.observe import Observer
from brainstemd.spool import Writer, last_control
from brainstemd.supervise import Supervisor
from brainstemd.turned import TurnedAway

LOCK_NAME = "receiver.lock"
FINISH_S = 10.0  # for the worker to fold what is left, at an orderly end
FLUSH_S = 10.0
OWN_FILES = 256  # open files beside connections: listeners, the spool, the worker, health clients
_LEVELS = {"info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
COMMAND = (sys.executable, "-m", "brainstemd", "_worker")


class Receiver:
    """One run of the daemon. `load` reads the configuration anew; `command` starts a worker."""

    def __init__(
        self,
        config: Config,
        *,
        load: Callable[[], Config],
        environ: Mapping[str, str],
        log: Logger,
        log_format: str | None = None,
        command: Sequence[str] = COMMAND,
        clock: beats.Clock = beats.now,
    ) -> None:
        self._config = config
        self._load = load
        self._environ = environ
        self._log = log
        self._log_format = log_format
        self._command = command
        self._clock = clock
        self._notifier = systemd.Notifier(environ.get("NOTIFY_SOCKET"))
        # Before a loop or a file takes descriptors that a broken environment says are sockets for us.
        self._passed, self._stored = handover.divide(systemd.listen_sockets(environ, os.getpid()))
        self._run_id = secrets.token_hex(8)
        self._news = News()
        self._stop = asyncio.Event()
        self._reloads = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    # ------------------------------------------------------------------ life

    async def run(self) -> int:
        """Receive until SIGTERM or SIGINT. Returns the exit code; raises BrainstemdError when it cannot start."""
        # The default answer to SIGHUP is death: a log rotation must not end a daemon that is starting.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.umask(os.umask(0o077) | 0o027)  # whatever we and our children write: nothing for others
        with hold(self._config.state_dir), health.bind(self._config.runtime_dir) as sock:
            self._start()
            server = health.Server(sock, self._observer.routes())
            try:
                await self._open()
                await server.start()
                await self._serve()
            finally:
                self._notifier.stopping()
                clean = await self._close()
                await server.close()
        return 0 if clean else 1

    def _start(self) -> None:
        """Everything that needs no loop: the spool first, so that a full or foreign disk is said at once."""
        config, start = self._config, self._clock()
        self._started_us = start.wall_us
        self._writer = Writer(
            config.state_dir / "spool",
            segment_bytes=config.spool.segment_bytes,
            fsync_interval_s=config.spool.fsync_interval,
            buffer_bytes=config.spool.buffer_bytes,
            min_free_bytes=config.spool.min_free,
            first=first_segment(config.state_dir, start.wall_us),
        )
        self._writer.start()
        self._beats = Beats(self._run_id, beats.boot_id(), __version__, start)
        self._turned = TurnedAway(start)
        self._writer.control(RecordKind.START, start.wall_us, self._beats.start())
        self._listeners = Listeners(self._writer, config.spool, self._passed)
        self._supervisor = Supervisor(
            self._command,
            hello=self._hello,
            state_dir=config.state_dir,
            environ=systemd.child_environment(self._environ),
            log=self._log,
        )
        self._observer = Observer(
            config, self._writer, self._listeners, self._supervisor, self._beats, self._clock
        )

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._on_hangup)
        self._allow_connections()
        await self._listeners.open(self._config.listen)
        self._tell_listeners()
        if self._listeners.failed and not self._listeners.count:
            raise SpoolError(
                "no listener could be bound: "
                + "; ".join(f"{name}: {reason}" for name, reason in self._listeners.failed.items()),
                hint="ports below 1024 need systemd/brainstemd.socket or CAP_NET_BIND_SERVICE; or choose another port",
            )
        await self._take_up()

    async def _take_up(self) -> None:
        """Go on with the connections that the run before has handed over."""
        lefts = handover.take(self._config.state_dir, self._log)
        adopted, ended = await handover.adopt(
            self._listeners.plain(), self._stored, lefts, self._writer.append
        )
        for name in sorted({one.name for one in self._stored}):
            self._notifier.forget(name)  # or a close of ours would never reach the peer
        if self._stored or lefts:
            closed = len(self._stored) - adopted
            self._log.info(
                "connections of the run before", adopted=adopted, closed=closed, unterminated=ended
            )
        self._stored.clear()

    def _allow_connections(self) -> None:
        streams = [listen for listen in self._config.listen if listen.transport != "udp"]
        wanted = OWN_FILES + sum(listen.max_connections for listen in streams)
        allowed = process.allow_open_files(wanted)
        # Never the last file for a connection: the spool needs one for its next segment.
        self._listeners.slots.most = allowed - min(OWN_FILES, allowed // 2)
        if allowed < wanted:
            self._log.warning(
                "fewer open files are allowed than max_connections may need",
                allowed=allowed,
                wanted=wanted,
                hint="raise LimitNOFILE= or `ulimit -n`, or lower max_connections",
            )

    def _tell_listeners(self) -> None:
        for listener in self._listeners.told():
            wanted = listener.pop("wanted")
            self._log.info("listening", **listener)
            if listener["receive_buffer"] < wanted:
                self._log.warning(
                    "the kernel granted a smaller receive buffer than asked; bursts may be lost",
                    listener=listener["listener"],
                    granted=listener["receive_buffer"],
                    wanted=wanted,
                    hint=f"sysctl -w net.core.rmem_max={wanted}, or let systemd/brainstemd.socket hold the port",
                )
        for name, reason in self._listeners.failed.items():
            self._log.error("a listener is not as configured", listener=name, reason=reason)

    async def _serve(self) -> None:
        process.collect_less()
        self._observer.ready = True
        self._log.info(
            "ready",
            run=self._run_id,
            version=__version__,
            health=str(health.socket_path(self._config.runtime_dir)),
        )
        self._notifier.ready(self._observer.sentence())
        self._tasks = [
            asyncio.create_task(task)
            for task in (
                self._supervisor.run(),
                self._beat(),
                self._watchdog(),
                self._watch(),
                self._look_back(),
            )
        ]
        stopped = asyncio.create_task(self._stop.wait())
        done, _ = await asyncio.wait([stopped, *self._tasks], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in done - {stopped}:
            task.result()  # none of them ends by itself: this raises what ended it
        self._log.info("stopping")

    async def _close(self) -> bool:
        """Drain, flush, say STOP, let the worker finish. False when something accepted from a socket was not written."""
        loop = asyncio.get_running_loop()
        self._observer.ready = False
        self._tell_news()  # while the listeners still know whom they turned away
        handed_over = await self._hand_over()
        await self._listeners.close()
        at = self._clock()
        for gap in [*self._beats.gaps(at), *self._turned.gaps(at, self._listeners.tallied(), last=True)]:
            self._writer.control(RecordKind.GAP, at.wall_us, gap)
        connections = {"handed_over": handed_over, "ended": self._listeners.ended()}
        stop = {**self._observer.beat(at), "connections": connections}
        self._writer.control(RecordKind.STOP, at.wall_us, stop)
        # In a thread: the worker's reports and the health socket go on meanwhile.
        self._tell_news(last=True)
        written = await asyncio.to_thread(self._writer.close, FLUSH_S)
        if not written:
            self._log.error("lines in the buffer could not be written", bytes=self._writer.buffered_bytes)
        if self._tasks and not await self._supervisor.stop(FINISH_S):
            self._log.warning(
                "the worker did not end in time and was killed; the spool keeps what it has not read"
            )
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.remove_signal_handler(number)
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # to the very end
        self._log.info("stopped", run=self._run_id, connections=connections)
        return written

    async def _hand_over(self) -> int:
        """Leave plain connections to the service manager, for the next start. Returns how many it took."""
        limit = systemd.store_limit(self._environ)
        if not self._notifier.present or limit == 0:
            return 0

        def keep(items: Sequence[Leaving]) -> Sequence[Leaving]:
            try:
                return handover.store(items, self._notifier, self._config.state_dir, limit)
            except OSError as error:
                self._log.warning("connections cannot be handed over and are closed", error=str(error))
                return []

        return await handover.leave(self._listeners.plain(), keep)

    def _hello(self) -> dict[str, object]:
        """What a new worker is told first: the configuration that is in force, whatever the file says by now."""
        return {
            "config": self._config.model_dump(mode="json"),
            "run": self._run_id,
            "log_format": self._log_format,
        }

    # ------------------------------------------------------------------ regularly

    async def _beat(self) -> None:
        """Every ten seconds: a sign of life with all counters, and what the clocks say."""
        while True:
            await asyncio.sleep(beats.BEAT_S)
            at = self._clock()
            for gap in self._beats.gaps(at):
                self._log.warning("the clock or the process jumped", **gap)
                self._writer.control(RecordKind.GAP, at.wall_us, gap)
            for gap in self._turned.gaps(at, self._listeners.tallied()):
                self._writer.control(RecordKind.GAP, at.wall_us, gap)
            self._writer.control(RecordKind.BEAT, at.wall_us, self._observer.beat(at))
            self._observer.note()
            self._tell_news()
            self._notifier.status(self._observer.sentence())

    def _tell_news(self, *, last: bool = False) -> None:
        totals, peers = self._listeners.mistakes()
        problem = None if self._writer.problem is None else self._writer.problem[1]
        for item in self._news.look({**totals, **self._observer.lost()}, problem, peers, last=last):
            self._log.log(_LEVELS[item.level], item.event, **item.fields)
        for listener, refusal, count in self._listeners.refusals():
            told = {name: value for name, value in refusal._asdict().items() if value}
            self._log.warning("a TLS client was refused", listener=listener, count=count, **told)

    async def _watchdog(self) -> None:
        interval_s = systemd.watchdog_interval_s(self._environ, os.getpid())
        while True:
            self._notifier.watchdog()
            await asyncio.sleep(interval_s if interval_s is not None else 3600.0)

    async def _watch(self) -> None:
        """A broken invariant is a restart: a receiver that is deaf, or that writes no more, must not look alive."""
        while True:
            await asyncio.sleep(1.0)
            if self._writer.dead:
                raise SpoolError(
                    "the spool's writer thread died", hint="please report the traceback in the log"
                )
            if (name := self._listeners.broken()) is not None:
                raise SpoolError(f"the listener {name} died", hint="please report what the log says before")

    async def _look_back(self) -> None:
        """What the kernel dropped while no receiver ran, from sockets that systemd held meanwhile."""
        if self._listeners.handed_down:
            try:
                beat = await asyncio.to_thread(
                    last_control,
                    self._config.state_dir / "spool",
                    (RecordKind.BEAT, RecordKind.STOP),
                    before=self._writer.first_number,
                )
            except OSError as error:
                self._log.warning("the last beat cannot be read", error=str(error))
                beat = None
            self._tell_dropped(beat)
        await asyncio.Event().wait()

    def _tell_dropped(self, beat: Record | None) -> None:
        control = beat.control if beat is not None else None
        if beat is None or not control or control.get("boot") != beats.boot_id():
            return
        lost = self._listeners.dropped_before(control.get("kernel") or {})
        if lost:
            at_us = max(self._started_us, beat.received_us)
            gap = {"start_us": beat.received_us, "end_us": at_us, "reason": "kernel_drop", "lost": lost}
            self._writer.control(RecordKind.GAP, at_us, gap)
            self._log.error("the kernel dropped datagrams while no receiver ran", lost=lost)

    # ------------------------------------------------------------------ reload

    def _on_hangup(self) -> None:
        task = asyncio.get_running_loop().create_task(self._reload())
        self._tasks.append(task)
        task.add_done_callback(self._tasks.remove)

    async def _reload(self) -> None:
        """SIGHUP: the new configuration, whole or not at all. Listeners that did not change stay bound."""
        async with self._reloads:
            if not self._stop.is_set():
                await self._reload_one()

    async def _reload_one(self) -> None:
        self._notifier.reloading()
        try:
            config = self._load()
            self._check_fixed(config)
        except (BrainstemdError, OSError) as error:
            self._observer.reloads["refused"] += 1
            self._log.error(
                "the new configuration is refused, the old one stays",
                error=str(error),
                hint=getattr(error, "hint", ""),
            )
        else:
            await self._adopt(config)
            self._observer.reloads["done"] += 1
        self._notifier.ready(self._observer.sentence())

    def _check_fixed(self, config: Config) -> None:
        """What a running daemon cannot move. Raises BrainstemdError."""
        for name in ("state_dir", "runtime_dir"):
            if getattr(config, name) != getattr(self._config, name):
                raise BrainstemdError(f"{name} cannot change while the daemon runs", hint="restart it")

    async def _adopt(self, config: Config) -> None:
        old, self._config = self._config, config
        self._observer.config = config
        self._allow_connections()
        await self._listeners.change(config.listen)  # reads certificates again, tries again what failed
        if config.listen != old.listen or self._listeners.failed:
            self._tell_listeners()
        if config.spool != old.spool:
            self._log.warning("[spool] changed: its limits of writing take effect at the next restart")
        if config != old:
            self._supervisor.restart()
        self._log.info("configuration reloaded", changed=config != old, listeners=self._listeners.count)


def first_segment(state_dir: Path, now_us: int) -> int:
    """The number from which segments may be numbered in an empty spool. Positions are never issued twice: a memory that was
    restored without its spool, or whose spool was wiped, knows positions that no file speaks of any more. So there
    the numbers go on from the seconds of the clock, which segments never reach by counting."""
    spool = state_dir / "spool"
    memories = (state_dir / "memory.db").exists() or any((state_dir / "backups").glob("*.db"))
    if not memories or any(spool.glob("*.seg*")):
        return 1
    return now_us // SECOND_US


@contextmanager
def hold(state_dir: Path) -> Iterator[None]:
    """One daemon a state directory: an flock that the kernel drops with the process. Raises Locked, SpoolError."""
    path = state_dir / LOCK_NAME
    try:
        state_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise SpoolError(
            f"state_dir: {path} cannot be opened: {error.strerror}",
            hint="the directory must exist or be creatable, and belong to the user that runs the daemon",
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).strip().decode("ascii", "replace")
            raise Locked(
                f"another daemon (process {holder or 'unknown'}) already runs on {state_dir}",
                hint="stop it first, or give this one a state_dir and runtime_dir of its own",
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
