"""The steps of a case as forms: which a page shows, in which order, and what each one does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases import actions
from liuchi.engines.cases.actions import Moved
from liuchi.engines.cases.enums import CaseVerb, ChangeKind, CheckOutcome, LimitUnit
from liuchi.engines.cases.queries import CaseDetail, Offered
from liuchi.kernel.actors import Actor
from liuchi.surfaces.components import reports
from liuchi.surfaces.desk.cases.forms import (
    CloseForm,
    DispatchForm,
    FileForm,
    FinishForm,
    LookForm,
    MergeForm,
    NoteForm,
    OpinionForm,
    ReasonForm,
    SettleForm,
    SplitForm,
    SpotForm,
    StepForm,
    TimeForm,
)

_V = CaseVerb


@dataclass(frozen=True, slots=True)
class Button:
    """What sends a form; ``value`` is posted as ``outcome``, "" where there is one way only."""

    title: Promise
    value: str = ""
    look: str = "btn-primary"


@dataclass(frozen=True, slots=True)
class Taken:
    """A form that was sent, and by whom."""

    actor: Actor
    found: CaseDetail
    offered: Offered
    form: Any
    outcome: str

    @property
    def who(self) -> dict[str, Any]:
        """The arguments every action takes."""
        values = self.form.cleaned_data
        return {
            "actor": self.actor,
            "key": values["key"],
            "case_id": self.found.now.id,
            "expected_version": values["version"],
        }

    @property
    def opinion(self) -> str:
        """What was written."""
        return str(self.form.cleaned_data.get("opinion", ""))

    def photos(self, name: str = "photos") -> tuple[UUID, ...]:
        """Store the photos of a field; they lie where the case does, in nobody's sight below."""
        now = self.found.now
        place = now.town_id if now.about_id is not None else now.area_id
        return reports.keep_photos(
            self.form.cleaned_data[name], place, f"{self.form.cleaned_data['key']}:{name}"
        )


@dataclass(frozen=True, slots=True)
class StepKind:
    """One step: what it is called, its form, when it is shown, what sending it does."""

    code: str
    title: Promise
    form: type[StepForm]
    take: Callable[[Taken], Moved]
    verb: CaseVerb | None = None
    is_main: bool = False
    buttons: tuple[Button, ...] = ()

    def is_shown(self, offered: Offered, found: CaseDetail) -> bool:
        """Whether it may be taken now."""
        special = _SPECIAL.get(self.code)
        return self.verb in offered.verbs if special is None else special(offered, found)

    def made(self, make: Callable[..., StepForm], **given: Any) -> StepForm:
        """Make its form by ``make``: the class, or its ``fresh``."""
        more = {"verb": self.verb} if issubclass(self.form, ReasonForm) else {}
        return make(**given, **more)

    @property
    def sends(self) -> tuple[Button, ...]:
        """Its buttons; named as the step where it has none of its own."""
        return self.buttons or (Button(self.title),)


def shown(offered: Offered, found: CaseDetail) -> tuple[StepKind, ...]:
    """Return the steps of a page, what is to be done first at the head."""
    return tuple(each for each in STEPS if each.is_shown(offered, found))


def step(code: str) -> StepKind | None:
    """Return a step by its code."""
    return next((each for each in STEPS if each.code == code), None)


def _plain(action: Callable[..., Moved]) -> Callable[[Taken], Moved]:
    return lambda sent: action(**sent.who)


def _said(action: Callable[..., Moved]) -> Callable[[Taken], Moved]:
    return lambda sent: action(**sent.who, opinion=sent.opinion)


def _reasoned(action: Callable[..., Moved]) -> Callable[[Taken], Moved]:
    return lambda sent: action(**sent.who, reason_code=sent.form.reason, opinion=sent.opinion)


def _file(sent: Taken) -> Moved:
    form, now = sent.form, sent.found.now
    return actions.file_case(
        **sent.who,
        type_code="" if form.type_code == now.type_code else form.type_code,
        condition_code=form.condition_code,
        opinion=sent.opinion,
    )


