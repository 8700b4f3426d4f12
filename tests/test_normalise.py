"""The generic layer: vendors nobody wrote a dialect for; polarity, outcome, entity, slots, repeats, losses."""

from __future__ import annotations

import pytest

from brainstemd.models import Event
from brainstemd.pipeline import decode, normalise


def read(message: str, app: str = "vendord") -> Event:
    event = decode(f"<13>Mar 22 00:00:01 box-1 {app}: {message}".encode())
    normalise(event)
    assert event.vendor is None or app != "vendord"
    return event


STATES = {
    # message: (polarity, healed, orderly)
    "VPN tunnel dropped and recovered": ("up", True, False),
    "uplink lost, then restored after 4 s": ("up", True, False),
    "WAN failed over and back": ("up", True, False),
    "BGP session to 10.0.0.1 flapped": ("up", True, False),
    "service restarted unexpectedly": ("up", True, False),
    "link down": ("down", False, False),
    "Link is now up": ("up", False, False),
    "Interface wan2 changed state from up to down": ("down", False, False),
    "port 7: state Up -> Down": ("down", False, False),
    "node n-3 is not reachable": ("down", False, False),
    "node n-3 is reachable again": ("up", False, False),
    "peer 10.0.0.9 is no longer reachable": ("down", False, False),
    "peer 10.0.0.9 is no longer unreachable": ("up", False, False),
    "MySQL server has gone away": ("down", False, False),
    "agent went away": ("down", False, False),
    "lost connection to controller": ("down", False, False),
    "connection to controller restored": ("up", False, False),
    "Restored connection after it was lost": ("up", False, False),
    "tunnel branch-1 established": ("up", False, False),
    "OSPF neighbor 10.0.0.2 from FULL to INIT": ("down", False, False),
    "OSPF neighbor 10.0.0.2 from LOADING to FULL": ("up", False, False),
    "database not responding": ("down", False, False),
    "failed to start daemon": ("down", False, False),
    "disk bay 3 failed": ("down", False, False),
    "array md0 degraded": ("down", False, False),
    "Interface eth3 is administratively down": ("down", False, True),
    "shutting down on signal 15": ("down", False, True),
    "stopped service web by request": ("down", False, True),
    "daemon stopped responding": ("down", False, False),
    "reload requested by admin": ("neutral", False, True),
    "cleaned up 3 files": ("neutral", False, False),
    "set up listener": ("neutral", False, False),
    "up to 5 workers allowed": ("neutral", False, False),
    "no errors found": ("neutral", False, False),
    "user anna logged in": ("neutral", False, False),
    "backup job nightly failed": ("neutral", False, False),
    "login failed for anna": ("neutral", False, False),
    "3 packets dropped by policy": ("neutral", False, False),
    "download finished": ("neutral", False, False),
    "countdown 5": ("neutral", False, False),
    "query slowdown": ("neutral", False, False),
}


@pytest.mark.parametrize("message", STATES)
def test_state_words(message: str) -> None:
    """Polarity, healed and orderly by words, phrases and negation; standing things only."""
    event = read(message)
    assert (event.polarity, event.healed, event.orderly) == STATES[message]


OUTCOMES = {
    "login failed for anna": "failure",
    "authentication of anna succeeded": "success",
    "authentication unsuccessful": "failure",
    "access denied": "failure",
    "backup of db-1 completed": "success",
    "backup of db-1 completed with errors": "failure",
    "sync done: 40 copied, 0 failed": "success",
    "sync done: 40 copied, 10 failed": "failure",
    "no failures": None,
    "job x-1 exit code 0": "success",
    "job x-1 exit code 2": "failure",
    "job x-1 rc=0": "success",
    "temperature 40 C": None,
}


@pytest.mark.parametrize("message", OUTCOMES)
def test_outcomes(message: str) -> None:
    """How an attempt ended, by words and by return codes; zero failures are none."""
    assert read(message).outcome == OUTCOMES[message]


