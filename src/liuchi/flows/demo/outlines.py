"""Invented borders of the demo's communities and grids, brought as a GeoJSON file.

The places are real, their borders are not (示例自定): side by side, a community is two rows
of grids. They come in as any office's would, through the import.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.flows.demo.places.stage import bring_file
from liuchi.kernel.actors import Actor

_SOUTH_WEST = (117.085, 30.522)
_WIDTH, _HEIGHT = 0.012, 0.009  # about a kilometre each way
_WIGGLE = 0.0006
Point = tuple[float, float]


def draw(communities: Sequence[str], actor: Actor, chance: Random) -> None:
    """Draw communities from west to east with their grids, all in one file."""
    features = [
        feature
        for place, name in enumerate(communities)
        for feature in _features(name, _SOUTH_WEST[0] + place * _WIDTH, chance)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    bring_file(content, "网格边界.geojson", "grids", actor, "outlines")


def _features(name: str, west: float, chance: Random) -> Iterator[dict[str, Any]]:
    village = directory.area_named(name)
    grids = directory.children(village.id)
    south, east = _SOUTH_WEST[1], west + _WIDTH
    middle = south + _HEIGHT / 2 + chance.uniform(-_WIGGLE, _WIGGLE)
    north = south + _HEIGHT
    upper = _row(west, east, middle, north, (len(grids) + 1) // 2, chance)
    lower = _row(west, east, south, middle, len(grids) // 2, chance)
    yield _feature(village, [(west, south), (east, south), (east, north), (west, north)], "村界")
    for grid, corners in zip(grids, [*upper, *lower], strict=True):
        yield _feature(grid, corners, "")


def _row(  # noqa: PLR0917  west, east, south, north is how a box is told
    west: float, east: float, south: float, north: float, count: int, chance: Random
) -> list[list[Point]]:
    """Return grids side by side between two lines; the streets between them lean a little."""
    step = (east - west) / count
    below, above = [west], [west]
    for number in range(1, count):
        below.append(west + number * step + chance.uniform(-_WIGGLE, _WIGGLE))
        above.append(west + number * step + chance.uniform(-_WIGGLE, _WIGGLE))
    below.append(east)
    above.append(east)
    return [
        [(below[n], south), (below[n + 1], south), (above[n + 1], north), (above[n], north)]
        for n in range(count)
    ]


def _feature(area: AreaRow, corners: Sequence[Point], kind: str) -> dict[str, Any]:
    ring = [[round(x, 6), round(y, 6)] for x, y in [*corners, corners[0]]]
    return {
        "type": "Feature",
        "properties": {
            "name": area.name,
            "code": "" if kind else area.scope_code,
            "village": area.scope_code if kind else area.scope_code[:-3],
            "kind": kind,
        },
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