def _dispatch(sent: Taken) -> Moved:
    values = sent.form.cleaned_data
    return actions.dispatch_case(
        **sent.who,
        unit_id=UUID(values["unit_id"]),
        with_units=[UUID(each) for each in values["with_units"]],
        note=sent.opinion,
    )


def _finish(sent: Taken) -> Moved:
    who, before = sent.who, sent.photos("before")
    if before:
        noted = actions.note_case(
            actor=sent.actor,
            key=f"{who['key']}:before",
            case_id=who["case_id"],
            text=str(_("处置前照片")),
            evidence=before,
        )
        who["expected_version"] = noted.version
    return actions.finish_case(
        **who,
        opinion=sent.opinion,
        evidence=sent.photos(),
        to_reporter=sent.form.cleaned_data["to_reporter"],
    )


def _on_spot(sent: Taken) -> Moved:
    condition = str(sent.form.cleaned_data["condition_code"])
    return actions.settle_on_spot(
        **sent.who, how=sent.opinion, condition_code=condition, evidence=sent.photos()
    )


def _part(sent: Taken) -> Moved:
    who = sent.who
    del who["expected_version"]
    task = sent.offered.part
    task_id = sent.found.now.id if task is None else task.id
    return actions.finish_part(**who, task_id=task_id, opinion=sent.opinion)


def _close(sent: Taken) -> Moved:
    """Close; what was reported done and nobody has begun to check is checked by that."""
    who = sent.who
    if _V.CLOSE not in sent.offered.verbs:
        begun = actions.check_case(**who | {"key": f"{who['key']}:check"})
        who["expected_version"] = begun.version
    return actions.close_case(
        **who,
        outcome=_outcome(sent),
        opinion=sent.opinion,
        evidence=sent.photos(),
        numbers=sent.form.numbers,
    )


def _look_again(sent: Taken) -> Moved:
    return actions.recheck_case(
        **sent.who, outcome=_outcome(sent), opinion=sent.opinion, evidence=sent.photos()
    )


def _outcome(sent: Taken) -> CheckOutcome:
    known = {each.value for each in CheckOutcome}
    return CheckOutcome(sent.outcome) if sent.outcome in known else CheckOutcome.DONE


def _ask_time(sent: Taken) -> Moved:
    values = sent.form.cleaned_data
    kind = ChangeKind(values["kind"])
    is_more = kind is ChangeKind.EXTENSION
    return actions.ask_time(
        **sent.who,
        kind=kind,
        reason_code=sent.form.reason,
        reason=sent.opinion,
        amount=values["amount"] if is_more else None,
        unit=LimitUnit(values["unit"]) if is_more and values["unit"] else None,
        until=sent.form.pause_ends,
    )


def _merge(sent: Taken) -> Moved:
    return actions.merge_case(**sent.who, into_id=sent.form.into_id)


def _split(sent: Taken) -> Moved:
    return actions.split_case(
        **sent.who,
        type_code=sent.form.type_code,
        condition_code=sent.form.condition_code,
        text=sent.opinion,
    )


def _note(sent: Taken) -> Moved:
    who = sent.who
    del who["expected_version"]  # a note changes nothing, whatever has gone on meanwhile
    return actions.note_case(
        **who,
        text=sent.opinion,
        evidence=sent.photos(),
        to_reporter=sent.form.cleaned_data["to_reporter"],
    )


