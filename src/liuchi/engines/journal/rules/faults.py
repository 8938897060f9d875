"""What a verification finds: faults by kind, line and fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from liuchi.engines.journal.rules.seals import GENESIS
from liuchi.kernel.sentences import Sentence

FAULTS_KEPT_MAX = 200
"""A file that is wrong throughout is told by its first faults; the others are counted."""


class FaultCode(StrEnum):
    """What kind of thing fails."""

    HEADER = "header"  # not an export of ours
    SPOILED = "spoiled"  # a line is not written as an export writes it
    CHANGED = "changed"  # a fact and its leaf differ
    MISSING = "missing"  # facts of a seal are not in the file
    REPEATED = "repeated"  # a fact stands there twice
    MOVED = "moved"  # a fact stands behind a later one
    SEAL = "seal"  # a seal and its root, or the seal before it, differ
    AREA = "area"  # the facts of an area and its sub-root differ
    STRAY = "stray"  # a line where none belongs
    CUT = "cut"  # the end line is not there, or counts other lines


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the file that does not prove itself, and where it stands."""

    line: int
    code: FaultCode
    fact_id: str | None
    ordinal: int | None
    sentence: Sentence


@dataclass(slots=True)
class Proof:
    """What a verification found. ``faults`` holds the first of ``fault_count``."""

    facts: int = 0
    seals: int = 0
    root: str = GENESIS
    area: str | None = None
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0

    @property
    def holds(self) -> bool:
        """Whether every line proved itself and at least one seal was there."""
        return not self.fault_count and self.seals > 0

    def blame(
        self,
        line: int,
        code: FaultCode,
        sentence: Sentence,
        *,
        fact_id: str | None = None,
        ordinal: int | None = None,
    ) -> None:
        """Note a fault."""
        self.fault_count += 1
        if len(self.faults) < FAULTS_KEPT_MAX:
            self.faults.append(Fault(line, code, fact_id, ordinal, sentence))
