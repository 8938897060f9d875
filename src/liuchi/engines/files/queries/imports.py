"""Imports: the list, one of them, its columns as offered, its wrong rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from liuchi.engines.files import models, rules
from liuchi.engines.files.enums import ImportState
from liuchi.engines.files.queries.staged import open_sealed, open_staged
from liuchi.engines.files.rules import ImportReport, ImportTarget, RowProblem
from liuchi.engines.journal.scope import require
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, NotFound
from liuchi.kernel.paging import id_after
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import SheetOut, Workbook, column_letters, header_of, text_of, write

PAGE_MAX = 200
SAMPLES = 3
SAMPLE_CHARACTERS_MAX = 20


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as lists show one. ``counts`` is empty before the first dry run.

    ``file_kept``: whether file or wrong rows can still be read; until ``expires_at``.
    """

    id: UUID
    target: str
    filename: str
    state: ImportState
    sheets: tuple[str, ...]
    counts: Mapping[str, int]
    created_at: datetime
    by_id: UUID
    done_at: datetime | None
    expires_at: datetime
    file_kept: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Some imports, newest first; ``next_after`` fetches the following ones."""

    rows: tuple[ImportRow, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class ColumnOffer:
    """A column with the field it seems to be ("": none) and a few of its values.

    ``off_field`` is the field it could be if ticked with a purpose; its samples are masked.
    """

    index: int
    letters: str
    header: str
    field: str
    remembered: bool
    off_field: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetOffer:
    """A sheet to choose from. ``ticked``: visible, with a header and the fields needed.

    ``fault`` says why it cannot be read as it is. ``constants`` are offered values, such
    as the sheet's name for the grid.
    """

    name: str
    hidden: bool
    rows: int
    ticked: bool
    header_rows: tuple[int, int] | None
    columns: tuple[ColumnOffer, ...]
    constants: Mapping[str, str]
    fault: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ImportOffer:
    """A received file with its columns as they seem to be."""

    row: ImportRow
    target: ImportTarget
    sheets: tuple[SheetOffer, ...]


def imports(
    actor: Actor, *, target: str | None = None, after: str | None = None, limit: int = 50
) -> ImportPage:
    """Return the imports of the actor's area, newest first."""
    may_import(actor)
    require(actor)
    most = max(1, min(limit, PAGE_MAX))
    found = models.Import.objects.order_by("-id")
    if target is not None:
        found = found.filter(target=target)
    if after is not None:
        found = found.filter(id__lt=id_after(after))
    rows = [import_row(each) for each in found[: most + 1]]
    return ImportPage(tuple(rows[:most]), str(rows[most - 1].id) if len(rows) > most else None)


def open_imports_of(actor: Actor, user_id: UUID) -> int:
    """Count the imports somebody has begun in the actor's area and not finished."""
    require(actor)
    return models.Import.objects.filter(
        created_by=user_id,
        state__in=[ImportState.RECEIVED, ImportState.CHOSEN, ImportState.CHECKED],
        expires_at__gt=clock.now(),
    ).count()


def imported(actor: Actor, import_id: UUID) -> ImportRow:
    """Return one import; NotFound outside the actor's area."""
    return import_row(held_import(actor, import_id))


def problems(actor: Actor, import_id: UUID) -> tuple[RowProblem, ...]:
    """Return the rows the last dry run or the import refused, with a sentence each."""
    return problems_of(held_import(actor, import_id).problems)


def problems_of(stored: list[dict[str, Any]]) -> tuple[RowProblem, ...]:
    """Return what :func:`report_json` stored."""
    return tuple(
        RowProblem(p["sheet"], p["row"], p["field"], Sentence(p["zh"], p["en"], p["values"]),
                   p["column"], p.get("code", ""))
        for p in stored
    )  # fmt: skip


def offer(
    actor: Actor, import_id: UUID, *, header_rows: Mapping[str, tuple[int, int]] | None = None
) -> ImportOffer:
    """Return the sheets and columns of a received file with what they seem to be.

    ``header_rows`` per sheet overrides what was found. Invalid("file_gone") after a day.
    """
    held = held_import(actor, import_id)
    target = rules.target(held.target)
    with open_staged(held) as workbook:
        sheets = tuple(
            _sheet_offer(workbook, place, target, actor, (header_rows or {}))
            for place in range(len(workbook.sheets))
        )
    return ImportOffer(import_row(held), target, sheets)


