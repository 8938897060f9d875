"""Pure rules of notices and objections: no sequence of events posts too early."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liuchi.engines.points import rules
from liuchi.engines.points.enums import (
    ClaimState,
    ClaimVerb,
    NoticeName,
    ObjectionOutcome,
    ObjectionState,
)
from liuchi.engines.points.spec import PointsSpec
from liuchi.kernel.calendar import EnteredDay, WorkCalendar
from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.durations import Duration, TimeUnit

START = datetime(2026, 9, 21, 9, tzinfo=SHANGHAI)  # with the National Day holidays ahead
NOTICE, WAIT = Duration(5, TimeUnit.WORK_DAYS), Duration(2, TimeUnit.WORK_DAYS)
ANSWERER = rules.Answering(
    state=ObjectionState.OPEN,
    answerer_id=UUID(int=1),
    answerer_person_id=UUID(int=2),
    answerer_household_id=UUID(int=3),
    proposer_id=UUID(int=4),
    reviewer_id=UUID(int=5),
    entered_by_id=None,
    claimant_id=UUID(int=6),
    claimant_household_id=UUID(int=7),
)


@dataclass
class Item:
    """A claim as the actions keep it, and what its history says."""

    now: datetime = START
    calendar: WorkCalendar = field(default_factory=WorkCalendar)
    state: ClaimState = ClaimState.ON_NOTICE
    began: datetime = START
    ends_at: datetime = START
    not_before: datetime | None = None
    open: int = 0
    last_answer: datetime | None = None
    promised: datetime = START  # the latest end anybody was told

    def tell(self) -> None:
        self.ends_at = max(self.ends_at, self.calendar.end_of_notice(self.began, NOTICE))
        self.promised = self.ends_at


def step(item: Item, what: str, hours: int) -> None:
    item.now += timedelta(hours=hours)
    if what == "holiday":
        day = (item.now + timedelta(days=2)).date()
        item.calendar = WorkCalendar.with_days([EnteredDay(day, "放假", is_off_day=True)])
        item.tell()
    elif what == "worked":
        day = (item.now + timedelta(days=1)).date()
        item.calendar = WorkCalendar.with_days([EnteredDay(day, "上班", is_off_day=False)])
        item.tell()
    elif what == "object" and rules.may_object(item.state).allowed:
        item.open += item.state is ClaimState.ON_NOTICE
    elif what == "refuse" and item.open:
        item.open -= 1
        item.last_answer = item.now
        item.not_before = item.calendar.end_of_notice(item.now, WAIT)
    elif what == "correct" and item.open:
        item.open, item.not_before, item.last_answer = 0, None, None
        item.began = item.ends_at = item.now
        item.tell()
    elif what == "uphold" and item.open:
        item.open, item.state = 0, rules.moved(item.state, ClaimVerb.UPHOLD)
    elif what == "post" and may_post(item):
        assert (item.open, item.now >= item.promised) == (0, True)
        if item.last_answer is not None:
            assert item.now.date() > item.last_answer.date() + timedelta(days=WAIT.amount - 1)
        item.state = ClaimState.POSTED


def may_post(item: Item) -> bool:
    return rules.may_post(
        item.state,
        notice_ends_at=item.ends_at,
        posts_not_before=item.not_before,
        objections_open=item.open,
        now=item.now,
    ).allowed


EVENTS = st.tuples(
    st.sampled_from(["post", "object", "refuse", "correct", "uphold", "holiday", "worked", "post"]),
    st.integers(0, 80),
)


@given(st.lists(EVENTS, max_size=30))
def test_no_sequence_posts_with_an_objection_open_or_before_the_end(
    events: list[tuple[str, int]],
) -> None:
    item = Item()
    item.tell()
    for what, hours in events:
        step(item, what, hours)


def test_a_quiet_notice_is_posted_when_it_ends() -> None:
    item = Item()
    item.tell()
    item.now = item.ends_at - timedelta(seconds=1)
    assert not may_post(item)
    item.now = item.ends_at
    assert may_post(item)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"answerer_id": UUID(int=4)}, "own_work"),
        ({"answerer_id": UUID(int=5)}, "own_work"),
        ({"entered_by_id": UUID(int=1)}, "own_entry"),
        ({"answerer_person_id": UUID(int=6)}, "same_household"),
        ({"answerer_household_id": UUID(int=7)}, "same_household"),
        ({"answerer_household_id": None, "claimant_household_id": None}, ""),
        ({"state": ObjectionState.ANSWERED}, "objection_answered"),
        ({"state": ObjectionState.WITHDRAWN}, "objection_withdrawn"),
    ],
)
def test_who_may_answer(changes: dict[str, object], code: str) -> None:
    assert rules.may_answer(replace(ANSWERER, **changes)).reason_code == code


@pytest.mark.parametrize("outcome", ObjectionOutcome)
@pytest.mark.parametrize("state", [ClaimState.ON_NOTICE, ClaimState.POSTED, ClaimState.REJECTED])
def test_which_answer_fits_which_state(outcome: ObjectionOutcome, state: ClaimState) -> None:
    decided = rules.may_conclude(
        outcome, claim_state=state, quantity=3, corrected_quantity=2, reason="核对过"
    )
    fits = {
        ObjectionOutcome.STOPPED: state is ClaimState.ON_NOTICE,
        ObjectionOutcome.CORRECTED: state is ClaimState.ON_NOTICE,
        ObjectionOutcome.CONTRA_ENTRY: state is ClaimState.POSTED,
        ObjectionOutcome.NOT_UPHELD: True,
    }
    assert decided.allowed is fits[outcome]


def test_minors_and_marked_items_appear_without_a_name() -> None:
    today = date(2026, 3, 2)
    shown = [
        rules.hides_name(NoticeName.MASKED, 1990, today),
        rules.hides_name(NoticeName.MASKED, None, today),
        rules.hides_name(NoticeName.MASKED, 2008, today),
        rules.hides_name(NoticeName.ANONYMOUS, 1990, today),
    ]
    assert shown == [False, False, True, True]


def test_what_a_new_version_changes() -> None:
    def spec(*items: dict[str, object]) -> PointsSpec:
        base = {"class": "志愿活动", "award": 2}
        return PointsSpec.model_validate(
            {
                "currency": {"code": "credit", "title": "积分"},
                "rules": [{**base, "title": str(each["code"]), **each} for each in items],
            }
        )

    before = spec({"code": "same"}, {"code": "more"}, {"code": "gone"})
    now = spec({"code": "same"}, {"code": "new"}, {"code": "more", "award": 3})
    changes = rules.rule_changes(now, before)
    assert [(each.kind, each.code) for each in changes] == [
        ("added", "new"), ("changed", "more"), ("removed", "gone"),
    ]  # fmt: skip
    assert [changes[1].was.in_language("zh"), changes[1].now.in_language("zh")] == [
        "more：每次2分，不设上限，凭申报，公示5个工作日",
        "more：每次3分，不设上限，凭申报，公示5个工作日",
    ]
    assert rules.rule_changes(now, now) == ()


def test_the_reference_is_what_the_table_says() -> None:
    written = Path(__file__).parents[3] / "docs" / "reference" / "points-lifecycle.md"
    assert written.read_text(encoding="utf-8") == rules.lifecycle_markdown()
