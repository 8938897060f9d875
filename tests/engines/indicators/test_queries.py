"""Figures against a recount by hand, over facts nobody chose; and who may ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engines.indicators.examples import BOUGHT, RETURNED, Bought
from liuchi.engines.directory import actions as directory_actions
from liuchi.engines.directory import queries as directory
from liuchi.engines.indicators import queries
from liuchi.engines.indicators.enums import By, Part
from liuchi.engines.indicators.rules.words import quotient
from liuchi.engines.journal import jobs as journal_jobs
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.actions import apply_playbook, record, refresh_views
from liuchi.engines.journal.scope import acting_as
from liuchi.kernel import clock as kernel_clock
from liuchi.kernel.actors import Actor, Reach, system_actor
from liuchi.kernel.clock import SHANGHAI, SimulatedClock
from liuchi.kernel.errors import Invalid, NotFound, Refused
from liuchi.kernel.periods import Per, span_of
from liuchi.playbooks import registry
from liuchi.playbooks.registry import Registry, using

if TYPE_CHECKING:
    from conftest import Prepare

START = date(2022, 4, 1)
AT_NINE = time(9)
BEGAN = datetime(2022, 4, 1, 9, tzinfo=SHANGHAI)
VERBS = ("indicators.figure.read", "indicators.figure.trace")
SYSTEM = system_actor(UUID(int=7), *VERBS)
PEOPLE = tuple(UUID(int=1000 + n) for n in range(12))

COMMON = {"title": "数", "of": "probe.bought", "by": ["home_area", "month"]}
INDICATORS: tuple[dict[str, object], ...] = (
    {**COMMON, "code": "p.people", "measure": {"count_distinct": "person"}, "headline": True},
    {**COMMON, "code": "p.count", "measure": "count"},
    {**COMMON, "code": "p.spent", "measure": {"sum": "amount"}},
    {
        **COMMON,
        "code": "p.big",
        "measure": {"sum": "quantity"},
        "where": {"any": [{"quantity": {"at_least": 2}}, {"person": {"missing": True}}]},
    },
    {
        **COMMON,
        "code": "p.some",
        "measure": {"count_distinct": "person"},
        "where": {"quantity": {"at_least": 2}},
    },
    {**COMMON, "code": "p.kinds", "measure": "count", "by": ["home_area", "quantity", "month"]},
    {**COMMON, "code": "p.placed", "measure": "count", "by": ["month"]},
    {
        **COMMON,
        "code": "p.rate",
        "measure": {"ratio": {"numerator": {"of": "probe.returned"}, "denominator": {}}},
        "unit": "%",
    },
)

_SOURCE = {"source": "年度计划"}
TARGETS: tuple[dict[str, object], ...] = (
    {"indicator": "p.rate", "per": "month", "at_most": 20, "from": "2022-04-01", **_SOURCE},
    {"indicator": "p.count", "per": "month", "at_least": 3, "from": "2022-04-01", **_SOURCE}
    | {"areas": ["盛塘社区"]},
    {"indicator": "p.count", "per": "month", "at_least": 4, "from": "2022-05-01", **_SOURCE}
    | {"areas": ["盛塘社区"]},
)
PUBLIC: tuple[dict[str, object], ...] = (
    {"indicator": "p.people", "per": "month", "from": "2022-04-01"},
    {"indicator": "p.spent", "per": "month", "from": "2022-04-01", "fewer_than": 3},
    {"indicator": "p.some", "per": "month", "from": "2022-04-01"},
    {"indicator": "p.rate", "per": "quarter", "from": "2022-04-01"},
)


@dataclass(frozen=True)
class Made:
    """A fact to write. Days count from START; ``corrects`` points back in the list."""

    kind: str
    person: int | None
    area: int
    home: int
    quantity: int | None
    amount: int
    day: int
    late: int
    corrects: int | None
    about: int = 0

    @property
    def at_day(self) -> date:
        return START + timedelta(days=self.day)

    @property
    def recorded_day(self) -> date:
        return START + timedelta(days=self.day + self.late)


made = st.builds(
    Made,
    kind=st.sampled_from(["probe.bought", "probe.bought", "probe.returned"]),
    person=st.none() | st.integers(0, 3),
    area=st.integers(0, 3),
    home=st.integers(0, 3),
    quantity=st.none() | st.integers(1, 3),
    amount=st.integers(1, 9),
    day=st.integers(0, 70),
    late=st.sampled_from([0, 0, 0, 1, 20]),
    corrects=st.none() | st.none() | st.integers(0, 11),
)


@pytest.fixture
def areas(prepare: Prepare, template: str) -> Iterator[tuple[UUID, ...]]:
    """A community and its first grid, another community, and one outside the office."""
    mine = Registry()
    mine.add_fact_kind(*registry.fact_kinds().values(), BOUGHT, RETURNED)
    for section in registry.sections().values():
        mine.add_section(section)
    began = SimulatedClock(datetime(2022, 4, 1, tzinfo=SHANGHAI))
    with (
        using(mine),
        kernel_clock.using(began),
        prepare(template, make_areas) as (_, ids),
    ):
        yield ids


def make_areas() -> tuple[UUID, ...]:
    refresh_views()
    directory_actions.load_reference_areas()
    journal_jobs.make_partitions(START)
    apply_playbook(
        code="probe",
        source="",
        compiled={
            "title": "试行办法",
            "indicators": list(INDICATORS),
            "targets": list(TARGETS),
            "public_figures": list(PUBLIC),
        },
        places=[directory.area_named("盛塘社区").id],
        in_force_from=START,
        spec_version=1,
        approved_by="",
        actor=SYSTEM,
    )
    first = directory.area_named("盛塘社区")
    grid = directory.children(first.id)[0]
    other = directory.area_named("罗冲社区")
    outside = directory.area_named("老峰镇")
    return (first.id, grid.id, other.id, outside.id)


@contextmanager
def written(facts: list[Made], areas: tuple[UUID, ...]) -> Iterator[dict[UUID, Made]]:
    """Write facts as they were learned, look at figures, and take everything back."""
    with kernel_clock.using(SimulatedClock(BEGAN)) as began, acting_as(SYSTEM):
        yield written_down(began, facts, areas)
        transaction.set_rollback(True)


@contextmanager
def committed(facts: list[Made], areas: tuple[UUID, ...]) -> Iterator[None]:
    """Write facts as they were learned, for whoever acts for nobody or as somebody else."""
    with kernel_clock.using(SimulatedClock(BEGAN)) as began:
        with acting_as(SYSTEM):
            written_down(began, facts, areas)
        yield


def written_down(
    began: SimulatedClock, facts: list[Made], areas: tuple[UUID, ...]
) -> dict[UUID, Made]:
    ids: dict[int, UUID] = {}
    order = sorted(range(len(facts)), key=lambda n: (facts[n].recorded_day, n))
    for n in order:
        fact = facts[n]
        began.move_to(
            max(began.now(), datetime.combine(fact.recorded_day, AT_NINE, tzinfo=SHANGHAI))
        )
        data = Bought(
            person=None if fact.person is None else str(PEOPLE[fact.person]),
            home_area=str(areas[fact.home]),
            quantity=fact.quantity,
        )
        ids[n] = record(
            fact.kind,
            actor=SYSTEM,
            subject_kind="probe",
            subject_id=PEOPLE[fact.about],
            area_id=areas[fact.area],
            data=data,
            at=datetime.combine(fact.at_day, AT_NINE, tzinfo=SHANGHAI),
            amount=fact.amount,
            corrects_id=None if fact.corrects is None else ids.get(fact.corrects),
        )
    return {ids[n]: facts[n] for n in order}


def standing(
    facts: list[Made], kind: str, inside: set[int], days: tuple[date, date, date], *, placed: bool
) -> list[int]:
    """The recount: walk over everything, in the plainest words."""
    since, before, as_of = days
    found = []
    order = sorted(range(len(facts)), key=lambda n: (facts[n].recorded_day, n))
    for n, fact in enumerate(facts):
        if fact.kind != kind or (fact.area if placed else fact.home) not in inside:
            continue
        if not since <= fact.at_day < before or fact.at_day > as_of or fact.recorded_day > as_of:
            continue
        corrected = any(
            other.corrects == n
            and other.recorded_day <= as_of
            and order.index(n) < order.index(m)  # a correction names a fact that is there
            for m, other in enumerate(facts)
        )
        if not corrected:
            found.append(n)
    return found


def recount(
    code: str, facts: list[Made], inside: set[int], days: tuple[date, date, date]
) -> Decimal | None:
    bought = [
        facts[n] for n in standing(facts, "probe.bought", inside, days, placed=code == "p.placed")
    ]
    match code:
        case "p.people":
            return Decimal(len({f.person for f in bought if f.person is not None}))
        case "p.some":
            some = {f.person for f in bought if f.person is not None and (f.quantity or 0) >= 2}
            return Decimal(len(some))
        case "p.count" | "p.kinds" | "p.placed":
            return Decimal(len(bought))
        case "p.spent":
            return Decimal(sum(f.amount for f in bought))
        case "p.big":
            big = [f for f in bought if (f.quantity or 0) >= 2 or f.person is None]
            return Decimal(sum(f.quantity or 0 for f in big))
        case "p.rate":
            back = standing(facts, "probe.returned", inside, days, placed=False)
            return quotient(Decimal(len(back)), Decimal(len(bought)), 100, 1)
    raise AssertionError(code)


ALWAYS = (date(1900, 1, 1), date(9999, 12, 31))
CODES = [str(indicator["code"]) for indicator in INDICATORS]


@hypothesis_settings(max_examples=60)
@given(
    facts=st.lists(made, max_size=12),
    code=st.sampled_from(CODES),
    as_of=st.integers(0, 95),
    month=st.none() | st.sampled_from([date(2022, 4, 1), date(2022, 5, 17), date(2022, 6, 30)]),
)
def test_a_figure_equals_a_recount(
    areas: tuple[UUID, ...], facts: list[Made], code: str, as_of: int, month: date | None
) -> None:
    day = START + timedelta(days=as_of)
    span = ALWAYS
    if month is not None:
        span = (month.replace(day=1), (month.replace(day=1) + timedelta(days=32)).replace(day=1))
    office = directory.area_named("菱北办事处").id
    with written(facts, areas):
        for area, inside in ((areas[0], {0, 1}), (areas[1], {1}), (office, {0, 1, 2})):
            expected = recount(code, facts, inside, (*span, day))
            found = queries.figure(SYSTEM, code, area, month=month, as_of=day)
            assert found.value == expected
            assert (found.text == "—") is (expected is None)
        rows = queries.breakdown(SYSTEM, code, areas[0], month=month, as_of=day)
        values = {row.area.id: row.value for row in rows}
        assert values[areas[1]] == recount(code, facts, {1}, (*span, day))
        own = recount(code, facts, {0}, (*span, day))
        assert values.get(areas[0], own if not own else "missing") == own
        for by in (By.MONTH, By.QUARTER, By.YEAR):
            for row in queries.breakdown(SYSTEM, code, office, by=by, as_of=day):
                assert row.span is not None
                days = (row.span.first, row.span.end, day)
                assert row.value == recount(code, facts, {0, 1, 2}, days)


@hypothesis_settings(max_examples=20)
@given(facts=st.lists(made, max_size=12), as_of=st.integers(0, 95), quarter=st.booleans())
def test_a_list_by_a_dimension_equals_a_recount(
    areas: tuple[UUID, ...], facts: list[Made], as_of: int, *, quarter: bool
) -> None:
    day, span = START + timedelta(days=as_of), span_of(Per.QUARTER, START) if quarter else None
    since, before = (span.first, span.end) if span else ALWAYS
    with written(facts, areas):
        found = queries.listed_by(SYSTEM, "p.kinds", areas[0], "quantity", span=span, as_of=day)
        counted = [
            facts[n].quantity
            for n in standing(facts, "probe.bought", {0, 1}, (since, before, day), placed=False)
        ]
        expected = {"" if q is None else str(q): Decimal(counted.count(q)) for q in set(counted)}
        assert {each.key: each.value for each in found} == expected
        assert [each.key for each in found] == sorted(expected)
        with pytest.raises(Invalid):
            queries.listed_by(SYSTEM, "p.kinds", areas[0], "home_area")


@hypothesis_settings(max_examples=30)
@given(
    facts=st.lists(made, max_size=12),
    code=st.sampled_from(CODES),
    as_of=st.integers(0, 95),
)
def test_the_facts_behind_are_exactly_those_counted(
    areas: tuple[UUID, ...], facts: list[Made], code: str, as_of: int
) -> None:
    day = START + timedelta(days=as_of)
    days = (*ALWAYS, day)
    with written(facts, areas) as ids:
        listed, after, pages = [], None, 0
        while True:
            page = queries.facts_behind(SYSTEM, code, areas[0], as_of=day, after=after, limit=2)
            listed.extend(page.rows)
            pages += 1
            after = page.next_after
            if after is None:
                break
        assert page.fact_count == len(listed)
        assert pages == max(1, -(-len(listed) // 2))
        places = [(list(Part).index(row.part), row.id) for row in listed]
        assert places == sorted(places)
        expected = {
            n
            for n in standing(facts, "probe.bought", {0, 1}, days, placed=code == "p.placed")
            if counted(code, facts[n])
        }
        if code == "p.rate":
            expected |= set(standing(facts, "probe.returned", {0, 1}, days, placed=False))
        assert {id(ids[row.id]) for row in listed} == {id(facts[n]) for n in expected}
        if code == "p.people":
            figure = queries.figure(SYSTEM, code, areas[0], as_of=day)
            assert figure.value == page.entity_count
            assert figure.value == sum(row.first_of_entity for row in listed)


def counted(code: str, fact: Made) -> bool:
    match code:
        case "p.people":
            return fact.person is not None
        case "p.big":
            return fact.quantity is not None and (fact.quantity >= 2 or fact.person is None)
        case _:
            return True


def ids_of(rows: Sequence[queries.Figure]) -> list[tuple[str, Decimal | None]]:
    return [(row.area.name, row.value) for row in rows]


def one(**changes: object) -> Made:
    base = {
        "kind": "probe.bought",
        "person": 0,
        "area": 0,
        "home": 0,
        "quantity": 1,
        "amount": 5,
        "day": 3,
        "late": 0,
        "corrects": None,
    }
    return Made(**{**base, **changes})  # type: ignore[arg-type]


def test_as_of_gives_what_was_printed_then(areas: tuple[UUID, ...]) -> None:
    """Printed on day 10; a later reversal and a late-recorded fact change today's figure only."""
    printed = START + timedelta(days=10)
    facts = [
        one(),
        one(person=1, day=5),
        one(kind="probe.returned", person=1, day=20, corrects=1),
        one(person=2, day=9, late=4),
    ]
    with written(facts, areas):
        then = queries.figure(SYSTEM, "p.people", areas[0], as_of=printed)
        now = queries.figure(SYSTEM, "p.people", areas[0])
        assert (then.text, now.text) == ("2", "2")
        behind = [
            [row.entity for row in queries.facts_behind(SYSTEM, "p.people", areas[0], as_of=d).rows]
            for d in (printed, None)
        ]
        assert behind == [
            [str(PEOPLE[0]), str(PEOPLE[1])],
            [str(PEOPLE[0]), str(PEOPLE[2])],
        ]


