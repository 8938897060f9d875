"""What checking an export in Parquet finds: faults by file, row group and seal."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from liuchi.engines.journal.rules.faults import FAULTS_KEPT_MAX
from liuchi.engines.journal.rules.parquet.manifest import Manifest, SealNumbers
from liuchi.engines.journal.rules.seals import SealForm
from liuchi.kernel.sentences import Sentence


class FileFaultCode(StrEnum):
    """What kind of thing fails."""

    UNFINISHED = "unfinished"  # no manifest: no export, or one that was cut short
    MANIFEST = "manifest"  # the manifest and its digest differ, or it contradicts itself
    ALTERED = "altered"  # a file is not as it was written
    MISSING = "missing"  # a file is not there
    REPEATED = "repeated"  # a file stands there twice
    ADDED = "added"  # a file that the manifest does not name
    SEAL = "seal"  # a seal and its root, or the seal before it, differ
    FACTS = "facts"  # the facts of a seal are not those that were sealed
    COLUMNS = "columns"  # a column says otherwise than the fact it was made of


@dataclass(frozen=True, slots=True)
class FileFault:
    """Something in the folder that does not prove itself; ``seals`` as people write them."""

    code: FileFaultCode
    path: str
    seals: str
    sentence: Sentence


@dataclass(slots=True)
class Checked:
    """What was checked: the manifest, where it could be read, and what is wrong.

    ``proved``: the facts themselves were compared with their seals, not their files alone.
    """

    manifest: Manifest | None = None
    seals: tuple[SealForm, ...] = ()
    numbers: SealNumbers = field(default_factory=lambda: SealNumbers(1, ()))
    faults: list[FileFault] = field(default_factory=list)
    fault_count: int = 0
    proved: bool = False

    @property
    def holds(self) -> bool:
        """Whether everything is as it was written."""
        return self.manifest is not None and not self.fault_count

    def blame(
        self,
        code: FileFaultCode,
        path: str,
        zh: str,
        en: str,
        *,
        ordinals: tuple[tuple[int, int], ...] = (),
        **values: str,
    ) -> None:
        """Note a fault; ``ordinals`` are the facts that it may concern."""
        self.fault_count += 1
        if len(self.faults) >= FAULTS_KEPT_MAX:
            return
        seals = self.numbers.of(ordinals)
        sentence = Sentence(zh, en, {"file": path, "seals": seals, **values})
        self.faults.append(FileFault(code, path, seals, sentence))
