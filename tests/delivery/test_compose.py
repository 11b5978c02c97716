"""Letters as they leave: one table of headers for all kinds, threads, reverse-paths, and names that try to be headers."""

import email
import email.policy
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.delivery.compose import Composer
from maild.delivery.mime import HeaderFault
from maild.delivery.render import Renderer, TemplateFault
from maild.delivery.samples import samples
from maild.delivery.wording import LANGUAGES
from maild.desk import address
from maild.desk.decision import Kind, Side
from maild.desk.directory import Desk
from maild.desk.keyring import Keyring, new_key
from maild.desk.purpose import Purpose
from maild.message import Address, Attachment, Block

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
DESK = Desk("Vendor Support", "support@vendor.test", "en", "Europe/Kyiv")
KEYRING = Keyring((new_key(b"k" * 32, NOW),))
COMPOSER = Composer(DESK, KEYRING, Renderer(DESK))
KNOWN = {language: samples(language) for language in LANGUAGES}
FEW = [name for name in samples() if not name.startswith("hold:")] + ["hold:unclear-command", "hold:answered-meanwhile"]


def composed(name, language="en", **changes):
    return COMPOSER.compose(replace(KNOWN[language][name], **changes), NOW)


def read(letter):
    return email.message_from_bytes(letter.raw, policy=email.policy.default)


def token_in(addr_spec):
    (text,) = address.find_tokens([addr_spec], DESK.address)
    return text


# kind: Auto-Submitted, null reverse-path, whose words, priority before notifications
RULES = {
    "ack": ("auto-replied", True, Side.OUT, True),
    "refusal": ("auto-replied", True, Side.OUT, False),
    "reminder": ("auto-generated", True, Side.OUT, False),
    "relay": (None, False, Side.OUT, True),
    "confirm": ("auto-generated", False, Side.OUT, True),
    "report": ("auto-generated", False, Side.OUT, False),
    "notification:new": ("auto-generated", False, Side.INTERNAL, False),
    "receipt": ("auto-replied", False, Side.INTERNAL, False),
    "hold:empty": ("auto-replied", False, Side.INTERNAL, True),
    "challenge": ("auto-generated", False, Side.INTERNAL, True),
    "answer:list": ("auto-replied", False, Side.INTERNAL, False),
    "alert:not-mine": ("auto-generated", False, Side.INTERNAL, False),
    "bounce-notice": ("auto-generated", False, Side.INTERNAL, False),
    "warning": ("auto-generated", False, Side.INTERNAL, False),
    "breach": ("auto-generated", False, Side.INTERNAL, False),
    "summary": ("auto-generated", False, Side.INTERNAL, False),
    "agenda": ("auto-generated", False, Side.INTERNAL, False),
    "manager": ("auto-generated", False, Side.INTERNAL, False),
    "quote": ("auto-generated", False, Side.OUT, False),
    "offer": ("auto-generated", False, Side.OUT, False),
    "act:client": ("auto-generated", False, Side.OUT, False),
    "act:pack": ("auto-generated", False, Side.INTERNAL, False),
}


@pytest.mark.parametrize("name", RULES)
def test_the_headers_of_each_kind(name):
    auto_submitted, null_path, side, early = RULES[name]
    letter, stored = composed(name)
    mail = read(letter)
    notice = KNOWN["en"][name]
    assert mail["Maild-Kind"] == letter.kind == stored.kind == name.partition(":")[0]
    assert mail["Auto-Submitted"] == auto_submitted
    assert mail["X-Auto-Response-Suppress"] == ("All" if auto_submitted else None)
    assert mail["Maild-Ticket"] == (str(notice.ticket) if notice.ticket else None)
    assert mail["Maild-Client"] == (notice.client or None)
    assert (letter.mail_from == "") is null_path
    assert stored.side is side
    assert (letter.priority < 5) is early
    assert mail["Precedence"] is None
    assert mail["List-Id"] is None


def test_every_kind_stands_in_the_table():
    assert {name.partition(":")[0] for name in RULES} == {notice.kind.value for notice in samples().values()}


def test_acks_leave_first_then_answers_then_what_somebody_waits_for():
    priorities = {name: composed(name)[0].priority for name in RULES}
    first = {"ack": 0, "relay": 1, "challenge": 2, "hold:empty": 2, "confirm": 3}
    assert priorities == {name: first.get(name, 6) for name in RULES}


def test_a_letter_of_no_ticket_is_signed_for_none():
    letter, _ = composed("report", ticket=None, subject_of=None)
    found = token_in(read(letter)["Reply-To"].addresses[0].addr_spec)
    assert address.verify(found, KEYRING, NOW, [samples()["report"].person]).number == 0
    assert address.verify(token_in(letter.mail_from), KEYRING, NOW, ["bounce"]).number == 0


