"""The names under which counters are exported (Prometheus text), and the one collector that reads them.

Invariants:
- Rooms count in plain integers and never export; whoever owns them hands over a snapshot when somebody asks.
- Every name is in `FAMILIES`, with unit last and bounded labels (listener, transport, reason, check, process): never a
  peer, host or tenant. A value under a name that is not there is a defect and raises KeyError.

Source of the naming rules: prometheus.io/docs/practices/naming.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Family(NamedTuple):
    kind: str  # counter | gauge
    help: str
    labels: tuple[str, ...] = ()


class Value(NamedTuple):
    """One number under a family's name, with the values of the family's labels in their order."""

    value: float
    labels: Sequence[str] = ()


Snapshot = Mapping[str, Iterable[Value]]

FAMILIES: dict[str, Family] = {
    "brainstemd_build_info": Family("gauge", "Always 1; the label says which version runs.", ("version",)),
    "brainstemd_start_time_seconds": Family("gauge", "When the receiver started, Unix time."),
    "brainstemd_resident_memory_bytes": Family("gauge", "Resident memory of a process.", ("process",)),
    "brainstemd_cpu_seconds_total": Family("counter", "CPU time that a process has used.", ("process",)),
    # intake
    "brainstemd_received_lines_total": Family(
        "counter", "Lines taken off the wire, as far as intake cuts them.", ("listener", "transport")
    ),
    "brainstemd_received_bytes_total": Family(
        "counter", "Bytes taken off the wire.", ("listener", "transport")
    ),
    "brainstemd_kernel_dropped_datagrams_total": Family(
        "counter", "Datagrams that the kernel dropped because the receive buffer was full.", ("listener",)
    ),
    "brainstemd_lost_lines_total": Family("counter", "Lines lost since the start.", ("listener", "reason")),
    "brainstemd_intake_total": Family(
        "counter",
        "What else a listener counts (empty, desync, connections_refused, ...).",
        ("listener", "reason"),
    ),
    "brainstemd_connections": Family("gauge", "Open connections.", ("listener",)),
    "brainstemd_connections_total": Family("counter", "Connections accepted.", ("listener",)),
    "brainstemd_receive_buffer_bytes": Family(
        "gauge", "Receive buffer that the kernel granted, bookkeeping included.", ("listener",)
    ),
    # spool
    "brainstemd_spool_appended_lines_total": Family("counter", "Lines whose write() to the spool returned."),
    "brainstemd_spool_appended_bytes_total": Family("counter", "Bytes whose write() to the spool returned."),
    "brainstemd_spool_refused_lines_total": Family(
        "counter", "Lines refused: the buffer or the disk was full."
    ),
    "brainstemd_spool_write_errors_total": Family("counter", "write() or fsync() calls that failed."),
    "brainstemd_spool_rewritten_records_total": Family(
        "counter", "Records written a second time because an fsync() failed."
    ),
    "brainstemd_spool_unconfirmed_lines_total": Family(
        "counter", "Lines written, never confirmed by an fsync(), and too many to be written again."
    ),
    "brainstemd_spool_fsyncs_total": Family("counter", "fsync() calls that returned."),
    "brainstemd_spool_buffer_bytes": Family("gauge", "Bytes accepted from intake and not yet written."),
    "brainstemd_spool_free_bytes": Family("gauge", "Free space of the spool's file system."),
    # worker
    "brainstemd_worker_up": Family("gauge", "1 while the worker reports, else 0."),
    "brainstemd_worker_restarts_total": Family("counter", "Times the worker was started again."),
    "brainstemd_worker_status_age_seconds": Family("gauge", "Age of the worker's last report."),
    "brainstemd_folded_lines_total": Family("counter", "Lines committed to memory since the daemon started."),
    "brainstemd_commits_total": Family("counter", "Transactions committed since the daemon started."),
    "brainstemd_commit_duration_seconds": Family("gauge", "How long the last commit took."),
    "brainstemd_last_commit_timestamp_seconds": Family("gauge", "When memory was last committed, Unix time."),
    "brainstemd_backlog_bytes": Family("gauge", "Spool bytes that memory has not read yet."),
    "brainstemd_backlog_age_seconds": Family(
        "gauge", "Age of the oldest line that memory has not committed."
    ),
    "brainstemd_quarantined_lines_total": Family("counter", "Lines set aside because folding them failed."),
    "brainstemd_sender_lost_lines_total": Family(
        "counter", "Lines that senders lost before they came here, where the number is known.", ("reason",)
    ),
    "brainstemd_sender_gaps_total": Family(
        "counter", "Losses of senders that were learned of, by how.", ("reason",)
    ),
    "brainstemd_skewed_clocks": Family("gauge", "Sources whose stamps are far from their receipt."),
    "brainstemd_overflow_total": Family(
        "counter", "What the caps of memory turned away; totals of it are kept.", ("reason",)
    ),
    # digest and looking after
    "brainstemd_digests_total": Family("counter", "Scheduled digests that were written."),
    "brainstemd_digest_failures_total": Family("counter", "Scheduled digests that failed."),
    "brainstemd_last_digest_timestamp_seconds": Family(
        "gauge", "When the last digest was written, Unix time."
    ),
    "brainstemd_last_backup_timestamp_seconds": Family("gauge", "When memory was last copied, Unix time."),
    "brainstemd_clock_steps_total": Family("counter", "Jumps of the wall clock by more than two seconds."),
    "brainstemd_reloads_total": Family("counter", "Reloads of the configuration.", ("outcome",)),
    "brainstemd_check": Family("gauge", "0 ok, 1 degraded, 2 failing.", ("check",)),
}


class _Snapshots(Collector):
    """The one custom collector: asks for a snapshot at each scrape and keeps nothing."""

    def __init__(self, snapshot: Callable[[], Snapshot]) -> None:
        self._snapshot = snapshot

    def collect(self) -> Iterable[Metric]:
        for name, values in self._snapshot().items():
            family = FAMILIES[name]
            metric: Metric
            if family.kind == "counter":
                metric = CounterMetricFamily(name, family.help, labels=family.labels)
            else:
                metric = GaugeMetricFamily(name, family.help, labels=family.labels)
            for value in values:
                metric.add_metric([str(label) for label in value.labels], value.value)
            yield metric


def exposition(snapshot: Callable[[], Snapshot]) -> bytes:
    """The Prometheus text of one snapshot. Raises KeyError for a name that FAMILIES lacks."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_NoDescribe(snapshot))
    return generate_latest(registry)


class _NoDescribe(_Snapshots):
    """Registering must not take a snapshot of its own."""

    def describe(self) -> Iterable[Metric]:
        return []
