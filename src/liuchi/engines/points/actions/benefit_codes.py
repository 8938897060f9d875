"""One-time codes for a household's waived fee: asked for by phone, or at the desk on paper."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points.actions.benefits import office_of
from liuchi.engines.points.enums import BenefitKind
from liuchi.engines.points.facts import benefits as facts
from liuchi.engines.points.models import Agreement, BenefitCode, Offer
from liuchi.engines.points.queries import agreement_rows as agreements
from liuchi.engines.points.queries import benefits as queries
from liuchi.engines.points.queries.benefits import OpenCode
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.ids import new_id
from liuchi.kernel.sentences import Sentence

CODE_LASTS = timedelta(days=14)


def ask_code(*, actor: Actor, key: str, offer_id: UUID, person_id: UUID) -> OpenCode:
    """Give a household's code for a waived fee, or the one it holds already, to who asks.

    The resident asks for the own household; staff for a resident at the desk, on paper.
    The code stands in no row: the page can show it again, a copy of the database cannot.
    """
    actor.may("points.account.read").or_refuse()
    if actor.own_rows_only and actor.person_id != person_id:
        raise NotFound("person")
    with acting_as(actor):
        if person_id not in directory.subjects(actor, {person_id}):
            raise NotFound("person")
    offer = Offer.objects.filter(pk=offer_id, kind=BenefitKind.FEE_WAIVED).first()
    if offer is None:
        raise NotFound("offer")
    held = agreements.rows_of([Agreement.objects.get(pk=offer.agreement_id)])[0]
    row = next(each for each in held.offers if each.id == offer_id)
    with acting_as(office_of(actor, held.scope_code)) as office:
        subject = directory.subjects(office, {person_id}).get(person_id)
        if subject is None or subject.household_id is None:
            raise NotFound("household")
        code_id, now = new_id(), clock.now()
        body = {"offer": offer_id, "person": person_id}
        Offer.objects.select_for_update().get(pk=offer_id)
        done = journal.once(f"points.ask_code:{actor.id}", key, body, code_id)
        opened = BenefitCode.objects.filter(
            offer_id=offer_id,
            household_id=subject.household_id,
            used_at__isnull=True,
            voided_at__isnull=True,
        )
        opened.filter(expires_at__lte=now).update(voided_at=now)
        earlier = opened.first()
        if done is None and earlier is None:
            queries.answer_for(held, row, subject, clock.today()).decision.or_refuse()
            earlier = BenefitCode.objects.create(
                id=code_id,
                offer_id=offer_id,
                person_id=person_id,
                household_id=subject.household_id,
                scope_code=subject.scope_code,
                code_hash=queries.code_hash(queries.plain_code(code_id)),
                asked_by_id=actor.id,
                asked_at=now,
                expires_at=now + CODE_LASTS,
            )
            _record(office, held.organization_id, offer, earlier, subject.village_id)
        if earlier is None or earlier.person_id != person_id:
            raise _of_another(held=earlier is not None)
        return OpenCode(
            earlier.id,
            offer_id,
            offer.title,
            queries.plain_code(earlier.id),
            earlier.expires_at,
        )


def _record(
    office: Actor, provider: UUID, offer: Offer, made: BenefitCode, village_id: UUID
) -> None:
    journal.record(
        facts.CODE_ASKED,
        actor=office,
        subject_kind="points.benefit_code",
        subject_id=made.id,
        area_id=village_id,
        data=facts.CodeData(
            household=made.household_id,
            home_area=village_id,
            provider=provider,
            benefit=offer.code,
        ),
    )


def _of_another(*, held: bool) -> Refused:
    if held:
        return Refused(
            "household_has_code",
            Sentence("家里已有人领取减免码。", "Somebody of the household holds a code."),
        )
    return Refused("code_over", Sentence("这个减免码已经用过。", "This code was used."))
