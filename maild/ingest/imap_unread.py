"""What the library has read from the server and nobody has asked for yet: poll() does not see it, and TLS does not wipe it out.

Before Python 3.14 imaplib reads through a file object, which knows; since then it keeps a list of its own, and its file object would take
from the socket what imaplib then never gets.
"""

from __future__ import annotations

import ssl
from typing import Any


def unread(imap: Any) -> bool:
    """Whether octets wait in the process that an imaplib connection has read and not taken. Never waits."""
    if hasattr(imap, "_readbuf"):
        return any(imap._readbuf) or (isinstance(imap.sock, ssl.SSLSocket) and imap.sock.pending() > 0)
    patience_seconds = imap.sock.gettimeout()
    imap.sock.settimeout(0)
    try:
        return bool(imap.file.peek(1))
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    finally:
        imap.sock.settimeout(patience_seconds)
