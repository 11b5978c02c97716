"""The frames between `reader.py` and its worker processes, told once for both ends."""

from __future__ import annotations

import struct

REQUEST = struct.Struct(">H")  # mails that follow
MAIL = struct.Struct(">QQ")  # octets that follow, octets that the whole mail has
ANSWER = struct.Struct(
    ">?Q"
)  # whether the process wants to be replaced, octets of the pickle that follows: what the first mails are, a list
