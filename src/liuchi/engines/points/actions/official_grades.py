"""Official grades: imported as their issuer decided them, taken back whole, never computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Description, Subject, Unmatched
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    UndoReport,
)
from liuchi.engines.journal import actions as journal
from liuchi.engines.points import facts
from liuchi.engines.points.actions.openings import NO_CONSENT, NO_NAME, UNMATCHED
from liuchi.engines.points.enums import GradePer, OfficialState
from liuchi.engines.points.models import OfficialGrade
from liuchi.engines.points.queries.places import rules_at
from liuchi.engines.points.spec import OfficialScheme
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import date_of

_ONE_DAY = timedelta(days=1)
_NO_SCHEME = Sentence("当地没有登记官方等级。", "No official grades are registered at this place.")
_WHICH = Sentence("请写明是哪一种官方等级。", "Say which official grade it is.")
_GRADE = Sentence("没有这个等级，请核对。", "There is no such grade. Check the row.")
_ISSUED = Sentence(
    "请填评定日期，如 2026-06-30，不能晚于今天。", "Give the day of issue, such as 2026-06-30."
)
_VALID = Sentence("有效期至不能早于评定日期。", "It can't end before it was issued.")
_TWICE = Sentence("这一户（人）在表里出现过，这一行没有导入。", "Already in this table; left out.")
_HAS_ONE = Sentence("这一轮已有等级，不能再次导入。", "This round's grade is held already.")
_NO_HOME = Sentence("名册里这个人没有住户。", "This person has no household on the roster.")


@dataclass(frozen=True, slots=True)
class _Given:
    row: ListRow
    described: Description
    grade: str
    round_name: str
    issued_on: date
    valid_to: date | None
    scheme: str


@dataclass(frozen=True, slots=True)
class OfficialGradesWork(ListWork):
    """What points does with an issuer's list: it keeps what the list says, under its issuer."""

    lock = "liuchi.points.official_grades"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Bring the good rows in."""
        reader = ListReader()
        given = [each for row in reader.rows(batch) if (each := _given(row, reader)) is not None]
        made = _grades(given, reader, actor, batch.id)
        OfficialGrade.objects.bulk_create([each for _, each in made], batch_size=1000)
        _record(actor, facts.OFFICIAL_GRADE_IMPORTED, [each for _, each in made])
        return ImportReport(
            new=len(made),
            refused=len(reader.refused),
            rows=tuple(reader.problems),
            kept={"made": {str(each.id): [row.sheet, row.number] for row, each in made}},
        )

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:
        """Take back exactly what this import brought; an older grade then holds again."""
        del kept  # every row names its import
        held = list(
            OfficialGrade.objects.select_for_update().filter(
                import_id=batch_id, state=OfficialState.HELD
            )
        )
        OfficialGrade.objects.filter(pk__in=[each.id for each in held]).update(
            state=OfficialState.UNDONE
        )
        _record(actor, facts.OFFICIAL_GRADE_UNDONE, held)
        return UndoReport(len(held))


def _given(row: ListRow, reader: ListReader) -> _Given | None:
    name = row.text("name")
    if not name:
        reader.refuse(row, "name", NO_NAME)
    if not row.text("grade"):
        reader.refuse(row, "grade", _GRADE)
    issued_on, valid_to = (_day(row, field) for field in ("issued_on", "valid_to"))
    if issued_on is None or issued_on > clock.today():
        reader.refuse(row, "issued_on", _ISSUED)
    elif valid_to is not None and valid_to < issued_on:
        reader.refuse(row, "valid_to", _VALID)
    if (row.sheet, row.number) in reader.refused or issued_on is None:
        return None
    return _Given(
        row,
        Description(
            name,
            _day(row, "birth_date"),
            row.text("household"),
            row.text("head"),
            row.text("village"),
            row.text("id_number"),
        ),
        row.text("grade").upper(),
        row.text("round") or f"{issued_on:%Y-%m}",
        issued_on,
        valid_to,
        row.text("scheme"),
    )


def _day(row: ListRow, field: str) -> date | None:
    try:
        return date_of(row.cells.get(field))
    except (ValueError, OverflowError):
        return None


def _grades(
    given: Sequence[_Given], reader: ListReader, actor: Actor, import_id: UUID
) -> list[tuple[ListRow, OfficialGrade]]:
    matched = directory.recognised(actor, [each.described for each in given])
    people = directory.subjects(actor, {each for each in matched if isinstance(each, UUID)})
    schemes = _Schemes()
    seen: set[tuple[str, str, UUID]] = set()
    held = _held(given, people.values())
    found = []
    for each, who in zip(given, matched, strict=True):
        subject = people.get(who) if isinstance(who, UUID) else None
        if subject is None:
            reason = who if isinstance(who, Unmatched) else Unmatched.UNKNOWN
            reader.refuse(each.row, "name", UNMATCHED[reason])
            continue
        scheme = schemes.of(subject.village_id, each.scheme)
        if isinstance(scheme, Sentence):
            reader.refuse(each.row, "scheme" if each.scheme else "name", scheme)
            continue
        whose = subject.id if scheme.per is GradePer.PERSON else subject.household_id
        place = (scheme.code, each.round_name, whose or subject.id)
        rank = scheme.rank(each.grade)
        if rank is None:
            reader.refuse(each.row, "grade", _GRADE)
        elif not subject.consented:
            reader.refuse(each.row, "name", NO_CONSENT)
        elif whose is None:
            reader.refuse(each.row, "household", _NO_HOME)
        elif place in seen:
            reader.refuse(each.row, "name", _TWICE)
        elif place in held:
            reader.refuse(each.row, "name", _HAS_ONE)
        else:
            seen.add(place)
            found.append((each.row, _grade(each, subject, scheme, rank, actor, import_id)))
    return found


def _grade(  # noqa: PLR0917  one row's whole story
    given: _Given,
    subject: Subject,
    scheme: OfficialScheme,
    rank: int,
    actor: Actor,
    import_id: UUID,
) -> OfficialGrade:
    of_person = scheme.per is GradePer.PERSON
    return OfficialGrade(
        id=new_id(),
        scheme=scheme.code,
        scheme_title=scheme.title,
        issuer=scheme.issuer,
        round_name=given.round_name,
        person_id=subject.id if of_person else None,
        household_id=None if of_person else subject.household_id,
        village_id=subject.village_id,
        scope_code=subject.scope_code,
        grade=given.grade,
        rank=rank,
        issued_on=given.issued_on,
        valid_to=given.valid_to or scheme.valid_for.after(given.issued_on) - _ONE_DAY,
        state=OfficialState.HELD,
        import_id=import_id,
        imported_by_id=actor.id,
        imported_at=clock.now(),
    )


def _held(given: Sequence[_Given], subjects: Any) -> set[tuple[str, str, UUID]]:
    rounds = {each.round_name for each in given}
    whose = {who for each in subjects for who in (each.id, each.household_id) if who}
    rows = OfficialGrade.objects.filter(state=OfficialState.HELD, round_name__in=rounds)
    found = rows.filter(person_id__in=whose) | rows.filter(household_id__in=whose)
    columns = ("scheme", "round_name", "person_id", "household_id")
    return {
        (scheme, round_name, each)
        for scheme, round_name, *either in found.values_list(*columns)
        for each in either
        if each is not None
    }


class _Schemes:
    """The official schemes in force at each village, looked up once."""

    def __init__(self) -> None:
        self._held: dict[UUID, tuple[OfficialScheme, ...]] = {}

    def of(self, village_id: UUID, said: str) -> OfficialScheme | Sentence:
        if village_id not in self._held:
            self._held[village_id] = tuple(
                scheme
                for _, spec in rules_at(village_id, clock.today())
                for scheme in spec.grades.official
            )
        here = self._held[village_id]
        fitting = [each for each in here if not said or said in (each.code, each.title)]
        if len(fitting) == 1:
            return fitting[0]
        return _WHICH if here else _NO_SCHEME


def _record(actor: Actor, kind: str, grades: Sequence[OfficialGrade]) -> None:
    for start in range(0, len(grades), 1000):
        journal.record_all(
            [
                journal.Entry(
                    kind,
                    "points.official_grade",
                    each.id,
                    each.village_id,
                    facts.OfficialGradeData(
                        person=each.person_id,
                        household=each.household_id,
                        home_area=each.village_id,
                        scheme=each.scheme,
                        grade=each.grade,
                    ),
                )
                for each in grades[start : start + 1000]
            ],
            actor=actor,
        )
