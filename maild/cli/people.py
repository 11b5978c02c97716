"""`maild staff list|freeze|thaw`: the people of the desk, and whose mail is stopped."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import Opened, Wrong, opened, refuse
from maild.cli.options import config_option, reading

if TYPE_CHECKING:
    from maild.desk.directory import Staff


@click.group()
@config_option
def staff(config_path: Path) -> None:
    """The people of the desk, and whose mail is stopped (/freeze)."""


@staff.command("list")
@reading
def list_staff(as_json: bool, config_path: Path) -> None:
    """List everybody, and since when their mail is stopped."""
    with opened(config_path) as desk:
        stopped = {each.staff: (each.by, at) for each, at in desk.store.frozen_staff()}
        people = tuple(desk.config.directory.staff.values())
        if as_json:
            show.print_json([_row(person, *stopped.get(person.id, (None, None))) for person in people])
            return
        zone = desk.config.desk.zone
        since = {name: f"stopped since {show.moment(at, zone)}" for name, (_, at) in stopped.items()}
        lines = ((p.id, p.name, p.addresses[0], ", ".join(sorted(p.roles)), since.get(p.id, "")) for p in people)
        show.print_table(("Id", "Name", "Address", "Roles", "Mail"), lines, empty="The directory names nobody.")


@staff.command()
@click.argument("name")
@config_option
def freeze(name: str, config_path: Path) -> None:
    """Stop a person's mail at once: nothing in their name is obeyed, whatever proves it, and nothing is sent to them."""
    from maild.desk.case import Needs  # noqa: PLC0415
    from maild.desk.decision import Decision  # noqa: PLC0415
    from maild.desk.hold import Frozen  # noqa: PLC0415
    from maild.desk.watch import OPERATOR  # noqa: PLC0415

    with opened(config_path, writes=True) as desk:
        _known(desk, name)
        now = datetime.now(UTC)
        with desk.store.begin() as tx:
            tx.load(Needs(), now)
            tx.record(None, None, "", tx.number(Decision(frozen=(Frozen(name, OPERATOR),), reason="frozen by the operator")))
        click.echo(f"The mail of {name} is stopped. `maild staff thaw {name}` lifts it.")


@staff.command()
@click.argument("name")
@config_option
def thaw(name: str, config_path: Path) -> None:
    """Let a person's mail count again. What came meanwhile stays held: its author may let it go with /release ID."""
    with opened(config_path, writes=True) as desk:
        if not desk.store.thaw(name):
            _known(desk, name)
            raise Wrong(f"the mail of {name} was not stopped")
        click.echo(f"The mail of {name} counts again.")


def _row(person: Staff, by: str | None, at: datetime | None) -> dict[str, Any]:
    from maild.ledger.rows import instant  # noqa: PLC0415

    return {
        "id": person.id,
        "name": person.name,
        "addresses": list(person.addresses),
        "roles": sorted(person.roles),
        "frozen_at": instant(at),
        "frozen_by": by,
    }


def _known(desk: Opened, name: str) -> None:
    if name not in desk.config.directory.staff:
        refuse("member of staff", name, desk.config.directory.staff)
