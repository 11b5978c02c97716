"""Whether a letter of unknown outcome did leave: looked for where the provider keeps what is sent."""

import pytest
from imapclient import IMAPClient
from scripted_imap import Secret, account

from maild.ingest.imap_check import check
from maild.ingest.imap_sent import was_sent

DESK = "support@vendor.test"
OURS = "<abc.1@vendor.test>"


@pytest.fixture
def box(dovecot):
    """The desk's mailbox with one letter among what was sent."""
    with IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False) as client:
        client.login(DESK, dovecot.password)
        if not client.folder_exists("Sent"):
            client.create_folder("Sent")
        client.append("Sent", f"Message-ID: {OURS}\r\nSubject: x\r\n\r\nhello\r\n".encode())
        yield account(dovecot.imap_port, user=DESK, password=Secret(dovecot.password), sent="Sent")
        client.select_folder("Sent")
        client.delete_messages(client.search())
        client.expunge()


@pytest.mark.server
@pytest.mark.parametrize(("message_id", "found"), [(OURS, True), ("<abc.2@vendor.test>", False)])
def test_it_is_found_by_its_message_id(box, message_id, found):
    assert was_sent([box], message_id) is found


@pytest.mark.server
def test_where_nothing_is_kept_or_nobody_answers_it_goes_again(box):
    nowhere = account(box.port, user=DESK, password=box.password, sent="Outgoing")
    closed = account(1, user=DESK, password=box.password, sent="Sent")
    silent = account(box.port, user=DESK, password=box.password, sent="")
    assert was_sent([nowhere, closed, silent], OURS) is False
    assert was_sent([nowhere, closed, box], OURS) is True


@pytest.mark.server
def test_check_names_a_folder_that_is_not_there(box):
    missing = account(box.port, user=DESK, password=box.password, sent="Outgoing")
    assert [said for said, well, _ in check(missing) if not well] == [f"mailbox {box.name}: the folder Outgoing is missing"]
    assert all(well for _, well, _ in check(box))
