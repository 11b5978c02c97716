"""The sandbox's people and MX over a real Dovecot: what `maild.sandbox.world.MailWorld` is, with Debian's IMAP server."""

import asyncio
from pathlib import Path

from servers.dovecot import Dovecot
from servers.smtp import SmtpThread

from maild.sandbox.accounts import ACCOUNTS
from maild.sandbox.configuration import SQLITE_URL, write_config
from maild.sandbox.exchanger import Exchanger
from maild.sandbox.world import free_port


class DovecotWorld:
    """A host for `maild.sandbox.people.Person`; everything submitted to `smtp_port` is stamped and delivered by LMTP."""

    accounts = ACCOUNTS

    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot
        self.host, self.password = dovecot.host, dovecot.password
        addresses = frozenset(account.address for account in ACCOUNTS)
        self._exchanger = Exchanger(addresses, self.password, self._deliver)
        self._smtp = SmtpThread(self._exchanger.server)

    @property
    def imap_port(self) -> int:
        return self.dovecot.imap_port

    @property
    def smtp_port(self) -> int:
        return self._smtp.port

    def start(self) -> "DovecotWorld":
        self._smtp.start()
        return self

    def stop(self) -> None:
        self._smtp.stop()

    def write_config(self, folder: Path, *, poll: str = "60s", database: str = SQLITE_URL) -> Path:
        """As `MailWorld.write_config`, on any database."""
        return write_config(
            folder,
            imap_port=self.imap_port,
            smtp_port=self.smtp_port,
            health_port=free_port(),
            password=self.password,
            poll=poll,
            database=database,
        )

    async def _deliver(self, mailbox: str, mail: bytes) -> None:
        await asyncio.to_thread(self.dovecot.deliver, mail, mailbox)
