"""A reply beside its letter, for any words and any habit: the desk's lines never go out, the author's are never lost."""

import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.comparison import BUTTONS, bare_line, compare, desk_part
from maild.desk.decision import Side, Stored
from maild.ingest.quoting import own_lines, read_reply
from maild.lines import LineKind

LETTER = """Answer by Tue 24 Nov 10:01 (Kyiv) · 3 h 20 min left · By the minute

Hello,

the printer prints nothing since the morning.
And where is the manual?

Anna

--= for the desk only: nothing below goes to the customer =--

From: Anna <anna@acme.test>
Client: Acme Books (acme), By the minute
Ticket: #12, open
Licence: TS-1180
Note: pays late, be patient

Last tickets:
- #11 The drawer does not open (closed, 3 Nov 2026)

Reply to answer the customer. Lines for the desk, which they do not see:
Time: /time 25m what was done
State: /solved or /wait; who has it: /take or /assign NAME
Nothing goes out: /note; all there is: /help"""

SENT = Stored(
    "<n@vendor.test>",
    Side.INTERNAL,
    "notification",
    "support@vendor.test",
    "",
    ("olga@vendor.test",),
    datetime(2026, 11, 23, tzinfo=UTC),
    "",
    LETTER,
    ticket=12,
    recipient="olga@vendor.test",
)
ATTRIBUTION = "On Mon, 23 Nov 2026 at 10:01, Anna, Acme (Vendor Support) <support@vendor.test> wrote:"
ALPHABET = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india")
WORDS = st.lists(st.sampled_from(ALPHABET), min_size=1, max_size=9)
LINES = st.lists(WORDS.map(" ".join), min_size=1, max_size=5)


def compared(body):
    reading = read_reply(body).lines
    return compare(reading, own_lines("\n".join(line.text for line in reading), LETTER), SENT)


def kept(body):
    return [line.text for line in compared(body).lines if line.kind is LineKind.FRESH and line.text.strip()]


def of_the_desk(line):
    return any(bare_line(line) in said or said in bare_line(line) for said in desk_part(SENT))


def marked(text):
    return "\n".join(f"> {line}" for line in text.split("\n"))


def wrapped(text, width):
    return "\n".join("\n".join(textwrap.wrap(line, width) or [""]) for line in text.split("\n"))


@given(LINES, st.integers(30, 90), st.sampled_from(["marked", "marked, then wrapped", "unmarked"]), st.booleans())
def test_however_the_quote_was_wrapped_no_line_of_the_desk_is_kept_and_none_of_the_authors_lost(answer, width, how, above):
    if how == "marked":
        quote = marked(wrapped(LETTER, width))
    elif how == "unmarked":
        quote = wrapped(LETTER, width)
    else:
        quote = wrapped(marked(LETTER), width)
    written = "\n".join(answer)
    body = f"{written}\n\n{ATTRIBUTION}\n\n{quote}" if above else f"{ATTRIBUTION}\n\n{quote}\n\n{written}"
    found = compared(body)
    words = kept(body)
    assert not [line for line in words if of_the_desk(line) and len(bare_line(line).split()) > 2]
    assert not [line for line in answer if line not in words] or found.unknown


@pytest.mark.thorough
@given(st.lists(st.tuples(st.integers(0, 22), WORDS.map(" ".join)), min_size=1, max_size=6))
def test_answers_between_any_quoted_lines_are_kept(inserted):
    lines = marked(LETTER).split("\n")
    for at, words in sorted(inserted, reverse=True):
        lines.insert(min(at, len(lines)), words)
    words = kept(f"{ATTRIBUTION}\n\n" + "\n".join(lines))
    assert all(said in words for _, said in inserted)
    assert not [line for line in words if of_the_desk(line)]


def test_the_labels_of_the_buttons_are_those_of_the_templates():
    templates = Path(__file__).parents[2] / "maild" / "templates"
    labels = {
        line.split('"')[1].lower()
        for path in templates.glob("*/notification.txt.j2")
        for line in path.read_text().split("\n")
        if line.startswith("{{ button(")
    }
    assert labels
    assert labels <= BUTTONS
