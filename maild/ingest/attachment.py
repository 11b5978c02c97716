"""Attachments: what a reader would save, under the name its sender gave, as metadata and never as a path."""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from maild.message import Attachment

NAME_CHARACTERS_MAX = 200

_SEPARATORS = re.compile(r"[/\\]")
_LINE_SPACE = re.compile(r"[\t\r\n]+ *")
_FALLBACKS = {
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "disposition-notification.txt",
    "message/rfc822": "message.eml",
    "message/global": "message.eml",
    "message/partial": "part.eml",
    "message/external-body": "external.txt",
    "text/rfc822-headers": "headers.txt",
    "message/rfc822-headers": "headers.txt",
    "text/calendar": "invite.ics",
    "text/html": "document.html",
    "text/plain": "document.txt",
    "text/enriched": "document.txt",
    "application/pgp-signature": "signature.asc",
    "application/pgp-encrypted": "version.asc",
    "application/pkcs7-signature": "smime.p7s",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/ms-tnef": "winmail.dat",
    "image/jpeg": "image.jpg",
    "image/jpg": "image.jpg",
}


def clean_name(name: str) -> str:
    """The last component without control and bidi characters (Unicode Cc, Cf), bounded; '' where nothing is left."""
    last = _SEPARATORS.split(name.replace("\0", ""))[-1] if len(name) < 4_096 else name[-NAME_CHARACTERS_MAX:]
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs") or c in "\t\n\r")
    shown = _LINE_SPACE.sub(" ", shown).strip()
    if len(shown) > NAME_CHARACTERS_MAX:
        stem, dot, ending = shown.rpartition(".")
        shown = f"{stem[: NAME_CHARACTERS_MAX - 12]}.{ending}" if dot and len(ending) <= 10 else shown[:NAME_CHARACTERS_MAX]
    return "" if shown in (".", "..") else shown


def fallback_name(content_type: str, taken: set[str]) -> str:
    """A name for a part that has none, by its type, numbered where others of this mail have it already."""
    name = _FALLBACKS.get(content_type)
    if name is None:
        main = content_type.partition("/")[0]
        stem = main if main in ("image", "audio", "video") else "file"
        name = stem + (mimetypes.guess_extension(content_type) or ".bin")
    stem, _, ending = name.rpartition(".")
    number, candidate = 0, name
    while candidate in taken:
        number += 1
        candidate = f"{stem}{number}.{ending}"
    return candidate


def named(
    name: str, content_type: str, content: bytes, taken: set[str], *, content_id: str = "", inline: bool = False
) -> Attachment:
    """An attachment under its cleaned name, or under one of ours; `taken` collects the names of the mail."""
    filename = clean_name(name) or fallback_name(content_type, taken)
    taken.add(filename)
    return Attachment(filename, content_type, content, content_id, inline)
