"""Encryption of sensitive fields: one data key per subject, wrapped by a rotating ring.

Each person has a data key of their own. It is stored wrapped (AES-256-GCM) under
the ring's current key, so that rotation re-wraps small keys and touches no data,
and destroying one wrapped key makes everything sealed under it unreadable
(《个人信息保护法》第四十七条: deletion). Values are matched by a keyed hash under
an index key of its own, never by decrypting a column.

Formats, version 1: wrapped key ``1 | id length | ring key id | nonce 12 | ciphertext``;
sealed value ``1 | nonce 12 | ciphertext``. GCM's tag is the ciphertext's last 16 bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
_VERSION = 1
_VERSION_BYTE = bytes([_VERSION])
_WRAP_CONTEXT = b"liuchi/data-key/"
_STORE_BYTES = 1 << 14
_BLOCK_BYTES = hashlib.sha256().block_size


class KeyringError(Exception):
    """Something is wrong with keys or ciphertext; never shown to users as such."""


class TamperedError(KeyringError):
    """The ciphertext, its place or its key is not what it was sealed with."""


class UnknownKeyError(KeyringError):
    """A data key is wrapped by a ring key that this ring does not hold."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """The opened key of one subject. Keep it no longer than the request."""

    secret: bytes = field(repr=False)

    def encrypt(self, text: str, associated: str) -> bytes:
        """Seal a text; ``associated`` names its place, such as ``person.phone:<id>``.

        The place is authenticated: a ciphertext moved to another column or row
        does not open there.
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.secret).encrypt(nonce, text.encode(), associated.encode())
        return _VERSION_BYTE + nonce + sealed

    def decrypt(self, sealed: bytes, associated: str) -> str:
        """Open a text sealed at this place; TamperedError otherwise."""
        if len(sealed) <= 1 + NONCE_BYTES or sealed[0] != _VERSION:
            msg = "a sealed value of unknown form"
            raise TamperedError(msg)
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return _open(self.secret, nonce, body, associated.encode()).decode()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Wrapping keys by id, which of them is current, and the key of the lookup hash."""

    keys: Mapping[str, bytes] = field(repr=False)
    current: str
    index_key: bytes = field(repr=False)
    # HMAC's two inner states over the index key, begun once: a hash of a short value costs a
    # tenth of what :mod:`hmac` takes to begin anew each time (RFC 2104, section 4).
    _begun: tuple[Any, Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a ring that could not seal, or would seal weakly."""
        if self.current not in self.keys:
            msg = f"the key ring has no key {self.current!r}, which it calls current"
            raise KeyringError(msg)
        for name, secret in (*self.keys.items(), ("index", self.index_key)):
            if len(secret) != KEY_BYTES or not 0 < len(name.encode()) < 1 << 8:
                msg = f"key {name!r} of the key ring is not {KEY_BYTES} bytes"
                raise KeyringError(msg)
        padded = self.index_key.ljust(_BLOCK_BYTES, b"\0")
        begun = (
            hashlib.sha256(bytes(byte ^ 0x36 for byte in padded)),
            hashlib.sha256(bytes(byte ^ 0x5C for byte in padded)),
        )
        object.__setattr__(self, "_begun", begun)

    @classmethod
    def generate(cls) -> Self:
        """Return a new ring with one key."""
        name = secrets.token_hex(4)
        return cls({name: _new_secret()}, name, _new_secret())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a ring from its JSON text, as an environment variable carries it."""
        try:
            read = json.loads(text)
            keys = {str(name): _bytes(secret) for name, secret in read["keys"].items()}
            return cls(keys, str(read["current"]), _bytes(read["index_key"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            # The text holds secrets: the message must not repeat it.
            msg = "the key ring can't be read; expected keys, current, index_key"
            raise KeyringError(msg) from None

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a ring from a JSON file."""
        return cls.from_text(path.read_text(encoding="utf-8"))

    def to_text(self) -> str:
        """Return the JSON text that :meth:`from_text` reads. It holds the secrets."""
        return json.dumps(
            {
                "keys": {name: _text(secret) for name, secret in self.keys.items()},
                "current": self.current,
                "index_key": _text(self.index_key),
            },
            indent=2,
        )

    def rotated(self) -> Self:
        """Return a ring with a fresh current key; the older ones still open."""
        name = secrets.token_hex(4)
        return replace(self, keys={**self.keys, name: _new_secret()}, current=name)

    def without(self, name: str) -> Self:
        """Return a ring without an old key, once nothing is wrapped by it any more."""
        return replace(self, keys={n: s for n, s in self.keys.items() if n != name})

    def new_subject_key(self, subject: str) -> tuple[DataKey, bytes]:
        """Return a fresh data key and its wrapped form, bound to the subject's id."""
        key = DataKey(_new_secret())
        return key, self._wrap(key, subject)

    def open_subject_key(self, wrapped: bytes, subject: str) -> DataKey:
        """Unwrap a subject's data key; TamperedError for another subject's."""
        name, nonce, body = _split(wrapped)
        secret = self.keys.get(name)
        if secret is None:
            msg = f"wrapped by the key {name!r}, which the ring does not hold"
            raise UnknownKeyError(msg)
        return DataKey(_open(secret, nonce, body, _WRAP_CONTEXT + subject.encode()))

    def rewrap(self, wrapped: bytes, subject: str) -> bytes:
        """Return the same data key wrapped by the current key; the data stays as it is."""
        if not self.needs_rewrap(wrapped):
            return wrapped
        return self._wrap(self.open_subject_key(wrapped, subject), subject)

    def needs_rewrap(self, wrapped: bytes) -> bool:
        """Whether a wrapped key is still under an older ring key."""
        return _split(wrapped)[0] != self.current

    def lookup_hash(self, value: str, purpose: str) -> bytes:
        """Return 32 bytes to match a value by, different for each purpose.

        ``purpose`` separates columns (``person.phone``, ``person.id_number``), so
        that equal values in two columns can't be joined. The caller brings the
        value to one form first (digits only, upper case).
        """
        inner, outer = self._begun[0].copy(), self._begun[1].copy()
        inner.update(f"{len(purpose)}:{purpose}:{value}".encode())
        outer.update(inner.digest())
        found: bytes = outer.digest()
        return found

    def _wrap(self, key: DataKey, subject: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        context = _WRAP_CONTEXT + subject.encode()
        body = AESGCM(self.keys[self.current]).encrypt(nonce, key.secret, context)
        return self._wrapped_head() + nonce + body

    def _wrapped_head(self) -> bytes:
        name = self.current.encode()
        return bytes([_VERSION, len(name)]) + name


class Sealer:
    """Seals the values of many subjects, each under a new key of its own.

    In the same form as :meth:`KeyRing.new_subject_key` and :meth:`DataKey.encrypt`, at a
    third of their cost: random bytes are fetched for some hundred subjects at once and each
    is used once, and the ring's cipher is made once. One thread, one piece of work: random
    bytes in store must never be carried into another process.
    """

    __slots__ = ("_at", "_head", "_pid", "_random", "_wrap")

    def __init__(self, ring: KeyRing) -> None:
        """Begin with an empty store."""
        self._wrap = AESGCM(ring.keys[ring.current]).encrypt
        self._head = ring._wrapped_head()  # noqa: SLF001  the other half of this module
        self._random, self._at, self._pid = b"", 0, os.getpid()

    def seal(self, subject: str, values: Sequence[tuple[str, str]]) -> list[bytes | None]:
        """Return the subject's new key, wrapped, and each value sealed at its place.

        ``values`` are (text, place); an empty text is not sealed: None.
        """
        at, take = self._at, KEY_BYTES + NONCE_BYTES * (1 + len(values))
        if os.getpid() != self._pid:
            msg = "a sealer was carried into another process"
            raise KeyringError(msg)
        if at + take > len(self._random):
            self._random, at = os.urandom(max(_STORE_BYTES, take)), 0
        self._at, random = at + take, self._random
        secret, at = random[at : at + KEY_BYTES], at + KEY_BYTES
        nonce, at = random[at : at + NONCE_BYTES], at + NONCE_BYTES
        context = _WRAP_CONTEXT + subject.encode()
        sealed: list[bytes | None] = [self._head + nonce + self._wrap(nonce, secret, context)]
        encrypt = AESGCM(secret).encrypt
        for text, place in values:
            nonce, at = random[at : at + NONCE_BYTES], at + NONCE_BYTES
            sealed.append(
                _VERSION_BYTE + nonce + encrypt(nonce, text.encode(), place.encode())
                if text
                else None
            )
        return sealed


def _split(wrapped: bytes) -> tuple[str, bytes, bytes]:
    """Take a wrapped key apart into ring key id, nonce and ciphertext."""
    if len(wrapped) < 2 or wrapped[0] != _VERSION:  # noqa: PLR2004
        msg = "a wrapped key of unknown form"
        raise TamperedError(msg)
    end = 2 + wrapped[1]
    if len(wrapped) <= end + NONCE_BYTES:
        msg = "a wrapped key cut short"
        raise TamperedError(msg)
    try:
        name = wrapped[2:end].decode()
    except UnicodeDecodeError:
        msg = "a wrapped key of unknown form"
        raise TamperedError(msg) from None
    return name, wrapped[end : end + NONCE_BYTES], wrapped[end + NONCE_BYTES :]


def _open(secret: bytes, nonce: bytes, body: bytes, associated: bytes) -> bytes:
    try:
        return AESGCM(secret).decrypt(nonce, body, associated)
    except InvalidTag:
        msg = "ciphertext, place and key do not belong together"
        raise TamperedError(msg) from None


def _new_secret() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(secret: bytes) -> str:
    return base64.b64encode(secret).decode()
