"""Bodies at rest: deflated where that pays, byte for byte the same when read."""

from __future__ import annotations

import zlib

WORTH = 0.8  # keep the packed form only if it is smaller than this part of the plain one
SAMPLE = 16_384  # a long body is tried on its first octets: base64 of packed data gains too little for its time


def pack(body: bytes) -> tuple[bool, bytes]:
    """(packed?, octets as they are stored)."""
    if len(body) > SAMPLE and len(zlib.compress(body[-SAMPLE:], 1)) > WORTH * SAMPLE * 0.9:
        return False, body
    packed = zlib.compress(body, 1)
    return (True, packed) if len(packed) < WORTH * len(body) else (False, body)


def unpack(packed: bool, body: bytes) -> bytes:
    """The octets as they came."""
    return zlib.decompress(body) if packed else bytes(body)