def test_an_empty_denominator_has_no_figure(areas: tuple[UUID, ...]) -> None:
    with written([one(kind="probe.returned")], areas):
        figure = queries.figure(SYSTEM, "p.rate", areas[0])
        assert (figure.value, figure.text) == (None, "—")
        rows = queries.breakdown(SYSTEM, "p.rate", areas[0])
        assert {row.text for row in rows} == {"—"}


def actor(scope_code: str, *verbs: str, reach: Reach = Reach.AREA) -> Actor:
    return Actor(UUID(int=9), "probe", None, scope_code, grants=dict.fromkeys(verbs, reach))


def test_outside_the_actors_area_reads_as_not_found(areas: tuple[UUID, ...]) -> None:
    mine = actor(directory.area(areas[0]).scope_code, *VERBS)
    with acting_as(mine):
        assert queries.figure(mine, "p.count", areas[0]).text == "0"
        assert queries.figure(mine, "p.count", areas[1]).text == "0"
        office = directory.area_named("菱北办事处").id
        for area in (areas[2], areas[3], office):
            with pytest.raises(NotFound):
                queries.figure(mine, "p.count", area)
            with pytest.raises(NotFound):
                queries.breakdown(mine, "p.count", area)
            with pytest.raises(NotFound):
                queries.facts_behind(mine, "p.count", area)


