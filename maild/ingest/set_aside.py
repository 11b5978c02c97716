"""Large bodies are set aside before the parser runs, and fetched from the octets afterwards.

The standard library makes an object of every line: 25 MB of base64 cost it 250 MB and two seconds. Cut out beforehand, they cost what
they weigh. Each is replaced by a marker that the mail cannot hold itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from maild.ingest.limits import LargeBody

SMALL_MAIL_BYTES = 512 * 1024  # up to here only files in base64 are set aside
_MARKER = re.compile(rb"set-aside-([0-9a-f]{64})-(\d{1,6})\.")


@dataclass(frozen=True, slots=True)
class SetAside:
    """What was cut out of a mail: marker number n under its name stands for `bodies[n]`."""

    bodies: tuple[memoryview, ...] = ()
    name: bytes = b""

    def body(self, payload: str) -> memoryview | None:
        """What stands for a payload that is nothing but a marker."""
        match = _MARKER.fullmatch(payload.strip().encode("ascii", "replace")) if len(payload) < 120 else None
        return self.bodies[int(match[2])] if match and match[1] == self.name else None

    def restored(self, octets: bytes) -> bytes:
        """`octets` with every marker replaced by what it stands for; the line ends around a marker are its own."""
        if not self.bodies:
            return octets
        return _MARKER.sub(lambda match: bytes(self.bodies[int(match[2])]) if match[1] == self.name else match[0], octets)


def set_aside(raw: bytes, large: Sequence[LargeBody]) -> tuple[bytes, SetAside]:
    """The mail with markers in place of its large bodies; in a small mail of those alone that are files in base64."""
    spans = [(start, end) for start, end, is_file in large if is_file or len(raw) > SMALL_MAIL_BYTES]
    if not spans:
        return raw, SetAside()
    name = hashlib.sha256(raw).hexdigest().encode("ascii")
    whole = memoryview(raw)
    pieces: list[bytes | memoryview] = []
    end = 0
    for number, (start, stop) in enumerate(spans):
        pieces += [whole[end:start], b"set-aside-%s-%d." % (name, number)]
        end = stop
    pieces.append(whole[end:])
    return b"".join(pieces), SetAside(tuple(whole[a:b] for a, b in spans), name)
