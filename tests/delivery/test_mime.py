"""Bytes that leave, read by parsers that did not write them: email.policy.default and mail-parser."""

import email
import email.policy
from email.header import decode_header, make_header
from email.utils import getaddresses

import mailparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maild.delivery import mime
from maild.delivery.proofread import ProofFault, prove, read_head, read_mailbox, read_words
from maild.message import Attachment

ADDRESS = "olga@vendor.test"
visible = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"], include_characters=" "), max_size=200
)
tidy = visible.map(lambda text: " ".join(text.split()))


def parsed(head):
    return email.message_from_bytes(head.encode("ascii") + b"\r\n", policy=email.policy.default)


def named(head):
    """The one mailbox of a field, by the older parser, which joins encoded words as RFC 2047 wants."""
    ((name, address),) = getaddresses([email.message_from_string(head + "\r\n")[head.partition(":")[0]]])
    return str(make_header(decode_header(name))) if "=?" in name and not head.partition(": ")[2].startswith(
        '"'
    ) else name, address


NAMES = [
    "Olga Ivanova",
    "Ольга Іванова (Служба підтримки)",
    'Dr. "Joe" O\'Neil, Jr.',
    "back\\slash",
    "=?utf-8?q?not_encoded?=",
    "דנה לוי",
    "محمد",
    "👩‍🔧 Olga 🖨️",
    "Anna, Acme (Vendor Support)",
    "a" * 64 + " (" + "b" * 60 + ")",
    "  ".strip(),
    "山田太郎" * 12,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_comes_back_as_it_was(name):
    head = mime.mailbox("From", name, ADDRESS)
    assert named(head) == (name, ADDRESS)
    (person,) = parsed(head)["From"].addresses
    assert person.addr_spec == ADDRESS
    if " " in name or name.isascii():  # this parser puts a blank between encoded words
        assert person.display_name.split() == name.split()
    assert max(map(len, head.split("\r\n"))) <= 200
    assert read_mailbox(read_head(head.encode() + b"\r\n")["from"]) == (name, ADDRESS)


@given(tidy)
@settings(deadline=None, max_examples=150)
def test_any_name_comes_back(name):
    head = mime.mailbox("To", name, ADDRESS)
    assert named(head) == (name, ADDRESS)
    assert [person.addr_spec for person in parsed(head)["To"].addresses] == [ADDRESS]


@pytest.mark.parametrize(
    "subject",
    [
        "Labels upside down",
        "x" * 250,
        "a " * 120 + "end",
        "Принтер печатает " * 12,
        "🖨️" * 60,
        "=?utf-8?B?SGVsbG8=?=",
        "[#12] שלום, הדפסה הפוכה",
        "word " + "y" * 900,
        "",
    ],
)
def test_a_subject_comes_back_and_its_lines_are_short(subject):
    subject = " ".join(subject.split())
    head = mime.unstructured("Subject", subject)
    assert str(parsed(head)["Subject"]) == subject
    assert all(len(line) <= 76 for line in head.split("\r\n"))
    assert read_words(read_head(head.encode() + b"\r\n")["subject"]) == subject


@given(tidy)
@settings(deadline=None, max_examples=150)
def test_any_subject_comes_back(subject):
    head = mime.unstructured("Subject", subject)
    assert str(parsed(head)["Subject"]) == subject
    assert read_words(read_head(head.encode() + b"\r\n")["subject"]) == subject


@pytest.mark.parametrize("control", ["\r\nBcc: all@x.test", "\n", "\r", "\x00", "\x7f", "\x1b[31m"])
def test_no_field_takes_a_control_character(control):
    for write in (
        lambda: mime.unstructured("Subject", f"Hello{control}"),
        lambda: mime.mailbox("From", f"Anna{control}", ADDRESS),
        lambda: mime.mailbox("From", "Anna", f"anna{control}@acme.test"),
        lambda: mime.ids("References", [f"<a{control}@b>"]),
        lambda: mime.token_field("Maild-Client", f"acme{control}"),
    ):
        with pytest.raises(mime.HeaderFault):
            write()


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("anna@acme.test", "anna@acme.test"),
        ("anna+tag/x@acme.test", "anna+tag/x@acme.test"),
        ('"anna b"@acme.test', '"anna b"@acme.test'),
        ("anna@[192.0.2.1]", "anna@[192.0.2.1]"),
        ("anna@пример.укр", "anna@xn--e1afmkfd.xn--j1amh"),
        ("анна@acme.test", None),
        ("anna@acme.test, eve@evil.test", None),
        ("anna@acme.test>", None),
        ("anna", None),
        ("", None),
        ("a b@acme.test", None),
        ("a@" + "b" * 260, None),
    ],
)
def test_addresses_that_may_stand_in_a_head(address, written):
    if written is None:
        with pytest.raises(mime.HeaderFault):
            mime.addr_spec(address)
        return
    assert mime.addr_spec(address) == written
    assert read_mailbox(read_head(mime.mailbox("To", "", address).encode() + b"\r\n")["to"]) == ("", written)


