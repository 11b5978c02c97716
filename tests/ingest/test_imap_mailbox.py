"""A mailbox from first sight to filing, over the embedded server (quick) and Debian's Dovecot."""

import socket
import ssl
import subprocess
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from imapclient import IMAPClient, SocketTimeout
from scripted_imap import Secret, account

from maild.ingest.imap import Mailbox
from maild.ingest.imap_check import check
from maild.ingest.imap_session import MailboxLost, MailboxRefused
from maild.sandbox.world import MailWorld

LIMIT = 1_000_000
DESK = "support@vendor.test"


@pytest.fixture(scope="module")
def embedded():
    with MailWorld() as world:
        yield world


@pytest.fixture(params=["embedded", "dovecot"])
def server(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def desk(server):
    """Another mail program in the same mailbox, which starts empty."""
    with IMAPClient("127.0.0.1", server.imap_port, ssl=False) as client:
        client.login(DESK, server.password)
        for folder in ("INBOX", "maild/Done", "maild/Quarantine"):
            if client.folder_exists(folder) and client.select_folder(folder)[b"EXISTS"]:
                client.delete_messages(client.search())
                client.expunge()
        client.select_folder("INBOX")
        yield client


@pytest.fixture
def mailbox(server):
    box = Mailbox(account(server.imap_port, user=DESK, password=Secret(server.password)), patience=SocketTimeout(5, 5))
    yield box
    box.close()


def mail(number, text="hello"):
    return f"From: anna@acme.test\r\nSubject: {number}\r\n\r\n{text}\r\n".encode()


def arrivals(box, uids):
    return [arrival for batch in box.fetch(uids, max_message_bytes=LIMIT) for arrival in batch.arrivals]


def in_folder(client, folder):
    client.select_folder(folder, readonly=True)
    found = [row[b"BODY[]"] for row in client.fetch(client.search(), ["BODY.PEEK[]"]).values()]
    client.select_folder("INBOX")
    return sorted(found)


@pytest.mark.thorough
def test_mail_is_listed_read_unmarked_and_filed(desk, mailbox):
    at = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
    for number in range(3):
        desk.append("INBOX", mail(number), msg_time=at + timedelta(minutes=number))
    mailbox.connect()
    uids = mailbox.listing()
    kept = arrivals(mailbox, uids)
    assert [arrival.raw for arrival in kept] == [mail(number) for number in range(3)]
    assert [arrival.arrived_at for arrival in kept] == [at + timedelta(minutes=number) for number in range(3)]
    assert {arrival.uidvalidity for arrival in kept} == {mailbox.uidvalidity} != {0}
    desk.noop()
    assert not desk.search("SEEN")
    mailbox.move(uids[:2], "maild/Done")
    mailbox.move(uids[2:], "maild/Quarantine")
    mailbox.move(uids, "maild/Done")  # a repetition after a crash: what is gone stays gone
    assert mailbox.listing() == []
    assert in_folder(desk, "maild/Done") == [mail(0), mail(1)]
    assert in_folder(desk, "maild/Quarantine") == [mail(2)]


def test_mail_that_somebody_read_by_hand_is_listed(desk, mailbox):
    desk.append("INBOX", mail(1), flags=[b"\\Seen"])
    mailbox.connect()
    assert len(mailbox.listing()) == 1


def test_what_vanishes_between_listing_and_reading_is_skipped(desk, mailbox):
    for number in range(3):
        desk.append("INBOX", mail(number))
    mailbox.connect()
    uids = mailbox.listing()
    desk.noop()
    desk.delete_messages(uids[1:2])
    desk.expunge()
    batches = list(mailbox.fetch(uids, max_message_bytes=LIMIT))
    assert [arrival.uid for batch in batches for arrival in batch.arrivals] == [uids[0], uids[2]]
    assert [uid for batch in batches for uid in batch.skipped] == [uids[1]]


def test_new_mail_ends_the_wait(desk, mailbox):
    mailbox.connect()
    assert mailbox.listing() == []
    took_seconds = []
    for number in range(5):
        desk.append("INBOX", mail(number))
        appended_at = time.monotonic()
        assert mailbox.wait(10)
        took_seconds.append(time.monotonic() - appended_at)
        assert len(mailbox.listing()) == number + 1
    assert max(took_seconds) < 1
    assert not mailbox.wait(0.3)


def test_a_listing_is_what_is_there_now(desk, mailbox):
    mailbox.connect()
    desk.append("INBOX", mail(1))
    assert len(mailbox.listing()) == 1
    assert not mailbox.wait(0.3)


def test_left_in_place_mail_is_marked_seen(desk, server):
    desk.append("INBOX", mail(1))
    box = Mailbox(account(server.imap_port, user=DESK, password=Secret(server.password), filed=""))
    box.connect()
    uids = box.listing()
    box.move(uids, "")
    desk.noop()
    assert desk.search("SEEN") == uids == box.listing()
    box.close()


def test_a_large_mail_gives_its_header(desk, mailbox):
    desk.append("INBOX", mail(1, "x" * 5000))
    mailbox.connect()
    (batch,) = mailbox.fetch(mailbox.listing(), max_message_bytes=1000)
    (large,) = batch.oversized
    assert large.header == b"From: anna@acme.test\r\nSubject: 1\r\n\r\n"
    assert large.size == len(mail(1, "x" * 5000))


def test_a_wrong_password_says_what_to_mend(server):
    with pytest.raises(MailboxRefused) as told:
        Mailbox(account(server.imap_port, user=DESK, password=Secret("wrong"))).connect()
    assert "`password`" in told.value.advice
    ((what, well, advice),) = check(account(server.imap_port, user=DESK, password=Secret("wrong")))
    assert not well
    assert "`password`" in advice
    assert "support" in what


def test_check_finds_a_good_mailbox_good(server):
    assert all(well for _, well, _ in check(account(server.imap_port, user=DESK, password=Secret(server.password))))


# -- Dovecot alone: TLS, tokens, a server that goes and comes


def trusting(server):
    return ssl.create_default_context(cafile=server.certificate.certificate)


@pytest.mark.parametrize(("security", "port"), [("tls", "imaps_port"), ("starttls", "imap_port")])
def test_tls_is_verified(dovecot, security, port, monkeypatch):
    settings = account(getattr(dovecot, port), security=security)
    box = Mailbox(settings, context=trusting(dovecot))
    box.connect()
    assert box.listing() == []
    assert not box.wait(0.3)
    dovecot.deliver(mail(1), DESK)
    assert box.wait(10)
    box.close()
    with pytest.raises(MailboxRefused, match="not trusted"):
        Mailbox(settings).connect()
    resolve = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: resolve("127.0.0.1", *rest, **more))
    settings.host = "mail.elsewhere.test"
    with pytest.raises(MailboxRefused, match="not trusted"):
        Mailbox(settings, context=trusting(dovecot)).connect()


