"""Stories of the morning: what each person of the desk finds in the mailbox, and that nothing comes where there is nothing to say."""

from datetime import timedelta

import pytest
from promise_desk import ANNA, MAX, OLGA, PETR, PromiseDesk, at

from maild.store.store import Store

pytestmark = pytest.mark.thorough

MONDAY = at("23 06:00")  # 08:00 in Kyiv
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "empty.db"
    store = Store(f"sqlite:///{path}", "template")
    store.migrate()
    store.close()
    return path


@pytest.fixture
def desk(tmp_path, template):
    made = PromiseDesk(tmp_path, template)
    made.timetable.begin_day(at("16 10:00"))  # the Monday before
    yield made
    made.close()


def agendas(letters):
    return {letter.to: letter for letter in letters if letter.kind == "agenda"}


def days(desk, first, last):
    """Sweep once an hour; what left, by hour."""
    now, out = first, []
    while now <= last:
        out += desk.sweep(now)
        now += timedelta(hours=1)
    return out


def test_nothing_comes_where_nothing_waits(desk):
    assert not agendas(days(desk, at("20 10:00"), at("27 12:00")))


def test_what_is_due_today_stands_first_and_only_on_working_days(desk):
    desk.write(at("21 08:00"), ANNA, "The printer prints nothing.", subject="Printer")  # Saturday, due at 20:00 in Kyiv
    assert not agendas(days(desk, at("21 08:00"), at("23 05:00"))), "nobody works at the weekend"
    letters = agendas(desk.sweep(MONDAY))
    assert list(letters) == [OLGA]
    letter = letters[OLGA]
    assert letter["Subject"] == "Agenda 23 Nov: 1 due today"
    assert letter["Maild-Kind"] == "agenda"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Sat 21 Nov 20:00 (Kyiv): #1 Printer (Acme Books), LATE" in " ".join(letter.text.split())
    assert not agendas(days(desk, at("23 07:00"), at("24 05:00"))), "one a day"


def test_a_ticket_of_nobody_is_told_to_whoever_gets_its_words(desk):
    desk.write(at("20 11:00"), "Sam <sam@passing.test>", "What does it cost?", subject="Price")
    letters = agendas(desk.sweep(MONDAY))
    assert list(letters) == [PETR]
    assert "nobody has it" in " ".join(letters[PETR].text.split())


def test_answered_but_open_tickets_offer_to_ask_the_customer(desk):
    (notification,) = [one for one in desk.write(at("20 11:00"), ANNA, "It prints nothing.") if one.kind == "notification"]
    desk.reply(at("20 12:00"), OLGA, notification, "Switch the cable, please.\n/time 25m cable")
    letter = agendas(desk.sweep(MONDAY))[OLGA]
    text = " ".join(letter.text.split())
    assert "#1 Printer (Acme Books), answered 20 Nov" in text
    assert "Done in your name since Mon 16 Nov 12:00 (Kyiv):" in text
    assert "#1 Printer: answered, 25 min worked, 25 charged" in text
    (button,) = letter.buttons
    (asked,) = [one for one in desk.write(at("23 07:00"), OLGA, "/solved", subject="", to=button) if one.kind == "confirm"]
    assert asked.to == "anna@acme.test"
    assert desk.ticket().state == "solved"


def test_whoever_is_away_gets_none_and_is_told_afterwards_what_was_done_in_their_name(desk):
    desk.write(at("20 10:00"), OLGA, "/away until 2026-11-24", subject="Away")
    desk.write(at("20 11:00"), ANNA, "It prints nothing.")
    assert OLGA not in agendas(days(desk, at("20 11:00"), at("24 12:00")))
    letter = agendas(desk.sweep(at("25 06:00")))[OLGA]
    assert "Done in your name since Mon 16 Nov 12:00 (Kyiv):" not in letter.text, "seven days at most"
    assert "Fri 20 Nov 12:00 (Kyiv) Away: commands" in " ".join(letter.text.split())


def test_tickets_of_nobody_are_in_no_agenda_of_people_who_are_away(desk):
    desk.write(at("20 10:00"), "petr@vendor.test", "/away until 2026-11-24", subject="Away")
    desk.write(at("20 11:00"), "Sam <sam@passing.test>", "What does it cost?", subject="Price")
    assert PETR not in agendas(desk.sweep(MONDAY))


def test_only_the_newest_agenda_is_written_after_days_without_power(desk):
    desk.write(at("20 11:00"), ANNA, "It prints nothing.")
    assert agendas(desk.sweep(at("25 15:00")))[OLGA]["Subject"].startswith("Agenda 25 Nov")
    assert agendas(desk.sweep(at("26 05:59"))) == {}
    assert agendas(desk.sweep(at("26 06:00")))[OLGA]["Subject"].startswith("Agenda 26 Nov")