def test_a_notice_keeps_its_message_id_from_version_to_version():
    """What was uncertain when a desk was updated is sent again under the same id."""
    assert composed("relay")[0].message_id == "<bacaaaadapz6xr2ezx2nar6xrz2cqpzfzvgllisq7phyxj.bhofi6vv@vendor.test>"


def test_names_and_subjects_have_their_lengths():
    mail = read(composed("relay", from_name="n" * 70, to=Address("t" * 70, "anna@acme.test"))[0])
    assert mail["From"].addresses[0].display_name == f"{'n' * 64} (Vendor Support)"
    assert mail["To"].addresses[0].display_name == "t" * 64
    subjects = [str(read(composed("relay", subject=("x " * 130)[:size])[0])["Subject"]) for size in (245, 246, 247)]
    assert [len(subject) - len("[#12] ") for subject in subjects] == [249, 249, 250]
    assert [subject.endswith("…") for subject in subjects] == [False, False, True]


@pytest.mark.thorough
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_is_a_proper_mail(language):
    for name in FEW:
        is_proper(*composed(name, language), KNOWN[language][name])


def is_proper(letter, stored, notice):
    assert letter.raw.isascii()
    lines = letter.raw.split(b"\r\n")
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert max(map(len, lines)) <= 998
    mail = read(letter)
    outer = ["multipart/mixed"] if notice.attachments else []
    pictured = b"\r\nContent-ID:" in letter.raw  # a picture stands by its HTML
    page = ["multipart/related", "text/html"] if pictured else ["text/html"]
    forms = [*outer, "multipart/alternative", "text/plain", *page]
    assert [part.get_content_type() for part in mail.walk()][: len(forms)] == forms
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == stored.text
    assert not mail.defects
    assert not [fault for part in mail.walk() for fault in part.defects]
    for field in ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Maild-Kind", "MIME-Version"):
        assert len(mail.get_all(field)) == 1
    assert len(mail["Message-ID"]) <= 76
    assert mail["Message-ID"] == letter.message_id == stored.message_id
    assert str(mail["Subject"]) == stored.subject
    assert len(re.findall(r"\[#\d+\]", str(mail["Subject"]))) == (1 if notice.ticket else 0)
    assert mail["From"].addresses[0].addr_spec == DESK.address
    assert mail["To"].addresses[0].addr_spec == letter.recipient == notice.to.address
    assert mail["Date"].datetime == NOW
    again = mailparser.parse_from_bytes(letter.raw)
    assert again.text_plain[0].replace("\r\n", "\n").strip() == stored.text.strip()
    assert again.subject == stored.subject


@pytest.mark.parametrize("name", RULES)
def test_the_reply_address_is_signed_for_that_person_and_purpose(name):
    notice = KNOWN["en"][name]
    letter, _ = composed(name)
    found = address.verify(token_in(read(letter)["Reply-To"].addresses[0].addr_spec), KEYRING, NOW, [notice.person])
    assert found.purpose is notice.purpose
    assert found.person == notice.person
    assert found.number == (notice.subject_of if notice.subject_of is not None else notice.ticket)
    if letter.mail_from:
        assert address.verify(token_in(letter.mail_from), KEYRING, NOW, ["bounce"]).purpose is Purpose.BOUNCE


def test_each_button_has_an_address_of_its_own():
    notice = samples()["relay:asks"]
    letter, _ = composed("relay:asks")
    mail = read(letter)
    assert mail["Maild-Asks"] == "confirm"
    assert mail["Auto-Submitted"] is None
    for subtype in ("plain", "html"):
        pressed = re.findall(r"mailto:([^\s\"?]+)", mail.get_body((subtype,)).get_content())
        purposes = [address.verify(token_in(each), KEYRING, NOW, [notice.person]).purpose for each in pressed]
        assert purposes == list(notice.links)


def test_a_thread_is_kept_whole_and_long_ones_lose_their_middle():
    ids = tuple(f"<{number}.{'x' * 60}@acme.test>" for number in range(40))
    few, one_more = (
        str(read(composed("relay", thread=ids[:n], in_reply_to=ids[n - 1])[0])["References"]).split() for n in (12, 13)
    )
    assert (few, one_more) == ([*ids[:12]], [ids[0], *ids[2:13]])
    letter, _ = composed("relay", thread=ids, in_reply_to=ids[-1])
    mail = read(letter)
    assert mail["In-Reply-To"] == ids[-1]
    cited = str(mail["References"]).split()
    assert cited[0] == ids[0]
    assert cited[1:] == list(ids[-11:])
    assert all(each.encode() in letter.raw for each in cited), "an id is never broken"


