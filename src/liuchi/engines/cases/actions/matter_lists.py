"""A clerk's list of matters as a table: each line becomes a case, a bad one harms no other.

The day of a line is when it was told; its limits begin with the import, since nobody here
knew of it before. An undo withdraws exactly what came with the list and was not touched since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from liuchi.engines.cases import facts, rules
from liuchi.engines.cases.actions.moving import taking
from liuchi.engines.cases.actions.reporting import PLACE_CHARACTERS_MAX, Told, take_in_line
from liuchi.engines.cases.enums import CaseState, CaseVerb, Channel
from liuchi.engines.cases.models import Case, Report, Reporter
from liuchi.engines.cases.queries.books import books_at
from liuchi.engines.cases.rules.matter_lists import (
    CONTACT_CHARACTERS_MAX,
    MATTER_FAULT_WORDS,
    TEXT_CHARACTERS_MAX,
    MatterFault,
    answers_said,
    channel_said,
    urgent_said,
)
from liuchi.engines.cases.spec import CasesSpec, TypeSpec
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.files.actions.lists import ListWork
from liuchi.engines.files.rules import (
    ImportBatch,
    ImportReport,
    ListReader,
    ListRow,
    RowProblem,
    UndoReport,
)
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import LiuchiError
from liuchi.kernel.sentences import Sentence
from liuchi.kernel.sheets import date_of

_OPEN = [str(state) for state in CaseState if state.is_open]
_UNTOUCHED = (CaseState.REPORTED, CaseState.FILED)
_UNDONE, _REASON = "撤销事项清单导入", "import-undone"
_STAYED = Sentence("已经在办，予以保留。", "Dealt with already; kept.")
_FIELD_OF = {"type_code": "type", "condition_code": "condition"}
"""Columns by what an action names; whatever is said of an answer belongs to its own column."""


class _Fault(Exception):
    def __init__(self, column: str, fault: MatterFault) -> None:
        super().__init__(column, fault)
        self.column, self.fault = column, fault


@dataclass(frozen=True, slots=True)
class MatterWork(ListWork):
    """What cases does with a list of matters: it takes them in."""

    lock = "liuchi.cases.matters"

    def bring(self, batch: ImportBatch, actor: Actor) -> ImportReport:
        """Take in the good lines; each by itself is good or refused."""
        return _Listed(actor, batch.id).read(batch)

    def undo(self, batch_id: UUID, kept: Mapping[str, Any], actor: Actor) -> UndoReport:  # noqa: ARG002
        """Withdraw what the list brought and nobody has dealt with since."""
        made = {UUID(case_id): place for case_id, place in kept.get("made", {}).items()}
        untouched = set(
            Case.objects.filter(
                pk__in=made, version=1, reports=1, state__in=[str(each) for each in _UNTOUCHED]
            ).values_list("id", flat=True)
        )
        for case_id in sorted(untouched):
            _withdraw(actor, case_id)
        _forget(untouched)
        stayed = [
            RowProblem(sheet, number, "text", _STAYED)
            for case_id, (sheet, number) in made.items()
            if case_id not in untouched
        ]
        return UndoReport(len(untouched), rows=tuple(stayed))


def _withdraw(actor: Actor, case_id: UUID) -> None:
    """Take a case back that stands as it was imported; whoever imports may, as the target says."""
    with taking(actor, f"undo-import:{case_id}", "withdraw", [case_id], {"case": case_id}) as held:
        for moving in held:
            step = moving.go(
                CaseVerb.WITHDRAW, CaseState.WITHDRAWN, reason_code=_REASON, opinion=_UNDONE
            )
            step.tell(facts.WITHDRAWN, facts.ReasonData, reason=_REASON)
            moving.write()


def _forget(cases: Iterable[UUID]) -> None:
    """Leave no words and no contact behind of what should not have come in."""
    reports = Report.objects.filter(case_id__in=cases)
    Reporter.objects.filter(report_id__in=reports.values("id")).delete()
    reports.update(text="", place="", answers={}, erased_at=clock.now())
    Case.objects.filter(pk__in=cases).update(description="", place="")


@dataclass(slots=True)
class _Listed:
    """A list being read; what is known of places stays known."""

    actor: Actor
    import_id: UUID
    reader: ListReader = field(default_factory=ListReader)
    made: dict[str, list[Any]] = field(default_factory=dict)
    _villages: dict[str, AreaRow | None] = field(default_factory=dict)
    _grids: dict[UUID, dict[str, AreaRow]] = field(default_factory=dict)
    _books: dict[UUID, CasesSpec | None] = field(default_factory=dict)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def read(self, batch: ImportBatch) -> ImportReport:
        for row in self.reader.rows(batch):
            try:
                self._take(row)
            except _Fault as wrong:
                words = MATTER_FAULT_WORDS[wrong.fault]
                self.reader.refuse(row, wrong.column, words, wrong.fault.value)
            except LiuchiError as error:
                self._refuse(row, error)
        return ImportReport(
            new=len(self.made),
            refused=len(self.reader.refused),
            rows=tuple(self.reader.problems),
            kept={"made": self.made},
            refused_cells=self.reader.refused,
        )

    def _refuse(self, row: ListRow, error: LiuchiError) -> None:
        """Say of a line what taking it in said, at the columns it is about."""
        for each in getattr(error, "errors", ()):
            code = "answers" if each.field.startswith("answers.") else each.field
            kind = "answer_unusable" if code == "answers" else error.code
            self.reader.refuse(row, _FIELD_OF.get(code, code), each.sentence, kind)
        if not getattr(error, "errors", ()):
            self.reader.refuse(row, "text", error.sentence, error.code)

    def _take(self, row: ListRow) -> None:
        told, channel = self._told(row)
        at = _day(row)
        mark = (told.area_id, told.type_code, told.text, told.place)
        if mark in self._seen:
            raise _Fault("text", MatterFault.TWICE_IN_TABLE)
        if _is_open_already(told):
            raise _Fault("text", MatterFault.TAKEN_IN_ALREADY)
        sheet = self.reader.sheets.index(row.sheet)
        made = take_in_line(
            self.actor,
            f"import:{self.import_id}:{sheet}:{row.number}",
            told,
            channel,
            received_at=at,
        )
        self._seen.add(mark)
        self.made[str(made.case_id)] = [row.sheet, row.number]

    def _told(self, row: ListRow) -> tuple[Told, Channel]:
        text = _line(row, "text", TEXT_CHARACTERS_MAX, MatterFault.TEXT_TOO_LONG)
        if not text:
            raise _Fault("text", MatterFault.TEXT_MISSING)
        village = self._village(row.text("village"))
        spec = self._book(village)
        kind, channel = _type(spec, row.text("type")), channel_said(row.text("channel"))
        if channel is None:
            raise _Fault("channel", MatterFault.CHANNEL_UNKNOWN)
        if not spec.is_open(kind.code, channel):
            raise _Fault("type", MatterFault.TYPE_CLOSED)
        urgent = urgent_said(row.text("urgent"))
        if urgent is None:
            raise _Fault("urgent", MatterFault.URGENT_UNREADABLE)
        longitude, latitude = _point(row)
        told = Told(
            area_id=self._grid(village, row.text("grid")),
            type_code=kind.code,
            text=text,
            place=_line(row, "place", PLACE_CHARACTERS_MAX, MatterFault.PLACE_TOO_LONG),
            longitude=longitude,
            latitude=latitude,
            contact=_line(row, "contact", CONTACT_CHARACTERS_MAX, MatterFault.CONTACT_TOO_LONG),
            condition_code=_condition(spec, kind, row.text("condition")),
            answers=_answers(spec, kind, row.text("answers")),
            urgent=urgent,
        )
        return told, channel

    def _village(self, text: str) -> AreaRow:
        if text not in self._villages:
            self._villages[text] = _own_village(self.actor) if not text else _named(text)
        found = self._villages[text]
        if found is None and not text:
            raise _Fault("village", MatterFault.VILLAGE_MISSING)
        if found is None or not self.actor.covers(found.scope_code):
            raise _Fault("village", MatterFault.VILLAGE_UNKNOWN)
        return found

    def _grid(self, village: AreaRow, text: str) -> UUID:
        if not text:
            return village.id
        if village.id not in self._grids:
            self._grids[village.id] = {
                name: row
                for row in directory.grids_of(village.id)
                for name in (row.name, row.scope_code)
            }
        found = self._grids[village.id].get(text)
        if found is None:
            raise _Fault("grid", MatterFault.GRID_UNKNOWN)
        return found.id

    def _book(self, village: AreaRow) -> CasesSpec:
        if village.id not in self._books:
            books = books_at(village.id, clock.today())
            self._books[village.id] = books[0][1] if books else None
        found = self._books[village.id]
        if found is None:
            raise _Fault("village", MatterFault.NO_METHOD)
        return found


def _line(row: ListRow, column: str, most: int, fault: MatterFault) -> str:
    text = row.text(column)
    if len(text) > most:
        raise _Fault(column, fault)
    return text


def _type(spec: CasesSpec, said: str) -> TypeSpec:
    """Return the type a cell names, by its code or its title; of a leaf only."""
    if not said and not spec.unsorted:
        raise _Fault("type", MatterFault.TYPE_MISSING)
    found = spec.type(said or spec.unsorted or "")
    if found is None:
        titled = [each for each in spec.types if each.title == said]
        leaves = [each for each in titled if spec.is_leaf(each.code)]
        if len(leaves) > 1:
            raise _Fault("type", MatterFault.TYPE_AMBIGUOUS)
        found = next(iter(leaves or titled), None)
    if found is None:
        raise _Fault("type", MatterFault.TYPE_UNKNOWN)
    if not spec.is_leaf(found.code):
        raise _Fault("type", MatterFault.TYPE_NOT_LAST)
    if found.about_office:
        raise _Fault("type", MatterFault.TYPE_ABOVE)
    return found


def _condition(spec: CasesSpec, kind: TypeSpec, said: str) -> str:
    if not said:
        return ""
    for each in spec.conditions_of(kind.code):
        if said in {each.code, each.title}:
            return each.code
    raise _Fault("condition", MatterFault.CONDITION_UNKNOWN)


def _answers(spec: CasesSpec, kind: TypeSpec, said: str) -> Mapping[str, str]:
    given = answers_said(said)
    if given is None:
        raise _Fault("answers", MatterFault.ANSWERS_UNREADABLE)
    codes = {each.title: each.code for each in spec.questions_of(kind.code)}
    return {codes.get(title, title): answer for title, answer in given.items()}


def _point(row: ListRow) -> tuple[Decimal | None, Decimal | None]:
    values = [_degrees(row, column) for column in ("longitude", "latitude")]
    longitude, latitude = values
    if (longitude is None) != (latitude is None):
        raise _Fault("longitude", MatterFault.POINT_HALF)
    if longitude is not None and latitude is not None and not rules.on_earth(longitude, latitude):
        raise _Fault("longitude", MatterFault.POINT_OFF_EARTH)
    return longitude, latitude


def _degrees(row: ListRow, column: str) -> Decimal | None:
    text = row.text(column)
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise _Fault(column, MatterFault.POINT_UNREADABLE) from None
    if not value.is_finite():
        raise _Fault(column, MatterFault.POINT_UNREADABLE)
    return round(value, 6)


def _day(row: ListRow) -> datetime:
    """Return when a line was told: now where it says no day, else the middle of that day."""
    try:
        day: date | None = date_of(row.cells.get("day"))
    except (ValueError, OverflowError):
        raise _Fault("day", MatterFault.DAY_UNREADABLE) from None
    if day is None or day == clock.today():
        return clock.now()
    if day > clock.today():
        raise _Fault("day", MatterFault.DAY_AHEAD)
    return datetime.combine(day, time(12), clock.SHANGHAI)


def _own_village(actor: Actor) -> AreaRow | None:
    own = None if actor.area_id is None else directory.area(actor.area_id)
    return own if own is not None and own.kind.is_village else None


def _named(text: str) -> AreaRow | None:
    try:
        row = directory.area_by_code(text) if text.isdecimal() else directory.area_named(text)
    except LiuchiError:
        return None
    return row if row.kind.is_village else None


def _is_open_already(told: Told) -> bool:
    """Whether the very same words of the same place are open: the list came in before."""
    place = directory.area(told.area_id)
    here = (place.id, None) if place.kind.is_village else (place.parent_id, place.id)
    return Case.objects.filter(
        village_id=here[0],
        grid_id=here[1],
        state__in=_OPEN,
        type_code=told.type_code,
        description=told.text,
        place=told.place,
    ).exists()
