"""The books as a beancount ledger: every entry a transaction, every account's kept sum a balance that `bean-check` holds against them.

Minutes are a commodity of their own (MIN). Accounts are named after ours in the letters that beancount allows; the name itself
stands beside each `open`, so that two tools can be laid side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, timedelta
from decimal import Decimal

from maild.ledger import account
from maild.ledger.charge import plain
from maild.ledger.entry import Entry
from maild.ledger.revenue import money_postings

MINUTES = "MIN"
OPENED = date(1970, 1, 1)
_ROOTS = {  # what kind of account an account of ours is
    "staff": "Income", "rounding": "Income", "surcharge": "Income", "items": "Income",
    "bought": "Assets", "granted": "Assets", "adjusted": "Equity", "expired": "Income", "free": "Expenses",
    "billed": "Assets", "advance": "Liabilities", "income": "Income",
}  # fmt: skip
_COMMODITY = re.compile(r"[A-Z][A-Z0-9'._-]{0,22}[A-Z0-9]")


class Names:
    """Beancount's names for our accounts: one for each, the same whatever order they come in."""

    def __init__(self) -> None:
        self.given: dict[str, str] = {}
        self._taken: dict[str, str] = {}

    def __call__(self, name: str, unit: str) -> str:
        """The name of an account that holds minutes (`unit` MIN) or money."""
        key = f"{unit == MINUTES}:{name}"
        if key not in self.given:
            root = _ROOTS.get(name.partition(":")[0], "Liabilities") if not account.client_account(name) else "Liabilities"
            kind = "Minutes" if unit == MINUTES else "Money"
            self.given[key] = ":".join((root, kind, *(_component(part) for part in name.split(":"))))
            if self._taken.setdefault(self.given[key], key) != key:
                raise AssertionError(f"two accounts would be called {self.given[key]}")
        return self.given[key]


def ledger(
    entries: Iterable[Entry], minutes_by_account: Mapping[str, int] | None, title: str, names: Names | None = None
) -> Iterator[str]:
    """The ledger, line by line. `minutes_by_account` are the sums that memory keeps; None where only a part is exported."""
    named = names or Names()
    units: dict[str, set[str]] = {}
    money: dict[tuple[str, str], Decimal] = {}
    last = OPENED
    yield f'option "title" "{_quoted(title)}"'
    yield ""
    for entry in entries:
        day = entry.booked_at.astimezone(UTC).date()
        last = max(last, day)
        yield from _transaction(entry, day, named, units, money)
    for key, name in sorted(named.given.items(), key=lambda item: item[1]):
        yield f"{OPENED} open {name} {','.join(sorted(units[name]))}"
        yield f'  maild: "{_quoted(key.partition(":")[2])}"'
    yield ""
    for ours, minutes in sorted((minutes_by_account or {}).items()):
        if f"True:{ours}" in named.given:
            yield f"{last + timedelta(days=1)} balance {named(ours, MINUTES)} {minutes} {MINUTES}"
    for (name, unit), amount in sorted(money.items()):
        yield f"{last + timedelta(days=1)} balance {name} {plain(amount)} {unit}"


def _transaction(
    entry: Entry, day: date, named: Names, units: dict[str, set[str]], money: dict[tuple[str, str], Decimal]
) -> Iterator[str]:
    said = entry.note or entry.item or entry.reason or entry.kind.value
    yield f'{day} * "{_quoted(entry.client)}" "{_quoted(said)}"'
    facts = {
        "entry": str(entry.id),
        "kind": entry.kind.value,
        "class": entry.entry_class.value,
        "contract": entry.contract,
        "rule": entry.rule,
        "work-date": entry.work_date.isoformat(),
        "ticket": str(entry.ticket or ""),
        "source": entry.source_message_id,
        "reverses": str(entry.reverses or ""),
        "corrects": str(entry.corrects or ""),
    }
    yield from (f'  {key}: "{_quoted(value)}"' for key, value in facts.items() if value)
    for posting in entry.postings:
        name = named(posting.account, MINUTES)
        units.setdefault(name, set()).add(MINUTES)
        yield f"  {name}  {posting.minutes} {MINUTES}"
    for line in money_postings(entry):
        unit = _commodity(line.amount.currency)
        name = named(line.account, unit)
        units.setdefault(name, set()).add(unit)
        money[name, unit] = money.get((name, unit), Decimal(0)) + line.amount.amount
        yield f"  {name}  {plain(line.amount.amount)} {unit}"
    yield ""


def _component(part: str) -> str:
    """A part of a name: letters and digits as they are, anything else as its number, so that no two parts become one.

    The first sign is a capital or a digit, as beancount asks; where it was small, an X in front says so.
    """
    plain_part = "".join(c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in part)
    if plain_part[:1].isdigit() or (plain_part[:1].isupper() and plain_part[:1] != "X"):
        return plain_part
    return f"X{plain_part}"


def _commodity(currency: str) -> str:
    return currency if _COMMODITY.fullmatch(currency) else "".join(c for c in currency.upper() if c.isalnum())[:20] + "X"


def _quoted(text: str) -> str:
    """A text as a string of beancount's, on one line."""
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
