"""The certificates that this machine trusts: read once, when a connection first needs them, which costs as much as ten letters."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def verified() -> ssl.SSLContext:
    """A context that checks certificates and host names. Threads may share it."""
    return ssl.create_default_context()
