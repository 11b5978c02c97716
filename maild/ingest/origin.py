"""Person or machine? A table of named reasons over headers, structure and words (RFC 3834, 2369, 2919, 3464, 5965, 8098).

`classify` is pure. Every rule that applies is named, so that `explain` can say why; the kind is that of the gravest rule. No rule
looks at one vendor's program alone where a header that all of them write would do, and no rule makes a machine of a person who
merely writes about machines: words count only together with a second sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from maild.ingest import origin_words as words
from maild.message import DeliveryStatus, Origin, OriginKind

WORDS_READ = 6000  # of a body; machines say at the top what they are
_SAYING_CHARS_MAX = 2000
_FEW_CHARS_MAX = 30
_SENTENCE_END = re.compile(r"[\n.!]")


@dataclass(frozen=True)
class Structure:
    """What the reader knows about a mail beside its headers and text.

    `content_type` is the outermost type, lower case; `report_type` the parameter of multipart/report (RFC 6522); `part_types` all
    types of the tree; `calendar_method` the METHOD of a text/calendar part (RFC 5546) or ''. `return_path` is the reverse-path: ''
    is the null one, None is unknown. `sender` is the first From address as written, '' if none.
    """

    content_type: str = "text/plain"
    report_type: str = ""
    part_types: tuple[str, ...] = ()
    calendar_method: str = ""
    bounces: tuple[DeliveryStatus, ...] = ()
    return_path: str | None = None
    sender: str = ""


@dataclass(frozen=True)
class Facts:
    """What the rules look at: everything lower-cased, because header names and values compare case-insensitively."""

    headers: Mapping[str, tuple[str, ...]]
    subject: str
    text: str
    structure: Structure

    def values(self, *names: str) -> tuple[str, ...]:
        """All values of the named fields."""
        return tuple(value for name in names for value in self.headers.get(name, ()))

    @property
    def local_part(self) -> str:
        """The local part of the sender; a sender without a domain is all local part."""
        return self.structure.sender.lower().partition("@")[0].strip("<>\"'\\ ")

    @property
    def from_value(self) -> str:
        """The From field as it stands."""
        return " ".join(self.values("from"))


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


# --- delivery reports ------------------------------------------------------------------------------------------------------------


def _delivery_report(facts: Facts) -> bool:
    reported = (
        facts.structure.report_type.lower() == "delivery-status" or "message/delivery-status" in facts.structure.part_types
    )
    return reported and not _delivered(facts)


def _delivered(facts: Facts) -> bool:
    """A report of success (RFC 3464, 2.3.3: delivered, relayed, expanded) names no failed recipient."""
    return not facts.structure.bounces and any(word in facts.subject for word in words.DELIVERED)


def _mailer_daemon(facts: Facts) -> bool:
    daemon = facts.local_part in words.DAEMONS or any(name in facts.from_value for name in words.DAEMON_NAMES)
    return daemon and not _delivered(facts)


def _bounce_subject(facts: Facts) -> bool:
    return facts.subject.startswith(words.BOUNCE_SUBJECTS_CERTAIN)


def _bounce_words(facts: Facts) -> bool:
    """The subject or the text of a bounce, from a sender who is no person or with the null reverse-path."""
    local = facts.local_part
    nobody = local in words.POSTMASTERS or "postmaster" in facts.from_value or facts.structure.return_path == ""
    nobody = nobody or ("from" in facts.headers and not local)
    officer = local in words.OFFICES or local.endswith(words.LIST_OFFICERS)
    if not (nobody or officer):
        return False  # a person, whatever they write
    speaks = any(phrase in facts.text for phrase in words.BOUNCE_TEXTS)
    titled = facts.subject.startswith(words.BOUNCE_SUBJECTS)
    rejects = officer and any(phrase in facts.text for phrase in words.LIST_REJECTIONS)
    return (titled and (nobody or (officer and speaks))) or (nobody and speaks) or rejects


def _forwarded_bounce(facts: Facts) -> bool:
    """A person passes a bounce on: a person's mail, but an answer to it has bounced into loops before."""
    return facts.subject.startswith(words.FORWARDS) and any(
        subject in facts.subject for subject in words.BOUNCE_SUBJECTS_CERTAIN
    )


