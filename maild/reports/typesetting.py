"""Typst's keeper: a template and its data as a PDF or a picture. Data only by `sys_inputs`, fonts only typst's own.

Its compiler takes 80 ms to import, so it is imported when first used. The same input gives the same bytes: what a PDF holds of
time is the instant that the caller names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

PIXELS_PER_INCH = 216  # three to a point: sharp on a phone
PDF_STANDARD = "a-2b"  # ISO 19005-2, level B: for keeping


class TypesettingFault(RuntimeError):  # noqa: N818 - a fault, as everywhere in this house
    """A template that typst refuses: nothing is sent."""


def picture(template: str, name: str, data: Mapping[str, Any]) -> bytes:
    """The one page of `reports/TEMPLATE` as PNG; the template finds `data` as JSON in `sys.inputs.NAME`."""
    return _compiled(template, name, data, format="png", ppi=PIXELS_PER_INCH)


def pdf(template: str, name: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """The pages of `reports/TEMPLATE` as PDF/A-2b, dated `made_at`."""
    return _compiled(template, name, data, format="pdf", pdf_standards=[PDF_STANDARD], timestamp=int(made_at.timestamp()))


def _compiled(template: str, name: str, data: Mapping[str, Any], **how: Any) -> bytes:
    import typst  # noqa: PLC0415  (80 ms that most commands do not have)

    inputs = {name: json.dumps(data, ensure_ascii=False, sort_keys=True)}
    try:
        made = typst.compile(_source(template), sys_inputs=inputs, ignore_system_fonts=True, **how)
    except typst.TypstError as error:
        raise TypesettingFault(f"{template}: {error}") from error
    if isinstance(made, list):
        raise TypesettingFault(f"{template}: {len(made)} pages where one picture was meant")
    return bytes(made)


@lru_cache
def _source(template: str) -> bytes:
    return files("maild.reports").joinpath(template).read_bytes()
