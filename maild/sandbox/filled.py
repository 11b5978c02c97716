"""The embedded mail world, filled from outside over one kept SMTP connection: for measuring where there is no Dovecot."""

from __future__ import annotations

import smtplib

from maild.sandbox.world import MailWorld


class Filled(MailWorld):
    """A world that takes a backlog quickly."""

    def __init__(self) -> None:
        super().__init__()
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Filled:
        self.start()
        return self

    def deliver(self, sender: str, recipient: str, raw: bytes) -> None:
        """Hand a mail over as an outside server does."""
        if self._smtp is None:
            self._smtp = smtplib.SMTP(self.host, self.smtp_port)
        self._smtp.sendmail(sender, [recipient], raw)
