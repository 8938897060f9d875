"""Outlines of places: read from what people bring, measured, and held against each other.

Coordinates are degrees, longitude first, in CGCS2000 (WGS 84 to within a metre). Areas are
of the plane that touches the earth at the outline: right to a part in a thousand for
anything the size of a town, and no projection to install.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from liuchi.kernel.sentences import Sentence

POINTS_MAX = 5_000
TEXT_CHARACTERS_MAX = 400_000
OVERLAP_SHARE_MAX = 0.01
"""Of the smaller one: two lines drawn along one street never meet to the metre."""
_DECIMALS = 7  # a centimetre
_CORNERS_MIN = 4  # three corners, and back
_METRES_PER_DEGREE = 111_320.0
_EAST, _NORTH = (73.0, 136.0), (3.0, 54.0)

_UNREADABLE = Sentence(
    "边界读不出，请给 GeoJSON 或 WKT 多边形。", "Not an outline: give GeoJSON or WKT."
)
_NO_POLYGON = Sentence("边界要是多边形，不能是点或线。", "An outline is a polygon.")
_OPEN = Sentence("边界没有闭合：首尾两点要相同。", "Not closed: first and last point differ.")
_CROSSING = Sentence("边界自己交叉了，请重画。", "The outline crosses itself. Draw it again.")
_ELSEWHERE = Sentence(
    "坐标应为经纬度，先经后纬，在中国范围内。", "Degrees in China, longitude first."
)
_PIECES = Sentence("一个网格只能是一整块。", "A grid is one piece.")
_TOO_FINE = Sentence(
    "边界的点太多：最多 {most} 个。", "Too many points: {most} at most.", {"most": POINTS_MAX}
)


@dataclass(frozen=True, slots=True)
class Outline:
    """A polygon that can be used. ``geometry`` is shapely's."""

    geometry: BaseGeometry

    @property
    def square_metres(self) -> int:
        """Its size, one at least."""
        return max(1, round(square_metres(self.geometry)))

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of its middle."""
        middle = self.geometry.centroid
        return middle.x, middle.y

    def geojson(self) -> dict[str, Any]:
        """Return the geometry as it is stored and sent to maps."""
        held: dict[str, Any] = json.loads(json.dumps(mapping(self.geometry)))
        return held


def read_outline(text: str, *, one_piece: bool) -> Outline | Sentence:
    """Return the outline a cell or file gives, or what is wrong with it.

    ``text`` is a GeoJSON geometry (or feature), or WKT. ``one_piece``: grids are; a
    village may have an enclave.
    """
    rings = _rings(text)
    if isinstance(rings, Sentence):
        return rings
    wrong = _wrong([ring for polygon in rings for ring in polygon])
    if wrong is None and one_piece and len(rings) > 1:
        wrong = _PIECES
    if wrong is not None:
        return wrong
    polygons = [shapely.Polygon(polygon[0], polygon[1:]) for polygon in rings]
    geometry = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    if not geometry.is_valid or geometry.is_empty or not geometry.area:
        return _CROSSING
    oriented: BaseGeometry = shapely.orient_polygons(geometry)  # type: ignore[no-untyped-call, unused-ignore]
    return Outline(oriented)


def held_outline(geojson: Mapping[str, Any]) -> BaseGeometry:
    """Return the geometry of an outline that was accepted before."""
    return shape(geojson)


def square_metres(geometry: BaseGeometry) -> float:
    """Return the size of a geometry in degrees."""
    if geometry.is_empty:
        return 0.0
    middle = math.radians(geometry.centroid.y)
    return float(geometry.area) * _METRES_PER_DEGREE**2 * math.cos(middle)


def overlaps(given: BaseGeometry, other: BaseGeometry) -> int:
    """Return by how many square metres two outlines overlap, 0 where it is a line's width."""
    shared = shapely.intersection(given, other)
    if shared.area <= OVERLAP_SHARE_MAX * min(given.area, other.area):
        return 0
    return round(square_metres(shared))


def beyond(given: BaseGeometry, around: BaseGeometry) -> int:
    """Return how many square metres of an outline lie outside another, as :func:`overlaps`."""
    outside = shapely.difference(given, around)
    if outside.area <= OVERLAP_SHARE_MAX * given.area:
        return 0
    return round(square_metres(outside))


def uncovered(around: BaseGeometry, parts: Sequence[BaseGeometry]) -> int:
    """Return how many square metres of a village no grid covers, as :func:`overlaps`."""
    return beyond(around, shapely.union_all(list(parts))) if parts else 0


def numbered(centres: Mapping[str, tuple[float, float]], first: int) -> dict[str, int]:
    """Return a number for each new grid of a village, by its key, beginning with ``first``.

    The national rule counts from west to east and from north to south within the village:
    rows from the north, each as high as a grid usually is apart, and each from the west.
    """
    if not centres:
        return {}
    norths = [y for _, y in centres.values()]
    usual = (max(norths) - min(norths)) / math.sqrt(len(centres)) / 2
    row, rows, last = 0, dict[str, int](), max(norths)
    for key, (_, y) in sorted(centres.items(), key=lambda item: -item[1][1]):
        if last - y > usual:
            row, last = row + 1, y
        rows[key] = row
    ordered = sorted(centres, key=lambda key: (rows[key], centres[key][0], key))
    return {key: number for number, key in enumerate(ordered, start=first)}


def _wrong(rings: list[list[tuple[float, float]]]) -> Sentence | None:
    """Return what is wrong with the points of rings, None where they can be drawn."""
    if sum(map(len, rings)) > POINTS_MAX:
        return _TOO_FINE
    if any(len(ring) < _CORNERS_MIN or ring[0] != ring[-1] for ring in rings):
        return _OPEN
    if any(not _in_china(x, y) for ring in rings for x, y in ring):
        return _ELSEWHERE
    return None


def _rings(text: str) -> list[list[list[tuple[float, float]]]] | Sentence:
    """Return polygons, each its rings, each its points; the heights some programs add go."""
    if not text.strip() or len(text) > TEXT_CHARACTERS_MAX:
        return _UNREADABLE
    try:
        given = json.loads(text) if text.lstrip().startswith("{") else _of_wkt(text)
        given = given.get("geometry") or given
        kind, coordinates = given["type"], given["coordinates"]
        if kind not in {"Polygon", "MultiPolygon"}:
            return _NO_POLYGON
        polygons = [coordinates] if kind == "Polygon" else coordinates
        return [[list(_points(ring)) for ring in polygon] for polygon in polygons]
    except KeyError:
        return _NO_POLYGON
    except (ValueError, TypeError, AttributeError, IndexError, RecursionError, ShapelyError):
        return _UNREADABLE


def _of_wkt(text: str) -> dict[str, Any]:
    # on_invalid: a ring that does not close would be a library's error, not our sentence.
    found = shapely.from_wkt(text, on_invalid="fix")
    held: dict[str, Any] = json.loads(json.dumps(mapping(found)))
    return held


def _points(ring: Sequence[Sequence[float]]) -> Iterator[tuple[float, float]]:
    for point in ring:
        x, y = float(point[0]), float(point[1])
        yield round(x, _DECIMALS), round(y, _DECIMALS)


def _in_china(x: float, y: float) -> bool:
    # Not a number is in no interval, so neither is infinity.
    return _EAST[0] <= x <= _EAST[1] and _NORTH[0] <= y <= _NORTH[1]
