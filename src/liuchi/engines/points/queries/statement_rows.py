"""Monthly statements of providers: what they honoured, and what both sides said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import Page
from liuchi.engines.journal.scope import require
from liuchi.engines.points.enums import StatementSide, StatementState, UseState
from liuchi.engines.points.models import (
    BenefitStatement,
    BenefitUse,
    Offer,
    StatementNote,
)
from liuchi.engines.points.queries.agreement_rows import READ, providers_of
from liuchi.engines.points.queries.benefits import ProviderUse, provider_uses, seen_by_provider
from liuchi.engines.points.scope import page_size, require_any, uuid_cursor
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound

CONFIRM = "points.statement.confirm"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One offer of a month: how often it was used, undone, and what it saved, in fen."""

    code: str
    title: str
    uses: int
    undone: int
    saved_fen: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    """What a side said of a difference, in which round."""

    side: StatementSide
    round: int
    text: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A provider's month. ``round`` counts how often it was drawn up."""

    id: UUID
    agreement_id: UUID
    organization_id: UUID
    organization_name: str
    village_id: UUID
    village_name: str
    month: date
    lines: tuple[StatementLine, ...]
    uses: int
    saved_fen: int
    drawn_at: datetime
    round: int
    state: StatementState
    version: int
    provider_by_name: str
    provider_at: datetime | None
    community_by_name: str
    community_at: datetime | None


def statements(
    actor: Actor,
    *,
    agreement_id: UUID | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[StatementRow]:
    """Return statements, the newest first: of the area, or of one's own organisation."""
    require_any(actor, READ, CONFIRM)
    require(actor)
    found = BenefitStatement.objects.filter(_seen_by(actor)).order_by("-id")
    if agreement_id is not None:
        found = found.filter(agreement_id=agreement_id)
    start = uuid_cursor(after)
    if start is not None:
        found = found.filter(pk__lt=start)
    most = page_size(limit)
    rows = list(found[: most + 1])
    return Page(rows_of(rows[:most]), str(rows[most - 1].id) if len(rows) > most else None)


def statement(actor: Actor, statement_id: UUID) -> StatementRow:
    """Return one statement; another provider's reads as not found."""
    return rows_of([held_statement(actor, statement_id)])[0]


def held_statement(actor: Actor, statement_id: UUID, *, lock: bool = False) -> BenefitStatement:
    """Return the row, locked if asked. For this engine's actions."""
    require_any(actor, READ, CONFIRM)
    require(actor)
    found = BenefitStatement.objects.select_for_update() if lock else BenefitStatement.objects
    held = found.filter(_seen_by(actor), pk=statement_id).first()
    if held is None:
        raise NotFound("statement")
    return held


def side_of(actor: Actor) -> StatementSide:
    """Return the side whoever acts speaks for."""
    if actor.may(CONFIRM).allowed:
        return StatementSide.PROVIDER
    return StatementSide.COMMUNITY


def notes(actor: Actor, statement_id: UUID) -> tuple[NoteRow, ...]:
    """Return what was said about a statement, in order."""
    held_statement(actor, statement_id)
    found = list(StatementNote.objects.filter(statement_id=statement_id).order_by("id"))
    names = accounts.names_of({each.by_id for each in found})
    return tuple(
        NoteRow(StatementSide(each.side), each.round, each.text, names.get(each.by_id, ""), each.at)
        for each in found
    )


def statement_uses(actor: Actor, row: StatementRow, *, limit: int = 200) -> tuple[ProviderUse, ...]:
    """Return the month's uses behind a statement, for either side, without anybody's name."""
    end = (row.month + timedelta(days=32)).replace(day=1)
    if side_of(actor) is StatementSide.PROVIDER:
        found = provider_uses(actor, first=row.month, end=end, limit=limit).rows
        return tuple(each for each in found if each.agreement_id == row.agreement_id)
    held = BenefitUse.objects.filter(
        agreement_id=row.agreement_id, used_on__gte=row.month, used_on__lt=end
    ).select_related("offer")
    return tuple(seen_by_provider(each) for each in held.order_by("-id")[:limit])


def waiting(actor: Actor) -> int:
    """Count the statements that wait for the actor's side."""
    side = side_of(actor)
    turn = {
        StatementSide.PROVIDER: (StatementState.DRAWN,),
        StatementSide.COMMUNITY: (StatementState.CONFIRMED, StatementState.DIFFERS),
    }[side]
    return BenefitStatement.objects.filter(_seen_by(actor), state__in=turn).count()


def counted(agreement_id: UUID, first: date, end: date) -> tuple[tuple[StatementLine, ...], int]:
    """Count a month's uses by offer, and its people; in a scope that sees them all."""
    made, undone = Q(state=UseState.MADE), Q(state=UseState.UNDONE)
    used = BenefitUse.objects.filter(agreement_id=agreement_id, used_on__gte=first, used_on__lt=end)
    sums = {
        row["offer_id"]: row
        for row in used.values("offer_id").annotate(
            uses=Count("id", filter=made),
            undone=Count("id", filter=undone),
            saved=Sum("saved_fen", filter=made),
        )
    }
    lines = tuple(
        StatementLine(
            offer.code,
            offer.title,
            sums[offer.id]["uses"] if offer.id in sums else 0,
            sums[offer.id]["undone"] if offer.id in sums else 0,
            (sums[offer.id]["saved"] or 0) if offer.id in sums else 0,
        )
        for offer in Offer.objects.filter(agreement_id=agreement_id).order_by("code")
    )
    people = used.filter(made).values("person_id").distinct().count()
    return lines, people


def rows_of(held: list[BenefitStatement]) -> tuple[StatementRow, ...]:
    """Return frozen rows with names: three statements, however many rows."""
    if not held:
        return ()
    names = directory.organization_names({each.organization_id for each in held})
    areas = directory.areas({each.village_id for each in held})
    people = accounts.names_of(
        {id_ for each in held for id_ in (each.provider_by_id, each.community_by_id) if id_}
    )
    return tuple(
        StatementRow(
            id=each.id,
            agreement_id=each.agreement_id,
            organization_id=each.organization_id,
            organization_name=names.get(each.organization_id, ""),
            village_id=each.village_id,
            village_name=areas[each.village_id].name,
            month=each.month,
            lines=tuple(StatementLine(**line) for line in each.lines),
            uses=each.uses,
            saved_fen=each.saved_fen,
            drawn_at=each.drawn_at,
            round=each.round,
            state=StatementState(each.state),
            version=each.version,
            provider_by_name=people.get(each.provider_by_id, "") if each.provider_by_id else "",
            provider_at=each.provider_at,
            community_by_name=people.get(each.community_by_id, "") if each.community_by_id else "",
            community_at=each.community_at,
        )
        for each in held
    )


def _seen_by(actor: Actor) -> Q:
    if side_of(actor) is StatementSide.PROVIDER:
        return Q(organization_id__in=providers_of(actor))
    return Q(scope_code__startswith=actor.scope_code)
