"""The judge. It knows when mails came and left, who was away, and the terms; nothing of maild's is imported.

Working time is a table of the year's working minutes, each read off the clock on the wall; a deadline is the end of the minute so many
places further on.
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

from simulated_year.terms import BOSS, COUNTRY, DAY, ENGINEERS, FALLBACK, MINUTE, OFFICE, PERCENTS, START, TERMS, ZONE, plan_of

CREW = frozenset(f"e{number}" for number in range(ENGINEERS))
TOGETHER = timedelta(minutes=5)  # a warning may come so much earlier, in the letter of another one


def working_minutes() -> list[datetime]:
    """Every working minute from the year's beginning until a month after its end, by the clock on the wall."""
    zone, free = ZoneInfo(ZONE), holidays.country_holidays(COUNTRY, years=range(2026, 2028))
    found, hour = [], START
    while hour < START + 396 * DAY:
        for minute in range(60):
            at = hour + minute * MINUTE
            local = at.astimezone(zone)
            of_day = local.hour * 60 + local.minute
            spans = OFFICE[local.weekday()]
            if any(opens <= of_day < closes for opens, closes in spans) and local.date() not in free:
                found.append(at)
        hour += 60 * MINUTE
    return found


@dataclass
class Wait:
    """A customer's question, as the mails tell of it."""

    clock: str
    since: datetime
    seen_at: datetime  # when the desk could first know of it
    answered_at: datetime | None = None


@dataclass
class Request:
    """One ticket, as the mails tell of it."""

    client: int
    waits: list[Wait] = field(default_factory=list)
    owners: list[tuple[datetime, str]] = field(default_factory=list)  # since when who has it; "" is nobody

    def owner_at(self, instant: datetime) -> str:
        """Who has it at an instant."""
        return next(name for since, name in reversed(self.owners) if since <= instant)


@dataclass
class Findings:
    """Where the desk and the clerk disagree."""

    promises: list[object] = field(default_factory=list)
    doubled: list[object] = field(default_factory=list)
    missing: list[object] = field(default_factory=list)
    early: list[object] = field(default_factory=list)
    misdirected: list[object] = field(default_factory=list)
    warnings: int = 0

    @property
    def none(self) -> bool:
        """Whether they agree in everything."""
        return not (self.promises or self.doubled or self.missing or self.early or self.misdirected)


class Clerk:
    """Works out by itself what the desk had to promise and say."""

    def __init__(self) -> None:
        self.minutes = working_minutes()

    def after(self, calendar: str, since: datetime, minutes: int) -> datetime:
        """The instant at which so many minutes of a calendar have passed."""
        if calendar == "always":
            return since + minutes * MINUTE
        return self.minutes[bisect_left(self.minutes, since) + minutes - 1] + MINUTE

    def due(self, client: int, wait: Wait, percent: int) -> datetime:
        """When so many percent of a wait have passed."""
        calendar, hours = TERMS[plan_of(client)][wait.clock]
        return self.after(calendar, wait.since, hours * 60 * percent // 100)

    def judge(self, requests, kept, told, sweeps, away_at, until) -> Findings:
        """Compare what the desk kept (its promises, and what is awaited) and told (at, percent, person) with what it should have."""
        found = Findings()
        for number, request in requests.items():
            expected = [
                (w.clock, w.since, self.due(request.client, w, 100), w.answered_at) for w in request.waits if w.answered_at
            ]
            open_wait = next((w for w in request.waits if w.answered_at is None), None)
            awaited = (open_wait.since, self.due(request.client, open_wait, 100)) if open_wait else (None, None)
            if kept(number) != (expected, awaited):
                found.promises.append((number, kept(number), (expected, awaited)))
            said = told.get(number, [])
            if len(said) != len(set(said)):
                found.doubled.append((number, said))
            for wait in request.waits:
                self._warnings(found, number, request, wait, said, sweeps, away_at, until)
        return found

    def _warnings(self, found, number, request, wait, said, sweeps, away_at, until) -> None:
        over = wait.answered_at or until
        of_wait = [each for each in said if wait.seen_at <= each[0] < over]
        dues = {percent: self.due(request.client, wait, percent) for percent in PERCENTS}
        for percent in PERCENTS:
            instants = {at for at, spoken, _ in of_wait if spoken == percent}
            found.warnings += len(instants)
            if len(instants) > 1:
                found.doubled.append((number, percent, instants))
            if any(at < dues[percent] - TOGETHER for at in instants):
                found.early.append((number, percent, instants, dues[percent]))
            place = bisect_left(sweeps, max(dues[percent], wait.seen_at))
            sweep = sweeps[place] if place < len(sweeps) else None
            for at in instants:
                if sweep is not None and at > sweep:
                    found.missing.append((number, percent, at, sweep))
                people = {person for when, spoken, person in of_wait if (when, spoken) == (at, percent)}
                if people != self._called(request, percent, at, away_at(at)):
                    found.misdirected.append((number, percent, at, people, self._called(request, percent, at, away_at(at))))
            more_urgent = any(dues[higher] <= sweep for higher in PERCENTS if higher > percent) if sweep else True
            if sweep and sweep < over and not instants and not more_urgent:
                found.missing.append((number, percent, dues[percent], sweep))

    def _called(self, request: Request, percent: int, at: datetime, away: frozenset[str]) -> set[str]:
        """Whom a threshold calls: whoever has it, the team, the manager, all; what nobody has by the second, the fallback too."""
        owner, crew = request.owner_at(at), set(CREW - away)
        first = {owner} if owner and owner not in away else crew
        team = crew if owner and owner not in away else crew | {FALLBACK}
        return {50: first, 75: team, 90: {BOSS}, 100: first | team | {BOSS}}[percent]
