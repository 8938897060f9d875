"""What comes in: answers read by one rule, channels a playbook opens, who speaks kept sealed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from liuchi.engines.cases import actions, queries, rules, spec
from liuchi.engines.cases.actions import Told
from liuchi.engines.cases.enums import Channel
from liuchi.engines.cases.models import Report, Reporter
from liuchi.engines.journal import actions as journal_actions
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import Conflict, Invalid, NotFound, TooMany
from liuchi.kernel.ids import new_id
from liuchi.playbooks.registry import Context

ASKED: list[dict[str, Any]] = [
    {"code": "what", "title": "是什么", "required": True},
    {"code": "many", "title": "几处", "answer": "number", "unit": "处"},
    {"code": "kind", "title": "哪一种", "answer": "choice", "choices": ["旧", "新"]},
    {"code": "where", "title": "在哪些地方", "answer": "several", "choices": ["楼道", "院里"]},
    {"code": "since", "title": "从哪天起", "answer": "date"},
    {"code": "blocks", "title": "挡路吗", "answer": "yes_no", "required": True},
]
SECTION: dict[str, Any] = {
    "types": [
        {"code": "t", "title": "堆物", "questions": ASKED[:1]},
        {"code": "hall", "title": "楼道堆物", "parent": "t", "questions": ASKED[1:]},
        {"code": "road", "title": "道路", "channels": ["worker", "rider", "import"]},
        {"code": "firm", "title": "企业诉求", "channels": ["enterprise"]},
        {"code": "other", "title": "其他", "channels": ["worker", "call", "anonymous"]},
    ],
    "unsorted": "other",
}
GOOD = {"what": " 旧家具 ", "many": "2.50", "kind": "旧", "where": ["院里", "楼道"]} | {
    "since": "2026-02-03",
    "blocks": "yes",
}


def section() -> spec.CasesSpec:
    return spec.CasesSpec.model_validate(SECTION)


def test_answers_are_kept_typed_whichever_way_they_came() -> None:
    asked = section().questions_of("hall")
    kept = {
        "what": "旧家具",
        "many": "2.50",
        "kind": "旧",
        "where": ["楼道", "院里"],
        "since": "2026-02-03",
        "blocks": True,
    }
    as_table = GOOD | {"where": "院里、楼道", "blocks": "是"}
    as_json = GOOD | {"blocks": True, "many": 2.5}
    assert rules.answered(asked, GOOD) == rules.Answered(kept, ())
    assert rules.answered(asked, as_table) == rules.Answered(kept, ())
    assert rules.answered(asked, as_json) == rules.Answered(kept | {"many": "2.5"}, ())
    rows = queries.answer_rows(section(), "hall", kept | {"gone": "{x}"})
    assert [each.text.in_language("zh") for each in rows] == [
        "旧家具", "2.50 处", "旧", "楼道、院里", "2026-02-03", "是", "{x}",
    ]  # fmt: skip
    assert rows[-2].text.in_language("en") == "yes"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("what", ""),
        ("what", "长" * 201),
        ("many", "三"),
        ("many", "NaN"),
        ("many", "1e99"),
        ("many", "1.2345"),
        ("kind", "半新"),
        ("kind", ["旧"]),
        ("where", "屋顶"),
        ("since", "2026-02-30"),
        ("blocks", "也许"),
        ("unknown", "x"),
    ],
)
def test_what_cannot_be_used_is_named(code: str, value: object) -> None:
    read = rules.answered(section().questions_of("hall"), GOOD | {code: value})
    assert [each for each, _ in read.wrong] == [code]


def test_a_type_is_open_to_the_channels_all_levels_name() -> None:
    read = section()
    assert (read.is_open("road", Channel.RIDER), read.is_open("road", Channel.CALL)) == (
        True,
        False,
    )
    assert read.is_open("t", Channel.WORKER) is False  # no case is filed as a main type
    assert (read.unsorted_by(Channel.CALL), read.unsorted_by(Channel.RIDER)) == ("other", "")
    narrowed = spec.CasesSpec.model_validate(SECTION | {"channels": ["worker"]})
    assert (narrowed.is_open("hall", Channel.WORKER), narrowed.is_open("hall", Channel.CALL)) == (
        True,
        False,
    )
    assert (
        rules.channel_of("rider", Channel.MEDIA),
        rules.channel_of("resident", Channel.ENTERPRISE),
        rules.channel_of("resident", Channel.CALL),
        rules.channel_of("clerk", Channel.CALL),
    ) == (Channel.RIDER, Channel.ENTERPRISE, Channel.RESIDENT, Channel.CALL)


def test_what_nobody_may_report_and_what_is_asked_twice_is_found() -> None:
    raw = {
        "cases": {
            "channels": ["worker", "rider"],
            "types": [
                {"code": "a", "title": "甲", "channels": ["worker"]},
                {"code": "b", "parent": "a", "title": "乙", "channels": ["rider"]},
                {"code": "c", "title": "丙", "channels": ["call"]},
                {"code": "d", "title": "丁", "questions": [{"code": "q", "title": "几楼"}]},
                {
                    "code": "e",
                    "parent": "d",
                    "title": "戊",
                    "questions": [{"code": "q", "title": "几栋"}, {"code": "r", "title": "手机号"}],
                },
            ],
        }
    }
    found = [finding.path for check in spec.CHECKS for finding in check(Context(raw))]
    assert found == [
        ("cases", "types", 1, "channels"),
        ("cases", "types", 2, "channels"),
        ("cases", "types", 4, "questions", 0, "code"),
        ("cases", "types", 4, "questions", 1, "title"),
    ]
    lines = spec.explain(section(), "zh")
    assert "类别 t：堆物；另问：是什么＊。" in lines
    assert "类别 firm：企业诉求；来源：企业反映。" in lines


@pytest.fixture
def asking(world: Any) -> Any:
    """Let the world's town ask questions from today on."""
    journal_actions.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION},
        places=[world.town.id],
        in_force_from=clock.today(),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    return world