@pytest.mark.parametrize(
    "odd", ["<a b@c>", "<a@b>\r\nBcc: x@y.test", "no brackets", "<é@b>", "<" + "x" * 2000 + "@b>", "<a@b><c@d>"]
)
def test_ids_that_cannot_be_written_are_left_out(odd):
    letter, _ = composed("ack", in_reply_to=odd, thread=("<good@acme.test>", odd))
    mail = read(letter)
    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<good@acme.test>"
    assert mail["Bcc"] is None


def test_a_mail_whose_id_cannot_be_written_is_answered_without_a_thread():
    letter, _ = composed("ack", in_reply_to="<an id>", thread=("<an id>",))
    assert read(letter)["In-Reply-To"] is None
    assert read(letter)["References"] is None


def test_the_same_notice_gives_the_same_letter():
    assert composed("relay")[0].raw == composed("relay")[0].raw
    assert composed("relay", key="another")[0].message_id != composed("relay")[0].message_id
    assert composed("relay", to=Address("Boss", "boss@acme.test"))[0].message_id != composed("relay")[0].message_id


def test_a_long_domain_still_gives_short_message_ids():
    desk = replace(DESK, address="support@help.customer-service.vendor.test")
    letter, _ = Composer(desk, KEYRING, Renderer(desk)).compose(samples()["ack"], NOW)
    assert len(letter.message_id) <= 76


@pytest.mark.parametrize(
    ("kind", "subject", "ticket", "written"),
    [
        ("relay", "Labels", 12, "Re: [#12] Labels"),
        ("relay", "RE: [#12] Labels [#12]", 12, "Re: [#12] Labels"),
        ("notification:new", "Labels", 12, "[#12] Labels"),
        ("notification:new", "Fwd: Labels [#7]", 12, "[#12] Labels"),
        ("hold:empty", "Labels", 12, "NOT SENT: Labels [#12]"),
        ("hold:empty", "Labels", None, "NOT SENT: Labels"),
        ("relay", "x" * 400, 12, "Re: [#12] " + "x" * 245 + "…"),
    ],
)
def test_the_number_stands_once_where_clients_sort_by_it(kind, subject, ticket, written):
    letter, _ = composed(kind, subject=subject, ticket=ticket)
    assert str(read(letter)["Subject"]) == written


@pytest.mark.parametrize("language", LANGUAGES)
def test_not_sent_stands_first_in_the_subject(language):
    subject = str(read(composed("hold:empty", language)[0])["Subject"])
    assert subject.startswith(("NOT SENT", "НЕ ОТПРАВЛЕНО", "НЕ НАДІСЛАНО"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna, Acme Books", "Anna, Acme Books (Vendor Support)"),
        ("Анна, ТОВ «Акме»", "Анна, ТОВ «Акме» (Vendor Support)"),
        ("", "Vendor Support"),
        ("Eve\r\nBcc: all@x.test", "Eve Bcc: all@x.test (Vendor Support)"),
        ("\u202eevil\u2066", "evil (Vendor Support)"),
        ('"Eve" <ceo@vendor.test>', '"Eve" <ceo@vendor.test> (Vendor Support)'),
        ("👩‍🔧 Olga", "👩‍🔧 Olga (Vendor Support)"),
    ],
)
def test_who_writes_is_a_name_in_front_of_the_desks(name, shown):
    letter, _ = composed("relay", from_name=name)
    (sender,) = read(letter)["From"].addresses
    assert sender.addr_spec == DESK.address
    assert " ".join(sender.display_name.split()) == shown
    assert read(letter)["Bcc"] is None


@given(st.text(max_size=120), st.text(max_size=120), st.text(max_size=300))
@settings(deadline=None, max_examples=60)
def test_whatever_people_call_themselves_a_letter_keeps_its_shape(sender, recipient, subject):
    subject = "".join(letter for letter in subject if not 0xD800 <= ord(letter) < 0xE000)
    letter, stored = composed("relay", from_name=sender, to=Address(recipient, "anna@acme.test"), subject=subject)
    mail = read(letter)
    assert [each.addr_spec for each in mail["To"].addresses] == ["anna@acme.test"]
    assert [each.addr_spec for each in mail["From"].addresses] == [DESK.address]
    assert str(mail["Subject"]) == stored.subject
    assert not re.search("[\x00-\x1f\x7f]", stored.subject)


@pytest.mark.parametrize(
    "recipient", ["", "anna", "anna@acme.test\r\nRCPT TO:<x@y.test>", "a@b.test,c@d.test", "анна@acme.test", "a b@c.test"]
)
def test_an_address_that_is_none_stops_the_letter(recipient):
    with pytest.raises(HeaderFault):
        composed("ack", to=Address("Anna", recipient))


