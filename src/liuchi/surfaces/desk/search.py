"""One box over everything: people, households, claims, goods and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import HouseholdRow, OrganizationRow, PersonRow
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import ClaimRow, GoodsFound
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import words
from liuchi.surfaces.components.access import across_posts, signed_in
from liuchi.surfaces.components.seats import SeatedRequest, seat_of

SHOWN = 6
TEXT_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: what it is called, what tells it from others, its page if it has one."""

    id: UUID
    title: str
    hint: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind. ``is_more``: there are others; ``more_url`` lists them."""

    title: Promise
    hits: tuple[Hit, ...]
    is_more: bool
    more_url: str = ""


@signed_in
@across_posts
def search(request: SeatedRequest) -> HttpResponse:
    """Search everything that the person's posts may see, in their areas and no further."""
    text = request.GET.get("text", "").strip()[:TEXT_CHARACTERS_MAX]
    groups = _groups(seat_of(request).actors, text) if text else ()
    return TemplateResponse(request, "desk/search.html", {"text": text, "groups": groups})


_KINDS: tuple[tuple[Promise, str], ...] = (
    (_("居民"), "desk-people"),
    (_("住户"), "desk-households"),
    (_("积分申报"), ""),
    (_("商品"), ""),
    (_("单位"), ""),
)


def _groups(actors: Iterable[Actor], text: str) -> tuple[Group, ...]:
    found: list[dict[UUID, Hit]] = [{} for _kind in _KINDS]
    for actor in actors:
        with acting_as(actor):
            for held, hits in zip(found, _found(actor, text), strict=True):
                held.update({hit.id: hit for hit in hits})
    query = "?" + urlencode({"text": text})
    return tuple(
        Group(
            title,
            tuple(held.values())[:SHOWN],
            len(held) > SHOWN,
            reverse(name) + query if name else "",
        )
        for (title, name), held in zip(_KINDS, found, strict=True)
        if held
    )


def _found(actor: Actor, text: str) -> tuple[list[Hit], ...]:
    """Return what one post finds, by kind; one more of each than is shown."""
    most = SHOWN + 1
    people: tuple[PersonRow, ...] = ()
    if actor.may("directory.person.read").allowed:
        people = directory.people_found(actor, text, limit=most)
    homes: tuple[HouseholdRow, ...] = ()
    if actor.may("directory.household.read").allowed:
        homes = directory.households_found(actor, text, limit=most)
    claims: tuple[ClaimRow, ...] = ()
    if actor.may("points.claim.read").allowed:
        claims = points.claims_found(actor, text, [row.id for row in people], limit=most)
    goods: tuple[GoodsFound, ...] = ()
    if actor.may("points.goods.read").allowed:
        goods = points.goods_found(actor, text, limit=most)
    organizations = directory.organizations(actor, text, limit=most)
    return (
        [_person(row) for row in people],
        [_home(row) for row in homes],
        [_claim(row) for row in claims],
        [_goods(row) for row in goods],
        [_organization(row) for row in organizations],
    )


def _hint(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _person(row: PersonRow) -> Hit:
    hint = _hint(row.household_label, row.grid_name or row.village_name, row.phone_masked)
    return Hit(row.id, row.name, hint, reverse("desk-person", args=[row.id]))


def _home(row: HouseholdRow) -> Hit:
    hint = _hint(row.address_masked, row.grid_name or row.village_name)
    return Hit(row.id, row.label, hint, reverse("desk-household", args=[row.id]))


def _claim(row: ClaimRow) -> Hit:
    hint = _hint(row.person_name, row.happened_on, words.STATES.get(str(row.state), ""))
    return Hit(row.id, row.rule_title, hint, reverse("desk-claim", args=[row.id]))


def _goods(row: GoodsFound) -> Hit:
    hint = _hint(row.shop_name, _("%(points)s 分") % {"points": row.price_points})
    return Hit(row.id, row.title, hint, reverse("desk-counter", args=[row.shop_id]))


def _organization(row: OrganizationRow) -> Hit:
    return Hit(row.id, row.name, row.area_name)
