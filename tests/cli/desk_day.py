"""A day's work of the desk, written straight into a store: what the command line is shown in its tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from maild.cli.verify import terms
from maild.desk.case import Needs
from maild.desk.decision import NEW, Decision, Event, Side, Stored
from maild.desk.incoming import Rules
from maild.desk.keyring import Keyring
from maild.desk.ticket import Participant, State, Ticket
from maild.ledger.billing import price
from maild.ledger.correction import topup, undo
from maild.ledger.money import Money
from maild.ledger.work import History, Work
from maild.message import Arrival, Attachment, Letter
from maild.reports import daily
from maild.reports.daily_sums import Uncovered
from maild.store.outbox import LetterState, Settlement

NINE = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)  # nine o'clock in Kyiv
DAY = date(2026, 11, 20)


def fill(store, config):
    version = config.directory.version
    store.remember_directory(version, config.directory_text, NINE)
    acme = config.directory.clients["acme"]
    agreed = terms(config.directory, "acme")
    number = record(store, NINE, _opening())
    bought = topup(
        *(acme.contracts[0], 600, Money.parse("600.00 USD")),
        **{"reference": "INV-1", "day": DAY, "author": "alla", "booked_at": NINE, "source_message_id": "<topup@vendor.test>"},
    )
    record(store, NINE, Decision(entries=(replace(bought, directory_version=version),)))
    for hour, minutes, said in ((1, 25, "=cable checked"), (2, 5, "wrote it down")):
        at = NINE + timedelta(hours=hour)
        history = History(store_accounts(store), tuple(e for e in store.entries("acme") if e.ticket == number))
        work = Work("acme", "olga", DAY, at, minutes, ticket=number, note=said, source_message_id=f"<time{hour}@vendor.test>")
        record(store, at, Decision(entries=price(work, agreed, history)))
    small = list(store.entries("acme"))[-1]
    at = NINE + timedelta(hours=3)
    taken_back = undo(
        small,
        [e for e in store.entries("acme") if e.ticket == number],
        **{"author": "alla", "booked_at": at, "reason": "by mistake", "source_message_id": "<undo@vendor.test>"},
    )
    record(store, at, Decision(entries=tuple(replace(e, directory_version=version) for e in taken_back)))
    report(store, config)
    arrival = Arrival("support", 1, 7, NINE, b"From: x@bad.test\r\nSubject: \x1b[31mbomb\r\n\r\nboom\r\n")
    kept = store.keep([arrival], NINE)[0]
    store.quarantine(kept.arrival_id, "nested too deep", NINE)


def _opening():
    ticket = Ticket(
        NEW, "Принтер молчит", "acme", "anna@acme.test", "Анна Кравец", "ru", NINE, State.OPEN, "olga",
        answer_due_at=NINE + timedelta(hours=24), awaiting_since=NINE, contract="M-17/26",
    )  # fmt: skip
    picture = Attachment("фото.png", "image/png", b"\x89PNG")
    asked = Stored(
        "<anna@acme.test>", Side.IN, "mail", "anna@acme.test", "Анна", ("support@vendor.test",), NINE, "Принтер", "Не печатает.",
        ticket=NEW, client="acme", contact=True, attachments=(picture,),
    )  # fmt: skip
    opened = Event(NEW, NINE, "opened", "anna@acme.test", "", "<anna@acme.test>")
    joined = ((NEW, Participant("anna@acme.test", "Анна", NINE)),)
    return Decision(tickets=(ticket,), stored=(asked,), events=(opened,), joined=joined)


def record(store, at, decision, letters=()):
    """One decision in one transaction; the number of the ticket that it opens."""
    with store.begin() as tx:
        tx.load(Needs(clients=frozenset({"acme"})), at)
        numbered = tx.number(decision)
        tx.record(None, None, "", numbered, letters)
    return numbered.tickets[0].number if numbered.tickets else None


def store_accounts(store):
    sums = {}
    for entry in store.entries("acme"):
        for posting in entry.postings:
            sums[posting.account] = sums.get(posting.account, 0) + posting.minutes
    return sums


def report(store, config):
    """The evening's report, sent; and a letter to somebody that failed."""
    acme = config.directory.clients["acme"]
    due_at = daily.due_on(acme, DAY)
    balances = {b.contract: b for b in store.balances("acme")}
    uncovered = Uncovered(tuple(store.entries("acme")), True, None, (), balances, (), {1: "Принтер молчит"})
    made = daily.report(acme, due_at, uncovered, Rules(config.desk, config.directory, Keyring(())))
    raw = b"Subject: Report 20 Nov\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nOlga: 25 min\r\n"
    sent = [letter_of("report", "boss@acme.test", raw), letter_of("receipt", "olga@vendor.test", raw)]
    record(store, due_at, replace(made, notices=()), sent)
    later = due_at + timedelta(minutes=1)
    for claimed in store.claim_letters(10, later):
        store.attempt(claimed, None, later)
        outcome = LetterState.SENT if claimed.letter.kind == "report" else LetterState.FAILED
        store.settle(Settlement(claimed.id, claimed.fence, outcome, "550 no such user"), later)


def letter_of(kind, recipient, raw):
    message_id = f"<{kind}@vendor.test>"
    stored = Stored(message_id, Side.INTERNAL, kind, "support@vendor.test", "", (recipient,), NINE, "", "", client="acme")
    return Letter(message_id, kind, "", recipient, raw, None, "acme"), stored
