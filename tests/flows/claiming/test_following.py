"""What happens in one engine claims points in another, once, and a person still reviews it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
from django.db import connections

from engines.points.world import SECTION, World, lived_in, make_world
from liuchi.engines.journal import actions as journal
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal_queries
from liuchi.engines.journal.scope import acting_as
from liuchi.engines.points import queries
from liuchi.flows import claiming
from liuchi.flows.claiming.following import CONSUMER

FLOWS = [
    {
        "when": "points.claim_proposed",
        "where": {"rule": {"is": "testing"}},
        "then": "points.claim",
        "with": {"rule": "help", "day": "happened_on"},
    },
    {
        "when": "points.claim_proposed",
        "where": {"rule": {"is": "help"}},
        "then": "points.claim",
        "with": {"rule": "medal"},
    },
]


@pytest.fixture
def world(prepare, template, clock):
    with lived_in(prepare(template, make_world), clock) as (_, made):
        section = deepcopy(SECTION)
        journal.apply_playbook(
            code=f"credit-{made.village.code}",
            source="",
            compiled={"points": section, "flows": FLOWS},
            places=[made.village.id],
            in_force_from=date(2026, 2, 1),
            spec_version=1,
            approved_by="居民代表会议",
            actor=made.root,
        )
        yield made


def held(world: World):
    with acting_as(world.root):
        rows = queries.claims(world.root, person_id=world.people[0]).rows
    return {row.rule_code: row for row in rows}


def run() -> int:
    journal_jobs.sequence()
    return claiming.follow()


def test_a_fact_claims_what_the_playbook_says_once(world):
    cause = world.propose(world.people[0], "testing", on=date(2026, 2, 26))
    assert run() > 0
    made = held(world)["help"]
    assert (made.state, made.points, made.happened_on) == ("proposed", 50, date(2026, 2, 26))
    # Whose act it was counts as who entered it, so another reviews it.
    assert made.proposed_by_id == world.recorder.id
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT cause.subject_id FROM journal_fact AS fact "
            "JOIN journal_fact AS cause ON cause.id = fact.cause_id WHERE fact.subject_id = %s",
            [made.id],
        )
        assert cursor.fetchall() == [(cause.id,)]
        # Read again from the beginning: the same fact and rule, the same claim.
        cursor.execute("UPDATE journal_cursor SET ordinal = 0 WHERE consumer = %s", [CONSUMER])
    while run():
        pass
    assert len(held(world)) == 2
    assert held(world)["help"] == made
    assert journal_queries.behind(claiming.CONSUMER) == 0
    assert world.review(made).state == "on_notice"


def test_what_the_condition_excludes_claims_nothing(world):
    world.propose(world.people[0], "medal", on=date(2026, 2, 26), evidence=[world.people[0]])
    run()
    assert set(held(world)) == {"medal"}


def test_a_refusal_stops_nothing(world):
    world.propose(world.people[0], "help", on=date(2026, 2, 26))  # a medal takes a certificate
    run()
    assert set(held(world)) == {"help"}
    assert journal_queries.behind(claiming.CONSUMER) == 0
