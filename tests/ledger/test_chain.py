"""The chain and the names of accounts: forms that must never change, because hashes and balances hang on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest
from bookkeeping import Book
from hypothesis import given
from hypothesis import strategies as st

from maild.ledger import account
from maild.ledger.chain import GENESIS, Digests, canonical, chained, digest, digests, link
from maild.ledger.charge import plain
from maild.ledger.contract import Charge
from maild.ledger.entry import Entry, EntryKind, Posting, StoredEntry
from maild.ledger.money import Money
from maild.ledger.rows import balance_row, decimal, time_row


def entry() -> Entry:
    return replace(Book().time(20, note="Чеки", note_internal="рукописно"), id=7)


def test_the_canonical_form_is_fixed() -> None:
    assert canonical(entry(), Digests("n", "i", "")) == (
        b'["maild-entry-1",7,"acme","C","time","over",7,"olga","olga","2026-11-23","2026-11-23T10:00:00.000000+00:00",20,30,'
        b'"40","20","EUR","","prepaid+rounding","","<time@x>",null,null,"",'
        b'[["staff:olga",-20],["rounding:acme",-10],["acme:C:over",30]],'
        b'[["scope","ticket-day"],["step","30"],["minimum","0"],["weighted","20"],["total_before","0"],'
        b'["over","30"],["over_amount","20"]],"n","i",""]'
    )


def test_any_database_gives_the_same_bytes() -> None:
    ours = entry()
    theirs = replace(
        ours,
        amount=Decimal("20.0000"),
        rate=Decimal("4E+1"),
        booked_at=ours.booked_at.astimezone(timezone(timedelta(hours=2))),
    )
    assert canonical(theirs, Digests()) == canonical(ours, Digests())


def test_every_field_is_under_the_hash() -> None:
    ours, texts = entry(), Digests("n", "i", "r")
    changed = [
        replace(ours, **{name: value})  # type: ignore[arg-type]
        for name, value in {
            **{"id": 8, "client": "b", "contract": "D", "kind": EntryKind.ITEM, "ticket": 8, "staff": "p", "author": "p"},
            **{
                "worked_minutes": 21,
                "charged_minutes": 31,
                "rate": None,
                "amount": Decimal(21),
                "currency": "USD",
                "item": "x",
            },
            **{"rule": "hourly", "source_message_id": "<b@x>", "reverses": 3, "corrects": 3, "directory_version": "v"},
            **{"postings": (*ours.postings, Posting("a", 0)), "facts": (), "work_date": ours.work_date + timedelta(days=1)},
            **{"booked_at": ours.booked_at + timedelta(microseconds=1)},
        }.items()
    ]
    forms = {canonical(other, texts) for other in changed} | {
        canonical(ours, other) for other in (Digests("x"), Digests("n", "x"))
    }
    assert len(forms) == len(changed) + 2
    assert canonical(ours, texts) not in forms


def test_no_text_stands_in_the_chain() -> None:
    ours = replace(entry(), reason="Anna asked by phone")
    form = canonical(ours, digests(ours, b"salt")).decode()
    assert not any(word in form for word in ("Чеки", "\\u0427", "Anna"))
    assert digests(ours, b"salt").reason == digest(b"salt", "Anna asked by phone") != digest(b"pepper", "Anna asked by phone")
    free = Book().time(5, free="courtesy")
    assert '"courtesy"' in canonical(free, digests(free, b"salt")).decode()
    back = Book().undo(replace(free, id=1))[0]
    form = canonical(replace(back, reason="as Anna said"), digests(back, b"salt")).decode()
    assert "Anna" not in form


def test_a_hash_hangs_on_the_one_before() -> None:
    first = chained(entry(), GENESIS, b"salt")
    assert first.hash == link(GENESIS, canonical(first.entry, first.digests))
    assert chained(entry(), first.hash, b"salt").hash != first.hash


NUMBERS = [("30.00", "30"), ("10.50", "10.5"), ("6E+2", "600"), ("-0", "0"), ("0.00", "0"), ("100", "100"), ("-1.50", "-1.5")]


@pytest.mark.parametrize(("number", "text"), NUMBERS)
def test_decimals_have_one_form(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(list(Charge)))
def test_an_account_is_read_back_as_it_was_named(client: str, contract: str, charge: Charge) -> None:
    month = "2026-11" if charge is Charge.RETAINER else ""
    found = account.client_account(account.holding(client, contract, charge, month))
    assert found == account.ClientAccount(client, contract, charge.value, month)


@pytest.mark.parametrize("client", ["staff", "free", "bought", "%73taff", "a:b", "%"])
def test_a_client_called_like_an_account_is_no_danger(client: str) -> None:
    assert account.client_account(account.over(client, "C")) == account.ClientAccount(client, "C", "over")


@pytest.mark.parametrize(
    "name", ["staff:olga", "free:presale:acme", "expired:acme:prepaid:2026-11", "rounding:acme", account.free("x", "prepaid")]
)
def test_the_desks_own_accounts_belong_to_no_client(name: str) -> None:
    assert account.client_account(name) is None


def test_an_entry_that_does_not_balance_is_not_made() -> None:
    ours = entry()
    with pytest.raises(ValueError, match="does not balance"):
        replace(ours, postings=(Posting("staff:olga", -20),))
    fields = {name: getattr(ours, name) for name in ours.__dataclass_fields__}
    assert StoredEntry(**{**fields, "postings": (Posting("staff:olga", -20),)}).postings[0].minutes == -20


def test_rows_for_other_programs() -> None:
    row = time_row(entry())
    assert (row["amount"], row["currency"], row["rate"], row["class"]) == ("20.00", "EUR", "40.00", "over")
    assert (row["work_date"], row["booked_at"], row["reverses"]) == ("2026-11-23", "2026-11-23T10:00:00Z", None)
    assert "рукописно" not in str(row)
    book = Book()
    book.topup(600)
    assert balance_row(book.balance, book.entries[-1].booked_at) == {
        **{"client": "acme", "contract": "C", "as_of": "2026-12-13T10:00:00Z", "opening": 0, "bought": 600, "used": 0},
        **{"corrected": 0, "expired": 0, "closing": 600},
    }


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("0", "", "0.00"),
        ("-0", "USD", "0.00"),
        ("30", "USD", "30.00"),
        ("-20.5", "EUR", "-20.50"),
        ("7", "JPY", "7"),
        ("1.2345", "USD", "1.2345"),
    ],
)
def test_amounts_are_decimal_strings(amount: str, currency: str, text: str) -> None:
    assert decimal(Decimal(amount), currency) == text


def test_a_price_of_minutes() -> None:
    assert str(Money.parse("60.00 USD").for_minutes(25)) == "25.00 USD"
