"""`maild check staff`: mails each person "answer this with one word" and shows which proofs their answers bore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli import show
from maild.cli.opened import Faulty, Opened, TryAgain, opened
from maild.cli.options import reading

if TYPE_CHECKING:
    from maild.desk.decision import Stored
    from maild.desk.directory import Staff

HEADS = ("person", "answered", "token", "Reply-To", "authentication", "program")


@click.command()
@click.option("--no-mail", is_flag=True, help="Ask nobody; show the answers so far.")
@reading
def staff(no_mail: bool, as_json: bool, config_path: Path) -> None:
    """Ask each person of the desk for one word, and show which proofs the newest answers bore.

    The first call sends; answers come when people give them, so look again with --no-mail. A running `maild run` reads them.
    """
    with opened(config_path, writes=not no_mail) as desk:
        queued, sent = (0, True) if no_mail else ask(desk)
        answers = desk.store.newest_by_author("check")
        people = tuple(desk.config.directory.staff.values())
        rows = [_row(person, answers.get(person.id)) for person in people]
        if as_json:
            show.print_json({"queued": queued, "sent": sent, "staff": rows})
        else:
            _print(desk, queued, people, answers)
        if not sent:
            raise TryAgain("the outgoing server is out of reach: the mails wait in the outbox and leave with `maild run`")


def ask(desk: Opened) -> tuple[int, bool]:
    """Queue one mail a person in one commit and deliver what is due. Returns how many, and whether the server was in reach."""
    import logging  # noqa: PLC0415

    from maild import logs  # noqa: PLC0415
    from maild.config import SecretUnavailable  # noqa: PLC0415
    from maild.deliverer import Deliverer  # noqa: PLC0415
    from maild.desk import staff_check  # noqa: PLC0415
    from maild.desk.case import Needs  # noqa: PLC0415
    from maild.service import machine_clock, setting_of  # noqa: PLC0415

    logs.configure(logging.WARNING)
    now = machine_clock()
    try:
        setting = setting_of(desk.config, now)
    except SecretUnavailable as fault:
        raise Faulty(str(fault)) from None
    decision = staff_check.request(desk.config.directory.staff.values(), setting.rules, now)
    with desk.store.begin() as tx:
        tx.load(Needs(), now)
        letters = [setting.composer.compose(notice, now) for notice in decision.notices]
        tx.record(None, None, "", tx.number(decision), letters)
    return len(letters), Deliverer(desk.config.smtp, desk.store, clock=machine_clock).drain()


def _row(person: Staff, answer: Stored | None) -> show.Row:
    """One person for other programs; what is unknown before an answer is null."""
    from maild.desk import staff_check  # noqa: PLC0415
    from maild.ledger.rows import instant  # noqa: PLC0415

    row = {"id": person.id, "name": person.name, "address": person.address.address}
    if answer is None:
        return row | {"answered_at": None, "token": None, "reply_to": None, "authentication": None, "program": None}
    seen = staff_check.read(answer.text)
    proofs = {"token": seen.token, "reply_to": seen.reply_to, "authentication": seen.authentication, "program": seen.program}
    return row | {"answered_at": instant(answer.at), **proofs}


def _print(desk: Opened, queued: int, people: tuple[Staff, ...], answers: dict[str, Stored]) -> None:
    from maild.desk import staff_check  # noqa: PLC0415

    if queued:
        click.echo(f"{show.counted(queued, 'mail')} queued: each asks for one word.\n")
    rows = []
    for person in people:
        if (answer := answers.get(person.id)) is None:
            rows.append((person.name, "not yet", "", "", "", ""))
            continue
        seen = staff_check.read(answer.text)
        proofs = (_yes(seen.token), "kept" if seen.reply_to else "lost", seen.authentication, seen.program)
        rows.append((person.name, show.moment(answer.at, desk.config.desk.zone), *proofs))
    show.print_table(HEADS, rows, empty="The directory names nobody of the desk.")


def _yes(holds_true: bool) -> str:
    return "yes" if holds_true else "no"
