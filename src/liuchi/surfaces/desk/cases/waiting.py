"""What waits between places and units, as lines of the first screen of the day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.cases.queries import UnitWork

_HANDLE, _CALL = "cases.case.handle", "cases.case.dispatch"
_DECIDE, _SUPERVISE = "cases.case.decide", "cases.case.supervise"

Waiting = tuple[Promise, Promise, int, str]
"""Title, hint, how many, and where they are."""


@dataclass(frozen=True, slots=True)
class Line:
    """Whose a line is, what it says, which number of the work it shows, and its list."""

    verb: str
    title: Promise
    hint: Promise
    counted: str
    page: str
    which: str


LINES = (
    Line(
        _HANDLE,
        _("叫到您单位的吹哨"),
        _("请在期限前报到"),
        "to_arrive",
        "desk-whistles",
        "waiting",
    ),
    Line(_HANDLE, _("商定的任务"), _("办完请反馈"), "to_finish", "desk-whistles", "open"),
    Line(
        _HANDLE,
        _("待回复的提示单"),
        _("请签收、回复"),
        "prompts_to_answer",
        "desk-prompts",
        "open",
    ),
    Line(_CALL, _("超时未报到"), _("吹哨叫的单位还没有来"), "late", "desk-whistles", "late"),
    Line(_SUPERVISE, _("超时未报到"), _("请督促"), "late", "desk-whistles", "late"),
    Line(_CALL, _("待评价的单位"), _("吹哨任务已办结"), "to_rate", "desk-whistles", "done"),
    Line(
        _DECIDE,
        _("待答复的吹哨异议"),
        _("由没有吹哨的人答复"),
        "objected",
        "desk-whistles",
        "objected",
    ),
    Line(
        _DECIDE,
        _("待销单的提示单"),
        _("单位已经回复"),
        "prompts_answered",
        "desk-prompts",
        "answered",
    ),
    Line(
        _DECIDE,
        _("待裁定的事项"),
        _("几个单位都退回了"),
        "arbitrations",
        "desk-arbitrations",
        "open",
    ),
)


def of_units(work: UnitWork, verbs: Collection[str], place: str) -> tuple[Waiting, ...]:
    """Return what waits: a line only on the days there is any, each list once."""
    found: dict[tuple[str, str], Waiting] = {}
    for line in LINES:
        count = getattr(work, line.counted)
        if count and line.verb in verbs:
            where = f"{reverse(line.page)}?which={line.which}{place}"
            found.setdefault((line.page, line.counted), (line.title, line.hint, count, where))
    return tuple(found.values())
