"""The desk's own words in an answer, joined, marked or dressed up on their way: none of them reaches the customer.

What a reply's quote brings back is cut by comparison (tests/desk/test_staff_relays.py); here the words stand where no quote is.
"""

import base64
import io
import textwrap
import zipfile
from xml.sax.saxutils import escape

import pytest
from attacks.desk_at_work import ANNA, OLGA, kinds, one

ANSWER = "Please switch the cable off and on."
SECRETS = ("TS-1180", "pays late", "for the desk only", "olga@vendor.test", "0 min left", "Answer by", "nothing goes out")


def desk_part(note):
    return note.text.split("--=")[-1]


HELD = {
    "one line of facts": lambda n: "Licence: TS-1180",
    "a line behind the answer": lambda n: "so: Version: 8.2 Note: pays late, be patient",
    "the note in a sentence": lambda n: "I have heard that he pays late, be patient with us",
    "all in one line": lambda n: " ".join(desk_part(n).split()),
    "as a list": lambda n: textwrap.indent(n.text, "* ", lambda line: True),
    "with initials": lambda n: textwrap.indent(n.text, "A> ", lambda line: True),
    "in capitals": lambda n: desk_part(n).upper(),
    "with blanks of no width": lambda n: desk_part(n).replace(" ", "\u200b "),
    "with soft hyphens": lambda n: desk_part(n).replace("a", "a\u00ad"),
    "with wide letters": lambda n: desk_part(n).replace("Licence", "Ｌｉｃｅｎｃｅ"),
}


@pytest.mark.parametrize("name", HELD)
def test_the_desks_words_among_the_authors_hold_the_mail(desk, name):
    note = desk.request()
    letters = desk.answer(OLGA, note, f"{ANSWER}\n\n{HELD[name](note)}\n")
    assert kinds(letters) == [("hold", "olga@vendor.test")]


def test_a_note_hidden_in_a_sentence_holds_the_mail(desk):
    note = desk.request()
    desk.answer(OLGA, note, "/note\nAnna is a difficult customer, beware.\n")
    letters = desk.answer(OLGA, note, "We say here: anna is a difficult\ncustomer, beware. Sorry!\n")
    assert kinds(letters) == [("hold", "olga@vendor.test")]


ATTACHED = {
    "the notification as a page": lambda n: ("page.html", "text/html", n.html.encode()),
    "the notification as text": lambda n: ("mail.txt", "text/plain", n.text.encode()),
    "the page under another type": lambda n: ("page.html", "application/octet-stream", n.html.encode()),
    "the page in UTF-16": lambda n: ("page.htm", "text/html", n.html.encode("utf-16")),
    "the page in base64": lambda n: ("page.dat", "application/octet-stream", base64.encodebytes(n.html.encode())),
    "a web archive": lambda n: ("page.mht", "application/x-mimearchive", n.mail.as_bytes()),
    "the mail without a type": lambda n: ("letter", "application/octet-stream", n.mail.as_bytes()),
    "an archive with the mail": lambda n: ("all.zip", "application/zip", zipped("letter.eml", n.mail.as_bytes())),
    "a document with its words": lambda n: ("a.docx", "application/zip", zipped("word/document.xml", as_document(n.text))),
    "an archive in an archive": lambda n: ("a.zip", "application/zip", zipped("b.zip", zipped("x", n.text.encode()))),
    "a sentence of the desk's": lambda n: ("notes.txt", "text/plain", b"see\n" + sentence_of_the_desk(n).upper().encode()),
    "the note on the client": lambda n: ("n.csv", "text/csv", b"acme;x\nacme;pays late, be patient with them\n"),
    "a mail of another client": lambda n: ("old.eml", "application/octet-stream", b"From: Gleb <gleb@globex.test>\n\nsecret\n"),
    "a mail to another client": lambda n: ("old.eml", "message/rfc822", b"From: a@b.test\nTo: X <x@globex.test>\n\nsecret\n"),
}


def zipped(name, content):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr(name, content)
    return archive.getvalue()


def as_document(text):
    """As a word processor keeps it: a paragraph a line, its words in runs."""
    lines = ("".join(f"<w:r><w:t>{escape(word)} </w:t></w:r>" for word in line.split(" ")) for line in text.split("\n"))
    return f"<w:document>{''.join(f'<w:p>{line}</w:p>' for line in lines)}</w:document>".encode()


def sentence_of_the_desk(note):
    below = note.text.partition("--=")[2].split("\n")[1:]
    return next(line for line in below if len(line.split()) >= 6)


@pytest.mark.parametrize("name", ATTACHED)
def test_what_only_others_may_see_is_not_attached(desk, name):
    note = desk.request()
    letters = desk.answer(OLGA, note, f"{ANSWER}\n", files=[ATTACHED[name](note)])
    assert kinds(letters) == [("hold", "olga@vendor.test")]


HARMLESS = {
    "a locked archive": ("a.zip", "application/zip", b"PK\x03\x04" + bytes(200)),
    "a picture": ("a.png", "image/png", b"\x89PNG\r\n" + bytes(range(256)) * 40),
    "a program in base64": ("a.b64", "text/plain", base64.encodebytes(bytes(range(256)) * 40)),
    "her licence": ("licence.txt", "text/plain", b"Licence: TS-1180\nVersion: 8.2\n"),
    "an empty file": ("empty.txt", "text/plain", b""),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_says_nothing_of_the_desk_is_attached(desk, name):
    note = desk.request()
    relay = one(desk.answer(OLGA, note, f"{ANSWER}\n", files=[HARMLESS[name]]), "relay")
    (part,) = relay.mail.iter_attachments()
    assert part.get_payload(decode=True) == HARMLESS[name][2]


def test_the_customers_own_mail_may_go_back(desk):
    note = desk.request()
    mine = ("yours.eml", "application/octet-stream", b"From: Anna <anna@acme.test>\nTo: support@vendor.test\n\nhello\n")
    assert one(desk.answer(OLGA, note, f"{ANSWER}\n", files=[mine, ("log.txt", "text/plain", b"From: x\n")]), "relay")


def test_outlooks_text_with_links_of_buttons_is_a_quote(desk):
    """Outlook's plain text shows each link behind its words, and a header block above the quote."""
    note = desk.request()
    head = f"From: Anna (Vendor Support) <{note.reply_to}>\nSent: Monday, November 23, 2026 10:00 AM\nTo: Olga <olga@vendor.test>\n"
    labels = "".join(f"{word}<mailto:{note.reply_to}?body=%2Fwait> " for word in ("15 min", "Wait", "Solved", "Note"))
    body = note.text.replace("Reply to answer", f"{labels}\n\nReply to answer")
    relay = one(desk.answer(OLGA, note, f"{ANSWER}\n\n{head}Subject: {note.subject}\n\n{body}"), "relay", ANNA[6:-1])
    assert ANSWER in relay.text
    for secret in SECRETS:
        assert secret not in relay.everything
