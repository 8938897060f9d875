"""Many claims on one screen: one click, one answer for each, and nothing chosen is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from liuchi.engines.points import actions
from surfaces.world import World, rows

pytestmark = pytest.mark.slow
WHERE = "/desk/claims/review/"


def claimed(world: World, back: int) -> list[tuple[UUID, int]]:
    """Return three claims of today's queue, made by the secretary."""
    people = rows(
        "SELECT person.id FROM directory_person AS person WHERE village_id = %s "
        "AND left_on IS NULL AND EXISTS (SELECT FROM directory_consent WHERE person_id = person.id "
        "AND for_points AND withdrawn_at IS NULL) ORDER BY id LIMIT 3",
        world.cast.village.id,
    )
    batch = actions.propose_claims(
        actor=world.cast.secretary.actor,
        key=f"reviewing-{back}",
        title="清洁家园",
        rule_code=world.rule_code,
        happened_on=world.today - timedelta(days=back),
        person_ids=[each for (each,) in people],
    )
    return rows("SELECT id, version FROM points_claim WHERE batch_id = %s ORDER BY id", batch.id)


def states(claims: list[tuple[UUID, int]]) -> list[str]:
    ids = [claim_id for claim_id, _ in claims]
    return [
        each
        for (each,) in rows("SELECT state FROM points_claim WHERE id = ANY(%s) ORDER BY id", ids)
    ]


def test_two_reviewers_at_once_conflict_on_one_claim_and_lose_nothing(world: World) -> None:
    claims = claimed(world, 6)
    first, second = world.client("reviewer"), world.client("secretary")
    page = first.get(WHERE).content.decode()
    (key,) = set(re.findall(r'name="key" value="([^"]+)"', page))
    everything = {
        "key": key,
        "claim": [f"{claim_id}:{version}" for claim_id, version in claims],
        **{f"outcome-{claim_id}": "approve" for claim_id, _ in claims[:2]},
        f"outcome-{claims[2][0]}": "return",
        f"words-{claims[2][0]}": "请补上日期",
    }
    # Somebody else has decided the first one meanwhile.
    actions.review_claim(
        actor=second_actor(world),
        key="meanwhile",
        claim_id=claims[0][0],
        outcome="reject",
        reason="重复申报",
        expected_version=claims[0][1],
    )
    answer = first.post(WHERE, everything)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "这笔申报在您查看之后有变动" in text
    assert text.count("data-case") == 1
    assert states(claims) == ["rejected", "on_notice", "returned"]
    # The same click again changes nothing and says the same.
    assert first.post(WHERE, everything).status_code == 409
    assert states(claims) == ["rejected", "on_notice", "returned"]
    assert second.get(WHERE).status_code == 200


def test_a_missing_reason_is_said_beside_the_claim_and_the_words_stay(world: World) -> None:
    claims = claimed(world, 7)
    client = world.client("reviewer")
    (key,) = set(re.findall(r'name="key" value="([^"]+)"', client.get(WHERE).content.decode()))
    chosen = {
        "key": key,
        "claim": [f"{claim_id}:{version}" for claim_id, version in claims],
        f"outcome-{claims[0][0]}": "reject",
        f"outcome-{claims[1][0]}": "approve",
        f"words-{claims[2][0]}": "再问一问",
    }
    text = client.post(WHERE, chosen).content.decode()
    assert "请写明理由，申报人会看到。" in text
    assert "再问一问" in text
    assert states(claims) == ["proposed", "on_notice", "proposed"]
    again = {"key": f"{key}-2", "claim": chosen["claim"][2:]}
    assert client.post(WHERE, again).status_code == 422


def second_actor(world: World):
    """Return another who may review here: not who entered the claims."""
    rows_of = rows(
        "SELECT user_id FROM directory_post WHERE role_id = 'reviewer' AND area_id = %s "
        "AND valid_to IS NULL ORDER BY id LIMIT 2",
        world.cast.village.id,
    )
    from liuchi.engines.directory import queries as directory  # noqa: PLC0415

    mine = world.cast.reviewer.user_id
    return directory.actor_of(next(each for (each,) in rows_of if each != mine))
