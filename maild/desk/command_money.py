"""Amounts as accountants write them: `500 EUR`, `1 250,50 грн`, `$300.00`."""

from __future__ import annotations

import re
from decimal import Decimal

from maild.desk.command_arguments import Arguments, BadValue
from maild.desk.command_kinds import Reason
from maild.ledger.money import Money

_CODES = (
    "AED AMD AUD AZN BGN BRL BYN CAD CHF CNY CZK DKK EUR GBP GEL HUF ILS INR ISK JPY KGS KRW KZT MDL MXN NOK NZD PLN RON RSD RUB SEK "
    "SGD THB TJS TRY UAH USD UZS ZAR"
)
_NAMES = {
    "€": "EUR", "$": "USD", "£": "GBP", "₴": "UAH", "₽": "RUB",
    "грн": "UAH", "руб": "RUB", "евро": "EUR", "євро": "EUR", "долл": "USD", "дол": "USD",
    **{code.lower(): code for code in _CODES.split()},
}  # fmt: skip
_CURRENCY = "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True))
_DIGITS = r"\d[\d .,']*"
_BEHIND = re.compile(rf"({_DIGITS}?)\s?({_CURRENCY})\.?(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(rf"([€$£₴₽])\s?({_DIGITS}?)(?=[\s,;]+[^\d\s]|[.,;]?\s*$)")
_WHOLE = re.compile(r"\d{1,12}|\d{1,3}(?:[ '.,]\d{3})+")
_GROUPING = re.compile(r"[ '.,]")


def read_money(arguments: Arguments) -> Money | None:
    """Take an amount with its currency; None where none stands here. Raises BadValue(UNREADABLE) for one that is ambiguous."""
    found = arguments.match(_BEHIND)
    if found:
        return Money(_amount(found[1]), _NAMES[found[2].lower()])
    found = arguments.match(_BEFORE)
    return Money(_amount(found[2]), _NAMES[found[1]]) if found else None


def _amount(text: str) -> Decimal:
    """One or two digits behind the last comma or full stop are minor units; three are thousands only beside another group."""
    text = text.strip()
    whole, mark, minor = text, "", ""
    if found := re.search(r"[.,](\d{1,2})$", text):
        whole, mark, minor = text[: found.start()], ".", found[1]
    groups = _GROUPING.findall(whole)
    if not _WHOLE.fullmatch(whole) or len(set(groups)) > 1 or (len(groups) == 1 and groups[0] in ".," and not mark):
        raise BadValue(Reason.UNREADABLE, text)  # 1,500: fifteen hundred or one and a half?
    return Decimal(_GROUPING.sub("", whole) + mark + minor)
