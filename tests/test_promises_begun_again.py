"""Clocks that start again, go on after a pause, or call those who are there: instants worked out by hand."""

from datetime import timedelta
from email.utils import parseaddr

import pytest
from promise_desk import ANNA, MAX, OLGA, PETR, at, one

pytestmark = pytest.mark.thorough
ASKED = at("23 08:00")  # a Monday, ten in Kyiv; the first answer is due within ten hours, the next within eight of the office
HOUR = timedelta(hours=1)
SOLUTION = (
    '[plan.ended]\ntitle = "Ended"\ncharge = "included"\nanswer = { within = "4h", calendar = "always" }\n'
    'solution = { within = "20h", calendar = "always" }\n'
    '[client.sol]\nname = "Solution"\ncontacts = [{ name = "Sam", address = "sam@sol.test" }]\ntimezone = "Europe/Kyiv"\n'
    'language = "en"\nmanager = "olga"\ncontracts = [{ plan = "ended", from = 2026-01-01 }]\n'
)
SAM = "Sam <sam@sol.test>"


def called(letters):
    return sorted((each.kind, each.to.split("@")[0]) for each in letters if each.kind in ("warning", "breach"))


def bounced(desk, now, relay):
    """The customer's server gives an answer back, to its signed return path."""
    report = (
        "\nThe mail could not be delivered.\n\n--B\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.acme.test\n\nFinal-Recipient: rfc822; {relay.to}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 no such user\n\n--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: {relay['Message-ID']}\n\n--B--\n"
    )
    headers = (
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\nContent-Type: text/plain\n'
    )
    daemon = "MAILER-DAEMON <mailer-daemon@mx.acme.test>"
    return desk.write(now, daemon, report, "Undelivered Mail Returned to Sender", relay.mail_from, headers)


def test_a_first_answer_that_came_back_was_none(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, notification, "Switch the cable."), "relay")
    assert desk.ticket().first_answer_at == ASKED + HOUR
    bounced(desk, ASKED + 2 * HOUR, relay)
    ticket = desk.ticket()
    assert (ticket.first_answer_at, ticket.last_answer_at, ticket.awaiting_since) == (None, None, ASKED)
    assert ticket.answer_due_at == ASKED + 12 * HOUR  # ten hours from the news
    assert called(desk.sweep(ASKED + 7 * HOUR)) == [("warning", "olga")]  # half of them
    desk.reply(ASKED + 8 * HOUR, OLGA, notification, "Switch the cable, please.")
    ticket = desk.ticket()
    assert (ticket.first_answer_at, ticket.last_answer_at, ticket.answer_due_at) == (ASKED + 8 * HOUR, ASKED + 8 * HOUR, None)
    assert [(each.clock, each.how) for each in desk.store.promises_of(1)] == [("answer", "returned"), ("answer", "answered")]


def test_a_second_answer_that_came_back_leaves_the_first(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, notification, "Switch the cable."), "relay")
    again = one(desk.reply(ASKED + 2 * HOUR, ANNA, relay, "I did."), "notification")
    relay = one(desk.reply(ASKED + 3 * HOUR, OLGA, again, "Then it is the driver."), "relay")
    bounced(desk, ASKED + 4 * HOUR, relay)
    ticket = desk.ticket()
    assert (ticket.first_answer_at, ticket.last_answer_at) == (ASKED + HOUR, ASKED + HOUR)
    assert (ticket.awaiting_since, ticket.answer_due_at) == (
        ASKED + 2 * HOUR,
        at("24 11:00"),
    )  # four hours today, four tomorrow


def test_what_was_asked_by_a_mail_that_came_back_was_not_asked(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, notification, "Switch the cable.\n/solved"), "relay")
    bounced(desk, ASKED + 2 * HOUR, relay)
    assert desk.ticket().state == "open"
    assert called(desk.sweep(ASKED + 12 * HOUR)) == [("breach", "max"), ("breach", "olga"), ("breach", "petr")]
    desk.sweep(at("30 08:00"))
    assert not desk.said("reminder")


def test_a_solution_is_warned_of_by_the_time_that_counted(start):
    """Twenty hours: eleven of them pass before the pause, nine are left after it; 75 % are fifteen, 90 % eighteen."""
    desk = start(SOLUTION)
    notification = one(desk.write(ASKED, SAM, "It is slow."), "notification")
    desk.reply(ASKED + HOUR, OLGA, notification, "I look at it.")
    assert called(desk.sweep(ASKED + 10 * HOUR)) == [("warning", "olga")]
    relay = one(desk.reply(ASKED + 11 * HOUR, OLGA, notification, "Which version?\n/wait"), "relay")
    assert called(desk.sweep(ASKED + 27 * HOUR)) == []
    again = one(desk.reply(ASKED + 28 * HOUR, SAM, relay, "Version 8."), "notification")
    desk.reply(ASKED + 29 * HOUR, OLGA, again, "Thank you.")
    said = {hours: called(desk.sweep(ASKED + (28 + hours) * HOUR)) for hours in (3.9, 4, 6.9, 7, 8.9, 9)}
    assert {hours: letters for hours, letters in said.items() if letters} == {
        4: [("warning", "olga"), ("warning", "petr")],
        7: [("warning", "max")],
        9: [("breach", "max"), ("breach", "olga"), ("breach", "petr")],
    }