def test_tls_at_a_port_without_it_says_so(dovecot):
    ((_, well, advice),) = check(account(dovecot.imap_port, security="tls"))
    assert not well
    assert "starttls" in advice


@pytest.mark.parametrize("capability", [b"", b"AUTH=XOAUTH2"])
def test_tokens_open_the_mailbox_and_are_renewed_when_withdrawn(dovecot, token_server, capability, monkeypatch):
    if capability:  # the server has both mechanisms; without XOAUTH2 the standard one is used
        offered = IMAPClient.capabilities
        monkeypatch.setattr(IMAPClient, "capabilities", lambda self: tuple(c for c in offered(self) if c != capability))
    grant = SimpleNamespace(
        token_url=token_server.token_url,
        client_id="maild",
        client_secret=Secret("client-secret"),
        refresh_token=Secret(token_server.grant(DESK)),
        scope="",
    )
    box = Mailbox(account(dovecot.imap_port, oauth=grant, password=Secret("")))
    box.connect()
    token_server.revoke()
    box.connect()
    assert box.listing() == []
    box.close()


def test_a_withdrawn_consent_is_refused_with_advice(dovecot, token_server):
    grant = SimpleNamespace(
        token_url=token_server.token_url,
        client_id="maild",
        client_secret=Secret("client-secret"),
        refresh_token=Secret("withdrawn"),
        scope="",
    )
    with pytest.raises(MailboxRefused, match="invalid_grant: the consent") as told:
        Mailbox(account(dovecot.imap_port, oauth=grant)).connect()
    assert "oauth" in told.value.advice


def test_a_server_that_went_away_is_used_again_when_it_is_back(dovecot):
    box = Mailbox(account(dovecot.imap_port), patience=SocketTimeout(5, 5))
    box.connect()
    subprocess.run([dovecot.doveadm, "-c", str(dovecot.root / "dovecot.conf"), "kick", DESK], check=True)
    dovecot.stop()
    try:
        with pytest.raises(MailboxLost):
            box.wait(5)
        with pytest.raises(MailboxLost):
            box.connect()
    finally:
        dovecot.start()
    dovecot.deliver(mail(1), DESK)
    box.connect()
    assert len(box.listing()) == 1
    box.close()


def test_a_rebuilt_mailbox_has_a_new_uidvalidity_and_all_its_mail(dovecot):
    dovecot.deliver(mail(1), DESK)
    box = Mailbox(account(dovecot.imap_port))
    box.connect()
    before, uids = box.uidvalidity, box.listing()
    box.close()
    time.sleep(1.1)  # Dovecot takes UIDVALIDITY from the clock
    for index in (dovecot.root / "mail" / DESK).glob("dovecot*"):
        index.unlink()
    box.connect()
    assert box.uidvalidity != before
    assert len(box.listing()) == len(uids) == 1
    box.close()