def bad_rows(actor: Actor, import_id: UUID) -> bytes:
    """Return the refused rows as an .xlsx to mend and send again: chosen columns only.

    Invalid("file_gone") where there are none or a day has passed.
    """
    with open_sealed(held_import(actor, import_id), bad_rows=True) as file:
        return file.read()


def template(target: ImportTarget, language: str) -> bytes:
    """Return an empty workbook with a target's headers and one example row."""
    fields = [each for each in target.fields if not each.off_by_default]
    title = target.title.in_language(language)
    headers = [each.title.in_language(language) for each in fields]
    return write([SheetOut(title, headers, [[each.example or None for each in fields]])])


def may_import(actor: Actor) -> None:
    """Refuse who may import nothing at all."""
    if not rules.targets(actor):
        actor.may("directory.import.run").or_refuse()


def held_import(actor: Actor, import_id: UUID) -> models.Import:
    """Return an import in scope. For this engine."""
    may_import(actor)
    require(actor)
    found = models.Import.objects.filter(pk=import_id).first()
    if found is None:
        raise NotFound("import")
    rules.target(found.target)
    actor.may(rules.target(found.target).run_verb).or_refuse()
    return found


def import_row(held: models.Import) -> ImportRow:
    """Return the frozen row of an import."""
    return ImportRow(
        id=held.id,
        target=held.target,
        filename=held.filename,
        state=ImportState(held.state),
        sheets=tuple(sheet["name"] for sheet in held.sheets),
        counts=held.counts,
        created_at=held.created_at,
        by_id=held.created_by,
        done_at=held.done_at,
        expires_at=held.expires_at,
        file_kept=held.wrapped_key is not None and held.expires_at > clock.now(),
    )


def remembered(target: str, headers: tuple[str, ...], scope_code: str) -> Mapping[str, str]:
    """Return header → field as it was chosen here the last time for these headers."""
    found = models.Mapping.objects.filter(
        target=target, signature=rules.signature(headers), scope_code=scope_code
    ).first()
    columns: dict[str, str] = {} if found is None else found.columns
    return columns


def report_json(report: ImportReport) -> list[dict[str, Any]]:
    """Return a report's rows as they are stored."""
    return [
        {"sheet": p.sheet, "row": p.row, "field": p.field, "column": p.column,
         "code": p.code, "zh": p.sentence.zh, "en": p.sentence.en, "values": p.sentence.values}
        for p in report.rows
    ]  # fmt: skip


def _sheet_offer(
    workbook: Workbook,
    place: int,
    target: ImportTarget,
    actor: Actor,
    header_rows: Mapping[str, tuple[int, int]],
) -> SheetOffer:
    info = workbook.sheets[place]
    words = rules.header_words(target)
    try:
        table = workbook.table(info.name, header_rows.get(info.name), words=words)
        first = list(islice(table.rows, SAMPLES))
    except Invalid as error:
        return SheetOffer(info.name, info.hidden, info.rows, False, None, (), {}, error.sentence)  # noqa: FBT003
    guesses = rules.guess_columns(
        target, table.headers, remembered(target.code, table.headers, actor.scope_code)
    )
    taken = {guess.field for guess in guesses}
    meant = target.from_sheet(actor, text_of(info.name)) if target.from_sheet else {}
    constants = {code: text for code, text in meant.items() if code not in taken}
    known = any(
        header_of(part) in words  # of a joined header the lower part as well
        for header in table.headers
        for part in (header, header.rpartition(" ")[2])
    )
    taken |= set(constants)
    needed = all(each.code in taken for each in target.fields if each.required)
    return SheetOffer(
        name=info.name,
        hidden=info.hidden,
        rows=max(info.rows - table.header_rows[1], 0),
        ticked=known and needed and not info.hidden,
        header_rows=table.header_rows,
        columns=tuple(
            ColumnOffer(
                index=guess.index,
                letters=column_letters(guess.index),
                header=guess.header,
                field=guess.field,
                remembered=guess.remembered,
                off_field=guess.off_field,
                samples=_samples(target, guess, [row.cells[guess.index] for row in first]),
            )
            for guess in guesses
            if guess.header
        ),
        constants=constants,
    )


def _samples(target: ImportTarget, guess: rules.ColumnGuess, cells: list[Any]) -> tuple[str, ...]:
    held = target.field(guess.field or guess.off_field)
    texts = [text_of(cell)[:SAMPLE_CHARACTERS_MAX] for cell in cells]
    if held is not None and held.sensitive:
        texts = [f"{text[:3]}{'*' * (len(text) - 3)}" for text in texts]
    return tuple(text for text in texts if text)
