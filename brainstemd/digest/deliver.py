"""The files that people tail: digest.log, digest.jsonl and the page digest.html, each with a sibling per
tenant.

Every block is opened by name, appended with one write and closed. So a file that was moved, unlinked or
truncated (logrotate with `create` or `copytruncate`) is followed at once, and no descriptor points to an
old file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from brainstemd.digest.html import render_html
from brainstemd.digest.jsonline import identify, render_json
from brainstemd.digest.render import render_items, render_quiet, render_text
from brainstemd.digest.schema import BANDS, Digest, Item, instant
from brainstemd.errors import DeliveryError
from brainstemd.models import Told

_MODE = 0o640
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
_SAFE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_ENDED = ("returned", "recovered")


class Known(Protocol):
    """What must be known of the last telling of an item: `models.Told` has it."""

    @property
    def band(self) -> str: ...
    @property
    def state(self) -> str: ...


class Delivery:
    """Writes digests into `digest_dir`. With `per_tenant`, a digest of one tenant goes to files of its own
    (`digest-acme.log`); without it, and for digests of all tenants, to the common ones."""

    def __init__(self, digest_dir: Path, *, per_tenant: bool = False) -> None:
        self._dir = digest_dir
        self._per_tenant = per_tenant

    def path(self, tenant: str | None, suffix: str) -> Path:
        """The file of this tenant's digests (None: of all tenants) with this suffix (`log`, `jsonl`,
        `html`).
        """
        own = tenant is not None and self._per_tenant
        return self._dir / (f"digest-{safe_name(tenant or '')}.{suffix}" if own else f"digest.{suffix}")

    def reopen(self) -> None:
        """Makes the directory and the common files where they are missing, so that `tail -F` finds them.

        Called at start and on SIGHUP; nothing is held open in between. Raises DeliveryError.
        """
        for suffix in ("log", "jsonl"):
            self._append(self.path(None, suffix), b"")

    def whole(self, digest: Digest) -> list[Told]:
        """Tells the whole digest; returns what was told of each item. Raises DeliveryError."""
        self._append(self.path(digest.tenant, "log"), render_text(digest).encode())
        self._append(self.path(digest.tenant, "jsonl"), render_json(digest).encode() + b"\n")
        self._replace(self.path(digest.tenant, "html"), render_html(digest).encode())
        return [_told(item, digest) for item in digest.items]

    def changes(self, digest: Digest, told: Mapping[str, Known]) -> list[Told]:
        """Tells the items that changed since they were told last, else one quiet line; the page shows all
        items.

        `told` maps item ids to their last telling. In digest.jsonl a digest with the changed items alone,
        their ranks kept; nothing when quiet. Returns what was told. Raises DeliveryError.
        """
        items = [item for item in digest.items if changed(item, told.get(item.id))]
        text = render_items(digest, items) if items else render_quiet(digest)
        self._append(self.path(digest.tenant, "log"), text.encode())
        if items:
            part = identify(digest.model_copy(update={"items": items}))
            self._append(self.path(digest.tenant, "jsonl"), render_json(part).encode() + b"\n")
        self._replace(self.path(digest.tenant, "html"), render_html(digest).encode())
        return [_told(item, digest) for item in items]

    def _append(self, path: Path, block: bytes) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, _APPEND, _MODE)
            try:
                written = os.write(descriptor, block) if block else 0
                while written < len(block):  # a full disk or a signal cut it short: the rest, or an error
                    written += os.write(descriptor, block[written:])
            finally:
                os.close(descriptor)
        except OSError as error:
            raise _failure(path, error) from error

    def _replace(self, path: Path, content: bytes) -> None:
        draft = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, _MODE)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            raise _failure(path, error) from error


def changed(item: Item, last: Known | None) -> bool:
    """Whether there is something to tell: new, in a higher band, or newly returned or recovered."""
    if last is None:
        return True
    if item.state in _ENDED and item.state != last.state:
        return True
    return BANDS.index(item.band) > (BANDS.index(last.band) if last.band in BANDS else -1)


def safe_name(tenant: str) -> str:
    """The tenant as part of a file name: itself where it is harmless, else its harmless characters and a
    hash.
    """
    if _SAFE.fullmatch(tenant) and ".." not in tenant:
        return tenant
    words = re.sub(r"[^a-z0-9_-]", "_", tenant.lower())[:32].strip("_-")
    digest = hashlib.blake2b(tenant.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return f"{words or 'tenant'}~{digest}"


def _told(item: Item, digest: Digest) -> Told:
    return Told(
        item=item.id,
        tenant=item.tenant,
        at_us=_micros(digest.generated_at),
        attention=item.attention,
        band=item.band,
        state=item.state,
        signature=item.signature.id if item.signature else None,
        entity=item.entity,
        hosts=tuple(item.hosts),
    )


def _micros(text: str) -> int:
    moment = instant(text)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _failure(path: Path, error: OSError) -> DeliveryError:
    return DeliveryError(
        f"cannot write {path}: {error.strerror or error}",
        hint=f"check that {path.parent} exists, belongs to the daemon's user and has space; see digest_dir",
    )
