"""A village that has something out, and something waiting, for tests that walk all pages."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, timedelta
from uuid import UUID

from engines.disclosures.section import SECTION
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.indicators.actions.screens import open_screen
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.actions import apply_playbook
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock
from liuchi.kernel.actors import Actor
from liuchi.kernel.clock import SimulatedClock

ITEM = "relief"
_BOOK = "open"


def show(village: AreaRow, *, enters: Actor, releases: Actor, office: Actor) -> tuple[UUID, UUID]:
    """Bring items into force and post one; return what is out and what is being prepared."""
    apply_playbook(
        code=f"{_BOOK}-{village.code}",
        source="",
        compiled={
            "playbook": f"{_BOOK}-{village.code}",
            "title": "公示",
            "places": [village.name],
            "in_force": {"from": "2020-01-01", "approved_by": "村民代表会议"},
            "disclosures": deepcopy(SECTION),
        },
        places=[village.id],
        in_force_from=date(2020, 1, 1),
        spec_version=1,
        approved_by="村民代表会议",
        actor=office,
    )
    made = []
    for name in ("released", "waits"):
        posting_id = actions.begin_posting(
            actor=enters,
            key=f"{name}-{village.code}",
            area_id=village.id,
            playbook=f"{_BOOK}-{village.code}",
            item_code=ITEM if name == "released" else "spending",
            on=clock.today().replace(day=1),
        )
        row = {"name": "某某", "group": "一组", "amount": "1"}
        if name != "released":
            row = {"day": "2022-01-01", "what": "买扫把", "amount": "1"}
        actions.write_rows(
            actor=enters, key=f"rows-{name}-{village.code}", posting_id=posting_id, rows=[row]
        )
        made.append(posting_id)
    key = f"out-{village.code}"
    actions.submit_posting(actor=enters, key=f"in-{village.code}", posting_id=made[0])
    actions.release_posting(actor=releases, key=key, posting_id=made[0])
    actions.name_model_village(
        actor=releases,
        key=f"model-{village.code}",
        area_id=village.id,
        since=clock.today(),
        reason="先做一步，给别的村看",
    )
    return made[0], made[1]


def draw(village: AreaRow, clerk: Actor) -> Mapping[str, UUID]:
    """Announce a spot check of what a village has out, and let a seal draw it."""
    check_id = actions.announce_check(
        actor=clerk, key=f"check-{village.code}", area_id=village.id,
        playbook=f"{_BOOK}-{village.code}", since=date(2020, 1, 1),
    )  # fmt: skip
    # A second: of a clock that goes further back, ids would no longer come in order.
    with clock.using(SimulatedClock(clock.now() + timedelta(seconds=1))):
        journal_jobs.catch_up()
        journal_jobs.seal()
        actions.draw_checks()
    with acting_as(clerk):
        (row,) = queries.checked(clerk, check_id=check_id)
    screen = open_screen(actor=clerk, key=f"wall-{village.code}", area_id=village.id, title="大厅")
    return {"check_id": check_id, "checked_id": row.id, "screen_id": screen.id}