def hall(world: Any, **more: Any) -> Any:
    said = {"type_code": "hall", "condition_code": "", "answers": GOOD}
    return world.report(**(said | more))


def test_answers_stand_beside_the_report_and_go_with_it(asking: Any) -> None:
    made = hall(asking, key="once")
    assert hall(asking, key="once") == made
    with pytest.raises(Conflict):
        hall(asking, key="once", answers=GOOD | {"what": "新家具"})
    with pytest.raises(Invalid) as refused:
        hall(asking, answers={"many": "x"})
    assert [each.field for each in refused.value.errors] == [
        "answers.what",
        "answers.many",
        "answers.blocks",
    ]
    with acting_as(asking.clerk) as actor:
        (told,) = Report.objects.filter(pk=made.report_id)
        assert (told.answers["blocks"], told.answers["where"]) == (True, ["楼道", "院里"])
        assert [row.id for row in queries.reported_by(actor)] == []
    with acting_as(asking.worker) as actor:
        assert [row.id for row in queries.reported_by(actor)] == [made.report_id]
    with acting_as(asking.elsewhere):
        assert not Report.objects.filter(pk=made.report_id).exists()
    joined = hall(asking, joins=made.case_id, answers={"many": "x", "kind": "新"})
    with acting_as(asking.clerk):
        assert Report.objects.get(pk=joined.report_id).answers == {"kind": "新"}


def rider(world: Any) -> Actor:
    from liuchi.engines.accounts import queries as accounts  # noqa: PLC0415  as world.py

    return Actor(
        world.resident.id,
        "rider",
        world.village.id,
        world.village.scope_code,
        post_id=new_id(),
        grants=accounts.grants_of("rider"),
    )


def test_a_rider_reports_only_what_is_open_to_riders_and_only_here(asking: Any) -> None:
    who = rider(asking)
    made = asking.report(
        actor=who, type_code="road", condition_code="", channel=Channel.SUPERIOR, text="井盖坏了"
    )
    case = asking.now(made.case_id)
    assert (case.row.channel, str(case.row.state)) == ("rider", "reported")
    assert [row.id for row in queries.own_reports(who)] == [made.report_id]
    with acting_as(who):
        assert not Report.objects.exists()  # no row of a case is in sight
    for type_code in ("other", "firm"):
        with pytest.raises(Invalid) as refused:
            asking.report(actor=who, type_code=type_code, condition_code="")
        assert [each.field for each in refused.value.errors] == ["type_code"]
    with pytest.raises(NotFound):
        asking.report(actor=who, type_code="road", condition_code="", area_id=asking.other.id)
    for _ in range(12):  # a round of a courier is no flood
        asking.report(actor=who, type_code="road", condition_code="", text="井盖")


def test_an_enterprise_is_sealed_like_a_person(asking: Any) -> None:
    made = actions.report_case(
        key=asking.key(),
        told=Told(
            area_id=asking.village.id,
            type_code="firm",
            text="门前道路坑洼，货车进不来",
            organization="示例包装厂",
            contact="13800000000",
        ),
        channel=Channel.ENTERPRISE,
        address="203.0.113.9",
    )
    with acting_as(asking.clerk):
        held = Reporter.objects.get(report_id=made.report_id)
        sealed = bytes(held.organization or b"") + bytes(held.contact or b"")
    assert "示例包装厂".encode() not in sealed
    shown = actions.show_contact(actor=asking.clerk, key="why", report_id=made.report_id)
    assert shown == "示例包装厂 13800000000"


def test_too_many_are_told_when_to_come_again(asking: Any) -> None:
    def send(number: int) -> UUID:
        return actions.report_case(
            key=f"flood-{number}",
            told=Told(area_id=asking.village.id, type_code="other", text=f"第{number}件"),
            channel=Channel.ANONYMOUS,
            address="198.51.100.7",
        ).case_id

    for number in range(10):
        send(number)
    asking.clock.advance(timedelta(minutes=20))
    with pytest.raises(TooMany) as refused:
        send(10)
    assert (refused.value.status, refused.value.retry_after_seconds) == (429, 40 * 60 + 1)