@pytest.mark.parametrize(
    ("verbs", "reach"),
    [((), Reach.AREA), (VERBS[:1], Reach.AREA), (VERBS, Reach.OWN)],
    ids=["nothing", "figures without their facts", "only one's own"],
)
def test_the_facts_need_their_own_right(
    areas: tuple[UUID, ...], verbs: tuple[str, ...], reach: Reach
) -> None:
    someone = actor("3408", *verbs, reach=reach)
    with acting_as(someone), pytest.raises(Refused):
        queries.facts_behind(someone, "p.count", areas[0])
    if verbs and reach is Reach.AREA:
        with acting_as(someone):
            assert queries.figure(someone, "p.count", areas[0]).text == "0"
    else:
        with acting_as(someone), pytest.raises(Refused):
            queries.catalogue(someone)


def test_what_is_not_defined_is_not_found(areas: tuple[UUID, ...]) -> None:
    with acting_as(SYSTEM):
        with pytest.raises(NotFound):
            queries.figure(SYSTEM, "p.none", areas[0])
        with pytest.raises(NotFound):  # the playbook is in force from START
            queries.figure(SYSTEM, "p.count", areas[0], as_of=START - timedelta(days=1))
        with pytest.raises(Invalid):
            queries.facts_behind(SYSTEM, "p.count", areas[0], after="numerator:x")


