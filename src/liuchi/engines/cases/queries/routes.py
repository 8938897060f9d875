"""Which unit the playbook proposes for a case, and why: for whoever dispatches it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from liuchi.engines.cases.queries.books import spec_as_applied
from liuchi.engines.cases.queries.cases import case_now, cases_now
from liuchi.engines.cases.rules import CaseNow
from liuchi.engines.cases.rules.routing import Matter, Route, route, why
from liuchi.engines.cases.scope import calendar, see
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.directory import queries as directory
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import NotFound
from liuchi.kernel.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Proposal:
    """The unit proposed. ``unit_id`` is None where the directory holds none of that name.

    ``sentence`` says by which rule, ``when`` under what condition ("" for none).
    """

    unit_id: UUID | None
    unit: str
    sentence: Sentence
    when: str


def proposed_unit(actor: Actor, case_id: UUID, language: str = "zh") -> Proposal:
    """Return the unit a case in sight should go to by its playbook. Three statements at most.

    By the time it is now, not when it was reported: at night the duty desk is proposed.
    """
    see(actor)
    case = case_now(case_id)
    if case is None:
        raise NotFound("case")
    return _proposed((case,), language)[case.id]


def proposed_units(
    actor: Actor, case_ids: Collection[UUID], language: str = "zh"
) -> Mapping[UUID, Proposal]:
    """Return by case what :func:`proposed_unit` says of each in sight: two statements for all."""
    see(actor)
    return _proposed(cases_now(case_ids), language)


def _proposed(cases: Sequence[CaseNow], language: str) -> dict[UUID, Proposal]:
    routes = {case.id: (case, *_route(case)) for case in cases}
    units = directory.organizations_for(
        {(case.area_id, found.unit) for case, _spec, found in routes.values() if found.unit}
    )
    return {
        case.id: Proposal(
            units.get((case.area_id, found.unit)),
            found.unit,
            found.sentence,
            why(spec, found.code, language),
        )
        for case, spec, found in routes.values()
    }


def _route(case: CaseNow) -> tuple[CasesSpec, Route]:
    spec = spec_as_applied(case.playbook_version)
    return spec, route(spec, _matter(case), calendar().with_hours(spec.working_hours))


def _matter(case: CaseNow) -> Matter:
    return Matter(
        type=case.type_code,
        condition=case.condition_code,
        channel=case.channel.value,
        tier=case.tier,
        urgent=case.urgent,
        village=_name(case.village_id),
        town=_name(case.town_id),
        grid=_name(case.grid_id),
        at=clock.now(),
    )


def _name(area_id: UUID | None) -> str:
    return "" if area_id is None else directory.area(area_id).name
