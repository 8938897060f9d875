"""The code of a card: genuine, forged, cut off, typed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from liuchi.engines.points.rules.card_tokens import (
    Token,
    is_genuine,
    number_of,
    read_number,
    read_token,
    signed,
)

CARD = UUID("0196b2c0-0000-7000-8000-00000000abcd")
TOKEN = Token("0a1b2c3d", CARD, date(2026, 3, 2), date(2027, 3, 1))


def public(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def test_a_token_says_what_was_signed_wherever_it_stands():
    key = ec.generate_private_key(ec.SECP256R1())
    text = signed(TOKEN, key)
    assert len(text) == 119
    for shown in (text, f"https://a.example/card/check/#{text}", f" /card/{text}/ "):
        found = read_token(shown)
        assert found is not None
        assert found[0] == TOKEN
        assert is_genuine(*found, public(key))


def test_another_key_another_day_or_another_card_is_not_genuine():
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    token, signature = read_token(signed(TOKEN, key))
    assert not is_genuine(token, signature, public(other))
    longer = Token(token.key_id, token.card_id, token.valid_from, date(2030, 1, 1))
    assert not is_genuine(longer, signature, public(key))
    assert not is_genuine(token, bytes(64), public(key))


@pytest.mark.parametrize("text", ["", "x" * 119, "A" * 118, f"#{'_' * 119}", "/card/1"])
def test_what_is_no_token_is_none(text):
    assert read_token(text) is None


def test_a_number_is_told_from_a_slip_of_the_finger():
    number = number_of("123456789")
    assert read_number(f"{number[:4]} {number[4:7]}-{number[7:]}") == number
    wrong = {
        read_number(number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :])
        for at in range(10)
    }
    assert wrong == {None}
    assert read_number("12345") is None
