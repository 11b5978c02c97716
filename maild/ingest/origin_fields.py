"""Machines that say so in a field, in the structure or in the address that they write from: tests for the table in `origin`."""

from __future__ import annotations

from maild.ingest import origin_words as words
from maild.ingest.origin_facts import Facts
from maild.ingest.word_tables import speaks


def auto_submitted(facts: Facts) -> bool:
    """RFC 3834, 5: anything but `no`; comments and parameters aside."""
    return any(value.partition(";")[0].partition("(")[0].strip() not in ("no", "") for value in facts.values("auto-submitted"))


def precedence(facts: Facts) -> bool:
    """What RFC 3834, 3.1.8 calls non-standard and everybody heeds."""
    return any(value.strip() in words.PRECEDENCES for value in facts.values("precedence", "x-precedence"))


def mailing_list(facts: Facts) -> bool:
    """RFC 2369 and 2919, and what lists wrote before them."""
    return any(name.startswith("list-") and name != "list-unsubscribe-post" for name in facts.headers) or any(
        name in facts.headers
        for name in ("mailing-list", "x-mailing-list", "x-mailinglist", "x-list-id", "x-ml-name", "x-google-group-id")
    )


def suppresses_answers(facts: Facts) -> bool:
    """Exchange asks that nobody answer by itself ([MS-OXCMAIL] 2.2.3.2.14)."""
    asked = {word.strip() for value in facts.values("x-auto-response-suppress") for word in value.split(",")}
    return bool(asked & {"all", "oof", "autoreply"})


def vendor_header(facts: Facts) -> bool:
    """A field that only programs which answer or notify write."""
    return any(
        (name in words.VENDOR_HEADERS or name.startswith(words.VENDOR_PREFIXES)) and values[0] not in ("no", "false", "0")
        for name, values in facts.headers.items()
    )


def autoresponder_trace(facts: Facts) -> bool:
    """An autoresponder named in the trace."""
    return any("autorespond" in value for value in facts.values("delivered-to", "x-mailer", "x-loop"))


def looped(facts: Facts) -> bool:
    """X-Loop: whoever writes it fears answers."""
    return "x-loop" in facts.headers


def spam(facts: Facts) -> bool:
    """A filter on the way found it to be spam."""
    return (
        any(value.startswith("yes") for value in facts.values(*words.SPAM_FLAGS))
        or any(value.strip() in ("reject", "add header", "rewrite subject") for value in facts.values("x-rspamd-action"))
        or any(value.strip().isdigit() and int(value) >= 5 for value in facts.values("x-ms-exchange-organization-scl"))
        or any("sfv:spm" in value for value in facts.values("x-forefront-antispam-report"))
        or any(value.strip() == "4" for value in facts.values("x-yandex-spam"))
    )


def null_reverse_path(facts: Facts) -> bool:
    """RFC 3834, 3.3 and RFC 5321, 4.5.5: nobody is to be answered."""
    return facts.structure.return_path == ""


def read_receipt(facts: Facts) -> bool:
    """RFC 8098, or its title and words where the structure was lost."""
    return (
        facts.structure.report_type.lower() == "disposition-notification"
        or "message/disposition-notification" in facts.structure.part_types
        or (facts.subject.startswith(words.READ_TITLES) and speaks(facts.text[:1000], words.READ_TEXTS))
    )


def feedback_report(facts: Facts) -> bool:
    """RFC 5965."""
    return facts.structure.report_type.lower() == "feedback-report" or "message/feedback-report" in facts.structure.part_types


def domain_report(facts: Facts) -> bool:
    """DMARC (RFC 7489, 7.2.1.1) and SMTP TLS (RFC 8460, 5.3) aggregate reports."""
    named = facts.subject.startswith("report domain:") and "submitter" in facts.subject
    return named or facts.structure.report_type.lower() == "tlsrpt" or "tls-report-domain" in facts.headers


def calendar_answer(facts: Facts) -> bool:
    """RFC 5546, 3.2.3; a program that drops the calendar part leaves its title over nothing."""
    if facts.subject.startswith(words.CALENDAR_TITLES) and not facts.text.strip():
        return True
    return facts.structure.calendar_method.lower() in ("reply", "counter", "declinecounter", "refresh")


def unattended_sender(facts: Facts) -> bool:
    """noreply@ and its likes."""
    local = facts.local_part.replace("-", "").replace("_", "").replace(".", "")
    return local.startswith(words.UNATTENDED) or local.endswith(("noreply", "donotreply"))
