"""What the free-text bounces of mail systems say: the failed address, the reason, the Message-ID of the mail that came back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as ParsedMessage

from maild.ingest import origin_words as words
from maild.ingest.word_tables import speaks, table
from maild.message import DeliveryStatus

NOTICE_CHARS_MAX = 65_536
_LINES_MAX = 400
_OUTSIDE = r"\s<>()\[\]:;,\"'|=\\（）。，、；："  # what an address in a notice ends at
_ADDRESS = re.compile(rf"[^{_OUTSIDE}]+@[^{_OUTSIDE}@]+[^{_OUTSIDE}@.!?]")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\w.])([45])\d\d[ -]")
_MESSAGE_ID = re.compile(r"^[> ]*message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_COPIED_TO = re.compile(r"^[> ]*(?:RCPT )?To:(.*)$", re.IGNORECASE | re.MULTILINE)
_COPY_BEGINS = table(
    """
    below this line is a copy|this is a copy of the message|this is a copy of your message|original message follows
    --- original message|original message header|below is a copy of the original message|message headers follow
    unsent message follows|message header follows|the original message was|your original message|original mail info
    returned message follows|copy of the original|message contents follow|the body of your message|original message:
    message text follows|- message follows
    """
)
_DELAYS = table(
    """
    will be retried|still being retried|has been delayed|message delayed|delivery delayed|warning message only
    do not need to resend|don't need to resend|not yet been delivered|temporary failure|will continue to|(delay)
    will retry for|temporary problem delivering|temporary failure report|a message is delayed for
    transient non-fatal|письмо задерж|попытки доставки будут|спроби доставки
    """
)
# What only a warning says: more attempts follow, whatever a detector makes of it.
_WARNS = table(
    """
    this is a warning message only|will retry for|only a temporary failure report
    this is a warning only|warning message only|it will be retried until|will be retried|still being retried|has not yet been delivered
    delivery attempts will continue|do not need to resend|don't need to resend|will continue to try|попытки доставки будут
    спроби доставки
    """
)
# What only a refusal for good says, where no code tells and a detector takes it for a warning.
_FINAL = table(
    """
    has not been delivered|was blocked by|was rejected|permanent failure|permanent error|n'a pas pu être remis
    delivery of the email was stopped
    """
)
_POINTS = table(
    """
    rcpt to|recipient|to:|delivering|deliver|address|mailbox|user|получател|адрес|отримувач|доставить|доставити|undeliverable
    leverera|doručit|teslim|entregue|无法送达
    emailaddress|message to|empfänger|destinat|adresat|odbiorc|příjemc|príjemc|geadresseerd|收件人|无法发送|无法投递|받는|발송|送信先
    """
)
_HELP = ("contact", "support", "postmaster", "abuse", "assistance", "from:", "reply-to", "sender", "mail from", "http", "help")


def notice(parsed: ParsedMessage) -> str:
    """The words of the mail system without the mail that came back, at most NOTICE_CHARS_MAX characters.

    A multipart that could not be split counts as text.
    """
    texts = []
    for part in _own_parts(parsed):
        if part.get_content_maintype() in ("text", "multipart") and part.get_content_type() not in (
            "text/rfc822-headers",
            "text/html",
        ):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                texts.append(_decoded(payload[: NOTICE_CHARS_MAX * 2], part))
    return "\n".join(texts)[:NOTICE_CHARS_MAX]


def _own_parts(part: ParsedMessage) -> Iterator[ParsedMessage]:
    """The leaves of a mail outside the messages that it carries."""
    payload = part.get_payload()
    if not isinstance(payload, list):
        yield part
    elif part.get_content_maintype() != "message":
        for child in payload:
            if isinstance(child, ParsedMessage):
                yield from _own_parts(child)


def _decoded(payload: bytes, part: ParsedMessage) -> str:
    try:
        return payload.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except (LookupError, ValueError):  # no charset at all, or one that only looks like one
        return payload.decode("latin-1")


def is_address(text: str) -> bool:
    """Whether a detector's find can be an address at all."""
    return bool(text) and "@" in text and not any(c.isspace() or c in '{}<>"' for c in text)


