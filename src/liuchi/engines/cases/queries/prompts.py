"""Prompt sheets (提示单) as lists and paper show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases.enums import CaseState, PromptKind, PromptStage
from liuchi.engines.cases.models import Prompt
from liuchi.engines.cases.queries.marks import page_of
from liuchi.engines.cases.rules import prompts as rules
from liuchi.engines.cases.rules.prompts import Sheet, case_number, sheet_number
from liuchi.engines.cases.scope import HANDLE, page_size, see
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.paging import id_after

READ = "cases.case.read"
ISSUE = "cases.case.decide"


class PromptsWhich(StrEnum):
    """Which sheets a list shows; every sheet is in :attr:`OPEN` or :attr:`CLOSED`."""

    OPEN = "open"
    UNRECEIVED = "unreceived"
    LATE = "late"
    ANSWERED = "answered"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PromptRow:
    """A sheet issued about a case, and what its unit answered.

    ``days`` are the days of the calendar from issuing to the answer, or until today; ``late``
    says that the answer came, or will come, after it was to be given.
    """

    id: UUID
    case_id: UUID
    type_title: str
    kind: PromptKind
    stage: PromptStage
    year: int
    number: int
    area: str
    unit: str
    issued_at: datetime
    reply_by: datetime
    received_at: datetime | None
    answer: str
    answered_at: datetime | None
    closed_at: datetime | None
    days: int
    late: bool

    @property
    def title(self) -> str:
        """The number, with the place it runs through."""
        return f"{self.area}{sheet_number(self.year, self.number)}"


@dataclass(frozen=True, slots=True)
class PromptOpened:
    """A sheet, opened: its text, who did each step, and what the actor may do about it."""

    row: PromptRow
    sheet: Sheet
    issued_by: str
    received_by: str
    answered_by: str
    closed_by: str
    may_receive: bool
    may_answer: bool
    may_close: bool


def prompts_of(actor: Actor, case_id: UUID) -> tuple[PromptRow, ...]:
    """Return the sheets of a case in sight, the first first."""
    see(actor)
    return _rows(list(_prompts().filter(case_id=case_id).order_by("id")))


def prompts(
    actor: Actor,
    which: PromptsWhich = PromptsWhich.OPEN,
    *,
    after: str | None = None,
    limit: int = 50,
) -> Page[PromptRow]:
    """Return sheets to the actor's own units, or about cases of the actor's place.

    What is open comes in the order it was issued, what is closed the last first.
    """
    actor.may(READ).or_refuse()
    units, size = see(actor), page_size(limit)
    found = _of(actor, units, which)
    newest_first = which is PromptsWhich.CLOSED
    if after is not None:
        mark = id_after(after)
        found = found.filter(Q(pk__lt=mark) if newest_first else Q(pk__gt=mark))
    held = list(found.order_by("-id" if newest_first else "id")[: size + 1])
    return page_of(_rows(held), size, lambda row: row.id)


def prompt(actor: Actor, prompt_id: UUID) -> PromptOpened:
    """Return a sheet about a case in sight; NotFound otherwise."""
    actor.may(READ).or_refuse()
    units = see(actor)
    found = _prompts().filter(pk=prompt_id).first()
    if found is None:
        raise NotFound("prompt")
    (row,) = _rows([found])
    did = {found.issued_by_id, found.received_by_id, found.answered_by_id, found.closed_by_id}
    names = accounts.names_of({each for each in did if each is not None})
    at_unit = found.unit_id in units and actor.may(HANDLE).allowed
    issues = actor.may(ISSUE).allowed and actor.covers(directory.area(found.area_id).scope_code)
    closing = rules.may_close(
        row.stage,
        answered_by=found.answered_by_id,
        actor=actor.id,
        case_open=CaseState(found.case.state).is_open,
    )
    return PromptOpened(
        row,
        _sheet(found, row),
        issued_by=names.get(found.issued_by_id, ""),
        received_by=_named(names, found.received_by_id),
        answered_by=_named(names, found.answered_by_id),
        closed_by=_named(names, found.closed_by_id),
        may_receive=at_unit and rules.may_receive(row.stage).allowed,
        may_answer=at_unit and rules.may_answer(row.stage).allowed,
        may_close=issues and closing.allowed,
    )


def prompt_sheet(actor: Actor, prompt_id: UUID) -> Sheet:
    """Return a sheet for ``rules.prompts.html_of``, as it was issued; NotFound out of sight."""
    see(actor)
    found = _prompts().filter(pk=prompt_id).first()
    if found is None:
        raise NotFound("prompt")
    return _sheet(found, _rows([found])[0])


def _prompts() -> QuerySet[Prompt]:
    return Prompt.objects.select_related("case")


def _of(actor: Actor, units: tuple[UUID, ...], which: PromptsWhich) -> QuerySet[Prompt]:
    found = _prompts().filter(_where(which))
    return found.filter(unit_id__in=units) if actor.own_rows_only else found


def _where(which: PromptsWhich) -> Q:
    unanswered = Q(answered_at__isnull=True, closed_at__isnull=True)
    match which:
        case PromptsWhich.OPEN:
            return Q(closed_at__isnull=True)
        case PromptsWhich.UNRECEIVED:
            return Q(received_at__isnull=True, closed_at__isnull=True)
        case PromptsWhich.LATE:
            return unanswered & Q(reply_by__lt=clock.now())
        case PromptsWhich.ANSWERED:
            return Q(answered_at__isnull=False, closed_at__isnull=True)
        case PromptsWhich.CLOSED:
            return Q(closed_at__isnull=False)


def _named(names: Mapping[UUID, str], user_id: UUID | None) -> str:
    return "" if user_id is None else names.get(user_id, "")


def _rows(found: list[Prompt]) -> tuple[PromptRow, ...]:
    units = directory.organization_names({each.unit_id for each in found})
    now = clock.now()
    return tuple(_row(each, units.get(each.unit_id, ""), now) for each in found)


def _row(each: Prompt, unit: str, now: datetime) -> PromptRow:
    until = each.answered_at or each.closed_at or now
    return PromptRow(
        id=each.pk,
        case_id=each.case_id,
        type_title=each.case.type_title,
        kind=PromptKind(each.kind),
        stage=rules.stage(each.received_at, each.answered_at, each.closed_at),
        year=each.year,
        number=each.number,
        area=directory.area(each.area_id).name,
        unit=unit,
        issued_at=each.issued_at,
        reply_by=each.reply_by,
        received_at=each.received_at,
        answer=each.answer,
        answered_at=each.answered_at,
        closed_at=each.closed_at,
        days=(clock.local_day(until) - clock.local_day(each.issued_at)).days,
        late=until > each.reply_by,
    )


def _sheet(found: Prompt, row: PromptRow) -> Sheet:
    return Sheet(
        kind=row.kind,
        issuer=row.area,
        year=row.year,
        number=row.number,
        day=clock.local_day(row.issued_at),
        to=row.unit,
        type_title=row.type_title,
        case_number=case_number(found.case_id, found.case.reported_at),
        paragraphs=tuple(found.paragraphs),
    )
