"""The moments at which documents are made: the month's acts, their register, the draft on the evening before, and acts that are asked for.

    acts        once a month: one moment for each client whose act is due, one for the register, the next one for itself
    act         one client's act: its figures, its number, its files, the pack to the accountants; unique by client and period
    act-send    an accountant has let it go: the same bytes to the client, once

An act is typeset with the number that comes next; where another document took that number meanwhile, it is made again. The number,
the files and the letters are one commit, so that no kill leaves a gap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from maild import paperwork
from maild.desk.case import Needs
from maild.desk.decision import Decision, Document, Due, Mark, Notice
from maild.desk.directory import WALK_IN, Client
from maild.desk.incoming import Rules
from maild.ledger.statement import month_days, period
from maild.paperwork import ACT
from maild.reports import act_letters, act_periods, register
from maild.reports.act_periods import period_key
from maild.reports.paper import Heading
from maild.reports.paper_files import files
from maild.reports.summary import without_time
from maild.setting import Setting
from maild.store.dues import ClaimedDue
from maild.store.faults import Stale
from maild.store.store import Store

ALL = "all"  # in place of a client: every one
Judge = Callable[[Store, Setting, ClaimedDue, datetime], None]
Days = tuple[date, date]


def first_moments(store: Store, rules: Rules, now: datetime) -> tuple[Due, ...]:
    """The next acts and the draft before them, where no such moment stands."""
    if store.dues("acts"):
        return ()
    return _next(rules, now)


def _next(rules: Rules, after: datetime) -> tuple[Due, ...]:
    at = act_periods.due_after(rules.directory.promises, rules.desk, after)
    draft = act_periods.draft_before(rules.directory.promises, rules.desk, at)
    return (Due("acts", "desk", at), *((Due("acts-draft", "desk", draft),) if draft > after else ()))


def acts(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """A month is over: each client's act gets a moment of its own, not before its own zone has reached the month's end."""
    rules = setting.rules
    month = act_periods.month_before(moment.at, rules.desk)
    dues = [*_next(rules, moment.at), Due("register", period_key(*month), moment.at)]
    for client in _clients(store, rules, month):
        if (days := act_periods.due_days(client, month)) is not None:
            at = max(moment.at, period(*days, client.zone)[1])
            dues.append(Due("act", f"{client.id} {period_key(*days)}", at, _facts(days)))
    _record(store, setting, moment, Decision(dues=tuple(dues), reason="acts are due"), now)


def _clients(store: Store, rules: Rules, days: Days) -> tuple[Client, ...]:
    """The directory's clients, and those taken out of it for whom something was booked in these days or since: it is documented, too."""
    start, _ = period(*days, rules.desk.zone)
    return (*rules.directory.clients.values(), *paperwork.taken_out(store, rules, start - timedelta(days=1)))


