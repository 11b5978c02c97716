"""Sanitised blocks: what is kept of HTML, and that a hostile page costs no more than its length."""

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.desk.markup import canonical, markup_of, runs_of
from maild.ingest.clean_html import BLOCKS_MAX, CHARACTERS_MAX, blocks_of
from maild.ingest.html_text import to_text


def kept(html, words=None, pictures=()):
    return "|".join(markup_of(blocks_of(html, pictures), to_text(html) if words is None else words, pictures))


KEPT = {
    "emphasis": ("<p>a <b>b</b> <i>c</i></p>", "<div>a <b>b</b> <i>c</i></div><br>"),
    "a list": ("<ul class=x><li onclick='x()'>one<li>two</ul>", "<ul><li>one</li><li>two</li></ul>"),
    "a heading": ("<h2 style='color:red'>Head</h2>text", "<h2>Head</h2><br><div>text</div>"),
    "a table": (
        "<table width=9><tr><th colspan=2>a<tr><td rowspan='999'>b<td>c</table>",
        '<table><tbody><tr><th colspan="2">a</th></tr><tr><td>b</td><td>c</td></tr></tbody></table>',
    ),
    "words around a quote": (
        "<p><b>a</b></p><blockquote cite='http://x'>q<br><b>r</b></blockquote><i>c</i><ul><li><blockquote>d</blockquote></ul>",
        "<div><b>a</b></div><br>|<div><i>c</i></div>",
        "a\n\n> q\n> r\n\nc\n\n> d",
    ),
    "words below a quote, those above it other ones": (
        "<p>On Monday Anna wrote:</p><blockquote>q</blockquote><b>c</b>",
        "|<div><b>c</b></div>",
        "Anna wrote on Monday:\n> q\nc",
    ),
    "lines of a mail program": ("<div><b>a</b></div><div><br></div><div>c</div>", "<div><b>a</b></div><br><div>c</div>"),
    "emphasis over lines": ("<b>a<br>c</b>", "<div><b>a</b></div><div><b>c</b></div>"),
    "a block within emphasis": ("<b><div>a</div>c</b>", "<div><b>a</b></div><div><b>c</b></div>"),
    "preformatted": ("<pre>a  b\n c &lt;d&gt;</pre>", "<pre>a  b\n c &lt;d&gt;</pre>"),
    "a link that says where it leads": (
        '<b>x</b> <a href="https://a.test/b" title="y" ping="z">a.test/b</a>',
        '<div><b>x</b> <a href="https://a.test/b">a.test/b</a></div>',
    ),
    "a link that does not": (
        '<b>x</b> <a href="https://evil.test/?q=1&r">bank.test</a>',
        '<div><b>x</b> bank.test &lt;<a href="https://evil.test/?q=1&amp;r">https://evil.test/?q=1&amp;r</a>&gt;</div>',
    ),
    "a link to an address": (
        '<b>x</b> <a href="mailto:a@b.test?body=hidden">a@b.test</a>',
        "<div><b>x</b> a@b.test</div>",
    ),
    "a link to another address": ('<b>x</b> <a href="mailto:c@b.test">a@b.test</a>', "<div><b>x</b> a@b.test</div>"),
    "the mail's own picture": (
        '<p>see<br><img src="cid:p%201@x" alt="holiday" style="x" width=1 onerror=x()></p>',
        '<div>see</div><div><img src="cid:p 1@x" alt=""></div><br>',
    ),
    "pictures of elsewhere": (
        '<p>a<img src="https://t.test/p.gif"><img src="cid:other"><img src="data:image/png;base64,AA"><img src=p.png></p>',
        "<div>a</div><br>",
    ),
    "an emoji as a picture": ('<b>a</b> <img src="https://x.test/e.png" alt="😀">', "<div><b>a</b> 😀</div>"),
    "a command of another line": ("<b>a</b><br>/time 5m<br>c", "<div><b>a</b></div><div>c</div>", "a\nc"),
    "a hidden line": ("<b>a</b><p hidden>secret</p><p style='display:none'>more</p>", "<div><b>a</b></div>"),
    "direction marks": ("<b>a\u202egpj\u2066</b>", "<div><b>agpj</b></div>", "agpj"),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept(name):
    html, wanted, *words = KEPT[name]
    assert kept(html, *words, pictures={"p 1@x"}) == wanted


IN_TEXT = {
    "as Gmail writes it": ("<div>So <b>do it</b>:</div><ol><li>stop<li>go</ol>", "So *do it*:\n\n   1. stop\n   2. go\n"),
    "as Gmail folds it": ("<p>So <b>do it</b> now</p>", "So *do\nit* now"),
    "as Thunderbird writes it": ("<p><i>Do</i>:</p><ul><li><u>stop</u><li>go</ul>", "/Do/:\n\n  * _stop_\n  * go\n"),
    "as Outlook writes it": ("<p>Do:</p><ul><li>stop<li>go</ul><img src='cid:x'>", "Do:\n\n  *   stop\n  *   go\n\n[cid:x]\n"),
    "a path and a star": ("<p>/etc/hosts <b>5 * 3 * 2</b> a_b_c</p>", "/etc/hosts 5 * 3 * 2 a_b_c"),
}


@pytest.mark.parametrize("name", IN_TEXT)
def test_signs_of_the_text_for_what_html_shows_are_no_words(name):
    html, words = IN_TEXT[name]
    assert kept(html, words, {"x"})


WORDS_ALONE = {
    "nothing but words": ("<p>a</p><div>b</div>", "a\n\nb"),
    "more than the words say": ("<b>a</b> and b", "a"),
    "less than the words say": ("<b>a</b>", "a b"),
    "other words": ("<b>5</b>", "-5"),
    "another order": ("<p><b>a</b></p><p>b</p>", "b\na"),
    "hidden words among those that are seen": ("<b>a</b><span style='display:none'>secret</span>", "a"),
    "a command within a list": ("<ul><li>a<li>/time 5m</ul>", "* a"),
    "a quote as the author's words": ("<p><b>a</b></p><p>q</p>", "> a\n> q"),
    "an author's words as a quote": ("<p><b>a</b></p><blockquote>q</blockquote>", "a\nq"),
    "the marker of the desk": ("<b>--= for the desk only =--</b>", "--= for the desk only =--"),
    "no words": ("<b> </b><img src='cid:x'>", ""),
}


@pytest.mark.parametrize("name", WORDS_ALONE)
def test_where_it_is_not_exactly_the_words_no_markup_is_used(name):
    html, words = WORDS_ALONE[name]
    assert kept(html, words, {"x"}).strip("|") == ""


def test_a_picture_that_does_not_travel_along_is_left_out_and_a_line_that_shows_it_takes_the_words_instead():
    blocks = blocks_of('<p><b>a</b></p><p><img src="cid:x"></p>', {"x"})
    assert markup_of(blocks, "a", ()) == ("<div><b>a</b></div><br><br>",)
    assert markup_of(blocks_of('<b>a</b><img src="cid:x">', {"x"}), "a", ()) == ("",)


def test_pictures_behind_words_that_do_not_go_out_stay_behind():
    blocks = blocks_of('<b>a</b><br><img src="cid:x"><p>-- <br>Olga<br><img src="cid:logo"></p>', {"x", "logo"})
    assert markup_of(blocks, "a", {"x", "logo"}) == ('<div><b>a</b></div><div><img src="cid:x" alt=""></div>',)


ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>go</a>",
    "<a href='JaVaScRiPt&#58;alert(1)'>go</a>",
    "<a href='data:text/html,<script>'>go</a>",
    "<a href='HTTPS://T.TEST/LEAK'>go</a>",
    "<iframe src='https://t.test'></iframe>",
    "<svg><script>alert(1)</script><a xlink:href='https://t.test'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<form action='https://t.test'><input name=q><button>go</button></form>",
    "<style>@import 'https://t.test'</style><link rel=stylesheet href='https://t.test'>",
    "<div style='background:url(https://t.test)' background='https://t.test'>z</div>",
    "<!--[if mso]><img src='https://t.test'><![endif]-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><img src='https://t.test'></template>",
    "<b title='secret' id='secret' class='secret' data-x='secret' aria-label='secret'>z</b>",
    "<img src='cid:p' alt='a secret that nobody sees' title='secret' srcset='https://t.test 2x'>",
    "<td background='https://t.test'>z",
    "<base href='https://t.test/'><a href='/x'>z</a>",
    "<meta http-equiv=refresh content='0;url=https://t.test'>",
    "<object data='https://t.test'></object><embed src='https://t.test'>",
    "<a href='https://t.test/\" onmouseover=\"x()'>z</a>",
    "<p><b>&lt;script&gt;</b></p>",
    "<table background='https://t.test'><tr><td style='font-size:0'>z</table>",
    "<textarea></textarea><b></textarea><img src=x onerror=x()></b>",
)
_SHAPE = re.compile(
    r"</?(?:b|strong|i|em|u|s|code|div|h[1-6]|ul|ol|li|table|t(?:head|body|foot|r|d|h)|caption|blockquote|pre|br|a)>"
    r'|<t[dh](?: (?:col|row)span="\d+")+>|<a href="https?://[^"<>]*">|<img src="cid:p" alt="">'
)


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_comes_in_only_literal_tags_come_out(attack):
    for html in (f"<p><b>x</b></p>{attack}<p>y</p>", f"<ul><li>{attack}<li>b</ul>", f"<b>{attack}</b>"):
        for block in blocks_of(html, {"p"}):
            rest = _SHAPE.sub("", block.html)
            assert "<" not in rest and ">" not in rest, block.html
            assert "secret" not in block.html and "onerror" not in block.html
            for target in re.findall(r'href="([^"]*)"', block.html):
                assert canonical(unescape(target).split("://", 1)[-1].rstrip("/")) in block.words
            assert canonical(to_text(block.html)) == block.words


