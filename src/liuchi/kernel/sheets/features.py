"""GeoJSON read as a table: a row for each feature, its properties and its outline as cells.

Whoever draws boundaries exports them so. As a table they pass the same choosing of columns,
dry run and undo as a workbook does, and whatever names the properties have can be matched.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import IO, Any

from liuchi.kernel.sheets.faults import fault
from liuchi.kernel.sheets.shapes import COLUMNS_MAX, ROWS_MAX, Cell, Merge, RawRow, SheetInfo

OUTLINE = "geometry"
"""The header of the column that holds a feature's geometry, as compact JSON."""


class FeaturesSheet:
    """The one sheet of a GeoJSON file: headers in row 1, a feature in each row below."""

    merges: Sequence[Merge] = ()

    def __init__(self, source: IO[bytes], name: str) -> None:
        """Read all features; a file is 30 MB at most."""
        self._features = _features(source.read())
        headers = dict.fromkeys(key for each in self._features for key in _properties(each))
        self._headers = [*(key for key in headers if key != OUTLINE), OUTLINE]
        if len(self._headers) > COLUMNS_MAX:
            raise fault("columns_too_many", sheet=name)
        rows = len(self._features) + 1
        self.info = SheetInfo(name, False, rows, len(self._headers))  # noqa: FBT003

    def read(self) -> Iterator[RawRow]:
        """Return the headers, then a row for each feature."""
        yield 1, [*self._headers]
        for number, feature in enumerate(self._features, start=2):
            held = {**_properties(feature), OUTLINE: feature.get("geometry")}
            yield number, [_cell(held.get(header)) for header in self._headers]


def _features(content: bytes) -> list[dict[str, Any]]:
    try:
        given = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise fault("file_damaged") from error
    features = given.get("features") if isinstance(given, dict) else None
    if not isinstance(features, list) or not all(isinstance(each, dict) for each in features):
        raise fault("file_unknown")
    if len(features) > ROWS_MAX:
        raise fault("rows_too_many")
    if not features:
        raise fault("no_rows")
    return features


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    held = feature.get("properties")
    return held if isinstance(held, dict) else {}


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value.strip() or None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
