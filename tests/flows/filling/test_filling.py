"""A posting filled from what the house has: rows of a list, figures of months."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from engines.disclosures.posted import BOOK, Posted, make_posted
from engines.disclosures.section import SECTION, _item
from liuchi.engines.disclosures import actions, queries
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.flows import filling
from liuchi.kernel.errors import Refused
from surfaces.cases.pages import browser, page

OCTOBER, QUARTER = date(2025, 10, 1), date(2025, 12, 31)
REVIEWS = _item(
    "reviews",
    "审查结果",
    group="money",
    columns=[
        {"code": "month", "title": "月份", "kind": "period", "key": True},
        {"code": "income", "title": "收入", "kind": "amount"},
        {"code": "spending", "title": "支出", "kind": "amount"},
    ],
) | {
    "from": {
        "source": "disclosures.reviews",
        "columns": {"month": "month", "income": "income", "spending": "spending"},
    }
}
FIGURES = _item(
    "figures",
    "会议情况",
    group="money",
    frequency="monthly",
    columns=[
        {"code": "what", "title": "项目", "key": True},
        {"code": "many", "title": "数量", "kind": "count"},
        {"code": "unit", "title": "单位"},
    ],
) | {
    "from": {
        "figures": ["open.met", "open.reviewed"],
        "columns": {"what": "title", "many": "value", "unit": "unit"},
    }
}
INDICATORS = [
    {"code": "open.met", "title": "监督委员会会议", "of": "disclosures.committee_met",
     "measure": "count", "by": ["month"], "unit": "次"},
    {"code": "open.reviewed", "title": "审查金额", "of": "disclosures.spending_reviewed",
     "measure": {"sum": "amount"}, "by": ["month"], "unit": "元"},
]  # fmt: skip


def make_filled() -> Any:
    world = make_posted()
    journal.apply_playbook(
        code=BOOK,
        source="",
        compiled={
            "title": "公示",
            "disclosures": deepcopy(SECTION) | {"items": [*SECTION["items"], REVIEWS, FIGURES]},
            "indicators": INDICATORS,
        },
        places=[world.village.id, world.other.id, world.town.id],
        in_force_from=date(2025, 2, 1),
        spec_version=1,
        approved_by="村民代表会议",
        actor=world.root,
    )
    return world


@pytest.fixture
def posted(prepare, template, clock):
    from engines.cases.world import lived_in  # noqa: PLC0415

    with lived_in(prepare(template, make_filled), clock) as (_, world):
        yield Posted(world)


def meet(posted: Posted, on: date, income: int) -> None:
    world = posted.world
    for number in range(3):
        actions.elect_member(
            actor=world.clerk, key=f"member-{number}", area_id=posted.village, name=f"赵{number}",
            elected_on=date(2025, 2, 1), votes=60 - number, voters=80, leads=number == 0,
        )  # fmt: skip
    meeting = actions.hold_meeting(
        actor=world.clerk, key=world.key(), area_id=posted.village, held_on=on, present=3,
        topics="收支", conclusions="同意",
    )  # fmt: skip
    actions.review_spending(
        actor=world.clerk, key=world.key(), meeting_id=meeting, month=OCTOBER,
        income=Decimal(income), spending=Decimal(200), agreed=True,
    )  # fmt: skip
    journal_jobs.sequence()


def fill(posted: Posted, item: str, on: date) -> UUID:
    posting_id = posted.begin(item=item, on=on)
    filling.take_over(actor=posted.world.secretary, key=posted.world.key(), posting_id=posting_id)
    return posting_id


def cells(posted: Posted, posting_id: UUID) -> list[dict[str, str]]:
    return [dict(row.cells) for row in posted.now(posting_id).rows]


def test_rows_and_figures_are_taken_over_and_typed_by_nobody(posted: Posted) -> None:
    meet(posted, date(2025, 10, 25), 1500)
    rows = fill(posted, "reviews", QUARTER)
    assert cells(posted, rows) == [{"month": "2025-10", "income": "1500.00", "spending": "200.00"}]
    figures = fill(posted, "figures", date(2025, 10, 31))
    assert cells(posted, figures) == [
        {"what": "监督委员会会议", "many": "1", "unit": "次"},
        {"what": "审查金额", "many": "1700", "unit": "元"},
    ]
    held = queries.source_of(figures)
    assert held is not None
    assert (held.source, held.of) == ("figures", ("open.met 2025-10", "open.reviewed 2025-10"))
    shown = page(browser(posted.world.secretary), f"/desk/disclosures/{figures}/")
    assert (shown.count("这个数的来历"), "重新取数" in shown) == (2, True)
    # A row changed by hand comes from no figure any more, and the page says so.
    row = posted.now(figures).rows[0]
    actions.change_row(
        actor=posted.world.secretary, key="by-hand", posting_id=figures, row_id=row.id,
        cells={**row.cells, "many": "2"},
    )  # fmt: skip
    shown = page(browser(posted.world.secretary), f"/desk/disclosures/{figures}/")
    assert (shown.count("这个数的来历"), "手工改过 1 条" in shown) == (1, True)
    posted.submit(figures)
    with pytest.raises(Refused) as refused:
        posted.release(figures, by=posted.world.secretary)
    assert refused.value.code == "own_posting"


def test_a_source_that_changes_is_told_and_rewrites_nothing(posted: Posted) -> None:
    meet(posted, date(2025, 10, 25), 1500)
    posting_id = fill(posted, "figures", date(2025, 10, 31))
    posted.submit(posting_id)
    posted.release(posting_id)
    assert filling.check_sources() == 0
    meet(posted, date(2025, 10, 28), 300)
    assert (filling.check_sources(), filling.check_sources()) == (1, 1)
    rows, _more = queries.public_rows(posting_id)
    assert [row.cells[1] for row in rows] == ["1", "1700"]
    with acting_as(posted.world.root), connection.cursor() as cursor:
        cursor.execute(
            "SELECT amount::int FROM journal_fact WHERE kind = 'disclosures.source_changed'"
        )
        assert cursor.fetchall() == [(2,)]
    out = f"/v/{posted.world.village.code}/open/figures/"
    assert "来源有 2 条变了" in Client().get(out).content.decode()
    # The correction takes the new figures over, and is released by another person as any.
    secretary = posted.world.secretary
    made = actions.correct_posting(
        actor=secretary, key="fix", posting_id=posting_id, why="补记一次会议"
    )
    filling.take_over(actor=secretary, key="again", posting_id=made)
    posted.submit(made)
    posted.release(made)
    rows, _more = queries.public_rows(made)
    assert [row.cells[1] for row in rows] == ["2", "2200"]
    assert (filling.check_sources(), "条变了" in Client().get(out).content.decode()) == (0, False)
