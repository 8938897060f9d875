"""Claims, and what the points buy: shops, goods, redemptions, gifts."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.engines.points.enums import ClaimState
from liuchi.surfaces.api import batch_shapes, claim_shapes, shapes
from liuchi.surfaces.api.routes import LIMIT_DEFAULT, After, Key, Limit, read, verb, write
from liuchi.surfaces.components.access import ways_of
from liuchi.surfaces.components.across import each, gather, unique
from liuchi.surfaces.components.seats import actor_of

claims = Router(tags=["claims"])
shops = Router(tags=["shops"])

_CLAIM = verb("points.claim.read")
_GOODS = verb("points.goods.read")
_ACCOUNT = verb("points.account.read")


@read(claims, "/claims", access=_CLAIM, gives=shapes.Page[shapes.Claim], is_list=True)
def list_claims(
    request: HttpRequest,
    state: ClaimState | None = None,
    person_id: UUID | None = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List the claims of the areas one's posts are for, of one state or person if asked."""
    return gather(
        request,
        _CLAIM.verb,
        lambda actor: points.claims(
            actor, state=state, person_id=person_id, after=after, limit=limit
        ),
        limit=limit,
        newest_first=state not in points.OLDEST_FIRST,
    )


@read(claims, "/claims/{claim_id}", access=verb("points.claim.read"), gives=shapes.Claim)
def get_claim(request: HttpRequest, claim_id: UUID) -> object:
    """Get one claim."""
    return points.claim(actor_of(request), claim_id)


@write(claims, "/claims", access=verb("points.claim.propose"), gives=shapes.Claim)
def propose_claim(request: HttpRequest, body: shapes.ClaimTaken, key: Key) -> object:
    """Record a claim for a resident."""
    return points_actions.propose_claim(
        actor=actor_of(request),
        key=key,
        person_id=body.person_id,
        rule_code=body.rule_code,
        happened_on=body.happened_on,
        quantity=body.quantity,
        note=body.note,
        evidence=tuple(body.evidence),
        asked_by_id=body.asked_by_id,
    )


@write(claims, "/batches", access=verb("points.claim.propose"), gives=claim_shapes.Batch)
def propose_claims(request: HttpRequest, body: claim_shapes.ClaimsTaken, key: Key) -> object:
    """Record one deed for everybody on a list; each refusal has its sentence."""
    return points_actions.propose_claims(
        actor=actor_of(request),
        key=key,
        title=body.title,
        place=body.place,
        rule_code=body.rule_code,
        happened_on=body.happened_on,
        person_ids=tuple(body.person_ids),
        quantity=body.quantity,
        note=body.note,
        evidence=tuple(body.evidence),
    )


@read(claims, "/batches", access=verb("points.claim.read"), gives=shapes.Page[claim_shapes.Batch])
def list_batches(request: HttpRequest, after: After = None, limit: Limit = LIMIT_DEFAULT) -> object:
    """List the lists and pages of books of the actor's area, latest first."""
    return points.batches(actor_of(request), after=after, limit=limit)


@read(claims, "/batches/{batch_id}", access=verb("points.claim.read"), gives=claim_shapes.Batch)
def get_batch(request: HttpRequest, batch_id: UUID) -> object:
    """Get one list or page, with whom it could not be recorded for."""
    return points.batch(actor_of(request), batch_id)


@write(
    claims, "/reviews", access=verb("points.claim.review"), gives=claim_shapes.Reviewed, status=200
)
def review_claims(request: HttpRequest, body: claim_shapes.ReviewsTaken, key: Key) -> object:
    """Decide about several claims at once; one's own are left out with a sentence."""
    return points_actions.review_claims(
        actor=actor_of(request),
        key=key,
        items=[points_actions.ReviewItem(**each.dict()) for each in body.items],
    )


@write(
    claims,
    "/claims/{claim_id}/resubmission",
    access=verb("points.claim.read"),
    gives=shapes.Claim,
    status=200,
)
def resubmit_claim(
    request: HttpRequest, claim_id: UUID, body: claim_shapes.ResubmissionTaken, key: Key
) -> object:
    """Hand in a returned claim again."""
    return points_actions.resubmit_claim(
        actor=actor_of(request),
        key=key,
        claim_id=claim_id,
        note=body.note,
        evidence=tuple(body.evidence),
    )


@write(
    claims,
    "/claims/{claim_id}/correction",
    access=verb("points.claim.read"),
    gives=claim_shapes.Approval,
)
def ask_correction(
    request: HttpRequest, claim_id: UUID, body: claim_shapes.CorrectionTaken, key: Key
) -> object:
    """Ask to undo a posted award or to lower it; a second person decides."""
    return points_actions.ask_correction(
        actor=actor_of(request),
        key=key,
        claim_id=claim_id,
        reason=body.reason,
        right_quantity=body.right_quantity,
    )


