"""What anybody may see of a case, said once for the public list, its map and Open311.

Never who reported, never a word or a photo of theirs, never what is sensitive or about an
office. A place is told to about a hundred metres: nobody's door can be read from it. Among
fields a hundred metres may hold one house alone, so there the middle of the grid stands for all
of it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from liuchi.engines.cases.spec import CasesSpec

PUBLIC_DEGREES = Decimal("0.001")
"""A thousandth of a degree: 111 m from south to north, 96 m from west to east at 30° north."""

REPORTERS_SHOWN_MIN = 3
"""How many must have told of a matter before their number is said: two know each other."""

Point = tuple[Decimal, Decimal]
"""Longitude and latitude in degrees."""

_NUMBER = re.compile(r"[0-9０-９][0-9０-９\- ]{4,}[0-9０-９xXＸ]")


def is_public(spec: CasesSpec, type_code: str, *, sensitive: bool) -> bool:
    """Whether a case may be shown to everybody.

    ``sensitive`` is as it was when it was reported; a type it was given since counts as well.
    """
    return not sensitive and type_is_public(spec, type_code)


def type_is_public(spec: CasesSpec, type_code: str) -> bool:
    """Whether cases of a type may be shown: neither it nor what it stands under forbids it."""
    path = spec.path(type_code)
    return bool(path) and not any(each.sensitive or each.about_office for each in path)


def public_point(point: Point | None, centre: Point | None, *, is_rural: bool) -> Point | None:
    """Return where a case is shown to everybody; None where it is on no map.

    ``centre`` is the middle of its grid, else of its village: in the countryside that is shown
    and never the point itself, which is then not shown at all where there is no middle.
    """
    shown = centre if point is not None and is_rural else point
    return None if shown is None else (_rounded(shown[0]), _rounded(shown[1]))


def _rounded(degrees: Decimal) -> Decimal:
    return degrees.quantize(PUBLIC_DEGREES)


def told_to_all(answer: str) -> str:
    """Return the office's answer as everybody reads it.

    What may be the number of somebody's telephone or identity is left out, should one have
    slipped in.
    """
    return _NUMBER.sub("……", answer.strip())
