"""A definition as SQL: golden texts, and one text for every area and day."""

from __future__ import annotations

import re
import textwrap
from datetime import datetime

import pytest

from engines.indicators.examples import KINDS, indicator
from liuchi.engines.indicators.enums import Part
from liuchi.engines.indicators.rules.compiling import Dialect, Shape, statement, view_name
from liuchi.engines.indicators.rules.terms import terms
from liuchi.kernel.clock import SHANGHAI

EXACT = "DECIMAL(38, 6)"


def text_of(shape: Shape, **changes: object) -> str:
    return statement(terms(indicator(**changes), KINDS)[0], shape).text


def test_the_view_of_a_kind() -> None:
    assert view_name("points.redemption_reversed") == "journal_fact_points_redemption_reversed"


@pytest.mark.parametrize(
    ("measure", "selected"),
    [
        ({"count_distinct": "person"}, "COUNT(DISTINCT person)"),
        ("count", "COUNT(*)"),
        (
            {"sum": "quantity"},
            f"COALESCE(SUM(CAST(quantity AS {EXACT})), CAST('0.000000' AS {EXACT}))",
        ),
    ],
)
def test_what_is_selected(measure: object, selected: str) -> None:
    text = re.sub(r'"t\d+"\."(\w+)"', r"\1", text_of(Shape.TOTAL, measure=measure))
    head = " ".join(text.split(" FROM")[0].split("\nFROM (")[0].split())
    assert head == f'SELECT {selected} AS "value"'


def test_the_whole_text_of_a_count() -> None:
    assert text_of(Shape.TOTAL, measure="count", where={"goods": {"is": "soap"}}) == GOLDEN


@pytest.mark.parametrize(
    ("shape", "columns"),
    [
        (Shape.TOTAL, ("value",)),
        (Shape.BY_AREA, ("figure_group", "value")),
        (Shape.BY_MONTH, ("month", "value")),
        (Shape.BY_QUARTER, ("month", "value")),
        (Shape.BY_YEAR, ("month", "value")),
        (Shape.FACTS, ("id", "entity", "first_of_entity")),
        (Shape.EXTENT, ("facts", "entities")),
    ],
)
def test_columns_of_each_shape(shape: Shape, columns: tuple[str, ...]) -> None:
    assert statement(terms(indicator(), KINDS)[0], shape).columns == columns


MEASURES = (
    {"percentile": {"at": 90, "over": "amount", "in": "hours"}},
    {"percentile": {"at": 50, "since": {"of": "probe.returned"}, "in": "days"}},
    {"stock": {"leaves": [{"of": "probe.returned"}]}},
)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("dialect", Dialect)
def test_percentiles_and_stocks_have_the_columns_of_every_count(
    measure: object, dialect: Dialect
) -> None:
    term = terms(indicator(measure=measure), KINDS)[0]
    for shape in (Shape.TOTAL, Shape.BY_AREA, Shape.BY_YEAR, Shape.EXTENT):
        plain = terms(indicator(), KINDS)[0]
        assert statement(term, shape, dialect=dialect).columns == statement(plain, shape).columns
    cells = statement(term, Shape.CELLS).columns
    assert cells == ("area", "month", "entity", "n", "value")


def test_no_percentile_is_left_to_an_engines_own_rounding() -> None:
    text = statement(terms(indicator(measure=MEASURES[0]), KINDS)[0], Shape.TOTAL).text
    assert "PERCENTILE" not in text.upper()
    assert "figure_rank" in text


def test_compiled_once() -> None:
    first = statement(terms(indicator(), KINDS)[0], Shape.TOTAL)
    again = statement(terms(indicator(title="另一个题目"), KINDS)[0], Shape.TOTAL)
    assert again is first


def test_a_ratio_has_two_terms_with_their_own_conditions() -> None:
    spec = indicator(
        where={"quantity": {"at_least": 2}},
        measure={
            "ratio": {
                "numerator": {"where": {"goods": {"is": "soap"}}},
                "denominator": {"of": "probe.returned"},
            }
        },
    )
    top, bottom = terms(spec, KINDS)
    assert (top.part, top.kind) == (Part.NUMERATOR, "probe.bought")
    assert (bottom.part, bottom.kind) == (Part.DENOMINATOR, "probe.returned")
    assert str(top.where) != str(bottom.where)


def test_within_looks_back_from_the_day_asked_for() -> None:
    term = terms(indicator(where={"at_day": {"within": "30 days"}}), KINDS)[0]
    asked = datetime(2022, 5, 26, 23, 59, tzinfo=SHANGHAI)
    text = statement(term, Shape.TOTAL, asked).text
    days = re.findall(r"MAKE_DATE\((\d+), (\d+), (\d+)\)", text)
    assert days == [("2022", "4", "26"), ("2022", "5", "26")]


GOLDEN = textwrap.dedent(
    """\
    SELECT
      COUNT(*) AS "value"
    FROM (
      SELECT
        "t19"."id",
        "t19"."at",
        "t19"."at_day",
        "t19"."recorded_at",
        "t19"."area_id",
        "t19"."amount",
        "t19"."playbook_version",
        "t19"."goods",
        "t19"."home_area",
        "t19"."household",
        "t19"."person",
        "t19"."quantity",
        "t19"."figure_place",
        "t19"."figure_group",
        "t19"."figure_since",
        "t19"."figure_before",
        "t19"."figure_day",
        "t19"."figure_end"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t15"."id",
            "t15"."at",
            "t15"."at_day",
            "t15"."recorded_at",
            "t15"."area_id",
            "t15"."amount",
            "t15"."playbook_version",
            "t15"."goods",
            "t15"."home_area",
            "t15"."household",
            "t15"."person",
            "t15"."quantity",
            "t5"."figure_place",
            "t5"."figure_group",
            "t6"."figure_since",
            "t6"."figure_before",
            "t6"."figure_day",
            "t6"."figure_end"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                *
              FROM "journal_fact_probe_bought" AS "t2"
              WHERE
                "t2"."playbook_version" IN (
                  SELECT
                    *
                  FROM "figure_playbook" AS "t4"
                )
                OR (
                  "t2"."playbook_version" IS NULL
                )
            ) AS "t11"
            WHERE
              "t11"."goods" IS NOT NULL AND "t11"."goods" = 'soap'
          ) AS "t15"
          INNER JOIN "figure_area" AS "t5"
            ON "t15"."home_area" = "t5"."figure_place"
          CROSS JOIN "figure_time" AS "t6"
        ) AS "t17"
        WHERE
          "t17"."at_day" >= "t17"."figure_since"
          AND "t17"."at_day" < "t17"."figure_before"
          AND "t17"."at_day" <= "t17"."figure_day"
          AND "t17"."recorded_at" < "t17"."figure_end"
      ) AS "t19"
      WHERE
        NOT EXISTS(
          SELECT
            1
          FROM (
            SELECT
              "t12"."corrects_id"
            FROM (
              SELECT
                "t10"."corrects_id",
                "t10"."recorded_at",
                "t7"."figure_since",
                "t7"."figure_before",
                "t7"."figure_day",
                "t7"."figure_end"
              FROM (
                SELECT
                  *
                FROM "journal_fact" AS "t3"
                WHERE
                  "t3"."corrects_id" IS NOT NULL
              ) AS "t10"
              CROSS JOIN "figure_time" AS "t7"
            ) AS "t12"
            WHERE
              "t12"."recorded_at" < "t12"."figure_end"
          ) AS "t16"
          WHERE
            "t19"."id" = "t16"."corrects_id"
        )
    ) AS "t20"
    """
)[:-1]
