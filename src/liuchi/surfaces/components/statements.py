"""A resident's statement: the same lines for the resident and for the desk."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from liuchi.engines.directory.queries import Page
from liuchi.engines.points import queries as points
from liuchi.engines.points.queries import EntryRow, Statement
from liuchi.kernel.actors import Actor
from liuchi.kernel.sentences import Sentence
from liuchi.surfaces.components.tables import Column, Listing, Shape


def entries(
    actor: Actor, person_id: UUID, url: Callable[[EntryRow], str] | None = None
) -> Listing[EntryRow]:
    """Return the list of a person's entries; ``url`` opens one, where it may be opened."""
    return Listing(
        "statement",
        _("积分明细"),
        (
            Column(_("事项"), lambda row: row.title, url=url),
            Column(_("说明"), _explained, own_line=True),
            Column(_("时间"), lambda row: row.at, Shape.MOMENT),
            Column(_("余额"), lambda row: row.balance_after, Shape.NUMBER),
            Column(_("积分"), lambda row: row.points_signed, Shape.POINTS, look=_look),
        ),
        lambda after, limit: page(points.statement(actor, person_id, after=after, limit=limit)),
        empty=_("还没有积分记录。做了好事可以申报，审核并公示后记入。"),
    )


def page(found: Statement) -> Page[EntryRow]:
    """Return the lines of a statement that was fetched for its totals as well."""
    return Page(found.entries, found.next_after)


def _look(row: EntryRow) -> str:
    return "l-points is-out" if row.points_signed < 0 else "l-points"


def _explained(row: EntryRow) -> Sentence:
    """Say beside an entry that it was undone later: a reader must not take it for standing."""
    if row.undone is None:
        return row.explanation
    return Sentence(
        "{zh}{undone_zh}",
        "{en} {undone_en}",
        {
            "zh": row.explanation.in_language("zh"),
            "en": row.explanation.in_language("en"),
            "undone_zh": row.undone.in_language("zh"),
            "undone_en": row.undone.in_language("en"),
        },
    )
