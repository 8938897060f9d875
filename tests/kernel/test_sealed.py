"""A sealed file opens with its key, at its place, whole, and nowhere else."""

from __future__ import annotations

import io

import pytest

from liuchi.kernel.keyring import DataKey, TamperedError
from liuchi.kernel.sealed import CHUNK_BYTES, SealedReader, seal

KEY = DataKey(b"k" * 32)


def sealed(text: bytes) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(text), out, KEY, "here")
    return out.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7])
def test_what_was_sealed_is_read_at_any_place(size):
    text = bytes(place * 31 % 251 for place in range(size))
    held = sealed(text)
    reader = io.BufferedReader(SealedReader(io.BytesIO(held), KEY, "here"))
    assert reader.read() == text
    for at in (0, size // 2, max(size - 3, 0)):
        reader.seek(at)
        assert reader.read(9) == text[at : at + 9]
    assert size < 9 or text[:9] not in held


@pytest.mark.parametrize(
    "change",
    [
        lambda held: held[:-1],
        lambda held: held[: -CHUNK_BYTES - 16],
        lambda held: held[:40] + bytes([held[40] ^ 1]) + held[41:],
        lambda held: b"\2" + held[1:],
        lambda _: b"",
    ],
)
def test_a_change_is_noticed(change):
    held = change(sealed(b"a" * (2 * CHUNK_BYTES)))
    with pytest.raises(TamperedError):
        SealedReader(io.BytesIO(held), KEY, "here").read()


def test_another_place_or_key_opens_nothing():
    held = sealed(b"secret")
    for key, place in ((KEY, "there"), (DataKey(b"x" * 32), "here")):
        with pytest.raises(TamperedError):
            SealedReader(io.BytesIO(held), key, place).read()
