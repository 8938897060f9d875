"""Counting what a bulletin refers to. Indicators count; this only asks and compares."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from liuchi.engines.accounts import queries as accounts
from liuchi.engines.bulletins import rules
from liuchi.engines.bulletins.enums import State
from liuchi.engines.bulletins.models import WrittenFigure
from liuchi.engines.bulletins.queries.rows import BulletinRow, Counted, FigureRow
from liuchi.engines.bulletins.rules import Reference
from liuchi.engines.directory import queries as directory
from liuchi.engines.directory.queries import AreaRow
from liuchi.engines.indicators import queries as indicators
from liuchi.engines.indicators.rules.words import address
from liuchi.engines.journal import queries as journal
from liuchi.engines.journal.scope import require
from liuchi.kernel.actors import Actor
from liuchi.kernel.errors import FieldError, Invalid, LiuchiError
from liuchi.kernel.sentences import Sentence


def count(actor: Actor, area_id: UUID, references: Iterable[Reference]) -> tuple[Counted, ...]:
    """Count references now, one statement each; ``area_id`` is meant where they name none.

    Invalid("figure_unknown") names the first that cannot be counted, whatever the reason: an
    unknown indicator, an unknown place, a place outside the actor's area.
    """
    require(actor)
    head = journal.head()
    found = []
    for reference in references:
        try:
            area = _area(reference.area, area_id)
            figure = indicators.figure(
                actor, reference.code, area.id, month=reference.month, as_of=reference.as_of
            )
        except LiuchiError as error:
            raise _unknown(reference) from error
        found.append(
            Counted(
                source=reference.source,
                code=figure.code,
                title=figure.title,
                unit=figure.unit,
                area_id=area.id,
                area_name=area.name,
                month=figure.month,
                as_of=figure.as_of,
                value=figure.value,
                text=figure.text,
                ordinal=head.ordinal,
                root=head.root,
                url=figure.url,
            )
        )
    return tuple(found)


def figures(actor: Actor, bulletin: BulletinRow) -> tuple[FigureRow, ...]:
    """Return the figures written down, beside what they count now (unless it is issued)."""
    held = list(WrittenFigure.objects.filter(bulletin_id=bulletin.id).order_by("place"))
    names = accounts.names_of(each.accepted_by for each in held if each.accepted_by)
    places = directory.areas({each.area_id for each in held})
    now: dict[str, str] = {}
    if bulletin.state is not State.ISSUED:
        asked = rules.references(*(each.source for each in held))
        for counted in count(actor, bulletin.area_id, asked):
            now[counted.source] = counted.text
    return tuple(
        FigureRow(
            id=each.id,
            source=each.source,
            code=each.code,
            title=each.title,
            unit=each.unit,
            area_name=places[each.area_id].name,
            month=each.month,
            as_of=each.as_of,
            text=each.text,
            ordinal=each.ordinal,
            counted_at=each.counted_at,
            now_text=now.get(each.source, each.text),
            changed=now.get(each.source, each.text) != each.text,
            accepted=each.accepted_text == now.get(each.source),
            accepted_by_name=names.get(each.accepted_by, "") if each.accepted_by else "",
            url=address(each.code, each.area_id, each.month, each.as_of),
        )
        for each in held
    )


def _area(text: str, own_id: UUID) -> AreaRow:
    if not text:
        return directory.area(own_id)
    return directory.area_by_code(text) if text.isdigit() else directory.area_named(text)


def _unknown(reference: Reference) -> Invalid:
    sentence = Sentence(
        "这个数字数不出来：{what}。请检查指标、地方和日期。",
        "This figure cannot be counted: {what}. Look at indicator, place and days.",
        {"what": reference.source},
    )
    return Invalid("figure_unknown", sentence, (FieldError("body", sentence),))
