"""Looks for traces of one village's people in a text, whatever page or operation gave it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]+")
_NAME_LENGTHS = (2, 3, 4)


@dataclass(frozen=True)
class Traces:
    """What must not be seen: ids, names, and phone numbers as they are masked."""

    ids: frozenset[str]
    names: frozenset[str]
    phones: frozenset[str]

    def found_in(self, text: str, sent: Iterable[str] = ()) -> set[str]:
        """Return the traces in ``text``, but for those the request itself brought along."""
        ids = {found.lower() for found in _UUID.findall(text)} & self.ids
        names = set(_pieces(text)) & self.names
        phones = {phone for phone in self.phones if phone in text}
        return (ids | names | phones) - {value.lower() for value in sent}


def distinct(theirs: Iterable[str], others: Iterable[str]) -> frozenset[str]:
    """Return values of one village that are not, and are no part of, another's.

    Two villages may each have a 王芳; seeing the one is not seeing the other.
    """
    elsewhere = {piece for other in others for piece in (other, *_pieces(other))}
    return frozenset(value for value in theirs if value and value not in elsewhere)


def _pieces(text: str) -> Iterator[str]:
    for run in _HAN.findall(text):
        for length in _NAME_LENGTHS:
            for start in range(len(run) - length + 1):
                yield run[start : start + length]