FRAGMENTS = st.sampled_from(
    [
        *("a", "b", "c", " ", "\n", "&lt;", "*", "/", "&#x202e;", "\ue0001\ue001", "<b x='", "'>"),
        *("<b>", "</b>", "<p>", "</p>", "<div>", "</div>", "<br>", "<pre>", "</pre>", "<blockquote>", "</blockquote>"),
        *("<ul><li>", "</ul>", "<table><tr><td>", "</table>", "<a href='https://x.test'>", "<a href='mailto:a'>", "</a>"),
        *("<script>", "</script>", "<!--", "-->", "<svg>", "<style>", "</style>", "<math><mtext>", "<noscript>", "<template>"),
        *(
            "<img src=cid:p alt=😀>",
            "<img src=http://x.test>",
            "<h2>",
            "</h2>",
            "<p hidden>",
            "<span style='display:none'>",
            "</span>",
        ),
    ]
)


@given(st.lists(FRAGMENTS, max_size=25).map("".join), st.data())
def test_whatever_html_is_written_it_says_the_words_alone(html, data):
    words = "\n".join(line for line in to_text(html).split("\n") if data.draw(st.booleans()))
    runs = [run for quoted, run in runs_of(words) if not quoted]
    for run, markup in zip(runs, markup_of(blocks_of(html, {"p"}), words, {"p"}), strict=False):
        assert not markup or canonical(to_text(markup)) == canonical(run)
        assert "<" not in _SHAPE.sub("", markup.replace('alt="😀"', 'alt=""'))
        assert not re.search("[\u202e\ue000\ue001]", markup)


HOSTILE = {
    "nested 50,000 deep": "<div>" * 50_000 + "<b>x</b>",
    "emphasis": "<b>" * 60_000,
    "paragraphs of emphasis": "<p>x<b>" * 25_000,
    "lists in lists": "<ul><li>" * 22_000,
    "tables in tables": "<table><tr><td>" * 13_000,
    "links": '<a href="http://x">' * 10_000,
    "open tags": "<td " * 49_000,
    "one attribute": "<b>x</b><p title='" + "a" * 190_000,
    "entities": "<b>x" + "&lt;" * 49_000,
    "quotes": "<blockquote>" * 16_000 + "<b>x",
    "a megabyte": "<p><b>words</b></p>" * 60_000,
    "signs": "<b>x</b>" + " *a /b _c" * 20_000,
    "many lines": "<b>x</b><br>" * (BLOCKS_MAX + 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_soon(name):
    before = time.process_time()
    blocks = blocks_of(HOSTILE[name], ())
    markup_of(blocks, " *a /b _c" * 20_000, ())
    assert time.process_time() - before < 3
    assert blocks == () or len(HOSTILE[name]) <= CHARACTERS_MAX
