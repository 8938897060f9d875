"""The life of a case as one table: state × verb → next state, whose verb it is, and the reason.

A playbook renames stages and skips some; it changes neither their order nor whose they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import product

from liuchi.engines.cases.enums import CaseState, CaseVerb, Who
from liuchi.engines.cases.spec import STAGE_WORDS, VERB_WORDS
from liuchi.kernel.decisions import Decision, refuse
from liuchi.kernel.sentences import Sentence

_S, _V = CaseState, CaseVerb


@dataclass(frozen=True, slots=True)
class Move:
    """One step: where it leads, whose it is, whether a reason is asked.

    ``to`` is None where a case goes back to where it was set aside from.
    """

    to: CaseState | None
    who: tuple[Who, ...]
    reason: bool = False


_DESK, _COMMAND, _UNIT = (Who.DESK,), (Who.DISPATCHER,), (Who.HANDLER,)
_CHECKER, _DECIDER, _REPORTER = (Who.CHECKER,), (Who.DECIDER,), (Who.REPORTER,)
_STAFF = (*_DESK, *_COMMAND, *_UNIT, *_CHECKER, *_DECIDER)
_OPEN = tuple(state for state in CaseState if state.is_open)
_RUNNING = tuple(state for state in CaseState if state.runs)
_EARLY = (_S.REPORTED, _S.VERIFYING, _S.FILED)
_WITH_UNIT = (_S.DISPATCHED, _S.HANDLING)
_DONE = (_S.FEEDBACK, _S.CHECKING)
_OVER = (_S.CLOSED, _S.REJECTED)

# verb, from where, to where (None: it stays where it is), whose, whether a reason is asked.
_STEPS: tuple[
    tuple[CaseVerb, tuple[CaseState, ...], CaseState | None, tuple[Who, ...], bool], ...
] = (
    (_V.VERIFY, (_S.REPORTED,), _S.VERIFYING, _DESK, False),
    (_V.FILE, (_S.REPORTED, _S.VERIFYING), _S.FILED, _DESK, False),
    (_V.REJECT, (_S.REPORTED, _S.VERIFYING), _S.REJECTED, _DESK, True),
    (_V.DISPATCH, (_S.FILED,), _S.DISPATCHED, _COMMAND, False),
    (_V.ACCEPT, (_S.DISPATCHED,), _S.HANDLING, _UNIT, False),
    (_V.RETURN, _WITH_UNIT, _S.FILED, _UNIT, True),
    (_V.FINISH, _WITH_UNIT, _S.FEEDBACK, _UNIT, False),
    (_V.CHECK, (_S.FEEDBACK,), _S.CHECKING, _CHECKER, False),
    (_V.CLOSE, _DONE, _S.CLOSED, _CHECKER, False),
    (_V.SEND_BACK, _DONE, _S.HANDLING, _CHECKER, True),
    (_V.SETTLE_ON_SPOT, _EARLY, _S.FEEDBACK, (Who.SETTLER,), False),
    (_V.SUSPEND, (_S.FILED, *_WITH_UNIT), _S.SUSPENDED, _DECIDER, True),
    (_V.WITHDRAW, _EARLY, _S.WITHDRAWN, (*_REPORTER, *_DESK), True),
    (_V.WITHDRAW, (*_WITH_UNIT, *_DONE, _S.SUSPENDED), _S.WITHDRAWN, _DESK, True),
    (_V.REFER, _EARLY, None, (*_DESK, *_COMMAND), True),
    (_V.SPLIT, (_S.FILED, *_WITH_UNIT), None, _COMMAND, False),
    (_V.MERGE, (*_EARLY, *_WITH_UNIT), _S.WITHDRAWN, (*_DESK, *_COMMAND), False),
    (_V.SUPERVISE, _OPEN, None, (Who.SUPERVISOR,), True),
    (_V.ASK_TIME, (_S.FILED,), None, _COMMAND, True),
    (_V.ASK_TIME, _WITH_UNIT, None, (*_COMMAND, *_UNIT), True),
    (_V.ASK_TIME, _DONE, None, _CHECKER, True),
    (_V.DECIDE_TIME, (_S.FILED, *_WITH_UNIT, *_DONE), None, _DECIDER, False),
    (_V.APPEAL, _WITH_UNIT, None, _UNIT, True),
    (_V.DISPUTE, _OVER, None, _REPORTER, True),
    (_V.SETTLE, (*_WITH_UNIT, *_OVER), None, _DECIDER, True),
    (_V.REOPEN, (_S.CLOSED,), _S.FILED, (*_REPORTER, *_DESK, *_DECIDER), True),
    (_V.REOPEN, (_S.REJECTED,), _S.REPORTED, (*_DESK, *_DECIDER), True),
    (_V.RATE, (_S.CLOSED,), None, _REPORTER, False),
    (_V.NOTE, tuple(CaseState), None, (*_STAFF, *_REPORTER), False),
    (_V.ESCALATE, _RUNNING, None, (Who.SYSTEM,), False),
)
_MOVES: Mapping[tuple[CaseState, CaseVerb], Move] = {
    (state, verb): Move(to or state, who, reason)
    for verb, states, to, who, reason in _STEPS
    for state in states
} | {(_S.SUSPENDED, _V.RESUME): Move(None, (*_DESK, *_COMMAND))}
_REASONS: Mapping[CaseState, tuple[str, Sentence]] = {
    _S.REPORTED: ("case_not_filed", Sentence("这件还没有立案。", "This has not been filed yet.")),
    _S.VERIFYING: (
        "case_being_verified",
        Sentence("这件正在核实，请先核实。", "This is being verified; finish that first."),
    ),
    _S.FILED: (
        "case_not_dispatched",
        Sentence("这件已立案，还没有派遣。", "This is filed and not dispatched yet."),
    ),
    _S.DISPATCHED: (
        "case_dispatched",
        Sentence("这件已派给承办单位，请等它办理。", "This is with a unit; await what it does."),
    ),
    _S.HANDLING: (
        "case_being_handled",
        Sentence("这件正在处置，请等反馈。", "This is being dealt with; await the answer."),
    ),
    _S.FEEDBACK: (
        "case_reported_done",
        Sentence("这件已反馈，等待核查。", "This was reported done and awaits its check."),
    ),
    _S.CHECKING: (
        "case_being_checked",
        Sentence("这件正在核查。", "This is being checked."),
    ),
    _S.CLOSED: (
        "case_closed",
        Sentence("这件已经结案。有异议可以在期限内提出。", "This is closed; it may be disputed."),
    ),
    _S.REJECTED: (
        "case_rejected",
        Sentence("这件没有立案。", "This was not taken on."),
    ),
    _S.SUSPENDED: (
        "case_suspended",
        Sentence("这件已挂账，请先恢复办理。", "This is set aside; resume it first."),
    ),
    _S.WITHDRAWN: (
        "case_withdrawn",
        Sentence("这件已撤销或并入另一件。", "This was withdrawn or merged into another."),
    ),
}
Cell = Move | Decision

LIFECYCLE: Mapping[tuple[CaseState, CaseVerb], Cell] = {
    (state, verb): _MOVES.get((state, verb))
    or refuse(_REASONS[state][0], _REASONS[state][1].zh, _REASONS[state][1].en)
    for state, verb in product(CaseState, CaseVerb)
}
"""Total: every state answers every verb."""

_AFTER_SKIPPED = {
    _S.DISPATCHED: _S.HANDLING,
    _S.FEEDBACK: _S.CHECKING,
}


_UNASSIGNED: Mapping[CaseState, CaseState] = {_S.HANDLING: _S.FILED}
"""Where what goes back to a unit goes that no unit has had: to be dispatched."""


def refusal(state: CaseState) -> Decision:
    """Return why a case in a state can't be moved so."""
    code, sentence = _REASONS[state]
    return refuse(code, sentence.zh, sentence.en)


