"""A provider of a village of the demo: its agreement, a use, its month, and its own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.files import actions as files
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions
from liuchi.engines.points.actions.cards import issue_cards
from liuchi.engines.points.models import BenefitStatement
from liuchi.engines.points.queries.cards import card_row
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id

# Of each village of the demo a provider with an offer that asks for nothing.
PROVIDERS = {
    "罗冲社区": ("tailor", "mending"),
    "盛塘社区": ("clinic", "blood-pressure"),
}


@dataclass(frozen=True)
class Partner:
    """Ids of what a provider leaves behind."""

    organization_id: UUID
    agreement_id: UUID
    offer_id: UUID


def sign(village: directory.AreaRow, drawer: Actor, signer: Actor, photo: bytes) -> Partner:
    """Sign an agreement in a village of the demo."""
    provider, offer = PROVIDERS[village.name]
    body = directory_actions.add_organization(
        kind="shop",
        name=f"示例商户{village.code[-3:]}",
        area_id=village.id,
        actor=system_actor(new_id(), "accounts.post.write", "directory.area.write"),
        key=str(new_id()),
    )
    made = actions.draw_agreement(
        actor=drawer,
        key=str(new_id()),
        village_id=village.id,
        organization_id=body,
        provider_code=provider,
        offer_codes=[offer],
        from_on=clock.today(),
        to_on=clock.today() + timedelta(days=300),
    )
    scan = files.store_image(
        photo, "scan.jpg", actor=drawer, key=str(new_id()), scope_code=village.scope_code
    )
    actions.attach_document(
        actor=drawer, key=str(new_id()), agreement_id=made.id, document_id=scan.id
    )
    signed = actions.sign_agreement(actor=signer, key=str(new_id()), agreement_id=made.id)
    return Partner(body, made.id, signed.offers[0].id)


def honour(partner: Partner, merchant: Actor, card: str) -> tuple[UUID, UUID]:
    """Let a resident use the offer by card, and draw the month up; both ids."""
    used = actions.use_benefit(
        actor=merchant, key=str(new_id()), offer_id=partner.offer_id, card_text=card
    )
    drawer = system_actor(new_id())
    actions.draw_statements(actor=drawer, month=clock.today())
    with acting_as(drawer):
        drawn = BenefitStatement.objects.get(agreement_id=partner.agreement_id)
    return used.id, drawn.id


def give_card(issuer: Actor, person_id: UUID) -> str:
    """See to it that somebody holds a good card; return its number."""
    issue_cards(actor=issuer, key=str(new_id()), people=[person_id])
    with acting_as(issuer):
        return card_row(issuer, person_id).number
