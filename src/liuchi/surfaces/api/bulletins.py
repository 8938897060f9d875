"""Bulletins to read: which there are, what one says, and the figures it says it with."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from liuchi.engines.bulletins import queries as bulletins
from liuchi.engines.bulletins.enums import State
from liuchi.surfaces.api import shapes
from liuchi.surfaces.api.routes import LIMIT_DEFAULT, After, Limit, read, verb
from liuchi.surfaces.components.across import gather
from liuchi.surfaces.components.seats import actor_of

router = Router(tags=["bulletins"])

_READ = verb("bulletins.bulletin.read")


class Bulletin(Schema):
    """A bulletin in a list. ``year`` and what follows are null or "" before it is issued."""

    id: UUID
    masthead: str
    title: str
    issuer: str
    area_id: UUID
    day: date
    state: str
    corrects_id: UUID | None
    year: int | None
    number: int | None
    issued_at: datetime | None
    ordinal: int | None
    root: str
    pdf_sha256: str
    word_sha256: str


class BulletinFigure(Schema):
    """A figure as the bulletin gives it, and as it counts today.

    Of an issued bulletin nothing is counted anew: ``now_text`` is ``text``.
    """

    source: str
    code: str
    title: str
    text: str
    unit: str
    area_name: str
    month: date | None
    as_of: date
    ordinal: int
    now_text: str
    changed: bool
    accepted: bool
    url: str


class BulletinArticle(Schema):
    """An article after the first, by the unit that submitted it."""

    title: str
    submitted_by: str
    body: str


class BulletinText(Bulletin):
    """A bulletin with its text; ``body`` holds references to figures, ``figures`` each of them."""

    form: str
    note: str
    body: str
    articles: list[BulletinArticle]
    report_to: str
    send_to: str
    distribute_to: str
    written_by_name: str
    checked_by_name: str
    issued_by_name: str
    figures: list[BulletinFigure]


@read(router, "/bulletins", access=_READ, gives=shapes.Page[Bulletin], is_list=True)
def list_bulletins(
    request: HttpRequest,
    state: Annotated[State | None, Query(description="Only those that stand there.")] = None,
    after: After = None,
    limit: Limit = LIMIT_DEFAULT,
) -> object:
    """List the bulletins of the areas one's posts are for, newest first."""
    return gather(
        request,
        _READ.verb,
        lambda actor: bulletins.bulletins(actor, state=state, after=after, limit=limit),
        limit=limit,
        newest_first=True,
    )


@read(router, "/bulletins/{bulletin_id}", access=_READ, gives=BulletinText)
def get_bulletin(request: HttpRequest, bulletin_id: UUID) -> object:
    """Get one bulletin with its text and its figures."""
    actor = actor_of(request)
    row = bulletins.bulletin(actor, bulletin_id)
    shown = Bulletin.model_validate(row, from_attributes=True).model_dump()
    text = {name: getattr(row, name) for name in _TEXT}
    return {**shown, **text, "figures": list(bulletins.figures(actor, row))}


_TEXT = (
    "form", "note", "body", "articles", "report_to", "send_to", "distribute_to", "written_by_name",
    "checked_by_name", "issued_by_name",
)  # fmt: skip
