"""Which of Fortinet's products wrote a key=value line, by the first letters of the serial number that it bears (Fortinet hardware
quick start guides). Lines without a serial number, or of an unknown one, are the firewall's where they look like it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_HEAD_MAX: Final = 600
# `devid`, `device_id`, `dev_id`; begins with a literal so that the engine can skip.
_SERIAL = re.compile(r"dev(?<![^ ,]dev)(?:ice_|_)?id=\"?([A-Z]{1,8}(?:-?\d)?)")
# The longest prefix decides.
_PREFIXES: Final = {
    "FG": "fortigate", "FW": "fortigate",
    "FWB": "fortiweb", "FV": "fortiweb", "FWEB": "fortiweb",
    "FAD": "fortiadc",
    "FE": "fortimail", "FML": "fortimail",
    "FAZ": "fortianalyzer", "FL": "fortianalyzer",
    "FMG": "fortimanager", "FM": "fortimanager",
    "S1": "fortiswitch", "S2": "fortiswitch", "S3": "fortiswitch", "S4": "fortiswitch", "S5": "fortiswitch", "S6": "fortiswitch",
    "FS": "fortiswitch",
    "FSA": "fortisandbox",
    "FP": "fortiap", "FAP": "fortiap", "PS": "fortiap", "PU": "fortiap",
    "FPX": "fortiproxy",
    "FAC": "fortiauthenticator",
    "FNAC": "fortinac", "FNC": "fortinac",
    "FI": "fortiddos", "FDD": "fortiddos",
    "FCT": "forticlient", "FCTEMS": "forticlient",
    "FVE": "fortivoice",
}  # fmt: skip


def product_of_serial(text: str) -> str | None:
    """The product that a line's device id names, or None; the first 600 characters are searched."""
    match = _SERIAL.search(text, 0, _HEAD_MAX)
    return None if match is None else _product(match[1])


@lru_cache(maxsize=1024)
def _product(begin: str) -> str | None:
    letters = begin.replace("-", "")
    return next((found for size in range(7, 1, -1) if (found := _PREFIXES.get(letters[:size]))), None)
