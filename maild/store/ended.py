"""When a lease, or a wait, is over: also when it ends later than any can, because a clock that was wrong had set it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

LEASE_MOST = timedelta(hours=1)  # longer than every lease
WAIT_MOST = timedelta(hours=6)  # longer than every step of delivery/retry.py


def ended(until: ColumnElement[Any], now: datetime, most: timedelta = LEASE_MOST) -> ColumnElement[bool]:
    """A condition: nothing was set, it has passed, or the clock was set back since."""
    return or_(until.is_(None), until <= now, until > now + most)
