"""Messages read out of an open folder, without marking them, in batches; what a server cannot give holds up no other (RFC 3501, 6.4.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient

from maild.ingest.imap_session import passing, speaking
from maild.message import Arrival

BATCH_MAX = 100  # messages; twice as many gain nothing and cost 20 MB
BATCH_BYTES_MAX = 8 << 20
ASKED_AT_ONCE = 200  # UIDs in one command: some servers take no line beyond 8 KB


@dataclass(frozen=True, slots=True)
class Oversized:
    """A message beyond the limit: it was not read whole. `size` in octets, `header` as it came, up to and with the empty line."""

    uid: int
    size: int
    header: bytes
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Batch:
    """What one turn of `fetch` brought. `skipped` UIDs gave no body this time: they are asked for again in the next sweep."""

    arrivals: tuple[Arrival, ...] = ()
    oversized: tuple[Oversized, ...] = ()
    skipped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be read: octets of a message and of a batch, messages of a batch."""

    message_bytes: int
    batch_bytes: int
    batch: int


class Fetcher:
    """Reads over whatever connection it is given, and remembers at which UIDs connections broke."""

    def __init__(self, name: str, clock: Callable[[], datetime]) -> None:
        self._name = name
        self._clock = clock
        self._blamed: Counter[int] = Counter()

    def batches(
        self, client: IMAPClient, uidvalidity: int, uids: Sequence[int], limits: Limits
    ) -> Generator[Batch, None, None]:
        """As `Mailbox.fetch` tells."""
        calm = [uid for uid in uids if not self._blamed[uid]]
        for start in range(0, len(calm), ASKED_AT_ONCE):
            yield from self._of(client, uidvalidity, calm[start : start + ASKED_AT_ONCE], limits)
        alone = replace(limits, batch=1)
        for uid in sorted((uid for uid in uids if self._blamed[uid]), key=lambda uid: self._blamed[uid]):
            yield from self._of(client, uidvalidity, [uid], alone)

    def _of(self, client: IMAPClient, uidvalidity: int, uids: Sequence[int], limits: Limits) -> Iterator[Batch]:
        sizes = {uid: int(row.get(b"RFC822.SIZE") or 0) for uid, row in self.rows(client, uids, ["RFC822.SIZE"]).items()}
        batch: list[int] = []
        bytes_planned = 0
        for uid in (uid for uid in uids if sizes.get(uid, limits.message_bytes + 1) <= limits.message_bytes):
            if batch and (len(batch) == limits.batch or bytes_planned + sizes[uid] > limits.batch_bytes):
                yield self._bodies(client, uidvalidity, batch, sizes, limits.message_bytes)
                batch, bytes_planned = [], 0
            batch.append(uid)
            bytes_planned += sizes[uid]
        if batch:
            yield self._bodies(client, uidvalidity, batch, sizes, limits.message_bytes)
        large = [uid for uid in uids if sizes.get(uid, 0) > limits.message_bytes]
        vanished = tuple(uid for uid in uids if uid not in sizes)
        if large or vanished:
            rows = self.rows(client, large, ["INTERNALDATE", "BODY.PEEK[HEADER]"])
            oversized = [
                Oversized(uid, sizes[uid], row.get(b"BODY[HEADER]") or b"", self.instant(row)) for uid, row in rows.items()
            ]
            yield Batch(oversized=tuple(oversized), skipped=vanished + tuple(uid for uid in large if uid not in rows))

    def _bodies(
        self, client: IMAPClient, uidvalidity: int, uids: Sequence[int], sizes: dict[int, int], message_bytes: int
    ) -> Batch:
        rows = self.rows(client, uids, ["INTERNALDATE", "BODY.PEEK[]"])
        arrivals: list[Arrival] = []
        oversized: list[Oversized] = []
        for uid in uids:
            row = rows.get(uid, {})
            raw = row.get(b"BODY[]")
            if not isinstance(raw, bytes) or (not raw and sizes[uid]):
                continue  # some servers list a message that they cannot give
            if len(raw) > message_bytes:  # Exchange only estimates RFC822.SIZE
                oversized.append(Oversized(uid, len(raw), raw[: raw.find(b"\r\n\r\n") + 4], self.instant(row)))
            else:
                arrivals.append(Arrival(self._name, uidvalidity, uid, self.instant(row), raw))
            del self._blamed[uid]
        came = {arrival.uid for arrival in arrivals} | {message.uid for message in oversized}
        return Batch(tuple(arrivals), tuple(oversized), tuple(uid for uid in uids if uid not in came))

    def rows(self, client: IMAPClient, uids: Sequence[int], items: list[str]) -> dict[int, dict[bytes, Any]]:
        """FETCH; where the server refuses the whole for the sake of one, the others are asked for apart (RFC 2180, 4.1)."""
        if not uids:
            return {}
        with speaking("reading"):
            try:
                return dict(client.fetch(list(uids), items))
            except (client.AbortError, OSError):
                self._blamed.update(uids)
                raise
            except client.Error as error:
                if passing(error):
                    raise
        if len(uids) == 1:
            return {}
        middle = len(uids) // 2
        return self.rows(client, uids[:middle], items) | self.rows(client, uids[middle:], items)

    def instant(self, row: dict[bytes, Any]) -> datetime:
        """INTERNALDATE in UTC; now, where the server tells none that exists."""
        told = row.get(b"INTERNALDATE")
        with suppress(OverflowError):
            if isinstance(told, datetime):
                return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
        return self._clock()
