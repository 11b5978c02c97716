"""Money: a decimal amount and its currency. Computed once, when an entry is booked; never re-computed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

MINOR_DIGITS = {"JPY": 0, "KRW": 0, "HUF": 2, "KWD": 3, "BHD": 3, "TND": 3}  # ISO 4217; two where not named

_UNITS = {digits: Decimal(1).scaleb(-digits) for digits in range(5)}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency (ISO 4217 code)."""

    amount: Decimal
    currency: str

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read "60.00 USD". Raises ValueError that says what is expected."""
        parts = text.split()
        try:
            amount, currency = Decimal(parts[0]), parts[1].upper()
        except (IndexError, ArithmeticError):
            raise ValueError(f'"{text}" is not an amount and a currency such as "60.00 USD"') from None
        if len(parts) != 2 or len(currency) != 3 or not currency.isalpha() or not amount.is_finite():
            raise ValueError(f'"{text}" is not an amount and a currency such as "60.00 USD"')
        return cls(amount, currency)

    def for_minutes(self, minutes: int) -> Money:
        """Price so many minutes at this hourly rate, rounded half-even to the minor unit."""
        return Money(self.amount * minutes / 60, self.currency).rounded()

    def rounded(self) -> Money:
        """Round half-even to the currency's minor unit."""
        return Money(self.amount.quantize(_UNITS[MINOR_DIGITS.get(self.currency, 2)], ROUND_HALF_EVEN), self.currency)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"
