"""Runs a playbook's examples of links and patrols against the rules, without any database.

Pairing: ``given: {consented, keepers, held}``, ``when: {links.pair: {link}}``.
Recording: ``given: {done}``, ``when: {links.log: {link, on, today, way}}`` or
``when: {patrols.log: {patrol, on, today}}``. ``then: {allowed, due, missing}``, counted with
the one recorded, or ``{refused: not_yet}``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict

from liuchi.engines.visits.enums import Way
from liuchi.engines.visits.rules.deciding import may_log, may_pair, standing
from liuchi.engines.visits.spec import LinksSpec, NormSpec, PatrolsSpec
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import ExampleRunner


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _PairGiven(_Shape):
    consented: bool = True
    keepers: int = 0
    held: int = 0


class _PairWhen(_Shape):
    link: str


class _LogGiven(_Shape):
    done: int = 0
    begun: date | None = None
    ended: date | None = None


class _LogWhen(_Shape):
    on: date
    today: date | None = None
    way: Way = Way.VISIT


class _LinkWhen(_LogWhen):
    link: str


class _PatrolWhen(_LogWhen):
    patrol: str
    way: Way = Way.PATROL


def run_pair(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of pairing."""
    state, asked = _PairGiven.model_validate(given), _PairWhen.model_validate(when)
    spec = LinksSpec.model_validate(section).find(asked.link)
    if spec is None:
        return {"refused": "no_such_link"}
    decision = may_pair(
        consented=state.consented,
        keepers=state.keepers,
        keepers_most=spec.keepers,
        held=state.held,
        held_most=spec.most,
    )
    return {"allowed": True} if decision.allowed else {"refused": decision.reason_code}


def run_link_log(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of recording a contact."""
    asked = _LinkWhen.model_validate(when)
    spec = LinksSpec.model_validate(section).find(asked.link)
    return (
        {"refused": "no_such_link"} if spec is None else _logged(spec.norm, spec.ways, given, asked)
    )


def run_patrol_log(
    section: BaseModel, given: Mapping[str, object], when: Mapping[str, object]
) -> Mapping[str, object]:
    """Run one example of recording a patrol."""
    asked = _PatrolWhen.model_validate(when)
    spec = PatrolsSpec.model_validate(section).find(asked.patrol)
    if spec is None:
        return {"refused": "no_such_patrol"}
    return _logged(spec.norm, (Way.PATROL,), given, asked)


def _logged(
    norm: NormSpec, ways: Collection[Way], given: Mapping[str, object], asked: _LogWhen
) -> Mapping[str, object]:
    state = _LogGiven.model_validate(given)
    decision = may_log(
        on=asked.on,
        today=asked.today or asked.on,
        begun_on=state.begun or date.min,
        ended_on=state.ended,
        way=asked.way,
        ways=ways,
    )
    if not decision.allowed:
        return {"refused": decision.reason_code}
    stands = standing(norm, state.done + 1, asked.on)
    return {"allowed": True, "due": stands.due, "missing": stands.missing}


RUNNERS = (
    ExampleRunner("links.pair", Sentence("结对", "pairing"), run_pair),
    ExampleRunner("links.log", Sentence("记一次联系", "recording a contact"), run_link_log),
    ExampleRunner("patrols.log", Sentence("记一次巡查", "recording a patrol"), run_patrol_log),
)
