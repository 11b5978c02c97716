"""Who gets a new ticket, and who is notified."""

from dataclasses import replace

import pytest
from desk.customers import Room, machine, mail, rules, ticket

from maild.desk.routing import assignment, audience

ROUTED = [
    ("the client's manager, whatever the words", "acme", "The printer is silent", ("olga", "")),
    ("a word in the subject", "globex", "Printer", ("", "printing")),
    ("a word's beginning, in any case", "globex", "ПРИНТЕРЫ молчат", ("", "printing")),
    ("no word inside another", "globex", "The blueprinter", ("", "")),
    ("no word at all", "globex", "Export fails", ("", "")),
    ("a stranger", "walk-in", "my printer", ("", "printing")),
]


@pytest.mark.parametrize(("what", "client", "subject", "expected"), ROUTED, ids=[row[0] for row in ROUTED])
def test_a_new_ticket_is_routed(what, client, subject, expected):
    directory = rules().directory
    assert assignment(directory.clients[client], subject, "", directory) == expected


def test_words_of_the_text_count_and_yo_is_ye():
    directory = rules().directory
    routing = replace(directory.routing, teams={"printing": ("щётка",)})
    told = replace(directory, routing=routing)
    assert assignment(told.clients["globex"], "", "где Щетка?", told) == ("", "printing")


AUDIENCE = [
    ("the assignee alone", {"assignee": "petr", "team": "printing"}, ["petr"]),
    ("the team", {"assignee": "", "team": "printing"}, ["petr", "pavlo"]),
    ("a role", {"assignee": "", "team": "accountant"}, ["alla"]),
    ("the fallback", {"assignee": ""}, ["olga"]),
    ("the fallback for one who left", {"assignee": "gone"}, ["olga"]),
    ("the fallback for a team that is empty", {"assignee": "", "team": "nobody"}, ["olga"]),
]


@pytest.mark.parametrize(("what", "given", "expected"), AUDIENCE, ids=[row[0] for row in AUDIENCE])
def test_who_is_notified(what, given, expected):
    assert [person.id for person in audience(ticket(1, **given), rules().directory)] == expected


def test_somebody_is_always_notified():
    directory = replace(rules().directory, routing=replace(rules().directory.routing, fallback=()))
    assert [person.id for person in audience(ticket(1, assignee=""), directory)] == ["olga", "petr", "pavlo"]
    alone = replace(directory, staff={"max": directory.staff["max"]})
    assert [person.id for person in audience(ticket(1, assignee=""), alone)] == ["max"]


LOAD = {"petr": 3, "pavlo": 1}


@pytest.mark.parametrize(
    ("what", "client", "words", "language", "absent", "expected"),
    [
        ("the personal manager", "acme", "printer", "en", (), ("olga", "")),
        ("the manager is away: the words decide", "acme", "printer", "en", ("olga",), ("pavlo", "printing")),
        ("the one with the fewest", "globex", "printer", "en", (), ("pavlo", "printing")),
        ("who is away has nothing new", "globex", "printer", "en", ("pavlo",), ("petr", "printing")),
        ("who speaks it comes first", "globex", "printer", "ru", (), ("petr", "printing")),
    ],
)
def test_one_person_has_a_new_ticket_where_load_assigns(what, client, words, language, absent, expected):
    directory = rules().directory
    staff = {**directory.staff, "petr": replace(directory.staff["petr"], language="ru")}
    by_load = replace(directory, staff=staff, routing=replace(directory.routing, assign="load"))
    found = assignment(by_load.clients[client], words, "", by_load, language=language, absent=absent, load=LOAD)
    assert found == expected


def test_while_somebody_is_away_their_tickets_are_the_teams():
    directory = rules().directory
    theirs = ticket(1, assignee="petr")
    assert [person.id for person in audience(theirs, directory)] == ["petr"]
    assert [person.id for person in audience(theirs, directory, {"petr"})] == ["pavlo"]


def test_a_proven_notice_of_absence_hands_tickets_over_and_a_forged_one_does_not():
    petr = rules().directory.staff["petr"]
    for authenticated, expected in ((True, ["petr"]), (False, [])):
        room = Room().put(ticket(1, assignee="petr"))
        notice = mail("petr@vendor.test", "I am away.", origin=machine("absence"), staff=petr, authenticated=authenticated)
        decision = room.judge(notice)
        assert [each.staff for each in decision.absences] == expected
        assert [notice.to.address for notice in decision.notices] == ["pavlo@vendor.test"] * len(expected)
