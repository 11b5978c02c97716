"""Bodies at rest: deflated (RFC 1950) where that pays, byte for byte the same when read.

By ISA-L, which deflates four to twenty times as fast as zlib and writes what zlib reads: packing every letter costs less than writing
it unpacked.
"""

from __future__ import annotations

from isal import isal_zlib

LEVEL = 1
WORTH = 0.8  # keep the packed form only if it is smaller than this part of the plain one


def pack(body: bytes) -> tuple[bool, bytes]:
    """(packed?, octets as they are stored)."""
    packed = isal_zlib.compress(body, LEVEL)
    return (True, packed) if len(packed) < WORTH * len(body) else (False, body)


def unpack(packed: bool, body: bytes) -> bytes:
    """The octets as they came."""
    return isal_zlib.decompress(body) if packed else bytes(body)
