"""What a table would bring, or brought."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from liuchi.engines.disclosures.enums import ImportState
from liuchi.engines.disclosures.models import Import
from liuchi.engines.disclosures.rules import TableProblem
from liuchi.engines.disclosures.scope import require_read
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A table brought for a posting. ``rows`` wait to come in; none once they are."""

    id: UUID
    posting_id: UUID
    state: ImportState
    rows: tuple[Mapping[str, str], ...]
    good: int
    refused: int
    problems: tuple[TableProblem, ...]
    brought_at: datetime


def brought(actor: Actor, import_id: UUID) -> ImportRow:
    """Return a table the actor may see; NotFound otherwise."""
    require_read(actor)
    return _row(held_import(import_id))


def brought_for(actor: Actor, posting_id: UUID) -> tuple[ImportRow, ...]:
    """Return the tables brought for a posting, the newest first."""
    require_read(actor)
    rows = Import.objects.filter(posting_id=posting_id).order_by("-id")
    return tuple(_row(each) for each in rows)


def held_import(import_id: UUID) -> Import:
    """Return a table's row within the scope; NotFound otherwise."""
    held = Import.objects.filter(pk=import_id).first()
    if held is None:
        raise NotFound("import")
    return held


def _row(held: Import) -> ImportRow:
    return ImportRow(
        held.pk,
        held.posting_id,
        ImportState(held.state),
        tuple(held.rows),
        held.good,
        held.refused,
        tuple(
            TableProblem(row, letters, column, Sentence(zh, en, values))
            for row, letters, column, zh, en, values in held.problems
        ),
        held.brought_at,
    )
