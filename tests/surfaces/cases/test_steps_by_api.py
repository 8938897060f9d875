"""Steps of a case taken by another program."""

from __future__ import annotations

from uuid import UUID

import pytest

from engines.cases.world import World
from liuchi.engines.cases import queries
from surfaces.cases.pages import browser

pytestmark = pytest.mark.slow


def take(world: World, case_id: UUID, verb: str, **said: object) -> None:
    sent = browser(world.cleaner).post(
        f"/api/v1/cases/{case_id}/steps",
        {"verb": verb, **said},
        content_type="application/json",
        headers={"Idempotency-Key": f"{verb}-{case_id}"},
    )
    assert sent.status_code in {200, 201}, sent.content


@pytest.mark.parametrize("told", [False, True])
def test_whoever_reported_reads_what_a_unit_says_where_it_means_to(
    world: World, *, told: bool
) -> None:
    receipt = world.report()
    case_id = world.case_of(receipt)
    world.dispatch(case_id)
    world.accept(case_id)
    take(world, case_id, "note", opinion="哪天堆的？", to_reporter=told)
    assert queries.track(receipt.report_id).question == ("哪天堆的？" if told else "")
    take(world, case_id, "finish", opinion="已清理", to_reporter=told)
    seen = [line.opinion for line in queries.track(receipt.report_id).steps if line.opinion]
    assert ("已清理" in seen) == told
