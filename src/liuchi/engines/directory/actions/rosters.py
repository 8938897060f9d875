"""Importing a roster: who is new, who has changed, who moved; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from liuchi.engines.directory.actions import merging
from liuchi.engines.directory.actions.places import Home, Places
from liuchi.engines.directory.actions.staging import SHEET_SHIFT, Staging
from liuchi.engines.directory.enums import SensitiveField
from liuchi.engines.directory.facts import PEOPLE_IMPORTED, ImportData
from liuchi.engines.directory.models import RosterImport, RosterStaged
from liuchi.engines.directory.queries.people import place
from liuchi.engines.directory.scope import key_ring
from liuchi.engines.files.queries import problems_of, report_json
from liuchi.engines.files.rules import (
    PROBLEMS_MAX,
    ImportBatch,
    ImportReport,
    RowProblem,
    UndoReport,
    too_many_problems,
)
from liuchi.engines.journal.actions import record
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

UNDO_DAYS = 30
_SECRETS_AT_ONCE = 2_000
_REASONS = {
    "id_twice": Sentence(
        "与第 {row} 行身份证号相同，请改正其中一行。",
        "The same identity number as row {row}. Correct one of them.",
    ),
    "twice": Sentence(
        "与第 {row} 行是同一个人，这一行没有导入。", "The same person as row {row}; left out."
    ),
    "elsewhere": Sentence(
        "此人已登记在别的村（社区），请先办迁移。",
        "Registered in another village. Move the person first.",
    ),
    "left": Sentence(
        "此人已登记为迁出或去世，请先核对。",
        "Registered as having left or died. Check first.",
    ),
    "ambiguous": Sentence(
        "同名的人不止一个，请补出生日期或身份证号。",
        "Several people have this name. Add the birth date.",
    ),
}
_STAYED = {
    "in_use": Sentence(
        "此人已有积分、同意书等记录，予以保留。", "Claims, consents or the like name this person."
    ),
    "changed_since": Sentence(
        "导入后又有改动，予以保留。", "Changed again after the import; kept."
    ),
}


@dataclass(frozen=True, slots=True)
class RosterWork:
    """What the directory does with the rows of a roster."""

    def check(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Say what an import would do; the rows wait, sealed, for the word to do it."""
        with connection.cursor() as cursor:
            report = _recognised(cursor, _stage(cursor, batch, actor))
            cursor.execute(merging.AS_BEFORE)
            cursor.execute("DROP TABLE roster_stage")
        return report

    def run(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Bring the good rows in and remember what they changed.

        The rows are those of the check, so the file is not read again; who they are is
        found out anew, for somebody may have come in since.
        """
        with connection.cursor() as cursor:
            staged = _waiting(cursor, batch.id, actor) or _stage(cursor, batch, actor)
            report = _recognised(cursor, staged)
            _merge(cursor, staged, actor)
            _journal(cursor, batch.id, actor)
            cursor.execute(merging.AS_BEFORE)
            cursor.execute("DROP TABLE roster_stage, roster_house")
            forget_waiting(batch.id)
        return report

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:  # noqa: ARG002
        """Take back what an import did, as far as nothing has come to depend on it."""
        held = RosterImport.objects.filter(pk=batch_id).first()
        if held is None:
            raise _too_late()
        with connection.cursor() as cursor:
            cursor.execute("SELECT place, outcome FROM directory_undo_import(%s)", [batch_id])
            found = cursor.fetchall()
        outcomes = [outcome for _, outcome in found]
        return UndoReport(
            outcomes.count("removed"),
            outcomes.count("restored"),
            tuple(
                RowProblem(*_where(where, held.sheets), "name", _STAYED[outcome])
                for where, outcome in found
                if outcome in _STAYED
            ),
        )


def from_sheet(actor: Actor, name: str) -> dict[str, str]:
    """Return what the name of a sheet stands for: a grid of one's village, or a village."""
    places = Places(actor)
    if isinstance(places.find("", name), Home):
        return {"grid": name}
    return {"village": name} if isinstance(places.find(name, ""), Home) else {}


def forget_undo(*, actor: Actor) -> int:
    """Delete what is kept to undo imports after some weeks; returns how many they were."""
    with acting_as(actor):
        oldest = clock.now() - timedelta(days=UNDO_DAYS)
        expired = list(RosterImport.objects.filter(at__lt=oldest).values_list("id", flat=True))
        RosterImport.objects.filter(id__in=expired).delete()
    return len(expired)


def forget_waiting(import_id: UUID) -> None:
    """Delete what waits of a roster, if anything."""
    RosterStaged.objects.filter(pk=import_id).delete()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM directory_roster_row WHERE roster_id = %s", [import_id])


def _stage(cursor: CursorWrapper, batch: ImportBatch, actor: Actor) -> RosterStaged:
    """Read the file into the table where its rows wait."""
    forget_waiting(batch.id)
    staging = Staging(Places(actor), clock.today())
    staging.copy(cursor, batch.id, batch.sheets())
    cursor.execute(merging.STAGE, {"import": batch.id})
    return RosterStaged.objects.create(
        id=batch.id,
        scope_code=actor.scope_code,
        by=actor.id,
        at=clock.now(),
        ring_id=key_ring().current,
        sheets=staging.sheets,
        rows=staging.kept,
        refused=staging.refused,
        problems=report_json(ImportReport(rows=tuple(staging.problems))),
    )


def _waiting(cursor: CursorWrapper, import_id: UUID, actor: Actor) -> RosterStaged | None:
    """Return what waits of a roster; None where it is not to be relied on any more.

    Rows that a crash has emptied, keys under a ring that has turned since, somebody else's
    reach, a village that went to another town: then the file is read again.
    """
    staged = RosterStaged.objects.filter(pk=import_id).first()
    if staged is None or (staged.by, staged.scope_code, staged.ring_id) != (
        actor.id,
        actor.scope_code,
        key_ring().current,
    ):
        return None
    cursor.execute(merging.STAGE, {"import": import_id})
    whole = cursor.rowcount == staged.rows
    cursor.execute(merging.HOMES)
    places = Places(actor)
    if whole and all(places.stands(Home(*home)) for home in cursor.fetchall()):
        return staged
    cursor.execute("DROP TABLE roster_stage")
    return None


def _recognised(cursor: CursorWrapper, staged: RosterStaged) -> ImportReport:
    """Find out what each of the rows that wait means."""
    cursor.execute(merging.KNOW_STAGE)
    # From here on nobody else imports into these villages: two at once make no doubles.
    cursor.execute(merging.LOCK)
    cursor.execute(merging.BY_SETS)
    cursor.execute(merging.QUALIFY)
    for text in (merging.TWICE, merging.RECOGNISE, merging.HOUSE, merging.DECIDE):
        _each(cursor, text)
    cursor.execute(merging.COUNT)
    new, changed, unchanged, refused, moved = cursor.fetchone()
    cursor.execute(merging.MISSING)
    (missing,) = cursor.fetchone()
    if staged.refused + refused > PROBLEMS_MAX:
        raise too_many_problems()
    problems = [*problems_of(staged.problems), *_refusals(cursor, staged.sheets)]
    order = {name: place for place, name in enumerate(staged.sheets)}
    problems.sort(key=lambda problem: (order[problem.sheet], problem.row))
    return ImportReport(
        new, changed, unchanged, staged.refused + refused, moved, missing, tuple(problems)
    )


def _refusals(cursor: CursorWrapper, sheets: list[str]) -> list[RowProblem]:
    cursor.execute("SELECT place, reason, other FROM roster_stage WHERE verdict = 'refused'")
    problems = []
    for where, reason, other in cursor.fetchall():
        said = _REASONS[reason]
        if other is not None:
            said = Sentence(said.zh, said.en, {"row": _where(other, sheets)[1]})
        field = "id_number" if reason == "id_twice" else "name"
        problems.append(RowProblem(*_where(where, sheets), field, said))
    return problems


def _merge(cursor: CursorWrapper, staged: RosterStaged, actor: Actor) -> None:
    given: dict[str, Any] = {
        "today": clock.today(),
        "now": clock.now(),
        "ring": staged.ring_id,
        "import": staged.id,
        "scope": actor.scope_code,
        "sheets": staged.sheets,
    }
    _each(cursor, merging.NEW_HOUSES, given)
    _each(cursor, merging.REMEMBER, given)
    _each(cursor, merging.NEW_PEOPLE, given)
    _each(cursor, merging.CHANGE_PEOPLE, given)
    _seal_changed(cursor, staged.id)
    for table in merging.RESTAMPED:
        cursor.execute(merging.RESTAMP.format(table=table))


def _seal_changed(cursor: CursorWrapper, import_id: UUID) -> None:
    """Seal changed values under the person's own key, some at a time."""
    ring, last = key_ring(), -1
    while True:
        cursor.execute(
            "SELECT max(n) FROM (SELECT n FROM roster_stage WHERE verdict = 'changed' "
            "AND n > %s ORDER BY n LIMIT %s) AS next",
            [last, _SECRETS_AT_ONCE],
        )
        (end,) = cursor.fetchone()
        if end is None:
            return
        given: dict[str, Any] = {"last": last, "most": _SECRETS_AT_ONCE, "import": import_id}
        cursor.execute(merging.CHANGED_SECRETS, given)
        rows = []
        for _, id_, staged, person_id, wrapped, name, sealed, hash_, scope in cursor.fetchall():
            field = SensitiveField(name)
            text = ring.open_subject_key(bytes(staged), str(id_)).decrypt(
                bytes(sealed), place(field, id_)
            )
            key = ring.open_subject_key(bytes(wrapped), str(person_id))
            rows.append((person_id, name, key.encrypt(text, place(field, person_id)), hash_, scope))
        if rows:
            cursor.execute(merging.PUT_SEALED, [list(column) for column in zip(*rows, strict=True)])
        last = end


def _journal(cursor: CursorWrapper, import_id: UUID, actor: Actor) -> None:
    cursor.execute(merging.VILLAGES)
    for village, people, households in cursor.fetchall():
        record(
            PEOPLE_IMPORTED.kind,
            actor=actor,
            subject_kind="import",
            subject_id=import_id,
            area_id=village,
            amount=people,
            data=ImportData(area=village, people=people, households=households),
        )


def _each(cursor: CursorWrapper, text: str, given: dict[str, Any] | None = None) -> None:
    for statement in merging.statements(text):
        cursor.execute(statement, given)


def _where(where: int, sheets: list[str]) -> tuple[str, int]:
    return sheets[where >> SHEET_SHIFT], where & ((1 << SHEET_SHIFT) - 1)


def _too_late() -> Refused:
    return Refused(
        "undo_too_late",
        Sentence(
            "导入已超过 {days} 天，不能撤销，请逐条更正。",
            "Imported over {days} days ago: correct the records one by one.",
            {"days": UNDO_DAYS},
        ),
    )
