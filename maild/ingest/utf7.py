"""UTF-7 (RFC 2152) for mails of Outlook's twenty years ago: only the letters that ASCII lacks may be shifted.

The format can write any ASCII character as base64, so that a slash, a tag or an address passes whoever looks for it before decoding.
Programs shift no letter, no digit and none of those; a text that does is not decoded at all.
"""

from __future__ import annotations

import binascii
import functools
import re

_SHIFTED = re.compile(rb"\+([A-Za-z0-9+/]*+)-?")
_SHIFTED_ASCII = frozenset('!"#$%*;[]^_`{|}+')  # RFC 2152's set O without what markup, addresses and commands are made of


def from_utf7(octets: bytes) -> str | None:
    """The text, or None where it is not UTF-7 or hides what needs no hiding."""
    pieces: list[str] = []
    end = 0
    for match in _SHIFTED.finditer(octets):
        shifted = _letters(match[1]) if match[1] else "+"
        if shifted is None:
            return None
        pieces += [octets[end : match.start()].decode("latin-1"), shifted]
        end = match.end()
    pieces.append(octets[end:].decode("latin-1"))
    return "".join(pieces) if octets.isascii() else None


@functools.lru_cache(maxsize=1024)  # few letters of a language are shifted, each many times
def _letters(base64: bytes) -> str | None:
    """What one shifted run says: UTF-16, the last bits filled up with zeros."""
    if len(base64) % 4 == 1:
        return None
    units = binascii.a2b_base64(base64 + b"=" * (-len(base64) % 4))
    try:
        text = units[: len(units) - len(units) % 2].decode("utf-16-be")
    except UnicodeDecodeError:
        return None
    return text if all(c > "\x9f" or c in _SHIFTED_ASCII for c in text) else None