def sent_back_to(to: CaseState, *, has_unit: bool) -> CaseState:
    """Return where what is sent back goes: what was settled on the spot is dispatched first."""
    return to if has_unit else _UNASSIGNED.get(to, to)


def move(state: CaseState, verb: CaseVerb, skipped: Collection[CaseState] = frozenset()) -> Cell:
    """Return where a verb leads under a playbook that does without some stages.

    A skipped stage is passed through. Only where checking is skipped does feedback close,
    and only there is nothing sent on to be checked.
    """
    cell = LIFECYCLE[state, verb]
    if isinstance(cell, Decision):
        return cell
    closes_early = state is _S.FEEDBACK and verb is _V.CLOSE
    if (closes_early and _S.CHECKING not in skipped) or (
        cell.to is not None
        and cell.to is not state
        and cell.to in skipped
        and cell.to not in _AFTER_SKIPPED
    ):
        return refusal(state)
    if cell.to in skipped and cell.to in _AFTER_SKIPPED and cell.to is not state:
        return Move(_AFTER_SKIPPED[cell.to], cell.who, cell.reason)
    return cell


def pairs() -> frozenset[tuple[CaseState, CaseState]]:
    """Return every change of state there is: what the database's guard admits."""
    direct = {
        (state, cell.to)
        for (state, _), cell in _MOVES.items()
        if cell.to is not None and cell.to is not state
    }
    passing = {(a, _AFTER_SKIPPED[b]) for a, b in direct if b in _AFTER_SKIPPED}
    back = {(_S.SUSPENDED, state) for (state, verb) in _MOVES if verb is _V.SUSPEND}
    unassigned = {(state, sent_back_to(_S.HANDLING, has_unit=False)) for state in _DONE}
    return frozenset(direct | passing | back | unassigned)


