"""Charts: the same bytes for the same figures, and a text that tells every one of them."""

import struct

import pytest

from maild.reports.chart import Chart, Series, draw

MONTH = Chart(
    "bars", "November so far", "minutes", ["1", "2", "3"], [Series("charged", [25, 0, 40]), Series("free", [0, 0, 10])]
)


def size_of(png):
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">II", png[16:24])


def test_the_same_chart_gives_the_same_bytes_and_another_one_others():
    drawn = draw(MONTH, "month")
    assert drawn == draw(MONTH, "month")
    other = Chart("bars", "November so far", "minutes", ["1", "2", "3"], [Series("charged", [26, 0, 40])])
    assert draw(other, "month").png != drawn.png


@pytest.mark.parametrize("kind", ["bars", "rows", "lines"])
@pytest.mark.parametrize(
    ("labels", "values"),
    [
        ([], []),
        (["1"], [0]),
        (["1"], [1]),
        (["1"], [None]),
        (["a #strong[b]", "$x", "\\", "Ґанок ₴"], [0.4, 123456, 7, 3]),
        ([str(day) for day in range(1, 32)], [day * 37 % 91 for day in range(31)]),
        (["a very long name that needs a lot of room indeed"] * 3, [1, 2, 3]),
    ],
)
def test_odd_figures_are_drawn(kind, labels, values):
    width, height = size_of(draw(Chart(kind, "Title #1", "min", labels, [Series("*x*", values)]), "c").png)
    assert width == 900
    assert 60 < height < 1600


def test_the_text_tells_every_figure_with_its_label():
    assert MONTH.text() == "November so far (minutes)\n  1: charged 25\n  3: charged 40, free 10"


def test_a_gap_is_left_out_and_a_zero_stands_where_it_says_something():
    chart = Chart("lines", "Median", "min", ["W1", "W2", "W3"], [Series("all", [0, None, 7.25])], skip_zeros=False)
    assert chart.text() == "Median (min)\n  W1: 0\n  W3: 7.2"


def test_nothing_happened_is_told():
    assert Chart("bars", "November", "min", ["1"], [Series("charged", [0])]).text() == "November (min)\n  –"


def test_the_content_id_is_one(tmp_path):
    assert draw(MONTH, "month").cid == "month@chart.maild"
