"""What judges and composes, replaced as one when the configuration is reloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from maild.desk.decision import Notice, Stored
from maild.desk.incoming import Rules
from maild.message import Letter
from maild.opening import Door


class Composes(Protocol):
    """A notice to the letter as it will leave, and to the message as its thread keeps it (delivery/compose.py)."""

    def compose(self, notice: Notice, now: datetime) -> tuple[Letter, Stored]:
        """Raises for a template at fault."""


@dataclass(frozen=True)
class Setting:
    """The rules in force, who composes by them, and whose word counts at each door (by mailbox name)."""

    rules: Rules
    composer: Composes
    doors: Mapping[str, Door]
