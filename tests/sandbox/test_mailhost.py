"""The world's IMAP server does what the daemon needs of one: IDLE, FETCH, MOVE, APPEND, a UIDVALIDITY that stays."""

import smtplib
import time
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from maild.sandbox.world import MailWorld

pytestmark = pytest.mark.thorough

MAIL = (
    b"From: anna@acme.test\r\nTo: support@vendor.test\r\nSubject: =?utf-8?b?0J/RgNC40L3RgtC10YA=?=\r\n\r\n\xd0\xb4\xd0\xb0\r\n"
)


def deliver(world, to="support@vendor.test", raw=MAIL):
    with smtplib.SMTP(world.host, world.smtp_port) as server:
        server.sendmail("anna@acme.test", [to], raw)


@pytest.mark.thorough
def test_a_wrong_password_is_refused(world):
    with IMAPClient(world.host, world.imap_port, ssl=False) as imap, pytest.raises(LoginError):
        imap.login("support@vendor.test", "wrong")


@pytest.mark.parametrize("credentials", [("olga@vendor.test", "wrong"), ("nobody@vendor.test", "secret")])
def test_who_may_not_submit(world, credentials):
    with smtplib.SMTP(world.host, world.smtp_port) as server, pytest.raises(smtplib.SMTPAuthenticationError):
        server.login(*credentials)


def test_a_mailbox_that_does_not_exist_is_refused(world):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        deliver(world, to="nobody@vendor.test")
    assert refused.value.recipients["nobody@vendor.test"][0] == 550


def test_a_delivery_wakes_idle_at_once(world, desk_imap):
    desk_imap.idle()
    began = time.monotonic()
    deliver(world, to="support+token@vendor.test")
    said = desk_imap.idle_check(timeout=5)
    waited = time.monotonic() - began
    desk_imap.idle_done()
    assert (1, b"EXISTS") in said
    assert waited < 1, "a second is an age on loopback"


def test_octets_come_out_as_they_went_in(world, desk_imap):
    octets = b"Subject: raw\r\nX: \xff\xfe\r\n\r\n.dot\r\n" + bytes(range(14, 256)) + b"\r\n" + b"x" * 5000 + b"\r\n"
    deliver(world, raw=octets)
    desk_imap.noop()  # what came since is not searched before the server has told of it
    (data,) = desk_imap.fetch(desk_imap.search(), ["BODY.PEEK[]", "FLAGS"]).values()
    assert data[b"BODY[]"].endswith(b" +0000\r\n" + octets)
    assert b"\\Seen" not in data[b"FLAGS"]


def test_a_message_moves_to_a_folder_of_its_own_and_uidvalidity_stays(world, desk_imap):
    deliver(world)
    before = desk_imap.folder_status("INBOX", ["UIDVALIDITY"])
    if not desk_imap.folder_exists("maild/Done"):
        desk_imap.create_folder("maild/Done")
    desk_imap.move(desk_imap.search(), "maild/Done")
    assert desk_imap.search() == []
    assert desk_imap.select_folder("maild/Done")[b"EXISTS"] == 1
    desk_imap.delete_messages(desk_imap.search())
    desk_imap.expunge()
    with IMAPClient(world.host, world.imap_port, ssl=False) as another:
        another.login("support@vendor.test", world.password)
        assert another.folder_status("INBOX", ["UIDVALIDITY"]) == before


def test_an_appended_message_keeps_its_date(desk_imap):
    desk_imap.append("INBOX", MAIL, msg_time=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    desk_imap.normalise_times = False
    (data,) = desk_imap.fetch(desk_imap.search(), ["INTERNALDATE"]).values()
    assert data[b"INTERNALDATE"] == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


def test_a_delivered_message_is_dated_now(world, desk_imap):
    began = datetime.now(UTC).replace(microsecond=0)
    deliver(world)
    desk_imap.noop()
    desk_imap.normalise_times = False
    (data,) = desk_imap.fetch(desk_imap.search(), ["INTERNALDATE"]).values()
    assert began <= data[b"INTERNALDATE"] <= datetime.now(UTC)


@pytest.mark.thorough
def test_a_world_that_stops_leaves_nothing_and_starts_again_on_its_ports():
    world = MailWorld().start()
    ports = (world.imap_port, world.smtp_port)
    deliver(world)
    with pytest.raises(RuntimeError, match="runs already"):
        world.start()
    world.stop()
    world.stop()
    with pytest.raises(ConnectionRefusedError):
        deliver(world)
    with world:
        assert (world.imap_port, world.smtp_port) == ports
        with IMAPClient(world.host, world.imap_port, ssl=False) as imap:
            imap.login("support@vendor.test", world.password)
            assert imap.select_folder("INBOX")[b"EXISTS"] == 0


@pytest.mark.thorough
def test_a_taken_port_is_told(world):
    with pytest.raises(RuntimeError, match="in use"):
        MailWorld(imap_port=world.imap_port).start()
