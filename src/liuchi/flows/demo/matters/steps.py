"""The verbs of the plan's scripts: each is one action by whoever it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from liuchi.engines.cases import actions as cases
from liuchi.engines.cases.actions import whistles
from liuchi.engines.cases.enums import ChangeKind, CheckKind, CheckOutcome
from liuchi.engines.cases.queries import CalledRow
from liuchi.engines.cases.spec import Limit
from liuchi.kernel.durations import TimeUnit

if TYPE_CHECKING:
    from liuchi.flows.demo.matters.story import Matter
    from liuchi.kernel.actors import Actor

_WORDS = {
    "finish": "已办完，请核查",
    "close": "现场看过，符合结案条件",
    "send_back": "还有一角没有清",
    "return": "不归我们管，建议派给别的单位",
    "reject": "到现场两次，没有发现",
    "supervise": "请承办单位今天回复进展",
    "refer": "社区调解过两次，请办事处出面",
    "appeal": "电线杆归供电公司管，请另派",
    "ask": "请问具体是哪一处？",
    "answer": "进门右手边就是",
}
_MORE_DAYS = 3


class Life(Protocol):
    """What a step may know: the matter, its case and receipt, and the people around it."""

    @property
    def matter(self) -> Matter:
        """What was reported."""
        ...

    @property
    def case_id(self) -> UUID:
        """Where it is dealt with."""
        ...

    @property
    def code(self) -> str:
        """The code of its receipt."""
        ...

    def actor(self, username: str) -> Actor:
        """Return somebody of the demo by username."""
        ...

    def handler(self, unit: str = "") -> Actor:
        """Return who deals with it for its unit, or for one that is named."""
        ...

    def unit(self, name: str) -> UUID:
        """Return a unit by name."""
        ...

    def called(self, unit: str) -> CalledRow:
        """Return the call of a unit to it."""
        ...

    def other(self, code: str) -> UUID:
        """Return the case of another matter."""
        ...


Step = Callable[[Life, str, str], object]
_DESK, _CHECKER, _CLERK = "lingbei-dispatcher", "lingbei-checker", "lingbei-clerk"


def _by(username: str, action: Callable[..., object], words: str = "") -> Step:
    """Return a step of somebody at the office, with a reason where the script names one."""

    def step(life: Life, what: str, key: str) -> object:
        more: dict[str, Any] = {"reason_code": what} if what else {}
        if words:
            more["opinion"] = _WORDS[words]
        return action(actor=life.actor(username), key=key, case_id=life.case_id, **more)

    return step


def _by_unit(action: Callable[..., object], words: str = "") -> Step:
    """Return a step of whoever deals with the matter for its unit."""

    def step(life: Life, what: str, key: str) -> object:
        more: dict[str, Any] = {"reason_code": what} if what else {}
        if words:
            more["opinion"] = _WORDS[words]
        return action(actor=life.handler(), key=key, case_id=life.case_id, **more)

    return step


def _file(life: Life, _: str, key: str) -> object:
    return cases.file_case(
        actor=life.actor(_DESK),
        key=key,
        case_id=life.case_id,
        condition_code=life.matter.condition,
    )


def _dispatch(life: Life, what: str, key: str) -> object:
    return cases.dispatch_case(
        actor=life.actor(_DESK), key=key, case_id=life.case_id, unit_id=life.unit(what)
    )


def _close(life: Life, what: str, key: str) -> object:
    outcome = CheckOutcome.BASICALLY_DONE if what else CheckOutcome.DONE
    return cases.close_case(
        actor=life.actor(_CHECKER),
        key=key,
        case_id=life.case_id,
        outcome=outcome,
        opinion=_WORDS["close"],
    )


def _ask(kind: ChangeKind, reason: str) -> Step:
    def step(life: Life, what: str, key: str) -> object:
        return cases.ask_time(
            actor=life.handler(),
            key=key,
            case_id=life.case_id,
            kind=kind,
            reason_code=what,
            reason=reason,
            amount=_MORE_DAYS if kind is ChangeKind.EXTENSION else None,
            unit=TimeUnit.WORK_DAYS if kind is ChangeKind.EXTENSION else None,
        )

    return step


def _agree_time(life: Life, _: str, key: str) -> object:
    return cases.decide_time(
        actor=life.actor(_CLERK), key=key, case_id=life.case_id, agree=True, answer="同意"
    )


def _found_again(life: Life, _: str, key: str) -> object:
    return cases.recheck_case(
        actor=life.actor(_CHECKER),
        key=key,
        case_id=life.case_id,
        outcome=CheckOutcome.NOT_DONE,
        kind=CheckKind.RECHECK,
        opinion="放学时又停满了",
    )


def _rate(life: Life, what: str, key: str) -> object:
    return cases.rate_case(
        key=key, mine=cases.own(code=life.code), solved=True, satisfied=what == "yes"
    )


def _own(action: Callable[..., object]) -> Step:
    def step(life: Life, what: str, key: str) -> object:
        return action(key=key, mine=cases.own(code=life.code), reason_code=what)

    return step


def _ask_back(life: Life, _: str, key: str) -> object:
    return cases.note_case(
        actor=life.handler(),
        key=key,
        case_id=life.case_id,
        text=_WORDS["ask"],
        to_reporter=True,
    )


def _answer(life: Life, _: str, key: str) -> object:
    mine = cases.own(code=life.code)
    return cases.answer_question(key=key, mine=mine, text=_WORDS["answer"])


def _merge(life: Life, what: str, key: str) -> object:
    return cases.merge_case(
        actor=life.actor(_DESK), key=key, case_id=life.case_id, into_id=life.other(what)
    )


def _whistle(life: Life, what: str, key: str) -> object:
    return whistles.raise_whistle(
        case_id=life.case_id,
        unit_ids=[life.unit(name) for name in what.split(",")],
        reason="几件事连在一起，一家办不了，请到场商量",
        actor=life.actor(f"{life.matter.village}-secretary"),
        key=key,
    )


def _of_call(action: Callable[..., object], *, by_unit: bool, **more: object) -> Step:
    """Return a step about one called unit, by the unit itself or by the place that called."""

    def step(life: Life, what: str, key: str) -> object:
        row = life.called(what)
        secretary = f"{life.matter.village}-secretary"
        actor = life.handler(what) if by_unit else life.actor(secretary)
        return action(called_id=row.id, version=row.version, actor=actor, key=key, **more)

    return step


STEPS: Mapping[str, Step] = {
    "verify": _by(_DESK, cases.verify_case),
    "file": _file,
    "reject": _by(_DESK, cases.reject_case, "reject"),
    "refer": _by(_DESK, cases.refer_case, "refer"),
    "merge": _merge,
    "dispatch": _dispatch,
    "accept": _by_unit(cases.accept_case),
    "return": _by_unit(cases.return_case, "return"),
    "finish": _by_unit(cases.finish_case, "finish"),
    "appeal": _by_unit(cases.appeal_case, "appeal"),
    "ask_time": _ask(ChangeKind.EXTENSION, "要换的配件还没有到"),
    "set_aside": _ask(ChangeKind.SUSPENSION, "整段换管要列入下一批维修"),
    "agree_time": _agree_time,
    "supervise": _by(_CLERK, cases.supervise_case, "supervise"),
    "check": _by(_CHECKER, cases.check_case),
    "close": _close,
    "send_back": _by(_CHECKER, cases.send_back, "send_back"),
    "found_again": _found_again,
    "rate": _rate,
    "reopen": _own(cases.reopen_own),
    "dispute": _own(cases.dispute_case),
    "withdraw_own": _own(cases.withdraw_own),
    "ask": _ask_back,
    "answer": _answer,
    "whistle": _whistle,
    "arrive": _of_call(whistles.arrive, by_unit=True),
    "refuse_call": _of_call(
        whistles.object_to_call, by_unit=True, grounds="没有执法的事，护栏归市政"
    ),
    "agree": _of_call(
        whistles.agree_task,
        by_unit=False,
        what="各清各的，明天下班前办完",
        within=Limit(1, TimeUnit.WORK_DAYS),
    ),
    "done": _of_call(whistles.finish_call, by_unit=True, result="已办完"),
    "again": _of_call(
        whistles.send_back_unit,
        by_unit=False,
        reason="护栏只修了一半",
        within=Limit(1, TimeUnit.WORK_DAYS),
    ),
    "rate_unit": _of_call(whistles.rate_unit, by_unit=False, solved=True, satisfied=True),
}
