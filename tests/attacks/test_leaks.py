"""The desk's own words in an answer, joined, marked or dressed up on their way: none of them reaches the customer.

What a reply's quote brings back is cut by comparison (tests/desk/test_staff_relays.py); here the words stand where no quote is.
"""

import textwrap

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
    "a mail of another client": lambda n: ("old.eml", "application/octet-stream", b"From: Gleb <gleb@globex.test>\n\nsecret\n"),
    "a mail to another client": lambda n: ("old.eml", "message/rfc822", b"From: a@b.test\nTo: X <x@globex.test>\n\nsecret\n"),
}


@pytest.mark.parametrize("name", ATTACHED)
def test_what_only_others_may_see_is_not_attached(desk, name):
    note = desk.request()
    letters = desk.answer(OLGA, note, f"{ANSWER}\n", files=[ATTACHED[name](note)])
    assert kinds(letters) == [("hold", "olga@vendor.test")]


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
