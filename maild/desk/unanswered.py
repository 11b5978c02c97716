"""Has it been answered? A customer who had to ask twice, or who got an answer to something else, is *unanswered again*."""

from __future__ import annotations

import re

from maild.desk.ticket import Ticket

READ_CHARACTERS = 4000
LOW_RATINGS = frozenset({1, 2})

_MISSED = re.compile(
    "|".join(
        (
            # English: "that isn't what I asked", "you did not answer my question", "I asked about something else"
            r"\b(?:is|was)(?: not|n['’]?t) (?:at all )?(?:what (?:i|we)(?:['’]ve| have| had)? (?:asked|wanted|meant)|(?:my|our) question)",
            r"\bnot (?:at all )?what (?:i|we)(?:['’]ve| have| had)? (?:asked|meant)",
            r"\b(?:did|does|do|have|has)(?: not|n['’]?t) (?:really |actually )?(?:answer(?:ed)?|address(?:ed)?) (?:my|our|the) question",
            r"\bmy question (?:was|is|remains|has) (?:still )?(?:not(?: been)? answered|unanswered|about something else)",
            r"\b(?:i|we) (?:had )?asked (?:about )?something (?:else|different)",
            # Russian
            r"\bне то,? (?:о чем|что|про что) (?:я|мы) (?:спрашива|спросил|просил)",
            r"\b(?:я|мы) (?:спрашива\w+|спросил\w*|просил\w*) (?:совсем |вообще )?(?:не (?:об? этом|про это)|о другом|про другое|не то\b)",
            r"\bне (?:об? этом|про это) (?:я |мы )?(?:спрашива|спросил)",
            r"\b(?:это )?не ответ на (?:мой|наш|заданный) вопрос",
            r"\bвы (?:так и )?не ответили\b",
            r"\b(?:мой |наш )?вопрос (?:был |совсем )*(?:о другом|не об? этом|про другое|(?:так и )?остался без ответа)",
            # Ukrainian
            r"\bне те,? (?:про що|що) (?:я|ми) (?:пита|запит|проси)",
            r"\b(?:я|ми) (?:пита\w+|запит\w+|проси\w+) (?:зовсім |взагалі )?(?:не про це|про інше|не те\b)",
            r"\bне про це (?:я |ми )?(?:пита|запит)",
            r"\b(?:це )?не відповідь на (?:моє|наше|поставлене) (?:за)?питання",
            r"\bви (?:так і )?не відповіли\b",
            r"\b(?:моє |наше )?(?:за)?питання (?:було |зовсім )*(?:про інше|не про це|(?:так і )?(?:за)?лишилося без відповіді)",
        )
    ),
    re.I,
)


def after_words(ticket: Ticket, text: str) -> bool:
    """Whether a ticket is unanswered again once its customer has written: proven words of a person, more than thanks.

    It is when nobody has answered what they asked before, or when they say that the answer was to another question. Their yes, or a
    better rating, ends it.
    """
    return ticket.unanswered or ticket.awaiting_since is not None or says_missed(own_words(text))


def after_rating(rating: int) -> bool:
    """Whether it is once the customer has rated: 1 and 2 say so, anything better accepts the answer."""
    return rating in LOW_RATINGS


def after_closing(ticket: Ticket) -> bool:
    """What is closed without the customer's yes is seen only for its rating."""
    return ticket.unanswered and ticket.rating in LOW_RATINGS


def says_missed(words: str) -> bool:
    """Whether somebody says that what they got answers another question."""
    return _MISSED.search(" ".join(words[:READ_CHARACTERS].lower().replace("ё", "е").split())) is not None


def own_words(text: str) -> str:
    """A mail without the lines that are marked as quoted: their words were counted when they were written."""
    return "\n".join(line for line in text[:READ_CHARACTERS].split("\n") if not line.lstrip().startswith(">"))
