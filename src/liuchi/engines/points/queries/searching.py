"""Claims and goods by what one half remembers: a rule, a person, a thing on the shelf."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from liuchi.engines.directory.rules import search_term, search_terms
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.engines.points.models import Claim, Goods
from liuchi.engines.points.queries.catalogue import price_of
from liuchi.engines.points.queries.claims import ClaimRow, rows_of
from liuchi.engines.points.queries.places import spec_of, with_stock
from liuchi.engines.points.scope import page_size, require_any, village_of
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor

_SHOWN_MAX = 2_000


@dataclass(frozen=True, slots=True)
class GoodsFound:
    """Something on a shelf of the actor's area."""

    id: UUID
    title: str
    price_points: int
    stock: int
    shop_id: UUID
    shop_name: str


def claims_found(
    actor: Actor, text: str, person_ids: Collection[UUID] = (), *, limit: int = 50
) -> tuple[ClaimRow, ...]:
    """Return claims by a rule whose title contains a text, and of some people, newest first.

    The title may be given in characters, in spelling or by its initials. Each of the two
    is read by an index of its own.
    """
    require_any(actor, "points.claim.read", "points.claim.review")
    require(actor)
    most, village = page_size(limit), village_of(actor)
    found = Claim.objects.all()
    if village is not None:
        found = found.filter(village_id=village)
    parts = []
    codes = _rules_titled(text)
    if codes:
        parts.append(_newest(found.filter(rule_code__in=codes), most))
    if person_ids:
        parts.append(_newest(found.filter(person_id__in=list(person_ids)), most))
    newest = {claim.id: claim for part in parts for claim in part}
    return rows_of(actor, [newest[id_] for id_ in sorted(newest, reverse=True)[:most]])


def goods_found(actor: Actor, text: str, *, limit: int = 50) -> tuple[GoodsFound, ...]:
    """Return goods of the actor's area whose title contains a text, by title.

    Shops of one method sell much the same: the titles are read once each and matched here.
    """
    require_any(actor, "points.goods.read", "points.redemption.make")
    require(actor)
    here = Goods.objects.filter(
        shop__scope_code__startswith=actor.scope_code, discontinued_at__isnull=True
    )
    titles = here.order_by("title").values_list("title", flat=True).distinct()[:_SHOWN_MAX]
    wanted = matching(titles, text)
    if not wanted:
        return ()
    held = with_stock(here.filter(title__in=wanted).select_related("shop"))
    return tuple(
        GoodsFound(each.id, each.title, price_of(each), stock, each.shop_id, each.shop.name)
        for each in held.order_by("title", "shop__scope_code", "id")[: page_size(limit)]
        for stock in [getattr(each, "stock", 0)]
    )


def matching(titles: Iterable[str], text: str) -> list[str]:
    """Return the titles that contain a text, or whose sound or initials do."""
    term = search_term(text)
    return [title for title in titles if term and term in _terms(title)]


@lru_cache(maxsize=1 << 13)
def _terms(title: str) -> frozenset[str]:
    return frozenset(search_terms(title[:40]))


def _rules_titled(text: str) -> set[str]:
    """Return the codes of rules in force anywhere whose title is meant."""
    codes = set()
    for applied in journal.playbooks_in_force(None, clock.today()):
        spec = spec_of(applied)
        if spec is not None:
            titled = set(matching((rule.title for rule in spec.rules), text))
            codes |= {rule.code for rule in spec.rules if rule.title in titled}
    return codes


def _newest(found: QuerySet[Claim], most: int) -> list[Claim]:
    return list(found.order_by("-id")[:most])
