"""A file sealed under one key, read back at any place without being opened as a whole.

Format, version 1: ``1 | 8 random bytes | chunks``; each chunk is 64 KiB of text sealed with
AES-256-GCM under nonce ``random | number`` and a place that names the file, the chunk and
the length of the whole, so that chunks can't be swapped, moved to another file or cut off.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from liuchi.kernel.keyring import DataKey, TamperedError

CHUNK_BYTES = 64 * 1024
_VERSION = b"\x01"
_PREFIX_BYTES = 8
_TAG_BYTES = 16
_HEAD_BYTES = 1 + _PREFIX_BYTES


def seal(source: IO[bytes], out: IO[bytes], key: DataKey, place: str) -> int:
    """Write a sealed copy of a seekable file and return how many bytes it holds."""
    size = source.seek(0, io.SEEK_END)
    source.seek(0)
    prefix, cipher = secrets.token_bytes(_PREFIX_BYTES), AESGCM(key.secret)
    context = _context(place, size)
    out.write(_VERSION + prefix)
    number = 0
    while chunk := source.read(CHUNK_BYTES):
        out.write(cipher.encrypt(_nonce(prefix, number), chunk, context(number)))
        number += 1
    return size


class SealedReader(io.RawIOBase):
    """A sealed file as one that can be read and sought in; one chunk is open at a time."""

    def __init__(self, sealed: IO[bytes], key: DataKey, place: str) -> None:
        """Look at the head; TamperedError for anything that is no sealed file."""
        self._sealed, self._cipher = sealed, AESGCM(key.secret)
        length = sealed.seek(0, io.SEEK_END)
        sealed.seek(0)
        head = sealed.read(_HEAD_BYTES)
        if len(head) != _HEAD_BYTES or head[:1] != _VERSION:
            msg = "a sealed file of unknown form"
            raise TamperedError(msg)
        self._prefix = head[1:]
        whole, rest = divmod(length - _HEAD_BYTES, CHUNK_BYTES + _TAG_BYTES)
        self._size = whole * CHUNK_BYTES + max(rest - _TAG_BYTES, 0)
        self._context = _context(place, self._size)
        self._at, self._number, self._chunk = 0, -1, b""

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: object) -> int:
        """Read up to the end of the chunk."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        number, start = divmod(self._at, CHUNK_BYTES)
        if self._at >= self._size or not view:
            return 0
        part = self._open(number)[start : start + len(view)]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        """Close what lies beneath."""
        if not self.closed:
            self._sealed.close()
        super().close()

    def _open(self, number: int) -> bytes:
        if number != self._number:
            self._sealed.seek(_HEAD_BYTES + number * (CHUNK_BYTES + _TAG_BYTES))
            sealed = self._sealed.read(CHUNK_BYTES + _TAG_BYTES)
            try:
                self._chunk = self._cipher.decrypt(
                    _nonce(self._prefix, number), sealed, self._context(number)
                )
            except InvalidTag:
                msg = "a sealed file, its place and its key do not belong together"
                raise TamperedError(msg) from None
            self._number = number
        return self._chunk


def _nonce(prefix: bytes, number: int) -> bytes:
    return prefix + number.to_bytes(4, "big")


def _context(place: str, size: int) -> Callable[[int], bytes]:
    return lambda number: f"liuchi/sealed-file/{place}/{size}/{number}".encode()
