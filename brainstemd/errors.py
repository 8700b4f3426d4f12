"""Every error that brainstemd raises on purpose. Each says what to do next in `hint`.

BrainstemdError
├── ConfigError       exit 78: file, line, key, value, reason
├── UsageError        exit 2: an argument that cannot be meant
├── SpoolError        a bad world: disk, permissions, a segment that cannot be opened
│   └── SpoolFull     below min_free, or the buffer is full
├── IntakeError       a listening socket or its certificate that cannot be had
├── StoreError        the database: from a newer program, unreadable, a value it cannot hold
│   ├── Locked        another process holds it
│   ├── NoSpace       no room for its next rows
│   └── Corrupt       damaged: to be made again
├── ArchiveKnown      an archive that was taken in before
├── PoisonLine        a line on which the pipeline raised
└── DeliveryError     a digest file cannot be written
"""

from __future__ import annotations


class BrainstemdError(Exception):
    """Base of all; `hint` is a sentence that tells a person what to do."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ConfigError(BrainstemdError):
    """The configuration cannot be used. The message names file, line, key, value and reason."""

    exit_code = 78


class UsageError(BrainstemdError):
    """The command line cannot be meant like this."""

    exit_code = 2


class SpoolError(BrainstemdError):
    """The spool directory or a file in it cannot be used."""


class SpoolFull(SpoolError):
    """Nothing more can be accepted for now."""


class IntakeError(BrainstemdError):
    """A listening socket, or the certificate it needs, cannot be had."""


class StoreError(BrainstemdError):
    """The database cannot be used."""


class Locked(StoreError):
    """Another process is the writer of this state directory."""


class NoSpace(StoreError):
    """The database cannot grow; it is whole, and the same rows can be written when there is room."""


class Corrupt(StoreError):
    """The database is damaged. The daemon makes it again from the newest sound backup and the kept spool."""


class ArchiveKnown(BrainstemdError):
    """This archive has been taken in before; replaying it would count every line twice."""


class PoisonLine(BrainstemdError):
    """A line on which the pipeline raised: a defect of ours. The worker quarantines the line and goes on."""

    def __init__(self, segment: int, offset: int, index: int, raw: bytes, cause: str) -> None:
        super().__init__(
            f"the pipeline raised on the line at {segment}:{offset}:{index}: {cause}",
            hint="the line is kept in quarantine/; please report it",
        )
        self.segment, self.offset, self.index, self.raw = segment, offset, index, raw


class DeliveryError(BrainstemdError):
    """A digest file cannot be written; memory and spool are untouched by it."""
