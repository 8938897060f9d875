"""Sealed values open only with their key, at their place, unchanged."""

from __future__ import annotations

import hmac
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuchi.kernel.keyring import (
    DataKey,
    KeyRing,
    KeyringError,
    Sealer,
    TamperedError,
    UnknownKeyError,
)

RING = KeyRing.generate()
PLACE = "person.phone:1"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens(text: str) -> None:
    key, wrapped = RING.new_subject_key("person-1")
    sealed = key.encrypt(text, PLACE)
    assert RING.open_subject_key(wrapped, "person-1").decrypt(sealed, PLACE) == text


def test_the_same_text_never_seals_alike() -> None:
    key, _ = RING.new_subject_key("person-1")
    assert key.encrypt("13900000000", PLACE) != key.encrypt("13900000000", PLACE)


def test_a_sealer_seals_as_a_key_of_its_own_for_each_subject_does() -> None:
    sealer = Sealer(RING)
    made = [
        sealer.seal(str(n), [("甲", f"a:{n}"), ("", "b"), ("乙", f"c:{n}")]) for n in range(400)
    ]
    for n, (wrapped, one, none, other) in enumerate(made):
        assert wrapped is not None
        assert one is not None
        assert other is not None
        key = RING.open_subject_key(wrapped, str(n))
        assert (key.decrypt(one, f"a:{n}"), key.decrypt(other, f"c:{n}")) == ("甲", "乙")
        assert none is None
    nonces = {value[1:13] for _, *values in made for value in values if value}
    assert len(nonces) == 800
    assert (
        len({RING.open_subject_key(m[0] or b"", str(n)).secret for n, m in enumerate(made)}) == 400
    )


def test_a_sealer_is_of_no_use_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = Sealer(RING)
    sealer.seal("1", [])
    monkeypatch.setattr("os.getpid", lambda: -1)
    with pytest.raises(KeyringError, match="another process"):
        sealer.seal("2", [])


def test_a_lookup_hash_is_hmac() -> None:
    plain = hmac.digest(RING.index_key, b"12:person.phone:139", "sha256")
    assert RING.lookup_hash("139", "person.phone") == plain


@pytest.mark.parametrize("position", range(1 + 12 + 11 + 16))
def test_any_changed_byte_is_noticed(position: int) -> None:
    key, _ = RING.new_subject_key("person-1")
    sealed = bytearray(key.encrypt("13900000000", PLACE))
    sealed[position] ^= 1
    with pytest.raises(TamperedError):
        key.decrypt(bytes(sealed), PLACE)


def test_any_changed_byte_of_a_wrapped_key_is_noticed() -> None:
    _, wrapped = RING.new_subject_key("person-1")
    for position in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[position] ^= 1
        # A changed ring key id is a key the ring does not hold.
        with pytest.raises((TamperedError, UnknownKeyError)):
            RING.open_subject_key(bytes(changed), "person-1")


@pytest.mark.parametrize("length", [0, 1, 2, 5, 20])
def test_what_is_cut_short_is_noticed(length: int) -> None:
    key, wrapped = RING.new_subject_key("person-1")
    with pytest.raises(TamperedError):
        key.decrypt(key.encrypt("13900000000", PLACE)[:length], PLACE)
    with pytest.raises(TamperedError):
        RING.open_subject_key(wrapped[:length], "person-1")


def test_a_value_moved_to_another_place_does_not_open() -> None:
    key, _ = RING.new_subject_key("person-1")
    sealed = key.encrypt("13900000000", PLACE)
    with pytest.raises(TamperedError):
        key.decrypt(sealed, "person.phone:2")


def test_a_key_does_not_open_for_another_subject() -> None:
    _, wrapped = RING.new_subject_key("person-1")
    with pytest.raises(TamperedError):
        RING.open_subject_key(wrapped, "person-2")


def test_rotation_rewraps_keys_and_leaves_data_alone() -> None:
    key, wrapped = RING.new_subject_key("person-1")
    sealed = key.encrypt("罗冲社区", PLACE)
    rotated = RING.rotated()
    assert rotated.needs_rewrap(wrapped) is True
    assert rotated.open_subject_key(wrapped, "person-1").decrypt(sealed, PLACE) == "罗冲社区"

    rewrapped = rotated.rewrap(wrapped, "person-1")
    assert rotated.needs_rewrap(rewrapped) is False
    assert rotated.rewrap(rewrapped, "person-1") == rewrapped
    trimmed = rotated.without(RING.current)
    assert trimmed.open_subject_key(rewrapped, "person-1").decrypt(sealed, PLACE) == "罗冲社区"
    with pytest.raises(UnknownKeyError):
        trimmed.open_subject_key(wrapped, "person-1")


def test_lookup_hashes_match_by_value_and_purpose_through_rotation() -> None:
    hashed = RING.lookup_hash("13900000000", "person.phone")
    assert len(hashed) == 32
    assert RING.rotated().lookup_hash("13900000000", "person.phone") == hashed
    others = {
        RING.lookup_hash("13900000001", "person.phone"),
        RING.lookup_hash("13900000000", "person.id_number"),
        RING.lookup_hash(":13900000000", "person.phone"),
        KeyRing.generate().lookup_hash("13900000000", "person.phone"),
    }
    assert len(others | {hashed}) == 5


def test_a_ring_reads_back_from_text_and_file(tmp_path: Path) -> None:
    path = tmp_path / "ring.json"
    path.write_text(RING.rotated().to_text())
    ring = KeyRing.from_file(path)
    assert KeyRing.from_text(ring.to_text()) == ring
    _, wrapped = RING.new_subject_key("person-1")
    assert isinstance(ring.open_subject_key(wrapped, "person-1"), DataKey)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"keys": {"a": "c2VjcmV0"}, "current": "a", "index_key": "c2VjcmV0"}'],
)
def test_a_ring_that_is_none_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeyringError) as caught:
        KeyRing.from_text(text)
    assert "c2VjcmV0" not in str(caught.value)


def test_a_ring_must_hold_its_current_key() -> None:
    with pytest.raises(KeyringError, match="calls current"):
        RING.without(RING.current)


def test_secrets_stay_out_of_representations() -> None:
    key, _ = RING.new_subject_key("person-1")
    assert repr(key) == "DataKey()"
    assert repr(RING) == f"KeyRing(current={RING.current!r})"
