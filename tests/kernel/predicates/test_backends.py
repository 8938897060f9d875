"""Python, SQL and Ibis give one answer, proved on PostgreSQL with generated conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any as Anything
from uuid import UUID

import ibis
import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liuchi.kernel.clock import SHANGHAI
from liuchi.kernel.durations import Period, PeriodUnit
from liuchi.kernel.predicates import (
    All,
    Any,
    Compare,
    Field,
    FieldType,
    Member,
    Missing,
    Not,
    Op,
    Predicate,
    Within,
    evaluate,
    to_ibis,
    to_sql,
)
from liuchi.project.postgres import Cluster

AS_OF = datetime(2022, 5, 26, 12, 30, tzinfo=SHANGHAI)
GRADES = ("D", "C", "B", "A", "AA", "AAA")
SCHEMA = {
    "kind": Field(FieldType.TEXT, column='ki"nd %s'),
    "grade": Field(FieldType.TEXT, choices=GRADES, ordered=True),
    "quantity": Field(FieldType.INTEGER),
    "price": Field(FieldType.DECIMAL),
    "paid": Field(FieldType.BOOLEAN),
    "day": Field(FieldType.DATE),
    "moment": Field(FieldType.INSTANT),
    "person": Field(FieldType.UUID),
}
COLUMNS = {
    "kind": ('ki"nd %s', "text", "string"),
    "grade": ("grade", "text", "string"),
    "quantity": ("quantity", "bigint", "int64"),
    "price": ("price", "numeric", "decimal"),
    "paid": ("paid", "boolean", "boolean"),
    "day": ("day", "date", "date"),
    "moment": ("moment", "timestamptz", "timestamp('UTC', 6)"),
    "person": ("person", "uuid", "uuid"),
}

# Few values per type, so that rows and conditions meet.
instants = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(days=30)]).map(
    lambda before: AS_OF - before
) | st.integers(-500, 500).map(lambda hours: AS_OF + timedelta(hours=hours * 18))
values: dict[str, st.SearchStrategy[Anything]] = {
    "kind": st.sampled_from(["testing", "核酸检测", "o'clock", "%s", '"', "\\", ""]),
    "grade": st.sampled_from(GRADES),
    "quantity": st.sampled_from([-1, 0, 1, 2, (1 << 63) - 1]),
    "price": st.sampled_from([Decimal("1.10"), Decimal("1.1"), Decimal(-3), Decimal(0)]),
    "paid": st.booleans(),
    "day": st.dates(date(2022, 4, 20), date(2022, 5, 30)),
    "moment": instants,
    "person": st.sampled_from([UUID(int=1), UUID(int=2)]),
}
periods = st.builds(Period, st.integers(0, 14), st.sampled_from(PeriodUnit))


def leaves() -> Iterator[st.SearchStrategy[Predicate]]:
    for name, field in SCHEMA.items():
        ops = [Op.IS]
        if field.comparable:
            ops += [Op.AT_LEAST, Op.AT_MOST]
        if field.type in (FieldType.DATE, FieldType.INSTANT):
            ops += [Op.BEFORE, Op.AFTER]
            yield st.builds(Within, st.just(name), periods)
        yield st.builds(Compare, st.just(name), st.sampled_from(ops), values[name])
        several = st.lists(values[name], min_size=1, max_size=3).map(tuple)
        yield st.builds(Member, st.just(name), several, st.booleans())
        yield st.builds(Missing, st.just(name), st.booleans())


trees: st.SearchStrategy[Predicate] = st.recursive(
    st.one_of(*leaves()),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts))),
    ),
    max_leaves=6,
)
rows = st.lists(
    st.fixed_dictionaries({name: st.none() | values[name] for name in SCHEMA}),
    min_size=1,
    max_size=6,
)
TABLE = ibis.table({"n": "int64"} | {c: kind for c, _, kind in COLUMNS.values()}, name="seen")


@pytest.fixture(scope="module")
def connection(cluster: Cluster) -> Iterator[psycopg.Connection[Anything]]:
    columns = ", ".join('"' + c.replace('"', '""') + f'" {t}' for c, t, _ in COLUMNS.values())
    with cluster.connect() as held:
        held.execute(f"CREATE TEMPORARY TABLE seen (n bigint, {columns})")
        yield held


def fill(held: psycopg.Connection[Anything], given_rows: list[dict[str, Anything]]) -> None:
    held.execute("TRUNCATE seen")
    places = ", ".join(["%s"] * (len(SCHEMA) + 1))
    for n, row in enumerate(given_rows):
        held.execute(f"INSERT INTO seen VALUES ({places})", [n, *(row[name] for name in SCHEMA)])


@settings(max_examples=300)
@given(tree=trees, given_rows=rows)
def test_three_backends_give_one_answer(
    connection: psycopg.Connection[Anything],
    tree: Predicate,
    given_rows: list[dict[str, Anything]],
) -> None:
    fill(connection, given_rows)
    python = [evaluate(tree, row, SCHEMA, AS_OF) for row in given_rows]

    condition, parameters = to_sql(tree, SCHEMA, alias="seen", as_of=AS_OF)
    answers = connection.execute(f"SELECT {condition} FROM seen ORDER BY n", parameters)
    assert [held for (held,) in answers] == python

    expression = TABLE.select(n=TABLE.n, held=to_ibis(tree, TABLE, SCHEMA, AS_OF))
    compiled = str(ibis.to_sql(expression.order_by("n"), dialect="postgres"))
    answers = connection.execute(compiled.encode())
    assert [held for _, held in answers] == python


@settings(max_examples=200)
@given(tree=trees, row=rows.map(lambda several: several[0]))
def test_not_is_the_plain_complement(tree: Predicate, row: dict[str, Anything]) -> None:
    assert evaluate(Not(tree), row, SCHEMA, AS_OF) is not evaluate(tree, row, SCHEMA, AS_OF)


@settings(max_examples=200)
@given(tree=st.one_of(*leaves()).filter(lambda leaf: not isinstance(leaf, Missing)))
def test_a_missing_operand_is_false(tree: Predicate) -> None:
    assert evaluate(tree, {}, SCHEMA, AS_OF) is False


def test_values_never_stand_in_the_sql() -> None:
    tree = Compare("kind", Op.IS, "'; DROP TABLE fact; --")
    assert to_sql(tree, SCHEMA) == (
        '("ki""nd %%s" IS NOT NULL AND "ki""nd %%s" = %s::text)',
        ["'; DROP TABLE fact; --"],
    )


def test_text_carried_by_json_is_read_as_its_type() -> None:
    row = {"day": "2022-05-25", "person": str(UUID(int=1)), "price": "1.10"}
    tree = All(
        (
            Compare("day", Op.BEFORE, date(2022, 5, 26)),
            Compare("person", Op.IS, UUID(int=1)),
            Compare("price", Op.AT_LEAST, Decimal("1.1")),
        )
    )
    assert evaluate(tree, row, SCHEMA) is True


def test_within_needs_the_instant_it_is_asked_at() -> None:
    tree = Within("day", Period(1, PeriodUnit.MONTHS))
    with pytest.raises(ValueError, match="needs the instant"):
        evaluate(tree, {"day": date(2022, 5, 1)}, SCHEMA)


def test_an_unknown_grade_is_never_high_enough() -> None:
    tree = Compare("grade", Op.AT_LEAST, "D")
    assert evaluate(tree, {"grade": "unrated"}, SCHEMA) is False
