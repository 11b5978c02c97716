"""What judges and composes, replaced as one when the configuration is reloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.delivery.press import Composes
from maild.desk.incoming import Rules
from maild.opening import Door


@dataclass(frozen=True)
class Setting:
    """The rules in force, who composes by them, and whose word counts at each door (by mailbox name)."""

    rules: Rules
    composer: Composes
    doors: Mapping[str, Door]