def _amazon_bounce(facts: Facts) -> bool:
    return '"notificationtype":"bounce"' in facts.text.replace(" ", "")


# --- machines by header ----------------------------------------------------------------------------------------------------------


def _auto_submitted(facts: Facts) -> bool:
    """RFC 3834, 5: anything but `no`; comments and parameters aside."""
    return any(value.partition(";")[0].partition("(")[0].strip() not in ("no", "") for value in facts.values("auto-submitted"))


def _precedence(facts: Facts) -> bool:
    return any(value.strip() in words.PRECEDENCES for value in facts.values("precedence", "x-precedence"))


def _mailing_list(facts: Facts) -> bool:
    """RFC 2369 and 2919, and what lists wrote before them."""
    return any(name.startswith("list-") and name != "list-unsubscribe-post" for name in facts.headers) or any(
        name in facts.headers
        for name in ("mailing-list", "x-mailing-list", "x-mailinglist", "x-list-id", "x-ml-name", "x-google-group-id")
    )


def _suppresses_answers(facts: Facts) -> bool:
    asked = {word.strip() for value in facts.values("x-auto-response-suppress") for word in value.split(",")}
    return bool(asked & {"all", "oof", "autoreply"})


def _vendor_header(facts: Facts) -> bool:
    return any(
        (name in words.VENDOR_HEADERS or name.startswith(words.VENDOR_PREFIXES)) and values[0] not in ("no", "false", "0")
        for name, values in facts.headers.items()
    )


def _autoresponder_trace(facts: Facts) -> bool:
    return any("autorespond" in value for value in facts.values("delivered-to", "x-mailer", "x-loop"))


def _looped(facts: Facts) -> bool:
    return "x-loop" in facts.headers


def _spam(facts: Facts) -> bool:
    return (
        any(value.startswith("yes") for value in facts.values(*words.SPAM_FLAGS))
        or any(value.strip() in ("reject", "add header", "rewrite subject") for value in facts.values("x-rspamd-action"))
        or any(value.strip().isdigit() and int(value) >= 5 for value in facts.values("x-ms-exchange-organization-scl"))
        or any("sfv:spm" in value for value in facts.values("x-forefront-antispam-report"))
        or any(value.strip() == "4" for value in facts.values("x-yandex-spam"))
    )


# --- machines by structure and sender --------------------------------------------------------------------------------------------


def _null_reverse_path(facts: Facts) -> bool:
    return facts.structure.return_path == ""


def _read_receipt(facts: Facts) -> bool:
    return (
        facts.structure.report_type.lower() == "disposition-notification"
        or "message/disposition-notification" in facts.structure.part_types
        or (facts.subject.startswith(words.READ_TITLES) and any(phrase in facts.text[:1000] for phrase in words.READ_TEXTS))
    )


def _feedback_report(facts: Facts) -> bool:
    return facts.structure.report_type.lower() == "feedback-report" or "message/feedback-report" in facts.structure.part_types


def _domain_report(facts: Facts) -> bool:
    """DMARC (RFC 7489, 7.2.1.1) and SMTP TLS (RFC 8460, 5.3) aggregate reports."""
    named = facts.subject.startswith("report domain:") and "submitter" in facts.subject
    return named or facts.structure.report_type.lower() == "tlsrpt" or "tls-report-domain" in facts.headers


def _calendar_answer(facts: Facts) -> bool:
    """RFC 5546, 3.2.3; a program that drops the calendar part leaves its title over nothing."""
    if facts.subject.startswith(words.CALENDAR_TITLES) and not facts.text.strip():
        return True
    return facts.structure.calendar_method.lower() in ("reply", "counter", "declinecounter", "refresh")


def _unattended_sender(facts: Facts) -> bool:
    local = facts.local_part.replace("-", "").replace("_", "").replace(".", "")
    return local.startswith(words.UNATTENDED) or local.endswith(("noreply", "donotreply"))


