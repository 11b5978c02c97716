"""Person or machine? A table of named reasons over headers, structure and words (RFC 3834, 2369, 2919, 3464, 5965, 8098).

`classify` is pure. Every rule that applies is named, so that `explain` can say why; the kind is that of the gravest rule. No rule
looks at one vendor's program alone where a header that all of them write would do, and no rule makes a machine of a person who
merely writes about machines: words count only together with a second sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from maild.ingest import origin_fields as fields
from maild.ingest import origin_said as said
from maild.ingest.origin_facts import Facts, Structure
from maild.message import Origin, OriginKind

__all__ = ["REASONS", "Rule", "Structure", "classify"]

WORDS_READ = 6000  # of a body; machines say at the top what they are


@dataclass(frozen=True)
class Rule:
    """One reason: its name, what it makes of a mail that it applies to, and the test."""

    name: str
    kind: OriginKind
    applies: Callable[[Facts], bool] = field(repr=False)


def classify(headers: tuple[tuple[str, str], ...], subject: str, text: str, structure: Structure) -> Origin:
    """Who made this mail. A mail that no rule applies to is a person's and may be answered."""
    folded: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        key = name.strip().lower()
        folded[key] = (*folded.get(key, ()), " ".join(value.split()).lower())
    facts = Facts(
        folded, " ".join(subject.split()).lower(), text[:WORDS_READ].lower().replace("’", "'").replace("ё", "е"), structure
    )
    found = [rule for rule in REASONS if rule.applies(facts)]
    if not found:
        return Origin()
    kind = min((rule.kind for rule in found), key=_GRAVITY.index)
    return Origin(kind, tuple(rule.name for rule in found), answerable=False)


_GRAVITY = (OriginKind.REPORT, OriginKind.BOUNCE, OriginKind.AUTOMATIC, OriginKind.PERSON)
_AUTOMATIC, _BOUNCE, _REPORT, _PERSON = OriginKind.AUTOMATIC, OriginKind.BOUNCE, OriginKind.REPORT, OriginKind.PERSON

REASONS: tuple[Rule, ...] = (
    Rule("feedback-report", _REPORT, fields.feedback_report),
    Rule("domain-report", _REPORT, fields.domain_report),
    Rule("delivery-status", _BOUNCE, said.delivery_report),
    Rule("failed-recipients", _BOUNCE, lambda facts: bool(facts.structure.bounces)),
    Rule("x-failed-recipients", _BOUNCE, lambda facts: "x-failed-recipients" in facts.headers),
    Rule("mailer-daemon", _BOUNCE, said.mailer_daemon),
    Rule("bounce-subject", _BOUNCE, said.bounce_subject),
    Rule("bounce-words", _BOUNCE, said.bounce_words),
    Rule("amazon-bounce", _BOUNCE, said.amazon_bounce),
    Rule("delivery-report", _AUTOMATIC, lambda facts: facts.structure.report_type.lower() == "delivery-status"),
    Rule("auto-submitted", _AUTOMATIC, fields.auto_submitted),
    Rule("precedence", _AUTOMATIC, fields.precedence),
    Rule("mailing-list", _AUTOMATIC, fields.mailing_list),
    Rule("x-auto-response-suppress", _AUTOMATIC, fields.suppresses_answers),
    Rule("vendor-header", _AUTOMATIC, fields.vendor_header),
    Rule("autoresponder", _AUTOMATIC, fields.autoresponder_trace),
    Rule("x-loop", _AUTOMATIC, fields.looped),
    Rule("null-reverse-path", _AUTOMATIC, fields.null_reverse_path),
    Rule("read-receipt", _AUTOMATIC, fields.read_receipt),
    Rule("calendar-answer", _AUTOMATIC, fields.calendar_answer),
    Rule("unattended-sender", _AUTOMATIC, fields.unattended_sender),
    Rule("automatic-title", _AUTOMATIC, said.absence_subject),
    Rule("absence", _AUTOMATIC, said.absence_words),
    Rule("says-automatic", _AUTOMATIC, said.says_automatic),
    Rule("challenge-response", _AUTOMATIC, said.challenge),
    Rule("forwarded-bounce", _PERSON, said.forwarded_bounce),
    Rule("marked-as-spam", _PERSON, fields.spam),
)
