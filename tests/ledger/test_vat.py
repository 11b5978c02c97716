"""Tax by the date of the work, taken from sums: net, tax and gross agree to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ledger.money import Money
from maild.ledger.vat import rate_on, taxed, totals

JULY, NOVEMBER = date(2026, 7, 1), date(2026, 11, 5)
TWENTY = (date(2026, 1, 1), Decimal("0.20"), True)
ON_TOP = (date(2026, 7, 1), Decimal("0.22"), False)


def sums(day_amounts, periods):
    parts = taxed([(day, Money.parse(text)) for day, text in day_amounts], periods)
    return [(p.currency, p.rate and str(p.rate), str(p.net), str(p.tax), str(p.gross)) for p in parts]


@pytest.mark.parametrize(
    ("periods", "amounts", "expected"),
    [
        ((), [(NOVEMBER, "25.00 USD")], [("USD", None, "25.00", "0", "25.00")]),
        ((TWENTY,), [(NOVEMBER, "120.00 USD")], [("USD", "0.20", "100.00", "20.00", "120.00")]),
        ((TWENTY,), [(NOVEMBER, "0.05 USD")], [("USD", "0.20", "0.04", "0.01", "0.05")]),
        ((TWENTY, ON_TOP), [(NOVEMBER, "100.00 USD")], [("USD", "0.22", "100.00", "22.00", "122.00")]),
        ((TWENTY,), [(date(2025, 12, 31), "10.00 EUR")], [("EUR", None, "10.00", "0", "10.00")]),
        (
            (TWENTY, ON_TOP),
            [(date(2026, 6, 30), "60.00 EUR"), (JULY, "100.00 EUR"), (JULY, "50.00 USD")],
            [
                ("EUR", "0.20", "50.00", "10.00", "60.00"),
                ("EUR", "0.22", "100.00", "22.00", "122.00"),
                ("USD", "0.22", "50.00", "11.00", "61.00"),
            ],
        ),
        ((TWENTY,), [(NOVEMBER, "33.33 USD"), (NOVEMBER, "-33.33 USD")], [("USD", "0.20", "0.00", "0.00", "0.00")]),
        ((ON_TOP,), [(NOVEMBER, "1000 JPY"), (NOVEMBER, "7 JPY")], [("JPY", "0.22", "1007", "222", "1229")]),
    ],
)
def test_net_tax_and_gross(periods, amounts, expected):
    assert sums(amounts, periods) == expected


def test_a_rate_holds_from_its_day_on_in_whatever_order_they_are_written():
    assert rate_on((ON_TOP, TWENTY), date(2026, 6, 30)) == (Decimal("0.20"), True)
    assert rate_on((ON_TOP, TWENTY), JULY) == (Decimal("0.22"), False)
    assert rate_on((ON_TOP, TWENTY), date(2025, 12, 31)) is None


cents = st.integers(-(10**7), 10**7).map(lambda n: Decimal(n) / 100)
shares = st.sampled_from([Decimal("0.05"), Decimal("0.07"), Decimal("0.2"), Decimal("0.22")])


@given(st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), cents), max_size=20), shares, st.booleans())
def test_nothing_is_lost_to_rounding(amounts, share, included):
    parts = taxed([(day, Money(amount, "EUR")) for day, amount in amounts], ((date(2026, 6, 1), share, included),))
    assert all(part.net + part.tax == part.gross for part in parts)
    whole = sum((amount for _, amount in amounts), Decimal(0))
    net, _, gross = totals(parts).get("EUR", (Decimal(0), Decimal(0), Decimal(0)))
    assert (gross if included else net) == whole
