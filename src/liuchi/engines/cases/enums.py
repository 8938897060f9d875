"""Words of cases that other layers use."""

from __future__ import annotations

from enum import StrEnum

from liuchi.kernel.durations import TimeUnit

LimitUnit = TimeUnit
"""The four units a limit may have: 紧急工作时, 工作时, 工作日, 自然日."""


class CaseState(StrEnum):
    """Where a case stands; the moves between are ``rules.LIFECYCLE``.

    The first eight are the stages of the loop, in their order.
    """

    REPORTED = "reported"
    VERIFYING = "verifying"
    FILED = "filed"
    DISPATCHED = "dispatched"
    HANDLING = "handling"
    FEEDBACK = "feedback"
    CHECKING = "checking"
    CLOSED = "closed"
    REJECTED = "rejected"
    SUSPENDED = "suspended"  # 挂账
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something, now or when it is taken up again."""
        return self not in (CaseState.CLOSED, CaseState.REJECTED, CaseState.WITHDRAWN)

    @property
    def runs(self) -> bool:
        """Whether a clock runs: in every open state but one set aside."""
        return self.is_open and self is not CaseState.SUSPENDED


class CaseVerb(StrEnum):
    """What may be done with a case."""

    VERIFY = "verify"
    FILE = "file"
    REJECT = "reject"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    RETURN = "return"
    FINISH = "finish"
    CHECK = "check"
    CLOSE = "close"
    SEND_BACK = "send_back"
    SUSPEND = "suspend"
    RESUME = "resume"
    WITHDRAW = "withdraw"
    REFER = "refer"  # one tier up
    SPLIT = "split"  # a child case for another unit
    MERGE = "merge"  # a duplicate, into the other case
    SUPERVISE = "supervise"  # 督办
    ASK_TIME = "ask_time"  # an extension or a pause
    DECIDE_TIME = "decide_time"
    APPEAL = "appeal"  # by the unit, against what was put on it
    DISPUTE = "dispute"  # by whoever reported, against the outcome
    SETTLE = "settle"  # answers an appeal or a dispute
    REOPEN = "reopen"
    RATE = "rate"
    NOTE = "note"  # written down; moves nothing and resets nothing
    SETTLE_ON_SPOT = "settle_on_spot"  # 当场办结，事后备案
    ESCALATE = "escalate"  # by the clock


class Who(StrEnum):
    """Whose verb it is. Always somebody of the case's own area, unit or report."""

    REPORTER = "reporter"
    DESK = "desk"  # takes in, verifies, files: supervision
    DISPATCHER = "dispatcher"  # command, apart from supervision
    HANDLER = "handler"  # of the unit whose task it is
    CHECKER = "checker"  # never one who has handled it
    DECIDER = "decider"  # a second person: pauses, extensions, suspensions, appeals
    SUPERVISOR = "supervisor"
    SETTLER = "settler"  # settles on the spot what may be; never closes it
    SYSTEM = "system"


class Channel(StrEnum):
    """How something came in."""

    WORKER = "worker"  # a grid worker
    RIDER = "rider"  # a courier as part-time grid worker
    RESIDENT = "resident"
    ANONYMOUS = "anonymous"
    CALL = "call"  # a clerk writes for a caller
    COUNTER = "counter"
    HOTLINE = "hotline"
    ENTERPRISE = "enterprise"
    VISIT = "visit"  # a night visit
    PATROL = "patrol"
    SUPERIOR = "superior"  # instructed from above
    MEDIA = "media"
    IMPORT = "import"
    SYSTEM = "system"  # another system, by REST or Open311


class AnswerKind(StrEnum):
    """What a question about a type is answered with."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    YES_NO = "yes_no"

    @property
    def is_chosen(self) -> bool:
        """Whether the answer is among those listed."""
        return self in (AnswerKind.CHOICE, AnswerKind.SEVERAL)


class ClockKind(StrEnum):
    """Which limit runs; each on its own, ``TOTAL`` beside the others."""

    DISPATCH = "dispatch"
    HANDLING = "handling"
    CHECK = "check"
    TOTAL = "total"


class ChangeKind(StrEnum):
    """How a limit may be changed, once another person has agreed."""

    PAUSE = "pause"
    EXTENSION = "extension"
    SUSPENSION = "suspension"  # the whole case: 挂账


class ChangeState(StrEnum):
    """Where what was asked for a clock stands."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"


class TaskKind(StrEnum):
    """Why a unit has a piece of the work."""

    MAIN = "main"
    JOINT = "joint"
    WHISTLE = "whistle"


class TaskState(StrEnum):
    """Where one unit's piece of work stands."""

    GIVEN = "given"
    ACCEPTED = "accepted"
    DONE = "done"
    RETURNED = "returned"
    ENDED = "ended"  # the case went another way


class CheckKind(StrEnum):
    """What a check is for."""

    CLOSING = "closing"
    RECHECK = "recheck"  # 成果巩固: does it still hold
    SAMPLE = "sample"


class CheckOutcome(StrEnum):
    """What a check found."""

    DONE = "done"
    BASICALLY_DONE = "basically_done"  # 基本完成: struck off, yet kept apart from done
    NOT_DONE = "not_done"


class AreaLevel(StrEnum):
    """Whose desk a tier is, seen from where the case is."""

    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"


class CalledState(StrEnum):
    """Where a unit that was called by a whistle stands."""

    CALLED = "called"
    OBJECTED = "objected"
    EXCUSED = "excused"
    ARRIVED = "arrived"
    AGREED = "agreed"
    DONE = "done"
    RATED = "rated"


class CalledVerb(StrEnum):
    """What may be done about a called unit."""

    ARRIVE = "arrive"  # 报到
    OBJECT = "object"  # to the call, or to the rating
    UPHOLD = "uphold"
    OVERRULE = "overrule"
    AGREE = "agree"  # on what it does, by when
    FINISH = "finish"
    SEND_BACK = "send_back"
    RATE = "rate"
    TAKE_BACK = "take_back"  # not needed after all


class ObjectionAbout(StrEnum):
    """What a called unit objects to."""

    CALL = "call"
    RATING = "rating"


class PromptKind(StrEnum):
    """What a prompt sheet (提示单) is about."""

    NEAR = "near"
    PASSED = "passed"
    SUPERVISED = "supervised"


class PromptStage(StrEnum):
    """How far a prompt sheet has come: each step has somebody and a time of its own."""

    ISSUED = "issued"
    RECEIVED = "received"  # 签收
    ANSWERED = "answered"
    CLOSED = "closed"  # 销单: the place that issued it has looked at the answer


class DrawPurpose(StrEnum):
    """What closed cases are drawn for."""

    CHECK = "check"  # 抽查
    CALL_BACK = "call_back"  # 回访


class ExclusionKind(StrEnum):
    """Which rates a case is left out of."""

    ALL = "all"
    TIME = "time"  # 按期、响应、处置: the delay was not the office's
    VOICE = "voice"  # 解决、满意


class ExclusionState(StrEnum):
    """Where a request to leave a case out of rates stands."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    ENDED = "ended"  # counted again


HEADLINES = (
    "cases.in_time_rate",
    "cases.closed_rate",
    "cases.rework_rate",
    "cases.satisfied_rate",
)
"""The rates on the overview of those who decide, in this order, after what is open now."""
