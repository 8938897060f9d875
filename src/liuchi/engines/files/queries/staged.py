"""The file behind an import, opened where it lies sealed. Within this engine only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from liuchi.engines.files.models import Import
from liuchi.engines.files.queries.progress import begin, counted
from liuchi.engines.files.rules import ImportBatch, MappedSheet, SheetChoice, header_words, target
from liuchi.engines.files.scope import key_ring, staged_path
from liuchi.kernel import clock
from liuchi.kernel.errors import Invalid
from liuchi.kernel.keyring import KeyringError
from liuchi.kernel.sealed import SealedReader
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Workbook, open_workbook


def open_sealed(held: Import, *, bad_rows: bool = False) -> io.BufferedReader:
    """Return the file of an import, or its wrong rows; Invalid("file_gone") after a day."""
    require_kept(held)
    path = staged_path(held.id, bad_rows=bad_rows)
    if not path.exists():
        raise gone()
    try:
        key = key_ring().open_subject_key(bytes(held.wrapped_key or b""), str(held.id))
        return io.BufferedReader(SealedReader(path.open("rb"), key, str(held.id)), 1 << 16)
    except KeyringError as error:
        raise gone() from error


def require_kept(held: Import) -> None:
    """Raise Invalid("file_gone") for an import whose day is over, whatever still lies about."""
    if held.wrapped_key is None or held.expires_at <= clock.now():
        raise gone()


def open_staged(held: Import) -> Workbook:
    """Return the workbook of an import."""
    return open_workbook(open_sealed(held), held.filename)


def choices(held: Import) -> tuple[SheetChoice, ...]:
    """Return what was chosen, as it was chosen."""
    return tuple(
        SheetChoice(
            name=each["name"],
            columns={int(index): code for index, code in each["columns"].items()},
            header_rows=tuple(each["header_rows"]) if each["header_rows"] else None,
            constants=each["constants"],
        )
        for each in held.choice
    )


def batch_of(held: Import) -> ImportBatch:
    """Return an import as its target's work takes it."""
    words = header_words(target(held.target))

    def sheets() -> Iterator[MappedSheet]:
        chosen = choices(held)
        known = {each["name"]: each["rows"] for each in held.sheets}
        begin(held.id, sum(known.get(each.name) or 0 for each in chosen))
        with open_staged(held) as workbook:
            for choice in chosen:
                sheet = _mapped(workbook, choice, words)
                yield replace(sheet, rows=counted(held.id, sheet.rows))

    return ImportBatch(held.id, held.target, held.purpose, sheets)


def letters_of(held: Import) -> dict[tuple[str, str], int]:
    """Return (sheet, field) → place of the column."""
    return {
        (choice.name, code): index
        for choice in choices(held)
        for index, code in choice.columns.items()
    }


def gone() -> Invalid:
    """Return the error for a file that is no longer kept."""
    return Invalid(
        "file_gone",
        Sentence("文件已按规定删除，请重新上传。", "The file is no longer kept. Send it again."),
    )


def _mapped(workbook: Workbook, choice: SheetChoice, words: frozenset[str]) -> MappedSheet:
    table = workbook.table(choice.name, choice.header_rows, words=words)
    places = sorted(choice.columns)
    if places and places[-1] >= len(table.headers):
        raise gone()
    return MappedSheet(
        choice.name,
        tuple(choice.columns[place] for place in places),
        choice.constants,
        # What is not chosen ends here: nothing behind this line ever sees it.
        ((row.number, tuple([row.cells[place] for place in places])) for row in table.rows),
    )


def is_own(held: Import, user_id: UUID) -> bool:
    """Whether this user brought the file."""
    return held.created_by == user_id
