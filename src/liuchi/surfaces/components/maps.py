"""A map of our own areas: outlines and points, with no server of map pictures needed.

The map is for the eye. Whatever it shows stands beside it as a list or a choice, which is
what a keyboard and a screen reader use; what is picked on the map is picked there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import OutlineRow

OUTLINES_MAX = 600
"""Outlines on one map: a town's. A city's are looked at town by town."""

_KEY = (("late", _("超时")), ("open", _("正在办")), ("done", _("已办结")))


@dataclass(frozen=True, slots=True)
class Pin:
    """A point on a map. ``look`` is one of ``open``, ``late``, ``done``; ``url`` opens it."""

    longitude: float
    latitude: float
    title: str
    look: str = "open"
    url: str = ""


@dataclass(frozen=True, slots=True)
class MapShown:
    """A map for ``components/map.html``; ``data`` goes to the script as JSON."""

    data: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: the page then leaves the map out."""
        return not (self.data["outlines"] or self.data["pins"])

    @property
    def key(self) -> tuple[tuple[str, Promise], ...]:
        """What the colours of its pins mean, where there are several."""
        looks = {pin["look"] for pin in self.data["pins"]}
        return tuple(each for each in _KEY if each[0] in looks) if len(looks) > 1 else ()


def shown(
    village_ids: Iterable[UUID],
    *,
    pins: Sequence[Pin] = (),
    chosen: UUID | None = None,
    picks: bool = False,
    url: str = "",
) -> MapShown:
    """Return the map of some villages.

    ``picks``: a click chooses the grid in the page's ``data-map-choice``, and puts a pin.
    ``url``: with ``{id}`` in it, where a click on a grid leads.
    """
    rows = directory.outlines_of(village_ids)
    return MapShown(
        {
            "outlines": [_outline(row) for row in rows[:OUTLINES_MAX]],
            "pins": [
                {
                    "at": [pin.latitude, pin.longitude],
                    "title": pin.title,
                    "look": pin.look,
                    "url": pin.url,
                }
                for pin in pins
            ],
            "chosen": str(chosen) if chosen else "",
            "picks": picks,
            "url": url,
            "tiles": settings.LIUCHI_MAP_TILES,
        }
    )


def _outline(row: OutlineRow) -> dict[str, Any]:
    return {
        "id": str(row.area_id),
        "name": row.name,
        "grid": row.is_grid,
        "outline": row.outline,
    }
