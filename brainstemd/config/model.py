"""The keys, each with its default, its description and its check: `config init` and docs are made of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from brainstemd.config.values import (
    Address,
    Bytes,
    ClientName,
    Fingerprint,
    Match,
    Name,
    Network,
    Rate,
    Seconds,
    Zone,
    misfit,
)

SOCKET = "health.sock"
_SOCKET_PATH_MAX = 107  # sun_path of unix(7) holds 108 bytes, the last of them NUL


def _check_socket_path(directory: Path) -> Path:
    length = len(os.fsencode(directory / SOCKET))
    if length > _SOCKET_PATH_MAX:
        raise ValueError(
            f"the path of its {SOCKET} has {length} bytes; a socket's may have {_SOCKET_PATH_MAX}"
        )
    return directory


RuntimeDir = Annotated[Path, AfterValidator(_check_socket_path)]


class Section(BaseModel):
    """A table of the file: frozen, and an unknown key in it is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Listen(Section):
    """One [[listen]] table: where lines come in."""

    transport: Literal["udp", "tcp", "tls"] = Field(
        "udp", description="udp, tcp (RFC 6587) or tls (RFC 5425)."
    )
    address: tuple[Address, ...] = Field(
        ("0.0.0.0:514", "[::]:514"),
        min_length=1,
        description="IP addresses and ports; IPv6 in brackets. A tls listener's default port is 6514.",
    )
    name: Name | None = Field(
        None,
        description="What health, metrics and gaps call it; default: transport and port, as in udp:514.",
        examples=["perimeter"],
    )
    tenant: Name | None = Field(
        None, description="Everything that comes in here belongs to this tenant.", examples=["acme"]
    )
    timezone: Zone | None = Field(
        None, description="Zone of stamps without one, such as Europe/Berlin.", examples=["Europe/Berlin"]
    )
    max_line: Bytes = Field(
        64 * 1024,
        ge=480,
        le=64 * 1024,
        description="The rest of a longer line is dropped and counted; 480 (RFC 5424) to 64KiB (a record).",
    )
    allow: tuple[Network, ...] = Field(
        (), description="Networks and addresses that may send here; empty: all.", examples=[["10.0.0.0/8"]]
    )
    deny: tuple[Network, ...] = Field(
        (),
        description="Those that may not, whatever `allow` says: dropped or closed, and counted.",
        examples=[["10.66.0.0/16"]],
    )
    max_rate: Rate | None = Field(
        None,
        description="Lines a second of all peers together: TCP and TLS wait, UDP is dropped and counted. Default: no limit.",
        examples=["20k/s"],
    )
    burst: int | None = Field(
        None,
        ge=1,
        description="Lines at once before max_rate holds; default: ten seconds of it.",
        examples=[200_000],
    )
    max_rate_per_peer: Rate | None = Field(
        None, description="The same for each peer's address by itself. Default: no limit.", examples=["1k/s"]
    )
    burst_per_peer: int | None = Field(
        None,
        ge=1,
        description="Lines at once before max_rate_per_peer holds; default: ten seconds of it.",
        examples=[10_000],
    )
    max_connections: int = Field(
        2000,
        ge=1,
        description="Connections at once. At the limit a new one takes the place of one that never sent a line, "
        "else it is refused; both counted.",
    )
    max_connections_per_peer: int | None = Field(
        None,
        ge=1,
        description="And of one peer's address; more are refused. Default: no limit.",
        examples=[50],
    )
    idle_timeout: Seconds = Field(
        0.0,
        description="Close a connection that was silent for so long. 0: never; TCP keepalive finds dead peers.",
    )
    frame_timeout: Seconds = Field(
        60.0, description="Longest time from a frame's first byte to its last, then it is cut. 0: no limit."
    )
    receive_buffer: Bytes = Field(
        32 * 2**20, description="Socket buffer asked of the kernel; the granted size is in /metrics."
    )
    certificate: Path | None = Field(
        None,
        description="PEM file of the server's certificate chain; tls needs it.",
        examples=["/etc/brainstemd/server.pem"],
    )
    key: Path | None = Field(
        None,
        description="PEM file of its private key; tls needs it.",
        examples=["/etc/brainstemd/server.key"],
    )
    client_ca: Path | None = Field(
        None,
        description="PEM file of authorities that issue the certificates of clients, or of these themselves.",
        examples=["/etc/brainstemd/clients.pem"],
    )
    client_certificates: Literal["none", "optional", "required"] | None = Field(
        None,
        description="Whether clients must show a certificate; default: required with client_ca, else none.",
        examples=["required"],
    )
    client_names: tuple[ClientName, ...] = Field(
        (),
        description="Names of certificates that may send; *. is any one label. Default: all of client_ca.",
        examples=[["fw-01.acme.example", "*.branch.acme.example", "192.0.2.7"]],
    )
    client_fingerprints: tuple[Fingerprint, ...] = Field(
        (), description="And their SHA-256; a client may send when its name or its fingerprint is listed."
    )
    handshake_timeout: Seconds = Field(
        10.0, gt=0, description="A TLS client that has not finished its handshake by then is disconnected."
    )

    @model_validator(mode="before")
    @classmethod
    def _tls_port(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("transport") == "tls" and "address" not in values:
            return values | {"address": ("0.0.0.0:6514", "[::]:6514")}
        return values

    @model_validator(mode="after")
    def _bursts(self) -> Self:
        for burst, rate in (("burst", "max_rate"), ("burst_per_peer", "max_rate_per_peer")):
            if getattr(self, burst) is not None and getattr(self, rate) is None:
                raise misfit(f"has no effect without {rate}", burst)
        return self

    @model_validator(mode="after")
    def _tls_files(self) -> Self:
        given = {
            "certificate": self.certificate,
            "key": self.key,
            "client_ca": self.client_ca,
            "client_certificates": self.client_certificates,
            "client_names": self.client_names,
            "client_fingerprints": self.client_fingerprints,
        }
        if self.transport == "tls":
            missing = [name for name in ("certificate", "key") if given[name] is None]
            if missing:
                raise misfit(f"a tls listener needs {' and '.join(missing)}", "transport")
        elif any(given.values()):
            name = next(name for name, value in given.items() if value)
            raise misfit(f'is for transport = "tls"; this listener is {self.transport}', name)
        return self._client_files()

    def _client_files(self) -> Self:
        wanted = self.client_certificates
        if self.client_ca is None:
            if wanted in ("optional", "required"):
                raise misfit(f'"{wanted}" needs client_ca', "client_certificates")
            for name in ("client_names", "client_fingerprints"):
                if getattr(self, name):
                    raise misfit("needs client_ca (a certificate can be its own authority there)", name)
        elif wanted == "none":
            raise misfit('client_ca is given: say "optional" or "required"', "client_certificates")
        return self


class Source(Section):
    """One [[source]] table; the first whose `match` fits wins."""

    match: tuple[Match, ...] = Field(
        min_length=1,
        description="Networks, addresses or hostname patterns; patterns only for what relays pass on.",
        examples=[["10.1.0.0/16", "fw-*.acme.example"]],
    )
    tenant: Name | None = Field(None, description="The tenant it belongs to.", examples=["acme"])
    timezone: Zone | None = Field(None, description="Zone of stamps without one.", examples=["Europe/Berlin"])
    relay: bool = Field(False, description="It forwards for others: the hostnames in its lines are believed.")
    host: str | None = Field(
        None, description="Call the source this, whatever it calls itself.", examples=["fw-01"]
    )
    max_rate: FiniteFloat | None = Field(
        None,
        gt=0,
        description="Lines a second that memory lists one by one; all are counted. Default: no limit.",
        examples=[500.0],
    )


class Spool(Section):
    """The append-only store between receiver and worker, and afterwards the archive of raw lines."""

    fsync_interval: Seconds = Field(
        1.0, description="A power cut loses at most this much; kill -9 loses nothing."
    )
    segment_bytes: Bytes = Field(16 * 2**20, ge=4096, description="A segment file ends at this size.")
    buffer_bytes: Bytes = Field(
        32 * 2**20,
        ge=128 * 1024,
        description="Between the receive loop and the disk; what does not fit is counted.",
    )
    min_free: Bytes | None = Field(
        None,
        description="Free space at which the spool stops; default: the larger of 1 GiB and 5 % of the disk.",
        examples=["5GiB"],
    )
    max_bytes: Bytes = Field(
        20 * 2**30, description="Of consumed segments, kept as the archive of raw lines."
    )
    max_age: Seconds = Field(30 * 86_400.0, description="And their age; unread segments are never deleted.")
    compress: bool = Field(True, description="Compress consumed segments.")
    on_full: Literal["hold", "drop"] = Field(
        "hold",
        description="hold: make TCP senders wait for hold_max, then read, drop and count; drop: at once.",
    )
    hold_max: Seconds = Field(30.0, description="A firewall that is held longer may stop forwarding traffic.")


class Memory(Section):
    """The database of counts, transitions and signatures."""

    batch_lines: int = Field(20_000, ge=1, description="Most lines of one transaction.")
    batch_interval: Seconds = Field(0.5, description="Longest wait for one.")
    day_rows: Seconds = Field(35 * 86_400.0, description="Full resolution for this long, then weekly rows.")
    week_rows: Seconds = Field(730 * 86_400.0, description="And those for this long.")
    entities_max: int = Field(
        512, ge=1, description="Entities of a signature in a day at one source; the rest is counted together."
    )
    keys_max: int = Field(
        8192, ge=1, description="The same for all signatures of a source: entities and their states in a day."
    )
    signatures_max: int = Field(
        4096, ge=1, description="Signatures of a source in a day, without a state and with one each."
    )
    sources_max: int = Field(
        10_000, ge=1, description="Sources of a tenant in a day; those that [[source]] names come first."
    )
    tenant_keys_max: int = Field(
        1_000_000, ge=1, description="Everything counted apart for a tenant in a day; its last sources go."
    )
    backups: int = Field(2, ge=0, description="Daily copies kept in state_dir/backups; 0 makes none.")


class Attention(Section):
    """What deserves an operator's eye."""

    threshold: float = Field(50.0, ge=0, le=100, description="Items below it are not shown; 50 is even odds.")
    weights: dict[str, FiniteFloat] = Field(
        {},
        description="Factor on a part of the score, by its name in `why`; 0 switches it off.",
        examples=[{"recurrence": 1.0}],
    )


class Digest(Section):
    """When and how the digest is written."""

    daily: str = Field(
        "07:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="The whole digest, once a day at this time.",
    )
    timezone: Zone = Field("UTC", description="Zone of `daily` and of the times in digests.")
    every: Seconds = Field(
        900.0, gt=0, description="In between, only what is new, worse, returned or recovered."
    )
    window: Seconds = Field(86_400.0, gt=0, description="How far back a digest looks for what to tell.")
    top: int = Field(10, ge=1, le=10, description="At most so many items.")
    per_tenant: bool = Field(False, description="A file for each tenant beside the common one.")


class Config(Section):
    """The whole file."""

    state_dir: Path = Field(
        Path("/var/lib/brainstemd"), description="spool/, notes/, memory.db, events/ and backups/ live here."
    )
    runtime_dir: RuntimeDir = Field(Path("/run/brainstemd"), description="health.sock lives here.")
    digest_dir: Path = Field(
        Path("/var/log/brainstemd"), description="digest.log, digest.jsonl and digest.html are written here."
    )
    listen: tuple[Listen, ...] = Field(
        (Listen(), Listen(transport="tcp")),
        description="As many tables as wanted; they replace the default two.",
    )
    source: tuple[Source, ...] = Field((), description="Who speaks; the first table that fits wins.")
    spool: Spool = Field(Spool(), description="The append-only store of raw lines.")
    memory: Memory = Field(Memory(), description="The database of counts, transitions and signatures.")
    attention: Attention = Field(Attention(), description="What deserves an operator's eye.")
    digest: Digest = Field(Digest(), description="When and how the digest is written.")

    @model_validator(mode="after")
    def _listeners_differ(self) -> Self:
        taken: dict[tuple[str, str], int] = {}
        named: dict[str, int] = {}
        for number, listen in enumerate(self.listen):
            wire = "udp" if listen.transport == "udp" else "tcp"
            for address in listen.address:
                # Port 0 is any free port, so it is taken by nobody.
                other = None if address.endswith(":0") else taken.setdefault((wire, address), number)
                if other not in (None, number):
                    raise misfit(
                        f"listen[{other}] takes {wire} {address} as well", "listen", number, "address"
                    )
            if listen.name is not None and named.setdefault(listen.name, number) != number:
                raise misfit(
                    f"listen[{named[listen.name]}] has the name {listen.name!r} as well",
                    "listen",
                    number,
                    "name",
                )
        return self
