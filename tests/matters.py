"""A method for matters, for tests that report one."""

from __future__ import annotations

from typing import Any

from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.ids import new_id
from liuchi.playbooks import SPEC_VERSION

SECTION: dict[str, Any] = {
    "types": [
        {"code": "env", "title": "环境卫生"},
        {"code": "env-rubbish", "title": "暴露垃圾", "parent": "env"},
        {
            "code": "pile",
            "title": "楼道堆物",
            "questions": [
                {"code": "floor", "title": "几楼", "answer": "number", "required": True},
                {"code": "blocks", "title": "挡路吗", "answer": "yes_no"},
            ],
        },
        {"code": "firm", "title": "企业诉求", "channels": ["enterprise"]},
        {"code": "other", "title": "其他事项"},
        {"code": "office", "title": "对社区工作的意见", "about_office": True},
    ],
    "unsorted": "other",
    "whistle": {},
    "returns_max": 1,
}


def put_matters_in_force(village: AreaRow) -> None:
    """Let matters be reported in a village from today on."""
    actor = system_actor(new_id(), "playbooks.playbook.apply")
    with acting_as(actor):
        journal.apply_playbook(
            code="lingbei-matters",
            source="playbook: lingbei-matters",
            compiled={
                "playbook": "lingbei-matters",
                "title": "社区随手报",
                "places": [village.name],
                "in_force": {"from": str(clock.today()), "approved_by": "居民代表会议"},
                "cases": SECTION,
            },
            places=[village.id],
            in_force_from=clock.today(),
            spec_version=SPEC_VERSION,
            approved_by="居民代表会议",
            actor=actor,
        )
