"""Attachments that run when they are opened: programs, scripts, documents with macros, archives that hold any of these.

Told by the name and by the first octets, never run or unpacked. What becomes of them is the desk's policy ([limits] programs).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from itertools import islice

from maild.message import Attachment

_ENDINGS = (
    *("exe", "com", "scr", "pif", "cpl", "dll", "msi", "msp", "mst", "jar", "apk", "app", "bat", "cmd", "ps1", "psm1"),
    *("vb", "vbs", "vbe", "js", "jse", "ws", "wsf", "wsc", "wsh", "hta", "chm", "lnk", "inf", "reg", "scf", "url"),
    *("iso", "img", "vhd", "vhdx", "appref-ms", "application", "gadget", "msc", "one", "xll"),
    *("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam", "ppsm", "sldm"),
)
_ANY = "|".join(map(re.escape, _ENDINGS))
_NAME = re.compile(rf"\.(?:{_ANY})[\s.]*$", re.I)
_ENTRY = re.compile(b"PK\x01\x02.{24}(.{2}).{16}", re.S)  # an archive's directory: each entry tells how long its name is
_ENTRIES_MAX = 1_000
_MACROS = (b"vbaProject.bin", "VBA_PROJECT".encode("utf-16-le"), b"Attribute VB_Name")
_STARTS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"L\0\0\0\x01\x14\x02\0")
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Programs(StrEnum):
    """What becomes of attached programs, in either direction."""

    PASS = "pass"  # noqa: S105 - they go along
    TELL = "tell"  # they go along, and whoever gets or sends them at the desk is told
    HOLD = "hold"  # a customer's stays behind, an engineer's answer is held


def programs(attachments: Iterable[Attachment]) -> tuple[str, ...]:
    """The names of attachments that run when they are opened."""
    return tuple(each.filename or each.content_type for each in attachments if is_program(each))


def without_programs(attachments: Iterable[Attachment], policy: Programs) -> tuple[Attachment, ...]:
    """What of a customer's attachments goes on."""
    return tuple(each for each in attachments if policy is not Programs.HOLD or not is_program(each))


def is_program(each: Attachment) -> bool:
    """Whether an attachment runs when it is opened, by its name or by what it holds."""
    if _NAME.search(each.filename) or each.content.startswith(_STARTS):
        return True
    if not each.content.startswith(_ARCHIVES):
        return False
    return any(sign in each.content for sign in _MACROS) or any(_NAME.search(name) for name in _names_inside(each.content))


def _names_inside(archive: bytes) -> Iterable[str]:
    """What an archive's own directory says that it holds (APPNOTE, 4.3.12); nothing is unpacked."""
    for entry in islice(_ENTRY.finditer(archive), _ENTRIES_MAX):
        length = int.from_bytes(entry[1], "little")
        yield archive[entry.end() : entry.end() + length].decode("utf-8", "replace")
