"""`maild import`: an archive becomes closed tickets with their threads; nothing is sent or booked, and a second run changes nothing."""

from datetime import UTC, datetime
from mailbox import Maildir
from pathlib import Path

import pytest

from maild.config import load
from maild.ingest.archive_files import NoArchiveError, maildir_places, mbox_places
from maild.message import Arrival
from maild.service import Service
from maild.store.arrivals import ArrivalState
from maild.store.store import Store

pytestmark = pytest.mark.thorough

STAFF, CUSTOMER = "olga@vendor.test", "anna@acme.test"


def mail(number, sender, to, subject, words, *, day=1, **fields):
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return (
        f"From: {sender}\nTo: {to}\nSubject: {subject}\nDate: {day:02} Mar 2024 10:00:00 +0200\nMessage-ID: <{number}@old.test>\n"
        f"{head}\n{words}\n"
    )


QUESTION = mail(1, f"Anna <{CUSTOMER}>", "support@vendor.test", "Printer", "It does not print.\n\n>From me.", day=1)
ANSWER = mail(2, STAFF, CUSTOMER, "Re: Printer", "Update it.\n/time 25m driver", day=2, In_Reply_To="<1@old.test>")
THANKS = mail(
    3, CUSTOMER, STAFF, "Re: Printer", "Works.", day=3, In_Reply_To="<2@old.test>", References="<1@old.test><2@old.test>"
)
ABSENT = mail(
    4, CUSTOMER, STAFF, "Automatic reply: Printer", "Away.", day=4, In_Reply_To="<2@old.test>", Auto_Submitted="auto-replied"
)
OTHER = mail(5, "Boris <boris@elsewhere.test>", "support@vendor.test", "[#1] Licence", "How much?", day=5)
AMONG_US = mail(6, STAFF, "support@vendor.test", "Lunch", "At one?", day=6)
ALL = (THANKS, QUESTION, ANSWER, ABSENT, OTHER, AMONG_US)


def as_mbox(path: Path, *mails: str) -> Path:
    quoted = (text.replace("\nFrom ", "\n>From ").replace("\n>From ", "\n>>From ") for text in mails)
    path.write_text("".join(f"From someone@old.test Mon Mar  4 10:00:00 2024\n{text}\n" for text in quoted))
    return path


@pytest.fixture
def old_mail(tmp_path):
    return as_mbox(tmp_path / "old.mbox", *ALL)


def test_threads_become_closed_tickets(cli, old_mail, config_path):
    assert cli("import", "mbox", old_mail, "--json").json() == {"processed": 6, "known": 0, "quarantined": 0, "waiting": 0}
    printer, licence = cli("tickets", "--json").json()
    assert (printer["subject"], printer["requester"], printer["state"], printer["closed_by"]) == (
        "Printer",
        CUSTOMER,
        "closed",
        "import",
    )
    assert printer["opened_at"] == "2024-03-01T08:00:00Z"
    assert printer["closed_at"] == "2024-03-03T08:00:00Z"
    assert (printer["worked_minutes"], printer["acked_at"]) == (0, None)
    thread = cli("ticket", printer["number"], "--json").json()["thread"]
    assert [(one["direction"], one["message_id"], one["kind"]) for one in thread] == [
        ("in", "<1@old.test>", "mail"),
        ("out", "<2@old.test>", "mail"),
        ("in", "<3@old.test>", "mail"),
        ("in", "<4@old.test>", "automatic"),
    ]
    assert "\n>From me." in thread[0]["text"]
    assert (licence["requester"], licence["messages"]) == ("boris@elsewhere.test", 1)
    store = Store(load(config_path).database_url, "test")
    assert store.counts().letters == {"failed": 0}
    assert cli("time", "--json").json() == []
    assert cli("verify").code == 0
    store.close()


def test_a_second_run_changes_nothing(cli, old_mail, tmp_path):
    cli("import", "mbox", old_mail)
    before = cli("tickets", "--json").out
    assert cli("import", "mbox", old_mail, "--json").json()["known"] == 6
    folder = Maildir(tmp_path / "Maildir")
    for text in (*ALL, mail(7, CUSTOMER, "support@vendor.test", "Re: Printer", "Once more.", day=7, References="<3@old.test>")):
        folder.add(text.replace("\n", "\r\n").encode())
    assert cli("import", "maildir", tmp_path / "Maildir", "--json").json() == {
        "processed": 1, "known": 6, "quarantined": 0, "waiting": 0
    }  # fmt: skip
    after = cli("tickets", "--json").json()
    assert len(after) == 2
    assert before != cli("tickets", "--json").out
    assert after[0]["closed_at"] == "2024-03-07T08:00:00Z"


def test_what_a_killed_run_kept_is_filed_by_the_daemon_without_a_word(config_path, tmp_path):
    service = Service(config_path)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    try:
        arrival = Arrival("import", 0, 7, datetime(2024, 3, 1, tzinfo=UTC), QUESTION.encode())
        (kept,) = service.store.keep([arrival], now, lease_seconds=-1)
        assert kept.state is ArrivalState.KEPT
        assert service.store.oldest_unacked_at() is None
        assert service.pipeline.take_waiting(50, now) == 1
        (ticket,) = service.store.tickets()
        assert (ticket.state, ticket.closed_by) == ("closed", "import")
        assert service.store.counts().letters == {"failed": 0}
    finally:
        service.close()


