"""What staff answer to a hold or a challenge: yes or not mine, the corrected line, /send, /drop; and /release, /drop by number."""

from __future__ import annotations

from datetime import datetime

from maild.desk import holds, notices
from maild.desk.case import Shelf
from maild.desk.challenge import challenge
from maild.desk.command_kinds import Command
from maild.desk.command_kinds_books import Drop, Release, Send, row_number
from maild.desk.decision import Decision, Kind
from maild.desk.directory import Staff
from maild.desk.draft import Draft, Trouble
from maild.desk.hold import Hold, HoldKind, HoldState
from maild.desk.hold import Release as Released
from maild.desk.incoming import Incoming, Rules, own_id
from maild.desk.phrases import bare
from maild.desk.purpose import Purpose
from maild.desk.staff_writing import fresh_lines
from maild.lines import LineKind

CHALLENGES = (Purpose.CHALLENGE, Purpose.CHALLENGE_YES, Purpose.CHALLENGE_NOT_MINE)
YES = frozenset(("yes", "ok", "да", "так"))
NO = frozenset(("no", "нет", "ні", "not mine"))


def answer(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision | None:
    """Judge a mail to the signed address of a challenge or a hold; None for any other."""
    if mail.token is None or mail.released:
        return None
    if mail.token.purpose in CHALLENGES:
        return _to_challenge(mail, staff, shelf, rules)
    return _to_hold(mail, staff, shelf, rules, now) if mail.token.purpose is Purpose.HOLD else None


def _to_challenge(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules) -> Decision:
    """Yes releases, no drops and alerts, anything else leaves the mail held. Single use, both proofs."""
    assert mail.token is not None
    held = shelf.holds.get(mail.token.number)
    stored = (holds.stored_staff(mail, None, staff, "challenge answer"),)
    if held is None or held.state is not HoldState.OPEN or held.staff != staff.id or mail.token.id in shelf.spent:
        return Decision(stored=stored, reason="challenge is over")
    if not mail.both_proofs:
        return Decision(stored=stored, reason="challenge answered without both proofs: still held")
    said = _first_words(mail)
    spent = (mail.token.id,)
    if mail.token.purpose is Purpose.CHALLENGE_YES or (mail.token.purpose is Purpose.CHALLENGE and said in YES):
        released = holds.settled(held, HoldState.RELEASED, mail)
        return Decision(stored=stored, holds=(released,), spent=spent, release=Released(held.id), reason=f"released {held.id}")
    if mail.token.purpose is Purpose.CHALLENGE_NOT_MINE or said in NO:
        facts = {"reason_code": "not-mine", "detail": {"name": staff.name, "hold": held.id}}
        told = tuple(
            notices.to_staff(Kind.ALERT, person, rules, key=f"not-mine:{own_id(mail)}:{person.id}", facts=facts)
            for person in rules.directory.with_role("manager") or (staff,)
        )
        dropped = holds.settled(held, HoldState.DROPPED, mail)
        return Decision(stored=stored, holds=(dropped,), spent=spent, notices=told, reason=f"dropped {held.id}")
    return Decision(stored=stored, reason="neither yes nor no: still held")


def _first_words(mail: Incoming) -> str:
    return bare(next((line.text for line in fresh_lines(mail) if line.text.strip()), ""))


def _to_hold(mail: Incoming, staff: Staff, shelf: Shelf, rules: Rules, now: datetime) -> Decision:
    """/send, /drop, or the corrected line alone. The token says which mail is meant and whose it is."""
    assert mail.token is not None
    held = shelf.holds.get(mail.token.number)
    stored = (holds.stored_staff(mail, None, staff, "hold answer"),)
    if held is None or held.state is not HoldState.OPEN or held.staff != staff.id or held.kind is not HoldKind.UNCLEAR:
        return Decision(stored=stored, reason="hold is over")
    if not mail.both_proofs:
        return challenge(mail, staff, None, shelf, rules, now)
    given = mail.parsed.commands
    if held.reason == holds.FORWARD and not given and _first_words(mail) in YES:
        released = holds.settled(held, HoldState.RELEASED, mail)
        release = Released(held.id, ("/new",))
        return Decision(stored=stored, holds=(released,), release=release, reason=f"released {held.id}")
    if len(given) == 1 and isinstance(given[0], Drop) and _means(given[0].id, held):
        dropped = holds.settled(held, HoldState.DROPPED, mail)
        return Decision(stored=stored, holds=(dropped,), reason=f"dropped {held.id}")
    if held.reason == holds.FIXED and len(given) == 1 and isinstance(given[0], Send):
        released = holds.settled(held, HoldState.RELEASED, mail)
        return Decision(stored=stored, holds=(released,), release=Released(held.id), reason=f"released {held.id}")
    plain = any(isinstance(each, Send) or (isinstance(each, Release) and _means(each.id, held)) for each in given)
    lines = () if plain else tuple(dict.fromkeys(each.source.line for each in given))
    if mail.parsed.refusals or not (plain or _fits(mail, lines, held)):
        return holds.still_held(mail, staff, held, rules)
    released = holds.settled(held, HoldState.RELEASED, mail)
    release = Released(held.id, lines, plain=plain)
    return Decision(stored=stored, holds=(released,), release=release, reason=f"released {held.id}")


def _fits(mail: Incoming, lines: tuple[str, ...], held: Hold) -> bool:
    """Whether it is clear what stands in place of what: as many lines as were wrong, and not a word beside them that would be lost."""
    words = (line.text for line in mail.message.reading.lines if line.kind is LineKind.FRESH and line.text.strip())
    said = {line.text for line in fresh_lines(mail)} - {given.source.line for given in mail.parsed.commands}
    return bool(lines) and not any(line in said for line in words) and len(held.wrong_lines) in (0, 1, len(lines))


def _means(named: str, held: Hold) -> bool:
    return named.strip("#") in ("", str(held.id))


def settle(draft: Draft, given: Command) -> Trouble | None:
    """/release ID and /drop ID: one's own held mail, or as a manager anybody's that is only unclear."""
    assert isinstance(given, Release | Drop)
    held = draft.shelf.holds.get(row_number(given.id))
    if held is None or held.state is not HoldState.OPEN or not _may_settle(draft.staff, held) or draft.release:
        return Trouble("no-such-hold", facts={"hold": given.id})
    if isinstance(given, Drop):
        draft.settled.append(holds.settled(held, HoldState.DROPPED, draft.mail))
        draft.changed("dropped", str(held.id))
        return None
    draft.settled.append(holds.settled(held, HoldState.RELEASED, draft.mail))
    draft.release = Released(held.id, plain=held.kind is HoldKind.UNCLEAR and held.reason != holds.FIXED)
    draft.changed("released", str(held.id))
    return None


def send(draft: Draft, given: Command) -> Trouble | None:
    """/send means the held mail that is answered; anywhere else nobody can tell what."""
    return Trouble("no-such-hold", facts={"hold": ""})


def _may_settle(staff: Staff, held: Hold) -> bool:
    return held.staff == staff.id or (held.kind is HoldKind.UNCLEAR and "manager" in staff.roles)
