"""What a page says of a limit is what runs: the same hours, the same end, the same words."""

from __future__ import annotations

from datetime import date

from engines.cases.world import SECTION
from liuchi.engines.journal import actions as journal
from liuchi.kernel.deadlines import explain


def test_a_limit_is_shown_by_the_hours_the_case_began_with(world) -> None:
    """Four work hours from nine, in days of 09:00–11:00 and 15:00–17:00, end at five."""
    journal.apply_playbook(
        code="grid",
        source="",
        compiled={"cases": SECTION | {"hours": ["09:00-11:00", "15:00-17:00"]}},
        places=[world.town.id],
        in_force_from=date(2026, 1, 2),
        spec_version=1,
        approved_by="办事处",
        actor=world.root,
    )
    found = world.now(world.dispatched())
    (handling,) = [each for each in found.clocks if each.now.kind == "handling"]

    assert handling.deadline.due == handling.now.due_at == found.row.due_at
    assert explain(handling.deadline).zh == "4个工作时：3月2日 09:00 起，当天 17:00 到期"
