"""What senders announce of their own losses, in whole lines of several vendors, and running totals."""

from __future__ import annotations

import json

import pytest

from brainstemd.checks import Facts, evaluate
from brainstemd.config import Config
from brainstemd.fold import Fold
from brainstemd.models import SECOND_US, Cursor, Framing, Gap, Origin, Record, RecordKind
from brainstemd.pipeline import decode, normalise
from brainstemd.pipeline.losses import TALLIES_MAX, Tallies
from brainstemd.senders import SenderLosses, is_blind

S = SECOND_US
AT = 1_774_162_800 * S  # 2026-03-22T07:00:00Z
HEAD = "<46>Mar 22 07:00:{:02} h "

LINES = {
    "<4>Mar 22 10:00:00 h kernel: [  99.0] audit: 3 callbacks suppressed": 3,
    "<46>Mar 22 10:00:00 h systemd-journald[33]: Suppressed 1234 messages from nginx.service": 1234,
    "<189>45: *Mar 22 10:00:00: %SEC-6-IPACCESSLOGRL: access-list logging rate-limited or missed 41 packets": 41,
    '<189>date=2026-03-22 time=10:00:00 devname="fw" devid="FG1" logid="0100020010" type="event" subtype="system"'
    ' level="warning" vd="root" logdesc="Log buffer" msg="Log buffer full, 12 logs lost"': 12,
    "<14>Mar 22 10:00:00 pa 1,2026/03/22 10:00:00,0011,SYSTEM,general,0,2026/03/22 10:00:00,,general,,0,0,general,"
    'high,"Syslog queue full, 35 logs dropped",1,0x0': 35,
    "<30>1 2026-03-22T10:00:00Z srx eventd 12 - - rate limit: 44 messages suppressed": 44,
    "<134>CEF:0|X|Y|1|100|Log drop|5|msg=15 log messages dropped": 15,
    "<130>Mar 22 10:00:00 f5 warning tmm[1]: 01010045:5: Resuming log processing at this invocation; held 9 messages.": 9,
    "<13>Mar 22 10:00:00 h app: 5 packets dropped": None,
    "<22>Mar 22 10:00:00 mx1 postfix/qmgr[2]: 4 messages discarded from queue": None,
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_loss_is_read_in_its_vendors_line(line: str) -> None:
    """Through header and dialect; dropped packets and mails are no lost log lines."""
    event = decode(line.encode())
    normalise(event)
    assert (event.lost, event.tally) == (LINES[line], None)


def gaps(*messages: tuple[int, str]) -> list[Gap]:
    """The gaps of messages at these seconds, a commit and a new fold after each."""
    found, carry = [], None
    for n, (second, message) in enumerate(messages):
        fold = Fold(Config(), carry)
        raw = (HEAD.format(second) + message).encode()
        origin = Origin("udp", "udp:514", "10.0.0.1")
        fold.add(
            Record(RecordKind.LINES, 1, n, Cursor(1, n), AT + second * S, origin, Framing.DATAGRAM, 0, (raw,))
        )
        delta = fold.take(Cursor(1, n))
        found += delta.gaps
        carry = json.loads(json.dumps(delta.carry))
    return found


def test_an_announced_loss_is_a_gap_with_source_and_count() -> None:
    """One line, one gap, to the second."""
    lost = gaps((7, "rsyslogd: imuxsock lost 120 messages from pid 12 due to rate-limiting"))
    assert lost == [Gap(AT + 7 * S, AT + 7 * S, "sender_lost", 120, "default", "h")]


STATISTICS = (
    "syslog-ng[3]: Log statistics; processed='center(queued)=12', dropped='dst.tcp(d#0,1.2.3.4:514)={}'"
)


def test_running_totals_are_losses_by_what_they_grew() -> None:
    """The first total says nothing; growth is lost in between; a smaller total is of a counter that began anew."""
    lost = gaps(*((n, STATISTICS.format(total)) for n, total in enumerate([500, 500, 512, 3, 3])))
    assert lost == [
        Gap(AT + 1 * S, AT + 2 * S, "sender_lost", 12, "default", "h"),
        Gap(AT + 2 * S, AT + 3 * S, "sender_lost", 3, "default", "h"),
    ]


def test_totals_of_several_queues_are_apart() -> None:
    """rsyslog's impstats tell each queue in a line of its own."""
    line = "rsyslogd-pstats: {}: origin=core.queue size=0 enqueued=1 full=0 discarded.full={} discarded.nf=1"
    lost = gaps(
        (1, line.format("main Q", 10)),
        (2, line.format("action 1", 400)),
        (3, line.format("main Q", 14)),
        (4, line.format("action 1", 400)),
    )
    assert [gap.lost for gap in lost] == [4]


def test_the_kernels_total_is_told_only_when_it_grows() -> None:
    """The first audit_lost is a loss of unknown size, the next one of known size."""
    line = "kernel: audit: audit_lost={} audit_rate_limit=0 audit_backlog_limit=64"
    assert [gap.lost for gap in gaps((1, line.format(45)), (2, line.format(60)))] == [None, 15]


def test_an_older_total_says_nothing() -> None:
    """Statistics that overtook one another are no restart."""
    tallies = Tallies()
    for t_us, total in ((10, 5), (30, 9), (20, 7)):
        lost = tallies.hear("acme", "h", ("dropped", total), t_us)
    assert lost == []


def test_totals_are_bounded_whoever_came_first() -> None:
    """A flood of invented sources: those of smallest hash stay."""
    hosts = [f"h-{n}" for n in range(TALLIES_MAX + 300)]

    def kept(order: list[str]) -> list[object]:
        tallies = Tallies()
        for host in order:
            tallies.hear("acme", host, ("dropped", 1), 0)
        return sorted(tallies.to_carry())

    assert kept(hosts) == kept(hosts[::-1])
    assert len(kept(hosts)) == TALLIES_MAX


def test_health_says_who_lost_lines_and_how_it_is_known() -> None:
    """Counted by reason, unknown numbers too; degraded while it is recent, fine without; our own gaps are not theirs."""
    losses = SenderLosses()
    losses.note([Gap(0, 1, "receiver_down", None), Gap(1, 2, "sequence", 20, "acme", "fw-01")])
    losses.note([Gap(3, 3, "sender_lost", None, "acme", "web-02"), Gap(3, 3, "sequence", 5, "acme", "fw-02")])
    assert losses.counters == {
        "gaps.sender_lost": 1, "gaps.sequence": 2, "lines.sender_lost": 0, "lines.sequence": 25,
    }  # fmt: skip
    facts = Facts(sender_lost_recent=dict(losses.counters), sender_lost_last=losses.last)
    check = next(check for check in evaluate(facts) if check.name == "sender_losses")
    assert (check.status, check.value) == ("degraded", 25)
    assert check.hint.endswith("sender_lost 0 (last web-02), sequence 25 (last fw-02)")
    assert {c.status for c in evaluate(Facts()) if c.name == "sender_losses"} == {"ok"}


def test_partial_losses_are_no_blindness() -> None:
    """Some lines lost among others excuse no silence; a jump over minutes does, and so do our own gaps."""
    blind = [
        Gap(0, 60 * S, "receiver_down", None),
        Gap(0, 600 * S, "sequence", 300, "acme", "fw-01"),
    ]
    partial = [
        Gap(0, 70 * S, "sequence", 3, "acme", "fw-01"),
        Gap(0, 600 * S, "sender_lost", 3, "acme", "fw-01"),
    ]
    assert [gap for gap in [*partial, *blind] if is_blind(gap)] == blind
