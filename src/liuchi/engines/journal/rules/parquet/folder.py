"""A folder on a disk or in an object store, by its path or address (fsspec)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, cast

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Folder:
    """Where an export is written or read: ``/mnt/exports/luochong``, ``s3://province/luochong``."""

    address: str

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        import fsspec  # noqa: PLC0415  only who exports or counts exports needs it

        filesystem, root = fsspec.core.url_to_fs(self.address)
        return filesystem, str(root).rstrip("/")

    @property
    def filesystem(self) -> Any:
        """The fsspec file system behind the address."""
        return self._opened[0]

    def full(self, path: str) -> str:
        """Return a file's path as its file system knows it."""
        return f"{self._opened[1]}/{path}"

    def url(self, path: str) -> str:
        """Return a file's address as engines that count know it."""
        if "://" not in self.address:
            return self.full(path)
        return str(self.filesystem.unstrip_protocol(self.full(path)))

    @property
    def is_local(self) -> bool:
        """Whether the folder is on a disk of this machine."""
        protocol = self.filesystem.protocol
        return "file" in ((protocol,) if isinstance(protocol, str) else protocol)

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        return cast("BinaryIO", self.filesystem.open(self.full(path), "rb"))

    def read(self, path: str) -> bytes:
        """Return a file's bytes; FileNotFoundError where it is not there."""
        with self.open(path) as held:
            return held.read()

    def write(self, path: str, source: BinaryIO) -> tuple[int, str]:
        """Write a file; return its size and digest."""
        self.filesystem.makedirs(self.full(path).rpartition("/")[0], exist_ok=True)
        many, digest = 0, hashlib.sha256()
        with self.filesystem.open(self.full(path), "wb") as out:
            while chunk := source.read(_CHUNK_BYTES):
                out.write(chunk)
                digest.update(chunk)
                many += len(chunk)
        return many, digest.hexdigest()

    def paths(self) -> tuple[str, ...]:
        """Return every file below, by path."""
        if not self.filesystem.exists(self._opened[1]):
            return ()
        begin = len(self._opened[1]) + 1
        return tuple(sorted(str(each)[begin:] for each in self.filesystem.find(self._opened[1])))

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's size and digest."""
        with self.open(path) as held:
            return _digest(iter(lambda: held.read(_CHUNK_BYTES), b""))

    def digest_of(self, path: str, offset: int, length: int) -> str:
        """Return the digest of a part of a file."""
        with self.open(path) as held:
            held.seek(offset)
            return digest_part(held, length)


def digest_part(held: BinaryIO, length: int) -> str:
    """Return the digest of the next bytes of an open file."""

    def chunks() -> Iterator[bytes]:
        left = length
        while left and (chunk := held.read(min(left, _CHUNK_BYTES))):
            left -= len(chunk)
            yield chunk

    return _digest(chunks())[1]


def _digest(chunks: Iterator[bytes]) -> tuple[int, str]:
    many, digest = 0, hashlib.sha256()
    for chunk in chunks:
        many += len(chunk)
        digest.update(chunk)
    return many, digest.hexdigest()
