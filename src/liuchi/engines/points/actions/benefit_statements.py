"""Monthly statements: drawn up by the month, confirmed by the provider, then the community.

What both have confirmed is fixed. A difference is written down by the side that sees it and
settled by the community, which may undo uses of that month; then the month is counted anew
and both confirm again.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from uuid import UUID

from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as, require
from liuchi.engines.points.actions.benefits import office_of, write_undone
from liuchi.engines.points.enums import (
    AgreementState,
    StatementSide,
    StatementState,
    UseState,
)
from liuchi.engines.points.facts import benefits as facts
from liuchi.engines.points.models import (
    Agreement,
    BenefitStatement,
    BenefitUse,
    StatementNote,
)
from liuchi.engines.points.queries import statement_rows as queries
from liuchi.engines.points.queries.statement_rows import StatementRow
from liuchi.engines.points.rules import agreements as rules
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, NotFound
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

_WRITE = "points.agreement.write"


def draw_statements(*, actor: Actor, month: date) -> int:
    """Draw up a past month's statement of every agreement that held in it; how many are new.

    Safe to repeat: an agreement has one statement a month. ``month`` is any of its days.
    """
    first, end = _month(month)
    drawn = 0
    with acting_as(actor):
        held = Agreement.objects.filter(
            signed_at__isnull=False, from_on__lt=end, to_on__gte=first
        ).exclude(pk__in=BenefitStatement.objects.filter(month=first).values("agreement_id"))
        for agreement in held.order_by("id"):
            lines, people = queries.counted(agreement.id, first, end)
            if agreement.state == AgreementState.ENDED and not any(each.uses for each in lines):
                continue
            made = BenefitStatement(
                id=new_id(),
                agreement_id=agreement.id,
                organization_id=agreement.organization_id,
                village_id=agreement.village_id,
                scope_code=agreement.scope_code,
                month=first,
                lines=[asdict(each) for each in lines],
                uses=sum(each.uses for each in lines),
                saved_fen=sum(each.saved_fen for each in lines),
                drawn_at=clock.now(),
                round=1,
                state=StatementState.DRAWN,
                version=1,
            )
            made.save(force_insert=True)
            _record(facts.STATEMENT_DRAWN, actor, made, people)
            drawn += 1
    return drawn


def confirm_statement(
    *, actor: Actor, key: str, statement_id: UUID, expected_version: int
) -> StatementRow:
    """Confirm the figures as they stand: the provider first, then the community."""
    side = _side(actor)
    with acting_as(actor):
        queries.held_statement(actor, statement_id)  # NotFound for anybody else's
    body = {"statement": statement_id, "version": expected_version}
    # The people behind the figures are counted where all of them are in scope.
    with acting_as(office_of(actor, "")) as office:
        held = BenefitStatement.objects.select_for_update().get(pk=statement_id)
        scope = f"points.confirm_statement:{actor.id}"
        if journal.once(scope, key, body, statement_id) is None:
            _same(held, expected_version)
            rules.may_confirm_statement(StatementState(held.state), side).or_refuse()
            rules.other_person(held.provider_by_id, actor.id).or_refuse()
            _confirmed(held, side, office)
    with acting_as(actor):
        return queries.statement(actor, statement_id)


def dispute_statement(*, actor: Actor, key: str, statement_id: UUID, note: str) -> StatementRow:
    """Say that the figures are not right, and why; nobody confirms them until it is settled."""
    side = _side(actor)
    with acting_as(actor):
        held = queries.held_statement(actor, statement_id, lock=True)
        body = {"statement": statement_id, "note": note}
        scope = f"points.dispute_statement:{actor.id}"
        if journal.once(scope, key, body, statement_id) is None:
            rules.may_dispute_statement(StatementState(held.state), side, note).or_refuse()
            held.state = StatementState.DIFFERS
            _save(held)
            _note(held, side, note, actor)
            _record(facts.STATEMENT_DIFFERS, actor, held, 0)
        return queries.statement(actor, statement_id)


def resolve_statement(
    *, actor: Actor, key: str, statement_id: UUID, note: str, undo_use_ids: tuple[UUID, ...] = ()
) -> StatementRow:
    """Settle a difference: undo what was entered wrongly, count the month anew, both confirm."""
    actor.may(_WRITE).or_refuse()
    body = {
        "statement": statement_id,
        "note": note,
        "undo": sorted(str(each) for each in undo_use_ids),
    }
    with acting_as(actor):
        scope_code = queries.held_statement(actor, statement_id).scope_code
    office = office_of(actor, "")
    with acting_as(office):
        held = BenefitStatement.objects.select_for_update().get(
            pk=statement_id, scope_code=scope_code
        )
        scope = f"points.resolve_statement:{actor.id}"
        if journal.once(scope, key, body, statement_id) is None:
            rules.may_resolve_statement(StatementState(held.state), note).or_refuse()
            first, end = _month(held.month)
            for use_id in undo_use_ids:
                used = BenefitUse.objects.filter(
                    pk=use_id,
                    agreement_id=held.agreement_id,
                    used_on__gte=first,
                    used_on__lt=end,
                    state=UseState.MADE,
                ).first()
                if used is None:
                    raise NotFound("benefit_use")
                write_undone(office, used, note)
            _note(held, StatementSide.COMMUNITY, note, actor)
            lines, people = queries.counted(held.agreement_id, first, end)
            held.lines = [asdict(each) for each in lines]
            held.uses = sum(each.uses for each in lines)
            held.saved_fen = sum(each.saved_fen for each in lines)
            held.state, held.round = StatementState.DRAWN, held.round + 1
            held.drawn_at = clock.now()
            held.provider_by_id = held.provider_at = None
            _save(held)
            _record(facts.STATEMENT_DRAWN, office, held, people)
    with acting_as(actor):
        return queries.statement(actor, statement_id)


def _confirmed(held: BenefitStatement, side: StatementSide, office: Actor) -> None:
    if side is StatementSide.PROVIDER:
        held.state = StatementState.CONFIRMED
        held.provider_by_id, held.provider_at = office.id, clock.now()
        _save(held)
        return
    held.state = StatementState.AGREED
    held.community_by_id, held.community_at = office.id, clock.now()
    _save(held)
    _, people = queries.counted(held.agreement_id, *_month(held.month))
    _record(facts.STATEMENT_AGREED, office, held, people)


def _side(actor: Actor) -> StatementSide:
    side = queries.side_of(actor)
    if side is StatementSide.COMMUNITY:
        actor.may(_WRITE).or_refuse()
    return side


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def _same(held: BenefitStatement, expected_version: int) -> None:
    if held.version != expected_version:
        raise Conflict(
            "statement_changed",
            Sentence("对账单有变动，请刷新后再核对。", "The statement has changed. Load it again."),
        )


def _save(held: BenefitStatement) -> None:
    held.version += 1
    held.save(
        update_fields=[
            "lines", "uses", "saved_fen", "drawn_at", "round", "state", "version",
            "provider_by", "provider_at", "community_by", "community_at",
        ]
    )  # fmt: skip


def _note(held: BenefitStatement, side: StatementSide, text: str, actor: Actor) -> None:
    StatementNote.objects.create(
        id=new_id(),
        statement_id=held.id,
        side=side,
        round=held.round,
        text=text.strip(),
        by_id=actor.id,
        at=clock.now(),
    )


def _record(kind: str, actor: Actor, held: BenefitStatement, people: int) -> None:
    require(actor)
    journal.record(
        kind,
        actor=actor,
        subject_kind="points.benefit_statement",
        subject_id=held.id,
        area_id=held.village_id,
        data=facts.StatementData(
            provider=held.organization_id,
            home_area=held.village_id,
            month=held.month,
            uses=held.uses,
            people=people,
            round=held.round,
        ),
        amount=held.saved_fen,
    )
