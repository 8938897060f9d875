"""Jurisdictions: a place by its code, as on its QR code; without one, the whole installation."""

from __future__ import annotations

from collections.abc import Mapping

from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.kernel.errors import Invalid, LiuchiError, NotFound
from liuchi.kernel.sentences import Sentence

CODE_CHARACTERS_MAX = 40


class JurisdictionNotFound(NotFound):
    """No place has the code that was given as ``jurisdiction_id``."""

    def __init__(self) -> None:
        """Say which of the arguments it is about."""
        sentence = Sentence(
            "没有这个 jurisdiction_id。", "The jurisdiction_id provided was not found."
        )
        LiuchiError.__init__(self, "not_found", sentence)
        self.what = "jurisdiction"


def jurisdiction(given: Mapping[str, str]) -> AreaRow | None:
    """Return the place of ``jurisdiction_id``, None where it was not given."""
    code = given.get("jurisdiction_id", "").strip()
    if not code:
        return None
    return place_coded(code, JurisdictionNotFound())


def place_coded(code: str, otherwise: LiuchiError) -> AreaRow:
    """Return the area of a code; raises what is given for a code of none."""
    if len(code) > CODE_CHARACTERS_MAX or "\x00" in code:
        raise otherwise
    try:
        return directory.area_by_code(code)
    except NotFound:
        raise otherwise from None


def wrong(sentence: Sentence) -> Invalid:
    """Return the error for a value that can't be used (400)."""
    return Invalid("argument_wrong", sentence)
