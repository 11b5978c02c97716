"""HTML as a reader would see it, and within bounds whatever it is."""

import time

import pytest

from maild.ingest.html_bounds import DEPTH_MAX, bounded
from maild.ingest.html_text import labelled_lines, to_text

ROWS = [
    ("Hello <b>wor</b>ld", "Hello world"),
    ("a<br>b<br/><br>c", "a\nb\n\nc"),
    ("<p>one</p><p>two</p>", "one\n\ntwo"),
    ("<p class=MsoNormal>one</p><p class=MsoNormal>two</p>", "one\ntwo"),
    ("<div>one</div><div>two</div>", "one\ntwo"),
    ("<div><div>one</div><div><br></div><div>two</div></div>", "one\n\ntwo"),
    ("one\n   two&nbsp;three", "one two\xa0three"),
    ("<ul><li>a<li>b<ul><li>c</ul></ul>", "* a\n* b\n\n  * c"),
    ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
    ("<blockquote>old<br>words</blockquote>new", "> old\n> words\n\nnew"),
    ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
    ("<pre>a  b\n  c</pre>", "a  b\n  c"),
    ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
    ('<a href="https://x.test/a?b=1">here</a>', "here <https://x.test/a?b=1>"),
    ('<a href="https://x.test/">x.test</a>', "x.test"),
    ('<a href="https://x.test">https://x.test</a>', "https://x.test"),
    ('<a href="mailto:a@b.test">a@b.test</a>', "a@b.test"),
    ('<a href="javascript:x">click</a>', "click"),
    ('before<img src="cid:1" alt="logo of the firm">after', "beforeafter"),
    ('<img src="e.png" alt="😀"> hi', "😀 hi"),
    ("<style>p{}</style><script>x</script><title>t</title>words", "words"),
    ('<span style="display: none">hidden</span>words', "words"),
    ("<p hidden>hidden</p>words", "words"),
    ("<!-- c -->words<!-- > -->", "words"),
    ("wo\u200brds\u00ad", "words"),
    ("&lt;b&gt; &amp; &#1095;", "<b> & ч"),
    ("<p>unclosed <b>tags <i>everywhere", "unclosed tags everywhere"),
    ("", ""),
    ("\0", ""),
]


@pytest.mark.parametrize(("markup", "text"), ROWS)
def test_html_reads_as_text(markup: str, text: str) -> None:
    assert to_text(markup).replace("\ufffd", "") == text


def test_lines_carry_the_label_of_what_encloses_them() -> None:
    marks = {"gmail_quote": "quoted"}
    lines = labelled_lines(
        '<div>fresh</div><div class="gmail_quote">old<br>words</div>last',
        lambda tag, attributes: marks.get(attributes.get("class") or "", ""),
    )
    assert lines == [("fresh", ""), ("old", "quoted"), ("words", "quoted"), ("last", "")]


SLOW = {
    "deep quotes": "<blockquote>" * 80_000,
    "deep unknown elements": "<x>" * 300_000,
    "mismatched ends": "<b></x>" * 140_000,
    "fonts that paragraphs open again": "".join(f"<font id=f{n}>" for n in range(500)) + "<p>x" * 200_000,
    "one tag of attributes": "<p " + " ".join(f"a{n}" for n in range(150_000)) + ">",
    "many tags of many attributes": ("<p " + " ".join(f"a{n}=1" for n in range(140)) + ">x") * 900,
    "a quote that never closes": '<p title="' + "<b>" * 300_000,
    "options": "<select>" + "<option>x" * 100_000,
    "links in links": '<a href="https://x.test">x' * 40_000,
    "entities": "&amp;" * 200_000,
    "half tags": "<a" * 500_000,
}


@pytest.mark.thorough
@pytest.mark.parametrize("name", SLOW)
def test_no_markup_takes_long(name: str) -> None:
    started = time.process_time()
    to_text(SLOW[name])
    assert time.process_time() - started < 2


def test_text_beyond_the_depth_is_still_there() -> None:
    assert to_text("<div>" * (DEPTH_MAX * 4) + "deep words").strip() == "deep words"
    assert bounded("<div>" * (DEPTH_MAX * 4)).count("<div>") == DEPTH_MAX
