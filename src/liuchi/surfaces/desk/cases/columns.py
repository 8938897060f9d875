"""The columns of a list of cases, and the few words that mark one."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.queries import CaseRow
from liuchi.engines.cases.spec import CHANNEL_WORDS, STAGE_WORDS
from liuchi.kernel import clock
from liuchi.surfaces.components.forms import say
from liuchi.surfaces.components.tables import Column, Shape


def is_late(row: CaseRow) -> bool:
    """Whether the limit of its stage, or that of the whole, has passed."""
    return row.overdue or (row.due_at is not None and row.due_at < clock.now())


def marks(row: CaseRow) -> tuple[str, ...]:
    """Return what somebody has to know at a glance, the gravest first."""
    found = (
        (is_late(row), _("超时")),
        (row.urgent, _("紧急")),
        (row.supervised, _("督办")),
        (row.appealed, _("申诉中")),
        (row.disputed, _("有异议")),
        (row.returned > 0, _("退回%(n)s次") % {"n": row.returned}),
        (row.reworked > 0, _("返工%(n)s次") % {"n": row.reworked}),
        (row.reopened > 0, _("重办%(n)s次") % {"n": row.reopened}),
        (row.reports > 1, _("%(n)s 人上报") % {"n": row.reports}),
        (row.basically_done, _("基本完成")),
    )
    return tuple(words for holds, words in found if holds)


def state_words(row: CaseRow) -> str:
    """Word where a case stands."""
    return say(STAGE_WORDS[row.state])


CASES: tuple[Column[CaseRow], ...] = (
    Column(
        gettext_lazy("事项"),
        lambda row: row.type_title,
        url=lambda row: reverse("desk-case", args=[row.id]),
    ),
    Column(gettext_lazy("内容"), lambda row: row.description, own_line=True),
    Column(
        gettext_lazy("地点"),
        lambda row: " · ".join(part for part in (row.area_name, row.place) if part),
        own_line=True,
    ),
    Column(
        gettext_lazy("状态"), state_words, look=lambda row: f"l-state is-case-{row.state.value}"
    ),
    Column(
        gettext_lazy("到期"),
        lambda row: row.due_at,
        Shape.UNTIL,
        look=lambda row: "l-late" if is_late(row) else "",
    ),
    Column(gettext_lazy("标记"), lambda row: "、".join(marks(row))),
    Column(gettext_lazy("承办单位"), lambda row: row.unit_name),
    Column(gettext_lazy("来源"), lambda row: CHANNEL_WORDS[Channel(row.channel)], aside=True),
    Column(gettext_lazy("上报时间"), lambda row: row.reported_at, Shape.MOMENT, aside=True),
)
