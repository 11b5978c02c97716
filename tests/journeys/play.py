"""Plays a story step by step and holds what happens against what it tells; a difference is shown in the story's own form."""

import re
from datetime import datetime
from typing import Protocol

from journeys.desk_of_story import Sent
from journeys.every_letter import check_every_letter
from journeys.memory import differences, journal_text, tickets_text
from journeys.story import BEGIN, LetterOut, LettersOut, MailIn, Story, TicketsThen, moved_clock, written

from maild.oversized import SIZE_FIELD
from maild.store.store import Store

BUTTON = re.compile(r"mailto:([^\s?&\"'<>()]+)")
MADE = re.compile(r"\+[a-z2-7]{30,}(?=@)|<[^<>@\s]+(?=@)")  # signed addresses and ids: they spell any short word some day
BUTTONS = ("yes", "not-yet", "1", "2", "3", "4", "5")
REFERENCE = re.compile(r"\{(reply|button|id|path|quote|subject) (\d\d) (\S+?)(?: ([a-z-]+))?(?: (yes|not-yet|[1-5]))?\}")


class Desk(Protocol):
    """What a story is played with."""

    store: Store

    def hand_in(self, mailbox: str, raw: bytes, now: datetime) -> None: ...
    def keep(self, now: datetime) -> None: ...
    def leave(self, now: datetime) -> list[Sent]: ...


class Play:
    """One story on its way."""

    def __init__(self, story: Story, desk: Desk) -> None:
        self.story, self.desk, self.now = story, desk, BEGIN
        self.left: dict[str, list[Sent]] = {}  # by the number of the file that expects them
        self.waiting: list[Sent] = []
        self.raws: dict[str, bytes] = {}

    def run(self) -> None:
        for step in self.story.steps:
            match step:
                case MailIn():
                    self._mail(step)
                case LettersOut():
                    self._letters(step)
                case TicketsThen():
                    actual = tickets_text(self.desk.store)
                    assert not (wrong := differences(step.text, actual)), f"{step.name}: {wrong}\n\nThe desk has\n\n{actual}"
        assert not self.waiting, f"nobody expected\n\n{_told(self.waiting)}"
        actual = journal_text(self.desk.store)
        assert self.story.journal.split() == actual.split(), f"journal.txt should be\n\n{actual}"

    def _mail(self, mail: MailIn) -> None:
        self.now = moved_clock(self.now, mail.notes.get("at", ""))
        if same := mail.notes.get("same", "").split():
            traces = "" if "bytes" in same else "".join(f"{key}: {value}\r\n" for key, value in mail.fields)
            raw = traces.encode() + self.raws[same[0]]
        else:
            raw = written(mail, self.now, self._resolved, self._answered(mail))
        if size := mail.notes.get("size"):
            raw = SIZE_FIELD + f"{size}\r\n".encode() + raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        self.raws[mail.name] = raw
        self.desk.hand_in(mail.notes.get("via", "support"), raw, self.now)
        self._collect()

    def _collect(self) -> None:
        for sent in self.desk.leave(self.now):
            check_every_letter(sent, self.desk.store)
            self.waiting.append(sent)

    def _letters(self, step: LettersOut) -> None:
        if step.at:
            self.now = moved_clock(self.now, step.at)
            self.desk.keep(self.now)
            self._collect()
        left, self.waiting = self.waiting, []
        self.left[step.name] = left
        wanted = sorted((letter.kind, letter.to) for letter in step.letters)
        came = sorted((sent["Maild-Kind"], sent.recipient) for sent in left)
        assert wanted == came, f"{step.name}-out.txt expects {wanted}, and there left\n\n{_told(left)}"
        for letter, sent in _paired(step.letters, left):
            assert not (wrong := _faults(letter, sent, self._resolved)), (
                f"{step.name}-out.txt: {letter.kind} to {letter.to}: {'; '.join(wrong)}\n\n{_told([sent])}"
            )

    def _answered(self, mail: MailIn) -> dict[str, str] | None:
        if "answers" not in mail.notes:
            return None
        sent = self._letter(*mail.notes["answers"].split())
        bare = re.sub(r"^(re:\s*)+", "", sent["Subject"], flags=re.I)
        references = " ".join(filter(None, (sent["References"], sent["Message-ID"])))
        return {"To": sent["Reply-To"], "Subject": f"Re: {bare}", "In-Reply-To": sent["Message-ID"], "References": references}

    def _letter(self, name: str, who: str, kind: str = "") -> Sent:
        named = [sent for sent in self.left[name] if who in (sent.recipient, sent.recipient.partition("@")[0])]
        found = [sent for sent in named if kind in ("", sent["Maild-Kind"])]
        assert len(found) == 1, f"{{{name} {who} {kind}}} names {len(found)} letters of\n\n{_told(self.left[name])}"
        return found[0]

    def _resolved(self, text: str) -> str:
        return REFERENCE.sub(self._value, text)

    def _value(self, found: re.Match[str]) -> str:
        what, name, who, kind, button = found.groups()
        if kind == "not" or (what == "button" and button is None):
            kind, button = "", kind
        sent = self._letter(name, who, kind or "")
        match what:
            case "reply":
                return sent["Reply-To"]
            case "id":
                return sent["Message-ID"]
            case "subject":
                return sent["Subject"]
            case "path":
                return sent.mail_from
            case "button":
                return list(dict.fromkeys(BUTTON.findall(sent.text)))[BUTTONS.index(button)]
        quoted = "".join(f"\n> {line}".rstrip() for line in sent.text.splitlines())
        return f"On Mon, 9 Nov 2026 at 10:00, {sent['From']} wrote:\n{quoted}\n"


def _paired(letters: list[LetterOut], left: list[Sent]) -> list[tuple[LetterOut, Sent]]:
    """Each expected letter with the one that left; of several alike, in the order in which they left."""
    rest = list(left)
    pairs = []
    for letter in letters:
        sent = next(sent for sent in rest if (sent["Maild-Kind"], sent.recipient) == (letter.kind, letter.to))
        rest.remove(sent)
        pairs.append((letter, sent))
    return pairs


def _faults(letter: LetterOut, sent: Sent, resolve) -> list[str]:
    text = _folded(sent.text)
    everything = MADE.sub("", _folded(f"{sent.message.items()} {sent.text} {sent.html}").casefold())
    faults = [
        f"{name} is {sent[name] or '-'!r}, not {resolve(value)!r}"
        for name, value in letter.fields.items()
        if (sent[name] or "-") != resolve(value)
    ]
    faults += [f"lacks {words!r}" for words in letter.says if _folded(resolve(words)) not in text]
    for ending, line in letter.holds:
        lines = [line for name, text in sent.files.items() if name.endswith(ending) for line in text.splitlines()]
        faults += [f"has no line {line!r} in its {ending} but {lines}"] if line not in lines else []
    return faults + [f"shows {words!r}" for words in letter.hides if _folded(resolve(words)).casefold() in everything]


def _folded(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def _told(left: list[Sent]) -> str:
    """Letters in the story's form, to be read or copied."""
    paragraphs = []
    for sent in left:
        head = [f"{sent['Maild-Kind']} to {sent.recipient}", f"  Subject: {sent['Subject']}", f"  From: {sent['From']}"]
        paragraphs.append("\n".join([*head, *(f"  | {line}" for line in sent.text.splitlines() if line.strip())]))
    return "\n\n".join(paragraphs) or "nothing"
