"""Rows as columns: what PostgreSQL reads is what was given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from liuchi.kernel.columns import selected
from liuchi.project.postgres import Role

TYPES = {"n": "integer", "who": "uuid", "words": "text", "on_day": "date", "at": "timestamptz",
         "held": "uuid[]", "data": "jsonb"}  # fmt: skip
A, B = UUID(int=1), UUID(int=2)
NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
ROWS = [
    (1, A, 'a "quoted" \\ text, {with} NULL', date(2026, 1, 1), NOW, "{}", '{"a": "\\"b\\""}'),
    (2, None, "NULL", None, NOW, f"{{{A},{B}}}", '{"a": null}'),
    (3, B, "", date(2026, 1, 2), NOW, f"{{{B}}}", "{}"),
]
READ = [
    (1, A, ROWS[0][2], date(2026, 1, 1), NOW, [], {"a": '"b"'}),
    (2, None, "NULL", None, NOW, [A, B], {"a": None}),
    (3, B, "", date(2026, 1, 2), NOW, [B], {}),
]


def test_rows_come_back_as_they_were(db, cluster):
    with cluster.connect(Role.OWNER, db) as owner:
        for number in (3, 1):
            query, values = selected(TYPES, ROWS[:number])
            assert owner.execute(query, values).fetchall() == READ[:number]
        query, values = selected({"n": "integer"}, [(7,)] * 3)
        assert owner.execute(query, values).fetchall() == [(7,)] * 3


@given(st.lists(st.tuples(st.integers(0, 9), st.text()), min_size=1))
def test_what_all_rows_share_is_said_once(rows):
    query, values = selected({"n": "integer", "words": "text"}, rows)
    alike = [len(set(column)) == 1 for column in zip(*rows, strict=True)]
    assert query.count("[]") == max(alike.count(False), 1)
    assert len(values) == (2 if False in alike else 3)
