"""Options and arguments that commands share: --config, --json, --now, days and periods."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

DEFAULT_CONFIG = Path("config/maild.toml")
_DAY = r"(\d{4})-(\d{2})-(\d{2})"
_CONFIG_KEY = "maild.config"

Command = TypeVar("Command", bound=Callable[..., Any])


def _config_of(ctx: click.Context, _: click.Parameter, value: Path | None) -> Path:
    """The path given here, else in front of the command, else by the environment, else the usual one."""
    if value is not None:
        ctx.meta[_CONFIG_KEY] = value
    chosen: Path | None = ctx.meta.get(_CONFIG_KEY)
    return chosen or Path(os.environ.get("MAILD_CONFIG") or DEFAULT_CONFIG)


config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    callback=_config_of,
    help=f"Where maild.toml is.  [default: {DEFAULT_CONFIG}; env: MAILD_CONFIG]",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")


def reading(command: Command) -> Command:
    """What every reading command takes: --json and --config."""
    return json_option(config_option(command))


class Instant(click.ParamType[datetime]):
    """An instant with its zone, such as 2026-11-23T20:00:00Z; taken to UTC."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read ISO 8601; an instant without a zone is refused, because nobody could say which one was meant."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f'"{value}" is no instant such as 2026-11-23T20:00:00Z', param, ctx)
        if instant.tzinfo is None:
            self.fail(f'"{value}" names no zone: write {value}Z for UTC, or {value}+02:00', param, ctx)
        return instant.astimezone(UTC)


class Day(click.ParamType[date]):
    """A day such as 2026-11-23."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date. Refuses anything else."""
        if isinstance(value, date):
            return value
        found = _day(value)
        if found is None:
            self.fail(f'"{value}" is no date such as 2026-11-23', param, ctx)
        return found


class Period(click.ParamType[tuple[date, date]]):
    """A year, a quarter, a month, a day, or days from..to, both included: a pair of days."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        """Read a period. Refuses what is none and what ends before it begins."""
        if isinstance(value, tuple):
            return value
        found = read_period(value)
        if found is None:
            self.fail(f'"{value}" is no period such as 2026, 2026-11, 2026-11-22 or 2026-11-01..2026-11-15', param, ctx)
        if found[1] < found[0]:
            self.fail(f'"{value}" ends before it begins', param, ctx)
        return found


def read_period(text: str) -> tuple[date, date] | None:
    """The first and the last day of a period as people write it; None where it is none."""
    first, dots, last = text.partition("..")
    if dots:
        ends = (_day(first), _day(last))
        return (ends[0], ends[1]) if ends[0] and ends[1] else None
    if (day := _day(text)) is not None:
        return day, day
    if (quarter := re.fullmatch(r"(\d{4})-Q([1-4])", text)) is not None and int(quarter[1]) in range(1, 9999):
        year, month = int(quarter[1]), int(quarter[2]) * 3
        return date(year, month - 2, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    named = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text)
    if named is None:
        return None
    year, month = int(named[1]), int(named[2] or 0)
    if not 1 <= year < 9999 or month > 12 or named[2] == "00":
        return None
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _day(text: str) -> date | None:
    named = re.fullmatch(_DAY, text)
    try:
        return date(*map(int, named.groups())) if named else None
    except ValueError:
        return None


now_option = click.option(
    "--now", type=Instant(), metavar="INSTANT", help="The desk's clock for this one call, such as 2026-11-23T20:00:00Z."
)
