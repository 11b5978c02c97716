"""One little mail world for a test session; each test takes fresh people or cleans the mailboxes it uses."""

from socket import IPPROTO_TCP, TCP_NODELAY

import pytest
from imapclient import IMAPClient

from maild.sandbox.people import Person
from maild.sandbox.world import MailWorld


@pytest.fixture(scope="session")
def shared_world():
    with MailWorld() as world:
        yield world


def empty(world, address):
    with IMAPClient(world.host, world.imap_port, ssl=False) as imap:
        imap.socket().setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        imap.login(address, world.password)
        if not imap.select_folder("INBOX")[b"EXISTS"]:
            return
        imap.delete_messages(imap.search())
        imap.expunge()


@pytest.fixture
def world(shared_world):
    """The world with every INBOX empty."""
    for account in shared_world.accounts:
        empty(shared_world, account.address)
    return shared_world


@pytest.fixture
def person(world):
    """Makes people; they log out when the test ends."""
    made = []

    def make(address, **kinds):
        made.append(Person(world, address, **kinds))
        return made[-1]

    yield make
    for somebody in made:
        somebody.close()


@pytest.fixture
def desk_imap(world):
    """An IMAP session in the desk's own mailbox."""
    with IMAPClient(world.host, world.imap_port, ssl=False) as imap:
        imap.login("support@vendor.test", world.password)
        imap.select_folder("INBOX")
        yield imap