def test_the_catalogue_says_everything_in_order(areas: tuple[UUID, ...]) -> None:
    with acting_as(SYSTEM):
        rows = queries.catalogue(SYSTEM)
    assert [row.code for row in rows] == CODES
    assert {row.playbook for row in rows} == {"probe"}
    assert rows[0].by == tuple(By)


@pytest.mark.parametrize(
    ("name", "is_theirs"),
    [("盛塘社区", True), ("菱北街道", True), ("罗冲社区", False), ("老峰镇", False)],
)
def test_the_catalogue_holds_what_concerns_the_area(
    areas: tuple[UUID, ...], name: str, is_theirs: bool
) -> None:
    """Its own, what holds below it, and for a grid what holds around it."""
    reader = actor(directory.area_named(name).scope_code, *VERBS)
    with acting_as(reader):
        assert bool(queries.catalogue(reader)) == is_theirs
    grid = actor(directory.area(areas[1]).scope_code, *VERBS)
    with acting_as(grid):
        assert [row.code for row in queries.catalogue(grid)] == CODES


@pytest.mark.parametrize("facts", [1, 3])
@pytest.mark.parametrize(
    ("ask", "statements"),
    [
        (lambda area: queries.figure(SYSTEM, "p.people", area), 2),
        (lambda area: queries.breakdown(SYSTEM, "p.people", area), 3),
        (lambda area: queries.breakdown(SYSTEM, "p.people", area, by=By.MONTH), 2),
        (lambda area: queries.facts_behind(SYSTEM, "p.people", area), 3),
    ],
    ids=["figure", "by area", "by month", "facts"],
)
@pytest.mark.parametrize("place", ["盛塘社区", "安庆市"])
def test_statements_do_not_grow(
    areas: tuple[UUID, ...], facts: int, ask: object, statements: int, place: str
) -> None:
    area = directory.area_named(place).id
    made_ = [one(person=n, home=n, day=20 * n) for n in range(facts)]
    with written(made_, areas):
        ask(area)  # type: ignore[operator]  # what is kept in memory is read once
        with CaptureQueriesContext(connection) as captured:
            ask(area)  # type: ignore[operator]
        assert len(captured.captured_queries) == statements


