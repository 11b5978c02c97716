"""The terms of clients.toml: calendars, plans, goodwill, promises, routing and standard questions, as models and as values.

Names of other tables are checked against `Known`, which the validation context brings along, so that every wrong one is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from maild.config_fault import Refused, Table, unknown
from maild.config_times import Spans, clock, day, duration, monthday_clock, week_hours, weekday_clock, zone
from maild.config_values import country, factor, line, line_or_nothing, money, word
from maild.desk.directory import Calendar, FaqEntry, Goodwill, Promises, Routing
from maild.ledger.contract import Charge, Included, Item, Plan, Scope, Target
from maild.ledger.money import Money


@dataclass(frozen=True, slots=True)
class Known:
    """What a directory defines, by kind: "plan", "staff", "team", "calendar", "cause"."""

    names: Mapping[str, frozenset[str]]


def _defined(kind: str) -> Callable[[str, ValidationInfo], str]:
    def check(name: str, info: ValidationInfo) -> str:
        names = (info.context or {})["known"].names[kind]
        if name not in names:
            raise unknown(kind if kind != "staff" else "person", name, names)
        return name

    return check


def _short_target(value: object) -> object:
    return {"within": value} if isinstance(value, str) else value


def _months(value: object) -> int:
    if value == "none":
        return 0
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).isdecimal() or int(value) > 24:
        raise Refused("is no number of months", '"none", or a whole number of months from 1 to 24')
    return int(value)


def _silence(value: object) -> object:
    if value == "keep":
        return {}
    if not isinstance(value, dict) or not value:
        raise Refused('is not "keep"', '"keep" or { close_after = "14d" }')
    return value


Word = Annotated[str, BeforeValidator(word)]
Line = Annotated[str, BeforeValidator(line)]
Text = Annotated[str, BeforeValidator(line_or_nothing)]
Duration = Annotated[timedelta, BeforeValidator(duration)]
Day = Annotated[date, BeforeValidator(day)]
Clock = Annotated[int, BeforeValidator(clock)]
Price = Annotated[Money, BeforeValidator(money)]
Factor = Annotated[Decimal, BeforeValidator(factor)]
Minutes = Annotated[int, Field(ge=0, le=1_000_000)]
Zone = Annotated[str, BeforeValidator(zone)]
PlanName = Annotated[str, AfterValidator(_defined("plan"))]
StaffId = Annotated[str, AfterValidator(_defined("staff"))]
Team = Annotated[str, AfterValidator(_defined("team"))]
Cause = Annotated[str, AfterValidator(_defined("cause"))]
CalendarName = Annotated[str, AfterValidator(_defined("calendar"))]


class CalendarTable(Table):
    """[calendar.NAME]."""

    timezone: Zone | None = None
    hours: Annotated[tuple[Spans, ...], BeforeValidator(week_hours)] = Field(description='{ mon-fri = "09:00-18:00" }')
    holidays: Annotated[str, BeforeValidator(country)] = ""
    extra: list[Day] = Field(default=[])
    workdays: list[Day] = Field(default=[])

    @field_validator("workdays")
    @classmethod
    def _not_both(cls, workdays: list[date], info: ValidationInfo) -> list[date]:
        both = sorted({*workdays} & {*info.data.get("extra", ())})
        if both:
            raise Refused(f"holds {both[0]}, which stands under extra too", "a day either off or worked")
        return workdays

    def value(self, name: str, desk_timezone: str) -> Calendar:
        """The frozen form."""
        days_off, workdays = frozenset(self.extra), frozenset(self.workdays)
        return Calendar(name, self.timezone or desk_timezone, self.hours, self.holidays, days_off, workdays)


class TargetTable(Table):
    """A promise: `{ within = "24h", calendar = "always" }`, or the duration alone."""

    within: Duration = Field(description='a duration such as "24h"')
    calendar: CalendarName = "always"

    def value(self) -> Target:
        """The frozen form."""
        return Target(self.within, self.calendar)


Promise = Annotated[TargetTable, BeforeValidator(_short_target)]


class RoundingTable(Table):
    """The key `rounding` of a plan."""

    step: Annotated[int, Field(ge=1, le=24 * 60)] = 1
    scope: Literal["entry", "ticket-day"] = "entry"


class IncludedTable(Table):
    """The key `included` of a plan."""

    minutes: Minutes = Field(description="whole minutes a month")
    per: Literal["month"] = "month"
    rollover: Annotated[int, BeforeValidator(_months)] = 0


class ItemTable(Table):
    """A price-list item."""

    minutes: Minutes = Field(description="the minutes that it costs")
    title: Line = Field(description="what the client reads")
    waived: Text = ""


class PlanTable(Table):
    """[plan.NAME]."""

    title: Text = ""
    price: Text = ""
    charge: Literal["prepaid", "retainer", "hourly", "included"] = Field(
        description='"prepaid", "retainer", "hourly" or "included"'
    )
    covers: list[Cause] | None = None
    ack: Duration = timedelta(minutes=5)
    answer: Promise = Field(default="24h", validate_default=True)
    next_answer: Promise | None = None
    solution: Promise | None = None
    rounding: RoundingTable = RoundingTable()
    minimum: Minutes = 0
    overdraft: Minutes = 0
    rate: Price | None = None
    included: IncludedTable | None = None
    fee: Price | None = None
    after_hours: Factor = Decimal(1)
    urgent: Factor = Decimal(1)
    warranty_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    warranty_covers: list[Cause] = Field(default=["defect"])
    items: dict[Word, ItemTable] = Field(default={})

    @field_validator("included", "fee")
    @classmethod
    def _has_months(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("charge") in {"prepaid", "hourly"}:
            raise Refused(f"means nothing where charge is {info.data['charge']}", 'charge = "retainer"')
        return value

    def value(self, name: str) -> Plan:
        """The frozen form."""
        return Plan(
            name=name, title=self.title or name, charge=Charge(self.charge), price=self.price,
            covers=None if self.covers is None else frozenset(self.covers),
            ack=self.ack, answer=self.answer.value(),
            next_answer=self.next_answer.value() if self.next_answer else None,
            solution=self.solution.value() if self.solution else None,
            rounding_step_minutes=self.rounding.step, rounding_scope=Scope(self.rounding.scope),
            minimum_minutes=self.minimum, overdraft_minutes=self.overdraft, rate=self.rate, fee=self.fee,
            included=Included(self.included.minutes, self.included.rollover) if self.included else None,
            after_hours=self.after_hours, urgent=self.urgent,
            warranty_days=self.warranty_days, warranty_covers=frozenset(self.warranty_covers),
            items={item: Item(item, row.minutes, row.title, row.waived) for item, row in self.items.items()},
        )  # fmt: skip


class GoodwillTable(Table):
    """[goodwill]."""

    minutes: Minutes = 0
    rate: Price | None = None
    first_urgent_free: bool = False
    offer: list[PlanName] = Field(default=[])

    def value(self) -> Goodwill:
        """The frozen form."""
        return Goodwill(self.minutes, self.rate, self.first_urgent_free, tuple(self.offer))


class SilenceTable(Table):
    """The key `silence`: "keep", or when a solved ticket is closed without a word."""

    close_after: Duration | None = None


DEFAULTS = Promises()


class PromisesTable(Table):
    """[promises]; what is not named keeps the value's own default."""

    warn: list[Annotated[int, Field(ge=1, le=100)]] = Field(default=[*DEFAULTS.warn_percent])
    remind: list[Duration] = Field(default=[*DEFAULTS.remind])
    silence: Annotated[SilenceTable, BeforeValidator(_silence)] = SilenceTable()
    reopen: Duration = DEFAULTS.reopen
    week: Annotated[tuple[int, int], BeforeValidator(weekday_clock)] = (DEFAULTS.week_weekday, DEFAULTS.week_minute)
    summary: Clock = DEFAULTS.summary_minute
    agenda: Clock = DEFAULTS.agenda_minute
    act: Annotated[tuple[int, int], BeforeValidator(monthday_clock)] = (DEFAULTS.act_day, DEFAULTS.act_minute)

    def value(self) -> Promises:
        """The frozen form."""
        warn, remind = tuple(sorted(set(self.warn))), tuple(sorted(set(self.remind)))
        return Promises(warn, remind, self.silence.close_after, self.reopen, *self.week, self.summary, self.agenda, *self.act)


class RoutingTable(Table):
    """[routing]."""

    teams: dict[Team, list[Line]] = Field(default={})
    fallback: list[StaffId] = Field(default=[])
    escalate_to: Team | None = None
    assign: Literal["team", "load"] = "team"

    def value(self, engineers: tuple[str, ...]) -> Routing:
        """The frozen form; where no fallback is named, it is every engineer."""
        teams = {team: tuple(words) for team, words in self.teams.items()}
        return Routing(teams, tuple(self.fallback) or engineers, self.escalate_to or "", self.assign)


class FaqTable(Table):
    """[faq.NAME]."""

    words: list[Line] = Field(min_length=1, description='words of the question, such as ["password"]')
    title: Line = Field(description="the question in a line")
    url: Text = ""
    text: str = ""

    def value(self, name: str) -> FaqEntry:
        """The frozen form."""
        return FaqEntry(name, tuple(self.words), self.title, self.url, self.text)
