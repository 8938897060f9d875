"""A whistle (吹哨): a place calls units to a matter, each reports in, works and is rated.

What one called unit does is a small life of its own, beside that of the case: the whistle
ends when every unit was rated or excused. A unit may object to being called, which stops its
clock until another person has decided, and to its rating, which then counts for nothing if
the objection is upheld.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import product
from uuid import UUID

from liuchi.engines.cases.enums import CalledState, CalledVerb, CaseState, ObjectionAbout
from liuchi.engines.cases.spec import CasesSpec, Limit
from liuchi.engines.cases.spec.whistles import WhistleSpec
from liuchi.kernel.decisions import ALLOWED, Decision, first_refusal, refuse
from liuchi.kernel.errors import Refused
from liuchi.kernel.sentences import Sentence

_S, _V = CalledState, CalledVerb
WITH_A_UNIT = (CaseState.FILED, CaseState.DISPATCHED, CaseState.HANDLING)
"""Where a case stands while units may be called to it, or be sent back to their part of it."""

_MOVES: Mapping[tuple[CalledState, CalledVerb], CalledState] = {
    (_S.CALLED, _V.ARRIVE): _S.ARRIVED,
    (_S.CALLED, _V.OBJECT): _S.OBJECTED,
    (_S.CALLED, _V.TAKE_BACK): _S.EXCUSED,
    (_S.OBJECTED, _V.UPHOLD): _S.EXCUSED,
    (_S.OBJECTED, _V.OVERRULE): _S.CALLED,
    (_S.OBJECTED, _V.TAKE_BACK): _S.EXCUSED,
    (_S.ARRIVED, _V.AGREE): _S.AGREED,
    (_S.ARRIVED, _V.TAKE_BACK): _S.EXCUSED,
    (_S.AGREED, _V.FINISH): _S.DONE,
    (_S.DONE, _V.SEND_BACK): _S.AGREED,
    (_S.DONE, _V.RATE): _S.RATED,
    (_S.RATED, _V.OBJECT): _S.RATED,
    (_S.RATED, _V.UPHOLD): _S.RATED,
    (_S.RATED, _V.OVERRULE): _S.RATED,
}
CALLED_WORDS: Mapping[CalledState, Sentence] = {
    _S.CALLED: Sentence("待报到", "to report in"),
    _S.OBJECTED: Sentence("有异议", "objected"),
    _S.EXCUSED: Sentence("不需到场", "excused"),
    _S.ARRIVED: Sentence("已报到", "reported in"),
    _S.AGREED: Sentence("办理中", "at work"),
    _S.DONE: Sentence("已办结，待评价", "done, to be rated"),
    _S.RATED: Sentence("已评价", "rated"),
}
_REASONS: Mapping[CalledState, tuple[str, str, str]] = {
    _S.CALLED: ("unit_not_arrived", "这个单位还没有报到。", "This unit has not reported in yet."),
    _S.OBJECTED: (
        "objection_open",
        "这个单位提出了异议，请等答复。",
        "This unit has objected; await the answer.",
    ),
    _S.EXCUSED: ("unit_excused", "这个单位已不需到场。", "This unit is excused."),
    _S.ARRIVED: (
        "task_not_agreed",
        "这个单位已报到，还没有商定任务。",
        "This unit has reported in; its task is not agreed yet.",
    ),
    _S.AGREED: ("unit_at_work", "这个单位正在办理。", "This unit is at work."),
    _S.DONE: ("unit_done", "这个单位已办结，等待评价。", "This unit is done and is to be rated."),
    _S.RATED: ("unit_rated", "这个单位已评价。", "This unit was rated."),
}
LIFECYCLE: Mapping[tuple[CalledState, CalledVerb], CalledState | Decision] = {
    (state, verb): _MOVES.get((state, verb)) or refuse(*_REASONS[state])
    for state, verb in product(CalledState, CalledVerb)
}
"""Total: every state of a called unit answers every verb."""


def objection_about(state: CalledState) -> ObjectionAbout:
    """Return what a unit in a state would object to: once it is rated, the rating."""
    return ObjectionAbout.RATING if state is _S.RATED else ObjectionAbout.CALL


def open_verbs(
    state: CalledState,
    *,
    at_unit: bool,
    for_caller: bool,
    decides: bool,
    rates: bool,
    reworks: bool,
    objected: bool,
) -> frozenset[CalledVerb]:
    """Return what somebody is offered to do about a called unit; the actions decide again.

    ``decides``: an objection waits that this person may decide. ``reworks``: this person may
    send the unit back to its part. ``objected``: the unit has said already what it could
    object to now.
    """
    offered = {
        _V.ARRIVE: at_unit,
        _V.OBJECT: at_unit and not objected,
        _V.FINISH: at_unit,
        _V.SEND_BACK: reworks,
        _V.AGREE: for_caller,
        _V.TAKE_BACK: for_caller,
        _V.RATE: rates,
        _V.UPHOLD: decides,
        _V.OVERRULE: decides,
    }
    return frozenset(verb for verb, held in offered.items() if held and (state, verb) in _MOVES)


def next_state(state: CalledState, verb: CalledVerb) -> CalledState:
    """Return the state a verb leads to; raises Refused where it leads nowhere."""
    cell = LIFECYCLE[state, verb]
    if not isinstance(cell, CalledState):
        code, zh, en = _REASONS[state]
        raise Refused(code, Sentence(zh, en))
    return cell


def is_over(states: Collection[CalledState], *, rated: bool = True) -> bool:
    """Whether a whistle has ended: every unit was rated, or done where none is, or excused."""
    last = {_S.RATED, _S.EXCUSED} if rated else {_S.DONE, _S.RATED, _S.EXCUSED}
    return last.issuperset(states)


def settings(spec: CasesSpec) -> WhistleSpec:
    """Return what a playbook says of whistles; the values of the house where it says nothing."""
    return spec.whistle or WhistleSpec()


def respond_within(spec: WhistleSpec, *, urgent: bool) -> Limit:
    """Return how long a called unit has to report in."""
    return spec.respond_within_urgent if urgent else spec.respond_within


def may_raise(spec: CasesSpec, units: Mapping[UUID, str], already: Collection[UUID]) -> Decision:
    """Decide whether some units, by id and name, may be called to a case now."""
    return first_refusal(
        _whistle_known(spec),
        refuse("units_missing", "请选择要吹哨的单位。", "Choose the units to call.")
        if not units
        else ALLOWED,
        *(_may_call(spec, name, called=unit in already) for unit, name in units.items()),
    )


def _whistle_known(spec: CasesSpec) -> Decision:
    if spec.whistle is not None:
        return ALLOWED
    return refuse(
        "no_whistle", "这里的工作法没有吹哨报到。", "The working methods here know no whistle."
    )


def _may_call(spec: CasesSpec, name: str, *, called: bool) -> Decision:
    if called:
        return refuse(
            "unit_already_called",
            "「{unit}」已经在这次吹哨里。",
            "“{unit}” is called already.",
            unit=name,
        )
    listed = spec.whistle.units if spec.whistle is not None else ()
    if listed and name not in listed:
        return refuse(
            "unit_not_in_list",
            "「{unit}」不在联勤单位名单里。",
            "“{unit}” is not among the units that may be called.",
            unit=name,
        )
    return ALLOWED


def may_decide(asked_by: UUID, raised_by: UUID, decider: UUID) -> Decision:
    """An objection is decided by somebody who neither called nor objected."""
    if decider in {asked_by, raised_by}:
        return refuse(
            "second_person_needed",
            "吹哨的人和提出异议的人不能自己答复，请由另一人答复。",
            "Neither who called nor who objected may decide this: somebody else must.",
        )
    return ALLOWED


def may_send_back(case: CaseState, *, another_open: bool) -> Decision:
    """What a unit did is done again only while the case is still dealt with.

    ``another_open``: this whistle had ended and a later one of the case runs.
    """
    if case not in WITH_A_UNIT:
        return refuse(
            "case_past_rework",
            "这件已反馈或办结，不能再让单位返工。",
            "The case was reported done: its units are sent back no more.",
        )
    if another_open:
        return refuse(
            "another_whistle_open",
            "这件又吹了一次哨，请在那里叫这个单位。",
            "Another whistle of this case is open; call the unit there.",
        )
    return ALLOWED


def may_rate(*, works_for_caller: bool, works_at_unit: bool) -> Decision:
    """The place that called rates, and nobody who works at the unit."""
    if not works_for_caller:
        return refuse(
            "not_the_caller", "由吹哨的社区（村）评价。", "The place that called rates the units."
        )
    if works_at_unit:
        return refuse("own_unit", "不能评价自己的单位。", "Nobody rates the unit they work at.")
    return ALLOWED
