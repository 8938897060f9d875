"""People and households of the actor's area, and the signed-in person's own affairs."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from liuchi.engines.directory import queries as directory
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import actions as points_actions
from liuchi.engines.points import queries as points
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound, Refused
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.api import claim_shapes, shapes
from liuchi.surfaces.api.routes import (
    LIMIT_DEFAULT,
    SIGNED_IN,
    After,
    Key,
    Limit,
    Text,
    read,
    verb,
    write,
)
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.seats import actor_of, seat_of

router = Router(tags=["people"])
own = Router(tags=["own"])

_PERSON = verb("directory.person.read")
_HOUSEHOLD = verb("directory.household.read")


@read(router, "/people", access=_PERSON, gives=shapes.Page[shapes.Person], is_list=True)
def list_people(
    request: HttpRequest, text: Text = "", after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """List or search the people of the areas one's posts are for."""
    return gather(
        request,
        _PERSON.verb,
        lambda actor: directory.people(actor, text=text, after=after, limit=limit),
        order=lambda row: (row.name_sort, row.id),
        cursor=lambda row: directory.cursor_text(row.name_sort, row.id),
        limit=limit,
    )


@read(router, "/people/{person_id}", access=_PERSON, gives=shapes.Person)
def get_person(request: HttpRequest, person_id: UUID) -> object:
    """Get one person."""
    return directory.person(actor_of(request), person_id)


@read(
    router,
    "/people/{person_id}/statement",
    access=verb("points.account.read"),
    gives=shapes.Statement,
)
def get_statement(
    request: HttpRequest, person_id: UUID, after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """Get a person's points, every entry explained."""
    actor = actor_of(request)
    if person_id not in directory.people_of(actor, [person_id]):
        raise NotFound("person")
    return points.statement(actor, person_id, after=after, limit=limit)


@read(
    router,
    "/households",
    access=_HOUSEHOLD,
    gives=shapes.Page[shapes.Household],
    is_list=True,
)
def list_households(
    request: HttpRequest, text: Text = "", after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """List or search the households of the areas one's posts are for."""
    return gather(
        request,
        _HOUSEHOLD.verb,
        lambda actor: directory.households(actor, text=text, after=after, limit=limit),
        order=lambda row: (row.label, row.id),
        cursor=lambda row: directory.cursor_text(row.label, row.id),
        limit=limit,
    )


@read(router, "/households/{household_id}", access=_HOUSEHOLD, gives=shapes.HouseholdWithMembers)
def get_household(request: HttpRequest, household_id: UUID) -> object:
    """Get one household and who lives in it."""
    return directory.household(actor_of(request), household_id)


@read(own, "/me", access=SIGNED_IN, gives=shapes.Me)
def get_me(request: HttpRequest) -> shapes.Me:
    """Get the post in use, what it may do, and the other posts held."""
    actor = actor_of(request)
    return shapes.Me(
        role=actor.role,
        post_id=actor.post_id,
        area_id=actor.area_id,
        person_id=actor.person_id,
        verbs=sorted(actor.grants),
        posts=[shapes.Post.model_validate(post) for post in seat_of(request).posts],
    )


@read(own, "/me/statement", access=SIGNED_IN, gives=shapes.Statement)
def get_my_statement(
    request: HttpRequest, after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """Get the signed-in resident's own points."""
    actor = actor_of(request)
    return points.statement(actor, _self(actor), after=after, limit=limit)


@read(own, "/me/claims", access=SIGNED_IN, gives=shapes.Page[shapes.Claim])
def list_my_claims(
    request: HttpRequest, after: After = None, limit: Limit = LIMIT_DEFAULT
) -> object:
    """List the signed-in resident's own claims."""
    actor = actor_of(request)
    return points.claims(actor, person_id=_self(actor), after=after, limit=limit)


@write(own, "/me/claims", access=verb("points.claim.propose_own"), gives=shapes.Claim)
def propose_my_claim(request: HttpRequest, body: shapes.OwnClaimTaken, key: Key) -> object:
    """Propose a claim for oneself."""
    actor = actor_of(request)
    return points_actions.propose_claim(
        actor=actor,
        key=key,
        person_id=_self(actor),
        rule_code=body.rule_code,
        happened_on=body.happened_on,
        quantity=body.quantity,
        note=body.note,
        evidence=tuple(body.evidence),
    )


@write(own, "/me/claims/for", access=verb("points.claim.propose_for"), gives=shapes.Claim)
def propose_claim_for(
    request: HttpRequest, body: claim_shapes.NeighbourClaimTaken, key: Key
) -> object:
    """Propose a claim for somebody of the household or the village, named in full."""
    actor = actor_of(request)
    with acting_as(actor):
        found = directory.near(actor, name=body.name, birth_year=body.birth_year)
    if len(found) != 1:
        raise NotFound("person")
    return points_actions.propose_claim(
        actor=actor,
        key=key,
        person_id=found[0].id,
        rule_code=body.rule_code,
        happened_on=body.happened_on,
        quantity=body.quantity,
        note=body.note,
        evidence=tuple(body.evidence),
    )


def _self(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise Refused(
            "no_person",
            Sentence(
                "这个账号没有关联居民档案，所以没有个人积分。",
                "This account is not linked to a resident, so it has no points of its own.",
            ),
        )
    return actor.person_id