ENTITIES = {
    "VPN tunnel dropped and recovered": (None, None),
    "tunnel branch-12 is down": ("branch-12", "tunnel"),
    'VPN "Head Office" went down': ("Head Office", "tunnel"),
    "Tunnel to branch-12 (203.0.113.5) went down": ("branch-12", "tunnel"),
    "tunnel negotiation failed": (None, None),
    "interface GigabitEthernet0/1 down": ("GigabitEthernet0/1", "interface"),
    "ge-0/0/3.0 link down": ("ge-0/0/3.0", "interface"),
    "eth0: link lost": ("eth0", "interface"),
    "link down on ether2": ("ether2", "interface"),
    "unit nginx.service failed": ("nginx.service", "service"),
    "nginx service crashed": ("nginx", "service"),
    "the service crashed": (None, None),
    "backup job nightly-db failed": ("nightly-db", "job"),
    "BGP neighbor 10.0.0.1 down": ("10.0.0.1", "neighbor"),
    "BGP neighbor 2001:db8::1 down": ("2001:db8::1", "neighbor"),
    "disk /dev/sdb failed": ("sdb", "disk"),
    "I/O error on nvme0n1": ("nvme0n1", "disk"),
    "certificate for www.example.com expired": ("www.example.com", "certificate"),
    "zone example.com/IN: transfer failed": ("example.com", "domain"),
    "container web-1 exited with code 1": ("web-1", "container"),
    "PSU 2 failed": ("PSU 2", "sensor"),
    "database orders-db is unavailable": ("orders-db", "database"),
    "AP lobby-3 disconnected": ("lobby-3", "ap"),
    "lost connection to 10.0.0.7": ("10.0.0.7", "peer"),
    "state=down tunnel=branch-7 user=anna": ("branch-7", "tunnel"),
    "event=link-state status=up ifname=wan1": ("wan1", "interface"),
    "branch-9 is unreachable": ("branch-9", "thing"),
    "Failed password for admin from 10.1.2.3 port 54422": ("admin", "user"),
    "Login failed for user svc-backup from host 192.0.2.4": ("svc-backup", "user"),
    "process 4711 died": (None, None),
    "listening on port 8080": (None, None),
    "allowed 10.0.0.1:4444 -> 10.0.0.2:443": (None, None),
}


@pytest.mark.parametrize("message", ENTITIES)
def test_entities(message: str) -> None:
    """What a person would say is broken; never a pid, port, time or number."""
    event = read(message)
    assert (event.entity, event.entity_kind) == ENTITIES[message]


SLOTS = {
    "Failed password for admin from 10.1.2.3 port 54422": {
        "user": "admin",
        "src_ip": "10.1.2.3",
        "src_port": 54422,
        "outcome": "failure",
    },
    "User 'bob' failed to log in from 192.0.2.4": {"user": "bob", "src_ip": "192.0.2.4"},
    'drop src=10.0.0.1 spt=1234 dst="10.0.0.2" dpt=22 act=Drop usrName=eve': {
        "src_ip": "10.0.0.1",
        "src_port": 1234,
        "dst_ip": "10.0.0.2",
        "dst_port": 22,
        "action": "drop",
        "user": "eve",
    },
    "allowed 10.0.0.1:4444 -> 10.0.0.2:443": {
        "src_ip": "10.0.0.1",
        "src_port": 4444,
        "dst_ip": "10.0.0.2",
        "dst_port": 443,
    },
    "connection from [2001:db8::1]:4444": {"src_ip": "2001:db8::1"},
    "connection from ::ffff:10.0.0.1 refused": {"src_ip": "10.0.0.1"},
    "Configured from console by admin on vty0 (10.1.1.1)": {"user": "admin"},
    "srcport=99999 dstport=x src=999.1.1.1": {"src_port": None, "dst_port": None, "src_ip": None},
    "mac 00:11:22:33:44:55 learned from 00:11:22:33:44:66": {"src_ip": None},
    "%ACME_SYS-3-FANFAIL: fan tray 1 failed": {"event_code": "ACME_SYS-3-FANFAIL"},
}


