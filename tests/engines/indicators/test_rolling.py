"""What is rolled up equals what is counted anew, after any interleaving of whatever happens."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connections, transaction
from hypothesis import Phase, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engines.indicators.examples import BOUGHT, RETURNED, Bought
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import actions
from liuchi.engines.indicators.queries import rolled
from liuchi.engines.indicators.queries.asked import ask
from liuchi.engines.indicators.queries.questions import STRETCH_OF, Question
from liuchi.engines.indicators.queries.running import values
from liuchi.engines.indicators.rules.compiling import Shape
from liuchi.engines.indicators.rules.rolling import looks_back
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal.actions import apply_playbook, record, refresh_views
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.actors import system_actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.kernel.periods import Per, span_of
from liuchi.kernel.predicates import Field, FieldType, parse
from liuchi.kernel.predicates.tree import ALWAYS, Not
from liuchi.playbooks import registry
from liuchi.playbooks.registry import Registry, using

if TYPE_CHECKING:
    from conftest import Prepare

START = date(2022, 4, 1)
JUNE = date(2022, 6, 1)
EXAMPLES = int(os.environ.get("LIUCHI_ROLLING_EXAMPLES", "8"))
READ = "indicators.figure.read"
SYSTEM = system_actor(UUID(int=7), READ, "directory.area.write")
PEOPLE = tuple(UUID(int=1000 + n) for n in range(3))
COMMON = {"title": "数", "of": "probe.bought", "by": ["home_area", "month"]}
EXCLUDED = {"unless": {"of": "probe.returned", "where": {"quantity": {"at_least": 2}}}}
SINCE = {"since": {"of": "probe.returned"}, "in": "days"}
THERE = {"stock": {"leaves": [{"of": "probe.returned"}]}}
INDICATORS: tuple[dict[str, object], ...] = (
    {**COMMON, "code": "r.people", "measure": {"count_distinct": "person"}},
    {**COMMON, "code": "r.count", "measure": "count"},
    {**COMMON, "code": "r.spent", "measure": {"sum": "amount"}, "where": {"person": {"in": ["x"]}}},
    {**COMMON, "code": "r.pieces", "measure": {"sum": "quantity"}},
    {**COMMON, "code": "r.placed", "measure": {"count_distinct": "person"}, "area": "place"},
    {**COMMON, "code": "r.kept", "measure": "count", **EXCLUDED},
    {**COMMON, "code": "r.keepers", "measure": {"count_distinct": "person"}, **EXCLUDED},
    {**COMMON, "code": "r.half", "measure": {"percentile": {"at": 50, "over": "quantity"}}},
    {**COMMON, "code": "r.took", "measure": {"percentile": {"at": 90, **SINCE}}, **EXCLUDED},
    {**COMMON, "code": "r.there", "measure": THERE},
    {
        **COMMON,
        "code": "r.there_two",
        "where": {"quantity": {"at_least": 2}},
        "measure": {"stock": {"enters": [{"of": "probe.bought"}, {"of": "probe.returned"}]}},
        "unless": {"of": "probe.returned", "where": {"quantity": {"at_least": 3}}},
    },
    {
        **COMMON,
        "code": "r.share",
        "measure": {"ratio": {"numerator": {"measure": THERE}, "denominator": {}}},
    },
    {
        **COMMON,
        "code": "r.rate",
        "measure": {"ratio": {"numerator": {"of": "probe.returned"}, "denominator": {}}},
    },
)
INDICATORS[2]["where"] = {"quantity": {"at_least": 2}}
CODES = tuple(str(each["code"]) for each in INDICATORS)

# Orders what waits, be it committed or not: the tests' facts live in one transaction.
_ORDER = """
CREATE FUNCTION probe_order(batch integer) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    last bigint := (SELECT ordinal FROM journal_head);
    given integer;
BEGIN
    WITH waiting AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place
        FROM (SELECT id FROM journal_fact WHERE ordinal IS NULL ORDER BY id LIMIT batch) AS w
    )
    UPDATE journal_fact AS f SET ordinal = last + place FROM waiting WHERE f.id = waiting.id;
    GET DIAGNOSTICS given = ROW_COUNT;
    UPDATE journal_head SET ordinal = last + given;
