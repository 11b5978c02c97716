"""What the rules about machines look at: the fields, the words and the structure of a mail, folded so that comparing is plain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.message import DeliveryStatus


@dataclass(frozen=True)
class Structure:
    """What the reader knows about a mail beside its headers and text.

    `content_type` is the outermost type, lower case; `report_type` the parameter of multipart/report (RFC 6522); `part_types` all
    types of the tree; `calendar_method` the METHOD of a text/calendar part (RFC 5546) or ''. `return_path` is the reverse-path: ''
    is the null one, None is unknown. `sender` is the first From address as written, '' if none.
    """

    content_type: str = "text/plain"
    report_type: str = ""
    part_types: tuple[str, ...] = ()
    calendar_method: str = ""
    bounces: tuple[DeliveryStatus, ...] = ()
    return_path: str | None = None
    sender: str = ""


@dataclass(frozen=True)
class Facts:
    """What the rules look at: everything lower-cased, because header names and values compare case-insensitively."""

    headers: Mapping[str, tuple[str, ...]]
    subject: str
    text: str
    structure: Structure

    def values(self, *names: str) -> tuple[str, ...]:
        """All values of the named fields."""
        if len(names) == 1:  # nearly every rule
            return self.headers.get(names[0], ())
        return tuple(value for name in names for value in self.headers.get(name, ()))

    @property
    def local_part(self) -> str:
        """The local part of the sender; a sender without a domain is all local part."""
        return self.structure.sender.lower().partition("@")[0].strip("<>\"'\\ ")

    @property
    def from_value(self) -> str:
        """The From field as it stands."""
        return " ".join(self.values("from"))
