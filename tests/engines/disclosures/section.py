"""One section of disclosures that the tests of this engine share."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from liuchi.engines.disclosures.spec import DisclosuresSpec, ItemSpec

_STEPS = [
    {"code": "apply", "who": "本人", "does": "申请"},
    {"code": "pay", "who": "镇", "does": "发放"},
]
_BASIS = [{"title": "《社会救助暂行办法》"}]


def _item(code: str, title: str, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "code": code,
        "title": title,
        "group": "people",
        "responsible": "村民委员会",
        "supervising": ["镇纪委"],
        "procedure": _STEPS,
        "basis": _BASIS,
        "columns": [
            {"code": "name", "title": "姓名", "kind": "name", "key": True},
            {"code": "group", "title": "村民组", "kind": "group"},
            {"code": "amount", "title": "金额", "kind": "amount"},
            {"code": "use", "title": "事由", "required": False},
        ],
        "takes_down_after": "1 years",
    }
    return given | more


NUMBERS = [
    {"code": "id", "title": "身份证号", "kind": "id_number", "required": False},
    {
        "code": "card",
        "title": "银行卡号",
        "kind": "card",
        "sensitivity": "masked",
        "required": False,
    },
]
SECTION: dict[str, Any] = {
    "groups": [{"code": "people", "title": "惠民补助"}, {"code": "money", "title": "集体资金"}],
    "items": [
        _item(
            "relief",
            "临时救助",
            names_by="《社会救助暂行办法》要求公示",
            columns=[*_item("", "")["columns"], *NUMBERS],
        ),
        _item("disabled", "残疾人补贴", guards="health"),
        _item(
            "spending",
            "集体收支",
            group="money",
            matter="finance",
            frequency="monthly",
            due_day=10,
            columns=[
                {"code": "day", "title": "日期", "kind": "date"},
                {"code": "what", "title": "摘要"},
                {"code": "amount", "title": "金额", "kind": "amount"},
            ],
        ),
        _item(
            "works",
            "工程项目",
            group="money",
            matter="major",
            frequency="at_once",
            columns=[
                {"code": "what", "title": "事项", "key": True},
                {"code": "amount", "title": "金额", "kind": "amount"},
            ],
        ),
    ],
    "model_villages": {"per_town": 2, "towns": ["老峰镇", "菱北办事处"]},
    "spot_checks": {"percent": 50},
    "committee": {
        "title": "村务监督委员会",
        "members": 3,
        "term": "5 years",
        "convened_by": "村民委员会",
        "reviews": ["每月收支"],
    },
    "decisions": [
        {
            "code": "steps",
            "title": "民主决策",
            "parts": [
                {"kind": "discuss", "title": "议一议"},
                {"kind": "disclose", "title": "公开"},
            ],
        }
    ],
}


def item(code: str, **more: Any) -> ItemSpec:
    """Return an item of the section, changed as asked."""
    held = next(each for each in SECTION["items"] if each["code"] == code)
    return ItemSpec.model_validate(deepcopy(held) | more)


def spec() -> DisclosuresSpec:
    return DisclosuresSpec.model_validate(deepcopy(SECTION))
