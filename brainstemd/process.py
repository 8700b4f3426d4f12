"""What a process can say about itself without asking anybody."""

from __future__ import annotations

import gc
import os
import resource
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def resident_bytes(statm: Path = Path("/proc/self/statm")) -> int:
    """Resident memory of this process; 0 where /proc is missing."""
    try:
        return int(statm.read_text("ascii").split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0


def cpu_seconds() -> float:
    """CPU time of this process, user and system, all threads."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def allow_open_files(wanted: int) -> int:
    """Raise the limit of open files to `wanted` as far as the hard limit goes; what is allowed now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return soft
    target = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
    except (OSError, ValueError):
        return soft  # a system call filter: the unit sets LimitNOFILE= instead
    return target


def collect_less() -> None:
    """For receiver and worker: what they make for a line are a few objects without cycles, and to look for cycles in every 700
    of them costs a tenth of the receiver's CPU, a twentieth of the worker's; what the start has made lives as long as the
    process."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
