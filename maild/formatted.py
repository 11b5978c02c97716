"""An answer gets its author's formatting just before it gets its page: the words were decided, their HTML is taken from the mail."""

from __future__ import annotations

from dataclasses import replace

from maild.desk.decision import Kind, Notice
from maild.ingest.formatting import formatted
from maild.message import Message


def filled(notice: Notice, message: Message) -> Notice:
    """A relay of this mail of the desk's people with its formatting, where there is any; every other notice as it is."""
    if notice.kind is not Kind.RELAY or not notice.author or not message.html:
        return notice
    pictures = {each.content_id for each in notice.attachments if each.inline and each.content_id}
    html = formatted(message.html, str(notice.facts.get("words_of_author", "")), pictures)
    return replace(notice, facts={**notice.facts, "html_of_author": html}) if html else notice
