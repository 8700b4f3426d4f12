"""A line's own host in what it says: one signature for all hosts, and no word of a message lost to a name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brainstemd.models import Event
from brainstemd.pipeline import Fingerprinter, decode, normalise
from brainstemd.pipeline.own_name import SIGN, is_sure, name_of, unnamed

HOSTS = (
    "web01",
    "hermes",
    "HERMES",
    "dc01.k7q.corp",
    "mill-ad1.zet.intern",
    "Athene.lan",
    "0a12-fw",
    "backup",
    "link.q.corp",
)
SNARE = (
    "<14>Mar 22 10:00:00 {header} MSWinEventLog\t1\tSystem\t1823\tSun Mar 22 10:00:00 2026\t7034\tService Control Manager\tN/A"
    "\tN/A\tError\t{computer}\tNone\t\tThe Print Spooler service terminated unexpectedly."
)


def template(raw: str) -> str:
    event = decode(raw.encode())
    normalise(event)
    return Fingerprinter().mark(event).template


def said(host: str, message: str, app: str = "backupd") -> str:
    return template(f"<14>1 2026-03-22T10:00:00Z {host} {app} 12 - - {message}")


@pytest.mark.parametrize("host", HOSTS)
def test_an_event_through_snare_is_one_signature_whatever_the_domain(host: str) -> None:
    """Also a computer that bears a word's name, one behind a relay of another name, and tabs that a relay escaped."""
    wanted = template(SNARE.format(header="fs01", computer="fs01"))
    assert " Error <host> None " in wanted
    line = SNARE.format(header=host, computer=host)
    assert template(line) == wanted
    assert template(SNARE.format(header="relay", computer=host)) == wanted
    assert template(SNARE.format(header=host.partition(".")[0], computer=host)) == wanted
    assert template(line.replace("\t", "#011")) == wanted


@pytest.mark.parametrize("sign", ["\t", "#011", ",", "|"])
def test_the_account_of_a_column_is_a_slot(sign: str) -> None:
    """Whoever it is, with or without a domain, a person or a machine; nobody stays nobody."""
    line = SNARE.replace("\tN/A\tN/A\t", "\t{account}\t").replace("\t", sign)
    said_by = {
        account: template(line.format(header="fs01", computer="fs01", account=account.replace("\t", sign)))
        for account in (
            "CORP\\admin\tUser",
            "anna\tUser",
            "CORP\\FS01$\tN/A",
            "NT AUTHORITY\\SYSTEM\tWell Known Group",
            "Unknown User\tN/A",
            "N/A\tN/A",
        )
    }
    nobody = said_by.pop("N/A\tN/A")
    assert len(set(said_by.values())) == 1
    assert "<user>" in said_by["anna\tUser"]
    assert "<user>" not in nobody


@pytest.mark.parametrize("computer", ["web01", "web01.acme.corp", "backup.acme.corp"])
def test_an_event_in_xml_names_its_computer(computer: str) -> None:
    """By its element, also where the word could mean something else."""
    line = (
        "<13>1 2026-11-20T10:00:00Z {0} Security 644 - - <Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
        "<EventID>4625</EventID><Computer>{0}</Computer></System><EventData><Data Name='Status'>0xc0</Data></EventData></Event>"
    )
    assert template(line.format(computer)) == template(line.format("fs02.k.corp"))


def test_snare_names_the_program() -> None:
    """The source's column is what other ways of the event log give as app_name."""
    event = decode(SNARE.format(header="fs01", computer="fs01").encode())
    normalise(event)
    assert (event.app_name, event.computer) == ("Service Control Manager", "fs01")


@pytest.mark.parametrize("host", [host for host in HOSTS if is_sure(host.partition(".")[0])])
def test_a_host_that_speaks_of_itself_says_what_others_say(host: str) -> None:
    """By its short name, its full one, in capitals, in brackets, with a port, at the end of a sentence, as an account."""
    short = host.partition(".")[0]
    for message in (
        "job on {} done",
        "{}: all well",
        "job left ({})",
        "job sent to {}:22, all well",
        "done on {}.",
        "ACME\\{}$ asks",
    ):
        wanted = said("web02", message.format("web02"))
        for written in (host, short, short.upper(), short.lower()):
            assert said(host, message.format(written)) == wanted, (message, written)


def test_another_host_is_not_its_own() -> None:
    """`web1` is neither `web10` nor `web1-a`, a path or a part of a word holds no host, and a host that is spoken of stays."""
    for message in (
        "hermeso is slow",
        "hermes_x is slow",
        "un-hermes is slow",
        "hermes-2 is slow",
        "/srv/hermes/x is slow",
    ):
        assert unnamed(message, name_of("hermes"), None) == message
    assert (
        unnamed("hermes.conf read, hermes=3, hermes.service", name_of("hermes"), None)
        == "hermes.conf read, hermes=3, hermes.service"
    )
    assert said("hermes", "athene is slow") == "athene is slow"


@pytest.mark.parametrize(
    "host",
    ["backup", "db", "link", "sales", "down", "nginx", "mail", "failed", "up", "x", "7", "10.1.2.3", "error"],
)
def test_a_host_with_a_words_name_eats_no_words(host: str) -> None:
    """Trade words, states, products and addresses stay what they are in a sentence."""
    message = f"{host} job on {host} {host} and 3 {host} items: {host}, {host}.x"
    if host != "sales":  # no word of the trade: a name
        assert unnamed(message, name_of(host), None) == message


def test_a_words_name_is_a_name_where_the_line_says_so() -> None:
    """With its own domain, behind a word for a computer, or as the machine's account."""
    own = name_of("backup.acme.corp")
    for message in (
        "{} backup done",
        "host {} ended its backup",
        "computer={} backup",
        "seen {}\tbackup job",
    ):
        first = "backup.acme.corp" if message.startswith(("{}", "seen")) else "backup"
        assert unnamed(message.format(first), own, None) == message.format(SIGN)
    assert unnamed("backup of ACME\\BACKUP$ done", own, None) == f"backup of {SIGN} done"


def test_a_program_is_no_host() -> None:
    """A container is called as what runs in it."""
    assert said("hermesd", "hermesd started", "hermesd") == said("web02", "hermesd started", "hermesd")


@given(
    st.sampled_from(HOSTS),
    st.lists(
        st.sampled_from(
            [
                "job",
                "on",
                "NAME",
                "NAME:",
                "(NAME)",
                "NAME.",
                "7",
                "rc=0",
                "down",
                "\t",
                "'NAME'",
                "x=NAME",
                "\\",
            ]
        ),
        max_size=9,
    ),
)
@settings(max_examples=300, deadline=None)
def test_the_mark_is_a_function_of_the_line(host: str, words: list[str]) -> None:
    """Caches warm from other hosts' lines change nothing, and the message itself is left as it is."""
    warm = Fingerprinter()

    def event_of(name: str) -> Event:
        message = " ".join(words).replace("NAME", name)
        event = Event(None, None, None, None, name, "jobd", None, None, None, message)
        normalise(event)
        return event

    for name in (*HOSTS, host, *HOSTS):
        event = event_of(name)
        before = event.message
        assert warm.mark(event) == Fingerprinter(0).mark(event_of(name))
        assert event.message == before
        if is_sure(name.partition(".")[0]):
            assert warm.mark(event).template == warm.mark(event_of("web02")).template
