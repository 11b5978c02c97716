"""Whatever customers write, in any order: one ticket a mail, one ack a ticket, letters only to people whom the ticket knows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from desk.customers import ANNA, BORIS, CUSTOMER, GLEB, MALLORY, NOW, Room, machine, mail, rules
from hypothesis import given, settings
from hypothesis import strategies as some

from maild.desk.decision import Kind, Outcome
from maild.desk.purpose import Purpose
from maild.message import Address, address_key

TEXTS = some.sampled_from(["It broke.", "Thanks!", "yes", "нет", "", "дякую", "> quoted\nNo"])
MAILS = some.builds(
    dict,
    sender=some.sampled_from([ANNA, BORIS, GLEB, MALLORY, "new@acme.test"]),
    text=TEXTS,
    subject=some.sampled_from(["", "Export fails", "Re: [#1] Export fails", "[#2]", "Another thing"]),
    cites=some.one_of(some.none(), some.integers(0, 30)),
    authenticated=some.sampled_from([True, False, None]),
    token=some.one_of(some.none(), some.sampled_from([CUSTOMER, Purpose.YES, Purpose.NOT_YET, Purpose.RATING_2])),
    cc=some.lists(some.sampled_from([ANNA, BORIS, GLEB, "carl@advice.test"]), max_size=2),
    machine=some.booleans(),
    again=some.booleans(),
)


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(some.lists(MAILS, max_size=12))
def test_whatever_customers_write(mails):
    """No two tickets of one mail, no second ack, no letter to an address that its ticket does not know."""
    room, seen, acked = Room(), [], set()
    for place, given_mail in enumerate(mails):
        incoming = built(given_mail, place, room, seen)
        for copy in [incoming, replace(incoming, arrival=1000 + place)][: 1 + given_mail["again"]]:
            before = room.last_ticket
            decision = room.judge(copy)
            assert room.last_ticket - before == (
                1 if any(t.version == 0 and t.number > before for t in decision.tickets) else 0
            )
            if copy.fingerprint in {one.fingerprint for one in seen}:
                assert (decision.outcome, decision.notices) == (Outcome.DUPLICATE, ())
            for notice in decision.notices:
                check_notice(notice, room, acked)
            seen.append(copy)
    files = [stored.message_id for thread in room.shelf.threads.values() for stored in thread]
    assert len(files) == len(set(files))


def built(given_mail, place, room, seen):
    sender = given_mail["sender"]
    cites = (seen[given_mail["cites"] % len(seen)].message.message_id,) if seen and given_mail["cites"] is not None else ()
    mine = [n for n, t in room.shelf.tickets.items() if address_key(t.requester) == sender]
    return mail(
        sender,
        given_mail["text"],
        subject=given_mail["subject"],
        in_reply_to=cites,
        authenticated=given_mail["authenticated"],
        purpose=given_mail["token"] if mine else None,
        number=mine[0] if mine else 1,
        cc=tuple(Address("", each) for each in given_mail["cc"]),
        arrived_at=NOW + timedelta(minutes=place),
        **({"origin": machine("auto-submitted")} if given_mail["machine"] else {}),
    )


def check_notice(notice, room, acked):
    if rules().directory.staff_at(notice.to.address):
        return
    people = {*room.shelf.participants[notice.ticket], address_key(room.shelf.tickets[notice.ticket].requester)}
    assert notice.to.key in people
    assert notice.kind in (Kind.ACK, Kind.RELAY)
    if notice.kind is Kind.ACK:
        assert notice.ticket not in acked
        acked.add(notice.ticket)
