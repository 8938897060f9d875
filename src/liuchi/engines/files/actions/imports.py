"""Tables on their way in: received, matched, checked, imported, undone, forgotten.

The file waits sealed on disk for a day at most. What its columns hold is known to the
work of its target alone; here stay counts, places and sentences.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from liuchi.engines.files import queries, rules
from liuchi.engines.files.enums import ImportState
from liuchi.engines.files.facts import (
    IMPORT_RUN,
    IMPORT_UNDONE,
    ImportRunData,
    ImportUndoneData,
)
from liuchi.engines.files.models import Import, Mapping
from liuchi.engines.files.queries import ImportRow
from liuchi.engines.files.queries.imports import held_import, import_row, report_json
from liuchi.engines.files.queries.progress import under_way
from liuchi.engines.files.queries.staged import batch_of, choices, gone, open_staged, require_kept
from liuchi.engines.files.rules import (
    ImportReport,
    ImportTarget,
    RowProblem,
    SheetChoice,
    UndoReport,
)
from liuchi.engines.files.scope import key_ring, staged_path, staging_folder
from liuchi.engines.journal.actions import once, record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import lowest_id_at, new_id
from liuchi.kernel.sealed import seal
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import Cell, Flaw, SheetOut, column_letters, open_workbook, write

STAGING_HOURS = 24
FILENAME_CHARACTERS_MAX = 80
_CHUNK_BYTES = 1 << 20
_WITHDRAWABLE = (ImportState.RECEIVED, ImportState.CHOSEN, ImportState.CHECKED)


def receive(
    content: bytes | Path, filename: str, *, target: str, actor: Actor, key: str
) -> ImportRow:
    """Take a file in: opened, found readable, sealed for a day.

    Invalid with the codes of :mod:`liuchi.kernel.sheets` for a file that is no table.
    """
    wanted = rules.target(target)
    actor.may(wanted.run_verb).or_refuse()
    with open_workbook(content, filename) as workbook:
        sheets = [
            {"name": s.name, "hidden": s.hidden, "rows": s.rows, "columns": s.columns}
            for s in workbook.sheets
        ]
    import_id = new_id()
    data_key, wrapped = key_ring().new_subject_key(str(import_id))
    with _given(content) as file:
        mark = _mark(file)
        with acting_as(actor):
            body = {"target": target, "file": mark}
            earlier = once(f"files.receive_import:{actor.id}", key, body, import_id)
            if earlier is not None:
                return import_row(held_import(actor, earlier))
            _keep(staged_path(import_id), file, data_key, str(import_id))
            held = Import.objects.create(
                id=import_id,
                target=target,
                filename=Path(filename).name[-FILENAME_CHARACTERS_MAX:],
                state=ImportState.RECEIVED,
                scope_code=actor.scope_code,
                area_id=actor.area_id,
                created_at=clock.now(),
                created_by=actor.id,
                expires_at=clock.now() + timedelta(hours=STAGING_HOURS),
                wrapped_key=wrapped,
                sheets=sheets,
            )
            return import_row(held)


def choose_columns(
    import_id: UUID,
    sheets: Sequence[SheetChoice],
    *,
    purpose: str = "",
    actor: Actor,
    key: str,
) -> ImportRow:
    """Say which columns are read as what; it is remembered for these headers here.

    A column that is off by default needs a purpose and is not remembered.
    """
    body = {
        "import": str(import_id),
        "sheets": [_choice_json(each) for each in sheets],
        "purpose": purpose.strip(),
    }
    with acting_as(actor):
        held = _locked(import_id, actor)
        wanted = rules.target(held.target)
        if once(f"files.choose_columns:{actor.id}", key, body, import_id) is not None:
            return import_row(held)
        _require_state(held, *_WITHDRAWABLE)
        known = {sheet["name"] for sheet in held.sheets}
        if any(sheet.name not in known for sheet in sheets):
            raise NotFound("sheet")
        rules.check_choice(wanted, sheets, purpose)
        chosen = _remember(held, wanted, sheets, actor)
        held.choice = [_choice_json(each) for each in chosen]
        held.purpose = purpose.strip()
        held.state, held.counts, held.problems = ImportState.CHOSEN, {}, []
        held.save(update_fields=["choice", "purpose", "state", "counts", "problems"])
        _forget_checked(held)
        return import_row(held)


def check(import_id: UUID, *, actor: Actor) -> ImportReport:
    """Try the import and return what it would do; what it read may wait, a day at most."""
    with under_way(import_id), acting_as(actor):
        held = _locked(import_id, actor)
        _require_state(held, ImportState.CHOSEN, ImportState.CHECKED)
        report = _lettered(held, rules.target(held.target).work.check(batch_of(held), actor))
        _write_bad_rows(held, report)
        _note(held, report)
        held.state = ImportState.CHECKED
        held.save(update_fields=["state", "counts", "problems"])
    return report


def run(import_id: UUID, *, actor: Actor, key: str) -> ImportReport:
    """Bring the good rows in, in one transaction, and forget the file.

    The refused rows stay readable for the rest of the day, in the chosen columns alone.
    A repeated key imports nothing again.
    """
    with under_way(import_id), acting_as(actor):
        held = _locked(import_id, actor)
        body = {"import": str(import_id)}
        if once(f"files.run_import:{actor.id}", key, body, import_id) is not None:
            return _told(held, queries.problems(actor, import_id))
        _require_state(held, ImportState.CHECKED)
        require_kept(held)
        report = _lettered(held, rules.target(held.target).work.run(batch_of(held), actor))
        if not report.refused:
            held.wrapped_key = None
        elif report_json(report) != held.problems:
            # Somebody came in since the check; else the rows it handed back are these.
            _write_bad_rows(held, report)
        _note(held, report)
        held.kept = dict(report.kept)
        held.state, held.done_at, held.done_by = ImportState.DONE, clock.now(), actor.id
        held.fact_id = record(
            IMPORT_RUN.kind,
            actor=actor,
            subject_kind="import",
            subject_id=import_id,
            area_id=held.area_id,
            amount=report.good,
            data=ImportRunData(
                target=held.target,
                added=report.new,
                changed=report.changed,
                unchanged=report.unchanged,
                refused=report.refused,
            ),
        )
        held.save()
    # After the commit: a crash in between leaves a file that nothing can open any more.
    _forget(import_id, keep_bad_rows=bool(report.refused))
    return report


def undo(import_id: UUID, *, actor: Actor, key: str) -> UndoReport:
    """Take back exactly what an import did; what others depend on stays, with the reason.

    A second undo changes nothing and returns an empty report.
    """
    with acting_as(actor):
        held = _locked(import_id, actor)
        wanted = rules.target(held.target)
        actor.may(wanted.undo_verb).or_refuse()
        body = {"import": str(import_id)}
        if once(f"files.undo_import:{actor.id}", key, body, import_id) is not None:
            return UndoReport()
        if held.state == ImportState.UNDONE:
            return UndoReport()
        _require_state(held, ImportState.DONE)
        report = wanted.work.undo(import_id, held.kept, actor)
        held.state, held.undone_at, held.undone_by = ImportState.UNDONE, clock.now(), actor.id
        held.wrapped_key, held.kept = None, {}
        held.save()
        record(
            IMPORT_UNDONE.kind,
            actor=actor,
            subject_kind="import",
            subject_id=import_id,
            area_id=held.area_id,
            amount=report.removed + report.restored,
            cause_id=held.fact_id,
            data=ImportUndoneData(
                target=held.target,
                removed=report.removed,
                restored=report.restored,
                stayed=len(report.rows),
            ),
        )
    _forget(import_id)
    return report


def abandon(import_id: UUID, *, actor: Actor) -> None:
    """Give an import up and delete its file now."""
    with acting_as(actor):
        held = _locked(import_id, actor)
        if held.state != ImportState.ABANDONED:
            _require_state(held, *_WITHDRAWABLE)
            held.state, held.wrapped_key = ImportState.ABANDONED, None
            held.save(update_fields=["state", "wrapped_key"])
            _forget_checked(held)
    _forget(import_id)


def forget_expired(*, actor: Actor) -> int:
    """Delete files whose day is over, finished or not; returns how many imports it was."""
    with acting_as(actor):
        expired = list(
            Import.objects.select_for_update(skip_locked=True).filter(
                wrapped_key__isnull=False, expires_at__lte=clock.now()
            )
        )
        for held in expired:
            held.wrapped_key = None
            if held.state in _WITHDRAWABLE:
                held.state = ImportState.ABANDONED
            held.save(update_fields=["wrapped_key", "state"])
            _forget_checked(held)
    for held in expired:
        _forget(held.id)
    return len(expired)


def _forget_checked(held: Import) -> None:
    forget = rules.target(held.target).forget
    if forget is not None:
        forget(held.id)


def _locked(import_id: UUID, actor: Actor) -> Import:
    held_import(actor, import_id)
    found = Import.objects.select_for_update().filter(pk=import_id).first()
    if found is None:
        raise NotFound("import")
    return found


def _require_state(held: Import, *states: ImportState) -> None:
    if held.state not in states:
        raise Conflict(
            "import_state",
            Sentence(
                "这次导入已经走到别的步骤，请刷新页面。",
                "This import has moved on. Load the page again.",
            ),
        )


def _choice_json(choice: SheetChoice) -> dict[str, Any]:
    return {
        "name": choice.name,
        "columns": {str(index): code for index, code in sorted(choice.columns.items())},
        "header_rows": list(choice.header_rows) if choice.header_rows else None,
        "constants": {code: text.strip() for code, text in choice.constants.items()},
    }


def _remember(
    held: Import, target: ImportTarget, sheets: Sequence[SheetChoice], actor: Actor
) -> list[SheetChoice]:
    """Note header → field per sheet, and return the choices with their header rows fixed."""
    fixed: list[SheetChoice] = []
    with open_staged(held) as workbook:
        for sheet in sheets:
            table = workbook.table(sheet.name, sheet.header_rows, words=rules.header_words(target))
            if any(not 0 <= index < len(table.headers) for index in sheet.columns):
                raise NotFound("column")
            fixed.append(SheetChoice(sheet.name, sheet.columns, table.header_rows, sheet.constants))
            columns = {
                table.headers[index]: code
                for index, code in sheet.columns.items()
                if not getattr(target.field(code), "off_by_default", True)
            }
            Mapping.objects.update_or_create(
                target=target.code,
                signature=rules.signature(table.headers),
                scope_code=actor.scope_code,
                defaults={
                    "columns": columns,
                    "remembered_at": clock.now(),
                    "remembered_by": actor.id,
                },
                create_defaults={
                    "id": new_id(),
                    "columns": columns,
                    "remembered_at": clock.now(),
                    "remembered_by": actor.id,
                },
            )
    return fixed


def _lettered(held: Import, report: ImportReport) -> ImportReport:
    """Return the report with the letters of the columns its rows speak of."""
    places = {
        (choice.name, code): column_letters(index)
        for choice in choices(held)
        for index, code in choice.columns.items()
    }
    rows = tuple(
        RowProblem(p.sheet, p.row, p.field, p.sentence, places.get((p.sheet, p.field), ""), p.code)
        for p in report.rows
    )
    return ImportReport(
        report.new, report.changed, report.unchanged, report.refused, report.moved,
        report.missing, rows, report.kept, report.refused_cells,
    )  # fmt: skip


def _note(held: Import, report: ImportReport) -> None:
    held.counts = {
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "moved": report.moved,
        "missing": report.missing,
    }
    held.problems = report_json(report)


def _told(held: Import, rows: tuple[RowProblem, ...]) -> ImportReport:
    return ImportReport(**held.counts, rows=rows)


def _write_bad_rows(held: Import, report: ImportReport) -> None:
    """Keep the refused rows, sealed, in their chosen columns, with what is wrong in each."""
    path = staged_path(held.id, bad_rows=True)
    if not report.refused:
        path.unlink(missing_ok=True)
        return
    said: dict[tuple[str, int], list[str]] = {}
    for problem in report.rows:
        said.setdefault((problem.sheet, problem.row), []).append(
            problem.column + problem.sentence.in_language("zh")
        )
    if held.wrapped_key is None:
        raise gone()
    key = key_ring().open_subject_key(bytes(held.wrapped_key), str(held.id))
    content = write(list(_bad_sheets(held, report, said)))
    _keep(path, io.BytesIO(content), key, str(held.id))


def _bad_sheets(
    held: Import, report: ImportReport, said: dict[tuple[str, int], list[str]]
) -> Iterator[SheetOut]:
    target = rules.target(held.target)
    for name, names, found in _refused(held, report, said):
        titles = [each.title.zh for code in names if (each := target.field(code))]
        rows: list[list[Cell]] = [
            [*map(_readable, cells), number, "；".join(said[name, number])]
            for number, cells in found
        ]
        if rows:
            yield SheetOut(name, [*titles, "原行号", "问题"], rows)


def _refused(
    held: Import, report: ImportReport, said: dict[tuple[str, int], list[str]]
) -> Iterator[tuple[str, list[str], Iterable[tuple[int, Sequence[Cell]]]]]:
    """Return the refused rows of each sheet: its name, the fields, number and cells of each."""
    cells = report.refused_cells
    if said.keys() <= cells.keys():
        for choice in choices(held):
            names = [*(code for _, code in sorted(choice.columns.items())), *choice.constants]
            numbers = sorted(number for name, number in said if name == choice.name)
            rows = [(n, cells[choice.name, n]) for n in numbers]
            yield choice.name, names, [(n, [row.get(code) for code in names]) for n, row in rows]
        return
    for sheet in batch_of(held).sheets():
        shared, name = list(sheet.constants.values()), sheet.name
        found = [(n, [*each, *shared]) for n, each in sheet.rows if (name, n) in said]
        yield name, [*sheet.fields, *sheet.constants], found


def _readable(cell: Cell) -> Cell:
    return None if isinstance(cell, Flaw) else cell


@contextmanager
def _given(content: bytes | Path) -> Iterator[IO[bytes]]:
    with io.BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        yield file


def _mark(file: IO[bytes]) -> str:
    """Return a keyed hash of a file: a plain one of a short list could be guessed back."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    return key_ring().lookup_hash(digest.hexdigest(), "files.receive_import").hex()


def _keep(path: Path, file: IO[bytes], key: Any, place: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        seal(file, out, key, place)
    draft.replace(path)


def _forget(import_id: UUID, *, keep_bad_rows: bool = False) -> None:
    staged_path(import_id).unlink(missing_ok=True)
    if not keep_bad_rows:
        staged_path(import_id, bad_rows=True).unlink(missing_ok=True)


def forget_strays() -> int:
    """Delete files of the staging folder that were left by a crash; returns how many."""
    folder, removed = staging_folder(), 0
    oldest = lowest_id_at(clock.now() - timedelta(hours=STAGING_HOURS))
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            old = UUID(path.stem) < oldest
        except ValueError:
            old = True
        if old:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