@write(
    claims,
    "/approvals/{approval_id}/decision",
    access=verb("points.claim.review"),
    gives=claim_shapes.Approval,
    status=200,
)
def decide_approval(
    request: HttpRequest, approval_id: UUID, body: claim_shapes.DecisionTaken, key: Key
) -> object:
    """Approve or decline what somebody else has asked for."""
    return points_actions.decide_approval(
        actor=actor_of(request),
        key=key,
        approval_id=approval_id,
        approve=body.approve,
        answer=body.answer,
        expected_version=body.expected_version,
    )


@write(
    claims,
    "/claims/{claim_id}/review",
    access=verb("points.claim.review"),
    gives=shapes.Claim,
    status=200,
)
def review_claim(
    request: HttpRequest, claim_id: UUID, body: shapes.ReviewTaken, key: Key
) -> object:
    """Approve, reject or return a claim somebody else has proposed."""
    return points_actions.review_claim(
        actor=actor_of(request),
        key=key,
        claim_id=claim_id,
        outcome=body.outcome,
        reason=body.reason,
        expected_version=body.expected_version,
    )


@write(
    claims,
    "/claims/{claim_id}/withdrawal",
    access=verb("points.claim.read"),
    gives=shapes.Claim,
    status=200,
)
def withdraw_claim(request: HttpRequest, claim_id: UUID, key: Key) -> object:
    """Take back a claim that has not been reviewed."""
    return points_actions.withdraw_claim(actor=actor_of(request), key=key, claim_id=claim_id)


@read(shops, "/shops", access=_GOODS, gives=list[shapes.Shop], is_list=True)
def list_shops(request: HttpRequest) -> object:
    """List the shops of the areas one's posts are for."""
    return unique(each(request, _GOODS.verb, points.shops))


@read(shops, "/shops/{shop_id}/goods", access=_GOODS, gives=list[shapes.Goods])
def list_goods(request: HttpRequest, shop_id: UUID) -> object:
    """List what a shop hands out, and how much of it is left."""
    return points.goods(actor_of(request), shop_id)


@read(
    shops,
    "/redemptions",
    access=_ACCOUNT,
    gives=shapes.Page[shapes.Redemption],
    is_list=True,
)
def list_redemptions(
    request: HttpRequest,
    shop_id: Annotated[UUID | None, Query(description="Only of this shop.")] = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List redemptions, latest first."""
    return gather(
        request,
        _ACCOUNT.verb,
        lambda actor: points.redemptions(actor, shop_id=shop_id, after=after, limit=limit),
        limit=limit,
        newest_first=True,
    )


@write(shops, "/redemptions", access=verb("points.redemption.make"), gives=shapes.Redemption)
def redeem(request: HttpRequest, body: shapes.RedemptionTaken, key: Key) -> object:
    """Hand out goods for points: both move, or neither does."""
    made = points_actions.redeem(
        actor=actor_of(request),
        key=key,
        person_id=body.person_id,
        shop_id=body.shop_id,
        goods_id=body.goods_id,
        quantity=body.quantity,
    )
    return batch_shapes.handed_over(made)


@write(
    shops,
    "/redemptions/batch",
    access=verb("points.redemption.make"),
    gives=batch_shapes.Redeemed,
    status=207,
)
def redeem_all(request: HttpRequest, body: batch_shapes.RedemptionsTaken, key: Key) -> object:
    """Hand out goods for points to everybody on a list; each line has its own answer.

    A line that cannot be done harms no other. The lines have the request's key and their
    place for a key: the same request may be sent again, and what is done stays as it is.
    """
    made = points_actions.redeem_all(
        actors=ways_of(request, "points.redemption.make", of_record=True),
        wanted=[
            points_actions.Wanted(
                f"{key}:{place}", each.person_id, each.shop_id, each.goods_id, each.quantity
            )
            for place, each in enumerate(body.items)
        ],
    )
    return batch_shapes.redeemed(made)


@write(
    shops,
    "/redemptions/{redemption_id}/reversal",
    access=verb("points.redemption.reverse"),
    gives=shapes.Redemption,
    status=200,
)
def reverse_redemption(
    request: HttpRequest, redemption_id: UUID, body: shapes.ReversalTaken, key: Key
) -> object:
    """Take a redemption back: points and goods return by a contra-entry."""
    return points_actions.reverse_redemption(
        actor=actor_of(request), key=key, redemption_id=redemption_id, reason=body.reason
    )


@write(shops, "/gifts", access=verb("points.gift.give"), gives=shapes.GiftGiven)
def give_gift(request: HttpRequest, body: shapes.GiftTaken, key: Key) -> shapes.GiftGiven:
    """Hand out goods for no points."""
    fact_id = points_actions.give_gift(
        actor=actor_of(request),
        key=key,
        person_id=body.person_id,
        shop_id=body.shop_id,
        goods_id=body.goods_id,
        quantity=body.quantity,
        reason=body.reason,
    )
    return shapes.GiftGiven(fact_id=fact_id)