# --- machines by words -----------------------------------------------------------------------------------------------------------


def _absence_subject(facts: Facts) -> bool:
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
    return len(head) <= _FEW_CHARS_MAX or any(phrase in head for phrase in said)


def _absence_words(facts: Facts) -> bool:
    """An absence told in the subject and the text, or told in the text together with a return and a stand-in, and nothing asked."""
    head = facts.text[:1500]
    absent = any(phrase in head for phrase in words.ABSENT)
    if not absent:
        return False
    if "?" not in head and any(phrase in facts.subject for phrase in words.ABSENT_SUBJECTS):
        return True
    back = any(phrase in head for phrase in words.BACK)
    instead = any(phrase in head for phrase in words.INSTEAD)
    return back and instead and "?" not in head


def _says_automatic(facts: Facts) -> bool:
    """A short mail one sentence of which begins with what programs say of themselves, and that asks nothing.

    Whoever quotes such a line to ask about it writes a question mark, a quote mark or more words.
    """
    if "?" in facts.text or len(facts.text) > _SAYING_CHARS_MAX:
        return False
    sentences = (sentence.strip(" *_-–—[(") for sentence in _SENTENCE_END.split(facts.text))
    return any(sentence.startswith(words.SAYS_AUTOMATIC) for sentence in sentences)


def _challenge(facts: Facts) -> bool:
    """Challenge-response filters ask the sender to prove that they are a person."""
    return any(phrase in facts.subject or phrase in facts.text[:600] for phrase in words.CHALLENGE_ASKS) and any(
        phrase in facts.text[:3000] for phrase in words.CHALLENGE_SIGNS
    )


_AUTOMATIC, _BOUNCE, _REPORT, _PERSON = OriginKind.AUTOMATIC, OriginKind.BOUNCE, OriginKind.REPORT, OriginKind.PERSON

REASONS: tuple[Rule, ...] = (
    Rule("feedback-report", _REPORT, _feedback_report),
    Rule("domain-report", _REPORT, _domain_report),
    Rule("delivery-status", _BOUNCE, _delivery_report),
    Rule("failed-recipients", _BOUNCE, lambda facts: bool(facts.structure.bounces)),
    Rule("x-failed-recipients", _BOUNCE, lambda facts: "x-failed-recipients" in facts.headers),
    Rule("mailer-daemon", _BOUNCE, _mailer_daemon),
    Rule("bounce-subject", _BOUNCE, _bounce_subject),
    Rule("bounce-words", _BOUNCE, _bounce_words),
    Rule("amazon-bounce", _BOUNCE, _amazon_bounce),
    Rule("delivery-report", _AUTOMATIC, lambda facts: facts.structure.report_type.lower() == "delivery-status"),
    Rule("auto-submitted", _AUTOMATIC, _auto_submitted),
    Rule("precedence", _AUTOMATIC, _precedence),
    Rule("mailing-list", _AUTOMATIC, _mailing_list),
    Rule("x-auto-response-suppress", _AUTOMATIC, _suppresses_answers),
    Rule("vendor-header", _AUTOMATIC, _vendor_header),
    Rule("autoresponder", _AUTOMATIC, _autoresponder_trace),
    Rule("x-loop", _AUTOMATIC, _looped),
    Rule("null-reverse-path", _AUTOMATIC, _null_reverse_path),
    Rule("read-receipt", _AUTOMATIC, _read_receipt),
    Rule("calendar-answer", _AUTOMATIC, _calendar_answer),
    Rule("unattended-sender", _AUTOMATIC, _unattended_sender),
    Rule("automatic-title", _AUTOMATIC, _absence_subject),
    Rule("absence", _AUTOMATIC, _absence_words),
    Rule("says-automatic", _AUTOMATIC, _says_automatic),
    Rule("challenge-response", _AUTOMATIC, _challenge),
    Rule("forwarded-bounce", _PERSON, _forwarded_bounce),
    Rule("marked-as-spam", _PERSON, _spam),
)
