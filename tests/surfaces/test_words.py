"""How values are written on a page."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils.translation import override

from liuchi.engines.points.enums import ClaimState, Evidence, Per, RedemptionState
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components import pager, words
from liuchi.surfaces.components.tables import Column, Shape, text_of
from liuchi.surfaces.components.templatetags import liuchi as tags


def test_days_are_written_as_people_here_write_them() -> None:
    instant = datetime(2022, 5, 25, 16, 30, tzinfo=UTC)  # half past midnight in Shanghai
    with override("zh-hans"):
        assert (tags.day(date(2022, 5, 26)), tags.moment(instant), tags.day(None)) == (
            "2022年5月26日",
            "2022年5月26日 00:30",
            "—",
        )
    with override("en"):
        assert tags.moment(instant) == "26 May 2022 00:30"


def test_a_list_says_the_day_at_whose_end_something_is_due() -> None:
    midnight, noon = datetime(2022, 5, 25, 16, tzinfo=UTC), datetime(2022, 5, 25, 4, tzinfo=UTC)
    due: Column[datetime] = Column("到期", lambda row: row, Shape.UNTIL)
    with override("zh-hans"):
        assert [text_of(due, each) for each in (midnight, noon)] == [
            "2022年5月25日", "2022年5月25日 12:00",
        ]  # fmt: skip


@pytest.mark.parametrize(("points", "text"), [(3, "+3"), (-20, "−20"), (0, "0")])
def test_points_carry_their_sign(points: int, text: str) -> None:
    assert tags.signed(points) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "—"), ("", "—"), (Decimal("20.00"), "20"), (Decimal(100), "100"), (0, "0")],
)
def test_plain_values(value: object, text: str) -> None:
    assert tags.plain(value) == text


def test_yuan_have_two_decimals() -> None:
    assert tags.yuan(1990) == "19.90"


def test_a_sentence_speaks_the_language_of_the_page() -> None:
    sentence = Sentence("余额 {n} 分", "Balance {n}", {"n": 3})
    with override("zh-hans"):
        assert tags.say(sentence) == "余额 3 分"
    with override("en"):
        assert tags.say(sentence) == "Balance 3"


def test_every_state_and_unit_has_its_word() -> None:
    states = {str(state) for state in (*ClaimState, *RedemptionState)}
    assert states - set(words.STATES) == set()
    assert {str(per) for per in Per} - set(words.PER) == set()
    assert {str(kind) for kind in Evidence} - set(words.EVIDENCE) == set()


def test_the_next_page_keeps_the_filters() -> None:
    request = RequestFactory().get("/desk/claims/?state=posted&after=old")
    sheaf = pager.sheaf(request, (1, 2), "last one")
    query = QueryDict(sheaf.next_url.partition("?")[2]).dict()
    assert query == {"state": "posted", "after": "last one"}
    assert sheaf.first_url == "/desk/claims/?state=posted"


def test_a_single_page_has_no_addresses() -> None:
    sheaf = pager.sheaf(RequestFactory().get("/desk/people/"), (), None)
    assert (sheaf.first_url, sheaf.next_url) == ("", "")