def test_replies_find_the_old_thread(config_path, old_mail, cli):
    cli("import", "mbox", old_mail)
    service = Service(config_path)
    proof = "Authentication-Results: mx.vendor.test; dmarc=pass header.from=acme.test\n"
    try:
        for number, day, year in ((8, 10, 2024), (9, 11, 2026)):  # within the thirty days of `reopen`, and long after them
            now = datetime(year, 3, day, tzinfo=UTC)
            reply = mail(
                number, CUSTOMER, "support@vendor.test", "Re: Printer", f"Again {year}.", day=day, In_Reply_To="<2@old.test>"
            )
            service.pipeline.take(
                [Arrival("support", 1, number, now, (proof + reply.replace("2024", str(year))).encode())], now
            )
        printer, _, *later = service.store.tickets()
        assert (printer.state, printer.reopened, printer.assignee) == ("open", 1, "olga")
        assert later == []  # it was open again, so the last words belong to it too
    finally:
        service.close()


def test_a_reply_to_what_was_closed_long_ago_is_linked_to_it(config_path, old_mail, cli):
    cli("import", "mbox", old_mail)
    service = Service(config_path)
    now = datetime(2026, 11, 23, tzinfo=UTC)
    try:
        reply = mail(9, CUSTOMER, "support@vendor.test", "Re: Printer", "And again.", In_Reply_To="<2@old.test>")
        service.pipeline.take([Arrival("support", 1, 1, now, reply.encode())], now)
        printer, _, linked = service.store.tickets()
        assert (printer.state, linked.state, linked.linked_to) == ("closed", "new", printer.number)
    finally:
        service.close()


def test_what_cannot_be_read_waits_and_troubles_nobody(cli, tmp_path):
    folder = Maildir(tmp_path / "Maildir")
    folder.add(b"From: x@y.test\r\n" + b"X: y\r\n" * 600 + b"\r\n")
    assert cli("import", "maildir", tmp_path / "Maildir", "--json").json()["quarantined"] == 1
    assert cli("tickets", "--json").json() == []
    (row,) = cli("quarantine", "list", "--json").json()
    assert "500 fields" in row["reason"]


@pytest.mark.parametrize(
    ("content", "says"),
    [("Subject: no mbox\n\nx\n", "no mbox"), ("From here it began in 2024\n\n", "no mbox")],
)
def test_other_files_are_refused(cli, tmp_path, content, says):
    (tmp_path / "file").write_text(content)
    done = cli("import", "mbox", tmp_path / "file")
    assert done.code == 2
    assert says in done.err


def test_a_folder_without_mail_is_refused(tmp_path):
    with pytest.raises(NoArchiveError, match="no Maildir"):
        list(maildir_places(tmp_path))


@pytest.mark.parametrize(
    ("octets", "bodies"),
    [
        (b"From a@b.test Mon Mar  4 10:00:00 2024\nSubject: 1\n\nx\n\nFrom a@b.test Mon Mar  4 10:00:00 2024\n\ny\n", 2),
        (b"From a@b.test Mon Mar  4 10:00:00 2024\r\nSubject: 1\r\n\r\nx\r\n\r\nFrom - Mon Mar 04 10:00:00 2024\r\n\r\ny", 2),
        (b"From a@b.test Mon Mar  4 10:00:00 2024\nSubject: 1\n\nx\n\nFrom today on, since 2024\nit jams\n", 1),
        (b"From a@b.test Mon Mar  4 10:00:00 2024\nSubject: 1\n\nx\nFrom a@b.test Mon Mar  4 10:00:00 2024\ny\n", 1),
        (b"From 16@xxx Mon Mar 04 10:00:00 +0000 2024\nSubject: 1\n\nx\n", 1),
        (b"From a Mon Mar  4 10:00:00 2024\nFrom a Mon Mar  4 10:00:00 2024\nSubject: x\n\n", 2),
        (b"", 0),
    ],
)
def test_where_an_mbox_parts_its_mails(tmp_path, octets, bodies):
    (tmp_path / "x.mbox").write_bytes(octets)
    places = list(mbox_places(tmp_path / "x.mbox"))
    assert len(places) == bodies
    assert all(place.at == datetime(2024, 3, 4, 10, tzinfo=UTC) for place in places)


def test_the_instant_is_that_of_the_server(tmp_path):
    head = "Received: from x by y; Tue, 5 Mar 2024 10:00:00 +0200\nReceived: from z; Mon, 4 Mar 2024 10:00:00 +0200\n"
    as_mbox(tmp_path / "x.mbox", head + QUESTION)
    assert [place.at for place in mbox_places(tmp_path / "x.mbox")] == [datetime(2024, 3, 5, 8, tzinfo=UTC)]


def test_a_folder_is_no_mbox_and_a_file_no_maildir(cli, tmp_path):
    told = cli("import", "mbox", tmp_path)
    assert (told.code, "brought in as maildir" in told.err) == (2, True)
    (tmp_path / "mails").write_bytes(b"From x")
    told = cli("import", "maildir", tmp_path / "mails")
    assert (told.code, "brought in as mbox" in told.err) == (2, True)
