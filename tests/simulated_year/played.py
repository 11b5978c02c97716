"""One year, played and judged, with its figures."""

from dataclasses import dataclass
from time import perf_counter

from simulated_year.clerk import Clerk, Findings
from simulated_year.people import SWEEP, Year
from simulated_year.terms import END


@dataclass(frozen=True)
class Figures:
    """What was played, what was found, and how long it took."""

    tickets: int
    mails: int
    letters: int
    promises: int
    sweeps: int
    seconds: float
    findings: Findings

    def __str__(self) -> str:
        found = self.findings
        return (
            f"{self.tickets} tickets, {self.mails} mails in, {self.letters} letters out, {self.promises} promises, "
            f"{found.warnings} warnings and breaches, {self.sweeps} sweeps, {self.seconds:.0f} s\n"
            f"promises that differ {len(found.promises)}, doubled {len(found.doubled)}, missing {len(found.missing)}, "
            f"early {len(found.early)}, to somebody else {len(found.misdirected)}"
        )


def played(desk, tickets: int, sweep=SWEEP) -> Figures:
    """Play, then judge."""
    began = perf_counter()
    year = Year(desk, tickets, sweep)
    year.play()
    findings = Clerk().judge(year.requests, desk.kept, year.told, year.sweeps, year.away_at, END)
    promises = sum(len(request.waits) for request in year.requests.values())
    return Figures(len(year.requests), year.mails, year.letters, promises, len(year.sweeps), perf_counter() - began, findings)
