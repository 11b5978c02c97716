"""The table of commands: adding one is a row here, its class in command_kinds, its words in command_words and command_help."""

from __future__ import annotations

from dataclasses import dataclass

from maild.desk import command_kinds as kinds
from maild.desk import command_kinds_books as books
from maild.desk import command_readers as read
from maild.desk import command_readers_books as look
from maild.desk.command_readers import Reader
from maild.desk.command_time import read_time


@dataclass(frozen=True, slots=True)
class Row:
    """One command: how its arguments are read, what to type, and what it takes to give it.

    `roles`: any of them is needed; empty: every member of staff. `alone`: it may come in a mail on no ticket. `both_proofs`: it
    moves money or joins people to tickets, so it needs token and authentication wherever it comes. `asks`: it changes nothing
    and is answered by return of mail.
    """

    usage: str
    reader: Reader
    roles: frozenset[str] = frozenset()
    alone: bool = False
    both_proofs: bool = False
    asks: bool = False


_ACCOUNTANT = frozenset({"accountant"})
_MANAGER = frozenset({"manager"})
_FIGURES = frozenset({"accountant", "manager"})

TABLE: dict[str, Row] = {
    "time": Row("25m what // for staff", read_time, alone=True),  # alone with #N
    "solved": Row("[CAUSE]", read.with_cause(kinds.Solved)),
    "wait": Row("", read.bare(kinds.Wait)),
    "later": Row("2026-11-23", read.later),
    "close": Row("reason", read.with_text(kinds.Close, needed=True), both_proofs=True),  # who may: see command_check
    "note": Row("", read.with_text(kinds.Note)),
    "take": Row("", read.bare(kinds.Take)),
    "assign": Row("NAME", read.with_name(kinds.Assign)),
    "team": Row("NAME", read.with_name(kinds.Team)),
    "cause": Row("WORD", read.with_cause(kinds.Cause, needed=True)),
    "bug": Row("[REF]", read.with_word(kinds.Bug)),
    "fixed": Row("REF BUILD", read.fixed, both_proofs=True, alone=True),
    "free": Row("WORD [text]", read.free),
    "urgent": Row("", read.bare(kinds.Urgent)),
    "charge": Row("ITEM [x2]", read.charge),
    "waive": Row("ITEM reason", read.waive),
    "quote": Row("3h text", read.quote),
    "offer": Row("[PLAN]", read.offer),
    "eta": Row("2026-11-23 15:00 text", read.eta),
    "merge": Row("N", read.merge, both_proofs=True),
    "split": Row("[subject]", read.with_text(kinds.Split)),
    "client": Row("ID [once]", read.set_client, both_proofs=True),
    "new": Row("CLIENT", read.new, alone=True),
    "answer": Row("", read.with_text(books.Answer), alone=True),  # in a mail with /new
    "show": Row("[N]", look.show, alone=True, asks=True),
    "find": Row("WORDS", read.with_text(books.Find, needed=True), alone=True, asks=True),
    "list": Row("[mine, overdue, unanswered, CLIENT]", look.list_tickets, alone=True, asks=True),
    "balance": Row("CLIENT", read.with_word(books.BalanceOf), alone=True, asks=True),
    "help": Row("", look.help_, alone=True, asks=True),
    "topup": Row("CLIENT 10h [500.00 EUR] REF", look.topup, _ACCOUNTANT, alone=True, both_proofs=True),
    "adjust": Row("CLIENT -15m reason", look.adjust, _ACCOUNTANT, alone=True, both_proofs=True),
    "undo": Row("ENTRY reason", look.undo, _ACCOUNTANT, alone=True, both_proofs=True),
    "statement": Row("CLIENT 2026-11", look.statement, _FIGURES, alone=True, asks=True),
    "act": Row("CLIENT 2026-11 [corrected]", look.act, _FIGURES, alone=True, asks=True),
    "cc": Row("add ADDRESS", read.cc),
    "away": Row("until 2026-11-23", look.away, alone=True),
    "faq": Row("NAME", read.with_name(books.Faq)),
    "idea": Row("[text]", read.with_text(books.Idea), alone=True),
    "freeze": Row("NAME", read.with_name(books.Freeze), _MANAGER, alone=True),
    "page": Row("[2026-11]", look.page, _MANAGER, alone=True, asks=True),
    "send": Row("", read.bare(books.Send)),
    "drop": Row("[ID]", read.with_word(books.Drop)),
    "release": Row("[ID]", read.with_word(books.Release)),
}
