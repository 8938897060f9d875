"""To which unit a case goes, by the playbook; and when handing it around is stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from engines.cases.world import SECTION as WORLD_SECTION
from liuchi.engines.cases import queries
from liuchi.engines.cases.rules.routing import Matter, is_ping_pong, route, why
from liuchi.engines.cases.spec import CasesSpec
from liuchi.engines.cases.spec.routing import RouteSpec, route_sentence, routes_readable
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.calendar import WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.playbooks.registry import Context

NIGHT = [{"code": "night", "unit": "市政所", "when": {"work_time": {"is": False}}}]
A, B = UUID(int=1), UUID(int=2)
SECTION: dict[str, object] = {
    "types": [
        {"code": "1", "title": "市容环境"},
        {"code": "101", "title": "暴露垃圾", "parent": "1"},
        {"code": "2", "title": "突发事件"},
        {"code": "201", "title": "“飞线”充电", "parent": "2", "urgent": True},
    ],
    "conditions": [{"code": "101-a", "type": "101", "title": "路面垃圾", "responsible": "环卫所"}],
    "routing": [
        {"code": "night", "unit": "值班室", "when": {"work_time": {"is": False}}},
        {
            "code": "fire",
            "unit": "消防站",
            "when": {"main_type": {"is": "2"}, "town": {"is": "老峰镇"}},
        },
        {"code": "winter", "unit": "扫雪队", "when": {"month": {"in": [12, 1, 2]}}},
    ],
}
SPEC = CasesSpec.model_validate(SECTION)
MATTER = Matter(
    type="101",
    condition="101-a",
    channel="worker",
    tier="",
    urgent=False,
    village="岭北社区",
    town="老峰镇",
    grid="",
    at=datetime(2026, 9, 28, 10, tzinfo=SHANGHAI),
)


@pytest.mark.parametrize(
    ("changed", "unit", "code"),
    [
        ({}, "环卫所", ""),
        ({"type": "201", "condition": ""}, "消防站", "fire"),
        ({"type": "201", "condition": "", "town": "菱北办事处"}, "", ""),
        ({"at": datetime(2026, 9, 28, 20, tzinfo=SHANGHAI)}, "值班室", "night"),
        ({"at": datetime(2026, 10, 1, 10, tzinfo=SHANGHAI)}, "值班室", "night"),
        ({"at": datetime(2026, 10, 10, 10, tzinfo=SHANGHAI)}, "环卫所", ""),  # made up for
        ({"at": datetime(2026, 12, 28, 10, tzinfo=SHANGHAI)}, "扫雪队", "winter"),
    ],
)
def test_the_first_rule_that_holds_decides(
    changed: dict[str, object], unit: str, code: str
) -> None:
    found = route(SPEC, replace(MATTER, **changed), WorkCalendar())
    assert (found.unit, found.code) == (unit, code)


def test_a_route_says_why() -> None:
    evening = replace(MATTER, at=datetime(2026, 9, 28, 20, tzinfo=SHANGHAI))
    found = route(SPEC, evening, WorkCalendar())
    assert found.sentence.in_language("zh") == "按派遣规则「night」派给值班室。"
    assert why(SPEC, "fire", "zh") == "大类是“2”，且镇街是“老峰镇”"
    assert route_sentence(SPEC.routing[1], "en").in_language("en") == (
        "Dispatch: main type is “2” and town is “老峰镇”: to 消防站."
    )
    assert route_sentence(RouteSpec(code="rest", unit="综治中心"), "zh").in_language("zh") == (
        "派遣：其余的，派给综治中心。"
    )


def test_rules_speak_only_of_what_there_is() -> None:
    section = SECTION | {
        "routing": [
            {"code": "a", "unit": "环卫所", "when": {"type": {"is": "999"}}},
            {"code": "b", "unit": "环卫所"},
            {"code": "c", "unit": "消防站", "when": {"reporter": {"is": "x"}}},
        ]
    }
    found = [finding.path for finding in routes_readable(Context({"cases": section}))]
    assert found == [
        ("cases", "routing", 0, "when", "type", "is"),
        ("cases", "routing", 2),
        ("cases", "routing", 2, "when", "reporter"),
    ]
    assert list(routes_readable(Context({"cases": SECTION}))) == []


@pytest.mark.parametrize(
    ("returned_by", "most", "is_stopped"),
    [
        ((), 2, False),
        ((A,), 2, False),
        ((A, B), 2, True),
        ((A, B), 3, False),
        ((A, A), 3, True),
        ((A,), 1, True),
    ],
)
def test_handing_around_is_stopped(
    returned_by: tuple[UUID, ...], most: int, is_stopped: bool
) -> None:
    assert is_ping_pong(returned_by, most) is is_stopped


def test_the_dispatcher_is_shown_the_unit_and_why(world) -> None:
    """The condition names nobody here: by day nothing is proposed, by night the duty desk."""
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": WORLD_SECTION | {"routing": NIGHT}},
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    case_id = world.filed()

    def proposed() -> queries.Proposal:
        with acting_as(world.dispatcher):
            return queries.proposed_unit(world.dispatcher, case_id)

    assert (proposed().unit_id, proposed().unit) == (None, "")
    world.clock.advance(timedelta(hours=12))
    assert (proposed().unit_id, proposed().unit) == (world.road, "市政所")
    assert proposed().when == "工作时间是否"
