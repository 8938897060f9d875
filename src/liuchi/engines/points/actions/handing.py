"""Goods handed out for points: one redemption, or a thousand of one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.journal.scope import NOBODY, acting_as
from liuchi.engines.points import queries, rules
from liuchi.engines.points.actions import posting
from liuchi.engines.points.actions.shop import Counter, redemption_item, redemption_key
from liuchi.engines.points.enums import AccountKind, Outcome, RedemptionState
from liuchi.engines.points.models import Redemption, Transfer
from liuchi.engines.points.queries import Asked, AtCounter, RedemptionRow
from liuchi.engines.points.scope import require_own_area
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Invalid, LiuchiError, NotFound, Refused
from liuchi.kernel.sentences import Sentence

_VERB = "points.redemption.make"
WANTED_MAX = 1_000
# The ledger decides these in the end, and knows what a repeated key was answered before.
_LEDGERS_OWN = frozenset({"out_of_stock", "not_enough_points"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who takes what from which shop. ``key`` is the intent's own, new for each."""

    key: str
    person_id: UUID
    shop_id: UUID
    goods_id: UUID
    quantity: int


def redeem(
    *, actor: Actor, key: str, person_id: UUID, shop_id: UUID, goods_id: UUID, quantity: int
) -> RedemptionRow:
    """Hand out goods for points: both legs in one transfer, or neither.

    Refused with ``out_of_stock`` or ``not_enough_points``, decided by the ledger in the
    end: of two customers for the last piece one gets it and one the sentence. Callers who
    come at once share the statements that look and that post.
    """
    actor.may(_VERB).or_refuse()
    found = queries.at_counter(Asked(actor, person_id, shop_id, goods_id))
    made = _handed_out([_asking(actor, Wanted(key, person_id, shop_id, goods_id, quantity), found)])
    if isinstance(made[0], LiuchiError):
        raise made[0]
    return made[0]


def redeem_all(
    *, actors: Sequence[Actor], wanted: Sequence[Wanted]
) -> tuple[RedemptionRow | LiuchiError, ...]:
    """Hand out what a list says; return a row or an error for each, in order.

    ``actors`` are those of one user's posts, the narrowest area first: each line is done by
    the first that finds the shop and the person. A line that cannot be done harms no other.
    """
    for actor in actors:
        actor.may(_VERB).or_refuse()
    if not 1 <= len(wanted) <= WANTED_MAX:
        sentence = Sentence(
            "一次可以提交1到{most}笔。", "Send 1 to {most} lines at once.", {"most": WANTED_MAX}
        )
        raise Invalid("list_unusable", sentence)
    found: list[_Asking | NotFound] = [NotFound("shop")] * len(wanted)
    for actor in actors:
        open_ = [n for n, each in enumerate(found) if isinstance(each, NotFound)]
        asked = [
            Asked(actor, wanted[n].person_id, wanted[n].shop_id, wanted[n].goods_id) for n in open_
        ]
        for n, at in zip(open_, queries.at_counters(asked), strict=True):
            found[n] = at if isinstance(at, NotFound) else _asking(actor, wanted[n], at)
    made = iter(_handed_out([each for each in found if isinstance(each, _Asking)]))
    return tuple(each if isinstance(each, NotFound) else next(made) for each in found)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One line with who asks for it and what was found at the counter."""

    actor: Actor
    wanted: Wanted
    at: AtCounter
    terms: rules.Redemption  # what the rule decides by


def _asking(actor: Actor, wanted: Wanted, at: AtCounter) -> _Asking:
    terms = rules.Redemption(
        title=at.goods.title,
        price=at.goods.price_points,
        quantity=wanted.quantity,
        balance=at.balance,
        stock=at.goods.stock,
        offered=not at.goods.discontinued,
    )
    return _Asking(actor, wanted, at, terms)


def _handed_out(asking: Sequence[_Asking]) -> list[RedemptionRow | LiuchiError]:
    made: list[RedemptionRow | LiuchiError | None] = [_refusal(each) for each in asking]
    for n in _known([(n, asking[n]) for n, refused in enumerate(made) if refused is not None]):
        made[n] = None  # done before: the ledger says what it answered then
    places = [n for n, refused in enumerate(made) if refused is None]
    items = [_item(asking[n]) for n in places]
    for n, item, answer in zip(places, items, posting.post_all(items), strict=True):
        made[n] = _answer(asking[n], item, answer)
    return [each for each in made if each is not None]


def _refusal(asking: _Asking) -> LiuchiError | None:
    """Return why a line does not reach the ledger, None where it does."""
    try:
        require_own_area(asking.at.shop.scope_code, asking.actor)
        decision = rules.may_redeem(asking.terms)
        if decision.reason_code not in _LEDGERS_OWN:
            decision.or_refuse()
    except Refused as error:
        return error
    return None


def _known(refused: Sequence[tuple[int, _Asking]]) -> list[int]:
    """Return the refused that were posted before under their keys; one query, or none."""
    if not refused:
        return []
    keys = {redemption_key(each.actor, each.wanted.key): n for n, each in refused}
    with acting_as(refused[0][1].actor):
        found = Transfer.objects.filter(key__in=keys).values_list("key", flat=True)
        return [keys[key] for key in found]


def _item(asking: _Asking) -> posting.Item:
    at = asking.at
    counter = Counter(
        shop=at.shop,
        goods=at.goods,
        person_id=at.person_id,
        household_id=at.household_id,
        home_area=at.home_area,
        home=at.home,
        unit=at.shop.unit,
    )
    key = redemption_key(asking.actor, asking.wanted.key)
    return redemption_item(asking.actor, key, counter, asking.terms.quantity, asking.terms.price)


def _answer(
    asking: _Asking, item: posting.Item, answer: posting.Answer
) -> RedemptionRow | LiuchiError:
    """Say what the ledger answered: the row as it was just written, or why not."""
    if answer.outcome is Outcome.CONFLICT:
        return posting.key_reused()
    if answer.outcome is Outcome.SET_ASIDE:
        return posting.set_aside()
    try:
        if answer.outcome is Outcome.INSUFFICIENT:
            rules.may_redeem(asking.terms).or_refuse()
            if answer.short is AccountKind.STOCK:
                rules.out_of_stock(asking.terms.title, answer.available).or_refuse()
            rules.not_enough_points(answer.available, asking.terms.points).or_refuse()
    except Refused as error:
        return error
    if answer.written is None or item.redemption is None:
        return _earlier(asking.actor, answer.posted)
    at, terms = asking.at, asking.terms
    return RedemptionRow(
        id=item.fact.subject_id,
        person_id=at.person_id,
        person_name=at.person_name,
        shop_id=at.shop.id,
        goods_id=at.goods.id,
        goods_title=at.goods.title,
        quantity=terms.quantity,
        points=terms.points,
        at=answer.written.at,
        by_name=at.asker_name,
        state=RedemptionState.MADE,
        reverse_reason="",
        fact_id=answer.written.fact_id,
    )


def _earlier(actor: Actor, transfer_id: UUID | None) -> RedemptionRow | LiuchiError:
    """Return what the same key made before."""
    with acting_as(actor):
        found = Redemption.objects.filter(transfer_id=transfer_id or NOBODY).first()
        return NotFound("redemption") if found is None else queries.redemption(actor, found.id)
