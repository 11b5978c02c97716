"""Every mail kind in Chromium: nothing scrolls sideways, nothing is fainter than WCAG AA allows."""

import shutil

import pytest

from looks.measured import measured
from looks.pages import pages
from maild.delivery.wording import LANGUAGES

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="Debian's chromium is missing"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("width", [600, 360])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mail_fits_and_can_be_read(tmp_path, language, width, dark):
    found = measured(pages(language), width, dark, tmp_path)
    assert len(found) > 100
    assert {name: frame.width for name, frame in found.items() if frame.width > width} == {}
    assert {name: frame.faint[:3] for name, frame in found.items() if frame.faint} == {}
    assert all(frame.words for frame in found.values())


def test_a_mail_that_is_too_wide_or_too_faint_is_found(tmp_path):
    wide = f"<body style='background:#fff'><p style='color:#999'>{'x' * 90}</p></body>"
    frame = measured({"wide": wide}, 360, False, tmp_path)["wide"]
    assert frame.width > 360
    assert frame.faint[0][1] == "rgb(153, 153, 153)"