_SPECIAL: Mapping[str, Callable[[Offered, CaseDetail], bool]] = {
    "part": lambda offered, _found: offered.part is not None,
    "look": lambda offered, _found: offered.looks_again,
    "close": lambda offered, found: (
        _V.CLOSE in offered.verbs or (_V.CHECK in offered.verbs and not found.now.children_open)
    ),
}
_DONE = Button(_("属实，结案"), "done")
_BASICALLY = Button(_("基本完成，结案"), "basically_done", "")
STEPS: tuple[StepKind, ...] = (
    StepKind(
        "decide_time",
        _("审批时限申请"),
        OpinionForm,
        lambda sent: actions.decide_time(
            **sent.who, agree=sent.outcome == "agree", answer=sent.opinion
        ),
        _V.DECIDE_TIME,
        is_main=True,
        buttons=(Button(_("同意"), "agree"), Button(_("不同意"), "decline", "")),
    ),
    StepKind(
        "settle",
        _("答复申诉或异议"),
        SettleForm,
        lambda sent: actions.settle_case(
            **sent.who, upheld=sent.outcome == "uphold", opinion=sent.opinion
        ),
        _V.SETTLE,
        is_main=True,
        buttons=(Button(_("成立"), "uphold"), Button(_("不成立"), "dismiss", "")),
    ),
    StepKind("file", _("立案"), FileForm, _file, _V.FILE, is_main=True),
    StepKind(
        "verify", _("去现场核实"), StepForm, _plain(actions.verify_case), _V.VERIFY, is_main=True
    ),
    StepKind("dispatch", _("派遣"), DispatchForm, _dispatch, _V.DISPATCH, is_main=True),
    StepKind(
        "accept",
        _("接收，开始办理"),
        StepForm,
        _plain(actions.accept_case),
        _V.ACCEPT,
        is_main=True,
    ),
    StepKind("finish", _("办完了，反馈"), FinishForm, _finish, _V.FINISH, is_main=True),
    StepKind("part", _("协办的部分办完了"), OpinionForm, _part, is_main=True),
    StepKind(
        "close",
        _("核查结案"),
        CloseForm,
        _close,
        _V.CLOSE,
        is_main=True,
        buttons=(_DONE, _BASICALLY),
    ),
    StepKind(
        "look",
        _("成果巩固：再看一次"),
        LookForm,
        _look_again,
        is_main=True,
        buttons=(Button(_("仍然完好"), "done"), Button(_("又出现了，重新办理"), "not_done", "")),
    ),
    StepKind(
        "resume", _("恢复办理"), OpinionForm, _said(actions.resume_case), _V.RESUME, is_main=True
    ),
    StepKind("settle_on_spot", _("已当场办结，备案"), SpotForm, _on_spot, _V.SETTLE_ON_SPOT),
    StepKind("send_back", _("返工"), ReasonForm, _reasoned(actions.send_back), _V.SEND_BACK),
    StepKind("check", _("开始核查"), StepForm, _plain(actions.check_case), _V.CHECK),
    StepKind("return", _("退回"), ReasonForm, _reasoned(actions.return_case), _V.RETURN),
    StepKind("reject", _("不予立案"), ReasonForm, _reasoned(actions.reject_case), _V.REJECT),
    StepKind("reopen", _("重新办理"), ReasonForm, _reasoned(actions.reopen_case), _V.REOPEN),
    StepKind("note", _("备注、问上报人"), NoteForm, _note, _V.NOTE),
    StepKind("ask_time", _("申请延期、暂停或挂账"), TimeForm, _ask_time, _V.ASK_TIME),
    StepKind("refer", _("转上一级"), ReasonForm, _reasoned(actions.refer_case), _V.REFER),
    StepKind("supervise", _("督办"), ReasonForm, _reasoned(actions.supervise_case), _V.SUPERVISE),
    StepKind("appeal", _("申诉"), ReasonForm, _reasoned(actions.appeal_case), _V.APPEAL),
    StepKind("split", _("拆分"), SplitForm, _split, _V.SPLIT),
    StepKind("merge", _("并案"), MergeForm, _merge, _V.MERGE),
    StepKind("withdraw", _("撤销"), ReasonForm, _reasoned(actions.withdraw_case), _V.WITHDRAW),
)
"""Every step staff take by hand. What is to be done now stands before what may be done beside."""
