"""An IMAP server that does what a test tells it to: for the odd behaviour that no installed server shows on demand."""

import base64
import re
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from types import SimpleNamespace

GREETING = b"* OK ready\r\n"
DATE = b'"05-Mar-2026 10:00:00 +0200"'


@dataclass(frozen=True)
class Cut:
    """Send these octets, then close the connection without a word."""

    octets: bytes = b""


class Secret:
    def __init__(self, text):
        self._text = text

    def reveal(self):
        return self._text


def account(port, **changes):
    """A mailbox's configuration, as far as the door needs it."""
    values = {
        "name": "support",
        "host": "127.0.0.1",
        "port": port,
        "security": "plain",
        "user": "support@vendor.test",
        "password": Secret("secret"),
        "oauth": None,
        "folder": "INBOX",
        "filed": "maild/Done",
        "quarantine": "maild/Quarantine",
        "idle": True,
        "sent": "",
    }
    return SimpleNamespace(**(values | changes))


@dataclass
class ScriptedImap:
    """`messages` maps UIDs to octets. `answers` maps a command ("LOGIN", "UID FETCH") to what is answered instead of the usual:
    octets in which TAG stands for the command's tag, a Cut, or a function of (tag, arguments) that returns either.

    `heard` lists the commands as (name, arguments). An answer of several octet strings is sent in pieces.
    """

    messages: dict = field(default_factory=dict)
    capabilities: str = "IMAP4rev1 IDLE MOVE UIDPLUS"
    answers: dict = field(default_factory=dict)
    greeting: object = GREETING
    folders: set = field(default_factory=lambda: {"INBOX"})
    separator: str = "/"
    tls: ssl.SSLContext | None = None
    challenges: tuple = ()
    heard: list = field(default_factory=list)

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._open = []
        self._speaking = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *problem):
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts; close alone would leave the port open
        self._listener.close()
        for connection in self._open:
            connection.close()

    def names(self):
        return [name for name, _ in self.heard]

    def say(self, *pieces):
        """Speak unasked on the newest connection; DONE is not answered in the midst of a line."""
        with self._speaking:
            for piece in pieces:
                self._open[-1].sendall(piece)
                time.sleep(0.02)

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            self._talk(connection)
        except (OSError, ValueError):
            connection.close()

    def _talk(self, connection):
        if not self._send(connection, self.greeting, b""):
            return
        stream = connection.makefile("rb")
        while line := stream.readline():
            tag, _, rest = line.strip().partition(b" ")
            if line.strip() == b"DONE":
                with self._speaking:
                    connection.sendall(self._idling + b" OK idled\r\n")
                continue
            name, arguments = _parts(rest.decode())
            self.heard.append((name, arguments))
            if name == "AUTHENTICATE":
                self._sasl(connection, stream, tag)
                continue
            if name == "IDLE":
                self._idling = tag
            answer = self.answers.get(name, getattr(self, "_" + name.lower().replace(" ", "_"), None))
            if answer is None:
                answer = b"TAG BAD what is " + name.encode() + b"\r\n"
            if callable(answer):
                answer = answer(tag, arguments)
            if not self._send(connection, answer, tag):
                return
            if name == "STARTTLS":
                connection = self.tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
                stream = connection.makefile("rb")

    def _sasl(self, connection, stream, tag):
        """Asks for one answer, and one more for each of `challenges`."""
        for challenge in [b"", *self.challenges]:
            connection.sendall(b"+ " + base64.b64encode(challenge) + b"\r\n")
            self.heard.append(("SASL", base64.b64decode(stream.readline()).decode()))
        self._send(connection, self.answers.get("SASL", b"TAG OK\r\n"), tag)

    def _send(self, connection, answer, tag):
        octets = answer.octets if isinstance(answer, Cut) else answer
        connection.sendall(octets.replace(b"TAG OK\r\n", b"TAG OK done\r\n").replace(b"TAG", tag))
        if isinstance(answer, Cut):
            connection.shutdown(socket.SHUT_RDWR)
            connection.close()
            return False
        return True

    # -- a server as it should be
    def _capability(self, tag, arguments):
        return f"* CAPABILITY {self.capabilities}\r\nTAG OK\r\n".encode()

    def _ok(self, tag, arguments):
        return b"TAG OK done\r\n"

    _login = _noop = _starttls = _subscribe = _uid_store = _uid_copy = _uid_move = _uid_expunge = _expunge = _ok

    def _logout(self, tag, arguments):
        return Cut(b"* BYE\r\nTAG OK\r\n")

    def _list(self, tag, arguments):
        wanted = re.findall(r'"([^"]*)"', arguments)[-1]
        if wanted == "":
            return f'* LIST (\\Noselect) "{self.separator}" ""\r\nTAG OK\r\n'.encode()
        found = [name for name in sorted(self.folders) if wanted in (name, "*")]
        return b"".join(f'* LIST () "{self.separator}" "{name}"\r\n'.encode() for name in found) + b"TAG OK\r\n"

    def _create(self, tag, arguments):
        self.folders.add(arguments.strip('"'))
        return b"TAG OK\r\n"

    def _select(self, tag, arguments):
        if arguments.strip('"') not in self.folders:
            return b"TAG NO no such folder\r\n"
        return f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\nTAG OK [READ-WRITE]\r\n".encode()

    def _idle(self, tag, arguments):
        return b"+ idling\r\n"

    def _uid_search(self, tag, arguments):
        return f"* SEARCH {' '.join(map(str, sorted(self.messages)))}\r\nTAG OK\r\n".encode()

    def _uid_fetch(self, tag, arguments):
        uids, _, items = arguments.partition(" ")
        return b"".join(self.row(int(uid), items) for uid in uids.split(",") if int(uid) in self.messages) + b"TAG OK\r\n"

    def row(self, uid, items, *, size=None, date=DATE):
        """One untagged FETCH as an ordinary server writes it."""
        raw = self.messages[uid]
        head = b"* %d FETCH (UID %d" % (sorted(self.messages).index(uid) + 1, uid)
        if "RFC822.SIZE" in items:
            return head + b" RFC822.SIZE %d)\r\n" % (len(raw) if size is None else size)
        section = b"BODY[HEADER]" if "HEADER" in items else b"BODY[]"
        body = raw[: raw.find(b"\r\n\r\n") + 4] if "HEADER" in items else raw
        return head + b" INTERNALDATE " + date + b" " + section + b" {%d}\r\n" % len(body) + body + b")\r\n"


def _parts(line):
    words = line.split(" ", 2)
    if words[0].upper() == "UID":
        return f"UID {words[1].upper()}", words[2] if len(words) > 2 else ""
    return words[0].upper(), line.partition(" ")[2]