def test_a_figure_counts_its_own_playbooks_facts(areas: tuple[UUID, ...]) -> None:
    """Two methods in one zone count the same kind of fact; each sums what happened under it.

    A fact without a version belongs to the method of its currency, one without either to both.
    """
    zone = directory.area_named("菱北街道").id
    for code, goods in (("one", "soap"), ("other", "salt")):
        spent = {**COMMON, "code": f"{code}.spent", "measure": {"sum": "amount"}}
        apply_playbook(
            code=code,
            source="",
            compiled={"indicators": [spent], "shop": {"goods": goods}},
            places=[areas[0]],
            in_force_from=START,
            spec_version=1,
            approved_by="",
            actor=SYSTEM,
        )
    versions = {each.code: each.id for each in journal.playbooks_in_force(None, START)}
    facts = [
        (versions["one"], "salt", 1),
        (versions["other"], "soap", 10),
        (None, "soap", 100),
        (None, "salt", 1000),
        (None, "", 10000),
    ]
    with acting_as(SYSTEM):
        for version, goods, amount in facts:
            record(
                "probe.bought",
                actor=SYSTEM,
                subject_kind="probe",
                subject_id=PEOPLE[0],
                area_id=areas[0],
                data=Bought(home_area=str(areas[1]), goods=goods),
                amount=amount,
                playbook_version=version,
            )
        sums = [queries.figure(SYSTEM, f"{each}.spent", zone).text for each in ("one", "other")]
        traced = queries.facts_behind(SYSTEM, "one.spent", zone).rows
        transaction.set_rollback(True)

    assert sums == ["10101", "11010"]
    assert [row.amount for row in traced] == [1, 100, 10000]


def test_what_is_kept_inside_has_figures_for_those_who_work_with_it(
    areas: tuple[UUID, ...],
) -> None:
    apply_playbook(
        code="members",
        source="",
        compiled={
            "indicators": [{**COMMON, "code": "m.count", "measure": "count"}],
            "points": {"currency": {"code": "member", "visibility": "internal"}},
        },
        places=[areas[0]],
        in_force_from=START,
        spec_version=1,
        approved_by="",
        actor=SYSTEM,
    )
    scope = directory.area(areas[0]).scope_code
    within, others = actor(scope, *VERBS, "points.internal.read"), actor(scope, *VERBS)
    with acting_as(within):
        assert [row.code for row in queries.catalogue(within)] == ["m.count", *CODES]
        assert queries.figure(within, "m.count", areas[0]).text == "0"
    with acting_as(others):
        assert [row.code for row in queries.catalogue(others)] == CODES
        for ask in (queries.figure, queries.breakdown, queries.facts_behind):
            with pytest.raises(NotFound):
                ask(others, "m.count", areas[0])