@pytest.mark.parametrize("message", SLOTS)
def test_slots(message: str) -> None:
    """Who and where, by wording and by names of pairs."""
    event = read(message)
    assert {name: getattr(event, name) for name in SLOTS[message]} == SLOTS[message]


REPEATS = {
    "last message repeated 5 times": (5, True, "last message repeated 5 times"),
    "Last message repeated 1 time": (1, True, "Last message repeated 1 time"),
    "previous message repeated 7 times.": (7, True, "previous message repeated 7 times."),
    "last message repeated 999999999999 times": (100_000, True, "last message repeated 999999999999 times"),
    "message repeated 3 times: [ Failed password for root from 10.1.1.1 port 22 ssh2]": (
        3,
        False,
        "Failed password for root from 10.1.1.1 port 22 ssh2",
    ),
    "--- last message repeated 2 times ---": (2, True, "--- last message repeated 2 times ---"),
    "the test was repeated 5 times with success": (1, False, "the test was repeated 5 times with success"),
}


@pytest.mark.parametrize("message", REPEATS)
def test_repeats(message: str) -> None:
    """What a line weighs, and whether the weight is the line's before; absurd numbers are bounded."""
    event = decode(f"<13>Mar 22 00:00:01 box-1 {message}".encode())
    normalise(event)
    assert (event.repeat, event.repeats_previous, event.message) == REPEATS[message]


def test_a_repeated_line_is_read_like_the_line() -> None:
    """The inner message goes through its dialect."""
    event = decode(
        b"<13>Mar 22 00:00:01 box-1 sshd[9]: message repeated 3 times: [ Failed password for root from 10.1.1.1 port 22 ssh2]"
    )
    normalise(event)
    assert (event.product, event.user, event.outcome, event.repeat) == ("sshd", "root", "failure", 3)


LOSSES = {
    "imuxsock lost 120 messages from pid 12 due to rate-limiting": 120,
    "Suppressed 1234 messages from nginx.service": 1234,
    "printk: 17 messages suppressed.": 17,
    "net_ratelimit: 12 callbacks suppressed": 12,
    "Missed 9 kernel messages": 9,
    "imjournal: 3512 messages lost due to rate-limiting (20000 allowed within 600 seconds)": 3512,
    "Forwarding to syslog missed 5 messages.": 5,
    "kauditd_printk_skb: 12 callbacks suppressed": 12,
    "%SYS-3-MSGLOST: 7 messages lost because of queue overflow": 7,
    "%SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 41 packets": 41,
    "Resuming log processing at this invocation; held 1234 messages.": 1234,
    "Log buffer full, 12 logs lost": 12,
    "115 log messages were dropped due to rate limiting": 115,
    "Dropped 15 syslog events": 15,
    "syslog queue full: dropped_messages=31": 31,
    "log entries discarded: 4": 4,
    "0 messages lost due to rate-limiting": None,
    "3 packets dropped by policy": None,
    "lost 3 messages from BGP neighbor 10.0.0.1": None,
    "queue orders: 5 messages dropped": None,
    "12 events lost by perf": None,
    "5 records lost in zone transfer": None,
    "session lost, 3 messages in the outbox": None,
    "lost connection to db-1": None,
}


@pytest.mark.parametrize("message", LOSSES)
def test_announced_losses(message: str) -> None:
    """A sender that says how many lines it lost is believed; lost packets are no lost lines."""
    assert read(message).lost == LOSSES[message]


def test_only_the_head_of_a_long_message_is_searched() -> None:
    """State behind the first 2 KiB is kept in the message but not read."""
    event = read("x " * 1500 + "tunnel b-1 down")
    assert event.polarity == "neutral"
    assert event.message.endswith("tunnel b-1 down")
