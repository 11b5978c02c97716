"""What two texts have to share so that one may stand for the other, told letter by letter."""

import pytest

from maild.desk.markup import canonical, markup_of, runs_of, unlinked
from maild.message import Block

SAME = {
    "white space": (" a  b\n\n\tc\u00a0d ", "abcd"),
    "what nobody sees": ("a\u200bb\ufeffc\u00add\u034fe\u2060f", "abcdef"),
    "direction marks": ("a\u061cb\u200ec\u200fd\u2028e\u2029f\u202ag\u202bh\u202ci\u202dj\u202ek", "abcdefghijk"),
    "isolates": ("a\u2066b\u2067c\u2068d\u2069e", "abcde"),
    "letters about the isolates": ("a\u206ab\u2065c", "a\u206ab\u2065c"),
    "bullets": ("* a\n  - b\n\u2022 c\n\u00b7 d\n\u2013 e\no f", "abcdef"),
    "what is no bullet": ("*a\n-5\n- \n--\nok", "*a-5--ok"),
    "emphasis": ("*a* _b c_ /d/ (*e*) 'x' *f*.", "abcd(e)'x'f."),
    "emphasis over a fold": ("so *do\nit* now", "sodoitnow"),
    "emphasis never over a blank line": ("*a\n\nb*", "*ab*"),
    "signs that stand for themselves": ("5 * 3 * 2 a_b_c /etc/hosts 2*3*4 *a", "5*3*2a_b_c/etc/hosts2*3*4*a"),
    "pictures": ("a [image: x.png] b [cid:y@z] [cid z]", "ab[cidz]"),
    "signs of quotes": ("a > b\n > c", "a>b>c"),
    "nothing": ("\n \n", ""),
    "addresses": ("x@y.test<mailto:x@y.test> mailto:z@y.test", "x@y.testz@y.test"),
}


@pytest.mark.parametrize("name", SAME)
def test_a_text_as_it_is_compared(name):
    text, wanted = SAME[name]
    assert canonical(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a:b@c", "a:b@c"),
        ("no address", "no address"),
        ("x@y.test<mailto:x@y.test>", "x@y.test"),
        ("the shop<mailto:x@y.test>", "the shop<x@y.test>"),
        ("<mailto:x@y.test>", "<x@y.test>"),
        ("mailmailto:to:x@y.test", "mail to: x@y.test"),
        ("x@mailto<mailto:x@mailto>:z@y.test", "x@mail to: z@y.test"),
        ("Mailto:x@y.test", "x@y.test"),
        ("<MAILTO:" + "x" * 254 + ">", "<" + "x" * 254 + ">"),
        ("<mailto:" + "x" * 255 + ">", "<" + "x" * 255 + ">"),
    ],
)
def test_addresses_lose_their_scheme(text, wanted):
    assert unlinked(text) == wanted


P1, A, B, P2, C = (
    Block("<p1>", "", ("p",)),
    Block("<a>", "a"),
    Block("<b>", "b"),
    Block("<p2>", "", ("p",)),
    Block("<c>", "c"),
)


def test_pictures_at_the_head_go_with_the_words_behind_them():
    blocks = (P1, A, B, P2, C)
    assert markup_of(blocks, "a\nc", {"p"}) == ("<p1><a><c>",)
    assert markup_of(blocks, "a\nb\nc", {"p"}) == ("<p1><a><b><p2><c>",)
    assert markup_of(blocks, "a\nb\nc", ()) == ("<a><b><c>",)
    for other in ("b\na", "d", "", "abcd"):
        assert markup_of(blocks, other, {"p"}) == ("",)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("a\n> q\nc", ("<p1><a>", "<c>")),
        ("a\nb\n> q\nc", ("<p1><a><b><p2>", "<c>")),
        ("> q\na\n> r\n", ("<p1><a>", "")),
        ("x\n> q\nc", ("", "<p1><c>")),
        ("c\n> q\na", ("<p1><c>", "")),
        ("a\n> q\n> r\n\n>> s\n", ("<p1><a>", "", "")),
    ],
)
def test_words_between_quotes_are_looked_for_run_by_run(words, wanted):
    found = markup_of((P1, A, B, P2, C), words, {"p"})
    assert found == wanted
    assert len(found) == len([run for quoted, run in runs_of(words) if not quoted])


def test_what_many_quotes_part_is_looked_for_fifty_times():
    assert len(markup_of((A,), "\n".join(["a", "> q"] * 60), ())) == 50


def test_runs_give_the_words_again():
    words = "a\n> q\n>> r\n\nb\n > c"
    assert runs_of(words) == [(False, "a"), (True, "> q\n>> r"), (False, "\nb\n > c")]
    assert runs_of("> q\na") == [(True, "> q"), (False, "a")]
    assert runs_of("") == [(False, "")]


def test_very_many_words_are_shown_as_words():
    assert markup_of((Block("<a>", "a" * 200_000),), "a" * 200_000, ()) == ("<a>",)
    assert markup_of((Block("<a>", "a" * 200_001),), "a" * 200_001, ()) == ()
    assert markup_of((Block("<a>", "--=a=--"),), "--=a=--", ()) == ()


def test_a_line_whose_picture_does_not_travel_along_is_made_of_words():
    line = Block("<a p>", "a", ("p",))
    assert markup_of((line, B), "a\nb\n> q\nb", {"p"}) == ("<a p><b>", "")
    assert markup_of((line, B), "a\nb\n> q\nb", ()) == ("", "<b>")