def act(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """One client's act: made once, then only sent again. `for` names who asked by mail; `corrected` asks for a correction."""
    rules = setting.rules
    asked = dict(moment.facts)
    if moment.which.startswith(f"{ALL} "):
        _record(store, setting, moment, Decision(dues=_each(store, rules, moment, now), reason="acts are asked for"), now)
        return
    client = paperwork.client_of(store, rules, moment.which.partition(" ")[0])
    if client is None:
        _record(store, setting, moment, Decision(reason="no such client any more"), now)
        return
    days = (date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"]))
    made = newest_act(store, client.id, days) or newest_act(store, client.id, act_periods.documented_with(client, days))
    if made is not None and "corrected" not in asked:
        told = _pack(store, made, asked, rules) if "for" in asked else ()
        _record(store, setting, moment, Decision(notices=told, reason="made already"), now)
        return
    if made is None and ("corrected" in asked or period(*days, client.zone)[1] > now or not _is_issued(client, days)):
        _record(store, setting, moment, _draft(store, client, days, asked, rules), now)
        return
    if (decision := _made(store, client, days, made, rules, now)) is None:
        nothing = act_letters.nothing(client, days, asked["for"], rules) if "for" in asked and "each" not in asked else ()
        _record(store, setting, moment, Decision(notices=nothing, reason="nothing was rendered"), now)
        return
    document = decision.documents[0]
    readers = {**asked, "all": "yes"}
    _record(store, setting, moment, replace(decision, notices=_pack(store, document, readers, rules)), now, document.number)


def _each(store: Store, rules: Rules, moment: ClaimedDue, now: datetime) -> tuple[Due, ...]:
    """A moment for each client whose act of these days is made, or can be made now."""
    asked = dict(moment.facts)
    days = (date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"]))
    _, _, rest = moment.which.partition(" ")
    return tuple(
        Due("act", f"{client.id} {rest}", now, (*moment.facts, ("each", "yes")))
        for client in _clients(store, rules, days)
        if newest_act(store, client.id, days) or (_is_issued(client, days) and period(*days, client.zone)[1] <= now)
    )


def newest_act(store: Store, client: str, days: Days) -> Document | None:
    """The act of a client's period, or its last correction, with its files."""
    key, found, count = period_key(*days), None, 1
    while (document := store.document(ACT, client, key)) is not None:
        found, count = document, count + 1
        key = f"{period_key(*days)}/{count}"
    return replace(found, files=store.document_files(ACT, client, found.period)) if found else None


def _made(store: Store, client: Client, days: Days, old: Document | None, rules: Rules, now: datetime) -> Decision | None:
    """The document of an act, or of its correction, under the number that comes next; None where nothing was rendered."""
    prepared = paperwork.corrected_act(store, client, old, rules) if old else paperwork.act_of(store, client, days, rules)
    if not prepared.worth:
        return None
    day = now.astimezone(client.zone).date() if old else days[1]
    key = period_key(*days)
    number = store.next_number(ACT, day.year)
    corrects = {"number": old.number, "year": old.year, "day": old.day.isoformat()} if old else None
    facts = {**prepared.facts, "corrects": corrects, "csv": dict(client.act_csv)}
    count = int(old.period.partition("/")[2] or 1) + 1 if old else 1
    fresh = tuple(entry for entry in prepared.entries if old is None or entry not in paperwork.told_in(old))
    cut_at = now if old else period(*days, client.zone)[1]
    document = Document(ACT, client.id, key if old is None else f"{key}/{count}", cut_at, day, facts, fresh, day.year, number)
    made = files(Heading(ACT, number, day, (old.number, old.day) if old else None), facts, key, cut_at)
    return Decision(documents=(replace(document, files=made),), reason=f"act {number} of {day.year}")


def _is_issued(client: Client, days: Days) -> bool:
    return client.id != WALK_IN and act_periods.is_documented_by(client, days)


def _draft(store: Store, client: Client, days: Days, asked: Mapping[str, str], rules: Rules) -> Decision:
    """What an act would tell now, for whoever asked."""
    if "for" not in asked:
        return Decision(reason="not yet")
    prepared = paperwork.act_of(store, client, days, rules)
    told = act_letters.draft_of_act(
        client, days, prepared.facts, paperwork.draft_files(client, days, prepared), asked["for"], rules
    )
    return Decision(notices=told, reason="draft")


def _pack(store: Store, document: Document, asked: Mapping[str, str], rules: Rules) -> tuple[Notice, ...]:
    people = [person.id for person in act_letters.accountants(rules)] if "all" in asked else []
    people += [asked["for"]] if asked.get("for") in rules.directory.staff else []
    marks = store.document_marks(ACT, document.year, document.number) if "all" not in asked else {}
    asked_at = asked.get("at", "")
    return tuple(act_letters.pack(document, person, marks, rules, asked_at) for person in dict.fromkeys(people))


def send(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """An accountant has pressed "send to the client": the stored bytes leave, once."""
    rules, by = setting.rules, dict(moment.facts).get("by", "")
    year, _, number = moment.which.partition("-")
    document = store.numbered_document(ACT, int(year), int(number))
    client = paperwork.client_of(store, rules, document.client) if document else None
    if document is None or client is None:
        _record(store, setting, moment, Decision(reason="no such act"), now)
        return
    marks = store.document_marks(ACT, document.year, document.number)
    told = act_letters.to_client(document, client, rules) if "sent" not in marks else ()
    marked = (Mark(ACT, document.year, document.number, "sent", now, by),) if told else ()
    receipt = act_letters.sent_receipt(document, client, marks, by, rules)
    _record(store, setting, moment, Decision(marks=marked, notices=(*told, *receipt), reason="act sent"), now)


def answered(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """A client has accepted an act: the accountants are told."""
    rules, facts = setting.rules, dict(moment.facts)
    year, _, number = moment.which.partition(" ")[0].partition("-")
    document = store.numbered_document(ACT, int(year), int(number))
    client = paperwork.client_of(store, rules, document.client) if document else None
    told = act_letters.answered(document, client, facts["what"], facts["who"], rules) if document and client else ()
    _record(store, setting, moment, Decision(notices=told, reason="act answered"), now)


def acts_draft(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """The evening before: what will be documented, what is held, and which answers have no time beside them."""
    rules = setting.rules
    today = moment.at.astimezone(rules.desk.zone).date()
    if now >= act_periods.due_after(rules.directory.promises, rules.desk, moment.at):
        _record(store, setting, moment, Decision(reason="too late for a draft"), now)
        return
    month = act_periods.month_before(act_periods.due_after(rules.directory.promises, rules.desk, moment.at), rules.desk)
    rows = []
    for client in _clients(store, rules, month):
        if (days := act_periods.due_days(client, month)) is not None:
            prepared = paperwork.act_of(store, client, days, rules)
            if prepared.worth:
                rows.append(register.row(client, prepared.facts, None))
    start, end = period(*month, rules.desk.zone)
    answers = store.answers(rules.directory.clients, start, min(end, moment.at))
    unlogged = without_time(answers, store.logged_days({each.ticket for each in answers}), rules)
    told = act_letters.drafts(month, today, rows, store.open_holds(), unlogged, rules)
    _record(store, setting, moment, Decision(notices=told, reason="draft of the acts"), now)


def register_of(store: Store, rules: Rules, days: Days) -> list[register.Row]:
    """One row a client and contract, of all clients with any movement in these days."""
    rows = []
    for client in _clients(store, rules, days):
        prepared = paperwork.statement_for(store, client, days, rules)
        if prepared.entries:
            rows.append(register.row(client, prepared.facts, newest_act(store, client.id, days)))
    return rows


def registers(store: Store, setting: Setting, moment: ClaimedDue, now: datetime) -> None:
    """The month's register of all clients, for the accountants; or for whoever asked."""
    rules, asked = setting.rules, dict(moment.facts)
    if "first" in asked:
        days = (date.fromisoformat(asked["first"]), date.fromisoformat(asked["last"]))
    else:
        year, month = moment.which.split("-")
        days = month_days(int(year), int(month))
    rows = register_of(store, rules, days)
    made_at = period(*days, rules.desk.zone)[1]
    people = (asked["for"],) if "for" in asked else tuple(person.id for person in act_letters.accountants(rules))
    told = (
        act_letters.register_letters(days, rows, made_at, people, rules, asked.get("at", "")) if rows or "for" in asked else ()
    )
    _record(store, setting, moment, Decision(notices=told, reason="register"), now)


def _facts(days: Days) -> tuple[tuple[str, str], ...]:
    return (("first", days[0].isoformat()), ("last", days[1].isoformat()))


def _record(store: Store, setting: Setting, moment: ClaimedDue, decision: Decision, now: datetime, number: int = 0) -> None:
    """One commit; `number` is what its document was typeset with. Raises Stale where another took it."""
    with store.begin() as tx:
        tx.load(Needs(), now)
        numbered = tx.number(decision)
        if number and numbered.documents[0].number != number:
            raise Stale(f"act {number} was taken by another")
        tx.record(None, None, "", numbered, [setting.composer.compose(notice, now) for notice in numbered.notices])
        tx.finish_due(moment)


MOMENTS: dict[str, Judge] = {
    "acts": acts,
    "acts-draft": acts_draft,
    "act": act,
    "act-send": send,
    "act-answered": answered,
    "register": registers,
}
