"""The burden of kinds of posts: shares of what is declared, and what was written divided."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from liuchi.engines.indicators.rules.burden import (
    Ground,
    PostAt,
    Written,
    declared,
    loads,
    whole_weeks,
)
from liuchi.kernel.periods import Per
from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.asks import Ask, AskedField, Asking, Rhythm

MONDAY = date(2026, 2, 23)
WORDS = Sentence("走访", "visit")
VISIT = Ask("visit", WORDS, "log", (AskedField("way", "方式"),), Rhythm(1, Per.WEEK, "link", "x"))
POSTING = Ask("posting", WORDS, "write", (), Rhythm(2, Per.WEEK))
REPORT = Ask("report", WORDS, "log", (AskedField("a", "甲"), AskedField("b", "乙")))


def ground(*posts: PostAt, links: int = 0) -> Ground:
    return Ground(
        posts,
        ("3401", "3402"),
        {"log": frozenset({"grid_worker", "secretary"}), "write": frozenset({"recorder"})},
        lambda rhythm, scope_codes: links if rhythm.of == "x" and scope_codes else 0,
    )


def test_what_several_posts_may_do_is_shared_among_them() -> None:
    held = (PostAt("grid_worker", "3401"), PostAt("grid_worker", "3402"), PostAt("secretary", "34"))
    method = Asking("m", "办法", (VISIT, REPORT), ("34",))
    found = declared([method], ground(*held, links=12))
    assert [(each.role, each.posts, each.fields, each.a_week) for each in found] == [
        ("grid_worker", 2, 3, 4.0),
        ("secretary", 1, 3, 4.0),
    ]
    assert [each.a_week for each in found[0].asks] == [8.0, None]


def test_a_method_asks_only_posts_below_its_places_and_once_for_each_village() -> None:
    held = (PostAt("recorder", "3401"), PostAt("recorder", "3402"), PostAt("recorder", "3402"))
    everywhere = declared([Asking("m", "办法", (POSTING,), ("34",))], ground(*held))
    assert [(each.posts, each.asks[0].a_week) for each in everywhere] == [(3, 4.0)]
    below = declared([Asking("m", "办法", (POSTING,), ("3402",))], ground(*held))
    assert [(each.posts, each.asks[0].a_week) for each in below] == [(3, 2.0)]
    assert declared([Asking("m", "办法", (POSTING,), ())], ground(*held)) == ()


def test_the_last_whole_weeks_end_before_this_one() -> None:
    assert whole_weeks(date(2026, 3, 2), 2) == (date(2026, 2, 16), MONDAY)
    assert whole_weeks(date(2026, 3, 8), 1) == (MONDAY,)


def test_of_few_posts_nothing_is_said() -> None:
    weeks = (MONDAY - timedelta(weeks=1), MONDAY)
    days = {("clerk", weeks[0]): 21, ("clerk", weeks[1]): 20, ("leader", weeks[0]): 14}
    written = [Written("clerk", week, "", "k.a", 9) for week in weeks]
    written.append(Written("leader", weeks[0], "", "k.a", 9))
    clerk, leader = loads(weeks, days, written)
    assert [week.a_post for week in clerk.weeks] == [3.0, None]
    assert [(part.kind, part.a_post) for part in clerk.parts] == [("k.a", 3.0)]
    assert (leader.is_shown, leader.usual, leader.heaviest, leader.parts) == (False, None, None, ())


WEEKS = tuple(MONDAY - timedelta(weeks=back) for back in range(3, -1, -1))
ROWS = st.lists(
    st.builds(
        Written,
        st.sampled_from(["clerk", "recorder"]),
        st.sampled_from(WEEKS),
        st.sampled_from(["", "甲", "乙"]),
        st.sampled_from(["k.a", "k.b"]),
        st.integers(1, 50),
    )
)
DAYS = st.dictionaries(
    st.tuples(st.sampled_from(["clerk", "recorder"]), st.sampled_from(WEEKS)), st.integers(1, 90)
)


@given(ROWS, DAYS)
def test_weeks_and_parts_are_what_plain_counting_gives(
    rows: list[Written], days: dict[tuple[str, date], int]
) -> None:
    for load in loads(WEEKS, days, rows):
        enough = [week for week in WEEKS if days.get((load.role, week), 0) >= 21]
        mine = [row for row in rows if row.role == load.role and row.week in enough]
        by_week: Counter[date] = Counter()
        for row in mine:
            by_week[row.week] += row.entries
        shares = [by_week[week] * 7 / days[load.role, week] for week in enough]
        assert [week.a_post for week in load.weeks if week.a_post is not None] == shares
        assert load.usual == (median(shares) if shares else None)
        whole = sum(days[load.role, week] for week in enough)
        assert round(sum(part.a_post for part in load.parts) * (whole or 1) / 7, 6) == sum(
            row.entries for row in mine
        )
        assert len(load.parts) == len({(row.method, row.kind) for row in mine})
