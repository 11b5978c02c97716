"""The same desk with nothing left out: mail lies in a real Dovecot, `maild once` handles it, letters go to an SMTP server."""

from datetime import datetime
from pathlib import Path

from imapclient import IMAPClient
from journeys.desk_of_story import Sent, write_config
from journeys.story import Story
from servers.dovecot import Dovecot
from servers.smtp import Sink

from maild import once
from maild.config import load
from maild.store.store import Store


class ServersDesk:
    """Plays a story as `InProcessDesk` does. Mail lies in its mailbox under the story's instants."""

    def __init__(self, story: Story, root: Path, now: datetime, dovecot: Dovecot, sink: Sink) -> None:
        url = f"sqlite:///{root}/maild.db"
        self.path = write_config(story, root, url, dovecot.imap_port, sink.port, dovecot.password)
        self.dovecot, self.sink = dovecot, sink
        self._taken = 0
        self.keep(now)
        self.store = Store(load(self.path).database_url, "reader")

    def hand_in(self, mailbox: str, raw: bytes, now: datetime) -> None:
        with IMAPClient(self.dovecot.host, self.dovecot.imap_port, ssl=False, timeout=10) as client:
            client.login(f"{mailbox}@vendor.test", self.dovecot.password)
            client.append("INBOX", raw, msg_time=now)
        self.keep(now)

    def keep(self, now: datetime) -> None:
        assert once.once(self.path, now) == once.DONE

    def leave(self, now: datetime) -> list[Sent]:
        taken = self.sink.taken[self._taken :]
        self._taken += len(taken)
        return [Sent(each.mail_from, recipient, each.raw) for each in taken for recipient in each.recipients]

    def close(self) -> None:
        self.store.close()
