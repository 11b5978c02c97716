"""A mail as the person who received it sees it: its words, its attachments, its buttons."""

from __future__ import annotations

import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast
from urllib.parse import unquote, urlsplit

_MAILTO = re.compile(r"mailto:[^\s\"'<>()\[\]]+", re.IGNORECASE)


class Mail:
    """One mail of an inbox: `raw` as stored, `uid` in its folder, `arrived_at` its INTERNALDATE.

    A header is read as `mail["Maild-Kind"]`: decoded, on one line, '' where absent. This reader suits the mail of a sandbox;
    the desk reads its own by `maild.ingest`, which fears more.
    """

    def __init__(self, raw: bytes, uid: int = 0, arrived_at: datetime | None = None) -> None:
        self.raw = raw
        self.uid = uid
        self.arrived_at = arrived_at
        self.message = message_from_bytes(raw, policy=default)

    def __getitem__(self, name: str) -> str:
        value = self.message[name]
        return "" if value is None else re.sub(r"\s+", " ", str(value)).strip()

    def __repr__(self) -> str:
        return f"<Mail {self.uid} {self.kind or 'mail'} {self.subject!r}>"

    @property
    def subject(self) -> str:
        """The Subject, decoded."""
        return self["Subject"]

    @property
    def kind(self) -> str:
        """What sort of maild's mail it is, '' for a person's."""
        return self["Maild-Kind"]

    @property
    def ticket(self) -> int:
        """The number of its ticket, 0 where it names none."""
        return int(self["Maild-Ticket"] or 0)

    @property
    def text(self) -> str:
        """The text/plain body with LF line ends, '' where it has none."""
        return self._body("plain")

    @property
    def html(self) -> str:
        """The text/html body, '' where it has none."""
        return self._body("html")

    @property
    def attachments(self) -> dict[str, bytes]:
        """Decoded octets by file name."""
        return {
            part.get_filename() or "": cast(bytes, part.get_payload(decode=True)) for part in self.message.iter_attachments()
        }

    @property
    def buttons(self) -> tuple[str, ...]:
        """The `mailto:` links in the order in which they are shown, each address once; of the text where it has any."""
        seen: dict[str, str] = {}
        for link in _MAILTO.findall(self.text) or _MAILTO.findall(self.html.replace("&amp;", "&")):
            seen.setdefault(address_of(link).lower(), link.rstrip(".,;"))
        return tuple(seen.values())

    def _body(self, subtype: str) -> str:
        part = self.message.get_body((subtype,))
        if part is None:
            return ""
        return str(cast(EmailMessage, part).get_content()).replace("\r\n", "\n")


def address_of(button: str) -> str:
    """The address that a `mailto:` link writes to (RFC 6068, 2); an address stands for itself."""
    bare = button.rstrip(".,;")
    return unquote(urlsplit(bare).path) if bare.lower().startswith("mailto:") else bare
