"""Accounts of the books: how they are named, and what a name says.

Sign: a positive posting is a debit, a negative one a credit. Work credits the person (`staff:olga −45`) and debits the client's
holding (`acme:M-17/26:prepaid +45`); a top-up credits the holding and debits `bought:acme`. So a holding is a liability of the
desk: **minutes left = − (sum of its postings)**, and everything that lessens what a client has is positive there.

    staff:PERSON                      minutes people worked (negative: given)
    rounding:CLIENT surcharge:CLIENT  what rounding and minimum, and what factors, made of them
    items:CLIENT                      where a price-list item's minutes come from
    bought: granted: adjusted:CLIENT  where holdings get minutes from
    expired:CLIENT:CONTRACT:MONTH     what lapsed of a retainer's month
    free:REASON:CLIENT                time that costs nothing
    CLIENT:CONTRACT:prepaid|hourly|included, CLIENT:CONTRACT:retainer:MONTH    holdings
    CLIENT:CONTRACT:over, CLIENT:quote-N:quote                                 beyond the contract, or beside it
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from maild.ledger.contract import Charge

OVER = "over"
QUOTE = "quote"
HOLDINGS = frozenset(charge.value for charge in Charge)  # kinds whose sum is the balance of a contract
_CLIENT_KINDS = HOLDINGS | {OVER, QUOTE}
_RESERVED = frozenset({"staff", "rounding", "surcharge", "items", "bought", "granted", "adjusted", "expired", "free"})


@dataclass(frozen=True, slots=True)
class ClientAccount:
    """An account that belongs to a client's contract; `month` is "2026-11" for a retainer's lot, else ''."""

    client: str
    contract: str
    kind: str
    month: str = ""

    @property
    def is_holding(self) -> bool:
        """Whether it counts in the contract's balance."""
        return self.kind in HOLDINGS


@lru_cache(maxsize=65536)
def staff(person: str) -> str:
    """Minutes of a person."""
    return f"staff:{_escaped(person)}"


@lru_cache(maxsize=65536)
def rounding(client: str) -> str:
    """Minutes that rounding and minimum add, or take where a ticket-day had already paid."""
    return f"rounding:{_escaped(client)}"


@lru_cache(maxsize=65536)
def surcharge(client: str) -> str:
    """Minutes that the urgent and after-hours factors add."""
    return f"surcharge:{_escaped(client)}"


def items(client: str) -> str:
    """The source of price-list items."""
    return f"items:{_escaped(client)}"


def bought(client: str) -> str:
    """The source of top-ups."""
    return f"bought:{_escaped(client)}"


def granted(client: str) -> str:
    """The source of retainers' monthly minutes."""
    return f"granted:{_escaped(client)}"


def adjusted(client: str) -> str:
    """The source of accountants' adjustments."""
    return f"adjusted:{_escaped(client)}"


def expired(client: str, contract: str, month: str) -> str:
    """What lapsed of a retainer's month."""
    return f"expired:{_escaped(client)}:{_escaped(contract)}:{month}"


def free(reason: str, client: str) -> str:
    """Time that costs nothing, by reason."""
    return f"free:{_escaped(reason)}:{_escaped(client)}"


@lru_cache(maxsize=65536)
def holding(client: str, contract: str, charge: Charge, month: str = "") -> str:
    """What a client holds by a contract; a retainer holds one lot a month ("2026-11")."""
    name = f"{_client(client)}:{_escaped(contract)}:{charge.value}"
    return f"{name}:{month}" if month else name


def over(client: str, contract: str) -> str:
    """Charged time beyond what a contract allows; no top-up absorbs it."""
    return f"{_client(client)}:{_escaped(contract)}:{OVER}"


def quoted(client: str, quote_id: str) -> str:
    """Time on work that the client agreed to by quote."""
    return f"{_client(client)}:{_escaped(quote_id)}:{QUOTE}"


@lru_cache(maxsize=65536)
def client_account(name: str) -> ClientAccount | None:
    """Read a name back; None for the desk's own accounts (staff, rounding, bought …)."""
    parts = name.split(":")
    if parts[0] in _RESERVED or len(parts) not in {3, 4} or parts[2] not in _CLIENT_KINDS:
        return None
    return ClientAccount(_plain(parts[0]), _plain(parts[1]), parts[2], parts[3] if len(parts) == 4 else "")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(":", "%3A")


def _client(client: str) -> str:
    """A client that is called like one of the desk's accounts still gets a name of its own."""
    name = _escaped(client)
    return f"%{ord(name[0]):02X}{name[1:]}" if name in _RESERVED else name


def _plain(part: str) -> str:
    if part.startswith("%") and part[1:3] not in {"25", "3A"}:
        part = chr(int(part[1:3], 16)) + part[3:]
    return part.replace("%3A", ":").replace("%25", "%")
