"""`maild explain`: how maild reads a mail, and why; it needs neither database nor configuration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from maild.cli.options import json_option

if TYPE_CHECKING:
    from maild.desk.command_kinds import Command, Refusal
    from maild.lines import Reading
    from maild.message import Message


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--as", "kind", type=click.Choice(["mail", "text", "html"]), default="mail", help="The file is one decoded body.")
@click.option(
    "--trust-authserv", "trusted", multiple=True, metavar="NAME", help="Believe this server's Authentication-Results."
)
@json_option
@click.pass_context
def explain(ctx: click.Context, paths: tuple[str, ...], kind: str, trusted: tuple[str, ...], as_json: bool) -> None:
    """Show how maild reads mails: a line of JSON a path with --json. Exit 1 where one cannot be read.

    The path - is standard input.
    """
    from maild import explain as reader  # noqa: PLC0415
    from maild.desk.command import parse  # noqa: PLC0415
    from maild.ingest.authentication import judge  # noqa: PLC0415

    def authenticate(_: bytes, message: Message) -> Mapping[str, Any]:
        verdict = judge(message, trusted)
        return {"authenticated": verdict.authenticated, "method": verdict.method.value, "reasons": list(verdict.reasons)}

    def commands(reading: Reading) -> tuple[Sequence[Any], Sequence[Any]]:
        parsed = parse(reading.lines, date.today())
        if as_json:
            return [command_row(one) for one in parsed.commands], [refusal_row(one) for one in parsed.refusals]
        refused = [f"{one.line.strip()} ({one.reason.value}: {one.subject}; meant: {one.advice})" for one in parsed.refusals]
        return [f"{one.word}: {one.source.line.strip()}" for one in parsed.commands], refused

    ctx.exit(reader.run(paths, kind, as_json, authenticate=authenticate, commands=commands))


def command_row(command: Command) -> dict[str, Any]:
    """A command as JSON: its word, the line it stood on, and what it says."""
    from dataclasses import fields  # noqa: PLC0415

    said = {field.name: _plain(getattr(command, field.name)) for field in fields(command) if field.name != "source"}
    return {"command": command.word, "line": command.source.line, "line_no": command.source.line_no, **said}


def refusal_row(refusal: Refusal) -> dict[str, Any]:
    """A line that would hold the mail, as JSON."""
    return {
        "line": refusal.line,
        "line_no": refusal.line_no,
        "reason": refusal.reason.value,
        "subject": refusal.subject,
        "advice": refusal.advice,
    }


def _plain(value: Any) -> Any:
    """A value that JSON knows."""
    if isinstance(value, tuple | list | frozenset):
        return [_plain(each) for each in value]
    return value if value is None or isinstance(value, bool | int) else str(value)
