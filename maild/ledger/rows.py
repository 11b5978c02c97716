"""Rows for other programs: the JSON of `time`, `balance` and `statement`. Keys are stable; minutes are integers, instants UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from maild.ledger.balance import Balance
from maild.ledger.charge import plain
from maild.ledger.entry import Entry
from maild.ledger.money import MINOR_DIGITS
from maild.ledger.statement import Line, Statement

Row = dict[str, Any]


def instant(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC to the second: "2026-11-20T14:05:00Z"; None stays None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment is not None else None


def decimal(amount: Decimal, currency: str) -> str:
    """An amount with the digits of its currency's minor unit, more where it has more: "30.00"; never an exponent or "-0.00"."""
    text = plain(amount)
    digits = max(MINOR_DIGITS.get(currency, 2), len(text.partition(".")[2]))
    return format(Decimal(text), f".{digits}f")


def time_row(entry: Entry) -> Row:
    """One row of `time --json`, for an entry that `is_time`."""
    return {
        "entry": entry.id,
        "ticket": entry.ticket,
        "client": entry.client,
        "contract": entry.contract,
        "staff": entry.staff,
        "author": entry.author,
        "kind": entry.kind.value,
        "work_date": entry.work_date.isoformat(),
        "booked_at": instant(entry.booked_at),
        "worked_minutes": entry.worked_minutes,
        "charged_minutes": entry.charged_minutes,
        "over_minutes": entry.over_minutes,
        "class": entry.entry_class.value,
        "reason": entry.reason,
        "rule": entry.rule,
        "rate": decimal(entry.rate, entry.currency) if entry.rate is not None else None,
        "amount": decimal(entry.amount, entry.currency),
        "currency": entry.currency,
        "item": entry.item,
        "note": entry.note,
        "source_message_id": entry.source_message_id,
        "reverses": entry.reverses,
        "corrects": entry.corrects,
    }


def balance_row(balance: Balance, as_of: datetime) -> Row:
    """One row of `balance --json`."""
    return {
        "client": balance.client,
        "contract": balance.contract,
        "as_of": instant(as_of),
        "opening": balance.opening,
        "bought": balance.bought,
        "used": balance.used,
        "corrected": balance.corrected,
        "expired": balance.expired,
        "closing": balance.closing,
    }


def statement_row(statement: Statement) -> Row:
    """One element of `statement --json`; `from` and `to` are the first and the last local day."""
    return {
        "client": statement.client,
        "contract": statement.contract,
        "from": statement.first_day.isoformat(),
        "to": statement.last_day.isoformat(),
        "opening": statement.opening,
        "bought": statement.bought,
        "used": statement.used,
        "corrected": statement.corrected,
        "expired": statement.expired,
        "closing": statement.closing,
        "lines": [_line_row(line) for line in statement.lines],
    }


def _line_row(line: Line) -> Row:
    late = line.late_for.isoformat() if line.late_for else None
    return {
        **time_row(line.entry),
        "minutes": line.minutes,
        "left": line.left,
        "late_for": late,
        "correction_of": line.correction_of,
    }
