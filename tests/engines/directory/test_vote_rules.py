"""Whether a meeting decided: whole numbers, as the playbook asks."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from liuchi.engines.directory.enums import VoteState
from liuchi.engines.directory.rules import (
    carried,
    has_quorum,
    may_confirm_vote,
    may_decline_vote,
    may_record_vote,
)
from liuchi.engines.directory.rules.votes import Counts, Voting
from liuchi.kernel.ids import new_id
from liuchi.playbooks.votes import Body, BodySpec, Of, Share, VoteSpec

HALF, TWO_THIRDS = Share(more_than=(1, 2)), Share(at_least=(2, 3))
REPRESENTATIVES = BodySpec(body=Body.VILLAGER_REPRESENTATIVES, quorum=TWO_THIRDS, majority=HALF)
SPEC = VoteSpec(law="村民委员会组织法", notice_days=7, bodies=(REPRESENTATIVES,))
whole = st.integers(0, 3000)


def voting(**changes):
    said = {
        "body": Body.VILLAGER_REPRESENTATIVES,
        "counts": Counts(45, 30, 16, 10, 4),
        "held_on": date(2026, 11, 20),
        "holds_from": date(2026, 12, 1),
        "today": date(2026, 11, 21),
        "version_from": date(2026, 1, 1),
        "is_first": False,
    }
    return Voting(**{**said, **changes})


@given(st.integers(1, 3000), whole, whole, whole)
def test_integers_say_what_fractions_say(eligible, votes_for, against, abstained):
    present = votes_for + against + abstained
    counts = Counts(eligible, present, votes_for, against, abstained)
    enough = present > 0 and Fraction(present, eligible) >= Fraction(2, 3)
    agreed = present > 0 and Fraction(votes_for, present) > Fraction(1, 2)

    assert has_quorum(counts, REPRESENTATIVES) == enough
    assert carried(counts, REPRESENTATIVES) == (enough and agreed)


@given(
    st.integers(1, 500),
    whole,
    whole,
    st.sampled_from(list(Of)),
    st.sampled_from([HALF, TWO_THIRDS]),
)
def test_one_more_in_favour_never_turns_a_vote_against(eligible, votes_for, against, of, share):
    spec = BodySpec(body=Body.VILLAGERS, quorum=HALF, majority=share, majority_of=of)
    before = Counts(eligible, votes_for + against, votes_for, against, 0)
    swayed = Counts(eligible, votes_for + against, votes_for + 1, against - 1, 0)

    assert carried(swayed, spec) >= carried(before, spec)


@pytest.mark.parametrize(
    ("counts", "wanted"),
    [
        (Counts(45, 30, 16, 14, 0), True),  # two thirds came, more than half agreed
        (Counts(45, 29, 29, 0, 0), False),  # one too few came
        (Counts(45, 30, 15, 15, 0), False),  # half is not more than half
        (Counts(45, 30, 15, 0, 15), False),  # who abstains is present
    ],
)
def test_a_meeting_of_representatives(counts, wanted):
    assert carried(counts, REPRESENTATIVES) == wanted


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"body": Body.RESIDENTS}, "body_may_not_decide"),
        ({"counts": Counts(30, 31, 31, 0, 0)}, "more_present_than_eligible"),
        ({"counts": Counts(45, 30, 16, 10, 3)}, "counts_do_not_add_up"),
        ({"counts": Counts(45, 0, 0, 0, 0)}, "counts_unusable"),
        ({"held_on": date(2026, 11, 22)}, "meeting_to_come"),
        ({"holds_from": date(2026, 11, 27)}, "notice_too_short"),
        ({"holds_from": date(2026, 11, 28)}, ""),
        ({"holds_from": date(2026, 11, 27), "is_first": True}, ""),  # on notice from the meeting
        ({"version_from": date(2026, 12, 2)}, "notice_too_short"),
    ],
)
def test_what_may_be_recorded(changes, code):
    assert may_record_vote(voting(**changes), SPEC).reason_code == code


def test_another_person_decides_once_and_a_refusal_says_why():
    mine, other = new_id(), new_id()

    def confirm(state, actor, **changes):
        return may_confirm_vote(
            state, recorded_by_id=mine, actor_id=actor, voting=voting(**changes), spec=SPEC
        ).reason_code

    def decline(actor, reason):
        return may_decline_vote(
            VoteState.RECORDED, recorded_by_id=mine, actor_id=actor, reason=reason
        ).reason_code

    assert confirm(VoteState.RECORDED, mine) == "own_record"
    assert confirm(VoteState.CONFIRMED, other) == "decided_already"
    assert confirm(VoteState.RECORDED, other, today=date(2026, 11, 25)) == "notice_too_short"
    assert confirm(VoteState.RECORDED, other) == ""
    assert [decline(mine, "人数"), decline(other, " "), decline(other, "人数")] == [
        "own_record", "reason_missing", ""
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given_share",
    [{}, {"more_than": [1, 2], "at_least": [1, 2]}, {"more_than": [1, 1]}, {"at_least": [3, 2]}],
)
def test_a_share_is_one_part_of_a_whole(given_share):
    with pytest.raises(ValidationError):
        Share.model_validate(given_share)
