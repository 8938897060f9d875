"""What a count reads: the views of facts, and which of them are known and not corrected.

See :mod:`compiling` for the relations, and for what a figure of a day is.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import ibis

from liuchi.engines.indicators.rules.terms import Chosen, Dimensions, Term
from liuchi.engines.indicators.spec import PLACE
from liuchi.kernel.periods import Per
from liuchi.kernel.predicates import to_ibis
from liuchi.playbooks.registry import DimensionType

AREA_RELATION = "figure_area"
TIME_RELATION = "figure_time"
PLAYBOOK_RELATION = "figure_playbook"
REACH_RELATION = "figure_reach"
FACTS = "journal_fact"
WAITING = 2**63 - 1
"""The ordinal a fact is taken to have as long as it has none."""
EXACT = "decimal(38, 6)"  # sums are decimal in every engine, never a float

_INSTANT = "timestamp('UTC', 6)"
_ENVELOPE = {
    "id": "uuid",
    "at": _INSTANT,
    "at_day": "date",
    "recorded_at": _INSTANT,
    "area_id": "uuid",
    "amount": EXACT,
    "playbook_version": "uuid",
}
COLUMN_TYPES = {
    DimensionType.UUID: "uuid",
    DimensionType.AREA: "uuid",
    DimensionType.PERSON: "uuid",
    DimensionType.HOUSEHOLD: "uuid",
    DimensionType.TEXT: "string",
    DimensionType.INTEGER: "int64",
    DimensionType.DECIMAL: EXACT,
    DimensionType.DATE: "date",
}


def view_name(kind: str) -> str:
    """Return the typed view of a kind: ``points.redeemed`` → ``journal_fact_points_redeemed``."""
    return f"{FACTS}_{kind.replace('.', '_')}"


def view(kind: str, dimensions: Dimensions, **more: str) -> Any:
    """Return the typed view of a kind, with more columns than every count needs."""
    columns = {**_ENVELOPE, **more, **{name: COLUMN_TYPES[type_] for name, type_ in dimensions}}
    return ibis.table(columns, name=view_name(kind))


def placed_by(term: Term) -> str:
    """Return the column that says which place a fact counts in."""
    return "area_id" if term.area == PLACE else term.area


Known = Callable[[Any], Any]
"""Keeps the facts that were known: by the end of a day, or up to an ordinal."""


def known_by_day(facts: Any) -> Any:
    """Keep what was recorded by the end of the as-of day."""
    facts = facts.cross_join(time())
    return facts.filter(facts.recorded_at < facts.figure_end)


def known_by_ordinal(facts: Any) -> Any:
    """Keep what the journal held when it had come so far."""
    facts = facts.cross_join(ibis.table({"figure_ordinal": "int64"}, name=REACH_RELATION))
    place = ibis.coalesce(facts.ordinal, ibis.literal(WAITING, type="int64"))
    return facts.filter(place <= facts.figure_ordinal)


def not_corrected(facts: Any, known: Known) -> Any:
    """Take out what was corrected."""
    schema = {"corrects_id": "uuid", "recorded_at": _INSTANT}
    if known is known_by_ordinal:
        schema = {"corrects_id": "uuid", "ordinal": "int64"}
    corrections = ibis.table(schema, name=FACTS)
    corrections = known(corrections.filter(corrections.corrects_id.notnull()))
    corrected = corrections.select("corrects_id")
    return facts.anti_join(corrected, facts.id == corrected.corrects_id)


def chosen(each: Chosen, asked_at: datetime | None, known: Known) -> Any:
    """Return other facts about the same records, one row each."""
    columns = {"subject_id": "uuid", **({"ordinal": "int64"} if known is known_by_ordinal else {})}
    facts = view(each.kind, each.dimensions, **columns)
    return not_corrected(known(meeting(facts, each, asked_at)), known)


def meeting(facts: Any, each: Chosen, asked_at: datetime | None) -> Any:
    """Keep the facts that meet the condition."""
    return facts.filter(to_ibis(each.where, facts, each.schema, asked_at))


def of_playbook(facts: Any, owned: tuple[str, str] | None) -> Any:
    """Say which facts are of the playbooks that define the figure."""
    versions = ibis.table({"figure_version": "uuid"}, name=PLAYBOOK_RELATION)
    of_none = facts.playbook_version.isnull()
    if owned is not None:
        said = facts[owned[0]]
        of_none &= said.isnull() | said.isin(("", owned[1]))
    return facts.playbook_version.isin(versions.figure_version) | of_none


def nothing(facts: Any, type_: Any) -> Any:
    """Return a column for rows that lack it and leave later; of ids one that is there.

    Ids are text in Parquet, which a NULL that is said to be a UUID would turn into UUIDs.
    """
    type_ = ibis.dtype(type_)
    return facts.id if type_.is_uuid() else ibis.null(type_)


def places() -> Any:
    """Return the areas that count."""
    return ibis.table({"figure_place": "uuid", "figure_group": "uuid"}, name=AREA_RELATION)


MONTHS: dict[Per, Callable[[Any], Any]] = {
    Per.MONTH: lambda day: day.month(),
    Per.QUARTER: lambda day: day.quarter() * 3 - 2,
    Per.YEAR: lambda _day: 1,
}
"""Which month of its year a stretch begins with, of any day in it."""


def time() -> Any:
    """Return the one row of days."""
    days = dict.fromkeys(("figure_since", "figure_before", "figure_day"), "date")
    return ibis.table({**days, "figure_end": _INSTANT}, name=TIME_RELATION)
