"""A town whose residents' app speaks Open311: the small world of cases, and types that ask."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from engines.cases import world as cases_world
from engines.cases.world import World
from liuchi.engines.journal import actions as journal_actions

ASKING: dict[str, Any] = {
    "types": [
        {"code": "lights", "title": "照明"},
        {
            "code": "lamp",
            "title": "路灯不亮",
            "parent": "lights",
            "gb_code": "0201",
            "note": "道路和小区里的公共照明",
            "questions": [
                {"code": "pole", "title": "灯杆编号"},
                {"code": "lamps", "title": "几盏", "answer": "number", "required": True},
                {"code": "blinks", "title": "是否闪烁", "answer": "yes_no"},
                {"code": "kind", "title": "哪一种", "answer": "choice",
                 "choices": ["路灯", "楼道灯"]},
                {"code": "seen", "title": "哪天发现", "answer": "date"},
                {"code": "harms", "title": "影响", "answer": "several",
                 "choices": ["出行", "治安", "其他"]},
            ],
        },
        {"code": "quarrel", "title": "家庭纠纷", "sensitive": True},
    ]
}  # fmt: skip


def make_place() -> World:
    """Make the world of cases, where a second method asks questions."""
    world = cases_world.make_world()
    journal_actions.apply_playbook(
        code="lights",
        source="",
        compiled={"cases": ASKING},
        places=[world.town.id],
        in_force_from=date(2026, 1, 1),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    return world


def get(path: str, **given: Any) -> Any:
    """Ask for a path below the endpoint."""
    return Client().get(f"/open311/v2/{path}", given)
