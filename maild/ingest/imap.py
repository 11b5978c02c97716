"""The IMAP door: a mailbox that is watched, read in batches, and touched only when told to (RFC 3501, 2177, 4315, 6851).

INBOX is the queue: every sweep lists all UIDs and the caller asks its memory which are new, so late, lower or reused UIDs and mail that
somebody read by hand are all found. One `Mailbox` is one connection and belongs to one thread; only `interrupt` may come from another.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from imapclient import IMAPClient, SocketTimeout

from maild.ingest.imap_fetch import ASKED_AT_ONCE, BATCH_BYTES_MAX, BATCH_MAX, Batch, Fetcher, Limits
from maild.ingest.imap_folders import open_folder, settle_folder
from maild.ingest.imap_move import move_set, search, uid_sets
from maild.ingest.imap_session import (
    PATIENCE,
    Account,
    MailboxLost,
    MailboxRefused,
    NotMoved,
    of_the_connection,
    open_session,
    speaking,
)
from maild.ingest.imap_wait import Bell, Woken, idle
from maild.oauth import Tokens

LISTED_AT_ONCE = 50_000  # imaplib takes no line beyond 1 MB
RENEW_SECONDS = 540.0  # an IDLE that is older is cut by firewalls and servers
FAREWELL_SECONDS = 2.0
NEAR_SECONDS = 0.003  # a round trip to a server on this machine or the next
GLANCE_SECONDS = 0.2  # Dovecot holds news back for half a second in IDLE: where asking costs nothing, it is asked besides
HEARD = ("EXISTS", "RECENT", "EXPUNGE", "VANISHED", "FETCH", "SEARCH")  # what the server says unasked


class Mailbox:
    """One mailbox of the configuration over one connection at a time; `connect` again after MailboxLost."""

    def __init__(
        self,
        account: Account,
        *,
        tokens: Tokens | None = None,
        context: ssl.SSLContext | None = None,
        patience: SocketTimeout = PATIENCE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self.uidvalidity = 0
        self._tokens = tokens or (Tokens(account.oauth) if account.oauth else None)
        self._context = context
        self._patience = patience
        self._connection: IMAPClient | None = None
        self._folders: dict[str, str] = {}
        self._messages = 0  # in the folder, by the last listing
        self._idles = False
        self._distance_seconds = RENEW_SECONDS  # the shortest round trip seen
        self._fetcher = Fetcher(account.name, clock)
        self._bell = Bell()

    def connect(self) -> None:
        """Log in, make the folders that are missing, open the queue. Raises MailboxLost, MailboxRefused."""
        self.close()
        client = open_session(self.account, self._tokens, self._context, self._patience)
        self._connection = client
        try:
            for folder in {self.account.filed, self.account.quarantine} - {""}:
                self._folders[folder] = settle_folder(client, folder)
            opened: dict[bytes, Any] = open_folder(client, self.account.folder)
            with speaking("asking what the server can do"):
                self._idles = self.account.idle and client.has_capability("IDLE")
        except BaseException:
            self.close()
            raise
        self.uidvalidity = int(opened.get(b"UIDVALIDITY", 0))
        self._messages = int(opened.get(b"EXISTS", 0))

    def close(self) -> None:
        """Log out if the server still listens; never raises, never waits long."""
        client, self._connection = self._connection, None
        if client is None:
            return
        with suppress(OSError, client.Error, ValueError):  # it is given up either way
            client.socket().settimeout(FAREWELL_SECONDS)
            client.logout()
            return
        with suppress(OSError):
            client.shutdown()

    def listing(self) -> list[int]:
        """All UIDs in the folder, ascending. Raises MailboxLost."""
        client = self._client()
        self._ask(client)  # SEARCH alone answers from the state of the last sync
        heard = client._imap.untagged_responses
        self._messages = int((heard.get("EXISTS") or [self._messages])[-1]) - len(heard.get("EXPUNGE", ()))
        self.uidvalidity = int((heard.get("UIDVALIDITY") or [self.uidvalidity])[-1])
        for word in HEARD:
            heard.pop(word, None)
        with speaking("listing"):
            if self._messages <= LISTED_AT_ONCE:
                uids = set(search(client, "ALL"))
            else:
                firsts = range(1, self._messages + 1, LISTED_AT_ONCE)
                lasts = [*(first - 1 for first in firsts[1:]), "*"]
                uids = {uid for first, last in zip(firsts, lasts, strict=True) for uid in search(client, f"{first}:{last}")}
        self._messages = len(uids)
        return sorted(uids)

    def fetch(
        self, uids: Sequence[int], *, max_message_bytes: int, max_batch_bytes: int = BATCH_BYTES_MAX, max_batch: int = BATCH_MAX
    ) -> Generator[Batch, None, None]:
        """Read messages without marking them, in batches that the caller commits one by one.

        A UID at which connections broke before comes last and alone, so that one poisoned message holds up no other.
        Raises MailboxLost.
        """
        limits = Limits(max_message_bytes, max_batch_bytes, max_batch)
        return self._fetcher.batches(self._client(), self.uidvalidity, uids, limits)

    def enter(self, folder: str) -> None:
        """Open another folder: listing, reading and moving go on there. Raises MailboxTrouble."""
        client = self._client()
        opened = open_folder(client, folder)
        self.uidvalidity = int(str(opened.get(b"UIDVALIDITY", 0)))
        self._messages = int(str(opened.get(b"EXISTS", 0)))

    def facts(self, uids: Sequence[int]) -> dict[int, tuple[datetime, int]]:
        """INTERNALDATE to the second and size in octets, as the server tells them. Raises MailboxLost."""
        rows = self._rows(uids, ["INTERNALDATE", "RFC822.SIZE"])
        return {
            uid: (self._fetcher.instant(row).replace(microsecond=0), int(row.get(b"RFC822.SIZE") or 0)) for uid, row in rows
        }

    def from_fields(self, uids: Sequence[int]) -> dict[int, bytes]:
        """The From field of each message as it stands. Raises MailboxLost."""
        rows = self._rows(uids, ["BODY.PEEK[HEADER.FIELDS (FROM)]"])
        return {
            uid: next((value for key, value in row.items() if key.startswith(b"BODY[") and value), b"") for uid, row in rows
        }

    def _rows(self, uids: Sequence[int], items: list[str]) -> Iterator[tuple[int, dict[bytes, Any]]]:
        for start in range(0, len(uids), ASKED_AT_ONCE):
            yield from self._fetcher.rows(self._client(), uids[start : start + ASKED_AT_ONCE], items).items()

    def others(self, recorded: Mapping[int, tuple[datetime, int]]) -> set[int]:
        """UIDs that may not be what was recorded under their number: their INTERNALDATE or their size differs.

        Servers that lose their lists (UIDVALIDITY 0, or the same one again) give numbers twice. Raises MailboxLost.
        """
        told = self.facts(sorted(recorded))
        return {uid for uid, (at, size) in recorded.items() if uid in told and told[uid] != (at.replace(microsecond=0), size)}

    def move(self, uids: Sequence[int], folder: str) -> None:
        r"""Put recorded messages into `folder`, or mark them \Seen in place where it is "". May be repeated: what is gone stays gone.

        Raises NotMoved (no room, no right, the other folder's trouble), MailboxLost.
        """
        client = self._client()
        for some in uid_sets(uids):
            with speaking(f"moving to {folder}"):
                try:
                    self._move_set(client, some, folder)
                except MailboxRefused as refused:
                    raise NotMoved(str(refused), refused.advice) from None
                except client.Error as error:
                    if of_the_connection(error):
                        raise
                    what = f"{folder or 'the folder'} takes nothing: {str(error)[:200]}"
                    raise NotMoved(what, "look at quota and rights") from None

    def _move_set(self, client: IMAPClient, uids: str, folder: str) -> None:
        if folder and folder not in self._folders:
            self._folders[folder] = settle_folder(client, folder)
        try:
            move_set(client, uids, self._folders.get(folder, ""))
        except client.Error as error:
            if "TRYCREATE" not in str(error).upper():
                raise
            self._folders[folder] = settle_folder(client, folder)  # somebody deleted it while we ran
            move_set(client, uids, self._folders[folder])

    def wait(self, seconds: float) -> bool:
        """Sleep until something is new (True), `interrupt` was called or the time is over (False). Raises MailboxLost."""
        ends = monotonic() + seconds
        client = self._client()
        if not self._news():
            self._ask(client)  # not every server tells in IDLE what came before it
        while not self._news():
            left = ends - monotonic()
            if left <= 0:
                return False
            turn = min(left, GLANCE_SECONDS if self._distance_seconds < NEAR_SECONDS else RENEW_SECONDS)
            if self._idles:
                with speaking("idling"):
                    woken = idle(client, self._bell, turn)
                self._idles = woken is not Woken.REFUSED
            else:
                woken = Woken.BELL if self._bell.listen(turn) else Woken.TIME
            if woken is Woken.BELL:
                return False
            if not self._idles:
                self._ask(client)
        return True

    def interrupt(self) -> None:
        """End the present `wait`, or the next one. Safe from every thread."""
        self._bell.ring()

    def _ask(self, client: IMAPClient) -> None:
        """NOOP: the server says what is new; and how far away it is."""
        asked_at = monotonic()
        with speaking("polling"):
            client.noop()
        self._distance_seconds = min(self._distance_seconds, monotonic() - asked_at)

    def _news(self) -> bool:
        """Whether the server spoke of messages that the last listing did not hold."""
        heard = self._client()._imap.untagged_responses
        exists = heard.get("EXISTS")
        return bool(exists) and (int(exists[-1]) != self._messages or "EXPUNGE" in heard or "VANISHED" in heard)

    def _client(self) -> IMAPClient:
        if self._connection is None:
            raise MailboxLost("not connected")
        return self._connection
