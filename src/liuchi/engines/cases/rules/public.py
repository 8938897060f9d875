"""What anybody may see of a case, said once for the public list, its map and Open311.

Never who reported, never a word or a photo of theirs, never what is sensitive or about an
office. A place is told to about a hundred metres: nobody's door can be read from it.
"""

from __future__ import annotations

import re
from decimal import Decimal

from liuchi.engines.cases.spec import CasesSpec

PUBLIC_DEGREES = Decimal("0.001")
"""A thousandth of a degree: 111 m from south to north, 96 m from west to east at 30° north."""

REPORTERS_SHOWN_MIN = 3
"""How many must have told of a matter before their number is said: two know each other."""

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


def rounded(degrees: Decimal | None) -> Decimal | None:
    """Return a longitude or latitude as it is told to everybody; None where there is none."""
    return None if degrees is None else degrees.quantize(PUBLIC_DEGREES)


def told_to_all(answer: str) -> str:
    """Return the office's answer as everybody reads it.

    What may be the number of somebody's telephone or identity is left out, should one have
    slipped in.
    """
    return _NUMBER.sub("……", answer.strip())
