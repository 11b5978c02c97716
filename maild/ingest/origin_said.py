"""Machines that give themselves away in words: bounces, absences, challenges. Tests for the table in `origin`.

Words count only together with a second sign: a sender who is no person, a title over what programs say under it, a mail that asks nothing.
"""

from __future__ import annotations

import re

from maild.ingest import origin_words as words
from maild.ingest.origin_facts import Facts
from maild.ingest.word_tables import speaks

_SAYING_CHARS_MAX = 2000
_FEW_CHARS_MAX = 30
_SENTENCE_END = re.compile(r"[\n.!]")


def delivery_report(facts: Facts) -> bool:
    """RFC 3464: a report that names no delivery."""
    reported = (
        facts.structure.report_type.lower() == "delivery-status" or "message/delivery-status" in facts.structure.part_types
    )
    return reported and not delivered(facts)


def delivered(facts: Facts) -> bool:
    """A report of success (RFC 3464, 2.3.3: delivered, relayed, expanded) names no failed recipient."""
    return not facts.structure.bounces and speaks(facts.subject, words.DELIVERED)


def mailer_daemon(facts: Facts) -> bool:
    """The sender is the mail system."""
    daemon = facts.local_part in words.DAEMONS or speaks(facts.from_value, words.DAEMON_NAMES)
    return daemon and not delivered(facts)


def bounce_subject(facts: Facts) -> bool:
    """A subject that no person writes."""
    return facts.subject.startswith(words.BOUNCE_SUBJECTS_CERTAIN)


def bounce_words(facts: Facts) -> bool:
    """The subject or the text of a bounce, from a sender who is no person or with the null reverse-path."""
    local = facts.local_part
    nobody = (
        local in words.POSTMASTERS
        or local.startswith(words.EXCHANGE)
        or "postmaster" in facts.from_value
        or facts.structure.return_path == ""
    )
    nobody = nobody or ("from" in facts.headers and not local)
    officer = local in words.OFFICES or local.endswith(words.LIST_OFFICERS)
    if not (nobody or officer):
        return False  # a person, whatever they write
    reports = speaks(facts.text, words.BOUNCE_TEXTS)
    titled = facts.subject.startswith(words.BOUNCE_SUBJECTS)
    rejects = officer and speaks(facts.text, words.LIST_REJECTIONS)
    return (titled and (nobody or (officer and reports))) or (nobody and reports) or rejects


def forwarded_bounce(facts: Facts) -> bool:
    """A person passes a bounce on: a person's mail, but an answer to it has bounced into loops before."""
    return facts.subject.startswith(words.FORWARDS) and any(
        subject in facts.subject for subject in words.BOUNCE_SUBJECTS_CERTAIN
    )


def amazon_bounce(facts: Facts) -> bool:
    """The notification of SES, as JSON."""
    return '"notificationtype":"bounce"' in facts.text.replace(" ", "")


def absence_subject(facts: Facts) -> bool:
    """A title that programs write: "Automatic reply: …", with its colon or dash, or standing alone over what programs say."""
    title = next((prefix for prefix in words.AUTOMATIC_TITLES_LONGEST_FIRST if facts.subject.startswith(prefix)), None)
    if title is None:
        return False
    rest = facts.subject[len(title) :].lstrip()
    return rest.startswith((":", "-", "–", "—", "(", "[", "re:")) if rest else _says_why_nobody_answers(facts)


def _says_why_nobody_answers(facts: Facts) -> bool:
    """A few words, or some of an absence; whoever has trouble with an autoresponder writes of it under the same title."""
    head = facts.text[:1500].strip()
    if "?" in head:
        return False
    said = words.ABSENT + words.BACK + words.INSTEAD + words.SAYS_AUTOMATIC
    return len(head) <= _FEW_CHARS_MAX or speaks(head, said)


def absence_words(facts: Facts) -> bool:
    """An absence told in the subject and the text, or told in the text together with a return and a stand-in, and nothing asked."""
    head = facts.text[:1500]
    absent = speaks(head, words.ABSENT)
    if not absent:
        return False
    if "?" not in head and speaks(facts.subject, words.ABSENT_SUBJECTS):
        return True
    back = speaks(head, words.BACK)
    instead = speaks(head, words.INSTEAD)
    return back and instead and "?" not in head


def says_automatic(facts: Facts) -> bool:
    """A short mail one sentence of which begins with what programs say of themselves, and that asks nothing.

    Whoever quotes such a line to ask about it writes a question mark, a quote mark or more words.
    """
    if "?" in facts.text or len(facts.text) > _SAYING_CHARS_MAX:
        return False
    sentences = (sentence.strip(" *_-–—[(") for sentence in _SENTENCE_END.split(facts.text))
    return any(sentence.startswith(words.SAYS_AUTOMATIC) for sentence in sentences)


def challenge(facts: Facts) -> bool:
    """Challenge-response filters ask the sender to prove that they are a person."""
    return any(phrase in facts.subject or phrase in facts.text[:600] for phrase in words.CHALLENGE_ASKS) and any(
        phrase in facts.text[:3000] for phrase in words.CHALLENGE_SIGNS
    )
