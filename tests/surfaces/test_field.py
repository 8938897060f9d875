"""The phone's home of who is out there: a grid worker's and a rider's, each with what is theirs."""

from __future__ import annotations

import re

import pytest

from liuchi.engines.directory import queries as directory
from matters import put_matters_in_force
from members import Cast
from surfaces.world import World, rows

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _matters(world: World, settings, tmp_path) -> None:
    settings.LIUCHI_DATA_DIR = tmp_path
    put_matters_in_force(directory.area_named("罗冲社区"))


def test_a_grid_workers_day_begins_with_the_button(world: World) -> None:
    worker = world.client("grid_worker")
    assert worker.get("/desk/")["Location"] == "/desk/field/"
    page = worker.get("/desk/field/").content.decode()
    assert ('data-action="field-report"' in page, "还没有上报过。" in page) == (True, True)
    assert "data-draft-count" in page
    sent = worker.post("/desk/report/", {"key": "f", "text": "井盖松动", "channel": "worker"})
    assert sent.status_code == 302
    mine = worker.get("/desk/field/").content.decode().partition("我上报的")[2]
    assert ("其他事项" in mine, len(re.findall(r"href=./desk/cases/", mine))) == (True, 1)
    assert world.client("reviewer").get("/desk/field/").status_code == 403


def test_a_rider_sees_the_own_reports_and_no_case(world: World) -> None:
    rider = world.client("rider")
    assert rider.get("/desk/")["Location"] == "/desk/field/"
    form = rider.get("/desk/report/").content.decode()
    assert '<input type="hidden" name="channel" value="rider"' in form
    sent = rider.post("/desk/report/", {"key": "r", "text": "路面塌陷", "channel": "rider"})
    assert sent.status_code == 302
    page = rider.get("/desk/field/").content.decode()
    assert ("其他事项" in page, "/desk/cases/" in page, "等我到现场核查" in page) == (
        True,
        False,
        False,
    )
    made = "SELECT channel, entered_by_id FROM cases_report WHERE text = '路面塌陷'"
    assert rows(made) == [("rider", None)]
    for where in ("/desk/cases/", "/desk/people/", "/desk/claims/", "/desk/imports/"):
        assert rider.get(where).status_code == 403
    other = Cast("盛塘社区").village
    assert rider.get(f"/desk/report/?at={other.code}").status_code == 404
