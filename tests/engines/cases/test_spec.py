"""The section cases: what it refuses, and that both languages say all of it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from liuchi.engines.cases import spec
from liuchi.engines.cases.enums import CaseState, LimitUnit
from liuchi.playbooks import json_schema
from liuchi.playbooks.registry import Context

SECTION: dict[str, Any] = {
    "types": [
        {"code": "01", "title": "市容环境"},
        {"code": "0101", "title": "暴露垃圾", "parent": "01"},
        {"code": "0102", "title": "道路不洁", "parent": "01", "urgent": True},
        {"code": "09", "title": "社区作风", "about_office": True},
    ],
    "conditions": [
        {
            "code": "0101-1",
            "type": "0101",
            "title": "散落一处",
            "limits": {"handling": "4 work hours", "total": "2 work days"},
            "closing": "清理干净",
            "responsible": "环卫所",
        },
    ],
    "limits": {"check": "1 work day"},
    "stages": {"feedback": {"title": "处理反馈"}},
    "tiers": [
        {"code": "small", "title": "微事党员办", "at": "village"},
        {"code": "hard", "title": "难事支部商", "at": "village"},
        {"code": "great", "title": "大事党委研", "at": "town"},
    ],
    "reasons": {"return": [{"code": "not-ours", "title": "不属于本单位职责"}]},
    "recheck": "30 days",
    "sampling": 5,
}


def section(**changed: Any) -> spec.CasesSpec:
    return spec.CasesSpec.model_validate({**SECTION, **changed})


def test_limits_are_filled_up_from_above() -> None:
    limits = section().limits_of("0101-1")
    assert (limits.dispatch, limits.handling, limits.check, limits.total) == (
        spec.Limit(2, LimitUnit.WORK_HOURS),
        spec.Limit(4, LimitUnit.WORK_HOURS),
        spec.Limit(1, LimitUnit.WORK_DAYS),
        spec.Limit(2, LimitUnit.WORK_DAYS),
    )
    assert section().limits_of("").total is None


def test_the_tree_and_the_tiers_are_walked() -> None:
    read = section()
    assert [each.title for each in read.path("0102")] == ["市容环境", "道路不洁"]
    assert (read.is_leaf("01"), read.is_leaf("0101"), read.is_leaf("07")) == (False, True, False)
    assert [tier and tier.code for tier in (read.next_tier(""), read.next_tier("great"))] == [
        "small",
        None,
    ]


@pytest.mark.parametrize(
    "changed",
    [
        {"stages": {"handling": {"skip": True}}},
        {"stages": {"feedback": {"skip": True}, "checking": {"skip": True}}},
        {"reopen_within": "4 work hours"},
        {"limits": {"check": "0 days"}},
        {"types": []},
    ],
)
def test_what_would_break_the_loop_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        section(**changed)


def test_a_skipped_stage_is_known() -> None:
    assert section(stages={"verifying": {"skip": True}}).skipped == {CaseState.VERIFYING}


def test_checks_find_codes_that_lead_nowhere() -> None:
    raw = {
        "cases": {
            "types": [
                {"code": "01", "title": "甲", "parent": "02"},
                {"code": "02", "title": "乙", "parent": "01"},
                {"code": "02", "title": "丙", "parent": "07"},
                {"code": "03", "title": "丁"},
                {"code": "0301", "title": "戊", "parent": "03"},
            ],
            "conditions": [{"code": "x", "type": "03", "title": "己"}],
        }
    }
    found = [finding.path for check in spec.CHECKS for finding in check(Context(raw))]
    assert found == [
        ("cases", "types", 2, "code"),
        ("cases", "types", 2, "parent"),
        ("cases", "conditions", 0, "type"),
    ]


def test_a_type_under_itself_is_found() -> None:
    raw = {"cases": {"types": [{"code": "01", "parent": "02"}, {"code": "02", "parent": "01"}]}}
    found = [finding.path for check in spec.CHECKS for finding in check(Context(raw))]
    assert found == [("cases", "types", 0, "parent"), ("cases", "types", 1, "parent")]


def test_both_languages_say_all_of_it() -> None:
    chinese, english = (spec.explain(section(), language) for language in ("zh", "en"))
    assert len(chinese) == len(english) == 14
    assert chinese[-1] == (
        "立案条件 暴露垃圾·散落一处：派遣2个工作时，处置4个工作时，核查1个工作日，全程2个工作日"
        "；结案：清理干净；责任单位：环卫所。"
    )
    assert (
        chinese[4] == "结案后15个自然日内可以要求重新办理，从结案那天算起。"
        "结案30个自然日后再看一次。每百件抽查5件。"
    )
    assert english[5] == "Tier 1: 微事党员办, at the community."


def test_the_exported_schema_knows_the_section() -> None:
    properties = json_schema()["$defs"]["cases"]["properties"]
    assert sorted(properties) == [
        "call_backs",
        "channels",
        "conditions",
        "escalate_every",
        "file_directly",
        "hours",
        "limits",
        "reasons",
        "recheck",
        "reopen_within",
        "replies",
        "returns_max",
        "routing",
        "sampling",
        "stages",
        "tiers",
        "types",
        "unsorted",
        "warn_percent",
        "whistle",
    ]