def test_a_reply_is_a_command_or_a_note_to_the_managers(desk):
    desk.write(at("20 11:00"), ANNA, "It prints nothing.")
    letter = agendas(desk.sweep(MONDAY))[OLGA]
    told = desk.reply(at("23 07:00"), OLGA, letter, "I am at the dentist until noon.")
    assert [(one.kind, one.to) for one in told] == [("alert", MAX)]
    assert "dentist until noon" in told[0].text
    desk.reply(at("23 08:00"), OLGA, letter, "/time #1 25m cable")
    assert desk.ticket().worked_minutes == 25


def test_waiting_for_more_than_three_days(desk):
    (notification,) = [one for one in desk.write(at("20 11:00"), ANNA, "It prints nothing.") if one.kind == "notification"]
    desk.reply(at("20 12:00"), OLGA, notification, "Which model is it?\n/wait")
    first, second = (agendas(desk.sweep(morning)) for morning in (MONDAY, MONDAY + DAY))
    assert "Waiting for the customer" not in first[OLGA].text
    assert "#1 Printer (Acme Books), since 20 Nov" in second[OLGA].text


# --- the manager's page -----------------------------------------------------------------------------------------------------------------


def first(letters, kind, to=""):
    return next(one for one in letters if one.kind == kind and one.to.startswith(to))


def worked_week(desk):
    """Three promises: kept after two hours, broken by two, kept; one that waits; a rating; minutes charged and free."""
    desk.configure('[free]\ncourtesy = "Our courtesy"\n')
    monday = at("16 08:00")  # 10:00 in Kyiv
    asked = first(desk.write(monday, ANNA, "It prints nothing.", subject="Printer"), "notification")
    relay = first(desk.reply(monday + 2 * HOUR, OLGA, asked, "Switch the cable.\n/time 25m cable\n/cause settings"), "relay")
    again = first(desk.reply(monday + DAY, ANNA, relay, "It is a new cable."), "notification")  # 8 working hours: Tue 18:00
    desk.reply(monday + DAY + 10 * HOUR, OLGA, again, "Then it is the port.\n/time 15m port\n/free courtesy")
    other = first(desk.write(at("18 08:00"), ANNA, "The licence is over.", subject="Licence"), "notification")
    solved = first(desk.reply(at("18 12:00"), OLGA, other, "Here is a new one.\n/solved\n/cause question"), "relay")
    desk.write(at("19 08:00"), ANNA, "", subject="", to=solved.buttons[5])
    desk.write(at("20 16:00"), ANNA, "A third thing.", subject="Third")


def test_the_page_of_a_week_by_figures_computed_by_hand(desk):
    worked_week(desk)
    page = first(days(desk, at("21 08:00"), MONDAY), "manager")
    assert page.to == MAX
    assert page.left_at == MONDAY
    assert page["Subject"].startswith("Page 16 Nov – 22 Nov 2026: 66 % in time, 1 without an answer")
    text = " ".join(page.text.split())
    assert "2 of 3 promised answers came in time (66 %)." in text
    assert "First answer: median 3 h, 90th percentile 4 h." in text
    assert "Opened 3, reopened 0, rated 1 (4.0 on average). Minutes: 40 worked, 25 charged, 15 free." in text
    assert "Olga Ivanova 3 66 % 3 h 4 h" in text
    assert "Acme Books 0 4.0 (1) 25 15" in text
    assert "Answers by day (answers) 16.11: in time 1 17.11: late 1 18.11: in time 1" in text
    assert "Without an answer now: - #3 Third (Acme Books, Olga Ivanova), since Fri 20 Nov 18:00 (Kyiv), LATE" in text
    assert "#2 Licence (Acme Books, Olga Ivanova), since 18 Nov" in text
    pictures = [part for part in page.mail.walk() if part.get_content_type() == "image/png"]
    assert [part.get_payload(decode=True)[:4] for part in pictures] == [b"\x89PNG"] * 2
    (book,) = page.mail.iter_attachments()
    assert book.get_filename() == "maild-2026-11-16-2026-11-22.xlsx"
    assert not [one for one in days(desk, at("23 07:00"), at("30 05:00")) if one.kind == "manager"]


def test_a_manager_asks_for_a_page_and_nobody_else_gets_one(desk):
    worked_week(desk)
    page = first(desk.write(at("20 17:00"), MAX, "/page 2026-11", subject="Page"), "manager")
    assert page["Subject"].startswith("Page 1 Nov – 20 Nov 2026: 66 % in time")
    assert first(desk.write(at("20 17:10"), OLGA, "/page 2026-11", subject="Page"), "hold").to == OLGA


def test_no_page_comes_where_nothing_happened(desk):
    assert not [one for one in days(desk, at("20 10:00"), at("30 09:00")) if one.kind == "manager"]
