"""Network vendors' dialects: they leave alone what only looks like theirs, and read any damaged line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.dialects import DIALECTS
from brainstemd.pipeline.normalise import Dispatch

CORPUS = Path(__file__).parent / "corpus"
RAWS = [
    json.loads(line)["raw"].encode()
    for path in sorted(CORPUS.glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
VENDORS = (
    "access_switches arista aruba barracuda branch_tunnels brocade checkpoint cisco_asa cisco_ios comware"
    " dell extreme f5 fortigate huawei infoblox"
    " inspectors junos legacy_firewalls meraki"
    " mikrotik netscaler panos pfsense sonicwall sophos_xg ubiquiti watchguard zscaler"
)
NETWORK = [dialect for dialect in DIALECTS if dialect.name in VENDORS.split()]


@pytest.mark.parametrize(
    "raw",
    [
        "<38>Mar 22 10:00:00 combo sshd(pam_unix)[19939]: authentication failure; logname= uid=0 rhost=10.1.2.3",
        "<38>Mar 22 10:00:00 combo su(pam_unix)[21416]: session opened for user cyrus by (uid=0)",
        "<30>Mar 22 10:00:00 r1 bfdd[800]: state-change: [mhop:no peer:10.0.0.2] up -> down reason:control-expired",
        "<30>Mar 22 10:00:00 r1 vrrpd[801]: [VRRP] vrid 10: Backup -> Master",
        "<30>Mar 22 10:00:00 gw pppd[802]: Connection terminated.",
        "<30>Mar 22 10:00:00 ns1 nsd[803]: zone example.com serial 7 is updated",
        "<30>Mar 22 10:00:00 web httpd[804]: 10.0.0.15 - - [22/Mar/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
        "<30>Mar 22 10:00:00 web audit[805]: USER_LOGIN pid=1 uid=0 res=failed",
        "<30>Mar 22 10:00:00 web ERROR server: connection lost",
        "<30>Mar 22 10:00:00 web vpn: tunnel to office is down",
        "<30>Mar 22 10:00:00 web interface: port 3 link down",
        "<30>Mar 22 10:00:00 web mgmtd[7]: interface eth0 is down",
        "<30>Mar 22 10:00:00 web system: disk is full",
        "<30>Mar 22 10:00:00 web security: scan finished",
        "<30>Mar 22 10:00:00 web monitor[806]: check web is down",
        "<30>Mar 22 10:00:00 box id=7 state=down",
        "<30>Mar 22 10:00:00 box type=link state=down",
        "<30>Mar 22 10:00:00 box events were lost",
        "<30>Mar 22 10:00:00 box 1,2,3,SYSTEM,4",
    ],
)  # fmt: skip
def test_words_that_others_use_too_make_no_vendor(raw: str) -> None:
    """A program or key that many have is not enough: no network vendor claims the line."""
    event = decode(raw.encode())
    owners = [dialect.name for dialect in NETWORK if Dispatch([dialect]).find(event) is not None]
    assert owners == []


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_lines_are_read(data: st.DataObject) -> None:
    """Cut, doubled and mixed lines of all vendors: nothing raises, and what comes out is of its kind."""
    raw = data.draw(st.sampled_from(RAWS))
    other = data.draw(st.sampled_from(RAWS))
    at, to = sorted(data.draw(st.tuples(st.integers(0, len(raw)), st.integers(0, len(raw)))))
    piece = data.draw(st.sampled_from([b"", b"\xff", b'"', b"=", b"|", b"[", raw[at:to] * 3, other]))
    event = decode(raw[:at] + piece + raw[to:])
    normalise(event)
    assert event.polarity in ("up", "down", "neutral")
    assert event.outcome in (None, "success", "failure")
    assert all(port is None or 0 <= port < 65_536 for port in (event.src_port, event.dst_port))
    assert event.entity != ""
    assert event.user != ""
    assert "" not in (event.vendor, event.product, event.event_code, event.action, event.interface)