def test_a_client_id_cannot_start_a_header():
    with pytest.raises(HeaderFault):
        composed("ack", client="acme\r\nBcc: x@y.test")


def test_a_template_at_fault_stops_the_letter():
    with pytest.raises(TemplateFault):
        composed("ack", facts={})


def test_attachments_go_out_unchanged_behind_the_words():
    files = (
        Attachment("Счёт № 7.pdf", "application/pdf", bytes(range(256)) * 900),
        Attachment("mail.eml", "message/rfc822", b"From: a@b\r\n\r\nhello\r\n"),
        Attachment("inline.png", "image/png", b"\x89PNG\r\n", content_id="<part1@acme>", inline=True),
        Attachment("", "text/plain", b""),
    )
    letter, stored = composed("relay", attachments=files)
    mail = read(letter)
    assert mail.get_content_type() == "multipart/mixed"
    found = list(mail.iter_attachments())
    assert [each.get_payload(decode=True) for each in found] == [file.content for file in files]
    assert found[0].get_filename() == "Счёт № 7.pdf"
    assert stored.attachments == files


PNG = b"\x89PNG\r\n"
SHOT = Attachment("shot.png", "image/png", PNG, content_id="<a&b@acme>", inline=True)
MARKUP = (
    Block("<div>See <b>this</b></div>", "Seethis"),
    Block('<div><img src="cid:a&amp;b@acme" alt=""></div>', "", ("a&b@acme",)),
)


def with_markup(*files, **changes):
    facts = {**samples()["relay"].facts, "words_of_author": "See this"}
    return read(composed("relay", facts=facts, markup=MARKUP, attachments=files, **changes)[0])


def test_markup_that_says_the_words_stands_in_their_place_and_pictures_beside_it():
    mail = with_markup(SHOT, Attachment("log.txt", "text/plain", b"log"), replace(SHOT, inline=False, content_id=""))
    assert "See <b>this</b>" in mail.get_body(("html",)).get_content()
    assert "See this\n" in mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    outer = ["multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert [part.get_content_type() for part in mail.walk()] == [*outer, "text/plain", "image/png"]
    assert [part.get_content_disposition() for part in mail.walk() if part.get_filename()] == [
        "inline",
        "attachment",
        "attachment",
    ]
    boundaries = [part.get_boundary() for part in mail.walk() if part.is_multipart()]
    seeds = {re.fullmatch("=_[mar]([0-9a-f]{24})", each)[1] for each in boundaries}
    assert [each[2] for each in boundaries] == ["m", "a", "r"] and len(seeds) == 1


def test_a_picture_that_the_html_does_not_show_is_a_file_behind_it():
    other = replace(SHOT, content_id="<c@acme>")
    mail = with_markup(SHOT, other)
    related = next(part for part in mail.walk() if part.get_content_type() == "multipart/related")
    assert [part["Content-ID"] for part in related.iter_parts()][1:] == ["<a&b@acme>"]
    assert [part["Content-ID"] for part in mail.iter_attachments()] == ["<c@acme>"]
    assert "multipart/related" not in [part.get_content_type() for part in with_markup(other).walk()]
    assert "multipart/related" not in [part.get_content_type() for part in with_markup(replace(SHOT, inline=False)).walk()]


def test_pictures_stand_beside_the_html_that_shows_them(tmp_path):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "report.txt.j2").write_text(
        "Report\n\n{{ picture('chart', png, 'Charged: 26 min') }}\n", encoding="utf-8"
    )
    notice = samples()["report"]
    notice = replace(notice, facts={**notice.facts, "png": b"\x89PNG\r\n\x1a\n"})
    letter, stored = Composer(DESK, KEYRING, Renderer(DESK, tmp_path)).compose(notice, NOW)
    mail = read(letter)
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert 'src="cid:chart"' in mail.get_body(("html",)).get_content()
    (chart,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert (chart.get_filename(), chart.get_content_disposition(), chart["Content-ID"]) == ("chart.png", "inline", "<chart>")
    assert stored.text == "Charged: 26 min\n"


def test_an_hour_later_the_token_lives_an_hour_longer():
    first, _ = composed("relay")
    later, _ = COMPOSER.compose(samples()["relay"], NOW + timedelta(hours=1))
    tokens = [token_in(read(letter)["Reply-To"].addresses[0].addr_spec) for letter in (first, later)]
    expiries = [address.verify(text, KEYRING, NOW, ["anna@acme.test"]).expires_at for text in tokens]
    assert expiries[1] - expiries[0] == timedelta(hours=1)


def test_kinds_without_a_template_yet_fail_loudly():
    with pytest.raises(TemplateFault, match="agenda"):
        composed("alert:not-mine", kind=Kind.AGENDA)
