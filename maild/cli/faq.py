"""`maild faq suggest`: what is asked often without a standard answer, and whether those that there are help."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli import show
from maild.cli.opened import opened
from maild.cli.options import config_option, reading

if TYPE_CHECKING:
    from maild.desk.directory import Directory
    from maild.desk.ticket import Ticket

TELLING_LETTERS = 4
SHOWN = 10
EXAMPLES = 3


@click.group()
@config_option
def faq(config_path: Path) -> None:
    """Standard questions and their answers."""


@faq.command()
@click.option("--days", type=click.IntRange(min=1), default=90, show_default=True, help="How far to look back.")
@reading
def suggest(days: int, as_json: bool, config_path: Path) -> None:
    """List what is asked often and has no entry in [faq]; and how often the entries helped."""
    from maild.store.queries import Filter  # noqa: PLC0415

    with opened(config_path) as desk:
        since = datetime.now(UTC) - timedelta(days=days)
        tickets = desk.store.tickets(Filter(opened_from=since))
        asked = suggestions(tickets, desk.config.directory)
        counted = desk.store.faq_counts(since)
    entries = [
        {"name": name, "offered": counted["faq offered", name], "helped": counted["faq helped", name],
         "missed": counted["faq missed", name], "inserted": counted["faq inserted", name]}
        for name in sorted(desk.config.directory.faq)
    ]  # fmt: skip
    if as_json:
        show.print_json({"suggestions": asked, "entries": entries})
        return
    rows = ([" ".join(s["words"]), s["tickets"], s["clients"], "; ".join(s["examples"])] for s in asked)
    show.print_table(
        ("Words", "Tickets", "Clients", "Such as"), rows, right=("Tickets", "Clients"), empty="Nothing is asked often."
    )
    if entries:
        click.echo()
        figures = ([e["name"], e["offered"], e["helped"], e["missed"], e["inserted"]] for e in entries)
        heads = ("Entry", "Offered", "Helped", "Did not", "Inserted")
        show.print_table(heads, figures, right=heads[1:])


def suggestions(tickets: Iterable[Ticket], directory: Directory) -> list[dict[str, Any]]:
    """Pairs of words that at least three subjects without an entry share, the most frequent first; none is part of another."""
    from maild.desk.faq import matching  # noqa: PLC0415
    from maild.desk.word_forms import stems  # noqa: PLC0415

    shared: defaultdict[tuple[str, ...], list[Ticket]] = defaultdict(list)
    written: dict[str, Counter[str]] = defaultdict(Counter)
    for ticket in tickets:
        if matching(ticket.subject, "", directory):
            continue
        said = {}
        for word in ticket.subject.split():
            for stem in stems(word):
                if len(stem) >= TELLING_LETTERS:
                    said[stem] = word.strip(".,:;!?()\"'").lower()
        for stem, word in said.items():
            written[stem][word] += 1
        for key in (*((stem,) for stem in said), *combinations(sorted(said), 2)):
            shared[key].append(ticket)
    often = sorted(
        (key for key, found in shared.items() if len(found) >= 3), key=lambda key: (-len(shared[key]), -len(key), key)
    )
    chosen: list[tuple[str, ...]] = []
    for key in often:
        if not any(set(key) & set(other) for other in chosen):
            chosen.append(key)
    return [
        {
            "words": [written[stem].most_common(1)[0][0] for stem in key],
            "tickets": len(shared[key]),
            "clients": len({ticket.client for ticket in shared[key]}),
            "examples": [f"#{ticket.number} {ticket.subject}" for ticket in shared[key][:EXAMPLES]],
        }
        for key in chosen[:SHOWN]
    ]
