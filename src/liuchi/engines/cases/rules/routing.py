"""To which unit a case goes, why, and when units that hand it back and forth are stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.cases.spec.routing import routing_schema
from liuchi.kernel import predicates
from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.durations import TimeUnit
from liuchi.kernel.predicates import Names
from liuchi.kernel.sentences import Sentence

_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing may look at. Places by name; "" for what is not known."""

    type: str
    condition: str
    channel: str
    tier: str
    urgent: bool
    village: str
    town: str
    grid: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Route:
    """The unit proposed and why. ``code`` is the rule's, "" where the condition's own unit holds.

    ``unit`` is "" where nothing in the playbook says whose it is: then the dispatcher does.
    """

    unit: str
    code: str
    sentence: Sentence


def route(spec: CasesSpec, matter: Matter, calendar: WorkCalendar) -> Route:
    """Return the unit of the first rule that holds, else that of the filing condition."""
    schema = routing_schema()
    values = _values(spec, matter, calendar)
    for rule in spec.routing:
        tree = predicates.parse(rule.when, schema) if rule.when else None
        if tree is None or predicates.evaluate(tree, values, schema):
            why = Sentence(
                "按派遣规则「{code}」派给{unit}。",
                "To {unit} by rule “{code}”.",
                {"code": rule.code, "unit": rule.unit},
            )
            return Route(rule.unit, rule.code, why)
    condition = spec.condition(matter.condition)
    if condition is not None and condition.responsible:
        why = Sentence(
            "立案条件写明由{unit}负责。",
            "The filing condition names {unit}.",
            {"unit": condition.responsible},
        )
        return Route(condition.responsible, "", why)
    return Route("", "", Sentence("没有规则适用，请选择单位。", "No rule holds: choose a unit."))


def why(spec: CasesSpec, code: str, language: str) -> str:
    """Return the condition of a routing rule in words, "" for one without or unknown."""
    rule = next((each for each in spec.routing if each.code == code), None)
    if rule is None or not rule.when:
        return ""
    schema = routing_schema()
    return predicates.describe(predicates.parse(rule.when, schema), Names.of(schema), language)


def is_ping_pong(returned_by: Sequence[UUID], returns_max: int) -> bool:
    """Whether a case is being handed around: too many returns, or twice by one unit.

    ``returned_by``: the units that gave it back since it was filed or last decided on.
    """
    return len(returned_by) >= returns_max or len(set(returned_by)) < len(returned_by)


def _values(spec: CasesSpec, matter: Matter, calendar: WorkCalendar) -> dict[str, object]:
    local = matter.at.astimezone(SHANGHAI)
    path = spec.path(matter.type)
    runs = calendar.elapsed(local, local + _MOMENT, TimeUnit.WORK_HOURS)
    known: dict[str, object] = {
        "type": matter.type,
        "main_type": path[0].code if path else "",
        "condition": matter.condition,
        "channel": matter.channel,
        "tier": matter.tier,
        "grid": matter.grid,
        "village": matter.village,
        "town": matter.town,
    }
    # An empty text is not known: it compares as missing, as in SQL.
    return {name: value for name, value in known.items() if value} | {
        "urgent": matter.urgent,
        "month": local.month,
        "weekday": local.isoweekday(),
        "hour": local.hour,
        "work_time": bool(runs),
    }
