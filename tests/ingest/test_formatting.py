"""Formatting of engineers' answers: kept where its words are the words that go out, else none of it."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.ingest.formatting import CHARACTERS_MAX, formatted
from maild.ingest.html_text import to_text

KEPT = [
    ("bold", "<p>Please <b>restart</b> it.</p>", "Please restart it.", "Please <b>restart</b> it."),
    ("a list", "<ul><li>stop</li><li>start</li></ul>", "* stop\n* start", "<ul><li>stop</li><li>start</li></ul>"),
    ("a list as Gmail tells it in text", "<div>So:</div><ol><li>stop</li></ol>", "So:\n\n   1. stop", "<ol><li>stop</li></ol>"),
    ("a table", "<table><tr><td>A</td><td>7</td></tr></table>", "A 7", ">7</td>"),
    (
        "a link, where the text says where it leads",
        '<a href="https://x.test/a">here</a>',
        "here <https://x.test/a>",
        'href="https://x.test/a"',
    ),
    ("what Word writes", "<p class=MsoNormal><b>Готово</b><o:p></o:p></p>", "Готово", "<b>Готово</b>"),
    ("lines parted by br", "<div>One <i>two</i><br>/time 5m<br>three</div>", "One two\nthree", "One <i>two</i>"),
    ("text that is folded", "<p>one <b>two</b> three four</p>", "one two\nthree\nfour", "<b>two</b>"),
    ("a picture that goes along", '<p><b>See</b></p><img src="cid:p1" width="20">', "See\n[image: p.png]", 'src="cid:p1"'),
    (
        "words under a quote that is theirs to see",
        "<blockquote><i>you said</i></blockquote><p>yes</p>",
        "> you said\nyes",
        "<blockquote",
    ),
]


@pytest.mark.parametrize(("html", "words", "part"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_is_formatted_stays_so(html, words, part):
    kept = formatted(html, words, {"p1"})
    assert part in kept


CUT = [
    ("a command", "<p><b>Done</b></p><p>/time 5m disk</p>", "Done", "/time"),
    ("a command in the middle", "<div><b>Done</b></div><div>/solved</div><div>Bye</div>", "Done\nBye", "/solved"),
    ("the quote below", "<p><b>Done</b></p><blockquote>Balance 3 h</blockquote>", "Done", "Balance"),
    ("a quote in a division beside", "<div><div><b>Done</b></div><div>From: Anna</div><div>facts</div></div>", "Done", "facts"),
    ("a signature, and its logo", '<p><b>Done</b></p><p>--</p><p>Olga</p><img src="cid:p1">', "Done", "cid:"),
    ("a script", "<b>Done</b><script>steal()</script>", "Done", "steal"),
    ("a handler", '<b onclick="steal()">Done</b>', "Done", "steal"),
    ("a style", '<b style="background:url(http://x.test/t)">Done</b>', "Done", "x.test"),
    ("a style sheet", "<style>b{color:red}</style><b>Done</b>", "Done", "color:red"),
    ("a tracker", '<b>Done</b><img src="https://x.test/t.gif">', "Done", "<img"),
    ("a picture in the address itself", '<b>Done</b><img src="data:image/png;base64,AAAA">', "Done", "<img"),
    ("another mail's picture", '<b>Done</b><img src="cid:other">', "Done", "<img"),
    ("what a picture is called", '<b>Done</b><img src="cid:p1" alt="client Globex pays 90">', "Done", "Globex"),
    ("a title", '<b title="internal">Done</b>', "Done", "internal"),
    ("a comment", "<b>Done</b><!-- internal -->", "Done", "internal"),
    ("a script's address", '<a href="javascript:steal()">Done</a>', "Done", "steal"),
    ("an address that no word says", '<a href="mailto:support+token@vendor.test">Done</a>', "Done", "token"),
    ("a form", '<form action="https://x.test"><b>Done</b><input name=password></form>', "Done", "<form"),
    ("a frame", '<b>Done</b><iframe src="https://x.test"></iframe>', "Done", "iframe"),
    ("a drawing", "<b>Done</b><svg><script>steal()</script></svg>", "Done", "svg"),
    ("hidden words", '<b>Done</b><div style="display:none">internal</div>', "Done", "internal"),
    ("letters that nobody sees", "<b>Do\u202ene</b>", "Done", "\u202e"),
    ("a template's syntax is text", "<b>{{7*7}}</b>", "{{7*7}}", "49"),
    ("a tag in a text", "<b>Done</b> &lt;script&gt;", "Done script", "<script"),
]


@pytest.mark.parametrize(("html", "words", "part"), [row[1:] for row in CUT], ids=[row[0] for row in CUT])
def test_nothing_else_goes_along(html, words, part):
    assert part not in formatted(html, words, {"p1"})


NONE = [
    ("nothing is formatted", "<div>Done</div>", "Done"),
    ("a word more", "<p><b>Done</b> secretly</p>", "Done"),
    ("a word less", "<p><b>Done</b></p>", "Done secretly"),
    ("another order", "<p><b>two</b></p><p>one</p>", "one\ntwo"),
    ("hidden words inside a line", '<p><b>Done</b><span style="display:none">internal</span></p>', "Done"),
    ("a link that leads elsewhere than it says", '<a href="https://evil.test">https://x.test</a>', "https://x.test"),
    ("the desk's own line", "<b>--= The desk's part =--</b>", "--= The desk's part =--"),
    ("no words", "<b></b>", ""),
    ("too much of it", "<b>Done</b>" + " " * CHARACTERS_MAX, "Done"),
]


@pytest.mark.parametrize(("html", "words"), [row[1:] for row in NONE], ids=[row[0] for row in NONE])
def test_where_words_differ_the_letter_is_made_of_words(html, words):
    assert formatted(html, words, {"p1"}) == ""


FRAGMENTS = st.sampled_from(
    [
        *("a", "b", "c", " ", "\n", "&lt;", "&#x202e;", "\ue0001\ue001", "<b x='", "'>"),
        *("<b>", "</b>", "<p>", "</p>", "<div>", "</div>", "<br>", "<pre>", "</pre>", "<blockquote>", "</blockquote>"),
        *("<ul><li>", "</ul>", "<table><tr><td>", "</table>", "<a href='https://x.test'>", "</a>"),
        *("<script>", "</script>", "<!--", "-->", "<svg>", "<style>", "</style>", "<math><mtext>", "<noscript>", "<template>"),
        *("<img src=cid:p1>", "<img src=http://x.test>"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=25).map("".join), st.data())
def test_whatever_html_is_written_it_says_the_words_alone(html, data):
    lines = to_text(html).split("\n")
    words = "\n".join(line for line in lines if data.draw(st.booleans()))
    kept = formatted(html, words, {"p1"})
    if kept:
        assert re.findall(r"\w+", to_text(kept)) == re.findall(r"\w+", words)
        assert not re.search(r"<(?:script|style|svg|math|template|noscript|!--)|\son\w+=|src=\"(?!cid:p1\")", kept)
        assert not re.search("[\u202e\ue000\ue001]", kept)


@pytest.mark.parametrize(
    "html", ["<div>" * 9_000 + "<b>x</b>", "<b>" * 9_000 + "x", "<table><tr><td>" * 4_000 + "<b>x</b>", "<p><b>y</b>" * 9_000]
)
def test_hostile_depth_and_width_cost_little(html):
    began = time.process_time()
    formatted(html, "x")
    assert time.process_time() - began < 2