_RENEW = 'from liuchi.engines.cases.rules import *; print(lifecycle_markdown(), end="")'


def lifecycle_markdown() -> str:
    """Return ``docs/reference/cases-lifecycle.md``: a diagram and the whole table."""
    lines = [
        "# The life of a case · 案卷的流转",
        "",
        "Generated from `liuchi.engines.cases.rules.lifecycle`; do not edit. To renew it:",
        "",
        "```",
        f"python -c '{_RENEW}' > docs/reference/cases-lifecycle.md",
        "```",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> reported",
    ]
    lines += [
        f"    {state.value} --> {cell.to.value}: {verb.value}"
        for (state, verb), cell in _MOVES.items()
        if cell.to is not None and cell.to is not state
    ]
    lines += [
        f"    suspended --> {to.value}: resume"
        for to in CaseState
        if (_S.SUSPENDED, to) in pairs() and to is not _S.WITHDRAWN
    ]
    lines += ["    withdrawn --> [*]", "```", "", *_READING, ""]
    lines.append("| verb | " + " | ".join(_words(STAGE_WORDS[state]) for state in CaseState) + " |")
    lines.append("|---" * (len(CaseState) + 1) + "|")
    for verb in CaseVerb:
        cells = (_shown(LIFECYCLE[state, verb]) for state in CaseState)
        lines.append(f"| {_words(VERB_WORDS[verb])} `{verb.value}` | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


_READING = (
    "Each cell says where a verb leads and whose it is; `*` asks for a reason. An empty cell is",
    "refused. `resume` goes back to where the case was set aside from. A playbook may do without",
    "`verifying`, `dispatched`, `feedback` or `checking`: a skipped stage is passed through, and",
    "`close` from `feedback` holds only where `checking` is skipped. Whoever has handled a case",
    "never closes it. What was settled on the spot has no unit: sent back, it goes to `filed`.",
)


def _shown(cell: Cell) -> str:
    if isinstance(cell, Decision):
        return ""
    who = ", ".join(each.value for each in cell.who)
    to = "back" if cell.to is None else cell.to.value
    return f"→ **{to}** {who}{'*' if cell.reason else ''}"


def _words(sentence: Sentence) -> str:
    return f"{sentence.zh} {sentence.en}"