def test_a_manager_who_answers_a_warning_writes_to_colleagues(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    warning = one(desk.sweep(ASKED + 9 * HOUR), "warning", "max")
    assert "note to whoever has the ticket" in warning.text
    note = one(desk.reply(ASKED + 9 * HOUR, MAX, warning, "Olga, why is nobody on it?"), "notification", "olga")
    assert "why is nobody on it?" in note.text
    assert not desk.said("relay")
    assert desk.ticket().awaiting_since == ASKED
    one(desk.reply(ASKED + 9.1 * HOUR, MAX, warning, "Dear Anna,\n\nwe are on it.\n/solved"), "relay", "anna")


def test_an_engineer_who_answers_a_warning_answers_the_customer(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    warning = one(desk.sweep(ASKED + 5 * HOUR), "warning", "olga")
    one(desk.reply(ASKED + 5 * HOUR, OLGA, warning, "Switch the cable."), "relay", "anna")
    assert desk.ticket().first_answer_at == ASKED + 5 * HOUR


@pytest.mark.parametrize(
    ("subject", "headers", "text"),
    [
        ("Automatic reply: Printer", "", "I am on leave."),
        ("Re: Printer", "Auto-Submitted: auto-replied\n", "Back on Friday."),
        ("Out of office", "Auto-Submitted: auto-replied (vacation)\n", "I am out of the office until Friday."),
    ],
)
def test_an_automatic_reply_of_a_colleague_hands_over(start, subject, headers, text):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification", "olga")
    told = desk.write(ASKED + HOUR, f"Olga <{OLGA}>", text, subject, parseaddr(notification["Reply-To"])[1], headers)
    assert [(each.kind, each.to) for each in told] == [("alert", PETR)]
    assert called(desk.sweep(ASKED + 5 * HOUR)) == [("warning", "petr")]


def test_a_read_receipt_of_a_colleague_is_no_absence(start):
    desk = start()
    notification = one(desk.write(ASKED, ANNA, "The printer prints nothing."), "notification", "olga")
    headers = (
        "Auto-Submitted: auto-replied\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="B"\n'
    )
    text = "--B\nContent-Type: text/plain\n\nRead.\n--B\nContent-Type: message/disposition-notification\n\n"
    text += "Disposition: manual-action\n--B--"
    assert desk.write(ASKED + HOUR, OLGA, text, "Read: Printer", parseaddr(notification["Reply-To"])[1], headers) == []


def test_an_agenda_has_the_tickets_of_who_is_away(start):
    desk = start()
    desk.timetable.begin_day(ASKED)
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    desk.write(ASKED + HOUR, f"Olga <{OLGA}>", "/away until 2026-11-25", "away")
    agendas = [each for each in desk.sweep(at("24 06:00")) if each.kind == "agenda" and each.to == PETR]
    assert "of Olga Ivanova, who is away" in " ".join(" ".join(each.text for each in agendas).split())


def test_whose_mail_is_stopped_hands_over(start):
    desk = start()
    desk.write(ASKED, ANNA, "The printer prints nothing.")
    told = desk.write(ASKED + HOUR, f"Max <{MAX}>", "/freeze olga", "stop")
    told += desk.reply(ASKED + HOUR, MAX, one(told, "challenge"), "yes") if any(e.kind == "challenge" for e in told) else []
    letter = one(told, "alert", "petr")
    assert "#1 Printer" in letter.text


def test_a_team_reads_what_was_tried_and_what_was_said(start):
    desk = start()
    first = one(desk.write(ASKED, ANNA, "Error 42 when saving."), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, first, "Reinstall it.\n/time 10m looked at the logs"), "relay")
    again = one(desk.reply(ASKED + 2 * HOUR, ANNA, relay, "The same error."), "notification")
    desk.reply(ASKED + 2.5 * HOUR, OLGA, again, "Her disk is fine.\n/note\n/time 15m disk and rights looked at")
    told = one(
        desk.reply(ASKED + 3 * HOUR, OLGA, again, "Please look at the save code.\n/note\n/team printing"),
        "notification",
        "petr",
    )
    said = told.text
    assert "23 Nov, Olga Ivanova, 10 min: looked at the logs" in said
    assert "15 min: disk and rights looked at" in said
    words = ["Error 42 when saving.", "Reinstall it.", "The same error.", "Her disk is fine.", "Please look at the save code."]
    places = [said.index(each) for each in words]
    assert places == sorted(places)
    assert [said.count(each) for each in words] == [1] * 5
    assert "Anna, Mon 23 Nov 10:00 (Kyiv):" in said
    assert not [line for line in said.split("\n") if line.startswith("/") or line.startswith(">")]
    one(desk.reply(ASKED + 4 * HOUR, PETR, told, "It is mended."), "relay", "anna")


def test_once_a_month_the_makers_read_of_ideas_and_praise(start):
    desk = start(
        '[routing]\nfallback = ["petr"]\nescalate_to = "printing"\n'.replace("[routing]\nfallback", "[x]\nfallback")
        if False
        else ""
    )
    desk.timetable.begin_day(ASKED)
    notification = one(desk.write(ASKED, ANNA, "Could it print in blue?"), "notification")
    relay = one(desk.reply(ASKED + HOUR, OLGA, notification, "Noted.\n/idea\n/solved"), "relay")
    desk.write(ASKED + 2 * HOUR, ANNA, "Quick and to the point", "", relay.buttons[6])
    month = at("23 07:00").replace(month=12, day=1)
    listed = [each for each in desk.sweep(month) if each.kind == "manager" and each["Subject"].startswith("Ideas")]
    assert [each.to for each in listed] == [MAX]
    assert "one idea, one word of praise" in listed[0]["Subject"]
    assert "- idea-1, 23 Nov, Acme Books, #1, noted by Olga Ivanova:" in listed[0].text
    assert "Quick and to the point" in listed[0].text
    assert [each for each in desk.sweep(month.replace(year=2027, month=1)) if each["Subject"].startswith("Ideas")] == []
