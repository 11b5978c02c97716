"""The samples' HTML as it leaves, pictures put in."""

import base64
import email
import email.policy
from datetime import UTC, datetime
from functools import cache

from maild.delivery.compose import Composer
from maild.delivery.render import Renderer
from maild.delivery.samples import samples
from maild.desk.directory import Desk
from maild.desk.keyring import Keyring, new_key

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@cache
def _composer():
    desk = Desk("Vendor Support", "support@vendor.test", "en", "Europe/Kyiv")
    return Composer(desk, Keyring((new_key(b"k" * 32, NOW),)), Renderer(desk))


@cache
def pages(language):
    """Name of the sample -> its HTML."""
    return {name: page(name, notice) for name, notice in samples(language).items()}


def page(name, notice):
    """One letter's HTML part; its inline pictures become data."""
    raw = _composer().compose(notice, NOW)[0].raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    html = mail.get_body(("html",)).get_content()
    for part in mail.walk():
        if part.get_content_type() == "image/png" and part["Content-ID"]:
            data = base64.b64encode(part.get_payload(decode=True)).decode()
            html = html.replace("cid:" + part["Content-ID"].strip("<>"), f"data:image/png;base64,{data}")
    return html
