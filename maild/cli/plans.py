"""`maild plans advise CLIENT`: what a monthly plan should cost, by the work that the client really needed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import opened
from maild.cli.options import now_option, reading

if TYPE_CHECKING:
    from maild.ledger.advice import Advice
    from maild.ledger.money import Money


class Amount(click.ParamType["Money"]):
    """An amount and a currency, such as "20.00 USD"."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Money:
        """Read it. Refuses anything else, and what costs nothing."""
        from maild.ledger.money import Money  # noqa: PLC0415

        try:
            money = value if isinstance(value, Money) else Money.parse(value)
        except ValueError as fault:
            self.fail(str(fault), param, ctx)
        if money.amount <= 0:
            self.fail(f'"{value}": an hour costs more than nothing', param, ctx)
        return money


class Percent(click.ParamType[Decimal]):
    """A percentage such as 50%."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """As a share: 50% is 0.5. Refuses what is no number or below zero."""
        if isinstance(value, Decimal):
            return value
        try:
            share = Decimal(str(value).strip().removesuffix("%")) / 100
        except InvalidOperation:
            self.fail(f'"{value}" is no percentage such as 50%', param, ctx)
        if not share.is_finite() or share < 0:
            self.fail(f'"{value}" is no percentage such as 50%', param, ctx)
        return share


@click.group()
def plans() -> None:
    """What plans should cost."""


@plans.command()
@click.argument("client")
@click.option("--hour-cost", type=Amount(), required=True, metavar='"20.00 USD"', help="What an hour costs the desk.")
@click.option("--margin", "margins", type=Percent(), multiple=True, help="On top of the cost; absent: 30, 65 and 100 %.")
@click.option("--round-to", type=click.IntRange(min=1), default=10, show_default=True, help="Prices are multiples of it.")
@click.option("--months", "count", type=click.IntRange(1, 120), default=12, show_default=True, help="Whole months looked at.")
@now_option
@reading
def advise(
    client: str,
    hour_cost: Money,
    margins: tuple[Decimal, ...],
    round_to: int,
    count: int,
    now: datetime | None,
    as_json: bool,
    config_path: Path,
) -> None:
    """Advise a monthly price: average worked minutes a month x cost of an hour + margin, rounded up.

    Looks at the last whole months; those before the client's first work do not count. Free work counts: it costs the same.
    """
    from maild.ledger import advice  # noqa: PLC0415

    with opened(config_path) as desk:
        owner = desk.client(client)
        today = (now or datetime.now(UTC)).astimezone(owner.zone).date()
        months = advice.months_before(today, count)
        first = datetime.strptime(months[0], "%Y-%m").date()
        entries = (e for e in desk.store.entries(client, first) if now is None or e.booked_at <= now)
        worked = advice.since_first_work(advice.worked_by_month(entries, months))
        found = advice.advise(worked, hour_cost, margins or advice.USUAL_MARGINS, Decimal(round_to))
        if as_json:
            show.print_json(_row(client, hour_cost, round_to, found))
        else:
            _print(client, hour_cost, round_to, found)


def _row(client: str, hour_cost: Money, round_to: int, found: Advice) -> dict[str, Any]:
    from maild.ledger.charge import plain  # noqa: PLC0415
    from maild.ledger.rows import decimal  # noqa: PLC0415

    unit = hour_cost.currency
    return {
        "client": client,
        "currency": unit,
        "hour_cost": decimal(hour_cost.amount, unit),
        "round_to": round_to,
        "months": [{"month": month, "worked_minutes": minutes} for month, minutes in found.months.items()],
        "average_worked_minutes": plain(found.average_minutes.quantize(Decimal("0.01"))),
        "average_cost": decimal(found.cost.amount, unit),
        "offers": [
            {
                "margin_percent": plain(each.margin * 100),
                "exact": decimal(each.exact.amount, unit),
                "price": decimal(each.price.amount, unit),
            }
            for each in found.offers
        ],
    }


def _print(client: str, hour_cost: Money, round_to: int, found: Advice) -> None:
    if not found.months:
        click.echo(f"No work for {client} in these months: nothing to draw a price from.")
        return
    months = list(found.months)
    average = found.average_minutes.quantize(Decimal("0.1"))
    click.echo(
        f"{client}: {average} worked minutes a month, over {show.counted(len(months), 'month')} {months[0]} to {months[-1]}"
    )
    show.print_table(("Month", "Worked"), found.months.items(), right=("Worked",))
    click.echo(f"\nAt {hour_cost} an hour an average month costs {found.cost}.\n")
    rows = ((f"{each.margin * 100:.0f} %", str(each.exact), str(each.price)) for each in found.offers)
    show.print_table(("Margin", "Exactly", f"A month, up to the next {round_to}"), rows, right=("Margin", "Exactly"))
