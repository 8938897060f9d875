"""What a correction changed, over what the public reads of both versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from liuchi.engines.disclosures.rules.masking import PublicColumn

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """One row: before and after; None where it was not there."""

    before: Row | None
    after: Row | None

    @property
    def columns(self) -> tuple[int, ...]:
        """Places of the cells that differ; none where the row came or went as a whole."""
        if self.before is None or self.after is None:
            return ()
        pairs = zip(self.before, self.after, strict=True)
        return tuple(place for place, (was, now) in enumerate(pairs) if was != now)


def changes(
    columns: Sequence[PublicColumn], old: Sequence[Row], new: Sequence[Row]
) -> list[Changed]:
    """Return what differs, in the order of the new version, what went last.

    Rows are told by their key columns, or are wholly the same or not where none is a key or two
    rows share one.
    """
    keys = [place for place, column in enumerate(columns) if column.key]
    was, now = _by_key(keys, old), _by_key(keys, new)
    if was is None or now is None:
        return _as_wholes(old, new)
    found = [Changed(was.get(key), row) for key, row in now.items() if was.get(key) != row]
    return [*found, *(Changed(row, None) for key, row in was.items() if key not in now)]


def _by_key(keys: Sequence[int], rows: Sequence[Row]) -> dict[Row, Row] | None:
    if not keys:
        return None
    held = {tuple(row[place] for place in keys): row for row in rows}
    return held if len(held) == len(rows) else None


def _as_wholes(old: Sequence[Row], new: Sequence[Row]) -> list[Changed]:
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    return [
        *(Changed(None, row) for row in come.elements()),
        *(Changed(row, None) for row in gone.elements()),
    ]
