"""Waiting for mail: IDLE (RFC 2177) that a bell from another thread can end.

The library's own idle_check loses lines that came together with the server's go-ahead, breaks on a line that arrives in pieces and returns
at once for ever after an end of file. Here the socket is only watched; what the server says is read after DONE, by blocking reads.
"""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from enum import Enum

from imapclient import IMAPClient

from maild.ingest.imap_unread import unread


class Woken(Enum):
    """What ended a wait: time or the server's words (look at what it said), the bell, or a server that does not IDLE after all."""

    TIME = "time"
    BELL = "bell"
    REFUSED = "refused"


class Bell:
    """Ends a wait in one thread from another. A ring that nobody waits for ends the next wait."""

    def __init__(self) -> None:
        self._near, self._far = socket.socketpair()
        self._far.setblocking(False)

    def ring(self) -> None:
        """Ring; never blocks."""
        with suppress(BlockingIOError):  # it rang so often that nobody can miss it
            self._far.send(b"!")

    def listen(self, seconds: float, *sources: socket.socket) -> bool:
        """Until a source can be read, the bell rings (True) or the time is over."""
        poller = select.poll()
        for source in (self._near, *sources):
            poller.register(source, select.POLLIN)
        rung = self._near.fileno() in dict(poller.poll(max(seconds, 0) * 1000))
        if rung:
            self._near.recv(4096)
        return rung


def idle(client: IMAPClient, bell: Bell, seconds: float) -> Woken:
    """One IDLE of at most `seconds`; afterwards the server's words stand in the untagged responses. Raises the client's Error, OSError."""
    imap = client._imap
    tag = imap._command("IDLE")
    spoke = False
    while imap._get_response() is not None:  # some servers speak before they give the go-ahead
        spoke = True
        if imap.tagged_commands[tag]:
            imap.tagged_commands.pop(tag)
            return Woken.REFUSED
    rung = bell.listen(0 if spoke or unread(imap) else seconds, imap.sock)
    client._idle_tag = tag
    client.idle_done()
    return Woken.BELL if rung else Woken.TIME
