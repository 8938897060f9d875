"""What a village has with units: a whistle, a prompt sheet, a case that was given back."""

from __future__ import annotations

from uuid import UUID

from liuchi.engines.accounts import actions as accounts_actions
from liuchi.engines.accounts import queries as accounts
from liuchi.engines.cases import actions, queries
from liuchi.engines.cases.actions import Told, whistles
from liuchi.engines.cases.enums import CaseVerb, Channel
from liuchi.engines.cases.queries import ArbitrationRow
from liuchi.engines.cases.spec import CasesSpec, Limit
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.ids import new_id
from matters import put_matters_in_force


def open_unit(village: AreaRow, name: str, office: Actor, password: str) -> tuple[UUID, Actor]:
    """Open a department of the town with one handler; return its id and the handler."""
    town = directory.area(village.parent_id or village.id)
    unit_id = directory_actions.add_organization(
        name=name, kind="office", area_id=town.id, actor=office, key=str(new_id())
    )
    user_id = accounts_actions.create_user(
        username=name,
        display_name=name,
        password=password,
        actor=office,
        key=str(new_id()),
        must_change_password=False,
    )
    post_id = directory_actions.appoint(
        user_id=user_id,
        role="handler",
        area_id=town.id,
        organization_id=unit_id,
        actor=office,
        key=str(new_id()),
    )
    grants = accounts.grants_of("handler")
    return unit_id, Actor(
        user_id, "handler", town.id, town.scope_code, post_id=post_id, grants=grants
    )


def filed(village: AreaRow, actor: Actor) -> UUID:
    """File a case of the village; a method by which any unit may be called is put in force."""
    if not _spec_at(village):
        put_matters_in_force(village)
    (spec, *_) = _spec_at(village)
    told = actions.report_case(
        key=str(new_id()),
        told=Told(
            area_id=village.id,
            type_code=next(each.code for each in spec.types if spec.is_leaf(each.code)),
            text=f"{village.name}的棚子",
        ),
        channel=Channel.WORKER,
        actor=actor,
    )
    return actions.own(code=told.code).case_id


def _spec_at(village: AreaRow) -> list[CasesSpec]:
    books = queries.books_at(village.id, clock.today())
    return [spec for _applied, spec in books if spec.whistle and not spec.whistle.units]


def call_units(village: AreaRow, actor: Actor, office: Actor, password: str) -> dict[str, UUID]:
    """Call a unit to a case, prompt it, and let another case be given back; return the ids."""
    name = f"{village.name[:2]}环卫所"
    unit_id, handler = open_unit(village, name, office, password)
    given_back = handed_around(village, unit_id, actor, handler)
    called_to = filed(village, actor)
    actions.dispatch_case(actor=actor, key=str(new_id()), case_id=called_to, unit_id=unit_id)
    whistle_id = whistles.raise_whistle(
        case_id=called_to,
        unit_ids=[unit_id],
        reason=f"{village.name}一起拆除",
        actor=actor,
        key=str(new_id()),
    )
    prompt_id = actions.issue_prompt(
        case_id=called_to, reply_within=Limit.parse("2 work days"), actor=actor, key=str(new_id())
    )
    return {
        "whistle_id": whistle_id,
        "prompt_id": prompt_id,
        "arbitration_id": given_back,
        "case_id": called_to,
    }


def handed_around(village: AreaRow, unit_id: UUID, actor: Actor, handler: Actor) -> UUID:
    """Let a unit give a case back until somebody has to decide whose it is."""
    case_id = filed(village, actor)
    reasons = _spec_at(village)[0].reasons.get(CaseVerb.RETURN, ())
    waiting: tuple[ArbitrationRow, ...] = ()
    while not waiting:
        actions.dispatch_case(actor=actor, key=str(new_id()), case_id=case_id, unit_id=unit_id)
        actions.return_case(
            actor=handler,
            key=str(new_id()),
            case_id=case_id,
            reason_code=reasons[0].code if reasons else "other",
            opinion=f"不是{village.name}的事",
        )
        with acting_as(actor):
            waiting = queries.arbitrations_of(actor, case_id)
    return waiting[0].id
