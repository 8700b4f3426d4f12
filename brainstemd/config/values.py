"""Values as people write them: durations, sizes, addresses, networks, zones. Parsers raise ValueError."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}
_UNITS_B = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_RATE_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_THOUSANDS = {"": 1.0, "k": 1e3, "M": 1e6}
_RATE = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{1,9})?)\s*([kM]?)\s*(?:/\s*([smhd]))?\s*")
_MOST = 2**62  # beyond every limit below, within every number type
_HOST_PATTERN = re.compile(r"[A-Za-z0-9_.:*?\[\]!-]{1,255}")
_CLIENT = re.compile(r"(?:\*\.)?[^*\x00-\x1f\x7f]{1,253}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def parse_duration(value: object) -> float:
    """Seconds from "250ms", "1s", "15m", "24h", "7d", "2w"; a bare number is seconds. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError('expected a duration such as "15m"')  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, int | float):
        return float(max(-1, min(value, _MOST))) if isinstance(value, int) else value
    match = re.fullmatch(r"\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*(ms|s|m|h|d|w)?\s*", value)
    if match is None:
        raise ValueError('expected a duration such as "1s", "15m", "24h" or "7d"')
    return float(match[1]) * _UNITS_S[match[2] or "s"]


def parse_size(value: object) -> int:
    """Bytes from "64KiB", "1GiB", "500MB"; a bare number is bytes. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError('expected a size such as "64MiB"')  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, int):
        return value
    match = re.fullmatch(r"\s*([0-9]{1,15}(?:\.[0-9]{1,15})?)\s*([KMG]i?B|B)?\s*", value)
    if match is None:
        raise ValueError('expected a size such as "64KiB", "500MB" or "1GiB"')
    return int(float(match[1]) * _UNITS_B[match[2] or ""])


def parse_rate(value: object) -> float:
    """Lines a second from "500/s", "10k/s", "600/m", "2M/h"; a bare number is a second's. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError('expected a rate such as "500/s"')  # noqa: TRY004 - pydantic wants ValueError
    if isinstance(value, int | float):
        return float(max(-1, min(value, _MOST))) if isinstance(value, int) else value
    match = _RATE.fullmatch(value)
    if match is None:
        raise ValueError('expected a rate such as "500/s", "10k/s" or "600/m"')
    return float(match[1]) * _THOUSANDS[match[2]] / _RATE_S[match[3] or "s"]


def show_duration(seconds: float) -> str:
    """The shortest way to write it that `parse_duration` reads back: 900.0 is "15m"."""
    if seconds == _UNITS_S["d"]:
        return "24h"
    for unit in ("d", "h", "m", "s", "ms"):
        text = f"{round(seconds / _UNITS_S[unit])}{unit}"
        if parse_duration(text) == seconds and (seconds or unit == "s"):
            return text
    return f"{seconds:.9f}s"


def show_size(size: int) -> str:
    """The shortest way to write it that `parse_size` reads back: 65536 is "64KiB"."""
    for unit in ("GiB", "MiB", "KiB"):
        if size and size % _UNITS_B[unit] == 0:
            return f"{size // _UNITS_B[unit]}{unit}"
    return f"{size}B"


def show_rate(rate: float) -> str:
    """A way to write it that `parse_rate` reads back: 500.0 is "500/s"."""
    for unit, seconds in _RATE_S.items():
        text = f"{round(rate * seconds)}/{unit}"
        if parse_rate(text) == rate:
            return text
    return f"{rate:.9f}/s"


def misfit(reason: str, *at: str | int) -> PydanticCustomError:
    """Values do not fit together; `at` is the path, below the model, of the key to point at."""
    return PydanticCustomError("misfit", "{reason}", {"reason": reason, "at": at})


def parse_address(text: str) -> tuple[str, int]:
    """Host and port from "192.0.2.1:514" or "[2001:db8::1]:514". No names: a listener must not wait for DNS.

    Raises ValueError.
    """
    host, colon, port = text.rpartition(":")
    if not colon or not re.fullmatch(r"[0-9]{1,5}", port):
        raise ValueError('expected address and port, such as "0.0.0.0:514" or "[::]:514"')
    if not 0 <= int(port) <= 65_535:
        raise ValueError("the port must be at most 65535")
    bracketed = host.startswith("[") and host.endswith("]")
    try:
        address = ipaddress.ip_address(host[1:-1] if bracketed else host)
    except ValueError:
        raise ValueError(f"{host!r} is not an IP address") from None
    if bracketed != (address.version == 6):
        raise ValueError('IPv6 is written in brackets, such as "[::]:514"; IPv4 without')
    return str(address), int(port)


def _check_address(text: str) -> str:
    parse_address(text)
    return text


def _check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not found is a KeyError; a path or a directory the others
        raise ValueError('expected a zone name such as "UTC" or "Europe/Berlin"') from None
    return name


def _check_match(text: str) -> str:
    if "/" in text:
        try:
            ipaddress.ip_network(text)
        except ValueError as error:
            raise ValueError(f"not a network: {error}") from None
    elif not _HOST_PATTERN.fullmatch(text):
        raise ValueError('expected a network, an address or a hostname pattern such as "fw-*.example"')
    return text


def _check_network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f'expected a network or an address, such as "10.1.0.0/16": {error}') from None
    return text


def _check_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("expected at most 64 letters, digits, dots, dashes and underscores")
    return text


def _check_client(text: str) -> str:
    if not _CLIENT.fullmatch(text):
        raise ValueError('expected a name of certificates such as "fw-01.example", "*.example" or an address')
    return text


def parse_fingerprint(text: str) -> str:
    """64 hexadecimal digits from "sha-256:AB:CD:…" (RFC 5425, 4.2.2), from what `openssl x509 -fingerprint -sha256`
    prints, or from the bare digits. Raises ValueError."""
    digits = re.sub(r"^(?:sha-?256(?::| fingerprint=))?", "", text.strip().lower()).replace(":", "")
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise ValueError(
            "expected the SHA-256 of a certificate: 64 hexadecimal digits, with or without colons"
        )
    return digits


def writes(annotation: object, metadata: object) -> object:
    """How a person writes a field: `show_duration`, `show_size`, `show_rate`, or None for a plain TOML value."""
    parts = (*getattr(annotation, "__args__", ()), annotation)
    marks = [mark for part in parts for mark in getattr(part, "__metadata__", ())]
    if isinstance(metadata, list):
        marks += metadata
    parsers = {mark.func for mark in marks if isinstance(mark, BeforeValidator)}
    return next((show for parse, show in _SHOWN.items() if parse in parsers), None)


_SHOWN = {parse_duration: show_duration, parse_size: show_size, parse_rate: show_rate}


Seconds = Annotated[
    float, BeforeValidator(parse_duration), Field(ge=0, le=100 * 366 * 86_400, allow_inf_nan=False)
]
Bytes = Annotated[int, BeforeValidator(parse_size), Field(ge=0, le=2**60)]
Rate = Annotated[float, BeforeValidator(parse_rate), Field(gt=0, le=1e9, allow_inf_nan=False)]  # a second
Address = Annotated[str, AfterValidator(_check_address)]
Zone = Annotated[str, AfterValidator(_check_zone)]
Network = Annotated[str, AfterValidator(_check_network)]
Match = Annotated[str, AfterValidator(_check_match)]
ClientName = Annotated[str, AfterValidator(_check_client)]
Fingerprint = Annotated[str, AfterValidator(parse_fingerprint)]
Name = Annotated[str, AfterValidator(_check_name)]  # of a tenant or listener: it becomes a file name, a label
