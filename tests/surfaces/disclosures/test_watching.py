"""Spot checks, committees and which items apply, through the pages people work with."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from engines.disclosures.posted import Posted
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.disclosures.enums import FaultStanding
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from surfaces.cases.pages import browser, page

CHECKS, ITEMS = "/desk/disclosures/checks/", "/desk/disclosures/items/"
_numbers = iter(range(1000))


def send(client: Client, address: str, **fields: Any) -> Any:
    return client.post(address, {"key": f"watch-{next(_numbers)}", **fields})


def out(posted: Posted, many: int = 4) -> None:
    for number in range(many):
        posted.released(
            {"what": f"修{number}", "amount": 1}, item="works", on=date(2026, 2, 10), subject="修"
        )


def drawn(posted: Posted) -> str:
    """Announce a check at the desk and let a seal draw it; returns the check's address."""
    out(posted)
    said = send(browser(posted.world.clerk), CHECKS, playbook="open", since="2026-01-01")
    assert said.status_code == 302, said.content.decode()
    assert "已经预告，还没有抽" in page(browser(posted.world.clerk), said["Location"])
    posted.world.clock.advance(timedelta(minutes=5))
    journal_jobs.sequence()
    journal_jobs.seal()
    assert actions.draw_checks() == 2
    return str(said["Location"])


def test_anybody_draws_the_same_again_from_the_public_list(posted: Posted) -> None:
    at = drawn(posted)
    town, anybody = posted.world.town, Client()
    here = f"/v/{town.code}/watch/{_id(at)}"
    shown = page(anybody, f"{here}/")
    assert ("与抽中的一致" in shown, "抽取后改过" in shown) == (True, False)
    found = re.search(r'<code class="l-code">(spot_check/[^<]+)</code>', shown)
    assert found is not None
    content = anybody.get(f"{here}.csv").content.decode().removeprefix("\ufeff")
    head, *lines = csv.reader(io.StringIO(content))
    assert head[0] == "完整编号"
    lots = sorted((hashlib.sha256(f"{found[1]}/{line[0]}".encode()).hexdigest(), line[0])
                  for line in lines)  # fmt: skip
    assert [lot for lot, _ in lots] == [line[5] for line in lines]
    assert {one for _, one in lots[:2]} == {line[0] for line in lines if line[7] == "是"}
    page(anybody, f"/v/{posted.world.village.code}/watch/{_id(at)}/", 404)
    first = UUID(lines[0][0])
    corrected(posted, first)
    assert "抽取后改过" in page(anybody, f"{here}/")
    assert f"/v/{town.code}/watch/{_id(at)}/" in page(
        anybody, f"/v/{posted.world.village.code}/watch/"
    )


def test_a_fault_is_recorded_put_right_and_struck_off_by_another(posted: Posted) -> None:
    at, world = drawn(posted), posted.world
    clerk, secretary = browser(world.clerk), browser(world.secretary)
    one = re.findall(r'href="(/desk/disclosures/checked/[^"]+)"', page(clerk, at))[0]
    assert 'value="record"' not in page(secretary, one)
    silent = send(clerk, one, do="record", fault="omitted", words="")
    assert (silent.status_code, "请写明查到什么" in silent.content.decode()) == (422, True)
    send(clerk, one, do="record", fault="omitted", words="少录两笔")
    shown = page(secretary, one)
    assert ("漏录" in shown, 'value="mend"' in shown) == (True, True)
    assert one in page(secretary, CHECKS)
    assert one in page(secretary, "/desk/disclosures/")
    assert send(clerk, one, do="strike", words="看过").status_code == 403
    new = corrected(posted, fault(posted, one).posting_id)
    send(secretary, one, do="mend", words="补录两笔")
    assert f"/desk/disclosures/{new}/" in page(clerk, one)
    send(clerk, one, do="return", words="还少一笔")
    assert "还少一笔" in page(secretary, one)
    send(secretary, one, do="mend", words="又补一笔")
    send(clerk, one, do="strike", words="与凭证相符")
    assert fault(posted, one).standing is FaultStanding.STRUCK_OFF
    assert one not in page(clerk, CHECKS)
    assert "与凭证相符" in page(secretary, one)


