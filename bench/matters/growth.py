"""Fills the tables up to so many cases, by sets, through the same tables and constraints.

Every case is a copy of one that was lived through the API: its report, clocks, log and facts
with ids, times and places of their own. A twentieth of them is open.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.ground import owner

CHUNK = 25_000
OPEN_EVERY = 20
DAYS = 300

_ID = """
CREATE OR REPLACE FUNCTION pg_temp.new_id(at timestamptz) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
            || substr(md5(random()::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid
$$
"""
_CHUNK = """
CREATE TEMP TABLE grown AS
SELECT pg_temp.new_id(at) AS id, pg_temp.new_id(at) AS report_id, at, is_open, place,
       CASE WHEN is_open THEN %(open)s::uuid ELSE %(closed)s::uuid END AS like_id
FROM (SELECT now() - make_interval(days => %(days)s) * (1 - (n::float8 / %(whole)s)) AS at,
             n %% %(every)s = 0 AS is_open,
             (SELECT p FROM unnest(%(places)s::text[]) WITH ORDINALITY AS each (p, k)
              WHERE k = 1 + n %% cardinality(%(places)s::text[]))::jsonb AS place
      FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS made
"""
_CASES = """
INSERT INTO cases_case
SELECT made.* FROM grown JOIN cases_case AS held ON held.id = like_id
CROSS JOIN LATERAL jsonb_populate_record(held, grown.place || jsonb_build_object(
    'id', grown.id, 'reported_at', grown.at, 'since', grown.at, 'filed_at', grown.at,
    'due_at', CASE WHEN is_open THEN grown.at + interval '1 year' END,
    'closed_at', CASE WHEN is_open THEN NULL ELSE grown.at END,
    'reopen_until', CASE WHEN is_open THEN NULL ELSE grown.at END)) AS made
"""
_REPORTS = """
INSERT INTO cases_report
SELECT made.* FROM grown
JOIN LATERAL (SELECT * FROM cases_report WHERE case_id = like_id LIMIT 1) AS held ON true
CROSS JOIN LATERAL jsonb_populate_record(held::cases_report, jsonb_build_object(
    'id', grown.report_id, 'case_id', grown.id, 'received_at', grown.at,
    'receipt_hash', sha256(grown.id::text::bytea))) AS made
"""
_CLOCKS = """
INSERT INTO cases_clock
SELECT made.* FROM grown JOIN cases_clock AS held ON held.case_id = like_id
CROSS JOIN LATERAL jsonb_populate_record(held, jsonb_build_object(
    'id', pg_temp.new_id(grown.at), 'case_id', grown.id, 'started_at', grown.at,
    'due_at', grown.at + interval '1 year', 'warn_at', grown.at + interval '11 months',
    'stopped_at', CASE WHEN held.stopped_at IS NULL THEN NULL ELSE grown.at END)) AS made
"""
_STEPS = """
INSERT INTO cases_step
SELECT made.* FROM grown JOIN cases_step AS held ON held.case_id = like_id
CROSS JOIN LATERAL jsonb_populate_record(held, jsonb_build_object(
    'id', pg_temp.new_id(grown.at), 'case_id', grown.id, 'at', grown.at)) AS made
"""
_TASKS = """
INSERT INTO cases_task
SELECT made.* FROM grown JOIN cases_task AS held ON held.case_id = like_id
CROSS JOIN LATERAL jsonb_populate_record(held, jsonb_build_object(
    'id', pg_temp.new_id(grown.at), 'case_id', grown.id, 'given_at', grown.at)) AS made
"""
_FACTS = """
INSERT INTO journal_fact (id, kind, at, recorded_at, area_id, actor_id, subject_kind,
    subject_id, playbook_version, amount, data)
SELECT pg_temp.new_id(grown.at), kind, grown.at, grown.at, (grown.place->>'village_id')::uuid,
    actor_id, subject_kind, grown.id, playbook_version, amount, data
FROM grown JOIN journal_fact AS held ON held.subject_id = like_id
"""


def grow(size: int, places: Sequence[str]) -> None:
    """Fill up to ``size`` cases over ``places``: JSON of what a case says of where it is."""
    owner("SELECT journal_make_partitions((now() - interval '320 days')::date, 14)")
    owner(_ID)
    like = {
        state: owner("SELECT id FROM cases_case WHERE state = %s ORDER BY id DESC LIMIT 1", state)
        for state in ("filed", "closed")
    }
    ((there,),) = owner("SELECT count(*) FROM cases_case")
    for first in range(there, size, CHUNK):
        values = {
            "open": like["filed"][0][0], "closed": like["closed"][0][0], "whole": size,
            "places": list(places), "first": first, "days": DAYS, "every": OPEN_EVERY,
            "last": min(first + CHUNK, size) - 1,
        }  # fmt: skip
        owner(_CHUNK, **values)
        owner("CREATE INDEX ON grown (like_id)")
        for statement in (_CASES, _REPORTS, _CLOCKS, _STEPS, _TASKS, _FACTS):
            owner(statement)
        owner("DROP TABLE grown")
    for table in ("case", "report", "clock", "step", "task"):
        owner(f"VACUUM (ANALYZE) cases_{table}")
    owner("VACUUM (ANALYZE) journal_fact")
