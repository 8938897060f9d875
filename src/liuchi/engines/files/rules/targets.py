"""What a table may be imported as: targets, their fields, and what comes of a row.

Engines above register a target with the work behind it; this engine brings the rows.
So one set of actions imports everything, and no engine reads a file by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell

PROBLEMS_MAX = 10_000
"""Rows that may be wrong in one file: beyond it, the columns were matched wrongly."""


@dataclass(frozen=True, slots=True)
class ImportField:
    """A field a column may be matched with.

    ``aliases``: other headers it goes by. ``sensitive``: kept encrypted and shown masked.
    ``off_by_default``: never matched unless ticked, with a purpose given.
    """

    code: str
    title: Sentence
    aliases: tuple[str, ...] = ()
    required: bool = False
    sensitive: bool = False
    off_by_default: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was refused: where, and what to do. Never repeats what stood there.

    ``column`` is the letters Excel shows, "" where the fault is no one cell's. ``code``
    names the kind of fault, "" where the work behind the target tells none apart.
    """

    sheet: str
    row: int
    field: str
    sentence: Sentence
    column: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import does, or would do: ``good`` rows are new, changed or unchanged.

    ``moved`` of the changed go to another household. ``missing`` are known here and not in
    the file; they stay as they are. ``kept`` is what the work wants back to undo it: ids and
    what stood there, never about a person. ``refused_cells`` are the refused rows by sheet and
    number, each by field, where the work has them at hand; else the file is read again for them.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    moved: int = 0
    missing: int = 0
    rows: tuple[RowProblem, ...] = ()
    kept: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    refused_cells: Mapping[tuple[str, int], Mapping[str, Cell]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def good(self) -> int:
        """Rows that come in."""
        return self.new + self.changed + self.unchanged


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What an undo did: ``removed`` what was new, ``restored`` what was changed.

    ``rows`` say why something stays; their ``row`` is the row of the file it came from.
    """

    removed: int = 0
    restored: int = 0
    rows: tuple[RowProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class MappedSheet:
    """The chosen columns of a sheet: ``fields`` names what each cell of a row is.

    ``constants`` are values given for the whole sheet. ``rows`` gives number and cells.
    """

    name: str
    fields: tuple[str, ...]
    constants: Mapping[str, str]
    rows: Iterator[tuple[int, tuple[Cell, ...]]]


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """One file on its way in. ``sheets()`` reads it anew, in pieces, each time."""

    id: UUID
    target: str
    purpose: str
    sheets: Callable[[], Iterator[MappedSheet]]


class ImportWork(Protocol):
    """What an engine does with the rows of its target. Called inside ``acting_as``."""

    def check(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Say what an import would do; whatever it keeps until then, ``forget`` drops."""

    def run(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Bring the good rows in."""

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """Take back what the import of this id did."""


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """A kind of table: who may import and undo it, and who does the work."""

    code: str
    title: Sentence
    fields: tuple[ImportField, ...]
    run_verb: str
    undo_verb: str
    work: ImportWork = field(repr=False)
    from_sheet: Callable[[Actor, str], Mapping[str, str]] | None = field(default=None, repr=False)
    """Values the name of a sheet stands for: one sheet per grid. Inside ``acting_as``."""
    forget: Callable[[UUID], None] | None = field(default=None, repr=False)
    """Drops what a check kept for its import: another choice was made, or the day is over."""
    is_administration: bool = False
    """Whether a second factor is asked for, as on the pages that do the same by hand."""

    @property
    def required(self) -> tuple[Sentence, ...]:
        """What has to be in the table, by its heading."""
        return tuple(each.title for each in self.fields if each.required)

    def field(self, code: str) -> ImportField | None:
        """Return a field by its code."""
        return next((each for each in self.fields if each.code == code), None)


_targets: dict[str, ImportTarget] = {}


def register_target(given: ImportTarget) -> None:
    """Make a target known; the same code twice is a bug."""
    if given.code in _targets and _targets[given.code] != given:
        msg = f"two import targets are called {given.code!r}"
        raise ValueError(msg)
    _targets[given.code] = given


def targets(actor: Actor) -> tuple[ImportTarget, ...]:
    """Return what the actor may import, in the order of registration."""
    return tuple(each for each in _targets.values() if actor.may(each.run_verb).allowed)


def target(code: str) -> ImportTarget:
    """Return a target; NotFound where nothing registered it."""
    if code not in _targets:
        raise NotFound("target")
    return _targets[code]


def too_many_problems() -> Invalid:
    """Return the error for a file that is wrong all over."""
    return Invalid(
        "rows_wrong",
        Sentence(
            "超过 {most} 行有错，请检查各列对应的内容。",
            "Over {most} rows are wrong. Check what each column was matched with.",
            {"most": PROBLEMS_MAX},
        ),
    )
