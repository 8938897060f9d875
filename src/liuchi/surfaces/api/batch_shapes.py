"""What operations on a thousand lines take and give. Lean: a line costs microseconds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from liuchi.engines.points.queries import RedemptionRow
from liuchi.kernel.errors import LiuchiError
from liuchi.surfaces.api.problems import Problem, problem
from liuchi.surfaces.api.shapes import Quantity, Taken

LINES_MAX = 1_000


class RedemptionLine(BaseModel):
    """Who takes what from which shop. No ninja schema: those look at each value twice."""

    model_config = ConfigDict(extra="forbid")

    person_id: UUID
    shop_id: UUID
    goods_id: UUID
    quantity: Quantity = 1


class RedemptionsTaken(Taken):
    """Redemptions of a list, in its order."""

    items: Annotated[list[RedemptionLine], Field(min_length=1, max_length=LINES_MAX)]


class LineDone(BaseModel):
    """What became of one line: ``posted``, with the redemption, or ``refused``, with why."""

    outcome: Literal["posted", "refused"]
    redemption_id: UUID | None = None
    points: int | None = None
    fact_id: UUID | None = None
    problem: Problem | None = None


class Redeemed(BaseModel):
    """Answers to the lines, in order."""

    posted: int
    refused: int
    items: list[LineDone]


def handed_over(made: RedemptionRow) -> HttpResponse:
    """Write the answer of one redemption; ``shapes.Redemption`` is its description."""
    return HttpResponse(to_json(made), status=201, content_type="application/json")


def redeemed(made: Sequence[RedemptionRow | LiuchiError]) -> HttpResponse:
    """Write the answer of a batch; :class:`Redeemed` is its description."""
    refused = sum(isinstance(each, LiuchiError) for each in made)
    answer = {
        "posted": len(made) - refused,
        "refused": refused,
        "items": [_line(each) for each in made],
    }
    return HttpResponse(to_json(answer), status=207, content_type="application/json")


def _line(made: RedemptionRow | LiuchiError) -> dict[str, object]:
    if isinstance(made, LiuchiError):
        said = problem(made.status, made.code, made.sentence)
        return {"outcome": "refused", "problem": said.model_dump()}
    return {
        "outcome": "posted",
        "redemption_id": made.id,
        "points": made.points,
        "fact_id": made.fact_id,
    }
