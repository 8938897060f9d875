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
from liuchi.engines.points.models import BenefitStatement, Card, CardKey
from liuchi.engines.points.rules.card_tokens import number_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor, system_actor
from liuchi.kernel.ids import new_id

# Of each village of the demo a provider with an offer that asks for nothing.
PROVIDERS = {
    "罗冲社区": ("tailor", "mending", "123456789"),
    "盛塘社区": ("clinic", "blood-pressure", "234567890"),
}


@dataclass(frozen=True)
class Partner:
    """Ids of what a provider leaves behind, and the number of the card it was shown."""

    organization_id: UUID
    agreement_id: UUID
    offer_id: UUID
    card: str


def sign(village: directory.AreaRow, drawer: Actor, signer: Actor, photo: bytes) -> Partner:
    """Sign an agreement in a village of the demo."""
    provider, offer, number = PROVIDERS[village.name]
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
    return Partner(body, made.id, signed.offers[0].id, number_of(number))


def honour(partner: Partner, merchant: Actor, person_id: UUID) -> tuple[UUID, UUID]:
    """Let a resident use the offer by card, and draw the month up; both ids."""
    give_card(partner.card, person_id, merchant)
    used = actions.use_benefit(
        actor=merchant, key=str(new_id()), offer_id=partner.offer_id, card_text=partner.card
    )
    drawer = system_actor(new_id())
    actions.draw_statements(actor=drawer, month=clock.today())
    with acting_as(drawer):
        drawn = BenefitStatement.objects.get(agreement_id=partner.agreement_id)
    return used.id, drawn.id


def give_card(number: str, person_id: UUID, actor: Actor) -> None:
    """Put a good card into the books, as the owner."""
    office = system_actor(new_id())
    with acting_as(office):
        village_id = directory.subjects(office, {person_id})[person_id].village_id
        scope_code = directory.scope_code_of(office, person_id)
    key, _ = CardKey.objects.using("owner").get_or_create(
        id="test",
        defaults={
            "public_key": b"0" * 65,
            "wrapped_key": b"0",
            "ring_id": "test",
            "secret": b"0",
            "made_at": clock.now(),
            "retired_at": clock.now(),  # it signs nothing
        },
    )
    Card.objects.using("owner").filter(person_id=person_id).delete()
    Card.objects.using("owner").create(
        id=new_id(),
        number=number,
        token=f"token-{number}",
        key=key,
        person_id=person_id,
        village_id=village_id,
        scope_code=scope_code,
        valid_from=clock.today(),
        valid_to=clock.today() + timedelta(days=100),
        state="valid",
        issued_by_id=actor.id,
        issued_at=clock.now(),
    )
