"""The columns of a kind's table: those of its typed view, and the data they were made of.

Ids are text, as not every engine that reads Parquet knows UUIDs; amounts and decimals have six
decimals; days are those of Shanghai. ``data`` is never read to count: it is what was sealed.
"""

from __future__ import annotations

from collections.abc import Mapping

from liuchi.playbooks.registry import DimensionType

ENVELOPE: tuple[tuple[str, str], ...] = (
    ("id", "VARCHAR"),
    ("ordinal", "BIGINT"),
    ("at", "TIMESTAMPTZ"),
    ("at_day", "DATE"),
    ("recorded_at", "TIMESTAMPTZ"),
    ("recorded_day", "DATE"),
    ("area_id", "VARCHAR"),
    ("actor_id", "VARCHAR"),
    ("subject_kind", "VARCHAR"),
    ("subject_id", "VARCHAR"),
    ("cause_id", "VARCHAR"),
    ("corrects_id", "VARCHAR"),
    ("playbook_version", "VARCHAR"),
    ("amount", "DECIMAL(38, 6)"),
)
SEALED = (
    *("actor_id", "amount", "area_id", "at", "cause_id", "corrects_id", "data", "id"),
    *("ordinal", "playbook_version", "recorded_at", "subject_id", "subject_kind"),
)
"""What a seal covers, beside the kind, which is the table's."""
UNREPEATED = ("id", "subject_id", "cause_id", "corrects_id", "data", "ordinal", "at", "recorded_at")
"""Columns whose values hardly repeat: a dictionary of them only costs."""
_TYPES = {
    DimensionType.INTEGER: "BIGINT",
    DimensionType.DECIMAL: "DECIMAL(38, 6)",
    DimensionType.DATE: "DATE",
}
_DAYS = {"at_day": "at", "recorded_day": "recorded_at"}


def columns(dimensions: Mapping[str, DimensionType]) -> dict[str, str]:
    """Return the columns of a table with their types as DuckDB names them."""
    typed = {name: _TYPES.get(type_, "VARCHAR") for name, type_ in dimensions.items()}
    return {**dict(ENVELOPE), **typed, "data": "VARCHAR"}


def made_of_data(relation: str, dimensions: Mapping[str, DimensionType]) -> str:
    """Return the select that makes a table's columns of facts as they come.

    ``relation`` has the columns a seal covers. The same text writes a table and checks it.
    """
    paths = ", ".join(f"'$.\"{name}\"'" for name in dimensions)
    said = f", json_extract_string(data, [{paths}]) AS said" if dimensions else ""
    chosen = []
    place = 0
    for name, type_ in columns(dimensions).items():
        if name in dimensions:
            place += 1
            value = f"CAST(said[{place}] AS {type_})"
        elif name in _DAYS:
            value = f"CAST(timezone('Asia/Shanghai', \"{_DAYS[name]}\") AS DATE)"
        else:
            value = f'"{name}"'
        chosen.append(f'{value} AS "{name}"')
    # Names come from declared kinds and from this file.
    return f"SELECT {', '.join(chosen)} FROM (SELECT *{said} FROM {relation})"  # noqa: S608
