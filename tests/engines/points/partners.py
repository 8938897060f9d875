"""A provider with an agreement, its people and a resident's card, in the small world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from engines.points.world import SECTION, World
from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.files import actions as files
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions
from liuchi.engines.points.models import Card, CardKey
from liuchi.engines.points.queries import AgreementRow
from liuchi.engines.points.rules.card_tokens import number_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from members import photo

BENEFITS = {
    "providers": [
        {"code": "car-shop", "title": "汽车维修保养店", "field": "交通"},
        {"code": "property", "title": "物业公司", "field": "物业"},
    ],
    "benefits": [
        {
            "code": "car-care",
            "provider": "car-shop",
            "title": "汽车保养8折",
            "kind": "discount",
            "tenths": 8,
            "eligible": {"earned_points": {"at_least": 50}},
            "quota": {"times": 1, "period": "month"},
        },
        {"code": "pump", "provider": "car-shop", "title": "借气泵", "kind": "loan", "loan_days": 7},
        {
            "code": "fee-month",
            "provider": "property",
            "title": "减免一个月物业费",
            "kind": "fee_waived",
            "months": 1,
            "quota": {"per": "household", "times": 1, "period": "year"},
        },
    ],
}
CARD = number_of("123456789")


@dataclass
class Partner:
    """A provider's organisation, its agreement and two of its people."""

    agreement: AgreementRow
    merchant: Actor
    second: Actor

    def offer(self, code: str) -> UUID:
        return next(each.id for each in self.agreement.offers if each.code == code)


def apply_benefits(world: World) -> None:
    journal_actions.apply_playbook(
        code=f"credit-{world.village.code}",
        source="",
        compiled={"points": SECTION | BENEFITS},
        places=[world.village.id],
        in_force_from=date(2026, 3, 1),
        spec_version=1,
        approved_by="居民代表会议",
        actor=world.root,
    )


def drawn(world: World, provider: str, name: str, codes: list[str]) -> AgreementRow:
    """Draw an agreement up with a scan of its paper; nobody has signed it."""
    body = directory_actions.add_organization(
        kind="company", name=name, area_id=world.village.id, actor=world.root, key=world.key()
    )
    made = actions.draw_agreement(
        actor=world.recorder,
        key=world.key(),
        village_id=world.village.id,
        organization_id=body,
        provider_code=provider,
        offer_codes=codes,
        from_on=date(2026, 3, 1),
        to_on=date(2026, 12, 31),
    )
    scan = files.store_image(
        photo(),
        "scan.jpg",
        actor=world.recorder,
        key=world.key(),
        scope_code=world.village.scope_code,
    )
    return actions.attach_document(
        actor=world.recorder, key=world.key(), agreement_id=made.id, document_id=scan.id
    )


def partner(world: World, provider: str, name: str, codes: list[str]) -> Partner:
    """Sign an agreement and appoint two people at the provider."""
    made = drawn(world, provider, name, codes)
    signed = actions.sign_agreement(actor=world.secretary, key=world.key(), agreement_id=made.id)
    return Partner(
        signed, merchant(world, made.organization_id), merchant(world, made.organization_id)
    )


def merchant(world: World, organization_id: UUID) -> Actor:
    """Appoint somebody new at a provider, by the secretary: it takes no more rights."""
    name = f"merchant{world.number()}"
    user_id = accounts_actions.create_user(
        username=name,
        display_name=name,
        password="six-feet-lane-2026",
        actor=world.root,
        key=world.key(),
    )
    directory_actions.appoint(
        user_id=user_id,
        role="merchant",
        area_id=world.village.id,
        organization_id=organization_id,
        actor=world.secretary,
        key=world.key(),
    )
    return directory.actor_of(user_id)


def give_card(world: World, person_id: UUID, number: str = CARD) -> str:
    """Put a good card of somebody's into the books and return its number."""
    with acting_as(world.root):
        key, _ = CardKey.objects.get_or_create(
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
        Card.objects.create(
            id=new_id(),
            number=number,
            token=f"token-{number}",
            key=key,
            person_id=person_id,
            village_id=world.village.id,
            scope_code=directory.scope_code_of(world.root, person_id),
            valid_from=clock.today(),
            valid_to=clock.today() + timedelta(days=100),
            state="valid",
            issued_by_id=world.secretary.id,
            issued_at=clock.now(),
        )
    return number