def test_a_committee_is_elected_meets_and_reviews_in_public(posted: Posted) -> None:
    world = posted.world
    here = f"/desk/disclosures/committees/{posted.village}/"
    secretary, anybody = browser(world.secretary), Client()
    money = {"day": "2026-01-05", "what": "购纸", "amount": "20"}
    posting = posted.released(money, item="spending", on=date(2026, 1, 5))
    for name in ("甲一", "乙二", "丙三"):
        said = send(
            secretary, here, do="elect", name=name, elected_on="2026-01-10", voters="80", votes="61"
        )
        assert said.status_code == 302, said.content.decode()
    assert "没有按时开会" in page(browser(world.clerk), "/desk/disclosures/committees/")
    wrong = send(secretary, here, do="meet", held_on="2026-03-01", present="4", topics="收支")
    assert (wrong.status_code, "核对日期和到会人数" in wrong.content.decode()) == (422, True)
    tells = send(
        secretary, here, do="meet", held_on="2026-03-01", present="3", topics="问13805561234"
    )
    assert (tells.status_code, "不要写个人信息" in tells.content.decode()) == (422, True)
    send(secretary, here, do="meet", held_on="2026-03-01", present="3", topics="二月收支")
    with acting_as(world.secretary):
        (meeting,) = queries.committee(world.secretary, posted.village).meetings
    review = {"meeting": str(meeting.id), "month": "2026-02-01", "income": "500", "spending": "90"}
    silent = send(secretary, here, do="review", outcome="questioned", **review)
    assert silent.status_code == 422
    said = send(
        secretary, here, do="review", outcome="questioned", opinion="缺一张发票",
        posting=str(posting), **review,
    )  # fmt: skip
    assert said.status_code == 302, said.content.decode()
    shown = page(anybody, f"/v/{world.village.code}/watch/")
    for text in ("甲一", "二月收支", "有疑问", "缺一张发票", f"/open/spending/{posting}/"):
        assert text in shown, text
    assert "已开会" in page(browser(world.clerk), "/desk/disclosures/committees/")
    page(browser(world.elsewhere), here, 404)


def test_an_item_is_set_for_many_villages_at_once(posted: Posted) -> None:
    world = posted.world
    clerk = browser(world.clerk)
    both = [str(world.village.id), str(world.other.id)]
    asked = {"item": "open/relief", "applies": "no", "since": "2026-03-01"}
    none = send(clerk, ITEMS, villages=[], reason="没有", **asked)
    assert (none.status_code, "请至少选一个" in none.content.decode()) == (422, True)
    assert send(clerk, ITEMS, villages=both, reason="城市社区没有", **asked).status_code == 302
    for village in both:
        shown = page(clerk, f"{ITEMS}{village}/")
        assert ("城市社区没有" in shown, "不适用" in shown) == (True, True)
    assert page(clerk, ITEMS).count("临时救助") >= 2
    held = {
        row.spec.code: row.applies for row in queries.items_of(posted.village, date(2026, 3, 2))
    }
    assert held == {"relief": False, "disabled": True, "spending": True, "works": True}
    assert send(
        browser(world.secretary), f"{ITEMS}{both[0]}/", villages=both[:1], reason="又有", **asked
    ).status_code == 403  # fmt: skip


@pytest.mark.parametrize("address", [CHECKS, ITEMS, "/desk/disclosures/committees/"])
def test_staff_without_the_verb_are_turned_away(posted: Posted, address: str) -> None:
    page(browser(posted.world.worker), address, 403)


def corrected(posted: Posted, posting_id: UUID) -> UUID:
    world = posted.world
    new = actions.correct_posting(
        actor=world.secretary, key=world.key(), posting_id=posting_id, why="补一行"
    )
    posted.write(new, [{"what": "补录", "amount": "7"}])
    posted.submit(new)
    posted.release(new)
    return new


def fault(posted: Posted, address: str) -> queries.CheckedRow:
    with acting_as(posted.world.clerk):
        return queries.checked_one(posted.world.clerk, _id(address))


def _id(address: str) -> UUID:
    return UUID(address.rstrip("/").rsplit("/", 1)[1])
