"""Names in commands: what the directory makes of them; and what /help tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from maild.desk.command import check, parse, resolve
from maild.desk.command_help import HELP, help_lines, usage
from maild.desk.command_kinds import Reason
from maild.desk.command_table import TABLE
from maild.desk.command_words import LANGUAGES
from maild.desk.directory import WALK_IN, Client, Directory, FaqEntry, Routing, Staff
from maild.ledger.contract import Charge, Item, Plan

TODAY = date(2026, 11, 22)


def person(id_: str, name: str, *roles: str, teams: tuple[str, ...] = ()) -> Staff:
    return Staff(id_, name, (f"{id_}@vendor.test",), frozenset(roles), teams=teams)


STAFF = (
    person("olga", "Olga Ivanova", "engineer", teams=("printing",)),
    person("petro", "Petro Koval", "engineer"),
    person("olga2", "Olga Koval", "accountant"),
    person("mark", "Mark Boss", "manager"),
)
DIRECTORY = Directory(
    version="1",
    calendars={},
    plans={
        "minutes": Plan(
            "minutes", "By the minute", Charge.PREPAID, items={"relicense": Item("relicense", 30, "Re-registration")}
        )
    },
    staff={each.id: each for each in STAFF},
    clients={
        WALK_IN: Client(WALK_IN, "Walk-in"),
        "acme": Client("acme", "Acme Books"),
        "globex": Client("globex", "Globex"),
    },
    free={"courtesy": "Our courtesy"},
    causes={"settings": "Settings", "defect": "Our defect", "migration": "Moving to a new version"},
    routing=Routing(teams={"developers": ("crash",)}),
    faq={"password": FaqEntry("password", ("password",), "Resetting a password")},
)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("/assign olga", "person", "olga"),
        ("/assign OLGA", "person", "olga"),
        ("/assign Olga Ivanova", "person", "olga"),
        ("/assign Ivanova", "person", "olga"),
        ("/assign olga@vendor.test", "person", "olga"),
        ("/assign Olga Koval.", "person", "olga2"),
        ("/freeze Petro", "person", "petro"),
        ("/team Printing", "name", "printing"),
        ("/team developers", "name", "developers"),
        ("/cause Дефект", "name", "defect"),
        ("/cause migration", "name", "migration"),
        ("/solved", "cause", ""),
        ("/solved defect", "cause", "defect"),
        ("/free Courtesy", "name", "courtesy"),
        ("/charge Relicense", "item", "relicense"),
        ("/offer MINUTES", "plans", ("minutes",)),
        ("/offer", "plans", ()),
        ("/client Acme", "client", "acme"),
        ("/new ann@acme.test", "client", ""),
        ("/new ACME", "client", "acme"),
        ("/balance", "client", ""),
        ("/topup ACME 10h invoice", "client", "acme"),
        ("/list mine, Acme", "filters", ("mine", "acme")),
        ("/faq Password", "name", "password"),
        ("/take", "word", "take"),
    ],
)
def test_names_are_found_as_people_type_them(line, field, value):
    commands = resolve(parse(line, TODAY).commands, DIRECTORY)
    assert getattr(commands[0], field) == value
    assert check(commands, DIRECTORY) == ()


@pytest.mark.parametrize(
    ("line", "reason", "subject", "advice"),
    [
        ("/assign olha", Reason.UNKNOWN_PERSON, "olha", "/assign olga"),
        ("/assign Koval", Reason.UNKNOWN_PERSON, "Koval", "/assign mark | olga | olga2 | petro"),  # two people have that name
        ("/team printng", Reason.UNKNOWN_TEAM, "printng", "/team printing"),
        ("/team sales", Reason.UNKNOWN_TEAM, "sales", "/team developers | printing"),
        ("/cause defekt", Reason.UNKNOWN_CAUSE, "defekt", "/cause defect"),
        ("/solved magic", Reason.UNKNOWN_CAUSE, "magic", "/solved defect | migration | settings"),
        ("/free beer", Reason.UNKNOWN_FREE, "beer", "/free courtesy"),
        ("/charge relicence", Reason.UNKNOWN_ITEM, "relicence", "/charge relicense"),
        ("/waive nothing at all", Reason.UNKNOWN_ITEM, "nothing", "/waive relicense"),
        ("/offer minute", Reason.UNKNOWN_PLAN, "minute", "/offer minutes"),
        ("/client amce once", Reason.UNKNOWN_CLIENT, "amce", "/client acme once"),
        ("/topup globx 10h invoice 7", Reason.UNKNOWN_CLIENT, "globx", "/topup globex 10h invoice 7"),
        ("/list mine, acne", Reason.UNKNOWN_CLIENT, "acne", "/list mine, acme"),
        ("/faq passwrd", Reason.UNKNOWN_FAQ, "passwrd", "/faq password"),
    ],
)
def test_unknown_names_are_held_with_what_to_type(line, reason, subject, advice):
    commands = resolve(parse(line, TODAY).commands, DIRECTORY)
    (refusal,) = check(commands, DIRECTORY)
    assert (refusal.reason, refusal.subject, refusal.advice) == (reason, subject, advice)
    assert (refusal.line, refusal.line_no) == (line, 0)


def test_what_is_not_resolved_is_not_taken_for_known():
    (refusal,) = check(parse("/assign Petro", TODAY).commands, DIRECTORY)
    assert refusal.reason is Reason.UNKNOWN_PERSON and refusal.advice == "/assign petro"


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("/topup acme 10h x", {"olga2"}),
        ("/undo 7 twice", {"olga2"}),
        ("/statement acme 2026-11", {"olga2", "mark"}),
        ("/freeze petro", {"mark"}),
        ("/page", {"mark"}),
        ("/time 25m", {"olga", "petro", "olga2", "mark"}),
    ],
)
def test_roles(line, allowed):
    commands = parse(line, TODAY).commands
    for each in STAFF:
        refused = [refusal.reason for refusal in check(commands, DIRECTORY, each)]
        assert refused == ([] if each.id in allowed else [Reason.NOT_YOURS]), each.id
    assert check(commands, DIRECTORY) == ()


def test_help_has_a_line_for_every_command_in_every_language():
    assert set(HELP) == set(TABLE)
    for language in LANGUAGES:
        lines = help_lines(language, ("engineer", "accountant", "manager"))
        assert len(lines) == len(TABLE) and all(said and does for said, does in lines)
    assert usage("time", "en") == "/time 25m what // for staff"
    assert usage("wait", "uk") == "/чекаємо"
    assert usage("wait", "fr") == "/wait"


def test_help_shows_nobody_what_they_may_not_give():
    shown = [said.split()[0] for said, _ in help_lines("en", ("engineer",))]
    assert "/time" in shown and "/topup" not in shown and "/freeze" not in shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", TABLE)
def test_what_help_says_can_be_typed(command, language):
    """With the capitals replaced by a name and the brackets kept or dropped, each usage is read as its command."""
    said = usage(command, language)
    for optional in (False, True):
        line = said
        for word in said.split()[1:]:
            bare = word.strip("[],")
            if bare.isupper() and bare not in ("EUR",) and any(letter.isalpha() for letter in bare):
                name = "a@b.test" if bare in ("ADDRESS", "АДРЕС", "АДРЕСА") else "7" if bare == "N" else "acme"
                line = line.replace(bare, name, 1)
        if optional:
            line = line.replace("[", "").replace("]", "")
        else:
            while "[" in line:
                line = line[: line.index("[")].rstrip() + line[line.index("]") + 1 :]
        parsed = parse(line, TODAY - timedelta(days=10))
        assert [one.word for one in parsed.commands] == [command], (line, parsed.refusals)
