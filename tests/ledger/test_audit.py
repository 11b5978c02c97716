"""The audit finds each kind of damage, and nothing in a sound book."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from bookkeeping import CONTRACT, DAY, NOON, SAID, Book

from maild.ledger.audit import Discrepancy, audit
from maild.ledger.balance import Balance
from maild.ledger.chain import GENESIS, Link, chained
from maild.ledger.contract import Charge, Contract, Included, Plan, Scope
from maild.ledger.correction import bug, undo
from maild.ledger.entry import Entry, EntryKind, Posting, StoredEntry
from maild.ledger.money import Money
from maild.ledger.retainer import lapse
from maild.ledger.work import Refused, Terms


def sound() -> Book:
    """Every kind of entry that a prepaid contract knows."""
    book = Book()
    book.topup(100)
    book.time(5)
    first = book.time(10, clock=(NOON, NOON + timedelta(minutes=10)), urgent=True)
    book.time(25, free="courtesy")
    book.time(0, item="relicense")
    book.undo(first)
    book.undo(book.time(40))
    book.time(200)
    return book


def found(
    links: list[Link],
    contract: Contract = CONTRACT,
    *,
    heads: dict[str, str] | None = None,
    balances: list[Balance] | None = None,
    terms: Terms | None = Terms(),  # noqa: B008
) -> list[Discrepancy]:
    known = {each.entry.id: each.entry for each in links}
    terms = replace(terms, contracts=(contract,)) if terms else None
    return list(
        audit(
            links,
            terms_of=lambda client, version: terms,
            entry_by_id=known.get,
            heads={"acme": links[-1].hash} if heads is None else heads,
            balances=[Balance("acme", "C", **totals(links))] if balances is None else balances,
        )
    )


def totals(links: list[Link]) -> dict[str, int]:
    book = Book()
    book.entries = [each.entry for each in links]
    made = book.balance
    return {name: getattr(made, name) for name in ("bought", "used", "corrected", "expired")}


def damaged(number: int, **changes: object) -> list[Link]:
    """A sound book in which somebody changed one entry and hashed it all again."""
    book = sound()
    entry = book.entries[number]
    fields = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    book.entries[number] = StoredEntry(**{**fields, **changes})
    return book.links


def test_a_sound_book_has_no_discrepancy() -> None:
    assert found(sound().links) == []
    book = sound()
    book.add(*bug(book.entries, reason="BUG-7", **SAID))  # type: ignore[arg-type]
    assert found(book.links) == []


def test_a_sound_retainer_has_none_either() -> None:
    plan = Plan("r", "R", Charge.RETAINER, included=Included(300, 1), fee=Money.parse("250 EUR"), rate=Money.parse("55 EUR"))
    agreed = Contract("acme", plan, DAY.replace(day=11), number="C")
    book = Book(agreed)
    book.time(100)
    later = NOON + timedelta(days=60)
    book.add(*lapse(agreed, book.history.accounts, later, NOON.tzinfo))  # type: ignore[arg-type]
    book.time(150)
    assert [e.kind for e in book.entries] == ["grant", "fee", "time", "expiry", "adjust", "time"]
    assert found(book.links, agreed) == []


TAMPERED: list[tuple[int, dict[str, object], set[str]]] = [
    (1, {"postings": (Posting("staff:olga", -5),)}, {"sum", "draw"}),
    (1, {"charged_minutes": 20}, {"charge", "rounding"}),
    (1, {"worked_minutes": 65}, {"charge"}),
    (1, {"facts": (("scope", "ticket-day"), ("step", "30"), ("minimum", "0"), ("weighted", "6"))}, {"charge"}),
    (1, {"amount": Decimal("19.99")}, {"amount"}),
    (1, {"rate": Decimal("39.00"), "amount": Decimal("19.50")}, {"amount"}),
    (1, {"contract": "D"}, {"charge"}),
    (3, {"charged_minutes": 5}, {"free"}),
    (4, {"charged_minutes": 60}, {"charge"}),
    (5, {"worked_minutes": 0}, {"reversal"}),
    (5, {"reverses": 1}, {"reversal"}),
    (5, {"kind": EntryKind.TIME}, {"reversal"}),
    (7, {"reverses": 3}, {"reversal"}),
]


@pytest.mark.parametrize(("number", "changes", "kinds"), TAMPERED)
def test_what_was_changed_and_hashed_again_is_found_by_its_rule(
    number: int, changes: dict[str, object], kinds: set[str]
) -> None:
    discrepancies = found(damaged(number, **changes))
    assert kinds <= {each.kind for each in discrepancies}
    assert number + 1 in {each.entry for each in discrepancies}


def changed(links: list[Link]) -> list[Link]:
    return [
        replace(each, entry=replace(each.entry, note_internal="", author="mallory")) if i == 1 else each
        for i, each in enumerate(links)
    ]


DAMAGE: list[tuple[str, Callable[[list[Link]], list[Link]], str]] = [
    ("a row was changed", changed, "chain"),
    ("a row was taken away", lambda links: links[:2] + links[3:], "chain"),
    ("a row was doubled", lambda links: [*links[:2], links[1], *links[2:]], "order"),
    ("two rows changed places", lambda links: [links[1], links[0], *links[2:]], "order"),
    ("a text was changed", lambda links: [replace(links[0], entry=replace(links[0].entry, note="x")), *links[1:]], "text"),
]


@pytest.mark.parametrize(("story", "damage", "kind"), DAMAGE, ids=[story for story, *_ in DAMAGE])
def test_the_chain_holds(story: str, damage: Callable[[list[Link]], list[Link]], kind: str) -> None:
    assert kind in {each.kind for each in found(damage(sound().links))}


def test_rows_taken_from_the_end_are_missed() -> None:
    links = sound().links
    assert {each.kind for each in found(links[:-1], heads={"acme": links[-1].hash})} == {"chain"}
    assert {each.kind for each in found(links, heads={})} == {"chain"}


def test_a_forgotten_text_is_no_damage() -> None:
    links = [replace(each, salt=None, entry=replace(each.entry, note="", note_internal="")) for each in sound().links]
    assert found(links) == []


def test_stored_balances_are_held_against_the_entries() -> None:
    links = sound().links
    assert found(links, balances=[]) == [
        Discrepancy("balance", 0, "acme C: kept as (0, 0, 0, 0, 0), the entries give (0, 100, 130, 30, 0)")
    ]
    assert {each.kind for each in found(links, balances=[Balance("acme", "C", **{**totals(links), "bought": 101})])} == {
        "balance"
    }


def test_terms_that_were_not_kept_are_missed() -> None:
    assert "terms" in {each.kind for each in found(sound().links, terms=None)}


def test_a_ticket_day_left_wrong_by_an_undo_without_its_rounding_row() -> None:
    book = Book()
    first, _ = book.time(5), book.time(10)
    reversal, rounding = undo(first, book.entries, reason="", **SAID)  # type: ignore[misc, arg-type]
    assert not isinstance(reversal, Refused)
    book.add(reversal)
    assert [each.kind for each in found(book.links)] == ["rounding"]
    book.add(rounding)
    assert found(book.links) == []


def test_each_client_has_a_chain_of_its_own() -> None:
    ours, theirs = sound().links, []
    for number in range(1, len(ours) + 1):
        postings = (Posting("bought:globex", number), Posting("globex:C:prepaid", -number))
        entry = Entry("globex", "C", EntryKind.TOPUP, DAY, NOON, postings, id=1000 + number)
        theirs.append(chained(entry, theirs[-1].hash if theirs else GENESIS, b"s"))
    mixed = [each for pair in zip(ours, theirs, strict=True) for each in pair]
    heads = {"acme": ours[-1].hash, "globex": theirs[-1].hash}
    balances = [Balance("acme", "C", **totals(ours)), Balance("globex", "C", bought=sum(range(1, len(ours) + 1)))]
    assert found(mixed, heads=heads, balances=balances) == []


def test_a_second_reversal_is_found() -> None:
    book = Book()
    (reversal,) = book.undo(book.time(20))
    book.add(replace(reversal, id=0))
    assert Discrepancy("reversal", 3, "entry 1 is reversed a second time") in found(book.links)


def test_a_step_that_changes_within_a_day_leaves_no_one_rule_to_judge_it() -> None:
    book = Book()
    book.terms_version = "thirty"
    book.time(5)
    book.contract = replace(CONTRACT, plan=replace(CONTRACT.plan, rounding_step_minutes=7))
    book.terms_version = "seven"
    assert book.time(5).charged_minutes == 7
    links, terms = book.links, {"thirty": Terms((CONTRACT,)), "seven": Terms((book.contract,))}
    heads = {"acme": links[-1].hash}
    assert not list(
        audit(links, terms_of=lambda _, v: terms[v], entry_by_id=lambda _: None, heads=heads, balances=[book.balance])
    )


def test_a_rule_that_changes_within_a_day_judges_only_its_own() -> None:
    """Terms are those of the directory in force at each booking: by the entry in the morning, by the ticket-day from noon on."""
    morning = replace(CONTRACT, plan=replace(CONTRACT.plan, rounding_scope=Scope.ENTRY))
    book = Book(morning)
    book.terms_version = "morning"
    book.time(5)
    book.contract, book.terms_version = CONTRACT, "noon"
    assert [book.time(10).charged_minutes, book.time(20).charged_minutes] == [30, 0]
    links, known = book.links, {entry.id: entry for entry in book.entries}
    terms = {"morning": Terms((morning,)), "noon": Terms((CONTRACT,))}
    heads, kept = {"acme": links[-1].hash}, [book.balance]
    assert not list(audit(links, terms_of=lambda _, v: terms[v], entry_by_id=known.get, heads=heads, balances=kept))
    swapped = {"morning": terms["noon"], "noon": terms["morning"]}
    found_now = list(audit(links, terms_of=lambda _, v: swapped[v], entry_by_id=known.get, heads=heads, balances=kept))
    assert {each.kind for each in found_now} == {"charge"}
