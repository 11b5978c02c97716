"""Stories of the desk that speaks by itself: warned in time, told when it is too late, reminded, closed as announced."""

from datetime import timedelta

import pytest
from promise_desk import ANNA, BORIS, MAX, OLGA, PETR, STRANGER, at, one

ASKED = at("23 08:00")  # answered within ten hours, by day and night
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def sweep_hourly(desk, first, last):
    now = first
    while now <= last:
        desk.sweep(now)
        now += HOUR / 2


# --- what is kept of a promise -----------------------------------------------------------------------------------------------------------


def kept(desk, number=1):
    return [
        (each.clock, each.since, each.deadline, each.staff, each.how, each.answered_at)
        for each in desk.store.promises_of(number)
    ]


def test_what_became_of_each_promise_is_kept(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification")
    relay = one(desk.reply(ASKED + 2 * HOUR, OLGA, notification, "Hello Anna,\n\nswitch the cable."), "relay")
    again = one(desk.reply(ASKED + 4 * HOUR, ANNA, relay, "It is a new cable."), "notification")
    first = ("answer", ASKED, ASKED + 10 * HOUR, "olga", "answered", ASKED + 2 * HOUR)
    assert kept(desk) == [first]
    desk.reply(ASKED + 30 * HOUR, PETR, again, "Then it is the printer.")  # not hers to answer: from another's address
    assert kept(desk) == [first]
    desk.reply(ASKED + 31 * HOUR, OLGA, again, "Then it is the printer.\n/solved")
    asked = ASKED + 4 * HOUR
    assert kept(desk)[1:] == [("next_answer", asked, at("24 11:00"), "olga", "answered", ASKED + 31 * HOUR)]


def test_what_was_solved_without_an_answer_is_kept_as_that_and_starts_anew(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification")
    question = one(desk.reply(ASKED + HOUR, OLGA, notification, "/solved"), "confirm")
    assert kept(desk) == [("answer", ASKED, ASKED + 10 * HOUR, "olga", "solved", None)]
    desk.reply(ASKED + DAY, ANNA, question, "I have heard nothing at all from you.")
    assert desk.ticket().awaiting_since == ASKED + DAY
    assert desk.ticket().answer_due_at == at("24 16:00"), "eight working hours from that word"


# --- an awaited answer ------------------------------------------------------------------------------------------------------------------


@pytest.mark.thorough
def test_assignee_then_team_then_manager_are_warned_and_all_three_hear_of_the_breach(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    sweep_hourly(desk, ASKED, ASKED + 3 * DAY)
    assert desk.said("warning", "breach") == [
        ("warning", OLGA, ASKED + 5 * HOUR),
        ("warning", OLGA, ASKED + 7.5 * HOUR),
        ("warning", PETR, ASKED + 7.5 * HOUR),
        ("warning", MAX, ASKED + 9 * HOUR),
        ("breach", MAX, ASKED + 10 * HOUR),
        ("breach", OLGA, ASKED + 10 * HOUR),
        ("breach", PETR, ASKED + 10 * HOUR),
    ]
    assert desk.events().count("warned") == 3
    assert desk.events().count("promise broken") == 1


def test_a_warning_says_what_is_due_when_and_of_whom(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.", subject="Printer is silent")
    assert not desk.sweep(ASKED + 5 * HOUR - timedelta(seconds=1))
    warning = one(desk.sweep(ASKED + 5 * HOUR), "warning")
    assert warning["Maild-Ticket"] == "1"
    assert warning["Maild-Client"] == "acme"
    assert warning["Subject"] == "[#1] Answer soon: Printer is silent"
    assert "50 %" in warning.text
    assert "Acme Books" in warning.text
    assert "Olga Ivanova" in warning.text
    assert "20:00 (Kyiv)" in warning.text
    assert warning["Auto-Submitted"] == "auto-generated"
    notification = one(desk.letters, "notification")
    assert notification["Message-ID"] in warning["References"]


def test_a_warning_is_answered_like_a_notification(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    warning = one(desk.sweep(ASKED + 5 * HOUR), "warning")
    relay = one(desk.reply(ASKED + 6 * HOUR, OLGA, warning, "Hello Anna,\n\nswitch the cable."), "relay")
    assert relay.to == "anna@acme.test"
    assert "switch the cable" in relay.text
    assert "% of the time" not in relay.text
    sweep_hourly(desk, ASKED + 6 * HOUR, ASKED + 2 * DAY)
    assert desk.said("warning", "breach") == [("warning", OLGA, ASKED + 5 * HOUR)]


@pytest.mark.thorough
def test_an_answer_ends_the_clock_and_the_next_question_starts_one_on_its_own_calendar(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, notification, "Hello Anna,\n\nswitch the cable."), "relay")
    assert desk.store.dues("answer") == []
    again = at("23 14:00")  # 16:00 in Kyiv: two hours of the office day are left, six come tomorrow
    desk.reply(again, ANNA, relay, "It still prints nothing, what else?")
    assert desk.ticket().answer_due_at == at("24 13:00")
    sweep_hourly(desk, again, at("25 12:00"))
    assert desk.said("warning", "breach") == [
        ("warning", OLGA, at("24 09:00")),
        ("warning", OLGA, at("24 11:00")),
        ("warning", PETR, at("24 11:00")),
        ("warning", MAX, at("24 12:30")),  # 12:12 is its instant, the desk is swept each half hour
        ("breach", MAX, at("24 13:00")),
        ("breach", OLGA, at("24 13:00")),
        ("breach", PETR, at("24 13:00")),
    ]
    assert "next answer" in one(desk.letters, "breach", "max").text


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (6, [("warning", OLGA)]),
        (8, [("warning", OLGA), ("warning", PETR)]),
        (9.5, [("warning", MAX)]),
        (30, [("breach", MAX), ("breach", OLGA), ("breach", PETR)]),
    ],
)
def test_a_late_sweep_says_only_the_most_urgent(start, hours, expected):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    late = ASKED + hours * HOUR
    assert sorted((letter.kind, letter.to) for letter in desk.sweep(late) if letter.kind in ("warning", "breach")) == expected
    assert not [letter for letter in desk.sweep(late + timedelta(minutes=1)) if letter.kind in ("warning", "breach")]


def test_a_mail_that_was_handled_hours_late_is_counted_from_its_arrival(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    assert [due.at for due in desk.store.dues("answer")] == [ASKED + 5 * HOUR]


def test_warnings_due_to_one_person_within_five_minutes_are_one_mail(start):
    desk = start()
    for minutes, subject in ((0, "Printer"), (4, "Scanner"), (30, "Licence")):
        desk.write(ASKED + timedelta(minutes=minutes), ANNA, "It does nothing.", subject=subject)
    first = ASKED + 5 * HOUR
    warning = one(desk.sweep(first), "warning")
    assert "#1" in warning.text
    assert "#2" in warning.text
    assert "Licence" not in warning.text
    assert not desk.sweep(first + timedelta(minutes=5))
    assert one(desk.sweep(first + timedelta(minutes=30)), "warning")["Maild-Ticket"] == "3"


def test_whoever_is_warned_because_of_a_colleague_is_told_of_all_that_is_near(start):
    """At 15:28 #3 calls Olga; #2 would call the team at 15:30, and #1 Petr at 15:32: one letter each."""
    desk = start("[promises]\nwarn = [50, 75]\n")
    desk.write(ASKED - timedelta(minutes=268), STRANGER, "Do you sell scanners?", subject="A question")
    desk.write(ASKED, ANNA, "It does nothing.", subject="Scanner")
    desk.write(ASKED + timedelta(minutes=148), ANNA, "It does nothing.", subject="Printer")
    desk.sweep(ASKED + 5 * HOUR)
    told = desk.sweep(ASKED + timedelta(minutes=448))
    assert sorted((letter.kind, letter.to) for letter in told) == [("warning", OLGA), ("warning", PETR)]
    assert "#1" in one(told, "warning", PETR).text
    assert not desk.sweep(ASKED + timedelta(minutes=453))


@pytest.mark.thorough
def test_after_an_outage_each_person_gets_one_mail_about_all_that_is_late(start):
    desk = start()
    for number in range(7):
        desk.write(ASKED + timedelta(minutes=30 * number), ANNA, "It does nothing.", subject=f"Question {number}")
    told = [letter for letter in desk.sweep(ASKED + 2 * DAY) if letter.kind in ("warning", "breach")]
    assert sorted((letter.kind, letter.to) for letter in told) == [("breach", MAX), ("breach", OLGA), ("breach", PETR)]
    assert all(f"Question {number}" in told[0].text for number in range(7))
    assert not desk.store.dues("answer")


def test_a_stranger_without_a_client_is_promised_a_day_and_the_fallback_people_are_warned(start):
    desk = start()
    desk.write(ASKED, STRANGER, "Do you sell it in Lviv?")
    sweep_hourly(desk, ASKED, ASKED + DAY)
    assert desk.said("warning", "breach") == [
        ("warning", PETR, ASKED + 12 * HOUR),
        ("warning", PETR, ASKED + 18 * HOUR),
        ("warning", MAX, ASKED + 22 * HOUR),  # 21:36 after the question
        ("breach", MAX, ASKED + 24 * HOUR),
        ("breach", PETR, ASKED + 24 * HOUR),
    ]


def test_a_mail_that_nobody_could_read_promises_nothing(start):
    desk = start()
    desk.write(ASKED, ANNA, "x", headers=f"X-Long: {'a' * 20_000}\n")
    assert not desk.store.dues("answer")


# --- the customer's word ----------------------------------------------------------------------------------------------------------------


def solved(desk, now=ASKED + HOUR, subject="Printer", text="Hello Anna,\n\nswitch the cable.\n\n/solved"):
    notification = one(desk.write(now - HOUR, ANNA, "It does nothing.", subject=subject), "notification")
    return next(letter for letter in desk.reply(now, OLGA, notification, text) if letter["Maild-Asks"])


@pytest.mark.thorough
def test_a_solved_ticket_reminds_its_requester_with_the_same_buttons(start):
    desk = start()
    asked = solved(desk)
    sweep_hourly(desk, ASKED + HOUR, ASKED + 6 * DAY)
    reminder = one(desk.letters, "reminder")
    assert (reminder.to, reminder.left_at) == ("anna@acme.test", ASKED + HOUR + 3 * DAY)
    assert (reminder.mail_from, reminder["Maild-Asks"], len(reminder.buttons)) == ("", "confirm", 7)
    assert reminder["In-Reply-To"] == asked["Message-ID"]
    desk.write(ASKED + 6 * DAY, ANNA, "", subject="Yes", to=reminder.buttons[0])
    assert desk.ticket().state == "closed"
    sweep_hourly(desk, ASKED + 6 * DAY, ASKED + 8 * DAY)
    assert len(desk.said("reminder")) == 1
    assert not desk.store.dues("confirm")


def test_kept_tickets_are_reminded_twice_and_stay_solved(start):
    desk = start()
    solved(desk)
    for day in range(60):
        desk.sweep(ASKED + HOUR + day * DAY)
    assert [when for _, _, when in desk.said("reminder")] == [ASKED + HOUR + 3 * DAY, ASKED + HOUR + 7 * DAY]
    assert desk.ticket().state == "solved"
    assert not desk.store.dues("confirm")
    automatic = [letter for letter in desk.letters if letter.to == "anna@acme.test" and letter["Auto-Submitted"]]
    assert len(automatic) == 3  # the ack among them: the budget of a ticket with one answer


def test_a_question_in_a_mail_of_its_own_leaves_one_reminder_in_the_budget(start):
    desk = start()
    solved(desk, text="/solved")
    for day in range(30):
        desk.sweep(ASKED + HOUR + day * DAY)
    assert [letter.kind for letter in desk.letters if letter.to == "anna@acme.test"] == ["ack", "confirm", "reminder"]


@pytest.mark.thorough
def test_other_words_reopen_and_end_the_reminders(start):
    desk = start()
    asked = solved(desk)
    desk.reply(ASKED + DAY, ANNA, asked, "Now it prints every second page only.")
    assert not desk.store.dues("confirm")
    assert [due.at for due in desk.store.dues("answer")] == [at("24 12:00")]  # half of eight office hours
    sweep_hourly(desk, ASKED + DAY, ASKED + 8 * DAY)
    assert not desk.said("reminder")


@pytest.mark.thorough
def test_not_yet_starts_the_clock_from_that_word(start):
    desk = start()
    asked = solved(desk, text="/solved")
    desk.write(at("25 07:00"), ANNA, "", subject="Not yet", to=asked.buttons[1])
    assert [due.at for due in desk.store.dues("answer")] == [at("25 11:00")]
    assert not [letter for letter in desk.sweep(at("25 10:59")) if letter.kind in ("warning", "breach")]


@pytest.mark.thorough
def test_one_requester_is_reminded_of_one_ticket_a_day(start):
    desk = start()
    for number in range(3):
        solved(desk, ASKED + HOUR + number * timedelta(minutes=20), subject=f"Question {number}")
    sweep_hourly(desk, ASKED + 2 * DAY, ASKED + 7 * DAY)
    days = [(when.date().day, letter) for _, letter, when in desk.said("reminder")]
    assert days == [(26, "anna@acme.test"), (27, "anna@acme.test"), (28, "anna@acme.test")]


SILENCE = '[promises]\nsilence = { close_after = "14d" }\n'


@pytest.mark.thorough
def test_silence_closes_as_it_was_announced(start):
    desk = start(SILENCE)
    asked = solved(desk)
    assert "14 days" in asked.text
    for day in range(14):
        desk.sweep(ASKED + HOUR + day * DAY)
    reminders = [letter for letter in desk.letters if letter.kind == "reminder"]
    assert len(reminders) == 2
    assert all("7 Dec" in letter.text for letter in reminders)
    assert desk.ticket().state == "solved"
    count = len(desk.letters)
    desk.sweep(ASKED + HOUR + 14 * DAY)
    ticket = desk.ticket()
    assert (ticket.state, ticket.closed_by, ticket.closed_at) == ("closed", "policy: silence 14d", ASKED + HOUR + 14 * DAY)
    assert desk.events()[-1] == "closed"
    assert not [letter for letter in desk.letters[count:] if letter.kind != "summary"]


@pytest.mark.thorough
def test_a_policy_that_comes_later_closes_nothing_that_was_not_told_of_it(start):
    desk = start()
    solved(desk)
    desk.configure(SILENCE)
    for day in range(40):
        desk.sweep(ASKED + HOUR + day * DAY)
    assert desk.ticket().state == "solved"


@pytest.mark.thorough
def test_a_policy_that_was_withdrawn_closes_nothing(start):
    desk = start(SILENCE)
    solved(desk)
    desk.configure("")
    for day in range(40):
        desk.sweep(ASKED + HOUR + day * DAY)
    assert desk.ticket().state == "solved"


def test_what_a_machine_wrote_is_never_reminded_of(start):
    desk = start()
    headers = "Auto-Submitted: auto-generated\n"
    notification = one(desk.write(ASKED, BORIS, "Disk is full.", headers=headers), "notification")
    desk.reply(ASKED + HOUR, OLGA, notification, "Hello,\n\nwe have cleared it.\n\n/solved")
    for day in range(10):
        desk.sweep(ASKED + HOUR + day * DAY)
    assert not desk.said("reminder")