END $$
"""

fact = st.tuples(
    st.just("fact"),
    st.sampled_from(["probe.bought", "probe.bought", "probe.bought", "probe.returned"]),
    st.none() | st.integers(0, 2),  # who
    st.integers(0, 3),  # where it happened
    st.integers(0, 3),  # where they lived
    st.none() | st.integers(1, 3),  # how many
    st.integers(0, 2),  # about which record
    st.integers(0, 70),  # how many days before it was learned
    st.none() | st.integers(0, 4),  # which one it corrects, counted back
)
step = (
    fact
    | fact
    | fact
    | st.tuples(st.just("order"), st.integers(1, 4))
    | st.tuples(st.just("roll"), st.integers(1, 3))
    | st.tuples(st.just("settle"), st.integers(9, 9))
    | st.tuples(st.just("crash"), st.integers(1, 3))
    | st.tuples(st.just("look"), st.integers(0, 0))
)


ONE = ("fact", "probe.bought", 0, 0, 0, 2, 0, 40, None)
TAKEN_OUT = ("fact", "probe.returned", 1, 0, 0, 2, 0, 40, None)
BEGUN = ("fact", "probe.returned", 1, 0, 0, 1, 0, 50, None)
OUT = ("fact", "probe.returned", 1, 0, 0, 1, 0, 5, None)
SETTLE, LOOK = ("settle", 0), ("look", 0)


@pytest.fixture
def areas(prepare: Prepare, template: str) -> Iterator[tuple[UUID, ...]]:
    """A community and its first grid, another community, and one outside the office."""
    mine = Registry()
    mine.add_fact_kind(*registry.fact_kinds().values(), BOUGHT, RETURNED)
    for section in registry.sections().values():
        mine.add_section(section)
    with (
        using(mine),
        kernel_clock.using(SimulatedClock(datetime(2022, 6, 20, 9, tzinfo=SHANGHAI))),
        prepare(template, made) as (_, ids),
    ):
        yield ids


def made() -> tuple[UUID, ...]:
    refresh_views()
    directory_actions.load_reference_areas()
    journal_jobs.make_partitions(START)
    with connections["owner"].cursor() as cursor:
        cursor.execute(_ORDER)
    apply_playbook(
        code="probe",
        source="",
        compiled={"indicators": list(INDICATORS)},
        places=[directory.area_named("盛塘社区").id],
        in_force_from=START,
        spec_version=1,
        approved_by="",
        actor=SYSTEM,
    )
    first = directory.area_named("盛塘社区")
    grid = directory.children(first.id)[0]
    other, outside = directory.area_named("罗冲社区"), directory.area_named("老峰镇")
    while actions.roll_up():
        pass
    return (first.id, grid.id, other.id, outside.id)


def questions(areas: tuple[UUID, ...]) -> list[Question]:
    """Everything that is asked of a definition, above and below."""
    asked = []
    office = directory.area_named("菱北办事处").id
    june = span_of(Per.MONTH, JUNE)
    for code in CODES:
        ever = ask(SYSTEM, READ, code, office, span=None, as_of=None)
        month = ask(SYSTEM, READ, code, areas[0], span=june, as_of=None)
        above = ask(SYSTEM, READ, code, office, span=june, as_of=None)
        quarter = ask(SYSTEM, READ, code, office, span=span_of(Per.QUARTER, JUNE), as_of=None)
        year = ask(SYSTEM, READ, code, areas[0], span=span_of(Per.YEAR, JUNE), as_of=None)
        children = month.children()
        asked += [
            Question(ever, Shape.TOTAL, ever.whole, (office,)),
            *(Question(ever, shape, ever.whole, (office,)) for shape in STRETCH_OF),
            Question(quarter, Shape.TOTAL, quarter.whole, (office,)),
            Question(year, Shape.TOTAL, year.whole, (areas[0],)),
            Question(above, Shape.TOTAL, above.whole, (office,)),
            Question(
                month,
                Shape.BY_AREA,
                partial(month.grouped, children),
                tuple(child.id for child in children),
            ),
        ]
    return asked


def look(areas: tuple[UUID, ...]) -> None:
    with acting_as(SYSTEM):
        asked = questions(areas)
        answered = rolled.values(asked)
        assert set(answered) == {
            (place, number)
            for place, each in enumerate(asked)
            for number in range(len(each.asked.terms))
        }
        assert values(asked) == values(asked, anew=True)


def write(step: tuple[object, ...], areas: tuple[UUID, ...], ids: list[UUID]) -> None:
    _, kind, who, where, home, many, about, ago, back = step
    at = kernel_clock.now() - timedelta(days=int(str(ago)))
    data = Bought(
        person=None if who is None else str(PEOPLE[int(str(who))]),
        home_area=str(areas[int(str(home))]),
        quantity=None if many is None else int(str(many)),
    )
    corrected = None if back is None or int(str(back)) >= len(ids) else ids[-1 - int(str(back))]
    with acting_as(SYSTEM):
        ids.append(
            record(
                str(kind),
                actor=SYSTEM,
                subject_kind="probe",
                subject_id=PEOPLE[int(str(about))],
                area_id=areas[int(str(where))],
                data=data,
                at=at,
                amount=Decimal(3),
                corrects_id=corrected,
            )
        )


def order_and_roll() -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT probe_order(99)")
    while actions.roll_up():
        pass


@hypothesis_settings(
    max_examples=int(os.environ.get("LIUCHI_ROLLING_EXAMPLES", "8")),
    phases=[Phase.explicit, Phase.generate],
)
@given(steps=st.lists(step, min_size=4, max_size=24))
@example(steps=[ONE, SETTLE, (*ONE[:8], 0), SETTLE, (*ONE[:8], 1), LOOK])  # corrected twice
@example(steps=[ONE, SETTLE, TAKEN_OUT, SETTLE, (*ONE[:8], 0), LOOK])  # and back again
@example(steps=[TAKEN_OUT, (*ONE[:8], 0), SETTLE, ONE, SETTLE, LOOK])  # taken out no more
@example(steps=[ONE, (*ONE[:8], 0), (*ONE[:8], 1), SETTLE, LOOK])
@example(steps=[BEGUN, ONE, SETTLE, (*BEGUN[:7], 60, None), LOOK, (*BEGUN[:8], 0), SETTLE, LOOK])
@example(steps=[ONE, SETTLE, OUT, LOOK, SETTLE, (*OUT[:8], 0), LOOK, SETTLE, (*ONE[:7], 60, 2)])
def test_what_is_rolled_up_equals_what_is_counted_anew(
    areas: tuple[UUID, ...], steps: list[tuple[object, ...]]
) -> None:
    ids: list[UUID] = []
    with transaction.atomic():
        for each in (*steps, ("look", 0), ("order", 99), ("roll", 99), ("look", 0)):
            match each[0]:
                case "fact":
                    write(each, areas, ids)
                case "order":
                    with connections["default"].cursor() as cursor:
                        cursor.execute("SELECT probe_order(%s)", [each[1]])
                case "roll":
                    actions.roll_up(int(str(each[1])))
                case "settle":
                    order_and_roll()
                case "crash":
                    with transaction.atomic():
                        actions.roll_up(int(str(each[1])))
                        transaction.set_rollback(True)
                case _:
                    look(areas)
        transaction.set_rollback(True)


def test_what_moves_to_another_place_in_the_tree_is_added_up_anew(areas: tuple[UUID, ...]) -> None:
    moved, elsewhere = areas[0], directory.area_named("老峰镇").id
    with transaction.atomic():
        write(("fact", "probe.bought", 0, 0, 0, 1, 0, 0, None), areas, [])
        order_and_roll()
        with acting_as(SYSTEM):
            before = ask(SYSTEM, READ, "r.people", elsewhere, span=None, as_of=None)
            question = Question(before, Shape.TOTAL, before.whole, (elsewhere,))
            assert values([question]) == ({None: Decimal(0)},)
        directory_actions.reorganise(
            actor=SYSTEM,
            key="moved",
            area_id=moved,
            new_parent_id=elsewhere,
            on=date(2022, 6, 20),
            new_code=f"{directory.area(elsewhere).scope_code}999",
        )
        with acting_as(SYSTEM):
            assert rolled.values([question]) == {}
            assert values([question]) == ({None: Decimal(1)},)
        while actions.roll_up():
            pass
        look(areas)
        transaction.set_rollback(True)


def test_what_is_kept_wrongly_is_found_and_counted_again(areas: tuple[UUID, ...]) -> None:
    with transaction.atomic():
        write(("fact", "probe.bought", 0, 0, 0, 1, 0, 0, None), areas, [])
        order_and_roll()
        assert actions.check(500) > 0
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "UPDATE indicators_cell SET value = value + 1 WHERE NOT own AND series_id IN "
                "(SELECT id FROM indicators_series WHERE code = 'r.pieces')"
            )
        with pytest.raises(actions.RollUpsDiffer, match=r"r\.pieces$"):
            actions.check(500)
        while actions.roll_up():
            pass
        look(areas)
        assert actions.check(500) > 0
        transaction.set_rollback(True)


def test_a_fact_that_comes_between_the_two_counts_is_no_difference(
    areas: tuple[UUID, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(("fact", "probe.bought", 0, 0, 0, 1, 0, 0, None), areas, [])
    order_and_roll()
    counted = actions.values

    def values_then_a_fact(asked: list[Question], *, anew: bool = False) -> object:
        if anew:
            writing = threading.Thread(target=written_elsewhere, args=(areas,))
            writing.start()
            writing.join()
        return counted(asked, anew=anew)

    monkeypatch.setattr(actions, "values", values_then_a_fact)

    assert actions.check(500) > 0


def written_elsewhere(areas: tuple[UUID, ...]) -> None:
    try:
        write(("fact", "probe.bought", 1, 0, 0, 1, 0, 0, None), areas, [])
    finally:
        connections.close_all()


def test_far_behind_the_facts_themselves_are_counted(
    areas: tuple[UUID, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolled, "NEW_FACTS_MAX", 1)
    with transaction.atomic():
        for _ in range(2):
            write(("fact", "probe.bought", 0, 0, 0, 1, 0, 0, None), areas, [])
        with acting_as(SYSTEM):
            asked = questions(areas)
            assert rolled.values(asked) == {}
            assert values(asked) == values(asked, anew=True)
        transaction.set_rollback(True)


def test_a_condition_that_looks_back_is_counted_each_time() -> None:
    within = parse({"at_day": {"within": "30 days"}}, {"at_day": Field(FieldType.DATE)})
    assert looks_back(within)
    assert looks_back(Not(within))
    assert not looks_back(ALWAYS)
