"""Nobody gets more mail than helps them (contract, section 2): the mails of ten typical tickets, counted over six weeks."""

from collections import Counter
from datetime import timedelta

import pytest
from promise_desk import ANNA, OLGA, at

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = at("02 07:00")  # a Monday, nine in Kyiv
AUTOMATIC = {"ack", "confirm", "reminder", "refusal"}
FAQ = '[faq.paper]\nwords = ["paper", "jam"]\ntitle = "Paper jam"\nurl = "https://vendor.test/faq/paper"\n'


class Ticket:
    """One ticket of Anna's, played in steps an hour apart."""

    def __init__(self, desk):
        self.desk, self.now, self.letters = desk, BEGIN, []

    def _left(self, letters):
        self.letters += letters
        self.now += HOUR
        self.desk.sweep(self.now)
        return letters

    def last(self, kind):
        """The last letter of a kind."""
        return next(each for each in reversed(self.desk.letters) if each.kind == kind)

    def asks(self, text="The printer prints nothing.", subject="Printer"):
        """Anna opens it."""
        self._left(self.desk.write(self.now, ANNA, text, subject))

    def answers(self, text="Switch the cable."):
        """Olga answers, with commands or without."""
        self._left(self.desk.reply(self.now, f"Olga <{OLGA}>", self.last("notification"), text))

    def replies(self, text, kind="relay"):
        """Anna presses Reply."""
        self._left(self.desk.reply(self.now, ANNA, self.last(kind), text))

    def presses(self, button, kind="relay"):
        """Anna presses a button: 0 is yes, 1 not yet."""
        self._left(self.desk.write(self.now, ANNA, "", "", self.last(kind).buttons[button]))

    def waits(self, days):
        """Time passes."""
        for _ in range(days * 4):
            self.now += 6 * HOUR
            self.desk.sweep(self.now)


def answered(ticket):
    ticket.asks()
    ticket.answers()
    ticket.replies("Thank you!")


def solved_and_confirmed(ticket):
    ticket.asks()
    ticket.answers("Switch the cable.\n/time 10m cable\n/solved")
    ticket.presses(0)


def solved_and_silent(ticket):
    ticket.asks()
    ticket.answers("Switch the cable.\n/solved")


def asked_by_itself(ticket):
    ticket.asks()
    ticket.answers()
    ticket.answers("/solved")


def waited_for(ticket):
    ticket.asks()
    ticket.answers("Which printer is it?\n/wait")


def asked_thrice(ticket):
    ticket.asks()
    ticket.replies("Any news?", "ack")
    ticket.replies("Hello?", "ack")
    ticket.answers("Switch the cable.\n/solved")


def typed_yes(ticket):
    ticket.asks()
    ticket.answers("Switch the cable.\n/solved")
    ticket.waits(4)
    ticket.replies("yes", "reminder")


def helped_by_the_faq(ticket):
    ticket.asks("A paper jam again, how do I get it out?", "Paper jam")
    ticket.presses(0, "ack")


def phoned(ticket):
    text = "She called about VAT.\n/new anna@acme.test\n/answer\nAs agreed by phone: VAT is 20 %."
    ticket._left(ticket.desk.write(ticket.now, f"Olga <{OLGA}>", text, "Call from Anna"))


def not_yet(ticket):
    ticket.asks()
    ticket.answers("Switch the cable.\n/solved")
    ticket.presses(1)
    ticket.answers("Then it is the driver.\n/solved")


def reopened(ticket):
    ticket.asks()
    ticket.answers("Switch the cable.\n/solved")
    ticket.presses(0)
    ticket.waits(8)
    ticket.replies("It came back.")
    ticket.answers("Then it is the driver.\n/solved")


TYPICAL = {  # the story -> how many answers it has
    answered: 1,
    solved_and_confirmed: 1,
    solved_and_silent: 1,
    asked_by_itself: 1,
    waited_for: 1,
    asked_thrice: 1,
    typed_yes: 1,
    helped_by_the_faq: 0,
    phoned: 1,
    not_yet: 2,
    reopened: 2,
}
EXPECTED = {  # automatic mails to Anna, the evening's report aside
    answered: {"ack": 1},
    solved_and_confirmed: {"ack": 1},
    solved_and_silent: {"ack": 1, "reminder": 2},
    asked_by_itself: {"ack": 1, "confirm": 1, "reminder": 1},
    waited_for: {"ack": 1, "reminder": 2},
    asked_thrice: {"ack": 1, "reminder": 2},
    typed_yes: {"ack": 1, "reminder": 1},
    helped_by_the_faq: {"ack": 1},
    phoned: {"ack": 1},
    not_yet: {"ack": 1, "reminder": 2},
    reopened: {"ack": 1, "reminder": 2},
}


@pytest.mark.thorough
@pytest.mark.parametrize("policy", ["", '[promises]\nsilence = { close_after = "14d" }\n'], ids=["keep", "close"])
@pytest.mark.parametrize("story", TYPICAL, ids=lambda each: each.__name__)
def test_a_typical_ticket_stays_within_the_budget(start, story, policy):
    desk = start(FAQ + policy)
    ticket = Ticket(desk)
    story(ticket)
    ticket.waits(42)
    to_anna = [each for each in desk.letters if each.to == "anna@acme.test"]
    automatic = Counter(each.kind for each in to_anna if each.kind in AUTOMATIC)
    assert automatic == EXPECTED[story]
    assert automatic.total() <= 3 * max(1, TYPICAL[story])
    assert sum(each.kind == "relay" for each in to_anna) == TYPICAL[story]
    assert all(each.kind in {*AUTOMATIC, "relay"} for each in to_anna)
    days = Counter(each.left_at.date() for each in to_anna if each.kind == "reminder")
    assert max(days.values(), default=0) <= 1


@pytest.mark.thorough
def test_two_tickets_of_one_person_are_reminded_of_on_two_days(start):
    desk = start()
    ticket = Ticket(desk)
    solved_and_silent(ticket)
    ticket.asks("It does not scan.", "Scanner")
    ticket.answers("Restart it.\n/solved")
    ticket.waits(14)
    reminders = [each for each in desk.letters if each.kind == "reminder"]
    assert Counter(each.ticket for each in reminders) == {1: 2, 2: 2}
    assert len({each.left_at.date() for each in reminders}) == 4


@pytest.mark.thorough
def test_a_desk_to_which_nobody_writes_is_silent(start):
    desk = start()
    desk.timetable.begin_day(BEGIN)
    for day in range(40):
        desk.sweep(BEGIN + day * DAY)
    assert desk.letters == []
