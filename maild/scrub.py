"""What a server says may repeat what it was told: secrets are taken out before it is logged, stored or shown."""

from __future__ import annotations

import base64
import re

_SHORTEST = 4  # letters: what is shorter is no secret, and stands in any sentence


def scrubbed(text: str, *secrets: str) -> str:
    """The text with `***` for each word that holds one of the secrets, plain or in base64 at any offset (as SASL sends them)."""
    for secret in secrets:
        if len(secret) >= _SHORTEST:
            for form in _forms(secret):
                text = re.sub(rf"\S*{re.escape(form)}\S*", "***", text)
    return text


def _forms(secret: str) -> list[str]:
    octets = secret.encode()
    coded = (base64.b64encode(b"\0" * offset + octets).decode()[4 if offset else 0 : -4] for offset in range(3))
    return [secret, *(form for form in coded if len(form) >= _SHORTEST)]
