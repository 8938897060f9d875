"""What a card's code says, and how anybody can tell that it is genuine.

A token is 25 bytes and their signature, in URL-safe Base64 (119 characters):
``version 1 | key id 4 | card id 16 | valid from 2 | valid to 2 | r 32 | s 32``. Days count
from 2020-01-01. The signature is ECDSA on P-256 over SHA-256 of the 25 bytes, its two
numbers side by side as WebCrypto takes them (IEEE P1363). No name, no grade, no points.

A number is nine random digits and a check digit (ISO/IEC 7812, Luhn): it can be typed where
nothing can scan, and only the installation can say what it stands for.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

VERSION = 1
KEY_ID_CHARACTERS = 8
DAY_ZERO = date(2020, 1, 1)
NUMBER_DIGITS = 10
_HALF = 32
_BODY_BYTES = 25
_TOKEN_BYTES = _BODY_BYTES + 2 * _HALF
_IN_TEXT = re.compile(r"(?:^|[#/])([A-Za-z0-9_-]{119})/?$")


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says; ``key_id`` is eight hexadecimal digits."""

    key_id: str
    card_id: UUID
    valid_from: date
    valid_to: date

    def body(self) -> bytes:
        """Return the bytes that are signed."""
        return (
            bytes([VERSION])
            + bytes.fromhex(self.key_id)
            + self.card_id.bytes
            + _day_bytes(self.valid_from)
            + _day_bytes(self.valid_to)
        )


def signed(token: Token, key: ec.EllipticCurvePrivateKey) -> str:
    """Return the token's text, signed."""
    return _text(token.body() + signature_of(token.body(), key))


def signature_of(message: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the 64 bytes of a signature: r and s side by side."""
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def read_token(text: str) -> tuple[Token, bytes] | None:
    """Return a token and its signature from its text or an address that ends in it."""
    found = _IN_TEXT.search(text.strip())
    if found is None:
        return None
    try:
        raw = base64.urlsafe_b64decode(found.group(1) + "=")
    except (ValueError, binascii.Error):
        return None
    if len(raw) != _TOKEN_BYTES or raw[0] != VERSION:
        return None
    token = Token(raw[1:5].hex(), UUID(bytes=raw[5:21]), _day(raw[21:23]), _day(raw[23:25]))
    return token, raw[_BODY_BYTES:]


def is_genuine(token: Token, signature: bytes, public_key: bytes) -> bool:
    """Whether a signature is that of a public key (an uncompressed point of 65 bytes)."""
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
        r, s = (int.from_bytes(signature[at : at + _HALF], "big") for at in (0, _HALF))
        point.verify(encode_dss_signature(r, s), token.body(), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def number_of(nine_digits: str) -> str:
    """Return a number with its check digit."""
    return nine_digits + str(-_luhn(f"{nine_digits}0") % 10)


def read_number(text: str) -> str | None:
    """Return a typed number in one form, None where digits or the check digit are wrong."""
    digits = re.sub(r"[\s-]", "", text.strip())
    ten = re.fullmatch(r"[0-9]{10}", digits)
    return digits if ten and _luhn(digits) % 10 == 0 else None


def _luhn(digits: str) -> int:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004
    return total


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _day_bytes(day: date) -> bytes:
    return (day - DAY_ZERO).days.to_bytes(2, "big")


def _day(raw: bytes) -> date:
    return DAY_ZERO + timedelta(days=int.from_bytes(raw, "big"))
