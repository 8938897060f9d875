"""What cases journals. Ids, codes and amounts only: no names, no places in words, no opinions.

Every fact says the state its case is in afterwards, so that the cases can be read back from
the journal alone. A fact of something a resident did names the installation as its actor:
who reported is not to be read from the journal.
"""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType, FactKind

SECONDS = Sentence("用时（秒）", "seconds used")
"""What the amount of a fact that ends a limit is: counted as the limit counts."""


class CaseData(BaseModel):
    """A case as a fact names it. ``type`` is the leaf, ``main_type`` what it stands under."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    area: UUID
    type: str
    main_type: str
    condition: str
    channel: str
    tier: str
    urgent: str
    unit: UUID | None
    state: str
    state_before: str


class TimedData(CaseData):
    """A step that ends a limit: ``in_time`` is "yes", "no", or "" where none ran."""

    in_time: str


class OutcomeData(TimedData):
    """A step with one of several outcomes."""

    outcome: str


class ReasonData(CaseData):
    """A step that was given a reason, by its code."""

    reason: str


class ReturnedData(ReasonData):
    """A unit gave it back."""

    in_time: str


class RelatedData(CaseData):
    """A step that ties the case to another one."""

    related: UUID


class LimitData(CaseData):
    """A limit that passed, or was asked to be changed: which, and how often it has run."""

    limit: str
    round: int


class ChangeData(LimitData):
    """More time, a pause or setting aside, asked for or decided."""

    kind: str
    outcome: str


class EscalatedData(LimitData):
    """An overdue case goes up: ``to_area`` is whose desk hears of it."""

    to_area: UUID


class RatedData(CaseData):
    """What somebody who reported says: was it solved, were they content."""

    solved: str
    satisfied: str


class MeasuredData(CaseData):
    """A number given at closing. The amount is what it adds to what was given before."""

    question: str


class CheckedData(TimedData):
    """What a check found: ``done``, ``basically_done`` or ``not_done``."""

    outcome: str
    kind: str


class ExcludedData(CaseData):
    """A case left out of rates: ``kind`` is of which, ``all``, ``time`` or ``voice``."""

    kind: str


class WhistleData(CaseData):
    """What happened between a place that called and ``called``, the unit it called."""

    called: UUID
    in_time: str = ""
    solved: str = ""
    satisfied: str = ""
    about: str = ""
    outcome: str = ""


class AnsweredData(CaseData):
    """Whoever reported answered ``asked_by``, the account that asked; never a dimension."""

    asked_by: UUID | None


class PromptData(CaseData):
    """What happened to a prompt sheet issued to ``prompted``, the unit that had the case then."""

    prompted: UUID
    in_time: str = ""


CASE = {
    "area": DimensionType.AREA,
    "type": DimensionType.TEXT,
    "main_type": DimensionType.TEXT,
    "condition": DimensionType.TEXT,
    "channel": DimensionType.TEXT,
    "tier": DimensionType.TEXT,
    "urgent": DimensionType.TEXT,
    "unit": DimensionType.UUID,
    "state_before": DimensionType.TEXT,
}
_TEXTS = ("in_time", "outcome", "reason", "limit", "kind", "solved", "satisfied", "question")

REPORTED = "cases.reported"
JOINED = "cases.joined"
VERIFYING = "cases.verifying"
FILED = "cases.filed"
REJECTED = "cases.rejected"
SETTLED_ON_SPOT = "cases.settled_on_spot"
DISPATCHED = "cases.dispatched"
ACCEPTED = "cases.accepted"
RETURNED = "cases.returned"
FINISHED = "cases.finished"
CHECK_BEGUN = "cases.check_begun"
CHECKED = "cases.checked"
CLOSED = "cases.closed"
MEASURED = "cases.measured"
SUSPENDED = "cases.suspended"
RESUMED = "cases.resumed"
WITHDRAWN = "cases.withdrawn"
MERGED = "cases.merged"
SPLIT = "cases.split"
REFERRED = "cases.referred"
SUPERVISED = "cases.supervised"
TIME_ASKED = "cases.time_asked"
TIME_DECIDED = "cases.time_decided"
APPEALED = "cases.appealed"
DISPUTED = "cases.disputed"
SETTLED = "cases.settled"
REOPENED = "cases.reopened"
RATED = "cases.rated"
NOTED = "cases.noted"
ANSWERED = "cases.answered"
OVERDUE = "cases.overdue"
ESCALATED = "cases.escalated"
CONTACT_SEEN = "cases.contact_seen"
ERASED = "cases.erased"

PROMPTED = "cases.prompted"
PROMPT_LATE = "cases.prompt_late"
PROMPT_RECEIVED = "cases.prompt_received"
PROMPT_ANSWERED = "cases.prompt_answered"
PROMPT_CLOSED = "cases.prompt_closed"
DRAWN = "cases.drawn"
CALLED_BACK = "cases.called_back"
EXCLUDED = "cases.excluded"
COUNTED_AGAIN = "cases.counted_again"
RECOUNTED = "cases.limit_recounted"
ARBITRATION_ASKED = "cases.arbitration_asked"
ARBITRATED = "cases.arbitrated"
WHISTLE_CALLED = "cases.whistle_called"
WHISTLE_ARRIVED = "cases.whistle_arrived"
WHISTLE_LATE = "cases.whistle_late"
WHISTLE_OBJECTED = "cases.whistle_objected"
WHISTLE_DECIDED = "cases.whistle_decided"
WHISTLE_AGREED = "cases.whistle_agreed"
WHISTLE_DONE = "cases.whistle_done"
WHISTLE_SENT_BACK = "cases.whistle_sent_back"
WHISTLE_RATED = "cases.whistle_rated"
WHISTLE_EXCUSED = "cases.whistle_excused"


def _kind(name: str, zh: str, en: str, data: type[CaseData] = CaseData) -> FactKind:
    dimensions = CASE | {
        field: DimensionType.TEXT for field in _TEXTS if field in data.model_fields
    }
    amount = SECONDS if issubclass(data, TimedData) else None
    if data is MeasuredData:
        amount = Sentence("结案时填的数", "number given at closing")
    return FactKind(name, Sentence(zh, en), data, dimensions, amount)


def _of_whistle(name: str, zh: str, en: str) -> FactKind:
    dimensions = {**CASE, "called": DimensionType.UUID} | dict.fromkeys(
        ("in_time", "solved", "satisfied", "about", "outcome"), DimensionType.TEXT
    )
    amount = SECONDS if name == WHISTLE_ARRIVED else None
    return FactKind(name, Sentence(zh, en), WhistleData, dimensions, amount)


def _of_prompt(name: str, zh: str, en: str) -> FactKind:
    dimensions = {**CASE, "prompted": DimensionType.UUID, "in_time": DimensionType.TEXT}
    return FactKind(name, Sentence(zh, en), PromptData, dimensions)


KINDS = (
    _kind(REPORTED, "上报", "case reported"),
    _kind(JOINED, "同一件再次上报", "reported once more"),
    _kind(VERIFYING, "开始核实", "verifying begun"),
    _kind(FILED, "立案", "case filed"),
    _kind(REJECTED, "不予立案", "case not taken on", ReasonData),
    _kind(SETTLED_ON_SPOT, "当场办结", "settled on the spot"),
    _kind(DISPATCHED, "派遣", "case dispatched", TimedData),
    _kind(ACCEPTED, "接收", "case accepted by the unit"),
    _kind(RETURNED, "退回", "case returned by the unit", ReturnedData),
    _kind(FINISHED, "反馈办结", "case reported done", TimedData),
    _kind(CHECK_BEGUN, "开始核查", "check begun"),
    _kind(CHECKED, "核查", "case checked", CheckedData),
    _kind(CLOSED, "结案", "case closed", OutcomeData),
    _kind(MEASURED, "结案填数", "number given at closing", MeasuredData),
    _kind(SUSPENDED, "挂账", "case set aside", ReasonData),
    _kind(RESUMED, "恢复办理", "case resumed"),
    _kind(WITHDRAWN, "撤销", "case withdrawn", ReasonData),
    _kind(MERGED, "并案", "case merged into another", RelatedData),
    _kind(SPLIT, "拆分", "case split", RelatedData),
    _kind(REFERRED, "转上一级", "case referred up", ReasonData),
    _kind(SUPERVISED, "督办", "case supervised", ReasonData),
    _kind(TIME_ASKED, "申请延期或暂停", "more time asked for", ChangeData),
    _kind(TIME_DECIDED, "审批延期或暂停", "more time decided on", ChangeData),
    _kind(APPEALED, "承办单位申诉", "unit appealed", ReasonData),
    _kind(DISPUTED, "上报人不认可", "outcome disputed", ReasonData),
    _kind(SETTLED, "答复申诉或异议", "appeal or dispute settled", ReasonData),
    _kind(REOPENED, "重新办理", "case reopened", ReasonData),
    _kind(RATED, "评价", "case rated", RatedData),
    _kind(NOTED, "备注", "note written"),
    _kind(ANSWERED, "上报人回答", "answered by who reported", AnsweredData),
    _kind(OVERDUE, "超时", "limit passed", LimitData),
    _kind(ESCALATED, "超时上报", "case escalated", EscalatedData),
    _kind(CONTACT_SEEN, "查看联系方式", "contact looked at"),
    _kind(ERASED, "清除上报内容", "words of a report erased"),
    _kind(DRAWN, "抽取", "drawn by lot", ReasonData),
    _kind(CALLED_BACK, "回访", "called back", RatedData),
    _kind(RECOUNTED, "按日历重新计算时限", "limit counted anew", LimitData),
    _kind(EXCLUDED, "剔除统计", "left out of rates", ExcludedData),
    _kind(COUNTED_AGAIN, "恢复统计", "counted in rates again", ExcludedData),
    _kind(PROMPTED, "发出提示单", "prompt sheet issued", LimitData),
    _of_prompt(PROMPT_LATE, "提示单超时未回复", "answer to a prompt sheet late"),
    _of_prompt(PROMPT_RECEIVED, "签收提示单", "prompt sheet received"),
    _of_prompt(PROMPT_ANSWERED, "回复提示单", "prompt sheet answered"),
    _of_prompt(PROMPT_CLOSED, "提示单销单", "prompt sheet closed"),
    _kind(ARBITRATION_ASKED, "退回过多，提请裁定", "handed around: to be decided"),
    _kind(ARBITRATED, "裁定承办单位", "unit decided on"),
    _of_whistle(WHISTLE_CALLED, "吹哨", "unit called"),
    _of_whistle(WHISTLE_ARRIVED, "报到", "unit reported in"),
    _of_whistle(WHISTLE_LATE, "超时未报到", "unit late in reporting in"),
    _of_whistle(WHISTLE_OBJECTED, "单位提出异议", "unit objected"),
    _of_whistle(WHISTLE_DECIDED, "答复单位异议", "objection of a unit decided"),
    _of_whistle(WHISTLE_AGREED, "商定任务", "task agreed"),
    _of_whistle(WHISTLE_DONE, "单位办结", "unit done"),
    _of_whistle(WHISTLE_SENT_BACK, "单位返工", "unit sent back"),
    _of_whistle(WHISTLE_RATED, "评价单位", "unit rated"),
    _of_whistle(WHISTLE_EXCUSED, "不需到场", "unit excused"),
)

_BY_VERB = {
    "cases.report.make": (REPORTED, JOINED),
    "cases.case.verify": (VERIFYING, FILED, REJECTED),
    "cases.case.settle": (SETTLED_ON_SPOT,),
    "cases.case.dispatch": (DISPATCHED, PROMPTED, PROMPT_CLOSED, MERGED, SPLIT, WITHDRAWN),
    "cases.case.handle": (
        ACCEPTED, RETURNED, FINISHED, TIME_ASKED, APPEALED, PROMPT_RECEIVED, PROMPT_ANSWERED,
        WHISTLE_ARRIVED, WHISTLE_OBJECTED, WHISTLE_DONE,
    ),
    "cases.case.check": (CHECK_BEGUN, CHECKED, CLOSED, CALLED_BACK, REOPENED),
    "cases.case.decide": (
        SUSPENDED, RESUMED, REFERRED, TIME_DECIDED, SETTLED, ARBITRATION_ASKED, ARBITRATED,
        EXCLUDED, COUNTED_AGAIN, WHISTLE_CALLED, WHISTLE_DECIDED, WHISTLE_AGREED,
        WHISTLE_SENT_BACK, WHISTLE_RATED, WHISTLE_EXCUSED,
    ),
    "cases.case.supervise": (SUPERVISED,),
    "cases.case.read": (NOTED,),
}  # fmt: skip
ENTRIES = {kind: verb for verb, kinds in _BY_VERB.items() for kind in kinds}
"""What somebody writes or decides by hand. What a step brings with it counts with the step."""
