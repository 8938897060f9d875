"""Cases: reporting, lists, one case with its log, and every step of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router

from liuchi.engines.cases import actions
from liuchi.engines.cases import queries as cases
from liuchi.engines.cases.enums import CaseState, CaseVerb
from liuchi.engines.cases.queries import Order, Wanted
from liuchi.kernel.errors import Invalid
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.api import case_shapes, shapes
from liuchi.surfaces.api.case_shapes import StepTaken
from liuchi.surfaces.api.routes import LIMIT_DEFAULT, After, Key, Limit, read, verb, write
from liuchi.surfaces.components.seats import actor_of

router = Router(tags=["cases"])

_CASE = verb("cases.case.read")
TypeCode = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9-]*$")]


@read(router, "/cases", access=_CASE, gives=shapes.Page[case_shapes.Case])
def list_cases(
    request: HttpRequest,
    *,
    state: CaseState | None = None,
    type_code: TypeCode = "",
    overdue: bool = False,
    order: Order = Order.NEWEST,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List the cases of one's place or unit, newest first or by what is due."""
    states = () if state is None else (state,)
    wanted = Wanted(states=states, type_code=type_code, overdue=overdue, order=order)
    return cases.cases(actor_of(request), wanted, after=after, limit=limit)


@read(router, "/cases/{case_id}", access=_CASE, gives=case_shapes.CaseOpened)
def get_case(request: HttpRequest, case_id: UUID) -> object:
    """Get one case with its limits and tasks."""
    found = cases.case(actor_of(request), case_id)
    return {
        **{name: getattr(found.row, name) for name in case_shapes.Case.model_fields},
        "longitude": found.now.longitude,
        "latitude": found.now.latitude,
        "clocks": [each.now for each in found.clocks],
        "tasks": list(found.tasks),
    }


@read(router, "/cases/{case_id}/steps", access=_CASE, gives=list[case_shapes.CaseStep])
def list_steps(request: HttpRequest, case_id: UUID) -> object:
    """List the log of a case, oldest first."""
    return cases.steps(actor_of(request), case_id)


@write(router, "/cases", access=verb("cases.report.make"), gives=case_shapes.ReportReceipt)
def report_case(request: HttpRequest, body: case_shapes.ReportTaken, key: Key) -> object:
    """Report something: it becomes a case, or joins one."""
    said = body.dict(exclude={"channel"})
    return actions.report_case(
        key=key, told=actions.Told(**said), channel=body.channel, actor=actor_of(request)
    )


@write(router, "/cases/{case_id}/steps", access=_CASE, gives=case_shapes.Moved)
def take_step(request: HttpRequest, case_id: UUID, body: StepTaken, key: Key) -> object:
    """Take a step: the verb says which. Who may take it now is decided by the lifecycle."""
    take = _STEPS.get(body.verb)
    if take is None:
        raise Invalid(
            "verb_elsewhere",
            Sentence("这一步不从这里办理。", "This step is not taken here."),
        )
    return take(
        {
            "actor": actor_of(request),
            "key": key,
            "case_id": case_id,
            "expected_version": body.expected_version,
        },
        body,
    )


_Step = Callable[[dict[str, Any], StepTaken], object]


def _reasoned(action: Callable[..., object]) -> _Step:
    return lambda who, said: action(**who, reason_code=said.reason_code, opinion=said.opinion)


def _plain(action: Callable[..., object]) -> _Step:
    return lambda who, _said: action(**who)


def _dispatch(who: dict[str, Any], said: StepTaken) -> object:
    if said.unit_id is None:
        raise Invalid("unit_missing", Sentence("请选择承办单位。", "Choose a unit."))
    return actions.dispatch_case(
        **who, unit_id=said.unit_id, with_units=said.with_units, note=said.opinion
    )


def _merge(who: dict[str, Any], said: StepTaken) -> object:
    if said.into_id is None:
        raise Invalid("case_missing", Sentence("请选择并入哪一件。", "Choose the other case."))
    return actions.merge_case(**who, into_id=said.into_id)


def _ask_time(who: dict[str, Any], said: StepTaken) -> object:
    until = said.until
    if until is not None and until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return actions.ask_time(
        **who,
        kind=said.kind,
        reason_code=said.reason_code,
        reason=said.opinion,
        amount=said.amount,
        unit=said.unit,
        until=until,
    )


def _note(who: dict[str, Any], said: StepTaken) -> object:
    held: dict[str, Any] = {k: v for k, v in who.items() if k != "expected_version"}
    return actions.note_case(
        **held, text=said.opinion, evidence=said.evidence, to_reporter=said.to_reporter
    )


_STEPS: Mapping[CaseVerb, _Step] = {
    CaseVerb.VERIFY: _plain(actions.verify_case),
    CaseVerb.FILE: lambda who, said: actions.file_case(
        **who,
        condition_code=said.condition_code,
        type_code=said.type_code,
        opinion=said.opinion,
    ),
    CaseVerb.REJECT: _reasoned(actions.reject_case),
    CaseVerb.DISPATCH: _dispatch,
    CaseVerb.ACCEPT: _plain(actions.accept_case),
    CaseVerb.RETURN: _reasoned(actions.return_case),
    CaseVerb.FINISH: lambda who, said: actions.finish_case(
        **who, opinion=said.opinion, evidence=said.evidence, to_reporter=said.to_reporter
    ),
    CaseVerb.SETTLE_ON_SPOT: lambda who, said: actions.settle_on_spot(
        **who, how=said.opinion, condition_code=said.condition_code, evidence=said.evidence
    ),
    CaseVerb.CHECK: _plain(actions.check_case),
    CaseVerb.CLOSE: lambda who, said: actions.close_case(
        **who,
        outcome=said.found,
        opinion=said.opinion,
        evidence=said.evidence,
        numbers=said.numbers,
    ),
    CaseVerb.SEND_BACK: _reasoned(actions.send_back),
    CaseVerb.ASK_TIME: _ask_time,
    CaseVerb.DECIDE_TIME: lambda who, said: actions.decide_time(
        **who, agree=said.agree, answer=said.opinion
    ),
    CaseVerb.RESUME: lambda who, said: actions.resume_case(**who, opinion=said.opinion),
    CaseVerb.WITHDRAW: _reasoned(actions.withdraw_case),
    CaseVerb.REFER: _reasoned(actions.refer_case),
    CaseVerb.SPLIT: lambda who, said: actions.split_case(
        **who,
        type_code=said.type_code,
        condition_code=said.condition_code,
        text=said.opinion,
    ),
    CaseVerb.MERGE: _merge,
    CaseVerb.SUPERVISE: _reasoned(actions.supervise_case),
    CaseVerb.APPEAL: _reasoned(actions.appeal_case),
    CaseVerb.SETTLE: lambda who, said: actions.settle_case(
        **who, upheld=said.agree, opinion=said.opinion
    ),
    CaseVerb.REOPEN: _reasoned(actions.reopen_case),
    CaseVerb.NOTE: _note,
}
"""What staff do. Rating and disputing are for whoever reported, by receipt."""
