"""A folder on a disk or in an object store, by its path or address (fsspec)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO, cast

from liuchi.kernel.errors import Busy, LiuchiError
from liuchi.kernel.sentences import Sentence, Value

_CHUNK_BYTES = 1 << 20
_NOT_INSTALLED = Sentence(
    "{address}：没有装读写这种地址的程序（fsspec 的扩展包）。",
    "{address}: what reads and writes such an address is not installed (a package of fsspec's).",
)
_SILENT = Sentence(
    "{address} 没有回应：{why}。没有写完的导出不算数，请换一个空目录再导出。",
    "{address} does not answer: {why}. An export that was cut short is none: begin again in an "
    "empty folder.",
)


@dataclass(frozen=True)
class Folder:
    """Where an export is written or read: ``/mnt/exports/luochong``, ``s3://province/luochong``."""

    address: str

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        import fsspec  # noqa: PLC0415  only who exports or counts exports needs it

        if self.address.startswith("s3://"):
            return _s3(), self.address.removeprefix("s3://").rstrip("/")
        try:
            filesystem, root = fsspec.core.url_to_fs(self.address)
        except ImportError:
            told: dict[str, Value] = {"address": self.address}
            raise Busy(
                "store_not_installed", Sentence(_NOT_INSTALLED.zh, _NOT_INSTALLED.en, told)
            ) from None
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

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Say where a store fell silent, in a sentence; what is not there is told as on a disk.

        Each store's client has errors of its own, which nothing here could name.
        """
        try:
            yield
        except (FileNotFoundError, NotADirectoryError, LiuchiError):
            raise
        except Exception as error:
            if self.is_local:
                raise
            told: dict[str, Value] = {
                "address": self.address,
                "why": str(error) or type(error).__name__,
            }
            raise Busy("store_silent", Sentence(_SILENT.zh, _SILENT.en, told)) from error

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading."""
        with self.answering():
            return cast("BinaryIO", self.filesystem.open(self.full(path), "rb"))

    def read(self, path: str) -> bytes:
        """Return a file's bytes; FileNotFoundError where it is not there."""
        with self.answering(), self.open(path) as held:
            return held.read()

    def write(self, path: str, source: BinaryIO) -> tuple[int, str]:
        """Write a file; return its size and digest."""
        many, digest = 0, hashlib.sha256()
        with self.answering(), self._writing(path) as out:
            while chunk := source.read(_CHUNK_BYTES):
                out.write(chunk)
                digest.update(chunk)
                many += len(chunk)
        return many, digest.hexdigest()

    def _writing(self, path: str) -> BinaryIO:
        if not self.address.startswith("s3://"):  # which has no folders, only names with strokes
            self.filesystem.makedirs(self.full(path).rpartition("/")[0], exist_ok=True)
        return cast("BinaryIO", self.filesystem.open(self.full(path), "wb"))

    def paths(self) -> tuple[str, ...]:
        """Return every file below, by path."""
        with self.answering():
            self.filesystem.invalidate_cache()  # a store's client remembers what it once listed
            if not self.filesystem.exists(self._opened[1]):
                return ()
            begin = len(self._opened[1]) + 1
            found = self.filesystem.find(self._opened[1])
        return tuple(sorted(str(each)[begin:] for each in found))

    def digest(self, path: str) -> tuple[int, str]:
        """Return a file's size and digest."""
        with self.answering(), self.open(path) as held:
            return _digest(iter(lambda: held.read(_CHUNK_BYTES), b""))

    def digest_of(self, path: str, offset: int, length: int) -> str:
        """Return the digest of a part of a file."""
        with self.answering(), self.open(path) as held:
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


def _s3() -> Any:
    """Return a store of the S3 protocol, where and as whom the environment says.

    Arrow reads keys and region of it, and not the address of a store that is not Amazon's.
    """
    from fsspec.implementations.arrow import ArrowFSWrapper  # noqa: PLC0415
    from pyarrow.fs import S3FileSystem  # noqa: PLC0415

    told = os.environ
    return ArrowFSWrapper(
        S3FileSystem(
            endpoint_override=told.get("AWS_ENDPOINT_URL_S3") or told.get("AWS_ENDPOINT_URL"),
            force_virtual_addressing=told.get("AWS_S3_ADDRESSING_STYLE") == "virtual",
        )
    )
