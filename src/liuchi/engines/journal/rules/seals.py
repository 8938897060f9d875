"""What a seal covers and how an export proves itself. Pure: no database, no file.

A seal covers a run of ordinals. Each fact gives a leaf; the leaves of one area, in order,
give that area's sub-root (a Merkle tree); the sub-roots by area id and the previous seal's
root give the seal's root. So the facts of one area, the sub-roots of the others and the
chain prove a month of that area, and nobody else's facts need to be shown.

Every hash is SHA-256 over a tag that says what it hashes: a leaf can never be passed off
as a node (RFC 6962, section 2.1, has the same care).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liuchi.engines.journal.rules.canonical import canonical_json

NO_AREA = "-"
"""Stands for the area of facts that have none."""
GENESIS = "0" * 64
"""The root before the first seal."""

_LEAF, _NODE, _ROOT = b"\x00", b"\x01", b"\x02"


@dataclass(frozen=True, slots=True)
class SealForm:
    """A seal as sealed: the run of ordinals, its sub-roots by area, the chain, and when.

    ``sealed_at`` is an instant as canonical JSON writes it (UTC, six decimals).
    """

    number: int
    first_ordinal: int
    last_ordinal: int
    previous_root: str
    areas: Mapping[str, str]
    format_version: int
    sealed_at: str

    def root(self) -> str:
        """Return the root this seal must have."""
        return _digest(
            _ROOT,
            canonical_json(
                {
                    "number": self.number,
                    "first_ordinal": self.first_ordinal,
                    "last_ordinal": self.last_ordinal,
                    "previous_root": self.previous_root,
                    "areas": dict(self.areas),
                    "format_version": self.format_version,
                    "sealed_at": self.sealed_at,
                }
            ),
        )


def leaf(canonical: bytes) -> str:
    """Return the leaf of a fact's canonical bytes."""
    return _digest(_LEAF, canonical)


def merkle_root(leaves: Sequence[str]) -> str:
    """Return the root over leaves in order; a level's odd one moves up unchanged."""
    if not leaves:
        msg = "a tree needs a leaf"
        raise ValueError(msg)
    level = list(leaves)
    while len(level) > 1:
        paired = [
            _digest(_NODE, bytes.fromhex(level[i]) + bytes.fromhex(level[i + 1]))
            for i in range(0, len(level) - 1, 2)
        ]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def sub_roots(leaves: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the sub-root of each area from ``(area, leaf)`` in order of ordinals."""
    by_area: dict[str, list[str]] = {}
    for area, held in leaves:
        by_area.setdefault(area, []).append(held)
    return {area: merkle_root(held) for area, held in sorted(by_area.items())}


def _digest(tag: bytes, content: bytes) -> str:
    return hashlib.sha256(tag + content).hexdigest()
