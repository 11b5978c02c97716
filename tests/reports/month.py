"""A client's month, with one entry of each kind: bought, worked, free, over, an item, a fee, quoted, late, corrected, waived."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from maild.desk.directory import Client, Desk, Directory, Issuer, Staff
from maild.desk.ticket import Ticket
from maild.ledger import correction
from maild.ledger.balance import Balance, effects, fold
from maild.ledger.billing import price
from maild.ledger.contract import Charge, Contract, Included, Item, Plan
from maild.ledger.entry import Entry
from maild.ledger.money import Money
from maild.ledger.retainer import open_month
from maild.ledger.work import History, Quote, Refused, Terms, Work
from maild.reports.figures_of_period import Covered, figures

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
MINUTES = Plan(
    *("minutes", "By the minute", Charge.PREPAID),
    overdraft_minutes=0,
    rate=Money.parse("60.00 USD"),
    items={"relicense": Item("relicense", 30, "Licence re-registration", "release code supplied")},
)
CARE = Plan(
    *("care", "Site care", Charge.RETAINER),
    covers=frozenset({"training"}),
    fee=Money.parse("250.00 USD"),
    included=Included(300),
    rate=Money.parse("55.00 USD"),
)
CONTRACTS = (
    Contract("acme", MINUTES, date(2026, 1, 1), number="M-17/26", signed=date(2025, 12, 20)),
    Contract("acme", CARE, date(2026, 11, 16), number="S-4/26"),
)
ISSUER = Issuer(
    "Vendor LLC", "00000000", "1 Example Street, Kyiv\naccount UA00 0000 0000 at Example Bank", "Director V. Director"
)
STAFF = {"olga": Staff("olga", "Olga Ivanova", ("olga@vendor.test",), frozenset({"engineer"}))}


def desk(**more: object) -> Desk:
    vat = ((date(2026, 1, 1), Decimal("0.2"), True),)
    return replace(Desk("Vendor Support", "support@vendor.test", "en", "Europe/Kyiv", vat=vat, issuer=ISSUER), **more)  # type: ignore[arg-type]


def client(language: str = "en") -> Client:
    return Client(
        *("acme", "Acme Books"),
        timezone="Europe/Kyiv",
        language=language,
        tax_id="00000001",
        requisites="2 Example Street, Kyiv",
        signatory="Director A. Buyer",
        contracts=CONTRACTS,
    )


DIRECTORY = Directory("v", {}, {}, STAFF, {}, free={"presale": "Before a purchase", "courtesy": "Our courtesy"})


@dataclass
class Month:
    """Books one thing after the other for acme, giving ids."""

    entries: list[Entry] = field(default_factory=list)
    history: History = field(default_factory=lambda: History(books_from=date(2026, 10, 1)))

    def add(self, *made: Entry | Refused) -> list[Entry]:
        booked = []
        for each in made:
            assert isinstance(each, Entry), each
            booked.append(replace(each, id=len(self.entries) + len(booked) + 1))
        self.entries += booked
        self.history = self.history.after(booked)
        return booked

    def work(self, day: int, minutes: int, note: str, **more: object) -> Entry:
        at = datetime(2026, 11, day, 12, tzinfo=UTC)
        given = {"ticket": 12, "source_message_id": f"<{day}-{minutes}@x>", "note": note, **more}
        asked = Work("acme", "olga", given.pop("work_date", at.date()), at, minutes, **given)  # type: ignore[arg-type]
        made = price(asked, Terms(CONTRACTS, free_words=frozenset(DIRECTORY.free)), self.history)
        assert not isinstance(made, Refused), made
        return self.add(*made)[-1]

    def topup(self, day: int, minutes: int, paid: str) -> Entry:
        at = datetime(2026, 11, day, 9, tzinfo=UTC)
        return self.add(
            correction.topup(
                CONTRACTS[0], minutes, Money.parse(paid), reference="invoice 7", day=at.date(), author="alla", booked_at=at,
                source_message_id=f"<top{day}@x>",
            )
        )[0]  # fmt: skip

    def undo(self, day: int, entry: Entry, reason: str) -> None:
        at = datetime(2026, 11, day, 9, tzinfo=UTC)
        made = correction.undo(
            entry, self.entries, author="alla", booked_at=at, reason=reason, source_message_id=f"<undo{day}@x>"
        )
        assert not isinstance(made, Refused)
        self.add(*made)

    def covered(self, before: int = 0) -> Covered:
        """The document of the month; the first `before` entries were booked in an earlier one."""
        contracts = {c.id for c in CONTRACTS} | {name for entry in self.entries for name in effects(entry)}
        balances = {name: fold(Balance("acme", name), self.entries) for name in contracts}
        opened = datetime(2026, 11, 3, 8, tzinfo=UTC)
        asked = [
            Ticket(
                12,
                "Labels upside down",
                "acme",
                "anna@acme.test",
                "Anna",
                "en",
                opened,
                first_answer_at=opened + timedelta(minutes=26),
            ),
            Ticket(
                13, "Training", "acme", "anna@acme.test", "Anna", "en", opened, first_answer_at=opened + timedelta(minutes=94)
            ),
            Ticket(14, "Export", "acme", "anna@acme.test", "Anna", "en", opened),
        ]
        return Covered(self.entries[before:], (), balances, {12: "Labels upside down", 13: "Training"}, asked)


def full_month() -> tuple[Month, int]:
    """One entry of each kind, and how many of them came before the month."""
    month = Month()
    month.add(*open_month(CONTRACTS[1], "2026-11", datetime(2026, 11, 16, tzinfo=UTC), UTC, None))
    granted = month.entries
    month = Month()
    month.topup(2, 120, "100.00 USD")
    month.work(3, 25, "feed set to “gap”")
    month.work(4, 10, "", free="presale", ticket=13)
    month.work(5, 40, "a form printed on the other tray", work_date=date(2026, 10, 29))
    wrong = month.work(9, 15, "a call")
    month.undo(10, wrong, "a call counted twice")
    month.add(*granted)
    month.work(17, 90, "how to add a shop", cause="training", ticket=13)
    month.work(18, 0, "", item="relicense")
    month.work(19, 45, "moved to the new server")
    month.work(24, 60, "a report of returns", quote=Quote(3, 120, True, Money.parse("70.00 USD")))
    return month, 0


def facts(language: str = "en", **more: object) -> dict[str, object]:
    month, before = full_month()
    return figures(client(language), (FIRST, LAST), month.covered(before), desk(**more), DIRECTORY)
