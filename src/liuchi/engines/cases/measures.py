"""What may be counted over the facts of cases: by place, type and unit, never by person.

The rates stand here once, for every playbook that names them (``- house: cases.rates``). Each
has one formula over the journal; nobody's page computes one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from liuchi.engines.cases import facts
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import AMOUNT, FactKind, HouseSet, Measure, MeasureOp


def _measures(kind: FactKind) -> Iterator[Measure]:
    yield Measure(kind.kind, MeasureOp.COUNT)
    yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, "unit")
    yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, "type")
    for unit in ("called", "prompted"):  # a unit that a place has called, or issued a sheet to
        if unit in kind.dimensions:
            yield Measure(kind.kind, MeasureOp.COUNT_DISTINCT, unit)
    if kind.amount is not None:
        yield Measure(kind.kind, MeasureOp.SUM, AMOUNT)


MEASURES = tuple(measure for kind in facts.KINDS for measure in _measures(kind))

_SOURCE = "GB/T 30428.4 绩效评价；分子、分母的取法是本系统自定，写在这里"
_ENGLISH = {
    "reported": "Reported",
    "closed": "Closed",
    "filed_rate": "Share filed",
    "handled_rate": "Share dealt with",
    "in_time_rate": "Share dealt with in time",
    "closed_rate": "Share closed",
    "closed_in_time_rate": "Share closed in time",
    "rework_rate": "Share done again",
    "response_rate": "Share given to a unit in time",
    "solved_rate": "Share said to be solved",
    "satisfied_rate": "Share satisfied",
    "well_dispatched_rate": "Share given to the right unit",
    "well_reported_rate": "Share of reports filed",
    "arrived_in_time_rate": "Share arrived in time",
    "open": "Open matters",
    "closing_median": "Time to close, median",
    "closing_most": "Time to close, nine in ten",
    "handling_most": "Time to deal with, nine in ten",
}
_VOICE = "12345 热线“三率”的做法；按答复人计，是本系统自定"
_Item = Mapping[str, Any]


def _of(fact: str, /, *, less: bool = False, **where: str | list[str]) -> _Item:
    said = {name: {"is" if isinstance(each, str) else "in": each} for name, each in where.items()}
    return {
        "of": fact,
        **({"where": said} if said else {}),
        **({"less": True} if less else {}),
    }


def _unless_excluded(what: str) -> _Item:
    return {"of": facts.EXCLUDED, "where": {"kind": {"in": sorted({"all", what})}}}


def _rate(
    code: str,
    title: str,
    top: list[_Item],
    bottom: list[_Item],
    *,
    counted: str,
    not_counted: str,
    what: str = "time",
    source: str = _SOURCE,
) -> _Item:
    return {
        "code": f"cases.{code}",
        "title": title,
        "title_en": _ENGLISH[code],
        "of": bottom[0]["of"],
        "measure": {"ratio": {"numerator": top, "denominator": bottom}},
        "unless": _unless_excluded(what),
        "by": ["month"],
        "unit": "%",
        "words": {"counted": counted, "not_counted": not_counted, "source": source},
    }


def _count(code: str, title: str, kind: str, counted: str, not_counted: str) -> _Item:
    return {
        "code": f"cases.{code}",
        "title": title,
        "title_en": _ENGLISH[code],
        "of": kind,
        "measure": "count",
        "by": ["month"],
        "unit": "件",
        "words": {"counted": counted, "not_counted": not_counted},
    }


_DUE_FOR_HANDLING = [
    _of(facts.FINISHED, in_time="yes"),
    _of(facts.OVERDUE, limit="handling"),
]
_ONCE_FILED = ["filed", "dispatched", "handling", "feedback", "checking", "suspended"]
_CALLED = {"unless": {"of": facts.RATED}}  # who rated it is not counted a second time

_RATES: tuple[_Item, ...] = (
    _count(
        "reported",
        "上报",
        facts.REPORTED,
        "新上报的事项，不论最后是否立案",
        "同一件事再有人上报的（只记到原来那件）",
    ),
    _count(
        "closed",
        "结案",
        facts.CLOSED,
        "核查通过后结案的次数；重新办理后再结案的再算一次",
        "不予立案、撤销、并案的",
    ),
    _rate(
        "filed_rate",
        "立案率",
        [_of(facts.FILED)],
        [_of(facts.REPORTED)],
        counted="立案的件数，除以上报的件数",
        not_counted="同一件事再次上报的；批准剔除的",
        what="all",
    ),
    _rate(
        "handled_rate",
        "处置率",
        [_of(facts.FINISHED)],
        _DUE_FOR_HANDLING,
        counted="承办单位反馈办结的，除以应处置的（按期反馈的，加上处置超时的）",
        not_counted="时限没到、还在办的；挂账的；批准剔除的。上月到期本月才办完的，算在本月分子",
    ),
    _rate(
        "in_time_rate",
        "按期处置率",
        [_of(facts.FINISHED, in_time="yes")],
        _DUE_FOR_HANDLING,
        counted="在处置时限内反馈办结的，除以应处置的（按期反馈的，加上处置超时的）",
        not_counted="时限没到、还在办的；批准的延期、暂停按新时限算；挂账的；批准剔除的",
    ),
    _rate(
        "closed_rate",
        "结案率",
        [_of(facts.CLOSED)],
        [
            _of(facts.FILED),
            _of(facts.REOPENED),
            _of(facts.MERGED, less=True, state_before=_ONCE_FILED),
            _of(facts.WITHDRAWN, less=True, state_before=_ONCE_FILED),
        ],
        counted="结案的，除以立案和重新办理的（减去立案后并案、撤销的）",
        not_counted="不予立案的；批准剔除的",
        what="all",
    ),
    _rate(
        "closed_in_time_rate",
        "按期结案率",
        [_of(facts.CLOSED, in_time="yes")],
        [_of(facts.CLOSED)],
        counted="在总时限内结案的，除以结案的；没有总时限的，各段都按期才算按期",
        not_counted="还没有结案的；批准剔除的",
    ),
    _rate(
        "rework_rate",
        "返工率",
        [_of(facts.CHECKED, kind="closing", outcome="not_done")],
        [_of(facts.CHECKED, kind="closing")],
        counted="核查没有通过、退回重办的次数，除以结案前核查的次数",
        not_counted="结案后的抽查和复查；批准剔除的",
        what="all",
    ),
    _rate(
        "response_rate",
        "响应率",
        [_of(facts.DISPATCHED, in_time="yes")],
        [_of(facts.DISPATCHED, in_time="yes"), _of(facts.OVERDUE, limit="dispatch")],
        counted="在派遣时限内落实到承办单位的，除以应落实的（按期派遣的，加上派遣超时的）",
        not_counted="不予立案的；时限没到、还没有派的；批准剔除的",
    ),
    _rate(
        "solved_rate",
        "解决率",
        [_of(facts.RATED, solved="yes"), {**_of(facts.CALLED_BACK, solved="yes"), **_CALLED}],
        [_of(facts.RATED), {**_of(facts.CALLED_BACK, solved=["yes", "no"]), **_CALLED}],
        counted="说已经解决的，除以评价过的和回访到的；一件有人评价过，回访不再计",
        not_counted="没有评价、没有回访到的；批准剔除的",
        what="voice",
        source=_VOICE,
    ),
    _rate(
        "satisfied_rate",
        "满意率",
        [_of(facts.RATED, satisfied="yes"), {**_of(facts.CALLED_BACK, satisfied="yes"), **_CALLED}],
        [_of(facts.RATED), {**_of(facts.CALLED_BACK, satisfied=["yes", "no"]), **_CALLED}],
        counted="说满意的，除以评价过的和回访到的；一件有人评价过，回访不再计",
        not_counted="没有评价、没有回访到的，不当作满意，也不当作不满意；批准剔除的",
        what="voice",
        source=_VOICE,
    ),
    _rate(
        "well_dispatched_rate",
        "准确派遣率",
        [_of(facts.DISPATCHED), _of(facts.RETURNED, less=True)],
        [_of(facts.DISPATCHED)],
        counted="派遣的次数减去单位退回的次数，除以派遣的次数",
        not_counted="批准剔除的",
        what="all",
    ),
    _rate(
        "well_reported_rate",
        "有效上报率",
        [_of(facts.FILED, channel="worker")],
        [_of(facts.REPORTED, channel="worker")],
        counted="网格员上报后立案的，除以网格员上报的，按地方汇总",
        not_counted="居民、热线等其他来源；不按个人统计；批准剔除的",
        what="all",
    ),
)

_WHISTLE_RATES: tuple[_Item, ...] = (
    _rate(
        "arrived_in_time_rate",
        "按时报到率",
        [_of(facts.WHISTLE_ARRIVED, in_time="yes")],
        [_of(facts.WHISTLE_CALLED), _of(facts.WHISTLE_EXCUSED, less=True)],
        counted="吹哨后按时报到的单位次数，除以吹哨叫到的单位次数（减去不需到场的）",
        not_counted="还没到报到时间的也算在分母里；批准剔除的",
        source="吹哨报到的办法；取法是本系统自定",
    ),
)

_CALENDAR = "从上报到结案按日历天数，不扣节假日；挂账、延期也算在内"


def _time(code: str, title: str, kind: str, told: _Item, counted: str) -> _Item:
    not_counted = "还没有办完的；批准剔除的；不按工作人员个人统计"
    return {
        **_count(code, title, kind, counted, not_counted),
        "measure": {"percentile": told},
        "unless": _unless_excluded("time"),
        "unit": "小时" if told["in"] == "hours" else "天",
    }


_TO_CLOSE: _Item = {"since": {"of": facts.REPORTED}, "in": "days"}
_TIMES: tuple[_Item, ...] = (
    {
        **_count(
            "open",
            "在办事项",
            facts.REPORTED,
            "期末已上报、还没有结案的；挂账的也算；重新办理的又算",
            "不予立案、撤销、并到别件里的",
        ),
        "measure": {
            "stock": {
                "enters": [{"of": each} for each in (facts.REPORTED, facts.FILED, facts.REOPENED)],
                "leaves": [
                    {"of": each}
                    for each in (facts.CLOSED, facts.REJECTED, facts.WITHDRAWN, facts.MERGED)
                ],
            }
        },
        "by": ["main_type", "month"],
    },
    _time(
        "closing_median",
        "结案用时中位数",
        facts.CLOSED,
        {"at": 50, **_TO_CLOSE},
        f"从上报到结案的天数，一半不超过它；{_CALENDAR}",
    ),
    _time(
        "closing_most",
        "九成结案用时",
        facts.CLOSED,
        {"at": 90, **_TO_CLOSE},
        f"从上报到结案的天数，九成不超过它；{_CALENDAR}",
    ),
    _time(
        "handling_most",
        "九成处置用时",
        facts.FINISHED,
        {"at": 90, "over": AMOUNT, "in": "hours"},
        "承办单位从接到到反馈办结的时间，九成不超过它；时限按工作时间算的，用时也按工作时间算",
    ),
)

HOUSE_SETS = (
    HouseSet("cases.rates", "indicators", Sentence("事项的各项率", "rates of cases"), _RATES),
    HouseSet(
        "cases.whistle_rates", "indicators", Sentence("吹哨报到率", "whistle rates"), _WHISTLE_RATES
    ),
    HouseSet(
        "cases.times", "indicators", Sentence("用时和在办数", "times, and what is open"), _TIMES
    ),
)
