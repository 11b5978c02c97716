"""DKIM keys of the people in the attacks, and mails signed with them."""

import base64
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache

import dkim
import time_machine
from ingest.test_dkim_check import der, new_key

FIELDS = (b"from", b"to", b"subject", b"date", b"message-id")


@dataclass(frozen=True)
class KeyPair:
    """A private key as PEM, and its DNS record."""

    pem: bytes
    record: bytes


@lru_cache
def pair(bits, seed):
    return KeyPair(*new_key(bits, seed))


KEYS = {
    ("k1", "vendor.test"): pair(1024, 1),
    ("k1", "acme.test"): pair(1024, 1),
    ("k1", "evil.test"): pair(1024, 3),
    ("weak", "vendor.test"): pair(768, 2),
}


def signed(raw, domain, selector=b"k1", fields=FIELDS, length=False):
    """The mail with a signature on top, made at its own Date."""
    key = KEYS.get((selector.decode(), domain)) or KEYS.get(("k1", domain)) or KEYS["k1", "evil.test"]
    date = next(line for line in raw.split(b"\r\n") if line.startswith(b"Date: ")).decode()[6:]
    with time_machine.travel(parsedate_to_datetime(date), tick=False):
        return dkim.sign(raw, selector, domain.encode(), key.pem, include_headers=list(fields), length=length) + raw


def published(record):
    """A key's record as most of the world publishes it: the key with its algorithm (RFC 5280, 4.1.2.7), which OpenDKIM insists on."""
    head, _, key = record.partition(b"p=")
    bits = base64.b64decode(key)
    rsa = bytes.fromhex("300d06092a864886f70d0101010500")
    return head + b"p=" + base64.b64encode(der(0x30, rsa, der(0x03, b"\0", bits)))
