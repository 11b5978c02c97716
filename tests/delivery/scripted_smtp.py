"""An SMTP server that breaks where a test tells it to: before the dot, after it, in the midst of the content."""

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace

CUT = object()  # close without a word
SILENCE = object()  # say nothing, keep the line open


class Secret:
    def __init__(self, text):
        self._text = text

    def reveal(self):
        return self._text


def account(port, **changes):
    """[smtp] of the configuration, as far as the wire needs it."""
    values = {"host": "127.0.0.1", "port": port, "security": "plain", "user": "", "password": Secret(""), "oauth": None}
    return SimpleNamespace(**(values | changes))


@dataclass
class ScriptedSmtp:
    """`replies` maps a verb ("MAIL", "." for the final dot, "220" for the greeting) to its replies in turn, the last one for ever.

    A reply is a line, CUT, SILENCE, or both as (line, CUT). `stop_reading_after` octets of content the server says
    `replies["midst"]` and closes.
    `heard` holds the commands, `taken` the contents that were answered with 2xx.
    """

    replies: dict = field(default_factory=dict)
    features: tuple = ("8BITMIME",)
    stop_reading_after: int = 0
    heard: list = field(default_factory=list)
    taken: list = field(default_factory=list)
    connections: int = 0

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._turns = {
            verb: list(replies) if isinstance(replies, list) else [replies] for verb, replies in self.replies.items()
        }
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *problem):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    def hang_up(self):
        """Close every connection, as after a long rest."""
        for connection in self._open:
            connection.close()
        self._open.clear()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with contextlib.suppress(OSError, ValueError):
            self._talk(connection)
        self._close(connection)

    def _close(self, connection):
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _talk(self, connection):
        stream = connection.makefile("rb")
        if not self._reply(connection, "220", "220 scripted.test"):
            return
        while line := stream.readline():
            command = line.strip().decode()
            self.heard.append(command)
            verb = command.split(" ")[0].upper()
            usual = {"EHLO": self._greeting(), "DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 ok")
            if not self._reply(connection, verb, usual):
                return
            if verb == "DATA" and self._last.startswith("354"):
                content = self._content(connection, stream)
                if content is None or not self._reply(connection, ".", "250 2.0.0 queued", content):
                    return

    def _content(self, connection, stream):
        lines, octets = [], 0
        while (line := stream.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line)
            octets += len(line)
            if self.stop_reading_after and octets >= self.stop_reading_after:
                self._reply(connection, "midst", "552 too much")
                return None
        return b"".join(lines)

    def _greeting(self):
        return "\r\n".join(f"250-{word}" for word in ("scripted.test", *self.features)) + "\r\n250 HELP"

    def _reply(self, connection, verb, usual, content=None):
        turns = self._turns.get(verb)
        reply = usual if not turns else turns.pop(0) if len(turns) > 1 else turns[0]
        line, then = reply if isinstance(reply, tuple) else (reply, None)
        if line is SILENCE:
            self._last = ""
            return True
        if line is CUT:
            return False
        self._last = line
        if content is not None and line.startswith("2"):
            self.taken.append(content)
        connection.sendall(line.encode() + b"\r\n")
        return then is not CUT
