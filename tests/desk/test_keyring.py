"""Keys: one signs, old ones verify, revoked ones are forgotten; the file keeps all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from maild.desk.keyring import IDS, Keyring, new_key

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def ring_of(count: int) -> Keyring:
    ring = Keyring((new_key(bytes(32), NOW),))
    for number in range(1, count):
        ring = ring.rotate(bytes([number]) * 32, NOW + timedelta(days=number))
    return ring


def test_the_newest_key_signs_and_the_old_ones_are_retired():
    ring = ring_of(3)
    assert [key.state for key in ring.keys] == ["retired", "retired", "current"]
    assert ring.signing.id == 3
    assert ring.find(1) is not None and ring.find(9) is None


def test_the_file_gives_the_keys_again():
    ring = ring_of(3).revoke(2)
    again = Keyring.parse("\n" + ring.text())
    assert again == ring
    assert [key.state for key in again.keys] == ["retired", "revoked", "current"]


def test_a_revoked_key_leaves_no_secret_and_keeps_its_number():
    ring = ring_of(2)
    secret_line = ring.text().splitlines()[1]
    revoked = ring.revoke(1)
    assert secret_line.split()[2] not in revoked.text()
    assert revoked.rotate(b"n" * 32, NOW).signing.id == 3


def test_the_only_signing_key_is_not_revoked_without_a_successor():
    with pytest.raises(LookupError, match="rotate first"):
        ring_of(1).revoke(1)
    with pytest.raises(LookupError, match="no key 7"):
        ring_of(1).revoke(7)


def test_numbers_are_used_once_even_when_they_wrap():
    ring = Keyring((new_key(b"a" * 32, NOW, IDS - 1), new_key(b"b" * 32, NOW, 0)))
    assert ring.rotate(b"c" * 32, NOW).signing.id == 1
    wrapped = Keyring((new_key(b"b" * 32, NOW, 0), new_key(b"a" * 32, NOW, IDS - 1)))
    assert wrapped.rotate(b"c" * 32, NOW).signing.id == 1
    full = Keyring(tuple(new_key(b"a" * 32, NOW, number) for number in range(IDS)))
    with pytest.raises(LookupError, match="used"):
        full.rotate(b"c" * 32, NOW)


def test_a_repr_shows_no_secret():
    key = new_key(b"secret--" * 4, NOW)
    assert "secret--" not in repr(key) and "secret--" not in repr(Keyring((key,)))
    assert key.fingerprint in repr(key)


def test_a_key_has_32_octets():
    with pytest.raises(ValueError, match="32 octets, not 16"):
        new_key(b"x" * 16, NOW)


@pytest.mark.parametrize(
    "line",
    [
        "1",
        "x 2026-11-23T09:30:00+00:00 revoked",
        "256 2026-11-23T09:30:00+00:00 revoked",
        "1 2026-11-23T09:30:00 revoked",
        "1 yesterday revoked",
        "1 2026-11-23T09:30:00+00:00 c2hvcnQ=",
        "1 2026-11-23T09:30:00+00:00 not*base64",
        "1 2026-11-23T09:30:00+00:00 revoked 2026-11-24T09:30:00+00:00 more",
    ],
)
def test_a_faulty_line_is_named_and_not_shown(line):
    with pytest.raises(ValueError, match="line 2 of the key file") as fault:
        Keyring.parse("# keys\n" + line)
    assert "base64 " not in str(fault.value)


def test_two_keys_of_one_number_are_refused():
    line = ring_of(1).text().splitlines()[1]
    with pytest.raises(ValueError, match="same number"):
        Keyring.parse(line + "\n" + line)
