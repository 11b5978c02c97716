"""Column types that make both databases keep the same values: UTC instants, exact money, words from anywhere."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

KEY_CHARACTERS = 500
_INSTANT_CHARACTERS = len("2026-11-20 14:05:00.000000")

Id = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only where the type is INTEGER


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite has no instants: there it is text of fixed width, whose order is that of time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """How this database keeps it."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """The value as this database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone: instants are aware")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.isoformat(" ", "microseconds")[:_INSTANT_CHARACTERS] if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """The value as it was given."""
        if value is None:
            return None
        return (datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)).replace(tzinfo=UTC)


class Amount(TypeDecorator[Decimal]):
    """A decimal as text: every digit comes back as it was written."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """The value as this database keeps it."""
        return None if value is None else str(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        """The value as it was given."""
        return None if value is None else Decimal(value)


class Words(TypeDecorator[str]):
    """Text that strangers wrote. NUL and lone surrogates, which no database keeps, become U+FFFD."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The value as this database keeps it."""
        return None if value is None else storable(value)


class Key(TypeDecorator[str]):
    """Strangers' words that rows are found by. PostgreSQL indexes no more than 2,704 octets: what is longer ends in its digest."""

    impl = Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The value as this database keeps it."""
        return None if value is None else indexable(value)


def indexable(text: str) -> str:
    """The text as an index can hold it: the same text gives the same key."""
    text = storable(text)
    if len(text) <= KEY_CHARACTERS:
        return text
    return f"{text[: KEY_CHARACTERS - 100]}~{hashlib.sha256(text.encode()).hexdigest()}"


def storable(text: str) -> str:
    """The text as both databases can keep it."""
    if "\x00" in text:
        text = text.replace("\x00", "�")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("�" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text