def failures(parsed: ParsedMessage, text: str) -> list[DeliveryStatus]:
    """The recipients that the notice names, else X-Failed-Recipients, else whom the returned mail was sent to."""
    said = " ".join(text.lower().split())
    if not speaks(said, words.BOUNCE_TEXTS + words.LIST_REJECTIONS) and "X-Failed-Recipients" not in parsed:
        return []
    own = {address.lower() for name in ("To", "From") for address in _ADDRESS.findall(str(parsed.get(name, "")))}
    named = _named(text, own)
    if not named:
        named = _ADDRESS.findall(str(parsed.get("X-Failed-Recipients", "")))
    if not named:
        named = [address for returned in _returned(parsed) for address in _ADDRESS.findall(str(returned.get("To", "")))]
    if not named:
        named = [address for field in _COPIED_TO.findall(text) for address in _ADDRESS.findall(field)]
    return [described(address, text) for address in named[:50]]


def _named(text: str, own: set[str]) -> list[str]:
    """Addresses that stand where bounces put the failed one: first in a line, or beside a word of delivery or a reply code."""
    found: list[str] = []
    for line in text.splitlines()[:_LINES_MAX]:
        low = line.lower()
        if speaks(low, _COPY_BEGINS) and "received at" not in low and "was received" not in low:
            break
        if "@" not in line:
            continue
        match = _ADDRESS.search(line[:1000])
        if match is None or match.group().lower() in own or any(word in low[: match.start()] for word in _HELP):
            continue
        first = not line[: match.start()].strip("<>*-\"'() \t|")
        if first or _REPLY_CODE.search(line) or speaks(low, _POINTS):
            found.append(match.group().strip("."))
    return list(dict.fromkeys(found))


def described(recipient: str, text: str, *, permanent: bool | None = None) -> DeliveryStatus:
    """The report about one recipient with the reason that stands beside its address in the notice, at most 500 characters."""
    at = text.lower().find(recipient.lower())
    around = " ".join(text[at : at + 700].split())[:500] if at >= 0 else ""
    code = _STATUS.search(around) or _STATUS.search(text[:8000])
    status = code.group(1) if code else ""
    if permanent and not status.startswith("5") and any(phrase in text[:8000].lower() for phrase in _WARNS):
        permanent = False
    low = text[:8000].lower()
    if permanent is False and not status.startswith("4") and not speaks(low, _DELAYS + _WARNS):
        permanent = speaks(low, _FINAL)
    if permanent is None:
        reply = _REPLY_CODE.search(around)
        temporary = status.startswith("4") or (not status and reply is not None and reply.group(1) == "4")
        permanent = not (temporary or speaks(low, _DELAYS))
    return DeliveryStatus(recipient, status, permanent, around)


def _returned(parsed: ParsedMessage) -> Iterator[ParsedMessage]:
    """The mails that a bounce carries, whole or as headers."""
    for part in parsed.walk():
        payload = part.get_payload()
        if (
            part.get_content_type() == "message/rfc822"
            and isinstance(payload, list)
            and payload
            and isinstance(payload[0], ParsedMessage)
        ):
            yield payload[0]


def original_message_id(parsed: ParsedMessage) -> str:
    """The Message-ID of the mail that came back, with its brackets, or ''."""
    for returned in _returned(parsed):
        found = re.search(r"<[^<>\s]+>", str(returned.get("Message-ID", "")))
        if found:
            return found.group()
    outer = str(parsed.get("Message-ID", ""))
    for part in parsed.walk():
        if part.get_content_maintype() != "text" and part.get_content_type() != "message/rfc822-headers":
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            ids = [m for m in _MESSAGE_ID.findall(payload[:NOTICE_CHARS_MAX].decode("latin-1")) if m not in outer]
            if ids:
                return str(ids[-1] if part.get_content_type() == "text/plain" else ids[0])
    return ""
