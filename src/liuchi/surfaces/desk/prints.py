"""What staff print: for a person, for a household, for the shop, and the blank sheets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ShopRow, cards
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import today
from liuchi.surfaces.components import group_texts, printing
from liuchi.surfaces.components.access import across_posts, requires, signed_in
from liuchi.surfaces.components.across import each, unique
from liuchi.surfaces.components.consent import asked_at
from liuchi.surfaces.components.group_texts import GroupText
from liuchi.surfaces.components.methods import places_with_methods
from liuchi.surfaces.components.seats import SeatedRequest, seat_of


@dataclass(frozen=True, slots=True)
class Place:
    """A village with all that can be printed and copied for it."""

    area: AreaRow
    shops: tuple[ShopRow, ...]
    texts: tuple[GroupText, ...]
    asks_contact: bool
    is_open: bool


@signed_in
@across_posts
def prints(request: SeatedRequest) -> HttpResponse:
    """Everything to print or to copy to a chat group, village by village."""
    shops = unique(each(request, "points.goods.read", points.shops))
    villages = [
        Place(
            area,
            tuple(shop for shop in shops if shop.village_id == area.id),
            group_texts.of_place(request, area),
            any(asked.is_contact for asked in asked_at(area.id)),
            bool(disclosures.books_at(area.id, today())),
        )
        for area in _own_places(seat_of(request).actors)
    ]
    return TemplateResponse(request, "desk/prints.html", {"villages": villages})


@requires("directory.person.write")
def consent_of_person(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """The consent sheet with a resident's name on it."""
    person = directory.person(request.actor, person_id)
    return printing.consent(request, directory.area(person.village_id), [person])


@requires("directory.person.write")
def consent_of_household(request: SeatedRequest, household_id: UUID) -> HttpResponse:
    """The consent sheet with a line for each member of a household."""
    found = directory.household(request.actor, household_id)
    area = directory.area(found.row.village_id)
    return printing.consent(request, area, found.members, found.row.label)


@requires("directory.person.write")
def contact_consent_of_person(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """The sheet by which a resident agrees to be kept contact with."""
    person = directory.person(request.actor, person_id)
    return printing.contact_consent(request, directory.area(person.village_id), [person])


@requires("directory.person.write")
def contact_consent_of_household(request: SeatedRequest, household_id: UUID) -> HttpResponse:
    """The same with a line for each member of a household: one who agrees is enough."""
    found = directory.household(request.actor, household_id)
    area = directory.area(found.row.village_id)
    return printing.contact_consent(request, area, found.members, found.row.label)


@requires("points.claim.propose")
def claim_slip(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """The claim slip with a resident's name on it."""
    person = directory.person(request.actor, person_id)
    return printing.claim_slip(request, directory.area(person.village_id), person)


@requires("points.claim.read")
def claim(request: SeatedRequest, claim_id: UUID) -> HttpResponse:
    """The receipt of a claim."""
    return printing.claim_receipt(request, points.claim(request.actor, claim_id))


@requires("points.account.read")
def redemption(request: SeatedRequest, redemption_id: UUID) -> HttpResponse:
    """The receipt of a redemption."""
    row = points.redemption(request.actor, redemption_id)
    return printing.redemption_receipt(request, row, points.shop(request.actor, row.shop_id))


@requires("points.goods.read")
def prices(request: SeatedRequest, shop_id: UUID) -> HttpResponse:
    """A shop's price list."""
    shop = points.shop(request.actor, shop_id)
    return printing.prices(request, shop, points.goods(request.actor, shop_id))


@requires("directory.person.read")
def card(request: SeatedRequest, person_id: UUID) -> HttpResponse:
    """One resident's card, large, on A5; who holds none is issued one first."""
    person = directory.person(request.actor, person_id)
    held = next(iter(cards.cards_of(request.actor, [person.id])), None)
    if held is None or not held.is_good:
        return HttpResponseRedirect(reverse("desk-card", args=[person.id]))
    return printing.card(request, person, held)


@requires("directory.household.read")
def household_cards(request: SeatedRequest, household_id: UUID) -> HttpResponse:
    """Cards of a household, ten to an A4 sheet."""
    found = directory.household(request.actor, household_id)
    issued = cards.cards_of(request.actor, [member.id for member in found.members])
    return printing.cards(request, found.row.village_name, found.members, issued)


def _own_places(actors: Iterable[Actor]) -> tuple[AreaRow, ...]:
    return tuple(
        area
        for area in places_with_methods()
        if any(actor.covers(area.scope_code) for actor in actors)
    )
