"""What the facts of points have in common: a strict shape, and dimensions by subject."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from liuchi.kernel.sentences import Sentence
from liuchi.playbooks.registry import DimensionType

POINTS = Sentence("积分", "points")
PERSON = {
    "person": DimensionType.PERSON,
    "household": DimensionType.HOUSEHOLD,
    "home_area": DimensionType.AREA,
}
OF_CURRENCY = ("currency", "points.currency.code")
"""Where a method says the currency by which facts without a version of it are its own."""
CLAIM = {
    **PERSON,
    "rule": DimensionType.TEXT,
    "rule_class": DimensionType.TEXT,
    "happened_on": DimensionType.DATE,
    "quantity": DimensionType.INTEGER,
    "currency": DimensionType.TEXT,
}


class Data(BaseModel):
    """What a fact says. Nothing undeclared gets in, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
