"""What was released last in a village, or in all villages of a town."""

from __future__ import annotations

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.disclosures import queries as disclosures
from liuchi.engines.disclosures.queries import PublicPostingRow


def newest_at(area: AreaRow, *, limit: int) -> tuple[tuple[PublicPostingRow, AreaRow], ...]:
    """Return what was released last at a place or below it, each with its village."""
    ids = [area.id] if area.kind.is_village else directory.subtree_ids(area.id)
    rows = disclosures.newest_postings(*ids, limit=limit)
    places = directory.areas({row.area_id for row in rows})
    return tuple((row, places[row.area_id]) for row in rows)
