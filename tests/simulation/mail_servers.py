"""A mailbox and an outgoing server that do what real ones do on bad days."""

from collections import Counter
from dataclasses import dataclass

from maild.delivery.outcome import Deferred, Delivered, Failed, ServerAway, Uncertain
from maild.delivery.wire import LONG_SECONDS
from maild.ingest.imap_fetch import Batch
from maild.ingest.imap_session import MailboxLost
from maild.message import Arrival
from maild.store.nodes import SILENT_SECONDS

BATCH = 5


class MailHost:
    """Folders of one mailbox: UID -> (octets, INTERNALDATE)."""

    def __init__(self, stage, name):
        self.stage, self.name = stage, name
        self.folders = {"INBOX": {}, "maild/Done": {}, "maild/Quarantine": {}}
        self.uidvalidity, self.epoch = 1, 0  # `epoch` rises whenever sessions break
        self._next = Counter(dict.fromkeys(self.folders, 100))
        self.shown = set()  # octets that were ever in the queue
        self.trouble = 0.0

    def deliver(self, raw, at, folder="INBOX"):
        self._next[folder] += 1
        uid = self._next[folder]
        if folder == "INBOX" and self.stage.chance(self.trouble):
            uid = self.stage.random.choice(
                [number for number in range(1, uid) if number not in self.folders[folder]]
            )  # late, lower
        self.folders[folder][uid] = (raw, at.replace(microsecond=0))
        if folder == "INBOX":
            self.shown.add(raw)

    def renumber(self):
        """Its lists were deleted: all UIDs anew, and UIDVALIDITY changes unless the server tells none."""
        self.epoch += 1
        if self.uidvalidity and self.stage.chance(0.7):
            self.uidvalidity += 1
        else:
            self.uidvalidity = 0
        messages = list(self.folders["INBOX"].values())
        self.stage.random.shuffle(messages)
        self.folders["INBOX"] = dict(enumerate(messages, self.stage.random.choice([1, 90, 100])))
        self._next["INBOX"] = max([100, *self.folders["INBOX"]])


class Session:
    """What `maild.ingest.imap.Mailbox` is to its watcher."""

    def __init__(self, host, account):
        self.host, self.account, self.stage = host, account, host.stage
        self.uidvalidity, self._epoch, self._folder = 0, -1, "INBOX"

    def connect(self):
        self._fail()
        self._epoch, self._folder, self.uidvalidity = self.host.epoch, "INBOX", self.host.uidvalidity

    def close(self):
        self._epoch = -1

    def interrupt(self):
        pass

    def _fail(self, connected=False):
        self.stage.touch()
        if (connected and self._epoch != self.host.epoch) or self.stage.chance(self.host.trouble):
            self._epoch = -1
            raise MailboxLost("the connection broke")

    def enter(self, folder):
        self._fail(True)
        self._folder, self.uidvalidity = folder, self.host.uidvalidity

    def listing(self):
        self._fail(True)
        return sorted(self.host.folders[self._folder])

    def facts(self, uids):
        self._fail(True)
        here = self.host.folders[self._folder]
        return {uid: (here[uid][1], len(here[uid][0])) for uid in uids if uid in here}

    def others(self, recorded):
        told = self.facts(list(recorded))
        return {uid for uid, (at, size) in recorded.items() if uid in told and told[uid] != (at.replace(microsecond=0), size)}

    def fetch(self, uids, *, max_message_bytes):
        for start in range(0, len(uids), BATCH):
            self._fail(True)
            here = self.host.folders[self._folder]
            given = [uid for uid in uids[start : start + BATCH] if uid in here and not self.stage.chance(self.host.trouble)]
            skipped = tuple(uid for uid in uids[start : start + BATCH] if uid not in given)
            arrivals = (Arrival(self.account.name, self.uidvalidity, uid, here[uid][1], here[uid][0]) for uid in given)
            yield Batch(tuple(arrivals), (), skipped)

    def move(self, uids, folder):
        self._fail(True)
        here = self.host.folders[self._folder]
        for uid in uids:
            if uid in here and folder:
                raw, at = here.pop(uid)
                self.host.deliver(raw, at, folder)
            if self.stage.chance(self.host.trouble / 4):
                self._epoch = -1
                raise MailboxLost("cut in the midst of a move")
        self._fail(True)

    def wait(self, seconds):
        self.stage.rest(self.stage.random.uniform(0.2, seconds))
        self._fail(True)


@dataclass
class Copy:
    """One time that a letter was taken, from which node, and whether its sender could know."""

    node: object
    raw: bytes
    recipient: str
    at: float
    certain: bool = False


class SmartHost:
    """The outgoing server: what it took. A copy that nobody could avoid is explained, any other is a fault."""

    def __init__(self, stage):
        self.stage = stage
        self.copies = {}  # Message-ID -> copies
        self.letters = []  # in the order in which they were first taken
        self.trouble = 0.0
        self.refused = set()
        self.unexplained = []

    def take(self, letter, node):
        earlier = self.copies.setdefault(letter.message_id, [])
        for copy in earlier:
            if copy.certain and not copy.node.lost_since(copy.at):
                self.unexplained.append(f"{letter.kind} {letter.message_id} to {letter.recipient} was sent twice")
        if not earlier:
            self.letters.append(letter)
        earlier.append(Copy(node, letter.raw, letter.recipient, self.stage.elapsed))
        return earlier[-1]


class Wire:
    """What `maild.delivery.wire.Wire` is to its deliverer."""

    def __init__(self, server, node):
        self.server, self.node = server, node

    def close(self):
        pass

    def send(self, letter, still_ours):
        server, stage = self.server, self.server.stage
        began = stage.elapsed
        stage.touch()
        if stage.chance(server.trouble):
            return ServerAway("connection refused")
        if stage.chance(server.trouble):
            stage.rest(stage.random.uniform(1, 2.5 * SILENT_SECONDS))
        if letter.recipient in server.refused:
            return Failed("550 5.1.1 no such user")
        if stage.chance(server.trouble):
            return Deferred("451 4.3.0 later")
        if stage.elapsed - began > LONG_SECONDS and not still_ours():
            return Deferred("taken over by another node")
        copy = server.take(letter, self.node)
        stage.rest(stage.random.uniform(0, 2) if stage.chance(0.3) else 0)
        if stage.chance(server.trouble / 2):
            return Uncertain("no answer after the final dot")
        copy.certain = True
        return Delivered("250 ok")
