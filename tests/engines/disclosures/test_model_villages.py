"""Model villages: named by the town, no more than it has places for, ended with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from engines.disclosures.posted import Posted, apply_section
from engines.disclosures.section import SECTION
from engines.points.threads import in_threads
from liuchi.engines.directory import queries as directory
from liuchi.engines.disclosures import actions, queries, rules
from liuchi.engines.disclosures.rules import ModelPlace, Naming
from liuchi.engines.disclosures.spec import DisclosuresSpec, ModelVillagesSpec, explain
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel.actors import Actor
from liuchi.kernel.decisions import ALLOWED
from liuchi.kernel.errors import Conflict, Invalid, LiuchiError, NotFound, Refused

SPEC = ModelVillagesSpec(per_town=2, towns=("老峰镇",))
ONE, TWO, THREE = UUID(int=1), UUID(int=2), UUID(int=3)
MARCH, MAY, TODAY = date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)
HERE = date(2026, 3, 2)
"""Today in the small world."""


def asked(area_id: UUID = THREE, town: str = "老峰镇", since: date = MAY) -> Naming:
    return Naming(area_id, town, since, date(2026, 1, 1), TODAY)


@pytest.mark.parametrize(
    ("given", "places", "code"),
    [
        (asked(), [], ""),
        (asked(town="菱北办事处"), [], "town_without_models"),
        (asked(since=date(2025, 12, 31)), [], "since_wrong"),
        (asked(since=date(2026, 6, 2)), [], "since_wrong"),
        (asked(ONE), [ModelPlace(ONE, 1, MARCH)], "model_already"),
        (asked(ONE), [ModelPlace(ONE, 1, MARCH, MAY)], ""),
        (asked(ONE), [ModelPlace(ONE, 1, TODAY)], "model_already"),
        (asked(), [ModelPlace(ONE, 1, MARCH), ModelPlace(TWO, 2, MARCH)], "models_full"),
        (asked(), [ModelPlace(ONE, 1, MARCH), ModelPlace(TWO, 2, TODAY)], "models_full"),
        (asked(), [ModelPlace(ONE, 1, MARCH), ModelPlace(TWO, 2, MARCH, MAY)], ""),
        (asked(), [ModelPlace(ONE, 1, MARCH), ModelPlace(TWO, 2, TODAY, TODAY)], ""),
    ],
)
def test_a_town_names_no_more_than_it_has_on_any_day(
    given: Naming, places: Sequence[ModelPlace], code: str
) -> None:
    decision = rules.may_name(SPEC, given, places)
    assert (decision.allowed, decision.reason_code) == (not code, code or ALLOWED.reason_code)


def test_the_lowest_free_place_is_taken() -> None:
    assert rules.free_number(SPEC, [], MAY) == 1
    assert rules.free_number(SPEC, [ModelPlace(ONE, 1, MARCH)], MAY) == 2
    ended = [ModelPlace(ONE, 1, MARCH, MAY), ModelPlace(TWO, 2, MARCH)]
    assert rules.free_number(SPEC, ended, MAY) == 1


@pytest.mark.parametrize(
    ("place", "day", "code"),
    [
        (ModelPlace(ONE, 1, MARCH), MAY, ""),
        (ModelPlace(ONE, 1, MARCH), MARCH, ""),
        (ModelPlace(ONE, 1, MARCH), date(2026, 2, 28), "ended_wrong"),
        (ModelPlace(ONE, 1, MARCH), date(2026, 6, 2), "ended_wrong"),
        (ModelPlace(ONE, 1, MARCH, MAY), MAY, "model_ended"),
    ],
)
def test_it_ends_between_its_first_day_and_today(place: ModelPlace, day: date, code: str) -> None:
    decision = rules.may_end(place, day, TODAY)
    assert (decision.allowed, decision.reason_code) == (not code, code or ALLOWED.reason_code)


def test_people_approve_what_a_model_village_is_for() -> None:
    spec = DisclosuresSpec.model_validate({"model_villages": SECTION["model_villages"]})
    assert explain(spec, "zh")[0] == (
        "样板村：老峰镇、菱北办事处各定 2 个，先做出来给别的村（社区）看；由镇街定，不排名。"
    )
    assert explain(spec, "en")[0] == (
        "Model villages: 2 in each of 老峰镇、菱北办事处, named by the town, for others to come "
        "and see how they post; nobody is ranked by it."
    )


def name(posted: Posted, area_id: UUID, *, by: Actor | None = None, **more: object) -> UUID:
    given: dict[str, object] = {"key": posted.world.key(), "since": HERE, "reason": "先做一步"}
    return actions.name_model_village(
        actor=by or posted.world.clerk,
        area_id=area_id,
        **(given | more),  # type: ignore[arg-type]
    )


def end(posted: Posted, model_id: UUID, day: date = HERE, key: str = "") -> None:
    actions.end_model_village(
        actor=posted.world.clerk,
        key=key or posted.world.key(),
        model_id=model_id,
        ended_on=day,
        reason="换一个村",
    )


def villages(posted: Posted) -> list[UUID]:
    return [each.id for each in directory.children(posted.world.town.id)]


def left(posted: Posted) -> tuple[int, int]:
    """Return how many the town has named, and how many it is still to name."""
    world = posted.world
    with acting_as(world.clerk):
        (town,) = queries.model_towns(world.clerk, world.town.id)
    return len(town.standing), town.left


def refused(posted: Posted, area_id: UUID, **more: object) -> str:
    with pytest.raises(LiuchiError) as found:
        name(posted, area_id, **more)
    return found.value.code


def facts() -> list[tuple[str, int]]:
    journal_jobs.catch_up()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data->>'outcome', amount::int FROM journal_fact "
            "WHERE kind = 'disclosures.model_changed' ORDER BY ordinal"
        )
        return list(cursor.fetchall())


def test_a_town_names_two_and_then_no_more_until_one_ends(posted: Posted) -> None:
    one, two, three = villages(posted)[:3]
    assert left(posted) == (0, 2)
    first = name(posted, one, key="once")
    assert name(posted, one, key="once") == first
    with pytest.raises(Conflict):
        name(posted, two, key="once")
    name(posted, two)
    assert (refused(posted, one), refused(posted, three)) == ("model_already", "models_full")
    assert left(posted) == (2, 0)
    for _again in range(2):
        end(posted, first, key="ends")
    with pytest.raises(Refused):
        end(posted, first)
    name(posted, three)
    assert set(queries.models_standing(villages(posted))) == {two, three}
    assert facts() == [("named", 1), ("named", 1), ("ended", -1), ("named", 1)]
    with acting_as(posted.world.clerk):
        told = queries.model_history(posted.world.clerk, posted.world.town.id)
    assert [(row.area_id, row.ended_on, row.ended_reason) for row in told] == [
        (two, None, ""), (three, None, ""), (one, HERE, "换一个村"),
    ]  # fmt: skip
    assert {bool(row.named_by) for row in told} == {True}


def test_it_stands_from_its_day_until_it_ends(posted: Posted) -> None:
    one, two = villages(posted)[:2]
    model = name(posted, one, since=date(2026, 2, 1))
    end(posted, model, date(2026, 3, 1))
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
    held: list[Mapping[UUID, object]] = [queries.models_standing([one, two], day) for day in days]
    assert [one in each for each in held] == [False, True, True, False]
    name(posted, two, since=date(2026, 2, 1))
    assert refused(posted, villages(posted)[2], since=date(2026, 2, 15)) == "models_full"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "好"}, "reason_missing"),
        ({"reason": "问13805561234"}, "words_tell"),
        ({"since": HERE + timedelta(days=1)}, "since_wrong"),
        ({"since": date(2024, 1, 1)}, "since_wrong"),
    ],
)
def test_what_is_told_of_it_is_checked(
    posted: Posted, more: Mapping[str, object], code: str
) -> None:
    assert refused(posted, posted.village, **more) == code
    assert left(posted) == (0, 2)


def test_only_the_town_names_its_villages(posted: Posted) -> None:
    world = posted.world
    assert refused(posted, posted.village, by=world.secretary) == "not_permitted"
    with pytest.raises(NotFound):
        name(posted, world.town.id)
    other = replace(world.clerk, area_id=world.other.id, scope_code=world.other.scope_code)
    with pytest.raises(NotFound):
        name(posted, posted.village, by=other)
    model = name(posted, posted.village)
    with pytest.raises(NotFound):
        actions.end_model_village(
            actor=other, key=world.key(), model_id=model, ended_on=HERE, reason="换一个村"
        )


def test_a_town_the_method_does_not_name_has_none(posted: Posted) -> None:
    apply_section(posted.world, model_villages={"per_town": 2, "towns": ["老峰镇"]})
    assert refused(posted, posted.village) == "town_without_models"
    with acting_as(posted.world.clerk):
        assert queries.model_towns(posted.world.clerk, posted.world.town.id) == ()
    apply_section(posted.world, model_villages=None)
    with pytest.raises(Invalid):
        name(posted, posted.village)


def test_two_people_at_once_name_no_more_than_there_are_places(posted: Posted) -> None:
    one, two, three = villages(posted)[:3]
    name(posted, one)
    outcomes = in_threads(*(lambda area=each: name(posted, area) for each in (two, three)))
    codes = [each.code for each in outcomes if isinstance(each, LiuchiError)]
    assert codes == ["models_full"]
    assert left(posted) == (2, 0)


def test_the_database_holds_the_limit_itself(posted: Posted) -> None:
    one = posted.village
    two, three = (each for each in villages(posted)[:3] if each != one)
    name(posted, one)
    name(posted, two)
    copied = (
        "INSERT INTO disclosures_model_village (id, scope_code, area_id, town_id, playbook, "
        "playbook_version, number, most, since, reason, named_by_id, named_at, ended_reason) "
        "SELECT gen_random_uuid(), scope_code, %s, town_id, playbook, playbook_version, "
        "{number}, most, since, reason, named_by_id, named_at, '' "
        "FROM disclosures_model_village WHERE number = 1"
    )
    for number, area_id in (("1", three), ("2", three), ("3", three), ("number", one)):
        with (
            pytest.raises(IntegrityError),
            acting_as(posted.world.clerk),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(copied.format(number=number), [area_id])
    with (
        pytest.raises(ProgrammingError),
        acting_as(posted.world.elsewhere),
        connection.cursor() as cursor,
    ):
        cursor.execute(copied.format(number="1"), [three])
