"""The desk that a story plays with: the real pipeline, timetable and store, on one SQLite file, with the story's clock."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from journeys.story import AUTHSERV, DESK, Story

from maild.config import load
from maild.ingest.read import read
from maild.message import Arrival, Message, Unreadable
from maild.pipeline import Pipeline
from maild.service import setting_of
from maild.store.outbox import LetterState, Settlement
from maild.store.store import Store
from maild.timetable import Timetable

MAILBOXES = ("support", "sales")


@dataclass(frozen=True)
class Sent:
    """A letter that left: its envelope and its octets."""

    mail_from: str
    recipient: str
    raw: bytes

    @cached_property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.raw, policy=policy.default)

    def __getitem__(self, name: str) -> str:
        return str(self.message[name] or "")

    @cached_property
    def text(self) -> str:
        return str(self.message.get_body(("plain",)).get_content())

    @cached_property
    def files(self) -> dict[str, str]:
        """Attachments that are text, by name; a byte order mark stands as BOM."""
        found = {}
        for part in self.message.iter_attachments():
            with suppress(UnicodeDecodeError):
                found[part.get_filename() or ""] = part.get_payload(decode=True).decode().replace("\ufeff", "BOM")
        return found

    @cached_property
    def html(self) -> str:
        return str(self.message.get_body(("html",)).get_content())


class InlineReader:
    """Reads in this process: a story's mails are no danger to it."""

    def read_many(self, raws: Sequence[bytes]) -> list[Message | Unreadable]:
        return [read(raw) for raw in raws]

    def begin_many(self, raws: Sequence[bytes]):
        return lambda: self.read_many(raws)


class InProcessDesk:
    """Hands mail to the pipeline itself and takes letters straight from the outbox."""

    def __init__(self, story: Story, root: Path, now: datetime, migrated: Path) -> None:
        database = root / "maild.db"
        shutil.copy(migrated, database)
        self.config = load(write_config(story, root, f"sqlite:///{database}"))
        self.store = Store(self.config.database_url, "story")
        setting = setting_of(self.config, now)
        self.store.remember_directory(setting.rules.directory.version, self.config.directory_text, now)
        self.pipeline = Pipeline(self.store, InlineReader(), setting)
        self.timetable = Timetable(self.store, lambda: self.pipeline.setting)
        self.timetable.begin_day(now)
        self._uid = 0

    def hand_in(self, mailbox: str, raw: bytes, now: datetime) -> None:
        self._uid += 1
        self.pipeline.take([Arrival(mailbox, 1, self._uid, now, raw)], now)

    def keep(self, now: datetime) -> None:
        self.timetable.keep(now, now)

    def leave(self, now: datetime) -> list[Sent]:
        """Every letter that waits is accepted by the next server at this instant."""
        left: list[Sent] = []
        while claimed := self.store.claim_letters(50, now):
            for each in claimed:
                self.store.settle(Settlement(each.id, each.fence, LetterState.SENT, at=now), now)
                left.append(Sent(each.letter.mail_from, each.letter.recipient, each.letter.raw))
        return left

    def close(self) -> None:
        self.store.close()


def write_config(story: Story, root: Path, database: str, imap_port: int = 1, smtp_port: int = 2, password: str = "x") -> Path:
    """The story's desk as its operator would configure it; returns the path of maild.toml."""
    folder = root / "config"
    folder.mkdir()
    (folder / "clients.toml").write_text(story.directory, encoding="utf-8")
    boxes = "".join(
        f'[[mailbox]]\nname = "{name}"\nhost = "127.0.0.1"\nport = {imap_port}\nsecurity = "plain"\n'
        f'user = "{name}@vendor.test"\npassword = "{password}"\ntrust_authserv = ["{AUTHSERV}"]\n'
        for name in MAILBOXES
    )
    path = folder / "maild.toml"
    path.touch(mode=0o600)
    path.write_text(
        f'[desk]\nname = "Vendor Support"\naddress = "{DESK}"\nlanguage = "en"\ntimezone = "Europe/Kyiv"\n'
        f'directory = "clients.toml"\nkey = {{ file = "../desk.key" }}\n[database]\nurl = "{database}"\n{boxes}'
        f'[smtp]\nhost = "127.0.0.1"\nport = {smtp_port}\nsecurity = "plain"\nuser = ""\npassword = ""\n{story.settings}',
        encoding="utf-8",
    )
    return path