FILES = [
    "labels.jpg",
    "Счёт № 7.pdf",
    "звіт за листопад 2026 року, дуже довга назва файлу з пробілами та комами.xlsx",
    'quo"te.txt',
    "back\\slash.txt",
    "../../etc/passwd",
    "C:\\fakepath\\a.txt",
    "a\r\nX-Evil: 1.txt",
    "",
    "...",
    "x" * 300 + ".pdf",
    "\u202egpj.exe",
    "🖨️.png",
    "תמונה.png",
    "semi;colon=1.txt",
    "percent%20.txt",
    "apo'strophe*.txt",
]


@pytest.mark.parametrize("name", FILES)
def test_a_file_keeps_its_bytes_and_a_harmless_name(name):
    content = bytes(range(256)) * 5
    part = mime.file_part(Attachment(name, "application/pdf", content))
    message = email.message_from_bytes(
        b"MIME-Version: 1.0\r\n" + mime.multipart("mixed", "=_b", [part]), policy=email.policy.default
    )
    (read,) = message.iter_attachments()
    assert read.get_content() == content
    assert read.get_filename() == mime.safe_filename(name)
    assert not set(read.get_filename()) & set('/\\\r\n\0"')
    assert read.get_filename().strip(".")
    assert len(read.get_filename()) <= 140
    assert all(len(line) <= 998 for line in part.split(b"\r\n"))
    (again,) = mailparser.parse_from_bytes(
        b"From: a@b.test\r\nMIME-Version: 1.0\r\n" + mime.multipart("mixed", "=_b", [part])
    ).attachments
    assert again["binary"] is True


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "no type", "text/html; charset=x\r\nX-Evil: 1", ""])
def test_odd_types_of_files_become_plain_octets(kind):
    part = mime.file_part(Attachment("a.bin", kind, b"MZ"))
    assert part.startswith(b"Content-Type: application/octet-stream;")


TEXTS = [
    "Hello\n",
    "Привет, мир\n" * 30,
    "mostly ascii, one “quote”\n" * 20,
    "x" * 3000 + "\n",
    "ц" * 3000 + "\n",
    "trailing blanks  \t\n.\n..dots\nFrom here\n",
    "a\u2028b\n",
    "\n\n\n",
    "=3D =\n=\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_line_by_line(text):
    part = mime.text_part("plain", text)
    assert b"\n" not in part.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in part.split(b"\r\n"))
    assert part.isascii()
    assert email.message_from_bytes(part, policy=email.policy.default).get_content().replace("\r\n", "\n") == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=400))
@settings(deadline=None, max_examples=200)
def test_any_text_comes_back(text):
    text += "\n"
    part = mime.text_part("plain", text)
    read = email.message_from_bytes(part)
    assert read.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n") == text
    assert all(len(line) <= 998 for line in part.split(b"\r\n"))


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (b"From: a@b.test, c@d.test", "not one mailbox"),
        (b'From: "a" <a@b.test> <c@d.test>', "not one mailbox"),
        (b"From: group: a@b.test;", "not one mailbox"),
        (b"From: a@b.test\r\nFrom: a@b.test", "stands twice"),
        (b"From: a@b.test\r\nfrom: a@b.test", "stands twice"),
        (b"From: a@b.test\nBcc: c@d.test", "bare CR or LF"),
        (b"From: a@b.test\r\nnot a field", "no field"),
        (b"From: a@c.test", "reads as"),
        (b'From: "Eve" <a@b.test>', "reads as"),
        (b"To: a@b.test", "not one mailbox"),
    ],
)
def test_the_proof_reader_finds_what_was_not_meant(field, fault):
    with pytest.raises(ProofFault, match=fault):
        prove(field + b"\r\n\r\n", {"from": ("", "a@b.test")}, {})
    prove(b"From: a@b.test\r\n\r\n", {"from": ("", "a@b.test")}, {})


def test_the_proof_reader_wants_an_end_of_the_head():
    with pytest.raises(ProofFault, match="empty line"):
        read_head(b"From: a@b.test\r\n")
