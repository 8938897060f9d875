"""One item to many people, through the pages: proposed, decided by another, read on the notice."""

from __future__ import annotations

import re

import pytest

from liuchi.kernel import clock
from surfaces.world import World, rows

pytestmark = pytest.mark.slow


def test_a_village_is_proposed_by_one_and_approved_by_another(world: World) -> None:
    secretary, reviewer = world.client("secretary"), world.client("reviewer")
    page = secretary.get("/desk/campaigns/new/").content.decode()
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    sent = {
        "key": key, "source": "list", "area": str(world.cast.village.id), "title": "全民清洁日",
        "names": "查无此人\n", "rule_code": world.cast.rule_code, "quantity": "1",
        "happened_on": clock.today().isoformat(),
    }  # fmt: skip
    wrong = secretary.post("/desk/campaigns/new/", sent)
    assert (wrong.status_code, "查无此人" in wrong.content.decode()) == (422, True)
    done = secretary.post("/desk/campaigns/new/", sent | {"source": "household"})
    assert done.status_code == 302
    where = done["Location"]
    assert 'value="approve"' not in secretary.get(where).content.decode()
    page = reviewer.get(where).content.decode()
    (key,) = re.findall(r'name="key" value="([^"]+)"', page)
    (version,) = re.findall(r'name="version" value="([^"]+)"', page)
    answer = {"key": key, "version": version, "do": "approve"}
    assert reviewer.post(where, answer).status_code == 302
    ((state, people, sheet, first),) = rows(
        "SELECT state, campaign.people, year || '-' || number, first_place FROM points_campaign "
        "AS campaign JOIN points_campaign_part AS part ON part.campaign_id = campaign.id "
        "JOIN points_notice_sheet AS sheet ON sheet.id = part.sheet_id WHERE title = %s",
        "全民清洁日",
    )
    assert state == "on_notice"
    public = world.client("anonymous")
    notice = f"/v/{world.cast.village.code}/notices/{sheet}/"
    shown = public.get(notice).content.decode()
    (listed,) = re.findall(r'href="(\?list=[^"]+)"', shown)
    assert (f"{people} 人" in shown, "全民清洁日" in shown) == (True, True)
    names = public.get(notice + listed).content.decode()
    assert len(re.findall(r"\?place=\d+", names)) == min(people, 50)
    form = public.get(f"{notice}object/?place={first}").content.decode()
    assert f'value="{first}" required checked' in form
