"""The standard library's tree of a mail, made by compat32, whose leaves give their payload as it came.

The library decodes 8-bit payloads by the declared charset even where nobody asked it to, and stumbles over labels that are none: one
with a NUL in it, or one written as RFC 2231 has it (`charset*=utf-8''koi8-r`), which it takes for a tuple.
"""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any


class _Part(Message):
    _payload: Any  # where the library keeps it

    def get_payload(self, i: Any = None, decode: bool = False) -> Any:
        """As the library's, but octets above 127 stay lone surrogates."""
        if i is None and not decode:
            return self._payload
        return super().get_payload(i, decode)  # type: ignore[call-overload]


def tree_of(raw: bytes) -> Message:
    """The parts of a mail."""
    return message_from_bytes(raw, _class=_Part, policy=compat32)
